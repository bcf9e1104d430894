package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// A Finding is one thing that is not as it must be.
type Finding struct {
	Invariant string // "journal", "balances", "set-asides", "requests", "file"
	Text      string
}

// A Report is what a check of the whole database found.
type Report struct {
	Records  int64
	Entries  int64
	Accounts int64
	Branches int64
	Findings []Finding
}

// maxFindings keeps a report readable; the first ones tell the cause.
const maxFindings = 100

func (r *Report) find(invariant, format string, args ...any) {
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, Finding{invariant, fmt.Sprintf(format, args...)})
	}
}

// Verify checks the database at path, which may be in use: it is copied in one
// step into scratch, a folder, and the copy is checked and removed.
func Verify(ctx context.Context, path, scratch string) (Report, error) {
	copied := filepath.Join(scratch, "verify.db")
	if err := copyDatabase(ctx, path, copied); err != nil {
		return Report{}, fmt.Errorf("verify %s: copy it: %w", path, err)
	}
	defer os.Remove(copied)
	h, err := sqlite.Open(ctx, sqlite.Options{Path: copied, ApplicationID: ApplicationID, ReadOnly: true})
	if err != nil {
		return Report{}, fmt.Errorf("verify %s: open the copy: %w", path, err)
	}
	report, err := verify(ctx, h)
	return report, errors.Join(err, h.Close())
}

