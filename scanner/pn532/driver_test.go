package pn532_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

var _ frame.Framer = (*pn532.Driver)(nil)
var _ frame.Framer = (*pn532.Listener)(nil)

const uid = "04A1B2C3D4E580"

// The commands are those of the manual, byte for byte.
func TestCommands(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.place(ntag(uid, 144, textBlocks("LOY:1:8F3K2Q")))
	r.start()
	r.run(300 * time.Millisecond)
	want := []string{
		"55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 FF 05 FB D4 14 01 14 01 02 00",
		"00 00 FF 02 FE D4 02 2A 00",
		"00 00 FF 06 FA D4 32 05 00 00 0A EB 00",
		"00 00 FF 04 FC D4 32 01 00 F9 00",
		"00 00 FF 04 FC D4 4A 02 00 E0 00",
		"00 00 FF 05 FB D4 40 01 30 03 B8 00",
		"00 00 FF 05 FB D4 40 01 30 07 B4 00",
		"00 00 FF 04 FC D4 32 01 00 F9 00",
	}
	for i, w := range want {
		if len(r.sent) <= i || fmt.Sprintf("% X", r.sent[i]) != w {
			t.Fatalf("sent % X, want %s as number %d", r.sent, w, i+1)
		}
	}
}

// What a tag is known by, in each mode.
func TestCodeOfATag(t *testing.T) {
	classic := &tag{uid: mustBytes("3A5C119E"), sak: 0x08}
	phone := &tag{random: random(0), sak: 0x20}
	foreign := ntag(uid, 144, nil)
	copy(foreign.pages[12:], []byte{0, 0, 0, 0})
	locked := ntag(uid, 144, textBlocks("LOY:1:8F3K2Q"))
	locked.pages[15] = 0xF0
	newer := ntag(uid, 144, textBlocks("LOY:1:8F3K2Q"))
	newer.pages[13] = 0x20
	record := func(blocks string) *tag { return ntag(uid, 144, bytesOf(t, blocks)) }

	for _, c := range []struct {
		name                  string
		tag                   *tag
		textOrUID, only, text string
	}{
		{"text", ntag(uid, 144, textBlocks("LOY:1:8F3K2Q")), "ndef LOY:1:8F3K2Q", "uid " + uid, "ndef LOY:1:8F3K2Q"},
		{"padded text", ntag(uid, 144, textBlocks("  A  ")), "ndef A", "uid " + uid, "ndef A"},
		{"long text", ntag(uid, 872, textBlocks(strings.Repeat("A", 512))), "ndef " + strings.Repeat("A", 512), "uid " + uid, "ndef " + strings.Repeat("A", 512)},
		{"text to the last byte", ntag(uid, 144, textBlocks(strings.Repeat("B", 135))), "ndef " + strings.Repeat("B", 135), "uid " + uid, "ndef " + strings.Repeat("B", 135)},
		{"GS in a text", ntag(uid, 144, textBlocks("A\x1dB")), "ndef A\x1dB", "uid " + uid, "ndef A\x1dB"},
		{"address", record("03 07 D1 01 03 55 04 61 2F FE"), "ndef https://a/", "uid " + uid, "ndef https://a/"},

		{"blank", ntag(uid, 144, nil), "uid " + uid, "uid " + uid, "none"},
		{"formatted", record("03 00 FE"), "uid " + uid, "uid " + uid, "empty"},
		{"blanks as text", ntag(uid, 144, textBlocks("   ")), "uid " + uid, "uid " + uid, "empty"},
		{"business card", record("03 0F D2 0A 02 74 65 78 74 2F 76 63 61 72 64 41 42 FE"), "uid " + uid, "uid " + uid, "unsupported"},
		{"not formatted", foreign, "uid " + uid, "uid " + uid, "unsupported"},
		{"locked", locked, "uid " + uid, "uid " + uid, "unsupported"},
		{"format of the future", newer, "uid " + uid, "uid " + uid, "unsupported"},
		{"MIFARE Classic", classic, "uid 3A5C119E", "uid 3A5C119E", "unsupported"},
		{"10-byte UID", &tag{uid: mustBytes("0102030405060708090A"), sak: 0x20}, "uid 0102030405060708090A", "uid 0102030405060708090A", "unsupported"},
		{"phone", phone, "uid 0824A9", "uid 0824A9", "unsupported"},

		{"message behind the end of the data", behindTheEnd(), "uid " + uid, "uid " + uid, "none"},
		{"block longer than any tag", record("03 FF 03 E8 C1 01"), "bad-tlv", "uid " + uid, "bad-tlv"},
		{"damaged blocks", record("03 90 D1 01 0F 54"), "bad-tlv", "uid " + uid, "bad-tlv"},
		{"damaged message", record("03 07 D1 01 03 54 3F 65 6E"), "bad-ndef", "uid " + uid, "bad-ndef"},
		{"chunks", record("03 08 B1 01 04 54 02 65 6E 41"), "ndef-chunked", "uid " + uid, "ndef-chunked"},
		{"not UTF-8", record("03 06 D1 01 02 54 00 C3"), "charset", "uid " + uid, "charset"},
		{"control character", ntag(uid, 144, textBlocks("A\rB")), "control-char", "uid " + uid, "control-char"},
		{"too long a text", ntag(uid, 872, textBlocks(strings.Repeat("A", 513))), "oversize", "uid " + uid, "oversize"},
		{"too long a message", ntag(uid, 2040, textBlocks(strings.Repeat("A", 900))), "oversize", "uid " + uid, "oversize"},
	} {
		for mode, want := range map[pn532.Mode]string{"": c.textOrUID, pn532.TextOrUID: c.textOrUID, pn532.UIDOnly: c.only, pn532.TextOnly: c.text} {
			t.Run(fmt.Sprintf("%s/%s", c.name, mode), func(t *testing.T) {
				r := newRig(t, pn532.Config{Read: mode})
				r.start()
				r.run(time.Second)
				r.expect("reply")
				r.place(c.tag)
				r.run(10 * time.Second)
				if len(r.said) != 1 || !strings.HasPrefix(r.said[0], want) {
					t.Fatalf("said %q in 10 s, want %q", r.said, want)
				}
				if strings.HasPrefix(want, "ndef") && r.when[0].Sub(start) > 1600*time.Millisecond {
					t.Errorf("the code took %s", r.when[0].Sub(start)-time.Second)
				}
				isCode := strings.Contains(want, " ")
				r.said = nil
				r.remove(c.tag)
				r.run(time.Second)
				if isCode {
					r.expect("removed")
				} else {
					r.expect()
				}
			})
		}
	}
}

