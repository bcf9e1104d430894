package scannertest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Fault is what is wrong with a PN532; the zero value is a sound one. Counts
// run down as they are used.
type Fault struct {
	// Deaf hears nothing.
	Deaf bool
	// NoAck answers without having acknowledged; NoAnswer acknowledges and says
	// no more.
	NoAck, NoAnswer bool
	// AnswerFirst sends the answer in front of the acknowledgement, as some
	// chips and drivers do; Glued sends both at once.
	AnswerFirst, Glued bool
	// Slow is how long an answer takes; it can be stopped until then.
	Slow time.Duration
	// Pause is how long the line is quiet after every byte.
	Pause time.Duration
	// Garbage stands in front of every frame.
	Garbage []byte
	// Extended sends every answer as an extended frame.
	Extended bool
	// BadChecksums is how many answers carry a wrong checksum.
	BadChecksums int
	// Statuses is how many exchanges with a tag end with Status, as at the edge
	// of the field: 01 time-out, 13 protocol, 14 authentication.
	Status   byte
	Statuses int
	// Misses is how many searches do not find what is in the field.
	Misses int
	// Alternate lets a tag that was selected miss the next search: the request
	// only ends its selection (ISO/IEC 14443-3, state diagram of type A).
	Alternate bool
}

// PN532 is a reader board with NXP's chip of that name on its serial line
// (HSU). It does what a reader of cards asks for and what libnfc asks besides.
// It is safe for concurrent use.
type PN532 struct {
	changed chan struct{} // what is in the field, or a fault

	mu        sync.Mutex // guards what follows
	chip      *chip
	host      hostFrames
	fault     Fault
	waiting   []byte    // the command that waits for a tag
	late      [][]byte  // an answer that is not due yet
	due       time.Time // when it is
	last      []byte    // the last answer, for a host that asks again
	counts    [256]int
	malformed int
	trace     []string
}

// NewPN532 returns a board with nothing in front of it.
func NewPN532() *PN532 {
	return &PN532{changed: make(chan struct{}, 1), chip: newChip()}
}

// Place holds tags in front of the reader, instead of those that were there. It
// keeps copies.
func (p *PN532) Place(tags ...Tag) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chip.field = nil
	for _, t := range tags {
		p.chip.field = append(p.chip.field, &fieldTag{Tag: t.clone()})
	}
	p.notify()
}

// Remove takes away what is in front of the reader.
func (p *PN532) Remove() { p.Place() }

// Memory returns what the first tag in front of the reader holds; nil if there
// is none.
func (p *PN532) Memory() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.chip.field) == 0 {
		return nil
	}
	return p.chip.field[0].clone().Memory
}

// Fail replaces what is wrong with the reader.
func (p *PN532) Fail(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
	p.notify()
}

// Reset takes the chip's power away for a moment: it sleeps and has forgotten
// what it was told. Tags stay where they are.
func (p *PN532) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	field := p.chip.field
	p.chip = newChip()
	p.chip.field = field
	p.chip.switchField(false)
	p.host.clear()
	p.waiting, p.late, p.last = nil, nil, nil
}

// Count returns how many commands with this code were heard. Example: 4A for
// searches.
func (p *PN532) Count(command byte) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[command]
}

// Malformed returns how many frames of the host were wrong, by checksum or by
// what they asked for.
func (p *PN532) Malformed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.malformed
}

// Trace returns the last commands (>) and what was sent (<), one a line.
func (p *PN532) Trace() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.trace, "\n")
}

// mostTraced keeps a board that runs for days from growing.
const mostTraced = 200

func (p *PN532) note(line string) {
	if len(p.trace) == mostTraced {
		p.trace = append(p.trace[:0], p.trace[1:]...)
	}
	p.trace = append(p.trace, line)
}

func (p *PN532) notify() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Serve is the board on a line that was just connected, with its power
// switched on by that. It returns nil when ctx is done, else what was wrong
// with the line. To end a read it needs the line's SetReadDeadline. It must not
// run twice at the same time.
func (p *PN532) Serve(ctx context.Context, line io.ReadWriter) error {
	p.Reset()
	host, stop := listen(ctx, line)
	defer stop()
	due := time.NewTimer(time.Hour)
	defer due.Stop()
	for {
		var say [][]byte
		select {
		case <-ctx.Done():
			return nil
		case heard, ok := <-host.heard:
			if !ok {
				return host.failure(ctx)
			}
			say = p.hear(time.Now(), heard)
		case <-p.changed:
			say = p.lookAgain(time.Now())
		case <-due.C:
			say = p.dueNow(time.Now())
		}
		if err := p.send(ctx, line, say); err != nil {
			return err
		}
		if at, ok := p.nextDue(); ok {
			due.Reset(time.Until(at))
		} else {
			due.Stop()
		}
	}
}

