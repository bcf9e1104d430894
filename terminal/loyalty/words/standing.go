package words

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// What a slip and a screen say besides points: tiers, clubs, rewards that are
// neither money nor a thing, and what is within reach.

// OfWhichBonus stands before the part of what was earned that is a bonus.
func (w Words) OfWhichBonus() string {
	return w.say(text{"waarvan bonus", "of which bonus", "davon Bonus", "dont bonus"})
}

// SpendableFrom stands before points that can be spent from a day on.
func (w Words) SpendableFrom(day ledger.Day) string {
	return w.sayf(text{"Te besteden vanaf %s", "To spend from %s", "Einlösbar ab %s", "Utilisable à partir du %s"}, w.Day(day))
}

// StillPending stands before points that cannot be spent yet, of several days.
func (w Words) StillPending() string {
	return w.say(text{"Nog niet te besteden", "Not to be spent yet", "Noch nicht einlösbar", "Pas encore utilisable"})
}

// Until is a tier or a club with its last day, where it has one.
func (w Words) Until(name string, last ledger.Day) string {
	if last == "" {
		return name
	}
	return w.sayf(text{"%s, tot en met %s", "%s, until %s", "%s, bis %s", "%s, jusqu'au %s"}, name, w.Day(last))
}

// Tier stands before the tier a member has.
func (w Words) Tier() string { return w.say(text{"Niveau", "Tier", "Stufe", "Niveau"}) }

// Club stands before a club a member belongs to.
func (w Words) Club() string {
	return w.say(text{"Lidmaatschap", "Membership", "Mitgliedschaft", "Adhésion"})
}

// Perk stands before something a member is entitled to.
func (w Words) Perk() string { return w.say(text{"Voordeel", "Benefit", "Vorteil", "Avantage"}) }

// OutOf is how much there is of what is needed: "4 van 7".
func (w Words) OutOf(have, need ledger.Points, decimals int) string {
	l := w.in()
	_, some := l.number(int64(have), 3, decimals)
	_, all := l.number(int64(need), 3, decimals)
	return w.sayf(text{"%s van %s", "%s of %s", "%s von %s", "%s sur %s"}, some, all)
}

// PaidOut stands before money that was paid out for points.
func (w Words) PaidOut() string { return w.say(text{"Uitbetaald", "Paid out", "Ausgezahlt", "Versé"}) }

// PayOut tells the cashier how much money to pay out for points.
func (w Words) PayOut(amount basket.Money, currency string) string {
	return w.sayf(text{"Betaal %s uit", "Pay %s out", "%s auszahlen", "Versez %s"}, w.Money(amount, currency))
}

// GivenTo stands before what a cause got for points.
func (w Words) GivenTo(cause string) string {
	return w.sayf(text{"Gegeven aan %s", "Given to %s", "Gespendet: %s", "Don : %s"}, cause)
}

// ChangedInto stands before points of another wallet that points were changed into.
func (w Words) ChangedInto() string {
	return w.say(text{"Omgezet in", "Changed into", "Umgewandelt in", "Converti en"})
}

// PaidWithPoints stands before what was paid with points as with money.
func (w Words) PaidWithPoints() string {
	return w.say(text{"Betaald met punten", "Paid with points", "Mit Punkten bezahlt", "Payé avec des points"})
}

// ToGoFor says what is missing for a reward: "Nog 2 zegels voor Koffie".
func (w Words) ToGoFor(missing ledger.Points, wallet programme.Wallet, reward string) string {
	return w.sayf(text{"Nog %s voor %s", "%s to go for %s", "Noch %s für %s", "Encore %s pour : %s"}, w.Points(missing, wallet), reward)
}

// ReadyFor says that there is enough for a reward.
func (w Words) ReadyFor(reward string) string {
	return w.sayf(text{
		"U heeft genoeg voor %s",
		"You have enough for %s",
		"Es reicht schon für: %s",
		"Vous pouvez déjà obtenir : %s",
	}, reward)
}

