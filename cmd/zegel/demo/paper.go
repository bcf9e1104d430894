package demo

import (
	"fmt"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// Card is the n-th card of the shop: an EAN-13 with the prefix 29.
func Card(n int) string {
	digits := fmt.Sprintf("29%010d", n)
	sum := 0
	for i, c := range digits {
		sum += (1 + 2*(i%2)) * int(c-'0')
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}

// ReadPaper reads a paper as a person would: the code of the record it is
// about, and whether it says that it is a copy.
func ReadPaper(text string) (code string, duplicate bool) {
	words := strings.Fields(text)
	for i := len(words) - 1; i >= 0 && code == ""; i-- {
		if at := strings.IndexByte(words[i], '-'); at == 4 && strings.Trim(words[i][:at], "0123456789ABCDEF") == "" {
			code = words[i]
		}
	}
	return code, strings.Contains(strings.Join(words, ""), "DUPLICAAT")
}

// CodeOf is the code that stands on the paper of a record, of whose key record
// is the text; "" if it is none.
func CodeOf(record string) string {
	var key ledger.Key
	if err := key.UnmarshalText([]byte(record)); err != nil {
		return ""
	}
	return key.Code()
}