func copyDatabase(ctx context.Context, from, to string) error {
	h, err := sqlite.Open(ctx, sqlite.Options{Path: from, ApplicationID: ApplicationID, ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(h.Backup(ctx, to), h.Close())
}

// Verify checks the open database as it stands.
func (db *DB) Verify(ctx context.Context) (Report, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return verify(ctx, db.h)
}

func verify(ctx context.Context, h *sqlite.DB) (Report, error) {
	var r Report
	if err := h.Check(ctx, false); errors.Is(err, sqlite.ErrCorrupt) {
		r.find("file", "%v", err)
	} else if err != nil {
		return r, err
	}
	err := h.Read(ctx, func(tx *sqlite.Tx) error {
		v := verifier{tx: tx, r: &r, folded: make(map[ledger.Account]map[ledger.Wallet]ledger.Position)}
		return errors.Join(v.journal(), v.entries(), v.positions(), v.setAsides(), v.requests())
	})
	return r, err
}

// A verifier walks one snapshot.
type verifier struct {
	tx     *sqlite.Tx
	r      *Report
	folded map[ledger.Account]map[ledger.Wallet]ledger.Position // all live entries of the journal
}

// journal checks that every branch is one chain without gaps whose bodies are
// those the heads name (invariant 2).
func (v *verifier) journal() error {
	terminal, _, _, err := identityOf(v.tx)
	if err != nil {
		return err
	}
	branches := make(map[int64]branch)
	rows := v.tx.Query(`SELECT ` + branchColumns + ` FROM branches`)
	for rows.Next() {
		b := scanBranch(rows.Row)
		branches[b.number] = b
	}
	v.r.Branches = int64(len(branches))
	tips := make(map[int64]ledger.Tip)
	rows = v.tx.Query(`SELECT id, head, body, again, hash FROM records ORDER BY id`)
	for rows.Next() {
		number, seq := splitID(rows.Int64(0))
		b, known := branches[number]
		if !known {
			v.r.find("journal", "record %d of branch row %d, which does not exist", seq, number)
			continue
		}
		tip, begun := tips[number]
		if !begun {
			tip = ledger.Open(terminal, b.id, b.parent, 0)
		}
		tips[number] = v.follow(tip, rows, b)
	}
	return rows.Err()
}

func (v *verifier) follow(tip ledger.Tip, rows *sqlite.Rows, b branch) ledger.Tip {
	v.r.Records++
	line := ledger.Line{Head: rows.Blob(1)}
	if !rows.IsNull(2) {
		line.Body = rows.Blob(2)
	}
	sealed, err := ledger.Follow(tip, line)
	if err != nil {
		_, seq := splitID(rows.Int64(0))
		v.r.find("journal", "branch %v: %v", b.id, err)
		// Go on from what is there, so that one fault is not a thousand.
		return ledger.Tip{Terminal: tip.Terminal, Branch: tip.Branch, Seq: seq, Hash: ledger.HeadHash(line.Head), Stamp: tip.Stamp}
	}
	if string(rows.Blob(4)) != string(sealed.Hash[:]) {
		v.r.find("journal", "branch %v: record %d is kept under another hash than its own", b.id, sealed.Head.Seq)
	}
	if rows.Int64(3) == 0 {
		v.count(sealed.Head.Entries)
	}
	return tip.After(sealed)
}

func (v *verifier) count(entries []ledger.Entry) {
	v.r.Entries += int64(len(entries))
	sums, err := ledger.Sum(entries)
	if err != nil {
		v.r.find("balances", "%v", err)
		return
	}
	for account, wallets := range sums {
		have := v.folded[account]
		if have == nil {
			have = make(map[ledger.Wallet]ledger.Position)
			v.folded[account] = have
		}
		for wallet, p := range wallets {
			h := have[wallet]
			points, err := h.Points.Add(p.Points)
			rest, errRest := h.Rest.Add(p.Rest)
			if err := errors.Join(err, errRest); err != nil {
				v.r.find("balances", "account %s: %v", account.Short(), err)
			}
			have[wallet] = ledger.Position{Wallet: wallet, Points: points, Rest: rest}
		}
	}
}

// entries checks that the rows beside the records add up to what the heads say
// (invariant 3).
func (v *verifier) entries() error {
	rows := v.tx.Query(`SELECT a.account, e.wallet, sum(e.points) FROM entries e JOIN accounts a ON a.number = e.account
		WHERE e.kind <> 'close' GROUP BY a.account, e.wallet`)
	seen := make(map[ledger.Account]map[ledger.Wallet]bool)
	for rows.Next() {
		var account ledger.Account
		copy(account[:], rows.Blob(0))
		wallet, points := ledger.Wallet(rows.Text(1)), ledger.Points(rows.Int64(2))
		if seen[account] == nil {
			seen[account] = make(map[ledger.Wallet]bool)
		}
		seen[account][wallet] = true
		if want := v.folded[account][wallet].Points; points != want {
			v.r.find("balances", "account %s, %s: the entries' rows add up to %v, the journal to %v", account.Short(), wallet, points, want)
		}
	}
	for account, wallets := range v.folded {
		for wallet, p := range wallets {
			if !seen[account][wallet] && p.Points != 0 {
				v.r.find("balances", "account %s, %s: the journal has %v, no row has any", account.Short(), wallet, p.Points)
			}
		}
	}
	return rows.Err()
}

// positions checks that each is its statement plus the own entries above the
// statement's marks (invariant 1).
func (v *verifier) positions() error {
	type key struct {
		account int64
		wallet  ledger.Wallet
	}
	kept := make(map[key]ledger.Position)
	var accounts []int64
	rows := v.tx.Query(`SELECT account, wallet, own, own_rest FROM positions`)
	for rows.Next() {
		p := ledger.Position{Wallet: ledger.Wallet(rows.Text(1)), Points: ledger.Points(rows.Int64(2))}
		if err := p.Rest.UnmarshalText([]byte(rows.Text(3))); err != nil {
			v.r.find("balances", "account row %d: %v", rows.Int64(0), err)
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
		if err != nil {
			return err
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

// setAsides checks that no wallet has more set aside by own awards than it was
// given here.
func (v *verifier) setAsides() error {
	rows := v.tx.Query(`SELECT s.id, s.remaining, e.points FROM set_asides s
		LEFT JOIN entries e ON e.account = s.account AND 'e/' || (SELECT printf('%016x', terminal) FROM identity) || '/' ||
			(SELECT lower(hex(branch)) FROM branches WHERE number = e.record >> 40) || '/' || (e.record & 1099511627775) || '/' || e.line = s.id
		WHERE s.not_after = 0`)
	for rows.Next() {
		if rows.IsNull(2) || rows.Int64(1) > rows.Int64(2) {
			v.r.find("set-asides", "%s has %v left, which no award of this journal opened", rows.Text(0), ledger.Points(rows.Int64(1)))
		}
	}
	return rows.Err()
}

// requests checks that every request and slip leads to a record that counts,
// and that no sale counts twice (invariant 4).
func (v *verifier) requests() error {
	rows := v.tx.Query(`SELECT q.key FROM requests q LEFT JOIN records r ON r.id = q.record WHERE r.id IS NULL OR r.again = 1`)
	for rows.Next() {
		v.r.find("requests", "request %s leads to no record that counts", rows.Text(0))
	}
	rows = v.tx.Query(`SELECT record FROM requests GROUP BY record HAVING count(*) > 1`)
	for rows.Next() {
		v.r.find("requests", "record row %d answers more than one request", rows.Int64(0))
	}
	rows = v.tx.Query(`SELECT j.id FROM jobs j LEFT JOIN records r ON r.id = j.record WHERE r.id IS NULL OR r.again = 1`)
	for rows.Next() {
		v.r.find("requests", "slip %d belongs to no record that counts", rows.Int64(0))
	}
	return rows.Err()
}
