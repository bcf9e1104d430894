package file

import "zegel/terminal/loyalty/programme"

// Wallet is one kind of unit that members collect.
type Wallet struct {
	// Name in records, which lasts for ever: "points". People never see it.
	Name string `key:"name,required"`
	// Units are the words for one and for several, by language:
	// { nl = ["punt", "punten"], en = ["point", "points"] }.
	Units map[string][]string `key:"units,required"`
	// Decimals that are shown at least, 0 to 3. Left out, it is 0, and for money
	// as many as the currency has.
	Decimals *int64 `key:"decimals"`
	// Kind is "points", "stamps", "money" (cash back: one unit is one of the
	// currency) or "stored_value" (paid in before, such as a gift card). Left
	// out, it is "points".
	Kind string `key:"kind" of:"points stamps money stored_value"`
	// Expires is how long what is earned can be spent: "12 months", "90 days",
	// "end of year", "end of next year", "12 months, end of month", or counted
	// from the member's last sale: "18 months without a purchase". The last day
	// counts. Left out, it is "never".
	Expires string `key:"expires"`
	// Vests is how many days after it was earned it can be spent first:
	// "14 days", the time in which goods can come back. Left out, it is at once.
	Vests Span `key:"vests"`
	// SpentAtOnce says that what a sale earns can be spent in that same sale.
	// Left out, it is false: what the customer sees before paying is what there is.
	SpentAtOnce bool `key:"spent_at_once"`
	// Worth is what 1,000 units stand for in the books: "5.00". It moves nothing;
	// reports reckon what is owed with it. Left out, nobody says.
	Worth Amount `key:"worth"`
	// Most is the most a member can hold; what is earned above it is cut. Left
	// out, there is no limit.
	Most Decimal `key:"most"`
}

// Base is what of a sale earns at all.
type Base struct {
	// BeforeTax counts amounts without the tax in them. Left out, it is false:
	// members reckon with what they pay.
	BeforeTax bool `key:"before_tax"`
	// BeforeDiscount counts what the goods cost before discounts of the till.
	// Left out, it is false: what was not paid earns nothing.
	BeforeDiscount bool `key:"before_discount"`
	// DiscountShared says that a discount on the whole sale lowers every line by
	// its share, for rules that count some lines only. Left out, it is false:
	// such rules count their lines as they stand.
	DiscountShared bool `key:"discount_shared"`
	// Exclude are lines that never earn and that no reward takes anything off:
	// { kinds = ["deposit"] }.
	Exclude Lines `key:"exclude"`
	// ExcludePreset adds lists that are ready: "nl" has the kinds deposit,
	// gift_card, fee, tobacco and infant_formula; "nl-alcohol" has alcohol.
	ExcludePreset []string `key:"exclude_preset" of:"nl nl-alcohol"`
	// Tenders say what is earned on what was paid with a means of payment:
	// { gift_card = "none", voucher = "sale" }, with "none", "full" or "sale" as
	// for earns_on_points_paid. One that is not named earns in full.
	Tenders map[string]string `key:"tenders" of:"none full sale"`
}

// Lines say which lines of a basket count: a line counts that fits any of what
// is named. Nothing named is every line. What the programme excludes never is one.
type Lines struct {
	// Products are article codes; one that ends in * stands for all that begin so.
	Products []string `key:"products"`
	// Categories as the till names them: "coffee".
	Categories []string `key:"categories"`
	// Tags as the till names them: "bestseller".
	Tags []string `key:"tags"`
	// Kinds are sorts of lines: "deposit", "gift_card", "fee", "tobacco",
	// "alcohol", "infant_formula", "discount", "top_up", or one of your own that
	// begins with "x-". The till sends them letter for letter.
	Kinds []string `key:"kinds"`
	// Sets are names of [[set]] tables.
	Sets []string `key:"sets"`
	// Not are lines that do not count all the same: { tags = ["sale"] }.
	Not *Lines `key:"not"`
}

