package pn532_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

// A tag as the chip sees it.
type tag struct {
	uid    []byte
	random func() []byte // a new UID each time it gets power
	sak    byte
	pages  []byte // its memory, nil if it has none that can be read
	broken int    // reads that fail before one works
	active bool   // it was selected, and answers no search until it loses its power
}

// A fault is what goes wrong with one command.
type fault struct {
	deaf    bool // nothing is heard of it
	noAck   bool
	mute    bool // it is done and never answered
	late    time.Duration
	before  bool // the answer comes before the ACK
	glued   bool // the answer comes with the ACK
	garbage []byte
	damaged bool   // one bit of the answer is wrong
	short   bool   // the end of the answer is missing
	pages   []byte // what a read answers instead of a status and 16 bytes
}

// A chip is a PN532 as its manual has it, written for these tests. It knows
// neither the driver's time-outs nor its states.
type chip struct {
	t        testing.TB
	awake    bool
	powered  bool // the field
	limited  bool // a search ends without a tag
	tags     []*tag
	selected *tag
	strange  []byte
	// finds says which tags a search finds of several; nil for all it has room for
	finds func([]*tag) []*tag

	wrong func(code byte) fault // nil for a chip that does all right
	busy  time.Time             // until when it works on the command before
	heard []byte                // the code of each command
	pages []byte                // that were read
}

type delivery struct {
	at   time.Time
	data []byte
}

// hear takes what the driver sends and returns what comes of it.
func (c *chip) hear(now time.Time, b []byte) []delivery {
	c.awake = c.awake || bytes.HasPrefix(b, []byte{0x55, 0x55, 0, 0, 0, 0})
	if !c.awake {
		return nil
	}
	code, data, ok := hostFrame(b)
	if !ok {
		c.t.Fatalf("the chip cannot read % X", b)
	}
	return c.obey(now, code, data)
}

// hostFrame reads the command in what the driver sends at once.
func hostFrame(b []byte) (code byte, data []byte, ok bool) {
	b = bytes.TrimPrefix(b, []byte{0, 0, 0xFF, 0, 0xFF, 0}) // first it takes back the one before
	_, f, ok := bytes.Cut(b, []byte{0x00, 0xFF})
	if !ok || len(f) < 5 || int(f[0])+4 != len(f) || f[0]+f[1] != 0 || sumOf(f[2:3+f[0]]) != 0 || f[2] != 0xD4 {
		return 0, nil, false
	}
	return f[3], f[4 : 2+f[0]], true
}

func (c *chip) obey(now time.Time, code byte, data []byte) []delivery {
	c.heard = append(c.heard, code)
	var wrong fault
	if c.wrong != nil {
		wrong = c.wrong(code)
	}
	if wrong.deaf {
		return nil
	}
	answer, takes := c.do(code, data, wrong)
	now = later(now, c.busy) // it does one thing after another
	ack := delivery{at: now.Add(2 * time.Millisecond), data: []byte{0, 0, 0xFF, 0, 0xFF, 0}}
	if wrong.noAck {
		ack.data = nil
	}
	if answer == nil || wrong.mute {
		return []delivery{ack}
	}
	reply := delivery{at: ack.at.Add(takes + wrong.late), data: slices.Concat(wrong.garbage, chipFrame(append([]byte{code + 1}, answer...)))}
	if wrong.damaged {
		reply.data[len(reply.data)-3] ^= 0x10
	}
	if wrong.short {
		reply.data = reply.data[:len(reply.data)-3]
	}
	c.busy = reply.at
	switch {
	case wrong.before:
		ack.at = reply.at.Add(time.Millisecond)
		return []delivery{reply, ack}
	case wrong.glued:
		reply.data = slices.Concat(ack.data, reply.data)
		return []delivery{reply}
	default:
		return []delivery{ack, reply}
	}
}

