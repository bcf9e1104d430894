// Package explain decides a stored record once more and says why it came out as it did.
//
// It needs nothing but the record and the rules of the version that decided it:
// the body says what was seen of the accounts. Draws are left out, for their
// seeds are secret until the month is over; what was drawn stands in the body.
package explain

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
)

// A Verdict says what deciding once more came to.
type Verdict string

// The verdicts.
const (
	// Same is the same to the thousandth.
	Same    Verdict = "same"
	Differs Verdict = "differs"
	// Follows is a record that only took back, gave or moved what its own
	// entries say: nothing was decided from what an account held.
	Follows Verdict = "follows"
	// Untold is one of which the body says not enough: it was made by an earlier
	// version of this program.
	Untold Verdict = "untold"
	// Emptied is one whose body is gone; the head says what it gave and took.
	Emptied Verdict = "emptied"
	// Unknown is one whose rules are not kept.
	Unknown Verdict = "unknown_rules"
)

// An Explanation is why a record says what it says.
type Explanation struct {
	Record  ledger.Key     `json:"record"`
	Code    string         `json:"code"` // as on its slip
	Kind    ledger.Kind    `json:"kind"`
	Day     ledger.Day     `json:"day"`
	At      int64          `json:"at"` // milliseconds since 1970 UTC
	Rules   int64          `json:"rules"`
	Account ledger.Account `json:"account"`
	Verdict Verdict        `json:"verdict"`
	// Of is the sale that came back, was undone, or went to the right member.
	Of    *ledger.Key   `json:"of,omitempty"`
	Total basket.Money  `json:"total,omitempty"` // of the basket
	Lines int           `json:"lines,omitempty"`
	Event *ledger.Event `json:"event,omitempty"`
	Note  string        `json:"note,omitempty"`
	Tiers []string      `json:"tiers,omitempty"` // the member's when it was decided
	Apart []Part        `json:"not_counted,omitempty"`
	Parts []Part        `json:"parts"`
	// Missed are what gave nothing, and the first reason why: the nearest to being
	// had first, of which Near are worth telling to somebody who asks about a sale.
	Missed []Part         `json:"not_applied,omitempty"`
	Near   int            `json:"-"`
	Differ []Difference   `json:"differences,omitempty"`
	Given  []ledger.Entry `json:"entries"` // as they are stored
	// Cause says why it, or what was had for points in it, could not be decided
	// again.
	Cause string `json:"cause,omitempty"`
}

// A Part is one step of why. Its Code is a reason's, or one of the codes here.
type Part struct {
	ledger.Reason
	// Def is the rule of that name, where one decided.
	Def *programme.Rule `json:"-"`
	// Reward is the reward of that name.
	Reward *programme.Reward `json:"-"`
	// Group, Combine and By are what a rule that lost lost in, and to which one.
	Group   string            `json:"group,omitempty"`
	Combine programme.Combine `json:"combine,omitempty"`
	By      string            `json:"by,omitempty"`
	// Entry is what a part about an entry is about.
	Entry *ledger.Entry `json:"entry,omitempty"`
	// Ladder is what a count or a mark is of.
	Ladder *programme.Ladder `json:"-"`
	// Game is what was played, for a draw.
	Game *ledger.Played `json:"game,omitempty"`
	// Step is what was rounded to; 0 for several.
	Step ledger.Points `json:"-"`
	// Rounded says that what was multiplied had been rounded.
	Rounded bool `json:"-"`
	// Tender says that what was redeemed paid, and nothing comes off the total.
	Tender bool `json:"tender,omitempty"`
	// Counted is what of what was paid with what earns nothing was for what counts.
	Counted basket.Money `json:"counted,omitempty"`
	// Goods is the line that a part is about.
	Goods *basket.Line `json:"-"`
	// Why is the first reason why something was not had, and If what it asks for.
	Why scene.Cause          `json:"why,omitempty"`
	If  *programme.Condition `json:"-"`
}

