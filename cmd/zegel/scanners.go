package main

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner"
	"zegel/scanner/serialport"
	"zegel/terminal"
	"zegel/terminal/loyalty/programme"
)

// A laneScanner is one device at a lane.
type laneScanner struct {
	lane, called string
	preset       string
	line         *serialport.Line
	reader       *scanner.Reader
}

// A lanePass is the line by which a lane's till gets what is not ours.
type lanePass struct {
	lane    string
	line    *serialport.Line
	forward *scanner.Forward
}

// addScanners makes the readers of a lane, and the line to its till.
func (d *daemon) addScanners(lane Lane, desk *terminal.Desk) error {
	pass := d.passOf(lane, desk)
	for n, s := range lane.Scanners {
		if s.Device == "" {
			continue
		}
		framer, err := s.Framer()
		if err != nil {
			return err
		}
		called := lane.calls(n)
		line := serialport.NewLine(scanning.LineConfig(s.Device, s.Line()))
		log := d.part("scanner").With().Str("lane", lane.Name).Logger()
		cfg := scanner.Config{
			Name: called, Open: opening(line), Framer: framer,
			Repeat: s.Repeat(), Hold: s.Hold, Presence: s.Presence(), Feedback: s.Answers(),
			Now: time.Now, Jitter: mathrand.Float64, Log: log,
			OnScan:   func(ctx context.Context, s scanner.Scan) scanner.Verdict { return judge(ctx, desk, s, log) },
			OnReject: func(_ context.Context, r scanner.Reject) { desk.Misread(string(r.Reason)) },
		}
		if pass != nil {
			cfg.Ours, cfg.Pass = desk.Ours, pass
		}
		d.scanners = append(d.scanners, &laneScanner{lane: lane.Name, called: called, preset: s.Preset, line: line, reader: scanner.New(cfg)})
	}
	return nil
}

// judge hands a scan to the desk, and says what the device is to tell whoever
// holds it.
func judge(ctx context.Context, desk *terminal.Desk, s scanner.Scan, log zerolog.Logger) scanner.Verdict {
	_, err := desk.Scan(ctx, s.Text, s.Symbology)
	var no *programme.Refusal
	switch {
	case err == nil:
		return scanner.Accepted
	case !errors.As(err, &no):
		log.Error().Err(err).Msg("a scan could not be looked up")
	}
	return scanner.Refused
}

// passOf is where what is not ours goes from a lane's devices; nil where the
// desk takes everything.
func (d *daemon) passOf(lane Lane, desk *terminal.Desk) func(scanner.Scan) bool {
	switch lane.Pass.To {
	case passTill:
		return func(s scanner.Scan) bool {
			if s.Text == "" && len(s.Raw) == 1 {
				return true // the rest of an end that was told of already
			}
			desk.Touched()
			desk.Pass(s.Text, s.Symbology, s.Raw)
			return true
		}
	case passSerial:
		line := serialport.NewLine(scanning.LineConfig(lane.Pass.Device, lane.Pass.line()))
		forward := scanner.NewForward(scanner.ForwardConfig{
			Name: lane.Name + " till", Open: opening(line), Now: time.Now, Jitter: mathrand.Float64,
			Log: d.part("scanner").With().Str("lane", lane.Name).Logger(),
		})
		d.passes = append(d.passes, &lanePass{lane: lane.Name, line: line, forward: forward})
		return func(s scanner.Scan) bool {
			desk.Touched()
			return forward.Send(s.Raw)
		}
	}
	return nil
}

// opening is a line's Open as a reader takes it.
func opening(line *serialport.Line) func() (scanner.Port, error) {
	return func() (scanner.Port, error) {
		port, err := line.Open()
		if err != nil {
			return nil, err // and no port that is nil and yet is one
		}
		return port, nil
	}
}

func (s *laneScanner) status() scannerStatus {
	st := s.reader.Status()
	out := scannerStatus{
		Lane: s.lane, Name: s.called, Preset: s.preset, State: string(st.State), Since: st.Since.UTC(), Trouble: st.Trouble,
		Scans: st.Scans, Rejected: st.Rejects, NoReads: st.NoReads, Repeats: st.Repeats, Passed: st.Passed, NotTaken: st.Refused, Dropped: st.Dropped, Losses: st.Losses,
		FeedbackBroken: st.FeedbackBroken, Reasons: make(map[string]uint64),
	}
	for reason, n := range st.Reasons {
		out.Reasons[string(reason)] = n
	}
	if is, ok := s.line.Identity(); ok {
		if out.Port = is.Path; is.VID != "" {
			out.Device = is.Name()
		}
	}
	return out
}

func (p *lanePass) status() passStatus {
	st := p.forward.Status()
	return passStatus{
		Lane: p.lane, State: string(st.State), Since: st.Since.UTC(), Trouble: st.Trouble,
		Sent: st.Sent, Refused: st.Refused, Dropped: st.Dropped, Losses: st.Losses,
	}
}

// words is how a scanner is, for people.
func (s scannerStatus) words() string {
	text := fmt.Sprintf("%s since %s; %d scans, %d not read well, %d times lost", s.State, s.Since.Local().Format("15:04:05"), s.Scans, s.Rejected, s.Losses)
	if s.Passed > 0 {
		text += fmt.Sprintf(", %d for the till", s.Passed)
	}
	if s.NotTaken > 0 {
		text += fmt.Sprintf(", %d that the till's line did not take", s.NotTaken)
	}
	if s.FeedbackBroken {
		text += "; it takes no answers, so it does not beep for us"
	}
	if s.Device != "" {
		text += "; " + s.Device
	}
	if s.State != string(scanner.Ready) && s.Trouble != "" {
		text += ": " + s.Trouble
	}
	return text
}

func (s passStatus) words() string {
	text := fmt.Sprintf("%s since %s; %d scans handed on, %d refused, %d dropped, %d times lost", s.State, s.Since.Local().Format("15:04:05"), s.Sent, s.Refused, s.Dropped, s.Losses)
	if s.State != string(scanner.Ready) && s.Trouble != "" {
		text += ": " + s.Trouble
	}
	return text
}
