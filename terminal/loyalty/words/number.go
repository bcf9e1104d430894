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
	english bool
	group   string // between thousands
	decimal string
	date    string // a layout of package time
	// signBehind puts a minus between the currency and the amount.
	signBehind bool
	// gap stands between a currency's symbol and the amount; a code has a
	// no-break space there in every language.
	gap string
}

// locales are written as CLDR 48 has them. English is that of Britain and
// Ireland, whose dates begin with the day.
var locales = []locale{
	{tag: "nl", group: ".", decimal: ",", date: "02-01-2006", signBehind: true, gap: nbsp},
	{tag: "nl-NL", group: ".", decimal: ",", date: "02-01-2006", signBehind: true, gap: nbsp},
	{tag: "nl-BE", group: ".", decimal: ",", date: "02/01/2006", signBehind: true, gap: nbsp},
	{tag: "en", english: true, group: ",", decimal: ".", date: "02/01/2006"},
	{tag: "en-GB", english: true, group: ",", decimal: ".", date: "02/01/2006"},
	{tag: "en-IE", english: true, group: ",", decimal: ".", date: "02/01/2006"},
}

// Money is an amount with its currency: "€ 1.234,50", "€1,234.50".
func (w Words) Money(amount basket.Money, currency string) string {
	l := w.in()
	symbol, gap := currency, nbsp
	switch currency {
	case "EUR":
		symbol, gap = "€", l.gap
	case "GBP":
		symbol, gap = "£", l.gap
	}
	digits := programme.MinorDigits(currency)
	sign, number := l.number(int64(amount), digits, digits)
	if l.signBehind {
		return symbol + gap + sign + number
	}
	return sign + symbol + gap + number
}

// Points is a number of a wallet's units with the word for them: "1 punt",
// "1.234 punten", "0,5 punten". Decimals that are not 0 are always shown.
func (w Words) Points(p ledger.Points, wallet programme.Wallet) string {
	unit := wallet.Unit(w.Language())
	word := unit.Many
	if p == ledger.Unit || p == -ledger.Unit {
		word = unit.One
	}
	sign, number := w.in().number(int64(p), 3, wallet.Decimals)
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

// DayOfYear is a day without its year: "22-11".
func (w Words) DayOfYear(day ledger.Day) string {
	text := w.Day(day)
	return text[:min(len(text), len("22-11"))] // our languages' dates begin with the day
}

// Time is the hour and minute of t, in the zone t is in: "16:04".
func (w Words) Time(t time.Time) string { return t.Format("15:04") }

// DateTime is both: "22-11-2026, 16:04".
func (w Words) DateTime(t time.Time) string { return w.Date(t) + ", " + w.Time(t) }

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
