package cmd_test

import (
	"fmt"
	"strings"
)

// A simPaper is a slip as it came out, whole or in part.
type simPaper struct {
	code     string // its own reference; "" for one that was cut off above it
	copied   bool   // headed as a copy
	complete bool
}

func (p simPaper) String() string {
	return fmt.Sprintf("paper %q, a copy: %v, complete: %v", p.code, p.copied, p.complete)
}

// readPapers goes through all that ever came out of a printer.
func readPapers(l *simLane) (all []simPaper) {
	var lines []string
	for _, paper := range append(l.printer.Papers(), l.printer.Uncut()) {
		for _, line := range paper.Lines {
			lines = append(lines, strings.TrimSpace(line.String()))
		}
	}
	copied := false
	for _, line := range lines {
		last := len(all) - 1
		reference, isReference := strings.CutPrefix(line, "Kenmerk")
		switch {
		case line == "DUPLICAAT":
			copied = true
		case line == "WINKEL":
			all, copied = append(all, simPaper{copied: copied}), false
		case last < 0:
		case isReference:
			all[last].code = strings.TrimSpace(reference)
		case line == "EINDE":
			all[last].complete = true
		}
	}
	return all
}

// slips are the papers each reference of a lane stands for: as many as were
// decided under it, since an older copy of a database gives numbers again.
func (m *simModel) slips(l *simLane) map[string]int {
	most := make(map[string]int)
	for _, d := range m.deeds {
		if d.lane != l.name {
			continue
		}
		for _, i := range d.issues {
			most[i.code] += i.papers
		}
	}
	return most
}

// papersOf: of every slip at most one paper is not headed as a copy.
func (m *simModel) papersOf(p *simPC) {
	for _, l := range p.lanes {
		most := m.slips(l)
		originals := make(map[string]int)
		for _, paper := range readPapers(l) {
			if paper.code == "" {
				continue
			}
			if most[paper.code] == 0 {
				m.w.fail("%s printed a slip %q that nobody asked for", l.name, paper.code)
			}
			if paper.copied {
				m.w.counts["copies printed"]++
				continue
			}
			// Where nothing told that a copy was older, nobody knew of its papers.
			if originals[paper.code]++; originals[paper.code] > most[paper.code] && !m.w.reused && !m.w.unnoticed {
				m.w.fail("%s printed %d originals of slip %s", l.name, originals[paper.code], paper.code)
			}
		}
		if odd := l.printer.Odd(); len(odd) > 0 {
			m.w.fail("%s was sent what no printer knows: %q", l.name, odd)
		}
	}
}

// allPrinted: of every slip there is a paper, once the printer works.
func (m *simModel) allPrinted(p *simPC) {
	for _, l := range p.lanes {
		out := make(map[string]bool)
		for _, paper := range readPapers(l) {
			if paper.complete {
				out[paper.code] = true
			}
		}
		m.w.counts["slips on paper"] += len(out)
		for _, d := range m.deeds {
			if d.lane != l.name || !d.told || d.mayBeLost {
				continue
			}
			if code := d.issues[d.content].code; !out[code] {
				m.w.fail("%s answered request %s, and its slip %s is not on paper", l.name, d.key, code)
			}
		}
	}
}
