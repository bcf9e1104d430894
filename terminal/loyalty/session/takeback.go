package session

import (
	"cmp"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/slipcode"
)

// Name is n as the store looks sales up. A code read from a slip's QR is none
// of these: see ReadSlip.
func (n Named) Name() ledger.SaleName {
	name := ledger.SaleName{Record: n.Record, Code: strings.ToUpper(strings.TrimSpace(n.Code))}
	if n.Basket != (basket.Key{}) {
		name.Request = requestKey("", n.Basket)
	}
	return name
}

// ReadSlip reads the code of a sale's slip, of this shop or another one of the
// chain. Its record names the sale.
func (c Counter) ReadSlip(text string) (slipcode.Sale, error) {
	sale, err := slipcode.ParseSale(text, c.Keys)
	if err != nil {
		return slipcode.Sale{}, &programme.Refusal{Code: programme.BadSlip, Cause: err}
	}
	return sale, nil
}

// ReadBearer reads the code of a bearer slip.
func (c Counter) ReadBearer(text string) (slipcode.Bearer, error) {
	bearer, err := slipcode.ParseBearer(text, c.Keys)
	if err != nil {
		return slipcode.Bearer{}, &programme.Refusal{Code: programme.BadSlip, Cause: err}
	}
	return bearer, nil
}

// Request is the return as a request, about the sale it names. For the slip of
// another shop the caller puts the record that its code names into Sale.
func (r Return) Request(subjects ...ledger.Subject) (ledger.Request, error) {
	return about(r.Sale, "return", r.Key, struct {
		Sale  ledger.SaleName
		Goods []refund.Goods `json:",omitempty"`
	}{r.Sale.Name(), r.Goods}, subjects)
}

// Request is the undo as a request, about the sale it names.
func (u Undoing) Request(subjects ...ledger.Subject) (ledger.Request, error) {
	return about(u.Sale, "undo", u.Key, u.Sale.Name(), subjects)
}

// Request is the move as a request, about the sale it names; its first subject
// is the customer who gets it. To whom it goes is part of what is asked.
func (m Moving) Request(subjects ...ledger.Subject) (ledger.Request, error) {
	type who struct {
		Account ledger.Account
		Ref     member.Ref // of the first that leads there
	}
	var to []who
	for _, s := range subjects {
		w := who{Account: s.Account}
		if len(s.Identifiers) > 0 {
			w.Ref = s.Identifiers[0].Ref
		}
		to = append(to, w)
	}
	return about(m.Sale, "move", m.Key, struct {
		Sale ledger.SaleName
		To   []who
	}{m.Sale.Name(), to}, subjects)
}

func about(sale Named, kind string, key basket.Key, content any, subjects []ledger.Subject) (ledger.Request, error) {
	r, err := requestOf(kind, key, content, subjects)
	r.Sale = sale.Name()
	return r, err
}

// A back is something of a sale on its way back.
type back struct {
	counter  Counter
	moment   ledger.Moment
	view     ledger.View
	sold     ledger.Sale // as the store has it
	sale     ledger.Sale // as it stands: see refund.Current
	original ledger.Key  // of the sale as it was posted first
	holding  ledger.Holding
	operator string
}

// back finds the sale the request is about: in the store's view, or else in
// the code of another shop's slip.
func (c Counter) back(v ledger.View, foreign *slipcode.Sale, m ledger.Moment) (back, error) {
	b := back{counter: c, moment: m, view: v, holding: v.SaleHolding, operator: c.Operator}
	switch {
	case v.Sale != nil && v.Sale.Original.Head.Kind != "":
		if foreign != nil && !foreign.TellsOf(*v.Sale) {
			return back{}, &programme.Refusal{Code: programme.UnknownSale}
		}
		b.sale = *v.Sale
	case foreign != nil && foreign.Record.Terminal == v.Next.Terminal:
		// Its record was this shop's and was lost with a database: another has its
		// number now, or will have it.
		return back{}, &programme.Refusal{Code: programme.UnknownSale}
	case foreign != nil:
		b.sale = foreign.Sale()
		if v.Sale != nil { // what came back of it here before
			b.sale.Later = v.Sale.Later
		}
		b.holding = ledger.Holding{Account: foreign.Account, Alone: v.Alone}
		if len(v.Holdings) > 0 {
			b.holding = v.Holdings[0]
		}
	default:
		return back{}, &programme.Refusal{Code: programme.UnknownSale}
	}
	b.original, b.sold = b.sale.Original.Head.Key(), b.sale
	b.sale = refund.Current(b.sale)
	if body := b.sale.Original.Body; body != nil && body.Sale != nil {
		b.original = *body.Sale // also where the store was asked for the move itself
	}
	return b, nil
}

func (b back) terms() refund.Terms {
	c := b.counter
	return refund.Terms{
		Rules: c.Rules, Sold: c.RulesOf, Zone: c.Zone, Cover: coverOf(b.view, b.holding, b.moment), Day: b.moment.Day, Used: b.used,
	}
}

// used reports whether the voucher of an account is not there any more.
func (b back) used(a ledger.Account) bool {
	h, known := b.view.Voucher(a)
	if !known {
		return true
	}
	for _, p := range h.Positions {
		if p.Wallet.Voucher() && p.Points-h.Promised[p.Wallet] >= ledger.Unit {
			return false
		}
	}
	return true
}

