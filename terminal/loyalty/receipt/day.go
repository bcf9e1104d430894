package receipt

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
)

// A Day is what the slip of a closed day is made from.
type Day struct {
	Paper   report.Paper
	Figures report.Figures
	Record  ledger.Key
}

// ForDay is the slip of a closed day: the figures without their definitions,
// which stand on the page.
func ForDay(d Day) Slip {
	s, w := d.Paper.Sheet(d.Figures), words.Report{Words: d.Paper.Words}
	blocks := append(heading(d.Paper.Rules.Header),
		Block{Text: s.Title, Align: Centre, Bold: true, Double: true},
		Block{Text: s.Of, Align: Centre, Bold: true},
		Block{Text: s.Made, Align: Centre},
		Block{Text: s.MadeBy, Align: Centre},
		Block{Rule: true},
		Block{Text: s.Sentence},
	)
	if s.Broken != "" {
		blocks = append(blocks, Block{Text: s.Broken, Bold: true})
	}
	for _, section := range s.Sections {
		blocks = append(blocks, Block{Rule: true}, Block{Text: section.Title, Bold: true})
		for _, l := range section.Lines {
			label := l.Label
			if l.Look {
				label = "! " + label
			}
			blocks = append(blocks, pair(label, l.Value))
		}
	}
	for _, t := range []report.Table{s.Hours, s.People, s.Lanes} {
		blocks = append(blocks, groups(t)...)
	}
	blocks = append(blocks, Block{Rule: true}, pair(w.Reference(), d.Record.Code()), Block{Feed: 2})
	blocks = append(blocks, Block{Text: w.SignHere("........................")}, Block{Feed: 1}, Block{Text: w.HasEnded(), Align: Centre})
	if len(blocks) > longestDay {
		// The last ones stay: without its end nobody knows that a slip is whole.
		blocks = append(blocks[:longestDay-ending:longestDay-ending], blocks[len(blocks)-ending:]...)
	}
	return Slip{Kind: KindDay, Lang: d.Paper.Words.Language(), Blocks: blocks}
}

// longestDay is the most blocks of a day's slip, so that it fits into one record
// with the figures; ending is how many of them close it.
const longestDay, ending = 110, 6

// groups is a row for each group: its name, how many sales, and their amount.
func groups(t report.Table) []Block {
	if len(t.Rows) == 0 {
		return nil
	}
	blocks := []Block{{Rule: true}, {Text: t.Title, Bold: true}}
	for _, r := range t.Rows {
		blocks = append(blocks, Block{Row: []Cell{{Text: short(r.Cells[0])}, {Text: r.Cells[2], Align: Right, Width: 6, Whole: true}, {Text: r.Cells[3], Align: Right, Width: 14, Whole: true}}})
	}
	return blocks
}

// short is as much of a name as a line has room for beside its figures.
func short(name string) string {
	const most = 24
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}
