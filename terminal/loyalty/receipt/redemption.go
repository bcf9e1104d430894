package receipt

import (
	"slices"
	"strconv"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A Redemption is what the slip of points redeemed is made from. Its award is
// what the same sale earned, decided from what the redemption left, and has no
// gains where points were redeemed by themselves; its basket is the one before
// anything was taken off.
type Redemption struct {
	Award
	Redeemed []redeem.Outcome // in the order they were decided
}

// ForRedemption is the slip of a redemption.
func ForRedemption(r Redemption) Slip {
	p := r.page()
	blocks := append(p.top(), r.sums(p)...)
	blocks = append(blocks, Block{Rule: true})
	for _, o := range r.Redeemed {
		if o.Points == 0 {
			blocks = append(blocks, r.had(p, o)...)
		}
	}
	for _, w := range r.wallets() {
		blocks = append(blocks, r.wallet(p, w)...)
	}
	return p.slip(KindRedeem, append(append(blocks, r.rest(p, r.after())...), p.bottom(r.Record)...))
}

// sums says what was bought, what was taken off it, and what was left to pay.
func (r Redemption) sums(p page) []Block {
	if r.Basket.Total == 0 {
		return nil
	}
	blocks := []Block{p.purchase(r.Basket)}
	var off, paid basket.Money
	for _, o := range r.Redeemed {
		off, paid = off+o.Discount, paid+o.Pays
	}
	w, currency := p.words, r.Basket.Currency
	if off > 0 {
		blocks = append(blocks, pair(w.Discount(), w.Money(-off, currency)))
	}
	if paid > 0 {
		blocks = append(blocks, pair(w.PaidWithPoints(), w.Money(paid, currency)))
	}
	if off+paid > 0 {
		blocks = append(blocks, pair(w.ToPay(), w.Money(r.Basket.Total-off-paid, currency)))
	}
	return blocks
}

// wallets are those that changed, the ones points were redeemed from first.
func (r Redemption) wallets() []ledger.Wallet {
	var all []ledger.Wallet
	add := func(w ledger.Wallet) {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	for _, o := range r.Redeemed {
		if o.Points > 0 {
			add(o.Reward.Wallet)
		}
	}
	for _, w := range r.earned() {
		add(w)
	}
	for _, o := range r.Redeemed {
		if o.Reward.Gives == programme.GivesPoints && o.Reward.Into != "" {
			add(o.Reward.Into)
		}
	}
	return all
}

// wallet says what left a wallet and what for, what came into it, and what it
// holds then.
func (r Redemption) wallet(p page, w ledger.Wallet) []Block {
	var blocks []Block
	for _, o := range r.Redeemed {
		if o.Reward.Wallet == w && o.Points > 0 {
			spent := p.points(p.words.Redeemed(), w, o.Points)
			spent.Bold = true
			blocks = append(append(blocks, spent), r.had(p, o)...)
		}
	}
	return append(append(blocks, r.gain(p, w)...), p.now(r.after(), w, r.carries(w))...)
}

// after is what the member holds once all is decided, also where nothing was
// bought.
func (r Redemption) after() ledger.Holding {
	if n := len(r.Redeemed); n > 0 && len(r.Outcome.Gains)+len(r.Plays.Outcomes) == 0 {
		return r.Redeemed[n-1].After
	}
	return r.Award.After()
}

// had says what was had for points, or for nothing. Money off the total stands
// in the sums.
func (r Redemption) had(p page, o redeem.Outcome) []Block {
	w, currency, reward := p.words, p.rules.Currency, o.Reward
	switch {
	case o.Printed != nil:
		return []Block{pair(w.VoucherFor(), times(o.Times, reward.Name))}
	case o.Voucher() && o.Pays > 0:
		return []Block{pair(times(o.Times, reward.Name), w.Money(o.Pays, currency))}
	case o.Discount > 0 && (reward.Gives != programme.GivesMoney || o.Points == 0):
		return []Block{pair(times(o.Times, reward.Name), w.Money(-o.Discount, currency))}
	case o.Discount > 0 || o.Pays > 0:
		return nil
	case reward.Gives == programme.GivesPerk:
		return []Block{pair(w.Perk(), times(o.Times, reward.Name))}
	case reward.Gives == programme.GivesCash:
		return []Block{pair(w.PaidOut(), w.Money(o.Money, currency))}
	case reward.Gives == programme.GivesDonation:
		return []Block{pair(w.GivenTo(p.cause(o.Cause)), w.Money(o.Money, currency))}
	case reward.Gives == programme.GivesPoints:
		var into ledger.Points
		for _, e := range o.Entries {
			if e.Wallet == reward.Into && e.Points > 0 {
				into += e.Points
			}
		}
		return []Block{p.points(w.ChangedInto(), reward.Into, into)}
	}
	return []Block{pair(w.Reward(), times(o.Times, reward.Name))}
}

// cause is what people call a cause.
func (p page) cause(name string) string {
	for _, c := range p.rules.Causes {
		if c.Name == name {
			return message.Label(c.Name, c.Label, p.words)
		}
	}
	return name
}

// times is a name with how often it was, when that is more than once.
func times(n int64, name string) string {
	if n == 1 {
		return name
	}
	return strconv.FormatInt(n, 10) + " × " + name
}
