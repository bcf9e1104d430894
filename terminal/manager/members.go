package manager

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// Accounts look members up and post what is decided about them.
type Accounts interface {
	Look(ctx context.Context, s ledger.Subject) (ledger.Holding, error)
	Post(ctx context.Context, r ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error)
}

// A TransferCall is what a program sends to give all that one card holds to
// another one: POST /v1/members/transfer.
type TransferCall struct {
	From string `json:"from"` // a card or a telephone number
	To   string `json:"to"`
	Note string `json:"note"`
	// Key names the call, so that it counts once.
	Key      string `json:"key"`
	Operator string `json:"operator,omitempty"`
}

// An OpeningCall is what a program sends for one lot of an opening balance:
// POST /v1/members/opening.
type OpeningCall struct {
	Card    string        `json:"card"`
	Wallet  ledger.Wallet `json:"wallet"`
	Points  ledger.Points `json:"thousandths"`
	Earned  ledger.Day    `json:"earned,omitempty"`
	Expires ledger.Day    `json:"expires,omitempty"`
	Source  string        `json:"source"`
	Note    string        `json:"note,omitempty"`
	// Key and Day name the lot, so that it counts once, however often the same
	// file is read in.
	Key      string     `json:"key"`
	Day      ledger.Day `json:"day"`
	Operator string     `json:"operator,omitempty"`
}

// A MembersAnswer says what was posted.
type MembersAnswer struct {
	Records []ledger.Key `json:"records"`
	Repeat  bool         `json:"repeat,omitempty"`
}

// mostRecords bounds the records of one transfer.
const mostRecords = 100

// Transfer gives all that one card holds to another one, in as many records as
// it takes. The cards stay what they are: an old one that turns up is the
// account it was, with nothing on it.
func (m *Manager) Transfer(ctx context.Context, call TransferCall) (MembersAnswer, error) {
	from, _, err := m.subject(call.From)
	if err != nil {
		return MembersAnswer{}, err
	}
	to, customer, err := m.subject(call.To)
	if err != nil {
		return MembersAnswer{}, err
	}
	moment := m.moment()
	var a MembersAnswer
	for n := range mostRecords {
		g := session.Merging{Key: basket.Key{Till: "zegel", Day: string(moment.Day), ID: call.Key + "-" + strconv.Itoa(n)}, Note: call.Note}
		request, err := g.Request(from, to)
		if err != nil {
			return a, err
		}
		posted, err := m.cfg.Accounts.Post(ctx, request, m.counter(call.Operator).Merge(customer, g, moment))
		var no *programme.Refusal
		if errors.As(err, &no) && no.Code == programme.TooFewPoints && n > 0 {
			return a, nil // nothing is left
		}
		if err != nil {
			return a, err
		}
		a.Records, a.Repeat = append(a.Records, posted.Record.Head.Key()), posted.Repeat
		m.woken()
	}
	return a, nil
}

// Open posts one lot of an opening balance.
func (m *Manager) Open(ctx context.Context, call OpeningCall) (MembersAnswer, error) {
	subject, customer, err := m.subject(call.Card)
	if err != nil {
		return MembersAnswer{}, err
	}
	o := session.Opening{
		Key: basket.Key{Till: "import", Day: string(call.Day), ID: call.Key}, Wallet: call.Wallet, Points: call.Points,
		Earned: call.Earned, Expires: call.Expires, Source: call.Source, Note: call.Note,
	}
	request, err := o.Request(subject)
	if err != nil {
		return MembersAnswer{}, err
	}
	posted, err := m.cfg.Accounts.Post(ctx, request, m.counter(call.Operator).Open(customer, o, m.moment()))
	if err != nil {
		return MembersAnswer{}, err
	}
	m.woken()
	return MembersAnswer{Records: []ledger.Key{posted.Record.Head.Key()}, Repeat: posted.Repeat}, nil
}

func (m *Manager) woken() {
	if m.cfg.Posted != nil {
		m.cfg.Posted()
	}
}

// counter is that of whoever has the token of this PC's daemon, who is trusted
// as a manager.
func (m *Manager) counter(operator string) session.Counter {
	if operator == "" {
		operator = "-"
	}
	return session.Counter{Rules: m.cfg.Rules(), Zone: m.cfg.Zone, Keys: m.cfg.Keys, Operator: operator, Manager: operator}
}

// subject is the account a card's or telephone's number leads to.
func (m *Manager) subject(text string) (ledger.Subject, session.Customer, error) {
	rules := m.cfg.Rules()
	card, err := rules.Cards.Parse(text, "")
	if err != nil {
		s, err := m.counter("").Phone(text)
		if err != nil {
			return s, session.Customer{}, &programme.Refusal{Code: programme.UnknownMember}
		}
		return s, session.Customer{Mode: ledger.ByPhone, Identifiers: s.Identifiers}, nil
	}
	var ids []member.Identifier
	for _, key := range m.cfg.Keys {
		ids = append(ids, card.Identifier(key))
	}
	return ledger.Subject{Identifiers: ids}, session.Customer{Mode: ledger.Keyed, Identifiers: ids}, nil
}

func (m *Manager) postTransfer(w http.ResponseWriter, r *http.Request) {
	var call TransferCall
	if !reads(w, r, &call) {
		return
	}
	a, err := m.Transfer(r.Context(), call)
	m.posted(w, a, err)
}

func (m *Manager) postOpening(w http.ResponseWriter, r *http.Request) {
	var call OpeningCall
	if !reads(w, r, &call) {
		return
	}
	a, err := m.Open(r.Context(), call)
	m.posted(w, a, err)
}

func (m *Manager) posted(w http.ResponseWriter, a MembersAnswer, err error) {
	var conflict *ledger.ConflictError
	switch {
	case errors.As(err, &conflict):
		problem(w, http.StatusConflict, "conflict", conflict.Error())
	case err != nil:
		m.refuse(w, err)
	default:
		answer(w, http.StatusCreated, a)
	}
}
