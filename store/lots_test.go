package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
)

// on posts entries for a card's account on a business day.
func on(t testing.TB, db *store.DB, day ledger.Day, key string, s ledger.Subject, entries ...ledger.Entry) ledger.Posted {
	t.Helper()
	m := ledger.Calendar{}.Moment(start, true)
	m.Day = day
	req := request(key, s)
	return must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		h := v.Holdings[0]
		d := ledger.Draft{Kind: ledger.KindAward, Rules: 1, Moment: m, Body: ledger.Body{Account: h.Account, Identifiers: s.Identifiers, Request: key}}
		for _, e := range entries {
			e.Closed = v.Alone && e.Points > 0
			if e.Account == (ledger.Account{}) {
				e.Account = h.Account
			}
			if e.Wallet == "" {
				e.Wallet = "points"
			}
			d.Entries = append(d.Entries, e)
		}
		return ledger.Posting{Draft: d}, nil
	}))
}

func earned(p ledger.Points, expires ledger.Day) ledger.Entry {
	return ledger.Entry{Kind: ledger.Earn, Points: p, Expires: expires}
}

func paid(p ledger.Points) ledger.Entry { return ledger.Entry{Kind: ledger.Redeem, Points: -p} }

// open is what a card's wallet consists of.
func openLots(t testing.TB, db *store.DB, s ledger.Subject) ledger.Lots {
	t.Helper()
	p := look(t, db, s).In("points")
	if sum := p.All().Sum(); sum != p.Points {
		t.Errorf("lots of %v for %v", sum, p.Points)
	}
	return p.All()
}

func wantLots(t testing.TB, db *store.DB, what string, s ledger.Subject, debt ledger.Points, open ...ledger.Lot) {
	t.Helper()
	if got, want := openLots(t, db, s), (ledger.Lots{Open: open, Debt: debt}); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func lapsed(t testing.TB, db *store.DB, before ledger.Day, limit int) []ledger.Account {
	t.Helper()
	all, err := db.Lapsed(t.Context(), before, limit)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// book books what has lapsed of every account, as the daemon does.
func book(t testing.TB, db *store.DB, day ledger.Day) (entries int) {
	t.Helper()
	m := ledger.Calendar{}.Moment(start, true)
	m.Day = day
	nothing := errors.New("nothing is due")
	for _, a := range lapsed(t, db, day, 1000) {
		req := request(fmt.Sprintf("%s/expire/%s/%d", day, a, entries), ledger.Subject{Account: a})
		posted, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			p, due := expiry.Posting(v.Holdings[0], req.Key, 1, m)
			if !due {
				return p, nothing
			}
			return p, nil
		})
		if err != nil {
			t.Fatalf("account %s is due on %s: %v", a.Short(), day, err)
		}
		entries += len(posted.Record.Head.Entries)
	}
	return entries
}

func TestWhatLapsesFirstIsSpentFirst(t *testing.T) {
	db := open(t, config(t.TempDir(), 900))
	first := on(t, db, "2026-11-01", "a", card(1), earned(10, "2026-12-31"))
	on(t, db, "2026-11-02", "b", card(1), earned(10, ""), earned(10, "2026-11-30"))
	on(t, db, "2026-11-03", "c", card(1), paid(12))
	wantLots(t, db, "after a spending", card(1), 0, ledger.Lot{Points: 8, Expires: "2026-12-31"}, ledger.Lot{Points: 10})
	on(t, db, "2026-12-05", "d", card(1), ledger.Entry{Kind: ledger.Reverse, Points: 10, Expires: "2026-11-30"}, ledger.Entry{Kind: ledger.Reverse, Points: 2, Expires: "2026-12-31"})
	wantLots(t, db, "given back, some of it lapsed meanwhile", card(1), 0, ledger.Lot{Points: 10, Expires: "2026-11-30"}, ledger.Lot{Points: 10, Expires: "2026-12-31"}, ledger.Lot{Points: 10})
	verified(t, db)

	if got := lapsed(t, db, "2026-11-30", 10); len(got) != 0 {
		t.Errorf("on the last day %v has lapsed", got)
	}
	if got := lapsed(t, db, "2026-12-05", 10); !slices.Equal(got, []ledger.Account{first.Body.Account}) {
		t.Errorf("after it %v has", got)
	}
	if n := book(t, db, "2026-12-05"); n != 1 {
		t.Errorf("%d entries were booked", n)
	}
	wantLots(t, db, "booked", card(1), 0, ledger.Lot{Points: 10, Expires: "2026-12-31"}, ledger.Lot{Points: 10})
	if n := book(t, db, "2026-12-06"); n != 0 {
		t.Errorf("%d entries were booked again", n)
	}
	on(t, db, "2027-01-02", "e", card(1), paid(15))
	wantLots(t, db, "more than there is", card(1), 5, ledger.Lot{Points: 10, Expires: "2026-12-31"})
	on(t, db, "2027-01-03", "f", card(1), earned(7, "2027-12-31"))
	wantLots(t, db, "a debt is paid first", card(1), 0, ledger.Lot{Points: 10, Expires: "2026-12-31"}, ledger.Lot{Points: 2, Expires: "2027-12-31"})
	verified(t, db)
}

