package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// A member's lots are what the statements on all their accounts and the own
// entries above the marks come to, in the order of the journal. They stand in
// the rows of the account that stands for the member: a spending takes what
// lapses first, on whichever of the accounts it was earned.

// lotOf is what an entry says of lots, as the table keeps it: the last day, the
// first, "r" where it renews or the day it puts back, and the issuer, a blank
// between them. It is "" where it says nothing.
func lotOf(e ledger.Entry) string {
	renews := string(e.Back)
	if e.Renews {
		renews = "r"
	}
	if text := strings.Join([]string{string(e.Expires), string(e.Vests), renews, e.Issuer}, " "); text != "   " {
		return text
	}
	return ""
}

// withLot is e with what lotOf wrote of it.
func withLot(e ledger.Entry, text string) (ledger.Entry, error) {
	if text == "" {
		return e, nil
	}
	parts := strings.SplitN(text, " ", 4)
	if len(parts) != 4 {
		return e, fmt.Errorf("lot %q: need last day, first day, r or a day, and issuer", text)
	}
	e.Expires, e.Vests, e.Renews, e.Issuer = ledger.Day(parts[0]), ledger.Day(parts[1]), parts[2] == "r", parts[3]
	if !e.Renews {
		e.Back = ledger.Day(parts[2])
	}
	return e, nil
}

// lotsText are lots as a column holds them: the debt, and then a line for each
// lot with its points, last day, first day and issuer, a blank between them. It
// is read and written with every sale, so it is no JSON.
func lotsText(l ledger.Lots) string {
	if !l.Dated() {
		return "" // the sum says it all
	}
	text := strconv.AppendInt(make([]byte, 0, 32*(1+len(l.Open))), int64(l.Debt), 10)
	for _, lot := range l.Open {
		text = strconv.AppendInt(append(text, '\n'), int64(lot.Points), 10)
		text = append(append(text, ' '), lot.Expires...)
		text = append(append(text, ' '), lot.Vests...)
		text = append(text, ' ')
		if strings.ContainsAny(lot.Issuer, "\n\"") {
			text = strconv.AppendQuote(text, lot.Issuer)
		} else {
			text = append(text, lot.Issuer...)
		}
	}
	return string(text)
}

// readLots are the lots a column holds; sum is what they come to where it is "".
func readLots(text string, sum ledger.Points) (ledger.Lots, error) {
	if text == "" {
		return ledger.Of(sum), nil
	}
	debt, rest, _ := strings.Cut(text, "\n")
	owed, err := strconv.ParseInt(debt, 10, 64)
	if err != nil {
		return ledger.Lots{}, fmt.Errorf("lots: debt %q", debt)
	}
	l := ledger.Lots{Debt: ledger.Points(owed), Open: make([]ledger.Lot, 0, strings.Count(rest, "\n")+1)}
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		lot, err := readLot(line)
		if err != nil {
			return ledger.Lots{}, err
		}
		l.Open = append(l.Open, lot)
	}
	return l, nil
}

func readLot(line string) (ledger.Lot, error) {
	points, rest, _ := strings.Cut(line, " ")
	expires, rest, _ := strings.Cut(rest, " ")
	vests, issuer, ok := strings.Cut(rest, " ")
	n, err := strconv.ParseInt(points, 10, 64)
	if err == nil && strings.HasPrefix(issuer, `"`) {
		issuer, err = strconv.Unquote(issuer)
	}
	if err != nil || !ok {
		return ledger.Lot{}, fmt.Errorf("lot %q: need points, last day, first day and issuer", line)
	}
	return ledger.Lot{Points: ledger.Points(n), Expires: ledger.Day(expires), Vests: ledger.Day(vests), Issuer: issuer}, nil
}

// moveLots brings the lots of the member that account belongs to forward by e,
// which came to the position in account's row just now. has says that this row
// has lots.
func (w *writer) moveLots(account int64, e ledger.Entry, on ledger.Day, has bool) error {
	group, err := w.groupOf(account)
	if err != nil {
		return err
	}
	first, text := group[0].number, ""
	if has || first != account {
		row, found, err := w.tx.One(`SELECT lots FROM positions WHERE account = ? AND wallet = ?`, first, string(e.Wallet))
		if err != nil {
			return err
		}
		if found {
			text = row.Text(0)
		}
	}
	if text == "" && !dates(e, on) {
		return nil
	}
	var sum ledger.Points
	if text == "" {
		if sum, err = sumOf(w.tx, group, e.Wallet); err == nil {
			sum, err = sum.Add(-e.Points)
		}
		if err != nil {
			return err
		}
	}
	lots, err := readLots(text, sum)
	if err != nil {
		return err
	}
	if lots, err = lots.With(e, on); err != nil {
		return err
	}
	return keepLots(w.tx, first, e.Wallet, lots)
}

// dates reports whether an entry can give a wallet without lots one that has a
// day or an issuer.
func dates(e ledger.Entry, on ledger.Day) bool {
	return e.Points > 0 && (e.Expires != "" || e.Vests > on || e.Issuer != "")
}

