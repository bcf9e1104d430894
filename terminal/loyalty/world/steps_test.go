package world_test

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// line is any line of a receipt.
func (d drawing) line(n int) basket.Line {
	l := basket.Line{
		ID: fmt.Sprint(n + 1), Product: one(d, products...), Amount: basket.Money(d.int64(0, 30_00)), Quantity: one(d, int64(1000), 0, 2000, 3000, 7000, 355),
		Category: one(d, categories...), Tags: some(d, tags), Kind: one(d, kinds...),
	}
	if l.Product == "FEE" {
		l.Kind, l.Quantity = "fee", one(d, int64(1000), 2000)
	}
	switch {
	case d.seldom():
		l.Amount = -basket.Money(d.int64(0, 10_00))
	case d.seldom():
		l.Amount, l.Quantity = 0, 1000
	}
	if l.Kind == "discount" || l.Amount < 0 && d.yes() {
		l.Product, l.Kind, l.Quantity, l.Amount = "", "discount", 0, min(l.Amount, -l.Amount)
		if n > 0 && d.yes() {
			l.Of = fmt.Sprint(d.int(1, n))
		}
	}
	if d.seldom() {
		l.Tax = l.Amount / 10
	}
	return l
}

// basket is any valid basket.
func (d drawing) basket(s *shop) basket.Basket {
	b := basket.Basket{Key: s.key(), Currency: "EUR", Channel: one(d, "", "", "web"), Partner: one(d, "", "", partners[0], partners[1]), Codes: some(d, codes)}
	if d.seldom() {
		b.Total = basket.Money(d.int64(0, 150_00))
		if d.seldom() {
			b.NotEarning = basket.Money(d.int64(0, int64(b.Total)))
		}
	} else {
		for n := range d.int(1, 5) {
			l := d.line(n)
			b.Lines = append(b.Lines, l)
			b.Total += l.Amount
		}
		if b.Total < 0 {
			b.Lines = append(b.Lines, basket.Line{ID: "up", Product: "A2", Category: "food", Amount: -b.Total, Quantity: 1000})
			b.Total = 0
		}
	}
	if d.seldom() {
		b.Tenders = []basket.Tender{{Kind: one(d, tenders...), Amount: b.Total / 2}, {Kind: "cash", Amount: b.Total - b.Total/2}}
	}
	return b
}

func (s *shop) key() basket.Key {
	return basket.Key{Till: "1", Day: string(s.day()), ID: fmt.Sprint(s.tip.Seq, "-", len(s.log))}
}

// comes is the customer of an account, now and then with a card for collecting
// only.
func (d drawing) comes(s *shop, a ledger.Account) session.Customer {
	who := customer(d, a)
	if d.seldom() {
		chip, err := member.Formats{{Name: "tag", Class: member.UID}}.Parse(fmt.Sprintf("04A1B2C3D4E5%02X", a[0]), member.ByUID)
		if err != nil {
			d.Fatal(err)
		}
		who.Card = chip
		s.note("by a chip")
	}
	who.Holding = s.holding(a, "")
	return who
}

// wishes are some of what a customer could have on a basket.
func (d drawing) wishes(s *shop, who session.Customer, b basket.Basket) (all []redeem.Wish) {
	q, err := s.counter().Quote(who, true, b, s.moment())
	if err != nil {
		s.fail(d, "a quote: %v", err)
	}
	for _, o := range q.Rewards {
		if o.Code != "" || len(all) == 3 || d.yes() {
			continue
		}
		w := redeem.Wish{Reward: o.Reward, Points: o.Suggested}
		if d.yes() {
			w.Points = o.Least + o.Step*ledger.Points(d.int64(0, int64((o.Most-o.Least)/max(o.Step, 1))))
		}
		if len(o.Causes) > 0 {
			w.Cause = one(d, o.Causes...)
		}
		all = append(all, w)
	}
	return all
}

