package file_test

import (
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

func TestEverythingWrongBeyondPointsIsToldWithItsPlace(t *testing.T) {
	text := justPoints + `group = "x"
caps = [{ times = 1, per = "hour" }, { points = 5 }]
[earn.if]
weekdays = ["tue", "dinsdag"]
hours = ["14:00", "24:00-03:00"]
from = "1 januari"
tiers = ["Goud"]
colour = "red"
[[wallet]]
name = "points"
units = { nl = ["punt", "punten"] }
kind = "gold"
expires = "a while"
vests = "1 month"
[base]
exclude_preset = ["de"]
tenders = { card = "half" }
[[ladder]]
name = "status"
window = "soon"
[[ladder.level]]
name = "Zilver"
from = 10
multiply = "0.5"
[[ladder.level]]
name = "Brons"
from = 5
[[reward]]
name = "r"
gives = "love"
automatic = true
share = 0
[[game]]
name = "Rad"
[[game.odds]]
prize = "a"
chance = "often"
[[game.odds]]
prize = "b"
chance = "3 in 2"
[[set]]
name = "s"
[set.not]
[[message]]
kind = "offer"
`
	const want = `11:9: earn[0].group: there is no group "x"; the programme has none
12:28: earn[0].caps[0].per: "hour": need one of purchase, day, week, month, year, ever
12:38: earn[0].caps[1].per: is missing: write per = "purchase"
18:1: earn[0].if.colour: unknown key; known here: shops, channels, partners, tenders, codes, signals, weekdays, hours, from, until, min_total, max_total, tiers, tier_exactly, clubs, segments, not_segments, members, birthday, first_purchase, referred
14:20: earn[0].if.weekdays[1]: "dinsdag": need one of mon, tue, wed, thu, fri, sat, sun
15:10: earn[0].if.hours[0]: "14:00": need two different times, "14:00-16:00"
15:19: earn[0].if.hours[1]: "24:00-03:00": need two different times, "14:00-16:00"
16:8: earn[0].if.from: "1 januari": need a day, year-month-day: "2026-12-31"
17:10: earn[0].if.tiers[0]: there is no tier "Goud"; there are Zilver, Brons
22:8: wallet[0] ("points").kind: "gold": need one of points, stamps, money, stored_value
23:11: wallet[0] ("points").expires: "a while": need a length of time, "90 days", "12 months", "end of next year" or "12 months, end of month"
24:9: wallet[0] ("points").vests: "1 month": need days, "14 days"
26:19: base.exclude_preset[0]: "de": need one of nl, nl-alcohol
27:20: base.tenders.card: "half": need one of none, full, sale
30:10: ladder[0] ("status").window: "soon": need a length of time, "90 days", "12 months", "end of next year" or "12 months, end of month"
34:12: ladder[0].level[0] ("Zilver").multiply: need more than 1 and at most 100
37:8: ladder[0].level[1] ("Brons").from: 5: tiers come in their order: need more than 10
40:9: reward[0] ("r").gives: "love": need one of money, percent, perk, cash, donation, points
42:9: reward[0] ("r").share: 0: need 1 to 100
47:10: game[0].odds[0] ("a").chance: "often": need a chance, "1 in 50" or "2 %"
50:10: game[0].odds[1] ("b").chance: "3 in 2": need a chance, "1 in 50" or "2 %"
53:6: set[0] ("s").not: leaves no line: name what does not count
54:3: message[0].text: no words in the programme's language, "nl"`
	_, err := file.Parse([]byte(text))
	if err == nil {
		t.Fatal("was taken")
	}
	got, wanted := strings.Split(err.Error(), "\n"), strings.Split(want, "\n")
	for i := range max(len(got), len(wanted)) {
		a, b := "", ""
		if i < len(got) {
			a = got[i]
		}
		if i < len(wanted) {
			b = wanted[i]
		}
		if a != b {
			t.Errorf("line %d\ngot  %s\nwant %s", i+1, a, b)
		}
	}
}

func TestLengthsOfTime(t *testing.T) {
	for text, want := range map[string]programme.Validity{
		"1 day": {Days: 1}, "90 days": {Days: 90}, "2 weeks": {Days: 14}, "1 month": {Months: 1}, "2 years": {Months: 24},
		"end of month": {To: programme.ToMonth}, "end of next quarter": {Months: 3, To: programme.ToQuarter},
		"end of next month": {Months: 1, To: programme.ToMonth}, "6 months, end of year": {Months: 6, To: programme.ToYear},
	} {
		rules, err := file.Parse([]byte(justPoints + "[[wallet]]\nname = \"points\"\nunits = { nl = [\"a\", \"b\"] }\nexpires = \"" + text + "\"\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if w := rules.Wallets[0]; !w.Lapses || w.Expires != want {
			t.Errorf("%s: got %+v", text, w.Expires)
		}
	}
	for _, text := range []string{"", "month", "0 days", "-1 days", "1.5 years", "12 moons", "end of week", "end of next", "12 months, end of next month", "12 months,end of month", "99999999999 days", "1 day, 2 days", "never without a purchase"} {
		_, err := file.Parse([]byte(justPoints + "[[wallet]]\nname = \"points\"\nunits = { nl = [\"a\", \"b\"] }\nexpires = \"" + text + "\"\n"))
		if err == nil || !strings.HasPrefix(err.Error(), `14:11: wallet[0] ("points").expires: `) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestMoneyIsEarnedInItsSmallestCoin(t *testing.T) {
	for currency, step := range map[string]int64{"EUR": 10, "JPY": 1000, "KWD": 1} {
		text := strings.NewReplacer("EUR", currency, `"1.00"`, `"100"`, "points = 1", "points = 1\nwallet = \"cash\"").Replace(justPoints)
		rules, err := file.Parse([]byte(text + "[[wallet]]\nname = \"cash\"\nkind = \"money\"\nunits = { nl = [\"a\", \"b\"] }\n"))
		if err != nil {
			t.Errorf("%s: %v", currency, err)
			continue
		}
		if w := rules.Wallets[0]; int64(rules.Earn[0].Step) != step || w.Decimals != programme.MinorDigits(currency) {
			t.Errorf("%s: step %v, %d decimals", currency, rules.Earn[0].Step, w.Decimals)
		}
	}
}

func TestAClubNeedsNoRates(t *testing.T) {
	text, _, _ := strings.Cut(justPoints, "[[earn]]")
	if _, err := file.Parse([]byte(text)); err == nil || err.Error() != "1:1: earn: is missing: write [[earn]]" {
		t.Errorf("got %v", err)
	}
	if _, err := file.Parse([]byte(text + "[[club]]\nname = \"plus\"\nfee = { products = [\"1\"] }\n")); err != nil {
		t.Error(err)
	}
}

// A file as long as is read, of whatever is slowest to go through, is refused
// in no noticeable time: head office and shops read it while people wait.
func TestTheLongestFilesAreReadQuickly(t *testing.T) {
	for _, one := range []string{"[[reward]]\n", "[[earn]]\nfactor=2\n", "[[set]]\nname=\"x\"\n", "[[earn.caps]]\n", "x.y.z=1\n", "[[ladder]]\n[[ladder.level]]\nmultiply=2\n", "\n"} {
		text := justPoints + strings.Repeat(one, (file.MaxBytes-len(justPoints))/len(one))
		began := time.Now()
		if _, err := file.Parse([]byte(text)); err == nil && one != "\n" {
			t.Errorf("%q so often was taken", one)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%q so often took %v", one, took)
		} else {
			t.Logf("%q: %v", one, took)
		}
	}
}
