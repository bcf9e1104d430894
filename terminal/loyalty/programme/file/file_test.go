package file_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

const justPoints = `version = 1
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"
[[card]]
class = "gtin"
prefixes = ["29"]
[[earn]]
points = 1
per = "1.00"
`

const everything = `
version = 7
name = "Sterren & zegels"
currency = "EUR"
zone = "Europe/Brussels"
cut_over = "03:30"
language = "nl-BE"
usual_max = "250.5"
keep_days = 90
earns_on_points_paid = "full"

[[wallet]]
name = "stars"
units = { nl = ["ster", "sterren"], fr = ["étoile", "étoiles"] }
decimals = 1

[[wallet]]
name = "stamps"
[wallet.units]
nl = ["zegel", "zegels"]

[[earn]]
name = "base"
wallet = "stars"
points = "2.5"
per = "10"
step = "0.5"
rounding = "half-even"

[[earn]]
wallet = "stamps"
points = 1
per = "12.50"
rounding = "floor"

[[card]]
name = "klantenkaart"
class = "gtin"
prefixes = ["29", "04"]

[[card]]
class = "gsrn"

[[card]]
name = "pas"
class = "luhn"
prefixes = ["9752"]
length = 16

[[card]]
class = "pattern"
pattern = 'LOY:1:[A-Z0-9]{6,20}'

[[card]]
class = "uid"
length = 4
prefixes = ["3A5C"]
spend = true

[[card]]
class = "em4100"

[[reward]]
name = "Koffie"
wallet = "stamps"
points = 10
max_points = 10
barcode = "2000000000053"

[[reward]]
name = "Korting"
kind = "per-point"
points = "0.5"
value = "0.1"
block = 5
minimum = 10
max_points = "500"
max_percent = 50
kept_floor = 1

[[reward]]
name = "€ 5,00"
points = 500
value = "5"

[limits]
typed_amount = "100"
goodwill = "2.5"
carried = 10
keyed_redeem = 500

[[consent]]
name = "terms"
version = 3
required = true
wording = { nl = "Ik doe mee.", en = "I take part." }

[[consent]]
name = "mail"
[consent.wording]
nl = "Stuur mij aanbiedingen."

[phone]
country = "32"

[bearer]
days = 30
off = true

[slip]
header = ["Bakkerij Jansen", "Dorpsstraat 1"]
footer = ["Bedankt"]
`

const atTheCounter = justPoints + `[limits]
typed_amount = 100
goodwil = 5
[phone]
country = "NL"
[bearer]
days = 0
off = "no"
[[consent]]
name = "terms"
wording = "Ik doe mee."
[[consent]]
name = "Mail"
version = 0
wording = { en = "Send me offers." }
`

