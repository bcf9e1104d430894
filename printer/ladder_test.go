package printer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/printertest"
)

// A deaf printer prints requests in turn as it does text: it answers live ones only.
type deaf struct{ *printertest.Link }

func (d deaf) Receive(ctx context.Context) ([]byte, error) {
	<-ctx.Done()
	return nil, device.ErrSilent
}

func TestModelThatDoesNotKnowTheRequestsIsFoundOutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			return deaf{link}, err
		}
		s, stop := d.run()
		var took []time.Duration
		for range 3 {
			d.shelf.add(1)
			began := time.Now()
			s.Wake()
			for d.shelf.waiting() > 0 {
				time.Sleep(100 * time.Millisecond)
			}
			took = append(took, time.Since(began))
		}
		if took[0] < 4*time.Second || took[0] > 8*time.Second || took[1] > time.Second || took[2] > time.Second {
			t.Errorf("three slips took %v: want some seconds for the first alone", took)
		}
		if told := d.shelf.told(); told[1] != "printed 1: status-ok" || told[5] != "printed 3: status-ok" {
			t.Errorf("the store was told %q", told)
		}
		if copies := d.check(); copies > 0 {
			t.Errorf("%d copies", copies)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestPrinterThatStandsStillGetsNoMoreCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.shelf.add(1)
		s, stop := d.run()
		synctest.Wait()
		d.printer.Pause(true)
		d.shelf.add(3)
		s.Wake()
		time.Sleep(time.Minute)
		if got := s.Status(); got.Trouble != printer.TroubleStalled || got.Job != 0 {
			t.Errorf("status %+v", got)
		}
		d.printer.Pause(false)
		time.Sleep(time.Minute)
		want := []string{"claim 1", "printed 1: confirmed", "claim 2", "unknown 2: printer did not say that the slip is out", "claim 2", "printed 2: confirmed"}
		if told := d.shelf.told(); !slices.Equal(told, want) {
			t.Errorf("the store was told %q, want %q", told, want)
		}
		if copies := d.check(); copies != 1 {
			t.Errorf("%d copies, want one", copies)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestStatusTellsHowFarTheJobIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.printer.LoadPaper(2)
		d.shelf.add(3)
		s, stop := d.run()
		time.Sleep(10 * time.Second)
		if got := s.Status(); got.Job != 1 || got.JobState != printer.JobSent || got.Trouble != printer.TroublePaperOut {
			t.Errorf("status %+v", got)
		}
		d.printer.LoadPaper(-1)
		time.Sleep(10 * time.Second)
		if got := s.Status(); got.Job != 0 || got.JobState != "" || got.Trouble != "" || got.LastProof != printer.ProofConfirmed {
			t.Errorf("status %+v", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A dripping device takes one byte each time it is given some.
type dripping struct{ *printertest.Link }

func (d dripping) Write(ctx context.Context, p []byte) (int, error) {
	time.Sleep(4 * time.Second)
	n, err := d.Link.Write(ctx, p[:min(1, len(p))])
	if err == nil && n < len(p) {
		err = fmt.Errorf("write: %w", device.ErrTimeout)
	}
	return n, err
}

func TestStopDoesNotWaitForAPrinterThatTakesAByteNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			return dripping{link}, err
		}
		d.shelf.add(20)
		_, stop := d.run()
		time.Sleep(10 * time.Second)
		began := time.Now()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if took, told := time.Since(began), d.shelf.told(); took > 10*time.Second || !slices.Equal(told, []string{"claim 1", "unknown 1: stopped before the printer said that the slip is out"}) {
			t.Errorf("the stop took %s, and the store was told %q", took, told)
		}
	})
}

// A gasping device says a NUL when its printer is switched off, as a serial line may.
type gasping struct {
	*printertest.Link
	off *atomic.Bool
}

func (d gasping) Receive(ctx context.Context) ([]byte, error) {
	if d.off.CompareAndSwap(true, false) {
		return []byte{0}, nil
	}
	return d.Link.Receive(ctx)
}

func TestNoiseOfAPrinterThatIsSwitchedOffProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.profile.Answers = escpos.AnswersAlways
		d.profile.Requests = []escpos.Request{escpos.PaperRequest}
		var off atomic.Bool
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			return gasping{link, &off}, err
		}
		d.printer.LoadPaper(2)
		d.shelf.add(3)
		_, stop := d.run()
		time.Sleep(5 * time.Second)
		d.printer.Switch(false)
		off.Store(true)
		time.Sleep(20 * time.Second)
		d.printer.LoadPaper(-1)
		d.printer.Switch(true)
		time.Sleep(time.Minute)
		want := []string{"claim 1", "unknown 1: printer does not answer", "claim 1", "printed 1: answered"}
		if told := d.shelf.told(); !slices.Equal(told, want) {
			t.Errorf("the store was told %q, want %q", told, want)
		}
		if copies := d.check(); copies != 1 {
			t.Errorf("%d copies, want one", copies)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestSlipsThatNobodyWaitsForAreSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.maxAge = time.Hour
		d.printer.LoadPaper(0)
		d.shelf.add(1)
		time.Sleep(40 * time.Minute)
		d.shelf.add(1)
		_, stop := d.run()
		time.Sleep(40 * time.Minute)
		d.printer.LoadPaper(-1)
		time.Sleep(time.Minute)
		if told := d.shelf.told(); !slices.Equal(told, []string{"late 1", "claim 2", "printed 2: confirmed"}) {
			t.Errorf("the store was told %q", told)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestStarPrinterIsSentItsOwnLanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		profile, err := escpos.Named("star-tsp100iv")
		if err != nil {
			t.Fatal(err)
		}
		d.profile, d.columns = profile, profile.Columns[0]
		sink := &sink{}
		d.open = func(context.Context) (printer.Device, error) { return sink, nil }
		d.shelf.add(1)
		_, stop := d.run()
		time.Sleep(time.Minute)
		if told := d.shelf.told(); !slices.Equal(told, []string{"claim 1", "printed 1: written"}) {
			t.Errorf("the store was told %q", told)
		}
		if got := sink.String(); !strings.HasPrefix(got, "\x1b@\x18") || strings.Contains(got, "\x1d(H") {
			t.Errorf("it was sent %q", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A sink is a Device that takes everything and says nothing.
type sink struct{ strings.Builder }

func (s *sink) Write(_ context.Context, p []byte) (int, error) { return s.Builder.Write(p) }
func (s *sink) Close() error                                   { return nil }
