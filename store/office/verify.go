package office

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A Checker reads an inbox document and checks its signature under the key.
type Checker func(document []byte, key ed25519.PublicKey) (ledger.Batch, error)

// Verify reads everything and reports what does not fit: the signature and
// chain of every document, the chain of head office's own journal, posted and
// parked entries against the journals, balances, lots and set-asides against their
// sums, and gaps in the feed. No problems and no error is a clean bill; with
// an error the problems are those found until then. It reads one snapshot, so
// it may run while head office works; entries that are still to be counted are
// no problem. It ends early when ctx does.
func (db *DB) Verify(ctx context.Context, check Checker) ([]string, error) {
	v := verifier{ctx: ctx, check: check, journal: make(map[ledger.EntryKey]expected), tips: make(map[mark]ledger.Tip),
		records: make(map[ledger.Key]issue), counts: make(map[decision]ledger.Key), dated: make(map[settle.Purse]bool)}
	err := db.h.Read(ctx, func(tx *sqlite.Tx) error {
		v.tx = tx
		for _, step := range []func() error{v.inbox, v.own, v.decisions, v.entries, v.parked, v.balances, v.setAsides, v.returned, v.feed} {
			if err := errors.Join(step(), ctx.Err()); err != nil {
				return err
			}
		}
		v.rest()
		return nil
	})
	if err != nil {
		return v.problems, fmt.Errorf("verify head office's database: %w", err)
	}
	return v.problems, nil
}

type mark struct {
	terminal ledger.Terminal
	branch   ledger.Branch
}

// An expected entry must be posted or parked if every bucket has counted its
// batch, and may be so before.
type expected struct {
	entry ledger.Entry
	must  bool
}

// An issue is what a terminal's record says of its decision.
type issue struct {
	body  ledger.Hash
	again bool
}

type decision struct {
	bucket int64
	settle.Decision
}

type verifier struct {
	ctx      context.Context
	tx       *sqlite.Tx
	check    Checker
	problems []string
	// journal are the entries that may be posted or parked once, and were not
	// seen to be so yet.
	journal map[ledger.EntryKey]expected
	tips    map[mark]ledger.Tip
	records map[ledger.Key]issue
	counts  map[decision]ledger.Key // by which record each decision counts
	dated   map[settle.Purse]bool   // which purses have lots
}

// next is the next row, and none once nobody waits for the answer.
func (v *verifier) next(rows *sqlite.Rows) bool { return v.ctx.Err() == nil && rows.Next() }

