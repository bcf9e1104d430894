package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
)

// Scan takes a code that was read at the lane: a card, a slip of ours, an
// operator's badge. Anything else comes back as a *programme.Refusal, changes
// nothing, and goes on to the till.
func (d *Desk) Scan(ctx context.Context, text, symbology string) (session.View, error) {
	d.talk.Lock()
	defer d.talk.Unlock()
	defer d.end(ctx)
	m := d.begin()
	d.touched(m.At)
	d.unread = ""
	f := d.facts(m, d.signedIn())
	switch {
	case slipcode.IsVoucher(text):
		return d.readVoucher(ctx, m, f, text)
	case slipcode.Is(text):
		return d.readSlip(ctx, m, f, text)
	}
	card, err := d.card(text, symbology)
	if err == nil {
		return d.identified(ctx, m, f, d.withCard(card, ledger.Scanned))
	}
	no := programme.RefuseCode(err)
	if who, ok, err := d.badge(ctx, text, no); ok || err != nil {
		return d.showBadge(ctx, m, who, err)
	}
	if isCode(no, programme.NotACard) || isCode(no, programme.UnknownCard) {
		if !d.session.Practice() {
			d.pass(session.Passed{Text: text, Symbology: symbology})
		}
	}
	return d.refuse(m, f, no)
}

// Misread says on the screen that the scanner could not read a code well, or that
// a reader could not take a card. Reasons are those of package frame in the
// scanner's room; one that is not known here is a code that was read badly.
func (d *Desk) Misread(reason string) {
	d.talk.Lock()
	defer d.talk.Unlock()
	m := d.begin()
	no := &programme.Refusal{Code: programme.BadRead}
	switch reason {
	case string(member.RandomUID):
		no.Code = programme.RandomTap
	case "multiple-targets":
		no.Code = programme.SeveralTags
	case "unsupported": // a tag with nothing on it that a card of ours has
		no.Code = programme.UnknownCard
	}
	if reason != d.unread { // one that is swept over the glass ten times is told once
		d.cfg.Log.Info().Str("code", string(no.Code)).Str("reason", reason).Msg("scan refused")
	}
	d.unread = reason
	d.settle(m, d.session.Refuse(no, d.facts(m, session.Operator{})), ledger.HoldID{})
	d.notice(d.View())
}

// Ours reports whether a code that the till's scanner read is for this desk: a
// card of ours or one that was read badly, a slip or a badge. All others are
// the till's. It takes a few microseconds at most.
func (d *Desk) Ours(text, symbology string) bool {
	switch {
	case slipcode.Is(text):
		return true
	case d.current.Load().cards.Ours(text, symbology):
		return true
	}
	return d.cfg.IsBadge != nil && d.cfg.IsBadge(text)
}

// Pass notes a code that is not ours for the till, whatever the lane is doing.
// raw is what the till's own scanner would have sent, and may be nil. Nothing
// about the lane changes but that somebody works there.
func (d *Desk) Pass(text, symbology string, raw []byte) {
	d.Touched()
	d.pass(session.Passed{Text: text, Symbology: symbology, Raw: bytes.Clone(raw)})
}

// Touched keeps who is signed in so: something was scanned at the lane that goes
// by the desk.
func (d *Desk) Touched() { d.touched(d.cfg.Now()) }

// pass hands a code that is not ours on to the till, unless it would be a
// payment card's number in any other symbol.
func (d *Desk) pass(p session.Passed) {
	texts := []string{p.Text}
	if p.Text == "" { // it could not be read as it should be: whatever stands in it
		texts = strings.FieldsFunc(string(p.Raw), func(r rune) bool { return (r < '0' || r > '9') && r != ' ' && r != '-' })
	}
	for _, text := range texts {
		if _, err := d.card(text, ""); isCode(programme.RefuseCode(err), programme.BankCard) {
			return
		}
	}
	d.note(session.NotePass, p)
}

func isCode(err error, code programme.Code) bool {
	var no *programme.Refusal
	return errors.As(err, &no) && no.Code == code
}

// badge says whose badge a code is that is no card for the reason no. A payment
// card's number is shown to nobody.
func (d *Desk) badge(ctx context.Context, text string, no error) (session.Operator, bool, error) {
	if d.cfg.Badge == nil || isCode(no, programme.BankCard) {
		return session.Operator{}, false, nil
	}
	return d.cfg.Badge(ctx, text)
}

// showBadge signs in whose badge was shown, or takes a manager's as the answer
// to the question for one.
func (d *Desk) showBadge(ctx context.Context, m ledger.Moment, who session.Operator, err error) (session.View, error) {
	f := d.facts(m, who)
	if err != nil {
		return d.refuse(m, f, err)
	}
	if d.session.Question() == session.AskManager {
		return d.event(ctx, m, f, session.Event{Kind: session.Confirm})
	}
	d.SignIn(who)
	return d.View(), nil
}

// withCard is a customer by a card.
func (d *Desk) withCard(card member.CardNumber, mode ledger.EntryMode) session.Customer {
	c := session.Customer{Card: card, Mode: mode}
	for _, key := range d.cfg.Keys {
		c.Identifiers = append(c.Identifiers, card.Identifier(key))
	}
	return c
}

