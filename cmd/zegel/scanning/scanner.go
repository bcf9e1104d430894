// Package scanning is a shop's scanner as the configuration has it, and what an operator is shown of one.
package scanning

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zegel/scanner"
	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/serialport"
)

// A Scanner is one device as it is configured. What it says goes over what its
// preset says.
type Scanner struct {
	// Device is the port: a path such as "/dev/serial/by-id/…", "COM3", or
	// "usb:05E0:1701" and perhaps the serial number behind it.
	Device string `key:"device"`
	// Name tells the scanners of a lane apart.
	Name string `key:"name"`
	// Preset is what kind of device it is.
	Preset string `key:"preset"`

	Baud     int64  `key:"baud"` // the preset's where it is 0, as for all of these
	DataBits int64  `key:"data_bits"`
	Parity   string `key:"parity"`
	StopBits int64  `key:"stop_bits"`

	// Terminators end a code: "cr", "lf", "crlf", "tab", "etx", "none".
	Terminators []string `key:"terminators"`
	// SevenBits says that the device sends seven bits and a parity bit, and the
	// line reads all eight: the eighth is left out.
	SevenBits *bool `key:"seven_bits"`
	// Prefix and Suffix stand around every code; \x02 is a byte of them.
	Prefix string `key:"prefix"`
	Suffix string `key:"suffix"`
	// STX says that 02 begins a code and 03 ends it.
	STX *bool `key:"stx"`
	// Idle says that silence ends a code.
	Idle *bool `key:"idle"`
	// SilenceMS is how long silence is, in milliseconds.
	SilenceMS int64 `key:"silence_ms"`
	// MaxBytes is the most a code has.
	MaxBytes int64 `key:"max_bytes"`
	// CodeIDs are the letters in front of a code, each with its AIM identifier.
	CodeIDs map[string]string `key:"code_ids"`
	// NoRead are the texts of a device that found no code.
	NoRead []string `key:"no_read"`
	// GS is what the device sends in place of the GS of GS1 codes.
	GS string `key:"gs"`

	// UIDEncoding is how a reader writes a chip's number: "hex", "decimal", "raw".
	UIDEncoding string `key:"uid_encoding"`
	// UIDReverse says that it sends the last byte first.
	UIDReverse *bool `key:"uid_reverse"`
	// UIDLast takes the last so many bytes of what it sends.
	UIDLast int64 `key:"uid_last"`
	// UIDSum says that a checksum stands behind the number.
	UIDSum *bool `key:"uid_sum"`
	// UIDEM4100 says that five bytes are a 125 kHz transponder's.
	UIDEM4100 *bool `key:"uid_em4100"`
	// Read is what an NFC reader takes from a tag: "text-or-uid", "uid", "text".
	Read string `key:"read"`
	// SSIHeader is how many bytes a cordless SSI device puts before the code.
	SSIHeader *int64 `key:"ssi_header"`

	// RepeatMS is how long the same code counts as read once; 0 never.
	RepeatMS int64 `key:"repeat_ms"`
	// Hold lets every repeat begin that time anew, for a card left lying.
	Hold bool `key:"hold"`
	// PresenceMS is how long a tag must be away to count again.
	PresenceMS int64 `key:"presence_ms"`

	// Feedback is what the device does once a card was accepted or refused:
	// "preset", or "none".
	Feedback string `key:"feedback"`
	// Accept and Reject are what it is sent instead, in hexadecimal.
	Accept string `key:"accept"`
	Reject string `key:"reject"`
}

// Defaults are the values of keys nobody set.
func (s *Scanner) Defaults() { *s = New() }

// New is a scanner nothing is known of yet.
func New() Scanner {
	return Scanner{Preset: "generic", RepeatMS: 1500, PresenceMS: 700, Feedback: feedbackPreset}
}

const (
	feedbackPreset = "preset"
	feedbackNone   = "none"
)

// A complaint is told with the name of the key it is about.
type complaint = func(name, format string, args ...any)

