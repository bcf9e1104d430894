package refund_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
)

const (
	stamps = ledger.Wallet("stamps")
	today  = ledger.Day("2026-11-22")
)

func earned(w ledger.Wallet, p ledger.Points) ledger.Entry {
	return ledger.Entry{Account: one, Wallet: w, Kind: ledger.Earn, Points: p, Closed: true}
}

// said is entries as a test reads them: wallet, points and the day they lapse.
func said(entries []ledger.Entry) string {
	var all []string
	for _, e := range entries {
		text := fmt.Sprintf("%s %v", e.Wallet, e.Points)
		if e.Expires != "" {
			text += " " + string(e.Expires)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestPoliciesOfWhatWasEarned(t *testing.T) {
	// Three coffees for 9,00 with two stamps on them, a cake for 1,00 that brings
	// ten bonus points, and 50 points for coming.
	b := ticket(basket.Line{ID: "coffee", Quantity: 3_000, Amount: 9_00}, basket.Line{ID: "cake", Amount: 1_00})
	entries := []ledger.Entry{earned(wallet, 20_000), earned(stamps, 3_000), earned(wallet, 50_000), earned("tier/Status", 10_000)}
	shares := []ledger.Share{
		{Entry: 1, Base: []int64{9_00, 1_00}, Points: []ledger.Points{9_000, 11_000}},
		{Entry: 2, Base: []int64{3_000, 0}, Points: []ledger.Points{3_000, 0}},
		{Entry: 4, Base: []int64{9_00, 1_00}, Points: []ledger.Points{9_000, 1_000}},
	}
	coffee, cake := refund.Goods{ID: "coffee", Quantity: 1_000}, refund.Goods{ID: "cake"}
	for _, c := range []struct {
		policy programme.ReturnEarned
		want   []string // one coffee, the cake, the rest
	}{
		{programme.AsAwarded, []string{
			"points -3, stamps -1, tier/Status -3", "points -11, tier/Status -1", "points -6, stamps -2, points -50, tier/Status -6",
		}},
		{programme.Prorated, []string{
			"points -6, points -15, tier/Status -3", "points -2, stamps -1, points -5, tier/Status -1", "points -12, stamps -2, points -30, tier/Status -6",
		}},
		{programme.AllOrNothing, []string{"points -20, stamps -3, points -50, tier/Status -10", "", ""}},
	} {
		t.Run(string(c.policy), func(t *testing.T) {
			s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
			s.rules.Returns.Earned = c.policy
			before := s.held
			s.made(t, b, entries, shares)
			for i, goods := range [][]refund.Goods{{coffee}, {cake}, nil} {
				o, err := s.bring(t, goods...)
				if err != nil {
					t.Fatal(err)
				}
				if got := said(o.Entries); got != c.want[i] {
					t.Errorf("return %d: got %s, want %s", i+1, got, c.want[i])
				}
				for _, change := range o.Changes {
					if change.Wallet.Counter() {
						t.Errorf("a member is told of %+v", change)
					}
				}
			}
			same(t, before, s.held)
		})
	}
}

func TestRecomputedTakesBackWhatTheRestWouldNotHaveEarned(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0), tells: true}
	s.rules.Returns.Earned = programme.Recomputed
	before := s.held
	s.buy(t, amounts(1_60, 1_60, 1_60)) // 4 points; of 3,20 it would have been 3, of 1,60 one
	for i, want := range []string{"points -1", "points -2", "points -1"} {
		o, err := s.bring(t, refund.Goods{Line: i + 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := said(o.Entries); got != want {
			t.Errorf("return %d: got %s, want %s", i+1, got, want)
		}
	}
	same(t, before, s.held)
}

func TestTheRulesOfTheSaleSayWhatTheRestWouldHaveEarned(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0), tells: true}
	s.buy(t, amounts(1_60, 1_60, 1_60))
	s.sale.Original.Head.Rules = 1
	terms := s.terms()
	terms.Rules = each(50, programme.Floor) // a point for half as much by now
	terms.Rules.Returns.Earned = programme.Recomputed
	terms.Sold = func(version int64) (programme.Rules, bool) { return s.rules, version == 1 }
	o, err := refund.Return(terms, s.held, s.sale, []refund.Goods{{Line: 1}})
	if err != nil || said(o.Entries) != "points -1" {
		t.Errorf("got %s, %v", said(o.Entries), err)
	}
}

func TestSpentPointsGoBackToTheirLots(t *testing.T) {
	spending := ledger.Entry{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -100_000}
	lots := []ledger.Lot{{Points: 30_000, Expires: "2026-11-30"}, {Points: 50_000, Expires: "2027-01-31"}, {Points: 20_000}}
	reason := ledger.Reason{Code: redeem.ReasonRedeemed, Rule: "Korting", Wallet: wallet, Points: -100_000, Amount: 1_00}
	share := ledger.Share{Entry: 1, Lots: lots}
	for _, c := range []struct {
		name   string
		change func(*shop)
		want   []string // a quarter, another one, the rest
	}{
		{"into their own", func(*shop) {}, []string{
			"points 20, points 5 2027-01-31", "points 25 2027-01-31", "points 20 2027-01-31, points 30 2026-11-30",
		}},
		{"one that lapsed stays lapsed", func(s *shop) { s.today = "2026-12-24" }, []string{
			"points 20, points 5 2027-01-31", "points 25 2027-01-31", "points 20 2027-01-31, points 30 2026-11-30",
		}},
		{"one that lapsed gets some days", func(s *shop) { s.today, s.rules.Returns.LapsedGrace = "2026-12-24", 7 }, []string{
			"points 20, points 5 2027-01-31", "points 25 2027-01-31", "points 20 2027-01-31, points 30 2026-12-31",
		}},
		{"as if they were earned today", func(s *shop) {
			s.rules.Returns.Spent = programme.FreshLots
			s.rules.Wallets[0].Lapses, s.rules.Wallets[0].Expires = true, programme.Validity{Days: 90}
		}, []string{"points 25 2027-02-20", "points 25 2027-02-20", "points 50 2027-02-20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
			s.held.Positions[0] = ledger.Position{Wallet: wallet, Points: 100_000, Lots: ledger.Lots{Open: lots}}
			before := s.held
			c.change(s)
			s.made(t, amounts(5_00, 5_00, 10_00), []ledger.Entry{spending}, []ledger.Share{share}, reason)
			for i, goods := range [][]refund.Goods{{{Line: 1}}, {{Line: 2}}, nil} {
				o, err := s.bring(t, goods...)
				if err != nil {
					t.Fatal(err)
				}
				if got := said(o.Entries); got != c.want[i] {
					t.Errorf("return %d: got %s, want %s", i+1, got, c.want[i])
				}
			}
			if c.name == "into their own" {
				same(t, before, s.held)
			}
		})
	}
}

// The seventh stamp is spent in the sale that earns it: what is given back must
// not be paid with stamps that lapse later.
func TestWhatTheSaleItselfEarnedAndSpent(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	before := ledger.Lots{Open: []ledger.Lot{{Points: 6_000, Expires: "2026-12-31"}, {Points: 2_000, Expires: "2027-12-31"}}}
	s.held.Positions[1] = ledger.Position{Wallet: stamps, Points: 8_000, Lots: before}
	stamp := earned(stamps, 1_000)
	stamp.Expires = "2027-06-30"
	free := ledger.Entry{Account: one, Wallet: stamps, Kind: ledger.Redeem, Points: -7_000}
	shares := []ledger.Share{
		{Entry: 1, Base: []int64{1_000}, Points: []ledger.Points{1_000}},
		{Entry: 2, Lots: []ledger.Lot{{Points: 6_000, Expires: "2026-12-31"}, {Points: 1_000, Expires: "2027-06-30"}}},
	}
	reason := ledger.Reason{Code: redeem.ReasonRedeemed, Rule: "Koffie", Wallet: stamps, Points: -7_000, Amount: 2_50}
	s.made(t, amounts(2_50), []ledger.Entry{stamp, free}, shares, reason)
	if _, err := s.bring(t); err != nil {
		t.Fatal(err)
	}
	if got := s.held.In(stamps).All(); !reflect.DeepEqual(got, before) {
		t.Errorf("got %+v", got)
	}
}

func TestADonationIsOnlyUndone(t *testing.T) {
	for _, undo := range []bool{false, true} {
		s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(50_000)}
		s.made(t, amounts(2_50), []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Donate, Points: -20_000, At: "cause:KiKa"}}, nil)
		o, err := refund.Return(s.terms(), s.held, s.sale, nil)
		if undo {
			o, err = refund.Undo(s.terms(), s.held, s.sale)
		}
		if err != nil || undo != (len(o.Entries) == 1 && o.Entries[0].At == "cause:KiKa") {
			t.Errorf("undo %v: got %+v, %v", undo, o, err)
		}
	}
}

