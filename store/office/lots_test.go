package office_test

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

var anna, bram = ledger.Account{0xa}, ledger.Account{0xb}

// Shops whose customers come to all of them, with lots of every sort.
func busyShops(t *testing.T, dice *rand.Rand) []*shop {
	pick := func(days ...ledger.Day) ledger.Day { return days[dice.IntN(len(days))] }
	var shops []*shop
	for i := range 3 {
		s := newShop(t, ledger.Terminal(i+1), []string{"bakker", "slager", "kaasboer"}[i])
		for range 30 {
			s.clock = s.clock.Add(time.Duration(dice.IntN(20)) * time.Hour).Truncate(time.Hour) // stamps of several shops are often one
			a := []ledger.Account{anna, bram}[dice.IntN(2)]
			e := ledger.Entry{Kind: ledger.Earn, Points: ledger.Points(1+dice.IntN(50)) * ledger.Unit}
			switch dice.IntN(8) {
			case 0: // no day
			case 1:
				e.Vests = pick("2026-11-25", "2026-12-06")
				e.Expires = "2026-12-31"
			case 2:
				e.Renews, e.Expires = true, pick("2026-12-02", "2026-12-20")
			case 3:
				e.Wallet, e.Expires = "tier/kaart", pick("2026-11-24", "2026-12-09")
			case 4, 5:
				e.Kind, e.Points = ledger.Redeem, -e.Points
				e.Issuer = []string{"", "bakker"}[dice.IntN(2)]
			case 6:
				e.Issuer, e.Expires = s.name, pick("2026-11-28", "2026-12-31")
			default:
				e.Expires = pick("2026-11-24", "2026-11-30", "2026-12-31")
			}
			s.post(ledger.KindAward, a, e)
		}
		shops = append(shops, s)
	}
	return shops
}

// Whatever order the shops' records come in, and however they are cut into
// batches, an account has the lots that the set of its entries makes, and their
// sum is its balance. The audit after each step holds every purse to that.
func TestAnyOrderOfArrivalGivesTheSameLots(t *testing.T) {
	began, orders, refolded := time.Now(), 0, 0
	for seed := range uint64(4) {
		dice := rand.New(rand.NewPCG(seed, 7))
		shops := busyShops(t, dice)
		want := make(map[settle.Purse]ledger.Lots)
		entries := make(map[settle.Purse][]ledger.Dated)
		for _, s := range shops {
			for _, r := range s.records {
				for i, e := range r.Head.Entries {
					p := settle.Purse{Account: e.Account, Wallet: e.Wallet}
					entries[p] = append(entries[p], ledger.Dated{Entry: e, Key: r.Head.Key().Entry(i + 1), Stamp: r.Head.Stamp, Day: r.Head.Day})
				}
			}
		}
		for p, of := range entries {
			var err error
			if want[p], err = ledger.Fold(of); err != nil {
				t.Fatal(err)
			}
		}
		for range 5 {
			b, next := openBooks(t, grant.Policy{}), make([]int, len(shops))
			for _, s := range shops {
				b.enrol(s)
			}
			for left := len(shops); left > 0; {
				i := dice.IntN(len(shops))
				n := min(1+dice.IntN(12), len(shops[i].records)-next[i])
				if n == 0 {
					continue
				}
				b.bring(shops[i], next[i], next[i]+n)
				if next[i] += n; next[i] == len(shops[i].records) {
					left--
				}
				if dice.IntN(2) == 0 {
					b.project()
				}
			}
			b.project()
			orders++
			for p, lots := range want {
				got := b.purse(p.Account, p.Wallet)
				if !lots.Dated() {
					lots = ledger.Lots{}
				}
				if !reflect.DeepEqual(normal(got.Lots), normal(lots)) || got.Points != want[p].Sum() {
					t.Fatalf("seed %d: %s has %v in %+v, want %v in %+v", seed, p.Wallet, got.Points, got.Lots, want[p].Sum(), lots)
				}
				if lots.Dated() {
					refolded++
				}
			}
		}
	}
	if refolded == 0 {
		t.Error("no purse had lots")
	}
	t.Logf("seeds 0 to 3, %d orders of 90 records, %d purses with lots compared, %s", orders, refolded, time.Since(began).Round(time.Millisecond))
}

