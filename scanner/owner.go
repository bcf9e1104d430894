package scanner

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// closeLimit is how long a port may take to stop before it is left behind.
// Closing a serial line can hang half a minute in a kernel that waits for
// output to drain, and a broken driver may never come back from a read.
const closeLimit = 2 * time.Second

// askEvery is how often a port that can be asked whether its device is there is
// asked, while nothing comes.
const askEvery = 5 * time.Second

var (
	errEarly = errors.New("reads come back empty long before their time-out; the driver is dead, replug the device")
	errStuck = errors.New("earlier ports did not close; unplug the device or restart")
)

// chunk is what one read returned. data is valid until the next chunk is
// received.
type chunk struct {
	data []byte
	at   time.Time // when the read returned
}

// said is what became of a message.
type said struct {
	n   int // bytes that were taken
	err error
}

// owner is the goroutine that opens, reads and closes a port, with a second one
// that writes, because a device may keep a write waiting for ever. Nothing else
// touches the port, except that release closes it when a read does not end.
type owner struct {
	opened  chan error    // one value: what Open said
	chunks  chan chunk    // closed when reading ended; then failure is set
	reads   atomic.Uint64 // how many reads have returned
	quiet   atomic.Int64  // until when the line is known to have been silent, since began
	began   time.Time
	proves  atomic.Bool // reads end soon enough to prove a silence
	within  atomic.Bool // bytes came that may be the beginning of something
	failure error

	say  chan []byte // takes a message when the one before has been said
	said chan said   // one value for each message

	stop   chan struct{} // closed by release: read no more
	hush   chan struct{} // closed when reading ended: write no more
	silent chan struct{} // closed when the writing goroutine ended
	ended  chan struct{} // closed when both goroutines ended
	port   Port          // set before opened
	closer atomic.Bool   // who sets it calls Close
	closed chan struct{} // closed when Close returned
}

// startOwner starts the goroutine. release ends it, or leaves it behind after
// closeLimit.
func startOwner(open func() (Port, error), timeout time.Duration) *owner {
	o := &owner{
		began:  time.Now(),
		opened: make(chan error, 1),
		chunks: make(chan chunk),
		say:    make(chan []byte),
		said:   make(chan said, 1),
		stop:   make(chan struct{}),
		hush:   make(chan struct{}),
		silent: make(chan struct{}),
		ended:  make(chan struct{}),
		closed: make(chan struct{}),
	}
	go o.run(open, timeout)
	return o
}

func (o *owner) run(open func() (Port, error), timeout time.Duration) {
	defer close(o.ended)
	err := guarded("open", func() (err error) {
		o.port, err = open()
		return err
	})
	o.opened <- err
	if err != nil {
		return
	}
	go o.write()
	o.failure = guarded("read", func() error { return o.read(timeout) })
	close(o.chunks)
	close(o.hush)
	// A write that begins after the port was closed may reach whatever the
	// system opened next under the same number, so it is waited for.
	select {
	case <-o.silent:
	case <-time.After(writeBudget):
	}
	o.close()
	<-o.silent
}

// write passes messages to the device until reading ended.
func (o *owner) write() {
	defer close(o.silent)
	for {
		select {
		case <-o.hush:
			return
		case b := <-o.say:
			var s said
			s.err = guarded("write", func() (err error) {
				s.n, err = o.port.Write(b)
				return err
			})
			o.said <- s // never waits: it holds one, and there is no other message
		}
	}
}

// read passes on what the port reads until it fails or release is called. The
// bytes of a read count even if it failed as well.
func (o *owner) read(timeout time.Duration) error {
	// What was sent stays untouched until the other buffer has been sent: the
	// channel holds nothing, so by then the receiver is done with it.
	var buffer, sent [4096]byte
	free, lent := buffer[:], sent[:]
	early := earlyReturns{timeout: timeout}
	asked := askable(o.port)
	paced, canPace := o.port.(interface{ SetReadTimeout(time.Duration) error })
	usual := timeout
	for {
		if want := o.nextTimeout(usual); canPace && want != timeout {
			if err := paced.SetReadTimeout(want); err != nil {
				return err
			}
			timeout, early.timeout = want, want
		}
		began := time.Now()
		n, err := o.port.Read(free)
		now := time.Now()
		o.reads.Add(1)
		if n > 0 {
			o.within.Store(true)
			o.proves.Store(canPace)
			if !o.send(chunk{data: free[:n], at: now}) {
				return nil
			}
			free, lent = lent, free
		}
		if err != nil {
			return err
		}
		if n == 0 {
			o.wasQuiet(began, now, timeout)
		}
		if early.add(n, began, now) {
			return errEarly
		}
		if err := asked.add(n, now); err != nil {
			return err
		}
		select {
		case <-o.stop:
			return nil
		default:
		}
	}
}

