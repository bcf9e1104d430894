package settle_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/settle"
)

func TestPointsOfASaleCanBeSpentInTheSameRecord(t *testing.T) {
	b := settle.NewBook()
	fx := b.Post(item(1, ledger.KindAward,
		ledger.Entry{Kind: ledger.Earn, Points: 100},
		ledger.Entry{Kind: ledger.Redeem, Points: -60, Draws: draws(ledger.Draw{From: own(1), Points: 60})}))
	if fx.Parked != "" || len(fx.Exceptions) != 0 {
		t.Errorf("parked %q, exceptions %v", fx.Parked, fx.Exceptions)
	}
	wantBalance(t, b, 40, 40)
}

// Issued again in another branch it names itself by its new key.
func TestASpendingOfItsOwnRecordIsIssuedAgainByItsNewKey(t *testing.T) {
	old := ledger.Open(5, ledger.Branch{1}, ledger.Parent{}, 0)
	opened := old.Next().Entry(1).SetAside()
	at := ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	first, err := ledger.Seal(old, ledger.Draft{Kind: ledger.KindAward, Moment: at, Body: ledger.Body{Account: anna}, Entries: []ledger.Entry{
		{Account: anna, Wallet: points, Kind: ledger.Earn, Points: 100},
		{Account: anna, Wallet: points, Kind: ledger.Redeem, Points: -60, Draws: draws(ledger.Draw{From: opened, Points: 60})},
	}}, time.Time{}, ledger.Salt{1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := ledger.Reissue(ledger.Open(5, ledger.Branch{2}, ledger.Parent{Branch: ledger.Branch{1}}, 0), first.Head, first.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.Head.Entries[1].Draws[0].From, again.Head.Key().Entry(1).SetAside(); got != want {
		t.Errorf("it draws on %s, want %s", got, want)
	}
	if from := first.Head.Entries[1].Draws[0].From; from != opened {
		t.Errorf("the first record was changed: it draws on %s", from)
	}
	for name, order := range map[string][]ledger.Sealed{"original first": {first, again}, "original last": {again, first}} {
		b := settle.NewBook()
		for i, r := range order {
			fx := b.Post(settle.Route(r, 0, int64(i+1))[settle.Bucket(anna)])
			if len(fx.Exceptions) != 0 || (fx.Parked == settle.IssuedAgain) != (i == 1) {
				t.Errorf("%s: record %d: parked %q, exceptions %v", name, i+1, fx.Parked, fx.Exceptions)
			}
		}
		wantBalance(t, b, 40, 40)
	}
}

func TestASpendingCanBeSplitByIssuer(t *testing.T) {
	b := settle.NewBook()
	b.Post(item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 100, Issuer: "bakker"}))
	b.Post(item(2, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 50, Issuer: "slager", Closed: true}))
	fx := b.Post(item(3, ledger.KindAward,
		ledger.Entry{Kind: ledger.Redeem, Points: -80, Issuer: "bakker", At: "kaasboer", Draws: draws(ledger.Draw{From: own(1), Points: 80})},
		ledger.Entry{Kind: ledger.Redeem, Points: -40, Issuer: "slager", At: "kaasboer", Draws: draws(ledger.Draw{From: own(1), Points: 20})}))
	if len(fx.Exceptions) != 0 {
		t.Errorf("exceptions %v", fx.Exceptions)
	}
	wantBalance(t, b, 30, 0)
}

func TestACounterHasNoSetAsideAndNoDebt(t *testing.T) {
	b := settle.NewBook()
	counter := ledger.Wallet("cap/koffie/times/day")
	it := item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 1000}, ledger.Entry{Kind: ledger.Transfer, Points: -5000})
	for i := range it.Lines {
		it.Lines[i].Entry.Wallet = counter
	}
	if fx := b.Post(it); len(fx.Exceptions) != 0 || len(fx.SetAsides) != 0 {
		t.Errorf("set-asides %v, exceptions %v", fx.SetAsides, fx.Exceptions)
	}
}

func TestEveryKindOfRecordATerminalWritesIsTaken(t *testing.T) {
	at := ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	for _, kind := range []ledger.Kind{ledger.KindEvent, ledger.KindExpire, ledger.KindDonate, ledger.KindConvert, ledger.KindTransfer} {
		r, err := ledger.Seal(ledger.Open(5, ledger.Branch{1}, ledger.Parent{}, 0), ledger.Draft{Kind: kind, Moment: at, Body: ledger.Body{Account: anna}}, time.Time{}, ledger.Salt{})
		if err != nil {
			t.Fatal(err)
		}
		if it := settle.Route(r, 0, 1)[settle.Bucket(anna)]; it.Refused != "" {
			t.Errorf("%s: %s %s", kind, it.Refused, it.Refusal)
		}
	}
}

