package store

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// Apply takes a page of statements in, as a whole and together with its
// cursor. Own records that a statement does not count yet stay on top of it.
func (db *DB) Apply(ctx context.Context, page bulletin.Page) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		w, err := db.begin(tx)
		if err != nil {
			return err
		}
		if page.Terminal != w.tip.Terminal {
			return fmt.Errorf("statements are for terminal %v", page.Terminal)
		}
		for _, s := range page.Statements {
			if err := w.apply(s); err != nil {
				return fmt.Errorf("statement on account %s: %w", s.Account.Short(), err)
			}
		}
		n, err := tx.Exec(`UPDATE line SET cursor = ?`, page.Cursor)
		if err == nil && n != 1 {
			err = ErrAlone
		}
		return err
	})
}

func (w *writer) apply(s bulletin.Statement) error {
	account, err := w.accountFor(s.Account)
	if err != nil {
		return err
	}
	survivor := account
	if s.Survivor != (ledger.Account{}) {
		if survivor, err = w.accountFor(s.Survivor); err != nil {
			return err
		}
	}
	if err := w.say(account, survivor, s.AsOf); err != nil {
		return err
	}
	for _, i := range s.Identifiers {
		if err := addIdentifier(w.tx, i, account); err != nil {
			return err
		}
	}
	if err := w.state(account, s); err != nil {
		return err
	}
	if err := w.refold(account); err != nil {
		return err
	}
	return w.adopt(account, s.Grants)
}

// say notes that head office has spoken of an account, and who stands for it.
func (w *writer) say(account, survivor int64, asOf ledger.Stamp) error {
	row, found, err := w.tx.One(`SELECT survivor FROM accounts WHERE number = ?`, account)
	if err != nil || !found {
		return errorOr(err, "account row %d is missing", account)
	}
	var before []linked
	if row.Int64(0) != survivor {
		if before, err = groupOf(w.tx, account); err != nil {
			return err
		}
	}
	if _, err := w.tx.Exec(`UPDATE accounts SET known = 1, as_of = ?, survivor = ? WHERE number = ?`, int64(asOf), survivor, account); err != nil {
		return err
	}
	if err := w.relink(before); err != nil {
		return err
	}
	for _, g := range before { // its lots are with whoever it hangs together with now
		if err := w.refoldLots(g.number); err != nil {
			return err
		}
	}
	return nil
}

// accountFor is the row of an account, made when head office is the first to
// speak of it.
func (w *writer) accountFor(a ledger.Account) (int64, error) {
	number, found, err := resolve(w.tx, ledger.Subject{Account: a})
	if err != nil || found {
		return number, err
	}
	return addAccount(w.tx, a, false)
}

// state writes what the statement says, and how far it counts.
func (w *writer) state(account int64, s bulletin.Statement) error {
	if _, err := w.tx.Exec(`UPDATE positions SET stated = 0, stated_rest = '0/1', stated_lots = '' WHERE account = ?`, account); err != nil {
		return err
	}
	for _, b := range s.Wallets {
		if !b.Lots.IsZero() && b.Lots.Sum() != b.Points {
			// The balance counts; without days nothing of it lapses too early.
			w.db.cfg.Log.Warn().Str("account", s.Account.Short()).Str("wallet", string(b.Wallet)).Stringer("points", b.Points).
				Stringer("lots", b.Lots.Sum()).Msg("a statement's lots are not its balance: they are left out")
			b.Lots = ledger.Lots{}
		}
		_, err := w.tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest, stated_lots) VALUES (?, ?, ?, ?, 0, '0/1', ?)
			ON CONFLICT (account, wallet) DO UPDATE SET stated = excluded.stated, stated_rest = excluded.stated_rest, stated_lots = excluded.stated_lots`,
			account, string(b.Wallet), int64(b.Points), b.Rest.String(), lotsText(b.Lots))
		if err != nil {
			return err
		}
	}
	if _, err := w.tx.Exec(`DELETE FROM counted WHERE account = ?`, account); err != nil {
		return err
	}
	for _, m := range s.Counted {
		// A branch that is not here any more counts for nothing here.
		_, err := w.tx.Exec(`INSERT INTO counted (account, branch, seq) SELECT ?, number, ? FROM branches WHERE branch = ?`, account, m.Seq, m.Branch[:])
		if err != nil {
			return err
		}
	}
	return nil
}

// refold makes the own part of an account's positions again, from the entries
// above the marks, and the lots of its member.
func (w *writer) refold(account int64) error {
	sums, err := ownSums(w.tx, account)
	if err != nil {
		return err
	}
	if _, err := w.tx.Exec(`UPDATE positions SET own = 0, own_rest = '0/1' WHERE account = ?`, account); err != nil {
		return err
	}
	for _, p := range sums {
		_, err := w.tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (?, ?, 0, '0/1', ?, ?)
			ON CONFLICT (account, wallet) DO UPDATE SET own = excluded.own, own_rest = excluded.own_rest`,
			account, string(p.Wallet), int64(p.Points), p.Rest.String())
		if err != nil {
			return err
		}
	}
	return w.refoldLots(account)
}

// ownSums adds up an account's entries above its marks, wallet by wallet.
func ownSums(tx *sqlite.Tx, account int64) ([]ledger.Position, error) {
	rows := tx.Query(`SELECT e.wallet, e.points, e.rest FROM entries e
		LEFT JOIN counted c ON c.account = e.account AND c.branch = e.record >> 40
		WHERE e.account = ? AND e.kind <> 'close' AND (c.seq IS NULL OR e.record & 1099511627775 > c.seq) ORDER BY e.wallet`, account)
	defer rows.Close()
	var sums []ledger.Position
	for rows.Next() {
		wallet := ledger.Wallet(rows.Text(0))
		if len(sums) == 0 || sums[len(sums)-1].Wallet != wallet {
			sums = append(sums, ledger.Position{Wallet: wallet})
		}
		p := &sums[len(sums)-1]
		var err error
		if p.Points, err = p.Points.Add(ledger.Points(rows.Int64(1))); err != nil {
			return nil, err
		}
		var rest ledger.Fraction
		if err = rest.UnmarshalText([]byte(rows.Text(2))); err == nil {
			p.Rest, err = p.Rest.Add(rest)
		}
		if err != nil {
			return nil, err
		}
	}
	return sums, rows.Err()
}

// adopt takes in grants of the branch that is written, each once. One that is
// used up is never forgotten while the branch lasts: a head office restored
// from a backup lists it again until our own spending has come to it again, and
// taken for new it could be spent twice.
func (w *writer) adopt(account int64, grants []bulletin.Grant) error {
	for _, g := range grants {
		if g.Branch != w.branch.id || g.Points <= 0 || g.NotAfter <= 0 {
			continue
		}
		_, err := w.tx.Exec(`INSERT INTO set_asides (id, account, wallet, opened, remaining, not_after) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			string(g.ID.SetAside()), account, string(g.Wallet), int64(g.Points), int64(g.Points), int64(g.NotAfter))
		if err != nil {
			return err
		}
	}
	return nil
}