func TestWhatCameOffALineComesBackWithIt(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(100_000)}
	spending := ledger.Entry{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -100_000}
	share := ledger.Share{Entry: 1, Base: []int64{0, 4_00}, Points: []ledger.Points{0, -100_000}}
	reason := ledger.Reason{Code: redeem.ReasonRedeemed, Rule: "Korting", Wallet: wallet, Points: -100_000, Amount: 4_00}
	s.made(t, amounts(10_00, 8_00), []ledger.Entry{spending}, []ledger.Share{share}, reason)
	if o, err := s.bring(t, refund.Goods{Line: 1}); err != nil || len(o.Entries) != 0 || o.PointsPaid != 0 {
		t.Errorf("got %+v, %v", o, err)
	}
	if o, err := s.bring(t, refund.Goods{Line: 2, Amount: 2_00}); err != nil || said(o.Entries) != "points 25" || o.PointsPaid != 1_00 {
		t.Errorf("got %+v, %v", o, err)
	}
	if o, err := s.bring(t); err != nil || said(o.Entries) != "points 75" || o.PointsPaid != 3_00 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestPendingFirst(t *testing.T) {
	for _, first := range []bool{false, true} {
		s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
		s.rules.Returns.PendingFirst = first
		e := earned(wallet, 10_000)
		s.made(t, amounts(10_00), []ledger.Entry{e}, []ledger.Share{{Entry: 1, Base: []int64{10_00}, Points: []ledger.Points{10_000}}})
		vesting := earned(wallet, 4_000)
		vesting.Vests = "2026-12-01"
		s.fold(t, []ledger.Entry{vesting})
		if _, err := s.bring(t); err != nil {
			t.Fatal(err)
		}
		spendable, pending, _ := s.held.In(wallet).On(today)
		if want := map[bool][2]ledger.Points{false: {0, 4_000}, true: {4_000, 0}}[first]; spendable != want[0] || pending != want[1] {
			t.Errorf("first %v: %v and %v", first, spendable, pending)
		}
	}
}

