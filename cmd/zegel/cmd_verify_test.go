package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"zegel/store/sqlite"
)

func TestVerifyAWholeShop(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 3)
	s.zegel(t, "verify").is(t, 0, "verify: ok (3 records, 3 entries, 1 accounts, 1 branches)")
	var r struct {
		Verify                               string
		Records, Entries, Accounts, Branches int
		Findings                             []map[string]string
	}
	s.zegel(t, "verify", "--json").reads(t, &r)
	if r.Verify != "ok" || r.Records != 3 || r.Findings == nil || len(r.Findings) != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	flip := func(blob []byte, old, with string) []byte {
		if !bytes.Contains(blob, []byte(old)) {
			t.Fatalf("the test itself: no %s in %s", old, blob)
		}
		return bytes.Replace(blob, []byte(old), []byte(with), 1)
	}
	exec := func(statements ...string) func(*sqlite.Tx) error {
		return func(tx *sqlite.Tx) error {
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		}
	}
	cases := []struct {
		name string
		do   func(*sqlite.Tx) error
		want string // the invariant that was broken
	}{
		{"a byte of a record's head", func(tx *sqlite.Tx) error {
			row, _, err := tx.One(`SELECT head, id FROM records ORDER BY id LIMIT 1`)
			if err != nil {
				return err
			}
			head, id := flip(row.Blob(0), `"points":23000`, `"points":93000`), row.Int64(1)
			if _, err := tx.Exec(`DROP TRIGGER records_hold`); err != nil {
				return err
			}
			n, err := tx.Exec(`UPDATE records SET head = ? WHERE id = ?`, head, id)
			if n != 1 {
				err = errors.Join(err, errors.New("no record was changed"))
			}
			return err
		}, "journal"},
		{"a byte of a record's body", func(tx *sqlite.Tx) error {
			row, _, err := tx.One(`SELECT body, id FROM records ORDER BY id LIMIT 1`)
			if err != nil {
				return err
			}
			body, id := flip(row.Blob(0), `"total":2345`, `"total":2344`), row.Int64(1)
			if _, err := tx.Exec(`DROP TRIGGER bodies_hold`); err != nil {
				return err
			}
			_, err = tx.Exec(`UPDATE records SET body = ? WHERE id = ?`, body, id)
			return err
		}, "journal"},
		{"a record taken out", exec(`DROP TRIGGER records_stay`, `DELETE FROM records WHERE id = (SELECT min(id) + 1 FROM records)`), "journal"},
		{"a balance", exec(`UPDATE positions SET own = own + 1000`), "balances"},
		{"a request without its record", exec(`UPDATE requests SET record = 12345 WHERE record = (SELECT max(record) FROM requests)`), "requests"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t, "")
			s.sells(t, 3)
			s.damage(t, c.do)
			s.zegel(t, "verify").is(t, exitProblems, "FOUT  "+c.want+": ", "verify: problems (", "keep a copy of the database and call for help")
			var r struct {
				Verify   string
				Findings []struct{ Invariant, Text string }
			}
			j := s.zegel(t, "verify", "--json")
			j.reads(t, &r)
			if j.code != exitProblems || r.Verify != "problems" || len(r.Findings) == 0 || r.Findings[0].Invariant == "" || r.Findings[0].Text == "" {
				t.Errorf("exit %d, %+v", j.code, r)
			}
		})
	}
}

func TestVerifyOfAFileThatIsBroken(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 3)
	whole, err := os.ReadFile(s.cfg.Store.Database)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"its first bytes":    append(bytes.Repeat([]byte{0xff}, 100), whole[100:]...),
		"half of it is gone": whole[:len(whole)/2/4096*4096],
		"a page of nothing":  append(append(bytes.Clone(whole[:4096*2]), make([]byte, 4096)...), whole[4096*3:]...),
	} {
		if err := os.WriteFile(s.cfg.Store.Database, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if said := s.zegel(t, "verify"); said.code != exitProblems || !strings.Contains(said.out, "FOUT  ") {
			t.Errorf("%s: exit %d, says %s%s", name, said.code, said.out, said.err)
		}
	}
}

func TestVerifyWhereThereIsNothingToVerify(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newShop(t, "")
	s.zegel(t, "verify").is(t, exitUnavailable, "verify "+s.cfg.Store.Database)
	write(t, s.folder, "data/zegel.db", "")
	s.zegel(t, "verify").is(t, exitUnavailable, "it is empty")
	if left, err := os.ReadDir(os.TempDir()); err != nil {
		t.Error(err)
	} else {
		for _, l := range left {
			if strings.HasPrefix(l.Name(), "zegel-verify-") {
				t.Errorf("%s was left behind", l.Name())
			}
		}
	}
}
