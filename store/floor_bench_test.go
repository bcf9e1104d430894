package store_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// BenchmarkPostAgainstTheBareDriver takes awards through Post, and then the
// very statements of those awards through the bare driver on a copy of the
// same database, in turns, and reports the ratio of the medians. What is above
// 1 is everything that is ours. The statements go through the wrapper around
// the driver as well, and the decision is timed by itself, so that the rest can
// be told apart: what neither has is the record's bytes, its hashes and the mark.
//
// Nobody checkpoints but SQLite itself, in the commit that finds a thousand
// pages in the log: all three meet it equally often.
func BenchmarkPostAgainstTheBareDriver(b *testing.B) {
	for _, size := range []struct{ members, lines int }{{1_000, 3}, {1_000, 30}, {1_000, 80}, {1_000_000, 3}} {
		b.Run(fmt.Sprintf("members=%d/lines=%d", size.members, size.lines), func(b *testing.B) {
			postAgainstFloor(b, size.members, size.lines)
		})
	}
}

// A round is many short turns: what else runs on the machine meets all sides
// alike then. Each side takes awardsInTurn awards in a turn.
const turnsInRound, awardsInTurn = 40, 25

// A contest is one database three times, and what an award took on each.
type contest struct {
	members, lines int
	ours           *store.DB
	wrapped        *sqlite.DB
	floor          *floortest.Floor
	recorder       floortest.Recorder
	sold           int

	post, bare, through, decide []time.Duration
	ratios                      []float64 // a round each
}

func postAgainstFloor(b *testing.B, members, lines int) {
	c := newContest(b, members, lines)
	c.round(b) // compiles the statements and warms the files
	c.post, c.bare, c.through, c.decide, c.ratios = nil, nil, nil, nil, nil
	for b.Loop() {
		c.round(b)
	}
	c.sameRows(b)
	b.ReportMetric(0, "ns/op") // a turn is many awards: it says nothing
	b.ReportMetric(middle(c.ratios), "ratio-p50")
	b.ReportMetric(slices.Min(c.ratios), "ratio-p50-best-round")
	b.ReportMetric(at(c.post, 99)/at(c.bare, 99), "ratio-p99")
	b.ReportMetric(at(c.post, 50), "post-p50-µs")
	b.ReportMetric(at(c.post, 99), "post-p99-µs")
	b.ReportMetric(at(c.bare, 50), "floor-p50-µs")
	b.ReportMetric(at(c.bare, 99), "floor-p99-µs")
	b.ReportMetric(at(c.through, 50)-at(c.bare, 50), "of-it-wrapper-µs")
	b.ReportMetric(at(c.decide, 50), "of-it-rules-and-slip-µs")
	b.ReportMetric(at(c.post, 50)-at(c.through, 50)-at(c.decide, 50), "of-it-record-and-mark-µs")
}

func newContest(b *testing.B, members, lines int) *contest {
	b.Helper()
	c := &contest{members: members, lines: lines}
	cfg := config(b.TempDir(), 1)
	populate(b, cfg, members)
	wrapped, bare := copied(b, cfg.Path), copied(b, cfg.Path)
	cfg.Now, cfg.SQLite.Trace = time.Now, c.recorder.Trace
	c.ours = open(b, cfg)
	var err error
	if c.wrapped, err = sqlite.Open(b.Context(), sqlite.Options{Path: wrapped, ApplicationID: store.ApplicationID}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.wrapped.Close() })
	if c.floor, err = floortest.Open(bare); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.floor.Close() })
	return c
}

func (c *contest) round(b *testing.B) {
	b.Helper()
	before := len(c.post)
	for i := range turnsInRound {
		c.turn(b, i%2 == 1)
	}
	c.ratios = append(c.ratios, at(c.post[before:], 50)/at(c.bare[before:], 50))
}

// turn lets each side take its awards. The others run what Post ran, and
// change places from turn to turn.
func (c *contest) turn(b *testing.B, swapped bool) {
	b.Helper()
	statements := make([][]floortest.Statement, awardsInTurn)
	c.recorder.Take()
	for i := range statements {
		sale := c.sale(b)
		c.post = append(c.post, timed(b, sale))
		statements[i] = c.recorder.Take()
	}
	sides := []func(){
		func() {
			for _, award := range statements {
				c.bare = append(c.bare, timed(b, func() error { return c.floor.Run(award) }))
			}
		},
		func() {
			for _, award := range statements {
				c.through = append(c.through, timed(b, func() error {
					return c.wrapped.Write(b.Context(), func(tx *sqlite.Tx) error { return floortest.Through(tx, award) })
				}))
			}
		},
	}
	if swapped {
		slices.Reverse(sides)
	}
	for _, side := range sides {
		side()
	}
}

func timed(b *testing.B, f func() error) time.Duration {
	began := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// sale is the next sale, of a customer drawn by its number.
func (c *contest) sale(b *testing.B) func() error {
	c.sold++
	req, decide := basketOf(b, c.members, c.lines, c.sold)
	return func() error {
		_, err := c.ours.Post(b.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			began := time.Now()
			p, err := decide(v)
			c.decide = append(c.decide, time.Since(began))
			return p, err
		})
		return err
	}
}

