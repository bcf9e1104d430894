package earn_test

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the shop's zone, on whatever machine

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

const stamps = ledger.Wallet("stamps")

// member is the account that everything here is about.
var member = ledger.Holding{Account: ledger.Account{1}, Known: true}

// named is a rule with what every one needs.
func named(name string, r programme.Rule) programme.Rule {
	r.Name = name
	if r.Wallet == "" {
		r.Wallet = wallet
	}
	if r.Points == 0 && r.Counts != programme.Multiple && len(r.Bands) == 0 {
		r.Points = ledger.Unit
	}
	if r.Per == 0 {
		r.Per = 100
		if r.Counts != programme.Amount {
			r.Per = 1000
		}
	}
	if r.Step == 0 {
		r.Step = ledger.Unit
	}
	if r.Rounding == "" {
		r.Rounding = programme.Floor
	}
	return r
}

func rules(earn ...programme.Rule) programme.Rules {
	return programme.Rules{Version: 1, Currency: "EUR", Earn: earn}
}

// groceries are two coffees for 6.00, bread for 3.50, a bottle's deposit, and
// 1.00 off all of it.
func groceries() basket.Basket {
	return basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR", Total: 8_75,
		Lines: []basket.Line{
			{ID: "1", Product: "871001", Quantity: 2000, Amount: 6_00, Category: "coffee", Tags: []string{"hot"}, Tax: 50},
			{ID: "2", Product: "871002", Amount: 3_50, Category: "bakery", Tax: 29},
			{ID: "3", Product: "990001", Amount: 25, Kind: "deposit"},
			{ID: "4", Amount: -1_00, Kind: "discount"},
		},
	}
}

