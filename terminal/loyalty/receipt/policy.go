package receipt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// When says when slips of a kind come out of the printer.
type When string

// The times a slip comes out. One that does not is part of its record all the
// same, and can be printed by hand later.
const (
	Always     When = "always"
	WithReward When = "reward"  // with something had, won, or within reach; and on request
	OnRequest  When = "request" // when somebody asks
	Never      When = "never"   // by hand alone
)

// A Policy says when for each kind of slip. A kind it does not name comes out
// as it does by default: a balance on request, what was played with a reward,
// everything else always. The zero Policy is the default for all.
type Policy map[Kind]When

// defaults are the kinds a policy is about.
func defaults() Policy {
	return Policy{
		KindAward: Always, KindRedeem: Always, KindReturn: Always, KindUndo: Always, KindMove: Always, KindEnrol: Always,
		KindClaim: Always, KindAdjust: Always, KindDay: Always, KindBalance: OnRequest, KindGame: WithReward,
	}
}

// An Occasion is what a policy decides by.
type Occasion struct {
	Kind Kind
	// Reward says that the slip tells of something that was had or won, or that
	// the member has enough for.
	Reward bool
	// Asked says that somebody wants it on paper.
	Asked bool
	// Bound says that the paper itself is what it is worth: who has it has the
	// points or the reward, and nobody without it.
	Bound bool
}

// Prints reports whether the slip of an occasion comes out of the printer now.
// A paper that is worth something does, whatever the policy: kept back, it
// would be lost.
func (p Policy) Prints(o Occasion) bool {
	when, known := p[o.Kind]
	if !known {
		when = defaults()[o.Kind]
	}
	switch {
	case o.Bound || when == Always || when == "": // "" is a kind no policy is about
		return true
	case when == WithReward:
		return o.Reward || o.Asked
	}
	return when == OnRequest && o.Asked
}

// Validate reports what of p is no policy, by kind.
func (p Policy) Validate() error {
	all := defaults()
	for _, kind := range slices.Sorted(maps.Keys(p)) {
		if _, known := all[kind]; !known {
			return fmt.Errorf("policy for slips %q: need one of %s", string(kind), strings.Join(kinds(all), ", "))
		}
		switch p[kind] {
		case Always, WithReward, OnRequest, Never:
		default:
			return fmt.Errorf("policy for slips %q: %q, need always, reward, request or never", string(kind), string(p[kind]))
		}
	}
	return nil
}

func kinds(p Policy) []string {
	var names []string
	for _, kind := range slices.Sorted(maps.Keys(p)) {
		names = append(names, string(kind))
	}
	return names
}
