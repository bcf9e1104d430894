package simulate

import (
	"bytes"
	"cmp"
	"math/big"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A Result is what a replay came to: what happened beside what would have.
type Result struct {
	First   ledger.Day `json:"first"` // business day that was replayed
	Last    ledger.Day `json:"last"`
	Records int        `json:"records"` // read, with those from before
	// Baskets were decided again; Emptied were not, because nothing but what they
	// gave is kept: that stands in both worlds.
	Baskets  int          `json:"baskets"`
	Emptied  int          `json:"emptied"`
	Turnover basket.Money `json:"turnover"` // of the baskets
	// Members had a basket; the affected ones, and baskets, come to something else.
	Members         int       `json:"members"`
	MembersAffected int       `json:"members_affected"`
	BasketsAffected int       `json:"baskets_affected"`
	Money           Money     `json:"money"` // what rewards came to, in minor units
	Wallets         []Wallet  `json:"wallets"`
	Rules           []Rule    `json:"rules"`
	Rewards         []Reward  `json:"rewards"`
	Top             []Member  `json:"top_members"` // by what differs
	LeftOut         []LeftOut `json:"left_out"`
}

// Money is an amount in both worlds, in minor units.
type Money struct {
	Was   basket.Money `json:"was"`
	Draft basket.Money `json:"draft"`
}

// Points are points in both worlds.
type Points struct {
	Was   ledger.Points `json:"was"`
	Draft ledger.Points `json:"draft"`
}

// Times is how often something was in both worlds.
type Times struct {
	Was   int `json:"was"`
	Draft int `json:"draft"`
}

func (p *Points) of(w world) *ledger.Points {
	if w == was {
		return &p.Was
	}
	return &p.Draft
}

func (m *Money) of(w world) *basket.Money {
	if w == was {
		return &m.Was
	}
	return &m.Draft
}

func (t *Times) of(w world) *int {
	if w == was {
		return &t.Was
	}
	return &t.Draft
}

// A Wallet is what came of one wallet of all members together.
type Wallet struct {
	Name  ledger.Wallet `json:"name"`
	Base  Points        `json:"base"`  // earned by rules
	Bonus Points        `json:"bonus"` // above the plain rates
	Other Points        `json:"other"` // given by hand, converted from other wallets
	// Redeemed was spent; TakenBack and GivenBack is what returns and undos took
	// of what was earned, and gave of what was spent.
	Redeemed  Points `json:"redeemed"`
	TakenBack Points `json:"taken_back"`
	GivenBack Points `json:"given_back"`
	Lapsed    Points `json:"lapsed"` // between the first and the last day
	// Balance is what members can spend, less what they owe, and Pending what
	// they can spend later; both after the last day. Value is what the two stand
	// for in the books by the draft's word, in minor units.
	Balance Points `json:"balance"`
	Pending Points `json:"pending"`
	Value   Money  `json:"value"`
}

// A Rule is what one rule gave, before anything came back.
type Rule struct {
	Name   string        `json:"name"`
	Wallet ledger.Wallet `json:"wallet"`
	Points Points        `json:"points"`
	Times  Times         `json:"times"` // baskets and events it gave something for
}

// A Reward is how often one reward was had, for what, and what it came to.
type Reward struct {
	Name   string        `json:"name"`
	Wallet ledger.Wallet `json:"wallet"`
	Times  Times         `json:"times"`
	Points Points        `json:"points"`
	Money  Money         `json:"money"`
}

// A Member is one of those for whom most differs.
type Member struct {
	Account ledger.Account  `json:"account"`
	Card    string          `json:"card,omitempty"` // masked
	Baskets int             `json:"baskets"`
	Wallets []MembersWallet `json:"wallets"`
	Money   Money           `json:"money"` // of rewards
}

// A MembersWallet is what a member earned in one wallet, and holds in the end.
type MembersWallet struct {
	Name    ledger.Wallet `json:"name"`
	Earned  Points        `json:"earned"`
	Balance Points        `json:"balance"`
}

// A LeftOut is something that happened and that the draft's world does not have.
type LeftOut struct {
	// What it was: "reward", "prize", or the kind of a record: "return".
	What string `json:"what"`
	Name string `json:"name,omitempty"`
	// Code is why the draft refuses it; "" where it has no such thing.
	Code   programme.Code `json:"code,omitempty"`
	Times  int            `json:"times"`
	Points ledger.Points  `json:"points,omitempty"` // that were spent on it
}

// mostTop is how many members a result names.
const mostTop = 10

type world int

const (
	was world = iota
	draft
)

// totals are a replay's figures on their way.
type totals struct {
	records, baskets, emptied, affected int
	first, last                         ledger.Day
	turnover                            basket.Money
	money                               Money
	wallets                             map[ledger.Wallet]*Wallet
	rules                               map[ruleKey]*Rule
	rewards                             map[string]*Reward
	left                                map[LeftOut]*LeftOut
}

type ruleKey struct {
	name   string
	wallet ledger.Wallet
}

func newTotals() totals {
	return totals{
		wallets: make(map[ledger.Wallet]*Wallet), rules: make(map[ruleKey]*Rule), rewards: make(map[string]*Reward), left: make(map[LeftOut]*LeftOut),
	}
}

func (t *totals) wallet(name ledger.Wallet) *Wallet {
	w := t.wallets[name]
	if w == nil {
		w = &Wallet{Name: name}
		t.wallets[name] = w
	}
	return w
}

// start takes what had lapsed before the first day off what has by the last.
func (t *totals) start(h ledger.Holding, day ledger.Day) {
	for _, p := range h.Positions {
		if _, _, lapsed := p.On(day); lapsed != 0 && !p.Wallet.Counter() {
			w := t.wallet(p.Wallet)
			w.Lapsed.Was, w.Lapsed.Draft = w.Lapsed.Was-lapsed, w.Lapsed.Draft-lapsed
		}
	}
}

// entry counts an entry of a record of a kind.
func (t *totals) entry(e ledger.Entry, kind ledger.Kind, in world) {
	if e.Wallet.Counter() || e.Points == 0 || kind == ledger.KindMove || kind == ledger.KindTransfer {
		return
	}
	w := t.wallet(e.Wallet)
	switch {
	case e.Kind == ledger.Earn:
		*w.Base.of(in) += e.Points
	case e.Kind == ledger.Bonus:
		*w.Bonus.of(in) += e.Points
	case e.Kind == ledger.Expire:
		*w.Lapsed.of(in) -= e.Points
	case e.Kind == ledger.Reverse && e.Points < 0:
		*w.TakenBack.of(in) -= e.Points
	case e.Kind == ledger.Reverse:
		*w.GivenBack.of(in) += e.Points
	case spends(e):
		*w.Redeemed.of(in) -= e.Points
	default:
		*w.Other.of(in) += e.Points
	}
}

func spends(e ledger.Entry) bool {
	return e.Points < 0 && (e.Kind == ledger.Redeem || e.Kind == ledger.Donate || e.Kind == ledger.Convert)
}

// tell counts what a decision's reasons tell: which rule gave what, which
// reward was had.
func (t *totals) tell(reasons []ledger.Reason, in world) {
	for i := 0; i < len(reasons); i++ {
		r := reasons[i]
		if !earn.IsStep(r) {
			t.reward(r, in)
			continue
		}
		points := r.Points
		for i+1 < len(reasons) && earn.IsStep(reasons[i+1]) && reasons[i+1].Rule == r.Rule && reasons[i+1].Wallet == r.Wallet {
			i++
			points += reasons[i].Points
		}
		rule := t.rules[ruleKey{r.Rule, r.Wallet}]
		if rule == nil {
			rule = &Rule{Name: r.Rule, Wallet: r.Wallet}
			t.rules[ruleKey{r.Rule, r.Wallet}] = rule
		}
		if *rule.Points.of(in) += points; points != 0 {
			*rule.Times.of(in)++
		}
	}
	*t.money.of(in) += worth(reasons)
}

func (t *totals) reward(r ledger.Reason, in world) {
	if !isMoney(r) {
		return
	}
	w := t.rewards[r.Rule]
	if w == nil {
		w = &Reward{Name: r.Rule, Wallet: r.Wallet}
		t.rewards[r.Rule] = w
	}
	*w.Money.of(in) += basket.Money(r.Amount)
	if r.Code == redeem.ReasonRedeemed {
		*w.Times.of(in)++
		*w.Points.of(in) -= r.Points
	}
}

// isMoney reports whether a reason says what a reward came to. What was paid
// with points is told of besides: it is the amount that was redeemed.
func isMoney(r ledger.Reason) bool {
	return r.Code == redeem.ReasonRedeemed || r.Code == redeem.ReasonPaidOut || r.Code == redeem.ReasonDonated
}

// worth is what rewards came to, off the total, paid, or paid out.
func worth(reasons []ledger.Reason) (m basket.Money) {
	for _, r := range reasons {
		if isMoney(r) {
			m += basket.Money(r.Amount)
		}
	}
	return m
}

func (t *totals) leftOut(what, name string, code programme.Code, points ledger.Points) {
	key := LeftOut{What: what, Name: name, Code: code}
	l := t.left[key]
	if l == nil {
		l = &key
		t.left[LeftOut{What: what, Name: name, Code: code}] = l
	}
	l.Times++
	l.Points += points
}

// A change is what differs for one account.
type change struct {
	baskets, affected int
	money             Money
	earned            []walletPoints
}

type walletPoints struct {
	wallet ledger.Wallet
	Points
}

func (c *change) wallet(w ledger.Wallet) *Points {
	i := slices.IndexFunc(c.earned, func(p walletPoints) bool { return p.wallet == w })
	if i < 0 {
		i = len(c.earned)
		c.earned = append(c.earned, walletPoints{wallet: w})
	}
	return &c.earned[i].Points
}

func (c *change) add(o change) {
	c.baskets, c.affected = c.baskets+o.baskets, c.affected+o.affected
	c.money.Was, c.money.Draft = c.money.Was+o.money.Was, c.money.Draft+o.money.Draft
	for _, p := range o.earned {
		to := c.wallet(p.wallet)
		to.Was, to.Draft = to.Was+p.Was, to.Draft+p.Draft
	}
}

// compare holds what a record came to against what the draft makes of it.
func (t *totals) compare(a *account, record ledger.Record, now writing) {
	one := change{money: Money{worth(record.Body.Reasons), worth(now.reasons)}}
	var both change // with what was spent
	for in, entries := range [][]ledger.Entry{was: record.Head.Entries, draft: now.entries} {
		for _, e := range entries {
			// What a person gave with an enrolment stands in both.
			if e.Wallet.Counter() || e.Points == 0 || e.Kind == ledger.Adjust {
				continue
			}
			*both.wallet(e.Wallet).of(world(in)) += e.Points
			if e.Points > 0 {
				*one.wallet(e.Wallet).of(world(in)) += e.Points
			}
		}
	}
	if one.money.Was != one.money.Draft || slices.ContainsFunc(both.earned, func(p walletPoints) bool { return p.Was != p.Draft }) {
		one.affected = 1
	}
	if record.Head.Kind == ledger.KindAward {
		one.baskets = 1
		t.baskets++
		t.affected += one.affected
		if record.Body.Basket != nil {
			t.turnover += record.Body.Basket.Total
		}
	}
	a.change.add(one)
}

// Result is what the replay came to so far.
func (r *Replay) Result() Result {
	t := &r.t
	o := Result{
		First: t.first, Last: t.last, Records: t.records, Baskets: t.baskets, Emptied: t.emptied, Turnover: t.turnover,
		BasketsAffected: t.affected, Money: t.money,
	}
	wallets := make(map[ledger.Wallet]*Wallet, len(t.wallets))
	for name, w := range t.wallets {
		one := *w
		wallets[name] = &one
	}
	var members []*account
	for _, a := range r.accounts {
		if a.into != nil {
			continue
		}
		r.holds(a, wallets)
		if a.change.baskets > 0 {
			o.Members++
		}
		if a.change.affected > 0 {
			o.MembersAffected++
			members = append(members, a)
		}
	}
	for _, w := range wallets {
		if def, known := r.draft.Wallet(w.Name); known {
			w.Value = Money{value(def, w.Balance.Was+w.Pending.Was), value(def, w.Balance.Draft+w.Pending.Draft)}
		}
		o.Wallets = append(o.Wallets, *w)
	}
	slices.SortFunc(o.Wallets, func(a, b Wallet) int {
		return cmp.Or(cmp.Compare(r.place(a.Name), r.place(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	o.Rules, o.Rewards, o.LeftOut = t.sorted()
	o.Top = r.top(members)
	return o
}

// place is where a wallet stands in the draft; those it does not have come last.
func (r *Replay) place(w ledger.Wallet) int {
	if i := slices.IndexFunc(r.draft.Wallets, func(o programme.Wallet) bool { return o.Name == w }); i >= 0 {
		return i
	}
	return len(r.draft.Wallets)
}

// holds adds what an account holds after the last day.
func (r *Replay) holds(a *account, wallets map[ledger.Wallet]*Wallet) {
	now := a.draft
	if !a.split {
		now = a.was // nothing of it was replayed
		if r.config.Since != "" {
			r.lapsedBefore(a.was, wallets)
		}
	}
	for in, h := range []ledger.Holding{was: a.was, draft: now} {
		for _, p := range h.Positions {
			if p.Wallet.Counter() {
				continue
			}
			w := wallets[p.Wallet]
			if w == nil {
				w = &Wallet{Name: p.Wallet}
				wallets[p.Wallet] = w
			}
			spendable, pending, lapsed := p.On(r.t.last)
			*w.Balance.of(world(in)) += spendable
			*w.Pending.of(world(in)) += pending
			*w.Lapsed.of(world(in)) += lapsed
		}
	}
}

func (r *Replay) lapsedBefore(h ledger.Holding, wallets map[ledger.Wallet]*Wallet) {
	before := totals{wallets: wallets}
	before.start(h, r.config.Since)
}

// value is what points of a wallet stand for, in minor units rounded down.
func value(w programme.Wallet, p ledger.Points) basket.Money {
	const per = 1000 * int64(ledger.Unit)
	v := new(big.Int).Mul(big.NewInt(int64(p)), big.NewInt(int64(w.Worth)))
	return basket.Money(v.Div(v, big.NewInt(per)).Int64())
}

func (t *totals) sorted() (rules []Rule, rewards []Reward, left []LeftOut) {
	rules, rewards, left = []Rule{}, []Reward{}, []LeftOut{}
	for _, r := range t.rules {
		rules = append(rules, *r)
	}
	for _, r := range t.rewards {
		rewards = append(rewards, *r)
	}
	for _, l := range t.left {
		left = append(left, *l)
	}
	slices.SortFunc(rules, func(a, b Rule) int {
		return cmp.Or(-cmp.Compare(apart(a.Points), apart(b.Points)), -cmp.Compare(a.Points.Draft, b.Points.Draft), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Wallet, b.Wallet))
	})
	slices.SortFunc(rewards, func(a, b Reward) int {
		return cmp.Or(-cmp.Compare(apart(a.Points), apart(b.Points)), -cmp.Compare(a.Points.Draft, b.Points.Draft), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(left, func(a, b LeftOut) int {
		return cmp.Or(-cmp.Compare(a.Times, b.Times), cmp.Compare(a.What, b.What), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
	return rules, rewards, left
}

func apart(p Points) ledger.Points { return max(p.Draft-p.Was, p.Was-p.Draft) }

// top are the members for whom most differs: in money where the draft says what
// each wallet stands for, and else in points.
func (r *Replay) top(members []*account) []Member {
	weights := make(map[ledger.Wallet]int64)
	for _, w := range r.draft.Wallets {
		if weights[w.Name] = int64(w.Worth); w.Worth == 0 {
			weights = nil
			break
		}
	}
	differs := make(map[*account]*big.Int, len(members))
	for _, a := range members {
		all := new(big.Int)
		for _, p := range a.change.earned {
			one := big.NewInt(int64(apart(p.Points)))
			if weights != nil {
				one.Mul(one, big.NewInt(weights[p.wallet]))
			}
			all.Add(all, one)
		}
		differs[a] = all
	}
	slices.SortFunc(members, func(a, b *account) int {
		return cmp.Or(differs[b].Cmp(differs[a]), bytes.Compare(a.number[:], b.number[:]))
	})
	top := []Member{}
	for _, a := range members[:min(len(members), mostTop)] {
		m := Member{Account: a.number, Card: a.mask, Baskets: a.change.baskets, Money: a.change.money, Wallets: []MembersWallet{}}
		for _, p := range a.change.earned {
			m.Wallets = append(m.Wallets, MembersWallet{
				p.wallet, p.Points, Points{open(a.was.In(p.wallet), r.t.last), open(a.draft.In(p.wallet), r.t.last)},
			})
		}
		top = append(top, m)
	}
	return top
}
