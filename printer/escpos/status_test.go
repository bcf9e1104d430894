package escpos_test

import (
	"bytes"
	"testing"

	"zegel/printer/escpos"
)

func TestRequests(t *testing.T) {
	for n := byte(escpos.AskPrinter); n <= escpos.AskPaper; n++ {
		if got := escpos.AppendAsk(nil, n); !bytes.Equal(got, []byte{0x10, 0x04, n}) {
			t.Errorf("request %d is % x", n, got)
		}
	}
}

func TestAnswers(t *testing.T) {
	cases := []struct {
		name      string
		n, answer byte
		want      escpos.Status
		words     string
	}{
		{"online, drawer sensor low", 1, 0x12, escpos.Status{}, "ready"},
		{"drawer sensor high", 1, 0x16, escpos.Status{DrawerHigh: true}, "ready"},
		{"offline", 1, 0x1a, escpos.Status{Offline: true}, "offline"},
		{"feed button held", 1, 0x52, escpos.Status{Feeding: true}, "ready"},
		{"cover open: the same byte as drawer high", 2, 0x16, escpos.Status{CoverOpen: true}, "cover open"},
		{"stopped by paper end", 2, 0x32, escpos.Status{PaperOut: true}, "paper out"},
		{"an error", 2, 0x52, escpos.Status{Error: true}, "error"},
		{"cutter error", 3, 0x1a, escpos.Status{CutterError: true, Error: true}, "cutter stuck"},
		{"unrecoverable error", 3, 0x32, escpos.Status{UnrecoverableError: true, Error: true}, "error"},
		{"paper near its end", 4, 0x1e, escpos.Status{PaperLow: true}, "ready"},
		{"paper end", 4, 0x7e, escpos.Status{PaperOut: true, PaperLow: true}, "paper out"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !escpos.IsAnswer(c.answer) {
				t.Fatalf("%#x is not taken for an answer", c.answer)
			}
			var s escpos.Status
			s.Add(c.n, c.answer)
			if s != c.want {
				t.Errorf("got %+v, want %+v", s, c.want)
			}
			if s.String() != c.words || s.Ready() != (c.words == "ready") {
				t.Errorf("says %q, ready %t; want %q", s, s.Ready(), c.words)
			}
		})
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	for name, b := range map[string]byte{
		"XON": 0x11, "XOFF": 0x13, "automatic status": 0x14, "its later bytes": 0x0c, "queued status": 0x00, "a frame": 0x5f, "text": 'A',
	} {
		if escpos.IsAnswer(b) {
			t.Errorf("%s (%#x) is taken for an answer", name, b)
		}
	}
}
