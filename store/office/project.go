package office

import (
	"context"
	"encoding/json"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Pending are inbox documents that not every bucket has counted: of each part
// the next ones in order, at most limit in all.
func (db *DB) Pending(ctx context.Context, limit int) (parcels []settle.Parcel, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		behind := tx.Query(`SELECT ipart, projected FROM parts WHERE projected < next - 1 ORDER BY ipart`)
		for len(parcels) < limit && behind.Next() {
			part := int(behind.Int64(0))
			rows := tx.Query(`SELECT position, terminal, branch, new_first, last, document FROM inbox WHERE ipart = ? AND position > ? ORDER BY position LIMIT ?`,
				part, behind.Int64(1), limit-len(parcels))
			for rows.Next() {
				parcels = append(parcels, settle.Parcel{
					Part: part, Position: rows.Int64(0), Terminal: ledger.Terminal(rows.Int64(1)), Branch: branchOf(rows.Blob(2)),
					NewFirst: rows.Int64(3), Last: rows.Int64(4), Document: rows.Blob(5),
				})
			}
		}
		return behind.Err()
	})
	return parcels, err
}

// Projected says that every bucket has counted each part up to its position.
func (db *DB) Projected(ctx context.Context, through map[int]int64) error {
	for part := range settle.Parts {
		position, moved := through[part]
		if !moved {
			continue
		}
		err := db.h.Write(ctx, func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`UPDATE parts SET projected = ? WHERE ipart = ? AND projected < ?`, position, part, position)
			return err
		})
		if err != nil {
			return fmt.Errorf("note that part %d is counted: %w", part, err)
		}
	}
	return nil
}

// Project takes a load up in one transaction of one bucket: entries, balances,
// what head office answers, and how far the bucket has counted. What the
// bucket has counted already is passed over, so a load may come twice, also
// from two projectors at once.
func (db *DB) Project(ctx context.Context, bucket int, load settle.Load) error {
	standings, err := db.standings(ctx, bucket, load)
	if err != nil {
		return fmt.Errorf("project bucket %d: %w", bucket, err)
	}
	err = db.h.Write(ctx, func(tx *sqlite.Tx) error {
		r, err := db.begin(tx, bucket)
		if err != nil {
			return err
		}
		if err := r.take(load); err != nil {
			return err
		}
		if err := r.fold(); err != nil {
			return err
		}
		if err := r.grant(standings); err != nil {
			return err
		}
		return r.end(load.Through)
	})
	if err != nil {
		return fmt.Errorf("project bucket %d: %w", bucket, err)
	}
	return nil
}

// A round is one transaction of one bucket.
type round struct {
	db     *DB
	tx     *sqlite.Tx
	bucket int
	now    ledger.Stamp

	// What the bucket's row counts; written back at the end.
	position, changed, errand int64
	own                       ledger.Tip

	started  int64 // position before it
	progress map[int]int64
	book     *settle.Book
	before   map[settle.Purse]ledger.Points // before the round
	kept     map[settle.Purse]kept
	came     map[settle.Purse][]ledger.Dated // what was posted and is not in kept yet
	touched  map[ledger.Account]*touched
	order    []ledger.Account // of touched, so that changes are numbered alike everywhere
	purses   map[settle.Purse]bool
	asides   map[ledger.SetAsideID]bool // those whose row may have to change
}

