package words

import "zegel/terminal/loyalty/basket"

// What the counter says of what was posted before, and of what is no sale.

// SayNothingToUndo is said where no sale is offered for undoing.
func (w Words) SayNothingToUndo() string {
	return w.say(text{
		"Er is hier niets terug te draaien. Er is niets veranderd. Scan de code op de bon van de klant.",
		"There is nothing to undo here. Nothing changed. Scan the code on the customer's slip.",
		"Hier gibt es nichts zu stornieren. Nichts geändert. Bitte den Code auf dem Bon des Kunden scannen.",
		"Il n'y a rien à annuler ici. Rien n'a changé. Scannez le code sur le ticket du client.",
	})
}

// SayUndone is said when a sale was undone; c is what that changed.
func (w Words) SayUndone(c Changed) string {
	return w.sayf(text{
		"Verkoop teruggedraaid: %s. %s. %s",
		"Sale undone: %s. %s. %s",
		"Verkauf storniert: %s. %s. %s",
		"Vente annulée : %s. %s. %s",
	}, w.backAndForth(c), w.balanceNow(c), w.handOver(c.NoPaper))
}

// SaySlip is said when a slip's sale is shown.
func (w Words) SaySlip() string {
	return w.say(text{
		"Bon gevonden. Er is niets veranderd. Kies wat ermee moet gebeuren.",
		"Slip found. Nothing changed. Choose what to do with it.",
		"Bon gefunden. Nichts geändert. Bitte wählen, was damit geschehen soll.",
		"Ticket trouvé. Rien n'a changé. Choisissez ce qu'il faut en faire.",
	})
}

// SaySlipToClaim is said when a bearer slip is shown, which a card can have.
func (w Words) SaySlipToClaim() string {
	return w.say(text{
		"Spaarbon gevonden. Er is niets veranderd. Scan de kaart waar de punten op komen.",
		"Points slip found. Nothing changed. Scan the card that gets the points.",
		"Punktebon gefunden. Nichts geändert. Bitte die Karte scannen, auf die die Punkte kommen.",
		"Ticket de points trouvé. Rien n'a changé. Scannez la carte qui reçoit les points.",
	})
}

// SaySlipFirst is said to a key that is about a slip where none is shown.
func (w Words) SaySlipFirst() string {
	return w.say(text{
		"Dit kan alleen met de bon. Er is niets veranderd. Scan de code op de bon van de klant.",
		"This takes the slip. Nothing changed. Scan the code on the customer's slip.",
		"Das geht nur mit dem Bon. Nichts geändert. Bitte den Code auf dem Bon des Kunden scannen.",
		"Il faut le ticket pour cela. Rien n'a changé. Scannez le code sur le ticket du client.",
	})
}

// SaySlipCard is said where a slip's sale needs the right customer's card.
func (w Words) SaySlipCard() string {
	return w.say(text{
		"Er is nog geen kaart bij deze bon. Er is niets veranderd. Scan de kaart van de juiste klant.",
		"There is no card for this slip yet. Nothing changed. Scan the right customer's card.",
		"Zu diesem Bon gibt es noch keine Karte. Nichts geändert. Bitte die Karte des richtigen Kunden scannen.",
		"Il n'y a pas encore de carte pour ce ticket. Rien n'a changé. Scannez la carte du bon client.",
	})
}

// SaySlipOpen is said to a key that has to wait until the slip is put away.
func (w Words) SaySlipOpen() string {
	return w.say(text{
		"Er staat nog een bon op het scherm. Er is niets veranderd. Handel die af, of ga terug.",
		"A slip is still on the screen. Nothing changed. Deal with it, or go back.",
		"Es ist noch ein Bon in der Anzeige. Nichts geändert. Bitte erst diesen erledigen, oder zurückgehen.",
		"Un ticket est encore à l'écran. Rien n'a changé. Traitez-le, ou revenez en arrière.",
	})
}

