package crashtest_test

import (
	"errors"
	"testing"

	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
)

func TestOneSeedIsOneFate(t *testing.T) {
	fate := func(seed uint64) string {
		w := newTill(seed, sqlite.Normal)
		defer w.disk.Close()
		for range 10 {
			w.day(t)
		}
		return w.disk.String() + w.tally.String()
	}
	for seed := range uint64(20) {
		if a, b := fate(seed), fate(seed); a != b {
			t.Errorf("seed %d:\n%s\n%s", seed, a, b)
		}
	}
	if fate(1) == fate(2) {
		t.Error("two seeds had the same fate")
	}
}

func TestAKilledProcessLosesNothingItWrote(t *testing.T) {
	w := newTill(1, sqlite.Normal) // a power cut would lose it
	w.open(t, func(db *sqlite.DB) {
		for range 20 {
			w.award(t, db)
		}
		w.disk.Kill()
		if err := w.award(t, db); err == nil {
			t.Error("a dead process was answered")
		}
	})
	w.disk.Recover()
	w.open(t, func(db *sqlite.DB) {
		if n := count(t, db); n != 20 || w.tally.acked != 20 {
			t.Errorf("%d awards of %d", n, w.tally.acked)
		}
	})
	w.disk.Close()
}

func TestTheNightIsOverOnlyWhenEverybodyHasGone(t *testing.T) {
	disk := crashtest.NewDisk(1)
	defer disk.Close()
	db, err := sqlite.Open(t.Context(), sqlite.Options{Path: disk.Path("shop.db"), VFS: disk.VFS(), Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	disk.Cut()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the disk came back under an open database")
			}
		}()
		disk.Recover()
	}()
	db.Close() // fails, as the power is off
	disk.Recover()
	if disk.Down() {
		t.Error("no power after Recover")
	}
}

func TestADiskIsLockedAndApartFromOthers(t *testing.T) {
	a, b := crashtest.NewDisk(1), crashtest.NewDisk(1)
	defer a.Close()
	defer b.Close()
	open := func(d *crashtest.Disk) (*sqlite.DB, error) {
		return sqlite.Open(t.Context(), sqlite.Options{Path: d.Path("shop.db"), VFS: d.VFS(), Exclusive: true})
	}
	first, err := open(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(a); !errors.Is(err, sqlite.ErrBusy) {
		t.Errorf("a second process on the same disk: %v", err)
	}
	other, err := open(b)
	if err != nil {
		t.Fatalf("another disk: %v", err)
	}
	if err := errors.Join(first.Close(), other.Close()); err != nil {
		t.Error(err)
	}
	again, err := open(a)
	if err != nil {
		t.Fatalf("once the first has gone: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if _, err := sqlite.Open(t.Context(), sqlite.Options{Path: "/nowhere/shop.db", VFS: a.VFS(), Exclusive: true}); !errors.Is(err, sqlite.ErrIO) {
		t.Errorf("a disk that is not there: %v", err)
	}
}
