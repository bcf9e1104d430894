// Package ledger says what was given and what it adds up to: records, their
// bytes and their chain, entries, wallets, accounts and batches.
//
// A record is one committed decision. Its head is kept for ever, chained to
// the record before it; its body may be emptied later, which breaks no chain,
// because the head holds only the body's hash. The bytes of both are made
// once, in Seal, and are stored and sent as they are: nothing is ever encoded
// again to be checked.
package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/member"
)

// Version is the format of the heads this package writes.
const Version = 1

// MaxRecord is the most bytes a record's head and body have together.
const MaxRecord = 64 << 10

// reissueRoom is what a new record leaves free of MaxRecord, so that it can be
// issued again, which adds its origin and may lengthen the keys it names.
const reissueRoom = 1 << 10

// Kind says what a record decided.
type Kind string

// The kinds of records there are.
const (
	KindAward Kind = "award" // points given for a basket
	KindClose Kind = "close" // set-asides of this branch given back to the free part
	KindGrant Kind = "grant" // head office sets points aside for a terminal
	// KindReverse takes back what a record gave that must not count.
	KindReverse  Kind = "reverse"
	KindReturn   Kind = "return"   // goods came back
	KindUndo     Kind = "undo"     // a record of the same business day was undone
	KindMove     Kind = "move"     // an award went to the right member
	KindEnrol    Kind = "enrol"    // an account became a member's; no entries
	KindClaim    Kind = "claim"    // a bearer slip was added to a card; no entries
	KindAdjust   Kind = "adjust"   // points a person gave: goodwill, stamps carried over
	KindDay      Kind = "day"      // a business day was closed; no entries
	KindEvent    Kind = "event"    // a member did something that is rewarded
	KindExpire   Kind = "expire"   // lots whose days were over
	KindDonate   Kind = "donate"   // points given to a cause
	KindConvert  Kind = "convert"  // points changed into another wallet's
	KindTransfer Kind = "transfer" // points went from one account to another
)

// EntryKind says what an entry does to its wallet.
type EntryKind string

// The kinds of entries.
const (
	Earn     EntryKind = "earn"
	Bonus    EntryKind = "bonus"
	Redeem   EntryKind = "redeem"
	Reverse  EntryKind = "reverse"
	Expire   EntryKind = "expire"
	Donate   EntryKind = "donate"
	Convert  EntryKind = "convert"
	Adjust   EntryKind = "adjust"
	Transfer EntryKind = "transfer"
	Move     EntryKind = "move"
	Close    EntryKind = "close"
)

var entryKinds = map[EntryKind]bool{
	Earn: true, Bonus: true, Redeem: true, Reverse: true, Expire: true, Donate: true,
	Convert: true, Adjust: true, Transfer: true, Move: true, Close: true,
}

// A Draw is how much an entry takes from one set-aside: spent, or given back
// to the free part by a close.
type Draw struct {
	From   SetAsideID `json:"from"`
	Points Points     `json:"points"`
}

// An Entry is one immutable line of a record.
type Entry struct {
	Account Account   `json:"account"`
	Wallet  Wallet    `json:"wallet"`
	Kind    EntryKind `json:"kind"`
	Points  Points    `json:"points"` // signed thousandths; 0 for a close
	// Rest is what rounding left over, in thousandths, when the programme
	// carries remainders: what the basket was worth is Points plus Rest.
	Rest Fraction `json:"rest,omitzero"`
	// Expires is the last business day on which the points can be spent, Vests
	// the first; "" sets none. An entry that takes points away names with them,
	// and with Issuer, the lot it takes from.
	Expires Day    `json:"expires,omitempty"`
	Vests   Day    `json:"vests,omitempty"`
	Issuer  string `json:"issuer,omitempty"` // the partner who pays for them; "" is the programme's owner
	// At is the partner where points were spent; "" is the programme's owner.
	At string `json:"at,omitempty"`
	// Renews says that what the wallet held besides, as far as it had not
	// lapsed, can be spent until Expires too: points that lapse by inactivity.
	Renews bool `json:"renews,omitempty"`
	// Back is, of a reversal, the day to which what the reversed entry renewed
	// goes back: until it, instead of Expires.
	Back Day `json:"back,omitempty"`
	// Reverses names the entry this one takes back.
	Reverses *EntryKey `json:"reverses,omitempty"`
	// Draws are the set-asides a spending used, or a close gives back.
	Draws []Draw `json:"draws,omitempty"`
	// Closed says that a positive entry was born closed: it opened no
	// set-aside, its points are in the free part from the start.
	Closed bool `json:"closed,omitempty"`
}

