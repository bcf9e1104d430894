package programme

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// Limits are what a cashier does without a manager. 0 sets none.
type Limits struct {
	// TypedAmount is the highest total a person may have typed, in minor units.
	TypedAmount basket.Money
	// Goodwill, Carried and KeyedRedeem are the most points of a wallet at once:
	// given for a reason, brought along from before, and redeemed by a customer
	// whose card was not read.
	Goodwill    ledger.Points
	Carried     ledger.Points
	KeyedRedeem ledger.Points
}

// A Consent is one wording that new members are shown.
type Consent struct {
	Name string // in records, for ever: "terms"
	// Version changes with the wording, so that it is known what was agreed to.
	Version int64
	// Required says that nobody becomes a member without a yes to it.
	Required bool
	// Wording is what is shown, by language: "nl", "en".
	Wording map[string]string
}

// In is the wording in a language, and whether there is one.
func (c Consent) In(lang string) (string, bool) {
	text, ok := c.Wording[base(lang)]
	return text, ok
}

// Consent is the wording of that name, and whether there is one.
func (r Rules) Consent(name string) (Consent, bool) {
	i := slices.IndexFunc(r.Consents, func(c Consent) bool { return c.Name == name })
	if i < 0 {
		return Consent{}, false
	}
	return r.Consents[i], true
}

// Bearer is what becomes of the points of a customer without a card.
type Bearer struct {
	// Days is how long the slip that carries them can be added to a card.
	Days int
	// Off says that there are no such slips: without a card nobody earns anything.
	Off bool
}

const (
	maxWording    = 1000
	maxConsents   = 8
	maxBearerDays = 400
)

func (r Rules) checkCounter(all *Complaints) {
	if r.Limits.TypedAmount < 0 || r.Limits.TypedAmount > basket.MaxAmount {
		all.add("limits.typed_amount", "%d: need 0 to %d minor units", r.Limits.TypedAmount, basket.MaxAmount)
	}
	for _, l := range []struct {
		name   string
		points ledger.Points
	}{{"goodwill", r.Limits.Goodwill}, {"carried", r.Limits.Carried}, {"keyed_redeem", r.Limits.KeyedRedeem}} {
		if l.points < 0 || l.points > MaxRatePoints {
			all.add("limits."+l.name, "%v: need 0 to %v", l.points, MaxRatePoints)
		}
	}
	r.checkConsents(all)
	if c := r.PhoneCountry; c == "" || len(c) > 3 || c[0] == '0' || strings.Trim(c, "0123456789") != "" {
		all.add("phone.country", "%q: need a country's calling code, \"31\"", r.PhoneCountry)
	}
	if !r.Bearer.Off && (r.Bearer.Days < 1 || r.Bearer.Days > maxBearerDays) {
		all.add("bearer.days", "%d: need 1 to %d", r.Bearer.Days, maxBearerDays)
	}
}

func (r Rules) checkConsents(all *Complaints) {
	for i, c := range r.Consents {
		key := fmt.Sprintf("consent[%d].", i)
		if !isIdentifier(c.Name) {
			all.add(key+"name", "%q: need 1 to %d of a to z, 0 to 9, - and _", c.Name, maxText)
		}
		if slices.ContainsFunc(r.Consents[:i], func(o Consent) bool { return o.Name == c.Name }) {
			all.add(key+"name", "%q stands twice", c.Name)
		}
		if c.Version < 1 {
			all.add(key+"version", "%d: versions count from 1", c.Version)
		}
		if _, ok := c.In(r.Language); !ok && r.Language != "" {
			all.add(key+"wording", "no wording in the programme's language, %q", base(r.Language))
		}
		languages := make([]string, 0, len(c.Wording))
		for l := range c.Wording {
			languages = append(languages, l)
		}
		slices.Sort(languages) // so that complaints come in one order
		for _, l := range languages {
			if !nameable(c.Wording[l], maxWording) {
				all.add(key+"wording."+l, "need 1 to %d printable characters", maxWording)
			}
		}
	}
}
