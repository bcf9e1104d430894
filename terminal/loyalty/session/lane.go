package session

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/redeem"
)

// What the lane's own keys ask of the store, as a till's program asks it: see
// Sale, Return, Undoing and Moving.

// Sale is the sale that the keys of the lane made, with wishes.
func (s Session) Sale(currency string, wishes []redeem.Wish) Sale {
	sale := Sale{Basket: s.Basket(currency), Typed: s.amount > 0, Redeem: wishes, Confirmed: s.confirmed, Hold: s.held.Hold}
	for _, v := range s.vouchers {
		sale.Vouchers = append(sale.Vouchers, v.Text)
	}
	return sale
}

// Wanted is the sale that points are to be set aside for.
func (s Session) Wanted(currency string, e Effect) Sale {
	sale := s.Sale(currency, e.Event.Redeem)
	if e.Event.Kind == VoucherRead {
		sale.Vouchers = append(sale.Vouchers, e.voucher.Text)
	}
	return sale
}

// Basket is the sale as the keys of this lane made it: a typed total.
func (s Session) Basket(currency string) basket.Basket {
	return basket.Basket{Key: s.sale, Currency: currency, Total: s.amount}
}

// Meant is the sale that Undo, Returned and Move are about: the one on the
// slip, or the last.
func (s Session) Meant() Named {
	if s.State() == Done {
		return Named{Record: s.last.Record}
	}
	return s.slip.Named
}

// EnrolRequest is an enrolment as a request: its subjects are the customer's,
// where a telephone number was given the number's, and where somebody brought
// them in that member's.
func EnrolRequest(key basket.Key, e Enrolment, subjects ...ledger.Subject) (ledger.Request, error) {
	e.Referrer = "" // the subject says it, and keeps no number
	return requestOf("enrol", key, struct {
		Enrolment Enrolment
		Subjects  []ledger.Subject
	}{e, subjects}, subjects)
}

// GoodwillRequest is points that a person gives as a request.
func GoodwillRequest(key basket.Key, give []Amount, note string, to ledger.Subject) (ledger.Request, error) {
	return requestOf("goodwill", key, struct {
		Give []Amount
		Note string
		To   ledger.Subject
	}{give, note, to}, []ledger.Subject{to})
}

// Restored is the session after a restart: the sale that was posted last is
// still on the screen.
func Restored(a Answer, who Customer, present, bearer bool, paid time.Time, f Facts) Session {
	s := Session{customer: who, present: present, bearer: bearer}.paid(a, who.Holding, f)
	s.since, s.paidAt = paid, paid
	return s.say(Good, sayPaid, f)
}

// Undone is the session after its sale was taken back from elsewhere.
func (s Session) Undone(a Answer, f Facts) Session {
	return s.fresh(f).cameTo(a).say(Good, sayUndone, f)
}

// Returned is the session after goods of a sale came back at the till; Moved
// after its program moved a sale to the customer who is there. now is what that
// customer's account holds since.
func (s Session) Returned(a Answer, now ledger.Holding, f Facts) Session {
	if a.Sale != nil && *a.Sale == s.last.Record {
		s.paidAt = time.Time{} // nothing is undone of which a part came back
	}
	says := sayReturned
	if a.Kind == ledger.KindUndo {
		says = sayUndone
	}
	return s.Updated(now).cameTo(a).say(Good, says, f)
}

// Moved is like Returned.
func (s Session) Moved(a Answer, now ledger.Holding, f Facts) Session {
	return s.Updated(now).cameTo(a).say(Good, sayMoved, f)
}

// cameTo is the session with what can be said of the last act.
func (s Session) cameTo(a Answer) Session {
	s.came, s.told = a, a.Earned
	return s
}
