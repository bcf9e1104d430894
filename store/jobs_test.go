package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// states are the slips of the lane as "number state".
func states(t *testing.T, db *store.DB) (all []string) {
	t.Helper()
	jobs, err := db.Jobs(t.Context(), "kassa1", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		all = append(all, fmt.Sprint(j.ID, " ", j.State))
	}
	return all
}

func TestLateSlipsAreListedAndNotPrinted(t *testing.T) {
	cfg := config(t.TempDir(), 21)
	began := cfg.Now()
	now := began
	cfg.Now = func() time.Time { return now }
	db := open(t, cfg)
	ctx := t.Context()
	for i, key := range []string{"a", "b", "c", "d"} {
		now = began.Add(time.Duration(i) * time.Hour)
		post(t, db, key, card(1), ledger.Unit)
	}
	done(t, db.ClaimJob(ctx, 1))
	done(t, db.JobPrinted(ctx, 1, "confirmed"))
	done(t, db.ClaimJob(ctx, 2))
	done(t, db.JobUnknown(ctx, 2, "printer went away"))

	for _, c := range []struct {
		before time.Duration
		late   int
		want   []string
	}{
		{0, 0, []string{"1 printed", "2 unknown", "3 queued", "4 queued"}},
		{150 * time.Minute, 2, []string{"1 printed", "2 late", "3 late", "4 queued"}},
		{150 * time.Minute, 0, []string{"1 printed", "2 late", "3 late", "4 queued"}},
	} {
		n, err := db.LateJobs(ctx, "kassa1", began.Add(c.before))
		if got := states(t, db); err != nil || n != c.late || !slices.Equal(got, c.want) {
			t.Errorf("before %s: %d are late, %v, %q; want %d, %q", c.before, n, err, got, c.late, c.want)
		}
	}
	if job, found, err := db.NextJob(ctx, "kassa1"); !found || err != nil || job.ID != 4 {
		t.Errorf("next is %+v, %v, %v; want the one that is not late", job, found, err)
	}
	if s, err := db.Status(ctx); err != nil || s.SlipsDue != 1 || s.SlipsAside != 2 || s.Printed != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if n, err := db.LateJobs(ctx, "kassa2", now.Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d slips of another lane are late, %v", n, err)
	}
	verified(t, db)
}

func TestReprintByHand(t *testing.T) {
	cfg := config(t.TempDir(), 22)
	now := cfg.Now()
	cfg.Now = func() time.Time { return now }
	db := open(t, cfg)
	ctx := t.Context()
	for _, key := range []string{"a", "b", "c"} {
		post(t, db, key, card(1), ledger.Unit)
	}
	done(t, db.ClaimJob(ctx, 1))
	done(t, db.JobPrinted(ctx, 1, "confirmed"))
	done(t, db.ClaimJob(ctx, 2))
	done(t, db.JobUnknown(ctx, 2, "printer went away"))
	now = now.Add(time.Hour)
	if n, err := db.LateJobs(ctx, "kassa1", now); n != 2 || err != nil {
		t.Fatalf("%d are late, %v", n, err)
	}
	// The attempts tell which of them must be headed as copies.
	for _, c := range []struct{ id, attempts int }{{1, 1}, {2, 1}, {3, 0}} {
		done(t, db.Reprint(ctx, int64(c.id)))
		if n, err := db.LateJobs(ctx, "kassa1", now); n != 0 || err != nil {
			t.Errorf("asked for by hand, %d are late, %v", n, err)
		}
		job, found, err := db.NextJob(ctx, "kassa1")
		if err != nil || !found || job.ID != int64(c.id) || job.Attempt != c.attempts {
			t.Fatalf("next is %+v, %v, %v; want %+v", job, found, err, c)
		}
		done(t, db.ClaimJob(ctx, job.ID))
		done(t, db.JobPrinted(ctx, job.ID, "answered"))
	}
	jobs, err := db.Jobs(ctx, "", 1)
	if err != nil || len(jobs) != 1 || jobs[0].ID != 3 || jobs[0].Proof != "answered" || jobs[0].Papers != 1 || jobs[0].Attempts != 1 ||
		jobs[0].Kind == "" || jobs[0].Record.Seq == 0 || !jobs[0].Due.Equal(now.Truncate(time.Millisecond)) {
		t.Errorf("%+v, %v", jobs, err)
	}
	if err := db.Reprint(ctx, 99); !errors.Is(err, store.ErrNoSuchSlip) {
		t.Errorf("a slip that is not there: %v", err)
	}
	verified(t, db)
}

