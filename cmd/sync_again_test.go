package cmd_test

import (
	"context"
	"testing"

	"zegel/syncer"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// entry commits a record of one entry without a basket, so that no receipt
// tells that it came twice.
func (s *shopJournal) entry(card string, e ledger.Entry) ledger.Sealed {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Account, e.Wallet = s.accounts[card], "points"
	return s.commit(ledger.Draft{Kind: ledger.KindAward, Rules: 1, Entries: []ledger.Entry{e}, Body: ledger.Body{Account: e.Account, Mode: ledger.Scanned}})
}

// tail sells, takes back and spends: what a fork cuts off.
func (s *shopJournal) tail(card string) {
	sold := s.award(card, 500)
	first := sold.Head.Key().Entry(1)
	s.entry(card, ledger.Entry{Kind: ledger.Reverse, Points: -100, Reverses: &first})
	s.entry(card, ledger.Entry{Kind: ledger.Redeem, Points: -50, Draws: []ledger.Draw{{From: first.SetAside(), Points: 50}}})
	s.entry(card, ledger.Entry{Kind: ledger.Bonus, Points: 7})
}

func (o *testOffice) parked() map[settle.Code]int {
	o.t.Helper()
	all, err := o.db.Parked(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	n := make(map[settle.Code]int)
	for _, x := range all {
		n[x.Code]++
	}
	return n
}

// A copy from before a fork is put back twice: each time its tail is issued
// again, in another branch, and counts once.
func TestSyncWhatTwoPutBackCopiesIssueAgainCountsOnce(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	shop.award("card", 1000)
	catchUp(t, line)
	shop.award("card", 10)
	offline := shop.copied("winkel offline")
	catchUp(t, line) // head office goes on with a record the copies do not send as theirs
	offline.branches[0].records = offline.branches[0].records[:offline.now().accepted]
	offline.open = nil
	offline.tail("card")

	var lines []*syncer.Syncer
	var copies []*shopJournal
	for _, name := range []string{"winkel put back", "winkel put back again"} {
		c := offline.copied(name)
		lines, copies = append(lines, o.syncer(c, nil)), append(copies, c)
		catchUp(t, lines[len(lines)-1])
		if len(c.branches) != 2 || c.now().records[0].Head.Origin == nil {
			t.Fatalf("%s: %d branches; its tail was to be issued again", name, len(c.branches))
		}
		o.settle()
	}
	const want = 1000 + 10 + 500 - 100 - 50 + 7
	account := shop.accounts["card"]
	if p, _ := o.points(account); p != want {
		t.Errorf("head office has %v, want %v", p, ledger.Points(want))
	}
	if n := o.parked(); n[settle.IssuedAgain] < 4 || len(n) != 1 {
		t.Errorf("parked: %v, want the four records of the tail", n)
	}
	if n := o.exceptions(); n[settle.IssuedAgain] != 0 {
		t.Errorf("people have to look at %d records that were issued again", n[settle.IssuedAgain])
	}
	// The second copy goes on with what does not count in its own branch: it
	// takes back more of the sale and spends more of its set-aside.
	second := copies[1]
	sold := second.now().records[0].Head.Key().Entry(1)
	second.entry("card", ledger.Entry{Kind: ledger.Reverse, Points: -30, Reverses: &sold})
	second.entry("card", ledger.Entry{Kind: ledger.Redeem, Points: -20, Draws: []ledger.Draw{{From: sold.SetAside(), Points: 20}}})
	both(t, lines[1])
	o.settle()
	both(t, lines[1])
	if p, _ := o.points(account); p != want-30-20 {
		t.Errorf("head office has %v, want %v", p, ledger.Points(want-50))
	}
	if n := o.parked(); n[settle.NamesParked] != 0 {
		t.Errorf("parked: %v", n)
	}
	if got := second.has(account); got != want-50 {
		t.Errorf("the shop shows %v, want %v", got, ledger.Points(want-50))
	}
}

// A shop whose database was lost keeps its terminal and its key: an ordinary
// code lets it join again.
func TestSyncATerminalJoinsAgainWithAnOrdinaryCode(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	shop.award("card", 1000)
	catchUp(t, line)
	lost := newShop(t, "winkel after the loss")
	lost.terminal, lost.key = shop.terminal, shop.key
	o.enrol(lost)
	if lost.nonce == "" || lost.nonce != shop.nonce {
		t.Errorf("was given nonce %q, head office waits for %q", lost.nonce, shop.nonce)
	}
	lost.award("card", 200)
	both(t, o.syncer(lost, nil))
	o.settle()
	if o.total() != 1200 {
		t.Errorf("head office has %v", o.total())
	}
	if lost.allowed != bulletin.NoAuthority {
		t.Errorf("authority %q: whether it is alone is for a person to say", lost.allowed)
	}
	all, err := o.db.Terminals(context.Background())
	if err != nil || len(all) != 1 {
		t.Errorf("%d terminals, %v; it is the same one", len(all), err)
	}
}

// Anybody can say a phone number, in a shop that does not know whose it is.
func TestSyncAPhoneNumberMakesNobodyTheOwnerOfAnothersPoints(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	one, lineOne := o.joined("winkel een", nil)
	two, lineTwo := o.joined("winkel twee", nil)
	one.award("ann", 1000)
	two.award("thief", 10)
	phone := member.Identifier{Ref: cardOf("0612345678").Ref, Kind: member.KindPhone, Mask: "…5678"}
	enrol := func(s *shopJournal, card string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.commit(ledger.Draft{Kind: ledger.KindEnrol, Rules: 1, Body: ledger.Body{
			Account: s.accounts[card], Mode: ledger.Scanned, Identifiers: []member.Identifier{cardOf(card), phone},
		}})
	}
	enrol(one, "ann")
	enrol(two, "thief")
	catchUp(t, lineOne)
	catchUp(t, lineTwo)
	o.settle()
	both(t, lineOne)
	both(t, lineTwo)
	if got := one.has(one.accounts["ann"]); got != 1000 {
		t.Errorf("she has %v, want 1", got)
	}
	if got := two.has(two.accounts["thief"]); got != 10 {
		t.Errorf("he has %v, want 0.010", got)
	}
	if n := o.exceptions()[settle.IdentityShared]; n != 1 {
		t.Errorf("%d exceptions for a person to look at, want 1", n)
	}
}
