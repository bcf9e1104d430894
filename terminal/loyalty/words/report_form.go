package words

// Form is a text of the form that closes the day.
func (r Report) Form(name string) string {
	t, ok := forms[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var forms = map[string]text{
	"close": {"Sluit de dag af", "Close the day", "Tag abschließen", "Clôturer la journée"},
	"explain": {
		"Typ over wat op de dagstaat van de kassa staat. Leeg laten mag.",
		"Copy what the till's day report says. It may be left empty.",
		"Bitte abschreiben, was auf dem Tagesbericht der Kasse steht. Darf leer bleiben.",
		"Recopiez ce qu'indique le rapport de la caisse. Peut rester vide.",
	},
	"final": {
		"Een dag gaat nooit weer open. Wat hierna komt, staat in het volgende rapport.",
		"A day is never opened again. What comes after is in the next report.",
		"Ein Tag geht nie wieder auf. Was danach kommt, steht im nächsten Bericht.",
		"Une journée ne se rouvre jamais. Ce qui vient ensuite est dans le rapport suivant.",
	},
	"day":   {"Dag", "Day", "Tag", "Jour"},
	"show":  {"Toon", "Show", "Anzeigen", "Afficher"},
	"means": {"Wat is dit?", "What is this?", "Was ist das?", "Qu'est-ce que c'est ?"},
	"till":  {"Terug naar de kassa", "Back to the till", "Zurück zur Kasse", "Retour à la caisse"},
	"none": {
		"Van deze dag is er geen rapport.",
		"There is no report of this day.",
		"Von diesem Tag gibt es keinen Bericht.",
		"Il n'y a pas de rapport de ce jour.",
	},
	"sign_in": {
		"Alleen een leidinggevende kan dit zien. Meld u aan bij de kassa.",
		"Only a manager can see this. Sign in at the till.",
		"Das kann nur die Leitung sehen. Bitte an der Kasse anmelden.",
		"Seul un responsable peut voir ceci. Identifiez-vous à la caisse.",
	},
	"bad_money": {
		"Dit bedrag kan niet. Er is niets afgesloten. Typ het als 1234,50.",
		"This amount is not possible. Nothing was closed. Type it as 1234.50.",
		"Dieser Betrag ist nicht möglich. Nichts abgeschlossen. Bitte so eingeben: 1234,50.",
		"Ce montant n'est pas possible. Rien n'a été clôturé. Saisissez-le ainsi : 1234,50.",
	},
	"bad_day": {
		"Dit is geen dag. Kies een dag uit de kalender.",
		"This is not a day. Choose a day of the calendar.",
		"Das ist kein Tag. Bitte einen Tag im Kalender wählen.",
		"Ce n'est pas un jour. Choisissez un jour du calendrier.",
	},
	"fault": {
		"Dit lukt nu niet. Er is niets afgesloten. Probeer het nog eens en bel de beheerder als het blijft.",
		"This does not work now. Nothing was closed. Try once more and call support if it stays.",
		"Das geht jetzt nicht. Nichts abgeschlossen. Bitte noch einmal versuchen und den Support anrufen, wenn es so bleibt.",
		"Ce n'est pas possible pour le moment. Rien n'a été clôturé. Réessayez, et appelez l'assistance si cela persiste.",
	},
	"picture": {
		"Verkopen met kaart per uur",
		"Sales with a card by hour",
		"Verkäufe mit Karte nach Stunde",
		"Ventes avec carte par heure",
	},
	"describe": {
		"Staven per uur; dezelfde getallen staan in de tabel ernaast.",
		"A bar for each hour; the same figures stand in the table beside it.",
		"Balken nach Stunde; dieselben Zahlen stehen in der Tabelle daneben.",
		"Une barre par heure ; les mêmes chiffres sont dans le tableau à côté.",
	},
	"signals": {
		"Nu zo in de winkel, tot het einde van de dag",
		"So in the shop now, until the end of the day",
		"Jetzt so im Geschäft, bis zum Ende des Tages",
		"En vigueur au magasin, jusqu'à la fin de la journée",
	},
	"signal_fault": {
		"Dit lukt nu niet. Er is niets veranderd. Probeer het nog eens.",
		"This does not work now. Nothing changed. Try once more.",
		"Das geht jetzt nicht. Nichts geändert. Bitte noch einmal versuchen.",
		"Ce n'est pas possible pour le moment. Rien n'a changé. Réessayez.",
	},
	"compare": {
		"Zelfde weekdag een week eerder",
		"Same weekday a week earlier",
		"Gleicher Wochentag eine Woche früher",
		"Même jour une semaine plus tôt",
	},
}
