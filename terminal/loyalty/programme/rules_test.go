package programme_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
)

func good() programme.Rules {
	return programme.Rules{
		Version: 1, Name: "Punten", Currency: "EUR", Zone: "Europe/Amsterdam", Language: "nl-BE", CutOver: 3 * time.Hour, KeepDays: 400,
		Wallets: []programme.Wallet{
			{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}},
			{Name: "stars", Decimals: 2, Units: map[string]programme.Unit{"nl": {One: "ster", Many: "sterren"}}},
		},
		Earn: []programme.Rule{
			{Name: "base", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Carry},
			{Name: "stars", Wallet: "stars", Points: 500, Per: 3333, Step: 10, Rounding: programme.HalfUp},
		},
		Cards:  member.Formats{{Name: "kaart", Class: member.GTIN, Prefixes: []string{"29"}}},
		Header: []string{"Bakkerij\u00a0Jansen"}, PhoneCountry: "31", Bearer: programme.Bearer{Days: 14},
		Consents: []programme.Consent{
			{Name: "terms", Version: 2, Required: true, Wording: map[string]string{"nl": "Ik doe mee.", "en": "I take part."}},
			{Name: "mail", Version: 1, Wording: map[string]string{"nl": "Stuur mij aanbiedingen."}},
		},
	}
}

