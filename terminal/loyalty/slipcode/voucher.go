package slipcode

import (
	"errors"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Voucher is what the code of a voucher says: what was promised, and the
// account that tells whether it was used. Whoever has the paper has the voucher.
type Voucher struct {
	Account ledger.Account
	Record  ledger.Key // that it was printed with
	Reward  string     // its name in the programme
	Times   int64      // how often it is had at once
	// Worth is what it takes off in all, in minor units of Currency; 0 for a
	// reward that is no amount of money, which is given as the programme has it.
	Worth    basket.Money
	Currency string
	Until    ledger.Day // the last business day on which it can be used
}

// Limits of a voucher's code.
const (
	maxReward = 64
	maxTimes  = 1 << 20
)

// Encode is v as a text under key.
func (v Voucher) Encode(key member.ChainKey) (string, error) {
	if v.Reward == "" || len(v.Reward) > maxReward || v.Times < 1 || v.Times > maxTimes || v.Worth < 0 || v.Worth > basket.MaxAmount || len(v.Currency) != 3 {
		return "", errors.New("code of a voucher: need a reward, how often it is had, an amount from 0 and a currency of three letters")
	}
	var w writer
	w.bytes(v.Account[:])
	w.key(v.Record)
	w.text(v.Reward)
	w.count(uint64(v.Times))
	w.count(uint64(v.Worth))
	w.bytes([]byte(v.Currency))
	if err := w.day(v.Until); err != nil {
		return "", err
	}
	return seal(VoucherPrefix, key, w), nil
}

// ParseVoucher reads what one of keys wrote. The error is ErrNoCode or ErrForged.
func ParseVoucher(text string, keys []member.ChainKey) (Voucher, error) {
	content, err := open(VoucherPrefix, text, keys)
	if err != nil {
		return Voucher{}, err
	}
	r := reader{rest: content}
	v := Voucher{Account: r.account(), Record: r.key(), Reward: r.text(maxReward)}
	v.Times, v.Worth = r.upTo(maxTimes), basket.Money(r.upTo(uint64(basket.MaxAmount)))
	v.Currency, v.Until = string(r.take(3)), r.day()
	if !r.done() || v.Reward == "" || v.Times < 1 {
		return Voucher{}, ErrNoCode
	}
	return v, nil
}

// String keeps what leads to the voucher out of logs.
func (v Voucher) String() string { return "voucher of record " + v.Record.Code() }

// GoString keeps it out of %#v too.
func (v Voucher) GoString() string { return v.String() }
