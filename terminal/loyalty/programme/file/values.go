package file

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// amount is money in minor units; nothing written is 0.
func (r reader) amount(a Amount, key string) basket.Money {
	return basket.Money(r.decimal(Decimal(a), r.digits, key))
}

// points are thousandths; nothing written is 0.
func (r reader) points(d Decimal, key string) ledger.Points {
	return ledger.Points(r.decimal(d, 3, key))
}

// decimal is a count of the last of so many decimals; nothing written is 0.
func (r reader) decimal(d Decimal, decimals int, key string) int64 {
	if d == "" && !r.doc.has(key) {
		return 0
	}
	return exact(string(d), decimals, key, r.doc)
}

// likely are values of keys that others of their table make necessary.
var likely = map[string]string{"points": "1", "per": `"1.00"`, "factor": "2"}

// need tells that a key is missing which others of its table make necessary.
func (r reader) need(d Decimal, key string) {
	if d == "" && !r.doc.has(key) {
		name := key[strings.LastIndex(key, ".")+1:]
		r.doc.problem(key, "%s: write %s = %s", missing, name, likely[name])
	}
}

// fraction is a number in thousandths in lowest terms; nothing written is none.
func (r reader) fraction(d Decimal, key string) ledger.Fraction {
	f, err := ledger.NewFraction(r.decimal(d, 3, key), 1000)
	if err != nil {
		r.doc.problem(key, "%q is too large", string(d))
	}
	return f
}

// unless is text, or nothing for the one that the rules write as nothing.
func unless(text, nothing string) string {
	if text == nothing {
		return ""
	}
	return text
}

func (r reader) day(d Date, key string) ledger.Day {
	if d == "" && !r.doc.has(key) {
		return ""
	}
	day := ledger.Day(d)
	if day.Validate() != nil {
		r.doc.problem(key, `%q: need a day, year-month-day: "2026-12-31"`, string(d))
		return ""
	}
	return day
}

// clock is how long after midnight a clock shows text, "03:00".
func (r reader) clock(text, key string) time.Duration {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		r.doc.problem(key, `%q: need hours and minutes, "03:00"`, text)
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// hours is a part of a day, "14:00-16:00"; its end may be "24:00".
func (r reader) hours(text, key string) programme.Hours {
	from, until, dash := strings.Cut(text, "-")
	a, ok := minutes(from)
	b, good := minutes(until)
	if !dash || !ok || !good || a == 24*60 || a == b {
		r.doc.problem(key, `%q: need two different times, "14:00-16:00"`, text)
		return programme.Hours{}
	}
	return programme.Hours{From: a, Until: b}
}

func minutes(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == len("15:04")
}

// weekdays from Sunday, as package time counts them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekday is Sunday for a text that is none, which was told already.
func weekday(text string) time.Weekday { return time.Weekday(max(slices.Index(weekdays, text), 0)) }

// chance is parts of a million: "1 in 50", "2 %".
func (r reader) chance(text, key string) int64 {
	if of, percent := strings.CutSuffix(text, "%"); percent {
		return exact(strings.TrimSpace(of), 4, key, r.doc)
	}
	won, of, in := strings.Cut(text, " in ")
	n, err := strconv.ParseInt(won, 10, 32)
	m, bad := strconv.ParseInt(of, 10, 32)
	if !in || err != nil || bad != nil || n < 1 || m < n {
		r.doc.problem(key, `%q: need a chance, "1 in 50" or "2 %%"`, text)
		return 0
	}
	return n * 1_000_000 / m
}

const withoutPurchase = " without a purchase"

// expiry is how long a wallet's points last.
func (r reader) expiry(text, key string, into *programme.Wallet) {
	if text == "never" {
		return
	}
	into.Lapses = true
	text, into.Inactive = strings.CutSuffix(text, withoutPurchase)
	into.Expires = r.span(text, key)
}

// span is a length of time: "90 days", "12 months", "end of next year",
// "12 months, end of month". Nothing written is none.
func (r reader) span(text, key string) programme.Validity {
	if text == "" && !r.doc.has(key) {
		return programme.Validity{}
	}
	v, ok := validity(text)
	if !ok {
		r.doc.problem(key, `%q: need a length of time, "90 days", "12 months", "end of next year" or "12 months, end of month"`, text)
	}
	return v
}

func validity(text string) (programme.Validity, bool) {
	length, end, both := strings.Cut(text, ", ")
	if both {
		v, ok := count(length)
		to, good := periodEnd(end)
		v.To = to.To
		return v, ok && good && to.Months == 0
	}
	if v, ok := periodEnd(text); ok {
		return v, true
	}
	return count(text)
}

// count is a number of days, weeks, months or years.
func count(text string) (programme.Validity, bool) {
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 1 || n > maxDays {
		return programme.Validity{}, false
	}
	switch strings.TrimSuffix(unit, "s") {
	case "day":
		return programme.Validity{Days: int(n)}, true
	case "week":
		return programme.Validity{Days: 7 * int(n)}, true
	case "month":
		return programme.Validity{Months: int(n)}, true
	case "year":
		return programme.Validity{Months: 12 * int(n)}, true
	}
	return programme.Validity{}, false
}

// maxDays keeps multiples of it small; what rules take is less.
const maxDays = 100_000

// periodEnd is "end of month", "end of next year", or a whole "calendar year".
func periodEnd(text string) (programme.Validity, bool) {
	period, calendar := strings.CutPrefix(text, "calendar ")
	next := false
	if !calendar {
		var end bool
		if period, end = strings.CutPrefix(text, "end of "); !end {
			return programme.Validity{}, false
		}
		period, next = strings.CutPrefix(period, "next ")
	}
	months := map[string]int{"month": 1, "quarter": 3, "year": 12}[period]
	v := programme.Validity{To: programme.PeriodEnd(period)}
	if next {
		v.Months = months
	}
	return v, months != 0
}

// whole is n as an int, which has 32 bits on some PCs; what does not fit is
// far out of range either way.
func whole(n int64) int { return int(min(max(n, math.MinInt32), math.MaxInt32)) }

// exact is a number with a decimal point as a count of its last allowed decimal.
func exact(text string, decimals int, key string, doc *document) int64 {
	before, after, point := strings.Cut(text, ".")
	if !digits(before) || (point && !digits(after)) {
		doc.problem(key, `%q: need digits and perhaps a decimal point, "12.50"`, text)
		return 0
	}
	if len(after) > decimals {
		doc.problem(key, "%q: has %d decimals, at most %d", text, len(after), decimals)
		return 0
	}
	var n int64
	for _, d := range before + after + strings.Repeat("0", decimals-len(after)) {
		if n > (math.MaxInt64-9)/10 {
			doc.problem(key, "%q is too large", text)
			return 0
		}
		n = n*10 + int64(d-'0')
	}
	return n
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// sorted are the keys of a table in one order, so that problems are told in one.
func sorted[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }

// has reports whether key stands in the file.
func (d *document) has(key string) bool {
	_, written := d.places[d.written(key)]
	return written
}

// at is where complaints about a rule are told that stands for another key.
func (d *document) at(key string) string {
	for of := key; of != ""; of = parent(of) {
		if stands, ok := d.stands[of]; ok {
			return stands
		}
	}
	return key
}
