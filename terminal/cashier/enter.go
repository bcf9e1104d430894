package cashier

import (
	"strconv"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// longestAmount is the most digits that are an amount: 99999,99. More of them
// are a card's or a phone's number.
const longestAmount = 7

// amountOf is the amount that was typed, in minor units; false where it is
// something else. No amount begins with 0, and many a phone number does.
// The page's script decides alike while it shows what is typed.
func amountOf(text string) (basket.Money, bool) {
	if len(text) == 0 || len(text) > longestAmount || text[0] < '1' || text[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 63)
	return basket.Money(n), err == nil
}

// enter is what the one large key does: with what was typed, or with nothing.
// An event without a kind is nothing at all. Where a PIN or badge is wanted,
// what was typed is a secret and never gets here.
func enter(v session.View, text string) session.Event {
	if text != "" {
		return typed(v, text)
	}
	switch {
	case v.Question != session.NoQuestion:
		return session.Event{Kind: session.Confirm}
	case v.Primary == "":
		return session.Event{}
	}
	switch v.State {
	case session.Card:
		return session.Event{Kind: session.Paid} // says that the amount is missing
	case session.Total, session.Reward:
		return session.Event{Kind: session.Paid}
	case session.Slip:
		return session.Event{Kind: v.Slips}
	case session.Done:
		return session.Event{Kind: session.Cancel}
	}
	return session.Event{}
}

func typed(v session.View, text string) session.Event {
	amount, isAmount := amountOf(text)
	switch {
	case !isAmount, len(v.Found) > 0: // a place in the list of those that were found
		return session.Event{Kind: session.Typed, Text: text}
	case backByAmount(v):
		return session.Event{Kind: session.Returned, Goods: []refund.Goods{{Amount: amount}}}
	}
	return session.Event{Kind: session.AmountSet, Amount: amount}
}

// backByAmount reports whether an amount that is typed now is one that comes
// back: of a sale without lines that is not about to go on a card.
func backByAmount(v session.View) bool {
	return v.State == session.Slip && v.Question == session.NoQuestion && v.Sale != nil && v.Sale.CanReturn && len(v.Sale.Lines) == 0 && !claims(v)
}

// claims reports whether the slip on the screen is a bearer's, with the card
// beside it that it can go on.
func claims(v session.View) bool {
	return v.State == session.Slip && v.Sale != nil && v.Sale.CanClaim && v.Customer != nil
}

// wantsSecret reports whether what is typed now is a PIN or badge.
func wantsSecret(v session.View) bool { return v.SignIn || v.Question == session.AskManager }
