package demo

import (
	"fmt"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// Card is the n-th card of the shop: an EAN-13 with the prefix 29.
func Card(n int) string { return ean(fmt.Sprintf("29%010d", n)) }

// ean is twelve digits with the check digit of an EAN-13 behind them.
func ean(digits string) string {
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

// cardOn is what a paper shows of its card, "…0018"; "" when it has none.
func cardOn(text string) string {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "Kaart" {
			return strings.Replace(f[1], "...", "…", 1)
		}
	}
	return ""
}

// units are the wallets of the demo's programme by their words on paper.
var units = map[string]string{"punt": "points", "punten": "points", "zegel": "stamps", "zegels": "stamps"}

// balancesOn are the balances on a paper by wallet: "49 punten", or "" for
// every wallet when it says that the balance follows.
func balancesOn(text string) map[string]string {
	found := make(map[string]string)
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2 || f[0] != "Saldo":
		case f[1] == "volgt":
			for _, wallet := range units {
				found[wallet] = ""
			}
		default:
			if wallet, ok := units[f[len(f)-1]]; ok {
				found[wallet] = strings.Join(f[len(f)-2:], " ")
			}
		}
	}
	return found
}
