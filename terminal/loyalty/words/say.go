package words

import "zegel/terminal/loyalty/basket"

// What the counter says. Each says what happened, what became of the points,
// and what to do now.

// SayReady is said when the customer was sent away.
func (w Words) SayReady() string {
	return w.say(text{
		"Scherm leeg. Er is niets geteld. Scan de volgende kaart.",
		"Screen cleared. Nothing was counted. Scan the next card.",
		"Anzeige leer. Nichts gebucht. Bitte die nächste Karte scannen.",
		"Écran vidé. Rien n'a été compté. Scannez la carte suivante.",
	})
}

// SayNext is said when a finished sale left the screen.
func (w Words) SayNext() string {
	return w.say(text{
		"Klaar voor de volgende. Aan de vorige verkoop verandert niets. Scan een kaart.",
		"Ready for the next. Nothing changes about the sale before. Scan a card.",
		"Bereit für den Nächsten. Am vorigen Verkauf ändert sich nichts. Bitte eine Karte scannen.",
		"Prêt pour le suivant. Rien ne change à la vente précédente. Scannez une carte.",
	})
}

// SayNothing is said to a key that has nothing to do.
func (w Words) SayNothing() string {
	return w.say(text{
		"Er is niets te doen. Er is niets veranderd. Scan een kaart of typ het bedrag.",
		"There is nothing to do. Nothing changed. Scan a card or type the amount.",
		"Es gibt nichts zu tun. Nichts geändert. Bitte eine Karte scannen oder den Betrag eingeben.",
		"Il n'y a rien à faire. Rien n'a changé. Scannez une carte ou saisissez le montant.",
	})
}

// SayCard is said when a card was read.
func (w Words) SayCard() string {
	return w.say(text{
		"Kaart gelezen. Er is nog niets geteld. Typ het bedrag van de bon.",
		"Card read. Nothing is counted yet. Type the amount of the receipt.",
		"Karte gelesen. Noch nichts gebucht. Bitte den Betrag des Bons eingeben.",
		"Carte lue. Rien n'est encore compté. Saisissez le montant du ticket.",
	})
}

// SayCardForAmount is said when the card was read after the amount.
func (w Words) SayCardForAmount() string {
	return w.say(text{
		"Kaart gelezen. Er is nog niets geteld. Kies een beloning of druk op Betaald.",
		"Card read. Nothing is counted yet. Choose a reward or press Paid.",
		"Karte gelesen. Noch nichts gebucht. Bitte eine Prämie wählen oder auf Bezahlt drücken.",
		"Carte lue. Rien n'est encore compté. Choisissez une récompense ou appuyez sur Payé.",
	})
}

// SayCardForSlip is said when a card was read while a slip is shown.
func (w Words) SayCardForSlip() string {
	return w.say(text{
		"Kaart gelezen bij deze bon. Er is niets veranderd. Kies wat ermee moet gebeuren.",
		"Card read for this slip. Nothing changed. Choose what to do with it.",
		"Karte zu diesem Bon gelesen. Nichts geändert. Bitte wählen, was damit geschehen soll.",
		"Carte lue pour ce ticket. Rien n'a changé. Choisissez ce qu'il faut en faire.",
	})
}

// SaySameCard is said when the card that is there was read again.
func (w Words) SaySameCard() string {
	return w.say(text{
		"Dezelfde kaart. Er is niets veranderd. Ga gewoon door.",
		"The same card. Nothing changed. Simply go on.",
		"Dieselbe Karte. Nichts geändert. Einfach weitermachen.",
		"La même carte. Rien n'a changé. Continuez.",
	})
}

// SayAskOther asks whether the card with this mask takes the first one's place.
func (w Words) SayAskOther(mask string) string {
	return w.sayf(text{
		"Er is een andere kaart gelezen: %s. Er is niets veranderd. Bevestig om die klant te nemen, of ga terug.",
		"Another card was read: %s. Nothing changed. Confirm to take that customer, or go back.",
		"Eine andere Karte wurde gelesen: %s. Nichts geändert. Bestätigen, um diesen Kunden zu nehmen, oder zurückgehen.",
		"Une autre carte a été lue : %s. Rien n'a changé. Confirmez pour prendre ce client, ou revenez en arrière.",
	}, mask)
}

// SayOtherTaken is said when the other customer was taken.
func (w Words) SayOtherTaken() string {
	return w.say(text{
		"Andere klant genomen. Voor de eerste is niets geteld. Typ het bedrag van de bon.",
		"The other customer was taken. Nothing was counted for the first. Type the amount of the receipt.",
		"Anderer Kunde übernommen. Für den ersten ist nichts gebucht. Bitte den Betrag des Bons eingeben.",
		"L'autre client est pris. Rien n'a été compté pour le premier. Saisissez le montant du ticket.",
	})
}

