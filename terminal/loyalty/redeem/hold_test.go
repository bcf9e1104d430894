package redeem_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// decideAll decides wishes one after another, each from what the one before
// it left.
func decideAll(rules programme.Rules, h ledger.Holding, c redeem.Cover, b basket.Basket, wishes ...redeem.Wish) ([]redeem.Outcome, error) {
	var all []redeem.Outcome
	for _, w := range wishes {
		o, err := decide(rules, h, c, b, w)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
		h, c, b = o.After, c.After(o), redeem.Net(b, o.Discount)
	}
	return all, nil
}

// told is what of an outcome stands in a record and on a slip.
func told(outcomes []redeem.Outcome) string {
	var text string
	for _, o := range outcomes {
		text += fmt.Sprintln(o.Reward.Name, o.Reward.Wallet, o.Points, o.Discount, o.Times, o.Entries, o.Reasons, o.After.Positions, o.After.SetAsides)
	}
	return text
}

// drawWishes are some that can be had together, of two rewards.
func drawWishes(t *rapid.T, rules programme.Rules, h ledger.Holding, c redeem.Cover, b basket.Basket) []redeem.Wish {
	var wishes []redeem.Wish
	for i := range rules.Rewards {
		offer := offers(rules, h, c, b)[i]
		if offer.Refusal != nil {
			continue
		}
		steps := int64((offer.Most - offer.Least) / offer.Reward.Step())
		w := redeem.Wish{Reward: offer.Reward.Name, Points: offer.Least + offer.Reward.Step()*ledger.Points(rapid.Int64Range(0, min(steps, 50)).Draw(t, "more"))}
		o, err := decide(rules, h, c, b, w)
		if err != nil {
			t.Fatal(err)
		}
		wishes = append(wishes, w)
		h, c, b = o.After, c.After(o), redeem.Net(b, o.Discount)
	}
	return wishes
}

func drawTwo(t *rapid.T) programme.Rules {
	first, second := drawReward(t), drawReward(t)
	first.Name, second.Name = "first", "second"
	if rapid.Bool().Draw(t, "of another wallet") {
		second.Wallet = "stamps"
	}
	return with(first, second)
}

// A hold that is paid in time comes to what redeeming at once had come to.
func TestCapturingAHoldIsRedeemingDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, c := drawCustomer(t)
		rules, b := drawTwo(t), sale(basket.Money(rapid.Int64Range(0, 20_00).Draw(t, "total")))
		direct, err := decideAll(rules, h, c, b, drawWishes(t, rules, h, c, b)...)
		if err != nil {
			t.Fatal(err)
		}
		parts, promises := redeem.Parts(direct), redeem.Promises(direct)
		before := fmt.Sprint(h, c, parts)
		captured, err := capture(rules, h, c, b, parts, promises)
		if err != nil || told(captured) != told(direct) {
			t.Fatalf("%v\ngot  %s\nwant %s", err, told(captured), told(direct))
		}
		if after := fmt.Sprint(h, c, parts); after != before {
			t.Fatalf("capturing changed %s\nto %s", before, after)
		}
		var held, spent ledger.Points
		for _, p := range parts {
			held += p.Points
		}
		for _, o := range direct {
			spent += o.Points
		}
		if held != spent {
			t.Fatalf("%v held for %v", held, spent)
		}
	})
}

// What a hold has is nobody else's meanwhile, and is there when it is paid,
// whatever the others do.
func TestAHoldIsThereWhateverOthersRedeem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, c := drawCustomer(t)
		rules, b := drawTwo(t), sale(basket.Money(rapid.Int64Range(0, 20_00).Draw(t, "total")))
		direct, err := decideAll(rules, h, c, b, drawWishes(t, rules, h, c, b)...)
		if err != nil || len(direct) == 0 {
			return
		}
		parts := redeem.Parts(direct)
		others := c
		others.Held, others.Promised = make(map[ledger.SetAsideID]ledger.Points), make(map[ledger.Wallet]ledger.Points)
		for id, p := range c.Held {
			others.Held[id] += p
		}
		for w, p := range c.Promised {
			others.Promised[w] += p
		}
		for _, p := range parts {
			if c.Alone {
				others.Promised[p.Wallet] += p.Points
			} else {
				others.Held[p.From] += p.Points
			}
		}
		theirs, err := decideAll(rules, h, others, b, drawWishes(t, rules, h, others, b)...)
		if err != nil {
			t.Fatal(err)
		}
		now := h
		if len(theirs) > 0 {
			now = theirs[len(theirs)-1].After
		}
		captured, err := capture(rules, now, c, b, parts, redeem.Promises(direct))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range captured {
			if slices.ContainsFunc(o.Reasons, func(r ledger.Reason) bool { return r.Code == redeem.ReasonLapsed }) {
				t.Fatalf("after others redeemed %s\nthe hold of %v lapsed: %s", told(theirs), parts, told(captured))
			}
		}
	})
}

