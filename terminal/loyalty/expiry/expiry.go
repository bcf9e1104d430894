// Package expiry decides what the authority books as lapsed.
//
// Nobody waits for it: what an account has on a day is told by its lots alone.
// Booking what lapsed keeps the lots few and makes the books say so.
package expiry

import (
	"zegel/terminal/loyalty/ledger"
)

// Due are the entries that book what of a holding has lapsed by a business day,
// counters too: one for each lot, in the order of the wallets and of their lots.
// They go by days alone, so that after a week asleep they come to what seven
// nights would have.
func Due(h ledger.Holding, day ledger.Day) []ledger.Entry {
	var due []ledger.Entry
	for _, p := range h.Positions {
		for _, lot := range p.Lots.Open {
			if !lot.Lapsed(day) {
				continue
			}
			due = append(due, ledger.Entry{
				Account: h.Account, Wallet: p.Wallet, Kind: ledger.Expire, Points: -lot.Points,
				Expires: lot.Expires, Vests: lot.Vests, Issuer: lot.Issuer,
			})
		}
	}
	return due
}

// Most is how many entries one record has at most, so that it fits in a record;
// what is left then is due still.
const Most = 150

// Posting books what has lapsed of a holding; due is false where nothing has,
// or where another authority books it.
func Posting(h ledger.Holding, key string, rules int64, m ledger.Moment) (p ledger.Posting, due bool) {
	entries := Due(h, m.Day)
	if !h.Alone || len(entries) == 0 {
		return ledger.Posting{}, false
	}
	return ledger.Posting{Draft: ledger.Draft{
		Kind: ledger.KindExpire, Rules: rules, Moment: m, Entries: entries[:min(len(entries), Most)],
		Body: ledger.Body{Account: h.Account, Request: key},
	}}, true
}
