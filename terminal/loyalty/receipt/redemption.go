package receipt

import (
	"slices"
	"strconv"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
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
	for _, w := range r.wallets() {
		blocks = append(blocks, r.wallet(p, w)...)
	}
	return p.slip(KindRedeem, append(blocks, p.bottom(r.Record)...))
}

// sums says what was bought, what points took off it, and what was left to pay.
func (r Redemption) sums(p page) []Block {
	if r.Basket.Total == 0 {
		return nil
	}
	blocks := []Block{p.purchase(r.Basket)}
	var off basket.Money
	for _, o := range r.Redeemed {
		off += o.Discount
	}
	if off == 0 {
		return blocks
	}
	w := p.words
	return append(blocks,
		pair(w.Discount(), w.Money(-off, r.Basket.Currency)),
		pair(w.ToPay(), w.Money(r.Basket.Total-off, r.Basket.Currency)),
	)
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
		add(o.Reward.Wallet)
	}
	for _, g := range r.Outcome.Gains {
		add(g.Wallet)
	}
	return all
}

// wallet says what left a wallet and what for, what came into it, and what it
// holds then.
func (r Redemption) wallet(p page, w ledger.Wallet) []Block {
	var blocks []Block
	var now []Block
	for _, o := range r.Redeemed {
		if o.Reward.Wallet != w {
			continue
		}
		spent := p.points(p.words.Redeemed(), w, o.Points)
		spent.Bold = true
		blocks = append(blocks, spent)
		if o.Discount == 0 {
			blocks = append(blocks, pair(p.words.Reward(), times(o.Times, o.Reward.Name)))
		}
		now = p.position(ledger.Position{Wallet: w, Points: o.After.In(w).Points})
	}
	for _, g := range r.Outcome.Gains {
		if g.Wallet == w {
			return append(blocks, p.gain(g)...)
		}
	}
	return append(blocks, now...)
}

// times is a name with how often it was, when that is more than once.
func times(n int64, name string) string {
	if n == 1 {
		return name
	}
	return strconv.FormatInt(n, 10) + " × " + name
}
