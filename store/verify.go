package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// A Finding is one thing that is not as it must be.
type Finding struct {
	Invariant string // "journal", "balances", "lots", "set-asides", "requests", "sales", "members", "days", "file"
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
func (db *DB) Verify(ctx context.Context) (r Report, err error) {
	err = db.use(ctx, func(h *sqlite.DB) (err error) {
		r, err = verify(ctx, h)
		return err
	})
	return r, err
}

func verify(ctx context.Context, h *sqlite.DB) (Report, error) {
	var r Report
	if err := h.Check(ctx, false); errors.Is(err, sqlite.ErrCorrupt) {
		r.find("file", "%v", err)
	} else if err != nil {
		return r, err
	}
	err := h.Read(ctx, func(tx *sqlite.Tx) error {
		v := verifier{
			tx: tx, r: &r, folded: make(map[purse]tally), open: make(map[ledger.SetAsideID]ledger.Points),
			drawn: make(map[ledger.SetAsideID]ledger.Points), origins: make(map[ledger.Key]bool), claims: make(map[string][]ledger.Account),
			found: newFoundHere(),
		}
		return errors.Join(v.branches(), v.journal(), v.entries(), v.positions(), v.lots(), v.identifiers(), v.setAsides(), v.requests(), v.counter(), v.days())
	})
	switch {
	case errors.Is(err, sqlite.ErrCorrupt):
		// What cannot be read to its end is what somebody asked to know.
		r.find("file", "%v", err)
	case errors.Is(err, sqlite.ErrSuspect) && len(r.Findings) > 0: // found by the check of the file
	default:
		return r, err
	}
	return r, nil
}

// A verifier walks one snapshot.
type verifier struct {
	tx       *sqlite.Tx
	r        *Report
	terminal ledger.Terminal
	known    map[int64]branch
	last     int64 // number of the branch that is written

	folded  map[purse]tally                     // all live entries of the journal
	open    map[ledger.SetAsideID]ledger.Points // what the journal leaves of the written branch's own awards
	drawn   map[ledger.SetAsideID]ledger.Points // and took from its grants
	origins map[ledger.Key]bool                 // records that were issued again
	claims  map[string][]ledger.Account         // whom the bodies say that refs lead to, written one after the other
	found   foundHere
}

// A purse is one wallet of an account.
type purse struct {
	account ledger.Account
	wallet  ledger.Wallet
}

// A tally is what a set of entries comes to. The digest does not depend on
// their order, and tells sets apart that only add up to the same.
type tally struct {
	lines  int64
	points ledger.Points // may wrap around: the digest tells
	digest uint64
}

func (t tally) with(record int64, line int, e ledger.Entry) tally {
	text := fmt.Sprintf("%d %d %s %d %v %s", record, line, e.Kind, e.Points, e.Rest, lotOf(e))
	sum := sha256.Sum256([]byte(text))
	return tally{t.lines + 1, t.points + e.Points, t.digest + binary.BigEndian.Uint64(sum[:])}
}

// branches checks that each goes on from a record that is here (invariant 2).
func (v *verifier) branches() error {
	var err error
	if v.terminal, _, _, err = identityOf(v.tx); err != nil {
		return err
	}
	v.known = make(map[int64]branch)
	numbers := make(map[ledger.Branch]int64)
	rows := v.tx.Query(`SELECT ` + branchColumns + ` FROM branches ORDER BY number`)
	for rows.Next() {
		b := scanBranch(rows.Row)
		v.known[b.number], numbers[b.id], v.last = b, b.number, b.number
	}
	if err := rows.Err(); err != nil {
		return err
	}
	v.r.Branches = int64(len(v.known))
	for _, b := range v.known {
		tip, err := tipOf(v.tx, v.terminal, b)
		if err != nil {
			return err
		}
		if b.archived < 0 || b.archived > b.accepted || b.accepted > tip.Seq {
			v.r.find("journal", "branch %v ends at %d, and %d is noted as accepted, %d as archived", b.id, tip.Seq, b.accepted, b.archived)
		}
		if b.parent.IsZero() {
			continue
		}
		parent, here := v.known[numbers[b.parent.Branch]]
		if !here {
			v.r.find("journal", "branch %v goes on from branch %v, which does not exist", b.id, b.parent.Branch)
			continue
		}
		from := going{branch: parent, tip: ledger.Tip{Terminal: v.terminal}}
		h, err := hashAt(v.tx, from, b.parent.Seq)
		if isSQL(err) {
			return err
		}
		if err != nil || h != b.parent.Hash {
			v.r.find("journal", "branch %v goes on from another record %d than branch %v has", b.id, b.parent.Seq, parent.id)
		}
	}
	return nil
}

// journal checks that every branch is one chain without gaps whose bodies are
// those the heads name (invariant 2).
func (v *verifier) journal() error {
	tips := make(map[int64]ledger.Tip)
	rows := v.tx.Query(`SELECT id, head, body, again, hash, kind, day, stamp FROM records ORDER BY id`)
	for rows.Next() {
		number, seq := splitID(rows.Int64(0))
		b, known := v.known[number]
		if !known {
			v.r.find("journal", "record %d of branch row %d, which does not exist", seq, number)
			continue
		}
		tip, begun := tips[number]
		if !begun {
			tip = ledger.Open(v.terminal, b.id, b.parent, 0)
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
	if h := sealed.Head; rows.Text(5) != string(h.Kind) || rows.Text(6) != string(h.Day) || rows.Int64(7) != int64(h.Stamp) {
		v.r.find("journal", "branch %v: record %d is kept under another kind, day or stamp than its own", b.id, h.Seq)
	}
	if rows.Int64(3) == 0 {
		v.count(rows.Int64(0), sealed, b)
	} else if sealed.Head.Kind != ledger.KindClose { // closes are not issued again
		v.found.cutOff[rows.Int64(0)] = firstKey(sealed.Head)
	}
	return tip.After(sealed)
}

// count takes in a record that counts.
func (v *verifier) count(id int64, r ledger.Sealed, b branch) {
	if o := r.Head.Origin; o != nil {
		if v.origins[*o] {
			v.r.find("requests", "record %v was issued again more than once", *o)
		}
		v.origins[*o] = true
	}
	for i, e := range r.Head.Entries {
		v.r.Entries++
		at := purse{e.Account, e.Wallet}
		v.folded[at] = v.folded[at].with(id, i+1, e)
		if b.number == v.last {
			v.countSetAsides(r.Head.Key().Entry(i+1), e)
		}
	}
	v.found.head(id, r.Head)
	if r.Line.Body == nil {
		v.found.emptied[id] = r.Head.Kind
		return
	}
	body, err := ledger.ParseBody(r.Line.Body)
	if err != nil {
		v.r.find("journal", "record %v: %v", r.Head.Key(), err)
		return
	}
	v.found.body(id, r.Head, body)
	var refs []byte
	for _, i := range body.Identifiers {
		refs = append(refs, refKey(i.Ref)...)
	}
	if claimed := v.claims[string(refs)]; !slices.Contains(claimed, body.Account) {
		v.claims[string(refs)] = append(claimed, body.Account)
	}
}

func (v *verifier) countSetAsides(key ledger.EntryKey, e ledger.Entry) {
	if id, opens := e.Opens(key); opens {
		v.open[id] += e.Points
	}
	for _, d := range e.Draws {
		if _, own := v.open[d.From]; !own {
			v.drawn[d.From] += d.Points
			continue
		}
		if v.open[d.From] -= d.Points; v.open[d.From] == 0 {
			delete(v.open, d.From)
		}
	}
}

// entries checks that the rows beside the records are what the heads say
// (invariant 3).
func (v *verifier) entries() error {
	kept := make(map[purse]tally)
	rows := v.tx.Query(`SELECT a.account, e.wallet, e.record, e.line, e.kind, e.points, e.rest, e.lot FROM entries e LEFT JOIN accounts a ON a.number = e.account`)
	for rows.Next() {
		if rows.IsNull(0) {
			v.r.find("balances", "entry %d of record row %d belongs to no account", rows.Int64(3), rows.Int64(2))
			continue
		}
		at := purse{wallet: ledger.Wallet(rows.Text(1))}
		copy(at.account[:], rows.Blob(0))
		e := ledger.Entry{Kind: ledger.EntryKind(rows.Text(4)), Points: ledger.Points(rows.Int64(5))}
		err := e.Rest.UnmarshalText([]byte(rows.Text(6)))
		if err == nil {
			e, err = withLot(e, rows.Text(7))
		}
		if err != nil {
			v.r.find("balances", "entry %d of record row %d: %v", rows.Int64(3), rows.Int64(2), err)
		}
		kept[at] = kept[at].with(rows.Int64(2), int(rows.Int64(3)), e)
	}
	for at, want := range v.folded {
		if have := kept[at]; have != want {
			v.r.find("balances", "account %s, %s: %d rows of entries make %v, the journal has %d that make %v; or one of them differs",
				at.account.Short(), at.wallet, have.lines, have.points, want.lines, want.points)
		}
		delete(kept, at)
	}
	for at, have := range kept {
		v.r.find("balances", "account %s, %s: %d rows of entries make %v, the journal has none", at.account.Short(), at.wallet, have.lines, have.points)
	}
	return rows.Err()
}