func TestALapsedHoldSpendsWhatIsStillThere(t *testing.T) {
	grant, award := granted(1, one, 30_000, now+1), own(3, two, 20_000)
	promise := redeem.Promise{Reward: "Korting", Wallet: wallet, Points: 40_000, Discount: 40, Times: 40}
	parts := []ledger.HoldPart{
		{Account: one, Wallet: wallet, From: grant.ID, Points: 30_000}, {Account: two, Wallet: wallet, From: award.ID, Points: 10_000},
	}
	less := func(s ledger.SetAside, left ledger.Points) ledger.SetAside {
		s.Left = left
		return s
	}
	cases := []struct {
		name   string
		h      ledger.Holding
		cover  redeem.Cover
		parts  []ledger.HoldPart
		want   []string // account, points and draws of each entry
		lapsed ledger.Points
	}{
		{"all of it", holds(50_000, award, grant), redeem.Cover{Now: now}, parts, []string{"1: -30000 of 30000", "2: -10000 of 10000"}, 0},
		{"another has spent of the grant, the award has more", holds(40_000, award, less(grant, 20_000)), redeem.Cover{Now: now}, parts,
			[]string{"1: -20000 of 20000", "2: -20000 of 20000"}, 0},
		{"a hold of another has the award", holds(50_000, award, grant), redeem.Cover{Now: now, Held: map[ledger.SetAsideID]ledger.Points{award.ID: 15_000}}, parts,
			[]string{"1: -30000 of 30000", "2: -5000 of 5000", "1: -5000 of 0"}, 5_000},
		{"the grant's time is over", holds(50_000, award, grant), redeem.Cover{Now: now + 1}, parts,
			[]string{"2: -20000 of 20000", "1: -20000 of 0"}, 20_000},
		{"nothing is there any more", holds(0), redeem.Cover{Now: now}, parts, []string{"1: -40000 of 0"}, 40_000},
		{"alone, all of it", holds(40_000), redeem.Cover{Alone: true}, []ledger.HoldPart{{Account: one, Wallet: wallet, Points: 40_000}}, []string{"1: -40000 of 0"}, 0},
		{"alone, some of it", holds(40_000), redeem.Cover{Alone: true, Promised: map[ledger.Wallet]ledger.Points{wallet: 10_000}},
			[]ledger.HoldPart{{Account: one, Wallet: wallet, Points: 40_000}}, []string{"1: -40000 of 0"}, 10_000},
		{"alone, in debt", holds(-5_000), redeem.Cover{Alone: true}, []ledger.HoldPart{{Account: one, Wallet: wallet, Points: 40_000}}, []string{"1: -40000 of 0"}, 40_000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			all, err := capture(with(perPoint()), c.h, c.cover, sale(10_00), c.parts, []redeem.Promise{promise})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			var spent ledger.Points
			for _, e := range all[0].Entries {
				if err := e.Validate(); err != nil {
					t.Error(err)
				}
				var drawn ledger.Points
				for _, d := range e.Draws {
					drawn += d.Points
				}
				spent -= e.Points
				got = append(got, fmt.Sprintf("%d: %d of %d", e.Account[0], e.Points, drawn))
			}
			if !reflect.DeepEqual(got, c.want) || spent != 40_000 {
				t.Errorf("got %q, want %q", got, c.want)
			}
			var lapsed ledger.Points
			for _, r := range all[0].Reasons {
				if r.Code == redeem.ReasonLapsed {
					lapsed += r.Points
				}
			}
			if lapsed != c.lapsed || all[0].After.In(wallet).Points != c.h.In(wallet).Points-40_000 {
				t.Errorf("%v is said to be missing, want %v; after it %+v", lapsed, c.lapsed, all[0].After)
			}
		})
	}
}

