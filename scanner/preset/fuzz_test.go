package preset_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
)

// Whatever bytes come, in whatever reads, no preset makes a code of them that
// no code can be, and what it makes does not depend on the reads.
func FuzzPresets(f *testing.F) {
	for _, v := range vectors {
		if r, err := recording.ParseHex(v.input); err == nil && len(r.Chunks) > 0 {
			f.Add(join(r).Chunks[0].Data, uint16(3))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16) {
		n := min(int(at), len(data))
		whole := recording.Raw(data)
		parts := recording.Recording{Chunks: []recording.Chunk{{Data: data[:n]}, {Data: data[n:]}}}
		for _, p := range preset.All() {
			events := listen(t, p, whole)
			for _, e := range events {
				check(t, p, e)
			}
			if again := listen(t, p, parts); told(again) != told(events) {
				t.Fatalf("%s: % X at once gives %q, split at %d %q", p.Name, data, told(events), n, told(again))
			}
		}
	})
}

func listen(t *testing.T, p preset.Preset, r recording.Recording) []frame.Event {
	f, err := p.Listener(preset.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	var events []frame.Event
	recording.Play(r, f, func(_ time.Duration, e frame.Event) { events = append(events, e) })
	return events
}

func told(events []frame.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, strings.Join([]string{e.Symbology, e.Text, string(e.Reason), string(e.Note)}, "|"))
	}
	return strings.Join(all, "; ")
}

func check(t *testing.T, p preset.Preset, e frame.Event) {
	switch {
	case !e.IsCode():
	case e.Tag != p.Tags():
		t.Fatalf("%s: %+v", p.Name, e)
	case e.Symbology == frame.UID, e.Symbology == frame.EM4100:
		number, err := hex.DecodeString(e.Text)
		if err != nil || strings.ToUpper(e.Text) != e.Text || !slices.Contains([]int{4, 5, 7, 10}, len(number)) {
			t.Fatalf("%s: %q is no number", p.Name, e.Text)
		}
	case !utf8.ValidString(e.Text), strings.ContainsFunc(e.Text, func(r rune) bool { return r < ' ' && r != 0x1D || r == 0x7F }):
		t.Fatalf("%s: %q is no text", p.Name, e.Text)
	}
}
