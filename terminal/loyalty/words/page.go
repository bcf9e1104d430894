package words

// What the counter's page says besides the conversation itself: its labels,
// its keys and their help.

// PageTills heads the choice of a lane.
func (w Words) PageTills() string { return w.say(text{"Kies een kassa", "Choose a till"}) }

// PageDay leads to the day's report.
func (w Words) PageDay() string { return w.say(text{"Dag", "Day"}) }

// PageReady says what to do while nobody stands at the counter.
func (w Words) PageReady() string {
	return w.say(text{"Scan een kaart, of typ een kaart- of telefoonnummer.", "Scan a card, or type a card or phone number."})
}

// PageNobody stands in a customer's place.
func (w Words) PageNobody() string { return w.say(text{"Nog geen klant", "No customer yet"}) }

// PageOnSlip stands in the place of a customer without a card.
func (w Words) PageOnSlip() string {
	return w.say(text{"De punten komen op een spaarbon", "The points go on a slip"})
}

// PageMember says that the customer is a member.
func (w Words) PageMember() string { return w.say(text{"Lid", "Member"}) }

// PageNotMember says that nobody enrolled the card.
func (w Words) PageNotMember() string { return w.say(text{"Nog geen lid", "Not a member yet"}) }

// PageNewCard says that nobody has seen the card before.
func (w Words) PageNewCard() string { return w.say(text{"Nieuwe kaart", "New card"}) }

// PagePractice marks the screen while nothing is written.
func (w Words) PagePractice() string {
	return w.say(text{"OEFENEN: telt niet", "PRACTICE: counts for nothing"})
}

// PageManager stands beside the name of a manager who is signed in.
func (w Words) PageManager() string { return w.say(text{"leidinggevende", "manager"}) }

// PageAmount stands before the total of the sale.
func (w Words) PageAmount() string { return w.say(text{"Bedrag", "Amount"}) }

// PageEarns stands before what the sale would bring.
func (w Words) PageEarns() string { return w.say(text{"Dit levert op", "This brings"}) }

// PageRewards heads the rewards.
func (w Words) PageRewards() string { return w.say(text{"Beloningen", "Rewards"}) }

// PageNoRewards stands where there are none.
func (w Words) PageNoRewards() string {
	return w.say(text{"Hier staan de beloningen van de klant.", "The customer's rewards appear here."})
}

// PageChosen marks a reward or line that was picked.
func (w Words) PageChosen() string { return w.say(text{"gekozen", "chosen"}) }

// PageLines heads the lines of a sale that was looked up.
func (w Words) PageLines() string { return w.say(text{"Op de bon", "On the receipt"}) }

// PageNoLines is said of a sale that is known by its total alone.
func (w Words) PageNoLines() string {
	return w.say(text{"Van deze bon kennen we alleen het totaal. Komt er iets terug? Typ het bedrag dat terugkomt.", "Only the total of this receipt is known. Does something come back? Type the amount that comes back."})
}

// PageLeft stands before what of a sale has not come back yet.
func (w Words) PageLeft() string { return w.say(text{"Nog niet terug", "Not come back"}) }

// PageSale stands before the code of a sale that was looked up.
func (w Words) PageSale() string { return w.say(text{"Bon", "Slip"}) }

// PagePickNow tells to pick from the list.
func (w Words) PagePickNow() string { return w.say(text{"Kies 1 tot 9", "Pick 1 to 9"}) }

// PagePickHow tells how to pick from the list.
func (w Words) PagePickHow() string {
	return w.say(text{"Kiezen: druk op + en dan op het cijfer.", "To pick: press + and then the digit."})
}

// PageFound heads the members that were found.
func (w Words) PageFound() string { return w.say(text{"Gevonden", "Found"}) }

// PageNameless stands in the place of a member's name who gave none.
func (w Words) PageNameless() string { return w.say(text{"Zonder naam", "Without a name"}) }

// PageFieldFree labels the field while nobody stands at the counter.
func (w Words) PageFieldFree() string {
	return w.say(text{"Kaart, telefoon of kenmerk van een bon", "Card, phone or reference of a receipt"})
}

// PageFieldAmount labels the field where the total goes.
func (w Words) PageFieldAmount() string {
	return w.say(text{"Bedrag van de bon, in centen", "Amount of the receipt, in cents"})
}

// PageFieldSecret labels the field where a PIN or badge goes.
func (w Words) PageFieldSecret() string {
	return w.say(text{"Je nummer en pincode achter elkaar, of je badge", "Your number and PIN as one, or your badge"})
}

