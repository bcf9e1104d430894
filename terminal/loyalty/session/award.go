package session

import (
	"time"

	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/words"
)

// A Counter is the checkout a sale was made at, with what decides there.
type Counter struct {
	Lane  string
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names
}

// Award is the decision to give the customer what the sale earns, for the
// store to run inside its transaction. present says whether anybody stands at
// the counter: without a card there is nobody to give anything to.
func (c Counter) Award(customer Customer, present bool, s Sale, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		if !present {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoCard}
		}
		holding := v.Holdings[0]
		outcome, err := earn.Award(c.Rules, holding, s.Basket, m)
		if err != nil {
			return ledger.Posting{}, err
		}
		// Last, for there is no use in confirming what would be refused anyway.
		if c.Rules.Unusual(s.Basket.Total) && !s.Confirmed {
			return ledger.Posting{}, &programme.Refusal{Code: programme.UnusualAmount, Amount: s.Basket.Total, Currency: s.Basket.Currency}
		}
		slip, err := c.slip(customer, s, m, holding, outcome, v.Next).Encode()
		if err != nil {
			return ledger.Posting{}, err
		}
		entries := outcome.Entries(holding.Account)
		for i := range entries {
			// A shop that stands alone has nobody to set points aside from.
			entries[i].Closed = v.Alone
		}
		kept := s.Basket.Kept()
		return ledger.Posting{Lane: c.Lane, Draft: ledger.Draft{
			Kind: ledger.KindAward, Rules: c.Rules.Version, Moment: m, Entries: entries,
			Body: ledger.Body{
				Lane: c.Lane, Mode: customer.Mode, TypedAmount: s.Typed,
				Account: holding.Account, Identifiers: customer.Identifiers,
				Basket: &kept, Reasons: outcome.Reasons, Slip: slip,
			},
		}}, nil
	}
}

func (c Counter) slip(customer Customer, s Sale, m ledger.Moment, h ledger.Holding, o earn.Outcome, record ledger.Key) receipt.Slip {
	w, _ := words.For(c.Rules.Language) // Dutch where the language is not one of ours
	return receipt.ForAward(receipt.Award{
		Words: w, Rules: c.Rules, Zone: c.Zone, Moment: m, Mask: customer.Card.Mask(),
		Basket: s.Basket, Holding: h, Outcome: o, Record: record,
	})
}
