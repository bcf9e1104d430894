package session

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/slipcode"
)

// A Sale is what the till says was paid.
type Sale struct {
	Basket basket.Basket `json:"basket"`
	// Typed says that a person typed the total.
	Typed bool `json:"typed,omitempty"`
	// Redeem is what the customer wants for points in this sale, in the order
	// it is to be taken off. The basket is the one before anything is.
	Redeem []redeem.Wish `json:"redeem,omitempty"`
	// Vouchers are the codes of vouchers that are used in this sale, in the order
	// it is to be taken off, before Redeem.
	Vouchers []string `json:"vouchers,omitempty"`
	// Confirmed says that a person was asked about an unusual total and meant it.
	Confirmed bool `json:"confirmed,omitempty"`
	// Hold is points set aside for this sale before; what they are for counts,
	// and Redeem and Vouchers do not.
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
		Redeem   []redeem.Wish `json:",omitempty"`
		Vouchers []string      `json:",omitempty"`
	}{s.Basket, s.Redeem, s.vouchers()}, subjects)
}

// vouchers are the codes as they are written.
func (s Sale) vouchers() []string {
	var all []string
	for _, text := range s.Vouchers {
		all = append(all, slipcode.Written(text))
	}
	return all
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
	// Earned is what it gave, wallet by wallet; Bonus is the part of it that is
	// above the plain rate.
	Earned []Amount `json:"earned"`
	Bonus  []Amount `json:"bonus,omitempty"`
	// Games are what was played with it.
	Games []Game `json:"games,omitempty"`
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
	// Vouchers are those that were printed with it.
	Vouchers []PrintedVoucher `json:"vouchers,omitempty"`
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
	// Standing is what there is to tell about the member besides points.
	Standing *Standing `json:"standing,omitempty"`
	// NoPaper says that by the shop's own rule its slip does not come out; it can
	// still be printed on request.
	NoPaper bool `json:"no_paper,omitempty"`
	// Repeat says that the sale had been posted before; nothing was added now.
	Repeat bool `json:"repeat,omitempty"`
}

// A Redeemed is one reward that was had.
type Redeemed struct {
	Reward string        `json:"reward"`
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"` // spent; 0 for what is had for nothing
	// Discount is what it takes off the total; 0 for a thing that is handed over.
	Discount basket.Money `json:"discount"`
	// Pays is what the points pay of the total, off which then nothing comes.
	Pays basket.Money `json:"pays,omitempty"`
	// PaidOut is paid out to the customer, Donated given to Cause.
	PaidOut basket.Money `json:"paid_out,omitempty"`
	Donated basket.Money `json:"donated,omitempty"`
	Cause   string       `json:"cause,omitempty"`
	// Automatic says that nobody asked for it.
	Automatic bool `json:"automatic,omitempty"`
	// Voucher says that it was had for a voucher; Printed that a voucher is
	// printed for it.
	Voucher bool `json:"voucher,omitempty"`
	Printed bool `json:"printed,omitempty"`

	times int64 // how often, of what was had for a voucher
}

