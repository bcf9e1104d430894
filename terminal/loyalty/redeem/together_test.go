package redeem_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

var products = []string{"coffee", "cake", "book"}

func drawShelf(t *rapid.T) basket.Basket {
	b := sale()
	for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
		l := basket.Line{
			ID: fmt.Sprint(i + 1), Product: rapid.SampledFrom(products).Draw(t, "product"), Quantity: rapid.SampledFrom([]int64{0, 355, 1000, 2000, 5000}).Draw(t, "quantity"),
			Amount: basket.Money(rapid.Int64Range(0, 12_00).Draw(t, "amount")), Kind: rapid.SampledFrom([]string{"", "", "", "deposit"}).Draw(t, "sort"),
		}
		b.Total += l.Amount
		b.Lines = append(b.Lines, l)
		if off := rapid.Int64Range(0, int64(l.Amount)).Draw(t, "off"); rapid.IntRange(0, 3).Draw(t, "discount") == 0 {
			d := basket.Line{Kind: "discount", Amount: -basket.Money(off), Of: rapid.SampledFrom([]string{"", l.ID}).Draw(t, "of")}
			b.Total += d.Amount
			b.Lines = append(b.Lines, d)
		}
	}
	if len(b.Lines) == 0 {
		b.Total = basket.Money(rapid.Int64Range(0, 30_00).Draw(t, "total"))
		b.NotEarning = basket.Money(rapid.Int64Range(0, int64(b.Total)).Draw(t, "does not earn"))
	}
	return b
}

func drawAny(t *rapid.T, name string) programme.Reward {
	r := drawReward(t)
	r.Name = name
	if rapid.Bool().Draw(t, "of some lines") {
		r.Lines = programme.Selector{Products: []string{rapid.SampledFrom(products).Draw(t, "product")}}
	}
	switch rapid.IntRange(0, 6).Draw(t, "gives") {
	case 0:
		r.Gives, r.Kind, r.Block, r.Percent = programme.GivesPercent, programme.Fixed, 0, rapid.Int64Range(1, 100_00).Draw(t, "percent")
		r.Rounding = rapid.SampledFrom([]programme.Rounding{programme.Floor, programme.HalfUp}).Draw(t, "rounding")
		r.Target = rapid.SampledFrom([]programme.Target{"", programme.TargetCheapest, programme.TargetDearest}).Draw(t, "target")
	case 1:
		r.Kind, r.Block, r.Value, r.MaxPercent = programme.Fixed, 0, 0, 0
		r.Target = rapid.SampledFrom([]programme.Target{"", programme.TargetCheapest, programme.TargetDearest}).Draw(t, "target")
	case 2:
		r.Tender, r.Value = true, max(r.Value, 1)
	case 3:
		r.Gives = programme.GivesCash
	}
	if rapid.IntRange(0, 2).Draw(t, "without asking") == 0 {
		r.Automatic = true
		if rapid.Bool().Draw(t, "for nothing") && r.Kind == programme.Fixed {
			r.Points, r.Minimum, r.KeptFloor = 0, 0, 0
		}
	}
	if rapid.Bool().Draw(t, "limited") {
		r.Caps = []programme.Cap{{Times: rapid.Int64Range(1, 3).Draw(t, "times"), Per: programme.PerDay, Of: rapid.SampledFrom([]programme.Whose{"", programme.OfTerminal}).Draw(t, "of")}}
	}
	return r
}

// Whatever rewards there are and however they go together: they take no more
// than the basket comes to, nothing off what is excluded, every one has its
// price, and a hold of them is paid as it was made.
func TestRewardsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rewards []programme.Reward
		for i := range rapid.IntRange(1, 5).Draw(t, "rewards") {
			rewards = append(rewards, drawAny(t, fmt.Sprint("r", i)))
		}
		rules := with(rewards...)
		rules.Stacking.Original = rapid.Bool().Draw(t, "original")
		rules.Stacking.Most = rapid.IntRange(0, 3).Draw(t, "most")
		rules.Base.Excluded = programme.Selector{Kinds: []string{"deposit"}}
		b := drawShelf(t)
		s := at(rules, b)
		var c redeem.Cover
		s.Holding, c = drawCustomer(t)
		first, cover, left := s, c, b
		all, err := redeem.Automatic(s, c, left)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			s.Holding, s.House, c, left = o.After, o.House, c.After(o), o.Left
		}
		for _, r := range rules.Rewards {
			if r.Automatic {
				continue
			}
			var offer redeem.Offer
			for _, o := range redeem.Offers(s, c, left) {
				if o.Reward.Name == r.Name {
					offer = o
				}
			}
			if offer.Refusal != nil {
				continue
			}
			steps := int64((offer.Most - offer.Least) / r.Step())
			p := offer.Least + r.Step()*ledger.Points(rapid.Int64Range(0, min(steps, 50)).Draw(t, "more"))
			o, err := redeem.Decide(s, c, left, redeem.Wish{Reward: r.Name, Points: p})
			if err != nil {
				t.Fatalf("%v of %+v was offered: %v", p, offer, err)
			}
			all = append(all, o)
			s.Holding, s.House, c, left = o.After, o.House, c.After(o), o.Left
		}
		bounded(t, b, left, all)
		parts, promises := redeem.Parts(all), redeem.Promises(all)
		captured, err := redeem.Capture(first, cover, parts, promises)
		if err != nil || told(captured) != told(all) {
			t.Fatalf("%v: captured %s\nwant %s", err, told(captured), told(all))
		}
	})
}

func bounded(t *rapid.T, before, left basket.Basket, all []redeem.Outcome) {
	off := make([]basket.Money, len(before.Lines))
	var sum, tender basket.Money
	for _, o := range all {
		sum, tender = sum+o.Discount+o.Pays, tender+o.Pays
		var spent ledger.Points
		for _, e := range o.Entries {
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			if !e.Wallet.Counter() {
				spent -= e.Points
			}
		}
		if spent != o.Points || o.Points == 0 && !o.Automatic() {
			t.Fatalf("%q for %v, of which %v is written", o.Reward.Name, o.Points, spent)
		}
		for _, s := range o.Shares {
			for i, base := range s.Base {
				off[i] += basket.Money(base)
			}
		}
	}
	if err := left.Validate(); err != nil || sum > before.Total || left.Total != before.Total-sum {
		t.Fatalf("%d off %d leaves %d: %v", sum, before.Total, left.Total, err)
	}
	for i, l := range before.Lines {
		now := left.Lines[i].Amount
		if now != l.Amount-off[i] || l.Amount >= 0 && (now < 0 || now > l.Amount) || l.Amount < 0 && (now > 0 || now < l.Amount) {
			t.Fatalf("line %d of %d costs %d, %d off", i+1, l.Amount, now, off[i])
		}
		if l.Kind == "deposit" && tender == 0 && off[i] != 0 {
			t.Fatalf("%d off a deposit", off[i])
		}
	}
}
