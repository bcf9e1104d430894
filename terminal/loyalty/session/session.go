// Package session is one customer at the counter, from the scan to the slip, as a value.
//
// It holds who stands there and says what each event does about it; it keeps
// no time, asks nobody and writes nothing. The lane's desk in package terminal
// runs it.
package session

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// State is where the conversation with one customer is.
type State string

// The states.
const (
	Free State = "free" // nobody stands there
	Card State = "card" // a card was read, the sale is not paid yet
	Done State = "done" // the sale is posted; the next scan is the next customer
)

// A Customer is who stands at the counter.
type Customer struct {
	Card        member.CardNumber
	Identifiers []member.Identifier // under the key in use first, then under older ones
	Mode        ledger.EntryMode
	// Holding is what was known when the card was read, and after the sale what
	// is known since; a posting decides from what is known then.
	Holding ledger.Holding
}

// Subject names the customer's account in a request.
func (c Customer) Subject() ledger.Subject { return ledger.Subject{Identifiers: c.Identifiers} }

// A Session is the conversation as a value: every event gives the next one.
// The zero Session is Free.
type Session struct {
	state    State
	customer Customer
	since    time.Time  // of the last event
	doubt    basket.Key // of a sale that may have been posted; the zero Key for none
}

// State is where the conversation is.
func (s Session) State() State {
	if s.state == "" {
		return Free
	}
	return s.state
}

// Customer is who stands there; false when nobody does.
func (s Session) Customer() (Customer, bool) { return s.customer, s.State() == Card }

// Scan is a card read at the counter. Before the sale is paid another card
// takes the place of the first; after it, it is the next customer's.
func (s Session) Scan(c Customer, at time.Time) Session {
	return Session{state: Card, customer: c, since: at}
}

// Paid is a sale that was posted; now is what its account holds since.
func (s Session) Paid(now ledger.Holding, at time.Time) Session {
	s.customer.Holding = now
	return Session{state: Done, customer: s.customer, since: at}
}

// Doubt is a sale of which nobody can say whether it was posted. The customer
// stays for the till to ask again.
func (s Session) Doubt(key basket.Key, at time.Time) Session {
	if s.State() == Card {
		s.doubt, s.since = key, at
	}
	return s
}

// Doubts reports whether the sale with this key is in doubt: if it turns out to
// have been posted, it is paid, and whoever comes next must not get the points
// of the next sale on this card.
func (s Session) Doubts(key basket.Key) bool { return s.State() == Card && s.doubt == key }

// Cancel sends the customer away without a sale.
func (s Session) Cancel() Session { return Session{} }

// Last is who stood there when the sale was posted.
func (s Session) Last() (Customer, bool) { return s.customer, s.State() == Done }

// patience is how long a card stays at the counter without anything happening:
// long enough for a full trolley, short enough that the next customer's points
// do not go to whoever forgot a card.
const patience = 10 * time.Minute

// Deadline is when the session is over by itself; the zero time for Free.
func (s Session) Deadline() time.Time {
	if s.State() == Free {
		return time.Time{}
	}
	return s.since.Add(patience)
}

// Tick is the session at the instant at: free again once its deadline passed.
// A clock that was set back gives nobody more than another full wait.
func (s Session) Tick(at time.Time) Session {
	switch d := s.Deadline(); {
	case d.IsZero():
		return s
	case !at.Before(d):
		return Session{}
	case at.Before(s.since):
		s.since = at
	}
	return s
}
