package store_test

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"testing"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

var dayRecords = flag.Int("day-records", 50_000, "records in the journal of BenchmarkDayReport")

// BenchmarkDayReport counts a day of 2,000 sales, and reads a report that was
// kept, in a journal of many. The journal is written without Post, whose cost
// is another benchmark's.
func BenchmarkDayReport(b *testing.B) {
	cfg := config(b.TempDir(), 950)
	cfg.Now = time.Now
	db := open(b, cfg)
	_, _, _, err := db.Identity(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	fill(b, cfg, *dayRecords-2000)
	db = open(b, cfg)
	d := &days{failer: b, db: db, zone: time.UTC, now: start}
	d.closed(1, "2026-11-22", false)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	fill(b, cfg, 2000)
	db = open(b, cfg)
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			f, err := db.Reading(b.Context(), "2026-11-23", time.UTC)
			if err != nil || f.Records != 2000 {
				b.Fatal(f.Records, err)
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			if all, err := db.DayReports(b.Context(), "2026-11-22"); err != nil || len(all) != 1 {
				b.Fatal(len(all), err)
			}
		}
	})
}

// fill appends n awards of three lines to the journal of the shop at cfg, on
// an account for every four of them.
func fill(b *testing.B, cfg store.Config, n int) {
	b.Helper()
	h, err := sqlite.Open(b.Context(), sqlite.Options{Path: cfg.Path, ApplicationID: store.ApplicationID})
	if err != nil {
		b.Fatal(err)
	}
	err = h.Write(b.Context(), func(tx *sqlite.Tx) error {
		row, _, err := tx.One(`SELECT b.branch, b.number, i.terminal, ifnull((SELECT max(id) FROM records), b.number << 40) FROM branches b, identity i ORDER BY b.number DESC LIMIT 1`)
		if err != nil {
			return err
		}
		tip := ledger.Tip{Terminal: ledger.Terminal(row.Int64(2)), Seq: row.Int64(3) & (1<<40 - 1)}
		copy(tip.Branch[:], row.Blob(0))
		first := tip.Seq + 1
		for i := range n {
			sum := sha256.Sum256(fmt.Append(nil, first, i/4))
			account := ledger.Account(sum[:16])
			d := ledger.Draft{Kind: ledger.KindAward, Rules: 1, Moment: ledger.Calendar{}.Moment(start.Add(time.Duration(i)*time.Second), true),
				Entries: []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 12_000, Closed: true}},
				Body: ledger.Body{Operator: "Anna", Lane: "kassa1", Mode: ledger.Scanned, Account: account, Identifiers: card(1).Identifiers,
					Basket: &basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprint(i)}, Currency: "EUR", Total: 12_50, Lines: []basket.Line{
						{ID: "1", Product: "8710000000001", Name: "Brood", Amount: 3_50}, {ID: "2", Name: "Kaas", Amount: 5_00}, {ID: "3", Name: "Melk", Amount: 4_00}}},
					Reasons: []ledger.Reason{{Code: "rate", Rule: "base", Wallet: "points", Points: 12_500, Amount: 12_50}, {Code: "rounded", Rule: "base", Wallet: "points", Points: -500}},
					Slip:    json.RawMessage(`{"kind":"award","lang":"nl","blocks":[{"text":"Bakkerij Jansen","align":"centre","bold":true},{"row":[{"text":"Aankoop"},{"text":"12,50","align":"right","whole":true}]},{"row":[{"text":"Gespaard"},{"text":"12 punten","align":"right","whole":true}]},{"rule":true}]}`)}}
			sealed, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt{1})
			if err != nil {
				return err
			}
			tip = tip.After(sealed)
			id := row.Int64(1)<<40 | tip.Seq
			if _, err := tx.Exec(`INSERT INTO records (id, kind, day, stamp, hash, head, body) VALUES (?, 'award', ?, ?, ?, ?, ?)`,
				id, string(sealed.Head.Day), int64(sealed.Head.Stamp), sealed.Hash[:], sealed.Line.Head, sealed.Line.Body); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO jobs (record, lane, state) VALUES (?, 'kassa1', 'printed')`, id); err != nil {
				return err
			}
			if i%4 > 0 {
				continue
			}
			number := first + int64(i)
			if _, err := tx.Exec(`INSERT INTO accounts (number, account, survivor, known) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING`, number, account[:], number); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (?, 'points', 0, '0/1', 48000, '0/1')`, number); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = h.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}
