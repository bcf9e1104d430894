package programmes

import (
	"slices"
	"strings"
)

// A Choice is a programme to begin with.
type Choice struct {
	Name string // for flags: "points"
	File string // of Files
	What string // in a few words
	// Rated says that how much must be paid for one point is the shop's to say.
	Rated bool
}

// Choices are the programmes a shop can choose from; the first is for who does
// not choose.
func Choices() []Choice {
	return []Choice{
		{"points", "punten.toml", "points for every euro", true},
		{"stamps", "zegels.toml", "a stamp for every visit, ten for a coffee", false},
		{"tiers", "niveaus.toml", "points, and more of them for who spends more", true},
		{"club", "club.toml", "a paid membership with a discount", false},
		{"cashback", "cashback.toml", "a share of what was paid, as money on the card", false},
		{"coalition", "coalitie.toml", "several companies on one card", true},
	}
}

// Find is the programme of that name, and whether there is one.
func Find(name string) (Choice, bool) {
	all := Choices()
	i := slices.IndexFunc(all, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return all[i], true
}

// For is the programme for one shop: its name on the slips, the digits its cards
// begin with, and, where it is rated, the amount that earns one point. Whether
// the result is a programme is for package programme/file to say.
func (c Choice) For(shop, cards, per string) []byte {
	if !c.Rated {
		per = "1.00" // as it stands there
	}
	return starter(c.File, shop, cards, per)
}

// Starter is punten.toml for one shop.
func Starter(shop, cards, per string) []byte { return starter("punten.toml", shop, cards, per) }

// WithRewards is sparen-en-inwisselen.toml for one shop.
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
