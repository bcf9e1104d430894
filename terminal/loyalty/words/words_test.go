package words_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

var points = programme.Wallet{Name: "points", Units: map[string]programme.Unit{
	"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"},
	"de": {One: "Punkt", Many: "Punkte"}, "fr": {One: "point", Many: "points"},
}}

// languages are those with sentences of their own; the others are regions.
var languages = []string{"nl", "en", "de", "fr"}

func in(t *testing.T, lang string) words.Words {
	t.Helper()
	w, ok := words.For(lang)
	if !ok {
		t.Fatalf("no words for %q", lang)
	}
	return w
}

// Every function is called by its own signature, so that a new one is walked too.
func TestEverySentenceIsThereInEveryLanguage(t *testing.T) {
	at := time.Date(2026, 11, 22, 16, 4, 0, 0, time.UTC)
	arguments := map[reflect.Type][]any{
		reflect.TypeFor[string]():             {"EUR"},
		reflect.TypeFor[int64]():              {int64(2)},
		reflect.TypeFor[int]():                {0},
		reflect.TypeFor[bool]():               {true, false},
		reflect.TypeFor[basket.Money]():       {basket.Money(1234_50)},
		reflect.TypeFor[ledger.Points]():      {45 * ledger.Unit},
		reflect.TypeFor[ledger.Day]():         {ledger.Day("2026-11-22")},
		reflect.TypeFor[time.Time]():          {at},
		reflect.TypeFor[programme.Wallet]():   {points},
		reflect.TypeFor[*programme.Refusal](): refusals(at),
		reflect.TypeFor[words.Changed](): {
			words.Changed{}, words.Changed{Added: "5 EUR", Balance: "9 EUR"},
			words.Changed{Taken: "1 EUR", Balance: "9 EUR"}, words.Changed{Taken: "1 EUR", Given: "2 EUR"}, words.Changed{Given: "2 EUR", NoPaper: true},
		},
	}
	nl := sentences(t, in(t, "nl"), arguments)
	if len(nl) < 30 {
		t.Errorf("only %d sentences: are they all walked?", len(nl))
	}
	for _, lang := range words.Languages() {
		w := in(t, lang)
		if w.Language() != lang {
			t.Errorf("the words of %q say they are %q", lang, w.Language())
		}
		for name, s := range sentences(t, w, arguments) {
			switch {
			case strings.TrimSpace(s) == "":
				t.Errorf("%s: %s says nothing", lang, name)
			case strings.Contains(s, "%!") || strings.ContainsAny(s, "\n\t"):
				t.Errorf("%s: %s says %q", lang, name, s)
			case strings.HasPrefix(lang, "en") && s == nl[name] && strings.IndexFunc(s, unicode.IsLetter) >= 0:
				t.Errorf("%s: %s is the same in Dutch: %q", lang, name, s)
			case strings.HasPrefix(lang, "fr") && loose.MatchString(s):
				t.Errorf("%s: %s may break a line before a mark: %q", lang, name, s)
			case !strings.HasPrefix(lang, "fr") && strings.Contains(s, "\u00a0:"):
				t.Errorf("%s: %s has a French colon: %q", lang, name, s)
			}
		}
	}
}

// loose is a French mark that stands alone on a line, or tight behind its word.
var loose = regexp.MustCompile(` [:;?!»]|« |[^\x{a0}0-9K][:;?!](?: |$)`)

func refusals(at time.Time) []any {
	all := []any{
		&programme.Refusal{Code: "K-999"},
		// Without a number these say it in other words.
		&programme.Refusal{Code: programme.AboveCap}, &programme.Refusal{Code: programme.LineNeeded},
		&programme.Refusal{Code: programme.BadAmount}, &programme.Refusal{Code: programme.SlipExpired}, &programme.Refusal{Code: programme.TryLater},
		&programme.Refusal{Code: programme.Stale, Card: "…4566"},
	}
	for _, code := range programme.Codes() {
		all = append(all, &programme.Refusal{
			Code: code, Points: 45 * ledger.Unit, Wallet: points, Amount: 1234_50, Currency: "GBP", At: at,
		})
	}
	return all
}

// sentences calls every method of w with every argument of its last kind.
func sentences(t *testing.T, w words.Words, arguments map[reflect.Type][]any) map[string]string {
	t.Helper()
	all := make(map[string]string)
	v := reflect.ValueOf(w)
	for i := range v.NumMethod() {
		name, method := v.Type().Method(i).Name, v.Method(i)
		if name == "Language" {
			continue
		}
		var call []reflect.Value
		calls := [][]reflect.Value{call}
		for p := range method.Type().NumIn() {
			values := arguments[method.Type().In(p)]
			if len(values) == 0 {
				t.Fatalf("%s takes a %v: give this test one", name, method.Type().In(p))
			}
			var longer [][]reflect.Value
			for _, c := range calls {
				for _, value := range values {
					longer = append(longer, append(append([]reflect.Value(nil), c...), reflect.ValueOf(value)))
				}
			}
			calls = longer
		}
		for _, c := range calls {
			key := name
			for _, a := range c {
				if r, ok := a.Interface().(*programme.Refusal); ok {
					key += " " + string(r.Code) + " " + r.Points.String()
				}
			}
			all[key] = method.Call(c)[0].String()
		}
	}
	return all
}

