// Package printertest pretends to be a receipt printer: it turns the bytes it is sent into papers, and fails when told to.
//
// It understands the commands that this program sends, and reads them without help from the code that writes them. Of
// others it knows at most how long they are: Odd tells of all that is not ours. Like a real printer it takes data while
// it cannot print, and prints it once it can; it answers live requests at once, and those in turn once all before them
// is printed; it reports what changes if it was told to; it forgets all that it has not printed when it is switched off.
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
	numbers map[byte]string // of its code tables

	mu     sync.Mutex
	papers []Paper
	onRoll Paper // printed and not cut off yet
	roll   int   // lines of paper that are left, or endless

	off, unplugged, mute, chinese, coverOpen, jammed, paused, drawer bool

	dropAfter   int  // bytes until the line drops; -1 is never
	dropAtCut   bool // the line drops once a paper is cut off
	dropped     bool // it has, and no front end has noticed yet
	pauseAtCut  bool // it stops once a paper is cut off
	rebootAfter int  // bytes until it reboots; -1 is never
	booting     bool // until the next piece of data

	received []byte // not executed yet
	asking   []byte // the beginning of a live request

	said     []byte        // to the line, which has not taken it yet
	news     chan struct{} // has a token if something was said since the last look
	auto     bool          // reports what changes
	reported [4]byte       // what it last did
	garble   func() byte   // what goes over each byte of an answer; nil changes none

	line  layout.Line // in the print buffer
	style layout.Style
	page  string
	hanzi bool // two bytes are one letter
	first byte // of a Hanzi, 0 if none

	justified byte // 0 left, 1 centre, 2 right
	symbol    symbol
	bars      bars
	dots      [][]bool // of a picture, as far as it has come
	doubled   bool     // its dots are twice as wide and high
	kept      kept

	odd []byte // bytes that began no command of ours
}

// New gives a printer that is on and has paper without an end, columns letters wide.
func New(columns int) *Printer {
	p := &Printer{columns: columns, numbers: epson, roll: endless, dropAfter: -1, rebootAfter: -1, news: make(chan struct{}, 1)}
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

// Numbers makes p one whose code tables have other numbers: names are such as "CP858". It is for a printer that nobody has
// sent anything yet.
func (p *Printer) Numbers(names map[byte]string) {
	p.befall(func() {
		p.numbers = names
		p.reset()
	})
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

// receive takes data as it comes from a line, and gives the answers to live requests in it. When intact is false the
// line has dropped after the first taken bytes. What the printer says in turn is for listen.
func (p *Printer) receive(data []byte) (taken int, answers []byte, intact bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.report()
	p.booting = p.booting && len(data) == 0
	for _, b := range data {
		if p.unplugged || p.dropAfter == 0 && !p.inRequest(b) {
			p.dropped, p.dropAfter = true, -1
		}
		if p.dropped {
			p.dropped = false
			return taken, answers, false
		}
		if p.rebootAfter == 0 && !p.inRequest(b) {
			p.reboot()
			p.booting, p.rebootAfter = true, -1
		}
		taken++
		if p.off || p.booting {
			continue
		}
		if answer, isRequest := p.request(b); isRequest {
			answers = append(answers, p.spoilt(answer)...)
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

// inRequest reports whether b belongs to a live request: only data counts towards DropAfter.
func (p *Printer) inRequest(b byte) bool { return len(p.asking) > 0 || b == 0x10 }

// request looks for live requests, which go past the buffer. All other bytes go into it.
func (p *Printer) request(b byte) (answer []byte, isRequest bool) {
	p.asking = append(p.asking, b)
	switch n := len(p.asking); {
	case n == 1 && b == 0x10, n == 2 && (b == 0x04 || b == 0x05):
		return nil, true
	case n == 3 && p.asking[1] == 0x04 && b >= 1 && b <= 4:
		p.asking = nil
		return p.answer(b), true
	case n == 3 && p.asking[1] == 0x05 && (b == 1 || b == 2):
		p.asking = nil
		p.recover(b == 2)
		return nil, true
	default:
		p.received = append(p.received, p.asking...)
		count(&p.dropAfter, n)
		count(&p.rebootAfter, n)
		p.asking = nil
		return nil, false
	}
}

// count takes n bytes off what is left until something happens, unless it never does.
func count(left *int, n int) {
	if *left > 0 {
		*left = max(0, *left-n)
	}
}

// reset is the state after ESC @ and after switching on: what is in the print buffer goes.
func (p *Printer) reset() {
	p.finishPicture()
	p.auto, p.kept = false, kept{}
	p.line, p.style, p.first = nil, layout.Style{}, 0
	p.hanzi = p.chinese
	p.page, _ = page(p.numbers[0])
	p.justified, p.symbol, p.bars = 0, symbol{}, factoryBars
}
