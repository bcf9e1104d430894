package scanner

import "time"

// repeats drops the same code read again and again, as presentation scanners
// send it while a card lies in front of them.
type repeats struct {
	window time.Duration
	text   string
	at     time.Time
}

// drop reports whether a code is a repeat of the one last handed on. Repeats
// do not extend the window: a card shown again on purpose counts after it.
func (r *repeats) drop(text string, at time.Time) bool {
	if text == r.text && at.Sub(r.at) < r.window {
		return true
	}
	r.text, r.at = text, at
	return false
}

// backoff spaces attempts to open a port.
type backoff struct {
	first, most time.Duration
	now         time.Duration // the wait last given; zero after reset
}

// next returns how long to wait, twice as long as before up to the most, less
// up to a quarter by chance in [0, 1).
func (b *backoff) next(chance float64) time.Duration {
	b.now = min(max(2*b.now, b.first), b.most)
	return b.now - time.Duration(chance*float64(b.now)/4)
}

func (b *backoff) reset() { b.now = 0 }
