package scannertest

import (
	"context"
	"io"
	"sync"
	"time"
)

// listener reads a line in the background, so that a device can hear its host
// and still do things of its own accord.
type listener struct {
	heard chan []byte // closed when the line failed; then err is set
	err   error
}

// listen reads line until it fails or ctx is done. The returned function ends
// it and waits; a line whose reads cannot be ended (it has no SetReadDeadline)
// makes it wait for the next read to return.
func listen(ctx context.Context, line io.ReadWriter) (*listener, func()) {
	ctx, cancel := context.WithCancel(ctx)
	l := &listener{heard: make(chan []byte)}
	var reading sync.WaitGroup
	reading.Go(func() { l.read(ctx, line) })
	interrupted := make(chan struct{})
	context.AfterFunc(ctx, func() {
		setReadDeadline(line, time.Now())
		close(interrupted)
	})
	return l, func() {
		cancel()
		<-interrupted
		reading.Wait()
		setReadDeadline(line, time.Time{})
	}
}

func (l *listener) read(ctx context.Context, line io.Reader) {
	defer close(l.heard)
	buffer := make([]byte, 4096)
	for {
		n, err := line.Read(buffer)
		if n > 0 {
			heard := make([]byte, n)
			copy(heard, buffer)
			select {
			case l.heard <- heard:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			l.err = err
			return
		}
	}
}

// setReadDeadline ends reads of lines that can do that: files and connections.
// A line that refuses is gone, and its reads end by themselves.
func setReadDeadline(line io.ReadWriter, at time.Time) {
	if d, ok := line.(interface{ SetReadDeadline(time.Time) error }); ok {
		_ = d.SetReadDeadline(at)
	}
}

// failure is why nothing is heard any more; nil if that was asked for.
func (l *listener) failure(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	return l.err
}
