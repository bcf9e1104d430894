package words

// What the counter's page says besides the conversation itself: its labels,
// its keys and their help.

// PageTills heads the choice of a lane.
func (w Words) PageTills() string {
	return w.say(text{"Kies een kassa", "Choose a till", "Kasse wählen", "Choisissez une caisse"})
}

// PageDay leads to the day's report.
func (w Words) PageDay() string { return w.say(text{"Dag", "Day", "Tag", "Journée"}) }

// PageReady says what to do while nobody stands at the counter.
func (w Words) PageReady() string {
	return w.say(text{
		"Scan een kaart, of typ een kaart- of telefoonnummer.",
		"Scan a card, or type a card or phone number.",
		"Bitte eine Karte scannen, oder eine Karten- oder Telefonnummer eingeben.",
		"Scannez une carte, ou saisissez un numéro de carte ou de téléphone.",
	})
}

// PageNobody stands in a customer's place.
func (w Words) PageNobody() string {
	return w.say(text{"Nog geen klant", "No customer yet", "Noch kein Kunde", "Pas encore de client"})
}

// PageOnSlip stands in the place of a customer without a card.
func (w Words) PageOnSlip() string {
	return w.say(text{
		"De punten komen op een spaarbon",
		"The points go on a slip",
		"Die Punkte kommen auf einen Punktebon",
		"Les points vont sur un ticket de points",
	})
}

// PageMember says that the customer is a member.
func (w Words) PageMember() string { return w.say(text{"Lid", "Member", "Mitglied", "Membre"}) }

// PageNotMember says that nobody enrolled the card.
func (w Words) PageNotMember() string {
	return w.say(text{"Nog geen lid", "Not a member yet", "Noch kein Mitglied", "Pas encore membre"})
}

// PageNewCard says that nobody has seen the card before.
func (w Words) PageNewCard() string {
	return w.say(text{"Nieuwe kaart", "New card", "Neue Karte", "Nouvelle carte"})
}

// PagePractice marks the screen while nothing is written.
func (w Words) PagePractice() string {
	return w.say(text{"OEFENEN: telt niet", "PRACTICE: counts for nothing", "TRAINING: zählt nicht", "FORMATION : ne compte pas"})
}

// PageManager stands beside the name of a manager who is signed in.
func (w Words) PageManager() string {
	return w.say(text{"leidinggevende", "manager", "Leitung", "responsable"})
}

// PageAmount stands before the total of the sale.
func (w Words) PageAmount() string { return w.say(text{"Bedrag", "Amount", "Betrag", "Montant"}) }

// PageEarns stands before what the sale would bring.
func (w Words) PageEarns() string {
	return w.say(text{"Dit levert op", "This brings", "Das bringt", "Cela rapporte"})
}

// PageRewards heads the rewards.
func (w Words) PageRewards() string {
	return w.say(text{"Beloningen", "Rewards", "Prämien", "Récompenses"})
}

// PageNoRewards stands where there are none.
func (w Words) PageNoRewards() string {
	return w.say(text{
		"Hier staan de beloningen van de klant.",
		"The customer's rewards appear here.",
		"Hier stehen die Prämien des Kunden.",
		"Les récompenses du client s'affichent ici.",
	})
}

// PageChosen marks a reward or line that was picked.
func (w Words) PageChosen() string { return w.say(text{"gekozen", "chosen", "gewählt", "choisi"}) }

// PageLines heads the lines of a sale that was looked up.
func (w Words) PageLines() string {
	return w.say(text{"Op de bon", "On the receipt", "Auf dem Bon", "Sur le ticket"})
}

// PageNoLines is said of a sale that is known by its total alone.
func (w Words) PageNoLines() string {
	return w.say(text{
		"Van deze bon kennen we alleen het totaal. Komt er iets terug? Typ het bedrag dat terugkomt.",
		"Only the total of this receipt is known. Does something come back? Type the amount that comes back.",
		"Von diesem Bon ist nur die Summe bekannt. Kommt etwas zurück? Dann bitte den Betrag eingeben, der zurückkommt.",
		"De ce ticket, seul le total est connu. Un article est rapporté ? Saisissez le montant de ce qui est rapporté.",
	})
}

// PageLeft stands before what of a sale has not come back yet.
func (w Words) PageLeft() string {
	return w.say(text{"Nog niet terug", "Not come back", "Noch nicht zurück", "Pas encore rapporté"})
}

