package frame

import (
	"time"
)

const (
	stx = 0x02
	etx = 0x03
	gs  = 0x1D
	del = 0x7F
)

// LineConfig says how a device marks the end of a code. The zero value fits
// most scanners as they leave the factory.
type LineConfig struct {
	// Terminators end a frame, each by itself; runs of them count as one. Nil
	// means CR and LF.
	Terminators []byte
	// STX makes 02 start a frame (it may be missing) and 03 end one, as host
	// types of the Olivetti kind send.
	STX bool
	// Idle makes silence end a frame, for devices that send no terminator.
	// Otherwise data followed by silence is rejected.
	Idle bool
	// Silence is how long the line must be quiet to count as silent. It must be
	// longer than any pause the device makes inside a code. Zero means 100 ms.
	Silence time.Duration
	// Max is the most data bytes a frame may have. Zero means 512.
	Max int
	// Prefix and Suffix are text the device is set up to put around every
	// code; they are removed, and a frame without them is rejected.
	Prefix, Suffix string
	// NoRead lists the texts a device sends when it read nothing. Nil means
	// "NR" and "NOREAD".
	NoRead []string
	// CodeIDs maps the vendor's identifiers, as they stand in front of the
	// data, to AIM identifiers. Example: {"F": "]E0", "FF": "]E4"}. When it is
	// set, every code needs one (the longest that fits wins) and AIM
	// identifiers are not looked for: the two cannot be told apart from data
	// otherwise.
	CodeIDs map[string]string
}

// Line frames text that ends with a terminator or, if so configured, with
// silence. It is not safe for concurrent use.
type Line struct {
	cfg  LineConfig
	ends [256]bool

	data     []byte    // the frame so far, at most cfg.Max
	tainted  bool      // a damaged byte was seen in this frame
	skipping bool      // an oversize frame was reported; its end is awaited
	last     time.Time // when the last byte came
}

// NewLine returns a framer at the start of a frame.
func NewLine(cfg LineConfig) *Line {
	if cfg.Terminators == nil {
		cfg.Terminators = []byte{'\r', '\n'}
	}
	if cfg.Silence <= 0 {
		cfg.Silence = 100 * time.Millisecond
	}
	if cfg.Max <= 0 {
		cfg.Max = 512
	}
	if cfg.NoRead == nil {
		cfg.NoRead = []string{"NR", "NOREAD"}
	}
	l := &Line{cfg: cfg, data: make([]byte, 0, min(cfg.Max, 512))}
	for _, b := range cfg.Terminators {
		l.ends[b] = true
	}
	if cfg.STX {
		l.ends[etx] = true
	}
	return l
}

// Feed takes the bytes of one read and the time they came. A pause since the
// bytes before counts as silence if it is long enough. b is not kept.
func (l *Line) Feed(now time.Time, b []byte) []Event {
	events := l.Tick(now)
	for _, c := range b {
		if e, ok := l.take(c); ok {
			events = append(events, e)
		}
	}
	if len(b) > 0 {
		l.last = now
	}
	return events
}

// Tick tells the framer what time it is, so that it notices silence. Calling
// it at any other time than Deadline is harmless.
func (l *Line) Tick(now time.Time) []Event {
	deadline, open := l.Deadline()
	if !open || now.Before(deadline) {
		return nil
	}
	return l.silence()
}

// Lost tells the framer that the device is gone. The frame so far is
// forgotten, so that its beginning is never glued to what a device says after
// it came back.
func (l *Line) Lost() []Event {
	defer l.reset()
	if len(l.data) == 0 {
		return nil
	}
	return []Event{{Reason: LinkLost}}
}

// Deadline returns when Tick is due if no more bytes come, and false while the
// framer waits for nothing.
func (l *Line) Deadline() (time.Time, bool) {
	if len(l.data) == 0 && !l.tainted && !l.skipping {
		return time.Time{}, false
	}
	return l.last.Add(l.cfg.Silence), true
}

func (l *Line) take(c byte) (Event, bool) {
	switch {
	case l.ends[c]:
		return l.end()
	case l.skipping:
		return Event{}, false
	case c == stx && l.cfg.STX:
		return l.start()
	case c == 0:
		l.tainted = true
		return Event{}, false
	case len(l.data) == l.cfg.Max:
		hint := parityHint(l.data)
		l.reset()
		l.skipping = true
		return Event{Reason: Oversize, Hint: hint}, true
	default:
		l.data = append(l.data, c)
		return Event{}, false
	}
}

// start begins a frame at an explicit start byte.
func (l *Line) start() (Event, bool) {
	defer l.reset()
	return Event{Reason: Truncated}, len(l.data) > 0
}

// end closes a frame at a terminator. A terminator with nothing before it says
// nothing, which makes CR LF one terminator even if LF comes late.
func (l *Line) end() (Event, bool) {
	defer l.reset()
	switch {
	case l.tainted:
		return Event{Reason: LineError}, true
	case len(l.data) == 0:
		return Event{}, false
	default:
		return l.cfg.decode(l.data), true
	}
}

// silence closes whatever is open. Damaged bytes alone say nothing: plugging
// in and line breaks make them.
func (l *Line) silence() []Event {
	defer l.reset()
	switch {
	case len(l.data) == 0:
		return nil
	case l.tainted:
		return []Event{{Reason: LineError}}
	case l.cfg.Idle:
		return []Event{l.cfg.decode(l.data)}
	default:
		return []Event{{Reason: Unterminated, Hint: parityHint(l.data)}}
	}
}

func (l *Line) reset() {
	l.data = l.data[:0]
	l.tainted = false
	l.skipping = false
}
