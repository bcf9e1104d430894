package pn532_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

// Customers come and go, and a line does what lines do. Whatever happens, no
// code is another tag's, no stay is a code twice, and a tag that is held still
// for as long as it takes is read.
func TestWorlds(t *testing.T) {
	for seed := range uint64(60) {
		for _, rate := range []float64{0, 0.02, 0.1} {
			t.Run(fmt.Sprintf("seed=%d/faults=%v", seed, rate), func(t *testing.T) { world(t, seed, rate) })
		}
	}
}

// A guest is one stay of one tag.
type guest struct {
	code       string
	from, till time.Time
	codes      int
}

func world(t *testing.T, seed uint64, rate float64) {
	rng := rand.New(rand.NewPCG(seed, 5))
	r := newRig(t, pn532.Config{})
	r.piece = rng.IntN(4)
	r.chip.wrong = func(byte) fault {
		if rng.Float64() >= rate {
			return fault{}
		}
		return anyFault(rng)
	}
	r.start()
	r.run(2 * time.Second)

	var guests []*guest
	losses := 0
	seen := 0
	book := func() {
		for ; seen < len(r.said); seen++ {
			switch said := r.said[seen]; {
			case strings.HasPrefix(said, "ndef ") || strings.HasPrefix(said, "uid "):
				g := whose(guests, said, r.when[seen])
				if g == nil {
					t.Fatalf("%q after %s is nobody's", said, r.when[seen].Sub(start))
				}
				g.codes++
			case strings.HasPrefix(said, "dead"):
				losses++
				r.coming = nil
				r.take(r.d.Lost())
				r.start()
			}
		}
	}
	for n := range 20 {
		tag, code := anyTag(rng, n)
		g := &guest{code: code, from: r.now}
		guests = append(guests, g)
		r.place(tag)
		r.run(time.Duration(100+rng.IntN(5000)) * time.Millisecond)
		r.remove(tag)
		g.till = r.now
		r.run(time.Duration(2000+rng.IntN(2000)) * time.Millisecond)
		book()
	}

	twice, missed := 0, 0
	for _, g := range guests {
		twice += max(0, g.codes-1)
		if g.codes == 0 && g.till.Sub(g.from) > 3*time.Second {
			missed++
		}
	}
	if twice > losses || missed > losses {
		t.Errorf("of %d stays %d were a code more than once and %d never, with %d losses", len(guests), twice, missed, losses)
	}
	if rate == 0 && losses > 0 {
		t.Errorf("%d losses on a good line", losses)
	}
}

// whose stay a code is: it may be said a little after the tag has left.
func whose(guests []*guest, said string, at time.Time) *guest {
	for _, g := range guests {
		isHis := said == g.code || strings.HasSuffix(g.code, "*") && strings.HasPrefix(said, strings.TrimSuffix(g.code, "*"))
		if isHis && !at.Before(g.from) && (g.till.IsZero() || at.Before(g.till.Add(600*time.Millisecond))) {
			return g
		}
	}
	return nil
}

func anyTag(rng *rand.Rand, n int) (*tag, string) {
	number := fmt.Sprintf("04%02X%010X", n, rng.Uint64()&0xFFFFFFFFFF)
	switch rng.IntN(5) {
	case 0:
		short := "3A5C" + number[10:]
		return &tag{uid: mustBytes(short), sak: 0x08}, "uid " + short
	case 1:
		return &tag{random: random(0), sak: 0x20}, "uid 0824A9*"
	case 2:
		return ntag(number, 144, nil), "uid " + number
	default:
		text := fmt.Sprintf("LOY:1:%d-%s", n, strings.Repeat(string(rune('A'+n)), rng.IntN(60)))
		return ntag(number, 496, textBlocks(text)), "ndef " + text
	}
}

func anyFault(rng *rand.Rand) fault {
	switch rng.IntN(10) {
	case 0:
		return fault{deaf: true}
	case 1:
		return fault{noAck: true}
	case 2:
		return fault{mute: true}
	case 3:
		return fault{late: time.Duration(rng.IntN(700)) * time.Millisecond}
	case 4:
		return fault{before: true}
	case 5:
		return fault{glued: true}
	case 6:
		return fault{damaged: true}
	case 7:
		return fault{short: true}
	case 8:
		return fault{pages: append([]byte{[]byte{0x01, 0x13, 0x14}[rng.IntN(3)]}, make([]byte, 16*rng.IntN(2))...)}
	default:
		noise := make([]byte, rng.IntN(20))
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		return fault{garbage: noise}
	}
}

// How the line cuts what the chip says into reads changes nothing.
func TestReadsOfAnySize(t *testing.T) {
	var want string
	for piece := range 30 {
		r := newRig(t, pn532.Config{})
		r.piece = piece
		rng := rand.New(rand.NewPCG(7, 7))
		r.chip.wrong = func(byte) fault {
			if rng.IntN(20) > 0 {
				return fault{}
			}
			return anyFault(rng)
		}
		for n := range 5 {
			tag, _ := anyTag(rng, n)
			r.place(tag)
			if n == 0 {
				r.start()
			}
			r.run(5 * time.Second)
			r.remove(tag)
			r.run(time.Second)
		}
		got := fmt.Sprintf("%q %v % X", r.said, r.when, r.sent)
		if piece == 0 {
			want = got
		} else if got != want {
			t.Fatalf("in reads of %d bytes:\n%s\nin whole reads:\n%s", piece, got, want)
		}
	}
}

