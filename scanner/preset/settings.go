package preset

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

// Settings are what a shop sets otherwise than the preset has it. The zero
// value, and every zero field, leaves the preset as it is. The word in brackets
// is the key in the configuration, by which complaints name the field.
type Settings struct {
	// Terminators [terminators] end a code, each by itself: "cr", "lf", "crlf"
	// (which is both), "tab", "etx"; "none" alone means that silence does.
	Terminators []string
	// Prefix and Suffix [prefix, suffix] stand around every code, inside of STX
	// and terminator. Control characters are written out, not escaped.
	Prefix, Suffix string
	// STX [stx]: 02 begins a code and 03 ends it.
	STX *bool
	// Idle [idle]: silence ends a code.
	Idle *bool
	// SevenBits [seven_bits]: the line is read with eight bits although the
	// device sends seven and a parity bit, which is thrown away. For bridges
	// that cannot do seven.
	SevenBits *bool
	// Silence [silence_ms] is how long the line must be quiet to count as
	// silent: 10 ms to 10 s, and longer than any pause inside a code.
	Silence time.Duration
	// Max [max_bytes] is the most bytes a code may have: 4 to 65536.
	Max int
	// CodeIDs [code_ids] are the letters the device puts in front of codes, each
	// with the AIM identifier it stands for, or with an empty text where it
	// stands for several symbologies. Empty but not nil means that there are
	// none.
	CodeIDs map[string]string
	// NoRead [no_read] are the texts sent when nothing was read. Empty but not
	// nil means that there are none.
	NoRead []string
	// GS [gs] is what the device sends instead of the separator of GS1 symbols.
	GS string
	// SSIHeader [ssi_header] is how many more bytes than in the guide stand in
	// front of the code type of an SSI packet: 0 to 16; 3 for some cordless ones.
	SSIHeader *int
	// UID says how a chip's number is sent as text or bytes.
	UID UIDSettings
	// Read [read] is what a PN532 reads of a tag: "text-or-uid" (its text or
	// address, else its number), "text" or "uid".
	Read string
}

// UIDSettings undo what a reader does to a chip's number.
type UIDSettings struct {
	// Encoding [uid_encoding] is "hex", "decimal" or "raw".
	Encoding string
	// Reverse [uid_reverse]: the last byte comes first.
	Reverse *bool
	// Last [uid_last] is how many of the last bytes sent are the number: 4, 5, 7
	// or 10.
	Last int
	// Sum [uid_sum]: hexadecimal text ends in a two's complement sum.
	Sum *bool
	// EM4100 [uid_em4100]: five bytes are the number of a 125 kHz transponder.
	EM4100 *bool
}

// A Problem is one setting that cannot be used.
type Problem struct {
	Key  string // in the configuration: "terminators"
	Text string
}

// Problems is everything that is wrong with some settings.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Key + ": " + problem.Text
	}
	return strings.Join(lines, "\n")
}

// Framer makes the framer of a device of this sort with these settings. The
// error is Problems.
func (p Preset) Framer(s Settings) (frame.Framer, error) {
	f, problems := p.framer(s)
	if len(problems) > 0 {
		return nil, problems
	}
	return f, nil
}

// Listener makes a framer for bytes that a device once sent, as in a
// recording. It differs from Framer where reading takes asking: what was asked
// then is not asked again.
func (p Preset) Listener(s Settings) (frame.Framer, error) {
	f, problems := p.framer(s)
	switch {
	case len(problems) > 0:
		return nil, problems
	case p.kind == chip:
		return pn532.NewListener(), nil
	}
	return f, nil
}

func (p Preset) framer(s Settings) (frame.Framer, Problems) {
	c := checker{preset: p}
	c.keys(s)
	c.values(s)
	var f frame.Framer
	switch p.kind {
	case text:
		f = frame.NewLine(c.line(s))
	case ssi:
		f = frame.NewSSI(c.packets(s))
	case stxHex:
		f = frame.NewHex(frame.HexConfig{Silence: s.Silence})
	case uid:
		f = frame.NewUID(c.uids(s))
	case chip:
		f = pn532.New(pn532.Config{Read: pn532.Mode(s.Read)})
	}
	return f, c.problems
}

// checker collects what is wrong while it puts settings over a preset.
type checker struct {
	preset   Preset
	problems Problems
}

func (c *checker) complain(key, format string, args ...any) {
	c.problems = append(c.problems, Problem{key, fmt.Sprintf(format, args...)})
}

// A key is a setting, where it can be used, and whether it is set.
type key struct {
	name  string
	kinds []kind
	set   func(Settings) bool
}

