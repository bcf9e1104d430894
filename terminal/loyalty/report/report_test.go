package report_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
)

func zone(t interface{ Fatal(...any) }) *time.Location {
	z, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// journal makes records one after the other.
type journal struct {
	seq    int64
	branch ledger.Branch
}

func (j *journal) row(at time.Time, kind ledger.Kind, facts string, entries ...ledger.Entry) report.Row {
	j.seq++
	row := report.Row{Head: ledger.Head{
		Branch: j.branch, Seq: j.seq, At: at.UnixMilli(), Day: ledger.Calendar{Zone: at.Location()}.Moment(at, true).Day, Kind: kind, Entries: entries,
	}}
	if facts != "" {
		var err error
		if row.Facts, err = report.ReadFacts([]byte(facts)); err != nil {
			panic(err)
		}
	}
	return row
}

func entry(kind ledger.EntryKind, p ledger.Points) ledger.Entry {
	return ledger.Entry{Wallet: "points", Kind: kind, Points: p}
}

// figures adds rows up as the first report of a day.
func figures(t interface {
	Helper()
	Fatal(...any)
}, z *time.Location, f report.Frame, rows ...report.Row) report.Figures {
	t.Helper()
	c := report.NewCounter(z)
	for _, r := range rows {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return c.Figures(f)
}

func TestWhatIsCounted(t *testing.T) {
	z := zone(t)
	at := time.Date(2026, 11, 22, 10, 5, 0, 0, z)
	var j journal
	rows := []report.Row{
		j.row(at, ledger.KindAward, `{"operator":"Anna","lane":"kassa1","mode":"scanned","basket":{"total":1250},"reasons":[{"code":"rate","amount":1250}]}`, entry(ledger.Earn, 12_000)),
		j.row(at, ledger.KindAward, `{"operator":"Anna","lane":"kassa1","mode":"keyed","typed_amount":true,"manager":"Chef","basket":{"total":9000},
			"reasons":[{"code":"redeemed","wallet":"points","points":-500000,"amount":500},{"code":"hold_lapsed","wallet":"points","points":300000}]}`,
			entry(ledger.Redeem, -500_000), entry(ledger.Earn, 85_000), entry(ledger.Bonus, 5_000)),
		j.row(at.Add(time.Hour), ledger.KindAward, `{"operator":"Bert","lane":"kassa2","mode":"phone","basket":{"total":40}}`),
		j.row(at.Add(time.Hour), ledger.KindReturn, `{"operator":"Bert","lane":"kassa2","basket":{"total":300},"reasons":[{"code":"returned","line":1,"amount":200},{"code":"returned","line":2,"amount":100}]}`, entry(ledger.Reverse, -3_000)),
		j.row(at.Add(time.Hour), ledger.KindUndo, `{"operator":"Bert","lane":"kassa2","reasons":[{"code":"undone","amount":1250}]}`, entry(ledger.Reverse, -12_000)),
		j.row(at.Add(time.Hour), ledger.KindMove, `{"operator":"Bert","lane":"kassa2","basket":{"total":700},"reasons":[{"code":"rate","amount":700}]}`, entry(ledger.Reverse, -7_000), entry(ledger.Move, 7_000)),
		j.row(at.Add(time.Hour), ledger.KindClose, `{}`, entry(ledger.Close, 0)),
		j.row(at.Add(time.Hour), ledger.KindAward, ``, entry(ledger.Earn, 1_000)), // its body was emptied
		j.row(at.Add(time.Hour), ledger.KindDay, `{"operator":"Anna"}`),
	}
	rows[1].Offline, rows[2].Head.Suspect = true, true
	f := figures(t, z, report.Frame{
		Number: 1, Day: "2026-11-22", Held: map[ledger.Wallet]ledger.Points{"points": -412_000}, Line: report.Link{Known: true},
	}, rows...)
	if want := (report.Sales{Count: 3, Earning: 2, Redeemed: 1, Amount: 102_90, Earned: 102_50, Discount: 5_00, Returned: 3_00, Undone: 12_50}); f.Sales != want {
		t.Errorf("sales %+v, want %+v", f.Sales, want)
	}
	if f.Sales.Net() != 87_40 {
		t.Errorf("net %d", f.Sales.Net())
	}
	if f.Records != 8 || f.Emptied != 1 || f.Typed != 1 || f.Confirmed != 1 || f.Suspect != 1 || f.HoldLapsed != 1 || f.Offline.Records != 1 {
		t.Errorf("got %+v", f)
	}
	if !reflect.DeepEqual(f.Uncovered, []report.Amount{{Wallet: "points", Points: 300_000}}) {
		t.Errorf("uncovered %v", f.Uncovered)
	}
	if want := []report.Span{{First: 1, Last: 9, Count: 9}}; !reflect.DeepEqual(f.Spans, want) {
		t.Errorf("spans %v", f.Spans)
	}
	want := report.Balance{Wallet: "points", Close: -412_000, Moves: []report.Movement{
		{Kind: "bonus", Lines: 1, Points: 5_000}, {Kind: "close", Lines: 1}, {Kind: "earn", Lines: 3, Points: 98_000}, {Kind: "move", Lines: 1, Points: 7_000},
		{Kind: "redeem", Lines: 1, Points: -500_000}, {Kind: "reverse", Lines: 3, Points: -22_000},
	}}
	if !reflect.DeepEqual(f.Wallets, []report.Balance{want}) || !f.Ties() {
		t.Errorf("wallets %+v, want %+v", f.Wallets, want)
	}
	names := func(of []report.Group) (out []string) {
		for _, g := range of {
			out = append(out, fmt.Sprintf("%s %d %d %d", g.Name, g.Records, g.Sales, g.Amount))
		}
		return out
	}
	if got, want := names(f.Operators), []string{"Bert 4 1 40", "Anna 2 2 10250"}; !reflect.DeepEqual(got, want) {
		t.Errorf("operators %q, want %q", got, want)
	}
	if got, want := names(f.Hours), []string{"2026-11-22T10:00:00+01:00 2 2 10250", "2026-11-22T11:00:00+01:00 6 2 40"}; !reflect.DeepEqual(got, want) {
		t.Errorf("hours %q, want %q", got, want)
	}
	if f.Of(ledger.KindReturn) != 1 || f.Of(ledger.KindEnrol) != 0 {
		t.Errorf("kinds %v", f.Kinds)
	}
}

// On the night with an hour more the clock shows two twice, on the one with an
// hour less it never shows it.
func TestNightsOfTwentyFiveAndTwentyThreeHours(t *testing.T) {
	z := zone(t)
	w, _ := words.For("nl")
	for _, c := range []struct {
		day   time.Time
		hours int
		night []string
	}{
		{time.Date(2026, 10, 25, 0, 0, 0, 0, z), 25, []string{"00:00", "01:00", "02:00 CEST", "02:00 CET", "03:00"}},
		{time.Date(2027, 3, 28, 0, 0, 0, 0, z), 23, []string{"00:00", "01:00", "03:00", "04:00", "05:00"}},
		{time.Date(2026, 11, 22, 0, 0, 0, 0, z), 24, []string{"00:00", "01:00", "02:00", "03:00", "04:00"}},
	} {
		var j journal
		var rows []report.Row
		day := ledger.Day(c.day.Format(time.DateOnly))
		for at := c.day; at.Format(time.DateOnly) == string(day); at = at.Add(20 * time.Minute) {
			rows = append(rows, j.row(at, ledger.KindAward, `{"basket":{"total":100}}`, entry(ledger.Earn, 1_000)))
		}
		f := figures(t, z, report.Frame{Day: day}, rows...)
		if len(f.Hours) != c.hours || len(f.Days) != 0 {
			t.Errorf("%s: %d hours, want %d; days %v", day, len(f.Hours), c.hours, f.Days)
		}
		for _, h := range f.Hours {
			if h.Sales != 3 {
				t.Errorf("%s: %s has %d sales, want 3", day, h.Name, h.Sales)
			}
		}
		sheet := report.Paper{Words: w, Rules: programme.Rules{Currency: "EUR"}, Zone: z}.Sheet(f)
		var got []string
		for _, r := range sheet.Hours.Rows[:len(c.night)] {
			got = append(got, r.Cells[0])
		}
		if !reflect.DeepEqual(got, c.night) {
			t.Errorf("%s: the night's hours are %q, want %q", day, got, c.night)
		}
	}
}

// Many days in one report are joined by the face of the clock, and nothing is
// lost.
func TestALongReportJoinsItsHours(t *testing.T) {
	z := zone(t)
	var j journal
	var rows []report.Row
	for i := range 200 {
		rows = append(rows, j.row(time.Date(2026, 11, 1, 0, 30, 0, 0, z).Add(time.Duration(i)*time.Hour), ledger.KindAward, `{"basket":{"total":100}}`))
	}
	f := figures(t, z, report.Frame{Day: "2026-11-09"}, rows...)
	var sales int64
	for _, h := range f.Hours {
		sales += h.Sales
	}
	if len(f.Hours) != 24 || f.Hours[0].Name != "00:00" || f.Hours[23].Name != "23:00" || sales != 200 {
		t.Errorf("%d hours with %d sales: %v", len(f.Hours), sales, f.Hours)
	}
}

func TestSilent(t *testing.T) {
	seen := func(days ...ledger.Day) func(ledger.Day) bool {
		return func(d ledger.Day) bool { return strings.Contains(fmt.Sprint(days), string(d)) }
	}
	for _, c := range []struct {
		before, day ledger.Day
		seen        []ledger.Day
		want        []report.Stretch
	}{
		{"2026-11-22", "2026-11-23", nil, nil},
		{"2026-11-22", "2026-11-22", nil, nil},
		{"2026-11-22", "2026-11-24", nil, []report.Stretch{{From: "2026-11-23", To: "2026-11-23"}}},
		{"2026-12-30", "2027-01-03", []ledger.Day{"2027-01-01"}, []report.Stretch{{From: "2026-12-31", To: "2026-12-31"}, {From: "2027-01-02", To: "2027-01-02"}}},
		{"2026-11-22", "2096-11-22", nil, []report.Stretch{{From: "2026-11-23", To: "2096-11-21"}}},
		{"", "2026-11-22", nil, nil},
	} {
		if got := report.Silent(c.before, c.day, seen(c.seen...)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s to %s without %v: %v, want %v", c.before, c.day, c.seen, got, c.want)
		}
	}
}

// A report always fits into its record, however many people, tills and
// branches there were, and the sums of its groups are those of all.
func TestTheLargestReportFits(t *testing.T) {
	z := zone(t)
	c := report.NewCounter(z)
	var j journal
	for i := range 3000 {
		if i%50 == 0 {
			j = journal{branch: ledger.Branch{byte(i / 50)}}
		}
		body := fmt.Sprintf(`{"operator":"%s%d","lane":"%s%d","mode":"scanned","basket":{"total":99999999}}`, strings.Repeat("é", 80), i%200, strings.Repeat("<", 80), i%100)
		row := j.row(time.Date(2026, 11, 1, 0, 0, 0, 0, z).Add(time.Duration(i)*time.Hour), ledger.KindAward, body)
		for w := range 4 {
			e := entry(ledger.Earn, 1<<40)
			e.Wallet = ledger.Wallet(fmt.Sprintf("wallet-%d", w))
			row.Head.Entries = append(row.Head.Entries, e)
		}
		if err := c.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	var tills []report.Till
	for i := range 200 {
		tills = append(tills, report.Till{Day: "2026-11-22", Till: strings.Repeat("t", 120) + fmt.Sprint(i), By: strings.Repeat("b", 128), Turnover: 1})
	}
	f := c.Figures(report.Frame{Number: 2, Day: "2027-03-06", Tills: tills, Before: &report.Figures{Day: "2026-01-01"}, Ran: func(d ledger.Day) bool { return d[9]%2 == 0 }})
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(b))
	for _, of := range [][]report.Group{f.Operators, f.Lanes, f.Hours} {
		var sales int64
		for _, g := range of {
			sales += g.Sales
		}
		if sales != 3000 {
			t.Errorf("groups add up to %d sales: %v", sales, of[len(of)-1])
		}
	}
	back, err := report.Decode(b)
	if err != nil || !reflect.DeepEqual(back, f) {
		t.Errorf("%v: read back as something else", err)
	}
}

// Opening and moves make the closing, whatever happened; the next opening is
// the closing before.
func TestSumsTie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var before *report.Figures
		held := map[ledger.Wallet]ledger.Points{}
		day := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		for number := range rapid.Int64Range(1, 4).Draw(t, "reports") {
			var j journal
			var rows []report.Row
			alone := rapid.Bool().Draw(t, "alone")
			for range rapid.IntRange(0, 8).Draw(t, "records") {
				e := entry(rapid.SampledFrom([]ledger.EntryKind{ledger.Earn, ledger.Reverse, ledger.Redeem, ledger.Adjust}).Draw(t, "kind"), ledger.Points(rapid.Int64Range(-90_000, 90_000).Draw(t, "points")))
				e.Wallet = rapid.SampledFrom([]ledger.Wallet{"points", "stamps"}).Draw(t, "wallet")
				held[e.Wallet] += e.Points
				rows = append(rows, j.row(day, ledger.KindAward, `{}`, e))
			}
			var elsewhere ledger.Points
			if !alone {
				elsewhere = ledger.Points(rapid.Int64Range(-90_000, 90_000).Draw(t, "elsewhere"))
				held["points"] += elsewhere
			}
			now := map[ledger.Wallet]ledger.Points{"points": held["points"], "stamps": held["stamps"]}
			f := figures(t, time.UTC, report.Frame{Number: number + 1, Day: ledger.Day(day.Format(time.DateOnly)), Before: before, Held: now}, rows...)
			if !f.Ties() {
				t.Fatalf("does not tie: %+v", f.Wallets)
			}
			for _, b := range f.Wallets {
				if b.Close != now[b.Wallet] || b.Wallet == "points" && b.Elsewhere != elsewhere || b.Wallet == "stamps" && b.Elsewhere != 0 {
					t.Fatalf("got %+v, want %v and %v from elsewhere", b, now, elsewhere)
				}
			}
			before, day = &f, day.AddDate(0, 0, 1)
		}
	})
}

