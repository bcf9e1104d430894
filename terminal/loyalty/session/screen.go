package session

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Screen is what a lane's screen shows besides the conversation.
type Screen struct {
	Lane   string
	Turn   int64
	Rules  programme.Rules
	Zone   *time.Location // that Rules.Zone names
	Moment ledger.Moment
	// House is the terminal's own account, as far as it is known.
	House ledger.Holding
	// Shop and Signals are as of a Counter.
	Shop    string
	Signals []string
	// Operator is who is signed in; SignIn says that somebody must be.
	Operator Operator
	SignIn   bool
	Devices  []Message
	Offline  string
}

// counter is the checkout as the screen knows it.
func (c Screen) counter() Counter {
	return Counter{Lane: c.Lane, Rules: c.Rules, Zone: c.Zone, House: c.House, Shop: c.Shop, Signals: c.Signals, Operator: c.Operator.Name}
}

// View is everything the lane's screen shows.
func (s Session) View(c Screen) View {
	v := voice{Facts{Rules: c.Rules}.voice().Words, c.Rules}
	view := View{
		Lane: c.Lane, Lang: v.Language(), Turn: c.Turn, State: s.State(), Question: s.question, Said: s.said,
		Bearer: s.Bearer(), Found: s.found, Practice: s.practice, Operator: c.Operator.Name, Manager: c.Operator.Manager,
		SignIn: c.SignIn, Devices: c.Devices, Offline: c.Offline, Signals: c.Signals, Refused: s.refused, Balance: []Amount{},
	}
	view.Heading, view.Primary = v.heading(s), v.primary(s)
	if c.SignIn {
		view.Primary = v.KeySignIn()
	}
	if s.present {
		s.showCustomer(&view, v, c)
	}
	switch s.State() {
	case Card, Total, Reward:
		s.showSale(&view, v, c)
	case Done:
		s.showDone(&view, v, c)
	case Slip:
		sale := s.slip.Sale
		view.Sale, view.Slips = &sale, s.slipDoes()
	}
	if s.question == AskManager {
		view.Asked = v.asked(s)
	}
	return view
}

// heading says where the conversation is.
func (v voice) heading(s Session) string {
	switch s.Place() {
	case AtOtherCard:
		return v.HeadOtherCard()
	case AtUnusual:
		return v.HeadUnusual()
	case AtManager:
		return v.HeadManager()
	case AtUnsure:
		return v.HeadUnsure()
	case Place(Card):
		switch {
		case s.Bearer():
			return v.HeadBearer()
		case !s.present:
			return v.HeadVoucher()
		}
		return v.HeadCard()
	case Place(Total):
		return v.HeadTotal()
	case Place(Reward):
		return v.HeadReward()
	case Place(Slip):
		return v.HeadSlip()
	case Place(Done):
		return v.HeadDone()
	}
	return v.HeadFree()
}

// primary is what the one large key does.
func (v voice) primary(s Session) string {
	switch s.Place() {
	case AtOtherCard:
		return v.KeyOther()
	case AtUnusual:
		return v.KeyRight()
	case AtManager:
		return v.KeyConfirm()
	case AtUnsure:
		return v.KeyPaidAgain()
	case Place(Card):
		return v.KeyAmount()
	case Place(Total):
		if !s.someone() {
			return "" // a card comes first, or a word that there is none
		}
		return v.KeyPaid()
	case Place(Reward):
		return v.KeyPaid()
	case Place(Slip):
		return v.slipKey(s)
	case Place(Done):
		return v.KeyNext()
	}
	return ""
}

func (v voice) slipKey(s Session) string {
	switch s.slipDoes() {
	case "":
		return "" // the card comes first
	case Claim:
		return v.KeyClaim()
	case Move:
		return v.KeyMove()
	case Returned:
		return v.KeyReturn()
	}
	return v.KeyAway()
}

// slipDoes is what the large key does with the slip on the screen: what the
// customer most likely came for. A bearer slip goes on a card, and who shows
// somebody else's sale wants it on their own. Goods come back by what was
// picked or typed, whatever the large key does.
func (s Session) slipDoes() EventKind {
	switch sale := s.slip.Sale; {
	case sale.CanClaim && s.present:
		return Claim
	case sale.CanClaim:
		return ""
	case sale.CanMove && s.present && !s.owns(sale):
		return Move
	case sale.CanReturn:
		return Returned
	}
	return Cancel
}

// owns reports whether the sale is the customer's own. Two accounts of one
// member may not be known as such; the card shows it then.
func (s Session) owns(sale Recalled) bool {
	return sale.account == s.customer.Holding.Account || sale.Card != "" && sale.Card == s.customer.Mask()
}

func (s Session) showCustomer(view *View, v voice, c Screen) {
	h := s.customer.Holding
	view.Card, view.New, view.Known = s.customer.Mask(), h.New, h.Known
	view.Balance = append(view.Balance, balances(h, c.Moment.Day)...)
	person := PersonOf(s.customer, c)
	view.Customer = &person
	counter := c.counter()
	view.Standing = counter.Standing(h, s.Basket(c.Rules.Currency), c.Moment)
}

