package ledger_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
)

func lot(points ledger.Points, expires ledger.Day) ledger.Lot {
	return ledger.Lot{Points: points, Expires: expires}
}

func lots(debt ledger.Points, open ...ledger.Lot) ledger.Lots {
	return ledger.Lots{Open: open, Debt: debt}
}

func TestLotsWithAnEntry(t *testing.T) {
	const today ledger.Day = "2026-06-15"
	spend := func(p ledger.Points) ledger.Entry { return ledger.Entry{Kind: ledger.Redeem, Points: -p} }
	back := func(p ledger.Points, expires ledger.Day) ledger.Entry {
		return ledger.Entry{Kind: ledger.Reverse, Points: p, Expires: expires}
	}
	cases := []struct {
		name   string
		before ledger.Lots
		entry  ledger.Entry
		want   ledger.Lots
	}{
		{"an award without days", lots(0), ledger.Entry{Kind: ledger.Earn, Points: 5}, lots(0, lot(5, ""))},
		{"two awards of a day are one lot", lots(0, lot(5, "2026-12-31")), ledger.Entry{Kind: ledger.Earn, Points: 5, Expires: "2026-12-31"}, lots(0, lot(10, "2026-12-31"))},
		{"what never lapses is spent last", lots(0, lot(5, "2026-12-31"), lot(5, "")), spend(7), lots(0, lot(3, ""))},
		{"what lapses first is spent first", lots(0, lot(5, "2026-06-30"), lot(5, "2026-12-31")), spend(5), lots(0, lot(5, "2026-12-31"))},
		{"the last day counts", lots(0, lot(5, today), lot(5, "2026-12-31")), spend(5), lots(0, lot(5, "2026-12-31"))},
		{"what lapsed is not spent", lots(0, lot(5, "2026-06-14"), lot(5, "2026-12-31")), spend(5), lots(0, lot(5, "2026-06-14"))},
		{"not for debt either", lots(0, lot(5, "2026-06-14")), spend(5), lots(5, lot(5, "2026-06-14"))},
		{"unless it is named", lots(0, lot(5, "2026-06-14"), lot(5, "")), ledger.Entry{Kind: ledger.Expire, Points: -5, Expires: "2026-06-14"}, lots(0, lot(5, ""))},
		{"an award taken back that had no days", lots(0, lot(5, "2026-06-30"), lot(5, "")), back(-5, ""), lots(0, lot(5, "2026-06-30"))},
		{"an award taken back of which some was spent", lots(0, lot(5, "2026-06-30"), lot(2, "2026-12-31")), back(-5, "2026-12-31"), lots(0, lot(2, "2026-06-30"))},
		{"what comes in pays the debt", lots(7), ledger.Entry{Kind: ledger.Earn, Points: 10, Expires: "2026-12-31"}, lots(0, lot(3, "2026-12-31"))},
		{"as far as it goes", lots(7), ledger.Entry{Kind: ledger.Earn, Points: 5, Expires: "2026-12-31"}, lots(2)},
		{"what is still to vest is spent after all else", lots(0, ledger.Lot{Points: 5, Vests: "2026-07-01"}, ledger.Lot{Points: 5, Issuer: "b"}), spend(7), lots(0, ledger.Lot{Points: 3, Vests: "2026-07-01"})},
		{"what vested is one with what could be spent at once", lots(0, lot(5, ""), ledger.Lot{Points: 5, Vests: today}), spend(1), lots(0, lot(9, ""))},
		{"also where it is taken back by its day", lots(0, lot(5, "2026-12-31"), lot(5, "")), ledger.Entry{Kind: ledger.Reverse, Points: -5, Vests: today}, lots(0, lot(5, "2026-12-31"))},
		{"an issuer's are spent first by who names it", lots(0, lot(5, "2026-06-30"), ledger.Lot{Points: 5, Expires: "2026-12-31", Issuer: "b"}), ledger.Entry{Kind: ledger.Redeem, Points: -6, Issuer: "b"}, lots(0, lot(4, "2026-06-30"))},
		{"what lapses by inactivity is put off", lots(0, lot(1, "2026-06-14"), lot(2, "2026-06-30"), lot(3, "2027-12-31"), lot(4, "")), ledger.Entry{Kind: ledger.Earn, Points: 5, Expires: "2027-06-15", Renews: true},
			lots(0, lot(1, "2026-06-14"), lot(7, "2027-06-15"), lot(3, "2027-12-31"), lot(4, ""))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given, _ := json.Marshal(c.before)
			got, err := c.before.With(c.entry, today)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
			if after, _ := json.Marshal(c.before); string(after) != string(given) {
				t.Errorf("what was given is %s now, and was %s", after, given)
			}
			if got.Sum() != c.before.Sum()+c.entry.Points {
				t.Errorf("the sum is %v", got.Sum())
			}
		})
	}
}

