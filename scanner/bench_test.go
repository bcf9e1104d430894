package scanner

import (
	"context"
	"testing"

	"zegel/scanner/frame"
)

// A scan from Read to handler, without a terminal.
func BenchmarkReader(b *testing.B) {
	reads := make(chan struct{})
	handled := make(chan struct{}, 1)
	code := []byte(cardA)
	port := portFunc(func(buf []byte) (int, error) {
		if _, ok := <-reads; !ok {
			return 0, errUnplugged
		}
		return copy(buf, code), nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	r := New(Config{
		Open:   func() (Port, error) { return port, nil },
		Framer: frame.NewLine(frame.LineConfig{}),
		Repeat: -1,
		OnScan: func(context.Context, Scan) Verdict { handled <- struct{}{}; return Silent },
	})
	returned := make(chan error, 1)
	go func() { returned <- r.Run(ctx) }()
	b.ReportAllocs()
	for b.Loop() {
		reads <- struct{}{}
		<-handled
	}
	cancel()
	close(reads)
	if err := <-returned; err != nil {
		b.Fatal(err)
	}
}
