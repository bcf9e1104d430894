package settle_test

import (
	"slices"
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// in gives an item its place in a branch and its decision; from the second
// branch on it is issued again.
func in(branch byte, decision byte, it *settle.Item) *settle.Item {
	it.Key.Branch, it.Body, it.Again = ledger.Branch{branch}, ledger.Hash{decision}, branch > 1
	return it
}

func asideOf(branch byte, seq int64) ledger.SetAsideID {
	return ledger.Key{Terminal: here.Terminal, Branch: ledger.Branch{branch}, Seq: seq}.Entry(1).SetAside()
}

// An original in branch 1 and the same decisions issued again in two others:
// whichever branch comes first, also interleaved, all count once.
func TestADecisionCountsOnceInWhicheverOrderItsRecordsCome(t *testing.T) {
	story := func(branch byte) []*settle.Item {
		sold := asideOf(branch, 1)
		key, _ := sold.Entry()
		items := []*settle.Item{
			award(1, 100),
			item(2, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -30, Draws: draws(ledger.Draw{From: sold, Points: 30})}),
			item(3, ledger.KindAward, ledger.Entry{Kind: ledger.Reverse, Points: -5, Reverses: &key}),
		}
		for i, it := range items {
			in(branch, byte(i+1), it)
		}
		if branch != 2 { // branch 2 ends without closing what it opened
			end := item(4, ledger.KindClose, ledger.Entry{Kind: ledger.Close, Draws: draws(ledger.Draw{From: sold, Points: 70})})
			items = append(items, in(branch, 10+branch, end))
			items[3].Again = false
		}
		return items
	}
	n := 0
	var play func(b *settle.Book, left [][]*settle.Item, done []*settle.Item)
	play = func(b *settle.Book, left [][]*settle.Item, done []*settle.Item) {
		if len(done) == 11 {
			n++
			book, counted := settle.NewBook(), 0
			for _, it := range done {
				fx := book.Post(it)
				if fx.Parked == settle.IssuedAgain {
					if len(fx.Posted) > 0 || fx.CountsBy == it.Key || len(fx.Exceptions) > 0 {
						t.Fatalf("%v: %+v", it.Key, fx)
					}
					continue
				}
				if fx.Parked != "" {
					t.Fatalf("%v is parked: %s", it.Key, fx.Parked)
				}
				counted++
			}
			if got := book.Balances[purse]; counted != 5 || got.Points != 65 || got.SetAside != 0 {
				t.Fatalf("%d records count, balance %+v", counted, got)
			}
			return
		}
		for i, items := range left {
			if len(items) == 0 {
				continue
			}
			rest := slices.Clone(left)
			rest[i] = items[1:]
			play(b, rest, append(slices.Clone(done), items[0]))
		}
	}
	play(nil, [][]*settle.Item{story(1), story(2), story(3)}, nil)
	if n != 11550 { // 11! / (4! 3! 4!)
		t.Errorf("%d orders", n)
	}
}

func TestTwoRecordsThatNameNoOriginAreTwoDecisions(t *testing.T) {
	b := settle.NewBook()
	for seq := range int64(2) {
		it := in(1, 7, award(seq+1, 100))
		if fx := b.Post(it); fx.Parked != "" {
			t.Errorf("record %d is parked: %s", seq+1, fx.Parked)
		}
	}
	wantBalance(t, b, 200, 200)
	other := in(2, 7, award(1, 100))
	other.Key.Terminal = 6
	if fx := b.Post(other); fx.Parked != "" {
		t.Errorf("another terminal's is parked: %s", fx.Parked)
	}
}

func TestWhatIsParkedIsNotCountedByBeingIssuedAgain(t *testing.T) {
	b := settle.NewBook()
	bad := in(1, 7, award(1, 100))
	bad.Refused = settle.UnknownKind
	if fx := b.Post(bad); fx.Parked != settle.UnknownKind {
		t.Fatalf("%+v", fx)
	}
	if fx := b.Post(in(2, 7, award(1, 100))); fx.Parked != settle.IssuedAgain || fx.CountsBy != bad.Key {
		t.Errorf("%+v", fx)
	}
	// What spends from it waits with the one it counts by.
	spend := in(2, 8, item(2, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -5, Draws: draws(ledger.Draw{From: asideOf(2, 1), Points: 5})}))
	if fx := b.Post(spend); fx.Parked != settle.NamesParked {
		t.Errorf("%+v", fx)
	}
	wantBalance(t, b, 0, 0)
}