// sell is a sale to a member: perhaps quoted, perhaps held before.
func (d drawing) sell(s *shop) {
	a := numberOf(d.int(1, 3))
	b := d.basket(s)
	before := s.clone()
	c, m := s.counter(), s.moment()
	sale := session.Sale{Basket: b, Confirmed: true}
	s.note("basket of %x: %+v", a[:1], b)
	who := d.comes(s, a)
	q, err := c.Quote(who, true, b, m)
	if err != nil {
		s.fail(d, "a quote: %v", err)
	}
	s.offered(d, who, b, q)
	sale.Redeem = d.wishes(s, who, b)
	request, err := sale.Request()
	if err != nil {
		d.Fatal(err)
	}
	s.note("wishes %+v", sale.Redeem)
	v := s.view(request.Key, a)
	if len(sale.Redeem) > 0 && d.seldom() {
		if hold, no := s.hold(d, c, who, sale); no == nil {
			sale.Hold, sale.Redeem = hold.ID, nil
			if d.seldom() { // released, or forgotten
				if d.yes() {
					s.holds = s.holds[:len(s.holds)-1]
				}
				return
			}
			if d.seldom() {
				s.now = s.now.Add(time.Duration(d.int(1, 90)) * time.Minute)
				m, c = s.moment(), s.counter()
			}
			before = s.clone()
			v = s.view(request.Key, a)
			v.Hold = &hold
		}
	}
	posted, no := s.decide(d, v, c.Award(who, true, sale, m))
	s.holds = slices.DeleteFunc(s.holds, func(h ledger.Hold) bool { return h.Request == request.Key })
	if no != nil {
		if len(sale.Redeem) <= 1 && sale.Hold.IsZero() {
			s.fail(d, "what the quote offered is refused: %v", no)
		}
		s.note("refused: %v", no)
		return
	}
	if !who.Card.Spends() && slices.ContainsFunc(posted.Body.Reasons, func(r ledger.Reason) bool { return r.Code == redeem.ReasonRedeemed && r.Points != 0 }) {
		s.fail(d, "by a chip %+v were redeemed", posted.Body.Reasons)
	}
	s.recorded(d)
	s.spent(d, before)
	s.bounded(d, before)
	if len(sale.Redeem) == 0 && sale.Hold.IsZero() {
		s.asQuoted(d, q, posted)
	}
	d.takenBack(s, before, posted.Record.Head.Key(), a)
}

func (s *shop) hold(d drawing, c session.Counter, who session.Customer, sale session.Sale) (ledger.Hold, *programme.Refusal) {
	hold, err := c.Hold(who, sale, s.now.Add(30*time.Minute), s.moment())(s.view("", who.Holding.Account))
	if err != nil {
		no, is := err.(*programme.Refusal)
		if !is {
			s.fail(d, "a hold: %v", err)
		}
		return hold, no
	}
	hold.ID = ledger.HoldID{byte(len(s.log)), byte(len(s.log) >> 8), 1}
	s.holds = append(s.holds, hold)
	s.note("held %+v", hold.Parts)
	return hold, nil
}

// offered checks that each offer can be had, at its least, most and suggested.
func (s *shop) offered(d drawing, who session.Customer, b basket.Basket, q session.Quote) {
	for _, o := range q.Rewards {
		if o.Code != "" {
			continue
		}
		var cause string
		if len(o.Causes) > 0 {
			cause = o.Causes[0]
		}
		for _, p := range []ledger.Points{o.Least, o.Most, o.Suggested} {
			sale := session.Sale{Basket: b, Confirmed: true, Redeem: []redeem.Wish{{Reward: o.Reward, Points: p, Cause: cause}}}
			if _, err := s.counter().Award(who, true, sale, s.moment())(s.view("", who.Holding.Account)); err != nil {
				s.fail(d, "%v of %+v is offered and refused: %v", p, o, err)
			}
		}
	}
}

// asQuoted checks that a sale earned what its quote said.
func (s *shop) asQuoted(d drawing, q session.Quote, posted ledger.Posted) {
	a := session.AnswerTo(posted, s.holding(posted.Body.Account, ""))
	earned := make(map[ledger.Wallet]ledger.Points)
	for _, e := range a.Earned {
		earned[e.Wallet] += e.Points
	}
	for _, e := range posted.Record.Head.Entries { // what was won is not quoted
		if slices.ContainsFunc(posted.Body.Games, func(g ledger.Played) bool { return g.Prize != "" }) && e.Kind == ledger.Bonus {
			return
		}
	}
	for _, e := range q.Earns {
		if earned[e.Wallet] != e.Points {
			s.fail(d, "the quote said %v %s, the sale earned %v", e.Points, string(e.Wallet), earned[e.Wallet])
		}
		delete(earned, e.Wallet)
	}
	for w, p := range earned {
		if p != 0 {
			s.fail(d, "the sale earned %v %s, of which the quote said nothing", p, string(w))
		}
	}
	if q.Discount != a.Discount {
		s.fail(d, "the quote said %d off, the sale had %d", q.Discount, a.Discount)
	}
}

