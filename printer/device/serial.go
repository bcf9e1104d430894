package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"zegel/printer/escpos"
)

const (
	xon  = 0x11
	xoff = 0x13

	// smallPiece is what goes at once: a printer says XOFF, or raises its wire, with 16 bytes of room left, and
	// throws away what is too much (Epson TM-T88III).
	smallPiece = 16
	// fastPiece is the same above fastBaud, where a system that is a moment late costs more than the line. Printers
	// of such speeds keep more room.
	fastPiece = 64
	fastBaud  = 19200
	// flowLook is the time between two looks at flow control.
	flowLook = 5 * time.Millisecond
)

// A Port is a serial line that is open, with speed and framing set. Close must wake a Read or Write that waits,
// and may be called more than once. A Read may return nothing and no error.
type Port interface {
	io.ReadWriteCloser
	// Drain waits until everything that was written has left.
	Drain() error
}

// A WiredPort is a Port whose flow control lines (DSR or CTS) are in use.
type WiredPort interface {
	Port
	// Ready reports whether the printer lets us send.
	Ready() (bool, error)
}

// A Serial is a printer on a serial line. Flow control is done here: XON and XOFF always, wires where the port
// is a WiredPort.
type Serial struct {
	port  Port
	wired WiredPort // nil if the wires are not in use
	name  string
	rate  int         // bytes a second
	held  atomic.Bool // by XOFF
	heard *listener
	talk  conversation
}

// OpenSerial opens a printer on the line that open gives, at baud. The error of open may wrap one of this
// package's reasons.
func OpenSerial(ctx context.Context, name string, baud int, open func() (Port, error)) (*Serial, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if baud < 300 {
		return nil, fmt.Errorf("open %s: a line of %d baud: state at least 300", name, baud)
	}
	port, err := open()
	if err != nil {
		return nil, because(serialReason(err), "open", name, err)
	}
	d := &Serial{port: port, name: name, rate: baud / 10, heard: newListener()}
	d.wired, _ = port.(WiredPort)
	d.talk = conversation{name: name, say: d.say, heard: d.heard}
	go d.read() // Close waits for it
	return d, nil
}

func serialReason(err error) error {
	for _, reason := range []error{ErrBusy, ErrDenied, ErrOffline} {
		if errors.Is(err, reason) {
			return reason
		}
	}
	if errors.Is(err, fs.ErrPermission) {
		return ErrDenied
	}
	return ErrAbsent
}

// read sets flow control apart from what the printer has to say, until the port is closed.
func (d *Serial) read() {
	var buffer [64]byte
	for {
		n, err := d.port.Read(buffer[:])
		said := buffer[:0]
		for _, b := range buffer[:n] {
			switch b { // not "any other byte resumes": a printer also talks while it is busy
			case xon:
				d.held.Store(false)
			case xoff:
				d.held.Store(true)
			default:
				said = append(said, b)
			}
		}
		d.heard.hear(said)
		if err != nil {
			d.heard.finish(err)
			return
		}
		if n == 0 {
			time.Sleep(flowLook) // a port without a time-out of its own must not keep a core busy
		}
	}
}

// Write sends p in pieces, as fast as the printer lets it and no faster than the line: a dongle that took more
// would go on sending long after XOFF.
func (d *Serial) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), d.rate)
	sent := 0
	for sent < len(p) {
		if err := d.clear(ctx, deadline); err != nil {
			return sent, because(lost(err), "write to", d.name, err)
		}
		began := time.Now()
		n, err := d.put(p[sent:min(sent+d.piece(), len(p))], deadline)
		sent += n
		if err != nil {
			return sent, because(ErrOffline, "write to", d.name, err)
		}
		if sent == len(p) {
			break
		}
		gone := began.Add(time.Duration(n) * time.Second / time.Duration(d.rate))
		if err := pause(ctx, time.Until(gone), deadline); err != nil {
			return sent, because(ErrTimeout, "write to", d.name, err)
		}
	}
	if err := d.drain(deadline); err != nil {
		return sent, because(ErrOffline, "write to", d.name, err)
	}
	return sent, nil
}

// piece is how many bytes may go before flow control is looked at again.
func (d *Serial) piece() int {
	if d.wired == nil && d.rate > fastBaud/10 {
		return fastPiece
	}
	return smallPiece
}

// clear waits until flow control lets the next piece go.
func (d *Serial) clear(ctx context.Context, deadline time.Time) error {
	for {
		if err := d.heard.ended(); err != nil {
			return err
		}
		hold := d.hold()
		if hold == "" {
			return nil
		}
		if err := pause(ctx, flowLook, deadline); err != nil {
			return fmt.Errorf("%s: %w", hold, err)
		}
	}
}

// hold says what keeps the next piece from going, nothing if it may go.
func (d *Serial) hold() string {
	if d.held.Load() {
		return "it has said XOFF"
	}
	if d.wired == nil {
		return ""
	}
	if ready, err := d.wired.Ready(); err == nil && !ready {
		return "its wire (DSR or CTS) says that it is busy; if it always does, the cable lacks that wire"
	}
	return "" // a pty, and some dongles, have no wires to ask
}

// put writes piece and tells how much of it may have left. A port that neither takes it nor fails is closed at the
// deadline; nobody knows then how much has left, so all of it counts.
func (d *Serial) put(piece []byte, deadline time.Time) (int, error) {
	sent := 0
	err := d.orClose(deadline, func() error {
		for sent < len(piece) { // there are ports that take a part of what they are given
			n, err := d.port.Write(piece[sent:])
			sent += n
			if err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return len(piece), err
	}
	return sent, err
}

// drain waits until all that was written has left.
func (d *Serial) drain(deadline time.Time) error { return d.orClose(deadline, d.port.Drain) }

// orClose closes the port if do takes until the deadline: nothing else ends the wait for a port that hangs.
func (d *Serial) orClose(deadline time.Time, do func() error) error {
	closed := make(chan error, 1)
	watchdog := time.AfterFunc(time.Until(deadline), func() { closed <- d.port.Close() })
	err := do()
	if !watchdog.Stop() {
		return errors.Join(err, <-closed, os.ErrDeadlineExceeded)
	}
	return err
}

// say passes XOFF and the wires by: the printer takes real-time commands while it is busy. A port that takes as
// long as a slip may is a broken one.
func (d *Serial) say(_ context.Context, command []byte) error {
	if err := d.heard.ended(); err != nil {
		return err
	}
	_, err := d.put(command, time.Now().Add(patience))
	return err
}

// WriteRealTime sends a command that the printer obeys while it is busy, such as DLE ENQ.
func (d *Serial) WriteRealTime(ctx context.Context, command []byte) error {
	return d.talk.command(ctx, command)
}

// Receive gives what the printer has said; see the package. XON and XOFF are not among it.
func (d *Serial) Receive(ctx context.Context) ([]byte, error) { return d.talk.receive(ctx) }

// Status asks the printer how it is; see ErrSilent.
func (d *Serial) Status(ctx context.Context) (escpos.Status, error) { return d.talk.status(ctx) }

// Close gives the line free and waits for its reader.
func (d *Serial) Close() error {
	err := d.port.Close()
	<-d.heard.over
	if err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}
