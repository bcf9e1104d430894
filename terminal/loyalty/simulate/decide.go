package simulate

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/transfer"
)

// replay is the record in the draft's world.
func (r *Replay) replay(a *account, record ledger.Record) error {
	if record.Body == nil && record.Head.Kind != ledger.KindExpire {
		if record.Head.Kind == ledger.KindAward {
			r.t.emptied++
		}
		return r.stands(record)
	}
	switch record.Head.Kind {
	case ledger.KindAward:
		return r.sale(a, record)
	case redeem.Kind, ledger.KindDonate, ledger.KindConvert, ledger.KindEvent:
		_, err := r.decide(a, record)
		return err
	case ledger.KindEnrol:
		return r.enrol(a, record)
	case ledger.KindReturn, ledger.KindUndo, ledger.KindMove:
		return r.back(record)
	case ledger.KindTransfer:
		return r.transfer(record)
	case ledger.KindExpire:
		return r.expire(record)
	}
	return r.stands(record)
}

// stands lets a record stand in the draft's world as it happened: what a person
// gave, what head office did, what nobody can decide again.
func (r *Replay) stands(record ledger.Record) error {
	for _, e := range record.Head.Entries {
		if err := r.book(e, record.Head); err != nil {
			return err
		}
	}
	if s := r.saleOf(record); s != nil {
		s.sale.Later = append(s.sale.Later, record)
	}
	return nil
}

// book applies an entry to the draft's world.
func (r *Replay) book(e ledger.Entry, head ledger.Head) error {
	if e.Account == house {
		return r.house.Apply(e, head.Day)
	}
	of := r.account(e.Account)
	r.begin(of)
	r.t.entry(e, head.Kind, draft)
	return of.draft.Apply(e, head.Day)
}

// A decision is what the draft makes of a basket or an event.
type decision struct {
	writing
	rewards []redeem.Outcome
	earned  earn.Outcome
	seen    *ledger.Seen
}

// A writing is what a record says of a decision.
type writing struct {
	entries []ledger.Entry
	shares  []ledger.Share
	reasons []ledger.Reason
}

func (w *writing) add(entries []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
	for _, s := range shares {
		if s.Entry > 0 {
			s.Entry += len(w.entries)
		}
		w.shares = append(w.shares, s)
	}
	w.entries, w.reasons = append(w.entries, entries...), append(w.reasons, reasons...)
}

// scene is where a record is decided in the draft's world.
func (r *Replay) scene(a *account, record ledger.Record) scene.Scene {
	body := record.Body
	s := scene.Scene{
		Rules: r.draft, House: r.house, Shop: r.config.Shop, Cashier: body.Operator, Event: body.Event,
		Holding: ledger.Holding{Account: body.Account, Known: true, Alone: true, Positions: a.draft.Positions, Profile: a.known},
	}
	if record.Head.Kind == ledger.KindAward {
		s.Event = nil
	}
	if body.Basket != nil {
		s.Basket = *body.Basket
	}
	if seen := body.Seen; seen != nil {
		s.Signals = seen.Signals
		if seen.Shop != "" {
			s.Shop = seen.Shop
		}
	}
	if by := a.known.Referrer; by != (ledger.Account{}) {
		of := r.account(by)
		r.begin(of)
		s.Referrer = &ledger.Holding{Account: by, Known: true, Alone: true, Positions: of.draft.Positions}
	}
	return s.On(moment(record.Head), r.config.Zone)
}

// decide decides a basket, an event or what was had for points, and books it.
func (r *Replay) decide(a *account, record ledger.Record) (d decision, err error) {
	s := r.scene(a, record)
	if _, kept := r.sales[record.Head.Key()]; kept {
		d.seen = s.Seen()
	}
	earning := s.Basket
	if s.Event == nil {
		if earning, err = r.had(&s, &d, record); err != nil {
			return d, r.leave(record, err)
		}
	}
	switch {
	case s.Event != nil:
		d.earned, err = earn.Event(s)
	case record.Head.Kind == ledger.KindAward && !redeem.OfNobody(record):
		d.earned, err = earn.Award(s, earning)
	}
	if err != nil {
		return decision{}, r.leave(record, err)
	}
	at := len(d.entries)
	d.add(d.earned.Entries, d.earned.Shares, d.earned.Reasons)
	d.add(redeem.Complete(d.rewards, d.earned.Entries, at, record.Head.Key()))
	d.add(r.won(record), nil, nil)
	r.t.tell(d.reasons, draft)
	r.t.compare(a, record, d.writing)
	return d, r.bookAll(a, record, s, d, at)
}

