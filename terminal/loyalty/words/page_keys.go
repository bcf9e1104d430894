package words

// What stands on the counter's keys, and what the help sheet says about each.

// PageKeyBack stands on the key that goes back.
func (w Words) PageKeyBack() string { return w.say(text{"Terug", "Back", "Zurück", "Revenir"}) }

// PageKeyBackHelp explains it.
func (w Words) PageKeyBackHelp() string {
	return w.say(text{
		"Maakt het veld leeg of zegt nee. Twee keer: de klant is weg.",
		"Empties the field or says no. Twice: the customer is gone.",
		"Leert das Feld oder sagt nein. Zweimal: der Kunde ist weg.",
		"Vide le champ ou dit non. Deux fois : le client est parti.",
	})
}

// PageKeyEnterHelp explains the large key.
func (w Words) PageKeyEnterHelp() string {
	return w.say(text{
		"Doet wat op de grote knop staat.",
		"Does what the large button says.",
		"Tut, was auf der großen Taste steht.",
		"Fait ce qu'indique la grande touche.",
	})
}

// PageKeyDigits names the keys that type.
func (w Words) PageKeyDigits() string {
	return w.say(text{"Cijfers, letters", "Digits, letters", "Ziffern, Buchstaben", "Chiffres, lettres"})
}

// PageKeyDigitsHelp explains them.
func (w Words) PageKeyDigitsHelp() string {
	return w.say(text{
		"Gaan altijd naar het ene veld. Een bedrag is in centen: 1250 is 12,50.",
		"Always go to the one field. An amount is in cents: 1250 is 12.50.",
		"Gehen immer in das eine Feld. Ein Betrag ist in Cent: 1250 ist 12,50.",
		"Vont toujours dans le même champ. Un montant est en centimes : 1250 fait 12,50.",
	})
}

// PageKeyPick names the keys that pick from the list.
func (w Words) PageKeyPick() string { return w.say(text{"1 tot 9", "1 to 9", "1 bis 9", "1 à 9"}) }

// PageKeyPickHelp explains them.
func (w Words) PageKeyPickHelp() string {
	return w.say(text{
		"Kiest uit de lijst, na + of /. Nog eens: neemt het terug.",
		"Picks from the list, after + or /. Once more: takes it back.",
		"Wählt aus der Liste, nach + oder /. Noch einmal: nimmt es zurück.",
		"Choisit dans la liste, après + ou /. Encore une fois : annule le choix.",
	})
}

// PageKeyRedeem stands on the key that opens the list.
func (w Words) PageKeyRedeem() string { return w.say(text{"Kies", "Pick", "Wählen", "Choisir"}) }

// PageKeyRedeemHelp explains it.
func (w Words) PageKeyRedeemHelp() string {
	return w.say(text{
		"Kiezen uit de lijst: een beloning inwisselen, of regels van een bon.",
		"Pick from the list: redeem a reward, or lines of a receipt.",
		"Aus der Liste wählen: eine Prämie einlösen, oder Positionen eines Bons.",
		"Choisir dans la liste : une récompense, ou des lignes d'un ticket.",
	})
}

// PageKeyUndo stands on the key that takes the last sale back.
func (w Words) PageKeyUndo() string { return w.say(text{"Draai terug", "Undo", "Storno", "Annuler"}) }

// PageKeyUndoHelp explains it.
func (w Words) PageKeyUndoHelp() string {
	return w.say(text{
		"Draait de laatste verkoop terug, zolang de seconden lopen; of de bon die in beeld is.",
		"Undoes the last sale while the seconds run; or the receipt on the screen.",
		"Storniert den letzten Verkauf, solange die Sekunden laufen; oder den Bon in der Anzeige.",
		"Annule la dernière vente tant que les secondes défilent ; ou le ticket à l'écran.",
	})
}

// PageKeyEnrol stands on the key for a new member.
func (w Words) PageKeyEnrol() string {
	return w.say(text{"Nieuw lid", "Enrol", "Neues Mitglied", "Inscrire"})
}

// PageKeyEnrolHelp explains it.
func (w Words) PageKeyEnrolHelp() string {
	return w.say(text{
		"Maakt lid van wie de kaart heeft: naam, telefoon, toestemming.",
		"Makes the card's holder a member: name, phone, consent.",
		"Macht den Karteninhaber zum Mitglied: Name, Telefon, Einwilligung.",
		"Inscrit le porteur de la carte : nom, téléphone, consentement.",
	})
}

// PageKeySearch stands on the key that searches a member.
func (w Words) PageKeySearch() string { return w.say(text{"Zoek", "Search", "Suchen", "Chercher"}) }

