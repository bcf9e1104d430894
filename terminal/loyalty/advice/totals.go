package advice

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/programme"
)

// totals tells of a programme of which a till gets nothing that sends a total
// without lines: where whatever sales earn, or all that comes off by itself,
// looks at lines.
func (a *adviser) totals() {
	const do = "let the till send the lines of a sale, or leave lines out"
	sales := func(e programme.Rule) bool {
		return e.Event == "" && e.Counts != programme.Multiple && e.Counts != programme.Earned
	}
	if first, all := every(a.rules.Earn, sales, func(e programme.Rule) bool { return !e.Lines.IsZero() || e.Counts == programme.Units }); all {
		where := ".lines"
		if a.rules.Earn[first].Lines.IsZero() {
			where = ".counts"
		}
		a.add(fmt.Sprintf("earn[%d]%s", first, where), do, "a till that sends a total only earns nothing: every rule looks at lines")
	}
	automatic := func(r programme.Reward) bool { return r.Automatic }
	if first, all := every(a.rules.Rewards, automatic, func(r programme.Reward) bool { return !r.Lines.IsZero() || r.Target != programme.TargetOrder }); all {
		where := ".lines"
		if a.rules.Rewards[first].Lines.IsZero() {
			where = ".target"
		}
		a.add(fmt.Sprintf("reward[%d]%s", first, where), do, "a till that sends a total only takes nothing off by itself: every automatic reward looks at lines")
	}
	if len(a.rules.Clubs) > 0 {
		a.add("club[0].fee", "let the till send the line of the fee", "a till that sends a total only makes nobody a member of %q: its fee is a line", a.rules.Clubs[0].Name)
	}
}

// every reports whether all of those that are meant are so, and the first of
// them; none at all are not.
func every[T any](list []T, meant, so func(T) bool) (first int, all bool) {
	first = slices.IndexFunc(list, meant)
	return first, first >= 0 && !slices.ContainsFunc(list, func(one T) bool { return meant(one) && !so(one) })
}
