package ndef_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zegel/scanner/frame"
	"zegel/scanner/ndef"
)

// Memory is hex from page 4 on; what is read is a reason, or a record in words.
var vectors = []struct{ name, memory, want string }{
	{"N01 text", "03 13 D1 01 0F 54 02 65 6E 4C 4F 59 3A 31 3A 38 46 33 4B 32 51 FE", `text lang=en "LOY:1:8F3K2Q"`},
	{"N03 formatted but empty", "03 00 FE", "empty"},
	{"N04 block runs past the memory", "03 40 D1 01 0F 54 02 65 6E 4C 4F 59 3A 31 3A 38 46 33 4B 32 51", "bad-tlv"},
	{"N07 chunked", "03 08 B1 01 04 54 02 65 6E 41", "ndef-chunked"},
	{"N09 MIME first, text second", "03 23 92 0A 03 74 65 78 74 2F 70 6C 61 69 6E 61 62 63 51 01 0F 54 02 65 6E 4C 4F 59 3A 31 3A 5A 5A 5A 5A 5A 5A", `text lang=en "LOY:1:ZZZZZZ"`},
	{"N11 language longer than the payload", "03 07 D1 01 03 54 3F 65 6E", "bad-ndef"},
	{"N14 payload of 4 GiB", "03 07 C1 01 FF FF FF FF 54", "bad-ndef"},

	{"nothing", "", "none"},
	{"blank memory", "00 00 00 00", "none"},
	{"end first", "FE 03 00", "none"},
	{"padding in front", "00 00 03 08 D1 01 04 54 02 65 6E 41 FE", `text lang=en "A"`},
	{"lock and memory control in front", "01 03 A0 10 44 02 03 00 00 00 03 08 D1 01 04 54 02 65 6E 41", `text lang=en "A"`},
	{"own block in front", "FD 02 03 00 03 08 D1 01 04 54 02 65 6E 41", `text lang=en "A"`},
	{"other block runs past the memory", "01 03 A0 10", "bad-tlv"},
	{"no length", "03", "bad-tlv"},
	{"no length of another block", "00 01", "bad-tlv"},
	{"half a long length", "03 FF 01", "bad-tlv"},
	{"long length for a short block", "03 FF 00 08 D1 01 04 54 02 65 6E 41", "bad-tlv"},
	{"long length of 254", "03 FF 00 FE", "bad-tlv"},
	{"first message wins though it is empty", "03 00 03 08 D1 01 04 54 02 65 6E 41", "empty"},

	{"no first record", "03 08 51 01 04 54 02 65 6E 41", "bad-ndef"},
	{"no last record", "03 08 91 01 04 54 02 65 6E 41", "bad-ndef"},
	{"first record twice", "03 10 91 01 04 54 02 65 6E 41 D1 01 04 54 02 65 6E 42", "bad-ndef"},
	{"something behind the last record", "03 09 D1 01 04 54 02 65 6E 41 00", "bad-ndef"},
	{"second record is a chunk", "03 0B 91 01 04 54 02 65 6E 41 36 00 00", "ndef-chunked"},
	{"unchanged type", "03 03 D6 00 00", "ndef-chunked"},
	{"lengths cut off", "03 02 D1 01", "bad-ndef"},
	{"long lengths cut off", "03 05 C1 01 00 00 00", "bad-ndef"},
	{"length of the ID cut off", "03 03 D9 01 00", "bad-ndef"},
	{"type runs past the message", "03 03 D1 01 00", "bad-ndef"},
	{"ID runs past the message", "03 05 D9 01 00 05 54", "bad-ndef"},
	{"payload runs past the message", "03 05 D1 01 04 54 02", "bad-ndef"},
	{"lengths that only fit when they wrap", "03 08 C1 01 FF FF FF FF 54 00", "bad-ndef"},
	{"ID in front of the payload", "03 0A D9 01 04 01 54 58 02 65 6E 41", `text lang=en "A"`},
	{"long payload length", "03 0B C1 01 00 00 00 04 54 02 65 6E 41", `text lang=en "A"`},
	{"first text wins", "03 10 91 01 04 54 02 65 6E 41 51 01 04 54 02 65 6E 42", `text lang=en "A"`},
	{"address before text", "03 0D 91 01 02 55 01 61 51 01 04 54 02 65 6E 42", `bad-ndef`},
	{"address first wins", "03 0E 91 01 02 55 04 61 51 01 04 54 02 65 6E 42", `uri "https://a"`},
	{"empty record", "03 03 D0 00 00", "unsupported"},
	{"MIME alone", "03 06 D2 01 02 54 61 62", "unsupported"},
	{"type that only begins like a text", "03 05 D1 02 00 54 54", "unsupported"},
	{"an external T is no text", "03 08 D4 01 04 54 02 65 6E 41", "unsupported"},
	{"reserved kind", "03 05 D7 01 01 54 41", "unsupported"},

	{"text without anything", "03 04 D1 01 00 54", "bad-ndef"},
	{"text without language", "03 06 D1 01 02 54 00 41", `text lang= "A"`},
	{"text without characters", "03 07 D1 01 03 54 02 65 6E", `text lang=en ""`},
	{"reserved bit in a text", "03 06 D1 01 02 54 40 41", `text lang= "A"`},
	{"UTF-8", "03 07 D1 01 03 54 00 C3 84", `text lang= "Ä"`},
	{"not UTF-8", "03 06 D1 01 02 54 00 C3", "charset"},
	{"language is not UTF-8", "03 07 D1 01 03 54 01 C3 41", "charset"},
	{"UTF-16 without a mark", "03 09 D1 01 05 54 80 00 41 00 C4", `text lang= "AÄ"`},
	{"UTF-16 high byte first", "03 09 D1 01 05 54 80 FE FF 00 41", `text lang= "A"`},
	{"UTF-16 low byte first", "03 09 D1 01 05 54 80 FF FE 41 00", `text lang= "A"`},
	{"UTF-16 pair", "03 09 D1 01 05 54 80 D8 3D DE 00", `text lang= "😀"`},
	{"UTF-16 half a pair", "03 07 D1 01 03 54 80 D8 3D", "charset"},
	{"UTF-16 pair the wrong way round", "03 09 D1 01 05 54 80 DE 00 D8 3D", "charset"},
	{"UTF-16 half a character", "03 08 D1 01 04 54 80 00 41 00", "charset"},

	{"address", "03 0F D1 01 0B 55 04 69 64 2E 65 78 2F 38 30 31 38", `uri "https://id.ex/8018"`},
	{"address in full", "03 07 D1 01 03 55 00 61 3A", `uri "a:"`},
	{"last known beginning", "03 06 D1 01 02 55 23 61", `uri "urn:nfc:a"`},
	{"first unknown beginning", "03 06 D1 01 02 55 24 61", "bad-ndef"},
	{"address without anything", "03 04 D1 01 00 55", "bad-ndef"},
	{"address is not UTF-8", "03 06 D1 01 02 55 04 C3", "charset"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			memory := decode(t, v.memory)
			if got := inWords(ndef.Read(memory)); got != v.want {
				t.Errorf("read %s, want %s", got, v.want)
			}
		})
	}
}