// goods is something of a sale.
func (d drawing) goods(b basket.Basket) []refund.Goods {
	g := refund.Goods{Quantity: one(d, int64(0), 0, 500, 1000)}
	if n := len(b.Lines); n > 0 {
		g.Line = d.int(1, n)
	} else {
		g = refund.Goods{Amount: basket.Money(d.int64(0, int64(b.Total)))}
	}
	return []refund.Goods{g}
}

func (s *shop) giveBack(t failer, sale ledger.Key, goods []refund.Goods) (ledger.Posted, *programme.Refusal) {
	t.Helper()
	r := session.Return{Key: s.key(), Goods: goods}
	s.note("return %+v of %d", goods, sale.Seq)
	posted, no := s.decide(t, s.about(sale), s.counter().Return(r, nil, s.moment()))
	if no == nil {
		s.recorded(t)
	} else {
		s.note("refused: %v", no)
	}
	return posted, no
}

// takenBack tries on copies of the shop what takes a sale that was just made
// back: in parts, by an undo, and by way of another member.
func (d drawing) takenBack(s, before *shop, sale ledger.Key, a ledger.Account) {
	record := s.records[len(s.records)-1]
	policy := s.rules.Returns
	exactly := policy.Spent != programme.FreshLots && !policy.PendingFirst
	undone := s.clone()
	if _, no := undone.decide(d, undone.about(sale), undone.counter().Undo(undone.moment())); no != nil {
		s.fail(d, "the undo is refused: %v", no)
	}
	undone.recorded(d)
	undone.always(d)
	undone.restored(d, before, "undone", exactly)

	back := s.clone()
	if days := one(d, 0, 0, 1, 12, 33, 400); days > 0 { // the goods come back later
		back.now = back.now.AddDate(0, 0, days)
		exactly = exactly && policy.LapsedGrace == 0
	}
	for range d.int(0, 4) {
		if _, no := back.giveBack(d, sale, d.goods(*record.Body.Basket)); no == nil {
			back.always(d)
		}
	}
	if _, no := back.giveBack(d, sale, nil); no != nil && no.Code != programme.Returned {
		// What was given to a cause stays there.
		if no.Code == programme.SpentSince && has(record, ledger.Donate) {
			return
		}
		s.fail(d, "the rest of the sale is refused: %v", no)
	}
	back.always(d)
	if !has(record, ledger.Donate) {
		back.restored(d, before, "brought back", exactly)
	}
	moved := s.clone()
	other := numberOf(1 + int(a[0])%3)
	if _, no := moved.move(d, sale, other); no != nil {
		if no.Code != programme.CannotMove {
			s.fail(d, "the move is refused: %v", no)
		}
		return
	}
	moved.always(d)
	if _, no := moved.move(d, sale, a); no != nil {
		s.fail(d, "the move back is refused: %v", no)
	}
	moved.always(d)
	// A move takes along that what its new owner has is renewed; moving it on does
	// not take that back.
	renewed := slices.ContainsFunc(record.Head.Entries, func(e ledger.Entry) bool {
		w, _ := s.rules.Wallet(e.Wallet)
		return w.Inactive
	})
	moved.restored(d, s, "moved there and back", exactly && !renewed)
}

func (s *shop) move(t failer, sale ledger.Key, to ledger.Account) (ledger.Posted, *programme.Refusal) {
	t.Helper()
	s.note("move %d to %x", sale.Seq, to[:1])
	posted, no := s.decide(t, s.about(sale, to), s.counter().Move(customer(t, to), s.moment()))
	if no == nil {
		s.recorded(t)
	}
	return posted, no
}

