package words_test

import (
	"reflect"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

func TestReportWords(t *testing.T) {
	nl, en := words.Report{Words: in(t, "nl")}, words.Report{Words: in(t, "en")}
	de, fr := words.Report{Words: in(t, "de")}, words.Report{Words: in(t, "fr")}
	for _, c := range []struct{ got, want string }{
		{nl.Of("2026-11-22", 1), "zondag 22-11-2026"},
		{en.Of("2026-11-22", 2), "Sunday 22/11/2026, part 2"},
		{nl.Sentence(0, 0, 0, "EUR", nil, nil), "Er is niets gebeurd."},
		{nl.Sentence(3, 1, 12_50, "EUR", []string{"12 punten"}, nil), "1 verkoop met kaart voor €\u00a012,50; gespaard: 12 punten."},
		{en.Sentence(3, 1234, 12_50, "EUR", []string{"12 points", "1 stamp"}, []string{"5 points"}), "1,234 sales with a card for €12.50; earned: 12 points, 1 stamp; redeemed: 5 points."},
		{nl.Share(1, 3), "33,3%"}, {nl.Share(2, 3), "66,7%"}, {nl.Share(1, 0), "–"}, {en.Share(1, 8), "12.5%"}, {nl.Share(-1, 3), "-33,3%"}, {nl.Share(0, 5), "0,0%"}, {nl.Share(1, 2000), "0,1%"},
		{nl.Lasting(0), "0 min"}, {nl.Lasting(1), "1 min"}, {nl.Lasting(3_600_000), "1 u 00 min"}, {en.Lasting(5_400_000), "1 h 30 min"},
		{nl.Days("2026-11-22", "2026-11-22"), "22-11-2026"}, {en.Days("2026-11-22", "2026-11-24"), "22/11/2026 to 24/11/2026"},
		{nl.Cashier(""), "niemand aangemeld"}, {en.Cashier("*"), "all others"}, {en.Cashier("Anna"), "Anna"},
		{nl.Wallet(points), "Punten"}, {nl.Wallet(programme.Wallet{Name: "x"}), "X"}, {nl.Plain(1234_500), "1.234,5"}, {nl.Plain(-1000), "-1"},
		{nl.Code(ledger.Hash{0xab, 0x01}), "AB01 0000 0000 0000"}, {nl.Code(ledger.Hash{}), "geen"},
		{nl.Till("1", "2026-11-22", true), "1, 22-11-2026 (na de afsluiting gemeld)"},
		{nl.Sequence(ledger.Branch{0xa1, 0xb2}, 7), "A1B2-7"},
		{de.Of("2026-11-22", 2), "Sonntag 22.11.2026, Teil 2"}, {fr.Of("2026-11-22", 1), "dimanche 22/11/2026"},
		{de.Sentence(3, 1, 12_50, "EUR", []string{"12 Punkte"}, nil), "1 Verkauf mit Karte über 12,50\u00a0€; gesammelt: 12 Punkte."},
		{fr.Sentence(3, 0, 0, "EUR", nil, []string{"5 points"}), "0 vente avec carte pour 0,00\u00a0€\u00a0; utilisation\u00a0: 5 points."},
		{de.Share(1, 3), "33,3\u00a0%"}, {fr.Share(2, 3), "66,7\u00a0%"}, {de.Lasting(5_400_000), "1 Std. 30 Min."}, {fr.Lasting(5_400_000), "1 h 30 min"},
		{de.Days("2026-11-22", "2026-11-24"), "22.11.2026 bis 24.11.2026"}, {fr.Days("2026-11-22", "2026-11-24"), "du 22/11/2026 au 24/11/2026"},
		{fr.Wallet(programme.Wallet{Name: "x", Units: map[string]programme.Unit{"fr": {One: "étoile", Many: "étoiles"}}}), "Étoiles"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for _, k := range []ledger.Kind{ledger.KindAward, ledger.KindClose, ledger.KindReverse, ledger.KindReturn, ledger.KindUndo, ledger.KindMove, ledger.KindEnrol, ledger.KindClaim, ledger.KindAdjust} {
		if nl.Kind(k) == string(k) || nl.Kind(k) == en.Kind(k) || nl.Kind(k) == de.Kind(k) || de.Kind(k) == fr.Kind(k) {
			t.Errorf("%s is %q, %q, %q and %q", k, nl.Kind(k), en.Kind(k), de.Kind(k), fr.Kind(k))
		}
	}
	for _, k := range []ledger.EntryKind{ledger.Earn, ledger.Bonus, ledger.Redeem, ledger.Reverse, ledger.Expire, ledger.Donate, ledger.Convert, ledger.Adjust, ledger.Transfer, ledger.Move, ledger.Close} {
		if nl.Entry(k) == string(k) || nl.Entry(k) == en.Entry(k) {
			t.Errorf("%s is %q and %q", k, nl.Entry(k), en.Entry(k))
		}
	}
	for _, m := range []ledger.EntryMode{ledger.Scanned, ledger.Keyed, ledger.ByPhone, ledger.ByTill} {
		if nl.Mode(m) == string(m) || nl.Mode(m) == en.Mode(m) {
			t.Errorf("%s is %q and %q", m, nl.Mode(m), en.Mode(m))
		}
	}
}

func TestHistoryExplainsARecord(t *testing.T) {
	mine, other := ledger.Account{1}, ledger.Account{2}
	sale := ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}
	head := func(kind ledger.Kind, entries ...ledger.Entry) ledger.Head {
		return ledger.Head{Terminal: 1, Branch: sale.Branch, Seq: 18, Kind: kind, Rules: 4, At: time.Date(2026, 11, 22, 15, 4, 0, 0, time.UTC).UnixMilli(), Entries: entries}
	}
	of := func(a ledger.Account, p ledger.Points) ledger.Entry {
		return ledger.Entry{Account: a, Wallet: "points", Points: p}
	}
	rules := programme.Rules{
		Version: 4, Currency: "EUR", Wallets: []programme.Wallet{points},
		Earn: []programme.Rule{{Name: "base", Wallet: "points", Points: 1000, Per: 100, Rounding: programme.Carry}, {Name: "half", Wallet: "points", Points: 1000, Per: 100, Rounding: programme.HalfUp},
			{Name: "visit", Wallet: "points", Counts: programme.Order, Points: 5000, Per: 1000, Rounding: programme.Carry}},
	}
	reason := func(code, rule string, p ledger.Points, amount int64) ledger.Reason {
		return ledger.Reason{Code: code, Rule: rule, Wallet: "points", Points: p, Amount: amount}
	}
	for _, c := range []struct {
		name    string
		record  ledger.Record
		version int64
		what    string
		of      string
		changes []string
		why     []string
	}{
		{"an award", ledger.Record{Head: head(ledger.KindAward, of(mine, 12_000)), Body: &ledger.Body{Identifiers: []member.Identifier{{Mask: "…4566"}}, Reasons: []ledger.Reason{
			reason("rate", "base", 12_500, 12_50), reason("carried", "base", 250, 0), reason("rounded", "base", -750, 0)}}}, 4,
			"verkoop", "", []string{"+12 punten"}, []string{"€\u00a012,50 is 12,5 punten waard (1 punt per €\u00a01,00)", "over van eerder: 0,25 punten", "telt de volgende keer mee: 0,75 punten"}},
		{"two rules that carry", ledger.Record{Head: head(ledger.KindAward, of(mine, 17_000)), Body: &ledger.Body{Reasons: []ledger.Reason{
			reason("rate", "base", 12_500, 12_50), reason("carried", "base", 250, 0), reason("rounded", "base", -750, 0),
			reason("order", "visit", 5_000, 0), reason("carried", "visit", 750, 0), reason("rounded", "visit", -750, 0)}}}, 4,
			"verkoop", "", []string{"+17 punten"}, []string{"€\u00a012,50 is 12,5 punten waard (1 punt per €\u00a01,00)", "over van eerder: 0,25 punten", "visit: +5 punten", "telt de volgende keer mee: 0,75 punten"}},
		{"by another version", ledger.Record{Head: head(ledger.KindAward, of(mine, 12_000)), Body: &ledger.Body{Reasons: []ledger.Reason{reason("rate", "half", 12_500, 12_50), reason("rounded", "half", 500, 0)}}}, 5,
			"verkoop", "", []string{"+12 punten"}, []string{"€\u00a012,50 is 12,5 punten waard (regel half, versie 4)", "afgerond: +0,5 punten"}},
		{"a redemption", ledger.Record{Head: head(ledger.KindAward, of(mine, -500_000)), Body: &ledger.Body{Reasons: []ledger.Reason{
			reason("redeemed", "Korting", -500_000, 5_00), reason("redeemed", "Koffie", -1_000, 0), reason("hold_lapsed", "Korting", 3_000, 0)}}}, 4,
			"verkoop", "", []string{"-500 punten"}, []string{"500 punten ingewisseld voor Korting: €\u00a05,00 korting", "1 punt ingewisseld voor Koffie", "niet meer gereserveerd, dus schuld: 3 punten"}},
		{"a sale of a programme that has everything", ledger.Record{Head: head(ledger.KindAward, of(mine, 35_000)), Body: &ledger.Body{Reasons: []ledger.Reason{
			reason("multiple", "dubbel", 25_000, 25_000), reason("capped", "dubbel", -5_000, 0), reason("most", "", -1_000, 0), reason("game", "Rad", 10_000, 0),
			{Code: "tier", Rule: "Goud"}, {Code: "club", Rule: "Plus"}, reason("redeemed", "Betalen", -200_000, 2_00), reason("paid_with_points", "Betalen", 0, 2_00), reason("paid_out", "", 0, 1_00), reason("donated", "", 0, 1_50)}}}, 4,
			"verkoop", "", []string{"+35 punten"}, []string{"dubbel: +25 punten", "boven de grens van dubbel: -5 punten", "meer dan een lid kan hebben: -1 punt", "Rad: +10 punten",
				"niveau Goud bereikt", "lidmaatschap Plus betaald", "200 punten ingewisseld voor Betalen: betaald met punten €\u00a02,00", "uitbetaald: €\u00a01,00", "naar het goede doel: €\u00a01,50"}},
		{"a return", ledger.Record{Head: head(ledger.KindReturn, of(mine, -3_000)), Body: &ledger.Body{Sale: &sale, Reasons: []ledger.Reason{
			{Code: "returned", Line: 2, Amount: 3_00}, reason("taken_back", "", -3_000, 0), reason("given_back", "", 500, 0), reason("points_paid", "", 0, 50), reason("returned_whole", "", 0, 7_00)}}}, 4,
			"retour", "A1B2-17", []string{"-3 punten"}, []string{"regel 2 terug: €\u00a03,00", "teruggenomen: 3 punten", "teruggegeven: 0,5 punten", "waarvan met punten betaald: €\u00a00,50", "alles terug: €\u00a07,00"}},
		{"a move has another member's entries too", ledger.Record{Head: head(ledger.KindMove, of(other, -7_000), of(mine, 7_000)), Body: &ledger.Body{Sale: &sale}}, 4,
			"naar het juiste lid", "A1B2-17", []string{"+7 punten"}, []string{}},
		{"points a person gave", ledger.Record{Head: head(ledger.KindAdjust, of(mine, 1_000)), Body: &ledger.Body{Note: "lang gewacht", Reasons: []ledger.Reason{reason("goodwill", "", 1_000, 0), {Code: "new_code"}}}}, 4,
			"gegeven door een mens", "", []string{"+1 punt"}, []string{"uit coulance: 1 punt", "new_code", "reden: lang gewacht"}},
		{"one whose body was emptied", ledger.Record{Head: head(ledger.KindUndo, of(mine, -1_000))}, 4,
			"teruggedraaid", "", []string{"-1 punt"}, []string{"de reden is niet meer bewaard"}},
	} {
		h := words.History{Words: in(t, "nl"), Rules: rules}
		h.Rules.Version = c.version
		s := h.Step(c.record, func(a ledger.Account) bool { return a == mine })
		if s.What != c.what || s.Of != c.of || !reflect.DeepEqual(s.Changes, c.changes) || !reflect.DeepEqual(s.Why, c.why) || s.Code != "A1B2-18" || s.When != "22-11-2026, 15:04" {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	en := words.History{Words: in(t, "en"), Rules: rules}.Step(ledger.Record{Head: head(ledger.KindUndo), Body: &ledger.Body{Reasons: []ledger.Reason{{Code: "undone", Amount: 12_50}}}}, func(ledger.Account) bool { return true })
	if en.What != "undone" || len(en.Why) != 1 || en.Why[0] != "the whole sale undone: €12.50" {
		t.Errorf("got %+v", en)
	}
}

// What is looked up by name has words in every language, and its own where
// the language has one of its own.
func TestNamedWordsAreThereInEveryLanguage(t *testing.T) {
	for _, lang := range languages {
		r := words.Report{Words: in(t, lang)}
		for _, name := range r.Figures() {
			label, means := r.Figure(name)
			if label == "" || means == "" || label == name {
				t.Errorf("%s: %s is %q: %q", lang, name, label, means)
			}
		}
		for _, said := range []struct {
			of    func(string) string
			names []string
		}{
			{r.Section, []string{"sales", "takings", "kinds", "look", "paper", "journal", "hours", "operators", "lanes", "modes"}},
			{r.Column, []string{"records", "sales", "amount", "given", "taken", "other", "hour", "operator", "lane"}},
			{r.Form, []string{"close", "explain", "final", "day", "show", "means", "till", "none", "sign_in", "bad_money", "bad_day", "fault", "picture", "describe", "signals", "signal_fault", "compare"}},
			{r.Year, []string{"start", "earned", "bonus", "adjusted", "moved", "converted", "taken_back", "redeemed", "donated", "given_back", "lapsed", "end", "money", "off", "paid", "came_back", "paid_out", "gifts", "cash_back", "stored_in", "stored_out", "here", "emptied"}},
		} {
			for _, name := range said.names {
				if s := said.of(name); s == "" || s == name {
					t.Errorf("%s: %s is %q", lang, name, s)
				}
			}
		}
	}
}
