package cashier_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// What Enter does in every state, with an empty field and with a full one.
func TestEnterDoesWhatTheLargeKeySays(t *testing.T) {
	customer := &session.Person{Card: "…4566"}
	sale := func(change func(*session.Recalled)) *session.Recalled {
		s := &session.Recalled{Lines: []session.RecalledLine{{Line: 1}}}
		change(s)
		return s
	}
	returnable := sale(func(s *session.Recalled) { s.CanReturn = true })
	cases := []struct {
		name string
		view session.View
		text string
		want []session.Event
	}{
		{"nobody", session.View{State: session.Free}, "", nil},
		{"nobody, a card's number", session.View{State: session.Free}, "8710400000013", does(session.Event{Kind: session.Typed, Text: "8710400000013"})},
		{"nobody, a phone number", session.View{State: session.Free}, "0612345", does(session.Event{Kind: session.Typed, Text: "0612345"})},
		{"nobody, an amount", session.View{State: session.Free}, "1250", does(session.Event{Kind: session.AmountSet, Amount: 1250})},
		{"nobody, a slip's code", session.View{State: session.Free}, "406E-3", does(session.Event{Kind: session.Typed, Text: "406E-3"})},
		{"found, a place", session.View{State: session.Free, Found: []session.FoundMember{{}, {}}}, "2", does(session.Event{Kind: session.Typed, Text: "2"})},
		{"a customer", session.View{State: session.Card, Customer: customer, Primary: "Bedrag"}, "", does(session.Event{Kind: session.Paid})},
		{"a customer, an amount", session.View{State: session.Card, Customer: customer}, "9999999", does(session.Event{Kind: session.AmountSet, Amount: 9999999})},
		{"a customer, too many digits", session.View{State: session.Card, Customer: customer}, "10000000", does(session.Event{Kind: session.Typed, Text: "10000000"})},
		{"an amount without a customer", session.View{State: session.Total}, "", nil},
		{"an amount", session.View{State: session.Total, Customer: customer, Primary: "Betaald"}, "", does(session.Event{Kind: session.Paid})},
		{"a reward", session.View{State: session.Reward, Customer: customer, Primary: "Betaald"}, "", does(session.Event{Kind: session.Paid})},
		{"paid", session.View{State: session.Done, Primary: "Volgende"}, "", does(session.Event{Kind: session.Cancel})},
		{"paid, the next amount", session.View{State: session.Done, Primary: "Volgende"}, "500", does(session.Event{Kind: session.AmountSet, Amount: 500})},
		{"an unusual amount", session.View{State: session.Card, Question: session.UnusualAmount}, "", does(session.Event{Kind: session.Confirm})},
		{"an unusual amount, mended", session.View{State: session.Card, Question: session.UnusualAmount}, "500", does(session.Event{Kind: session.AmountSet, Amount: 500})},
		{"another card", session.View{State: session.Card, Question: session.OtherCard}, "", does(session.Event{Kind: session.Confirm})},
		{"a slip", session.View{State: session.Slip, Slips: session.Returned, Sale: returnable, Primary: "Retour"}, "", does(session.Event{Kind: session.Returned})},
		{"a slip with lines, digits", session.View{State: session.Slip, Sale: returnable, Primary: "Retour"}, "500", does(session.Event{Kind: session.AmountSet, Amount: 500})},
		{
			"a slip without lines, an amount", session.View{State: session.Slip, Sale: &session.Recalled{CanReturn: true}, Primary: "Retour"},
			"500", does(session.Event{Kind: session.Returned, Goods: []refund.Goods{{Amount: 500}}}),
		},
		{
			"a bearer's slip and a card", session.View{State: session.Slip, Slips: session.Claim, Customer: customer, Primary: "x", Sale: sale(func(s *session.Recalled) { s.CanClaim, s.CanReturn = true, true })},
			"", does(session.Event{Kind: session.Claim}),
		},
		{
			"a bearer's slip alone waits for a card", session.View{State: session.Slip, Sale: sale(func(s *session.Recalled) { s.CanClaim, s.CanReturn = true, true })},
			"", nil,
		},
		{
			"another's slip", session.View{State: session.Slip, Slips: session.Move, Customer: customer, Primary: "x", Sale: sale(func(s *session.Recalled) { s.CanMove = true })},
			"", does(session.Event{Kind: session.Move}),
		},
		{"a slip nothing can be done with", session.View{State: session.Slip, Slips: session.Cancel, Primary: "x", Sale: sale(func(*session.Recalled) {})}, "", does(session.Event{Kind: session.Cancel})},
	}
	for _, c := range cases {
		d := at(c.view)
		body, err := json.Marshal(map[string]any{"turn": 7, "text": c.text})
		if err != nil {
			t.Fatal(err)
		}
		if w := post(t, counter(d), "/kassa/kassa1/do", string(body)); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		for i := range c.want {
			c.want[i].Turn = 7
		}
		if got := d.asked(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: asked for %+v, want %+v", c.name, got, c.want)
		}
	}
}

