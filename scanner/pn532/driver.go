package pn532

import (
	"slices"
	"time"

	"zegel/scanner/frame"
)

const (
	// ackWithin is how long the chip may take to say that it took a command. The
	// manual gives it 15 ms (6.2.2); adapters and busy computers add to that.
	ackWithin = 100 * time.Millisecond
	// answerWithin is how long a command may take from then on. A search takes
	// about 100 ms, as much again for a second tag, and longer when it has to
	// start talking to a phone.
	answerWithin = 500 * time.Millisecond
	// damagedWithin is how long a damaged answer may still be followed by the
	// one that is meant.
	damagedWithin = 20 * time.Millisecond
	// fieldReset is how long the field must be off for a tag to forget that it
	// was read; 5 ms would do (ISO/IEC 14443-3, 5.2).
	fieldReset = 10 * time.Millisecond
	// livenessEvery is how often the chip is asked who it is.
	livenessEvery = 30 * time.Second

	// rewakeAfter and deadAfter count commands without an answer since the last
	// search that worked.
	rewakeAfter = 3
	deadAfter   = 6
)

// Mode says what of a tag is its code.
type Mode string

const (
	// TextOrUID takes the text or address a tag carries, and the number of its
	// chip if it carries none. A tag whose text is damaged has no code: it must
	// not be one customer today and another tomorrow.
	TextOrUID Mode = "text-or-uid"
	// UIDOnly takes the number of the chip.
	UIDOnly Mode = "uid"
	// TextOnly takes the text or address.
	TextOnly Mode = "text"
)

// Config says how to read.
type Config struct {
	// Poll is the pause between two searches for a tag. Zero means 100 ms.
	Poll time.Duration
	// Read is what of a tag is its code. Empty, or anything unknown, means
	// TextOrUID.
	Read Mode
}

// Driver makes codes of the tags that come into a PN532's field. It gives each
// code once for as long as its tag stays; a tag that is taken away (Removed) and
// comes back gives it again. What goes wrong between it and the chip it sets
// right itself; when it cannot, it says NoAnswer and Dead, and waits for Start.
//
// Of two tags in the field, as in a wallet, neither is taken: MultipleTargets is
// said once for as long as there is more than one, and the tag that stays alone
// gives its code then, unless it gave it before the other came.
//
// The chip does not find every tag in every search, so some things cannot be
// told apart. Two tags of which the first search finds one are one tag until the
// other is found: its code is given, and MultipleTargets follows. Two of which
// one is found first, and then the other alone twice in a row, are a swap. Of
// two that were found together, one that is missed five times in a row was
// taken away. Which of two phones stayed nobody can say, as they make up their
// UIDs. And of more than two tags the chip finds two.
//
// It is not safe for concurrent use.
type Driver struct {
	cfg    Config
	frames Frames
	events []frame.Event // of the call that is under way

	doing  step
	acked  bool      // the chip took the command
	due    time.Time // when the step is over: nothing was heard, or it is time to go on
	silent int       // commands without an answer
	alive  time.Time // when the chip last said who it is

	field  field
	memory memory
}

// A step is the command whose answer is awaited, or a pause.
type step uint8

const (
	off         step = iota // until Start
	waking                  // useAsReader
	identifying             // askVersion, after waking
	configuring             // searchBriefly
	resting                 // until the next search
	checking                // askVersion, at any other time
	searching               // findTags
	reading                 // readPages
	clearing                // fieldOff
)

// awaited is the code of the answer that ends each step.
var awaited = [...]byte{
	waking:      cmdSAMConfiguration + 1,
	identifying: cmdGetFirmwareVersion + 1,
	configuring: cmdRFConfiguration + 1,
	checking:    cmdGetFirmwareVersion + 1,
	searching:   cmdInListPassiveTarget + 1,
	reading:     cmdInDataExchange + 1,
	clearing:    cmdRFConfiguration + 1,
}

// New returns a driver that does nothing until Start.
func New(cfg Config) *Driver {
	if cfg.Poll <= 0 {
		cfg.Poll = 100 * time.Millisecond
	}
	return &Driver{cfg: cfg}
}

// Start wakes the chip.
func (d *Driver) Start(now time.Time) []frame.Event {
	d.forget()
	d.wake(now)
	return d.take()
}

// Feed takes the bytes of one read and the time they came.
func (d *Driver) Feed(now time.Time, b []byte) []frame.Event {
	d.time(now)
	for _, m := range d.frames.Feed(now, b) {
		d.hear(now, m)
	}
	return d.take()
}

// Tick tells what time it is.
func (d *Driver) Tick(now time.Time) []frame.Event {
	d.time(now)
	return d.take()
}

