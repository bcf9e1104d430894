package cashier

import (
	"fmt"
	"strconv"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A notation is how a language writes amounts of a currency. The page's script
// shows digits in it while they are typed.
type notation struct {
	Before, After  string // the currency
	Group, Decimal string
	Minor          int // digits behind the decimal sign
}

// notationOf reads the notation off an amount that the words wrote, so that
// there is one place where it is decided.
func notationOf(w words.Words, currency string) notation {
	n := notation{Group: ".", Decimal: ",", Minor: programme.MinorDigits(currency)}
	amount := basket.Money(1234)
	for range n.Minor {
		amount *= 10
	}
	text := w.Money(amount, currency)
	first, last := strings.IndexAny(text, digits), strings.LastIndexAny(text, digits)
	n.Before, n.After = strings.TrimSpace(text[:first]), strings.TrimSpace(text[last+1:])
	number := text[first : last+1]
	if one, rest, ok := strings.Cut(number, "234"); ok {
		n.Group, n.Decimal = strings.TrimPrefix(one, "1"), strings.TrimRight(rest, digits)
	}
	return n
}

const digits = "0123456789"

// pointsOf reads a number of a wallet's units as people type it in the
// notation, to thousandths; false for what is none, or below zero.
//
// A group sign that three digits do not follow was meant as the decimal sign:
// a keypad has one key for both.
func (n notation) pointsOf(text string) (ledger.Points, bool) {
	text = strings.TrimSpace(text)
	if groups := strings.Split(text, n.Group); n.Group != "" && grouped(groups, n.Decimal) {
		text = strings.Join(groups, "")
	}
	text = strings.NewReplacer(n.Decimal, ".", n.Group, ".").Replace(text)
	whole, part, _ := strings.Cut(text, ".")
	if whole == "" || len(part) > 3 || strings.Trim(whole+part, digits) != "" {
		return 0, false
	}
	thousandths, err := strconv.ParseInt(whole+part+strings.Repeat("0", 3-len(part)), 10, 64)
	return ledger.Points(thousandths), err == nil
}

// grouped reports whether groups are what stands between the group signs of
// one number.
func grouped(groups []string, decimal string) bool {
	if len(groups) < 2 {
		return false
	}
	last := len(groups) - 1
	groups = append(groups[:last:last], strings.SplitN(groups[last], decimal, 2)[0])
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return groups[0] != "" && len(groups[0]) <= 3
}

// birthdayOf reads a day and a month as people type them, the day first in all
// of our languages: "29-02", "29/2", "2902". It gives "02-29".
func birthdayOf(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-/. ", r) })
	if len(parts) == 1 && len(text) == 4 {
		parts = []string{text[:2], text[2:]}
	}
	if len(parts) == 2 {
		day, notDay := strconv.ParseUint(parts[0], 10, 8)
		month, notMonth := strconv.ParseUint(parts[1], 10, 8)
		if notDay == nil && notMonth == nil {
			return fmt.Sprintf("%02d-%02d", month, day), nil
		}
	}
	return "", &programme.Refusal{Code: programme.BadBirthday}
}

// plain writes points as they are typed again: "1234", "2,5".
func (n notation) plain(p ledger.Points) string {
	text := strconv.FormatInt(int64(p), 10)
	text = strings.Repeat("0", max(4-len(text), 0)) + text
	whole, part := text[:len(text)-3], strings.TrimRight(text[len(text)-3:], "0")
	if part == "" {
		return whole
	}
	return whole + n.Decimal + part
}
