package session

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// Tone is how an outcome sounds and looks; a word and a symbol always go with it.
type Tone string

// The tones: information, done, look here, not done.
const (
	Info Tone = "info"
	Good Tone = "good"
	Look Tone = "look"
	No   Tone = "no"
)

// A Message is what the cashier is told: what happened to the points, and what
// to do now.
type Message struct {
	Tone Tone   `json:"tone"`
	Text string `json:"text"`
	Code string `json:"code,omitempty"` // "K-201"; also stands in Text
}

// A Question is what has to be answered by a key before the conversation goes on.
type Question string

// The questions.
const (
	NoQuestion    Question = ""
	OtherCard     Question = "other_card"     // another card was read before the sale was paid: take it instead?
	UnusualAmount Question = "unusual_amount" // far above the usual: is it right?
	AskManager    Question = "manager"        // above a cashier's limits: a manager confirms
)

// A Shown is an amount of a wallet with its words.
type Shown struct {
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"`
	Text   string        `json:"text"` // "123 punten"
}

// A Priced is an amount of money with its words.
type Priced struct {
	Amount basket.Money `json:"amount"` // minor units
	Text   string       `json:"text"`   // "€ 12,50"
}

// A View is what a lane's screen shows: everything, each time, so that whoever
// shows it keeps nothing. Its sentences are in the shop's language.
type View struct {
	Lane string `json:"lane"`
	Lang string `json:"lang"`
	// Turn grows with everything that happens at the lane. An event names the
	// turn its sender saw, so that a key pressed twice counts once.
	Turn     int64    `json:"turn"`
	State    State    `json:"state"`
	Question Question `json:"question,omitempty"`
	// Heading says where the conversation is, Primary what the one large key
	// does now; "" when it does nothing.
	Heading string `json:"heading"`
	Primary string `json:"primary,omitempty"`
	// Said is the outcome of what was done last.
	Said     *Message `json:"said,omitempty"`
	Customer *Person  `json:"customer,omitempty"`
	// Standing is what there is to tell about the customer besides points.
	Standing *Standing `json:"standing,omitempty"`
	// Games are, in Done, what was played with the sale.
	Games []Game `json:"games,omitempty"`
	// Bearer says that there is no card: the points go on a slip.
	Bearer bool `json:"bearer,omitempty"`
	// Found are those a name led to; typing one's place, from 1, takes it.
	Found []FoundMember `json:"found,omitempty"`
	// Amount is what the till asks for, Discount what points take off it and
	// ToPay what is left.
	Amount   *Priced `json:"amount,omitempty"`
	Discount *Priced `json:"discount,omitempty"`
	ToPay    *Priced `json:"to_pay,omitempty"`
	// Earns is what the sale would bring, or in Done what it brought.
	Earns []Shown `json:"earns,omitempty"`
	// Rewards are what the customer can redeem, those they can have now first;
	// Chosen are the ones that were picked for this sale.
	Rewards []Offer    `json:"rewards,omitempty"`
	Chosen  []Redeemed `json:"chosen,omitempty"`
	// Tell is what the cashier does now: "Trek € 5,00 af op de kassa".
	Tell []string `json:"tell,omitempty"`
	// Sale is, in Slip, the sale whose slip was read or typed.
	Sale *Recalled `json:"sale,omitempty"`
	// Asked is what a manager is asked to confirm.
	Asked string `json:"asked,omitempty"`
	// Undo is the sale that one key takes back, and until when it is offered.
	Undo *Undoable `json:"undo,omitempty"`
	// Practice says that nothing is written.
	Practice bool   `json:"practice,omitempty"`
	Operator string `json:"operator,omitempty"` // who is signed in; "" for nobody
	Manager  bool   `json:"manager,omitempty"`  // and may confirm
	// SignIn says that somebody must sign in before anything is done.
	SignIn bool `json:"sign_in,omitempty"`
	// Devices are the lane's devices that are not well; none when all are.
	Devices []Message `json:"devices,omitempty"`
	// Offline is the quiet word for a line that is down, with how much waits;
	// "" when it is up, or the shop stands alone.
	Offline string `json:"offline,omitempty"`
	// Signals are what the shop says is so now: "rain".
	Signals []string `json:"signals,omitempty"`

	// What programs ask for beside the words above.
	Card    string   `json:"card,omitempty"` // masked
	New     bool     `json:"new,omitempty"`
	Known   bool     `json:"balance_known"`
	Balance []Amount `json:"balance"`
	Refused string   `json:"refused,omitempty"` // the last refusal's code

	// Slips is what the large key does with the slip on the screen; "" where a
	// card comes first.
	Slips EventKind `json:"-"`
}

// A Person is who stands at the counter, in words.
type Person struct {
	Card     string `json:"card"`           // masked: "…4566"
	Name     string `json:"name,omitempty"` // of a member who gave one
	Enrolled bool   `json:"enrolled"`
	New      bool   `json:"new"` // nobody has seen the card before
	// Balance is one line for each wallet. Where Known is false it is empty and
	// Follows is said instead, never 0.
	Known   bool    `json:"known"`
	Balance []Shown `json:"balance,omitempty"`
	Follows string  `json:"follows,omitempty"`
	// AsOf says as of when, where head office's word is of an earlier day.
	AsOf string `json:"as_of,omitempty"`
}

// A Recalled is a sale that was looked up, as far as it is still kept.
type Recalled struct {
	Record ledger.Key `json:"record"`
	Code   string     `json:"code"`
	When   string     `json:"when"` // in words, on the shop's clock
	Card   string     `json:"card"`
	Total  Priced     `json:"total"`
	// Left is what has not come back yet.
	Left  Priced         `json:"left"`
	Lines []RecalledLine `json:"lines,omitempty"`
	// Earned and Redeemed are what it gave and took.
	Earned   []Shown    `json:"earned,omitempty"`
	Redeemed []Redeemed `json:"redeemed,omitempty"`
	// CanUndo, CanReturn, CanMove and CanClaim are what may still be done with
	// it.
	CanUndo   bool `json:"can_undo"`
	CanReturn bool `json:"can_return"`
	CanMove   bool `json:"can_move"`
	CanClaim  bool `json:"can_claim"`

	account ledger.Account // whose it is
}

// A RecalledLine is one line of a sale that was looked up.
type RecalledLine struct {
	Line   int    `json:"line"` // from 1
	Name   string `json:"name"`
	Amount Priced `json:"amount"`
	// Left is what of it has not come back, in minor units.
	Left basket.Money `json:"left"`
}

// An Undoable is a sale that one key takes back.
type Undoable struct {
	Record ledger.Key `json:"record"`
	Code   string     `json:"code"`
	// Until is milliseconds since 1970 UTC of the PC's clock.
	Until int64 `json:"until"`
}
