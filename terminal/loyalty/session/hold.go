package session

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A promised is what a hold keeps in its wish: enough to pay it as it was
// promised, whatever the programme says by then.
type promised struct {
	Card     string           `json:"card,omitempty"`    // masked
	Manager  string           `json:"manager,omitempty"` // who confirmed it
	Promises []redeem.Promise `json:"promises"`
}

// Hold is the decision to set points aside for a sale's wishes until an
// instant, for the customer who stands at the counter.
func (c Counter) Hold(customer Customer, s Sale, until time.Time, m ledger.Moment) func(ledger.View) (ledger.Hold, error) {
	return func(v ledger.View) (ledger.Hold, error) {
		request, err := s.Request()
		if err != nil {
			return ledger.Hold{}, err
		}
		d := c.decide(customer, s, m, v)
		end := ledger.Stamp(until.UnixMilli())
		// No grant that ends before the hold does.
		d.cover.Now = max(d.cover.Now, end)
		d.cover.Fresh = pretended()
		if err := d.wishes(v.Holdings[1:]); err != nil {
			return ledger.Hold{}, err
		}
		if len(d.redeemed) == 0 {
			return ledger.Hold{}, &programme.Refusal{Code: programme.BadBasket, Cause: errors.New("there is nothing to set aside")}
		}
		if err := d.withinLimits(); err != nil {
			return ledger.Hold{}, err
		}
		wish, err := json.Marshal(promised{customer.Mask(), d.manager, redeem.Promises(d.redeemed)})
		if err != nil {
			return ledger.Hold{}, fmt.Errorf("hold for %s: %w", request.Key, err)
		}
		return ledger.Hold{
			Request: request.Key, Account: d.before.Account, Lane: c.Lane, Until: end, Rules: c.Rules.Version,
			Parts: redeem.Parts(d.redeemed), Wish: wish,
		}, nil
	}
}

// HeldAnswer is what the till is told of a hold.
func (c Counter) HeldAnswer(h ledger.Hold) (Held, error) {
	was, err := promisedBy(h)
	if err != nil {
		return Held{}, err
	}
	held := Held{Hold: h.ID, Until: int64(h.Until), Card: was.Card, Redeemed: []Redeemed{}}
	for _, p := range was.Promises {
		held.Redeemed = append(held.Redeemed, redeemedBy(p))
		held.Discount += p.Discount
	}
	held.Tell = c.Tell(Answer{Redeemed: held.Redeemed, Discount: held.Discount})
	return held, nil
}

func promisedBy(h ledger.Hold) (promised, error) {
	var p promised
	if err := json.Unmarshal(h.Wish, &p); err != nil {
		return promised{}, fmt.Errorf("read hold %v: %w", h.ID, err)
	}
	return p, nil
}

// capture takes what the sale's hold promised. A hold whose time is over is
// paid all the same, for the till has taken it off: from what is still set
// aside, and the rest uncovered.
func (d *decided) capture(v ledger.View) error {
	h := v.Hold
	if key := requestKey("", d.sale.Basket.Key); h == nil || h.ID != d.sale.Hold || h.Request != key || h.Account != d.before.Account {
		return &programme.Refusal{Code: programme.UnknownHold}
	}
	// What is paid is the basket less the discount: that may add up where the
	// basket does not.
	if err := d.scene().Rules.CheckBasket(d.sale.Basket); err != nil {
		return &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	was, err := promisedBy(*h)
	if err != nil {
		return err
	}
	d.manager = cmp.Or(d.manager, was.Manager)
	d.cover.Vouchers = v.Vouchers
	d.cover.NoSpend, d.seen.NoSpend = false, false // it was promised to a card that spends
	all, err := redeem.Capture(d.scene(), d.cover, h.Parts, was.Promises)
	for _, o := range all {
		d.had(o)
	}
	return err
}
