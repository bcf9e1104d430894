package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// Recall finds a sale and every later record that takes back one of its
// entries or names it, found by one of the names in name. A sale that was
// issued again goes by each of the keys it had; a record that moved a sale
// stands for the sale it moved. Whatever later records call the sale, they
// name it here as it is called now.
//
// found says that the sale is in this journal. Of one that is not, such as
// another shop's, Later may tell what came back here all the same.
func (db *DB) Recall(ctx context.Context, name ledger.SaleName) (s ledger.Sale, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		sale, err := saleNamed(tx, name)
		if sale != nil {
			s, found = *sale, sale.Original.Head.Seq > 0
		}
		return err
	})
	return s, found && err == nil, err
}

// recentRecords is how far back LastSale looks. It is for the minutes before a
// restart.
const recentRecords = 500

// LastSale is the newest award of a lane, with what came of it since, if it is
// among the newest records of the journal and its body is kept.
func (db *DB) LastSale(ctx context.Context, lane string) (s ledger.Sale, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT kind, head, body, again FROM records ORDER BY id DESC LIMIT ?`, recentRecords)
		for rows.Next() {
			if rows.Text(0) != string(ledger.KindAward) || rows.IsNull(2) || rows.Int64(3) == 1 {
				continue
			}
			body, err := ledger.ParseBody(rows.Blob(2))
			if err != nil {
				return err
			}
			if body.Lane != lane {
				continue
			}
			head, err := ledger.ParseHead(rows.Blob(1))
			if err != nil {
				return err
			}
			rows.Close()
			s.Original, found = ledger.Record{Head: head, Body: &body}, true
			s.Later, err = laterThan(tx, head.Key())
			return err
		}
		return rows.Err()
	})
	return s, found && err == nil, err
}

// loadSale adds the sale a request is about to the view, with its account.
func (w *writer) loadSale(name ledger.SaleName) error {
	sale, err := saleNamed(w.tx, name)
	if err != nil || sale == nil {
		return err
	}
	w.view.Sale = sale
	for _, r := range append([]ledger.Record{sale.Original}, sale.Later...) {
		for _, e := range r.Head.Entries {
			row, found, err := w.tx.One(`SELECT number FROM accounts WHERE account = ?`, e.Account[:])
			if err != nil || !found {
				return errorOr(err, "account %s is missing", e.Account.Short())
			}
			w.number[e.Account] = row.Int64(0)
			if e.Wallet.Voucher() {
				if err := w.loadVoucher(e.Account); err != nil {
					return err
				}
			}
		}
	}
	account := accountOf(*sale)
	if account == (ledger.Account{}) {
		return nil
	}
	number, found, err := resolve(w.tx, ledger.Subject{Account: account})
	if err != nil || !found {
		return errorOr(err, "account %s is missing", account.Short())
	}
	var group []linked
	w.view.SaleHolding, group, err = holdingOf(w.tx, number, w.view.Alone, w.promised)
	w.mayWrite(group)
	return err
}

// accountOf is whose the sale is: after a move the right customer's. It is none
// where the sale is not here, or gave and took nothing and its body is gone.
func accountOf(s ledger.Sale) (a ledger.Account) {
	if len(s.Original.Head.Entries) > 0 {
		a = s.Original.Head.Entries[0].Account
	} else if s.Original.Body != nil {
		a = s.Original.Body.Account
	}
	for _, r := range s.Later { // in the order they were written
		if r.Head.Kind != ledger.KindMove {
			continue
		}
		for _, e := range r.Head.Entries {
			if e.Kind == ledger.Move {
				a = e.Account
			}
		}
	}
	return a
}

// saleNamed is the sale that name means, nil where nothing is known of it.
func saleNamed(tx *sqlite.Tx, name ledger.SaleName) (*ledger.Sale, error) {
	id, found, err := rowNamed(tx, name)
	if err != nil {
		return nil, err
	}
	sale, key := &ledger.Sale{}, name.Record
	if found {
		if sale.Original, err = original(tx, id); err != nil {
			return nil, err
		}
		key = sale.Original.Head.Key()
	}
	if key.IsZero() {
		return nil, nil
	}
	sale.Later, err = laterThan(tx, key)
	if err != nil || !found && len(sale.Later) == 0 {
		return nil, err
	}
	return sale, nil
}

func rowNamed(tx *sqlite.Tx, name ledger.SaleName) (id int64, found bool, err error) {
	switch {
	case !name.Record.IsZero():
		return locate(tx, name.Record)
	case name.Request != "":
		row, found, err := tx.One(`SELECT record FROM requests WHERE key = ?`, name.Request)
		if err != nil || !found {
			return 0, false, err
		}
		return row.Int64(0), true, nil
	}
	return rowCoded(tx, name.Code)
}

// rowCoded finds a record by the short form of its key. One that could be two
// records is none.
func rowCoded(tx *sqlite.Tx, code string) (id int64, found bool, err error) {
	prefix, number, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(code)), "-")
	seq, parseErr := strconv.ParseInt(number, 10, seqBits)
	if !ok || parseErr != nil || seq < 1 {
		return 0, false, nil
	}
	var branches []int64
	rows := tx.Query(`SELECT number FROM branches WHERE substr(hex(branch), 1, 4) = ?`, prefix)
	for rows.Next() {
		branches = append(branches, rows.Int64(0))
	}
	for _, b := range branches {
		at, has, err := standsFor(tx, recordID(b, seq))
		if err != nil {
			return 0, false, err
		}
		if has && found && at != id {
			return 0, false, nil
		}
		if has {
			id, found = at, true
		}
	}
	return id, found, rows.Err()
}

// locate finds the record that stands today for the one that was once key.
func locate(tx *sqlite.Tx, key ledger.Key) (id int64, found bool, err error) {
	row, found, err := tx.One(`SELECT b.number FROM branches b, identity i WHERE b.branch = ? AND i.terminal = ?`, key.Branch[:], int64(key.Terminal))
	if err != nil || !found || key.Seq < 1 || key.Seq >= 1<<seqBits {
		return 0, false, err
	}
	return standsFor(tx, recordID(row.Int64(0), key.Seq))
}

// standsFor follows a record to the one it was last issued again as.
func standsFor(tx *sqlite.Tx, id int64) (now int64, found bool, err error) {
	for {
		row, found, err := tx.One(`SELECT r.id, i.now FROM records r LEFT JOIN reissues i ON i.old = r.id WHERE r.id = ?`, id)
		if err != nil || !found || row.IsNull(1) {
			return id, found, err
		}
		if row.Int64(1) <= id {
			return 0, false, fmt.Errorf("record row %d stands for the later row %d", row.Int64(1), id)
		}
		id = row.Int64(1)
	}
}

// calledNow is what the record that was once key is called today; key itself
// where it is not of this journal.
func calledNow(tx *sqlite.Tx, key ledger.Key) (ledger.Key, error) {
	id, found, err := locate(tx, key)
	if err != nil || !found {
		return key, err
	}
	number, seq := splitID(id)
	row, found, err := tx.One(`SELECT branch FROM branches WHERE number = ?`, number)
	if err != nil || !found {
		return key, errorOr(err, "branch row %d is missing", number)
	}
	key.Seq = seq
	copy(key.Branch[:], row.Blob(0))
	return key, nil
}

func recordAt(tx *sqlite.Tx, id int64) (r ledger.Record, err error) {
	row, found, err := tx.One(`SELECT head, body FROM records WHERE id = ?`, id)
	if err != nil || !found {
		return r, errorOr(err, "record row %d is missing", id)
	}
	if r.Head, err = ledger.ParseHead(row.Blob(0)); err != nil || row.IsNull(1) {
		return r, err
	}
	body, err := ledger.ParseBody(row.Blob(1))
	r.Body = &body
	return r, err
}

// original is the record in row id, or, for one that moved a sale, the sale's
// first one.
func original(tx *sqlite.Tx, id int64) (ledger.Record, error) {
	for {
		r, err := recordAt(tx, id)
		if err != nil || r.Head.Kind != ledger.KindMove {
			return r, err
		}
		at := slices.IndexFunc(r.Head.Entries, func(e ledger.Entry) bool { return e.Reverses != nil })
		if at < 0 {
			return r, nil
		}
		before, found, err := locate(tx, r.Head.Entries[at].Reverses.Record)
		if err != nil || !found {
			return r, err
		}
		if before >= id {
			return r, errors.New("a sale was moved before it was made")
		}
		id = before
	}
}

// laterThan are the records that take something of the sale called key back or
// name it, and those that do so to one of these, in the order of the journal.
func laterThan(tx *sqlite.Tx, key ledger.Key) (later []ledger.Record, err error) {
	var ids []int64
	names := []ledger.Key{key}
	for i := 0; i < len(names); i++ {
		rows := tx.Query(`SELECT record FROM takebacks WHERE sale = ?`, names[i].String())
		var fresh []int64
		for rows.Next() {
			if id := rows.Int64(0); !slices.Contains(ids, id) {
				ids, fresh = append(ids, id), append(fresh, id)
			}
		}
		for _, id := range fresh {
			r, err := recordAt(tx, id)
			if err != nil {
				return nil, err
			}
			names = append(names, r.Head.Key())
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		r, err := recordAt(tx, id)
		if err == nil {
			r.Head, err = renamed(tx, r.Head)
		}
		if err != nil {
			return nil, err
		}
		later = append(later, r)
	}
	return later, nil
}

// renamed is h with the records it takes back called what they are called now.
// The stored bytes keep the old names: they were right when they were written.
func renamed(tx *sqlite.Tx, h ledger.Head) (ledger.Head, error) {
	now := make(map[ledger.Key]ledger.Key)
	for _, key := range takesBack(h) {
		to, err := calledNow(tx, key)
		if err != nil {
			return h, err
		}
		if to != key {
			now[key] = to
		}
	}
	if len(now) == 0 {
		return h, nil
	}
	return h.Renamed(now), nil
}

// takesBack are the records of which the head takes entries back, each once.
func takesBack(h ledger.Head) (keys []ledger.Key) {
	for _, e := range h.Entries {
		if e.Reverses != nil && !slices.Contains(keys, e.Reverses.Record) {
			keys = append(keys, e.Reverses.Record)
		}
	}
	return keys
}

// foldTakebacks notes which sales a new record takes back or names.
func (w *writer) foldTakebacks(h ledger.Head, id int64, b ledger.Body) error {
	keys := takesBack(h)
	if b.Sale != nil && !slices.Contains(keys, *b.Sale) {
		keys = append(keys, *b.Sale)
	}
	for _, key := range keys {
		now, err := calledNow(w.tx, key)
		if err != nil {
			return err
		}
		if _, err := w.tx.Exec(`INSERT INTO takebacks (sale, record) VALUES (?, ?) ON CONFLICT DO NOTHING`, now.String(), id); err != nil {
			return err
		}
	}
	return nil
}
