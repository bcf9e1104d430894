package office

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// Statements are the accounts a terminal is to be told about that changed
// since the cursor, at most limit of them. All of a page is read from one
// snapshot: a balance and how far it counts belong together.
func (db *DB) Statements(ctx context.Context, t ledger.Terminal, cursor string, limit int) (bulletin.Page, error) {
	page := bulletin.Page{Terminal: t, Control: bulletin.UpToDate}
	at, err := decodeCursor(cursor)
	if err != nil {
		return page, err
	}
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		d := down{tx: tx, terminal: t, now: db.now()}
		changed, err := d.changed()
		if err != nil {
			return err
		}
		for bucket := range settle.Parts {
			if changed[bucket] < at[bucket] {
				return settle.ErrCursor
			}
			if changed[bucket] == at[bucket] {
				continue
			}
			if len(page.Statements) >= limit {
				page.Control = bulletin.More
				break
			}
			if at[bucket], err = d.bucket(bucket, at[bucket], changed[bucket], limit-len(page.Statements), &page.Statements); err != nil {
				return err
			}
			if at[bucket] < changed[bucket] {
				page.Control = bulletin.More
			}
		}
		return nil
	})
	page.Cursor = encodeCursor(at)
	if err != nil {
		return bulletin.Page{}, fmt.Errorf("statements for terminal %v: %w", t, err)
	}
	return page, nil
}

// A down is the reading of one page.
type down struct {
	tx       *sqlite.Tx
	terminal ledger.Terminal
	now      ledger.Stamp
}

// changed is the last change of each bucket.
func (d *down) changed() (last [settle.Parts]int64, err error) {
	rows := d.tx.Query(`SELECT bucket, changed FROM buckets`)
	for rows.Next() {
		last[rows.Int64(0)] = rows.Int64(1)
	}
	return last, rows.Err()
}

// bucket appends the bucket's changes after the position after and says how
// far it got.
func (d *down) bucket(bucket int, after, last int64, limit int, into *[]bulletin.Statement) (int64, error) {
	type change struct {
		account ledger.Account
		at      int64
	}
	var changes []change
	rows := d.tx.Query(`SELECT account, changed FROM interest WHERE bucket = ? AND terminal = ? AND changed > ? ORDER BY changed LIMIT ?`,
		bucket, int64(d.terminal), after, limit)
	for rows.Next() {
		changes = append(changes, change{accountOf(rows.Blob(0)), rows.Int64(1)})
	}
	if err := rows.Err(); err != nil {
		return after, err
	}
	if len(changes) == 0 {
		return last, nil
	}
	counted, err := d.counted(bucket)
	if err != nil {
		return after, err
	}
	for _, c := range changes {
		s, err := d.statement(bucket, c.account)
		if err != nil {
			return after, err
		}
		s.Counted = counted
		*into = append(*into, s)
	}
	if len(changes) < limit {
		return last, nil
	}
	return changes[len(changes)-1].at, nil
}

