package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// tamper changes a closed database behind the program's back.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	h, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, ApplicationID: store.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range append([]string{"DROP TRIGGER records_stay", "DROP TRIGGER records_hold", "DROP TRIGGER bodies_hold"}, statements...) {
		if err := h.Write(t.Context(), func(tx *sqlite.Tx) error { _, err := tx.Exec(sql); return err }); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}

// spend is a request that takes points off a card, drawing on set-asides in
// the order they are open.
func spend(key string, s ledger.Subject, points ledger.Points) (ledger.Request, func(ledger.View) (ledger.Posting, error)) {
	req, decide := award(key, s, points)
	return req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		e := &p.Draft.Entries[0]
		e.Kind, e.Points, e.Closed = ledger.Redeem, -points, false
		for _, set := range v.Holdings[0].SetAsides {
			if take := min(set.Left, points); take > 0 && set.Account == e.Account {
				e.Draws = append(e.Draws, ledger.Draw{From: set.ID, Points: take})
				points -= take
			}
		}
		return p, err
	}
}

// eventful is a joined shop whose database has something of everything: two
// branches with records issued again, a close, spendings, a grant, a statement,
// linked accounts and slips.
func eventful(t *testing.T) store.Config {
	t.Helper()
	cfg := config(t.TempDir(), 77)
	db := joined(t, cfg)
	a := post(t, db, "a", card(1), 50*ledger.Unit)
	b := post(t, db, "b", card(2), 20*ledger.Unit)
	s := acknowledge(t, db)
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	post(t, db, "c", card(1), 5*ledger.Unit)
	if err := db.OpenBranch(t.Context(), s.Tip.Seq, "two copies went on"); err != nil {
		t.Fatal(err)
	}
	now := state(t, db)
	one := statement(a.Body.Account, 100*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: s.Tip.Seq})
	one.Grants = []bulletin.Grant{{ID: ledger.GrantID{1}, Wallet: "points", Points: 9 * ledger.Unit, Branch: now.Branch, NotAfter: ledger.Stamp(start.UnixMilli()) + 1e9}}
	two := statement(b.Body.Account, 20*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: s.Tip.Seq})
	two.Survivor = a.Body.Account
	apply(t, db, "c1", one, two)
	req, decide := spend("d", card(1), 12*ledger.Unit)
	if _, err := db.Post(t.Context(), req, decide); err != nil {
		t.Fatal(err)
	}
	post(t, db, "e", card(3), 4*ledger.Unit)
	post(t, db, "f", card(3), 3*ledger.Unit)
	verified(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// A check that cannot fail proves nothing: whatever is spoilt has to be found.
func TestVerifyFindsWhatWasSpoilt(t *testing.T) {
	last := `(SELECT max(id) FROM records)`
	cases := []struct{ name, sql string }{
		{"a balance", `UPDATE positions SET own = own + 1 WHERE account = 3`},
		{"a remainder", `UPDATE positions SET own_rest = '1/3' WHERE account = 3`},
		{"a remainder that is none", `UPDATE positions SET own_rest = 'x' WHERE account = 3`},
		{"a balance that goes missing", `DELETE FROM positions WHERE account = 3`},
		{"a balance out of nothing", `INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (3, 'stamps', 0, '0/1', 5, '0/1')`},
		{"a statement nobody made", `UPDATE positions SET stated = 500 WHERE account = 3`},
		{"how far a statement counts", `DELETE FROM counted WHERE account = 1`},
		{"an entry's points", `UPDATE entries SET points = points + 1 WHERE account = 3`},
		{"an entry that goes missing", `DELETE FROM entries WHERE account = 3 AND record = ` + last},
		{"an entry that is there twice", `INSERT INTO entries SELECT account, record, line + 1, wallet, kind, points, rest, lot FROM entries WHERE record = ` + last},
		{"two entries that even out", `UPDATE entries SET points = CASE WHEN record = ` + last + ` THEN points - 1 ELSE points + 1 END WHERE account = 3`},
		{"an entry put under another record", `UPDATE entries SET record = record + 1000 WHERE account = 3 AND record = ` + last},
		{"an entry's remainder", `UPDATE entries SET rest = 'x' WHERE account = 3`},
		{"an entry of another account", `UPDATE entries SET account = 2 WHERE account = 3 AND record = ` + last},
		{"an entry of no account", `UPDATE entries SET account = 99 WHERE account = 3 AND record = ` + last},
		{"points past what fits", `UPDATE entries SET points = 9223372036854775807 WHERE account = 3`},
		{"a byte of a head", `UPDATE records SET head = CAST(replace(CAST(head AS TEXT), '"points":50000', '"points":50001') AS BLOB) WHERE id = (SELECT min(id) FROM records)`},
		{"a byte of the last head", `UPDATE records SET head = CAST(replace(CAST(head AS TEXT), '3000', '3001') AS BLOB) WHERE id = ` + last},
		{"a head that is nothing", `UPDATE records SET head = x'00' WHERE id = ` + last},
		{"a byte of a body", `UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'kassa1', 'kassa2') AS BLOB) WHERE id = ` + last},
		{"a hash", `UPDATE records SET hash = zeroblob(32) WHERE id = ` + last},
		{"a record's stamp", `UPDATE records SET stamp = stamp + 1 WHERE id = ` + last},
		{"a record's day", `UPDATE records SET day = '2030-01-01' WHERE id = ` + last},
		{"a gap", `DELETE FROM records WHERE id = ` + last + ` - 1`},
		{"the last record", `DELETE FROM records WHERE id = ` + last},
		{"a record moved along", `UPDATE records SET id = id + 1 WHERE id = ` + last},
		{"a record of no branch", `UPDATE records SET id = id + (9 << 40) WHERE id = ` + last},
		{"a record that counts no more", `UPDATE records SET again = 1 WHERE id = ` + last},
		{"a record that counts again", `UPDATE records SET again = 0 WHERE again = 1 AND kind = 'award'`},
		{"where a branch came from", `UPDATE branches SET parent_seq = parent_seq - 1 WHERE number = 2`},
		{"whose branch it is", `UPDATE branches SET branch = randomblob(16) WHERE number = 1`},
		{"more confirmed than there is", `UPDATE branches SET accepted = 1000 WHERE number = 2`},
		{"more archived than confirmed", `UPDATE branches SET archived = accepted + 1 WHERE number = 1`},
		{"which terminal it is", `UPDATE identity SET terminal = terminal - 1`},
		{"a request that goes missing", `DELETE FROM requests WHERE key = 'f'`},
		{"a request that is there twice", `INSERT INTO requests SELECT key || '2', digest, record FROM requests WHERE key = 'f'`},
		{"a request for nothing", `INSERT INTO requests VALUES ('g', x'00', 12345)`},
		{"a request led back", `UPDATE requests SET record = (SELECT id FROM records WHERE again = 1 AND kind = 'award') WHERE key = 'c'`},
		{"a slip without a record", `UPDATE jobs SET record = 12345 WHERE record = ` + last},
		{"a second slip", `INSERT INTO jobs (record, lane, state) SELECT record, lane, 'queued' FROM jobs WHERE record = ` + last},
		{"a set-aside that goes missing", `DELETE FROM set_asides WHERE account = 3`},
		{"a set-aside that has more left", `UPDATE set_asides SET remaining = opened WHERE remaining < opened`},
		{"a set-aside that has less left", `UPDATE set_asides SET remaining = remaining - 1 WHERE account = 3`},
		{"a set-aside nobody opened", `INSERT INTO set_asides SELECT substr(id, 1, length(id) - 1) || '9', account, wallet, opened, remaining, 0 FROM set_asides WHERE account = 3 LIMIT 1`},
		{"a grant that has more left", `UPDATE set_asides SET remaining = opened WHERE not_after > 0`},
		{"a card that leads nowhere", `DELETE FROM identifiers WHERE account = 3`},
		{"a card that leads to another", `UPDATE identifiers SET account = 1 WHERE account = 3`},
		{"an account that is another", `UPDATE accounts SET account = randomblob(16) WHERE number = 3`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg := eventful(t)
			tamper(t, cfg.Path, c.sql)
			r, err := store.Verify(t.Context(), cfg.Path, t.TempDir())
			if err != nil {
				t.Fatalf("verify gave up: %v", err)
			}
			if len(r.Findings) == 0 {
				t.Errorf("not found")
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		cfg := eventful(t)
		tamper(t, cfg.Path)
		if r, err := store.Verify(t.Context(), cfg.Path, t.TempDir()); err != nil || len(r.Findings) > 0 {
			t.Errorf("found %v, %v in a database nobody touched", r.Findings, err)
		}
	})
}

func TestVerifyTellsOfAFileItCannotReadToTheEnd(t *testing.T) {
	cfg := config(t.TempDir(), 78)
	db := open(t, cfg)
	for i := range 200 {
		post(t, db, fmt.Sprint(i), card(i), ledger.Unit)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	found := 0
	for page := 3; page < 40; page += 4 {
		damaged := filepath.Join(t.TempDir(), "damaged.db")
		spoilPage(t, cfg.Path, damaged, page)
		r, err := store.Verify(t.Context(), damaged, t.TempDir())
		if err != nil {
			t.Errorf("page %d: verify gave up: %v", page, err)
		}
		if len(r.Findings) > 0 {
			found++
		}
	}
	if found < 5 {
		t.Errorf("a spoilt page was found %d times of 10", found)
	}
}
