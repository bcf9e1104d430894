package install

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var errGaveUp = errors.New("the disk is on fire")

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	began := make(chan struct{})
	done := make(chan error, 1)
	go func() { // received below
		done <- Run(ctx, "zegel", func(ctx context.Context) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	<-began
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRunReturnsWhatTheDaemonEndedWith(t *testing.T) {
	for _, want := range []error{nil, errGaveUp} {
		if err := Run(t.Context(), "zegel", func(context.Context) error { return want }); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// As the service library starts and stops it.
func TestServiceStartsAtOnceAndStopWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &program{ctx: t.Context(), done: make(chan struct{}), run: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(10 * time.Second) // a commit under way, a last batch
			return errGaveUp
		}}
		began := time.Now()
		if err := p.Start(nil); err != nil || time.Since(began) > 0 {
			t.Errorf("started after %v: %v", time.Since(began), err)
		}
		synctest.Wait()
		if err := p.Stop(nil); err != nil || time.Since(began) != 10*time.Second {
			t.Errorf("stopped after %v: %v", time.Since(began), err)
		}
		if p.err != errGaveUp {
			t.Errorf("it ended with %v", p.err)
		}
	})
}

func TestServiceThatDoesNotStopIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &program{ctx: t.Context(), done: make(chan struct{}), run: func(context.Context) error {
			time.Sleep(time.Hour)
			return nil
		}}
		if err := p.Start(nil); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := p.Stop(nil); err == nil || !strings.Contains(err.Error(), "did not stop in time") || time.Since(began) != stopWithin {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		<-p.done
	})
}
