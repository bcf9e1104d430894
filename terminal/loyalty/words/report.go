package words

import (
	"strconv"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Report has the words of a day's report: for its slip, its page and the
// operator's tool.
type Report struct{ Words }

// Title names a report by its number.
func (r Report) Title(number int64) string {
	return r.sayf(text{"Dagrapport %d", "Day report %d"}, number)
}

// Reading names figures that close nothing.
func (r Report) Reading() string {
	return r.say(text{"Stand van de dag (niet afgesloten)", "The day so far (not closed)"})
}

// Page names the page itself.
func (r Report) Page() string { return r.say(text{"Dagafsluiting", "Day closing"}) }

// Of is the business day with its weekday: "zondag 22-11-2026". Part is named
// from the second on.
func (r Report) Of(day ledger.Day, part int) string {
	name := r.Day(day)
	if t, err := time.Parse(time.DateOnly, string(day)); err == nil {
		name = r.say(weekdays[t.Weekday()]) + " " + name
	}
	if part > 1 {
		name += r.sayf(text{", deel %d", ", part %d"}, part)
	}
	return name
}

var weekdays = [7]text{
	{"zondag", "Sunday"}, {"maandag", "Monday"}, {"dinsdag", "Tuesday"}, {"woensdag", "Wednesday"},
	{"donderdag", "Thursday"}, {"vrijdag", "Friday"}, {"zaterdag", "Saturday"},
}

// Made says when it was counted.
func (r Report) Made(at time.Time) string {
	return r.sayf(text{"Gemaakt op %s", "Made on %s"}, r.DateTime(at))
}

// MadeBy says who closed the day, or that it closed by itself.
func (r Report) MadeBy(automatic bool, operator string) string {
	switch {
	case automatic:
		return r.say(text{"Vanzelf afgesloten", "Closed by itself"})
	case operator == "":
		return r.say(text{"Met de hand afgesloten", "Closed by hand"})
	}
	return r.sayf(text{"Afgesloten door %s", "Closed by %s"}, operator)
}

// Sentence says in one sentence what the day came to.
func (r Report) Sentence(records, sales int64, amount basket.Money, currency string, given, taken []string) string {
	if records == 0 {
		return r.say(text{"Er is niets gebeurd.", "Nothing happened."})
	}
	s := r.sayf(text{"%s met kaart voor %s", "%s with a card for %s"}, r.counted(sales, text{"verkoop", "sale"}, text{"verkopen", "sales"}), r.Money(amount, currency))
	if len(given) > 0 {
		s += r.sayf(text{"; gespaard: %s", "; earned: %s"}, strings.Join(given, ", "))
	}
	if len(taken) > 0 {
		s += r.sayf(text{"; ingewisseld: %s", "; redeemed: %s"}, strings.Join(taken, ", "))
	}
	return s + "."
}

func (r Report) counted(n int64, one, many text) string {
	if n == 1 {
		return "1 " + r.say(one)
	}
	return r.Count(n) + " " + r.say(many)
}

// Count is a whole number as the language's people write it.
func (r Report) Count(n int64) string {
	sign, digits := r.in().number(n, 0, 0)
	return sign + digits
}

// Share is a part of a whole in percent with one decimal, "–" of nothing.
func (r Report) Share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	// Tenths of a percent, half away from zero; halves as exact as the figures.
	tenths := (part*2000 + sign(part)*whole) / (2 * whole)
	minus, digits := r.in().number(tenths, 1, 1)
	return minus + digits + "%"
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

// Lasting is a length of time in hours and minutes.
func (r Report) Lasting(millis int64) string {
	minutes := (millis + 59_999) / 60_000
	if minutes < 60 {
		return r.sayf(text{"%d min", "%d min"}, minutes)
	}
	return r.sayf(text{"%d u %02d min", "%d h %02d min"}, minutes/60, minutes%60)
}

// Hour is the name of an hour: of a clock's face, or by its first instant. One
// that the clock shows twice has its zone's letters; twice says so.
func (r Report) Hour(name string, twice bool, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339, name)
	if err != nil {
		return name
	}
	if zone != nil {
		t = t.In(zone)
	}
	if twice {
		return t.Format("15:04 MST")
	}
	return t.Format("15:04")
}

