package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// keepLapsed is how long a hold whose time is over is kept, so that a sale that
// comes too late still finds what was promised.
const keepLapsed = 24 * time.Hour

// Hold sets points aside for the sale that req names, until it is paid,
// released or out of time: it loads the accounts as Post does, lets decide say
// what is held, and keeps that under an id of its own. It writes no record,
// makes no account and attaches no identifier.
//
// A sale has one hold. The one it had before is left out of what decide sees
// and replaced; when decide returns an error it stays, and that error comes
// back unchanged. For a sale that is posted already nothing can be held: that
// is a *ledger.ConflictError. To hold more than is there besides other holds is
// an error that decide should have been refused with.
func (db *DB) Hold(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Hold, error)) (ledger.Hold, error) {
	if req.Key == "" {
		return ledger.Hold{}, errors.New("hold: the request has no key")
	}
	var held ledger.Hold
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		if err := unposted(tx, req.Key); err != nil {
			return err
		}
		w, err := db.begin(tx)
		if err != nil {
			return err
		}
		if err := w.loadAll(req); err != nil {
			return err
		}
		if held, err = decide(w.view); err != nil {
			return err
		}
		held.Request = req.Key
		if err := db.random(held.ID[:]); err != nil {
			return err
		}
		if err := w.checkHold(held); err != nil {
			return fmt.Errorf("hold for %s: %w", req.Key, err)
		}
		return w.putHold(held)
	})
	if err != nil {
		return ledger.Hold{}, err
	}
	return held, nil
}

// unposted is a conflict where the request was posted before.
func unposted(tx *sqlite.Tx, key string) error {
	row, found, err := tx.One(`SELECT r.head FROM requests q JOIN records r ON r.id = q.record WHERE q.key = ?`, key)
	if err != nil || !found {
		return err
	}
	head, err := ledger.ParseHead(row.Blob(0))
	if err != nil {
		return err
	}
	return &ledger.ConflictError{Key: key, First: head.Key()}
}

// checkHold refuses a hold of what is not there to be held: two lanes would
// spend the same points.
func (w *writer) checkHold(h ledger.Hold) error {
	wants := make(map[ledger.SetAsideID]ledger.Points)
	promises := make(map[int]map[ledger.Wallet]ledger.Points)
	for _, p := range h.Parts {
		of, named := w.holding[p.Account]
		switch {
		case p.Points <= 0:
			return fmt.Errorf("%v of wallet %q: must be above zero", p.Points, string(p.Wallet))
		case p.Wallet.Counter() && p.From == "" && (p.House || named):
			continue // decide looked at the limit
		case !named:
			return fmt.Errorf("account %s is not one the request named", p.Account.Short())
		case w.view.Alone != (p.From == ""):
			return errors.New("a shop that stands alone promises points of a wallet, any other holds those of a set-aside")
		}
		holding := w.view.Holdings[of]
		if w.view.Alone {
			if promises[of] == nil {
				promises[of] = make(map[ledger.Wallet]ledger.Points)
			}
			promises[of][p.Wallet] += p.Points
			if promises[of][p.Wallet] > holding.In(p.Wallet).Points-holding.Promised[p.Wallet] {
				return fmt.Errorf("the account does not have %v besides what is promised", p.Points)
			}
			continue
		}
		wants[p.From] += p.Points
		i := slices.IndexFunc(holding.SetAsides, func(s ledger.SetAside) bool {
			return s.ID == p.From && s.Account == p.Account && s.Wallet == p.Wallet
		})
		if i < 0 || wants[p.From] > holding.SetAsides[i].Left-holding.Held[p.From] {
			return fmt.Errorf("set-aside %s does not have %v left besides what is held", string(p.From), p.Points)
		}
	}
	return nil
}

