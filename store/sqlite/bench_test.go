package sqlite

import (
	"database/sql/driver"
	"path/filepath"
	"slices"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// The work of one award: three statements in one transaction.
const (
	benchSchema = `
CREATE TABLE ledger (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, points INTEGER NOT NULL, reference TEXT NOT NULL) STRICT;
CREATE TABLE balance (account INTEGER PRIMARY KEY, points INTEGER NOT NULL) STRICT;
CREATE TABLE outbox (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
`
	benchLedger  = "INSERT INTO ledger (account, points, reference) VALUES (?, ?, ?)"
	benchBalance = "INSERT INTO balance (account, points) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET points = points + ?2"
	benchOutbox  = "INSERT INTO outbox (payload) VALUES (?)"
)

// BenchmarkWriteAgainstTheDriver posts awards through this package and through
// the bare driver with the same settings, in turns, and reports the ratio of
// the medians. It also reports what the look at the file's identity costs.
func BenchmarkWriteAgainstTheDriver(b *testing.B) {
	ours := openAt(b, filepath.Join(b.TempDir(), "ours.db"), Options{})
	mustWrite(b, ours, func(tx *Tx) error { return tx.script(benchSchema) })
	theirs := openBare(b, filepath.Join(b.TempDir(), "theirs.db"))
	payload := make([]byte, 200)

	var wrapped, bare, looks []time.Duration
	account := int64(0)
	for b.Loop() {
		account = (account + 7) % 1000
		start := time.Now()
		err := ours.Write(b.Context(), func(tx *Tx) error {
			tx.Exec(benchLedger, account, int64(25), "till-01/2026-11-22/0001234")
			tx.Exec(benchBalance, account, int64(25))
			_, err := tx.Exec(benchOutbox, payload)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		wrapped = append(wrapped, time.Since(start))

		start = time.Now()
		theirs(account, payload)
		bare = append(bare, time.Since(start))

		start = time.Now()
		if err := ours.file.check(); err != nil {
			b.Fatal(err)
		}
		looks = append(looks, time.Since(start))
	}
	b.ReportMetric(micros(wrapped), "wrapped-µs/op")
	b.ReportMetric(micros(bare), "bare-µs/op")
	b.ReportMetric(micros(looks), "identity-µs/op")
	b.ReportMetric(micros(wrapped)/micros(bare), "ratio")
}

// micros is the median in microseconds.
func micros(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1000
}

// openBare returns one award done by the driver's own statements.
func openBare(b *testing.B, path string) func(account int64, payload []byte) {
	b.Helper()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path +
		"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_recursive_triggers=1&_secure_delete=1")
	must(err)
	c := opened.(*sqlite3.SQLiteConn)
	b.Cleanup(func() { c.Close() })
	_, err = c.Exec(benchSchema, nil)
	must(err)
	prepare := func(sql string) *sqlite3.SQLiteStmt {
		s, err := c.Prepare(sql)
		must(err)
		b.Cleanup(func() { s.Close() })
		return s.(*sqlite3.SQLiteStmt)
	}
	run := func(s *sqlite3.SQLiteStmt, args ...driver.Value) {
		_, err := s.Exec(args)
		must(err)
	}
	begin, commit := prepare("BEGIN IMMEDIATE"), prepare("COMMIT")
	ledger, balance, outbox := prepare(benchLedger), prepare(benchBalance), prepare(benchOutbox)
	return func(account int64, payload []byte) {
		run(begin)
		run(ledger, account, int64(25), "till-01/2026-11-22/0001234")
		run(balance, account, int64(25))
		run(outbox, payload)
		run(commit)
	}
}
