package file

import "zegel/terminal/loyalty/programme"

// Reward is what members can have for what they collected.
type Reward struct {
	// Name on slips and screens: "€ 5,00 korting", "Koffie".
	Name string `key:"name,required"`
	// Wallet it is paid from. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Kind is "fixed", a reward with a price, or "per-point", where the cashier
	// chooses how many points and each is worth the same. Left out, it is "fixed".
	Kind string `key:"kind" of:"fixed per-point"`
	// Points a fixed reward costs, or for which Value is given: 500, or "0.5".
	// Only an automatic reward can do without, which then costs nothing.
	Points Decimal `key:"points"`
	// Value is what Points take off the total: "5.00". A fixed reward without
	// it is a thing, which the cashier hands over.
	Value Amount `key:"value"`
	// Block is what the points of a "per-point" reward are a multiple of. Left
	// out, it is Points.
	Block Decimal `key:"block"`
	// Minimum is the least that is redeemed at once. Left out, it is one block.
	Minimum Decimal `key:"minimum"`
	// MaxPoints is the most that is redeemed in one sale: the price, for a
	// fixed reward that is given once a sale. Left out, there is no limit.
	MaxPoints Decimal `key:"max_points"`
	// MaxPercent of a sale's total, 1 to 100, can be paid with it. Left out,
	// it is all of it.
	MaxPercent *int64 `key:"max_percent"`
	// KeptFloor is how many points must stay on the card. Left out, it is 0.
	KeptFloor Decimal `key:"kept_floor"`
	// Barcode is what the cashier scans at the till to give the reward. Left
	// out, there is none.
	Barcode string `key:"barcode"`
	// Gives is what it is: "money" off the total, or a thing where it has no
	// Value; "percent" off what Lines and Target say; "perk", an upgrade, an
	// access or a service, which is told and printed; "cash", paid out;
	// "donation", Value goes to a cause; "points", of another wallet. Left out,
	// it is "money".
	Gives string `key:"gives" of:"money percent perk cash donation points"`
	// Percent that is taken off, for gives = "percent": 40, "12.5"; 100 is free.
	Percent Decimal `key:"percent"`
	// Rounding of a percentage to whole minor units: "floor" or "half-up". Left
	// out, it is "half-up", as tills round prices.
	Rounding string `key:"rounding" of:"half-up floor"`
	// Target is what of the lines it works on: all of them, "order"; one unit,
	// the "cheapest" or the "dearest". Left out, it is "order".
	Target string `key:"target" of:"order cheapest dearest"`
	// Lines it works on: { tags = ["bestseller"] }. Left out, all that are not
	// excluded.
	Lines Lines `key:"lines"`
	// If is what must be so: { tiers = ["Goud"], from = "2026-01-01" }.
	If If `key:"if"`
	// Automatic says that it is had without asking, whenever it can be. Left
	// out, it is false.
	Automatic bool `key:"automatic"`
	// NthFree makes each unit free that is the one Points count to, the free one
	// counted: with 7 points every 7th unit of Lines. It is had without asking.
	// Which unit of the sale Target says, or left out the "cheapest" is. A rule
	// with counts = "units" earns the wallet, one for each unit of the same
	// lines. Left out, it is false: the points buy one on top.
	NthFree bool `key:"nth_free"`
	// Tender says that points are a means of payment: nothing comes off the
	// total, and tax is due on all of it. Left out, it is false: a discount.
	Tender bool `key:"tender"`
	// Caps bound how often it is had: [{ times = 1, per = "year" }]; with
	// of = "terminal" they are a stock.
	Caps []Cap `key:"caps"`
	// Into is the wallet it changes Points into, for gives = "points".
	Into string `key:"into"`
	// IntoPoints is how many of Into come for every Points.
	IntoPoints Decimal `key:"into_points"`
	// Share of the balance, in per cent, that can be donated at most: 1 to 100.
	// Left out, it is 100.
	Share *int64 `key:"share"`
	// Causes are names of [[cause]] tables it can be given to. Left out, all.
	Causes []string `key:"causes"`
	// VoucherDays prints a voucher that can be used once, by whoever has it, until
	// so many days later; for gives = "money", "percent" and "perk". Left out, the
	// reward is had at once.
	VoucherDays int64 `key:"voucher_days"`
	// Partner whose reward it is, a [[partner]]. Left out, it is had anywhere.
	Partner string `key:"partner"`
}

// Stacking is how several rewards of one sale go together.
type Stacking struct {
	// PercentOf is what a percentage works on where a sale has several rewards:
	// what is "left" after those before, or the "original" total. They never
	// take off more than the sale comes to. Left out, it is "left".
	PercentOf string `key:"percent_of" of:"left original"`
	// Most is the most rewards one sale can have, automatic ones besides. Left
	// out, there is no limit.
	Most int64 `key:"most"`
}

