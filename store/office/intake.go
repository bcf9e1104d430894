package office

import (
	"context"
	"crypto/sha256"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Intake takes a batch in, in one transaction of its terminal's part: it
// compares the cursor, cuts what is known, keeps the document and moves the
// cursor. When it returns, what the outcome says is on the disk. A gap or a
// fork is an outcome, not an error.
func (db *DB) Intake(ctx context.Context, a settle.Arrival) (settle.Outcome, error) {
	var out settle.Outcome
	err := db.h.Write(ctx, func(tx *sqlite.Tx) error {
		in := intake{tx: tx, a: a, part: settle.Part(a.Terminal)}
		var err error
		out, err = in.run()
		return err
	})
	if err != nil {
		return settle.Outcome{}, fmt.Errorf("take in a batch of terminal %v: %w", a.Terminal, err)
	}
	out.Exceptions, err = db.openExceptions(ctx, a.Terminal)
	if err != nil {
		return settle.Outcome{}, fmt.Errorf("take in a batch of terminal %v: %w", a.Terminal, err)
	}
	return out, nil
}

// An intake is one batch at the door, inside its transaction.
type intake struct {
	tx   *sqlite.Tx
	a    settle.Arrival
	part int
	err  error // of hashAt
}

func (in *intake) run() (settle.Outcome, error) {
	// Written first, because that takes the lock everywhere.
	if _, err := in.tx.Exec(`UPDATE parts SET next = next WHERE ipart = ?`, in.part); err != nil {
		return settle.Outcome{}, err
	}
	standing, err := in.standing()
	if err != nil {
		return settle.Outcome{}, err
	}
	cursor, known, err := cursorOf(in.tx, in.a.Terminal, in.a.Branch)
	if err != nil {
		return settle.Outcome{}, err
	}
	if !known {
		cursor.head = ledger.Root(in.a.Terminal, in.a.Branch, in.a.Parent)
	}
	root := ledger.Root(in.a.Terminal, in.a.Branch, cursor.parentOr(in.a.Parent, known))
	admission := settle.Admit(in.a, ledger.Mark{Branch: in.a.Branch, Seq: cursor.seq}, cursor.head, func(seq int64) ledger.Hash {
		if seq == cursor.seq {
			return cursor.head
		}
		h, err := hashAt(in.tx, in.a.Terminal, in.a.Branch, seq, root)
		if err != nil && in.err == nil {
			in.err = err
		}
		return h
	})
	if in.err != nil {
		return settle.Outcome{}, in.err
	}
	if standing.Lacks, err = in.lacks(cursor.seq); err != nil {
		return settle.Outcome{}, err
	}
	out := settle.Outcome{Admission: admission, Archived: cursor.archived, Turn: standing.Turn, Authority: standing.Authority}
	switch admission.Fate {
	case settle.Gap:
		lacks, err := lacking(in.tx, in.a.Terminal, cursor.parentOr(in.a.Parent, known))
		if lacks != nil {
			out.Missing = *lacks
		}
		return out, err
	case settle.Fork:
		out.Suspect = "its records differ from those head office has of the same branch"
		out.Authority = bulletin.NoAuthority
		return out, in.keepProof(out.Suspect)
	}
	return in.take(out, standing, known)
}

// take writes what is new and settles the nonce.
func (in *intake) take(out settle.Outcome, standing settle.Standing, known bool) (settle.Outcome, error) {
	shown := settle.Show(standing, in.a, !known)
	out.Turn, out.Repeat, out.Suspect = shown.Next, shown.Repeat, shown.Suspect
	if !known {
		suspect, err := in.open(out.Admission)
		if err != nil {
			return out, err
		}
		out.Suspect = suspect
		standing.Branch = in.a.Branch
	}
	if out.Fate == settle.Taken {
		if err := in.keep(out.Admission); err != nil {
			return out, err
		}
	}
	if shown.Behind {
		detail := "it was given a nonce that head office has no memory of: head office was restored from a backup"
		if err := raise(in.tx, in.a.Terminal, in.a.Branch, settle.OfficeBehind, detail, in.a.At); err != nil {
			return out, err
		}
	}
	if out.Suspect != "" {
		out.Authority = bulletin.NoAuthority
		if err := suspect(in.tx, in.a.Terminal, in.a.Branch, out.Suspect, in.a.At); err != nil {
			return out, err
		}
	}
	_, err := in.tx.Exec(`UPDATE terminals SET branch = ?, turn = ?, request = ?, seen_at = ? WHERE ipart = ? AND terminal = ?`,
		standing.Branch[:], out.Turn, in.a.Request, int64(in.a.At), in.part, int64(in.a.Terminal))
	return out, err
}

func (in *intake) standing() (settle.Standing, error) {
	row, found, err := in.tx.One(`SELECT branch, turn, request, authority FROM terminals WHERE ipart = ? AND terminal = ?`, in.part, int64(in.a.Terminal))
	if err != nil {
		return settle.Standing{}, err
	}
	if !found {
		return settle.Standing{}, ErrNotEnrolled
	}
	s := settle.Standing{Turn: row.Int64(1), Request: row.Text(2), Authority: bulletin.Authority(row.Text(3))}
	if !row.IsNull(0) {
		s.Branch = branchOf(row.Blob(0))
	}
	return s, nil
}

// lacks reports whether head office, whose end of the batch's branch is seq,
// lacks records of it that another branch goes on from.
func (in *intake) lacks(seq int64) (bool, error) {
	row, _, err := in.tx.One(`SELECT COUNT(*) FROM branches WHERE ipart = ? AND terminal = ? AND parent_branch = ? AND parent_seq > ?`,
		in.part, int64(in.a.Terminal), in.a.Branch[:], seq)
	return err == nil && row.Int64(0) > 0, err
}

// open writes the cursor of a branch that is new here and judges where it came
// from, as a greeting would.
func (in *intake) open(to settle.Admission) (suspect string, err error) {
	claim := bulletin.Claim{Terminal: in.a.Terminal, Branch: in.a.Branch, Parent: in.a.Parent}
	k, err := known(in.tx, claim)
	if err != nil {
		return "", err
	}
	if k.Lacks != nil {
		detail := fmt.Sprintf("records after %d of branch %v are missing: it did not send them before the branch that goes on from there", k.Lacks.Seq, k.Lacks.Branch)
		if err := raise(in.tx, in.a.Terminal, k.Lacks.Branch, settle.RecordsMissing, detail, in.a.At); err != nil {
			return "", err
		}
	}
	p := in.a.Parent
	_, err = in.tx.Exec(`INSERT INTO branches (ipart, terminal, branch, parent_branch, parent_seq, parent_hash, seq, head, opened_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, in.part, int64(in.a.Terminal), in.a.Branch[:], p.Branch[:], p.Seq, p.Hash[:], to.Accepted, to.Head[:], int64(in.a.At))
	return settle.Judge(claim, k).Suspect, err
}

// keep puts the document into the inbox and moves the cursor.
func (in *intake) keep(to settle.Admission) error {
	row, _, err := in.tx.One(`SELECT next FROM parts WHERE ipart = ?`, in.part)
	if err != nil {
		return err
	}
	position := row.Int64(0)
	hashes := make([]byte, 0, len(in.a.Hashes)*len(ledger.Hash{}))
	for _, h := range in.a.Hashes {
		hashes = append(hashes, h[:]...)
	}
	_, err = in.tx.Exec(`INSERT INTO inbox (ipart, position, terminal, branch, first, new_first, last, hashes, document, received_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		in.part, position, int64(in.a.Terminal), in.a.Branch[:], in.a.First, to.NewFirst, to.Accepted, hashes, in.a.Document, int64(in.a.At))
	if err != nil {
		return err
	}
	if _, err := in.tx.Exec(`UPDATE parts SET next = ? WHERE ipart = ?`, position+1, in.part); err != nil {
		return err
	}
	_, err = in.tx.Exec(`UPDATE branches SET seq = ?, head = ? WHERE ipart = ? AND terminal = ? AND branch = ?`,
		to.Accepted, to.Head[:], in.part, int64(in.a.Terminal), in.a.Branch[:])
	if err != nil {
		return err
	}
	day := string(settle.ReportedDay(in.a.Day, in.a.At))
	_, err = in.tx.Exec(`UPDATE terminals SET reported = ? WHERE ipart = ? AND terminal = ? AND reported < ?`, day, in.part, int64(in.a.Terminal), day)
	return err
}

// keepProof keeps a batch that shows a second history.
func (in *intake) keepProof(why string) error {
	digest := sha256.Sum256(in.a.Document)
	_, err := in.tx.Exec(`INSERT INTO proofs (ipart, terminal, branch, digest, document, received_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (ipart, terminal, branch, digest) DO NOTHING`,
		in.part, int64(in.a.Terminal), in.a.Branch[:], digest[:], in.a.Document, int64(in.a.At))
	if err != nil {
		return err
	}
	return suspect(in.tx, in.a.Terminal, in.a.Branch, why, in.a.At)
}

// suspect takes the terminal's authority away until a person decides.
func suspect(tx *sqlite.Tx, t ledger.Terminal, b ledger.Branch, why string, at ledger.Stamp) error {
	_, err := tx.Exec(`UPDATE terminals SET authority = ?, reason = ? WHERE ipart = ? AND terminal = ?`,
		string(bulletin.NoAuthority), why, settle.Part(t), int64(t))
	if err != nil {
		return err
	}
	return raise(tx, t, b, settle.BranchSuspect, why, at)
}

// raise lists something about a terminal for people; the same thing twice is
// listed once, and again when it comes back after it was solved.
func raise(tx *sqlite.Tx, t ledger.Terminal, b ledger.Branch, code settle.Code, detail string, at ledger.Stamp) error {
	_, err := tx.Exec(`INSERT INTO alarms (ipart, terminal, branch, code, detail, raised_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (ipart, terminal, branch, code) DO UPDATE SET detail = excluded.detail, raised_at = excluded.raised_at, solved = 0`,
		settle.Part(t), int64(t), b[:], string(code), detail, int64(at))
	return err
}

// A cursor is head office's end of a branch.
type cursor struct {
	parent   ledger.Parent
	seq      int64
	head     ledger.Hash
	archived int64
}

// parentOr is the parent as head office has it; what the batch says where it
// has none.
func (c cursor) parentOr(said ledger.Parent, known bool) ledger.Parent {
	if known {
		return c.parent
	}
	return said
}

func cursorOf(tx *sqlite.Tx, t ledger.Terminal, b ledger.Branch) (cursor, bool, error) {
	row, found, err := tx.One(`SELECT parent_branch, parent_seq, parent_hash, seq, head, archived FROM branches
		WHERE ipart = ? AND terminal = ? AND branch = ?`, settle.Part(t), int64(t), b[:])
	if err != nil || !found {
		return cursor{}, false, err
	}
	return cursor{
		parent: ledger.Parent{Branch: branchOf(row.Blob(0)), Seq: row.Int64(1), Hash: hashOf(row.Blob(2))},
		seq:    row.Int64(3), head: hashOf(row.Blob(4)), archived: row.Int64(5),
	}, true, nil
}

// hashAt is head office's hash of a record it has; root is that of record 0.
func hashAt(tx *sqlite.Tx, t ledger.Terminal, b ledger.Branch, seq int64, root ledger.Hash) (ledger.Hash, error) {
	if seq == 0 {
		return root, nil
	}
	row, found, err := tx.One(`SELECT first, hashes FROM inbox WHERE ipart = ? AND terminal = ? AND branch = ? AND last >= ? ORDER BY last LIMIT 1`,
		settle.Part(t), int64(t), b[:], seq)
	if err != nil {
		return ledger.Hash{}, err
	}
	if found {
		at := (seq - row.Int64(0)) * int64(len(ledger.Hash{}))
		if hashes := row.Blob(1); at >= 0 && at+int64(len(ledger.Hash{})) <= int64(len(hashes)) {
			return hashOf(hashes[at:]), nil
		}
	}
	return ledger.Hash{}, fmt.Errorf("record %d of branch %v is behind the cursor but not in the inbox", seq, b)
}

// Known is what head office has that bears on a claim.
func (db *DB) Known(ctx context.Context, c bulletin.Claim) (k settle.Known, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		k, err = known(tx, c)
		return err
	})
	return k, err
}

