package preset_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
)

func TestPresetsAreWholeAndCanBeUsed(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range preset.All() {
		if seen[p.Name] || p.Name == "" || strings.ToLower(p.Name) != p.Name {
			t.Errorf("%q: a name is lower case and stands once", p.Name)
		}
		seen[p.Name] = true
		if !strings.HasSuffix(p.About, ".") {
			t.Errorf("%s: %q is no sentence", p.Name, p.About)
		}
		if line, err := preset.ParseLine(p.Line.String()); err != nil || line != p.Line {
			t.Errorf("%s: line %v reads as %v, %v", p.Name, p.Line, line, err)
		}
		for what, make := range map[string]func(preset.Settings) (frame.Framer, error){"framer": p.Framer, "listener": p.Listener} {
			if f, err := make(preset.Settings{}); err != nil || f == nil {
				t.Errorf("%s: %s: %v", p.Name, what, err)
			}
		}
		if found, ok := preset.Find(p.Name); !ok || found.About != p.About {
			t.Errorf("%s is not found by its name", p.Name)
		}
	}
	for _, name := range strings.Fields("zebra-rs232 zebra-opos zebra-icl zebra-ssi honeywell metrologic datalogic datalogic-eu newland olivetti " +
		"gm67 usb-cdc generic generic-idle rdm6300 id12 pn532 raw-idle twn4") {
		if !seen[name] {
			t.Errorf("no preset %s", name)
		}
	}
	if len(preset.Names()) != len(seen) {
		t.Errorf("%d names of %d presets", len(preset.Names()), len(seen))
	}
	if _, ok := preset.Find("zebra"); ok {
		t.Error("half a name was found")
	}
}

