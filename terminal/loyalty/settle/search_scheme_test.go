package settle_test

import (
	"flag"
	"strings"
	"testing"

	"zegel/terminal/loyalty/ledger"
)

var large = flag.Bool("search.large", false, "search the larger worlds too: six minutes and some gigabytes")

const anything = ^breaches(0)

// scopes are worlds that are searched whole: one member with two units or
// nothing, two terminals, head office, and each kind of event at most as often
// as is said. Holds have no limit where there are any.
var scopes = []struct {
	name   string
	limits limits
	large  bool
}{
	{"awards and closes", limits{times: [kinds]uint8{anAward: 2, aSpend: 2, aClose: 2, aGrant: 1}}, false},
	{"two grants", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 2}}, false},
	{"holds", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 1, aHold: 1, aLapse: 1}}, false},
	{"returns beside holds", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 1, aClose: 1, aGrant: 1, aReturn: 1, aHold: 1}}, false},
	{"restores", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 1, aRestore: 1}}, false},
	{"restores beside holds", limits{times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 1, aRestore: 1, aHold: 1, aLapse: 1}}, false},
	{"restored, then lost", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 1, aClose: 1, aGrant: 1, aRestore: 1, aLoss: 1, anExpiry: 1}}, false},
	{"lost, but not gone", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 1, aClose: 1, aReturn: 1, aGrant: 1, aLoss: 1, anExpiry: 1}}, false},
	{"both terminals restored", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 1, aRestore: 2}}, false},
	{"everything once", limits{free: 2 * ledger.Unit, times: [kinds]uint8{
		anAward: 1, aSpend: 1, aClose: 1, aReturn: 1, aGrant: 1, aRestore: 1, aLoss: 1, anExpiry: 1, aHold: 1, aLapse: 1,
	}}, true},
	{"two of what is common", limits{free: 2 * ledger.Unit, times: [kinds]uint8{anAward: 2, aSpend: 2, aClose: 1, aGrant: 2}}, true},
}

func TestEscrowHoldsInEveryWorld(t *testing.T) {
	happened := make(map[string]int)
	ran, asked := 0, 0
	for _, c := range scopes {
		if c.large && !*large {
			continue
		}
		asked++
		t.Run(c.name, func(t *testing.T) {
			s, start := newScheme(nothing, c.limits)
			f := search(s, start, anything)
			t.Log(f)
			ran++
			if f.broken != nil {
				t.Error(f.broken)
			}
			for name, n := range f.happened {
				happened[sortOf(name)] += n
			}
		})
	}
	for name, n := range happened {
		if n == 0 && ran == asked {
			t.Errorf("in no world: %s", name)
		}
	}
}

// sortOf is an event's name without its numbers.
func sortOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'n'
		}
		return r
	}, name)
}

// A scheme with one clause left out is not as safe, and the search says how: if
// it could not, it would prove nothing.
func TestEscrowNeedsEachOfItsClauses(t *testing.T) {
	cases := []struct {
		without clause
		limits  limits
		shows   breaches
		steps   int // no way is shorter
	}{
		{setAsidesHaveNoClock, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aSpend: 2, aGrant: 2}}, balanceBelowZero, 8},
		{newBranchesStartEmpty, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aSpend: 2, aGrant: 1, aRestore: 1}}, balanceBelowZero, 9},
		{newBranchesStartEmpty, limits{times: [kinds]uint8{anAward: 1, aSpend: 2, aRestore: 1}}, balanceBelowZero, 9},
		{appliedReleases, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aSpend: 2, aGrant: 2}}, balanceBelowZero, 8},
		{ownAwardsCount, limits{times: [kinds]uint8{anAward: 1, aSpend: 2, aGrant: 1}}, balanceBelowZero, 8},
		{ownAwardsAreClosed, limits{times: [kinds]uint8{anAward: 1, aSpend: 2, aGrant: 1}}, balanceBelowZero, 8},
		{closesLeaveHoldsOut, limits{times: [kinds]uint8{anAward: 1, aSpend: 2, aClose: 1, aGrant: 1, aHold: 1}}, balanceBelowZero, 11},
		{returnsLeaveHoldsOut, limits{times: [kinds]uint8{anAward: 1, aSpend: 1, aReturn: 1, aHold: 1}}, balanceBelowZero, 6},
		{grantsAreTakenOnce, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aSpend: 2, aGrant: 1}}, balanceBelowZero, 7},
		{lostIsRisk, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aSpend: 2, aGrant: 2, aLoss: 1}}, balanceBelowZero, 8},
		{lateClosesAreTakenBack, limits{free: 2 * ledger.Unit, times: [kinds]uint8{aClose: 1, aGrant: 1, aLoss: 1}}, riskWrong, 6},
	}
	for _, c := range cases {
		t.Run(string(c.without), func(t *testing.T) {
			s, start := newScheme(nothing, c.limits)
			if whole := search(s, start, anything); whole.broken != nil {
				t.Errorf("also with it: %v", whole.broken)
			}
			s, start = newScheme(c.without, c.limits)
			f := search(s, start, c.shows)
			if f.broken == nil {
				t.Fatalf("nothing happens without it: %v", f)
			}
			t.Logf("without it: %v\nwrong at first: after %d steps, %v\nthe shortest way:%v", f, len(f.first.steps), f.first.wrong, f.broken)
			if got := len(f.broken.steps); got != c.steps {
				t.Errorf("broken after %d steps, want %d", got, c.steps)
			}
		})
	}
}
