package scene_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// asks are conditions that ask for one thing each, in the order in which it is
// looked at, with what is said of it where it is not so.
var asks = []struct {
	why scene.Cause
	set func(*programme.Condition)
}{
	{scene.OtherShop, func(c *programme.Condition) { c.Shops = []string{"Dorp"} }},
	{scene.OtherChannel, func(c *programme.Condition) { c.Channels = []string{"app"} }},
	{scene.OtherPartner, func(c *programme.Condition) { c.Partners = []string{"bakker"} }},
	{scene.TotalBelow, func(c *programme.Condition) { c.MinTotal = 20_00 }},
	{scene.TotalAbove, func(c *programme.Condition) { c.MaxTotal = 30_00 }},
	{scene.OtherTender, func(c *programme.Condition) { c.Tenders = []string{"card"} }},
	{scene.NoCode, func(c *programme.Condition) { c.Codes = []string{"ZOMER26"} }},
	{scene.NoSignal, func(c *programme.Condition) { c.Signals = []string{"rain"} }},
	{scene.NotYet, func(c *programme.Condition) { c.From = "2026-11-21" }},
	{scene.Over, func(c *programme.Condition) { c.Until = "2026-11-21" }},
	{scene.OtherWeekday, func(c *programme.Condition) { c.Weekdays = []time.Weekday{time.Saturday} }},
	{scene.OtherHour, func(c *programme.Condition) { c.Hours = []programme.Hours{{From: 600, Until: 900}} }},
	{scene.NotEnrolled, func(c *programme.Condition) { c.Members = true }},
	{scene.NotReferred, func(c *programme.Condition) { c.Referred = true }},
	{scene.NotFirst, func(c *programme.Condition) { c.FirstPurchase = true }},
	{scene.NoBirthday, func(c *programme.Condition) { c.Birthday = &programme.Window{After: 1} }},
	{scene.NoTier, func(c *programme.Condition) { c.Tiers = []string{"gold"} }},
	{scene.NoClub, func(c *programme.Condition) { c.Clubs = []string{"prime"} }},
	{scene.NoSegment, func(c *programme.Condition) { c.Segments = []string{"often"} }},
	{scene.InSegment, func(c *programme.Condition) { c.NotSegments = []string{"seldom"} }},
}

// drawScene is one in which each of asks may be so, or not.
func drawScene(t *rapid.T) scene.Scene {
	yes := func(what string) bool { return rapid.Bool().Draw(t, what) }
	s := scene.Scene{
		Rules: programme.Rules{
			Ladders:  []programme.Ladder{{Name: "l", Levels: []programme.Level{{Name: "gold", From: 20_000}}}},
			Clubs:    []programme.Club{{Name: "prime"}},
			Segments: []programme.Segment{{Name: "often", Min: 4_000, Max: -1}, {Name: "seldom", Max: 1_000}},
		},
		Holding: ledger.Holding{Account: ledger.Account{1}, Known: true},
		Basket:  basket.Basket{Total: basket.Money(rapid.SampledFrom([]int64{19_99, 20_00, 30_00, 30_01}).Draw(t, "total"))},
	}
	if yes("shop") {
		s.Shop = "Dorp"
	}
	if yes("channel") {
		s.Basket.Channel = "app"
	}
	if yes("partner") {
		s.Basket.Partner = "bakker"
	}
	if yes("card") {
		s.Basket.Tenders = []basket.Tender{{Kind: "card", Amount: 1}}
	}
	if yes("code") {
		s.Basket.Codes = []string{"ZOMER26"}
	}
	if yes("signal") {
		s.Signals = []string{"rain"}
	}
	if yes("enrolled") {
		s.Holding.Profile.Enrolled, s.Holding.Profile.Birthday = true, "11-21"
	}
	if yes("referred") {
		s.Holding.Profile.Referrer = ledger.Account{2}
	}
	for _, w := range []ledger.Wallet{programme.FirstSale, s.Rules.Ladders[0].CountOf(), s.Rules.Ladders[0].Mark("gold"), s.Rules.Clubs[0].Mark(), s.Rules.Segments[0].CountOf(), s.Rules.Segments[1].CountOf()} {
		if yes(string(w)) {
			s.Holding.Positions = append(s.Holding.Positions, ledger.Position{Wallet: w, Points: 25_000})
		}
	}
	at := time.Date(2026, 11, 19+rapid.IntRange(0, 4).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC)
	return s.On(ledger.Moment{At: at, Day: ledger.Day(at.Format(time.DateOnly)), Trusted: true}, time.UTC)
}

// Why names the first of what is asked for that by itself is not so, and
// nothing exactly where all of it is.
func TestWhyIsTheFirstThingThatIsNotSo(t *testing.T) {
	seen := make(map[scene.Cause]bool)
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		var all programme.Condition
		var want scene.Cause
		for _, ask := range asks {
			var alone programme.Condition
			ask.set(&alone)
			why := s.Judge().Why(alone)
			if seen[why] = true; why != "" && why != ask.why {
				t.Fatalf("%+v alone: not so because of %q, want %q", alone, why, ask.why)
			}
			if rapid.IntRange(0, 3).Draw(t, string(ask.why)) == 0 {
				if ask.set(&all); want == "" {
					want = why
				}
			}
		}
		got := s.Judge().Why(all)
		if got != want || s.Holds(all) != (got == "") {
			t.Fatalf("%+v: got %q and holds %t, want %q", all, got, s.Holds(all), want)
		}
	})
	for _, ask := range asks {
		if !seen[ask.why] {
			t.Errorf("no scene in which it is because of %q", ask.why)
		}
	}
}
