package settle_test

import (
	"math"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

const points ledger.Wallet = "points"

var (
	anna  = ledger.Account{0xa}
	purse = settle.Purse{Account: anna, Wallet: points}
	here  = ledger.Key{Terminal: 5, Branch: ledger.Branch{1}}
)

func item(seq int64, kind ledger.Kind, entries ...ledger.Entry) *settle.Item {
	it := &settle.Item{Key: here, Kind: kind, Account: anna, Day: "2026-11-22"}
	it.Key.Seq = seq
	for i, e := range entries {
		e.Account, e.Wallet = anna, points
		it.Lines = append(it.Lines, settle.Line{Number: i + 1, Entry: e})
	}
	return it
}

func award(seq int64, p ledger.Points) *settle.Item {
	return item(seq, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: p})
}

func own(seq int64) ledger.SetAsideID {
	return ledger.Key{Terminal: here.Terminal, Branch: here.Branch, Seq: seq}.Entry(1).SetAside()
}

func draws(ds ...ledger.Draw) []ledger.Draw { return ds }

func codes(fx settle.Effects) map[settle.Code]int {
	n := make(map[settle.Code]int)
	for _, x := range fx.Exceptions {
		n[x.Code]++
	}
	return n
}

func wantBalance(t *testing.T, b *settle.Book, points, aside ledger.Points) {
	t.Helper()
	if got := b.Balances[purse]; got.Points != points || got.SetAside != aside {
		t.Errorf("balance %v, %v of it set aside; want %v and %v", got.Points, got.SetAside, points, aside)
	}
}

func TestAnAwardIsSetAsideUntilItsOwnBranchClosesIt(t *testing.T) {
	b := settle.NewBook()
	b.Post(award(1, 100))
	wantBalance(t, b, 100, 100)

	elsewhere := item(1, ledger.KindClose, ledger.Entry{Kind: ledger.Close, Draws: draws(ledger.Draw{From: own(1), Points: 100})})
	elsewhere.Key.Branch = ledger.Branch{2}
	if fx := b.Post(elsewhere); codes(fx)[settle.SetAsideUnknown] != 1 {
		t.Errorf("a close of another branch raised %v", fx.Exceptions)
	}
	wantBalance(t, b, 100, 100)

	b.Post(item(2, ledger.KindClose, ledger.Entry{Kind: ledger.Close, Draws: draws(ledger.Draw{From: own(1), Points: 60})}))
	wantBalance(t, b, 100, 40)
	b.Post(item(3, ledger.KindClose, ledger.Entry{Kind: ledger.Close, Draws: draws(ledger.Draw{From: own(1), Points: 40})}))
	wantBalance(t, b, 100, 0)
}

func TestAnAwardBornClosedIsFreeAtOnce(t *testing.T) {
	b := settle.NewBook()
	b.Post(item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 100, Closed: true}))
	wantBalance(t, b, 100, 0)
	if len(b.SetAsides) != 0 {
		t.Errorf("it opened %v", b.SetAsides)
	}
}

func TestASpendingLowersExactlyTheSetAsidesItNames(t *testing.T) {
	b := settle.NewBook()
	b.Post(award(1, 100))
	b.Post(award(2, 50))
	fx := b.Post(item(3, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -70, Draws: draws(ledger.Draw{From: own(1), Points: 30}, ledger.Draw{From: own(2), Points: 40})}))
	wantBalance(t, b, 80, 80)
	if len(fx.Exceptions) != 0 || b.SetAsides[own(1)].Left != 70 || b.SetAsides[own(2)].Left != 10 {
		t.Errorf("left %v and %v, exceptions %v", b.SetAsides[own(1)].Left, b.SetAsides[own(2)].Left, fx.Exceptions)
	}
}

func TestAnUncoveredSpendingIsPostedAndListedWhenItRaisesDebt(t *testing.T) {
	spend := func(p ledger.Points) ledger.Entry { return ledger.Entry{Kind: ledger.Redeem, Points: -p} }
	b := settle.NewBook()
	b.Post(item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 100, Closed: true}))
	if fx := b.Post(item(2, ledger.KindAward, spend(60))); len(fx.Exceptions) != 0 {
		t.Errorf("a spending the free part covers raised %v", fx.Exceptions)
	}
	if fx := b.Post(item(3, ledger.KindAward, spend(60))); codes(fx)[settle.Overdraft] != 1 {
		t.Errorf("a spending nothing covers raised %v", fx.Exceptions)
	}
	wantBalance(t, b, -20, 0)
	late := item(4, ledger.KindAward, ledger.Entry{Kind: ledger.Expire, Points: -10})
	if fx := b.Post(late); len(fx.Exceptions) != 0 {
		t.Errorf("what is not a spending raised %v", fx.Exceptions)
	}
}

// Two shops without a line took one voucher.
func TestAVoucherThatWasUsedTwiceIsListed(t *testing.T) {
	b := settle.NewBook()
	of := func(seq int64, kind ledger.EntryKind, p ledger.Points) *settle.Item {
		it := item(seq, ledger.KindAward, ledger.Entry{Kind: kind, Points: p, Expires: "2026-12-22"})
		it.Lines[0].Entry.Wallet = ledger.Vouchers + "Taart"
		return it
	}
	b.Post(of(1, ledger.Convert, ledger.Unit))
	if fx := b.Post(of(2, ledger.Redeem, -ledger.Unit)); len(fx.Exceptions) != 0 {
		t.Errorf("used once it raised %v", fx.Exceptions)
	}
	if fx := b.Post(of(3, ledger.Redeem, -ledger.Unit)); codes(fx)[settle.Overdraft] != 1 {
		t.Errorf("used twice it raised %v", fx.Exceptions)
	}
}