// The codes of parts that are no reasons.
const (
	// Sum is what the reasons of a rule come to together.
	Sum = "sum"
	// Total is what all rules brought a wallet, with what was carried; Whole what
	// was given of it, and Next what counts with the next sale.
	Total = "total"
	Whole = "whole"
	Next  = "carried_on"
	// NotApplied is a rule, NotHad an automatic reward, that gave nothing.
	NotApplied = "not_applied"
	NotHad     = "not_had"
	// Lost is a rule that would have given Points, had another of its group not
	// been there.
	Lost = "lost"
	// Dates is how long something can be spent, and who pays for it.
	Dates = "dates"
	// Counts is what counted for a ladder.
	Counts = "counts"
	// TakenTier and TakenClub are a tier and a membership that went back.
	TakenTier = "tier_back"
	TakenClub = "club_back"
	// OfOthers is what somebody else got by it.
	OfOthers = "others"
	// Drawn is what was drawn in a game.
	Drawn = "drawn"
	// Change is an entry of a record that says no more of it.
	Change = "change"
)

// A Difference is where deciding once more gave something else.
type Difference struct {
	Stored ledger.Entry `json:"stored"` // zero points where nothing is stored
	Again  ledger.Entry `json:"again"`
}

// Rules gives the rules of a version, as far as they are kept.
type Rules func(version int64) (programme.Rules, bool)

// Record explains a record under the rules that decided it; zone is that of the
// shops, nil is UTC. An error is a record that no decision of ours made.
func Record(r ledger.Record, rules programme.Rules, zone *time.Location) (Explanation, error) {
	x := Explanation{
		Record: r.Head.Key(), Code: r.Head.Key().Code(), Kind: r.Head.Kind, Day: r.Head.Day, At: r.Head.At, Rules: r.Head.Rules,
		Given: slices.Clone(r.Head.Entries), Parts: []Part{},
	}
	if r.Body == nil {
		x.Verdict = Emptied
		x.heads()
		return x, nil
	}
	body := r.Body
	x.Account, x.Of, x.Note, x.Event = body.Account, body.Sale, body.Note, body.Event
	if body.Basket != nil {
		x.Total, x.Lines = body.Basket.Total, len(body.Basket.Lines)
	}
	if rules.Version != r.Head.Rules {
		x.Verdict = Unknown
		x.tell(r, programme.Rules{}, decided{})
		return x, nil
	}
	again, verdict, err := decide(r, rules, zone)
	if err != nil {
		x.Verdict, x.Cause = Differs, err.Error()
		x.tell(r, rules, decided{})
		return x, nil
	}
	if x.Verdict = verdict; verdict == Same {
		if x.Differ = compare(r, again.entries, rules); len(x.Differ) > 0 {
			x.Verdict = Differs
		}
		x.Tiers, x.Cause = again.tiers, again.stored
		x.Apart, x.Missed, x.Near = again.apart, again.missed, again.near
	}
	x.tell(r, rules, again)
	return x, nil
}

// tell makes the parts of the body's reasons.
func (x *Explanation) tell(r ledger.Record, rules programme.Rules, again decided) {
	reasons := r.Body.Reasons
	order, filled := gaveOf(reasons, rules)
	for i, reason := range reasons {
		if earn.IsStep(reason) {
			// All of them are told wallet by wallet, where the first one stands.
			for _, key := range order {
				carried, known := carriedIn(r, key)
				x.purse(filled[key], carried, known, again)
			}
			order = nil
			continue
		}
		if reason.Code == redeem.ReasonTender {
			continue // it is told of what was redeemed
		}
		p := Part{Reason: reason, Def: ruleOf(rules, reason.Rule)}
		if reward, known := rules.Reward(reason.Rule); known {
			p.Reward = &reward
		}
		switch reason.Code {
		case redeem.ReasonRedeemed:
			p.Tender = redeem.Tendered(reasons, i)
		case earn.ReasonTier:
			p.Ladder, p.Entry = markOf(rules, reason.Rule, r)
		case earn.ReasonClub:
			p.Entry = clubOf(rules, reason.Rule, r)
		}
		if !x.more(p) {
			x.Parts = append(x.Parts, p)
		}
	}
	for _, p := range r.Body.Games {
		x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Drawn, Rule: p.Game}, Game: &p})
	}
	x.entries(r, rules)
}

// more adds what came back of another lot to what is told of the same rule.
func (x *Explanation) more(p Part) bool {
	if p.Code != refund.ReasonTakenBack && p.Code != refund.ReasonGivenBack {
		return false
	}
	at := slices.IndexFunc(x.Parts, func(o Part) bool { return o.Code == p.Code && o.Rule == p.Rule && o.Wallet == p.Wallet })
	if at >= 0 {
		x.Parts[at].Points += p.Points
	}
	return at >= 0
}

