package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"zegel/printer/escpos"
)

const (
	usbRate = 1 << 20 // bytes a second; the paper is always slower
	// stallTime is how long a device may take nothing before its port is asked why: as long as the driver waits
	// before it asks for itself. Some printers do not bear to be asked more often.
	stallTime = 1500 * time.Millisecond
)

// An LP is a printer behind a Linux device file: /dev/usb/lp0, or a terminal such as a pty, which is put into
// raw mode.
type LP struct {
	file  *os.File
	name  string
	pipe  pipe
	heard *listener
	gone  chan struct{} // closed when the reader is
	talk  conversation
	port  port
}

// OpenLP opens the device file of a printer. The kernel's usblp driver lets one program at a time have it.
func OpenLP(ctx context.Context, path string) (*LP, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Without O_NONBLOCK opening a terminal could wait for a carrier, Go could not set deadlines, and usblp would
	// wait for ever for a printer that is offline. With it the driver does not tell of an end of paper (LPABORT is
	// for those who wait in it), so we ask the port.
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openFailure(path, err)
	}
	d := &LP{file: file, name: path, pipe: pipe{handle: file}, heard: newListener(), gone: make(chan struct{})}
	d.talk = conversation{name: path, say: d.pipe.say, heard: d.heard}
	d.port = port{ask: d.portStatus}
	if err := d.makeRaw(); err != nil {
		return nil, errors.Join(because(ErrOffline, "open", path, err), file.Close())
	}
	if err := d.port.open(); err != nil {
		return nil, errors.Join(because(ErrAbsent, "open", path, err), file.Close())
	}
	go d.read() // Close waits for it
	return d, nil
}

func openFailure(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("%w (add the user of the service to the group that owns the file, usually lp)", err)
		return because(ErrDenied, "open", path, err)
	case errors.Is(err, unix.EBUSY):
		return because(ErrBusy, "open", path, err)
	}
	return because(ErrAbsent, "open", path, err)
}

const (
	// quietTime is the time between two looks at a device that has answered a read with nothing.
	quietTime = 10 * time.Millisecond
	// passing is how many errors in a row a read may give before the line has ended. usblp gives one for a
	// transfer that failed, and begins another.
	passing = 3
)

// read listens until the device is closed or goes away. A printer that cannot send is silent, not gone.
func (d *LP) read() {
	defer close(d.gone)
	if errors.Is(d.file.SetReadDeadline(time.Time{}), os.ErrNoDeadline) {
		return // a plain file, or a parallel port
	}
	var buffer [512]byte
	for failures := 0; ; {
		n, err := d.file.Read(buffer[:])
		d.heard.hear(buffer[:n])
		switch {
		case err == nil:
			failures = 0
			continue
		case errors.Is(err, unix.EINVAL):
			return // usblp: the printer has no way back
		case errors.Is(err, io.EOF): // an empty packet, or a terminal that has hung up
			if _, err := d.drained(); err != nil {
				d.heard.finish(err)
				return
			}
		case errors.Is(err, unix.EIO) && failures < passing:
			failures++
		default:
			d.heard.finish(err)
			return
		}
		time.Sleep(quietTime)
	}
}

// makeRaw keeps a terminal from changing bytes on their way: it would make two of each line feed. What is no
// terminal changes nothing.
func (d *LP) makeRaw() error {
	return d.control(func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return nil
		}
		t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		t.Oflag &^= unix.OPOST
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cflag &^= unix.CSIZE | unix.PARENB
		t.Cflag |= unix.CS8 | unix.CLOCAL
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		return os.NewSyscallError("TCSETS", unix.IoctlSetTermios(fd, unix.TCSETS, t))
	})
}

func (d *LP) control(do func(fd int) error) error {
	raw, err := d.file.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	if err := raw.Control(func(fd uintptr) { done = do(int(fd)) }); err != nil {
		return err
	}
	return done
}

