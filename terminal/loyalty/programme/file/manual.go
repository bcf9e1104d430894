package file

// Programme is the whole file.
type Programme struct {
	// Version counts the programme's versions from 1. Change it with every
	// change: a version that was in force is never written again.
	Version int64 `key:"version,required" like:"1"`
	// Name is what the programme is called: "Punten".
	Name string `key:"name,required" like:"\"Punten\""`
	// Currency of all amounts, as in ISO 4217: "EUR".
	Currency string `key:"currency,required" like:"\"EUR\""`
	// Zone of the shops' clocks: "Europe/Amsterdam".
	Zone string `key:"zone,required" like:"\"Europe/Amsterdam\""`
	// CutOver is when the business day ends, after midnight and before noon: a
	// bar that closes at three writes "03:00". Left out, it is "00:00".
	CutOver string `key:"cut_over"`
	// Language of slips and screens: "nl", "en", "de" or "fr", or one of a region
	// where amounts and dates differ: "nl-BE", "en-IE", "de-AT", "fr-BE". Left out,
	// it is "nl".
	Language string `key:"language"`
	// UsualMax is the highest total that is not asked about once more: "500.00".
	// Left out, every total is taken as it is.
	UsualMax Amount `key:"usual_max"`
	// KeepDays is for how many days it is kept who bought what. Left out, it is 400.
	KeepDays int64 `key:"keep_days"`
	// Cards are the formats of the cards, each under its own [[card]]. Nothing
	// else is taken for a card.
	Cards []Card `key:"card,required"`
	// Wallets are what members collect, each under its own [[wallet]]. Left
	// out, it is one wallet "points".
	Wallets []Wallet `key:"wallet"`
	// Earn are the rules by which they collect, each under its own [[earn]]. Only
	// a programme that is a club, a game or automatic rewards can do without.
	Earn []Earn `key:"earn"`
	// Rewards are what they can have for it, each under its own [[reward]].
	// Left out, nothing can be redeemed.
	Rewards []Reward `key:"reward"`
	// EarnsOnPointsPaid says what the part of a sale earns that is paid with
	// points: "none", that part earns nothing; "full", it earns like any other;
	// "sale", a sale on which points are redeemed earns nothing at all. Left
	// out, it is "none": points on points make them cheaper than they look.
	EarnsOnPointsPaid string `key:"earns_on_points_paid" of:"none full sale"`
	// Limits are what a cashier does without a manager.
	Limits Limits `key:"limits"`
	// Consents are the wordings that new members are shown, each under its own
	// [[consent]]. Left out, nothing is asked.
	Consents []Consent `key:"consent"`
	// Phone is how telephone numbers are typed.
	Phone Phone `key:"phone"`
	// Bearer is what a customer without a card gets.
	Bearer Bearer `key:"bearer"`
	// Slip is what stands above and below every slip.
	Slip Slip `key:"slip"`
	// Base is what of a sale earns at all, for every rule.
	Base Base `key:"base"`
	// Sets are lines of a basket under one name, each under its own [[set]], for
	// lines = { sets = ["…"] }.
	Sets []Set `key:"set"`
	// Groups say how rules of one wallet combine, each under its own [[group]].
	// Rules that are in no group are added.
	Groups []Group `key:"group"`
	// Ladders are tiers, each ladder under its own [[ladder]].
	Ladders []Ladder `key:"ladder"`
	// Clubs are memberships that are paid for, each under its own [[club]].
	Clubs []Club `key:"club"`
	// Perks are what members are entitled to that is no points, each under its
	// own [[perk]].
	Perks []Perk `key:"perk"`
	// Segments are members with something in common in their own history, each
	// under its own [[segment]].
	Segments []Segment `key:"segment"`
	// HoldOut is how many of a hundred accounts get no campaigns, so that it can
	// be told what those bring: 0 to 50. Left out, it is 0.
	HoldOut int64 `key:"hold_out"`
	// Games are chances to win, each under its own [[game]].
	Games []Game `key:"game"`
	// Causes are what points can be given to, each under its own [[cause]].
	Causes []Cause `key:"cause"`
	// Partners are the other companies of a coalition, each under its own
	// [[partner]].
	Partners []Partner `key:"partner"`
	// Messages are lines on slips and screens, each under its own [[message]].
	Messages []Message `key:"message"`
	// Returns is what a return does.
	Returns Returns `key:"returns"`
	// Stacking is how several rewards of one sale go together.
	Stacking Stacking `key:"stacking"`
}

