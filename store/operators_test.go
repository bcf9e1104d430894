package store_test

import (
	"bytes"
	"maps"
	"testing"
)

func TestOperatorsAreKept(t *testing.T) {
	cfg := config(t.TempDir(), 1)
	db := open(t, cfg)
	kept := func(want map[string]string) {
		t.Helper()
		docs, err := db.Operators(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for k, v := range docs {
			got[k] = string(v)
		}
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	keep := func(docs map[string][]byte) {
		t.Helper()
		if err := db.KeepOperators(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
	}
	kept(map[string]string{})
	keep(map[string][]byte{"operator/10": []byte(`{"name":"Anna"}`), "tries/10": []byte(`{"wrong":1}`), "lane/kassa1": []byte(`{}`)})
	keep(map[string][]byte{"tries/10": []byte(`{"wrong":2}`), "lane/kassa1": nil, "tries/77": nil})
	want := map[string]string{"operator/10": `{"name":"Anna"}`, "tries/10": `{"wrong":2}`}
	kept(want)

	// All of a change or nothing.
	if err := db.KeepOperators(t.Context(), map[string][]byte{"tries/10": nil, "operator/10": []byte("no JSON")}); err == nil {
		t.Error("a document that is none was kept")
	}
	kept(want)

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.KeepOperators(t.Context(), map[string][]byte{"tries/10": nil}); err == nil {
		t.Error("kept in a database that is closed")
	}
	db = open(t, cfg)
	kept(want)
	verified(t, db)
}

// A copy of the journal for others, or what verify says, has nothing of it.
func TestOperatorsAreNoPartOfTheJournal(t *testing.T) {
	db := open(t, config(t.TempDir(), 2))
	before := verified(t, db)
	if err := db.KeepOperators(t.Context(), map[string][]byte{"operator/10": []byte(`{"name":"Anna"}`)}); err != nil {
		t.Fatal(err)
	}
	if after := verified(t, db); after.Records != before.Records || after.Entries != before.Entries {
		t.Errorf("from %+v to %+v", before, after)
	}
	post(t, db, "1", card(1), 1000)
	docs, err := db.Operators(t.Context())
	if err != nil || !bytes.Equal(docs["operator/10"], []byte(`{"name":"Anna"}`)) {
		t.Errorf("got %v, %v", docs, err)
	}
}
