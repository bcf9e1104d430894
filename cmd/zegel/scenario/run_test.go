package scenario_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	_ "time/tzdata"

	"zegel/cmd/zegel/scenario"
)

const points = `version = 1
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"
[[card]]
class = "gtin"
prefixes = ["29"]
[[earn]]
name = "basis"
points = 1
per = "1.00"
`

// put writes files into a folder of the test and gives the folder.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func run(t *testing.T, paths ...string) []scenario.Result {
	t.Helper()
	files, err := scenario.Find(paths)
	if err != nil {
		t.Fatal(err)
	}
	return scenario.Run(context.Background(), files, t.TempDir(), 2)
}

func told(results []scenario.Result, verbose bool) string {
	var b strings.Builder
	for _, r := range results {
		scenario.Tell(&b, r, verbose)
	}
	return b.String()
}

func TestAFailedExpectationSaysWhereAndWhy(t *testing.T) {
	folder := put(t, map[string]string{"punten.toml": points, "a.scenario.toml": `programme = "punten.toml"
at = "2026-11-21 12:00"
[[case]]
name = "wrong"
[[case.step]]
sale = "37.60"
expect = { earned = 38, balance = 37 }
[[case.step]]
undo = true
[[case]]
name = "right"
[[case.step]]
sale = "37.60"
expect = { earned = 37 }
`})
	results := run(t, folder)
	if len(results) != 2 || results[0].OK || !results[1].OK || results[0].Case != "wrong" {
		t.Fatalf("got %+v", results)
	}
	if s := results[0].Steps; len(s) != 2 || s[0].OK || !s[1].OK || len(s[0].Wrong) != 1 || s[0].Wrong[0].Line != 7 || s[0].Got.Earned["points"] != "37" {
		t.Errorf("got %+v", s)
	}
	text := strings.ReplaceAll(told(results, false), folder+string(filepath.Separator), "")
	for _, want := range []string{
		"FAIL  a.scenario.toml:3: wrong\n", "a.scenario.toml:5: step 1 (sale)\n", "a.scenario.toml:7: earned: expected 38, got 37\n", "why: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "right") {
		t.Errorf("tells what came as written:\n%s", text)
	}
	if text := told(results, true); !strings.Contains(text, "ok    ") || !strings.Contains(text, "| ") {
		t.Errorf("does not tell everything:\n%s", text)
	}
	b, err := json.Marshal(results[1])
	if err != nil || !regexp.MustCompile(`^\{"file":".*a.scenario.toml","case":"right","line":10,"ok":true,"steps":\[\{"step":1,"line":12,"does":"sale","ok":true,"got":\{"earned":\{"points":"37"\}`).Match(b) {
		t.Errorf("as JSON %s, %v", b, err)
	}
}

