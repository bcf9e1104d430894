package pos

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"unicode"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// What a till sends, where it is not a type of package session.
type (
	codeAsked struct {
		Code  string    `json:"code"`
		Entry entryMode `json:"entry"`
	}
	quoteAsked struct {
		Basket   basket.Basket `json:"basket"`
		Vouchers []voucherCode `json:"vouchers,omitempty"`
	}
	holdAsked struct {
		Basket   basket.Basket `json:"basket"`
		Redeem   []redeem.Wish `json:"redeem"`
		Vouchers []voucherCode `json:"vouchers,omitempty"`
		Card     mask          `json:"card,omitempty"`
	}
	// A saleAsked has no manager: a till cannot prove one.
	saleAsked struct {
		Basket    basket.Basket `json:"basket"`
		Typed     bool          `json:"typed,omitempty"`
		Redeem    []redeem.Wish `json:"redeem,omitempty"`
		Vouchers  []voucherCode `json:"vouchers,omitempty"`
		Confirmed bool          `json:"confirmed,omitempty"`
		Hold      ledger.HoldID `json:"hold,omitzero"`
		Card      mask          `json:"card,omitempty"`
		Operator  string        `json:"operator,omitempty"`
	}
	saleWanted struct {
		Sale session.Named `json:"sale"`
	}
	eventAsked struct {
		Kind     string    `json:"kind"`
		ID       string    `json:"id"`
		Quantity int64     `json:"quantity,omitempty"`
		Code     string    `json:"code,omitempty"`
		Entry    entryMode `json:"entry,omitempty"`
		Operator string    `json:"operator,omitempty"`
	}
	enrolAsked struct {
		Key      basket.Key       `json:"key"`
		Name     string           `json:"name,omitempty"`
		Phone    string           `json:"phone,omitempty"`
		Birthday string           `json:"birthday,omitempty"`
		Referrer string           `json:"referrer,omitempty"`
		Consents []ledger.Consent `json:"consents,omitempty"`
		Carried  []session.Amount `json:"carried,omitempty"`
		Card     mask             `json:"card,omitempty"`
		Operator string           `json:"operator,omitempty"`
	}
	noBody struct{}
)

// What a till is answered, where it is not a type of package session.
type (
	helloAnswer struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		API     string `json:"api"`
	}
	releasedAnswer struct {
		Released ledger.HoldID `json:"released"`
	}
	gamesAnswer struct {
		Games []game.Told `json:"games"`
	}
)

// An entryMode says how a till got a code; a person's card at the lane's own
// scanner never comes this way.
type entryMode string

func (m entryMode) mode() ledger.EntryMode { return ledger.EntryMode(m) }

// A voucherCode is the code of a voucher, as it was read.
type voucherCode string

func codes(all []voucherCode) []string {
	var texts []string
	for _, code := range all {
		texts = append(texts, string(code))
	}
	return texts
}

// A mask is a card as a till was shown it, "…4566": a whole number in its place
// would end on the lane's screen.
type mask string

// A call is one thing a till may ask.
type call struct {
	method, path string
	id           string // operationId
	about        string // in a few words
	more         string // and in sentences
	takes, gives reflect.Type
	posts        bool // a fault may have posted it all the same
	open         bool // it needs no token
	serve        http.HandlerFunc
	asks         string // an example of a body
	answers      map[int]string
}

// table is every call there is.
func (h *handler) table() []call {
	s := newShapes()
	calls := []call{
		{method: "GET", path: "/v1/hello", id: "hello", open: true, gives: reflect.TypeFor[helloAnswer](), serve: h.hello},
		{method: "GET", path: "/v1/openapi.json", id: "openapi", gives: reflect.TypeFor[map[string]any](), serve: h.openapi},
		{method: "GET", path: "/v1/status", id: "status", gives: reflect.TypeFor[map[string]any](), serve: h.status},
		{method: "GET", path: "/v1/games", id: "games", gives: reflect.TypeFor[gamesAnswer](), serve: h.games},
		{method: "GET", path: "/v1/lanes/{lane}", id: "lane", gives: reflect.TypeFor[session.View](), serve: h.lane},
		{method: "GET", path: "/v1/lanes/{lane}/events", id: "events", gives: reflect.TypeFor[notesAnswer](), serve: h.events},
		serves(h, s, "/v1/lanes/{lane}/customer", "customer", h.customer),
		serves(h, s, "/v1/lanes/{lane}/cancel", "cancel", h.cancel),
		serves(h, s, "/v1/lanes/{lane}/quotes", "quote", h.quote),
		serves(h, s, "/v1/lanes/{lane}/holds", "hold", h.hold),
		serves(h, s, "/v1/holds/{hold}/release", "release", h.release),
		serves(h, s, "/v1/lanes/{lane}/sales", "sale", h.sale),
		serves(h, s, "/v1/lanes/{lane}/returns", "return", h.returned),
		serves(h, s, "/v1/lanes/{lane}/undos", "undo", h.undo),
		serves(h, s, "/v1/lanes/{lane}/moves", "move", h.move),
		serves(h, s, "/v1/lanes/{lane}/events", "happened", h.happened),
		{method: "GET", path: "/v1/enrolment", id: "enrolForm", gives: reflect.TypeFor[session.EnrolForm](), serve: h.enrolForm},
		serves(h, s, "/v1/lanes/{lane}/enrolments", "enrol", h.enrol),
		serves(h, s, "/v1/sales/lookup", "lookupSale", h.recall),
		serves(h, s, "/v1/members/lookup", "lookupMember", h.member),
		serves(h, s, "/v1/day", "day", h.day),
	}
	for i := range calls {
		said := callWords[calls[i].id]
		calls[i].about, calls[i].more, calls[i].asks, calls[i].answers = said.about, said.more, said.asks, said.answers
	}
	return calls
}

