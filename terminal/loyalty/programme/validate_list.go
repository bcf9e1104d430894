package programme

import (
	"fmt"
	"slices"
	"strings"
)

// How many there can be of each, so that decisions stay quick and records small.
const (
	maxRules    = 1000
	maxWallets  = 20
	maxRewards  = 200
	maxSets     = 200
	maxGroups   = 200
	maxLadders  = 8
	maxLevels   = 16
	maxClubs    = 16
	maxPerks    = 100
	maxSegments = 32
	maxGames    = 16
	maxOdds     = 32
	maxCauses   = 100
	maxPartners = 200
	maxMessages = 100
	maxCards    = 50
	maxCaps     = 6
	maxBands    = 50
	maxNamed    = 500  // in one list of a condition
	maxLines    = 5000 // in one list of a selector
	maxDeep     = 4    // selectors in selectors

	maxVoucherDays = 400
	maxWindow      = 182 // days before or after a birthday
	maxGrace       = 366
	maxDaysAhead   = 3660
	maxMonthsAhead = 600
	maxHoldOut     = 50
)

// checkSizes complains about lists that are too long.
func (r Rules) checkSizes(all *Complaints) {
	for _, l := range []struct {
		key     string
		n, most int
	}{
		{"wallet", len(r.Wallets), maxWallets}, {"set", len(r.Sets), maxSets}, {"group", len(r.Groups), maxGroups}, {"earn", len(r.Earn), maxRules},
		{"reward", len(r.Rewards), maxRewards}, {"ladder", len(r.Ladders), maxLadders}, {"club", len(r.Clubs), maxClubs},
		{"perk", len(r.Perks), maxPerks}, {"segment", len(r.Segments), maxSegments}, {"game", len(r.Games), maxGames},
		{"cause", len(r.Causes), maxCauses}, {"partner", len(r.Partners), maxPartners}, {"message", len(r.Messages), maxMessages},
		{"consent", len(r.Consents), maxConsents}, {"card", len(r.Cards), maxCards},
	} {
		if l.n > l.most {
			all.add(l.key, "%d of them, at most %d", l.n, l.most)
		}
	}
}

// atMost complains about a list that is too long, and gives the part of it that
// is looked at: going through the rest would take long and say little.
func atMost[T any](key string, list []T, most int, all *Complaints) []T {
	if len(list) <= most {
		return list
	}
	all.add(key, "%d of them, at most %d", len(list), most)
	return list[:most]
}

// oneOf complains about a name that nothing has.
func oneOf(name, key, what string, known []string, all *Complaints) {
	if !slices.Contains(known, name) {
		all.add(key, "there is no %s %q%s", what, name, there(known))
	}
}

// there says what there is instead.
func there(known []string) string {
	const most = 12
	switch {
	case len(known) == 0:
		return "; the programme has none"
	case len(known) == 1:
		return "; there is " + known[0]
	case len(known) > most:
		return fmt.Sprintf("; there are %s and %d more", strings.Join(known[:most], ", "), len(known)-most)
	}
	return "; there are " + strings.Join(known, ", ")
}

// listed are names as a sentence has them.
func listed[T ~string](all []T) string {
	return strings.Join(names(all, func(one T) string { return string(one) }), ", ")
}

func names[T any](list []T, name func(T) string) []string {
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = name(one)
	}
	return all
}

func (r Rules) walletNames() []string {
	return names(r.Wallets, func(w Wallet) string { return string(w.Name) })
}
func (r Rules) partnerNames() []string {
	return names(r.Partners, func(p Partner) string { return p.Name })
}
func (r Rules) causeNames() []string { return names(r.Causes, func(c Cause) string { return c.Name }) }
func (r Rules) perkNames() []string  { return names(r.Perks, func(p Perk) string { return p.Name }) }
func (r Rules) clubNames() []string  { return names(r.Clubs, func(c Club) string { return c.Name }) }
func (r Rules) groupNames() []string { return names(r.Groups, func(g Group) string { return g.Name }) }
func (r Rules) rewardNames() []string {
	return names(r.Rewards, func(w Reward) string { return w.Name })
}
func (r Rules) segmentNames() []string {
	return names(r.Segments, func(s Segment) string { return s.Name })
}

func (r Rules) tierNames() []string {
	var all []string
	for _, l := range r.Ladders {
		all = append(all, names(l.Levels, func(v Level) string { return v.Name })...)
	}
	return all
}

// checkNamed complains about a list of names of which some do not exist.
func checkNamed(list []string, key, what string, known []string, all *Complaints) {
	for i, name := range atMost(key, list, maxNamed, all) {
		oneOf(name, fmt.Sprintf("%s[%d]", key, i), what, known, all)
	}
}

// checkTexts complains about a list of texts that a till could not send.
func checkTexts(list []string, key string, most int, all *Complaints) {
	for i, text := range atMost(key, list, most, all) {
		if !nameable(text, maxText) {
			all.add(fmt.Sprintf("%s[%d]", key, i), "need 1 to %d printable characters", maxText)
		}
	}
}

// checkIdentifier complains about a name for records.
func checkIdentifier(name, key string, before []string, all *Complaints) {
	if !isIdentifier(name) {
		all.add(key, "%q: need 1 to %d of a to z, 0 to 9, - and _", name, maxText)
	}
	all.twice(key, name, before)
}

// checkTitle complains about a name that people read.
func checkTitle(name, key string, before []string, all *Complaints) {
	if !nameable(name, maxText) {
		all.add(key, "need 1 to %d printable characters", maxText)
	}
	all.twice(key, name, before)
}

// checkWords complains about words by language.
func (r Rules) checkWords(words map[string]string, key string, longest int, all *Complaints) {
	if _, ok := words[base(r.Language)]; !ok && r.Language != "" {
		all.add(key, "no words in the programme's language, %q", base(r.Language))
	}
	languages := make([]string, 0, len(words))
	for l := range words {
		languages = append(languages, l)
	}
	slices.Sort(languages) // so that complaints come in one order
	for _, l := range languages {
		if !nameable(words[l], longest) {
			all.add(key+"."+l, "need 1 to %d printable characters", longest)
		}
	}
}
