package printertest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
)

func link(t *testing.T, p *printertest.Printer) *printertest.Link {
	t.Helper()
	l, err := p.Link()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func send(t *testing.T, p *printertest.Printer, bytes string) {
	t.Helper()
	if n, err := link(t, p).Write(t.Context(), []byte(bytes)); n != len(bytes) || err != nil {
		t.Fatalf("wrote %d of %d, %v", n, len(bytes), err)
	}
}

const cut = "\x1dVB\x00"

func TestPapers(t *testing.T) {
	cases := []struct{ name, bytes, text string }{
		{"text in the table after switching on", "Caf\x82\n" + cut, "Café\n"},
		{"text in another table", "\x1bt\x13\xd5 5\n" + cut, "€ 5\n"},
		{"a reset goes back to the first table", "\x1bt\x10\xe9\x1b@\x82\n" + cut, "é\n"},
		{"a reset throws the print buffer away", "half a li\x1b@line\n" + cut, "line\n"},
		{"feeds", "a\n\n\x1bd\x02b\n" + cut, "a\n\n\n\nb\n"},
		{"a line that is too long goes on", "0123456789012345678901234567890123456789XYz\n" + cut, "0123456789012345678901234567890123456789XY\nz\n"},
		{"double letters are counted twice", "\x1d!\x110123456789012345678901\n" + cut, "012345678901234567890\n1\n"},
		{"a live status request inside a slip", "a\x10\x04\x01b\n" + cut, "ab\n"},
		{"the other cuts", "a\n\x1dV\x00b\n\x1dV\x01", "a\n|b\n"},
		{"nothing but a cut is no paper", cut + "a\n" + cut, "a\n"},
		{"a command that was cut off", "a\n\x1b\x00\x00\x1dV\x00\x1b@b\n" + cut, "a\n|b\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := printertest.New(42)
			send(t, p, c.bytes)
			got := ""
			for i, paper := range p.Papers() {
				if i > 0 {
					got += "|"
				}
				got += paper.Text()
			}
			if got != c.text || len(p.Odd()) > 0 {
				t.Errorf("got %q, want %q; odd: % x", got, c.text, p.Odd())
			}
		})
	}
}

func TestStyles(t *testing.T) {
	p := printertest.New(42)
	send(t, p, "a\x1bE\x01b\x1d!\x11c\x1bE\x00\x1d!\x00d\n"+cut)
	want := []layout.Style{{}, {Bold: true}, {Bold: true, Double: true}, {}}
	for i, c := range p.Papers()[0].Lines[0] {
		if c.Style != want[i] {
			t.Errorf("letter %d is %+v, want %+v", i, c.Style, want[i])
		}
	}
}

func TestChinesePrinterEatsAccentsUnlessToldNotTo(t *testing.T) {
	p := printertest.NewChinese(42)
	send(t, p, "\x1b@\x82\x85\n\x1c.\x82\x85\n"+cut)
	if got := p.Papers()[0].Text(); got != "龘\néà\n" {
		t.Errorf("got %q", got)
	}
}

func TestWhatNoPrinterUnderstandsIsKept(t *testing.T) {
	p := printertest.New(42)
	send(t, p, "\x07a\x1bz\x1d(\x1c!\n"+cut)
	if got := string(p.Odd()); got != "\x07\x1bz\x1d(\x1c!" {
		t.Errorf("got %q", got)
	}
}

func TestPaperOutKeepsWhatIsNotPrinted(t *testing.T) {
	p := printertest.New(42)
	p.LoadPaper(2)
	send(t, p, "1\n2\n3\n4\n"+cut)
	if got := p.Uncut().Text(); got != "1\n2\n" || len(p.Papers()) != 0 {
		t.Errorf("on the roll: %q", got)
	}
	if s, err := link(t, p).Status(t.Context()); err != nil || s.String() != "paper out" || !s.Offline {
		t.Errorf("status %+v, %v", s, err)
	}
	p.LoadPaper(-1)
	if got := p.Papers()[0].Text(); got != "1\n2\n3\n4\n" {
		t.Errorf("with paper again: %q", got)
	}
}

func TestSwitchedOffForgets(t *testing.T) {
	p := printertest.New(42)
	p.OpenCover(true)
	send(t, p, "gone\n")
	p.Switch(false)
	if _, err := link(t, p).Status(t.Context()); !errors.Is(err, device.ErrSilent) {
		t.Errorf("status of a printer that is off: %v", err)
	}
	p.OpenCover(false)
	p.Switch(true)
	send(t, p, "new\n"+cut)
	if got := p.Papers()[0].Text(); got != "new\n" {
		t.Errorf("got %q", got)
	}
}

func TestLineDrops(t *testing.T) {
	cases := []struct {
		name   string
		drop   func(*printertest.Printer)
		n      int
		papers int
	}{
		{"before", func(p *printertest.Printer) { p.DropAfter(0) }, 0, 0},
		{"inside", func(p *printertest.Printer) { p.DropAfter(3) }, 3, 0},
		{"at the cut", func(p *printertest.Printer) { p.DropAtCut() }, 6, 1},
		{"unplugged", func(p *printertest.Printer) { p.Plug(false) }, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := printertest.New(42)
			l := link(t, p)
			c.drop(p)
			n, err := l.Write(t.Context(), []byte("a\n"+cut))
			if n != c.n || !errors.Is(err, device.ErrOffline) || len(p.Papers()) != c.papers {
				t.Errorf("wrote %d, %v, %d papers", n, err, len(p.Papers()))
			}
			if _, err := l.Status(t.Context()); !errors.Is(err, device.ErrOffline) {
				t.Errorf("status over a line that dropped: %v", err)
			}
			if _, err := p.Link(); (err != nil) != (c.name == "unplugged") {
				t.Errorf("opened again: %v", err)
			}
		})
	}
}

// What the encoder writes reads back as the layout meant it, by tables that are not the encoder's.
func TestSlipReadsBack(t *testing.T) {
	west := receipt.Slip{Blocks: []receipt.Block{
		{Text: "Café Zoë", Align: receipt.Centre, Bold: true, Double: true},
		{Rule: true},
		{Row: []receipt.Cell{{Text: "Crème brûlée à la Größe"}, {Text: "€\u00a012,50", Align: receipt.Right, Whole: true}}},
	}}
	world := west
	world.Blocks = append(slices.Clone(west.Blocks), receipt.Block{Text: "Příští úroveň: Ёлка №5, ½ ±1 °C, «¿Olá, ação?»"})
	for _, profile := range everyModel() {
		slip := west
		if strings.HasPrefix(profile.Name, "generic") { // others have some of these letters in tables of which nothing is known here
			slip = world
		}
		for _, columns := range profile.Columns {
			e, err := escpos.NewEncoder(profile)
			if err != nil {
				t.Fatal(err)
			}
			lines := layout.Lines(slip, columns)
			p := printerOf(profile, columns)
			send(t, p, string(e.AppendSlip(nil, lines)))
			paper := p.Uncut()
			if papers := p.Papers(); len(papers) > 0 {
				paper = papers[0]
			}
			for i, line := range lines {
				if got := paper.Lines[i]; got.String() != line.String() || got.Columns() != line.Columns() || got.Double() != line.Double() {
					t.Errorf("%s: line %d reads %q, was %q", profile.Name, i, got, line)
				}
			}
			if odd := p.Odd(); len(odd) > 0 {
				t.Errorf("%s: odd bytes % x", profile.Name, odd)
			}
		}
	}
}