// serves is a call that takes a body: it reads it, finds the lane's desk where
// the path has a lane, and does what was asked.
func serves[In, Out any](h *handler, s *shapes, path, id string, do func(*http.Request, Desk, In) (Out, error)) call {
	like := s.shapeOf(reflect.TypeFor[In]())
	posts := reflect.TypeFor[Out]() == reflect.TypeFor[session.Answer]()
	return call{
		method: http.MethodPost, path: path, id: id, posts: posts,
		takes: reflect.TypeFor[In](), gives: reflect.TypeFor[Out](),
		serve: func(w http.ResponseWriter, r *http.Request) {
			var desk Desk
			if strings.Contains(path, "{lane}") {
				var ok bool
				if desk, ok = h.cfg.Desk(r.PathValue("lane")); !ok {
					h.problem(w, r, problem{Code: noLane})
					return
				}
			}
			var in In
			if !h.reads(w, r, like, &in) {
				return
			}
			out, err := do(r, desk, in)
			var mistake *mistakeError
			switch {
			case errors.As(err, &mistake):
				h.problem(w, r, mistake.problem)
			case err != nil:
				h.fail(w, r, err, posts)
			default:
				h.answer(w, r, statusOf(out), out)
			}
		},
	}
}

// A mistakeError is a mistake of the till that a call finds out by itself.
type mistakeError struct{ problem problem }

func (e *mistakeError) Error() string { return "the till made a mistake: " + string(e.problem.Code) }

// statusOf is 201 for what was made, and 200 for all else.
func statusOf(out any) int {
	switch made := out.(type) {
	case session.Answer:
		if !made.Repeat {
			return http.StatusCreated
		}
	case session.Held:
		return http.StatusCreated
	}
	return http.StatusOK
}

// hello says who is there, and nothing else.
func (h *handler) hello(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, http.StatusOK, helloAnswer{Name: "zegel", Version: h.cfg.Version, API: "v1"})
}

func (h *handler) openapi(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := w.Write(h.document()); err != nil {
		h.log(r).Debug().Err(err).Msg("the caller went away before the answer")
	}
}

func (h *handler) status(w http.ResponseWriter, r *http.Request) {
	s, err := h.cfg.Status(r.Context())
	if err != nil {
		h.fail(w, r, err, false)
		return
	}
	h.answer(w, r, http.StatusOK, s)
}

func (h *handler) games(w http.ResponseWriter, r *http.Request) {
	told, err := h.cfg.Games(r.Context())
	if err != nil {
		h.fail(w, r, err, false)
		return
	}
	h.answer(w, r, http.StatusOK, gamesAnswer{append([]game.Told{}, told...)})
}

func (h *handler) lane(w http.ResponseWriter, r *http.Request) {
	desk, ok := h.cfg.Desk(r.PathValue("lane"))
	if !ok {
		h.problem(w, r, problem{Code: noLane})
		return
	}
	h.answer(w, r, http.StatusOK, shown(desk.View()))
}

// shown is a view whose balance is a list also where there is none.
func shown(v session.View) session.View {
	v.Balance = filled(v.Balance)
	return v
}

func (h *handler) customer(r *http.Request, desk Desk, in codeAsked) (session.View, error) {
	v, err := desk.Identify(r.Context(), in.Code, in.Entry.mode())
	return shown(v), err
}

func (h *handler) cancel(_ *http.Request, desk Desk, _ noBody) (session.View, error) {
	return shown(desk.Cancel()), nil
}

func (h *handler) quote(r *http.Request, desk Desk, in quoteAsked) (session.Quote, error) {
	q, err := desk.Quote(r.Context(), in.Basket, codes(in.Vouchers)...)
	q.Earns, q.Rewards = filled(q.Earns), filled(q.Rewards)
	return q, err
}

func (h *handler) hold(r *http.Request, desk Desk, in holdAsked) (session.Held, error) {
	held, err := desk.Hold(r.Context(), session.Sale{Basket: in.Basket, Redeem: in.Redeem, Vouchers: codes(in.Vouchers), Card: string(in.Card)})
	held.Redeemed = filled(held.Redeemed)
	return held, err
}

