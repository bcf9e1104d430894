package store

import (
	"context"
	"errors"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// Join makes the shop part of a chain: from here on head office is the
// authority, whose key and first nonce are given. What the shop holds stays as
// it is, and its whole journal goes up. To join again, also another head
// office, has every statement come again.
func (db *DB) Join(ctx context.Context, officeKey []byte, nonce string) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO line (one, office_key, nonce) VALUES (1, ?, ?)
			ON CONFLICT (one) DO UPDATE SET office_key = excluded.office_key, nonce = excluded.nonce,
			flight_request = '', flight_first = 0, flight_last = 0, cursor = '', authority = 'full'`, officeKey, nonce); err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE identity SET alone = 0 WHERE alone = 1`)
		if err != nil {
			return err
		}
		if n == 1 {
			// What was promised is head office's to give from now on.
			if err := db.lapseHolds(tx); err != nil {
				return err
			}
		}
		now, err := reachOf(tx)
		if err != nil {
			return err
		}
		return db.setMark(now) // an older copy must know of it too
	})
}

// OfficeKey is the public key of the head office the shop has joined; nil when
// it stands alone.
func (db *DB) OfficeKey(ctx context.Context) (key []byte, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT office_key FROM line`)
		if found {
			key = row.Blob(0)
		}
		return err
	})
	return key, err
}

// A going is the branch whose records are to go up next, and its end.
type going struct {
	branch  branch
	tip     ledger.Tip
	current bool // it is the branch that is written
}

// goingUp is the oldest branch that head office does not have the end of, or
// the one that is written.
func goingUp(tx *sqlite.Tx) (going, error) {
	terminal, _, _, err := identityOf(tx)
	if err != nil {
		return going{}, err
	}
	var branches []branch
	rows := tx.Query(`SELECT ` + branchColumns + ` FROM branches ORDER BY number`)
	for rows.Next() {
		branches = append(branches, scanBranch(rows.Row))
	}
	if err := rows.Err(); err != nil {
		return going{}, err
	}
	for i, b := range branches {
		tip, err := tipOf(tx, terminal, b)
		if err != nil {
			return going{}, err
		}
		if last := i == len(branches)-1; last || tip.Seq > b.accepted {
			return going{branch: b, tip: tip, current: last}, nil
		}
	}
	return going{}, errors.New("the database has no branch")
}

// SyncState is where the shop stands with head office; ErrAlone when it has
// joined none.
func (db *DB) SyncState(ctx context.Context) (s bulletin.SyncState, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT nonce, flight_request, flight_first, flight_last, cursor FROM line`)
		if err != nil {
			return err
		}
		if !found {
			return ErrAlone
		}
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		s = bulletin.SyncState{
			Terminal: g.tip.Terminal, Branch: g.branch.id, Parent: g.branch.parent, Tip: g.tip,
			Accepted: g.branch.accepted, Archived: g.branch.archived, Nonce: row.Text(0), Cursor: row.Text(4),
		}
		if request := row.Text(1); request != "" {
			s.Flight = &bulletin.Flight{Request: request, First: row.Int64(2), Last: row.Int64(3)}
		}
		return nil
	})
	return s, err
}

// maxCloses bounds how many close records one call writes; the next batch
// brings the rest.
const maxCloses = 20

// CloseSetAsides gives this branch's own awards, and the grants whose time is
// over, back to the free part. It is called before a batch is cut while the
// line is up. From its commit on nothing may be spent from what it names. What
// live holds have is left out.
func (db *DB) CloseSetAsides(ctx context.Context, m ledger.Moment) error {
	for range maxCloses {
		more, err := db.closeSome(ctx, m)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (db *DB) closeSome(ctx context.Context, m ledger.Moment) (more bool, err error) {
	err = db.write(ctx, func(tx *sqlite.Tx) error {
		w, err := db.begin(tx)
		if err != nil || w.view.Alone {
			return err
		}
		open, err := w.openSetAsides()
		if err != nil {
			return err
		}
		now, _ := ledger.NextStamp(w.tip.Stamp, m, db.ceiling())
		if w.promised, err = db.promisedFor(tx, ""); err != nil {
			return err
		}
		entries := grant.Closes(open, w.promised.from(), now)
		if len(entries) == 0 {
			return nil
		}
		more = true
		_, err = w.commit(ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindClose, Moment: m, Entries: entries}})
		return err
	})
	return more, err
}