// send writes frames one by one.
func (p *PN532) send(ctx context.Context, line io.Writer, frames [][]byte) error {
	p.mu.Lock()
	pause := p.fault.Pause
	p.mu.Unlock()
	for _, f := range frames {
		if err := writeSlowly(ctx, line, f, pause); err != nil {
			return fmt.Errorf("answer the host: %w", err)
		}
	}
	return nil
}

// writeSlowly waits after every byte, if there is a pause.
func writeSlowly(ctx context.Context, line io.Writer, b []byte, pause time.Duration) error {
	if pause <= 0 {
		_, err := line.Write(b)
		return err
	}
	for i := range b {
		if _, err := line.Write(b[i : i+1]); err != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// hear takes in what the host wrote and returns what to send.
func (p *PN532) hear(now time.Time, heard []byte) (say [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range heard {
		if p.fault.Deaf || !p.chip.hears(now, b) {
			continue
		}
		p.host.add(b)
		for {
			f, ok := p.host.next()
			if !ok {
				break
			}
			say = append(say, p.take(now, f)...)
		}
	}
	return say
}

// take acts on one frame. Anything the host says ends what was going on.
func (p *PN532) take(now time.Time, f hostFrame) [][]byte {
	if f.kind == brokenFrame {
		p.malformed++
		p.note("> damaged")
		return nil // the chip keeps silent, and the host's time runs out
	}
	p.waiting, p.late = nil, nil
	switch {
	case f.kind == hostAck:
		p.note("> ACK")
		return nil
	case f.kind == hostNack:
		return p.frames(now, nil, p.last)
	}
	p.note(fmt.Sprintf("> % X", f.data))
	p.counts[f.data[0]]++
	return p.frames(now, ackFrame, p.carryOut(f.data))
}

// carryOut returns the frame that answers a command, nil if the answer has to
// wait for a tag.
func (p *PN532) carryOut(command []byte) []byte {
	answer, done := p.chip.do(command, &p.fault)
	switch {
	case !done:
		p.waiting = command
		return nil
	case answer == nil:
		p.malformed++
		return syntaxError
	default:
		return answerFrame(answer, p.fault.Extended)
	}
}

// lookAgain searches once more after the field or the faults changed.
func (p *PN532) lookAgain(now time.Time) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == nil || p.fault.Deaf {
		return nil
	}
	return p.frames(now, nil, p.carryOut(p.waiting))
}

// frames orders acknowledgement and answer as the fault wants it. What is not
// due yet is kept.
func (p *PN532) frames(now time.Time, ack, answer []byte) (say [][]byte) {
	if answer != nil {
		p.waiting = nil
		p.last = answer
	}
	f := &p.fault
	if f.NoAck {
		ack = nil
	}
	if f.NoAnswer {
		answer = nil
	}
	if answer != nil && f.BadChecksums > 0 {
		f.BadChecksums--
		answer = append([]byte(nil), answer...)
		answer[len(answer)-2]++
	}
	ack, answer = p.withGarbage(ack), p.withGarbage(answer)
	switch {
	case answer == nil || f.Slow > 0 && ack != nil && !f.AnswerFirst && !f.Glued:
		say, p.late, p.due = join(ack), join(answer), now.Add(f.Slow)
	case f.AnswerFirst:
		say = join(answer, ack)
	case f.Glued:
		say = join(append(ack, answer...))
	default:
		say = join(ack, answer)
	}
	p.noteAll(say)
	return say
}

func (p *PN532) withGarbage(frame []byte) []byte {
	if frame == nil {
		return nil
	}
	return append(append([]byte(nil), p.fault.Garbage...), frame...)
}

func (p *PN532) noteAll(say [][]byte) {
	for _, b := range say {
		p.note(fmt.Sprintf("< % X", b))
	}
}

// join leaves out what is not there.
func join(frames ...[]byte) (all [][]byte) {
	for _, f := range frames {
		if f != nil {
			all = append(all, f)
		}
	}
	return all
}

func (p *PN532) dueNow(now time.Time) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late == nil || now.Before(p.due) {
		return nil
	}
	say := p.late
	p.late = nil
	p.noteAll(say)
	return say
}

func (p *PN532) nextDue() (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.due, p.late != nil
}