// begin takes the bucket's lock and reads where it stands.
func (db *DB) begin(tx *sqlite.Tx, bucket int) (*round, error) {
	// Written first, because that takes the lock everywhere.
	if _, err := tx.Exec(`UPDATE buckets SET round = round + 1 WHERE bucket = ?`, bucket); err != nil {
		return nil, err
	}
	row, found, err := tx.One(`SELECT position, changed, errand, branch, seq, head, stamp FROM buckets WHERE bucket = ?`, bucket)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("there is no bucket %d", bucket)
	}
	r := &round{
		db: db, tx: tx, bucket: bucket, now: db.now(),
		started: row.Int64(0), position: row.Int64(0), changed: row.Int64(1), errand: row.Int64(2),
		own: ledger.Tip{
			Terminal: ledger.HeadOffice, Branch: branchOf(row.Blob(3)), Seq: row.Int64(4), Hash: hashOf(row.Blob(5)), Stamp: ledger.Stamp(row.Int64(6)),
		},
		progress: make(map[int]int64), book: settle.NewBook(),
		before: make(map[settle.Purse]ledger.Points), kept: make(map[settle.Purse]kept), came: make(map[settle.Purse][]ledger.Dated),
		touched: make(map[ledger.Account]*touched), purses: make(map[settle.Purse]bool), asides: make(map[ledger.SetAsideID]bool),
	}
	rows := tx.Query(`SELECT ipart, position FROM progress WHERE bucket = ?`, bucket)
	for rows.Next() {
		r.progress[int(rows.Int64(0))] = rows.Int64(1)
	}
	return r, rows.Err()
}

// take posts the load's items that the bucket has not counted.
func (r *round) take(load settle.Load) error {
	for _, it := range load.Items {
		if it.Position <= r.progress[it.Part] {
			continue
		}
		if err := r.item(it); err != nil {
			return fmt.Errorf("record %v: %w", it.Key, err)
		}
	}
	return nil
}

func (r *round) item(it *settle.Item) error {
	if err := r.read(it); err != nil {
		return err
	}
	fx := r.book.Post(it)
	if err := r.write(it, fx); err != nil {
		return err
	}
	r.touch(it, fx.Parked == "")
	if err := r.claims(it); err != nil {
		return err
	}
	if len(fx.Reversal) == 0 {
		return nil
	}
	return r.reverse(it, fx)
}

// read brings into the book what the item names.
func (r *round) read(it *settle.Item) error {
	known, err := r.knownLines(it)
	if err != nil {
		return err
	}
	lines := it.Lines[:0:0]
	for _, l := range it.Lines {
		if known[l.Number] {
			continue
		}
		lines = append(lines, l)
		if err := r.readLine(l.Entry); err != nil {
			return err
		}
		if err := r.readReturned(it.Key.Entry(l.Number)); err != nil {
			return err
		}
	}
	it.Lines = lines
	if err := r.readDecision(it); err != nil {
		return err
	}
	return r.readSale(it)
}

// knownLines are the entries of the record that are posted already. Progress
// keeps a record from coming twice; this keeps it from counting twice should
// progress ever be wrong.
func (r *round) knownLines(it *settle.Item) (known map[int]bool, err error) {
	if len(it.Lines) == 0 {
		return nil, nil
	}
	rows := r.tx.Query(`SELECT line FROM entries WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ?`,
		r.bucket, int64(it.Key.Terminal), it.Key.Branch[:], it.Key.Seq)
	for rows.Next() {
		if known == nil {
			known = make(map[int]bool)
		}
		known[int(rows.Int64(0))] = true
	}
	return known, rows.Err()
}

// readDecision brings in the record by which the item's decision counts.
func (r *round) readDecision(it *settle.Item) error {
	d, ok := it.Decision()
	if !ok {
		return nil
	}
	if _, has := r.book.Issues[d]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT branch, seq, again FROM decisions WHERE bucket = ? AND terminal = ? AND body = ?`, r.bucket, int64(d.Terminal), d.Body[:])
	if found {
		r.book.Issues[d] = settle.Issue{
			Key: ledger.Key{Terminal: d.Terminal, Branch: branchOf(row.Blob(0)), Seq: row.Int64(1)}, Again: row.Int64(2) != 0,
		}
	}
	return err
}

func (r *round) readLine(e ledger.Entry) error {
	if err := r.readPurse(settle.Purse{Account: e.Account, Wallet: e.Wallet}); err != nil {
		return err
	}
	if e.Reverses != nil {
		counts, err := r.readParked(*e.Reverses)
		if err == nil {
			err = r.readWorth(counts)
		}
		if err == nil {
			err = r.readReturned(counts)
		}
		if err != nil {
			return err
		}
	}
	for _, d := range e.Draws {
		if err := r.readSetAside(d.From); err != nil {
			return err
		}
	}
	return nil
}

// readWorth brings in an entry that is taken back, where it has come.
func (r *round) readWorth(k ledger.EntryKey) error {
	if _, has := r.book.Worths[k]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT entry FROM entries WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ? AND line = ?`,
		r.bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line)
	if err != nil || !found {
		return err
	}
	var e ledger.Entry
	if err := json.Unmarshal([]byte(row.Text(0)), &e); err != nil {
		return fmt.Errorf("entry %v: %w", k, err)
	}
	r.book.Worths[k] = settle.GivenBy(e)
	return nil
}

