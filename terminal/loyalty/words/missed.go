package words

import (
	"fmt"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// apart is what of a sale did not count, and why.
func (e Explained) apart(p explain.Part) string {
	w, amount := e.Words, e.money(p.Amount)
	switch p.Code {
	case explain.ExcludedLine:
		return w.sayf(text{
			"telt niet mee: %s %s (%s)",
			"does not count: %s %s (%s)",
			"zählt nicht mit: %s %s (%s)",
			"ne compte pas : %s %s (%s)",
		}, e.goods(p), amount, e.sort(*p.Goods))
	case explain.OtherLine:
		return w.sayf(text{
			"telt niet mee: %s %s (geen regel die nu geldt spaart hierop)",
			"does not count: %s %s (no rule that applies now is for it)",
			"zählt nicht mit: %s %s (keine Regel, die jetzt gilt, ist dafür)",
			"ne compte pas : %s %s (aucune règle en vigueur n'est pour cela)",
		}, e.goods(p), amount)
	case explain.MoreLines:
		return w.sayf(text{
			"en nog %d regels die niet meetellen: %s",
			"and %d more lines that do not count: %s",
			"und noch %d Positionen, die nicht mitzählen: %s",
			"et encore %d lignes qui ne comptent pas : %s",
		}, p.Line, amount)
	case explain.ByTill:
		return w.sayf(text{
			"telt niet mee: %s (volgens de kassa)",
			"does not count: %s (the till says so)",
			"zählt nicht mit: %s (laut Kasse)",
			"ne compte pas : %s (selon la caisse)",
		}, amount)
	case explain.Taxes:
		return w.sayf(text{
			"telt niet mee: %s belasting",
			"does not count: %s tax",
			"zählt nicht mit: %s Steuern",
			"ne compte pas : %s de taxes",
		}, amount)
	case explain.OffPrice:
		return w.sayf(text{
			"gerekend met de prijs van voor de korting van %s",
			"reckoned with the price before the discount of %s",
			"gerechnet mit dem Preis vor dem Rabatt von %s",
			"calculé sur le prix avant la remise de %s",
		}, amount)
	}
	how := e.tender(p.Rule)
	if p.Rule == "" {
		how = e.units(p.Wallet)
	}
	if p.Code == explain.UnearningSale {
		return w.sayf(text{
			"betaald met %s %s: daardoor spaart deze aankoop niet",
			"paid with %s %s: because of that the sale earns nothing",
			"bezahlt %[2]s (%[1]s): deshalb bringt dieser Einkauf nichts",
			"payé %[2]s (%[1]s) : pour cette raison, cet achat ne rapporte rien",
		}, how, amount)
	}
	if p.Rule != "" && int64(p.Counted) != p.Amount {
		amount += w.sayf(text{
			", waarvan %s voor wat meetelt",
			", of which %s for what counts",
			", davon %s für das, was zählt",
			", dont %s pour ce qui compte",
		}, e.money(int64(p.Counted)))
	}
	nothing := w.say(text{"daarover wordt niets gespaard", "nothing is earned on that", "das bringt nichts", "cela ne rapporte rien"})
	if len(e.Rules.Wallets) == 1 {
		nothing = w.sayf(text{"daarover geen %s", "no %s on that", "dafür keine %s", "cela ne rapporte rien en %s"}, e.units(e.Rules.Wallets[0].Name))
	}
	return w.sayf(text{
		"betaald met %s %s: %s",
		"paid with %s %s: %s",
		"bezahlt %[2]s (%[1]s): %[3]s",
		"payé %[2]s (%[1]s) : %[3]s",
	}, how, amount, nothing)
}

// goods is what a line is called.
func (e Explained) goods(p explain.Part) string {
	switch {
	case p.Goods.Name != "":
		return p.Goods.Name
	case p.Goods.Product != "":
		return p.Goods.Product
	}
	return e.Words.sayf(text{"regel %d", "line %d", "Position %d", "ligne %d"}, p.Line)
}

// sort is what sort of goods a line is, as far as the till says.
func (e Explained) sort(l basket.Line) string {
	known := map[string]text{
		"deposit": {"statiegeld", "deposit", "Pfand", "consigne"}, "gift_card": {"cadeaukaart", "gift card", "Geschenkkarte", "carte cadeau"}, "fee": {"lidmaatschap", "membership fee", "Mitgliedsbeitrag", "cotisation"},
		"tobacco": {"tabak", "tobacco", "Tabak", "tabac"}, "alcohol": {"alcohol", "alcohol", "Alkohol", "alcool"}, "infant_formula": {"zuigelingenvoeding", "infant formula", "Säuglingsnahrung", "lait infantile"},
	}
	switch {
	case l.Kind != "" && known[l.Kind] != text{}:
		return e.Words.say(known[l.Kind])
	case l.Kind != "":
		return plain(l.Kind)
	case l.Category != "":
		return l.Category
	}
	return e.Words.say(text{"uitgesloten", "excluded", "ausgeschlossen", "exclu"})
}

// tender is what a means of payment is called.
func (e Explained) tender(kind string) string {
	known := map[string]text{
		"cash": {"contant geld", "cash", "Bargeld", "espèces"}, "card": {"een betaalkaart", "a card", "Bankkarte", "carte bancaire"}, "gift_card": {"cadeaukaart", "gift card", "Geschenkkarte", "carte cadeau"}, "voucher": {"waardebon", "voucher", "Gutschein", "bon d'achat"},
	}
	if name, is := known[kind]; is {
		return e.Words.say(name)
	}
	return plain(kind)
}

// plain is a name of the interface as a word.
func plain(name string) string { return strings.ReplaceAll(name, "_", " ") }

// missed are what gave nothing, each with why.
func (e Explained) missed(x explain.Explanation) []string {
	told := x.Missed[:x.Near]
	var lines []string
	for _, p := range told {
		lines = append(lines, e.Words.sayf(text{"%s: niet, %s", "%s: not, %s", "%s: nicht, %s", "%s : non, %s"}, p.Rule, e.because(p)))
	}
	switch more := len(x.Missed) - len(told); {
	case more == 1:
		lines = append(lines, e.Words.say(text{
			"en nog 1 andere regel gold niet",
			"and 1 other rule did not apply",
			"und 1 andere Regel galt nicht",
			"et 1 autre règle ne s'appliquait pas",
		}))
	case more > 1:
		lines = append(lines, e.Words.sayf(text{
			"en nog %d andere regels golden niet",
			"and %d other rules did not apply",
			"und %d andere Regeln galten nicht",
			"et %d autres règles ne s'appliquaient pas",
		}, more))
	}
	return lines
}

// because is the first reason why something was not had.
func (e Explained) because(p explain.Part) string {
	w, c := e.Words, p.If
	if c == nil {
		c = &programme.Condition{}
	}
	switch p.Why {
	case scene.OtherShop:
		return w.sayf(text{"alleen in %s", "only in %s", "nur in %s", "seulement dans %s"}, e.or(c.Shops))
	case scene.OtherChannel:
		return w.sayf(text{"alleen via %s", "only through %s", "nur über %s", "seulement par %s"}, e.or(c.Channels))
	case scene.OtherPartner:
		return w.sayf(text{"alleen bij %s", "only at %s", "nur bei %s", "seulement chez %s"}, e.or(c.Partners))
	case scene.TotalBelow:
		return w.sayf(text{"pas vanaf %s", "only from %s on", "erst ab %s", "seulement à partir de %s"}, e.money(int64(c.MinTotal)))
	case scene.TotalAbove:
		return w.sayf(text{"alleen tot en met %s", "only up to %s", "nur bis %s", "seulement jusqu'à %s"}, e.money(int64(c.MaxTotal)))
	case scene.OtherTender:
		var kinds []string
		for _, kind := range c.Tenders {
			kinds = append(kinds, e.tender(kind))
		}
		return w.sayf(text{
			"alleen bij betalen met %s",
			"only when paid with %s",
			"nur bei Zahlung mit %s",
			"seulement avec ce paiement : %s",
		}, e.or(kinds))
	case scene.NoCode:
		return w.sayf(text{"geen actiecode %s", "no code %s", "kein Aktionscode %s", "pas de code promo %s"}, e.or(quoted(c.Codes)))
	case scene.NoSignal:
		return w.sayf(text{"geen signaal %s", "no signal %s", "kein Signal %s", "pas de signal %s"}, e.or(quoted(c.Signals)))
	case scene.NotYet:
		return w.sayf(text{"pas vanaf %s", "not before %s", "erst ab dem %s", "seulement à partir du %s"}, w.Day(c.From))
	case scene.Over:
		return w.sayf(text{"dat was tot en met %s", "that was until %s", "das war bis zum %s", "c'était jusqu'au %s"}, w.Day(c.Until))
	case scene.OtherWeekday:
		return w.sayf(text{"alleen op %s", "only on %s", "nur am %s", "seulement le %s"}, e.or(e.weekdays(c.Weekdays)))
	case scene.OtherHour:
		return w.sayf(text{"alleen van %s", "only from %s", "nur von %s", "seulement de %s"}, e.or(e.hours(c.Hours)))
	}
	if why := e.member(p.Why, c); why != "" {
		return why
	}
	switch p.Why {
	case explain.NoLines:
		return w.say(text{
			"de kassa gaf niet door wat er gekocht is",
			"the till did not say what was bought",
			"die Kasse hat nicht gemeldet, was gekauft wurde",
			"la caisse n'a pas transmis ce qui a été acheté",
		})
	case explain.NoGoods:
		return w.say(text{
			"zulke producten staan niet op de bon",
			"no such products on the receipt",
			"keine solchen Artikel auf dem Bon",
			"pas d'articles de ce type sur le ticket",
		})
	case explain.NoReferrer:
		return w.say(text{
			"niemand bracht dit lid aan",
			"nobody brought this member in",
			"niemand hat dieses Mitglied geworben",
			"ce membre n'a pas de parrain",
		})
	case explain.NotReached:
		if least := leastOf(p.Def); least > 0 && p.Def.Counts == programme.Amount {
			return w.sayf(text{
				"wat telt is minder dan %s",
				"what counts is below %s",
				"was zählt, liegt unter %s",
				"ce qui compte est inférieur à %s",
			}, e.money(least))
		}
		return w.say(text{"er is te weinig dat telt", "too little counts", "zu wenig zählt", "ce qui compte ne suffit pas"})
	case explain.TooFew:
		return w.sayf(text{"nog %s te weinig", "%s too few", "noch %s zu wenig", "il manque %s"}, e.points(p.Points, p.Wallet))
	case explain.Often:
		return w.say(text{
			"zo vaak als het kan is het al gehad",
			"it was had as often as it can be",
			"schon so oft erhalten, wie es geht",
			"déjà obtenu autant de fois que possible",
		})
	case explain.CollectsOnly:
		return w.say(text{
			"met de kaart die getoond werd kan alleen gespaard worden",
			"the card that was shown is for collecting only",
			"mit der gezeigten Karte kann man nur sammeln",
			"la carte présentée permet seulement de cumuler",
		})
	case explain.SoldOut:
		return w.say(text{"het is op", "there are none left", "es ist vergriffen", "il n'y en a plus"})
	}
	return w.say(text{
		"er blijft niets over waarvoor het telt",
		"nothing is left that it is for",
		"es bleibt nichts übrig, wofür es gilt",
		"il ne reste rien à quoi cela s'applique",
	})
}

// leastOf is what the first band of a rule begins at, or a whole one of what it
// gives for.
func leastOf(r *programme.Rule) int64 {
	if r == nil {
		return 0
	}
	if len(r.Bands) > 0 {
		return int64(r.Bands[0].From)
	}
	return int64(r.Per)
}

// member is what of a condition on the member is not so.
func (e Explained) member(why scene.Cause, c *programme.Condition) string {
	w := e.Words
	switch why {
	case scene.NotEnrolled:
		return w.say(text{
			"alleen voor wie ingeschreven is",
			"only for who is enrolled",
			"nur für angemeldete Mitglieder",
			"réservé aux membres inscrits",
		})
	case scene.NotReferred:
		return w.say(text{
			"alleen voor wie door een ander lid is aangebracht",
			"only for who was brought in by another member",
			"nur für von einem Mitglied Geworbene",
			"réservé aux membres parrainés",
		})
	case scene.NotFirst:
		return w.say(text{
			"alleen bij de eerste aankoop",
			"only with the first sale",
			"nur beim ersten Einkauf",
			"seulement au premier achat",
		})
	case scene.NoBirthday:
		return w.say(text{
			"geen verjaardag in deze dagen, voor zover bekend",
			"no birthday in these days, as far as is known",
			"kein Geburtstag in diesen Tagen, soweit bekannt",
			"pas d'anniversaire ces jours-ci, d'après ce qui est connu",
		})
	case scene.NoTier:
		if c.TierExactly {
			return w.sayf(text{"alleen voor niveau %s", "only for tier %s", "nur für die Stufe %s", "réservé au niveau %s"}, e.or(c.Tiers))
		}
		return w.sayf(text{"niveau %s nodig", "tier %s needed", "Stufe %s nötig", "niveau %s nécessaire"}, e.or(c.Tiers))
	case scene.NoClub:
		return w.sayf(text{
			"alleen voor leden van %s",
			"only for members of %s",
			"nur für Mitglieder von %s",
			"réservé aux adhérents %s",
		}, e.or(c.Clubs))
	case scene.NoSegment:
		return w.sayf(text{"alleen voor de groep %s", "only for the group %s", "nur für die Gruppe %s", "réservé au groupe %s"}, e.or(c.Segments))
	case scene.InSegment:
		return w.sayf(text{"niet voor de groep %s", "not for the group %s", "nicht für die Gruppe %s", "pas pour le groupe %s"}, e.or(c.NotSegments))
	}
	return ""
}

// or are names of which one is enough; of many the first ones.
func (e Explained) or(names []string) string {
	if len(names) > 4 {
		names = append(append([]string(nil), names[:3]...), e.Words.sayf(text{"nog %d", "%d more", "%d weitere", "%d autres"}, len(names)-3))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + e.Words.say(text{" of ", " or ", " oder ", " ou "}) + names[n-1]
	}
	return strings.Join(names, "")
}

func quoted(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, "'"+name+"'")
	}
	return all
}

func (e Explained) weekdays(days []time.Weekday) []string {
	var all []string
	for _, d := range days {
		all = append(all, e.Words.say(weekdays[d]))
	}
	return all
}

func (e Explained) hours(all []programme.Hours) []string {
	var told []string
	for _, h := range all {
		told = append(told, e.Words.sayf(text{"%s tot %s", "%s to %s", "%s bis %s", "%s à %s"}, clock(h.From), clock(h.Until)))
	}
	return told
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
