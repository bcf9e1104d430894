package scene

import (
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Again is the scene of a record as its own body tells it, under the rules that
// decided it; ok is false where the body does not say what was seen.
func Again(record ledger.Record, rules programme.Rules, zone *time.Location) (s Scene, ok bool) {
	body, head := record.Body, record.Head
	if body == nil || body.Seen == nil {
		return Scene{}, false
	}
	seen := body.Seen
	s = Scene{
		Rules: rules, Event: body.Event, Shop: seen.Shop, Cashier: body.Operator, Signals: seen.Signals,
		Holding: ledger.Holding{
			Account: body.Account, Known: seen.Known, Positions: seen.Positions,
			Profile: ledger.Profile{Enrolled: seen.Enrolled, Since: seen.Since, Birthday: seen.Birthday, Referrer: seen.ReferredBy},
		},
		House: ledger.Holding{Known: true, Positions: seen.House},
	}
	if body.Basket != nil {
		s.Basket = *body.Basket
	}
	if seen.ReferredBy != (ledger.Account{}) {
		s.Referrer = &ledger.Holding{Account: seen.ReferredBy, Known: true, Positions: seen.Referrer}
	}
	for _, e := range head.Entries {
		if e.Account != body.Account && e.Account != seen.ReferredBy && e.Kind != ledger.Redeem && !e.Wallet.Voucher() {
			s.House.Account = e.Account
		}
	}
	m := ledger.Moment{At: time.UnixMilli(head.At), Day: head.Day, Trusted: !head.Suspect}
	return s.On(m, zone), true
}
