package scanning

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
	"zegel/scanner/setup"
)

// A line is a pretended port: what it reads stands in a script.
type line struct {
	mu     sync.Mutex
	script []read
	told   [][]byte
	stuck  bool // it takes no data
	closed bool
}

// A read comes after a pause.
type read struct {
	after time.Duration
	data  string
	err   error
}

func (l *line) Read(b []byte) (int, error) {
	l.mu.Lock()
	if len(l.script) == 0 || l.script[0].after > ReadTimeout {
		if len(l.script) > 0 {
			l.script[0].after -= ReadTimeout
		}
		l.mu.Unlock()
		time.Sleep(ReadTimeout) // fake time
		return 0, nil
	}
	r := l.script[0]
	l.script = l.script[1:]
	l.mu.Unlock()
	time.Sleep(r.after)
	return copy(b, r.data), r.err
}

func (l *line) Write(b []byte) (int, error) {
	if l.stuck {
		select {}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, bytes.Clone(b))
	return len(b), nil
}

func (l *line) Close() error {
	l.closed = true
	return nil
}

const (
	cardA = "2900001234566"
	cardB = "2900007654320"
)

func TestSniffPartsWhatIsPartedByPausesAndHidesCards(t *testing.T) {
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	hear := func(s *Sniff) {
		s.Begin(began)
		s.Heard(at(1000), []byte("\x02290"))
		s.Heard(at(1010), []byte("x\x8d\r"))
		s.Told(at(1012), []byte{4, 0xD0})
		s.Heard(at(1300), []byte("NR\r"))
		s.Idle(at(1310))
		s.Idle(at(1320))
		s.Say(at(1400), "the device is gone")
		s.Heard(at(1500), bytes.Repeat([]byte("7"), 33))
	}
	for show, want := range map[bool]string{
		false: `    1.000   +1.000 < 02 nn nn nn xx hh 0D
    1.012   +0.002 > 04 D0
    1.300   +0.288 < xx xx 0D
    1.400  the device is gone
    1.500   +0.200 < ` + strings.Repeat("nn ", 31) + `nn
    1.500   +0.000 < nn
`,
		true: `    1.000   +1.000 < 02 32 39 30 78 8D 0D  .290x..
    1.012   +0.002 > 04 D0  ..
    1.300   +0.288 < 4E 52 0D  NR.
    1.400  the device is gone
    1.500   +0.200 < ` + strings.Repeat("37 ", 31) + `37  ` + strings.Repeat("7", 32) + `
    1.500   +0.000 < 37  7
`,
	} {
		var out bytes.Buffer
		s := &Sniff{Out: &out, Show: show, Gap: 20 * time.Millisecond}
		hear(s)
		if err := s.Flush(); err != nil || out.String() != want {
			t.Errorf("show %t: %v\ngot\n%swant\n%s", show, err, out.String(), want)
		}
	}
}

// A device is heard out: its bytes, what they come to, its going and coming.
func TestAListenerTellsEverythingAndWaitsForWhatGoesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := &line{script: []read{{0, cardA + "\r", nil}, {50 * time.Millisecond, "290", nil}, {time.Second, "", nil}, {0, "29", errors.New("pulled")}}}
		second := &line{script: []read{{30 * time.Millisecond, cardB, nil}, {30 * time.Millisecond, "\r", nil}}}
		ports := []any{first, errors.New("not there"), errors.New("not there"), second}
		var said []string
		begin := time.Now()
		note := func(at time.Time, format string, args ...any) {
			said = append(said, fmt.Sprintf("%d ", at.Sub(begin).Milliseconds())+fmt.Sprintf(format, args...))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		l := &Listener{
			Open: func() (Port, error) {
				next := ports[0]
				ports = ports[1:]
				if err, bad := next.(error); bad {
					return nil, err
				}
				return next.(*line), nil
			},
			Framer: frame.NewLine(frame.LineConfig{}),
			Event:  func(at time.Time, e frame.Event) { note(at, "%s%s", e.Text, e.Reason) },
			Link: func(at time.Time, loss error) {
				if loss != nil {
					note(at, "%v", loss)
				} else {
					note(at, "open")
				}
			},
		}
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
		want := "0 open; 0 " + cardA + "; 150 unterminated; 1050 link-lost; 1050 pulled; 2550 open; 2610 " + cardB
		if got := strings.Join(said, "; "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if !first.closed || !second.closed {
			t.Error("a port was left open")
		}
	})
}

// sender is a framer that has something to say to every byte.
type sender struct{ frame.Framer }

