package printing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/terminal/loyalty/programme/file"
)

// Apply puts settings over the printer's, each as it is given on a command line:
// key=value, where a text may do without its quotes and a list without its
// brackets.
func (p *Printer) Apply(settings []string) error {
	var b strings.Builder
	for _, text := range settings {
		key, value, ok := strings.Cut(text, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !ok || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return fmt.Errorf("%q: need key=value, with the keys of [lane.printer]", text)
		}
		fmt.Fprintf(&b, "%s = %s\n", key, asTOML(key, value))
	}
	_, err := file.Decode([]byte(b.String()), p, nil, func(complain func(key, format string, args ...any)) { p.Check(complain) })
	return err
}

// asTOML is a value of a command line as the configuration has it.
func asTOML(key, value string) string {
	switch key {
	case "tables", "requests":
		if !strings.HasPrefix(value, "[") {
			var all []string
			for one := range strings.SplitSeq(value, ",") {
				if one = strings.TrimSpace(one); one != "" {
					all = append(all, quoted(one))
				}
			}
			return "[" + strings.Join(all, ", ") + "]"
		}
	case "device", "profile", "cut", "answers", "qr", "barcodes", "pictures", "styles":
		if !strings.HasPrefix(value, `"`) && !strings.HasPrefix(value, `'`) {
			return quoted(value)
		}
	}
	return value
}

// TOML is the printer as a configuration has it: what differs from one nothing
// is known of.
func (p Printer) TOML() string {
	var b strings.Builder
	b.WriteString("[lane.printer]\n")
	line := func(key string, value any) { fmt.Fprintf(&b, "%s = %v\n", key, value) }
	text := func(key, value string) {
		if value != "" {
			line(key, quoted(value))
		}
	}
	number := func(key string, n int64) {
		if n != 0 {
			line(key, n)
		}
	}
	text("device", p.Device)
	if kind, _, _ := Kind(p.Device); kind == "serial" {
		number("baud", p.Baud)
	}
	text("profile", p.Profile)
	number("columns", p.Columns)
	number("dots", p.Dots)
	if p.Tables != nil {
		line("tables", list(p.Tables))
	}
	text("cut", p.Cut)
	if p.FeedLines != nil {
		line("feed_lines", *p.FeedLines)
	}
	text("answers", value(p.Answers))
	if p.Requests != nil {
		line("requests", list(*p.Requests))
	}
	text("qr", p.QR)
	text("barcodes", p.Barcodes)
	text("pictures", p.Pictures)
	text("styles", p.Styles)
	if p.SingleByte != nil {
		line("single_byte", *p.SingleByte)
	}
	number("line_ms", p.LineMS)
	number("max_age_hours", p.MaxAgeHours)
	if len(p.Images) > 0 {
		var pairs []string
		for _, name := range slices.Sorted(maps.Keys(p.Images)) {
			pairs = append(pairs, quoted(name)+" = "+quoted(p.Images[name]))
		}
		line("images", "{ "+strings.Join(pairs, ", ")+" }")
	}
	return b.String()
}

func list(of []string) string {
	all := make([]string, len(of))
	for i, s := range of {
		all[i] = quoted(s)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quoted writes a text as TOML reads it: whole where it can, a path of Windows
// among them.
func quoted(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || r < ' ' || r == 0x7f }) {
		if strings.ContainsAny(s, `"\`) {
			return "'" + s + "'"
		}
		return `"` + s + `"`
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ProfileOf is the model of that name; "" if none is called so.
func ProfileOf(maker, model string) string {
	plain := func(s string) string {
		s = strings.ToLower(s)
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	if plain(model) == "" {
		return ""
	}
	for _, p := range escpos.Profiles() {
		// Some say their maker in the model as well.
		if name := plain(p.Name); name == plain(maker+model) || name == plain(model) {
			return p.Name
		}
	}
	return ""
}

// Device is what a configuration calls a printer that was found.
func Device(f device.Found) string {
	if strings.HasPrefix(f.Path, "/") {
		return "usb:" + f.Path
	}
	return "queue:" + f.Path
}