// sold is one of the sales there are; false for none.
func (d drawing) sold(s *shop) (ledger.Key, ledger.Record, bool) {
	var sales []ledger.Record
	for _, r := range s.records {
		if r.Head.Kind == ledger.KindAward {
			sales = append(sales, r)
		}
	}
	if len(sales) == 0 {
		return ledger.Key{}, ledger.Record{}, false
	}
	r := sales[d.int(0, len(sales)-1)]
	return r.Head.Key(), r, true
}

// step does anything.
func (d drawing) step(s *shop) {
	a := numberOf(d.int(1, 3))
	c, m := s.counter(), s.moment()
	switch what := one(d, "sell", "sell", "sell", "return", "undo", "move", "merge", "enrol", "event", "goodwill", "open", "expire", "time", "time", "close", "grant", "world"); what {
	case "sell":
		d.sell(s)
	case "return":
		if sale, r, any := d.sold(s); any {
			var goods []refund.Goods
			if d.yes() {
				goods = d.goods(*r.Body.Basket)
			}
			s.giveBack(d, sale, goods)
		}
	case "undo":
		if sale, _, any := d.sold(s); any {
			if _, no := s.decide(d, s.about(sale), c.Undo(m)); no == nil {
				s.recorded(d)
			}
		}
	case "move":
		if sale, _, any := d.sold(s); any {
			s.move(d, sale, a)
		}
	case "merge":
		d.merge(s, a, numberOf(1+int(a[0])%3))
	case "enrol":
		d.enrol(s, a)
	case "event":
		before := s.clone()
		e := ledger.Event{Kind: one(d, "review", "other"), ID: fmt.Sprint(len(s.log)), Quantity: one(d, int64(0), 1000, 2500)}
		if _, no := s.decide(d, s.view("", a), c.Happened(customer(d, a), e, m)); no == nil {
			s.recorded(d)
			s.bounded(d, before)
		}
	case "goodwill":
		w, _ := s.rules.Wallet(d.wallet(s.rules))
		give := []session.Amount{{Wallet: w.Name, Points: ledger.Points(d.int64(1, 50)) * ledger.Unit}}
		if _, no := s.decide(d, s.view("", a), c.Goodwill(customer(d, a), give, "omdat", m)); no != nil {
			s.fail(d, "goodwill is refused: %v", no)
		}
		s.recorded(d)
	case "open":
		o := session.Opening{Key: s.key(), Wallet: d.wallet(s.rules), Points: d.units(100), Source: "oud", Expires: one(d, "", programme.After(m.Day, d.int(-5, 60)))}
		s.decide(d, s.view("", a), c.Open(customer(d, a), o, m))
	case "expire":
		if p, due := expiry.Posting(s.holding(a, ""), fmt.Sprint("lapse ", len(s.log)), 1, m); due {
			before := s.clone()
			s.post(d, p)
			s.recorded(d)
			s.sameOn(d, before)
		}
	case "time":
		s.now = s.now.Add(one(d, time.Hour, 5*time.Hour, 24*time.Hour, 24*time.Hour, 3*24*time.Hour, 17*24*time.Hour, 31*24*time.Hour, 200*24*time.Hour))
	case "close":
		d.closeAsides(s)
	case "grant":
		d.grant(s, a)
	case "world":
		s.signals, s.name, s.cashier = some(d, signals), one(d, shops...), one(d, "anna", "bram")
	}
}

// sameOn checks that booking what lapsed changes no figure of the day.
func (s *shop) sameOn(t failer, before *shop) {
	for a, h := range s.held {
		for _, p := range h.Positions {
			x, y, _ := p.On(s.day())
			u, v, _ := before.held[a].In(p.Wallet).On(s.day())
			if x != u || y != v {
				s.fail(t, "%x/%s: %v and %v were to be spent, after what lapsed was booked %v and %v", a[:1], string(p.Wallet), u, v, x, y)
			}
		}
	}
}

