package scanning

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/programme/file"
)

// Whatever a prefix is, the configuration that is proposed says the same.
func TestTextsAreReadBackByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		s := New()
		text := "prefix = " + Quote(escape(want)) + "\n"
		if _, err := file.Decode([]byte(text), &s, nil, func(func(key, format string, args ...any)) {}); err != nil {
			t.Fatal(err)
		}
		if got, err := unescape(s.Prefix); err != nil || got != want {
			t.Fatalf("%q was written %q and read %q, %v", want, s.Prefix, got, err)
		}
	})
}

func TestBytesInTexts(t *testing.T) {
	for text, want := range map[string]string{`\x02ab`: "\x02ab", `~`: "~", `\r\n\t\\`: "\r\n\t\\", `\xe9`: "\xe9", "é": "é", ``: ""} {
		if got, err := unescape(text); err != nil || got != want {
			t.Errorf("%s: got %q, %v", text, got, err)
		}
	}
	for _, text := range []string{`\`, `a\`, `\x`, `\x1`, `\xzz`, `\q`, `\x+1`} {
		if got, err := unescape(text); err == nil {
			t.Errorf("%s: got %q", text, got)
		}
	}
}

// A recording says of its device all that replaying it needs.
func TestARecordingsHeaderIsTheDevice(t *testing.T) {
	s := New()
	s.Device = "/dev/ttyACM0"
	set := []Setting{
		{"preset", `"zebra-rs232"`}, {"parity", `"even"`}, {"data_bits", "7"},
		{"terminators", `["etx", "tab"]`}, {"prefix", `"a;b~\\\\"`}, {"idle", "false"}, {"code_ids", `{ "F" = "]E0", "#" = "" }`},
		{"no_read", "[]"}, {"silence_ms", "250"}, {"max_bytes", "64"}, {"gs", `"|"`}, {"stx", "true"},
	}
	if err := s.Apply(set); err != nil {
		t.Fatal(err)
	}
	header := s.Header()
	if header["device"] != "/dev/ttyACM0" || header["preset"] != "zebra-rs232" || header["line"] != "9600 7E1" {
		t.Errorf("got %q", header)
	}
	for key, value := range header {
		if strings.ContainsAny(value, ";\n") {
			t.Errorf("%s: %s would be cut off", key, value)
		}
	}
	got, err := FromHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	want := s
	want.Device, want.Parity, want.DataBits = "", "", 0 // bytes have no line any more
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSettingsOfACommandLine(t *testing.T) {
	for text, want := range map[string]Setting{
		"terminators=etx,tab": {"terminators", `["etx", "tab"]`}, `terminators=["cr"]`: {"terminators", `["cr"]`},
		"prefix=~": {"prefix", `"~"`}, `prefix="~"`: {"prefix", `"~"`}, "idle=true": {"idle", "true"}, "max_bytes = 64": {"max_bytes", "64"},
		`prefix=a=b`: {"prefix", `"a=b"`},
		"accept=07":  {"accept", `"07"`}, "feedback=none": {"feedback", `"none"`}, "device=/dev/ttyS1": {"device", `"/dev/ttyS1"`},
		"idle=maybe": {"idle", `"maybe"`}, `code_ids={ F = "]E0" }`: {"code_ids", `{ F = "]E0" }`},
	} {
		if got, err := ParseSetting(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "idle", "=1", "a b=1", "x]\n[y=1"} {
		if got, err := ParseSetting(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// Every key that is a text, or a list of them, does without quotes.
func TestTextsOfACommandLineNeedNoQuotes(t *testing.T) {
	for f := range reflect.TypeFor[Scanner]().Fields() {
		key := f.Tag.Get("key")
		if text, several := f.Type.Kind() == reflect.String, f.Type == reflect.TypeFor[[]string](); text != texts[key] || several != lists[key] {
			t.Errorf("%s is a %v", key, f.Type)
		}
	}
}

func TestWrongSettingsAreToldByTheirKeys(t *testing.T) {
	for text, want := range map[string]string{
		"tune=1": "tune: unknown key", "max_bytes=-3": "max_bytes: -3: need 4", "idle=maybe": "idle: is text: need true or false", "max_bytes=007": "max_bytes: integers cannot",
	} {
		s, set := New(), must(ParseSetting(text))
		if err := s.Apply([]Setting{{"stx", "false"}, set}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func must(s Setting, err error) Setting {
	if err != nil {
		panic(err)
	}
	return s
}
