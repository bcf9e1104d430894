package pn532_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/pn532"
)

// One command that goes wrong in one way or another changes nothing for whoever
// shows a card.
func TestOneFault(t *testing.T) {
	faults := map[string]fault{
		"deaf":                    {deaf: true},
		"no ACK":                  {noAck: true},
		"no answer":               {mute: true},
		"late by 50 ms":           {late: 50 * time.Millisecond},
		"late by 550 ms":          {late: 550 * time.Millisecond},
		"answer first":            {before: true},
		"answer with the ACK":     {glued: true},
		"garbage":                 {garbage: []byte{0x55, 0x00, 0x12, 0x00}},
		"garbage like a frame":    {garbage: []byte{0x00, 0xFF, 0x12}},
		"damaged":                 {damaged: true},
		"cut short":               {short: true},
		"damaged, before the ACK": {damaged: true, before: true},
	}
	for name, f := range faults {
		for nth := range 12 {
			for _, piece := range []int{0, 1} {
				r := newRig(t, pn532.Config{})
				r.piece = piece
				n := 0
				r.chip.wrong = func(byte) fault {
					n++
					if n == nth+1 {
						return f
					}
					return fault{}
				}
				r.place(ntag(uid, 144, textBlocks("LOY:1:"+strings.Repeat("A", 20))))
				r.start()
				r.run(5 * time.Second)
				if codes := strings.Join(r.said, "; "); codes != "reply; ndef LOY:1:"+strings.Repeat("A", 20) {
					t.Errorf("%s at command %d, in reads of %d: said %q", name, nth+1, piece, r.said)
				}
			}
		}
	}
}

// Each command may go wrong each time in a way that is no loss.
func TestStandingPeculiarities(t *testing.T) {
	for name, f := range map[string]fault{
		"no ACK":              {noAck: true},
		"slow":                {late: 90 * time.Millisecond},
		"answer first":        {before: true},
		"answer with the ACK": {glued: true},
		"garbage":             {garbage: []byte{0xFF, 0x55, 0x00}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, pn532.Config{})
			r.chip.wrong = func(byte) fault { return f }
			a := ntag(uid, 144, textBlocks("LOY:1:AAAAAA"))
			r.place(a)
			r.start()
			r.run(time.Minute)
			r.expect("reply", "ndef LOY:1:AAAAAA")
			r.remove(a)
			r.run(2 * time.Second)
			r.expect("removed")
		})
	}
}

// An answer that comes after it was given up must not pass for the answer to
// the next read: the text would be another.
func TestLateAnswerIsNotTakenForAnother(t *testing.T) {
	for late := 400 * time.Millisecond; late < 2*time.Second; late += 10 * time.Millisecond {
		r := newRig(t, pn532.Config{})
		reads := 0
		r.chip.wrong = func(code byte) fault {
			if code == 0x40 {
				if reads++; reads%2 == 0 && reads < 6 {
					return fault{late: late}
				}
			}
			return fault{}
		}
		const want = "LOY:1:ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		r.place(ntag(uid, 144, textBlocks(want)))
		r.start()
		r.run(10 * time.Second)
		for _, s := range r.said {
			if strings.HasPrefix(s, "ndef") && s != "ndef "+want || strings.HasPrefix(s, "uid") {
				t.Fatalf("an answer %s late made %q", late, s)
			}
		}
		if !slices.Contains(r.said, "ndef "+want) && !r.dead {
			t.Fatalf("an answer %s late: said %q", late, r.said)
		}
		if r.dead && late < 900*time.Millisecond {
			t.Fatalf("an answer %s late: the chip was given up", late)
		}
	}
}

func TestChipThatDoesNotAnswer(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.chip.wrong = func(byte) fault { return fault{deaf: true} }
	r.start()
	r.run(time.Minute)
	if !r.dead {
		t.Fatal("it was not given up")
	}
	if took := r.when[0].Sub(start); took > 2*time.Second {
		t.Errorf("it took %s to give it up", took)
	}
	r.expect("dead no-answer")
	if _, ok := r.d.Deadline(); ok {
		t.Fatal("something is still waited for")
	}
	r.take(r.d.Lost())

	r.chip.wrong = nil
	r.start()
	r.place(ntag(uid, 144, textBlocks("LOY:1:AAAAAA")))
	r.run(time.Second)
	r.expect("reply", "ndef LOY:1:AAAAAA")
}

func TestChipThatStopsAnswering(t *testing.T) {
	r := newRig(t, pn532.Config{})
	a := ntag(uid, 144, textBlocks("LOY:1:AAAAAA"))
	r.place(a)
	r.start()
	r.run(time.Minute)
	r.expect("reply", "ndef LOY:1:AAAAAA")
	r.chip.wrong = func(byte) fault { return fault{deaf: true} }
	r.run(3 * time.Second)
	r.expect("dead no-answer")
}

// A line that is shorted, or another device, may say that it took a command for
// ever.
func TestChipThatOnlyTakesCommands(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.chip.wrong = func(byte) fault { return fault{mute: true} }
	r.start()
	for range 200 {
		r.run(50 * time.Millisecond)
		r.feed([]byte{0, 0, 0xFF, 0, 0xFF, 0})
	}
	r.expect("dead no-answer")
}

// A dip in its supply: the chip sleeps again and has forgotten its settings.
func TestChipThatWasReset(t *testing.T) {
	for name, reset := range map[string]func(*chip){
		"asleep":            func(c *chip) { c.awake, c.limited = false, false; c.switchOff() },
		"settings are gone": func(c *chip) { c.limited = false; c.switchOff() },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, pn532.Config{})
			r.start()
			r.run(5 * time.Second)
			r.expect("reply")
			reset(r.chip)
			r.run(5 * time.Second)
			r.expect("reply") // woken again, not given up
			r.place(ntag(uid, 144, textBlocks("LOY:1:AAAAAA")))
			r.run(time.Second)
			r.expect("ndef LOY:1:AAAAAA")
		})
	}
}

// A chip that knows who it is but finds nothing, ever, is not an empty field.
func TestChipThatOnlySaysWhoItIs(t *testing.T) {
	r := newRig(t, pn532.Config{})
	r.start()
	r.run(time.Second)
	r.chip.wrong = func(code byte) fault { return fault{mute: code == 0x4A} }
	r.run(20 * time.Second)
	if !r.dead {
		t.Fatalf("it was not given up: %q", r.said)
	}
}
