package scenario

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/session"
)

// event is what the step's member did that was no purchase, as a program says
// it. The same kind and id once more gives the first answer.
func (a *act) event(e scenario.Event) error {
	if a.card == "" {
		return &programme.Refusal{Code: programme.NoCard}
	}
	d, err := a.at(till)
	if err != nil {
		return err
	}
	did := ledger.Event{Kind: e.Kind, ID: e.ID, Quantity: scenario.Thousandths(e.Quantity)}
	if did.ID == "" {
		did.ID = a.key("").ID
	}
	_, err = d.Happened(a.ctx, session.Happening{Event: did, Code: a.cards[a.card], Mode: ledger.ByTill, Operator: a.step.Cashier})
	return err
}
