package programme

import (
	"errors"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Code names one refusal for ever: in logs, over the API, on screens and in
// the list the manual has.
type Code string

// The refusals there are. Nothing was changed by any of them.
const (
	UnknownCard    Code = "K-101" // the code is none of the programme's cards
	BadRead        Code = "K-102" // the code was not read well
	NotACard       Code = "K-103" // an article, a book, a coupon
	BankCard       Code = "K-104" // a payment card, whose number is not kept
	NoCard         Code = "K-105" // nobody scanned a card yet
	AlreadyMember  Code = "K-106" // the card is a member's already
	IdentityTaken  Code = "K-107" // the phone number leads to another account
	BadPhone       Code = "K-108" // not a phone number
	ConsentNeeded  Code = "K-109" // a wording the programme needs a yes to has none
	UnknownMember  Code = "K-110" // nothing that was typed leads to a member
	BadBirthday    Code = "K-111" // not a month and a day
	RandomTap      Code = "K-112" // the number of a phone or bank card, which is another one at every tap
	SeveralTags    Code = "K-113" // more than one card on the reader
	TooFewPoints   Code = "K-201" // Points of Wallet are missing
	BelowMinimum   Code = "K-202" // less than Points, the least that is redeemed at once
	NotAMultiple   Code = "K-203" // not a multiple of Points
	AboveCap       Code = "K-204" // more than Points, the most for this basket
	KeptFloor      Code = "K-205" // Points must stay
	UnknownReward  Code = "K-206" // the programme has no reward of that name
	UnknownHold    Code = "K-207" // there is no such hold, or it is another sale's
	NotForYou      Code = "K-208" // it is for other members: of a tier, a club, a segment
	NotNow         Code = "K-209" // not on this day, at this hour, in this shop, or without its code
	SameBasket     Code = "K-210" // the basket was posted before; Points, Wallet and At are that posting's
	OtherBasket    Code = "K-211" // its key was used for another basket
	UnusualAmount  Code = "K-212" // Amount is above the usual and not confirmed
	BadAmount      Code = "K-213" // not an amount, or not one a basket can have
	OtherCurrency  Code = "K-214" // Currency is not the programme's
	BadBasket      Code = "K-215" // its parts do not fit together
	NoteNeeded     Code = "K-216" // points are given for a reason, and none was said
	NotOnReceipt   Code = "K-217" // nothing of what the reward is for is on the receipt
	SoldOut        Code = "K-218" // its stock or its budget is used up
	HadAlready     Code = "K-219" // as often as it may be had
	LineNeeded     Code = "K-220" // without a line no more than Points can be redeemed here
	NotKnownHere   Code = "K-221" // what the member holds is not known here without a line
	UnknownCause   Code = "K-222" // it is not given to that cause
	UnknownEvent   Code = "K-223" // nothing rewards an event of its kind
	CollectsOnly   Code = "K-224" // the card that was shown is for collecting: nothing is spent with it
	UnknownSale    Code = "K-230" // there is no such sale here
	NotASale       Code = "K-231" // what should be taken back is no sale
	UnknownLine    Code = "K-232" // the sale has no such line
	Returned       Code = "K-233" // it came back before
	MoreThanSold   Code = "K-234" // more should come back than there is left of what was sold
	NotKept        Code = "K-235" // what was sold is not kept any more: only all of it can come back
	OtherDay       Code = "K-236" // an undo is for the same business day
	BadSlip        Code = "K-237" // the code is not one of our slips', or somebody changed it
	SlipClaimed    Code = "K-238" // the bearer slip was added to a card before
	SlipExpired    Code = "K-239" // the bearer slip's days are over
	SlipElsewhere  Code = "K-240" // the bearer slip is of a shop that is not this one
	SameMember     Code = "K-241" // the sale is this customer's already
	CannotMove     Code = "K-242" // something of the sale was redeemed or came back: undo it instead
	SpentSince     Code = "K-243" // Points of Wallet that should be taken back are not there any more
	SelfReferral   Code = "K-244" // nobody brings themselves in
	VoucherUsed    Code = "K-245" // the voucher was used before, or taken back with its sale
	VoucherExpired Code = "K-246" // the voucher's days are over, since At
	DayIsClosed    Code = "K-251" // the business day was closed before
	WrongPIN       Code = "K-501" // no operator has this PIN or badge
	TryLater       Code = "K-502" // too many wrong tries; not before At
	SignInFirst    Code = "K-503" // nobody is signed in
	ManagerNeeded  Code = "K-504" // above a cashier's limits
	Stale          Code = "K-505" // the lane had moved on: when the key was pressed, or from the customer with Card
)

// Codes are all refusals, in order.
func Codes() []Code {
	return []Code{
		UnknownCard, BadRead, NotACard, BankCard, NoCard, AlreadyMember, IdentityTaken, BadPhone, ConsentNeeded, UnknownMember, BadBirthday,
		RandomTap, SeveralTags,
		TooFewPoints, BelowMinimum, NotAMultiple, AboveCap, KeptFloor, UnknownReward, UnknownHold, NotForYou, NotNow,
		SameBasket, OtherBasket, UnusualAmount, BadAmount, OtherCurrency, BadBasket, NoteNeeded,
		NotOnReceipt, SoldOut, HadAlready, LineNeeded, NotKnownHere, UnknownCause, UnknownEvent, CollectsOnly,
		UnknownSale, NotASale, UnknownLine, Returned, MoreThanSold, NotKept, OtherDay,
		BadSlip, SlipClaimed, SlipExpired, SlipElsewhere, SameMember, CannotMove, SpentSince, SelfReferral, VoucherUsed, VoucherExpired, DayIsClosed,
		WrongPIN, TryLater, SignInFirst, ManagerNeeded, Stale,
	}
}

// A Refusal is a "no" for the cashier; package words has its sentences. The
// fields besides Code are set where its sentence needs them.
type Refusal struct {
	Code     Code
	Points   ledger.Points
	Wallet   Wallet
	Amount   basket.Money
	Currency string
	At       time.Time // in the shop's zone
	// Card is the one that was meant, masked.
	Card string
	// Cause is what the refusal was made from, for those who look into it.
	Cause error
}

func (r *Refusal) Error() string {
	text := "refused (" + string(r.Code) + "): " + r.Code.meaning()
	if r.Cause != nil {
		text += ": " + r.Cause.Error()
	}
	return text
}

// Unwrap is the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

// meaning is the refusal for a log.
func (c Code) meaning() string {
	switch c {
	case UnknownCard:
		return "not one of the programme's cards"
	case BadRead:
		return "the code was not read well"
	case NotACard:
		return "the code is not a card"
	case BankCard:
		return "a payment card is not a card of the programme"
	case NoCard:
		return "no card was scanned"
	case SameBasket:
		return "the basket was posted before"
	case OtherBasket:
		return "the basket's key was used for another basket"
	case UnusualAmount:
		return "the amount is above the usual and was not confirmed"
	case BadAmount:
		return "not an amount a basket can have"
	case OtherCurrency:
		return "the currency is not the programme's"
	case BadBasket:
		return "the parts of the basket do not fit together"
	case NoteNeeded:
		return "no reason was given for the points"
	case TooFewPoints:
		return "too few points"
	case BelowMinimum:
		return "less than is redeemed at once"
	case NotAMultiple:
		return "not a multiple of what is redeemed at once"
	case AboveCap:
		return "more than the basket may be paid with points"
	case KeptFloor:
		return "so many points must stay on the account"
	case UnknownReward:
		return "the programme has no such reward"
	case NotForYou:
		return "the reward is for other members"
	case NotNow:
		return "the reward cannot be had here and now"
	case NotOnReceipt:
		return "nothing on the receipt is what the reward is for"
	case SoldOut:
		return "there are no more of the reward"
	case HadAlready:
		return "the reward was had as often as it may be"
	case UnknownCause:
		return "the reward does not go to that cause"
	case LineNeeded:
		return "more than is set aside here, and there is no line"
	case NotKnownHere:
		return "the balance is not known here, and there is no line"
	case BadBirthday:
		return "not a month and a day"
	case CollectsOnly:
		return "the card that was shown is for collecting only"
	case UnknownEvent:
		return "nothing rewards an event of that kind"
	case UnknownSale:
		return "there is no such sale here"
	case NotASale:
		return "what should be taken back is not a sale"
	case UnknownLine:
		return "the sale has no such line"
	case Returned:
		return "it came back before"
	case MoreThanSold:
		return "more should come back than is left of what was sold"
	case NotKept:
		return "what was sold is not kept any more"
	case OtherDay:
		return "the record is of another business day"
	case AlreadyMember:
		return "the card is a member's already"
	case IdentityTaken:
		return "the phone number is another member's"
	case BadPhone:
		return "not a phone number"
	case ConsentNeeded:
		return "a consent that the programme needs is missing"
	case UnknownMember:
		return "it leads to no member"
	case RandomTap:
		return "a phone or bank card has another number at every tap"
	case SeveralTags:
		return "more than one card is on the reader"
	case UnknownHold:
		return "there is no such hold for this sale"
	case BadSlip:
		return "not the code of one of our slips"
	case SlipClaimed:
		return "the bearer slip was added to a card before"
	case SlipExpired:
		return "the days of the bearer slip are over"
	case SlipElsewhere:
		return "the bearer slip is another shop's"
	case SameMember:
		return "the sale is this customer's already"
	case CannotMove:
		return "a sale with redemptions or returns does not move"
	case SpentSince:
		return "the points that should be taken back are not there any more"
	case SelfReferral:
		return "nobody brings themselves in"
	case VoucherUsed:
		return "the voucher was used before"
	case VoucherExpired:
		return "the days of the voucher are over"
	case DayIsClosed:
		return "the business day was closed before"
	case WrongPIN:
		return "no operator has this PIN or badge"
	case TryLater:
		return "too many wrong tries"
	case SignInFirst:
		return "nobody is signed in"
	case ManagerNeeded:
		return "above a cashier's limits"
	case Stale:
		return "the lane had moved on"
	}
	return "no such code"
}

// RefuseCode makes a refusal of the reason why package member did not take a
// code for a card. Any other error is given back as it is.
func RefuseCode(err error) error {
	var no *member.NotCard
	if !errors.As(err, &no) {
		return err
	}
	refusal := &Refusal{Code: NotACard, Cause: err}
	switch {
	case no.Class == member.PaymentCard:
		refusal.Code = BankCard
	case no.Class == member.RandomUID:
		refusal.Code = RandomTap
	case no.Misread():
		refusal.Code = BadRead
	case no.Class == member.Unknown:
		refusal.Code = UnknownCard
	}
	return refusal
}
