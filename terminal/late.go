package terminal

import (
	"maps"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

// A latecomer is a customer who was sent away because nothing happened for too
// long, while a till had points set aside for them. The till has told them what
// comes off: its sale is posted for them whenever it comes.
type latecomer struct {
	customer session.Customer
	until    time.Time
}

// lateFor is how long a sale may be late: as long as the store knows what was
// promised.
const lateFor = 24 * time.Hour

// linger remembers whom the conversation before was about, for each of its
// till's holds.
func (d *Desk) linger(now time.Time, before session.Session) {
	maps.DeleteFunc(d.late, func(_ ledger.HoldID, l latecomer) bool { return !now.Before(l.until) })
	customer, present := before.Customer()
	if !present {
		return
	}
	for _, id := range before.TillHolds() {
		d.late[id] = latecomer{customer, now.Add(lateFor)}
	}
}

// isLate says who a sale's hold was for, where they were sent away since and
// are not back.
func (d *Desk) isLate(hold ledger.HoldID) (session.Customer, bool) {
	l, late := d.late[hold]
	there, present := d.session.Customer()
	return l.customer, late && !(present && there.Same(l.customer))
}
