package terminal

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

// A board is what a lane's screen shows. It has a lock of its own, which is
// never held over a call of the store: a disk that takes seconds holds up no
// screen, and no device's bad news.
type board struct {
	view atomic.Pointer[shown]

	mu       sync.Mutex // guards what follows
	changed  chan struct{}
	session  session.Session
	house    ledger.Holding
	turn     int64
	operator session.Operator
	seen     time.Time // when who is signed in last did something
	ill      []string  // devices that are not well, in the order they fell ill
	line     session.LineState
	lined    bool // line was said
}

// shown is a view and when it was made; it may be another one from until on.
type shown struct {
	view      session.View
	at, until time.Time
}

// due reports whether the view may be another one by now. A clock that was set
// back makes it one too.
func (b *board) due(now time.Time) bool {
	s := b.view.Load()
	return now.Before(s.at) || (!s.until.IsZero() && !now.Before(s.until))
}

func (b *board) until() time.Time { return b.view.Load().until }

// View is what the lane's screen shows now. The caller does not write to it.
func (d *Desk) View() session.View {
	if d.board.due(d.cfg.Now()) && d.talk.TryLock() {
		d.begin()
		d.talk.Unlock()
		d.nudge()
	}
	return d.board.view.Load().view
}

// Redraw makes the view anew: something that stands around the conversation has
// changed.
func (d *Desk) Redraw() {
	d.around(func(*board, time.Time) bool { return true })
}

// nudge wakes Run, which gives back what was dropped.
func (d *Desk) nudge() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Changed is closed at the next change of View.
func (d *Desk) Changed() <-chan struct{} {
	d.board.mu.Lock()
	defer d.board.mu.Unlock()
	return d.board.changed
}

// show puts the conversation on the screen. The caller holds talk.
func (d *Desk) show(m ledger.Moment) {
	d.board.mu.Lock()
	defer d.board.mu.Unlock()
	d.board.session, d.board.turn, d.board.house = d.session, d.turn, d.house
	d.draw(m)
}

// around changes what stands around the conversation; change says whether it
// did. Who asks devices many times a second must not draw as often.
func (d *Desk) around(change func(*board, time.Time) (changed bool)) bool {
	m := d.moment()
	d.board.mu.Lock()
	defer d.board.mu.Unlock()
	changed := change(&d.board, m.At)
	if changed {
		d.draw(m)
	}
	return changed
}

// down reports whether the line to head office is known to be lost. The caller
// holds the board's lock.
func (b *board) down() bool { return b.lined && !b.line.Up && !b.line.Alone }

func (b *board) offline() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.down()
}

// draw makes the view anew. The caller holds the board's lock.
func (d *Desk) draw(m ledger.Moment) {
	b := &d.board
	if b.operator.Name != "" && !m.At.Before(b.seen.Add(d.cfg.IdleLock)) {
		b.operator = session.Operator{}
	}
	w, _ := words.For(d.rules().Language) // Dutch where the language is not one of ours
	screen := session.Screen{
		Lane: d.cfg.Lane, Turn: b.turn, Rules: d.rules(), Zone: d.cfg.Zone, Moment: m, House: b.house,
		Operator: b.operator, SignIn: d.signInNeeded() && b.operator.Name == "", Shop: d.cfg.Shop,
	}
	if d.cfg.Signals != nil {
		screen.Signals = d.cfg.Signals()
	}
	for _, device := range b.ill {
		screen.Devices = append(screen.Devices, trouble(w, device))
	}
	if b.down() {
		screen.Offline = w.Offline(int64(b.line.Waiting))
	}
	s := &shown{view: b.session.View(screen), at: m.At}
	s.until = earliest(b.session.Deadline(), b.idle(d.cfg.IdleLock))
	if s.view.Undo != nil {
		s.until = earliest(s.until, time.UnixMilli(s.view.Undo.Until))
	}
	b.view.Store(s)
	close(b.changed)
	b.changed = make(chan struct{})
	d.nudge()
}

// idle is when who is signed in is so no more.
func (b *board) idle(after time.Duration) time.Time {
	if b.operator.Name == "" {
		return time.Time{}
	}
	return b.seen.Add(after)
}

// earliest is the first of two instants that is one.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func (d *Desk) signInNeeded() bool { return d.cfg.SignInNeeded != nil && d.cfg.SignInNeeded() }

// SignIn signs an operator in at the lane.
func (d *Desk) SignIn(who session.Operator) {
	d.around(func(b *board, now time.Time) bool {
		b.operator, b.seen = who, now
		return true
	})
	d.cfg.Log.Info().Str("operator", who.Name).Bool("manager", who.Manager).Msg("signed in")
}

// SignOut signs out who is signed in; a customer at the lane stays.
func (d *Desk) SignOut() {
	d.around(func(b *board, _ time.Time) bool {
		b.operator = session.Operator{}
		return true
	})
}

// operator is who is signed in; false where somebody must be and nobody is.
func (d *Desk) operator() (session.Operator, bool) {
	d.board.mu.Lock()
	defer d.board.mu.Unlock()
	return d.board.operator, d.board.operator.Name != "" || !d.signInNeeded()
}

// touched keeps who is signed in so: something was done at the lane. Whose time
// is over is signed out, though the screen may not say so yet.
func (d *Desk) touched(at time.Time) {
	b := &d.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.operator.Name == "" || at.Before(b.seen.Add(d.cfg.IdleLock)) {
		b.seen = at
	}
}

// The devices a desk has words for.
const (
	Scanner = "scanner"
	Printer = "printer"
	Paper   = "paper" // the printer's
)

func trouble(w words.Words, device string) session.Message {
	text, code := w.DeviceGone(device), "K-309"
	switch device {
	case Scanner:
		text, code = w.ScannerGone(), "K-301"
	case Printer:
		text, code = w.PrinterGone(), "K-302"
	case Paper:
		text, code = w.PaperOut(), "K-303"
	}
	return session.Message{Tone: session.Look, Text: text, Code: code}
}

// Device says that a device of the lane was lost, or is well again; saying it
// twice changes nothing.
func (d *Desk) Device(kind string, well bool) {
	changed := d.around(func(b *board, _ time.Time) bool {
		at := slices.Index(b.ill, kind)
		switch {
		case well == (at < 0):
			return false
		case well:
			b.ill = slices.Delete(slices.Clone(b.ill), at, at+1)
		default:
			b.ill = append(slices.Clone(b.ill), kind)
		}
		return true
	})
	if changed {
		d.note(session.NoteDevice, session.DeviceState{Device: kind, Well: well})
	}
}

// Line says how the line to head office is: alone is a shop that has none by
// design, waiting how many records head office has not confirmed.
func (d *Desk) Line(up, alone bool, waiting int) {
	now := session.LineState{Up: up, Alone: alone, Waiting: waiting}
	edge := false
	d.around(func(b *board, _ time.Time) bool {
		edge = !b.lined || b.line.Up != up || b.line.Alone != alone
		changed := edge || b.line != now
		b.line, b.lined = now, true
		return changed
	})
	if edge {
		d.note(session.NoteLine, now)
	}
}
