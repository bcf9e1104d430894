package programme_test

import (
	"slices"
	"testing"

	"zegel/terminal/loyalty/programme"
)

func TestWhatAProgrammeAsksFor(t *testing.T) {
	birthday := programme.Condition{Birthday: &programme.Window{}}
	referred := programme.Condition{Referred: true}
	rain := programme.Condition{Signals: []string{"rain", "market"}}
	for name, in := range map[string]func(programme.Condition) programme.Rules{
		"a rule": func(c programme.Condition) programme.Rules {
			return programme.Rules{Earn: []programme.Rule{{}, {If: c}}}
		},
		"a reward": func(c programme.Condition) programme.Rules {
			return programme.Rules{Rewards: []programme.Reward{{If: c}}}
		},
		"a game": func(c programme.Condition) programme.Rules { return programme.Rules{Games: []programme.Game{{If: c}}} },
		"a message": func(c programme.Condition) programme.Rules {
			return programme.Rules{Messages: []programme.Message{{If: c}}}
		},
	} {
		r := in(programme.Condition{})
		if r.AsksBirthday() || r.AsksReferrer() || len(r.Signals()) > 0 {
			t.Errorf("%s that asks for nothing asks for something", name)
		}
		if !in(birthday).AsksBirthday() || in(birthday).AsksReferrer() || !in(referred).AsksReferrer() || in(referred).AsksBirthday() {
			t.Errorf("%s asks for the wrong thing", name)
		}
		if got := in(rain).Signals(); !slices.Equal(got, []string{"market", "rain"}) {
			t.Errorf("%s goes by %q", name, got)
		}
	}
	if !(programme.Rules{Earn: []programme.Rule{{Referrer: true}}}).AsksReferrer() {
		t.Error("a rule that pays who brought somebody in does not ask who that was")
	}
}
