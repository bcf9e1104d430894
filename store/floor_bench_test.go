package store_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/store/sqlite/floortest"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/session"
)

// BenchmarkPostAgainstTheBareDriver takes awards through Post, and the very
// statements of such awards through the bare driver, in turns on two copies of
// one database, and reports the ratio of the medians. What is above 1 is
// everything that is ours: the rules, the record's bytes and hashes, the slip,
// and the wrapper around the driver.
func BenchmarkPostAgainstTheBareDriver(b *testing.B) {
	for _, members := range []int{1_000, 1_000_000} {
		for _, lines := range []int{3, 30, 80} {
			if lines > 3 && members > 1_000 {
				continue
			}
			b.Run(fmt.Sprintf("members=%d/lines=%d", members, lines), func(b *testing.B) { postAgainstFloor(b, members, lines) })
		}
	}
}

// rounds is how many awards each turn has.
const rounds = 200

func postAgainstFloor(b *testing.B, members, lines int) {
	folder := b.TempDir()
	cfg := config(folder, 1)
	cfg.Now = time.Now
	populate(b, cfg, members)
	// What the floor runs is recorded on a third copy, beforehand.
	var recorder floortest.Recorder
	recorded := config(filepath.Join(folder, "recorded"), 1)
	copyDatabase(b, cfg, recorded)
	recorded.Now, recorded.SQLite.Trace = time.Now, recorder.Trace
	bare := config(filepath.Join(folder, "bare"), 1)
	copyDatabase(b, cfg, bare)
	source, ours := open(b, recorded), open(b, cfg)
	floor, err := floortest.Open(bare.Path)
	if err != nil {
		b.Fatal(err)
	}
	defer floor.Close()
	var took, least []time.Duration
	turn := 0
	for b.Loop() {
		statements := make([][]floortest.Statement, rounds)
		for i := range statements {
			recorder.Take()
			sell(b, source, members, lines, turn*rounds+i)
			statements[i] = recorder.Take()
		}
		for i := range statements {
			began := time.Now()
			if err := floor.Run(statements[i]); err != nil {
				b.Fatal(err)
			}
			least = append(least, time.Since(began))
		}
		for i := range rounds {
			began := time.Now()
			sell(b, ours, members, lines, turn*rounds+i)
			took = append(took, time.Since(began))
		}
		turn++
	}
	b.ReportMetric(0, "ns/op") // a turn is many awards: it says nothing
	b.ReportMetric(at(least, 50), "floor-p50-µs")
	b.ReportMetric(at(least, 99), "floor-p99-µs")
	b.ReportMetric(at(took, 50), "post-p50-µs")
	b.ReportMetric(at(took, 99), "post-p99-µs")
	b.ReportMetric(at(took, 50)/at(least, 50), "ratio-p50")
	b.ReportMetric(at(took, 99)/at(least, 99), "ratio-p99")
}

func at(all []time.Duration, percent int) float64 {
	slices.Sort(all)
	return float64(all[(len(all)-1)*percent/100].Nanoseconds()) / 1e3
}

// sell is one sale of a customer drawn by n, decided as a shop decides it.
func sell(b *testing.B, db *store.DB, members, lines, n int) {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	who := session.Customer{Mode: ledger.Scanned, Identifiers: memberOf(int(binary.BigEndian.Uint64(sum[:8]) % uint64(members))).Identifiers}
	paid := session.Sale{Basket: basket.Basket{Key: basket.Key{Till: "kassa1", Day: "2026-11-22", ID: fmt.Sprint(n)}, Currency: "EUR"}}
	for i := range lines {
		l := basket.Line{ID: fmt.Sprint(i + 1), Product: "8710400000000", Name: "Halfvolle melk 1 l", Quantity: 1000, Amount: basket.Money(99 + 10*i)}
		paid.Basket.Lines, paid.Basket.Total = append(paid.Basket.Lines, l), paid.Basket.Total+l.Amount
	}
	req, err := paid.Request(who.Subject())
	if err != nil {
		b.Fatal(err)
	}
	if _, err := db.Post(b.Context(), req, tills.Award(who, true, paid, ledger.Calendar{}.Moment(time.Now(), true))); err != nil {
		b.Fatal(err)
	}
}

// memberOf is member n of a database that populate filled.
func memberOf(n int) ledger.Subject {
	ref := member.Ref{Key: chainKey.ID()}
	binary.BigEndian.PutUint64(ref.Sum[:], uint64(n)*0x9E3779B97F4A7C15) // spread over the tree, as HMACs are
	return ledger.Subject{Identifiers: []member.Identifier{{Ref: ref, Kind: member.KindCard, Mask: "…4566"}}}
}

// populate makes a database with so many members, each with a balance, by the
// few statements that take seconds and not hours.
func populate(b *testing.B, cfg store.Config, members int) {
	b.Helper()
	open(b, cfg).Close()
	raw, err := sqlite.Open(b.Context(), sqlite.Options{Path: cfg.Path, ApplicationID: store.ApplicationID})
	if err != nil {
		b.Fatal(err)
	}
	err = raw.Write(b.Context(), func(tx *sqlite.Tx) error {
		for n := range members {
			var account ledger.Account
			binary.BigEndian.PutUint64(account[:], uint64(n)*0x9E3779B97F4A7C15)
			ref := memberOf(n).Identifiers[0].Ref
			tx.Exec(`INSERT INTO accounts (number, account, survivor, known) VALUES (?, ?, ?, 1)`, n+1, account[:], n+1)
			tx.Exec(`INSERT INTO identifiers (ref, kind, mask, account) VALUES (?, 'card', '…4566', ?)`, append(ref.Key[:], ref.Sum[:]...), n+1)
			if _, err := tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (?, 'points', 0, '0/1', 100000, '0/1')`, n+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = raw.Checkpoint(b.Context(), true)
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		b.Fatal(err)
	}
}

func copyDatabase(b *testing.B, from, to store.Config) {
	b.Helper()
	for _, path := range [][2]string{{from.Path, to.Path}, {from.Mark, to.Mark}} {
		if err := os.MkdirAll(filepath.Dir(path[1]), 0o700); err != nil {
			b.Fatal(err)
		}
		in, err := os.Open(path[0])
		if err != nil {
			b.Fatal(err)
		}
		out, err := os.OpenFile(path[1], os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = io.Copy(out, in)
			in.Close()
			if closed := out.Close(); err == nil {
				err = closed
			}
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
