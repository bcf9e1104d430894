package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/tier"
)

// A decided is a record decided once more.
type decided struct {
	entries []ledger.Entry
	lost    []Part
	tiers   []string
	stored  string // why rewards were taken as they are stored; "" where they were not
	gains   []earn.Gain

	apart, missed []Part
	near          int // of what was missed
	// what the rewards left
	cover   redeem.Cover
	left    basket.Basket
	earning basket.Basket
}

// decide makes the record's decision once more; the verdict is Same until its
// entries are held against the stored ones.
func decide(r ledger.Record, rules programme.Rules, zone *time.Location) (decided, Verdict, error) {
	switch r.Head.Kind {
	case ledger.KindAward, ledger.KindEvent, ledger.KindEnrol, redeem.Kind, ledger.KindDonate, ledger.KindConvert:
	default:
		return decided{}, Follows, nil
	}
	s, told := scene.Again(r, rules, zone)
	if !told {
		if r.Head.Kind == ledger.KindEnrol {
			return decided{}, Follows, nil
		}
		return decided{}, Untold, nil
	}
	d := decided{}
	for _, l := range rules.Ladders {
		if on := tier.On(l, s.Holding, r.Head.Day); on.Level >= 0 {
			d.tiers = append(d.tiers, on.Name())
		}
	}
	before := s
	d.left = s.Basket
	had, earning, err := d.rewards(&s, r)
	var no *programme.Refusal
	if errors.As(err, &no) || err == nil && holdLapsed(r) {
		// A hold keeps what it promised whatever becomes of the programme meanwhile.
		s, had, d.stored = before, nil, "a hold whose time was over is kept all the same"
		if err != nil {
			d.stored = err.Error()
		}
		if earning, d.entries, err = kept(&s, r); err != nil {
			return decided{}, Same, err
		}
	} else if err != nil {
		return decided{}, Same, err
	}
	var earned earn.Outcome
	switch {
	case s.Event != nil:
		earned, err = earn.Event(s)
	case r.Head.Kind == ledger.KindAward && !redeem.OfNobody(r):
		earned, err = earn.Award(s, earning)
	}
	if err != nil {
		return decided{}, Same, err
	}
	for _, o := range had {
		d.entries = append(d.entries, o.Entries...)
	}
	own, _, _ := redeem.Complete(had, earned.Entries, len(d.entries), r.Head.Key())
	d.entries = append(append(d.entries, earned.Entries...), own...)
	d.lost, d.gains, d.earning = losers(s, earning, earned), earned.Gains, earning
	if r.Head.Kind == ledger.KindAward {
		d.apart = apart(s, earning, r.Body.Reasons)
	}
	d.missed, d.near = missed(d, s, r)
	return d, Same, nil
}

// holdLapsed reports whether what was had had been promised by a hold, and was
// not all there any more: what was promised is not seen, only that it was kept.
func holdLapsed(r ledger.Record) bool {
	return slices.ContainsFunc(r.Body.Reasons, func(reason ledger.Reason) bool { return reason.Code == redeem.ReasonLapsed })
}

// rewards decides what was had for points, and for nothing, once more. The
// scene goes on with what that left.
func (d *decided) rewards(s *scene.Scene, r ledger.Record) ([]redeem.Outcome, basket.Basket, error) {
	// Which set-asides there were does not change what it came to, but how much
	// could not be spent does.
	cover, left, earning := redeem.Cover{Alone: true, Promised: r.Body.Seen.Reserved, Fresh: redeem.Drawn(r), NoSpend: r.Body.Seen.NoSpend}, s.Basket, s.Basket
	vouchers, gifts := redeem.Used(r), redeem.GiftsOf(r)
	var had []redeem.Outcome
	next := func(o redeem.Outcome) {
		s.Holding, s.House, cover = o.After, o.House, cover.After(o)
		left, earning, s.Counted = o.Left, o.Earning, o.Counted
		s.Paid += o.Paid()
		had = append(had, o)
		d.cover, d.left = cover, left
	}
	d.cover = cover
	if r.Head.Kind == ledger.KindAward && !withoutCard(r) {
		outcomes, err := redeem.Automatic(*s, cover, left)
		if err != nil {
			return nil, earning, err
		}
		for _, o := range outcomes {
			next(o)
		}
	}
	for i, reason := range r.Body.Reasons {
		if reason.Code != redeem.ReasonRedeemed {
			continue
		}
		if len(vouchers) > 0 && hadFor(r.Body.Reasons[i+1:]) {
			o, err := redeem.Use(*s, cover, left, vouchers[0])
			if err != nil {
				return nil, earning, fmt.Errorf("voucher for %q: %w", reason.Rule, err)
			}
			vouchers = vouchers[1:]
			next(o)
			continue
		}
		if automatic(had, reason) {
			continue
		}
		o, err := redeem.Decide(*s, cover, left, redeem.Wish{Reward: reason.Rule, Points: -reason.Points, Cause: gifts.Take(reason.Wallet, -reason.Points)})
		if err != nil {
			return nil, earning, fmt.Errorf("reward %q: %w", reason.Rule, err)
		}
		next(o)
	}
	return had, earning, nil
}

