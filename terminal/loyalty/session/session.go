// Package session is one customer at the counter, from the scan to the slip, as a value.
//
// It holds who stands there and says what each event does about it, by a table
// of state × event; it keeps no time, asks nobody and writes nothing. The
// lane's desk in package terminal runs it: it carries out what an event asks
// for and says what came of it.
package session

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/redeem"
)

// State is where the conversation with one customer is.
type State string

// The states.
const (
	Free   State = "free"   // nobody stands there
	Card   State = "card"   // a customer is there, nothing was typed
	Total  State = "amount" // the total was typed; perhaps before the card was read
	Reward State = "reward" // points are set aside for what was picked
	Slip   State = "slip"   // a slip's code was read: its sale is shown
	Done   State = "done"   // the sale is posted; the next scan is the next customer
)

// A Customer is who stands at the counter.
type Customer struct {
	// Card is the card that was read or typed; none for who gave a phone number
	// or was found by name.
	Card        member.CardNumber
	Identifiers []member.Identifier // under the key in use first, then under older ones
	// Account is who was found by name, FoundMask what is shown of their card.
	Account   ledger.Account
	FoundMask string
	Mode      ledger.EntryMode
	// Proven says that another card or number of the same account was shown too,
	// with which points can be spent: Card may be one for collecting only.
	Proven bool
	// Holding is what was known when the card was read, and after the sale what
	// is known since; a posting decides from what is known then.
	Holding ledger.Holding
}

// Subject names the customer's account in a request.
func (c Customer) Subject() ledger.Subject {
	return ledger.Subject{Account: c.Account, Identifiers: c.Identifiers}
}

// collectsOnly reports whether nothing is spent for all that the customer showed.
func (c Customer) collectsOnly() bool { return !c.Proven && !c.Card.Spends() }

// Mask is what may be shown of what led to the customer: "…4566".
func (c Customer) Mask() string {
	switch {
	case !c.Card.IsZero():
		return c.Card.Mask()
	case len(c.Identifiers) > 0:
		return c.Identifiers[0].Mask
	}
	return c.FoundMask
}

// Same reports whether c and o are known to be one customer: by the same card
// or number, or because both lead to one account.
func (c Customer) Same(o Customer) bool {
	for _, i := range c.Identifiers {
		if slices.ContainsFunc(o.Identifiers, func(j member.Identifier) bool { return i.Ref == j.Ref }) {
			return true
		}
	}
	a, b := c.Holding.Account, o.Holding.Account
	return a == b && a != ledger.Account{}
}

// A Session is the conversation as a value: every event gives the next one.
// The zero Session is Free. Its slices are never written to.
type Session struct {
	state    State
	was      State    // before the event that is being taken
	behind   State    // in Slip: where the conversation was
	question Question // open over the state
	asked    Customer // OtherCard: who would take the first one's place
	pending  Event    // UnusualAmount: the amount
	asksFor  Effect   // AskManager: what is done once confirmed
	backed   bool     // the last key was Cancel: the next one sends the customer away

	customer Customer
	present  bool // customer is somebody; a session without one may be a bearer's
	bearer   bool // the points go on a slip that a card can claim

	vouchers []Voucher // that were read for this sale

	amount    basket.Money
	sale      basket.Key // of the sale that the keys of this lane make
	confirmed bool       // the amount, though unusual
	wishes    []redeem.Wish
	held      Held       // for wishes
	tillHolds []tillHold // they go when the customer does

	doubt      basket.Key // of a sale that may have been posted; the zero Key for none
	leftUnsure bool       // the one before went with such a sale
	act        basket.Key // of the next posting that is no sale

	slip  SlipShown     // in Slip
	found []FoundMember // by a name that was typed

	last     Answer // in Done
	paidAt   time.Time
	told     []Amount // what it is said to have brought
	came     Answer   // of the last act that was no sale, for what is said of it
	practice bool
	said     *Message
	refused  string    // the last refusal's code
	since    time.Time // of the last event
}

// A tillHold is points that the till set aside for a sale of its own.
type tillHold struct {
	Held
	sale basket.Key
}

// A SlipShown is a sale whose slip was read.
type SlipShown struct {
	Named Named
	// Code is what was read, where the sale is another shop's and nothing but
	// its slip is known here.
	Code string
	Sale Recalled
}

// A FoundMember is one of those a name led to.
type FoundMember struct {
	Account ledger.Account `json:"account"`
	Name    string         `json:"name"`
	Card    string         `json:"card"` // masked
}

// State is where the conversation is.
func (s Session) State() State {
	if s.state == "" {
		return Free
	}
	return s.state
}

