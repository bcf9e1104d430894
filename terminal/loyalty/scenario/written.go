package scenario

import (
	"maps"
	"slices"

	"zegel/terminal/loyalty/programme/file"
)

// A File is scenario cases as they are written: the keys of the document, each
// at its field. Numbers with a decimal point are text, as in a programme.
type File struct {
	// Programme is the programme's file, as a path from this one.
	Programme string `key:"programme,required"`
	// At is when cases begin that do not say so themselves: "2026-11-21 12:00",
	// on the clock of the programme's zone.
	At string `key:"at"`
	// Cases are told from each other by their names.
	Cases []Case `key:"case,required"`

	places file.Places
}

// A Case is a shop from its first customer on; no case sees another.
type Case struct {
	Name string `key:"name,required"`
	At   string `key:"at"`
	// Shop is the name of the shop that is sold in. Left out, it is "winkel".
	Shop string `key:"shop"`
	// SignIn says that cashiers sign in, so that their limits count.
	SignIn bool `key:"sign_in"`
	// Start is what the member "member" begins with, Members what others do.
	Start   Start            `key:"start"`
	Members map[string]Start `key:"members"`
	Steps   []Step           `key:"step,required"`
}

// A Start is what a member has before the first step.
type Start struct {
	// Balance by wallet: a number, or lots.
	Balance Lots `key:"balance"`
	// Tier and Club are what the member has, each by name or as { name, until }.
	Tier Hads `key:"tier"`
	Club Hads `key:"club"`
	// Count is how much of a ladder, or of a segment, stands to the member's
	// name: { status = 480 }.
	Count Amounts `key:"count"`
	// Member says that the card is enrolled; a name, birthday or referrer says so too.
	Member   bool   `key:"member"`
	Name     string `key:"name"`
	Birthday string `key:"birthday"` // "02-29"
	Referrer string `key:"referrer"` // the short name of another member
}

// A Had is a tier or a club that a member has.
type Had struct {
	Name  string `key:"name,required"`
	Until string `key:"until"` // the last day; left out, it is what the programme says from the start on
}

// A Step is one thing that happens, and what must have come of it.
type Step struct {
	// Name is for people.
	Name string `key:"name"`
	// At is when it happens; left out, it is right after the step before.
	At string `key:"at"`
	// Card is whose card is shown. Left out, it is "member"; "" is no card.
	Card *string `key:"card"`
	// Typed says that the card's number was typed and not read.
	Typed bool `key:"typed"`
	// Shop is where it happens; left out, it is the case's.
	Shop string `key:"shop"`
	// Cashier and Manager are who does it and who confirms it.
	Cashier string `key:"cashier"`
	Manager string `key:"manager"`
	// Signal is what the shop says from here on: "rain".
	Signal *Names `key:"signal"`

	Sale        *Sale   `key:"sale"`
	Quote       *Sale   `key:"quote"`
	Redeem      *Redeem `key:"redeem"`
	Hold        *Sale   `key:"hold"`
	Commit      *Named  `key:"commit"`
	Park        *Named  `key:"park"`
	Resume      *Named  `key:"resume"`
	Cancel      *Named  `key:"cancel"`
	Return      *Return `key:"return"`
	Void        *Named  `key:"void"`
	Undo        *Named  `key:"undo"`
	Event       *Event  `key:"event"`
	Donate      *Wish   `key:"donate"`
	Convert     *Wish   `key:"convert"`
	Transfer    *Give   `key:"transfer"`
	Adjust      *Give   `key:"adjust"`
	Merge       *With   `key:"merge"`
	ReplaceCard *With   `key:"replace_card"`
	Enrol       *Enrol  `key:"enrol"`
	Move        *Named  `key:"move"`
	Claim       *Named  `key:"claim"`
	Offline     bool    `key:"offline"`
	Online      bool    `key:"online"`
	Sync        bool    `key:"sync"`
	Expect      *Expect `key:"expect"`
}

