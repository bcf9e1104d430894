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
type text struct{ nl, en string }

// For gives the words of a language (BCP 47: "nl", "nl-BE", "en"), and whether
// there are any. Without, it gives the Dutch ones.
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

func (w Words) say(t text) string {
	if w.in().english {
		return t.en
	}
	return t.nl
}

func (w Words) sayf(t text, args ...any) string { return fmt.Sprintf(w.say(t), args...) }

// Language is the language the words are in, BCP 47.
func (w Words) Language() string { return w.in().tag }

// Duplicate heads every paper of a slip after the first.
func (w Words) Duplicate() string { return w.say(text{"DUPLICAAT", "DUPLICATE"}) }

// Card stands before a card's mask.
func (w Words) Card() string { return w.say(text{"Kaart", "Card"}) }

// Purchase stands before what was paid.
func (w Words) Purchase() string { return w.say(text{"Aankoop", "Purchase"}) }

// Awarded stands before the points a basket brought.
func (w Words) Awarded() string { return w.say(text{"Gespaard", "Earned"}) }

// Balance stands before what the member holds.
func (w Words) Balance() string { return w.say(text{"Saldo", "Balance"}) }

// BalanceAsOf stands before a balance that head office last confirmed on an
// earlier day.
func (w Words) BalanceAsOf(day ledger.Day) string {
	return w.sayf(text{"Saldo per %s", "Balance as of %s"}, w.Day(day))
}

// BalanceFollows is said where the member may hold more than is known here.
func (w Words) BalanceFollows() string {
	return w.say(text{"Saldo volgt", "Balance follows"})
}

// Remainder stands before the part of a point that counts with the next basket.
func (w Words) Remainder() string { return w.say(text{"Telt volgende keer mee", "Counts next time"}) }

// Reference stands before a record's code.
func (w Words) Reference() string { return w.say(text{"Kenmerk", "Reference"}) }

// Thanks ends a slip of a shop that has no ending of its own.
func (w Words) Thanks() string {
	return w.say(text{"Bedankt en tot ziens", "Thank you and see you soon"})
}

// NotSaved tells the cashier that a commit failed.
func (w Words) NotSaved() string {
	return w.say(text{
		"Opslaan lukt nu niet. Er is niets geteld. Probeer het nog eens en bel de beheerder als het blijft. (K-401)",
		"Saving does not work now. Nothing was counted. Try once more and call support if it stays. (K-401)",
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
		})
	case programme.BadRead:
		return w.say(text{
			"Niet goed gelezen. Er is niets veranderd. Scan nog eens, iets verder weg.",
			"Not read well. Nothing changed. Scan once more, a little further away.",
		})
	case programme.NotACard:
		return w.say(text{
			"Dit is geen klantenkaart. Er is niets veranderd. Scan de klantenkaart.",
			"This is not a customer card. Nothing changed. Scan the customer card.",
		})
	case programme.BankCard:
		return w.say(text{
			"Dit is een betaalkaart. Het nummer is niet bewaard. Scan de klantenkaart.",
			"This is a payment card. Its number was not kept. Scan the customer card.",
		})
	case programme.NoCard:
		return w.say(text{
			"Er is nog geen kaart gescand. Er is niets veranderd. Scan eerst de klantenkaart.",
			"No card was scanned yet. Nothing changed. Scan the customer card first.",
		})
	case programme.SameBasket:
		return w.sayf(text{
			"Deze bon is al verwerkt om %s: %s. Niet dubbel geteld.",
			"This receipt was handled at %s: %s. Not counted twice.",
		}, w.Time(r.At), w.Points(r.Points, r.Wallet))
	case programme.OtherBasket:
		return w.say(text{
			"Dit bonnummer is al gebruikt voor een andere bon. Er is niets veranderd. Controleer het bonnummer.",
			"This receipt number was used for another receipt. Nothing changed. Check the receipt number.",
		})
	case programme.UnusualAmount:
		return w.sayf(text{
			"Het bedrag %s is ongewoon hoog. Er is nog niets geteld. Controleer het en bevestig het.",
			"The amount %s is unusually high. Nothing is counted yet. Check it and confirm it.",
		}, w.Money(r.Amount, r.Currency))
	case programme.BadAmount:
		if r.Wallet.Name != "" {
			return w.sayf(text{
				"Zoveel %s kan niet. Er is niets veranderd. Typ een ander aantal.",
				"So many %s are not possible. Nothing changed. Type another number.",
			}, r.Wallet.Unit(w.Language()).Many)
		}
		return w.say(text{
			"Dit bedrag kan niet. Er is niets veranderd. Typ het bedrag van de bon.",
			"This amount is not possible. Nothing changed. Type the amount of the receipt.",
		})
	case programme.OtherCurrency:
		return w.sayf(text{
			"Sparen kan niet met %s. Er is niets veranderd. Controleer de munt op de kassa.",
			"No points are given for %s. Nothing changed. Check the currency at the till.",
		}, r.Currency)
	case programme.BadBasket:
		return w.say(text{
			"De bon klopt niet: de regels en het totaal passen niet bij elkaar. Er is niets veranderd. Stuur de bon opnieuw.",
			"The receipt does not add up: its lines and total do not match. Nothing changed. Send the receipt again.",
		})
	}
	return w.say(text{
		"Dit kan nu niet. Er is niets veranderd. Vraag de beheerder.",
		"This is not possible now. Nothing changed. Ask support.",
	})
}