func must(t *testing.T, s scene.Scene) earn.Outcome {
	t.Helper()
	o, err := earn.Award(s, s.Basket)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// told is what each rule gave: "base 8, double 8".
func told(o earn.Outcome) string {
	text := ""
	for i, g := range o.Gains {
		if i > 0 {
			text += ", "
		}
		text += g.Rule + " " + g.Points.String()
	}
	return text
}

func coffee() programme.Selector { return programme.Selector{Categories: []string{"coffee"}} }

func TestWhatIsCounted(t *testing.T) {
	base := named("base", programme.Rule{})
	times := func(num, den int64) programme.Rule {
		return named("times", programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: num, Den: den}, Bonus: true})
	}
	exact := times(2, 1)
	exact.Exact = true
	coffees := times(2, 1)
	coffees.Lines = coffee()
	only := times(3, 1)
	only.Multiplies = []string{"base"}
	cases := []struct {
		name string
		rule []programme.Rule
		b    basket.Basket
		want string
	}{
		{"an amount", []programme.Rule{base}, groceries(), "base 8"},
		{"an amount of some lines", []programme.Rule{named("coffee", programme.Rule{Lines: coffee()})}, groceries(), "coffee 6"},
		{"no such lines", []programme.Rule{named("tea", programme.Rule{Lines: programme.Selector{Categories: []string{"tea"}}})}, groceries(), ""},
		{"whole euros only", []programme.Rule{named("base", programme.Rule{Points: 5 * ledger.Unit, WholePer: true})}, total(19_99), "base 95"},
		{"by the cent", []programme.Rule{named("base", programme.Rule{Points: 5 * ledger.Unit})}, total(19_99), "base 99"},
		{"each line rounded", []programme.Rule{named("base", programme.Rule{RoundEach: programme.RoundLine})}, sale(1_60, 2_60, 80), "base 3"},
		{"all lines rounded", []programme.Rule{base}, sale(1_60, 2_60, 80), "base 5"},
		{"an order", []programme.Rule{named("visit", programme.Rule{Counts: programme.Order, Points: 100 * ledger.Unit})}, total(5_00), "visit 100"},
		{"an order of nothing", []programme.Rule{named("visit", programme.Rule{Counts: programme.Order})}, total(0), ""},
		{"an order with coffee", []programme.Rule{named("visit", programme.Rule{Counts: programme.Order, Lines: coffee()})}, groceries(), "visit 1"},
		{"an order without", []programme.Rule{named("visit", programme.Rule{Counts: programme.Order, Lines: coffee()})}, sale(5_00), ""},
		{"units", []programme.Rule{named("cups", programme.Rule{Counts: programme.Units, Lines: coffee()})}, groceries(), "cups 2"},
		{"every second unit", []programme.Rule{named("cups", programme.Rule{Counts: programme.Units, Per: 2000, WholePer: true, Lines: coffee()})}, groceries(), "cups 1"},
		{"an event's quantity, in a sale", []programme.Rule{named("miles", programme.Rule{Counts: programme.Quantity})}, groceries(), ""},
		{"below the bands", []programme.Rule{named("bands", bands())}, total(9_99), ""},
		{"the first band", []programme.Rule{named("bands", bands())}, total(10_00), "bands 5"},
		{"the last band", []programme.Rule{named("bands", bands())}, total(120_00), "bands 40"},
		{"twice what is given", []programme.Rule{base, times(2, 1)}, total(37_60), "base 37, times 37"},
		{"twice what it is worth", []programme.Rule{base, exact}, total(37_60), "base 37, times 38"},
		{"half as much again", []programme.Rule{base, times(3, 2)}, total(37_60), "base 37, times 18"},
		{"twice and twice", []programme.Rule{base, times(2, 1), named("again", times(2, 1))}, total(10_00), "base 10, times 10, again 10"},
		{"twice the coffee", []programme.Rule{base, coffees}, groceries(), "base 8, times 6"},
		{"three times what is named", []programme.Rule{base, named("other", programme.Rule{Points: 7 * ledger.Unit}), only}, total(2_00), "base 2, other 14, times 4"},
		{"once is nothing more", []programme.Rule{base, times(1, 1)}, total(2_00), "base 2"},
		{"status for points", []programme.Rule{base, named("status", programme.Rule{
			Wallet: "status", Counts: programme.Earned, Multiplies: []string{string(wallet)}, Per: 2000,
		})}, total(9_00), "base 9, status 4"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := told(must(t, in(rules(c.rule...), member, c.b))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func bands() programme.Rule {
	return programme.Rule{Bands: []programme.Band{{From: 10_00, Points: 5 * ledger.Unit}, {From: 50_00, Points: 40 * ledger.Unit}}}
}

func TestWhatOfASaleEarns(t *testing.T) {
	deposit := programme.Selector{Kinds: []string{"deposit"}}
	all, one := named("all", programme.Rule{Step: 10}), named("coffee", programme.Rule{Step: 10, Lines: coffee()})
	paidBy := func(kinds ...string) func(*basket.Basket) {
		return func(b *basket.Basket) {
			for i, kind := range kinds {
				b.Tenders = append(b.Tenders, basket.Tender{Kind: kind, Amount: []basket.Money{2_00, 6_75}[i]})
			}
		}
	}
	tenders := map[string]programme.TenderEarns{"gift_card": programme.EarnsNotPart, "points": programme.EarnsNothing, "card": programme.EarnsFully}
	same := func(*basket.Basket) {}
	cases := []struct {
		name   string
		base   programme.Base
		change func(*basket.Basket)
		want   string
	}{
		{"all of it", programme.Base{}, same, "all 8.75, coffee 6"},
		{"but the deposit", programme.Base{Excluded: deposit}, same, "all 8.5, coffee 6"},
		{"before tax", programme.Base{BeforeTax: true}, same, "all 7.96, coffee 5.5"},
		{"before discount", programme.Base{BeforeDiscount: true}, same, "all 9.75, coffee 6"},
		{"the discount shared", programme.Base{DiscountShared: true, Excluded: deposit}, same, "all 8.5, coffee 5.37"},
		{"a discount on one line", programme.Base{}, func(b *basket.Basket) { b.Lines[3].Of = "1" }, "all 8.75, coffee 5"},
		{"a discount on what is excluded", programme.Base{Excluded: deposit}, func(b *basket.Basket) { b.Lines[3].Of = "3" }, "all 9.5, coffee 6"},
		{"a part paid by gift card", programme.Base{Tenders: tenders}, paidBy("gift_card", "card"), "all 6.75, coffee 4.62"},
		{"a part paid by gift card, the deposit out", programme.Base{Tenders: tenders, Excluded: deposit}, paidBy("gift_card", "card"), "all 6.55, coffee 4.62"},
		{"all paid by gift card", programme.Base{Tenders: tenders}, paidBy("gift_card", "gift_card"), "all 0"},
		{"a part paid by what ends it", programme.Base{Tenders: tenders}, paidBy("points", "card"), "all 0"},
		{"paid as any sale is", programme.Base{Tenders: tenders}, paidBy("card"), "all 8.75, coffee 6"},
		{"nothing but a deposit", programme.Base{Excluded: deposit}, func(b *basket.Basket) { b.Lines, b.Total = b.Lines[2:3], 25 }, "all 0"},
		{"no lines, and a part that earns nothing", programme.Base{}, func(b *basket.Basket) { b.Lines, b.NotEarning = nil, 75 }, "all 8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, b := rules(all, one), groceries()
			r.Base = c.base
			c.change(&b)
			o := must(t, in(r, member, b))
			if got := told(o); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			addUp(t, o, b)
		})
	}
}

// addUp checks that lines, reasons, entries and shares are what was gained.
func addUp(t interface {
	Helper()
	Fatalf(string, ...any)
}, o earn.Outcome, b basket.Basket) {
	t.Helper()
	type key struct {
		account ledger.Account
		wallet  ledger.Wallet
	}
	gained, written, why := make(map[key]ledger.Points), make(map[key]ledger.Points), make(map[ledger.Wallet]ledger.Points)
	all := make(map[ledger.Wallet]ledger.Points)
	for _, g := range o.Gains {
		if g.Points < 0 {
			t.Fatalf("%s gives %v", g.Rule, g.Points)
		}
		gained[key{g.Account, g.Wallet}] += g.Points
		all[g.Wallet] += g.Points
		var lines ledger.Points
		for _, p := range g.Lines {
			lines += p
		}
		if g.Lines != nil && (lines != g.Points || len(g.Lines) != len(b.Lines)) {
			t.Fatalf("%s: lines come to %v of %v", g.Rule, lines, g.Points)
		}
	}
	for _, r := range o.Reasons {
		why[r.Wallet] += r.Points
	}
	for _, e := range o.Entries {
		if err := e.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
		if !e.Wallet.Counter() {
			written[key{e.Account, e.Wallet}] += e.Points
		}
	}
	for k, p := range gained {
		if written[k] != p {
			t.Fatalf("%s: gained %v, written %v", string(k.wallet), p, written[k])
		}
	}
	for w, p := range all {
		if why[w] != p {
			t.Fatalf("%s: gained %v, the reasons say %v", string(w), p, why[w])
		}
	}
	for _, s := range o.Shares {
		var sum ledger.Points
		for _, p := range s.Points {
			sum += p
		}
		if e := o.Entries[s.Entry-1]; sum != e.Points || len(s.Points) != max(len(b.Lines), 1) || s.Base != nil && len(s.Base) != len(s.Points) {
			t.Fatalf("entry %d of %v: shares %+v", s.Entry, e.Points, s)
		}
	}
}

func TestWhatRedemptionsLeftEarns(t *testing.T) {
	b := groceries()
	left := b
	left.Lines = append([]basket.Line{}, b.Lines...)
	left.Lines[0].Amount, left.Lines[0].Quantity, left.Total = 3_00, 1000, 5_75
	cups := named("cups", programme.Rule{Wallet: stamps, Counts: programme.Units, Lines: coffee()})
	for _, c := range []struct {
		redeeming programme.TenderEarns
		paid      basket.Money
		want      string
	}{
		{programme.EarnsNotPart, b.Total - left.Total, "base 5, cups 1"}, {programme.EarnsNothing, b.Total - left.Total, "base 0"},
		{programme.EarnsNothing, 0, "base 5, cups 1"}, // a member had it for nothing
	} {
		r := rules(named("base", programme.Rule{}), cups)
		r.Base.Redeeming = c.redeeming
		s := in(r, member, b)
		s.Paid = c.paid
		o, err := earn.Award(s, left)
		if err != nil || told(o) != c.want {
			t.Errorf("%s, %d paid with points: %v, %q, want %q", c.redeeming, c.paid, err, told(o), c.want)
		}
	}
	left.Lines[0].Amount, left.Lines[0].Quantity, left.Total = 0, 0, 2_75
	if o, err := earn.Award(in(rules(cups), member, b), left); err != nil || told(o) != "" {
		t.Errorf("what was free brings %q, %v", told(o), err)
	}
	left.Total = 99_00
	if _, err := earn.Award(in(rules(cups), member, b), left); err == nil {
		t.Error("more than the basket was left to earn")
	}
}

func TestHowRulesCombine(t *testing.T) {
	give := func(name string, points int64, group string) programme.Rule {
		return named(name, programme.Rule{Points: ledger.Points(points) * ledger.Unit, Counts: programme.Order, Group: group})
	}
	double := named("double", programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}, Group: "g"})
	triple := double
	triple.Name, triple.Factor.Num = "triple", 3
	loose := double
	loose.Name, loose.Group = "loose", ""
	closed := give("closed", 50, "g")
	closed.If.Members = true
	cases := []struct {
		combine programme.Combine
		rules   []programme.Rule
		want    string
	}{
		{programme.All, []programme.Rule{give("a", 1, "g"), give("b", 2, "g"), give("c", 4, "")}, "a 1, b 2, c 4"},
		{programme.Best, []programme.Rule{give("a", 1, "g"), give("b", 2, "g"), give("c", 4, "")}, "b 2, c 4"},
		{programme.Best, []programme.Rule{give("a", 2, "g"), give("b", 2, "g")}, "a 2"},
		{programme.First, []programme.Rule{closed, give("a", 1, "g"), give("b", 2, "g"), give("c", 4, "")}, "a 1, c 4"},
		{programme.Exclusive, []programme.Rule{give("c", 4, ""), closed, give("a", 1, "g"), give("b", 2, "g")}, "a 1"},
		{programme.Exclusive, []programme.Rule{give("c", 4, ""), closed}, "c 4"},
		{programme.Best, []programme.Rule{give("c", 4, ""), double, triple}, "c 4, triple 8"},
		{programme.All, []programme.Rule{give("c", 4, ""), double, triple}, "c 4, double 4, triple 8"},
		{programme.First, []programme.Rule{give("c", 4, ""), double, triple}, "c 4, double 4"},
		{programme.Exclusive, []programme.Rule{give("c", 4, ""), double, loose}, "c 4, double 4"},
		{programme.Exclusive, []programme.Rule{give("c", 4, ""), give("a", 1, "g"), loose}, "a 1"},
		{programme.Best, []programme.Rule{give("c", 4, ""), double, give("a", 9, "g")}, "c 4, a 9"},
		{programme.Best, []programme.Rule{give("c", 4, ""), double, give("a", 3, "g")}, "c 4, double 4"},
	}
	for i, c := range cases {
		r := rules(c.rules...)
		r.Groups = []programme.Group{{Name: "g", Combine: c.combine}}
		if got := told(must(t, in(r, member, total(10_00)))); got != c.want {
			t.Errorf("%d, %s: got %q, want %q", i, c.combine, got, c.want)
		}
	}
	// Another wallet's rules are no business of an exclusive group.
	other := give("stamp", 1, "")
	other.Wallet = stamps
	r := rules(other, give("a", 1, "g"))
	r.Groups = []programme.Group{{Name: "g", Combine: programme.Exclusive}}
	if got := told(must(t, in(r, member, total(10_00)))); got != "stamp 1, a 1" {
		t.Errorf("got %q", got)
	}
}

