package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"zegel/install/programmes"
)

func TestProgrammeTestRunsScenarios(t *testing.T) {
	folder := t.TempDir()
	text, err := programmes.Files.ReadFile("punten.toml")
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "punten.toml", string(text))
	const scenario = `{"programme": "punten.toml", "at": "2026-11-21 12:00", "case": [{"name": "a", "step": [{"sale": "37.60", "expect": {"earned": %}}]}]}`
	run := func(args ...string) (string, error) {
		cmd := newProgrammeTest()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		cmd.SetArgs(args)
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	if _, err := run(folder); err == nil || !strings.Contains(err.Error(), "there is no *.scenario.toml") {
		t.Errorf("an empty folder: %v", err)
	}
	write(t, folder, "a.scenario.json", strings.Replace(scenario, "%", "37", 1))
	if out, err := run(folder); err != nil || !strings.HasPrefix(out, "1 case in 1 file, 0 failed") {
		t.Errorf("says %s, %v", out, err)
	}
	write(t, folder, "a.scenario.json", strings.Replace(strings.Replace(scenario, "%", "37", 1), `"sale": "37.60"`, `"signal": "rian", "sale": {"codes": ["X"], "lines": [{"amount": "37.60", "category": "coffee", "tags": ["hot"]}]}`, 1))
	out, err := run(folder)
	for _, want := range []string{`no signal "rian"`, `no code "X"`, `no category "coffee"`, `no tag "hot"`} {
		if err != nil || strings.Count(out, "a.scenario.json:1:") != 4 || !strings.Contains(out, want) {
			t.Errorf("no warning of %s: %s, %v", want, out, err)
		}
	}
	write(t, folder, "a.scenario.json", strings.Replace(scenario, "%", "37", 1))
	write(t, folder, "b.scenario.json", strings.Replace(scenario, "%", "38", 1))
	out, err = run(folder)
	var wanted *exit
	if !errors.As(err, &wanted) || wanted.code != exitProblems || !strings.Contains(out, "earned: expected 38, got 37") {
		t.Errorf("says %s, %v", out, err)
	}
	out, err = run("--json", folder)
	var results []struct {
		Case  string
		OK    bool
		Steps []struct {
			Wrong []struct{ Key, Want, Got string }
		}
	}
	if !errors.As(err, &wanted) || json.Unmarshal([]byte(out), &results) != nil || len(results) != 2 || !results[0].OK || results[1].OK || results[1].Steps[0].Wrong[0].Got != "37" {
		t.Errorf("says %s, %v", out, err)
	}
}
