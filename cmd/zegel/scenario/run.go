package scenario

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/words"
)

// A Result is what became of one case, or of a file none of whose cases could
// be run: then Case is "".
type Result struct {
	File string `json:"file"`
	Case string `json:"case,omitempty"`
	Line int    `json:"line"`
	OK   bool   `json:"ok"`
	// Problems are what is wrong with the file, or why the case could not be
	// run, each with its place.
	Problems []string `json:"problems,omitempty"`
	// Warnings, at the first case of a file, are words of that file that its
	// programme never names, each with its place. They fail nothing.
	Warnings []string `json:"warnings,omitempty"`
	Steps    []Step   `json:"steps,omitempty"`
}

// A Step is what became of one.
type Step struct {
	Step int    `json:"step"` // from 1
	Line int    `json:"line"`
	Does string `json:"does,omitempty"`
	Name string `json:"name,omitempty"`
	OK   bool   `json:"ok"`
	Got  Got    `json:"got"`
	// Wrong is what did not come as it was written.
	Wrong []Wrong `json:"wrong,omitempty"`
	// Error is why it could not be done at all; no step after it was tried.
	Error string `json:"error,omitempty"`
	// Why are the reasons of what was decided, one a line.
	Why []string `json:"why,omitempty"`
}

// A Wrong is one thing that is not as it was written, and where that stands.
type Wrong struct {
	scenario.Wrong
	Line int `json:"line"`
}

// A Got is what came of a step; points and money are written as in a scenario.
type Got struct {
	Refusal   string            `json:"refusal,omitempty"`
	Earned    map[string]string `json:"earned,omitempty"`
	Spent     map[string]string `json:"spent,omitempty"`
	TakenBack map[string]string `json:"taken_back,omitempty"`
	GivenBack map[string]string `json:"given_back,omitempty"`
	Total     string            `json:"total,omitempty"`
	Discount  string            `json:"discount,omitempty"`
	ToPay     string            `json:"to_pay,omitempty"`
	PayBack   string            `json:"pay_back,omitempty"`
	Offers    []string          `json:"offers,omitempty"`
	Messages  []string          `json:"messages,omitempty"`
	Slip      []string          `json:"slip,omitempty"`
	Balance   map[string]string `json:"balance,omitempty"`
	Pending   map[string]string `json:"pending,omitempty"`
	Debt      map[string]string `json:"debt,omitempty"`
	Lots      map[string][]Lot  `json:"lots,omitempty"`
	Tier      []string          `json:"tier,omitempty"`
	Perks     []string          `json:"perks,omitempty"`
	Clubs     []string          `json:"clubs,omitempty"`
}

// A Lot is points that lapse together.
type Lot struct {
	Points  string `json:"points"`
	Expires string `json:"expires,omitempty"`
	Vests   string `json:"vests,omitempty"`
	Issuer  string `json:"issuer,omitempty"`
}

