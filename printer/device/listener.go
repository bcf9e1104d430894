package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// keepAtMost is how many bytes from the printer wait for somebody to ask for them. It is a thousand automatic
// status reports, so only a printer that nobody listens to has more; what it said first is dropped then.
const keepAtMost = 4096

// A listener keeps what a printer sends, in order, until somebody asks for it. The reader of a device fills it;
// whoever uses the device empties it.
type listener struct {
	news chan struct{} // has a token if something has come since the last look
	over chan struct{} // closed when nothing will come any more

	mu      sync.Mutex
	waiting []byte
	err     error // why the line has ended
}

func newListener() *listener {
	return &listener{news: make(chan struct{}, 1), over: make(chan struct{})}
}

// hear adds what has come.
func (l *listener) hear(p []byte) {
	if len(p) == 0 {
		return
	}
	l.mu.Lock()
	l.waiting = newest(append(l.waiting, p...))
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default: // one token is enough for all that waits
	}
}

// newest leaves the end of p.
func newest(p []byte) []byte { return p[max(0, len(p)-keepAtMost):] }

// errGoodbye is a printer that has closed its half of the line in good order: it may still take data.
var errGoodbye = errors.New("the printer has closed the line")

// finish says that the line has ended. It is the last that the reader does.
func (l *listener) finish(err error) {
	if errors.Is(err, io.EOF) {
		err = errGoodbye
	}
	l.mu.Lock()
	l.err = err
	l.mu.Unlock()
	close(l.over)
}

// ended is why the line has ended, nil as long as it has not.
func (l *listener) ended() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// broken is why the line has ended, nil if it has not or did so in good order.
func (l *listener) broken() error {
	if err := l.ended(); !errors.Is(err, errGoodbye) {
		return err
	}
	return nil
}

// take gives all that has come, if anything has.
func (l *listener) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.waiting
	l.waiting = nil
	return p
}

// wait gives all that has come as soon as something has. When ctx ends before, its error wraps
// os.ErrDeadlineExceeded; any other one says why the line has ended, after all that came has been given.
func (l *listener) wait(ctx context.Context) ([]byte, error) {
	for {
		if p := l.take(); len(p) > 0 {
			return p, nil
		}
		select {
		case <-l.news:
		case <-l.over:
			if p := l.take(); len(p) > 0 {
				return p, nil
			}
			return nil, l.ended()
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, ctx.Err())
		}
	}
}
