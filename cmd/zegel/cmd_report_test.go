package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"zegel/cmd/gate"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/manager"
)

// tells runs one of the commands that tell about days and members.
func (s *shop) tells(t *testing.T, stdin string, args ...string) said {
	t.Helper()
	o := &options{config: s.path}
	root := &cobra.Command{Use: "zegel", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(newReport(o), newDay(o), newMember(o), newGame(o))
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	if err == nil {
		return said{0, out.String(), ""}
	}
	var wanted *exit
	if errors.As(err, &wanted) {
		return said{wanted.code, out.String(), err.Error()}
	}
	return said{exitUsage, out.String(), err.Error()}
}

// closes closes the shop's day, which does not run.
func (s *shop) closes(t *testing.T) {
	t.Helper()
	d := s.opened(t, &bytes.Buffer{})
	if _, err := dayManager(d).Close(t.Context(), manager.Wish{By: "Anna"}); err != nil {
		t.Fatal(err)
	}
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
}

func dayManager(d *daemon) *manager.Manager {
	return manager.New(manager.Config{
		Store: d.db, Rules: d.rules, Zone: d.zone, Lane: "kassa1", Now: time.Now, Log: zerolog.Nop(),
	})
}

// today is the shop's business day now.
func (s *shop) today(t *testing.T) ledger.Day {
	t.Helper()
	rules, zone, _, err := loadProgramme(s.cfg.Shop.Programme)
	if err != nil {
		t.Fatal(err)
	}
	return rules.Calendar(zone).Moment(time.Now(), true).Day
}

func TestReportDay(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 3)
	s.tells(t, "", "report", "day").is(t, 0, "Stand van de dag (niet afgesloten)", "3 verkopen met kaart voor €\u00a070,35; gespaard: 70 punten.", "Per medewerker")
	s.tells(t, "", "report", "day", "--lang", "en").is(t, 0, "The day so far (not closed)", "3 sales with a card for €70.35")
	s.closes(t)
	s.sells(t, 1) // the same request again: nothing new
	s.tells(t, "", "report", "day").is(t, 0, "Dagrapport 1", "Afgesloten door Anna", "Er is niets gebeurd.")
	var a manager.DayAnswer
	s.tells(t, "", "report", "day", string(s.today(t)), "--json").reads(t, &a)
	if len(a.Reports) != 1 || a.Next != 2 || a.Reading == nil || a.Reports[0].Figures.Sales.Amount != 70_35 || a.Reading.Records != 0 {
		t.Errorf("got %+v", a)
	}
	s.tells(t, "", "report", "day", "--number", "1").is(t, 0, "Dagrapport 1")
	s.tells(t, "", "report", "day", "--number", "2").is(t, exitProblems, "there is no report of number 2")
	s.tells(t, "", "report", "day", "2020-02-29").is(t, exitProblems, "there is no report of 2020-02-29")
	s.tells(t, "", "report", "day", "2020-02-30").is(t, exitUsage, "need a day as 2026-11-22")
	s.tells(t, "", "report", "day", "--format", "pdf").is(t, exitUsage, "need table, csv or json")
	s.tells(t, "", "report", "day", "--lang", "xx").is(t, exitUsage, "need one of nl")
}

