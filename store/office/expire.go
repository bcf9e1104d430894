package office

import (
	"context"
	"fmt"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A Reported is how far a terminal that is not shut out has come: the newest
// business day it brought a record of, "" for none.
type Reported struct {
	Terminal ledger.Terminal
	Name     string
	Day      ledger.Day
}

// Reported are the terminals that are not shut out, by name.
func (db *DB) Reported(ctx context.Context) (all []Reported, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT terminal, name, reported FROM terminals WHERE revoked = 0 ORDER BY name, terminal`)
		for rows.Next() {
			all = append(all, Reported{ledger.Terminal(rows.Int64(0)), rows.Text(1), ledger.Day(rows.Text(2))})
		}
		return rows.Err()
	})
	return all, err
}

// LapsedThrough is the last day of which what lapsed may be booked, once
// everything that came in until now was projected.
func (db *DB) LapsedThrough(ctx context.Context, patience int) (ledger.Day, error) {
	terminals, err := db.Reported(ctx)
	if err != nil {
		return "", fmt.Errorf("ask how far the terminals have come: %w", err)
	}
	var days []ledger.Day
	for _, t := range terminals {
		days = append(days, t.Day)
	}
	today := ledger.Day(db.cfg.Now().UTC().Format(time.DateOnly))
	return settle.LapsedThrough(today, patience, days), nil
}

// An Expired is what was booked as lapsed.
type Expired struct {
	Through  ledger.Day
	Accounts int
	Entries  int
}

// expirePage is how many purses one transaction of a bucket looks at.
const expirePage = 500

// Expire books the lots that lapsed by the end of a day, as far as they are in
// the free part. Each page of each bucket is a transaction of its own: it may be
// cut short and repeated, and what was booked is not booked again.
func (db *DB) Expire(ctx context.Context, through ledger.Day) (done Expired, err error) {
	done.Through = through
	for bucket := range settle.Parts {
		var after settle.Purse
		for {
			due, err := db.lapsed(ctx, bucket, through, after)
			if err == nil && len(due) > 0 {
				err = db.h.Write(ctx, func(tx *sqlite.Tx) error { return db.expire(tx, bucket, through, due, &done) })
			}
			if err != nil {
				return done, fmt.Errorf("book what lapsed by %s in bucket %d: %w", through, bucket, err)
			}
			if len(due) < expirePage {
				break
			}
			after = due[len(due)-1]
		}
	}
	return done, nil
}

// lapsed are the next purses that have lots which lapsed by the end of the day.
func (db *DB) lapsed(ctx context.Context, bucket int, through ledger.Day, after settle.Purse) (due []settle.Purse, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT account, wallet FROM balances
			WHERE bucket = ? AND lapses <> '' AND lapses <= ? AND (account > ? OR account = ? AND wallet > ?) ORDER BY account, wallet LIMIT ?`,
			bucket, string(through), after.Account[:], after.Account[:], string(after.Wallet), expirePage)
		for rows.Next() {
			due = append(due, settle.Purse{Account: accountOf(rows.Blob(0)), Wallet: ledger.Wallet(rows.Text(1))})
		}
		return rows.Err()
	})
	return due, err
}

func (db *DB) expire(tx *sqlite.Tx, bucket int, through ledger.Day, due []settle.Purse, done *Expired) error {
	r, err := db.begin(tx, bucket)
	if err != nil {
		return err
	}
	entries := make(map[ledger.Account][]ledger.Entry)
	var order []ledger.Account
	for _, p := range due {
		if err := r.readPurse(p); err != nil {
			return err
		}
		lapsed := settle.Lapsed(p, r.book.Balances[p], r.kept[p].lots, through)
		if len(lapsed) > 0 && len(entries[p.Account]) == 0 {
			order = append(order, p.Account)
		}
		entries[p.Account] = append(entries[p.Account], lapsed...)
	}
	for _, a := range order {
		if err := r.expireAccount(a, through, entries[a]); err != nil {
			return fmt.Errorf("account %s: %w", a.Short(), err)
		}
	}
	if err := r.fold(); err != nil {
		return err
	}
	if err := r.end(nil); err != nil {
		return err
	}
	for _, a := range order {
		done.Accounts, done.Entries = done.Accounts+1, done.Entries+len(entries[a])
	}
	return nil
}

func (r *round) expireAccount(a ledger.Account, through ledger.Day, entries []ledger.Entry) error {
	r.touchAccount(a, noStamp)
	for len(entries) > 0 {
		n := min(len(entries), expiry.Most)
		err := r.decide(ledger.Draft{
			Kind: ledger.KindExpire, Entries: entries[:n],
			Body: ledger.Body{Account: a, Reasons: []ledger.Reason{{Code: "lapsed", Rule: string(through)}}},
		})
		if err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}