func TestWhatAPositionHasOnADay(t *testing.T) {
	p := ledger.Position{Points: 12, Lots: lots(2, lot(5, "2026-06-14"), lot(4, "2026-06-15"), ledger.Lot{Points: 3, Expires: "2026-06-30", Vests: "2026-06-20"}, lot(2, ""))}
	for _, c := range []struct {
		on                         ledger.Day
		spendable, pending, lapsed ledger.Points
	}{{"2026-06-14", 9, 3, 0}, {"2026-06-15", 4, 3, 5}, {"2026-06-20", 3, 0, 9}, {"2026-07-01", 0, 0, 12}} {
		if s, v, l := p.On(c.on); s != c.spendable || v != c.pending || l != c.lapsed {
			t.Errorf("on %s: %v to spend, %v to vest, %v lapsed; want %+v", c.on, s, v, l, c)
		}
	}
	if s, v, l := (ledger.Position{Points: -7}).On("2026-06-15"); s != -7 || v != 0 || l != 0 {
		t.Errorf("a debt and no lots: %v, %v, %v", s, v, l)
	}
}

func TestSumsThatDoNotFitAreErrorsAndNeverWrap(t *testing.T) {
	for name, c := range map[string]struct {
		lots  ledger.Lots
		entry ledger.Entry
	}{
		"one lot":            {lots(0, lot(math.MaxInt64, "")), ledger.Entry{Kind: ledger.Earn, Points: 1}},
		"two lots":           {lots(0, lot(math.MaxInt64, "")), ledger.Entry{Kind: ledger.Earn, Points: 1, Expires: "2026-12-31"}},
		"lots that become 1": {lots(0, lot(math.MaxInt64, "2026-12-30"), lot(1, "2026-12-31")), ledger.Entry{Kind: ledger.Earn, Expires: "2026-12-31", Renews: true}},
		"debt":               {lots(math.MaxInt64), ledger.Entry{Kind: ledger.Redeem, Points: -1}},
		"the least there is": {lots(5), ledger.Entry{Kind: ledger.Redeem, Points: math.MinInt64}},
	} {
		if got, err := c.lots.With(c.entry, "2026-06-15"); !errors.Is(err, ledger.ErrOverflow) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if _, err := ledger.Merge(lots(0, lot(math.MaxInt64, "")), lots(0, lot(1, "2026-12-31"))); !errors.Is(err, ledger.ErrOverflow) {
		t.Errorf("merged: %v", err)
	}
	much := lots(0, lot(math.MaxInt64, "2026-12-31"), lot(math.MaxInt64, ""))
	if s := much.Sum(); s != math.MaxInt64 {
		t.Errorf("the sum of what cannot be is %d", s)
	}
	if s, _, _ := (ledger.Position{Lots: much}).On("2026-06-15"); s != math.MaxInt64 {
		t.Errorf("what can be spent of it is %d", s)
	}
	if got := ledger.Of(math.MinInt64).Sum(); got != -math.MaxInt64 {
		t.Errorf("of the least there is: %d", got)
	}
}

func TestLotsReadBackAsTheyWereAndNothingElse(t *testing.T) {
	for _, l := range []ledger.Lots{lots(0), lots(3), lots(1, lot(5, "2026-06-15"), ledger.Lot{Points: 5, Expires: "2026-06-15", Vests: "2026-06-01", Issuer: "b"}, lot(1, ""))} {
		b, err := json.Marshal(l)
		var got ledger.Lots
		if err == nil {
			err = json.Unmarshal(b, &got)
		}
		if err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("%s reads back as %+v, %v", b, got, err)
		}
	}
	for _, bad := range []string{
		`{"debt":-1}`, `{"open":[{"points":0}]}`, `{"open":[{"points":-1}]}`, `{"open":[{"points":1},{"points":1}]}`, `{"open":[{"points":1},{"points":1,"expires":"2026-06-15"}]}`,
		`{"open":[{"points":1,"expires":"2026-06-31"}]}`, `{"open":[{"points":1,"vests":"soon"}]}`, `{"open":[{"points":9223372036854775807}],"debt":1}`, `{"open":7}`,
	} {
		var got ledger.Lots
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s is read as %+v", bad, got)
		}
	}
}

