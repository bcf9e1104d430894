package ledger

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Lot is points of one wallet that lapse together.
type Lot struct {
	Points  Points `json:"points"`
	Expires Day    `json:"expires,omitempty"` // the last day they can be spent; "" for ever
	Vests   Day    `json:"vests,omitempty"`   // the first day they can be spent; "" at once, or since
	Issuer  string `json:"issuer,omitempty"`
}

// Lots are the open lots of a wallet, in the order they are spent in, and what
// was taken that no lot had. The zero Lots is none at all.
//
// The sum of the entries is always the sum of the lots less the debt.
type Lots struct {
	Open []Lot // each of another day or issuer, above zero
	Debt Points
}

// Sum is the sum of the open lots less the debt.
func (l Lots) Sum() Points { return plus(l.open(), -l.Debt) }

func (l Lots) open() (sum Points) {
	for _, lot := range l.Open {
		sum = plus(sum, lot.Points)
	}
	return sum
}

// plus is p+q, or what 64 bits hold that is next to it: lots that With made
// never come to more.
func plus(p, q Points) Points {
	sum, err := p.Add(q)
	switch {
	case err == nil:
		return sum
	case p < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

// IsZero reports whether nothing is open or owed.
func (l Lots) IsZero() bool { return len(l.Open) == 0 && l.Debt == 0 }

// Dated reports whether any lot has a day or an issuer of its own; otherwise
// the sum says it all.
func (l Lots) Dated() bool {
	return slices.ContainsFunc(l.Open, func(o Lot) bool { return o.key() != Lot{} })
}

// Lapses is the last day of the lot that lapses first; "" where none does.
func (l Lots) Lapses() Day {
	if len(l.Open) == 0 {
		return ""
	}
	return l.Open[0].Expires
}

// Lapsed reports whether the lot's last day is over.
func (l Lot) Lapsed(on Day) bool { return l.Expires != "" && l.Expires < on }

// Pending reports whether the lot's first day is still to come.
func (l Lot) Pending(on Day) bool { return l.Vests != "" && l.Vests > on }

func (l Lot) key() Lot { l.Points = 0; return l }

// on is the lot as it is named from a day on: what can be spent by then is one
// with what could be at once, so that a wallet's lots do not grow in number with
// every day on which something was earned.
func (l Lot) on(day Day) Lot {
	if !l.Pending(day) {
		l.Vests = ""
	}
	return l
}

// order is the order lots are spent in: what lapses first, then what could be
// spent first.
func order(a, b Lot) int {
	if (a.Expires == "") != (b.Expires == "") {
		return -strings.Compare(string(a.Expires), string(b.Expires))
	}
	return cmp.Or(cmp.Compare(a.Expires, b.Expires), cmp.Compare(a.Vests, b.Vests), cmp.Compare(a.Issuer, b.Issuer))
}

// With is l after an entry of its wallet on a business day; l is not changed.
//
// What comes in pays the debt first. What goes out is taken from the lot the
// entry names, then from lots that can be spent, soonest to lapse first and the
// named issuer's before others, then from those still to vest; what no lot has
// is debt. Lots that lapsed are only taken from by an entry that names them. An
// entry that moves nothing, such as a close, changes nothing, whatever its day.
func (l Lots) With(e Entry, on Day) (Lots, error) {
	if e.Points == 0 && !e.Renews && e.Back == "" {
		return l, nil
	}
	next, err := l.renamed(e, on)
	if err != nil {
		return Lots{}, err
	}
	next.payOff(on)
	lot := Lot{e.Points, e.Expires, e.Vests, e.Issuer}.on(on)
	switch {
	case e.Points > 0:
		paid := min(next.Debt, e.Points)
		next.Debt, lot.Points = next.Debt-paid, lot.Points-paid
		if err := next.add(lot); err != nil {
			return Lots{}, err
		}
	case e.Points < 0:
		missing, err := next.take(e, lot.key(), on)
		if err == nil {
			next.Debt, err = next.Debt.Add(missing)
		}
		if err != nil {
			return Lots{}, err
		}
	}
	if e.Back != "" {
		if next, err = next.putBack(e.Expires, e.Back); err != nil {
			return Lots{}, err
		}
	}
	return next, next.fits()
}

// putBack is l with what was renewed to a day having the day before that again.
func (l Lots) putBack(from, to Day) (Lots, error) {
	next := Lots{Debt: l.Debt}
	for _, lot := range l.Open {
		if lot.Expires == from {
			lot.Expires = to
		}
		if err := next.add(lot); err != nil {
			return Lots{}, err
		}
	}
	return next, nil
}

// payOff pays what is owed from what has not lapsed on a day. Only where a clock
// went back is there something to pay an old debt from.
func (l *Lots) payOff(on Day) {
	l.Debt = l.draw(l.Debt, func(o Lot) bool { return !o.Lapsed(on) })
}

// renamed is a copy of l with its lots as they are named from a day on, and with
// the days that e puts off.
func (l Lots) renamed(e Entry, on Day) (Lots, error) {
	next := Lots{Debt: l.Debt}
	if !e.Renews && !slices.ContainsFunc(l.Open, func(o Lot) bool { return o.Vests != "" && !o.Pending(on) }) {
		// Nearly always: a member's lots are many, and nothing about them changes.
		if len(l.Open) > 0 {
			next.Open = append(make([]Lot, 0, len(l.Open)+1), l.Open...)
		}
		return next, nil
	}
	for _, lot := range l.Open {
		if e.Renews && !lot.Lapsed(on) && lot.Expires != "" && lot.Expires < e.Expires {
			lot.Expires = e.Expires
		}
		if err := next.add(lot.on(on)); err != nil {
			return Lots{}, err
		}
	}
	return next, nil
}

// fits is an error where what is open, or owed, does not fit in 64 bits.
func (l Lots) fits() error {
	sum := l.Debt
	for _, lot := range l.Open {
		var err error
		if sum, err = sum.Add(lot.Points); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lots) add(lot Lot) error {
	if lot.Points == 0 {
		return nil
	}
	at, found := slices.BinarySearchFunc(l.Open, lot, order)
	if !found {
		l.Open = slices.Insert(l.Open, at, lot)
		return nil
	}
	var err error
	l.Open[at].Points, err = l.Open[at].Points.Add(lot.Points)
	return err
}

// take takes what e takes from the lots and gives what none of them has.
func (l *Lots) take(e Entry, named Lot, on Day) (missing Points, err error) {
	p, err := Points(0).less(e.Points)
	if err != nil {
		return 0, err
	}
	if e.names() {
		p = l.draw(p, func(o Lot) bool { return o.key() == named })
	}
	spendable := func(o Lot) bool { return !o.Lapsed(on) && !o.Pending(on) }
	p = l.draw(p, func(o Lot) bool { return spendable(o) && o.Issuer == named.Issuer })
	p = l.draw(p, spendable)
	return l.draw(p, func(o Lot) bool { return !o.Lapsed(on) }), nil
}

// draw takes p from the lots that fit, in their order, and gives what they lack.
func (l *Lots) draw(p Points, fits func(Lot) bool) (missing Points) {
	if p == 0 {
		return 0
	}
	for i := range l.Open {
		if lot := &l.Open[i]; fits(*lot) {
			taken := min(p, lot.Points)
			lot.Points -= taken
			p -= taken
		}
	}
	if l.Open = slices.DeleteFunc(l.Open, func(o Lot) bool { return o.Points == 0 }); len(l.Open) == 0 {
		l.Open = nil
	}
	return p
}

// names reports whether an entry that takes points away means one lot: what is
// taken back of an award is that award's, also where it had no days.
func (e Entry) names() bool {
	return e.Expires != "" || e.Vests != "" || e.Kind == Reverse || e.Kind == Move || e.Kind == Expire
}

// less is p-q, or ErrOverflow.
func (p Points) less(q Points) (Points, error) {
	if q == math.MinInt64 {
		return 0, fmt.Errorf("take %d thousandths away: %w", q, ErrOverflow)
	}
	return p.Add(-q)
}

// Merge is what two accounts that were found to be one member's hold together:
// what either owes is paid from the other's lots, in the order they are spent in.
func Merge(a, b Lots) (Lots, error) {
	fromA, fromB := a.pay(b.Debt), b.pay(a.Debt)
	var all Lots
	for _, lot := range slices.Concat(fromA.Open, fromB.Open) {
		if err := all.add(lot); err != nil {
			return Lots{}, err
		}
	}
	var err error
	all.Debt, err = fromA.Debt.Add(fromB.Debt)
	if err == nil {
		err = all.fits()
	}
	return all, err
}

// pay is what is left of l's lots once they paid somebody else's debt, and what
// is left of that debt.
func (l Lots) pay(debt Points) Lots {
	left := Lots{Open: slices.Clone(l.Open)}
	left.Debt = left.draw(debt, func(Lot) bool { return true })
	return left
}

// Took is what each lot of before has on a day that it has not in after: what
// was taken between the two, but for what a debt from before took.
func Took(before, after Lots, on Day) (taken []Lot) {
	was, err := before.renamed(Entry{}, on)
	if err != nil {
		return nil // it does not fit, so nothing can have come of it
	}
	was.payOff(on)
	for _, lot := range was.Open {
		at, found := slices.BinarySearchFunc(after.Open, lot, order)
		if found {
			lot.Points -= min(lot.Points, after.Open[at].Points)
		}
		if lot.Points > 0 {
			taken = append(taken, lot)
		}
	}
	return taken
}

// Of is what a wallet's lots are when only their sum is known.
func Of(points Points) Lots {
	switch {
	case points > 0:
		return Lots{Open: []Lot{{Points: points}}}
	case points < 0:
		return Lots{Debt: -max(points, -math.MaxInt64)}
	}
	return Lots{}
}

// All are the position's lots.
func (p Position) All() Lots {
	if p.Lots.IsZero() {
		return Of(p.Points)
	}
	return p.Lots
}

// Keep sets the position's lots, whose sum is its points.
func (p *Position) Keep(l Lots) {
	if p.Lots = l; !l.Dated() {
		p.Lots = Lots{} // the sum says it all
	}
}

// On is what of a wallet can be spent on a day, less what is owed; what is
// still to vest; and what has lapsed and is only to be booked as such.
func (p Position) On(day Day) (spendable, pending, lapsed Points) {
	lots := p.All()
	for _, lot := range lots.Open {
		switch {
		case lot.Lapsed(day):
			lapsed = plus(lapsed, lot.Points)
		case lot.Pending(day):
			pending = plus(pending, lot.Points)
		default:
			spendable = plus(spendable, lot.Points)
		}
	}
	return plus(spendable, -lots.Debt), pending, lapsed
}

// Apply is the holding after one entry of its account on a business day, as
// the account's own shop counts it. The holding must not share its positions.
func (h *Holding) Apply(e Entry, on Day) error {
	if e.Kind == Close {
		return nil
	}
	at := slices.IndexFunc(h.Positions, func(o Position) bool { return o.Wallet == e.Wallet })
	if at < 0 {
		at = len(h.Positions)
		h.Positions = append(h.Positions, Position{Wallet: e.Wallet})
	}
	p := &h.Positions[at]
	lots, err := p.All().With(e, on)
	if err != nil {
		return err
	}
	if p.Points, err = p.Points.Add(e.Points); err != nil {
		return err
	}
	p.Keep(lots)
	p.Rest, err = p.Rest.Add(e.Rest)
	return err
}

// A Dated is an entry with its place in time.
type Dated struct {
	Entry Entry
	Key   EntryKey
	Stamp Stamp
	Day   Day
}

// Fold is what entries of one wallet make of it, whatever their order: they
// count by their stamps, and where these are one by their keys.
func Fold(entries []Dated) (Lots, error) { return Lots{}.Then(entries) }

// Then is l after entries that all come later than what made it, in the order
// that Fold counts them in.
func (l Lots) Then(entries []Dated) (Lots, error) {
	for _, d := range InOrder(entries) {
		var err error
		if l, err = l.With(d.Entry, d.Day); err != nil {
			return Lots{}, err
		}
	}
	return l, nil
}

// InOrder are the entries in the order that Fold counts them in.
func InOrder(entries []Dated) []Dated {
	return slices.SortedFunc(slices.Values(entries), func(a, b Dated) int {
		x, y := a.Key.Record, b.Key.Record
		return cmp.Or(cmp.Compare(a.Stamp, b.Stamp), cmp.Compare(x.Terminal, y.Terminal), bytes.Compare(x.Branch[:], y.Branch[:]),
			cmp.Compare(x.Seq, y.Seq), cmp.Compare(a.Key.Line, b.Key.Line))
	})
}

// MarshalJSON writes {"open":[…],"debt":n}; a lot is written as in Lot.
func (l Lots) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Open []Lot  `json:"open,omitempty"`
		Debt Points `json:"debt,omitempty"`
	}{l.Open, l.Debt})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Lots) UnmarshalJSON(b []byte) error {
	var in struct {
		Open []Lot  `json:"open"`
		Debt Points `json:"debt"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	read := Lots{in.Open, in.Debt}
	if err := read.validate(); err != nil {
		return err
	}
	*l = read
	return nil
}

// validate reports lots that With could not have made.
func (l Lots) validate() error {
	if l.Debt < 0 {
		return fmt.Errorf("lots: a debt of %v", l.Debt)
	}
	for i, lot := range l.Open {
		if lot.Points <= 0 {
			return fmt.Errorf("lots: number %d has %v", i+1, lot.Points)
		}
		if i > 0 && order(l.Open[i-1], lot) >= 0 {
			return fmt.Errorf("lots: number %d is not after the one before it", i+1)
		}
		for _, d := range []Day{lot.Expires, lot.Vests} {
			if d == "" {
				continue
			}
			if err := d.Validate(); err != nil {
				return fmt.Errorf("lots: number %d: %w", i+1, err)
			}
		}
	}
	return l.fits()
}

// Counter reports whether w is no wallet of the programme's but a counter of
// its own: what was reached, how often something was had. Nobody spends it, no
// slip shows it, and no set-aside is opened for it.
func (w Wallet) Counter() bool { return strings.Contains(string(w), "/") }

// Vouchers is what the names of the wallets begin with in which vouchers stand:
// behind it stands the reward that they are for.
const Vouchers = "voucher/"

// Voucher reports whether w is a counter of vouchers. A voucher is an account
// of its own with one open lot of 1, which using it takes.
func (w Wallet) Voucher() bool { return strings.HasPrefix(string(w), Vouchers) }
