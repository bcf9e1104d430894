package cmd_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/printer/printertest"
	"zegel/store"
)

var cycles = flag.Int("cycles", 50, "times the daemon is killed")

// buildZegel builds the program a shop runs, as it is shipped.
func buildZegel(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "zegel")
	build := exec.Command("go", "build", "-o", binary, "./zegel")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build zegel: %v\n%s", err, out)
	}
	return binary
}

// A sale is what the till asked for and was told.
type sale struct {
	id     string
	cents  int64
	record string // "" when no answer came
}

// killed is a shop that is killed again and again, with what its till knows.
type killed struct {
	shop   *demo.Shop
	paper  string
	chance *rand.Rand
	day    string
	sales  []*sale
	scans  int
}

func TestKillLosesNothing(t *testing.T) {
	n := *cycles
	if testing.Short() {
		n = min(n, 5)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d cycles", seed, n)
	began := time.Now()
	folder := t.TempDir()
	shop, err := demo.NewShop(demo.ShopConfig{
		Binary: buildZegel(t), Folder: folder, Programme: programmes.Starter("Demo", "29", "1.00"), Paper: filepath.Join(folder, "paper"),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	k := &killed{shop: shop, paper: filepath.Join(folder, "paper"), chance: rand.New(rand.NewPCG(seed, 1)), day: "2026-11-22"}
	for range n {
		if err := shop.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.sellUntilKilled(t)
	}
	if err := shop.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.settle(t, n, began)
	if err := shop.Stop(); err != nil {
		t.Fatal(err)
	}
	k.verify(t, folder)
}

// sellUntilKilled sells as fast as the daemon answers, and kills it somewhere
// in the middle of it.
func (k *killed) sellUntilKilled(t *testing.T) {
	t.Helper()
	fuse := time.Duration(5+k.chance.IntN(250)) * time.Millisecond
	dead := make(chan error, 1)
	go func() { // received below
		time.Sleep(fuse)
		dead <- k.shop.Kill()
	}()
	for k.sell(t.Context()) {
	}
	if err := <-dead; err != nil {
		t.Fatal(err)
	}
}

// sell scans a card and pays; false when the daemon is gone.
func (k *killed) sell(ctx context.Context) bool {
	k.scans++
	// Never the same card twice in a row: that would be one scan.
	code := demo.Card(1 + k.scans%40)
	if _, err := k.shop.Scanner.Write([]byte(code + "\r\n")); err != nil {
		return false
	}
	for {
		v, err := k.shop.View(ctx)
		if err != nil {
			return false
		}
		if v.State == "card" && strings.HasSuffix(v.Card, code[9:]) {
			break
		}
	}
	s := &sale{id: fmt.Sprintf("%06d", len(k.sales)+1), cents: int64(1 + k.chance.IntN(20000))}
	k.sales = append(k.sales, s)
	a, status, err := k.shop.Sell(ctx, s.id, k.day, s.cents)
	if err != nil {
		return false
	}
	if status == http.StatusCreated {
		s.record = a.Record
	}
	return true
}

// settle lets the till ask for every sale again, as tills do: what it was told
// must be told again, and nothing be counted twice.
func (k *killed) settle(t *testing.T, n int, began time.Time) {
	t.Helper()
	told, lost, doubled, unanswered := 0, 0, 0, 0
	records := make(map[string]string)
	for _, s := range k.sales {
		a, status, err := k.shop.Sell(t.Context(), s.id, k.day, s.cents)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case s.record == "" && status == http.StatusOK:
			unanswered++ // committed, and killed before the answer
		case s.record == "" && status == http.StatusCreated:
			// Never committed until now: the scan of the last cycle waited in
			// the line for the daemon to come back.
		case s.record == "" && status == http.StatusConflict:
			continue // never committed: nobody stands at the counter
		case s.record == "":
			t.Fatalf("sale %s: asked again after a kill: %d", s.id, status)
		case status != http.StatusOK || !a.Repeat:
			lost++
		case a.Record != s.record:
			doubled++
		default:
			told++
		}
		if other := records[a.Record]; other != "" {
			t.Errorf("sales %s and %s have one record", other, s.id)
		}
		records[a.Record] = s.id
	}
	if err := k.shop.Until(t.Context(), "the slips are printed", func() (bool, error) {
		st, err := k.shop.Status(t.Context())
		return err == nil && st.Store.SlipsDue == 0, err
	}); err != nil {
		t.Error(err)
	}
	st, err := k.shop.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if int(st.Store.Records) != len(records) {
		t.Errorf("the journal has %d records, the till knows of %d", st.Store.Records, len(records))
	}
	unmarked, marked, noPaper := k.papers(records, t)
	t.Logf("%d kills: %d awards acknowledged, %d committed and not answered; lost %d, doubled %d; %d originals, %d duplicates, %d without paper; %.1f s",
		n, told, unanswered, lost, doubled, unmarked, marked, noPaper, time.Since(began).Seconds())
	if lost+doubled+noPaper > 0 || told == 0 {
		t.Errorf("lost %d, doubled %d, without paper %d, kept %d", lost, doubled, noPaper, told)
	}
}

// papers counts originals and copies, and refuses a second original.
func (k *killed) papers(records map[string]string, t *testing.T) (unmarked, marked, none int) {
	t.Helper()
	originals, copies := make(map[string]int), make(map[string]int)
	bytes, err := os.ReadFile(k.paper)
	if err != nil {
		t.Fatal(err)
	}
	printer := printertest.New(42)
	line, err := printer.Link()
	if err == nil {
		_, err = line.Write(t.Context(), bytes)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range printer.Papers() {
		code, duplicate := demo.ReadPaper(p.Text())
		if duplicate {
			copies[code]++
		} else {
			originals[code]++
		}
	}
	for record := range records {
		code := demo.CodeOf(record)
		if originals[code] > 1 {
			t.Errorf("record %s has %d papers that pass for the original", record, originals[code])
		}
		if originals[code]+copies[code] == 0 {
			none++
		}
		unmarked, marked = unmarked+originals[code], marked+copies[code]
	}
	return unmarked, marked, none
}

func (k *killed) verify(t *testing.T, folder string) {
	t.Helper()
	report, err := store.Verify(t.Context(), filepath.Join(folder, "data", "zegel.db"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("verify: %s: %s", f.Invariant, f.Text)
	}
	if log, err := os.ReadFile(filepath.Join(folder, "daemon.log")); err == nil {
		for line := range strings.Lines(string(log)) {
			var entry struct{ Level, Message string }
			if json.Unmarshal([]byte(line), &entry) == nil && (entry.Level == "error" || entry.Level == "fatal") {
				t.Errorf("the daemon logged: %s", line)
			}
			if strings.Contains(line, demo.Card(1)) {
				t.Errorf("a card number stands in the log: %s", line)
			}
		}
	}
}
