package receipt

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Complaint is one thing about a slip that no printer could be asked to print.
type Complaint struct {
	// Key is where, as the slip's JSON names it: "blocks[3].row[1].width". A list's
	// members count from 0. It is "" for the slip as a whole.
	Key  string
	Text string
}

// Complaints is what is wrong with a slip, in the order of its blocks. Of a slip
// with more than maxComplaints faults it is the first ones.
type Complaints []Complaint

// maxComplaints is as many as anybody mends at once.
const maxComplaints = 20

func (c Complaints) Error() string {
	lines := make([]string, len(c))
	for i, one := range c {
		if lines[i] = one.Text; one.Key != "" {
			lines[i] = one.Key + ": " + one.Text
		}
	}
	return strings.Join(lines, "\n")
}

func (c *Complaints) add(key, format string, args ...any) {
	if len(*c) < maxComplaints {
		*c = append(*c, Complaint{Key: key, Text: fmt.Sprintf(format, args...)})
	}
}

// Validate reports why no printer could be asked to print s, as Complaints.
func (s Slip) Validate() error {
	var all Complaints
	if len(s.Blocks) > MaxBlocks {
		all.add("blocks", "%d blocks, at most %d", len(s.Blocks), MaxBlocks)
		return all
	}
	for i, b := range s.Blocks {
		b.check(blockKey(i), &all)
	}
	if len(all) > 0 {
		return all
	}
	return nil
}

func blockKey(i int) string { return fmt.Sprintf("blocks[%d]", i) }

func (b Block) check(key string, all *Complaints) {
	if set := b.kinds(); len(set) == 0 {
		all.add(key, "says nothing: needs one of %s", strings.Join(kindsOfBlocks, ", "))
	} else if len(set) > 1 {
		all.add(key, "has %s: needs exactly one of them", strings.Join(set, " and "))
	}
	checkText(key+".text", b.Text, all)
	if b.Feed < 0 || b.Feed > MaxFeed {
		all.add(key+".feed", "%d lines, needs 1 to %d", b.Feed, MaxFeed)
	}
	if len(b.QR) > MaxQR || strings.ContainsFunc(b.QR, func(r rune) bool { return r < ' ' || r > '~' }) {
		all.add(key+".qr", "%d bytes, needs at most %d of printable ASCII", len(b.QR), MaxQR)
	}
	if b.Barcode != nil {
		if err := b.Barcode.Validate(); err != nil {
			all.add(key+".barcode", "%v", err)
		}
	}
	if b.Image != "" && !isImageName(b.Image) {
		all.add(key+".image", "needs the name of a picture: 1 to %d letters a-z, digits and hyphens", maxImage)
	}
	if b.Heavy && (!b.Rule || b.Double) {
		all.add(key+".heavy", "only a rule is heavy, and none is heavy and double")
	}
	checkSize(key, b.Double, b.Wide, b.Tall, all)
	b.checkSpans(key, all)
	b.checkRow(key, all)
}

var kindsOfBlocks = []string{"text", "spans", "row", "rule", "feed", "qr", "barcode", "image", "cut"}

// kinds are the names of what b is; there should be one.
func (b Block) kinds() []string {
	var set []string
	for i, is := range []bool{b.Text != "", len(b.Spans) > 0, len(b.Row) > 0, b.Rule, b.Feed != 0, b.QR != "", b.Barcode != nil,
		b.Image != "", b.Cut} {
		if is {
			set = append(set, kindsOfBlocks[i])
		}
	}
	return set
}

func (b Block) checkSpans(key string, all *Complaints) {
	if len(b.Spans) > MaxSpans {
		all.add(key+".spans", "%d spans, at most %d", len(b.Spans), MaxSpans)
		return
	}
	long := 0
	for i, s := range b.Spans {
		at := fmt.Sprintf("%s.spans[%d]", key, i)
		checkText(at+".text", s.Text, all)
		checkSize(at, s.Double, s.Wide, s.Tall, all)
		long += len(s.Text)
	}
	if long > MaxText {
		all.add(key+".spans", "%d bytes together, at most %d", long, MaxText)
	}
}

func (b Block) checkRow(key string, all *Complaints) {
	if len(b.Row) > MaxCells {
		all.add(key+".row", "%d cells, at most %d", len(b.Row), MaxCells)
		return
	}
	for i, c := range b.Row {
		at := fmt.Sprintf("%s.row[%d]", key, i)
		checkText(at+".text", c.Text, all)
		if c.Width < 0 || c.Width > maxWidth {
			all.add(at+".width", "%d columns, needs 1 to %d, or none for a share of what is left", c.Width, maxWidth)
		}
	}
}

func checkText(key, text string, all *Complaints) {
	if len(text) > MaxText {
		all.add(key, "%d bytes, at most %d", len(text), MaxText)
	} else if !utf8.ValidString(text) {
		all.add(key, "is not UTF-8")
	}
}

func checkSize(key string, double bool, wide, tall int, all *Complaints) {
	for _, side := range []struct {
		name string
		size int
	}{{"wide", wide}, {"tall", tall}} {
		if side.size < 0 || side.size > MaxSize {
			all.add(key+"."+side.name, "%d times, needs 1 to %d", side.size, MaxSize)
		} else if double && side.size > 0 {
			all.add(key+"."+side.name, "double is twice as wide and tall already: say one or the other")
		}
	}
}

func isImageName(name string) bool {
	return len(name) <= maxImage && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}