func lostTo(lost []Part, rule string) []Part {
	var all []Part
	for _, p := range lost {
		if p.By == rule {
			all = append(all, p)
		}
	}
	return all
}

// markOf is the ladder of a tier and the entry that marks it, as far as it has
// one.
func markOf(rules programme.Rules, level string, r ledger.Record) (*programme.Ladder, *ledger.Entry) {
	for _, l := range rules.Ladders {
		if !slices.ContainsFunc(l.Levels, func(v programme.Level) bool { return v.Name == level }) {
			continue
		}
		for _, e := range r.Head.Entries {
			if e.Wallet == l.Mark(level) && e.Kind != ledger.Reverse {
				return &l, &e
			}
		}
		return &l, nil
	}
	return nil, nil
}

func clubOf(rules programme.Rules, club string, r ledger.Record) *ledger.Entry {
	for _, c := range rules.Clubs {
		for _, e := range r.Head.Entries {
			if c.Name == club && e.Wallet == c.Mark() {
				return &e
			}
		}
	}
	return nil
}

// entries tells of the entries what no reason does: their days and issuers,
// what counted for a ladder, and what others got.
func (x *Explanation) entries(r ledger.Record, rules programme.Rules) {
	told := len(x.Parts) > 0
	for _, e := range r.Head.Entries {
		others := e.Account != x.Account && x.Account != (ledger.Account{}) && e.Kind != ledger.Redeem
		switch {
		case e.Kind == ledger.Close:
		case e.Wallet.Counter():
			if l := countOf(rules, e.Wallet); l != nil && !others && e.Points != 0 {
				x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Counts, Rule: l.Name, Wallet: e.Wallet, Points: e.Points}, Ladder: l, Entry: &e})
			}
			if code, name := markedBy(rules, e.Wallet); code != "" && e.Points < 0 && r.Head.Kind != ledger.KindMove {
				x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: code, Rule: name, Wallet: e.Wallet}, Entry: &e})
			}
		case others && r.Head.Kind != ledger.KindMove:
			x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: OfOthers, Wallet: e.Wallet, Points: e.Points}, Entry: &e})
		case !told || r.Head.Kind == ledger.KindMove && others:
			x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Change, Wallet: e.Wallet, Points: e.Points}, Entry: &e})
		case e.Points > 0 && (e.Expires != "" || e.Vests != "" || e.Issuer != ""):
			x.dates(e)
		}
	}
}

// dates adds to what is told of the days of an entry; of entries that say the
// same of them, their sum.
func (x *Explanation) dates(e ledger.Entry) {
	at := slices.IndexFunc(x.Parts, func(p Part) bool {
		return p.Code == Dates && p.Wallet == e.Wallet && p.Entry.Expires == e.Expires && p.Entry.Vests == e.Vests && p.Entry.Issuer == e.Issuer
	})
	if at < 0 {
		x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Dates, Wallet: e.Wallet, Points: e.Points}, Entry: &e})
		return
	}
	x.Parts[at].Points += e.Points
}

// markedBy is the tier or the club whose mark a wallet is.
func markedBy(rules programme.Rules, w ledger.Wallet) (code, name string) {
	for _, c := range rules.Clubs {
		if c.Mark() == w {
			return TakenClub, c.Name
		}
	}
	for _, l := range rules.Ladders {
		for _, v := range l.Levels {
			if l.Mark(v.Name) == w {
				return TakenTier, v.Name
			}
		}
	}
	return "", ""
}

func countOf(rules programme.Rules, w ledger.Wallet) *programme.Ladder {
	for _, l := range rules.Ladders {
		if l.CountOf() == w {
			return &l
		}
	}
	return nil
}

// heads tells what a head alone still knows.
func (x *Explanation) heads() {
	for _, e := range x.Given {
		if x.Account == (ledger.Account{}) {
			x.Account = e.Account
		}
		if !e.Wallet.Counter() && e.Kind != ledger.Close {
			x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Change, Wallet: e.Wallet, Points: e.Points}, Entry: &e})
		}
	}
}
