package world_test

import (
	"reflect"
	"slices"

	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/tier"
)

func ownerOf(s ledger.Sale) (ledger.Account, bool) { return refund.Account(s) }

// always checks what must hold after every step.
func (s *shop) always(t failer) {
	t.Helper()
	for at, entries := range s.entries {
		h := s.held[at.account]
		p := h.In(at.wallet)
		var sum ledger.Points
		rest := ledger.Fraction{}
		for _, d := range entries {
			sum += d.Entry.Points
			var err error
			if rest, err = rest.Add(d.Entry.Rest); err != nil {
				s.fail(t, "%v", err)
			}
		}
		if sum != p.Points || p.Points != p.All().Sum() || rest != p.Rest {
			s.fail(t, "%x/%s: entries come to %v and %v, the position says %v and %v, its lots %v", at.account[:1], string(at.wallet), sum, rest, p.Points, p.Rest, p.All().Sum())
		}
		shuffled := slices.Clone(entries)
		for i := range shuffled { // any other order
			j := (i*7 + len(entries)/2) % len(shuffled)
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		}
		lots, err := ledger.Fold(shuffled)
		if err != nil || !reflect.DeepEqual(lots, p.All()) && !(lots.IsZero() && p.All().IsZero()) {
			s.fail(t, "%x/%s: folded in another order %+v, %v; it is %+v", at.account[:1], string(at.wallet), lots, err, p.All())
		}
	}
}

// uncovered is how much more is set aside of a purse than there is in it.
func (s *shop) uncovered(a ledger.Account, w ledger.Wallet) ledger.Points {
	left := -s.held[a].In(w).Points
	for _, aside := range s.asides {
		if aside.Account == a && aside.Wallet == w {
			left += aside.Left
		}
	}
	return max(left, 0)
}

// recorded checks the last record by itself.
func (s *shop) recorded(t failer) {
	t.Helper()
	r := s.records[len(s.records)-1]
	lines := 1
	if b := r.Body.Basket; b != nil {
		lines = max(len(b.Lines), 1)
	}
	for _, share := range r.Body.Shares {
		if share.Entry < 0 || share.Entry > len(r.Head.Entries) {
			s.fail(t, "a share of entry %d of %d", share.Entry, len(r.Head.Entries))
		}
		if share.Points != nil && len(share.Points) != lines || share.Base != nil && len(share.Base) != lines {
			s.fail(t, "a share of %d lines, %d base; the basket has %d", len(share.Points), len(share.Base), lines)
		}
		if share.Entry == 0 {
			continue
		}
		e := r.Head.Entries[share.Entry-1]
		var sum, lots ledger.Points
		for _, p := range share.Points {
			sum += p
		}
		for _, l := range share.Lots {
			lots += l.Points
		}
		if share.Points != nil && sum != e.Points || share.Lots != nil && lots != -e.Points {
			s.fail(t, "shares of %v, lots of %v; the entry is %+v", sum, lots, e)
		}
	}
	x, err := explain.Record(r, s.rules, s.zone)
	if err != nil {
		s.fail(t, "explain: %v", err)
	}
	if x.Verdict != explain.Same && x.Verdict != explain.Follows && !lapsed(r) {
		s.fail(t, "explained: %s %+v %s", x.Verdict, x.Differ, x.Cause)
	}
}

// lapsed reports whether something was spent uncovered, as a late hold's is.
func lapsed(r ledger.Record) bool {
	return slices.ContainsFunc(r.Body.Reasons, func(x ledger.Reason) bool { return x.Code == redeem.ReasonLapsed })
}

// spent checks that the last record, a sale, spent nothing that was not there,
// and took no more off than there was.
func (s *shop) spent(t failer, before *shop) {
	t.Helper()
	r := s.records[len(s.records)-1]
	var off int64
	for _, x := range r.Body.Reasons {
		if x.Code == redeem.ReasonRedeemed {
			off += x.Amount
		}
	}
	if total := int64(r.Body.Basket.Total); off < 0 || off > total {
		s.fail(t, "%d comes off a basket of %d", off, total)
	}
	if lapsed(r) {
		return
	}
	for a, h := range s.held {
		was := before.held[a]
		for _, p := range h.Positions {
			if now, debt := p.All().Debt, was.In(p.Wallet).All().Debt; now > debt {
				s.fail(t, "%x/%s: a debt of %v after a sale, %v before", a[:1], string(p.Wallet), now, debt)
			}
		}
	}
}

