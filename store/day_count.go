package store

import (
	"fmt"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/report"
)

// A counted is a day's figures, and what they were counted on.
type counted struct {
	figures report.Figures
	before  *report.Figures // of the report before
	tip     ledger.Tip      // of the journal then
}

// A dayCount is one counting of a day, on one snapshot.
type dayCount struct {
	db       *DB
	tx       *sqlite.Tx
	counter  *report.Counter
	frame    report.Frame
	from, to int64 // rows of records: after from, up to to
	edges    []edge
}

// An edge is the line lost or back.
type edge struct {
	record int64
	up     bool
	at     int64
}

// countDay counts what no report covers yet: all of it, or for a day whose
// closing was forgotten as much as ends with that day's last record.
func (db *DB) countDay(tx *sqlite.Tx, day ledger.Day, forgotten bool, zone *time.Location) (counted, error) {
	last, found, err := lastDay(tx)
	if err != nil {
		return counted{}, err
	}
	d := dayCount{db: db, tx: tx, counter: report.NewCounter(zone), frame: report.Frame{Day: day, MadeAt: db.cfg.Now().UnixMilli()}}
	if found {
		d.frame.Prev, d.frame.Before = last.hash, last.figures
	}
	if d.frame.Number, err = count(tx, nextReport); err != nil {
		return counted{}, err
	}
	if d.from, err = coveredTo(tx, last); err != nil {
		return counted{}, err
	}
	if err := d.findEnd(forgotten); err != nil {
		return counted{}, err
	}
	for _, step := range []func() error{d.readLine, d.readRecords, d.readHeld, d.readSlips, d.readTills, d.readDays} {
		if err := step(); err != nil {
			return counted{}, err
		}
	}
	tip, err := reachOf(tx)
	if err != nil {
		return counted{}, err
	}
	return counted{d.counter.Figures(d.frame), last.figures, ledger.Tip{Terminal: tip.Terminal, Branch: tip.Branch, Seq: tip.Seq}}, nil
}

// findEnd finds the last record to be covered.
func (d *dayCount) findEnd(forgotten bool) error {
	query, args := `SELECT max(id) FROM records WHERE id > ? AND again = 0`, []any{d.from}
	if forgotten {
		// Everything before that record belongs to it too, whatever days a
		// clock that jumped had given it.
		query, args = query+` AND kind <> 'day' AND day <= ?`, append(args, string(d.frame.Day))
	}
	row, _, err := d.tx.One(query, args...)
	if err != nil {
		return err
	}
	d.to = d.from
	if !row.IsNull(0) {
		d.to = row.Int64(0)
	}
	if d.frame.Before != nil {
		d.frame.Covered = d.frame.Before.Covered
	}
	if d.to > d.from {
		row, found, err := d.tx.One(`SELECT head FROM records WHERE id = ?`, d.to)
		if err != nil || !found {
			return errorOr(err, "record row %d is missing", d.to)
		}
		head, err := ledger.ParseHead(row.Blob(0))
		if err != nil {
			return err
		}
		d.frame.Covered = head.Key()
	}
	return nil
}

