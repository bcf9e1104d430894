package cmd_test

import (
	"strings"

	"github.com/chromedp/chromedp/kb"

	"zegel/cmd/zegel/demo"
)

// What a cashier does about members during TestBrowserDay.

// redeems takes money off for points, and gives something away for stamps.
func (d *shift) redeems() {
	d.sale(demo.Card(5), "10000", "€ 100,00")
	d.paper("€ 100,00", "100 punten", "20 zegels")
	d.types(kb.Enter)
	d.reads("Klaar voor de volgende klant")
	d.has(demo.Card(5), "1.200 punten", "240 zegels")
	d.types("2000" + kb.Enter)
	d.reads("Bedrag € 20,00.", "Beloningen", "1 Betalen met punten", "2 Kop koffie")
	d.look("rewards")
	d.types("+")
	d.reads("Kies 1 tot 9")
	d.types("1")
	d.reads("Hoeveel? Van 100 punten tot 500 punten, per 50 punten", "Wissel dit in")
	d.types("1000" + kb.Enter)
	d.reads("Niet gelukt", "hoogstens 500 punten worden ingewisseld.")
	d.look("too-many-points")
	d.types("+1")
	d.reads("Wissel dit in")
	d.types("500" + kb.Enter)
	d.reads("Afrekenen met beloning", "Trek € 5,00 af op de kassa", "Korting € 5,00", "Te betalen € 15,00")
	d.types("+2")
	d.reads("Geef mee: 1 × Kop koffie", "Trek € 5,00 af op de kassa")
	d.look("reward")
	d.types(kb.Enter)
	d.reads("Klaar", "Trek € 5,00 af op de kassa", "Gespaard: 15 punten, 3 zegels.", "715 punten", "233 zegels")
	d.look("redeemed")
	d.paper("500 punten", "€ -5,00", "€ 15,00", "Kop koffie", "15 punten")
}

// has brings a member to the counter and waits until the screen says what the
// card holds: head office's word on an award comes down a moment later.
func (d *shift) has(card string, balances ...string) {
	d.Helper()
	for range 20 {
		d.scan(card)
		d.reads("Klant aan de kassa", "…"+card[9:])
		if shown := eval[string](d.tab, onScreen); strings.Contains(shown, strings.Join(balances, " ")) {
			return
		}
		d.types(kb.Escape)
		d.reads("Klaar voor de volgende klant")
	}
	d.Fatalf("the screen never said that %s has %v", card, balances)
}

// withoutCard gives a customer a slip, whose points a card gets later.
func (d *shift) withoutCard() {
	d.types(kb.Enter)
	d.reads("Klaar voor de volgende klant")
	d.types(kb.F4)
	d.reads("Klant zonder kaart", "De punten komen op een spaarbon")
	d.look("no-card")
	d.types("4000" + kb.Enter)
	d.reads("Bedrag € 40,00.")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 40 punten, 8 zegels.", "De punten staan op de spaarbon.")
	slip := d.paper("40 punten", "8 zegels")
	d.scan(square(slip))
	d.reads("Bon van een klant", "€ 40,00", "Scan de kaart waar de punten op komen.", "Wacht op een kaart")
	d.look("bearer-slip")
	d.scan(demo.Card(4))
	d.reads("Kaart gelezen bij deze bon.", "Op de kaart zetten", "…"+demo.Card(4)[9:])
	d.look("claim")
	d.types(kb.Enter)
	d.reads("Spaarbon bijgeschreven: 40 punten, 8 zegels.", "…"+demo.Card(4)[9:])
	d.look("claimed")
	d.paper("40 punten")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")
}

const phone = "0612345678"

// enrols makes the holder of a card a member, who brings stamps from before.
func (d *shift) enrols() {
	d.scan(demo.Card(79))
	d.reads("…"+demo.Card(79)[9:], "Nieuwe kaart")
	d.types("*")
	d.reads("Naam (mag leeg blijven)", "Lees voor en vink aan wat de klant wil:")
	d.types("Fatima de Vries" + kb.Tab + phone + kb.Tab + kb.Tab + "5" + kb.Tab)
	d.look("enrol")
	d.types(kb.Tab + kb.Tab + kb.Enter)
	d.reads("Niet gelukt", "Zonder deze toestemming kan iemand geen lid worden.", "Naam (mag leeg blijven)")
	d.look("consent-needed")
	d.back()
	d.back()
	d.types(" " + kb.Enter)
	d.reads("Nieuw lid ingeschreven.", "Fatima de Vries", "Lid")
	d.look("enrolled")
	d.paper("WELKOM ALS LID", "Fatima de Vries", "5 zegels")
	d.types("1500" + kb.Enter)
	d.reads("Bedrag € 15,00.")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 15 punten, 3 zegels.")
	d.paper("15 punten", "3 zegels")
}

