package settle

import "zegel/terminal/loyalty/ledger"

// Dates reports whether an entry gives its wallet lots: from the first such
// entry on, a purse's lots are kept beside its sum.
func Dates(e ledger.Entry) bool {
	return e.Expires != "" || e.Vests != "" || e.Issuer != "" || e.Renews || e.Back != ""
}

// Lost are the entries by which head office gives back what lapsed too much.
// It books what lapsed once every terminal is past the day, or has been silent
// for long; the records of a silent one may tell later that a lot was spent, or
// put off, before its day was over. What the lot then did not have was taken
// from others, and goes back into those. entries are all of one purse.
func Lost(entries []ledger.Dated) ([]ledger.Entry, error) {
	given := make(map[ledger.EntryKey]ledger.Points)
	for _, d := range entries {
		if d.Entry.Reverses != nil {
			given[*d.Entry.Reverses] += d.Entry.Points
		}
	}
	var lots ledger.Lots
	var back []ledger.Entry
	for _, d := range ledger.InOrder(entries) {
		before := lots
		var err error
		if lots, err = lots.With(d.Entry, d.Day); err != nil {
			return nil, err
		}
		if d.Entry.Kind != ledger.Expire {
			continue
		}
		key := d.Key
		for _, lot := range othersTook(before, lots, d) {
			skip := min(given[key], lot.Points)
			given[key] -= skip
			if lot.Points -= skip; lot.Points > 0 {
				back = append(back, ledger.Entry{
					Account: d.Entry.Account, Wallet: d.Entry.Wallet, Kind: ledger.Reverse, Points: lot.Points,
					Expires: lot.Expires, Vests: lot.Vests, Issuer: lot.Issuer, Reverses: &key,
				})
			}
		}
	}
	return back, nil
}

// othersTook is what an entry that books a lot as lapsed took from other lots,
// and what no lot had.
func othersTook(before, after ledger.Lots, d ledger.Dated) (lots []ledger.Lot) {
	owed := -d.Entry.Points
	for _, lot := range ledger.Took(before, after, d.Day) {
		owed -= lot.Points
		if lot.Expires != d.Entry.Expires || lot.Issuer != d.Entry.Issuer {
			lots = append(lots, lot)
		}
	}
	if owed > 0 {
		lots = append(lots, ledger.Lot{Points: owed, Issuer: d.Entry.Issuer})
	}
	return lots
}
