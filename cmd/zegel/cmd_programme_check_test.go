package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zegel/install/programmes"
	"zegel/terminal/loyalty/programme/file"
)

const oddProgramme = `version = 1
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"
[[card]]
class = "gtin"
prefixes = ["29"]
[[earn]]
counts = "order"
points = 100
`

func TestProgrammeCheckTellsWhatIsWrongAndWhatIsOdd(t *testing.T) {
	folder := t.TempDir()
	good := write(t, folder, "good.toml", string(programmes.Starter("Jansen", "29", "1.00")))
	odd := write(t, folder, "odd.toml", oddProgramme)
	wrong := write(t, folder, "wrong.toml", strings.Replace(oddProgramme, "points = 100", "points = \"x\"\ncolour = 1", 1))
	nowhere := write(t, folder, "nowhere.toml", strings.Replace(oddProgramme, "Amsterdam", "Nergens", 1))
	made := write(t, folder, "made.toml", oddProgramme+"[[earn]]\nname = \"Goud\"\npoints = 1\nper = \"1.00\"\n[[ladder]]\nname = \"s\"\n[[ladder.level]]\nname = \"Goud\"\nfrom = 0\nmultiply = 2\n")
	advice := odd + `:10:10: advice: earn[0].points: "points" gives 100 for EUR 5.00 and as much for EUR 100.00; give points for every so much`

	zegel(t, "", "programme", "check", good).is(t, 0, good+" is in order.")
	zegel(t, "", "programme", "check", odd).is(t, 0, advice, odd+" is in order, with one piece of advice.")
	zegel(t, "", "programme", "check", "--strict", odd).is(t, exitProblems, advice)
	s := zegel(t, "", "programme", "check", good, wrong, odd)
	s.is(t, exitProblems, good+" is in order.", wrong+`:10:10: earn[0].points: "x": need digits`, wrong+":11:1: earn[0].colour: unknown key", advice)
	if strings.Contains(s.out, wrong+" is in order") {
		t.Errorf("a wrong one is in order: %s", s.out)
	}
	zegel(t, "", "programme", "check", nowhere).is(t, exitProblems, nowhere+":4:8: zone: unknown time zone Europe/Nergens")
	// A rule that a tier stands for is told at the tier.
	zegel(t, "", "programme", "check", made).is(t, exitProblems, made+`:20:12: ladder[0].level[0] ("Goud").multiply: "Goud" stands twice; the first is on line 12`)
	zegel(t, "", "programme", "check", filepath.Join(folder, "none.toml")).is(t, exitProblems, "none.toml")
}

func TestProgrammeCheckKnowsWhatIsNoProgramme(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, "zegel.toml", "[shop]\nname = \"x\"\n[[lane]]\nname = \"kassa1\"\n")
	cases := write(t, folder, "a.scenario.toml", "programme = \"odd.toml\"\n[[case]]\nname = \"x\"\n")
	zegel(t, "", "programme", "check", config).is(t, exitProblems, config+":1:1: this is a shop's configuration, not a programme: zegel config check --config "+config)
	zegel(t, "", "programme", "check", cases).is(t, exitProblems, cases+":1:1: this is a file of scenarios, not a programme: zegel programme test "+cases)
	if s := zegel(t, "", "programme", "check", config, cases); strings.Count(s.out, "\n") != 2 {
		t.Errorf("says more than what they are: %s", s.out)
	}
	zegel(t, "", "programme", "check", folder).is(t, exitProblems, "there is no programme in "+folder)
	zegel(t, "", "programme", "check", filepath.Join(folder, "none")).is(t, exitProblems, "none")

	odd := write(t, folder, "odd.toml", oddProgramme)
	broken := write(t, folder, "broken.toml", "version = ")
	s := zegel(t, "", "programme", "check", folder)
	s.is(t, exitProblems, odd+" is in order", broken+":1:10: expected value, not end of input: there is no value after the =")
	if strings.Contains(s.out, config) || strings.Contains(s.out, cases) {
		t.Errorf("looks at what is no programme: %s", s.out)
	}
	s = zegel(t, "", "programme", "test", odd)
	s.is(t, exitProblems, odd+":1: this is a programme, not scenarios: zegel programme check "+odd)
	if strings.Count(s.out, "FAIL") != 1 {
		t.Errorf("says more than what it is: %s", s.out)
	}
	zegel(t, "", "programme", "test", config).is(t, exitProblems, config+":1: this is a shop's configuration, not scenarios")
}

