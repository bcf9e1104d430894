package session

import (
	"cmp"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/refund"
)

// Recalled is a sale that was looked up, in words: what is left of it, and
// what may still be done at the moment m.
func (c Counter) Recalled(sale ledger.Sale, m ledger.Moment) Recalled {
	key := sale.Original.Head.Key()
	now := refund.Current(sale)
	r := Recalled{Record: key, Code: now.Original.Head.Key().Code(), When: c.when(sale.Original.Head.At), Card: maskOf(now.Original.Body)}
	rest, kept, err := refund.Rest(now)
	if err != nil || !kept {
		rest = refund.Remaining{}
	}
	r.Total, r.Left = c.priced(rest.Total), c.priced(rest.Left)
	for _, l := range rest.Lines {
		r.Lines = append(r.Lines, RecalledLine{
			Line: l.Number, Name: cmp.Or(l.Name, l.Product, l.ID), Amount: c.priced(l.Amount), Left: l.Left,
		})
	}
	var earned []Amount
	whose, known := refund.Account(now)
	for _, e := range now.Original.Head.Entries {
		gave := e.Kind == ledger.Earn || e.Kind == ledger.Bonus || e.Kind == ledger.Move
		if e.Points > 0 && gave && !e.Wallet.Counter() && (!known || e.Account == whose) {
			earned = plus(earned, e.Wallet, e.Points)
		}
	}
	for _, a := range earned {
		r.Earned = append(r.Earned, c.shown(a.Wallet, a.Points))
	}
	if body := now.Original.Body; body != nil {
		for _, why := range body.Reasons {
			r.Redeemed = redeemed(r.Redeemed, why)
		}
	}
	c.allow(&r, sale, now, m)
	if slices.ContainsFunc(sale.Later, func(r ledger.Record) bool { return r.Head.Kind == ledger.KindClaim }) {
		r.CanClaim = false // each slip is claimed once
	}
	return r
}

// claimed is what a bearer slip gives the card it goes on, as far as that is
// certain: of one that partly came back only the balance tells.
func (r Recalled) claimed() []Amount {
	if r.Left != r.Total {
		return nil
	}
	var all []Amount
	for _, e := range r.Earned {
		all = append(all, Amount{e.Wallet, e.Points})
	}
	return all
}

// allow says what may still be done with what was sold, and stands as sale now,
// by deciding it and leaving it at that.
func (c Counter) allow(r *Recalled, sold, sale ledger.Sale, m ledger.Moment) {
	account, _ := refund.Account(sale)
	r.account = account
	from, to := ledger.Holding{Account: account}, ledger.Holding{Account: account}
	to.Account[0]++ // anybody else
	terms := refund.Terms{Rules: c.Rules, Zone: c.Zone, Day: m.Day}
	_, err := refund.Undo(terms, from, sold)
	r.CanUndo = err == nil
	_, err = refund.Return(terms, from, sale, nil)
	r.CanReturn = err == nil
	_, err = refund.Move(terms, from, to, sale)
	r.CanMove = err == nil
	bearer := sale.Original.Body != nil && slices.ContainsFunc(sale.Original.Body.Identifiers, func(i member.Identifier) bool { return i.Kind == member.KindSlip })
	r.CanClaim = bearer && r.CanReturn && m.Day <= after(sale.Original.Head.Day, c.Rules.Bearer.Days)
}

// when is an instant on the shop's clock, in words.
func (c Counter) when(at int64) string {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	return c.words().DateTime(time.UnixMilli(at).In(zone))
}

func (c Counter) priced(amount basket.Money) Priced {
	return Priced{Amount: amount, Text: c.words().Money(amount, c.Rules.Currency)}
}

func (c Counter) shown(w ledger.Wallet, p ledger.Points) Shown {
	wallet, _ := c.Rules.Wallet(w)
	return Shown{Wallet: w, Points: p, Text: c.words().Points(p, wallet)}
}
