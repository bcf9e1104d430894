package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zegel/cmd/zegel/printing"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
)

// told is what a command writes for input; it must end well.
func told(t *testing.T, input string, args ...string) string {
	t.Helper()
	got := zegel(t, input, args...)
	got.is(t, 0)
	return got.out
}

const tillSlip = `{"blocks": [{"text": "Café Zoë", "align": "centre", "double": true},
	{"row": [{"text": "Espresso"}, {"text": "€ 7,00", "align": "right", "whole": true}]}, {"qr": "ZS1:4711"}]}`

func TestPreviewOfATillsLines(t *testing.T) {
	want := "        Café Zoë\nEspresso                  € 7,00\n"
	if got := told(t, tillSlip, "printer", "preview", "-", "--profile", "generic-58"); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	path := filepath.Join(t.TempDir(), "slip.png")
	told(t, tillSlip, "printer", "preview", "-", "--profile", "epson-tm-t20iii", "--png", path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if picture, err := png.Decode(file); err != nil || picture.Bounds().Dx() < 576 {
		t.Errorf("%v, %v", picture, err)
	}
	if got := told(t, tillSlip, "printer", "preview", "-", "--profile", "generic-58", "--png", "-"); !strings.HasPrefix(got, "\x89PNG") {
		t.Errorf("no picture on standard output: %.20q", got)
	}
}

func TestWhatIsNoSlipIsToldByPlace(t *testing.T) {
	zegel(t, `{"blocks": [{"text": "a"}, {"row": [{"text": "b", "width": 1.5}]}]}`, "printer", "preview", "-", "--profile", "generic-80").
		is(t, exitProblems, "blocks[1].row[0].width: ")
	for _, args := range [][]string{
		{"preview", "/nowhere.json", "--profile", "generic-80"}, {"preview", "-", "--profile", "epson"}, {"encode", "-", "--profile", "generic-80", "--columns", "40"},
		{"encode", "-", "--setting", "qr=yes", "--profile", "generic-80"}, {"preview", "-", "--text", "--png", "x"}, {"encode", "-", "--image", "logo"},
	} {
		if got := zegel(t, tillSlip, append([]string{"printer"}, args...)...); got.code != exitUsage || got.out != "" {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

func TestEncodeWritesTheBytesOfThePaper(t *testing.T) {
	got := told(t, tillSlip, "printer", "encode", "-", "--profile", "generic-80", "--columns", "42")
	paper := printertest.New(42)
	link, err := paper.Link()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Write(t.Context(), []byte(got)); err != nil {
		t.Fatal(err)
	}
	papers := paper.Papers()
	if len(papers) != 1 || len(paper.Odd()) > 0 {
		t.Fatalf("%d papers, odd % x", len(papers), paper.Odd())
	}
	var text []string
	for _, l := range papers[0].Lines {
		text = append(text, l.String())
	}
	if all := strings.Join(text, "\n"); !strings.Contains(all, "Café Zoë") || !strings.Contains(all, "€ 7,00") {
		t.Errorf("on paper:\n%s", all)
	}
	if star := told(t, tillSlip, "printer", "encode", "-", "--profile", "star-tsp100iv"); !strings.HasPrefix(star, "\x1b@\x18") {
		t.Errorf("StarPRNT begins % x", star[:3])
	}
	if picture := told(t, tillSlip, "printer", "encode", "-", "--profile", "generic-80", "--setting", "qr=picture"); !strings.Contains(picture, "\x1dv0") {
		t.Error("qr=picture sends no picture")
	}
}

func TestTheTestPageNeedsNoPrinterToBeSeen(t *testing.T) {
	got := told(t, "", "printer", "test", "--profile", "epson-tm-t88v", "--text")
	if !strings.Contains(got, "19 CP858") || !strings.Contains(got, "42 columns") {
		t.Errorf("the page says\n%s", got)
	}
}

func TestTheTestPageOnALanesPrinter(t *testing.T) {
	folder := t.TempDir()
	paper := filepath.Join(folder, "paper")
	config := write(t, folder, "zegel.toml", smallest+"[lane.printer]\ndevice = \"file:paper\"\nprofile = \"epson-tm-t20iii\"\n")
	out := told(t, "", "printer", "test", "--config", config)
	if !strings.Contains(out, "as epson-tm-t20iii on file:"+paper) {
		t.Errorf("said %s", out)
	}
	p := printing.New()
	p.Profile = "epson-tm-t20iii"
	want, err := p.TestPage()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(paper); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes on paper, want %d; %v", len(got), len(want), err)
	}
	told(t, "", "printer", "test", "--config", config, "--numbers", "1-3")
	if got, err := os.ReadFile(paper); err != nil || !bytes.Contains(got, []byte("\x1bt\x03  3 ")) {
		t.Errorf("the page of numbers: %q, %v", got, err)
	}
	zegel(t, "", "printer", "test", "--config", config, "--numbers", "3-1").is(t, exitUsage, "need two numbers")
}

func TestSetupAsksAndWritesTOML(t *testing.T) {
	paper := "file:" + filepath.Join(t.TempDir(), "paper")
	none := filepath.Join(t.TempDir(), "none.toml")
	out := told(t, "generic-58\n\ny\nn\ny\n", "printer", "setup", "--device", paper, "--config", none)
	_, toml, _ := strings.Cut(out, "in place of its [lane.printer]:\n\n")
	if want := "[lane.printer]\ndevice = \"" + paper + "\"\nprofile = \"generic-58\"\n"; toml != want {
		t.Errorf("got\n%s\nwant\n%s\n%s", toml, want, out)
	}
}

func TestPrintersAreListedWithWhoUsesThem(t *testing.T) {
	cfg := Config{Lanes: []Lane{
		{Name: "kassa1", Printer: printing.Printer{Device: "usb:/dev/usb/lp0", Profile: "generic-80"}}, {Name: "kassa2", Printer: printing.Printer{Device: "tcp:10.0.0.9:9100"}},
		{Name: "kassa3"}, {Name: "kassa4", Printer: printing.Printer{Device: "tcp:10.0.0.9:9100"}},
	}}
	got := listedPrinters([]device.Found{{Path: "/dev/usb/lp0", Maker: "EPSON", Model: "TM-T20III", Serial: "J1"}, {Path: "/dev/usb/lp1", Maker: "EPSON", Model: "TM-T88V"}}, cfg)
	want := []listedPrinter{
		{Device: "usb:/dev/usb/lp0", What: "EPSON TM-T20III", Serial: "J1", Profile: "generic-80", UsedBy: "kassa1"},
		{Device: "usb:/dev/usb/lp1", What: "EPSON TM-T88V", Profile: "epson-tm-t88v"},
		{Device: "tcp:10.0.0.9:9100", UsedBy: "kassa2, kassa4"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if out := told(t, "", "printer", "profiles"); strings.Count(out, "\n") != len(escpos.Profiles())+1 {
		t.Errorf("profiles:\n%s", out)
	}
}

func TestEveryLineOfATestPageFitsItsPaper(t *testing.T) {
	for _, p := range escpos.Profiles() {
		for _, n := range p.Columns {
			for _, l := range p.TestPage(n) {
				if wide := columnsOf(l); wide > max(n, p.FontB) {
					t.Errorf("%s: %d columns: %s", p.Name, wide, l)
				}
			}
		}
	}
}

func columnsOf(l layout.Line) (n int) {
	for _, c := range l {
		n += c.Columns()
	}
	return n
}
