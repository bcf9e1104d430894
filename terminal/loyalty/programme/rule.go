package programme

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A Rule says what earns how much of one wallet. The zero of every field it
// does not need asks for nothing: name, wallet, points and per make a rate.
type Rule struct {
	Name   string // as reasons name it: "base"
	Wallet ledger.Wallet
	// Event is the kind of event that is rewarded; "" rewards sales.
	Event string
	// Counts is what of the sale is counted.
	Counts Measure
	// Points are given for every Per that is counted; with Bands the points of
	// the band are given instead.
	Points ledger.Points // thousandths of the wallet's unit
	// Per is in minor units where amounts are counted, else in thousandths: 1000
	// is each visit, each unit.
	Per basket.Money
	// WholePer says that only whole Pers count: "for every full euro".
	WholePer bool
	// Bands give points by the amount that counts: the highest whose From is
	// reached. In their order, From ascending.
	Bands []Band
	// Factor is for Counts Multiple: 2/1 doubles what Multiplies brought, all of
	// the wallet's rules that are not multiples where it names none. What is
	// given is the part above what they brought.
	Factor     ledger.Fraction
	Multiplies []string
	// Exact says that the factor works on what the others were worth before
	// rounding, so that 37.60 doubled is 75 and not 74.
	Exact bool
	// Step is what an award is a multiple of, in thousandths: ledger.Unit for
	// whole points.
	Step     ledger.Points
	Rounding Rounding
	// RoundEach is where rounding is applied; "" is the basket.
	RoundEach RoundWhere
	// Bonus says that what it gives is a bonus: an entry of its own kind.
	Bonus bool
	// Campaign says that the hold-out group gets nothing of it.
	Campaign bool
	If       Condition
	Lines    Selector
	// Group is the group of rules it belongs to; "" belongs to none and is added.
	Group string
	Caps  []Cap
	// Issuer is the partner who pays for what it gives; "" is the owner, and
	// IssuerOfSale the partner where the sale is made.
	Issuer string
	// Referrer says that the member who brought this one in gets it.
	Referrer bool
}

// IssuerOfSale stands for the partner where the sale is made.
const IssuerOfSale = "@sale"

// Measure says what a rule counts.
type Measure string

// What can be counted.
const (
	Amount   Measure = ""         // what is paid for the lines that count
	Order    Measure = "order"    // the sale: once
	Units    Measure = "units"    // pieces of the lines that count
	Quantity Measure = "quantity" // how much of it an event says there was
	Multiple Measure = "multiple" // what other rules of the wallet brought
	Earned   Measure = "earned"   // what the sale brought of the wallet that Multiplies names: for status by points
)

// RoundWhere says what is rounded.
type RoundWhere string

// Where rounding can be applied.
const (
	RoundBasket RoundWhere = ""     // the sum of what counts
	RoundLine   RoundWhere = "line" // each line that counts
)

// A Band is points for an order from an amount on.
type Band struct {
	From   basket.Money
	Points ledger.Points
}

// A Group says how rules of one wallet that belong together combine.
type Group struct {
	Name    string
	Combine Combine
}

// Combine is how the rules of a group combine.
type Combine string

// The ways rules combine.
const (
	All       Combine = "all"       // each is added
	Best      Combine = "best"      // the one that gives most; of equals the first
	First     Combine = "first"     // the first that gives anything, in the programme's order
	Exclusive Combine = "exclusive" // the first; and where it gives anything, no rule outside the group does
)

// A Cap bounds what a rule gives, or how often a reward is had.
type Cap struct {
	// Points or Times is the most; the other is 0.
	Points ledger.Points
	Times  int64
	Per    Period
	Of     Whose
	// Refuse says that a sale that would come above it gets nothing of the rule;
	// without, it gets what is left.
	Refuse bool
}

// Period is how long a cap counts.
type Period string

