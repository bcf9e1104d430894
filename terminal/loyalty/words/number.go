package words

import (
	"strconv"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

const nbsp = "\u00a0"

// A locale is how a language's people write numbers and dates.
type locale struct {
	tag     string
	of      func(text) string // the language's own sentence
	group   string            // between thousands
	decimal string
	percent string // behind a share
	date    string // a layout of package time
	// dayOfYear is how date begins: the day without its year.
	dayOfYear string
	// between stands between a date and a time.
	between string
	money   func(sign, number, symbol string) string
	// moneyGroup is group in amounts of money, where that is another.
	moneyGroup string
	// one reports whether so many thousandths of a unit take its word for one.
	one func(thousandths int64) bool
}

func dutch(t text) string   { return t.nl }
func english(t text) string { return t.en }
func german(t text) string  { return t.de }

// french is written with plain blanks, and read with those that keep a mark on
// the line of the word it follows.
func french(t text) string { return marks.Replace(t.fr) }

var marks = strings.NewReplacer(" :", nbsp+":", " ;", nbsp+";", " ?", nbsp+"?", " !", nbsp+"!", "« ", "«"+nbsp, " »", nbsp+"»")

// Where the symbol and the minus stand. A currency without a symbol of its own
// has a no-break space beside its code in every language.
func symbolFirst(sign, number, symbol string) string { return symbol + nbsp + sign + number }
func symbolTight(sign, number, symbol string) string {
	if symbol != "€" && symbol != "£" {
		symbol += nbsp
	}
	return sign + symbol + number
}
func minusFirst(sign, number, symbol string) string { return sign + symbol + nbsp + number }
func symbolLast(sign, number, symbol string) string { return sign + number + nbsp + symbol }

// Of 1 alone, and in French of all that is below 2.
func onlyOne(thousandths int64) bool  { return thousandths == 1000 || thousandths == -1000 }
func belowTwo(thousandths int64) bool { return thousandths > -2000 && thousandths < 2000 }

const thin = "\u202f" // a narrow no-break space

// The languages as CLDR 48 has them. English is that of Britain and Ireland,
// whose dates begin with the day, as all of these do.
var (
	ofDutch = locale{
		of: dutch, group: ".", decimal: ",", percent: "%", date: "02-01-2006", dayOfYear: "02-01", between: ", ",
		money: symbolFirst, one: onlyOne,
	}
	ofEnglish = locale{
		of: english, group: ",", decimal: ".", percent: "%", date: "02/01/2006", dayOfYear: "02/01", between: ", ",
		money: symbolTight, one: onlyOne,
	}
	ofGerman = locale{
		of: german, group: ".", decimal: ",", percent: nbsp + "%", date: "02.01.2006", dayOfYear: "02.01.", between: ", ",
		money: symbolLast, one: onlyOne,
	}
	ofFrench = locale{
		of: french, group: thin, decimal: ",", percent: nbsp + "%", date: "02/01/2006", dayOfYear: "02/01", between: " ",
		money: symbolLast, one: belowTwo,
	}
)

var locales = []locale{
	ofDutch.as("nl"), ofDutch.as("nl-NL"), ofDutch.as("nl-BE", func(l *locale) { l.date, l.dayOfYear = "02/01/2006", "02/01" }),
	ofEnglish.as("en"), ofEnglish.as("en-GB"), ofEnglish.as("en-IE"),
	ofGerman.as("de"), ofGerman.as("de-DE"), ofGerman.as("de-AT", func(l *locale) { l.group, l.moneyGroup, l.money = nbsp, ".", minusFirst }),
	ofFrench.as("fr"), ofFrench.as("fr-FR"), ofFrench.as("fr-BE"),
}

// as is l under a tag, with what a region does otherwise.
func (l locale) as(tag string, otherwise ...func(*locale)) locale {
	l.tag = tag
	for _, differ := range otherwise {
		differ(&l)
	}
	return l
}

// Money is an amount with its currency: "€ 1.234,50", "€1,234.50", "1.234,50 €".
func (w Words) Money(amount basket.Money, currency string) string {
	l := *w.in()
	if l.moneyGroup != "" {
		l.group = l.moneyGroup
	}
	symbol := currency
	switch currency {
	case "EUR":
		symbol = "€"
	case "GBP":
		symbol = "£"
	}
	digits := programme.MinorDigits(currency)
	sign, number := l.number(int64(amount), digits, digits)
	return l.money(sign, number, symbol)
}

// Points is a number of a wallet's units with the word for them: "1 punt",
// "1.234 punten", "0,5 punten". Decimals that are not 0 are always shown.
func (w Words) Points(p ledger.Points, wallet programme.Wallet) string {
	unit, l := wallet.Unit(w.Language()), w.in()
	word := unit.Many
	if l.one(int64(p)) {
		word = unit.One
	}
	sign, number := l.number(int64(p), 3, wallet.Decimals)
	return sign + number + " " + word
}

// Day is a business day: "22-11-2026".
func (w Words) Day(day ledger.Day) string {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return string(day) // a day that is none is shown as it is
	}
	return w.Date(t)
}

// Date is the day of t, in the zone t is in: "22-11-2026".
func (w Words) Date(t time.Time) string { return t.Format(w.in().date) }

// DayOfYear is a day without its year: "22-11", "22.11.".
func (w Words) DayOfYear(day ledger.Day) string {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return string(day) // as in Day
	}
	return t.Format(w.in().dayOfYear)
}

// Time is the hour and minute of t, in the zone t is in: "16:04".
func (w Words) Time(t time.Time) string { return t.Format("15:04") }

// DateTime is both: "22-11-2026, 16:04".
func (w Words) DateTime(t time.Time) string { return w.Date(t) + w.in().between + w.Time(t) }

// named is a name with what it stands before: "Saldo: 5 punten".
func (w Words) named(name, what string) string {
	return w.sayf(text{"%s: %s", "%s: %s", "%s: %s", "%s : %s"}, name, what)
}

// number writes n, which counts in units of so many decimals, with at least
// least of them: in thousands, and apart from its sign.
func (l *locale) number(n int64, decimals, least int) (sign, digits string) {
	text := strconv.FormatInt(n, 10)
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", rest
	}
	text = strings.Repeat("0", max(decimals+1-len(text), 0)) + text
	whole, part := text[:len(text)-decimals], text[len(text)-decimals:]
	for len(part) > least && strings.HasSuffix(part, "0") {
		part = part[:len(part)-1]
	}
	digits = whole[:(len(whole)-1)%3+1]
	for rest := whole[len(digits):]; rest != ""; rest = rest[3:] {
		digits += l.group + rest[:3]
	}
	if part != "" {
		digits += l.decimal + part
	}
	return sign, digits
}
