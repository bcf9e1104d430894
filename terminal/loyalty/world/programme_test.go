package world_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
)

// Names that programmes and baskets share, so that conditions hold now and then.
var (
	shops      = []string{"noord", "zuid"}
	channels   = []string{"counter", "web"}
	partners   = []string{"bakker", "slager"}
	tenders    = []string{"cash", "gift_card", "voucher"}
	codes      = []string{"ZOMER", "GRATIS"}
	signals    = []string{"rain"}
	products   = []string{"A1", "A2", "B1", "FEE"}
	categories = []string{"drinks", "food"}
	tags       = []string{"bio", "new"}
	kinds      = []string{"", "", "deposit", "fee", "gift_card", "discount"}
	tiers      = []string{"Zilver", "Goud", "Vaak"}
	wallets    = []ledger.Wallet{"points", "stamps", "cash", "miles"}
)

// A drawing draws values; what is seldom is so one time in rare.
type drawing struct {
	*rapid.T
	rare int
}

func (d drawing) yes() bool          { return rapid.Bool().Draw(d.T, "yes") }
func (d drawing) seldom() bool       { return rapid.IntRange(1, d.rare).Draw(d.T, "seldom") == d.rare }
func (d drawing) int(lo, hi int) int { return rapid.IntRange(lo, hi).Draw(d.T, "n") }
func (d drawing) int64(lo, hi int64) int64 {
	return rapid.Int64Range(lo, hi).Draw(d.T, "n")
}

func one[T any](d drawing, of ...T) T { return rapid.SampledFrom(of).Draw(d.T, "one") }

// some are some of a list; none mostly.
func some[T any](d drawing, of []T) []T {
	if !d.seldom() {
		return nil
	}
	return []T{one(d, of...)}
}

// units are points: round ones mostly.
func (d drawing) units(hi int64) ledger.Points {
	if d.seldom() {
		return ledger.Points(d.int64(1, hi*1000))
	}
	return ledger.Points(d.int64(1, hi)) * ledger.Unit
}

func (d drawing) validity() programme.Validity {
	v := programme.Validity{Days: one(d, 0, 1, 7, 30), Months: one(d, 0, 0, 1, 12)}
	v.To = one(d, programme.ToDay, programme.ToDay, programme.ToMonth, programme.ToQuarter, programme.ToYear)
	return v
}

func (d drawing) rounding() programme.Rounding { return one(d, programme.Roundings()...) }

func (d drawing) period() programme.Period {
	return one(d, programme.PerPurchase, programme.PerDay, programme.PerWeek, programme.PerMonth, programme.PerYear, programme.PerEver)
}

func (d drawing) caps(points bool) (all []programme.Cap) {
	if !d.seldom() {
		return nil
	}
	for range d.int(1, 2) {
		c := programme.Cap{Times: d.int64(1, 3), Per: d.period(), Of: one(d, programme.OfMember, programme.OfMember, programme.OfTerminal, programme.OfCashier), Refuse: d.yes()}
		if points && d.yes() {
			c.Times, c.Points = 0, d.units(50)
		}
		all = append(all, c)
	}
	return all
}

func (d drawing) selector() programme.Selector {
	if !d.seldom() {
		return programme.Selector{}
	}
	s := programme.Selector{Products: some(d, append([]string{"A*"}, products...)), Categories: some(d, categories), Tags: some(d, tags), Kinds: some(d, []string{"deposit", "fee"}), Sets: some(d, []string{"set"})}
	if d.seldom() {
		s.Not = &programme.Selector{Categories: []string{one(d, categories...)}}
	}
	return s
}

