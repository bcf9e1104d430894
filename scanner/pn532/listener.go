package pn532

import (
	"time"

	"zegel/scanner/frame"
)

// Listener makes events of what a chip says to somebody else's questions, as on
// a tapped line or in a recording. It sends nothing and remembers no tag: each
// answer to a search is a code, or NoTarget; whatever else the chip answers is a
// Reply. It is not safe for concurrent use.
type Listener struct{ frames Frames }

// NewListener returns a listener that has heard nothing.
func NewListener() *Listener { return &Listener{} }

// Start says nothing.
func (l *Listener) Start(time.Time) []frame.Event {
	l.frames.Reset()
	return nil
}

// Feed takes the bytes of one read and the time they came.
func (l *Listener) Feed(now time.Time, b []byte) []frame.Event {
	return tell(l.frames.Feed(now, b))
}

// Tick tells what time it is.
func (l *Listener) Tick(now time.Time) []frame.Event { return tell(l.frames.Tick(now)) }

// Deadline returns when Tick is due, while a frame is open.
func (l *Listener) Deadline() (time.Time, bool) { return l.frames.Deadline() }

// Lost tells that the line is gone.
func (l *Listener) Lost() []frame.Event {
	_, open := l.frames.Deadline()
	l.frames.Reset()
	if !open {
		return nil
	}
	return []frame.Event{{Reason: frame.LinkLost}}
}

func tell(messages []Message) []frame.Event {
	var events []frame.Event
	for _, m := range messages {
		events = append(events, m.event())
	}
	return events
}

func (m Message) event() frame.Event {
	switch {
	case m.Kind == Ack:
		return frame.Event{Note: frame.Ack}
	case m.Kind == Nack:
		return frame.Event{Note: frame.Nak}
	case m.Kind == Damaged:
		return frame.Event{Reason: m.Reason}
	case m.Code != cmdInListPassiveTarget+1:
		return frame.Event{Note: frame.Reply}
	}
	targets := parseTargets(m.Data)
	switch {
	case len(targets) == 0:
		return frame.Event{Note: frame.NoTarget}
	case len(targets) > 1:
		return frame.Event{Reason: frame.MultipleTargets}
	case targets[0].isBad():
		return frame.Event{Reason: frame.BadUID}
	default:
		return frame.Event{Text: targets[0].uid, Symbology: frame.UID, Tag: true}
	}
}
