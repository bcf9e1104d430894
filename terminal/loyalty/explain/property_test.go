package explain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/words"
)

// drawRules are the rules with other figures, groups and policies.
func drawRules(t *rapid.T) programme.Rules {
	r := rules()
	r.Earn[0].Points = ledger.Points(rapid.Int64Range(1, 5_000).Draw(t, "points"))
	r.Earn[0].Per = basket.Money(rapid.Int64Range(1, 500).Draw(t, "per"))
	r.Earn[0].Step = ledger.Points(rapid.SampledFrom([]int64{1, 100, 1000}).Draw(t, "step"))
	for i := range r.Earn {
		r.Earn[i].Rounding = rapid.SampledFrom(programme.Roundings()).Draw(t, "rounding")
	}
	r.Groups[0].Combine = rapid.SampledFrom([]programme.Combine{programme.All, programme.Best, programme.First, programme.Exclusive}).Draw(t, "combine")
	r.Earn[1].Exact = rapid.Bool().Draw(t, "exact")
	if rapid.Bool().Draw(t, "weekday") {
		r.Earn[1].If.Weekdays = []time.Weekday{time.Monday}
	}
	r.Earn[3].Caps[0].Refuse = rapid.Bool().Draw(t, "refuse")
	r.Base.Redeeming = rapid.SampledFrom([]programme.TenderEarns{"", programme.EarnsFully, programme.EarnsNotPart, programme.EarnsNothing}).Draw(t, "redeeming")
	r.Ladders[0].Crossing = rapid.SampledFrom([]programme.Crossing{programme.CrossOld, programme.CrossNew, programme.CrossSplit}).Draw(t, "crossing")
	return r
}

func drawCustomer(t *rapid.T) customer {
	c := customer{rules: drawRules(t)}
	days := rapid.SampledFrom([]ledger.Day{"", "2026-12-31", "2027-06-30", "2026-11-01"})
	for _, w := range []ledger.Wallet{points, stamps, "tier/Status", "tier/Status/Goud", "club/Plus", "cap/koffie/points/day", programme.FirstSale} {
		if rapid.Bool().Draw(t, "holds "+string(w)) {
			p := holds(w, ledger.Points(rapid.Int64Range(1, 600).Draw(t, "so many"))*ledger.Unit, days.Draw(t, "until"))
			if w == points {
				p.Rest = ledger.Fraction{Num: rapid.Int64Range(0, 900).Draw(t, "rest"), Den: 1}
			}
			c.held = append(c.held, p)
		}
	}
	if rapid.Bool().Draw(t, "referred") {
		c.known.Referrer, c.friend = referrer, &ledger.Holding{Account: referrer, Known: true}
	}
	return c
}

func drawBasket(t *rapid.T) basket.Basket {
	if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
		b := receipt()
		b.Total = basket.Money(rapid.Int64Range(0, 100_00).Draw(t, "total"))
		return b
	}
	var lines []basket.Line
	for range rapid.IntRange(1, 6).Draw(t, "lines") {
		switch rapid.IntRange(0, 3).Draw(t, "line") {
		case 0:
			lines = append(lines, cups(rapid.Int64Range(1, 5).Draw(t, "cups")))
		case 1:
			lines = append(lines, basket.Line{Kind: "fee", Amount: 25_00})
		default:
			lines = append(lines, goods(basket.Money(rapid.Int64Range(0, 90_00).Draw(t, "amount"))))
		}
	}
	b := receipt(lines...)
	b.Channel = rapid.SampledFrom([]string{"", "app"}).Draw(t, "channel")
	return b
}

// The body alone, and the rules of the version, give every entry once more, to
// the thousandth.
func TestEveryRecordIsDecidedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := drawCustomer(t), drawBasket(t)
		var wishes []redeem.Wish
		automatic, err := redeem.Automatic(c.scene(b), redeem.Cover{Alone: true}, b)
		if err != nil {
			t.Fatal(err)
		}
		had := len(automatic) > 0
		for _, o := range redeem.Offers(c.scene(b), redeem.Cover{Alone: true}, b) {
			// One at most, and none where something is had by itself: that could leave
			// no room for it.
			if o.Refusal == nil && len(wishes) == 0 && o.Reward.Gives == "" && !had && rapid.Bool().Draw(t, o.Reward.Name) {
				wishes = append(wishes, redeem.Wish{Reward: o.Reward.Name, Points: o.Least})
			}
		}
		r := c.buy(t, b, wishes...)
		again(t, c, r)
		s := c.scene(basket.Basket{})
		s.Event = &ledger.Event{Kind: "review", ID: "1"}
		o, err := earn.Event(s)
		if err != nil {
			t.Fatal(err)
		}
		again(t, c, record(t, ledger.KindEvent, 3, o.Entries, ledger.Body{Account: one, Operator: "anna", Event: s.Event, Seen: s.Seen(), Shares: o.Shares, Reasons: o.Reasons}))
	})
}

func again(t *rapid.T, c customer, r ledger.Record) {
	x, err := explain.Record(r, c.rules, zone)
	if err != nil || x.Verdict != explain.Same {
		t.Fatalf("%s %+v %s, %v", x.Verdict, x.Differ, x.Cause, err)
	}
	for _, lang := range []string{"nl", "en"} {
		w, _ := words.For(lang)
		if lines := (words.Explained{Words: w, Rules: c.rules, Zone: zone}).Lines(x); len(lines) < 2 {
			t.Fatalf("got %q", lines)
		}
	}
	if len(r.Head.Entries) == 0 {
		return
	}
	// Whatever is changed in what is stored is seen.
	at := rapid.IntRange(0, len(r.Head.Entries)-1).Draw(t, "changed")
	r.Head.Entries = append([]ledger.Entry(nil), r.Head.Entries...)
	r.Head.Entries[at].Points++
	if x, err := explain.Record(r, c.rules, zone); err != nil || x.Verdict != explain.Differs {
		t.Fatalf("a thousandth more in entry %d: %s, %v", at+1, x.Verdict, err)
	}
}