// A Sale is a basket and what is wanted with it.
type Sale struct {
	// ID is what later steps call it: a return, an undo. The same one again is
	// the till that asks once more.
	ID string `key:"id"`
	// Total is what the sale comes to; left out, it is the sum of the lines.
	Total      *file.Decimal `key:"total"`
	Lines      []Line        `key:"lines"`
	Tenders    Tenders       `key:"tenders"`
	Channel    string        `key:"channel"`
	Partner    string        `key:"partner"`
	Codes      Names         `key:"codes"`
	NotEarning file.Decimal  `key:"not_earning"`
	// Redeem is what the customer wants for points, in this order.
	Redeem Wishes `key:"redeem"`
	// Vouchers are used: each by the id of the sale that printed it, or "latest".
	Vouchers Names `key:"vouchers"`
	// Typed says that a person typed the total, Confirmed that they meant one
	// that is unusual.
	Typed     bool `key:"typed"`
	Confirmed bool `key:"confirmed"`
}

// A Line is one line of the receipt.
type Line struct {
	ID       string       `key:"id"`
	Product  string       `key:"product"`
	Name     string       `key:"name"`
	Category string       `key:"category"`
	Tags     Names        `key:"tags"`
	Kind     string       `key:"kind"`
	Quantity file.Decimal `key:"quantity"` // left out, it is 1
	Amount   file.Decimal `key:"amount,required"`
	Tax      file.Decimal `key:"tax"`
	Of       string       `key:"of"`
}

// A Tender is one means of payment.
type Tender struct {
	Kind   string       `key:"kind,required"`
	Amount file.Decimal `key:"amount,required"`
}

// A Wish is a reward that is wanted.
type Wish struct {
	Reward string `key:"reward,required"`
	// Points for it; left out, it is the least that it takes.
	Points file.Decimal `key:"points"`
	Cause  string       `key:"cause"`
}

// A Redeem is rewards without a sale, or with one.
type Redeem struct {
	ID     string        `key:"id"`
	Reward string        `key:"reward,required"`
	Points file.Decimal  `key:"points"`
	Cause  string        `key:"cause"`
	Total  *file.Decimal `key:"total"`
	Lines  []Line        `key:"lines"`
}

// A Named names a sale by its id; without one it is the latest.
type Named struct {
	Sale string `key:"sale"`
}

// A Return is goods that come back.
type Return struct {
	Sale string `key:"sale"`
	// Lines are what comes back; left out, it is all that is left.
	Lines []Goods `key:"lines"`
	// Amount comes back of a sale without lines.
	Amount *file.Decimal `key:"amount"`
}

// Goods are what comes back of one line.
type Goods struct {
	Line     int64        `key:"line"` // from 1
	ID       string       `key:"id"`
	Quantity file.Decimal `key:"quantity"`
	Amount   file.Decimal `key:"amount"`
}

// An Event is what a member did that is no purchase.
type Event struct {
	Kind     string       `key:"kind,required"`
	ID       string       `key:"id"` // left out, each is another one
	Quantity file.Decimal `key:"quantity"`
}

// A Give is points that a person gives, or that go to another member.
type Give struct {
	To     string  `key:"to"` // of a transfer
	Points Amounts `key:"points,required"`
	Note   string  `key:"note"`
}

// A With names another member.
type With struct {
	Card string `key:"card,required"`
}

// An Enrol is what a new member says.
type Enrol struct {
	Name     string  `key:"name"`
	Phone    string  `key:"phone"`
	Birthday string  `key:"birthday"`
	Referrer string  `key:"referrer"`
	Carried  Amounts `key:"carried"`
	// Refuses are the consents that are said no to.
	Refuses Names `key:"refuses"`
}

// An Expect is what must have come of a step; what is not written is not looked at.
type Expect struct {
	Earned    Amounts       `key:"earned"`
	Spent     Amounts       `key:"spent"`
	TakenBack Amounts       `key:"taken_back"`
	GivenBack Amounts       `key:"given_back"`
	Total     *file.Decimal `key:"total"`
	Discount  *file.Decimal `key:"discount"`
	ToPay     *file.Decimal `key:"to_pay"`
	PayBack   *file.Decimal `key:"pay_back"`
	// Refusal is the code of a "no".
	Refusal *string `key:"refusal"`
	// Offers are the rewards that can be had, of a quote.
	Offers *Names `key:"offers"`
	// Slip has lines that were printed, in their order; SlipNot such that were not.
	Slip     Names `key:"slip"`
	SlipNot  Names `key:"slip_not"`
	Messages Names `key:"messages"`

	Balance Amounts `key:"balance"`
	Pending Amounts `key:"pending"`
	Debt    Amounts `key:"debt"`
	Lots    Lots    `key:"lots"`
	Tier    *Names  `key:"tier"`
	Perks   *Names  `key:"perks"`
	Clubs   *Names  `key:"clubs"`
	// Members are what others have, by their short names.
	Members map[string]Has `key:"members"`
}

