package session

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/slipcode"
)

// The codes of the reasons for points that a person gave.
const (
	ReasonGoodwill    = "goodwill"
	ReasonCarriedOver = "carried_over"
)

// Phone is the account a telephone number leads to, as it was typed.
func (c Counter) Phone(text string) (ledger.Subject, error) {
	phone, err := member.ParsePhone(text, c.Rules.PhoneCountry)
	if err != nil {
		return ledger.Subject{}, &programme.Refusal{Code: programme.BadPhone, Cause: err}
	}
	var s ledger.Subject
	for _, key := range c.Keys {
		s.Identifiers = append(s.Identifiers, phone.Identifier(key))
	}
	return s, nil
}

// Enrol is the decision to make the customer a member. The request's first
// subject is the customer's; where a telephone number was given, the second is
// the number's (Phone); where somebody brought them in, the next is theirs. Those
// behind were drawn for vouchers that may be won (MayWin).
func (c Counter) Enrol(customer Customer, e Enrolment, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		h := v.Holdings[0]
		people := min(e.people(), len(v.Holdings))
		fresh := v.Holdings[people:]
		v.Holdings = v.Holdings[:people]
		if h.Profile.Enrolled {
			return ledger.Posting{}, &programme.Refusal{Code: programme.AlreadyMember}
		}
		consents, said, err := c.consents(e)
		if err != nil {
			return ledger.Posting{}, err
		}
		body := c.body(customer, h.Account)
		body.Name, body.Consents = tidy(e.Name), consents
		if e.Phone != "" {
			if body.Identifiers, err = c.withPhone(v, body.Identifiers, e.Phone); err != nil {
				return ledger.Posting{}, err
			}
		}
		if body.Birthday = e.Birthday; !isBirthday(e.Birthday) {
			return ledger.Posting{}, &programme.Refusal{Code: programme.BadBirthday}
		}
		slip := receipt.Enrolment{Name: body.Name, Birthday: body.Birthday, Consents: said}
		if e.Referrer != "" {
			if v.Referrer, err = c.broughtIn(v, e, body.Identifiers); err != nil {
				return ledger.Posting{}, err
			}
			body.Referrer, slip.Referrer = v.Referrer.Account, c.maskOf(e.Referrer)
		}
		g := given{counter: c, view: v, moment: m, holding: h, fresh: fresh, limit: c.Rules.Limits.Carried, reason: ReasonCarriedOver}
		if err := g.add(e.Carried); err != nil {
			return ledger.Posting{}, err
		}
		if err := g.welcome(&body); err != nil {
			return ledger.Posting{}, err
		}
		slip.Credit = g.credit(customer.Mask())
		return g.posting(ledger.KindEnrol, body, receipt.ForEnrol(slip))
	}
}

// people is how many subjects of an enrolment are people's.
func (e Enrolment) people() int {
	n := 1
	for _, said := range []string{e.Phone, e.Referrer} {
		if said != "" {
			n++
		}
	}
	return n
}

// OwnReferral refuses a referrer that is the customer's own card or number, as
// far as that can be seen without looking anybody up.
func (c Counter) OwnReferral(customer Customer, e Enrolment) error {
	own := customer.Identifiers
	if phone, err := c.Phone(e.Phone); err == nil {
		own = slices.Concat(own, phone.Identifiers)
	}
	for _, id := range c.leadsTo(e.Referrer) {
		if slices.ContainsFunc(own, func(o member.Identifier) bool { return o.Ref == id.Ref }) {
			return &programme.Refusal{Code: programme.SelfReferral}
		}
	}
	return nil
}

// leadsTo are the identifiers a typed card or telephone number may stand for.
func (c Counter) leadsTo(text string) (ids []member.Identifier) {
	text = strings.TrimSpace(text)
	if card, err := c.Rules.Cards.Parse(text, ""); err == nil {
		for _, key := range c.Keys {
			ids = append(ids, card.Identifier(key))
		}
	}
	if phone, err := c.Phone(text); err == nil {
		ids = append(ids, phone.Identifiers...)
	}
	return ids
}

