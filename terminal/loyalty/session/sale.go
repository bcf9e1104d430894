package session

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A Sale is what the till says was paid.
type Sale struct {
	Basket basket.Basket `json:"basket"`
	// Typed says that a person typed the total.
	Typed bool `json:"typed,omitempty"`
	// Redeem is what the customer wants for points in this sale, in the order
	// it is to be taken off. The basket is the one before anything is.
	Redeem []redeem.Wish `json:"redeem,omitempty"`
	// Confirmed says that a person was asked about an unusual total and meant it.
	Confirmed bool `json:"confirmed,omitempty"`
}

// Request is the sale as a request of subjects. Its key begins with the
// business day, so that keys grow with time; its digest covers what was bought
// and redeemed and nothing else, so that a till that repeats a sale gets its
// first answer whoever stands at the counter by then. A key that is none is a *programme.Refusal:
// two of them could read alike here.
func (s Sale) Request(subjects ...ledger.Subject) (ledger.Request, error) {
	if err := s.Basket.Key.Validate(); err != nil {
		return ledger.Request{}, &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	content, err := json.Marshal(struct {
		Basket basket.Basket
		// No wishes are the same in however many ways a till says so.
		Redeem []redeem.Wish `json:",omitempty"`
	}{s.Basket, s.Redeem})
	if err != nil {
		return ledger.Request{}, fmt.Errorf("digest of a basket: %w", err)
	}
	k := s.Basket.Key
	return ledger.Request{
		// The lengths keep "1","23" apart from "12","3".
		Key:      fmt.Sprintf("%s/%d:%s/%s", k.Day, len(k.Till), k.Till, k.ID),
		Digest:   sha256.Sum256(content),
		Subjects: subjects,
	}, nil
}

// An Answer is what the till and the cashier are told about a posted sale.
type Answer struct {
	Record  ledger.Key     `json:"record"`
	Code    string         `json:"code"` // the short form of the record's key, as on the slip
	Account ledger.Account `json:"account"`
	Mask    string         `json:"card"` // "…4566"
	// Earned is what the sale gave, wallet by wallet.
	Earned []Amount `json:"earned"`
	// Redeemed is what was redeemed, reward by reward, and Discount what the
	// till takes off the basket's total for all of it, in minor units.
	Redeemed []Redeemed   `json:"redeemed,omitempty"`
	Discount basket.Money `json:"discount,omitempty"`
	// Tell is what the cashier does now for what was redeemed, in the shop's
	// language: "Trek € 5,00 af op de kassa".
	Tell []string `json:"tell,omitempty"`
	// Balance is what the account holds now; it is not the whole truth when
	// Known is false.
	Balance []Amount `json:"balance"`
	Known   bool     `json:"balance_known"`
	// AsOf is when head office last said what the account holds, milliseconds
	// since 1970 UTC; 0 in a shop that stands alone.
	AsOf ledger.Stamp `json:"balance_as_of,omitempty"`
	// Repeat says that the sale had been posted before; nothing was added now.
	Repeat bool `json:"repeat,omitempty"`
}

// A Redeemed is one reward that points were spent on.
type Redeemed struct {
	Reward string        `json:"reward"`
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"` // spent, above zero
	// Discount is what it takes off the total; 0 for a thing that is handed over.
	Discount basket.Money `json:"discount"`
}

// An Amount is points of one wallet, in thousandths of its unit.
type Amount struct {
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"`
}

// AnswerTo tells what a posted sale came to. now is what its account holds.
func AnswerTo(p ledger.Posted, now ledger.Holding) Answer {
	a := Answer{
		Record: p.Record.Head.Key(), Code: p.Record.Head.Key().Code(), Account: now.Account,
		Known: now.Known, AsOf: now.AsOf, Repeat: p.Repeat,
		Earned: []Amount{}, Balance: []Amount{},
	}
	if len(p.Body.Identifiers) > 0 {
		a.Mask = p.Body.Identifiers[0].Mask
	}
	for _, e := range p.Record.Head.Entries {
		if e.Kind == ledger.Earn || e.Kind == ledger.Bonus {
			a.Earned = append(a.Earned, Amount{e.Wallet, e.Points})
		}
	}
	for _, r := range p.Body.Reasons {
		if r.Code == redeem.ReasonRedeemed {
			a.Redeemed = append(a.Redeemed, Redeemed{r.Rule, r.Wallet, -r.Points, basket.Money(r.Amount)})
			a.Discount += basket.Money(r.Amount)
		}
	}
	for _, pos := range now.Positions {
		a.Balance = append(a.Balance, Amount{pos.Wallet, pos.Points})
	}
	return a
}