// Question is the question that is open; "" for none.
func (s Session) Question() Question { return s.question }

// Customer is who stands there; false when nobody does, and once the sale is
// posted.
func (s Session) Customer() (Customer, bool) {
	if !s.present || s.State() == Done {
		return Customer{}, false
	}
	return s.customer, true
}

// Last is who stood there when the sale was posted; false in any other state,
// and after a sale without a card.
func (s Session) Last() (Customer, bool) { return s.customer, s.present && s.State() == Done }

// Member is who the screen is about: Customer or Last.
func (s Session) Member() (Customer, bool) { return s.customer, s.present }

// Bearer reports whether the customer has no card and the points go on a slip.
func (s Session) Bearer() bool { return s.bearer && !s.present }

// Practice reports whether nothing of it is written.
func (s Session) Practice() bool { return s.practice }

// Wishes are the rewards that were picked for this sale.
func (s Session) Wishes() []redeem.Wish { return s.wishes }

// Vouchers are those that were read for this sale.
func (s Session) Vouchers() []Voucher { return s.vouchers }

// Hold is what is set aside for the wishes; the zero HoldID for nothing.
func (s Session) Hold() ledger.HoldID { return s.held.Hold }

// Act is the key of the next posting that is no sale.
func (s Session) Act() basket.Key { return s.act }

// Slip is the sale whose slip was read; false in other states.
func (s Session) Slip() (SlipShown, bool) { return s.slip, s.State() == Slip }

// Found are those a name led to.
func (s Session) Found() []FoundMember { return s.found }

// LastAnswer is the sale that Done is about.
func (s Session) LastAnswer() (Answer, bool) { return s.last, s.State() == Done }

// Doubts reports whether the sale with this key is in doubt: if it turns out to
// have been posted, it is paid, and whoever comes next must not get the points
// of the next sale on this card.
func (s Session) Doubts(key basket.Key) bool {
	return s.State() != Free && s.State() != Done && key != (basket.Key{}) && s.doubt == key
}

// unsure reports whether the sale in doubt is one of this lane's own keys, so
// that the cashier can send it again.
func (s Session) unsure() bool { return s.Doubts(s.sale) }

// How long things wait.
const (
	// patience is how long a customer stays at the counter without anything
	// happening: long enough for a full trolley, short enough that the next
	// customer's points do not go to whoever forgot a card.
	patience = 10 * time.Minute
	// glance is how long a finished sale stays on the screen: long enough to be
	// undone, too short for the next in the queue to read somebody's balance.
	glance = time.Minute
	// undoFor is how long one key takes a sale back.
	undoFor = 30 * time.Second
)

// Deadline is when the session is over by itself; the zero time for Free.
func (s Session) Deadline() time.Time {
	switch s.State() {
	case Free:
		// Practice that nobody ends would take the next customer for a rehearsal.
		if s.question == NoQuestion && !s.practice {
			return time.Time{}
		}
	case Done:
		return s.since.Add(glance)
	}
	return s.since.Add(patience)
}

// Tick is the session at the instant f.At: timed out once its deadline passed.
// A clock that was set back gives nobody more than another full wait.
func (s Session) Tick(f Facts) Session {
	switch d := s.Deadline(); {
	case d.IsZero():
		return s
	case !f.At.Before(d):
		s, _, _ = s.On(Event{Kind: TimeOut}, f)
	case f.At.Before(s.since):
		s.since = f.At
	}
	return s
}

// undoable reports whether one key takes the last sale back at the instant at.
func (s Session) undoable(at time.Time) bool {
	return s.State() == Done && !s.last.Record.IsZero() && at.Before(s.paidAt.Add(undoFor)) && !at.Before(s.paidAt)
}

// holds are the points that are set aside for this customer.
func (s Session) holds() []ledger.HoldID {
	var ids []ledger.HoldID
	if !s.held.Hold.IsZero() {
		ids = append(ids, s.held.Hold)
	}
	return append(ids, s.TillHolds()...)
}

// TillHolds are those of them that a till asked for.
func (s Session) TillHolds() []ledger.HoldID {
	var ids []ledger.HoldID
	for _, h := range s.tillHolds {
		ids = append(ids, h.Hold)
	}
	return ids
}

// Dropped are the holds that next has no use for any more; captured is the one
// that a commit has ended already.
func (s Session) Dropped(next Session, captured ledger.HoldID) []ledger.HoldID {
	kept := append(next.holds(), captured)
	return slices.DeleteFunc(s.holds(), func(id ledger.HoldID) bool { return slices.Contains(kept, id) })
}