func (d drawing) condition() (c programme.Condition) {
	if d.int(0, 2) > 0 {
		return c
	}
	c = programme.Condition{
		Shops: some(d, shops), Channels: some(d, channels), Partners: some(d, partners), Tenders: some(d, tenders), Codes: some(d, codes), Signals: some(d, signals),
		Weekdays: some(d, []time.Weekday{0, 1, 2, 3, 4, 5, 6}), Tiers: some(d, tiers), Clubs: some(d, []string{"plus"}),
		Segments: some(d, []string{"vaak", "weg"}), NotSegments: some(d, []string{"vaak", "weg"}),
		Members: d.seldom(), FirstPurchase: d.seldom(), Referred: d.seldom(),
	}
	if d.seldom() {
		c.Hours = []programme.Hours{one(d, programme.Hours{From: 8 * 60, Until: 18 * 60}, programme.Hours{From: 22 * 60, Until: 3 * 60})}
	}
	if d.seldom() {
		c.From = "2026-11-01"
	}
	if d.seldom() {
		c.Until = "2028-03-01"
	}
	if d.seldom() {
		c.MinTotal = basket.Money(d.int64(0, 50_00))
	}
	if d.seldom() {
		c.MaxTotal = basket.Money(d.int64(1, 100_00))
	}
	if d.seldom() {
		c.Birthday = &programme.Window{Before: d.int(0, 10), After: d.int(0, 10)}
	}
	c.TierExactly = len(c.Tiers) > 0 && d.yes()
	return c
}

func words(text string) map[string]string { return map[string]string{"nl": text} }

func (d drawing) wallets() (all []programme.Wallet) {
	for i := range d.int(1, len(wallets)) {
		w := programme.Wallet{
			Name: wallets[i], Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}, Decimals: one(d, 3, 0, 2),
			Kind: one(d, programme.Points, programme.Stamps, programme.MoneyBack, programme.StoredValue), SpentAtOnce: d.seldom(),
		}
		if d.yes() {
			w.Lapses, w.Expires, w.Inactive = true, d.validity(), d.seldom()
		}
		if d.seldom() {
			w.VestsAfter = d.int(1, 20)
		}
		if d.seldom() {
			w.Most = d.units(500)
		}
		all = append(all, w)
	}
	return all
}

func (d drawing) wallet(r programme.Rules) ledger.Wallet {
	return r.Wallets[d.int(0, len(r.Wallets)-1)].Name
}

func (d drawing) rule(r programme.Rules, n int) programme.Rule {
	e := programme.Rule{
		Name: fmt.Sprint("rule", n), Wallet: d.wallet(r), Counts: one(d, programme.Amount, programme.Amount, programme.Order, programme.Units, programme.Multiple, programme.Earned),
		Points: d.units(20), Per: one(d, basket.Money(100), 1, 3, 7, 1000, 250), WholePer: d.seldom(), Step: one(d, ledger.Unit, 1, 10, 500, 3000),
		Rounding: d.rounding(), Bonus: d.yes(), Campaign: d.seldom(), If: d.condition(), Lines: d.selector(), Caps: d.caps(true), Referrer: d.seldom(),
	}
	if d.seldom() {
		e.RoundEach = programme.RoundLine
	}
	if d.seldom() {
		e.Event, e.Counts, e.Lines = one(d, "review", "enrolled"), one(d, programme.Order, programme.Quantity, programme.Multiple), programme.Selector{}
		e.If.MinTotal, e.If.MaxTotal, e.If.Tenders, e.If.FirstPurchase = 0, 0, nil, false
	}
	switch e.Counts {
	case programme.Amount:
		if d.seldom() {
			e.Points, e.Per, e.WholePer = 0, 0, false
			e.Bands = []programme.Band{{From: 0, Points: d.units(5)}, {From: 20_00, Points: d.units(20)}, {From: 50_00, Points: 0}}
		}
	case programme.Order, programme.Units:
		e.Per = one(d, basket.Money(1000), 2000)
	case programme.Multiple:
		e.Points, e.Per, e.WholePer, e.Bands = 0, 0, false, nil
		e.Factor = one(d, ledger.Fraction{Num: 2, Den: 1}, ledger.Fraction{Num: 3, Den: 2}, ledger.Fraction{Num: 11, Den: 10}, ledger.Fraction{Num: 10, Den: 3})
		e.Exact = d.yes()
		if n > 0 && d.seldom() {
			e.Multiplies = []string{fmt.Sprint("rule", d.int(0, n-1))}
		}
	case programme.Earned:
		e.Multiplies = []string{string(d.wallet(r))}
	}
	if d.seldom() {
		e.Group = one(d, "a", "b")
	}
	if d.seldom() {
		e.Issuer = one(d, append(partners, programme.IssuerOfSale)...)
	}
	return e
}