// bookAll books a decision. What redeeming and earning left of the member's
// account is known already: up to the entry after those.
func (r *Replay) bookAll(a *account, record ledger.Record, s scene.Scene, d decision, earned int) error {
	a.draft.Positions = s.Holding.Positions
	if earned += len(d.earned.Entries); len(d.earned.Entries) > 0 {
		a.draft.Positions = d.earned.After.Positions
	}
	for i, e := range d.entries {
		if i < earned && e.Account == s.Holding.Account {
			r.t.entry(e, record.Head.Kind, draft)
		} else if err := r.book(e, record.Head); err != nil {
			return err
		}
	}
	return nil
}

// had takes what is had without asking, and then what the customer wished, as
// far as the draft has it: each from what the one before left.
func (r *Replay) had(s *scene.Scene, d *decision, record ledger.Record) (earning basket.Basket, err error) {
	cover, left := redeem.Cover{Alone: true, Fresh: freshFor(record)}, s.Basket
	if seen := record.Body.Seen; seen != nil {
		cover.Promised, cover.NoSpend = seen.Reserved, seen.NoSpend // held for another sale, or not set aside here
	}
	earning = s.Basket
	vouchers, gifts := redeem.Used(record), redeem.GiftsOf(record)
	next := func(o redeem.Outcome) {
		s.Holding, s.House, cover = o.After, o.House, cover.After(o)
		left, earning, s.Counted = o.Left, o.Earning, o.Counted
		s.Paid += o.Paid()
		d.rewards = append(d.rewards, o)
		d.add(o.Entries, o.Shares, o.Reasons)
	}
	if record.Head.Kind == ledger.KindAward && !withoutCard(record) {
		all, err := redeem.Automatic(*s, cover, left)
		if err != nil {
			return earning, err
		}
		for _, o := range all {
			next(o)
		}
	}
	for i, reason := range record.Body.Reasons {
		if reason.Code == redeem.ReasonRedeemed && len(vouchers) > 0 && i+1 < len(record.Body.Reasons) && usesVoucher(record.Body.Reasons[i+1:]) {
			o, err := redeem.Use(*s, cover, left, vouchers[0])
			vouchers = vouchers[1:]
			if code, no := refused(err); no {
				r.t.leftOut("voucher", reason.Rule, code, 0)
				continue
			}
			if err != nil {
				return earning, err
			}
			next(o)
			continue
		}
		wish, asked := r.wish(record, reason, gifts)
		if !asked {
			continue
		}
		o, err := redeem.Decide(*s, cover, left, wish)
		if code, no := refused(err); no {
			wish.Points = r.most(*s, cover, left, wish)
			if wish.Points == 0 {
				r.t.leftOut("reward", reason.Rule, code, -reason.Points)
				continue
			}
			o, err = redeem.Decide(*s, cover, left, wish)
		}
		if err != nil {
			if code, no := refused(err); no {
				r.t.leftOut("reward", reason.Rule, code, -reason.Points)
				continue
			}
			return earning, err
		}
		next(o)
	}
	return earning, nil
}

// withoutCard reports whether a sale was nobody's: such a customer has nothing
// without asking.
func withoutCard(record ledger.Record) bool {
	ids := record.Body.Identifiers
	return len(ids) > 0 && ids[0].Kind == member.KindSlip || redeem.OfNobody(record)
}

// usesVoucher reports whether the reasons behind a reward's say that it was had
// for a voucher.
func usesVoucher(behind []ledger.Reason) bool {
	for _, reason := range behind {
		if reason.Code == redeem.ReasonVoucher || reason.Code == redeem.ReasonRedeemed {
			return reason.Code == redeem.ReasonVoucher
		}
	}
	return false
}

// freshFor are accounts for the vouchers that the draft may print: the record's
// own, and others behind them.
func freshFor(record ledger.Record) []ledger.Account {
	fresh := redeem.Drawn(record)
	for i := len(fresh); i < 8; i++ {
		fresh = append(fresh, ledger.Account{'d', 'r', 'a', 'f', 't', byte(i), byte(record.Head.Seq), byte(record.Head.Seq >> 8), byte(record.Head.Seq >> 16)})
	}
	return fresh
}