// Set is a choice of lines with a name.
type Set struct {
	// Name by which lines = { sets = ["…"] } names it.
	Name string `key:"name,required"`
	// Products are article codes; one that ends in * stands for all that begin so.
	Products []string `key:"products"`
	// Categories as the till names them.
	Categories []string `key:"categories"`
	// Tags as the till names them.
	Tags []string `key:"tags"`
	// Kinds are sorts of lines, as under Lines.
	Kinds []string `key:"kinds"`
	// Sets are names of sets that stand above this one.
	Sets []string `key:"sets"`
	// Not are lines that do not count all the same.
	Not *Lines `key:"not"`
}

// Group says how the rules that name it combine.
type Group struct {
	// Name by which rules name it.
	Name string `key:"name,required"`
	// Combine is "all" (each is added), "best" (the one that gives most; of
	// equals the first), "first" (the first that gives anything, as they stand
	// here) or "exclusive" (the first, and where it gives anything, no rule
	// outside the group gives any of that wallet).
	Combine string `key:"combine,required" of:"all best first exclusive"`
}

// Earn is one rule: what is rewarded with how much.
type Earn struct {
	// Name of the rule in explanations, used once. Left out, it is the wallet's.
	Name *string `key:"name"`
	// Wallet the points go to. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Points for every Per: 1, or "0.5". Bands and a Factor do without.
	Points Decimal `key:"points"`
	// Per is the amount for which Points are given: "1.00"; where no amount is
	// counted, the number: 2 for every two units. Left out where no amount is
	// counted, it is 1.
	Per Decimal `key:"per"`
	// Step is what every award is a multiple of: 1 for whole points, "0.5" for
	// halves. Left out, it is 1, and for money the smallest coin of the currency.
	Step Decimal `key:"step"`
	// Rounding is what happens to the part below a step: "floor" drops it,
	// "half-up" and "half-even" round it, "ceil" makes it a step, "carry"
	// keeps it for the member's next basket. Left out, it is "carry": splitting
	// a basket then neither wins nor loses points.
	Rounding string `key:"rounding" of:"floor half-up half-even ceil carry"`
	// Counts is what is counted: "amount" (what is paid), "order" (each sale or
	// event once), "units" (pieces of the lines), "quantity" (how much of it an
	// event says there was), "multiple" (what other rules brought, by Factor) or
	// "earned" (what the sale brought of the wallet that Multiplies names: for
	// status by points). Left out, it is "amount"; with a Factor "multiple"; with
	// an Event "order".
	Counts string `key:"counts" of:"amount order units quantity multiple earned"`
	// WholePer counts only whole Pers of each sale: "for every full euro". Left
	// out, it is false.
	WholePer bool `key:"whole_per"`
	// Bands give points by the amount that counts, the highest whose From is
	// reached: [{ from = "10.00", points = 5 }, { from = "50.00", points = 40 }].
	Bands []Band `key:"bands"`
	// Event is the kind of event that is rewarded: "enrolled", "review". Left
	// out, sales are.
	Event string `key:"event"`
	// Factor is what Multiplies is multiplied by: 2, or "1.5". What the rule
	// gives is the part above what they brought: two factors of 2 make 3 times.
	Factor Decimal `key:"factor"`
	// Multiplies are the names of the rules a Factor works on, or for
	// counts = "earned" the name of a wallet. Left out, a Factor works on all of
	// the wallet's rules that have none.
	Multiplies []string `key:"multiplies"`
	// Exact says that a Factor works on what the others were worth before
	// rounding: 37.60 doubled is 75, not 74. Left out, it is false: the bonus can
	// be reckoned from the slip.
	Exact bool `key:"exact"`
	// RoundEach is where rounding is applied: to the "basket", or to each "line".
	// Left out, it is "basket".
	RoundEach string `key:"round_each" of:"basket line"`
	// Bonus says that what it gives stands in records as a bonus. Left out, it is
	// true for a Factor, else false.
	Bonus *bool `key:"bonus"`
	// Campaign says that the hold-out group gets nothing of it. Left out, it is false.
	Campaign bool `key:"campaign"`
	// Group is the [[group]] it belongs to. Left out, it is added.
	Group string `key:"group"`
	// Caps bound what it gives: [{ points = 100, per = "day" }].
	Caps []Cap `key:"caps"`
	// Issuer is the [[partner]] who pays for what it gives; "@sale" is the one
	// where the sale is made. Left out, it is the programme's owner.
	Issuer string `key:"issuer"`
	// Referrer says that not the member gets it but who brought them in. Left
	// out, it is false.
	Referrer bool `key:"referrer"`
	// If is what must be so: { weekdays = ["tue"], tiers = ["Goud"] }.
	If If `key:"if"`
	// Lines are the lines that count: { categories = ["coffee"] }.
	Lines Lines `key:"lines"`
}

