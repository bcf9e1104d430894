package printertest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zegel/printer/printertest"
)

// said is all that the printer has said besides answers to live requests, in hex.
func said(t *testing.T, l *printertest.Link) string {
	t.Helper()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b, _ := l.Receive(ended) // its error says only that nothing came
	return fmt.Sprintf("% X", b)
}

func TestAnswersInTurn(t *testing.T) {
	nothing := func(*printertest.Printer) {}
	cases := []struct {
		name    string
		befalls func(*printertest.Printer)
		asked   string
		heals   func(*printertest.Printer)
		before  string // it says
		after   string // it says once it is healed
	}{
		{"confirmation", nothing, "a\n\x1d(H\x06\x00000001", nothing, "37 22 30 30 30 31 00", ""},
		{"confirmation of what is not printed", func(p *printertest.Printer) { p.LoadPaper(0) }, "a\n\x1d(H\x06\x00000001",
			func(p *printertest.Printer) { p.LoadPaper(-1) }, "", "37 22 30 30 30 31 00"},
		{"confirmation of what is thrown away", func(p *printertest.Printer) { p.LoadPaper(0) }, "a\n\x1d(H\x06\x00000001",
			func(p *printertest.Printer) { p.Reboot(); p.LoadPaper(-1) }, "", ""},
		{"confirmation of what is thrown away by a request", func(p *printertest.Printer) { p.Jam(true) }, "a\n\x1d(H\x06\x00000001\x10\x05\x02",
			nothing, "", ""},
		{"going on by a request", func(p *printertest.Printer) { p.Jam(true) }, "a\n\x1d(H\x06\x00000001\x10\x05\x01",
			nothing, "37 22 30 30 30 31 00", ""},
		{"a request that was cut off", nothing, "a\n\x1d(H\x06\x00000\x00\x00\x00\x00\x00", nothing, "", ""},
		{"paper", nothing, "a\n\x1dr\x01", nothing, "00", ""},
		{"paper near its end", func(p *printertest.Printer) { p.LoadPaper(30) }, "\x1dr1", nothing, "03", ""},
		{"drawer", func(p *printertest.Printer) { p.Drawer(true) }, "\x1dr\x02", nothing, "01", ""},
		{"maker and model", nothing, "\x1dIB\x1dIC", nothing, "5F 45 50 53 4F 4E 00 5F 54 4D 2D 54 32 30 49 49 49 00", ""},
		{"reports what changes", nothing, "\x1da\xff", func(p *printertest.Printer) { p.LoadPaper(0); p.LoadPaper(0) }, "10 00 00 0F", "18 00 0F 0F"},
		{"reports an open cover", nothing, "\x1da\xff", func(p *printertest.Printer) { p.OpenCover(true) }, "10 00 00 0F", "38 00 00 0F"},
		{"reports a stuck cutter", nothing, "\x1da\xff", func(p *printertest.Printer) { p.Jam(true) }, "10 00 00 0F", "18 08 00 0F"},
		{"reports no more after a reset", nothing, "\x1da\xff\x1b@", func(p *printertest.Printer) { p.OpenCover(true) }, "", ""},
		{"one that is mute", func(p *printertest.Printer) { p.Mute(true) }, "\x1dr\x01\x1da\xff", nothing, "", ""},
		{"one that stands still", func(p *printertest.Printer) { p.Pause(true) }, "\x1dr\x01", func(p *printertest.Printer) { p.Pause(false) }, "", "00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := printertest.New(42)
			c.befalls(p)
			l := link(t, p)
			if n, err := l.Write(t.Context(), []byte(c.asked)); n != len(c.asked) || err != nil {
				t.Fatalf("wrote %d, %v", n, err)
			}
			if got := said(t, l); got != c.before {
				t.Errorf("it says %q, want %q", got, c.before)
			}
			c.heals(p)
			if got := said(t, l); got != c.after {
				t.Errorf("later it says %q, want %q", got, c.after)
			}
			if odd := p.Odd(); len(odd) > 0 {
				t.Errorf("odd: % x", odd)
			}
		})
	}
}

func TestLiveStatusTellsEveryFault(t *testing.T) {
	p := printertest.New(42)
	for want, befalls := range map[string]func(){
		"ready":                   func() {},
		"cutter stuck":            func() { p.Jam(true) },
		"cover open, paper out":   func() { p.OpenCover(true); p.LoadPaper(0) },
		"paper out, cutter stuck": func() { p.LoadPaper(0); p.Jam(true) },
	} {
		befalls()
		if s, err := link(t, p).Status(t.Context()); err != nil || s.String() != want {
			t.Errorf("status %q, %v; want %q", s, err, want)
		}
		p.Jam(false)
		p.OpenCover(false)
		p.LoadPaper(-1)
	}
}

func TestRebootLosesWhatComesWithIt(t *testing.T) {
	p := printertest.New(42)
	p.RebootAfter(2)
	l := link(t, p)
	for _, piece := range []string{"1\n2\n3\n", "4\n" + cut} {
		if n, err := l.Write(t.Context(), []byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	if got := p.Papers()[0].Text(); got != "1\n4\n" {
		t.Errorf("got %q", got)
	}
}

func TestGarbledAnswersAreNoAnswers(t *testing.T) {
	p := printertest.New(42)
	p.Garble(func() byte { return 0x80 })
	l := link(t, p)
	if s, err := l.Status(t.Context()); err == nil {
		t.Errorf("status %v of noise", s)
	}
	if _, err := l.Write(t.Context(), []byte("\x1d(H\x06\x00000001")); err != nil {
		t.Fatal(err)
	}
	if got := said(t, l); got == "" || strings.Contains(got, "30 30 30 31") {
		t.Errorf("it says %q", got)
	}
}
