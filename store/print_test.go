package store_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

// keeping posts a record whose slip is kept and whose voucher is not.
func keeping(t *testing.T, db *store.DB, key string) ledger.Posted {
	t.Helper()
	posted, err := db.Post(t.Context(), ledger.Request{Key: key, Subjects: []ledger.Subject{card(1)}}, func(v ledger.View) (ledger.Posting, error) {
		slip := func(text string) json.RawMessage {
			return json.RawMessage(`{"kind":"award","lang":"nl","blocks":[{"text":"` + text + `"}]}`)
		}
		account := v.Holdings[0].Account
		return ledger.Posting{Lane: "kassa1", Draft: ledger.Draft{
			Kind: ledger.KindAward, Moment: ledger.Moment{At: start, Day: "2026-11-22", Trusted: true},
			Entries: []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Earn, Points: ledger.Unit}},
			Body:    ledger.Body{Account: account, Slip: slip("kept"), More: []json.RawMessage{slip("voucher")}, Kept: []int{0}},
		}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

// printed takes every job of the lane to paper.
func printed(t *testing.T, db *store.DB, lane string) (texts []string, copies int) {
	t.Helper()
	for {
		job, found, err := db.NextJob(t.Context(), lane)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return texts, copies
		}
		texts, copies = append(texts, job.Slip.Blocks[0].Text), copies+job.Attempt
		if err := db.ClaimJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		if err := db.JobPrinted(t.Context(), job.ID, "written"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAKeptSlipIsPrintedOnceSomebodyAsks(t *testing.T) {
	db := open(t, config(t.TempDir(), 828))
	record := ledger.SaleName{Record: keeping(t, db, "sale").Record.Head.Key()}
	if texts, _ := printed(t, db, "kassa1"); !slices.Equal(texts, []string{"voucher"}) {
		t.Errorf("printed %q", texts)
	}
	for want := range 2 { // the second time it has its job
		n, err := db.PrintRecord(t.Context(), record, "kassa2")
		if err != nil || n != 1-want {
			t.Fatalf("%d papers, %v", n, err)
		}
	}
	if texts, copies := printed(t, db, "kassa2"); !slices.Equal(texts, []string{"kept"}) || copies != 0 {
		t.Errorf("printed %q, %d copies", texts, copies)
	}
	if n, err := db.PrintRecord(t.Context(), record, "kassa1"); err != nil || n != 0 {
		t.Errorf("once it is printed: %d papers, %v", n, err)
	}
	if n, err := db.PrintRecord(t.Context(), ledger.SaleName{Code: "FFFF-99"}, "kassa1"); err != nil || n != 0 {
		t.Errorf("nothing at all: %d papers, %v", n, err)
	}
}

func TestAnAskedSlipOfAnotherBranchIsACopy(t *testing.T) {
	cfg := config(t.TempDir(), 829)
	db := open(t, cfg)
	record := ledger.SaleName{Record: keeping(t, db, "sale").Record.Head.Key()}
	printed(t, db, "kassa1")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// A copy whose mark was left behind goes on in a branch of its own.
	cfg.Mark = filepath.Join(t.TempDir(), "mark.json")
	db = open(t, cfg)
	if n, err := db.PrintRecord(t.Context(), record, "kassa1"); err != nil || n != 1 {
		t.Fatalf("%d papers, %v", n, err)
	}
	if texts, copies := printed(t, db, "kassa1"); !slices.Equal(texts, []string{"kept"}) || copies != 1 {
		t.Errorf("printed %q, %d copies", texts, copies)
	}
}
