package layout

// wrap breaks a paragraph into lines of at most room columns, at blanks. Blanks inside a line and before its
// first word stay as they are; those at a break go. A word is broken only if it is longer than a whole line,
// and then between two letters. There is at least one line.
func wrap(paragraph Line, room int) []Line {
	shrink(paragraph, room)
	right := resolve(paragraph)
	var lines []Line
	start, end, used := 0, 0, 0 // the line so far is paragraph[start:end], used columns wide
	for at := 0; at < len(paragraph); {
		word, gap := at, 0
		for ; word < len(paragraph) && paragraph[word].blank(); word++ {
			gap += paragraph[word].Columns()
		}
		next, width := word, 0
		for ; next < len(paragraph) && !paragraph[next].blank(); next++ {
			width += paragraph[next].Columns()
		}
		at = next
		switch {
		case next == word: // blanks at the end: there is something to see of them, or they go
			if !paragraph[next-1].white() && used+gap <= room {
				end, used = next, used+gap
			}
		case used+gap+width <= room:
			end, used = next, used+gap+width
		default:
			if end > start {
				lines = append(lines, paragraph[start:end:end])
			}
			for start = word; width > room; {
				cut, piece := start, 0
				for piece+paragraph[cut].Columns() <= room {
					piece += paragraph[cut].Columns()
					cut++
				}
				lines = append(lines, paragraph[start:cut:cut])
				start, width = cut, width-piece
			}
			end, used = next, width
		}
	}
	if end > start || len(lines) == 0 {
		lines = append(lines, paragraph[start:end:end])
	}
	if right {
		for _, line := range lines {
			reorder(line)
		}
	}
	return lines
}

// shrink makes every letter fit into room by itself: a large one becomes smaller, and a wide one a question mark if
// that is not enough. It happens only in columns of a table that are narrow.
func shrink(paragraph Line, room int) {
	for i := range paragraph {
		c := &paragraph[i]
		for c.Columns() > room && c.smaller() {
		}
		if c.Columns() > room {
			c.Text, c.Wide = "?", false
		}
	}
}

// smaller makes c the next size smaller, and reports whether there is one that takes less room.
func (c *Cell) smaller() bool {
	wide, high := c.Size()
	if wide == 1 {
		return false
	}
	c.Style = c.sized(wide-1, high-1)
	return true
}

// fit makes the letters of text smaller until each of its paragraphs fits into room, as far as that goes.
func fit(text []Line, room int) {
	for _, paragraph := range text {
		for smaller := true; smaller && paragraph.Columns() > room; {
			smaller = false
			for i := range paragraph {
				smaller = paragraph[i].smaller() || smaller
			}
		}
	}
}

// longestWord is the width of the widest word of all paragraphs.
func longestWord(paragraphs []Line) int {
	longest := 0
	for _, p := range paragraphs {
		word := 0
		for _, c := range p {
			if c.blank() {
				word = 0
				continue
			}
			word += c.Columns()
			longest = max(longest, word)
		}
	}
	return longest
}