// wish is what a reason says that the customer wished; false for what was had
// without asking, in either world.
func (r *Replay) wish(record ledger.Record, reason ledger.Reason, gifts redeem.Gifts) (redeem.Wish, bool) {
	if reason.Code != redeem.ReasonRedeemed {
		return redeem.Wish{}, false
	}
	wish := redeem.Wish{Reward: reason.Rule, Points: -reason.Points, Cause: gifts.Take(reason.Wallet, -reason.Points)}
	is, has := r.draft.Reward(reason.Rule)
	if has && is.Automatic {
		return wish, false
	}
	if rules, known := r.rules(record.Head.Rules); known {
		had, _ := rules.Reward(reason.Rule)
		if had.Automatic {
			return wish, false
		}
		// Another price: as many of it as there were.
		if has && is.Kind == programme.Fixed && had.Kind == programme.Fixed && had.Points > 0 {
			wish.Points = wish.Points / had.Points * is.Points
		}
	}
	return wish, true
}

// most is as much of a reward as can be had, at most what was wished; 0 for none.
func (r *Replay) most(s scene.Scene, c redeem.Cover, left basket.Basket, w redeem.Wish) ledger.Points {
	for _, o := range redeem.Offers(s, c, left) {
		if o.Reward.Name != w.Reward || o.Refusal != nil {
			continue
		}
		p := min(w.Points, o.Most)
		if p -= p % o.Reward.Step(); p >= o.Least {
			return p
		}
	}
	return 0
}

// won are the points that were drawn in games the draft has too, with the same
// prize: a draw comes out as it did.
func (r *Replay) won(record ledger.Record) (entries []ledger.Entry) {
	for _, p := range record.Body.Games {
		g, has := r.draft.Game(p.Game)
		at := slices.IndexFunc(g.Odds, func(o programme.Odds) bool { return o.Prize == p.Prize })
		switch {
		case p.Prize == "":
		case !has || at < 0:
			r.t.leftOut("prize", p.Game+": "+p.Prize, "", 0)
		case g.Odds[at].Points > 0:
			o := g.Odds[at]
			e := ledger.Entry{Account: record.Body.Account, Wallet: o.Wallet, Kind: ledger.Bonus, Points: o.Points}
			if w, known := r.draft.Wallet(o.Wallet); known {
				e.Vests, e.Expires = w.Dates(record.Head.Day)
				e.Renews = w.Inactive && e.Expires != ""
			}
			entries = append(entries, e)
		}
	}
	return entries
}

// leave counts a record that the draft refuses: nothing is given or taken. What
// is no refusal is an error.
func (r *Replay) leave(record ledger.Record, err error) error {
	code, no := refused(err)
	if !no {
		return err
	}
	if code != programme.UnknownEvent { // an event that the draft does not reward
		r.t.leftOut(string(record.Head.Kind), "", code, 0)
	}
	return nil
}

// sale is an award; it is kept where something of it comes back later.
func (r *Replay) sale(a *account, record ledger.Record) error {
	d, err := r.decide(a, record)
	if err != nil {
		return err
	}
	if s := r.expected(record); s != nil {
		s.sale.Original = r.recorded(record, d)
	}
	return nil
}

// recorded is the record that the draft would have made.
func (r *Replay) recorded(record ledger.Record, d decision) ledger.Record {
	body := *record.Body
	body.Reasons, body.Shares, body.Seen = d.reasons, d.shares, d.seen
	record.Head.Entries, record.Head.Rules, record.Body = d.entries, draftVersion, &body
	return record
}

// enrol is a new member: what a person gave stands, what the draft gives new
// members is decided.
func (r *Replay) enrol(a *account, record ledger.Record) error {
	for _, e := range record.Head.Entries {
		if e.Kind == ledger.Adjust {
			if err := r.book(e, record.Head); err != nil {
				return err
			}
		}
	}
	body := *record.Body
	if body.Event == nil {
		body.Event = &ledger.Event{Kind: enrolled, ID: record.Head.Key().String()}
		record.Body = &body
	}
	_, err := r.decide(a, record)
	return err
}

// enrolled is the kind of event that an enrolment is.
const enrolled = "enrolled"

