package grant_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

const unit = ledger.Unit

func TestSuggest(t *testing.T) {
	with := func(change func(*grant.Policy)) grant.Policy {
		p := grant.DefaultPolicy
		change(&p)
		return p
	}
	usual := grant.DefaultPolicy
	cases := []struct {
		name       string
		policy     grant.Policy
		free, open ledger.Points
		want       ledger.Points
	}{
		{"half of what is free", usual, 100 * unit, 0, 50 * unit},
		{"half of an odd number, in whole units", usual, 101 * unit, 0, 50 * unit},
		{"what rounding left is not given", usual, 100*unit + 999, 0, 50 * unit},
		{"at most the cap", usual, 5000 * unit, 0, 500 * unit},
		{"exactly the cap", usual, 1000 * unit, 0, 500 * unit},
		{"all there ever is", usual, math.MaxInt64, 0, 500 * unit},
		{"nothing free", usual, 0, 0, 0},
		{"debt", usual, -100 * unit, 0, 0},
		{"the deepest debt", usual, math.MinInt64, 0, 0},
		{"two units: one of them", usual, 2 * unit, 0, unit},
		{"less than two units", usual, 2*unit - 1, 0, 0},
		{"a grant is open already", usual, 100 * unit, 26 * unit, 0},
		{"half of a new one is left", usual, 100 * unit, 25 * unit, 50 * unit},
		{"next to nothing is left", usual, 100 * unit, 1, 50 * unit},
		{"topped up to the cap", usual, 5000 * unit, 200 * unit, 300 * unit},
		{"topped up to the cap, in whole units", usual, 5000 * unit, 200*unit + 1, 299 * unit},
		{"the cap is open already", usual, 5000 * unit, 500 * unit, 0},
		{"a policy that sets nothing aside", grant.Policy{}, 100 * unit, 0, 0},
		{"a percentage below zero", with(func(p *grant.Policy) { p.Percent = -50 }), 100 * unit, 0, 0},
		{"all of it", with(func(p *grant.Policy) { p.Percent = 100 }), 100 * unit, 0, 100 * unit},
		{"more than all of it is all of it", with(func(p *grant.Policy) { p.Percent = 1000 }), 100 * unit, 0, 100 * unit},
		{"no cap is no grant", with(func(p *grant.Policy) { p.Cap = 0 }), 100 * unit, 0, 0},
		{"a cap below zero", with(func(p *grant.Policy) { p.Cap = -unit }), 100 * unit, 0, 0},
		{"a cap between units", with(func(p *grant.Policy) { p.Cap = 7*unit + 500 }), 100 * unit, 0, 7 * unit},
		{"below what is worth giving", with(func(p *grant.Policy) { p.Least = 51 * unit }), 100 * unit, 0, 0},
		{"just worth giving", with(func(p *grant.Policy) { p.Least = 50 * unit }), 100 * unit, 0, 50 * unit},
		{"without a least, still whole units", with(func(p *grant.Policy) { p.Least = 0 }), unit, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := grant.Suggest(c.policy, c.free, c.open); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Whatever the policy: never more than is free or than one grant may hold,
// never a part of a unit, and nothing on top of what is out already.
func TestSuggestIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.Int64()
		p := grant.Policy{
			Percent: rapid.Int64Range(-10, 300).Draw(t, "percent"), Cap: ledger.Points(points.Draw(t, "cap")), Least: ledger.Points(points.Draw(t, "least")),
		}
		free, open := ledger.Points(points.Draw(t, "free")), ledger.Points(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, math.MaxInt64)).Draw(t, "open"))
		got := grant.Suggest(p, free, open)
		if got == 0 {
			return
		}
		if got < 0 || got > free || got > p.Cap || got < p.Least || got%unit != 0 || open > p.Cap-got || open > free || p.Percent <= 0 {
			t.Fatalf("%+v, %v free, %v open: got %v", p, free, open, got)
		}
		if p.Percent < 100 && got/unit > free/unit*ledger.Points(p.Percent)/100+1 && free < math.MaxInt64/1000 {
			t.Fatalf("%+v: %v of %v free is more than the percentage", p, got, free)
		}
	})
}

var (
	ann, bob = ledger.Account{1}, ledger.Account{2}
	now      = ledger.Stamp(1_800_000_000_000)
)

// award is the set-aside of an own award, grantOf one of a grant.
func award(n int) ledger.SetAsideID {
	return ledger.Key{Terminal: 1, Branch: ledger.Branch{0xb}, Seq: int64(n)}.Entry(1).SetAside()
}

func grantOf(n byte) ledger.SetAsideID { return ledger.GrantID{n}.SetAside() }

