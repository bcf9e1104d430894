package world_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// plain is a programme of one wallet and one rule: a point for each euro.
func plain(rules ...programme.Rule) programme.Rules {
	r := programme.Rules{
		Version: 1, Name: "Eerlijk", Currency: "EUR", Zone: "UTC", Language: "nl", KeepDays: 400, PhoneCountry: "31", Bearer: programme.Bearer{Off: true},
		Wallets: []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}, SpentAtOnce: true}},
		Cards:   member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}},
		Earn:    rules,
	}
	if len(rules) == 0 {
		r.Earn = []programme.Rule{perEuro("base")}
	}
	return r
}

func perEuro(name string) programme.Rule {
	return programme.Rule{Name: name, Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Floor}
}

func euro(name string) programme.Reward {
	return programme.Reward{Name: name, Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 100}
}

func opened(t *testing.T, r programme.Rules, alone bool, points ledger.Points) *shop {
	t.Helper()
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	s := newShop(r, time.UTC, alone, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	if points > 0 {
		give := []session.Amount{{Wallet: "points", Points: points}}
		if _, no := s.decide(t, s.view("", numberOf(1)), s.counter().Goodwill(customer(t, numberOf(1)), give, "begin", s.moment())); no != nil {
			t.Fatal(no)
		}
	}
	return s
}

func (s *shop) receipt(lines ...basket.Line) basket.Basket {
	b := basket.Basket{Key: s.key(), Currency: "EUR"}
	for i, l := range lines {
		if l.ID == "" {
			l.ID = fmt.Sprint(i + 1)
		}
		b.Lines, b.Total = append(b.Lines, l), b.Total+l.Amount
	}
	return b
}

// buys is a sale to the first member that is not refused.
func (s *shop) buys(t *testing.T, b basket.Basket, wishes ...redeem.Wish) ledger.Posted {
	t.Helper()
	posted, no := s.decide(t, s.view("", numberOf(1)), s.counter().Award(customer(t, numberOf(1)), true, session.Sale{Basket: b, Redeem: wishes, Confirmed: true}, s.moment()))
	if no != nil {
		s.fail(t, "refused: %v", no)
	}
	s.recorded(t)
	s.always(t)
	s.now = s.now.Add(time.Minute)
	return posted
}

func (s *shop) has(w ledger.Wallet) ledger.Points { return s.held[numberOf(1)].In(w).Points }

func TestWhatIsSpentOfTheSalesOwnPointsAndUndoneIsSetAsideForNobody(t *testing.T) {
	r := plain()
	r.Rewards = []programme.Reward{euro("korting")}
	r.Base.Redeeming = programme.EarnsFully
	s := opened(t, r, false, 0)
	sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00}), redeem.Wish{Reward: "korting", Points: 3 * ledger.Unit})
	if _, no := s.decide(t, s.about(sale.Record.Head.Key()), s.counter().Undo(s.moment())); no != nil {
		t.Fatal(no)
	}
	if s.has("points") != 0 || s.uncovered(numberOf(1), "points") != 0 {
		t.Fatalf("%v, and %v too much set aside", s.has("points"), s.uncovered(numberOf(1), "points"))
	}
}

func TestADiscountThatComesBackGivesPointsThatAreSetAsideForNobody(t *testing.T) {
	s := opened(t, plain(), false, 0)
	sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00}, basket.Line{Kind: "discount", Amount: -2_00})).Record.Head.Key()
	for _, goods := range [][]refund.Goods{{{Line: 1}}, {{Line: 2}}} {
		if _, no := s.giveBack(t, sale, goods); no != nil {
			t.Fatal(no)
		}
	}
	if s.has("points") != 0 || s.uncovered(numberOf(1), "points") != 0 {
		t.Fatalf("%v, and %v too much set aside", s.has("points"), s.uncovered(numberOf(1), "points"))
	}
}