// A Grant is points of one account that head office sets aside for one branch
// of one terminal to spend without a line.
type Grant struct {
	ID       GrantID  `json:"id"`
	Account  Account  `json:"account"`
	Wallet   Wallet   `json:"wallet"`
	Points   Points   `json:"points"`
	Terminal Terminal `json:"terminal"`
	Branch   Branch   `json:"branch"`
	// NotAfter is the stamp from which nothing may be spent from it.
	NotAfter Stamp `json:"not_after"`
}

// A Head is the part of a record that is kept for ever.
type Head struct {
	Version  int      `json:"v"`
	Terminal Terminal `json:"terminal"`
	Branch   Branch   `json:"branch"`
	Seq      int64    `json:"seq"`
	Prev     Hash     `json:"prev"` // hash of the record before it, or of the branch's root
	Stamp    Stamp    `json:"stamp"`
	At       int64    `json:"at"` // the PC's clock, milliseconds since 1970 UTC
	Day      Day      `json:"day"`
	Suspect  bool     `json:"suspect,omitempty"` // the clock was not to be trusted
	Kind     Kind     `json:"kind"`
	Rules    int64    `json:"rules"` // the version of the programme that decided
	Entries  []Entry  `json:"entries,omitempty"`
	Grants   []Grant  `json:"grants,omitempty"`
	// Origin names the record of another branch of the same terminal that this
	// one issues again, after two copies of a database had both gone on.
	Origin *Key `json:"origin,omitempty"`
	Body   Hash `json:"body"`
}

// Key names the record.
func (h Head) Key() Key { return Key{Terminal: h.Terminal, Branch: h.Branch, Seq: h.Seq} }

// EntryMode says how the customer was identified.
type EntryMode string

// The ways to identify a customer.
const (
	Scanned EntryMode = "scanned"
	Keyed   EntryMode = "keyed"
	ByPhone EntryMode = "phone"
	ByTill  EntryMode = "till"
)

// A Reason is one step of why a decision came out as it did.
type Reason struct {
	Code   string `json:"code"`           // "rate", "carried", "rounded"
	Rule   string `json:"rule,omitempty"` // which rule of the programme
	Line   int    `json:"line,omitempty"` // the basket's line, from 1; 0 is the basket
	Wallet Wallet `json:"wallet,omitempty"`
	Points Points `json:"points,omitempty"`
	Amount int64  `json:"amount,omitempty"` // minor units the step worked on
}

// A Body is the part of a record that is emptied after the programme's
// keep-days or on request: who, what and why.
type Body struct {
	Salt Salt `json:"salt"`
	// Operator is who was signed in; "" while a shop has no sign-in.
	Operator string    `json:"operator,omitempty"`
	Lane     string    `json:"lane,omitempty"`
	Mode     EntryMode `json:"mode,omitempty"`
	// TypedAmount says that a person typed the total.
	TypedAmount bool `json:"typed_amount,omitempty"`
	// Request is the caller's own id of what was asked, where it gave one.
	Request string `json:"request,omitempty"`
	// Manager is who confirmed what is above a cashier's limits.
	Manager string `json:"manager,omitempty"`
	// Sale is the sale that a return, an undo or a move is about.
	Sale *Key `json:"sale,omitempty"`
	// Note is the reason a person gave.
	Note string `json:"note,omitempty"`
	// Name and Consents are what a member said at enrolment.
	Name     string    `json:"name,omitempty"`
	Consents []Consent `json:"consents,omitempty"`
	// Account is whom the identifiers lead to.
	Account     Account             `json:"account,omitzero"`
	Identifiers []member.Identifier `json:"identifiers,omitempty"`
	Basket      *basket.Basket      `json:"basket,omitempty"`
	Reasons     []Reason            `json:"reasons,omitempty"`
	// Slip is what was printed, as package receipt encodes it; More are the
	// further papers of the same record, in order.
	Slip json.RawMessage   `json:"slip,omitempty"`
	More []json.RawMessage `json:"more_slips,omitempty"`
	// Kept are the papers that the shop's policy keeps off the printer until
	// somebody asks: 0 is Slip, 1 the first of More.
	Kept []int `json:"kept_slips,omitempty"`
	// Seen is what the decision saw of the accounts, so that it can be made once
	// more; nil for one that only took something back.
	Seen *Seen `json:"seen,omitempty"`
	// Shares say what each line of the basket brought of the entries.
	Shares []Share `json:"shares,omitempty"`
	// Event is what a member did that was no purchase.
	Event *Event `json:"event,omitempty"`
	// Referrer is the account of who brought the member in; of an enrolment.
	Referrer Account  `json:"referrer,omitzero"`
	Birthday string   `json:"birthday,omitempty"` // "02-29"; of an enrolment
	Games    []Played `json:"games,omitempty"`
	// Report is a day's figures, as package report encodes them.
	Report json.RawMessage `json:"report,omitempty"`
}