func TestTakings(t *testing.T) {
	day := func(till string, turnover basket.Money, late bool) report.Till {
		return report.Till{Day: "2026-11-22", Till: till, Turnover: turnover, Receipts: 1, PointsPaid: 5, Late: late}
	}
	for _, c := range []struct {
		tills []report.Till
		want  report.Takings
	}{
		{nil, report.Takings{}},
		{[]report.Till{day("1", 100, true)}, report.Takings{}},
		{[]report.Till{day("1", 100, false), day("2", 50, false), day("3", 9, true)}, report.Takings{Known: true, Turnover: 150, Receipts: 2, PointsPaid: 10}},
		{[]report.Till{day("", 200, false), day("1", 100, false)}, report.Takings{Known: true, Turnover: 200, Receipts: 1, PointsPaid: 5}},
		{[]report.Till{day("1", 100, false), day("", 200, false), day("2", 50, false)}, report.Takings{Known: true, Turnover: 200, Receipts: 1, PointsPaid: 5}},
	} {
		if got := (report.Figures{Tills: c.tills}).Takings(); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.tills, got, c.want)
		}
	}
	for _, bad := range []report.Till{{Day: "22-11-2026"}, {Day: "2026-11-22", Till: "\x1b[2J"}, {Day: "2026-11-22", Receipts: -1}, {Day: "2026-11-22", PointsPaid: -1}, {Day: "2026-11-22", Turnover: 1 << 60}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestDecideRefusesWhatIsClosed(t *testing.T) {
	none := func(report.Figures) (json.RawMessage, error) { return json.RawMessage(`{}`), nil }
	for _, c := range []struct {
		name    string
		closing report.Closing
		f       report.Figures
		before  *report.Figures
		refused bool
	}{
		{"the first", report.Closing{Number: 1, Day: "2026-11-22"}, report.Figures{Number: 1, Day: "2026-11-22", Part: 1}, nil, false},
		{"another number", report.Closing{Number: 1, Day: "2026-11-22"}, report.Figures{Number: 2, Day: "2026-11-22", Part: 1}, nil, true},
		{"nothing since", report.Closing{Number: 2, Day: "2026-11-22"}, report.Figures{Number: 2, Day: "2026-11-22", Part: 2}, &report.Figures{Day: "2026-11-22"}, true},
		{"something since", report.Closing{Number: 2, Day: "2026-11-22"}, report.Figures{Number: 2, Day: "2026-11-22", Part: 2, Records: 1}, &report.Figures{Day: "2026-11-22"}, false},
		{"an earlier day", report.Closing{Number: 2, Day: "2026-11-21"}, report.Figures{Number: 2, Day: "2026-11-21", Part: 1, Records: 1}, &report.Figures{Day: "2026-11-22"}, true},
	} {
		p, err := c.closing.Decide(c.f, c.before, 3, ledger.Moment{Day: "2026-11-23"}, "kassa1", none)
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil && (p.Draft.Kind != ledger.KindDay || p.Draft.Rules != 3 || p.Lane != "kassa1" || len(p.Draft.Body.Report) == 0 || len(p.Draft.Body.Slip) == 0) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

// Each figure on a sheet has its words and its meaning.
func TestEveryFigureOfASheetIsDefined(t *testing.T) {
	z := zone(t)
	f := figures(t, z, report.Frame{Number: 3, Day: "2026-11-22", Line: report.Link{Known: true, Waiting: 2}, Slips: report.Slips{Made: 3, Printed: 2, Copies: 1, Waiting: 1},
		Tills: []report.Till{{Day: "2026-11-22", Turnover: 5}}, Held: map[ledger.Wallet]ledger.Points{"points": 5}},
		(&journal{}).row(time.Date(2026, 11, 21, 10, 0, 0, 0, z), ledger.KindAward, `{"typed_amount":true,"manager":"M","mode":"keyed"}`, entry(ledger.Earn, 1)))
	f.Suspect, f.Emptied, f.HoldLapsed, f.Silent = 1, 1, 1, []report.Stretch{{From: "2026-11-20", To: "2026-11-20"}}
	f.Spans = append(f.Spans, report.Span{First: 1, Last: 1})
	for _, lang := range words.Languages() {
		w, _ := words.For(lang)
		r := words.Report{Words: w}
		for _, name := range r.Figures() {
			if label, means := r.Figure(name); label == "" || label == name || means == "" || !strings.HasSuffix(means, ".") {
				t.Errorf("%s: %s is %q: %q", lang, name, label, means)
			}
		}
		sheet := report.Paper{Words: w, Rules: programme.Rules{Currency: "EUR"}, Zone: z}.Sheet(f)
		lines := 0
		for _, s := range sheet.Sections {
			if s.Title == s.Name || s.Title == "" {
				t.Errorf("%s: section %q has no heading", lang, s.Name)
			}
			for _, l := range s.Lines {
				lines++
				if l.Label == "" || l.Value == "" || strings.Contains(l.Label+l.Value, "%!") {
					t.Errorf("%s: %+v", lang, l)
				}
				if _, means := r.Figure(l.Name); means != l.Means {
					t.Errorf("%s: %s means %q", lang, l.Name, l.Means)
				}
			}
		}
		if lines < 30 {
			t.Errorf("%s: only %d lines: are they all walked?", lang, lines)
		}
	}
}

// What a programme counts for itself is nothing anybody holds, earned or spent.
func TestCountersAreNotReported(t *testing.T) {
	c := report.NewCounter(nil)
	err := c.Add(report.Row{Head: ledger.Head{Kind: ledger.KindAward, Day: "2026-11-22", Seq: 1, Entries: []ledger.Entry{
		{Wallet: "tier/status", Kind: ledger.Earn, Points: 5}, {Wallet: "cap/base/times/day", Kind: ledger.Bonus, Points: 1000},
	}}, Facts: &report.Facts{Operator: "els", Lane: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	f := c.Figures(report.Frame{})
	if len(f.Wallets) != 0 || f.Sales.Count != 1 || f.Sales.Earning != 0 || len(f.Operators) != 1 || len(f.Operators[0].Wallets) != 0 {
		t.Errorf("%+v", f)
	}
}