func TestAnAutomaticMeansOfPaymentPaysNoMoreThanTheSale(t *testing.T) {
	r := plain()
	r.Rewards = []programme.Reward{{Name: "tegoed", Wallet: "points", Kind: programme.Fixed, Value: 5_00, Automatic: true, Tender: true}}
	for total, want := range map[basket.Money]int64{3_00: 3_00, 8_00: 5_00} {
		s := opened(t, r, true, 0)
		p := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: total}))
		if got := p.Body.Reasons[0].Amount; got != want {
			t.Errorf("%d of %d, want %d", got, total, want)
		}
	}
	s := opened(t, r, true, 0)
	if p := s.buys(t, s.receipt(basket.Line{Product: "A"})); len(p.Body.Reasons) > 0 && p.Body.Reasons[0].Code == redeem.ReasonRedeemed {
		t.Error("it paid for nothing")
	}
}

func TestALineWithTaxCanBeFreeAndComesBack(t *testing.T) {
	r := plain()
	r.Base.BeforeTax = true
	r.Rewards = []programme.Reward{{Name: "gratis", Wallet: "points", Kind: programme.Fixed, Points: ledger.Unit, Gives: programme.GivesPercent, Percent: 100_00, Rounding: programme.Floor, Target: programme.TargetCheapest}}
	for _, policy := range []programme.ReturnEarned{programme.AsAwarded, programme.Recomputed} {
		r.Returns.Earned = policy
		s := opened(t, r, true, ledger.Unit)
		sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 1_21, Tax: 21, Quantity: 1000}, basket.Line{Product: "B", Amount: 12_10, Tax: 2_10, Quantity: 2000}), redeem.Wish{Reward: "gratis", Points: ledger.Unit}).Record.Head.Key()
		if s.has("points") != 10*ledger.Unit {
			t.Fatalf("earned %v", s.has("points"))
		}
		if _, no := s.giveBack(t, sale, []refund.Goods{{Line: 2, Quantity: 1000}}); no != nil || s.has("points") != 5*ledger.Unit {
			t.Errorf("%s: half of it came back: %v, %v", string(policy), s.has("points"), no)
		}
	}
}

func TestNobodyGetsRidOfADebtByBuyingAndBringingBack(t *testing.T) {
	for _, below := range []programme.Shortfall{programme.Debt, programme.WithinBalance, programme.RefuseBelow} {
		r := plain()
		r.Returns.Below = below
		s := opened(t, r, true, 0)
		s.held[numberOf(1)] = ledger.Holding{}
		s.book(t, ledger.Head{Day: s.day(), Stamp: 1}, 1, ledger.Entry{Account: numberOf(1), Wallet: "points", Kind: ledger.Adjust, Points: -3 * ledger.Unit})
		sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00})).Record.Head.Key()
		if _, no := s.giveBack(t, sale, nil); no != nil || s.has("points") != -3*ledger.Unit {
			t.Errorf("%q: %v, %v", string(below), s.has("points"), no)
		}
	}
}

func TestWhatWasForgivenIsTakenWhenTheSpendingComesBack(t *testing.T) {
	r := plain()
	r.Rewards, r.Base.Redeeming = []programme.Reward{euro("korting")}, programme.EarnsFully
	r.Returns = programme.ReturnPolicy{Earned: programme.AllOrNothing, Below: programme.WithinBalance}
	s := opened(t, r, true, 0)
	sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00, Quantity: 2000}), redeem.Wish{Reward: "korting", Points: 5 * ledger.Unit}).Record.Head.Key()
	for _, goods := range [][]refund.Goods{{{Line: 1, Quantity: 1000}}, nil} {
		if _, no := s.giveBack(t, sale, goods); no != nil {
			t.Fatal(no)
		}
		s.always(t)
	}
	if s.has("points") != 0 {
		t.Errorf("%v are left", s.has("points"))
	}
}

