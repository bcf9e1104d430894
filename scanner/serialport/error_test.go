package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestCauses(t *testing.T) {
	for _, c := range []struct {
		op    string
		err   error
		cause Cause
		is    error
	}{
		{"open", syscall.ENOENT, Absent, fs.ErrNotExist},
		{"open", syscall.ENODEV, Absent, fs.ErrNotExist},
		{"open", syscall.ENXIO, Absent, fs.ErrNotExist},
		{"open", syscall.EIO, Absent, fs.ErrNotExist},
		{"open", fmt.Errorf("locked: %w", syscall.EWOULDBLOCK), Busy, syscall.EBUSY},
		{"open", syscall.EBUSY, Busy, syscall.EBUSY},
		{"open", syscall.EACCES, Denied, fs.ErrPermission},
		{"open", syscall.EPERM, Denied, fs.ErrPermission},
		{"open", syscall.EISDIR, Other, syscall.EISDIR},
		{"read", syscall.EIO, Gone, syscall.EIO},
		{"write", syscall.EBADF, Gone, syscall.EBADF},
		{"read", syscall.EACCES, Gone, syscall.EACCES},
		{"write", errors.ErrUnsupported, Other, errors.ErrUnsupported},
	} {
		err := failed(c.op, "/dev/ttyACM0", c.err)
		if err.Cause != c.cause {
			t.Errorf("%s: %v is %s, want %s", c.op, c.err, err.Cause, c.cause)
		}
		if !errors.Is(err, c.is) {
			t.Errorf("%s: %v is not %v", c.op, err, c.is)
		}
		if !strings.Contains(err.Error(), "/dev/ttyACM0") {
			t.Errorf("%q does not name the line", err)
		}
	}
}

func TestValidateSaysEverythingAtOnce(t *testing.T) {
	if err := (Config{Path: "COM3"}).Validate(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	err := Config{Baud: -1, DataBits: 9, Parity: "maybe", StopBits: 3, ReadTimeout: 1}.Validate()
	if err == nil {
		t.Fatal("nonsense is accepted")
	}
	for _, word := range []string{"path", "baud", "data bits", "parity", "stop bits", "time-out"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("nothing about %s in %q", word, err)
		}
	}
}

func TestPathsThatAreNames(t *testing.T) {
	for _, path := range []string{"/dev/ttyACM0", "COM3", "usb:05E0:1701", "USB:05e0:1701", "usb:05E0:1701:S/N 21:044", "/dev/serial/by-id/usb-1"} {
		if err := CheckPath(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"", "usb:", "usb:05E0", "usb:5E0:1701", "usb:05E0:1701:", "usb:05G0:1701", "usb:05E0:17011"} {
		if err := CheckPath(path); err == nil {
			t.Errorf("%q is taken for a name", path)
		}
	}
}
