package office_test

import (
	"testing"

	"zegel/store/office"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/settle"
)

// Three partners issue and take each other's points through a month; a return
// of the month takes one redemption back, one of the next month another.
func TestThreePartnersAreClearedToZero(t *testing.T) {
	b := openBooks(t, grant.Policy{})
	names := []string{"bakker", "slager", "kaasboer"}
	var shops []*shop
	for i, name := range names {
		s := newShop(t, ledger.Terminal(i+1), name)
		b.enrol(s)
		shops = append(shops, s)
	}
	earn := func(issuer string, p ledger.Points) ledger.Entry {
		return ledger.Entry{Kind: ledger.Earn, Points: p, Issuer: issuer}
	}
	spend := func(issuer, at string, p ledger.Points) ledger.Entry {
		return ledger.Entry{Kind: ledger.Redeem, Points: -p, Issuer: issuer, At: at}
	}
	for i, s := range shops {
		s.post(ledger.KindAward, anna, earn(s.name, ledger.Points(i+1)*1_000_000))
		s.post(ledger.KindAward, bram, earn(s.name, 500_000))
	}
	bakker, slager, kaasboer := shops[0], shops[1], shops[2]
	slager.post(ledger.KindAward, anna, spend("bakker", "slager", 300_000), spend("kaasboer", "slager", 200_000))
	kaasboer.post(ledger.KindAward, bram, spend("bakker", "kaasboer", 100_000))
	sold := bakker.post(ledger.KindAward, anna, spend("slager", "bakker", 150_000))
	later := bakker.post(ledger.KindAward, bram, spend("slager", "bakker", 50_000))
	undo := func(r ledger.Sealed, issuer string, p ledger.Points) {
		key := r.Head.Key().Entry(1)
		bakker.post(ledger.KindReturn, r.Head.Entries[0].Account, ledger.Entry{Kind: ledger.Reverse, Points: p, Issuer: issuer, Reverses: &key})
	}
	undo(sold, "slager", 150_000)
	kaasboer.commit(ledger.Draft{Kind: ledger.KindDonate, Entries: []ledger.Entry{
		{Account: anna, Wallet: "points", Kind: ledger.Donate, Points: -40_000, Issuer: "kaasboer", At: clearing.AtCause + "asiel"},
	}, Body: ledger.Body{Account: anna, Reasons: []ledger.Reason{{Code: settle.ReasonDonated, Wallet: "points", Amount: 120}}}})
	bakker.clock = noon.AddDate(0, 0, 10) // December
	undo(later, "slager", 20_000)
	for _, s := range shops {
		b.bring(s, 0, len(s.records))
		b.project()
	}
	b.quiet()

	rules := programme.Rules{Wallets: []programme.Wallet{{Name: "points", Worth: 1000}}}
	for _, name := range names {
		rules.Partners = append(rules.Partners, programme.Partner{Name: name, Clears: map[ledger.Wallet]basket.Money{"points": 500}})
	}
	november, causes := month(t, b, "2026-11-01", "2026-11-30", rules)
	for _, want := range []clearing.Owed{owes("bakker", "slager", 125), owes("bakker", "kaasboer", 50), owes("kaasboer", "slager", 100), owes("kaasboer", "", 20)} {
		found := false
		for _, got := range november.Owed {
			found = found || got == want
		}
		if !found {
			t.Errorf("%+v is not in %+v", want, november.Owed)
		}
	}
	if len(november.Owed) != 4 {
		t.Errorf("owed %+v", november.Owed)
	}
	for _, r := range november.Redeemed {
		if r.Issuer == "slager" && r.Points != 50_000 {
			t.Errorf("of 200 of which 150 came back %+v", r)
		}
	}
	if len(causes) != 1 || causes[0] != (clearing.Cause{Cause: "asiel", Wallet: "points", Points: 40_000, Amount: 120}) {
		t.Errorf("causes %+v", causes)
	}
	december, causes := month(t, b, "2026-12-01", "2026-12-31", rules)
	if len(december.Owed) != 1 || december.Owed[0] != (clearing.Owed{Debtor: "bakker", Creditor: "slager", Amount: 10}) || len(causes) != 0 {
		t.Errorf("what came back in December: %+v, causes %+v", december.Owed, causes)
	}
	terminals, err := b.db.Reported(ctx)
	if err != nil || len(terminals) != 3 || terminals[0] != (office.Reported{Terminal: 1, Name: "bakker", Day: ""}) || terminals[1].Day != "2026-11-22" {
		t.Errorf("%+v, %v; a clock ten days ahead is not believed", terminals, err)
	}
}

func month(t *testing.T, b *books, from, until ledger.Day, rules programme.Rules) (clearing.Statement, []clearing.Cause) {
	t.Helper()
	var book clearing.Book
	if err := b.db.Booked(ctx, from, until, book.Add); err != nil {
		t.Fatal(err)
	}
	s, err := book.Statement(clearing.RateOf(rules))
	if err != nil {
		t.Fatal(err)
	}
	sum := basket.Money(0)
	for _, n := range s.Nets {
		sum += n.Amount
	}
	if sum != 0 {
		t.Errorf("the nets come to %d: %+v", sum, s.Nets)
	}
	causes, err := book.Causes()
	if err != nil {
		t.Fatal(err)
	}
	return s, causes
}

func owes(debtor, creditor string, amount basket.Money) clearing.Owed {
	return clearing.Owed{Debtor: debtor, Creditor: creditor, Amount: amount}
}
