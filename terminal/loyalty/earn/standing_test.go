package earn_test

import (
	"fmt"
	"strings"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/tier"
)

// climbing doubles what gold members earn; gold takes 100 euros.
func climbing(on programme.LadderOn, crossing programme.Crossing) programme.Rules {
	double := named("double", programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}, Bonus: true})
	double.If.Tiers = []string{"gold"}
	r := rules(named("base", programme.Rule{}), double)
	r.Ladders = []programme.Ladder{{
		Name: "status", On: on, Wallet: wallet, Crossing: crossing, Window: programme.Validity{Months: 12},
		Levels: []programme.Level{{Name: "silver", From: 50_000}, {Name: "gold", From: 100_000}},
	}}
	return r
}

func counted(h ledger.Holding, w ledger.Wallet, p ledger.Points) ledger.Holding {
	h.Positions = append(h.Positions[:len(h.Positions):len(h.Positions)], ledger.Position{Wallet: w, Points: p})
	return h
}

func TestTheSaleThatReachesATier(t *testing.T) {
	cases := []struct {
		on       programme.LadderOn
		crossing programme.Crossing
		before   ledger.Points
		paid     basket.Basket
		want     string
	}{
		{programme.OnSpend, programme.CrossOld, 90_000, total(20_00), "base 20"},
		{programme.OnSpend, programme.CrossNew, 90_000, total(20_00), "base 20, double 20"},
		{programme.OnSpend, programme.CrossSplit, 90_000, total(20_00), "base 20, double 10"},
		{programme.OnSpend, programme.CrossSplit, 90_000, sale(4_00, 10_00, 6_00), "base 20, double 10"},
		{programme.OnSpend, programme.CrossSplit, 90_000, total(10_00), "base 10"},
		{programme.OnSpend, programme.CrossNew, 90_000, total(10_00), "base 10, double 10"},
		{programme.OnSpend, programme.CrossNew, 90_000, total(9_99), "base 9"},
		{programme.OnSpend, programme.CrossSplit, 100_000, total(20_00), "base 20, double 20"},
		{programme.OnSpend, programme.CrossSplit, 0, total(150_00), "base 150, double 50"},
		{programme.OnVisits, programme.CrossOld, 99_000, total(20_00), "base 20"},
		{programme.OnVisits, programme.CrossNew, 99_000, total(20_00), "base 20, double 20"},
		{programme.OnPoints, programme.CrossOld, 90_000, total(20_00), "base 20"},
		{programme.OnPoints, programme.CrossNew, 90_000, total(20_00), "base 20, double 20"},
		{programme.OnPoints, programme.CrossNew, 70_000, total(20_00), "base 20"},
	}
	for _, c := range cases {
		r := climbing(c.on, c.crossing)
		o := must(t, in(r, counted(member, r.Ladders[0].CountOf(), c.before), c.paid))
		if got := told(o); got != c.want {
			t.Errorf("%s, %s, %v before and %v paid: got %q, want %q", c.on, c.crossing, c.before, c.paid.Total, got, c.want)
		}
		addUp(t, o, c.paid)
		now := tier.On(r.Ladders[0], o.After, "2026-11-22")
		adds := map[programme.LadderOn]ledger.Points{programme.OnSpend: ledger.Points(c.paid.Total) * 10, programme.OnVisits: 1000, programme.OnPoints: sumOf(o)}[c.on]
		if now.Count != c.before+adds {
			t.Errorf("%s: counts %v after %v and %v", c.on, now.Count, c.before, adds)
		}
		reached := now.Level > tier.On(r.Ladders[0], counted(member, r.Ladders[0].CountOf(), c.before), "2026-11-22").Level
		if said := strings.Contains(fmt.Sprint(o.Reasons), "{tier "+now.Name()); said != reached {
			t.Errorf("%s, %v and %v: reached %t, reasons %+v", c.on, c.before, c.paid.Total, reached, o.Reasons)
		}
	}
}

func sumOf(o earn.Outcome) (sum ledger.Points) {
	for _, g := range o.Gains {
		sum += g.Points
	}
	return sum
}

func TestALevelThatIsReachedIsKept(t *testing.T) {
	r := climbing(programme.OnSpend, programme.CrossOld)
	r.Ladders[0].Keeps, r.Ladders[0].KeepsFor = true, programme.Validity{Months: 12, To: programme.ToYear}
	j := travelling(r)
	for _, step := range []struct {
		day  ledger.Day
		paid basket.Money
		tier string
		lots int // of the mark of gold
	}{
		{"2026-01-10", 60_00, "silver", 0},
		{"2026-02-10", 60_00, "gold", 1},
		{"2026-03-10", 60_00, "gold", 1},
		{"2027-12-01", 0, "gold", 1}, // nothing counts any more
		{"2028-01-01", 0, "", 1},
	} {
		if _, err := j.at(step.day, total(step.paid)); err != nil {
			t.Fatal(err)
		}
		if now := tier.On(r.Ladders[0], j.holding, step.day); now.Name() != step.tier || len(j.holding.In("tier/status/gold").Lots.Open) != step.lots {
			t.Errorf("%s: %+v, %+v", step.day, now.Name(), j.holding.In("tier/status/gold"))
		}
	}
}