func (d drawing) reward(r programme.Rules, n int) programme.Reward {
	w := programme.Reward{
		Name: fmt.Sprint("Beloning ", n), Wallet: d.wallet(r), Kind: one(d, programme.Fixed, programme.PerPoint), Points: d.units(20), Value: basket.Money(d.int64(1, 10_00)),
		Lines: d.selector(), If: d.condition(), Caps: d.caps(false), Automatic: d.seldom(),
		Gives: one(d, programme.GivesMoney, programme.GivesMoney, programme.GivesPercent, programme.GivesPerk, programme.GivesCash, programme.GivesDonation, programme.GivesPoints),
	}
	if w.Kind == programme.PerPoint {
		w.Points = one(d, ledger.Unit, 10*ledger.Unit, 100)
		if d.seldom() {
			w.Block = w.Points * ledger.Points(d.int64(1, 5))
		}
	}
	if d.seldom() {
		w.Minimum = d.units(20)
	}
	if d.seldom() {
		w.MaxPoints = d.units(60)
	}
	if d.seldom() {
		w.KeptFloor = d.units(20)
	}
	if d.seldom() {
		w.MaxPercent = d.int(1, 100)
	}
	if d.seldom() {
		w.Partner = one(d, partners...)
	}
	switch w.Gives {
	case programme.GivesMoney:
		if w.Kind == programme.Fixed && d.yes() {
			w.Value, w.MaxPercent = 0, 0
		} else if d.seldom() {
			w.Tender = true
		}
	case programme.GivesPercent:
		w.Kind, w.Block, w.Value, w.Percent, w.Rounding = programme.Fixed, 0, 0, one(d, int64(100_00), 50_00, 33_33, 1), one(d, programme.Floor, programme.HalfUp)
		w.Target = one(d, programme.TargetOrder, programme.TargetCheapest, programme.TargetDearest)
		if d.seldom() {
			w.NthFree, w.Automatic, w.Percent, w.Points = true, true, 100_00, ledger.Points(d.int64(2, 5))*ledger.Unit
			w.Target = one(d, programme.TargetCheapest, programme.TargetDearest)
		}
	case programme.GivesPerk:
		w.Value, w.MaxPercent = 0, 0
	case programme.GivesDonation:
		w.MaxPercent, w.Share = 0, one(d, 0, 0, 50)
	case programme.GivesPoints:
		w.Value, w.MaxPercent, w.Into, w.IntoPoints = 0, 0, d.wallet(r), d.units(5)
	case programme.GivesCash:
		w.MaxPercent = 0
	}
	if w.Automatic && w.Kind == programme.Fixed && !w.NthFree && d.yes() {
		w.Points, w.Minimum, w.MaxPoints, w.KeptFloor = 0, 0, 0, 0
	}
	return w
}

func (d drawing) ladder(r programme.Rules, name string, levels ...string) programme.Ladder {
	l := programme.Ladder{
		Name: name, On: one(d, programme.OnSpend, programme.OnVisits, programme.OnPoints), Lines: d.selector(), Crossing: one(d, "", programme.CrossOld, programme.CrossNew),
		Keeps: d.yes(), Down: one(d, programme.Reevaluate, programme.OneStep), Grace: one(d, 0, 0, 5, 40),
	}
	if d.yes() {
		l.Window = d.validity()
	}
	if l.Keeps && d.yes() {
		l.KeepsFor = d.validity()
	}
	at := ledger.Points(0)
	for _, v := range levels {
		at += d.units(60)
		l.Levels = append(l.Levels, programme.Level{Name: v, From: at, Perks: some(d, []string{"jas"})})
	}
	switch l.On {
	case programme.OnPoints:
		l.Wallet, l.Lines = d.wallet(r), programme.Selector{}
	case programme.OnSpend:
		l.Crossing = one(d, l.Crossing, programme.CrossSplit)
	}
	return l
}

