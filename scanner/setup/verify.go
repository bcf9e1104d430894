package setup

import (
	"strings"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
)

// verify plays the samples through what is proposed and reports whether each
// gives the code that was scanned, and nothing else.
func (p *Proposal) verify(samples []Sample) bool {
	for _, s := range samples {
		if !p.reads(s) {
			return false
		}
	}
	return len(samples) > 0
}

func (p *Proposal) reads(s Sample) bool {
	events, ok := p.play(s)
	codes := 0
	for _, e := range events {
		switch {
		case e.Reason == frame.NoRead:
		case e.Reason != "":
			return false
		case !s.Want.is(e):
			return false
		default:
			codes++
		}
	}
	return ok && codes > 0
}

// play gives what comes of a sample, notes aside.
func (p *Proposal) play(s Sample) ([]frame.Event, bool) {
	known, ok := preset.Find(p.Preset)
	if !ok {
		return nil, false
	}
	framer, err := known.Listener(p.Settings)
	if err != nil {
		return nil, false // a guess that no configuration may hold
	}
	var events []frame.Event
	recording.Play(recording.Recording{Chunks: s.Chunks}, framer, func(_ time.Duration, e frame.Event) {
		if e.IsCode() || e.Reason != "" {
			events = append(events, e)
		}
	})
	return events, true
}

// is reports whether an event is this code. A symbology that is named has to be
// the right one, or letters were taken for others.
func (c Code) is(e frame.Event) bool {
	if e.Text != c.Text && e.Text != c.asGTIN13() {
		return false
	}
	switch e.Symbology {
	case "":
		return true
	case "]E0":
		return c.Symbology == ean13 || c.Symbology == ean8 && e.Text == c.asGTIN13()
	case "]E4":
		return c.Symbology == ean8
	case "]C0":
		return c.Symbology == code128
	}
	return c.Symbology == qr && strings.HasPrefix(e.Symbology, "]Q")
}

// asGTIN13 is an EAN-8 as some scanners send it.
func (c Code) asGTIN13() string {
	if c.Symbology != ean8 {
		return c.Text
	}
	return "00000" + c.Text
}
