package setup

import (
	"slices"
	"strings"

	"zegel/scanner/preset"
)

// identifiers tells apart what stands in front of every code from what says
// of which symbology it is: the first is always the same, the second differs.
// There may be several readings, the likeliest first.
func (p *Proposal) identifiers(found []around) []Proposal {
	if prefix, ok := aimPrefix(found); ok {
		return []Proposal{p.with(func(q *Proposal) { q.Settings.Prefix = prefix })}
	}
	common := commonPrefix(found)
	if common == "" && !slices.ContainsFunc(found, func(a around) bool { return a.before != "" }) {
		return []Proposal{*p}
	}
	var all []Proposal
	for _, set := range p.makers() {
		// The letters of two symbologies may begin alike.
		for n := range len(common) + 1 {
			if fits(set.IDs, found, n) {
				all = append(all, p.with(func(q *Proposal) { q.maker(set, common[:n]) }))
			}
		}
	}
	if !slices.ContainsFunc(found, func(a around) bool { return a.before != common }) {
		return append(all, p.with(func(q *Proposal) { q.Settings.Prefix = common }))
	}
	return append(all, p.with(func(q *Proposal) { q.learn(found, common) }))
}

// with is a changed copy.
func (p *Proposal) with(change func(*Proposal)) Proposal {
	q := *p
	q.Notes = slices.Clone(p.Notes)
	change(&q)
	return q
}

// ambiguous reports whether what stands in front of codes may be a prefix or
// an identifier, because only one sort of code was seen.
func ambiguous(found []around) bool {
	if _, ok := aimPrefix(found); ok {
		return false
	}
	return found[0].before != "" && !slices.ContainsFunc(found, func(a around) bool { return a.want.Symbology != found[0].want.Symbology })
}

// aimPrefix is what stands in front of the AIM identifiers, if every code has
// the one of its symbology.
func aimPrefix(found []around) (string, bool) {
	for i, a := range found {
		prefix, ok := cutAIM(a)
		first, _ := cutAIM(found[0])
		if !ok || i > 0 && prefix != first {
			return "", false
		}
	}
	prefix, _ := cutAIM(found[0])
	return prefix, true
}

func cutAIM(a around) (prefix string, ok bool) {
	at := len(a.before) - len("]E0")
	if at < 0 {
		return "", false
	}
	prefix, id := a.before[:at], a.before[at:]
	switch a.want.Symbology {
	case ean13:
		return prefix, id == "]E0"
	case ean8: // ]E0 where it is sent with 13 digits
		return prefix, id == "]E4" || id == "]E0"
	case code128:
		return prefix, id == "]C0"
	}
	return prefix, strings.HasPrefix(id, "]Q")
}

func commonPrefix(found []around) string {
	common := found[0].before
	for _, a := range found {
		for !strings.HasPrefix(a.before, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}

// makers are the known sets of letters. Two sets share letters for EAN; then
// the line tells them apart.
func (p *Proposal) makers() []preset.CodeIDSet {
	sets := preset.CodeIDSets()
	ofLine := func(s preset.CodeIDSet) int {
		if known, ok := preset.Find(s.Preset); ok && known.Line == p.Line {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(sets, func(a, b preset.CodeIDSet) int { return ofLine(a) - ofLine(b) })
	return sets
}

// fits reports whether a maker's letters stand in front of every code, behind
// n characters. Where the maker has none that can be read, anything may.
func fits(ids map[string]string, found []around, n int) bool {
	matched := 0
	for _, a := range found {
		id := a.before[n:]
		if aim, known := ids[id]; known && standsFor(aim, a.want) {
			matched++
			continue
		}
		for _, aim := range ids {
			if standsFor(aim, a.want) {
				return false // the maker has another letter for it
			}
		}
	}
	return matched > 0
}

// standsFor reports whether what a letter means is the symbology of a code.
// Letters that stand for several are those of EAN.
func standsFor(aim string, c Code) bool {
	return aim == aimOf(c) || aim == "" && (c.Symbology == ean13 || c.Symbology == ean8)
}

// aimOf is the AIM identifier of a code on the sheet.
func aimOf(c Code) string {
	return map[string]string{ean13: "]E0", ean8: "]E4", code128: "]C0", qr: "]Q1"}[c.Symbology]
}

// maker takes over the letters of a maker.
func (p *Proposal) maker(set preset.CodeIDSet, prefix string) {
	p.Settings.Prefix = prefix
	p.note("The scanner puts letters in front of codes to say what they are: %s.", set.Name)
	if set.Preset == "" || p.Preset != "generic" {
		p.Settings.CodeIDs = set.IDs
		return
	}
	p.Preset = set.Preset
}

// learn takes letters that no known maker uses for what they stand in front of.
func (p *Proposal) learn(found []around, common string) {
	bare := func(a around) bool { return len(a.before) <= len(common) }
	for slices.ContainsFunc(found, bare) {
		if common == "" {
			p.note("Some codes come with letters in front and some without: set the scanner to send AIM identifiers, and scan again.")
			return
		}
		common = common[:len(common)-1]
	}
	ids := make(map[string]string)
	for _, a := range found {
		id, aim := a.before[len(common):], aimOf(a.want)
		if old, twice := ids[id]; twice && old != aim {
			aim = "" // one letter for several
		}
		ids[id] = aim
	}
	p.Settings.Prefix, p.Settings.CodeIDs = common, ids
	p.note("The scanner puts letters in front of codes that no known maker uses. Codes of sorts that were not scanned will be rejected: better set it to send AIM identifiers.")
}