func does(e ...session.Event) []session.Event { return e }

func TestWhatTheScreenMovedOnFromDoesNothing(t *testing.T) {
	d := at(full("Jansen"))
	w := post(t, counter(d), "/kassa/kassa1/do", `{"turn":6,"kind":"paid"}`)
	if w.Code != http.StatusOK || len(d.asked()) > 0 {
		t.Errorf("%d, asked %v", w.Code, d.asked())
	}
	if got := shown(t, w); got.Turn != 7 {
		t.Errorf("the answer shows turn %d, want the one it is", got.Turn)
	}
}

func TestRewardsArePickedByTheirButtons(t *testing.T) {
	v := full("Jansen")
	v.Rewards = []session.Offer{{Reward: "Kop koffie", Wallet: "stamps", Step: 10_000, Least: 10_000, Most: 20_000, Suggested: 10_000}}
	press := func(v session.View) []redeem.Wish {
		d := at(v)
		page := shown(t, post(t, counter(d), "/kassa/kassa1/do", `{"turn":1}`)).Parts["list"]
		_, rest, ok := strings.Cut(page, `data-press="`)
		if !ok {
			t.Fatalf("no button in %s", page)
		}
		event, _, _ := strings.Cut(rest, `"`)
		event = strings.NewReplacer("&#34;", `"`).Replace(event)
		event = strings.Replace(event, `"turn":0`, `"turn":7`, 1)
		if w := post(t, counter(d), "/kassa/kassa1/do", event); w.Code != http.StatusOK || len(d.asked()) != 1 || d.asked()[0].Kind != session.RewardSet {
			t.Fatalf("%s: %d %v", event, w.Code, d.asked())
		}
		return d.asked()[0].Redeem
	}
	other := session.Redeemed{Reward: "Korting", Wallet: "points", Points: 100_000}
	// A voucher is no wish, also where it is for the very same reward.
	voucher := session.Redeemed{Reward: "Kop koffie", Voucher: true, Discount: 2_50}
	for _, c := range []struct {
		chosen ledger.Points
		want   []redeem.Wish
	}{
		{0, []redeem.Wish{{Reward: "Korting", Points: 100_000}, {Reward: "Kop koffie", Points: 10_000}}},
		{10_000, []redeem.Wish{{Reward: "Korting", Points: 100_000}, {Reward: "Kop koffie", Points: 20_000}}},
		{20_000, []redeem.Wish{{Reward: "Korting", Points: 100_000}}},
	} {
		if v.Chosen = []session.Redeemed{voucher, other}; c.chosen > 0 {
			v.Chosen = append(v.Chosen, session.Redeemed{Reward: "Kop koffie", Wallet: "stamps", Points: c.chosen})
		}
		if got := press(v); !reflect.DeepEqual(got, c.want) {
			t.Errorf("with %v chosen: %v, want %v", c.chosen, got, c.want)
		}
	}
}

func TestNumberOfPointsIsReadAsPeopleTypeIt(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		want       ledger.Points // -1 is refused
	}{
		{"nl", "250", 250_000}, {"nl", "2,5", 2_500}, {"nl", "2.5", 2_500}, {"nl", "1.250", 1_250_000}, {"nl", "1.250,5", 1_250_500},
		{"nl", "1.234.567", 1_234_567_000}, {"nl", "1.23", 1_230}, {"nl", "0,125", 125}, {"nl", " 250 ", 250_000},
		{"en", "2.5", 2_500}, {"en", "1,250.5", 1_250_500}, {"en", "2,5", 2_500},
		{"nl", "", -1}, {"nl", "-5", -1}, {"nl", "1,2345", -1}, {"nl", "veel", -1}, {"nl", ",5", -1}, {"nl", "1,2,3", -1},
		{"nl", "99999999999999999999", -1}, {"nl", "1e3", -1},
	} {
		v := full("Jansen")
		v.Lang = c.lang
		d := at(v)
		body, _ := json.Marshal(map[string]any{"turn": 7, "reward": "Betalen met punten", "text": c.text})
		w := post(t, counter(d), "/kassa/kassa1/do", string(body))
		switch {
		case c.want < 0 && (w.Code != http.StatusUnprocessableEntity || len(d.asked()) > 0):
			t.Errorf("%s %q: %d, asked %v; want it refused", c.lang, c.text, w.Code, d.asked())
		case c.want >= 0 && (len(d.asked()) != 1 || d.asked()[0].Redeem[0].Points != c.want):
			t.Errorf("%s %q: %d, asked %+v; want %d", c.lang, c.text, w.Code, d.asked(), c.want)
		}
	}
}

