package setup

import (
	"bytes"

	"zegel/scanner/preset"
)

// recogniseTag says what sort of reader sent the number of a card. Nobody
// knows the number, so only its form can be judged.
func recogniseTag(samples []Sample, line preset.Line) Proposal {
	yes := true
	for _, p := range []Proposal{
		{Preset: tagSort(samples), Certain: true},
		{Preset: "twn4", Certain: true},
		{Preset: "twn4", Settings: preset.Settings{UID: preset.UIDSettings{EM4100: &yes}}, Certain: true},
		{Preset: "twn4", Settings: preset.Settings{Idle: &yes}, Certain: true},
		// Any few bytes look like a number of this sort.
		{Preset: "raw-idle", Certain: len(samples) > 1},
	} {
		p.Line = line
		if !p.readsOneTag(samples) {
			continue
		}
		if p.Preset == "twn4" || p.Preset == "raw-idle" {
			p.note("Compare the number with one read by a phone or another reader: if its bytes come the other way round, set uid_reverse.")
		}
		if !p.Certain {
			p.note("Nothing in these bytes shows that they came well: hold the same card to the reader once more.")
		}
		return p
	}
	p := Proposal{Line: line}
	p.note("What came is no number of a card that can be read here. Open the line with the next settings and hold the card to the reader again.")
	for _, other := range Lines() {
		if other != line {
			p.Try = append(p.Try, other)
		}
	}
	return p
}

// tagSort tells the two makes of STX readers apart, which read alike.
func tagSort(samples []Sample) string {
	if bytes.Contains(samples[0].bytes(), []byte("\r\n\x03")) {
		return "id12"
	}
	return "rdm6300"
}

// readsOneTag reports whether every sample gives one number, and all the same.
func (p *Proposal) readsOneTag(samples []Sample) bool {
	var number string
	for _, s := range samples {
		events, ok := p.play(s)
		if !ok || len(events) == 0 {
			return false
		}
		for _, e := range events {
			if !e.IsCode() || !e.Tag || number != "" && e.Text != number {
				return false
			}
			number = e.Text
		}
	}
	return true
}
