package main

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zegel/scanner/serialport"
)

var update = flag.Bool("update", false, "write the golden files anew; a change of them is a change of what programs read")

// The lines of JSON are read by programs: each is as it was.
func TestReplayPrintsOneLineOfJSONForEachEvent(t *testing.T) {
	for name, args := range map[string][]string{
		"text.hex":  {"--hex", "--preset", "generic"},
		"ssi.hex":   {"--hex", "--preset", "zebra-ssi"},
		"tags.hex":  {"--hex", "--preset", "rdm6300"},
		"chip.hex":  {"--hex", "--preset", "pn532"},
		"shop.rec":  nil,
		"bytes.bin": {"--preset", "generic"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "replay", name)
			s := replay(t, append(args, "--json", path)...)
			s.is(t, 0)
			golden := path + ".jsonl"
			if *update {
				if err := os.WriteFile(golden, []byte(s.out), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if s.out != string(want) {
				t.Errorf("got\n%swant\n%s", s.out, want)
			}
			for line := range strings.Lines(s.out) {
				var o struct{ Event string }
				if err := json.Unmarshal([]byte(line), &o); err != nil || o.Event == "" {
					t.Errorf("%s: %v", line, err)
				}
			}
		})
	}
}

// replay is zegel scanner replay where there is no shop.
func replay(t *testing.T, args ...string) said {
	t.Helper()
	return zegel(t, "", append([]string{"scanner", "replay"}, args...)...)
}

func TestReplayForPeopleHidesCardsUnlessAsked(t *testing.T) {
	path := filepath.Join("testdata", "replay", "text.hex")
	hidden := replay(t, "--hex", "--preset", "generic", path)
	hidden.is(t, 0, "card …4566 (rcn13, EAN/UPC)", "product 4006381333931", "refused: payment-pan 411111…1111", "0.100  refused: unterminated")
	shown := replay(t, "--hex", "--preset", "generic", "--show", path)
	shown.is(t, 0, "card 2900001234566 (rcn13, EAN/UPC)")
	if strings.Contains(hidden.out, "2900001") || strings.Contains(shown.out, strings.Repeat("1", 10)) {
		t.Errorf("hidden it says\n%sshown\n%s", hidden.out, shown.out)
	}
}

func TestReplayTakesWhoseCardsTheyAreFromAProgramme(t *testing.T) {
	s := newShop(t, "[lane.scanner]\ndevice = \"COM3\"\nprefix = \"~\"\n")
	loyal := write(t, s.folder, "loyal.hex", "4C 4F 59 3A 31 3A 38 46 33 4B 32 51 0D 7E 32 39 30 30 30 30 31 32 33 34 35 36 36 0D")
	replay(t, "--hex", "--preset", "generic", "--json", loyal).is(t, 0, `"kind":"card","format":"opaque"`)
	replay(t, "--hex", "--preset", "generic", "--json", "--programme", s.cfg.Shop.Programme, loyal).is(t, 0, `"kind":"unknown"`)
	replay(t, "--hex", "--preset", "generic", "--json", "--config", s.path, loyal).is(t, 0, `"kind":"unknown"`)
	// With the lane's settings, its prefix is wanted and left out.
	replay(t, "--hex", "--lane", "kassa1", "--json", "--config", s.path, loyal).is(t, 0, `"reason":"missing-prefix"`, `"code":"2900001234566"`)
	replay(t, "--hex", "--lane", "kassa1", "--setting", "prefix=", "--json", "--config", s.path, loyal).is(t, 0, `"code":"~2900001234566"`)
}