// hadFor reports whether the reasons behind a reward's say that it was had for a
// voucher.
func hadFor(behind []ledger.Reason) bool {
	for _, reason := range behind {
		switch reason.Code {
		case redeem.ReasonVoucher:
			return true
		case redeem.ReasonRedeemed:
			return false
		}
	}
	return false
}

// withoutCard reports whether a sale was nobody's: what it brought is on a slip,
// or was not given at all. Such a customer has nothing without asking.
func withoutCard(r ledger.Record) bool {
	ids := r.Body.Identifiers
	return len(ids) > 0 && ids[0].Kind == member.KindSlip || redeem.OfNobody(r)
}

// kept takes what was had for points as it is stored: the entries, and what came
// off each line.
func kept(s *scene.Scene, r ledger.Record) (basket.Basket, []ledger.Entry, error) {
	var entries []ledger.Entry
	s.Holding.Positions = slices.Clone(s.Holding.Positions)
	for _, e := range r.Head.Entries {
		if e.Kind != ledger.Redeem && e.Kind != ledger.Donate && e.Kind != ledger.Convert && !e.Wallet.Voucher() && !strings.HasPrefix(string(e.Wallet), "cap/reward/") {
			continue
		}
		if entries = append(entries, e); e.Account != s.Holding.Account && (e.Kind != ledger.Redeem || e.Wallet.Voucher()) {
			continue
		}
		if err := s.Holding.Apply(e, r.Head.Day); err != nil {
			return s.Basket, nil, err
		}
	}
	for i, reason := range r.Body.Reasons {
		if reason.Code == redeem.ReasonRedeemed && (reason.Points != 0 || hadFor(r.Body.Reasons[i+1:])) {
			s.Paid += basket.Money(reason.Amount)
		}
	}
	return keptEarning(s.Rules, s.Basket, r), entries, nil
}

// keptEarning is what of a basket earns by what the record says was had: off
// each line, or of one without lines off the total.
func keptEarning(rules programme.Rules, b basket.Basket, r ledger.Record) basket.Basket {
	fully := rules.Base.Redeeming == programme.EarnsFully // what points paid; what was had for nothing never earns
	if len(b.Lines) == 0 {
		for i, reason := range r.Body.Reasons {
			if reason.Code == redeem.ReasonRedeemed && (!fully || reason.Points == 0 && !hadFor(r.Body.Reasons[i+1:])) {
				b.Total -= basket.Money(reason.Amount)
			}
		}
		b.NotEarning = min(b.NotEarning, b.Total)
		return b
	}
	b.Lines = slices.Clone(b.Lines)
	for _, share := range r.Body.Shares {
		if len(share.Base) != len(b.Lines) || share.Entry > 0 && (fully || r.Head.Entries[share.Entry-1].Points >= 0) {
			continue
		}
		for i, off := range share.Base {
			b.Lines[i] = b.Lines[i].Less(basket.Money(off))
			b.Total -= basket.Money(off)
		}
	}
	return b
}

func automatic(had []redeem.Outcome, reason ledger.Reason) bool {
	return slices.ContainsFunc(had, func(o redeem.Outcome) bool { return o.Automatic() && o.Reward.Name == reason.Rule })
}

// losers are the rules that gave nothing because another of their group, or of
// an exclusive one, did: those that do give when there are no groups.
func losers(s scene.Scene, earning basket.Basket, real earn.Outcome) []Part {
	if len(s.Rules.Groups) == 0 {
		return nil
	}
	groups := s.Rules.Groups
	s.Rules.Groups = nil
	var all earn.Outcome
	var err error
	if s.Event != nil {
		all, err = earn.Event(s)
	} else {
		all, err = earn.Award(s, earning)
	}
	if err != nil {
		return nil // it is only told besides
	}
	var lost []Part
	for _, g := range all.Gains {
		rule, known := s.Rules.Rule(g.Rule)
		if !known || g.Points <= 0 || slices.ContainsFunc(real.Gains, func(o earn.Gain) bool { return o.Rule == g.Rule && o.Points > 0 }) {
			continue
		}
		if by, group := winner(s.Rules, groups, rule, real); by != "" {
			lost = append(lost, Part{
				Reason: ledger.Reason{Code: Lost, Rule: g.Rule, Wallet: g.Wallet, Points: g.Points},
				Def:    &rule, Group: group.Name, Combine: group.Combine, By: by,
			})
		}
	}
	return lost
}