// Check complains about everything that is well written and cannot work.
func (s Scanner) Check(complain complaint) {
	s.checkPolicy(complain)
	p, known := preset.Find(s.Preset)
	if !known {
		checkDevice(s.Device, complain)
		complain("preset", "%q: need one of %s", s.Preset, strings.Join(preset.Names(), ", "))
		return // what a preset leaves open cannot be judged without one
	}
	CheckLine(s.Device, s.line(p), complain)
	for _, f := range []struct{ key, text string }{{"prefix", s.Prefix}, {"suffix", s.Suffix}, {"gs", s.GS}} {
		if _, err := unescape(f.text); err != nil {
			complain(f.key, "%v", err)
		}
	}
	settings, _ := s.settings() // what is wrong with texts was told
	if _, err := p.Framer(settings); err != nil {
		tell(err, complain)
	}
}

// checkPolicy complains about what no preset has a say in.
func (s Scanner) checkPolicy(complain complaint) {
	for _, n := range []struct {
		key         string
		value, most int64
	}{
		{"repeat_ms", s.RepeatMS, 600_000}, {"presence_ms", s.PresenceMS, 60_000},
	} {
		if n.value < 0 || n.value > n.most {
			complain(n.key, "%d: need 0 to %d", n.value, n.most)
		}
	}
	for _, f := range []struct{ key, text string }{{"accept", s.Accept}, {"reject", s.Reject}} {
		if _, err := bytesOf(f.text); err != nil {
			complain(f.key, "%q: need bytes in hexadecimal, \"05 E6 04 00 05 FF 0C\"", f.text)
		}
		if f.text != "" && s.Preset == "pn532" {
			complain(f.key, "a PN532 takes commands of its own only and has neither beeper nor lamp: leave it out")
		}
		if f.text != "" && s.Feedback == feedbackNone {
			complain(f.key, "is never sent: feedback is \"none\"")
		}
	}
	if s.Feedback != feedbackPreset && s.Feedback != feedbackNone {
		complain("feedback", "%q: need preset or none", s.Feedback)
	}
}

// tell complains with what a preset says about its settings.
func tell(err error, complain complaint) {
	var wrong preset.Problems
	if !errors.As(err, &wrong) {
		complain("preset", "%v", err)
		return
	}
	for _, w := range wrong {
		complain(w.Key, "%s", w.Text)
	}
}

// Framer is how the device's bytes become codes.
func (s Scanner) Framer() (frame.Framer, error) {
	p, known := preset.Find(s.Preset)
	if !known {
		return nil, fmt.Errorf("there is no preset %q; need one of %s", s.Preset, strings.Join(preset.Names(), ", "))
	}
	settings, err := s.settings()
	if err != nil {
		return nil, err
	}
	return p.Framer(settings)
}

// Replays is how bytes become codes that the device once sent, and of which it
// is not known when it was asked for them.
func (s Scanner) Replays() (frame.Framer, error) {
	p, _ := preset.Find(s.Preset) // one there is not was complained about
	settings, err := s.settings()
	if err != nil {
		return nil, err
	}
	return p.Listener(settings)
}

// settings are what the keys say about codes.
func (s Scanner) settings() (preset.Settings, error) {
	prefix, wrongPrefix := unescape(s.Prefix)
	suffix, wrongSuffix := unescape(s.Suffix)
	separator, wrongGS := unescape(s.GS)
	set := preset.Settings{
		Terminators: s.Terminators, Prefix: prefix, Suffix: suffix, STX: s.STX, Idle: s.Idle, SevenBits: s.SevenBits,
		Silence: milliseconds(s.SilenceMS), Max: int(s.MaxBytes), CodeIDs: s.CodeIDs, NoRead: s.NoRead, GS: separator, Read: s.Read,
	}
	set.UID.Encoding, set.UID.Reverse, set.UID.Last = s.UIDEncoding, s.UIDReverse, int(s.UIDLast)
	set.UID.Sum, set.UID.EM4100 = s.UIDSum, s.UIDEM4100
	if s.SSIHeader != nil {
		n := int(*s.SSIHeader)
		set.SSIHeader = &n
	}
	return set, errors.Join(wrongPrefix, wrongSuffix, wrongGS)
}

// own are the keys about codes that somebody set.
func (s Scanner) own() []Setting {
	settings, err := s.settings()
	if err != nil {
		return nil // it was complained about, and nothing was opened
	}
	return FromSettings(settings)
}