// Days to choose from, in order; "" is none.
var someDays = []ledger.Day{"2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"}

func drawDay(t *rapid.T, name string, none bool) ledger.Day {
	days := someDays
	if none {
		days = append([]ledger.Day{""}, days...)
	}
	return rapid.SampledFrom(days).Draw(t, name)
}

func drawEntry(t *rapid.T) ledger.Entry {
	e := ledger.Entry{Account: account, Wallet: "points", Points: ledger.Points(rapid.Int64Range(1, 20).Draw(t, "points")), Issuer: rapid.SampledFrom([]string{"", "", "b"}).Draw(t, "issuer")}
	switch e.Kind = rapid.SampledFrom([]ledger.EntryKind{ledger.Earn, ledger.Earn, ledger.Redeem, ledger.Reverse, ledger.Expire, ledger.Adjust}).Draw(t, "kind"); e.Kind {
	case ledger.Redeem:
		e.Points = -e.Points
		return e
	case ledger.Expire:
		e.Points = -e.Points
	case ledger.Reverse, ledger.Adjust:
		if rapid.Bool().Draw(t, "takes") {
			e.Points = -e.Points
		}
	case ledger.Earn:
		e.Renews = rapid.IntRange(0, 3).Draw(t, "renews") == 0
	}
	e.Expires, e.Vests = drawDay(t, "expires", !e.Renews), drawDay(t, "vests", true)
	return e
}

// drawDated are entries of several terminals. Their days go forward with their
// stamps, but where a clock is wrong.
func drawDated(t *rapid.T, wrong bool) []ledger.Dated {
	var all []ledger.Dated
	day := 0
	for i := range rapid.IntRange(0, 25).Draw(t, "entries") {
		day = min(day+rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "later"), len(someDays)-1)
		on := someDays[day]
		if wrong && rapid.IntRange(0, 9).Draw(t, "clock is wrong") == 0 {
			on = drawDay(t, "day", false)
		}
		all = append(all, ledger.Dated{
			Entry: drawEntry(t), Stamp: ledger.Stamp(i / 3), Day: on,
			Key: ledger.Key{Terminal: ledger.Terminal(1 + i%2), Branch: branch, Seq: int64(1 + i/2)}.Entry(1 + i%2),
		})
	}
	return all
}

func TestLotsAlwaysAddUpToTheEntriesInWhateverOrderTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawDated(t, true)
		var sum ledger.Points
		for _, d := range entries {
			sum += d.Entry.Points
		}
		want, err := ledger.Fold(entries)
		if err != nil || want.Sum() != sum {
			t.Fatalf("%+v, %v: sum %v, the entries make %v", want, err, want.Sum(), sum)
		}
		shuffled := slices.Clone(entries)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, err := ledger.Fold(shuffled); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order %+v, %v, want %+v", got, err, want)
		}
		text, err := json.Marshal(want)
		var read ledger.Lots
		if err == nil {
			err = json.Unmarshal(text, &read)
		}
		if err != nil || !reflect.DeepEqual(read, want) {
			t.Fatalf("%s reads back as %+v, %v", text, read, err)
		}
	})
}