// readReturned brings in what was taken back of an entry before.
func (r *round) readReturned(k ledger.EntryKey) error {
	if _, has := r.book.Returned[k]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT points, rest, account, wallet, issuer
		FROM returned WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ? AND line = ?`,
		r.bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line)
	if err != nil || !found {
		return err
	}
	back := settle.Returned{Purse: settle.Purse{Account: accountOf(row.Blob(2)), Wallet: ledger.Wallet(row.Text(3))}, Issuer: row.Text(4)}
	back.Points = ledger.Points(row.Int64(0))
	back.Rest, err = fractionOf(row.Text(1))
	r.book.Returned[k] = back
	return err
}

func (r *round) readPurse(p settle.Purse) error {
	if _, has := r.book.Balances[p]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT points, rest, set_aside, lots FROM balances WHERE bucket = ? AND account = ? AND wallet = ?`, r.bucket, p.Account[:], string(p.Wallet))
	if err != nil || !found {
		return err
	}
	rest, err := fractionOf(row.Text(1))
	if err != nil {
		return err
	}
	r.before[p] = ledger.Points(row.Int64(0))
	r.book.Balances[p] = settle.Balance{Points: r.before[p], Rest: rest, SetAside: ledger.Points(row.Int64(2))}
	r.kept[p], err = lotsOf(row.Text(3))
	return err
}

