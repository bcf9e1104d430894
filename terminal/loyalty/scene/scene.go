// Package scene says what is so when something is decided, and which of a programme's conditions hold then.
package scene

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Scene is everything a decision about one sale or event is made from.
type Scene struct {
	Rules programme.Rules
	// Holding is the member's account before the decision.
	Holding ledger.Holding
	// House is the account in which this terminal counts what is limited for it.
	House ledger.Holding
	// Referrer is the account of who brought the member in; nil for nobody.
	Referrer *ledger.Holding
	// Basket is the sale before anything was taken off it; the zero Basket for
	// an event.
	Basket basket.Basket
	// Counted are the units of each line that were free and count as pieces all
	// the same: every seventh is free, and is one of the seven. Nil for none.
	Counted []int64
	// Paid is what of the basket points paid: what came off it for them, or they
	// were tendered for. What a member has for nothing is not of it.
	Paid   basket.Money
	Event  *ledger.Event // nil for a sale
	Moment ledger.Moment
	// Local is Moment.At on the wall clock of the shop; see On.
	Local   time.Time
	Shop    string
	Cashier string
	// Signals are what the shop says is so: "rain".
	Signals []string
}

// On is the scene at a moment in a zone; nil is UTC.
func (s Scene) On(m ledger.Moment, zone *time.Location) Scene {
	if zone == nil {
		zone = time.UTC
	}
	s.Moment, s.Local = m, m.At.In(zone)
	return s
}
