package setup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
	"zegel/scanner/setup"
)

func at(line string) preset.Line {
	l, err := preset.ParseLine(line)
	if err != nil {
		panic(err)
	}
	return l
}

// letters gives what stands in front of an EAN-13, an EAN-8, a Code 128 and a QR.
func letters(ean13, ean8, code128, qr string) map[string]string {
	return map[string]string{"ean13": ean13, "ean8": ean8, "code128": code128, "qr": qr}
}

var aim = letters("]E0", "]E4", "]C0", "]Q1")

// One device for every preset that reads bar codes, by the makers' manuals.
var devices = []device{
	{name: "generic", line: at("9600 8N1"), end: "\r"},
	{name: "generic-idle", line: at("9600 8N1")},
	{name: "usb-cdc", usb: true, end: "\r\n"},
	{name: "zebra-rs232", line: at("9600 8N1"), end: "\r\n"},
	{name: "zebra-opos", line: at("9600 8O1"), end: "\r", ids: letters("A", "B", "K", ""), reads: "ean13 ean8 code128"},
	{name: "zebra-icl", line: at("9600 8E1"), end: "\r", ids: letters("F", "FF", "L09", ""), reads: "ean13 ean8"},
	{name: "zebra-ssi", line: at("9600 8N1"), ssi: true},
	{name: "honeywell", line: at("115200 8N1"), end: "\r\n"},
	{name: "metrologic", line: at("9600 7S2"), end: "\r\n"},
	{name: "datalogic", line: at("9600 8N1"), end: "\r", ids: letters("F", "FF", "#", "QR")},
	{name: "datalogic-eu", line: at("9600 8N1"), end: "\r", ids: letters("B", "A", "T", "yy")},
	{name: "newland", line: at("9600 8N1"), end: "\r"},
	{name: "olivetti", line: at("9600 7E1"), stx: true, end: "\x03"},
	{name: "gm67", line: at("9600 8N1"), end: "\r"},
}

// found says what a person who follows the proposals arrives at: the proposal
// that is certain, and how many lines it took.
func found(d device, h host) (setup.Proposal, int, error) {
	var tried []preset.Line
	for {
		tried = append(tried, h.line)
		var samples []setup.Sample
		for _, c := range setup.Sheet() {
			if d.can(c.Symbology) {
				samples = append(samples, h.hears(d, c))
			}
		}
		p := setup.Recognise(samples, h.line)
		if p.Certain {
			return p, len(tried), nil
		}
		next := slices.IndexFunc(p.Try, func(l preset.Line) bool { return !slices.Contains(tried, l) })
		if next < 0 {
			return p, len(tried), fmt.Errorf("after %v: %+v", tried, p)
		}
		h.line = p.Try[next]
	}
}

// cards are codes that are not on the sheet.
var cards = []setup.Code{
	{Symbology: "ean13", Text: "2900001234566"},
	{Symbology: "ean13", Text: "2900007654320"},
	{Symbology: "code128", Text: "LOY:1:8F3K2Q"},
	{Symbology: "qr", Text: "https://id.example.com/8018/952123456789012345"},
}

// readsCards reports what is wrong with how a proposal reads cards.
func readsCards(p setup.Proposal, d device, h host) error {
	known, ok := preset.Find(p.Preset)
	if !ok {
		return fmt.Errorf("no preset %q", p.Preset)
	}
	h.line = p.Line
	framer, err := known.Framer(p.Settings)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if !d.can(c.Symbology) {
			continue
		}
		var got []string
		recording.Play(recording.Recording{Chunks: h.hears(d, c).Chunks}, framer, func(_ time.Duration, e frame.Event) {
			if e.IsCode() || e.Reason != "" {
				got = append(got, e.Text+string(e.Reason))
			}
		})
		if len(got) != 1 || got[0] != c.Text {
			return fmt.Errorf("%s %q is read as %q by %+v", c.Symbology, c.Text, got, p)
		}
	}
	return nil
}