// The periods, by business days; a week begins on Monday.
const (
	PerPurchase Period = "purchase"
	PerDay      Period = "day"
	PerWeek     Period = "week"
	PerMonth    Period = "month"
	PerYear     Period = "year"
	PerEver     Period = "ever"
)

// Whose says whose cap it is.
type Whose string

// Whom a cap can be of. A terminal's and a cashier's count at that terminal.
const (
	OfMember   Whose = ""
	OfTerminal Whose = "terminal"
	OfCashier  Whose = "cashier"
	// OfReferrer is who brought the member in, for rules that give to them: so
	// many friends. OfMember is then the friend.
	OfReferrer Whose = "referrer"
)

// A Condition is what must be so. Every field that is set must hold; of a list
// one. The zero Condition always holds.
type Condition struct {
	Shops    []string
	Channels []string // "counter" is a sale that names none
	Partners []string
	Tenders  []string // the sale is paid with at least one of them
	Codes    []string // the sale, or the customer, gave one of them
	Signals  []string // the shop says that it is so: "rain"
	Weekdays []time.Weekday
	// Hours are of the shop's clock, from and until in minutes after midnight;
	// what ends before it begins goes past midnight. Empty is the whole day.
	Hours []Hours
	// From and Until are the first and the last business day; "" sets none.
	From, Until ledger.Day
	// MinTotal is the least the sale comes to, MaxTotal the most; 0 sets none.
	MinTotal, MaxTotal basket.Money
	// Tiers, Clubs and Segments are names, of which the member has one. A tier
	// includes those above it where TierExactly is not set.
	Tiers       []string
	TierExactly bool
	Clubs       []string
	Segments    []string
	NotSegments []string
	// Members says that only who is enrolled counts.
	Members bool
	// Birthday holds around the member's birthday; nil does not ask.
	Birthday *Window
	// FirstPurchase holds for the first sale of the account that counts.
	FirstPurchase bool
	// Referred holds for a member whom another one brought in.
	Referred bool
}

// Hours are a part of a day, in minutes after midnight: 0 to 1440.
type Hours struct{ From, Until int }

// A Window is days around one day.
type Window struct{ Before, After int }

// A Selector says which lines of a basket count. The zero Selector is all of
// them but what the programme excludes.
type Selector struct {
	// Products, Categories, Tags and Kinds: a line with one of any of them.
	// A product that ends in * stands for all that begin so.
	Products, Categories, Tags, Kinds []string
	// Sets are names of sets, which select besides.
	Sets []string
	// Not is what does not count all the same.
	Not *Selector
}

// IsZero reports whether s selects every line.
func (s Selector) IsZero() bool {
	return len(s.Products)+len(s.Categories)+len(s.Tags)+len(s.Kinds)+len(s.Sets) == 0 && s.Not == nil
}

// A Set is a selector with a name.
type Set struct {
	Name string
	Selector
}

// Base says what of a sale earns, for all rules.
type Base struct {
	// Excluded never earn, and no reward takes anything off them.
	Excluded Selector
	// BeforeTax takes the lines' tax out first.
	BeforeTax bool
	// BeforeDiscount counts what the goods cost before discount lines.
	BeforeDiscount bool
	// DiscountShared says that a discount line that is not of one product lowers
	// every line by its share, also for rules that count some lines only;
	// without, such rules do not see it.
	DiscountShared bool
	// Tenders say what means of payment do to what is paid with them; what is
	// not named earns in full.
	Tenders map[string]TenderEarns
	// Redeeming is what the part of a sale earns that points paid; "" is
	// EarnsNotPart.
	Redeeming TenderEarns
}

// TenderEarns says what is earned on what was paid with a means of payment.
type TenderEarns string

// What a means of payment earns.
const (
	EarnsFully   TenderEarns = "full"
	EarnsNotPart TenderEarns = "none" // not that part
	EarnsNothing TenderEarns = "sale" // the whole sale earns nothing
)