// PageKeySearchHelp explains it.
func (w Words) PageKeySearchHelp() string {
	return w.say(text{
		"Kaart vergeten: zoekt op naam of telefoonnummer.",
		"Card forgotten: searches by name or phone number.",
		"Karte vergessen: sucht nach Name oder Telefonnummer.",
		"Carte oubliée : cherche par nom ou numéro de téléphone.",
	})
}

// PageKeyNoCardHelp explains it.
func (w Words) PageKeyNoCardHelp() string {
	return w.say(text{
		"Spaart op een bon, die later op een kaart kan.",
		"Saves on a slip that can go to a card later.",
		"Sammelt auf einem Bon, der später auf eine Karte kann.",
		"Cumule sur un ticket qui peut aller sur une carte plus tard.",
	})
}

// PageKeyMove stands on the key that moves a sale to this customer.
func (w Words) PageKeyMove() string {
	return w.say(text{"Verplaats", "Move", "Umbuchen", "Transférer"})
}

// PageKeyMoveHelp explains it.
func (w Words) PageKeyMoveHelp() string {
	return w.say(text{
		"Zet de bon in beeld op de kaart van deze klant.",
		"Moves the receipt on the screen to this customer's card.",
		"Bucht den Bon in der Anzeige auf die Karte dieses Kunden.",
		"Met le ticket à l'écran sur la carte de ce client.",
	})
}

// PageKeyGive stands on the key that gives points for a reason.
func (w Words) PageKeyGive() string {
	return w.say(text{"Coulance", "Goodwill", "Kulanz", "Geste commercial"})
}

// PageKeyGiveHelp explains it.
func (w Words) PageKeyGiveHelp() string {
	return w.say(text{
		"Geeft punten met een reden. Boven de grens bevestigt een leidinggevende.",
		"Gives points for a reason. Above the limit a manager confirms.",
		"Gibt Punkte mit einem Grund. Über der Grenze bestätigt die Leitung.",
		"Donne des points avec un motif. Au-delà de la limite, un responsable confirme.",
	})
}

// PageKeyPractice stands on the key that begins and ends practice.
func (w Words) PageKeyPractice() string {
	return w.say(text{"Oefen", "Practise", "Training", "Formation"})
}

// PageKeyPracticeEnd stands on it while practice lasts.
func (w Words) PageKeyPracticeEnd() string {
	return w.say(text{"Stop oefenen", "Stop practice", "Training beenden", "Fin de formation"})
}

// PageKeyPracticeHelp explains it.
func (w Words) PageKeyPracticeHelp() string {
	return w.say(text{
		"Oefenen op hetzelfde scherm; er wordt niets bewaard.",
		"Practice on the same screen; nothing is kept.",
		"Üben in derselben Anzeige; es wird nichts gespeichert.",
		"S'exercer sur le même écran ; rien n'est enregistré.",
	})
}

// PageKeySignOut stands on the key that signs out.
func (w Words) PageKeySignOut() string {
	return w.say(text{"Meld af", "Sign out", "Abmelden", "Se déconnecter"})
}

// PageKeySignOutHelp explains it.
func (w Words) PageKeySignOutHelp() string {
	return w.say(text{
		"Meldt af wie is aangemeld.",
		"Signs out whoever is signed in.",
		"Meldet ab, wer angemeldet ist.",
		"Déconnecte la personne identifiée.",
	})
}

// PageKeyHistoryHelp explains the keys that scroll what happened.
func (w Words) PageKeyHistoryHelp() string {
	return w.say(text{
		"Bladert in wat er gebeurde.",
		"Scrolls through what happened.",
		"Blättert in dem, was geschehen ist.",
		"Fait défiler ce qui s'est passé.",
	})
}

// PageKeyHelp stands on the key that shows all keys.
func (w Words) PageKeyHelp() string { return w.say(text{"Hulp", "Help", "Hilfe", "Aide"}) }

// PageKeyHelpHelp explains it.
func (w Words) PageKeyHelpHelp() string {
	return w.say(text{
		"Deze lijst. Hij kan worden afgedrukt en naast de kassa hangen.",
		"This list. It can be printed and hung beside the till.",
		"Diese Liste. Man kann sie drucken und neben die Kasse hängen.",
		"Cette liste. Elle peut être imprimée et accrochée à côté de la caisse.",
	})
}

// PageKeyScan names the scanner.
func (w Words) PageKeyScan() string {
	return w.say(text{"Scanner", "The scanner", "Der Scanner", "Le scanner"})
}

// PageKeyScanHelp explains it.
func (w Words) PageKeyScanHelp() string {
	return w.say(text{
		"Werkt altijd, wat er ook in beeld is.",
		"Always works, whatever is on the screen.",
		"Geht immer, was auch angezeigt wird.",
		"Fonctionne toujours, quel que soit l'écran.",
	})
}
