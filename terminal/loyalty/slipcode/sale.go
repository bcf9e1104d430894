package slipcode

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/redeem"
)

// A Sale is what the code of a sale's slip says: the amounts a return is
// decided from, without the lines of what was bought.
type Sale struct {
	Record   ledger.Key
	Day      ledger.Day
	Kind     ledger.Kind // an award, or the move it became
	Account  ledger.Account
	Currency string
	Total    basket.Money // before points paid any of it
	// Net says that what points paid earned nothing.
	Net      bool
	Entries  []Entry
	Redeemed []Redeemed
}

// An Entry is one that the sale gave or took; Line is its number in the record.
type Entry struct {
	Line    int
	Account ledger.Account
	Wallet  ledger.Wallet
	Kind    ledger.EntryKind // earn, bonus, redeem or move
	Points  ledger.Points
	Rest    ledger.Fraction
}

// A Redeemed is what one reward cost, and what it took off the total.
type Redeemed struct {
	Wallet ledger.Wallet
	Points ledger.Points // above zero
	Off    basket.Money
}

// Of is the code of a sale's record: an award, or the move of one.
func Of(key ledger.Key, d ledger.Draft) (Sale, error) {
	if d.Body.Basket == nil || (d.Kind != ledger.KindAward && d.Kind != ledger.KindMove) {
		return Sale{}, fmt.Errorf("code of record %v: it is no sale", key)
	}
	s := Sale{
		Record: key, Day: d.Moment.Day, Kind: d.Kind, Account: d.Body.Account,
		Currency: d.Body.Basket.Currency, Total: d.Body.Basket.Total,
	}
	for _, e := range d.Entries {
		if e.Wallet.Voucher() && e.Points > 0 {
			return Sale{}, fmt.Errorf("code of record %v: only its own shop knows whether its voucher was used", key)
		}
	}
	var off basket.Money
	for _, r := range d.Body.Reasons {
		if r.Code == redeem.ReasonRedeemed {
			s.Redeemed = append(s.Redeemed, Redeemed{r.Wallet, -r.Points, basket.Money(r.Amount)})
			off += basket.Money(r.Amount)
		}
	}
	for _, r := range d.Body.Reasons {
		s.Net = s.Net || r.Code == earn.ReasonRate && off > 0 && basket.Money(r.Amount) == s.Total-off
	}
	s.Entries = given(d.Entries)
	return s, nil
}

// given are a record's entries as the code has them.
func given(entries []ledger.Entry) (all []Entry) {
	for i, e := range entries {
		if e.Kind != ledger.Reverse { // of a move: it is not what the sale gave
			all = append(all, Entry{i + 1, e.Account, e.Wallet, e.Kind, e.Points, e.Rest})
		}
	}
	return all
}

// Sale is the sale as far as the code tells it, with its one basket line.
func (s Sale) Sale() ledger.Sale {
	head := ledger.Head{
		Version: ledger.Version, Terminal: s.Record.Terminal, Branch: s.Record.Branch, Seq: s.Record.Seq, Day: s.Day, Kind: s.Kind,
	}
	for _, e := range s.Entries {
		for len(head.Entries) < e.Line-1 {
			// Reversals of a move, which nothing is taken back of.
			head.Entries = append(head.Entries, ledger.Entry{Account: s.Account, Wallet: e.Wallet, Kind: ledger.Reverse})
		}
		head.Entries = append(head.Entries, ledger.Entry{Account: e.Account, Wallet: e.Wallet, Kind: e.Kind, Points: e.Points, Rest: e.Rest})
	}
	body := &ledger.Body{Account: s.Account, Basket: &basket.Basket{Currency: s.Currency, Total: s.Total}}
	var off basket.Money
	for _, r := range s.Redeemed {
		body.Reasons = append(body.Reasons, ledger.Reason{Code: redeem.ReasonRedeemed, Wallet: r.Wallet, Points: -r.Points, Amount: int64(r.Off)})
		off += r.Off
	}
	if s.Net {
		for _, e := range s.Entries {
			body.Reasons = append(body.Reasons, ledger.Reason{Code: earn.ReasonRate, Wallet: e.Wallet, Amount: int64(s.Total - off)})
		}
	}
	return ledger.Sale{Original: ledger.Record{Head: head, Body: body}}
}

// TellsOf reports whether the code can be that of sale, found under its record.
// It is not where the code's own record was lost with a database and another
// one has its number now.
func (s Sale) TellsOf(sale ledger.Sale) bool {
	return slices.ContainsFunc(append([]ledger.Record{sale.Original}, sale.Later...), func(r ledger.Record) bool {
		switch {
		case r.Head.Kind != ledger.KindAward && r.Head.Kind != ledger.KindMove, r.Head.Day != s.Day:
			return false
		case r.Body != nil:
			return r.Body.Account == s.Account
		}
		mine := func(e ledger.Entry) bool { return e.Account == s.Account }
		return len(r.Head.Entries) == 0 || slices.ContainsFunc(r.Head.Entries, mine)
	})
}

// kinds are the entries' kinds by their number in the code, from 1.
var kinds = []ledger.EntryKind{ledger.Earn, ledger.Bonus, ledger.Redeem, ledger.Move}

