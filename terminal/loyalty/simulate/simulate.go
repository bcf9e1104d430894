// Package simulate replays what a shop recorded as it would have come out under another programme.
//
// It decides every basket again with the functions that decide at the counter,
// on what each account would hold by then, and keeps beside it what did happen:
// what differs is the programme and nothing else. So a programme replayed on its
// own records comes to the same, to the thousandth.
//
// What nobody can know is not made up: that members would have bought or
// redeemed otherwise, what a draw would have given, what was said at the counter
// of rain. What is left out is counted and told.
package simulate

import (
	"errors"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A Config is what a replay is made from.
type Config struct {
	// Draft is the programme to replay under; it is valid.
	Draft programme.Rules
	// Zone is where the shops are, as Draft.Zone names it; nil is UTC.
	Zone *time.Location
	// Was gives the rules that decided a record, by their version, as far as
	// they are kept; nil knows none.
	Was func(version int64) (programme.Rules, bool)
	// Since and Until are the first and the last business day that is replayed;
	// "" bounds nothing. What came before makes the balances it begins with.
	Since, Until ledger.Day
	// Shop is the shop's name, for records that do not say it.
	Shop string
	// Linked says that members are known elsewhere too: what a record saw that
	// the shop's own records do not explain came from there, in both worlds.
	Linked bool
}

// draftVersion is the draft's version here: one that no record names.
const draftVersion = -1

// A Replay goes through the records of one shop, in their order. It is not for
// several goroutines.
type Replay struct {
	config   Config
	draft    programme.Rules
	accounts map[ledger.Account]*account
	house    ledger.Holding
	sales    map[ledger.Key]*sold
	t        totals
}

// An account is what one account holds, in both worlds.
type account struct {
	number ledger.Account
	into   *account // the card that its slip was added to
	mask   string
	was    ledger.Holding
	draft  ledger.Holding // from the first replayed record on
	split  bool
	known  ledger.Profile
	change change
}

// A sold is a sale of which something came later, or will.
type sold struct {
	account ledger.Account
	sale    ledger.Sale // as the draft has it
}

// house is the account in which the draft counts what is limited for the
// terminal: no account that was minted is it.
var house = ledger.Account{0: 0xff, 15: 0xff}

// New is a replay that has seen nothing yet.
func New(c Config) *Replay {
	r := &Replay{
		config: c, draft: c.Draft, accounts: make(map[ledger.Account]*account), sales: make(map[ledger.Key]*sold),
		house: ledger.Holding{Account: house, Known: true, Alone: true}, t: newTotals(),
	}
	r.draft.Version = draftVersion
	return r
}

// Expect says that a later record names a sale: it will be kept until then. It
// is called before the sale's record is added.
func (r *Replay) Expect(sale ledger.Key) { r.sales[sale] = nil }

// Add goes on with the next record. An error is a record that no shop of ours
// made; the replay is then of no use any more.
func (r *Replay) Add(record ledger.Record) error {
	head := record.Head
	if r.config.Until != "" && head.Day > r.config.Until {
		return nil
	}
	r.t.records++
	within := head.Day >= r.config.Since
	if within {
		r.t.first, r.t.last = earliest(r.t.first, head.Day), max(r.t.last, head.Day)
	}
	a := r.whose(record)
	if a != nil && record.Body != nil && decides(head.Kind) {
		r.learn(a, record)
		if r.config.Linked {
			if err := r.elsewhere(a, record); err != nil {
				return err
			}
		}
	}
	if within {
		r.beginAll(a, head)
	}
	if err := r.happened(record, within); err != nil {
		return err
	}
	defer r.joined(a, record)
	if !within {
		return r.keepOld(record)
	}
	return r.replay(a, record)
}

func earliest(a, b ledger.Day) ledger.Day {
	if a == "" {
		return b
	}
	return min(a, b)
}

// whose is the account a record is about; nil where it does not say so any more.
func (r *Replay) whose(record ledger.Record) *account {
	if body := record.Body; body != nil && body.Account != (ledger.Account{}) {
		return r.account(body.Account)
	}
	if len(record.Head.Entries) > 0 {
		return r.account(record.Head.Entries[0].Account)
	}
	return nil
}

// account is the account of a number, or the one it was added to.
func (r *Replay) account(number ledger.Account) *account {
	a := r.accounts[number]
	if a == nil {
		a = &account{number: number, was: ledger.Holding{Account: number, Known: true, Alone: true}}
		r.accounts[number] = a
	}
	for a.into != nil {
		a = a.into
	}
	return a
}

// learn takes from what a decision saw who a member is.
func (r *Replay) learn(a *account, record ledger.Record) {
	body := record.Body
	if a.mask == "" && len(body.Identifiers) > 0 {
		a.mask = body.Identifiers[0].Mask
	}
	if seen := body.Seen; seen != nil {
		a.known = ledger.Profile{Enrolled: seen.Enrolled, Since: seen.Since, Birthday: seen.Birthday, Referrer: seen.ReferredBy}
	}
	if record.Head.Kind == ledger.KindEnrol {
		a.known.Enrolled, a.known.Since = true, earliest(a.known.Since, record.Head.Day)
	}
}

// joined takes from an enrolment what counts from the next record on.
func (r *Replay) joined(a *account, record ledger.Record) {
	body := record.Body
	if record.Head.Kind != ledger.KindEnrol || a == nil || body == nil {
		return
	}
	if body.Birthday != "" {
		a.known.Birthday = body.Birthday
	}
	if body.Referrer != (ledger.Account{}) {
		a.known.Referrer = body.Referrer
	}
}

// begin lets the draft's world of an account begin from the other one.
func (r *Replay) begin(a *account) {
	if a.split {
		return
	}
	a.split = true
	a.draft = a.was
	a.draft.Positions = clone(a.was.Positions)
	if r.config.Since != "" {
		r.t.start(a.was, r.config.Since)
	}
}

// beginAll lets the draft's world begin of all whom a record is about, from what
// there was before it.
func (r *Replay) beginAll(a *account, head ledger.Head) {
	if a != nil {
		r.begin(a)
	}
	for _, e := range head.Entries {
		r.begin(r.account(e.Account))
	}
}

func clone(positions []ledger.Position) []ledger.Position {
	return append(make([]ledger.Position, 0, len(positions)+2), positions...)
}

// happened is the record in the world that was.
func (r *Replay) happened(record ledger.Record, within bool) error {
	head := record.Head
	for _, e := range head.Entries {
		of := r.account(e.Account)
		// Once the draft's world has begun, nobody asks for counters of this one.
		if !of.split || !e.Wallet.Counter() || r.config.Linked {
			if err := of.was.Apply(e, head.Day); err != nil {
				return err
			}
		}
		if within {
			r.t.entry(e, head.Kind, was)
		}
	}
	if within && record.Body != nil && decides(head.Kind) {
		r.t.tell(record.Body.Reasons, was)
	}
	if head.Kind == ledger.KindClaim && record.Body != nil {
		return r.claim(record, within)
	}
	return nil
}

// decides reports whether a record of a kind says why it gave what it did.
func decides(k ledger.Kind) bool {
	switch k {
	case ledger.KindAward, ledger.KindEvent, ledger.KindEnrol, redeem.Kind, ledger.KindDonate, ledger.KindConvert:
		return true
	}
	return false
}

// claim adds what a bearer slip's account holds to the card's.
func (r *Replay) claim(record ledger.Record, within bool) error {
	if record.Body.Sale == nil {
		return nil
	}
	sale := r.sales[*record.Body.Sale]
	if sale == nil {
		return nil // its award was made in another shop
	}
	card, slip := r.account(record.Body.Account), r.account(sale.account)
	if card == slip {
		return nil
	}
	if within || slip.split {
		r.begin(card)
		r.begin(slip)
	}
	for _, p := range slip.was.Positions {
		if err := card.was.Add(p); err != nil {
			return err
		}
	}
	for _, p := range slip.draft.Positions {
		if err := card.draft.Add(p); err != nil {
			return err
		}
	}
	card.change.add(slip.change)
	slip.into = card
	return nil
}

// keepOld keeps a sale from before that comes back later: as it was made.
func (r *Replay) keepOld(record ledger.Record) error {
	if sale := r.expected(record); sale != nil {
		sale.sale = ledger.Sale{Original: record}
		return nil
	}
	if s := r.saleOf(record); s != nil {
		s.sale.Later = append(s.sale.Later, record)
	}
	return nil
}

// expected is where a sale is kept that something comes of later; nil for any other.
func (r *Replay) expected(record ledger.Record) *sold {
	key := record.Head.Key()
	_, wanted := r.sales[key]
	if origin := record.Head.Origin; !wanted && origin != nil {
		_, wanted = r.sales[*origin]
	}
	if !wanted || record.Head.Kind != ledger.KindAward {
		return nil
	}
	s := &sold{}
	if a := r.whose(record); a != nil {
		s.account = a.number
	}
	if r.sales[key] = s; record.Head.Origin != nil {
		r.sales[*record.Head.Origin] = s
	}
	return s
}

// saleOf is the sale that a record takes back, moves or adds to a card.
func (r *Replay) saleOf(record ledger.Record) *sold {
	if body := record.Body; body != nil && body.Sale != nil {
		return r.sales[*body.Sale]
	}
	for _, e := range record.Head.Entries {
		if e.Reverses != nil {
			return r.sales[e.Reverses.Record]
		}
	}
	return nil
}

// rules are those of a version: the draft's, or what is kept.
func (r *Replay) rules(version int64) (programme.Rules, bool) {
	if version == draftVersion {
		return r.draft, true
	}
	if r.config.Was == nil {
		return programme.Rules{}, false
	}
	return r.config.Was(version)
}

// refused reports whether an error is a no, and which.
func refused(err error) (programme.Code, bool) {
	var no *programme.Refusal
	if errors.As(err, &no) {
		return no.Code, true
	}
	return "", false
}

// moment is when a record was made.
func moment(h ledger.Head) ledger.Moment {
	return ledger.Moment{At: time.UnixMilli(h.At), Day: h.Day, Trusted: !h.Suspect}
}
