package scannertest

// EncodeNDEFText returns a message of one text record in UTF-8 (NFC Forum, Text
// Record Type Definition). lang is an IANA language code. Example: "nl".
func EncodeNDEFText(lang, text string) []byte {
	payload := append([]byte{byte(len(lang))}, lang...)
	return encodeNDEF('T', append(payload, text...))
}

// EncodeNDEFURI returns a message of one address (NFC Forum, URI Record Type
// Definition). prefix stands for a beginning that is not written out: 00 none,
// 02 "https://www.", 04 "https://".
func EncodeNDEFURI(prefix byte, rest string) []byte {
	return encodeNDEF('U', append([]byte{prefix}, rest...))
}

// encodeNDEF returns a message of one record of a well-known type. Only records
// of less than 256 bytes have a short length.
func encodeNDEF(kind byte, payload []byte) []byte {
	const (
		firstAndLast = 0xC0
		short        = 0x10
		wellKnown    = 0x01
	)
	n := len(payload)
	if n <= 0xFF {
		return append([]byte{firstAndLast | short | wellKnown, 1, byte(n), kind}, payload...)
	}
	return append([]byte{firstAndLast | wellKnown, 1, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), kind}, payload...)
}