// do carries out a command; without an answer it goes on for ever.
func (c *chip) do(code byte, data []byte, wrong fault) ([]byte, time.Duration) {
	switch code {
	case 0x02:
		return []byte{0x32, 0x01, 0x06, 0x07}, time.Millisecond
	case 0x14:
		return []byte{}, time.Millisecond
	case 0x32:
		switch {
		case data[0] == 0x05 && len(data) == 4:
			c.limited = data[3] != 0xFF
		case data[0] == 0x01 && data[1] == 0x00:
			c.switchOff()
		default:
			c.t.Fatalf("RFConfiguration % X", data)
		}
		return []byte{}, time.Millisecond
	case 0x4A:
		return c.search(data), 30 * time.Millisecond
	case 0x40:
		return c.read(data, wrong), 5 * time.Millisecond
	default:
		c.t.Fatalf("command %02X", code)
		return nil, 0
	}
}

func (c *chip) switchOff() {
	c.powered, c.selected = false, nil
	for _, t := range c.tags {
		t.active = false
	}
}

func (c *chip) search(data []byte) []byte {
	if len(data) != 2 || data[0] < 1 || data[0] > 2 || data[1] != 0 {
		c.t.Fatalf("InListPassiveTarget % X", data)
	}
	if !c.powered {
		c.powered = true
		for _, t := range c.tags {
			if t.random != nil {
				t.uid = t.random()
			}
		}
	}
	if c.strange != nil {
		return c.strange
	}
	c.selected = nil
	var idle []*tag
	for _, t := range c.tags {
		if !t.active {
			idle = append(idle, t)
		}
		t.active = false // it answers nothing it did not expect, and starts again
	}
	if len(idle) == 0 {
		if !c.limited {
			return nil
		}
		return []byte{0}
	}
	if c.finds != nil && len(idle) > 1 {
		idle = c.finds(idle)
	}
	idle = idle[:min(len(idle), int(data[0]))]
	c.selected = idle[0]
	answer := []byte{byte(len(idle))}
	for i, t := range idle {
		t.active = true
		answer = append(answer, describe(byte(i+1), t)...)
	}
	return answer
}

func describe(number byte, t *tag) []byte {
	b := slices.Concat([]byte{number, 0x00, 0x44, t.sak, byte(len(t.uid))}, t.uid)
	if t.sak&0x20 != 0 {
		b = append(b, 5, 0x78, 0x80, 0x70, 0x02) // it talks in blocks: its ATS
	}
	return b
}

func (c *chip) read(data []byte, wrong fault) []byte {
	if len(data) != 3 || data[0] != 1 || data[1] != 0x30 {
		c.t.Fatalf("InDataExchange % X", data)
	}
	t := c.selected
	switch {
	case wrong.pages != nil:
		return wrong.pages
	case t == nil || !slices.Contains(c.tags, t) || t.pages == nil:
		return []byte{0x01}
	case t.broken > 0:
		t.broken--
		return []byte{0x13}
	}
	c.pages = append(c.pages, data[2])
	answer := []byte{0}
	for i := range 16 {
		answer = append(answer, t.pages[(4*int(data[2])+i)%len(t.pages)])
	}
	return answer
}

func chipFrame(content []byte) []byte {
	body := append([]byte{0xD5}, content...)
	n := byte(len(body))
	return slices.Concat([]byte{0, 0, 0xFF, n, -n}, body, []byte{-sumOf(body), 0})
}

func sumOf(b []byte) byte {
	var s byte
	for _, c := range b {
		s += c
	}
	return s
}

// A rig joins a driver, a chip and a made-up clock.
type rig struct {
	t      testing.TB
	d      *pn532.Driver
	chip   *chip
	now    time.Time
	coming []delivery
	piece  int           // most bytes in one read, 0 for all that came
	tardy  time.Duration // how late each Tick is
	heard  []delivery    // what came so far

	said []string // what the driver said but what it sends, in words
	when []time.Time
	sent [][]byte
	dead bool
}

func newRig(t testing.TB, cfg pn532.Config) *rig {
	r := &rig{t: t, d: pn532.New(cfg), chip: &chip{t: t}, now: start}
	return r
}

func (r *rig) start() { r.take(r.d.Start(r.now)) }