// putHold keeps h in place of the one its sale had, and forgets those that
// nobody will ask for any more.
func (w *writer) putHold(h ledger.Hold) error {
	over := w.promised.now - ledger.Stamp(keepLapsed.Milliseconds())
	if _, err := w.tx.Exec(`DELETE FROM holds WHERE request = ? OR until < ?`, h.Request, int64(over)); err != nil {
		return err
	}
	parts, err := json.Marshal(h.Parts)
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`INSERT INTO holds (id, request, account, lane, until, rules, parts, wish) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		h.ID[:], h.Request, h.Account[:], h.Lane, int64(h.Until), h.Rules, string(parts), []byte(h.Wish))
	return err
}

// Release ends a hold. One that is not there is released already.
func (db *DB) Release(ctx context.Context, id ledger.HoldID) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM holds WHERE id = ?`, id[:])
		return err
	})
}

// promises are what is held at an instant.
type promises struct {
	now  ledger.Stamp  // the PC's clock
	live []ledger.Hold // without the request's own
	own  *ledger.Hold  // the one its sale has, live or not; nil for none
}

// promisedFor reads what is held now. The hold of the sale that is asked for, if
// any, stands apart: what it has, the sale may have.
func (db *DB) promisedFor(tx *sqlite.Tx, request string) (promises, error) {
	all := promises{now: ledger.Stamp(db.cfg.Now().UnixMilli())}
	rows := tx.Query(`SELECT id, request, account, lane, until, rules, parts, wish FROM holds WHERE until > ? OR request = ?`, int64(all.now), request)
	for rows.Next() {
		h, err := scanHold(rows.Row)
		if err != nil {
			return all, err
		}
		if h.Request == request {
			all.own = &h
			continue
		}
		all.live = append(all.live, h)
	}
	return all, rows.Err()
}

func scanHold(row sqlite.Row) (ledger.Hold, error) {
	h := ledger.Hold{Request: row.Text(1), Lane: row.Text(3), Until: ledger.Stamp(row.Int64(4)), Rules: row.Int64(5)}
	copy(h.ID[:], row.Blob(0))
	copy(h.Account[:], row.Blob(2))
	if !row.IsNull(7) {
		h.Wish = row.Blob(7)
	}
	if err := json.Unmarshal([]byte(row.Text(6)), &h.Parts); err != nil {
		return h, fmt.Errorf("hold %v: %w", h.ID, err)
	}
	return h, nil
}

// of adds what live holds have of the account a to its holding.
func (p promises) of(a ledger.Account, to *ledger.Holding) {
	p.add(to, func(part ledger.HoldPart) bool { return !part.House && part.Account == a })
}

// ofHouse adds what live holds will count in the terminal's own account.
func (p promises) ofHouse(to *ledger.Holding) {
	p.add(to, func(part ledger.HoldPart) bool { return part.House })
}

func (p promises) add(to *ledger.Holding, its func(ledger.HoldPart) bool) {
	for _, part := range p.parts() {
		switch {
		case !its(part):
		case part.From == "":
			if to.Promised == nil {
				to.Promised = make(map[ledger.Wallet]ledger.Points)
			}
			to.Promised[part.Wallet] += part.Points
		default:
			if to.Held == nil {
				to.Held = make(map[ledger.SetAsideID]ledger.Points)
			}
			to.Held[part.From] += part.Points
		}
	}
}

// from is what live holds have of each set-aside.
func (p promises) from() map[ledger.SetAsideID]ledger.Points {
	if len(p.live) == 0 {
		return nil
	}
	sums := make(map[ledger.SetAsideID]ledger.Points)
	for _, part := range p.parts() {
		if part.From != "" {
			sums[part.From] += part.Points
		}
	}
	return sums
}

func (p promises) parts() (parts []ledger.HoldPart) {
	for _, hold := range p.live {
		parts = append(parts, hold.Parts...)
	}
	return parts
}

// capture ends the hold of a sale that is posted.
func (w *writer) capture() error {
	if w.promised.own == nil {
		return nil
	}
	_, err := w.tx.Exec(`DELETE FROM holds WHERE id = ?`, w.promised.own.ID[:])
	return err
}

// lapseHolds ends the time of every hold: what they promised is not this
// branch's, or not this shop's, to give any more. A sale that captures one all
// the same comes too late, as if the time had run out.
func (db *DB) lapseHolds(tx *sqlite.Tx) error {
	now := db.cfg.Now().UnixMilli()
	_, err := tx.Exec(`UPDATE holds SET until = ? WHERE until > ?`, now, now)
	return err
}
