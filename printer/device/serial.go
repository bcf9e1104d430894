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

	// serialPiece is written at once before the line is asked to drain and flow control is looked at again.
	serialPiece = 64
	// wiredPiece is the same where the printer holds us up by a wire: it raises it with 16 bytes of room left
	// (Epson TM-T88III), and throws away what is too much.
	wiredPiece = 16
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
	port   Port
	wired  WiredPort // nil if the wires are not in use
	name   string
	rate   int // bytes a second
	status interview

	held     atomic.Bool // by XOFF
	answers  chan byte
	finished chan struct{} // closed when the reader is
	readErr  error         // why; set before finished is closed
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
	d := &Serial{port: port, name: name, rate: baud / 10, answers: make(chan byte, 64), finished: make(chan struct{})}
	d.wired, _ = port.(WiredPort)
	d.status = interview{wire: d, name: name}
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

// read sorts what the printer sends into flow control and answers until the port is closed.
func (d *Serial) read() {
	defer close(d.finished)
	var buffer [64]byte
	for {
		n, err := d.port.Read(buffer[:])
		for _, b := range buffer[:n] {
			switch b {
			case xon:
				d.held.Store(false)
			case xoff:
				d.held.Store(true)
			default:
				select {
				case d.answers <- b:
				default: // nobody asked for so much
				}
			}
		}
		if err != nil {
			d.readErr = err
			return
		}
		if n == 0 {
			time.Sleep(flowLook) // a port without a time-out of its own must not keep a core busy
		}
	}
}

// Write sends p in pieces, as fast as the printer lets it.
func (d *Serial) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), d.rate)
	size := serialPiece
	if d.wired != nil {
		size = wiredPiece
	}
	sent := 0
	for sent < len(p) {
		if err := d.clear(ctx, deadline); err != nil {
			return sent, because(lost(err), "write to", d.name, err)
		}
		n, err := d.put(p[sent:min(sent+size, len(p))], deadline)
		sent += n
		if err != nil {
			return sent, because(ErrOffline, "write to", d.name, err)
		}
	}
	return sent, nil
}

// clear waits until flow control lets the next piece go.
func (d *Serial) clear(ctx context.Context, deadline time.Time) error {
	for {
		select {
		case <-d.finished:
			return d.readErr
		default:
		}
		ready := !d.held.Load()
		if ready && d.wired != nil {
			var err error
			if ready, err = d.wired.Ready(); err != nil {
				ready = true // a pty, and some dongles, have no wires to ask
			}
		}
		if ready {
			return nil
		}
		if err := pause(ctx, flowLook, deadline); err != nil {
			return err
		}
	}
}

// put writes piece, waits until it has left, and tells how much of it may have. A port that neither takes it nor
// fails is closed at the deadline; nobody knows then how much has left, so all of it counts.
func (d *Serial) put(piece []byte, deadline time.Time) (int, error) {
	closed := make(chan error, 1)
	watchdog := time.AfterFunc(time.Until(deadline), func() { closed <- d.port.Close() })
	n, err := d.putAll(piece)
	if !watchdog.Stop() {
		return len(piece), errors.Join(err, <-closed, os.ErrDeadlineExceeded)
	}
	return n, err
}

// putAll copes with ports that take a part of what they are given.
func (d *Serial) putAll(piece []byte) (int, error) {
	sent := 0
	for sent < len(piece) {
		n, err := d.port.Write(piece[sent:])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, d.port.Drain()
}

func (d *Serial) send(_ context.Context, request []byte, deadline time.Time) error {
	_, err := d.put(request, deadline)
	return err
}

func (d *Serial) receive(ctx context.Context, deadline time.Time) (byte, error) {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case b := <-d.answers:
		return b, nil
	case <-d.finished:
		return 0, d.readErr
	case <-timer.C:
		return 0, os.ErrDeadlineExceeded
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, ctx.Err())
	}
}

// Status asks the printer how it is; see ErrSilent.
func (d *Serial) Status(ctx context.Context) (escpos.Status, error) { return d.status.status(ctx) }

// Close gives the line free and waits for its reader.
func (d *Serial) Close() error {
	err := d.port.Close()
	<-d.finished
	if err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}
