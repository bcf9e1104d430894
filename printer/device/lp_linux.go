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

const usbRate = 1 << 20 // bytes a second; the paper is always slower

// An LP is a printer behind a Linux device file: /dev/usb/lp0, or a terminal such as a pty, which is put into
// raw mode.
type LP struct {
	file   *os.File
	name   string
	status interview
}

// OpenLP opens the device file of a printer. The kernel's usblp driver lets one program at a time have it.
func OpenLP(ctx context.Context, path string) (*LP, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Without O_NONBLOCK opening a terminal could wait for a carrier, and Go could not set deadlines.
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openFailure(path, err)
	}
	d := &LP{file: file, name: path}
	d.status = interview{wire: &stream{handle: file, quiet: nothingYet}, name: path}
	if err := d.makeRaw(); err != nil {
		return nil, errors.Join(because(ErrOffline, "open", path, err), file.Close())
	}
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

// nothingYet tells the two errors that usblp gives for an ordinary silence: a printer that sent an empty
// packet, and one that cannot send at all.
func nothingYet(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, unix.EINVAL) }

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

// Write returns when the printer has taken all bytes. It must: closing the device throws away the last piece,
// up to 8 KB, that usblp has not delivered.
func (d *LP) Write(ctx context.Context, p []byte) (int, error) {
	deadline := deadlineFor(ctx, len(p), usbRate)
	n, err := write(ctx, d.file, p, deadline)
	if err == nil {
		err = d.drain(ctx, deadline)
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, unix.ENOSPC):
		return n, because(ErrPaperOut, "write to", d.name, err)
	}
	return n, because(lost(err), "write to", d.name, err)
}

// drain waits until the file can be written again, which for usblp means that its last transfer has ended, and
// until a terminal has sent everything.
func (d *LP) drain(ctx context.Context, deadline time.Time) error {
	for {
		var drained bool
		err := d.control(func(fd int) error {
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
		if err != nil || drained {
			return err
		}
		if err := pause(ctx, 2*time.Millisecond, deadline); err != nil {
			return err
		}
	}
}

// Status asks the printer how it is; see ErrSilent.
func (d *LP) Status(ctx context.Context) (escpos.Status, error) { return d.status.status(ctx) }

// Close gives the device free for other programs.
func (d *LP) Close() error {
	if err := d.file.Close(); err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}
