package words

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/transfer"
)

// A History tells what happened to a member, record by record.
type History struct {
	Words Words
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names; nil is UTC
}

// A Step is one record in words.
type Step struct {
	Record ledger.Key `json:"record"`
	Code   string     `json:"code"` // as on its slip
	When   string     `json:"when"`
	What   string     `json:"what"`
	// Of is the code of the sale that was returned, undone or moved.
	Of      string   `json:"of,omitempty"`
	Changes []string `json:"changes"`
	Why     []string `json:"why"`
}

// Step is r in words. Entries of accounts that mine does not name are left out:
// a record that moved a sale has another member's too.
func (h History) Step(r ledger.Record, mine func(ledger.Account) bool) Step {
	at := time.UnixMilli(r.Head.At).UTC()
	if h.Zone != nil {
		at = at.In(h.Zone)
	}
	s := Step{
		Record: r.Head.Key(), Code: r.Head.Key().Code(), When: h.Words.DateTime(at), What: h.kind(r.Head.Kind),
		Changes: []string{}, Why: []string{},
	}
	for _, e := range r.Head.Entries {
		if e.Points != 0 && !e.Wallet.Counter() && mine(e.Account) {
			s.Changes = append(s.Changes, h.plus(e.Points, e.Wallet))
		}
	}
	if r.Body == nil {
		s.Why = append(s.Why, h.Words.say(text{
			"de reden is niet meer bewaard",
			"the reason is not kept any more",
			"der Grund ist nicht mehr gespeichert",
			"le motif n'est plus conservé",
		}))
		return s
	}
	if r.Body.Sale != nil {
		s.Of = r.Body.Sale.Code()
	}
	for i, reason := range r.Body.Reasons {
		if h.between(r.Body.Reasons, i) || reason.Code == redeem.ReasonTender {
			continue
		}
		why := h.why(reason, r.Head.Rules)
		if redeem.Tendered(r.Body.Reasons, i) {
			why = h.paid(reason)
		}
		if why != "" {
			s.Why = append(s.Why, why)
		}
	}
	if r.Body.Note != "" {
		s.Why = append(s.Why, h.Words.sayf(text{"reden: %s", "reason: %s", "Grund: %s", "motif : %s"}, r.Body.Note))
	}
	return s
}

// between reports whether a reason tells what one rule carried for another of
// the same sale: of a wallet, only what came in first and goes on last is told.
func (h History) between(reasons []ledger.Reason, i int) bool {
	r := reasons[i]
	others := reasons[i+1:]
	switch {
	case r.Code == earn.ReasonCarried:
		others = reasons[:i]
	case r.Code != earn.ReasonRounded || r.Points >= 0 && !h.carries(r.Rule):
		return false
	}
	return h.carries(r.Rule) && slices.ContainsFunc(others, func(o ledger.Reason) bool {
		return o.Wallet == r.Wallet && o.Rule != r.Rule && earn.IsStep(o) && h.carries(o.Rule)
	})
}

// paid is what points paid, off which nothing comes.
func (h History) paid(r ledger.Reason) string {
	if r.Points == 0 {
		return h.Words.sayf(text{
			"%s: betaald met punten %s",
			"%s: paid with points %s",
			"%s: %s mit Punkten bezahlt",
			"%s : %s payés avec des points",
		}, r.Rule, h.money(r.Amount))
	}
	return h.Words.sayf(text{
		"%s ingewisseld voor %s: betaald met punten %s",
		"%s redeemed for %s: paid with points %s",
		"%s eingelöst für %s: %s mit Punkten bezahlt",
		"utilisation de %s pour %s : %s payés avec des points",
	},
		h.points(-r.Points, r.Wallet), r.Rule, h.money(r.Amount))
}

