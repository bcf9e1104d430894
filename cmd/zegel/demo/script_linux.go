package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A Day is a scripted day in the shop, and what came of it.
type Day struct {
	shop   *Shop
	office *Office
	say    io.Writer // what happens, for people

	began       time.Time
	day         string
	sales       int
	asked       int64             // cents of a sale whose answer did not come yet
	awards      map[string]Answer // by the record's code: what the till was told
	earned      map[string]int64  // by account: thousandths the till was told of
	redemptions int
	scans       int
	rejects     int
	last        string   // the code that was scanned last
	faults      []string // what must not be
}

// A Summary is what a day came to.
type Summary struct {
	Scans             int      `json:"scans"`
	Rejected          int      `json:"rejected"`
	Awards            int      `json:"awards"`
	Redemptions       int      `json:"redemptions"`
	SlipsPrinted      int      `json:"slips_printed"`
	SlipsDuplicate    int      `json:"slips_duplicate"`
	Records           int64    `json:"records"`
	BatchesAccepted   int64    `json:"batches_accepted"`
	BalanceMismatches int      `json:"balance_mismatches"`
	Verify            string   `json:"verify"`
	Problems          []string `json:"problems"`
	Seconds           float64  `json:"seconds"`
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
	for _, scene := range []func(context.Context) error{
		d.morning, d.misreads, d.pulledCable, d.impatientTill, d.pointsForMoney, d.withoutLine, d.withoutPaper, d.killedBeforePaper, d.brokenPrinterLine, d.evening,
	} {
		if err := scene(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *Day) morning(ctx context.Context) error {
	d.scene("Morning: customers scan their cards and pay.")
	for i, cents := range []int64{1234, 250, 4999, 8765, 100, 1999, 333, 667} {
		if err := d.customer(ctx, Card(1+i%4), cents); err != nil {
			return err
		}
	}
	d.scene("A card that nobody enrolled is used at once.")
	return d.customer(ctx, Card(77), 2500)
}

// misreads are codes that must not become a card, and one that is read twice.
func (d *Day) misreads(ctx context.Context) error {
	d.scene("A card with a damaged digit, a packet of coffee and a bank card are scanned: none is taken for a card.")
	spoiled := []byte(Card(2))
	spoiled[7] = '0' + (spoiled[7]-'0'+1)%10
	for _, code := range []string{string(spoiled), "8711000534175", "4111111111111111"} {
		if err := d.refusedScan(ctx, code); err != nil {
			return err
		}
	}
	d.scene("A card held before the scanner is read three times: it counts once.")
	before, err := d.shop.Status(ctx)
	if err != nil {
		return err
	}
	d.last = Card(3)
	for range 3 {
		d.write(d.last + "\r\n")
	}
	if err := d.shop.Until(ctx, "the repeats are dropped", func() (bool, error) {
		now, err := d.shop.Status(ctx)
		return err == nil && now.Scanners[0].Repeats >= before.Scanners[0].Repeats+2, err
	}); err != nil {
		return err
	}
	d.scans++
	return d.pay(ctx, 1500)
}

func (d *Day) pulledCable(ctx context.Context) error {
	d.scene("The scanner's cable is pulled in the middle of a code, and put back.")
	d.write(Card(1)[:6])
	if err := d.shop.Scanner.Unplug(); err != nil {
		return err
	}
	d.rejects++
	if err := d.shop.Until(ctx, "the loss is noticed", func() (bool, error) {
		st, err := d.shop.Status(ctx)
		return err == nil && st.Scanners[0].State != "ready", err
	}); err != nil {
		return err
	}
	if err := d.shop.Scanner.Plug(); err != nil {
		return err
	}
	if err := d.shop.Until(ctx, "the scanner is back", func() (bool, error) { return d.shop.ready(ctx) }); err != nil {
		return err
	}
	return d.customer(ctx, Card(1), 750)
}

// impatientTill repeats a sale, as tills do whose answer got lost, and asks
// for something else under the same name.
func (d *Day) impatientTill(ctx context.Context) error {
	d.scene("The till sends the same sale twice, and then another under the same number.")
	if err := d.customer(ctx, Card(2), 1000); err != nil {
		return err
	}
	id := d.lastID()
	again, status, err := d.shop.Sell(ctx, id, d.day, 1000)
	if err != nil {
		return err
	}
	if first, known := d.awards[again.Code]; !known || !again.Repeat || status != http.StatusOK || first.Record != again.Record {
		d.fault("a repeated sale was answered with %d, record %s", status, again.Record)
	}
	if _, status, err = d.shop.Sell(ctx, id, d.day, 9999); err != nil {
		return err
	}
	if status != http.StatusConflict {
		d.fault("another sale under the same number was answered with %d", status)
	}
	return nil
}

// pointsForMoney lets a customer pay a part with points.
func (d *Day) pointsForMoney(ctx context.Context) error {
	d.scene("A customer with many points pays a part with 100 of them.")
	if err := d.customer(ctx, Card(5), 45000); err != nil {
		return err
	}
	if err := d.canRedeem(ctx, Card(5), 2000); err != nil {
		return err
	}
	return d.payWithPoints(ctx, 2000)
}

// pays is the reward that the demo's customers want.
const pays, pointsWanted = "Betalen met punten", 100_000

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
	before := d.redemptions
	if err := d.pay(ctx, cents, Wish{pays, pointsWanted}); err != nil {
		return err
	}
	if d.redemptions != before+1 {
		d.fault("a sale with points was posted without them")
	}
	return nil
}

func (d *Day) withoutLine(ctx context.Context) error {
	if err := d.canRedeem(ctx, Card(5), 3000); err != nil {
		return err
	}
	d.scene("The line to head office drops; the shop sells on, and redeems what was set aside for it.")
	if err := d.office.Cut(); err != nil {
		return err
	}
	if err := d.payWithPoints(ctx, 3000); err != nil {
		return err
	}
	for i, cents := range []int64{1999, 501, 12000} {
		if err := d.customer(ctx, Card(1+i), cents); err != nil {
			return err
		}
	}
	if err := d.customer(ctx, Card(78), 4200); err != nil {
		return err
	}
	d.scene("The line is back.")
	return d.office.Restore()
}

func (d *Day) withoutPaper(ctx context.Context) error {
	d.scene("The printer runs out of paper; three customers do not wait for it.")
	d.shop.Printer.LoadPaper(0)
	for i, cents := range []int64{880, 1350, 2075} {
		if err := d.customer(ctx, Card(2+i), cents); err != nil {
			return err
		}
	}
	d.scene("New paper: the slips come out, oldest first.")
	d.shop.Printer.LoadPaper(-1)
	return d.printed(ctx)
}

func (d *Day) killedBeforePaper(ctx context.Context) error {
	d.scene("A sale is posted, and the daemon is killed before its slip is on paper.")
	d.shop.Printer.LoadPaper(0)
	if err := d.customer(ctx, Card(4), 3060); err != nil {
		return err
	}
	if err := d.shop.Kill(); err != nil {
		return err
	}
	d.shop.Printer.LoadPaper(-1)
	d.scene("It starts again and finds the slip.")
	if err := d.shop.Start(ctx); err != nil {
		return err
	}
	return d.printed(ctx)
}

func (d *Day) brokenPrinterLine(ctx context.Context) error {
	d.scene("The printer's line breaks just after a slip came out: nobody can know, so another paper says DUPLICAAT.")
	if err := d.printed(ctx); err != nil {
		return err
	}
	d.shop.Printer.DropAtCut()
	if err := d.customer(ctx, Card(1), 640); err != nil {
		return err
	}
	if err := d.shop.Until(ctx, "the line breaks", func() (bool, error) {
		st, err := d.shop.Status(ctx)
		return err == nil && len(st.Printers) > 0 && st.Printers[0].State == "trouble", err
	}); err != nil {
		return err
	}
	if err := d.shop.PlugPrinter(); err != nil {
		return err
	}
	return d.printed(ctx)
}

// evening waits until everything is on paper and at head office.
func (d *Day) evening(ctx context.Context) error {
	d.scene("Evening: everything is on paper and at head office.")
	if err := d.printed(ctx); err != nil {
		return err
	}
	return d.shop.Until(ctx, "head office has it all", func() (bool, error) {
		st, err := d.shop.Status(ctx)
		if err != nil || st.Store.Unsent > 0 {
			return false, err
		}
		return d.office.Settled(ctx, st.Store.Records)
	})
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
	// A scanner's own repeats are dropped for a while; two customers with one
	// card are seconds apart.
	if err := d.unlikeLast(ctx, code); err != nil {
		return err
	}
	d.write(code + "\r\n")
	d.scans++
	want := code[len(code)-4:]
	return d.shop.Until(ctx, "the card is at the counter", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.State == "card" && strings.HasSuffix(v.Card, want), err
	})
}

