package scannertest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/scannertest"
)

// Packets as in the Simple Serial Interface Programmer's Guide, with their sums.
const (
	ssiCode         = "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A "
	ssiCodeRepeated = "12 F3 00 01 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 59 "
	ssiHostAck      = "04 D0 04 00 FF 28 "
	ssiHostResend   = "05 D1 04 00 01 FF 25 "
	ssiDone         = "04 D0 00 00 FF 2C "
	ssiNotDone      = "05 D1 00 00 02 FF 28 "
	ssiDamaged      = "05 D1 00 00 01 FF 29 "
	ssiBeepHigh     = "05 E6 04 00 00 FF 11 "
	ssiBeepLow      = "05 E6 04 00 05 FF 0C "
)

// scan has the device read a code, and hands over what comes of it.
func scan(t *testing.T, device *scannertest.SSI, codeType byte, code string) <-chan error {
	done := make(chan error, 1)
	go func() { done <- device.Scan(t.Context(), codeType, code) }()
	return done
}

func TestSSICodeIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{})
		h := connect(t, device.Serve)
		done := scan(t, device, 0x0B, "2900001234566")
		h.ask("", ssiCode)
		h.ask(ssiHostAck, "")
		if err := <-done; err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		h.ask("", "") // nothing is repeated
		if n := device.Count(0xD0); n != 1 {
			t.Errorf("%d acknowledgements", n)
		}
	})
}

// dialogue says the same to every code until the scan is over, and returns what
// was heard.
func (h host) dialogue(says string, done <-chan error) (heard []byte, err error) {
	for {
		part := h.listen()
		heard = append(heard, part...)
		if bytes.HasPrefix(part, []byte{0x12, 0xF3}) {
			h.write(unhex(h.t, says))
		}
		select {
		case err := <-done:
			return heard, err
		default:
		}
	}
}

func TestSSICodeIsRepeated(t *testing.T) {
	const ssiCodeDamaged = "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 37 FC 5A "
	for _, c := range []struct {
		name  string
		fault scannertest.SSIFault
		says  string
		heard string
		want  error
	}{
		{"a host that says nothing", scannertest.SSIFault{}, "",
			ssiCode + ssiCodeRepeated + ssiCodeRepeated, scannertest.ErrNotAcknowledged},
		{"a deaf device", scannertest.SSIFault{Deaf: true}, ssiHostAck,
			ssiCode + ssiCodeRepeated + ssiCodeRepeated, scannertest.ErrNotAcknowledged},
		{"a lost acknowledgement", scannertest.SSIFault{LostAcks: 1}, ssiHostAck, ssiCode + ssiCodeRepeated, nil},
		{"noise in front of it", scannertest.SSIFault{}, "00 00 01" + ssiHostAck, ssiCode, nil},
		{"half of it", scannertest.SSIFault{}, "04 D0 04",
			ssiCode + ssiCodeRepeated + ssiCodeRepeated, scannertest.ErrNotAcknowledged},
		{"a damaged one", scannertest.SSIFault{}, "04 D0 04 00 FF 29",
			ssiCode + ssiDamaged + ssiCodeRepeated + ssiDamaged + ssiCodeRepeated + ssiDamaged, scannertest.ErrNotAcknowledged},
		{"a host that wants it again", scannertest.SSIFault{}, ssiHostResend,
			ssiCode + ssiCodeRepeated + ssiCodeRepeated, scannertest.ErrNotAcknowledged},
		{"a damaged code", scannertest.SSIFault{Damaged: 1}, ssiHostAck, ssiCodeDamaged, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				device := scannertest.NewSSI(scannertest.SSIConfig{})
				device.Fail(c.fault)
				h := connect(t, device.Serve)
				heard, err := h.dialogue(c.says, scan(t, device, 0x0B, "2900001234566"))
				if !bytes.Equal(heard, unhex(t, c.heard)) || !errors.Is(err, c.want) {
					t.Errorf("heard % X, %v", heard, err)
				}
			})
		})
	}
}

// What does not fit into one packet goes into more, each with the type and each
// acknowledged.
func TestSSILongCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{Most: 4})
		h := connect(t, device.Serve)
		done := scan(t, device, 0x1C, "LOY:1")
		h.ask("", "09 F3 00 02 1C 4C 4F 59 3A FD B8")
		h.ask(ssiHostAck, "06 F3 00 00 1C 31 FE BA")
		h.ask(ssiHostAck, "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSSICordlessHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{Header: 3})
		h := connect(t, device.Serve)
		done := make(chan error, 1)
		go func() { done <- device.NoRead(t.Context()) }()
		h.ask("", "0A F3 00 00 00 00 00 01 4E 52 FE 62")
		h.ask(ssiHostAck, "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSSICommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{})
		h := connect(t, device.Serve)
		h.ask("00 "+ssiBeepHigh, ssiDone)
		h.ask(ssiBeepLow, ssiDone)
		h.ask("05 E6 04 00 05 FF 0D", ssiDamaged)
		h.ask("05 E7 04 00 01 FF 0F", ssiDone)
		if !device.LED() {
			t.Error("the light is off")
		}
		h.ask("05 E8 04 00 01 FF 0E", ssiDone)
		if device.LED() {
			t.Error("the light is on")
		}
		h.ask("04 A3 04 00 FF 55", "14 A4 00 00 50 41 41 42 53 4C 30 30 2D 30 30 31 2D 52 30 30 FB 98")
		h.ask("04 99 04 00 FF 5F", ssiNotDone)
		device.Fail(scannertest.SSIFault{Refuse: true})
		h.ask(ssiBeepHigh, ssiNotDone)
		if got := device.Beeps(); !bytes.Equal(got, []byte{0x00, 0x05}) {
			t.Errorf("beeps % X", got)
		}
	})
}

// A command that comes while a code waits for its acknowledgement is carried
// out.
func TestSSICommandWhileACodeIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{})
		h := connect(t, device.Serve)
		done := scan(t, device, 0x0B, "2900001234566")
		h.ask("", ssiCode)
		h.ask(ssiBeepHigh, ssiDone)
		h.ask(ssiHostAck, "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSSIScanningCanBeDisabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{})
		h := connect(t, device.Serve)
		h.ask("04 EA 04 00 FF 0E", ssiDone)
		if err := device.Scan(t.Context(), 0x0B, "2900001234566"); !errors.Is(err, scannertest.ErrDisabled) {
			t.Errorf("got %v", err)
		}
		h.ask("04 E9 04 00 FF 0F", ssiDone)
		done := scan(t, device, 0x0B, "2900001234566")
		h.ask("", ssiCode)
		h.ask(ssiHostAck, "")
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A clone speaks plain text and answers in packets that look like a host's.
func TestSSIClone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{Clone: true})
		h := connect(t, device.Serve)
		done := scan(t, device, 0x0B, "2900001234566")
		h.ask("", "32 39 30 30 30 30 31 32 33 34 35 36 36 0D")
		h.ask("05 E6 04 00 01 FF 10", ssiHostAck)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Scan returns although nobody serves any more.
func TestSSIScanEndsWithTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := scannertest.NewSSI(scannertest.SSIConfig{})
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		h := connect(t, func(_ context.Context, line io.ReadWriter) error {
			served <- device.Serve(ctx, line)
			return nil
		})
		done := scan(t, device, 0x0B, "2900001234566")
		h.ask("", ssiCode)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		waiting, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := device.NoRead(waiting); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without a line: %v", err)
		}
	})
}
