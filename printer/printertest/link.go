package printertest

import (
	"context"
	"fmt"

	"zegel/printer/device"
	"zegel/printer/escpos"
)

// A Link is the shortest line to a Printer there is: function calls. It takes no time.
type Link struct {
	printer *Printer
	broken  bool
}

// Link opens a line to p, or fails as a printer that is not plugged in.
func (p *Printer) Link() (*Link, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unplugged {
		return nil, fmt.Errorf("open the pretended printer: %w", device.ErrAbsent)
	}
	p.dropped, p.said = false, nil
	return &Link{printer: p}, nil
}

// pickUp begins with a line that has not dropped.
func (p *Printer) pickUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropped, p.said = p.unplugged, nil
}

// Write sends data to the printer.
func (l *Link) Write(_ context.Context, data []byte) (int, error) {
	if l.broken {
		return 0, fmt.Errorf("write to the pretended printer: %w", device.ErrOffline)
	}
	n, _, intact := l.printer.receive(data)
	if !intact {
		l.broken = true
		return n, fmt.Errorf("write to the pretended printer: %w", device.ErrOffline)
	}
	return n, nil
}

// Status asks the printer how it is.
func (l *Link) Status(context.Context) (escpos.Status, error) {
	var s escpos.Status
	for _, n := range []byte{escpos.AskPrinter, escpos.AskOffline, escpos.AskError, escpos.AskPaper} {
		if l.broken {
			return escpos.Status{}, fmt.Errorf("ask the pretended printer: %w", device.ErrOffline)
		}
		_, answers, intact := l.printer.receive(escpos.AppendAsk(nil, n))
		switch {
		case !intact:
			l.broken = true
		case len(answers) == 0 || !escpos.IsAnswer(answers[0]):
			return escpos.Status{}, fmt.Errorf("ask the pretended printer: %w", device.ErrSilent)
		default:
			s.Add(n, answers[0])
		}
	}
	return s, nil
}

// Receive gives what the printer has said besides, waiting for it until ctx ends.
func (l *Link) Receive(ctx context.Context) ([]byte, error) {
	if l.broken {
		return nil, fmt.Errorf("listen to the pretended printer: %w", device.ErrOffline)
	}
	said := l.printer.listen(ctx)
	if len(said) == 0 {
		return nil, fmt.Errorf("listen to the pretended printer: %w", device.ErrSilent)
	}
	return said, nil
}

// WriteRealTime sends a command that goes past the printer's buffer.
func (l *Link) WriteRealTime(ctx context.Context, command []byte) error {
	_, err := l.Write(ctx, command)
	return err
}

// Close closes the line.
func (l *Link) Close() error {
	l.broken = true
	return nil
}
