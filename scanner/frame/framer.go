package frame

import "time"

// A Framer turns what one device sends into events. Its methods are called by
// one goroutine, with a time that never goes back. Any split of the same bytes
// into calls of Feed gives the same events.
type Framer interface {
	// Start is called when a port was opened; its events say what the device is
	// to be told first.
	Start(now time.Time) []Event
	// Feed takes the bytes of one read and the time they came. b is not kept,
	// and no event shares memory with it.
	Feed(now time.Time, b []byte) []Event
	// Tick tells what time it is, so that silence is noticed and what is due is
	// sent. Calling it at any other time than Deadline is harmless.
	Tick(now time.Time) []Event
	// Deadline returns when Tick is due if no more bytes come, and false while
	// nothing is waited for.
	Deadline() (time.Time, bool)
	// Lost tells that the port is gone: whatever was begun is forgotten, so that
	// it is never glued to what a device says after it came back.
	Lost() []Event
}

// A Poller is a Framer that asks its device by the clock: its deadlines are for
// what it has to say, and are to be kept. Those of any other Framer are silences
// of the line, which may be noticed late but never where there was none.
type Poller interface {
	Framer
	// Polls does nothing; having it says so.
	Polls()
}
