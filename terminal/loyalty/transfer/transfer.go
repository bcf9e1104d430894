// Package transfer decides how what one account holds goes to another one, lot by lot.
//
// Nothing is gained or lost by it: each lot keeps its days and who pays for it,
// what is owed and what rounding left over go along, and so does what is counted
// of the member: tiers, memberships, limits.
package transfer

import (
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// MostLots is how many lots one record moves, so that it stays as small as
// records have to. Who has more takes several.
const MostLots = 60

// An Outcome is what a transfer comes to.
type Outcome struct {
	Entries []ledger.Entry
	Reasons []ledger.Reason
	// Left says that there is more than one record can move: the same again.
	Left     bool
	From, To ledger.Holding // afterwards
}

// ReasonTransferred is the code of the reason that says what a wallet's points
// came to. Counters have none.
const ReasonTransferred = "transferred"

// Merge gives all that from holds to to: two cards of one member, or the new
// card of one who lost theirs.
//
// The same account, or one of which nothing is known here, is a
// *programme.Refusal.
func Merge(from, to ledger.Holding, c redeem.Cover, day ledger.Day) (Outcome, error) {
	return Split(from, to, c, day, from.Positions...)
}

// Split gives the lots, the debt and the remainder of parts of what from holds
// to to. A part that from does not hold is a *programme.Refusal.
func Split(from, to ledger.Holding, c redeem.Cover, day ledger.Day, parts ...ledger.Position) (Outcome, error) {
	switch {
	case from.Account == to.Account:
		return Outcome{}, &programme.Refusal{Code: programme.SameMember}
	case !from.Known && !from.Alone:
		// More may be held elsewhere, which nobody would bring along.
		return Outcome{}, &programme.Refusal{Code: programme.NotKnownHere}
	}
	t := transfer{cover: c, day: day, out: Outcome{From: own(from), To: own(to)}}
	for _, part := range parts {
		if err := t.part(from.In(part.Wallet), part); err != nil {
			return Outcome{}, err
		}
	}
	return t.out, nil
}

func own(h ledger.Holding) ledger.Holding {
	h.Positions, h.SetAsides = slices.Clone(h.Positions), slices.Clone(h.SetAsides)
	return h
}

type transfer struct {
	cover redeem.Cover
	day   ledger.Day
	moved int
	out   Outcome
}

func (t *transfer) part(held, part ledger.Position) error {
	rest := part.Rest
	var sum ledger.Points
	for _, lot := range part.All().Open {
		if !slices.ContainsFunc(held.All().Open, func(o ledger.Lot) bool {
			return o.Expires == lot.Expires && o.Vests == lot.Vests && o.Issuer == lot.Issuer && o.Points >= lot.Points
		}) {
			return &programme.Refusal{Code: programme.TooFewPoints, Points: lot.Points, Wallet: programme.Wallet{Name: part.Wallet}}
		}
		if t.moved == MostLots {
			t.out.Left = true
			break
		}
		if err := t.move(part.Wallet, lot, lot.Points, rest); err != nil {
			return err
		}
		rest, sum = ledger.Fraction{}, sum+lot.Points
	}
	if debt := part.All().Debt; (debt != 0 || !rest.IsZero()) && !t.out.Left {
		if t.moved == MostLots {
			t.out.Left = true
		} else if err := t.move(part.Wallet, ledger.Lot{}, -debt, rest); err != nil {
			return err
		}
		sum -= debt
	}
	if sum != 0 && !part.Wallet.Counter() {
		t.out.Reasons = append(t.out.Reasons, ledger.Reason{Code: ReasonTransferred, Wallet: part.Wallet, Points: sum})
	}
	return nil
}

// move writes a lot off the one account and onto the other. Points below zero
// are what is owed.
func (t *transfer) move(w ledger.Wallet, lot ledger.Lot, p ledger.Points, rest ledger.Fraction) error {
	t.moved++
	given := ledger.Entry{
		Account: t.out.To.Account, Wallet: w, Kind: ledger.Transfer, Points: p, Rest: rest,
		Expires: lot.Expires, Vests: lot.Vests, Issuer: lot.Issuer, Closed: t.cover.Alone && p > 0,
	}
	taken := given
	taken.Account, taken.Points, taken.Rest = t.out.From.Account, -p, rest.Neg()
	// What pays off a debt is in the free part from the start.
	taken.Closed = p < 0
	t.draw(&taken)
	t.out.Entries = append(t.out.Entries, taken, given)
	if err := t.out.From.Apply(taken, t.day); err != nil {
		return err
	}
	return t.out.To.Apply(given, t.day)
}

// draw takes what goes from what is set aside here for the account, as a
// spending does: nobody must spend here what is gone.
func (t *transfer) draw(e *ledger.Entry) {
	left := -e.Points
	for i := range t.out.From.SetAsides {
		s := &t.out.From.SetAsides[i]
		if s.Wallet != e.Wallet || s.Account != e.Account || s.NotAfter != 0 && s.NotAfter <= t.cover.Now {
			continue
		}
		if p := min(left, s.Left-max(t.cover.Held[s.ID], 0)); p > 0 {
			e.Draws = append(e.Draws, ledger.Draw{From: s.ID, Points: p})
			s.Left, left = s.Left-p, left-p
		}
	}
}
