package programme

import (
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// What a programme has to remember of a member besides what they hold stands
// in wallets of its own, with entries like any other: so a return takes it
// back, a move moves it, a merge adds it, and head office tells it to every
// shop. Their names have a slash in them, which no wallet of the programme's
// has (ledger.Wallet.Counter).

// CountOf is the wallet in which a ladder counts.
func (l Ladder) CountOf() ledger.Wallet { return ledger.Wallet("tier/" + l.Name) }

// Mark is the wallet whose open lot says that the tier of that name is had.
func (l Ladder) Mark(level string) ledger.Wallet {
	return ledger.Wallet("tier/" + l.Name + "/" + level)
}

// Mark is the wallet whose open lot says that the member belongs to the club.
func (c Club) Mark() ledger.Wallet { return ledger.Wallet("club/" + c.Name) }

// CountOf is the wallet in which a segment counts.
func (s Segment) CountOf() ledger.Wallet { return ledger.Wallet("segment/" + s.Name) }

// Counter is the wallet in which a cap counts, points or times (1.000 each).
// of says whose cap it is: a rule by its name, "reward/" and a reward's,
// "game/" and a game's. who is the cashier for OfCashier.
func (c Cap) Counter(of, who string) ledger.Wallet {
	what := "points"
	if c.Times > 0 {
		what = "times"
	}
	w := ledger.Wallet("cap/" + of + "/" + what + "/" + string(c.Per))
	if c.Of == OfCashier {
		w += ledger.Wallet("/" + who)
	}
	return w
}

// VoucherOf is the wallet in which vouchers for the reward of that name stand,
// each in an account of its own.
func VoucherOf(reward string) ledger.Wallet { return ledger.Vouchers + ledger.Wallet(reward) }

// RewardOf is the name of the reward that a wallet of vouchers is for.
func RewardOf(w ledger.Wallet) string { return strings.TrimPrefix(string(w), ledger.Vouchers) }

// FirstSale is the wallet whose balance says that the account had a sale that counts.
const FirstSale ledger.Wallet = "sales/ever"
