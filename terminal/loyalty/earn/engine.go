package earn

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// An engine is one decision under way.
type engine struct {
	scene  scene.Scene
	judges []*scene.Judge // by the parts of the items; one where the sale crosses no threshold
	counting
	held    int // 0 while it is not known whether the account is held out of campaigns
	purses  []purse
	brought []*brought
}

// A purse is one wallet of one account, as the rules fill it.
type purse struct {
	account ledger.Account
	wallet  ledger.Wallet
	rest    exactly // what is carried
	room    ledger.Points
	bounded bool // room is all that still fits
}

// A brought is what one rule brings.
type brought struct {
	at    int // in Rules.Earn
	rule  *programme.Rule
	owner *ledger.Holding
	lines lineSet // that count
	parts uint64  // of the items, for which its condition holds
	// worth is what it comes to before rounding, or where each line is rounded
	// after that, and exact always before; points is what is given of it.
	worth  exactly
	exact  exactly
	points ledger.Points
	rest   ledger.Fraction
	// each are the points by item; nil where no item counts by itself.
	each []ledger.Points
	// of are the rules that a multiple multiplies.
	of      []*brought
	cut     bool
	reasons []ledger.Reason
}

// counts reports whether an item counts for it.
func (b *brought) counts(it item) bool {
	return b.parts&(1<<it.part) != 0 && (it.line < 0 && b.rule.Lines.IsZero() || it.line >= 0 && b.lines.has(it.line))
}

// award lets every rule of the sale or the event bring what it does.
func (e *engine) award() error {
	var plain, multiples, earned []*brought
	for i := range e.rules.Earn {
		b := e.begin(i)
		if b == nil {
			continue
		}
		switch {
		case b.rule.Counts == programme.Multiple:
			multiples = append(multiples, b)
		case b.rule.Counts == programme.Earned:
			earned = append(earned, b)
		case e.mixed(b.rule):
			multiples = append(multiples, b)
		default:
			plain = append(plain, b)
		}
	}
	for _, b := range plain {
		if err := e.weigh(b); err != nil {
			return err
		}
	}
	kept, err := e.combine(plain, multiples)
	if err != nil {
		return err
	}
	if err := e.settle(kept); err != nil {
		return err
	}
	for _, later := range [][]*brought{multiples, earned} {
		for _, b := range later {
			b.of = e.multiplied(b)
			if err := e.weigh(b); err != nil {
				return err
			}
		}
		kept, err := e.combine(later, nil)
		if err != nil {
			return err
		}
		if err := e.settle(kept); err != nil {
			return err
		}
	}
	slices.SortFunc(e.brought, func(a, b *brought) int { return a.at - b.at })
	return nil
}

// begin is a rule that counts here; nil for one that does not.
func (e *engine) begin(at int) *brought {
	r := &e.rules.Earn[at]
	kind := ""
	if e.scene.Event != nil {
		kind = e.scene.Event.Kind
	}
	if r.Event != kind || r.Campaign && e.heldOut() {
		return nil
	}
	b := brought{at: at, rule: r, owner: &e.scene.Holding}
	if r.Referrer {
		if b.owner = e.scene.Referrer; b.owner == nil || b.owner.Account == e.scene.Holding.Account {
			return nil
		}
	}
	if len(e.lines()) > 0 || !r.Lines.IsZero() {
		if b.lines = e.selected(&r.Lines); b.lines == (lineSet{}) && !plainRule(r) {
			return nil
		}
	}
	for part, judge := range e.judges {
		if judge.Holds(r.If) {
			b.parts |= 1 << part
		}
	}
	if b.parts == 0 {
		return nil
	}
	return &b
}

func (e *engine) lines() []basket.Line { return e.counting.lines }

func (e *engine) heldOut() bool {
	if e.held == 0 {
		if e.held = -1; scene.HeldOut(*e.rules, e.scene.Holding.Account) {
			e.held = 1
		}
	}
	return e.held > 0
}

// plainRule reports whether a rule is the rate that every sale has, which is
// told of also where it brings nothing.
func plainRule(r *programme.Rule) bool {
	return r.Event == "" && r.Counts == programme.Amount && len(r.Bands) == 0 && !r.Bonus && r.Group == "" && !r.Referrer && r.Lines.IsZero()
}

// group is the group of a rule, and whether it belongs to one whose rules are
// not simply added.
func (e *engine) group(r *programme.Rule) (programme.Group, bool) {
	if r.Group == "" {
		return programme.Group{}, false
	}
	for _, g := range e.rules.Groups {
		if g.Name == r.Group {
			return g, g.Combine != programme.All && g.Combine != ""
		}
	}
	return programme.Group{}, false
}