func TestFormsBecomeEvents(t *testing.T) {
	d := at(full("Jansen"))
	h := counter(d)
	post(t, h, "/kassa/kassa1/do", `{"turn":7,"kind":"goodwill","units":{"stamps":"2","points":"","none":"9"},"note":"Lange rij"}`)
	post(t, h, "/kassa/kassa1/do", `{"turn":7,"kind":"enrol","units":{"stamps":"3"},"enrol":{"name":"Jo","phone":"0612345678","lang":"xx",
		"consents":[{"name":"terms","version":3,"lang":"nl","given":true}]}}`)
	want := []session.Event{
		{Kind: session.Goodwill, Turn: 7, Give: []session.Amount{{Wallet: "stamps", Points: 2000}}, Note: "Lange rij"},
		{Kind: session.Enrol, Turn: 7, Enrol: &session.Enrolment{
			Name: "Jo", Phone: "0612345678", Lang: "nl", Carried: []session.Amount{{Wallet: "stamps", Points: 3000}},
			Consents: []ledger.Consent{{Name: "terms", Version: 3, Lang: "nl", Given: true}},
		}},
	}
	if got := d.asked(); !reflect.DeepEqual(got, want) {
		t.Errorf("asked for %+v, want %+v", got, want)
	}
	for typed, day := range map[string]string{"29-02": "02-29", " 3/11": "11-03", "3. 11": "11-03", "3112": "12-31", "": "", "31-02": "02-31"} {
		d := at(full("Jansen"))
		body, _ := json.Marshal(map[string]any{"turn": 7, "kind": "enrol", "enrol": map[string]any{"birthday": typed, "referrer": " 2900000000025 "}})
		post(t, counter(d), "/kassa/kassa1/do", string(body))
		if got := d.asked(); len(got) != 1 || got[0].Enrol.Birthday != day || got[0].Enrol.Referrer != "2900000000025" {
			t.Errorf("birthday %q: asked for %+v", typed, got)
		}
	}
	for _, typed := range []string{"mei", "29", "29-02-2000", "29-300", "--"} {
		body := `{"turn":7,"kind":"enrol","enrol":{"lang":"nl","birthday":"` + typed + `"}}`
		if w := post(t, h, "/kassa/kassa1/do", body); w.Code != http.StatusUnprocessableEntity || !strings.Contains(shown(t, w).Parts["said"], "K\u2011111") {
			t.Errorf("birthday %q: %d %s", typed, w.Code, w.Body)
		}
	}
	if w := post(t, h, "/kassa/kassa1/do", `{"turn":7,"kind":"goodwill","units":{"stamps":"two"},"note":"x"}`); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a number that is none: %d", w.Code)
	}
}

// A new member is asked for nothing that the programme has no use for.
func TestANewMemberIsAskedForWhatTheProgrammeUses(t *testing.T) {
	v := full("Jansen")
	v.Customer.Enrolled = false
	form := func(uses programme.Rule) string {
		h := counter(at(v), func(cfg *cashier.Config) {
			cfg.Rules = func() programme.Rules {
				r := rules
				r.Earn = append([]programme.Rule{uses}, r.Earn...)
				return r
			}
		})
		return shown(t, post(t, h, "/kassa/kassa1/do", `{"turn":1}`)).Parts["enrol"]
	}
	for _, c := range []struct {
		uses               programme.Rule
		birthday, referrer bool
	}{
		{programme.Rule{}, false, false},
		{programme.Rule{If: programme.Condition{Birthday: &programme.Window{}}}, true, false},
		{programme.Rule{If: programme.Condition{Referred: true}}, false, true},
		{programme.Rule{Referrer: true}, false, true},
	} {
		page := form(c.uses)
		if strings.Contains(page, `name="birthday"`) != c.birthday || strings.Contains(page, `name="referrer"`) != c.referrer || !strings.Contains(page, `name="phone"`) {
			t.Errorf("%+v: %s", c, page)
		}
	}
}

