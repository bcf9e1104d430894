package programmes

import "strings"

// Starter is punten.toml for one shop: its name on the slips, the digits its
// cards begin with, and the amount that earns one point. Whether the result is
// a programme is for package programme/file to say.
func Starter(shop, cards, per string) []byte { return starter("punten.toml", shop, cards, per) }

// WithRewards is sparen-en-inwisselen.toml for one shop, as Starter is
// punten.toml.
func WithRewards(shop, cards, per string) []byte {
	return starter("sparen-en-inwisselen.toml", shop, cards, per)
}

func starter(name, shop, cards, per string) []byte {
	text, err := Files.ReadFile(name)
	if err != nil {
		panic(name + " is not in this binary: " + err.Error())
	}
	return []byte(strings.NewReplacer(
		`header = ["Uw winkel"]`, `header = ["`+quoted(shop)+`"]`,
		`prefixes = ["29"]`, `prefixes = ["`+quoted(cards)+`"]`,
		`per = "1.00"`, `per = "`+quoted(per)+`"`,
	).Replace(string(text)))
}

// quoted is what may stand between the quotes of a basic string of TOML.
func quoted(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ", "\t", " ").Replace(s)
}
