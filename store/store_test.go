package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

func TestPostKeepsWhatItAnswered(t *testing.T) {
	cfg := config(t.TempDir(), 1)
	db := open(t, cfg)
	first := post(t, db, "2026-11-22/kassa1/1", card(1), 12*ledger.Unit)
	second := post(t, db, "2026-11-22/kassa1/2", card(1), 3*ledger.Unit)
	post(t, db, "2026-11-22/kassa1/3", card(2), 5*ledger.Unit)
	if first.Record.Head.Seq != 1 || second.Record.Head.Prev != first.Record.Hash {
		t.Errorf("records %d and %d are not chained", first.Record.Head.Seq, second.Record.Head.Seq)
	}
	if got := holds(t, db, card(1)); got != 15*ledger.Unit {
		t.Errorf("card 1 holds %v, want 15", got)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	db = open(t, cfg)
	if got := holds(t, db, card(1)); got != 15*ledger.Unit {
		t.Errorf("after opening again card 1 holds %v, want 15", got)
	}
	if r := verified(t, db); r.Records != 3 || r.Branches != 1 {
		t.Errorf("found %d records in %d branches, want 3 in 1", r.Records, r.Branches)
	}
}

func TestRepeatedRequestGivesTheFirstAnswer(t *testing.T) {
	db := open(t, config(t.TempDir(), 2))
	first := post(t, db, "2026-11-22/kassa1/1", card(1), 12*ledger.Unit)
	again := post(t, db, "2026-11-22/kassa1/1", card(1), 12*ledger.Unit)
	if !again.Repeat || again.Record.Hash != first.Record.Hash || again.Body.Request != first.Body.Request {
		t.Errorf("the repeat gave another answer: %+v", again)
	}
	req, decide := award("2026-11-22/kassa1/1", card(1), 13*ledger.Unit)
	var conflict *ledger.ConflictError
	if _, err := db.Post(t.Context(), req, decide); !errors.As(err, &conflict) || conflict.First != first.Record.Head.Key() {
		t.Errorf("other content under the same key: got %v, want a conflict naming the first record", err)
	}
	if got := holds(t, db, card(1)); got != 12*ledger.Unit {
		t.Errorf("card 1 holds %v, want 12", got)
	}
}

func TestRefusalWritesNothing(t *testing.T) {
	db := open(t, config(t.TempDir(), 3))
	req, _ := award("k", card(1), ledger.Unit)
	refusal := errors.New("no")
	if _, err := db.Post(t.Context(), req, func(ledger.View) (ledger.Posting, error) { return ledger.Posting{}, refusal }); err != refusal {
		t.Errorf("got %v, want the refusal unchanged", err)
	}
	if h, err := db.Look(t.Context(), card(1)); err != nil || !h.New {
		t.Errorf("the refused card became an account: %+v, %v", h, err)
	}
	if r := verified(t, db); r.Records != 0 {
		t.Errorf("%d records", r.Records)
	}
}

func TestSecondDaemonIsTurnedAway(t *testing.T) {
	cfg := config(t.TempDir(), 4)
	open(t, cfg)
	if _, err := store.Open(t.Context(), cfg); !errors.Is(err, store.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
}

func TestOlderCopyOpensANewBranch(t *testing.T) {
	cfg := config(t.TempDir(), 5)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	_, before, _, _ := db.Identity(t.Context())
	db.Close()
	old, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	post(t, db, "b", card(1), ledger.Unit)
	db.Close()
	db = open(t, cfg) // writes the mark
	db.Close()
	if err := os.WriteFile(cfg.Path, old, 0o600); err != nil {
		t.Fatal(err)
	}

	db = open(t, cfg)
	terminal, after, _, _ := db.Identity(t.Context())
	if after == before {
		t.Error("an older copy of the database went on in the same branch")
	}
	post(t, db, "c", card(1), ledger.Unit)
	r := verified(t, db)
	if r.Branches != 2 || r.Records != 2 {
		t.Errorf("%d records in %d branches, want 2 in 2", r.Records, r.Branches)
	}
	db.Close()
	db = open(t, cfg)
	again, same, _, _ := db.Identity(t.Context())
	if again != terminal || same != after {
		t.Error("opening once more changed the terminal or branch")
	}
}

func TestDatabaseWithoutItsMarkOpensANewBranch(t *testing.T) {
	cfg := config(t.TempDir(), 6)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	_, before, _, _ := db.Identity(t.Context())
	db.Close()
	if err := os.Remove(cfg.Mark); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	if _, after, _, _ := db.Identity(t.Context()); after == before {
		t.Error("a copied database went on in the same branch")
	}
}

func TestBrokenDatabaseIsSetAsideAndAwardsGoOn(t *testing.T) {
	cfg := config(t.TempDir(), 7)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	terminal, before, _, _ := db.Identity(t.Context())
	db.Close()
	if err := os.WriteFile(cfg.Path, []byte(strings.Repeat("SQLite format 3\x00 no longer", 400)), 0o600); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	same, after, _, _ := db.Identity(t.Context())
	if same != terminal || after == before {
		t.Errorf("terminal %v branch %v, want terminal %v and another branch", same, after, terminal)
	}
	post(t, db, "b", card(1), ledger.Unit)
	if aside, err := filepath.Glob(cfg.Path + ".broken-*"); err != nil || len(aside) == 0 {
		t.Errorf("the broken file is gone: %v, %v", aside, err)
	}
}

func TestJobsCountTheirPapers(t *testing.T) {
	cfg := config(t.TempDir(), 8)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	post(t, db, "b", card(1), ledger.Unit)
	ctx := t.Context()
	next := func(wantAttempt int) int64 {
		t.Helper()
		j, found, err := db.NextJob(ctx, "kassa1")
		if err != nil || !found || j.Attempt != wantAttempt {
			t.Fatalf("next job %+v, %v, %v; want attempt %d", j, found, err, wantAttempt)
		}
		return j.ID
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := next(0)
	must(db.JobHeld(ctx, id, "printer away")) // without a claim
	next(0)
	must(db.ClaimJob(ctx, id))
	must(db.JobHeld(ctx, id, "paper out before the first byte"))
	next(0)
	must(db.ClaimJob(ctx, id))
	db.Close() // killed while printing

	db = open(t, cfg)
	next(1)
	must(db.JobHeld(ctx, id, "printer away"))
	next(1) // what may be on paper stays counted
	must(db.ClaimJob(ctx, id))
	must(db.JobPrinted(ctx, id, "written"))
	if err := db.ClaimJob(ctx, id); err == nil {
		t.Error("a printed slip was claimed again")
	}
	if second := next(0); second == id {
		t.Error("the printed slip is still due")
	}
}

// One slip that cannot be printed must not stand before all the others.
func TestASlipThatCannotBeReadStopsNobody(t *testing.T) {
	cfg := config(t.TempDir(), 9)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	post(t, db, "b", card(1), ledger.Unit)
	req, decide := award("c", card(1), ledger.Unit)
	if _, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		p.Draft.Body.Slip = []byte(`{"blocks":"none"}`)
		return p, err
	}); err == nil {
		t.Error("a slip that nobody can read was queued")
	}
	db.Close()
	h, err := sqlite.Open(t.Context(), sqlite.Options{Path: cfg.Path, ApplicationID: store.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE records SET body = NULL WHERE id = (SELECT min(id) FROM records)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	if job, found, err := db.NextJob(t.Context(), "kassa1"); err != nil || !found || job.ID != 2 {
		t.Errorf("got %+v, %v, %v; want the second slip", job, found, err)
	}
	if again := post(t, db, "a", card(1), ledger.Unit); !again.Repeat {
		t.Error("a request whose body was emptied was posted again")
	}
	verified(t, db)
}
