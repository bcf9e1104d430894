package ndef

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"zegel/scanner/frame"
)

// What stands in the first byte of a record (NDEF 1.0, 3.2).
const (
	flagBegin     = 0x80
	flagEnd       = 0x40
	flagChunk     = 0x20
	flagShort     = 0x10 // the payload's length is one byte, not four
	flagID        = 0x08
	maskTNF       = 0x07
	tnfWellKnown  = 0x01
	tnfUnchanged  = 0x06 // a later chunk
	textUTF16     = 0x80 // in the first byte of a text
	maskLangBytes = 0x3F
)

// A part is one record, cut out of its message.
type part struct {
	head          byte
	kind, payload []byte
}

// readMessage checks the whole message before it believes any record of it.
func readMessage(message []byte) (Record, frame.Reason) {
	var found part
	first := true
	for {
		p, rest, reason := cutRecord(message, first)
		if reason != "" {
			return Record{}, reason
		}
		if found.kind == nil && (p.is('T') || p.is('U')) {
			found = p
		}
		if p.head&flagEnd != 0 {
			if len(rest) > 0 {
				return Record{}, frame.BadNDEF
			}
			break
		}
		message, first = rest, false
	}
	switch {
	case found.is('T'):
		return readText(found.payload)
	case found.is('U'):
		return readURI(found.payload)
	default:
		return Record{}, frame.Unsupported
	}
}

func (p part) is(kind byte) bool {
	return p.head&maskTNF == tnfWellKnown && len(p.kind) == 1 && p.kind[0] == kind
}

// cutRecord takes the record in front off the message.
func cutRecord(message []byte, first bool) (part, []byte, frame.Reason) {
	if len(message) == 0 {
		return part{}, nil, frame.BadNDEF // the record before was not the last
	}
	p := part{head: message[0]}
	if (p.head&flagBegin != 0) != first {
		return part{}, nil, frame.BadNDEF
	}
	if p.head&flagChunk != 0 || p.head&maskTNF == tnfUnchanged {
		return part{}, nil, frame.NDEFChunked
	}
	kindLen, idLen, payloadLen, rest, ok := p.lengths(message[1:])
	if !ok || uint64(kindLen)+uint64(idLen)+uint64(payloadLen) > uint64(len(rest)) {
		return part{}, nil, frame.BadNDEF
	}
	p.kind, rest = rest[:kindLen], rest[kindLen+idLen:]
	p.payload, rest = rest[:payloadLen], rest[payloadLen:]
	return p, rest, ""
}

// lengths reads what stands between the first byte and the record's type.
func (p part) lengths(b []byte) (kind, id, payload uint32, rest []byte, ok bool) {
	size := 2 // of the type's length and a short payload's
	if p.head&flagShort == 0 {
		size = 5
	}
	if p.head&flagID != 0 {
		size++
	}
	if len(b) < size {
		return 0, 0, 0, nil, false
	}
	kind = uint32(b[0])
	if p.head&flagShort != 0 {
		payload = uint32(b[1])
	} else {
		payload = binary.BigEndian.Uint32(b[1:])
	}
	if p.head&flagID != 0 {
		id = uint32(b[size-1])
	}
	return kind, id, payload, b[size:], true
}

// readText reads a text's payload: a byte with the language's length, the
// language, the text.
func readText(payload []byte) (Record, frame.Reason) {
	if len(payload) == 0 || int(payload[0]&maskLangBytes) > len(payload)-1 {
		return Record{}, frame.BadNDEF
	}
	cut := 1 + int(payload[0]&maskLangBytes)
	lang, body := string(payload[1:cut]), payload[cut:]
	text, ok := string(body), true
	if payload[0]&textUTF16 != 0 {
		text, ok = decodeUTF16(body)
	}
	if !ok || !utf8.ValidString(text) || !utf8.ValidString(lang) {
		return Record{}, frame.Charset
	}
	return Record{Text: text, Lang: lang}, ""
}

// decodeUTF16 takes the byte order from the mark in front, and without one the
// high byte first (RTD Text 1.0, 3.4).
func decodeUTF16(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return "", false
	}
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case len(b) >= 2 && b[0] == 0xFE && b[1] == 0xFF:
		b = b[2:]
	case len(b) >= 2 && b[0] == 0xFF && b[1] == 0xFE:
		order, b = binary.LittleEndian, b[2:]
	}
	var text []byte
	for ; len(b) > 0; b = b[2:] {
		r := rune(order.Uint16(b))
		if utf16.IsSurrogate(r) {
			if len(b) < 4 {
				return "", false
			}
			r = utf16.DecodeRune(r, rune(order.Uint16(b[2:])))
			if r == utf8.RuneError {
				return "", false // half of a pair is no character
			}
			b = b[2:]
		}
		text = utf8.AppendRune(text, r)
	}
	return string(text), true
}

// readURI reads an address's payload: a byte for what it begins with, and the
// rest of it.
func readURI(payload []byte) (Record, frame.Reason) {
	if len(payload) == 0 || int(payload[0]) >= len(uriStarts) {
		return Record{}, frame.BadNDEF
	}
	if !utf8.Valid(payload[1:]) {
		return Record{}, frame.Charset
	}
	return Record{Text: uriStarts[payload[0]] + string(payload[1:]), URI: true}, ""
}

// uriStarts is what an address may begin with, by its code (RTD URI 1.0, 3.2.2).
var uriStarts = [...]string{
	"", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:",
	"ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://",
	"nfs://", "ftp://", "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:",
	"pop:", "sip:", "sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://",
	"tcpobex://", "irdaobex://", "file://", "urn:epc:id:", "urn:epc:tag:",
	"urn:epc:pat:", "urn:epc:raw:", "urn:epc:", "urn:nfc:",
}