// kind is what one record is called.
func (h History) kind(k ledger.Kind) string {
	w := h.Words
	switch k {
	case ledger.KindAward:
		return w.say(text{"verkoop", "sale", "Verkauf", "vente"})
	case ledger.KindReturn:
		return w.say(text{"retour", "return", "Rückgabe", "retour"})
	case ledger.KindUndo:
		return w.say(text{"teruggedraaid", "undone", "storniert", "annulation"})
	case ledger.KindMove:
		return w.say(text{
			"naar het juiste lid",
			"moved to the right member",
			"zum richtigen Mitglied umgebucht",
			"transfert au bon membre",
		})
	case ledger.KindEnrol:
		return w.say(text{"lid geworden", "became a member", "Mitglied geworden", "inscription"})
	case ledger.KindClaim:
		return w.say(text{
			"spaarbon op kaart gezet",
			"slip added to the card",
			"Punktebon auf Karte gebucht",
			"ticket de points mis sur la carte",
		})
	case ledger.KindAdjust:
		return w.say(text{"gegeven door een mens", "given by a person", "von einem Menschen gegeben", "donné par une personne"})
	case ledger.KindEvent:
		return w.say(text{"beloonde gebeurtenis", "rewarded event", "belohntes Ereignis", "événement récompensé"})
	case ledger.KindDonate:
		return w.say(text{
			"gegeven aan een goed doel",
			"given to a cause",
			"für einen guten Zweck gespendet",
			"don à une bonne cause",
		})
	case ledger.KindConvert:
		return w.say(text{"omgezet", "changed into others", "umgewandelt", "conversion"})
	case ledger.KindTransfer:
		return w.say(text{"overgezet", "transferred", "übertragen", "transfert"})
	case redeem.Kind:
		return w.say(text{"ingewisseld", "redeemed", "eingelöst", "utilisation"})
	case ledger.KindReverse:
		return w.say(text{"teruggeboekt", "reversed", "zurückgebucht", "contre-passation"})
	case ledger.KindExpire:
		return w.say(text{"vervallen", "expired", "verfallen", "expiration"})
	}
	return string(k)
}

// plus is a change with its sign.
func (h History) plus(p ledger.Points, wallet ledger.Wallet) string {
	text := h.points(p, wallet)
	if p > 0 {
		text = "+" + text
	}
	return text
}

func (h History) points(p ledger.Points, wallet ledger.Wallet) string {
	w, _ := h.Rules.Wallet(wallet)
	return h.Words.Points(p, w)
}

func (h History) money(amount int64) string {
	return h.Words.Money(basket.Money(amount), h.Rules.Currency)
}

