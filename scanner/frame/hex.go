package frame

import (
	"encoding/hex"
	"strings"
	"time"
)

// HexConfig says how a reader of 125 kHz tags sends them.
type HexConfig struct {
	// Silence is how long the line must be quiet before a frame that was begun
	// is given up. Zero means 100 ms.
	Silence time.Duration
}

// Hex frames what readers of the RDM6300 and ID-12 kind send for a tag of the
// EM4100 type: 02, ten hexadecimal digits, two that are the exclusive or of the
// five bytes before, 0D 0A or not, and 03 (the modules' data sheets). They
// repeat it while the tag is in the field. It is not safe for concurrent use.
type Hex struct {
	silence time.Duration
	begun   bool
	data    []byte
	last    time.Time
}

const (
	hexDigits  = 12              // the tag's ten and the check's two
	hexLongest = hexDigits + 2   // with 0D 0A
	hexEnd     = "\x0D\x0A"      // what the ID-12 sends before 03
	hexNumber  = hexDigits/2 - 1 // bytes of the tag's number
)

// NewHex returns a framer that waits for 02.
func NewHex(cfg HexConfig) *Hex {
	if cfg.Silence <= 0 {
		cfg.Silence = defaultSilence
	}
	return &Hex{silence: cfg.Silence, data: make([]byte, 0, hexLongest)}
}

// Start forgets what came before the port was opened. The readers cannot be
// told anything.
func (h *Hex) Start(time.Time) []Event {
	h.reset()
	return nil
}

// Feed takes the bytes of one read and the time they came. b is not kept.
func (h *Hex) Feed(now time.Time, b []byte) []Event {
	events := h.Tick(now)
	for _, c := range b {
		if e, ok := h.take(c); ok {
			events = append(events, e)
		}
	}
	if len(b) > 0 {
		h.last = now
	}
	return events
}

// Tick tells the framer what time it is, so that it notices silence.
func (h *Hex) Tick(now time.Time) []Event {
	deadline, open := h.Deadline()
	if !open || now.Before(deadline) {
		return nil
	}
	return h.giveUp(Truncated)
}

// Lost forgets a frame that was begun.
func (h *Hex) Lost() []Event { return h.giveUp(LinkLost) }

// Deadline returns when Tick is due if no more bytes come, and false while no
// frame was begun.
func (h *Hex) Deadline() (time.Time, bool) {
	if !h.begun {
		return time.Time{}, false
	}
	return h.last.Add(h.silence), true
}

func (h *Hex) take(c byte) (Event, bool) {
	switch {
	case c == stx:
		broken := len(h.data) > 0
		h.reset()
		h.begun = true
		return Event{Reason: Truncated}, broken
	case !h.begun: // the rest of a frame that began before we listened
		return Event{}, false
	case c == etx:
		defer h.reset()
		return decodeHex(h.data), true
	case len(h.data) == hexLongest:
		h.reset()
		return Event{Reason: Oversize}, true
	default:
		h.data = append(h.data, c)
		return Event{}, false
	}
}

func (h *Hex) giveUp(reason Reason) []Event {
	defer h.reset()
	if len(h.data) == 0 {
		return nil
	}
	return []Event{{Reason: reason}}
}

func (h *Hex) reset() {
	h.data = h.data[:0]
	h.begun = false
}

func decodeHex(data []byte) Event {
	digits := strings.TrimSuffix(string(data), hexEnd)
	if len(digits) != hexDigits {
		return Event{Reason: BadLength}
	}
	number, err := hex.DecodeString(digits)
	if err != nil {
		return Event{Reason: BadHex}
	}
	var check byte
	for _, c := range number {
		check ^= c
	}
	if check != 0 { // of the number and its check together
		return Event{Reason: Checksum}
	}
	raw := append(append(append(make([]byte, 0, len(data)+2), stx), data...), etx)
	return Event{Text: strings.ToUpper(digits[:2*hexNumber]), Symbology: EM4100, Tag: true, Raw: raw}
}
