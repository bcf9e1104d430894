package pn532_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/pn532"
)

const tooMany = "multiple-targets"

// Two customers' cards in one wallet: neither is taken, and it is said once.
// Whichever stays alone is a tap like any other.
func TestTwoTagsAtOnce(t *testing.T) {
	text := func(n byte) *tag {
		return ntag(fmt.Sprintf("04A1B2C3D4E5%02X", n), 144, textBlocks("LOY:1:"+string(rune(n))))
	}
	phone := &tag{random: random(0), sak: 0x20}
	classic := &tag{uid: mustBytes("3A5C119E"), sak: 0x08}
	blocks := &tag{uid: mustBytes("04112233445566"), sak: 0x20}

	for _, c := range []struct {
		name         string
		a, b         *tag
		aSays, bSays string
	}{
		{"texts", text('A'), text('B'), "ndef LOY:1:A", "ndef LOY:1:B"},
		{"text and number", text('A'), classic, "ndef LOY:1:A", "uid 3A5C119E"},
		{"number and text", classic, text('A'), "uid 3A5C119E", "ndef LOY:1:A"},
		{"blocks and text", blocks, text('A'), "uid 04112233445566", "ndef LOY:1:A"},
		{"text and phone", text('A'), phone, "ndef LOY:1:A", "uid 0824A9"},
		{"phone and text", phone, text('A'), "uid 0824A9", "ndef LOY:1:A"},
	} {
		for _, mode := range []pn532.Mode{pn532.TextOrUID, pn532.UIDOnly, pn532.TextOnly} {
			t.Run(fmt.Sprintf("%s/%s", c.name, mode), func(t *testing.T) {
				r := newRig(t, pn532.Config{Read: mode})
				r.start()
				r.run(time.Second)
				r.expect("reply")
				r.place(c.a)
				r.place(c.b)
				r.run(time.Minute)
				r.expect(tooMany)
				if slices.Contains(r.chip.heard, 0x40) {
					t.Error("one of two was read")
				}
				r.remove(c.b)
				r.run(2 * time.Second)
				r.expectTap(c.aSays, c.a, mode)
				r.place(c.b)
				r.run(time.Minute)
				r.expect(tooMany)
				r.remove(c.a)
				r.run(2 * time.Second)
				if mode != pn532.TextOnly || strings.HasPrefix(c.aSays, "ndef") {
					r.expectFirst("removed")
				}
				r.expectTap(c.bSays, c.b, mode)
				r.place(c.a)
				r.run(time.Second)
				r.expect(tooMany)
				r.remove(c.a)
				r.remove(c.b)
				r.run(time.Second)
				r.said = slices.DeleteFunc(r.said, func(s string) bool { return s == "removed" })
				r.expect()
			})
		}
	}
}

// Two phones have a number for each search, so nobody can say which of them
// stayed. A phone is never a customer's card anyway.
func TestTwoPhonesAtOnce(t *testing.T) {
	r, _, _ := wallet(t)
	a, b := &tag{random: random(0), sak: 0x20}, &tag{random: random(100), sak: 0x20}
	r.place(a)
	r.place(b)
	r.run(time.Minute)
	r.expect(tooMany)
	r.remove(a)
	r.run(2 * time.Second)
	r.expectTap("uid 0824A9", b, pn532.TextOrUID)
	r.place(a)
	r.run(time.Minute)
	r.expect(tooMany)
	r.remove(b)
	r.run(time.Minute)
	r.expect()
	r.remove(a)
	r.run(time.Second)
	r.expect("removed")
}

// expectTap compares what was said with what one tag says.
func (r *rig) expectTap(want string, is *tag, mode pn532.Mode) {
	r.t.Helper()
	switch {
	case mode == pn532.UIDOnly && is.random == nil:
		want = fmt.Sprintf("uid %X", is.uid)
	case mode == pn532.TextOnly && strings.HasPrefix(want, "uid"):
		want = "unsupported"
	}
	if len(r.said) != 1 || !strings.HasPrefix(r.said[0], want) {
		r.t.Fatalf("%s after the start it said %q, want %q alone", r.now.Sub(start), r.said, want)
	}
	r.said, r.when = nil, nil
}

func (r *rig) expectFirst(want string) {
	r.t.Helper()
	if len(r.said) == 0 || r.said[0] != want {
		r.t.Fatalf("%s after the start it said %q, want %q first", r.now.Sub(start), r.said, want)
	}
	r.said, r.when = r.said[1:], r.when[1:]
}