// Find is the scenario files of paths: files as they are, and folders with all
// below them.
func Find(paths []string) ([]string, error) {
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
		err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (strings.HasSuffix(at, ".scenario.toml") || strings.HasSuffix(at, ".scenario.json")) {
				found = append(found, at)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// Run runs the cases of files, several at a time, each in a folder of its own
// below scratch. The results are in the order of the files and their cases.
func Run(ctx context.Context, files []string, scratch string, atOnce int) []Result {
	type job struct{ run func() Result }
	var jobs []job
	var results []*Result
	for _, path := range files {
		cases, refused := load(path)
		if refused != nil {
			results = append(results, refused)
		}
		for _, c := range cases {
			at := new(Result)
			results = append(results, at)
			folder := filepath.Join(scratch, fmt.Sprint(len(results)))
			jobs = append(jobs, job{func() Result { *at = c.run(ctx, folder); return *at }})
		}
	}
	queue := make(chan job)
	var working sync.WaitGroup
	for range max(atOnce, 1) {
		working.Go(func() {
			for j := range queue {
				j.run()
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	working.Wait()
	all := make([]Result, len(results))
	for i, r := range results {
		all[i] = *r
	}
	return all
}

// A loaded is one case with its programme.
type loaded struct {
	path  string
	file  *scenario.File
	index int
	rules programme.Rules
	doc   []byte
	zone  *time.Location
}

func load(path string) ([]loaded, *Result) {
	refused := func(where string, err error) *Result {
		r := &Result{File: path, Line: 1}
		var problems file.Problems
		if !errors.As(err, &problems) {
			r.Problems = []string{where + ":" + err.Error()}
			return r
		}
		for _, p := range problems {
			r.Problems = append(r.Problems, where+":"+file.Problems{p}.Error())
		}
		if where == path {
			r.Line = problems[0].Line
		}
		return r
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, refused(path, fmt.Errorf("1: %w", err))
	}
	syntax := file.TOML
	if strings.HasSuffix(path, ".json") {
		syntax = file.JSON
	}
	if sort := SortOf(file.Keys(text, syntax)); sort == Programme || sort == Configuration {
		return nil, refused(path, errors.New("1: this is "+string(sort)+", not scenarios: "+sort.command(path)))
	}
	f, err := scenario.Parse(text, syntax)
	if err != nil {
		return nil, refused(path, err)
	}
	of := filepath.FromSlash(f.Programme)
	if !filepath.IsAbs(of) {
		of = filepath.Join(filepath.Dir(path), of)
	}
	text, err = os.ReadFile(of)
	if err != nil {
		return nil, refused(path, fmt.Errorf("%d: programme: %w", f.Line("programme"), err))
	}
	rules, err := file.Parse(text)
	if err != nil {
		return nil, refused(of, err)
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return nil, refused(of, fmt.Errorf("1: zone: %w", err))
	}
	if err := f.Check(rules); err != nil {
		return nil, refused(path, err)
	}
	var cases []loaded
	for i := range f.Cases {
		cases = append(cases, loaded{path, f, i, rules, text, zone})
	}
	return cases, nil
}

// run runs one case.
func (l loaded) run(ctx context.Context, folder string) Result {
	c := l.file.Cases[l.index]
	r := Result{File: l.path, Case: c.Name, Line: l.file.Line(scenario.CaseKey(l.index))}
	if l.index == 0 {
		for _, p := range l.file.Unnamed(l.rules) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s:%d:%d: %s", l.path, p.Line, p.Col, p.Text))
		}
	}
	begins := c.At
	if begins == "" {
		begins = l.file.At
	}
	broken := func(err error) Result {
		r.OK, r.Problems = false, append(r.Problems, fmt.Sprintf("%s:%d: %s: %v", l.path, r.Line, c.Name, err))
		return r
	}
	at, err := scenario.Time(begins, l.zone)
	if err != nil {
		return broken(err)
	}
	w, err := newWorld(ctx, l, folder, at)
	if err != nil {
		return broken(err)
	}
	r.OK = true
	if err := w.begin(); err != nil {
		return broken(errors.Join(err, w.close()))
	}
	for i, s := range c.Steps {
		step := l.step(w, i, s)
		r.Steps = append(r.Steps, step)
		r.OK = r.OK && step.OK
		if step.Error != "" {
			break
		}
	}
	if err := errors.Join(w.verify(), w.close(), os.RemoveAll(folder)); err != nil {
		return broken(err)
	}
	return r
}

func (l loaded) step(w *world, i int, s scenario.Step) Step {
	key := scenario.StepKey(l.index, i)
	step := Step{Step: i + 1, Line: l.file.Line(key), Does: s.Do(), Name: s.Name}
	got, posted, err := w.take(s)
	if err != nil {
		step.Error = err.Error()
		return step
	}
	step.Got = written(got, l.rules)
	for _, wrong := range s.Expect.Compare(got, l.rules) {
		step.Wrong = append(step.Wrong, Wrong{wrong, l.file.Line(key + ".expect." + wrong.Key)})
	}
	if posted != nil {
		why, wrong := l.why(w, *posted)
		if step.Why = why; wrong != nil {
			wrong.Line = step.Line
			step.Wrong = append(step.Wrong, *wrong)
		}
	}
	step.OK = len(step.Wrong) == 0
	return step
}

func (w *world) words() words.Words {
	all, _ := words.For(w.rules.Language)
	return all
}

// why is why a record says what it says, in words. Every record of a scenario
// is decided once more from what is stored of it: one that then came out
// differently could not be explained to anybody years later.
func (l loaded) why(w *world, p ledger.Posted) (lines []string, wrong *Wrong) {
	body := p.Body
	x, err := explain.Record(ledger.Record{Head: p.Record.Head, Body: &body}, l.rules, l.zone)
	switch {
	case err != nil:
		wrong = &Wrong{scenario.Wrong{Key: "explain", Want: "a record that can be decided again", Got: err.Error()}, 0}
	case x.Verdict == explain.Differs:
		got := x.Cause
		for _, d := range x.Differ {
			got += fmt.Sprintf("%s: stored %v, again %v; ", d.Stored.Wallet+d.Again.Wallet, d.Stored.Points, d.Again.Points)
		}
		wrong = &Wrong{scenario.Wrong{Key: "explain", Want: "the same when it is decided again", Got: strings.TrimSuffix(got, "; ")}, 0}
	}
	return words.Explained{Words: w.words(), Rules: l.rules, Zone: l.zone}.Lines(x), wrong
}

func written(g scenario.Got, r programme.Rules) Got {
	points := func(of map[ledger.Wallet]ledger.Points) map[string]string {
		texts := make(map[string]string)
		for w, p := range of {
			if p != 0 {
				texts[string(w)] = p.String()
			}
		}
		return texts
	}
	out := Got{
		Refusal: string(g.Refusal), Earned: points(g.Earned), Spent: points(g.Spent), TakenBack: points(g.TakenBack), GivenBack: points(g.GivenBack),
		Offers: g.Offers, Messages: g.Messages, Slip: g.Slip,
		Balance: points(g.Holds.Balance), Pending: points(g.Holds.Pending), Debt: points(g.Holds.Debt),
		Tier: g.Holds.Tiers, Perks: g.Holds.Perks, Clubs: g.Holds.Clubs,
	}
	if g.Total != 0 || g.Discount != 0 || g.PayBack != 0 {
		out.Total, out.Discount, out.ToPay, out.PayBack = scenario.Text(g.Total, r), scenario.Text(g.Discount, r), scenario.Text(g.ToPay, r), scenario.Text(g.PayBack, r)
	}
	for w, lots := range g.Holds.Lots {
		for _, l := range lots {
			if out.Lots == nil {
				out.Lots = make(map[string][]Lot)
			}
			out.Lots[string(w)] = append(out.Lots[string(w)], Lot{l.Points.String(), string(l.Expires), string(l.Vests), l.Issuer})
		}
	}
	return out
}
