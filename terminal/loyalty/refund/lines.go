package refund

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A line is one line of a sale with what came back of it.
type line struct {
	basket.Line
	number   int // in the sale, from 1; 0 for a sale without lines
	amount   basket.Money
	quantity int64
	touched  bool
}

// spent reports that nothing is left of the line to come back. A line that
// cost nothing goes by its quantity.
func (l line) spent() bool {
	if l.Amount != 0 {
		return l.amount == l.Amount
	}
	return l.touched && l.quantity >= l.Quantity
}

// A ticket is what was sold, and what came back of it.
type ticket struct {
	basket   basket.Basket
	discount basket.Money   // taken off by points
	off      []basket.Money // by line, where the record says so
	paid     []basket.Money // what of it points paid
	reasons  []ledger.Reason
	lines    []line
}

// recall makes a sale's ticket of its records; nil when they do not say any
// more what was sold or what came back.
func recall(sale Sale) (*ticket, error) {
	body := sale.Original.Body
	if body == nil || body.Basket == nil {
		return nil, nil
	}
	t := &ticket{basket: *body.Basket, reasons: body.Reasons, discount: discount(body.Reasons)}
	for i, l := range t.basket.Lines {
		t.lines = append(t.lines, line{Line: l, number: i + 1})
	}
	if len(t.lines) == 0 {
		t.lines = []line{{Line: basket.Line{Amount: t.basket.Total}}}
	}
	if t.off, t.paid = t.takenOff(body.Shares, sale.Original.Head.Entries); len(sale.Besides) > 0 {
		t.off = nil
	}
	for _, r := range sale.Besides {
		if r.Body == nil {
			return nil, nil
		}
	}
	for _, r := range sale.Later {
		if r.Body == nil {
			return nil, nil
		}
		if err := t.replay(r); err != nil {
			return nil, fmt.Errorf("return %v: %w", r.Head.Key(), err)
		}
	}
	return t, nil
}

// clone is t as it is now.
func (t *ticket) clone() *ticket {
	c := *t
	c.lines = slices.Clone(t.lines)
	return &c
}

// discount is what points took off a sale.
func discount(reasons []ledger.Reason) (sum basket.Money) {
	for _, r := range reasons {
		if r.Code == redeem.ReasonRedeemed {
			sum += basket.Money(r.Amount)
		}
	}
	return sum
}

// replay takes off the ticket what an earlier return brought back.
func (t *ticket) replay(r Record) error {
	n := 0
	for _, reason := range r.Body.Reasons {
		switch reason.Code {
		case ReasonWhole, ReasonUndone:
			for i := range t.lines {
				t.lines[i].takeLeft()
			}
		case ReasonReturned:
			i := t.numbered(reason.Line)
			if i < 0 || !within(basket.Money(reason.Amount), t.lines[i].Amount-t.lines[i].amount) {
				return fmt.Errorf("%d of line %d came back, which the sale does not have", reason.Amount, reason.Line)
			}
			var quantity int64
			if b := r.Body.Basket; b != nil && n < len(b.Lines) {
				quantity = b.Lines[n].Quantity
			}
			t.lines[i].add(basket.Money(reason.Amount), quantity)
			n++
		}
	}
	return nil
}

// numbered is the index of the line with a number, -1 for none.
func (t *ticket) numbered(number int) int {
	for i, l := range t.lines {
		if l.number == number {
			return i
		}
	}
	return -1
}

func (l *line) add(amount basket.Money, quantity int64) {
	l.amount += amount
	l.quantity += quantity
	l.touched = true
}

// takeLeft takes all that is left of the line.
func (l *line) takeLeft() (amount basket.Money, quantity int64) {
	amount, quantity = l.Amount-l.amount, max(l.Quantity-l.quantity, 0)
	l.add(amount, quantity)
	return amount, quantity
}

// takeAll takes back all that is left of the sale.
func (t *ticket) takeAll(o *Outcome) error {
	if t.complete() {
		return &programme.Refusal{Code: programme.Returned}
	}
	var sum basket.Money
	for i := range t.lines {
		amount, _ := t.lines[i].takeLeft()
		sum += amount
	}
	o.Reasons = []ledger.Reason{{Code: ReasonWhole, Amount: int64(sum)}}
	return nil
}

// take takes back goods, one after the other. More of them than a basket has
// lines would not fit into a record.
func (t *ticket) take(goods []Goods, o *Outcome) error {
	if len(goods) > basket.MaxLines {
		return &programme.Refusal{Code: programme.BadBasket, Cause: fmt.Errorf("%d goods in one return, at most %d", len(goods), basket.MaxLines)}
	}
	for _, g := range goods {
		i := t.find(g)
		if i < 0 {
			return &programme.Refusal{Code: programme.UnknownLine, Cause: fmt.Errorf("line %q, number %d", g.ID, g.Line)}
		}
		amount, quantity, code := t.lines[i].take(g)
		if code != "" {
			return &programme.Refusal{Code: code, Cause: fmt.Errorf(
				"line %d: quantity %d of %d, amount %d of %d; before that %d and %d came back", t.lines[i].number,
				g.Quantity, t.lines[i].Quantity, g.Amount, t.lines[i].Amount, t.lines[i].quantity, t.lines[i].amount,
			)}
		}
		t.lines[i].add(amount, quantity)
		// What the sale's record says of a line is not said again.
		o.Lines = append(o.Lines, basket.Line{ID: t.lines[i].ID, Quantity: quantity, Amount: amount})
		o.Reasons = append(o.Reasons, ledger.Reason{Code: ReasonReturned, Line: t.lines[i].number, Amount: int64(amount)})
	}
	return nil
}

// find is the index of the line that goods name, -1 for none. Where the till
// gave two lines one id, it is the first of which something is left.
func (t *ticket) find(g Goods) int {
	if g.ID == "" {
		return t.numbered(g.Line)
	}
	found := -1
	for i, l := range t.lines {
		if l.ID == g.ID && (g.Line == 0 || g.Line == l.number) {
			if !l.spent() {
				return i
			}
			found = i
		}
	}
	return found
}

// take is what comes back of the line, or why it cannot.
func (l line) take(g Goods) (basket.Money, int64, programme.Code) {
	left, quantity := l.Amount-l.amount, max(l.Quantity-l.quantity, 0)
	switch {
	case l.spent():
		return 0, 0, programme.Returned
	case g.Quantity == 0 && g.Amount == 0:
		return left, quantity, ""
	case g.Quantity < 0 || g.Quantity > quantity || !within(g.Amount, left):
		return 0, 0, programme.MoreThanSold
	case g.Amount != 0:
		return g.Amount, g.Quantity, ""
	case g.Quantity == quantity:
		return left, quantity, ""
	}
	// By running totals, so that single pieces add up to the line. An amount
	// that came back without a quantity may have been more than its share.
	upTo := l.Amount * basket.Money(l.quantity+g.Quantity) / basket.Money(l.Quantity)
	if share := upTo - l.amount; within(share, left) {
		return share, g.Quantity, ""
	}
	return 0, g.Quantity, ""
}

// within reports whether a lies between 0 and left, whatever its sign.
func within(a, left basket.Money) bool {
	if left < 0 {
		return a <= 0 && a >= left
	}
	return a >= 0 && a <= left
}

// back is what came back in all.
func (t *ticket) back() (sum basket.Money) {
	for _, l := range t.lines {
		sum += l.amount
	}
	return sum
}

// complete reports that nothing is left of the sale.
func (t *ticket) complete() bool {
	for _, l := range t.lines {
		if !l.spent() {
			return false
		}
	}
	return true
}