// wallet is a rig that is searching, and two cards that are not there yet.
func wallet(t *testing.T) (r *rig, a, b *tag) {
	t.Helper()
	r = newRig(t, pn532.Config{})
	r.start()
	r.run(time.Second)
	r.expect("reply")
	return r, ntag(uid, 144, textBlocks("LOY:1:AAAAAA")), &tag{uid: mustBytes("3A5C119E"), sak: 0x08}
}

// A tag whose code was given does not give it again for having had company.
func TestTagThatIsJoinedByAnother(t *testing.T) {
	r, a, b := wallet(t)
	b.sak = 0x28 // what it answers to being found is longer
	r.chip.finds = func(tags []*tag) []*tag { return []*tag{b, a} }
	r.place(a)
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")
	for range 3 {
		r.place(b)
		r.run(10 * time.Second)
		r.expect(tooMany)
		r.remove(b)
		r.run(10 * time.Second)
		r.expect()
	}
	r.place(b)
	r.run(time.Second)
	r.expect(tooMany)
	r.remove(a)
	r.run(2 * time.Second)
	r.expect("removed", "uid 3A5C119E")
	r.remove(b)
	r.run(time.Second)
	r.expect("removed")
}

// A tag that could not be read is one that has just come, once it is alone.
func TestTagThatCannotBeReadIsJoinedByAnother(t *testing.T) {
	r, a, b := wallet(t)
	a.broken = 1 << 30
	r.place(a)
	r.run(5 * time.Second)
	r.expect("truncated")
	r.place(b)
	r.run(5 * time.Second)
	r.expect(tooMany)
	r.remove(b)
	r.run(5 * time.Second)
	r.expect("truncated")
	a.broken = 0
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")
}

func TestWalletThatIsTakenAwayAndShownAgain(t *testing.T) {
	r, a, b := wallet(t)
	for range 3 {
		r.place(a)
		r.place(b)
		r.run(time.Second)
		r.expect(tooMany)
		r.remove(a)
		r.run(200 * time.Millisecond) // nobody takes both away in one moment
		r.remove(b)
		r.run(400 * time.Millisecond)
		r.expect()
	}
	r.place(a) // and then one of them, taken out
	r.run(time.Second)
	r.expect("ndef LOY:1:AAAAAA")
}

// Some chips find one of two, now this and now that: the first was a tap before
// anybody could know, the other is none.
func TestTwoTagsThatAreFoundInTurns(t *testing.T) {
	r, a, b := wallet(t)
	turn := 0
	r.chip.finds = func(tags []*tag) []*tag {
		turn++
		return tags[turn%2:][:1]
	}
	turn = 1
	r.place(a)
	r.place(b)
	r.run(time.Minute)
	r.expect("ndef LOY:1:AAAAAA", tooMany)
	r.remove(a)
	r.run(2 * time.Second)
	r.expect("removed", "uid 3A5C119E")
}

// A card that is hidden behind another has not left for that, nor has it come
// anew when it is found again.
func TestTagThatIsHiddenByAnother(t *testing.T) {
	for hidden := range 5 {
		r, a, b := wallet(t)
		searches := 0
		r.chip.finds = func(tags []*tag) []*tag {
			searches++
			if searches%(hidden+1) == 0 {
				return tags
			}
			return tags[:1]
		}
		searches = hidden // the first one finds both
		r.place(a)
		r.place(b)
		r.run(time.Minute)
		r.expect(tooMany)
		r.remove(b)
		r.run(2 * time.Second)
		r.expect("ndef LOY:1:AAAAAA")
	}
}

// A tag that is listed twice is still one.
func TestTagThatIsListedTwice(t *testing.T) {
	r, _, _ := wallet(t)
	r.chip.strange = bytesOf(t, "02 01 00 04 08 04 3A 5C 11 9E 02 00 04 08 04 3A 5C 11 9E")
	r.run(5 * time.Second)
	r.expect("uid 3A5C119E")
}

func TestPortIsLostWithTwoTagsInTheField(t *testing.T) {
	r, a, b := wallet(t)
	a.broken = 1 << 30
	r.place(a)
	r.run(150 * time.Millisecond)
	r.expect() // it was tried in vain
	r.place(b)
	r.run(time.Second)
	r.expect(tooMany)
	r.coming = nil
	r.take(r.d.Lost())
	r.expect()
	r.start()
	r.run(5 * time.Second)
	r.expect("reply", tooMany)
}