func TestEveryPresetIsFoundFromTheSheet(t *testing.T) {
	for _, d := range devices {
		for _, h := range []host{{line: at("9600 8N1")}, {line: at("9600 8N1"), gathers: 16 * time.Millisecond}, {line: at("115200 8N1"), keeps: true}, {line: at("9600 7E1")}} {
			p, rounds, err := found(d, h)
			if err != nil {
				t.Errorf("%s, begun on %v: %v", d.name, h.line, err)
				continue
			}
			if err := readsCards(p, d, h); err != nil {
				t.Errorf("%s, begun on %v: %v", d.name, h.line, err)
			}
			if rounds > 5 {
				t.Errorf("%s, begun on %v: took %d lines", d.name, h.line, rounds)
			}
		}
	}
	for _, p := range preset.All() {
		if !p.Tags() && !slices.ContainsFunc(devices, func(d device) bool { return d.name == p.Name }) {
			t.Errorf("no device for %s", p.Name)
		}
	}
}

func TestThePresetsOfMakersWithLettersAreNamed(t *testing.T) {
	for _, d := range devices {
		named := slices.Contains([]string{"zebra-opos", "zebra-icl", "zebra-ssi", "datalogic", "datalogic-eu", "olivetti"}, d.name)
		if p, _, err := found(d, host{line: at("9600 8N1")}); named && (err != nil || p.Preset != d.name || p.Line != d.line) {
			t.Errorf("%s: found %s on %v, %v", d.name, p.Preset, p.Line, err)
		}
	}
}

// From the bytes on a wrong line one can tell the right one, where the speed is
// right: a person opens it once and not eleven times.
func TestTheRightLineComesNext(t *testing.T) {
	for _, line := range []string{"9600 7E1", "9600 7O1", "9600 7M1", "9600 8E1", "9600 8O1", "19200 7E1", "115200 8O1"} {
		for _, gap := range []int{0, 3} {
			d := device{line: at(line), end: "\r", gap: gap}
			h := host{line: preset.Line{Baud: d.line.Baud, DataBits: 8, Parity: "none", StopBits: 1}}
			p := setup.Recognise([]setup.Sample{h.hears(d, setup.Sheet()[0])}, h.line)
			if p.Certain || len(p.Try) == 0 || p.Try[0] != d.line || p.Line != d.line {
				t.Errorf("%s with a gap of %d bits: %+v", line, gap, p)
			}
		}
	}
}

// Where the system hands on damaged bytes as they came, parity is not missed.
func TestALineThatReadsThoughItIsSetOtherwise(t *testing.T) {
	for _, line := range []string{"9600 8E1", "9600 8O1", "9600 7S2"} {
		d := device{line: at(line), end: "\r"}
		h := host{line: at("9600 8N1"), keeps: true}
		if p, rounds, err := found(d, h); err != nil || rounds != 1 || readsCards(p, d, h) != nil {
			t.Errorf("%s: after %d lines %+v, %v", line, rounds, p, err)
		}
	}
}

func TestAdapterThatKeepsTheParityBit(t *testing.T) {
	for _, d := range []device{{line: at("9600 7E1"), end: "\r"}, {line: at("9600 7E1"), stx: true, end: "\x03", ids: aim}} {
		h := host{line: at("9600 8N1"), deaf: true}
		p, _, err := found(d, h)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := readsCards(p, d, h); err != nil || p.Settings.SevenBits == nil || p.Line != d.line {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestAnyScannerIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDevice(t)
		h := host{
			line:    rapid.SampledFrom(setup.Lines()).Draw(t, "host"),
			keeps:   rapid.Bool().Draw(t, "damaged bytes kept"),
			gathers: time.Duration(rapid.IntRange(0, 30).Draw(t, "ms in a read")) * time.Millisecond,
		}
		p, _, err := found(d, h)
		if err != nil {
			t.Fatal(err)
		}
		if err := readsCards(p, d, h); err != nil {
			t.Fatal(err)
		}
	})
}

