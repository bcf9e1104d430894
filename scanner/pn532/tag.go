package pn532

import (
	"slices"
	"time"

	"zegel/scanner/frame"
)

// found goes on with what a search brought.
func (d *Driver) found(now time.Time, answer []byte) {
	targets := parseTargets(answer)
	crowded := d.field.crowd
	for _, p := range d.field.found(names(targets)) {
		d.left(p)
	}
	if d.field.crowd && !crowded {
		d.say(frame.Event{Reason: frame.MultipleTargets})
	}
	p := d.field.alone()
	switch {
	case p == nil, p.done:
	case targets[0].isBad():
		d.refuse(p, frame.BadUID)
	case d.cfg.Read != UIDOnly && targets[0].sak == sakType2:
		d.memory.begin(targets[0].uid)
		d.readOn(now)
		return
	default:
		d.saysNothing(p, targets[0].uid, frame.Unsupported)
	}
	d.clear(now)
}

// names tells tags apart.
func names(targets []target) []string {
	var names []string
	for _, t := range targets {
		name := t.name()
		if slices.Contains(names, name) {
			name = "another " + name
		}
		names = append(names, name)
	}
	return names
}

// name is the same for as long as a tag stays. One that makes up its UID makes
// up another after each search, and is the same tag all the same.
func (t target) name() string {
	switch {
	case t.isBad():
		return "bad"
	case t.isRandom():
		return "random"
	default:
		return t.uid
	}
}

// readOn asks for the memory's next pages, or closes the tag with what is known.
func (d *Driver) readOn(now time.Time) {
	if page, more := d.memory.next(); more {
		d.ask(now, reading, nil, readPages(page))
		return
	}
	p := d.field.alone()
	text, reason := d.memory.code()
	switch {
	case reason == "":
		d.give(p, text, frame.NDEF)
	case saysNothing(reason):
		d.saysNothing(p, d.memory.uid, reason)
	default:
		d.refuse(p, reason)
	}
	d.clear(now)
}

// readPages takes the answer to a read: a status, which is 0 for success, and
// four pages.
func (d *Driver) readPages(now time.Time, answer []byte) {
	if len(answer) != 1+pagesPerRead*pageSize || answer[0] != 0 {
		d.failed()
		d.clear(now)
		return
	}
	d.memory.add(answer[1:])
	d.readOn(now)
}

// failed notes that a tag could not be read this time. It is read again at the
// next search, whether that was said or not: it may come closer.
func (d *Driver) failed() {
	p := d.field.alone()
	p.failures++
	if p.failures >= failuresToSay && !p.said {
		p.said = true
		d.say(frame.Event{Reason: frame.Truncated})
	}
}

// saysNothing closes a tag that carries no text.
func (d *Driver) saysNothing(p *presence, uid string, reason frame.Reason) {
	if d.cfg.Read == TextOnly {
		d.refuse(p, reason)
		return
	}
	d.give(p, uid, frame.UID)
}

func (d *Driver) give(p *presence, text, symbology string) {
	p.done = true
	d.field.last = p.who
	d.say(frame.Event{Text: text, Symbology: symbology, Tag: true})
}

func (d *Driver) refuse(p *presence, reason frame.Reason) {
	p.done, p.said = true, true
	d.say(frame.Event{Reason: reason})
}

// left says what there is to say of a stay that ended: that the tag whose code
// was given last is gone, or that one was gone before it could be read.
func (d *Driver) left(p presence) {
	switch {
	case p.who == d.field.last:
		d.field.last = ""
		d.say(frame.Event{Note: frame.Removed})
	case !p.done && !p.said:
		d.say(frame.Event{Reason: frame.Truncated})
	}
}