func TestReplayReadsStandardInput(t *testing.T) {
	zegel(t, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150", "scanner", "replay", "--hex", "--preset", "generic-idle", "--json", "-").
		is(t, 0, `{"event":"scan","at_ms":100,"kind":"card","format":"rcn13","symbology":"","code":"2900001234566"}`)
}

func TestWrongUseOfScannerCommands(t *testing.T) {
	folder := t.TempDir()
	hex := write(t, folder, "a.hex", "32 39 0D")
	bad := write(t, folder, "b.hex", "32 39 0D\n3 9 ~x\n")
	headed := write(t, folder, "c.rec", "zegel scanner recording 1\npreset: generic\nsetting-baud: \"x\"\n\n0.100 32\n")
	shop := newShop(t, "")
	two := newShop(t, "[[lane.scanner]]\ndevice = \"COM3\"\nname = \"wand\"\n[[lane.scanner]]\ndevice = \"COM4\"\n")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"replay", "--hex", hex}, exitUsage, "say what kind of device it was: --preset generic"},
		{[]string{"replay", "--hex", "--preset", "zebra", hex}, exitUsage, `preset: "zebra": need one of generic,`},
		{[]string{"replay", "--hex", "--preset", "generic", bad}, exitProblems, "line 2"},
		{[]string{"replay", "--preset", "generic", filepath.Join(folder, "none")}, exitProblems, "read the recording"},
		{[]string{"replay", headed}, exitProblems, "the recording's own settings cannot be"},
		{[]string{"replay"}, exitUsage, "accepts 1 arg"},
		{[]string{"replay", "--hex", "--preset", "generic", "--setting", "tune", hex}, exitUsage, "need key=value"},
		{[]string{"replay", "--hex", "--preset", "generic", "--setting", "tune=1", hex}, exitUsage, "tune: unknown key"},
		{[]string{"replay", "--hex", "--preset", "generic", "--setting", "terminators=bang", hex}, exitUsage, "terminators"},
		{[]string{"replay", "--hex", "--preset", "generic", "--programme", hex, hex}, exitConfig, "a.hex:1:"},
		{[]string{"replay", "--hex", "--config", two.path, "--scanner", "3", hex}, exitUsage, "there is no scanner \"3\"; scanners are kassa1 wand, kassa1 2"},
		{[]string{"watch", "--config", two.path, "--scanner", "hook"}, exitUsage, "there is no scanner \"hook\""},
		{[]string{"watch", "--config", two.path, "--scanner", "hook", "--device", hex}, exitUsage, "there is no scanner \"hook\""},
		{[]string{"watch", "--device", hex, "--setting", "feedback=none", "--setting", "accept=0x"}, exitUsage, "accept: \"0x\": need bytes in hexadecimal"},
		{[]string{"watch", "--config", shop.path}, exitUsage, "no scanner is configured: name a port with --device"},
		{[]string{"watch", "--config", shop.path, "--lane", "kassa9"}, exitUsage, "no scanner is configured"},
		{[]string{"watch", "--device", filepath.Join(folder, "none")}, exitUnavailable, "plug the device in or correct the path"},
		{[]string{"watch", "--device", "usb:5"}, exitUsage, "usb:VENDOR:PRODUCT"},
		{[]string{"watch", "--device", hex, "--line", "9600"}, exitUsage, "such as 9600 8N1"},
		{[]string{"record", "--device", filepath.Join(folder, "none"), filepath.Join(folder, "rec")}, exitUnavailable, "plug the device in"},
		{[]string{"record", "--device", hex}, exitUsage, "accepts 1 arg"},
		{[]string{"setup", "--device", filepath.Join(folder, "none")}, exitUnavailable, "plug the device in"},
		{[]string{"sheet", "--text", "--png", filepath.Join(folder, "x.png")}, exitUsage, "take one of them"},
		{[]string{"sheet", "--lang", "xx", "--text"}, exitUsage, "need one of nl, nl-NL,"},
		{[]string{"sheet", "--config", shop.path}, exitUsage, "no lane has a printer"},
		{[]string{"list", "now"}, exitUsage, "unknown command"},
		{[]string{"bogus"}, exitUsage, "there is no \"zegel scanner bogus\""},
		{[]string{"watch", "--device", hex, "--preset", "pn532", "--setting", "accept=07"}, exitUsage, "a PN532 takes commands of its own only"},
		{[]string{"watch", "--device", "usb:1234:5678"}, exitUnavailable, "no USB device of those numbers is plugged in"},
		{[]string{"watch", "--device", hex}, exitUnavailable, "name a serial line that is there"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			zegel(t, "", append([]string{"scanner"}, c.args...)...).is(t, c.code, c.want)
		})
	}
	if said := zegel(t, "", "scanner", "sniff", "--device", filepath.Join(folder, "none")); said.out != "" {
		t.Errorf("before there is a device it says\n%s", said.out)
	}
	if _, err := os.Stat(filepath.Join(folder, "rec")); err == nil {
		t.Error("a recording was begun of a device that is not there")
	}
}

func TestALineThatDoesNotOpenIsExplained(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&serialport.Error{Op: "open", Path: "COM3", Cause: serialport.Busy, Err: syscall.EBUSY}, "if it is the daemon"},
		{&serialport.Error{Op: "open", Path: "COM3", Cause: serialport.Denied, Err: fs.ErrPermission}, "or be the user of the service"},
	} {
		if got := advised(c.err); !errors.Is(got, c.err) || !strings.Contains(got.Error(), c.want) {
			t.Errorf("got %v", got)
		}
	}
}

func TestReplayOfNothingSaysSo(t *testing.T) {
	zegel(t, "0D 0D 0A 0A", "scanner", "replay", "--hex", "--preset", "generic", "-").is(t, 0, "nothing came of it")
	if said := zegel(t, "0D 0D 0A 0A", "scanner", "replay", "--hex", "--preset", "generic", "--json", "-"); said.out+said.err != "" {
		t.Errorf("got %q, %q", said.out, said.err)
	}
}

func TestScannerCommandsExplainThemselves(t *testing.T) {
	for _, name := range []string{"", "list", "presets", "watch", "sniff", "record", "replay", "setup", "sheet"} {
		zegel(t, "", strings.Fields("scanner "+name+" --help")...).is(t, 0, "Usage:", "zegel scanner "+name)
	}
	zegel(t, "", "scanner", "presets").is(t, 0, "zebra-ssi", "pn532", "9600 8N1")
	var presets []struct{ Name, Line, About string }
	zegel(t, "", "scanner", "presets", "--json").reads(t, &presets)
	if len(presets) < 15 || presets[0].Name == "" || presets[0].About == "" {
		t.Errorf("got %v", presets)
	}
	var ports []listedPort
	s := zegel(t, "", "scanner", "list", "--json")
	s.is(t, 0)
	s.reads(t, &ports)
}

func TestTheSheetIsPrintedOrShown(t *testing.T) {
	s := newShop(t, "[lane.printer]\ndevice = \"file:paper\"\n")
	s.zegel(t, "scanner", "sheet").is(t, 0, "printed at kassa1", "zegel scanner setup")
	paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
	if err != nil || !strings.Contains(string(paper), "Zegel-128") {
		t.Errorf("the paper: %d bytes, %v", len(paper), err)
	}
	zegel(t, "", "scanner", "sheet", "--text", "--lang", "en").is(t, 0, "[ean13 ", "[code128 Zegel-128]", "[QR ")
	picture := filepath.Join(s.folder, "sheet.png")
	zegel(t, "", "scanner", "sheet", "--png", picture).is(t, 0)
	if b, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(b), "\x89PNG") {
		t.Errorf("the picture: %d bytes, %v", len(b), err)
	}
}