// The bytes are those of the SSI guide and of the modules' manuals.
func TestFeedback(t *testing.T) {
	for name, want := range map[string]preset.Feedback{
		"zebra-ssi": {
			Accept: []byte{0x00, 0x05, 0xE6, 0x04, 0x00, 0x00, 0xFF, 0x11},
			Reject: []byte{0x00, 0x05, 0xE6, 0x04, 0x00, 0x05, 0xFF, 0x0C},
		},
		"gm67":         {Accept: []byte{0x05, 0xE6, 0x04, 0x00, 0x01, 0xFF, 0x10}},
		"datalogic":    {Accept: []byte("B")},
		"datalogic-eu": {Accept: []byte("B")},
	} {
		p, _ := preset.Find(name)
		if !bytes.Equal(p.Feedback.Accept, want.Accept) || !bytes.Equal(p.Feedback.Reject, want.Reject) {
			t.Errorf("%s: % X, % X", name, p.Feedback.Accept, p.Feedback.Reject)
		}
	}
	for _, p := range preset.All() {
		if known := slices.Contains([]string{"zebra-ssi", "gm67", "datalogic", "datalogic-eu"}, p.Name); !known && (p.Feedback.Accept != nil || p.Feedback.Reject != nil) {
			t.Errorf("%s is sent something that no manual at hand has", p.Name)
		}
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string]preset.Line{
		"9600 8N1":   {Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1},
		"9600 7E1":   {Baud: 9600, DataBits: 7, Parity: "even", StopBits: 1},
		"115200 8O2": {Baud: 115200, DataBits: 8, Parity: "odd", StopBits: 2},
		"1200 7M1":   {Baud: 1200, DataBits: 7, Parity: "mark", StopBits: 1},
		"1200 7S2":   {Baud: 1200, DataBits: 7, Parity: "space", StopBits: 2},
	} {
		if got, err := preset.ParseLine(text); err != nil || got != want || got.String() != text {
			t.Errorf("%q: got %+v (%v), %v", text, got, got, err)
		}
	}
	for _, text := range []string{"", "9600", "9600 8N", "9600 8X1", "9600 5N1", "9600 8N3", "0 8N1", "-9600 8N1", "x 8N1", "9600 8N1 "} {
		if got, err := preset.ParseLine(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func yes() *bool      { b := true; return &b }
func no() *bool       { b := false; return &b }
func n(i int) *int    { return &i }
func ms(i int) string { return fmt.Sprintf(" ~%d ", i) }

// Inputs are as recording.ParseHex reads them, codes are "symbology text".
func TestSettingsChangeWhatIsRead(t *testing.T) {
	const card = "32 39 30 30 30 30 31 32 33 34 35 36 36"
	const code = "2900001234566"
	for _, c := range []struct {
		name, preset string
		settings     preset.Settings
		input, want  string
	}{
		{"as it is", "generic", preset.Settings{}, card + " 0D 0A", code},
		{"another terminator", "generic", preset.Settings{Terminators: []string{"tab"}}, card + "09" + card + "09", code + "; " + code},
		{"CR is none any more", "generic", preset.Settings{Terminators: []string{"tab"}}, card + "0D 09", "control-char"},
		{"two terminators", "generic", preset.Settings{Terminators: []string{"cr", "etx"}}, card + "03" + card + "0D", code + "; " + code},
		{"both in one word", "generic", preset.Settings{Terminators: []string{"crlf"}}, card + "0A" + card + "0D", code + "; " + code},
		{"no terminator", "generic", preset.Settings{Terminators: []string{"none"}}, card + ms(200) + card, code + "; " + code},
		{"no terminator beside STX", "olivetti", preset.Settings{Terminators: []string{"none"}}, "02" + card + "03" + card + ms(200), code + "; unterminated"},
		{"silence", "generic", preset.Settings{Idle: yes()}, card + ms(200) + card, code + "; " + code},
		{"no silence", "generic-idle", preset.Settings{Idle: no()}, card + ms(200), "unterminated"},
		{"longer silence", "generic-idle", preset.Settings{Silence: time.Second}, "32 39 ~900 30" + ms(1000), "290"},
		{"STX", "generic", preset.Settings{STX: yes()}, "02" + card + "03", code},
		{"no STX", "olivetti", preset.Settings{STX: no()}, "02" + card + "03 0D", "control-char"},
		{"around", "generic", preset.Settings{Prefix: "\x01S", Suffix: "$"}, "01 53" + card + "24 0D" + card + "0D", code + "; missing-prefix"},
		{"parity bit", "generic", preset.Settings{SevenBits: yes()}, "B2 39 30 30 30 30 B1 B2 33 B4 35 36 36 8D", code},
		{"length", "generic", preset.Settings{Max: 12}, card + " 0D", "oversize"},
		{"own letters", "generic", preset.Settings{CodeIDs: map[string]string{"X": "]E0"}}, "58" + card + "0D" + card + "0D", "]E0 " + code + "; code-id"},
		{"letter for several", "generic", preset.Settings{CodeIDs: map[string]string{"X": ""}}, "58" + card + "0D", code},
		{"no letters", "datalogic", preset.Settings{CodeIDs: map[string]string{}}, card + "0D", code},
		{"own no-read", "generic", preset.Settings{NoRead: []string{"?"}}, "3F 0D 4E 52 0D", "no-read; NR"},
		{"no no-read", "generic", preset.Settings{NoRead: []string{}}, "4E 52 0D", "NR"},
		{"sign for GS", "generic", preset.Settings{GS: "|"}, "5D 43 31 31 30 41 7C 32 31 42 0D", "]C1 10A\x1d21B"},
		{"letters of the EU set", "datalogic-eu", preset.Settings{}, "42" + card + "0D 46" + card + "0D", "]E0 " + code + "; code-id"},
		{"ICL letters", "zebra-icl", preset.Settings{}, "46" + card + "0D 4C 30 34 41 42 43 44 0D", "]E0 " + code + "; code-id"},
		{"SSI no-read", "zebra-ssi", preset.Settings{NoRead: []string{"?"}}, "07 F3 00 00 01 4E 52 FE 65", "]A0 NR"},
		{"SSI header", "zebra-ssi", preset.Settings{SSIHeader: n(3)}, "15 F3 00 00 01 02 03 0B" + card + "FC 51", "]E0 " + code},
		{"chip as text", "twn4", preset.Settings{}, "30 34 61 31 62 32 63 33 64 34 65 35 38 30 0D", "uid 04A1B2C3D4E580"},
		{"chip the other way round", "twn4", preset.Settings{UID: preset.UIDSettings{Reverse: yes()}}, "38 30 45 35 44 34 43 33 42 32 41 31 30 34 0D", "uid 04A1B2C3D4E580"},
		{"chip behind others", "twn4", preset.Settings{UID: preset.UIDSettings{Last: 4}}, "30 31 33 41 35 43 31 31 39 45 0D", "uid 3A5C119E"},
		{"chip in decimal", "twn4", preset.Settings{UID: preset.UIDSettings{Encoding: "decimal"}}, "39 37 39 31 31 32 33 35 30 0D", "uid 3A5C119E"},
		{"transponder as text", "twn4", preset.Settings{UID: preset.UIDSettings{EM4100: yes()}}, "30 37 30 30 37 35 38 32 34 35 0D", "em4100 0700758245"},
		{"transponder with a sum", "twn4", preset.Settings{Prefix: ":", UID: preset.UIDSettings{EM4100: yes(), Sum: yes()}}, "3A 30 37 30 30 37 35 38 32 34 35 42 44 0D", "em4100 0700758245"},
		{"chip as bytes", "raw-idle", preset.Settings{}, "3A 5C 11 9E ~150 04 A1 B2 C3 D4 E5 80", "uid 3A5C119E; uid 04A1B2C3D4E580"},
		{"ID-12", "id12", preset.Settings{}, "02 30 37 30 30 37 35 38 32 34 35 42 35 0D 0A 03", "em4100 0700758245"},
	} {
		p, ok := preset.Find(c.preset)
		if !ok {
			t.Fatalf("%s: no preset %s", c.name, c.preset)
		}
		f, err := p.Framer(c.settings)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		r, err := recording.ParseHex(c.input)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var got []string
		recording.Play(r, f, func(_ time.Duration, e frame.Event) {
			if e.Reason != "" || e.IsCode() {
				got = append(got, strings.TrimSpace(e.Symbology+" "+e.Text+string(e.Reason)))
			}
		})
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		name, preset string
		settings     preset.Settings
		keys         []string
		word         string
	}{
		{"unknown terminator", "generic", preset.Settings{Terminators: []string{"CR"}}, []string{"terminators"}, "crlf"},
		{"none beside another", "generic", preset.Settings{Terminators: []string{"none", "cr"}}, []string{"terminators"}, "beside"},
		{"nothing ends a code", "generic", preset.Settings{Terminators: []string{"none"}, Idle: no()}, []string{"terminators"}, "ever end"},
		{"no list of terminators", "generic", preset.Settings{Terminators: []string{}, Idle: no()}, []string{"terminators"}, "ever end"},
		{"prefix with a terminator", "generic", preset.Settings{Prefix: "a\r"}, []string{"prefix"}, "0D"},
		{"suffix with a chosen terminator", "generic", preset.Settings{Suffix: "\t", Terminators: []string{"tab"}}, []string{"suffix"}, "09"},
		{"prefix with STX", "olivetti", preset.Settings{Prefix: "\x02"}, []string{"prefix"}, "02"},
		{"prefix with 00", "generic", preset.Settings{Prefix: "\x00"}, []string{"prefix"}, "00"},
		{"long suffix", "generic", preset.Settings{Suffix: strings.Repeat("x", 65)}, []string{"suffix"}, "64"},
		{"short silence", "generic", preset.Settings{Silence: time.Millisecond}, []string{"silence_ms"}, "10ms"},
		{"long silence", "generic", preset.Settings{Silence: time.Minute}, []string{"silence_ms"}, "10s"},
		{"negative length", "generic", preset.Settings{Max: -1}, []string{"max_bytes"}, "65536"},
		{"letter without a bracket", "generic", preset.Settings{CodeIDs: map[string]string{"F": "EAN", "FF": "]E4", "": "]E0"}}, []string{"code_ids", "code_ids"}, "]E0"},
		{"empty no-read", "generic", preset.Settings{NoRead: []string{""}}, []string{"no_read"}, "printable"},
		{"sign for GS", "generic", preset.Settings{GS: "\x1d"}, []string{"gs"}, "^]"},
		{"header", "zebra-ssi", preset.Settings{SSIHeader: n(17)}, []string{"ssi_header"}, "16"},
		{"encoding", "twn4", preset.Settings{UID: preset.UIDSettings{Encoding: "octal"}}, []string{"uid_encoding"}, "decimal"},
		{"length of a number", "twn4", preset.Settings{UID: preset.UIDSettings{Last: 3}}, []string{"uid_last"}, "7"},
		{"five bytes of a chip", "twn4", preset.Settings{UID: preset.UIDSettings{Last: 5}}, []string{"uid_last"}, "uid_em4100"},
		{"around bytes", "raw-idle", preset.Settings{Terminators: []string{"cr"}}, []string{"terminators"}, "silence"},
		{"what to read", "pn532", preset.Settings{Read: "all"}, []string{"read"}, "text-or-uid"},
		{"for text only", "rdm6300", preset.Settings{Terminators: []string{"cr"}, STX: yes(), Read: "uid"}, []string{"terminators", "stx", "read"}, "pn532"},
		{"for tags only", "generic", preset.Settings{UID: preset.UIDSettings{Reverse: yes()}}, []string{"uid_reverse"}, "twn4"},
		{"for packets only", "generic", preset.Settings{SSIHeader: n(3)}, []string{"ssi_header"}, "zebra-ssi"},
		{"everything at once", "generic", preset.Settings{Max: 1, Silence: 1, GS: "\n", Terminators: []string{"x"}}, []string{"silence_ms", "max_bytes", "gs", "terminators"}, "x"},
	} {
		p, ok := preset.Find(c.preset)
		if !ok {
			t.Fatalf("%s: no preset %s", c.name, c.preset)
		}
		f, err := p.Framer(c.settings)
		var problems preset.Problems
		if !errors.As(err, &problems) || f != nil {
			t.Errorf("%s: got %v, %v", c.name, f, err)
			continue
		}
		var keys []string
		for _, problem := range problems {
			keys = append(keys, problem.Key)
		}
		for _, key := range c.keys {
			if !slices.Contains(keys, key) {
				t.Errorf("%s: no complaint about %s in %v", c.name, key, keys)
			}
		}
		if !strings.Contains(err.Error(), c.word) || !strings.Contains(err.Error(), c.keys[0]+": ") {
			t.Errorf("%s: %q does not help", c.name, err)
		}
		if _, err := p.Listener(c.settings); err == nil {
			t.Errorf("%s: the listener takes it", c.name)
		}
	}
}

func TestSettingsAreNotShared(t *testing.T) {
	ids := map[string]string{"X": "]E0"}
	p, _ := preset.Find("generic")
	f, err := p.Framer(preset.Settings{CodeIDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	ids["Y"] = "]E0"
	for _, set := range preset.CodeIDSets() {
		clear(set.IDs)
	}
	var got []string
	recording.Play(recording.Raw([]byte("X1\rY1\r")), f, func(_ time.Duration, e frame.Event) {
		got = append(got, e.Text+string(e.Reason))
	})
	if strings.Join(got, " ") != "1 code-id" {
		t.Errorf("got %q", got)
	}
	if len(preset.CodeIDSets()[0].IDs) == 0 {
		t.Error("a set was emptied for everybody")
	}
}

func TestLettersOfMakersAreSettings(t *testing.T) {
	for _, set := range preset.CodeIDSets() {
		p, _ := preset.Find("generic")
		if _, err := p.Framer(preset.Settings{CodeIDs: set.IDs}); err != nil || len(set.IDs) == 0 {
			t.Errorf("%s: %d letters, %v", set.Name, len(set.IDs), err)
		}
		if _, ok := preset.Find(set.Preset); set.Preset != "" && !ok {
			t.Errorf("%s: no preset %s", set.Name, set.Preset)
		}
	}
}

// A recording of a PN532 holds the answers, and what they answered is not
// asked again.
func TestListenerReadsWhatAChipOnceSaid(t *testing.T) {
	p, _ := preset.Find("pn532")
	f, err := p.Listener(preset.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := recording.ParseHex("00 00 FF 00 FF 00 00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 40 00")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	recording.Play(r, f, func(_ time.Duration, e frame.Event) {
		if len(e.Send) > 0 {
			t.Errorf("sends % X", e.Send)
		}
		if e.IsCode() {
			got = append(got, e.Symbology+" "+e.Text)
		}
	})
	if strings.Join(got, ";") != "uid 04A1B2C3D4E580" {
		t.Errorf("got %q", got)
	}
}
