package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A Day is a day in the shop, and what came of it.
type Day struct {
	shop   *Shop
	office *Office
	say    io.Writer // what happens, for people

	zone  *time.Location // the shop's
	began time.Time
	day   string
	sales int // that were rung up, by number
	acts  int // returns, undos and moves
	last  string

	answers map[string]Answer           // by the record's code: what the till was told
	owners  map[string]string           // by record: the account of its sale
	told    map[string]map[string]int64 // by account and wallet: thousandths the till was told of
	cards   map[string]string           // by what is shown of them: cards that were read
	masks   map[string]string           // by account: what is shown of its card
	aliases map[string]string           // by a phone number's mask: its member's card's
	sum     Summary                     // what the till did
	faults  []string                    // what must not be
}

func newDay(shop *Shop, office *Office, zone *time.Location, say io.Writer) *Day {
	now := time.Now().In(zone)
	return &Day{
		shop: shop, office: office, say: say, zone: zone, began: now, day: now.Format(time.DateOnly),
		answers: make(map[string]Answer), owners: make(map[string]string), told: make(map[string]map[string]int64),
		cards: make(map[string]string), masks: make(map[string]string), aliases: make(map[string]string),
	}
}

// scene tells the people watching what happens next.
func (d *Day) scene(format string, args ...any) {
	fmt.Fprintf(d.say, "  "+format+"\n", args...) // whoever watches may have gone
}

// fault notes something that must not be.
func (d *Day) fault(format string, args ...any) {
	d.faults = append(d.faults, fmt.Sprintf(format, args...))
	d.scene("FAULT: "+format, args...)
}

// Play plays the whole day.
func (d *Day) Play(ctx context.Context) error {
	// A printer that answers no questions is not waited for: what it was sent
	// counts as printed, where one that answers is asked after the time that its
	// paper takes.
	d.shop.Printer.Mute(true)
	if err := d.shop.Start(ctx); err != nil {
		return err
	}
	for _, scene := range []func(context.Context) error{
		d.morning, d.misreads, d.tap, d.pulledCable, d.impatientTill, d.pointsForMoney, d.changedMind,
		d.newMember, d.withoutCard, d.broughtBack, d.mistake, d.wrongCustomer,
		d.withoutLine, d.betterPrinter, d.withoutPaper, d.killedBeforePaper, d.brokenPrinterLine, d.closeDay, d.evening,
	} {
		if err := scene(ctx); err != nil {
			return err
		}
	}
	return nil
}

// customer scans a card and pays.
func (d *Day) customer(ctx context.Context, code string, cents int64) error {
	if err := d.scan(ctx, code); err != nil {
		return err
	}
	return d.pay(ctx, cents)
}

// scan reads a card at the counter and waits until the screen shows it.
func (d *Day) scan(ctx context.Context, code string) error {
	before, err := d.shop.View(ctx)
	if err != nil {
		return err
	}
	if before.State == "card" {
		return fmt.Errorf("scan a card: the one before is still at the counter")
	}
	if err := d.read(ctx, code); err != nil {
		return err
	}
	want := code[len(code)-4:]
	return d.shop.Until(ctx, "the card is at the counter", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.State == "card" && strings.HasSuffix(v.Card, want), err
	})
}

// read holds a code before the scanner.
func (d *Day) read(ctx context.Context, code string) error {
	// A scanner's own repeats are dropped for a while; two customers with one
	// card are seconds apart.
	if d.last == code {
		if err := pause(ctx, 1600*time.Millisecond); err != nil {
			return err
		}
	}
	d.last = code
	d.write(code + "\r\n")
	d.sum.Scans++
	d.seen(code)
	return nil
}

// seen notes a code that may be a card, by what is shown of it.
func (d *Day) seen(code string) {
	if len(code) == len(Card(1)) {
		d.cards["…"+code[len(code)-4:]] = code
	}
}

func (d *Day) write(code string) {
	if _, err := d.shop.Scanner.Write([]byte(code)); err != nil {
		d.fault("the scanner could not send: %v", err)
	}
}

// pay says at the till what the customer paid, and notes what the till is told.
func (d *Day) pay(ctx context.Context, cents int64) error {
	_, err := d.payBasket(ctx, basket(d.nextID(), d.day, cents), "")
	return err
}

// payBasket pays for whoever is at the counter, with what was set aside for it.
func (d *Day) payBasket(ctx context.Context, b Basket, hold string) (Answer, error) {
	a, status, err := d.shop.SellBasket(ctx, b, hold)
	if err != nil {
		return a, err
	}
	if status != http.StatusCreated {
		return a, fmt.Errorf("sale of %d cents: the daemon answered %d: %s", b.Total, status, a.Detail)
	}
	d.toldOf(a)
	return a, nil
}

// toldOf notes what the till was told about a sale, a return, an undo or a
// move.
func (d *Day) toldOf(a Answer) {
	if a.Repeat {
		return
	}
	loser := a.Account
	switch a.Kind {
	case "award":
		d.sum.Awards++
		d.owners[a.Record] = a.Account
		if len(a.Redeemed) > 0 {
			d.sum.Redemptions++
		}
	case "return":
		d.sum.Returns++
	case "undo":
		d.sum.Undone++
	case "move":
		d.sum.Moved++
		loser = d.owners[a.Sale]
		d.owners[a.Record] = a.Account
	}
	d.answers[a.Code] = a
	d.masks[a.Account] = a.Card
	d.add(a.Account, a.Earned, 1)
	d.add(a.Account, a.GivenBack, 1)
	d.add(loser, a.TakenBack, -1)
	for _, r := range a.Redeemed {
		d.add(a.Account, []Amount{{r.Wallet, r.Points}}, -1)
	}
}

func (d *Day) add(account string, amounts []Amount, sign int64) {
	if d.told[account] == nil {
		d.told[account] = make(map[string]int64)
	}
	for _, a := range amounts {
		d.told[account][a.Wallet] += sign * a.Points
	}
}

// nextID names a sale that nobody has named before.
func (d *Day) nextID() string {
	d.sales++
	return d.lastID()
}

func (d *Day) lastID() string { return fmt.Sprintf("%06d", d.sales) }

// key names what is no sale.
func (d *Day) key() Key {
	d.acts++
	return Key{Till: lane, Day: d.day, ID: fmt.Sprintf("R%05d", d.acts)}
}

// printed waits until no slip is due.
func (d *Day) printed(ctx context.Context) error {
	return d.shop.Until(ctx, "the slips are printed", func() (bool, error) {
		st, err := d.shop.Status(ctx)
		return err == nil && st.Store.SlipsDue == 0, err
	})
}
