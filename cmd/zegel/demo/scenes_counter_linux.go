package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// The scenes of the day in which cashiers and tills do more than sell.

// pays is the reward that the demo's customers want.
const pays, pointsWanted = "Betalen met punten", 100_000

// pointsForMoney lets a customer pay a part with points: the till asks what can
// be had, sets it aside, takes the discount off, and then says that it was paid.
func (d *Day) pointsForMoney(ctx context.Context) error {
	d.scene("A customer with many points pays a part with 100 of them.")
	if err := d.customer(ctx, Card(richCard), 45000); err != nil {
		return err
	}
	if err := d.canRedeem(ctx, Card(richCard), 2000); err != nil {
		return err
	}
	return d.payWithPoints(ctx, 2000)
}

// canRedeem scans a card and waits until its points can be spent here: the
// statement with the grant comes down some moments after the award went up.
func (d *Day) canRedeem(ctx context.Context, code string, cents int64) error {
	if err := d.scan(ctx, code); err != nil {
		return err
	}
	return d.shop.Until(ctx, "points can be redeemed", func() (bool, error) {
		most, err := d.shop.Offer(ctx, pays, d.day, cents)
		return err == nil && most >= pointsWanted, err
	})
}

// payWithPoints pays for whoever is at the counter, a part with points.
func (d *Day) payWithPoints(ctx context.Context, cents int64) error {
	b := basket(d.nextID(), d.day, cents)
	held, err := d.hold(ctx, b)
	if err != nil {
		return err
	}
	a, err := d.payBasket(ctx, b, held.Hold)
	if err != nil {
		return err
	}
	if len(a.Redeemed) != 1 || a.Redeemed[0].Points != pointsWanted || a.Discount != held.Discount {
		d.fault("a sale with %d thousandths set aside redeemed %v", pointsWanted, a.Redeemed)
	}
	return nil
}

// hold sets the points that are wanted aside.
func (d *Day) hold(ctx context.Context, b Basket) (Held, error) {
	held, status, err := d.shop.Hold(ctx, b, Wish{pays, pointsWanted})
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("set points aside: the daemon answered %d: %s", status, held.Detail)
	}
	if err == nil {
		d.sum.Holds++
	}
	return held, err
}

// changedMind is a customer who would rather keep the points.
func (d *Day) changedMind(ctx context.Context) error {
	d.scene("Points are set aside for a customer, who then would rather keep them.")
	if err := d.canRedeem(ctx, Card(richCard), 90000); err != nil {
		return err
	}
	before, err := d.shop.Offer(ctx, pays, d.day, 90000)
	if err != nil {
		return err
	}
	b := basket(d.nextID(), d.day, 2500)
	held, err := d.hold(ctx, b)
	if err != nil {
		return err
	}
	during, err := d.shop.Offer(ctx, pays, d.day, 90000)
	if err != nil {
		return err
	}
	if status, err := d.shop.Release(ctx, held.Hold); err != nil || status != http.StatusOK {
		return fmt.Errorf("give points back: the daemon answered %d, %w", status, err)
	}
	d.sum.Released++
	after, err := d.shop.Offer(ctx, pays, d.day, 90000)
	if err != nil {
		return err
	}
	if during > before-pointsWanted || after != before {
		d.fault("%d thousandths could be redeemed, %d of them while 100 points were set aside, and %d after they were given back", before, during, after)
	}
	_, err = d.payBasket(ctx, b, "")
	return err
}