// openSetAsides reads every open set-aside and lets entries be written for
// their accounts.
func (w *writer) openSetAsides() ([]ledger.SetAside, error) {
	var open []ledger.SetAside
	rows := w.tx.Query(`SELECT s.id, a.account, s.wallet, s.opened, s.remaining, s.not_after, a.number
		FROM set_asides s JOIN accounts a ON a.number = s.account WHERE s.remaining > 0 ORDER BY s.id`)
	for rows.Next() {
		s := ledger.SetAside{
			ID: ledger.SetAsideID(rows.Text(0)), Wallet: ledger.Wallet(rows.Text(2)), Opened: ledger.Points(rows.Int64(3)),
			Left: ledger.Points(rows.Int64(4)), NotAfter: ledger.Stamp(rows.Int64(5)),
		}
		copy(s.Account[:], rows.Blob(1))
		w.number[s.Account] = rows.Int64(6)
		open = append(open, s)
	}
	return open, rows.Err()
}

// Batch is the records from first to last of the branch that goes up, or as
// many from first on as fit when last is 0.
func (db *DB) Batch(ctx context.Context, first, last int64, maxRecords, maxBytes int) (b ledger.Batch, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		before, err := hashAt(tx, g, first-1)
		if err != nil {
			return err
		}
		b = ledger.Batch{Terminal: g.tip.Terminal, Branch: g.branch.id, Parent: g.branch.parent, First: first, Before: before}
		if last == 0 {
			last = g.tip.Seq
		}
		last = min(last, first+int64(maxRecords)-1)
		size := 0
		rows := tx.Query(`SELECT head, body FROM records WHERE id BETWEEN ? AND ? ORDER BY id`,
			recordID(g.branch.number, first), recordID(g.branch.number, last))
		for rows.Next() {
			line := ledger.Line{Head: rows.Blob(0)}
			if !rows.IsNull(1) {
				line.Body = rows.Blob(1)
			}
			size += len(line.Head) + len(line.Body) + len("\n\n")
			if size > maxBytes && len(b.Lines) > 0 {
				rows.Close()
				break
			}
			b.Lines = append(b.Lines, line)
		}
		return rows.Err()
	})
	return b, err
}

// HashAt is the hash of record seq of the branch that goes up; of its root for 0.
func (db *DB) HashAt(ctx context.Context, seq int64) (h ledger.Hash, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		h, err = hashAt(tx, g, seq)
		return err
	})
	return h, err
}

func hashAt(tx *sqlite.Tx, g going, seq int64) (h ledger.Hash, err error) {
	if seq == 0 {
		return ledger.Root(g.tip.Terminal, g.branch.id, g.branch.parent), nil
	}
	row, found, err := tx.One(`SELECT hash FROM records WHERE id = ?`, recordID(g.branch.number, seq))
	if err != nil {
		return h, err
	}
	if !found {
		return h, fmt.Errorf("branch %v has no record %d here", g.branch.id, seq)
	}
	copy(h[:], row.Blob(0))
	return h, nil
}