// Cashier is a cashier's name; nobody was signed in for "".
func (r Report) Cashier(name string) string {
	switch name {
	case "":
		return r.say(text{"niemand aangemeld", "nobody signed in"})
	case "*":
		return r.say(text{"alle anderen", "all others"})
	}
	return name
}

// Till names a till, or the whole shop for "".
func (r Report) Till(name string, day ledger.Day, late bool) string {
	if name == "" {
		name = r.say(text{"hele winkel, ingetypt", "whole shop, typed"})
	}
	name += ", " + r.Day(day)
	if late {
		name += r.say(text{" (na de afsluiting gemeld)", " (said after the closing)"})
	}
	return name
}

// Days names a stretch of days.
func (r Report) Days(from, to ledger.Day) string {
	if from == to {
		return r.Day(from)
	}
	return r.sayf(text{"%s tot en met %s", "%s to %s"}, r.Day(from), r.Day(to))
}

// Unknown stands where nobody said a figure.
func (r Report) Unknown() string { return r.say(text{"niet opgegeven", "not given"}) }

// Kind is what a kind of record is called, for several of them.
func (r Report) Kind(k ledger.Kind) string {
	switch k {
	case ledger.KindAward:
		return r.say(text{"Verkopen", "Sales"})
	case ledger.KindClose:
		return r.say(text{"Automatisch: punten overal bruikbaar", "Automatic: points usable everywhere"})
	case ledger.KindReverse:
		return r.say(text{"Terugboekingen", "Reversals"})
	case ledger.KindReturn:
		return r.say(text{"Retouren", "Returns"})
	case ledger.KindUndo:
		return r.say(text{"Teruggedraaid", "Undone"})
	case ledger.KindMove:
		return r.say(text{"Naar het juiste lid gezet", "Moved to the right member"})
	case ledger.KindEnrol:
		return r.say(text{"Nieuwe leden", "New members"})
	case ledger.KindClaim:
		return r.say(text{"Bonnen op een kaart gezet", "Slips added to a card"})
	case ledger.KindAdjust:
		return r.say(text{"Punten gegeven door een mens", "Points given by a person"})
	case ledger.KindExpire:
		return r.say(text{"Automatisch: vervallen punten", "Automatic: expired points"})
	}
	return string(k)
}

// Entry is what entries of a kind do.
func (r Report) Entry(k ledger.EntryKind) string {
	switch k {
	case ledger.Earn:
		return r.say(text{"Gespaard", "Earned"})
	case ledger.Bonus:
		return r.say(text{"Extra gespaard", "Bonus"})
	case ledger.Redeem:
		return r.say(text{"Ingewisseld", "Redeemed"})
	case ledger.Reverse:
		return r.say(text{"Teruggenomen en teruggegeven", "Taken back and given back"})
	case ledger.Expire:
		return r.say(text{"Vervallen", "Expired"})
	case ledger.Donate:
		return r.say(text{"Geschonken", "Donated"})
	case ledger.Convert:
		return r.say(text{"Omgezet", "Converted"})
	case ledger.Adjust:
		return r.say(text{"Gegeven door een mens", "Given by a person"})
	case ledger.Transfer:
		return r.say(text{"Samengevoegd", "Merged"})
	case ledger.Move:
		return r.say(text{"Naar het juiste lid gezet", "Moved to the right member"})
	case ledger.Close:
		return r.say(text{"Vrijgaven", "Releases"})
	}
	return string(k)
}