// Limits of a code that is read.
const (
	maxParts  = 64
	maxWallet = 255
	maxLine   = 1 << 10
	// other is set in an entry's kind when its account is not the sale's.
	other = 0x40
)

// Encode is s as a text under key.
func (s Sale) Encode(key member.ChainKey) (string, error) {
	if len(s.Currency) != 3 || s.Total < 0 {
		return "", errors.New("code of a sale: a currency of three letters and a total of 0 or more are needed")
	}
	var w writer
	w.key(s.Record)
	if err := w.day(s.Day); err != nil {
		return "", err
	}
	var flags byte
	if s.Net {
		flags |= 1
	}
	if s.Kind == ledger.KindMove {
		flags |= 2
	}
	w.bytes([]byte{flags})
	w.bytes(s.Account[:])
	w.bytes([]byte(s.Currency))
	w.count(uint64(s.Total))
	wallets := s.wallets()
	w.count(uint64(len(wallets)))
	for _, name := range wallets {
		w.text(string(name))
	}
	w.count(uint64(len(s.Entries)))
	for _, e := range s.Entries {
		if err := e.encode(&w, s.Account, slices.Index(wallets, e.Wallet)); err != nil {
			return "", err
		}
	}
	w.count(uint64(len(s.Redeemed)))
	for _, r := range s.Redeemed {
		w.count(uint64(slices.Index(wallets, r.Wallet)))
		w.count(uint64(max(r.Points, 0)))
		w.count(uint64(max(r.Off, 0)))
	}
	return seal(SalePrefix, key, w), nil
}

// wallets are the names the code uses, each once.
func (s Sale) wallets() (names []ledger.Wallet) {
	for _, e := range s.Entries {
		if !slices.Contains(names, e.Wallet) {
			names = append(names, e.Wallet)
		}
	}
	for _, r := range s.Redeemed {
		if !slices.Contains(names, r.Wallet) {
			names = append(names, r.Wallet)
		}
	}
	return names
}

func (e Entry) encode(w *writer, account ledger.Account, wallet int) error {
	kind := slices.Index(kinds, e.Kind) + 1
	if kind == 0 || e.Line < 1 || e.Line > maxLine {
		return fmt.Errorf("code of a sale: entry %d is a %s", e.Line, string(e.Kind))
	}
	w.count(uint64(e.Line))
	if e.Account != account {
		w.bytes([]byte{byte(kind) | other})
		w.bytes(e.Account[:])
	} else {
		w.bytes([]byte{byte(kind)})
	}
	w.count(uint64(wallet))
	w.number(int64(e.Points))
	w.number(e.Rest.Num)
	if e.Rest.Num != 0 {
		w.count(uint64(e.Rest.Den))
	}
	return nil
}

// ParseSale reads what one of keys wrote. The error is ErrNoCode or ErrForged.
func ParseSale(text string, keys []member.ChainKey) (Sale, error) {
	content, err := open(SalePrefix, text, keys)
	if err != nil {
		return Sale{}, err
	}
	r := reader{rest: content}
	s := Sale{Record: r.key(), Day: r.day(), Kind: ledger.KindAward}
	flags := r.take(1)[0]
	if s.Net = flags&1 != 0; flags&2 != 0 {
		s.Kind = ledger.KindMove
	}
	r.bad = r.bad || flags > 3
	s.Account, s.Currency = r.account(), string(r.take(3))
	s.Total = basket.Money(r.upTo(uint64(basket.MaxAmount)))
	var wallets []ledger.Wallet
	for range r.upTo(maxParts) {
		wallets = append(wallets, ledger.Wallet(r.text(maxWallet)))
	}
	wallet := func() ledger.Wallet {
		if n := r.count(); n < uint64(len(wallets)) {
			return wallets[n]
		}
		r.bad = true
		return ""
	}
	last := 0
	for range r.upTo(maxParts) {
		e := r.entry(s.Account, wallet)
		r.bad = r.bad || e.Line <= last
		last = e.Line
		s.Entries = append(s.Entries, e)
	}
	for range r.upTo(maxParts) {
		s.Redeemed = append(s.Redeemed, Redeemed{wallet(), ledger.Points(r.upTo(math.MaxInt64)), basket.Money(r.upTo(uint64(basket.MaxAmount)))})
	}
	if !r.done() || !slices.Equal(wallets, s.wallets()) {
		return Sale{}, ErrNoCode
	}
	return s, nil
}

func (r *reader) entry(account ledger.Account, wallet func() ledger.Wallet) Entry {
	e := Entry{Line: int(r.upTo(maxLine)), Account: account}
	kind := r.take(1)[0]
	if kind&other != 0 {
		e.Account = r.account()
		r.bad = r.bad || e.Account == account
	}
	if n := int(kind&^other) - 1; n >= 0 && n < len(kinds) {
		e.Kind = kinds[n]
	} else {
		r.bad = true
	}
	e.Wallet, e.Points = wallet(), ledger.Points(r.number())
	if num := r.number(); num != 0 {
		den := r.upTo(math.MaxInt64)
		rest, err := ledger.NewFraction(num, den)
		r.bad = r.bad || err != nil || rest.Num != num || rest.Den != den
		e.Rest = rest
	}
	return e
}