// newMember makes somebody a member at the counter, who is then known by phone.
func (d *Day) newMember(ctx context.Context) error {
	d.scene("A customer becomes a member, on the counter's page; from then on a phone number is enough.")
	const card, phone = 79, "0612345678"
	if err := d.customer(ctx, Card(card), 1750); err != nil {
		return err
	}
	counter, err := d.shop.OpenCounter(ctx)
	if err != nil {
		return err
	}
	if err := d.scan(ctx, Card(card)); err != nil {
		return err
	}
	member := map[string]any{
		"name": "Fatima de Vries", "phone": phone,
		"consents": []map[string]any{{"name": "terms", "version": 1, "lang": "nl", "given": true}, {"name": "offers", "version": 1, "lang": "nl", "given": false}},
	}
	if err := counter.Do(ctx, map[string]any{"kind": "enrol", "enrol": member}); err != nil {
		return err
	}
	d.sum.Enrolled++
	byCard, err := d.payBasket(ctx, basket(d.nextID(), d.day, 2250), "")
	if err != nil {
		return err
	}
	v, status, err := d.shop.Identify(ctx, phone, "phone")
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("know a member by phone: the daemon answered %d, %w", status, err)
	}
	if v.Customer == nil || v.Customer.Name != "Fatima de Vries" {
		d.fault("a member's phone number leads to %+v", v.Customer)
	}
	a, err := d.payBasket(ctx, basket(d.nextID(), d.day, 1100), "")
	if err == nil && a.Account != byCard.Account {
		d.fault("a member known by phone got another account")
	}
	d.aliases[a.Card], d.masks[byCard.Account] = byCard.Card, byCard.Card
	return err
}

// withoutCard gives a customer without a card a slip, and adds it to a card
// later; once.
func (d *Day) withoutCard(ctx context.Context) error {
	d.scene("A customer without a card gets the points on a slip, comes back with a card, and tries it twice.")
	counter, err := d.shop.OpenCounter(ctx)
	if err != nil {
		return err
	}
	const cents = 4200
	for _, event := range []map[string]any{{"kind": "no_card"}, {"kind": "amount", "amount": cents}, {"kind": "paid"}} {
		if err := counter.Do(ctx, event); err != nil {
			return err
		}
	}
	d.sum.Awards++
	d.sum.BearerSlips++
	if err := d.printed(ctx); err != nil {
		return err
	}
	papers := d.shop.Printer.Papers()
	code := codeOn(papers[len(papers)-1])
	if !strings.HasPrefix(code, "ZS1:") {
		return fmt.Errorf("the slip of a customer without a card has no code: %q", papers[len(papers)-1].Text())
	}
	card := Card(80)
	if err := d.customer(ctx, card, 500); err != nil {
		return err
	}
	if err := d.showSlip(ctx, code); err != nil {
		return err
	}
	if err := d.read(ctx, card); err != nil {
		return err
	}
	if err := d.shop.Until(ctx, "the card is beside the slip", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.State == "slip" && v.Customer != nil, err
	}); err != nil {
		return err
	}
	if err := counter.Do(ctx, map[string]any{"kind": "claim"}); err != nil {
		return err
	}
	d.sum.Claimed++
	d.claimed(card, cents)
	return d.claimAgain(ctx, counter, code)
}

// showSlip holds a slip's code before the scanner.
func (d *Day) showSlip(ctx context.Context, code string) error {
	if err := d.read(ctx, code); err != nil {
		return err
	}
	return d.shop.Until(ctx, "the slip is on the screen", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.State == "slip", err
	})
}

// claimed notes what a bearer slip over so many cents brought a card: a point
// for each euro and a stamp for each five, without a remainder.
func (d *Day) claimed(card string, cents int64) {
	for account, mask := range d.masks {
		if strings.HasSuffix(card, strings.TrimPrefix(mask, "…")) {
			d.add(account, []Amount{{"points", cents / 100 * 1000}, {"stamps", cents / 500 * 1000}}, 1)
		}
	}
}

// claimAgain tries to add a slip to another card that was added to one before.
func (d *Day) claimAgain(ctx context.Context, counter *Counter, code string) error {
	if _, err := d.shop.Cancel(ctx); err != nil {
		return err
	}
	if err := d.scan(ctx, Card(77)); err != nil {
		return err
	}
	if err := d.showSlip(ctx, code); err != nil {
		return err
	}
	if err := counter.Do(ctx, map[string]any{"kind": "claim"}); err == nil || !strings.Contains(err.Error(), "K-238") {
		d.fault("a slip was added to a second card: %v", err)
	}
	_, err := d.shop.Cancel(ctx)
	return err
}

