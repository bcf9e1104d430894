package scanning

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"zegel/scanner/preset"
	"zegel/scanner/recording"
	"zegel/scanner/setup"
)

// A Setup finds out how a device is set by listening to it: somebody scans the
// codes of a sheet, and what comes is compared with what stands there.
type Setup struct {
	// Open opens the device's line with a setting.
	Open func(preset.Line) (Port, error)
	// Say tells whoever holds the device what to do.
	Say func(format string, args ...any)
	// Enter says that a code was scanned and nothing came, or that there is no
	// such code.
	Enter <-chan struct{}
	// Wait is how long a scan is waited for.
	Wait time.Duration
}

const (
	// quiet is the pause after which a scan is whole: several times what any
	// device pauses in one.
	quiet = 400 * time.Millisecond
	// mostLines keeps a device that sends rubbish from keeping somebody busy.
	mostLines = 12
	// longest is how long a device is heard that is never silent.
	longest = 10 * time.Second
)

// errNothing says that nothing was scanned.
var errNothing = errors.New("nothing came from the device: is it the right port, and does it beep when it reads a code? Some devices need to be set to RS-232 or USB-COM first, with a bar code of their manual")

// Tags are what a reader of chips is asked for instead of a sheet: the same tag
// twice, for bytes that show nothing of their own.
func Tags() []setup.Code { return make([]setup.Code, 2) }

// Run tries lines, first the one given, until all codes are read as they stand
// on the sheet, and returns what it found.
func (s *Setup) Run(ctx context.Context, line preset.Line, codes []setup.Code) (setup.Proposal, error) {
	var tried []preset.Line
	var before setup.Proposal
	for {
		tried = append(tried, line)
		found, err := s.try(ctx, line, codes)
		switch {
		case errors.Is(err, errNothing) && len(tried) > 1:
			return before, nil // something did come, on another line
		case err != nil || found.Certain:
			return found, err
		}
		before = found
		next := slices.IndexFunc(found.Try, func(l preset.Line) bool { return !slices.Contains(tried, l) })
		if next < 0 || len(tried) == mostLines {
			return found, nil
		}
		line = found.Try[next]
		s.Say("What came does not fit %s. Once more, at %s.\n", tried[len(tried)-1], line)
	}
}

// try has the codes scanned at one setting of the line.
func (s *Setup) try(ctx context.Context, line preset.Line, codes []setup.Code) (setup.Proposal, error) {
	port, err := s.Open(line)
	if err != nil {
		return setup.Proposal{}, err
	}
	proposal, err := s.listen(ctx, port, line, codes)
	return proposal, errors.Join(err, port.Close())
}

func (s *Setup) listen(ctx context.Context, port Port, line preset.Line, codes []setup.Code) (setup.Proposal, error) {
	var samples []setup.Sample
	var found setup.Proposal
	heard := false
	began := time.Now()
	for n, code := range codes {
		s.Say("%d of %d: %s\n", n+1, len(codes), ask(code, n))
		chunks, next, err := s.scan(ctx, port, began, samples, line, code)
		if err != nil && !(heard && errors.Is(err, errNothing)) {
			return setup.Proposal{}, err
		}
		if len(chunks) == 0 && heard {
			s.Say("   left out\n")
			continue // it is not on the sheet, or not a code this device reads
		}
		samples = append(samples, setup.Sample{Want: code, Chunks: chunks})
		heard = heard || len(chunks) > 0
		found = next
		if !found.Certain && len(found.Try) > 0 {
			return found, nil // the others would come to nothing on this line
		}
		if len(chunks) == 0 {
			s.Say("   nothing came\n")
		} else {
			s.Say("   read\n")
		}
		if code == (setup.Code{}) && found.Certain {
			break // a tag says it all at once, or not at all
		}
	}
	if !heard {
		return setup.Proposal{}, errNothing
	}
	return found, nil
}

// ask is what to do for a code, the n-th from 0.
func ask(code setup.Code, n int) string {
	switch {
	case code != (setup.Code{}):
		return "scan " + code.Name
	case n == 0:
		return "hold a tag to the reader for a second, and take it away"
	}
	return "the same tag once more"
}

// scan is one more sample, and what all are known by. Where the ones before it
// showed that the line is right, a scan that fits nothing was of something else.
func (s *Setup) scan(ctx context.Context, port Port, began time.Time, before []setup.Sample, line preset.Line, code setup.Code) ([]recording.Chunk, setup.Proposal, error) {
	fits := setup.Recognise(before, line).Preset != ""
	for {
		chunks, err := s.sample(ctx, port, began)
		if err != nil {
			return nil, setup.Proposal{}, err
		}
		found := setup.Recognise(append(slices.Clip(before), setup.Sample{Want: code, Chunks: chunks}), line)
		if len(chunks) == 0 || !fits || found.Certain || len(found.Try) == 0 {
			return chunks, found, nil
		}
		s.Say("   that was something else, or half of it: once more\n")
	}
}

// sample is what comes of one scan; nothing if Enter came before it.
func (s *Setup) sample(ctx context.Context, port Port, began time.Time) ([]recording.Chunk, error) {
	var chunks []recording.Chunk
	buf := make([]byte, 4096)
	last := time.Now()
	first := last
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case _, answers := <-s.Enter:
			if answers {
				return chunks, nil
			}
			s.Enter = nil
		default:
		}
		n, err := port.Read(buf)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		switch {
		case n > 0:
			if last = now; len(chunks) == 0 {
				first = now
			}
			chunks = append(chunks, recording.Chunk{At: now.Sub(began), Data: slices.Clone(buf[:n])})
			if now.Sub(first) >= longest {
				return chunks, nil
			}
		case len(chunks) > 0 && now.Sub(last) >= quiet:
			return chunks, nil
		case len(chunks) == 0 && now.Sub(last) >= s.Wait:
			return nil, errNothing
		}
	}
}

// WriteTOML writes the part of a configuration that a proposal comes to.
func WriteTOML(w io.Writer, device string, p setup.Proposal) error {
	var b strings.Builder
	b.WriteString("[[lane.scanner]]\n")
	line := func(key, value string) { fmt.Fprintf(&b, "%s = %s\n", key, value) }
	line("device", Quote(device))
	line("preset", Quote(p.Preset))
	known, _ := preset.Find(p.Preset)
	if p.Line.Baud != known.Line.Baud {
		line("baud", fmt.Sprint(p.Line.Baud))
	}
	if p.Line.DataBits != known.Line.DataBits {
		line("data_bits", fmt.Sprint(p.Line.DataBits))
	}
	if p.Line.Parity != known.Line.Parity {
		line("parity", Quote(p.Line.Parity))
	}
	if p.Line.StopBits != known.Line.StopBits {
		line("stop_bits", fmt.Sprint(p.Line.StopBits))
	}
	for _, s := range FromSettings(p.Settings) {
		line(s.Key, s.Value)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
