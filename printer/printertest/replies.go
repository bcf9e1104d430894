package printertest

import (
	"context"
	"slices"
)

// nearEnd is how many lines of paper are left when the printer says that its roll is near its end.
const nearEnd = 50

// answer is the byte for a live status request.
func (p *Printer) answer(n byte) []byte {
	b := byte(0x12)
	switch {
	case n == 1:
		b |= when(p.drawer, 0x04) | when(!p.well(), 0x08)
	case n == 2:
		b |= when(p.coverOpen, 0x04) | when(p.roll == 0, 0x20) | when(p.jammed, 0x40)
	case n == 3:
		b |= when(p.jammed, 0x08)
	case n == 4:
		b |= when(p.roll == 0, 0x60) | when(p.low(), 0x0c)
	}
	return []byte{b}
}

// low reports whether the sensor sees the end of the roll.
func (p *Printer) low() bool { return p.roll != endless && p.roll < nearEnd }

func when(is bool, b byte) byte {
	if is {
		return b
	}
	return 0
}

// question runs GS a, GS r or GS I, which are answered in turn, and gives its length, 0 if more bytes must come first.
func (p *Printer) question(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	switch n := b[2]; {
	case b[1] == 'a':
		p.auto, p.reported = n != 0, [4]byte{} // the first report comes at once
	case b[1] == 'r' && (n == 1 || n == '1'):
		p.say([]byte{when(p.low(), 0x03) | when(p.roll == 0, 0x0c)})
	case b[1] == 'r' && (n == 2 || n == '2'):
		p.say([]byte{when(p.drawer, 0x01)})
	case b[1] == 'I' && identity[n] != "":
		p.say([]byte(identity[n]))
	case n == 0: // a command that was cut off: it does nothing
	default:
		p.odd = append(p.odd, b[:3]...)
	}
	return 3
}

// identity is what GS I n is answered with: a byte, or a frame.
var identity = map[byte]string{
	1: "\x20", 2: "\x02", 3: "\x01",
	65: "_1.00\x00", 66: "_EPSON\x00", 67: "_TM-T20III\x00", 68: "_SIM0001\x00", 69: "_\x00",
}

// confirm runs GS ( H, and gives its length, 0 if more bytes must come first.
func (p *Printer) confirm(b []byte) int {
	if len(b) < 5 {
		return 0
	}
	n := 5 + int(b[3]) + int(b[4])<<8
	if len(b) < n {
		return 0
	}
	args := b[5:n]
	printable := func(c byte) bool { return c >= ' ' && c <= '~' }
	switch {
	case len(args) == 6 && args[0] == '0' && args[1] == '0' && !slices.ContainsFunc(args, func(c byte) bool { return !printable(c) }):
		p.say(append(append([]byte{0x37, 0x22}, args[2:]...), 0))
	case b[n-1] == 0: // a command that was cut off: it does nothing
	default:
		p.odd = append(p.odd, b[:n]...)
	}
	return n
}

// report tells what has changed, if the printer was told to.
func (p *Printer) report() {
	if !p.auto || p.off {
		return
	}
	now := [4]byte{
		0x10 | when(p.drawer, 0x04) | when(!p.well(), 0x08) | when(p.coverOpen, 0x20),
		when(p.jammed, 0x08),
		when(p.low(), 0x03) | when(p.roll == 0, 0x0c),
		0x0f,
	}
	if now != p.reported {
		p.reported = now
		p.say(now[:])
	}
}

// say sends bytes to whoever listens.
func (p *Printer) say(b []byte) {
	if p.off || p.mute || len(b) == 0 {
		return
	}
	p.send(p.noisy(b))
}

// send puts bytes on the line as they are.
func (p *Printer) send(b []byte) {
	p.said = append(p.said, b...)
	select {
	case p.news <- struct{}{}:
	default: // one token is enough for all that was said
	}
}

// spoilt is the answer to a live request as it arrives.
func (p *Printer) spoilt(answer []byte) []byte {
	if p.mute {
		return nil
	}
	return p.noisy(answer)
}

func (p *Printer) noisy(b []byte) []byte {
	if p.garble == nil {
		return b
	}
	b = slices.Clone(b)
	for i := range b {
		b[i] ^= p.garble()
	}
	return b
}

// take gives all that was said and not taken yet.
func (p *Printer) take() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	said := p.said
	p.said = nil
	return said
}

// listen gives what was said, waiting for the first byte of it until ctx ends; then it gives nothing.
func (p *Printer) listen(ctx context.Context) []byte {
	for {
		if said := p.take(); len(said) > 0 {
			return said
		}
		select {
		case <-p.news:
		case <-ctx.Done():
			return p.take()
		}
	}
}
