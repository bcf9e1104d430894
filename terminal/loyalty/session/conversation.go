package session

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// Facts are what an event needs besides itself; the desk found them out before.
type Facts struct {
	At    time.Time
	Rules programme.Rules
	// Customer is whom the card leads to: Scanned, SameCard.
	Customer Customer
	// Slip is the sale of the slip that was read: SlipRead.
	Slip SlipShown
	// Voucher is the one that was read: VoucherRead.
	Voucher Voucher
	// Key is one that no posting has had yet.
	Key basket.Key
	// By is who pressed the key.
	By Operator
}

func (f Facts) voice() voice {
	w, _ := words.For(f.Rules.Language) // Dutch where the language is not one of ours
	return voice{w, f.Rules}
}

// An Effect is what an event asks of the desk.
type Effect struct {
	Act Act
	// Event is what to carry out: the event itself, or after a manager's yes
	// the one that was asked about.
	Event Event
	// Manager is who confirmed it; "" for nobody.
	Manager string
	tone    Tone
	says    saying
	no      programme.Refusal // why a manager is asked
	voucher Voucher           // that SetAside is about besides
}

// An Outcome is what came of an effect that succeeded.
type Outcome struct {
	Answer  Answer         // of what was posted
	Holding ledger.Holding // of the customer's account since
	Held    Held           // of SetAside
	Bearer  bool           // PostSale: the points are on a slip
}

// On is what an event makes of the session, and what the desk has to do about
// it. A refusal changed nothing but what is said.
func (s Session) On(e Event, f Facts) (Session, Effect, *programme.Refusal) {
	c := s.cell(e, f)
	if c.refused != "" {
		no := &programme.Refusal{Code: c.refused}
		return s.Refuse(no, f), Effect{}, no
	}
	if e.Kind == DeviceLost || e.Kind == LineLost || (e.Kind == TimeOut && s.Place() == Place(Free) && !s.practice) {
		return s, Effect{}, nil
	}
	n := s
	n.since, n.backed, n.was = f.At, e.Kind == Cancel, s.State()
	if c.to != "" {
		n.state = c.to
	}
	if c.step != nil {
		changed, no := c.step(n, e, f)
		if no != nil {
			return s.Refuse(no, f), Effect{}, no
		}
		n = changed
	}
	switch c.act {
	case Nothing:
		n = n.say(c.tone, c.says, f)
		return n, Effect{}, nil
	case Again:
		n.question = NoQuestion
		return n, Effect{Act: n.asksFor.Act, Event: n.asksFor.Event, Manager: f.By.Name, tone: n.asksFor.tone, says: n.asksFor.says, voucher: n.asksFor.voucher}, nil
	}
	effect := Effect{Act: c.act, Event: e, tone: c.tone, says: c.says}
	if e.Kind == VoucherRead { // with what was picked before
		effect.Event.Redeem, effect.voucher = n.wishes, f.Voucher
	}
	return n, effect, nil
}

// Came is the session after an effect that succeeded.
func (s Session) Came(e Effect, o Outcome, f Facts) Session {
	told := o.Answer.Earned
	switch e.Act {
	case SetAside:
		if s = s.rewarded(e.Event, o.Held); e.Event.Kind == VoucherRead {
			s.vouchers = append(slices.Clone(s.vouchers), e.voucher)
		}
	case PostSale:
		s.bearer = o.Bearer
		s = s.paid(o.Answer, o.Holding, f)
	case PostUndo, PostReturn:
		if s.State() == Done {
			s = s.fresh(f)
			break
		}
		s = s.closed().Updated(o.Holding)
	case PostMove:
		s = s.closed().Updated(o.Holding)
	case PostClaim:
		told = s.slip.Sale.claimed()
		s = s.closed().Updated(o.Holding)
	case PostEnrol:
		s = s.Updated(o.Holding)
	case PostGoodwill:
		told = e.Event.Give
		s = s.Updated(o.Holding)
	}
	s = s.cameTo(o.Answer)
	s.told, s.asksFor, s.act = told, Effect{}, actKey(f.Key)
	return s.say(e.tone, e.says, f)
}

