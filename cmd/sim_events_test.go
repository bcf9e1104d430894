package cmd_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
)

// allEvents is what may happen, with how often: each seed has its own mixture,
// and the rarest things only some of them.
func (w *simWorld) allEvents() []simEvent {
	rare := func(oneIn uint64, of float64) float64 {
		if w.seed%oneIn != 0 {
			return 0
		}
		return of
	}
	events := []simEvent{
		{"counter", 60, w.work},
		{"sync", 9, w.bring},
		{"head office counts", 3, w.office.countNow},
		{"late delivery", 2, w.lateDelivery},
		{"line", 2, w.turnLine},
		{"print", 9, w.print},
		{"printer fails", 2, w.spoilPrinter},
		{"printer mended", 3, w.mendPrinter},
		{"till asks again", 5, w.repeat},
		{"till changed its mind", 1, w.change},
		{"kill", 0.5, w.kill},
		{"clean restart", 0.4, w.restart},
		{"image", 0.5, w.takeImage},
		{"image put back", rare(2, 0.25), w.putBack},
		{"copied PC", rare(3, 0.25), w.copyPC},
		{"copy scrapped", rare(3, 0.3), w.scrapCopy},
		{"head office backed up", rare(4, 0.5), w.office.keepNow},
		{"head office restored", rare(4, 0.15), w.office.restoreNow},
		{"head office books what lapsed", 1, w.office.lapseNow},
		{"a person decides", 1, w.decide},
		{"clock set wrong", 0.7, w.setClock},
		{"clock set right", 0.7, w.rightClock},
		{"night", 0.4, w.night},
		{"day closed", 0.8, w.closeDay},
	}
	for i := range events {
		events[i].weight *= 0.4 + 1.2*w.chance.Float64()
	}
	return events
}

// bring is a round of a shop's line, or head office coming by.
func (w *simWorld) bring() {
	p := w.oneOf()
	do, how := p.sync, "brings"
	if p.pulled && w.maybe(70) {
		do, how = p.pull, "is pulled from"
	}
	if p.disk != nil && w.maybe(6) {
		p.disk.CutAfter(1 + w.chance.IntN(60))
	}
	err := do()
	w.say("%s %s: %v", p.name, how, wordsOf(err))
	var problem *wire.Problem
	switch {
	case err == nil:
		w.counts["synced"]++
	case p.down(), errors.Is(err, wire.ErrNoLine), errors.As(err, &problem), how == "is pulled from":
		w.counts["sync failed"]++
	case w.copies() > 0 || w.forgot: // they may disagree more often than one session bears
		w.counts["sync disputed"]++
	default:
		w.fail("%s %s: %v", p.name, how, err)
	}
	up := err == nil
	if !p.mend() {
		w.tellDesks(p, up)
	}
	if w.maybe(50) {
		w.office.count()
	}
}

// wordsOf is an error without what differs from run to run.
func wordsOf(err error) string {
	switch {
	case err == nil:
		return "well"
	case errors.Is(err, wire.ErrNoLine):
		return "no line"
	}
	return "trouble"
}

func (w *simWorld) tellDesks(p *simPC, up bool) {
	st, err := p.db.SyncState(w.ctx)
	if p.mend() {
		return
	}
	w.must(err, "read the state of the line")
	for _, l := range p.lanes {
		l.desk.Line(up, false, int(st.Waiting()))
	}
}

func (w *simWorld) copies() (n int) {
	for _, p := range w.shops {
		if p.copyOf != "" {
			n++
		}
	}
	return n
}

func (o *simOffice) countNow() { o.count() }

func (w *simWorld) lateDelivery() {
	p := w.oneOf()
	if p.line.arriveLate() {
		w.say("something of %s arrives late", p.name)
		w.counts["arrived late"]++
	}
	p.mend()
}

func (w *simWorld) turnLine() {
	p := w.oneOf()
	p.line.up = !p.line.up || w.maybe(50)
	w.say("%s: line up: %v", p.name, p.line.up)
}

func (w *simWorld) lane() *simLane {
	p := w.oneOf()
	return p.lanes[w.chance.IntN(len(p.lanes))]
}

