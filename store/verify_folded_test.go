package store_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// counterDay is a joined shop that did everything a counter does, some of it
// issued again.
func counterDay(t *testing.T) store.Config {
	t.Helper()
	cfg := config(t.TempDir(), 860)
	db := joined(t, cfg)
	post(t, db, "stays", card(1), 5*ledger.Unit)
	post(t, db, "sale", card(1), 10*ledger.Unit)
	post(t, db, "slip", bearer("ZS1:1"), 5*ledger.Unit)
	enrol(t, db, "enrol", "Zoë d'Hondt", card(1), phone("31612345678"), "2026-11-22", 0)
	must(t)(back(t, db, "back", ledger.KindReturn, ledger.SaleName{Request: "sale"}, 2*ledger.Unit))
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	cut(t, db, 1)
	must(t)(moveTo(t, db, "move", ledger.SaleName{Request: "stays"}, card(2)))
	must(t)(back(t, db, "back again", ledger.KindReturn, ledger.SaleName{Request: "sale"}, ledger.Unit))
	enrol(t, db, "enrol 2", "An de Vries", card(2), ledger.Subject{}, "2026-11-23", 0)
	verified(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestVerifyFindsWhatWasSpoiltAtTheCounter(t *testing.T) {
	cases := []struct{ name, sql string }{
		{"a return that is forgotten", `DELETE FROM takebacks WHERE record = (SELECT max(record) FROM takebacks)`},
		{"a return that never was", `INSERT INTO takebacks SELECT sale, (SELECT min(id) FROM records) FROM takebacks LIMIT 1`},
		{"a return of another sale", `UPDATE takebacks SET sale = sale || '9' WHERE record = (SELECT max(record) FROM takebacks)`},
		{"what stands for a record", `DELETE FROM reissues WHERE old = (SELECT min(old) FROM reissues)`},
		{"another that stands for it", `UPDATE reissues SET now = (SELECT max(id) FROM records) WHERE old = (SELECT min(old) FROM reissues)`},
		{"one that stands for a record that counts", `INSERT INTO reissues SELECT max(id) - 1, max(id) FROM records`},
		{"whom a claim is about", `DELETE FROM mentions WHERE record = (SELECT record FROM claims)`},
		{"another whom it is about", `UPDATE mentions SET account = 2 WHERE record = (SELECT record FROM claims)`},
		{"what nobody said", `INSERT INTO mentions SELECT min(id), 1 FROM records`},
		{"a claim", `DELETE FROM claims`},
		{"a claim by another record", `UPDATE claims SET record = record - 1`},
		{"a slip that is its own again", `UPDATE accounts SET survivor = number WHERE number = (SELECT slip FROM claims)`},
		{"a member", `DELETE FROM member_words WHERE account = 3; DELETE FROM members WHERE account = 3`},
		{"a name", `UPDATE members SET name = 'Jan' WHERE account = 3`},
		{"a folded name", `UPDATE members SET folded = 'jan' WHERE account = 3`},
		{"a mask", `UPDATE members SET mask = '…0000' WHERE account = 3`},
		{"a language", `UPDATE members SET lang = 'en' WHERE account = 3`},
		{"since when", `UPDATE members SET since = '2020-01-01' WHERE account = 3`},
		{"a member by another record", `UPDATE members SET record = record - 1 WHERE account = 3`},
		{"a word", `DELETE FROM member_words WHERE word = 'vries'`},
		{"a word too many", `INSERT INTO member_words VALUES ('jan', 1)`},
		{"a paper too many", `INSERT INTO jobs (record, part, lane, state) SELECT record, 2, lane, 'queued' FROM jobs WHERE part = 1`},
		{"a paper twice", `INSERT INTO jobs (record, part, lane, state) SELECT record, part, lane, 'queued' FROM jobs WHERE part = 1`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg := counterDay(t)
			tamper(t, cfg.Path, strings.Split(c.sql, ";")...)
			r, err := store.Verify(t.Context(), cfg.Path, t.TempDir())
			if err != nil {
				t.Fatalf("verify gave up: %v", err)
			}
			if len(r.Findings) == 0 {
				t.Errorf("not found")
			}
		})
	}
}

// A database from before the counter: what its records say is folded when it
// is opened.
func TestAnOlderDatabaseIsFoldedWhenItIsOpened(t *testing.T) {
	cfg := config(t.TempDir(), 861)
	db := joined(t, cfg)
	post(t, db, "stays", card(1), 5*ledger.Unit)
	sale := post(t, db, "sale", card(1), 10*ledger.Unit).Record.Head.Key()
	req, decide := award("nothing", card(1), 0)
	must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		p.Draft.Entries = nil
		return p, err
	}))
	cut(t, db, 1)
	cut(t, db, 0)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, cfg.Path, undoMigrations(t, cfg)...)
	db = open(t, cfg)
	if s, found := recalled(t, db, ledger.SaleName{Record: sale}); !found || *s.Original.Head.Origin != sale {
		t.Errorf("%+v, %v", s, found)
	}
	records, err := db.Timeline(t.Context(), look(t, db, card(1)).Account, ledger.Key{}, 9)
	if err != nil || len(records) != 3 || records[0].Body.Request != "nothing" {
		t.Errorf("%d records, %v", len(records), err)
	}
	verified(t, db)
}

// undoMigrations are the statements that make the database what the first
// migration left.
func undoMigrations(t *testing.T, cfg store.Config) []string {
	t.Helper()
	first, err := os.ReadFile("migrations/0001_journal.sql")
	if err != nil {
		t.Fatal(err)
	}
	h, err := sqlite.Open(t.Context(), sqlite.Options{Path: t.TempDir() + "/first.db", ApplicationID: store.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := h.Migrate(t.Context(), firstOnly(first)); err != nil {
		t.Fatal(err)
	}
	old := made(t, h)
	now, err := sqlite.Open(t.Context(), sqlite.Options{Path: cfg.Path, ApplicationID: store.ApplicationID, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer now.Close()
	var statements []string
	for _, thing := range made(t, now) {
		if !slices.Contains(old, thing) {
			statements = append(statements, "DROP "+thing)
		}
	}
	if len(statements) == 0 {
		t.Fatal("there is no later migration")
	}
	slices.Reverse(statements) // what refers to another was made after it
	for _, column := range []string{"jobs DROP COLUMN part", "entries DROP COLUMN lot", "positions DROP COLUMN stated_lots", "positions DROP COLUMN lots", "positions DROP COLUMN lapses"} {
		statements = append(statements, "ALTER TABLE "+column)
	}
	return append(statements, "DELETE FROM migration WHERE number > 1", "PRAGMA user_version = 1")
}

func firstOnly(sql []byte) fstest.MapFS {
	return fstest.MapFS{"0001_journal.sql": &fstest.MapFile{Data: sql}}
}

// made are all tables and indexes, in the order they were made.
func made(t *testing.T, h *sqlite.DB) (things []string) {
	t.Helper()
	err := h.Read(t.Context(), func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT type, name FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite%' ORDER BY rowid`)
		for rows.Next() {
			things = append(things, rows.Text(0)+" "+rows.Text(1))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return things
}
