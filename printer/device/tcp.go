package device

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"zegel/printer/escpos"
)

const (
	dialTime = 3 * time.Second
	// farewell is how long Close waits for the printer to close its half of the line.
	farewell = time.Second
	lanRate  = 1 << 20 // bytes a second; the paper is always slower
)

// A TCP is a printer on the network, listening on port 9100.
type TCP struct {
	conn  *net.TCPConn
	name  string
	pipe  pipe
	heard *listener
	talk  conversation
}

// OpenTCP connects to a printer at host:port. Open it late and close it early: many printers serve one client
// at a time, and refuse or stall all others meanwhile.
func OpenTCP(ctx context.Context, address string) (*TCP, error) {
	dialer := net.Dialer{Timeout: dialTime}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		reason := ErrAbsent
		if errors.Is(err, syscall.ECONNREFUSED) {
			reason = ErrBusy // it is on, and has another client or another port
		}
		return nil, because(reason, "connect to", address, err)
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("connect to %s: got a %T", address, conn), conn.Close())
	}
	d := &TCP{conn: tcp, name: address, pipe: pipe{handle: tcp}, heard: newListener()}
	d.talk = conversation{name: address, say: d.pipe.say, heard: d.heard}
	go d.read() // Close waits for it
	return d, nil
}

func (d *TCP) read() {
	var buffer [512]byte
	for {
		n, err := d.conn.Read(buffer[:])
		d.heard.hear(buffer[:n])
		if err != nil {
			d.heard.finish(err)
			return
		}
	}
}

// Write returns when the printer's side has confirmed all bytes, where the system can tell (Linux can).
func (d *TCP) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), lanRate)
	n, err := d.pipe.put(ctx, p, deadline)
	if err == nil {
		err = unacknowledged(ctx, d.conn, d.heard, deadline)
	}
	if err != nil {
		return n, because(lost(err), "write to", d.name, err)
	}
	return n, nil
}

// WriteRealTime sends a command that the printer obeys while it is busy, such as DLE ENQ.
func (d *TCP) WriteRealTime(ctx context.Context, command []byte) error {
	return d.talk.command(ctx, command)
}

// Receive gives what the printer has said; see the package.
func (d *TCP) Receive(ctx context.Context) ([]byte, error) { return d.talk.receive(ctx) }

// Status asks the printer how it is; see ErrSilent.
func (d *TCP) Status(ctx context.Context) (escpos.Status, error) { return d.talk.status(ctx) }

// Close tells the printer that nothing more comes and waits a moment for it to say so, too: closing both
// directions at once makes some printers throw away what they have not printed.
func (d *TCP) Close() error {
	if err := d.conn.CloseWrite(); err == nil {
		timer := time.NewTimer(farewell)
		defer timer.Stop()
		select {
		case <-d.heard.over:
		case <-timer.C:
		}
	}
	err := d.conn.Close()
	<-d.heard.over
	if err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}