// portStatus asks the printer's port how it is, which does not go through the data that waits.
func (d *LP) portStatus() (byte, error) {
	const lpGetStatus = 0x060b // LPGETSTATUS of linux/lp.h
	var status int
	err := d.control(func(fd int) (err error) {
		status, err = unix.IoctlGetInt(fd, lpGetStatus)
		return err
	})
	return byte(status), err
}

// Write returns when the printer has taken all bytes. It must: closing the device throws away the last piece,
// up to 8 KB, that usblp has not delivered.
func (d *LP) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), usbRate)
	n, err := d.hand(ctx, p, deadline)
	if err == nil {
		err = d.drain(ctx, deadline)
	}
	if err == nil {
		err = d.port.gone() // a cable that was pulled looks like a transfer that has ended
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, ErrPaperOut):
		return n, because(ErrTimeout, "write to", d.name, err)
	}
	return n, because(lost(err), "write to", d.name, err)
}

// hand gives p to the driver. One that takes nothing is looked into, and left alone if its paper is out.
func (d *LP) hand(ctx context.Context, p []byte, deadline time.Time) (int, error) {
	sent := 0
	for sent < len(p) {
		n, err := d.pipe.put(ctx, p[sent:], sooner(deadline, time.Now().Add(stallTime)))
		sent += n
		switch {
		case errors.Is(err, unix.ENOSPC): // a parallel port
			err = fmt.Errorf("%w: %w", ErrPaperOut, err)
		case errors.Is(err, unix.EAGAIN): // a driver that cannot be waited for
			err = pause(ctx, quietTime, deadline)
		}
		if err = d.stalled(ctx, err, deadline); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// stalled turns the end of a wait for the device into the reason why it takes nothing, or into nil if it may be
// waited for once more. Other errors it gives back.
func (d *LP) stalled(ctx context.Context, err error, deadline time.Time) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if err := d.port.check(); err != nil {
		return err
	}
	if ctx.Err() == nil && time.Now().Before(deadline) {
		return nil
	}
	return err
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// drain waits until the file can be written again, which for usblp means that its last transfer has ended, and
// until a terminal has sent everything.
func (d *LP) drain(ctx context.Context, deadline time.Time) error {
	look := time.Now().Add(stallTime)
	for {
		drained, err := d.drained()
		if err != nil || drained {
			return err
		}
		err = pause(ctx, 2*time.Millisecond, sooner(deadline, look))
		if err != nil {
			look = time.Now().Add(stallTime)
		}
		if err = d.stalled(ctx, err, deadline); err != nil {
			return err
		}
	}
}

func (d *LP) drained() (drained bool, err error) {
	err = d.control(func(fd int) error {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		if _, err := unix.Poll(poll, 0); err != nil && !errors.Is(err, unix.EINTR) {
			return os.NewSyscallError("poll", err)
		}
		if poll[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
			return errors.New("the device has hung up")
		}
		waiting, err := unix.IoctlGetInt(fd, unix.TIOCOUTQ)
		if err != nil {
			waiting = 0 // no terminal
		}
		drained = poll[0].Revents&unix.POLLOUT != 0 && waiting == 0
		return nil
	})
	return drained, err
}

// WriteRealTime sends a command that the printer obeys while it is busy, such as DLE ENQ. On USB nothing passes
// data that waits: while there is some, it fails with ErrTimeout.
func (d *LP) WriteRealTime(ctx context.Context, command []byte) error {
	return d.talk.command(ctx, command)
}

// Receive gives what the printer has said; see the package.
func (d *LP) Receive(ctx context.Context) ([]byte, error) { return d.talk.receive(ctx) }

// Status asks the printer how it is; see ErrSilent. When a printer that has answered before falls silent, its port
// may still say why.
func (d *LP) Status(ctx context.Context) (escpos.Status, error) {
	s, err := d.talk.status(ctx)
	if errors.Is(err, ErrSilent) && d.talk.answered {
		if told, ok := d.port.trouble(); ok {
			return told, nil
		}
	}
	return s, err
}

// Close gives the device free for other programs.
func (d *LP) Close() error {
	err := d.file.Close()
	<-d.gone
	if err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}
