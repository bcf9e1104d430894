package printertest

import (
	"errors"
	"fmt"
	"slices"
)

// modules is a QR code as it is on paper, row by row; dark ones are true. It is read by ISO/IEC 18004, without
// help from what makes the codes.
type modules [][]bool

var errNoCode = errors.New("not a QR code")

// read gives the text of m, which must be without a fault: paper that is pretended does not get dirty.
func (m modules) read() (string, error) {
	version := (len(m) - 17) / 4
	if version < 1 || version >= len(blocksM) || len(m) != 17+4*version || !m.hasCorners() {
		return "", fmt.Errorf("%w: %d modules a side", errNoCode, len(m))
	}
	mask, err := m.mask()
	if err != nil {
		return "", err
	}
	data, err := dataOf(m.codewords(version, mask), version)
	if err != nil {
		return "", err
	}
	return parse(data, version)
}

// hasCorners looks for the three squares in the corners.
func (m modules) hasCorners() bool {
	corner := []string{"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"}
	far := len(m) - 7
	for y, row := range corner {
		for x := range row {
			dark := row[x] == '#'
			if m[y][x] != dark || m[y][far+x] != dark || m[far+y][x] != dark {
				return false
			}
		}
	}
	return true
}

// mask reads the two copies of the format: five bits that say M and the mask, and ten that check them.
func (m modules) mask() (int, error) {
	n := len(m)
	var first, second int
	for i := range 15 { // the highest bit first
		x, y := i, 8
		switch {
		case i == 6:
			x = 7
		case i == 7:
			x, y = 8, 8
		case i == 8:
			x, y = 8, 7
		case i > 8:
			x, y = 8, 14-i
		}
		first = first<<1 | bit(m[y][x])
		x, y = 8, n-1-i
		if i > 6 {
			x, y = n-15+i, 8
		}
		second = second<<1 | bit(m[y][x])
	}
	rest := first ^ 0x5412
	for i := 14; i >= 10; i-- {
		if rest>>i&1 == 1 {
			rest ^= 0x537 << (i - 10)
		}
	}
	format := (first ^ 0x5412) >> 10
	if first != second || rest != 0 || format>>3 != 0 || !m[n-8][8] {
		return 0, fmt.Errorf("%w: format %015b and %015b", errNoCode, first, second)
	}
	return format & 7, nil
}

func bit(dark bool) int {
	if dark {
		return 1
	}
	return 0
}

// alignment are the rows and columns of the small squares of each version.
var alignment = [][]int{1: nil, {6, 18}, {6, 22}, {6, 26}, {6, 30}, {6, 34}, {6, 22, 38}, {6, 24, 42}, {6, 26, 46},
	{6, 28, 50}, {6, 30, 54}, {6, 32, 58}, {6, 34, 62}}

// isData reports whether a module is neither part of a pattern nor of the format.
func (m modules) isData(version, x, y int) bool {
	n := len(m)
	switch {
	case x == 6 || y == 6,
		x < 9 && y < 9, x >= n-8 && y < 9, x < 9 && y >= n-8,
		version >= 7 && (x < 6 && y >= n-11 || y < 6 && x >= n-11):
		return false
	}
	at := alignment[version]
	for _, cx := range at {
		for _, cy := range at {
			onCorner := cx == 6 && cy == 6 || cx == 6 && cy == n-7 || cy == 6 && cx == n-7
			if !onCorner && max(x-cx, cx-x) <= 2 && max(y-cy, cy-y) <= 2 {
				return false
			}
		}
	}
	return true
}

// codewords reads the bytes in their order: up and down in pairs of columns, from the right.
func (m modules) codewords(version, mask int) []byte {
	var words []byte
	n, bits, word := len(m), 0, 0
	up := true
	for right := n - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range n {
			y := i
			if up {
				y = n - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if !m.isData(version, x, y) {
					continue
				}
				word = word<<1 | bit(m[y][x] != masked(mask, x, y))
				if bits++; bits%8 == 0 {
					words = append(words, byte(word))
					word = 0
				}
			}
		}
		up = !up
	}
	return words
}

