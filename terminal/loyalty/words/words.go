// Package words has every sentence a shopper or cashier reads, as typed functions per language.
//
// Dutch comes first. A sentence's languages stand side by side, and one that
// misses a language does not compile. Numbers, money and dates are written as
// the language's own people write them (Unicode CLDR).
package words

import (
	"fmt"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Words are the sentences in one language.
type Words struct{ locale *locale }

// A text is one sentence in all languages, always written without field names
// so that none is left out.
type text struct{ nl, en, de, fr string }

// For gives the words of a language (BCP 47: "nl", "nl-BE", "en", "de", "fr"),
// and whether there are any. Without, it gives the Dutch ones.
func For(lang string) (Words, bool) {
	for i := range locales {
		if locales[i].tag == lang {
			return Words{&locales[i]}, true
		}
	}
	return Words{&locales[0]}, false
}

// Languages are the languages For knows.
func Languages() []string {
	tags := make([]string, len(locales))
	for i, l := range locales {
		tags[i] = l.tag
	}
	return tags
}

// in is the words' locale; the zero Words are Dutch.
func (w Words) in() *locale {
	if w.locale == nil {
		return &locales[0]
	}
	return w.locale
}

func (w Words) say(t text) string { return w.in().of(t) }

func (w Words) sayf(t text, args ...any) string { return fmt.Sprintf(w.say(t), args...) }

// Language is the language the words are in, BCP 47.
func (w Words) Language() string { return w.in().tag }

// Duplicate heads every paper of a slip after the first.
func (w Words) Duplicate() string {
	return w.say(text{"DUPLICAAT", "DUPLICATE", "DUPLIKAT", "DUPLICATA"})
}

// Card stands before a card's mask.
func (w Words) Card() string { return w.say(text{"Kaart", "Card", "Karte", "Carte"}) }

// Purchase stands before what was paid.
func (w Words) Purchase() string { return w.say(text{"Aankoop", "Purchase", "Einkauf", "Achat"}) }

// Awarded stands before the points a basket brought.
func (w Words) Awarded() string { return w.say(text{"Gespaard", "Earned", "Gesammelt", "Vous gagnez"}) }

// Balance stands before what the member holds.
func (w Words) Balance() string { return w.say(text{"Saldo", "Balance", "Guthaben", "Solde"}) }

// BalanceAsOf stands before a balance that head office last confirmed on an
// earlier day.
func (w Words) BalanceAsOf(day ledger.Day) string {
	return w.sayf(text{"Saldo per %s", "Balance as of %s", "Guthaben am %s", "Solde au %s"}, w.Day(day))
}

// BalanceFollows is said where the member may hold more than is known here.
func (w Words) BalanceFollows() string {
	return w.say(text{"Saldo volgt", "Balance follows", "Guthaben folgt", "Le solde suivra"})
}

// Remainder stands before the part of a point that counts with the next basket.
func (w Words) Remainder() string {
	return w.say(text{"Telt volgende keer mee", "Counts next time", "Zählt beim nächsten Mal", "Compte la prochaine fois"})
}

// Reference stands before a record's code.
func (w Words) Reference() string {
	return w.say(text{"Kenmerk", "Reference", "Belegnummer", "Référence"})
}

// Thanks ends a slip of a shop that has no ending of its own.
func (w Words) Thanks() string {
	return w.say(text{
		"Bedankt en tot ziens",
		"Thank you and see you soon",
		"Vielen Dank und auf Wiedersehen",
		"Merci et à bientôt",
	})
}

// NotSaved tells the cashier that a commit failed.
func (w Words) NotSaved() string {
	return w.say(text{
		"Opslaan lukt nu niet. Er is niets geteld. Probeer het nog eens en bel de beheerder als het blijft. (K-401)",
		"Saving does not work now. Nothing was counted. Try once more and call support if it stays. (K-401)",
		"Speichern geht jetzt nicht. Nichts gebucht. Bitte noch einmal versuchen und den Support anrufen, wenn es so bleibt. (K-401)",
		"L'enregistrement ne fonctionne pas pour le moment. Rien n'a été compté. Réessayez, et appelez l'assistance si cela persiste. (K-401)",
	})
}

// Refusal says what was refused, whether anything changed, what to do now, and
// the code under which it can be looked up.
func (w Words) Refusal(r *programme.Refusal) string {
	return w.refused(r) + " (" + string(r.Code) + ")"
}

func (w Words) refused(r *programme.Refusal) string {
	for _, refused := range []func(*programme.Refusal) (string, bool){
		w.refusedRedemption, w.refusedReturn, w.refusedMember, w.refusedSlip, w.refusedOperator,
	} {
		if sentence, ok := refused(r); ok {
			return sentence
		}
	}
	switch r.Code {
	case programme.UnknownCard:
		return w.say(text{
			"Deze kaart kennen we niet. Er is niets veranderd. Scan een klantenkaart van deze winkel.",
			"We do not know this card. Nothing changed. Scan a customer card of this shop.",
			"Diese Karte kennen wir nicht. Nichts geändert. Bitte eine Kundenkarte dieses Geschäfts scannen.",
			"Nous ne connaissons pas cette carte. Rien n'a changé. Scannez une carte de fidélité de ce magasin.",
		})
	case programme.BadRead:
		return w.say(text{
			"Niet goed gelezen. Er is niets veranderd. Scan nog eens, iets verder weg.",
			"Not read well. Nothing changed. Scan once more, a little further away.",
			"Nicht gut gelesen. Nichts geändert. Bitte noch einmal scannen, mit etwas mehr Abstand.",
			"Lecture incorrecte. Rien n'a changé. Scannez à nouveau, d'un peu plus loin.",
		})
	case programme.NotACard:
		return w.say(text{
			"Dit is geen klantenkaart. Er is niets veranderd. Scan de klantenkaart.",
			"This is not a customer card. Nothing changed. Scan the customer card.",
			"Das ist keine Kundenkarte. Nichts geändert. Bitte die Kundenkarte scannen.",
			"Ce n'est pas une carte de fidélité. Rien n'a changé. Scannez la carte de fidélité.",
		})
	case programme.BankCard:
		return w.say(text{
			"Dit is een betaalkaart. Het nummer is niet bewaard. Scan de klantenkaart.",
			"This is a payment card. Its number was not kept. Scan the customer card.",
			"Das ist eine Bankkarte. Die Nummer wurde nicht gespeichert. Bitte die Kundenkarte scannen.",
			"C'est une carte bancaire. Son numéro n'a pas été conservé. Scannez la carte de fidélité.",
		})
	case programme.RandomTap:
		return w.say(text{
			"Een telefoon of betaalkaart heeft elke keer een ander nummer. Er is niets veranderd. Scan de klantenkaart of de code in de app.",
			"A phone or payment card has another number every time. Nothing changed. Scan the customer card, or the code in the app.",
			"Ein Handy oder eine Bankkarte hat jedes Mal eine andere Nummer. Nichts geändert. Bitte die Kundenkarte scannen, oder den Code in der App.",
			"Un téléphone ou une carte bancaire a chaque fois un autre numéro. Rien n'a changé. Scannez la carte de fidélité, ou le code dans l'application.",
		})
	case programme.SeveralTags:
		return w.say(text{
			"Er ligt meer dan één kaart op de lezer. Er is niets veranderd. Houd alleen de klantenkaart erbij.",
			"More than one card is on the reader. Nothing changed. Hold only the customer card to it.",
			"Auf dem Leser liegt mehr als eine Karte. Nichts geändert. Bitte nur die Kundenkarte daran halten.",
			"Il y a plus d'une carte sur le lecteur. Rien n'a changé. Présentez seulement la carte de fidélité.",
		})
	case programme.NoCard:
		return w.say(text{
			"Er is nog geen kaart gescand. Er is niets veranderd. Scan eerst de klantenkaart.",
			"No card was scanned yet. Nothing changed. Scan the customer card first.",
			"Es wurde noch keine Karte gescannt. Nichts geändert. Bitte zuerst die Kundenkarte scannen.",
			"Aucune carte n'a encore été scannée. Rien n'a changé. Scannez d'abord la carte de fidélité.",
		})
	case programme.SameBasket:
		return w.sayf(text{
			"Deze bon is al verwerkt om %s: %s. Niet dubbel geteld.",
			"This receipt was handled at %s: %s. Not counted twice.",
			"Dieser Bon wurde schon um %s verarbeitet: %s. Nicht doppelt gezählt.",
			"Ce ticket a déjà été traité à %s : %s. Pas compté deux fois.",
		}, w.Time(r.At), w.Points(r.Points, r.Wallet))
	case programme.OtherBasket:
		return w.say(text{
			"Dit bonnummer is al gebruikt voor een andere bon. Er is niets veranderd. Controleer het bonnummer.",
			"This receipt number was used for another receipt. Nothing changed. Check the receipt number.",
			"Diese Bonnummer wurde schon für einen anderen Bon benutzt. Nichts geändert. Bitte die Bonnummer prüfen.",
			"Ce numéro de ticket a déjà servi pour un autre ticket. Rien n'a changé. Vérifiez le numéro du ticket.",
		})
	case programme.UnusualAmount:
		return w.sayf(text{
			"Het bedrag %s is ongewoon hoog. Er is nog niets geteld. Controleer het en bevestig het.",
			"The amount %s is unusually high. Nothing is counted yet. Check it and confirm it.",
			"Der Betrag %s ist ungewöhnlich hoch. Noch nichts gebucht. Bitte prüfen und bestätigen.",
			"Le montant %s est anormalement élevé. Rien n'est encore compté. Vérifiez-le et confirmez-le.",
		}, w.Money(r.Amount, r.Currency))
	case programme.BadAmount:
		if r.Wallet.Name != "" {
			return w.sayf(text{
				"Zoveel %s kan niet. Er is niets veranderd. Typ een ander aantal.",
				"So many %s are not possible. Nothing changed. Type another number.",
				"So viele %s sind nicht möglich. Nichts geändert. Bitte eine andere Zahl eingeben.",
				"Cette quantité (%s) n'est pas possible. Rien n'a changé. Saisissez un autre nombre.",
			}, r.Wallet.Unit(w.Language()).Many)
		}
		return w.say(text{
			"Dit bedrag kan niet. Er is niets veranderd. Typ het bedrag van de bon.",
			"This amount is not possible. Nothing changed. Type the amount of the receipt.",
			"Dieser Betrag ist nicht möglich. Nichts geändert. Bitte den Betrag des Bons eingeben.",
			"Ce montant n'est pas possible. Rien n'a changé. Saisissez le montant du ticket.",
		})
	case programme.OtherCurrency:
		return w.sayf(text{
			"Sparen kan niet met %s. Er is niets veranderd. Controleer de munt op de kassa.",
			"No points are given for %s. Nothing changed. Check the currency at the till.",
			"Für %s gibt es keine Punkte. Nichts geändert. Bitte die Währung an der Kasse prüfen.",
			"Il n'y a pas de points pour %s. Rien n'a changé. Vérifiez la devise sur la caisse.",
		}, r.Currency)
	case programme.BadBasket:
		return w.say(text{
			"De bon klopt niet: de regels en het totaal passen niet bij elkaar. Er is niets veranderd. Stuur de bon opnieuw.",
			"The receipt does not add up: its lines and total do not match. Nothing changed. Send the receipt again.",
			"Der Bon stimmt nicht: Positionen und Summe passen nicht zusammen. Nichts geändert. Bitte den Bon noch einmal senden.",
			"Le ticket n'est pas cohérent : les lignes et le total ne concordent pas. Rien n'a changé. Renvoyez le ticket.",
		})
	}
	return w.say(text{
		"Dit kan nu niet. Er is niets veranderd. Vraag de beheerder.",
		"This is not possible now. Nothing changed. Ask support.",
		"Das geht jetzt nicht. Nichts geändert. Bitte den Support fragen.",
		"Ce n'est pas possible pour le moment. Rien n'a changé. Demandez à l'assistance.",
	})
}
