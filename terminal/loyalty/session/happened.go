package session

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
)

// Enrolled is the kind of event that an enrolment is.
const Enrolled = "enrolled"

// A Happening is something a member did that was no purchase, as a program says
// it.
type Happening struct {
	ledger.Event
	// Code is the member's card or telephone number, and Mode how the program
	// got it; without one it is about whoever stands at the lane.
	Code string
	Mode ledger.EntryMode
	// Operator is who says so.
	Operator string
}

// Limits of an event.
const (
	maxEventText = 64
	maxQuantity  = 1_000_000_000_000 // thousandths
)

// EventRequest is an event as a request of its member. Its kind and id are its
// key, whatever the day and whoever is said to have done it: the same event
// counts once, and the second word on it gets the first answer.
func EventRequest(e ledger.Event, member ledger.Subject) (ledger.Request, error) {
	if !plainText(e.Kind) || !plainText(e.ID) || e.Quantity < 0 || e.Quantity > maxQuantity {
		return ledger.Request{}, &programme.Refusal{Code: programme.BadBasket, Cause: errors.New("event: kind and id must be 1 to 64 bytes of printable characters, the quantity not below zero")}
	}
	text, err := json.Marshal(e)
	if err != nil {
		return ledger.Request{}, fmt.Errorf("digest of an event: %w", err)
	}
	key := fmt.Sprintf("event/%d:%s/%s", len(e.Kind), e.Kind, e.ID)
	return ledger.Request{Key: key, Digest: sha256.Sum256(text), Subjects: []ledger.Subject{member}}, nil
}

func plainText(s string) bool {
	if s == "" || len(s) > maxEventText || !utf8.ValidString(s) {
		return false
	}
	return !slices.ContainsFunc([]rune(s), func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 })
}

// Happened is the decision to reward the customer for an event: one record, with
// a slip of what was played on it and a paper for each voucher that is won. The request's
// subjects behind the first are drawn for these (MayWin). An event of a kind
// that nothing rewards is refused.
func (c Counter) Happened(customer Customer, e ledger.Event, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		r, err := c.rewarded(v, v.Holdings[0], v.Holdings[1:], e, m)
		if err != nil {
			return ledger.Posting{}, err
		}
		body := c.body(customer, v.Holdings[0].Account)
		r.tell(&body)
		if err := c.gameSlip(&body, r, customer, v, m); err != nil {
			return ledger.Posting{}, err
		}
		var lane string // "" prints nothing
		if len(body.More)+len(body.Slip) > 0 {
			lane = c.Lane
		}
		return ledger.Posting{Lane: lane, Draft: ledger.Draft{
			Kind: ledger.KindEvent, Rules: c.Rules.Version, Moment: m, Entries: r.entries, Body: body,
		}}, nil
	}
}

// gameSlip adds the slip of what was played; an event without a game has none.
func (c Counter) gameSlip(body *ledger.Body, r rewarded, customer Customer, v ledger.View, m ledger.Moment) error {
	if len(r.plays.Outcomes) == 0 {
		return nil
	}
	credit := receipt.Credit{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: m, Mask: customer.Mask(), Holding: v.Holdings[0], After: r.plays.After,
		Added: r.added(v.Holdings[0].Account), Plays: r.plays, Record: v.Next, Offline: c.Offline,
	}
	slip := receipt.ForGame(credit)
	var err error
	if body.Slip, err = slip.Encode(); err != nil {
		return err
	}
	body.Kept = c.keeps(receipt.Occasion{Kind: slip.Kind, Reward: won(r.plays) || len(body.More) > 0})
	return nil
}

// added is what came into the member's wallets, all of it together.
func (r rewarded) added(account ledger.Account) []ledger.Position {
	var all []ledger.Position
	for _, e := range r.entries {
		if e.Account != account || e.Wallet.Counter() {
			continue
		}
		at := slices.IndexFunc(all, func(p ledger.Position) bool { return p.Wallet == e.Wallet })
		if at < 0 {
			at, all = len(all), append(all, ledger.Position{Wallet: e.Wallet})
		}
		all[at].Points += e.Points
	}
	return slices.DeleteFunc(all, func(p ledger.Position) bool { return p.Points <= 0 })
}

// A rewarded is what an event brought.
type rewarded struct {
	writing
	event  ledger.Event
	seen   *ledger.Seen
	plays  game.Plays
	totals []earn.Total
	papers []json.RawMessage // of the vouchers that were won
}

// rewarded decides what an event brings, with the games that are played on it;
// fresh are accounts that were drawn for vouchers.
func (c Counter) rewarded(v ledger.View, h ledger.Holding, fresh []ledger.Holding, e ledger.Event, m ledger.Moment) (rewarded, error) {
	s := c.scene(h, basket.Basket{}, m)
	s.House, s.Referrer, s.Event = v.House, v.Referrer, &e
	o, err := earn.Event(s)
	if err != nil {
		return rewarded{}, err
	}
	r := rewarded{event: e, seen: s.Seen(), totals: o.Totals()}
	if r.plays, err = game.Decide(s, o.After, c.Games, v.Next, nil); err != nil {
		return rewarded{}, err
	}
	r.add(closed(o.Entries, h.Account, v.Alone), o.Shares, o.Reasons)
	r.add(closed(r.plays.Entries, h.Account, v.Alone), r.plays.Shares, r.plays.Reasons)
	won, entries := c.won(r.plays.Prizes(), drawnFor(fresh), m.Day, v.Alone)
	r.add(entries, nil, nil)
	r.papers, err = c.papers(v.Next, m, won)
	return r, err
}

// closed is entries as they are posted: a shop that stands alone has nobody to
// set points aside from, and for whoever is not here, who brought the member in,
// nothing is set aside that an undo would then not find.
func closed(entries []ledger.Entry, member ledger.Account, alone bool) []ledger.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Closed = alone || entries[i].Account != member && entries[i].Points > 0
	}
	return entries
}

// tell puts into a body what was decided, and from what.
func (r rewarded) tell(body *ledger.Body) {
	body.Event, body.Seen, body.Shares, body.Games = &r.event, r.seen, r.shares, r.plays.Played()
	body.Reasons, body.More = append(body.Reasons, r.reasons...), append(body.More, r.papers...)
}
