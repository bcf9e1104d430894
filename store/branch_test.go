package store_test

import (
	"fmt"
	"testing"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

func cut(t *testing.T, db *store.DB, common int64) {
	t.Helper()
	if err := db.OpenBranch(t.Context(), common, "two copies of this database went on"); err != nil {
		t.Fatal(err)
	}
}

func spent(t *testing.T, db *store.DB, key string, s ledger.Subject, points ledger.Points) ledger.Posted {
	t.Helper()
	req, decide := spend(key, s, points)
	posted, err := db.Post(t.Context(), req, decide)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

// records are those of the branch that goes up.
func records(t *testing.T, db *store.DB) []ledger.Sealed {
	t.Helper()
	b, err := db.Batch(t.Context(), 1, 0, 1000, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func setAside(t *testing.T, db *store.DB, s ledger.Subject) (left ledger.Points) {
	t.Helper()
	h, err := db.Look(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range h.SetAsides {
		left += set.Left
	}
	return left
}

// What was spent from an award that is issued again with it stays spent: else
// the same points could be spent a second time, here and at head office.
func TestWhatWasSpentIsNotSetAsideAgain(t *testing.T) {
	db := joined(t, config(t.TempDir(), 500))
	first := post(t, db, "kept", card(1), 3*ledger.Unit) // stays in the old branch
	gave := post(t, db, "gave", card(1), 10*ledger.Unit)
	took := spent(t, db, "took", card(1), 7*ledger.Unit)
	if n := len(took.Record.Head.Entries[0].Draws); n != 2 {
		t.Fatalf("drew on %d set-asides, want both", n)
	}
	cut(t, db, 1)
	if got := holds(t, db, card(1)); got != 6*ledger.Unit {
		t.Errorf("holds %v, want 6", got)
	}
	if got := setAside(t, db, card(1)); got != 6*ledger.Unit {
		t.Errorf("%v are set aside, want 6: of the 10 that were issued again 4 are spent", got)
	}
	all := records(t, db)
	award, spending := all[0].Head, all[1].Head
	want := map[ledger.SetAsideID]bool{
		first.Record.Head.Key().Entry(1).SetAside(): true, // head office's to lower
		award.Key().Entry(1).SetAside():             true,
	}
	for _, d := range spending.Entries[0].Draws {
		if !want[d.From] {
			t.Errorf("draws on %s; by that name head office has another record than %v", d.From, gave.Record.Head.Key())
		}
	}
	verified(t, db)
}

func TestWhatIsTakenBackIsNamedByItsNewKey(t *testing.T) {
	db := joined(t, config(t.TempDir(), 501))
	kept := post(t, db, "kept", card(1), 3*ledger.Unit).Record.Head.Key().Entry(1)
	moved := post(t, db, "moved", card(1), 10*ledger.Unit).Record.Head.Key().Entry(1)
	for i, k := range []ledger.EntryKey{kept, moved} {
		req, decide := award(fmt.Sprint("back", i), card(1), ledger.Unit)
		if _, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			p, err := decide(v)
			e := &p.Draft.Entries[0]
			e.Kind, e.Points, e.Reverses, e.Closed = ledger.Reverse, -e.Points, &k, false
			return p, err
		}); err != nil {
			t.Fatal(err)
		}
	}
	cut(t, db, 1)
	all := records(t, db)
	if got := *all[1].Head.Entries[0].Reverses; got != kept {
		t.Errorf("takes back %v, want %v", got, kept)
	}
	if got, want := *all[2].Head.Entries[0].Reverses, all[0].Head.Key().Entry(1); got != want {
		t.Errorf("takes back %v, want %v", got, want)
	}
	verified(t, db)
}

func TestForksTwiceInARow(t *testing.T) {
	cfg := config(t.TempDir(), 502)
	db := joined(t, cfg)
	for i := range 6 {
		post(t, db, fmt.Sprint(i), card(i%2), ledger.Unit)
	}
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	spent(t, db, "took", card(1), 2*ledger.Unit)
	cut(t, db, 4)
	post(t, db, "6", card(1), ledger.Unit)
	cut(t, db, 1)
	db.Close()
	db = open(t, cfg)
	post(t, db, "7", card(1), ledger.Unit)
	cut(t, db, 0)
	if got := holds(t, db, card(0)) + holds(t, db, card(1)); got != 6*ledger.Unit {
		t.Errorf("both hold %v, want 6", got)
	}
	for i := range 8 {
		if again := post(t, db, fmt.Sprint(i), card([]int{0, 1, 0, 1, 0, 1, 1, 1}[i]), ledger.Unit); !again.Repeat {
			t.Errorf("request %d was posted again", i)
		}
	}
	origins := make(map[ledger.Key]bool)
	for _, r := range records(t, db) {
		if o := r.Head.Origin; o != nil {
			if origins[*o] {
				t.Errorf("%v was issued again twice in one branch", *o)
			}
			origins[*o] = true
		}
	}
	slips := 0
	for {
		job, found, err := db.NextJob(t.Context(), "kassa1")
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			break
		}
		slips++
		// The other copies have what came before each cut, and may have printed it.
		if copied := job.Attempt > 0; copied != (slips <= 5) {
			t.Errorf("slip %d: printed by another copy perhaps %t, headed as a copy %t", job.ID, slips <= 5, copied)
		}
		if err := db.ClaimJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		if err := db.JobPrinted(t.Context(), job.ID, "written"); err != nil {
			t.Fatal(err)
		}
	}
	if slips != 9 {
		t.Errorf("%d slips, want one a posting: 9", slips)
	}
	verified(t, db)
}

// An older branch can fork while a newer one is written.
func TestTheEndOfAnOlderBranchIsIssuedAgainInTheNewestOne(t *testing.T) {
	cfg := config(t.TempDir(), 503)
	db := joined(t, cfg)
	for i := range 4 {
		post(t, db, fmt.Sprint(i), card(1), ledger.Unit)
	}
	old := state(t, db).Branch
	db.Close()
	cfg.Mark += ".elsewhere"
	db = open(t, cfg)
	post(t, db, "new", card(1), ledger.Unit)
	written := branchOf(t, db)
	if s := state(t, db); s.Branch != old {
		t.Fatal("the older branch does not go up first")
	}
	cut(t, db, 2)
	if s := state(t, db); s.Branch != written || s.Tip.Seq != 3 {
		t.Errorf("%+v goes up, want the newest branch with 3 records", s)
	}
	if branchOf(t, db) != written {
		t.Error("a branch was opened beside the new one")
	}
	if got := holds(t, db, card(1)); got != 5*ledger.Unit {
		t.Errorf("holds %v, want 5", got)
	}
	if got := setAside(t, db, card(1)); got != 3*ledger.Unit {
		t.Errorf("%v set aside, want the 3 of the new branch", got)
	}
	verified(t, db)
}

// A record as large as one may be can be issued again, or a fork would stop
// the shop for ever.
func TestTheLargestRecordCanBeIssuedAgain(t *testing.T) {
	db := joined(t, config(t.TempDir(), 504))
	large := 0
	for size := 65_000; size > 62_000 && large == 0; size -= 8 {
		req, decide := award("large", card(1), ledger.Unit)
		if _, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			p, err := decide(v)
			p.Draft.Body.Request = fmt.Sprintf("%0*d", size, 0)
			return p, err
		}); err == nil {
			large = size
		}
	}
	if large == 0 {
		t.Fatal("no record was large enough")
	}
	cut(t, db, 0)
	cut(t, db, 0)
	if got := holds(t, db, card(1)); got != ledger.Unit {
		t.Errorf("holds %v, want 1", got)
	}
	verified(t, db)
}

// Hundreds of awards of as many members wait while the line is down.
func TestHundredsOfSetAsidesAreClosed(t *testing.T) {
	c := newCounter(t, 506, sqlite.Full)
	defer c.disk.Close()
	db := joined(t, c.cfg)
	defer db.Close()
	const awards, members = 4100, 300 // more than one call closes
	for i := range awards {
		req, decide := award(fmt.Sprintf("2026-11-22/kassa1/%06d", i), card(i%members), ledger.Unit)
		if _, err := db.Post(t.Context(), req, decide); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range members {
		if got := setAside(t, db, card(i)); got != 0 {
			t.Fatalf("card %d still has %v set aside", i, got)
		}
	}
	if s := state(t, db); s.Tip.Seq != awards+21 {
		t.Errorf("%d records, want the awards and 21 closes of at most 200", s.Tip.Seq)
	}
	began := time.Now()
	cut(t, db, awards/2)
	t.Logf("%d awards issued again in %.2f s", awards/2, time.Since(began).Seconds())
	if got := setAside(t, db, card(0)); got == 0 {
		t.Error("what was issued again is not set aside, though no close names it")
	}
	verified(t, db)
}
