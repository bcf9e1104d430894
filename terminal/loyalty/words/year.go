package words

import "strconv"

// YearOf heads a member's statement of a year.
func (r Report) YearOf(year int) string {
	return r.sayf(text{"Jaaroverzicht %s", "Statement of the year %s"}, strconv.Itoa(year))
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
	"start":      {"Op 1 januari", "On 1 January"},
	"earned":     {"Gespaard", "Earned"},
	"bonus":      {"Extra", "Bonus"},
	"adjusted":   {"Bijgeschreven", "Added"},
	"moved":      {"Van of naar een andere kaart", "From or to another card"},
	"converted":  {"Omgewisseld", "Converted"},
	"taken_back": {"Teruggenomen bij retour", "Taken back with returns"},
	"redeemed":   {"Ingewisseld", "Redeemed"},
	"donated":    {"Geschonken aan", "Donated to"},
	"given_back": {"Teruggegeven bij retour", "Given back with returns"},
	"lapsed":     {"Vervallen", "Lapsed"},
	"end":        {"Op 31 december, na sluiting", "On 31 December, after closing"},
	"money":      {"In geld", "In money"},
	"off":        {"Korting", "Money off"},
	"paid":       {"Met punten betaald", "Paid with points"},
	"came_back":  {"Daarvan teruggekomen bij retour", "Of that, came back with returns"},
	"paid_out":   {"Contant uitbetaald", "Paid out in cash"},
	"gifts":      {"Aan goede doelen", "To good causes"},
	"cash_back":  {"Geld teruggespaard", "Cash back earned"},
	"stored_in":  {"Tegoed gestort (eigen geld)", "Stored value paid in (own money)"},
	"stored_out": {"Tegoed gebruikt (eigen geld)", "Stored value used (own money)"},
	"here":       {"Alleen wat in deze winkel is geboekt; het hele saldo weet het hoofdkantoor.", "Only what was booked in this shop; head office knows the whole balance."},
	"emptied":    {"Van oude boekingen zijn de geldbedragen niet meer bewaard:", "Of old records the amounts of money are kept no more:"},
}