// SaySlipAway is said when the slip was put away.
func (w Words) SaySlipAway() string {
	return w.say(text{
		"Bon weg. Er is niets veranderd. Ga gewoon door.",
		"Slip put away. Nothing changed. Simply go on.",
		"Bon weggelegt. Nichts geändert. Einfach weitermachen.",
		"Ticket rangé. Rien n'a changé. Continuez.",
	})
}

// SayReturned is said when goods came back; c is what that changed.
func (w Words) SayReturned(c Changed) string {
	return w.sayf(text{
		"Retour verwerkt: %s. %s. %s",
		"Return done: %s. %s. %s",
		"Rückgabe erledigt: %s. %s. %s",
		"Retour effectué : %s. %s. %s",
	}, w.backAndForth(c), w.balanceNow(c), w.handOver(c.NoPaper))
}

// SayMoved is said when a sale went to the right customer, who got c.
func (w Words) SayMoved(c Changed) string {
	if c.Added == "" {
		return w.sayf(text{
			"Bon verplaatst naar deze klant. %s. %s",
			"Sale moved to this customer. %s. %s",
			"Verkauf zu diesem Kunden umgebucht. %s. %s",
			"Vente transférée à ce client. %s. %s",
		}, w.balanceNow(c), w.handOverBoth(c.NoPaper))
	}
	return w.sayf(text{
		"Bon verplaatst naar deze klant: %s. %s. %s",
		"Sale moved to this customer: %s. %s. %s",
		"Verkauf zu diesem Kunden umgebucht: %s. %s. %s",
		"Vente transférée à ce client : %s. %s. %s",
	}, c.Added, w.balanceNow(c), w.handOverBoth(c.NoPaper))
}

// SayClaimed is said when a bearer slip was added to a card, which got c.
func (w Words) SayClaimed(c Changed) string {
	if c.Added == "" {
		return w.sayf(text{
			"Spaarbon bijgeschreven. %s. Neem de spaarbon in.",
			"Slip added. %s. Keep the slip.",
			"Punktebon gutgeschrieben. %s. Bitte den Punktebon einbehalten.",
			"Ticket de points crédité. %s. Gardez le ticket de points.",
		}, w.balanceNow(c))
	}
	return w.sayf(text{
		"Spaarbon bijgeschreven: %s. %s. Neem de spaarbon in.",
		"Slip added: %s. %s. Keep the slip.",
		"Punktebon gutgeschrieben: %s. %s. Bitte den Punktebon einbehalten.",
		"Ticket de points crédité : %s. %s. Gardez le ticket de points.",
	}, c.Added, w.balanceNow(c))
}

// A Changed is what something did to a member's points, each with its units'
// words and "" where there is nothing to say. Balance is "" where it is not
// known. NoPaper says that by the shop's own rule no slip of it comes out.
type Changed struct {
	Added, Taken, Given, Balance string
	NoPaper                      bool
}

// backAndForth says what went back to the shop and what to the member.
func (w Words) backAndForth(c Changed) string {
	taken := w.sayf(text{"%s teruggenomen", "%s taken back", "%s abgezogen", "retrait de %s"}, c.Taken)
	given := w.sayf(text{"%s teruggegeven", "%s given back", "%s zurückgegeben", "restitution de %s"}, c.Given)
	switch {
	case c.Taken != "" && c.Given != "":
		return taken + ", " + given
	case c.Taken != "":
		return taken
	case c.Given != "":
		return given
	}
	return w.say(text{
		"er veranderen geen punten",
		"no points change",
		"an den Punkten ändert sich nichts",
		"aucun changement de points",
	})
}

func (w Words) balanceNow(c Changed) string {
	if c.Balance == "" {
		return w.say(text{"Het nieuwe saldo volgt", "The new balance follows", "Das neue Guthaben folgt", "Le nouveau solde suivra"})
	}
	return w.sayf(text{"Nieuw saldo %s", "New balance %s", "Neues Guthaben: %s", "Nouveau solde : %s"}, c.Balance)
}