// One terminal's own order is that of its stamps, then its numbers, then lines.
func TestEntriesOneByOneComeToTheirFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []ledger.Dated
		h := ledger.Holding{Account: account}
		stamp, seq, line := ledger.Stamp(0), int64(1), 0
		for _, d := range drawDated(t, true) {
			switch rapid.IntRange(0, 2).Draw(t, "next") {
			case 0:
				stamp, seq, line = stamp+1, seq+1, 1
			case 1:
				seq, line = seq+1, 1
			default:
				line++
			}
			d.Stamp, d.Key = stamp, ledger.Key{Terminal: terminal, Branch: branch, Seq: seq}.Entry(line)
			entries = append(entries, d)
			if err := h.Apply(d.Entry, d.Day); err != nil {
				t.Fatal(err)
			}
		}
		want, err := ledger.Fold(entries)
		if err != nil {
			t.Fatal(err)
		}
		p := h.In("points")
		if got := p.All(); p.Points != want.Sum() || got.Sum() != want.Sum() || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", p, want)
		}
	})
}

// A close, and a sale that was worth less than a point, move nothing: nobody
// counts them in, so no fold may, whatever day their clock said.
func TestWhatMovesNothingChangesNoLots(t *testing.T) {
	owing := ledger.Lots{Open: []ledger.Lot{{Points: 25_000, Expires: "2026-11-25"}}, Debt: 11_000}
	for _, e := range []ledger.Entry{
		{Wallet: "points", Kind: ledger.Close, Draws: []ledger.Draw{{From: "e/1", Points: 4_000}}},
		{Wallet: "points", Kind: ledger.Earn, Rest: ledger.Fraction{Num: 990, Den: 1}, Expires: "2026-11-25"},
	} {
		// On this day the lot could pay what is owed since a later one.
		if got, err := owing.With(e, "2026-11-24"); err != nil || !reflect.DeepEqual(got, owing) {
			t.Errorf("%s: got %+v, %v", e.Kind, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		entries := drawDated(t, true)
		want, err := ledger.Fold(entries)
		if err != nil {
			t.Fatal(err)
		}
		for i := range entries {
			if rapid.Bool().Draw(t, "a close besides") {
				d := ledger.Dated{Entry: ledger.Entry{Wallet: "points", Kind: ledger.Close}, Key: entries[i].Key, Stamp: entries[i].Stamp, Day: drawDay(t, "on", false)}
				d.Key.Line += 100
				entries = append(entries, d)
			}
		}
		if got, err := ledger.Fold(entries); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

// drawLots is what some history left, as it is on the day it is looked at.
func drawLots(t *rapid.T) (ledger.Lots, ledger.Day) {
	entries := drawDated(t, rapid.Bool().Draw(t, "clocks are wrong"))
	l, err := ledger.Fold(entries)
	if err != nil {
		t.Fatal(err)
	}
	on := drawDay(t, "today", false)
	for _, d := range entries {
		on = max(on, d.Day)
	}
	if l, err = ledger.Renamed(l, on); err != nil {
		t.Fatal(err)
	}
	return l, on
}

func with(t *rapid.T, l ledger.Lots, e ledger.Entry, on ledger.Day) ledger.Lots {
	next, err := l.With(e, on)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestAnAwardTakenBackLeavesTheLotsAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, on := drawLots(t)
		e := ledger.Entry{Kind: ledger.Earn, Points: ledger.Points(rapid.Int64Range(1, 30).Draw(t, "earned")), Expires: drawDay(t, "expires", true), Vests: drawDay(t, "vests", true), Issuer: rapid.SampledFrom([]string{"", "b"}).Draw(t, "issuer")}
		if e.Expires != "" {
			e.Expires = max(e.Expires, on) // nothing is given that has lapsed
		}
		back := e
		back.Kind, back.Points = ledger.Reverse, -e.Points
		later := max(on, drawDay(t, "taken back", false))
		got := with(t, with(t, before, e, on), back, later)
		// Where it paid a debt, that is owed again.
		if want, err := ledger.Renamed(before, later); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v, %v", got, want, err)
		}
	})
}

func TestWhatWasSpentAndIsGivenBackLeavesTheLotsAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, on := drawLots(t)
		spendable, pending, _ := (ledger.Position{Points: before.Sum(), Lots: before}).On(on)
		if spendable+pending <= 0 {
			return
		}
		spent := ledger.Entry{Kind: ledger.Redeem, Points: -ledger.Points(rapid.Int64Range(1, int64(spendable+pending)).Draw(t, "spent")), Issuer: rapid.SampledFrom([]string{"", "b"}).Draw(t, "issuer")}
		after := with(t, before, spent, on)
		used := ledger.Took(before, after, on)
		var sum ledger.Points
		for _, lot := range used {
			sum += lot.Points
			after = with(t, after, ledger.Entry{Kind: ledger.Reverse, Points: lot.Points, Expires: lot.Expires, Vests: lot.Vests, Issuer: lot.Issuer}, on)
		}
		if sum != -spent.Points || !reflect.DeepEqual(after, before) {
			t.Fatalf("used %+v of %v, then %+v, want %+v", used, spent.Points, after, before)
		}
	})
}

