package setup

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/scanner/preset"
)

const (
	stx = 0x02
	etx = 0x03
)

// around is what stands around the text of one sample.
type around struct {
	want   Code
	before string
	behind string
}

// recogniseText looks for the codes in what came, and says how to read what
// stands around them; false if they cannot be found in every sample.
func recogniseText(samples []Sample, line preset.Line) (Proposal, bool) {
	p := Proposal{Line: line}
	seven := sevenBits(samples, line)
	var found []around
	for _, s := range samples {
		data := bytes.TrimLeft(s.bytes(), "\x00") // of plugging in
		if seven {
			data = strip(data)
		}
		a, fault, ok := find(s.Want, data)
		if !ok {
			return Proposal{}, false
		}
		if fault != "" {
			p.note("%s", fault)
		}
		found = append(found, a)
	}
	if seven {
		p.Settings.SevenBits = &seven
		p.note("The line is open with seven bits, but the parity bit comes along: this adapter does not take it off, seven_bits does.")
	}
	p.frame(found)
	p.pauses(samples, found)
	return p.decide(samples, found), true
}

// decide takes the first reading that reads everything, or else the likeliest.
func (p *Proposal) decide(samples []Sample, found []around) Proposal {
	all := p.identifiers(found)
	at := slices.IndexFunc(all, func(q Proposal) bool { return q.verify(samples) })
	chosen := all[max(at, 0)]
	switch {
	case at < 0:
		chosen.failures(samples)
	case ambiguous(found):
		chosen.note("%q stands in front of the code. Scan another sort of code, to see whether it is a prefix or names the sort.", found[0].before)
	default:
		chosen.Certain = true
		chosen.alike(samples)
	}
	return chosen
}

// sevenBits reports whether top bits came through a line that has none, as
// adapters let them that take any setting and do as they please.
func sevenBits(samples []Sample, line preset.Line) bool {
	return line.DataBits == 7 && slices.ContainsFunc(samples, func(s Sample) bool {
		return slices.ContainsFunc(s.bytes(), func(c byte) bool { return c >= 0x80 })
	})
}

func strip(data []byte) []byte {
	stripped := make([]byte, len(data))
	for i, c := range data {
		stripped[i] = c & 0x7F
	}
	return stripped
}

// find looks for a code in the bytes of its scan. fault says what the device
// does to the code that no setting here undoes.
func find(want Code, data []byte) (a around, fault string, ok bool) {
	for _, text := range []string{want.asGTIN13(), want.Text} {
		if a, ok := split(want, string(data), text); ok {
			return a, "", true
		}
	}
	if want.Symbology == ean13 || want.Symbology == ean8 {
		if a, ok := split(want, string(data), want.Text[:len(want.Text)-1]); ok {
			return a, fmt.Sprintf("The scanner leaves out the check digit of %s: switch its transmission on, and scan again.", want.Name), true
		}
	}
	for _, text := range []string{strings.ToUpper(want.Text), strings.ToLower(want.Text)} {
		if a, ok := split(want, string(data), text); ok {
			return a, fmt.Sprintf("The scanner changes the case of letters (%s): switch that off, and scan again.", want.Name), true
		}
	}
	return around{}, "", false
}

// split cuts what stands around a text: in front from the last end of line on,
// for the device may have said before that it read nothing. If the code was
// scanned twice, the second is left out.
func split(want Code, data, text string) (around, bool) {
	before, behind, found := strings.Cut(data, text)
	before = before[strings.LastIndexAny(before, "\r\n")+1:]
	if again := strings.Index(behind, before+text); again >= 0 {
		behind = behind[:again]
	}
	return around{want, before, behind}, found
}

// frame puts how codes begin and end into settings, and leaves in found what
// else stands in front of them.
func (p *Proposal) frame(found []around) {
	p.Preset = "generic"
	if p.Line == (preset.Line{Baud: 115200, DataBits: 8, Parity: "none", StopBits: 1}) {
		p.Preset = "usb-cdc"
	}
	framed := trimSTX(found)
	ends := cutEnds(found)
	p.ends(ends, framed)
	p.suffix(found)
}