func normal(l ledger.Lots) ledger.Lots {
	if len(l.Open) == 0 {
		l.Open = nil
	}
	return l
}

// Of a wallet without days nothing is kept or told but its sum; of others a
// statement has the lots.
func TestAStatementHasTheLotsOfWhatHasDays(t *testing.T) {
	b, s := openBooks(t, grant.Policy{}), newShop(t, 5, "bakker")
	b.enrol(s)
	s.post(ledger.KindAward, anna,
		ledger.Entry{Kind: ledger.Earn, Points: 8000},
		ledger.Entry{Kind: ledger.Earn, Wallet: "miles", Points: 3000, Expires: "2026-12-31", Issuer: "bakker"},
		ledger.Entry{Kind: ledger.Earn, Wallet: "miles", Points: 4000, Expires: "2026-11-30"})
	s.post(ledger.KindAward, anna, ledger.Entry{Kind: ledger.Redeem, Wallet: "miles", Points: -5000})
	b.bring(s, 0, 2)
	b.project()
	page, err := b.db.Statements(ctx, 5, "", 10)
	if err != nil || len(page.Statements) != 1 {
		t.Fatal(page, err)
	}
	got := page.Statements[0].Wallets
	want := ledger.Lots{Open: []ledger.Lot{{Points: 2000, Expires: "2026-12-31", Issuer: "bakker"}}}
	if len(got) != 2 || got[0].Wallet != "miles" || got[0].Points != 2000 || !reflect.DeepEqual(got[0].Lots, want) || got[1].Points != 8000 || !got[1].Lots.IsZero() {
		t.Errorf("told %+v", got)
	}
	b.quiet()
}

