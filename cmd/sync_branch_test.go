package cmd_test

import (
	"context"
	"crypto/ed25519"
	"testing"

	"zegel/syncer"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// both brings both lines up to date, several times, so that each sees what the
// other did.
func both(t *testing.T, lines ...*syncer.Syncer) {
	t.Helper()
	for range 2 {
		for _, l := range lines {
			catchUp(t, l)
		}
	}
}

func TestSyncACopyIsNoticedOnceBothHaveSpoken(t *testing.T) {
	o := newOffice(t, grant.DefaultPolicy)
	a, lineA := o.joined("winkel", nil)
	a.award("card", 10_000)
	catchUp(t, lineA)
	b := a.copied("winkel's copy")
	lineB := o.syncer(b, nil)

	a.award("card", 1000)
	catchUp(t, lineA) // first contact: all is well
	if a.allowed != bulletin.FullAuthority {
		t.Fatalf("authority %q before the copy spoke", a.allowed)
	}
	catchUp(t, lineB) // the copy says hello with an older end
	b.award("card", 2000)
	both(t, lineB, lineA)
	a.award("card", 4000)
	both(t, lineA, lineB)
	b.award("card", 8000)
	both(t, lineB)
	o.settle()
	if want := a.sum() + b.sum() - 10_000; o.total() != want || want != 15_000+10_000 {
		t.Errorf("head office has %v, both gave %v", o.total(), want)
	}
	if x := o.exceptions(); x[settle.BranchSuspect] == 0 || a.allowed != bulletin.NoAuthority || b.allowed != bulletin.NoAuthority {
		t.Errorf("authority %q and %q, exceptions %v", a.allowed, b.allowed, x)
	}
}

func TestSyncTwoCopiesOfOneJournalLoseNothingAndNoAuthorityIsLeft(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("winkel", nil)
	for range 5 {
		a.award("card", 1000)
	}
	catchUp(t, lineA)
	b := a.copied("winkel's copy")
	lineB := o.syncer(b, nil)
	for range 3 { // both offline for a day: the same numbers, other records
		a.award("card", 100)
		b.award("card", 20)
	}
	both(t, lineA, lineB)
	a.award("card", 100)
	b.award("card", 20)
	both(t, lineB, lineA)
	o.settle()
	if want := ledger.Points(5000 + 400 + 80); o.total() != want || a.sum()+b.sum()-5000 != want {
		t.Errorf("head office has %v, want %v", o.total(), want)
	}
	if a.allowed != bulletin.NoAuthority || b.allowed != bulletin.NoAuthority {
		t.Errorf("authority %q and %q", a.allowed, b.allowed)
	}
	if x := o.exceptions(); x[settle.BranchSuspect] == 0 {
		t.Errorf("exceptions %v", x)
	}
	authority, reason, err := o.db.Authority(context.Background(), a.terminal)
	if err != nil || authority != bulletin.NoAuthority || reason == "" {
		t.Errorf("head office says %q because %q, %v", authority, reason, err)
	}
	// A person decides, and the one that was kept goes on as before.
	if err := o.db.SetAuthority(context.Background(), a.terminal, bulletin.FullAuthority, ""); err != nil {
		t.Fatal(err)
	}
	a.award("card", 1)
	both(t, lineA)
	if st, _ := a.SyncState(context.Background()); st.Waiting() != 0 {
		t.Errorf("%d records wait", st.Waiting())
	}
}

func TestSyncAForkLeavesItsProofAndItsTailIsIssuedAgain(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("winkel", nil)
	for range 40 {
		a.award("card", 1000)
	}
	catchUp(t, lineA)
	b := a.copied("winkel's copy")
	lineB := o.syncer(b, nil)
	for range 30 {
		a.award("card", 100)
	}
	catchUp(t, lineA)
	for range 60 {
		b.award("card", 10)
	}
	// Brought without a hello, as by a stick, the fork shows itself at the door.
	p, _ := o.raw(b, b.now().accepted-3, int64(len(b.now().records)), b.nonce, nil)
	if p == nil || p.Type != wire.BranchFork || p.Common != b.now().accepted {
		t.Fatalf("answered %+v, both have %d records alike", p, b.now().accepted)
	}
	proofs, err := o.db.Proofs(context.Background(), b.terminal)
	if err != nil || len(proofs) != 1 {
		t.Fatalf("%d proofs, %v", len(proofs), err)
	}
	doc, err := wire.ParseBatch(proofs[0], publicOf(b))
	if err != nil || doc.Batch.Last() != int64(len(b.now().records)) {
		t.Errorf("the proof reads as %v, %v", doc.Header, err)
	}

	common := b.now().accepted
	catchUp(t, lineB)
	if len(b.branches) != 2 || b.branches[1].parent.Seq != common {
		t.Fatalf("%d branches, the last goes on from record %d, want %d", len(b.branches), b.now().parent.Seq, common)
	}
	if again := b.branches[1].records[0].Head; again.Origin == nil || again.Origin.Seq != common+1 {
		t.Errorf("the first record of the new branch is %+v", again.Origin)
	}
	o.settle()
	if want := ledger.Points(40_000 + 3000 + 600); o.total() != want {
		t.Errorf("head office has %v, want %v", o.total(), want)
	}
}

func TestSyncADatabaseRestoredFromABackupGoesOnInANewBranch(t *testing.T) {
	for name, sold := range map[string]int{"before its first sale": 0, "after it sold offline": 7} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, grant.Policy{})
			shop, line := o.joined("winkel", nil)
			for range 10 {
				shop.award("card", 1000)
			}
			catchUp(t, line)
			backup := shop.copied("winkel restored")
			for range 6 {
				shop.award("card", 100)
			}
			catchUp(t, line)
			common := backup.now().accepted
			for range sold {
				backup.award("card", 10)
			}
			restored := o.syncer(backup, nil)
			catchUp(t, restored)
			backup.award("card", 1)
			both(t, restored)
			o.settle()
			if want := ledger.Points(10_000+600+1) + ledger.Points(10*sold); o.total() != want {
				t.Errorf("head office has %v, want %v", o.total(), want)
			}
			if len(backup.branches) != 2 || backup.now().parent.Seq != common {
				t.Errorf("%d branches, the last goes on from %d, want %d", len(backup.branches), backup.now().parent.Seq, common)
			}
			// Selling offline made it a fork, which only a person can tell from a
			// second machine.
			want := bulletin.FullAuthority
			if sold > 0 {
				want = bulletin.NoAuthority
			}
			if backup.allowed != want {
				t.Errorf("authority %q, want %q; exceptions %v", backup.allowed, want, o.exceptions())
			}
		})
	}
}

