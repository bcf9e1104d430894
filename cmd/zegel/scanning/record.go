package scanning

import (
	"fmt"
	"strings"
	"time"

	"zegel/scanner/recording"
)

// A Recorder writes down what a Listener hears.
type Recorder struct {
	Bytes int // heard

	w       *recording.Writer
	stop    func() // called when nothing can be written any more
	began   time.Time
	opened  bool
	since   time.Time
	pending []byte
	err     error
}

// together is how long bytes are written as if they had come at once: less than
// any pause that means something, so that a slow line makes readable files.
const together = 10 * time.Millisecond

// NewRecorder writes to w; stop ends whoever listens when that fails.
func NewRecorder(w *recording.Writer, stop func()) *Recorder { return &Recorder{w: w, stop: stop} }

// Heard takes bytes of the device.
func (r *Recorder) Heard(at time.Time, b []byte) {
	r.Idle(at)
	if len(r.pending) == 0 {
		r.since = at
	}
	r.pending = append(r.pending, b...)
	r.Bytes += len(b)
}

// Told parts what came before the device was told something from its answer.
func (r *Recorder) Told(time.Time, []byte) { r.flush() }

// Idle writes what is old enough.
func (r *Recorder) Idle(at time.Time) {
	if at.Sub(r.since) >= together {
		r.flush()
	}
}

// Link takes the opening of the line, from the first of which time counts, and
// its loss.
func (r *Recorder) Link(at time.Time, loss error) {
	r.flush()
	switch {
	case loss != nil:
		r.note(r.w.Lost(r.at(at)))
	case r.opened:
		r.note(r.w.Back(r.at(at)))
	default:
		r.opened, r.began = true, at
	}
}

// End writes what waits, and returns what went wrong.
func (r *Recorder) End(at time.Time) error {
	r.flush()
	if r.opened {
		r.note(r.w.Quiet(r.at(at)))
	}
	return r.err
}

func (r *Recorder) flush() {
	if len(r.pending) > 0 {
		r.note(r.w.Data(r.at(r.since), r.pending))
		r.pending = r.pending[:0]
	}
}

// at is a time in the recording. It is rounded up, for an answer must not seem
// to come before its question.
func (r *Recorder) at(t time.Time) time.Duration {
	return (t.Sub(r.began) + time.Microsecond - 1).Truncate(time.Microsecond)
}

func (r *Recorder) note(err error) {
	if err != nil && r.err == nil {
		r.err = err
		r.stop()
	}
}

// First opens a port that is open already, and the next time another.
func First(port Port, next func() (Port, error)) func() (Port, error) {
	return func() (Port, error) {
		if first := port; first != nil {
			port = nil
			return first, nil
		}
		return next()
	}
}

const settingHeader = "setting-"

// Header is what a recording says of the device.
func (s Scanner) Header() map[string]string {
	header := map[string]string{"device": s.Device, "preset": s.Preset, "line": s.Line().String()}
	for _, set := range s.own() {
		// A semicolon, which stands in texts alone, would begin a comment there.
		header[settingHeader+strings.ReplaceAll(set.Key, "_", "-")] = strings.ReplaceAll(set.Value, ";", `\u003B`)
	}
	return header
}

// FromHeader is the device of a recording, as far as it says.
func FromHeader(header map[string]string) (Scanner, error) {
	s := New()
	var settings []Setting
	if name := header["preset"]; name != "" {
		settings = append(settings, Setting{"preset", Quote(name)})
	}
	for key, value := range header {
		if name, ok := strings.CutPrefix(key, settingHeader); ok {
			settings = append(settings, Setting{strings.ReplaceAll(name, "-", "_"), value})
		}
	}
	if err := s.Apply(settings); err != nil {
		return s, fmt.Errorf("the recording's own settings cannot be:\n%w", err)
	}
	return s, nil
}
