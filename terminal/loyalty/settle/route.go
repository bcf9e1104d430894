package settle

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Claim is a record's word that an identifier leads to an account.
type Claim struct {
	Identifier member.Identifier
	Account    ledger.Account
	Stamp      ledger.Stamp
}

// A Line is an entry with its number in its record.
type Line struct {
	Number int
	Entry  ledger.Entry
	// Amount is what a donation is worth, in minor units, as the record's body
	// says; 0 where it says nothing, or was emptied.
	Amount basket.Money
}

// An Item is what one record means to one bucket.
type Item struct {
	Part     int // of intake, where it came in; meaningless for head office's own records
	Position int64
	Key      ledger.Key
	Kind     ledger.Kind
	Stamp    ledger.Stamp
	Day      ledger.Day
	Rules    int64
	Suspect  bool
	// Body is the hash of the body, by which a decision is the same wherever
	// it was issued; zero for head office's own. Again says that the record
	// names another as its origin.
	Body  ledger.Hash
	Again bool
	// Lines are the entries whose accounts belong to the bucket.
	Lines []Line
	// Account is whom the body names, when that account belongs to the bucket;
	// Identifiers then lead to it and Basket is what was bought, or for a move
	// the record that was moved.
	Account     ledger.Account
	Identifiers []member.Identifier
	Basket      basket.Key
	// Claims are the identifiers whose refs belong to the bucket.
	Claims []Claim
	// Lapsed says that its body tells of a hold whose time was over.
	Lapsed bool
	// Refused parks the record whatever it says; Refusal is why.
	Refused Code
	Refusal string
	// Unread is why the body could not be read; "" when it could, or was emptied.
	Unread string
}

// Decision is what the item counts for; ok is false where it counts for
// nothing that could count twice.
func (it Item) Decision() (d Decision, ok bool) {
	ok = it.Body != (ledger.Hash{}) && (len(it.Lines) > 0 || it.Account != (ledger.Account{}))
	return Decision{Terminal: it.Key.Terminal, Body: it.Body}, ok
}

// Sale is what the item's account gets points for once; ok is false where it is
// nothing. A basket and a move are a terminal's own; of an event every terminal
// may have heard, whose id is one for all of them.
func (it Item) Sale() (s Sale, ok bool) {
	if it.Kind != ledger.KindAward && it.Kind != ledger.KindMove && it.Kind != ledger.KindEvent || it.Basket == (basket.Key{}) || it.Account == (ledger.Account{}) {
		return Sale{}, false
	}
	s = Sale{Account: it.Account, Terminal: it.Key.Terminal, Basket: it.Basket}
	if it.Kind == ledger.KindEvent {
		s.Terminal = ledger.HeadOffice
	}
	return s, true
}

// Key of the item's line.
func (it Item) entryKey(n int) ledger.EntryKey { return it.Key.Entry(n) }

// Route says what a record means to which bucket. Every record means something
// to at least one.
func Route(r ledger.Sealed, part int, position int64) map[int]*Item {
	refused, refusal := judge(r.Head)
	body, unread := readBody(r.Line.Body)
	routed := make(map[int]*Item)
	in := func(bucket int) *Item {
		it := routed[bucket]
		if it == nil {
			it = &Item{
				Part: part, Position: position, Key: r.Head.Key(), Kind: r.Head.Kind, Stamp: r.Head.Stamp,
				Day: r.Head.Day, Rules: r.Head.Rules, Suspect: r.Head.Suspect, Refused: refused, Refusal: refusal,
				Body: r.Head.Body, Again: r.Head.Origin != nil,
			}
			routed[bucket] = it
		}
		return it
	}
	given := donated(r.Head, body)
	for i, e := range r.Head.Entries {
		it := in(Bucket(e.Account))
		it.Lines = append(it.Lines, Line{Number: i + 1, Entry: e, Amount: given[i]})
	}
	if body.Account != (ledger.Account{}) || len(routed) == 0 {
		it := in(Bucket(body.Account))
		it.Account, it.Identifiers = body.Account, body.Identifiers
		it.Basket = receiptOf(r.Head, body)
	}
	for _, id := range body.Identifiers {
		it := in(RefBucket(id.Ref))
		it.Claims = append(it.Claims, Claim{Identifier: id, Account: body.Account, Stamp: r.Head.Stamp})
	}
	lapsed := slices.ContainsFunc(body.Reasons, func(why ledger.Reason) bool { return why.Code == string(HoldLapsed) })
	for _, it := range routed {
		it.Unread, it.Lapsed = unread, lapsed
	}
	return routed
}