// PageFieldManager labels it where it must be a manager's.
func (w Words) PageFieldManager() string {
	return w.say(text{"Nummer en pincode van een leidinggevende, of diens badge", "A manager's number and PIN as one, or their badge"})
}

// PageFieldBack labels the field where an amount that comes back goes.
func (w Words) PageFieldBack() string {
	return w.say(text{"Bedrag dat terugkomt, in centen", "Amount that comes back, in cents"})
}

// PageFieldClaim labels it while a bearer slip waits for a card.
func (w Words) PageFieldClaim() string {
	return w.say(text{"Kaart of telefoon; bij een retour het bedrag, in centen", "Card or phone; for a return the amount, in cents"})
}

// PageToConfirm heads what a manager is asked to confirm.
func (w Words) PageToConfirm() string { return w.say(text{"Te bevestigen", "To confirm"}) }

// PageFieldSearch labels the field while somebody is searched.
func (w Words) PageFieldSearch() string {
	return w.say(text{"Zoek op naam of telefoon", "Search by name or phone"})
}

// PageFieldPoints labels the field where a number of points goes; least and
// most have the unit's word, step as well.
func (w Words) PageFieldPoints(least, most, step string) string {
	return w.sayf(text{"Hoeveel? Van %s tot %s, per %s", "How many? From %s to %s, by %s"}, least, most, step)
}

// PageWaiting stands on the large key while it does nothing.
func (w Words) PageWaiting() string { return w.say(text{"Wacht op een kaart", "Waiting for a card"}) }

// PageEnterFind stands on the large key once a number was typed.
func (w Words) PageEnterFind() string { return w.say(text{"Zoek dit op", "Look this up"}) }

// PageEnterAmount stands on it once an amount was typed.
func (w Words) PageEnterAmount() string { return w.say(text{"Neem dit bedrag", "Take this amount"}) }

// PageEnterBack stands on it once an amount was typed that comes back.
func (w Words) PageEnterBack() string { return w.say(text{"Neem dit terug", "Take this back"}) }

// PageEnterPoints stands on it while a number of points is typed.
func (w Words) PageEnterPoints() string { return w.say(text{"Wissel dit in", "Redeem this"}) }

// PageSignInFirst heads the page while nobody is signed in.
func (w Words) PageSignInFirst() string { return w.say(text{"Meld je eerst aan", "Sign in first"}) }

// PageTypeAmount stands on the large key while an amount is missing.
func (w Words) PageTypeAmount() string { return w.say(text{"Typ het bedrag", "Type the amount"}) }

// PageSymbolInfo, PageSymbolGood, PageSymbolLook and PageSymbolNo are the words
// beside a message's symbol.
func (w Words) PageSymbolInfo() string { return w.say(text{"Ter info", "Note"}) }

// PageSymbolGood is the word for what was done.
func (w Words) PageSymbolGood() string { return w.say(text{"Gelukt", "Done"}) }

// PageSymbolLook is the word for what needs a look.
func (w Words) PageSymbolLook() string { return w.say(text{"Let op", "Look"}) }

// PageSymbolNo is the word for what was not done.
func (w Words) PageSymbolNo() string { return w.say(text{"Niet gelukt", "Not done"}) }

// PageSound stands before the volume.
func (w Words) PageSound() string { return w.say(text{"Geluid", "Sound"}) }

// PageSoundOff stands in the volume's place when there is none.
func (w Words) PageSoundOff() string { return w.say(text{"uit", "off"}) }

// PageSoundWaits is said until the browser may play sound.
func (w Words) PageSoundWaits() string {
	return w.say(text{"Geluid staat uit: druk op een toets", "Sound is off: press any key"})
}

// PageWait heads the page while the daemon cannot be reached.
func (w Words) PageWait() string { return w.say(text{"Even geduld…", "One moment…"}) }

// PageWaitWhy says that nothing is lost meanwhile.
func (w Words) PageWaitWhy() string {
	return w.say(text{"Er is nu geen contact met het programma. Wat gelukt was blijft bewaard. Dit scherm gaat vanzelf verder.", "There is no contact with the program now. What was done stays done. This screen goes on by itself."})
}

// PageNoScript is said where the browser runs no script.
func (w Words) PageNoScript() string {
	return w.say(text{
		"Script staat uit in deze browser. Scannen werkt en dit scherm ververst zich elke 5 seconden; typen werkt niet. Zet script aan voor dit adres.",
		"Script is off in this browser. Scanning works and this screen refreshes every 5 seconds; typing does not work. Turn script on for this address.",
	})
}

