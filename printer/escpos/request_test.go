package escpos_test

import (
	"testing"

	"zegel/printer/escpos"
)

// The bytes of Epson's command reference.
func TestRequestsAndActions(t *testing.T) {
	e, err := escpos.NewEncoder(escpos.Generic80())
	if err != nil {
		t.Fatal(err)
	}
	buzzing := func(b escpos.Buzzer) *escpos.Encoder {
		e, err := escpos.NewEncoder(escpos.Generic80().With(escpos.Overrides{Buzzer: &b}))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	no := false
	bare, err := escpos.NewEncoder(escpos.Generic80().With(escpos.Overrides{Drawer: &no}))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"confirm 0001":           {escpos.AppendConfirm(nil, [4]byte{'0', '0', '0', '1'}), "1D 28 48 06 00 30 30 30 30 30 31"},
		"confirm no letters":     {escpos.AppendConfirm(nil, [4]byte{0, 0x1b, 0x7f, 'A'}), "1D 28 48 06 00 30 30 3F 3F 3F 41"},
		"paper":                  {escpos.AppendPaperRequest(nil), "1D 72 01"},
		"reports on":             {escpos.AppendAutoStatus(nil, true), "1D 61 FF"},
		"reports off":            {escpos.AppendAutoStatus(nil, false), "1D 61 00"},
		"maker":                  {escpos.AppendIdentify(nil, escpos.AskMaker), "1D 49 42"},
		"model":                  {escpos.AppendIdentify(nil, escpos.AskModel), "1D 49 43"},
		"firmware":               {escpos.AppendIdentify(nil, escpos.AskFirmware), "1D 49 41"},
		"recover":                {escpos.AppendRecover(nil), "10 05 02"},
		"drawer at pin 2":        {e.AppendDrawer(nil, escpos.DrawerPin2), "1B 70 00 19 FA"},
		"drawer at pin 5":        {e.AppendDrawer(nil, escpos.DrawerPin5), "1B 70 01 19 FA"},
		"a plug there is not":    {e.AppendDrawer(nil, 2), ""},
		"no plug":                {bare.AppendDrawer(nil, escpos.DrawerPin2), ""},
		"no buzzer":              {e.AppendBuzzer(nil), ""},
		"a buzzer of Epson's":    {buzzing(escpos.BuzzerEpson).AppendBuzzer(nil), "1B 28 41 05 00 61 64 02 02 02"},
		"a buzzer of the others": {buzzing(escpos.BuzzerClone).AppendBuzzer(nil), "1B 42 02 04"},
	} {
		if got := spaced(c.got); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestConfirmIDs(t *testing.T) {
	for n, want := range map[int64]string{0: "0000", 1: "0001", 35: "000Z", 36: "0010", 36*36*36*36 - 1: "ZZZZ", 36 * 36 * 36 * 36: "0000"} {
		if got := escpos.ConfirmID(n); string(got[:]) != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