// sameRows checks that all sides have done the same work.
func (c *contest) sameRows(b *testing.B) {
	b.Helper()
	for _, sql := range []string{
		`SELECT count(*) FROM records`, `SELECT sum(length(head) + length(body)) FROM records`, `SELECT sum(own) FROM positions`,
		`SELECT count(*) FROM entries`, `SELECT count(*) FROM jobs`, `SELECT count(*) FROM requests`,
	} {
		var through int64
		err := c.wrapped.Read(b.Context(), func(tx *sqlite.Tx) error {
			row, _, err := tx.One(sql)
			if err == nil {
				through = row.Int64(0)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		bare, err := c.floor.Number(sql)
		if err != nil {
			b.Fatal(err)
		}
		if bare != through || bare < int64(c.sold) {
			b.Errorf("after %d sales: %s is %d for the floor and %d through the wrapper", c.sold, sql, bare, through)
		}
	}
	st, err := c.ours.Status(b.Context())
	if err != nil || int(st.Records) != c.sold {
		b.Errorf("after %d sales there are %d records, %v", c.sold, st.Records, err)
	}
}

// BenchmarkWrittenPerAward counts what an award makes the disk do, checkpoints
// and the high-water mark included. strace counts it in a process of its own,
// which takes awards without anything beside them; what the process does before
// and after them is taken off by counting a shorter run as well.
func BenchmarkWrittenPerAward(b *testing.B) {
	if os.Getenv(traced) != "" {
		takeAwards(b)
		return
	}
	const few, many = 100, 2100
	var syncs, bytes float64
	for b.Loop() {
		atFew, atMany := strace(b, few), strace(b, many)
		syncs, bytes = float64(atMany.syncs-atFew.syncs)/(many-few), float64(atMany.bytes-atFew.bytes)/(many-few)
	}
	b.ReportMetric(0, "ns/op") // strace makes it ten times as slow
	b.ReportMetric(syncs, "syncs/award")
	b.ReportMetric(bytes/1024, "KB-written/award")
}

// traced is set in the process that is counted, to the number of awards.
const traced = "ZEGEL_BENCH_AWARDS"

func takeAwards(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv(traced))
	if err != nil {
		b.Fatal(err)
	}
	cfg := config(b.TempDir(), 1)
	cfg.Now = time.Now
	populate(b, cfg, 1_000)
	db := open(b, cfg)
	for b.Loop() {
		for i := range n {
			req, decide := basketOf(b, 1_000, 3, i)
			if _, err := db.Post(b.Context(), req, decide); err != nil {
				b.Fatal(err)
			}
		}
	}
}

type disk struct{ syncs, bytes int64 }

// strace runs this program to take n awards, and counts.
func strace(b *testing.B, n int) (d disk) {
	b.Helper()
	log := filepath.Join(b.TempDir(), "strace")
	cmd := exec.CommandContext(b.Context(), "strace", "-f", "-qq", "-s", "0", "-e", "trace=fsync,fdatasync,pwrite64", "-o", log,
		os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkWrittenPerAward$", "-test.benchtime=1x")
	cmd.Env = append(os.Environ(), traced+"="+strconv.Itoa(n))
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("count with strace (make bench installs it): %v\n%s", err, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		b.Fatal(err)
	}
	for _, call := range finishedCall.FindAllSubmatch(text, -1) {
		if string(call[1]) != "pwrite64" {
			d.syncs++
			continue
		}
		n, err := strconv.ParseInt(string(call[2]), 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		d.bytes += n
	}
	return d
}

// finishedCall is a call in strace's words, or the end of one that was cut in
// two by another thread's.
var finishedCall = regexp.MustCompile(`(?m)(fsync|fdatasync|pwrite64)(?:\(| resumed>).*\) += (\d+)$`)

func at(all []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[(len(sorted)-1)*percent/100].Nanoseconds()) / 1e3
}

func middle(all []float64) float64 {
	return slices.Sorted(slices.Values(all))[(len(all)-1)/2]
}

// basketOf is a sale of a customer drawn by n, decided as a shop decides it.
func basketOf(b *testing.B, members, lines, n int) (ledger.Request, func(ledger.View) (ledger.Posting, error)) {
	b.Helper()
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	who := session.Customer{Mode: ledger.Scanned, Identifiers: memberOf(int(binary.BigEndian.Uint64(sum[:8]) % uint64(members))).Identifiers}
	paid := session.Sale{Basket: basket.Basket{Key: basket.Key{Till: "kassa1", Day: "2026-11-22", ID: fmt.Sprintf("%08d", n)}, Currency: "EUR"}}
	for i := range lines {
		l := basket.Line{ID: fmt.Sprint(i + 1), Product: "8710400000000", Name: "Halfvolle melk 1 l", Quantity: 1000, Amount: basket.Money(99 + 10*i)}
		paid.Basket.Lines, paid.Basket.Total = append(paid.Basket.Lines, l), paid.Basket.Total+l.Amount
	}
	req, err := paid.Request(who.Subject())
	if err != nil {
		b.Fatal(err)
	}
	return req, tills.Award(who, true, paid, ledger.Calendar{}.Moment(time.Now(), true))
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
	db, err := store.Open(b.Context(), cfg)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
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

// copied is a copy of a database that nobody has open, all of it on the disk
// and in memory.
func copied(b *testing.B, from string) string {
	b.Helper()
	to := filepath.Join(b.TempDir(), filepath.Base(from))
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		b.Fatal(err)
	}
	if err := out.Sync(); err != nil {
		b.Fatal(err)
	}
	return to
}