var keys = []key{
	{"terminators", []kind{text, uid}, func(s Settings) bool { return s.Terminators != nil }},
	{"prefix", []kind{text, uid}, func(s Settings) bool { return s.Prefix != "" }},
	{"suffix", []kind{text}, func(s Settings) bool { return s.Suffix != "" }},
	{"stx", []kind{text}, func(s Settings) bool { return s.STX != nil }},
	{"idle", []kind{text, uid}, func(s Settings) bool { return s.Idle != nil }},
	{"seven_bits", []kind{text}, func(s Settings) bool { return s.SevenBits != nil }},
	{"silence_ms", []kind{text, ssi, stxHex, uid}, func(s Settings) bool { return s.Silence != 0 }},
	{"max_bytes", []kind{text, ssi}, func(s Settings) bool { return s.Max != 0 }},
	{"code_ids", []kind{text}, func(s Settings) bool { return s.CodeIDs != nil }},
	{"no_read", []kind{text, ssi}, func(s Settings) bool { return s.NoRead != nil }},
	{"gs", []kind{text, ssi}, func(s Settings) bool { return s.GS != "" }},
	{"ssi_header", []kind{ssi}, func(s Settings) bool { return s.SSIHeader != nil }},
	{"uid_encoding", []kind{uid}, func(s Settings) bool { return s.UID.Encoding != "" }},
	{"uid_reverse", []kind{uid}, func(s Settings) bool { return s.UID.Reverse != nil }},
	{"uid_last", []kind{uid}, func(s Settings) bool { return s.UID.Last != 0 }},
	{"uid_sum", []kind{uid}, func(s Settings) bool { return s.UID.Sum != nil }},
	{"uid_em4100", []kind{uid}, func(s Settings) bool { return s.UID.EM4100 != nil }},
	{"read", []kind{chip}, func(s Settings) bool { return s.Read != "" }},
}

// keys complains about settings that the preset has no use for: whoever wrote
// one expects something of it.
func (c *checker) keys(s Settings) {
	for _, k := range keys {
		if !k.set(s) || slices.Contains(k.kinds, c.preset.kind) {
			continue
		}
		var fits []string
		for _, p := range catalogue() {
			if slices.Contains(k.kinds, p.kind) {
				fits = append(fits, p.Name)
			}
		}
		c.complain(k.name, "the preset %s has no use for it: leave it out, or choose one that has (%s)", c.preset.Name, strings.Join(fits, ", "))
	}
}

// Limits of settings.
const (
	minSilence = 10 * time.Millisecond
	maxSilence = 10 * time.Second
	minMax     = 4
	maxMax     = 1 << 16
	maxAround  = 64 // bytes of a prefix or suffix
	maxID      = 8
	maxGS      = 8
	maxHeader  = 16
)

// values complains about settings that are wrong wherever they stand.
func (c *checker) values(s Settings) {
	if s.Silence != 0 && (s.Silence < minSilence || s.Silence > maxSilence) {
		c.complain("silence_ms", "%v: need %v to %v", s.Silence, minSilence, maxSilence)
	}
	if s.Max != 0 && (s.Max < minMax || s.Max > maxMax) {
		c.complain("max_bytes", "%d: need %d to %d", s.Max, minMax, maxMax)
	}
	if s.SSIHeader != nil && (*s.SSIHeader < 0 || *s.SSIHeader > maxHeader) {
		c.complain("ssi_header", "%d: need 0 to %d bytes", *s.SSIHeader, maxHeader)
	}
	if !slices.Contains([]string{"", "hex", "decimal", "raw"}, s.UID.Encoding) {
		c.complain("uid_encoding", "%q: need hex, decimal or raw", s.UID.Encoding)
	}
	if !slices.Contains([]int{0, 4, 5, 7, 10}, s.UID.Last) {
		c.complain("uid_last", "%d: need 4, 5, 7 or 10 bytes, for no chip's number is of another length", s.UID.Last)
	}
	if !slices.Contains([]string{"", "text-or-uid", "text", "uid"}, s.Read) {
		c.complain("read", "%q: need text-or-uid, text or uid", s.Read)
	}
	for _, t := range s.NoRead {
		if !printable(t) {
			c.complain("no_read", "%q: need printable text", t)
		}
	}
	if s.GS != "" && (!printable(s.GS) || len(s.GS) > maxGS) {
		c.complain("gs", "%q: need 1 to %d printable characters, such as ^]", s.GS, maxGS)
	}
	c.codeIDs(s.CodeIDs)
}

func (c *checker) codeIDs(ids map[string]string) {
	for _, id := range sortedKeys(ids) {
		if !printable(id) || len(id) > maxID {
			c.complain("code_ids", "%q: need 1 to %d printable characters in front of a code", id, maxID)
		}
		if aim := ids[id]; aim != "" && !aimIdentifier(aim) {
			c.complain("code_ids", "%q stands for %q: need an AIM identifier such as ]E0, or an empty text where it stands for several symbologies", id, aim)
		}
	}
}

// aimIdentifier is a bracket, a letter and a modifier (ISO/IEC 15424).
func aimIdentifier(s string) bool {
	return len(s) == 3 && s[0] == ']' && (s[1] >= 'A' && s[1] <= 'Z' || s[1] >= 'a' && s[1] <= 'z') &&
		strings.IndexByte("0123456789ABCDEFabcdef", s[2]) >= 0
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