// broughtBack brings goods of a sale back that was paid in part with points,
// first one line and then the rest.
func (d *Day) broughtBack(ctx context.Context) error {
	d.scene("Goods come back, first one thing and then the rest; points that had paid are given back.")
	// Head office sets half of what somebody has aside for the shop, and more
	// only once that is spent: this is another customer with many points.
	const card = 6
	if err := d.customer(ctx, Card(card), 45000); err != nil {
		return err
	}
	if err := d.canRedeem(ctx, Card(card), 4360); err != nil {
		return err
	}
	b := Basket{Key: Key{Till: lane, Day: d.day, ID: d.nextID()}, Currency: "EUR", Total: 4360, Lines: []Line{
		{ID: "1", Product: articles[0].Code, Name: articles[0].Name, Quantity: 2000, Amount: 590},
		{ID: "2", Product: articles[1].Code, Name: articles[1].Name, Quantity: 1000, Amount: 1570},
		{ID: "3", Product: articles[2].Code, Name: articles[2].Name, Quantity: 1000, Amount: 2200},
	}}
	held, err := d.hold(ctx, b)
	if err != nil {
		return err
	}
	sold, err := d.payBasket(ctx, b, held.Hold)
	if err != nil {
		return err
	}
	back := int64(0)
	for _, goods := range [][]Goods{{{Line: 2}}, nil} {
		a, status, err := d.shop.Return(ctx, d.key(), Named{Code: sold.Code}, goods...)
		if err != nil || status != http.StatusCreated {
			return fmt.Errorf("return %v: the daemon answered %d: %s, %w", goods, status, a.Detail, err)
		}
		d.toldOf(a)
		for _, g := range a.GivenBack {
			back += g.Points
		}
	}
	if back != pointsWanted {
		d.fault("%d thousandths had paid for what came back, %d were given back", pointsWanted, back)
	}
	if a, status, err := d.shop.Return(ctx, d.key(), Named{Code: sold.Code}); err != nil || status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		d.fault("what came back came back again: %d, %s, %v", status, a.Code, err)
	}
	return nil
}

// mistake takes a sale back that was rung up by mistake, and asks for that twice.
func (d *Day) mistake(ctx context.Context) error {
	d.scene("A sale is rung up by mistake and taken back; the till asks for that twice.")
	if err := d.customer(ctx, Card(3), 7500); err != nil {
		return err
	}
	key, sale := d.key(), Named{Basket: &Key{Till: lane, Day: d.day, ID: d.lastID()}}
	first, status, err := d.shop.Undo(ctx, key, sale)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("undo a sale: the daemon answered %d: %s, %w", status, first.Detail, err)
	}
	d.toldOf(first)
	again, status, err := d.shop.Undo(ctx, key, sale)
	if err != nil {
		return err
	}
	if status != http.StatusOK || !again.Repeat || again.Record != first.Record {
		d.fault("an undo that was asked for again was answered with %d, record %s", status, again.Record)
	}
	return nil
}

// wrongCustomer gives a sale to the one whose it was.
func (d *Day) wrongCustomer(ctx context.Context) error {
	d.scene("A sale went to the wrong card; it moves to the right one, and both get a corrected slip.")
	if err := d.customer(ctx, Card(4), 3300); err != nil {
		return err
	}
	sale := Named{Basket: &Key{Till: lane, Day: d.day, ID: d.lastID()}}
	if err := d.scan(ctx, Card(2)); err != nil {
		return err
	}
	a, status, err := d.shop.Move(ctx, d.key(), sale)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("move a sale: the daemon answered %d: %s, %w", status, a.Detail, err)
	}
	d.toldOf(a)
	return d.pay(ctx, 450)
}