// withPhone is a customer by a telephone number.
func (d *Desk) withPhone(phone member.Phone) session.Customer {
	c := session.Customer{Mode: ledger.ByPhone}
	for _, key := range d.cfg.Keys {
		c.Identifiers = append(c.Identifiers, phone.Identifier(key))
	}
	return c
}

// identified looks up what is known of a customer and lets them come.
func (d *Desk) identified(ctx context.Context, m ledger.Moment, f session.Facts, c session.Customer) (session.View, error) {
	var err error
	if c.Holding, err = d.store().Look(ctx, c.Subject()); err != nil {
		return session.View{}, d.notRead(m, f, fmt.Errorf("look up card %s: %w", c.Mask(), err))
	}
	return d.arrives(ctx, m, f, c)
}

func (d *Desk) arrives(ctx context.Context, m ledger.Moment, f session.Facts, c session.Customer) (session.View, error) {
	kind := session.Scanned
	if there, ok := d.session.Customer(); ok && there.Same(c) {
		kind = session.SameCard
	}
	d.cfg.Log.Info().Str("card", c.Mask()).Bool("new", c.Holding.New).Str("by", string(c.Mode)).Msg("card read")
	f.Customer = c
	return d.event(ctx, m, f, session.Event{Kind: kind})
}

// find is the customer a typed number leads to: a card's or a telephone's. A
// card that nobody has seen can be used at once; a telephone number leads to
// somebody or nobody.
func (d *Desk) find(ctx context.Context, text string, mode ledger.EntryMode) (session.Customer, error) {
	card, cardErr := d.card(text, "")
	phone, phoneErr := member.ParsePhone(text, d.rules().PhoneCountry)
	var byCard session.Customer
	if cardErr == nil {
		byCard = d.withCard(card, mode)
		if err := d.look(ctx, &byCard); err != nil || !byCard.Holding.New || phoneErr != nil {
			return byCard, err
		}
	}
	if phoneErr == nil && !isCode(programme.RefuseCode(cardErr), programme.BankCard) {
		byPhone := d.withPhone(phone) // a number, also where a till sends it: nobody saw a card
		if err := d.look(ctx, &byPhone); err != nil || !byPhone.Holding.New {
			return byPhone, err
		}
		if cardErr != nil {
			return session.Customer{}, &programme.Refusal{Code: programme.UnknownMember}
		}
	}
	return byCard, programme.RefuseCode(cardErr)
}

func (d *Desk) look(ctx context.Context, c *session.Customer) (err error) {
	if c.Holding, err = d.store().Look(ctx, c.Subject()); err != nil {
		return fmt.Errorf("look up card %s: %w", c.Mask(), err)
	}
	return nil
}

// Identify takes a card's or telephone's number that a till or a person typed, or
// a voucher's code: that comes to whoever is there.
func (d *Desk) Identify(ctx context.Context, text string, mode ledger.EntryMode) (session.View, error) {
	d.talk.Lock()
	defer d.talk.Unlock()
	defer d.end(ctx)
	m := d.begin()
	return d.identify(ctx, m, d.facts(m, d.signedIn()), strings.TrimSpace(text), mode)
}

func (d *Desk) identify(ctx context.Context, m ledger.Moment, f session.Facts, text string, mode ledger.EntryMode) (session.View, error) {
	if slipcode.IsVoucher(text) {
		return d.readVoucher(ctx, m, f, text)
	}
	c, err := d.find(ctx, text, mode)
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		return d.refuse(m, f, err)
	case err != nil:
		return session.View{}, d.notRead(m, f, err)
	}
	return d.arrives(ctx, m, f, c)
}

// Person is who a typed number leads to, without their coming to the lane.
func (d *Desk) Person(ctx context.Context, text string, mode ledger.EntryMode) (session.Person, error) {
	d.talk.Lock()
	defer d.talk.Unlock()
	c, err := d.find(ctx, strings.TrimSpace(text), mode)
	if err != nil {
		return session.Person{}, err
	}
	return session.PersonOf(c, session.Screen{Rules: d.rules(), Zone: d.cfg.Zone, Moment: d.moment()}), nil
}

// mostFound is how many members a name leads to at most: as many as there are
// keys to pick with.
const mostFound = 9

// recordCode is how a record's code looks, as it is typed off a slip.
var recordCode = regexp.MustCompile(`^[0-9A-Fa-f]{4}-[0-9]{1,18}$`)

// typed takes what was typed into the one field: a number, the code of a slip,
// a name, or the place of one of those a name led to. A slash before it says
// that somebody is searched.
func (d *Desk) typed(ctx context.Context, m ledger.Moment, f session.Facts, text string) (session.View, error) {
	text = strings.TrimSpace(text)
	found := d.session.Found()
	n, err := strconv.Atoi(text)
	switch name := strings.TrimPrefix(text, "/"); {
	case err == nil && n >= 1 && n <= len(found) && len(text) == 1:
		return d.picked(ctx, m, f, found[n-1])
	case slipcode.IsVoucher(text):
		return d.readVoucher(ctx, m, f, text)
	case slipcode.Is(text) || recordCode.MatchString(text):
		return d.readSlip(ctx, m, f, text)
	case strings.ContainsFunc(name, func(r rune) bool { return r >= '0' && r <= '9' }):
		return d.identify(ctx, m, f, strings.TrimSpace(name), ledger.Keyed)
	case text != "": // without a digit it is neither a card's nor a telephone's number
		return d.search(ctx, m, f, name)
	}
	return d.identify(ctx, m, f, text, ledger.Keyed)
}

