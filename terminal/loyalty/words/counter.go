package words

import "zegel/terminal/loyalty/ledger"

// The counter's headings: where the conversation is.

// HeadFree heads the counter while nobody stands there.
func (w Words) HeadFree() string {
	return w.say(text{
		"Klaar voor de volgende klant",
		"Ready for the next customer",
		"Bereit für den nächsten Kunden",
		"Prêt pour le client suivant",
	})
}

// HeadCard heads the counter while a customer is known and nothing typed.
func (w Words) HeadCard() string {
	return w.say(text{"Klant aan de kassa", "Customer at the till", "Kunde an der Kasse", "Client en caisse"})
}

// HeadBearer heads the counter for a customer without a card.
func (w Words) HeadBearer() string {
	return w.say(text{"Klant zonder kaart", "Customer without a card", "Kunde ohne Karte", "Client sans carte"})
}

// HeadVoucher heads the counter while there is a voucher and nobody's card.
func (w Words) HeadVoucher() string {
	return w.say(text{"Waardebon zonder kaart", "Voucher without a card", "Gutschein ohne Karte", "Bon fidélité sans carte"})
}

// HeadTotal heads the counter once the total was typed.
func (w Words) HeadTotal() string {
	return w.say(text{"Afrekenen", "Checking out", "Kassieren", "Encaissement"})
}

// HeadReward heads the counter while points are set aside for a reward.
func (w Words) HeadReward() string {
	return w.say(text{
		"Afrekenen met beloning",
		"Checking out with a reward",
		"Kassieren mit Prämie",
		"Encaissement avec récompense",
	})
}

// HeadSlip heads the counter while a sale is shown whose slip was read.
func (w Words) HeadSlip() string {
	return w.say(text{"Bon van een klant", "A customer's slip", "Bon eines Kunden", "Ticket d'un client"})
}

// HeadDone heads the counter after the sale.
func (w Words) HeadDone() string { return w.say(text{"Klaar", "Done", "Fertig", "Terminé"}) }

// HeadOtherCard heads the question whether another card takes the first one's place.
func (w Words) HeadOtherCard() string {
	return w.say(text{"Andere klant?", "Another customer?", "Anderer Kunde?", "Un autre client ?"})
}

// HeadUnusual heads the question whether a high amount is right.
func (w Words) HeadUnusual() string {
	return w.say(text{"Klopt het bedrag?", "Is the amount right?", "Stimmt der Betrag?", "Le montant est-il juste ?"})
}

// HeadManager heads the question for a manager.
func (w Words) HeadManager() string {
	return w.say(text{"Een leidinggevende bevestigt", "A manager confirms", "Die Leitung bestätigt", "Un responsable confirme"})
}

// HeadUnsure heads the counter while nobody knows whether a sale was saved.
func (w Words) HeadUnsure() string {
	return w.say(text{
		"Nog niet zeker opgeslagen",
		"Not certainly saved yet",
		"Noch nicht sicher gespeichert",
		"Enregistrement pas encore certain",
	})
}

// The one large key.

// KeyPaid is the key for a customer who has paid.
func (w Words) KeyPaid() string { return w.say(text{"Betaald", "Paid", "Bezahlt", "Payé"}) }

// KeyPaidAgain sends a sale once more of which nobody knows.
func (w Words) KeyPaidAgain() string {
	return w.say(text{"Nog eens opslaan", "Save once more", "Noch einmal speichern", "Enregistrer à nouveau"})
}

// KeyNoCard goes on without a card.
func (w Words) KeyNoCard() string {
	return w.say(text{"Geen kaart", "No card", "Ohne Karte", "Sans carte"})
}

// KeyAmount takes the amount that was typed.
func (w Words) KeyAmount() string { return w.say(text{"Bedrag", "Amount", "Betrag", "Montant"}) }

// KeyNext is the key for the next customer.
func (w Words) KeyNext() string {
	return w.say(text{"Volgende klant", "Next customer", "Nächster Kunde", "Client suivant"})
}

// KeyReturn takes back what is left of the sale.
func (w Words) KeyReturn() string {
	return w.say(text{"Retour", "Return", "Rückgabe", "Retour d'article"})
}

// KeyClaim adds a bearer slip to the card.
func (w Words) KeyClaim() string {
	return w.say(text{"Op de kaart zetten", "Add to the card", "Auf die Karte buchen", "Mettre sur la carte"})
}