func (v *verifier) say(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// inbox checks every document under the keys its terminal ever had, and that
// each branch goes on where the document before it ended.
func (v *verifier) inbox() error {
	keys, err := v.keys()
	if err != nil {
		return err
	}
	rows := v.tx.Query(`SELECT i.ipart, i.position, i.terminal, i.branch, i.new_first, i.last, i.document, p.projected
		FROM inbox i JOIN parts p ON p.ipart = i.ipart ORDER BY i.ipart, i.position`)
	next := make(map[int64]int64)
	for v.next(rows) {
		part, position, terminal := rows.Int64(0), rows.Int64(1), ledger.Terminal(rows.Int64(2))
		where := fmt.Sprintf("inbox %d/%d of terminal %v", part, position, terminal)
		if next[part]++; position != next[part] {
			v.say("%s: the position before it is missing", where)
			next[part] = position
		}
		v.document(where, keys[terminal], rows.Row, position <= rows.Int64(7))
	}
	return rows.Err()
}

func (v *verifier) keys() (map[ledger.Terminal][]ed25519.PublicKey, error) {
	keys := make(map[ledger.Terminal][]ed25519.PublicKey)
	rows := v.tx.Query(`SELECT terminal, public_key FROM terminal_keys ORDER BY since`)
	for v.next(rows) {
		t := ledger.Terminal(rows.Int64(0))
		keys[t] = append(keys[t], rows.Blob(1))
	}
	return keys, rows.Err()
}

func (v *verifier) document(where string, keys []ed25519.PublicKey, row sqlite.Row, counted bool) {
	batch, err := v.signed(row.Blob(6), keys)
	if err != nil {
		v.say("%s: %v", where, err)
		return
	}
	records, _, err := batch.Records()
	at := mark{batch.Terminal, batch.Branch}
	tip, known := v.tips[at]
	if !known {
		tip = ledger.Open(batch.Terminal, batch.Branch, batch.Parent, 0)
	}
	newFirst := row.Int64(4)
	switch {
	case err != nil:
		v.say("%s: %v", where, err)
		return
	case batch.Terminal != ledger.Terminal(row.Int64(2)) || batch.Branch != branchOf(row.Blob(3)) || batch.Last() != row.Int64(5):
		v.say("%s: its row says another terminal, branch or end than the document", where)
		return
	case newFirst != tip.Seq+1 || newFirst < batch.First:
		v.say("%s: record %d was to follow, it brings records from %d", where, tip.Seq+1, newFirst)
		return
	}
	before := batch.Before
	for _, r := range records {
		if r.Head.Seq == newFirst && before != tip.Hash {
			v.say("%s: record %d does not follow from the document before it", where, newFirst)
		}
		before = r.Hash
		if r.Head.Seq >= newFirst {
			v.expect(r.Head, counted)
			v.records[r.Head.Key()] = issue{r.Head.Body, r.Head.Origin != nil}
		}
	}
	v.tips[at] = ledger.Tip{Terminal: batch.Terminal, Branch: batch.Branch, Seq: batch.Last(), Hash: before}
}

func (v *verifier) signed(doc []byte, keys []ed25519.PublicKey) (batch ledger.Batch, err error) {
	err = errors.New("its terminal is not enrolled")
	for _, key := range keys {
		if batch, err = v.check(doc, key); err == nil {
			return batch, nil
		}
	}
	return batch, err
}

func (v *verifier) expect(h ledger.Head, must bool) {
	for i, e := range h.Entries {
		v.journal[h.Key().Entry(i+1)] = expected{e, must}
	}
}

// own follows head office's own journal, bucket by bucket.
func (v *verifier) own() error {
	rows := v.tx.Query(`SELECT b.bucket, b.branch, b.seq, b.head FROM buckets b ORDER BY b.bucket`)
	for v.next(rows) {
		bucket := rows.Int64(0)
		tip := ledger.Open(ledger.HeadOffice, branchOf(rows.Blob(1)), ledger.Parent{}, 0)
		records := v.tx.Query(`SELECT head, body FROM own_records WHERE bucket = ? ORDER BY seq`, bucket)
		for v.next(records) {
			line := ledger.Line{Head: records.Blob(0)}
			if !records.IsNull(1) {
				line.Body = records.Blob(1)
			}
			r, err := ledger.Follow(tip, line)
			if err != nil {
				v.say("head office's own journal, bucket %d: %v", bucket, err)
				break
			}
			tip = tip.After(r)
			v.expect(r.Head, true)
		}
		records.Close()
		if tip.Seq != rows.Int64(2) || tip.Hash != hashOf(rows.Blob(3)) {
			v.say("head office's own journal, bucket %d: ends at record %d, its row says %d", bucket, tip.Seq, rows.Int64(2))
		}
	}
	return rows.Err()
}

// decisions reads by which record each decision counts.
func (v *verifier) decisions() error {
	rows := v.tx.Query(`SELECT bucket, terminal, body, branch, seq, again FROM decisions`)
	for v.next(rows) {
		d := decision{rows.Int64(0), settle.Decision{Terminal: ledger.Terminal(rows.Int64(1)), Body: hashOf(rows.Blob(2))}}
		key := ledger.Key{Terminal: d.Terminal, Branch: branchOf(rows.Blob(3)), Seq: rows.Int64(4)}
		v.counts[d] = key
		if v.records[key] != (issue{d.Body, rows.Int64(5) != 0}) {
			v.say("bucket %d: a decision is said to count by record %v, which the journals do not have so", d.bucket, key)
		}
	}
	return rows.Err()
}

// once checks that a record that counts, posted or parked, is the one by which
// its decision does.
func (v *verifier) once(bucket int64, key ledger.Key) {
	is, has := v.records[key]
	if !has {
		return // head office's own, or said already
	}
	first, noted := v.counts[decision{bucket, settle.Decision{Terminal: key.Terminal, Body: is.body}}]
	switch {
	case !noted:
		v.say("nothing says that the decision of record %v counts: issued again it would count twice", key)
	case first != key && (is.again || v.records[first].again):
		v.say("record %v counts beside record %v, which is the same decision", key, first)
	}
}

// nothing checks that a record that counts for nothing is issued again.
func (v *verifier) nothing(bucket int64, key, first ledger.Key) {
	is := v.records[key]
	counts, noted := v.counts[decision{bucket, settle.Decision{Terminal: key.Terminal, Body: is.body}}]
	if !noted || counts != first || first == key || !is.again && !v.records[first].again {
		v.say("record %v counts for nothing, and not because its decision counts by record %v", key, first)
	}
}

// entries strikes the posted entries off the journals.
func (v *verifier) entries() error {
	rows := v.tx.Query(`SELECT bucket, terminal, branch, seq, line, account, wallet, points, rest, entry FROM entries ORDER BY bucket, position`)
	for v.next(rows) {
		key := ledger.Key{Terminal: ledger.Terminal(rows.Int64(1)), Branch: branchOf(rows.Blob(2)), Seq: rows.Int64(3)}.Entry(int(rows.Int64(4)))
		e := ledger.Entry{Account: accountOf(rows.Blob(5)), Wallet: ledger.Wallet(rows.Text(6)), Points: ledger.Points(rows.Int64(7))}
		v.strike("posted", key, e, rows.Text(8))
		v.whole(key, e, rows.Text(9))
		v.once(rows.Int64(0), key.Record)
		if settle.Bucket(e.Account) != int(rows.Int64(0)) {
			v.say("entry %v lies in bucket %d, its account belongs to %d", key, rows.Int64(0), settle.Bucket(e.Account))
		}
	}
	return rows.Err()
}

// whole reads the entry as it is kept, all of it, and notes whether its purse has lots.
func (v *verifier) whole(key ledger.EntryKey, short ledger.Entry, text string) {
	var e ledger.Entry
	if err := json.Unmarshal([]byte(text), &e); err != nil || e.Account != short.Account || e.Wallet != short.Wallet || e.Points != short.Points {
		v.say("entry %v: what is kept of it whole is another entry", key)
	}
	if settle.Dates(e) {
		v.dated[settle.Purse{Account: e.Account, Wallet: e.Wallet}] = true
	}
}

func (v *verifier) parked() error {
	rows := v.tx.Query(`SELECT bucket, terminal, branch, seq, line, account, wallet, points, reason, first_branch, first_seq FROM parked`)
	for v.next(rows) {
		key := ledger.Key{Terminal: ledger.Terminal(rows.Int64(1)), Branch: branchOf(rows.Blob(2)), Seq: rows.Int64(3)}
		again := settle.Code(rows.Text(8)) == settle.IssuedAgain
		if again {
			v.nothing(rows.Int64(0), key, ledger.Key{Terminal: key.Terminal, Branch: branchOf(rows.Blob(9)), Seq: rows.Int64(10)})
		}
		line := int(rows.Int64(4))
		if line == 0 {
			continue // a record without entries
		}
		if !again {
			v.once(rows.Int64(0), key)
		}
		v.strike("parked", key.Entry(line), ledger.Entry{Account: accountOf(rows.Blob(5)), Wallet: ledger.Wallet(rows.Text(6)), Points: ledger.Points(rows.Int64(7))}, "")
	}
	return rows.Err()
}

// strike takes an entry off the journals. One that is struck twice, or that no
// journal has, is wrong.
func (v *verifier) strike(how string, key ledger.EntryKey, got ledger.Entry, rest string) {
	e, has := v.journal[key]
	if !has {
		v.say("entry %v is %s twice, or is in no journal", key, how)
		return
	}
	want := e.entry
	delete(v.journal, key)
	if want.Account != got.Account || want.Wallet != got.Wallet || want.Points != got.Points || rest != "" && want.Rest.String() != rest {
		v.say("entry %v is %s as %v %s, the journal has %v %s", key, how, got.Points, got.Wallet, want.Points, want.Wallet)
	}
}

func (v *verifier) rest() {
	for key, e := range v.journal {
		if e.must {
			v.say("entry %v is neither posted nor parked", key)
		}
	}
}

// balances compares each purse to the sum of its entries, and its lots to what
// they fold to.
func (v *verifier) balances() error {
	rows := v.tx.Query(`SELECT b.bucket, b.account, b.wallet, b.points,
		(SELECT COALESCE(SUM(e.points), 0) FROM entries e WHERE e.bucket = b.bucket AND e.account = b.account AND e.wallet = b.wallet),
		b.lots, b.lapses FROM balances b`)
	for v.next(rows) {
		if err := v.lots(rows.Row); err != nil {
			return err
		}
		if rows.Int64(3) != rows.Int64(4) {
			v.say("account %s has %v of %s, its entries make %v", accountOf(rows.Blob(1)).Short(), ledger.Points(rows.Int64(3)), rows.Text(2), ledger.Points(rows.Int64(4)))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	row, _, err := v.tx.One(`SELECT COUNT(*) FROM (SELECT DISTINCT bucket, account, wallet FROM entries) e
		WHERE NOT EXISTS (SELECT 1 FROM balances b WHERE b.bucket = e.bucket AND b.account = e.account AND b.wallet = e.wallet)`)
	if err == nil && row.Int64(0) != 0 {
		v.say("%d purses have entries and no balance", row.Int64(0))
	}
	return err
}

// lots compares a purse's lots to those its entries make.
func (v *verifier) lots(row sqlite.Row) error {
	p := settle.Purse{Account: accountOf(row.Blob(1)), Wallet: ledger.Wallet(row.Text(2))}
	if row.Text(5) == "" {
		if v.dated[p] {
			v.say("account %s has entries with days in %s and no lots", p.Account.Short(), string(p.Wallet))
		}
		return nil
	}
	entries, err := purseEntries(v.tx, int(row.Int64(0)), p)
	if err != nil {
		return err
	}
	lots, err := ledger.Fold(entries)
	if err != nil {
		lots = ledger.Of(ledger.Points(row.Int64(3)))
	}
	want, lapses, err := kept{lots, true}.columns()
	if err == nil && (row.Text(5) != want || row.Text(6) != lapses || int64(lots.Sum()) != row.Int64(3)) {
		v.say("account %s has %v of %s in the lots %s, its entries make %s", p.Account.Short(), ledger.Points(row.Int64(3)), string(p.Wallet), row.Text(5), want)
	}
	return err
}

// setAsides compares what each purse has set aside to the sum of what is open.
func (v *verifier) setAsides() error {
	rows := v.tx.Query(`SELECT b.account, b.wallet, b.set_aside,
		(SELECT COALESCE(SUM(s.remaining), 0) FROM set_asides s WHERE s.bucket = b.bucket AND s.account = b.account AND s.wallet = b.wallet)
		FROM balances b`)
	for v.next(rows) {
		if rows.Int64(2) != rows.Int64(3) || rows.Int64(2) < 0 {
			v.say("account %s has %v of %s set aside, its open set-asides make %v", accountOf(rows.Blob(0)).Short(), ledger.Points(rows.Int64(2)), rows.Text(1), ledger.Points(rows.Int64(3)))
		}
	}
	return rows.Err()
}

// feed looks for gaps in the places of each bucket.
func (v *verifier) feed() error {
	rows := v.tx.Query(`SELECT b.bucket, b.position, (SELECT COUNT(*) FROM entries e WHERE e.bucket = b.bucket),
		(SELECT COALESCE(MAX(e.position), 0) FROM entries e WHERE e.bucket = b.bucket) FROM buckets b`)
	for v.next(rows) {
		if n, last := rows.Int64(2), rows.Int64(3); n != last || last != rows.Int64(1) {
			v.say("the feed of bucket %d has %d entries, the last at place %d, its row says %d", rows.Int64(0), n, last, rows.Int64(1))
		}
	}
	return rows.Err()
}

// returned checks that nothing was taken back beyond what it was.
func (v *verifier) returned() error {
	rows := v.tx.Query(`SELECT t.terminal, t.branch, t.seq, t.line, t.points, e.points FROM returned t JOIN entries e
		ON e.bucket = t.bucket AND e.terminal = t.terminal AND e.branch = t.branch AND e.seq = t.seq AND e.line = t.line`)
	for v.next(rows) {
		taken, worth := rows.Int64(4), rows.Int64(5)
		if (worth >= 0) != (taken <= 0) && taken != 0 || worth >= 0 && -taken > worth || worth < 0 && taken > -worth {
			k := ledger.Key{Terminal: ledger.Terminal(rows.Int64(0)), Branch: branchOf(rows.Blob(1)), Seq: rows.Int64(2)}
			v.say("entry %v of %v was taken back by %v", k.Entry(int(rows.Int64(3))), ledger.Points(worth), ledger.Points(taken))
		}
	}
	return rows.Err()
}