func TestWhatIsNotThereAnyMore(t *testing.T) {
	for _, c := range []struct {
		policy  programme.Shortfall
		known   bool
		refused programme.Code
		want    string
		left    ledger.Points
	}{
		{programme.Debt, true, "", "points -10", -7_000},
		{programme.WithinBalance, true, "", "points -10, points 7", 0},
		{programme.WithinBalance, false, "", "points -10", -7_000},
		{programme.RefuseBelow, true, programme.SpentSince, "", 3_000},
		{programme.RefuseBelow, false, "", "points -10", -7_000},
	} {
		s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
		s.rules.Returns.Below = c.policy
		s.made(t, amounts(10_00, 0), []ledger.Entry{earned(wallet, 10_000)}, []ledger.Share{{Entry: 1, Base: []int64{10_00, 0}, Points: []ledger.Points{10_000, 0}}})
		s.fold(t, []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -7_000}})
		s.held.Known = c.known
		o, err := s.bring(t, refund.Goods{Line: 1})
		var no *programme.Refusal
		if errors.As(err, &no) != (c.refused != "") || no != nil && (no.Code != c.refused || no.Points != 7_000) {
			t.Fatalf("%s: %v", c.policy, err)
		}
		if got := said(o.Entries); got != c.want || s.held.In(wallet).Points != c.left {
			t.Errorf("%s, known %v: got %s, left %v", c.policy, c.known, got, s.held.In(wallet).Points)
		}
		if c.policy != programme.WithinBalance || !c.known {
			continue
		}
		// What was forgiven is not taken when there is something again.
		s.fold(t, []ledger.Entry{earned(wallet, 5_000)})
		if o, err := s.bring(t); err != nil || len(o.Entries) != 0 || o.Changes != nil {
			t.Errorf("got %+v, %v", o, err)
		}
		// An undo takes back what was spent meanwhile: it is owed.
	}
}