func TestValidate(t *testing.T) {
	if err := good().Validate(); err != nil {
		t.Fatalf("good rules: %v", err)
	}
	cases := []struct {
		name   string
		change func(*programme.Rules)
		want   string // the beginning of the one complaint
	}{
		{"no version", func(r *programme.Rules) { r.Version = 0 }, "version: 0: versions count from 1"},
		{"no name", func(r *programme.Rules) { r.Name = " " }, "name: need"},
		{"a name that rings", func(r *programme.Rules) { r.Name = "a\a" }, "name: need"},
		{"a name in a broken charset", func(r *programme.Rules) { r.Name = "\xff" }, "name: need"},
		{"a currency's symbol", func(r *programme.Rules) { r.Currency = "€" }, `currency: "€"`},
		{"small letters", func(r *programme.Rules) { r.Currency = "eur" }, `currency: "eur"`},
		{"the zone of whatever PC", func(r *programme.Rules) { r.Zone = "Local" }, `zone: "Local"`},
		{"a path for a zone", func(r *programme.Rules) { r.Zone = "/etc/localtime" }, `zone: "/etc`},
		{"a path out of the zones", func(r *programme.Rules) { r.Zone = "../../etc" }, `zone: "../`},
		{"a day that never ends", func(r *programme.Rules) { r.CutOver = 12 * time.Hour }, "cut_over: 12h"},
		{"a day that ends before midnight", func(r *programme.Rules) { r.CutOver = -time.Hour }, "cut_over: -1h"},
		{"a day that ends at half a minute", func(r *programme.Rules) { r.CutOver = 30 * time.Second }, "cut_over: 30s"},
		{"a language's name", func(r *programme.Rules) { r.Language = "Nederlands" }, `language: "Nederlands"`},
		{"no usual amount below nothing", func(r *programme.Rules) { r.UsualMax = -1 }, "usual_max: -1"},
		{"nothing kept", func(r *programme.Rules) { r.KeepDays = 0 }, "keep_days: 0"},
		{"a limit below nothing", func(r *programme.Rules) { r.Limits.TypedAmount = -1 }, "limits.typed_amount: -1"},
		{"goodwill below nothing", func(r *programme.Rules) { r.Limits.Goodwill = -1 }, "limits.goodwill: -0.001"},
		{"a limit nobody reaches", func(r *programme.Rules) { r.Limits.KeyedRedeem = programme.MaxRatePoints + 1 }, "limits.keyed_redeem: 1000000.001"},
		{"a consent without a name", func(r *programme.Rules) { r.Consents[1].Name = "" }, `consent[1].name: ""`},
		{"a consent twice", func(r *programme.Rules) { r.Consents[1].Name = "terms" }, `consent[1].name: "terms" stands twice`},
		{"a wording of no version", func(r *programme.Rules) { r.Consents[0].Version = 0 }, "consent[0].version: 0"},
		{"no wording in the shop's language", func(r *programme.Rules) { delete(r.Consents[0].Wording, "nl") }, "consent[0].wording: no wording"},
		{"a wording of nothing", func(r *programme.Rules) { r.Consents[0].Wording["en"] = " " }, "consent[0].wording.en: need"},
		{"a country's name", func(r *programme.Rules) { r.PhoneCountry = "NL" }, `phone.country: "NL"`},
		{"a country with its zeros", func(r *programme.Rules) { r.PhoneCountry = "0031" }, `phone.country: "0031"`},
		{"a slip that is over at once", func(r *programme.Rules) { r.Bearer.Days = 0 }, "bearer.days: 0"},
		{"no rate", func(r *programme.Rules) { r.Earn = nil }, "earn: need at least one"},
		{"no card", func(r *programme.Rules) { r.Cards = nil }, "card: need at least one"},
		{"a card without prefix", func(r *programme.Rules) { r.Cards[0].Prefixes = nil }, "card[0].prefixes: need at least one"},
		{"a wallet with a capital", func(r *programme.Rules) {
			r.Wallets = append(r.Wallets, programme.Wallet{Name: "Stamps", Units: r.Wallets[0].Units})
		}, `wallet[2].name: "Stamps"`},
		{"a wallet twice", func(r *programme.Rules) { r.Wallets = append(r.Wallets, r.Wallets[0]) }, `wallet[2].name: "points" stands twice`},
		{"four decimals", func(r *programme.Rules) { r.Wallets[1].Decimals = 4 }, "wallet[1].decimals: 4"},
		{"no words in the language", func(r *programme.Rules) { r.Language = "en" }, `wallet[0].units: no words`},
		{"a word missing", func(r *programme.Rules) {
			r.Wallets[0].Units = map[string]programme.Unit{"nl": {One: "punt"}}
		}, "wallet[0].units.nl: need a word"},
		{"a rate for nobody's wallet", func(r *programme.Rules) { r.Earn[0].Wallet = "miles" }, `earn[0].wallet: there is no wallet "miles"`},
		{"two rates of one name", func(r *programme.Rules) { r.Earn[1].Name = "base" }, `earn[1].name: "base" stands twice`},
		{"nothing for something", func(r *programme.Rules) { r.Earn[0].Points = 0 }, "earn[0].points: 0"},
		{"something for nothing", func(r *programme.Rules) { r.Earn[0].Per = 0 }, "earn[0].per: 0"},
		{"a fortune for a cent", func(r *programme.Rules) { r.Earn[0].Points, r.Earn[0].Per = 10_000_000, 1 }, "earn[0].points: 10000 for every 1"},
		{"no step", func(r *programme.Rules) { r.Earn[0].Step = 0 }, "earn[0].step: 0"},
		{"a step that cannot be shown", func(r *programme.Rules) { r.Earn[1].Step = 5 }, "earn[1].step: 0.005: with 2 decimals"},
		{"no rounding", func(r *programme.Rules) { r.Earn[0].Rounding = "" }, `earn[0].rounding: ""`},
		{"a carried part too fine to add up", func(r *programme.Rules) { r.Earn[1].Rounding = programme.Carry }, "earn[1].per: what is left over comes in parts of 3333"},
		{"an endless heading", func(r *programme.Rules) { r.Header = strings.Split(strings.Repeat("a", 9), "") }, "slip.header: 9 lines"},
		{"an empty line", func(r *programme.Rules) { r.Footer = []string{"a", ""} }, "slip.footer[1]: need"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := good()
			c.change(&r)
			var complaints programme.Complaints
			if err := r.Validate(); !errors.As(err, &complaints) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if got := complaints.Error(); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestValidateTellsEverythingAtOnce(t *testing.T) {
	var complaints programme.Complaints
	if err := (programme.Rules{}).Validate(); !errors.As(err, &complaints) {
		t.Fatalf("got %v", err)
	}
	told := make(map[string]bool)
	for _, c := range complaints {
		told[c.Key] = true
	}
	for _, key := range strings.Fields("version name currency zone language keep_days wallet earn card") {
		if !told[key] {
			t.Errorf("nothing about %s in\n%v", key, complaints)
		}
	}
}

func TestUnusual(t *testing.T) {
	r := good()
	if r.Unusual(basket.MaxAmount) {
		t.Error("without a limit every amount is usual")
	}
	r.UsualMax = 500_00
	if r.Unusual(500_00) || !r.Unusual(500_01) {
		t.Error("the limit itself is usual, a cent above it is not")
	}
}

func TestCalendarHasTheCutOver(t *testing.T) {
	r := good()
	at := time.Date(2026, 11, 22, 2, 59, 0, 0, time.UTC)
	if day := r.Calendar(time.UTC).Moment(at, true).Day; day != "2026-11-21" {
		t.Errorf("a minute before the cut-over is on %s", day)
	}
	if day := r.Calendar(time.UTC).Moment(at.Add(time.Minute), true).Day; day != "2026-11-22" {
		t.Errorf("the cut-over is on %s", day)
	}
}

func TestUnitFallsBackToTheName(t *testing.T) {
	w := good().Wallets[0]
	for lang, want := range map[string]programme.Unit{
		"nl": {One: "punt", Many: "punten"}, "nl-BE": {One: "punt", Many: "punten"}, "de": {One: "points", Many: "points"},
	} {
		if got := w.Unit(lang); got != want {
			t.Errorf("%s: got %v, want %v", lang, got, want)
		}
	}
	if w, ok := good().Wallet("miles"); ok || w.Name != "miles" {
		t.Errorf("got %v, %t", w, ok)
	}
}

func TestRefuseCode(t *testing.T) {
	formats := append(good().Cards, member.Format{Name: "tag", Class: member.UID})
	for text, want := range map[string]programme.Code{
		"4111111111111111": programme.BankCard, "4006381333931": programme.NotACard, "2900001234567": programme.BadRead,
		"hello": programme.UnknownCard, "2\x003": programme.BadRead,
		"08:24:A9:37": programme.RandomTap, "88:24:A9:37": programme.BadRead, "04:24:A9:37": programme.UnknownCard,
	} {
		_, cause := formats.Parse(text, "")
		var refusal *programme.Refusal
		if err := programme.RefuseCode(cause); !errors.As(err, &refusal) || refusal.Code != want || !errors.Is(err, cause) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		} else if strings.Contains(err.Error(), text) {
			t.Errorf("%q is in the message %q", text, err)
		}
	}
	other := errors.New("disk full")
	if got := programme.RefuseCode(other); got != other {
		t.Errorf("another error became %v", got)
	}
}

func TestEveryCodeHasAMeaning(t *testing.T) {
	seen := make(map[string]bool)
	unknown := (&programme.Refusal{Code: "K-999"}).Error()
	for _, code := range programme.Codes() {
		text := (&programme.Refusal{Code: code}).Error()
		_, meaning, _ := strings.Cut(text, ": ")
		if seen[meaning] || strings.HasSuffix(unknown, meaning) || !strings.Contains(text, string(code)) {
			t.Errorf("%s: %q", code, text)
		}
		seen[meaning] = true
	}
}