// finds is how a member comes to the counter without a card.
func (d *shift) finds() {
	d.types("/")
	d.reads("Zoek op naam of telefoon")
	d.types("fat" + kb.Enter)
	d.reads("Gevonden", "Fatima de Vries", "Kies wie het is.")
	d.look("found")
	d.types("1")
	d.reads("Klant aan de kassa", "Fatima de Vries")
	d.types("1000" + kb.Enter)
	d.reads("Bedrag € 10,00.")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 10 punten, 2 zegels.")
	d.part = codeOn(d.paper("10 punten", "2 zegels"))
	d.types("/" + phone + kb.Enter)
	d.reads("Klant aan de kassa", "Fatima de Vries")
	d.types(kb.Escape)
	d.reads("Klaar voor de volgende klant")
	d.types("/zzz" + kb.Enter)
	d.reads("Niet gelukt", "Hiermee vinden we geen lid.")
	d.types(demo.Card(3) + kb.Enter)
	d.reads("Klant aan de kassa", "…"+demo.Card(3)[9:])
	d.types("1000" + kb.Enter)
	d.reads("Bedrag € 10,00.")
	d.types(kb.Enter)
	d.reads("Klaar", "Gespaard: 10 punten, 2 zegels.")
	d.whole = codeOn(d.paper("10 punten", "2 zegels"))
}

// takesBack takes a part of a receipt back, the whole of another, and one line
// of one that a till sent.
func (d *shift) takesBack() {
	d.types(d.part + kb.Enter)
	d.reads("Bon van een klant", "Bon "+d.part, "Typ het bedrag dat terugkomt.")
	d.look("return-by-amount")
	d.types("500" + kb.Enter)
	d.reads("Retour verwerkt: 5 punten", " teruggenomen.")
	d.look("returned")
	d.paper("RETOUR", d.part, "5 punten")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")
	d.types(d.whole + kb.Enter)
	d.reads("Bon van een klant", "Bon "+d.whole, "Retour")
	d.types(kb.Enter)
	d.reads("Retour verwerkt: 10 punten")
	d.paper("RETOUR", d.whole, "10 punten")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")

	d.scan(demo.Card(7))
	d.reads("…" + demo.Card(7)[9:])
	a, status, err := d.shop.SellBasket(d.Context(), demo.Basket{
		Key: demo.Key{Till: "kassa1", Day: d.today, ID: "4711"}, Currency: "EUR", Total: 4000,
		Lines: []demo.Line{
			{ID: "1", Product: "8711000534175", Name: "Filterkoffie snelfiltermaling", Quantity: 1000, Amount: 500},
			{ID: "2", Product: "8710400000013", Name: "Appeltaart", Quantity: 1000, Amount: 1500},
			{ID: "3", Product: "8710400000020", Name: "Boeket", Quantity: 2000, Amount: 2000},
		},
	}, "")
	if err != nil || status != 201 {
		d.Fatalf("the till's sale: %d %s, %v", status, a.Detail, err)
	}
	d.reads("Klaar", "Gespaard: 40 punten, 8 zegels.")
	d.scan(square(d.paper("40 punten", "8 zegels")))
	d.reads("Bon van een klant", "Op de bon", "2 Appeltaart € 15,00")
	d.types("+2")
	d.look("lines")
	d.types(kb.Enter)
	d.reads("Retour verwerkt: 15 punten, 3 zegels teruggenomen.")
	d.paper("RETOUR", "€ 15,00", "15 punten", "3 zegels")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")
}

// moves gives a sale to the one whose it was.
func (d *shift) moves() {
	d.sale(demo.Card(3), "2500", "€ 25,00")
	d.scan(square(d.paper("25 punten", "5 zegels")))
	d.reads("Bon van een klant", "€ 25,00")
	d.scan(demo.Card(2))
	d.reads("Kaart gelezen bij deze bon.", "…"+demo.Card(2)[9:], "Naar deze klant verplaatsen")
	d.look("move")
	d.types(kb.Enter)
	d.reads("Bon verplaatst naar deze klant: 25 punten, 5 zegels.")
	d.look("moved")
	d.paper("GECORRIGEERD")
	d.paper("GECORRIGEERD")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")
}

// givesAway gives more points than a cashier may; a manager confirms it.
func (d *shift) givesAway() {
	d.scan(demo.Card(6))
	d.reads("…" + demo.Card(6)[9:])
	d.types(kb.F9)
	d.reads("Coulance: punten geven", "Reden")
	d.types("150" + kb.Tab + kb.Tab + "Lange wachttijd")
	d.look("goodwill")
	d.types(kb.Enter)
	d.reads("Een leidinggevende bevestigt", "150 punten geven aan …"+demo.Card(6)[9:]+", reden: “Lange wachttijd”: dit mag alleen met een leidinggevende.")
	d.look("manager")
	d.types(d.carola.Type + kb.Enter)
	d.reads("Een leidinggevende bevestigt", "Te bevestigen 150 punten geven aan …"+demo.Card(6)[9:])
	d.look("not-a-manager")
	d.types(d.bas.Type + kb.Enter)
	d.reads("Gegeven: 150 punten.", "Anna")
	d.look("given")
	d.paper("150 punten")
	d.types(kb.Escape + kb.Escape)
	d.reads("Klaar voor de volgende klant")
}