// What lapsed is booked once every terminal is past the day, at most the free
// part of it, once; shops hear of it.
func TestWhatLapsedIsBookedOnceEveryTerminalIsPastTheDay(t *testing.T) {
	b := openBooks(t, grant.Policy{})
	one, two := newShop(t, 1, "bakker"), newShop(t, 2, "slager")
	for _, s := range []*shop{one, two} {
		b.enrol(s)
	}
	earn := func(p ledger.Points, until ledger.Day) ledger.Entry {
		return ledger.Entry{Kind: ledger.Earn, Points: p, Expires: until}
	}
	one.post(ledger.KindAward, anna, earn(10_000, "2026-11-30"), earn(7000, "2026-12-31"), ledger.Entry{Kind: ledger.Earn, Wallet: "tier/kaart", Points: 1000, Expires: "2026-11-30"})
	set := one.commit(ledger.Draft{Kind: ledger.KindAward, Entries: []ledger.Entry{{Account: bram, Wallet: "points", Kind: ledger.Earn, Points: 4000, Expires: "2026-11-30"}}})
	one.post(ledger.KindAward, bram, earn(5000, "2026-11-30"))
	two.post(ledger.KindAward, anna, ledger.Entry{Kind: ledger.Redeem, Points: -1000})
	two.post(ledger.KindAward, bram, ledger.Entry{Kind: ledger.Redeem, Points: -2000})
	expire := func() int {
		t.Helper()
		through, err := b.db.LapsedThrough(ctx, settle.DefaultPatience)
		if err != nil {
			t.Fatal(err)
		}
		done, err := b.db.Expire(ctx, through)
		if err != nil {
			t.Fatal(err)
		}
		b.audit()
		return done.Entries
	}
	b.bring(one, 0, 3)
	b.bring(two, 0, 2)
	b.project()
	b.clock = noon.AddDate(0, 0, 11) // 3 December
	for i, s := range []*shop{one, two} {
		if n := expire(); n != 0 {
			t.Errorf("%d lots were booked while %d shops had not come past the day", n, 2-i)
		}
		s.clock = b.clock
		s.post(ledger.KindAward, ledger.Account{byte(i + 100)}, ledger.Entry{Kind: ledger.Earn, Points: 1000})
		b.bring(s, len(s.records)-1, len(s.records))
		b.project()
	}
	if n := expire(); n != 3 {
		t.Errorf("%d lots were booked, want 3", n)
	}
	if got := b.purse(anna, "points"); got.Points != 7000 || len(got.Lots.Open) != 1 {
		t.Errorf("of 16 of which 9 had lapsed %+v is left", got)
	}
	if got := b.purse(anna, "tier/kaart"); got.Points != 0 {
		t.Errorf("a counter whose lot lapsed stands at %v", got.Points)
	}
	if got := b.purse(bram, "points"); got.Points != 4000 || got.SetAside != 4000 {
		t.Errorf("of 7 of which 4 are set aside %+v is left, want those 4", got)
	}
	if n := expire(); n != 0 {
		t.Errorf("%d lots were booked twice", n)
	}
	// The rest waits for the close.
	one.commit(ledger.Draft{Kind: ledger.KindClose, Entries: []ledger.Entry{{Account: bram, Wallet: "points", Kind: ledger.Close,
		Draws: []ledger.Draw{{From: set.Head.Key().Entry(1).SetAside(), Points: 4000}}}}})
	b.bring(one, len(one.records)-1, len(one.records))
	b.project()
	if n := expire(); n != 1 || b.purse(bram, "points").Points != 0 {
		t.Errorf("once it was closed %d lots were booked, %+v is left", n, b.purse(bram, "points"))
	}
	page, err := b.db.Statements(ctx, 2, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, st := range page.Statements {
		if st.Account == bram {
			told++
			if st.Wallets[0].Points != 0 {
				t.Errorf("the other shop is told %+v", st.Wallets)
			}
		}
	}
	if told != 1 {
		t.Errorf("the other shop is told %d times", told)
	}
	b.quiet()
}

// A terminal that was silent for longer than head office waits had spent what
// was booked as lapsed meanwhile: it is given back, in whatever lot.
func TestWhatLapsedTooSoonIsGivenBack(t *testing.T) {
	b := openBooks(t, grant.Policy{})
	one, two := newShop(t, 1, "bakker"), newShop(t, 2, "slager")
	b.enrol(one)
	b.enrol(two)
	one.post(ledger.KindAward, anna, ledger.Entry{Kind: ledger.Earn, Points: 10_000, Expires: "2026-11-30"}, ledger.Entry{Kind: ledger.Earn, Points: 20_000, Expires: "2027-12-31"})
	two.clock = two.clock.Add(time.Hour)
	two.post(ledger.KindAward, anna, ledger.Entry{Kind: ledger.Redeem, Points: -6000}) // and then the line is gone
	b.bring(one, 0, 1)
	b.project()
	b.clock = noon.AddDate(0, 1, 0)
	through, err := b.db.LapsedThrough(ctx, settle.DefaultPatience)
	if err != nil || through != "2026-12-06" {
		t.Fatal(through, err)
	}
	if done, err := b.db.Expire(ctx, through); err != nil || done.Entries != 1 {
		t.Fatal(done, err)
	}
	b.audit()
	if got := b.purse(anna, "points"); got.Points != 20_000 {
		t.Fatalf("%+v is left", got)
	}
	b.bring(two, 0, 1)
	b.project()
	got := b.purse(anna, "points")
	want := ledger.Lots{Open: []ledger.Lot{{Points: 20_000, Expires: "2027-12-31"}}}
	if got.Points != 20_000 || !reflect.DeepEqual(got.Lots, want) {
		t.Errorf("of 30 of which 6 were spent and 4 lapsed %+v is left", got)
	}
	b.bring(two, 1, 1+late(two))
	b.project()
	if got := b.purse(anna, "points"); got.Points != 20_000-1000 {
		t.Errorf("after another that came late %+v is left", got)
	}
}

// late commits another spending of the same hour and says that it was one.
func late(s *shop) int {
	s.post(ledger.KindAward, anna, ledger.Entry{Kind: ledger.Redeem, Points: -5000})
	return 1
}

// A grant is made for what can be spent now and for as long as it lasts, and
// for no counter.
func TestAGrantIsMadeOfWhatCanBeSpentForAsLongAsItLasts(t *testing.T) {
	b, s := openBooks(t, grant.DefaultPolicy), newShop(t, 5, "bakker")
	b.enrol(s)
	s.post(ledger.KindAward, anna,
		ledger.Entry{Kind: ledger.Earn, Points: 10_000, Expires: "2026-11-23"},
		ledger.Entry{Kind: ledger.Earn, Points: 40_000, Expires: "2026-12-31"},
		ledger.Entry{Kind: ledger.Earn, Points: 100_000, Vests: "2026-12-06", Expires: "2027-12-31"},
		ledger.Entry{Kind: ledger.Earn, Wallet: "tier/kaart", Points: 90_000, Expires: "2026-12-31"})
	s.post(ledger.KindAward, bram, ledger.Entry{Kind: ledger.Earn, Points: 10_000, Expires: "2026-11-23"})
	b.bring(s, 0, 1) // opens the branch
	b.bring(s, 1, 2)
	// The test's terminal shows no nonces, so it is suspected, and gets none until a person decides.
	if err := b.db.SetAuthority(ctx, 5, "full", "test"); err != nil {
		t.Fatal(err)
	}
	b.project()
	page, err := b.db.Statements(ctx, 5, "", 10)
	if err != nil || len(page.Statements) != 2 {
		t.Fatal(page, err)
	}
	for _, st := range page.Statements {
		points, until := ledger.Points(20_000), noon.Add(72*time.Hour)
		if st.Account == bram {
			points, until = 5000, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
		}
		if len(st.Grants) != 1 || st.Grants[0].Wallet != "points" || st.Grants[0].Points != points || st.Grants[0].NotAfter != ledger.Stamp(until.UnixMilli()) {
			t.Errorf("account %s: %+v, want %v until %v", st.Account.Short(), st.Grants, points, until)
		}
	}
}

// Two shops heard of one event: the second award for it is taken back, into the
// lot it came from.
func TestAnEventIsRewardedOnceInTheWholeChain(t *testing.T) {
	b := openBooks(t, grant.Policy{})
	for i := range 3 {
		s := newShop(t, ledger.Terminal(i+1), []string{"bakker", "slager", "kaasboer"}[i])
		b.enrol(s)
		id := []string{"review 8", "review 8", "review 9"}[i]
		s.commit(ledger.Draft{Kind: ledger.KindEvent, Body: ledger.Body{Account: anna, Event: &ledger.Event{Kind: "review", ID: id}},
			Entries: []ledger.Entry{{Account: anna, Wallet: "points", Kind: ledger.Bonus, Points: 5000, Expires: "2026-12-31", Closed: true}}})
		b.bring(s, 0, 1)
		b.project()
	}
	got := b.purse(anna, "points")
	if want := (ledger.Lots{Open: []ledger.Lot{{Points: 10_000, Expires: "2026-12-31"}}}); got.Points != 10_000 || !reflect.DeepEqual(got.Lots, want) {
		t.Errorf("two reviews, one of them told twice: %+v", got)
	}
	doubled := 0
	all, err := b.db.Exceptions(ctx)
	for _, x := range all {
		if x.Code == settle.DuplicateReceipt {
			doubled++
		}
	}
	if err != nil || doubled != 1 {
		t.Errorf("%d double awards are listed, %v", doubled, err)
	}
}