func (d drawing) enrol(s *shop, a ledger.Account) {
	e := session.Enrolment{Name: "Iemand", Lang: "nl", Birthday: one(d, "", "02-29", "12-31", "11-22")}
	accounts := []ledger.Account{a}
	if other := numberOf(1 + int(a[0])%3); d.yes() {
		e.Referrer, accounts = customer(d, other).Card.String(), append(accounts, other)
	}
	if d.seldom() {
		e.Carried = []session.Amount{{Wallet: s.rules.Wallets[0].Name, Points: 5 * ledger.Unit}}
	}
	s.note("enrol %x: %+v", a[:1], e)
	before := s.clone()
	if _, no := s.decide(d, s.view("", accounts...), s.counter().Enrol(customer(d, a), e, s.moment())); no == nil {
		s.recorded(d)
		s.bounded(d, before)
	}
}

// merge gives all that one account holds to another one, and checks that
// nothing is gained or lost.
func (d drawing) merge(s *shop, from, to ledger.Account) {
	if _, exists := s.held[from]; !exists {
		return
	}
	before := s.clone()
	for n := 0; ; n++ {
		g := session.Merging{Key: s.key(), Note: "dubbel"}
		if _, no := s.decide(d, s.view("", from, to), s.counter().Merge(customer(d, to), g, s.moment())); no != nil {
			if n == 0 {
				return
			}
			break
		}
		s.recorded(d)
		if n > 20 {
			s.fail(d, "it never ends")
		}
	}
	for _, p := range s.held[to].Positions {
		x, y := before.held[from].In(p.Wallet), before.held[to].In(p.Wallet)
		left := s.held[from].In(p.Wallet)
		rest, err := x.Rest.Add(y.Rest)
		if err != nil {
			d.Fatal(err)
		}
		if p.Points != x.Points+y.Points || p.Rest != rest || left.Points != 0 || !left.All().IsZero() || !left.Rest.IsZero() {
			s.fail(d, "%s: %v and %v make %v, and %v is left", string(p.Wallet), x.Points, y.Points, p.Points, left)
		}
		want, err := ledger.Merge(on(d, x.All(), s.day()), on(d, y.All(), s.day()))
		if err != nil {
			d.Fatal(err)
		}
		if got := on(d, p.All(), s.day()); x.All().Debt+y.All().Debt == 0 && !reflect.DeepEqual(got, want) && !(got.IsZero() && want.IsZero()) {
			s.fail(d, "%s: lots %+v and %+v make %+v", string(p.Wallet), x.All(), y.All(), got)
		}
	}
}

// on is lots as they are named from a day on.
func on(t failer, l ledger.Lots, day ledger.Day) ledger.Lots {
	for _, p := range []ledger.Points{1, -1} { // there and back
		var err error
		if l, err = l.With(ledger.Entry{Kind: ledger.Adjust, Points: p, Expires: "9999-12-31"}, day); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// closeAsides gives some of what is set aside back.
func (d drawing) closeAsides(s *shop) {
	for _, aside := range s.asides {
		live := s.holding(aside.Account, "").Held[aside.ID]
		if aside.Left-live <= 0 || d.yes() {
			continue
		}
		e := ledger.Entry{Account: aside.Account, Wallet: aside.Wallet, Kind: ledger.Close, Draws: []ledger.Draw{{From: aside.ID, Points: aside.Left - live}}}
		s.post(d, ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindClose, Rules: 1, Moment: s.moment(), Entries: []ledger.Entry{e}, Body: ledger.Body{Request: s.key().String()}}})
	}
}

// grant sets some of what is free aside for this shop.
func (d drawing) grant(s *shop, a ledger.Account) {
	if s.alone {
		return
	}
	for _, p := range s.held[a].Positions {
		free := p.Points
		for _, aside := range s.asides {
			if aside.Account == a && aside.Wallet == p.Wallet {
				free -= aside.Left
			}
		}
		if free <= 0 || p.Wallet.Counter() || d.yes() {
			continue
		}
		s.grants++
		part := ledger.Points(d.int64(1, int64(free)))
		until := ledger.Stamp(s.now.Add(time.Duration(d.int(1, 72)) * time.Hour).UnixMilli())
		s.asides = append(s.asides, ledger.SetAside{ID: ledger.GrantID{s.grants, 1}.SetAside(), Account: a, Wallet: p.Wallet, Opened: part, Left: part, NotAfter: until})
		s.note("granted %v of %x/%s", part, a[:1], string(p.Wallet))
	}
}
