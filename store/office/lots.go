package office

import (
	"encoding/json"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A kept is what a purse's points consist of. Of one whose entries never had a
// day or an issuer nothing is kept: its sum says it all.
type kept struct {
	lots  ledger.Lots
	dated bool
}

func lotsOf(text string) (k kept, err error) {
	if text == "" {
		return k, nil
	}
	if err := json.Unmarshal([]byte(text), &k.lots); err != nil {
		return k, fmt.Errorf("stored lots: %w", err)
	}
	k.dated = true
	return k, nil
}

// columns are the lots as they are stored, and the day of the soonest to lapse.
func (k kept) columns() (text, lapses string, err error) {
	if !k.dated {
		return "", "", nil
	}
	whole, err := json.Marshal(k.lots)
	if len(k.lots.Open) > 0 {
		lapses = string(k.lots.Open[0].Expires)
	}
	return string(whole), lapses, err
}

// position is the purse as grants are made from it.
func (k kept) position(w ledger.Wallet, b settle.Balance) ledger.Position {
	p := ledger.Position{Wallet: w, Points: b.Points, Rest: b.Rest}
	if k.dated {
		p.Lots = k.lots
	}
	return p
}

// fold brings the lots of the purses forward by what the round posted, and gives
// back what had lapsed too much.
func (r *round) fold() error {
	for _, p := range r.sortedPurses() {
		again, err := r.foldPurse(p)
		if err != nil {
			return fmt.Errorf("lots of account %s: %w", p.Account.Short(), err)
		}
		if !again {
			continue
		}
		if err := r.giveBack(p); err != nil {
			return fmt.Errorf("lots of account %s: %w", p.Account.Short(), err)
		}
	}
	return nil
}

// foldPurse reports whether all of the purse's entries were counted again,
// because one came behind others.
func (r *round) foldPurse(p settle.Purse) (again bool, err error) {
	came := r.came[p]
	if len(came) == 0 {
		return false, nil
	}
	delete(r.came, p)
	was := r.kept[p]
	if !was.dated && !dates(came) {
		return false, nil
	}
	last, err := r.lastStamp(p)
	if err != nil {
		return false, err
	}
	for _, d := range came {
		again = again || d.Stamp <= last
	}
	lots := was.lots
	if !was.dated {
		lots = ledger.Of(r.before[p])
	}
	if again {
		lots = ledger.Lots{}
		if came, err = purseEntries(r.tx, r.bucket, p); err != nil {
			return again, err
		}
	}
	if lots, err = lots.Then(came); err != nil {
		// The sum fits, its parts do not: of amounts like that nobody needs the days.
		lots = ledger.Of(r.book.Balances[p].Points)
	}
	r.kept[p] = kept{lots, true}
	return again, nil
}

func dates(came []ledger.Dated) bool {
	for _, d := range came {
		if settle.Dates(d.Entry) {
			return true
		}
	}
	return false
}

// lastStamp is that of the purse's last entry from before this round.
func (r *round) lastStamp(p settle.Purse) (ledger.Stamp, error) {
	row, found, err := r.tx.One(`SELECT stamp FROM entries WHERE bucket = ? AND account = ? AND wallet = ? AND position <= ? ORDER BY stamp DESC LIMIT 1`,
		r.bucket, p.Account[:], string(p.Wallet), r.started)
	if err != nil || !found {
		return -1, err
	}
	return ledger.Stamp(row.Int64(0)), nil
}

// purseEntries are all entries of a purse.
func purseEntries(tx *sqlite.Tx, bucket int, p settle.Purse) (all []ledger.Dated, err error) {
	rows := tx.Query(`SELECT terminal, branch, seq, line, stamp, day, entry FROM entries WHERE bucket = ? AND account = ? AND wallet = ? ORDER BY stamp`,
		bucket, p.Account[:], string(p.Wallet))
	for rows.Next() {
		key := ledger.Key{Terminal: ledger.Terminal(rows.Int64(0)), Branch: branchOf(rows.Blob(1)), Seq: rows.Int64(2)}
		d := ledger.Dated{Key: key.Entry(int(rows.Int64(3))), Stamp: ledger.Stamp(rows.Int64(4)), Day: ledger.Day(rows.Text(5))}
		if err := json.Unmarshal([]byte(rows.Text(6)), &d.Entry); err != nil {
			return nil, fmt.Errorf("entry %v: %w", d.Key, err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// giveBack posts what of the purse had lapsed too much, as it turns out.
func (r *round) giveBack(p settle.Purse) error {
	_, found, err := r.tx.One(`SELECT 1 FROM entries WHERE bucket = ? AND account = ? AND wallet = ? AND record = ? LIMIT 1`,
		r.bucket, p.Account[:], string(p.Wallet), string(ledger.KindExpire))
	if err != nil || !found {
		return err
	}
	all, err := purseEntries(r.tx, r.bucket, p)
	if err != nil {
		return err
	}
	back, err := settle.Lost(all)
	if err != nil || len(back) == 0 {
		return nil // of amounts that do not fit nothing is given
	}
	err = r.decide(ledger.Draft{
		Kind: ledger.KindReverse, Entries: back,
		Body: ledger.Body{Account: p.Account, Reasons: []ledger.Reason{{Code: reasonLapsedTooSoon, Wallet: p.Wallet}}},
	})
	if err != nil {
		return err
	}
	_, err = r.foldPurse(p)
	return err
}

// reasonLapsedTooSoon says why head office takes back that something lapsed: a
// record that came late had spent it, or put its day off.
const reasonLapsedTooSoon = "lapsed_too_soon"