func TestBaseAndBonusAreEntriesOfTheirOwn(t *testing.T) {
	double := named("double", programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}, Bonus: true})
	more := named("more", programme.Rule{Points: 3 * ledger.Unit, Lines: coffee()})
	o := must(t, in(rules(named("base", programme.Rule{}), more, double), member, groceries()))
	if got := fmt.Sprint(o.Entries[0].Kind, o.Entries[0].Points, o.Entries[1].Kind, o.Entries[1].Points, len(o.Entries)); got != "earn26bonus26 2" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(o.Shares[0].Points); got != "[24 3 1 -2]" && got != "[24 3 0 -1]" {
		t.Errorf("got %s", got)
	}
	if totals := o.Totals(); len(totals) != 1 || totals[0].Points != 52_000 || totals[0].Balance != 52_000 {
		t.Errorf("got %+v", totals)
	}
}

func TestDaysOfWhatIsEarned(t *testing.T) {
	r := rules(named("base", programme.Rule{Issuer: programme.IssuerOfSale}))
	r.Wallets = []programme.Wallet{{Name: wallet, Lapses: true, Expires: programme.Validity{Months: 12}, VestsAfter: 14}}
	b := total(10_00)
	b.Partner = "bakker"
	o := must(t, in(r, member, b))
	want := ledger.Entry{Account: ledger.Account{1}, Wallet: wallet, Kind: ledger.Earn, Points: 10_000, Expires: "2027-11-22", Vests: "2026-12-06", Issuer: "bakker"}
	if fmt.Sprint(o.Entries) != fmt.Sprint([]ledger.Entry{want}) {
		t.Errorf("got %+v", o.Entries)
	}
	if totals := o.Totals(); totals[0].Balance != 0 || totals[0].Pending != 10_000 {
		t.Errorf("got %+v", totals)
	}
}