// Card is one format of cards.
type Card struct {
	// Name for people. Left out, it is the class.
	Name *string `key:"name"`
	// Class is "gtin" (EAN and UPC with prefixes of the chain's own), "gsrn"
	// (GS1 application identifier 8018), "luhn" (digits with a check digit as
	// on bank cards), "pattern", "uid" (the number of a contactless chip) or
	// "em4100" (the number of a 125 kHz transponder).
	Class string `key:"class,required" of:"gtin gsrn luhn pattern uid em4100"`
	// Prefixes are the first digits of the cards, in the 13-digit form for
	// "gtin": ["29"], in hexadecimal for chips: ["04"]. Only "gsrn", "uid" and
	// "em4100" can do without.
	Prefixes []string `key:"prefixes"`
	// Length is the number of digits of a "luhn" card, or of bytes of a "uid": 4,
	// 7 or 10. A "uid" without it has 7 or 10: numbers of 4 bytes are given out
	// more than once.
	Length int64 `key:"length"`
	// Pattern is a regular expression that a whole code matches: 'LOY:[0-9]{8}'.
	Pattern string `key:"pattern"`
	// Spend says whether points are spent by showing the card. Left out, it is
	// false for "uid" and "em4100", whose numbers anybody can copy who comes near
	// them, and true for all others. Points are earned with every card.
	Spend *bool `key:"spend"`
}

// Limits are what a cashier does without a manager. Each that is left out, or
// 0, sets no limit.
type Limits struct {
	// TypedAmount is the highest total that a person may have typed: "100.00".
	TypedAmount Amount `key:"typed_amount"`
	// Goodwill is the most points, stars or stamps given at once for a reason:
	// 100, or "2.5".
	Goodwill Decimal `key:"goodwill"`
	// Carried is the most that a new member brings along from a paper card.
	Carried Decimal `key:"carried"`
	// KeyedRedeem is the most that is redeemed in one sale by a customer whose
	// card was not read: its number was typed, or a telephone number.
	KeyedRedeem Decimal `key:"keyed_redeem"`
}

// Consent is one wording that new members are shown.
type Consent struct {
	// Name in records, which lasts for ever: "terms". People never see it.
	Name string `key:"name,required"`
	// Version of the wording, from 1. Change it with every change of the words.
	Version int64 `key:"version"`
	// Required says that nobody becomes a member without a yes to it. Left out,
	// it is false.
	Required bool `key:"required"`
	// Wording is what is shown, by language: { nl = "…", en = "…" }.
	Wording map[string]string `key:"wording,required"`
}

// Phone is how telephone numbers are typed.
type Phone struct {
	// Country is the calling code of a number that is typed without one. Left
	// out, it is "31", the Netherlands.
	Country string `key:"country"`
}

// Bearer is what a customer without a card gets: a slip that can be added to a
// card later.
type Bearer struct {
	// Days is for how many days it can be. Left out, it is 14.
	Days int64 `key:"days"`
	// Off says that there are no such slips. Left out, it is false.
	Off bool `key:"off"`
}

// Slip is what stands on every slip.
type Slip struct {
	// Header has the lines at the top: the shop's name, its street.
	Header []string `key:"header"`
	// Footer has the lines at the end. Left out, the slip says thank you.
	Footer []string `key:"footer"`
}

// An Amount is money as text, with a decimal point: "12.50".
type Amount string

// A Decimal is a whole number, or text with a decimal point: 1, "0.5".
type Decimal string

// A Date is a business day, as text or bare: "2026-11-22".
type Date string

// A Span is a length of time as text: "90 days", "12 months", "1 year",
// "end of month", "end of next year", "12 months, end of month".
type Span string

// Defaults are the values of keys that are left out.
func (p *Programme) Defaults() {
	p.CutOver, p.Language, p.KeepDays = "00:00", "nl", 400
	p.EarnsOnPointsPaid = "none"
	p.Phone.Country, p.Bearer.Days = "31", 14
}

// Defaults are the values of keys that are left out.
func (c *Consent) Defaults() { c.Version = 1 }
