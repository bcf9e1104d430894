package file_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

const beyondPoints = `
version = 1
name = "Alles"
currency = "EUR"
zone = "Europe/Amsterdam"
hold_out = 10
earns_on_points_paid = "sale"

[[card]]
class = "gtin"
prefixes = ["29"]

[[wallet]]
name = "points"
units = { nl = ["punt", "punten"] }
expires = "12 months, end of month"
vests = "14 days"
spent_at_once = true
worth = "5.00"
most = 10000

[[wallet]]
name = "cash"
units = { nl = ["euro", "euro"] }
kind = "money"
expires = "18 months without a purchase"

[[wallet]]
name = "stamps"
units = { nl = ["zegel", "zegels"] }
kind = "stamps"
expires = "end of next year"

[[wallet]]
name = "status"
units = { nl = ["statuspunt", "statuspunten"] }
expires = "2 weeks"

[base]
before_tax = true
before_discount = true
discount_shared = true
exclude = { kinds = ["fee"], not = { products = ["8710*"] } }
exclude_preset = ["nl", "nl-alcohol"]
tenders = { gift_card = "none", voucher = "sale", cash = "full" }

[[set]]
name = "koffie"
categories = ["coffee"]
not = { tags = ["beans"] }

[[group]]
name = "acties"
combine = "best"

[[earn]]
name = "basis"
points = 1
per = "1.00"
whole_per = true

[[earn]]
name = "staffel"
bands = [{ from = "10.00", points = 5 }, { from = "50.00", points = 40 }]
group = "acties"

[[earn]]
name = "zegels"
wallet = "stamps"
counts = "units"
points = 1
per = 2
rounding = "floor"
round_each = "line"
lines = { sets = ["koffie"] }
caps = [{ times = 2, per = "day" }, { points = 100, per = "month", of = "cashier", over = "refuse" }]

[[earn]]
name = "regen"
factor = 2
multiplies = ["basis"]
exact = true
campaign = true
[earn.if]
signals = ["rain"]
weekdays = ["tue", "sun"]
hours = ["14:00-16:00", "22:00-24:00"]
from = 2026-01-01
until = "2026-12-31"
tiers = ["Goud"]
tier_exactly = true
clubs = ["plus"]
segments = ["vast"]
not_segments = ["weg"]
shops = ["Dorp"]
channels = ["app"]
partners = ["bakker"]
tenders = ["card"]
codes = ["ZOMER"]
min_total = "5.00"
max_total = "500.00"
birthday = { before = 3, after = 7 }
first_purchase = true
referred = true
members = true

[[earn]]
name = "geld"
wallet = "cash"
points = "0.01"
per = "1.00"
issuer = "@sale"

[[earn]]
name = "aanbreng"
points = 100
counts = "order"
referrer = true
bonus = true
issuer = "bakker"
if = { first_purchase = true, birthday = {} }

[[earn]]
name = "welkom"
event = "enrolled"
points = 50

[[earn]]
name = "gevlogen"
event = "flight"
counts = "quantity"
points = 1
per = "1.5"
rounding = "floor"

[[earn]]
name = "stand"
wallet = "status"
counts = "earned"
multiplies = ["points"]
points = 1

[[ladder]]
name = "status"
window = "calendar year"
crossing = "split"
keeps = "end of next year"
down = "one_step"
grace = 30
lines = { kinds = ["x-goods"] }
[[ladder.level]]
name = "Brons"
from = 0
multiply = 1
[[ladder.level]]
name = "Zilver"
from = 250
multiply = "1.25"
[[ladder.level]]
name = "Goud"
from = "1000.50"
perks = ["bezorgd"]
[[ladder.level]]
name = "Elite"
from = 5000
multiply = 2

[[ladder]]
name = "punten"
on = "points"
wallet = "status"
window = "lifetime"
keeps = "for ever"
[[ladder.level]]
name = "Vriend"
from = 10

[[club]]
name = "plus"
fee = { products = ["9001"] }
lasts = "1 month"
perks = ["bezorgd"]

[[perk]]
name = "bezorgd"
label = { nl = "Gratis bezorging" }
from = 2026-01-01

[[segment]]
name = "vast"
days = 90
min = 6

[[segment]]
name = "weg"
on = "spend"
lines = { tags = ["x"] }
days = 60
max = 0

[[reward]]
name = "Gratis koffie"
wallet = "stamps"
points = 7
nth_free = true
target = "dearest"
lines = { sets = ["koffie"] }

[[reward]]
name = "Bestsellers"
gives = "percent"
percent = "12.5"
rounding = "floor"
automatic = true
lines = { tags = ["bestseller"] }
if = { clubs = ["plus"] }

[[reward]]
name = "Goed doel"
kind = "per-point"
gives = "donation"
points = 1
value = "0.01"
share = 50
causes = ["voedselbank"]

[[reward]]
name = "Mijlen"
gives = "points"
points = 100
into = "status"
into_points = 40
partner = "bakker"
caps = [{ times = 1, per = "year" }]

[[reward]]
name = "Bon"
points = 500
value = "5.00"
tender = true
voucher_days = 30

[stacking]
percent_of = "original"
most = 3

[[game]]
name = "Rad"
costs = 10
caps = [{ times = 1, per = "day" }]
[[game.odds]]
prize = "100 punten"
chance = "1 in 50"
points = 100
budget = [{ times = 10, per = "day", of = "terminal" }]
[[game.odds]]
prize = "Bon"
chance = "0.5 %"
reward = "Bon"

[[cause]]
name = "voedselbank"
label = { nl = "Voedselbank" }

[[partner]]
name = "bakker"
label = "De bakker"
clears = { points = "8.00" }

[[message]]
kind = "lapsing"
days = 14

[[message]]
name = "dubbel"
text = { nl = "Dinsdag dubbel" }
campaign = true
if = { not_segments = ["weg"] }

[returns]
earned = "prorated"
spent = "fresh"
lapsed_grace = 7
pending_first = true
below = "balance"
`