// A programme without days writes nothing about lots.
func TestAPlainProgrammeKeepsNoLots(t *testing.T) {
	cfg := config(t.TempDir(), 901)
	db := open(t, cfg)
	on(t, db, "2026-11-01", "a", card(1), earned(10, ""))
	on(t, db, "2026-11-02", "b", card(1), paid(12))
	on(t, db, "2026-11-03", "c", card(1), earned(5, ""), ledger.Entry{Kind: ledger.Reverse, Points: -1})
	wantLots(t, db, "the sum", card(1), 0, ledger.Lot{Points: 2})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, cfg.Path, `SELECT count(*) FROM positions WHERE lots <> '' OR stated_lots <> '' OR lapses <> ''`); n != 0 {
		t.Errorf("%d positions keep lots", n)
	}
	if n := rowsOf(t, cfg.Path, `SELECT count(*) FROM entries WHERE lot <> ''`); n != 0 {
		t.Errorf("%d entries keep lots", n)
	}
}

func TestAStatementsLotsAreBroughtForwardByOwnRecords(t *testing.T) {
	db := joined(t, config(t.TempDir(), 902))
	p := on(t, db, "2026-11-20", "a", card(1), earned(10, "2026-12-31"))
	on(t, db, "2026-11-21", "b", card(1), paid(4))
	s := state(t, db)
	st := statement(p.Body.Account, 40, ledger.Mark{Branch: s.Branch, Seq: 1})
	st.Wallets[0].Lots = ledger.Lots{Open: []ledger.Lot{{Points: 3, Expires: "2026-11-30"}, {Points: 37, Expires: "2027-01-31", Issuer: "b"}}}
	apply(t, db, "c1", st)
	wantLots(t, db, "the spending is above the mark", card(1), 0, ledger.Lot{Points: 36, Expires: "2027-01-31", Issuer: "b"})
	on(t, db, "2026-11-22", "c", card(1), earned(5, "2026-12-31"))
	wantLots(t, db, "and an award", card(1), 0, ledger.Lot{Points: 5, Expires: "2026-12-31"}, ledger.Lot{Points: 36, Expires: "2027-01-31", Issuer: "b"})
	verified(t, db)
	st = statement(p.Body.Account, 41, ledger.Mark{Branch: s.Branch, Seq: 3})
	apply(t, db, "c2", st)
	wantLots(t, db, "a statement without days", card(1), 0, ledger.Lot{Points: 41})
	st.Wallets[0].Lots = ledger.Lots{Open: []ledger.Lot{{Points: 40, Expires: "2026-11-30"}}}
	apply(t, db, "c3", st)
	wantLots(t, db, "lots that are not the balance", card(1), 0, ledger.Lot{Points: 41})
	verified(t, db)
}

func TestAMembersLotsAreOfAllTheirAccounts(t *testing.T) {
	db := open(t, config(t.TempDir(), 903))
	on(t, db, "2026-11-01", "a", card(1), earned(10, "2026-12-31"))
	slip := on(t, db, "2026-11-01", "b", bearer("ZS1:1"), earned(10, "2026-11-30")).Body.Account
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	wantLots(t, db, "claimed", card(1), 0, ledger.Lot{Points: 10, Expires: "2026-11-30"}, ledger.Lot{Points: 10, Expires: "2026-12-31"})
	on(t, db, "2026-11-02", "c", card(1), paid(8))
	on(t, db, "2026-11-02", "d", card(1), ledger.Entry{Account: slip, Kind: ledger.Reverse, Points: 1, Expires: "2026-11-30"})
	for name, s := range map[string]ledger.Subject{"card": card(1), "slip": bearer("ZS1:1")} {
		wantLots(t, db, "spent by card, seen by "+name, s, 0, ledger.Lot{Points: 3, Expires: "2026-11-30"}, ledger.Lot{Points: 10, Expires: "2026-12-31"})
	}
	verified(t, db)
	if n := book(t, db, "2026-12-01"); n != 1 || len(lapsed(t, db, "2026-12-01", 9)) != 0 {
		t.Errorf("%d entries booked, still due: %v", n, lapsed(t, db, "2026-12-01", 9))
	}
	wantLots(t, db, "booked", card(1), 0, ledger.Lot{Points: 10, Expires: "2026-12-31"})
	verified(t, db)
}

