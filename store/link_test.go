package store_test

import (
	"fmt"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

// Statements come in any order, so who stands for whom may be a chain for a
// while, or a ring: every card of the member shows the same all the time.
func TestChainsOfSurvivorsAreOneMember(t *testing.T) {
	type link struct{ of, survivor int }
	cases := []struct {
		name  string
		links []link
	}{
		{"a chain, from its end", []link{{2, 3}, {1, 2}, {0, 1}}},
		{"a chain, from its beginning", []link{{0, 1}, {1, 2}, {2, 3}}},
		{"a chain that is then shortened", []link{{0, 1}, {1, 2}, {2, 3}, {1, 3}, {0, 3}}},
		{"two pairs that find each other", []link{{0, 1}, {2, 3}, {1, 3}}},
		{"a ring, because an older record came late", []link{{0, 1}, {1, 2}, {2, 3}, {3, 0}}},
		{"a ring with a tail", []link{{2, 3}, {3, 2}, {1, 2}, {0, 1}}},
	}
	for n, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := joined(t, config(t.TempDir(), uint64(600+n)))
			var accounts []ledger.Account
			for i := range 4 {
				accounts = append(accounts, post(t, db, fmt.Sprint(i), card(i), ledger.Points(1<<i)*ledger.Unit).Body.Account)
			}
			s := state(t, db)
			group := []int{0, 1, 2, 3} // which group each is in
			for i, l := range c.links {
				st := statement(accounts[l.of], ledger.Points(1<<l.of)*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: 4})
				st.Survivor = accounts[l.survivor]
				apply(t, db, fmt.Sprint(i), st)
				was := group[l.of]
				for j := range group {
					if group[j] == was {
						group[j] = group[l.survivor]
					}
				}
				for c := range 4 {
					var want ledger.Points
					for j := range group {
						if group[j] == group[c] {
							want += ledger.Points(1<<j) * ledger.Unit
						}
					}
					if got := holds(t, db, card(c)); got != want {
						t.Errorf("after statement %d card %d shows %v, want %v", i+1, c, got, want)
					}
				}
			}
			oneAccountGetsAll(t, db)
			verified(t, db)
		})
	}
}

// oneAccountGetsAll checks that new entries of the member go to one account,
// whichever card was read.
func oneAccountGetsAll(t *testing.T, db *store.DB) {
	t.Helper()
	to := make(map[ledger.Account]bool)
	for c := range 4 {
		to[post(t, db, fmt.Sprint("new", c), card(c), ledger.Unit).Record.Head.Entries[0].Account] = true
	}
	if len(to) != 1 {
		t.Errorf("new entries went to %d accounts", len(to))
	}
}
