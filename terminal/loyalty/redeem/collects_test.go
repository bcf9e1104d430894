package redeem_test

import (
	"errors"
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A card for collecting only is refused what costs points, however it is had;
// what costs nothing is no spending.
func TestACardForCollectingSpendsNothing(t *testing.T) {
	gift := programme.Reward{Name: "Kalender", Wallet: wallet, Kind: programme.Fixed}
	free := programme.Reward{Name: "Clubprijs", Wallet: wallet, Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 10_00, Automatic: true}
	paid := programme.Reward{Name: "Vijfde", Wallet: wallet, Kind: programme.Fixed, Points: ledger.Unit, Value: 1_00, Automatic: true}
	seventh := programme.Reward{Name: "Zevende", Wallet: wallet, Kind: programme.Fixed, Points: 7 * ledger.Unit, Gives: programme.GivesPercent, Percent: 100_00, Automatic: true, NthFree: true}
	rules := with(perPoint(), gift, free, paid, seventh)
	b := sale(30_00)
	s := at(rules, b)
	cover := alone
	cover.NoSpend = true

	had, err := redeem.Automatic(s, cover, b)
	if err != nil || len(had) != 1 || had[0].Reward.Name != "Clubprijs" {
		t.Errorf("without asking: %+v, %v", had, err)
	}
	if had, err = redeem.Automatic(s, alone, b); err != nil || len(had) != 3 {
		t.Errorf("by a card that spends: %+v, %v", had, err)
	}
	for _, r := range []programme.Reward{paid, seventh} {
		if no := redeem.Missed(s, cover, b, r); no == nil || no.Code != programme.CollectsOnly {
			t.Errorf("%s was not had because of %v", r.Name, no)
		}
	}
	for _, o := range redeem.Offers(s, cover, b) {
		if costs := o.Reward.Points > 0; costs != (o.Refusal != nil && o.Refusal.Code == programme.CollectsOnly) || costs && o.Most != 0 {
			t.Errorf("offered %+v", o)
		}
		_, err := redeem.Decide(s, cover, b, redeem.Wish{Reward: o.Reward.Name, Points: 10 * o.Reward.Points})
		var no *programme.Refusal
		if costs := o.Reward.Points > 0; costs && (!errors.As(err, &no) || no.Code != programme.CollectsOnly) || !costs && err != nil {
			t.Errorf("%s: %v", o.Reward.Name, err)
		}
	}
}