func (w *simWorld) print() {
	l := w.lane()
	if l.pc.disk != nil && w.maybe(6) {
		l.pc.disk.CutAfter(1 + w.chance.IntN(30))
	}
	before := len(readPapers(l))
	// The end falls between the looks of the Spooler at its printer: what of two things at one moment is first, is chance.
	err := l.print(time.Duration(5+w.chance.IntN(40))*time.Second + 130*time.Millisecond)
	if err != nil && !l.pc.down() {
		w.fail("print at %s: %v", l.name, err)
	}
	for _, paper := range readPapers(l)[before:] {
		w.say("%s: %s", l.name, paper)
	}
	l.pc.mend()
}

func (w *simWorld) spoilPrinter() {
	l := w.lane()
	how := w.chance.IntN(6)
	switch how {
	case 0:
		l.printer.DropAfter(w.chance.IntN(600)) // before or in the middle of a paper
	case 1:
		l.printer.DropAtCut() // after it came out
	case 2:
		l.printer.LoadPaper(w.chance.IntN(60))
	case 3:
		l.printer.Plug(false)
	case 4:
		l.printer.OpenCover(true)
	case 5:
		l.printer.Switch(false)
	}
	w.say("%s: printer fails, way %d", l.name, how)
}

func (w *simWorld) mendPrinter() { w.lane().mendPrinter() }

func (l *simLane) mendPrinter() {
	l.printer.Switch(true)
	l.printer.Plug(true)
	l.printer.OpenCover(false)
	l.printer.LoadPaper(-1)
}

// repeat is a till that asks again: what nobody knew the outcome of, and now
// and then what was answered.
func (w *simWorld) repeat() {
	p := w.oneOf()
	if len(p.unsure) > 0 && w.maybe(80) {
		c := p.unsure[0]
		p.unsure = p.unsure[1:]
		if c.changed != nil {
			w.again(c)
		}
		return
	}
	if len(p.done) > 0 {
		c := p.done[len(p.done)-1-w.chance.IntN(min(10, len(p.done)))]
		if c.changed != nil {
			w.again(c)
		}
	}
}

func (w *simWorld) change() {
	p := w.oneOf()
	if len(p.done) > 0 {
		w.differs(p.done[w.chance.IntN(len(p.done))])
	}
}

func (w *simWorld) kill() {
	p := w.oneOf()
	w.say("%s: the daemon is killed", p.name)
	p.kill()
}

func (w *simWorld) restart() {
	p := w.oneOf()
	w.say("%s: restart", p.name)
	p.stop()
	p.start()
}

func (w *simWorld) takeImage() {
	p := w.oneOf()
	if p.disk == nil {
		p.images = append(p.images, p.image())
		w.say("%s: its disk is copied", p.name)
	}
}

func (w *simWorld) putBack() {
	p := w.oneOf()
	if len(p.images) == 0 {
		return
	}
	image := p.images[max(0, len(p.images)-1-w.chance.IntN(3))]
	_, before, _, err := p.db.Identity(w.ctx)
	w.must(err, "read the identity of "+p.name)
	p.restore(image)
	_, now, _, err := p.db.Identity(w.ctx)
	w.must(err, "read the identity of "+p.name)
	w.older, w.reused = true, w.reused || before == now
	w.say("%s: an older copy of the database is put back, noticed: %v", p.name, before != now)
	w.acceptLoss()
}

func (w *simWorld) copyPC() {
	p := w.oneOf()
	if p.disk != nil || w.copies() > 0 {
		return
	}
	withMark := w.maybe(40)
	c := p.clone(withMark)
	w.unnoticed = w.unnoticed || withMark
	w.say("%s: its disk image runs on %s too, mark copied: %v", p.name, c.name, withMark)
}

func (w *simWorld) scrapCopy() {
	i := slices.IndexFunc(w.shops, func(p *simPC) bool { return p.copyOf != "" })
	if i < 0 {
		return
	}
	w.say("%s is scrapped", w.shops[i].name)
	w.scrap(i)
}