// redeemed adds what a reason tells of a reward.
func redeemed(all []Redeemed, r ledger.Reason) []Redeemed {
	amount := basket.Money(r.Amount)
	if r.Code == redeem.ReasonRedeemed {
		return append(all, Redeemed{Reward: r.Rule, Wallet: r.Wallet, Points: -r.Points, Discount: amount})
	}
	if len(all) == 0 {
		return all
	}
	switch last := &all[len(all)-1]; r.Code { // which it is about
	case redeem.ReasonTender:
		last.Pays, last.Discount = amount, last.Discount-amount
	case redeem.ReasonPaidOut:
		last.PaidOut = amount
	case redeem.ReasonDonated:
		last.Donated = amount
	case redeem.ReasonVoucher:
		last.Voucher, last.times = true, int64(r.Points/ledger.Unit)
	case redeem.ReasonPrinted:
		last.Printed = true
	}
	return all
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
		Known: now.Known, AsOf: now.AsOf, Repeat: p.Repeat, Sale: p.Body.Sale, NoPaper: slices.Contains(p.Body.Kept, 0),
		Earned: []Amount{}, Balance: []Amount{},
	}
	for _, e := range head.Entries {
		// What counts something, and what went to another account than the
		// member's, is not told.
		whose := p.Body.Account
		if e.Wallet.Counter() || head.Kind != ledger.KindMove && whose != (ledger.Account{}) && e.Account != whose {
			continue
		}
		switch e.Kind {
		case ledger.Earn, ledger.Bonus, ledger.Move, ledger.Adjust:
			if head.Kind == ledger.KindReturn || head.Kind == ledger.KindUndo {
				continue // forgiven of what was taken back: see explain
			}
			a.Earned = plus(a.Earned, e.Wallet, e.Points)
			if e.Kind == ledger.Bonus {
				a.Bonus = plus(a.Bonus, e.Wallet, e.Points)
			}
		case ledger.Reverse:
			if head.Kind == ledger.KindMove {
				a.TakenBack = plus(a.TakenBack, e.Wallet, -e.Points)
			}
		}
	}
	for _, g := range p.Body.Games {
		a.Games = append(a.Games, Game{Game: g.Game, Prize: g.Prize, Draw: g.Draw, Commitment: g.Commitment, missed: g.Missed})
	}
	a.Vouchers = printed(head)
	if p.Body.Basket != nil {
		a.Total = p.Body.Basket.Total
	}
	for _, r := range p.Body.Reasons {
		a.explain(r)
	}
	for _, r := range a.Redeemed {
		a.Discount += r.Discount
	}
	if head.Kind == ledger.KindReturn || head.Kind == ledger.KindUndo {
		a.PayBack = a.Total - a.PointsPaid
	}
	a.Balance = append(a.Balance, balances(now, head.Day)...)
	return a
}

// Told is an answer with everything people are told of it: what the cashier
// does now, what there is to tell the member, whose account now is, at a moment.
func (c Counter) Told(a Answer, now ledger.Holding, m ledger.Moment) Answer {
	w := c.words()
	for i, g := range a.Games {
		a.Games[i].Text = sayGame(w, ledger.Played{Prize: g.Prize, Missed: g.missed})
	}
	a.Balance = append([]Amount{}, balances(now, m.Day)...)
	a.Tell = c.Tell(a)
	if a.Mask != "" { // without a card there is nobody to tell
		a.Standing = c.Standing(now, basket.Basket{}, m)
	}
	return a
}

// plus is a list of amounts with points more of a wallet.
func plus(list []Amount, w ledger.Wallet, p ledger.Points) []Amount {
	for i := range list {
		if list[i].Wallet == w {
			list[i].Points += p
			return list
		}
	}
	return append(list, Amount{w, p})
}

// balances are what can be spent of an account's wallets on a day.
func balances(h ledger.Holding, day ledger.Day) []Amount {
	var list []Amount
	for _, p := range h.Positions {
		if !p.Wallet.Counter() {
			spendable, _, _ := p.On(day)
			list = append(list, Amount{p.Wallet, spendable})
		}
	}
	return list
}

// explain takes from a reason what it tells.
func (a *Answer) explain(r ledger.Reason) {
	switch r.Code {
	case redeem.ReasonRedeemed, redeem.ReasonTender, redeem.ReasonPaidOut, redeem.ReasonDonated, redeem.ReasonVoucher, redeem.ReasonPrinted:
		a.Redeemed = redeemed(a.Redeemed, r)
	case refund.ReasonTakenBack:
		a.TakenBack = append(a.TakenBack, Amount{r.Wallet, -r.Points})
	case refund.ReasonForgiven:
		a.TakenBack = plus(a.TakenBack, r.Wallet, -r.Points)
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