// KeyMove gives the sale to the customer who is there.
func (w Words) KeyMove() string {
	return w.say(text{
		"Naar deze klant verplaatsen",
		"Move to this customer",
		"Zu diesem Kunden umbuchen",
		"Transférer à ce client",
	})
}

// KeyOther takes the other customer.
func (w Words) KeyOther() string {
	return w.say(text{"Andere klant nemen", "Take the other customer", "Anderen Kunden nehmen", "Prendre l'autre client"})
}

// KeyRight says that the amount is right.
func (w Words) KeyRight() string {
	return w.say(text{"Bedrag klopt", "Amount is right", "Betrag stimmt", "Montant juste"})
}

// KeyConfirm is the manager's key.
func (w Words) KeyConfirm() string {
	return w.say(text{"Bevestigen", "Confirm", "Bestätigen", "Confirmer"})
}

// KeyAway puts a slip away.
func (w Words) KeyAway() string {
	return w.say(text{"Bon wegleggen", "Put the slip away", "Bon weglegen", "Ranger le ticket"})
}

// KeySignIn is the key before anybody is signed in.
func (w Words) KeySignIn() string {
	return w.say(text{"Aanmelden", "Sign in", "Anmelden", "S'identifier"})
}

// ScannerGone stands on the screen while the scanner is lost.
func (w Words) ScannerGone() string {
	return w.say(text{
		"Scanner niet bereikbaar. Typ het kaartnummer; sparen gaat gewoon door. (K-301)",
		"Scanner unreachable. Type the card number; earning works as usual. (K-301)",
		"Scanner nicht erreichbar. Bitte die Kartennummer eingeben; Sammeln geht normal weiter. (K-301)",
		"Scanner injoignable. Saisissez le numéro de carte ; le cumul continue normalement. (K-301)",
	})
}

// PrinterGone stands on the screen while the printer does not answer.
func (w Words) PrinterGone() string {
	return w.say(text{
		"Printer niet bereikbaar. De bon komt later; sparen gaat gewoon door. (K-302)",
		"Printer unreachable. The slip comes later; earning works as usual. (K-302)",
		"Drucker nicht erreichbar. Der Bon kommt später; Sammeln geht normal weiter. (K-302)",
		"Imprimante injoignable. Le ticket viendra plus tard ; le cumul continue normalement. (K-302)",
	})
}

// PaperOut stands on the screen while the printer has no paper.
func (w Words) PaperOut() string {
	return w.say(text{
		"Printer: papier op. De bon komt later; sparen gaat gewoon door. (K-303)",
		"Printer: out of paper. The slip comes later; earning works as usual. (K-303)",
		"Drucker: kein Papier. Der Bon kommt später; Sammeln geht normal weiter. (K-303)",
		"Imprimante : plus de papier. Le ticket viendra plus tard ; le cumul continue normalement. (K-303)",
	})
}

// DeviceGone stands on the screen while some other device is lost.
func (w Words) DeviceGone(device string) string {
	return w.sayf(text{
		"Apparaat niet bereikbaar: %s. Sparen gaat gewoon door. (K-309)",
		"Device unreachable: %s. Earning works as usual. (K-309)",
		"Gerät nicht erreichbar: %s. Sammeln geht normal weiter. (K-309)",
		"Appareil injoignable : %s. Le cumul continue normalement. (K-309)",
	}, device)
}

// Offline is the quiet word for a line that is down, with how many records wait.
func (w Words) Offline(waiting int64) string {
	if waiting == 0 {
		return w.say(text{"offline, niets wacht", "offline, nothing waits", "offline, nichts wartet", "hors ligne, rien en attente"})
	}
	if waiting == 1 {
		return w.say(text{
			"offline, 1 boeking wacht",
			"offline, 1 record waits",
			"offline, 1 Buchung wartet",
			"hors ligne, 1 opération en attente",
		})
	}
	return w.sayf(text{
		"offline, %d boekingen wachten",
		"offline, %d records wait",
		"offline, %d Buchungen warten",
		"hors ligne, %d opérations en attente",
	}, waiting)
}

// AsOf says as of when a balance is.
func (w Words) AsOf(day ledger.Day) string {
	return w.sayf(text{"per %s", "as of %s", "Stand %s", "au %s"}, w.Day(day))
}