// Game is a chance to win, on a sale, with an event or for points.
type Game struct {
	// Name as people read it, used once: "Rad van fortuin".
	Name string `key:"name,required"`
	// Costs is what a play costs, in points of Wallet. Left out, a sale or an
	// event is a play.
	Costs Decimal `key:"costs"`
	// Wallet that Costs are paid from. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Event whose kind is a play: "enrolled". Left out, a sale is.
	Event string `key:"event"`
	// If is what must be so.
	If If `key:"if"`
	// Caps bound how often it is played: [{ times = 1, per = "day" }].
	Caps []Cap `key:"caps"`
	// Odds are the prizes, each under its own [[game.odds]]. What their chances
	// leave wins nothing.
	Odds []Odds `key:"odds,required"`
}

// Odds are the chance of one prize.
type Odds struct {
	// Prize as people read it, used once in a game: "100 punten".
	Prize string `key:"prize,required"`
	// Chance is "1 in 50", or "2 %", to a millionth.
	Chance string `key:"chance,required"`
	// Points that are won. Either this or Reward, or neither: a thing that is
	// handed over.
	Points Decimal `key:"points"`
	// Wallet of the Points. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Reward is the name of a [[reward]] that is won: a voucher where it has
	// voucher_days, else it is handed over.
	Reward string `key:"reward"`
	// Budget bounds how often it is won in the shop: [{ times = 10, per =
	// "day" }]. When it is used up, a draw wins nothing.
	Budget []Budget `key:"budget"`
}

// Budget bounds how often a prize is won, or how much of it.
type Budget struct {
	// Points is the most of the wallet. Either this or Times.
	Points Decimal `key:"points"`
	// Times is the most times. Either this or Points.
	Times int64 `key:"times"`
	// Per is how long it counts: "purchase", "day", "week" (from Monday),
	// "month", "year" or "ever".
	Per string `key:"per,required" of:"purchase day week month year ever"`
	// Of is whose it is: that of the "terminal", whoever wins; of each "cashier"
	// there; or of each "member". Left out, it is "terminal": a budget is the shop's.
	Of string `key:"of" of:"terminal cashier member"`
	// Over is what becomes of what would come above it: "cut" gives what is left,
	// "refuse" gives nothing of it. Left out, it is "cut".
	Over string `key:"over" of:"cut refuse"`
}

// Cause is what points can be given to.
type Cause struct {
	// Name in records, which lasts for ever: "foodbank".
	Name string `key:"name,required"`
	// Label is what people read, by language: { nl = "Voedselbank" }.
	Label map[string]string `key:"label,required"`
}

// Partner is another company of a coalition.
type Partner struct {
	// Name as tills and records have it: "bakker".
	Name string `key:"name,required"`
	// Label is what people read. Left out, it is the name.
	Label string `key:"label"`
	// Clears is what 1,000 units of a wallet are settled at, by wallet:
	// { points = "8.00" }.
	Clears map[string]Amount `key:"clears"`
}

// Returns is what a return does.
type Returns struct {
	// Earned is how what was earned is taken back with a part of a sale:
	// "as_awarded", what each line that comes back brought; "prorated", by its
	// share of the total; "recomputed", what the rest would not have earned;
	// "all_or_nothing", all of it with the first part. Left out, it is
	// "as_awarded": the customer can follow it on the slip.
	Earned string `key:"earned" of:"as_awarded prorated recomputed all_or_nothing"`
	// Spent is where points that were spent come back to: "original_lots" with
	// their own days, or "fresh", as if earned today. Left out, it is
	// "original_lots": nobody gains days by returning.
	Spent string `key:"spent" of:"original_lots fresh"`
	// LapsedGrace is for how many days points can be spent that come back to a
	// day that is over. Left out, it is 0: they stay lapsed.
	LapsedGrace int64 `key:"lapsed_grace"`
	// PendingFirst takes what is still to vest first. Left out, it is false:
	// what the sale itself brought goes.
	PendingFirst bool `key:"pending_first"`
	// Below is what happens when there is less than is taken back: "debt", it is
	// owed, and what is earned next pays it; "balance", what is there is taken;
	// "refuse", nothing comes back. Left out, it is "debt": returning goods wins
	// nothing, and no customer is sent away.
	Below string `key:"below" of:"debt balance refuse"`
}

// Defaults are the values of keys that are left out.
func (r *Reward) Defaults() {
	r.Kind, r.Rounding = string(programme.Fixed), string(programme.HalfUp)
}

// Defaults are the values of keys that are left out.
func (b *Budget) Defaults() { b.Of, b.Over = "terminal", "cut" }
