package printing

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/printer/printertest"
)

func TestLanesThatShareAPrinterTakeTurns(t *testing.T) {
	server, err := printertest.New(42).ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for kind, name := range map[string]string{"tcp": "tcp:" + server.Address(), "file": "file:" + filepath.Join(t.TempDir(), "paper")} {
		var turns Turns
		one, other := turns.Opener(Printer{Device: name}), turns.Opener(Printer{Device: name})
		first, err := one(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, asked := first.(printer.StatusReporter)
		_, heard := first.(printer.Listener)
		if _, urgent := first.(printer.Urgent); asked != (kind == "tcp") || heard != asked || urgent != asked {
			t.Errorf("%s: can be asked %t, heard %t, interrupted %t", kind, asked, heard, urgent)
		}
		soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if second, err := other(soon); !errors.Is(err, device.ErrBusy) {
			t.Errorf("%s: a second lane has it, too: %v, %v", kind, second, err)
		}
		cancel()
		if err := first.Close(); err != nil {
			t.Error(err)
		}
		second, err := other(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAPrinterThatDoesNotOpenKeepsNoTurn(t *testing.T) {
	var turns Turns
	open := turns.Opener(Printer{Device: "file:" + filepath.Join(t.TempDir(), "missing", "paper")})
	for range 2 {
		if _, err := open(t.Context()); !errors.Is(err, device.ErrAbsent) {
			t.Errorf("got %v", err)
		}
	}
}
