package words

import "strconv"

// YearOf heads a member's statement of a year.
func (r Report) YearOf(year int) string {
	return r.sayf(text{"Jaaroverzicht %s", "Statement of the year %s", "Jahresübersicht %s", "Relevé de l'année %s"}, strconv.Itoa(year))
}

// Year is the label of a figure of a member's statement of a year.
func (r Report) Year(name string) string {
	t, ok := years[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var years = map[string]text{
	"start":    {"Op 1 januari", "On 1 January", "Am 1. Januar", "Au 1er janvier"},
	"earned":   {"Gespaard", "Earned", "Gesammelt", "Gains"},
	"bonus":    {"Extra", "Bonus", "Extra", "Bonus"},
	"adjusted": {"Bijgeschreven", "Added", "Gutgeschrieben", "Crédit"},
	"moved": {
		"Van of naar een andere kaart",
		"From or to another card",
		"Von oder auf eine andere Karte",
		"D'une autre carte ou vers elle",
	},
	"converted":  {"Omgewisseld", "Converted", "Umgewandelt", "Conversions"},
	"taken_back": {"Teruggenomen bij retour", "Taken back with returns", "Abgezogen bei Rückgabe", "Retraits lors de retours"},
	"redeemed":   {"Ingewisseld", "Redeemed", "Eingelöst", "Utilisations"},
	"donated":    {"Geschonken aan", "Donated to", "Gespendet für", "Dons à"},
	"given_back": {
		"Teruggegeven bij retour",
		"Given back with returns",
		"Zurückerhalten bei Rückgabe",
		"Restitutions lors de retours",
	},
	"lapsed": {"Vervallen", "Lapsed", "Verfallen", "Expirations"},
	"end": {
		"Op 31 december, na sluiting",
		"On 31 December, after closing",
		"Am 31. Dezember, nach Schluss",
		"Au 31 décembre, après la fermeture",
	},
	"money": {"In geld", "In money", "In Geld", "En argent"},
	"off":   {"Korting", "Money off", "Rabatt", "Remises"},
	"paid":  {"Met punten betaald", "Paid with points", "Mit Punkten bezahlt", "Payé avec des points"},
	"came_back": {
		"Daarvan teruggekomen bij retour",
		"Of that, came back with returns",
		"Davon bei Rückgabe zurückgekommen",
		"Dont revenu lors de retours",
	},
	"paid_out":  {"Contant uitbetaald", "Paid out in cash", "Bar ausgezahlt", "Versé en espèces"},
	"gifts":     {"Aan goede doelen", "To good causes", "Für gute Zwecke", "Aux bonnes causes"},
	"cash_back": {"Geld teruggespaard", "Cash back earned", "Geld zurück gesammelt", "Cagnotte gagnée"},
	"stored_in": {
		"Tegoed gestort (eigen geld)",
		"Stored value paid in (own money)",
		"Eingezahltes Guthaben (eigenes Geld)",
		"Avoir versé (argent du client)",
	},
	"stored_out": {
		"Tegoed gebruikt (eigen geld)",
		"Stored value used (own money)",
		"Verwendetes Guthaben (eigenes Geld)",
		"Avoir utilisé (argent du client)",
	},
	"here": {
		"Alleen wat in deze winkel is geboekt; het hele saldo weet het hoofdkantoor.",
		"Only what was booked in this shop; head office knows the whole balance.",
		"Nur was in diesem Geschäft gebucht wurde; das ganze Guthaben kennt die Zentrale.",
		"Seulement ce qui a été enregistré dans ce magasin ; le siège connaît le solde complet.",
	},
	"emptied": {
		"Van oude boekingen zijn de geldbedragen niet meer bewaard:",
		"Of old records the amounts of money are kept no more:",
		"Von alten Buchungen sind die Geldbeträge nicht mehr gespeichert:",
		"Pour les anciennes opérations, les montants en argent ne sont plus conservés :",
	},
}