// soon is the time-out of reads while a silence would mean something.
const soon = 25 * time.Millisecond

func (o *owner) nextTimeout(usual time.Duration) time.Duration {
	if o.within.Load() {
		return min(usual, soon)
	}
	return usual
}

// wasQuiet notes what a read proves that came back with nothing. It looked at
// the line for the last time when its time-out was over, whenever this goroutine
// was let run after that.
func (o *owner) wasQuiet(began, ended time.Time, timeout time.Duration) {
	if last := began.Add(timeout); last.Before(ended) {
		ended = last
	}
	o.quiet.Store(int64(ended.Sub(o.began)))
}

// quietUntil reports whether a read that came back with nothing proves that the
// line was silent until t.
func (o *owner) quietUntil(t time.Time) bool {
	return int64(t.Sub(o.began)) <= o.quiet.Load()
}

func (o *owner) send(c chunk) bool {
	select {
	case o.chunks <- c:
		return true
	case <-o.stop:
		return false
	}
}

// release ends the owner and reports whether it ended within closeLimit.
//
// It first lets a read run into its own time-out, because closing a port under
// a read is the one thing drivers and the library do not agree on. Only a read
// that outlives its time-out is closed from the side, which needs a port whose
// opening was received from opened.
func (o *owner) release(timeout time.Duration, isOpen bool) bool {
	close(o.stop)
	limit := time.NewTimer(closeLimit)
	defer limit.Stop()
	patience := time.NewTimer(timeout + timeout/4)
	defer patience.Stop()
	for {
		select {
		case <-o.ended:
			return true
		case <-limit.C:
			return false
		case <-patience.C:
			if isOpen {
				go o.close() // the owner waits for it, and limit for the owner
			}
		}
	}
}

// close closes the port once, and returns when it is closed.
func (o *owner) close() {
	if o.closer.CompareAndSwap(false, true) {
		// A port that is gone may refuse to be closed; there is nothing more
		// to do about it than to open the next one.
		_ = guarded("close", o.port.Close)
		close(o.closed)
	}
	<-o.closed
}

// guarded turns a panic into an error. The serial library panics on
// descriptors above 1023, and one bad port must not end the daemon.
func guarded(what string, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s the port: panic: %v", what, p)
		}
	}()
	return do()
}

// earlyReturns notices a driver that answers every read at once with nothing,
// as some Windows drivers do after the device was pulled out.
type earlyReturns struct {
	timeout time.Duration
	run     int
	since   time.Time
}

// add notes one read without error and reports whether it is one too many.
func (e *earlyReturns) add(n int, began, ended time.Time) bool {
	if n > 0 || ended.Sub(began) >= e.timeout/2 {
		e.run = 0
		return false
	}
	if e.run == 0 {
		e.since = began
	}
	e.run++
	return e.run >= 20 || ended.Sub(e.since) >= time.Second
}

// asking asks a port whether its device is still there, where a port can be
// asked. It stands between two reads because not every driver answers during
// one.
type asking struct {
	port interface{ Alive() error } // nil if it cannot be asked
	last time.Time                  // when the device last spoke or was asked
}

func askable(p Port) asking {
	port, _ := p.(interface{ Alive() error })
	return asking{port: port, last: time.Now()}
}

// add notes one read without error and asks if nothing was heard for long.
func (a *asking) add(n int, now time.Time) error {
	switch {
	case a.port == nil:
		return nil
	case n > 0:
		a.last = now
		return nil
	case now.Sub(a.last) < askEvery:
		return nil
	}
	a.last = now
	return a.port.Alive()
}

// leftovers are owners that did not end in time. They end when their driver
// lets them, or never.
type leftovers struct{ owners []*owner }

// mostLeftovers keeps a driver that never lets go from collecting a thread for
// every attempt.
const mostLeftovers = 4

func (l *leftovers) note(o *owner, ended bool) {
	if !ended {
		l.owners = append(l.owners, o)
	}
}

func (l *leftovers) roomForMore() bool {
	kept := l.owners[:0]
	for _, o := range l.owners {
		select {
		case <-o.ended:
		default:
			kept = append(kept, o)
		}
	}
	clear(l.owners[len(kept):])
	l.owners = kept
	return len(kept) < mostLeftovers
}