func TestProgrammeHasNoOtherCommands(t *testing.T) {
	zegel(t, "", "programme", "chek", "x.toml").is(t, exitUsage, "there is no zegel programme chek; there are check, test, simulate and schema")
	zegel(t, "", "programme").is(t, 0, "check", "simulate")
}

// People do not count tables from 0: a rule with a name is told by its name.
func TestProgrammeCheckNamesRules(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "named.toml", strings.Replace(oddProgramme, "[[earn]]", "[[earn]]\nname = \"visit\"", 1))
	zegel(t, "", "programme", "check", path).is(t, 0, `advice: earn[0] ("visit").points: "visit" gives 100`)
	s := zegel(t, "", "programme", "check", "--json", path)
	if s.is(t, 0); !strings.Contains(s.out, `"earn[0].points"`) {
		t.Errorf("another key in JSON: %s", s.out)
	}
}

func TestProgrammeCheckAnswersAsJSON(t *testing.T) {
	folder := t.TempDir()
	wrong := write(t, folder, "wrong.toml", "version = ")
	odd := write(t, folder, "odd.toml", oddProgramme)
	s := zegel(t, "", "programme", "check", "--json", wrong, odd)
	s.is(t, exitProblems)
	var got struct{ Files []checked }
	if err := json.Unmarshal([]byte(s.out), &got); err != nil {
		t.Fatalf("%v in %s", err, s.out)
	}
	if len(got.Files) != 2 || got.Files[0].File != wrong || len(got.Files[0].Problems) != 1 || got.Files[0].Problems[0].Line != 1 || len(got.Files[0].Advice) != 0 {
		t.Fatalf("got %+v", got)
	}
	if a := got.Files[1].Advice; len(got.Files[1].Problems) != 0 || len(a) != 1 || a[0].Key != "earn[0].points" || a[0].Line != 10 || a[0].Do == "" {
		t.Errorf("got %+v", got.Files[1])
	}
}

func TestProgrammeSchemaIsOneOfEveryKey(t *testing.T) {
	s := zegel(t, "", "programme", "schema")
	s.is(t, 0)
	var schema struct {
		Schema     string `json:"$schema"`
		Properties map[string]any
	}
	if err := json.Unmarshal([]byte(s.out), &schema); err != nil {
		t.Fatal(err)
	}
	if schema.Schema != "https://json-schema.org/draft/2020-12/schema" || len(schema.Properties) != reflect.TypeFor[file.Programme]().NumField() {
		t.Errorf("%s with %d properties", schema.Schema, len(schema.Properties))
	}
}

func TestInitBeginsWithAnyOfTheProgrammes(t *testing.T) {
	for _, c := range programmes.Choices() {
		t.Run(c.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "zegel.toml")
			zegel(t, "", "init", "--yes", "--config", path, "--programme", c.Name, "--shop", "Jansen", "--cards", "2712").is(t, 0, filepath.Join(filepath.Dir(path), c.File))
			zegel(t, "", "config", "check", "--config", path).is(t, 0, "is well")
			cfg, err := loadConfig(path, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			rules, _, _, err := loadProgramme(cfg.Shop.Programme)
			if err != nil || rules.Header[0] != "Jansen" || rules.Cards[0].Prefixes[0] != "2712" {
				t.Errorf("got %+v, %v", rules, err)
			}
			if text, err := os.ReadFile(cfg.Shop.Programme); err != nil || c.Rated != strings.Contains(string(text), `per = "1.00"`) && c.Name != "cashback" {
				t.Errorf("asked how much a point costs: %t, %v", c.Rated, err)
			}
		})
	}
	folder := t.TempDir()
	zegel(t, "", "init", "--yes", "--config", filepath.Join(folder, "zegel.toml"), "--programme", "miles").is(t, exitUsage, `there is no programme "miles" to begin with: take one of points, stamps`)
	zegel(t, "", "init", "--yes", "--config", filepath.Join(folder, "zegel.toml"), "--programme", "stamps", "--per", "2.00").is(t, exitUsage, `--per means nothing for "stamps"`)
	// Only where a point has a price is the price asked.
	s := zegel(t, "stamps\n\n\n\n\n", "init", "--config", filepath.Join(folder, "zegel.toml"))
	s.is(t, 0, "zegels.toml")
	if strings.Contains(s.out, "for one point") {
		t.Errorf("it asks what a point costs: %s", s.out)
	}
}
