package store

import (
	"context"
	"fmt"
	"slices"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A subject is an account a request led to, or one that it may mint.
type subject struct {
	account     ledger.Account
	number      int64 // 0 until it is made
	identifiers []member.Identifier
	house       bool // it is the terminal's own
}

// loadAll adds everything req names to the view.
func (w *writer) loadAll(req ledger.Request) (err error) {
	if w.promised, err = w.db.promisedFor(w.tx, req.Key); err != nil {
		return err
	}
	for _, s := range req.Subjects {
		if err := w.load(s); err != nil {
			return err
		}
	}
	if err := w.loadBesides(req.House); err != nil {
		return err
	}
	if own := w.promised.own; own != nil && own.ID == req.Hold {
		w.view.Hold = w.asNow(*own)
		for _, part := range own.Parts {
			if part.Wallet.Voucher() {
				if err := w.loadVoucher(part.Account); err != nil {
					return err
				}
			}
		}
	}
	if req.Sale.IsZero() {
		return nil
	}
	return w.loadSale(req.Sale)
}

// asNow is a hold under the account that stands for its own by now: a statement
// or a claim may have found that account to be one with another since.
func (w *writer) asNow(h ledger.Hold) *ledger.Hold {
	if at, named := w.holding[h.Account]; named {
		h.Account = w.view.Holdings[at].Account
	}
	return &h
}

// load finds the account s names and adds what it holds to the view.
func (w *writer) load(s ledger.Subject) error {
	number, found, err := resolve(w.tx, s)
	if err != nil {
		return err
	}
	if !found {
		return w.loadNew(s)
	}
	holding, err := w.hold(number, len(w.view.Holdings))
	if err != nil {
		return err
	}
	w.view.Holdings = append(w.view.Holdings, holding)
	// The same card under a newer key: from now on it leads here at once.
	w.mint = append(w.mint, subject{account: holding.Account, number: w.number[holding.Account], identifiers: s.Identifiers})
	return nil
}

// hold is what the account in row number and all that are one with it hold;
// entries may be written for each of them. at is its place in the view.
func (w *writer) hold(number int64, at int) (ledger.Holding, error) {
	holding, group, err := holdingOf(w.tx, number, w.view.Alone, w.promised)
	w.mayWrite(group)
	for _, g := range group {
		w.holding[g.account] = at
	}
	return holding, err
}

// mayWrite lets entries be written for the accounts of a group.
func (w *writer) mayWrite(group []linked) {
	w.knows(group)
	for _, g := range group {
		w.number[g.account] = g.number
	}
}

func (w *writer) loadNew(s ledger.Subject) error {
	account := s.Account
	switch {
	case s.Foreign && account != ledger.Account{}: // it has its number already
	case len(s.Identifiers) == 0:
		return fmt.Errorf("account %s is not known here", account.Short())
	default:
		if err := w.db.random(account[:]); err != nil {
			return err
		}
	}
	w.mint = append(w.mint, subject{account: account, identifiers: s.Identifiers})
	w.view.Holdings = append(w.view.Holdings, ledger.Holding{Account: account, New: true, Known: w.view.Alone, Alone: w.view.Alone})
	return nil
}

// makeAccounts writes the accounts that the draft names and the identifiers
// the request brought. A new account nothing is written for is not made: what
// identifies it goes to the body's account, if the body has it.
func (w *writer) makeAccounts(d ledger.Draft) error {
	for i := range w.mint {
		s := &w.mint[i]
		if s.number == 0 {
			if !names(d, s.account) {
				continue
			}
			var err error
			if s.number, err = addAccount(w.tx, s.account, w.view.Alone); err != nil {
				return err
			}
			w.mayWrite([]linked{{number: s.number, account: s.account, known: w.view.Alone}})
			if s.house {
				if _, err := w.tx.Exec(`INSERT INTO house (one, account) VALUES (1, ?)`, s.number); err != nil {
					return err
				}
			}
		}
		for _, i := range s.identifiers {
			if err := addIdentifier(w.tx, i, s.number); err != nil {
				return err
			}
		}
	}
	return w.identify(d.Body)
}

// names reports whether the draft is about account a.
func names(d ledger.Draft, a ledger.Account) bool {
	return d.Body.Account == a || d.Body.Referrer == a || slices.ContainsFunc(d.Entries, func(e ledger.Entry) bool { return e.Account == a })
}

// identify lets the body's identifiers lead to its account, but for those that
// lead somewhere already.
func (w *writer) identify(b ledger.Body) error {
	if b.Account == (ledger.Account{}) {
		return nil
	}
	account, err := w.accountRow(b.Account)
	if err != nil {
		return err
	}
	for _, i := range b.Identifiers {
		done := slices.ContainsFunc(w.mint, func(s subject) bool { return s.number != 0 && slices.Contains(s.identifiers, i) })
		if done {
			continue
		}
		if err := addIdentifier(w.tx, i, account); err != nil {
			return err
		}
	}
	return nil
}

// accountRow is the row of an account that entries may be written for.
func (w *writer) accountRow(a ledger.Account) (int64, error) {
	if n, ok := w.number[a]; ok {
		return n, nil
	}
	return 0, fmt.Errorf("account %s is not one the request named", a.Short())
}

func addAccount(tx *sqlite.Tx, a ledger.Account, known bool) (int64, error) {
	// The next number by hand: the survivor of a new account is itself.
	row, _, err := tx.One(`SELECT ifnull(max(number), 0) + 1 FROM accounts`)
	if err != nil {
		return 0, err
	}
	number := row.Int64(0)
	_, err = tx.Exec(`INSERT INTO accounts (number, account, survivor, known) VALUES (?, ?, ?, ?)`, number, a[:], number, known)
	return number, err
}

func addIdentifier(tx *sqlite.Tx, i member.Identifier, account int64) error {
	_, err := tx.Exec(`INSERT INTO identifiers (ref, kind, mask, account) VALUES (?, ?, ?, ?) ON CONFLICT (ref) DO NOTHING`,
		refKey(i.Ref), string(i.Kind), i.Mask, account)
	return err
}

// refSize is the bytes of a ref: the chain key's id and the HMAC.
const refSize = len(member.Ref{}.Key) + len(member.Ref{}.Sum)

func refKey(r member.Ref) []byte {
	return append(append(make([]byte, 0, refSize), r.Key[:]...), r.Sum[:]...)
}

// resolve finds the row of the account a subject names.
func resolve(tx *sqlite.Tx, s ledger.Subject) (number int64, found bool, err error) {
	if s.Account != (ledger.Account{}) {
		row, found, err := tx.One(`SELECT number FROM accounts WHERE account = ?`, s.Account[:])
		if !found || err != nil {
			return 0, false, err
		}
		return row.Int64(0), true, nil
	}
	for _, i := range s.Identifiers {
		row, found, err := tx.One(`SELECT account FROM identifiers WHERE ref = ?`, refKey(i.Ref))
		if err != nil {
			return 0, false, err
		}
		if found {
			return row.Int64(0), true, nil
		}
	}
	return 0, false, nil
}

// holdingOf is what is known of the account in row number and of all that were
// found to be the same member's, under the surviving one; group are those
// accounts.
func holdingOf(tx *sqlite.Tx, number int64, alone bool, promised promises) (h ledger.Holding, group []linked, err error) {
	if group, err = groupOf(tx, number); err != nil {
		return h, nil, err
	}
	h = ledger.Holding{Account: group[0].account, Known: true, Alone: alone}
	for i, g := range group {
		h.Known = h.Known && g.known
		if i == 0 || g.asOf < h.AsOf {
			h.AsOf = g.asOf
		}
		if !h.Profile.Enrolled {
			if h.Profile, err = profileOf(tx, g.number); err != nil {
				return h, nil, err
			}
		}
		promised.of(g.account, &h)
		if err := addPositions(tx, &h, g.number, i == 0); err != nil {
			return h, nil, err
		}
		if alone {
			continue
		}
		if err := addSetAsides(tx, &h, g); err != nil {
			return h, nil, err
		}
	}
	return h, group, nil
}

// A linked is one account of a group.
type linked struct {
	number  int64
	account ledger.Account
	known   bool
	asOf    ledger.Stamp
}

// profileOf is what the account in row number is known by. (It is asked for by
// itself because a join makes each question for a group five times as dear.)
func profileOf(tx *sqlite.Tx, number int64) (ledger.Profile, error) {
	row, found, err := tx.One(`SELECT since, name, birthday, referrer FROM members WHERE account = ?`, number)
	if err != nil || !found {
		return ledger.Profile{}, err
	}
	p := ledger.Profile{Enrolled: true, Since: ledger.Day(row.Text(0)), Name: row.Text(1), Birthday: row.Text(2)}
	if !row.IsNull(3) {
		copy(p.Referrer[:], row.Blob(3))
	}
	return p, nil
}

// groupOf is the account that stands for the one in row number, and then every
// account it is one with. Statements come in any order, so what they say of
// survivors may be a chain here for a while, or even a ring: the group is all
// that hangs together, and the same whichever of its cards was read.
func groupOf(tx *sqlite.Tx, number int64) ([]linked, error) {
	first, err := lastSurvivor(tx, number)
	if err != nil {
		return nil, err
	}
	row, found, err := tx.One(`SELECT number, account, known, as_of FROM accounts WHERE number = ?`, first)
	if err != nil || !found {
		return nil, errorOr(err, "account row %d is missing", first)
	}
	group := []linked{scanLinked(row)}
	in := map[int64]bool{first: true}
	for i := 0; i < len(group); i++ {
		rows := tx.Query(`SELECT number, account, known, as_of FROM accounts WHERE survivor = ? AND survivor <> number ORDER BY number`, group[i].number)
		for rows.Next() {
			if l := scanLinked(rows.Row); !in[l.number] {
				in[l.number] = true
				group = append(group, l)
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return group, nil
}

// lastSurvivor follows who stands for whom to the end; in a ring, to its lowest row.
func lastSurvivor(tx *sqlite.Tx, number int64) (int64, error) {
	var path []int64
	for {
		if at := slices.Index(path, number); at >= 0 {
			return slices.Min(path[at:]), nil
		}
		path = append(path, number)
		row, found, err := tx.One(`SELECT survivor FROM accounts WHERE number = ?`, number)
		if err != nil || !found {
			return 0, errorOr(err, "account row %d is missing", number)
		}
		next := row.Int64(0)
		if next == number {
			return number, nil
		}
		number = next
	}
}

func scanLinked(row sqlite.Row) linked {
	l := linked{number: row.Int64(0), known: row.Int64(2) == 1, asOf: ledger.Stamp(row.Int64(3))}
	copy(l.account[:], row.Blob(1))
	return l
}

func errorOr(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

// addPositions adds what the account in row number holds. The lots of all the
// member's accounts stand in the rows of the first one.
func addPositions(tx *sqlite.Tx, h *ledger.Holding, number int64, first bool) error {
	rows := tx.Query(`SELECT wallet, stated, stated_rest, own, own_rest, lots FROM positions WHERE account = ?`, number)
	for rows.Next() {
		p, err := positionIn(rows.Row)
		if err != nil {
			return err
		}
		if text := rows.Text(5); first && text != "" {
			if p.Lots, err = readLots(text, 0); err != nil {
				return fmt.Errorf("wallet %s: %w", p.Wallet, err)
			}
		}
		if err := addPosition(h, p); err != nil {
			return err
		}
	}
	return rows.Err()
}

// addPosition adds the points of p, and keeps the lots there are.
func addPosition(h *ledger.Holding, p ledger.Position) error {
	at := slices.IndexFunc(h.Positions, func(o ledger.Position) bool { return o.Wallet == p.Wallet })
	if at < 0 {
		h.Positions = append(h.Positions, p)
		return nil
	}
	have := &h.Positions[at]
	var err error
	if have.Points, err = have.Points.Add(p.Points); err != nil {
		return err
	}
	have.Rest, err = have.Rest.Add(p.Rest)
	return err
}

func positionIn(row sqlite.Row) (ledger.Position, error) {
	p := ledger.Position{Wallet: ledger.Wallet(row.Text(0))}
	var own ledger.Fraction
	err := p.Rest.UnmarshalText([]byte(row.Text(2)))
	if err == nil {
		err = own.UnmarshalText([]byte(row.Text(4)))
	}
	if err != nil {
		return p, err
	}
	if p.Rest, err = p.Rest.Add(own); err != nil {
		return p, err
	}
	p.Points, err = ledger.Points(row.Int64(1)).Add(ledger.Points(row.Int64(3)))
	return p, err
}

func addSetAsides(tx *sqlite.Tx, h *ledger.Holding, g linked) error {
	rows := tx.Query(`SELECT id, wallet, opened, remaining, not_after FROM set_asides WHERE account = ? AND remaining > 0 ORDER BY id`, g.number)
	for rows.Next() {
		h.SetAsides = append(h.SetAsides, ledger.SetAside{
			ID: ledger.SetAsideID(rows.Text(0)), Account: g.account, Wallet: ledger.Wallet(rows.Text(1)),
			Opened: ledger.Points(rows.Int64(2)), Left: ledger.Points(rows.Int64(3)), NotAfter: ledger.Stamp(rows.Int64(4)),
		})
	}
	return rows.Err()
}

// Look is what is known here of the account s leads to, without asking for
// anything. An account nobody has seen yet is new, and known only to a shop
// that stands alone.
func (db *DB) Look(ctx context.Context, s ledger.Subject) (h ledger.Holding, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		_, alone, _, err := identityOf(tx)
		if err != nil {
			return err
		}
		number, found, err := resolve(tx, s)
		if err != nil {
			return err
		}
		if !found {
			h = ledger.Holding{New: true, Known: alone, Alone: alone}
			return nil
		}
		promised, err := db.promisedFor(tx, "")
		if err != nil {
			return err
		}
		h, _, err = holdingOf(tx, number, alone, promised)
		return err
	})
	return h, err
}
