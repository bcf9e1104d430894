package device

import (
	"cmp"
	"strings"
)

// A Found is a printer that this machine knows of. Whether it is on is another question.
type Found struct {
	// Path is what to open it by: the path of a device file for OpenLP, on Windows a name for OpenQueue.
	Path string
	// Maker and Model are what the printer calls itself, such as "EPSON" and "TM-T20III"; on Windows Model is the
	// name of its driver. Both may be empty.
	Maker, Model string
	Serial       string // empty if it does not say
	// Commands are the languages that it says it understands, such as "ESC/POS"; most receipt printers do not say.
	Commands string
}

// named fills in what a printer's id says (IEEE 1284, section 7.6): pairs such as "MFG:EPSON;MDL:TM-T20III;".
// A printer may send anything in it, so what cannot be shown on a line is left out.
func (f Found) named(id string) Found {
	says := map[string]string{}
	for pair := range strings.SplitSeq(id, ";") {
		if key, value, ok := strings.Cut(pair, ":"); ok {
			says[strings.ToUpper(strings.TrimSpace(key))] = strings.TrimSpace(printable(value))
		}
	}
	f.Maker = cmp.Or(says["MFG"], says["MANUFACTURER"])
	f.Model = cmp.Or(says["MDL"], says["MODEL"])
	f.Serial = cmp.Or(says["SN"], says["SERN"], says["SERIALNUMBER"])
	f.Commands = cmp.Or(says["CMD"], says["COMMAND SET"])
	return f
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}
