package session

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
)

// EventKind is what happens at a lane.
type EventKind string

// The events. The first group comes from devices and time, the second from the
// cashier's keys; a till's calls are Paid, Returned and so on with their own
// content.
const (
	Scanned     EventKind = "scan"      // a card was read: another than the one that is there
	SameCard    EventKind = "same_card" // the card that is there was read again
	SlipRead    EventKind = "slip"      // the code on a slip was read or typed
	VoucherRead EventKind = "voucher"   // a voucher was read, that can be used
	DeviceLost  EventKind = "device"    // scanner or printer was lost, or is back
	LineLost    EventKind = "line"      // the line to head office was lost, or is back
	TimeOut     EventKind = "time_out"  // nothing happened for too long
	Typed       EventKind = "typed"     // something was typed into the one field
	AmountSet   EventKind = "amount"    // the total, in minor units
	RewardSet   EventKind = "reward"    // the rewards that were picked; none takes them back
	Paid        EventKind = "paid"      // the customer has paid
	Undo        EventKind = "undo"      // take the last sale back
	Confirm     EventKind = "confirm"   // yes to the question
	Cancel      EventKind = "cancel"    // no to the question, or back
	NoCard      EventKind = "no_card"   // the customer has no card: a bearer slip
	Enrol       EventKind = "enrol"     // make the card's holder a member
	Returned    EventKind = "return"    // goods of the sale came back
	Move        EventKind = "move"      // the sale was another customer's
	Claim       EventKind = "claim"     // add the bearer slip to the card
	Goodwill    EventKind = "goodwill"  // give points for a reason
	Practice    EventKind = "practice"  // begin or end practice
)

// An Event is something that happened at a lane, as the counter's page and its
// keys report it. Only the fields of its kind are read.
type Event struct {
	Kind EventKind `json:"kind"`
	// Turn is the one of the view its sender saw. An event about a turn that
	// has passed changes nothing; the answer is the view as it is.
	Turn int64 `json:"turn"`

	Text   string         `json:"text,omitempty"`   // Typed: card number, phone number or a slip's code
	Amount basket.Money   `json:"amount,omitempty"` // AmountSet, in minor units
	Redeem []redeem.Wish  `json:"redeem,omitempty"` // RewardSet
	Goods  []refund.Goods `json:"goods,omitempty"`  // Returned; none is all that is left
	Enrol  *Enrolment     `json:"enrol,omitempty"`  // Enrol
	Give   []Amount       `json:"give,omitempty"`   // Goodwill
	Note   string         `json:"note,omitempty"`   // Goodwill: why
	On     bool           `json:"on,omitempty"`     // Practice
}

// An Enrolment is what a new member says.
type Enrolment struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"` // as it was typed
	// Lang is the language the wordings were shown in.
	Lang     string           `json:"lang"`
	Consents []ledger.Consent `json:"consents,omitempty"`
	// Carried is what the member brings from before: a paper card's stamps.
	Carried []Amount `json:"carried,omitempty"`
	// Birthday is the month and the day: "02-29".
	Birthday string `json:"birthday,omitempty"`
	// Referrer is the card or telephone number of who brought them in.
	Referrer string `json:"referrer,omitempty"`
}

// An Operator is who does what is done: a cashier or a manager.
type Operator struct {
	Name    string `json:"name"`
	Manager bool   `json:"manager"`
}

// A Quote is what a basket would bring a customer, and what could be redeemed
// on it. Nothing is written or set aside by asking.
type Quote struct {
	Card    string   `json:"card,omitempty"` // masked; "" for nobody
	Earns   []Amount `json:"earns"`
	Rewards []Offer  `json:"rewards"`
	// Automatic is what is had without asking, Vouchers those that were read at
	// the lane or named, and Discount what comes off for them.
	Automatic []Redeemed     `json:"automatic,omitempty"`
	Vouchers  []ShownVoucher `json:"vouchers,omitempty"`
	Discount  basket.Money   `json:"discount,omitempty"`
	// Standing is what there is to tell about the customer besides points.
	Standing *Standing `json:"standing,omitempty"`
	// Rules is the version of the programme that decided it.
	Rules int64 `json:"rules"`
}

// A Held is points set aside for a basket: the till takes Discount off, and
// posts the sale with the hold's id.
type Held struct {
	Hold     ledger.HoldID `json:"hold"`
	Until    int64         `json:"until"` // milliseconds since 1970 UTC
	Card     string        `json:"card"`
	Redeemed []Redeemed    `json:"redeemed"`
	Discount basket.Money  `json:"discount"`
	Tell     []string      `json:"tell,omitempty"`
}

// off is what of the total points had, taken off or paid.
func (h Held) off() basket.Money {
	return h.Discount + pays(h.Redeemed)
}

// paid is the part of it that points paid: a perk is had for nothing.
func (h Held) paid() (sum basket.Money) {
	for _, r := range h.Redeemed {
		if r.Points > 0 || r.Voucher {
			sum += r.Discount + r.Pays
		}
	}
	return sum
}

// A Return is what a till says came back.
type Return struct {
	// Key names the return, so that asking again gives the first answer.
	Key basket.Key `json:"key"`
	// Sale is the sale it belongs to; Slip is instead the code read from a slip
	// of another shop.
	Sale Named  `json:"sale,omitzero"`
	Slip string `json:"slip,omitempty"`
	// Goods are what came back; none is all that is left.
	Goods []refund.Goods `json:"goods,omitempty"`
	// Operator is the till's cashier.
	Operator string `json:"operator,omitempty"`
}

// An Undoing asks to take a whole sale of the same business day back.
type Undoing struct {
	Key      basket.Key `json:"key"`
	Sale     Named      `json:"sale"`
	Operator string     `json:"operator,omitempty"`
}

// A Moving asks to give a sale's award to the customer who stands at the lane.
type Moving struct {
	Key      basket.Key `json:"key"`
	Sale     Named      `json:"sale"`
	Operator string     `json:"operator,omitempty"`
}

// An Enrolling asks to make the customer at the lane a member.
type Enrolling struct {
	Key basket.Key
	Enrolment
	// Card is the masked card that the till was shown, as of a Sale.
	Card     string
	Operator string
}

// An EnrolForm is what a new member of a programme is asked.
type EnrolForm struct {
	Consents []Wording `json:"consents"`
	// Birthday and Referrer say that the programme goes by them.
	Birthday bool `json:"birthday"`
	Referrer bool `json:"referrer"`
}

// A Wording is one a new member says yes or no to.
type Wording struct {
	Name     string            `json:"name"`
	Version  int64             `json:"version"`
	Text     map[string]string `json:"text"` // by language
	Required bool              `json:"required"`
}

// FormOf is what a new member is asked under rules.
func FormOf(rules programme.Rules) EnrolForm {
	f := EnrolForm{Consents: []Wording{}, Birthday: rules.AsksBirthday(), Referrer: rules.AsksReferrer()}
	for _, c := range rules.Consents {
		f.Consents = append(f.Consents, Wording{c.Name, c.Version, c.Wording, c.Required})
	}
	return f
}

// A Named names a sale: by the code on its slip, by its record, or by the
// till's own key for its basket. One of them is set.
type Named struct {
	Code   string     `json:"code,omitempty"`
	Record ledger.Key `json:"record,omitzero"`
	Basket basket.Key `json:"basket,omitzero"`
}
