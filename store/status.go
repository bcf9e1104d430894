package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A Status is what the shop's database has to say of itself.
type Status struct {
	Terminal   ledger.Terminal `json:"terminal"`
	Alone      bool            `json:"alone"`
	Records    int64           `json:"records"`
	Unsent     int64           `json:"unsent"` // records head office has not accepted; 0 alone
	SlipsDue   int64           `json:"slips_due"`
	SlipsAside int64           `json:"slips_aside,omitempty"` // too old, or not to be read: not printed but by hand
	Printed    int64           `json:"slips_printed"`
	Duplicates int64           `json:"slips_duplicate"` // papers headed as copies, as far as is known
	Accounts   int64           `json:"accounts"`
	Authority  string          `json:"authority"` // what head office allows; "own" alone, "none" where the line was lost
	LastAck    int64           `json:"last_ack"`  // this PC's clock, ms since 1970 UTC; 0 never
}

// Status counts what there is.
func (db *DB) Status(ctx context.Context) (s Status, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		var err error
		if s.Terminal, s.Alone, _, err = identityOf(tx); err != nil {
			return err
		}
		s.Records, err = count(tx, `SELECT count(*) FROM records WHERE again = 0`)
		s.SlipsDue, err = more(tx, err, `SELECT count(*) FROM jobs WHERE state <> 'printed' AND state NOT IN ('late', 'failed')`)
		s.SlipsAside, err = more(tx, err, `SELECT count(*) FROM jobs WHERE state <> 'printed' AND state IN ('late', 'failed')`)
		s.Printed, err = more(tx, err, `SELECT count(*) FROM jobs WHERE state = 'printed'`)
		s.Duplicates, err = more(tx, err, `SELECT count(*) FROM jobs WHERE state = 'printed' AND attempt > 1`)
		s.Accounts, err = more(tx, err, `SELECT count(*) FROM accounts`)
		if s.Authority = "own"; s.Alone || err != nil {
			return err
		}
		s.Unsent, err = count(tx, `SELECT count(*) FROM records r JOIN branches b ON b.number = r.id >> 40
			WHERE r.again = 0 AND r.id & 1099511627775 > b.accepted`)
		if err != nil {
			return err
		}
		row, found, err := tx.One(`SELECT authority, last_ack FROM line`)
		if s.Authority = string(bulletin.NoAuthority); found {
			s.Authority, s.LastAck = row.Text(0), row.Int64(1)
		}
		return err
	})
	return s, err
}

func count(tx *sqlite.Tx, query string) (int64, error) { return more(tx, nil, query) }

func more(tx *sqlite.Tx, before error, query string) (int64, error) {
	if before != nil {
		return 0, before
	}
	row, _, err := tx.One(query)
	if err != nil {
		return 0, err
	}
	return row.Int64(0), nil
}

// Balances are all positions there are, account by account, as Look would show
// them but without joining what was found to be one member's.
func (db *DB) Balances(ctx context.Context) (map[ledger.Account][]ledger.Position, error) {
	out := make(map[ledger.Account][]ledger.Position)
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT p.wallet, p.stated, p.stated_rest, p.own, p.own_rest, a.account
			FROM positions p JOIN accounts a ON a.number = p.account ORDER BY p.account, p.wallet`)
		for rows.Next() {
			p, err := positionIn(rows.Row)
			if err != nil {
				return err
			}
			var account ledger.Account
			copy(account[:], rows.Blob(5))
			out[account] = append(out[account], p)
		}
		return rows.Err()
	})
	return out, err
}

// A RulesError says why a programme cannot come into force here.
type RulesError struct{ Text string }

func (e *RulesError) Error() string { return e.Text }

// KeepRules remembers which document stood for a version of the rules. A
// changed document under the same number is refused with a *RulesError:
// records name the number, and what they meant must not change.
func (db *DB) KeepRules(ctx context.Context, version int64, doc []byte) error {
	hash := sha256.Sum256(doc)
	return db.write(ctx, func(tx *sqlite.Tx) error {
		known, err := checkRules(tx, version, hash[:])
		if known || err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO rules (version, hash, doc, seen_at) VALUES (?, ?, ?, ?)`, version, hash[:], doc, db.cfg.Now().UnixMilli())
		return err
	})
}

// CheckRules says, as KeepRules would, whether a programme can come into force
// in the database at path, which may be in use. It changes nothing.
func CheckRules(ctx context.Context, path string, version int64, doc []byte) error {
	h, err := sqlite.Open(ctx, sqlite.Options{Path: path, ApplicationID: ApplicationID, ReadOnly: true})
	if err != nil {
		return err
	}
	hash := sha256.Sum256(doc)
	err = h.Read(ctx, func(tx *sqlite.Tx) error {
		_, err := checkRules(tx, version, hash[:])
		return err
	})
	return errors.Join(err, h.Close())
}

// checkRules holds a document against those that were in force; known says
// that it is one of them.
func checkRules(tx *sqlite.Tx, version int64, hash []byte) (known bool, err error) {
	row, found, err := tx.One(`SELECT hash FROM rules WHERE version = ?`, version)
	if err != nil {
		return false, err
	}
	if found {
		if string(row.Blob(0)) != string(hash) {
			return false, &RulesError{fmt.Sprintf("the programme was changed but still says version %d: raise its version", version)}
		}
		return true, nil
	}
	newest, err := count(tx, `SELECT ifnull(max(version), 0) FROM rules`)
	if err == nil && version < newest {
		err = &RulesError{fmt.Sprintf("the programme says version %d, this shop has used %d: versions only go up", version, newest)}
	}
	return false, err
}

// Healthy is nil while the database takes records.
func (db *DB) Healthy() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.h == nil {
		return errors.New("the database is not open")
	}
	return db.h.Err()
}
