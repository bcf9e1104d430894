package printing

import (
	"context"
	"fmt"
	"sync"

	"zegel/printer"
	"zegel/printer/device"
)

// Turns are for lanes that share a printer: there are models that serve two
// connections at once, and print a line of the one slip in the other. The zero
// value is ready, and may be used by several goroutines.
type Turns struct {
	mu   sync.Mutex
	free map[string]chan struct{} // by device; has a token while nobody has it open
}

// Opener is the printer's Opener, which waits until no other lane has it open.
func (t *Turns) Opener(p Printer) func(context.Context) (printer.Device, error) {
	open, turn := p.Opener(), t.of(p.Device)
	return func(ctx context.Context) (printer.Device, error) {
		select {
		case <-turn:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for another lane's slip on %s: %w: %w", p.Device, device.ErrBusy, ctx.Err())
		}
		opened, err := open(ctx)
		if err != nil {
			turn <- struct{}{}
			return nil, err
		}
		return held(opened, sync.OnceFunc(func() { turn <- struct{}{} })), nil
	}
}

func (t *Turns) of(name string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == nil {
		t.free = make(map[string]chan struct{})
	}
	if t.free[name] == nil {
		t.free[name] = make(chan struct{}, 1)
		t.free[name] <- struct{}{}
	}
	return t.free[name]
}

// A talker is a device whose printer can be asked.
type talker interface {
	printer.Device
	printer.StatusReporter
	printer.Listener
	printer.Urgent
}

// held is d, which calls done once it is closed.
func held(d printer.Device, done func()) printer.Device {
	if asked, ok := d.(talker); ok {
		return talkingTurn{asked, done}
	}
	return silentTurn{d, done}
}

type talkingTurn struct {
	talker
	done func()
}

type silentTurn struct {
	printer.Device
	done func()
}

func (d talkingTurn) Close() error {
	defer d.done()
	return d.talker.Close()
}

func (d silentTurn) Close() error {
	defer d.done()
	return d.Device.Close()
}