func (d drawing) segment(r programme.Rules, name string) programme.Segment {
	s := programme.Segment{Name: name, On: one(d, programme.OnSpend, programme.OnVisits, programme.OnPoints), Days: one(d, 1, 30, 365), Min: d.units(20) - 1, Max: -1}
	if s.On == programme.OnPoints {
		s.Wallet = d.wallet(r)
	}
	if d.yes() {
		s.Min, s.Max = 0, 0
	}
	return s
}

func (d drawing) game(r programme.Rules) programme.Game {
	g := programme.Game{Name: "Rad", Wallet: d.wallet(r), If: d.condition(), Caps: d.caps(false)}
	switch d.int(0, 2) {
	case 0:
		g.Costs = d.units(5)
	case 1:
		g.Event = one(d, "review", "enrolled")
	}
	g.Odds = []programme.Odds{
		{Prize: "Punten", PerMillion: 400_000, Points: d.units(20), Wallet: d.wallet(r), Budget: d.caps(true)},
		{Prize: "Beloning", PerMillion: 200_000, Reward: "Beloning 0", Budget: d.caps(true)},
		{Prize: "Bloemen", PerMillion: 200_000},
	}
	return g
}

func (d drawing) base() programme.Base {
	b := programme.Base{Excluded: d.selector(), BeforeTax: d.seldom(), BeforeDiscount: d.seldom(), DiscountShared: d.seldom()}
	earns := []programme.TenderEarns{programme.EarnsFully, programme.EarnsNotPart, programme.EarnsNothing}
	b.Redeeming = one(d, append(earns, "")...)
	if d.seldom() {
		b.Tenders = map[string]programme.TenderEarns{one(d, tenders...): one(d, earns...)}
	}
	return b
}

// rules is any valid programme. What was drawn and does not go together is
// left out, as Validate says what that is.
func (d drawing) rules() programme.Rules {
	r := programme.Rules{
		Version: 1, Name: "Wereld", Currency: "EUR", Zone: "Europe/Amsterdam", CutOver: one(d, 0, 3*time.Hour), Language: "nl", KeepDays: 400,
		Wallets: d.wallets(), Base: d.base(), HoldOut: one(d, 0, 0, 50), PhoneCountry: "31", Bearer: programme.Bearer{Off: true},
		Cards:    member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}},
		Groups:   []programme.Group{{Name: "a", Combine: one(d, programme.All, programme.Best, programme.First, programme.Exclusive)}, {Name: "b", Combine: one(d, programme.Best, programme.Exclusive)}},
		Sets:     []programme.Set{{Name: "set", Selector: programme.Selector{Products: []string{"A*"}, Categories: []string{one(d, categories...)}}}},
		Perks:    []programme.Perk{{Name: "jas", Label: words("Gratis jas")}},
		Partners: []programme.Partner{{Name: "bakker", Label: "Bakker"}, {Name: "slager", Label: "Slager"}},
		Causes:   []programme.Cause{{Name: "bos", Label: words("Bos")}, {Name: "zee", Label: words("Zee")}},
		Messages: []programme.Message{{Name: "next", Kind: programme.MessageNextReward}, {Name: "lapse", Kind: programme.MessageLapsing, Days: 40}, {Name: "tier", Kind: programme.MessageTier}, {Name: "perk", Kind: programme.MessagePerks}},
		Stacking: programme.Stacking{Original: d.yes(), Most: one(d, 0, 0, 1, 2)},
		Returns: programme.ReturnPolicy{
			Earned: one(d, programme.AsAwarded, programme.AsAwarded, programme.Prorated, programme.Recomputed, programme.AllOrNothing),
			Spent:  one(d, programme.OriginalLots, programme.OriginalLots, programme.FreshLots), PendingFirst: d.seldom(), LapsedGrace: one(d, 0, 0, 10),
			Below: one(d, programme.Debt, programme.Debt, programme.WithinBalance, programme.RefuseBelow),
		},
	}
	if d.yes() {
		r.Ladders = append(r.Ladders, d.ladder(r, "status", "Zilver", "Goud"))
	}
	if d.seldom() {
		r.Ladders = append(r.Ladders, d.ladder(r, "bezoek", "Vaak"))
	}
	if d.yes() {
		r.Clubs = []programme.Club{{Name: "plus", Fee: programme.Selector{Products: []string{"FEE"}}, Lasts: d.validity(), Perks: some(d, []string{"jas"})}}
	}
	if d.yes() {
		r.Segments = []programme.Segment{d.segment(r, "vaak"), d.segment(r, "weg")}
	}
	for n := range d.int(1, 5) {
		e := d.rule(r, n)
		e.If = known(r, e.If)
		r.Earn = append(r.Earn, e)
	}
	for n := range d.int(0, 4) {
		w := d.reward(r, n)
		w.If = known(r, w.If)
		r.Rewards = append(r.Rewards, w)
	}
	if d.seldom() {
		r.Games = []programme.Game{d.game(r)}
	}
	return valid(d.T, r)
}

