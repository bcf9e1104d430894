package ledger

import (
	"slices"
	"time"
)

// A SetAside is points of one account that only one branch of one terminal may
// spend, as far as they are left.
type SetAside struct {
	ID      SetAsideID
	Account Account
	Wallet  Wallet
	Opened  Points
	Left    Points
	// NotAfter is the stamp from which a grant may not be spent; 0 for an own
	// award, which has no end but its close.
	NotAfter Stamp
}

// A Position is what an account holds in one wallet, as far as is known here.
type Position struct {
	Wallet Wallet `json:"wallet"`
	// Points is the last statement brought forward by the records of this
	// terminal that the statement does not count yet.
	Points Points `json:"points"`
	// Rest is the remainder rounding left, in thousandths.
	Rest Fraction `json:"rest,omitzero"`
	// Lots are what Points consists of; the zero Lots is all of them without a
	// day and of the programme's owner.
	Lots Lots `json:"lots,omitzero"`
}

// A Holding is what is known here of an account.
type Holding struct {
	Account Account
	// New says that the account was minted for this request: no record names it.
	New bool
	// Known says that Positions is the whole truth as of AsOf: the shop stands
	// alone, or head office has said what the account holds. An account that
	// is not known may hold more than is seen here, and is never shown as 0.
	Known bool
	// Alone says that this shop is the authority for the account.
	Alone bool
	// AsOf is when head office last said so; 0 for a shop that stands alone.
	AsOf      Stamp
	Positions []Position
	SetAsides []SetAside // open here, of the branch that is written now
	// Held is what live holds have of each set-aside, and Promised, in a shop
	// that stands alone, what they have of each wallet, and anywhere what they
	// will count in each counter; both without the hold that the request captures.
	Held     map[SetAsideID]Points
	Promised map[Wallet]Points
	Profile  Profile
}

// A Profile is what is known of the person or household behind an account.
type Profile struct {
	Enrolled bool
	Since    Day    // of the enrolment
	Name     string // "" where none was given, or it was erased
	Birthday string // month and day, "02-29"; "" where none was given
	// Referrer is the account of who brought the member in; zero for nobody.
	Referrer Account
}

// In is the account's position in a wallet; an empty one when it has none.
func (h Holding) In(w Wallet) Position {
	for _, p := range h.Positions {
		if p.Wallet == w {
			return p
		}
	}
	return Position{Wallet: w}
}

// Add brings the position in p's wallet forward by p. A holding that shares its
// positions with another must have been given its own.
func (h *Holding) Add(p Position) error {
	at := slices.IndexFunc(h.Positions, func(o Position) bool { return o.Wallet == p.Wallet })
	if at < 0 {
		h.Positions = append(h.Positions, p)
		return nil
	}
	have := &h.Positions[at]
	lots, err := Merge(have.All(), p.All())
	if err != nil {
		return err
	}
	if have.Points, err = have.Points.Add(p.Points); err != nil {
		return err
	}
	have.Keep(lots)
	have.Rest, err = have.Rest.Add(p.Rest)
	return err
}

// A View is what a decision is made from. It was read inside the transaction
// that will commit the decision.
type View struct {
	Next Key // the key the record will have
	// Alone says that this shop is the authority for its own accounts.
	Alone bool
	// Last is the stamp of the record before, Ceiling the latest time head
	// office's word allows, as for NextStamp.
	Last    Stamp
	Ceiling time.Time
	// Holdings are the accounts the request named, in its order.
	Holdings []Holding
	// House is the account in which this terminal counts what is limited for the
	// terminal, not for a member: stock, budgets. Empty unless the request asks.
	House Holding
	// Referrer is the account of who brought in the member of the first holding;
	// nil for nobody.
	Referrer *Holding
	// Hold is the hold the request captures: nil where it names none, or one
	// that is not known here any more. It may be past its time.
	Hold *Hold
	// Sale is the sale the request is about, nil where it names none, or one
	// that is not here. SaleHolding is its account.
	Sale        *Sale
	SaleHolding Holding
	// Vouchers are the accounts of the vouchers that the sale printed or used,
	// and of those that the hold is for. Only they may get entries besides the
	// accounts above.
	Vouchers []Holding
}

// Voucher is the account of a voucher among those, and whether it is one of them.
func (v View) Voucher(a Account) (Holding, bool) {
	i := slices.IndexFunc(v.Vouchers, func(h Holding) bool { return h.Account == a })
	if i < 0 {
		return Holding{}, false
	}
	return v.Vouchers[i], true
}

// Stamp is the stamp a record decided at m will have.
func (v View) Stamp(m Moment) Stamp {
	s, _ := NextStamp(v.Last, m, v.Ceiling)
	return s
}

// Sum adds entries up to what they make of each account and wallet. A close
// moves nothing, so it adds nothing.
func Sum(entries []Entry) (map[Account]map[Wallet]Position, error) {
	sums := make(map[Account]map[Wallet]Position)
	for _, e := range entries {
		wallets := sums[e.Account]
		if wallets == nil {
			wallets = make(map[Wallet]Position)
			sums[e.Account] = wallets
		}
		p := wallets[e.Wallet]
		p.Wallet = e.Wallet
		var err error
		if p.Points, err = p.Points.Add(e.Points); err != nil {
			return nil, err
		}
		if p.Rest, err = p.Rest.Add(e.Rest); err != nil {
			return nil, err
		}
		wallets[e.Wallet] = p
	}
	return sums, nil
}