func TestReportDayAsCSV(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 3)
	said := s.tells(t, "", "report", "day", "--format", "csv", "--lang", "en")
	rows, err := csv.NewReader(strings.NewReader(said.out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, r := range rows[1:] {
		found[r[2]+"/"+r[3]+"/"+r[4]] = r[5]
	}
	for key, want := range map[string]string{"sales/sales/Sales": "3", "sales/amount/Amount": "70.35", "wallet points/close/Closing": "70", "lanes/amount/kassa1": "70.35"} {
		if found[key] != want {
			t.Errorf("%s is %q, want %q: %v", key, found[key], want, found)
		}
	}
	for text, want := range map[string]string{"=1+1": "'=1+1", "-x": "'-x", "@x": "'@x", "Anna": "Anna", "": ""} {
		if got := harmless(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// A daemon may have the database open while it is read.
func TestReportDayWhileTheDatabaseIsInUse(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 2)
	s.opened(t, &bytes.Buffer{})
	s.tells(t, "", "report", "day").is(t, 0, "2 verkopen")
}

func TestReportDayOfAShopThatHasNoDatabase(t *testing.T) {
	newShop(t, "").tells(t, "", "report", "day").is(t, exitUnavailable, "zegel.db")
}

func TestDayShowAndClose(t *testing.T) {
	s := newShop(t, "")
	s.tells(t, "", "day", "show").is(t, exitUnavailable, "the daemon does not answer")
	s.sells(t, 2)
	token := strings.Repeat("t", 64)
	d := s.opened(t, &bytes.Buffer{})
	server := httptest.NewUnstartedServer(nil)
	hosts, err := gate.LocalHosts(server.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = gate.Local{Hosts: hosts, Token: token, MaxBody: 64 << 10}.Wrap(dayManager(d).API())
	server.Start()
	defer server.Close()
	write(t, s.folder, "run/address", server.Listener.Addr().String()+"\n")
	write(t, s.folder, "secrets/token", token+"\n")

	s.tells(t, "", "day", "show").is(t, 0, "Stand van de dag", "2 verkopen")
	s.tells(t, "", "day", "close", "--turnover", "veel").is(t, exitUsage, "--turnover")
	s.tells(t, "", "day", "close", "--turnover", "200,50", "--receipts", "8", "--points-paid", "0", "--operator", "Anna").
		is(t, 0, "Dagrapport 1", "Afgesloten door Anna", "€\u00a0200,50", "25,0%")
	s.tells(t, "", "day", "close").is(t, exitProblems, "409")
	var a manager.DayAnswer
	s.tells(t, "", "day", "show", string(s.today(t)), "--json").reads(t, &a)
	if len(a.Reports) != 1 || a.Reports[0].Figures.Takings().Receipts != 8 {
		t.Errorf("got %+v", a)
	}
	s.tells(t, "", "day", "show", "2020-01-01").is(t, exitProblems, "there is no report of 2020-01-01")
}

func TestMemberShow(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 2)
	for _, typed := range []struct{ stdin, arg string }{{"", annsCard}, {annsCard + "\n", "-"}} {
		m := s.tells(t, typed.stdin, "member", "show", typed.arg)
		m.is(t, 0, "…4566", "Saldo", "46 punten", "verkoop", "€\u00a023,45 is 23,45 punten waard (1 punt per €\u00a01,00)", "telt de volgende keer mee: 0,45 punten")
		if strings.Contains(m.out+m.err, annsCard) {
			t.Errorf("the card's number is shown: %s%s", m.out, m.err)
		}
	}
	var m memberView
	s.tells(t, "", "member", "show", annsCard, "--json", "--lang", "en").reads(t, &m)
	if m.Card != "…4566" || !m.Known || len(m.Timeline) != 2 || len(m.Timeline[0].Why) == 0 || m.Balance[0].Points != 46_000 || m.Timeline[0].What != "sale" {
		t.Errorf("got %+v", m)
	}
	s.tells(t, "", "member", "show", m.Timeline[0].Code).is(t, 0, "…4566", "46 punten")
	for _, nobody := range []string{"2900009999996", "+31612345678", "A1B2-77", "nonsense"} {
		said := s.tells(t, "", "member", "show", nobody)
		said.is(t, exitProblems, "(K-110)")
		if strings.Contains(said.out+said.err, nobody) {
			t.Errorf("what was typed is shown: %s%s", said.out, said.err)
		}
	}
}

func TestMemberFindNobody(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 1)
	s.tells(t, "", "member", "find", "Jansen").is(t, exitProblems, "nobody was found")
	if got := s.tells(t, "", "member", "find", "Jansen", "--json"); got.code != exitProblems || strings.TrimSpace(got.out) != fmt.Sprintf("{\n  %q: []\n}", "members") {
		t.Errorf("%d %s", got.code, got.out)
	}
}

// Reading never makes a key under which every card would be a new one.
func TestMemberShowMakesNoKey(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 1)
	if err := os.Remove(s.cfg.Store.Secrets + "/chain.keys"); err != nil {
		t.Fatal(err)
	}
	s.tells(t, "", "member", "show", annsCard).is(t, exitUnavailable, "no chain key")
	if _, err := os.Stat(s.cfg.Store.Secrets + "/chain.keys"); err == nil {
		t.Error("a key was made")
	}
}

// What is written for people and for programs, of a day that has everything.
func TestADayAsTableAndCSV(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)
	c := report.NewCounter(zone)
	facts, err := report.ReadFacts([]byte(`{"operator":"=Anna\u001b[2J","lane":"kassa1","mode":"keyed","typed_amount":true,"basket":{"total":123450},"reasons":[{"code":"redeemed","amount":500}]}`))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Add(report.Row{Facts: facts, Offline: true, Head: ledger.Head{
		Branch: ledger.Branch{0xa1, 0xb2}, Seq: 11, Kind: ledger.KindAward, Day: "2026-11-22", At: at.UnixMilli(),
		Entries: []ledger.Entry{{Wallet: "points", Kind: ledger.Earn, Points: 1234_500}, {Wallet: "points", Kind: ledger.Redeem, Points: -500_000}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f := c.Figures(report.Frame{
		Number: 18, Day: "2026-11-22", Prev: ledger.Hash{0x12}, MadeAt: at.UnixMilli(), Held: map[ledger.Wallet]ledger.Points{"points": 2_000_000},
		Before: &report.Figures{Day: "2026-11-21", Wallets: []report.Balance{{Wallet: "points", Close: 1_000_000}}}, Slips: report.Slips{Made: 1, Printed: 1},
		Line: report.Link{Known: true, Millis: 90_000, Waiting: 3}, Tills: []report.Till{{Day: "2026-11-22", Till: "1", Turnover: 2000_00, Receipts: 40, PointsPaid: 4_00}},
	})
	w, _ := words.For("nl")
	paper := report.Paper{Words: w, Zone: zone, Rules: programme.Rules{Currency: "EUR", Wallets: []programme.Wallet{
		{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}}}}}
	for format, name := range map[string]string{"table": "report-day.txt", "csv": "report-day.csv"} {
		var out bytes.Buffer
		if err := tellDay(&out, paper, manager.DayAnswer{Reports: []report.Kept{{Figures: f}}}, format); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Error(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s: got\n%s", name, out.String())
			if *updateReports {
				if err := os.WriteFile(filepath.Join("testdata", name), out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

var updateReports = flag.Bool("update-reports", false, "write the golden files of the day's report instead of comparing with them")