func TestEverythingWrongAtTheCounterIsToldWithItsPlace(t *testing.T) {
	_, err := file.Parse([]byte(atTheCounter))
	const want = `13:1: limits.goodwil: unknown key: do you mean goodwill?
12:16: limits.typed_amount: is a whole number: need an amount as text, "100.00"
15:11: phone.country: "NL": need a country's calling code, "31"
17:8: bearer.days: 0: need 1 to 400
18:7: bearer.off: is text: need true or false
21:11: consent[0] ("terms").wording: is text: need a table
23:8: consent[1] ("Mail").name: "Mail": need 1 to 64 of a to z, 0 to 9, - and _
24:11: consent[1] ("Mail").version: 0: versions count from 1
25:11: consent[1] ("Mail").wording: no wording in the programme's language, "nl"`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestParse(t *testing.T) {
	yes := true
	points := programme.Wallet{Name: "points", Units: map[string]programme.Unit{
		"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"},
		"de": {One: "Punkt", Many: "Punkte"}, "fr": {One: "point", Many: "points"},
	}}
	cases := []struct {
		name, text string
		want       programme.Rules
	}{
		{"just points", justPoints, programme.Rules{
			Version: 1, Name: "Punten", Currency: "EUR", Zone: "Europe/Amsterdam", Language: "nl", KeepDays: 400,
			Wallets: []programme.Wallet{points},
			Earn: []programme.Rule{
				{Name: "points", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Carry},
			},
			Cards:        member.Formats{{Name: "gtin", Class: member.GTIN, Prefixes: []string{"29"}}},
			PhoneCountry: "31", Bearer: programme.Bearer{Days: 14},
		}},
		{"every key", everything, programme.Rules{
			Version: 7, Name: "Sterren & zegels", Currency: "EUR", Zone: "Europe/Brussels", Language: "nl-BE",
			CutOver: 3*time.Hour + 30*time.Minute, UsualMax: 250_50, KeepDays: 90,
			Wallets: []programme.Wallet{
				{Name: "stars", Decimals: 1, Units: map[string]programme.Unit{"nl": {One: "ster", Many: "sterren"}, "fr": {One: "étoile", Many: "étoiles"}}},
				{Name: "stamps", Units: map[string]programme.Unit{"nl": {One: "zegel", Many: "zegels"}}},
			},
			Earn: []programme.Rule{
				{Name: "base", Wallet: "stars", Points: 2500, Per: 10_00, Step: 500, Rounding: programme.HalfEven},
				{Name: "stamps", Wallet: "stamps", Points: 1000, Per: 12_50, Step: 1000, Rounding: programme.Floor},
			},
			Cards: member.Formats{
				{Name: "klantenkaart", Class: member.GTIN, Prefixes: []string{"29", "04"}},
				{Name: "gsrn", Class: member.GSRN},
				{Name: "pas", Class: member.Luhn, Prefixes: []string{"9752"}, Length: 16},
				{Name: "pattern", Class: member.Pattern, Pattern: "LOY:1:[A-Z0-9]{6,20}"},
				{Name: "uid", Class: member.UID, Length: 4, Prefixes: []string{"3A5C"}, Spend: &yes},
				{Name: "em4100", Class: member.EM4100},
			},
			Rewards: []programme.Reward{
				{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10_000, MaxPoints: 10_000, Barcode: "2000000000053"},
				{
					Name: "Korting", Wallet: "stars", Kind: programme.PerPoint, Points: 500, Value: 10, Block: 5_000, Minimum: 10_000,
					MaxPoints: 500_000, MaxPercent: 50, KeptFloor: 1_000,
				},
				{Name: "€ 5,00", Wallet: "stars", Kind: programme.Fixed, Points: 500_000, Value: 5_00},
			},
			Base:   programme.Base{Redeeming: programme.EarnsFully},
			Limits: programme.Limits{TypedAmount: 100_00, Goodwill: 2500, Carried: 10_000, KeyedRedeem: 500_000},
			Consents: []programme.Consent{
				{Name: "terms", Version: 3, Required: true, Wording: map[string]string{"nl": "Ik doe mee.", "en": "I take part."}},
				{Name: "mail", Version: 1, Wording: map[string]string{"nl": "Stuur mij aanbiedingen."}},
			},
			PhoneCountry: "32", Bearer: programme.Bearer{Days: 30, Off: true},
			Header: []string{"Bakkerij Jansen", "Dorpsstraat 1"}, Footer: []string{"Bedankt"},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, text := range []string{c.text, "\xef\xbb\xbf" + strings.ReplaceAll(c.text, "\n", "\r\n")} {
				got, err := file.Parse([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("got  %+v\nwant %+v", got, c.want)
				}
			}
		})
	}
}

func TestAmountsFollowTheCurrency(t *testing.T) {
	for currency, want := range map[string]int64{"EUR": 5_00, "JPY": 5, "KWD": 5_000} {
		rules, err := file.Parse([]byte(strings.NewReplacer("EUR", currency, `"1.00"`, `"5"`).Replace(justPoints)))
		if err != nil {
			t.Errorf("%s: %v", currency, err)
			continue
		}
		if got := int64(rules.Earn[0].Per); got != want {
			t.Errorf("%s: 5 is %d minor units, want %d", currency, got, want)
		}
	}
}

func TestEverythingWrongIsToldAtOnceWithItsPlace(t *testing.T) {
	text := `version = "1"
name = "Punten"
currency = "Euro"
zone = "Europe/Amsterdam"
cut_over = "3 uur"
langauge = "nl"
usual_max = 500
keep_days = 0

[[wallet]]
name = "Points"
units = { nl = ["punt"], en = ["point", 2] }

[[earn]]
points = 0.5
per = "1,00"
step = "0.0001"
rounding = "up"
colour = "red"

[[card]]
class = "gtin"
prefixes = ["2", 29]

[[card]]
name = "tweede"
class = "ean"

[slip]
header = "Uw winkel"
footer = ["", "goed"]
[extra]
key = 1
`
	want := []string{
		`6:1: langauge: unknown key: do you mean language?`,
		`32:2: extra: unknown key; known here: version, name, currency`,
		`1:11: version: is text: need a whole number`,
		`3:12: currency: "Euro": need three capital letters as in ISO 4217, "EUR"`,
		`5:12: cut_over: "3 uur": need hours and minutes, "03:00"`,
		`7:13: usual_max: is a whole number: need an amount as text, "500.00"`,
		`8:13: keep_days: 0: need 1 to 3660`,
		`11:8: wallet[0] ("Points").name: "Points": need 1 to 64 of a to z, 0 to 9, - and _`,
		`12:11: wallet[0] ("Points").units.nl: need two words, for one and for several: ["punt", "punten"]`,
		`12:41: wallet[0] ("Points").units.en[1]: is a whole number: need text in quotes`,
		`19:1: earn[0].colour: unknown key; known here: name, wallet, points, per, step, rounding`,
		`15:10: earn[0].points: is a number with a decimal point: need a whole number, or one with a decimal point as text, "0.5"`,
		`16:7: earn[0].per: "1,00": need digits and perhaps a decimal point, "12.50"`,
		`17:8: earn[0].step: "0.0001": has 4 decimals, at most 3`,
		`18:12: earn[0].rounding: "up": need one of floor, half-up, half-even, ceil, carry`,
		`23:13: card[0].prefixes[0]: "2": need 2 to 12 digits`,
		`23:18: card[0].prefixes[1]: is a whole number: need text in quotes`,
		`27:9: card[1] ("tweede").class: "ean": need one of gtin, gsrn, luhn, pattern`,
		`30:10: slip.header: is text: need a list, ["…", "…"]`,
		`31:11: slip.footer[0]: need 1 to 96 printable characters`,
	}
	_, err := file.Parse([]byte(text))
	var problems file.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d:\ngot  %s\nwant %s", i+1, line, want[min(i, len(want)-1)])
		}
	}
	if len(lines) != len(want) {
		t.Errorf("got %d problems, want %d", len(lines), len(want))
	}
}

