package recording

import (
	"time"

	"zegel/scanner/frame"
)

// beginning is when a recording is played: any moment will do, for only
// differences count.
var beginning = time.Unix(0, 0).UTC()

// Play feeds a framer what was recorded, by a clock that runs as the recording
// says, and hands on each event with the time it came. The framer is started at
// the beginning and whenever the device is back, ticked when it asks for it,
// and told of losses. After the end the line stays quiet until the framer has
// asked once more, so that what silence ends is ended; but a frame.Poller is left
// alone, whose last question the recording has no answer to.
//
// What an event says is to be sent goes nowhere: the device's answers are in
// the recording.
func Play(r Recording, f frame.Framer, emit func(at time.Duration, e frame.Event)) {
	p := player{framer: f, emit: emit}
	p.open(0)
	for _, c := range r.Chunks {
		p.until(c.At)
		switch {
		case c.Lost:
			p.lose(c.At)
		case c.Back:
			p.lose(c.At)
			p.open(c.At)
		case len(c.Data) > 0:
			p.open(c.At)
			p.hand(c.At, f.Feed(moment(c.At), c.Data))
		}
	}
	if _, polls := f.(frame.Poller); !polls {
		p.once()
	}
}

type player struct {
	framer frame.Framer
	emit   func(time.Duration, frame.Event)
	isOpen bool
}

func moment(at time.Duration) time.Time { return beginning.Add(at) }

func (p *player) hand(at time.Duration, events []frame.Event) {
	for _, e := range events {
		p.emit(at, e)
	}
}

func (p *player) open(at time.Duration) {
	if !p.isOpen {
		p.isOpen = true
		p.hand(at, p.framer.Start(moment(at)))
	}
}

func (p *player) lose(at time.Duration) {
	if p.isOpen {
		p.isOpen = false
		p.hand(at, p.framer.Lost())
	}
}

// until lets the clock run up to at, and stops on the way when the framer asks
// for it.
func (p *player) until(at time.Duration) {
	before := time.Duration(-1)
	for p.isOpen {
		due, waiting := p.due()
		if !waiting || due > at {
			return
		}
		// A deadline that a tick did not move would be asked for for ever.
		if due <= before {
			return
		}
		before = due
		p.hand(due, p.framer.Tick(moment(due)))
	}
}

// once lets the clock run up to the framer's next deadline. A second one may be
// that of a driver which asks its device again and again.
func (p *player) once() {
	if due, waiting := p.due(); p.isOpen && waiting {
		p.hand(due, p.framer.Tick(moment(due)))
	}
}

func (p *player) due() (time.Duration, bool) {
	due, waiting := p.framer.Deadline()
	return due.Sub(beginning), waiting
}
