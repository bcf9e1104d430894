package printing

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/receipt"
)

// complaintsOf are what Check says of settings, each with its key.
func complaintsOf(settings ...string) []string {
	p := New()
	err := p.Apply(settings)
	var problems file.Problems
	if !errors.As(err, &problems) {
		if err != nil {
			return []string{err.Error()}
		}
		return nil
	}
	var all []string
	for _, c := range problems {
		all = append(all, c.Key+": "+c.Text)
	}
	return all
}

func TestEveryModelCanBeNamed(t *testing.T) {
	for _, want := range escpos.Profiles() {
		p := New()
		if err := p.Apply([]string{"profile=" + want.Name}); err != nil {
			t.Errorf("%s: %v", want.Name, err)
			continue
		}
		got, err := p.Model()
		if err != nil || !reflect.DeepEqual(got, want) || p.Width(got) != want.Columns[0] {
			t.Errorf("%s: got %+v with %d columns, %v", want.Name, got, p.Width(got), err)
		}
		for _, n := range want.Columns {
			if wrong := complaintsOf("profile="+want.Name, fmt.Sprint("columns=", n)); wrong != nil {
				t.Errorf("%s with %d columns: %q", want.Name, n, wrong)
			}
		}
		if _, err := NewEncoder(got, nil); err != nil {
			t.Errorf("%s: %v", want.Name, err)
		}
		if page, err := p.TestPage(); err != nil || len(page) < 300 {
			t.Errorf("%s: a test page of %d bytes, %v", want.Name, len(page), err)
		}
	}
}

func TestWithoutAModelColumnsDecide(t *testing.T) {
	for columns, want := range map[int64]struct {
		name  string
		width int
	}{0: {"generic-80", 42}, 42: {"generic-80", 42}, 48: {"generic-80", 48}, 32: {"generic-58", 32}} {
		p := Printer{Baud: 9600, Columns: columns}
		if m, err := p.Model(); err != nil || m.Name != want.name || p.Width(m) != want.width {
			t.Errorf("%d columns: %s with %d, %v", columns, m.Name, p.Width(m), err)
		}
	}
}

func TestKeysStandOverTheModel(t *testing.T) {
	p := New()
	settings := []string{
		"profile=epson-tm-t20iii", "columns=40", "dots=500", "tables=19 CP858,18 CP852", "cut=full", "feed_lines=0", "answers=unknown",
		"requests=paper", "qr=picture", "barcodes=none", "pictures=graphics", "styles=old", "single_byte=true", "line_ms=90",
	}
	if err := p.Apply(settings); err != nil {
		t.Fatal(err)
	}
	m, err := p.Model()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.Columns, []int{40}) || m.Dots != 500 || len(m.Tables) != 2 || m.Tables[1].Page != "CP852" || m.Cut != escpos.CutFull ||
		m.FeedLines != 0 || m.Answers != escpos.AnswersUnknown || !slices.Equal(m.Requests, []escpos.Request{escpos.PaperRequest}) ||
		m.QR != escpos.QRPicture || m.Barcodes != escpos.BarcodesNone || m.Pictures != escpos.PicturesGraphics || m.Styles != escpos.StylesOld ||
		!m.SingleByte || m.LineTime.Milliseconds() != 90 {
		t.Errorf("%+v", m)
	}
	none := New()
	if err := none.Apply([]string{"profile=epson-tm-t20iii", "requests="}); err != nil {
		t.Fatal(err)
	}
	if m, err := none.Model(); err != nil || len(m.Requests) != 0 {
		t.Errorf("no requests: %v, %v", m.Requests, err)
	}
}

func TestEveryMistakeIsToldWithItsKey(t *testing.T) {
	got := complaintsOf("device=lpt:1", "baud=1", "profile=generic-80", "columns=40", "tables=858,18 CP999", "cut=scissors", "feed_lines=41",
		"answers=yes", "requests=money", "qr=yes", "barcodes=yes", "pictures=yes", "styles=new", "line_ms=9999", `images={ "Logo" = "logo.png" }`)
	want := []string{
		"device: ", "baud: 1: need", "columns: 40: a generic-80 has [42 48]; state dots", "tables[0]: code table", `tables[1]: "CP999" is not known`,
		`cut: "scissors": need one of feed-and-cut, partial, full, none`, "feed_lines: 41: need 0 to 40", `answers: "yes"`, `requests[0]: "money"`,
		`qr: "yes"`, `barcodes: "yes"`, `pictures: "yes"`, `styles: "new"`, "line_ms: 9999", `images.Logo: "Logo"`,
	}
	for i, w := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], w) {
			t.Errorf("complaint %d:\ngot  %q\nwant %q", i, got[min(i, len(got)-1)], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d complaints, want %d: %q", len(got), len(want), got)
	}
	for _, c := range []struct {
		setting []string
		want    string
	}{
		{[]string{"profile=epson-tm-t99"}, `profile: no printer model is called "epson-tm-t99"`},
		{[]string{"qr=picture", "pictures=none"}, "exclude each other"},
		{[]string{"columns=60", "dots=512"}, "too few"},
		{[]string{"columns=-1", "dots=512"}, "columns: -1: need"},
		{[]string{"columns=3074457345618258603", "dots=512", "qr=none"}, "columns: 3074457345618258603: need"}, // 12 dots each are a few in all, in 64 bits
		{[]string{`colour="red"`}, "colour: unknown key"},
		{[]string{"qr"}, "need key=value"},
	} {
		if got := strings.Join(complaintsOf(c.setting...), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.setting, got, c.want)
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	p := New()
	err := p.Apply([]string{
		`device="queue:Kassa \"1\" \\ bon's"`, "profile=epson-tm-t20iii", "tables=19 CP858,18 CP852", "cut=full", "feed_lines=0", "answers=never",
		"requests=", "qr=picture", "columns=48", "single_byte=false", `images={ logo = "C:\\logo.png" }`, "line_ms=50", "max_age_hours=12",
	})
	if err != nil {
		t.Fatal(err)
	}
	var lane struct {
		Lane struct {
			Printer Printer `key:"printer"`
		} `key:"lane"`
	}
	lane.Lane.Printer = New()
	if _, err := file.Decode([]byte(p.TOML()), &lane, nil, func(func(key, format string, args ...any)) {}); err != nil {
		t.Fatalf("%v\n%s", err, p.TOML())
	}
	if !reflect.DeepEqual(lane.Lane.Printer, p) {
		t.Errorf("got  %+v\nwant %+v", lane.Lane.Printer, p)
	}
}

func TestAPrinterThatWasFoundIsRecognised(t *testing.T) {
	for _, c := range []struct{ maker, model, want string }{
		{"EPSON", "TM-T20III", "epson-tm-t20iii"}, {"Epson", "EPSON TM-T88V", "epson-tm-t88v"}, {"", "SUNMI-80", "sunmi-80"},
		{"EPSON", "", ""}, {"HP", "LaserJet", ""}, {"", "", ""},
	} {
		if got := ProfileOf(c.maker, c.model); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.maker, c.model, got, c.want)
		}
	}
}

