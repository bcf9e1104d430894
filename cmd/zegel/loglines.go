package main

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// logLines stand between the daemon and whoever takes its log: a pipe whose
// reader hangs, or a terminal somebody paused, takes nothing and says nothing,
// and would hold up who logs, the sale at the counter among them. A line for
// which there is no room is lost, and counted.
type logLines struct {
	to    io.Writer
	said  zerolog.Logger // writes to the same place at once: how many were lost
	queue chan []byte
	lost  atomic.Int64
}

const (
	// mostLines wait to be taken.
	mostLines = 1000
	// lastLines is how long is waited for the last lines to be taken.
	lastLines = time.Second
)

func newLogLines(to io.Writer, said zerolog.Logger) *logLines {
	return &logLines{to: to, said: said, queue: make(chan []byte, mostLines)}
}

// Write never waits. Who logs keeps the bytes.
func (l *logLines) Write(line []byte) (int, error) {
	select {
	case l.queue <- bytes.Clone(line):
	default:
		l.lost.Add(1)
	}
	return len(line), nil
}

// Run hands lines on until ctx ends, and then those that are left.
func (l *logLines) Run(ctx context.Context) error {
	for {
		select {
		case line := <-l.queue:
			l.hand(line)
		case <-ctx.Done():
			for len(l.queue) > 0 {
				l.hand(<-l.queue)
			}
			return nil
		}
	}
}

func (l *logLines) hand(line []byte) {
	_, _ = l.to.Write(line) // there is nobody to be told
	if lost := l.lost.Swap(0); lost > 0 {
		l.said.Warn().Int64("lines", lost).Msg("nobody took the log: lines are lost")
	}
}

// begin runs it until end, which waits for the last lines as long as somebody
// takes them.
func (l *logLines) begin(ctx context.Context) (end func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }() // received below; a writer that hangs ends with the process
	return func() {
		stop()
		select {
		case <-done:
		case <-time.After(lastLines):
		}
	}
}
