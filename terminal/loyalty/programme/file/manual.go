package file

import (
	"fmt"
	"math"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
)

// Programme is the whole file.
type Programme struct {
	// Version counts the programme's versions from 1. Change it with every
	// change: a version that was in force is never written again.
	Version int64 `key:"version,required"`
	// Name is what the programme is called: "Punten".
	Name string `key:"name,required"`
	// Currency of all amounts, as in ISO 4217: "EUR".
	Currency string `key:"currency,required"`
	// Zone of the shops' clocks: "Europe/Amsterdam".
	Zone string `key:"zone,required"`
	// CutOver is when the business day ends, after midnight and before noon: a
	// bar that closes at three writes "03:00". Left out, it is "00:00".
	CutOver string `key:"cut_over"`
	// Language of slips and screens. Left out, it is "nl".
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
	// Earn are the rates at which they collect, each under its own [[earn]].
	Earn []Earn `key:"earn,required"`
	// Rewards are what they can have for it, each under its own [[reward]].
	// Left out, nothing can be redeemed.
	Rewards []Reward `key:"reward"`
	// EarnsOnPointsPaid says what the part of a basket earns that is paid with
	// points: "none" or "full". Left out, it is "none".
	EarnsOnPointsPaid string `key:"earns_on_points_paid"`
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
}

// Card is one format of cards.
type Card struct {
	// Name for people. Left out, it is the class.
	Name *string `key:"name"`
	// Class is "gtin" (EAN and UPC with prefixes of the chain's own), "gsrn"
	// (GS1 application identifier 8018), "luhn" (digits with a check digit as
	// on bank cards) or "pattern".
	Class string `key:"class,required"`
	// Prefixes are the first digits of the cards, in the 13-digit form for
	// "gtin": ["29"]. Only "gsrn" can do without.
	Prefixes []string `key:"prefixes"`
	// Length is the number of digits of a "luhn" card.
	Length int64 `key:"length"`
	// Pattern is a regular expression that a whole code matches: 'LOY:[0-9]{8}'.
	Pattern string `key:"pattern"`
}

// Wallet is one kind of unit that members collect.
type Wallet struct {
	// Name in records, which lasts for ever: "points". People never see it.
	Name string `key:"name,required"`
	// Units are the words for one and for several, by language:
	// { nl = ["punt", "punten"], en = ["point", "points"] }.
	Units map[string][]string `key:"units,required"`
	// Decimals that are shown at least, 0 to 3. Left out, it is 0.
	Decimals int64 `key:"decimals"`
}

// Earn is one rate: so many points for every so much.
type Earn struct {
	// Name of the rate in explanations. Left out, it is the wallet's.
	Name *string `key:"name"`
	// Wallet the points go to. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Points for every Per: 1, or "0.5".
	Points Decimal `key:"points,required"`
	// Per is the amount for which Points are given: "1.00".
	Per Amount `key:"per,required"`
	// Step is what every award is a multiple of: 1 for whole points, "0.5" for
	// halves. Left out, it is 1.
	Step Decimal `key:"step"`
	// Rounding is what happens to the part below a step: "floor" drops it,
	// "half-up" and "half-even" round it, "ceil" makes it a step, "carry"
	// keeps it for the member's next basket. Left out, it is "carry".
	Rounding string `key:"rounding"`
}