func TestPicturesAreReadAndNotTooLarge(t *testing.T) {
	folder := t.TempDir()
	picture := func(name string, wide, high int) string {
		path := filepath.Join(folder, name)
		to, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(png.Encode(to, image.NewGray(image.Rect(0, 0, wide, high))), to.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	p := New()
	p.Images = map[string]string{
		"logo": picture("logo.png", 20, 10), "huge": picture("huge.png", 2001, 2000), "gone": filepath.Join(folder, "gone.png"), "text": "printer_test.go",
	}
	got, err := p.ReadImages()
	if len(got) != 1 || got["logo"] == nil {
		t.Errorf("read %v", got)
	}
	for _, name := range []string{"huge", "gone", "text"} {
		if err == nil || !strings.Contains(err.Error(), "picture "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	slip := receipt.Slip{Blocks: []receipt.Block{{Image: "logo"}, {Text: "x"}}}
	p.Images = map[string]string{"logo": p.Images["logo"]}
	with, err := p.Slip(slip)
	if err != nil {
		t.Fatal(err)
	}
	without, err := New().Slip(slip)
	if err != nil || len(with) <= len(without)+20 {
		t.Errorf("%d bytes with the picture, %d without, %v", len(with), len(without), err)
	}
}

// asked runs a setup in which a person gives these answers.
func asked(t *testing.T, to Printer, answers ...string) (Printer, string, error) {
	t.Helper()
	var screen strings.Builder
	printed := 0
	s := Setup{In: bufio.NewReader(strings.NewReader(strings.Join(answers, "\n") + "\n")), Out: &screen, Print: func(page []byte) (string, error) {
		printed++
		return "it says: ready", nil
	}}
	found, err := s.Run(to)
	if err == nil && printed != 1 {
		t.Errorf("%d pages were printed", printed)
	}
	return found, screen.String(), err
}

func TestSetupWritesWhatIsToBeSeen(t *testing.T) {
	begin := New()
	begin.Device = "usb:/dev/usb/lp0"
	for _, c := range []struct {
		name    string
		answers []string
		want    string
	}{
		{"all is right", []string{"", "", "", "", "", "", ""}, "[lane.printer]\ndevice = \"usb:/dev/usb/lp0\"\nprofile = \"generic-80\"\n"},
		{"nothing is", []string{"epson", "generic-80", "48", "x", "0 17, 18", "n", "no", "n", "n", "n"},
			"[lane.printer]\ndevice = \"usb:/dev/usb/lp0\"\nprofile = \"generic-80\"\ncolumns = 48\ntables = [\"19 CP858\", \"16 CP1252\", \"2 CP850\"]\ncut = \"none\"\nqr = \"none\"\nbarcodes = \"none\"\npictures = \"none\"\n"},
		{"codes as pictures", []string{"generic-80", "42", "", "y", "n", "y", "y"}, "[lane.printer]\ndevice = \"usb:/dev/usb/lp0\"\nprofile = \"generic-80\"\nqr = \"picture\"\n"},
	} {
		found, screen, err := asked(t, begin, c.answers...)
		if err != nil || found.TOML() != c.want {
			t.Errorf("%s: %v\ngot  %s\nwant %s\n%s", c.name, err, found.TOML(), c.want, screen)
		}
		if _, err := found.Model(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, _, err := asked(t, begin, "generic-80"); !errors.Is(err, errNoAnswer) {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestChooseTakesANumberOrADevice(t *testing.T) {
	found := []device.Found{{Path: "/dev/usb/lp0", Maker: "EPSON", Model: "TM-T20III"}, {Path: "Kassabon"}}
	for answers, want := range map[string]Printer{
		"1\n":                        {Baud: 9600, Device: "usb:/dev/usb/lp0", Profile: "epson-tm-t20iii"},
		"3\n2\n":                     {Baud: 9600, Device: "queue:Kassabon"},
		"tcp:1\ntcp:10.0.0.9:9100\n": {Baud: 9600, Device: "tcp:10.0.0.9:9100"},
	} {
		got, err := Choose(bufio.NewReader(strings.NewReader(answers)), new(strings.Builder), found, New())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %v", answers, got, err)
		}
	}
}
