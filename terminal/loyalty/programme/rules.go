// Package programme says what head office decided: the rules of a loyalty programme, as one numbered value.
//
// Rules are data and decide nothing by themselves; packages such as earn do.
// Whoever needs a zone hands it in, because loading one opens a file.
package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// Rules are one version of a programme. A record names the version that
// decided it, so a version is never changed once it was in force.
type Rules struct {
	Version  int64 // counts from 1
	Name     string
	Currency string // ISO 4217: "EUR"
	Zone     string // IANA name of the shops' zone: "Europe/Amsterdam"
	// CutOver is how long after midnight the business day ends.
	CutOver  time.Duration
	Language string // BCP 47, of slips and screens where nothing else is known: "nl"
	Wallets  []Wallet
	Base     Base
	Sets     []Set
	Groups   []Group
	Earn     []Rule
	Rewards  []Reward
	Stacking Stacking
	Ladders  []Ladder
	Clubs    []Club
	Perks    []Perk
	Segments []Segment
	// HoldOut is how many of a hundred accounts get no campaigns, so that what
	// these bring can be told. Which ones is decided by the account's number.
	HoldOut  int
	Games    []Game
	Causes   []Cause
	Partners []Partner
	Messages []Message
	Returns  ReturnPolicy
	Cards    member.Formats
	// UsualMax is the highest total that is not asked about once more, in minor
	// units; 0 asks about none.
	UsualMax basket.Money
	// KeepDays is how long the bodies of records are kept.
	KeepDays int
	// Limits are what a cashier does without a manager.
	Limits Limits
	// Consents are the wordings that new members are shown.
	Consents []Consent
	// PhoneCountry is the calling code of numbers without one: "31".
	PhoneCountry string
	Bearer       Bearer
	Header       []string // lines at the top of a slip: the shop's name and address
	Footer       []string // lines at its end
}

// A Wallet is one kind of unit that members collect.
type Wallet struct {
	Name ledger.Wallet // "points": in records for ever, not shown
	// Units are the words for the unit by language: "nl", "en".
	Units map[string]Unit
	// Decimals is how many decimals are shown at least, 0 to 3.
	Decimals int
	// Kind says what the unit is; "" is points.
	Kind WalletKind
	// Expires says how long what is earned can be spent; Lapses says that it
	// does lapse at all. Inactive counts that time from the member's last sale.
	Lapses   bool
	Expires  Validity
	Inactive bool
	// VestsAfter is how many days after it was earned it can be spent first.
	VestsAfter int
	// SpentAtOnce says that what a sale earns can be spent in the same sale.
	SpentAtOnce bool
	// Worth is what 1,000 units stand for in the books, in minor units; 0 where
	// nobody says.
	Worth basket.Money
	// Most is the most a member can hold; what is earned above it is cut. 0 sets none.
	Most ledger.Points
}

// WalletKind says what a wallet's unit is.
type WalletKind string

// The kinds of wallets.
const (
	Points      WalletKind = ""
	Stamps      WalletKind = "stamps"
	MoneyBack   WalletKind = "money"        // cash back: a unit is one of the currency
	StoredValue WalletKind = "stored_value" // a gift card, paid in before: a unit is one of the currency
)

// Smallest is the least of the wallet that a slip shows, as a part of which
// nothing is given by hand.
func (w Wallet) Smallest() ledger.Points { return smallestShown(w.Decimals) }

// A Unit is what one and several of a wallet's units are called.
type Unit struct{ One, Many string }

// Unit is the wallet's unit in a language, and in want of words its name.
func (w Wallet) Unit(lang string) Unit {
	if u, ok := w.Units[base(lang)]; ok {
		return u
	}
	return Unit{One: string(w.Name), Many: string(w.Name)}
}

// Rounding is what happens to the part of an award below a step.
type Rounding string

// The ways to round.
const (
	Floor    Rounding = "floor"     // dropped
	HalfUp   Rounding = "half-up"   // half a step and more is a step
	HalfEven Rounding = "half-even" // half a step goes to the even neighbour
	Ceil     Rounding = "ceil"      // any part is a step
	// Carry keeps it for the member's next basket, so that splitting or
	// joining baskets neither wins nor loses points.
	Carry Rounding = "carry"
)

// Roundings are the ways to round there are.
func Roundings() []Rounding { return []Rounding{Floor, HalfUp, HalfEven, Ceil, Carry} }

// Calendar is the shops' calendar; zone is the location that r.Zone names.
func (r Rules) Calendar(zone *time.Location) ledger.Calendar {
	return ledger.Calendar{Zone: zone, CutOver: r.CutOver}
}

// Rule is the rule of that name, and whether there is one.
func (r Rules) Rule(name string) (Rule, bool) {
	i := slices.IndexFunc(r.Earn, func(e Rule) bool { return e.Name == name })
	if i < 0 {
		return Rule{}, false
	}
	return r.Earn[i], true
}

// Wallet is the wallet of that name, and whether there is one.
func (r Rules) Wallet(name ledger.Wallet) (Wallet, bool) {
	i := slices.IndexFunc(r.Wallets, func(w Wallet) bool { return w.Name == name })
	if i < 0 {
		return Wallet{Name: name}, false
	}
	return r.Wallets[i], true
}

// CheckBasket reports everything that is wrong with a basket, by itself and for
// this programme: one that has partners is told of no other. In a programme
// without any, where a basket comes from is the till's own.
func (r Rules) CheckBasket(b basket.Basket) error {
	err := b.Validate()
	if known := r.partnerNames(); b.Partner != "" && len(known) > 0 && !slices.Contains(known, b.Partner) {
		err = errors.Join(err, fmt.Errorf("basket: there is no partner %q%s", b.Partner, there(known)))
	}
	return err
}

// Unusual reports whether a total is so high that a person should confirm it.
func (r Rules) Unusual(total basket.Money) bool { return r.UsualMax > 0 && total > r.UsualMax }

// MinorDigits is how many decimals the minor unit of a currency stands for
// (ISO 4217, list one): 2 for EUR, 0 for JPY, 3 for KWD.
func MinorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// base is the language of a tag without its region: "nl" of "nl-BE".
func base(lang string) string {
	language, _, _ := strings.Cut(lang, "-")
	return language
}
