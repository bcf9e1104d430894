// Package scenario says what must come of a programme: cases as people write them, and what they expect.
//
// A file names its programme and has cases; a case has a start and steps; a
// step is one thing that happens at the counter, and what must have come of it.
// Nothing is decided here: whoever runs a case hands in what came, and Compare
// tells what of it is not as written.
package scenario

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// Member is whose card is shown where a step names none.
const Member = "member"

// Latest is the voucher that was printed last.
const Latest = "latest"

// DefaultShop is where it happens where a case names no shop.
const DefaultShop = "winkel"

// Parse reads scenario cases; an error is file.Problems. The programme is not
// known yet: Check is to follow.
func Parse(text []byte, syntax file.Syntax) (*File, error) {
	f := &File{}
	places, err := file.DecodePlaced(text, syntax, f, func(complain func(key, format string, args ...any)) { f.check(complain) })
	if err != nil {
		return nil, err
	}
	f.places = places
	return f, nil
}

// Line is where a key of the file stands: "case[0].step[2].expect".
func (f *File) Line(key string) int {
	line, _ := f.places.Of(key)
	return line
}

// CaseKey and StepKey are the keys of a case and of a step of it, from 0.
func CaseKey(c int) string { return fmt.Sprintf("case[%d]", c) }

// StepKey is the key of a step.
func StepKey(c, s int) string { return fmt.Sprintf("case[%d].step[%d]", c, s) }

type complaint func(key, format string, args ...any)

// check complains about what needs no programme to be told.
func (f *File) check(complain complaint) {
	checkTime(f.At, "at", complain)
	for i, c := range f.Cases {
		key := CaseKey(i)
		if slices.ContainsFunc(f.Cases[:i], func(o Case) bool { return o.Name == c.Name }) {
			complain(key+".name", "%q stands twice", c.Name)
		}
		if f.At == "" && c.At == "" {
			complain(key+".at", `is missing: when does it begin, "2026-11-21 12:00"?`)
		}
		checkTime(c.At, key+".at", complain)
		checkStart(c.Start, key+".start", complain)
		for name, start := range c.Members {
			if name == Member {
				complain(key+".members."+name, "what this one begins with stands under start")
			}
			checkStart(start, key+".members."+name, complain)
		}
		for j, s := range c.Steps {
			s.check(StepKey(i, j), complain)
		}
	}
	numbers(reflect.ValueOf(f).Elem(), "", func(d file.Decimal, key string) {
		if _, err := exact(string(d), 3); err != nil {
			complain(key, "%v", err)
		}
	})
}

func (s Step) check(key string, complain complaint) {
	checkTime(s.At, key+".at", complain)
	if does := s.Does(); len(does) > 1 {
		complain(key, "does more than one thing: %s", strings.Join(does, ", "))
	} else if len(does) == 0 && s.At == "" && s.Signal == nil && s.Expect == nil {
		complain(key, "does nothing: need one of %s", strings.Join(actions(), ", "))
	}
	if s.Enrol != nil {
		checkBirthday(s.Enrol.Birthday, key+".enrol.birthday", complain)
	}
	for _, sale := range []struct {
		name string
		*Sale
	}{{"sale", s.Sale}, {"quote", s.Quote}, {"hold", s.Hold}} {
		if sale.Sale != nil && sale.Total == nil && len(sale.Lines) == 0 {
			complain(key+"."+sale.name, "need a total, or lines")
		}
		if sale.Sale != nil {
			checkKinds(sale.Lines, key+"."+sale.name, complain)
		}
	}
	if s.Redeem != nil {
		checkKinds(s.Redeem.Lines, key+".redeem", complain)
	}
	if s.Hold != nil && len(s.Hold.Redeem) == 0 {
		complain(key+".hold", "need a redeem: what are points set aside for?")
	}
	if s.Transfer != nil && s.Transfer.To == "" {
		complain(key+".transfer.to", "is missing")
	}
	if s.Return != nil && len(s.Return.Lines) > 0 && s.Return.Amount != nil {
		complain(key+".return.amount", "goes without lines")
	}
	if e := s.Expect; e != nil {
		if e.Offers != nil && s.Quote == nil {
			complain(key+".expect.offers", "only a quote says what can be had")
		}
		if e.Refusal != nil && *e.Refusal != "" && !slices.Contains(programme.Codes(), programme.Code(*e.Refusal)) {
			complain(key+".expect.refusal", "%q: there is no such code", *e.Refusal)
		}
		checkLots(e.Lots, key+".expect.lots", complain)
		for name, has := range e.Members {
			checkLots(has.Lots, key+".expect.members."+name+".lots", complain)
		}
	}
}

// checkKinds looks for kinds of lines that no till can send.
func checkKinds(lines []Line, key string, complain complaint) {
	for i, l := range lines {
		if err := basket.CheckKind(l.Kind); err != nil {
			complain(fmt.Sprintf("%s.lines[%d].kind", key, i), "%v", err)
		}
	}
}

// Does are the keys of what the step does, of which there is at most one.
func (s Step) Does() []string {
	var does []string
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if name := actionOf(v.Type().Field(i)); name != "" && !v.Field(i).IsZero() {
			does = append(does, name)
		}
	}
	return does
}