func TestASaleRenewsWhatLapsesByInactivity(t *testing.T) {
	r := rules(named("coffee", programme.Rule{Lines: coffee()}))
	r.Wallets = []programme.Wallet{{Name: wallet, Lapses: true, Expires: programme.Validity{Months: 18}, Inactive: true}}
	h := member
	h.Positions = []ledger.Position{{Wallet: wallet, Points: 5_000, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 5_000, Expires: "2026-12-31"}}}}}
	for name, b := range map[string]basket.Basket{"a sale that earns": groceries(), "one that does not": total(3_00)} {
		o := must(t, in(r, h, b))
		if len(o.Entries) != 1 || !o.Entries[0].Renews || o.Entries[0].Expires != "2028-05-22" {
			t.Errorf("%s: %+v", name, o.Entries)
		}
		if lots := o.After.In(wallet).Lots.Open; len(lots) != 1 || lots[0].Expires != "2028-05-22" {
			t.Errorf("%s: %+v", name, lots)
		}
	}
	if o := must(t, in(r, h, total(0))); len(o.Entries) != 0 {
		t.Errorf("a sale of nothing renews: %+v", o.Entries)
	}
	if o := must(t, in(r, member, total(3_00))); len(o.Entries) != 0 {
		t.Errorf("there is nothing to renew: %+v", o.Entries)
	}
}

