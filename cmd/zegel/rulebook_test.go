package main

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"zegel/install/programmes"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

// bundle is the starter with another version and rate.
func bundle(version, points string, from time.Time) bulletin.Bundle {
	doc := strings.Replace(string(programmes.Starter("Jansen", "29", "1.00")), "version = 1\n", "version = "+version+"\n", 1)
	doc = strings.Replace(doc, "points = 1\n", "points = "+points+"\n", 1)
	return bulletin.Bundle{Version: int64(version[0] - '0'), From: ledger.Stamp(from.UnixMilli()), Doc: []byte(doc)}.
		Sign(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
}

func TestAPublishedProgrammeComesIntoForceBetweenTwoCustomers(t *testing.T) {
	s := newShop(t, "")
	var log bytes.Buffer
	d := s.opened(t, &log)
	desk := d.desks["kassa1"]
	n := 0
	sell := func() (ledger.Points, int64) {
		t.Helper()
		n++
		key := basket.Key{Till: "1", Day: "2026-11-22", ID: string(rune('a' + n))}
		a, err := desk.Sale(t.Context(), session.Sale{Basket: basket.Basket{Key: key, Currency: "EUR", Total: 10_00}})
		if err != nil || len(a.Earned) != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
		r, found, err := d.db.Answer(t.Context(), "2026-11-22/1:1/"+string(rune('a'+n)))
		if err != nil || !found {
			t.Fatal(found, err)
		}
		return a.Earned[0].Points, r.Head.Rules
	}
	scan := func() {
		t.Helper()
		if _, err := desk.Scan(t.Context(), annsCard, "]E0"); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(b bulletin.Bundle) time.Time {
		t.Helper()
		if err := d.db.KeepBundle(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		next, err := d.adopt(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	scan()
	later := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	if next := keep(bundle("3", "9", later)); !next.Equal(later) {
		t.Errorf("the next one is due at %v, want %v", next, later)
	}
	keep(bundle("2", "2", time.Now().Add(-time.Minute)))
	if p, version := sell(); p != 10*ledger.Unit || version != 1 {
		t.Errorf("who stood there got %v by version %d", p, version)
	}
	scan()
	if p, version := sell(); p != 20*ledger.Unit || version != 2 {
		t.Errorf("the next customer got %v by version %d", p, version)
	}
	for version, doc := range map[string]string{"4": "points = lots", "5": `points = 1`} {
		b := bundle(version, "1", time.Now())
		b.Doc = []byte(strings.Replace(string(b.Doc), "points = 1\n", doc+"\n", 1))
		if version == "5" {
			b.Doc = []byte(strings.Replace(string(b.Doc), "Europe/Amsterdam", "Europe/Lisbon", 1))
		}
		keep(b)
	}
	scan()
	if p, version := sell(); p != 20*ledger.Unit || version != 2 {
		t.Errorf("after one that cannot be read, %v by version %d", p, version)
	}
	if n := strings.Count(log.String(), "cannot come into force here"); n < 2 {
		t.Errorf("nobody was told:\n%s", &log)
	}
	if err := d.db.KeepBundle(t.Context(), bundle("2", "7", time.Now())); err == nil {
		t.Error("another programme was kept under a number that was used")
	}
	// After a restart the programme head office published is in force, and the
	// shop's own file, which says version 1, is not asked.
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	if again := s.opened(t, &log); again.rules().Version != 2 {
		t.Errorf("after a restart version %d is in force", again.rules().Version)
	}
}

// A program that was put back to an older one may not read what is published
// now. The shop goes on with what was in force before, not with nothing.
func TestAShopGoesOnWithWhatItCanStillRead(t *testing.T) {
	s := newShop(t, "")
	var log bytes.Buffer
	d := s.opened(t, &log)
	good := bundle("2", "2", time.Now())
	if err := d.db.KeepRules(t.Context(), 2, good.Doc); err != nil {
		t.Fatal(err)
	}
	newer := good
	newer.Doc = append([]byte("key_of_a_newer_program = true\n"), good.Doc...)
	if err := d.db.KeepBundle(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	again := s.opened(t, &log)
	if v := again.rules().Version; v != 2 {
		t.Errorf("version %d is in force", v)
	}
	if !strings.Contains(log.String(), "going on with a version of the programme that was in force before") {
		t.Errorf("nobody was told:\n%s", &log)
	}
}