func TestSyncARestoredCopyBesideTheLivingOneIsNoticed(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("winkel", nil)
	a.award("card", 1000)
	catchUp(t, lineA)
	b := a.copied("winkel restored")
	lineB := o.syncer(b, nil)
	a.award("card", 100)
	catchUp(t, lineA)
	catchUp(t, lineB) // an older copy: new branch, all is well
	b.award("card", 10)
	catchUp(t, lineB)
	if b.allowed != bulletin.FullAuthority {
		t.Fatalf("authority %q for a database that was restored", b.allowed)
	}
	a.award("card", 1) // but the one it was copied from lives
	catchUp(t, lineA)
	o.settle()
	if a.allowed != bulletin.NoAuthority || o.total() != 1111 {
		t.Errorf("authority %q, head office has %v", a.allowed, o.total())
	}
}

func TestSyncADiskImageOnTwoTillsIsACopy(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("winkel", nil)
	a.award("card", 1000)
	catchUp(t, lineA)
	tip := a.now().accepted
	b := a.copied("till 2")
	// Both notice locally that they are not the machine that wrote last.
	for _, s := range []*shopJournal{a, b} {
		if err := s.OpenBranch(context.Background(), tip, "high-water mark is missing"); err != nil {
			t.Fatal(err)
		}
		s.award("card", 100)
	}
	lineB := o.syncer(b, nil)
	lineA = o.syncer(a, nil)
	catchUp(t, lineA)
	if a.allowed != bulletin.FullAuthority {
		t.Errorf("authority %q for the first branch from there", a.allowed)
	}
	catchUp(t, lineB)
	o.settle()
	if b.allowed != bulletin.NoAuthority || o.total() != 1200 {
		t.Errorf("authority %q, head office has %v", b.allowed, o.total())
	}
}

func publicOf(s *shopJournal) ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }
