package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
)

// Post opens the write transaction, loads every account req names, lets decide
// turn what it sees into a posting, and commits that posting as a whole:
// record, entries, balances, set-asides and slip, or nothing.
//
// decide must be pure. If it returns an error nothing is written and that
// error comes back unchanged. A request that was posted before changes nothing
// and gives its first answer, marked as a repeat; with other content it is a
// *ledger.ConflictError. When the disk fails at the commit, the database is
// opened again and asked: the answer is then the record, ErrNotRecorded, or,
// if even that fails, ErrUnknown.
//
// ctx ends the wait for the database, never a transaction under way.
func (db *DB) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	if req.Key == "" {
		return ledger.Posted{}, errors.New("post: the request has no key")
	}
	var posted ledger.Posted
	var at reach
	err := db.write(ctx, func(tx *sqlite.Tx) (err error) {
		posted, at, err = db.post(tx, req, decide)
		return err
	})
	if suspect(err) {
		posted, err = db.lookUpAfter(ctx, req, err)
	}
	if err != nil {
		return ledger.Posted{}, err
	}
	db.reaches(at)
	if at.Seq > 0 && at.Seq%markEvery == 0 {
		if err := db.setMark(at); err != nil {
			// The award stands. A mark that is behind only notices less.
			db.cfg.Log.Error().Err(err).Msg("high-water mark")
		}
	}
	return posted, nil
}

// suspect reports an error after which only opening the file again can tell
// what is in it.
func suspect(err error) bool {
	var unknown *sqlite.CommitUnknownError
	return errors.As(err, &unknown) || refused(err) || errors.Is(err, sqlite.ErrIO) ||
		errors.Is(err, sqlite.ErrFull) || errors.Is(err, sqlite.ErrCorrupt)
}

// lookUpAfter opens the database again and finds out whether req is in it.
func (db *DB) lookUpAfter(ctx context.Context, req ledger.Request, cause error) (ledger.Posted, error) {
	// The caller may have gone; the answer still has to be found.
	ctx = context.WithoutCancel(ctx)
	var posted ledger.Posted
	var found bool
	err := db.read(ctx, func(tx *sqlite.Tx) (err error) {
		posted, found, err = answered(tx, req)
		return err
	})
	switch {
	case err != nil:
		return ledger.Posted{}, fmt.Errorf("%w: %w (%w)", ErrUnknown, cause, err)
	case !found:
		return ledger.Posted{}, fmt.Errorf("%w: %w", ErrNotRecorded, cause)
	}
	posted.Repeat = false // it is this request's own answer
	return posted, nil
}

