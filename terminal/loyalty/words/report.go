package words

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Report has the words of a day's report: for its slip, its page and the
// operator's tool.
type Report struct{ Words }

// Title names a report by its number.
func (r Report) Title(number int64) string {
	return r.sayf(text{"Dagrapport %d", "Day report %d", "Tagesbericht %d", "Rapport du jour %d"}, number)
}

// Reading names figures that close nothing.
func (r Report) Reading() string {
	return r.say(text{
		"Stand van de dag (niet afgesloten)",
		"The day so far (not closed)",
		"Stand des Tages (nicht abgeschlossen)",
		"La journée jusqu'ici (non clôturée)",
	})
}

// Page names the page itself.
func (r Report) Page() string {
	return r.say(text{"Dagafsluiting", "Day closing", "Tagesabschluss", "Clôture de la journée"})
}

// Of is the business day with its weekday: "zondag 22-11-2026". Part is named
// from the second on.
func (r Report) Of(day ledger.Day, part int) string {
	name := r.Day(day)
	if t, err := time.Parse(time.DateOnly, string(day)); err == nil {
		name = r.say(weekdays[t.Weekday()]) + " " + name
	}
	if part > 1 {
		name += r.sayf(text{", deel %d", ", part %d", ", Teil %d", ", partie %d"}, part)
	}
	return name
}

var weekdays = [7]text{
	{"zondag", "Sunday", "Sonntag", "dimanche"}, {"maandag", "Monday", "Montag", "lundi"}, {"dinsdag", "Tuesday", "Dienstag", "mardi"}, {"woensdag", "Wednesday", "Mittwoch", "mercredi"},
	{"donderdag", "Thursday", "Donnerstag", "jeudi"}, {"vrijdag", "Friday", "Freitag", "vendredi"}, {"zaterdag", "Saturday", "Samstag", "samedi"},
}

// Made says when it was counted.
func (r Report) Made(at time.Time) string {
	return r.sayf(text{"Gemaakt op %s", "Made on %s", "Erstellt am %s", "Établi le %s"}, r.DateTime(at))
}

// MadeBy says who closed the day, or that it closed by itself.
func (r Report) MadeBy(automatic bool, operator string) string {
	switch {
	case automatic:
		return r.say(text{"Vanzelf afgesloten", "Closed by itself", "Automatisch abgeschlossen", "Clôture automatique"})
	case operator == "":
		return r.say(text{"Met de hand afgesloten", "Closed by hand", "Von Hand abgeschlossen", "Clôture manuelle"})
	}
	return r.sayf(text{"Afgesloten door %s", "Closed by %s", "Abgeschlossen von %s", "Clôture faite par %s"}, operator)
}

// Sentence says in one sentence what the day came to.
func (r Report) Sentence(records, sales int64, amount basket.Money, currency string, given, taken []string) string {
	if records == 0 {
		return r.say(text{"Er is niets gebeurd.", "Nothing happened.", "Es ist nichts geschehen.", "Il ne s'est rien passé."})
	}
	s := r.sayf(text{"%s met kaart voor %s", "%s with a card for %s", "%s mit Karte über %s", "%s avec carte pour %s"}, r.counted(sales, text{"verkoop", "sale", "Verkauf", "vente"}, text{"verkopen", "sales", "Verkäufe", "ventes"}), r.Money(amount, currency))
	if len(given) > 0 {
		s += r.sayf(text{"; gespaard: %s", "; earned: %s", "; gesammelt: %s", " ; gain : %s"}, strings.Join(given, ", "))
	}
	if len(taken) > 0 {
		s += r.sayf(text{"; ingewisseld: %s", "; redeemed: %s", "; eingelöst: %s", " ; utilisation : %s"}, strings.Join(taken, ", "))
	}
	return s + "."
}

func (r Report) counted(n int64, one, many text) string {
	if n < 2 && r.in().one(n*1000) {
		return r.Count(n) + " " + r.say(one)
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
	return minus + digits + r.in().percent
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
		return r.sayf(text{"%d min", "%d min", "%d Min.", "%d min"}, minutes)
	}
	return r.sayf(text{"%d u %02d min", "%d h %02d min", "%d Std. %02d Min.", "%d h %02d min"}, minutes/60, minutes%60)
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
		return r.say(text{"niemand aangemeld", "nobody signed in", "niemand angemeldet", "personne d'identifié"})
	case "*":
		return r.say(text{"alle anderen", "all others", "alle anderen", "tous les autres"})
	}
	return name
}

