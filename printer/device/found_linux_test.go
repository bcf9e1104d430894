package device

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestListTellsWhatPrintersSayOfThemselves(t *testing.T) {
	const dir = "class/usbmisc/"
	got, err := listUSB(fstest.MapFS{
		dir + "lp0/device/ieee1284_id": {Data: []byte("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;DES:EPSON TM-T20III;SN:583\x1b[2J9;\n")},
		dir + "lp1/device/ieee1284_id": {Data: []byte("manufacturer: Xprinter ;model: XP-T80Q")},
		dir + "lp2/dev":                {Data: []byte("180:2\n")}, // says nothing
		dir + "hiddev0/dev":            {Data: []byte("180:96\n")},
	})
	want := []Found{
		{Path: "/dev/usb/lp0", Maker: "EPSON", Model: "TM-T20III", Serial: "583[2J9", Commands: "ESC/POS"},
		{Path: "/dev/usb/lp1", Maker: "Xprinter", Model: "XP-T80Q"},
		{Path: "/dev/usb/lp2"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("found %+v, %v", got, err)
	}
}

func TestListWithoutPrinters(t *testing.T) {
	if got, err := listUSB(fstest.MapFS{}); len(got) != 0 || err != nil {
		t.Errorf("found %+v, %v", got, err)
	}
}