func known(tx *sqlite.Tx, c bulletin.Claim) (settle.Known, error) {
	var k settle.Known
	own, found, err := cursorOf(tx, c.Terminal, c.Branch)
	if err != nil {
		return k, err
	}
	if k.Lacks, err = lacking(tx, c.Terminal, own.parentOr(c.Parent, found)); err != nil {
		return k, err
	}
	if found {
		k.HasBranch, k.Seq, k.Head = true, own.seq, own.head
		if c.Seq <= own.seq {
			k.AtClaim, err = hashAt(tx, c.Terminal, c.Branch, c.Seq, ledger.Root(c.Terminal, c.Branch, own.parent))
		}
		return k, err
	}
	rows := tx.Query(`SELECT parent_branch FROM branches WHERE ipart = ? AND terminal = ?`, settle.Part(c.Terminal), int64(c.Terminal))
	for rows.Next() {
		k.OtherBranches = true
		if !c.Parent.IsZero() && branchOf(rows.Blob(0)) == c.Parent.Branch {
			k.Continued = true
		}
	}
	if err := rows.Err(); err != nil || c.Parent.IsZero() {
		return k, err
	}
	parent, found, err := cursorOf(tx, c.Terminal, c.Parent.Branch)
	if err != nil || !found || c.Parent.Seq > parent.seq {
		return k, err
	}
	k.HasParent = true
	k.AtParent, err = hashAt(tx, c.Terminal, c.Parent.Branch, c.Parent.Seq, ledger.Root(c.Terminal, c.Parent.Branch, parent.parent))
	return k, err
}

