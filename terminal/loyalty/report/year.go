package report

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
)

// A Year is what one member got and spent in a calendar year of business days.
type Year struct {
	Year int `json:"year"`
	// Whole says that the records are all there are of the member: those of a
	// shop that stands alone. Of others, what the member holds is not known from
	// its records, and no wallet has a start, an end, or anything lapsed.
	Whole bool `json:"whole"`
	// Emptied is how many records of the year have no body any more: their
	// points are counted, and their money is not.
	Emptied int          `json:"emptied,omitempty"`
	Wallets []YearWallet `json:"wallets"`
	Money   YearMoney    `json:"money"`
}

// A YearWallet is one wallet's year, in thousandths of its unit. What took away
// is below zero: Start and all that follows come to End.
type YearWallet struct {
	Wallet ledger.Wallet        `json:"wallet"`
	Kind   programme.WalletKind `json:"kind,omitempty"`
	// Start is what the member had when the year began, also what was still to
	// vest, and without what had lapsed; End is that of the year after.
	Start     ledger.Points `json:"start"`
	Earned    ledger.Points `json:"earned"`
	Bonus     ledger.Points `json:"bonus"`
	Adjusted  ledger.Points `json:"adjusted"`   // given by a person, or brought along
	Moved     ledger.Points `json:"moved"`      // between cards
	Converted ledger.Points `json:"converted"`  // from and into other wallets
	TakenBack ledger.Points `json:"taken_back"` // of what was earned, with goods that came back
	Redeemed  ledger.Points `json:"redeemed"`
	Donated   []YearCause   `json:"donated,omitempty"`
	GivenBack ledger.Points `json:"given_back"` // of what was spent
	Lapsed    ledger.Points `json:"lapsed"`
	End       ledger.Points `json:"end"`
	lots      ledger.Lots   // so far
	other     ledger.Points // all of the year but what lapsed
}

// A YearCause is what went to one cause.
type YearCause struct {
	Cause  string        `json:"cause"`
	Points ledger.Points `json:"thousandths"`
	Money  basket.Money  `json:"money"` // minor units
}

// A YearMoney is the year's rewards that are as good as money, in minor units.
type YearMoney struct {
	Currency string `json:"currency"`
	// Off is what rewards took off sales, Paid what points paid of them, and Back
	// what of both came back with goods.
	Off  basket.Money `json:"off"`
	Paid basket.Money `json:"paid"`
	Back basket.Money `json:"came_back"`
	// PaidOut is what was paid out in money.
	PaidOut basket.Money `json:"paid_out"`
	Donated basket.Money `json:"donated"`
	// CashBack is what was earned of wallets whose unit is money, less what was
	// taken back of it. It counts when it is earned; what Paid has of it is the
	// same money once more.
	CashBack basket.Money `json:"cash_back"`
	// StoredIn and StoredOut are what was paid into and spent of stored value:
	// the member's own money, and no reward.
	StoredIn  basket.Money `json:"stored_in"`
	StoredOut basket.Money `json:"stored_out"`
}

// YearOf counts a year from all records of a member, in any order. mine says
// which accounts are the member's; whole is as of a Year.
func YearOf(rules programme.Rules, year int, whole bool, records []ledger.Record, mine func(ledger.Account) bool) (Year, error) {
	y := yearly{
		rules: rules, mine: mine, from: ledger.Day(fmt.Sprintf("%04d-01-01", year)), until: ledger.Day(fmt.Sprintf("%04d-01-01", year+1)),
		year: Year{Year: year, Whole: whole, Wallets: []YearWallet{}, Money: YearMoney{Currency: rules.Currency}},
	}
	for _, w := range rules.Wallets {
		y.year.Wallets = append(y.year.Wallets, YearWallet{Wallet: w.Name, Kind: w.Kind})
	}
	var all []ledger.Dated
	for _, r := range records {
		for i, e := range r.Head.Entries {
			key := r.Head.Key().Entry(i + 1)
			if mine(e.Account) && !e.Wallet.Counter() {
				all = append(all, ledger.Dated{Entry: e, Key: key, Stamp: r.Head.Stamp, Day: r.Head.Day})
			}
		}
		if err := y.money(r); err != nil {
			return Year{}, err
		}
	}
	for _, d := range ledger.InOrder(all) {
		if err := y.entry(d); err != nil {
			return Year{}, err
		}
	}
	return y.done()
}

type yearly struct {
	rules       programme.Rules
	mine        func(ledger.Account) bool
	from, until ledger.Day // the first day of the year, and of the one after
	year        Year
}

func (y *yearly) in(day ledger.Day) bool { return day >= y.from && day < y.until }

// wallet is the year of a wallet, also of one that the programme no longer has.
func (y *yearly) wallet(name ledger.Wallet) *YearWallet {
	at := slices.IndexFunc(y.year.Wallets, func(w YearWallet) bool { return w.Wallet == name })
	if at < 0 {
		at = len(y.year.Wallets)
		y.year.Wallets = append(y.year.Wallets, YearWallet{Wallet: name})
	}
	return &y.year.Wallets[at]
}

