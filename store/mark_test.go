package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

func branchOf(t *testing.T, db *store.DB) ledger.Branch {
	t.Helper()
	_, b, _, err := db.Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The image a shop was installed from is an older copy too.
func TestACopyFromBeforeTheFirstRecordOpensANewBranch(t *testing.T) {
	cfg := config(t.TempDir(), 400)
	db := open(t, cfg)
	before := branchOf(t, db)
	db.Close()
	image, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	db.Close()
	open(t, cfg).Close() // writes the mark
	if err := os.WriteFile(cfg.Path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	if branchOf(t, db) == before {
		t.Error("record 1 would be written a second time in the same branch")
	}
	verified(t, db)
}

func TestADamagedMarkOpensANewBranch(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "half": `{"terminal":"00`, "of zeros": "\x00\x00\x00\x00", "null": "null", "of nobody": `{"terminal":"0000000000000000","seq":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t.TempDir(), 401)
			db := open(t, cfg)
			post(t, db, "a", card(1), ledger.Unit)
			before := branchOf(t, db)
			db.Close()
			if err := os.WriteFile(cfg.Mark, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			db = open(t, cfg)
			if branchOf(t, db) == before {
				t.Error("went on in the same branch, though nobody knows how far it was written")
			}
			post(t, db, "b", card(1), ledger.Unit)
			db.Close()
			same := branchOf(t, open(t, cfg))
			if same == before {
				t.Error("the new mark was not written")
			}
		})
	}
	t.Run("and no database", func(t *testing.T) {
		cfg := config(t.TempDir(), 402)
		if err := os.MkdirAll(filepath.Dir(cfg.Mark), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(cfg.Mark, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		post(t, open(t, cfg), "a", card(1), ledger.Unit)
	})
}

// A service that is started again and again must not leave a branch each time.
func TestNothingIsOpenedWhereTheMarkCannotBeWritten(t *testing.T) {
	cfg := config(t.TempDir(), 403)
	db := open(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	db.Close()
	cfg.Mark = filepath.Join(t.TempDir(), "mark.json")
	if err := os.Mkdir(cfg.Mark+".new", 0o700); err != nil { // in the way
		t.Fatal(err)
	}
	for range 3 {
		if db, err := store.Open(t.Context(), cfg); err == nil {
			db.Close()
			t.Fatal("opened without a mark that can be written")
		}
	}
	cfg.Mark = filepath.Join(t.TempDir(), "mark.json")
	db = open(t, cfg)
	if r := verified(t, db); r.Branches != 2 {
		t.Errorf("%d branches, want the first and one for the lost mark", r.Branches)
	}
}

// Between a mark that names the new branch and the commit that opens it, the
// power may fail: the branch is opened again under another number.
func TestAMarkOfABranchThatWasNeverOpened(t *testing.T) {
	cfg := config(t.TempDir(), 404)
	db := joined(t, cfg)
	post(t, db, "a", card(1), ledger.Unit)
	post(t, db, "b", card(1), ledger.Unit)
	db.Close()
	before, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	if err := db.OpenBranch(t.Context(), 1, "two copies went on"); err != nil {
		t.Fatal(err)
	}
	lost := branchOf(t, db)
	db.Close()
	if err := os.WriteFile(cfg.Path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	if b := branchOf(t, db); b == lost || b == (ledger.Branch{}) {
		t.Errorf("branch %v", b)
	}
	if got := holds(t, db, card(1)); got != 2*ledger.Unit {
		t.Errorf("holds %v, want 2", got)
	}
	if r := verified(t, db); r.Branches != 2 {
		t.Errorf("%d branches, want 2", r.Branches)
	}
}

// The end of the journal can be damaged in a file whose beginning is well.
func TestDamageWhereTheJournalEndsIsSetAsideToo(t *testing.T) {
	cfg := config(t.TempDir(), 405)
	db := open(t, cfg)
	for i := range 30 {
		post(t, db, string(rune('a'+i)), card(i), ledger.Unit)
	}
	db.Close()
	info, err := os.Stat(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	whole := cfg.Path + ".whole"
	if err := os.Rename(cfg.Path, whole); err != nil {
		t.Fatal(err)
	}
	taken := 0
	for page := 2; page <= int(info.Size()/4096); page++ {
		spoilPage(t, whole, cfg.Path, page)
		db, err := store.Open(t.Context(), cfg)
		if err != nil {
			t.Errorf("page %d: the shop does not open: %v", page, err)
			continue
		}
		req, decide := award("new", card(99), ledger.Unit)
		if _, err := db.Post(t.Context(), req, decide); err == nil {
			taken++
		}
		db.Close()
		broken, _ := filepath.Glob(cfg.Path + ".broken-*")
		for _, f := range append(broken, cfg.Path+"-wal", cfg.Path+"-shm") {
			os.Remove(f)
		}
	}
	t.Logf("%d pages spoilt one by one, an award was taken on %d", info.Size()/4096-1, taken)
}

// A shop that has joined is not the authority for its members any more, and a
// copy from before, or a new database, does not make it one again: a card of
// another shop would be shown as 0.
func TestADatabaseFromBeforeJoiningDoesNotSpeakForHeadOffice(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string, before []byte) error{
		"restored": func(_ *testing.T, path string, before []byte) error { return os.WriteFile(path, before, 0o600) },
		"broken": func(_ *testing.T, path string, _ []byte) error {
			return os.WriteFile(path, bytes.Repeat([]byte("no database"), 1000), 0o600)
		},
		"gone": func(_ *testing.T, path string, _ []byte) error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t.TempDir(), 406)
			db := open(t, cfg)
			post(t, db, "a", card(1), ledger.Unit)
			db.Close()
			before, err := os.ReadFile(cfg.Path)
			if err != nil {
				t.Fatal(err)
			}
			db = joined(t, cfg)
			terminal, _, _, _ := db.Identity(t.Context())
			db.Close()
			if err := spoil(t, cfg.Path, before); err != nil {
				t.Fatal(err)
			}
			db = open(t, cfg)
			same, _, alone, err := db.Identity(t.Context())
			if err != nil || same != terminal || alone {
				t.Errorf("terminal %v, alone %v, %v; want terminal %v, not alone", same, alone, err, terminal)
			}
			if h, err := db.Look(t.Context(), card(2)); err != nil || h.Known {
				t.Errorf("a card nobody knows here: %+v, %v", h, err)
			}
			if r := post(t, db, "b", card(2), ledger.Unit); r.Record.Head.Entries[0].Closed {
				t.Error("an award was born closed, though this shop is not the authority")
			}
			db.Close()
			db = joined(t, cfg)
			verified(t, db)
		})
	}
}
