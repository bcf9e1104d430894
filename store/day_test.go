package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
)

// failer is what tests and rapid's tests can do.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// days plays a shop's days on a database whose clock it sets.
type days struct {
	failer
	db    *store.DB
	zone  *time.Location
	now   time.Time
	asked int
}

// openDays is a shop at eight in the morning of 22 November.
func openDays(t testing.TB, seed uint64) (*days, store.Config) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	d := &days{failer: t, zone: zone, now: time.Date(2026, 11, 22, 8, 0, 0, 0, zone)}
	cfg := config(t.TempDir(), seed)
	cfg.Now = func() time.Time { return d.now }
	d.db = open(t, cfg)
	return d, cfg
}

func (d *days) moment() ledger.Moment { return ledger.Calendar{Zone: d.zone}.Moment(d.now, true) }

// sells posts a sale with a card: earned points, redeemed ones where there are any.
func (d *days) sells(who int, cashier string, total basket.Money, earned, redeemed ledger.Points) ledger.Sealed {
	d.Helper()
	d.asked++
	s := card(who)
	req := ledger.Request{Key: fmt.Sprintf("%s/%06d", d.moment().Day, d.asked), Digest: sha256.Sum256([]byte{1}), Subjects: []ledger.Subject{s}}
	posted, err := d.db.Post(context.Background(), req, func(v ledger.View) (ledger.Posting, error) {
		h := v.Holdings[0]
		p := ledger.Posting{Lane: "kassa1", Draft: ledger.Draft{Kind: ledger.KindAward, Rules: 1, Moment: d.moment(), Body: ledger.Body{
			Account: h.Account, Identifiers: s.Identifiers, Lane: "kassa1", Operator: cashier, Mode: ledger.Scanned,
			Basket: &basket.Basket{Key: basket.Key{Till: "1", Day: string(d.moment().Day), ID: fmt.Sprint(d.asked)}, Currency: "EUR", Total: total},
			Slip:   []byte(`{"kind":"award","lang":"nl","blocks":[{"text":"bon"}]}`),
		}}}
		if redeemed > 0 {
			p.Draft.Entries = append(p.Draft.Entries, ledger.Entry{Account: h.Account, Wallet: "points", Kind: ledger.Redeem, Points: -redeemed})
			p.Draft.Body.Reasons = []ledger.Reason{{Code: "redeemed", Wallet: "points", Points: -redeemed, Amount: int64(redeemed / 10)}}
		}
		if earned > 0 {
			p.Draft.Entries = append(p.Draft.Entries, ledger.Entry{Account: h.Account, Wallet: "points", Kind: ledger.Earn, Points: earned, Closed: v.Alone})
		}
		return p, nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return posted.Record
}

// closes closes a day as report number.
func (d *days) closes(number int64, day ledger.Day, automatic bool) (report.Figures, error) {
	d.Helper()
	c := report.Closing{Number: number, Day: day, Automatic: automatic, Operator: "Anna"}
	posted, err := d.db.CloseDay(context.Background(), c, d.zone, func(f report.Figures, before *report.Figures, _ ledger.Key) (ledger.Posting, error) {
		return c.Decide(f, before, 1, d.moment(), "kassa1", func(report.Figures) (json.RawMessage, error) {
			return json.RawMessage(`{"kind":"day","lang":"nl","blocks":[{"text":"dag"}]}`), nil
		})
	})
	if err != nil {
		return report.Figures{}, err
	}
	return report.Decode(posted.Body.Report)
}

// closed closes a day that can be closed.
func (d *days) closed(number int64, day ledger.Day, automatic bool) report.Figures {
	d.Helper()
	f, err := d.closes(number, day, automatic)
	if err != nil {
		d.Fatal(err)
	}
	return f
}

func (d *days) due(today ledger.Day, want ...ledger.Day) {
	d.Helper()
	got, err := d.db.DueDays(context.Background(), today)
	if err != nil {
		d.Fatal(err)
	}
	if !slices.Equal(got, want) {
		d.Errorf("due on %s: got %v, want %v", today, got, want)
	}
}

func (d *days) verified() {
	d.Helper()
	r, err := d.db.Verify(context.Background())
	if err != nil {
		d.Fatal(err)
	}
	for _, f := range r.Findings {
		d.Errorf("verify: %s: %s", f.Invariant, f.Text)
	}
}

func TestADayIsClosedOnceAndNeverAgain(t *testing.T) {
	d, _ := openDays(t, 900)
	d.sells(1, "Anna", 12_50, 12*ledger.Unit, 0)
	d.now = d.now.Add(time.Hour)
	d.sells(2, "Bert", 5_00, 5*ledger.Unit, 0)
	first := d.closed(1, "2026-11-22", false)
	if first.Number != 1 || first.Part != 1 || first.Records != 2 || first.Sales.Amount != 17_50 || first.Operator != "Anna" || first.Prev != (ledger.Hash{}) {
		t.Errorf("got %+v", first)
	}
	if again := d.closed(1, "2026-11-22", false); !reflect.DeepEqual(again, first) {
		t.Errorf("asked again: %+v", again)
	}
	var no *programme.Refusal
	if _, err := d.closes(2, "2026-11-22", false); !errors.As(err, &no) || no.Code != programme.DayIsClosed {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := d.closes(7, "2026-11-22", false); !errors.As(err, &no) || no.Code != programme.DayIsClosed {
		t.Errorf("with a number that is not the next: %v", err)
	}
	var conflict *ledger.ConflictError
	if _, err := d.closes(1, "2026-11-22", true); !errors.As(err, &conflict) {
		t.Errorf("the same number by somebody else: %v", err)
	}
	late := d.sells(1, "Anna", 2_00, 2*ledger.Unit, 0)
	second := d.closed(2, "2026-11-22", false)
	kept, found, err := d.db.DayReport(t.Context(), 1)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if second.Part != 2 || second.Records != 1 || second.Sales.Amount != 2_00 || second.Prev != kept.Hash || second.Covered != late.Head.Key() {
		t.Errorf("got %+v", second)
	}
	all, err := d.db.DayReports(t.Context(), "2026-11-22")
	if err != nil || len(all) != 2 || all[1].Figures.Number != 2 {
		t.Errorf("%v: %+v", err, all)
	}
	if none, err := d.db.DayReports(t.Context(), "2026-11-21"); err != nil || len(none) != 0 {
		t.Errorf("%v: %+v", err, none)
	}
	d.verified()
}

func TestADayOnWhichNothingHappenedIsAReport(t *testing.T) {
	d, _ := openDays(t, 901)
	f := d.closed(1, "2026-11-22", false)
	if f.Number != 1 || f.Records != 0 || len(f.Spans) != 0 || !f.Covered.IsZero() {
		t.Errorf("got %+v", f)
	}
	d.verified()
}

// Three days: one was forgotten, on one the daemon ran and nothing happened, on
// two the PC was off.
func TestForgottenDaysAreClosedOldestFirst(t *testing.T) {
	d, _ := openDays(t, 902)
	open := func(day ledger.Day) {
		t.Helper()
		if err := d.db.OpenDay(t.Context(), day); err != nil {
			t.Fatal(err)
		}
	}
	open("2026-11-22")
	d.sells(1, "Anna", 10_00, 10*ledger.Unit, 0)
	d.now = d.now.AddDate(0, 0, 1)
	open("2026-11-23")
	open("2026-11-23")
	d.now = d.now.AddDate(0, 0, 3)
	open("2026-11-26")
	d.sells(2, "Anna", 7_00, 7*ledger.Unit, 0) // before anybody thought of closing
	d.due("2026-11-26", "2026-11-22", "2026-11-23")
	first, second := d.closed(1, "2026-11-22", true), d.closed(2, "2026-11-23", true)
	if first.Sales.Amount != 10_00 || first.Records != 1 || first.Wallets[0].Close != 10*ledger.Unit || len(first.Silent) != 0 || !first.Automatic {
		t.Errorf("the first: %+v", first)
	}
	if second.Records != 0 || second.Wallets[0].Open != 10*ledger.Unit || second.Wallets[0].Close != 10*ledger.Unit || second.Covered != first.Covered {
		t.Errorf("the second: %+v", second)
	}
	d.due("2026-11-26")
	third := d.closed(3, "2026-11-26", false)
	if want := []report.Stretch{{From: "2026-11-24", To: "2026-11-25"}}; !reflect.DeepEqual(third.Silent, want) {
		t.Errorf("the PC was off on %v, want %v", third.Silent, want)
	}
	if third.Records != 1 || third.Sales.Amount != 7_00 || third.Wallets[0].Open != 10*ledger.Unit || third.Wallets[0].Close != 17*ledger.Unit {
		t.Errorf("the third: %+v", third)
	}
	// What came after the closing by hand is closed as its second part.
	d.sells(2, "Anna", 1_00, ledger.Unit, 0)
	d.due("2026-11-27", "2026-11-26")
	if f := d.closed(4, "2026-11-26", true); f.Part != 2 || f.Sales.Amount != 1_00 {
		t.Errorf("the rest of the day: %+v", f)
	}
	d.due("2026-11-27")
	d.verified()
}

// A clock that was set ahead for a while and back again loses nothing and
// counts nothing twice.
func TestAClockThatJumpsLosesNoRecord(t *testing.T) {
	d, _ := openDays(t, 903)
	home := d.now
	d.sells(1, "Anna", 1_00, ledger.Unit, 0)
	d.now = home.AddDate(70, 0, 0)
	d.sells(1, "Anna", 2_00, ledger.Unit, 0)
	d.now = home.Add(time.Hour)
	d.sells(1, "Anna", 3_00, ledger.Unit, 0)
	d.now = home.AddDate(0, 0, 1)
	d.due("2026-11-23", "2026-11-22")
	f := d.closed(1, "2026-11-22", true)
	if f.Records != 3 || f.Sales.Amount != 6_00 {
		t.Errorf("got %+v", f)
	}
	if want := []report.DayCount{{Day: "2026-11-22", Records: 2}, {Day: "2096-11-22", Records: 1}}; !reflect.DeepEqual(f.Days, want) {
		t.Errorf("days %v, want %v", f.Days, want)
	}
	d.verified()
}

func TestOfflineIsWhatWasMadeBetweenLosingTheLineAndHavingIt(t *testing.T) {
	cfg := config(t.TempDir(), 904)
	d := &days{failer: t, zone: time.UTC, now: start}
	cfg.Now = func() time.Time { return d.now }
	d.db = joined(t, cfg)
	note := func(up bool) {
		t.Helper()
		d.now = d.now.Add(time.Minute)
		if err := d.db.NoteLine(t.Context(), up); err != nil {
			t.Fatal(err)
		}
	}
	read := func() report.Offline {
		t.Helper()
		f, err := d.db.Reading(t.Context(), d.moment().Day, d.zone)
		if err != nil {
			t.Fatal(err)
		}
		return f.Offline
	}
	d.sells(1, "", 1_00, ledger.Unit, 0)
	if got := read(); got.Known {
		t.Errorf("nobody noted anything: %+v", got)
	}
	note(true)
	d.sells(1, "", 1_00, ledger.Unit, 0)
	note(false)
	d.sells(1, "", 1_00, ledger.Unit, 0)
	note(false) // it is lost already
	d.sells(1, "", 1_00, ledger.Unit, 0)
	note(true)
	d.sells(1, "", 1_00, ledger.Unit, 0)
	if got, want := read(), (report.Offline{Known: true, Records: 2, Millis: 2 * 60_000, Waiting: 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	acknowledge(t, d.db)
	d.closed(1, d.moment().Day, false)
	note(false)
	d.sells(1, "", 1_00, ledger.Unit, 0)
	d.now = d.now.Add(time.Minute)
	if got, want := read(), (report.Offline{Known: true, Records: 1, Millis: 60_000, Waiting: 2}); got != want {
		t.Errorf("after the report: got %+v, want %+v", got, want)
	}
}

func TestOfATillsDayTheLastWordCounts(t *testing.T) {
	d, _ := openDays(t, 905)
	say := func(day ledger.Day, name string, turnover basket.Money) {
		t.Helper()
		if err := d.db.KeepTill(t.Context(), report.Till{Day: day, Till: name, Turnover: turnover, Receipts: int64(turnover / 1000), By: "Anna"}); err != nil {
			t.Fatal(err)
		}
	}
	say("2026-11-22", "1", 100_00)
	say("2026-11-22", "1", 110_00)
	say("2026-11-22", "2", 50_00)
	say("2026-11-22", "2", 50_00)
	say("2026-11-23", "1", 99_00) // too early for today's report
	first := d.closed(1, "2026-11-22", false)
	if got, want := first.Takings(), (report.Takings{Known: true, Turnover: 160_00, Receipts: 16}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	say("2026-11-22", "2", 60_00) // too late
	d.now = d.now.AddDate(0, 0, 1)
	second := d.closed(2, "2026-11-23", false)
	if got, want := second.Takings(), (report.Takings{Known: true, Turnover: 99_00, Receipts: 9}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(second.Tills) != 2 || !second.Tills[1].Late || second.Tills[1].Turnover != 60_00 {
		t.Errorf("what came too late is not listed: %+v", second.Tills)
	}
	say("2026-11-24", "1", 10_00)
	say("2026-11-24", "", 12_00)
	d.now = d.now.AddDate(0, 0, 1)
	if got := d.closed(3, "2026-11-24", false).Takings(); got.Turnover != 12_00 {
		t.Errorf("a person's word of the whole shop counts, got %+v", got)
	}
	if err := d.db.KeepTill(t.Context(), report.Till{Day: "2026-11-24", Till: "\x1b[2J"}); err == nil {
		t.Error("a till by the name of a control sequence was kept")
	}
}

// An older copy is put back after a report: the journal goes on in a new
// branch, and the next report says where.
func TestAReportGoesOnAcrossABranch(t *testing.T) {
	d, cfg := openDays(t, 906)
	d.sells(1, "Anna", 1_00, ledger.Unit, 0)
	d.closed(1, "2026-11-22", false)
	d.sells(1, "Anna", 2_00, ledger.Unit, 0)
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(cfg.Mark); err != nil {
		t.Fatal(err)
	}
	d.db = open(t, cfg)
	d.sells(1, "Anna", 4_00, ledger.Unit, 0)
	f := d.closed(2, "2026-11-22", false)
	if f.Records != 2 || f.Sales.Amount != 6_00 || len(f.Spans) != 2 || f.Spans[0].First != 2 || f.Spans[0].Last != 3 || f.Spans[1].First != 1 || f.Spans[1].Last != 1 {
		t.Errorf("got %+v", f)
	}
	d.verified()
}

// Two copies had gone on: what the last report covers is cut off and issued
// again, closes left out. The next report covers what that one did not.
func TestWhatAReportCoversStaysCoveredWhenItIsIssuedAgain(t *testing.T) {
	for common := range int64(7) {
		t.Run(fmt.Sprintf("cut after %d", common), func(t *testing.T) {
			cfg := config(t.TempDir(), 907)
			d := &days{failer: t, zone: time.UTC, now: start}
			cfg.Now = func() time.Time { return d.now }
			d.db = joined(t, cfg)
			d.sells(1, "", 1_00, ledger.Unit, 0)                                 // 1
			d.closed(1, d.moment().Day, false)                                   // 2
			d.sells(1, "", 2_00, ledger.Unit, 0)                                 // 3
			d.sells(2, "", 4_00, ledger.Unit, 0)                                 // 4
			if err := d.db.CloseSetAsides(t.Context(), d.moment()); err != nil { // 5
				t.Fatal(err)
			}
			d.now = d.now.AddDate(0, 0, 1)
			d.sells(1, "", 8_00, ledger.Unit, 0)      // 6, of the day after
			second := d.closed(2, "2026-11-22", true) // 7, covers 2 to 4
			if second.Sales.Amount != 6_00 || second.Covered.Seq != 5 && second.Covered.Seq != 4 {
				t.Fatalf("got %+v", second)
			}
			cut(t, d.db, common)
			d.sells(2, "", 16_00, ledger.Unit, 0)
			cut(t, d.db, 0) // and once more
			third := d.closed(3, d.moment().Day, false)
			if third.Number != 3 || third.Sales.Amount != 24_00 {
				t.Errorf("got %+v", third)
			}
			if b := third.Wallets[0]; b.Open+b.Sum()+b.Elsewhere != b.Close || b.Elsewhere != 0 {
				t.Errorf("got %+v", b)
			}
			d.verified()
		})
	}
}

func TestVerifyFindsAReportThatWasTakenAway(t *testing.T) {
	d, cfg := openDays(t, 908)
	for n := range int64(3) {
		d.sells(1, "Anna", 1_00, ledger.Unit, 0)
		d.closed(n+1, d.moment().Day, false)
		d.now = d.now.AddDate(0, 0, 1)
	}
	d.verified()
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, cfg.Path, `UPDATE records SET again = 1 WHERE id = (SELECT min(id) FROM records WHERE kind = 'day')`)
	r, err := store.Verify(t.Context(), cfg.Path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Findings, func(f store.Finding) bool { return f.Invariant == "days" }) {
		t.Errorf("found %v", r.Findings)
	}
}

// A sold is what the plain model remembers of a sale.
type sold struct {
	cashier          string
	total            basket.Money
	earned, redeemed ledger.Points
	hour             string
}

// Whatever a shop does, its reports together hold every record once, and each
// is what adding up by hand gives.
func TestReportsAreWhatHappened(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		folder, err := os.MkdirTemp("", "zegel-days-")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(folder)
		zone, err := time.LoadLocation("Europe/Amsterdam")
		if err != nil {
			rt.Fatal(err)
		}
		// Around the nights with an hour more and an hour less.
		begin := rapid.SampledFrom([]time.Time{
			time.Date(2026, 10, 24, 21, 30, 0, 0, time.UTC), time.Date(2027, 3, 27, 20, 30, 0, 0, time.UTC), time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		}).Draw(rt, "begin")
		d := &days{failer: rt, zone: zone, now: begin}
		cfg := config(folder, 909)
		cfg.Now = func() time.Time { return d.now }
		if d.db, err = store.Open(context.Background(), cfg); err != nil {
			rt.Fatal(err)
		}
		defer func() { d.db.Close() }()
		var open []sold
		var number, all int64
		var held ledger.Points
		day := d.moment().Day
		check := func(f report.Figures) {
			all += f.Records
			model(rt, f, open)
			if b := f.Wallets; len(b) > 0 && (b[0].Close != held || b[0].Elsewhere != 0) || !f.Ties() {
				rt.Errorf("report %d: %+v, want %v held", f.Number, b, held)
			}
			open = nil
		}
		rt.Repeat(map[string]func(*rapid.T){
			"sell": func(rt *rapid.T) {
				s := sold{cashier: rapid.SampledFrom([]string{"", "Anna", "till/Bert"}).Draw(rt, "cashier"),
					total: basket.Money(rapid.IntRange(0, 500_00).Draw(rt, "total")), earned: ledger.Points(rapid.IntRange(0, 90_000).Draw(rt, "earned"))}
				if held > 0 && rapid.Bool().Draw(rt, "redeems") {
					s.redeemed = ledger.Points(rapid.Int64Range(1, int64(held)).Draw(rt, "redeemed"))
				}
				d.now = d.now.Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "minutes")) * time.Minute)
				if d.moment().Day != day {
					day = d.moment().Day
				}
				local := d.now.In(zone)
				s.hour = local.Format("2006-01-02T15") + local.Format(" MST")
				d.sells(1, s.cashier, s.total, s.earned, s.redeemed)
				open, held = append(open, s), held+s.earned-s.redeemed
			},
			"close": func(rt *rapid.T) {
				f, err := d.closes(number+1, d.moment().Day, false)
				var no *programme.Refusal
				if errors.As(err, &no) && len(open) == 0 {
					return
				}
				if err != nil {
					rt.Fatal(err)
				}
				number++
				check(f)
			},
			"restart": func(rt *rapid.T) {
				if err := d.db.Close(); err != nil {
					rt.Fatal(err)
				}
				if rapid.Bool().Draw(rt, "loses its mark") {
					if err := os.Remove(cfg.Mark); err != nil {
						rt.Fatal(err)
					}
				}
				if d.db, err = store.Open(context.Background(), cfg); err != nil {
					rt.Fatal(err)
				}
			},
			"": func(rt *rapid.T) {
				f, err := d.db.Reading(context.Background(), d.moment().Day, zone)
				if err != nil {
					rt.Fatal(err)
				}
				model(rt, f, open)
			},
		})
		d.verified()
	})
}

// model compares figures with what adding up by hand gives.
func model(t failer, f report.Figures, all []sold) {
	t.Helper()
	type who struct {
		n      int64
		amount basket.Money
	}
	var sales report.Sales
	people, hours := make(map[string]who), make(map[string]who)
	for _, s := range all {
		sales.Count++
		sales.Amount += s.total
		if s.earned > 0 {
			sales.Earning++
			sales.Earned += s.total
		}
		if s.redeemed > 0 {
			sales.Redeemed++
			sales.Discount += basket.Money(s.redeemed / 10)
		}
		p, h := people[s.cashier], hours[s.hour]
		people[s.cashier], hours[s.hour] = who{p.n + 1, p.amount + s.total}, who{h.n + 1, h.amount + s.total}
	}
	if f.Sales != sales || f.Records != sales.Count {
		t.Errorf("report %d: sales %+v of %d records, want %+v", f.Number, f.Sales, f.Records, sales)
	}
	got := make(map[string]who)
	for _, g := range f.Operators {
		got[g.Name] = who{g.Sales, g.Amount}
	}
	if !reflect.DeepEqual(got, people) {
		t.Errorf("report %d: by cashier %v, want %v", f.Number, got, people)
	}
	if len(f.Hours) < len(hours) && len(f.Hours) != 24 || len(f.Hours) > report.MaxHours {
		t.Errorf("report %d: %d hours, want %d", f.Number, len(f.Hours), len(hours))
	}
	var sum who
	for _, g := range f.Hours {
		sum = who{sum.n + g.Sales, sum.amount + g.Amount}
	}
	if want := (who{sales.Count, sales.Amount}); sum != want {
		t.Errorf("report %d: hours add up to %v, want %v", f.Number, sum, want)
	}
}