// A Consent is one wording a member was shown and what they said to it. The
// wording itself stands in the programme of the record's rules version.
type Consent struct {
	Name    string `json:"name"`
	Version int64  `json:"version"`
	Lang    string `json:"lang"` // it was shown in
	Given   bool   `json:"given"`
}

// A Draft is a decision that has no place in a journal yet.
type Draft struct {
	Kind    Kind
	Rules   int64
	Moment  Moment
	Entries []Entry
	Grants  []Grant
	Body    Body // without its salt
}

// Sealed is a record as it is stored and sent.
type Sealed struct {
	Head Head
	Hash Hash
	Line Line
}

// A Line is the bytes of a record. Body is nil once it was emptied.
type Line struct {
	Head []byte
	Body []byte
}

// A Tip is the end of a branch: what the next record is chained to.
type Tip struct {
	Terminal Terminal
	Branch   Branch
	Seq      int64 // of the last record; 0 for a branch without records
	Hash     Hash
	Stamp    Stamp
}

// Key names the tip's record.
func (t Tip) Key() Key { return Key{Terminal: t.Terminal, Branch: t.Branch, Seq: t.Seq} }

// Next is the key the next record will have.
func (t Tip) Next() Key { return Key{Terminal: t.Terminal, Branch: t.Branch, Seq: t.Seq + 1} }

// After is the tip once r was added.
func (t Tip) After(r Sealed) Tip {
	return Tip{Terminal: t.Terminal, Branch: t.Branch, Seq: r.Head.Seq, Hash: r.Hash, Stamp: r.Head.Stamp}
}

// Seal gives d the place after tip and makes its bytes. ceiling is as for
// NextStamp; salt must be fresh and random.
func Seal(tip Tip, d Draft, ceiling time.Time, salt Salt) (Sealed, error) {
	if len(d.Body.Slip) > 0 {
		// The one part that was encoded elsewhere: what cannot be read back,
		// where it stands, must not be written.
		if err := checkLine(d.Body.Slip, 1); err != nil {
			return Sealed{}, fmt.Errorf("seal record %v: body: slip: %w", tip.Next(), err)
		}
	}
	stamp, suspect := NextStamp(tip.Stamp, d.Moment, ceiling)
	d.Body.Salt = salt
	body, err := json.Marshal(d.Body)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal record %v: body: %w", tip.Next(), err)
	}
	head := Head{
		Version: Version, Terminal: tip.Terminal, Branch: tip.Branch, Seq: tip.Seq + 1, Prev: tip.Hash,
		Stamp: stamp, At: d.Moment.At.UnixMilli(), Day: d.Moment.Day, Suspect: suspect || !d.Moment.Trusted,
		Kind: d.Kind, Rules: d.Rules, Entries: d.Entries, Grants: d.Grants, Body: BodyHash(body),
	}
	return seal(head, body, MaxRecord-reissueRoom)
}

// Reissue gives a record that another copy of the database cut off its branch
// the place after tip: the same decision, body and moment, with its origin named.
func Reissue(tip Tip, old Head, body []byte) (Sealed, error) {
	if body != nil && BodyHash(body) != old.Body {
		return Sealed{}, fmt.Errorf("issue record %v again: the body is not the record's", old.Key())
	}
	origin, next := old.Key(), tip.Next()
	// A spending of what the same record gave names it by its key.
	old = old.Renamed(map[Key]Key{old.Key(): next})
	if old.Origin != nil {
		origin = *old.Origin
	}
	old.Terminal, old.Branch, old.Seq, old.Prev = tip.Terminal, tip.Branch, tip.Seq+1, tip.Hash
	old.Stamp, old.Origin = max(old.Stamp, tip.Stamp), &origin
	return seal(old, body, MaxRecord)
}

