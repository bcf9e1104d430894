package scene_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the shop's zone, on whatever machine

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTimeIsWhatTheClockOnTheWallSays(t *testing.T) {
	zone := amsterdam(t)
	calendar := ledger.Calendar{Zone: zone, CutOver: 4 * time.Hour}
	between := func(from, until int, on ...time.Weekday) programme.Condition {
		return programme.Condition{Hours: []programme.Hours{{From: from * 60, Until: until * 60}}, Weekdays: on}
	}
	cases := []struct {
		name string
		at   string
		c    programme.Condition
		want bool
	}{
		{"the first minute", "2026-11-24T13:00:00Z", between(14, 16), true},
		{"the minute before it", "2026-11-24T12:59:59Z", between(14, 16), false},
		{"the last minute", "2026-11-24T14:59:59Z", between(14, 16), true},
		{"the end itself", "2026-11-24T15:00:00Z", between(14, 16), false},
		{"until midnight", "2026-11-24T22:59:59Z", between(22, 24), true},
		{"before midnight of a late Friday", "2026-11-27T22:30:00Z", between(22, 2, time.Friday), true},
		{"after midnight of a late Friday", "2026-11-28T00:59:00Z", between(22, 2, time.Friday), true},
		{"the early hours of the Friday itself", "2026-11-27T00:30:00Z", between(22, 2, time.Friday), false},
		{"its end", "2026-11-28T01:00:00Z", between(22, 2, time.Friday), false},
		{"the whole day from six to six", "2026-11-24T04:59:00Z", between(6, 6, time.Monday), true},
		{"summer: it is later on the wall", "2026-07-24T12:00:00Z", between(14, 16), true},
		{"the hour that is not there", "2026-03-29T01:30:00Z", between(2, 3), false},
		{"the hour after it", "2026-03-29T01:30:00Z", between(3, 4), true},
		{"the hour that is there twice, first", "2026-10-25T00:30:00Z", between(2, 3), true},
		{"the hour that is there twice, again", "2026-10-25T01:30:00Z", between(2, 3), true},
		{"a weekday from midnight on", "2026-11-23T23:00:00Z", programme.Condition{Weekdays: []time.Weekday{time.Tuesday}}, true},
		{"and not before", "2026-11-23T22:59:59Z", programme.Condition{Weekdays: []time.Weekday{time.Tuesday}}, false},
		{"a date is the business day's: still the evening before", "2026-11-24T02:59:00Z", programme.Condition{Until: "2026-11-23"}, true},
		{"a date is the business day's: the next", "2026-11-24T03:00:00Z", programme.Condition{Until: "2026-11-23"}, false},
		{"the first day", "2026-11-24T12:00:00Z", programme.Condition{From: "2026-11-24", Until: "2026-11-24"}, true},
		{"before the first day", "2026-11-23T12:00:00Z", programme.Condition{From: "2026-11-24"}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := (scene.Scene{}).On(calendar.Moment(at, true), zone).Holds(c.c); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestConditionsOnTheSaleAndTheShop(t *testing.T) {
	s := scene.Scene{
		Basket: basket.Basket{Total: 25_00, Partner: "bakker", Codes: []string{"ZOMER26"}, Tenders: []basket.Tender{{Kind: "card", Amount: 30_00}, {Kind: "cash", Amount: -5_00}}},
		Shop:   "Dorpsstraat", Signals: []string{"rain", "market"}, Moment: ledger.Moment{Day: "2026-11-22"},
	}
	for want, all := range map[bool][]programme.Condition{
		true: {
			{}, {Shops: []string{"x", "Dorpsstraat"}}, {Channels: []string{scene.Counter}}, {Partners: []string{"bakker"}}, {Codes: []string{"ZOMER26"}},
			{Tenders: []string{"card"}}, {Signals: []string{"snow", "rain"}}, {MinTotal: 25_00, MaxTotal: 25_00},
		},
		false: {
			{Shops: []string{"x"}}, {Channels: []string{"app"}}, {Partners: []string{"slager"}}, {Codes: []string{"zomer26"}},
			{Tenders: []string{"cash"}}, {Signals: []string{"snow"}}, {MinTotal: 25_01}, {MaxTotal: 24_99}, {Members: true}, {Referred: true},
			{Tiers: []string{"gold"}}, {Clubs: []string{"prime"}}, {Segments: []string{"none"}}, {Birthday: &programme.Window{After: 400}}, {FirstPurchase: true},
		},
	} {
		for _, c := range all {
			if got := s.Holds(c); got != want {
				t.Errorf("%+v: got %t", c, got)
			}
		}
	}
}

func TestConditionsOnTheMember(t *testing.T) {
	lot := func(w ledger.Wallet, p ledger.Points, expires ledger.Day) ledger.Position {
		return ledger.Position{Wallet: w, Points: p, Lots: ledger.Lots{Open: []ledger.Lot{{Points: p, Expires: expires}}}}
	}
	s := scene.Scene{
		Rules: programme.Rules{
			Ladders:  []programme.Ladder{{Name: "l", Levels: []programme.Level{{Name: "silver", From: 10_000}, {Name: "gold", From: 20_000}, {Name: "platinum", From: 90_000}}}},
			Clubs:    []programme.Club{{Name: "prime"}, {Name: "old"}},
			Segments: []programme.Segment{{Name: "often", Min: 3_000, Max: -1}, {Name: "lost", Max: 0}, {Name: "sometimes", Min: 1_000, Max: 2_000}},
		},
		Holding: ledger.Holding{Account: ledger.Account{1}, Known: true, Profile: ledger.Profile{Enrolled: true, Birthday: "11-25", Referrer: ledger.Account{2}}, Positions: []ledger.Position{
			lot("tier/l", 20_000, "2026-12-31"), lot("club/prime", 1_000, "2026-11-22"), lot("club/old", 1_000, "2026-11-21"), lot("segment/often", 3_000, "2026-11-22"),
			lot("segment/lost", 5_000, "2026-11-21"), lot("segment/sometimes", 2_001, "2026-11-22"),
		}},
		Moment: ledger.Moment{Day: "2026-11-22"},
	}
	for want, all := range map[bool][]programme.Condition{
		true: {
			{Members: true}, {Referred: true}, {FirstPurchase: true}, {Tiers: []string{"silver"}}, {Tiers: []string{"gold"}, TierExactly: true}, {Tiers: []string{"platinum", "gold"}},
			{Clubs: []string{"prime"}}, {Segments: []string{"often"}}, {Segments: []string{"lost"}}, {NotSegments: []string{"sometimes"}},
			{Birthday: &programme.Window{Before: 3}},
		},
		false: {
			{Tiers: []string{"silver"}, TierExactly: true}, {Tiers: []string{"platinum"}}, {Clubs: []string{"old"}}, {Segments: []string{"sometimes"}},
			{NotSegments: []string{"often"}}, {Birthday: &programme.Window{Before: 2, After: 9}},
		},
	} {
		for _, c := range all {
			if got := s.Holds(c); got != want {
				t.Errorf("%+v: got %t", c, got)
			}
		}
	}
	// What the decision saw is enough to make it once more.
	again := s
	seen := s.Seen()
	again.Holding.Positions, again.Holding.Known = seen.Positions, seen.Known
	for _, c := range []programme.Condition{{Tiers: []string{"gold"}}, {Clubs: []string{"prime"}}, {Clubs: []string{"old"}}, {Segments: []string{"often"}}, {Segments: []string{"lost"}}, {Segments: []string{"sometimes"}}} {
		if s.Holds(c) != again.Holds(c) {
			t.Errorf("%+v: what was seen says %t", c, again.Holds(c))
		}
	}
}

func TestBirthdays(t *testing.T) {
	cases := []struct {
		birthday string
		day      ledger.Day
		w        programme.Window
		want     bool
	}{
		{"11-22", "2026-11-22", programme.Window{}, true},
		{"11-22", "2026-11-23", programme.Window{}, false},
		{"11-22", "2026-11-29", programme.Window{After: 7}, true},
		{"11-22", "2026-11-30", programme.Window{After: 7}, false},
		{"02-29", "2028-02-29", programme.Window{}, true},
		{"02-29", "2028-02-28", programme.Window{}, false},
		{"02-29", "2027-02-28", programme.Window{}, true},
		{"02-29", "2027-03-01", programme.Window{}, false},
		{"01-02", "2026-12-30", programme.Window{Before: 3}, true},
		{"01-02", "2026-12-29", programme.Window{Before: 3}, false},
		{"12-30", "2027-01-03", programme.Window{After: 4}, true},
		{"12-30", "2027-01-04", programme.Window{After: 4}, false},
		{"", "2026-11-22", programme.Window{After: 400}, false},
		{"13-40", "2026-11-22", programme.Window{After: 400}, false},
	}
	for _, c := range cases {
		if got := scene.Around(c.birthday, c.day, c.w); got != c.want {
			t.Errorf("%s on %s within %+v: got %t", c.birthday, c.day, c.w, got)
		}
	}
}

// However wide, a window around a birthday is as many days a year as it says.
func TestABirthdayIsOnceAYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := programme.Window{Before: rapid.IntRange(0, 30).Draw(t, "before"), After: rapid.IntRange(0, 30).Draw(t, "after")}
		birthday := time.Date(2028, 1, 1+rapid.IntRange(0, 365).Draw(t, "day"), 0, 0, 0, 0, time.UTC).Format("01-02")
		year := rapid.IntRange(2024, 2040).Draw(t, "year")
		n := 0
		// From the middle of the year that is farthest from the birthday.
		middle, err := time.Parse("2006-01-02", time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-")+"06-30")
		if err != nil {
			t.Fatal(err)
		}
		if birthday > "03-31" && birthday < "10-01" {
			middle = middle.AddDate(0, 6, 0)
		}
		for d := middle; d.Before(middle.AddDate(1, 0, 0)); d = d.AddDate(0, 0, 1) {
			if scene.Around(birthday, ledger.Day(d.Format(time.DateOnly)), w) {
				n++
			}
		}
		if n != w.Before+w.After+1 {
			t.Fatalf("%s within %+v: %d days from %s on", birthday, w, n, middle.Format(time.DateOnly))
		}
	})
}

func TestSelectors(t *testing.T) {
	r := programme.Rules{Sets: []programme.Set{
		{Name: "drinks", Selector: programme.Selector{Categories: []string{"coffee", "tea"}}},
		{Name: "hot", Selector: programme.Selector{Sets: []string{"drinks"}, Not: &programme.Selector{Tags: []string{"iced"}}}},
		{Name: "round", Selector: programme.Selector{Sets: []string{"round"}}},
	}}
	coffee := basket.Line{Product: "8710001", Category: "coffee"}
	iced := basket.Line{Product: "8710002", Category: "tea", Tags: []string{"cold", "iced"}}
	bottle := basket.Line{Product: "99", Kind: "deposit"}
	cases := []struct {
		name string
		sel  programme.Selector
		want [3]bool
	}{
		{"all", programme.Selector{}, [3]bool{true, true, true}},
		{"a product", programme.Selector{Products: []string{"8710002"}}, [3]bool{false, true, false}},
		{"all that begin so", programme.Selector{Products: []string{"871*"}}, [3]bool{true, true, false}},
		{"a kind or a category", programme.Selector{Kinds: []string{"deposit"}, Categories: []string{"coffee"}}, [3]bool{true, false, true}},
		{"a set", programme.Selector{Sets: []string{"drinks"}}, [3]bool{true, true, false}},
		{"a set of sets, but", programme.Selector{Sets: []string{"hot"}}, [3]bool{true, false, false}},
		{"all but a set", programme.Selector{Not: &programme.Selector{Sets: []string{"hot"}}}, [3]bool{false, true, true}},
		{"a set that is not there", programme.Selector{Sets: []string{"cold"}}, [3]bool{}},
		{"a set in itself", programme.Selector{Sets: []string{"round"}}, [3]bool{}},
	}
	for _, c := range cases {
		for i, l := range []basket.Line{coffee, iced, bottle} {
			if got := scene.Selects(r, c.sel, l); got != c.want[i] {
				t.Errorf("%s, line %d: got %t", c.name, i+1, got)
			}
		}
	}
	if (scene.Excluded(programme.Rules{}, coffee)) {
		t.Error("a programme that excludes nothing excludes coffee")
	}
}

func TestTheHoldOutGroup(t *testing.T) {
	n := 0
	for i := range 10_000 {
		a := ledger.Account{byte(i), byte(i >> 8)}
		out := scene.HeldOut(programme.Rules{HoldOut: 10}, a)
		if out {
			n++
		}
		if out && !scene.HeldOut(programme.Rules{HoldOut: 20}, a) {
			t.Fatalf("%v is of ten in a hundred, and not of twenty", a)
		}
		if scene.HeldOut(programme.Rules{}, a) || !scene.HeldOut(programme.Rules{HoldOut: 100}, a) {
			t.Fatal("nobody and everybody are not")
		}
	}
	if n < 850 || n > 1150 {
		t.Errorf("%d of ten thousand are held out, want about a thousand", n)
	}
}
