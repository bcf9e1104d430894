package scannertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Device is a scanner that can be plugged in, unplugged and made to send. It
// is safe for concurrent use.
//
// One thing differs from a cable: when a reader is killed, the terminal stays
// marked as in exclusive use (TIOCEXCL) for other users than root until the
// device is unplugged, because the device itself holds the terminal open.
type Device struct {
	path string

	mu     sync.Mutex
	master *os.File      // what the device reads and writes; nil while unplugged
	slave  *os.File      // held open so that the line keeps its raw mode
	plug   chan struct{} // closed by the next Plug
}

// New returns an unplugged device. While it is plugged in, path is a symbolic
// link to its terminal, as udev makes one in /dev/serial/by-id.
func New(path string) *Device {
	return &Device{path: path, plug: make(chan struct{})}
}

// Path is where the device appears; it stays the same from one Plug to the
// next, while the terminal behind it changes.
func (d *Device) Path() string { return d.path }

// Plug makes the device appear on a new terminal, whose number may be the one
// it had before. Plugging in a plugged device is an error.
func (d *Device) Plug() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.master != nil {
		return fmt.Errorf("plug %s: it is already plugged in", d.path)
	}
	master, slave, err := pty.Open()
	if err != nil {
		return fmt.Errorf("plug %s: %w", d.path, err)
	}
	master, err = interruptible(master)
	if err == nil {
		err = makeRaw(master)
	}
	if err == nil {
		err = pointTo(d.path, slave.Name())
	}
	if err != nil {
		return fmt.Errorf("plug %s: %w", d.path, errors.Join(err, master.Close(), slave.Close()))
	}
	d.master, d.slave = master, slave
	close(d.plug)
	d.plug = make(chan struct{})
	return nil
}

// Write sends bytes as the device. It waits when the terminal is full because
// nobody reads, and fails while the device is unplugged.
func (d *Device) Write(b []byte) (int, error) {
	master, _ := d.line()
	if master == nil {
		return 0, fmt.Errorf("write to %s: it is not plugged in", d.path)
	}
	return master.Write(b)
}

// Read returns what the host wrote to the device. It waits for something, and
// fails when the device is unplugged and while it is.
func (d *Device) Read(b []byte) (int, error) {
	master, _ := d.line()
	if master == nil {
		return 0, fmt.Errorf("read from %s: it is not plugged in", d.path)
	}
	return master.Read(b)
}

// Run plays what is in the device until ctx is done, then returns nil: serve is
// called with the line each time the device is plugged in, and is to return
// when ctx is done or the line fails. It is an error if the line failed and the
// cable was not pulled.
func (d *Device) Run(ctx context.Context, serve func(context.Context, io.ReadWriter) error) error {
	for ctx.Err() == nil {
		line, plug := d.line()
		if line == nil {
			select {
			case <-plug:
			case <-ctx.Done():
			}
			continue
		}
		err := serve(ctx, line)
		now, _ := d.line()
		switch {
		case now != line || ctx.Err() != nil: // the cable was pulled, or we are to end
		case err == nil:
			return nil
		default:
			return fmt.Errorf("play the device at %s: %w", d.path, err)
		}
	}
	return nil
}

// line returns the device's end of the terminal, nil while it is unplugged, and
// what is closed by the next Plug.
func (d *Device) line() (*os.File, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.master, d.plug
}

// Unplug pulls the cable: the link goes, readers are hung up, and bytes nobody
// read are lost. Unplugging an unplugged device does nothing.
func (d *Device) Unplug() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.master == nil {
		return nil
	}
	err := errors.Join(os.Remove(d.path), d.master.Close(), d.slave.Close())
	d.master, d.slave = nil, nil
	if err != nil {
		return fmt.Errorf("unplug %s: %w", d.path, err)
	}
	return nil
}

// interruptible returns the same terminal as a file whose reads and writes end
// when it is closed or at a deadline, which needs a descriptor that does not
// block; the library returns one that does.
func interruptible(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return f, errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), f.Name()), f.Close()
}

// makeRaw lets every byte pass as it is, without echo or line editing, even
// before the reader has set its own mode. The setting reaches the other side
// because both share one terminal.
func makeRaw(master *os.File) error {
	raw, err := master.SyscallConn()
	if err != nil {
		return err
	}
	var termErr error
	err = raw.Control(func(fd uintptr) {
		var t *unix.Termios
		if t, termErr = unix.IoctlGetTermios(int(fd), unix.TCGETS); termErr != nil {
			return
		}
		t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		t.Oflag &^= unix.OPOST
		t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
		termErr = unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
	})
	return errors.Join(err, termErr)
}

// pointTo replaces the link in one step, so that a reader never finds half of
// it.
func pointTo(link, target string) error {
	next := link + ".next"
	if err := os.Symlink(target, next); err != nil {
		return err
	}
	return os.Rename(next, link)
}
