package store_test

import (
	"slices"
	"testing"

	"zegel/terminal/loyalty/scene"
)

func TestSignalsAreKept(t *testing.T) {
	cfg := config(t.TempDir(), 846)
	db := open(t, cfg)
	keep := func(s scene.Signal) {
		t.Helper()
		if err := db.KeepSignal(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	keep(scene.Signal{Name: "rain", Until: 10, By: "Anna"})
	keep(scene.Signal{Name: "market", Until: 5})
	keep(scene.Signal{Name: "rain", Until: 20, By: "Bo"})
	keep(scene.Signal{Name: "snow", Until: 7})
	for range 2 {
		if err := db.DropSignal(t.Context(), "snow"); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, cfg)
	want := []scene.Signal{{Name: "market", Until: 5}, {Name: "rain", Until: 20, By: "Bo"}}
	if got, err := db.Signals(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	verified(t, db)
}
