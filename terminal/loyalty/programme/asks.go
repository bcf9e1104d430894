package programme

import "slices"

// AsksBirthday reports whether anything of the programme goes by birthdays: a
// new member is asked for theirs only then.
func (r Rules) AsksBirthday() bool {
	return slices.ContainsFunc(r.conditions(), func(c Condition) bool { return c.Birthday != nil })
}

// AsksReferrer reports whether anything of the programme goes by who brought a
// member in.
func (r Rules) AsksReferrer() bool {
	return slices.ContainsFunc(r.Earn, func(e Rule) bool { return e.Referrer }) ||
		slices.ContainsFunc(r.conditions(), func(c Condition) bool { return c.Referred })
}

// Signals are the names of all the signals that anything of the programme goes
// by, sorted.
func (r Rules) Signals() []string {
	var names []string
	for _, c := range r.conditions() {
		names = append(names, c.Signals...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// conditions are all conditions there are.
func (r Rules) conditions() []Condition {
	var all []Condition
	for _, e := range r.Earn {
		all = append(all, e.If)
	}
	for _, w := range r.Rewards {
		all = append(all, w.If)
	}
	for _, g := range r.Games {
		all = append(all, g.If)
	}
	for _, m := range r.Messages {
		all = append(all, m.If)
	}
	return all
}
