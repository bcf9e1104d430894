package cmd_test

import (
	"context"
	"path/filepath"
	"testing"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Head office is restored from a backup: the shops send again what it lost,
// and nobody is taken for a copy.
func TestSyncHeadOfficeRestoredFromABackupGetsEverythingAgain(t *testing.T) {
	ctx := context.Background()
	folder := t.TempDir()
	o := openOffice(t, filepath.Join(folder, "office.db"), grant.Policy{})
	a, lineA := o.joined("a", nil)
	b, lineB := o.joined("b", nil)
	a.award("card", 1000)
	b.award("card", 100)
	both(t, lineA, lineB)
	o.settle()
	both(t, lineA, lineB)

	backup := filepath.Join(folder, "backup.db")
	if err := o.h.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	marks, err := o.db.Marks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for terminal, m := range marks {
		if err := o.db.SetArchived(ctx, terminal, m); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		a.award("card", 20)
		both(t, lineA)
	}
	b.award("card", 3)
	both(t, lineB)
	o.settle()
	both(t, lineA, lineB)
	if st, _ := a.SyncState(ctx); st.Archived != marks[a.terminal][0].Seq || st.Archived == st.Accepted {
		t.Errorf("archived %d of %d accepted, the backup has %d", st.Archived, st.Accepted, marks[a.terminal][0].Seq)
	}

	restored := openOffice(t, backup, grant.Policy{})
	lineA, lineB = restored.syncer(a, nil), restored.syncer(b, nil)
	a.award("card", 4)
	both(t, lineA, lineB)
	restored.settle()
	both(t, lineA, lineB)
	if want := ledger.Points(1000 + 100 + 100 + 3 + 4); restored.total() != want {
		t.Errorf("the restored head office has %v, want %v", restored.total(), want)
	}
	x := restored.exceptions()
	if x[settle.BranchSuspect] != 0 || x[settle.OfficeBehind] == 0 || a.allowed != bulletin.FullAuthority {
		t.Errorf("exceptions %v, authority %q", x, a.allowed)
	}
	member := a.accounts["card"]
	if st := a.told[member]; st.Survivor != (ledger.Account{}) {
		member = st.Survivor
	}
	if a.has(a.accounts["card"])+a.has(b.accounts["card"]) == 0 {
		t.Error("the shop shows nothing for its member")
	}
	if p, _ := restored.points(member); a.has(member) != p {
		t.Errorf("the shop shows %v, head office has %v", a.has(member), p)
	}
}