// behindTheEnd is a blank tag whose next pages look like a message.
func behindTheEnd() *tag {
	t := ntag(uid, 48, nil)
	copy(t.pages[16+48:], textBlocks("A"))
	return t
}

// No more is read of a tag than its message needs.
func TestReadsNoMoreThanNeeded(t *testing.T) {
	for _, c := range []struct {
		name   string
		size   int
		blocks []byte
		want   []byte
	}{
		{"3 characters", 144, textBlocks("ABC"), []byte{3}},
		{"12 characters", 144, textBlocks("LOY:1:8F3K2Q"), []byte{3, 7}},
		{"30 characters", 144, textBlocks(strings.Repeat("A", 30)), []byte{3, 7, 11}},
		{"empty", 144, []byte{3, 0, 0xFE}, []byte{3}},
		{"end", 144, []byte{0xFE}, []byte{3}},
		{"too long", 2040, textBlocks(strings.Repeat("A", 900)), []byte{3}},
		{"blank", 144, nil, []byte{3, 7, 11, 15, 19, 23, 27, 31, 35, 39}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, pn532.Config{})
			r.place(ntag(uid, c.size, c.blocks))
			r.start()
			r.run(5 * time.Second)
			if !slices.Equal(r.chip.pages, c.want) {
				t.Errorf("pages %d were read, want %d", r.chip.pages, c.want)
			}
		})
	}
}

func TestTagIsACodeOncePerStay(t *testing.T) {
	r := newRig(t, pn532.Config{})
	a := ntag(uid, 144, textBlocks("LOY:1:AAAAAA"))
	r.start()
	r.run(time.Second)
	r.expect("reply")
	for range 3 {
		r.place(a)
		r.run(time.Minute)
		r.expect("ndef LOY:1:AAAAAA")
		r.remove(a)
		r.run(time.Second)
		r.expect("removed")
	}
}

