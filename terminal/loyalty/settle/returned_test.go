package settle_test

import (
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Two shops that do not know of each other take the same award back, each from
// the slip before it; the award itself may come last.
func TestWhatComesBackTwiceIsTakenBackOnceInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := ledger.Account{7}
		given := ledger.Points(rapid.IntRange(-20, 20).Filter(func(n int) bool { return n != 0 }).Draw(t, "given")) * ledger.Unit
		kind := ledger.Earn
		if given < 0 {
			kind = ledger.Redeem
		}
		original := ledger.Key{Terminal: 1, Branch: ledger.Branch{1}, Seq: 1}
		of := original.Entry(1)
		records := []*settle.Item{{Key: original, Kind: ledger.KindAward, Lines: []settle.Line{{Number: 1,
			Entry: ledger.Entry{Account: account, Wallet: "points", Kind: kind, Points: given, Closed: true}}}}}
		back := ledger.Points(0)
		for i := range rapid.IntRange(0, 4).Draw(t, "returns") {
			part := -given * ledger.Points(rapid.IntRange(1, 4).Draw(t, "quarters")) / 4
			back += part
			it := &settle.Item{Key: ledger.Key{Terminal: ledger.Terminal(2 + i), Branch: ledger.Branch{byte(2 + i)}, Seq: 1}, Kind: ledger.KindReturn}
			// What was spent of several lots comes back lot by lot.
			for lots := ledger.Points(rapid.IntRange(1, 3).Draw(t, "lots")); lots > 0; lots-- {
				lot := part / lots
				part -= lot
				it.Lines = append(it.Lines, settle.Line{Number: len(it.Lines) + 1,
					Entry: ledger.Entry{Account: account, Wallet: "points", Kind: ledger.Reverse, Points: lot, Reverses: &of, Closed: true}})
			}
			records = append(records, it)
		}
		book, corrections := settle.NewBook(), ledger.Points(0)
		var post func(*settle.Item)
		post = func(it *settle.Item) {
			fx := book.Post(it)
			if fx.Parked != "" {
				t.Fatalf("parked: %s %s", fx.Parked, fx.Detail)
			}
			if len(fx.Reversal) == 0 {
				return
			}
			if it.Key.Terminal == ledger.HeadOffice {
				t.Fatalf("what head office took back is taken back in turn: %+v", fx.Reversal)
			}
			if fx.Reversed != settle.ReturnedTwice || len(fx.Exceptions) == 0 {
				t.Fatalf("taken back as %q with %v", fx.Reversed, fx.Exceptions)
			}
			own := &settle.Item{Key: ledger.Key{Terminal: ledger.HeadOffice, Branch: ledger.Branch{99}, Seq: it.Key.Seq + int64(it.Key.Terminal)}, Kind: ledger.KindReverse}
			for i, e := range fx.Reversal {
				corrections += e.Points
				own.Lines = append(own.Lines, settle.Line{Number: i + 1, Entry: e})
			}
			post(own)
		}
		for _, i := range rapid.Permutation(indices(len(records))).Draw(t, "order") {
			post(records[i])
		}
		left := given + back
		if (left > 0) != (given > 0) {
			left = 0 // all of it came back, and no more
		}
		if got := book.Balances[settle.Purse{Account: account, Wallet: "points"}].Points; got != left {
			t.Errorf("given %v, brought back %v, corrected by %v: the balance is %v, want %v", given, back, corrections, got, left)
		}
	})
}