// PageSale stands before the code of a sale that was looked up.
func (w Words) PageSale() string { return w.say(text{"Bon", "Slip", "Bon", "Ticket"}) }

// PagePickNow tells to pick from the list.
func (w Words) PagePickNow() string {
	return w.say(text{"Kies 1 tot 9", "Pick 1 to 9", "1 bis 9 wählen", "Choisissez de 1 à 9"})
}

// PagePickHow tells how to pick from the list.
func (w Words) PagePickHow() string {
	return w.say(text{
		"Kiezen: druk op + en dan op het cijfer.",
		"To pick: press + and then the digit.",
		"Wählen: erst + drücken, dann die Ziffer.",
		"Pour choisir : appuyez sur + puis sur le chiffre.",
	})
}

// PageFound heads the members that were found.
func (w Words) PageFound() string { return w.say(text{"Gevonden", "Found", "Gefunden", "Résultats"}) }

// PageNameless stands in the place of a member's name who gave none.
func (w Words) PageNameless() string {
	return w.say(text{"Zonder naam", "Without a name", "Ohne Namen", "Sans nom"})
}

// PageFieldFree labels the field while nobody stands at the counter.
func (w Words) PageFieldFree() string {
	return w.say(text{
		"Kaart, telefoon of kenmerk van een bon",
		"Card, phone or reference of a receipt",
		"Karte, Telefon oder Belegnummer",
		"Carte, téléphone ou référence d'un ticket",
	})
}

// PageFieldAmount labels the field where the total goes.
func (w Words) PageFieldAmount() string {
	return w.say(text{
		"Bedrag van de bon, in centen",
		"Amount of the receipt, in cents",
		"Betrag des Bons, in Cent",
		"Montant du ticket, en centimes",
	})
}

// PageFieldSecret labels the field where a PIN or badge goes.
func (w Words) PageFieldSecret() string {
	return w.say(text{
		"Je nummer en pincode achter elkaar, of je badge",
		"Your number and PIN as one, or your badge",
		"Ihre Nummer und PIN hintereinander, oder Ihr Ausweis",
		"Votre numéro et votre code PIN à la suite, ou votre badge",
	})
}

// PageFieldManager labels it where it must be a manager's.
func (w Words) PageFieldManager() string {
	return w.say(text{
		"Nummer en pincode van een leidinggevende, of diens badge",
		"A manager's number and PIN as one, or their badge",
		"Nummer und PIN der Leitung, oder deren Ausweis",
		"Numéro et code PIN d'un responsable, ou son badge",
	})
}

// PageFieldBack labels the field where an amount that comes back goes.
func (w Words) PageFieldBack() string {
	return w.say(text{
		"Bedrag dat terugkomt, in centen",
		"Amount that comes back, in cents",
		"Betrag, der zurückkommt, in Cent",
		"Montant de ce qui est rapporté, en centimes",
	})
}

// PageFieldClaim labels it while a bearer slip waits for a card.
func (w Words) PageFieldClaim() string {
	return w.say(text{
		"Kaart of telefoon; bij een retour het bedrag, in centen",
		"Card or phone; for a return the amount, in cents",
		"Karte oder Telefon; bei Rückgabe der Betrag, in Cent",
		"Carte ou téléphone ; pour un retour, le montant, en centimes",
	})
}

// PageToConfirm heads what a manager is asked to confirm.
func (w Words) PageToConfirm() string {
	return w.say(text{"Te bevestigen", "To confirm", "Zu bestätigen", "À confirmer"})
}

// PageFieldSearch labels the field while somebody is searched.
func (w Words) PageFieldSearch() string {
	return w.say(text{
		"Zoek op naam of telefoon",
		"Search by name or phone",
		"Suche nach Name oder Telefon",
		"Recherche par nom ou téléphone",
	})
}

// PageFieldPoints labels the field where a number of points goes; least and
// most have the unit's word, step as well.
func (w Words) PageFieldPoints(least, most, step string) string {
	return w.sayf(text{
		"Hoeveel? Van %s tot %s, per %s",
		"How many? From %s to %s, by %s",
		"Wie viel? Mindestens %s, höchstens %s, Schritt: %s",
		"Combien ? De %s à %s, par %s",
	}, least, most, step)
}

// PageWaiting stands on the large key while it does nothing.
func (w Words) PageWaiting() string {
	return w.say(text{"Wacht op een kaart", "Waiting for a card", "Wartet auf eine Karte", "Attend une carte"})
}

