package frame_test

import (
	"testing"
	"time"

	"zegel/scanner/frame"
)

var (
	uidHex     = uidOf(frame.UIDConfig{})
	uidIdle    = uidOf(frame.UIDConfig{Idle: true, Terminators: []byte{}})
	uidBack    = uidOf(frame.UIDConfig{Reverse: true})
	uidLast4   = uidOf(frame.UIDConfig{Last: 4})
	uidLast4r  = uidOf(frame.UIDConfig{Last: 4, Reverse: true})
	uidDec     = uidOf(frame.UIDConfig{Encoding: frame.DecimalUID})
	uidDecBack = uidOf(frame.UIDConfig{Encoding: frame.DecimalUID, Reverse: true})
	uidDec7    = uidOf(frame.UIDConfig{Encoding: frame.DecimalUID, Last: 7, Reverse: true})
	uidRaw     = uidOf(frame.UIDConfig{Encoding: frame.RawUID, Silence: 20 * time.Millisecond})
	uidRawX    = uidOf(frame.UIDConfig{Encoding: frame.RawUID, Prefix: "\x02", Sum: true, Reverse: true})
	uidBoth    = uidOf(frame.UIDConfig{EM4100: true})
	indiTag    = uidOf(frame.UIDConfig{Prefix: ":", Sum: true, EM4100: true})
	codatex    = uidOf(frame.UIDConfig{Prefix: "\x02R", Terminators: []byte{0x04}, EM4100: true})
)

func uidOf(cfg frame.UIDConfig) profile {
	return func() frame.Framer { return frame.NewUID(cfg) }
}

const (
	uid7 = "30 34 41 31 42 32 43 33 44 34 45 35 38 30" // 04A1B2C3D4E580
	uid4 = "33 41 35 43 31 31 39 45"                   // 3A5C119E
)

