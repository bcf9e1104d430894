package programme_test

import (
	"errors"
	"strings"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// rich are rules that use everything.
func rich() programme.Rules {
	r := good()
	nl := map[string]string{"nl": "Iets"}
	r.Sets = []programme.Set{{Name: "koffie", Selector: programme.Selector{Categories: []string{"coffee"}}}}
	r.Groups = []programme.Group{{Name: "acties", Combine: programme.Best}}
	r.Partners = []programme.Partner{{Name: "bakker", Label: "Bakker", Clears: map[ledger.Wallet]basket.Money{"points": 800}}}
	r.Causes = []programme.Cause{{Name: "doel", Label: nl}}
	r.Perks = []programme.Perk{{Name: "vroeg", Label: nl}}
	r.Clubs = []programme.Club{{Name: "plus", Fee: programme.Selector{Products: []string{"9001"}}, Lasts: programme.Validity{Months: 12}, Perks: []string{"vroeg"}}}
	r.Segments = []programme.Segment{{Name: "vast", On: programme.OnVisits, Days: 90, Min: 6000, Max: -1}}
	r.Ladders = []programme.Ladder{{
		Name: "status", On: programme.OnSpend, Window: programme.Validity{Months: 12}, Crossing: programme.CrossSplit,
		Levels: []programme.Level{{Name: "Zilver"}, {Name: "Goud", From: 1_000_000, Perks: []string{"vroeg"}}},
	}}
	rule := programme.Rule{Wallet: "points", Step: ledger.Unit, Rounding: programme.Carry}
	dubbel, staffel, welkom := rule, rule, rule
	dubbel.Name, dubbel.Counts, dubbel.Factor, dubbel.Multiplies = "dubbel", programme.Multiple, ledger.Fraction{Num: 2, Den: 1}, []string{"base"}
	dubbel.If = programme.Condition{
		Tiers: []string{"Goud"}, Clubs: []string{"plus"}, Segments: []string{"vast"}, Partners: []string{"bakker"},
		Hours: []programme.Hours{{From: 600, Until: 720}}, Birthday: &programme.Window{Before: 3},
	}
	staffel.Name, staffel.Bands, staffel.Group = "staffel", []programme.Band{{From: 1000, Points: 5000}, {From: 5000, Points: 40_000}}, "acties"
	staffel.Caps = []programme.Cap{{Times: 2, Per: programme.PerDay}, {Points: 100_000, Per: programme.PerMonth, Of: programme.OfCashier}}
	welkom.Name, welkom.Event, welkom.Counts, welkom.Points, welkom.Per = "welkom", "enrolled", programme.Order, 50_000, 1000
	welkom.Issuer = "bakker"
	stand := programme.Rule{
		Name: "stand", Wallet: "stars", Counts: programme.Earned, Multiplies: []string{"points"}, Points: 1000, Per: 1000, Step: 10,
		Rounding: programme.Floor, RoundEach: programme.RoundBasket, Lines: programme.Selector{Sets: []string{"koffie"}},
	}
	r.Earn = append(r.Earn, dubbel, staffel, welkom, stand)
	r.Rewards = []programme.Reward{
		{Name: "helft", Wallet: "points", Kind: programme.Fixed, Points: 100_000, Gives: programme.GivesPercent, Percent: 50_00, Rounding: programme.HalfUp, Target: programme.TargetCheapest},
		{Name: "doel", Wallet: "points", Kind: programme.PerPoint, Points: 1000, Value: 1, Gives: programme.GivesDonation, Share: 50, Causes: []string{"doel"}},
		{Name: "om", Wallet: "points", Kind: programme.Fixed, Points: 100_000, Gives: programme.GivesPoints, Into: "stars", IntoPoints: 40_000, Partner: "bakker"},
		{Name: "bon", Wallet: "points", Kind: programme.Fixed, Points: 500_000, Value: 500, Tender: true, VoucherDays: 30, Caps: []programme.Cap{{Times: 1, Per: programme.PerYear}}},
	}
	r.Games = []programme.Game{{Name: "Rad", Wallet: "points", Costs: 10_000, Odds: []programme.Odds{
		{Prize: "100", PerMillion: 20_000, Points: 100_000, Wallet: "points", Budget: []programme.Cap{{Times: 5, Per: programme.PerDay, Of: programme.OfTerminal}}},
		{Prize: "bon", PerMillion: 980_000, Reward: "bon"},
	}}}
	r.Messages = []programme.Message{
		{Name: "a", Kind: programme.MessageOffer, Text: nl}, {Name: "b", Kind: programme.MessageLapsing, Days: 30},
	}
	return r
}

func TestValidateEverythingBeyondRates(t *testing.T) {
	if err := rich().Validate(); err != nil {
		t.Fatalf("rich rules: %v", err)
	}
	type change = func(*programme.Rules)
	earn := func(i int, f func(*programme.Rule)) change { return func(r *programme.Rules) { f(&r.Earn[i]) } }
	reward := func(i int, f func(*programme.Reward)) change { return func(r *programme.Rules) { f(&r.Rewards[i]) } }
	const base, dubbel, staffel, welkom, stand = 0, 2, 3, 4, 5
	const percent, donation, convert, money = 0, 1, 2, 3
	cases := []struct {
		name   string
		change change
		want   string // the beginning of the first complaint
	}{
		{"a wallet of no kind", func(r *programme.Rules) { r.Wallets[0].Kind = "gold" }, `wallet[0].kind: "gold": need one of`},
		{"a wallet that lapses at no time", func(r *programme.Rules) { r.Wallets[0].Lapses = true }, "wallet[0].expires: need how long"},
		{"an endless wait", func(r *programme.Rules) { r.Wallets[0].VestsAfter = 5000 }, "wallet[0].vests: 5000"},
		{"a worth below nothing", func(r *programme.Rules) { r.Wallets[0].Worth = -1 }, "wallet[0].worth: -1"},
		{"a kept most below nothing", func(r *programme.Rules) { r.Wallets[0].Most = -1 }, "wallet[0].most: -0.001"},
		{"a tender that does something", func(r *programme.Rules) { r.Base.Tenders = map[string]programme.TenderEarns{"card": "half"} }, `base.tenders.card: "half": need one of`},
		{"points paid that do something", func(r *programme.Rules) { r.Base.Redeeming = "half" }, `earns_on_points_paid: "half"`},
		{"excluding a set there is not", func(r *programme.Rules) { r.Base.Excluded.Sets = []string{"thee"} }, `base.exclude.sets[0]: there is no set "thee"; there is koffie`},
		{"a set of everything", func(r *programme.Rules) { r.Sets[0].Categories = nil }, `set[0].name: "koffie" selects every line`},
		{"a set in itself", func(r *programme.Rules) { r.Sets[0].Sets = []string{"koffie"} }, `set[0].sets[0]: there is no set "koffie" above this one`},
		{"a set twice", func(r *programme.Rules) { r.Sets = append(r.Sets, r.Sets[0]) }, `set[1].name: "koffie" stands twice`},
		{"a group of another kind", func(r *programme.Rules) { r.Groups[0].Combine = "worst" }, `group[0].combine: "worst"`},
		{"counting what cannot be", earn(base, func(e *programme.Rule) { e.Counts = "steps" }), `earn[0].counts: "steps": need one of amount, order`},
		{"a group there is not", earn(staffel, func(e *programme.Rule) { e.Group = "x" }), `earn[3].group: there is no group "x"; there is acties`},
		{"a group of two wallets", earn(1, func(e *programme.Rule) { e.Group = "acties" }), `earn[3].group: "acties" has rules of "stars"`},
		{"bands downwards", earn(staffel, func(e *programme.Rule) { e.Bands[1].From = 1000 }), "earn[3].bands[1].from: bands come in their order"},
		{"bands of units", earn(staffel, func(e *programme.Rule) { e.Counts = programme.Units }), "earn[3].bands: go by the amount"},
		{"bands and a rate", earn(staffel, func(e *programme.Rule) { e.Points, e.Per = 1000, 100 }), "earn[3].bands: give points of their own"},
		{"no factor", earn(dubbel, func(e *programme.Rule) { e.Factor = ledger.Fraction{} }), "earn[2].factor: need more than 1"},
		{"a factor that takes", earn(dubbel, func(e *programme.Rule) { e.Factor = ledger.Fraction{Num: 1, Den: 2} }), "earn[2].factor: need more than 1"},
		{"a factor and points", earn(dubbel, func(e *programme.Rule) { e.Points = 1 }), "earn[2].points: a factor gives"},
		{"a factor too fine to add up", earn(dubbel, func(e *programme.Rule) { e.Factor = ledger.Fraction{Num: 2003, Den: 1001} }), "earn[2].factor: what is left over"},
		{"multiplying itself", earn(dubbel, func(e *programme.Rule) { e.Multiplies = []string{"dubbel"} }), "earn[2].multiplies[0]: a rule does not multiply itself"},
		{"multiplying a factor", func(r *programme.Rules) {
			other := r.Earn[dubbel]
			other.Name, other.Multiplies = "drie", []string{"dubbel"}
			r.Earn = append(r.Earn, other)
		}, `earn[6].multiplies[0]: "dubbel" is a factor too`},
		{"multiplying another wallet", earn(dubbel, func(e *programme.Rule) { e.Multiplies = []string{"stars"} }), `earn[2].multiplies[0]: there is no rule of that wallet "stars"; there are base, staffel`},
		{"multiplying by nobody's wish", earn(base, func(e *programme.Rule) { e.Multiplies = []string{"staffel"} }), "earn[0].multiplies: is for a factor"},
		{"a rate with a factor", earn(base, func(e *programme.Rule) { e.Factor = ledger.Fraction{Num: 2, Den: 1} }), "earn[0].factor: is for counts"},
		{"counting what is counted", earn(stand, func(e *programme.Rule) { e.Multiplies = []string{"stars"} }), `earn[5].multiplies[0]: "stars" counts what was earned itself`},
		{"counting nothing earned", earn(stand, func(e *programme.Rule) { e.Multiplies = nil }), "earn[5].multiplies: need the name of one wallet"},
		{"an event by amount", earn(welkom, func(e *programme.Rule) { e.Counts = programme.Amount }), "earn[4].counts: an event has no amount"},
		{"an event with a capital", earn(welkom, func(e *programme.Rule) { e.Event = "Enrolled" }), `earn[4].event: "Enrolled"`},
		{"an event with lines", earn(welkom, func(e *programme.Rule) { e.Lines.Tags = []string{"x"} }), "earn[4].lines: an event has no lines"},
		{"an event with a total", earn(welkom, func(e *programme.Rule) { e.If.MinTotal = 1 }), "earn[4].if: an event has no total"},
		{"a sale's quantity", earn(base, func(e *programme.Rule) { e.Counts = programme.Quantity }), "earn[0].counts: a sale has no quantity"},
		{"whole pers of bands", earn(staffel, func(e *programme.Rule) { e.WholePer = true }), "earn[3].whole_per"},
		{"carrying lines", earn(base, func(e *programme.Rule) { e.RoundEach = programme.RoundLine }), "earn[0].round_each: what is carried is of the basket"},
		{"rounding nowhere", earn(base, func(e *programme.Rule) { e.RoundEach = "shop" }), `earn[0].round_each: "shop"`},
		{"an issuer there is not", earn(welkom, func(e *programme.Rule) { e.Issuer = "slager" }), `earn[4].issuer: there is no partner "slager"; there are @sale, bakker`},
		{"a cap of nothing", earn(staffel, func(e *programme.Rule) { e.Caps[0] = programme.Cap{Per: programme.PerDay} }), "earn[3].caps[0]: need either points or times"},
		{"a cap for no time", earn(staffel, func(e *programme.Rule) { e.Caps[0].Per = "hour" }), `earn[3].caps[0].per: "hour"`},
		{"a cap of nobody", earn(staffel, func(e *programme.Rule) { e.Caps[0].Of = "shop" }), `earn[3].caps[0].of: "shop"`},
		{"a tier there is not", earn(dubbel, func(e *programme.Rule) { e.If.Tiers = []string{"Platina"} }), `earn[2].if.tiers[0]: there is no tier "Platina"; there are Zilver, Goud`},
		{"a club there is not", earn(dubbel, func(e *programme.Rule) { e.If.Clubs = []string{"x"} }), `earn[2].if.clubs[0]: there is no club "x"; there is plus`},
		{"a segment there is not", earn(dubbel, func(e *programme.Rule) { e.If.NotSegments = []string{"x"} }), `earn[2].if.not_segments[0]: there is no segment "x"; there is vast`},
		{"a partner there is not", earn(dubbel, func(e *programme.Rule) { e.If.Partners = []string{"x"} }), `earn[2].if.partners[0]: there is no partner "x"; there is bakker`},
		{"no time of day", earn(dubbel, func(e *programme.Rule) { e.If.Hours[0].Until = 600 }), "earn[2].if.hours[0]: need two different times"},
		{"no day", earn(dubbel, func(e *programme.Rule) { e.If.From = "2026-02-30" }), `earn[2].if.from: "2026-02-30": need a day`},
		{"a last day before the first", earn(dubbel, func(e *programme.Rule) { e.If.From, e.If.Until = "2026-12-01", "2026-11-30" }), `earn[2].if.until: 2026-11-30 is before from, 2026-12-01`},
		{"a perk that ends before it begins", func(r *programme.Rules) { r.Perks[0].From, r.Perks[0].Until = "2026-12-01", "2026-11-30" }, `perk[0].until: 2026-11-30 is before from`},
		{"a kind of line that no till can send", earn(base, func(e *programme.Rule) { e.Lines.Kinds = []string{"x-flowers", "Deposit"} }), `earn[0].lines.kinds[1]: "Deposit" is no kind of line; there are deposit, gift_card, fee, tobacco, alcohol, infant_formula, discount, top_up, and your own that begin with "x-"`},
		{"what the sale brought, for who brought the member in", earn(stand, func(e *programme.Rule) { e.Referrer = true }), `earn[5].referrer: counts = "earned" is about`},
		{"a total below nothing", earn(dubbel, func(e *programme.Rule) { e.If.MinTotal = -1 }), "earn[2].if.min_total: -1"},
		{"a birthday all year", earn(dubbel, func(e *programme.Rule) { e.If.Birthday.Before = 200 }), "earn[2].if.birthday: need 0 to 182"},
		{"lines but all", earn(base, func(e *programme.Rule) { e.Lines.Not = &programme.Selector{} }), "earn[0].lines.not: leaves no line"},
		{"a product that rings", earn(base, func(e *programme.Rule) { e.Lines.Products = []string{"\a"} }), "earn[0].lines.products[0]: need 1 to"},
		{"giving what cannot be", reward(percent, func(w *programme.Reward) { w.Gives = "love" }), `reward[0].gives: "love": need one of money, percent`},
		{"more than free", reward(percent, func(w *programme.Reward) { w.Percent = 100_01 }), "reward[0].percent: 100.01: need"},
		{"a percentage and a value", reward(percent, func(w *programme.Reward) { w.Value = 1 }), "reward[0].value: is not for a reward that gives percent"},
		{"a percentage that is carried", reward(percent, func(w *programme.Reward) { w.Rounding = programme.Carry }), `reward[0].rounding: "carry"`},
		{"a target there is not", reward(percent, func(w *programme.Reward) { w.Target = "nicest" }), `reward[0].target: "nicest"`},
		{"a gift of nothing", reward(donation, func(w *programme.Reward) { w.Value = 0 }), "reward[1].value: 0 minor units: need 1"},
		{"a cause there is not", reward(donation, func(w *programme.Reward) { w.Causes[0] = "x" }), `reward[1].causes[0]: there is no cause "x"; there is doel`},
		{"more than everything", reward(donation, func(w *programme.Reward) { w.Share = 101 }), "reward[1].share: 101"},
		{"into itself", reward(convert, func(w *programme.Reward) { w.Into = "points" }), `reward[2].into: "points" is what it is paid from`},
		{"into nothing", reward(convert, func(w *programme.Reward) { w.IntoPoints = 0 }), "reward[2].into_points: 0"},
		{"a partner's there is not", reward(convert, func(w *programme.Reward) { w.Partner = "x" }), `reward[2].partner: there is no partner "x"`},
		{"a tender of nothing", reward(money, func(w *programme.Reward) { w.Value = 0 }), "reward[3].tender: what is handed over"},
		{"a stock of points", reward(money, func(w *programme.Reward) { w.Caps[0] = programme.Cap{Points: 1000, Per: programme.PerDay} }), "reward[3].caps[0].points: how often"},
		{"a voucher for ever", reward(money, func(w *programme.Reward) { w.VoucherDays = 401 }), "reward[3].voucher_days: 401"},
		{"every n-th of money", reward(money, func(w *programme.Reward) { w.NthFree = true }), "reward[3].nth_free: one unit is free"},
		{"every n-th that nothing counts", reward(percent, func(w *programme.Reward) { w.NthFree, w.Automatic, w.Percent, w.Points = true, true, 100_00, 7000 }), `reward[0].wallet: no rule with counts = "units" or "order" earns "points"`},
		{"every first", reward(percent, func(w *programme.Reward) { w.NthFree, w.Automatic, w.Percent, w.Points = true, true, 100_00, 1000 }), "reward[0].points: 1: every how manieth"},
		{"a hold-out of most", func(r *programme.Rules) { r.HoldOut = 51 }, "hold_out: 51"},
		{"a ladder of no tiers", func(r *programme.Rules) { r.Ladders[0].Levels = nil; r.Earn[dubbel].If.Tiers = nil }, "ladder[0].level: need at least one"},
		{"a ladder downwards", func(r *programme.Rules) { r.Ladders[0].Levels[1].From = 0 }, "ladder[0].level[1].from: 0: tiers come in their order"},
		{"a ladder on love", func(r *programme.Rules) { r.Ladders[0].On = "love" }, `ladder[0].on: "love": need one of spend, visits, points`},
		{"a ladder on nobody's points", func(r *programme.Rules) {
			r.Ladders[0].On, r.Ladders[0].Crossing = programme.OnPoints, programme.CrossOld
		}, `ladder[0].wallet: there is no wallet ""; there are points, stars`},
		{"a tier twice", func(r *programme.Rules) { r.Ladders[0].Levels[0].Name = "Goud" }, `ladder[0].level[1].name: "Goud" stands twice`},
		{"a tier of two ladders", func(r *programme.Rules) {
			other := r.Ladders[0]
			other.Name = "tweede"
			r.Ladders = append(r.Ladders, other)
		}, `ladder[1].level[0].name: "Zilver" stands twice`},
		{"a tier with no perk of that name", func(r *programme.Rules) { r.Ladders[0].Levels[1].Perks[0] = "x" }, `ladder[0].level[1].perks[0]: there is no perk "x"; there is vroeg`},
		{"a ladder that falls sideways", func(r *programme.Rules) { r.Ladders[0].Down = "sideways" }, `ladder[0].down: "sideways"`},
		{"an endless grace", func(r *programme.Rules) { r.Ladders[0].Grace = 400 }, "ladder[0].grace: 400"},
		{"a club for everything", func(r *programme.Rules) { r.Clubs[0].Fee = programme.Selector{} }, "club[0].fee: every line"},
		{"a club for ever", func(r *programme.Rules) { r.Clubs[0].Lasts = programme.Validity{} }, "club[0].lasts: need how long"},
		{"a club with a capital", func(r *programme.Rules) { r.Clubs[0].Name = "Plus"; r.Earn[dubbel].If.Clubs = nil }, `club[0].name: "Plus"`},
		{"a perk without words", func(r *programme.Rules) { r.Perks[0].Label = nil }, "perk[0].label: no words in the programme's language"},
		{"a segment of no days", func(r *programme.Rules) { r.Segments[0].Days = 0 }, "segment[0].days: 0"},
		{"a segment of nobody", func(r *programme.Rules) { r.Segments[0].Max = 5000 }, "segment[0].max: 5: need 6"},
		{"a segment of points' lines", func(r *programme.Rules) {
			r.Segments[0].On, r.Segments[0].Wallet, r.Segments[0].Lines.Tags = programme.OnPoints, "points", []string{"x"}
		}, "segment[0].lines: points are counted whatever"},
		{"certain and more", func(r *programme.Rules) { r.Games[0].Odds[0].PerMillion = 20_001 }, "game[0].odds[1].chance: the chances add up to more than one: 1000001"},
		{"no chance", func(r *programme.Rules) { r.Games[0].Odds[0].PerMillion = 0 }, "game[0].odds[0].chance: 0 in a million"},
		{"a prize there is not", func(r *programme.Rules) { r.Games[0].Odds[1].Reward = "x" }, `game[0].odds[1].reward: there is no reward "x"; there are helft, doel, om, bon`},
		{"two prizes in one", func(r *programme.Rules) { r.Games[0].Odds[0].Reward = "bon" }, "game[0].odds[0].reward: need either"},
		{"a game called like a reward", func(r *programme.Rules) { r.Games[0].Name = "bon" }, `game[0].name: "bon" is a reward's name`},
		{"a game that costs and does not", func(r *programme.Rules) { r.Games[0].Event = "enrolled" }, "game[0].costs: what an event plays"},
		{"a partner with a capital", func(r *programme.Rules) { r.Partners[0].Name = "Bakker" }, `earn[2].if.partners[0]: there is no partner "bakker"`},
		{"settling nobody's wallet", func(r *programme.Rules) { r.Partners[0].Clears["miles"] = 1 }, `partner[0].clears.miles: there is no wallet "miles"`},
		{"an offer of nothing", func(r *programme.Rules) { r.Messages[0].Text = nil }, "message[0].text: no words"},
		{"a saying of one's own", func(r *programme.Rules) { r.Messages[1].Text = r.Messages[0].Text }, "message[1].text: is for kind"},
		{"a message of no kind", func(r *programme.Rules) { r.Messages[0].Kind = "song" }, `message[0].kind: "song"`},
		{"lapsing at no time", func(r *programme.Rules) { r.Messages[1].Days = 0 }, "message[1].days: 0"},
		{"returns by mood", func(r *programme.Rules) { r.Returns.Earned = "mood" }, `returns.earned: "mood"`},
		{"a grace of years", func(r *programme.Rules) { r.Returns.LapsedGrace = 367 }, "returns.lapsed_grace: 367"},
		{"fewer than no rewards", func(r *programme.Rules) { r.Stacking.Most = -1 }, "stacking.most: -1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := rich()
			c.change(&r)
			var complaints programme.Complaints
			if err := r.Validate(); !errors.As(err, &complaints) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if got := complaints.Error(); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A programme can be a club alone.
func TestAProgrammeNeedsNoRatesWhereThereIsAClub(t *testing.T) {
	r := good()
	r.Earn = nil
	r.Clubs = []programme.Club{{Name: "plus", Fee: programme.Selector{Products: []string{"9001"}}, Lasts: programme.Validity{Months: 12}}}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
}

// The benchmark of 500 rules is a programme too, and looking through the most
// there can be takes no noticeable time.
func TestAThousandRulesAreAProgrammeAndOneMoreIsNot(t *testing.T) {
	r := good()
	one := r.Earn[0]
	for len(r.Earn) < 1000 {
		one.Name = "r" + strings.Repeat("x", len(r.Earn)%40) + string(rune('0'+len(r.Earn)/40%10)) + string(rune('a'+len(r.Earn)/400))
		r.Earn = append(r.Earn, one)
	}
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	one.Name = "one more"
	r.Earn = append(r.Earn, one)
	if err := r.Validate(); err == nil || !strings.HasPrefix(err.Error(), "earn: 1001 of them, at most 1000") {
		t.Errorf("got %v", err)
	}
}
