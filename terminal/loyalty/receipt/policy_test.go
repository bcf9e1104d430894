package receipt_test

import (
	"strings"
	"testing"

	"zegel/terminal/loyalty/receipt"
)

func TestWhatAPolicyPrints(t *testing.T) {
	strict := receipt.Policy{
		receipt.KindAward: receipt.WithReward, receipt.KindReturn: receipt.OnRequest, receipt.KindAdjust: receipt.Never, receipt.KindRedeem: receipt.Always,
	}
	plain, reward, asked := receipt.Occasion{}, receipt.Occasion{Reward: true}, receipt.Occasion{Asked: true}
	for _, c := range []struct {
		policy             receipt.Policy
		kind               receipt.Kind
		plain, gift, asked bool
	}{
		{nil, receipt.KindAward, true, true, true},
		{nil, receipt.KindDay, true, true, true},
		{nil, receipt.KindBalance, false, false, true},
		{nil, receipt.KindGame, false, true, true},
		{nil, receipt.KindVoucher, true, true, true},
		{nil, receipt.KindTest, true, true, true},
		{strict, receipt.KindAward, false, true, true},
		{strict, receipt.KindReturn, false, false, true},
		{strict, receipt.KindAdjust, false, false, false},
		{strict, receipt.KindRedeem, true, true, true},
		{strict, receipt.KindUndo, true, true, true},
		{strict, receipt.KindBalance, false, false, true},
	} {
		for _, o := range []struct {
			receipt.Occasion
			want bool
		}{{plain, c.plain}, {reward, c.gift}, {asked, c.asked}} {
			if o.Kind = c.kind; c.policy.Prints(o.Occasion) != o.want {
				t.Errorf("%v: %+v is printed: %t", c.policy, o.Occasion, !o.want)
			}
			// Who has the paper has the points: it is never kept back.
			if o.Bound = true; !c.policy.Prints(o.Occasion) {
				t.Errorf("%v: %+v is kept", c.policy, o.Occasion)
			}
		}
	}
}

func TestAPolicyThatIsNone(t *testing.T) {
	good := receipt.Policy{receipt.KindAward: receipt.Never, receipt.KindBalance: receipt.Always, receipt.KindDay: receipt.OnRequest}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		policy receipt.Policy
		want   string
	}{
		{receipt.Policy{"award": "sometimes"}, `slips "award": "sometimes", need always, reward, request or never`},
		{receipt.Policy{receipt.KindVoucher: receipt.Never}, `slips "voucher": need one of adjust, award, balance`},
		{receipt.Policy{"receipt": receipt.Always}, `slips "receipt": need one of`},
	} {
		if err := c.policy.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.policy, err, c.want)
		}
	}
}
