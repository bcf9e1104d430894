package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/simulate"
	"zegel/terminal/loyalty/simulate/year"
)

var simulateBaskets = flag.Int("simulate.baskets", 5_000, "how many baskets the database of BenchmarkSimulateStore has")

// simulates runs the command on a draft.
func (s *yearShop) simulates(ctx context.Context, draft string, args ...string) (answer said, progress string) {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.config), "draft.toml")
	if err := os.WriteFile(path, []byte(draft), 0o600); err != nil {
		s.t.Fatal(err)
	}
	root := &cobra.Command{Use: "zegel", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(newProgramme(&options{config: s.config}))
	var out, bar bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&bar)
	root.SetArgs(append([]string{"programme", "simulate", path}, args...))
	err := root.ExecuteContext(ctx)
	if err == nil {
		return said{0, out.String(), ""}, bar.String()
	}
	code := exitUsage
	var wanted *exit
	if errors.As(err, &wanted) {
		code = wanted.code
	}
	return said{code, out.String(), err.Error()}, bar.String()
}

func (s *yearShop) simulated(draft string, args ...string) simulation {
	s.t.Helper()
	answer, _ := s.simulates(s.t.Context(), draft, append(args, "--json")...)
	var got simulation
	t, is := s.t.(*testing.T)
	if !is {
		s.t.Fatal("not a test")
	}
	answer.reads(t, &got)
	return got
}

// A programme replayed on what it decided itself comes to what happened, to the
// thousandth, whatever happened besides sales.
func TestSimulateTheSameProgramme(t *testing.T) {
	s := aYear(t, t.TempDir(), *simulateBaskets, true)
	for _, what := range []string{"sale", "return", "enrol", "slip", "claim", "goodwill", "merge", "undo", "move", "expire"} {
		if s.counts[what] == 0 {
			t.Errorf("the year has no %s: %v", what, s.counts)
		}
	}
	t.Logf("%v", s.counts)
	for _, args := range [][]string{{}, {"--since", "2026-05-12"}, {"--since", "2026-03-01", "--until", "2026-03-31"}, {"--until", "2026-02-10"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			s.t = t
			got := s.simulated(year.Programme, args...)
			if got.Baskets == 0 || got.BasketsAffected > 0 || got.MembersAffected > 0 || len(got.LeftOut) > 0 || got.Money.Was != got.Money.Draft {
				t.Errorf("%d of %d baskets and %d members differ, money %+v, left out %+v", got.BasketsAffected, got.Baskets, got.MembersAffected, got.Money, got.LeftOut)
			}
			for _, w := range got.Wallets {
				for name, p := range map[string]simulate.Points{
					"base": w.Base, "bonus": w.Bonus, "other": w.Other, "redeemed": w.Redeemed, "taken back": w.TakenBack, "given back": w.GivenBack,
					"lapsed": w.Lapsed, "balance": w.Balance, "pending": w.Pending,
				} {
					if p.Was != p.Draft {
						t.Errorf("wallet %s: %s was %v and is %v", w.Name, name, p.Was, p.Draft)
					}
				}
			}
			for _, r := range got.Rules {
				if r.Points.Was != r.Points.Draft || r.Times.Was != r.Times.Draft {
					t.Errorf("rule %+v", r)
				}
			}
		})
	}
	s.t = t
	s.isTheStores(t)
}

// isTheStores holds what the replay says was against what the store says is.
func (s *yearShop) isTheStores(t *testing.T) {
	t.Helper()
	got := s.simulated(year.Programme)
	db, err := store.OpenReader(t.Context(), filepath.Join(filepath.Dir(s.config), "data", "zegel.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	has := make(map[ledger.Wallet]ledger.Points)
	seen := make(map[ledger.Account]bool)
	err = db.Journal(t.Context(), func(store.Extent) error { return nil }, func(l ledger.Line) error {
		head, err := ledger.ParseHead(l.Head)
		for _, e := range head.Entries {
			seen[e.Account] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	counted := make(map[ledger.Account]bool)
	for account := range seen {
		h, err := db.Look(t.Context(), ledger.Subject{Account: account})
		if err != nil {
			t.Fatal(err)
		}
		if counted[h.Account] {
			continue
		}
		counted[h.Account] = true
		for _, p := range h.Positions {
			spendable, pending, _ := p.On(got.Last)
			has[p.Wallet] += spendable + pending
		}
	}
	for _, w := range got.Wallets {
		if w.Balance.Was+w.Pending.Was != has[w.Name] {
			t.Errorf("wallet %s: %v, and the store has %v", w.Name, w.Balance.Was+w.Pending.Was, has[w.Name])
		}
	}
}

func TestSimulateTells(t *testing.T) {
	s := aYear(t, t.TempDir(), 600, false)
	dear := strings.Replace(year.Programme, `name = "basis"
wallet = "punten"
points = 1`, `name = "basis"
wallet = "punten"
points = 2`, 1)
	dear = strings.Replace(strings.Replace(dear, `name = "Mok"`, `name = "Beker"`, 1), "version = 1", "version = 2", 1)
	answer, _ := s.simulates(t.Context(), dear)
	answer.is(t, 0, "Sparen, version 2, on what happened from 2026-01-0", "baskets/s", "PUNTEN", "difference", "basis (punten)", "Korting (punten)", "LEFT OUT",
		"reward Mok", "the draft refuses it (", "MEMBERS FOR WHOM MOST DIFFERS", "what members hold stands for")
	got := s.simulated(dear)
	for _, r := range got.Rules {
		if r.Name == "basis" && (r.Points.Was == 0 || r.Points.Draft < r.Points.Was*19/10) {
			t.Errorf("got %+v", r)
		}
	}
	if got.Speed == 0 || got.Version != 2 || got.Members == 0 || got.Wallets[0].Value.Draft <= got.Wallets[0].Value.Was {
		t.Errorf("got %+v", got)
	}
	for wrong, want := range map[string]string{"version = 1\n": "name", "nonsense": "1:"} {
		answer, _ := s.simulates(t.Context(), wrong)
		answer.is(t, exitProblems, "draft.toml", want)
	}
	answer, _ = s.simulates(t.Context(), dear, "--since", "2026-02-30")
	answer.is(t, exitUsage, "need a day")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer, _ = s.simulates(ctx, dear)
	if answer.code == 0 {
		t.Error("an interrupt is not heard")
	}
}

// BenchmarkSimulateStore is the command on a real database of -simulate.baskets.
func BenchmarkSimulateStore(b *testing.B) {
	folder, err := os.MkdirTemp(scratchFolder(), "zegel-simulate-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(folder)
	began := time.Now()
	s := aYear(b, folder, *simulateBaskets, false)
	b.ReportMetric(time.Since(began).Seconds(), "s-to-post")
	if info, err := os.Stat(filepath.Join(folder, "data", "zegel.db")); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
	b.ResetTimer()
	for range b.N {
		answer, progress := s.simulates(b.Context(), year.Programme)
		if answer.code != 0 {
			b.Fatal(answer)
		}
		b.Logf("%s%s", progress, answer.out)
	}
}
