package scenario

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// Unnamed are words of a file that its programme never names: signals,
// categories, tags, codes. They may be there to show that they bring nothing, or
// be written wrongly; which it is, nobody can tell but who wrote them. Each is
// told once, where it stands first.
func (f *File) Unnamed(r programme.Rules) file.Problems {
	u := unnamed{file: f, told: make(map[string]bool)}
	for i, c := range f.Cases {
		u.steps(c, i, r.Vocabulary())
	}
	return u.problems
}

func (u *unnamed) steps(c Case, at int, named programme.Vocabulary) {
	for i, s := range c.Steps {
		key := StepKey(at, i)
		if s.Signal != nil {
			u.look("signal", *s.Signal, named.Signals, key+".signal")
		}
		for _, sale := range []struct {
			name string
			*Sale
		}{{"sale", s.Sale}, {"quote", s.Quote}, {"hold", s.Hold}} {
			if sale.Sale != nil {
				u.look("code", sale.Codes, named.Codes, key+"."+sale.name+".codes")
				u.lines(sale.Lines, named, key+"."+sale.name)
			}
		}
		if s.Redeem != nil {
			u.lines(s.Redeem.Lines, named, key+".redeem")
		}
	}
}

type unnamed struct {
	file     *File
	told     map[string]bool
	problems file.Problems
}

func (u *unnamed) lines(lines []Line, named programme.Vocabulary, key string) {
	for i, l := range lines {
		at := fmt.Sprintf("%s.lines[%d]", key, i)
		if l.Category != "" {
			u.look("category", []string{l.Category}, named.Categories, at+".category")
		}
		u.look("tag", l.Tags, named.Tags, at+".tags")
	}
}

func (u *unnamed) look(what string, words, named []string, key string) {
	for _, word := range words {
		if said := what + " " + word; word != "" && !slices.Contains(named, word) && !u.told[said] {
			u.told[said] = true
			u.problems = append(u.problems, u.file.places.Problem(key, "the programme names no %s %q%s", what, word, instead(named)))
		}
	}
}

// instead says which words there are, if they are few.
func instead(named []string) string {
	const most = 8
	if len(named) == 0 || len(named) > most {
		return ""
	}
	return there(named)
}