// Renamed is h with the records its entries name called by their new keys,
// where they have one. Its own key stays; h is not changed.
func (h Head) Renamed(now map[Key]Key) Head {
	h.Entries = slices.Clone(h.Entries)
	for i := range h.Entries {
		e := &h.Entries[i]
		if e.Reverses != nil {
			if key, moved := now[e.Reverses.Record]; moved {
				e.Reverses = &EntryKey{Record: key, Line: e.Reverses.Line}
			}
		}
		e.Draws = slices.Clone(e.Draws)
		for j, d := range e.Draws {
			if from, own := d.From.Entry(); own {
				if key, moved := now[from.Record]; moved {
					e.Draws[j].From = key.Entry(from.Line).SetAside()
				}
			}
		}
	}
	return h
}

func seal(head Head, body []byte, most int) (Sealed, error) {
	if err := head.Validate(); err != nil {
		return Sealed{}, fmt.Errorf("seal record %v: %w", head.Key(), err)
	}
	line, err := json.Marshal(head)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal record %v: %w", head.Key(), err)
	}
	if n := len(line) + len(body); n > most {
		return Sealed{}, fmt.Errorf("seal record %v: %d bytes, at most %d", head.Key(), n, most)
	}
	return Sealed{Head: head, Hash: HeadHash(line), Line: Line{Head: line, Body: body}}, nil
}

// Validate reports everything that is wrong with the head itself. It does not
// know the programme, the account or the chain.
func (h Head) Validate() error {
	var errs []error
	if h.Version != Version {
		errs = append(errs, fmt.Errorf("version %d, this program knows %d", h.Version, Version))
	}
	if h.Seq < 1 {
		errs = append(errs, fmt.Errorf("number %d, the first record is 1", h.Seq))
	}
	if h.Kind == "" {
		errs = append(errs, errors.New("no kind"))
	}
	errs = append(errs, h.Day.Validate())
	for i, e := range h.Entries {
		if err := e.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("entry %d: %w", i+1, err))
		}
	}
	for i, g := range h.Grants {
		if g.Points <= 0 || g.Wallet == "" {
			errs = append(errs, fmt.Errorf("grant %d: %v of wallet %q", i+1, g.Points, g.Wallet))
		}
	}
	return errors.Join(errs...)
}

// Validate reports what is wrong with the entry itself.
func (e Entry) Validate() error {
	if e.Wallet == "" || !entryKinds[e.Kind] {
		return fmt.Errorf("wallet %q, kind %q", string(e.Wallet), string(e.Kind))
	}
	for _, d := range []Day{e.Expires, e.Vests, e.Back} {
		if d == "" {
			continue
		}
		if err := d.Validate(); err != nil {
			return err
		}
	}
	if e.Back != "" && (e.Kind != Reverse || e.Renews || e.Expires == "") {
		return errors.New("only a reversal of what renewed a day puts it back")
	}
	if e.Renews && e.Expires == "" {
		return errors.New("renews, but has no day of its own")
	}
	if e.Kind == Close && (e.Points != 0 || len(e.Draws) == 0 || e.Closed || !e.Rest.IsZero()) {
		return errors.New("a close has no points of its own and names what it gives back")
	}
	if (e.Kind == Earn || e.Kind == Bonus) && e.Points < 0 {
		return fmt.Errorf("%s of %v: must not be below zero", e.Kind, e.Points)
	}
	if (e.Kind == Redeem || e.Kind == Expire || e.Kind == Donate) && e.Points >= 0 {
		return fmt.Errorf("%s of %v: must be below zero", e.Kind, e.Points)
	}
	return e.validateDraws()
}

func (e Entry) validateDraws() error {
	var sum Points
	seen := make(map[SetAsideID]bool, len(e.Draws))
	for _, d := range e.Draws {
		if err := d.From.validate(); err != nil {
			return err
		}
		if d.Points <= 0 || seen[d.From] {
			return fmt.Errorf("draws %v from %s: must be above zero, each set-aside once", d.Points, string(d.From))
		}
		seen[d.From] = true
		var err error
		if sum, err = sum.Add(d.Points); err != nil {
			return err
		}
	}
	if e.Kind != Close && e.Points < 0 && sum > -e.Points {
		return fmt.Errorf("draws %v for a spending of %v", sum, -e.Points)
	}
	if e.Points >= 0 && e.Kind != Close && len(e.Draws) > 0 {
		return errors.New("only a spending or a close draws on set-asides")
	}
	return nil
}

// Opens is the set-aside a committed entry opens at its terminal, and whether
// it opens one.
func (e Entry) Opens(key EntryKey) (SetAsideID, bool) {
	if e.Points <= 0 || e.Closed || e.Wallet.Counter() {
		return "", false
	}
	return key.SetAside(), true
}
