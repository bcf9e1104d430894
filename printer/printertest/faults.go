package printertest

// What people and accidents do to a printer. Each holds until it is undone, unless it says "once".

// LoadPaper puts in a roll of so many lines; a negative number is one without an end. What waited is printed.
func (p *Printer) LoadPaper(lines int) {
	p.befall(func() { p.roll = max(lines, endless) })
}

// OpenCover opens or closes the cover. While it is open nothing is printed.
func (p *Printer) OpenCover(open bool) {
	p.befall(func() { p.coverOpen = open })
}

// Jam jams the cutter, or frees it. While it is jammed nothing is printed. The printer frees it by itself when it is
// told to go on (DLE ENQ).
func (p *Printer) Jam(jammed bool) {
	p.befall(func() { p.jammed = jammed })
}

// Pause makes the printer stop printing without a reason that it would name, as a hot print head does, or go on.
func (p *Printer) Pause(paused bool) {
	p.befall(func() { p.paused = paused })
}

// PauseAtCut makes the printer stop, until Pause lets it go on, as soon as the next paper has been cut off: what was
// asked after it stays unanswered.
func (p *Printer) PauseAtCut() {
	p.befall(func() { p.pauseAtCut = true })
}

// Drawer sets the level of the cash drawer's switch.
func (p *Printer) Drawer(high bool) {
	p.befall(func() { p.drawer = high })
}

// Switch switches the printer on or off. What was not on paper is lost.
func (p *Printer) Switch(on bool) {
	p.befall(func() {
		p.off = !on
		p.reboot()
	})
}

// Reboot switches the printer off and on so fast that nobody sees it.
func (p *Printer) Reboot() {
	p.befall(p.reboot)
}

// RebootAfter lets the printer reboot, once, when n more bytes of data have arrived: 0 is before any. What comes with
// them in one piece is lost: it comes while the printer starts.
func (p *Printer) RebootAfter(n int) {
	p.befall(func() { p.rebootAfter = n })
}

// Plug plugs the printer in or pulls it out. Pulled out, it cannot be opened, and an open line drops.
func (p *Printer) Plug(in bool) {
	p.befall(func() {
		p.unplugged = !in
		p.dropped = p.dropped || !in
	})
}

// Mute makes the printer one that answers no questions, or one that does again.
func (p *Printer) Mute(mute bool) {
	p.befall(func() { p.mute = mute })
}

// Garble puts what noise gives over each byte that the printer says (0 leaves one as it is); nil is a clear line.
func (p *Printer) Garble(noise func() byte) {
	p.befall(func() { p.garble = noise })
}

// DropAfter drops the line, once, when n more bytes of data have arrived: 0 is before any. The printer stays on.
func (p *Printer) DropAfter(n int) {
	p.befall(func() { p.dropAfter = n })
}

// DropAtCut drops the line, once, as soon as the next paper has been cut off.
func (p *Printer) DropAtCut() {
	p.befall(func() { p.dropAtCut = true })
}

// befall changes the printer's lot, and lets it print what it can now.
func (p *Printer) befall(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.execute()
	p.report()
}

// reboot forgets all that is not on paper.
func (p *Printer) reboot() {
	p.received, p.asking, p.said = nil, nil, nil
	p.reset()
}

// recover goes on after an error, without what has not been printed if clear is set.
func (p *Printer) recover(clear bool) {
	p.jammed = false
	if clear {
		p.received = nil
		p.reset()
	}
	p.execute()
}

// well reports whether the printer would say that it prints, runs whether it does.
func (p *Printer) well() bool { return !p.off && !p.coverOpen && p.roll != 0 && !p.jammed }
func (p *Printer) runs() bool { return p.well() && !p.paused }
