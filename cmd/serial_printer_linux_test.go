package cmd_test

import (
	"testing"
	"time"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
	"zegel/scanner/serialport"
	"zegel/terminal/loyalty/receipt"
)

// A serial printer is opened by one room's port and written by another's
// device; only here do the two meet, on a real terminal of the system.
func TestSlipOverASerialLine(t *testing.T) {
	printer := printertest.New(42)
	line, err := printer.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	settings := serialport.Config{Path: line.Path(), Baud: 115200}
	d, err := device.OpenSerial(t.Context(), line.Path(), settings.Baud, func() (device.Port, error) { return serialport.Open(settings) })
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	encoder, err := escpos.NewEncoder(escpos.Generic80())
	if err != nil {
		t.Fatal(err)
	}
	slip := receipt.Slip{Kind: receipt.KindTest, Lang: "nl", Blocks: []receipt.Block{
		{Text: "Eén ijsje", Bold: true}, {Row: []receipt.Cell{{Text: "Aankoop"}, {Text: "€ 2,50", Align: receipt.Right, Whole: true}}},
	}}
	if _, err := d.Write(t.Context(), encoder.AppendSlip(nil, layout.Lines(slip, 42))); err != nil {
		t.Fatal(err)
	}
	status, err := d.Status(t.Context())
	if err != nil || !status.Ready() {
		t.Errorf("the printer says %v, %v", status, err)
	}
	for deadline := time.Now().Add(5 * time.Second); len(printer.Papers()) == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	want := "Eén ijsje\nAankoop                             € 2,50\n"
	if papers := printer.Papers(); len(papers) != 1 || papers[0].Text() != want {
		t.Errorf("papers %q, want one reading %q", papers, want)
	}
}