// known is a condition without what the programme does not have.
func known(r programme.Rules, c programme.Condition) programme.Condition {
	has := func(name string) bool {
		return slices.ContainsFunc(r.Ladders, func(l programme.Ladder) bool {
			return slices.ContainsFunc(l.Levels, func(v programme.Level) bool { return v.Name == name })
		})
	}
	if len(c.Tiers) > 0 && !has(c.Tiers[0]) {
		c.Tiers, c.TierExactly = nil, false
	}
	if len(r.Clubs) == 0 {
		c.Clubs = nil
	}
	if len(r.Segments) == 0 {
		c.Segments, c.NotSegments = nil, nil
	}
	return c
}

var listed = regexp.MustCompile(`^([a-z]+)\[(\d+)\]`)

// valid is r without what Validate complains of.
func valid(t *rapid.T, r programme.Rules) programme.Rules {
	for range 40 {
		err := r.Validate()
		if err == nil {
			return r
		}
		var all programme.Complaints
		if !errors.As(err, &all) {
			t.Fatal(err)
		}
		wrong := make(map[string][]int)
		for _, c := range all {
			switch m := listed.FindStringSubmatch(c.Key); {
			case m != nil:
				at, _ := strconv.Atoi(m[2])
				wrong[m[1]] = append(wrong[m[1]], at)
			case c.Key == "earn":
				r.Earn = []programme.Rule{{Name: "base", Wallet: r.Wallets[0].Name, Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Floor}}
			default:
				t.Fatal(err)
			}
		}
		for _, at := range wrong["wallet"] {
			r.Wallets[at].Lapses, r.Wallets[at].Expires, r.Wallets[at].Inactive = false, programme.Validity{}, false
		}
		r.Earn, r.Rewards, r.Games = without(r.Earn, wrong["earn"]), without(r.Rewards, wrong["reward"]), without(r.Games, wrong["game"])
		r.Ladders, r.Segments, r.Clubs = without(r.Ladders, wrong["ladder"]), without(r.Segments, wrong["segment"]), without(r.Clubs, wrong["club"])
	}
	t.Fatal("the programme does not become valid")
	return r
}

// without is a list without the members at some places.
func without[T any](list []T, wrong []int) (right []T) {
	for i, one := range list {
		if !slices.Contains(wrong, i) {
			right = append(right, one)
		}
	}
	return right
}