// counted is how far the bucket has counted each branch of the terminal.
func (d *down) counted(bucket int) (marks []ledger.Mark, err error) {
	part := settle.Part(d.terminal)
	// What every bucket has counted, this one has too, though it writes its
	// own position only when there was something in it for it.
	row, found, err := d.tx.One(`SELECT position FROM progress WHERE bucket = ? AND ipart = ?`, bucket, part)
	if err != nil {
		return nil, err
	}
	var through int64
	if found {
		through = row.Int64(0)
	}
	row, _, err = d.tx.One(`SELECT projected FROM parts WHERE ipart = ?`, part)
	if err != nil {
		return nil, err
	}
	through = max(through, row.Int64(0))

	var branches []ledger.Branch
	rows := d.tx.Query(`SELECT branch FROM branches WHERE ipart = ? AND terminal = ? ORDER BY opened_at, branch`, part, int64(d.terminal))
	for rows.Next() {
		branches = append(branches, branchOf(rows.Blob(0)))
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, b := range branches {
		row, found, err := d.tx.One(`SELECT last FROM inbox WHERE ipart = ? AND terminal = ? AND branch = ? AND position <= ? ORDER BY last DESC LIMIT 1`,
			part, int64(d.terminal), b[:], through)
		if err != nil {
			return nil, err
		}
		if found {
			marks = append(marks, ledger.Mark{Branch: b, Seq: row.Int64(0)})
		}
	}
	return marks, nil
}

func (d *down) statement(bucket int, a ledger.Account) (bulletin.Statement, error) {
	s := bulletin.Statement{Account: a, AsOf: d.now}
	row, found, err := d.tx.One(`SELECT survivor FROM accounts WHERE bucket = ? AND account = ?`, bucket, a[:])
	if err != nil {
		return s, err
	}
	if found {
		if survivor := accountOf(row.Blob(0)); survivor != a {
			s.Survivor = survivor
		}
	}
	if s.Identifiers, err = identifiersOf(d.tx, bucket, a); err != nil {
		return s, err
	}
	balances, err := balancesOf(d.tx, bucket, a)
	if err != nil {
		return s, err
	}
	for _, b := range balances {
		s.Wallets = append(s.Wallets, bulletin.Balance{Wallet: b.Wallet, Points: b.Points, Rest: b.Rest, Lots: b.Lots})
	}
	rows := d.tx.Query(`SELECT id, wallet, opened, branch, not_after FROM set_asides WHERE bucket = ? AND account = ? AND terminal = ? AND not_after > 0 ORDER BY id`,
		bucket, a[:], int64(d.terminal))
	for rows.Next() {
		g := bulletin.Grant{Wallet: ledger.Wallet(rows.Text(1)), Points: ledger.Points(rows.Int64(2)), Branch: branchOf(rows.Blob(3)), NotAfter: ledger.Stamp(rows.Int64(4))}
		if err := g.ID.UnmarshalText([]byte(rows.Text(0)[len("g/"):])); err != nil {
			return s, err
		}
		s.Grants = append(s.Grants, g)
	}
	return s, rows.Err()
}

func identifiersOf(tx *sqlite.Tx, bucket int, a ledger.Account) (all []member.Identifier, err error) {
	rows := tx.Query(`SELECT ref, kind, mask FROM identifiers WHERE bucket = ? AND account = ? ORDER BY ref`, bucket, a[:])
	for rows.Next() {
		id := member.Identifier{Kind: member.Kind(rows.Text(1)), Mask: rows.Text(2)}
		ref := rows.Blob(0)
		copy(id.Ref.Sum[:], ref[copy(id.Ref.Key[:], ref):])
		all = append(all, id)
	}
	return all, rows.Err()
}

// A Purse is one wallet of an account, as it stands. Lots are what its points
// consist of; the zero Lots where the sum says it all.
type Purse struct {
	Wallet ledger.Wallet
	settle.Balance
	Lots ledger.Lots
}

func balancesOf(tx *sqlite.Tx, bucket int, a ledger.Account) (all []Purse, err error) {
	rows := tx.Query(`SELECT wallet, points, rest, set_aside, lots FROM balances WHERE bucket = ? AND account = ? ORDER BY wallet`, bucket, a[:])
	for rows.Next() {
		rest, err := fractionOf(rows.Text(2))
		if err != nil {
			return nil, err
		}
		k, err := lotsOf(rows.Text(4))
		if err != nil {
			return nil, err
		}
		p := Purse{Wallet: ledger.Wallet(rows.Text(0)), Balance: settle.Balance{Points: ledger.Points(rows.Int64(1)), Rest: rest, SetAside: ledger.Points(rows.Int64(3))}}
		if k.lots.Dated() {
			p.Lots = k.lots
		}
		all = append(all, p)
	}
	return all, rows.Err()
}
