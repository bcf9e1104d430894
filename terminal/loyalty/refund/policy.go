package refund

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// part is how much of an entry belongs to what came back so far, as long as
// something is left of the sale.
func (r *returning) part(record Record, line int, e ledger.Entry, done part, level mark) (part, error) {
	policy := r.terms.Rules.Returns.Earned
	switch {
	case e.Wallet.Voucher():
		return done, nil // a voucher is used whole: with the last of the sale
	case e.Kind == ledger.Redeem:
		given, err := r.spentPart(record, line, e)
		return part{points: -given}, err
	case e.Points < 0 || e.Kind == ledger.Convert:
		return done, nil // changed into another wallet's: with the last of the sale
	case policy == programme.AllOrNothing:
		return whole(e), nil
	case policy == programme.Recomputed && record.Body.Seen != nil:
		return r.recomputed(record, line, e)
	case policy == programme.Prorated && !e.Wallet.Counter():
		return r.prorated(record, e)
	case record.Body.Seen == nil && len(record.Body.Shares) == 0:
		return r.sold.earnedPart(r.terms.sold(record.Head), e)
	case level.is:
		return r.marked(record, e, level)
	}
	return r.asAwarded(record, line, e, done)
}

// asAwarded is what the lines that came back brought of the entry. One that no
// line brought goes with the whole sale.
func (r *returning) asAwarded(record Record, line int, e ledger.Entry, done part) (part, error) {
	share := shareOf(record, line)
	if share == nil || len(share.Points) != len(r.sold.lines) {
		return done, nil
	}
	points, err := r.sold.shared(share.Points, grain(e.Points))
	if err != nil {
		return part{}, err
	}
	points = max(min(points, e.Points), 0)
	if len(share.Base) != len(r.sold.lines) {
		return part{points: points}, nil
	}
	var back, total int64
	for i, l := range r.sold.lines {
		total += share.Base[i]
		back += l.of(share.Base[i])
	}
	return r.valued(record, e, points, back, total)
}

// prorated is the share of the entry that the amount that came back has in the
// total.
func (r *returning) prorated(record Record, e ledger.Entry) (part, error) {
	total := int64(r.sold.basket.Total)
	back := max(min(int64(r.sold.back()), total), 0)
	if total <= 0 {
		return part{}, nil
	}
	points, err := floor(rat(back, total, int64(e.Points)), grain(e.Points))
	if err != nil {
		return part{}, err
	}
	return r.valued(record, e, max(min(points, e.Points), 0), back, total)
}

// valued adds to points what the part back of total was worth besides, where
// the entry's remainder is carried.
func (r *returning) valued(record Record, e ledger.Entry, points ledger.Points, back, total int64) (part, error) {
	rules := r.terms.sold(record.Head)
	if e.Rest.IsZero() && (e.Kind == ledger.Bonus || !carries(rules, e.Wallet)) {
		return part{points: points}, nil
	}
	value, exact := worth(e, back, total, partsOf(rules, e.Wallet))
	if !exact {
		return part{points: points}, nil
	}
	rest, err := value.Add(ledger.Fraction{Num: int64(-points), Den: 1})
	return part{points, rest}, err
}

// spentPart is the part of a spending that comes back: what it took off the
// lines that came back, or where that is not known, by their share of the total.
func (r *returning) spentPart(record Record, line int, e ledger.Entry) (ledger.Points, error) {
	share := shareOf(record, line)
	if share == nil || len(share.Points) != len(r.sold.lines) {
		return r.sold.spentPart(record.Body.Reasons, e.Wallet, -e.Points)
	}
	taken := make([]ledger.Points, len(share.Points))
	for i, p := range share.Points {
		taken[i] = -p
	}
	given, err := r.sold.shared(taken, grain(e.Points))
	return max(min(given, -e.Points), 0), err
}

// A mark is the level of a ladder whose mark an entry is.
type mark struct {
	is     bool
	ladder programme.Ladder
	from   ledger.Points
}

// level is the tier whose mark is kept in a wallet.
func (r *returning) level(head ledger.Head, w ledger.Wallet) (mark, bool) {
	if !w.Counter() {
		return mark{}, false
	}
	for _, ladder := range r.terms.sold(head).Ladders {
		for _, l := range ladder.Levels {
			if ladder.Mark(l.Name) == w {
				return mark{true, ladder, l.From}, true
			}
		}
	}
	return mark{}, false
}

// marked takes the mark of a tier back where the count does not reach it any
// more. What counted when the tier was reached and is only too old by now
// counts still: a tier that is kept outlives its count.
func (r *returning) marked(record Record, e ledger.Entry, level mark) (part, error) {
	w, day := level.ladder.CountOf(), r.terms.Day
	count, _, _ := r.out.After.In(w).On(day)
	for _, p := range record.Body.Seen.Positions {
		for _, lot := range p.All().Open {
			if p.Wallet == w && !lot.Lapsed(record.Head.Day) && lot.Lapsed(day) {
				count += lot.Points
			}
		}
	}
	for i, x := range record.Head.Entries {
		if x.Wallet != w || x.Kind == ledger.Reverse || !(ledger.Lot{Expires: x.Expires}).Lapsed(day) {
			continue
		}
		stays, err := r.stays(record, i+1, x)
		if err != nil {
			return part{}, err
		}
		count += stays
	}
	if count >= level.from {
		return part{}, nil
	}
	return whole(e), nil
}

// stays is what nobody took back of an entry, this return included.
func (r *returning) stays(record Record, line int, e ledger.Entry) (ledger.Points, error) {
	done, err := doneBefore(r.sale, record.Head, line)
	if err != nil {
		return 0, err
	}
	left := e.Points - done.points
	for _, x := range r.out.Entries {
		if x.Reverses != nil && names(*x.Reverses, record.Head, line) {
			left += x.Points
		}
	}
	return left, nil
}
