package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"zegel/printer/printertest"
	"zegel/terminal/loyalty/ledger"
)

// A scene is everything the page shows.
type scene struct {
	W        words
	Said     said
	Now      switches
	Status   *Status   // nil while the daemon does not answer
	Lane     *LaneView // likewise
	Till     till
	Talk     []remark
	Papers   []paperShown // newest first
	Uncut    int          // lines that hang on the roll
	Office   officeShown
	Accounts []accountShown
	Log      []logLine // newest first
}

// said is what came of the last thing that was done.
type said struct {
	Text string
	Good bool
}

type paperShown struct {
	N         int
	Code      string // on it, of its record
	Duplicate bool
	Scannable bool // it has a code that a scanner reads
	Text      string
}

type officeShown struct {
	Records, Batches, Waiting int64
	balances                  map[ledger.Account][]Amount
}

type accountShown struct {
	Card    string // masked, or a short name of the account where no card is known here
	Amounts []Amount
}

// cards are the masks of the cards whose accounts a till was told of.
type cards map[string]string

// accounts is head office's view by card.
func (s scene) accounts(known cards) []accountShown {
	var all []accountShown
	for account, amounts := range s.Office.balances {
		text, err := account.MarshalText()
		name := known[string(text)]
		if err != nil || name == "" {
			name = account.Short()
		}
		all = append(all, accountShown{name, amounts})
	}
	slices.SortFunc(all, func(a, b accountShown) int { return cmp.Compare(a.Card, b.Card) })
	return all
}

// watch looks at everything again and again until ctx ends.
func (w *Workbench) watch(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		w.doing.Lock()
		w.look(ctx)
		if n%4 == 0 {
			w.lookAtOffice(ctx)
		}
		w.doing.Unlock()
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return nil // the demo ends
		}
	}
	return nil
}

// look looks at the shop. Whoever calls it plays.
func (w *Workbench) look(ctx context.Context) {
	s := w.day.shop
	var status *Status
	var view *LaneView
	w.now.Daemon = s.Running()
	if w.now.Daemon {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if st, err := s.Status(ctx); err == nil {
			status = &st
		}
		if v, err := s.View(ctx); err == nil {
			view = &v
		}
	}
	papers := s.Printer.Papers()
	if w.now.Breaks && len(papers) > w.now.papers {
		w.now.Breaks, w.now.Cable = false, false // it broke behind that one
	}
	shown, uncut, log := w.papersShown(papers), len(s.Printer.Uncut().Lines), logTail(s.lastWords(), w.day.zone)
	w.mu.Lock()
	before := w.scene
	w.mu.Unlock()
	next := before
	next.Now, next.Status, next.Lane, next.Till = w.now, status, view, w.till
	next.Papers, next.Uncut, next.Log = shown, uncut, log
	if !reflect.DeepEqual(next, before) {
		w.change(func() { next.Said, next.Office = w.scene.Said, w.scene.Office; w.scene = next })
	}
}

// papersShown are the papers, of which the known ones were read before.
func (w *Workbench) papersShown(papers []printertest.Paper) []paperShown {
	shown := slices.Clone(w.scene.Papers)
	for n := len(shown) + 1; n <= len(papers); n++ {
		p := papers[n-1]
		text := p.Text()
		code, duplicate := ReadPaper(text)
		shown = slices.Insert(shown, 0, paperShown{n, code, duplicate, codeOn(p) != "", text})
	}
	return shown
}

// codeOn is what a scanner reads from a paper; "" where it has no QR code.
func codeOn(p printertest.Paper) string {
	for _, l := range p.Lines {
		if text, ok := l.QR(); ok {
			return text
		}
	}
	return ""
}

func (w *Workbench) lookAtOffice(ctx context.Context) {
	kept := w.day.office.Kept.Store
	shown := officeShown{balances: make(map[ledger.Account][]Amount)}
	marks, err := kept.Marks(ctx)
	if err != nil {
		return // the demo ends
	}
	for _, branches := range marks {
		for _, m := range branches {
			shown.Records += m.Seq
		}
	}
	pending, err := kept.Pending(ctx, 100)
	if err != nil {
		return
	}
	shown.Waiting = int64(len(pending))
	if shown.Batches, err = w.day.office.Batches(ctx); err != nil {
		return
	}
	all, err := kept.Balances(ctx)
	if err != nil {
		return
	}
	for purse, b := range all {
		shown.balances[purse.Account] = append(shown.balances[purse.Account], Amount{string(purse.Wallet), int64(b.Points)})
	}
	for _, amounts := range shown.balances {
		slices.SortFunc(amounts, func(a, b Amount) int { return cmp.Compare(a.Wallet, b.Wallet) })
	}
	if !reflect.DeepEqual(shown, w.scene.Office) {
		w.change(func() { w.scene.Office = shown })
	}
}

// A logLine is one line of the daemon's log for people.
type logLine struct{ Time, Level, Text string }

// logTail is the end of a log, newest first.
func logTail(end string, zone *time.Location) []logLine {
	const kept = 40
	lines := strings.Split(strings.TrimSpace(end), "\n")
	slices.Reverse(lines)
	var shown []logLine
	for _, line := range lines[:min(len(lines), kept)] {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil {
			continue // cut off at its beginning
		}
		take := func(name string) string {
			v, ok := fields[name]
			delete(fields, name)
			if !ok {
				return ""
			}
			return fmt.Sprint(v)
		}
		l := logLine{Level: take("level")}
		if at, err := time.Parse(time.RFC3339Nano, take("time")); err == nil {
			l.Time = at.In(zone).Format(time.TimeOnly)
		}
		l.Text = strings.TrimPrefix(take("component")+": "+take("message"), ": ")
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			l.Text += fmt.Sprintf("  %s=%v", name, fields[name])
		}
		shown = append(shown, l)
	}
	return shown
}

// lastWords is the end of the daemon's log: a test's folder is gone when
// somebody wants to read why it failed.
func (s *Shop) lastWords() string {
	const enough = 16 << 10
	f, err := os.Open(s.log.Name())
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		f.Seek(max(0, size-enough), io.SeekStart) // what cannot be skipped is read
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// render makes one part of the page.
func render(name string, s scene) (string, error) {
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, s); err != nil {
		return "", fmt.Errorf("make the %s of the workbench: %w", name, err)
	}
	return b.String(), nil
}

// pages are the templates the program was built with.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"euro":  euro,
	"clock": func(t time.Time) string { return t.Format(time.TimeOnly) },
	"ms":    func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) },
}).ParseFS(workbenchFiles, "workbench/page.html"))

// euro is an amount of cents in words.
func euro(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "−", -cents
	}
	return fmt.Sprintf("%s€ %d,%02d", sign, cents/100, cents%100)
}