// winner is the rule for which another one counted for nothing.
func winner(rules programme.Rules, groups []programme.Group, lost programme.Rule, real earn.Outcome) (string, programme.Group) {
	for _, own := range []bool{true, false} {
		for _, g := range real.Gains {
			rule, known := rules.Rule(g.Rule)
			if !known || g.Points <= 0 || rule.Wallet != lost.Wallet || rule.Group == "" || (rule.Group == lost.Group) != own {
				continue
			}
			at := slices.IndexFunc(groups, func(o programme.Group) bool { return o.Name == rule.Group })
			if at >= 0 && (own || groups[at].Combine == programme.Exclusive) {
				return g.Rule, groups[at]
			}
		}
	}
	return "", programme.Group{}
}

// A sort is what entries are told apart by.
type sort struct {
	account ledger.Account
	wallet  ledger.Wallet
	kind    ledger.EntryKind
	lot     ledger.Lot
	at      string
	renews  bool
}

func sortOf(e ledger.Entry) sort {
	s := sort{e.Account, e.Wallet, e.Kind, ledger.Lot{Expires: e.Expires, Vests: e.Vests, Issuer: e.Issuer}, e.At, e.Renews}
	if e.Points < 0 {
		s.account = ledger.Account{} // of whichever of the member's accounts has a set-aside
	}
	return s
}

// compare holds the stored entries against those that were decided again, by
// what they come to: how a spending was split over set-asides does not matter.
func compare(r ledger.Record, again []ledger.Entry, rules programme.Rules) []Difference {
	drawn := draws(r, rules)
	type sums struct{ stored, again ledger.Entry }
	all := make(map[sort]*sums)
	var order []sort
	at := func(e ledger.Entry) *sums {
		key := sortOf(e)
		if all[key] == nil {
			blank := e
			blank.Points, blank.Rest, blank.Draws, blank.Closed = 0, ledger.Fraction{}, nil, false
			all[key], order = &sums{blank, blank}, append(order, key)
		}
		return all[key]
	}
	add := func(to *ledger.Entry, e ledger.Entry) {
		to.Points += e.Points
		if rest, err := to.Rest.Add(e.Rest); err == nil {
			to.Rest = rest
		}
	}
	for i, e := range r.Head.Entries {
		// What a person gave was not decided: stamps brought along by a new member.
		if !drawn[i] && e.Kind != ledger.Adjust && e.Kind != ledger.Close {
			add(&at(e).stored, e)
		}
	}
	for _, e := range again {
		add(&at(e).again, e)
	}
	var differ []Difference
	for _, key := range order {
		if s := all[key]; s.stored.Points != s.again.Points || s.stored.Rest != s.again.Rest {
			differ = append(differ, Difference{s.stored, s.again})
		}
	}
	return differ
}

// draws says which entries a draw gave, and not the rules. They stand behind
// those that the rules gave, which may look the same.
func draws(r ledger.Record, rules programme.Rules) []bool {
	type prize struct {
		wallet ledger.Wallet
		points ledger.Points
	}
	won, vouchers := make(map[prize]int), make(map[ledger.Wallet]bool)
	for _, p := range r.Body.Games {
		game, _ := rules.Game(p.Game)
		for _, o := range game.Odds {
			switch {
			case o.Prize != p.Prize:
			case o.Points > 0:
				won[prize{o.Wallet, o.Points}]++
			case o.Reward != "":
				vouchers[programme.VoucherOf(o.Reward)] = true
			}
		}
	}
	drawn := make([]bool, len(r.Head.Entries))
	for i, e := range slices.Backward(r.Head.Entries) {
		key := prize{e.Wallet, e.Points}
		switch {
		case len(r.Body.Games) == 0:
		case strings.HasPrefix(string(e.Wallet), "cap/game/"), vouchers[e.Wallet] && e.Points > 0:
			drawn[i] = true
		case e.Kind == ledger.Bonus && won[key] > 0:
			won[key]--
			drawn[i] = true
		}
	}
	return drawn
}