// What a tag says does not depend on how its memory was fetched: reading on
// until Need is content gives what the whole memory gives.
func TestReadingNoMoreThanNeeded(t *testing.T) {
	for _, v := range vectors {
		memory := decode(t, v.memory)
		for _, step := range []int{1, 4, 12, 16} {
			if got := inWords(readBySteps(memory, step)); got != v.want {
				t.Errorf("%s, %d bytes at a time: read %s, want %s", v.name, step, got, v.want)
			}
		}
	}
}

func TestNeedStopsAtTheMessage(t *testing.T) {
	text := decode(t, "03 08 D1 01 04 54 02 65 6E 41")
	memory := append(text, make([]byte, 800)...)
	for known, want := range map[int]int{0: 1, 1: 2, 2: 10, 10: 10, 100: 10} {
		if got := ndef.Need(memory[:known]); got != want {
			t.Errorf("with %d bytes known, %d are needed; want %d", known, got, want)
		}
	}
	if got := ndef.Need(make([]byte, 12)); got != 13 {
		t.Errorf("with 12 blank bytes known, %d are needed; want 13", got)
	}
}

func TestLongMessage(t *testing.T) {
	want := strings.Repeat("LOY:1:ABC ", 30)
	memory := write([]byte{0xC1, 0x01, 0, 0, 0x01, 0x2F, 'T', 2, 'n', 'l'}, want)
	r, reason := ndef.Read(memory)
	if reason != "" || r.Text != want || r.Lang != "nl" {
		t.Errorf("read %s, want a Dutch text of 300 characters", inWords(r, reason))
	}
}