// drawDevice makes up a scanner. Prefixes have no digits, which could as well be
// those of a code.
func drawDevice(t *rapid.T) device {
	baud := rapid.SampledFrom([]int{9600, 9600, 115200, 19200, 38400, 57600, 4800, 2400, 1200}).Draw(t, "baud")
	framing := rapid.SampledFrom([]string{"8N1", "8N1", "7E1", "7O1", "7S2", "7M1", "8E1", "8O1", "8N2"}).Draw(t, "framing")
	d := device{
		line:   at(fmt.Sprintf("%d %s", baud, framing)),
		prefix: rapid.StringMatching(`[A-Za-z!$#-]{0,3}`).Draw(t, "prefix"),
		suffix: rapid.StringMatching(`[A-Za-z!$#-]{0,2}`).Draw(t, "suffix"),
		ids: rapid.SampledFrom([]map[string]string{
			nil, nil, aim,
			letters("F", "FF", "#", "QR"), letters("B", "A", "T", "yy"), letters("d", "D", "j", "s"), letters("A", "A", "D", "P01"),
			letters("x", "y", "z", "zz"), letters("FF", "F", "G", "H"), letters("K1", "K2", "K3", "K4"), letters("E", "E", "C", "Q"),
		}).Draw(t, "letters"),
		end: rapid.SampledFrom([]string{"\r", "\n", "\r\n", "\t", "\x03", "\r\x03", "\t\r", ""}).Draw(t, "end"),
		gap: rapid.SampledFrom([]int{0, 0, 1, 10}).Draw(t, "gap"),
	}
	if rapid.IntRange(0, 3).Draw(t, "stx") == 0 {
		d.stx = true
	}
	if rapid.IntRange(0, 3).Draw(t, "slow") == 0 {
		d.pause = time.Duration(rapid.IntRange(1, 300).Draw(t, "ms")) * time.Millisecond
	}
	return d
}

