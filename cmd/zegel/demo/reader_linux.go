package demo

import (
	"context"
	"errors"
	"fmt"

	"zegel/scanner/scannertest"
)

// A Reader is a board for contactless cards at the counter. What is held before
// it is its PN532's.
type Reader struct {
	*scannertest.PN532
	line  *scannertest.Device
	stop  func()
	ended chan error // takes one value
}

func plugReader(path string) (*Reader, error) {
	r := &Reader{PN532: scannertest.NewPN532(), line: scannertest.New(path), ended: make(chan error, 1)}
	if err := r.line.Plug(); err != nil {
		return nil, fmt.Errorf("make the reader of chips: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- r.line.Run(ctx, r.Serve) }() // received in unplug
	return r, nil
}

func (r *Reader) unplug() error {
	if r == nil {
		return nil
	}
	r.stop()
	err := <-r.ended
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, r.line.Unplug())
}