func TestAnUndoIsOwedWhateverReturnsAre(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.rules.Returns.Below = programme.RefuseBelow
	s.buy(t, amounts(10_00))
	s.fold(t, []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -7_000}})
	o, err := refund.Undo(s.terms(), s.held, s.sale)
	if err != nil || o.After.In(wallet).Points != -7_000 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestATierGoesBackWhenItsCountDoes(t *testing.T) {
	ladder := programme.Ladder{Name: "Status", On: programme.OnSpend, Levels: []programme.Level{{Name: "Zilver", From: 0}, {Name: "Goud", From: 500_000}}}
	count, gold := ladder.CountOf(), ladder.Mark("Goud")
	mark, spent := earned(gold, 1_000), earned(count, 300_000)
	mark.Expires, spent.Expires = "2027-12-31", "2027-11-22"
	share := ledger.Share{Entry: 1, Base: []int64{100_00, 200_00}, Points: []ledger.Points{100_000, 200_000}}
	shopWith := func(counted ledger.Points, until ledger.Day) *shop {
		s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
		s.rules.Ladders = []programme.Ladder{ladder}
		s.held.Positions = append(s.held.Positions, ledger.Position{Wallet: count, Points: counted, Lots: ledger.Lots{Open: []ledger.Lot{{Points: counted, Expires: until}}}})
		s.made(t, amounts(100_00, 200_00), []ledger.Entry{spent, mark}, []ledger.Share{share})
		return s
	}
	for _, c := range []struct {
		name  string
		count ledger.Points
		until ledger.Day
		day   ledger.Day
		line  int
		want  string
	}{
		{"it is still reached", 300_000, "2027-06-30", today, 1, "tier/Status -100 2027-11-22"},
		{"it is just reached", 300_000, "2027-06-30", today, 1, "tier/Status -100 2027-11-22"},
		{"it is not", 300_000, "2027-06-30", today, 2, "tier/Status -200 2027-11-22, tier/Status/Goud -1 2027-12-31"},
		{"what counted is too old by now", 300_000, "2027-06-30", "2027-07-15", 1, "tier/Status -100 2027-11-22"},
		{"the sale itself is too old by now", 300_000, "2027-06-30", "2027-12-15", 1, "tier/Status -100 2027-11-22"},
		{"and it is not reached even so", 300_000, "2027-06-30", "2027-12-15", 2, "tier/Status -200 2027-11-22, tier/Status/Goud -1 2027-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shopWith(c.count, c.until)
			s.today = c.day
			o, err := s.bring(t, refund.Goods{Line: c.line})
			if err != nil || said(o.Entries) != c.want {
				t.Errorf("got %s, %v", said(o.Entries), err)
			}
		})
	}
}

