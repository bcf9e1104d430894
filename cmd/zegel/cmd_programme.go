package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scenario"
	"zegel/cmd/zegel/show"
	"zegel/install/programmes"
	"zegel/terminal/loyalty/advice"
	"zegel/terminal/loyalty/programme/file"
)

func newProgramme(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "programme", Short: "Check, describe or try out programmes",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return &exit{exitUsage, fmt.Errorf("there is no zegel programme %s; there are check, test, simulate and schema", args[0])}
		},
	}
	cmd.AddCommand(newProgrammeCheck(), newProgrammeSchema(), newProgrammeTest(), newProgrammeSimulate(o))
	return cmd
}

// A finding is one thing about a programme's file, as JSON too.
type finding struct {
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Key  string `json:"key,omitempty"`
	Text string `json:"text"`
	Do   string `json:"do,omitempty"` // for advice
	at   string // the key as people find it
}

// A checked is what is said of one file.
type checked struct {
	File     string    `json:"file"`
	Problems []finding `json:"problems"`
	Advice   []finding `json:"advice"`
}

func newProgrammeCheck() *cobra.Command {
	var asJSON, strict bool
	cmd := &cobra.Command{
		Use: "check PATH...", Short: "Tell everything that is wrong with programmes, and what is odd about them",
		Long: "Tells everything that is wrong, each with its line and column, and for a programme in\norder what is odd about it: what members would find unfair, what nobody can reach, what\ncosts more than it seems. Of a folder all programmes below it are looked at. Exit 0: all are in order. Exit 1: something is wrong.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			paths, err := programmesIn(paths)
			if err != nil {
				return &exit{exitProblems, err}
			}
			results := make([]checked, 0, len(paths))
			wrong := false
			for _, path := range paths {
				text, err := os.ReadFile(path)
				if err != nil {
					return &exit{exitProblems, err}
				}
				result := checkProgramme(path, text)
				wrong = wrong || len(result.Problems) > 0 || strict && len(result.Advice) > 0
				results = append(results, result)
			}
			if err := tellChecked(cmd.OutOrStdout(), results, asJSON); err != nil {
				return err
			}
			if wrong {
				return &exit{code: exitProblems}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit 1 for advice too")
	return cmd
}

// programmesIn is files as they are, and for folders the programmes below them.
// What nobody can read there may be one: that is told rather than left out.
func programmesIn(paths []string) ([]string, error) {
	var found []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			found = append(found, path)
			continue
		}
		before := len(found)
		err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(at) != ".toml" || strings.HasSuffix(at, ".scenario.toml") {
				return err
			}
			text, err := os.ReadFile(at)
			if err == nil && sortOf(at, text).Instead(at) == "" {
				found = append(found, at)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(found) == before {
			return nil, fmt.Errorf("there is no programme in %s", path)
		}
	}
	return found, nil
}

func sortOf(path string, text []byte) scenario.Sort {
	syntax := file.TOML
	if filepath.Ext(path) == ".json" {
		syntax = file.JSON
	}
	return scenario.SortOf(file.Keys(text, syntax))
}

func checkProgramme(path string, text []byte) checked {
	result := checked{File: path, Problems: []finding{}, Advice: []finding{}}
	if instead := sortOf(path, text).Instead(path); instead != "" {
		result.Problems = append(result.Problems, finding{Line: 1, Col: 1, Text: instead})
		return result
	}
	rules, places, err := file.Read(text)
	var problems file.Problems
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			result.Problems = append(result.Problems, finding{Line: p.Line, Col: p.Col, Key: p.Key, Text: p.Text, at: p.At()})
		}
		return result
	case err != nil:
		result.Problems = append(result.Problems, finding{Line: 1, Col: 1, Text: err.Error()})
		return result
	}
	if _, err := time.LoadLocation(rules.Zone); err != nil {
		line, col := places.Of("zone")
		result.Problems = append(result.Problems, finding{Line: line, Col: col, Key: "zone", Text: err.Error()})
	}
	for _, a := range advice.On(rules) {
		key := places.Key(a.Key)
		line, col := places.Of(key)
		result.Advice = append(result.Advice, finding{Line: line, Col: col, Key: key, Text: a.Why, Do: a.Do, at: places.Shown(key)})
	}
	return result
}

func tellChecked(out io.Writer, results []checked, asJSON bool) error {
	if asJSON {
		return show.JSON(out, map[string]any{"files": results})
	}
	for _, r := range results {
		for _, p := range r.Problems {
			if err := tellFinding(out, r.File, "", p); err != nil {
				return err
			}
		}
		for _, a := range r.Advice {
			if err := tellFinding(out, r.File, "advice: ", a); err != nil {
				return err
			}
		}
		if len(r.Problems) == 0 {
			if _, err := fmt.Fprintf(out, "%s is in order%s.\n", r.File, pieces(len(r.Advice))); err != nil {
				return err
			}
		}
	}
	return nil
}

func tellFinding(out io.Writer, path, sort string, f finding) error {
	key := cmp.Or(f.at, f.Key)
	if key != "" {
		key += ": "
	}
	if f.Do != "" {
		f.Text += "; " + f.Do
	}
	_, err := fmt.Fprintf(out, "%s:%d:%d: %s%s%s\n", path, f.Line, f.Col, sort, key, f.Text)
	return err
}

func pieces(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", with one piece of advice"
	}
	return fmt.Sprintf(", with %d pieces of advice", n)
}

func newProgrammeSchema() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of programme files, for editors", Args: cobra.NoArgs,
		Long: "Prints the JSON Schema of programme files. Editors that know Taplo complete and check keys\nof a file that begins with: #:schema programme.schema.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(programmes.Schema)
			return err
		},
	}
}