// Till names a till, or the whole shop for "".
func (r Report) Till(name string, day ledger.Day, late bool) string {
	if name == "" {
		name = r.say(text{"hele winkel, ingetypt", "whole shop, typed", "ganzes Geschäft, eingetippt", "tout le magasin, saisi"})
	}
	name += ", " + r.Day(day)
	if late {
		name += r.say(text{
			" (na de afsluiting gemeld)",
			" (said after the closing)",
			" (nach dem Abschluss gemeldet)",
			" (transmis après la clôture)",
		})
	}
	return name
}

// Days names a stretch of days.
func (r Report) Days(from, to ledger.Day) string {
	if from == to {
		return r.Day(from)
	}
	return r.sayf(text{"%s tot en met %s", "%s to %s", "%s bis %s", "du %s au %s"}, r.Day(from), r.Day(to))
}

// Unknown stands where nobody said a figure.
func (r Report) Unknown() string {
	return r.say(text{"niet opgegeven", "not given", "nicht angegeben", "non communiqué"})
}

// Kind is what a kind of record is called, for several of them.
func (r Report) Kind(k ledger.Kind) string {
	switch k {
	case ledger.KindAward:
		return r.say(text{"Verkopen", "Sales", "Verkäufe", "Ventes"})
	case ledger.KindClose:
		return r.say(text{
			"Automatisch: punten overal bruikbaar",
			"Automatic: points usable everywhere",
			"Automatisch: Punkte überall einlösbar",
			"Automatique : points utilisables partout",
		})
	case ledger.KindReverse:
		return r.say(text{"Terugboekingen", "Reversals", "Rückbuchungen", "Contre-passations"})
	case ledger.KindReturn:
		return r.say(text{"Retouren", "Returns", "Rückgaben", "Retours"})
	case ledger.KindUndo:
		return r.say(text{"Teruggedraaid", "Undone", "Storniert", "Annulations"})
	case ledger.KindMove:
		return r.say(text{
			"Naar het juiste lid gezet",
			"Moved to the right member",
			"Zum richtigen Mitglied umgebucht",
			"Transferts au bon membre",
		})
	case ledger.KindEnrol:
		return r.say(text{"Nieuwe leden", "New members", "Neue Mitglieder", "Nouveaux membres"})
	case ledger.KindClaim:
		return r.say(text{
			"Bonnen op een kaart gezet",
			"Slips added to a card",
			"Punktebons auf eine Karte gebucht",
			"Tickets de points mis sur une carte",
		})
	case ledger.KindAdjust:
		return r.say(text{
			"Punten gegeven door een mens",
			"Points given by a person",
			"Punkte von einem Menschen gegeben",
			"Points donnés par une personne",
		})
	case ledger.KindExpire:
		return r.say(text{
			"Automatisch: vervallen punten",
			"Automatic: expired points",
			"Automatisch: verfallene Punkte",
			"Automatique : points expirés",
		})
	}
	return string(k)
}

// Entry is what entries of a kind do.
func (r Report) Entry(k ledger.EntryKind) string {
	switch k {
	case ledger.Earn:
		return r.say(text{"Gespaard", "Earned", "Gesammelt", "Gains"})
	case ledger.Bonus:
		return r.say(text{"Extra gespaard", "Bonus", "Extra gesammelt", "Gains en plus"})
	case ledger.Redeem:
		return r.say(text{"Ingewisseld", "Redeemed", "Eingelöst", "Utilisations"})
	case ledger.Reverse:
		return r.say(text{
			"Teruggenomen en teruggegeven",
			"Taken back and given back",
			"Abgezogen und zurückgegeben",
			"Retraits et restitutions",
		})
	case ledger.Expire:
		return r.say(text{"Vervallen", "Expired", "Verfallen", "Expirations"})
	case ledger.Donate:
		return r.say(text{"Geschonken", "Donated", "Gespendet", "Dons"})
	case ledger.Convert:
		return r.say(text{"Omgezet", "Converted", "Umgewandelt", "Conversions"})
	case ledger.Adjust:
		return r.say(text{"Gegeven door een mens", "Given by a person", "Von einem Menschen gegeben", "Donné par une personne"})
	case ledger.Transfer:
		return r.say(text{"Samengevoegd", "Merged", "Zusammengeführt", "Fusions"})
	case ledger.Move:
		return r.say(text{
			"Naar het juiste lid gezet",
			"Moved to the right member",
			"Zum richtigen Mitglied umgebucht",
			"Transferts au bon membre",
		})
	case ledger.Close:
		return r.say(text{"Vrijgaven", "Releases", "Freigaben", "Libérations"})
	}
	return string(k)
}