// PageEnterFind stands on the large key once a number was typed.
func (w Words) PageEnterFind() string {
	return w.say(text{"Zoek dit op", "Look this up", "Suchen", "Chercher"})
}

// PageEnterAmount stands on it once an amount was typed.
func (w Words) PageEnterAmount() string {
	return w.say(text{"Neem dit bedrag", "Take this amount", "Betrag übernehmen", "Prendre ce montant"})
}

// PageEnterBack stands on it once an amount was typed that comes back.
func (w Words) PageEnterBack() string {
	return w.say(text{"Neem dit terug", "Take this back", "Zurücknehmen", "Reprendre"})
}

// PageEnterPoints stands on it while a number of points is typed.
func (w Words) PageEnterPoints() string {
	return w.say(text{"Wissel dit in", "Redeem this", "Einlösen", "Utiliser"})
}

// PageSignInFirst heads the page while nobody is signed in.
func (w Words) PageSignInFirst() string {
	return w.say(text{"Meld je eerst aan", "Sign in first", "Bitte zuerst anmelden", "Identifiez-vous d'abord"})
}

// PageTypeAmount stands on the large key while an amount is missing.
func (w Words) PageTypeAmount() string {
	return w.say(text{"Typ het bedrag", "Type the amount", "Betrag eingeben", "Saisissez le montant"})
}

// PageSymbolInfo, PageSymbolGood, PageSymbolLook and PageSymbolNo are the words
// beside a message's symbol.
func (w Words) PageSymbolInfo() string {
	return w.say(text{"Ter info", "Note", "Hinweis", "Information"})
}

// PageSymbolGood is the word for what was done.
func (w Words) PageSymbolGood() string {
	return w.say(text{"Gelukt", "Done", "Erledigt", "C'est fait"})
}

// PageSymbolLook is the word for what needs a look.
func (w Words) PageSymbolLook() string { return w.say(text{"Let op", "Look", "Achtung", "Attention"}) }

// PageSymbolNo is the word for what was not done.
func (w Words) PageSymbolNo() string {
	return w.say(text{"Niet gelukt", "Not done", "Nicht erledigt", "Pas fait"})
}

// PageSound stands before the volume.
func (w Words) PageSound() string { return w.say(text{"Geluid", "Sound", "Ton", "Son"}) }

// PageSoundOff stands in the volume's place when there is none.
func (w Words) PageSoundOff() string { return w.say(text{"uit", "off", "aus", "coupé"}) }

// PageSoundWaits is said until the browser may play sound.
func (w Words) PageSoundWaits() string {
	return w.say(text{
		"Geluid staat uit: druk op een toets",
		"Sound is off: press any key",
		"Ton ist aus: bitte eine Taste drücken",
		"Le son est coupé : appuyez sur une touche",
	})
}

// PageWait heads the page while the daemon cannot be reached.
func (w Words) PageWait() string {
	return w.say(text{"Even geduld…", "One moment…", "Einen Moment bitte…", "Un instant…"})
}

// PageWaitWhy says that nothing is lost meanwhile.
func (w Words) PageWaitWhy() string {
	return w.say(text{
		"Er is nu geen contact met het programma. Wat gelukt was blijft bewaard. Dit scherm gaat vanzelf verder.",
		"There is no contact with the program now. What was done stays done. This screen goes on by itself.",
		"Zurzeit besteht keine Verbindung zum Programm. Was erledigt war, bleibt gespeichert. Diese Anzeige geht von selbst weiter.",
		"Il n'y a pas de contact avec le programme pour le moment. Ce qui était fait reste enregistré. Cet écran reprend tout seul.",
	})
}

// PageNoScript is said where the browser runs no script.
func (w Words) PageNoScript() string {
	return w.say(text{
		"Script staat uit in deze browser. Scannen werkt en dit scherm ververst zich elke 5 seconden; typen werkt niet. Zet script aan voor dit adres.",
		"Script is off in this browser. Scanning works and this screen refreshes every 5 seconds; typing does not work. Turn script on for this address.",
		"Skripte sind in diesem Browser aus. Scannen geht, und diese Anzeige erneuert sich alle 5 Sekunden; Tippen geht nicht. Bitte Skripte für diese Adresse einschalten.",
		"Les scripts sont désactivés dans ce navigateur. Le scan fonctionne et cet écran s'actualise toutes les 5 secondes ; la saisie ne fonctionne pas. Activez les scripts pour cette adresse.",
	})
}

