package redeem

import (
	"fmt"
	"math/big"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A spending is points on their way out of one wallet of an account.
type spending struct {
	holding ledger.Holding // before; After's is kept by apply
	wallet  ledger.Wallet
	kind    ledger.EntryKind
	at      string // the partner where they are spent, or the cause
	day     ledger.Day
	lots    []ledger.Lot // what is used, in this order
	entries []ledger.Entry
	shares  []ledger.Share // one for each of the entries
}

// use makes a spending of p points of a wallet.
func use(h ledger.Holding, w ledger.Wallet, p ledger.Points, day ledger.Day) spending {
	s := spending{holding: h, wallet: w, kind: ledger.Redeem, day: day}
	for _, lot := range h.In(w).All().Open {
		if p == 0 {
			break
		}
		if lot.Lapsed(day) || lot.Pending(day) {
			continue
		}
		lot.Points = min(lot.Points, p)
		p -= lot.Points
		s.lots = append(s.lots, lot)
	}
	if p > 0 { // more than is known here
		s.lots = append(s.lots, ledger.Lot{Points: p})
	}
	return s
}

// take writes p points that are spent, out of one account: of the set-aside
// that from names, or of none. What belongs to one account and one issuer is
// one entry, so that head office finds it in one place; apart keeps it from
// being added to what was there before.
func (s *spending) take(a ledger.Account, from ledger.SetAsideID, p ledger.Points, apart bool) {
	first := 0
	if apart {
		first = len(s.entries)
	}
	for p > 0 && len(s.lots) > 0 {
		lot := &s.lots[0]
		part := *lot
		part.Points = min(lot.Points, p)
		p -= part.Points
		if lot.Points -= part.Points; lot.Points == 0 {
			s.lots = s.lots[1:]
		}
		s.put(a, from, part, first)
	}
}

func (s *spending) put(a ledger.Account, from ledger.SetAsideID, part ledger.Lot, first int) {
	i := slices.IndexFunc(s.entries[first:], func(e ledger.Entry) bool { return e.Account == a && e.Issuer == part.Issuer })
	if i += first; i < first {
		i = len(s.entries)
		s.entries = append(s.entries, ledger.Entry{Account: a, Wallet: s.wallet, Kind: s.kind, Issuer: part.Issuer, At: s.at})
		s.shares = append(s.shares, ledger.Share{})
	}
	e, share := &s.entries[i], &s.shares[i]
	e.Points -= part.Points
	share.Lots = append(share.Lots, part)
	if from == "" {
		return
	}
	at := slices.IndexFunc(e.Draws, func(d ledger.Draw) bool { return d.From == from })
	if at < 0 {
		at = len(e.Draws)
		e.Draws = append(e.Draws, ledger.Draw{From: from})
	}
	e.Draws[at].Points += part.Points
}

// tells is a share of an entry that spent points where off came off each line;
// none where it would say nothing. first says that it is the first one of its
// reward: what came off stands there once.
func tells(s ledger.Share, points ledger.Points, off []basket.Money, first bool) []ledger.Share {
	if !dated(s.Lots) {
		s.Lots = nil
	}
	if off != nil {
		s.Points = bought(points, off)
		if first {
			s.Base = minor(off)
		}
	}
	if s.Base == nil && s.Points == nil && s.Lots == nil && !s.Voucher {
		return nil
	}
	return []ledger.Share{s}
}

// bought shares points that were spent out over what came off each line.
func bought(points ledger.Points, off []basket.Money) []ledger.Points {
	parts := make([]ledger.Points, len(off))
	var sum, upTo basket.Money
	for _, o := range off {
		sum += o
	}
	var before ledger.Points
	for i, o := range off {
		upTo += o
		part := new(big.Int).Mul(big.NewInt(int64(points)), big.NewInt(int64(upTo)))
		share := ledger.Points(part.Div(part, big.NewInt(int64(sum))).Int64()) // rounded down: sum is above zero
		parts[i], before = before-share, share
	}
	return parts
}

func minor(off []basket.Money) []int64 {
	all := make([]int64, len(off))
	for i, o := range off {
		all[i] = int64(o)
	}
	return all
}

// dated reports whether the lots that were used say more than the entry does.
func dated(lots []ledger.Lot) bool { return ledger.Lots{Open: lots}.Dated() }

// after is a holding with entries that came of it: of its account, or of
// another one of the same member. h is not changed.
func after(h ledger.Holding, day ledger.Day, entries ...ledger.Entry) (ledger.Holding, error) {
	h.Positions, h.SetAsides = slices.Clone(h.Positions), slices.Clone(h.SetAsides)
	for _, e := range entries {
		if err := h.Apply(e, day); err != nil {
			return h, fmt.Errorf("redeem %v of wallet %s: %w", -e.Points, string(e.Wallet), err)
		}
		for _, d := range e.Draws {
			for i := range h.SetAsides {
				if h.SetAsides[i].ID == d.From {
					h.SetAsides[i].Left -= d.Points
				}
			}
		}
	}
	return h, nil
}
