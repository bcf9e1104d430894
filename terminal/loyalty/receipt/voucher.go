package receipt

import (
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/words"
)

// A Voucher is what the paper of a voucher is made from.
type Voucher struct {
	Words   words.Words
	Rules   programme.Rules
	Zone    *time.Location // that Rules.Zone names; nil is UTC
	Moment  ledger.Moment
	Printed redeem.Printed
	Record  ledger.Key // it is printed with
	Code    string     // that it is used with
}

// ForVoucher is a voucher. It says what it is for and until when, and nothing of
// whose points it was had for: whoever has it can use it.
func ForVoucher(v Voucher) Slip {
	p := page{words: v.Words, rules: v.Rules, zone: v.Zone, moment: v.Moment}
	w := v.Words
	blocks := append(p.top(), title(w.Voucher()),
		Block{Text: times(v.Printed.Times, v.Printed.Reward), Align: Centre, Bold: true, Double: true})
	if v.Printed.Worth > 0 {
		blocks = append(blocks, pair(w.Worth(), w.Money(v.Printed.Worth, v.Rules.Currency)))
	}
	blocks = append(blocks, Block{QR: v.Code, Align: Centre, Double: true},
		Block{Text: w.ValidUntil(v.Printed.Until), Align: Centre, Bold: true}, Block{Text: w.UsedOnce(), Align: Centre},
		Block{Rule: true}, pair(w.Reference(), v.Record.Code()))
	return p.slip(KindVoucher, append(blocks, p.ending()...))
}