// LapsingAfter says what cannot be spent after a day.
func (w Words) LapsingAfter(points ledger.Points, wallet programme.Wallet, last ledger.Day) string {
	if points == ledger.Unit {
		return w.sayf(text{"%s vervalt na %s", "%s lapses after %s", "%s verfällt nach dem %s", "%s à utiliser avant la fin du %s"}, w.Points(points, wallet), w.Day(last))
	}
	return w.sayf(text{"%s vervallen na %s", "%s lapse after %s", "%s verfallen nach dem %s", "%s à utiliser avant la fin du %s"}, w.Points(points, wallet), w.Day(last))
}

// SpendUntilTier says how much has yet to be bought for a tier.
func (w Words) SpendUntilTier(amount basket.Money, currency, tier string) string {
	return w.sayf(text{"Nog %s tot %s", "%s to go until %s", "Noch %s bis %s", "Encore %s pour atteindre %s"}, w.Money(amount, currency), tier)
}

// VisitsUntilTier says how many visits are missing for a tier.
func (w Words) VisitsUntilTier(visits int64, tier string) string {
	if visits == 1 {
		return w.sayf(text{
			"Nog 1 bezoek tot %s",
			"1 visit to go until %s",
			"Noch 1 Besuch bis %s",
			"Encore 1 visite pour atteindre %s",
		}, tier)
	}
	return w.sayf(text{
		"Nog %d bezoeken tot %s",
		"%d visits to go until %s",
		"Noch %d Besuche bis %s",
		"Encore %d visites pour atteindre %s",
	}, visits, tier)
}

// PointsUntilTier says what has yet to be earned for a tier.
func (w Words) PointsUntilTier(points ledger.Points, wallet programme.Wallet, tier string) string {
	return w.sayf(text{"Nog %s tot %s", "%s to go until %s", "Noch %s bis %s", "Encore %s pour atteindre %s"}, w.Points(points, wallet), tier)
}

// YourPerks is what a member is entitled to: "Uw voordelen: gratis bezorging".
func (w Words) YourPerks(perks string) string {
	return w.sayf(text{"Uw voordelen: %s", "Your benefits: %s", "Ihre Vorteile: %s", "Vos avantages : %s"}, perks)
}

// Won stands before points that a game brought.
func (w Words) Won() string { return w.say(text{"Gewonnen", "Won", "Gewonnen", "Vous gagnez"}) }

// YouWon says what a game brought.
func (w Words) YouWon(prize string) string {
	return w.sayf(text{"Gewonnen: %s", "You won: %s", "Gewonnen: %s", "Vous gagnez : %s"}, prize)
}

// WonNothing says that a game brought nothing.
func (w Words) WonNothing() string {
	return w.say(text{
		"Helaas, dit keer geen prijs",
		"Sorry, no prize this time",
		"Leider diesmal kein Gewinn",
		"Désolé, pas de gain cette fois",
	})
}

// PrizeGone says that the prize of a draw had been given out before.
func (w Words) PrizeGone(prize string) string {
	return w.sayf(text{
		"Helaas: %s is op, geen prijs",
		"Sorry: %s is all gone, no prize",
		"Leider vergriffen: %s, kein Gewinn",
		"Désolé, épuisé : %s, pas de gain",
	}, prize)
}

// Drawn stands before the number that was drawn.
func (w Words) Drawn() string {
	return w.say(text{"Getrokken getal", "Number drawn", "Gezogene Zahl", "Nombre tiré"})
}

// DrawIsChecked says how a draw can be checked, and from when.
func (w Words) DrawIsChecked(from ledger.Day) string {
	return w.sayf(text{
		"De trekking lag vooraf vast. Vanaf %s maken wij bekend waarmee u haar kunt narekenen. Vastgelegd met:",
		"The draw was fixed beforehand. From %s on we tell what you can check it with. It was fixed by:",
		"Die Ziehung stand vorher fest. Ab dem %s veröffentlichen wir, womit Sie sie nachrechnen können. Festgelegt mit:",
		"Le tirage était fixé à l'avance. À partir du %s, nous publions de quoi le vérifier. Fixé par :",
	}, w.Day(from))
}