// Paid is the session after a sale that a till posted: bearer says that its
// points are on a slip.
func (s Session) Paid(a Answer, now ledger.Holding, bearer bool, f Facts) Session {
	s.bearer = bearer
	s.told = a.Earned
	return s.paid(a, now, f).say(Good, sayPaid, f)
}

// HeldForTill is the session with points that the till set aside for a sale;
// what it had for the same sale before is no more.
func (s Session) HeldForTill(sale basket.Key, h Held, f Facts) Session {
	s.tillHolds = append(slices.DeleteFunc(slices.Clone(s.tillHolds), func(o tillHold) bool { return o.sale == sale }), tillHold{h, sale})
	s.since = f.At
	return s.say(Good, plain(words.Words.SayHeldForTill), f)
}

// HeldBefore is what the till set aside for a sale; the zero HoldID for nothing.
func (s Session) HeldBefore(sale basket.Key) ledger.HoldID {
	for _, h := range s.tillHolds {
		if h.sale == sale {
			return h.Hold
		}
	}
	return ledger.HoldID{}
}

// Released is the session without a hold.
func (s Session) Released(id ledger.HoldID) Session {
	s.tillHolds = slices.DeleteFunc(slices.Clone(s.tillHolds), func(o tillHold) bool { return o.Hold == id })
	if s.held.Hold == id {
		s = s.unwished()
	}
	return s
}

// Refuse is the session after a "no": nothing changed but what is said.
func (s Session) Refuse(no *programme.Refusal, f Facts) Session {
	s.said, s.refused = &Message{Tone: No, Text: f.voice().Refusal(no), Code: string(no.Code)}, string(no.Code)
	return s
}

// Denied is the session after an effect that was refused. What takes a manager
// becomes a question; a hold that is gone takes its reward along.
func (s Session) Denied(no *programme.Refusal, e Effect, f Facts) Session {
	s = s.Refuse(no, f)
	switch no.Code {
	case programme.ManagerNeeded:
		e.no = *no
		s.question, s.asksFor = AskManager, e
		s.said = &Message{Tone: Look, Text: sayAskManager(f.voice(), s), Code: string(no.Code)}
	case programme.UnknownHold:
		if s.State() == Reward {
			s = s.unwished()
		}
	case programme.OtherBasket:
		// What was asked before with this key is another thing: the next try is
		// a new one.
		s.act = actKey(f.Key)
	}
	return s
}

// Failed is the session after an effect of which nobody knows how far it came.
// The same again has the same key, so that it counts once.
func (s Session) Failed(e Effect, f Facts) Session {
	if e.Act == PostSale {
		return s.Doubt(s.sale, f)
	}
	if !e.Act.Posts() {
		return s.say(No, plain(words.Words.SayNotFound), f)
	}
	return s.say(No, plain(words.Words.SayUnsureAct), f)
}

// NotSaved is the session after an effect that certainly came to nothing.
func (s Session) NotSaved(f Facts) Session {
	return s.say(No, plain(words.Words.NotSaved), f)
}

// Doubt is a sale of which nobody can say whether it was posted. The customer
// stays, with what is set aside, for it to be asked again.
func (s Session) Doubt(key basket.Key, f Facts) Session {
	if s.State() == Free || s.State() == Done {
		return s
	}
	s.doubt, s.since = key, f.At
	if s.unsure() {
		return s.say(No, plain(words.Words.SayUnsureFirst), f)
	}
	return s.say(No, plain(words.Words.Unsure), f)
}

// Finds is the session with those a name led to.
func (s Session) Finds(found []FoundMember, f Facts) Session {
	s.found = found
	return s.say(Info, sayFound, f)
}

// Away is the session without its customer: nothing was sold.
func (s Session) Away(f Facts) Session {
	return s.fresh(f).say(Info, unlessUnsure(words.Words.SayReady), f)
}

// Quiet is the session with nothing said.
func (s Session) Quiet() Session {
	s.said, s.refused = nil, ""
	return s
}