// lacking goes from parent to parent until it finds one that head office does
// not have as far as the branch after it goes on from there.
func lacking(tx *sqlite.Tx, t ledger.Terminal, from ledger.Parent) (*ledger.Mark, error) {
	seen := make(map[ledger.Branch]bool) // who makes its branches up may make a ring
	for !from.IsZero() && !seen[from.Branch] {
		seen[from.Branch] = true
		c, _, err := cursorOf(tx, t, from.Branch)
		if err != nil {
			return nil, err
		}
		if c.seq < from.Seq {
			return &ledger.Mark{Branch: from.Branch, Seq: c.seq}, nil
		}
		from = c.parent
	}
	return nil, nil
}

// Hello notes what a terminal said of itself and, if suspicious says why, takes
// its authority away.
func (db *DB) Hello(ctx context.Context, c bulletin.Claim, suspicious string, at ledger.Stamp) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE terminals SET software = ?, rules = ?, seen_at = ? WHERE ipart = ? AND terminal = ?`,
			c.Software, c.Rules, int64(at), settle.Part(c.Terminal), int64(c.Terminal))
		if err != nil || suspicious == "" {
			return err
		}
		return suspect(tx, c.Terminal, c.Branch, suspicious, at)
	})
}

// SetArchived says that a verified backup holds every record that was accepted
// up to the marks. A mark never goes back or above what was accepted.
func (db *DB) SetArchived(ctx context.Context, t ledger.Terminal, marks []ledger.Mark) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		for _, m := range marks {
			_, err := tx.Exec(`UPDATE branches SET archived = ? WHERE ipart = ? AND terminal = ? AND branch = ? AND archived < ? AND seq >= ?`,
				m.Seq, settle.Part(t), int64(t), m.Branch[:], m.Seq, m.Seq)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Marks are the accepted marks of every branch, for a backup to note what it holds.
func (db *DB) Marks(ctx context.Context) (map[ledger.Terminal][]ledger.Mark, error) {
	marks := make(map[ledger.Terminal][]ledger.Mark)
	err := db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT terminal, branch, seq FROM branches ORDER BY terminal, opened_at, branch`)
		for rows.Next() {
			t := ledger.Terminal(rows.Int64(0))
			marks[t] = append(marks[t], ledger.Mark{Branch: branchOf(rows.Blob(1)), Seq: rows.Int64(2)})
		}
		return rows.Err()
	})
	return marks, err
}

// Proofs are the refused documents that show two histories of the terminal's branches.
func (db *DB) Proofs(ctx context.Context, t ledger.Terminal) (docs [][]byte, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT document FROM proofs WHERE ipart = ? AND terminal = ? ORDER BY received_at, digest`, settle.Part(t), int64(t))
		for rows.Next() {
			docs = append(docs, rows.Blob(0))
		}
		return rows.Err()
	})
	return docs, err
}

// Inbox are the documents of a terminal in the order they were taken.
func (db *DB) Inbox(ctx context.Context, t ledger.Terminal) (docs [][]byte, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT document FROM inbox WHERE ipart = ? AND terminal = ? ORDER BY position`, settle.Part(t), int64(t))
		for rows.Next() {
			docs = append(docs, rows.Blob(0))
		}
		return rows.Err()
	})
	return docs, err
}