func TestADonationHasWhatItIsWorth(t *testing.T) {
	at := ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	give := func(issuer string) ledger.Entry {
		return ledger.Entry{Account: anna, Wallet: points, Kind: ledger.Donate, Points: -1000, Issuer: issuer, At: "cause:asiel"}
	}
	r, err := ledger.Seal(ledger.Open(5, ledger.Branch{1}, ledger.Parent{}, 0), ledger.Draft{
		Kind: ledger.KindDonate, Moment: at, Entries: []ledger.Entry{give("bakker"), give("slager")},
		Body: ledger.Body{Account: anna, Reasons: []ledger.Reason{{Code: settle.ReasonDonated, Wallet: points, Amount: 250}, {Code: "kept_floor", Wallet: points, Amount: 9}}},
	}, time.Time{}, ledger.Salt{})
	if err != nil {
		t.Fatal(err)
	}
	lines := settle.Route(r, 0, 1)[settle.Bucket(anna)].Lines
	if lines[0].Amount != 250 || lines[1].Amount != 0 {
		t.Errorf("worth %d and %d", lines[0].Amount, lines[1].Amount)
	}
}

// What is taken back twice goes back into the lot it came from.
func TestWhatHeadOfficeGivesBackNamesTheLot(t *testing.T) {
	b := settle.NewBook()
	key := ledger.Key{Terminal: here.Terminal, Branch: here.Branch, Seq: 1}.Entry(1)
	b.Post(item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 100, Expires: "2026-12-31", Vests: "2026-12-01", Issuer: "bakker", Closed: true}))
	taken := ledger.Entry{Kind: ledger.Reverse, Points: -100, Expires: "2026-12-31", Vests: "2026-12-01", Issuer: "bakker", Reverses: &key}
	b.Post(item(2, ledger.KindReturn, taken))
	fx := b.Post(item(3, ledger.KindReturn, taken))
	if len(fx.Reversal) != 1 || fx.Reversal[0].Points != 100 || fx.Reversal[0].Expires != "2026-12-31" || fx.Reversal[0].Vests != "2026-12-01" || fx.Reversal[0].Issuer != "bakker" {
		t.Errorf("given back: %+v", fx.Reversal)
	}
}

func TestHowFarWhatLapsedMayBeBooked(t *testing.T) {
	cases := []struct {
		name     string
		reported []ledger.Day
		want     ledger.Day
	}{
		{"alone, with the night between", nil, "2026-12-18"},
		{"all are past yesterday", []ledger.Day{"2026-12-20", "2026-12-20"}, "2026-12-18"},
		{"one is a few days behind", []ledger.Day{"2026-12-20", "2026-12-15"}, "2026-12-14"},
		{"one is silent for longer than it is waited for", []ledger.Day{"2026-12-20", "2026-11-01"}, "2026-12-04"},
		{"one has never brought anything", []ledger.Day{"2026-12-20", ""}, "2026-12-04"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := settle.LapsedThrough("2026-12-20", 14, c.reported); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	at := ledger.Stamp(time.Date(2026, 12, 20, 23, 30, 0, 0, time.UTC).UnixMilli())
	if settle.ReportedDay("2026-12-21", at) != "2026-12-21" || settle.ReportedDay("2027-12-21", at) != "" {
		t.Error("a shop ahead of UTC is believed a day, one with a clock that is wrong is not")
	}
}

// However late what spends or renews a lot comes in after the lot was booked as
// lapsed, the member has in the end what they would have had.
func TestWhatLapsedTooMuchIsGivenBackOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		early := ledger.Stamp(0)
		entry := func(day ledger.Day, e ledger.Entry) ledger.Dated {
			early++
			e.Account, e.Wallet = anna, points
			return ledger.Dated{Entry: e, Key: ledger.Key{Terminal: 5, Seq: int64(early)}.Entry(1), Stamp: early, Day: day}
		}
		all := []ledger.Dated{
			entry("2026-11-01", ledger.Entry{Kind: ledger.Earn, Points: 10, Expires: "2026-11-30"}),
			entry("2026-11-01", ledger.Entry{Kind: ledger.Earn, Points: 30, Expires: "2026-12-31", Issuer: rapid.SampledFrom([]string{"", "bakker"}).Draw(t, "issuer")}),
		}
		var late []ledger.Dated
		spent := ledger.Points(0)
		for range rapid.IntRange(1, 4).Draw(t, "late") {
			p := ledger.Points(rapid.IntRange(1, 6).Draw(t, "points"))
			late, spent = append(late, entry("2026-11-10", ledger.Entry{Kind: ledger.Redeem, Points: -p})), spent+p
		}
		all = append(all, entry("2026-12-20", ledger.Entry{Kind: ledger.Expire, Points: -10, Expires: "2026-11-30"}))
		for _, l := range late {
			all = append(all, l)
			for range 2 { // the second time there is nothing more to give back
				back, err := settle.Lost(all)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range back {
					all = append(all, entry("2026-12-21", e))
				}
			}
		}
		lots, err := ledger.Fold(all)
		if err != nil {
			t.Fatal(err)
		}
		want := 30 - max(spent-10, 0)
		if lots.Sum() != want || len(lots.Open) != 1 || lots.Open[0].Expires != "2026-12-31" {
			t.Errorf("of 10 that lapse and 30 that do not, %v spent in time, %+v is left, want %v", spent, lots, want)
		}
	})
}

func TestTheWordsHeadOfficeLooksForAreTheTerminals(t *testing.T) {
	for looks, writes := range map[string]string{
		string(settle.HoldLapsed): redeem.ReasonLapsed, settle.ReasonDonated: redeem.ReasonDonated, clearing.AtCause + "asiel": redeem.CauseAt("asiel"),
	} {
		if looks != writes {
			t.Errorf("head office looks for %q, terminals write %q", looks, writes)
		}
	}
}