func TestCloses(t *testing.T) {
	aside := func(id ledger.SetAsideID, a ledger.Account, w ledger.Wallet, left ledger.Points, notAfter ledger.Stamp) ledger.SetAside {
		return ledger.SetAside{ID: id, Account: a, Wallet: w, Opened: 100 * unit, Left: left, NotAfter: notAfter}
	}
	closes := func(a ledger.Account, w ledger.Wallet, draws ...ledger.Draw) ledger.Entry {
		return ledger.Entry{Account: a, Wallet: w, Kind: ledger.Close, Draws: draws}
	}
	cases := []struct {
		name string
		open []ledger.SetAside
		held map[ledger.SetAsideID]ledger.Points
		want []ledger.Entry
	}{
		{"nothing open", nil, nil, nil},
		{"an award", []ledger.SetAside{aside(award(1), ann, "points", 23*unit, 0)}, nil,
			[]ledger.Entry{closes(ann, "points", ledger.Draw{From: award(1), Points: 23 * unit})}},
		{"an award that was spent", []ledger.SetAside{aside(award(1), ann, "points", 0, 0)}, nil, nil},
		{"what a hold has stays", []ledger.SetAside{aside(award(1), ann, "points", 23*unit, 0)}, map[ledger.SetAsideID]ledger.Points{award(1): 20 * unit},
			[]ledger.Entry{closes(ann, "points", ledger.Draw{From: award(1), Points: 3 * unit})}},
		{"a hold has all of it", []ledger.SetAside{aside(award(1), ann, "points", 23*unit, 0)}, map[ledger.SetAsideID]ledger.Points{award(1): 23 * unit}, nil},
		{"another one's hold", []ledger.SetAside{aside(award(1), ann, "points", unit, 0)}, map[ledger.SetAsideID]ledger.Points{award(2): unit},
			[]ledger.Entry{closes(ann, "points", ledger.Draw{From: award(1), Points: unit})}},
		{"a grant that may be spent from", []ledger.SetAside{aside(grantOf(1), ann, "points", unit, now+1)}, nil, nil},
		{"a grant whose time is over", []ledger.SetAside{aside(grantOf(1), ann, "points", unit, now)}, nil,
			[]ledger.Entry{closes(ann, "points", ledger.Draw{From: grantOf(1), Points: unit})}},
		{"a grant that a hold still has", []ledger.SetAside{aside(grantOf(1), ann, "points", unit, 1)}, map[ledger.SetAsideID]ledger.Points{grantOf(1): unit}, nil},
		{"one entry an account and wallet, in order", []ledger.SetAside{
			aside(award(4), bob, "points", 4, 0), aside(award(3), ann, "stamps", 3, 0), aside(grantOf(1), ann, "points", 5, now-1),
			aside(award(2), ann, "points", 2, 0), aside(award(1), ann, "points", 1, 0), aside(grantOf(2), bob, "points", 6, now+1),
		}, nil, []ledger.Entry{
			closes(ann, "points", ledger.Draw{From: award(1), Points: 1}, ledger.Draw{From: award(2), Points: 2}, ledger.Draw{From: grantOf(1), Points: 5}),
			closes(ann, "stamps", ledger.Draw{From: award(3), Points: 3}),
			closes(bob, "points", ledger.Draw{From: award(4), Points: 4}),
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given := slices.Clone(c.open)
			if got := grant.Closes(c.open, c.held, now); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if !reflect.DeepEqual(c.open, given) {
				t.Error("what was given was changed")
			}
		})
	}
}

// most is how many set-asides one close names.
const most = 200

func TestCloseGivesBackWhatIsLeftAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open, held := drawOpen(t)
		byID := make(map[ledger.SetAsideID]ledger.SetAside)
		due := 0
		for _, s := range open {
			byID[s.ID] = s
			if (s.NotAfter == 0 || s.NotAfter <= now) && s.Left > held[s.ID] {
				due++
			}
		}
		entries := grant.Closes(open, held, now)
		named := 0
		owners := make(map[string]bool)
		for _, e := range entries {
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			owner := fmt.Sprint(e.Account, e.Wallet)
			if owners[owner] {
				t.Fatalf("%s has two entries", owner)
			}
			owners[owner] = true
			for _, d := range e.Draws {
				s := byID[d.From]
				if s.Account != e.Account || s.Wallet != e.Wallet {
					t.Fatalf("%s is not %s's", d.From, owner)
				}
				if d.Points != s.Left-held[s.ID] {
					t.Fatalf("%v of %v less %v held is closed", d.Points, s.Left, held[s.ID])
				}
				if s.NotAfter > now {
					t.Fatalf("a grant is closed %d ms before its time", s.NotAfter-now)
				}
				named++
			}
		}
		if named != min(due, most) {
			t.Fatalf("%d are closed of %d that are due", named, due)
		}
		shuffled := rapid.Permutation(open).Draw(t, "shuffled")
		if again := grant.Closes(shuffled, held, now); !reflect.DeepEqual(again, entries) {
			t.Fatalf("read in another order: got %+v, want %+v", again, entries)
		}
	})
}