// PageEnrol heads the form for a new member.
func (w Words) PageEnrol() string { return w.say(text{"Nieuw lid", "New member"}) }

// PageName labels the name.
func (w Words) PageName() string {
	return w.say(text{"Naam (mag leeg blijven)", "Name (may stay empty)"})
}

// PagePhone labels the phone number.
func (w Words) PagePhone() string {
	return w.say(text{"Telefoon (mag leeg blijven)", "Phone (may stay empty)"})
}

// PageBirthday labels the birthday.
func (w Words) PageBirthday() string {
	return w.sayf(text{"Verjaardag, bijv. %s (mag leeg blijven)", "Birthday, as %s (may stay empty)"}, w.DayOfYear("2000-12-31"))
}

// PageReferrer labels the card or number of who brought the new member in.
func (w Words) PageReferrer() string {
	return w.say(text{"Meegebracht door: kaart of telefoon (mag leeg blijven)", "Brought in by: card or phone (may stay empty)"})
}

// PageNeeded marks a wording that needs a yes.
func (w Words) PageNeeded() string { return w.say(text{"(nodig)", "(needed)"}) }

// PageAsk tells to read the wordings to the customer.
func (w Words) PageAsk() string {
	return w.say(text{"Lees voor en vink aan wat de klant wil:", "Read out, and tick what the customer wants:"})
}

// PageCarried labels what the member brings from a paper card.
func (w Words) PageCarried(units string) string {
	return w.sayf(text{"Van een oude kaart, aantal %s", "From an old card, number of %s"}, units)
}

// PageMake makes the member.
func (w Words) PageMake() string { return w.say(text{"Maak lid", "Make a member"}) }

// PageGive heads the form for points that are given for a reason.
func (w Words) PageGive() string {
	return w.say(text{"Coulance: punten geven", "Goodwill: give points"})
}

// PageGiveUnits labels how many of a wallet's units are given.
func (w Words) PageGiveUnits(units string) string {
	return w.sayf(text{"Aantal %s", "Number of %s"}, units)
}

// PageReason labels why.
func (w Words) PageReason() string { return w.say(text{"Reden", "Reason"}) }

// PageGiveNow gives them.
func (w Words) PageGiveNow() string { return w.say(text{"Geef", "Give"}) }

// PageHistory heads what was said lately.
func (w Words) PageHistory() string { return w.say(text{"Wat er gebeurde", "What happened"}) }

// PageHelp heads the sheet of keys.
func (w Words) PageHelp() string { return w.say(text{"Alle toetsen", "All keys"}) }

// PagePrint prints the sheet of keys.
func (w Words) PagePrint() string { return w.say(text{"Druk af", "Print"}) }

// PageKey heads the column of keys.
func (w Words) PageKey() string { return w.say(text{"Toets", "Key"}) }

// PageDoes heads the column of what they do.
func (w Words) PageDoes() string { return w.say(text{"Wat die doet", "What it does"}) }

// What stands on the counter's keys, and what the help sheet says about each.

// PageKeyBack stands on the key that goes back.
func (w Words) PageKeyBack() string { return w.say(text{"Terug", "Back"}) }

// PageKeyBackHelp explains it.
func (w Words) PageKeyBackHelp() string {
	return w.say(text{"Maakt het veld leeg of zegt nee. Twee keer: de klant is weg.", "Empties the field or says no. Twice: the customer is gone."})
}

// PageKeyEnterHelp explains the large key.
func (w Words) PageKeyEnterHelp() string {
	return w.say(text{"Doet wat op de grote knop staat.", "Does what the large button says."})
}

// PageKeyDigits names the keys that type.
func (w Words) PageKeyDigits() string { return w.say(text{"Cijfers, letters", "Digits, letters"}) }

// PageKeyDigitsHelp explains them.
func (w Words) PageKeyDigitsHelp() string {
	return w.say(text{"Gaan altijd naar het ene veld. Een bedrag is in centen: 1250 is 12,50.", "Always go to the one field. An amount is in cents: 1250 is 12.50."})
}

// PageKeyPick names the keys that pick from the list.
func (w Words) PageKeyPick() string { return w.say(text{"1 tot 9", "1 to 9"}) }

// PageKeyPickHelp explains them.
func (w Words) PageKeyPickHelp() string {
	return w.say(text{"Kiest uit de lijst, na + of /. Nog eens: neemt het terug.", "Picks from the list, after + or /. Once more: takes it back."})
}

// PageKeyRedeem stands on the key that opens the list.
func (w Words) PageKeyRedeem() string { return w.say(text{"Kies", "Pick"}) }

