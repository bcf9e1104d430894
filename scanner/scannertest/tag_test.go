package scannertest_test

import (
	"bytes"
	"strings"
	"testing"

	"zegel/scanner/scannertest"
)

var (
	uidA = [7]byte{0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80}
	uidB = [7]byte{0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66}
)

func TestMemoryOfATag(t *testing.T) {
	message := scannertest.EncodeNDEFText("en", "LOY:1:8F3K2Q")
	text := "03 13 D1 01 0F 54 02 65 6E 4C 4F 59 3A 31 3A 38 46 33 4B 32 51 FE"
	for _, c := range []struct {
		name  string
		tag   scannertest.Tag
		pages int
		area  string // the capability container and what follows it
	}{
		{"NTAG213", scannertest.NTAG213(uidA, message), 45, "E1 10 12 00 01 03 A0 0C 34" + text},
		{"NTAG215", scannertest.NTAG215(uidA, message), 135, "E1 10 3E 00" + text},
		{"NTAG216", scannertest.NTAG216(uidA, message), 231, "E1 10 6D 00" + text},
		{"Ultralight", scannertest.Ultralight(uidA, message), 16, "E1 10 06 00" + text},
		{"as delivered", scannertest.NTAG213(uidA, nil), 45, "E1 10 12 00 01 03 A0 0C 34 03 00 FE"},
	} {
		// The number with its check bytes 9F and 72 over 88 and its own.
		want := append(unhex(t, "04 A1 B2 9F C3 D4 E5 80 72 48 00 00"), unhex(t, c.area)...)
		if len(c.tag.Memory) != c.pages*4 || !bytes.HasPrefix(c.tag.Memory, want) {
			t.Errorf("%s: %d bytes % X", c.name, len(c.tag.Memory), c.tag.Memory)
		}
	}
}

// A long message has a length of three bytes, and one that is too long ends
// where the tag's area does.
func TestLongMessages(t *testing.T) {
	long := scannertest.EncodeNDEFText("en", strings.Repeat("A", 300))
	want := append(unhex(t, "03 FF 01 36 C1 01 00 00 01 2F 54 02 65 6E"), bytes.Repeat([]byte("A"), 300)...)
	if m := scannertest.NTAG215(uidA, long).Memory[16:]; !bytes.HasPrefix(m, append(want, 0xFE)) {
		t.Errorf("NTAG215: % X", m)
	}
	m := scannertest.Ultralight(uidA, long).Memory
	if len(m) != 64 || !bytes.Equal(m[16:], want[:48]) {
		t.Errorf("Ultralight: % X", m)
	}
}

func TestAddressOnATag(t *testing.T) {
	got := scannertest.EncodeNDEFURI(0x04, "a.nl/8018")
	want := append(unhex(t, "D1 01 0A 55 04"), "a.nl/8018"...)
	if !bytes.Equal(got, want) {
		t.Errorf("got % X", got)
	}
}
