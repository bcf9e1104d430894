package preset

import (
	"maps"
	"slices"
	"strings"

	"zegel/scanner/frame"
)

// line puts settings over a preset for text.
func (c *checker) line(s Settings) frame.LineConfig {
	cfg := c.preset.text
	over(&cfg.STX, s.STX)
	over(&cfg.Masked7, s.SevenBits)
	c.ends(s, &cfg.Terminators, &cfg.Idle, cfg.STX)
	cfg.Prefix, cfg.Suffix = s.Prefix, s.Suffix
	cfg.Silence, cfg.Max, cfg.GS = s.Silence, s.Max, s.GS
	if s.CodeIDs != nil {
		cfg.CodeIDs = maps.Clone(s.CodeIDs)
	}
	if s.NoRead != nil {
		cfg.NoRead = slices.Clone(s.NoRead)
	}
	reserved := "\x00" + string(cfg.Terminators)
	if cfg.Terminators == nil {
		reserved += "\r\n"
	}
	if cfg.STX {
		reserved += "\x02\x03"
	}
	c.around("prefix", s.Prefix, reserved)
	c.around("suffix", s.Suffix, reserved)
	return cfg
}

// packets puts settings over a preset for SSI.
func (c *checker) packets(s Settings) frame.SSIConfig {
	cfg := c.preset.ssi
	over(&cfg.Header, s.SSIHeader)
	cfg.Silence, cfg.Max, cfg.GS = s.Silence, s.Max, s.GS
	if s.NoRead != nil {
		cfg.NoRead = slices.Clone(s.NoRead)
	}
	return cfg
}

// uids puts settings over a preset for numbers of chips.
func (c *checker) uids(s Settings) frame.UIDConfig {
	cfg := c.preset.uid
	if s.UID.Encoding != "" {
		cfg.Encoding = frame.UIDEncoding(s.UID.Encoding)
	}
	if cfg.Encoding == frame.RawUID {
		for _, k := range keys {
			if slices.Contains([]string{"terminators", "idle", "prefix", "uid_sum"}, k.name) && k.set(s) {
				c.complain(k.name, "bytes end by silence and have nothing around them: leave it out, or set uid_encoding to hex or decimal")
			}
		}
	}
	c.ends(s, &cfg.Terminators, &cfg.Idle, false)
	over(&cfg.Reverse, s.UID.Reverse)
	over(&cfg.Sum, s.UID.Sum)
	over(&cfg.EM4100, s.UID.EM4100)
	cfg.Silence, cfg.Last, cfg.Prefix = s.Silence, s.UID.Last, s.Prefix
	c.around("prefix", s.Prefix, "\x00\r\n")
	if s.UID.Last == 5 && !cfg.EM4100 {
		c.complain("uid_last", "five bytes are the number of a 125 kHz transponder: set uid_em4100, too")
	}
	return cfg
}

func over[T any](value *T, set *T) {
	if set != nil {
		*value = *set
	}
}

// terminators are the names of what ends a code.
var terminators = map[string]string{"cr": "\r", "lf": "\n", "crlf": "\r\n", "tab": "\t", "etx": "\x03", "none": ""}

// ends sets how a code ends. Without any terminator silence does, unless that
// was forbidden.
func (c *checker) ends(s Settings, ends *[]byte, idle *bool, stx bool) {
	over(idle, s.Idle)
	if s.Terminators == nil {
		return
	}
	*ends = []byte{}
	for _, name := range s.Terminators {
		bytes, known := terminators[name]
		switch {
		case !known:
			c.complain("terminators", "%q: need cr, lf, crlf, tab, etx or none", name)
		case name == "none" && len(s.Terminators) > 1:
			c.complain("terminators", "none stands beside others: none, or some")
		}
		*ends = append(*ends, bytes...)
	}
	switch {
	case len(*ends) > 0 || stx:
	case s.Idle == nil:
		*idle = true
	case !*idle:
		c.complain("terminators", "no code would ever end: name one, or leave out idle = false")
	}
}

// around complains about what can never stand around a code.
func (c *checker) around(key, s, reserved string) {
	if len(s) > maxAround {
		c.complain(key, "%d bytes: need at most %d", len(s), maxAround)
	}
	if at := strings.IndexAny(s, reserved); at >= 0 {
		c.complain(key, "holds the byte %02X, which begins or ends a code or is a fault of the line: leave it out here", s[at])
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
