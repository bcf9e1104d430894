package pn532

import (
	"strings"

	"zegel/scanner/frame"
	"zegel/scanner/ndef"
)

const (
	pageSize       = 4
	capabilityPage = 3
	pagesPerRead   = 4
	// mostMemory is how much of a tag is read at most: all of an NTAG216, the
	// largest of its family.
	mostMemory = 872
	// mostText is the longest code, as long as one on a line may be.
	mostText = 512
)

// memory is what is known of one Type 2 tag's memory while it is read.
type memory struct {
	uid   string
	begun bool // capability is known
	capability
	data []byte // from page 4 on
}

func (m *memory) begin(uid string) { *m = memory{uid: uid, data: m.data[:0]} }

// add takes the four pages that next asked for. The first time they begin with
// the capability; behind the end of the data a tag has other things, or begins
// again in front.
func (m *memory) add(pages []byte) {
	if !m.begun {
		m.begun = true
		m.capability = capability(pages)
		pages = pages[pageSize:]
	}
	m.data = append(m.data, pages...)
	m.data = m.data[:min(len(m.data), m.size())]
}

// next returns the page to read next, or false when enough is known. No more is
// read than the message needs: a tag is seldom held still for long.
func (m *memory) next() (page byte, more bool) {
	if !m.begun {
		return capabilityPage, true
	}
	need := ndef.Need(m.data)
	if need <= len(m.data) || need > min(m.size(), mostMemory) {
		return 0, false
	}
	return byte(capabilityPage + 1 + len(m.data)/pageSize), true
}

// code returns what the tag says, or why that is no code.
func (m *memory) code() (string, frame.Reason) {
	if m.size() == 0 {
		return "", frame.Unsupported
	}
	if need := ndef.Need(m.data); need > mostMemory && need <= m.size() {
		return "", frame.Oversize
	}
	record, reason := ndef.Read(m.data)
	if reason != "" {
		return "", reason
	}
	return clean(record.Text)
}

// clean makes of a text what a scanner would make of it.
func clean(text string) (string, frame.Reason) {
	if strings.ContainsFunc(text, isControl) {
		return "", frame.ControlChar
	}
	text = strings.Trim(text, " ")
	switch {
	case text == "":
		return "", frame.Empty
	case len(text) > mostText:
		return "", frame.Oversize
	default:
		return text, ""
	}
}

// gs separates fields in GS1 symbols, whose text may stand on a tag too.
const gs = 0x1D

func isControl(r rune) bool { return r < 0x20 && r != gs || r == 0x7F }

// saysNothing reports whether a tag carries no text, rather than a damaged one.
func saysNothing(reason frame.Reason) bool {
	return reason == ndef.None || reason == frame.Empty || reason == frame.Unsupported
}
