package session

import (
	"fmt"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/transfer"
)

// A Merging is what one account holds on its way to another: two cards of one
// member, or a new card for one that was lost.
type Merging struct {
	Key basket.Key // of the request; another one for each record it takes
	// Note says why, for whoever looks at either account.
	Note string
}

// Request is the merging as a request. Its subjects are the account that is
// emptied and the one that gets it.
func (g Merging) Request(from, to ledger.Subject) (ledger.Request, error) {
	type who struct {
		Account ledger.Account
		Ref     member.Ref
	}
	of := func(s ledger.Subject) who {
		w := who{Account: s.Account}
		if len(s.Identifiers) > 0 {
			w.Ref = s.Identifiers[0].Ref
		}
		return w
	}
	return requestOf("transfer", g.Key, struct{ From, To who }{of(from), of(to)}, []ledger.Subject{from, to})
}

// Merge is the decision to give all that the view's first account holds to its
// second one, by a manager. What is too much for one record is left for the
// next: as long as the first account holds anything, it is asked again.
func (c Counter) Merge(to Customer, g Merging, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		if c.Manager == "" {
			return ledger.Posting{}, &programme.Refusal{Code: programme.ManagerNeeded}
		}
		from, into := v.Holdings[0], v.Holdings[1]
		if from.New {
			return ledger.Posting{}, &programme.Refusal{Code: programme.UnknownMember}
		}
		cover := redeem.Cover{Alone: v.Alone, Now: v.Stamp(m), Held: from.Held, Promised: from.Promised}
		o, err := transfer.Merge(from, into, cover, m.Day)
		if err != nil {
			return ledger.Posting{}, err
		}
		if len(o.Entries) == 0 {
			return ledger.Posting{}, &programme.Refusal{Code: programme.TooFewPoints, Cause: fmt.Errorf("account %s holds nothing", from.Account.Short())}
		}
		body := c.body(to, into.Account)
		if body.Note = tidy(g.Note); body.Note == "" {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoteNeeded}
		}
		body.Reasons = o.Reasons
		return ledger.Posting{Lane: c.Lane, Draft: ledger.Draft{Kind: ledger.KindTransfer, Rules: c.Rules.Version, Moment: m, Entries: o.Entries, Body: body}}, nil
	}
}

// An Opening is points somebody held in another system before: one lot.
type Opening struct {
	Key    basket.Key
	Wallet ledger.Wallet
	Points ledger.Points
	// Earned is the day they were earned on, Expires the last day they can be
	// spent; without the latter, the wallet's own time from Earned on.
	Earned, Expires ledger.Day
	Source          string // where they come from: "kassa 2019"
	Note            string
}

// ReasonOpening is the code of the reason for an opening balance.
const ReasonOpening = "opening_balance"

// Request is the opening balance as a request, about the customer.
func (o Opening) Request(customer ledger.Subject) (ledger.Request, error) {
	var ref member.Ref
	if len(customer.Identifiers) > 0 {
		ref = customer.Identifiers[0].Ref
	}
	return requestOf("opening", o.Key, struct {
		Opening
		Customer member.Ref
	}{o, ref}, []ledger.Subject{customer})
}

// Open is the decision to give the customer an opening balance, by a manager.
func (c Counter) Open(customer Customer, o Opening, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		wallet, known := c.Rules.Wallet(o.Wallet)
		switch {
		case c.Manager == "":
			return ledger.Posting{}, &programme.Refusal{Code: programme.ManagerNeeded}
		case !known || o.Points <= 0 || o.Points > programme.MaxRatePoints:
			return ledger.Posting{}, &programme.Refusal{Code: programme.BadAmount, Wallet: wallet, Points: o.Points}
		case strings.TrimSpace(o.Source) == "":
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoteNeeded}
		}
		e := ledger.Entry{
			Account: v.Holdings[0].Account, Wallet: o.Wallet, Kind: ledger.Adjust, Points: o.Points, Expires: o.Expires, Closed: v.Alone,
		}
		if e.Expires == "" {
			earned := o.Earned
			if earned == "" {
				earned = m.Day
			}
			_, e.Expires = wallet.Dates(earned)
		}
		body := c.body(customer, v.Holdings[0].Account)
		body.Note = tidy(strings.TrimSuffix(o.Source+": "+o.Note, ": "))
		body.Reasons = []ledger.Reason{{Code: ReasonOpening, Wallet: o.Wallet, Points: o.Points}}
		return ledger.Posting{Lane: c.Lane, Draft: ledger.Draft{
			Kind: ledger.KindAdjust, Rules: c.Rules.Version, Moment: m, Entries: []ledger.Entry{e}, Body: body,
		}}, nil
	}
}
