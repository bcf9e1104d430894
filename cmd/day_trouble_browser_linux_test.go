package cmd_test

import (
	"encoding/json"
	"strings"

	"github.com/chromedp/chromedp/kb"

	"zegel/cmd/zegel/demo"
	"zegel/terminal/loyalty/report"
)

// What goes wrong during TestBrowserDay, and its evening.

func (d *shift) runsOutOfPaper() {
	d.shop.Printer.LoadPaper(0)
	d.sale(demo.Card(1), "1000", "€ 10,00")
	d.reads("Printer: papier op.")
	d.look("no-paper")
	d.shop.Printer.LoadPaper(-1)
	d.misses("Printer")
	d.paper("10 punten")
}

// losesItsScanner goes on with typed numbers.
func (d *shift) losesItsScanner() {
	if err := d.shop.Scanner.Unplug(); err != nil {
		d.Fatal(err)
	}
	d.reads("Scanner niet bereikbaar.", "sparen gaat gewoon door")
	d.look("no-scanner")
	d.types(demo.Card(1) + kb.Enter)
	d.reads("Klant aan de kassa", "…"+demo.Card(1)[9:])
	d.types("500" + kb.Enter)
	d.reads("Bedrag € 5,00.")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 5 punten")
	d.paper("5 punten")
	if err := d.shop.Scanner.Plug(); err != nil {
		d.Fatal(err)
	}
	d.misses("Scanner niet bereikbaar.")
}

// losesItsLine says so quietly, and everything goes on.
func (d *shift) losesItsLine() {
	sent(d.T, d.shop)
	d.misses("offline")
	if err := d.office.Cut(); err != nil {
		d.Fatal(err)
	}
	d.sale(demo.Card(1), "500", "€ 5,00")
	d.reads("offline, ", " wachten")
	d.look("offline")
	d.paper("5 punten")
	if err := d.office.Restore(); err != nil {
		d.Fatal(err)
	}
	d.misses("offline")
}

// outlivesItsDaemon comes back by itself, with the last sale to be undone.
func (d *shift) outlivesItsDaemon() {
	d.sale(demo.Card(2), "1500", "€ 15,00")
	d.paper("15 punten")
	if err := d.shop.Kill(); err != nil {
		d.Fatal(err)
	}
	d.reads("Even geduld…", "Dit scherm gaat vanzelf verder.")
	d.look("killed")
	start(d.T, d.shop)
	d.misses("Even geduld…")
	d.look("restarted")
	if strings.Contains(eval[string](d.tab, onScreen), "Meld je eerst aan") {
		d.types(d.anna.Type + kb.Enter)
	}
	d.reads("Anna", "…"+demo.Card(2)[9:], "€ 15,00", "Draai terug")
	d.look("restarted-signed-in")
	d.types("-")
	d.reads("Verkoop teruggedraaid.")
	d.paper("TERUGGEDRAAID")
}

// changesHands is another cashier, by badge.
func (d *shift) changesHands() {
	d.scan(d.carola.Badge)
	d.reads("Carola")
	d.misses("Anna")
	d.look("badge")
	d.sale(demo.Card(1), "1500", "€ 15,00")
	d.paper("15 punten")
}

// closesTheDay is the manager's, with what the tills took.
func (d *shift) closesTheDay() {
	d.types(kb.F10)
	d.reads("Meld je eerst aan")
	d.types(d.bas.Type + kb.Enter)
	d.reads("Bas (leidinggevende)")
	for range 8 {
		if eval[string](d.tab, `document.activeElement.innerText`) == "Dag" {
			break
		}
		d.shifted("Tab", 9)
	}
	d.types(kb.Enter)
	d.until("the day's page is open", `location.pathname === '/beheer/dag'`)
	d.look("day")
	d.Log(eval[string](d.tab, `document.body.innerText`))
}

func (d *shift) addsUp() {
	out, err := d.shop.Tool(d.Context(), "report", "day", "--json")
	if err != nil {
		d.Fatal(err)
	}
	d.Logf("%s", out)
	var answer struct {
		Reports []report.Kept
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		d.Fatal(err)
	}
}