func TestEveryRefusalHasItsOwnSentenceAndNamesItsCode(t *testing.T) {
	for _, lang := range languages {
		w := in(t, lang)
		fallback := w.Refusal(&programme.Refusal{Code: "K-999"})
		seen := make(map[string]bool)
		for _, code := range programme.Codes() {
			s := w.Refusal(&programme.Refusal{Code: code})
			sentence, named := strings.CutSuffix(s, " ("+string(code)+")")
			if !named || seen[sentence] || strings.HasPrefix(fallback, sentence) {
				t.Errorf("%s: %s says %q", lang, code, s)
			}
			seen[sentence] = true
		}
	}
}

func TestRefusalNamesWhatHappened(t *testing.T) {
	r := &programme.Refusal{
		Code: programme.SameBasket, At: time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC), Points: 45 * ledger.Unit, Wallet: points,
	}
	if got, want := in(t, "nl").Refusal(r), "Deze bon is al verwerkt om 14:03: 45 punten. Niet dubbel geteld. (K-210)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := in(t, "en").Refusal(r), "This receipt was handled at 14:03: 45 points. Not counted twice. (K-210)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for lang, want := range map[string]string{
		"de": "Dieser Bon wurde schon um 14:03 verarbeitet: 45 Punkte. Nicht doppelt gezählt. (K-210)",
		"fr": "Ce ticket a déjà été traité à 14:03\u00a0: 45 points. Pas compté deux fois. (K-210)",
	} {
		if got := in(t, lang).Refusal(r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	short := &programme.Refusal{Code: programme.TooFewPoints, Points: 120 * ledger.Unit, Wallet: points}
	if got, want := in(t, "nl").Refusal(short), "120 punten te weinig voor deze beloning. Er is niets afgeschreven. Kies iets anders of spaar verder. (K-201)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	high := &programme.Refusal{Code: programme.UnusualAmount, Amount: 1234_50, Currency: "EUR"}
	if got := in(t, "nl").Refusal(high); !strings.Contains(got, "€\u00a01.234,50") {
		t.Errorf("got %q", got)
	}
}

// The amounts and dates are what ICU 78 writes.
func TestMoney(t *testing.T) {
	cases := []struct {
		lang, currency string
		amount         basket.Money
		want           string
	}{
		{"nl", "EUR", 1234_50, "€_1.234,50"},
		{"nl", "EUR", -1234_50, "€_-1.234,50"},
		{"nl-BE", "EUR", 12_50, "€_12,50"},
		{"en-GB", "EUR", 1234_50, "€1,234.50"},
		{"en-IE", "EUR", -1234_50, "-€1,234.50"},
		{"nl", "EUR", 0, "€_0,00"},
		{"nl", "EUR", 5, "€_0,05"},
		{"nl", "EUR", -5, "€_-0,05"},
		{"nl", "EUR", 1_000_000_00, "€_1.000.000,00"},
		{"nl", "EUR", 999_99, "€_999,99"},
		{"en", "GBP", 12_50, "£12.50"},
		{"nl", "JPY", 1234, "JPY_1.234"},
		{"en", "KWD", 1234, "KWD_1.234"},
		{"en", "CHF", -12_50, "-CHF_12.50"},
		{"nl", "EUR", -1 << 63, "€_-92.233.720.368.547.758,08"},
		{"de", "EUR", 1234_50, "1.234,50_€"},
		{"de-DE", "EUR", -1234_50, "-1.234,50_€"},
		{"de", "CHF", 12_50, "12,50_CHF"},
		{"de-AT", "EUR", 1234_50, "€_1.234,50"},
		{"de-AT", "EUR", -1234_50, "-€_1.234,50"},
		{"de-AT", "CHF", -12_50, "-CHF_12,50"},
		{"fr", "EUR", 1234_50, "1|234,50_€"},
		{"fr-BE", "EUR", -1_234_567_89, "-1|234|567,89_€"},
		{"fr-FR", "CHF", 12_50, "12,50_CHF"},
	}
	for _, c := range cases {
		want := strings.NewReplacer("_", "\u00a0", "|", "\u202f").Replace(c.want)
		if got := in(t, c.lang).Money(c.amount, c.currency); got != want {
			t.Errorf("%s: %d %s: got %q, want %q", c.lang, c.amount, c.currency, got, want)
		}
	}
}

func TestPoints(t *testing.T) {
	halves := programme.Wallet{Name: "stars", Decimals: 1, Units: map[string]programme.Unit{"nl": {One: "ster", Many: "sterren"}}}
	cases := []struct {
		lang   string
		points ledger.Points
		wallet programme.Wallet
		want   string
	}{
		{"nl", 1000, points, "1 punt"},
		{"nl", -1000, points, "-1 punt"},
		{"nl", 0, points, "0 punten"},
		{"nl", 23_000, points, "23 punten"},
		{"nl-BE", 23_000, points, "23 punten"},
		{"nl", 1500, points, "1,5 punten"},
		{"nl", 450, points, "0,45 punten"},
		{"nl", 5, points, "0,005 punten"},
		{"nl", -1_234_567_000, points, "-1.234.567 punten"},
		{"en", 1000, points, "1 point"},
		{"en", 1_234_567_500, points, "1,234,567.5 points"},
		{"nl", 1000, halves, "1,0 ster"},
		{"nl", 2500, halves, "2,5 sterren"},
		{"nl", 2550, halves, "2,55 sterren"},
		{"en", 2500, halves, "2.5 stars"},
		{"de", 1000, points, "1 Punkt"},
		{"de", 0, points, "0 Punkte"},
		{"de", 1_234_567_500, points, "1.234.567,5 Punkte"},
		{"de-AT", 1_234_567_000, points, "1_234_567 Punkte"},
		// French has one up to, but not including, two.
		{"fr", 1000, points, "1 point"},
		{"fr", 0, points, "0 point"},
		{"fr", -1999, points, "-1,999 point"},
		{"fr", 2000, points, "2 points"},
		{"fr", 1_234_567_500, points, "1|234|567,5 points"},
	}
	for _, c := range cases {
		want := strings.NewReplacer("_", "\u00a0", "|", "\u202f").Replace(c.want)
		if got := in(t, c.lang).Points(c.points, c.wallet); got != want {
			t.Errorf("%s: %d: got %q, want %q", c.lang, c.points, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 2, 9, 6, 4, 0, 0, time.UTC)
	for lang, want := range map[string]string{"nl": "09-02-2026, 06:04", "nl-BE": "09/02/2026, 06:04", "en-GB": "09/02/2026, 06:04", "en": "09/02/2026, 06:04",
		"de": "09.02.2026, 06:04", "de-AT": "09.02.2026, 06:04", "fr": "09/02/2026 06:04", "fr-BE": "09/02/2026 06:04"} {
		if got := in(t, lang).DateTime(at); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
	for lang, want := range map[string]string{"nl": "29-02", "nl-BE": "29/02", "en": "29/02", "de": "29.02.", "fr": "29/02"} {
		if got := in(t, lang).DayOfYear("2000-02-29"); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
	w := in(t, "nl")
	if got := w.BalanceAsOf("2026-11-21"); got != "Saldo per 21-11-2026" {
		t.Errorf("got %q", got)
	}
	if got := w.Day("nooit"); got != "nooit" {
		t.Errorf("a day that is none became %q", got)
	}
	// An instant is shown on the clock it comes with.
	if got := w.DateTime(time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC).In(time.FixedZone("CET", 3600))); got != "23-11-2026, 00:30" {
		t.Errorf("got %q", got)
	}
}

func TestUnknownLanguagesGetDutch(t *testing.T) {
	w, ok := words.For("xx")
	if ok || w.Language() != "nl" {
		t.Errorf("got %q, %t", w.Language(), ok)
	}
	if got := (words.Words{}).Balance(); got != "Saldo" {
		t.Errorf("the zero words say %q", got)
	}
}

func TestWhatTheCashierDoesAboutARedemption(t *testing.T) {
	cases := []struct{ lang, takeOff, handOver, scan string }{
		{"nl", "Trek €\u00a05,00 af op de kassa", "Geef mee: 2 × Koffie", "Scan op de kassa: 2000000000053"},
		{"en", "Take €5.00 off at the till", "Hand over: 2 × Koffie", "Scan at the till: 2000000000053"},
		{"de", "5,00\u00a0€ an der Kasse abziehen", "Mitgeben: 2 × Koffie", "An der Kasse scannen: 2000000000053"},
		{"fr", "Déduisez 5,00\u00a0€ en caisse", "Remettez\u00a0: 2 × Koffie", "Scannez en caisse\u00a0: 2000000000053"},
	}
	for _, c := range cases {
		w := in(t, c.lang)
		if got := w.TakeOff(5_00, "EUR"); got != c.takeOff {
			t.Errorf("got %q, want %q", got, c.takeOff)
		}
		if got := w.HandOver(2, "Koffie"); got != c.handOver {
			t.Errorf("got %q, want %q", got, c.handOver)
		}
		if got := w.ScanAtTill("2000000000053"); got != c.scan {
			t.Errorf("got %q, want %q", got, c.scan)
		}
	}
}