// maskOf is what is shown of a typed card or telephone number.
func (c Counter) maskOf(text string) string {
	if ids := c.leadsTo(text); len(ids) > 0 {
		return ids[0].Mask
	}
	return ""
}

// broughtIn is who brought the customer in: somebody else, whom the shop knows.
func (c Counter) broughtIn(v ledger.View, e Enrolment, own []member.Identifier) (*ledger.Holding, error) {
	by := v.Holdings[len(v.Holdings)-1]
	if by.Account == v.Holdings[0].Account {
		return nil, &programme.Refusal{Code: programme.SelfReferral}
	}
	if err := c.OwnReferral(Customer{Identifiers: own}, e); err != nil {
		return nil, err
	}
	if by.New {
		return nil, &programme.Refusal{Code: programme.UnknownMember}
	}
	return &by, nil
}

// isBirthday reports whether a text is a day of some year, "02-29", or none.
func isBirthday(text string) bool {
	_, err := time.Parse("2006-01-02", "2000-"+text)
	return text == "" || err == nil && len(text) == len("02-29")
}

// withPhone adds a telephone number to what leads to the new member.
func (c Counter) withPhone(v ledger.View, ids []member.Identifier, text string) ([]member.Identifier, error) {
	phone, err := c.Phone(text)
	if err != nil {
		return nil, err
	}
	if len(v.Holdings) < 2 {
		return nil, errors.New("enrol: the request does not name the telephone number's account")
	}
	if other := v.Holdings[1]; !other.New && other.Account != v.Holdings[0].Account {
		return nil, &programme.Refusal{Code: programme.IdentityTaken}
	}
	ids = slices.Clone(ids)
	for _, id := range phone.Identifiers {
		if !slices.ContainsFunc(ids, func(o member.Identifier) bool { return o.Ref == id.Ref }) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// consents are what the new member said, in the programme's order, and the
// wordings it was said to. An answer to another wording than the programme has
// now counts for nothing, and nobody should think that it did.
func (c Counter) consents(e Enrolment) ([]ledger.Consent, []receipt.Consent, error) {
	no := func(format string, args ...any) ([]ledger.Consent, []receipt.Consent, error) {
		return nil, nil, &programme.Refusal{Code: programme.ConsentNeeded, Cause: fmt.Errorf(format, args...)}
	}
	answered := make(map[string]ledger.Consent)
	for _, a := range e.Consents {
		wording, known := c.Rules.Consent(a.Name)
		if _, twice := answered[a.Name]; !known || twice || a.Version != wording.Version {
			return no("%q, version %d, is no wording of the programme, or stands twice", a.Name, a.Version)
		}
		if a.Lang == "" {
			a.Lang = e.Lang
		}
		answered[a.Name] = a
	}
	var consents []ledger.Consent
	var said []receipt.Consent
	for _, wording := range c.Rules.Consents {
		a, ok := answered[wording.Name]
		if wording.Required && !a.Given {
			return no("%q needs a yes", wording.Name)
		}
		if !ok {
			continue
		}
		text, shown := wording.In(a.Lang)
		if !shown {
			return no("%q has no wording in %q", wording.Name, a.Lang)
		}
		consents, said = append(consents, a), append(said, receipt.Consent{Wording: text, Given: a.Given})
	}
	return consents, said, nil
}

// maxNameLength is that of the longest name a slip has a line for.
const maxNameLength = 60

// tidy is a text as a person typed it, fit for one line of a slip.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	words := []rune(strings.Join(strings.Fields(text), " "))
	return strings.TrimSpace(string(words[:min(len(words), maxNameLength)]))
}

// Goodwill is the decision to give the customer points for a reason that a
// person says.
func (c Counter) Goodwill(customer Customer, give []Amount, note string, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		body := c.body(customer, v.Holdings[0].Account)
		if body.Note = tidy(note); body.Note == "" {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoteNeeded}
		}
		if len(give) == 0 {
			return ledger.Posting{}, &programme.Refusal{Code: programme.BadAmount}
		}
		g := given{counter: c, view: v, moment: m, holding: v.Holdings[0], limit: c.Rules.Limits.Goodwill, reason: ReasonGoodwill}
		if err := g.add(give); err != nil {
			return ledger.Posting{}, err
		}
		return g.posting(ledger.KindAdjust, body, receipt.ForAdjust(g.credit(customer.Mask())))
	}
}

