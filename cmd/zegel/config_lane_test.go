package main

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner"
	"zegel/scanner/preset"
)

func TestALaneHasOneScannerOrSeveral(t *testing.T) {
	cfg, err := load(t, `[shop]
programme = "punten.toml"
[[lane]]
name = "kassa1"
[lane.scanner]
device = "/dev/ttyACM0"
[[lane]]
name = "kassa2"
[[lane.scanner]]
device = "usb:05e0:1701:S1"
preset = "zebra-ssi"
feedback = "none"
[[lane.scanner]]
device = "COM3"
name = "nfc"
preset = "pn532"
presence_ms = 1000
[lane.pass]
to = "serial"
device = "/dev/ttyS1"
parity = "even"
data_bits = 7
[[lane]]
name = "kassa3"
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var called []string
	for _, l := range cfg.Lanes {
		for n := range l.Scanners {
			called = append(called, l.calls(n))
		}
	}
	if want := []string{"kassa1", "kassa2 1", "kassa2 nfc"}; !slices.Equal(called, want) {
		t.Errorf("they are called %q, want %q", called, want)
	}
	first := scanning.New()
	first.Device = "/dev/ttyACM0"
	if got := cfg.Lanes[0].Scanners[0]; !reflect.DeepEqual(got, first) {
		t.Errorf("got %+v, want %+v", got, first)
	}
	nfc := cfg.Lanes[1].Scanners[1]
	if nfc.Line().Baud != 115200 || nfc.Presence() != time.Second || nfc.Repeat() != 1500*time.Millisecond {
		t.Errorf("got %+v at %s", nfc, nfc.Line())
	}
	if got := cfg.Lanes[1].Scanners[0].Answers(); got.Accept != nil || got.Reject != nil {
		t.Errorf("no feedback is %+v", got)
	}
	if got, want := cfg.Lanes[1].Pass.line(), (preset.Line{Baud: 9600, DataBits: 7, Parity: "even", StopBits: 1}); got != want {
		t.Errorf("the till's line is %v, want %v", got, want)
	}
	if len(cfg.Lanes[2].Scanners) != 0 {
		t.Errorf("got %+v", cfg.Lanes[2])
	}
}

func TestWhatAScannerSaysGoesOverItsPreset(t *testing.T) {
	cfg, err := load(t, smallest+`[lane.scanner]
device = "COM3"
preset = "zebra-ssi"
baud = 38400
parity = "odd"
ssi_header = 3
repeat_ms = 0
accept = "05 E6 04 00 01 FF 10"
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := cfg.Lanes[0].Scanners[0]
	if got, want := s.Line(), (preset.Line{Baud: 38400, DataBits: 8, Parity: "odd", StopBits: 1}); got != want {
		t.Errorf("the line is %v, want %v", got, want)
	}
	known, _ := preset.Find("zebra-ssi")
	want := scanner.Feedback{Accept: []byte{5, 0xE6, 4, 0, 1, 0xFF, 0x10}, Reject: known.Feedback.Reject}
	if got := s.Answers(); !reflect.DeepEqual(got, want) || want.Reject == nil {
		t.Errorf("the feedback is % X, want % X", got, want)
	}
	if s.Repeat() >= 0 {
		t.Errorf("repeats count as such for %v", s.Repeat())
	}
	if _, err := s.Framer(); err != nil {
		t.Error(err)
	}
}

func TestEverythingWrongWithALanesDevicesIsTold(t *testing.T) {
	_, err := load(t, smallest+`[[lane.scanner]]
device = "usb:5E0"
preset = "zebra"
[[lane.scanner]]
name = "a b"
preset = "generic"
baud = 1
data_bits = 9
parity = "maybe"
stop_bits = 3
terminators = ["bang"]
prefix = 'a\q'
silence_ms = -1
max_bytes = 100000
repeat_ms = -5
feedback = "beep"
accept = "5E6"
header = 3
[[lane.scanner]]
device = "/dev/ttyS0"
feedback = "none"
reject = "07"
uid_encoding = "hex"
[[lane.scanner]]
device = "/dev/ttyS1"
name = "a b"
read = "everything"
[lane.pass]
to = "cloud"
device = "/dev/ttyS0"
baud = 5
[[lane]]
name = "kassa2"
[lane.pass]
to = "serial"
[[lane]]
name = "kassa3"
pass = { to = "till", device = "/dev/ttyS1" }
`, nil, nil)
	got := complaints(t, err)
	want := []string{
		`6:10: lane[0] ("kassa1").scanner[0].device: path is "usb:5E0"; a USB device is named usb:VENDOR:PRODUCT`,
		`7:10: lane[0] ("kassa1").scanner[0].preset: "zebra": need one of generic, `,
		`22:1: lane[0].scanner[1] ("a b").header: unknown key`,
		`8:8: lane[0].scanner[1] ("a b").device: is missing: of several scanners each needs its own`,
		`9:8: lane[0].scanner[1] ("a b").name: "a b": need 1 to 32 letters`,
		`11:8: lane[0].scanner[1] ("a b").baud: 1: need 300 to 1000000`,
		`12:13: lane[0].scanner[1] ("a b").data_bits: 9: need 7 or 8`,
		`13:10: lane[0].scanner[1] ("a b").parity: "maybe": need none, odd`,
		`14:13: lane[0].scanner[1] ("a b").stop_bits: 3: need 1 or 2`,
		`15:1: lane[0].scanner[1] ("a b").terminators`,
		`16:10: lane[0].scanner[1] ("a b").prefix: what stands behind \ is none of`,
		`17:14: lane[0].scanner[1] ("a b").silence_ms`,
		`18:13: lane[0].scanner[1] ("a b").max_bytes`,
		`19:13: lane[0].scanner[1] ("a b").repeat_ms: -5: need 0 to 600000`,
		`20:12: lane[0].scanner[1] ("a b").feedback: "beep": need preset or none`,
		`21:10: lane[0].scanner[1] ("a b").accept: "5E6": need bytes in hexadecimal`,
		`26:10: lane[0] ("kassa1").scanner[2].reject: is never sent: feedback is "none"`,
		`27:16: lane[0] ("kassa1").scanner[2].uid_encoding: the preset generic has no use for it`,
		`30:8: lane[0].scanner[3] ("a b").name: "a b" is another scanner's name already`,
		`31:8: lane[0].scanner[3] ("a b").read: the preset generic has no use for it`,
		`33:6: lane[0] ("kassa1").pass.to: "cloud": need serial or till`,
		`34:10: lane[0] ("kassa1").pass.device: "/dev/ttyS0" is another scanner already`,
		`35:8: lane[0] ("kassa1").pass.baud: 5: need 300 to 1000000`,
		`38:7: lane[1] ("kassa2").pass.device: is missing: the port that leads to the till`,
		`42:32: lane[2] ("kassa3").pass.device: only to = "serial" has a port`,
	}
	for i, line := range got {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("complaint %d:\ngot  %s\nwant %s", i+1, line, want[min(i, len(want)-1)])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d complaints, want %d", len(got), len(want))
	}
}

// The manual has every key a scanner can be given, and every preset.
func TestTheManualHasEveryKeyAndPreset(t *testing.T) {
	manual, err := os.ReadFile("../../install/manual/scanner.md")
	if err != nil {
		t.Fatal(err)
	}
	scanners := reflect.TypeFor[scanning.Scanner]()
	for i := range scanners.NumField() {
		if key := "`" + scanners.Field(i).Tag.Get("key") + "`"; !strings.Contains(string(manual), key) {
			t.Errorf("the manual does not have the key %s", key)
		}
	}
	for _, name := range preset.Names() {
		if !strings.Contains(string(manual), "`"+name+"`") {
			t.Errorf("the manual does not have the preset %s", name)
		}
	}
}