// SayOtherKept is said when the first customer was kept.
func (w Words) SayOtherKept() string {
	return w.say(text{
		"De eerste klant blijft. Er is niets veranderd. Ga gewoon door.",
		"The first customer stays. Nothing changed. Simply go on.",
		"Der erste Kunde bleibt. Nichts geändert. Einfach weitermachen.",
		"Le premier client reste. Rien n'a changé. Continuez.",
	})
}

// SayBearer is said when a customer has no card.
func (w Words) SayBearer() string {
	return w.say(text{
		"Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Typ het bedrag van de bon.",
		"Without a card the points go on a slip. Nothing is counted yet. Type the amount of the receipt.",
		"Ohne Karte kommen die Punkte auf einen Punktebon. Noch nichts gebucht. Bitte den Betrag des Bons eingeben.",
		"Sans carte, les points vont sur un ticket de points. Rien n'est encore compté. Saisissez le montant du ticket.",
	})
}

// SayBearerForAmount is said when a customer with an amount has no card.
func (w Words) SayBearerForAmount() string {
	return w.say(text{
		"Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Druk op Betaald.",
		"Without a card the points go on a slip. Nothing is counted yet. Press Paid.",
		"Ohne Karte kommen die Punkte auf einen Punktebon. Noch nichts gebucht. Bitte auf Bezahlt drücken.",
		"Sans carte, les points vont sur un ticket de points. Rien n'est encore compté. Appuyez sur Payé.",
	})
}

// SayCustomerThere is said where a card is there already.
func (w Words) SayCustomerThere() string {
	return w.say(text{
		"Er is al een kaart gelezen. Er is niets veranderd. Ga door met deze klant, of ga eerst terug.",
		"A card was read already. Nothing changed. Go on with this customer, or go back first.",
		"Es ist schon eine Karte gelesen. Nichts geändert. Mit diesem Kunden weitermachen, oder erst zurückgehen.",
		"Une carte a déjà été lue. Rien n'a changé. Continuez avec ce client, ou revenez d'abord en arrière.",
	})
}

// SayFound is said when typing a name found members.
func (w Words) SayFound(number int64) string {
	return w.sayf(text{
		"Gevonden: %d. Er is niets veranderd. Kies wie het is.",
		"Found: %d. Nothing changed. Choose who it is.",
		"Gefunden: %d. Nichts geändert. Bitte wählen, wer es ist.",
		"Trouvé : %d. Rien n'a changé. Choisissez la bonne personne.",
	}, number)
}

// SayAmount is said when the total of a known customer was typed.
func (w Words) SayAmount(amount basket.Money, currency string) string {
	return w.sayf(text{
		"Bedrag %s. Er is nog niets geteld. Kies een beloning of druk op Betaald.",
		"Amount %s. Nothing is counted yet. Choose a reward or press Paid.",
		"Betrag %s. Noch nichts gebucht. Bitte eine Prämie wählen oder auf Bezahlt drücken.",
		"Montant %s. Rien n'est encore compté. Choisissez une récompense ou appuyez sur Payé.",
	}, w.Money(amount, currency))
}

// SayAmountFirst is said when an amount was typed before a card was read.
func (w Words) SayAmountFirst(amount basket.Money, currency string) string {
	return w.sayf(text{
		"Bedrag %s. Er is nog niets geteld. Scan de kaart, of kies Geen kaart.",
		"Amount %s. Nothing is counted yet. Scan the card, or choose No card.",
		"Betrag %s. Noch nichts gebucht. Bitte die Karte scannen, oder Ohne Karte wählen.",
		"Montant %s. Rien n'est encore compté. Scannez la carte, ou choisissez Sans carte.",
	}, w.Money(amount, currency))
}

// SayTypeAmount is said to a key that needs the amount first.
func (w Words) SayTypeAmount() string {
	return w.say(text{
		"Er is nog geen bedrag. Er is niets geteld. Typ het bedrag van de bon.",
		"There is no amount yet. Nothing was counted. Type the amount of the receipt.",
		"Es gibt noch keinen Betrag. Nichts gebucht. Bitte den Betrag des Bons eingeben.",
		"Il n'y a pas encore de montant. Rien n'a été compté. Saisissez le montant du ticket.",
	})
}

