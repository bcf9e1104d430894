package scene

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"zegel/terminal/loyalty/ledger"
)

// A Signal is something the shop says is so until an instant: "rain".
type Signal struct {
	Name string `json:"name"`
	// Until is milliseconds since 1970 UTC: from then on it is so no longer.
	Until ledger.Stamp `json:"until"`
	By    string       `json:"by,omitempty"` // who says so; "" is not known
}

// maxSignal is the longest name of a signal, in bytes.
const maxSignal = 64

// Validate reports what is wrong with the signal's name.
func (s Signal) Validate() error {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == '/' }
	if s.Name == "" || len(s.Name) > maxSignal || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, odd) {
		return errors.New("the signal's name: need 1 to 64 bytes without blanks and slashes: rain")
	}
	return nil
}

// Over reports whether it is so no longer.
func (s Signal) Over(at time.Time) bool { return s.Until <= ledger.Stamp(at.UnixMilli()) }

// Given are the names of the signals that are so at an instant, sorted; nil for
// none.
func Given(signals []Signal, at time.Time) []string {
	var names []string
	for _, s := range signals {
		if !s.Over(at) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
