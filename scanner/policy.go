package scanner

import "time"

// repeats drops the same code read again and again, as presentation scanners
// send it while a card lies in front of them.
type repeats struct {
	window time.Duration
	hold   bool // a repeat starts the window again
	text   string
	at     time.Time
}

// drop reports whether a code is a repeat of the one last handed on. Unless
// they hold it, repeats do not extend the window: a card shown again on purpose
// counts after it.
func (r *repeats) drop(text string, at time.Time) bool {
	repeat := text == r.text && at.Sub(r.at) < r.window
	if !repeat || r.hold {
		r.text, r.at = text, at
	}
	return repeat
}

// presence drops what is read again of a tag that has not left the field. Unlike
// a code, a tag is read for as long as it is there, and beside others.
type presence struct {
	away time.Duration // how long a tag must not be read to have left
	seen []sighting    // at most mostTags, the latest last
}

type sighting struct {
	text string
	at   time.Time // when it was last read
}

// mostTags is how many tags are told apart in one field. A reader does not keep
// up with more.
const mostTags = 8

// drop notes a tag's reading and reports whether it was there already.
func (p *presence) drop(text string, at time.Time) bool {
	there := false
	kept := p.seen[:0]
	for _, s := range p.seen {
		switch {
		case at.Sub(s.at) >= p.away: // it left, whichever it was
		case s.text == text:
			there = true
		default:
			kept = append(kept, s)
		}
	}
	if len(kept) == mostTags {
		kept = append(kept[:0], kept[1:]...)
	}
	p.seen = append(kept, sighting{text, at})
	return there
}

// clear forgets all tags, because the reader itself said that they left.
func (p *presence) clear() { p.seen = p.seen[:0] }

// backoff spaces attempts to open a port.
type backoff struct {
	first, most time.Duration
	now         time.Duration // the wait last given; zero after reset
}

func newBackoff() backoff { return backoff{first: 250 * time.Millisecond, most: 5 * time.Second} }

// next returns how long to wait, twice as long as before up to the most, less
// up to a quarter by chance in [0, 1).
func (b *backoff) next(chance float64) time.Duration {
	b.now = min(max(2*b.now, b.first), b.most)
	return b.now - time.Duration(chance*float64(b.now)/4)
}

func (b *backoff) reset() { b.now = 0 }