func TestStatementsThatLinkAndPartAccountsLinkAndPartTheirLots(t *testing.T) {
	db := joined(t, config(t.TempDir(), 904))
	a := on(t, db, "2026-11-01", "a", card(1), earned(10, "2026-12-31")).Body.Account
	b := on(t, db, "2026-11-01", "b", card(2), earned(10, "2026-11-30")).Body.Account
	say := func(cursor string, survivor ledger.Account) {
		st := statement(a, 4)
		st.Survivor = survivor
		st.Wallets[0].Lots = ledger.Lots{Open: []ledger.Lot{{Points: 4, Expires: "2027-01-31"}}}
		apply(t, db, cursor, st)
	}
	apart := func(when string) {
		t.Helper()
		wantLots(t, db, when, card(1), 0, ledger.Lot{Points: 10, Expires: "2026-12-31"}, ledger.Lot{Points: 4, Expires: "2027-01-31"})
		wantLots(t, db, when+", the other", card(2), 0, ledger.Lot{Points: 10, Expires: "2026-11-30"})
		verified(t, db)
	}
	say("c1", ledger.Account{})
	apart("apart")
	say("c2", b)
	for c := 1; c <= 2; c++ {
		wantLots(t, db, "together", card(c), 0, ledger.Lot{Points: 10, Expires: "2026-11-30"}, ledger.Lot{Points: 10, Expires: "2026-12-31"}, ledger.Lot{Points: 4, Expires: "2027-01-31"})
	}
	verified(t, db)
	say("c3", a)
	apart("apart again")
}

func TestLotsFollowRecordsThatAreIssuedAgain(t *testing.T) {
	db := joined(t, config(t.TempDir(), 905))
	on(t, db, "2026-11-01", "a", card(1), earned(10, "2026-12-31"))
	on(t, db, "2026-11-02", "b", card(1), earned(10, "2026-11-30"))
	on(t, db, "2026-11-03", "c", card(1), paid(15))
	cut(t, db, 1)
	wantLots(t, db, "issued again", card(1), 0, ledger.Lot{Points: 5, Expires: "2026-12-31"})
	verified(t, db)
}

func TestCountersWaitTheirTurnToBeBooked(t *testing.T) {
	db := open(t, config(t.TempDir(), 906))
	cap := ledger.Wallet("cap/base/times/day")
	a := on(t, db, "2026-11-01", "a", card(1), ledger.Entry{Wallet: cap, Kind: ledger.Earn, Points: 1000, Expires: "2026-11-01"}).Body.Account
	b := on(t, db, "2026-11-01", "b", card(2), earned(5, "2026-11-02"), ledger.Entry{Wallet: cap, Kind: ledger.Earn, Points: 1000, Expires: "2026-11-01"}).Body.Account
	c := on(t, db, "2026-11-01", "c", card(3), earned(5, "2026-11-01")).Body.Account
	for _, want := range []struct {
		day      ledger.Day
		limit    int
		accounts []ledger.Account
	}{{"2026-11-02", 9, []ledger.Account{c}}, {"2026-11-03", 9, []ledger.Account{c, b}}, {"2026-11-03", 1, []ledger.Account{c}}, {"2026-11-09", 9, []ledger.Account{a, b, c}}} {
		got := lapsed(t, db, want.day, want.limit)
		slices.SortFunc(got, func(a, b ledger.Account) int { return slices.Compare(a[:], b[:]) })
		slices.SortFunc(want.accounts, func(a, b ledger.Account) int { return slices.Compare(a[:], b[:]) })
		if !slices.Equal(got, want.accounts) {
			t.Errorf("on %s, at most %d: got %v, want %v", want.day, want.limit, got, want.accounts)
		}
	}
	if n := book(t, db, "2026-11-03"); n != 3 { // c's, and both of b's
		t.Errorf("booked %d", n)
	}
	if p := look(t, db, card(1)).In(cap); p.Points != 1000 {
		t.Errorf("the counter is %v", p.Points)
	}
	records, err := db.Timeline(t.Context(), b, ledger.Key{}, 9)
	if err != nil || len(records) != 2 {
		t.Errorf("%d records, %v", len(records), err)
	}
	book(t, db, "2026-11-09")
	if records, err := db.Timeline(t.Context(), a, ledger.Key{}, 9); err != nil || len(records) != 1 {
		t.Errorf("that a counter was booked is told: %d records, %v", len(records), err)
	}
	verified(t, db)
}

