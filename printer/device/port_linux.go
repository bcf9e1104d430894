package device

import (
	"errors"

	"golang.org/x/sys/unix"

	"zegel/printer/escpos"
)

// The bits of a port's status: USB Device Class Definition for Printing Devices 1.1, section 4.2.2, which took
// them from the lines of the parallel port.
const (
	portNoError    = 0x08
	portSelected   = 0x10
	portPaperEmpty = 0x20
	// portReserved is zero. On a parallel port the two highest bits have a meaning, too.
	portReserved = 0x07
)

// A port is what a printer's port says of it. It says "well" all the time on many cheap models, so that is never
// proof of anything; what it says is wrong, is.
type port struct {
	ask  func() (byte, error)
	able bool // it answered when it was opened
}

// open finds out whether there is a port to ask. An error says that the device is not there any more.
func (p *port) open() error {
	_, err := p.ask()
	p.able = err == nil
	if isGone(err) {
		return err
	}
	return nil
}

// gone is why the device is not there any more, nil if it may be.
func (p *port) gone() error {
	if _, err := p.ask(); isGone(err) || p.able {
		return err
	}
	return nil
}

// check is gone, or ErrPaperOut if the port says that.
func (p *port) check() error {
	if err := p.gone(); err != nil {
		return err
	}
	if s, ok := p.trouble(); ok && s.PaperOut {
		return ErrPaperOut
	}
	return nil
}

// trouble is what the port says is wrong, if it does.
func (p *port) trouble() (s escpos.Status, ok bool) {
	status, err := p.ask()
	if err != nil || status&portReserved != 0 || status&(portPaperEmpty|portSelected|portNoError) == portSelected|portNoError {
		return escpos.Status{}, false
	}
	return escpos.Status{
		PaperOut: status&portPaperEmpty != 0,
		Offline:  status&portSelected == 0,
		Error:    status&portNoError == 0 && status&portPaperEmpty == 0,
	}, true
}

func isGone(err error) bool { return errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENXIO) }