// Return is the decision to take goods of a sale back: of the one in the
// store's view, or where that has none, of the one foreign tells of.
func (c Counter) Return(r Return, foreign *slipcode.Sale, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		b, err := c.back(v, foreign, m)
		if err != nil {
			return ledger.Posting{}, err
		}
		b.operator = cmp.Or(r.Operator, c.Operator)
		o, err := refund.Return(b.terms(), b.holding, b.sold, r.Goods)
		if err != nil {
			return ledger.Posting{}, err
		}
		came := basket.Basket{Key: r.Key, Currency: b.currency(), Total: o.Amount, Lines: o.Lines}
		return b.posting(ledger.KindReturn, o, &came, receipt.ForReturn)
	}
}

// Undo is the decision to take a whole sale of the same business day back.
func (c Counter) Undo(m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		b, err := c.back(v, nil, m)
		if err != nil {
			return ledger.Posting{}, err
		}
		o, err := refund.Undo(b.terms(), b.holding, b.sold)
		if err != nil {
			return ledger.Posting{}, err
		}
		return b.posting(ledger.KindUndo, o, nil, receipt.ForUndo)
	}
}

// currency is the sale's, as far as it is kept.
func (b back) currency() string {
	if body := b.sale.Original.Body; body != nil && body.Basket != nil {
		return body.Basket.Currency
	}
	return b.counter.Rules.Currency
}

// account is whose the sale is, and identifiers what led there.
func (b back) account() ledger.Account {
	if account, known := refund.Account(b.sale); known {
		return account
	}
	return b.holding.Account
}

func (b back) identifiers() []member.Identifier {
	if body := b.sale.Original.Body; body != nil {
		return body.Identifiers
	}
	return nil
}

func (b back) posting(kind ledger.Kind, o refund.Outcome, came *basket.Basket, slipOf func(receipt.Refund) receipt.Slip) (ledger.Posting, error) {
	c := b.counter
	paper := slipOf(receipt.Refund{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: b.moment, Mask: maskOf(b.sale.Original.Body), Currency: b.currency(),
		Holding: b.holding, Outcome: o, Original: b.sale.Original.Head.Key(), Record: b.view.Next, Offline: c.Offline,
	})
	slip, err := paper.Encode()
	if err != nil {
		return ledger.Posting{}, err
	}
	body := c.body(Customer{Identifiers: b.identifiers()}, b.account())
	body.Operator, body.Sale, body.Basket, body.Reasons, body.Slip = b.operator, &b.original, came, o.Reasons, slip
	if body.More, err = c.papers(b.view.Next, b.moment, c.again(o.Vouchers)); err != nil {
		return ledger.Posting{}, err
	}
	body.Kept = c.keeps(receipt.Occasion{Kind: paper.Kind, Reward: len(body.More) > 0})
	return ledger.Posting{Lane: c.Lane, Draft: ledger.Draft{Kind: kind, Rules: c.Rules.Version, Moment: b.moment, Entries: o.Entries, Body: body}}, nil
}

// Move is the decision to give a sale's award to the customer it belongs to,
// whose account is the first of the view's holdings. Both members get a slip.
func (c Counter) Move(to Customer, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		b, err := c.back(v, nil, m)
		if err != nil {
			return ledger.Posting{}, err
		}
		moved, err := refund.Move(b.terms(), b.holding, v.Holdings[0], b.sold)
		if err != nil {
			return ledger.Posting{}, err
		}
		sold := *b.sale.Original.Body
		body := c.body(to, v.Holdings[0].Account)
		// It is the sale from now on: what comes back is decided from it.
		body.Sale, body.Basket, body.Reasons, body.TypedAmount = &b.original, sold.Basket, sold.Reasons, sold.TypedAmount
		body.Seen, body.Shares, body.Event, body.Games = sold.Seen, moved.Shares, sold.Event, sold.Games
		draft := ledger.Draft{Kind: ledger.KindMove, Rules: c.Rules.Version, Moment: m, Entries: moved.Entries, Body: body}
		right := receipt.Move{
			Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: m, Mask: to.Mask(), Currency: b.currency(), Total: sold.Basket.Total,
			Holding: v.Holdings[0], After: moved.To, Changes: moved.Changes,
			Original: b.sale.Original.Head.Key(), Record: v.Next, Code: c.saleCode(v.Next, draft), Offline: c.Offline,
		}
		wrong := right
		wrong.Mask, wrong.Holding, wrong.After, wrong.Code, wrong.Away = maskOf(&sold), b.holding, moved.From, "", true
		if draft.Body.Slip, err = receipt.ForMove(right).Encode(); err != nil {
			return ledger.Posting{}, err
		}
		other, err := receipt.ForMove(wrong).Encode()
		draft.Body.More = append(draft.Body.More, other)
		if kept := c.keeps(receipt.Occasion{Kind: receipt.KindMove}); kept != nil {
			draft.Body.Kept = append(kept, 1)
		}
		return ledger.Posting{Lane: c.Lane, Draft: draft}, err
	}
}