func TestTheReferrersPointsAreNotSetAsideWhereTheFriendBuys(t *testing.T) {
	r := plain()
	friend := perEuro("vriend")
	friend.Referrer = true
	r.Earn = append(r.Earn, friend)
	s := opened(t, r, false, 0)
	s.held[numberOf(2)] = ledger.Holding{}
	s.held[numberOf(1)] = ledger.Holding{Profile: ledger.Profile{Enrolled: true, Referrer: numberOf(2)}}
	sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00})).Record.Head.Key()
	if got := s.held[numberOf(2)].In("points").Points; got != 5*ledger.Unit {
		t.Fatalf("the referrer got %v", got)
	}
	if _, no := s.decide(t, s.about(sale), s.counter().Undo(s.moment())); no != nil || s.uncovered(numberOf(2), "points") != 0 {
		t.Errorf("%v are set aside of what was taken back, %v", s.uncovered(numberOf(2), "points"), no)
	}
}

func TestADiscountOnADiscountIsOneOnTheSale(t *testing.T) {
	r := plain()
	r.Earn[0].Lines = programme.Selector{Products: []string{"A"}}
	for range 20 { // it went by the order of a map
		s := opened(t, r, true, 0)
		s.buys(t, s.receipt(
			basket.Line{ID: "a", Product: "A", Amount: 10_00}, basket.Line{ID: "b", Kind: "discount", Of: "a", Amount: -1_00},
			basket.Line{ID: "c", Kind: "discount", Of: "b", Amount: -3_00}, basket.Line{ID: "d", Kind: "discount", Of: "c", Amount: -3_00},
		))
		if s.has("points") != 9*ledger.Unit {
			t.Fatalf("earned %v", s.has("points"))
		}
	}
}

func TestASaleBeginsAtMostTenMembershipsOfAClub(t *testing.T) {
	r := plain()
	r.Clubs = []programme.Club{{Name: "plus", Fee: programme.Selector{Kinds: []string{"fee"}}, Lasts: programme.Validity{Months: 12}}}
	s := opened(t, r, true, 0)
	fee := basket.Line{Kind: "fee", Product: "FEE", Amount: 10_00, Quantity: 7000}
	s.buys(t, s.receipt(fee, fee, fee))
	if s.has("club/plus") != 10*ledger.Unit {
		t.Errorf("%v memberships", s.has("club/plus"))
	}
}

func TestAKeptFloorIsOfferedAsItIsGranted(t *testing.T) {
	r := plain()
	reward := euro("korting")
	reward.KeptFloor = 8 * ledger.Unit
	r.Rewards, r.Base.Redeeming = []programme.Reward{reward}, programme.EarnsFully
	s := opened(t, r, true, 10*ledger.Unit)
	b := s.receipt(basket.Line{Product: "A", Amount: 5_00})
	q, err := s.counter().Quote(session.Customer{Holding: s.holding(numberOf(1), "")}, true, b, s.moment())
	if err != nil || len(q.Rewards) != 1 || q.Rewards[0].Most == 0 {
		t.Fatalf("%+v, %v", q.Rewards, err)
	}
	s.buys(t, b, redeem.Wish{Reward: "korting", Points: q.Rewards[0].Most})
	if s.has("points") < reward.KeptFloor {
		t.Errorf("%v are kept", s.has("points"))
	}
}

// What a member has and cannot spend, because it is set aside elsewhere or held
// for another sale, stands in the record, so that it explains itself.
func TestARecordSaysWhatCouldNotBeSpent(t *testing.T) {
	r := plain()
	r.Rewards = []programme.Reward{{Name: "vanzelf", Wallet: "points", Kind: programme.Fixed, Points: 10 * ledger.Unit, Value: 1_00, Automatic: true}}
	s := opened(t, r, false, 0)
	s.book(t, ledger.Head{Day: s.day(), Stamp: 1}, 1, ledger.Entry{Account: numberOf(1), Wallet: "points", Kind: ledger.Adjust, Points: 20 * ledger.Unit, Closed: true})
	p := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00}))
	if want := map[ledger.Wallet]ledger.Points{"points": 20 * ledger.Unit}; !reflect.DeepEqual(p.Body.Seen.Reserved, want) {
		t.Errorf("reserved %v", p.Body.Seen.Reserved)
	}
}

