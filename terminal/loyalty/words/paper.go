package words

import (
	"time"

	"zegel/terminal/loyalty/ledger"
)

// What slips say besides a sale, and what is said of slips.

// BalanceAt stands before a balance that head office last confirmed earlier on
// the same day, while there is no line to ask again.
func (w Words) BalanceAt(at time.Time) string {
	return w.sayf(text{"Saldo om %s", "Balance at %s", "Guthaben um %s", "Solde à %s"}, w.Time(at))
}

// BalanceSlip heads the slip of a member who asked for nothing but the balance.
func (w Words) BalanceSlip() string {
	return w.say(text{"SALDO", "BALANCE", "GUTHABEN", "SOLDE"})
}

// SpendableUntil stands before points that can be spent until a day.
func (w Words) SpendableUntil(day ledger.Day) string {
	return w.sayf(text{"Te besteden tot en met %s", "To spend until %s", "Einlösbar bis %s", "À utiliser jusqu'au %s"}, w.Day(day))
}

// handOver ends what is said of something that was done: its slip comes out, or
// by the shop's own rule does not.
func (w Words) handOver(noPaper bool) string {
	if noPaper {
		return w.onRequest()
	}
	return w.say(text{"Geef de bon mee.", "Hand over the slip.", "Bitte den Bon mitgeben.", "Remettez le ticket."})
}

// handOverBoth is handOver of a sale that moved, of which both members have a slip.
func (w Words) handOverBoth(noPaper bool) string {
	if noPaper {
		return w.onRequest()
	}
	return w.say(text{"Geef de bonnen mee.", "Hand over the slips.", "Bitte die Bons mitgeben.", "Remettez les tickets."})
}

func (w Words) onRequest() string {
	return w.say(text{
		"Er komt geen bon uit; op verzoek kan het.",
		"No slip comes out; one can be had on request.",
		"Es kommt kein Bon heraus; auf Wunsch gibt es einen.",
		"Aucun ticket ne sort ; il est possible d'en demander un.",
	})
}

// A SlipCheck has the words for what the code on a slip shows.
type SlipCheck struct{ Words Words }

// Genuine says that the code is ours and unchanged.
func (c SlipCheck) Genuine() string {
	return c.Words.say(text{
		"Echt: deze code is gemaakt met een sleutel van deze keten en er is geen teken aan veranderd.",
		"Genuine: this code was made with a key of this chain, and no character of it was changed.",
		"Echt: dieser Code wurde mit einem Schlüssel dieser Kette erzeugt, und kein Zeichen daran ist geändert.",
		"Authentique : ce code a été fait avec une clé de cette chaîne, et aucun de ses caractères n'a été modifié.",
	})
}

// ProvesNot says what a genuine code leaves open.
func (c SlipCheck) ProvesNot() string {
	return c.Words.say(text{
		"Dit bewijst niet dat het papier het eerste is, en niet wat er sindsdien is teruggebracht, gebruikt of op een kaart gezet: dat weet het journaal.",
		"This does not prove that the paper is the first one, nor what was brought back, used or added to a card since: the journal knows that.",
		"Das beweist nicht, dass das Papier das erste ist, und nicht, was seitdem zurückgebracht, eingelöst oder auf eine Karte gebucht wurde: das weiß das Journal.",
		"Cela ne prouve pas que le papier soit le premier, ni ce qui a été rapporté, utilisé ou mis sur une carte depuis : le journal le sait.",
	})
}

// Forged says that no key that is known here made the code.
func (c SlipCheck) Forged() string {
	return c.Words.say(text{
		"Niet echt: geen sleutel die hier bekend is heeft deze code gemaakt, of er is iets aan veranderd.",
		"Not genuine: no key that is known here made this code, or something of it was changed.",
		"Nicht echt: kein hier bekannter Schlüssel hat diesen Code erzeugt, oder etwas daran wurde geändert.",
		"Pas authentique : aucune clé connue ici n'a fait ce code, ou il a été modifié.",
	})
}

// NoCode says that a text is no slip's code.
func (c SlipCheck) NoCode() string {
	return c.Words.say(text{
		"Dit is geen code van een bon, of hij is niet goed gelezen. Scan hem nog eens, of typ hem over.",
		"This is no slip's code, or it was not read well. Scan it once more, or type it over.",
		"Das ist kein Code eines Bons, oder er wurde nicht gut gelesen. Bitte noch einmal scannen oder abtippen.",
		"Ce n'est pas le code d'un ticket, ou il a été mal lu. Scannez-le à nouveau, ou recopiez-le.",
	})
}

// Agrees says that the journal has what the code says.
func (c SlipCheck) Agrees() string {
	return c.Words.say(text{
		"Het journaal heeft dit record, met dezelfde bedragen en punten.",
		"The journal has this record, with the same amounts and points.",
		"Das Journal hat diese Buchung, mit denselben Beträgen und Punkten.",
		"Le journal contient cette opération, avec les mêmes montants et points.",
	})
}

// Differs says that the journal has something else under the code's record.
func (c SlipCheck) Differs() string {
	return c.Words.say(text{
		"Het journaal heeft onder dit kenmerk iets anders. Een database is misschien teruggezet: bel de beheerder.",
		"The journal has something else under this reference. A database may have been restored: call support.",
		"Das Journal hat unter dieser Belegnummer etwas anderes. Vielleicht wurde eine Datenbank zurückgespielt: bitte den Support anrufen.",
		"Le journal contient autre chose sous cette référence. Une base de données a peut-être été restaurée : appelez l'assistance.",
	})
}
