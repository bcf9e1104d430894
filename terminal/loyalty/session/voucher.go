package session

import (
	"encoding/json"
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/slipcode"
)

// A Voucher is one that was read at the lane.
type Voucher struct {
	Text    string // as it is written
	Code    slipcode.Voucher
	Holding ledger.Holding // of its account, as it was when it was read
}

// used is v as what it gives is decided.
func (v Voucher) used() redeem.Voucher {
	c := v.Code
	return redeem.Voucher{Reward: c.Reward, Times: c.Times, Worth: c.Worth, Until: c.Until, Holding: v.Holding}
}

// A ShownVoucher is a voucher that was read, and what it comes to on a basket.
type ShownVoucher struct {
	// Voucher is its code: a till names it when it posts the sale.
	Voucher string `json:"voucher"`
	Reward  string `json:"reward"`
	// Discount is what it takes off, Pays what it pays of a total off which
	// nothing comes; in minor units.
	Discount basket.Money `json:"discount"`
	Pays     basket.Money `json:"pays,omitempty"`
	Until    ledger.Day   `json:"until"`
	// Code and Detail say why it cannot be used on this basket; "" when it can.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// A PrintedVoucher is a voucher that was printed.
type PrintedVoucher struct {
	Reward string     `json:"reward"`
	Until  ledger.Day `json:"until"` // the last day on which it can be used
}

// ReadVoucher reads the code of a voucher.
func (c Counter) ReadVoucher(text string) (slipcode.Voucher, error) {
	v, err := slipcode.ParseVoucher(text, c.Keys)
	if err != nil {
		return slipcode.Voucher{}, &programme.Refusal{Code: programme.BadSlip, Cause: err}
	}
	if v.Currency != c.Rules.Currency {
		return slipcode.Voucher{}, &programme.Refusal{Code: programme.OtherCurrency, Currency: v.Currency}
	}
	return v, nil
}

// VoucherSubject is the account of a voucher. One that was never seen here is new.
func VoucherSubject(v slipcode.Voucher) ledger.Subject {
	return ledger.Subject{Account: v.Account, Foreign: true}
}

// FreshVoucher is the account of a voucher that may be printed: its number is
// drawn by whoever asks.
func FreshVoucher(drawn ledger.Account) ledger.Subject {
	return ledger.Subject{Account: drawn, Foreign: true}
}

// CheckVoucher is why a voucher, with what is known of its account, cannot be
// used at a moment; nil when it can.
func (c Counter) CheckVoucher(v Voucher, m ledger.Moment) error {
	if no := v.used().Refuse(m); no != nil {
		return c.dated(no, v.Code)
	}
	return nil
}

// dated is a refusal with the day that its sentence needs.
func (c Counter) dated(no *programme.Refusal, v slipcode.Voucher) error {
	if no.Code == programme.VoucherExpired {
		no.At = noonOf(v.Until, c.Zone)
	}
	return no
}

// maxVouchers bounds those that one sale uses, and those that one record prints,
// so that they fit into it.
const maxVouchers = 8

// vouchers uses the sale's, whose accounts are holdings.
func (d *decided) vouchers(holdings []ledger.Holding) error {
	texts := d.sale.vouchers()
	if len(texts) > maxVouchers {
		return &programme.Refusal{Code: programme.BadBasket, Cause: fmt.Errorf("%d vouchers in one sale, at most %d", len(texts), maxVouchers)}
	}
	if len(holdings) < len(texts) {
		return fmt.Errorf("the request names %d of %d vouchers", len(holdings), len(texts))
	}
	for i, text := range texts {
		code, err := d.counter.ReadVoucher(text)
		if err != nil {
			return err
		}
		v := Voucher{Text: text, Code: code, Holding: holdings[i]}
		if slices.ContainsFunc(holdings[:i], func(h ledger.Holding) bool { return h.Account == v.Holding.Account }) {
			return &programme.Refusal{Code: programme.BadBasket, Cause: fmt.Errorf("voucher %d stands twice", i+1)}
		}
		if err := d.use(v); err != nil {
			return err
		}
	}
	return nil
}

// use has one voucher.
func (d *decided) use(v Voucher) error {
	if err := d.counter.CheckVoucher(v, d.moment); err != nil {
		return err
	}
	o, err := redeem.Use(d.scene(), d.cover, d.left, v.used())
	if err != nil {
		return err
	}
	d.had(o)
	return nil
}

// mostPrinted is the most vouchers that a decision could print under the rules.
func (c Counter) mostPrinted(s *Sale) int {
	if len(c.Keys) == 0 {
		return 0
	}
	n := 0
	for _, r := range c.Rules.Rewards {
		if r.VoucherDays == 0 {
			continue
		}
		wished := s != nil && (!s.Hold.IsZero() || slices.ContainsFunc(s.Redeem, func(w redeem.Wish) bool { return w.Reward == r.Name }))
		if wished || s != nil && r.Automatic {
			n++
		}
		for _, g := range c.Rules.Games {
			if !slices.ContainsFunc(g.Odds, func(o programme.Odds) bool { return o.Reward == r.Name }) {
				continue
			}
			if n++; g.Costs > 0 {
				n += programme.MostPlays
			}
		}
	}
	return min(n, maxVouchers)
}

// MayPrint is how many accounts have to be drawn for the vouchers that a sale may
// print; they are the request's last subjects, after those of Sale.Vouchers.
func (c Counter) MayPrint(s Sale) int { return c.mostPrinted(&s) }

// MayWin is how many have to be drawn for what may be won without a sale: with
// an event or an enrolment.
func (c Counter) MayWin() int { return c.mostPrinted(nil) }

// drawnFor are the accounts of holdings that were drawn for vouchers.
func drawnFor(holdings []ledger.Holding) (all []ledger.Account) {
	for _, h := range holdings {
		if h.New {
			all = append(all, h.Account)
		}
	}
	return all
}

// pretended are accounts as a quote and a hold need them: what they say is kept
// nowhere.
func pretended() []ledger.Account {
	all := make([]ledger.Account, maxVouchers)
	for i := range all {
		all[i] = ledger.Account{'v', byte(i)}
	}
	return all
}

// papers are the printed vouchers of a record.
func (c Counter) papers(record ledger.Key, m ledger.Moment, all []redeem.Printed) ([]json.RawMessage, error) {
	var papers []json.RawMessage
	for _, v := range all {
		code, err := slipcode.Voucher{
			Account: v.Account, Record: record, Reward: v.Reward, Times: v.Times, Worth: v.Worth, Currency: c.Rules.Currency, Until: v.Until,
		}.Encode(c.Keys[0])
		if err != nil {
			return nil, err
		}
		paper, err := receipt.ForVoucher(receipt.Voucher{
			Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: m, Printed: v, Record: record, Code: code,
		}).Encode()
		if err != nil {
			return nil, err
		}
		papers = append(papers, paper)
	}
	return papers, nil
}

// again are vouchers that can be used again, to be printed anew: the paper may be
// gone by now.
func (c Counter) again(all []redeem.Voucher) []redeem.Printed {
	if len(c.Keys) == 0 {
		return nil
	}
	var printed []redeem.Printed
	for _, v := range all {
		printed = append(printed, redeem.Printed{Account: v.Holding.Account, Reward: v.Reward, Times: v.Times, Worth: v.Worth, Until: v.Until})
	}
	return printed
}

// won are the vouchers that draws won, as far as accounts were drawn for them,
// and the entries that make them.
func (c Counter) won(prizes []programme.Odds, fresh []ledger.Account, day ledger.Day, alone bool) (all []redeem.Printed, entries []ledger.Entry) {
	for _, o := range prizes {
		r, known := c.Rules.Reward(o.Reward)
		if !known || r.VoucherDays == 0 || len(fresh) == 0 {
			continue
		}
		v, e := redeem.Print(r, 1, 0, fresh[0], day, alone)
		all, entries, fresh = append(all, v), append(entries, e), fresh[1:]
	}
	return all, entries
}

// printed are the vouchers that a record printed, in words a till reads.
func printed(head ledger.Head) (all []PrintedVoucher) {
	for _, e := range head.Entries {
		if e.Wallet.Voucher() && e.Points > 0 {
			all = append(all, PrintedVoucher{Reward: programme.RewardOf(e.Wallet), Until: e.Expires})
		}
	}
	return all
}
