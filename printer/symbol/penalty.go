package symbol

// penalty marks what makes c hard to read, by the four rules of ISO/IEC 18004, 7.8.3.
func (c Code) penalty() int {
	marks, dark := 0, 0
	for i := range c.side {
		marks += runs(c.side, func(j int) bool { return c.Black(j, i) })
		marks += runs(c.side, func(j int) bool { return c.Black(i, j) })
		for j := range c.side {
			if c.Black(j, i) {
				dark++
			}
			if i > 0 && j > 0 && c.sameAround(j, i) {
				marks += 3
			}
		}
	}
	// Ten for each full twentieth that the dark part is away from a half.
	all := c.side * c.side
	return marks + abs(20*dark-10*all)/all*10
}

// sameAround reports whether the four modules that end at x and y are of one shade.
func (c Code) sameAround(x, y int) bool {
	shade := c.Black(x, y)
	return c.Black(x-1, y) == shade && c.Black(x, y-1) == shade && c.Black(x-1, y-1) == shade
}

// runs marks one row or column: five modules or more of one shade, and what could be taken for the corner of a
// code, which is dark, light, three dark, light, dark with four light ones on either side.
func runs(side int, black func(int) bool) int {
	const corner, light = 0b1011101, 4
	marks, run := 0, 0
	window := 0 // the last eleven modules, the newest lowest
	for i := range side {
		if i > 0 && black(i) == black(i-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			marks += 3
		case run > 5:
			marks++
		}
		window = window << 1 & 0x7ff
		if black(i) {
			window |= 1
		}
		if i >= 10 && (window == corner || window == corner<<light) {
			marks += 40
		}
	}
	return marks
}

func abs(n int) int { return max(n, -n) }
