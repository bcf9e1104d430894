package scanner

import (
	"errors"
	"time"
)

const (
	// writeBudget is how long a device may take to accept a message. There is
	// no time-out for writing to a serial line.
	writeBudget = 300 * time.Millisecond
	// mostCommands is far more than a device needs; what does not fit is lost,
	// and the protocols that send commands repeat them.
	mostCommands = 64
	// mostBeeps keeps a device from beeping long after the scans it means.
	mostBeeps = 4
	// replyWithin is how soon a device answers a beep, if it answers beeps at
	// all: with text, or with characters that no code holds. Nobody shows it
	// another code as soon.
	replyWithin = 250 * time.Millisecond
)

var errDeaf = errors.New("the device took no data for 300 ms; check its flow control, or set no feedback")

// outbox is what one connection's device is to be told, a message at a time.
// After the first message that it does not take there are no more.
type outbox struct {
	to       *owner
	commands [][]byte // what the framer wants told; goes first
	beeps    [][]byte
	beeped   time.Time   // when a beep was last sent
	busy     bool        // a message is being written
	budget   *time.Timer // runs while busy
	broken   bool
}

func newOutbox(to *owner) outbox { return outbox{to: to, budget: stoppedTimer()} }

func (o *outbox) command(b []byte) {
	if !o.broken && len(o.commands) < mostCommands {
		o.commands = append(o.commands, b)
	}
}

func (o *outbox) beep(b []byte) {
	if !o.broken && len(o.beeps) < mostBeeps {
		o.beeps = append(o.beeps, b)
	}
}

// next returns what to send on which channel, or a nil channel while there is
// nothing to send or a message is on its way.
func (o *outbox) next() (chan<- []byte, []byte) {
	switch {
	case o.busy || o.broken:
	case len(o.commands) > 0:
		return o.to.say, o.commands[0]
	case len(o.beeps) > 0:
		return o.to.say, o.beeps[0]
	}
	return nil, nil
}

// began notes that what next returned is being written.
func (o *outbox) began() {
	if len(o.commands) > 0 {
		o.commands = o.commands[1:]
	} else {
		o.beeps = o.beeps[1:]
		o.beeped = time.Now()
	}
	o.busy = true
	o.budget.Reset(writeBudget)
}

// answers reports whether what begins to come at a time may be the device's
// answer to a beep.
func (o *outbox) answers(at time.Time) bool {
	return !at.Before(o.beeped) && at.Sub(o.beeped) < replyWithin
}

// ended notes what became of it, which may be heard after its budget is spent.
func (o *outbox) ended(s said) error {
	o.budget.Stop()
	o.busy = false
	if s.err == nil || o.broken {
		return nil
	}
	return o.give(s.err)
}

// spent notes that the device did not take it in time.
func (o *outbox) spent() error { return o.give(errDeaf) }

// give gives up and returns why.
func (o *outbox) give(err error) error {
	o.broken = true
	o.commands, o.beeps = nil, nil
	return err
}

func stoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}
