package store

import (
	"zegel/terminal/loyalty/ledger"
)

// days checks that the reports are one chain: numbered without gaps, each with
// the hash of the one before, each covering records from where that one ended,
// and each adding up. One whose figures are not kept any more is passed over.
func (v *verifier) days() error {
	var all []dayRecord
	rows := v.tx.Query(`SELECT id, hash, head, body FROM records WHERE kind = 'day' AND again = 0 ORDER BY id`)
	for rows.Next() {
		d, err := scanDay(rows.Row)
		if isSQL(err) {
			return err
		}
		if err != nil {
			v.r.find("days", "day record %v: %v", d.head.Key(), err)
		}
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i, d := range all {
		if d.figures == nil {
			continue
		}
		if f := d.figures; f.Number != int64(i+1) {
			v.r.find("days", "record %v is report %d by its place, and says %d", d.head.Key(), i+1, f.Number)
		}
		if !d.figures.Ties() {
			v.r.find("days", "report %d does not add up: opening and moves are not its closing", i+1)
		}
		if err := v.dayFollows(all[:i], d); err != nil {
			return err
		}
	}
	return nil
}

// dayFollows checks that d names the report before it.
func (v *verifier) dayFollows(before []dayRecord, d dayRecord) error {
	if len(before) == 0 {
		if d.figures.Prev != (ledger.Hash{}) {
			v.r.find("days", "the first report names one before it")
		}
		return nil
	}
	last := before[len(before)-1]
	as, err := v.hashes(last)
	if err != nil {
		return err
	}
	if !as[d.figures.Prev] {
		v.r.find("days", "report %d does not follow from report %d", len(before)+1, len(before))
	}
	return nil
}

// hashes are those of a record and of the ones it issues again: a report that
// was issued again with it still names the old ones.
func (v *verifier) hashes(d dayRecord) (map[ledger.Hash]bool, error) {
	as := map[ledger.Hash]bool{d.hash: true}
	if d.head.Origin == nil {
		return as, nil
	}
	rows := v.tx.Query(`SELECT hash, head FROM records WHERE kind = 'day' AND again = 1`)
	for rows.Next() {
		head, err := ledger.ParseHead(rows.Blob(1))
		if err != nil {
			continue // the check of the journal tells of it
		}
		if head.Key() == *d.head.Origin || head.Origin != nil && *head.Origin == *d.head.Origin {
			var h ledger.Hash
			copy(h[:], rows.Blob(0))
			as[h] = true
		}
	}
	return as, rows.Err()
}
