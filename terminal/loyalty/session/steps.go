package session

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// The steps of the table's cells. A cell's state is set before its step, which
// may lead elsewhere; was is the one before.

// fresh is nobody at the lane; practice goes on.
func (s Session) fresh(f Facts) Session {
	return Session{
		state: Free, was: s.was, practice: s.practice, since: f.At, backed: s.backed, sale: f.Key, act: actKey(f.Key),
		leftUnsure: s.doubt != (basket.Key{}),
	}
}

// actKey is the key of what is no sale: other than the one of the sale that is
// made at the same time.
func actKey(k basket.Key) basket.Key {
	k.ID += "-a"
	return k
}

func leave(s Session, _ Event, f Facts) (Session, *programme.Refusal) { return s.fresh(f), nil }

func takeCustomer(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	s = s.fresh(f)
	s.state, s.customer, s.present = Card, f.Customer, true
	return s, nil
}

// addCustomer adds the customer to what is there: an amount, a slip.
func addCustomer(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	s.customer, s.present, s.bearer, s.found = f.Customer, true, false, nil
	switch {
	case s.State() == Free:
		s.state = Card
	case s.State() == Slip && s.behind == Free:
		s.behind = Card
	}
	return s, nil
}

// takeVoucher begins with a voucher: it is anybody's, and a card may follow.
func takeVoucher(s Session, e Event, f Facts) (Session, *programme.Refusal) {
	return addVoucher(s.fresh(f), e, f)
}

func addVoucher(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	if len(s.vouchers) == maxVouchers {
		return s, &programme.Refusal{Code: programme.HadAlready}
	}
	s.vouchers, s.found = append(slices.Clone(s.vouchers), f.Voucher), nil
	s.bearer = s.bearer || !s.present && !f.Rules.Bearer.Off
	if s.State() == Free {
		s.state = Card
	}
	return s, nil
}

// has reports whether a voucher was read before.
func (s Session) has(v Voucher) bool {
	return slices.ContainsFunc(s.vouchers, func(o Voucher) bool { return o.Code.Account == v.Code.Account })
}

// someone reports whether there is somebody a sale could be for.
func (s Session) someone() bool { return s.present || s.bearer || len(s.vouchers) > 0 }

func takeBearer(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	s = s.fresh(f)
	s.state, s.bearer = Card, true
	return s, nil
}

func addBearer(s Session, _ Event, _ Facts) (Session, *programme.Refusal) {
	s.bearer = true
	return s, nil
}

func askOther(s Session, e Event, f Facts) (Session, *programme.Refusal) {
	s, _ = dropQuestion(s, e, f)
	s.question, s.asked = OtherCard, f.Customer
	return s, nil
}

// takeOther takes the customer who was asked about. What was typed for the
// first one does not go to the second: perhaps nobody pressed paid.
func takeOther(s Session, e Event, f Facts) (Session, *programme.Refusal) {
	slip := s.slip
	f.Customer = s.asked
	wasSlip := s.was == Slip
	s, _ = takeCustomer(s, e, f)
	if wasSlip {
		s.state, s.behind, s.slip = Slip, Card, slip
	}
	return s, nil
}

func dropQuestion(s Session, _ Event, _ Facts) (Session, *programme.Refusal) {
	s.question, s.asked, s.pending, s.asksFor = NoQuestion, Customer{}, Event{}, Effect{}
	return s, nil
}

// refresh takes what the customer holds by now. Who came with a card for
// collecting only, and now shows one that spends, is as that one was read.
func refresh(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	if s.customer.collectsOnly() && !f.Customer.collectsOnly() {
		s.customer.Proven, s.customer.Mode = true, f.Customer.Mode
	}
	return s.Updated(f.Customer.Holding), nil
}

// Updated is the session with what the customer's account holds now.
func (s Session) Updated(now ledger.Holding) Session {
	if s.present {
		s.customer.Holding = now
	}
	return s
}

// openSlip shows a sale, over whatever the conversation is about.
func openSlip(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	switch s.was {
	case Slip: // another slip takes its place
	case Done:
		s = s.fresh(f)
		s.behind = Free
	default:
		s.behind = s.was
	}
	s.state, s.slip, s.found, s.act = Slip, f.Slip, nil, actKey(f.Key)
	return s, nil
}

func closeSlip(s Session, _ Event, _ Facts) (Session, *programme.Refusal) { return s.closed(), nil }

// closed is the conversation that was there before the slip.
func (s Session) closed() Session {
	if s.state == Slip {
		s.state, s.behind, s.slip = s.behind, "", SlipShown{}
	}
	return s
}

// typeAmount takes the total, or asks once more whether it is right.
func typeAmount(s Session, e Event, f Facts) (Session, *programme.Refusal) {
	if e.Amount <= 0 || e.Amount > basket.MaxAmount {
		return s, &programme.Refusal{Code: programme.BadAmount}
	}
	was := s.was
	if was == Done { // the next customer's, whose card was not read yet
		s, was = s.fresh(f), Free
	}
	if f.Rules.Unusual(e.Amount) {
		s.state, s.question, s.pending = was, UnusualAmount, e
		return s, nil
	}
	return s.withAmount(e.Amount, false, f), nil
}

func confirmAmount(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	return s.withAmount(s.pending.Amount, true, f), nil
}

// withAmount is a new sale of the same customer: what was set aside was for
// another amount.
func (s Session) withAmount(amount basket.Money, confirmed bool, f Facts) Session {
	s.wishes, s.held = nil, Held{}
	s.question, s.pending, s.found = NoQuestion, Event{}, nil
	s.state, s.amount, s.confirmed, s.sale = Total, amount, confirmed, f.Key
	return s
}

func dropAmount(s Session, _ Event, f Facts) (Session, *programme.Refusal) {
	s.amount, s.confirmed, s.sale = 0, false, f.Key
	return s, nil
}

func dropReward(s Session, _ Event, _ Facts) (Session, *programme.Refusal) { return s.unwished(), nil }

// unwished is the sale without its reward.
func (s Session) unwished() Session {
	s.wishes, s.held = nil, Held{}
	switch {
	case s.State() != Reward && s.State() != Total:
		if s.behind == Reward {
			s.behind = s.withoutReward()
		}
	default:
		s.state = s.withoutReward()
	}
	return s
}

func (s Session) withoutReward() State {
	if s.amount == 0 {
		return Card // a thing without a sale
	}
	return Total
}

// rewarded is the sale with points set aside for its wishes.
func (s Session) rewarded(e Event, h Held) Session {
	s.state, s.wishes, s.held = Reward, e.Redeem, h
	return s
}

// paid is the sale once it is posted; now is what its account holds since.
func (s Session) paid(a Answer, now ledger.Holding, f Facts) Session {
	p := s.fresh(f)
	p.state, p.customer, p.present, p.bearer, p.leftUnsure = Done, s.customer, s.present, s.bearer, false
	p.amount, p.last, p.paidAt, p.told = a.Total, a, f.At, a.Earned
	p.customer.Holding = now
	return p
}

func practise(s Session, e Event, f Facts) (Session, *programme.Refusal) {
	s = s.fresh(f)
	s.practice = e.On
	return s, nil
}