// Answers is what the device is sent once a code was accepted or refused.
func (s Scanner) Answers() scanner.Feedback {
	if s.Feedback == feedbackNone {
		return scanner.Feedback{}
	}
	p, _ := preset.Find(s.Preset) // one there is not was complained about
	f := scanner.Feedback{Accept: p.Feedback.Accept, Reject: p.Feedback.Reject}
	if b, err := bytesOf(s.Accept); err == nil && len(b) > 0 {
		f.Accept = b
	}
	if b, err := bytesOf(s.Reject); err == nil && len(b) > 0 {
		f.Reject = b
	}
	return f
}

// Repeat is how long the same code counts as read once, as scanner.Config has it.
func (s Scanner) Repeat() time.Duration { return orNever(s.RepeatMS) }

// Presence is how long a tag must be away to count again, as scanner.Config has it.
func (s Scanner) Presence() time.Duration { return orNever(s.PresenceMS) }

func orNever(ms int64) time.Duration {
	if ms == 0 {
		return -1
	}
	return milliseconds(ms)
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// Line is the setting that the scanner's line has.
func (s Scanner) Line() preset.Line {
	p, _ := preset.Find(s.Preset) // one there is not was complained about
	return s.line(p)
}

func (s Scanner) line(p preset.Preset) preset.Line {
	l := p.Line
	if s.Baud != 0 {
		l.Baud = int(s.Baud)
	}
	if s.DataBits != 0 {
		l.DataBits = int(s.DataBits)
	}
	if s.Parity != "" {
		l.Parity = s.Parity
	}
	if s.StopBits != 0 {
		l.StopBits = int(s.StopBits)
	}
	return l
}

// CheckLine complains about a line that no device has.
func CheckLine(device string, l preset.Line, complain complaint) {
	checkDevice(device, complain)
	if l.Baud < 300 || l.Baud > 1_000_000 {
		complain("baud", "%d: need 300 to 1000000", l.Baud)
	}
	if l.DataBits < 7 || l.DataBits > 8 {
		complain("data_bits", "%d: need 7 or 8", l.DataBits)
	}
	if !slices.Contains([]string{"none", "odd", "even", "mark", "space"}, l.Parity) {
		complain("parity", "%q: need none, odd, even, mark or space", l.Parity)
	}
	if l.StopBits < 1 || l.StopBits > 2 {
		complain("stop_bits", "%d: need 1 or 2", l.StopBits)
	}
}

func checkDevice(device string, complain complaint) {
	if device == "" {
		return
	}
	if err := serialport.CheckPath(device); err != nil {
		complain("device", "%v", err)
	}
}

// LineConfig is a device's line as the room takes it that opens it.
func LineConfig(device string, l preset.Line) serialport.Config {
	return serialport.Config{Path: device, Baud: l.Baud, DataBits: l.DataBits, Parity: serialport.Parity(l.Parity), StopBits: l.StopBits}
}

// bytesOf reads bytes in hexadecimal, with or without spaces between them.
func bytesOf(text string) ([]byte, error) {
	return hex.DecodeString(strings.Join(strings.Fields(text), ""))
}

// unescape puts a byte for each \x02, \r, \n, \t and \\ of a text.
func unescape(text string) (string, error) {
	var b strings.Builder
	for text != "" {
		before, after, escaped := strings.Cut(text, `\`)
		b.WriteString(before)
		if !escaped {
			break
		}
		short := strings.IndexByte(`rnt\`, first(after))
		switch {
		case short >= 0:
			b.WriteByte("\r\n\t\\"[short])
			text = after[1:]
		case len(after) >= 3 && after[0] == 'x':
			n, err := strconv.ParseUint(after[1:3], 16, 8)
			if err != nil {
				return "", errEscape
			}
			b.WriteByte(byte(n))
			text = after[3:]
		default:
			return "", errEscape
		}
	}
	return b.String(), nil
}

var errEscape = errors.New(`what stands behind \ is none of x and two hexadecimal digits, r, n, t or \`)

// first is the first byte of a text, and 0 for an empty one.
func first(text string) byte {
	if text == "" {
		return 0
	}
	return text[0]
}
