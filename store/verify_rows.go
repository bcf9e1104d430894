package store

import (
	"errors"
	"slices"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// positions checks that each is its statement plus the own entries above the
// statement's marks (invariant 1). What a statement said is kept nowhere else,
// so of that only this is known: where none was made, it is nothing.
func (v *verifier) positions() error {
	type key struct {
		account int64
		wallet  ledger.Wallet
	}
	kept := make(map[key]ledger.Position)
	var accounts []int64
	rows := v.tx.Query(`SELECT p.account, p.wallet, p.own, p.own_rest, p.stated, p.stated_rest, ifnull(a.as_of, 0)
		FROM positions p LEFT JOIN accounts a ON a.number = p.account`)
	for rows.Next() {
		p := ledger.Position{Wallet: ledger.Wallet(rows.Text(1)), Points: ledger.Points(rows.Int64(2))}
		var stated ledger.Fraction
		if err := errors.Join(p.Rest.UnmarshalText([]byte(rows.Text(3))), stated.UnmarshalText([]byte(rows.Text(5)))); err != nil {
			v.r.find("balances", "account row %d: %v", rows.Int64(0), err)
		}
		if rows.Int64(6) == 0 && (rows.Int64(4) != 0 || !stated.IsZero()) {
			v.r.find("balances", "account row %d, %s: %v is stated, and there was no statement", rows.Int64(0), p.Wallet, ledger.Points(rows.Int64(4)))
		}
		kept[key{rows.Int64(0), p.Wallet}] = p
	}
	rows = v.tx.Query(`SELECT number FROM accounts`)
	for rows.Next() {
		accounts = append(accounts, rows.Int64(0))
	}
	v.r.Accounts = int64(len(accounts))
	for _, account := range accounts {
		sums, err := ownSums(v.tx, account)
		if isSQL(err) {
			return err
		}
		if err != nil {
			v.r.find("balances", "account row %d: %v", account, err)
			continue
		}
		for _, want := range sums {
			have := kept[key{account, want.Wallet}]
			if have.Points != want.Points || have.Rest != want.Rest {
				v.r.find("balances", "account row %d, %s: keeps %v and %v, its entries make %v and %v",
					account, want.Wallet, have.Points, have.Rest, want.Points, want.Rest)
			}
			delete(kept, key{account, want.Wallet})
		}
	}
	for k, p := range kept {
		if p.Points != 0 || !p.Rest.IsZero() {
			v.r.find("balances", "account row %d, %s: keeps %v that no entry made", k.account, k.wallet, p.Points)
		}
	}
	return rows.Err()
}

// isSQL reports an error of the database, after which nothing more can be asked.
func isSQL(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e)
}

// identifiers checks that what was once read at the counter is still known, and
// leads to the account it led to or to one that is the same member's. Of a card
// under several keys one has to: the others may have led elsewhere before.
func (v *verifier) identifiers() error {
	for refs, accounts := range v.claims {
		leads := len(refs) == 0
		for at := 0; at < len(refs); at += refSize {
			row, found, err := v.tx.One(`SELECT account FROM identifiers WHERE ref = ?`, []byte(refs[at:at+refSize]))
			if err != nil {
				return err
			}
			if !found {
				v.r.find("balances", "an identifier of account %s leads nowhere", accounts[0].Short())
				continue
			}
			here, err := v.isOneOf(row.Int64(0), accounts)
			if err != nil {
				return err
			}
			leads = leads || here
		}
		if !leads {
			v.r.find("balances", "the identifiers of account %s do not lead to it", accounts[0].Short())
		}
	}
	return nil
}

// isOneOf reports whether the account in row number is one member's with any
// of accounts.
func (v *verifier) isOneOf(number int64, accounts []ledger.Account) (bool, error) {
	group, err := groupOf(v.tx, number)
	if err != nil && !isSQL(err) {
		return false, nil // it leads to a row that is missing
	}
	for _, l := range group {
		if slices.Contains(accounts, l.account) {
			return true, nil
		}
	}
	return false, err
}

// setAsides checks that what is open is what the written branch's records
// leave, no less and no more.
func (v *verifier) setAsides() error {
	rows := v.tx.Query(`SELECT id, opened, remaining, not_after FROM set_asides`)
	for rows.Next() {
		id, opened, left := ledger.SetAsideID(rows.Text(0)), ledger.Points(rows.Int64(1)), ledger.Points(rows.Int64(2))
		want, own := v.open[id]
		switch {
		case rows.Int64(3) > 0:
			own, want = true, opened-v.drawn[id]
		case !own:
			v.r.find("set-asides", "%s has %v left, which no award of this branch leaves", id, left)
		}
		if own && left != want {
			v.r.find("set-asides", "%s has %v left, and %v by the journal", id, left, want)
		}
		delete(v.open, id)
	}
	for id, left := range v.open {
		v.r.find("set-asides", "%s is missing, and has %v left by the journal", id, left)
	}
	return rows.Err()
}

// requests checks that every request and slip leads to a record that counts,
// that every record answers one request, and that none has a slip twice
// (invariants 4 and 6).
func (v *verifier) requests() error {
	v.each(`SELECT q.record FROM requests q LEFT JOIN records r ON r.id = q.record WHERE r.id IS NULL OR r.again = 1`,
		"a request leads to record row %d, which does not count")
	v.each(`SELECT record FROM requests GROUP BY record HAVING count(*) > 1`, "record row %d answers more than one request")
	v.each(`SELECT r.id FROM records r LEFT JOIN requests q ON q.record = r.id WHERE r.again = 0 AND r.kind <> 'close' AND q.record IS NULL`,
		"record row %d answers no request: asked again, it would be given twice")
	v.each(`SELECT j.record FROM jobs j LEFT JOIN records r ON r.id = j.record WHERE r.id IS NULL OR r.again = 1`,
		"a slip belongs to record row %d, which does not count")
	return v.each(`SELECT record FROM jobs GROUP BY record, part HAVING count(*) > 1`, "record row %d has one of its slips more than once")
}

// each finds something about every number a query gives.
func (v *verifier) each(query, format string) error {
	rows := v.tx.Query(query)
	for rows.Next() {
		v.r.find("requests", format, rows.Int64(0))
	}
	return rows.Err()
}
