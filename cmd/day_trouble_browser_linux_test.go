package cmd_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/chromedp/chromedp/kb"

	"zegel/cmd/zegel/demo"
	"zegel/terminal/loyalty/ledger"
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
	d.reads("offline, ", " boeking", " wacht")
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
	d.printed()
	if err := d.shop.Kill(); err != nil {
		d.Fatal(err)
	}
	d.reads("Even geduld…", "Dit scherm gaat vanzelf verder.")
	d.look("killed")
	d.shop.Printer.Mute(false)
	start(d.T, d.shop)
	d.misses("Even geduld…")
	d.look("restarted")
	if strings.Contains(eval[string](d.tab, onScreen), "Meld je eerst aan") {
		d.types(d.anna.Type + kb.Enter)
	}
	d.reads("Anna", "…"+demo.Card(2)[9:], "€ 15,00", "Draai terug")
	d.look("restarted-signed-in")
	d.types("-")
	d.reads("Verkoop teruggedraaid: ")
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

// closesTheDay is the manager's, with what the tills took; then the shop is left.
func (d *shift) closesTheDay() {
	d.types(kb.F10)
	d.reads("Meld je eerst aan")
	d.types(d.bas.Type + kb.Enter)
	d.reads("Bas (leidinggevende)")
	d.tabs("Dag", d.back)
	d.types(kb.Enter)
	d.opens("/beheer/dag")
	d.reads("Stand van de dag (niet afgesloten)", "17 verkopen met kaart voor € 1.505,00")
	d.look("day")
	d.tabs("turnover", d.back)
	d.types("1605,00" + kb.Tab + "18" + kb.Tab + "5,00" + kb.Tab + d.bas.Type)
	d.look("day-form")
	d.types(kb.Enter)
	d.reads("Dagrapport 1", "Afgesloten door Bas.", "omzet zonder kaart", "€ 175,00")
	d.look("day-closed")
	d.paper("17")
	d.tabs("Terug naar de kassa", d.on)
	d.types(kb.Enter)
	d.opens("/kassa/kassa1/")
	d.reads("Bas (leidinggevende)")
	d.types(kb.F10)
	d.reads("Meld je eerst aan")
	d.misses("Bas")
}

// tabs goes to what is called so, or to the field of that name, with the Tab
// key alone.
func (d *shift) tabs(to string, press func()) {
	d.Helper()
	for range 40 {
		if eval[bool](d.tab, fmt.Sprintf(`document.activeElement.matches('a, input') && [document.activeElement.innerText, document.activeElement.name].some((n) => n?.includes(%q))`, to)) {
			return
		}
		press()
	}
	d.Fatalf("the Tab key never led to %q", to)
}

func (d *shift) on() { d.types(kb.Tab) }

func (d *shift) back() { d.shifted("Tab", 9) }

// opens waits for another page.
func (d *shift) opens(path string) {
	d.Helper()
	d.until("the page is open", fmt.Sprintf(`location.pathname === %q && document.readyState === 'complete'`, path))
}

// addsUp holds the books against what was done.
func (d *shift) addsUp() {
	d.printed()
	if out, err := d.shop.Tool(d.Context(), "verify"); err != nil {
		d.Errorf("%v\n%s", err, out)
	}
	for card, want := range map[string][2]int64{
		demo.Card(1): {80, 16}, demo.Card(2): {25, 5}, demo.Card(3): {0, 0}, demo.Card(4): {40, 8}, demo.Card(5): {715, 233},
		demo.Card(6): {170, 4}, demo.Card(7): {25, 5}, demo.Card(79): {20, 9},
	} {
		if got := d.holds(card); got != want {
			d.Errorf("card %s holds %v points and stamps, want %v", card, got, want)
		}
	}
	out, err := d.shop.Tool(d.Context(), "report", "day", "--json")
	var answer struct{ Reports []report.Kept }
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil || len(answer.Reports) != 1 {
		d.Fatalf("%d reports, %v", len(answer.Reports), err)
	}
	f := answer.Reports[0].Figures
	kinds := make(map[ledger.Kind]int64)
	for _, k := range f.Kinds {
		kinds[k.Kind] = k.Records
	}
	delete(kinds, ledger.KindClose) // as many as there were batches
	if want := (map[ledger.Kind]int64{
		ledger.KindAward: 17, ledger.KindReturn: 3, ledger.KindUndo: 2, ledger.KindMove: 1, ledger.KindEnrol: 1, ledger.KindClaim: 1, ledger.KindAdjust: 1,
	}); !maps.Equal(kinds, want) {
		d.Errorf("the report counts %v, want %v", kinds, want)
	}
	if s := f.Sales; s.Amount != 1505_00 || s.Discount != 5_00 || s.Returned != 30_00 || s.Undone != 45_00 || s.Redeemed != 1 {
		d.Errorf("the report says of the sales %+v", s)
	}
	if f.Operator != "Bas" || f.Confirmed != 1 || len(f.Tills) != 1 || f.Tills[0].Turnover != 1605_00 {
		d.Errorf("the report says %q closed the day, %d confirmed, the tills %+v", f.Operator, f.Confirmed, f.Tills)
	}
	if f.Slips.Printed != int64(d.taken-1) || f.Slips.Copies != 0 { // less the report itself
		d.Errorf("the report counts %+v, and %d papers came out", f.Slips, d.taken)
	}
	sent(d.T, d.shop)
	problems, err := d.office.Verify(d.Context())
	if err != nil || len(problems) > 0 {
		d.Errorf("head office: %q, %v", problems, err)
	}
}

// holds are a card's points and stamps, as the tool shows them.
func (d *shift) holds(card string) (got [2]int64) {
	d.Helper()
	out, err := d.shop.Tool(d.Context(), "member", "show", card, "--json")
	var shown struct{ Balance []demo.Amount }
	if err == nil {
		err = json.Unmarshal(out, &shown)
	}
	if err != nil {
		d.Fatal(err)
	}
	for _, b := range shown.Balance {
		got[map[string]int{"points": 0, "stamps": 1}[b.Wallet]] = b.Points / int64(ledger.Unit)
	}
	return got
}