// trimSTX takes off the 02 that stands in front of every code.
func trimSTX(found []around) bool {
	for _, a := range found {
		if a.before == "" || a.before[0] != stx {
			return false
		}
	}
	for i := range found {
		found[i].before = found[i].before[1:]
	}
	return true
}

// cutEnds takes off the control characters at the end that may be terminators,
// and returns those there were.
func cutEnds(found []around) []byte {
	var ends []byte
	for i, a := range found {
		rest := strings.TrimRight(a.behind, "\r\n\t\x03")
		for _, c := range []byte(a.behind[len(rest):]) {
			if !slices.Contains(ends, c) {
				ends = append(ends, c)
			}
		}
		found[i].behind = rest
	}
	return ends
}

// ends chooses terminators. CR and LF are what every preset takes, and ETX what
// one takes that begins codes with STX.
func (p *Proposal) ends(ends []byte, framed bool) {
	if framed {
		p.Preset = "olivetti"
		p.note("The scanner begins codes with STX.")
	}
	if len(ends) == 0 {
		p.silent()
		return
	}
	if framed {
		ends = slices.DeleteFunc(ends, func(c byte) bool { return c == etx })
	}
	if !slices.ContainsFunc(ends, func(c byte) bool { return c == '\t' || c == etx }) {
		return
	}
	for _, t := range []struct {
		c    byte
		name string
	}{{'\r', "cr"}, {'\n', "lf"}, {'\t', "tab"}, {etx, "etx"}} {
		if slices.Contains(ends, t.c) {
			p.Settings.Terminators = append(p.Settings.Terminators, t.name)
		}
	}
}

// silent lets silence end codes.
func (p *Proposal) silent() {
	p.note("The scanner ends codes with nothing, so that only silence tells them apart: set it to send CR behind each code, if it can.")
	if p.Preset == "generic" {
		p.Preset = "generic-idle"
		return
	}
	yes := true
	p.Settings.Idle = &yes
}

func (p *Proposal) suffix(found []around) {
	suffix := found[0].behind
	for _, a := range found {
		if a.behind != suffix {
			p.note("What stands behind the codes differs: %q behind %s, %q behind %s. Switch that off in the scanner.", suffix, found[0].want.Name, a.behind, a.want.Name)
			return
		}
	}
	p.Settings.Suffix = suffix
}

// pauses makes silence longer than the longest pause the device makes inside a
// code.
func (p *Proposal) pauses(samples []Sample, found []around) {
	var longest time.Duration
	for i, s := range samples {
		longest = max(longest, s.longestPause(len(found[i].before)+len(s.Want.Text)))
	}
	const usual, margin = 100 * time.Millisecond, 3
	if longest*2 > usual {
		p.Settings.Silence = (longest*margin + usual).Truncate(usual)
		p.note("The scanner pauses for up to %v inside a code: silence is what lasts longer than %v.", longest.Truncate(time.Millisecond), p.Settings.Silence)
	}
}

// longestPause is the longest time without a byte within the first n.
func (s Sample) longestPause(n int) time.Duration {
	var longest, last time.Duration
	came := 0
	for _, c := range s.Chunks {
		if len(c.Data) == 0 {
			continue
		}
		if came > 0 && came < n {
			longest = max(longest, c.At-last)
		}
		came += len(bytes.TrimLeft(c.Data, "\x00"))
		last = c.At
	}
	return longest
}

// failures says which of the codes are not read.
func (p *Proposal) failures(samples []Sample) {
	for _, s := range samples {
		if p.reads(s) {
			continue
		}
		why := "something else"
		if events, _ := p.play(s); len(events) > 0 && events[0].Reason != "" {
			why = string(events[0].Reason)
		}
		p.note("With these settings %s is not read (%s).", s.Want.Name, why)
	}
}

// alike names the presets that read the samples just as well, as they are.
func (p *Proposal) alike(samples []Sample) {
	var names []string
	for _, other := range preset.All() {
		q := Proposal{Preset: other.Name}
		if other.Name != p.Preset && other.Line == p.Line && !other.Tags() && q.verify(samples) {
			names = append(names, other.Name)
		}
	}
	if len(names) > 0 {
		p.note("These presets read it alike, and one that bears the maker's name is better to read: %s.", strings.Join(names, ", "))
	}
}