// ClaimRequest is adding a bearer slip to a card as a request: its subjects are
// the card's and the slip's, in this order. The slip's code is its key, so that
// each is claimed once: a ledger.ConflictError says that another card has it.
func (c Counter) ClaimRequest(code slipcode.Bearer, card ledger.Subject) (ledger.Request, error) {
	content, err := json.Marshal(struct {
		Account     ledger.Account
		Identifiers []member.Identifier
	}{card.Account, card.Identifiers[:min(len(card.Identifiers), 1)]})
	if err != nil {
		return ledger.Request{}, fmt.Errorf("digest of a claim: %w", err)
	}
	// The record stands for the code, which is kept nowhere.
	key := fmt.Sprintf("%s/claim/%v", code.Until, code.Record)
	return ledger.Request{Key: key, Digest: sha256.Sum256(content), Subjects: []ledger.Subject{card, c.SlipSubject(code.Code)},
		Sale: ledger.SaleName{Record: code.Record}}, nil
}

// Claim is the decision to add a bearer slip to the customer's card. The
// view's holdings are the card's and the slip's.
func (c Counter) Claim(customer Customer, code slipcode.Bearer, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		card, slip := v.Holdings[0], v.Holdings[1]
		switch {
		case slip.New:
			return ledger.Posting{}, &programme.Refusal{Code: programme.SlipElsewhere}
		case slip.Account != code.Account || slip.Account == card.Account || claimed(v.Sale):
			return ledger.Posting{}, &programme.Refusal{Code: programme.SlipClaimed}
		case m.Trusted && m.Day > code.Until:
			// A clock nobody trusts takes no points away.
			return ledger.Posting{}, &programme.Refusal{Code: programme.SlipExpired, At: noonOf(code.Until, c.Zone)}
		}
		g := given{counter: c, view: v, moment: m, holding: card}
		if err := g.join(slip); err != nil {
			return ledger.Posting{}, err
		}
		body := c.body(customer, card.Account)
		body.Identifiers = slices.Concat(body.Identifiers, code.Code.Identifiers(c.Keys))
		body.Sale = &code.Record
		return g.posting(ledger.KindClaim, body, receipt.ForClaim(g.credit(customer.Mask())))
	}
}

func claimed(s *ledger.Sale) bool {
	return s != nil && slices.ContainsFunc(s.Later, func(r ledger.Record) bool { return r.Head.Kind == ledger.KindClaim })
}

// noonOf is an instant of a day, for its date.
func noonOf(day ledger.Day, zone *time.Location) time.Time {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, zone)
}

// A given is points on their way to a card without a purchase.
type given struct {
	counter Counter
	view    ledger.View
	moment  ledger.Moment
	holding ledger.Holding
	limit   ledger.Points // of each wallet, above which a manager confirms; 0 for none
	reason  string
	fresh   []ledger.Holding // drawn for vouchers

	after   ledger.Holding
	added   []ledger.Position
	entries []ledger.Entry
	reasons []ledger.Reason
	plays   game.Plays
}

