package office

import (
	"bytes"
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// Invite keeps a one-time code. One whose selector is that of a code still
// open is refused.
func (db *DB) Invite(ctx context.Context, i settle.Invitation) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		part := settle.TextPart(i.Selector)
		if _, err := tx.Exec(`DELETE FROM codes WHERE ipart = ? AND selector = ? AND expires_at <= ?`, part, i.Selector, int64(i.Made)); err != nil {
			return err
		}
		n, err := tx.Exec(`INSERT INTO codes (ipart, selector, hash, name, replaces, expires_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (ipart, selector) DO NOTHING`,
			part, i.Selector, i.Hash[:], i.Name, int64(i.Replaces), int64(i.Expires))
		if err == nil && n == 0 {
			return fmt.Errorf("an enrolment code beginning with %s is still open: draw another", i.Selector)
		}
		return err
	})
}

// Enrol rules on an application. The code and the terminal belong to different
// parts, so it is two transactions: the code is bound to the key first, and a
// repeat after a crash between them does the second again.
func (db *DB) Enrol(ctx context.Context, a settle.Application) (settle.Enrolment, error) {
	var e settle.Enrolment
	var replaces ledger.Terminal
	err := db.h.Write(ctx, func(tx *sqlite.Tx) (err error) {
		e, replaces, err = useCode(tx, a)
		return err
	})
	if err != nil || e.Ruling != settle.Enrolled {
		return e, wrapEnrol(err)
	}
	err = db.h.Write(ctx, func(tx *sqlite.Tx) (err error) {
		e.Ruling, e.Turn, err = admit(tx, a, e.Name, replaces)
		return err
	})
	if err != nil || e.Ruling != settle.Enrolled {
		return e, wrapEnrol(err)
	}
	for _, key := range a.ChainKeys {
		if err := db.AddChainKey(ctx, key); err != nil {
			return e, wrapEnrol(err)
		}
	}
	e.ChainKeys, err = db.ChainKeys(ctx)
	return e, wrapEnrol(err)
}

func wrapEnrol(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("enrol: %w", err)
}

// useCode binds the code to the key that first showed it.
func useCode(tx *sqlite.Tx, a settle.Application) (settle.Enrolment, ledger.Terminal, error) {
	part := settle.TextPart(a.Selector)
	row, found, err := tx.One(`SELECT hash, name, replaces, expires_at, tries, terminal, public_key FROM codes WHERE ipart = ? AND selector = ?`, part, a.Selector)
	ruled := func(r settle.Ruling) (settle.Enrolment, ledger.Terminal, error) {
		return settle.Enrolment{Ruling: r}, 0, err
	}
	switch {
	case err != nil || !found:
		return ruled(settle.CodeWrong)
	case row.Int64(4) >= settle.MaxTries:
		return ruled(settle.CodeLocked)
	case a.At >= ledger.Stamp(row.Int64(3)):
		return ruled(settle.CodeExpired)
	case !bytes.Equal(row.Blob(0), a.Hash[:]):
		_, err = tx.Exec(`UPDATE codes SET tries = tries + 1 WHERE ipart = ? AND selector = ?`, part, a.Selector)
		return ruled(settle.CodeWrong)
	case !row.IsNull(5) && (ledger.Terminal(row.Int64(5)) != a.Terminal || !bytes.Equal(row.Blob(6), a.PublicKey)):
		return ruled(settle.CodeUsed)
	}
	_, err = tx.Exec(`UPDATE codes SET terminal = ?, public_key = ? WHERE ipart = ? AND selector = ?`, int64(a.Terminal), a.PublicKey, part, a.Selector)
	return settle.Enrolment{Ruling: settle.Enrolled, Name: row.Text(1)}, ledger.Terminal(row.Int64(2)), err
}

// admit writes the terminal, or its new key where the code was made for that.
func admit(tx *sqlite.Tx, a settle.Application, name string, replaces ledger.Terminal) (settle.Ruling, int64, error) {
	part := settle.Part(a.Terminal)
	row, found, err := tx.One(`SELECT public_key, revoked, turn FROM terminals WHERE ipart = ? AND terminal = ?`, part, int64(a.Terminal))
	if err != nil {
		return "", 0, err
	}
	turn := int64(1)
	if found {
		turn = row.Int64(2)
		same := bytes.Equal(row.Blob(0), a.PublicKey)
		switch again := replaces == a.Terminal; {
		case !again && !same:
			return settle.TerminalTaken, 0, nil
		case !again && row.Int64(1) != 0:
			return settle.TerminalRevoked, 0, nil
		case again && !same:
			// Whoever has the old key is somebody else from now on.
			turn++
		}
	}
	_, err = tx.Exec(`INSERT INTO terminals (ipart, terminal, name, public_key, software, enrolled_at, turn) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (ipart, terminal) DO UPDATE SET name = excluded.name, public_key = excluded.public_key, software = excluded.software, revoked = 0, turn = excluded.turn`,
		part, int64(a.Terminal), name, a.PublicKey, a.Software, int64(a.At), turn)
	if err != nil {
		return "", 0, err
	}
	_, err = tx.Exec(`INSERT INTO terminal_keys (ipart, terminal, public_key, since) VALUES (?, ?, ?, ?) ON CONFLICT (ipart, terminal, public_key) DO NOTHING`,
		part, int64(a.Terminal), a.PublicKey, int64(a.At))
	return settle.Enrolled, turn, err
}