func TestAFeeBeginsAndLengthensAMembership(t *testing.T) {
	r := rules(named("base", programme.Rule{}))
	r.Clubs = []programme.Club{{Name: "prime", Fee: programme.Selector{Kinds: []string{"fee"}}, Lasts: programme.Validity{Months: 12}}}
	r.Base.Excluded = programme.Selector{Kinds: []string{"fee"}}
	fee := func(quantity int64) basket.Basket {
		b := sale(10_00, 25_00)
		b.Lines[1].Kind, b.Lines[1].Quantity = "fee", quantity
		return b
	}
	j := travelling(r)
	for _, step := range []struct {
		day   ledger.Day
		b     basket.Basket
		until ledger.Day
	}{
		{"2028-02-29", sale(10_00), "-"},
		{"2028-02-29", fee(0), "2029-02-28"},
		{"2028-12-01", fee(1000), "2030-02-28"},
		{"2028-12-02", fee(2000), "2032-02-29"},
		{"2032-03-01", sale(10_00), "-"},
		{"2032-03-02", fee(0), "2033-03-01"},
	} {
		o, err := j.at(step.day, step.b)
		if err != nil {
			t.Fatal(err)
		}
		addUp(t, o, step.b)
		if o.Gains[0].Points != 10_000 {
			t.Errorf("%s: the fee earns: %q", step.day, told(o))
		}
		until := ledger.Day("-")
		if clubs := tier.Clubs(r, j.holding, step.day); len(clubs) == 1 {
			until = clubs[0].Until
		}
		if until != step.until {
			t.Errorf("%s: until %s, want %s", step.day, until, step.until)
		}
	}
}

func TestSegmentsCountTheMembersOwnHistory(t *testing.T) {
	r := rules(named("base", programme.Rule{}))
	r.Segments = []programme.Segment{
		{Name: "often", On: programme.OnVisits, Days: 30, Min: 2_000, Max: -1},
		{Name: "coffee", On: programme.OnSpend, Lines: coffee(), Days: 10, Min: 12_000, Max: -1},
		{Name: "away", On: programme.OnVisits, Days: 30, Max: 0},
	}
	j := travelling(r)
	is := func(day ledger.Day) (names []string) {
		for _, s := range r.Segments {
			if (scene.Scene{Rules: r, Holding: j.holding, Moment: ledger.Moment{Day: day}}).Holds(programme.Condition{Segments: []string{s.Name}}) {
				names = append(names, s.Name)
			}
		}
		return names
	}
	for i, step := range []struct {
		day  ledger.Day
		want string
	}{{"2026-11-01", "[]"}, {"2026-11-05", "[often coffee]"}} {
		if _, err := j.at(step.day, groceries()); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(is(step.day)); got != step.want {
			t.Errorf("%d: %s, want %s", i, got, step.want)
		}
	}
	for day, want := range map[ledger.Day]string{"2026-11-10": "[often coffee]", "2026-11-11": "[often]", "2026-12-01": "[]", "2026-12-05": "[away]"} {
		if got := fmt.Sprint(is(day)); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

// What a decision saw is enough to make it again, to the thousandth.
func TestWhatWasSeenIsEnoughToDecideAgain(t *testing.T) {
	r := climbing(programme.OnSpend, programme.CrossSplit)
	r.Earn[0].Rounding = programme.Carry
	r.Earn[0].Caps = []programme.Cap{{Points: 200 * ledger.Unit, Per: programme.PerMonth}, {Times: 30, Per: programme.PerDay, Of: programme.OfTerminal}}
	r.Wallets = []programme.Wallet{{Name: wallet, Lapses: true, Expires: programme.Validity{Days: 3}, Most: 90 * ledger.Unit}}
	r.Segments = []programme.Segment{{Name: "often", On: programme.OnVisits, Days: 5, Min: 3_000, Max: -1}}
	often := named("often", programme.Rule{Counts: programme.Order, Points: 5 * ledger.Unit})
	often.If.Segments = []string{"often"}
	r.Earn = append(r.Earn, often)
	j := travelling(r)
	for i := range 40 {
		day := programme.After("2026-11-01", i)
		b := total(basket.Money(7_77 + 131*i))
		s := scene.Scene{Rules: r, Holding: j.holding, House: j.house, Basket: b, Cashier: "Bo"}.On(ledger.Moment{Day: day}, nil)
		seen := s.Seen()
		first, err := j.at(day, b)
		if err != nil {
			t.Fatal(err)
		}
		s.Holding.Positions, s.House.Positions = seen.Positions, seen.House
		again, err := earn.Award(s, b)
		if err != nil || fmt.Sprint(again.Entries) != fmt.Sprint(first.Entries) || fmt.Sprint(again.Reasons) != fmt.Sprint(first.Reasons) {
			t.Fatalf("%s: %v\n%+v\n%+v", day, err, again.Entries, first.Entries)
		}
		if n := len(seen.Positions); n > 4 {
			t.Fatalf("%d positions were seen", n)
		}
		for _, p := range seen.Positions {
			if len(p.Lots.Open) > 8 {
				t.Fatalf("%d lots were seen of %s", len(p.Lots.Open), string(p.Wallet))
			}
		}
	}
}
