package device

import (
	"os"
	"testing"
	"time"
)

// A narrow is a handle that takes so many bytes and then no more for the time being.
type narrow struct {
	room  int
	taken []byte
}

func (n *narrow) Write(p []byte) (int, error) {
	m := min(len(p), n.room)
	n.taken, n.room = append(n.taken, p[:m]...), n.room-m
	if m < len(p) {
		return m, os.ErrDeadlineExceeded
	}
	return m, nil
}

func (n *narrow) Read([]byte) (int, error)         { return 0, os.ErrDeadlineExceeded }
func (n *narrow) Close() error                     { return nil }
func (n *narrow) SetReadDeadline(time.Time) error  { return nil }
func (n *narrow) SetWriteDeadline(time.Time) error { return nil }

// Left as it is, the rest of a slip would become the last byte of the command.
func TestPipeCompletesACommandThatWasCutOff(t *testing.T) {
	h := &narrow{room: 5}
	o := pipe{handle: h}
	later := time.Now().Add(time.Hour)
	if n, err := o.put(t.Context(), []byte("sli"), later); n != 3 || err != nil {
		t.Fatalf("put %d, %v", n, err)
	}
	if err := o.say(t.Context(), []byte{0x10, 4, 2}); err == nil {
		t.Fatal("a command that did not fit went through")
	}
	if n, err := o.put(t.Context(), []byte("p"), later); n != 0 || err == nil {
		t.Errorf("without room put %d, %v", n, err)
	}
	h.room = 100
	if n, err := o.put(t.Context(), []byte("p"), later); n != 1 || err != nil {
		t.Errorf("put %d, %v", n, err)
	}
	if want := "sli\x10\x04\x02p"; string(h.taken) != want {
		t.Errorf("the printer got %q, want %q", h.taken, want)
	}
}