func TestEverythingWrongWithRewardsIsToldWithItsPlace(t *testing.T) {
	text := `earns_on_points_paid = "half"
` + justPoints + `
[[reward]]
points = "0.0001"

[[reward]]
name = "Koffie"
wallet = "stamps"
kind = "free"
points = 10

[[reward]]
name = "Koffie"
points = 10
block = 5
max_percent = 0

[[reward]]
name = "Korting"
kind = "per-point"
points = 3
value = "0.01"
block = 1
barcode = "5€"
`
	want := []string{
		`1:24: earns_on_points_paid: "half": need one of none, full, sale`,
		`13:3: reward[0].name: is missing: write name = "…"`,
		`14:10: reward[0].points: "0.0001": has 4 decimals, at most 3`,
		`18:10: reward[1] ("Koffie").wallet: there is no wallet "stamps"`,
		`19:8: reward[1] ("Koffie").kind: "free": need one of fixed, per-point`,
		`23:8: reward[2] ("Koffie").name: "Koffie" stands twice; the first is on line 17`,
		`25:9: reward[2] ("Koffie").block: 5: a fixed reward goes by its price`,
		`26:15: reward[2] ("Koffie").max_percent: 0: need 1 to 100`,
		`33:9: reward[3] ("Korting").block: 1 is worth no whole number of minor units`,
		`34:11: reward[3] ("Korting").barcode: need at most`,
	}
	_, err := file.Parse([]byte(text))
	if err == nil {
		t.Fatal("was taken")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d:\ngot  %s\nwant %s", i+1, line, want[min(i, len(want)-1)])
		}
	}
	if len(lines) != len(want) {
		t.Errorf("got %d problems, want %d", len(lines), len(want))
	}
}

