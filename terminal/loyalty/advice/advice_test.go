package advice_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/terminal/loyalty/advice"
	"zegel/terminal/loyalty/programme/file"
)

const begin = `version = 1
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"
[[card]]
class = "gtin"
prefixes = ["29"]
`

const points = `[[wallet]]
name = "points"
units = { nl = ["punt", "punten"] }
expires = "12 months"
worth = "10.00"
`

const rate = `[[earn]]
name = "basis"
points = 1
per = "1.00"
`

func TestAdvice(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string // key, and the beginning of why; none for nothing odd
	}{
		{"just points", begin + rate, nil},
		{"points and a reward", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 500\nvalue = \"5.00\"\n", nil},
		{"the same for every sale", begin + "[[earn]]\ncounts = \"order\"\npoints = 100\n",
			[]string{`earn[0].points: "points" gives 100 for EUR 5.00 and as much for EUR 100.00`}},
		{"the same for every large sale", begin + "[[earn]]\ncounts = \"order\"\npoints = 100\nif = { min_total = \"50.00\" }\n", nil},
		{"by bands", begin + "[[earn]]\nbands = [{ from = \"5.00\", points = 5 }, { from = \"100.00\", points = 100 }]\n", nil},
		{"a stamp for every visit", begin + "[[wallet]]\nname = \"stamps\"\nkind = \"stamps\"\nunits = { nl = [\"a\", \"b\"] }\n[[earn]]\ncounts = \"order\"\npoints = 1\n", nil},
		{"a reward out of reach", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 5000\n",
			[]string{`reward[0].points: "r" costs 5000; whoever spends EUR 1000.00 in 20 sales has 1000`}},
		{"a reward that a factor brings within reach", begin + points + rate + "[[earn]]\nname = \"x\"\nfactor = 6\n[[reward]]\nname = \"r\"\npoints = 5000\n", nil},
		{"a reward above the most", begin + strings.Replace(points, "worth", "most = 100\nworth", 1) + rate + "[[reward]]\nname = \"r\"\npoints = 500\n",
			[]string{`reward[0].points: "r" costs 500, and nobody can hold more than 100`}},
		{"a reward of what nothing earns", begin + points + strings.Replace(points, `"points"`, `"stamps"`, 1) + rate + "[[reward]]\nname = \"r\"\nwallet = \"stamps\"\npoints = 10\n",
			[]string{`reward[0].wallet: nothing earns "stamps"`}},
		{"a reward of what an event earns", begin + points + strings.Replace(points, `"points"`, `"stamps"`, 1) + rate + "[[earn]]\nwallet = \"stamps\"\nevent = \"enrolled\"\npoints = 1\n[[reward]]\nname = \"r\"\nwallet = \"stamps\"\npoints = 10\n", nil},
		{"more than was paid", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 5\nvalue = \"10.00\"\n",
			[]string{`reward[0].value: "r" gives back more than was paid for its points: 200 % of it`}},
		{"a quarter of what was paid", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 40\nvalue = \"10.00\"\n",
			[]string{`reward[0].value: "r" gives back 25.0 % of what its points cost to earn`}},
		{"for ever", begin + strings.Replace(points, "expires = \"12 months\"\n", "", 1) + rate + "[[reward]]\nname = \"r\"\npoints = 500\n",
			[]string{`wallet[0].expires: what members collect of "points" never lapses`}},
		{"worth nobody said", begin + strings.Replace(points, "worth = \"10.00\"\n", "", 1) + rate + "[[reward]]\nname = \"r\"\npoints = 500\nvalue = \"5.00\"\n",
			[]string{`wallet[0].worth: reports cannot say what is owed for "points"; the reward "r" makes 1,000 of them EUR 10.00`}},
		{"gone before it is there", begin + strings.Replace(points, "12 months\"", "30 days\"\nvests = \"30 days\"", 1) + rate,
			[]string{`wallet[0].vests: what is earned of "points" can lapse before it can be spent`}},
		{"gone at the end of the month", begin + strings.Replace(points, "12 months\"", "end of month\"\nvests = \"3 days\"", 1) + rate,
			[]string{`wallet[0].vests: what is earned of "points" can lapse`}},
		{"at once, later", begin + strings.Replace(points, "worth", "vests = \"3 days\"\nspent_at_once = true\nworth", 1) + rate,
			[]string{`wallet[0].spent_at_once: what is earned of "points" vests after 3 days`}},
		{"two that each want to be alone", begin + rate + groups("", ""), []string{`group[1].combine: the groups "a" and "b" each want to be the only one`}},
		{"two that are never there together", begin + rate + groups(`weekdays = ["mon"]`, `weekdays = ["tue"]`), nil},
		{"two after each other", begin + rate + groups(`until = "2026-06-30"`, `from = "2026-07-01"`), nil},
		{"a group of nobody", begin + rate + "[[group]]\nname = \"a\"\ncombine = \"best\"\n", []string{`group[0].name: no rule is in the group "a"`}},
		{"a stock of each member's own", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 500\ncaps = [{ times = 100, per = \"ever\" }]\n", []string{`reward[0].caps[0]: each member can have "r" 100 times`}},
		{"a stock", begin + points + rate + "[[reward]]\nname = \"r\"\npoints = 500\ncaps = [{ times = 100, per = \"ever\", of = \"terminal\" }, { times = 2, per = \"ever\" }]\n", nil},
		{"lines only", begin + rate + "lines = { tags = [\"x\"] }\n", []string{`earn[0].lines: a till that sends a total only earns nothing`}},
		{"units only", begin + "[[earn]]\ncounts = \"units\"\npoints = 1\n", []string{`earn[0].counts: a till that sends a total only earns nothing`}},
		{"lines, and everything", begin + rate + "[[earn]]\nname = \"x\"\npoints = 1\nper = \"1.00\"\nlines = { tags = [\"x\"] }\n", nil},
		{"a club with a discount on lines", begin + "[[club]]\nname = \"plus\"\nfee = { products = [\"1\"] }\n[[reward]]\nname = \"r\"\ngives = \"percent\"\npercent = 10\nautomatic = true\nlines = { not = { products = [\"1\"] } }\nif = { clubs = [\"plus\"] }\n",
			[]string{`reward[0].lines: a till that sends a total only takes nothing off by itself`, `club[0].fee: a till that sends a total only makes nobody a member of "plus"`}},
		{"a club with a discount on all", begin + "[[club]]\nname = \"plus\"\nfee = { products = [\"1\"] }\n[[reward]]\nname = \"r\"\ngives = \"percent\"\npercent = 10\nautomatic = true\nif = { clubs = [\"plus\"] }\n",
			[]string{`club[0].fee: a till`}},
		{"no sale", begin + rate + "[earn.if]\nmin_total = \"50.00\"\nmax_total = \"5.00\"\n", []string{`earn[0].if.max_total: "basis" never holds`}},
		{"in and out", begin + rate + "[earn.if]\nsegments = [\"s\"]\nnot_segments = [\"s\"]\n[[segment]]\nname = \"s\"\ndays = 30\n", []string{`earn[0].if.not_segments: "basis" never holds`}},
		{"lines that are excluded", begin + rate + "lines = { kinds = [\"tobacco\"] }\n[base]\nexclude_preset = [\"nl\"]\n", []string{"earn[0].lines: a till that sends a total only", `earn[0].lines.kinds: "basis" never counts a line: the programme excludes tobacco`}},
		{"a campaign without end", "hold_out = 10\n" + begin + rate + "campaign = true\n", []string{`earn[0].if: the campaign "basis" has no last day`}},
		{"a campaign that nobody is held out of", begin + rate + "campaign = true\nif = { until = \"2026-12-31\" }\n", []string{"earn[0].campaign: nobody is held out"}},
		{"a tier nobody reaches", begin + rate + ladder("spend", "60000"), []string{`ladder[0].level[0].from: nobody reaches "Goud"`}},
		{"a tier in reach", begin + rate + ladder("spend", "50000"), nil},
		{"two visits a day", begin + rate + ladder("visits", "700"), []string{`ladder[0].level[0].from: nobody reaches "Goud": it takes 700 of visits`}},
		{"points nobody earns", begin + points + strings.Replace(points, `"points"`, `"status"`, 1) + rate + ladder("points\"\nwallet = \"status", "10"), []string{`ladder[0].level[0].from: nobody reaches "Goud"`}},
		{"an event without a bound", begin + rate + "[[earn]]\nname = \"w\"\nevent = \"review\"\npoints = 5\n", []string{`earn[1].caps: whoever can send "review"`}},
		{"an event with one", begin + rate + "[[earn]]\nname = \"w\"\nevent = \"review\"\npoints = 5\ncaps = [{ times = 1, per = \"month\" }]\n", nil},
		{"paid for ever", begin + rate + "[[earn]]\nname = \"w\"\ncounts = \"order\"\npoints = 5\nreferrer = true\n", []string{`earn[1].if: who brought a member in gets "w" with every sale`}},
		{"nothing to settle at", begin + rate + "issuer = \"@sale\"\n[[partner]]\nname = \"bakker\"\n", []string{`partner[0].clears: "bakker" pays for "points"`}},
		{"nobody's names", begin + rate + "[[set]]\nname = \"s\"\ntags = [\"x\"]\n[[perk]]\nname = \"p\"\nlabel = { nl = \"P\" }\n[[segment]]\nname = \"g\"\ndays = 5\n",
			[]string{`set[0].name: nothing names the set "s"`, `segment[0].name: nothing names the segment "g"`, `perk[0].name: nothing names the perk "p"`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := given(t, c.text)
			for i, want := range c.want {
				if i >= len(got) || !strings.HasPrefix(got[i], want) {
					t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
				}
			}
			if len(got) != len(c.want) {
				t.Errorf("got %d pieces of advice, want %d:\n%s", len(got), len(c.want), strings.Join(got, "\n"))
			}
		})
	}
}

func groups(a, b string) string {
	one := func(name, when string) string {
		return "[[group]]\nname = \"" + name + "\"\ncombine = \"exclusive\"\n[[earn]]\nname = \"in " + name + "\"\ngroup = \"" + name + "\"\npoints = 2\nper = \"1.00\"\n[earn.if]\n" + when + "\n"
	}
	return one("a", a) + one("b", b)
}

func ladder(on, from string) string {
	return "[[ladder]]\nname = \"status\"\non = \"" + on + "\"\n[[ladder.level]]\nname = \"Goud\"\nfrom = " + from + "\n"
}

// Whoever is given advice is told what to do.
func given(t *testing.T, text string) []string {
	t.Helper()
	rules, err := file.Parse([]byte(text))
	if err != nil {
		t.Fatalf("the test's own programme:\n%v", err)
	}
	var all []string
	for _, a := range advice.On(rules) {
		if a.Key == "" || a.Why == "" || a.Do == "" {
			t.Errorf("advice without a word: %+v", a)
		}
		all = append(all, a.Key+": "+a.Why)
	}
	return all
}

// What a shop begins with is not odd, but for what a comment in it explains.
func TestStartersAreNotOdd(t *testing.T) {
	paths, err := filepath.Glob("../../../install/programmes/*.toml")
	if err != nil || len(paths) < 6 {
		t.Fatalf("found %q, %v", paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := file.Parse(text)
		if err != nil {
			t.Fatalf("%s:\n%v", path, err)
		}
		for _, a := range advice.On(rules) {
			explained := strings.HasSuffix(a.Key, ".expires") && strings.Contains(string(text), "vervallen hier nooit") ||
				strings.Contains(a.Why, "sends a total only") && strings.Contains(string(text), "alleen een totaal")
			if !explained {
				t.Errorf("%s: %s: %s", path, a.Key, a.Why)
			}
		}
	}
}
