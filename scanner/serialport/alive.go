package serialport

import (
	"errors"
	"runtime"

	"go.bug.st/serial"
)

// errNoSignals is all there is to say: the library keeps the system's words to
// itself.
var errNoSignals = errors.New("the line's signals cannot be read any more")

// Alive returns an error if the device behind an open line is gone. It must not
// be called while a Read waits, which some drivers do not bear.
//
// Only Windows is asked, where some drivers go on reporting empty reads for a
// device that was pulled out, and only a line that could be asked when it was
// opened. Everywhere else a Read tells, and Alive returns nil.
func (p *Port) Alive() error {
	if !p.tells {
		return nil
	}
	if _, err := p.line.GetModemStatusBits(); err != nil {
		return &Error{Op: "ask", Path: p.path, Cause: Gone, Err: errors.Join(errNoSignals, err)}
	}
	return nil
}

// tellsSignals reports whether Alive can ask this line.
func tellsSignals(line serial.Port) bool {
	if runtime.GOOS != "windows" {
		return false
	}
	_, err := line.GetModemStatusBits()
	return err == nil
}