// Wallets are shown, cards are added to others and taken from them, the chip
// overlooks one of two now and then, and a line does what lines do. From when it
// is said that there are two, neither is a code before one is taken away; before
// it is said, one may be. Each pair is said once, and each stay is a code once at
// most.
func TestPairs(t *testing.T) {
	for seed := range uint64(40) {
		for _, overlooks := range []float64{0, 0.3} {
			for _, faults := range []float64{0, 0.02, 0.1} {
				t.Run(fmt.Sprintf("seed=%d/overlooks=%v/faults=%v", seed, overlooks, faults), func(t *testing.T) {
					pairs(t, rand.New(rand.NewPCG(seed, 42)), overlooks, faults)
				})
			}
		}
	}
}

func pairs(t *testing.T, rng *rand.Rand, overlooks, faults float64) {
	r := newRig(t, pn532.Config{})
	r.piece = rng.IntN(4)
	r.chip.finds = forgetful(rng, overlooks)
	r.chip.wrong = func(byte) fault {
		if rng.Float64() >= faults {
			return fault{}
		}
		return anyFault(rng)
	}
	r.start()
	r.run(2 * time.Second)

	losses := 0
	heard := func(atLeast time.Duration) (codes []string, tooManies int) {
		r.run(atLeast + time.Duration(rng.IntN(2000))*time.Millisecond)
		for _, s := range r.said {
			switch {
			case strings.HasPrefix(s, "ndef ") || strings.HasPrefix(s, "uid "):
				if tooManies > 0 {
					t.Errorf("%q while it was said that there are two: %q", s, r.said)
				}
				codes = append(codes, s)
			case s == tooMany:
				tooManies++
			case strings.HasPrefix(s, "dead"):
				losses++
			}
		}
		r.said, r.when = nil, nil
		if r.dead {
			r.dead, r.coming = false, nil
			r.take(r.d.Lost())
			r.start()
		}
		return codes, tooManies
	}
	strange := func(format string, args ...any) {
		if losses == 0 { // after a loss everything is as if it had just come
			t.Errorf(format, args...)
		}
	}
	for n := range 8 {
		a, codeA := anyTag(rng, 2*n)
		b, codeB := anyTag(rng, 2*n+1)
		for a.random != nil && b.random != nil { // see TestTwoPhonesAtOnce
			b, codeB = anyTag(rng, 2*n+1)
		}
		first := rng.IntN(2) == 0
		taken := map[string]int{}
		count := func(codes []string) {
			for _, c := range codes {
				taken[c]++
			}
		}
		losses = 0
		r.place(a)
		if first {
			codes, _ := heard(4 * time.Second)
			count(codes)
			if len(codes) != 1 {
				strange("one tag said %q, want %q", codes, codeA)
			}
		}
		r.place(b)
		codes, tooManies := heard(4 * time.Second)
		count(codes)
		if tooManies != 1 {
			strange("two tags, said %d times", tooManies)
		}
		if overlooks == 0 && len(codes) > 0 || len(codes) > 1 {
			strange("two tags said %q", codes)
		}
		stays, leaves := a, b
		if rng.IntN(2) == 0 {
			stays, leaves = b, a
		}
		r.remove(leaves)
		codes, tooManies = heard(4 * time.Second)
		count(codes)
		if tooManies > 0 {
			strange("one tag, and it was said that there are two")
		}
		for c, times := range taken {
			if times > 1 && !strings.HasPrefix(c, "uid 08") {
				strange("%q %d times", c, times)
			}
		}
		if code := map[*tag]string{a: codeA, b: codeB}[stays]; len(taken) == 0 {
			strange("%q stayed alone and said nothing", code)
		}
		r.remove(stays)
		heard(2 * time.Second)
	}
}

// forgetful is a chip that now and then finds one of two, but none of them twice
// in a row without the other.
func forgetful(rng *rand.Rand, rate float64) func([]*tag) []*tag {
	var alone *tag
	return func(tags []*tag) []*tag {
		one := rng.IntN(len(tags))
		if rng.Float64() >= rate || tags[one] == alone {
			alone = nil
			return tags
		}
		alone = tags[one]
		return tags[one : one+1]
	}
}