// What a debt takes when a clock goes back was not taken by the entry that
// happens to come then.
func TestWhatADebtTookNoEntryTook(t *testing.T) {
	before := ledger.Lots{Open: []ledger.Lot{{Points: 30_000, Expires: "2026-11-25"}, {Points: 9_000, Expires: "2026-11-28"}}, Debt: 25_000}
	lapse := ledger.Entry{Kind: ledger.Expire, Points: -4_000, Expires: "2026-11-28"}
	after, err := before.With(lapse, "2026-11-25") // the debt was made on a later day
	if err != nil {
		t.Fatal(err)
	}
	if got := ledger.Took(before, after, "2026-11-25"); !reflect.DeepEqual(got, []ledger.Lot{{Points: 4_000, Expires: "2026-11-28"}}) {
		t.Errorf("got %+v", got)
	}
}

// Two cards of one member: their points are one sum, and nothing is owed while
// there is something to pay it from.
func TestLotsOfTwoAccountsAreMergedEitherWayRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := drawLots(t)
		b, _ := drawLots(t)
		ab, err := ledger.Merge(a, b)
		ba, again := ledger.Merge(b, a)
		if err != nil || again != nil || !reflect.DeepEqual(ab, ba) || ab.Sum() != a.Sum()+b.Sum() {
			t.Fatalf("%+v and %+v make %+v, %v, or %+v, %v", a, b, ab, err, ba, again)
		}
		var h ledger.Holding
		for _, l := range []ledger.Lots{a, b} {
			p := ledger.Position{Wallet: "points", Points: l.Sum()}
			p.Keep(l)
			if err := h.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if p := h.In("points"); p.Points != ab.Sum() || !reflect.DeepEqual(p.All(), ab) {
			t.Fatalf("%+v and %+v together %+v, want %+v", a, b, p, ab)
		}
	})
}

func TestOnlyCountersHaveASlash(t *testing.T) {
	for w, want := range map[ledger.Wallet]bool{"points": false, "tier/status": true, "cap/base/points/day": true, "": false} {
		if got := w.Counter(); got != want {
			t.Errorf("%q: %v", w, got)
		}
	}
}

func TestAReversalPutsTheDayBackThatASaleHadRenewed(t *testing.T) {
	held := ledger.Lots{Open: []ledger.Lot{{Points: 10_000, Expires: "2027-05-23"}}}
	sale := ledger.Entry{Wallet: "points", Kind: ledger.Earn, Points: 5_000, Expires: "2027-09-01", Renews: true}
	renewed, err := held.With(sale, "2027-03-01")
	if err != nil || len(renewed.Open) != 1 || renewed.Open[0] != (ledger.Lot{Points: 15_000, Expires: "2027-09-01"}) {
		t.Fatalf("%+v, %v", renewed, err)
	}
	taken, err := renewed.With(ledger.Entry{Wallet: "points", Kind: ledger.Reverse, Points: -5_000, Expires: "2027-09-01"}, "2027-03-02")
	if err != nil {
		t.Fatal(err)
	}
	back := ledger.Entry{Wallet: "points", Kind: ledger.Reverse, Expires: "2027-09-01", Back: "2027-05-23"}
	if err := back.Validate(); err != nil {
		t.Error(err)
	}
	got, err := taken.With(back, "2027-03-02")
	if err != nil || !slices.Equal(got.Open, held.Open) || got.Debt != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	wrong := back
	wrong.Kind = ledger.Earn
	if wrong.Validate() == nil {
		t.Error("an award may put a day back")
	}
}