// why is one reason in words; rules is the version that decided.
func (h History) why(r ledger.Reason, rules int64) string {
	w := h.Words
	switch r.Code {
	case earn.ReasonRate:
		return w.sayf(text{"%s is %s waard%s", "%s is worth %s%s", "für %s: %s%s", "pour %s : %s%s"}, h.money(r.Amount), h.points(r.Points, r.Wallet), h.rate(r, rules))
	case earn.ReasonBand, earn.ReasonOrder, earn.ReasonUnits, earn.ReasonQuantity, earn.ReasonMultiple, earn.ReasonEarned, game.ReasonGame:
		return h.Words.named(r.Rule, h.plus(r.Points, r.Wallet))
	case earn.ReasonCapped:
		return w.sayf(text{
			"boven de grens van %s: %s",
			"above the cap of %s: %s",
			"über der Grenze von %s: %s",
			"au-delà de la limite de la règle %s : %s",
		}, r.Rule, h.plus(r.Points, r.Wallet))
	case earn.ReasonMost:
		return w.sayf(text{
			"meer dan een lid kan hebben: %s",
			"more than a member can hold: %s",
			"mehr als ein Mitglied haben kann: %s",
			"plus qu'un membre ne peut avoir : %s",
		}, h.plus(r.Points, r.Wallet))
	case earn.ReasonTogether:
		return w.sayf(text{
			"alle regels samen: %s",
			"all rules together: %s",
			"alle Regeln zusammen: %s",
			"toutes les règles ensemble : %s",
		}, h.plus(r.Points, r.Wallet))
	case earn.ReasonTier:
		return w.sayf(text{"niveau %s bereikt", "tier %s reached", "Stufe %s erreicht", "niveau %s atteint"}, r.Rule)
	case earn.ReasonClub:
		return w.sayf(text{"lidmaatschap %s betaald", "membership %s paid for", "Mitgliedschaft %s bezahlt", "adhésion %s payée"}, r.Rule)
	case redeem.ReasonPaidOut:
		return w.sayf(text{"uitbetaald: %s", "paid out: %s", "ausgezahlt: %s", "versé : %s"}, h.money(r.Amount))
	case redeem.ReasonDonated:
		return w.sayf(text{"naar het goede doel: %s", "to the cause: %s", "für den guten Zweck: %s", "pour la bonne cause : %s"}, h.money(r.Amount))
	case earn.ReasonCarried:
		return w.sayf(text{"over van eerder: %s", "left over from before: %s", "Rest von vorher: %s", "reste d'avant : %s"}, h.points(r.Points, r.Wallet))
	case earn.ReasonRounded:
		if r.Points < 0 && h.carries(r.Rule) {
			return w.sayf(text{
				"telt de volgende keer mee: %s",
				"counts next time: %s",
				"zählt beim nächsten Mal: %s",
				"compte la prochaine fois : %s",
			}, h.points(-r.Points, r.Wallet))
		}
		return w.sayf(text{"afgerond: %s", "rounded: %s", "gerundet: %s", "arrondi : %s"}, h.plus(r.Points, r.Wallet))
	case redeem.ReasonRedeemed:
		if r.Amount == 0 {
			return w.sayf(text{"%s ingewisseld voor %s", "%s redeemed for %s", "%s eingelöst für %s", "utilisation de %s pour %s"}, h.points(-r.Points, r.Wallet), r.Rule)
		}
		return w.sayf(text{
			"%s ingewisseld voor %s: %s korting",
			"%s redeemed for %s: %s off",
			"%s eingelöst für %s: %s Rabatt",
			"utilisation de %s pour %s : remise de %s",
		}, h.points(-r.Points, r.Wallet), r.Rule, h.money(r.Amount))
	case redeem.ReasonLapsed:
		return w.sayf(text{
			"niet meer gereserveerd, dus schuld: %s",
			"not set aside any more, so debt: %s",
			"nicht mehr reserviert, daher Schuld: %s",
			"plus réservé, donc dû : %s",
		}, h.points(r.Points, r.Wallet))
	case refund.ReasonReturned:
		return w.sayf(text{"regel %d terug: %s", "line %d back: %s", "Position %d zurück: %s", "retour de la ligne %d : %s"}, r.Line, h.money(r.Amount))
	case refund.ReasonWhole:
		return w.sayf(text{"alles terug: %s", "all of it back: %s", "alles zurück: %s", "retour de tout : %s"}, h.money(r.Amount))
	case refund.ReasonUndone:
		return w.sayf(text{
			"hele verkoop teruggedraaid: %s",
			"the whole sale undone: %s",
			"ganzer Verkauf storniert: %s",
			"vente entière annulée : %s",
		}, h.money(r.Amount))
	case refund.ReasonPointsPaid:
		return w.sayf(text{
			"waarvan met punten betaald: %s",
			"of which paid with points: %s",
			"davon mit Punkten bezahlt: %s",
			"dont payé avec des points : %s",
		}, h.money(r.Amount))
	case refund.ReasonTakenBack:
		return w.sayf(text{"teruggenomen%s: %s", "taken back%s: %s", "abgezogen%s: %s", "retiré%s : %s"}, h.of(r.Rule), h.points(-r.Points, r.Wallet))
	case refund.ReasonGivenBack:
		return w.sayf(text{"teruggegeven%s: %s", "given back%s: %s", "zurückgegeben%s: %s", "rendu%s : %s"}, h.of(r.Rule), h.points(r.Points, r.Wallet))
	case redeem.ReasonVoucher:
		return w.sayf(text{"met een waardebon: %s", "with a voucher: %s", "mit einem Gutschein: %s", "avec un bon fidélité : %s"}, r.Rule)
	case redeem.ReasonPrinted:
		return w.sayf(text{"waardebon geprint: %s", "voucher printed: %s", "Gutschein gedruckt: %s", "bon fidélité imprimé : %s"}, r.Rule)
	case refund.ReasonVoucherBack:
		return w.sayf(text{
			"waardebon weer geldig: %s",
			"voucher valid again: %s",
			"Gutschein wieder gültig: %s",
			"bon fidélité à nouveau valable : %s",
		}, r.Rule)
	case refund.ReasonForgiven:
		return w.sayf(text{"kwijtgescholden: %s", "forgiven: %s", "erlassen: %s", "effacé : %s"}, h.points(r.Points, r.Wallet))
	case "goodwill":
		return w.sayf(text{"uit coulance: %s", "goodwill: %s", "aus Kulanz: %s", "geste commercial : %s"}, h.points(r.Points, r.Wallet))
	case "opening_balance":
		return w.sayf(text{"beginsaldo: %s", "opening balance: %s", "Anfangsbestand: %s", "solde de départ : %s"}, h.points(r.Points, r.Wallet))
	case transfer.ReasonTransferred:
		return w.sayf(text{"overgezet: %s", "transferred: %s", "übertragen: %s", "transféré : %s"}, h.points(r.Points, r.Wallet))
	case "carried_over":
		return w.sayf(text{"meegenomen: %s", "brought along: %s", "mitgebracht: %s", "apporté : %s"}, h.points(r.Points, r.Wallet))
	}
	return r.Code
}

