package scanning

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"zegel/scanner/serialport"
)

func TestAPortIsKnownByPathLinkAndIdentity(t *testing.T) {
	port := serialport.Info{Path: "/dev/ttyACM0", ByID: []string{"/dev/serial/by-id/usb-Zebra_1-if00"}, VID: "05E0", PID: "1701", Serial: "S1"}
	plain := serialport.Info{Path: "COM3"}
	for device, want := range map[string][2]bool{
		"/dev/ttyACM0": {true, false}, "/dev/serial/by-id/usb-Zebra_1-if00": {true, false}, "usb:05e0:1701": {true, false},
		"usb:05E0:1701:S1": {true, false}, "usb:05E0:1701:S2": {}, "usb:05E0:1702": {}, "usb:05E0": {}, "COM3": {false, true}, "": {}, "/dev/ttyACM1": {},
	} {
		if got := [2]bool{Is(port, device), Is(plain, device)}; got != want {
			t.Errorf("%q: got %v, want %v", device, got, want)
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	folder := t.TempDir()
	target, link := filepath.Join(folder, "tty"), filepath.Join(folder, "scanner")
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if real, err := filepath.EvalSymlinks(target); err != nil || !Is(serialport.Info{Path: real}, link) {
		t.Errorf("%s is not known by a link to it, %v", target, err)
	}
}

func TestTheBestNameSurvivesReplugging(t *testing.T) {
	for want, port := range map[string]serialport.Info{
		"/dev/serial/by-id/x": {Path: "/dev/ttyACM0", ByID: []string{"/dev/serial/by-id/x"}, VID: "05E0", PID: "1701", Serial: "S1"},
		"usb:05E0:1701:S1":    {Path: "COM3", VID: "05E0", PID: "1701", Serial: "S1"},
		"COM4":                {Path: "COM4", VID: "1A86", PID: "7523"}, // which has no number of its own
		"/dev/ttyS0":          {Path: "/dev/ttyS0"},
	} {
		if got := Device(port); got != want || !Is(port, got) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
