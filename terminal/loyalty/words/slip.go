package words

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Corrected heads both slips of an award that went to the right member.
func (w Words) Corrected() string {
	return w.say(text{"GECORRIGEERD", "CORRECTED", "KORRIGIERT", "CORRECTION"})
}

// Credited stands before points that came onto a card without a purchase.
func (w Words) Credited() string {
	return w.say(text{"Bijgeschreven", "Added", "Gutgeschrieben", "Crédit"})
}

// Credit heads the slip of points that a person gave.
func (w Words) Credit() string { return w.say(text{"BIJGESCHREVEN", "ADDED", "GUTSCHRIFT", "CRÉDIT"}) }

// Claimed heads the slip of a bearer slip that was added to a card.
func (w Words) Claimed() string {
	return w.say(text{
		"SPAARBON OP KAART GEZET",
		"SLIP ADDED TO CARD",
		"PUNKTEBON AUF KARTE GEBUCHT",
		"TICKET DE POINTS MIS SUR LA CARTE",
	})
}

// Welcome heads the slip of a new member.
func (w Words) Welcome() string {
	return w.say(text{"WELKOM ALS LID", "WELCOME AS A MEMBER", "WILLKOMMEN ALS MITGLIED", "BIENVENUE PARMI NOS MEMBRES"})
}

// Name stands before a member's name.
func (w Words) Name() string { return w.say(text{"Naam", "Name", "Name", "Nom"}) }

// Birthday stands before a member's.
func (w Words) Birthday() string {
	return w.say(text{"Verjaardag", "Birthday", "Geburtstag", "Anniversaire"})
}

// BroughtInBy stands before the card of who brought a new member in.
func (w Words) BroughtInBy() string {
	return w.say(text{"Meegebracht door", "Brought in by", "Geworben von", "Parrain"})
}

// Agreed stands before a wording that a new member said yes or no to.
func (w Words) Agreed(given bool) string {
	if given {
		return w.say(text{"Ja", "Yes", "Ja", "Oui"})
	}
	return w.say(text{"Nee", "No", "Nein", "Non"})
}

// CarriedOver stands before what a new member brought along.
func (w Words) CarriedOver() string {
	return w.say(text{"Meegenomen", "Brought along", "Mitgebracht", "Report"})
}

// BearerSlip heads the slip of a customer without a card.
func (w Words) BearerSlip() string {
	return w.say(text{"SPAARBON", "SAVER'S SLIP", "PUNKTEBON", "TICKET DE POINTS"})
}

// ValidUntil says until when a bearer slip can be added to a card.
func (w Words) ValidUntil(day ledger.Day) string {
	return w.sayf(text{"Geldig tot en met %s", "Valid until %s", "Gültig bis %s", "Valable jusqu'au %s"}, w.Day(day))
}

// AddToCard tells the customer what a bearer slip is for.
func (w Words) AddToCard() string {
	return w.say(text{
		"Laat deze bon in deze winkel op een klantenkaart zetten. Zonder deze bon vervallen de punten.",
		"Have this slip added to a customer card in this shop. Without this slip the points are lost.",
		"Lassen Sie diesen Bon in diesem Geschäft auf eine Kundenkarte buchen. Ohne diesen Bon verfallen die Punkte.",
		"Faites mettre ce ticket sur une carte de fidélité dans ce magasin. Sans ce ticket, les points sont perdus.",
	})
}

// ForReturns stands below the code of a sale's slip.
func (w Words) ForReturns() string {
	return w.say(text{
		"Neem deze bon mee als u iets terugbrengt",
		"Bring this slip if you return something",
		"Bitte bringen Sie diesen Bon mit, wenn Sie etwas zurückgeben",
		"Gardez ce ticket pour tout retour d'article",
	})
}

// Missing says how many points are missing for a reward.
func (w Words) Missing(p ledger.Points, wallet programme.Wallet) string {
	return w.sayf(text{"Nog %s", "%s to go", "Noch %s", "Encore %s"}, w.Points(p, wallet))
}

// PayBack tells the cashier how much money a customer gets back: what came
// back, less what points had paid of it.
func (w Words) PayBack(amount basket.Money, currency string) string {
	return w.sayf(text{"Geef %s terug", "Give %s back", "%s zurückgeben", "Rendez %s"}, w.Money(amount, currency))
}