func drawOpen(t *rapid.T) ([]ledger.SetAside, map[ledger.SetAsideID]ledger.Points) {
	var open []ledger.SetAside
	held := make(map[ledger.SetAsideID]ledger.Points)
	for i := range rapid.SampledFrom([]int{0, 1, 5, most - 1, most, most + 30}).Draw(t, "open") {
		s := ledger.SetAside{
			ID: award(i + 1), Account: rapid.SampledFrom([]ledger.Account{ann, bob}).Draw(t, "account"),
			Wallet: rapid.SampledFrom([]ledger.Wallet{"points", "stamps"}).Draw(t, "wallet"), Left: ledger.Points(rapid.Int64Range(0, 3).Draw(t, "left")),
		}
		if rapid.Bool().Draw(t, "granted") {
			s.ID, s.NotAfter = grantOf(byte(i)), now+ledger.Stamp(rapid.Int64Range(-1, 1).Draw(t, "time left"))
		}
		if rapid.Bool().Draw(t, "has a hold") {
			held[s.ID] = ledger.Points(rapid.Int64Range(0, int64(s.Left)).Draw(t, "held"))
		}
		open = append(open, s)
	}
	return open, held
}

// The largest close there can be: every set-aside another account's, every
// name and number as long as may be.
func TestTheLargestCloseCanBeSealed(t *testing.T) {
	var open []ledger.SetAside
	for i := range 300 {
		a := ledger.Account{byte(i), byte(i >> 8), 0xff}
		key := ledger.Key{Terminal: 1<<63 - 1, Branch: ledger.Branch{0xb}, Seq: 1<<40 - 1 - int64(i)}.Entry(99)
		open = append(open, ledger.SetAside{ID: key.SetAside(), Account: a, Wallet: ledger.Wallet(strings.Repeat("w", 64)), Left: math.MaxInt64 / 300})
	}
	entries := grant.Closes(open, nil, now)
	if len(entries) != most {
		t.Fatalf("%d entries", len(entries))
	}
	tip := ledger.Tip{Terminal: 1<<63 - 1, Branch: ledger.Branch{0xb}, Seq: 1<<40 - 2}
	d := ledger.Draft{Kind: ledger.KindClose, Rules: math.MaxInt64, Moment: ledger.Calendar{}.Moment(time.UnixMilli(int64(now)), true), Entries: entries}
	s, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt{1})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d bytes", len(s.Line.Head)+len(s.Line.Body), ledger.MaxRecord)
}

func TestAGrantIsOfWhatCanBeSpentAndEndsBeforeItLapses(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	u := ledger.Unit
	lots := func(open ...ledger.Lot) ledger.Lots { return ledger.Lots{Open: open} }
	full := now.Add(72 * time.Hour)
	cases := []struct {
		name     string
		at       ledger.Position
		setAside ledger.Points
		want     ledger.Points
		until    time.Time
	}{
		{"points without a day", ledger.Position{Points: 100 * u}, 0, 50 * u, full},
		{"less what is set aside", ledger.Position{Points: 100 * u}, 40 * u, 30 * u, full},
		{"not what is still to vest", ledger.Position{Points: 100 * u, Lots: lots(ledger.Lot{Points: 60 * u}, ledger.Lot{Points: 40 * u, Vests: "2026-11-24"})}, 0, 30 * u, full},
		{"not what has lapsed", ledger.Position{Points: 100 * u, Lots: lots(ledger.Lot{Points: 60 * u, Expires: "2026-11-21"}, ledger.Lot{Points: 40 * u})}, 0, 20 * u, full},
		{"what lasts, where that is worth a grant", ledger.Position{Points: 100 * u, Lots: lots(ledger.Lot{Points: 60 * u, Expires: "2026-11-24"}, ledger.Lot{Points: 40 * u, Expires: "2026-11-25"})}, 0, 20 * u, full},
		{"what lapses first says the end, where nothing lasts", ledger.Position{Points: 100 * u, Lots: lots(ledger.Lot{Points: 60 * u, Expires: "2026-11-22"}, ledger.Lot{Points: 40 * u, Expires: "2026-11-23"})},
			0, 50 * u, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)},
		{"less what is owed", ledger.Position{Points: -20 * u, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 40 * u, Expires: "2027-01-01"}}, Debt: 60 * u}}, 0, 0, full},
		{"no counter", ledger.Position{Wallet: "tier/kaart", Points: 100 * u}, 0, 0, time.Time{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := grant.Make(grant.DefaultPolicy, c.at, c.setAside, 0, ledger.Stamp(now.UnixMilli()))
			if got.Points != c.want || got.Points > 0 && got.NotAfter != ledger.Stamp(c.until.UnixMilli()) {
				t.Errorf("got %v until %v, want %v until %v", got.Points, time.UnixMilli(int64(got.NotAfter)).UTC(), c.want, c.until)
			}
		})
	}
}