func TestWhatOthersGotByItGoesBackToo(t *testing.T) {
	referrer, house := ledger.Account{7}, ledger.Account{8}
	bonus := ledger.Entry{Account: referrer, Wallet: wallet, Kind: ledger.Bonus, Points: 100_000, Closed: true}
	budget := ledger.Entry{Account: house, Wallet: "cap/Actie/points/day", Kind: ledger.Earn, Points: 10_000, Closed: true}
	entries := []ledger.Entry{earned(wallet, 10_000), bonus, budget}
	shares := []ledger.Share{
		{Entry: 1, Base: []int64{10_00, 0}, Points: []ledger.Points{10_000, 0}},
		{Entry: 3, Base: []int64{10_00, 0}, Points: []ledger.Points{10_000, 0}},
	}
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.made(t, amounts(10_00, 5_00), entries, shares)
	o, err := s.bring(t, refund.Goods{Line: 1})
	if err != nil || said(o.Entries) != "points -10, cap/Actie/points/day -10" {
		t.Errorf("got %s, %v", said(o.Entries), err)
	}
	o, err = s.bring(t)
	if err != nil || said(o.Entries) != "points -100" || o.Entries[0].Account != referrer || o.Changes != nil || s.held.In(wallet).Points != 0 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestAMoveTakesTheCountersAlongAndLeavesWhatOthersGot(t *testing.T) {
	two, referrer := ledger.Account{2}, ledger.Account{7}
	base, count := earned(wallet, 10_000), earned("tier/Status", 15_000)
	base.Expires, count.Expires = "2027-11-22", "2027-11-22"
	bonus := ledger.Entry{Account: referrer, Wallet: wallet, Kind: ledger.Bonus, Points: 100_000, Closed: true}
	shares := []ledger.Share{
		{Entry: 1, Base: []int64{10_00, 0}, Points: []ledger.Points{10_000, 0}},
		{Entry: 3, Base: []int64{10_00, 5_00}, Points: []ledger.Points{10_000, 5_000}},
	}
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	before := s.held
	s.made(t, amounts(10_00, 5_00), []ledger.Entry{base, bonus, count}, shares)
	m, err := refund.Move(s.terms(), s.held, ledger.Holding{Account: two}, s.sale)
	if err != nil {
		t.Fatal(err)
	}
	if got := said(m.Entries); got != "points -10 2027-11-22, points 10 2027-11-22, tier/Status -15 2027-11-22, tier/Status 15 2027-11-22" {
		t.Fatalf("got %s", got)
	}
	same(t, before, m.From)
	if len(m.Changes) != 1 || m.To.In("tier/Status").Points != 15_000 {
		t.Errorf("got %+v", m)
	}

	// What comes back after it comes back of the right member, and of the referrer.
	original := s.sale.Original
	key := original.Head.Key()
	moved := s.record(t, ledger.KindMove, m.Entries, ledger.Body{Sale: &key, Basket: original.Body.Basket, Seen: original.Body.Seen, Shares: m.Shares})
	moved.Body.Account = two
	s.sale.Later = append(s.sale.Later, moved)
	s.held = m.To
	for i, want := range []string{"points -10 2027-11-22, tier/Status -10 2027-11-22", "tier/Status -5 2027-11-22, points -100"} {
		o, err := s.bring(t, refund.Goods{Line: i + 1})
		if err != nil || said(o.Entries) != want {
			t.Errorf("return %d: got %s, %v", i+1, said(o.Entries), err)
		}
	}
	if s.held.In(wallet).Points != 0 || s.held.In("tier/Status").Points != 0 {
		t.Errorf("got %+v", s.held)
	}
}

// drawMade is a sale of any programme: entries with days, issuers and counters,
// shared out over its lines in any way.
func drawMade(t *rapid.T) (*shop, ledger.Holding) {
	s := &shop{rules: each(100, programme.Floor), cover: redeem.Cover{Alone: rapid.Bool().Draw(t, "alone"), Now: 1}, held: holds(0)}
	s.rules.Returns.Earned = rapid.SampledFrom([]programme.ReturnEarned{programme.AsAwarded, programme.Prorated, programme.AllOrNothing}).Draw(t, "policy")
	days := rapid.SampledFrom([]ledger.Day{"", "2026-11-30", "2027-01-31", "2027-12-31"})
	wallets := rapid.SampledFrom([]ledger.Wallet{wallet, stamps, "tier/Status", "cap/Actie/points/day"})
	issuers := rapid.SampledFrom([]string{"", "bakker"})
	s.held.Positions = nil
	for range rapid.IntRange(0, 5).Draw(t, "lots") {
		e := earned(wallets.Draw(t, "wallet"), ledger.Points(rapid.Int64Range(1, 90).Draw(t, "held"))*ledger.Unit)
		e.Expires, e.Issuer = days.Draw(t, "expires"), issuers.Draw(t, "issuer")
		s.fold(t, []ledger.Entry{e})
	}
	before := s.held
	b := drawTicket(t, false)
	lines := max(len(b.Lines), 1)
	var entries []ledger.Entry
	var shares []ledger.Share
	var reasons []ledger.Reason
	if spendable, _, _ := before.In(wallet).On(today); spendable > 0 && rapid.Bool().Draw(t, "redeem") {
		left := ledger.Points(rapid.Int64Range(1, int64(spendable)).Draw(t, "spent"))
		for _, lot := range before.In(wallet).All().Open {
			if lot.Points = min(lot.Points, left); lot.Points == 0 {
				continue
			}
			left -= lot.Points
			entries = append(entries, ledger.Entry{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -lot.Points, Expires: lot.Expires, Issuer: lot.Issuer})
			shares = append(shares, ledger.Share{Entry: len(entries), Lots: []ledger.Lot{lot}})
			reasons = append(reasons, ledger.Reason{Code: redeem.ReasonRedeemed, Wallet: wallet, Points: -lot.Points, Amount: 1})
		}
	}
	for range rapid.IntRange(1, 4).Draw(t, "entries") {
		e := earned(wallets.Draw(t, "wallet"), 0)
		e.Expires, e.Issuer, e.Closed = days.Draw(t, "expires"), issuers.Draw(t, "issuer"), s.cover.Alone
		share := ledger.Share{Entry: len(entries) + 1}
		for range lines {
			p := ledger.Points(rapid.Int64Range(0, 20_000).Draw(t, "brought"))
			share.Points, share.Base, e.Points = append(share.Points, p), append(share.Base, int64(p)), e.Points+p
		}
		if rapid.Bool().Draw(t, "whole") {
			share.Points, share.Base = nil, nil
		}
		if e.Points > 0 {
			entries, shares = append(entries, e), append(shares, share)
		}
	}
	s.made(t, b, entries, shares, reasons...)
	return s, before
}

func TestBuyingAndBringingBackRestoresEveryLot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, before := drawMade(t)
		backAll(t, s, func() {})
		wallets := append(slices.Clone(before.Positions), s.held.Positions...)
		for _, p := range wallets {
			if got, want := s.held.In(p.Wallet).All(), before.In(p.Wallet).All(); !reflect.DeepEqual(got.Open, want.Open) && len(got.Open)+len(want.Open) > 0 || got.Debt != want.Debt {
				t.Fatalf("%s: before %+v, after all came back %+v", p.Wallet, want, got)
			}
		}
	})
}