// One search misses a tag now and then; two in a row do not.
func TestTagHasLeftAfterTwoMisses(t *testing.T) {
	r := newRig(t, pn532.Config{})
	a := ntag(uid, 144, nil)
	r.place(a)
	r.start()
	r.run(time.Second)
	r.expect("reply", "uid "+uid)
	for range 20 {
		r.remove(a)
		searches := r.searches()
		for r.searches() == searches {
			r.run(time.Millisecond)
		}
		r.place(a)
		r.run(time.Second)
		r.expect()
	}
	r.remove(a)
	searches := r.searches()
	for len(r.said) == 0 {
		r.run(time.Millisecond)
	}
	r.expect("removed")
	if n := r.searches() - searches; n != 2 {
		t.Errorf("removed after %d searches", n)
	}
}

func TestTagIsSwapped(t *testing.T) {
	r := newRig(t, pn532.Config{})
	a, b := ntag(uid, 144, textBlocks("LOY:1:AAAAAA")), ntag("04A1B2C3D4E581", 144, textBlocks("LOY:1:BBBBBB"))
	r.place(a)
	r.start()
	r.run(time.Second)
	r.remove(a)
	r.place(b)
	r.run(time.Second)
	r.expect("reply", "ndef LOY:1:AAAAAA", "removed", "ndef LOY:1:BBBBBB")
	r.remove(b)
	r.place(a)
	r.run(time.Second)
	r.remove(a)
	r.run(time.Second)
	r.expect("removed", "ndef LOY:1:AAAAAA", "removed")
}

func TestStrangeAnswersToASearch(t *testing.T) {
	for _, c := range []struct{ name, answer, want string }{
		{"two at once", "02 01 00 04 08 04 3A 5C 11 9E 02 00 04 08 04 3A 5C 11 9F", "multiple-targets"},
		{"two at once, damaged", "02 01 00 04 08 04 88 01 02 03 02 00 04 08 04 3A 5C 11 9F", "multiple-targets"},
		{"two at once, cut short", "02 01 00 04", "multiple-targets"},
		{"three at once", "03 01 00 04 08 04 3A 5C 11 9E 02 00 04 08 04 3A 5C 11 9F 03 00 04 08 04 3A 5C 11 A0", "multiple-targets"},
		{"UID that is only begun", "01 01 00 04 08 04 88 01 02 03", "bad-uid"},
		{"UID longer than the answer", "01 01 00 44 00 07 04 A1 B2", "bad-uid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, pn532.Config{})
			r.start()
			r.run(time.Second)
			r.chip.strange = bytesOf(t, c.answer)
			r.run(10 * time.Second)
			r.expect("reply", c.want)
			r.chip.strange = nil
			r.run(time.Second)
			r.chip.strange = bytesOf(t, c.answer)
			r.run(time.Second)
			r.expect(c.want)
			r.chip.strange = nil
			r.place(&tag{uid: mustBytes("3A5C119E"), sak: 0x08})
			r.run(time.Second)
			r.expect("uid 3A5C119E")
		})
	}
}

// A tag at the edge of the field, or pulled away while it is read.
func TestReadingGoesWrong(t *testing.T) {
	edge := func(broken int) (*rig, *tag) {
		r := newRig(t, pn532.Config{})
		r.start()
		r.run(time.Second)
		r.expect("reply")
		a := ntag(uid, 144, textBlocks("LOY:1:AAAAAA"))
		a.broken = broken
		r.place(a)
		return r, a
	}

	r, _ := edge(2)
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")

	r, a := edge(1 << 30)
	r.run(10 * time.Second)
	r.remove(a)
	r.run(time.Second)
	r.expect("truncated") // once, not again when it has left

	r, a = edge(1 << 30)
	r.run(10 * time.Second)
	r.expect("truncated") // once, and never the number of the chip instead
	a.broken = 0
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")
	r.remove(a)
	r.run(time.Second)
	r.expect("removed")

	r, a = edge(1 << 30)
	for !slices.Contains(r.chip.heard, 0x40) {
		r.run(time.Millisecond)
	}
	r.run(10 * time.Millisecond)
	r.remove(a)
	r.run(time.Second)
	r.expect("truncated") // it was pulled away too soon, which has to be said
}