// A slip that an older or a newer program wrote in words that this one does not know stops nobody.
func TestASlipInUnknownWordsFailsByItself(t *testing.T) {
	cfg := config(t.TempDir(), 23)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	post(t, db, "b", card(1), ledger.Unit)
	db.Close()
	tamper(t, cfg.Path, `UPDATE records SET body = CAST('{"slip":{"blocks":"none"}}' AS BLOB) WHERE id = (SELECT min(id) FROM records)`)
	db = open(t, cfg)
	if job, found, err := db.NextJob(t.Context(), "kassa1"); err != nil || !found || job.ID != 2 {
		t.Errorf("got %+v, %v, %v; want the second slip", job, found, err)
	}
	if got := states(t, db); !slices.Equal(got, []string{"1 failed", "2 queued"}) {
		t.Errorf("%q", got)
	}
	jobs, err := store.ReadJobs(t.Context(), cfg.Path, "kassa1", 0)
	if err != nil || len(jobs) != 2 || jobs[0].Reason == "" || jobs[0].Kind != "" {
		t.Errorf("%+v, %v", jobs, err)
	}
}

// Slips of a file from before nobody noted when they were made count as made today: none of them is lost to its age.
func TestSlipsOfAnOlderFileAreNotLate(t *testing.T) {
	cfg := config(t.TempDir(), 24)
	names, err := filepath.Glob("migrations/000[1-8]_*.sql")
	if err != nil || len(names) != 8 {
		t.Fatalf("%q, %v", names, err)
	}
	before := fstest.MapFS{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		done(t, err)
		before[filepath.Base(name)] = &fstest.MapFile{Data: text}
	}
	h, err := sqlite.Open(t.Context(), sqlite.Options{Path: cfg.Path, ApplicationID: store.ApplicationID})
	done(t, err)
	done(t, h.Migrate(t.Context(), before))
	done(t, h.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO jobs (record, lane, state, attempt, part) VALUES (1, 'kassa1', 'printed', 1, 0), (2, 'kassa1', 'held', 0, 1)`)
		return err
	}))
	done(t, h.Close())
	db := open(t, cfg)
	for want, ago := range []time.Duration{time.Hour, -time.Hour} {
		if n, err := db.LateJobs(t.Context(), "kassa1", time.Now().Add(-ago)); n != want || err != nil {
			t.Errorf("%s ago: %d are late, %v; want %d", ago, n, err, want)
		}
	}
}

// A program from before there were ages may have queued slips in a newer file: nobody knows how old they are.
func TestSlipsThatAnOlderProgramQueuedAreNotLate(t *testing.T) {
	cfg := config(t.TempDir(), 25)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	done(t, db.Close())
	tamper(t, cfg.Path, `UPDATE jobs SET due_at = 0`)
	db = open(t, cfg)
	if n, err := db.LateJobs(t.Context(), "kassa1", cfg.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d are late, %v", n, err)
	}
	if _, found, err := db.NextJob(t.Context(), "kassa1"); !found || err != nil {
		t.Errorf("it is not due: %v", err)
	}
}

// A copy of the database that goes on in a branch of its own asks for no slip that was set aside.
func TestSlipsThatWereSetAsideStaySoInAnotherBranch(t *testing.T) {
	cfg := config(t.TempDir(), 26)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	post(t, db, "b", card(1), ledger.Unit)
	if n, err := db.LateJobs(t.Context(), "kassa1", cfg.Now().Add(time.Hour)); n != 2 || err != nil {
		t.Fatalf("%d are late, %v", n, err)
	}
	done(t, db.Close())
	cfg.Mark = filepath.Join(t.TempDir(), "mark.json")
	db = open(t, cfg)
	post(t, db, "c", card(1), ledger.Unit)
	if got := states(t, db); !slices.Equal(got, []string{"1 late", "2 late", "3 queued"}) {
		t.Errorf("%q", got)
	}
	// The other copy may have printed it by hand.
	done(t, db.Reprint(t.Context(), 1))
	if job, found, err := db.NextJob(t.Context(), "kassa1"); err != nil || !found || job.ID != 1 || job.Attempt != 1 {
		t.Errorf("next is %+v, %v, %v; want the first, as a copy", job, found, err)
	}
	verified(t, db)
}
