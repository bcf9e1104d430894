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
	conn   *net.TCPConn
	name   string
	status interview
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
	stream := &stream{handle: tcp, quiet: func(error) bool { return false }}
	return &TCP{conn: tcp, name: address, status: interview{wire: stream, name: address}}, nil
}

// Write returns when the printer's side has confirmed all bytes, where the system can tell (Linux can).
func (d *TCP) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), lanRate)
	n, err := write(ctx, d.conn, p, deadline)
	if err == nil {
		err = unacknowledged(ctx, d.conn, deadline)
	}
	if err != nil {
		return n, because(lost(err), "write to", d.name, err)
	}
	return n, nil
}

// Status asks the printer how it is; see ErrSilent.
func (d *TCP) Status(ctx context.Context) (escpos.Status, error) { return d.status.status(ctx) }

// Close tells the printer that nothing more comes and waits a moment for it to say so, too: closing both
// directions at once makes some printers throw away what they have not printed.
func (d *TCP) Close() error {
	if err := d.conn.CloseWrite(); err == nil {
		d.listen()
	}
	if err := d.conn.Close(); err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}

// listen reads until the printer closes, resets or has had its time: each of them ends the farewell.
func (d *TCP) listen() {
	if d.conn.SetReadDeadline(time.Now().Add(farewell)) != nil {
		return
	}
	var late [64]byte
	for {
		if _, err := d.conn.Read(late[:]); err != nil {
			return
		}
	}
}
