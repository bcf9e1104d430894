package basket

import (
	"fmt"
	"slices"
	"strings"
)

// The kinds of lines that are not plain goods. A shop's own begin with OwnKind.
const (
	Deposit       = "deposit"
	GiftCard      = "gift_card"
	Fee           = "fee"
	Tobacco       = "tobacco"
	Alcohol       = "alcohol"
	InfantFormula = "infant_formula"
	Discount      = "discount"
	TopUp         = "top_up"
)

// OwnKind is what the kinds begin with that a shop thought of itself.
const OwnKind = "x-"

// Kinds are the kinds of lines there are besides plain goods and a shop's own.
func Kinds() []string {
	return []string{Deposit, GiftCard, Fee, Tobacco, Alcohol, InfantFormula, Discount, TopUp}
}

// CheckKind reports a kind that no line can have: what is written otherwise, in
// capitals or with a blank, would count as plain goods without anybody noticing.
func CheckKind(kind string) error {
	if kind == "" || slices.Contains(Kinds(), kind) {
		return nil
	}
	if own, is := strings.CutPrefix(kind, OwnKind); is && own != "" {
		return nil
	}
	return fmt.Errorf("%q is no kind of line; there are %s, and your own that begin with %q", kind, strings.Join(Kinds(), ", "), OwnKind)
}