// A read may end in any status, or in something that is no answer to a read.
func TestReadingEndsInAnyOtherWay(t *testing.T) {
	for _, answer := range [][]byte{
		{}, {0x00}, {0x01}, {0x13}, {0x14}, make([]byte, 16), make([]byte, 18),
		append([]byte{0x01}, make([]byte, 16)...), append([]byte{0x40}, make([]byte, 16)...),
	} {
		for nth := range 2 {
			r := newRig(t, pn532.Config{})
			reads := 0
			r.chip.wrong = func(code byte) fault {
				if code == 0x40 {
					if reads++; reads == nth+1 {
						return fault{pages: answer}
					}
				}
				return fault{}
			}
			r.place(ntag(uid, 144, textBlocks("LOY:1:8F3K2Q")))
			r.start()
			r.run(time.Second)
			r.expect("reply", "ndef LOY:1:8F3K2Q")
		}
	}
}

// Whoever shows a tag does not wait for the next search when a read failed, nor
// for an answer that was damaged.
func TestTriesAgainAtOnce(t *testing.T) {
	for name, f := range map[string]fault{"status": {pages: []byte{0x01}}, "damaged": {damaged: true}} {
		r := newRig(t, pn532.Config{Poll: 2 * time.Second})
		r.start()
		r.run(time.Second)
		wrong := f
		r.chip.wrong = func(code byte) fault {
			if code != 0x40 {
				return fault{}
			}
			now := wrong
			wrong = fault{}
			return now
		}
		r.place(ntag(uid, 144, textBlocks("LOY:1:8F3K2Q")))
		r.run(3 * time.Second)
		if len(r.said) != 2 {
			t.Fatalf("%s: said %q", name, r.said)
		}
		// The search is 2 s after the one at the start.
		if took := r.when[1].Sub(start); took > 2200*time.Millisecond {
			t.Errorf("%s: the code took %s", name, took-2*time.Second)
		}
	}
}

func TestLostInTheMiddleOfATag(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.place(ntag(uid, 144, textBlocks("LOY:1:AAAAAA")))
	r.start()
	for !slices.Contains(r.chip.heard, 0x40) {
		r.run(time.Millisecond)
	}
	r.coming = nil
	r.feed(bytesOf(t, "00 00 FF 20 E0 D5 41")) // half an answer
	r.take(r.d.Lost())
	r.expect("reply", "link-lost")
	if due, ok := r.d.Deadline(); ok {
		t.Fatalf("after the loss it waits for %s", due)
	}
	r.chip.awake = false
	r.start()
	r.run(20 * time.Millisecond)
	r.expect("reply") // the half answer is not in its way
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")
	r.coming = nil
	r.take(r.d.Lost())
	r.expect()

	r.chip.tags[0].broken = 1 << 30
	r.start()
	for r.chip.tags[0].broken == 1<<30 {
		r.run(time.Millisecond)
	}
	r.run(15 * time.Millisecond)
	r.expect("reply")
	r.take(r.d.Lost())
	r.expect("link-lost")
}

func TestChipIsAskedWhoItIs(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.place(ntag(uid, 144, nil))
	r.start()
	r.run(5 * time.Minute)
	asked := 0
	for _, code := range r.chip.heard {
		if code == 0x02 {
			asked++
		}
	}
	if asked < 10 || asked > 11 {
		t.Errorf("asked %d times in 5 minutes", asked)
	}
}

func TestSearchesAreApart(t *testing.T) {
	for _, poll := range []time.Duration{0, 20 * time.Millisecond, time.Second} {
		r := newRig(t, pn532.Config{Poll: poll})
		r.start()
		r.run(time.Minute)
		searches := r.searches()
		if poll == 0 {
			poll = 100 * time.Millisecond
		}
		// Each search takes 32 ms and each command after it 3 ms.
		if want := int(time.Minute / (poll + 35*time.Millisecond)); searches < want-5 || searches > want+5 {
			t.Errorf("%d searches in a minute with a pause of %s, want about %d", searches, poll, want)
		}
	}
}
