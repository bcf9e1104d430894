package demo

import (
	"context"
	"net/http"
	"time"

	"zegel/scanner/scannertest"
)

// The scenes of the day in which things fail around the counter.

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
	for _, code := range []string{spoiled(Card(2)), "8711000534175", "4111111111111111"} {
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
	d.sum.Scans++
	return d.pay(ctx, 1500)
}

// tap holds a phone before the reader of chips, and then a sticker, which stays.
func (d *Day) tap(ctx context.Context) error {
	d.scene("A phone is held before the reader of chips and refused; a sticker is a card, and left lying there counts once.")
	reader := d.shop.Reader
	reader.Place(scannertest.Phone([3]byte{0x24, 0xA9, 0x37}))
	if err := d.shop.Until(ctx, "the phone is refused", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.Refused == randomTap && v.State != "card", err
	}); err != nil {
		return err
	}
	reader.Place(scannertest.NTAG213(sticker, nil))
	defer reader.Remove()
	const shown = "…E580"
	d.cards[shown] = "04:A1:B2:C3:D4:E5:80"
	if err := d.shop.Until(ctx, "the sticker is at the counter", func() (bool, error) {
		v, err := d.shop.View(ctx)
		return err == nil && v.State == "card" && v.Card == shown, err
	}); err != nil {
		return err
	}
	d.sum.Scans += 2
	d.sum.Rejected++
	if err := d.pay(ctx, 1250); err != nil {
		return err
	}
	if err := pause(ctx, time.Second); err != nil { // the reader looks ten times meanwhile
		return err
	}
	st, err := d.shop.Status(ctx)
	if err == nil && st.Scanners[1].Scans != 2 {
		d.fault("two taps came to %d scans", st.Scanners[1].Scans)
	}
	return err
}

// sticker is the number of a chip, and randomTap the refusal of a phone's.
var sticker = [7]byte{0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80}

const randomTap = "K-112"

func (d *Day) pulledCable(ctx context.Context) error {
	d.scene("The scanner's cable is pulled in the middle of a code, and put back.")
	d.write(Card(1)[:6])
	if err := d.shop.Scanner.Unplug(); err != nil {
		return err
	}
	d.sum.Rejected++
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
	if first, known := d.answers[again.Code]; !known || !again.Repeat || status != http.StatusOK || first.Record != again.Record {
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

// refusedScan reads a code that must not become a card.
func (d *Day) refusedScan(ctx context.Context, code string) error {
	before, err := d.shop.Status(ctx)
	if err != nil {
		return err
	}
	d.last = code
	d.write(code + "\r\n")
	d.sum.Scans++
	d.sum.Rejected++
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

func (d *Day) withoutLine(ctx context.Context) error {
	if err := d.canRedeem(ctx, Card(richCard), 3000); err != nil {
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

// betterPrinter starts the daemon anew with a printer that answers.
func (d *Day) betterPrinter(ctx context.Context) error {
	d.scene("The shop gets a printer that says how it is. The daemon is stopped in good order and started.")
	if err := d.shop.Stop(); err != nil {
		return err
	}
	d.shop.Printer.Mute(false)
	return d.shop.Start(ctx)
}

func (d *Day) withoutPaper(ctx context.Context) error {
	d.scene("The printer runs out of paper; two customers do not wait for it.")
	d.shop.Printer.LoadPaper(0)
	for i, cents := range []int64{880, 1350} {
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

// closeDay closes the business day, with what the tills took.
func (d *Day) closeDay(ctx context.Context) error {
	d.scene("The manager closes the day.")
	if _, err := d.shop.Tool(ctx, "day", "close", "--operator", "Anna", "--turnover", "1000.00", "--receipts", "30", "--json"); err != nil {
		return err
	}
	d.sum.Days++
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