// back is a return, an undo or a move: decided from the sale as the draft made
// it, under the draft's policies.
func (r *Replay) back(record ledger.Record) error {
	s := r.saleOf(record)
	if s == nil || s.sale.Original.Head.Kind == "" {
		return r.stands(record) // it was made in another shop
	}
	of := s.account
	if account, known := refund.Account(s.sale); known {
		of = account
	}
	a := r.account(of)
	r.begin(a)
	h := ledger.Holding{Account: a.number, Known: true, Alone: true, Positions: a.draft.Positions}
	t := refund.Terms{Rules: r.draft, Sold: r.rules, Zone: r.config.Zone, Cover: redeem.Cover{Alone: true}, Day: record.Head.Day}
	var w writing
	body := *record.Body
	switch record.Head.Kind {
	case ledger.KindReturn:
		o, err := refund.Return(t, h, s.sale, goods(record))
		if err != nil {
			return r.leave(record, err)
		}
		w.add(o.Entries, nil, o.Reasons)
	case ledger.KindUndo:
		o, err := refund.Undo(t, h, s.sale)
		if err != nil {
			return r.leave(record, err)
		}
		w.add(o.Entries, nil, o.Reasons)
	case ledger.KindMove:
		to := r.account(body.Account)
		r.begin(to)
		sale := refund.Current(s.sale).Original.Body
		o, err := refund.Move(t, h, ledger.Holding{Account: body.Account, Known: true, Alone: true, Positions: to.draft.Positions}, s.sale)
		if err != nil {
			return r.leave(record, err)
		}
		w.add(o.Entries, o.Shares, sale.Reasons)
		body.Seen = sale.Seen
	}
	body.Reasons, body.Shares = w.reasons, w.shares
	record.Head.Entries, record.Head.Rules, record.Body = w.entries, draftVersion, &body
	return r.stands(record)
}

// goods is what came back, as the record of a return says it; nil for all that
// was left.
func goods(record ledger.Record) (all []refund.Goods) {
	for _, reason := range record.Body.Reasons {
		if reason.Code != refund.ReasonReturned {
			continue
		}
		g := refund.Goods{Line: reason.Line, Amount: basket.Money(reason.Amount)}
		if b := record.Body.Basket; b != nil && len(all) < len(b.Lines) {
			g.Quantity = b.Lines[len(all)].Quantity
		}
		all = append(all, g)
	}
	return all
}

// transfer is what one account gave to another: all it has where it gave all
// it had, and else what it gave.
func (r *Replay) transfer(record ledger.Record) error {
	var from, to *account
	for _, e := range record.Head.Entries {
		if e.Account == record.Body.Account {
			to = r.account(e.Account)
		} else {
			from = r.account(e.Account)
		}
	}
	if from == nil || to == nil || from == to || !empty(from.was) {
		return r.stands(record)
	}
	for left := true; left; {
		o, err := transfer.Merge(holding(from), holding(to), redeem.Cover{Alone: true}, record.Head.Day)
		if err != nil {
			return r.leave(record, err)
		}
		from.draft.Positions, to.draft.Positions, left = o.From.Positions, o.To.Positions, o.Left
	}
	return nil
}

func holding(a *account) ledger.Holding {
	return ledger.Holding{Account: a.number, Known: true, Alone: true, Positions: a.draft.Positions}
}

func empty(h ledger.Holding) bool {
	return !slices.ContainsFunc(h.Positions, func(p ledger.Position) bool {
		return !p.Wallet.Counter() && (p.Points != 0 || !p.Rest.IsZero())
	})
}

// expire books what lapsed in the draft's world of accounts of which something
// lapsed. It changes no figure, for all go by days; it keeps the lots few.
func (r *Replay) expire(record ledger.Record) error {
	a := r.whose(record)
	if a == nil {
		return nil
	}
	for _, e := range expiry.Due(ledger.Holding{Account: a.number, Positions: a.draft.Positions}, record.Head.Day) {
		if err := r.book(e, record.Head); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere takes from what a record saw what the shop's own records do not
// explain: it came from other shops, or was spent there.
func (r *Replay) elsewhere(a *account, record ledger.Record) error {
	seen := record.Body.Seen
	if seen == nil || !seen.Known || record.Body.Account != a.number {
		return nil
	}
	day := record.Head.Day
	for _, p := range seen.Positions {
		has := a.was.In(p.Wallet)
		points, rest := open(p, day)-open(has, day), has.Rest.Neg()
		rest, err := p.Rest.Add(rest)
		if err != nil {
			return err
		}
		if points == 0 && rest.IsZero() {
			continue
		}
		e := ledger.Entry{Account: a.number, Wallet: p.Wallet, Kind: ledger.Adjust, Points: points, Rest: rest}
		if lots := p.All().Open; points > 0 && len(lots) > 0 {
			e.Expires, e.Vests, e.Issuer = lots[len(lots)-1].Expires, lots[len(lots)-1].Vests, lots[len(lots)-1].Issuer
		}
		if err := a.was.Apply(e, day); err != nil {
			return err
		}
		if !a.split {
			continue
		}
		if err := a.draft.Apply(e, day); err != nil {
			return err
		}
	}
	return nil
}

// open is what has not lapsed of a position by a day, less what is owed.
func open(p ledger.Position, day ledger.Day) ledger.Points {
	spendable, pending, _ := p.On(day)
	return spendable + pending
}
