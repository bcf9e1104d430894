package escpos_test

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
)

// printed feeds a stream to the pretended printer and gives what is on paper, cut off or not, without empty lines.
// A bold letter is marked with an asterisk before it, one that is larger with its size.
func printed(t testing.TB, columns int, stream []byte) (lines []string, cuts int) {
	t.Helper()
	p := printertest.New(columns)
	link, err := p.Link()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := link.Write(context.Background(), stream); err != nil || n != len(stream) {
		t.Fatalf("the printer took %d bytes of %d: %v", n, len(stream), err)
	}
	papers := append(p.Papers(), p.Uncut())
	for _, paper := range papers {
		for _, l := range paper.Lines {
			if text := marked(l); text != "" {
				lines = append(lines, text)
			}
		}
	}
	return lines, len(papers) - 1
}

func marked(l layout.Line) string {
	if l.String() != "" && l.Columns() == 0 {
		return l.String()
	}
	var b strings.Builder
	for _, c := range l {
		if wide, _ := c.Size(); wide > 1 {
			b.WriteByte('2')
		}
		if c.Bold && c.Text != " " {
			b.WriteByte('*')
		}
		b.WriteString(c.Text)
	}
	return strings.TrimRight(b.String(), " ")
}

// What another encoder (ReceiptPrinterEncoder 4.0.1) makes of a slip and what this one makes of it look the same on
// paper. Its own commands for the font and the end of a line are not ours.
func TestAgreesWithAnotherEncoder(t *testing.T) {
	row := func(label, value string) receipt.Block {
		return receipt.Block{Row: []receipt.Cell{{Text: label}, {Text: value, Align: receipt.Right, Whole: true}}}
	}
	bold := layout.Style{Bold: true}
	cases := []struct {
		name, model string
		columns     int
		theirs      string
		ours        []layout.Line
	}{
		{"a bold word", "epson-tm-t20iii", 48, "1b401c2e1b4d001b7400506f696e7473201b45013132301b4500206561726e65640a",
			[]layout.Line{styled("Points ", layout.Style{}, "120", bold, " earned", layout.Style{})}},
		{"a title", "epson-tm-t20iii", 48, "1b401c2e1b4d0020202020202020202020202020202020202020201d21111b7400474f4c441d21000a",
			layout.Lines(slipOf(receipt.Block{Text: "GOLD", Align: receipt.Centre, Double: true}), 48)},
		{"a table", "pos-5890", 32, "1b401c2e1b4d001b7400506f696e7473206561726e6564202020202020202020202020202020203132300a42616c616e6365202020202020202020202020202020202020202020343335300a4578706972696e672033312d31322020202020202020202020202020202037350a",
			layout.Lines(slipOf(row("Points earned", "120"), row("Balance", "4350"), row("Expiring 31-12", "75")), 32)},
		{"Cyrillic", "epson-tm-t20iii", 48, "1b401c2e1b4d001b741181a0aba0ade13a203433353020a1a0ababaea20a",
			layout.Lines(slipOf(receipt.Block{Text: "Баланс: 4350 баллов"}), 48)},
		{"a euro", "epson-tm-t20iii", 48, "1b401c2e1b4d001b74134361668220d5350a", layout.Lines(slipOf(receipt.Block{Text: "Café €5"}), 48)},
		{"three tables", "pos-5890", 32, "1b401c2e1b4d001b740043616682201b7410802035201b74118fe0a8a2a5e20a", layout.Lines(slipOf(receipt.Block{Text: "Café € 5 Привет"}), 32)},
	}
	for _, c := range cases {
		e, err := escpos.NewEncoder(named(t, c.model))
		if err != nil {
			t.Fatal(err)
		}
		ours := e.AppendSlip(nil, c.ours)
		theirStream := fromHex(t, c.theirs)
		theirs, _ := printed(t, c.columns, theirStream)
		got, _ := printed(t, c.columns, ours)
		if strings.Join(got, "\n") != strings.Join(theirs, "\n") || len(got) == 0 {
			t.Errorf("%s:\nthey print %q\nwe print   %q", c.name, theirs, got)
		}
		// Theirs says which font, ours does not need to; ours ends with a cut.
		if n := len(ours) - len(theirStream); n > len("\x1bt\x13")+len("\x1dVB\x00")+len("\x1bE\x00") {
			t.Errorf("%s: %d bytes more than theirs", c.name, n)
		}
	}
}

// A whole slip of theirs. They take the euro from CP857, which most printers have none in; ours never does.
func TestAgreesOnAWholeSlip(t *testing.T) {
	theirStream, err := hex.DecodeString("1b401c2e1b4d0020202020202020202020201d21111b74004341469020524f59414c1d21000a202020202020202020202020204c6f79616c747920726563656970740a0a4d656d626572202020202020202020202020202020202020202020202020202020202a2a2a20343536370a5469657220202020202020202020202020202020202020202020202020202020202020202020476f6c640a506f696e7473206561726e656420202020202020202020202020202020202020202020202020203132300a506f696e74732062616c616e6365202020202020202020202020202020202020202020202034203335300a56616c75652020202020202020202020202020202020202020202020202020202020201b740dd52034332c35300a0a1b45011b74004f464645521b45000a313025206f666620616c6c20706173747269657320756e74696c2033312d31322d323032362e0a53686f77207468697320726563656970742e0a1b61011d286b0400314132001d286b03003143061d286b03003145311d286b2f0031503068747470733a2f2f6578616d706c652e746573742f6d2f303030313233343536373f743d32303236313132321d286b03003151300a1b61000a5468616e6b20796f75210a0a0a0a0a1d56010a")
	if err != nil {
		t.Fatal(err)
	}
	row := func(label, value string) receipt.Block {
		return receipt.Block{Row: []receipt.Cell{{Text: label}, {Text: value, Align: receipt.Right, Whole: true}}}
	}
	slip := slipOf(
		receipt.Block{Text: "CAFÉ ROYAL", Align: receipt.Centre, Double: true}, receipt.Block{Text: "Loyalty receipt", Align: receipt.Centre}, receipt.Block{Feed: 1},
		row("Member", "*** 4567"), row("Tier", "Gold"), row("Points earned", "120"), row("Points balance", "4\u00a0350"), row("Value", "€\u00a043,50"), receipt.Block{Feed: 1},
		receipt.Block{Text: "OFFER", Bold: true}, receipt.Block{Text: "10% off all pastries until 31-12-2026."}, receipt.Block{Text: "Show this receipt."},
		receipt.Block{QR: "https://example.test/m/0001234567?t=20261122"}, receipt.Block{Text: "Thank you!"})
	p := named(t, "epson-tm-t88vi")
	ourStream := encode(t, p, slip)
	theirs, theirCuts := printed(t, 42, theirStream)
	ours, ourCuts := printed(t, 42, ourStream)
	if theirCuts != 1 || ourCuts != 1 || len(theirs) != len(ours) {
		t.Fatalf("they print %q, %d cuts\nwe print   %q, %d cuts", theirs, theirCuts, ours, ourCuts)
	}
	for i := range ours {
		if ours[i] != theirs[i] && !strings.HasPrefix(ours[i], "Value ") {
			t.Errorf("they print %q, we %q", theirs[i], ours[i])
		}
	}
	if value := ours[6]; !strings.HasSuffix(value, "€ 43,50") || len(ourStream) > 500 {
		t.Errorf("the euro line is %q; %d bytes, theirs are %d", value, len(ourStream), len(theirStream))
	}
	_, tables := texts(t, ourStream)
	for _, number := range tables {
		if number != 19 {
			t.Errorf("table %d is selected in a slip of one language", number)
		}
	}
}