// unlikeLast waits out the time in which the same code is taken for a repeat.
func (d *Day) unlikeLast(ctx context.Context, code string) error {
	if d.last != code {
		d.last = code
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(1600 * time.Millisecond):
		return nil
	}
}

// refusedScan reads a code that must not become a card.
func (d *Day) refusedScan(ctx context.Context, code string) error {
	before, err := d.shop.Status(ctx)
	if err != nil {
		return err
	}
	d.last = code
	d.write(code + "\r\n")
	d.scans++
	d.rejects++
	if err := d.shop.Until(ctx, "the code was read", func() (bool, error) {
		now, err := d.shop.Status(ctx)
		return err == nil && now.Scanners[0].Scans > before.Scanners[0].Scans, err
	}); err != nil {
		return err
	}
	return d.shop.Until(ctx, "the code is refused", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.Refused != "" && v.State != "card", err
	})
}

// pay says at the till what the customer paid, and notes what the till is told.
func (d *Day) pay(ctx context.Context, cents int64, wishes ...Wish) error {
	d.sales++
	d.asked = cents
	a, status, err := d.shop.Sell(ctx, d.lastID(), d.day, cents, wishes...)
	if err != nil {
		return err
	}
	if status != http.StatusCreated {
		return fmt.Errorf("sale of %d cents: the daemon answered %d: %s", cents, status, a.Detail)
	}
	d.told(a)
	return nil
}