// PageEnrol heads the form for a new member.
func (w Words) PageEnrol() string {
	return w.say(text{"Nieuw lid", "New member", "Neues Mitglied", "Nouveau membre"})
}

// PageName labels the name.
func (w Words) PageName() string {
	return w.say(text{"Naam (mag leeg blijven)", "Name (may stay empty)", "Name (darf leer bleiben)", "Nom (facultatif)"})
}

// PagePhone labels the phone number.
func (w Words) PagePhone() string {
	return w.say(text{
		"Telefoon (mag leeg blijven)",
		"Phone (may stay empty)",
		"Telefon (darf leer bleiben)",
		"Téléphone (facultatif)",
	})
}

// PageBirthday labels the birthday.
func (w Words) PageBirthday() string {
	return w.sayf(text{
		"Verjaardag, bijv. %s (mag leeg blijven)",
		"Birthday, as %s (may stay empty)",
		"Geburtstag, z.\u00a0B. %s (darf leer bleiben)",
		"Anniversaire, par ex. %s (facultatif)",
	}, w.DayOfYear("2000-12-31"))
}

// PageReferrer labels the card or number of who brought the new member in.
func (w Words) PageReferrer() string {
	return w.say(text{
		"Meegebracht door: kaart of telefoon (mag leeg blijven)",
		"Brought in by: card or phone (may stay empty)",
		"Geworben von: Karte oder Telefon (darf leer bleiben)",
		"Parrain : carte ou téléphone (facultatif)",
	})
}

// PageNeeded marks a wording that needs a yes.
func (w Words) PageNeeded() string {
	return w.say(text{"(nodig)", "(needed)", "(erforderlich)", "(obligatoire)"})
}

// PageAsk tells to read the wordings to the customer.
func (w Words) PageAsk() string {
	return w.say(text{
		"Lees voor en vink aan wat de klant wil:",
		"Read out, and tick what the customer wants:",
		"Bitte vorlesen und ankreuzen, was der Kunde möchte:",
		"Lisez à voix haute et cochez ce que le client souhaite :",
	})
}

// PageCarried labels what the member brings from a paper card.
func (w Words) PageCarried(units string) string {
	return w.sayf(text{
		"Van een oude kaart, aantal %s",
		"From an old card, number of %s",
		"Von einer alten Karte, Anzahl %s",
		"D'une ancienne carte, quantité (%s)",
	}, units)
}

// PageMake makes the member.
func (w Words) PageMake() string {
	return w.say(text{"Maak lid", "Make a member", "Mitglied anmelden", "Inscrire le membre"})
}

// PageGive heads the form for points that are given for a reason.
func (w Words) PageGive() string {
	return w.say(text{
		"Coulance: punten geven",
		"Goodwill: give points",
		"Kulanz: Punkte geben",
		"Geste commercial : donner des points",
	})
}

// PageGiveUnits labels how many of a wallet's units are given.
func (w Words) PageGiveUnits(units string) string {
	return w.sayf(text{"Aantal %s", "Number of %s", "Anzahl %s", "Quantité (%s)"}, units)
}

// PageReason labels why.
func (w Words) PageReason() string { return w.say(text{"Reden", "Reason", "Grund", "Motif"}) }

// PageGiveNow gives them.
func (w Words) PageGiveNow() string { return w.say(text{"Geef", "Give", "Geben", "Donner"}) }

// PageHistory heads what was said lately.
func (w Words) PageHistory() string {
	return w.say(text{"Wat er gebeurde", "What happened", "Was geschehen ist", "Ce qui s'est passé"})
}

// PageHelp heads the sheet of keys.
func (w Words) PageHelp() string {
	return w.say(text{"Alle toetsen", "All keys", "Alle Tasten", "Toutes les touches"})
}

// PagePrint prints the sheet of keys.
func (w Words) PagePrint() string { return w.say(text{"Druk af", "Print", "Drucken", "Imprimer"}) }

// PageKey heads the column of keys.
func (w Words) PageKey() string { return w.say(text{"Toets", "Key", "Taste", "Touche"}) }

// PageDoes heads the column of what they do.
func (w Words) PageDoes() string {
	return w.say(text{"Wat die doet", "What it does", "Was sie tut", "Ce qu'elle fait"})
}
