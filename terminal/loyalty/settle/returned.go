package settle

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/ledger"
)

// A Worth is what an entry moved, with its remainder.
type Worth struct {
	Points ledger.Points
	Rest   ledger.Fraction
}

func worthOf(e ledger.Entry) Worth { return Worth{e.Points, e.Rest} }

// A Given is an entry as far as taking it back is concerned. Expires and Vests
// are of its lot.
type Given struct {
	Worth
	Purse          Purse
	Expires, Vests ledger.Day
}

// GivenBy is what e gave.
func GivenBy(e ledger.Entry) Given {
	return Given{worthOf(e), Purse{e.Account, e.Wallet}, e.Expires, e.Vests}
}

func (w Worth) plus(o Worth) (sum Worth, err error) {
	if sum.Points, err = w.Points.Add(o.Points); err != nil {
		return Worth{}, err
	}
	sum.Rest, err = w.Rest.Add(o.Rest)
	return sum, err
}

// A Returned is what reversals took back of one entry, in the direction they
// took it.
type Returned struct {
	Worth
	Purse  Purse
	Issuer string
}

// comesBack keeps what is taken back of an entry within what the entry was.
//
// Each terminal keeps to that by itself. Two that do not know of each other,
// each with the same slip before it, do not; and records come in any order, so
// the entry may come after what takes it back. Facts are posted: what is above
// the entry head office takes back, by a reversal of the same entry the other way.
func (p *posting) comesBack(l Line) error {
	e, key := l.Entry, p.item.entryKey(l.Number)
	if e.Reverses != nil {
		of, own := p.counted(*e.Reverses), Purse{e.Account, e.Wallet}
		given, come := p.book.Worths[of]
		r := p.returned(of)
		if come && given.Purse != own || r.Purse != (Purse{}) && r.Purse != own {
			// Copies that nobody noticed gave one number to two sales.
			p.note(ReturnStrange, l.Number, e.Account, of.String())
			return nil
		}
		var err error
		if r.Worth, err = r.plus(worthOf(e)); err != nil {
			return err
		}
		r.Purse, r.Issuer = own, e.Issuer
		p.fx.Returned[of] = r
		if come {
			return p.bound(l, of, given)
		}
	}
	switch r, named := p.book.Returned[key]; {
	case !named:
	case r.Purse != Purse{e.Account, e.Wallet}:
		p.note(ReturnStrange, l.Number, e.Account, key.String())
		p.fx.Returned[key] = Returned{Purse: Purse{e.Account, e.Wallet}}
	default:
		return p.bound(l, key, GivenBy(e))
	}
	return nil
}

func (p *posting) returned(of ledger.EntryKey) Returned {
	if r, ok := p.fx.Returned[of]; ok {
		return r
	}
	return p.book.Returned[of]
}

// bound takes back what is above the entry's worth. A remainder below a point
// is set right with it and never alone: parts that come back in turn may bring
// all the points before all of the remainder.
func (p *posting) bound(l Line, of ledger.EntryKey, worth Given) error {
	r := p.returned(of)
	left, err := worth.plus(r.Worth)
	if err != nil {
		return err
	}
	if left.Points == 0 || (worth.Points >= 0) == (left.Points > 0) {
		return nil // something of the entry is still there, or nothing more than it is gone
	}
	// One record may bring an entry back in several parts, lot by lot: what is
	// above it is taken back once.
	at := slices.IndexFunc(p.fx.Reversal, func(e ledger.Entry) bool { return *e.Reverses == of })
	if at < 0 {
		at = len(p.fx.Reversal)
		p.fx.Reversal = append(p.fx.Reversal, ledger.Entry{
			Account: r.Purse.Account, Wallet: r.Purse.Wallet, Kind: ledger.Reverse,
			Expires: worth.Expires, Vests: worth.Vests, Issuer: r.Issuer, Reverses: &of,
		})
	}
	e := &p.fx.Reversal[at]
	more := -left.Points - e.Points
	p.fx.Reversed, e.Points, e.Rest = ReturnedTwice, -left.Points, left.Rest.Neg()
	p.note(ReturnedTwice, l.Number, r.Purse.Account, fmt.Sprintf("entry %v: %v more came back than it was", of, more.String()))
	return nil
}
