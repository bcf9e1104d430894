package store

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// OpenBranch cuts the branch that goes up off at record common, the last one
// head office has alike, and issues what came after it again in a new branch,
// or in the one that is written if that is another already. Nothing is lost
// and nothing counted twice: the old records stay, marked.
func (db *DB) OpenBranch(ctx context.Context, common int64, reason string) error {
	var now reach
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		g, err := goingUp(tx)
		if err != nil {
			return err
		}
		if common < 0 || common > g.tip.Seq {
			return fmt.Errorf("cut the branch at record %d: it ends at %d", common, g.tip.Seq)
		}
		tail, err := recordsAfter(tx, g, common)
		if err != nil {
			return err
		}
		if g.current {
			hash, err := hashAt(tx, g, common)
			if err != nil {
				return err
			}
			cut := ledger.Tip{Terminal: g.tip.Terminal, Branch: g.branch.id, Seq: common, Hash: hash}
			if err := db.openBranch(tx, cut, reason); err != nil {
				return err
			}
		}
		// Nothing of the old branch is left to go up.
		if _, err := tx.Exec(`UPDATE branches SET accepted = ? WHERE number = ?`, g.tip.Seq, g.branch.number); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE line SET flight_request = '', flight_first = 0, flight_last = 0`); err != nil {
			return err
		}
		w, err := db.begin(tx)
		if err != nil {
			return err
		}
		if err := w.reissue(tail); err != nil {
			return err
		}
		now = w.reach()
		return db.setMark(now) // before the commit, as at opening
	})
	if err != nil {
		return err
	}
	db.reaches(now)
	db.cfg.Log.Warn().Str("reason", reason).Int64("after_record", common).Msg("journal goes on in a new branch")
	return nil
}

// A stored is a record with its row.
type stored struct {
	id   int64
	line ledger.Line
}

func recordsAfter(tx *sqlite.Tx, g going, seq int64) (tail []stored, err error) {
	rows := tx.Query(`SELECT id, head, body FROM records WHERE id > ? AND id < ? AND again = 0 ORDER BY id`,
		recordID(g.branch.number, seq), recordID(g.branch.number+1, 0))
	for rows.Next() {
		s := stored{id: rows.Int64(0), line: ledger.Line{Head: rows.Blob(1)}}
		if !rows.IsNull(2) {
			s.line.Body = rows.Blob(2)
		}
		tail = append(tail, s)
	}
	return tail, rows.Err()
}

// reissue writes records that were cut off their branch again, in this one.
// Closes stay behind: the set-asides they name are void. What a record names
// of the others that were cut off, it names by their new keys: by the old ones
// head office would find the other copy's records.
func (w *writer) reissue(tail []stored) error {
	asked, err := w.askedFor(tail)
	if err != nil {
		return err
	}
	moved := make(map[ledger.Key]ledger.Key)
	for _, old := range tail {
		head, err := ledger.ParseHead(old.line.Head)
		if err != nil {
			return err
		}
		if err := w.unfold(old.id, head); err != nil {
			return err
		}
		if head.Kind == ledger.KindClose {
			continue
		}
		// A record may draw on what it opened itself.
		moved[head.Key()] = w.tip.Next()
		sealed, err := ledger.Reissue(w.tip, head.Renamed(moved), old.line.Body)
		if err != nil {
			return err
		}
		if err := w.insert(sealed); err != nil {
			return err
		}
		if err := asked.follow(w.tx, old.id, w.id(sealed)); err != nil {
			return err
		}
		if err := w.carry(old, head, sealed.Head); err != nil {
			return err
		}
		w.tip = w.tip.After(sealed)
	}
	return nil
}

// An asking is which requests and slips lead to the records of a tail. It is
// read at once, because neither has an index by record.
type asking struct {
	requests map[int64][]string
	jobs     map[int64][]int64
}

func (w *writer) askedFor(tail []stored) (asking, error) {
	a := asking{make(map[int64][]string), make(map[int64][]int64)}
	if len(tail) == 0 {
		return a, nil
	}
	first, last := tail[0].id, tail[len(tail)-1].id
	rows := w.tx.Query(`SELECT key, record FROM requests WHERE record BETWEEN ? AND ?`, first, last)
	for rows.Next() {
		a.requests[rows.Int64(1)] = append(a.requests[rows.Int64(1)], rows.Text(0))
	}
	rows = w.tx.Query(`SELECT id, record FROM jobs WHERE record BETWEEN ? AND ?`, first, last)
	for rows.Next() {
		a.jobs[rows.Int64(1)] = append(a.jobs[rows.Int64(1)], rows.Int64(0))
	}
	return a, rows.Err()
}

// follow lets requests and slips of an old record lead to the new one.
func (a asking) follow(tx *sqlite.Tx, old, now int64) error {
	for _, key := range a.requests[old] {
		if _, err := tx.Exec(`UPDATE requests SET record = ? WHERE key = ?`, now, key); err != nil {
			return err
		}
	}
	for _, id := range a.jobs[old] {
		if _, err := tx.Exec(`UPDATE jobs SET record = ? WHERE id = ?`, now, id); err != nil {
			return err
		}
	}
	return nil
}

// unfold takes an old record's entries out of the positions; the record stays.
func (w *writer) unfold(id int64, head ledger.Head) error {
	for i, e := range head.Entries {
		row, found, err := w.tx.One(`SELECT number FROM accounts WHERE account = ?`, e.Account[:])
		if err != nil || !found {
			return errorOr(err, "account %s is missing", e.Account.Short())
		}
		account := row.Int64(0)
		w.number[e.Account] = account
		n, err := w.tx.Exec(`DELETE FROM entries WHERE account = ? AND record = ? AND line = ?`, account, id, i+1)
		if err != nil {
			return err
		}
		if n == 1 {
			if err := w.refold(account); err != nil {
				return err
			}
		}
	}
	_, err := w.tx.Exec(`UPDATE records SET again = 1 WHERE id = ?`, id)
	return err
}
