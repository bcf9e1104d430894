package demo

import (
	"bytes"
	_ "embed" // the programme is in the binary
)

//go:embed demo.toml
var more []byte

// Programme is a shop's programme with more of what programmes can have: a
// stamp card, tiers, a bonus, a game, and something to say.
func Programme(base []byte) []byte {
	stamps := []byte("name = \"stamps\"\n")
	return append(bytes.Replace(base, stamps, append(stamps[:len(stamps):len(stamps)], "kind = \"stamps\"\n"...), 1), more...)
}
