package words

// Unsure tells the cashier that nobody knows yet whether a sale was recorded.
func (w Words) Unsure() string {
	return w.say(text{
		"Niet zeker of deze verkoop is opgeslagen. Stuur dezelfde bon nog eens: hij telt dan toch maar één keer. (K-402)",
		"Not certain whether this sale was saved. Send the same receipt once more: it counts only once all the same. (K-402)",
		"Nicht sicher, ob dieser Verkauf gespeichert ist. Bitte denselben Bon noch einmal senden: er zählt dann trotzdem nur einmal. (K-402)",
		"Il n'est pas certain que cette vente soit enregistrée. Renvoyez le même ticket : il ne comptera quand même qu'une fois. (K-402)",
	})
}

// NotJustNow tells the cashier that something cannot be answered now.
func (w Words) NotJustNow() string {
	return w.say(text{
		"Dit lukt nu even niet. Er zijn geen punten veranderd. Probeer het zo nog eens.",
		"This does not work just now. No points changed. Try again in a moment.",
		"Das geht gerade nicht. An den Punkten hat sich nichts geändert. Bitte gleich noch einmal versuchen.",
		"Ce n'est pas possible à l'instant. Aucun point n'a changé. Réessayez dans un moment.",
	})
}

// TooManyOpen tells the cashier that the till has too much open.
func (w Words) TooManyOpen() string {
	return w.say(text{
		"Er zijn te veel verbindingen open. Er is niets veranderd. Bel de beheerder.",
		"Too many connections are open. Nothing changed. Call support.",
		"Es sind zu viele Verbindungen offen. Nichts geändert. Bitte den Support anrufen.",
		"Trop de connexions sont ouvertes. Rien n'a changé. Appelez l'assistance.",
	})
}

// TillErrs tells the cashier that the till asks what no till may ask.
func (w Words) TillErrs() string {
	return w.say(text{
		"De kassa stuurt iets wat hier niet kan. Er is niets veranderd. Bel de beheerder.",
		"The till sends something that cannot be. Nothing changed. Call support.",
		"Die Kasse sendet etwas, das hier nicht geht. Nichts geändert. Bitte den Support anrufen.",
		"La caisse envoie quelque chose d'impossible. Rien n'a changé. Appelez l'assistance.",
	})
}

// UnknownTill tells the cashier that nobody set their checkout up.
func (w Words) UnknownTill() string {
	return w.say(text{
		"Deze kassa is hier niet bekend. Er is niets veranderd. Bel de beheerder.",
		"This checkout is not known here. Nothing changed. Call support.",
		"Diese Kasse ist hier nicht bekannt. Nichts geändert. Bitte den Support anrufen.",
		"Cette caisse n'est pas connue ici. Rien n'a changé. Appelez l'assistance.",
	})
}