// Reward is what members can have for what they collected.
type Reward struct {
	// Name on slips and screens: "€ 5,00 korting", "Koffie".
	Name string `key:"name,required"`
	// Wallet it is paid from. Left out, it is the first.
	Wallet *string `key:"wallet"`
	// Kind is "fixed", a reward with a price, or "per-point", where the cashier
	// chooses how many points and each is worth the same. Left out, it is "fixed".
	Kind string `key:"kind"`
	// Points a fixed reward costs, or for which Value is given: 500, or "0.5".
	Points Decimal `key:"points,required"`
	// Value is what Points take off the total: "5.00". A fixed reward without
	// it is a thing, which the cashier hands over.
	Value Amount `key:"value"`
	// Block is what the points of a "per-point" reward are a multiple of. Left
	// out, it is Points.
	Block Decimal `key:"block"`
	// Minimum is the least that is redeemed at once. Left out, it is one block.
	Minimum Decimal `key:"minimum"`
	// MaxPoints is the most that is redeemed in one sale: the price, for a
	// fixed reward that is given once a sale. Left out, there is no limit.
	MaxPoints Decimal `key:"max_points"`
	// MaxPercent of a sale's total, 1 to 100, can be paid with it. Left out,
	// it is all of it.
	MaxPercent *int64 `key:"max_percent"`
	// KeptFloor is how many points must stay on the card. Left out, it is 0.
	KeptFloor Decimal `key:"kept_floor"`
	// Barcode is what the cashier scans at the till to give the reward. Left
	// out, there is none.
	Barcode string `key:"barcode"`
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

// Defaults are the values of keys that are left out.
func (p *Programme) Defaults() {
	p.CutOver, p.Language, p.UsualMax, p.KeepDays = "00:00", "nl", "0", 400
	p.EarnsOnPointsPaid = earnsNone
	p.Limits = Limits{"0", "0", "0", "0"}
	p.Phone.Country, p.Bearer.Days = "31", 14
}

// What the part of a basket paid with points may earn.
const (
	earnsNone = "none"
	earnsFull = "full"
)

// Defaults are the values of keys that are left out.
func (e *Earn) Defaults() { e.Step, e.Rounding = "1", string(programme.Carry) }

// Defaults are the values of keys that are left out.
func (c *Consent) Defaults() { c.Version = 1 }

// Defaults are the values of keys that are left out.
func (r *Reward) Defaults() {
	r.Kind, r.Value, r.Block, r.Minimum, r.MaxPoints, r.KeptFloor = string(programme.Fixed), "0", "0", "0", "0", "0"
}

// rules is the programme as a value. What cannot be read is told to doc.
func (p Programme) rules(doc *document) programme.Rules {
	r := programme.Rules{
		Version: p.Version, Name: p.Name, Currency: p.Currency, Zone: p.Zone,
		CutOver: clockTime(p.CutOver, "cut_over", doc), Language: p.Language, Wallets: p.wallets(doc),
		KeepDays: whole(p.KeepDays), Header: p.Slip.Header, Footer: p.Slip.Footer,
		PhoneCountry: p.Phone.Country, Bearer: programme.Bearer{Days: whole(p.Bearer.Days), Off: p.Bearer.Off},
	}
	money := func(a Amount, key string) basket.Money {
		return basket.Money(exact(string(a), programme.MinorDigits(p.Currency), key, doc))
	}
	points := func(d Decimal, key string) ledger.Points { return ledger.Points(exact(string(d), 3, key, doc)) }
	r.UsualMax = money(p.UsualMax, "usual_max")
	r.Limits = programme.Limits{
		TypedAmount: money(p.Limits.TypedAmount, "limits.typed_amount"), Goodwill: points(p.Limits.Goodwill, "limits.goodwill"),
		Carried: points(p.Limits.Carried, "limits.carried"), KeyedRedeem: points(p.Limits.KeyedRedeem, "limits.keyed_redeem"),
	}
	for _, c := range p.Consents {
		r.Consents = append(r.Consents, programme.Consent{Name: c.Name, Version: c.Version, Required: c.Required, Wording: c.Wording})
	}
	for _, c := range p.Cards {
		f := member.Format{
			Name: c.Class, Class: member.Class(c.Class), Prefixes: c.Prefixes, Length: whole(c.Length), Pattern: c.Pattern,
		}
		if c.Name != nil {
			f.Name = *c.Name
		}
		r.Cards = append(r.Cards, f)
	}
	for i, e := range p.Earn {
		key := fmt.Sprintf("earn[%d].", i)
		rate := programme.Rate{
			Wallet: r.Wallets[0].Name, Points: points(e.Points, key+"points"), Per: money(e.Per, key+"per"),
			Step: points(e.Step, key+"step"), Rounding: programme.Rounding(e.Rounding),
		}
		if e.Wallet != nil {
			rate.Wallet = ledger.Wallet(*e.Wallet)
		}
		rate.Name = string(rate.Wallet)
		if e.Name != nil {
			rate.Name = *e.Name
		}
		r.Earn = append(r.Earn, rate)
	}
	for i, w := range p.Rewards {
		key := fmt.Sprintf("reward[%d].", i)
		reward := programme.Reward{
			Name: w.Name, Wallet: r.Wallets[0].Name, Kind: programme.RewardKind(w.Kind),
			Points: points(w.Points, key+"points"), Value: money(w.Value, key+"value"), Block: points(w.Block, key+"block"),
			Minimum: points(w.Minimum, key+"minimum"), MaxPoints: points(w.MaxPoints, key+"max_points"),
			KeptFloor: points(w.KeptFloor, key+"kept_floor"), Barcode: w.Barcode,
		}
		if w.Wallet != nil {
			reward.Wallet = ledger.Wallet(*w.Wallet)
		}
		if w.MaxPercent != nil {
			if reward.MaxPercent = whole(*w.MaxPercent); reward.MaxPercent == 0 {
				doc.problem(key+"max_percent", "0: need 1 to 100")
			}
		}
		r.Rewards = append(r.Rewards, reward)
	}
	switch p.EarnsOnPointsPaid {
	case earnsNone:
	case earnsFull:
		r.EarnsOnPointsPaid = true
	default:
		doc.problem("earns_on_points_paid", "%q: need %q or %q", p.EarnsOnPointsPaid, earnsNone, earnsFull)
	}
	return r
}

// wallets are never none.
func (p Programme) wallets(doc *document) []programme.Wallet {
	if len(p.Wallets) == 0 {
		return []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{
			"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"},
		}}}
	}
	wallets := make([]programme.Wallet, len(p.Wallets))
	for i, w := range p.Wallets {
		units := make(map[string]programme.Unit, len(w.Units))
		for lang, words := range w.Units {
			if len(words) != 2 {
				doc.problem(fmt.Sprintf("wallet[%d].units.%s", i, lang), `need two words, for one and for several: ["punt", "punten"]`)
				words = []string{"?", "?"}
			}
			units[lang] = programme.Unit{One: words[0], Many: words[1]}
		}
		wallets[i] = programme.Wallet{Name: ledger.Wallet(w.Name), Units: units, Decimals: whole(w.Decimals)}
	}
	return wallets
}

// whole is n as an int, which has 32 bits on some PCs; what does not fit is
// far out of range either way.
func whole(n int64) int { return int(min(max(n, math.MinInt32), math.MaxInt32)) }

// clockTime is how long after midnight a clock shows text, "03:00".
func clockTime(text, key string, doc *document) time.Duration {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		doc.problem(key, `%q: need hours and minutes, "03:00"`, text)
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// exact is a number with a decimal point as a count of its last allowed decimal.
func exact(text string, decimals int, key string, doc *document) int64 {
	before, after, point := strings.Cut(text, ".")
	if !digits(before) || (point && !digits(after)) {
		doc.problem(key, `%q: need digits and perhaps a decimal point, "12.50"`, text)
		return 0
	}
	if len(after) > decimals {
		doc.problem(key, "%q: has %d decimals, at most %d", text, len(after), decimals)
		return 0
	}
	var n int64
	for _, d := range before + after + strings.Repeat("0", decimals-len(after)) {
		if n > (math.MaxInt64-9)/10 {
			doc.problem(key, "%q is too large", text)
			return 0
		}
		n = n*10 + int64(d-'0')
	}
	return n
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