// A tag with one bit wrong may say something else, but nothing that a text
// cannot be; no damage makes it stop or grow.
func TestDamage(t *testing.T) {
	for _, v := range vectors {
		memory := decode(t, v.memory)
		for bit := range 8 * len(memory) {
			damaged := slices.Clone(memory)
			damaged[bit/8] ^= 1 << (bit % 8)
			check(t, damaged)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, v := range vectors {
		f.Add(decode(f, v.memory))
	}
	f.Fuzz(func(t *testing.T, memory []byte) { check(t, memory) })
}

func FuzzText(f *testing.F) {
	f.Add("LOY:1:8F3K2Q", "en", 0)
	f.Add("", "", 7)
	f.Add(strings.Repeat("€", 200), "nl", 1)
	f.Fuzz(func(t *testing.T, text, lang string, padding int) {
		if !utf8.ValidString(text) || !utf8.ValidString(lang) || len(lang) > 63 || len(text) > 0xFF00 {
			return // no tag can carry it
		}
		payload := len(lang) + 1 + len(text)
		head := []byte{0xC1, 1, 0, 0, byte(payload >> 8), byte(payload), 'T', byte(len(lang))}
		memory := append(make([]byte, min(max(padding, 0), 64)), write(append(head, lang...), text)...)
		want := ndef.Record{Text: text, Lang: lang}
		if r, reason := readBySteps(memory, 16); r != want || reason != "" {
			t.Fatalf("wrote %+v, read %+v %s", want, r, reason)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 5))
	long := make([]byte, 200)
	for i := range long {
		long[i] = "0123456789ABCDEF"[rng.IntN(16)]
	}
	for _, c := range []struct{ name, text string }{{"card", "LOY:1:8F3K2Q"}, {"long", string(long)}} {
		b.Run(c.name, func(b *testing.B) {
			memory := write([]byte{0xD1, 1, byte(len(c.text) + 3), 'T', 2, 'e', 'n'}, c.text)
			b.SetBytes(int64(len(memory)))
			b.ReportAllocs()
			for b.Loop() {
				ndef.Read(memory)
			}
		})
	}
}

// check holds whatever is in the memory.
func check(t *testing.T, memory []byte) {
	t.Helper()
	before := slices.Clone(memory)
	r, reason := ndef.Read(memory)
	if reason != "" && r != (ndef.Record{}) {
		t.Fatalf("a record in spite of %s: %+v", reason, r)
	}
	if !utf8.ValidString(r.Text) || !utf8.ValidString(r.Lang) {
		t.Fatalf("not UTF-8: %+v", r)
	}
	if most := 2*len(memory) + len("ftp://anonymous:anonymous@"); len(r.Text)+len(r.Lang) > most {
		t.Fatalf("%d bytes of memory became %d of text", len(memory), len(r.Text)+len(r.Lang))
	}
	if got, want := inWords(readBySteps(memory, 16)), inWords(r, reason); got != want {
		t.Fatalf("16 bytes at a time: %s, at once: %s", got, want)
	}
	if !slices.Equal(memory, before) {
		t.Fatal("the memory was changed")
	}
}

// readBySteps reads as a reader does, which fetches a few bytes at a time.
func readBySteps(memory []byte, step int) (ndef.Record, frame.Reason) {
	known := 0
	for ndef.Need(memory[:known]) > known && known < len(memory) {
		known = min(known+step, len(memory))
	}
	return ndef.Read(memory[:known])
}

// write puts a record of a head and a text into a message block.
func write(head []byte, text string) []byte {
	message := append(slices.Clone(head), text...)
	length := []byte{byte(len(message))}
	if len(message) > 254 {
		length = []byte{0xFF, byte(len(message) >> 8), byte(len(message))}
	}
	return slices.Concat([]byte{0x03}, length, message, []byte{0xFE})
}

func inWords(r ndef.Record, reason frame.Reason) string {
	switch {
	case reason != "":
		return string(reason)
	case r.URI:
		return fmt.Sprintf("uri %q", r.Text)
	default:
		return fmt.Sprintf("text lang=%s %q", r.Lang, r.Text)
	}
}

func decode(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("hex of a vector: %v", err)
	}
	return b
}
