package store

import (
	"context"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// loadBesides adds what a decision looks at besides the accounts it is about:
// the terminal's own, where it is asked for, and that of who brought the first
// member in. Both may get entries.
func (w *writer) loadBesides(house bool) (err error) {
	if house {
		if err := w.loadHouse(); err != nil {
			return err
		}
	}
	if len(w.view.Holdings) == 0 {
		return nil
	}
	of := w.view.Holdings[0].Profile.Referrer
	if of == (ledger.Account{}) {
		return nil
	}
	number, found, err := resolve(w.tx, ledger.Subject{Account: of})
	if err != nil {
		return err
	}
	if !found { // nothing was written for it here yet
		w.mint = append(w.mint, subject{account: of})
		w.view.Referrer = &ledger.Holding{Account: of, New: true, Known: w.view.Alone, Alone: w.view.Alone}
		return nil
	}
	h, group, err := holdingOf(w.tx, number, w.view.Alone, w.promised)
	w.view.Referrer = &h
	w.mayWrite(group)
	return err
}

// loadVoucher adds the account of a voucher to the view. One that is not known
// here is left out.
func (w *writer) loadVoucher(a ledger.Account) error {
	if _, there := w.view.Voucher(a); there {
		return nil
	}
	number, found, err := resolve(w.tx, ledger.Subject{Account: a})
	if err != nil || !found {
		return err
	}
	h, group, err := holdingOf(w.tx, number, w.view.Alone, w.promised)
	if err != nil {
		return err
	}
	w.mayWrite(group)
	w.view.Vouchers = append(w.view.Vouchers, h)
	return nil
}

// loadHouse adds the terminal's own account to the view, under a number drawn
// now where it has none yet.
func (w *writer) loadHouse() error {
	h, group, err := houseOf(w.tx, w.view.Alone, w.promised)
	if err != nil {
		return err
	}
	w.mayWrite(group)
	if h.New {
		if err := w.db.random(h.Account[:]); err != nil {
			return err
		}
		w.mint = append(w.mint, subject{account: h.Account, house: true})
	}
	w.view.House = h
	return nil
}

// houseOf is the terminal's own account. What is counted there is counted by
// this terminal alone, so it is always known.
func houseOf(tx *sqlite.Tx, alone bool, promised promises) (h ledger.Holding, group []linked, err error) {
	row, found, err := tx.One(`SELECT account FROM house`)
	if err != nil {
		return h, nil, err
	}
	if !found {
		h = ledger.Holding{New: true, Known: true, Alone: alone}
		promised.ofHouse(&h)
		return h, nil, nil
	}
	h, group, err = holdingOf(tx, row.Int64(0), alone, promised)
	h.Known = true
	promised.ofHouse(&h)
	return h, group, err
}

// House is what this terminal counts for itself, and what live holds will
// count: what is limited for the terminal or its cashiers. Where nothing was counted yet it is new and has no
// number.
func (db *DB) House(ctx context.Context) (h ledger.Holding, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		_, alone, _, err := identityOf(tx)
		if err != nil {
			return err
		}
		promised, err := db.promisedFor(tx, "")
		if err == nil {
			h, _, err = houseOf(tx, alone, promised)
		}
		return err
	})
	return h, err
}

// leisure is how long a counter's lots wait to be booked as lapsed: nobody sees
// them, and what is counted for a day only would have each member's account
// written every night.
const leisure = "-7 days"

// Lapsed are accounts with a lot whose last day is before a business day, those
// whose lots lapsed first before others: at most limit of them. An account
// stands for all of its member's.
func (db *DB) Lapsed(ctx context.Context, before ledger.Day, limit int) (accounts []ledger.Account, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		seen := make(map[int64]bool)
		rows := tx.Query(`SELECT account FROM positions WHERE lapses <> '' AND lapses < ?1
			AND (instr(wallet, '/') = 0 OR lapses < date(?1, ?2)) ORDER BY lapses, account, wallet`, string(before), leisure)
		defer rows.Close()
		for rows.Next() && len(accounts) < limit {
			number := rows.Int64(0)
			if seen[number] {
				continue
			}
			seen[number] = true
			row, found, err := tx.One(`SELECT account FROM accounts WHERE number = ?`, number)
			if err != nil || !found {
				return errorOr(err, "account row %d is missing", number)
			}
			var a ledger.Account
			copy(a[:], row.Blob(0))
			accounts = append(accounts, a)
		}
		return rows.Err()
	})
	return accounts, err
}