func TestTheSumOfEntriesIsThatOfTheLots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, before := drawMade(t)
		s.rules.Returns.Below = rapid.SampledFrom([]programme.Shortfall{programme.Debt, programme.WithinBalance}).Draw(t, "below")
		s.rules.Returns.PendingFirst = rapid.Bool().Draw(t, "pending first")
		s.fold(t, []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -ledger.Points(rapid.Int64Range(1, 200_000).Draw(t, "spent since"))}})
		spent := s.held.In(wallet).Points
		_ = before
		backAll(t, s, func() {
			for _, p := range s.held.Positions {
				if p.All().Sum() != p.Points {
					t.Fatalf("%+v", p)
				}
			}
		})
		back := ledger.Points(0)
		for _, r := range s.sale.Later {
			back += sum(r.Head.Entries, wallet)
		}
		if got := s.held.In(wallet).Points; got != spent+back {
			t.Fatalf("%v and %v are not %v", spent, back, got)
		}
	})
}

// Half as much again of whole points is in no proportion to the cents of the
// lines: a remainder kept as fine as that would get finer with every return,
// until no sum of them fits any more.
func TestRemaindersGetNoFinerWithEveryReturn(t *testing.T) {
	rules := each(100, programme.Carry)
	rules.Earn = append(rules.Earn, programme.Rule{
		Name: "gold", Wallet: wallet, Counts: programme.Multiple, Factor: ledger.Fraction{Num: 3, Den: 2}, Bonus: true, Step: ledger.Unit, Rounding: programme.Carry,
	})
	for _, earned := range []programme.ReturnEarned{programme.AsAwarded, programme.Prorated, programme.Recomputed} {
		s := &shop{rules: rules, cover: alone, held: holds(0), tells: true}
		s.rules.Returns.Earned = earned
		for i := range 60 {
			before := s.held.In(wallet)
			s.buy(t, amounts(basket.Money(1_301+37*i), basket.Money(211+59*i), basket.Money(307+2*i)))
			if _, err := s.bring(t, refund.Goods{Line: 2}); err != nil {
				t.Fatalf("%s: return %d: %v", earned, i+1, err)
			}
			if rest := s.held.In(wallet).Rest; rest.Den > 2 {
				t.Fatalf("%s: after %d returns the remainder is %v", earned, i+1, rest)
			}
			if i%3 == 0 {
				if _, err := s.bring(t); err != nil {
					t.Fatal(err)
				}
				if after := s.held.In(wallet); after.Points != before.Points || after.Rest != before.Rest {
					t.Fatalf("%s: all of it came back: %v and %v before, %v and %v now", earned, before.Points, before.Rest, after.Points, after.Rest)
				}
			}
		}
	}
}