func TestTheMostAMemberCanHold(t *testing.T) {
	r := rules(named("base", programme.Rule{Rounding: programme.Carry}), named("more", programme.Rule{Points: 5 * ledger.Unit, Counts: programme.Order}))
	r.Wallets = []programme.Wallet{{Name: wallet, Most: 100 * ledger.Unit}}
	h := member
	h.Positions = []ledger.Position{{Wallet: wallet, Points: 90 * ledger.Unit}}
	o := must(t, in(r, h, total(7_50)))
	if told(o) != "base 7, more 3" || o.Totals()[0].Balance != 100_000 {
		t.Errorf("got %q, %+v", told(o), o.Totals())
	}
	addUp(t, o, total(7_50))
}

func TestEvents(t *testing.T) {
	review := named("review", programme.Rule{Event: "review", Counts: programme.Order, Points: 20 * ledger.Unit, Caps: []programme.Cap{{Times: 1, Per: programme.PerMonth}}})
	miles := named("miles", programme.Rule{Event: "flight", Counts: programme.Quantity, Points: 2 * ledger.Unit})
	r := rules(named("base", programme.Rule{}), review, miles)
	event := func(kind string, quantity int64) (earn.Outcome, error) {
		s := in(r, member, basket.Basket{})
		s.Event = &ledger.Event{Kind: kind, ID: "1", Quantity: quantity}
		return earn.Event(s)
	}
	for want, got := range map[string]func() (earn.Outcome, error){
		"review 20":  func() (earn.Outcome, error) { return event("review", 0) },
		"miles 2469": func() (earn.Outcome, error) { return event("flight", 1234_500) },
		"miles 2":    func() (earn.Outcome, error) { return event("flight", 0) },
	} {
		o, err := got()
		if err != nil || told(o) != want {
			t.Errorf("got %q, %v, want %q", told(o), err, want)
		}
		addUp(t, o, basket.Basket{})
	}
	if _, err := event("dance", 0); err == nil || err.Error() != "refused (K-223): nothing rewards an event of that kind" {
		t.Errorf("got %v", err)
	}
	if got := told(must(t, in(r, member, total(5_00)))); got != "base 5" {
		t.Errorf("a sale brings %q", got)
	}
}