// told notes what the till was told about a sale.
func (d *Day) told(a Answer) {
	d.asked = 0
	d.awards[a.Code] = a
	for _, e := range a.Earned {
		d.earned[a.Account] += e.Points
	}
	for _, r := range a.Redeemed {
		d.earned[a.Account] -= r.Points
		d.redemptions++
	}
}

// askAgain asks once more for the last sale if the till did not wait for its
// answer; one that was never posted is refused, for the card is gone by then.
func (d *Day) askAgain(ctx context.Context) error {
	if d.asked == 0 {
		return nil
	}
	if _, err := d.shop.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/cancel", struct{}{}, new(LaneView)); err != nil {
		return err
	}
	a, status, err := d.shop.Sell(ctx, d.lastID(), d.day, d.asked)
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		d.told(a)
	}
	return nil
}

func (d *Day) lastID() string { return fmt.Sprintf("%06d", d.sales) }

func (d *Day) write(code string) {
	if _, err := d.shop.Scanner.Write([]byte(code)); err != nil {
		d.fault("the scanner could not send: %v", err)
	}
}

// printed waits until no slip is due.
func (d *Day) printed(ctx context.Context) error {
	return d.shop.Until(ctx, "the slips are printed", func() (bool, error) {
		st, err := d.shop.Status(ctx)
		return err == nil && st.Store.SlipsDue == 0, err
	})
}