// Two copies that nobody noticed gave one number to two sales of two members.
func TestAReturnOfAnothersEntryLeavesItAlone(t *testing.T) {
	ann, bob := settle.Purse{Account: ledger.Account{1}, Wallet: "points"}, settle.Purse{Account: ledger.Account{2}, Wallet: "points"}
	sold := ledger.Key{Terminal: 1, Branch: ledger.Branch{1}, Seq: 1}
	of := sold.Entry(1)
	record := func(key ledger.Key, kind ledger.Kind, e ledger.Entry) *settle.Item {
		e.Closed = true
		return &settle.Item{Key: key, Kind: kind, Lines: []settle.Line{{Number: 1, Entry: e}}}
	}
	award := record(sold, ledger.KindAward, ledger.Entry{Account: ann.Account, Wallet: "points", Kind: ledger.Earn, Points: 10})
	strange := record(ledger.Key{Terminal: 2, Branch: ledger.Branch{2}, Seq: 1}, ledger.KindReturn,
		ledger.Entry{Account: bob.Account, Wallet: "points", Kind: ledger.Reverse, Points: -10, Reverses: &of})
	own := record(ledger.Key{Terminal: 1, Branch: ledger.Branch{1}, Seq: 2}, ledger.KindReturn,
		ledger.Entry{Account: ann.Account, Wallet: "points", Kind: ledger.Reverse, Points: -10, Reverses: &of})
	for name, order := range map[string][]*settle.Item{"the award first": {award, strange, own}, "the award between": {strange, award, own}} {
		book := settle.NewBook()
		seen := 0
		for _, it := range order {
			fx := book.Post(it)
			if fx.Parked != "" || len(fx.Reversal) > 0 {
				t.Errorf("%s: %v: parked %q, taken back %v", name, it.Key, fx.Parked, fx.Reversal)
			}
			for _, x := range fx.Exceptions {
				if x.Code == settle.ReturnStrange {
					seen++
				}
			}
		}
		if got := book.Balances[ann].Points; got != 0 || seen != 1 {
			t.Errorf("%s: her balance is %v, want 0; %d exceptions, want 1", name, got, seen)
		}
		if got := book.Balances[bob].Points; got != -10 {
			t.Errorf("%s: his balance is %v, want -0.010", name, got)
		}
	}
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// Two copies of a database move one sale to the same customer, whose account
// may belong to the same bucket or to another.
func TestASaleThatIsMovedTwiceIsMovedOnce(t *testing.T) {
	wrong := account(3)
	for name, right := range map[string]ledger.Account{"one bucket": another(3, wrong), "two buckets": account(40)} {
		t.Run(name, func(t *testing.T) {
			awarded := ledger.Key{Terminal: 5, Branch: ledger.Branch{1}, Seq: 1}
			of := awarded.Entry(1)
			books := make(map[int]*settle.Book)
			sums, own := make(map[ledger.Account]ledger.Points), int64(0)
			post := func(bucket int, it *settle.Item) settle.Effects {
				if books[bucket] == nil {
					books[bucket] = settle.NewBook()
				}
				fx := books[bucket].Post(it)
				for _, l := range fx.Posted {
					sums[l.Entry.Account] += l.Entry.Points
				}
				return fx
			}
			bring := func(d ledger.Draft, branch ledger.Branch) {
				r := seal(t, d)
				r.Head.Branch = branch
				for bucket, it := range settle.Route(r, 1, 2) {
					fx := post(bucket, it)
					if len(fx.Reversal) == 0 {
						continue
					}
					own++
					answer := &settle.Item{Key: ledger.Key{Branch: ledger.Branch{99}, Seq: own}, Kind: ledger.KindReverse}
					for i, e := range fx.Reversal {
						answer.Lines = append(answer.Lines, settle.Line{Number: i + 1, Entry: e})
					}
					if fx := post(bucket, answer); fx.Parked != "" || len(fx.Reversal) > 0 {
						t.Fatalf("head office's own: %+v", fx)
					}
				}
			}
			sold := &basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "9"}}
			bring(ledger.Draft{Kind: ledger.KindAward, Body: ledger.Body{Account: wrong, Basket: sold}, Entries: []ledger.Entry{
				{Account: wrong, Wallet: points, Kind: ledger.Earn, Points: 23},
			}}, awarded.Branch)
			move := ledger.Draft{Kind: ledger.KindMove, Body: ledger.Body{Account: right, Basket: sold}, Entries: []ledger.Entry{
				{Account: wrong, Wallet: points, Kind: ledger.Reverse, Points: -23, Reverses: &of},
				{Account: right, Wallet: points, Kind: ledger.Move, Points: 23},
			}}
			for branch := range byte(3) {
				bring(move, ledger.Branch{10 + branch})
				if sums[wrong] != 0 || sums[right] != 23 {
					t.Errorf("after move %d the wrong one has %v, the right one %v", branch+1, sums[wrong], sums[right])
				}
			}
			// Moved on and back it is another record that is moved.
			first := ledger.Key{Terminal: 5, Branch: ledger.Branch{10}, Seq: 1}.Entry(2)
			move.Entries = []ledger.Entry{
				{Account: right, Wallet: points, Kind: ledger.Reverse, Points: -23, Reverses: &first},
				{Account: right, Wallet: points, Kind: ledger.Move, Points: 23},
			}
			if bring(move, ledger.Branch{20}); sums[right] != 23 {
				t.Errorf("moved on, it has %v", sums[right])
			}
		})
	}
}

// another is an account of the bucket that is not a.
func another(bucket int, a ledger.Account) ledger.Account {
	b := a
	for b[0]++; settle.Bucket(b) != bucket; b[0]++ {
	}
	return b
}
