package settle_test

import (
	"testing"

	"pgregory.net/rapid"

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
			records = append(records, &settle.Item{
				Key: ledger.Key{Terminal: ledger.Terminal(2 + i), Branch: ledger.Branch{byte(2 + i)}, Seq: 1}, Kind: ledger.KindReturn,
				Lines: []settle.Line{{Number: 1, Entry: ledger.Entry{Account: account, Wallet: "points", Kind: ledger.Reverse, Points: part, Reverses: &of, Closed: true}}},
			})
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