// bounded checks that no cap's counter is above its cap, and no wallet above
// the most it holds.
func (s *shop) bounded(t failer, before *shop) {
	t.Helper()
	day := s.day()
	check := func(caps []programme.Cap, of string) {
		for _, c := range caps {
			most := c.Points
			if c.Times > 0 {
				most = ledger.Points(c.Times) * ledger.Unit
			}
			if c.Per == programme.PerPurchase {
				continue
			}
			for a := range s.held {
				if (c.Of == programme.OfMember) == (a == house) {
					continue
				}
				w := c.Counter(of, s.cashier)
				used, _, _ := s.held[a].In(w).On(day)
				was, _, _ := before.held[a].In(w).On(day)
				if used > most && used > was {
					s.fail(t, "%x: cap %s: %v of %v (%v before)", a[:1], string(w), used, most, was)
				}
			}
		}
	}
	for _, e := range s.rules.Earn {
		check(e.Caps, e.Name)
	}
	for _, w := range s.rules.Rewards {
		check(w.Caps, "reward/"+w.Name)
	}
	for _, g := range s.rules.Games {
		check(g.Caps, "game/"+g.Name)
		for _, o := range g.Odds {
			check(o.Budget, "game/"+g.Name+"/"+o.Prize)
		}
	}
}

// restored checks that each account is as it was: lots to the day, tiers, clubs
// and counters. With sums only the balances are looked at, wallet by wallet.
func (s *shop) restored(t failer, was *shop, what string, exactly bool) {
	t.Helper()
	day := s.day()
	for a, h := range s.held {
		before := was.held[a]
		for _, p := range h.Positions {
			old := before.In(p.Wallet)
			lots, oldLots := on(t, p.All(), day), on(t, old.All(), day)
			if x, y := was.uncovered(a, p.Wallet), s.uncovered(a, p.Wallet); y > x {
				s.fail(t, "%s: %x/%s: %v more is set aside than there is, %v before", what, a[:1], string(p.Wallet), y, x)
			}
			same := p.Points == old.Points && p.Rest == old.Rest
			if exactly && !s.unequal(p.Wallet, oldLots) || p.Wallet.Counter() {
				same = same && (reflect.DeepEqual(lots, oldLots) || lots.IsZero() && oldLots.IsZero())
			}
			if !same {
				s.fail(t, "%s: %x/%s was %v %v %+v, now %v %v %+v", what, a[:1], string(p.Wallet), old.Points, old.Rest, oldLots, p.Points, p.Rest, lots)
			}
		}
		for _, l := range s.rules.Ladders {
			if x, y := tier.On(l, before, day), tier.On(l, h, day); x.Level != y.Level || x.Count != y.Count || x.Until != y.Until {
				s.fail(t, "%s: tier was %s %v %s, now %s %v %s", what, x.Name(), x.Count, string(x.Until), y.Name(), y.Count, string(y.Until))
			}
		}
		if x, y := tier.Clubs(s.rules, before, day), tier.Clubs(s.rules, h, day); !reflect.DeepEqual(x, y) {
			s.fail(t, "%s: clubs were %+v, now %+v", what, x, y)
		}
	}
}

// unequal reports whether lots that lapse together, by inactivity, do not: those
// of two members who became one. A renewal that is taken back makes them one.
func (s *shop) unequal(w ledger.Wallet, l ledger.Lots) bool {
	wallet, _ := s.rules.Wallet(w)
	return wallet.Inactive && slices.ContainsFunc(l.Open, func(o ledger.Lot) bool { return o.Expires != l.Open[0].Expires })
}

// has reports whether a record has an entry of a kind.
func has(r ledger.Record, kind ledger.EntryKind) bool {
	return slices.ContainsFunc(r.Head.Entries, func(e ledger.Entry) bool { return e.Kind == kind })
}
