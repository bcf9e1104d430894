package file_test

import (
	"strings"
	"testing"

	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/scenario"
)

// What people write who see a programme for the first time, and what they are
// told: the first line says what to do about it.
func TestMistakesOfAFirstTimeUser(t *testing.T) {
	points := func(old, with string) string {
		if !strings.Contains(justPoints, old) {
			t.Fatalf("the test itself: no %q", old)
		}
		return strings.Replace(justPoints, old, with, 1)
	}
	cases := []struct{ name, text, want string }{
		{"a key but for a letter", points("points = 1", "point = 1"), `9:1: earn[0].point: unknown key: do you mean points?`},
		{"a key in capitals", points("prefixes", "Prefixes"), `7:1: card[0].Prefixes: unknown key: do you mean prefixes?`},
		{"a key with another dash", justPoints + "whole-per = true\n", `11:1: earn[0].whole-per: unknown key: do you mean whole_per?`},
		{"letters the wrong way round", points("currency", "currecny"), `3:1: currecny: unknown key: do you mean currency?`},
		{"a key of the whole under a table", justPoints + "[slip]\nhold_out = 10\n", `12:1: slip.hold_out: unknown key: hold_out stands above the first [table]`},
		{"a required key of the whole under a table", points(`zone = "Europe/Amsterdam"`+"\n", "") + "[slip]\nzone = \"Europe/Amsterdam\"\n", `11:1: slip.zone: unknown key: zone stands above the first [table]`},
		{"a table in another", justPoints + "limits = { goodwill = 5 }\n", `11:1: earn[0].limits: unknown key: limits is a table of its own: [limits]`},
		{"a list of tables in another", justPoints + "set = []\n", `11:1: earn[0].set: unknown key: set is a table of its own: [[set]]`},
		{"a condition beside the rule", justPoints + "weekdays = [\"tue\"]\n", `11:1: earn[0].weekdays: unknown key: weekdays stands under if: if = { weekdays = … }`},
		{"nearly a condition beside the rule", justPoints + "weekday = [\"tue\"]\n", `11:1: earn[0].weekday: unknown key: do you mean a key under if: if = { weekdays = … }?`},
		{"a cap beside the rule", justPoints + "times = 1\n", `11:1: earn[0].times: unknown key: times stands under caps: caps = [{ times = … }]`},
		{"a key of another table", justPoints + "vests = \"14 days\"\n", `11:1: earn[0].vests: unknown key: vests stands under [[wallet]]`},
		{"a key of nothing", justPoints + "colour = 1\n", `11:1: earn[0].colour: unknown key; known here: name, wallet, points`},

		{"two rules without names", justPoints + "[[earn]]\npoints = 2\nper = \"1.00\"\n", `11:3: earn[1].name: "points" stands twice; the first is on line 8; a rule without a name is called after its wallet: give it a name`},
		{"two rules of a name", points("[[earn]]", "[[earn]]\nname = \"a\"") + "[[earn]]\nname = \"a\"\npoints = 2\nper = \"1.00\"\n", `13:8: earn[1] ("a").name: "a" stands twice; the first is on line 9`},
		{"two messages without names", justPoints + "[[message]]\nkind = \"tier\"\n[[message]]\nkind = \"tier\"\n", `13:3: message[1].name: "tier" stands twice; the first is on line 11; a message without a name is called after its kind: give it a name`},

		{"one bracket", justPoints + "[earn]\npoints = 2\n", `11:2: earn: table earn already exists as an array of tables: write every one of them with double brackets, [[earn]]`},
		{"one bracket first", points("[[earn]]", "[earn]") + "[[earn]]\n", `11:3: earn: key earn already exists as a table, but should be an array table: write every one of them with double brackets, [[earn]]`},
		{"a table twice", justPoints + "[slip]\n[slip]\n", `12:2: slip: table slip already exists: [slip] stands twice`},
		{"a key twice", "name = \"a\"\n" + justPoints, `3:1: name: key name is already defined: it stands twice: leave one out`},
		{"no closing quote", points(`"Punten"`, `"Punten`), `2:15: basic strings cannot have new lines: the text has no closing quote on this line`},
		{"a bare word", points(`"Punten"`, `Mijn punten`), `text goes in quotes: "Mijn punten"`},
		{"a bare truth", justPoints + "exact = True\n", `: write true`},
		{"quotes of a word processor", points(`"Punten"`, `“Punten”`), `use straight quotes: "…"`},
		{"an amount with a comma", points(`"1.00"`, `1,50`), `write amounts in quotes, with a point: "1.50"`},
		{"an amount with a sign", points(`"1.00"`, `€ 1`), `write amounts in quotes, with a point`},
		{"a percent sign", justPoints + "[[reward]]\npercent = 10%\n", `write the number without %`},
		{"a colon", points("version = 1", "version: 1"), `write = and not :`},
		{"nothing", points("version = 1", "version ="), `there is no value after the =`},
		{"a list without a comma", points(`["29"]`, `["29" "28"]`), `a comma or the ] at its end is missing`},
		{"a bracket too few", points("[[earn]]", "[[earn]"), "as many brackets at the end as at the beginning"},
		{"a backslash", points(`"Punten"`, `"a\d"`), `write \\ for one \`},
		{"a day in another order", justPoints + "if = { from = 1-12-2026 }\n", `11:16`},
		{"a day in short", justPoints + "if = { from = 2026-1-1 }\n", `write year-month-day: 2026-12-31`},

		{"a number for an amount", points(`"1.00"`, `1.5`), `10:7: earn[0].per: is a number with a decimal point: need a whole number, or one with a decimal point as text, "1.5"`},
		{"a bare amount", "usual_max = 2.5\n" + justPoints, `1:13: usual_max: is a number with a decimal point: need an amount as text, "2.50"`},
		{"a day as people say it", justPoints + "if = { from = \"1-12-2026\" }\n", `11:15: earn[0].if.from: "1-12-2026": need a day, year-month-day: "2026-12-31"`},
		{"the last day before the first", justPoints + "if = { from = 2026-12-31, until = 2026-01-01 }\n", `11:35: earn[0].if.until: 2026-01-01 is before from, 2026-12-31: let it end after it begins`},
		{"a tier of no ladder", justPoints + "if = { tiers = [\"Gold\"] }\n", `11:17: earn[0].if.tiers[0]: there is no tier "Gold"; the programme has none`},
		{"a kind of line in capitals", justPoints + "lines = { kinds = [\"Tobacco\"] }\n", `11:20: earn[0].lines.kinds[0]: "Tobacco" is no kind of line; there are deposit,`},
		{"what was earned, for the one who brought the member in", points("[[earn]]", "[[wallet]]\nname = \"points\"\nunits = { nl = [\"a\", \"b\"] }\n[[wallet]]\nname = \"status\"\nunits = { nl = [\"a\", \"b\"] }\n[[earn]]") +
			"[[earn]]\nwallet = \"status\"\ncounts = \"earned\"\nmultiplies = [\"points\"]\npoints = 1\nreferrer = true\n", `22:12: earn[1].referrer: counts = "earned" is about what the sale brought its own member`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := file.Parse([]byte(c.text))
			if err == nil {
				t.Fatal("was taken")
			}
			first, _, more := strings.Cut(err.Error(), "\n")
			if !strings.Contains(first, c.want) {
				t.Errorf("got\n%v\nwant %s", err, c.want)
			}
			if more && strings.Contains(err.Error(), "is missing") {
				t.Errorf("what something else was written for is told to be missing:\n%v", err)
			}
		})
	}
}

func TestABudgetIsTheShops(t *testing.T) {
	const game = "[[game]]\nname = \"Rad\"\n[[game.odds]]\nprize = \"a\"\nchance = \"1 in 2\"\nbudget = [{ times = 3, per = \"day\" }, { times = 1, per = \"ever\", of = \"member\" }]\n" +
		"[[reward]]\nname = \"b\"\npoints = 1\ncaps = [{ times = 3, per = \"day\" }]\n"
	rules, err := file.Parse([]byte(justPoints + game))
	if err != nil {
		t.Fatal(err)
	}
	if b := rules.Games[0].Odds[0].Budget; b[0].Of != "terminal" || b[1].Of != "" || rules.Rewards[0].Caps[0].Of != "" {
		t.Errorf("got %+v and %+v", b, rules.Rewards[0].Caps)
	}
}

func TestJSONIsToldInItsOwnWords(t *testing.T) {
	_, err := scenario.Parse([]byte(`{"programme": "x.toml", "case": [{"name": "a", "at": "2026-11-21 12:00", "programme": 1, "step": [{"sale": 1.5, "bogus": 1}]}]}`), file.JSON)
	if err == nil {
		t.Fatal("was taken")
	}
	for _, want := range []string{`case[0] ("a").programme: unknown key: programme stands at the top, in no other table`, `case[0] ("a").step[0].bogus: unknown key; known here: name`, `as text, "1.5"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got\n%v\nwant %s", err, want)
		}
	}
}