// What a chip said, with its pauses, gives the same codes again without the
// chip, and without the tags.
func TestRecording(t *testing.T) {
	live := newRig(t, pn532.Config{})
	live.tardy = 10 * time.Millisecond
	live.start()
	rng := rand.New(rand.NewPCG(9, 9))
	for n := range 10 {
		tag, _ := anyTag(rng, n)
		live.run(time.Second)
		live.place(tag)
		live.run(time.Second)
		live.remove(tag)
	}
	live.run(time.Second)

	again := newRig(t, pn532.Config{})
	again.chip.wrong = func(byte) fault { return fault{deaf: true} }
	again.coming = live.heard
	again.start()
	again.run(live.now.Sub(start))
	if !slices.Equal(again.said, live.said) {
		t.Errorf("played again it said %q, live %q", again.said, live.said)
	}
	if len(live.said) != 21 {
		t.Errorf("live it said %q, want ten stays", live.said)
	}
}

// Whatever comes at whatever time, the driver neither panics nor grows nor
// spins, and no code is what a code cannot be.
func FuzzDriver(f *testing.F) {
	f.Add([]byte{}, []byte{})
	f.Add(chipFrame([]byte{0x15}), []byte{0, 5, 200})
	tag := ntag(uid, 144, textBlocks("LOY:1:8F3K2Q"))
	f.Add(slices.Concat(
		chipFrame([]byte{0x15}), chipFrame([]byte{0x03}), chipFrame([]byte{0x33}),
		chipFrame(append([]byte{0x4B, 1, 1, 0, 0x44, 0, 7}, tag.uid...)),
		chipFrame(append([]byte{0x41, 0}, tag.pages[12:28]...)), chipFrame(append([]byte{0x41, 0}, tag.pages[28:44]...)),
		chipFrame([]byte{0x33})), []byte{1})
	f.Fuzz(func(t *testing.T, data, pauses []byte) {
		d, now := pn532.New(pn532.Config{}), start
		checkEvents(t, d, now, d.Start(now), 1)
		for i := 0; len(data) > 0; i++ {
			n := 1
			if len(pauses) > 0 {
				pause := pauses[i%len(pauses)]
				now = now.Add(time.Duration(pause) * 4 * time.Millisecond)
				n = min(len(data), 1+int(pause)%40)
			}
			checkEvents(t, d, now, d.Feed(now, data[:n]), 2+n)
			data = data[n:]
			checkEvents(t, d, now, d.Tick(now), 2)
		}
		d.Lost()
		if _, ok := d.Deadline(); ok {
			t.Fatal("something is waited for after the loss")
		}
	})
}

// The same when the chip answers every command, with anything at all.
func FuzzAnswers(f *testing.F) {
	tag := ntag(uid, 144, textBlocks("LOY:1:8F3K2Q"))
	found := append([]byte{1, 1, 0, 0x44, 0, 7}, tag.uid...)
	f.Add([]byte{0}, []byte{0}, "text")
	f.Add(found, append([]byte{0}, tag.pages[12:28]...), "")
	f.Add(found, append([]byte{0}, tag.pages[28:44]...), "uid")
	f.Add([]byte{2}, []byte{1}, "")
	f.Add(slices.Concat([]byte{2}, found[1:], []byte{2, 0, 0x44, 0x20, 4, 8, 1, 2, 3, 5, 0x78, 0x80, 0x70, 2}), []byte{0}, "")
	f.Add(found, []byte{0}, "")
	f.Add(found, []byte{}, "")
	f.Fuzz(func(t *testing.T, found, pages []byte, mode string) {
		if len(found) > 200 || len(pages) > 200 {
			return
		}
		d, now := pn532.New(pn532.Config{Read: pn532.Mode(mode)}), start
		events, codes := d.Start(now), 0
		for range 400 {
			var answers []byte
			for _, e := range events {
				if e.Send != nil {
					code, _, _ := hostFrame(e.Send)
					answers = append(answers, chipFrame(answerTo(code, found, pages))...)
				}
				if e.IsCode() {
					codes++
				}
			}
			if len(answers) == 0 {
				if due, ok := d.Deadline(); ok {
					now = later(now, due)
				}
				events = d.Tick(now)
			} else {
				events = d.Feed(now, answers)
			}
			checkEvents(t, d, now, events, 10)
		}
		if codes > 1 {
			t.Fatalf("one tag that stays is %d codes", codes)
		}
	})
}

func answerTo(code byte, found, pages []byte) []byte {
	switch code {
	case 0x4A:
		return append([]byte{0x4B}, found...)
	case 0x40:
		return append([]byte{0x41}, pages...)
	default:
		return []byte{code + 1}
	}
}

func checkEvents(t *testing.T, d *pn532.Driver, now time.Time, events []frame.Event, most int) {
	t.Helper()
	if len(events) > most {
		t.Fatalf("%d events at once", len(events))
	}
	for _, e := range events {
		if e.IsCode() {
			checkCode(t, e)
		}
		if len(e.Send) > 40 {
			t.Fatalf("%d bytes to send", len(e.Send))
		}
	}
	if due, ok := d.Deadline(); ok && !due.After(now) {
		t.Fatal("it waits for the past")
	}
}

func checkCode(t *testing.T, e frame.Event) {
	t.Helper()
	ok := e.Tag
	switch e.Symbology {
	case frame.UID:
		ok = ok && validUID.MatchString(e.Text)
	case frame.NDEF:
		ok = ok && utf8.ValidString(e.Text) && len(e.Text) <= 512 && strings.Trim(e.Text, " ") == e.Text
		for _, r := range e.Text {
			ok = ok && (r >= 0x20 || r == 0x1D) && r != 0x7F
		}
	default:
		ok = false
	}
	if !ok {
		t.Fatalf("no code is like that: %+v", e)
	}
}

var validUID = regexp.MustCompile("^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$")
