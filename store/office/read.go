package office

import (
	"context"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// An Account is what head office knows of one.
type Account struct {
	Survivor    ledger.Account // itself unless it was linked to an older one
	Identifiers []member.Identifier
	Purses      []Purse
	SetAsides   []settle.SetAside // open ones
}

// Account gives what is known of a; found is false when nothing is.
func (db *DB) Account(ctx context.Context, a ledger.Account) (acc Account, found bool, err error) {
	bucket := settle.Bucket(a)
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT survivor FROM accounts WHERE bucket = ? AND account = ?`, bucket, a[:])
		if err != nil || !has {
			return err
		}
		found, acc.Survivor = true, accountOf(row.Blob(0))
		if acc.Identifiers, err = identifiersOf(tx, bucket, a); err != nil {
			return err
		}
		if acc.Purses, err = balancesOf(tx, bucket, a); err != nil {
			return err
		}
		rows := tx.Query(`SELECT id, wallet, terminal, branch, opened, remaining, not_after FROM set_asides WHERE bucket = ? AND account = ? ORDER BY id`, bucket, a[:])
		for rows.Next() {
			acc.SetAsides = append(acc.SetAsides, settle.SetAside{
				ID: ledger.SetAsideID(rows.Text(0)), Purse: settle.Purse{Account: a, Wallet: ledger.Wallet(rows.Text(1))},
				Terminal: ledger.Terminal(rows.Int64(2)), Branch: branchOf(rows.Blob(3)),
				Opened: ledger.Points(rows.Int64(4)), Left: ledger.Points(rows.Int64(5)), NotAfter: ledger.Stamp(rows.Int64(6)),
			})
		}
		return rows.Err()
	})
	return acc, found, err
}

// Balances is every purse there is. It is for audits and tests: it reads all.
func (db *DB) Balances(ctx context.Context) (map[settle.Purse]settle.Balance, error) {
	all := make(map[settle.Purse]settle.Balance)
	err := db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT account, wallet, points, rest, set_aside FROM balances`)
		for rows.Next() {
			rest, err := fractionOf(rows.Text(3))
			if err != nil {
				return err
			}
			all[settle.Purse{Account: accountOf(rows.Blob(0)), Wallet: ledger.Wallet(rows.Text(1))}] =
				settle.Balance{Points: ledger.Points(rows.Int64(2)), Rest: rest, SetAside: ledger.Points(rows.Int64(4))}
		}
		return rows.Err()
	})
	return all, err
}

// Parked lists the records that are not added up, with why: those people have
// to look at are among the exceptions too, those that were only issued again
// are here alone.
func (db *DB) Parked(ctx context.Context) (all []settle.Exception, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT reason, terminal, branch, seq, line, account, detail FROM parked ORDER BY bucket, terminal, branch, seq, line`)
		for rows.Next() {
			all = append(all, exceptionOf(rows.Row))
		}
		return rows.Err()
	})
	return all, err
}

func exceptionOf(row sqlite.Row) settle.Exception {
	return settle.Exception{
		Code: settle.Code(row.Text(0)), Terminal: ledger.Terminal(row.Int64(1)), Branch: branchOf(row.Blob(2)),
		Seq: row.Int64(3), Line: int(row.Int64(4)), Account: accountOf(row.Blob(5)), Detail: row.Text(6),
	}
}

// Exceptions is what people have not solved yet: what is wrong with terminals,
// then with records.
func (db *DB) Exceptions(ctx context.Context) (all []settle.Exception, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT code, terminal, branch, detail FROM alarms WHERE solved = 0 ORDER BY raised_at, terminal, code`)
		for rows.Next() {
			all = append(all, settle.Exception{
				Code: settle.Code(rows.Text(0)), Terminal: ledger.Terminal(rows.Int64(1)), Branch: branchOf(rows.Blob(2)), Detail: rows.Text(3),
			})
		}
		rows = tx.Query(`SELECT code, terminal, branch, seq, line, account, detail FROM exceptions WHERE solved = 0 ORDER BY raised_at, bucket, terminal, branch, seq, line, code`)
		for rows.Next() {
			all = append(all, exceptionOf(rows.Row))
		}
		return rows.Err()
	})
	return all, err
}

func (db *DB) openExceptions(ctx context.Context, t ledger.Terminal) (n int64, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, _, err := tx.One(`SELECT COUNT(*) FROM alarms WHERE ipart = ? AND terminal = ? AND solved = 0`, settle.Part(t), int64(t))
		if err != nil {
			return err
		}
		n = row.Int64(0)
		if row, _, err = tx.One(`SELECT COUNT(*) FROM exceptions WHERE terminal = ? AND solved = 0`, int64(t)); err != nil {
			return err
		}
		n += row.Int64(0)
		return nil
	})
	return n, err
}