// PageKeyRedeemHelp explains it.
func (w Words) PageKeyRedeemHelp() string {
	return w.say(text{"Kiezen uit de lijst: een beloning inwisselen, of regels van een bon.", "Pick from the list: redeem a reward, or lines of a receipt."})
}

// PageKeyUndo stands on the key that takes the last sale back.
func (w Words) PageKeyUndo() string { return w.say(text{"Draai terug", "Undo"}) }

// PageKeyUndoHelp explains it.
func (w Words) PageKeyUndoHelp() string {
	return w.say(text{"Draait de laatste verkoop terug, zolang de seconden lopen; of de bon die in beeld is.", "Undoes the last sale while the seconds run; or the receipt on the screen."})
}

// PageKeyEnrol stands on the key for a new member.
func (w Words) PageKeyEnrol() string { return w.say(text{"Nieuw lid", "Enrol"}) }

// PageKeyEnrolHelp explains it.
func (w Words) PageKeyEnrolHelp() string {
	return w.say(text{"Maakt lid van wie de kaart heeft: naam, telefoon, toestemming.", "Makes the card's holder a member: name, phone, consent."})
}

// PageKeySearch stands on the key that searches a member.
func (w Words) PageKeySearch() string { return w.say(text{"Zoek", "Search"}) }

// PageKeySearchHelp explains it.
func (w Words) PageKeySearchHelp() string {
	return w.say(text{"Kaart vergeten: zoekt op naam of telefoonnummer.", "Card forgotten: searches by name or phone number."})
}

// PageKeyNoCardHelp explains it.
func (w Words) PageKeyNoCardHelp() string {
	return w.say(text{"Spaart op een bon, die later op een kaart kan.", "Saves on a slip that can go to a card later."})
}

// PageKeyMove stands on the key that moves a sale to this customer.
func (w Words) PageKeyMove() string { return w.say(text{"Verplaats", "Move"}) }

// PageKeyMoveHelp explains it.
func (w Words) PageKeyMoveHelp() string {
	return w.say(text{"Zet de bon in beeld op de kaart van deze klant.", "Moves the receipt on the screen to this customer's card."})
}

// PageKeyGive stands on the key that gives points for a reason.
func (w Words) PageKeyGive() string { return w.say(text{"Coulance", "Goodwill"}) }

// PageKeyGiveHelp explains it.
func (w Words) PageKeyGiveHelp() string {
	return w.say(text{"Geeft punten met een reden. Boven de grens bevestigt een leidinggevende.", "Gives points for a reason. Above the limit a manager confirms."})
}

// PageKeyPractice stands on the key that begins and ends practice.
func (w Words) PageKeyPractice() string { return w.say(text{"Oefen", "Practise"}) }

// PageKeyPracticeEnd stands on it while practice lasts.
func (w Words) PageKeyPracticeEnd() string { return w.say(text{"Stop oefenen", "Stop practice"}) }

// PageKeyPracticeHelp explains it.
func (w Words) PageKeyPracticeHelp() string {
	return w.say(text{"Oefenen op hetzelfde scherm; er wordt niets bewaard.", "Practice on the same screen; nothing is kept."})
}

// PageKeySignOut stands on the key that signs out.
func (w Words) PageKeySignOut() string { return w.say(text{"Meld af", "Sign out"}) }

// PageKeySignOutHelp explains it.
func (w Words) PageKeySignOutHelp() string {
	return w.say(text{"Meldt af wie is aangemeld.", "Signs out whoever is signed in."})
}

// PageKeyHistoryHelp explains the keys that scroll what happened.
func (w Words) PageKeyHistoryHelp() string {
	return w.say(text{"Bladert in wat er gebeurde.", "Scrolls through what happened."})
}

// PageKeyHelp stands on the key that shows all keys.
func (w Words) PageKeyHelp() string { return w.say(text{"Hulp", "Help"}) }

// PageKeyHelpHelp explains it.
func (w Words) PageKeyHelpHelp() string {
	return w.say(text{"Deze lijst. Hij kan worden afgedrukt en naast de kassa hangen.", "This list. It can be printed and hung beside the till."})
}

// PageKeyScan names the scanner.
func (w Words) PageKeyScan() string { return w.say(text{"Scanner", "The scanner"}) }

// PageKeyScanHelp explains it.
func (w Words) PageKeyScanHelp() string {
	return w.say(text{"Werkt altijd, wat er ook in beeld is.", "Always works, whatever is on the screen."})
}
