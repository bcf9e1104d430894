package frame

import "time"

const (
	stx = 0x02
	etx = 0x03
	gs  = 0x1D
	del = 0x7F
)

// defaultSilence is longer than any pause a scanner makes inside a code unless
// it was told to pause between characters.
const defaultSilence = 100 * time.Millisecond

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
	// GS is the printable text the device was set up to send instead of GS
	// (1D), which some hosts cannot read. Example: "^]". It is turned back in
	// GS1 symbols, and only there: anywhere else it is data.
	GS string
	// Replies lists, whole, what the device answers to commands. They are cut
	// out wherever they stand, even between the characters of a code, and
	// become notes. Example: SSIReplies().
	Replies [][]byte
	// Masked7 drops the top bit of every byte: for a device with seven data bits
	// and parity on a line that can only carry eight bits without.
	Masked7 bool
}

// Line frames text that ends with a terminator or, if so configured, with
// silence. It is not safe for concurrent use.
type Line struct {
	cfg    LineConfig
	ends   [256]bool
	decode func(data []byte) Event
	binary bool // 00 is data, not damage

	held     []byte    // the beginning of what may be a reply
	data     []byte    // the frame so far, at most cfg.Max
	begun    bool      // STX opened this frame
	tainted  bool      // a damaged byte was seen in this frame
	skipping bool      // an oversize frame was reported; its end is awaited
	closed   bool      // nothing but terminators since a frame that went out raw
	last     time.Time // when the last byte came
}

// NewLine returns a framer at the start of a frame.
func NewLine(cfg LineConfig) *Line {
	if cfg.Terminators == nil {
		cfg.Terminators = []byte{'\r', '\n'}
	}
	if cfg.Silence <= 0 {
		cfg.Silence = defaultSilence
	}
	if cfg.Max <= 0 {
		cfg.Max = 512
	}
	if cfg.NoRead == nil {
		cfg.NoRead = []string{"NR", "NOREAD"}
	}
	l := &Line{cfg: cfg, data: make([]byte, 0, min(cfg.Max, 512))}
	l.decode = l.cfg.decode
	for _, b := range cfg.Terminators {
		l.ends[b] = true
	}
	if cfg.STX {
		l.ends[etx] = true
	}
	return l
}

// Start forgets what came before the port was opened. Text scanners need to be
// told nothing.
func (l *Line) Start(time.Time) []Event {
	l.forget()
	return nil
}

// Feed takes the bytes of one read and the time they came. A pause since the
// bytes before counts as silence if it is long enough. b is not kept.
func (l *Line) Feed(now time.Time, b []byte) []Event {
	events := l.Tick(now)
	for _, c := range b {
		if l.cfg.Masked7 {
			c &= 0x7F
		}
		if len(l.cfg.Replies) > 0 {
			events = l.sift(events, c)
		} else {
			events = l.take(events, c)
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
	return l.silence(l.release(nil))
}

// Lost tells the framer that the device is gone. The frame so far is
// forgotten, so that its beginning is never glued to what a device says after
// it came back.
func (l *Line) Lost() []Event {
	defer l.forget()
	events := l.release(nil)
	if len(l.data) == 0 {
		return events
	}
	return append(events, Event{Reason: LinkLost})
}

// Deadline returns when Tick is due if no more bytes come, and false while the
// framer waits for nothing.
func (l *Line) Deadline() (time.Time, bool) {
	if len(l.data) == 0 && len(l.held) == 0 && !l.begun && !l.tainted && !l.skipping {
		return time.Time{}, false
	}
	return l.last.Add(l.cfg.Silence), true
}

// take adds a byte to the frame, and to events what became of it.
func (l *Line) take(events []Event, c byte) []Event {
	if l.ends[c] {
		return l.end(events, c)
	}
	l.closed = false
	switch {
	case l.skipping:
	case c == stx && l.cfg.STX:
		return l.begin(events)
	case c == 0 && !l.binary:
		l.tainted = true
	case len(l.data) == l.cfg.Max:
		events = append(events, Event{Reason: Oversize, Hint: parityHint(l.data)})
		l.reset()
		l.skipping = true
	default:
		l.data = append(l.data, c)
	}
	return events
}

// begin opens a frame at an explicit start byte.
func (l *Line) begin(events []Event) []Event {
	if len(l.data) > 0 {
		events = append(events, Event{Reason: Truncated})
	}
	l.reset()
	l.begun = true
	return events
}

// end closes a frame at a terminator. A terminator with nothing before it says
// nothing to us, which makes CR LF one terminator even if LF comes late; but a
// till on the same line may wait for it.
func (l *Line) end(events []Event, c byte) []Event {
	defer l.reset()
	switch {
	case l.tainted:
		return append(events, Event{Reason: LineError})
	case len(l.data) > 0:
		return append(events, l.close(c))
	case l.closed:
		return append(events, Event{Note: Tail, Raw: []byte{c}})
	default:
		return events
	}
}

// silence closes whatever is open. Damaged bytes alone say nothing: plugging
// in and line breaks make them.
func (l *Line) silence(events []Event) []Event {
	defer l.reset()
	switch {
	case len(l.data) == 0:
		return events
	case l.tainted:
		return append(events, Event{Reason: LineError})
	case l.cfg.Idle:
		return append(events, l.close())
	default:
		return append(events, Event{Reason: Unterminated, Hint: parityHint(l.data)})
	}
}

// close is what a frame with data comes to.
func (l *Line) close(terminator ...byte) Event {
	e := l.decode(l.data)
	if e.Reason == NoRead {
		return e // nothing was read, so a till has nothing to hear
	}
	size := len(l.data) + len(terminator)
	if l.begun {
		e.Raw = append(make([]byte, 0, 1+size), stx)
	} else {
		e.Raw = make([]byte, 0, size)
	}
	e.Raw = append(append(e.Raw, l.data...), terminator...)
	l.closed = true
	return e
}

func (l *Line) reset() {
	l.data = l.data[:0]
	l.begun = false
	l.tainted = false
	l.skipping = false
}

func (l *Line) forget() {
	l.reset()
	l.held = l.held[:0]
	l.closed = false
}
