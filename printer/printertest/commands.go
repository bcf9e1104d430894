package printertest

import (
	"strings"
	"unicode/utf8"

	"zegel/printer/layout"
)

// execute runs what was received as far as there is paper and the last command is complete.
func (p *Printer) execute() {
	for p.runs() && len(p.received) > 0 {
		n := p.command(p.received)
		if n == 0 {
			return
		}
		p.onRoll.Raw = append(p.onRoll.Raw, p.received[:n]...)
		cut := p.received[0] == 0x1d && n > 2 && p.received[1] == 'V'
		p.received = p.received[n:]
		if cut {
			p.cut()
		}
	}
}

// command runs the command that b begins with and gives its length, 0 if more bytes must come first.
func (p *Printer) command(b []byte) int {
	if b[0] != 0 && b[0] != 0x1d || b[0] == 0x1d && len(b) > 1 && b[1] != 'v' && (b[1] != '(' || len(b) > 2 && b[2] != 'L') {
		p.finishPicture()
	}
	switch {
	case len(b) > 1 && b[1] == 0 && b[0] >= 0x1b && b[0] <= 0x1d:
		return 2 // a command that was cut off after its first byte
	case b[0] == 0x1b:
		return p.escape(b)
	case b[0] == 0x1c:
		return p.doubleByte(b)
	case b[0] == 0x1d:
		return p.group(b)
	case b[0] == '\n':
		p.feed()
	case b[0] == 0: // ignored between two commands
	case b[0] >= 0x20:
		p.letter(b[0])
	default:
		p.odd = append(p.odd, b[0])
	}
	return 1
}

func (p *Printer) escape(b []byte) int {
	switch {
	case len(b) == 1:
		return 0
	case b[1] == '@':
		p.reset()
		return 2
	case strings.IndexByte("tEda-M!", b[1]) < 0:
		return p.foreign(b)
	case len(b) == 2:
		return 0
	}
	switch n := b[2]; b[1] {
	case 't':
		letters, known := page(p.numbers[n])
		if !known {
			p.odd = append(p.odd, b[:3]...)
		}
		p.page = letters
	case 'E':
		p.style.Bold = n&1 == 1
	case '-':
		p.style.Underline = n&3 != 0
	case 'M': // both fonts have the same letters, and a line of ours has one of them
	case '!':
		p.resize(1+int(n>>5&1), 1+int(n>>4&1))
		p.style.Bold, p.style.Underline = n&0x08 != 0, n&0x80 != 0
	case 'a':
		// Justification is for whole lines, so one that has begun goes on as it was.
		if len(p.line) > 0 || n > 2 {
			p.odd = append(p.odd, b[:3]...)
		}
		p.justified = n
	case 'd':
		for range n {
			p.feed()
		}
	}
	return 3
}

func (p *Printer) doubleByte(b []byte) int {
	switch {
	case len(b) == 1:
		return 0
	case b[1] == '.':
		p.hanzi = false
	case b[1] == '&':
		p.hanzi = true
	default:
		return p.foreign(b)
	}
	return 2
}

func (p *Printer) group(b []byte) int {
	switch {
	case len(b) == 1:
		return 0
	case b[1] == '(' && len(b) > 2 && b[2] == 'H':
		return p.confirm(b)
	case b[1] == '(' && len(b) > 2 && b[2] == 'L':
		return p.graphics(b)
	case b[1] == '(':
		return p.code(b)
	case b[1] == 'v':
		return p.picture(b)
	case b[1] == 'k':
		return p.barcode(b)
	case strings.IndexByte("hwHf", b[1]) >= 0:
		return p.setBars(b)
	case strings.IndexByte("arI", b[1]) >= 0:
		return p.question(b)
	case b[1] != '!' && b[1] != 'V' && b[1] != 'B':
		return p.foreign(b)
	case len(b) == 2:
		return 0
	case b[1] == 'B':
		p.style.Invert = b[2]&1 == 1
		return 3
	case b[1] == '!':
		if b[2]&0x88 != 0 || b[2]>>4 >= layout.MaxSize || b[2]&0x0f >= layout.MaxSize { // larger than clones have
			p.odd = append(p.odd, b[:3]...)
			return 3
		}
		p.resize(1+int(b[2]>>4), 1+int(b[2]&0x0f))
		return 3
	case b[2] < 65:
		return 3
	case len(b) == 3:
		return 0
	}
	return 4
}

// resize makes letters so many times as wide and as high as plain ones.
func (p *Printer) resize(wide, high int) {
	p.style.Double = wide == 2 && high == 2
	p.style.Width, p.style.Height = 0, 0
	if !p.style.Double && (wide > 1 || high > 1) {
		p.style.Width, p.style.Height = uint8(wide), uint8(high)
	}
}

// letter prints one byte of text. Text that is too long goes on on the next line.
func (p *Printer) letter(b byte) {
	c := layout.Cell{Text: string(rune(b)), Style: p.style}
	switch {
	case b >= 0x80 && p.hanzi && p.first == 0:
		p.first = b
		return
	case b >= 0x80 && p.hanzi:
		p.first = 0
		c.Text, c.Wide = "龘", true
	case b >= 0x80:
		c.Text = letterOf(p.page, b)
	}
	if p.line.Columns()+c.Columns() > p.columns {
		p.feed()
	}
	p.line = append(p.line, c)
}

// letterOf finds the letter of b in the upper half of a code table.
func letterOf(page string, b byte) string {
	for range b - 0x80 {
		_, size := utf8.DecodeRuneInString(page)
		page = page[size:]
	}
	r, _ := utf8.DecodeRuneInString(page)
	return string(r)
}

// feed brings the print buffer to paper.
func (p *Printer) feed() {
	p.onRoll.Lines = append(p.onRoll.Lines, p.line)
	p.unroll(p.line.Height())
	p.line = nil
}

// unroll takes so many lines off the roll.
func (p *Printer) unroll(lines int) {
	if p.roll != endless {
		p.roll = max(0, p.roll-lines)
	}
}

// cut ends a paper. Nothing was printed on one that holds no line.
func (p *Printer) cut() {
	if len(p.onRoll.Lines) == 0 {
		p.onRoll = Paper{}
		return
	}
	p.papers = append(p.papers, p.onRoll)
	p.onRoll = Paper{}
	p.paused, p.pauseAtCut = p.paused || p.pauseAtCut, false
	if p.dropAtCut {
		p.dropAtCut, p.dropped = false, true
	}
}

// lengths are the commands that others send and this program does not, by how long they are. A printer obeys them; this
// one only gets past them.
var lengths = map[string]int{
	"\x1b ": 3, "\x1b2": 2, "\x1b3": 3, "\x1b{": 3, "\x1b$": 4, "\x1b\\": 4, "\x1bJ": 3, "\x1bp": 5,
	"\x1b\x06": 3, // asks a Star printer how it is
	"\x1cS":    4, "\x1cC": 3, "\x1c-": 3, "\x1c(": 7,
	"\x1dL": 4, "\x1dW": 4, "\x1dP": 4, "\x1d$": 4,
}

// foreign gets past a command that is not ours, and gives its length, 0 if more bytes must come first. Of one that is
// not known it takes two bytes.
func (p *Printer) foreign(b []byte) int {
	n := max(2, lengths[string(b[:2])])
	if len(b) < n {
		return 0
	}
	p.odd = append(p.odd, b[:n]...)
	return n
}