// A sale under a thousand rules is told wallet by wallet, for its record has no
// room for each.
func TestUnderAThousandRulesTheReasonsAreToldTogether(t *testing.T) {
	var rules []programme.Rule
	for n := range 1000 {
		rules = append(rules, perEuro(fmt.Sprint(strings.Repeat("<", 50), n)))
	}
	s := opened(t, plain(rules...), true, 0)
	p := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 2_00}))
	if want := []ledger.Reason{{Code: earn.ReasonTogether, Wallet: "points", Points: 2000 * ledger.Unit}}; !reflect.DeepEqual(p.Body.Reasons, want) {
		t.Errorf("got %+v", p.Body.Reasons[:min(len(p.Body.Reasons), 5)])
	}
}

func TestAGamesLimitsOfOnePeriodCountOnceAndItsPrizeIsNotTakenForARules(t *testing.T) {
	bonus := perEuro("bonus")
	bonus.Counts, bonus.Per, bonus.Bonus, bonus.Issuer = programme.Order, 1000, true, "bakker"
	r := plain(bonus)
	r.Partners = []programme.Partner{{Name: "bakker", Label: "Bakker"}}
	r.Games = []programme.Game{{
		Name: "Rad", Wallet: "points", Caps: []programme.Cap{{Times: 1, Per: programme.PerMonth}, {Times: 2, Per: programme.PerMonth}},
		Odds: []programme.Odds{{Prize: "Punt", PerMillion: 1_000_000, Points: ledger.Unit, Wallet: "points"}},
	}}
	s := opened(t, r, true, 0)
	for range 2 {
		s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00}))
	}
	if s.has("points") != 3*ledger.Unit || s.has("cap/game/Rad/times/month") != ledger.Unit {
		t.Errorf("%v points, played %v times", s.has("points"), s.has("cap/game/Rad/times/month"))
	}
}

func TestPointsForTwoCausesInOneSaleExplainThemselves(t *testing.T) {
	r := plain()
	r.Causes = []programme.Cause{{Name: "bos", Label: words("Bos")}, {Name: "zee", Label: words("Zee")}}
	for _, name := range []string{"klein", "groot"} {
		r.Rewards = append(r.Rewards, programme.Reward{Name: name, Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 10, Gives: programme.GivesDonation})
	}
	s := opened(t, r, true, 10*ledger.Unit)
	s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 5_00}), redeem.Wish{Reward: "klein", Points: ledger.Unit, Cause: "zee"}, redeem.Wish{Reward: "groot", Points: 3 * ledger.Unit, Cause: "bos"})
}

func TestAPartIsRecomputedWhereADiscountStaysLongerThanItsGoods(t *testing.T) {
	r := plain()
	r.Rewards = []programme.Reward{{Name: "helft", Wallet: "points", Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 50_00, Rounding: programme.Floor, Automatic: true}}
	r.Returns.Earned, r.Base.Redeeming = programme.Recomputed, programme.EarnsNotPart
	for line := 1; line <= 3; line++ {
		s := opened(t, r, true, 0)
		sale := s.buys(t, s.receipt(basket.Line{Product: "A", Amount: 7_73}, basket.Line{Product: "B", Amount: 2}, basket.Line{Kind: "discount", Of: "2", Amount: -3_89})).Record.Head.Key()
		for _, goods := range [][]refund.Goods{{{Line: line}}, nil} {
			if _, no := s.giveBack(t, sale, goods); no != nil {
				t.Fatal(no)
			}
		}
		if s.has("points") != 0 {
			t.Errorf("line %d first: %v are left", line, s.has("points"))
		}
	}
}
