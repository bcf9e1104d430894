package file

// Ladder is tiers of which a member has at most one: the highest that is reached.
type Ladder struct {
	// Name in records, which lasts for ever: "status".
	Name string `key:"name,required"`
	// On is what counts: "spend", "visits" or "points". Left out, it is "spend".
	On string `key:"on" of:"spend visits points"`
	// Wallet whose points count, whatever was spent of them, for on = "points".
	// Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Lines that count, for on = "spend" and "visits".
	Lines Lines `key:"lines"`
	// Window is how long what was done counts: "12 months", "calendar year",
	// "lifetime", or any span of time. Left out, it is "12 months".
	Window string `key:"window"`
	// Crossing is what the sale earns that reaches a tier: all of it as the tier
	// before, "old"; as the new one, "new"; or what lies below the threshold as
	// the one and the rest as the other, "split", for on = "spend". Left out, it
	// is "old": what the slip of the last sale said holds for this one.
	Crossing string `key:"crossing" of:"old new split"`
	// Keeps is how long a tier lasts once it is reached, whatever becomes of the
	// count: "12 months", "end of next year", "for ever". Left out, it lasts as
	// long as the count is enough.
	Keeps string `key:"keeps"`
	// Down is what comes after: the tier that the count is enough for,
	// "reevaluate", or the one below, "one_step", for as long as that is kept.
	// Left out, it is "reevaluate".
	Down string `key:"down" of:"reevaluate one_step"`
	// Grace is for how many days a tier that ended is still had. Left out, it is 0.
	Grace int64 `key:"grace"`
	// Levels are the tiers, lowest first, each under its own [[ladder.level]].
	Levels []Level `key:"level,required"`
}

// Level is one tier.
type Level struct {
	// Name as people read it, used once in a programme: "Goud".
	Name string `key:"name,required"`
	// From is what is needed, at or above it: money for "spend", 500 or
	// "499.50"; sales for "visits"; points for "points".
	From Decimal `key:"from,required"`
	// Perks are names of [[perk]] tables; a tier has those of the tiers below it too.
	Perks []string `key:"perks"`
	// Multiply is what its members' points are multiplied by: "1.5". It stands
	// for a rule with a Factor on the first wallet's rules that give no bonus,
	// and holds for the tiers above too that have none of their own. Left out,
	// it is 1.
	Multiply Decimal `key:"multiply"`
}

// Club is a membership that is paid for.
type Club struct {
	// Name in records, which lasts for ever: "plus".
	Name string `key:"name,required"`
	// Fee are the lines that begin or lengthen it: { products = ["9001"] }.
	Fee Lines `key:"fee,required"`
	// Lasts is for how long: "1 year", "1 month". It ends with the day before the
	// same day of the month; the 29th of February ends on the 28th. Left out, it
	// is "1 year".
	Lasts Span `key:"lasts"`
	// Perks are names of [[perk]] tables.
	Perks []string `key:"perks"`
}

// Perk is something members are entitled to that is no points. It is printed
// and exported; nothing is reckoned with it.
type Perk struct {
	// Name in records, which lasts for ever: "free-shipping".
	Name string `key:"name,required"`
	// Label is what people read, by language: { nl = "Gratis bezorging" }.
	Label map[string]string `key:"label,required"`
	// From is the first day it is there. Left out, it always was.
	From Date `key:"from"`
	// Until is the last day it is there. Left out, it has none.
	Until Date `key:"until"`
}

// Segment is members with something in common in their own history.
type Segment struct {
	// Name in records, which lasts for ever: "regulars".
	Name string `key:"name,required"`
	// On is what is counted: "spend", "visits" or "points". Left out, it is "visits".
	On string `key:"on" of:"spend visits points"`
	// Wallet whose points count, for on = "points". Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Lines that count, for on = "spend" and "visits".
	Lines Lines `key:"lines"`
	// Days is how many days are looked back, the day itself among them: 1 to 3660.
	Days int64 `key:"days,required"`
	// Min is the least. Left out, it is 0.
	Min Decimal `key:"min"`
	// Max is the most: 0 is who did not come. Left out, there is none.
	Max *Decimal `key:"max"`
}

// Message is a line on the slip, on the screen and over the API.
type Message struct {
	// Name in explanations, used once. Left out, it is the kind.
	Name string `key:"name"`
	// Kind is "next_reward" (how far the next reward is), "lapsing" (what lapses
	// within Days), "tier" (how far the next tier is), "perks" (what the member
	// is entitled to) or "offer" (Text). Left out, it is "offer".
	Kind string `key:"kind" of:"offer next_reward lapsing tier perks"`
	// If is what must be so.
	If If `key:"if"`
	// Text by language, for "offer": { nl = "Volgende week dubbele punten" }.
	Text map[string]string `key:"text"`
	// Days is how many days before "lapsing" says so. Left out, it is 30.
	Days int64 `key:"days"`
	// Campaign says that the hold-out group does not get it. Left out, it is false.
	Campaign bool `key:"campaign"`
}

// Defaults are the values of keys that are left out.
func (l *Ladder) Defaults() {
	l.On, l.Window, l.Crossing, l.Down = "spend", "12 months", "old", "reevaluate"
}

// Defaults are the values of keys that are left out.
func (c *Club) Defaults() { c.Lasts = "1 year" }

// Defaults are the values of keys that are left out.
func (s *Segment) Defaults() { s.On = "visits" }

// Defaults are the values of keys that are left out.
func (m *Message) Defaults() { m.Kind, m.Days = "offer", 30 }
