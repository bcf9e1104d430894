package tier_test

import (
	"fmt"
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/tier"
)

func status() programme.Ladder {
	return programme.Ladder{Name: "status", Window: programme.Validity{Months: 12}, Levels: []programme.Level{
		{Name: "silver", From: 100_000, Perks: []string{"shipping"}}, {Name: "gold", From: 500_000, Perks: []string{"lounge", "shipping"}},
	}}
}

func member(positions ...ledger.Position) ledger.Holding {
	return ledger.Holding{Account: ledger.Account{1}, Positions: positions}
}

func lots(w ledger.Wallet, all ...ledger.Lot) ledger.Position {
	p := ledger.Position{Wallet: w, Lots: ledger.Lots{Open: all}}
	p.Points = p.Lots.Sum()
	return p
}

// said is a standing in a few words.
func said(s tier.Standing) string {
	text := fmt.Sprintf("%s until %q at %v", s.Name(), string(s.Until), s.Count)
	if s.Next != nil {
		text += fmt.Sprintf(", %v to %s", s.Missing, s.Next.Name)
	}
	return text
}

func TestOn(t *testing.T) {
	count := func(all ...ledger.Lot) ledger.Position { return lots("tier/status", all...) }
	year := count(ledger.Lot{Points: 60_000, Expires: "2026-12-31"}, ledger.Lot{Points: 450_000, Expires: "2027-03-31"})
	graced := status()
	graced.Grace = 30
	free := status()
	free.Levels = append([]programme.Level{{Name: "blue"}}, free.Levels...)
	cases := []struct {
		name   string
		ladder programme.Ladder
		h      ledger.Holding
		day    ledger.Day
		want   string
	}{
		{"nothing yet", status(), member(), "2026-11-22", ` until "" at 0, 100 to silver`},
		{"a first tier that everybody has", free, member(), "2026-11-22", `blue until "" at 0, 100 to silver`},
		{"a thousandth below", status(), member(count(ledger.Lot{Points: 99_999})), "2026-11-22", ` until "" at 99.999, 0.001 to silver`},
		{"exactly at", status(), member(count(ledger.Lot{Points: 100_000})), "2026-11-22", `silver until "" at 100, 400 to gold`},
		{"what counts goes first", status(), member(year), "2026-11-22", `gold until "2026-12-31" at 510`},
		{"after what counted lapsed", status(), member(year), "2027-01-01", `silver until "2027-03-31" at 450, 50 to gold`},
		{"after all of it", status(), member(year), "2027-04-01", ` until "" at 0, 100 to silver`},
		{"within the grace", graced, member(year), "2027-01-30", `gold until "2027-01-30" at 450`},
		{"after the grace", graced, member(year), "2027-01-31", `silver until "2027-04-30" at 450, 50 to gold`},
		{"kept", status(), member(lots("tier/status/gold", ledger.Lot{Points: 1000, Expires: "2027-06-30"})), "2027-06-30", `gold until "2027-06-30" at 0`},
		{"no longer kept", status(), member(lots("tier/status/gold", ledger.Lot{Points: 1000, Expires: "2027-06-30"})), "2027-07-01", ` until "" at 0, 100 to silver`},
		{"kept for ever", status(), member(lots("tier/status/silver", ledger.Lot{Points: 1000})), "2040-07-01", `silver until "" at 0, 500 to gold`},
		{"the later of mark and count", status(), member(year, lots("tier/status/gold", ledger.Lot{Points: 1000, Expires: "2027-06-30"})), "2026-11-22", `gold until "2027-06-30" at 510`},
		{"a mark for later", status(), member(lots("tier/status/silver", ledger.Lot{Points: 1000, Vests: "2027-01-01", Expires: "2027-12-31"})), "2026-12-31", ` until "" at 0, 100 to silver`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := said(tier.On(c.ladder, c.h, c.day)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestATierGoesDownStepByStepWithoutAWrite(t *testing.T) {
	l := status()
	l.Keeps, l.KeepsFor, l.Down = true, programme.Validity{Months: 12}, programme.OneStep
	h := member()
	for _, e := range tier.Marks(l, 1, h.Account, "2026-11-22") {
		if err := h.Apply(e, "2026-11-22"); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[ledger.Day]string{"2026-11-22": "gold", "2027-11-22": "gold", "2027-11-23": "silver", "2028-11-23": "silver", "2028-11-24": ""} {
		if got := tier.On(l, h, day); got.Name() != want {
			t.Errorf("%s: %s, want %s", day, got.Name(), want)
		}
	}
	l.Down, l.Grace = programme.Reevaluate, 30
	marks := tier.Marks(l, 1, h.Account, "2026-11-22")
	if len(marks) != 1 || marks[0].Expires != "2027-12-22" {
		t.Errorf("got %+v", marks)
	}
	l.KeepsFor, l.Down = programme.Validity{}, programme.OneStep
	if marks := tier.Marks(l, 1, h.Account, "2026-11-22"); len(marks) != 1 || marks[0].Expires != "" {
		t.Errorf("for ever: %+v", marks)
	}
	if marks := tier.Marks(status(), 1, h.Account, "2026-11-22"); marks != nil {
		t.Errorf("a ladder that keeps nothing: %+v", marks)
	}
}

func TestClubsAndPerks(t *testing.T) {
	r := programme.Rules{
		Ladders: []programme.Ladder{status()},
		Clubs:   []programme.Club{{Name: "prime", Perks: []string{"early"}}, {Name: "old", Perks: []string{"lost"}}},
		Perks:   []programme.Perk{{Name: "early"}, {Name: "shipping"}, {Name: "lounge", From: "2027-01-01"}, {Name: "lost"}},
	}
	h := member(
		lots("tier/status", ledger.Lot{Points: 500_000}),
		lots("club/prime", ledger.Lot{Points: 1000, Expires: "2026-11-30"}, ledger.Lot{Points: 1000, Expires: "2027-11-30", Vests: "2026-12-01"}),
		lots("club/old", ledger.Lot{Points: 1000, Expires: "2026-11-21"}),
	)
	clubs := tier.Clubs(r, h, "2026-11-22")
	if len(clubs) != 1 || clubs[0].Club.Name != "prime" || clubs[0].Until != "2027-11-30" {
		t.Errorf("got %+v", clubs)
	}
	for day, want := range map[ledger.Day]string{"2026-11-22": "[early shipping]", "2027-01-01": "[early shipping lounge]", "2027-12-01": "[shipping lounge]"} {
		var names []string
		for _, p := range tier.Perks(r, h, day) {
			names = append(names, p.Name)
		}
		if got := fmt.Sprint(names); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
	if from, ends := tier.Renews(r.Clubs[0], h, "2026-11-22"); from != "2027-12-01" || !ends {
		t.Errorf("a renewal begins on %s", from)
	}
	if from, ends := tier.Renews(r.Clubs[1], h, "2026-11-22"); from != "2026-11-22" || !ends {
		t.Errorf("a membership that ran out begins again on %s", from)
	}
	if _, ends := tier.Renews(r.Clubs[0], member(lots("club/prime", ledger.Lot{Points: 1000})), "2026-11-22"); ends {
		t.Error("a membership for ever is renewed")
	}
}