func TestPINsSignInAndConfirm(t *testing.T) {
	d := at(session.View{State: session.Free, SignIn: true})
	h := counter(d)
	if w := post(t, h, "/kassa/kassa1/do", `{"turn":7,"text":"0000"}`); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "K-501") {
		t.Errorf("a wrong PIN: %d %s", w.Code, w.Body)
	}
	if w := post(t, h, "/kassa/kassa1/do", `{"turn":7,"text":"1234"}`); w.Code != http.StatusOK || d.View().Operator != "Anna" {
		t.Errorf("a PIN: %d, %q signed in", w.Code, d.View().Operator)
	}
	d.show(func(v *session.View) { v.Question = session.AskManager })
	post(t, h, "/kassa/kassa1/do", `{"turn":9,"text":"9999"}`)
	bea := session.Operator{Name: "Bea", Manager: true}
	if got := d.asked(); len(got) != 1 || got[0].Kind != session.Confirm || d.by[0] != bea {
		t.Errorf("asked for %+v by %+v, want Bea to confirm", got, d.by)
	}
	if d.View().Operator != "Anna" {
		t.Errorf("%s is signed in: confirming signs nobody in", d.View().Operator)
	}
	post(t, h, "/kassa/kassa1/sign-out", `{}`)
	if !d.View().SignIn {
		t.Error("nobody signed out")
	}
	d.show(func(v *session.View) { v.Question = session.NoQuestion })
	post(t, h, "/kassa/kassa1/sign-in", `{"turn":10,"text":"9999"}`)
	if d.View().Operator != "Bea" {
		t.Errorf("%q is signed in, want Bea", d.View().Operator)
	}
	if len(d.scans) > 0 {
		t.Errorf("a secret reached the scanner's path: %q", d.scans)
	}
}

func TestTypedScansGoToTheDeskWhateverTheScreenIsAbout(t *testing.T) {
	for name, view := range map[string]session.View{
		"sale": full("Jansen"), "slip": slip("Jansen"), "sign-in": {SignIn: true}, "manager": {Question: session.AskManager},
	} {
		d := at(view)
		post(t, counter(d), "/kassa/kassa1/scan", `{"turn":1,"text":"+31*<b>"}`)
		if want := []string{"+31*<b>"}; !reflect.DeepEqual(d.scans, want) || d.View().Operator == "Bea" {
			t.Errorf("%s: scanned %q, want %q", name, d.scans, want)
		}
	}
}

func TestWhoPressedTheKey(t *testing.T) {
	v := full("Jansen")
	v.Operator, v.Manager = "Anna", false
	d := at(v)
	post(t, counter(d), "/kassa/kassa1/do", `{"turn":7,"kind":"paid"}`)
	known := func(c *cashier.Config) {
		c.Operator = func(r *http.Request) (session.Operator, bool) {
			return session.Operator{Name: "Chris"}, r.Header.Get("Content-Type") != ""
		}
	}
	post(t, counter(d, known), "/kassa/kassa1/do", `{"turn":7,"kind":"paid"}`)
	if want := []session.Operator{{Name: "Anna"}, {Name: "Chris"}}; !reflect.DeepEqual(d.by, want) {
		t.Errorf("pressed by %v, want %v", d.by, want)
	}
}

func TestWhatWentWrongIsSaid(t *testing.T) {
	cases := []struct {
		err    error
		status int
		says   string
	}{
		{&programme.Refusal{Code: programme.CannotMove}, http.StatusUnprocessableEntity, "(K\u2011242)"},
		{errDisk, http.StatusServiceUnavailable, "(K\u2011401)"},
		{errors.New("line cut"), http.StatusServiceUnavailable, "(K\u2011402)"},
	}
	for _, c := range cases {
		d := at(full("Jansen"))
		d.fails = c.err
		w := post(t, counter(d), "/kassa/kassa1/do", `{"turn":7,"kind":"move"}`)
		got := shown(t, w)
		if w.Code != c.status || !strings.Contains(got.Parts["said"], c.says) || !strings.Contains(got.Parts["said"], "Niet gelukt") || !got.Urgent || got.Tone != "no" {
			t.Errorf("%v: %d %q, urgent %t, tone %q", c.err, w.Code, got.Parts["said"], got.Urgent, got.Tone)
		}
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	d := at(full("Jansen"))
	h := counter(d)
	for _, body := range []string{``, `[]`, `{"turn":"7"}`, `{"turn":7,"kind":"paid","other":1}`, `{"turn":7}{}`, `{"turn":7,"text":"` + strings.Repeat("9", 20_000) + `"}`} {
		if w := post(t, h, "/kassa/kassa1/do", body); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "<") {
			t.Errorf("%.40s: %d %s", body, w.Code, w.Body)
		}
	}
	if len(d.asked()) > 0 {
		t.Errorf("asked for %v", d.asked())
	}
}

func TestAmountIsWholeMinorUnits(t *testing.T) {
	d := at(session.View{State: session.Card, Customer: &session.Person{Card: "…1"}})
	post(t, counter(d), "/kassa/kassa1/do", `{"turn":7,"text":"5"}`)
	if got := d.asked(); len(got) != 1 || got[0].Amount != basket.Money(5) {
		t.Errorf("asked for %+v, want 5 cents", got)
	}
}

type screen struct {
	Turn                              int64
	Version, Subject, Mode, Say, Tone string
	Said, At                          string
	Urgent, Asks, Picks               bool
	Undo                              int64
	Parts                             map[string]string
}

func shown(t *testing.T, w *httptest.ResponseRecorder) screen {
	t.Helper()
	var s screen
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return s
}