func (s sender) Feed(now time.Time, b []byte) []frame.Event {
	return []frame.Event{{Send: []byte("ack"), Note: frame.Ack}}
}

func TestAListenerTellsTheDeviceAndGivesUpOnOneThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		well := &line{script: []read{{0, "x", nil}}}
		run := func(p *line) (said string) {
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			l := &Listener{
				Open: func() (Port, error) { return p, nil }, Framer: sender{frame.NewLine(frame.LineConfig{})},
				Told: func(_ time.Time, b []byte) { said += "told " + string(b) + "; " },
				Link: func(_ time.Time, loss error) {
					if loss != nil {
						said += loss.Error() + "; "
					}
				},
			}
			if err := l.Run(ctx); err != nil {
				t.Error(err)
			}
			return said
		}
		if got := run(well); got != "told ack; " || len(well.told) != 1 {
			t.Errorf("got %q, the device %q", got, well.told)
		}
	})
	// One that takes nothing keeps a goroutine until its port is closed, which no
	// bubble would wait for.
	if err := write(&line{stuck: true}, []byte("x")); !errors.Is(err, errSlow) {
		t.Errorf("got %v", err)
	}
}

// What was recorded comes to the same when it is played.
func TestARecordingIsPlayedAsItWasHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ports := []*line{
			{script: []read{{0, "2900001", nil}, {4 * time.Millisecond, "234566", nil}, {0, "\r", nil}, {400 * time.Millisecond, "29", nil}, {300 * time.Millisecond, "", nil}, {0, "29", errors.New("pulled")}}},
			{script: []read{{time.Second, cardB + "\r", nil}}},
		}
		var file strings.Builder
		w, err := recording.NewWriter(&file, map[string]string{"preset": "generic"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		r := NewRecorder(w, cancel)
		var heard []string
		d := Decoder{Cards: BuiltIn().Matcher(), Begin: time.Now()}
		say := func(o Outcome, says bool) string { return fmt.Sprintf("%s%s %d", o.Code, o.Reason, (o.AtMS+5)/20) }
		l := &Listener{
			Open: First(ports[0], func() (Port, error) { return ports[1], nil }), Framer: frame.NewLine(frame.LineConfig{}),
			Heard: r.Heard, Told: r.Told, Idle: r.Idle, Link: r.Link,
			Event: func(at time.Time, e frame.Event) { heard = append(heard, say(d.Outcome(e, at))) },
		}
		if err := errors.Join(l.Run(ctx), r.End(time.Now())); err != nil {
			t.Fatal(err)
		}
		if r.Bytes != 2*14+4 {
			t.Errorf("%d bytes", r.Bytes)
		}
		rec, err := recording.Parse(file.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, file.String())
		}
		var played []string
		d.Begin = began
		recording.Play(rec, frame.NewLine(frame.LineConfig{}), func(at time.Duration, e frame.Event) {
			played = append(played, say(d.Outcome(e, began.Add(at))))
		})
		if strings.Join(heard, "; ") != strings.Join(played, "; ") || len(heard) != 4 {
			t.Errorf("heard  %q\nplayed %q\n%s", heard, played, file.String())
		}
	})
}

// failing is a disk that is full.
type failing struct{ n int }

func (f *failing) Write(b []byte) (int, error) {
	if f.n--; f.n < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestARecordingThatCannotBeWrittenEnds(t *testing.T) {
	w, err := recording.NewWriter(&failing{1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	stopped := 0
	r := NewRecorder(w, func() { stopped++ })
	r.Link(began, nil)
	r.Heard(began, []byte("29"))
	r.Heard(began.Add(time.Second), []byte("29"))
	r.Heard(began.Add(2*time.Second), []byte("29"))
	if err := r.End(began.Add(3 * time.Second)); err == nil || !strings.Contains(err.Error(), "disk full") || stopped != 1 {
		t.Errorf("stopped %d times, %v", stopped, err)
	}
}

// scanned is what a device with these settings sends for a code, after a pause.
func scanned(code setup.Code, prefix, end string) []read {
	return []read{{300 * time.Millisecond, prefix + code.Text, nil}, {2 * time.Millisecond, end, nil}}
}

func TestSetupFindsWhatADeviceSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := &line{}
		for _, c := range setup.Sheet() {
			device.script = append(device.script, scanned(c, "\x02", "\x03")...)
			device.script = append(device.script, read{quiet + 50*time.Millisecond, "", nil})
		}
		var said strings.Builder
		s := &Setup{
			Open: func(preset.Line) (Port, error) { return device, nil }, Wait: time.Minute,
			Say: func(format string, args ...any) { fmt.Fprintf(&said, format, args...) },
		}
		found, err := s.Run(t.Context(), preset.Line{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}, setup.Sheet())
		if err != nil || !found.Certain {
			t.Fatalf("got %+v, %v\n%s", found, err, said.String())
		}
		var toml strings.Builder
		if err := WriteTOML(&toml, "/dev/ttyACM0", found); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(toml.String(), "[[lane.scanner]]\ndevice = \"/dev/ttyACM0\"\npreset = ") || strings.Count(said.String(), "scan ") != len(setup.Sheet()) {
			t.Errorf("got\n%s%s", toml.String(), said.String())
		}
	})
}

func TestSetupSaysThatNothingCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := &line{}
		s := &Setup{Open: func(preset.Line) (Port, error) { return device, nil }, Wait: time.Minute, Say: func(string, ...any) {}}
		if _, err := s.Run(t.Context(), preset.Line{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}, setup.Sheet()); !errors.Is(err, errNothing) || !device.closed {
			t.Errorf("got %v, closed %t", err, device.closed)
		}
	})
}

// sittings runs a setup in which each scan sends what a script has, one after
// the silence behind the other.
func sittings(t *testing.T, codes []setup.Code, scans ...string) (found setup.Proposal, said string, err error) {
	device := &line{}
	for _, s := range scans {
		device.script = append(device.script, read{300 * time.Millisecond, s, nil}, read{quiet + 50*time.Millisecond, "", nil})
	}
	var b strings.Builder
	s := &Setup{
		Open: func(preset.Line) (Port, error) { return device, nil }, Wait: time.Minute,
		Say: func(format string, args ...any) { fmt.Fprintf(&b, format, args...) },
	}
	found, err = s.Run(t.Context(), preset.Line{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}, codes)
	return found, b.String(), err
}

const transponder = "\x0207007582" + "45B5\x03"

func TestSetupFindsAReaderOfTags(t *testing.T) {
	for name, c := range map[string]struct {
		scans  []string
		preset string
	}{
		"one that says it all, over and over": {[]string{transponder + transponder}, "rdm6300"},
		"bytes that are held to it twice":     {[]string{"\x04\xA1\xB2\xC3\xD4\xE5\x80", "\x04\xA1\xB2\xC3\xD4\xE5\x80"}, "raw-idle"},
	} {
		synctest.Test(t, func(t *testing.T) {
			found, said, err := sittings(t, Tags(), c.scans...)
			if err != nil || !found.Certain || found.Preset != c.preset || strings.Count(said, " of 2: ") != len(c.scans) {
				t.Errorf("%s: got %+v, %v\n%s", name, found, err, said)
			}
		})
	}
}

func TestSetupAsksAgainForACodeThatIsNotOnTheSheet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sheet := setup.Sheet()
		found, said, err := sittings(t, sheet, sheet[0].Text+"\r", sheet[1].Text+"\r", "5449000000996\r", sheet[2].Text+"\r", sheet[3].Text+"\r")
		if err != nil || !found.Certain || strings.Count(said, "once more") != 1 || strings.Contains(said, "does not fit") {
			t.Errorf("got %+v, %v\n%s", found, err, said)
		}
	})
}

// Who walks away, or has a scanner for bars alone, keeps what was found.
func TestSetupKeepsWhatWasFoundWhenNoMoreComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sheet := setup.Sheet()
		found, said, err := sittings(t, sheet, sheet[0].Text+"\r", sheet[1].Text+"\r")
		if err != nil || !found.Certain || strings.Count(said, "left out") != 2 {
			t.Errorf("got %+v, %v\n%s", found, err, said)
		}
		// What came fits no line: that nothing came would not be so.
		found, said, err = sittings(t, sheet, "\xF1\xF2\xF3", "\xF1\xF2")
		if err != nil || found.Certain || len(found.Notes) == 0 || !strings.Contains(said, "does not fit") {
			t.Errorf("got %+v, %v\n%s", found, err, said)
		}
	})
}

// A device that is never silent, as a reader with a tag left on it, ends nothing.
func TestSetupDoesNotWaitForADeviceThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := &line{}
		for range 1000 {
			device.script = append(device.script, read{65 * time.Millisecond, transponder, nil})
		}
		s := &Setup{Open: func(preset.Line) (Port, error) { return device, nil }, Wait: time.Minute, Say: func(string, ...any) {}}
		began := time.Now()
		found, err := s.Run(t.Context(), preset.Line{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}, Tags())
		if took := time.Since(began); err != nil || found.Preset != "rdm6300" || took > longest+time.Second {
			t.Errorf("got %+v after %v, %v", found, took, err)
		}
	})
}
