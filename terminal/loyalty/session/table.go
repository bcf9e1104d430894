package session

import (
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A Place is where an event meets the conversation: a state, or a question or
// doubt that is open over it.
type Place string

// The places that are no state.
const (
	AtOtherCard Place = Place(OtherCard)
	AtUnusual   Place = Place(UnusualAmount)
	AtManager   Place = Place(AskManager)
	AtUnsure    Place = "unsure" // nobody knows whether the sale was posted
)

// Places are all of them, in the order of a sale.
func Places() []Place {
	return []Place{
		Place(Free), Place(Card), Place(Total), Place(Reward), Place(Slip), Place(Done),
		AtOtherCard, AtUnusual, AtManager, AtUnsure,
	}
}

// Events are all kinds of events, in the order they are declared.
func Events() []EventKind {
	return []EventKind{
		Scanned, SameCard, SlipRead, VoucherRead, DeviceLost, LineLost, TimeOut, Typed, AmountSet, RewardSet, Paid, Undo, Confirm, Cancel,
		NoCard, Enrol, Returned, Move, Claim, Goodwill, Practice,
	}
}

// An Act is what an event asks of the desk.
type Act string

// The acts.
const (
	Nothing      Act = ""
	LookUp       Act = "look up"       // find out what was typed
	SetAside     Act = "hold"          // set points aside for the wishes
	PostSale     Act = "post sale"     // award and redeem: one record
	PostUndo     Act = "post undo"     // take the sale back
	PostReturn   Act = "post return"   // goods came back
	PostMove     Act = "post move"     // the sale is this customer's
	PostClaim    Act = "post claim"    // the bearer slip's points are this customer's
	PostEnrol    Act = "post enrol"    // the customer becomes a member
	PostGoodwill Act = "post goodwill" // points for a reason
	Again        Act = "confirmed"     // what a manager was asked about
)

// Posts reports whether the act makes a record.
func (a Act) Posts() bool {
	switch a {
	case PostSale, PostUndo, PostReturn, PostMove, PostClaim, PostEnrol, PostGoodwill, Again:
		return true
	}
	return false
}

// A cell is what one event does in one place: either it leads somewhere and
// perhaps asks the desk for an act, or it is refused, or it depends.
type cell struct {
	to   State // where it leads; "" is no change
	step step  // what it changes besides; nil for nothing
	act  Act   // what the desk then does
	// says is what is said then; with an act, once the act succeeded.
	tone Tone
	says saying

	refused programme.Code

	when       *condition // the cell is yes where it holds, and otherwise no
	yes, other *cell
}

// A saying is what the counter says about the session it came to.
type saying func(voice, Session) string

// A voice is what it says it with.
type voice struct {
	words.Words
	rules programme.Rules
}

// A step changes a session. Where the event asks for what cannot be, it says
// why not, and nothing was changed.
type step func(Session, Event, Facts) (Session, *programme.Refusal)

// A condition is something a cell depends on.
type condition struct {
	why   string
	holds func(Session, Event, Facts) bool
}

func (c condition) choose(yes, other cell) cell { return cell{when: &c, yes: &yes, other: &other} }

// The conditions.
var (
	somebody   = condition{"a customer is known", func(s Session, _ Event, _ Facts) bool { return s.present }}
	someone    = condition{"a customer is known, or has no card", func(s Session, _ Event, _ Facts) bool { return s.someone() }}
	vouchered  = condition{"a voucher was read", func(s Session, _ Event, _ Facts) bool { return len(s.vouchers) > 0 }}
	readBefore = condition{"that one was read before", func(s Session, _ Event, f Facts) bool { return s.has(f.Voucher) }}
	wished     = condition{"a reward is named", func(_ Session, e Event, _ Facts) bool { return len(e.Redeem) > 0 }}
	inTime     = condition{"within 30 s", func(s Session, _ Event, f Facts) bool { return s.undoable(f.At) }}
	twice      = condition{"pressed twice", func(s Session, _ Event, _ Facts) bool { return s.backed }}
	practising = condition{"practice ends", func(s Session, e Event, _ Facts) bool { return s.practice && !e.On }}
	changing   = condition{"practice begins or ends", func(s Session, e Event, _ Facts) bool { return s.practice != e.On }}
	slips      = condition{"the programme has bearer slips", func(_ Session, _ Event, f Facts) bool { return !f.Rules.Bearer.Off }}
	byManager  = condition{"a manager says so", func(_ Session, _ Event, f Facts) bool { return f.By.Manager }}
)

func plain(say func(words.Words) string) saying {
	return func(v voice, _ Session) string { return say(v.Words) }
}

// does is a cell that leads to a state.
func does(to State, then step, tone Tone, says saying) cell {
	return cell{to: to, step: then, tone: tone, says: says}
}

// asks is a cell that asks the desk for an act.
func asks(a Act, says saying) cell { return cell{act: a, tone: Good, says: says} }

// look is a cell that changes nothing and says what to do instead.
func look(say func(words.Words) string) cell { return cell{tone: Look, says: plain(say)} }

func refuse(code programme.Code) cell { return cell{refused: code} }

// row is what one event does in the places, in their order.
func row(free, card, total, reward, slip, done, otherCard, unusual, manager, unsure cell) map[Place]cell {
	return map[Place]cell{
		Place(Free): free, Place(Card): card, Place(Total): total, Place(Reward): reward, Place(Slip): slip, Place(Done): done,
		AtOtherCard: otherCard, AtUnusual: unusual, AtManager: manager, AtUnsure: unsure,
	}
}

func everywhere(c cell) map[Place]cell { return row(c, c, c, c, c, c, c, c, c, c) }

// The cells that stand more than once.
var (
	noCard      = refuse(programme.NoCard)
	answerFirst = look(words.Words.SayAnswerFirst)
	sureFirst   = look(words.Words.SayUnsureFirst)
	paidBefore  = look(words.Words.SayAlreadyPaid)
	slipFirst   = look(words.Words.SaySlipFirst)
	slipOpen    = look(words.Words.SaySlipOpen)
	noUndo      = look(words.Words.SayNothingToUndo)
	notAsked    = look(words.Words.SayNothingAsked)
	amountFirst = look(words.Words.SayTypeAmount)
	cardThere   = look(words.Words.SayCustomerThere)
	nothingToDo = look(words.Words.SayNothing)

	next     = does(Card, takeCustomer, Info, plain(words.Words.SayCard))
	join     = does("", addCustomer, Info, sayJoined)
	another  = does("", askOther, Look, sayAskOther)
	theSame  = does("", refresh, Info, plain(words.Words.SaySameCard))
	shown    = does(Slip, openSlip, Info, saySlip)
	voucher  = does(Card, takeVoucher, Info, sayVoucher)
	voucher2 = readBefore.choose(look(words.Words.SaySameVoucher), does("", addVoucher, Info, sayVoucher))
	away     = does(Free, leave, Info, unlessUnsure(words.Words.SayReady))
	timedOut = does(Free, leave, Look, unlessUnsure(words.Words.SayTimeOut))
	nextOne  = does(Free, leave, Info, plain(words.Words.SayNext))
	amount   = does(Total, typeAmount, Info, sayAmount)
	noReward = does(Total, dropReward, Info, plain(words.Words.SayRewardDropped))
	onSlip   = slips.choose(does(Card, takeBearer, Info, plain(words.Words.SayBearer)), noCard)
	dropIt   = does("", dropQuestion, Info, plain(words.Words.SayDropped))
	keptOne  = does("", dropQuestion, Info, plain(words.Words.SayOtherKept))
	rehearse = does(Free, practise, Look, sayPractice)

	wish    = somebody.choose(wished.choose(asks(SetAside, plain(words.Words.SayHeld)), nothingToDo), noCard)
	pay     = asks(PostSale, sayPaid)
	undo    = asks(PostUndo, sayUndone)
	enrolIt = somebody.choose(asks(PostEnrol, plain(words.Words.SayEnrolled)), noCard)
	give    = somebody.choose(asks(PostGoodwill, sayGiven), noCard)
	busy    = practising.choose(rehearse, look(words.Words.SayFinishFirst))
)

// table is what every event does in every place.
var table = map[EventKind]map[Place]cell{
	Scanned: row(
		next,
		somebody.choose(another, vouchered.choose(join, next)),
		somebody.choose(another, join),
		another,
		somebody.choose(another, join),
		next,
		another,
		somebody.choose(another, join),
		another,
		somebody.choose(another, sureFirst),
	),
	SameCard: row(next, theSame, theSame, theSame, theSame, next, keptOne, theSame, theSame, theSame),
	SlipRead: row(shown, shown, shown, shown, shown, shown, answerFirst, answerFirst, answerFirst, sureFirst),
	VoucherRead: row(voucher, voucher2, voucher2, readBefore.choose(look(words.Words.SaySameVoucher), asks(SetAside, sayVoucher)), slipOpen, voucher,
		answerFirst, answerFirst, answerFirst, sureFirst),
	DeviceLost: everywhere(does("", nil, Info, plain(words.Words.SayDevice))),
	LineLost:   everywhere(does("", nil, Info, plain(words.Words.SayDevice))),
	TimeOut:    row(practising.choose(rehearse, nextOne), timedOut, timedOut, timedOut, timedOut, nextOne, timedOut, timedOut, timedOut, timedOut),
	Typed:      everywhere(cell{act: LookUp, tone: Info, says: sayFound}),
	// Over the question whether an amount is right, another one is the answer.
	AmountSet: row(amount, amount, amount, amount, slipOpen, amount, answerFirst, amount, answerFirst, sureFirst),
	RewardSet: row(noCard, wish, wish, wished.choose(asks(SetAside, plain(words.Words.SayHeld)), noReward), slipOpen, paidBefore,
		answerFirst, answerFirst, answerFirst, sureFirst),
	Paid: row(noCard, amountFirst, someone.choose(pay, noCard), pay, slipOpen, paidBefore, answerFirst, answerFirst, answerFirst, pay),
	Undo: row(noUndo, noUndo, noUndo, noUndo, undo, inTime.choose(undo, noUndo), answerFirst, answerFirst, answerFirst, sureFirst),
	Confirm: row(notAsked, notAsked, notAsked, notAsked, notAsked, notAsked,
		does(Card, takeOther, Info, unlessUnsure(words.Words.SayOtherTaken)),
		does(Total, confirmAmount, Info, sayAmount),
		byManager.choose(asks(Again, sayAskManager), refuse(programme.ManagerNeeded)),
		sureFirst,
	),
	Cancel: row(
		away,
		away,
		twice.choose(away, someone.choose(does(Card, dropAmount, Info, plain(words.Words.SayAmountDropped)), away)),
		twice.choose(away, noReward),
		twice.choose(away, does("", closeSlip, Info, plain(words.Words.SaySlipAway))),
		nextOne,
		keptOne,
		dropIt,
		dropIt,
		twice.choose(away, sureFirst),
	),
	NoCard: row(onSlip, somebody.choose(cardThere, vouchered.choose(nothingToDo, onSlip)), somebody.choose(cardThere, slips.choose(does("", addBearer, Info, plain(words.Words.SayBearerForAmount)), noCard)),
		cardThere, slipOpen, onSlip, answerFirst, answerFirst, answerFirst, sureFirst),
	Enrol: row(noCard, enrolIt, enrolIt, enrolIt, enrolIt, enrolIt, answerFirst, answerFirst, answerFirst, sureFirst),
	Returned: row(slipFirst, slipFirst, slipFirst, slipFirst, asks(PostReturn, sayReturned), slipFirst,
		answerFirst, answerFirst, answerFirst, sureFirst),
	Move: row(slipFirst, slipFirst, slipFirst, slipFirst,
		somebody.choose(asks(PostMove, sayMoved), look(words.Words.SaySlipCard)), slipFirst,
		answerFirst, answerFirst, answerFirst, sureFirst),
	Claim: row(slipFirst, slipFirst, slipFirst, slipFirst,
		somebody.choose(asks(PostClaim, sayClaimed), look(words.Words.SaySlipCard)), slipFirst,
		answerFirst, answerFirst, answerFirst, sureFirst),
	Goodwill: row(noCard, give, give, give, slipOpen, paidBefore, answerFirst, answerFirst, answerFirst, sureFirst),
	Practice: row(changing.choose(rehearse, nothingToDo), busy, busy, busy, busy, changing.choose(rehearse, nothingToDo),
		busy, busy, busy, busy),
}

// cell is the one that holds, with what it depends on decided.
func (s Session) cell(e Event, f Facts) cell {
	c := table[e.Kind][s.Place()]
	for c.when != nil {
		if c.when.holds(s, e, f) {
			c = *c.yes
		} else {
			c = *c.other
		}
	}
	return c
}

// Place is where the next event meets the conversation.
func (s Session) Place() Place {
	switch {
	case s.question != NoQuestion:
		return Place(s.question)
	case s.unsure():
		return AtUnsure
	}
	return Place(s.State())
}