// Terminal is an enrolled terminal.
func (db *DB) Terminal(ctx context.Context, t ledger.Terminal) (found settle.Terminal, ok bool, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT name, public_key, revoked FROM terminals WHERE ipart = ? AND terminal = ?`, settle.Part(t), int64(t))
		if err != nil || !has {
			return err
		}
		found, ok = settle.Terminal{Terminal: t, Name: row.Text(0), PublicKey: row.Blob(1), Revoked: row.Int64(2) != 0}, true
		return nil
	})
	return found, ok, err
}

// Terminals are all that were ever enrolled, by name.
func (db *DB) Terminals(ctx context.Context) (all []settle.Terminal, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT terminal, name, public_key, revoked FROM terminals ORDER BY name, terminal`)
		for rows.Next() {
			all = append(all, settle.Terminal{Terminal: ledger.Terminal(rows.Int64(0)), Name: rows.Text(1), PublicKey: rows.Blob(2), Revoked: rows.Int64(3) != 0})
		}
		return rows.Err()
	})
	return all, err
}

// An Overview is what people look at about a terminal.
type Overview struct {
	settle.Terminal
	Authority bulletin.Authority
	Reason    string       // why authority is as it is
	Seen      ledger.Stamp // when it last brought something or said hello; 0: never
	// Branch is the one it opened last, zero before its first batch; Accepted
	// and Archived are that branch's marks.
	Branch             ledger.Branch
	Accepted, Archived int64
	// Exceptions counts what is unsolved about the terminal and its records.
	Exceptions int64
	Rules      int64 // the version of the programme it said it uses; 0 where it did not
}

// Overviews are all terminals that were ever enrolled, by name.
func (db *DB) Overviews(ctx context.Context) (all []Overview, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT t.terminal, t.name, t.public_key, t.revoked, t.authority, t.reason, t.seen_at, b.branch, b.seq, b.archived,
			(SELECT COUNT(*) FROM alarms a WHERE a.ipart = t.ipart AND a.terminal = t.terminal AND a.solved = 0),
			(SELECT COUNT(*) FROM exceptions e WHERE e.terminal = t.terminal AND e.solved = 0), t.rules
			FROM terminals t LEFT JOIN branches b ON b.ipart = t.ipart AND b.terminal = t.terminal AND b.branch = t.branch
			ORDER BY t.name, t.terminal`)
		for rows.Next() {
			o := Overview{
				Terminal:  settle.Terminal{Terminal: ledger.Terminal(rows.Int64(0)), Name: rows.Text(1), PublicKey: rows.Blob(2), Revoked: rows.Int64(3) != 0},
				Authority: bulletin.Authority(rows.Text(4)), Reason: rows.Text(5), Seen: ledger.Stamp(rows.Int64(6)),
				Exceptions: rows.Int64(10) + rows.Int64(11), Rules: rows.Int64(12),
			}
			if !rows.IsNull(7) {
				o.Branch, o.Accepted, o.Archived = branchOf(rows.Blob(7)), rows.Int64(8), rows.Int64(9)
			}
			all = append(all, o)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("look at the terminals: %w", err)
	}
	return all, nil
}

// AddChainKey keeps a chain key behind those there are. The secrets lie in the
// database as they are: who can read head office's database has them.
func (db *DB) AddChainKey(ctx context.Context, key member.ChainKey) error {
	id := key.ID().String()
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		row, _, err := tx.One(`SELECT COALESCE(MAX(place), 0) + 1 FROM chain_keys`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO chain_keys (ipart, id, secret, place) VALUES (?, ?, ?, ?) ON CONFLICT (ipart, id) DO NOTHING`,
			settle.TextPart(id), id, key.Secret(), row.Int64(0))
		return err
	})
}

// ChainKeys are the keys in the order they are to be tried.
func (db *DB) ChainKeys(ctx context.Context) (keys []member.ChainKey, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT secret FROM chain_keys ORDER BY place, id`)
		for rows.Next() {
			key, err := member.NewChainKey(rows.Blob(0))
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return rows.Err()
	})
	return keys, err
}

// AddToken lets whoever shows the token with that SHA-256 read the feed.
func (db *DB) AddToken(ctx context.Context, hash ledger.Hash, name string) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO tokens (ipart, hash, name, made_at) VALUES (?, ?, ?, ?) ON CONFLICT (ipart, hash) DO NOTHING`,
			settle.TextPart(hash.String()), hash.String(), name, int64(db.now()))
		return err
	})
}

// TokenName is whose token has that SHA-256.
func (db *DB) TokenName(ctx context.Context, hash ledger.Hash) (name string, ok bool, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT name FROM tokens WHERE ipart = ? AND hash = ?`, settle.TextPart(hash.String()), hash.String())
		if err != nil || !found {
			return err
		}
		name, ok = row.Text(0), true
		return nil
	})
	return name, ok, err
}