// PersonOf is a customer in words.
func PersonOf(who Customer, c Screen) Person {
	v := Facts{Rules: c.Rules}.voice()
	h := who.Holding
	p := Person{Card: who.Mask(), Name: h.Profile.Name, Enrolled: h.Profile.Enrolled, New: h.New, Known: h.Known}
	if !h.Known {
		p.Follows = v.BalanceFollows()
		return p
	}
	for _, w := range c.Rules.Wallets {
		points, _, _ := h.In(w.Name).On(c.Moment.Day)
		p.Balance = append(p.Balance, Shown{w.Name, points, v.Points(points, w)})
	}
	if h.AsOf != 0 {
		day := c.Rules.Calendar(c.Zone).Moment(time.UnixMilli(int64(h.AsOf)), true).Day
		if day != c.Moment.Day {
			p.AsOf = v.AsOf(day)
		}
	}
	return p
}

// showSale shows what is being sold: what it would bring, what could be
// redeemed on it and what was picked.
func (s Session) showSale(view *View, v voice, c Screen) {
	if s.state != Card {
		view.Amount = v.priced(s.amount)
	}
	s.showQuote(view, v, c)
	held := s.held
	if n := len(s.tillHolds); n > 0 && held.Hold.IsZero() {
		held = s.tillHolds[n-1].Held
	}
	if !held.Hold.IsZero() {
		view.Chosen, view.Tell = held.Redeemed, held.Tell
		view.showDiscount(v, held.Discount, pays(held.Redeemed))
	}
}

// showQuote shows what the customer can have. A basket of which nothing can be
// said shows nothing: paying it says why.
func (s Session) showQuote(view *View, v voice, c Screen) {
	if !s.someone() {
		return
	}
	counter, b := c.counter(), s.Basket(c.Rules.Currency)
	quote, err := counter.Quote(s.customer, s.present, b, c.Moment, s.vouchers...)
	if err == nil {
		view.Rewards = quote.Rewards
	}
	if s.state == Card {
		// Without an amount there is nothing to take money off.
		view.Rewards = slices.DeleteFunc(view.Rewards, func(o Offer) bool { return o.Code != "" })
		for _, r := range s.vouchers {
			view.Chosen = append(view.Chosen, Redeemed{Reward: r.Code.Reward, Voucher: true})
		}
		return
	}
	if !s.held.Hold.IsZero() {
		view.Earns = v.shown(counter.earns(s.customer, b, s.held, c.Moment))
		return
	}
	if s.present || s.bearer {
		view.Earns = v.shown(quote.Earns)
	}
	view.Chosen = append(view.Chosen, quote.Automatic...)
	for i, r := range quote.Vouchers {
		if r.Code == "" {
			view.Chosen = append(view.Chosen, Redeemed{Reward: r.Reward, Discount: r.Discount, Pays: r.Pays, Voucher: true, times: s.vouchers[i].Code.Times})
		}
	}
	view.Tell = counter.Tell(Answer{Redeemed: view.Chosen, Discount: quote.Discount})
	for _, r := range quote.Vouchers {
		if r.Code != "" {
			view.Tell = append(view.Tell, r.Reward+": "+r.Detail)
		}
	}
	view.showDiscount(v, quote.Discount, pays(view.Chosen))
}

func (view *View) showDiscount(v voice, discount, paid basket.Money) {
	if discount+paid == 0 || view.Amount == nil {
		return
	}
	if discount != 0 {
		view.Discount = v.priced(discount)
	}
	view.ToPay = v.priced(view.Amount.Amount - discount - paid)
}

// pays is what points pay as a means of payment.
func pays(redeemed []Redeemed) (sum basket.Money) {
	for _, r := range redeemed {
		sum += r.Pays
	}
	return sum
}

// showDone shows what the sale came to.
func (s Session) showDone(view *View, v voice, c Screen) {
	if s.amount > 0 {
		view.Amount = v.priced(s.amount)
	}
	view.Earns, view.Chosen, view.Tell = v.shown(s.last.Earned), s.last.Redeemed, s.last.Tell
	view.showDiscount(v, s.last.Discount, pays(s.last.Redeemed))
	view.Games = s.last.Games
	if s.undoable(c.Moment.At) {
		view.Undo = &Undoable{Record: s.last.Record, Code: s.last.Code, Until: s.paidAt.Add(undoFor).UnixMilli()}
	}
}

func (v voice) priced(m basket.Money) *Priced { return &Priced{m, v.Money(m, v.rules.Currency)} }

func (v voice) shown(list []Amount) []Shown {
	texts := make([]Shown, 0, len(list))
	for _, a := range list {
		texts = append(texts, Shown{a.Wallet, a.Points, v.amount(a)})
	}
	return texts
}