// Mode is how customers were identified.
func (r Report) Mode(m ledger.EntryMode) string {
	switch m {
	case ledger.Scanned:
		return r.say(text{"Kaart gescand", "Card scanned", "Karte gescannt", "Carte scannée"})
	case ledger.Keyed:
		return r.say(text{"Kaartnummer getypt", "Card number typed", "Kartennummer eingetippt", "Numéro de carte saisi"})
	case ledger.ByPhone:
		return r.say(text{"Telefoonnummer", "Phone number", "Telefonnummer", "Numéro de téléphone"})
	case ledger.ByTill:
		return r.say(text{"Door de kassa", "By the till", "Durch die Kasse", "Par la caisse"})
	}
	return string(m)
}

// Wallet is what a wallet is called as a heading: its unit, several of them.
func (r Report) Wallet(w programme.Wallet) string {
	many := w.Unit(r.Language()).Many
	_, first := utf8.DecodeRuneInString(many)
	return strings.ToUpper(many[:first]) + many[first:]
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
	"sales":     {"Verkopen met kaart", "Sales with a card", "Verkäufe mit Karte", "Ventes avec carte"},
	"takings":   {"Tegenover de kassa", "Against the tills", "Im Vergleich zur Kasse", "Comparaison avec la caisse"},
	"kinds":     {"Wat er is vastgelegd", "What was recorded", "Was gebucht wurde", "Ce qui a été enregistré"},
	"look":      {"Om naar te kijken", "To look at", "Bitte ansehen", "À vérifier"},
	"paper":     {"Bonnen", "Slips", "Bons", "Tickets"},
	"journal":   {"Journaal", "Journal", "Journal", "Journal"},
	"hours":     {"Per uur", "By hour", "Nach Stunde", "Par heure"},
	"operators": {"Per medewerker", "By cashier", "Nach Person", "Par caissier"},
	"lanes":     {"Per kassa", "By till", "Nach Kasse", "Par caisse"},
	"modes": {
		"Hoe het lid is herkend",
		"How the member was found",
		"Wie das Mitglied erkannt wurde",
		"Comment le membre a été reconnu",
	},
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

// Column is the heading of a column of the tables by hour and cashier.
func (r Report) Column(name string) string {
	t, ok := columns[name]
	if !ok {
		return name
	}
	return r.say(t)
}

var columns = map[string]text{
	"records": {"Records", "Records made", "Buchungen", "Opérations"}, "sales": {"Verkopen", "Sales", "Verkäufe", "Ventes"}, "amount": {"Bedrag", "Amount", "Betrag", "Montant"},
	"given": {"Gespaard", "Earned", "Gesammelt", "Gains"}, "taken": {"Ingewisseld", "Redeemed", "Eingelöst", "Utilisations"}, "other": {"Overig", "Other", "Sonstiges", "Autres"},
	"hour": {"Uur", "Hour", "Stunde", "Heure"}, "operator": {"Medewerker", "Cashier", "Person", "Caissier"}, "lane": {"Kassa", "Till", "Kasse", "Caisse"},
}

// Code is a number in the form of a hash's first characters.
func (r Report) Code(h ledger.Hash) string {
	if h == (ledger.Hash{}) {
		return r.say(text{"geen", "none", "keine", "aucun"})
	}
	s := strings.ToUpper(h.String()[:16])
	return s[:4] + " " + s[4:8] + " " + s[8:12] + " " + s[12:]
}

// Signature is what a person writes behind on paper.
func (r Report) Signature() string {
	return r.say(text{"Handtekening", "Signature", "Unterschrift", "Signature"})
}

// SignHere is Signature with the line that is written on.
func (r Report) SignHere(line string) string { return r.named(r.Signature(), line) }

// HasEnded ends the slip.
func (r Report) HasEnded() string {
	return r.say(text{"Einde dagrapport", "End of the day report", "Ende des Tagesberichts", "Fin du rapport du jour"})
}

// DoesNotTie says that the sums of a report are wrong.
func (r Report) DoesNotTie() string {
	return r.say(text{
		"LET OP: begin en wat erbij kwam is niet het eind. Bel de beheerder.",
		"LOOK: opening and moves are not the closing. Call support.",
		"ACHTUNG: Anfang und Bewegungen ergeben nicht das Ende. Bitte den Support anrufen.",
		"ATTENTION : l'ouverture et les mouvements ne donnent pas la fin. Appelez l'assistance.",
	})
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
