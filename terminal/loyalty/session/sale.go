package session

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
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
	// Hold is points set aside for this sale before; what they are for counts,
	// and Redeem does not.
	Hold ledger.HoldID `json:"hold,omitzero"`
	// Card is the masked card that the till was shown, "…4566"; where it is set,
	// the sale is refused to whoever else stands at the counter by then.
	Card string `json:"card,omitempty"`
	// Operator is the till's cashier, and Manager who confirmed what is above a
	// cashier's limits; where they are empty those of the counter count.
	Operator string `json:"operator,omitempty"`
	Manager  string `json:"manager,omitempty"`
}

// Request is the sale as a request of subjects. Its key begins with the
// business day, so that keys grow with time; its digest covers what was bought
// and redeemed and nothing else, not even whose card it was to be, so that a till that repeats a sale gets its
// first answer whoever stands at the counter by then. A key that is none is a *programme.Refusal:
// two of them could read alike here.
func (s Sale) Request(subjects ...ledger.Subject) (ledger.Request, error) {
	return requestOf("", s.Basket.Key, struct {
		Basket basket.Basket
		// No wishes are the same in however many ways a till says so.
		Redeem []redeem.Wish `json:",omitempty"`
	}{s.Basket, s.Redeem}, subjects)
}

// CheckCard refuses the sale where the card at the counter, masked, "" where
// there is none, is another than the one the till was shown.
func (s Sale) CheckCard(card string) error {
	if s.Card == "" || s.Card == card {
		return nil
	}
	return &programme.Refusal{Code: programme.Stale, Card: s.Card}
}

// requestOf is a request named by a till's key. kind keeps a till's sales and
// returns apart where it gives both one id; a sale has none.
func requestOf(kind string, k basket.Key, content any, subjects []ledger.Subject) (ledger.Request, error) {
	if err := k.Validate(); err != nil {
		return ledger.Request{}, &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	text, err := json.Marshal(content)
	if err != nil {
		return ledger.Request{}, fmt.Errorf("digest of a request: %w", err)
	}
	return ledger.Request{Key: requestKey(kind, k), Digest: sha256.Sum256(text), Subjects: subjects}, nil
}

func requestKey(kind string, k basket.Key) string {
	if kind != "" {
		kind += "/" // never begins with a digit, as the length does
	}
	// The lengths keep "1","23" apart from "12","3".
	return fmt.Sprintf("%s/%s%d:%s/%s", k.Day, kind, len(k.Till), k.Till, k.ID)
}

// An Answer is what the till and the cashier are told about what was posted: a
// sale, or what was done about one, or for a member.
type Answer struct {
	Kind    ledger.Kind    `json:"kind,omitempty"`
	Record  ledger.Key     `json:"record"`
	Code    string         `json:"code"` // the short form of the record's key, as on the slip
	Account ledger.Account `json:"account"`
	Mask    string         `json:"card"` // "…4566"
	// Earned is what it gave, wallet by wallet.
	Earned []Amount `json:"earned"`
	// TakenBack is what a return, an undo or a move took of what was earned, and
	// GivenBack what came back of what was redeemed.
	TakenBack []Amount `json:"taken_back,omitempty"`
	GivenBack []Amount `json:"given_back,omitempty"`
	// Total is what the sale came to, or what came back of one; PointsPaid is the
	// part of what came back that points had paid, and PayBack the rest of it,
	// which the till pays back. In minor units.
	Total      basket.Money `json:"total,omitempty"`
	PointsPaid basket.Money `json:"points_paid,omitempty"`
	PayBack    basket.Money `json:"pay_back,omitempty"`
	// Sale is the sale that came back or was moved.
	Sale *ledger.Key `json:"sale,omitempty"`
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

// AnswerTo tells what a posted decision came to. now is what its account holds.
func AnswerTo(p ledger.Posted, now ledger.Holding) Answer {
	head := p.Record.Head
	a := Answer{
		Kind: head.Kind, Record: head.Key(), Code: head.Key().Code(), Account: now.Account, Mask: maskOf(&p.Body),
		Known: now.Known, AsOf: now.AsOf, Repeat: p.Repeat, Sale: p.Body.Sale,
		Earned: []Amount{}, Balance: []Amount{},
	}
	for _, e := range head.Entries {
		switch e.Kind {
		case ledger.Earn, ledger.Bonus, ledger.Move, ledger.Adjust:
			a.Earned = append(a.Earned, Amount{e.Wallet, e.Points})
		case ledger.Reverse:
			if head.Kind == ledger.KindMove {
				a.TakenBack = append(a.TakenBack, Amount{e.Wallet, -e.Points})
			}
		}
	}
	if p.Body.Basket != nil {
		a.Total = p.Body.Basket.Total
	}
	for _, r := range p.Body.Reasons {
		a.explain(r)
	}
	if head.Kind == ledger.KindReturn || head.Kind == ledger.KindUndo {
		a.PayBack = a.Total - a.PointsPaid
	}
	for _, pos := range now.Positions {
		a.Balance = append(a.Balance, Amount{pos.Wallet, pos.Points})
	}
	return a
}

// explain takes from a reason what it tells.
func (a *Answer) explain(r ledger.Reason) {
	switch r.Code {
	case redeem.ReasonRedeemed:
		a.Redeemed = append(a.Redeemed, Redeemed{r.Rule, r.Wallet, -r.Points, basket.Money(r.Amount)})
		a.Discount += basket.Money(r.Amount)
	case refund.ReasonTakenBack:
		a.TakenBack = append(a.TakenBack, Amount{r.Wallet, -r.Points})
	case refund.ReasonGivenBack:
		a.GivenBack = append(a.GivenBack, Amount{r.Wallet, r.Points})
	case refund.ReasonPointsPaid:
		a.PointsPaid = basket.Money(r.Amount)
	case refund.ReasonUndone:
		a.Total = basket.Money(r.Amount)
	}
}

// maskOf is what a record shows of its customer's card; "" for one without.
func maskOf(body *ledger.Body) string {
	if body == nil || len(body.Identifiers) == 0 || body.Identifiers[0].Kind == member.KindSlip {
		return ""
	}
	return body.Identifiers[0].Mask
}