// mixed reports whether a rule is in a group with multiples of its wallet, so
// that which of them counts is only known when what they multiply is.
func (e *engine) mixed(r *programme.Rule) bool {
	if _, chosen := e.group(r); !chosen {
		return false
	}
	return slices.ContainsFunc(e.rules.Earn, func(o programme.Rule) bool {
		return o.Group == r.Group && o.Wallet == r.Wallet && o.Counts == programme.Multiple
	})
}

// multiplied are the rules that a multiple works on: those it names, or all of
// its wallet that are none.
func (e *engine) multiplied(b *brought) []*brought {
	var of []*brought
	for _, o := range e.brought {
		switch b.rule.Counts {
		case programme.Multiple:
			if o.rule.Wallet != b.rule.Wallet || o.owner != b.owner || o.rule.Counts == programme.Multiple || o.rule.Counts == programme.Earned {
				continue
			}
			if len(b.rule.Multiplies) > 0 && !slices.Contains(b.rule.Multiplies, o.rule.Name) {
				continue
			}
		case programme.Earned:
			if len(b.rule.Multiplies) == 0 || o.owner != b.owner || string(o.rule.Wallet) != b.rule.Multiplies[0] {
				continue
			}
		default:
			continue
		}
		of = append(of, o)
	}
	return of
}

// combine leaves of rules what their groups leave. pending are rules whose turn
// is later: an exclusive group of those that will bring something shuts out
// others now.
func (e *engine) combine(rules, pending []*brought) ([]*brought, error) {
	chosen := make(map[groupKey]*brought)
	grouped := false
	for _, b := range rules {
		g, is := e.group(b.rule)
		if !is {
			continue
		}
		grouped = true
		if b.worth.sign() <= 0 {
			continue
		}
		key := keyOf(b)
		if have := chosen[key]; have == nil {
			chosen[key] = b
		} else if g.Combine == programme.Best {
			more, err := e.brings(b)
			if err != nil {
				return nil, err
			}
			most, err := e.brings(have)
			if err != nil {
				return nil, err
			}
			if more.cmp(most) > 0 {
				chosen[key] = b
			}
		}
	}
	alone := e.alone(rules, pending, chosen)
	if !grouped && len(alone) == 0 {
		return rules, nil
	}
	var kept []*brought
	for _, b := range rules {
		if _, is := e.group(b.rule); is && chosen[keyOf(b)] != b {
			continue
		}
		if winner := alone[pair{b.rule.Wallet, b.owner}]; winner != nil && winner.rule.Group != b.rule.Group && !names(winner.rule, b.rule) {
			continue
		}
		kept = append(kept, b)
	}
	return kept, nil
}

type groupKey struct {
	group  string
	wallet ledger.Wallet
	owner  *ledger.Holding
}

type pair struct {
	wallet ledger.Wallet
	owner  *ledger.Holding
}

func keyOf(b *brought) groupKey { return groupKey{b.rule.Group, b.rule.Wallet, b.owner} }

// names reports whether r is a rule that a multiple works on.
func names(multiple, r *programme.Rule) bool {
	if multiple.Counts != programme.Multiple || r.Counts == programme.Multiple || r.Counts == programme.Earned {
		return false
	}
	return len(multiple.Multiplies) == 0 || slices.Contains(multiple.Multiplies, r.Name)
}

// alone are the rules of exclusive groups that shut out all others of their
// wallet; of several the first in the programme.
func (e *engine) alone(rules, pending []*brought, chosen map[groupKey]*brought) map[pair]*brought {
	all := make(map[pair]*brought)
	put := func(b *brought) {
		key := pair{b.rule.Wallet, b.owner}
		if have := all[key]; have == nil || b.at < have.at {
			all[key] = b
		}
	}
	exclusive := func(b *brought) bool {
		g, is := e.group(b.rule)
		return is && g.Combine == programme.Exclusive
	}
	for _, b := range e.brought {
		if exclusive(b) && b.worth.sign() > 0 {
			put(b)
		}
	}
	for _, b := range rules {
		if chosen[keyOf(b)] == b && exclusive(b) {
			put(b)
		}
	}
	for _, b := range pending {
		if !exclusive(b) {
			continue
		}
		if b.rule.Counts != programme.Multiple {
			put(b)
			continue
		}
		for _, o := range rules {
			if o.owner == b.owner && o.rule.Wallet == b.rule.Wallet && names(b.rule, o.rule) && o.worth.sign() > 0 {
				put(b)
				break
			}
		}
	}
	return all
}

// brings is what a rule would give as things are: what it is worth where the
// rest is carried, else what is left when it is rounded; within its caps.
func (e *engine) brings(b *brought) (exactly, error) {
	worth := b.worth
	if b.rule.Rounding != programme.Carry {
		points, _, err := e.given(b, whole(0))
		if err != nil {
			return exactly{}, err
		}
		worth = whole(int64(points))
	}
	if left, bounded, _ := e.left(b); bounded && worth.cmp(whole(int64(left))) > 0 {
		worth = whole(int64(left))
	}
	return worth, nil
}