func TestTheTerminalHasAnAccountOfItsOwn(t *testing.T) {
	cfg := config(t.TempDir(), 907)
	db := joined(t, cfg)
	ask := func(key string, times ledger.Points) (before ledger.Holding) {
		req := request(key, card(1))
		req.House = true
		must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			before = v.House
			d := ledger.Draft{Kind: ledger.KindAward, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{Account: v.Holdings[0].Account, Request: key}}
			if times > 0 {
				d.Entries = []ledger.Entry{{Account: v.House.Account, Wallet: "cap/welcome/times/day", Kind: ledger.Earn, Points: times, Expires: "2026-11-22"}}
			}
			return ledger.Posting{Draft: d}, nil
		}))
		return before
	}
	if h := ask("a", 0); !h.New || !h.Known {
		t.Errorf("before it counted anything: %+v", h)
	}
	if h, err := db.House(t.Context()); err != nil || !h.New || !h.Known || h.Account != (ledger.Account{}) {
		t.Errorf("nothing was counted, and it is %+v, %v", h, err)
	}
	first := ask("b", 1000)
	if h := ask("c", 2000); h.New || h.Account != first.Account || h.In("cap/welcome/times/day").Points != 1000 || !h.Known {
		t.Errorf("the second time: %+v", h)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	h, err := db.House(t.Context())
	if err != nil || h.New || h.Account != first.Account || h.In("cap/welcome/times/day").Points != 3000 || len(h.SetAsides) > 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if v := look(t, db, card(1)); len(v.Positions) != 0 {
		t.Errorf("the customer's: %+v", v.Positions)
	}
	_, err = db.Hold(t.Context(), ledger.Request{Key: "d", Subjects: []ledger.Subject{card(1)}, House: true}, func(v ledger.View) (ledger.Hold, error) {
		if v.House.Account != first.Account {
			t.Errorf("a hold sees %+v", v.House)
		}
		return ledger.Hold{}, errors.New("enough seen")
	})
	if err == nil {
		t.Error("held")
	}
	verified(t, db)
}

func TestWhoBroughtAMemberInIsSeen(t *testing.T) {
	for _, known := range []bool{true, false} {
		t.Run(fmt.Sprintf("known here %v", known), func(t *testing.T) {
			db := open(t, config(t.TempDir(), 908))
			friend := ledger.Account{0xf0, 1}
			if known {
				friend = on(t, db, "2026-11-01", "friend", card(2), earned(3, "")).Body.Account
			}
			join := func(key, birthday string, referrer ledger.Account) {
				m := ledger.Calendar{}.Moment(start, true)
				must(t)(db.Post(t.Context(), request(key, card(1)), func(v ledger.View) (ledger.Posting, error) {
					if v.Referrer != nil && v.Referrer.Account != friend {
						t.Errorf("brought in by %+v", v.Referrer)
					}
					return ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindEnrol, Rules: 1, Moment: m, Body: ledger.Body{
						Account: v.Holdings[0].Account, Identifiers: card(1).Identifiers, Request: key, Birthday: birthday, Referrer: referrer,
					}}}, nil
				}))
			}
			join("enrol", "02-29", friend)
			join("again", "", ledger.Account{0xf0, 2})
			if p := look(t, db, card(1)).Profile; p.Birthday != "02-29" || p.Referrer != friend {
				t.Errorf("profile %+v", p)
			}
			join("corrected", "03-01", ledger.Account{})
			if p := look(t, db, card(1)).Profile; p.Birthday != "03-01" || p.Referrer != friend {
				t.Errorf("profile %+v", p)
			}
			must(t)(db.Post(t.Context(), request("sale", card(1)), func(v ledger.View) (ledger.Posting, error) {
				if v.Referrer == nil || v.Referrer.Account != friend || v.Referrer.New == known {
					t.Fatalf("brought in by %+v", v.Referrer)
				}
				return ledger.Posting{Draft: ledger.Draft{
					Kind: ledger.KindAward, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true),
					Entries: []ledger.Entry{{Account: friend, Wallet: "points", Kind: ledger.Bonus, Points: 50, Closed: true}},
					Body:    ledger.Body{Account: v.Holdings[0].Account, Request: "sale"},
				}}, nil
			}))
			want := ledger.Points(50)
			if known {
				want = 53
			}
			if got := look(t, db, ledger.Subject{Account: friend}).In("points").Points; got != want {
				t.Errorf("the friend has %v", got)
			}
			verified(t, db)
		})
	}
}

