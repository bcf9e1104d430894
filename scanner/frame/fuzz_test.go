package frame_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zegel/scanner/frame"
)

// Whatever a line carries, the framer neither panics nor depends on how reads
// are split, lets out no text a code cannot be, and hears the next code after
// silence.
func FuzzLine(f *testing.F) {
	profiles := []frame.LineConfig{line, lineIdle, lineSTX, lineTab, lineUSA, lineSOH}
	for i, seed := range []string{
		"2900001234566\r", "]E02900001234566\r\n", "\x022900001234566\x03", "F12345670\r", "NR\r",
		"\x00\x00", "\xb2900\xb1\x8d", "]E3\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\r",
		strings.Repeat("A", 65) + "\r\x01A$\r", "A\x02B\x00\x03 \r]C1\x1d8018\r",
	} {
		f.Add([]byte(seed), uint8(i), uint8(i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, profile, at, pause uint8) {
		cfg := profiles[int(profile)%len(profiles)]
		cut := min(int(at), len(data))
		steps := []step{{data: data[:cut:cut]}, {silence: time.Duration(pause) * time.Millisecond}, {data: data[cut:]}}
		want := play(cfg, steps)
		if got := play(cfg, singleBytes(steps)); got != want {
			t.Fatalf("one byte at a time: %q, in two reads: %q", got, want)
		}

		l := frame.NewLine(cfg)
		events := slices.Concat(l.Feed(start, data), l.Tick(start.Add(time.Second)))
		for _, e := range events {
			if e.IsCode() != (e.Text != "") {
				t.Fatalf("a code without text, or text without a code: %+v", e)
			}
			if !utf8.ValidString(e.Text) || len(e.Text) > cfg.Max {
				t.Fatalf("text no code can be: %q", e.Text)
			}
			if i := strings.IndexFunc(e.Text, func(r rune) bool { return r < 0x20 && r != 0x1D || r == 0x7F }); i >= 0 {
				t.Fatalf("control character in %q", e.Text)
			}
		}
		if _, open := l.Deadline(); open {
			t.Fatal("still waiting after silence")
		}

		next := "2900007654320"
		if cfg.CodeIDs != nil {
			next = "F" + next
		}
		after := l.Feed(start.Add(2*time.Second), []byte(cfg.Prefix+next+cfg.Suffix+"\r"))
		if len(after) != 1 || !after[0].IsCode() {
			t.Fatalf("the next code after silence became %q", format(after))
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for _, c := range []struct{ name, data string }{
		{"scans", strings.Repeat("]E02900001234566\r\n", 200)},
		{"damaged", strings.Repeat("29000\x00123456\r\n", 200)},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := frame.NewLine(line)
			data := []byte(c.data)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				l.Feed(start, data)
			}
		})
	}
	b.Run("one scan", func(b *testing.B) {
		l := frame.NewLine(line)
		data := []byte("]E02900001234566\r\n")
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			l.Feed(start, data)
		}
	})
}
