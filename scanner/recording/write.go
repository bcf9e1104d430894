package recording

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// warning stands in every file, because a file outlives whoever knows what it
// is.
const warning = "; What customers showed to this scanner, card numbers included: for nobody but whoever is to help with it."

// A Writer writes a recording as it happens, each chunk with one call of
// Write, so that what was recorded is whole up to the end whatever happens. It
// is not safe for concurrent use.
type Writer struct {
	w    io.Writer
	last time.Duration
}

// NewWriter writes the head of a recording. Keys that no header may have are
// an error; line breaks in values become blanks.
func NewWriter(w io.Writer, header map[string]string) (*Writer, error) {
	var head strings.Builder
	fmt.Fprintln(&head, magic)
	for _, key := range slices.Sorted(maps.Keys(header)) {
		if !isKey(key) {
			return nil, fmt.Errorf("write recording: header %q: need lower-case letters, digits and hyphens", key)
		}
		fmt.Fprintf(&head, "%s: %s\n", key, oneLine(header[key]))
	}
	fmt.Fprintf(&head, "\n%s\n", warning)
	if _, err := io.WriteString(w, head.String()); err != nil {
		return nil, fmt.Errorf("write recording: %w", err)
	}
	return &Writer{w: w}, nil
}

// oneLine keeps a device's name from being read as another line or a comment.
func oneLine(value string) string {
	value = strings.Map(func(r rune) rune {
		switch {
		case r == ';':
			return ','
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, value)
	return strings.TrimSpace(value)
}

// Data takes the bytes of one read and the time they came, since the recording
// began. A time before the one in front counts as that.
func (w *Writer) Data(at time.Duration, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	return w.chunk(Chunk{At: at, Data: b})
}

// Lost notes that the device went away.
func (w *Writer) Lost(at time.Duration) error { return w.chunk(Chunk{At: at, Lost: true}) }

// Back notes that the device was opened again.
func (w *Writer) Back(at time.Duration) error { return w.chunk(Chunk{At: at, Back: true}) }

// Quiet notes that nothing came until then, as at the end of a recording.
func (w *Writer) Quiet(at time.Duration) error { return w.chunk(Chunk{At: at}) }

func (w *Writer) chunk(c Chunk) error {
	w.last = max(w.last, c.At)
	line := formatTime(w.last)
	switch {
	case c.Lost:
		line += " lost"
	case c.Back:
		line += " back"
	case len(c.Data) > 0:
		line += fmt.Sprintf(" % X", c.Data)
	}
	if _, err := io.WriteString(w.w, line+"\n"); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

// formatTime leaves out microseconds where there are none, as in what people
// write.
func formatTime(d time.Duration) string {
	d = d.Truncate(time.Microsecond)
	text := fmt.Sprintf("%d.%06d", d/time.Second, d%time.Second/time.Microsecond)
	return strings.TrimSuffix(text, "000")
}

// WriteTo writes the recording as a file; times are cut to microseconds.
func (r Recording) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	writer, err := NewWriter(counted, r.Header)
	if err != nil {
		return counted.n, err
	}
	for _, c := range r.Chunks {
		if err := writer.chunk(c); err != nil {
			return counted.n, err
		}
	}
	return counted.n, nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