// SayEnrolled is said when a customer became a member.
func (w Words) SayEnrolled() string {
	return w.say(text{
		"Nieuw lid ingeschreven. De punten op de kaart blijven. Ga gewoon door.",
		"New member enrolled. The points on the card stay. Simply go on.",
		"Neues Mitglied angemeldet. Die Punkte auf der Karte bleiben. Einfach weitermachen.",
		"Nouveau membre inscrit. Les points de la carte restent. Continuez.",
	})
}

// SayGiven is said when a person gave points; given lists them.
func (w Words) SayGiven(given string) string {
	return w.sayf(text{
		"Gegeven: %s. De punten zijn bijgeschreven. Ga gewoon door.",
		"Given: %s. The points are added. Simply go on.",
		"Gegeben: %s. Die Punkte sind gutgeschrieben. Einfach weitermachen.",
		"Don : %s. Les points sont crédités. Continuez.",
	}, given)
}

// SayAnswerFirst is said to a key while a question is open.
func (w Words) SayAnswerFirst() string {
	return w.say(text{
		"Er staat nog een vraag open. Er is niets veranderd. Bevestig, of ga terug.",
		"A question is still open. Nothing changed. Confirm, or go back.",
		"Es ist noch eine Frage offen. Nichts geändert. Bestätigen, oder zurückgehen.",
		"Une question est encore ouverte. Rien n'a changé. Confirmez, ou revenez en arrière.",
	})
}

// SayNothingAsked is said to a yes without a question.
func (w Words) SayNothingAsked() string {
	return w.say(text{
		"Er wordt niets gevraagd. Er is niets veranderd. Ga gewoon door.",
		"Nothing is asked. Nothing changed. Simply go on.",
		"Es wird nichts gefragt. Nichts geändert. Einfach weitermachen.",
		"Rien n'est demandé. Rien n'a changé. Continuez.",
	})
}

// SayAskManager asks for a manager, who confirms what.
func (w Words) SayAskManager(what string) string {
	return w.sayf(text{
		"%s: dit mag alleen met een leidinggevende. Er is niets geteld. Laat die aanmelden en bevestigen, of ga terug. (K-504)",
		"%s: this takes a manager. Nothing was counted. Let one sign in and confirm, or go back. (K-504)",
		"%s: das darf nur die Leitung. Nichts gebucht. Bitte die Leitung anmelden und bestätigen lassen, oder zurückgehen. (K-504)",
		"%s : il faut un responsable. Rien n'a été compté. Faites-le s'identifier et confirmer, ou revenez en arrière. (K-504)",
	}, what)
}

// AskGive is what a manager confirms: points for a reason.
func (w Words) AskGive(points, card, why string) string {
	return w.sayf(text{
		"%s geven aan %s, reden: “%s”",
		"Giving %s to %s, reason: “%s”",
		"%s an %s geben, Grund: „%s“",
		"Donner %s à %s, motif : « %s »",
	}, points, card, why)
}

// AskCarried is what a manager confirms: points of an old card.
func (w Words) AskCarried(points, card string) string {
	return w.sayf(text{
		"%s van een oude kaart op %s zetten",
		"Putting %s of an old card on %s",
		"%s von einer alten Karte auf %s übernehmen",
		"Reporter %s d'une ancienne carte sur %s",
	}, points, card)
}

// AskRedeem is what a manager confirms: points spent of a card that was not read.
func (w Words) AskRedeem(points, card string) string {
	return w.sayf(text{
		"%s inwisselen van %s, waarvan de kaart niet is gescand",
		"Redeeming %s of %s, whose card was not scanned",
		"%s von %s einlösen, ohne dass die Karte gescannt wurde",
		"Utiliser %s de %s, dont la carte n'a pas été scannée",
	}, points, card)
}

