package serialport

// Drain waits until what was written has left this machine. It has no
// time-out: a device that holds us up by flow control holds it up too, so a
// scanner's reader never calls it, and a printer's only beside a deadline.
func (p *Port) Drain() error {
	if err := p.line.Drain(); err != nil {
		return failed("drain", p.path, err)
	}
	return nil
}
