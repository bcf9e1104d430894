package programme

import (
	"errors"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Code names one refusal for ever: in logs, over the API, on screens and in
// the list the manual has.
type Code string

// The refusals there are. Nothing was changed by any of them.
const (
	UnknownCard   Code = "K-101" // the code is none of the programme's cards
	BadRead       Code = "K-102" // the code was not read well
	NotACard      Code = "K-103" // an article, a book, a coupon
	BankCard      Code = "K-104" // a payment card, whose number is not kept
	NoCard        Code = "K-105" // nobody scanned a card yet
	SameBasket    Code = "K-210" // the basket was posted before; Points, Wallet and At are that posting's
	OtherBasket   Code = "K-211" // its key was used for another basket
	UnusualAmount Code = "K-212" // Amount is above the usual and not confirmed
	BadAmount     Code = "K-213" // not an amount, or not one a basket can have
	OtherCurrency Code = "K-214" // Currency is not the programme's
	BadBasket     Code = "K-215" // its parts do not fit together
)

// Codes are all refusals, in order.
func Codes() []Code {
	return []Code{
		UnknownCard, BadRead, NotACard, BankCard, NoCard,
		SameBasket, OtherBasket, UnusualAmount, BadAmount, OtherCurrency, BadBasket,
	}
}

// A Refusal is a "no" for the cashier; package words has its sentences. The
// fields besides Code are set where its sentence needs them.
type Refusal struct {
	Code     Code
	Points   ledger.Points
	Wallet   Wallet
	Amount   basket.Money
	Currency string
	At       time.Time // in the shop's zone
	// Cause is what the refusal was made from, for those who look into it.
	Cause error
}

func (r *Refusal) Error() string {
	text := "refused (" + string(r.Code) + "): " + r.Code.meaning()
	if r.Cause != nil {
		text += ": " + r.Cause.Error()
	}
	return text
}

// Unwrap is the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

// meaning is the refusal for a log.
func (c Code) meaning() string {
	switch c {
	case UnknownCard:
		return "not one of the programme's cards"
	case BadRead:
		return "the code was not read well"
	case NotACard:
		return "the code is not a card"
	case BankCard:
		return "a payment card is not a card of the programme"
	case NoCard:
		return "no card was scanned"
	case SameBasket:
		return "the basket was posted before"
	case OtherBasket:
		return "the basket's key was used for another basket"
	case UnusualAmount:
		return "the amount is above the usual and was not confirmed"
	case BadAmount:
		return "not an amount a basket can have"
	case OtherCurrency:
		return "the currency is not the programme's"
	case BadBasket:
		return "the parts of the basket do not fit together"
	}
	return "no such code"
}

// RefuseCode makes a refusal of the reason why package member did not take a
// code for a card. Any other error is given back as it is.
func RefuseCode(err error) error {
	var no *member.NotCard
	if !errors.As(err, &no) {
		return err
	}
	refusal := &Refusal{Code: NotACard, Cause: err}
	switch {
	case no.Class == member.PaymentCard:
		refusal.Code = BankCard
	case no.Misread():
		refusal.Code = BadRead
	case no.Class == member.Unknown:
		refusal.Code = UnknownCard
	}
	return refusal
}
