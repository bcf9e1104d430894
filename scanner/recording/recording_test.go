package recording_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/scanner/recording"
)

const ms = time.Millisecond

const example = `zegel scanner recording 1
device: Zebra DS4608
line: 9600 8N1

; a comment
0.000 32 39 30 30 30
0.004250 3031 0d   ; the rest
12.400 lost
14 back
15.5
`

func TestParseReadsTheFormOfTheDocument(t *testing.T) {
	want := recording.Recording{
		Header: map[string]string{"device": "Zebra DS4608", "line": "9600 8N1"},
		Chunks: []recording.Chunk{
			{At: 0, Data: []byte("29000")},
			{At: 4250 * time.Microsecond, Data: []byte("01\r")},
			{At: 12400 * ms, Lost: true},
			{At: 14 * time.Second, Back: true},
			{At: 15500 * ms},
		},
	}
	for name, text := range map[string]string{
		"as it is":            example,
		"from a mail program": strings.ReplaceAll(example, "\n", "\r\n"),
		"from an editor":      "\ufeff" + example,
	} {
		got, err := recording.Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		if !recording.IsRecording([]byte(text)) {
			t.Errorf("%s: not taken for a recording", name)
		}
	}
}

func TestParseSaysEverythingThatIsWrongWithItsLine(t *testing.T) {
	const head = "zegel scanner recording 1\n"
	if _, err := recording.Parse("zegel scanner recording 2\n0 32\n"); err == nil || !strings.Contains(err.Error(), "this release reads") {
		t.Errorf("of a later release: %v", err)
	}
	for _, c := range []struct {
		name, text string
		lines      []int
	}{
		{"no recording", "32 39 0D", []int{1}},
		{"of another kind", "zegel scanner recording 12\n", []int{1}},
		{"no hex", head + "0.1 32 3\n0.2 XY\n0.3 32", []int{2, 3}},
		{"time goes back", head + "1.0 32\n0.5 32", []int{3}},
		{"no time", head + "0,5 32\n1.0000001 32\n99999999999 32\n1.-5 32", []int{2, 3, 4, 5}},
		{"header behind", head + "0 32\nline: 9600 8N1", []int{3}},
		{"header twice", head + "line: a\nline: b", []int{3}},
		{"header without colon", head + "\nscanner\nDevice: x", []int{3, 4}},
	} {
		_, err := recording.Parse(c.text)
		var problems recording.Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		var lines []int
		for _, p := range problems {
			lines = append(lines, p.Line)
		}
		if !reflect.DeepEqual(lines, c.lines) {
			t.Errorf("%s: complaints %v, want lines %v", c.name, problems, c.lines)
		}
		if !strings.Contains(err.Error(), fmt.Sprintf("line %d: ", c.lines[0])) {
			t.Errorf("%s: %q names no line", c.name, err)
		}
	}
}

func TestParseGivesUpOnSomethingElse(t *testing.T) {
	_, err := recording.Parse("zegel scanner recording 1\n" + strings.Repeat("?\n", 100000))
	var problems recording.Problems
	if !errors.As(err, &problems) || len(problems) > 20 {
		t.Errorf("%d complaints", len(problems))
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecording(t)
		var file bytes.Buffer
		n, err := r.WriteTo(&file)
		if err != nil || n != int64(file.Len()) {
			t.Fatalf("wrote %d of %d bytes: %v", n, file.Len(), err)
		}
		got, err := recording.Parse(file.String())
		if err != nil {
			t.Fatalf("%v in\n%s", err, file.String())
		}
		if !maps.Equal(got.Header, r.Header) || !reflect.DeepEqual(got.Chunks, r.Chunks) {
			t.Fatalf("got %+v, want %+v", got, r)
		}
	})
}

func drawRecording(t *rapid.T) recording.Recording {
	r := recording.Recording{Header: rapid.MapOf(
		rapid.StringMatching(`[a-z][a-z0-9-]{0,8}`),
		rapid.StringMatching(`([!-:<-~é][ -:<-~é]{0,10}[!-:<-~é])?`),
	).Draw(t, "header")}
	var at time.Duration
	for range rapid.IntRange(0, 10).Draw(t, "chunks") {
		at += time.Duration(rapid.IntRange(0, 2_000_000).Draw(t, "µs")) * time.Microsecond
		c := recording.Chunk{At: at}
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			c.Lost = true
		case 1:
			c.Back = true
		case 2:
		default:
			c.Data = rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "data")
		}
		r.Chunks = append(r.Chunks, c)
	}
	return r
}

