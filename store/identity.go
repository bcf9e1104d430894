package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// seqBits is how many bits of a record's id are its sequence.
const seqBits = 40

func recordID(branch, seq int64) int64 { return branch<<seqBits | seq }

func splitID(id int64) (branch, seq int64) { return id >> seqBits, id & (1<<seqBits - 1) }

// A branch is one row of branches.
type branch struct {
	number   int64
	id       ledger.Branch
	parent   ledger.Parent
	accepted int64
	archived int64
}

const branchColumns = `number, branch, parent_branch, parent_seq, parent_hash, accepted, archived`

func scanBranch(row sqlite.Row) branch {
	b := branch{number: row.Int64(0), accepted: row.Int64(5), archived: row.Int64(6)}
	copy(b.id[:], row.Blob(1))
	copy(b.parent.Branch[:], row.Blob(2))
	b.parent.Seq = row.Int64(3)
	copy(b.parent.Hash[:], row.Blob(4))
	return b
}

// identityOf is the terminal's number and whether the shop stands alone.
func identityOf(tx *sqlite.Tx) (t ledger.Terminal, alone bool, found bool, err error) {
	row, found, err := tx.One(`SELECT terminal, alone FROM identity`)
	if !found || err != nil {
		return 0, false, false, err
	}
	return ledger.Terminal(row.Int64(0)), row.Int64(1) == 1, true, nil
}

// writing is the branch that is written now.
func writing(tx *sqlite.Tx) (branch, error) {
	row, found, err := tx.One(`SELECT ` + branchColumns + ` FROM branches ORDER BY number DESC LIMIT 1`)
	if err != nil {
		return branch{}, err
	}
	if !found {
		return branch{}, fmt.Errorf("the database has no branch: it was not opened by this program")
	}
	return scanBranch(row), nil
}

// tipOf is the end of b.
func tipOf(tx *sqlite.Tx, t ledger.Terminal, b branch) (ledger.Tip, error) {
	row, found, err := tx.One(`SELECT id, hash, stamp FROM records WHERE id < ? ORDER BY id DESC LIMIT 1`, recordID(b.number+1, 0))
	if err != nil {
		return ledger.Tip{}, err
	}
	var last ledger.Stamp
	if found {
		last = ledger.Stamp(row.Int64(2))
		if number, seq := splitID(row.Int64(0)); number == b.number {
			tip := ledger.Tip{Terminal: t, Branch: b.id, Seq: seq, Stamp: last}
			copy(tip.Hash[:], row.Blob(1))
			return tip, nil
		}
	}
	return ledger.Open(t, b.id, b.parent, last), nil
}

// settleIdentity gives a new database its terminal and first branch, and opens
// a new branch where the high-water mark says that this is not the database
// this PC has been writing.
func (db *DB) settleIdentity(ctx context.Context, m mark, found bool) error {
	var now reach
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		terminal, _, exists, err := identityOf(tx)
		if err != nil {
			return err
		}
		if !exists {
			if terminal, err = db.mint(tx, m, found); err != nil {
				return err
			}
		}
		if err := db.turn(tx, terminal, m, found, exists); err != nil {
			return err
		}
		if found && m.Joined && m.Terminal == terminal {
			if err := db.stayJoined(tx); err != nil {
				return err
			}
		}
		now, err = reachOf(tx)
		if err != nil {
			return err
		}
		// Before the commit: where the mark cannot be written nothing is opened,
		// and a mark that names a branch no database has only opens another one.
		return db.setMark(now)
	})
	if err == nil {
		db.reaches(now)
	}
	return err
}

// stayJoined keeps a database from before the shop joined, or a new one in
// place of a broken one, from speaking for accounts that are head office's: a
// balance it does not know is not known, and what it gives waits for the line.
func (db *DB) stayJoined(tx *sqlite.Tx) error {
	n, err := tx.Exec(`UPDATE identity SET alone = 0 WHERE alone = 1`)
	if n == 1 {
		if err := db.lapseHolds(tx); err != nil {
			return err
		}
		db.cfg.Log.Error().Msg("this shop had joined a head office, and its database does not know which: awards go on, balances follow; join again with a new code")
	}
	return err
}

// reachOf is the end of the branch that is written.
func reachOf(tx *sqlite.Tx) (reach, error) {
	terminal, alone, _, err := identityOf(tx)
	if err != nil {
		return reach{}, err
	}
	b, err := writing(tx)
	if err != nil {
		return reach{}, err
	}
	tip, err := tipOf(tx, terminal, b)
	return reach{b.number, mark{tip.Terminal, tip.Branch, tip.Seq, !alone}}, err
}

