package cmd_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/terminal/signin"
)

// A shift is a cashier's day, and who works on it.
type shift struct {
	*till
	office            *demo.Office
	anna, bas, carola signin.Issued // Bas is a manager
	part, whole       string        // receipts that come back
	today             string        // the business day, as a till names it
}

// The whole day of a cashier, in a real browser, with the keyboard and the
// scanner alone: what is read on the screen, what comes out of the printer, and
// that the books say the same in the evening.
func TestBrowserDay(t *testing.T) {
	c := newChain(t)
	s := browserShop(t, demo.ShopConfig{Binary: c.binary, Programme: atNoon(programmes.WithRewards("Winkel", "29", "1.00")), Office: c.office.URL()})
	c.join(s)
	d := &shift{office: c.office, today: time.Now().Format(time.DateOnly), anna: hire(t, s, "Anna"), bas: hire(t, s, "Bas", "--manager"), carola: hire(t, s, "Carola")}
	// A printer that answers no questions is not waited for: what it was sent
	// counts as printed. It is given its voice when the daemon is started anew.
	s.Printer.Mute(true)
	d.till = openTill(t, s)
	for _, part := range []func(){
		d.signsIn, d.practises, d.sells, d.asksTwice, d.refusesCodes, d.undoes, d.redeems, d.withoutCard, d.enrols, d.finds,
		d.takesBack, d.moves, d.givesAway, d.losesItsLine, d.outlivesItsDaemon, d.runsOutOfPaper, d.losesItsScanner, d.changesHands,
		d.closesTheDay, d.addsUp,
	} {
		part()
	}
}

// atNoon puts a programme where it is the middle of the day now, so that no
// business day ends while a test runs.
func atNoon(rules []byte) []byte {
	zone := fmt.Sprintf("Etc/GMT%+d", time.Now().UTC().Hour()-12) // the sign of these names is the other way round
	return bytes.Replace(rules, []byte("Europe/Amsterdam"), []byte(zone), 1)
}

func (d *shift) signsIn() {
	d.reads("Meld je eerst aan", "Je nummer en pincode achter elkaar, of je badge")
	d.look("sign-in")
	d.types("1000000" + kb.Enter)
	d.reads("Niet gelukt", "Deze pincode of badge klopt niet.")
	d.look("wrong-pin")
	d.types(d.anna.Type + kb.Enter)
	d.reads("Klaar voor de volgende klant", "Anna")
	d.misses("Niet gelukt")
	d.look("free")
}

// practises tries everything on a card, and nothing is kept.
func (d *shift) practises() {
	d.types(kb.F8)
	d.reads("OEFENEN: telt niet")
	d.scan(demo.Card(8))
	d.reads("Kaart gelezen.")
	d.types("2500" + kb.Enter)
	d.reads("Bedrag € 25,00.")
	d.types(kb.Enter)
	d.reads("Gespaard: 25 punten", "OEFENEN: telt niet")
	d.look("practice")
	d.types(kb.F8)
	d.reads("Oefenen voorbij.")
	d.misses("OEFENEN")
}

// sale is a customer who pays; what the till shows last is left to be read.
func (d *shift) sale(card, cents, amount string) {
	d.Helper()
	d.scan(card)
	d.reads("Klant aan de kassa", "…"+card[9:])
	d.types(cents + kb.Enter)
	d.reads("Bedrag " + amount)
	d.types(kb.Enter)
	d.reads("Klaar", "Volgende klant", "…"+card[9:])
}

func (d *shift) sells() {
	d.scan(demo.Card(1))
	d.reads("Klant aan de kassa", "…"+demo.Card(1)[9:], "Nieuwe kaart")
	d.look("card-new")
	d.types("4500")
	d.look("typing")
	d.types(kb.Enter)
	d.reads("Bedrag € 45,00.", "Dit levert op 45 punten 9 zegels", "Betaald")
	d.look("amount")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 45 punten, 9 zegels.", "Draai terug")
	d.look("done")
	d.paper("€ 45,00", "45 punten", "9 zegels")
}

// asksTwice is what the page asks about before it goes on: an amount far above
// the usual, and another card in the middle of a sale.
func (d *shift) asksTwice() {
	d.scan(demo.Card(5))
	d.reads("…" + demo.Card(5)[9:])
	d.types("1100000" + kb.Enter)
	d.reads("Klopt het bedrag?", "€ 11.000,00", "Bedrag klopt")
	d.look("unusual")
	d.answers(kb.Escape)
	d.reads("Niet gedaan.")
	d.types("110000" + kb.Enter)
	d.reads("Klopt het bedrag?", "€ 1.100,00")
	d.answers(kb.Enter)
	d.reads("Bedrag € 1.100,00.")
	d.types(kb.Enter)
	d.reads("Gespaard: 1.100 punten, 220 zegels.")
	d.paper("1.100 punten", "220 zegels")

	d.scan(demo.Card(3))
	d.reads("…" + demo.Card(3)[9:])
	d.types("2000" + kb.Enter)
	d.reads("Bedrag € 20,00.")
	d.scan(demo.Card(4))
	d.reads("Andere klant?", "Er is een andere kaart gelezen: …"+demo.Card(4)[9:])
	d.look("other-card")
	d.answers(kb.Escape)
	d.reads("De eerste klant blijft.", "…"+demo.Card(3)[9:], "€ 20,00")
	d.scan(demo.Card(6))
	d.reads("Er is een andere kaart gelezen: …" + demo.Card(6)[9:])
	d.answers(kb.Enter)
	d.reads("Andere klant genomen.", "…"+demo.Card(6)[9:])
	d.types("2000" + kb.Enter)
	d.reads("Bedrag € 20,00.")
	d.types(kb.Enter)
	d.reads("Gespaard: 20 punten")
	d.paper("20 punten", "4 zegels")
}

// refusesCodes are codes that are no card of ours.
func (d *shift) refusesCodes() {
	card := []byte(demo.Card(2))
	card[12] = '0' + (card[12]-'0'+1)%10
	d.scan(string(card))
	d.reads("Niet gelukt")
	d.look("bad-card")
	d.scan("8711000534175")
	d.scan("4111111111111111")
	d.reads("Niet gelukt")
	d.look("bank-card")
}

func (d *shift) undoes() {
	d.sale(demo.Card(3), "3000", "€ 30,00")
	d.paper("30 punten", "6 zegels")
	d.types("-")
	d.reads("Verkoop teruggedraaid: ")
	d.look("undone")
	d.paper("TERUGGEDRAAID")
}

// answers presses a key once a person could have read the question.
func (d *shift) answers(key string) {
	d.Helper()
	d.until("the question can be read", `performance.now() - performance.getEntriesByName('view:' + document.documentElement.dataset.painted)[0].startTime > 300`)
	d.types(key)
}