// dated is a shop with everything lots are kept in.
func dated(t *testing.T) store.Config {
	t.Helper()
	cfg := config(t.TempDir(), 909)
	db := joined(t, cfg)
	p := on(t, db, "2026-11-01", "a", card(1), earned(10, "2026-12-31"))
	st := statement(p.Body.Account, 4)
	st.Wallets[0].Lots = ledger.Lots{Open: []ledger.Lot{{Points: 4, Expires: "2027-01-31"}}}
	apply(t, db, "c1", st)
	on(t, db, "2026-11-01", "b", bearer("ZS1:1"), earned(10, "2026-11-30"))
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	must(t)(db.Post(t.Context(), request("enrol", card(1)), func(v ledger.View) (ledger.Posting, error) {
		return ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindEnrol, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{
			Account: v.Holdings[0].Account, Identifiers: card(1).Identifiers, Request: "enrol", Birthday: "02-29", Referrer: ledger.Account{7},
		}}}, nil
	}))
	verified(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestVerifyFindsWhatWasSpoiltOfLots(t *testing.T) {
	for _, c := range []struct{ name, sql string }{
		{"a lot's day", `UPDATE positions SET lots = replace(lots, '2026-12-31', '2028-12-31') WHERE lots <> ''`},
		{"a lot's points", `UPDATE positions SET lots = replace(lots, '10 2026', '11 2026') WHERE lots <> ''`},
		{"all of them", `UPDATE positions SET lots = '' WHERE lots <> ''`},
		{"text that is none", `UPDATE positions SET lots = 'x' WHERE lots <> ''`},
		{"the day they lapse", `UPDATE positions SET lapses = '2028-12-31' WHERE lapses <> ''`},
		{"lots of another account of the member", `UPDATE positions SET lots = (SELECT lots FROM positions WHERE lots <> '') WHERE lots = ''`},
		{"what a statement said", `UPDATE positions SET stated_lots = replace(stated_lots, '2027', '2028') WHERE stated_lots <> ''`},
		{"that it said anything", `UPDATE positions SET stated_lots = '' WHERE stated_lots <> ''`},
		{"more than it said", `UPDATE positions SET stated_lots = replace(stated_lots, '4 2', '5 2') WHERE stated_lots <> ''`},
		{"an entry's day", `UPDATE entries SET lot = replace(lot, '2026-11-30', '2028-11-30') WHERE lot <> ''`},
		{"that it has one", `UPDATE entries SET lot = '' WHERE lot <> ''`},
		{"what nobody can read", `UPDATE entries SET lot = 'x' WHERE lot <> ''`},
		{"a birthday", `UPDATE members SET birthday = '01-01'`},
		{"a friend", `UPDATE members SET referrer = zeroblob(16)`},
		{"no friend", `UPDATE members SET referrer = NULL`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := dated(t)
			tamper(t, cfg.Path, c.sql)
			r, err := store.Verify(t.Context(), cfg.Path, t.TempDir())
			if err != nil {
				t.Fatalf("verify gave up: %v", err)
			}
			if len(r.Findings) == 0 {
				t.Errorf("not found")
			}
		})
	}
}

// rowsOf asks a closed database for one number.
func rowsOf(t testing.TB, path, query string) (n int64) {
	t.Helper()
	h, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, ApplicationID: store.ApplicationID, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	err = h.Read(t.Context(), func(tx *sqlite.Tx) error {
		row, _, err := tx.One(query)
		if err == nil {
			n = row.Int64(0)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
