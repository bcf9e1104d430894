package refund

import (
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// below does what the programme wants where the member has less than was taken
// back. A holding that is not known may have more than is seen.
func (r *returning) below() error {
	h := r.before
	policy := r.terms.Rules.Returns.Below
	if policy != programme.WithinBalance && policy != programme.RefuseBelow || !h.Known && !h.Alone {
		return nil
	}
	for _, c := range slices.Clone(r.out.Changes) {
		owed := -min(r.held(h, c.Wallet), 0)
		// What was owed before the sale is owed after it: nobody gets rid of a debt
		// by bringing back what had paid it.
		short := -min(r.held(r.out.After, c.Wallet), 0) - max(owed, r.owedBefore(c.Wallet))
		if short <= 0 {
			continue
		}
		if policy == programme.RefuseBelow {
			wallet, _ := r.terms.Rules.Wallet(c.Wallet)
			return &programme.Refusal{Code: programme.SpentSince, Points: short, Wallet: wallet}
		}
		// An entry of its own, so that what was taken back stays taken back. It
		// only pays the debt, so it opens no set-aside.
		forgiven := ledger.Entry{Account: h.Account, Wallet: c.Wallet, Kind: ledger.Adjust, Points: short, Closed: true}
		r.out.Entries = append(r.out.Entries, forgiven)
		r.out.Reasons = append(r.out.Reasons, ledger.Reason{Code: ReasonForgiven, Wallet: c.Wallet, Points: short})
		for i := range r.out.Changes {
			if r.out.Changes[i].Wallet == c.Wallet {
				r.out.Changes[i].TakenBack -= short
			}
		}
		if err := r.out.After.Apply(forgiven, r.terms.Day); err != nil {
			return err
		}
	}
	return nil
}

// owedBefore is what the sale's decision saw as owed.
func (r *returning) owedBefore(w ledger.Wallet) ledger.Points {
	record := r.sale.Original
	if record.Head.Kind == ledger.KindMove || record.Body == nil || record.Body.Seen == nil {
		return 0 // nothing is known of this account
	}
	return ledger.Holding{Positions: record.Body.Seen.Positions}.In(w).All().Debt
}

// unforgive takes what comes back of a spending for what was forgiven when an
// earlier part of the sale came back: nobody keeps both.
func (r *returning) unforgive() error {
	for _, record := range r.sale.Later {
		for i, e := range record.Head.Entries {
			if e.Kind != ledger.Adjust || e.Account != r.before.Account {
				continue
			}
			done, err := doneBefore(r.sale, record.Head, i+1)
			if err == nil {
				err = r.makeUp(record.Head.Key().Entry(i+1), e.Wallet, e.Points-done.points)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// makeUp takes at most so much of what came back of a wallet for an entry that
// had forgiven it.
func (r *returning) makeUp(forgave ledger.EntryKey, w ledger.Wallet, most ledger.Points) error {
	for i, x := range slices.Clone(r.out.Entries) {
		p := min(most, x.Points)
		if p <= 0 || x.Wallet != w || x.Kind != ledger.Reverse || x.Account != r.before.Account {
			continue
		}
		most -= p
		r.out.Entries[i].Closed = true // nothing is set aside of what goes at once
		back := ledger.Entry{
			Account: x.Account, Wallet: w, Kind: ledger.Reverse, Points: -p, Reverses: &forgave,
			Expires: x.Expires, Vests: x.Vests, Issuer: x.Issuer,
		}
		r.out.Entries = append(r.out.Entries, back)
		r.out.kept(w, p)
		if err := r.out.After.Apply(back, r.terms.Day); err != nil {
			return err
		}
	}
	return nil
}

// kept tells of less that came back of a wallet.
func (o *Outcome) kept(w ledger.Wallet, p ledger.Points) {
	for i := range o.Changes {
		if o.Changes[i].Wallet == w {
			o.Changes[i].GivenBack -= p
		}
	}
	for i := range o.Reasons {
		reason := &o.Reasons[i]
		if reason.Code != ReasonGivenBack || reason.Wallet != w || reason.Points <= 0 {
			continue
		}
		less := min(p, reason.Points)
		reason.Points, p = reason.Points-less, p-less
	}
	o.Reasons = slices.DeleteFunc(o.Reasons, func(r ledger.Reason) bool { return r.Code == ReasonGivenBack && r.Points == 0 })
}

// held is what of a wallet has not lapsed, less what is owed.
func (r *returning) held(h ledger.Holding, w ledger.Wallet) ledger.Points {
	spendable, pending, _ := h.In(w).On(r.terms.Day)
	return spendable + pending
}
