package printertest

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/creack/pty"
)

// A Pty is a Printer's serial or USB cable: a terminal of Linux that behaves like a device file.
type Pty struct {
	printer  *Printer
	ours     *os.File // the printer's end
	theirs   *os.File // kept open, so that a client may come and go
	hangUp   sync.Once
	finished chan struct{}
}

// Pty gives p a device file until Close.
func (p *Printer) Pty() (*Pty, error) {
	ours, theirs, err := open()
	if err != nil {
		return nil, fmt.Errorf("make a device file for the pretended printer: %w", err)
	}
	t := &Pty{printer: p, ours: ours, theirs: theirs, finished: make(chan struct{})}
	p.pickUp()
	go t.run() // Close waits for it
	return t, nil
}

// open opens both ends. Package pty leaves its end in a mode in which Close cannot wake a Read.
func open() (ours, theirs *os.File, err error) {
	blocking, theirs, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	fd, err := syscall.Dup(int(blocking.Fd()))
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err = errors.Join(err, blocking.Close()); err != nil {
		return nil, nil, errors.Join(err, theirs.Close())
	}
	return os.NewFile(uintptr(fd), blocking.Name()), theirs, nil
}

// Path is the device file.
func (t *Pty) Path() string { return t.theirs.Name() }

func (t *Pty) run() {
	defer close(t.finished)
	converse(t.printer, t.ours)
	t.disconnect()
}

// disconnect makes the device file go away.
func (t *Pty) disconnect() {
	t.hangUp.Do(func() {
		t.ours.Close()
		t.theirs.Close()
	})
}

// Close pulls the cable.
func (t *Pty) Close() error {
	t.disconnect()
	<-t.finished
	return nil
}
