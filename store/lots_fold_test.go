package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
)

// A shop alone over weeks: whatever is given, spent, taken back, claimed and
// booked, each member's lots are the fold of the member's entries.
func TestLotsAreAlwaysTheFoldOfTheMembersEntries(t *testing.T) {
	steps, worlds := 150, 12
	if testing.Short() {
		worlds = 4
	}
	for seed := range uint64(worlds) {
		chance := rand.New(rand.NewPCG(seed, 11))
		db := open(t, config(t.TempDir(), 2000+seed))
		cards := []ledger.Subject{card(0), card(1), card(2), bearer("ZS1:0"), bearer("ZS1:1"), bearer("ZS1:2")}
		claimed := make(map[int]int) // slip to card
		member := func(c int) int {
			if to, is := claimed[c]; is {
				return to
			}
			return c
		}
		all := make(map[int][]ledger.Dated)
		day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		took := func(c int, p ledger.Posted) {
			for i, e := range p.Record.Head.Entries {
				all[c] = append(all[c], ledger.Dated{Entry: e, Key: p.Record.Head.Key().Entry(i + 1), Stamp: p.Record.Head.Stamp, Day: p.Record.Head.Day})
			}
		}
		for i := range steps {
			today := ledger.Day(day.Format(time.DateOnly))
			key, c := fmt.Sprintf("%s/%d", today, i), chance.IntN(len(cards))
			points := ledger.Points(1 + chance.IntN(30))
			var e ledger.Entry
			switch n := chance.IntN(10); {
			case n < 5:
				e = ledger.Entry{Kind: ledger.Earn, Points: points, Issuer: []string{"", "", "b", "a \"partner\" of\ntwo lines"}[chance.IntN(4)]}
				if chance.IntN(3) > 0 {
					e.Expires = ledger.Day(day.AddDate(0, 0, chance.IntN(9)).Format(time.DateOnly))
					e.Renews = chance.IntN(4) == 0
				}
				if chance.IntN(3) == 0 {
					e.Vests = ledger.Day(day.AddDate(0, 0, chance.IntN(5)).Format(time.DateOnly))
				}
			case n < 8:
				e = paid(points)
			case n < 9 && len(all[c]) > 0:
				was := all[c][chance.IntN(len(all[c]))].Entry
				e = ledger.Entry{Account: was.Account, Kind: ledger.Reverse, Points: -was.Points, Expires: was.Expires, Vests: was.Vests, Issuer: was.Issuer}
			default:
				day = day.AddDate(0, 0, 1+chance.IntN(3))
				if slip := 3 + chance.IntN(3); chance.IntN(4) == 0 && look(t, db, cards[slip]).Account != (ledger.Account{}) {
					if _, is := claimed[slip]; !is && !look(t, db, cards[slip-3]).New {
						must(t)(claim(t, db, key+"c", cards[slip-3], cards[slip]))
						claimed[slip] = slip - 3
						continue
					}
				}
				continue
			}
			took(c, on(t, db, today, key, cards[c], e))
			for c := range cards {
				var entries []ledger.Dated
				for other := range all {
					if member(other) == member(c) {
						entries = append(entries, all[other]...)
					}
				}
				want, err := ledger.Fold(entries)
				if err != nil {
					t.Fatal(err)
				}
				got := openLots(t, db, cards[c])
				if !want.Dated() {
					want = ledger.Of(want.Sum())
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d, step %d, card %d: got %+v, want %+v", seed, i, c, got, want)
				}
			}
			if chance.IntN(10) > 0 {
				continue
			}
			before := make(map[int]ledger.Position)
			for c := range cards {
				before[c] = look(t, db, cards[c]).In("points")
			}
			m := ledger.Day(day.Format(time.DateOnly))
			for _, a := range lapsed(t, db, m, 99) {
				c := slices.IndexFunc(slices.Sorted(maps.Keys(before)), func(c int) bool { return look(t, db, cards[c]).Account == a })
				h := look(t, db, ledger.Subject{Account: a})
				took(c, on(t, db, m, key+fmt.Sprintf("x%d", c), ledger.Subject{Account: a}, expiry.Due(h, m)...))
			}
			for c := range cards {
				was, _, _ := before[c].On(m)
				if is, _, gone := look(t, db, cards[c]).In("points").On(m); is != was || gone != 0 {
					t.Fatalf("seed %d, step %d, card %d: %v to spend before %s was booked, %v after, and %v lapsed", seed, i, c, was, m, is, gone)
				}
			}
		}
		verified(t, db)
	}
}