// BeginFlight remembers what is about to be sent, so that a retry, also after
// a restart, is the same request. The high-water mark goes first: from here on
// the world may know of these records.
func (db *DB) BeginFlight(ctx context.Context, f bulletin.Flight) error {
	var now reach
	err := db.read(ctx, func(tx *sqlite.Tx) (err error) {
		now, err = reachOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := db.setMark(now); err != nil {
		return err
	}
	return db.setLine(ctx, `flight_request = ?, flight_first = ?, flight_last = ?`, f.Request, f.First, f.Last)
}

func (db *DB) setLine(ctx context.Context, set string, args ...any) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE line SET `+set, args...)
		if err == nil && n != 1 {
			err = ErrAlone
		}
		return err
	})
}

// Acknowledge stores head office's acknowledgement of the branch that goes up.
// One that does not fit this journal changes nothing.
func (db *DB) Acknowledge(ctx context.Context, a bulletin.Acknowledgement) error {
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		if a.Terminal != g.tip.Terminal || a.Branch != g.branch.id {
			return fmt.Errorf("acknowledgement is for terminal %v, branch %v", a.Terminal, a.Branch)
		}
		if a.Accepted < 0 || a.Accepted > g.tip.Seq || a.Archived < 0 || a.Archived > a.Accepted {
			return fmt.Errorf("acknowledgement of record %d, archived %d, but the journal ends at %d", a.Accepted, a.Archived, g.tip.Seq)
		}
		if h, err := hashAt(tx, g, a.Accepted); err != nil || h != a.Head {
			return errorOr(err, "acknowledgement of record %d names another record than this journal's", a.Accepted)
		}
		if _, err := tx.Exec(`UPDATE branches SET accepted = ?, archived = ? WHERE number = ?`, a.Accepted, a.Archived, g.branch.number); err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE line SET nonce = ?, flight_request = '', flight_first = 0, flight_last = 0, authority = ?, office_time = ?, last_ack = ?`,
			a.NextNonce, string(a.Authority), int64(a.OfficeTime), db.cfg.Now().UnixMilli())
		if err == nil && n != 1 {
			err = ErrAlone
		}
		return err
	})
	if err == nil {
		db.heard(a.OfficeTime)
	}
	return err
}

// Authority stores what head office lets the terminal do on its behalf.
func (db *DB) Authority(ctx context.Context, a bulletin.Authority) error {
	return db.setLine(ctx, `authority = ?`, string(a))
}

// Rewind sets how far head office has the branch that goes up, be it less or
// more than was confirmed. Where it is less, head office has lost something:
// the cursor is forgotten too, so that every statement comes again.
func (db *DB) Rewind(ctx context.Context, accepted int64) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		if accepted < 0 || accepted > g.tip.Seq {
			return fmt.Errorf("go on from record %d: the journal ends at %d", accepted, g.tip.Seq)
		}
		if accepted < g.branch.accepted {
			if _, err := tx.Exec(`UPDATE line SET cursor = ''`); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`UPDATE branches SET accepted = ?, archived = min(archived, ?) WHERE number = ?`, accepted, accepted, g.branch.number); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE line SET flight_request = '', flight_first = 0, flight_last = 0`)
		return err
	})
}

// RewindBranch is Rewind for a branch that head office was found to lack
// records of after all were confirmed: they go up again before anything else.
// found is false, and nothing changes, where none of them is here, or only such
// as were issued again in a newer branch.
func (db *DB) RewindBranch(ctx context.Context, b ledger.Branch, accepted int64) (found bool, err error) {
	err = db.write(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT `+branchColumns+` FROM branches WHERE branch = ?`, b[:])
		if err != nil || !has || accepted < 0 {
			return err
		}
		older := scanBranch(row)
		_, found, err = tx.One(`SELECT id FROM records WHERE id > ? AND id < ? AND again = 0 LIMIT 1`,
			recordID(older.number, accepted), recordID(older.number+1, 0))
		if err != nil || !found || accepted >= older.accepted {
			return err // at or above what is confirmed: it goes up already
		}
		if _, err := tx.Exec(`UPDATE branches SET accepted = ?, archived = min(archived, ?) WHERE number = ?`, accepted, accepted, older.number); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE line SET cursor = '', flight_request = '', flight_first = 0, flight_last = 0`)
		return err
	})
	return found && err == nil, err
}