func TestWriterKeepsHeadersOnTheirLines(t *testing.T) {
	var file bytes.Buffer
	if _, err := recording.NewWriter(&file, map[string]string{"device": "a\n0.0 32;b"}); err != nil {
		t.Fatal(err)
	}
	r, err := recording.Parse(file.String())
	if err != nil || len(r.Chunks) > 0 || r.Header["device"] != "a 0.0 32,b" {
		t.Errorf("got %+v, %v", r, err)
	}
	if !strings.Contains(file.String(), "card numbers") {
		t.Errorf("the file does not say what it holds:\n%s", file.String())
	}
	if _, err := recording.NewWriter(&file, map[string]string{"0.0": "x"}); err == nil {
		t.Error("a key that reads as a time was taken")
	}
}

func TestWriterIsWholeAfterEachChunk(t *testing.T) {
	var file bytes.Buffer
	w, err := recording.NewWriter(&file, nil)
	if err != nil {
		t.Fatal(err)
	}
	steps := []func() error{
		func() error { return w.Data(10*ms, []byte("29")) },
		func() error { return w.Data(5*ms, []byte{0x0D}) }, // a clock that went back
		func() error { return w.Lost(20 * ms) },
		func() error { return w.Back(30 * ms) },
		func() error { return w.Quiet(40 * ms) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		r, err := recording.Parse(file.String())
		if err != nil || len(r.Chunks) != i+1 {
			t.Fatalf("after %d chunks: %+v, %v", i+1, r, err)
		}
	}
	before := file.Len()
	if err := w.Data(50*ms, nil); err != nil || file.Len() != before {
		t.Errorf("nothing was written as %q, %v", file.String()[before:], err)
	}
}

type fullDisk struct{ left int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.left -= len(b); d.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

func TestWriterSaysWhenItCannotWrite(t *testing.T) {
	if _, err := recording.NewWriter(&fullDisk{10}, nil); err == nil {
		t.Error("the head was lost without a word")
	}
	r, err := recording.Parse(example)
	if err != nil {
		t.Fatal(err)
	}
	size, err := r.WriteTo(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.WriteTo(&fullDisk{int(size) - 1}); err == nil {
		t.Error("a chunk was lost without a word")
	}
}

func TestParseHexReadsTheShortForm(t *testing.T) {
	for _, c := range []struct {
		text string
		want []recording.Chunk
	}{
		{"", nil},
		{"32 39 0D", []recording.Chunk{{Data: []byte("29\r")}}},
		{"3239 0d ; two", []recording.Chunk{{Data: []byte("29\r")}}},
		{"32/39 / 0D", []recording.Chunk{{Data: []byte("2")}, {Data: []byte("9")}, {Data: []byte("\r")}}},
		{"41*3 42", []recording.Chunk{{Data: []byte("AAAB")}}},
		{"41 ~150 42~20", []recording.Chunk{{Data: []byte("A")}, {At: 150 * ms}, {At: 150 * ms, Data: []byte("B")}, {At: 170 * ms}}},
		{"41 # 42", []recording.Chunk{{Data: []byte("A")}, {Lost: true}, {Data: []byte("B")}}},
		{"41\n42", []recording.Chunk{{Data: []byte("AB")}}},
	} {
		got, err := recording.ParseHex(c.text)
		if err != nil || !reflect.DeepEqual(got.Chunks, c.want) {
			t.Errorf("%q: got %+v, %v", c.text, got.Chunks, err)
		}
	}
}

func TestParseHexRefuses(t *testing.T) {
	for _, text := range []string{
		"3", "XY", "4*2", "41*", "41*x", "4142*2", "41*99999999", "~", "~x", "~-1", "~99999999999", "41*1048576 " + strings.Repeat("41*1048576 ", 16),
	} {
		_, err := recording.ParseHex("32\n" + text)
		var problems recording.Problems
		if !errors.As(err, &problems) || problems[0].Line != 2 {
			t.Errorf("%.20q: got %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add("zegel scanner recording 1\n0.5")
	f.Add("32 41*65 / ~150 # 0D")
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func(string) (recording.Recording, error){recording.Parse, recording.ParseHex} {
			r, err := parse(text)
			if err != nil {
				continue
			}
			var file bytes.Buffer
			if _, err := r.WriteTo(&file); err != nil {
				t.Fatalf("%q: read, but not written: %v", text, err)
			}
			again, err := recording.Parse(file.String())
			if err != nil || len(again.Chunks) != len(r.Chunks) {
				t.Fatalf("%q: written as\n%s\n%v", text, file.String(), err)
			}
		}
	})
}
