package device

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A fakeSpooler is a printer of Windows that the test pulls the strings of.
type fakeSpooler struct {
	queue             map[uint32][]byte // documents in the queue
	flags             uint32            // of each of them
	printerFlags      uint32
	attributes        uint32
	takes             time.Duration // how long a document stays in the queue; for ever if negative
	ended             time.Time
	accepts           int   // bytes of a write, all if 0
	refuse            error // what a write fails with after the bytes it accepts
	open              []byte
	last              uint32
	closed, abandoned bool
	removed           []uint32
	titles            []string
}

func newFakeSpooler() *fakeSpooler { return &fakeSpooler{queue: map[uint32][]byte{}} }

func (f *fakeSpooler) begin(title string) (uint32, error) {
	f.titles = append(f.titles, title)
	f.open = []byte{}
	f.last++
	return f.last, nil
}

func (f *fakeSpooler) write(p []byte) (int, error) {
	if f.accepts > 0 {
		p = p[:min(len(p), f.accepts)]
	}
	f.open = append(f.open, p...)
	return len(p), f.refuse
}

func (f *fakeSpooler) end() error {
	f.queue[f.last], f.ended = f.open, time.Now()
	return nil
}

func (f *fakeSpooler) abandon() error {
	f.abandoned, f.open = true, nil
	return nil
}

func (f *fakeSpooler) document(job uint32) (uint32, bool, error) {
	if f.takes >= 0 && time.Since(f.ended) >= f.takes {
		return 0, false, nil
	}
	return f.flags, f.queue[job] != nil, nil
}

func (f *fakeSpooler) remove(job uint32) error {
	f.removed = append(f.removed, job)
	return nil
}

func (f *fakeSpooler) printer() (uint32, uint32, error) { return f.printerFlags, f.attributes, nil }

func (f *fakeSpooler) close() error {
	f.closed = true
	return nil
}

func openFake(t *testing.T, f *fakeSpooler) *Queue {
	t.Helper()
	d, err := newQueue("Receipts", f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestQueueWaitsUntilADocumentHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeSpooler()
		f.takes, f.accepts = 2*time.Second, 7
		d := openFake(t, f)
		began := time.Now()
		if n, err := d.Write(t.Context(), []byte("a slip of some length")); n != 21 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if took := time.Since(began); took < f.takes || string(f.queue[1]) != "a slip of some length" {
			t.Errorf("after %s the queue held %q", took, f.queue[1])
		}
		if n, err := d.Write(t.Context(), nil); n != 0 || err != nil || f.last != 1 {
			t.Errorf("nothing is a document: %d, %v", n, err)
		}
		if err := d.Close(); err != nil || !f.closed || f.removed != nil {
			t.Errorf("closed %v, removed %v, %v", f.closed, f.removed, err)
		}
	})
}

func TestQueueDocumentThatStaysTimesOutWithTheReason(t *testing.T) {
	for _, c := range []struct {
		name         string
		job, printer uint32
		want         error
		within       time.Duration
	}{
		{"slow", 0, 0, nil, 32 * time.Second},
		{"paper out, by the document", jobPaperOut, 0, ErrPaperOut, 4 * time.Second},
		{"paper out, by the printer", 0, printerPaperOut, ErrPaperOut, 4 * time.Second},
		{"unplugged", jobOffline | jobError, 0, ErrOffline, 4 * time.Second},
		{"cover open", 0, printerDoorOpen, ErrOffline, 4 * time.Second},
		{"paused", jobPaused, 0, ErrOffline, 4 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeSpooler()
				f.takes = -1
				d := openFake(t, f)
				f.flags, f.printerFlags = c.job, c.printer
				began := time.Now()
				n, err := d.Write(t.Context(), make([]byte, 400))
				if n != 400 || !errors.Is(err, ErrTimeout) || errors.Is(err, ErrPaperOut) != (c.want == ErrPaperOut) ||
					errors.Is(err, ErrOffline) != (c.want == ErrOffline) {
					t.Errorf("wrote %d, %v", n, err)
				}
				if took := time.Since(began); took > c.within {
					t.Errorf("gave up after %s", took)
				}
				// Somebody sees to it, and the document goes: not one byte is written again.
				f.flags, f.printerFlags, f.takes = 0, 0, 0
				if n, err := d.Write(t.Context(), nil); n != 0 || err != nil || f.last != 1 {
					t.Errorf("later: %d, %v, %d documents", n, err, f.last)
				}
			})
		})
	}
}

func TestQueueTakesBackWhatHasNotLeftWhenClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeSpooler()
		f.takes = -1
		d := openFake(t, f)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if n, err := d.Write(ctx, []byte("slip")); n != 4 || !errors.Is(err, ErrTimeout) {
			t.Errorf("wrote %d, %v", n, err)
		}
		if n, err := d.Write(ctx, []byte("the next slip")); n != 0 || !errors.Is(err, ErrTimeout) || f.last != 1 {
			t.Errorf("a second document went into the queue: %d, %v", n, err)
		}
		if err := d.Close(); err != nil || !slices.Equal(f.removed, []uint32{1}) {
			t.Errorf("removed %v, %v", f.removed, err)
		}
	})
}

func TestQueueThatTakesAPartHasPerhapsPrintedIt(t *testing.T) {
	f := newFakeSpooler()
	f.accepts, f.refuse = 3, errors.New("the disk is full")
	d := openFake(t, f)
	if n, err := d.Write(t.Context(), []byte("slip")); n != 3 || !errors.Is(err, ErrOffline) || !f.abandoned {
		t.Errorf("wrote %d, %v; abandoned %v", n, err, f.abandoned)
	}
	if err := d.Close(); err != nil || f.removed != nil {
		t.Errorf("removed %v, %v", f.removed, err)
	}
}

func TestQueueThatCannotPrintIsNotOpened(t *testing.T) {
	for _, c := range []struct {
		name                string
		printer, attributes uint32
		opens               bool
	}{
		{"well", 0, 0, true},
		{"unplugged", 0, attributeWorkOffline, false},
		{"offline", printerOffline, 0, false},
		{"paused", printerPaused, 0, false},
		{"deleted", printerPendingDeletion, 0, false},
		// Windows may have that from the last slip and learn better only from the next.
		{"paper out, as it was", printerPaperOut | printerError, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFakeSpooler()
			f.printerFlags, f.attributes = c.printer, c.attributes
			d, err := newQueue("Receipts", f)
			if c.opens != (err == nil) || c.opens != (d != nil) || f.closed == c.opens {
				t.Errorf("%v; closed again %v", err, f.closed)
			}
			if err != nil && !errors.Is(err, ErrOffline) {
				t.Error(err)
			}
		})
	}
}
