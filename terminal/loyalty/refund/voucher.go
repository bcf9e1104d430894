package refund

import (
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A sale has to do with vouchers in two ways. One that it used can be used
// again once all of the sale came back. One that it printed is nothing of its
// goods: it stays with the customer, with the points that went into it, until
// the sale is undone; then it must not have been used.

// ofVoucher reports whether an entry is of a voucher that the sale printed: its
// lot, or the points that were spent for it.
func (r *returning) ofVoucher(record Record, line int, e ledger.Entry) bool {
	if e.Wallet.Voucher() {
		return e.Points > 0
	}
	share := shareOf(record, line)
	return share != nil && share.Voucher
}

// voucherStays reports whether an entry of a voucher that the sale printed stays
// as it is. One that was used cannot be taken back: that is a *programme.Refusal
// where it has to be.
func (r *returning) voucherStays(record Record, e ledger.Entry) (bool, error) {
	printed := e.Wallet.Voucher()
	used := printed && r.terms.Used != nil && r.terms.Used(e.Account)
	switch {
	case !r.undo && printed && e.Kind == ledger.Bonus:
		return used || !r.out.Whole, nil // a prize: it goes with the sale that it came with
	case !r.undo && goods(record):
		return true, nil
	case used:
		return false, &programme.Refusal{Code: programme.VoucherUsed}
	}
	return !r.undo && !r.out.Whole, nil
}

// goods reports whether anything was bought, as far as that is kept.
func goods(record Record) bool {
	return record.Body != nil && record.Body.Basket != nil && (record.Body.Basket.Total != 0 || len(record.Body.Basket.Lines) > 0)
}

// voucherBack tells of a voucher that can be used again.
func (r *returning) voucherBack(e ledger.Entry) {
	r.out.Reasons = append(r.out.Reasons, ledger.Reason{Code: ReasonVoucherBack, Rule: programme.RewardOf(e.Wallet)})
	for _, record := range r.records() {
		used := redeem.Used(record)
		if at := slices.IndexFunc(used, func(v redeem.Voucher) bool { return v.Holding.Account == e.Account }); at >= 0 {
			r.out.Vouchers = append(r.out.Vouchers, used[at])
			return
		}
	}
}
