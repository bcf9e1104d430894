package slipcode_test

import (
	"errors"
	"strings"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/slipcode"
)

func TestCheckTellsWhatAGenuineCodeSays(t *testing.T) {
	key, newer := chainKey(t, 7), chainKey(t, 8)
	keys := []member.ChainKey{newer, key}
	for text, record := range map[string]ledger.Key{
		goldenSale: sale().Record, strings.ToLower(goldenBearer): bearer().Record, " " + goldenVoucher + "\n": voucher().Record,
	} {
		c, err := slipcode.Check(text, keys)
		if err != nil || c.Record() != record || c.Key != key.ID() {
			t.Errorf("%s: %v, record %v, key %v", text[:5], err, c.Record(), c.Key)
		}
	}
	for text, want := range map[string]error{
		"": slipcode.ErrNoCode, "ZR1:": slipcode.ErrNoCode, "ZX1:AAAA": slipcode.ErrNoCode, "2900000000018": slipcode.ErrNoCode, "ZR2:AAAA": slipcode.ErrNoCode,
		goldenSale[:len(goldenSale)-1] + "A": slipcode.ErrForged, goldenSale[:len(goldenSale)-1] + "1": slipcode.ErrNoCode, "ZR1:" + goldenVoucher[4:]: slipcode.ErrForged,
	} {
		c, err := slipcode.Check(text, keys)
		if !errors.Is(err, want) || c != (slipcode.Checked{}) {
			t.Errorf("%q: %v, %+v", text, err, c)
		}
	}
	if _, err := slipcode.Check(goldenSale, []member.ChainKey{newer}); !errors.Is(err, slipcode.ErrForged) {
		t.Errorf("under another key: %v", err)
	}
}

// sold is a sale's record, and the code on its slip, checked.
func sold(t *testing.T) (ledger.Record, slipcode.Checked) {
	t.Helper()
	key, account := chainKey(t, 7), ledger.Account{1}
	head := ledger.Head{
		Terminal: 7, Branch: ledger.Branch{1}, Seq: 5, Day: "2026-11-22", Kind: ledger.KindAward,
		Entries: []ledger.Entry{
			{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 12_000},
			{Account: account, Wallet: "points", Kind: ledger.Bonus, Points: 3_000},
		},
	}
	body := ledger.Body{Account: account, Basket: &basket.Basket{Currency: "EUR", Total: 12_50}}
	s, err := slipcode.Of(head.Key(), ledger.Draft{Kind: head.Kind, Moment: ledger.Moment{Day: head.Day}, Entries: head.Entries, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Encode(key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := slipcode.Check(text, []member.ChainKey{key})
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Record{Head: head, Body: &body}, c
}

func TestACodeIsHeldAgainstTheJournal(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ledger.Record)
		want   slipcode.Comparison
	}{
		"the record":              {func(*ledger.Record) {}, slipcode.Agrees},
		"emptied":                 {func(r *ledger.Record) { r.Body = nil }, slipcode.HeadAgrees},
		"emptied, other points":   {func(r *ledger.Record) { r.Body, r.Head.Entries[1].Points = nil, 4_000 }, slipcode.Differs},
		"other points":            {func(r *ledger.Record) { r.Head.Entries[0].Points++ }, slipcode.Differs},
		"another total":           {func(r *ledger.Record) { r.Body.Basket.Total++ }, slipcode.Differs},
		"another member's":        {func(r *ledger.Record) { r.Body.Account = ledger.Account{2} }, slipcode.Differs},
		"another day":             {func(r *ledger.Record) { r.Head.Day = "2026-11-23" }, slipcode.Differs},
		"a return":                {func(r *ledger.Record) { r.Head.Kind = ledger.KindReturn }, slipcode.Differs},
		"another record's number": {func(r *ledger.Record) { r.Head.Seq++ }, slipcode.Differs},
	} {
		record, checked := sold(t)
		c.change(&record)
		if got := checked.Compare(record); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestABearersSlipAgreesWithTheRecordOfItsAccount(t *testing.T) {
	checked, err := slipcode.Check(goldenBearer, []member.ChainKey{chainKey(t, 7)})
	if err != nil {
		t.Fatal(err)
	}
	key := bearer().Record
	head := ledger.Head{Terminal: key.Terminal, Branch: key.Branch, Seq: key.Seq, Kind: ledger.KindAward}
	named := ledger.Entry{Account: bearer().Account, Wallet: "points", Points: 1}
	for name, c := range map[string]struct {
		entries []ledger.Entry
		body    *ledger.Body
		want    slipcode.Comparison
	}{
		"its points":               {[]ledger.Entry{named}, &ledger.Body{}, slipcode.Agrees},
		"emptied":                  {[]ledger.Entry{named}, nil, slipcode.HeadAgrees},
		"a sale that gave nothing": {nil, &ledger.Body{Account: bearer().Account}, slipcode.Agrees},
		"somebody else's":          {[]ledger.Entry{{Account: ledger.Account{9}}}, &ledger.Body{Account: ledger.Account{9}}, slipcode.Differs},
	} {
		head.Entries = c.entries
		if got := checked.Compare(ledger.Record{Head: head, Body: c.body}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