// Do is the one thing the step does; "" for nothing.
func (s Step) Do() string { return strings.Join(s.Does(), "") }

// Joined reports whether the case has a head office: where a line is up or down.
func (c Case) Joined() bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Offline || s.Online || s.Sync })
}

// actions are all that a step can do.
func actions() []string {
	var all []string
	t := reflect.TypeFor[Step]()
	for i := range t.NumField() {
		if name := actionOf(t.Field(i)); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// actionOf is the key of a field of Step that is something to do; "" for the others.
func actionOf(f reflect.StructField) string {
	switch name := f.Tag.Get("key"); name {
	case "name", "at", "card", "typed", "shop", "cashier", "manager", "signal", "expect":
		return ""
	default:
		return name
	}
}

func checkStart(s Start, key string, complain complaint) {
	checkLots(s.Balance, key+".balance", complain)
	checkBirthday(s.Birthday, key+".birthday", complain)
	for _, had := range []struct {
		name string
		Hads
	}{{"tier", s.Tier}, {"club", s.Club}} {
		for i, h := range had.Hads {
			checkDay(h.Until, fmt.Sprintf("%s.%s[%d].until", key, had.name, i), complain)
		}
	}
}

func checkLots(all Lots, key string, complain complaint) {
	for wallet, lots := range all {
		for i, l := range lots {
			at := fmt.Sprintf("%s.%s[%d]", key, wallet, i)
			if wallet == "" {
				at = fmt.Sprintf("%s[%d]", key, i)
			}
			checkDay(l.Expires, at+".expires", complain)
			checkDay(l.Vests, at+".vests", complain)
		}
	}
}

func checkDay(text, key string, complain complaint) {
	if text == "" {
		return
	}
	if err := ledger.Day(text).Validate(); err != nil {
		complain(key, "%v", err)
	}
}

var birthday = regexp.MustCompile(`^\d\d-\d\d$`)

func checkBirthday(text, key string, complain complaint) {
	if text == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, "2024-"+text); err != nil || !birthday.MatchString(text) {
		complain(key, `%q: need a month and a day, "02-29"`, text)
	}
}

func checkTime(text, key string, complain complaint) {
	if text == "" {
		return
	}
	if _, err := Time(text, time.UTC); err != nil {
		complain(key, "%v", err)
	}
}

// Time is an instant as it is written, on the clock of zone. An hour that a
// clock shows twice is the first of the two; "2026-10-25 02:30 +01:00" names
// the second.
func Time(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04 -07:00"} {
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil || t.Year() < 2000 || t.Year() > 2200 {
			continue
		}
		if strings.HasSuffix(layout, "-07:00") {
			return t, nil
		}
		// Which of the two package time gives is not guaranteed.
		if before := t.Add(-time.Hour); before.Format(layout) == t.Format(layout) {
			t = before
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf(`%q: need a day and a time on the shop's clock, "2026-11-21 12:00"`, text)
}

// numbers calls visit for every number under v that is written.
func numbers(v reflect.Value, path string, visit func(d file.Decimal, key string)) {
	at := func(name string) string {
		if path == "" || name == "" {
			return path + name
		}
		return path + "." + name
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			numbers(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("key"), ",")
			if name != "" {
				numbers(v.Field(i), at(name), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			numbers(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			numbers(v.MapIndex(k), at(k.String()), visit)
		}
	case reflect.String:
		if d, ok := v.Interface().(file.Decimal); ok && d != "" {
			visit(d, path)
		}
	}
}

// exact is a number as a count of its last allowed decimal; it may be below zero.
func exact(text string, decimals int) (int64, error) {
	whole, negative := strings.CutPrefix(text, "-")
	before, after, point := strings.Cut(whole, ".")
	if !digits(before) || (point && !digits(after)) {
		return 0, fmt.Errorf(`%q: need digits and perhaps a decimal point, "12.50"`, text)
	}
	if len(after) > decimals {
		return 0, fmt.Errorf("%q: has %d decimals, at most %d", text, len(after), decimals)
	}
	var n int64
	for _, d := range before + after + strings.Repeat("0", decimals-len(after)) {
		if n > (math.MaxInt64-9)/10 {
			return 0, fmt.Errorf("%q is too large", text)
		}
		n = n*10 + int64(d-'0')
	}
	if negative {
		n = -n
	}
	return n, nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Points are a number of a wallet's units; 0 where none is written. It has been
// checked by Parse.
func Points(d file.Decimal) ledger.Points {
	n, _ := exact(string(d), 3)
	return ledger.Points(n)
}

// Thousandths are a number of pieces, or of anything else that is counted so.
func Thousandths(d file.Decimal) int64 { return int64(Points(d)) }

// Money is an amount of the programme's currency. It has been checked by Check.
func Money(d file.Decimal, r programme.Rules) basket.Money {
	n, _ := exact(string(d), programme.MinorDigits(r.Currency))
	return basket.Money(n)
}

// WalletOf is the wallet of a key of Amounts or Lots; "" is the only one.
func WalletOf(key string, r programme.Rules) ledger.Wallet {
	if key == "" && len(r.Wallets) > 0 {
		return r.Wallets[0].Name
	}
	return ledger.Wallet(key)
}