func TestAReferralPaysBothSidesOnTheFirstPurchase(t *testing.T) {
	both := programme.Condition{FirstPurchase: true, Referred: true}
	r := rules(
		named("welcome", programme.Rule{Counts: programme.Order, Points: 5 * ledger.Unit, If: both}),
		named("thanks", programme.Rule{Counts: programme.Order, Points: 10 * ledger.Unit, If: both, Referrer: true}),
	)
	friend := ledger.Holding{Account: ledger.Account{2}, Positions: []ledger.Position{{Wallet: wallet, Points: 7_000}}}
	s := in(r, member, total(5_00))
	s.Holding.Profile.Referrer, s.Referrer = friend.Account, &friend
	o := must(t, s)
	if told(o) != "welcome 5, thanks 10" || o.Entries[1].Account != friend.Account || o.Entries[2].Wallet != programme.FirstSale {
		t.Errorf("got %q, %+v", told(o), o.Entries)
	}
	if totals := o.Totals(); len(totals) != 1 || totals[0].Points != 5_000 {
		t.Errorf("got %+v", totals)
	}
	addUp(t, o, s.Basket)
	s.Holding = o.After
	s.Holding.Profile.Referrer = friend.Account
	if o := must(t, s); told(o) != "" || len(o.Entries) != 0 {
		t.Errorf("the second purchase brings %q, %+v", told(o), o.Entries)
	}
	own := in(r, member, total(5_00))
	own.Holding.Profile.Referrer, own.Referrer = member.Account, &own.Holding
	if o := must(t, own); told(o) != "" {
		t.Errorf("who referred themselves gets %q", told(o))
	}
	unknown := in(r, ledger.Holding{Account: ledger.Account{1}}, total(5_00))
	unknown.Holding.Profile.Referrer, unknown.Referrer = friend.Account, &friend
	if o := must(t, unknown); told(o) != "" {
		t.Errorf("who may have bought elsewhere gets %q", told(o))
	}
}

func TestHeldOutGetNoCampaigns(t *testing.T) {
	r := rules(named("base", programme.Rule{}), named("campaign", programme.Rule{Counts: programme.Order, Campaign: true}))
	r.HoldOut = 100
	if got := told(must(t, in(r, member, total(1_00)))); got != "base 1" {
		t.Errorf("got %q", got)
	}
	r.HoldOut = 0
	if got := told(must(t, in(r, member, total(1_00)))); got != "base 1, campaign 1" {
		t.Errorf("got %q", got)
	}
}

func TestDoublePointsAtTheWeekend(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	weekend := named("weekend", programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}})
	weekend.If.Weekdays = []time.Weekday{time.Saturday, time.Sunday}
	for at, want := range map[string]string{
		"2026-11-20T22:59:59Z": "base 37", "2026-11-20T23:00:00Z": "base 37, weekend 37",
		"2026-11-22T22:59:59Z": "base 37, weekend 37", "2026-11-22T23:00:00Z": "base 37",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		s := in(rules(named("base", programme.Rule{}), weekend), member, total(37_60))
		s = s.On(ledger.Calendar{Zone: amsterdam}.Moment(when, true), amsterdam)
		if got := told(must(t, s)); got != want {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
}