func TestMoreThanIsLeftOfASetAsideIsTakenFromTheFreePartAndListed(t *testing.T) {
	b := settle.NewBook()
	b.Post(award(1, 50))
	fx := b.Post(item(2, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -80, Draws: draws(ledger.Draw{From: own(1), Points: 80})}))
	if n := codes(fx); n[settle.SetAsideUnknown] != 1 || n[settle.Overdraft] != 1 {
		t.Errorf("raised %v", fx.Exceptions)
	}
	wantBalance(t, b, -30, 0)
	if left := b.SetAsides[own(1)].Left; left != 0 {
		t.Errorf("%v left of the set-aside, never below zero", left)
	}
}

func TestAGrantIsLoweredByASpendingThatComesLateFromTheBranchAfter(t *testing.T) {
	b := settle.NewBook()
	b.Post(item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 100, Closed: true}))
	g := ledger.Grant{ID: ledger.GrantID{7}, Account: anna, Wallet: points, Points: 50, Terminal: here.Terminal, Branch: here.Branch, NotAfter: 9}
	if err := b.Open(g); err != nil {
		t.Fatal(err)
	}
	wantBalance(t, b, 100, 50)
	spend := item(1, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -20, Draws: draws(ledger.Draw{From: g.ID.SetAside(), Points: 20})})
	spend.Key.Branch = ledger.Branch{2}
	if fx := b.Post(spend); len(fx.Exceptions) != 0 {
		t.Errorf("raised %v", fx.Exceptions)
	}
	wantBalance(t, b, 80, 30)
}

func TestASecondAwardForOneReceiptIsPostedAndTakenBack(t *testing.T) {
	sold := func(it *settle.Item, branch byte) *settle.Item {
		it.Basket = basket.Key{Till: "1", Day: "2026-11-22", ID: "77"}
		it.Key.Branch = ledger.Branch{branch}
		return it
	}
	b := settle.NewBook()
	if fx := b.Post(sold(award(1, 100), 1)); fx.Sale == nil || fx.Reversal != nil {
		t.Fatalf("the first award: %+v", fx)
	}
	fx := b.Post(sold(award(9, 100), 2))
	if len(fx.Posted) != 1 || codes(fx)[settle.DuplicateReceipt] != 1 || len(fx.Reversal) != 1 {
		t.Fatalf("the second award: %+v", fx)
	}
	back := fx.Reversal[0]
	if back.Points != -100 || back.Kind != ledger.Reverse || back.Reverses == nil || back.Reverses.Record.Branch != (ledger.Branch{2}) {
		t.Errorf("taken back by %+v", back)
	}
	other := sold(award(10, 100), 2)
	other.Key.Terminal = 6
	if fx := b.Post(other); fx.Reversal != nil {
		t.Errorf("the same number at another shop is another receipt, taken back by %+v", fx.Reversal)
	}
}

func TestWhatCannotBeAddedUpIsParkedAndChangesNothing(t *testing.T) {
	b := settle.NewBook()
	b.Post(award(1, math.MaxInt64-10))
	fx := b.Post(item(2, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: 5}, ledger.Entry{Kind: ledger.Earn, Points: 500}))
	if fx.Parked != settle.OutOfRange || len(fx.Posted) != 0 {
		t.Fatalf("got %+v", fx)
	}
	wantBalance(t, b, math.MaxInt64-10, math.MaxInt64-10)

	parked := ledger.Key{Terminal: here.Terminal, Branch: here.Branch, Seq: 2}.Entry(2)
	back := item(3, ledger.KindAward, ledger.Entry{Kind: ledger.Reverse, Points: -5, Reverses: &parked})
	if fx := b.Post(back); fx.Parked != settle.NamesParked {
		t.Errorf("a return of what is parked: %+v", fx)
	}
	spend := item(4, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -5, Draws: draws(ledger.Draw{From: parked.SetAside(), Points: 5})})
	if fx := b.Post(spend); fx.Parked != settle.NamesParked {
		t.Errorf("a spending from what is parked: %+v", fx)
	}
	end := item(5, ledger.KindClose, ledger.Entry{Kind: ledger.Close, Draws: draws(ledger.Draw{From: parked.SetAside(), Points: 500})})
	if fx := b.Post(end); fx.Parked != "" || len(fx.Waiting) != 1 || len(fx.Exceptions) != 0 {
		t.Errorf("a close of what is parked waits for it: %+v", fx)
	}
}

func TestAPanicParksTheRecord(t *testing.T) {
	b := settle.NewBook()
	b.Balances = nil // no such book is ever made; writing to it panics
	fx := b.Post(award(1, 100))
	if fx.Parked != settle.Panicked || fx.Detail == "" || len(fx.Posted) != 0 {
		t.Errorf("got %+v", fx)
	}
	if !b.Parked[here.Entry(1)] && !b.Parked[ledger.Key{Terminal: 5, Branch: ledger.Branch{1}, Seq: 1}.Entry(1)] {
		t.Error("the record is not remembered as parked")
	}
}

func TestAgesAreInOneOrder(t *testing.T) {
	a := settle.Age{First: 5, Account: ledger.Account{9}}
	b := settle.Age{First: 7, Account: ledger.Account{1}}
	c := settle.Age{First: 7, Account: ledger.Account{2}}
	for _, order := range [][]settle.Age{{a, b, c}, {c, b, a}, {b, a, c}, {b, c, a}} {
		if got := settle.Older(settle.Older(order[0], order[1]), order[2]); got != a {
			t.Errorf("%v: oldest is %v", order, got)
		}
	}
	if !b.Before(c) || c.Before(b) || a.Before(a) {
		t.Error("equal stamps go by number")
	}
}