// Deadline returns when the next step is due; it is false before Start and
// after the chip was given up.
func (d *Driver) Deadline() (time.Time, bool) {
	if d.doing == off {
		return time.Time{}, false
	}
	if open, ok := d.frames.Deadline(); ok && open.Before(d.due) {
		return open, true
	}
	return d.due, true
}

// Lost tells that the port is gone. A tag that was being read is reported.
func (d *Driver) Lost() []frame.Event {
	if d.doing == reading || d.field.unread() {
		d.say(frame.Event{Reason: frame.LinkLost})
	}
	d.forget()
	return d.take()
}

func (d *Driver) forget() {
	d.frames.Reset()
	d.field.clear()
	d.doing, d.silent = off, 0
}

// take returns what the call that is under way has to say.
func (d *Driver) take() []frame.Event {
	events := d.events
	d.events = nil
	return events
}

func (d *Driver) say(e frame.Event) { d.events = append(d.events, e) }

// time ends what is over by now.
func (d *Driver) time(now time.Time) {
	for _, m := range d.frames.Tick(now) {
		d.hear(now, m)
	}
	if d.doing == off || now.Before(d.due) {
		return
	}
	switch {
	case d.doing != resting:
		d.unanswered(now)
	case now.Sub(d.alive) >= livenessEvery:
		d.ask(now, checking, nil, askVersion)
	default:
		d.ask(now, searching, nil, findTags)
	}
}

// hear takes one frame. What does not belong to the command that is under way
// came too late, or is noise. An answer needs no acknowledgement before it:
// some chips and adapters bring the two in the wrong order.
func (d *Driver) hear(now time.Time, m Message) {
	if d.doing == off || d.doing == resting {
		return
	}
	switch {
	case m.Kind == Ack && !d.acked:
		d.acked = true
		d.due = now.Add(answerWithin)
	case m.Kind == Answer && m.Code == awaited[d.doing]:
		d.answered(now, m.Data)
	case m.Kind == Nack, m.Kind == Damaged && d.acked:
		d.hurry(now)
	}
}

// hurry gives up on an answer that was damaged, unless the one that is meant
// follows at once.
func (d *Driver) hurry(now time.Time) {
	if soon := now.Add(damagedWithin); soon.Before(d.due) {
		d.due = soon
	}
}

// answered goes on with what is to be done after an answer.
func (d *Driver) answered(now time.Time, data []byte) {
	switch d.doing {
	case waking:
		d.ask(now, identifying, nil, askVersion)
	case identifying:
		d.alive = now
		d.ask(now, configuring, nil, searchBriefly)
	case checking:
		d.alive = now
		d.clear(now)
	case configuring:
		d.say(frame.Event{Note: frame.Reply}) // it is a PN532, and ready
		d.clear(now)
	case searching:
		d.silent = 0
		d.found(now, data)
	case reading:
		d.readPages(now, data)
	case clearing:
		d.rest(now)
	}
}

// unanswered asks again what can be asked again. A search or a read is not: the
// answer that is missing may still come, and would be taken for the answer to
// the next one. So the chip is told to drop it, and asked who it is; what comes
// before that answer is from before (commands are answered in order).
//
// Only a search that works proves that the chip is well. After a dip in its
// supply it knows who it is, but has forgotten its settings, and an empty field
// leaves it silent for ever.
func (d *Driver) unanswered(now time.Time) {
	d.silent++
	starting := d.doing == waking || d.doing == identifying || d.doing == configuring
	if d.doing == reading {
		d.failed()
	}
	switch {
	case d.silent >= deadAfter:
		d.forget()
		d.say(frame.Event{Reason: frame.NoAnswer, Dead: true})
	case starting || d.silent >= rewakeAfter:
		d.wake(now)
	default:
		d.ask(now, checking, abort, askVersion)
	}
}

func (d *Driver) wake(now time.Time) { d.ask(now, waking, wakeUp, useAsReader) }

// clear switches the field off, so that the next search finds a tag that was
// selected before, even if we were never told; and the chip stays cool.
func (d *Driver) clear(now time.Time) { d.ask(now, clearing, nil, fieldOff) }

// ask sends a command, behind what has to stand in front of it.
func (d *Driver) ask(now time.Time, s step, front []byte, c command) {
	d.doing, d.acked, d.due = s, false, now.Add(ackWithin)
	d.say(frame.Event{Send: slices.Concat(front, c.frame())})
}

// rest waits for the next search; not for long when a tag has yet to be read.
func (d *Driver) rest(now time.Time) {
	d.doing, d.due = resting, now.Add(d.cfg.Poll)
	if d.field.unread() {
		d.due = now.Add(min(d.cfg.Poll, fieldReset))
	}
}

// Polls says that the driver's deadlines are its own: it is a frame.Poller.
func (d *Driver) Polls() {}