// Mode is how customers were identified.
func (r Report) Mode(m ledger.EntryMode) string {
	switch m {
	case ledger.Scanned:
		return r.say(text{"Kaart gescand", "Card scanned"})
	case ledger.Keyed:
		return r.say(text{"Kaartnummer getypt", "Card number typed"})
	case ledger.ByPhone:
		return r.say(text{"Telefoonnummer", "Phone number"})
	case ledger.ByTill:
		return r.say(text{"Door de kassa", "By the till"})
	}
	return string(m)
}

// Wallet is what a wallet is called as a heading: its unit, several of them.
func (r Report) Wallet(w programme.Wallet) string {
	many := w.Unit(r.Language()).Many
	return strings.ToUpper(many[:min(1, len(many))]) + many[min(1, len(many)):]
}

// Section is the heading of a part of the report.
func (r Report) Section(name string) string {
	t, ok := sections[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var sections = map[string]text{
	"sales":     {"Verkopen met kaart", "Sales with a card"},
	"takings":   {"Tegenover de kassa", "Against the tills"},
	"kinds":     {"Wat er is vastgelegd", "What was recorded"},
	"look":      {"Om naar te kijken", "To look at"},
	"paper":     {"Bonnen", "Slips"},
	"journal":   {"Journaal", "Journal"},
	"hours":     {"Per uur", "By hour"},
	"operators": {"Per medewerker", "By cashier"},
	"lanes":     {"Per kassa", "By till"},
	"modes":     {"Hoe het lid is herkend", "How the member was found"},
}

// Figure is what a figure is called and what exactly it is. A figure nobody
// knows has its own name and no meaning.
func (r Report) Figure(name string) (label, means string) {
	f, ok := figures[name]
	if !ok {
		return name, ""
	}
	return r.say(f.label), r.say(f.means)
}

// FigureLabel is what a figure is called.
func (r Report) FigureLabel(name string) string {
	label, _ := r.Figure(name)
	return label
}

// Figures are the names Figure knows.
func (r Report) Figures() []string {
	names := make([]string, 0, len(figures))
	for name := range figures {
		names = append(names, name)
	}
	return names
}

var figures = map[string]struct{ label, means text }{
	"sales": {text{"Verkopen", "Sales"}, text{
		"Het aantal verkopen waarbij een kaart, telefoonnummer of spaarbon is vastgelegd. Ook als ze later zijn teruggedraaid.",
		"The number of sales recorded with a card, a phone number or a bearer slip, also those that were undone later.",
	}},
	"amount": {text{"Bedrag", "Amount"}, text{
		"De totalen van die verkopen bij elkaar, met btw, voordat er iets met punten is betaald.",
		"The totals of those sales added up, tax included, before anything was paid with points.",
	}},
	"earned_on": {text{"waarvan goed voor punten", "of which gave points"}, text{
		"Het deel van dat bedrag waarvan de verkoop ten minste één punt gaf.",
		"The part of that amount whose sale gave at least part of a point.",
	}},
	"redeemed": {text{"Verkopen met inwisselen", "Sales that redeemed"}, text{
		"Het aantal verkopen waarbij punten zijn ingewisseld.",
		"The number of sales on which points were redeemed.",
	}},
	"discount": {text{"Korting met punten", "Discount by points"}, text{
		"Wat er met punten van die verkopen is afgegaan. Dingen die voor punten zijn meegegeven tellen hier niet.",
		"What points took off those sales. Things handed over for points do not count here.",
	}},
	"returned": {text{"Teruggebracht", "Brought back"}, text{
		"Het bedrag van de goederen die zijn teruggekomen, voor zover het bekend is.",
		"The amount of the goods that came back, as far as it is known.",
	}},
	"undone": {text{"Teruggedraaid bedrag", "Undone amount"}, text{
		"Het bedrag van de verkopen die in hun geheel zijn teruggedraaid.",
		"The amount of the sales that were undone as a whole.",
	}},
	"net": {text{"Netto", "Net"}, text{
		"Bedrag min teruggebracht min teruggedraaid.",
		"Amount less brought back less undone.",
	}},
	"open": {text{"Begin", "Opening"}, text{
		"Wat alle leden samen hadden bij het vorige dagrapport, voor zover hier bekend.",
		"What all members together held at the day report before, as far as is known here.",
	}},
	"elsewhere": {text{"Van het hoofdkantoor", "From head office"}, text{
		"Wat het hoofdkantoor sinds het vorige rapport liet weten en hier niet is vastgelegd: andere winkels, vervallen punten. Eind min begin min alles hierboven. In een winkel alleen moet dit 0 zijn.",
		"What head office has said since the report before and was not recorded here: other shops, expired points. Closing less opening less everything above. In a shop that stands alone it must be 0.",
	}},
	"close": {text{"Eind", "Closing"}, text{
		"Wat alle leden samen hadden na het laatste record van dit rapport, voor zover hier bekend. Het is het begin van het volgende.",
		"What all members together held after the last record of this report, as far as is known here. It is the opening of the next.",
	}},
	"turnover": {text{"Omzet volgens de kassa", "Turnover by the till"}, text{
		"Met btw, na retouren, voordat er iets met punten is betaald. Zoals de kassa's het meldden, of zoals het bij de afsluiting is getypt; dat laatste gaat voor.",
		"Tax included, less returns, before anything was paid with points. As the tills said, or as it was typed at the closing, which comes first.",
	}},
	"receipts": {text{"Bonnen volgens de kassa", "Receipts by the till"}, text{
		"Alle kassabonnen, met en zonder kaart.", "All receipts, with and without a card.",
	}},
	"participation": {text{"Deel van de bonnen met kaart", "Share of receipts with a card"}, text{
		"Verkopen gedeeld door bonnen volgens de kassa. Zonder opgave van de kassa is het niet bekend, niet 100%.",
		"Sales divided by receipts by the till. Without a word of the till it is not known, and not 100%.",
	}},
	"without_card": {text{"Verschil: omzet zonder kaart", "Difference: turnover without a card"}, text{
		"Omzet volgens de kassa min netto. Onder nul klopt er iets niet: dan is er meer op kaarten geteld dan er is verkocht.",
		"Turnover by the till less net. Below zero something is wrong: more was counted on cards than was sold.",
	}},
	"points_paid": {text{"Met punten betaald volgens de kassa", "Paid with points by the till"}, text{
		"Wat de kassa aan korting met punten heeft geboekt.", "What the till booked as discount by points.",
	}},
	"points_difference": {text{"Verschil in punten betaald", "Difference in points paid"}, text{
		"Met punten betaald volgens de kassa min korting met punten. Moet 0 zijn: anders is een korting niet of te vaak afgetrokken.",
		"Paid with points by the till less discount by points. Must be 0: otherwise a discount was not taken off, or too often.",
	}},
	"typed": {text{"Getypte bedragen", "Typed amounts"}, text{
		"Verkopen waarvan een mens het totaal typte.", "Sales whose total a person typed.",
	}},
	"confirmed": {text{"Bevestigd door een leidinggevende", "Confirmed by a manager"}, text{
		"Records met de naam van wie iets boven de grens van een kassamedewerker bevestigde.",
		"Records with the name of who confirmed something above a cashier's limits.",
	}},
	"hold_lapsed": {text{"Inwisselen na de tijd", "Redeemed out of time"}, text{
		"Verkopen die punten gebruikten die niet meer apart stonden. Het tekort is schuld van het lid.",
		"Sales that used points which were not set aside any more. What was short is the member's debt.",
	}},
	"suspect": {text{"Met een klok die niet te vertrouwen was", "With a clock not to be trusted"}, text{
		"Records van een moment waarop de klok van de pc niet klopte of terugsprong. De volgorde staat vast, het uur niet.",
		"Records of a moment when the PC's clock was wrong or went back. Their order is certain, their hour is not.",
	}},
	"offline": {text{"Zonder verbinding", "Without a line"}, text{
		"Records tussen het moment waarop de verbinding met het hoofdkantoor weg bleek en het moment waarop ze er weer was. Een korte storing die niemand merkte telt niet.",
		"Records between the moment the line to head office was found lost and the moment it was back. A short failure that nobody noticed does not count.",
	}},
	"offline_time": {text{"Tijd zonder verbinding", "Time without a line"}, text{
		"Op de klok van de pc, sinds het vorige rapport.", "By the PC's clock, since the report before.",
	}},
	"waiting": {text{"Nog niet bij het hoofdkantoor", "Not at head office yet"}, text{
		"Alle records die het hoofdkantoor nog niet had bevestigd toen dit werd geteld, ook oudere.",
		"All records that head office had not confirmed when this was counted, older ones too.",
	}},
	"emptied": {text{"Zonder inhoud", "Without their body"}, text{
		"Records waarvan de inhoud is gewist. Ze tellen in punten, niet in bedragen, mensen en uren.",
		"Records whose body was emptied. They count in points, not in amounts and people.",
	}},
	"days": {text{"Records van een andere dag", "Records of another day"}, text{
		"Na de vorige afsluiting, of met een klok die versprong: ze staan in dit rapport, want een dag gaat nooit weer open.",
		"Made after the closing before, or with a clock that jumped: they stand in this report, because a day is never opened again.",
	}},
	"silent": {text{"Pc uit, niets vastgelegd", "PC off, nothing recorded"}, text{
		"Dagen sinds het vorige rapport waarop de pc niet draaide. Ze hebben geen eigen rapport.",
		"Days since the report before on which the PC did not run. They have no report of their own.",
	}},
	"slips": {text{"Bonnen gemaakt", "Slips made"}, text{
		"Bonnen die bij deze records horen.", "Slips that belong to these records.",
	}},
	"printed": {text{"waarvan geprint", "of which printed"}, text{
		"Voor zover bekend op papier toen dit werd geteld.", "On paper, as far as was known when this was counted.",
	}},
	"copies": {text{"waarvan als duplicaat", "of which as duplicates"}, text{
		"Geprint met het opschrift duplicaat, omdat niet zeker was of het eerste papier er was.",
		"Printed and headed as a copy, because it was not certain that the first paper was there.",
	}},
	"held": {text{"wachtend", "waiting"}, text{
		"Nog niet op papier toen dit werd geteld.", "Not on paper yet when this was counted.",
	}},
	"records": {text{"Records", "Records made"}, text{
		"Alles wat is vastgelegd, zonder de dagrapporten zelf.", "Everything that was recorded, without the day reports themselves.",
	}},
	"first": {text{"Eerste nummer", "First number"}, text{
		"Kenmerk van het eerste record. Het sluit aan op het laatste van het vorige rapport.",
		"Reference of the first record. It follows on the last of the report before.",
	}},
	"last": {text{"Laatste nummer", "Last number"}, text{
		"Kenmerk van het laatste record. Alles daarna staat in het volgende rapport.",
		"Reference of the last record. Everything after it is in the next report.",
	}},
	"branches": {text{"Doorgegaan in", "Went on in"}, text{
		"De database is teruggezet, verplaatst of gekopieerd: het journaal ging in een nieuwe tak verder. Er is niets overgeslagen.",
		"The database was restored, moved or copied: the journal went on in a new branch. Nothing was left out.",
	}},
	"prev": {text{"Controlegetal vorig rapport", "Check number of the report before"}, text{
		"De eerste tekens van de SHA-256 van het vorige dagrecord. Zo is een weggehaald of veranderd rapport te zien.",
		"The first characters of the SHA-256 of the day record before. It shows a report that was taken away or changed.",
	}},
}

// Column is the heading of a column of the tables by hour and cashier.
func (r Report) Column(name string) string {
	t, ok := columns[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var columns = map[string]text{
	"records": {"Records", "Records made"}, "sales": {"Verkopen", "Sales"}, "amount": {"Bedrag", "Amount"},
	"given": {"Gespaard", "Earned"}, "taken": {"Ingewisseld", "Redeemed"}, "other": {"Overig", "Other"},
	"hour": {"Uur", "Hour"}, "operator": {"Medewerker", "Cashier"}, "lane": {"Kassa", "Till"},
}

// Code is a number in the form of a hash's first characters.
func (r Report) Code(h ledger.Hash) string {
	if h == (ledger.Hash{}) {
		return r.say(text{"geen", "none"})
	}
	s := strings.ToUpper(h.String()[:16])
	return s[:4] + " " + s[4:8] + " " + s[8:12] + " " + s[12:]
}

// Signature is what a person writes behind on paper.
func (r Report) Signature() string { return r.say(text{"Handtekening", "Signature"}) }

// HasEnded ends the slip.
func (r Report) HasEnded() string { return r.say(text{"Einde dagrapport", "End of the day report"}) }

// DoesNotTie says that the sums of a report are wrong.
func (r Report) DoesNotTie() string {
	return r.say(text{"LET OP: begin en wat erbij kwam is niet het eind. Bel de beheerder.", "LOOK: opening and moves are not the closing. Call support."})
}

// Form is a text of the form that closes the day.
func (r Report) Form(name string) string {
	t, ok := forms[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var forms = map[string]text{
	"close":        {"Sluit de dag af", "Close the day"},
	"explain":      {"Typ over wat op de dagstaat van de kassa staat. Leeg laten mag.", "Copy what the till's day report says. It may be left empty."},
	"final":        {"Een dag gaat nooit weer open. Wat hierna komt, staat in het volgende rapport.", "A day is never opened again. What comes after is in the next report."},
	"day":          {"Dag", "Day"},
	"show":         {"Toon", "Show"},
	"means":        {"Wat is dit?", "What is this?"},
	"till":         {"Terug naar de kassa", "Back to the till"},
	"none":         {"Van deze dag is er geen rapport.", "There is no report of this day."},
	"sign_in":      {"Alleen een leidinggevende kan dit zien. Meld u aan bij de kassa.", "Only a manager can see this. Sign in at the till."},
	"bad_money":    {"Dit bedrag kan niet. Er is niets afgesloten. Typ het als 1234,50.", "This amount is not possible. Nothing was closed. Type it as 1234.50."},
	"bad_day":      {"Dit is geen dag. Kies een dag uit de kalender.", "This is not a day. Choose a day of the calendar."},
	"fault":        {"Dit lukt nu niet. Er is niets afgesloten. Probeer het nog eens en bel de beheerder als het blijft.", "This does not work now. Nothing was closed. Try once more and call support if it stays."},
	"picture":      {"Verkopen met kaart per uur", "Sales with a card by hour"},
	"describe":     {"Staven per uur; dezelfde getallen staan in de tabel ernaast.", "A bar for each hour; the same figures stand in the table beside it."},
	"signals":      {"Nu zo in de winkel, tot het einde van de dag", "So in the shop now, until the end of the day"},
	"signal_fault": {"Dit lukt nu niet. Er is niets veranderd. Probeer het nog eens.", "This does not work now. Nothing changed. Try once more."},
	"compare":      {"Zelfde weekdag een week eerder", "Same weekday a week earlier"},
}

// Plain is a number of units without their word, for tables that name it above.
func (r Report) Plain(p ledger.Points) string {
	minus, digits := r.in().number(int64(p), 3, 0)
	return minus + digits
}

// Sequence is a record's number with the letters of its branch, as slips have it.
func (r Report) Sequence(branch ledger.Branch, seq int64) string {
	return strings.ToUpper(branch.String()[:4]) + "-" + strconv.FormatInt(seq, 10)
}