// groupOf is groupOf within the writer's transaction, asked once.
func (w *writer) groupOf(account int64) ([]linked, error) {
	if group, known := w.groups[account]; known {
		return group, nil
	}
	group, err := groupOf(w.tx, account)
	if err == nil {
		w.knows(group)
	}
	return group, err
}

func (w *writer) knows(group []linked) {
	for _, g := range group {
		w.groups[g.number] = group
	}
}

// sumOf is what a member's accounts hold of a wallet.
func sumOf(tx *sqlite.Tx, group []linked, wallet ledger.Wallet) (sum ledger.Points, err error) {
	for _, g := range group {
		row, found, err := tx.One(`SELECT stated, own FROM positions WHERE account = ? AND wallet = ?`, g.number, string(wallet))
		if err != nil {
			return 0, err
		}
		for i := range 2 {
			if !found {
				break
			}
			if sum, err = sum.Add(ledger.Points(row.Int64(i))); err != nil {
				return 0, err
			}
		}
	}
	return sum, nil
}

func keepLots(tx *sqlite.Tx, account int64, wallet ledger.Wallet, l ledger.Lots) error {
	_, err := tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest, lots, lapses) VALUES (?, ?, 0, '0/1', 0, '0/1', ?, ?)
		ON CONFLICT (account, wallet) DO UPDATE SET lots = excluded.lots, lapses = excluded.lapses`, account, string(wallet), lotsText(l), string(l.Lapses()))
	return err
}

// refoldLots makes the lots of the member again that account belongs to.
func (w *writer) refoldLots(account int64) error {
	clear(w.groups)
	group, err := w.groupOf(account)
	if err != nil {
		return err
	}
	dated, err := anyDated(w.tx, group)
	if err != nil || !dated {
		return err
	}
	lots, err := foldLots(w.tx, group)
	if err != nil {
		return err
	}
	for _, g := range group {
		if _, err := w.tx.Exec(`UPDATE positions SET lots = '', lapses = '' WHERE account = ? AND lots <> ''`, g.number); err != nil {
			return err
		}
	}
	for wallet, l := range lots {
		if !l.Dated() {
			continue
		}
		if err := keepLots(w.tx, group[0].number, wallet, l); err != nil {
			return err
		}
	}
	return nil
}

// anyDated reports whether lots are anything but a sum for some of the group.
func anyDated(tx *sqlite.Tx, group []linked) (bool, error) {
	for _, g := range group {
		_, found, err := tx.One(`SELECT 1 FROM positions WHERE account = ?1 AND (lots <> '' OR stated_lots <> '')
			UNION ALL SELECT 1 FROM entries WHERE account = ?1 AND lot <> '' LIMIT 1`, g.number)
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// foldLots are a member's lots, wallet by wallet: what the statements say of
// each account, and the own entries above their marks, one after the other.
func foldLots(tx *sqlite.Tx, group []linked) (map[ledger.Wallet]ledger.Lots, error) {
	lots := make(map[ledger.Wallet]ledger.Lots)
	type line struct {
		record, number int64
		entry          ledger.Entry
		day            ledger.Day
	}
	var lines []line
	for _, g := range group {
		rows := tx.Query(`SELECT wallet, stated, stated_lots FROM positions WHERE account = ?`, g.number)
		defer rows.Close()
		for rows.Next() {
			stated, err := readLots(rows.Text(2), ledger.Points(rows.Int64(1)))
			if err != nil {
				return nil, err
			}
			wallet := ledger.Wallet(rows.Text(0))
			if lots[wallet], err = ledger.Merge(lots[wallet], stated); err != nil {
				return nil, err
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows = tx.Query(`SELECT e.record, e.line, e.wallet, e.kind, e.points, e.lot, r.day FROM entries e JOIN records r ON r.id = e.record
			LEFT JOIN counted c ON c.account = e.account AND c.branch = e.record >> 40
			WHERE e.account = ? AND e.kind <> 'close' AND (c.seq IS NULL OR e.record & 1099511627775 > c.seq)`, g.number)
		defer rows.Close()
		for rows.Next() {
			e, err := withLot(ledger.Entry{Wallet: ledger.Wallet(rows.Text(2)), Kind: ledger.EntryKind(rows.Text(3)), Points: ledger.Points(rows.Int64(4))}, rows.Text(5))
			if err != nil {
				return nil, err
			}
			lines = append(lines, line{rows.Int64(0), rows.Int64(1), e, ledger.Day(rows.Text(6))})
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(lines, func(a, b line) int {
		if a.record != b.record {
			return int(min(max(a.record-b.record, -1), 1))
		}
		return int(a.number - b.number)
	})
	for _, l := range lines {
		var err error
		if lots[l.entry.Wallet], err = lots[l.entry.Wallet].With(l.entry, l.day); err != nil {
			return nil, err
		}
	}
	return lots, nil
}