func (w *simWorld) scrap(i int) {
	c := w.shops[i]
	c.stop()
	c.line.late = nil
	w.shops = slices.Delete(w.shops, i, i+1)
	w.model.papersOf(c)
	w.acceptLoss()
}

func (o *simOffice) keepNow() {
	o.count()
	o.keep()
	o.w.say("head office is backed up")
}

// lapseNow books what lapsed as soon as it may, without patience for a shop that
// is silent: what turns out to have been spent in time has to be given back.
func (o *simOffice) lapseNow() {
	o.count()
	through, err := o.db.LapsedThrough(o.w.ctx, 0)
	o.w.must(err, "ask what may be booked as lapsed")
	done, err := o.db.Expire(o.w.ctx, through)
	o.w.must(err, "book what lapsed")
	o.w.counts["entries booked as lapsed"] += done.Entries
	o.w.say("head office books %d lots that lapsed by %s", done.Entries, through)
}

func (o *simOffice) restoreNow() {
	if o.backup == "" {
		return
	}
	o.w.say("head office is restored from its backup")
	o.w.forgot = true
	o.restore()
	o.w.acceptLoss()
}

func (w *simWorld) decide() {
	if n := w.office.forgive(); n > 0 {
		w.say("a person at head office decides about %d terminals", n)
	}
}

func (w *simWorld) setClock() {
	p := w.oneOf()
	by := []time.Duration{time.Minute, time.Hour, 26 * time.Hour, 40 * 24 * time.Hour, 3 * 365 * 24 * time.Hour}[w.chance.IntN(5)]
	by = by * time.Duration(50+w.chance.IntN(100)) / 100
	if w.maybe(50) {
		by = -by
	}
	p.clock.set += by
	if w.maybe(4) {
		p.clock.set = time.Unix(0, 0).Sub(simOpening) // a flat battery
	}
	w.say("%s: its clock is %v off", p.name, p.clock.set)
}

func (w *simWorld) rightClock() {
	p := w.oneOf()
	p.clock.set = 0
	w.say("%s: its clock is set right", p.name)
}

func (w *simWorld) night() {
	time.Sleep(time.Duration(9+w.chance.IntN(5)) * time.Hour)
	w.say("night")
}

// closeDay closes the days that are due at a shop, and perhaps the present one.
func (w *simWorld) closeDay() {
	p := w.oneOf()
	now := p.clock.now()
	m := p.moment(now, p.db.TrustsClock(now))
	due, err := p.db.DueDays(w.ctx, m.Day)
	if err == nil {
		err = p.db.OpenDay(w.ctx, m.Day)
	}
	if w.maybe(50) {
		due = append(due, m.Day)
	}
	for _, day := range due {
		if err != nil {
			break
		}
		err = w.closeOne(p, day, day != m.Day, m)
	}
	if err != nil && !p.down() {
		w.fail("close the day at %s: %v", p.name, err)
	}
	w.counts["days closed"] += len(due)
	w.say("%s: closed %v", p.name, due)
	p.mend()
}

func (w *simWorld) closeOne(p *simPC, day ledger.Day, automatic bool, m ledger.Moment) error {
	number, err := p.db.NextReport(w.ctx)
	if err != nil {
		return err
	}
	c := report.Closing{Number: number, Day: day, Automatic: automatic}
	_, err = p.db.CloseDay(w.ctx, c, w.zone, func(f report.Figures, before *report.Figures, _ ledger.Key) (ledger.Posting, error) {
		return c.Decide(f, before, w.rules.Version, m, "", func(report.Figures) (json.RawMessage, error) { return nil, nil })
	})
	var no *programme.Refusal
	if errors.As(err, &no) {
		return nil // a clock that goes back closes no day twice
	}
	if err != nil {
		return fmt.Errorf("report %d of %s: %w", number, day, err)
	}
	return nil
}

// hasRecord reports whether the PC's journal has what a deed was told.
func (p *simPC) hasRecord(d *simDeed) bool {
	r, found, err := p.db.Answer(p.w.ctx, d.key)
	if p.down() {
		return false
	}
	p.w.must(err, "look a request up")
	return found && r.Head.Body == d.body
}