// Answer is the record that answered the request with this key, if there is one.
func (db *DB) Answer(ctx context.Context, key string) (r ledger.Sealed, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT r.head, r.hash FROM requests q JOIN records r ON r.id = q.record WHERE q.key = ?`, key)
		if !has || err != nil {
			return err
		}
		found = true
		copy(r.Hash[:], row.Blob(1))
		r.Line.Head = row.Blob(0)
		r.Head, err = ledger.ParseHead(r.Line.Head)
		return err
	})
	return r, found, err
}

// answered finds the answer req got before.
func answered(tx *sqlite.Tx, req ledger.Request) (ledger.Posted, bool, error) {
	row, found, err := tx.One(`SELECT r.head, r.body, r.hash, q.digest FROM requests q JOIN records r ON r.id = q.record WHERE q.key = ?`, req.Key)
	if !found || err != nil {
		return ledger.Posted{}, false, err
	}
	posted := ledger.Posted{Repeat: true, Record: ledger.Sealed{Line: ledger.Line{Head: row.Blob(0)}}}
	copy(posted.Record.Hash[:], row.Blob(2))
	if posted.Record.Head, err = ledger.ParseHead(row.Blob(0)); err != nil {
		return ledger.Posted{}, false, err
	}
	if string(row.Blob(3)) != string(req.Digest[:]) {
		return ledger.Posted{}, false, &ledger.ConflictError{Key: req.Key, First: posted.Record.Head.Key()}
	}
	if !row.IsNull(1) {
		posted.Record.Line.Body = row.Blob(1)
		if posted.Body, err = ledger.ParseBody(row.Blob(1)); err != nil {
			return ledger.Posted{}, false, err
		}
	}
	return posted, true, nil
}

// post is the inside of Post's transaction.
func (db *DB) post(tx *sqlite.Tx, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, reach, error) {
	if posted, found, err := answered(tx, req); found || err != nil {
		return posted, reach{}, err
	}
	w, err := db.begin(tx)
	if err != nil {
		return ledger.Posted{}, reach{}, err
	}
	if err := w.loadAll(req); err != nil {
		return ledger.Posted{}, reach{}, err
	}
	posting, err := decide(w.view)
	if err != nil {
		return ledger.Posted{}, reach{}, err
	}
	sealed, err := w.commit(posting)
	if err != nil {
		return ledger.Posted{}, reach{}, err
	}
	if _, err := tx.Exec(`INSERT INTO requests (key, digest, record) VALUES (?, ?, ?)`, req.Key, req.Digest[:], w.id(sealed)); err != nil {
		return ledger.Posted{}, reach{}, err
	}
	if err := w.capture(); err != nil {
		return ledger.Posted{}, reach{}, err
	}
	posting.Draft.Body.Salt = ledger.Salt{} // nobody outside needs it
	return ledger.Posted{Record: sealed, Body: posting.Draft.Body}, w.reach(), nil
}

// A writer is one write transaction on its way to a record.
type writer struct {
	db       *DB
	tx       *sqlite.Tx
	branch   branch
	tip      ledger.Tip
	view     ledger.View
	promised promises
	number   map[ledger.Account]int64 // row of each account that may get entries
	holding  map[ledger.Account]int   // which of the view's holdings it belongs to, for those that are in one
	groups   map[int64][]linked       // who is one member with the account in each row, as far as it was asked
	mint     []subject                // accounts the commit may make
}

func (db *DB) begin(tx *sqlite.Tx) (*writer, error) {
	terminal, alone, found, err := identityOf(tx)
	if err == nil && !found {
		err = errors.New("the database has no identity")
	}
	if err != nil {
		return nil, err
	}
	b, err := writing(tx)
	if err != nil {
		return nil, err
	}
	tip, err := tipOf(tx, terminal, b)
	if err != nil {
		return nil, err
	}
	return &writer{
		db: db, tx: tx, branch: b, tip: tip,
		view:   ledger.View{Next: tip.Next(), Alone: alone, Last: tip.Stamp, Ceiling: db.ceiling()},
		number: make(map[ledger.Account]int64), holding: make(map[ledger.Account]int), groups: make(map[int64][]linked),
	}, nil
}

// reach is how far the journal is written once the transaction is committed.
func (w *writer) reach() reach {
	return reach{w.branch.number, mark{w.tip.Terminal, w.tip.Branch, w.tip.Seq, !w.view.Alone}}
}

func (w *writer) id(r ledger.Sealed) int64 { return recordID(w.branch.number, r.Head.Seq) }

// commit writes the posting's record and all that follows from it.
func (w *writer) commit(p ledger.Posting) (ledger.Sealed, error) {
	papers, err := papersOf(p)
	if err != nil {
		return ledger.Sealed{}, err
	}
	var salt ledger.Salt
	if err := w.db.random(salt[:]); err != nil {
		return ledger.Sealed{}, err
	}
	sealed, err := ledger.Seal(w.tip, p.Draft, w.view.Ceiling, salt)
	if err != nil {
		return ledger.Sealed{}, err
	}
	if err := w.makeAccounts(p.Draft); err != nil {
		return ledger.Sealed{}, err
	}
	if err := w.insert(sealed); err != nil {
		return ledger.Sealed{}, err
	}
	if err := w.foldBody(sealed.Head, w.id(sealed), p.Draft.Body); err != nil {
		return ledger.Sealed{}, fmt.Errorf("record %v: %w", sealed.Head.Key(), err)
	}
	for _, part := range papers {
		if _, err := w.tx.Exec(`INSERT INTO jobs (record, part, lane, state, due_at) VALUES (?, ?, ?, 'queued', ?)`, w.id(sealed), part, p.Lane, w.db.cfg.Now().UnixMilli()); err != nil {
			return ledger.Sealed{}, err
		}
	}
	w.tip = w.tip.After(sealed)
	w.view.Next, w.view.Last = w.tip.Next(), w.tip.Stamp
	return sealed, nil
}

// papersOf are the parts of the posting's body that are to be printed: not those
// that the shop's policy keeps until somebody asks (PrintRecord).
func papersOf(p ledger.Posting) (parts []int, err error) {
	if p.Lane == "" {
		return nil, nil
	}
	for part := 0; part <= len(p.Draft.Body.More); part++ {
		slip := paper(p.Draft.Body, part)
		if part == 0 && len(slip) == 0 {
			continue
		}
		// A slip that nobody can read later would stand in the printer's way for ever.
		if _, err := receipt.Decode(slip); err != nil {
			return nil, fmt.Errorf("slip for lane %s: %w", p.Lane, err)
		}
		if !slices.Contains(p.Draft.Body.Kept, part) {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// insert writes a sealed record and folds it into what is kept beside it.
func (w *writer) insert(r ledger.Sealed) error {
	_, err := w.tx.Exec(`INSERT INTO records (id, kind, day, stamp, hash, head, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		w.id(r), string(r.Head.Kind), string(r.Head.Day), int64(r.Head.Stamp), r.Hash[:], r.Line.Head, r.Line.Body)
	if err != nil {
		return err
	}
	for i, e := range r.Head.Entries {
		if err := w.fold(r.Head.Key().Entry(i+1), e, w.id(r), r.Head); err != nil {
			return fmt.Errorf("record %v: entry %d: %w", r.Head.Key(), i+1, err)
		}
	}
	return nil
}