// Band is points for an order from an amount on.
type Band struct {
	// From is the least amount: "10.00".
	From Amount `key:"from,required"`
	// Points that are given.
	Points Decimal `key:"points,required"`
}

// Cap bounds how much, or how often.
type Cap struct {
	// Points is the most of the wallet. Either this or Times.
	Points Decimal `key:"points"`
	// Times is the most times. Either this or Points.
	Times int64 `key:"times"`
	// Per is how long it counts: "purchase", "day", "week" (from Monday),
	// "month", "year" or "ever".
	Per string `key:"per,required" of:"purchase day week month year ever"`
	// Of is whose it is: each "member", the "terminal", each "cashier" of that
	// terminal, or, of a rule that gives to who brought the member in, each
	// "referrer". Left out, it is "member": of such a rule, each friend.
	Of string `key:"of" of:"member terminal cashier referrer"`
	// Over is what becomes of what would come above it: "cut" gives what is left,
	// "refuse" gives nothing of it. Left out, it is "cut".
	Over string `key:"over" of:"cut refuse"`
}

// If is what must be so: all that is named, and of a list one.
type If struct {
	// Shops by name.
	Shops []string `key:"shops"`
	// Channels of the sale: "app"; one that the till does not name is "counter".
	Channels []string `key:"channels"`
	// Partners at which the sale is made.
	Partners []string `key:"partners"`
	// Tenders of which one pays for the sale.
	Tenders []string `key:"tenders"`
	// Codes of which the till or the customer gave one.
	Codes []string `key:"codes"`
	// Signals are what the shop says is so: "rain".
	Signals []string `key:"signals"`
	// Weekdays in the shop: "mon", "tue", "wed", "thu", "fri", "sat", "sun".
	Weekdays []string `key:"weekdays" of:"mon tue wed thu fri sat sun"`
	// Hours by the shop's clock: "14:00-16:00"; "22:00-02:00" goes past midnight.
	// The end itself is not in them.
	Hours []string `key:"hours"`
	// From is the first business day: "2026-11-22".
	From Date `key:"from"`
	// Until is the last business day.
	Until Date `key:"until"`
	// MinTotal is the least the sale comes to: "25.00".
	MinTotal Amount `key:"min_total"`
	// MaxTotal is the most it comes to.
	MaxTotal Amount `key:"max_total"`
	// Tiers of which the member has one, or one above it on its ladder.
	Tiers []string `key:"tiers"`
	// TierExactly says that a tier above does not do. Left out, it is false.
	TierExactly bool `key:"tier_exactly"`
	// Clubs of which the member is in one.
	Clubs []string `key:"clubs"`
	// Segments of which the member is in one.
	Segments []string `key:"segments"`
	// NotSegments of which the member is in none.
	NotSegments []string `key:"not_segments"`
	// Members says that only who is enrolled counts. Left out, any card does.
	Members bool `key:"members"`
	// Birthday is around the member's birthday: { before = 3, after = 7 }, in
	// days; {} is the day itself. Who was born on 29 February has 28 February in
	// other years.
	Birthday *Window `key:"birthday"`
	// FirstPurchase is the account's first sale that counts. Left out, any does.
	FirstPurchase bool `key:"first_purchase"`
	// Referred is a member whom another one brought in. Left out, any does.
	Referred bool `key:"referred"`
}

// Window is days around one day.
type Window struct {
	// Before is how many days before it. Left out, it is 0.
	Before int64 `key:"before"`
	// After is how many days after it. Left out, it is 0.
	After int64 `key:"after"`
}

// Defaults are the values of keys that are left out.
func (e *Earn) Defaults() { e.Rounding, e.RoundEach = string(programme.Carry), "basket" }

// Defaults are the values of keys that are left out.
func (w *Wallet) Defaults() { w.Kind, w.Expires = "points", "never" }

// Defaults are the values of keys that are left out.
func (c *Cap) Defaults() { c.Of, c.Over = "member", "cut" }