// search shows the members of a name.
func (d *Desk) search(ctx context.Context, m ledger.Moment, f session.Facts, name string) (session.View, error) {
	list, err := d.store().FindMembers(ctx, strings.TrimSpace(name), mostFound)
	if err != nil {
		return session.View{}, d.notRead(m, f, fmt.Errorf("find a member by name: %w", err))
	}
	if len(list) == 0 {
		return d.refuse(m, f, &programme.Refusal{Code: programme.UnknownMember})
	}
	found := make([]session.FoundMember, len(list))
	for i, l := range list {
		found[i] = session.FoundMember{Account: l.Account, Name: l.Profile.Name, Card: l.Mask}
	}
	d.settle(m, d.session.Finds(found, f), ledger.HoldID{})
	return d.View(), nil
}

// picked lets one of those come whom a name led to.
func (d *Desk) picked(ctx context.Context, m ledger.Moment, f session.Facts, who session.FoundMember) (session.View, error) {
	return d.identified(ctx, m, f, session.Customer{Account: who.Account, FoundMask: who.Card, Mode: ledger.Keyed})
}

// readVoucher adds a voucher to the sale that comes. One that cannot be used, or
// not here, is refused at once.
func (d *Desk) readVoucher(ctx context.Context, m ledger.Moment, f session.Facts, text string) (session.View, error) {
	v, err := d.voucher(ctx, m, text)
	if err != nil {
		return d.refuse(m, f, err)
	}
	f.Voucher = v
	view, err := d.event(ctx, m, f, session.Event{Kind: session.VoucherRead})
	if err == nil {
		d.notice(view) // a till that quoted before quotes again
	}
	return view, err
}

// voucher is the voucher of a code, with what its account holds.
func (d *Desk) voucher(ctx context.Context, m ledger.Moment, text string) (session.Voucher, error) {
	counter := d.counter("", "")
	code, err := counter.ReadVoucher(text)
	if err != nil {
		return session.Voucher{}, err
	}
	v := session.Voucher{Text: slipcode.Written(text), Code: code}
	if v.Holding, err = d.store().Look(ctx, session.VoucherSubject(code)); err != nil {
		return session.Voucher{}, fmt.Errorf("look up a voucher: %w", err)
	}
	return v, counter.CheckVoucher(v, m)
}

// vouchers are the accounts of the vouchers that a sale uses, and of those that
// it may print: these are drawn.
func (d *Desk) vouchers(c session.Counter, s session.Sale, print int) ([]ledger.Subject, error) {
	var subjects []ledger.Subject
	for _, text := range s.Vouchers {
		code, err := c.ReadVoucher(text)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, session.VoucherSubject(code))
	}
	for range print {
		var a ledger.Account
		if _, err := io.ReadFull(d.cfg.Rand, a[:]); err != nil {
			return nil, fmt.Errorf("draw the number of a voucher: %w", err)
		}
		subjects = append(subjects, session.FreshVoucher(a))
	}
	return subjects, nil
}

// readSlip shows the sale of a slip whose code was read or typed.
func (d *Desk) readSlip(ctx context.Context, m ledger.Moment, f session.Facts, text string) (session.View, error) {
	slip, err := d.slip(ctx, text)
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		return d.refuse(m, f, err)
	case err != nil:
		return session.View{}, d.notRead(m, f, err)
	}
	f.Slip = slip
	return d.event(ctx, m, f, session.Event{Kind: session.SlipRead})
}

// refuse says no on the lane's screen; a fault goes up unchanged.
func (d *Desk) refuse(m ledger.Moment, f session.Facts, err error) (session.View, error) {
	var no *programme.Refusal
	if !errors.As(err, &no) {
		return session.View{}, d.notRead(m, f, err)
	}
	d.refused(no)
	d.settle(m, d.session.Refuse(no, f), ledger.HoldID{})
	d.notice(d.View())
	return d.View(), err
}

// refused logs a refusal. Its cause is for whoever connects a till: it names
// lines and totals, and of a card no more than its mask.
func (d *Desk) refused(no *programme.Refusal) {
	d.cfg.Log.Info().Str("code", string(no.Code)).AnErr("cause", no.Cause).Msg("refused")
}

// notRead says on the screen that something could not be read; nothing
// happened.
func (d *Desk) notRead(m ledger.Moment, f session.Facts, err error) error {
	d.settle(m, d.session.Failed(session.Effect{Act: session.LookUp}, f), ledger.HoldID{})
	return err
}

// signedIn is who is signed in; the zero Operator for nobody.
func (d *Desk) signedIn() session.Operator {
	who, _ := d.operator()
	return who
}
