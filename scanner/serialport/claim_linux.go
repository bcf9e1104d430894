package serialport

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// claimDevice resolves the path and, for root, locks the device with flock.
// The exclusive mode that the library sets (TIOCEXCL) keeps ordinary users out
// but not root (ioctl_tty(2)), so two daemons run by root would share the
// bytes of one scanner.
func claimDevice(path string) (device string, claim io.Closer, err error) {
	if os.Geteuid() != 0 {
		return path, noClaim{}, nil
	}
	// Resolved once, so that the lock and the line are the same device even if
	// the link is moved in between.
	device, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", nil, err
	}
	// Non-blocking, or the open would wait for a carrier.
	fd, err := syscall.Open(device, syscall.O_RDONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return "", nil, err
	}
	if err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = fmt.Errorf("locked by another process: %w", err)
		if closeErr := syscall.Close(fd); closeErr != nil {
			err = fmt.Errorf("%w (and closing it: %w)", err, closeErr)
		}
		return "", nil, err
	}
	return device, lockedFile(fd), nil
}

// lockedFile is a descriptor whose closing gives the lock back.
type lockedFile int

func (f lockedFile) Close() error { return syscall.Close(int(f)) }