func TestProblems(t *testing.T) {
	replace := func(old, with string) string {
		if !strings.Contains(justPoints, old) {
			t.Fatalf("the test itself: no %q", old)
		}
		return strings.Replace(justPoints, old, with, 1)
	}
	cases := []struct{ name, text, want string }{
		{"nothing", "", "1:1: version: is missing: write version = 1\n1:1: name: is missing: write name = \"Punten\"\n1:1: currency: is missing: write currency = \"EUR\"\n1:1: zone: is missing: write zone = \"Europe/Amsterdam\"\n1:1: card: is missing: write [[card]]\n1:1: earn: is missing: write [[earn]]"},
		{"not TOML", "version = 1\nname = Punten\n", "2:8: "},
		{"an open string", "version = 1\nname = \"Punten", "2:14: "},
		{"a key twice", replace("name =", "version ="), "2:1: "},
		{"a key missing from the second table", justPoints + "[[earn]]\nname = \"b\"\npoints = 1\n", `11:3: earn[1] ("b").per: is missing: write per = "1.00"`},
		{"a table where a list of tables should be", replace("[[earn]]", "[earn]"), "8:2: earn: is a table: need tables, each under its name in double brackets"},
		{"a value where a table should be", "slip = 1\n" + justPoints, "1:8: slip: is a whole number: need a table"},
		{"words that are no table", justPoints + "[[wallet]]\nname = \"points\"\nunits = \"punt\"\n", `13:9: wallet[0] ("points").units: is text: need a table`},
		{"a date", replace(`"Punten"`, "2026-11-22"), "2:8: name: is a date or time: need text in quotes"},
		{"a truth", replace(`"Punten"`, "true"), "2:8: name: is true or false: need text in quotes"},
		{"a list", replace(`"Punten"`, "[1]"), "2:1: name: is a list: need text in quotes"},
		{"a number that is too large", replace("points = 1", `points = "99999999999999999999"`), `9:10: earn[0].points: "99999999999999999999" is too large`},
		{"a negative amount", replace(`"1.00"`, `"-1.00"`), `10:7: earn[0].per: "-1.00": need digits`},
		{"an amount of nothing", replace(`"1.00"`, `"0.00"`), `10:7: earn[0].per: 0 minor units`},
		{"a point without digits", replace(`"1.00"`, `"1."`), `10:7: earn[0].per: "1.": need digits`},
		{"a day that ends at noon", "cut_over = \"12:00\"\n" + justPoints, "1:12: cut_over: 12h0m0s: need whole minutes"},
		{"another case", replace("version", "Version"), "1:1: Version: unknown key: do you mean version?"},
		{"a language without texts", "language = \"xx\"\n" + justPoints, `1:12: language: "xx": there are texts in nl, nl-NL, nl-BE, en, en-GB, en-IE`},
		{"words in every language but the programme's", "language = \"en\"\n" + justPoints + "[[wallet]]\nname = \"points\"\nunits = { nl = [\"punt\", \"punten\"] }\n", `14:9: wallet[0] ("points").units: no words for the unit in the programme's language, "en"`},
		{"too much", strings.Repeat("#", file.MaxBytes+1), "1:1: 262145 bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := file.Parse([]byte(c.text))
			if err == nil {
				t.Fatal("was taken")
			}
			got := strings.Split(err.Error(), "\n")
			for i, want := range strings.Split(c.want, "\n") {
				if i >= len(got) || !strings.HasPrefix(got[i], want) {
					t.Errorf("line %d: want %q in\n%v", i+1, want, err)
				}
			}
		})
	}
}

func TestDecimalTextIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(1, 100_000_000).Draw(t, "cents")
		text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
		if cents%10 == 0 && rapid.Bool().Draw(t, "short") {
			text = text[:len(text)-1]
		}
		source := strings.NewReplacer(`"1.00"`, `"`+text+`"`, "[[earn]]", "[[earn]]\nrounding = \"floor\"").Replace(justPoints)
		rules, err := file.Parse([]byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if got := int64(rules.Earn[0].Per); got != cents {
			t.Fatalf("%s became %d", text, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		justPoints, everything, beyondPoints, "", "a.b.c = 1\n[a.b.d]\nx = [[1], {y = 2}]", "[[earn]]\n[[earn.x]]\n[earn.x.y]\nz = 1",
		"\"earn[0]\" = 1\nearn = [{points = 1}]", "version = 1 # x\n\n[[card]]\nprefixes = [\n\"29\", # y\n2]",
	} {
		f.Add([]byte(seed))
	}
	starters, err := filepath.Glob("../../../../install/programmes/*.toml")
	if err != nil || len(starters) == 0 {
		f.Fatalf("no starters to begin with: %v", err)
	}
	for _, path := range starters {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, places, err := file.Read(text)
		if err == nil {
			if line, col := places.Of("earn[0].points"); line < 1 || col < 1 {
				t.Fatalf("a key at %d:%d", line, col)
			}
			if err := rules.Validate(); err != nil {
				t.Fatalf("a programme that is not valid was taken: %v", err)
			}
			return
		}
		var problems file.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("an error that does not say where: %v", err)
		}
		lines := 1 + strings.Count(string(text), "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Col < 1 || p.Text == "" {
				t.Fatalf("problem %+v in a text of %d lines", p, lines)
			}
		}
	})
}