func TestWhatIsWrongWithFilesIsToldWithItsPlace(t *testing.T) {
	folder := put(t, map[string]string{
		"punten.toml": points, "broken.toml": "version = 1\nnaam = 2\n",
		"a.scenario.toml": "programme = \"punten.toml\"\ncase = 1\n",
		"b.scenario.json": `{"programme": "broken.toml", "at": "2026-11-21 12:00", "case": [{"name": "a", "step": [{"sale": "1.00"}]}]}`,
		"c.scenario.json": `{"programme": "none.toml", "at": "2026-11-21 12:00", "case": [{"name": "a", "step": [{"sale": "1.00"}]}]}`,
		"d.scenario.json": `{"programme": "punten.toml", "at": "2026-11-21 12:00", "case": [{"name": "a", "step": [{"sale": "1.00", "expect": {"earned": {"miles": 1}}}]}]}`,
		"e.scenario.json": `{"programme": "punten.toml", "at": "2026-11-21 12:00", "case": [{"name": "a", "step": [{"sale": "1.00"}, {"at": "2026-11-20 12:00"}, {"undo": true}]}]}`,
	})
	results := run(t, folder)
	text := strings.ReplaceAll(told(results, false), folder+string(filepath.Separator), "")
	for _, want := range []string{
		"FAIL  a.scenario.toml:2:8: case: is a whole number: need tables", "FAIL  broken.toml:2:1: naam: unknown key",
		"FAIL  c.scenario.json:1: programme: open ", `FAIL  d.scenario.json:1:136: case[0] ("a").step[0].expect.earned.miles: there is no wallet "miles"`,
		"could not be done: time does not go back",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
	for _, r := range results {
		if r.OK {
			t.Errorf("%s is well", r.File)
		}
	}
	if last := results[len(results)-1]; len(last.Steps) != 2 {
		t.Errorf("after what could not be done %d steps were tried", len(last.Steps))
	}
	if _, err := scenario.Find([]string{filepath.Join(folder, "nowhere")}); err == nil {
		t.Error("a path that is not there was found")
	}
}

// Whoever brings a member in is rewarded with them, once, for the first sale
// that counts; a return of it takes both back.
func TestAReferralPaysBothSidesOnce(t *testing.T) {
	folder := put(t, map[string]string{"p.toml": points + `[[earn]]
name = "welkom"
points = 10
counts = "order"
if = { referred = true, first_purchase = true, min_total = "20.00" }
[[earn]]
name = "dank"
points = 15
counts = "order"
referrer = true
if = { referred = true, first_purchase = true, min_total = "20.00" }
[[earn]]
name = "jarig"
points = 3
counts = "order"
if = { birthday = {} }
`, "a.scenario.toml": `programme = "p.toml"
at = "2026-11-21 12:00"
[[case]]
name = "brought in by anna"
members = { anna = { member = true }, bob = {}, carla = { balance = 1 }, dirk = {} }
[[case.step]]
card = "bob"
enrol = { name = "Bob", birthday = "11-22", referrer = "anna" }
expect = { members = { anna = { balance = 0 } } }
[[case.step]]
card = "bob"
sale = { id = "first", total = "25.00" }
expect = { earned = 35, balance = 35, members = { anna = { balance = 15 } } }
[[case.step]]
card = "bob"
sale = "25.00"
expect = { earned = 25, balance = 60, members = { anna = { balance = 15 } } }
[[case.step]]
at = "2026-11-22 12:00"
card = "bob"
sale = "5.00"
expect = { earned = 8, balance = 68 }
[[case.step]]
card = "bob"
return = "first"
expect = { balance = 33, members = { anna = { balance = 0 } } }
[[case.step]]
card = "carla"
enrol = { referrer = "carla" }
expect = { refusal = "K-244" }
[[case.step]]
card = "carla"
enrol = { referrer = "dirk" }
expect = { refusal = "K-110" }
[[case.step]]
card = "carla"
enrol = { birthday = "02-29" }
expect = { balance = 1 }
`})
	results := run(t, folder)
	if len(results) != 1 || !results[0].OK {
		t.Error(told(results, true))
	}
}

// Cards fit the programme's formats, whatever these are.
func TestCardsAreMadeUpForEveryFormat(t *testing.T) {
	for name, card := range map[string]string{
		"gtin": "class = \"gtin\"\nprefixes = [\"04\", \"29\"]", "gsrn": `class = "gsrn"`,
		"luhn":    "class = \"luhn\"\nprefixes = [\"9752\"]\nlength = 16",
		"pattern": "class = \"pattern\"\npattern = 'LOY:[1-3]:(A|B)[A-Z0-9]{6,20}x+.'",
	} {
		t.Run(name, func(t *testing.T) {
			folder := put(t, map[string]string{
				"p.toml": strings.Replace(points, "class = \"gtin\"\nprefixes = [\"29\"]", card, 1),
				"a.scenario.toml": `programme = "p.toml"
at = "2026-11-21 12:00"
[[case]]
name = "two cards are two members"
start = { balance = 3 }
members = { anna = {} }
[[case.step]]
card = "anna"
sale = "5.00"
expect = { balance = 5, members = { member = { balance = 3 } } }
`,
			})
			if results := run(t, folder); !results[0].OK {
				t.Error(told(results, true))
			}
		})
	}
}

// The worked example of the manual passes as it stands there.
func TestTheManualsExamplesPass(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "..", "install", "manual", "scenarios.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllSubmatch(manual, -1) {
		blocks = append(blocks, string(m[1]))
	}
	if len(blocks) != 3 {
		t.Fatalf("the manual has %d blocks of TOML", len(blocks))
	}
	folder := put(t, map[string]string{
		"punten.toml": points, "short.scenario.toml": blocks[0], "coffee.toml": blocks[1], "coffee.scenario.toml": blocks[2],
	})
	for _, r := range run(t, folder) {
		if !r.OK {
			t.Error(told([]scenario.Result{r}, true))
		}
	}
}

// The programmes that are shipped do what their scenarios say.
func TestShippedProgrammesDoWhatTheirScenariosSay(t *testing.T) {
	results := run(t, filepath.Join("..", "..", "..", "install", "programmes"))
	if len(results) < 10 {
		t.Errorf("only %d cases were found", len(results))
	}
	for _, r := range results {
		if !r.OK {
			t.Error(told([]scenario.Result{r}, false))
		}
	}
}
