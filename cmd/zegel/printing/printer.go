// Package printing is a lane's receipt printer as the configuration has it: what it is, how it is opened, what bytes it prints from.
package printing

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"zegel/printer/codetable"
	"zegel/printer/escpos"
)

// Printer is a receipt printer. What a shop knows better about it than the
// profile of its model stands in the keys from columns on; zegel printer setup
// finds them.
type Printer struct {
	// Device is "serial:/dev/ttyS1", "usb:/dev/usb/lp0", "tcp:192.168.1.50:9100",
	// "queue:Kassabon" (of Windows) or "file:/path".
	Device string `key:"device"`
	// Baud is the speed of a serial printer.
	Baud int64 `key:"baud"`
	// Profile is the printer's model, one of zegel printer profiles; "" is a
	// generic one for the columns.
	Profile string `key:"profile"`
	// Columns are the letters on a line; 0 is what most printers of the model are
	// set to, or 42.
	Columns int64 `key:"columns"`
	// Dots are those of the print head, side by side; with them columns may be
	// any number that fits.
	Dots int64 `key:"dots"`
	// Tables are the code tables with the printer's numbers, most trusted first:
	// ["19 CP858", "16 CP1252"].
	Tables []string `key:"tables"`
	// Cut is feed-and-cut, partial, full or none.
	Cut string `key:"cut"`
	// FeedLines are the lines of paper between the print head and the blade.
	FeedLines *int64 `key:"feed_lines"`
	// Answers is always, never, or unknown: whether it answers when it is asked
	// how it is.
	Answers *string `key:"answers"`
	// Requests are what else it answers: asb, paper, confirm, identity.
	Requests *[]string `key:"requests"`
	// QR is native, picture or none.
	QR string `key:"qr"`
	// Barcodes is native or none.
	Barcodes string `key:"barcodes"`
	// Pictures is raster, graphics or none.
	Pictures string `key:"pictures"`
	// Styles is full or old.
	Styles string `key:"styles"`
	// SingleByte is for a printer that prints a full stop where it is told to
	// leave letters of two bytes.
	SingleByte *bool `key:"single_byte"`
	// LineMS is how long a line of text takes on paper at most.
	LineMS int64 `key:"line_ms"`
	// MaxAgeHours is how old a slip may be when it is printed by itself: by then
	// its shopper has gone. 0 is any age.
	MaxAgeHours int64 `key:"max_age_hours"`
	// Images are PNG files by the names that slips call them: { logo = "logo.png" }.
	Images map[string]string `key:"images"`
}

// New is a printer nothing is known of yet.
func New() Printer { return Printer{Baud: 9600} }

// Answers that the configuration calls otherwise than a profile.
const answersUnknown = "unknown"

// A complaint is told with the name of the key it is about.
type complaint = func(name, format string, args ...any)

// Check complains about everything that is well written and cannot work.
func (p Printer) Check(complain complaint) {
	if p.Device != "" {
		if _, _, err := Kind(p.Device); err != nil {
			complain("device", "%v", err)
		}
	}
	if p.Baud < 300 || p.Baud > 1_000_000 {
		complain("baud", "%d: need 300 to 1000000", p.Baud)
	}
	for name := range p.Images {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || len(name) > 32 || name == "" {
			complain("images."+name, "%q: a slip names a picture with 1 to 32 of a-z, 0-9 and -", name)
		}
	}
	bad := false
	p.checkModel(func(name, format string, args ...any) {
		bad = true
		complain(name, format, args...)
	})
	if bad {
		return
	}
	if _, err := p.Model(); err != nil {
		complain("profile", "%v", err)
	}
}

// checkModel complains about each key by which a model is changed.
func (p Printer) checkModel(complain complaint) {
	for _, k := range []struct {
		key, value string
		of         []string
	}{
		{"cut", p.Cut, texts(escpos.CutAtBlade, escpos.CutPartial, escpos.CutFull, escpos.CutNone)},
		{"answers", value(p.Answers), append(texts(escpos.AnswersAlways, escpos.AnswersNever), answersUnknown)},
		{"qr", p.QR, texts(escpos.QRNative, escpos.QRPicture, escpos.QRNone)},
		{"barcodes", p.Barcodes, texts(escpos.BarcodesNative, escpos.BarcodesNone)},
		{"pictures", p.Pictures, texts(escpos.PicturesRaster, escpos.PicturesGraphics, escpos.PicturesNone)},
		{"styles", p.Styles, texts(escpos.StylesFull, escpos.StylesOld)},
	} {
		if k.value != "" && !slices.Contains(k.of, k.value) {
			complain(k.key, "%q: need one of %s", k.value, strings.Join(k.of, ", "))
		}
	}
	for i, r := range value(p.Requests) {
		if of := texts(escpos.AutoStatusRequest, escpos.PaperRequest, escpos.ConfirmRequest, escpos.IdentityRequest); !slices.Contains(of, r) {
			complain(fmt.Sprintf("requests[%d]", i), "%q: need one of %s", r, strings.Join(of, ", "))
		}
	}
	for _, n := range []struct {
		key         string
		value, most int64
	}{{"feed_lines", value(p.FeedLines), 40}, {"line_ms", p.LineMS, 2000}, {"dots", p.Dots, 2000}, {"max_age_hours", p.MaxAgeHours, 10_000}} {
		if n.value < 0 || n.value > n.most {
			complain(n.key, "%d: need 0 to %d", n.value, n.most)
		}
	}
	p.checkTables(complain)
	p.checkColumns(complain)
}