func TestEveryKeyBeyondPointsIsRead(t *testing.T) {
	got, err := file.Parse([]byte(beyondPoints))
	if err != nil {
		t.Fatal(err)
	}
	points := func(n ledger.Points) ledger.Points { return n * ledger.Unit }
	rule := func(name string, w ledger.Wallet, change func(*programme.Rule)) programme.Rule {
		r := programme.Rule{Name: name, Wallet: w, Step: ledger.Unit, Rounding: programme.Carry}
		change(&r)
		return r
	}
	multiple := func(name string, num, den int64, tiers ...string) programme.Rule {
		return rule(name, "points", func(r *programme.Rule) {
			r.Counts, r.Factor, r.Bonus = programme.Multiple, ledger.Fraction{Num: num, Den: den}, true
			r.Multiplies, r.If = []string{"basis", "staffel"}, programme.Condition{Tiers: tiers, TierExactly: true}
		})
	}
	want := programme.Rules{
		Version: 1, Name: "Alles", Currency: "EUR", Zone: "Europe/Amsterdam", Language: "nl", KeepDays: 400, HoldOut: 10,
		Cards: got.Cards, PhoneCountry: "31", Bearer: programme.Bearer{Days: 14},
		Wallets: []programme.Wallet{
			{
				Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}, Lapses: true,
				Expires: programme.Validity{Months: 12, To: programme.ToMonth}, VestsAfter: 14, SpentAtOnce: true, Worth: 5_00, Most: points(10000),
			},
			{
				Name: "cash", Units: map[string]programme.Unit{"nl": {One: "euro", Many: "euro"}}, Kind: programme.MoneyBack, Decimals: 2,
				Lapses: true, Inactive: true, Expires: programme.Validity{Months: 18},
			},
			{
				Name: "stamps", Units: map[string]programme.Unit{"nl": {One: "zegel", Many: "zegels"}}, Kind: programme.Stamps,
				Lapses: true, Expires: programme.Validity{Months: 12, To: programme.ToYear},
			},
			{
				Name: "status", Units: map[string]programme.Unit{"nl": {One: "statuspunt", Many: "statuspunten"}},
				Lapses: true, Expires: programme.Validity{Days: 14},
			},
		},
		Base: programme.Base{
			BeforeTax: true, BeforeDiscount: true, DiscountShared: true, Redeeming: programme.EarnsNothing,
			Excluded: programme.Selector{
				Kinds: []string{"fee", "deposit", "gift_card", "tobacco", "infant_formula", "alcohol"},
				Not:   &programme.Selector{Products: []string{"8710*"}},
			},
			Tenders: map[string]programme.TenderEarns{"gift_card": programme.EarnsNotPart, "voucher": programme.EarnsNothing, "cash": programme.EarnsFully},
		},
		Sets:   []programme.Set{{Name: "koffie", Selector: programme.Selector{Categories: []string{"coffee"}, Not: &programme.Selector{Tags: []string{"beans"}}}}},
		Groups: []programme.Group{{Name: "acties", Combine: programme.Best}},
		Earn: []programme.Rule{
			rule("basis", "points", func(r *programme.Rule) { r.Points, r.Per, r.WholePer = points(1), 1_00, true }),
			rule("staffel", "points", func(r *programme.Rule) {
				r.Bands, r.Group = []programme.Band{{From: 10_00, Points: points(5)}, {From: 50_00, Points: points(40)}}, "acties"
			}),
			rule("zegels", "stamps", func(r *programme.Rule) {
				r.Counts, r.Points, r.Per, r.Rounding, r.RoundEach = programme.Units, points(1), 2000, programme.Floor, programme.RoundLine
				r.Lines.Sets = []string{"koffie"}
				r.Caps = []programme.Cap{{Times: 2, Per: programme.PerDay}, {Points: points(100), Per: programme.PerMonth, Of: programme.OfCashier, Refuse: true}}
			}),
			rule("regen", "points", func(r *programme.Rule) {
				r.Counts, r.Factor, r.Multiplies, r.Exact = programme.Multiple, ledger.Fraction{Num: 2, Den: 1}, []string{"basis"}, true
				r.Campaign, r.Bonus = true, true
				r.If = programme.Condition{
					Signals: []string{"rain"}, Weekdays: []time.Weekday{time.Tuesday, time.Sunday}, Hours: []programme.Hours{{From: 840, Until: 960}, {From: 1320, Until: 1440}},
					From: "2026-01-01", Until: "2026-12-31", Tiers: []string{"Goud"}, TierExactly: true, Clubs: []string{"plus"},
					Segments: []string{"vast"}, NotSegments: []string{"weg"}, Shops: []string{"Dorp"}, Channels: []string{"app"},
					Partners: []string{"bakker"}, Tenders: []string{"card"}, Codes: []string{"ZOMER"}, MinTotal: 5_00, MaxTotal: 500_00,
					Birthday: &programme.Window{Before: 3, After: 7}, FirstPurchase: true, Referred: true, Members: true,
				}
			}),
			rule("geld", "cash", func(r *programme.Rule) { r.Points, r.Per, r.Step, r.Issuer = 10, 1_00, 10, programme.IssuerOfSale }),
			rule("aanbreng", "points", func(r *programme.Rule) {
				r.Points, r.Per, r.Counts, r.Referrer, r.Bonus, r.Issuer = points(100), 1000, programme.Order, true, true, "bakker"
				r.If = programme.Condition{FirstPurchase: true, Birthday: &programme.Window{}}
			}),
			rule("welkom", "points", func(r *programme.Rule) {
				r.Event, r.Points, r.Per, r.Counts = "enrolled", points(50), 1000, programme.Order
			}),
			rule("gevlogen", "points", func(r *programme.Rule) {
				r.Event, r.Points, r.Per, r.Counts, r.Rounding = "flight", points(1), 1500, programme.Quantity, programme.Floor
			}),
			rule("stand", "status", func(r *programme.Rule) {
				r.Counts, r.Multiplies, r.Points, r.Per = programme.Earned, []string{"points"}, points(1), 1000
			}),
			multiple("Zilver", 5, 4, "Zilver", "Goud"),
			multiple("Elite", 2, 1, "Elite"),
		},
		Ladders: []programme.Ladder{
			{
				Name: "status", On: programme.OnSpend, Lines: programme.Selector{Kinds: []string{"x-goods"}}, Window: programme.Validity{To: programme.ToYear},
				Crossing: programme.CrossSplit, Keeps: true, KeepsFor: programme.Validity{Months: 12, To: programme.ToYear}, Down: programme.OneStep, Grace: 30,
				Levels: []programme.Level{{Name: "Brons"}, {Name: "Zilver", From: points(250)}, {Name: "Goud", From: 1000_500, Perks: []string{"bezorgd"}}, {Name: "Elite", From: points(5000)}},
			},
			{
				Name: "punten", On: programme.OnPoints, Wallet: "status", Crossing: programme.CrossOld, Keeps: true, Down: programme.Reevaluate,
				Levels: []programme.Level{{Name: "Vriend", From: points(10)}},
			},
		},
		Clubs: []programme.Club{{Name: "plus", Fee: programme.Selector{Products: []string{"9001"}}, Lasts: programme.Validity{Months: 1}, Perks: []string{"bezorgd"}}},
		Perks: []programme.Perk{{Name: "bezorgd", Label: map[string]string{"nl": "Gratis bezorging"}, From: "2026-01-01"}},
		Segments: []programme.Segment{
			{Name: "vast", On: programme.OnVisits, Days: 90, Min: points(6), Max: -1},
			{Name: "weg", On: programme.OnSpend, Lines: programme.Selector{Tags: []string{"x"}}, Days: 60},
		},
		Rewards: []programme.Reward{
			{
				Name: "Gratis koffie", Wallet: "stamps", Kind: programme.Fixed, Points: points(7), NthFree: true, Automatic: true,
				Gives: programme.GivesPercent, Percent: 100_00, Rounding: programme.HalfUp, Target: programme.TargetDearest,
				Lines: programme.Selector{Sets: []string{"koffie"}},
			},
			{
				Name: "Bestsellers", Wallet: "points", Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 12_50, Rounding: programme.Floor,
				Automatic: true, Lines: programme.Selector{Tags: []string{"bestseller"}}, If: programme.Condition{Clubs: []string{"plus"}},
			},
			{
				Name: "Goed doel", Wallet: "points", Kind: programme.PerPoint, Gives: programme.GivesDonation, Points: points(1), Value: 1,
				Share: 50, Causes: []string{"voedselbank"},
			},
			{
				Name: "Mijlen", Wallet: "points", Kind: programme.Fixed, Gives: programme.GivesPoints, Points: points(100), Into: "status",
				IntoPoints: points(40), Partner: "bakker", Caps: []programme.Cap{{Times: 1, Per: programme.PerYear}},
			},
			{Name: "Bon", Wallet: "points", Kind: programme.Fixed, Points: points(500), Value: 5_00, Tender: true, VoucherDays: 30},
		},
		Stacking: programme.Stacking{Original: true, Most: 3},
		Games: []programme.Game{{
			Name: "Rad", Costs: points(10), Wallet: "points", Caps: []programme.Cap{{Times: 1, Per: programme.PerDay}},
			Odds: []programme.Odds{
				{Prize: "100 punten", PerMillion: 20_000, Points: points(100), Wallet: "points", Budget: []programme.Cap{{Times: 10, Per: programme.PerDay, Of: programme.OfTerminal}}},
				{Prize: "Bon", PerMillion: 5_000, Reward: "Bon"},
			},
		}},
		Causes:   []programme.Cause{{Name: "voedselbank", Label: map[string]string{"nl": "Voedselbank"}}},
		Partners: []programme.Partner{{Name: "bakker", Label: "De bakker", Clears: map[ledger.Wallet]basket.Money{"points": 8_00}}},
		Messages: []programme.Message{
			{Name: "lapsing", Kind: programme.MessageLapsing, Days: 14},
			{Name: "dubbel", Kind: programme.MessageOffer, Text: map[string]string{"nl": "Dinsdag dubbel"}, Campaign: true, If: programme.Condition{NotSegments: []string{"weg"}}},
		},
		Returns: programme.ReturnPolicy{Earned: programme.Prorated, Spent: programme.FreshLots, LapsedGrace: 7, PendingFirst: true, Below: programme.WithinBalance},
	}
	a, b := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			t.Errorf("%s\ngot  %+v\nwant %+v", name, a.Field(i).Interface(), b.Field(i).Interface())
		}
	}
}

// Every key of the manual's structs stands in one of the two examples, so that
// no key is read by nobody.
func TestTheExamplesHaveEveryKey(t *testing.T) {
	var walk func(of reflect.Type, path string, deep int)
	walk = func(of reflect.Type, path string, deep int) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || deep > 4 {
			return
		}
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("key"), ",")
			if !strings.Contains(everything+beyondPoints, name) {
				t.Errorf("no example of %s%s", path, name)
			}
			walk(of.Field(i).Type, path+name+".", deep+1)
		}
	}
	walk(reflect.TypeFor[file.Programme](), "", 0)
}