// run lets time pass.
func (r *rig) run(d time.Duration) {
	r.t.Helper()
	until := r.now.Add(d)
	for steps := 0; ; steps++ {
		if steps > 200000 {
			r.t.Fatal("the driver is never content to wait")
		}
		due, waiting := r.d.Deadline()
		due = due.Add(r.tardy)
		if len(r.coming) > 0 && (!waiting || !r.coming[0].at.After(due)) {
			if r.coming[0].at.After(until) {
				break
			}
			r.now = later(r.now, r.coming[0].at)
			data := r.coming[0].data
			r.heard = append(r.heard, delivery{r.now, data})
			r.coming = r.coming[1:]
			r.feed(data)
			continue
		}
		if !waiting || due.After(until) {
			break
		}
		r.now = later(r.now, due)
		r.take(r.d.Tick(r.now))
	}
	r.now = until
}

func (r *rig) feed(data []byte) {
	piece := r.piece
	if piece == 0 {
		piece = max(len(data), 1)
	}
	for part := range slices.Chunk(slices.Clone(data), piece) {
		r.take(r.d.Feed(r.now, part))
		clear(part) // the driver must not have kept it
	}
}

func (r *rig) take(events []frame.Event) {
	for _, e := range events {
		if e.Send != nil {
			r.sent = append(r.sent, e.Send)
			r.coming = append(r.coming, r.chip.hear(r.now, e.Send)...)
			slices.SortStableFunc(r.coming, func(a, b delivery) int { return a.at.Compare(b.at) })
		}
		if e.Text != "" || e.Reason != "" || e.Note != "" {
			r.said = append(r.said, inWords(e))
			r.when = append(r.when, r.now)
		}
		r.dead = r.dead || e.Dead
	}
}

// searches is how often the chip was told to search.
func (r *rig) searches() int { return bytes.Count(r.chip.heard, []byte{0x4A}) }

// place and remove move tags by hand.
func (r *rig) place(t *tag) { r.chip.tags = append(r.chip.tags, t) }

func (r *rig) remove(t *tag) {
	t.active = false
	r.chip.tags = slices.DeleteFunc(r.chip.tags, func(o *tag) bool { return o == t })
}

// expect compares what was said since the last time.
func (r *rig) expect(want ...string) {
	r.t.Helper()
	if !slices.Equal(r.said, want) {
		r.t.Fatalf("%s after the start it said %q, want %q", r.now.Sub(start), r.said, want)
	}
	r.said, r.when = nil, nil
}

// ntag is a Type 2 tag of so many data bytes that carries these blocks.
func ntag(uid string, size int, blocks []byte) *tag {
	u := mustBytes(uid)
	pages := make([]byte, 16+size+20)
	copy(pages, u)
	copy(pages[12:], []byte{0xE1, 0x10, byte(size / 8), 0x00})
	copy(pages[16:16+size], blocks)
	return &tag{uid: u, pages: pages}
}

// textBlocks is a message with one text.
func textBlocks(text string) []byte {
	n := len(text) + 3
	message := slices.Concat([]byte{0xC1, 1, 0, 0, byte(n >> 8), byte(n), 'T', 2, 'e', 'n'}, []byte(text))
	if n < 200 {
		message = slices.Concat([]byte{0xD1, 1, byte(n), 'T', 2, 'e', 'n'}, []byte(text))
	}
	length := []byte{byte(len(message))}
	if len(message) > 254 {
		length = []byte{0xFF, byte(len(message) >> 8), byte(len(message))}
	}
	return slices.Concat([]byte{3}, length, message, []byte{0xFE})
}

// random makes up a UID for each time, as a phone does.
func random(n byte) func() []byte {
	return func() []byte {
		n++
		return []byte{0x08, 0x24, 0xA9, n}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func mustBytes(s string) []byte {
	b := []byte{}
	for part := range slices.Chunk([]byte(s), 2) {
		var v byte
		if _, err := fmt.Sscanf(strings.ToLower(string(part)), "%02x", &v); err != nil {
			panic(err)
		}
		b = append(b, v)
	}
	return b
}
