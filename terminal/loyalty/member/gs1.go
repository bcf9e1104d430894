package member

import (
	"slices"
	"strings"
)

// gs1 reads element strings: application identifiers with their data. A
// recipient's number anywhere among them makes the whole a card. A string that
// is not well-formed to its end is refused, because a scanner that drops the
// separators makes one number run into the next.
func (fs Formats) gs1(text string) (CardNumber, error) {
	var recipient string
	class := OtherGS1
	rest := strings.TrimPrefix(text, gs)
	refuse := func(why CodeClass) (CardNumber, error) {
		_, ours := fs.find(GSRN, recipient)
		return CardNumber{}, &NotCard{Class: why, Mask: Mask(strings.ReplaceAll(text, gs, "")), Ours: recipient != "" && ours}
	}
	for rest != "" {
		ai, value, after, fault := element(rest)
		if fault != "" {
			return refuse(fault)
		}
		switch {
		case ai == "8018":
			if recipient != "" && recipient != value {
				return refuse(GS1Syntax)
			}
			recipient = value
		case ai == "255", ai == "8110", ai == "8112":
			class = Coupon
		case ai == "01" && class != Coupon:
			class = Product
		}
		rest = after
	}
	if recipient != "" {
		return fs.gsrn(recipient)
	}
	return CardNumber{}, notCard(class, text)
}

// maxElement is the most characters an application identifier allows.
const maxElement = 90

// element cuts the first element off a string, and the separator after it.
func element(s string) (ai, value, rest string, fault CodeClass) {
	n := aiLength(s)
	if n == 0 || len(s) < n || !allDigits(s[:n]) {
		return "", "", "", GS1UnknownAI
	}
	ai, s = s[:n], s[n:]
	if size := predefined(ai); size > 0 {
		if len(s) < size || !allDigits(s[:size]) {
			return "", "", "", GS1Syntax
		}
		return ai, s[:size], strings.TrimPrefix(s[size:], gs), ""
	}
	value, rest, _ = strings.Cut(s, gs)
	if value == "" || len(value) > maxElement {
		return "", "", "", GS1Syntax
	}
	return ai, value, rest, ""
}

// aiLength is how many digits the application identifier at the start of s has,
// by its first two (GS1 General Specifications, 3.2 and 7.8.1); 0 when
// none begins like that.
func aiLength(s string) int {
	if len(s) < 2 || !allDigits(s[:2]) {
		return 0
	}
	switch two := s[:2]; {
	case two <= "04", two >= "10" && two <= "22", two == "30", two == "37", two >= "90":
		return 2
	case two >= "23" && two <= "25", two >= "40" && two <= "42", two == "71":
		return 3
	case two >= "31" && two <= "36", two == "39", two == "43", two == "70", two == "72", two >= "80" && two <= "82":
		return 4
	}
	return 0
}

// predefined is how many digits follow an application identifier that needs no
// separator after it (GS1 General Specifications, 7.8.5); 0 for any other.
func predefined(ai string) int {
	switch two := ai[:2]; {
	case two == "00":
		return 18
	case two <= "03":
		return 14
	case two == "04":
		return 16
	case two >= "11" && two <= "19":
		return 6
	case two == "20":
		return 2
	case two >= "31" && two <= "36":
		return 6
	case two == "41":
		return 13
	}
	return 0
}

// link reads a GS1 Digital Link, a web address whose path has application
// identifiers and their data in turn. Any other text is not ok.
func (fs Formats) link(text string) (card CardNumber, ok bool, err error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found || (!strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http")) {
		return CardNumber{}, false, nil
	}
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	path := strings.Split(rest, "/")[1:] // without the host
	after := func(ai string) string {
		at := slices.Index(path, ai)
		if at < 0 || at == len(path)-1 || !allDigits(path[at+1]) {
			return ""
		}
		return path[at+1]
	}
	switch {
	case len(after("8018")) == gsrnSize:
		card, err = fs.gsrn(after("8018"))
	case after("255") != "":
		err = notCard(Coupon, after("255"))
	case after("01") != "":
		err = notCard(Product, after("01"))
	default:
		return CardNumber{}, false, nil
	}
	return card, true, err
}