func (p Printer) checkTables(complain complaint) {
	for i, text := range p.Tables {
		var t codetable.Table
		if err := t.UnmarshalText([]byte(text)); err != nil {
			complain(fmt.Sprintf("tables[%d]", i), "%v", err)
		} else if !slices.Contains(codetable.Pages(), t.Page) {
			complain(fmt.Sprintf("tables[%d]", i), "%q is not known here: need one of %s", t.Page, strings.Join(codetable.Pages(), ", "))
		}
	}
}

func (p Printer) checkColumns(complain complaint) {
	base, known := p.base()
	const most = 200 // no print head is so wide
	switch fits := p.Columns == 0 || p.Dots > 0 || slices.Contains(base.Columns, int(p.Columns)); {
	case !known:
		complain("profile", "no printer model is called %q: zegel printer profiles lists them", p.Profile)
	case p.Dots > 0 && (p.Columns < 0 || p.Columns > most):
		complain("columns", "%d: need 0 to %d", p.Columns, most)
	case !fits && p.Profile == "":
		complain("columns", "%d: need 48, 42 or 32", p.Columns)
	case !fits:
		complain("columns", "%d: a %s has %v; state dots as well, if yours is another", p.Columns, base.Name, base.Columns)
	}
}

// base is the model that is configured, or the generic one with so many columns.
func (p Printer) base() (escpos.Profile, bool) {
	switch {
	case p.Profile != "":
		found, err := escpos.Named(p.Profile)
		return found, err == nil
	case p.Columns > 0 && p.Columns < 42:
		return escpos.Generic58(), true
	}
	return escpos.Generic80(), true
}

// Model is the profile with what the keys say over it.
func (p Printer) Model() (escpos.Profile, error) {
	base, known := p.base()
	if !known {
		return escpos.Profile{}, fmt.Errorf("no printer model is called %q: zegel printer profiles lists them", p.Profile)
	}
	o := escpos.Overrides{
		Dots: int(p.Dots), Cut: escpos.Cut(p.Cut), QR: escpos.QR(p.QR), Barcodes: escpos.Barcodes(p.Barcodes),
		Pictures: escpos.Pictures(p.Pictures), Styles: escpos.Styles(p.Styles), SingleByte: p.SingleByte, LineTime: time.Duration(p.LineMS) * time.Millisecond,
	}
	if p.Columns > 0 && !slices.Contains(base.Columns, int(p.Columns)) {
		o.Columns = []int{int(p.Columns)}
	}
	for _, text := range p.Tables {
		var t codetable.Table
		if err := t.UnmarshalText([]byte(text)); err != nil {
			return escpos.Profile{}, err
		}
		o.Tables = append(o.Tables, t)
	}
	if p.FeedLines != nil {
		n := int(*p.FeedLines)
		o.FeedLines = &n
	}
	if p.Answers != nil {
		a := escpos.Answers(*p.Answers)
		if a == answersUnknown {
			a = escpos.AnswersUnknown
		}
		o.Answers = &a
	}
	if p.Requests != nil {
		all := make([]escpos.Request, 0, len(*p.Requests))
		for _, r := range *p.Requests {
			all = append(all, escpos.Request(r))
		}
		o.Requests = &all
	}
	model := base.With(o)
	return model, model.Validate()
}

// Width is the letters on a line of the model.
func (p Printer) Width(model escpos.Profile) int {
	if p.Columns > 0 {
		return int(p.Columns)
	}
	return model.Columns[0]
}

// Kind takes a printer's device apart.
func Kind(device string) (kind, rest string, err error) {
	kind, rest, ok := strings.Cut(device, ":")
	if !ok || rest == "" || !slices.Contains([]string{"serial", "usb", "tcp", "queue", "file"}, kind) {
		return "", "", fmt.Errorf("%q: need serial:, usb:, tcp:, queue: or file: and where it is", device)
	}
	if kind == "tcp" {
		if _, port, err := net.SplitHostPort(rest); err != nil || port == "" {
			return "", "", fmt.Errorf("%q: need an address and a port, tcp:192.168.1.50:9100", device)
		}
	}
	return kind, rest, nil
}

func texts[T ~string](values ...T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// value is what a key that may be absent holds.
func value[T any](key *T) T {
	if key == nil {
		var none T
		return none
	}
	return *key
}
