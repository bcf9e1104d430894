package scenario

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Tell writes what became of a case for people: a failed one with its place and
// why it came out so, and what its programme never names; verbose tells every step.
func Tell(out io.Writer, r Result, verbose bool) {
	for _, w := range r.Warnings {
		fmt.Fprintf(out, "warn  %s\n", w)
	}
	switch {
	case len(r.Problems) > 0:
		for _, p := range r.Problems {
			fmt.Fprintf(out, "FAIL  %s\n", p)
		}
		return
	case r.OK && !verbose:
		return
	case r.OK:
		fmt.Fprintf(out, "ok    %s:%d: %s\n", r.File, r.Line, r.Case)
	default:
		fmt.Fprintf(out, "FAIL  %s:%d: %s\n", r.File, r.Line, r.Case)
	}
	for _, s := range r.Steps {
		if s.OK && !verbose {
			continue
		}
		what := s.Does
		if what == "" {
			what = "nothing done"
		}
		if s.Name != "" {
			what += ", " + s.Name
		}
		fmt.Fprintf(out, "      %s:%d: step %d (%s)\n", r.File, s.Line, s.Step, what)
		if s.Error != "" {
			fmt.Fprintf(out, "        could not be done: %s\n", s.Error)
		}
		for _, w := range s.Wrong {
			fmt.Fprintf(out, "        %s:%d: %s: expected %s, got %s\n", r.File, w.Line, w.Key, w.Want, w.Got)
		}
		if verbose {
			tellGot(out, s)
		}
		for _, why := range s.Why {
			fmt.Fprintf(out, "        why: %s\n", why)
		}
		if verbose {
			for _, l := range s.Got.Slip {
				if strings.HasPrefix(l, "[QR ") {
					l = "[QR]" // nobody reads it, and it is wider than any slip
				}
				fmt.Fprintf(out, "        | %s\n", l)
			}
		}
	}
}

func tellGot(out io.Writer, s Step) {
	g := s.Got
	var parts []string
	add := func(key string, of map[string]string) {
		for _, wallet := range slices.Sorted(maps.Keys(of)) {
			parts = append(parts, fmt.Sprintf("%s %s of %s", key, of[wallet], wallet))
		}
	}
	if g.Refusal != "" {
		parts = append(parts, "refused "+g.Refusal)
	}
	add("earned", g.Earned)
	add("spent", g.Spent)
	add("taken back", g.TakenBack)
	add("given back", g.GivenBack)
	switch back := s.Does == "return" || s.Does == "undo"; {
	case g.Total == "":
	case back:
		parts = append(parts, "came back "+g.Total, "pay back "+g.PayBack)
	default:
		parts = append(parts, "total "+g.Total, "discount "+g.Discount, "to pay "+g.ToPay)
	}
	add("balance", g.Balance)
	add("pending", g.Pending)
	for _, of := range []struct {
		key  string
		list []string
	}{{"offers", g.Offers}, {"tier", g.Tier}, {"perks", g.Perks}, {"clubs", g.Clubs}, {"messages", g.Messages}} {
		if len(of.list) > 0 {
			parts = append(parts, of.key+" "+strings.Join(of.list, ", "))
		}
	}
	if len(parts) > 0 {
		fmt.Fprintf(out, "        got: %s\n", strings.Join(parts, "; "))
	}
}