// fold adds one entry to what is kept beside the records; head is its record's.
func (w *writer) fold(key ledger.EntryKey, e ledger.Entry, record int64, head ledger.Head) error {
	account, err := w.accountRow(e.Account)
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`INSERT INTO entries (account, record, line, wallet, kind, points, rest, lot) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		account, record, key.Line, string(e.Wallet), string(e.Kind), int64(e.Points), e.Rest.String(), lotOf(e))
	if err != nil {
		return err
	}
	if err := w.move(account, e, head.Day); err != nil {
		return err
	}
	if id, opens := e.Opens(key); opens {
		_, err = w.tx.Exec(`INSERT INTO set_asides (id, account, wallet, opened, remaining, not_after) VALUES (?, ?, ?, ?, ?, 0)`,
			string(id), account, string(e.Wallet), int64(e.Points), int64(e.Points))
		return err
	}
	if head.Origin != nil {
		// Issued again: of what the record drew on, only what was issued again with it is not
		// void here.
		return w.drawOpen(account, e)
	}
	return w.draw(account, e)
}

// move brings the position forward by e, which was made on a business day.
func (w *writer) move(account int64, e ledger.Entry, on ledger.Day) error {
	if e.Kind == ledger.Close {
		return nil
	}
	row, found, err := w.tx.One(`SELECT own, own_rest, stated, lots <> '' FROM positions WHERE account = ? AND wallet = ?`, account, string(e.Wallet))
	if err != nil {
		return err
	}
	if !found {
		_, err = w.tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (?, ?, 0, '0/1', ?, ?)`,
			account, string(e.Wallet), int64(e.Points), e.Rest.String())
		if err != nil {
			return err
		}
		return w.moveLots(account, e, on, false)
	}
	own, err := ledger.Points(row.Int64(0)).Add(e.Points)
	if err != nil {
		return err
	}
	if _, err := own.Add(ledger.Points(row.Int64(2))); err != nil {
		return err
	}
	rest, err := addRest(row.Text(1), e.Rest)
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`UPDATE positions SET own = ?, own_rest = ? WHERE account = ? AND wallet = ?`, int64(own), rest.String(), account, string(e.Wallet))
	if err != nil {
		return err
	}
	return w.moveLots(account, e, on, row.Int64(3) == 1)
}

// draw lowers the set-asides e names. One that is used up is forgotten, but
// for a grant, which must never be taken for new. What a live hold has of one
// stays, but for the hold that this very request captures.
func (w *writer) draw(account int64, e ledger.Entry) error {
	held := w.promised.from()
	for _, d := range e.Draws {
		n, err := w.tx.Exec(`UPDATE set_asides SET remaining = remaining - ? WHERE id = ? AND account = ? AND wallet = ? AND remaining >= ?`,
			int64(d.Points), string(d.From), account, string(e.Wallet), int64(d.Points+held[d.From]))
		if err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("set-aside %s does not have %v left here besides what is held", string(d.From), d.Points)
		}
		if _, err := w.tx.Exec(`DELETE FROM set_asides WHERE id = ? AND remaining = 0 AND not_after = 0`, string(d.From)); err != nil {
			return err
		}
	}
	return nil
}

// drawOpen lowers those of the set-asides e names that are open here.
func (w *writer) drawOpen(account int64, e ledger.Entry) error {
	open := e
	open.Draws = nil
	for _, d := range e.Draws {
		_, found, err := w.tx.One(`SELECT 1 FROM set_asides WHERE id = ?`, string(d.From))
		if err != nil {
			return err
		}
		if found {
			open.Draws = append(open.Draws, d)
		}
	}
	return w.draw(account, open)
}

func addRest(text string, rest ledger.Fraction) (ledger.Fraction, error) {
	var f ledger.Fraction
	if err := f.UnmarshalText([]byte(text)); err != nil {
		return f, err
	}
	return f.Add(rest)
}