// settle gives what rules bring, one after another.
func (e *engine) settle(rules []*brought) error {
	for _, b := range rules {
		if b.worth.sign() <= 0 && !plainRule(b.rule) {
			continue
		}
		if err := e.give(b); err != nil {
			return fmt.Errorf("rule %q: %w", b.rule.Name, err)
		}
		if b.points == 0 && b.rest.IsZero() && !b.cut && !plainRule(b.rule) {
			continue
		}
		e.brought = append(e.brought, b)
	}
	return nil
}

// give rounds what a rule is worth, keeps it within its bounds, and shares it
// out over the items.
func (e *engine) give(b *brought) error {
	p := e.purse(b)
	carries := b.rule.Rounding == programme.Carry
	start := whole(0)
	if carries {
		start = p.rest
	}
	points, each, err := e.given(b, start)
	if err != nil {
		return err
	}
	sum := start.plus(b.worth)
	if err := e.explain(b, start, points); err != nil {
		return err
	}
	left, bounded, refuses := e.left(b)
	if bounded && (points > left || left == 0) {
		if refuses {
			left = 0
		}
		b.bound(&points, &each, left, ReasonCapped)
	}
	if p.bounded && points > p.room {
		b.bound(&points, &each, p.room, ReasonMost)
	}
	b.points, b.each = points, each
	if p.bounded {
		p.room -= points
	}
	if carries && !b.cut {
		return p.carry(b, sum.minus(points))
	}
	if b.cut {
		b.worth = whole(int64(points)) // what was cut is gone
	}
	return nil
}

// carry leaves a remainder in the purse. Where rates that do not go together
// make one that cannot be written, the part below a thousandth is dropped: no
// sale fails for it.
func (p *purse) carry(b *brought, left exactly) error {
	if _, err := left.fraction(); err != nil {
		down, err := left.down()
		if err != nil {
			return err
		}
		left = whole(int64(down))
	}
	before := p.rest
	p.rest = left
	var err error
	b.rest, err = left.plus(before.negated()).fraction()
	return err
}

// bound cuts points to most, and what the items bring with them by running
// totals.
func (b *brought) bound(points *ledger.Points, each *[]ledger.Points, most ledger.Points, code string) {
	b.cut = true
	if off := most - *points; off != 0 {
		b.reasons = append(b.reasons, ledger.Reason{Code: code, Rule: b.rule.Name, Wallet: b.rule.Wallet, Points: off})
	}
	*points = most
	var upTo, before ledger.Points
	for i, p := range *each {
		upTo += p
		now := min(upTo, most)
		(*each)[i], before = now-before, now
	}
}

// purse is the wallet that a rule fills.
func (e *engine) purse(b *brought) *purse {
	for i := range e.purses {
		if p := &e.purses[i]; p.account == b.owner.Account && p.wallet == b.rule.Wallet {
			return p
		}
	}
	position := b.owner.In(b.rule.Wallet)
	p := purse{account: b.owner.Account, wallet: b.rule.Wallet, rest: fromFraction(position.Rest)}
	if w, known := e.rules.Wallet(p.wallet); known && w.Most > 0 {
		spendable, pending, _ := position.On(e.scene.Moment.Day)
		p.bounded, p.room = true, max(w.Most-max(spendable+pending, 0), 0)
	}
	e.purses = append(e.purses, p)
	return &e.purses[len(e.purses)-1]
}

// left is the most a rule can still give by its caps, whether any bounds it,
// and whether one that is reached refuses all of it.
func (e *engine) left(b *brought) (most ledger.Points, bounded, refuses bool) {
	for _, c := range b.rule.Caps {
		room := c.Points
		if c.Times > 0 {
			room = ledger.Points(c.Times) * ledger.Unit
		}
		if c.Per != programme.PerPurchase {
			used, _, _ := e.counter(b, c).On(e.scene.Moment.Day)
			room -= max(used, 0)
		}
		if c.Times > 0 {
			if room >= ledger.Unit {
				continue
			}
			room = 0
		}
		if room = max(room, 0); !bounded || room < most {
			most, refuses = room, c.Refuse
		}
		bounded = true
	}
	return most, bounded, refuses
}

func (e *engine) counter(b *brought, c programme.Cap) ledger.Position {
	return e.capped(b, c).In(c.Counter(b.rule.Name, e.scene.Cashier))
}

// capped is the account in which a cap of a rule counts.
func (e *engine) capped(b *brought, c programme.Cap) *ledger.Holding {
	switch c.Of {
	case programme.OfMember:
		return &e.scene.Holding // also of what goes to who brought them in: once for each friend
	case programme.OfReferrer:
		return b.owner
	}
	return &e.scene.House
}