// A Has is what a member must have.
type Has struct {
	Balance Amounts `key:"balance"`
	Pending Amounts `key:"pending"`
	Debt    Amounts `key:"debt"`
	Lots    Lots    `key:"lots"`
	Tier    *Names  `key:"tier"`
	Perks   *Names  `key:"perks"`
	Clubs   *Names  `key:"clubs"`
}

// has is the part of e that is about the step's own member.
func (e Expect) has() Has {
	return Has{e.Balance, e.Pending, e.Debt, e.Lots, e.Tier, e.Perks, e.Clubs}
}

// A Lot is points that lapse together.
type Lot struct {
	Points  file.Decimal `key:"points,required"`
	Expires string       `key:"expires"`
	Vests   string       `key:"vests"`
	Issuer  string       `key:"issuer"`
}

// Amounts are numbers by wallet. A bare number is of the only wallet, whose
// key is "" here.
type Amounts map[string]file.Decimal

// Long is the long form of a bare number.
func (*Amounts) Long(written any) any { return named("", written) }

// Lots are lots by wallet. A bare number, or a list, is of the only wallet.
type Lots map[string][]Lot

// Long is the long form of a bare number or list, also of each wallet.
func (*Lots) Long(written any) any {
	table, ok := written.(map[string]any)
	if !ok {
		table = map[string]any{"": written}
	}
	long := make(map[string]any, len(table))
	for wallet, v := range table {
		if _, ok := v.([]any); !ok {
			v = []any{map[string]any{"points": v}}
		}
		long[wallet] = v
	}
	return long
}

// Names are texts; one may stand without a list around it.
type Names []string

// Long is the long form of one name.
func (*Names) Long(written any) any { return listed(written) }

// Tenders are means of payment: a list, or amounts by kind.
type Tenders []Tender

// Long is the long form of amounts by kind.
func (*Tenders) Long(written any) any {
	table, ok := written.(map[string]any)
	if !ok {
		return written
	}
	list := []any{}
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		list = append(list, map[string]any{"kind": kind, "amount": table[kind]})
	}
	return list
}

// Wishes are rewards: one by its name, or a list of names and tables.
type Wishes []Wish

// Long is the long form of names.
func (*Wishes) Long(written any) any { return eachNamed("reward", written) }

// Hads are tiers or clubs: one by its name, or a list of names and tables.
type Hads []Had

// Long is the long form of names.
func (*Hads) Long(written any) any { return eachNamed("name", written) }

// Long is the long form of a sale that is only a total.
func (*Sale) Long(written any) any { return named("total", written) }

// Long is the long form of a reward's name.
func (*Redeem) Long(written any) any { return named("reward", written) }

// Long is the long form of a sale's id, or of true.
func (*Named) Long(written any) any { return orTrue("sale", written) }

// Long is the long form of a sale's id, or of true.
func (*Return) Long(written any) any { return orTrue("sale", written) }

// Long is the long form of an event's kind.
func (*Event) Long(written any) any { return named("kind", written) }

// Long is the long form of a reward's name.
func (*Wish) Long(written any) any { return named("reward", written) }

// Long is the long form of a member's name.
func (*With) Long(written any) any { return named("card", written) }

// Long is the long form of a new member's name, or of true.
func (*Enrol) Long(written any) any { return orTrue("name", written) }

// Defaults are the values of keys that are left out.
func (l *Line) Defaults() { l.Quantity = "1" }

// named is a table of one key, where no table was written.
func named(key string, written any) any {
	if table, ok := written.(map[string]any); ok {
		return table
	}
	return map[string]any{key: written}
}

func orTrue(key string, written any) any {
	if written == true {
		return map[string]any{}
	}
	return named(key, written)
}

func listed(written any) any {
	if list, ok := written.([]any); ok {
		return list
	}
	return []any{written}
}

func eachNamed(key string, written any) any {
	list := slices.Clone(listed(written).([]any))
	for i, v := range list {
		list[i] = named(key, v)
	}
	return list
}
