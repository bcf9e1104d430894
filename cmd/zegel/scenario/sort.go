package scenario

import "slices"

// A Sort is what a file is, in words.
type Sort string

// The sorts of files that are taken for each other.
const (
	Scenarios     Sort = "a file of scenarios"
	Programme     Sort = "a programme"
	Configuration Sort = "a shop's configuration"
	Unknown       Sort = ""
)

// SortOf is what a file is by the keys at its top.
func SortOf(keys []string) Sort {
	has := func(key string) bool { return slices.Contains(keys, key) }
	switch {
	case has("case") || has("programme") && !has("version"):
		return Scenarios
	case has("lane") || has("shop") || has("store"):
		return Configuration
	case has("version") || has("earn") || has("card") && has("currency"):
		return Programme
	}
	return Unknown
}

// command is what looks at a file of that sort.
func (s Sort) command(path string) string {
	switch s {
	case Programme:
		return "zegel programme check " + path
	case Configuration:
		return "zegel config check --config " + path
	}
	return "zegel programme test " + path
}

// Instead says of a file that is no programme what it is and what looks at it;
// "" for one that may be a programme.
func (s Sort) Instead(path string) string {
	if s == Programme || s == Unknown {
		return ""
	}
	return "this is " + string(s) + ", not a programme: " + s.command(path)
}
