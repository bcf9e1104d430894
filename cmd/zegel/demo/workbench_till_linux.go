package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// An article is something the shop sells.
type article struct {
	Code  string // EAN-13
	Name  string
	Cents int64
}

// articles are on the workbench's till.
var articles = []article{
	{ean("871040000001"), "Volkorenbrood", 295},
	{ean("871040000002"), "Koffiebonen 1 kg", 1570},
	{ean("871040000003"), "Slagroomtaart", 2450},
	{ean("871040000004"), "Feestpakket", 12500},
}

// A till is the workbench's: as simple as one that talks can be.
type till struct {
	Lines    []Line
	Total    int64
	Rewards  []Offer // of the last quote
	Hold     *Held   // for these lines
	Tell     []string
	Last     *Answer // of the last sale
	lastSale Basket
	Recalled *Sale
	sale     int // the number of the sale that is rung up
	acts     int // returns, undos and moves
}

func (t *till) add(a article) {
	t.Lines = append(t.Lines, Line{ID: strconv.Itoa(len(t.Lines) + 1), Product: a.Code, Name: a.Name, Quantity: 1000, Amount: a.Cents})
	t.Total += a.Cents
	t.Rewards = nil
}

// clear begins a sale of another number.
func (t *till) clear() {
	t.Lines, t.Total, t.Rewards, t.Hold = nil, 0, nil, nil
	t.sale++
}

func (t *till) basket(day string) Basket {
	b := basket(fmt.Sprintf("W%06d", t.sale), day, t.Total)
	b.Key.Till = "werkbank"
	b.Lines = append([]Line(nil), t.Lines...)
	return b
}

// key names what is no sale.
func (t *till) key(day string) Key {
	t.acts++
	return Key{Till: "werkbank", Day: day, ID: fmt.Sprintf("R%06d", t.acts)}
}

var errEmpty = errors.New("nothing was rung up yet / er is nog niets aangeslagen")

// ring does what the till's keys do.
func (w *Workbench) ring(ctx context.Context, a act) error {
	t, s := &w.till, w.day.shop
	switch a.Act {
	case "article":
		if a.N >= 0 && a.N < len(articles) {
			t.add(articles[a.N])
		}
		return nil
	case "amount":
		cents, err := strconv.ParseInt(strings.NewReplacer(",", "", ".", "", " ", "", "€", "").Replace(a.Text), 10, 32)
		if err != nil || cents <= 0 {
			return fmt.Errorf("%q is no amount", a.Text)
		}
		t.add(article{Name: "Diversen", Cents: cents})
		return nil
	case "clear":
		err := w.release(ctx)
		t.clear()
		return err
	case "cancel":
		status, err := s.Cancel(ctx)
		return refused(status, "", err)
	case "quote", "hold", "pay":
		if len(t.Lines) == 0 {
			return errEmpty
		}
		return w.sell(ctx, a)
	case "release":
		return w.release(ctx)
	case "again":
		return w.again(ctx)
	case "recall":
		return w.recall(ctx, a.Text)
	case "return", "undo", "move":
		return w.takeBack(ctx, a)
	}
	return fmt.Errorf("the workbench has no %q", a.Act)
}

// sell is quote, hold and commit.
func (w *Workbench) sell(ctx context.Context, a act) error {
	t, s := &w.till, w.day.shop
	b := t.basket(w.day.day)
	switch a.Act {
	case "quote":
		q, status, err := s.Quote(ctx, b)
		t.Rewards = q.Rewards
		return refused(status, q.Detail, err)
	case "hold":
		h, status, err := s.Hold(ctx, b, Wish{a.Text, int64(a.N)})
		if err = refused(status, h.Detail, err); err == nil {
			t.Hold = &h
			w.day.sum.Holds++
		}
		return err
	}
	hold := ""
	if t.Hold != nil {
		hold = t.Hold.Hold
	}
	answer, status, err := s.SellBasket(ctx, b, hold)
	if err = refused(status, answer.Detail, err); err != nil {
		return err
	}
	w.day.toldOf(answer)
	t.Last, t.lastSale, t.Recalled, t.Tell = &answer, b, nil, answer.Tell
	t.clear()
	return nil
}