// add gives amounts.
func (g *given) add(give []Amount) error {
	g.begin()
	above := false
	for i, a := range give {
		wallet, known := g.counter.Rules.Wallet(a.Wallet)
		twice := slices.ContainsFunc(give[:i], func(o Amount) bool { return o.Wallet == a.Wallet })
		if !known || twice || a.Points <= 0 || a.Points > programme.MaxRatePoints || a.Points%wallet.Smallest() != 0 {
			return &programme.Refusal{Code: programme.BadAmount, Wallet: wallet, Points: a.Points}
		}
		above = above || g.limit > 0 && a.Points > g.limit
		// Nobody brings back what was given: it can be spent at once.
		_, expires := wallet.Dates(g.moment.Day)
		e := ledger.Entry{
			Account: g.holding.Account, Wallet: a.Wallet, Kind: ledger.Adjust, Points: a.Points, Expires: expires,
			// A shop that stands alone has nobody to set points aside from.
			Closed: g.view.Alone,
		}
		g.entries = append(g.entries, e)
		g.reasons = append(g.reasons, ledger.Reason{Code: g.reason, Wallet: a.Wallet, Points: a.Points})
		if err := g.after.Apply(e, g.moment.Day); err != nil {
			return err
		}
		g.added = append(g.added, ledger.Position{Wallet: a.Wallet, Points: a.Points})
	}
	if above && g.counter.Manager == "" {
		return &programme.Refusal{Code: programme.ManagerNeeded}
	}
	return nil
}

// welcome adds what the programme gives new members.
func (g *given) welcome(body *ledger.Body) error {
	member := g.after
	member.Profile = ledger.Profile{
		Enrolled: true, Since: g.moment.Day, Name: body.Name, Birthday: body.Birthday, Referrer: body.Referrer,
	}
	r, err := g.counter.rewarded(g.view, member, g.fresh, ledger.Event{Kind: Enrolled, ID: g.view.Next.String()}, g.moment)
	var no *programme.Refusal
	if errors.As(err, &no) && no.Code == programme.UnknownEvent {
		return nil
	}
	if err != nil {
		return err
	}
	g.plays = r.plays
	lines := len(g.entries)
	g.entries, g.reasons = append(g.entries, r.entries...), append(g.reasons, r.reasons...)
	for i := range r.shares {
		r.shares[i].Entry += lines
	}
	r.reasons = nil // they go with the others
	r.tell(body)
	for _, t := range r.totals {
		g.added = append(g.added, ledger.Position{Wallet: t.Wallet, Points: t.Points})
	}
	for _, e := range r.entries {
		if e.Account != g.holding.Account {
			continue
		}
		if err := g.after.Apply(e, g.moment.Day); err != nil {
			return err
		}
	}
	return nil
}

// join adds what another account of the same member holds from now on. It
// stays where it is: no entry moves.
func (g *given) join(other ledger.Holding) error {
	g.begin()
	g.holding.Known = g.holding.Known && other.Known
	for _, p := range other.Positions {
		if p.Points == 0 && p.Rest.IsZero() {
			continue
		}
		if err := g.put(p); err != nil {
			return err
		}
	}
	return nil
}

func (g *given) begin() {
	g.after = g.holding
	g.after.Positions = slices.Clone(g.holding.Positions)
}

func (g *given) put(add ledger.Position) error {
	if err := g.after.Add(add); err != nil {
		return err
	}
	g.added = append(g.added, add)
	return nil
}

func (g given) credit(mask string) receipt.Credit {
	c := g.counter
	return receipt.Credit{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: g.moment, Mask: mask,
		Holding: g.holding, After: g.after, Added: g.added, Plays: g.plays, Record: g.view.Next, Offline: c.Offline,
	}
}

func (g given) posting(kind ledger.Kind, body ledger.Body, slip receipt.Slip) (ledger.Posting, error) {
	body.Reasons = g.reasons
	var err error
	if body.Slip, err = slip.Encode(); err != nil {
		return ledger.Posting{}, err
	}
	body.Kept = g.counter.keeps(receipt.Occasion{Kind: slip.Kind, Reward: won(g.plays) || len(body.More) > 0})
	return ledger.Posting{Lane: g.counter.Lane, Draft: ledger.Draft{
		Kind: kind, Rules: g.counter.Rules.Version, Moment: g.moment, Entries: g.entries, Body: body,
	}}, nil
}