// mint makes the identity of a new database. Where a mark tells that this PC
// was a terminal before, it stays that terminal.
func (db *DB) mint(tx *sqlite.Tx, m mark, found bool) (ledger.Terminal, error) {
	terminal, reason := m.Terminal, "the database was lost; this PC goes on in a new one"
	if !found {
		var raw [8]byte
		for terminal == ledger.HeadOffice {
			if err := db.random(raw[:]); err != nil {
				return 0, err
			}
			terminal = ledger.Terminal(binary.BigEndian.Uint64(raw[:]) >> 1)
		}
		reason = "made new"
	}
	if _, err := tx.Exec(`INSERT INTO identity (one, terminal, alone) VALUES (1, ?, 1)`, int64(terminal)); err != nil {
		return 0, err
	}
	return terminal, db.addBranch(tx, 1, ledger.Parent{}, reason)
}

// turn opens a new branch in a database that is not new where the mark calls
// for one.
func (db *DB) turn(tx *sqlite.Tx, terminal ledger.Terminal, m mark, found, old bool) error {
	if !old {
		return nil
	}
	b, err := writing(tx)
	if err != nil {
		return err
	}
	tip, err := tipOf(tx, terminal, b)
	if err != nil {
		return err
	}
	turn := compare(m, found, tip, func(id ledger.Branch) bool {
		_, has, err := tx.One(`SELECT 1 FROM branches WHERE branch = ?`, id[:])
		return err == nil && has
	})
	if !turn.newBranch || !found && tip.Seq == 0 && b.number == 1 {
		// Where no mark says otherwise, a database nothing was ever written to
		// is nobody's copy.
		return nil
	}
	db.cfg.Log.Warn().Str("reason", turn.reason).Int64("after_record", tip.Seq).Msg("journal goes on in a new branch")
	return db.openBranch(tx, tip, turn.reason)
}

// openBranch opens the branch that goes on from tip. Every set-aside of the
// branch before it is void here from now on, and is never closed: what another
// copy of this database still has of it, nobody can know. So is what holds have
// of them; in a shop that stands alone holds have nothing of them, and stay.
func (db *DB) openBranch(tx *sqlite.Tx, tip ledger.Tip, reason string) error {
	before, err := writing(tx)
	if err != nil {
		return err
	}
	parent := ledger.Parent{Branch: tip.Branch, Seq: tip.Seq, Hash: tip.Hash}
	if err := db.addBranch(tx, before.number+1, parent, reason); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM set_asides`); err != nil {
		return err
	}
	if err := doubtSlips(tx, tip); err != nil {
		return err
	}
	if _, alone, _, err := identityOf(tx); alone || err != nil {
		return err
	}
	return db.lapseHolds(tx)
}

// doubtSlips makes copies of the slips that wait for records up to tip: another
// copy of the database has them too, and may have printed them. Those that were
// set aside stay so. What comes after tip is this one's own.
func doubtSlips(tx *sqlite.Tx, tip ledger.Tip) error {
	_, err := tx.Exec(`UPDATE jobs SET state = iif(state IN ('late', 'failed'), state, 'unknown'), attempt = max(attempt, 1),
		reason = iif(state = 'failed', reason, 'another copy of the database may have printed it')
		WHERE state <> 'printed' AND record <= (SELECT number FROM branches WHERE branch = ?1) * ?2 + ?3`, tip.Branch[:], recordID(1, 0), tip.Seq)
	return err
}

func (db *DB) addBranch(tx *sqlite.Tx, number int64, parent ledger.Parent, reason string) error {
	var id ledger.Branch
	if err := db.random(id[:]); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO branches (number, branch, parent_branch, parent_seq, parent_hash, opened_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		number, id[:], parent.Branch[:], parent.Seq, parent.Hash[:], db.cfg.Now().UnixMilli(), reason)
	return err
}

// Identity is the terminal's number, the branch that is written, and whether
// the shop stands alone.
func (db *DB) Identity(ctx context.Context) (t ledger.Terminal, b ledger.Branch, alone bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		var err error
		if t, alone, _, err = identityOf(tx); err != nil {
			return err
		}
		now, err := writing(tx)
		b = now.id
		return err
	})
	return t, b, alone, err
}
