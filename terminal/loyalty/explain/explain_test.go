package explain_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/words"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	points = ledger.Wallet("punten")
	stamps = ledger.Wallet("zegels")
	today  = ledger.Day("2026-11-21") // a Saturday
)

var (
	one, house, referrer = ledger.Account{1}, ledger.Account{8}, ledger.Account{7}
	moment               = ledger.Moment{At: time.Date(2026, 11, 21, 15, 4, 0, 0, time.UTC), Day: today, Trusted: true}
	zone                 = time.FixedZone("CET", 3600)
)

// rules are a programme with a bit of everything.
func rules() programme.Rules {
	rate := func(name string, w ledger.Wallet, p ledger.Points, per basket.Money) programme.Rule {
		return programme.Rule{Name: name, Wallet: w, Points: p, Per: per, Step: ledger.Unit, Rounding: programme.Floor}
	}
	base := rate("basis", points, ledger.Unit, 100)
	base.Rounding = programme.Carry
	weekend := programme.Rule{
		Name: "weekend", Wallet: points, Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}, Multiplies: []string{"basis"},
		Step: ledger.Unit, Rounding: programme.Floor, Bonus: true, Group: "acties", If: programme.Condition{Weekdays: []time.Weekday{time.Saturday, time.Sunday}},
	}
	gold := weekend
	gold.Name, gold.Factor, gold.If, gold.Group = "goud", ledger.Fraction{Num: 3, Den: 2}, programme.Condition{Tiers: []string{"Goud"}}, "acties"
	coffee := rate("koffie", stamps, ledger.Unit, 1000)
	coffee.Counts, coffee.Lines = programme.Units, programme.Selector{Categories: []string{"koffie"}}
	coffee.Caps = []programme.Cap{{Points: 4 * ledger.Unit, Per: programme.PerDay}}
	visit := rate("bezoek", points, 5*ledger.Unit, 1000)
	visit.Counts, visit.Issuer, visit.Bonus, visit.If = programme.Order, "bakker", true, programme.Condition{Channels: []string{"app"}}
	review := rate("recensie", points, 50*ledger.Unit, 1000)
	review.Event, review.Counts, review.Bonus = "review", programme.Order, true
	friend := rate("vriend", points, 100*ledger.Unit, 1000)
	friend.Counts, friend.Referrer, friend.Bonus = programme.Order, true, true
	friend.If = programme.Condition{FirstPurchase: true, Referred: true}
	rain := rate("regenachtige zaterdag", points, 2*ledger.Unit, 100)
	rain.Bonus, rain.Campaign, rain.If = true, true, programme.Condition{Weekdays: []time.Weekday{time.Saturday}, Signals: []string{"rain"}}
	spring := rate("voorjaar", points, 2*ledger.Unit, 100)
	spring.Bonus, spring.If = true, programme.Condition{From: "2026-03-01", Until: "2026-05-31"}
	return programme.Rules{
		Version: 3, Name: "Alles", Currency: "EUR", Zone: "Europe/Amsterdam", Language: "nl",
		Wallets: []programme.Wallet{
			{Name: points, Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"}}, Lapses: true, Expires: programme.Validity{Months: 12}},
			{Name: stamps, Units: map[string]programme.Unit{"nl": {One: "zegel", Many: "zegels"}, "en": {One: "stamp", Many: "stamps"}}, Kind: programme.Stamps},
		},
		Base: programme.Base{
			Excluded: programme.Selector{Kinds: []string{"tobacco", "deposit"}}, Tenders: map[string]programme.TenderEarns{"gift_card": programme.EarnsNotPart},
		},
		Groups: []programme.Group{{Name: "acties", Combine: programme.Best}},
		Earn:   []programme.Rule{base, weekend, gold, coffee, visit, review, friend, rain, spring},
		Rewards: []programme.Reward{
			{Name: "Korting", Wallet: points, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
			{Name: "Mok", Wallet: stamps, Kind: programme.Fixed, Points: 10 * ledger.Unit},
			{Name: "7e koffie", Wallet: stamps, Kind: programme.Fixed, Points: 7 * ledger.Unit, Automatic: true, NthFree: true, Gives: programme.GivesPercent, Percent: 10000,
				Rounding: programme.HalfUp, Target: programme.TargetCheapest, Lines: programme.Selector{Categories: []string{"koffie"}}},
			{Name: "Leden 10 %", Wallet: points, Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 1000, Rounding: programme.HalfUp, Automatic: true, If: programme.Condition{Clubs: []string{"Plus"}}},
			{Name: "Geven", Wallet: points, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1, Gives: programme.GivesDonation},
			{Name: "Betalen", Wallet: points, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1, Tender: true},
		},
		Causes: []programme.Cause{{Name: "KiKa"}},
		Ladders: []programme.Ladder{{
			Name: "Status", On: programme.OnSpend, Window: programme.Validity{Months: 12}, Keeps: true, KeepsFor: programme.Validity{Months: 12},
			Levels: []programme.Level{{Name: "Goud", From: 500 * ledger.Unit}},
		}},
		Clubs: []programme.Club{{Name: "Plus", Fee: programme.Selector{Kinds: []string{"fee"}}, Lasts: programme.Validity{Months: 12}}},
	}
}

// A customer is what a record is made from.
type customer struct {
	rules  programme.Rules
	held   []ledger.Position
	house  []ledger.Position
	friend *ledger.Holding
	known  ledger.Profile
	chip   bool // the card that was shown is for collecting only
}

func (c customer) scene(b basket.Basket) scene.Scene {
	h := ledger.Holding{Account: one, Known: true, Positions: c.held, Profile: c.known}
	s := scene.Scene{
		Rules: c.rules, Holding: h, Basket: b, Referrer: c.friend, Cashier: "anna", Shop: "Dorp",
		House: ledger.Holding{Account: house, Known: true, Positions: c.house},
	}
	return s.On(moment, zone)
}

type tester interface {
	Helper()
	Fatal(...any)
}

func record(t tester, kind ledger.Kind, version int64, entries []ledger.Entry, body ledger.Body) ledger.Record {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ledger.ParseBody(text)
	if err != nil {
		t.Fatal(err)
	}
	head := ledger.Head{Version: 1, Terminal: 1, Branch: ledger.Branch{9}, Seq: 17, Day: today, At: moment.At.UnixMilli(), Kind: kind, Rules: version, Entries: entries}
	if err := head.Validate(); err != nil {
		t.Fatal(err)
	}
	return ledger.Record{Head: head, Body: &read}
}

// buy makes a sale as the counter does.
func (c customer) buy(t tester, b basket.Basket, wishes ...redeem.Wish) ledger.Record {
	t.Helper()
	s := c.scene(b)
	body := ledger.Body{Account: one, Operator: "anna", Basket: &b, Seen: s.Seen()}
	body.Seen.NoSpend = c.chip
	cover, left, earning := redeem.Cover{Alone: true, NoSpend: c.chip}, b, b
	had, err := redeem.Automatic(s, cover, left)
	if err != nil {
		t.Fatal(err)
	}
	next := func(o redeem.Outcome) {
		s.Holding, s.House, cover, left, earning, s.Counted = o.After, o.House, cover.After(o), o.Left, o.Earning, o.Counted
		s.Paid += o.Paid()
	}
	for _, o := range had {
		next(o)
	}
	for _, w := range wishes {
		o, err := redeem.Decide(s, cover, left, w)
		if err != nil {
			t.Fatal(err)
		}
		next(o)
		had = append(had, o)
	}
	earned, err := earn.Award(s, earning)
	if err != nil {
		t.Fatal(err)
	}
	var entries []ledger.Entry
	put := func(some []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
		for _, share := range shares {
			if share.Entry > 0 {
				share.Entry += len(entries)
			}
			body.Shares = append(body.Shares, share)
		}
		entries, body.Reasons = append(entries, some...), append(body.Reasons, reasons...)
	}
	for _, o := range had {
		put(o.Entries, o.Shares, o.Reasons)
	}
	at := len(entries)
	put(earned.Entries, earned.Shares, earned.Reasons)
	put(redeem.Complete(had, earned.Entries, at, ledger.Key{Terminal: 1, Branch: ledger.Branch{9}, Seq: 17}))
	return record(t, ledger.KindAward, c.rules.Version, entries, body)
}

func receipt(lines ...basket.Line) basket.Basket {
	b := basket.Basket{Key: basket.Key{Till: "1", Day: string(today), ID: "17"}, Currency: "EUR", Lines: lines}
	for _, l := range lines {
		b.Total += l.Amount
	}
	return b
}

func cups(n int64) basket.Line {
	return basket.Line{ID: "k", Product: "espresso", Category: "koffie", Quantity: n * 1000, Amount: basket.Money(n) * 2_50}
}

func goods(amount basket.Money) basket.Line { return basket.Line{ID: "g", Amount: amount} }

func holds(w ledger.Wallet, p ledger.Points, until ledger.Day) ledger.Position {
	position := ledger.Position{Wallet: w, Points: p}
	if until != "" {
		position.Lots = ledger.Lots{Open: []ledger.Lot{{Points: p, Expires: until}}}
	}
	return position
}

// records are one of every kind, by the name of their golden files.
func records(t testing.TB) map[string]ledger.Record {
	quiet := rules() // on a day without campaigns
	quiet.Earn[1].If.Weekdays = []time.Weekday{time.Monday}
	carried := holds(points, 120_000, "2027-03-31")
	carried.Rest = ledger.Fraction{Num: 650, Den: 1}
	gold := holds("tier/Status/Goud", 1_000, "2027-06-30")
	all := map[string]ledger.Record{
		"rate-carried": customer{rules: quiet, held: []ledger.Position{carried}}.buy(t, receipt(goods(23_45))),
		"weekend":      customer{rules: rules()}.buy(t, receipt(goods(37_60))),
		"best-of-two":  customer{rules: rules(), held: []ledger.Position{gold}}.buy(t, receipt(goods(40_00))),
		"stamps-capped": customer{rules: quiet, held: []ledger.Position{holds("cap/koffie/points/day", 2_000, today)}}.buy(t,
			receipt(cups(3))),
		"tier-reached": customer{rules: quiet, held: []ledger.Position{holds("tier/Status", 480_000, "2027-06-30")}}.buy(t, receipt(goods(25_00))),
		"redeemed":     customer{rules: quiet, held: []ledger.Position{carried}}.buy(t, receipt(goods(10_00)), redeem.Wish{Reward: "Korting", Points: 100_000}),
		"club": customer{rules: quiet}.buy(t,
			receipt(basket.Line{ID: "f", Kind: "fee", Amount: 25_00})),
		"club-discount": customer{rules: quiet, held: []ledger.Position{holds("club/Plus", 1_000, "2027-06-30")}}.buy(t, receipt(goods(19_99))),
		"referred": customer{
			rules: quiet, known: ledger.Profile{Enrolled: true, Since: today, Referrer: referrer}, friend: &ledger.Holding{Account: referrer, Known: true},
		}.buy(t, receipt(goods(12_00))),
	}
	all["seventh-free"] = customer{rules: quiet, held: []ledger.Position{holds(stamps, 6_000, "")}}.buy(t, receipt(cups(2)))
	all["seventh-by-chip"] = customer{rules: quiet, held: []ledger.Position{holds(stamps, 6_000, "")}, chip: true}.buy(t, receipt(cups(2)))
	giving := customer{rules: quiet, held: []ledger.Position{carried}}
	all["given-away"] = giving.buy(t, receipt(goods(10_00)), redeem.Wish{Reward: "Geven", Points: 50_000, Cause: "KiKa"})
	app := receipt(goods(5_00))
	app.Channel = "app"
	all["partner"] = customer{rules: quiet}.buy(t, app)
	half := carried
	half.Rest = ledger.Fraction{Num: 500, Den: 1}
	appToo := receipt(goods(1_75))
	appToo.Channel = "app"
	all["two-rules-carry"] = customer{rules: twoCarry(quiet), held: []ledger.Position{half}}.buy(t, appToo)
	all["first-sale"] = customer{rules: twoCarry(quiet)}.buy(t, func() basket.Basket { b := receipt(goods(1_50)); b.Channel = "app"; return b }())
	all["tendered"] = customer{rules: quiet, held: []ledger.Position{carried}}.buy(t, receipt(goods(10_00)), redeem.Wish{Reward: "Betalen", Points: 100_000})
	smoke := receipt(goods(12_00), basket.Line{ID: "s", Name: "Sigaretten", Quantity: 1000, Amount: 10_00, Kind: "tobacco"}, basket.Line{ID: "p", Product: "990001", Amount: 25, Kind: "deposit"})
	smoke.Tenders = []basket.Tender{{Kind: "gift_card", Amount: 5_00}, {Kind: "cash", Amount: 17_25}}
	all["not-counted"] = customer{rules: quiet}.buy(t, smoke)
	bread := receipt(goods(4_00), basket.Line{ID: "b", Name: "Brood", Quantity: 1000, Amount: 3_00, Category: "brood"})
	all["not-selected"] = customer{rules: coffeeOnly(quiet)}.buy(t, bread)
	all["held-out"] = customer{rules: heldOut(quiet)}.buy(t, receipt(goods(10_00)))

	c := customer{rules: quiet}
	s := c.scene(basket.Basket{})
	s.Event = &ledger.Event{Kind: "review", ID: "r-981"}
	o, err := earn.Event(s)
	if err != nil {
		t.Fatal(err)
	}
	all["event"] = record(t, ledger.KindEvent, 3, o.Entries, ledger.Body{Account: one, Event: s.Event, Seen: s.Seen(), Shares: o.Shares, Reasons: o.Reasons, Operator: "anna"})

	sale := all["tier-reached"]
	terms := refund.Terms{Rules: quiet, Zone: zone, Day: today, Cover: redeem.Cover{Alone: true}}
	back, err := refund.Return(terms, ledger.Holding{Account: one, Known: true}, ledger.Sale{Original: sale}, []refund.Goods{{ID: "g", Amount: 10_00}})
	if err != nil {
		t.Fatal(err)
	}
	key := sale.Head.Key()
	came := basket.Basket{Currency: "EUR", Total: back.Amount, Lines: back.Lines}
	all["return"] = record(t, ledger.KindReturn, 3, back.Entries, ledger.Body{Account: one, Sale: &key, Basket: &came, Reasons: back.Reasons})
	undone, err := refund.Undo(terms, ledger.Holding{Account: one, Known: true}, ledger.Sale{Original: all["redeemed"]})
	if err != nil {
		t.Fatal(err)
	}
	all["undo"] = record(t, ledger.KindUndo, 3, undone.Entries, ledger.Body{Account: one, Sale: &key, Reasons: undone.Reasons})
	moved, err := refund.Move(terms, ledger.Holding{Account: one, Known: true}, ledger.Holding{Account: ledger.Account{2}}, ledger.Sale{Original: sale})
	if err != nil {
		t.Fatal(err)
	}
	all["move"] = record(t, ledger.KindMove, 3, moved.Entries, ledger.Body{Account: ledger.Account{2}, Sale: &key, Basket: sale.Body.Basket, Reasons: sale.Body.Reasons})
	all["goodwill"] = record(t, ledger.KindAdjust, 3, []ledger.Entry{{Account: one, Wallet: points, Kind: ledger.Adjust, Points: 25_000, Expires: "2027-11-21"}},
		ledger.Body{Account: one, Note: "koffie was koud", Reasons: []ledger.Reason{{Code: "goodwill", Wallet: points, Points: 25_000}}})

	emptied := all["weekend"]
	emptied.Body = nil
	all["emptied"] = emptied
	old := all["rate-carried"]
	body := *old.Body
	body.Seen, body.Shares = nil, nil
	old.Body = &body
	all["before-it-was-kept"] = old
	changed := all["rate-carried"]
	changed.Head.Entries = append([]ledger.Entry(nil), changed.Head.Entries...)
	changed.Head.Entries[0].Points += 1_000
	all["differs"] = changed
	played := all["rate-carried"]
	with := *played.Body
	with.Games = []ledger.Played{{Game: "Rad", Draw: 123_456, Prize: "Mok"}, {Game: "Rad", Draw: 999_999}}
	played.Body = &with
	all["game"] = played
	return all
}

func TestTheWordsOfEveryKindOfRecord(t *testing.T) {
	for name, r := range records(t) {
		x, err := explain.Record(r, rulesOf(name), zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"nl", "en"} {
			w, _ := words.For(lang)
			got := strings.Join(words.Explained{Words: w, Rules: rulesOf(name), Zone: zone}.Lines(x), "\n") + "\n"
			golden(t, name+"-"+lang+".txt", strings.ReplaceAll(got, "\u00a0", " "))
		}
	}
}

// twoCarry are rules of which two of one wallet carry what is below a point.
func twoCarry(r programme.Rules) programme.Rules {
	r.Earn = slices.Clone(r.Earn)
	r.Earn[4].Rounding = programme.Carry
	return r
}

// coffeeOnly are rules that count nothing but coffee and goods.
func coffeeOnly(r programme.Rules) programme.Rules {
	r.Earn = slices.Clone(r.Earn)
	r.Earn[0].Lines = programme.Selector{Not: &programme.Selector{Categories: []string{"brood"}}}
	r.Earn = slices.DeleteFunc(r.Earn, func(o programme.Rule) bool { return o.Name == "voorjaar" })
	return r
}

// heldOut are rules whose campaigns nobody gets.
func heldOut(r programme.Rules) programme.Rules {
	r.HoldOut = 100
	return r
}

func rulesOf(name string) programme.Rules {
	r := rules()
	if name != "weekend" && name != "best-of-two" && name != "emptied" {
		r.Earn[1].If.Weekdays = []time.Weekday{time.Monday}
	}
	switch name {
	case "two-rules-carry", "first-sale":
		return twoCarry(r)
	case "not-selected":
		return coffeeOnly(r)
	case "held-out":
		return heldOut(r)
	}
	return r
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
	}
}

func TestWhatDecidingOnceMoreSays(t *testing.T) {
	all := records(t)
	for name, r := range all {
		x, err := explain.Record(r, rulesOf(name), zone)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]explain.Verdict{
			"emptied": explain.Emptied, "before-it-was-kept": explain.Untold, "differs": explain.Differs,
			"return": explain.Follows, "undo": explain.Follows, "move": explain.Follows, "goodwill": explain.Follows,
		}[name]
		if want == "" {
			want = explain.Same
		}
		if x.Verdict != want {
			t.Errorf("%s: %s, want %s: %+v %s", name, x.Verdict, want, x.Differ, x.Cause)
		}
	}
	other := rules()
	other.Version = 4
	if x, err := explain.Record(all["weekend"], other, zone); err != nil || x.Verdict != explain.Unknown {
		t.Errorf("got %s, %v", x.Verdict, err)
	}
}