// SayAmountDropped is said when the amount was taken back.
func (w Words) SayAmountDropped() string {
	return w.say(text{
		"Bedrag weg. Er is niets geteld. Typ het bedrag, of ga nog eens terug.",
		"Amount cleared. Nothing was counted. Type the amount, or go back once more.",
		"Betrag gelöscht. Nichts gebucht. Bitte den Betrag eingeben, oder noch einmal zurückgehen.",
		"Montant effacé. Rien n'a été compté. Saisissez le montant, ou revenez encore en arrière.",
	})
}

// SayHeld is said when points were set aside for a reward.
func (w Words) SayHeld() string {
	return w.say(text{
		"Beloning gekozen. Er is nog niets afgeschreven. Doe wat hieronder staat en druk op Betaald.",
		"Reward chosen. Nothing is taken yet. Do what stands below and press Paid.",
		"Prämie gewählt. Noch nichts abgebucht. Bitte tun, was unten steht, und auf Bezahlt drücken.",
		"Récompense choisie. Rien n'est encore déduit. Faites ce qui est indiqué ci-dessous et appuyez sur Payé.",
	})
}

// SayHeldForTill is said when the till set points aside.
func (w Words) SayHeldForTill() string {
	return w.say(text{
		"De kassa heeft een beloning gekozen. De punten staan opzij en zijn nog niet afgeschreven. Reken af op de kassa.",
		"The till chose a reward. The points are set aside and not taken yet. Check out at the till.",
		"Die Kasse hat eine Prämie gewählt. Die Punkte sind reserviert und noch nicht abgebucht. Bitte an der Kasse kassieren.",
		"La caisse a choisi une récompense. Les points sont réservés et pas encore déduits. Encaissez sur la caisse.",
	})
}

// SayRewardDropped is said when the reward was taken back.
func (w Words) SayRewardDropped() string {
	return w.say(text{
		"Beloning weg. Er is niets afgeschreven. Kies een andere, of druk op Betaald.",
		"Reward cleared. Nothing was taken. Choose another, or press Paid.",
		"Prämie gelöscht. Nichts abgebucht. Bitte eine andere wählen, oder auf Bezahlt drücken.",
		"Récompense retirée. Rien n'a été déduit. Choisissez-en une autre, ou appuyez sur Payé.",
	})
}

// SayPaid is said when a sale was posted; earned lists what it brought. noPaper
// says that by the shop's own rule its slip does not come out.
func (w Words) SayPaid(earned string, noPaper bool) string {
	return w.sayf(text{
		"Gespaard: %s. De punten zijn bijgeschreven. %s",
		"Earned: %s. The points are added. %s",
		"Gesammelt: %s. Die Punkte sind gutgeschrieben. %s",
		"Gain : %s. Les points sont crédités. %s",
	}, earned, w.handOver(noPaper))
}

// SayPaidForNothing is said when a posted sale brought no points.
func (w Words) SayPaidForNothing(noPaper bool) string {
	return w.sayf(text{
		"Verwerkt. Deze bon brengt geen punten op. %s",
		"Done. This receipt brings no points. %s",
		"Erledigt. Dieser Bon bringt keine Punkte. %s",
		"C'est fait. Ce ticket ne rapporte pas de points. %s",
	}, w.handOver(noPaper))
}

// SayPaidBearer is said when a sale went on a bearer slip.
func (w Words) SayPaidBearer(earned string) string {
	return w.sayf(text{
		"Gespaard: %s. De punten staan op de spaarbon. Geef de bon mee.",
		"Earned: %s. The points are on the slip. Hand over the slip.",
		"Gesammelt: %s. Die Punkte stehen auf dem Punktebon. Bitte den Bon mitgeben.",
		"Gain : %s. Les points sont sur le ticket de points. Remettez le ticket.",
	}, earned)
}

// SayPaidBefore is said when a sale turned out to be posted already.
func (w Words) SayPaidBefore(noPaper bool) string {
	return w.sayf(text{
		"Deze verkoop was al opgeslagen. Hij telt één keer. %s",
		"This sale had been saved already. It counts once. %s",
		"Dieser Verkauf war schon gespeichert. Er zählt einmal. %s",
		"Cette vente était déjà enregistrée. Elle compte une fois. %s",
	}, w.handOver(noPaper))
}

// SayAlreadyPaid is said to a key for a sale that is paid.
func (w Words) SayAlreadyPaid() string {
	return w.say(text{
		"Deze klant heeft al betaald. Er is niets dubbel geteld. Scan de volgende kaart.",
		"This customer has paid already. Nothing was counted twice. Scan the next card.",
		"Dieser Kunde hat schon bezahlt. Nichts doppelt gebucht. Bitte die nächste Karte scannen.",
		"Ce client a déjà payé. Rien n'a été compté deux fois. Scannez la carte suivante.",
	})
}

