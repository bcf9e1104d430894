package store

import (
	"maps"
	"slices"

	"zegel/terminal/loyalty/ledger"
)

// lots checks that every member's are what the statements and the own entries
// above their marks make (invariant 1), and are found by the day they lapse.
func (v *verifier) lots() error {
	kept := make(map[int64]map[ledger.Wallet]keptLots)
	rows := v.tx.Query(`SELECT p.account, p.wallet, p.stated, p.stated_lots, p.lots, p.lapses, ifnull(a.as_of, 0)
		FROM positions p LEFT JOIN accounts a ON a.number = p.account WHERE p.lots <> '' OR p.lapses <> '' OR p.stated_lots <> ''`)
	for rows.Next() {
		number, wallet, stated := rows.Int64(0), ledger.Wallet(rows.Text(1)), rows.Text(3)
		if l, err := readLots(stated, ledger.Points(rows.Int64(2))); err != nil {
			v.r.find("lots", "account row %d, %s: stated: %v", number, wallet, err)
		} else if l.Sum() != ledger.Points(rows.Int64(2)) || stated != "" && rows.Int64(6) == 0 {
			v.r.find("lots", "account row %d, %s: lots of %v are stated, and %v", number, wallet, l.Sum(), ledger.Points(rows.Int64(2)))
		}
		if kept[number] == nil {
			kept[number] = make(map[ledger.Wallet]keptLots)
		}
		kept[number][wallet] = keptLots{rows.Text(4), rows.Text(5)}
	}
	dated := slices.Collect(maps.Keys(kept))
	rows = v.tx.Query(`SELECT DISTINCT account FROM entries WHERE lot <> ''`)
	for rows.Next() {
		dated = append(dated, rows.Int64(0))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	slices.Sort(dated)
	done := make(map[int64]bool)
	for _, number := range dated {
		if err := v.lotsOf(number, kept, done); isSQL(err) {
			return err
		} else if err != nil {
			v.r.find("lots", "account row %d: %v", number, err)
		}
	}
	return nil
}

type keptLots struct{ lots, lapses string }

// lotsOf checks the lots of the member that the account in row number belongs to.
func (v *verifier) lotsOf(number int64, kept map[int64]map[ledger.Wallet]keptLots, done map[int64]bool) error {
	if done[number] {
		return nil
	}
	group, err := groupOf(v.tx, number)
	if err != nil {
		return err
	}
	for _, g := range group {
		done[g.number] = true
	}
	lots, err := foldLots(v.tx, group)
	if err != nil {
		return err
	}
	for i, g := range group {
		for wallet, l := range lots {
			var want keptLots
			if i == 0 { // they stand with the account that stands for the others
				want = keptLots{lotsText(l), string(l.Lapses())}
			}
			if have := kept[g.number][wallet]; have != want {
				v.r.find("lots", "account row %d, %s: keeps lots %q, the soonest to %q; its entries make %q and %q",
					g.number, wallet, have.lots, have.lapses, want.lots, want.lapses)
			}
		}
	}
	return nil
}