// ReasonDonated is the code of the reason that says what a donation is worth.
const ReasonDonated = "donated"

// donated is what each donation of a record is worth. A donation that several
// partners' points pay for is several entries: the amount stands with the first.
func donated(h ledger.Head, b ledger.Body) []basket.Money {
	worth := make([]basket.Money, len(h.Entries))
	for _, why := range b.Reasons {
		if why.Code != ReasonDonated {
			continue
		}
		at := slices.IndexFunc(h.Entries, func(e ledger.Entry) bool { return e.Kind == ledger.Donate && e.Wallet == why.Wallet })
		if at >= 0 && why.Amount > 0 && why.Amount <= int64(basket.MaxAmount)-int64(worth[at]) {
			worth[at] += basket.Money(why.Amount)
		}
	}
	return worth
}

// receiptOf names what an account gets points for once: a basket, the record that
// was moved to it, or an event. A till's basket is of a day, so none is named like
// those.
func receiptOf(h ledger.Head, b ledger.Body) basket.Key {
	switch {
	case h.Kind == ledger.KindMove:
		at := slices.IndexFunc(h.Entries, func(e ledger.Entry) bool { return e.Reverses != nil })
		if at < 0 {
			return basket.Key{}
		}
		moved := h.Entries[at].Reverses.Record
		return basket.Key{Day: "move", Till: moved.Branch.String(), ID: strconv.FormatInt(moved.Seq, 10)}
	case h.Kind == ledger.KindEvent && b.Event != nil:
		return basket.Key{Day: "event", Till: b.Event.Kind, ID: b.Event.ID}
	case b.Basket != nil:
		return b.Basket.Key
	}
	return basket.Key{}
}

// kinds are the records terminals bring.
var kinds = map[ledger.Kind]bool{
	ledger.KindAward: true, ledger.KindClose: true, ledger.KindReturn: true, ledger.KindUndo: true, ledger.KindMove: true,
	ledger.KindEnrol: true, ledger.KindClaim: true, ledger.KindAdjust: true, ledger.KindDay: true,
	ledger.KindEvent: true, ledger.KindExpire: true, ledger.KindDonate: true, ledger.KindConvert: true, ledger.KindTransfer: true,
}

// judge finds what a terminal's record cannot be taken up for.
func judge(h ledger.Head) (Code, string) {
	if h.Version != ledger.Version {
		return UnknownVersion, fmt.Sprintf("version %d", h.Version)
	}
	if !kinds[h.Kind] {
		return UnknownKind, fmt.Sprintf("kind %q", string(h.Kind))
	}
	err := h.Validate()
	if len(h.Grants) > 0 {
		err = errors.Join(err, errors.New("only head office grants"))
	}
	if err != nil {
		return InvalidRecord, err.Error()
	}
	return "", ""
}

func readBody(b []byte) (body ledger.Body, unread string) {
	if b == nil {
		return ledger.Body{}, ""
	}
	body, err := ledger.ParseBody(b)
	if err != nil {
		return ledger.Body{}, err.Error()
	}
	if body.Account == (ledger.Account{}) && len(body.Identifiers) > 0 {
		return ledger.Body{}, "its identifiers lead to no account"
	}
	return body, ""
}

// A Load is what one bucket takes up in one transaction: for each part of
// intake the position it is then counted through.
type Load struct {
	Through map[int]int64
	Items   []*Item // by part and position, then by sequence
}
