package store_test

import (
	"errors"
	"fmt"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// joined is a shop that has joined a head office.
func joined(t *testing.T, cfg store.Config) *store.DB {
	t.Helper()
	db := open(t, cfg)
	if err := db.Join(t.Context(), []byte("office key"), "nonce 1"); err != nil {
		t.Fatal(err)
	}
	return db
}

func state(t *testing.T, db *store.DB) bulletin.SyncState {
	t.Helper()
	s, err := db.SyncState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// acknowledge plays head office accepting the branch that goes up to its end.
func acknowledge(t *testing.T, db *store.DB) bulletin.SyncState {
	t.Helper()
	s := state(t, db)
	err := db.Acknowledge(t.Context(), bulletin.Acknowledgement{
		Terminal: s.Terminal, Branch: s.Branch, Accepted: s.Tip.Seq, Head: s.Tip.Hash,
		NextNonce: "nonce next", OfficeTime: ledger.Stamp(start.UnixMilli()), Authority: bulletin.FullAuthority,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func statement(a ledger.Account, points ledger.Points, counted ...ledger.Mark) bulletin.Statement {
	return bulletin.Statement{
		Account: a, AsOf: ledger.Stamp(start.UnixMilli()), Counted: counted,
		Wallets: []bulletin.Balance{{Wallet: "points", Points: points}},
	}
}

func apply(t *testing.T, db *store.DB, cursor string, statements ...bulletin.Statement) {
	t.Helper()
	terminal, _, _, err := db.Identity(t.Context())
	if err == nil {
		err = db.Apply(t.Context(), bulletin.Page{Terminal: terminal, Statements: statements, Cursor: cursor})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestShopAloneHasNoLine(t *testing.T) {
	db := open(t, config(t.TempDir(), 1))
	if _, err := db.SyncState(t.Context()); !errors.Is(err, store.ErrAlone) {
		t.Errorf("got %v, want ErrAlone", err)
	}
}

func TestShopThatJoinsKeepsItsBalancesAndSendsItAll(t *testing.T) {
	db := open(t, config(t.TempDir(), 2))
	alone := post(t, db, "a", card(1), 7*ledger.Unit)
	if !alone.Record.Head.Entries[0].Closed {
		t.Error("an award of a shop alone must be born closed: there is nobody to give it back to")
	}
	if err := db.Join(t.Context(), []byte("key"), "n"); err != nil {
		t.Fatal(err)
	}
	if got := holds(t, db, card(1)); got != 7*ledger.Unit {
		t.Errorf("after joining the card holds %v, want 7", got)
	}
	h, _ := db.Look(t.Context(), card(1))
	if !h.Known {
		t.Error("what the shop gave while it was its own authority is known")
	}
	s := state(t, db)
	if s.Accepted != 0 || s.Tip.Seq != 1 {
		t.Errorf("sends from %d to %d, want everything", s.Accepted+1, s.Tip.Seq)
	}
	b, err := db.Batch(t.Context(), 1, 0, 1000, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, tip, err := b.Records(); err != nil || tip.Hash != s.Tip.Hash {
		t.Errorf("the batch ends in %v, %v; want the journal's end", tip, err)
	}
}

func TestUnknownCardIsNotKnownUntilHeadOfficeSpeaks(t *testing.T) {
	db := joined(t, config(t.TempDir(), 3))
	a := post(t, db, "a", card(1), 5*ledger.Unit)
	h, _ := db.Look(t.Context(), card(1))
	if h.Known || h.In("points").Points != 5*ledger.Unit {
		t.Errorf("before any statement: %+v, want 5 points that are not the whole truth", h)
	}
	s := acknowledge(t, db)
	apply(t, db, "c1", statement(a.Body.Account, 105*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: s.Tip.Seq}))
	h, _ = db.Look(t.Context(), card(1))
	if !h.Known || h.In("points").Points != 105*ledger.Unit {
		t.Errorf("after the statement: %+v, want 105 points, known", h)
	}
	post(t, db, "b", card(1), ledger.Unit)
	if got := holds(t, db, card(1)); got != 106*ledger.Unit {
		t.Errorf("holds %v, want the statement and the new award: 106", got)
	}
	// The same statement again does not swallow what it does not count.
	apply(t, db, "c2", statement(a.Body.Account, 105*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: s.Tip.Seq}))
	if got := holds(t, db, card(1)); got != 106*ledger.Unit {
		t.Errorf("after the same statement again: %v, want 106", got)
	}
	verified(t, db)
}

func TestOwnAwardsAreClosedBeforeABatchIsCut(t *testing.T) {
	db := joined(t, config(t.TempDir(), 4))
	post(t, db, "a", card(1), 5*ledger.Unit)
	post(t, db, "b", card(1), 2*ledger.Unit)
	post(t, db, "c", card(2), 3*ledger.Unit)
	if h, _ := db.Look(t.Context(), card(1)); len(h.SetAsides) != 2 {
		t.Fatalf("card 1 has %d set-asides, want its two awards", len(h.SetAsides))
	}
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	if h, _ := db.Look(t.Context(), card(1)); len(h.SetAsides) != 0 || h.In("points").Points != 7*ledger.Unit {
		t.Errorf("after the close: %+v, want 7 points and no set-aside", h)
	}
	s := state(t, db)
	b, _ := db.Batch(t.Context(), 1, 0, 1000, 1<<20)
	records, _, err := b.Records()
	if err != nil || s.Tip.Seq != 4 {
		t.Fatalf("%d records, %v; want the three awards and one close", s.Tip.Seq, err)
	}
	closed := ledger.Points(0)
	for _, e := range records[3].Head.Entries {
		for _, d := range e.Draws {
			closed += d.Points
		}
	}
	if records[3].Head.Kind != ledger.KindClose || closed != 10*ledger.Unit {
		t.Errorf("record 4 is a %s of %v, want a close of 10", records[3].Head.Kind, closed)
	}
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil || state(t, db).Tip.Seq != 4 {
		t.Error("a second close wrote a record though nothing is open")
	}
	verified(t, db)
}

func TestGrantIsAdoptedOnceAndClosedAfterItsTime(t *testing.T) {
	db := joined(t, config(t.TempDir(), 5))
	a := post(t, db, "a", card(1), 5*ledger.Unit)
	s := state(t, db)
	st := statement(a.Body.Account, 50*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: 1})
	noon := ledger.Stamp(start.UnixMilli())
	st.Grants = []bulletin.Grant{
		{ID: ledger.GrantID{1}, Wallet: "points", Points: 20 * ledger.Unit, Branch: s.Branch, NotAfter: noon + 1000},
		{ID: ledger.GrantID{2}, Wallet: "points", Points: 20 * ledger.Unit, Branch: ledger.Branch{9}, NotAfter: noon + 1000},
	}
	apply(t, db, "c", st)
	apply(t, db, "d", st)
	h, _ := db.Look(t.Context(), card(1))
	grants := 0
	for _, set := range h.SetAsides {
		if set.NotAfter > 0 {
			grants++
		}
	}
	if grants != 1 {
		t.Fatalf("%d grants, want the one of this branch, once", grants)
	}
	for i, after := range []ledger.Moment{ledger.Calendar{}.Moment(start, true), ledger.Calendar{}.Moment(start.Add(2e9), true)} {
		if err := db.CloseSetAsides(t.Context(), after); err != nil {
			t.Fatal(err)
		}
		h, _ := db.Look(t.Context(), card(1))
		if want := 1 - i; len(h.SetAsides) != want {
			t.Errorf("close %d: %d set-asides open, want %d", i+1, len(h.SetAsides), want)
		}
	}
	apply(t, db, "e", st) // still listed: head office has not seen the close
	if h, _ := db.Look(t.Context(), card(1)); len(h.SetAsides) != 0 {
		t.Error("a closed grant was adopted again")
	}
	// Head office has seen the close, and is then restored from an older copy of
	// itself, which has not.
	apply(t, db, "f", statement(a.Body.Account, 50*ledger.Unit, ledger.Mark{Branch: s.Branch, Seq: 1}))
	apply(t, db, "g", st)
	if h, _ := db.Look(t.Context(), card(1)); len(h.SetAsides) != 0 {
		t.Error("a grant that was used up was taken for a new one")
	}
	verified(t, db)
}

func TestAcknowledgementThatDoesNotFitChangesNothing(t *testing.T) {
	db := joined(t, config(t.TempDir(), 6))
	post(t, db, "a", card(1), ledger.Unit)
	s := state(t, db)
	fits := bulletin.Acknowledgement{Terminal: s.Terminal, Branch: s.Branch, Accepted: 1, Head: s.Tip.Hash, NextNonce: "x"}
	for name, spoil := range map[string]func(*bulletin.Acknowledgement){
		"another terminal":     func(a *bulletin.Acknowledgement) { a.Terminal++ },
		"another branch":       func(a *bulletin.Acknowledgement) { a.Branch[0]++ },
		"more than there is":   func(a *bulletin.Acknowledgement) { a.Accepted = 2 },
		"another record":       func(a *bulletin.Acknowledgement) { a.Head[0]++ },
		"archived beyond sent": func(a *bulletin.Acknowledgement) { a.Archived = 2 },
		"archived below none":  func(a *bulletin.Acknowledgement) { a.Archived = -1 },
	} {
		a := fits
		spoil(&a)
		if err := db.Acknowledge(t.Context(), a); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if after := state(t, db); after.Accepted != 0 || after.Nonce != "nonce 1" {
		t.Errorf("a refused acknowledgement changed the state: %+v", after)
	}
}

// A cursor is one head office's own: shown to another, it would pass statements by.
func TestJoiningAgainHasEveryStatementComeAgain(t *testing.T) {
	db := joined(t, config(t.TempDir(), 11))
	a := post(t, db, "a", card(1), ledger.Unit)
	apply(t, db, "c1", statement(a.Body.Account, ledger.Unit))
	if err := db.Join(t.Context(), []byte("another key"), "nonce 2"); err != nil {
		t.Fatal(err)
	}
	if s := state(t, db); s.Cursor != "" || s.Nonce != "nonce 2" {
		t.Errorf("cursor %q, nonce %q", s.Cursor, s.Nonce)
	}
}

// The clock of a head office that has just lost its battery.
func TestAHeadOfficeWithoutAClockDoesNotStopOurs(t *testing.T) {
	cfg := config(t.TempDir(), 12)
	db := joined(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	s := state(t, db)
	if err := db.Acknowledge(t.Context(), bulletin.Acknowledgement{
		Terminal: s.Terminal, Branch: s.Branch, Accepted: 1, Head: s.Tip.Hash, NextNonce: "n", OfficeTime: 1000,
	}); err != nil {
		t.Fatal(err)
	}
	if r := post(t, db, "b", card(1), ledger.Unit).Record.Head; r.Suspect || r.Stamp != ledger.Stamp(start.UnixMilli()) {
		t.Errorf("stamp %d, suspect %v", r.Stamp, r.Suspect)
	}
	if !db.TrustsClock(start) {
		t.Error("a clock that is right is not believed")
	}
}

func TestFlightSurvivesARestart(t *testing.T) {
	cfg := config(t.TempDir(), 7)
	db := joined(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	want := bulletin.Flight{Request: "r1", First: 1, Last: 1}
	if err := db.BeginFlight(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	db.Close()
	db = open(t, cfg)
	if got := state(t, db).Flight; got == nil || *got != want {
		t.Errorf("flight after a restart: %+v, want %+v", got, want)
	}
}

func TestForkedTailIsIssuedAgainAndCountsOnce(t *testing.T) {
	db := joined(t, config(t.TempDir(), 8))
	for i := range 5 {
		post(t, db, fmt.Sprint(i), card(1), ledger.Unit)
	}
	before := state(t, db)
	if err := db.OpenBranch(t.Context(), 2, "two copies of this database went on"); err != nil {
		t.Fatal(err)
	}
	after := state(t, db)
	if after.Branch == before.Branch || after.Tip.Seq != 3 || after.Parent.Seq != 2 || after.Parent.Branch != before.Branch {
		t.Fatalf("%+v: want a new branch from record 2 with the three others issued again", after)
	}
	if got := holds(t, db, card(1)); got != 5*ledger.Unit {
		t.Errorf("holds %v, want 5", got)
	}
	b, _ := db.Batch(t.Context(), 1, 0, 1000, 1<<20)
	records, _, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	if o := records[0].Head.Origin; o == nil || o.Seq != 3 || o.Branch != before.Branch {
		t.Errorf("the first record issued again names %v as its origin", o)
	}
	again := post(t, db, "3", card(1), ledger.Unit)
	if !again.Repeat || again.Record.Head.Branch != after.Branch {
		t.Error("a request of the old branch must find the record issued again")
	}
	r := verified(t, db)
	if r.Records != 8 {
		t.Errorf("%d records, want the five old and the three new", r.Records)
	}
}

func TestOldBranchGoesUpBeforeTheNewOne(t *testing.T) {
	cfg := config(t.TempDir(), 9)
	db := joined(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	old := state(t, db)
	db.Close()
	cfg.Mark += ".elsewhere" // the database was moved
	db = open(t, cfg)
	post(t, db, "b", card(1), ledger.Unit)
	if s := state(t, db); s.Branch != old.Branch {
		t.Fatal("the new branch would go up before the end of the old one")
	}
	acknowledge(t, db)
	s := state(t, db)
	if s.Branch == old.Branch || s.Parent.Branch != old.Branch || s.Parent.Seq != 1 || s.Tip.Seq != 1 {
		t.Errorf("%+v: want the new branch, from record 1 of the old", s)
	}
	acknowledge(t, db)
	if got, _ := db.Status(t.Context()); got.Unsent != 0 {
		t.Errorf("%d records unsent", got.Unsent)
	}
	verified(t, db)
}

// Head office was restored to before the end of an older branch.
func TestTheEndOfAnOlderBranchGoesUpAgainWhereHeadOfficeLostIt(t *testing.T) {
	cfg := config(t.TempDir(), 12)
	db := joined(t, cfg)
	for i := range 3 {
		post(t, db, fmt.Sprint(i), card(1), ledger.Unit)
	}
	old := acknowledge(t, db)
	db.Close()
	cfg.Mark += ".elsewhere"
	db = open(t, cfg)
	post(t, db, "new", card(1), ledger.Unit)
	now := state(t, db)
	if err := db.BeginFlight(t.Context(), bulletin.Flight{Request: "r", First: 1, Last: 1}); err != nil {
		t.Fatal(err)
	}
	apply(t, db, "cursor")
	for name, at := range map[string]ledger.Mark{
		"a branch that is not here":  {Branch: ledger.Branch{1}, Seq: 0},
		"a branch that is all there": {Branch: old.Branch, Seq: 3},
		"a record that never was":    {Branch: old.Branch, Seq: -1},
	} {
		found, err := db.RewindBranch(t.Context(), at.Branch, at.Seq)
		if s := state(t, db); found || err != nil || s.Branch != now.Branch || s.Flight == nil || s.Cursor != "cursor" {
			t.Errorf("%s: found %v, %v; %+v goes up", name, found, err, s)
		}
	}
	found, err := db.RewindBranch(t.Context(), old.Branch, 1)
	if s := state(t, db); !found || err != nil || s.Branch != old.Branch || s.Accepted != 1 || s.Waiting() != 2 || s.Flight != nil || s.Cursor != "" {
		t.Errorf("found %v, %v; %+v goes up, want records 2 and 3 of the old branch", found, err, s)
	}
	// Asked again it changes nothing more: the same records are on their way.
	if err := db.BeginFlight(t.Context(), bulletin.Flight{Request: "s", First: 2, Last: 3}); err != nil {
		t.Fatal(err)
	}
	found, err = db.RewindBranch(t.Context(), old.Branch, 1)
	if s := state(t, db); !found || err != nil || s.Flight == nil {
		t.Errorf("found %v, %v; %+v goes up", found, err, s)
	}
	acknowledge(t, db)
	if s := state(t, db); s.Branch != now.Branch || s.Waiting() != 1 {
		t.Errorf("then %+v goes up, want the new branch", s)
	}
	verified(t, db)
}

// What was cut off an older branch is in the newer one: to send it by its old
// name as well would find the same fork for ever.
func TestWhatWasIssuedAgainDoesNotGoUpByItsOldName(t *testing.T) {
	cfg := config(t.TempDir(), 13)
	db := joined(t, cfg)
	for i := range 4 {
		post(t, db, fmt.Sprint(i), card(1), ledger.Unit)
	}
	old := state(t, db).Branch
	db.Close()
	cfg.Mark += ".elsewhere"
	db = open(t, cfg)
	cut(t, db, 2)
	for at, want := range map[int64]bool{3: false, 2: false, 1: true} {
		if found, err := db.RewindBranch(t.Context(), old, at); found != want || err != nil {
			t.Errorf("head office lacks what is after record %d: found %v, %v", at, found, err)
		}
	}
	verified(t, db)
}

func TestLinkedAccountsAreOneMember(t *testing.T) {
	db := joined(t, config(t.TempDir(), 10))
	a := post(t, db, "a", card(1), 5*ledger.Unit)
	b := post(t, db, "b", card(2), 3*ledger.Unit)
	s := state(t, db)
	mark := ledger.Mark{Branch: s.Branch, Seq: 2}
	one, two := statement(a.Body.Account, 5*ledger.Unit, mark), statement(b.Body.Account, 13*ledger.Unit, mark)
	two.Survivor = a.Body.Account
	apply(t, db, "c", one, two)
	if got := holds(t, db, card(2)); got != 18*ledger.Unit {
		t.Errorf("card 2 shows %v, want both accounts: 18", got)
	}
	c := post(t, db, "c", card(2), ledger.Unit)
	if c.Record.Head.Entries[0].Account != a.Body.Account {
		t.Error("a new entry must go to the survivor")
	}
	if got := holds(t, db, card(1)); got != 19*ledger.Unit {
		t.Errorf("card 1 shows %v, want 19", got)
	}
	verified(t, db)
}
