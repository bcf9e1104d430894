package words

import (
	"fmt"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// An Explained tells why a record says what it says, line by line. Rules are
// those of the record's version, as far as they are kept.
type Explained struct {
	Words Words
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names; nil is UTC
}

// Lines are x in words: what it is, why, and whether it agrees.
func (e Explained) Lines(x explain.Explanation) []string {
	lines := []string{e.heading(x)}
	if x.Total != 0 || x.Lines > 0 {
		lines = append(lines, e.basket(x))
	}
	if x.Event != nil {
		lines = append(lines, e.Words.sayf(text{"gebeurtenis: %s %s", "event: %s %s", "Ereignis: %s %s", "événement : %s %s"}, x.Event.Kind, x.Event.ID))
	}
	if len(x.Tiers) > 0 {
		lines = append(lines, e.Words.sayf(text{
			"niveau op dat moment: %s",
			"tier at that moment: %s",
			"Stufe zu diesem Zeitpunkt: %s",
			"niveau à ce moment : %s",
		}, strings.Join(x.Tiers, ", ")))
	}
	if x.Verdict == explain.Emptied {
		lines = append(lines, e.Words.say(text{
			"de reden is niet meer bewaard; dit weet de kop nog:",
			"the reason is not kept any more; this the head still knows:",
			"der Grund ist nicht mehr gespeichert; im Kopf steht noch:",
			"le motif n'est plus conservé ; l'en-tête indique encore :",
		}))
	}
	for _, p := range x.Apart {
		lines = append(lines, e.apart(p))
	}
	for _, p := range x.Parts {
		if line := e.part(p); line != "" {
			lines = append(lines, line)
		}
	}
	lines = append(lines, e.missed(x)...)
	if x.Note != "" {
		lines = append(lines, e.Words.sayf(text{"reden: %s", "reason: %s", "Grund: %s", "motif : %s"}, x.Note))
	}
	return append(lines, e.verdict(x)...)
}

func (e Explained) history() History { return History(e) }

func (e Explained) heading(x explain.Explanation) string {
	at := time.UnixMilli(x.At).UTC()
	if e.Zone != nil {
		at = at.In(e.Zone)
	}
	what := e.history().kind(x.Kind)
	if x.Of != nil {
		what += " " + Profile{e.Words}.Of(x.Of.Code())
	}
	return e.Words.sayf(text{
		"%s: %s, %s, regels versie %d",
		"%s: %s, %s, rules version %d",
		"%s: %s, %s, Regeln Version %d",
		"%s : %s, %s, règles version %d",
	}, x.Code, what, e.Words.DateTime(at), x.Rules)
}

func (e Explained) basket(x explain.Explanation) string {
	amount := e.money(int64(x.Total))
	switch x.Lines {
	case 0:
		return e.Words.sayf(text{
			"bon: %s, zonder regels",
			"receipt: %s, without lines",
			"Bon: %s, ohne Positionen",
			"ticket : %s, sans lignes",
		}, amount)
	case 1:
		return e.Words.sayf(text{"bon: %s, 1 regel", "receipt: %s, 1 line", "Bon: %s, 1 Position", "ticket : %s, 1 ligne"}, amount)
	}
	return e.Words.sayf(text{"bon: %s, %d regels", "receipt: %s, %d lines", "Bon: %s, %d Positionen", "ticket : %s, %d lignes"}, amount, x.Lines)
}

func (e Explained) money(amount int64) string {
	return e.Words.Money(basket.Money(amount), e.Rules.Currency)
}

func (e Explained) points(p ledger.Points, w ledger.Wallet) string { return e.history().points(p, w) }

// number is thousandths without a unit.
func (e Explained) number(n int64) string {
	sign, digits := e.Words.in().number(n, 3, 0)
	return sign + digits
}

func (e Explained) part(p explain.Part) string {
	w := e.Words
	switch p.Code {
	case earn.ReasonRate, earn.ReasonBand, earn.ReasonOrder, earn.ReasonUnits, earn.ReasonQuantity, earn.ReasonMultiple, earn.ReasonEarned:
		return e.Words.named(p.Rule, e.gain(p))
	case earn.ReasonCarried:
		return w.sayf(text{
			"meegeteld van vorige keer: %s",
			"counted from last time: %s",
			"vom letzten Mal mitgezählt: %s",
			"reporté de la fois précédente : %s",
		}, e.points(p.Points, p.Wallet))
	case explain.Total:
		return w.sayf(text{"samen: %s", "together: %s", "zusammen: %s", "ensemble : %s"}, e.points(p.Points, p.Wallet))
	case explain.Whole:
		return w.sayf(text{"afgerond%s: %s", "rounded%s: %s", "gerundet%s: %s", "arrondi%s : %s"}, e.to(p.Step, p.Wallet), e.points(p.Points, p.Wallet))
	case explain.Next:
		return w.sayf(text{
			"telt de volgende keer mee: %s",
			"counts next time: %s",
			"zählt beim nächsten Mal: %s",
			"compte la prochaine fois : %s",
		}, e.points(p.Points, p.Wallet))
	case earn.ReasonRounded:
		return "  " + e.rounded(p)
	case earn.ReasonCapped:
		return "  " + w.sayf(text{
			"boven de grens van %s: %s",
			"above the cap of %s: %s",
			"über der Grenze (%s): %s",
			"au-delà de la limite (%s) : %s",
		}, e.caps(p), e.points(p.Points, p.Wallet))
	case earn.ReasonMost:
		return "  " + w.sayf(text{
			"meer dan een lid kan hebben: %s",
			"more than a member can hold: %s",
			"mehr als ein Mitglied haben kann: %s",
			"plus qu'un membre ne peut avoir : %s",
		}, e.points(p.Points, p.Wallet))
	case earn.ReasonTogether:
		return w.sayf(text{
			"alle regels samen: %s",
			"all rules together: %s",
			"alle Regeln zusammen: %s",
			"toutes les règles ensemble : %s",
		}, e.points(p.Points, p.Wallet))
	case explain.Sum:
		return "  " + w.sayf(text{"samen: %s", "together: %s", "zusammen: %s", "ensemble : %s"}, e.points(p.Points, p.Wallet))
	case explain.Lost:
		return "  " + e.lost(p)
	case earn.ReasonTier:
		return w.sayf(text{"niveau %s bereikt", "tier %s reached", "Stufe %s erreicht", "niveau %s atteint"}, p.Rule) + e.until(p.Entry)
	case earn.ReasonClub:
		return w.sayf(text{"lidmaatschap %s betaald", "membership %s paid for", "Mitgliedschaft %s bezahlt", "adhésion %s payée"}, p.Rule) + e.until(p.Entry)
	case explain.TakenTier:
		return w.sayf(text{"niveau %s teruggenomen", "tier %s taken back", "Stufe %s zurückgenommen", "niveau %s retiré"}, p.Rule)
	case explain.TakenClub:
		return w.sayf(text{
			"lidmaatschap %s teruggenomen",
			"membership %s taken back",
			"Mitgliedschaft %s zurückgenommen",
			"adhésion %s retirée",
		}, p.Rule)
	case explain.Counts:
		return w.sayf(text{"telt voor %s: %s", "counts for %s: %s", "zählt für %s: %s", "compte pour %s : %s"}, p.Rule, e.counted(p))
	case explain.Dates:
		return e.dates(p)
	case explain.OfOthers:
		return w.sayf(text{"voor een ander: %s", "for somebody else: %s", "für jemand anderen: %s", "pour quelqu'un d'autre : %s"}, e.history().plus(p.Points, p.Wallet))
	case explain.Change:
		return e.history().plus(p.Points, p.Wallet) + e.until(p.Entry)
	case explain.Drawn:
		return e.drawn(*p.Game)
	case game.ReasonGame:
		return w.sayf(text{
			"%s: gewonnen of ingezet: %s",
			"%s: won or staked: %s",
			"%s: gewonnen oder eingesetzt: %s",
			"%s : gagné ou misé : %s",
		}, p.Rule, e.history().plus(p.Points, p.Wallet))
	case redeem.ReasonRedeemed:
		return e.redeemed(p)
	case redeem.ReasonPaidOut:
		return w.sayf(text{"  uitbetaald: %s", "  paid out: %s", "  ausgezahlt: %s", "  versé : %s"}, e.money(p.Amount))
	case redeem.ReasonDonated:
		return w.sayf(text{
			"  voor het goede doel: %s",
			"  for the cause: %s",
			"  für den guten Zweck: %s",
			"  pour la bonne cause : %s",
		}, e.money(p.Amount))
	}
	return e.history().why(p.Reason, e.Rules.Version)
}

// gain is the arithmetic of what a rule gave.
func (e Explained) gain(p explain.Part) string {
	w, points := e.Words, e.points(p.Points, p.Wallet)
	if p.Def == nil {
		return points
	}
	per := e.points(p.Def.Points, p.Wallet)
	switch p.Code {
	case earn.ReasonRate:
		if p.Def.WholePer {
			return w.sayf(text{
				"%s × %s voor elke volle %s = %s",
				"%s × %s for every full %s = %s",
				"%s × %s je volle %s = %s",
				"%s × %s par tranche complète de %s = %s",
			}, e.money(p.Amount), per, e.money(int64(p.Def.Per)), points)
		}
		return w.sayf(text{"%s × %s per %s = %s", "%s × %s per %s = %s", "%s × %s je %s = %s", "%s × %s par tranche de %s = %s"}, e.money(p.Amount), per, e.money(int64(p.Def.Per)), points)
	case earn.ReasonBand:
		return w.sayf(text{
			"een bestelling van %s brengt %s",
			"an order of %s brings %s",
			"eine Bestellung über %s bringt %s",
			"une commande de %s rapporte %s",
		}, e.money(p.Amount), points)
	case earn.ReasonUnits:
		if p.Def.Per == 1000 {
			return w.sayf(text{"%s × %s = %s", "%s × %s = %s", "%s × %s = %s", "%s × %s = %s"}, e.number(p.Amount), per, points)
		}
		return w.sayf(text{
			"%s stuks × %s per %s = %s",
			"%s pieces × %s per %s = %s",
			"%s Stück × %s je %s = %s",
			"%s pièces × %s par %s = %s",
		}, e.number(p.Amount), per, e.number(int64(p.Def.Per)), points)
	case earn.ReasonQuantity:
		return w.sayf(text{"%s × %s per %s = %s", "%s × %s per %s = %s", "%s × %s je %s = %s", "%s × %s par %s = %s"}, e.number(p.Amount), per, e.number(int64(p.Def.Per)), points)
	case earn.ReasonMultiple:
		if p.Def.Exact {
			return w.sayf(text{
				"keer %s, nog voor het afronden: dat geeft %s meer",
				"times %s, before any rounding: that adds %s",
				"mal %s, noch vor dem Runden: das ergibt %s mehr",
				"fois %s, avant tout arrondi : cela donne %s de plus",
			}, e.factor(p.Def.Factor), points)
		}
		of := e.points(ledger.Points(p.Amount), p.Wallet)
		if p.Rounded {
			of += w.say(text{", afgerond,", ", rounded,", ", gerundet,", ", arrondi,"})
		}
		return w.sayf(text{
			"%s keer %s: dat geeft %s meer",
			"%s times %s: that adds %s",
			"%s mal %s: das ergibt %s mehr",
			"%s fois %s : cela donne %s de plus",
		}, of, e.factor(p.Def.Factor), points)
	case earn.ReasonEarned:
		return w.sayf(text{
			"%s die verdiend zijn brengen %s",
			"%s that were earned bring %s",
			"verdient: %s, das bringt %s",
			"gain de %s, qui rapporte %s",
		}, e.number(p.Amount), points)
	}
	return points
}

// factor is a ratio as people read it: 1,5, or 4/3.
func (e Explained) factor(f ledger.Fraction) string {
	den := max(f.Den, 1)
	if f.Num*1000%den == 0 {
		return e.number(f.Num * 1000 / den)
	}
	return fmt.Sprintf("%d/%d", f.Num, den)
}

func (e Explained) rounded(p explain.Part) string {
	w := e.Words
	if p.Def == nil {
		return w.sayf(text{"afgerond: %s", "rounded: %s", "gerundet: %s", "arrondi : %s"}, e.history().plus(p.Points, p.Wallet))
	}
	return w.sayf(text{"%s%s: %s", "%s%s: %s", "%s%s: %s", "%s%s : %s"}, e.mode(p.Def.Rounding), e.to(p.Def.Step, p.Wallet), e.history().plus(p.Points, p.Wallet))
}

// units are what several of a wallet's units are called.
func (e Explained) units(w ledger.Wallet) string {
	wallet, _ := e.Rules.Wallet(w)
	return wallet.Unit(e.Words.Language()).Many
}

// to is behind "rounded" what it was rounded to.
func (e Explained) to(step ledger.Points, w ledger.Wallet) string {
	switch {
	case step == 0:
		return ""
	case step == ledger.Unit:
		return e.Words.sayf(text{" op hele %s", " to whole %s", " auf ganze %s", " à l'unité (%s)"}, e.units(w))
	}
	return e.Words.sayf(text{" op %s", " to %s", " auf %s", " à %s"}, e.points(step, w))
}

func (e Explained) mode(r programme.Rounding) string {
	switch r {
	case programme.Floor:
		return e.Words.say(text{"naar beneden afgerond", "rounded down", "abgerundet", "arrondi vers le bas"})
	case programme.Ceil:
		return e.Words.say(text{"naar boven afgerond", "rounded up", "aufgerundet", "arrondi vers le haut"})
	case programme.HalfEven:
		return e.Words.say(text{
			"(de helft naar het even getal) afgerond",
			"rounded (half to the even number)",
			"(Hälfte zur geraden Zahl) gerundet",
			"arrondi (moitié au nombre pair)",
		})
	case programme.HalfUp:
		return e.Words.say(text{
			"(de helft naar boven) afgerond",
			"rounded (half up)",
			"kaufmännisch gerundet",
			"arrondi (moitié vers le haut)",
		})
	}
	return e.Words.say(text{"afgerond", "rounded", "gerundet", "arrondi"})
}

// caps are the bounds of the rule of a part.
func (e Explained) caps(p explain.Part) string {
	if p.Def == nil {
		return p.Rule
	}
	var all []string
	for _, c := range p.Def.Caps {
		most := e.Words.sayf(text{"%d keer", "%d times", "%d-mal", "%d fois"}, c.Times)
		if c.Times == 1 {
			most = e.Words.say(text{"1 keer", "once", "einmal", "une fois"})
		}
		if c.Times == 0 {
			most = e.points(c.Points, p.Wallet)
		}
		most += " " + e.period(c.Per)
		switch c.Of {
		case programme.OfTerminal:
			most += e.Words.say(text{" in deze winkel", " in this shop", " in diesem Geschäft", " dans ce magasin"})
		case programme.OfCashier:
			most += e.Words.say(text{
				" van deze medewerker",
				" by this cashier",
				" durch dieselbe Person an der Kasse",
				" par la même personne en caisse",
			})
		case programme.OfReferrer:
			most += e.Words.say(text{" voor wie aanbracht", " for who brought them in", " für den Werber", " pour le parrain"})
		}
		all = append(all, most)
	}
	return strings.Join(all, e.Words.say(text{" en ", " and ", " und ", " et "}))
}

func (e Explained) period(p programme.Period) string {
	w := e.Words
	switch p {
	case programme.PerPurchase:
		return w.say(text{"per aankoop", "a purchase", "pro Einkauf", "par achat"})
	case programme.PerDay:
		return w.say(text{"per dag", "a day", "pro Tag", "par jour"})
	case programme.PerWeek:
		return w.say(text{"per week", "a week", "pro Woche", "par semaine"})
	case programme.PerMonth:
		return w.say(text{"per maand", "a month", "pro Monat", "par mois"})
	case programme.PerYear:
		return w.say(text{"per jaar", "a year", "pro Jahr", "par an"})
	}
	return w.say(text{"in totaal", "in all", "insgesamt", "au total"})
}

func (e Explained) lost(p explain.Part) string {
	w, points := e.Words, e.points(p.Points, p.Wallet)
	switch p.Combine {
	case programme.Best:
		return w.sayf(text{
			"%s (%s) telt niet: van %s telt wat het meeste geeft",
			"%s (%s) does not count: of %s what gives most counts",
			"%s (%s) zählt nicht: aus der Gruppe %s zählt, was am meisten bringt",
			"%s (%s) ne compte pas : du groupe %s, seul compte ce qui rapporte le plus",
		}, p.Rule, points, p.Group)
	case programme.First:
		return w.sayf(text{
			"%s (%s) telt niet: van %s telt het eerste",
			"%s (%s) does not count: of %s the first counts",
			"%s (%s) zählt nicht: aus der Gruppe %s zählt das Erste",
			"%s (%s) ne compte pas : du groupe %s, seul le premier compte",
		}, p.Rule, points, p.Group)
	}
	return w.sayf(text{
		"%s (%s) telt niet: %s sluit het andere uit",
		"%s (%s) does not count: %s shuts out the rest",
		"%s (%s) zählt nicht: %s schließt das andere aus",
		"%s (%s) ne compte pas : %s exclut le reste",
	}, p.Rule, points, p.Group)
}

// until is behind what an entry gave, how long it lasts.
func (e Explained) until(x *ledger.Entry) string {
	if x == nil || x.Points <= 0 || x.Expires == "" {
		return ""
	}
	return e.Words.sayf(text{", tot en met %s", ", until %s", ", bis %s", ", jusqu'au %s"}, e.Words.Day(x.Expires))
}

func (e Explained) counted(p explain.Part) string {
	sign := ""
	if p.Points > 0 {
		sign = "+"
	}
	switch p.Ladder.On {
	case programme.OnSpend:
		return sign + e.money(int64(p.Points/10))
	case programme.OnVisits:
		visits := text{"%s bezoek", "%s visit", "%s Besuche", "%s visites"}
		if e.Words.in().one(int64(p.Points)) {
			visits = text{"%s bezoek", "%s visit", "%s Besuch", "%s visite"}
		}
		return sign + e.Words.sayf(visits, e.number(int64(p.Points)))
	}
	return sign + e.points(p.Points, p.Ladder.Wallet)
}

func (e Explained) dates(p explain.Part) string {
	w, x := e.Words, p.Entry
	line := e.history().plus(p.Points, p.Wallet)
	if x.Vests != "" {
		line += w.sayf(text{", te besteden vanaf %s", ", to be spent from %s", ", einlösbar ab %s", ", à utiliser à partir du %s"}, w.Day(x.Vests))
	}
	if x.Expires != "" {
		line += w.sayf(text{", te besteden tot en met %s", ", to be spent until %s", ", einlösbar bis %s", ", à utiliser jusqu'au %s"}, w.Day(x.Expires))
	}
	if x.Issuer != "" {
		line += w.sayf(text{", op kosten van %s", ", paid for by %s", ", auf Kosten von %s", ", à la charge de %s"}, x.Issuer)
	}
	return line
}

func (e Explained) drawn(p ledger.Played) string {
	w := e.Words
	switch {
	case p.Prize != "":
		return w.sayf(text{
			"%s: getrokken %d van een miljoen: %s",
			"%s: drawn %d out of a million: %s",
			"%s: gezogen %d von einer Million: %s",
			"%s : tirage %d sur un million : %s",
		}, p.Game, p.Draw, p.Prize)
	case p.Missed != "":
		return w.sayf(text{
			"%s: getrokken %d van een miljoen: %s, maar die was op",
			"%s: drawn %d out of a million: %s, but there were none left",
			"%s: gezogen %d von einer Million: %s, aber davon war nichts mehr da",
			"%s : tirage %d sur un million : %s, mais il n'y en avait plus",
		}, p.Game, p.Draw, p.Missed)
	}
	return w.sayf(text{
		"%s: getrokken %d van een miljoen: niets",
		"%s: drawn %d out of a million: nothing",
		"%s: gezogen %d von einer Million: nichts",
		"%s : tirage %d sur un million : rien",
	}, p.Game, p.Draw)
}

func (e Explained) redeemed(p explain.Part) string {
	w := e.Words
	if p.Tender {
		return e.history().paid(p.Reason)
	}
	if p.Points != 0 {
		return e.history().why(p.Reason, e.Rules.Version)
	}
	if p.Amount == 0 {
		return w.sayf(text{"%s: voor niets", "%s: for nothing", "%s: kostenlos", "%s : gratuit"}, p.Rule)
	}
	return w.sayf(text{"%s: %s korting", "%s: %s off", "%s: %s Rabatt", "%s : remise de %s"}, p.Rule, e.money(p.Amount))
}