func (r *round) readSetAside(id ledger.SetAsideID) error {
	if _, has := r.book.SetAsides[id]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT account, wallet, terminal, branch, opened, remaining, not_after FROM set_asides WHERE bucket = ? AND id = ?`, r.bucket, string(id))
	if err != nil {
		return err
	}
	if found {
		r.book.SetAsides[id] = settle.SetAside{
			ID: id, Purse: settle.Purse{Account: accountOf(row.Blob(0)), Wallet: ledger.Wallet(row.Text(1))},
			Terminal: ledger.Terminal(row.Int64(2)), Branch: branchOf(row.Blob(3)),
			Opened: ledger.Points(row.Int64(4)), Left: ledger.Points(row.Int64(5)), NotAfter: ledger.Stamp(row.Int64(6)),
		}
		return nil
	}
	var key ledger.EntryKey
	if len(id) <= 2 || id[:2] != "e/" || key.UnmarshalText([]byte(id[2:])) != nil {
		return nil
	}
	counts, err := r.readParked(key)
	if err != nil || counts == key {
		return err
	}
	return r.readSetAside(counts.SetAside())
}

// readParked brings in whether the entry is parked and gives the one that
// counts for it: another only where its record was issued again.
func (r *round) readParked(k ledger.EntryKey) (counts ledger.EntryKey, err error) {
	row, found, err := r.tx.One(`SELECT first_branch, first_seq FROM parked WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ? AND line = ?`,
		r.bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line)
	switch {
	case err != nil || !found:
		return k, err
	case row.Int64(1) == 0:
		r.book.Parked[k] = true
		return k, nil
	}
	first := ledger.Key{Terminal: k.Record.Terminal, Branch: branchOf(row.Blob(0)), Seq: row.Int64(1)}
	r.book.Again[k.Record] = first
	return r.readParked(first.Entry(k.Line))
}

func (r *round) readSale(it *settle.Item) error {
	sale, ok := it.Sale()
	if !ok {
		return nil
	}
	if _, has := r.book.Sales[sale]; has {
		return nil
	}
	row, found, err := r.tx.One(`SELECT told_by, branch, seq FROM sales WHERE bucket = ? AND account = ? AND terminal = ? AND day = ? AND till = ? AND id = ?`,
		r.bucket, sale.Account[:], int64(sale.Terminal), sale.Basket.Day, sale.Basket.Till, sale.Basket.ID)
	if found {
		first := ledger.Key{Terminal: sale.Terminal, Branch: branchOf(row.Blob(1)), Seq: row.Int64(2)}
		if sale.Terminal == ledger.HeadOffice {
			first.Terminal = ledger.Terminal(row.Int64(0))
		}
		if first != it.Key {
			r.book.Sales[sale] = first
		}
	}
	return err
}

// end writes what the round changed and moves the bucket on.
func (r *round) end(through map[int]int64) error {
	if err := r.writeBook(); err != nil {
		return err
	}
	if err := r.writeTouched(); err != nil {
		return err
	}
	for part := range settle.Parts {
		position, moved := through[part]
		if !moved || position <= r.progress[part] {
			continue
		}
		_, err := r.tx.Exec(`INSERT INTO progress (bucket, ipart, position) VALUES (?, ?, ?)
			ON CONFLICT (bucket, ipart) DO UPDATE SET position = excluded.position`, r.bucket, part, position)
		if err != nil {
			return err
		}
	}
	return r.writeBucket()
}

func (r *round) writeBucket() error {
	_, err := r.tx.Exec(`UPDATE buckets SET position = ?, changed = ?, errand = ?, seq = ?, head = ?, stamp = ? WHERE bucket = ?`,
		r.position, r.changed, r.errand, r.own.Seq, r.own.Hash[:], int64(r.own.Stamp), r.bucket)
	return err
}

// standings are what the terminals that may get a grant are allowed, read
// before the bucket's transaction because they belong to intake: those of the
// load and those the load's accounts visited most.
func (db *DB) standings(ctx context.Context, bucket int, load settle.Load) (map[ledger.Terminal]settle.Standing, error) {
	all := make(map[ledger.Terminal]settle.Standing)
	if db.cfg.Policy.Percent <= 0 {
		return all, nil
	}
	err := db.h.Read(ctx, func(tx *sqlite.Tx) error {
		asked := make(map[ledger.Account]bool)
		for _, it := range load.Items {
			if err := readStanding(tx, it.Key.Terminal, all); err != nil {
				return err
			}
			for _, l := range it.Lines {
				if asked[l.Entry.Account] {
					continue
				}
				asked[l.Entry.Account] = true
				if usual, _, found, err := usualTerminal(tx, bucket, l.Entry.Account); err != nil {
					return err
				} else if found {
					if err := readStanding(tx, usual, all); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return all, err
}

func readStanding(tx *sqlite.Tx, t ledger.Terminal, into map[ledger.Terminal]settle.Standing) error {
	if _, has := into[t]; has {
		return nil
	}
	row, found, err := tx.One(`SELECT branch, authority, revoked FROM terminals WHERE ipart = ? AND terminal = ?`, settle.Part(t), int64(t))
	if err != nil || !found || row.IsNull(0) {
		return err
	}
	s := settle.Standing{Branch: branchOf(row.Blob(0)), Authority: bulletin.Authority(row.Text(1))}
	if row.Int64(2) != 0 {
		s.Authority = bulletin.NoAuthority
	}
	into[t] = s
	return nil
}

// usualTerminal is where the account is seen most.
func usualTerminal(tx *sqlite.Tx, bucket int, a ledger.Account) (t ledger.Terminal, visits int64, found bool, err error) {
	row, found, err := tx.One(`SELECT terminal, visits FROM interest WHERE bucket = ? AND account = ? ORDER BY visits DESC, terminal LIMIT 1`, bucket, a[:])
	if err != nil || !found {
		return 0, 0, false, err
	}
	return ledger.Terminal(row.Int64(0)), row.Int64(1), true, nil
}
