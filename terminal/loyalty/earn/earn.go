// Package earn decides what a sale or an event earns: a pure function of the programme, the account and the basket.
//
// What counts of the basket is found first (counting.go): lines less what is
// excluded, discounts, tax, and what was paid with what earns nothing. Then
// each rule whose condition holds is worth something, exactly (measure.go):
// plain rules first, then the multiples of what those gave, then what is earned
// by points. Groups choose among rules (engine.go); what is left is rounded,
// kept within caps and within the most a member can hold, one rule after
// another in the programme's order. Last, everything a programme remembers is
// counted by entries of its own (outcome.go).
//
// A remainder that is carried belongs to the wallet of the account, not to a
// rule: each rule that carries begins with what the one before it left. So all
// of them together give what their sum does, rounded down once, as long as they
// round to the same step. What a cap cuts leaves no remainder.
package earn

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// An Outcome is what a sale or an event earns and why.
type Outcome struct {
	// Gains are what the rules brought that counted, in the programme's order.
	Gains []Gain
	// Entries are everything for the record: what was gained, and then what is
	// counted, of the member, the house and the referrer.
	Entries []ledger.Entry
	// Shares name entries by their places in Entries, from 1.
	Shares  []ledger.Share
	Reasons []ledger.Reason
	// After is the member's holding with the entries.
	After ledger.Holding

	member ledger.Account
	day    ledger.Day
}

// A Gain is what one rule brought one wallet of an account.
type Gain struct {
	Rule   string
	Wallet ledger.Wallet
	Kind   ledger.EntryKind
	Points ledger.Points // never below zero
	// Rest is what the gain adds to the remainder the account carries, in
	// thousandths: what was counted is worth Points plus Rest, exactly. It is
	// below zero where an earlier basket's remainder became points now.
	Rest ledger.Fraction
	// Carries says that the remainder counts with the next basket.
	Carries bool
	// Lines are the parts of Points that the basket's lines brought, in their
	// order; they add up to Points. Empty for a basket without lines, and where
	// no line counted by itself.
	Lines          []ledger.Points
	Expires, Vests ledger.Day
	Issuer         string
	Account        ledger.Account
}

// A Total is what a wallet of the member got of all rules together.
type Total struct {
	Wallet ledger.Wallet
	Points ledger.Points
	// Balance and Remainder are what can be spent of the wallet with it, and what
	// is carried; Pending is what can be spent later. As far as the holding knew.
	Balance   ledger.Points
	Remainder ledger.Fraction
	Carries   bool
	Pending   ledger.Points
}

// Totals are the member's wallets with what each got, in the order in which
// the rules name them. Counters are none.
func (o Outcome) Totals() []Total {
	var all []Total
	for _, g := range o.Gains {
		if g.Account != o.member || g.Wallet.Counter() {
			continue
		}
		at := slices.IndexFunc(all, func(t Total) bool { return t.Wallet == g.Wallet })
		if at < 0 {
			p := o.After.In(g.Wallet)
			balance, pending, _ := p.On(o.day)
			at, all = len(all), append(all, Total{Wallet: g.Wallet, Balance: balance, Remainder: p.Rest, Pending: pending})
		}
		all[at].Points += g.Points
		all[at].Carries = all[at].Carries || g.Carries
	}
	return all
}

// The codes of the reasons. The points of a wallet's reasons add up to its gain.
const (
	ReasonRate     = "rate"     // what the amount is worth by the rate, thousandths rounded down
	ReasonBand     = "band"     // what an order of the amount brings
	ReasonOrder    = "order"    // what the sale or the event brings
	ReasonUnits    = "units"    // what so many pieces bring; Amount is thousandths of them
	ReasonQuantity = "quantity" // what so much of an event brings; Amount is thousandths
	ReasonMultiple = "multiple" // what the factor adds; Amount is the points it worked on
	ReasonEarned   = "earned"   // what another wallet's points bring; Amount is those
	ReasonCarried  = "carried"  // what was carried from earlier baskets
	ReasonRounded  = "rounded"  // what rounding to the rule's step took off or put on
	ReasonCapped   = "capped"   // what the rule's cap took off
	ReasonMost     = "most"     // what was above the most a member can hold
	ReasonTogether = "together" // what all rules of a wallet brought, where a record has no room for each
	ReasonTier     = "tier"     // the tier of the name in Rule was reached
	ReasonClub     = "club"     // a membership of the club in Rule was paid for
)

// IsStep reports whether a reason is a step of what one rule gave: the points of
// all of a rule's steps, which stand together, add up to that.
func IsStep(r ledger.Reason) bool {
	switch r.Code {
	case ReasonRate, ReasonBand, ReasonOrder, ReasonUnits, ReasonQuantity, ReasonMultiple, ReasonEarned,
		ReasonCarried, ReasonRounded, ReasonCapped, ReasonMost:
		return true
	}
	return false
}

// Award decides what a sale earns for the account of the scene, under rules
// that are valid. earning is what of its basket is left to earn once rewards
// took off what they do: the same lines, with less of them.
//
// A basket that is not one of this programme is a *programme.Refusal. A sum
// that does not fit is a ledger.ErrOverflow.
func Award(s scene.Scene, earning basket.Basket) (Outcome, error) {
	if err := refuse(s.Rules, s.Basket); err != nil {
		return Outcome{}, err
	}
	if len(earning.Lines) != len(s.Basket.Lines) || earning.Total < 0 || earning.Total > s.Basket.Total {
		return Outcome{}, fmt.Errorf("award for basket %v: what is left to earn is no part of it", s.Basket.Key)
	}
	s.Event = nil
	o, err := decide(s, counted(s, earning))
	if err != nil {
		return Outcome{}, fmt.Errorf("award for basket %v on %s: %w", s.Basket.Key, s.Moment.Day, err)
	}
	return o, nil
}

// Event decides what the scene's event earns. One of a kind that no rule and no
// game rewards is a *programme.Refusal.
func Event(s scene.Scene) (Outcome, error) {
	if s.Event == nil || !rewards(s.Rules, s.Event.Kind) {
		return Outcome{}, &programme.Refusal{Code: programme.UnknownEvent}
	}
	s.Basket = basket.Basket{}
	o, err := decide(s, counting{rules: &s.Rules})
	if err != nil {
		return Outcome{}, fmt.Errorf("award for event %s %q on %s: %w", s.Event.Kind, s.Event.ID, s.Moment.Day, err)
	}
	return o, nil
}

func rewards(r programme.Rules, event string) bool {
	return event != "" && (slices.ContainsFunc(r.Earn, func(e programme.Rule) bool { return e.Event == event }) ||
		slices.ContainsFunc(r.Games, func(g programme.Game) bool { return g.Event == event }))
}

func refuse(rules programme.Rules, b basket.Basket) error {
	if b.Total < 0 || b.Total > basket.MaxAmount {
		return &programme.Refusal{Code: programme.BadAmount, Amount: b.Total, Currency: b.Currency, Cause: b.Validate()}
	}
	if err := rules.CheckBasket(b); err != nil {
		return &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	if b.Currency != rules.Currency {
		return &programme.Refusal{Code: programme.OtherCurrency, Currency: b.Currency}
	}
	return nil
}