// entry counts one entry; they come in the order they were made in.
func (y *yearly) entry(d ledger.Dated) (err error) {
	w := y.wallet(d.Entry.Wallet)
	if d.Day >= y.until {
		return nil
	}
	if w.lots, err = w.lots.With(d.Entry, d.Day); err != nil {
		return err
	}
	if !y.in(d.Day) {
		w.Start = w.has(y.from)
		return nil
	}
	p := d.Entry.Points
	switch d.Entry.Kind {
	case ledger.Expire, ledger.Close:
		return nil // what lapsed goes by its day, whenever it is booked
	case ledger.Earn:
		w.Earned += p
	case ledger.Bonus:
		w.Bonus += p
	case ledger.Adjust:
		w.Adjusted += p
	case ledger.Move, ledger.Transfer:
		w.Moved += p
	case ledger.Convert:
		w.Converted += p
	case ledger.Redeem:
		w.Redeemed += p
	case ledger.Donate:
		w.cause(d.Entry.At).Points += p
	case ledger.Reverse:
		if p < 0 {
			w.TakenBack += p
		} else {
			w.GivenBack += p
		}
	}
	w.other += p
	return nil
}

// has is what a wallet has on a day, also what is still to vest.
func (w *YearWallet) has(day ledger.Day) ledger.Points {
	spendable, pending, _ := ledger.Position{Points: w.lots.Sum(), Lots: w.lots}.On(day)
	return spendable + pending
}

// cause is the year of the cause that points were spent at.
func (w *YearWallet) cause(at string) *YearCause {
	name := strings.TrimPrefix(at, redeem.CauseAt(""))
	i := slices.IndexFunc(w.Donated, func(c YearCause) bool { return c.Cause == name })
	if i < 0 {
		i = len(w.Donated)
		w.Donated = append(w.Donated, YearCause{Cause: name})
	}
	return &w.Donated[i]
}

// money counts what a record of the member's own says about money.
func (y *yearly) money(r ledger.Record) error {
	if !y.in(r.Head.Day) {
		return nil
	}
	if r.Body == nil {
		y.year.Emptied++
		return nil
	}
	if !y.mine(r.Body.Account) {
		return nil
	}
	given := donations(r.Head)
	var spent ledger.Points // of the reward that the reasons are about
	m := &y.year.Money
	for _, why := range r.Body.Reasons {
		amount := basket.Money(why.Amount)
		switch why.Code {
		case redeem.ReasonRedeemed:
			spent, m.Off = why.Points, m.Off+amount
		case redeem.ReasonTender:
			m.Off, m.Paid = m.Off-amount, m.Paid+amount
		case redeem.ReasonPaidOut:
			m.PaidOut += amount
		case redeem.ReasonDonated:
			m.Donated += amount
			y.wallet(why.Wallet).cause(given.take(why.Wallet, spent)).Money += amount
		case refund.ReasonPointsPaid:
			m.Back += amount
		}
	}
	return nil
}

// A donating is the entries of a record that give to causes, as far as no
// reason has claimed them yet.
type donating []ledger.Entry

func donations(h ledger.Head) (d donating) {
	for _, e := range h.Entries {
		if e.Kind == ledger.Donate {
			d = append(d, e)
		}
	}
	return d
}

// take is where the next donation of so many points of a wallet went.
func (d *donating) take(w ledger.Wallet, p ledger.Points) (at string) {
	for i := 0; i < len(*d) && p < 0; {
		if e := (*d)[i]; e.Wallet == w {
			at, p = e.At, p-e.Points
			*d = slices.Delete(*d, i, i+1)
			continue
		}
		i++
	}
	return at
}

// done says what lapsed, what is left, and what wallets of money come to.
func (y *yearly) done() (Year, error) {
	m := &y.year.Money
	for i := range y.year.Wallets {
		w := &y.year.Wallets[i]
		slices.SortFunc(w.Donated, func(a, b YearCause) int { return strings.Compare(a.Cause, b.Cause) })
		if w.End = w.has(y.until); y.year.Whole {
			w.Lapsed = w.End - w.Start - w.other
		} else {
			w.Start, w.End = 0, 0
		}
		switch w.Kind {
		case programme.MoneyBack:
			m.CashBack += y.worth(w.Earned + w.Bonus + w.TakenBack)
		case programme.StoredValue:
			m.StoredIn += y.worth(w.Earned + w.Bonus + w.Adjusted + w.TakenBack)
			m.StoredOut += y.worth(-w.Redeemed - w.GivenBack)
		}
	}
	y.year.Wallets = slices.DeleteFunc(y.year.Wallets, func(w YearWallet) bool {
		_, now := y.rules.Wallet(w.Wallet)
		return !now && w.Start == 0 && w.End == 0 && w.other == 0
	})
	return y.year, nil
}

// worth is what thousandths of a unit of money come to, in minor units, whole
// ones.
func (y *yearly) worth(p ledger.Points) basket.Money {
	unit := ledger.Points(1)
	for range programme.MinorDigits(y.rules.Currency) {
		unit *= 10
	}
	return basket.Money(p * unit / ledger.Unit)
}
