package store_test

import (
	"context"
	"errors"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

func TestTheJournalIsReadInOrderWithWhatIsNamedLater(t *testing.T) {
	cfg := config(t.TempDir(), 1)
	db := open(t, cfg)
	var want []ledger.Key
	for i, key := range []string{"2026-11-22/a/1", "2026-11-22/a/2", "2026-11-22/a/3"} {
		want = append(want, post(t, db, key, card(i%2), ledger.Unit).Record.Head.Key())
	}
	back := want[1].Entry(1)
	posted := on(t, db, "2026-11-22", "back", card(1), ledger.Entry{Kind: ledger.Reverse, Points: -ledger.Unit, Reverses: &back})
	want = append(want, posted.Record.Head.Key())
	reader, err := store.OpenReader(t.Context(), cfg.Path, cfg.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var x store.Extent
	var got []ledger.Key
	read := func(ctx context.Context, each func(ledger.Line) error) error {
		got = nil
		return reader.Journal(ctx, func(e store.Extent) error { x = e; return nil }, func(l ledger.Line) error {
			head, err := ledger.ParseHead(l.Head)
			if err == nil {
				_, err = ledger.ParseBody(l.Body)
			}
			if err != nil {
				return err
			}
			got = append(got, head.Key())
			return each(l)
		})
	}
	if err := read(t.Context(), func(ledger.Line) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || x.Records != 4 || x.Sales != 4 || len(x.Named) != 1 || x.Named[0] != want[1] {
		t.Errorf("got %v, %+v", got, x)
	}
	for i, key := range want {
		if got[i] != key {
			t.Errorf("record %d is %v, want %v", i+1, got[i], key)
		}
	}
	enough := errors.New("enough")
	if err := read(t.Context(), func(ledger.Line) error { return enough }); !errors.Is(err, enough) || len(got) != 1 {
		t.Errorf("after %d records: %v", len(got), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := read(ctx, func(ledger.Line) error { cancel(); return nil }); !errors.Is(err, context.Canceled) || len(got) > 1 {
		t.Errorf("after %d records: %v", len(got), err)
	}
}
