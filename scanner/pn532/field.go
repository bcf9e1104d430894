package pn532

import "slices"

const (
	// missesToLeave is how many searches in a row must miss a tag that is gone:
	// at the edge of the field one misses now and then.
	missesToLeave = 2
	// missesInCrowd is the same for a tag that was found with another which is
	// still there. Two that lie on each other weaken each other's answers, and
	// one that is hidden must not pass for one that was taken away.
	missesInCrowd = 5
	// failuresToSay is how often a tag is read in vain before that is said.
	failuresToSay = 3
)

// A presence is one stay of a tag in the field.
type presence struct {
	who      string // the same for as long as it stays
	misses   int    // searches in a row that did not find it
	failures int    // times it could not be read
	done     bool   // its code was given, or it has none
	said     bool   // it was said why there is no code
}

// field remembers which tags are there. One that is not found is remembered
// until it was missed often enough, and no other is read before that: both may
// be there. A search finds two at most, so they are few.
type field struct {
	tags  []presence
	crowd bool   // more than one is there for sure, which is said once
	last  string // whose code was given last; empty once it left
}

// found notes which tags a search found, and returns the stays that ended with
// it.
func (f *field) found(names []string) (left []presence) {
	for i := range f.tags {
		f.tags[i].misses++
	}
	f.crowd = f.crowd || len(names) > 1 || slices.ContainsFunc(names, f.takesTurns)
	for _, who := range names {
		f.sight(who)
	}
	if f.crowd {
		f.startOver(true) // the tags are too many, and that is all there is to say
	}
	left = f.leave()
	if f.crowd && len(f.tags) < 2 {
		f.crowd = false
		f.startOver(false) // who is left alone might as well have come just now
	}
	return left
}

// takesTurns reports whether another tag was found since this one was: of two
// that are there the chip finds now one, now the other.
func (f *field) takesTurns(who string) bool {
	i := f.index(who)
	return i >= 0 && slices.ContainsFunc(f.tags, func(p presence) bool { return p.misses < f.tags[i].misses })
}

func (f *field) sight(who string) {
	i := f.index(who)
	if i < 0 {
		i = len(f.tags)
		f.tags = append(f.tags, presence{who: who})
	}
	f.tags[i].misses = 0
}

// leave forgets the tags that are gone, and returns them.
func (f *field) leave() (left []presence) {
	most := missesToLeave
	if f.crowd && slices.ContainsFunc(f.tags, func(p presence) bool { return p.misses < missesToLeave }) {
		most = missesInCrowd
	}
	gone := func(p presence) bool { return p.misses >= most }
	for _, p := range f.tags {
		if gone(p) {
			left = append(left, p)
		}
	}
	f.tags = slices.DeleteFunc(f.tags, gone)
	return left
}

// startOver forgets how often the tags were read in vain. said tells whether
// there is nothing left to say of them.
func (f *field) startOver(said bool) {
	for i := range f.tags {
		f.tags[i].failures, f.tags[i].said = 0, said
	}
}

func (f *field) index(who string) int {
	return slices.IndexFunc(f.tags, func(p presence) bool { return p.who == who })
}

// alone is the tag that the last search found if no other can be there, or nil.
func (f *field) alone() *presence {
	if len(f.tags) != 1 || f.tags[0].misses > 0 {
		return nil
	}
	return &f.tags[0]
}

// unread reports whether a tag is there that could not be read so far.
func (f *field) unread() bool {
	return slices.ContainsFunc(f.tags, func(p presence) bool { return !p.done && p.failures > 0 })
}

func (f *field) clear() { *f = field{tags: f.tags[:0]} }