func masked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (y/2+x/3)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// blocksM are, for each version at level M, the blocks and the check bytes of each.
var blocksM = []struct{ blocks, check int }{1: {1, 10}, {1, 16}, {1, 26}, {2, 18}, {2, 24}, {4, 16}, {4, 18}, {4, 22},
	{5, 22}, {5, 26}, {5, 30}, {8, 22}, {9, 22}}

// dataOf takes the blocks apart, which stand byte by byte in turn, checks each and gives their data.
func dataOf(words []byte, version int) ([]byte, error) {
	blocks, check := blocksM[version].blocks, blocksM[version].check
	short, long := len(words)/blocks-check, len(words)%blocks // the last blocks are a byte longer
	all := make([][]byte, blocks)
	at := 0
	take := func(from int) {
		for b := from; b < blocks; b++ {
			all[b] = append(all[b], words[at])
			at++
		}
	}
	for range short {
		take(0)
	}
	if long > 0 {
		take(blocks - long)
	}
	for range check {
		take(0)
	}
	var data []byte
	for _, b := range all {
		if !intact(b, check) {
			return nil, fmt.Errorf("%w: its check bytes are wrong", errNoCode)
		}
		data = append(data, b[:len(b)-check]...)
	}
	return data, nil
}

// intact reports whether a block is a multiple of the generator polynomial over GF(256) with 0x11d: it is zero at
// each of the generator's roots.
func intact(block []byte, check int) bool {
	root := 1
	for range check {
		sum := 0
		for _, b := range block {
			sum = times(sum, root) ^ int(b)
		}
		if sum != 0 {
			return false
		}
		root = times(root, 2)
	}
	return true
}

func times(a, b int) int {
	product := 0
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		if a <<= 1; a > 0xff {
			a ^= 0x11d
		}
	}
	return product
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// parse reads the pieces that data consists of.
func parse(data []byte, version int) (string, error) {
	at := 0
	left := func() int { return 8*len(data) - at }
	take := func(n int) int {
		value := 0
		for range min(n, left()) {
			value = value<<1 | int(data[at/8]>>(7-at%8)&1)
			at++
		}
		return value
	}
	width := func(small int) int { // of a length, in bits
		if version < 10 {
			return small
		}
		return map[int]int{10: 12, 9: 11, 8: 16}[small]
	}
	var text []byte
	for left() >= 4 {
		switch mode := take(4); mode {
		case 0:
			return string(text), nil
		case 1:
			for n := take(width(10)); n > 0; n -= 3 {
				digits := min(n, 3)
				text = fmt.Appendf(text, "%0*d", digits, take([]int{1: 4, 2: 7, 3: 10}[digits]))
			}
		case 2:
			n := take(width(9))
			for ; n > 1; n -= 2 {
				pair := take(11)
				text = append(text, alphanumeric[pair/45%45], alphanumeric[pair%45])
			}
			if n == 1 {
				text = append(text, alphanumeric[take(6)%45])
			}
		case 4:
			for range take(width(8)) {
				text = append(text, byte(take(8)))
			}
		default:
			return "", fmt.Errorf("%w: mode %d", errNoCode, mode)
		}
	}
	return string(text), nil
}

// modulesOf finds the modules in the dots of a picture, which must show nothing but a code.
func modulesOf(dots [][]bool) (modules, error) {
	if len(dots) == 0 {
		return nil, errNoCode
	}
	size := slices.Index(dots[0], false) / 7 // the first row begins with the upper edge of a corner
	if size < 1 || len(dots)%size != 0 || len(dots[0]) < len(dots) {
		return nil, fmt.Errorf("%w: %d by %d dots", errNoCode, len(dots[0]), len(dots))
	}
	m := make(modules, len(dots)/size)
	for y, row := range dots {
		for x, dark := range row {
			switch {
			case x >= len(dots) && dark:
				return nil, fmt.Errorf("%w: dots beside it", errNoCode)
			case x >= len(dots):
			case y%size == 0 && x%size == 0:
				m[y/size] = append(m[y/size], dark)
			case dark != m[y/size][x/size]:
				return nil, fmt.Errorf("%w: a module that is not one square", errNoCode)
			}
		}
	}
	return m, nil
}