// SayUnsureFirst is said while a sale must be sent again before anything else.
func (w Words) SayUnsureFirst() string {
	return w.say(text{
		"Niet zeker of de verkoop is opgeslagen. Hij telt hoogstens één keer. Druk nog eens op Betaald; twee keer terug stuurt de klant weg. (K-402)",
		"Not certain whether the sale was saved. It counts at most once. Press Paid once more; going back twice sends the customer away. (K-402)",
		"Nicht sicher, ob der Verkauf gespeichert ist. Er zählt höchstens einmal. Bitte noch einmal auf Bezahlt drücken; zweimal zurück schickt den Kunden weg. (K-402)",
		"Il n'est pas certain que la vente soit enregistrée. Elle compte une fois au plus. Appuyez encore une fois sur Payé ; revenir deux fois en arrière renvoie le client. (K-402)",
	})
}

// SayLeftUnsure is said when a customer went while nobody knew whether their
// sale was saved.
func (w Words) SayLeftUnsure() string {
	return w.say(text{
		"Niet zeker of de vorige verkoop is opgeslagen. Hij telt hoogstens één keer. Komt er een bon uit, dan telt hij. (K-402)",
		"Not certain whether the sale before was saved. It counts at most once. If a slip comes out, it counts. (K-402)",
		"Nicht sicher, ob der vorige Verkauf gespeichert ist. Er zählt höchstens einmal. Kommt ein Bon heraus, dann zählt er. (K-402)",
		"Il n'est pas certain que la vente précédente soit enregistrée. Elle compte une fois au plus. Si un ticket sort, elle compte. (K-402)",
	})
}

// SayUnsureAct is said when nobody knows whether something was saved.
func (w Words) SayUnsureAct() string {
	return w.say(text{
		"Niet zeker of dit is opgeslagen. Het telt hoogstens één keer. Doe hetzelfde nog eens. (K-402)",
		"Not certain whether this was saved. It counts at most once. Do the same once more. (K-402)",
		"Nicht sicher, ob das gespeichert ist. Es zählt höchstens einmal. Bitte dasselbe noch einmal tun. (K-402)",
		"Il n'est pas certain que ce soit enregistré. Cela compte une fois au plus. Refaites la même chose. (K-402)",
	})
}

// SayNotFound is said when something could not be read from the store.
func (w Words) SayNotFound() string {
	return w.say(text{
		"Opzoeken lukt nu niet. Er is niets veranderd. Probeer het nog eens. (K-403)",
		"Looking up does not work now. Nothing changed. Try once more. (K-403)",
		"Nachsehen geht jetzt nicht. Nichts geändert. Bitte noch einmal versuchen. (K-403)",
		"La recherche ne fonctionne pas pour le moment. Rien n'a changé. Réessayez. (K-403)",
	})
}

// SayVoucher is said when a voucher was read before the amount.
func (w Words) SayVoucher(reward string) string {
	return w.sayf(text{
		"Waardebon gelezen: %s. Er is nog niets gebruikt. Typ het bedrag van de bon.",
		"Voucher read: %s. Nothing is used yet. Type the amount of the receipt.",
		"Gutschein gelesen: %s. Noch nichts eingelöst. Bitte den Betrag des Bons eingeben.",
		"Bon fidélité lu : %s. Rien n'est encore utilisé. Saisissez le montant du ticket.",
	}, reward)
}

// SayVoucherForAmount is said when a voucher was read behind the amount.
func (w Words) SayVoucherForAmount(reward string) string {
	return w.sayf(text{
		"Waardebon gelezen: %s. Er is nog niets gebruikt. Doe wat hieronder staat en druk op Betaald.",
		"Voucher read: %s. Nothing is used yet. Do what stands below and press Paid.",
		"Gutschein gelesen: %s. Noch nichts eingelöst. Bitte tun, was unten steht, und auf Bezahlt drücken.",
		"Bon fidélité lu : %s. Rien n'est encore utilisé. Faites ce qui est indiqué ci-dessous et appuyez sur Payé.",
	}, reward)
}

// SaySameVoucher is said when a voucher was read again.
func (w Words) SaySameVoucher() string {
	return w.say(text{
		"Deze waardebon is al gelezen. Er is niets veranderd. Ga gewoon door.",
		"This voucher was read already. Nothing changed. Simply go on.",
		"Dieser Gutschein ist schon gelesen. Nichts geändert. Einfach weitermachen.",
		"Ce bon fidélité a déjà été lu. Rien n'a changé. Continuez.",
	})
}
