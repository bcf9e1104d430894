package terminal

import (
	"sync"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

// keptNotes is how many notes a till may be behind: an hour of a busy lane.
const keptNotes = 256

// notes are the last things that happened at a lane.
type notes struct {
	mu   sync.Mutex // guards what follows
	kept []session.Note
	last int64
	next chan struct{}
}

func (d *Desk) note(kind string, data any) {
	n := &d.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last++
	if len(n.kept) == keptNotes {
		n.kept = append(n.kept[:0:0], n.kept[1:]...) // who has the old ones keeps them whole
	}
	n.kept = append(n.kept, session.Note{ID: n.last, Kind: kind, Data: data})
	close(n.next)
	n.next = make(chan struct{})
}

// Notes are what happened at the lane after the note with that number, oldest
// first. lost says that some of it is not known any more, or that the number
// is none this desk gave: notes are then all it has. next is closed when there
// is another one. The caller does not write to the notes.
func (d *Desk) Notes(after int64) (kept []session.Note, lost bool, next <-chan struct{}) {
	n := &d.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	first := n.last - int64(len(n.kept)) + 1
	if after < first-1 || after > n.last {
		return n.kept[:len(n.kept):len(n.kept)], true, n.next
	}
	from := int(after - first + 1)
	return n.kept[from:len(n.kept):len(n.kept)], false, n.next
}

// noteCustomer tells the till when another customer stands at the lane.
func (d *Desk) noteCustomer(m ledger.Moment, before, next session.Session) {
	was, there := before.Customer()
	is, here := next.Customer()
	if next.Practice() || (there == here && (!here || was.Same(is))) {
		return
	}
	if !here {
		d.note(session.NoteCustomer, nil)
		return
	}
	d.note(session.NoteCustomer, session.PersonOf(is, session.Screen{Rules: d.rules(), Zone: d.cfg.Zone, Moment: m}))
}

// notice tells the till what the cashier is told, where it is no outcome of
// the till's own.
func (d *Desk) notice(v session.View) {
	if v.Said != nil && !v.Practice {
		d.note(session.NoteNotice, *v.Said)
	}
}