// readRecords adds up the records.
func (d *dayCount) readRecords() error {
	rows := d.tx.Query(`SELECT id, head, body FROM records WHERE id > ? AND id <= ? AND again = 0 ORDER BY id`, d.from, d.to)
	for rows.Next() {
		head, err := ledger.ParseHead(rows.Blob(1))
		if err != nil {
			return err
		}
		row := report.Row{Head: head, Offline: d.offline(rows.Int64(0))}
		if !rows.IsNull(2) {
			if row.Facts, err = report.ReadFacts(rows.Blob(2)); err != nil {
				return fmt.Errorf("record %v: %w", head.Key(), err)
			}
		}
		if err := d.counter.Add(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// offline reports whether the line was down when a record was made.
func (d *dayCount) offline(record int64) bool {
	down := false
	for _, e := range d.edges {
		if e.record >= record {
			break
		}
		down = !e.up
	}
	return down
}

// readLine reads when the line was down. What is before the first note, nobody
// knows; it is taken for up.
func (d *dayCount) readLine() error {
	_, alone, _, err := identityOf(d.tx)
	if err != nil || alone {
		return err
	}
	rows := d.tx.Query(`SELECT record, up, at FROM line_edges
		WHERE id >= ifnull((SELECT max(id) FROM line_edges WHERE record <= ?), 0) ORDER BY id`, d.from)
	for rows.Next() {
		d.edges = append(d.edges, edge{rows.Int64(0), rows.Int64(1) == 1, rows.Int64(2)})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	d.frame.Line.Known = len(d.edges) > 0
	d.frame.Line.Millis = d.down()
	return d.readWaiting()
}

// down is how long the line was down since the report before.
func (d *dayCount) down() (sum int64) {
	since := int64(0)
	if d.frame.Before != nil {
		since = d.frame.Before.MadeAt
	}
	for i, e := range d.edges {
		until := d.frame.MadeAt
		if i+1 < len(d.edges) {
			until = d.edges[i+1].at
		}
		if !e.up {
			sum += max(0, until-max(e.at, since))
		}
	}
	return sum
}

// readWaiting counts what head office has not accepted, branch by branch, so
// that only that is walked.
func (d *dayCount) readWaiting() error {
	var branches []branch
	rows := d.tx.Query(`SELECT ` + branchColumns + ` FROM branches`)
	for rows.Next() {
		branches = append(branches, scanBranch(rows.Row))
	}
	for _, b := range branches {
		row, _, err := d.tx.One(`SELECT count(*) FROM records WHERE id > ? AND id < ? AND again = 0`,
			recordID(b.number, b.accepted), recordID(b.number+1, 0))
		if err != nil {
			return err
		}
		d.frame.Line.Waiting += row.Int64(0)
	}
	return rows.Err()
}

// readHeld adds up what all accounts hold, and takes off what was recorded
// after the last record covered.
func (d *dayCount) readHeld() error {
	d.frame.Held = make(map[ledger.Wallet]ledger.Points)
	rows := d.tx.Query(`SELECT wallet, sum(stated), sum(own) FROM positions WHERE instr(wallet, '/') = 0 GROUP BY wallet`)
	for rows.Next() {
		sum, err := ledger.Points(rows.Int64(1)).Add(ledger.Points(rows.Int64(2)))
		if err != nil {
			return err
		}
		d.frame.Held[ledger.Wallet(rows.Text(0))] = sum
	}
	rows = d.tx.Query(`SELECT head FROM records WHERE id > ? AND again = 0`, d.to)
	for rows.Next() {
		head, err := ledger.ParseHead(rows.Blob(0))
		if err != nil {
			return err
		}
		for _, e := range head.Entries {
			if !e.Wallet.Counter() {
				d.frame.Held[e.Wallet] -= e.Points
			}
		}
	}
	return rows.Err()
}

// readSlips counts the papers. Slips have no index by record, and need none:
// both grow together, so the newest ones are read until the records are older.
func (d *dayCount) readSlips() error {
	rows := d.tx.Query(`SELECT record, state, attempt FROM jobs ORDER BY id DESC`)
	for rows.Next() {
		record := rows.Int64(0)
		if record <= d.from {
			break
		}
		if record > d.to {
			continue
		}
		s := &d.frame.Slips
		s.Made++
		switch {
		case rows.Text(1) != "printed":
			s.Waiting++
		case rows.Int64(2) > 1:
			s.Printed, s.Copies = s.Printed+1, s.Copies+1
		default:
			s.Printed++
		}
	}
	rows.Close()
	return rows.Err()
}

// readTills reads the last words that were said since the report before, and
// those of days that it was too early for.
func (d *dayCount) readTills() error {
	var said int64
	var day ledger.Day
	if before := d.frame.Before; before != nil {
		said, day = before.Said, before.Day
	}
	rows := d.tx.Query(`SELECT max(id), day, till, turnover, receipts, points_paid, said_by, at FROM till_words
		WHERE day <= ? AND (id > ? OR day > ?) GROUP BY day, till ORDER BY day, till`, string(d.frame.Day), said, string(day))
	for rows.Next() {
		d.frame.Tills = append(d.frame.Tills, report.Till{
			Day: ledger.Day(rows.Text(1)), Till: rows.Text(2), Turnover: basket.Money(rows.Int64(3)), Receipts: rows.Int64(4),
			PointsPaid: basket.Money(rows.Int64(5)), By: rows.Text(6), At: rows.Int64(7),
		})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var err error
	d.frame.Said, err = count(d.tx, `SELECT ifnull(max(id), 0) FROM till_words`)
	return err
}

// readDays reads on which of the days in between the daemon ran.
func (d *dayCount) readDays() error {
	ran := make(map[ledger.Day]bool)
	d.frame.Ran = func(day ledger.Day) bool { return ran[day] }
	if d.frame.Before == nil {
		return nil
	}
	rows := d.tx.Query(`SELECT day FROM days WHERE day > ? AND day < ?`, string(d.frame.Before.Day), string(d.frame.Day))
	for rows.Next() {
		ran[ledger.Day(rows.Text(0))] = true
	}
	return rows.Err()
}