var uidVectors = []vector{
	{"seven bytes", uidHex, uid7 + " 0D 0A", "code uid 04A1B2C3D4E580"},
	{"four bytes", uidHex, uid4 + " 0D", "code uid 3A5C119E"},
	{"ten bytes", uidHex, "30 34 30*18 0D", "code uid 04000000000000000000"},
	{"lower case with colons", uidHex, "30 34 3A 61 31 3A 62 32 3A 63 33 3A 64 34 3A 65 35 3A 38 30 0D", "code uid 04A1B2C3D4E580"},
	{"random number, which is for others to refuse", uidHex, "30 38 32 34 41 39 33 37 0D", "code uid 0824A937"},
	{"first part of a longer number", uidHex, "38 38 30 34 41 31 42 32 0D", "bad-uid"},
	{"five bytes", uidHex, "30 37 30 30 37 35 38 32 34 35 0D", "bad-uid"},
	{"half a byte too few", uidHex, "33 41 35 43 31 31 39 0D", "bad-uid"},
	{"nothing but zeros", uidHex, "30*8 0D", "bad-uid"},
	{"not hexadecimal", uidHex, "33 41 35 43 31 31 39 47 0D", "bad-hex"},
	{"banner at power-up", uidHex, "54 57 4E 34 2F 42 31 2E 30 36 0D", "bad-hex"},
	{"barcode", uidHex, "5D 43 30 33 41 35 43 31 31 39 45 0D", "bad-hex"},
	{"damaged byte", uidHex, "33 41 00 43 31 31 39 45 0D", "line-error"},
	{"no terminator", uidHex, uid4 + " ~150", "unterminated"},
	{"silence ends it", uidIdle, uid4 + " ~150 " + uid7 + " ~150", "code uid 3A5C119E; code uid 04A1B2C3D4E580"},
	{"unplug in mid number", uidHex, "33 41 # " + uid4 + " 0D", "link-lost; code uid 3A5C119E"},
	{"last byte first", uidBack, "39 45 31 31 35 43 33 41 0D", "code uid 3A5C119E"},
	{"zeros in front", uidLast4, "30*8 " + uid4 + " 0D", "code uid 3A5C119E"},
	{"zeros in front, last byte first", uidLast4r, "30*8 39 45 31 31 35 43 33 41 0D", "code uid 3A5C119E"},
	{"fewer than the last four", uidLast4, "33 41 35 43 0D", "bad-uid"},
	{"decimal", uidDec, "39 37 39 31 31 32 33 35 30 0D", "code uid 3A5C119E"},
	{"decimal with zeros in front", uidDec, "30 30 39 37 39 31 31 32 33 35 30 0D", "code uid 3A5C119E"},
	{"decimal, last byte first", uidDecBack, "32 36 35 31 39 33 37 38 35 30 0D", "code uid 3A5C119E"},
	{"decimal, seven bytes", uidDec, "31 33 30 33 36 38 39 30 36 38 36 30 32 37 35 32 0D", "code uid 04A1B2C3D4E580"},
	{"decimal, seven bytes, last byte first and zero", uidDec7, "34 0D", "code uid 04000000000000"},
	{"decimal, too large for ten bytes", uidDec, "31 32 30 38 39 32 35 38 31 39 36 31 34 36 32 39 31 37 34 37 30 36 31 37 36 0D", "bad-uid"},
	{"decimal, the largest of ten bytes", uidDec, "31 32 30 38 39 32 35 38 31 39 36 31 34 36 32 39 31 37 34 37 30 36 31 37 35 0D", "code uid FFFFFFFFFFFFFFFFFFFF"},
	{"decimal with a letter", uidDec, "31 41 0D", "bad-uid"},
	{"bytes, ended by silence", uidRaw, "04 A1 B2 C3 D4 E5 80 ~20 3A 0D 00 9E ~20", "code uid 04A1B2C3D4E580; code uid 3A0D009E"},
	{"bytes, just short of silence", uidRaw, "3A 5C ~19 11 9E ~20", "code uid 3A5C119E"},
	{"bytes, too few", uidRaw, "3A ~20", "bad-uid"},
	{"bytes, noise of plugging in", uidRaw, "00 00 00 00 ~20 3A 5C 11 9E ~20", "bad-uid; code uid 3A5C119E"},
	{"bytes, too many", uidRaw, "3A*70 ~20 3A 5C 11 9E ~20", "oversize; code uid 3A5C119E"},
	{"bytes, unplug", uidRaw, "3A 5C # 3A 5C 11 9E ~20", "link-lost; code uid 3A5C119E"},
	{"bytes between prefix and sum", uidRawX, "02 9E 11 5C 3A BA ~150 02 9E 11 5C 3A BB ~150", "checksum; code uid 3A5C119E"},
	{"bytes without the prefix", uidRawX, "9E 11 5C 3A BB ~150", "missing-prefix"},
	{"125 kHz and 13.56 MHz", uidBoth, "30 37 30 30 37 35 38 32 34 35 0D " + uid7 + " 0D", "code em4100 0700758245; code uid 04A1B2C3D4E580"},
	{"IndiTag", indiTag, "3A 31 31 32 32 33 33 34 34 35 35 30 31 0D", "code em4100 1122334455"},
	{"IndiTag with a wrong sum", indiTag, "3A 31 31 32 32 33 33 34 34 35 35 30 32 0D", "checksum"},
	{"IndiTag without its colon", indiTag, "31 31 32 32 33 33 34 34 35 35 30 31 0D", "missing-prefix"},
	{"IndiTag without anything", indiTag, "3A 0D", "empty"},
	{"Codatex", codatex, "02 52 30 37 30 30 37 35 38 32 34 35 04", "code em4100 0700758245"},
}

func TestCanonicalUID(t *testing.T) {
	for _, c := range []struct {
		uid  string
		want string
	}{
		{"\x04\xa1\xb2\xc3\xd4\xe5\x80", "04A1B2C3D4E580"}, {"\x3a\x5c\x11\x9e", "3A5C119E"},
		{"\x08\x24\xa9\x37", "0824A937"}, {"\x88\x04\xa1\xb2\xc3\xd4\xe5", "8804A1B2C3D4E5"},
		{"\x88\x04\xa1\xb2", ""}, {"", ""}, {"\x01\x02\x03", ""}, {"\x01\x02\x03\x04\x05", ""}, {"\x00\x00\x00\x00", ""},
	} {
		if text, ok := frame.CanonicalUID([]byte(c.uid)); text != c.want || ok != (c.want != "") {
			t.Errorf("%x: got %q, %v, want %q", c.uid, text, ok, c.want)
		}
	}
}
