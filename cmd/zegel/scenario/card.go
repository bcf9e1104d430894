package scenario

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"

	"zegel/terminal/loyalty/member"
)

// mint is the number of the n-th card, counted from 0, of the first of a
// programme's formats that one can be made for: rather one that may spend, for
// scenarios do.
func mint(formats member.Formats, n int) (string, error) {
	for _, spends := range []bool{true, false} {
		for _, f := range formats {
			for _, text := range candidates(f, n) {
				if card, err := formats.Parse(text, ""); err == nil && card.FormatName() == f.Name && card.Spends() == spends {
					return text, nil
				}
			}
		}
	}
	return "", errors.New("no card could be made up for any of the programme's formats")
}

// candidates are texts of which one is a card of f: the last digit is a check
// digit, so that one in ten is right.
func candidates(f member.Format, n int) []string {
	prefix, length := "", 0
	if len(f.Prefixes) > 0 {
		prefix = f.Prefixes[0]
	}
	switch f.Class {
	case member.GTIN:
		length = 13
	case member.GSRN:
		length = 18
	case member.Luhn:
		length = f.Length
	case member.UID, member.EM4100:
		return chip(f, prefix, n)
	case member.Pattern:
		re, err := syntax.Parse(f.Pattern, syntax.Perl)
		if err != nil {
			return nil
		}
		var b strings.Builder
		left := n
		example(re, &left, &b)
		return []string{b.String()}
	}
	between := length - len(prefix) - 1
	if between < 1 {
		return nil
	}
	var all []string
	number := fmt.Sprintf("%0*d", between, n+1)
	if len(number) > between {
		return nil
	}
	for check := range 10 {
		text := fmt.Sprintf("%s%s%d", prefix, number, check)
		if f.Class == member.GSRN {
			text = "https://id.example.com/8018/" + text // a Digital Link: its digits alone could be anything
		}
		all = append(all, text)
	}
	return all
}

// chip is the number of a chip as people type it, in pairs with colons.
func chip(f member.Format, prefix string, n int) []string {
	bytes := 7
	switch {
	case f.Class == member.EM4100:
		bytes = 5
	case f.Length > 0:
		bytes = f.Length
	}
	number := fmt.Sprintf("%s%0*X", prefix, max(2*bytes-len(prefix), 0), n+1)
	if len(number) != 2*bytes {
		return nil
	}
	var pairs []string
	for i := 0; i < len(number); i += 2 {
		pairs = append(pairs, number[i:i+2])
	}
	return []string{strings.Join(pairs, ":")}
}

// example writes a text that re matches; left is spent on what it leaves open,
// so that another number makes another text.
func example(re *syntax.Regexp, left *int, b *strings.Builder) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		size := 0
		for i := 0; i < len(re.Rune); i += 2 {
			size += int(re.Rune[i+1]-re.Rune[i]) + 1
		}
		pick := *left % size
		*left /= size
		for i := 0; i < len(re.Rune); i += 2 {
			if span := int(re.Rune[i+1]-re.Rune[i]) + 1; pick >= span {
				pick -= span
				continue
			}
			b.WriteRune(re.Rune[i] + rune(pick))
			return
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte("0123456789"[*left%10])
		*left /= 10
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			example(sub, left, b)
		}
	case syntax.OpAlternate:
		example(re.Sub[0], left, b)
	case syntax.OpStar, syntax.OpPlus:
		for range 6 {
			example(re.Sub[0], left, b)
		}
	case syntax.OpRepeat:
		times := max(re.Min, min(re.Max, 6))
		for range times {
			example(re.Sub[0], left, b)
		}
	}
}