// release gives back what is set aside.
func (w *Workbench) release(ctx context.Context) error {
	t := &w.till
	if t.Hold == nil {
		return nil
	}
	status, err := w.day.shop.Release(ctx, t.Hold.Hold)
	t.Hold = nil
	w.day.sum.Released++
	return refused(status, "", err)
}

// again sends the last sale once more, as a till does that got no answer.
func (w *Workbench) again(ctx context.Context) error {
	t := &w.till
	if t.Last == nil {
		return errEmpty
	}
	answer, status, err := w.day.shop.SellBasket(ctx, t.lastSale, "")
	return refused(status, answer.Detail, err)
}

// recall looks a sale up by the code on its slip; without one it is the last.
func (w *Workbench) recall(ctx context.Context, code string) error {
	t := &w.till
	named := Named{Code: strings.TrimSpace(code)}
	if named.Code == "" {
		if t.Last == nil {
			return errEmpty
		}
		named.Code = t.Last.Code
	}
	found, status, err := w.day.shop.Recall(ctx, named)
	if err = refused(status, found.Detail, err); err != nil {
		t.Recalled = nil
		return err
	}
	t.Recalled = &found
	return nil
}

// takeBack takes a sale that was looked up back, or a part of it, or gives it
// to the customer at the lane.
func (w *Workbench) takeBack(ctx context.Context, a act) error {
	t, s := &w.till, w.day.shop
	if t.Recalled == nil {
		return errEmpty
	}
	key, sale := t.key(w.day.day), Named{Code: t.Recalled.Code}
	var answer Answer
	var status int
	var err error
	switch a.Act {
	case "return":
		var goods []Goods
		if a.N > 0 {
			goods = []Goods{{Line: a.N}}
		}
		answer, status, err = s.Return(ctx, key, sale, goods...)
	case "undo":
		answer, status, err = s.Undo(ctx, key, sale)
	case "move":
		answer, status, err = s.Move(ctx, key, sale)
	}
	if err = refused(status, answer.Detail, err); err != nil {
		return err
	}
	w.day.toldOf(answer)
	t.Tell = answer.Tell
	if a.Act == "move" {
		t.Recalled = nil // the sale has another code from here on
		return nil
	}
	return w.recall(ctx, sale.Code)
}

// refused is the daemon's "no" as an error; nil when it said yes.
func refused(status int, detail string, err error) error {
	switch {
	case err != nil:
		return err
	case status >= http.StatusBadRequest && detail != "":
		return refusal(detail)
	case status >= http.StatusBadRequest:
		return fmt.Errorf("the daemon answered %d", status)
	}
	return nil
}

// A remark is one call of the till and its answer, or something it was told.
type remark struct {
	At     time.Time
	Path   string
	Asked  string
	Answer string
	Status int
	Took   time.Duration
	Told   bool // by the daemon, without having asked
}

// Good reports whether the answer was a yes.
func (r remark) Good() bool { return r.Told || r.Status > 0 && r.Status < http.StatusBadRequest }

// hear notes a call.
func (w *Workbench) hear(x Exchange) {
	r := remark{At: x.At, Path: "POST " + x.Path, Asked: tidy(x.Asked), Answer: tidy(x.Answer), Status: x.Status, Took: x.Took}
	if x.Err != "" {
		r.Answer = x.Err
	}
	w.remark(r)
	var a Answer
	if json.Unmarshal(x.Answer, &a) == nil && a.Account != "" && a.Card != "" {
		w.change(func() { w.cards[a.Account] = a.Card })
	}
}

func (w *Workbench) remark(r remark) {
	const kept = 30
	r.At = r.At.In(w.day.zone)
	w.change(func() {
		if len(w.talk) > 0 && r.Told && w.talk[0].Path == r.Path && w.talk[0].Answer == r.Answer {
			return // the same again tells nobody anything
		}
		w.talk = append([]remark{r}, w.talk...)
		w.talk = w.talk[:min(len(w.talk), kept)]
	})
}

// tidy is JSON as people read it.
func tidy(text []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return string(text)
	}
	return b.String()
}

// Amount is what is suggested, as an amount.
func (o Offer) Amount() Amount { return Amount{o.Wallet, o.Suggested} }

// Minus is what the hold takes off.
func (t till) Minus() int64 { return -t.Hold.Discount }

// ToPay is what the customer pays in money.
func (t till) ToPay() int64 {
	if t.Hold == nil {
		return t.Total
	}
	return t.Total - t.Hold.Discount
}
