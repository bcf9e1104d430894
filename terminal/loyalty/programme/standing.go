package programme

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A Validity is how long something lasts from a business day on.
type Validity struct {
	// Days and Months are counted from the day; To puts the end off to that of
	// its part of the calendar. All zero lasts for ever.
	Days, Months int
	To           PeriodEnd
}

// PeriodEnd is the end of a part of the calendar.
type PeriodEnd string

// What an end is rounded up to.
const (
	ToDay     PeriodEnd = ""
	ToMonth   PeriodEnd = "month"
	ToQuarter PeriodEnd = "quarter"
	ToYear    PeriodEnd = "year"
)

// A Ladder is tiers of which a member has at most one: the highest whose From
// is reached.
type Ladder struct {
	Name string
	// On is what counts for it: Spend, Visits, or the points of Wallet.
	On     LadderOn
	Wallet ledger.Wallet // for OnPoints
	Lines  Selector      // for OnSpend and OnVisits: what counts
	// Window is how long what was done counts: twelve months; to the end of the
	// year; for ever.
	Window Validity
	Levels []Level // in their order, From ascending
	// Crossing is at which tier's rules the sale earns that reaches the next
	// one; "" is CrossOld.
	Crossing Crossing
	// Keeps says that a tier that was reached lasts for KeepsFor, whatever
	// becomes of the count; without, it ends when the count falls below it.
	Keeps    bool
	KeepsFor Validity
	// Down is what comes after; "" is Reevaluate.
	Down  Down
	Grace int // days for which a tier that ended is still had
}

// LadderOn is what a ladder counts.
type LadderOn string

// What ladders count.
const (
	OnSpend  LadderOn = "spend"  // minor units, as 10 thousandths each: 1.000 is one whole unit of money
	OnVisits LadderOn = "visits" // sales, 1.000 each
	OnPoints LadderOn = "points" // what was earned of a wallet, whatever was spent of it
)

// Crossing is what the sale earns that reaches a tier.
type Crossing string

// What the crossing sale earns.
const (
	CrossOld   Crossing = "old"   // all of it as the tier before
	CrossNew   Crossing = "new"   // all of it as the new tier
	CrossSplit Crossing = "split" // what lies below From as the one, the rest as the other; for OnSpend
)

// Down is what becomes of a member whose tier ends.
type Down string

// What becomes of them.
const (
	Reevaluate Down = "reevaluate" // the tier their count is enough for
	OneStep    Down = "one_step"   // the tier below, for as long as that is kept
)

// A Level is one tier.
type Level struct {
	Name string // "Goud"; names are used once in a programme
	// From is what is needed, in thousandths of what the ladder counts: at or
	// above it the tier is had.
	From  ledger.Points
	Perks []string // names of perks
}

// A Club is a membership that is paid for: a line that Fee selects begins or
// lengthens it.
type Club struct {
	Name  string
	Fee   Selector
	Lasts Validity
	Perks []string
}

// A Perk is something members are entitled to that is no points: it is printed
// and exported, and nothing is reckoned with it.
type Perk struct {
	Name  string            // "free-shipping"
	Label map[string]string // by language
	// From and Until are the first and the last day it is there; "" sets none.
	From, Until ledger.Day
}

// A Segment is members with something in common in their own history.
type Segment struct {
	Name   string
	On     LadderOn
	Wallet ledger.Wallet // for OnPoints
	Lines  Selector      // for OnSpend and OnVisits: what counts
	Days   int           // how far back, the day itself counted
	// Min and Max bound the count, in thousandths; Max below zero sets none. A
	// segment of who did not come is Max 0.
	Min, Max ledger.Points
}

// A Cause is what points can be given to.
type Cause struct {
	Name  string
	Label map[string]string
}

// A Partner is a company of a coalition.
type Partner struct {
	Name  string // as baskets and entries name it
	Label string // as people read it
	// Clears is what 1,000 units of a wallet are settled at, in minor units. A
	// wallet that is not named is not settled.
	Clears map[ledger.Wallet]basket.Money
}

// A Game gives a chance to win, on a sale or for points.
type Game struct {
	Name string
	// Costs is what a play costs of Wallet; 0 is a play with each sale for which
	// If holds.
	Costs  ledger.Points
	Wallet ledger.Wallet
	Event  string // a play with an event: "enrolled"
	If     Condition
	Odds   []Odds
	Caps   []Cap // Times: how often it is played
}

// Odds are the chance of one prize. What the odds of a game leave wins nothing.
type Odds struct {
	Prize      string // as people read it, and in records
	PerMillion int64  // of a million draws
	// Points of Wallet are won; or Reward, the name of a reward that is then had
	// for nothing, as a voucher; or, with neither, the prize is handed over.
	Points ledger.Points
	Wallet ledger.Wallet
	Reward string
	// Budget bounds how often the prize is won at a terminal; when it is used
	// up, the draw wins nothing.
	Budget []Cap
}

// A Message is a line on the slip, on the screen and over the API.
type Message struct {
	Name     string
	Kind     MessageKind
	If       Condition
	Text     map[string]string // by language, for MessageOffer
	Days     int               // MessageLapsing: how long before
	Campaign bool
}

// MessageKind says what a message says.
type MessageKind string

// The messages there are.
const (
	MessageNextReward MessageKind = "next_reward" // "nog 2 zegels voor Koffie"
	MessageLapsing    MessageKind = "lapsing"     // "300 punten vervallen op 31-12"
	MessageTier       MessageKind = "tier"        // "nog € 40,00 tot Goud"
	MessagePerks      MessageKind = "perks"
	MessageOffer      MessageKind = "offer" // Text
)

// ReturnPolicy is what a return does. In each of its texts "" is the first of
// the ways.
type ReturnPolicy struct {
	// Earned is how what was earned is taken back of a part of a sale.
	Earned ReturnEarned
	// Spent is where points that were spent come back to.
	Spent ReturnSpent
	// LapsedGrace is for how many days points can be spent that come back to a
	// lot that has lapsed meanwhile; 0 leaves them lapsed.
	LapsedGrace int
	// PendingFirst takes what is taken back from lots that are still to vest.
	PendingFirst bool
	// Below is what happens when the account has less than is taken back.
	Below Shortfall
}

// ReturnEarned is how a part of a sale takes back what was earned.
type ReturnEarned string

// The ways.
const (
	AsAwarded    ReturnEarned = "as_awarded"     // what each line that comes back brought
	Prorated     ReturnEarned = "prorated"       // by its share of the total
	Recomputed   ReturnEarned = "recomputed"     // what the rest of the sale would not have earned
	AllOrNothing ReturnEarned = "all_or_nothing" // all of it with the first part
)

// ReturnSpent is where points that were spent come back to.
type ReturnSpent string

// The ways.
const (
	OriginalLots ReturnSpent = "original_lots"
	FreshLots    ReturnSpent = "fresh" // as if they were earned on the day
)

// Shortfall is what happens when a return takes more than there is.
type Shortfall string

// The ways.
const (
	Debt          Shortfall = "debt"    // it is owed, and what is earned next pays it
	WithinBalance Shortfall = "balance" // what is there is taken; the rest is forgiven
	RefuseBelow   Shortfall = "refuse"  // nothing comes back
)
