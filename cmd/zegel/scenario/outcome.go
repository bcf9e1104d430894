package scenario

import (
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/tier"
)

// outcome adds what was posted and printed, and what the members have now.
func (a *act) outcome() error {
	if p := a.site.last; p != nil {
		now, err := a.Look(a.ctx, ledger.Subject{Account: p.Body.Account})
		if err != nil {
			return err
		}
		answer := a.counter().Told(session.AnswerTo(*p, now), now, a.moment())
		if answer.Standing != nil {
			a.got.Messages = answer.Standing.Messages
		}
		a.got.Earned, a.got.Spent = amounts(answer.Earned), spent(answer.Redeemed)
		a.got.TakenBack, a.got.GivenBack = amounts(answer.TakenBack), amounts(answer.GivenBack)
		a.got.Total, a.got.Discount, a.got.PayBack = answer.Total, answer.Discount, answer.PayBack
		a.got.ToPay = answer.Total - answer.Discount - pays(answer.Redeemed)
	}
	if err := a.remember(); err != nil {
		return err
	}
	var err error
	if a.got.Slip, err = a.paper(); err != nil {
		return err
	}
	for _, l := range a.got.Slip {
		if code, ok := strings.CutPrefix(l, "[QR "); ok && a.latest != nil && a.latest.qr == "" {
			a.latest.qr = strings.TrimSuffix(code, "]")
		}
	}
	if a.card != "" {
		if a.got.Holds, err = a.state(a.card); err != nil {
			return err
		}
	}
	if a.step.Expect == nil {
		return nil
	}
	a.got.Members = make(map[string]scenario.State)
	for name := range a.step.Expect.Members {
		if a.got.Members[name], err = a.state(name); err != nil {
			return err
		}
	}
	return nil
}

// remember keeps the codes of the vouchers that the step printed.
func (a *act) remember() error {
	p := a.site.last
	if p == nil || p.Repeat {
		return nil
	}
	for _, paper := range p.Body.More {
		slip, err := receipt.Decode(paper)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(slip.Blocks, func(b receipt.Block) bool { return b.QR != "" })
		if slip.Kind != receipt.KindVoucher || at < 0 {
			continue
		}
		of := ""
		if p.Body.Basket != nil && p.Body.Sale == nil {
			of = p.Body.Basket.Key.ID
		}
		a.printed = append(a.printed, printed{of, slip.Blocks[at].QR})
	}
	return nil
}

// counter is the checkout of the step, as far as it tells things.
func (a *act) counter() session.Counter {
	return session.Counter{Rules: a.rules, Zone: a.zone, Keys: a.keys, Shop: a.shop, Signals: a.signals, Operator: a.step.Cashier}
}

// state is what a member has now.
func (a *act) state(name string) (scenario.State, error) {
	subject, err := a.subject(name)
	if err != nil {
		return scenario.State{}, err
	}
	h, err := a.Look(a.ctx, subject)
	if err != nil {
		return scenario.State{}, err
	}
	day := a.moment().Day
	s := scenario.StateOf(h, a.rules, day)
	for _, l := range a.rules.Ladders {
		if on := tier.On(l, h, day); on.Name() != "" {
			s.Tiers = append(s.Tiers, on.Name())
		}
	}
	for _, m := range tier.Clubs(a.rules, h, day) {
		s.Clubs = append(s.Clubs, m.Club.Name)
	}
	for _, p := range tier.Perks(a.rules, h, day) {
		s.Perks = append(s.Perks, p.Name)
	}
	return s, nil
}

// amounts are sums by wallet, without what a programme counts for itself.
func amounts(list []session.Amount) map[ledger.Wallet]ledger.Points {
	sums := make(map[ledger.Wallet]ledger.Points)
	for _, a := range list {
		if !a.Wallet.Counter() {
			sums[a.Wallet] += a.Points
		}
	}
	return sums
}

func spent(list []session.Redeemed) map[ledger.Wallet]ledger.Points {
	sums := make(map[ledger.Wallet]ledger.Points)
	for _, r := range list {
		sums[r.Wallet] += r.Points
	}
	return sums
}

// pays is what points pay as a means of payment.
func pays(redeemed []session.Redeemed) (sum basket.Money) {
	for _, r := range redeemed {
		sum += r.Pays
	}
	return sum
}
