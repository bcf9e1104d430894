package programmes

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zegel/terminal/loyalty/advice"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/scenario"
)

// The sections of README.md, and how many programmes or kinds each has at least.
var sections = map[string]int{"Programmes": 19, "Kinds and mechanics": 24}

// A row of README.md's tables. One without files is about what is no programme.
type row struct {
	section, name        string
	programmes, scenario []string
	shows                string
}

func library(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	paths := func(cell string) (all []string) {
		for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
			all = append(all, m[1])
		}
		return all
	}
	var rows []row
	section := ""
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(title)
		}
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 2 || cells[0] != "" || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[1]) == "row" {
			continue
		}
		if len(cells) != 6 {
			t.Fatalf("a row with %d cells: %s", len(cells)-2, line)
		}
		rows = append(rows, row{section, strings.TrimSpace(cells[1]), paths(cells[2]), paths(cells[3]), strings.TrimSpace(cells[4])})
	}
	return rows
}

func TestTheTablesNameEveryExampleAndNothingElse(t *testing.T) {
	count := make(map[string]int)
	var named []string
	for _, r := range library(t) {
		count[r.section]++
		named = append(append(named, r.programmes...), r.scenario...)
		if r.name == "" || r.shows == "" || len(r.programmes) == 0 != (len(r.scenario) == 0) {
			t.Errorf("%s: %q is not complete", r.section, r.name)
		}
	}
	for section, least := range sections {
		if count[section] < least {
			t.Errorf("%s: %d rows, want %d at least", section, count[section], least)
		}
	}
	for _, name := range named {
		if _, err := os.Stat(filepath.FromSlash(name)); err != nil {
			t.Error(err)
		}
	}
	for _, name := range examples(t) {
		if !slices.Contains(named, name) {
			t.Errorf("%s is in no table", name)
		}
	}
}

// Every row works some figure out, with each of its programmes.
func TestEveryRowIsWorkedOut(t *testing.T) {
	for _, r := range library(t) {
		var worked []string
		for _, name := range r.scenario {
			of, figures := scenarioOf(t, name)
			if figures {
				worked = append(worked, of)
			}
		}
		for _, name := range r.programmes {
			if !slices.Contains(worked, name) {
				t.Errorf("%s: no scenario works out a figure of %s", r.name, name)
			}
		}
	}
}

// scenarioOf is the programme a scenario file is about, and whether a figure is
// expected in it.
func scenarioOf(t *testing.T, name string) (of string, figures bool) {
	t.Helper()
	syntax := file.TOML
	if strings.HasSuffix(name, ".json") {
		syntax = file.JSON
	}
	f, err := scenario.Parse(read(t, name), syntax)
	if err != nil {
		t.Fatalf("%s:\n%v", name, err)
	}
	for _, c := range f.Cases {
		for _, s := range c.Steps {
			e := s.Expect
			figures = figures || e != nil && (e.Earned != nil || e.Spent != nil || e.Balance != nil || e.Discount != nil || e.ToPay != nil || e.Lots != nil)
		}
	}
	return path.Join(path.Dir(name), f.Programme), figures
}

// What is odd about an example is what it is there to show, and it says so.
func TestExamplesAreInOrderAndNotOdd(t *testing.T) {
	for _, name := range examples(t) {
		if strings.Contains(name, ".scenario.") {
			continue
		}
		text := read(t, name)
		rules, err := file.Parse(text)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		for _, a := range advice.On(rules) {
			if strings.Contains(a.Why, "sends a total only") {
				continue // an example of what lines are for
			}
			if !strings.Contains(string(text), "`zegel programme check` says so") {
				t.Errorf("%s: %s: %s", name, a.Key, a.Why)
			}
		}
		if !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s: does not begin with what it is", name)
		}
	}
}

func examples(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("examples", "*"))
	for i, name := range names {
		names[i] = filepath.ToSlash(name)
		if !strings.HasSuffix(name, ".toml") && !strings.HasSuffix(name, ".scenario.json") {
			t.Errorf("%s is no programme and no scenario", name)
		}
	}
	if err != nil || len(names) == 0 {
		t.Fatalf("found %q, %v", names, err)
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