// AskAmount is what a manager confirms: a total that a person typed; card is ""
// for a customer without one.
func (w Words) AskAmount(amount basket.Money, currency, card string) string {
	if card == "" {
		return w.sayf(text{
			"Getypt bedrag van %s, zonder kaart",
			"Typed amount of %s, without a card",
			"Eingetippter Betrag: %s, ohne Karte",
			"Montant saisi de %s, sans carte",
		}, w.Money(amount, currency))
	}
	return w.sayf(text{
		"Getypt bedrag van %s voor %s",
		"Typed amount of %s for %s",
		"Eingetippter Betrag: %s für %s",
		"Montant saisi de %s pour %s",
	}, w.Money(amount, currency), card)
}

// SayDropped is said when a question was answered with no.
func (w Words) SayDropped() string {
	return w.say(text{
		"Niet gedaan. Er is niets veranderd. Ga gewoon door.",
		"Not done. Nothing changed. Simply go on.",
		"Nicht ausgeführt. Nichts geändert. Einfach weitermachen.",
		"Pas exécuté. Rien n'a changé. Continuez.",
	})
}

// SayTimeOut is said when a customer was sent away by the clock.
func (w Words) SayTimeOut() string {
	return w.say(text{
		"Er gebeurde te lang niets. Er is niets geteld. Scan de kaart opnieuw.",
		"Nothing happened for too long. Nothing was counted. Scan the card again.",
		"Zu lange nichts geschehen. Nichts gebucht. Bitte die Karte erneut scannen.",
		"Trop longtemps sans action. Rien n'a été compté. Scannez à nouveau la carte.",
	})
}

// SayPractice is said when practice begins.
func (w Words) SayPractice() string {
	return w.say(text{
		"OEFENEN: niets wordt geteld of geprint. Scan een kaart en probeer alles uit.",
		"PRACTICE: nothing is counted or printed. Scan a card and try everything.",
		"TRAINING: nichts wird gebucht oder gedruckt. Bitte eine Karte scannen und alles ausprobieren.",
		"FORMATION : rien n'est compté ni imprimé. Scannez une carte et essayez tout.",
	})
}

// SayPracticeOver is said when practice ends.
func (w Words) SayPracticeOver() string {
	return w.say(text{
		"Oefenen voorbij. Er is niets geteld. Vanaf nu telt alles weer.",
		"Practice is over. Nothing was counted. From now on everything counts again.",
		"Training beendet. Nichts gebucht. Ab jetzt zählt alles wieder.",
		"Formation terminée. Rien n'a été compté. À partir de maintenant, tout compte à nouveau.",
	})
}

// SayFinishFirst is said where a customer must be finished before practice.
func (w Words) SayFinishFirst() string {
	return w.say(text{
		"Er staat nog een klant. Er is niets veranderd. Rond die af, of ga terug.",
		"A customer is still there. Nothing changed. Finish with them, or go back.",
		"Es ist noch ein Kunde da. Nichts geändert. Bitte erst diesen abschließen, oder zurückgehen.",
		"Un client est encore là. Rien n'a changé. Terminez avec lui, ou revenez en arrière.",
	})
}

// SaySignIn is said while somebody must sign in.
func (w Words) SaySignIn() string {
	return w.say(text{
		"Niemand is aangemeld. Scan een medewerkerspas of typ de pincode.",
		"Nobody is signed in. Scan a staff badge or type the PIN.",
		"Niemand ist angemeldet. Bitte einen Mitarbeiterausweis scannen oder die PIN eingeben.",
		"Personne n'est identifié. Scannez un badge ou saisissez le code PIN.",
	})
}

// SayDevice is said of a device or a line that was lost or is back.
func (w Words) SayDevice() string {
	return w.say(text{
		"Apparaat of verbinding veranderd. Aan de klant verandert niets. Ga gewoon door.",
		"A device or the line changed. Nothing changes for the customer. Simply go on.",
		"Gerät oder Verbindung geändert. Für den Kunden ändert sich nichts. Einfach weitermachen.",
		"Un appareil ou la connexion a changé. Rien ne change pour le client. Continuez.",
	})
}
