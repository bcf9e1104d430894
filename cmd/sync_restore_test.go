package cmd_test

import (
	"context"
	"net/http"
	"net/http/httptest"
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

// Head office is restored to before the end of an older branch: the shop sends
// that end first, then the branch it writes.
func TestSyncARestoredHeadOfficeGetsTheEndOfAnOlderBranchAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		branches int  // opened after the backup
		session  bool // the shop does not notice that head office was away
		pulled   bool
		gone     bool // the shop has lost the old branch's records too
	}{
		"with a hello":                    {branches: 1},
		"with a hello, branches deep":     {branches: 8},
		"in the same session":             {branches: 1, session: true},
		"in the same session, two deep":   {branches: 2, session: true},
		"pulled":                          {branches: 1, pulled: true},
		"with a hello, and it is no more": {branches: 2, gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			folder := t.TempDir()
			o := openOffice(t, filepath.Join(folder, "office.db"), grant.Policy{})
			shop, line := o.joined("winkel", nil)
			for range 2 {
				shop.award("card", 1000)
				catchUp(t, line)
			}
			backup := filepath.Join(folder, "backup.db")
			if err := o.h.Backup(ctx, backup); err != nil {
				t.Fatal(err)
			}
			lost := shop.award("card", 100).Head
			catchUp(t, line)
			for range tc.branches {
				if err := shop.OpenBranch(ctx, shop.now().accepted, "an older copy"); err != nil {
					t.Fatal(err)
				}
				shop.award("card", 10)
				line = o.syncer(shop, nil)
				catchUp(t, line)
			}
			want := shop.sum()
			if tc.gone {
				shop.branches = shop.branches[2:]
				want -= 110 // the rest of the first branch, and the second
			}

			at := o.url
			line = o.syncer(shop, movedLine{&at})
			if tc.session {
				catchUp(t, line)
			}
			restored := openOffice(t, backup, grant.Policy{})
			at = restored.url
			shop.award("card", 1)
			want++
			if tc.pulled {
				door := httptest.NewServer(line.Handler())
				defer door.Close()
				for range 4 {
					// A gap is an error for this pull; the next brings what is missing.
					_, _ = restored.server.Pull(ctx, http.DefaultClient, door.URL, shop.terminal, 0)
				}
			} else {
				for range 6 { // many changes of branch take several sessions
					_ = line.CatchUp(ctx)
				}
				catchUp(t, line)
			}
			restored.settle()
			if restored.total() != want {
				t.Errorf("the restored head office has %v, want %v", restored.total(), want)
			}
			st, err := shop.SyncState(ctx)
			if err != nil || st.Waiting() != 0 || st.Branch != shop.now().id {
				t.Errorf("left in %+v, %v", st, err)
			}
			x := restored.exceptions()
			if x[settle.BranchSuspect] != 0 || shop.allowed != bulletin.FullAuthority {
				t.Errorf("exceptions %v, authority %q", x, shop.allowed)
			}
			if (x[settle.RecordsMissing] > 0) != tc.gone {
				t.Errorf("exceptions %v; records from %v on are lost for good: %v", x, lost.Key(), tc.gone)
			}
		})
	}
}

// Should a branch have come before the end of the one it goes on from, that end
// is asked for with the next hello, and its sender is not taken for a copy.
func TestSyncTheEndOfAnOlderBranchIsAskedForAfterwardsToo(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	shop.award("card", 1000)
	catchUp(t, line)
	shop.award("card", 100)
	old := shop.now()
	old.accepted = int64(len(old.records)) // as a head office that forgot would have it
	if err := shop.OpenBranch(ctx, old.accepted, "an older copy"); err != nil {
		t.Fatal(err)
	}
	shop.award("card", 10)
	if p, a := o.raw(shop, 1, 1, shop.nonce, nil); a == nil {
		t.Fatal(p)
	} else {
		shop.nonce = a.NextNonce
		shop.now().accepted = 1
	}
	if x := o.exceptions(); x[settle.RecordsMissing] != 1 {
		t.Errorf("exceptions %v", x)
	}
	both(t, o.syncer(shop, nil))
	o.settle()
	if o.total() != 1110 || shop.allowed != bulletin.FullAuthority {
		t.Errorf("head office has %v, authority %q", o.total(), shop.allowed)
	}
}