func TestWhatTheScannerDoesToCodesIsSaid(t *testing.T) {
	sheet := setup.Sheet()
	sample := func(c setup.Code, text string) setup.Sample {
		return setup.Sample{Want: c, Chunks: []recording.Chunk{{Data: []byte(text)}, {At: time.Second}}}
	}
	for _, c := range []struct {
		name    string
		samples []setup.Sample
		certain bool
		preset  string
		note    string
	}{
		{"nothing", nil, false, "", "Nothing came"},
		{"silence", []setup.Sample{sample(sheet[0], "")}, false, "", "Nothing came"},
		{"as it should be", []setup.Sample{sample(sheet[0], "9521234567899\r")}, true, "generic", "zebra-rs232"},
		{"no check digit", []setup.Sample{sample(sheet[0], "952123456789\r")}, false, "generic", "check digit of EAN-13"},
		{"capitals", []setup.Sample{sample(sheet[2], "ZEGEL-128\r")}, false, "generic", "case of letters"},
		{"EAN-8 as EAN-13", []setup.Sample{sample(sheet[0], "9521234567899\r"), sample(sheet[1], "0000095212340\r")}, true, "generic", "zebra-rs232"},
		{"EAN-8 as EAN-13 with its identifier", []setup.Sample{sample(sheet[0], "]E09521234567899\r"), sample(sheet[1], "]E00000095212340\r")}, true, "generic", "zebra-rs232"},
		{"scanned twice", []setup.Sample{sample(sheet[0], "<9521234567899>\r<9521234567899>\r"), sample(sheet[1], "<95212340>\r")}, true, "generic", ""},
		{"nothing was read first", []setup.Sample{sample(sheet[0], "NR\r9521234567899\r")}, true, "generic", ""},
		{"plugged in first", []setup.Sample{sample(sheet[0], "\x00\x009521234567899\r")}, false, "generic", "line-error"},
		{"no terminator", []setup.Sample{sample(sheet[0], "9521234567899")}, true, "generic-idle", "only silence"},
		{"one letter", []setup.Sample{sample(sheet[0], "F9521234567899\r")}, false, "datalogic", "another sort"},
		{"letters here and there", []setup.Sample{sample(sheet[0], "9521234567899\r"), sample(sheet[2], "xZegel-128\r")}, false, "generic", "some without"},
		{"suffixes that differ", []setup.Sample{sample(sheet[0], "9521234567899E\r"), sample(sheet[2], "Zegel-128C\r")}, false, "generic", "behind"},
		{"letters of nobody", []setup.Sample{sample(sheet[0], "x9521234567899\r"), sample(sheet[2], "yZegel-128\r")}, true, "generic", "no known maker"},
		{"QR without the letter of OPOS", []setup.Sample{sample(sheet[0], "A9521234567899\r"), sample(sheet[1], "B95212340\r"), sample(sheet[2], "KZegel-128\r"), sample(sheet[3], "zegel:sheet:QR:0123456789\r")}, false, "zebra-opos", "QR is not read (code-id)"},
		{"another code", []setup.Sample{sample(sheet[0], "4006381333931\r")}, false, "", "speed"},
	} {
		p := setup.Recognise(c.samples, at("9600 8N1"))
		notes := strings.Join(p.Notes, " ")
		if p.Certain != c.certain || p.Preset != c.preset || !strings.Contains(notes, c.note) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestPacketsWithALongerHeader(t *testing.T) {
	c := setup.Sheet()[0]
	p := packet(c)
	long := slices.Concat([]byte{p[0] + 3, 0xF3, 0, 0, 7, 7, 7}, p[4:len(p)-2])
	sum := 0
	for _, b := range long {
		sum += int(b)
	}
	long = append(long, byte(-sum>>8), byte(-sum))
	got := setup.Recognise([]setup.Sample{{Want: c, Chunks: []recording.Chunk{{Data: long}}}}, at("9600 8N1"))
	if !got.Certain || got.Preset != "zebra-ssi" || got.Settings.SSIHeader == nil || *got.Settings.SSIHeader != 3 {
		t.Errorf("%+v", got)
	}
}

func TestReadersOfTags(t *testing.T) {
	tag := func(texts ...string) []setup.Sample {
		var samples []setup.Sample
		for _, text := range texts {
			samples = append(samples, setup.Sample{Chunks: []recording.Chunk{{Data: []byte(text)}, {At: time.Second}}})
		}
		return samples
	}
	const stx = "\x02" + "0700758245B5"
	for _, c := range []struct {
		name    string
		samples []setup.Sample
		certain bool
		preset  string
	}{
		{"RDM6300", tag(stx + "\x03" + stx + "\x03"), true, "rdm6300"},
		{"ID-12", tag(stx + "\r\n\x03"), true, "id12"},
		{"TWN4", tag("04A1B2C3D4E580\r"), true, "twn4"},
		{"TWN4 with a transponder", tag("0700758245\r"), true, "twn4"},
		{"hex without an end", tag("04A1B2C3D4E580"), true, "twn4"},
		{"bytes", tag("\x3A\x5C\x11\x9E"), false, "raw-idle"},
		{"bytes twice", tag("\x3A\x5C\x11\x9E", "\x3A\x5C\x11\x9E"), true, "raw-idle"},
		{"two different tags", tag("\x3A\x5C\x11\x9E", "\x3A\x5C\x11\x9F"), false, ""},
		{"noise", tag("\xFE\xC0"), false, ""},
	} {
		p := setup.Recognise(c.samples, at("9600 8N1"))
		if p.Certain != c.certain || p.Preset != c.preset || c.preset == "" && len(p.Try) == 0 {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestNoBytesMakeItPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := setup.Sample{Want: rapid.SampledFrom(append(setup.Sheet(), setup.Code{})).Draw(t, "code")}
		var when time.Duration
		for range rapid.IntRange(0, 5).Draw(t, "reads") {
			when += time.Duration(rapid.IntRange(0, 300).Draw(t, "ms")) * time.Millisecond
			s.Chunks = append(s.Chunks, recording.Chunk{At: when, Data: rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")})
		}
		p := setup.Recognise([]setup.Sample{s, s}, rapid.SampledFrom(setup.Lines()).Draw(t, "line"))
		if !p.Certain && len(p.Notes) == 0 {
			t.Fatalf("not a word on %+v", s)
		}
	})
}

func TestSheetIsForNobodysGoods(t *testing.T) {
	for _, c := range setup.Sheet() {
		sum := 0
		for i := range len(c.Text) {
			weight := 1 + 2*(i%2)
			sum += weight * int(c.Text[len(c.Text)-1-i]-'0')
		}
		if ean := strings.HasPrefix(c.Symbology, "ean"); ean && (sum%10 != 0 || !strings.HasPrefix(c.Text, "952")) {
			t.Errorf("%s: %s has a wrong check digit or is somebody's", c.Name, c.Text)
		}
	}
}