// rate is how a rule gives, where it is the one that decided: a rule may say
// something else by now.
func (h History) rate(r ledger.Reason, rules int64) string {
	if rules != h.Rules.Version {
		return h.Words.sayf(text{" (regel %s, versie %d)", " (rule %s, version %d)", " (Regel %s, Version %d)", " (règle %s, version %d)"}, r.Rule, rules)
	}
	for _, rate := range h.Rules.Earn {
		if rate.Name == r.Rule {
			return h.Words.sayf(text{" (%s per %s)", " (%s for every %s)", " (%s je %s)", " (%s par tranche de %s)"}, h.points(rate.Points, rate.Wallet), h.money(int64(rate.Per)))
		}
	}
	return ""
}

// of says in brackets what something was of.
func (h History) of(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

func (h History) carries(rule string) bool {
	for _, rate := range h.Rules.Earn {
		if rate.Name == rule {
			return rate.Rounding == programme.Carry
		}
	}
	return false
}

// A Profile has the words for what is known of a member.
type Profile struct{ Words Words }

// Member stands before whether somebody is one.
func (p Profile) Member() string { return p.Words.say(text{"Lid", "Member", "Mitglied", "Membre"}) }

// MemberSince stands before the day of the enrolment.
func (p Profile) MemberSince() string {
	return p.Words.say(text{"Lid sinds", "Member since", "Mitglied seit", "Membre depuis le"})
}

// NotEnrolled says that a card is nobody's by name.
func (p Profile) NotEnrolled() string {
	return p.Words.say(text{
		"niet ingeschreven; de kaart spaart wel",
		"not enrolled; the card earns all the same",
		"nicht angemeldet; die Karte sammelt trotzdem",
		"non inscrit ; la carte cumule quand même",
	})
}

// SeenHere stands before what this shop alone knows of a balance.
func (p Profile) SeenHere() string {
	return p.Words.say(text{"Hier gezien", "Seen here", "Hier gesehen", "Vu ici"})
}

// SetAside stands before points that this shop may give out without a line.
func (p Profile) SetAside(granted bool) string {
	if granted {
		return p.Words.say(text{
			"Hier te besteden zonder verbinding, van het hoofdkantoor",
			"To be spent here without a line, from head office",
			"Hier ohne Verbindung einlösbar, von der Zentrale",
			"Utilisable ici sans connexion, du siège",
		})
	}
	return p.Words.say(text{
		"Hier te besteden zonder verbinding, hier gespaard",
		"To be spent here without a line, earned here",
		"Hier ohne Verbindung einlösbar, hier gesammelt",
		"Utilisable ici sans connexion, cumulé ici",
	})
}

// Until says when a grant ends.
func (p Profile) Until(when string) string {
	return p.Words.sayf(text{"tot %s", "until %s", "bis %s", "jusqu'au %s"}, when)
}

// Of names the sale that a return, an undo or a move is about.
func (p Profile) Of(code string) string {
	return p.Words.sayf(text{"van %s", "of %s", "von %s", "de %s"}, code)
}