// The programme may change between the hold and the payment; the basket may
// not become too small for it.
func TestAHoldIsPaidAsItWasPromised(t *testing.T) {
	h, b := holds(1000_000), sale(10_00)
	alone := redeem.Cover{Alone: true}
	half := perPoint()
	half.MaxPercent = 50
	direct, err := decideAll(with(half), h, alone, b, redeem.Wish{Reward: "Korting", Points: 500_000})
	if err != nil {
		t.Fatal(err)
	}
	parts, promises := redeem.Parts(direct), redeem.Promises(direct)
	for name, rules := range map[string]programme.Rules{"gone": with(), "as it was": with(half)} {
		if got, err := capture(rules, h, alone, b, parts, promises); err != nil || told(got) != told(direct) {
			t.Errorf("the reward is %s: %v\n%s", name, err, told(got))
		}
	}
	var no *programme.Refusal
	for total, rules := range map[basket.Money]programme.Rules{9_99: with(half), 4_99: with()} {
		if _, err := capture(rules, h, alone, sale(total), parts, promises); !errors.As(err, &no) || no.Code != programme.AboveCap {
			t.Errorf("a basket of %d: %v", total, err)
		}
	}
}

func TestRewardsThatShareATotalDoNotCompound(t *testing.T) {
	share := func(name string, percent int) programme.Reward {
		r := perPoint()
		r.Name, r.MaxPercent = name, percent
		return r
	}
	whole := perPoint()
	rules := with(share("half", 50), share("other half", 50), share("fifth", 20), whole)
	cases := []struct {
		name   string
		before []redeem.Wish
		next   string
		most   ledger.Points // of a basket of 100.00, a point a cent
	}{
		{"one alone", nil, "half", 50_00},
		{"two of a half", []redeem.Wish{{Reward: "half", Points: 50_00 * ledger.Unit}}, "other half", 0},
		{"the rest of a half", []redeem.Wish{{Reward: "half", Points: 30_00 * ledger.Unit}}, "other half", 20_00},
		{"a half after a fifth", []redeem.Wish{{Reward: "fifth", Points: 20_00 * ledger.Unit}}, "half", 30_00},
		{"a fifth after most of a half", []redeem.Wish{{Reward: "half", Points: 45_00 * ledger.Unit}}, "fifth", 5_00},
		{"one without a share takes none of it", []redeem.Wish{{Reward: "Korting", Points: 10_00 * ledger.Unit}}, "half", 45_00},
		{"and has all that is left", []redeem.Wish{{Reward: "half", Points: 50_00 * ledger.Unit}}, "Korting", 50_00},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, cover, b := holds(1_000_00*ledger.Unit), redeem.Cover{Alone: true}, sale(100_00)
			for _, w := range c.before {
				o, err := decide(rules, h, cover, b, w)
				if err != nil {
					t.Fatal(err)
				}
				h, cover, b = o.After, cover.After(o), redeem.Net(b, o.Discount)
			}
			for _, o := range offers(rules, h, cover, b) {
				if o.Reward.Name == c.next && o.Most != c.most*ledger.Unit {
					t.Errorf("%v are offered, want %v", o.Most, c.most)
				}
			}
			_, err := decide(rules, h, cover, b, redeem.Wish{Reward: c.next, Points: (c.most + 1) * ledger.Unit})
			var no *programme.Refusal
			if !errors.As(err, &no) || no.Code != programme.AboveCap {
				t.Errorf("a point more: %v", err)
			}
		})
	}
}

// However many rewards go by a share, and in whatever order, together they
// take at most the largest share of the basket before any was taken off.
func TestSharesAddUpToTheLargest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rules programme.Rules
		for i := range 4 {
			r := perPoint()
			r.Name, r.MaxPercent, r.Value = fmt.Sprint(i), rapid.IntRange(1, 100).Draw(t, "share"), basket.Money(rapid.Int64Range(1, 7).Draw(t, "value"))
			rules.Rewards = append(rules.Rewards, r)
		}
		rules = with(rules.Rewards...)
		h, c := holds(1_000_000_000), redeem.Cover{Alone: true}
		b := sale(basket.Money(rapid.Int64Range(0, 100_00).Draw(t, "total")))
		total, largest, off := b.Total, 0, basket.Money(0)
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order") {
			offer := offers(rules, h, c, b)[i]
			if offer.Refusal != nil {
				continue
			}
			o, err := decide(rules, h, c, b, redeem.Wish{Reward: offer.Reward.Name, Points: offer.Most})
			if err != nil {
				t.Fatal(err)
			}
			off, largest = off+o.Discount, max(largest, o.Reward.MaxPercent)
			h, c, b = o.After, c.After(o), redeem.Net(b, o.Discount)
		}
		if off > programme.Shared(total, largest) {
			t.Fatalf("%d of %d taken off, the largest share is %d%%", off, total, largest)
		}
	})
}