func (h *handler) release(r *http.Request, _ Desk, _ noBody) (releasedAnswer, error) {
	var id ledger.HoldID
	if err := id.UnmarshalText([]byte(r.PathValue("hold"))); err != nil {
		return releasedAnswer{}, &mistakeError{problem{Code: noHold}}
	}
	return releasedAnswer{id}, h.cfg.Release(r.Context(), id)
}

// sale posts what was paid at a lane. The basket's key makes a repeat harmless.
func (h *handler) sale(r *http.Request, desk Desk, in saleAsked) (session.Answer, error) {
	return answered(desk.Sale(r.Context(), session.Sale{
		Basket: in.Basket, Typed: in.Typed, Redeem: in.Redeem, Vouchers: codes(in.Vouchers), Confirmed: in.Confirmed,
		Hold: in.Hold, Card: string(in.Card), Operator: unproved(in.Operator),
	}))
}

func (h *handler) returned(r *http.Request, desk Desk, in session.Return) (session.Answer, error) {
	in.Operator = unproved(in.Operator)
	return answered(desk.Return(r.Context(), in))
}

func (h *handler) undo(r *http.Request, desk Desk, in session.Undoing) (session.Answer, error) {
	in.Operator = unproved(in.Operator)
	return answered(desk.Undo(r.Context(), in))
}

func (h *handler) move(r *http.Request, desk Desk, in session.Moving) (session.Answer, error) {
	in.Operator = unproved(in.Operator)
	return answered(desk.Move(r.Context(), in))
}

// happened rewards what a member did that was no purchase. The event's kind and
// id make a repeat harmless.
func (h *handler) happened(r *http.Request, desk Desk, in eventAsked) (session.Answer, error) {
	return answered(desk.Happened(r.Context(), session.Happening{
		Event: ledger.Event{Kind: in.Kind, ID: in.ID, Quantity: in.Quantity},
		Code:  in.Code, Mode: in.Entry.mode(), Operator: unproved(in.Operator),
	}))
}

// enrolForm says what a new member is to be asked.
func (h *handler) enrolForm(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, http.StatusOK, h.cfg.EnrolForm())
}

// enrol makes whoever stands at the lane a member.
func (h *handler) enrol(r *http.Request, desk Desk, in enrolAsked) (session.Answer, error) {
	return answered(desk.Enrol(r.Context(), session.Enrolling{
		Key: in.Key, Card: string(in.Card), Operator: unproved(in.Operator),
		Enrolment: session.Enrolment{
			Name: in.Name, Phone: in.Phone, Birthday: in.Birthday, Referrer: in.Referrer, Consents: in.Consents, Carried: in.Carried,
		},
	}))
}

// unproved is a till's own cashier: nobody here asked for a PIN. What does not
// show, or turns the order in which a report is read, is left out.
func unproved(operator string) string {
	operator = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != '\u00a0' {
			return -1
		}
		return r
	}, operator)
	if operator == "" {
		return ""
	}
	return "till/" + operator
}

func answered(a session.Answer, err error) (session.Answer, error) {
	a.Earned, a.Balance = filled(a.Earned), filled(a.Balance)
	return a, err
}

func (h *handler) recall(r *http.Request, _ Desk, in saleWanted) (session.Recalled, error) {
	return h.cfg.Recall(r.Context(), in.Sale)
}

func (h *handler) member(r *http.Request, _ Desk, in codeAsked) (session.Person, error) {
	return h.cfg.Member(r.Context(), in.Code, in.Entry.mode())
}

func (h *handler) day(r *http.Request, _ Desk, in TillDay) (TillDay, error) {
	if wrong := in.wrong(); len(wrong) > 0 {
		return in, &mistakeError{problem{Code: badBody, Errors: wrong}}
	}
	return in, h.cfg.DayFigures(r.Context(), in)
}

// maxDay bounds what a till can have taken on a day, in minor units.
const maxDay = 1000 * basket.MaxAmount

// wrong is what cannot be in a till's figures, all at once.
func (d TillDay) wrong() (all []complaint) {
	// The same rules as for the name of a sale of that till and day.
	if err := (basket.Key{Till: d.Till, Day: d.Day, ID: "0"}).Validate(); err != nil {
		all = append(all, complaint{"", "the till must be 1 to 64 printable characters, the day a day as 2026-11-22"})
	}
	if len(d.Currency) != 3 || strings.Trim(d.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		all = append(all, complaint{"/currency", "need three capital letters as in ISO 4217"})
	}
	if d.Turnover < -maxDay || d.Turnover > maxDay {
		all = append(all, complaint{"/turnover", "no till takes that much in a day"})
	}
	if d.Receipts < 0 || d.Receipts > 1_000_000 {
		all = append(all, complaint{"/receipts", "need a number from 0 to a million"})
	}
	if d.PointsPaid < 0 || d.PointsPaid > maxDay {
		all = append(all, complaint{"/points_paid", "need an amount from 0"})
	}
	return all
}
