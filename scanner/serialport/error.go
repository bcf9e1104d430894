package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"go.bug.st/serial"
)

// Cause is why a line cannot be used, as far as it decides what to do.
type Cause string

const (
	// Absent: no such device. It comes back when it is plugged in.
	Absent Cause = "absent"
	// Busy: another program has the line, or on Windows a handle of a device
	// that was pulled out is still open.
	Busy Cause = "busy"
	// Denied: this user may not open the line.
	Denied Cause = "denied"
	// Gone: the device went away while the line was open, or the line was
	// closed.
	Gone Cause = "gone"
	// Other: anything else, for instance a path that is no serial line.
	Other Cause = "other"
)

// Error is what went wrong with a line.
//
// So that rooms which are only handed a function can tell the causes apart
// without importing this package, errors.Is holds for fs.ErrNotExist (Absent),
// fs.ErrPermission (Denied) and syscall.EBUSY (Busy) on every platform.
type Error struct {
	Op    string // "open", "read", "write" or "close"
	Path  string // as configured
	Cause Cause
	Err   error // what the system or the library said
}

func failed(op, path string, err error) *Error {
	cause := causeOf(err)
	switch {
	case op == "open" && cause == Gone:
		cause = Absent // pulled out while it was being opened
	case op != "open" && cause == Denied:
		cause = Gone // so Windows says of a device that was pulled out: it had been allowed
	}
	return &Error{Op: op, Path: path, Cause: cause, Err: err}
}

func (e *Error) Error() string {
	what := fmt.Sprintf("%s serial line %s: %v", e.Op, e.Path, e.Err)
	switch e.Cause {
	case Absent:
		return what + "; plug the device in or correct the path"
	case Busy:
		return what + "; stop the other program that uses it"
	case Denied:
		return what + "; give this user access, on Linux through the group that owns the device"
	case Gone:
		return what + "; the device was unplugged or the line closed"
	default:
		if e.Op == "open" {
			return what + "; name a serial line that is there, such as /dev/ttyACM0 or COM3"
		}
		return what
	}
}

func (e *Error) Unwrap() error { return e.Err }

// Is matches the standard errors named above, which the library's own error
// values do not.
func (e *Error) Is(target error) bool {
	switch e.Cause {
	case Absent:
		return target == fs.ErrNotExist
	case Busy:
		return target == syscall.EBUSY
	case Denied:
		return target == fs.ErrPermission
	default:
		return false
	}
}

// causeOf reads the library's codes, and the bare system errors it returns
// beside them.
func causeOf(err error) Cause {
	var port *serial.PortError
	if errors.As(err, &port) {
		switch port.Code() {
		case serial.PortNotFound:
			return Absent
		case serial.PortBusy:
			return Busy
		case serial.PermissionDenied:
			return Denied
		case serial.PortClosed:
			return Gone
		default:
			return Other
		}
	}
	switch {
	case isAny(err, fs.ErrNotExist, syscall.ENODEV, syscall.ENXIO):
		return Absent
	case isAny(err, syscall.EBUSY, syscall.EWOULDBLOCK):
		return Busy
	case isAny(err, fs.ErrPermission):
		return Denied
	case isAny(err, syscall.EIO, syscall.EBADF):
		return Gone
	default:
		return Other
	}
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
