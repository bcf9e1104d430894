package redeem

import (
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// A gift is what of a wallet went to a cause.
type gift struct {
	wallet ledger.Wallet
	cause  string
	left   ledger.Points // that no reward is known for yet
}

// Gifts are what a record gave to causes, as far as no reward was told for it.
type Gifts []gift

// GiftsOf are what a record gave to causes, in its order.
func GiftsOf(r ledger.Record) (all Gifts) {
	for _, e := range r.Head.Entries {
		if e.Kind != ledger.Donate {
			continue
		}
		cause := strings.TrimPrefix(e.At, CauseAt(""))
		at := slices.IndexFunc(all, func(g gift) bool { return g.wallet == e.Wallet && g.cause == cause })
		if at < 0 {
			at, all = len(all), append(all, gift{wallet: e.Wallet, cause: cause})
		}
		all[at].left -= e.Points
	}
	return all
}

// Take is the cause that a reward's points of a wallet went to: the first that
// got so many; "" where there is none.
func (g Gifts) Take(w ledger.Wallet, p ledger.Points) string {
	at := slices.IndexFunc(g, func(o gift) bool { return o.wallet == w && o.left >= p && p > 0 })
	if at < 0 {
		return ""
	}
	g[at].left -= p
	return g[at].cause
}
