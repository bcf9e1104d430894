// Package printertest pretends to be a receipt printer: it turns the bytes it is sent into papers, and fails when told to.
//
// It understands the commands that this program sends and no others, and reads them without help from the code
// that writes them. Like a real printer it takes data while it cannot print, and prints it once it can; it answers
// live status requests at once; it forgets all that it has not printed when it is switched off.
package printertest

import (
	"strings"
	"sync"

	"zegel/printer/layout"
)

// endless is a roll without an end.
const endless = -1

// A Paper is what came out of the printer between two cuts.
type Paper struct {
	Lines []layout.Line
	Raw   []byte // the bytes it was printed from
}

// Text is the text of p, a line feed after each line.
func (p Paper) Text() string {
	var b strings.Builder
	for _, l := range p.Lines {
		b.WriteString(l.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// A Printer is a pretended printer. Its methods may be called by several goroutines at once.
type Printer struct {
	columns int

	mu     sync.Mutex
	papers []Paper
	onRoll Paper // printed and not cut off yet
	roll   int   // lines of paper that are left, or endless

	off, unplugged, mute, chinese, coverOpen bool

	dropAfter int  // bytes until the line drops; -1 is never
	dropAtCut bool // the line drops once a paper is cut off
	dropped   bool // it has, and no front end has noticed yet

	received []byte // not executed yet
	asking   []byte // the beginning of a live status request

	line  layout.Line // in the print buffer
	style layout.Style
	page  string
	hanzi bool // two bytes are one letter
	first byte // of a Hanzi, 0 if none

	justified byte // 0 left, 1 centre, 2 right
	symbol    symbol
	dots      [][]bool // of a picture, as far as it has come

	odd []byte // bytes that began no command of ours
}

// New gives a printer that is on and has paper without an end, columns letters wide.
func New(columns int) *Printer {
	p := &Printer{columns: columns, roll: endless, dropAfter: -1}
	p.reset()
	return p
}

// NewChinese gives a printer that starts with double-byte letters, as those made for China do.
func NewChinese(columns int) *Printer {
	p := New(columns)
	p.chinese = true
	p.reset()
	return p
}

// Papers are the papers that were cut off, oldest first.
func (p *Printer) Papers() []Paper {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Paper(nil), p.papers...)
}

// Uncut is what has been printed since the last cut.
func (p *Printer) Uncut() Paper {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Paper{append([]layout.Line(nil), p.onRoll.Lines...), append([]byte(nil), p.onRoll.Raw...)}
}

// Odd are the bytes that a real printer would not have understood, either.
func (p *Printer) Odd() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]byte(nil), p.odd...)
}

// LoadPaper puts in a roll of so many lines; a negative number is one without an end. What waited is printed.
func (p *Printer) LoadPaper(lines int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roll = max(lines, endless)
	p.execute()
}

// OpenCover opens or closes the cover. While it is open nothing is printed.
func (p *Printer) OpenCover(open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coverOpen = open
	p.execute()
}

// Switch switches the printer on or off. What was not on paper is lost.
func (p *Printer) Switch(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.off = !on
	p.received, p.asking = nil, nil
	p.reset()
}

// Plug plugs the printer in or pulls it out. Pulled out, it cannot be opened, and an open line drops.
func (p *Printer) Plug(in bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unplugged = !in
	p.dropped = p.dropped || !in
}

// Mute makes the printer one that answers no questions, or one that does again.
func (p *Printer) Mute(mute bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = mute
}

// DropAfter drops the line, once, when n more bytes of data have arrived: 0 is before any. The printer stays on.
func (p *Printer) DropAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropAfter = n
}

// DropAtCut drops the line, once, as soon as the next paper has been cut off.
func (p *Printer) DropAtCut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropAtCut = true
}

// receive takes data as it comes from a line, and gives what the printer answers. When intact is false the line
// has dropped after the first taken bytes.
func (p *Printer) receive(data []byte) (taken int, answers []byte, intact bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range data {
		if p.unplugged || p.dropAfter == 0 && !p.inRequest(b) {
			p.dropped, p.dropAfter = true, -1
		}
		if p.dropped {
			p.dropped = false
			return taken, answers, false
		}
		taken++
		if p.off {
			continue
		}
		if answer, isRequest := p.request(b); isRequest {
			answers = append(answers, answer...)
			continue
		}
		p.execute()
	}
	if p.dropped {
		p.dropped = false
		return taken, answers, false
	}
	return taken, answers, true
}

// inRequest reports whether b belongs to a live status request: only data counts towards DropAfter.
func (p *Printer) inRequest(b byte) bool { return len(p.asking) > 0 || b == 0x10 }

// request looks for live status requests, which go past the buffer. All other bytes go into it.
func (p *Printer) request(b byte) (answer []byte, isRequest bool) {
	p.asking = append(p.asking, b)
	switch n := len(p.asking); {
	case n == 1 && b == 0x10, n == 2 && b == 0x04:
		return nil, true
	case n == 3 && b >= 1 && b <= 4:
		p.asking = nil
		return p.answer(b), true
	default:
		p.received = append(p.received, p.asking...)
		if p.dropAfter > 0 {
			p.dropAfter = max(0, p.dropAfter-n)
		}
		p.asking = nil
		return nil, false
	}
}

// answer is the byte for a live status request.
func (p *Printer) answer(n byte) []byte {
	if p.mute {
		return nil
	}
	b := byte(0x12)
	switch {
	case n == 1 && !p.ready():
		b |= 0x08
	case n == 2 && p.coverOpen:
		b |= 0x04
	case n == 2 && p.roll == 0:
		b |= 0x20
	case n == 4 && p.roll == 0:
		b |= 0x6c
	case n == 4 && p.roll > 0 && p.roll < 50:
		b |= 0x0c
	}
	return []byte{b}
}

func (p *Printer) ready() bool { return !p.off && !p.coverOpen && p.roll != 0 }

// reset is the state after ESC @ and after switching on: what is in the print buffer goes.
func (p *Printer) reset() {
	p.finishPicture()
	p.line, p.style, p.first = nil, layout.Style{}, 0
	p.hanzi = p.chinese
	p.page, _ = page(0)
	p.justified, p.symbol = 0, symbol{}
}
