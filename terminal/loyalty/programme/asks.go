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

// A Vocabulary is the words of tills and shops that a programme goes by, each
// list sorted.
type Vocabulary struct{ Signals, Codes, Categories, Tags []string }

// Vocabulary is all words of tills and shops that anything of the programme
// names.
func (r Rules) Vocabulary() Vocabulary {
	v := Vocabulary{Signals: r.Signals()}
	for _, c := range r.conditions() {
		v.Codes = append(v.Codes, c.Codes...)
	}
	for _, s := range r.selectors() {
		for at := &s; at != nil; at = at.Not {
			v.Categories = append(v.Categories, at.Categories...)
			v.Tags = append(v.Tags, at.Tags...)
		}
	}
	for _, list := range []*[]string{&v.Codes, &v.Categories, &v.Tags} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return v
}

// selectors are all choices of lines there are.
func (r Rules) selectors() []Selector {
	all := []Selector{r.Base.Excluded}
	for _, s := range r.Sets {
		all = append(all, s.Selector)
	}
	for _, e := range r.Earn {
		all = append(all, e.Lines)
	}
	for _, w := range r.Rewards {
		all = append(all, w.Lines)
	}
	for _, l := range r.Ladders {
		all = append(all, l.Lines)
	}
	for _, c := range r.Clubs {
		all = append(all, c.Fee)
	}
	for _, s := range r.Segments {
		all = append(all, s.Lines)
	}
	return all
}
