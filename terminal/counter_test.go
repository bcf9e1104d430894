package terminal_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

func amount(cents int64) session.Event {
	return session.Event{Kind: session.AmountSet, Amount: basket.Money(cents)}
}

func wish(points ledger.Points) session.Event {
	return session.Event{Kind: session.RewardSet, Redeem: []redeem.Wish{{Reward: "Korting", Points: points * ledger.Unit}}}
}

var (
	paid    = session.Event{Kind: session.Paid}
	confirm = session.Event{Kind: session.Confirm}
	cancel  = session.Event{Kind: session.Cancel}
	undo    = session.Event{Kind: session.Undo}
)

// qr is the code on the slip of the newest record.
func (l *lane) qr(t testing.TB) string {
	t.Helper()
	slip, err := receipt.Decode(l.store.last().Body.Slip)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range slip.Blocks {
		if b.QR != "" {
			return b.QR
		}
	}
	t.Fatalf("the slip has no code: %+v", slip)
	return ""
}

func (l *lane) reads(t testing.TB, code string) session.View {
	t.Helper()
	v, err := l.Scan(t.Context(), code, "]Q1")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A till that cannot talk: scan, amount, paid.
func TestAPlainSaleByKeys(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.says(t, session.Card, "Kaart gelezen. Er is nog niets geteld. Typ het bedrag van de bon.")
	l.press(t, amount(23_50))
	v := l.says(t, session.Total, "Bedrag € 23,50. Er is nog niets geteld. Kies een beloning of druk op Betaald.")
	if len(v.Earns) != 1 || v.Earns[0].Text != "23 punten" || v.Primary != "Betaald" || v.Amount.Amount != 23_50 || v.ToPay != nil {
		t.Errorf("got %+v", v)
	}
	l.press(t, paid)
	v = l.says(t, session.Done, "Gespaard: 23 punten. De punten zijn bijgeschreven. Geef de bon mee.")
	if v.Customer.Balance[0].Text != "23 punten" || v.Undo == nil || v.Said.Tone != session.Good || v.Heading != "Klaar" {
		t.Errorf("got %+v", v)
	}
	body := l.store.last().Body
	if !body.TypedAmount || body.Lane != "kassa1" || body.Basket.Key.Till != "kassa1" || body.Basket.Total != 23_50 {
		t.Errorf("the record has %+v", body)
	}
	l.scan(t, bobsCard) // the next customer
	if v := l.says(t, session.Card, "Kaart gelezen. Er is nog niets geteld. Typ het bedrag van de bon."); v.Undo != nil {
		t.Error("the sale of the customer before is still offered to be undone")
	}
}

func TestAKeyPressedTwiceCountsOnce(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	v := l.press(t, amount(10_00))
	twice := paid
	twice.Turn = v.Turn
	if _, err := l.Do(t.Context(), twice, session.Operator{}); err != nil {
		t.Fatal(err)
	}
	v, err := l.Do(t.Context(), twice, session.Operator{})
	if err != nil || v.State != session.Done || v.Said.Code != "K-505" {
		t.Errorf("got %+v, %v", v, err)
	}
	if now := l.View(); now.Said.Code != "" {
		t.Errorf("everybody is told: %+v", now.Said)
	}
	l.press(t, paid) // a third time, about the screen as it is
	l.says(t, session.Done, "Deze klant heeft al betaald. Er is niets dubbel geteld. Scan de volgende kaart.")
	if n, points := l.store.journal(); n != 1 || points != 10_000 {
		t.Errorf("%d records with %v", n, points)
	}
}

func TestARewardByKeys(t *testing.T) {
	l := saver(t)
	v := l.press(t, amount(23_00))
	if len(v.Rewards) != 1 || v.Rewards[0].Most != 100_000 {
		t.Errorf("got %+v", v.Rewards)
	}
	l.press(t, wish(60))
	v = l.says(t, session.Reward, "Beloning gekozen. Er is nog niets afgeschreven. Doe wat hieronder staat en druk op Betaald.")
	if len(v.Tell) != 1 || strings.ReplaceAll(v.Tell[0], "\u00a0", " ") != "Trek € 3,00 af op de kassa" || v.Discount.Amount != 3_00 || v.ToPay.Amount != 20_00 || v.Earns[0].Points != 20_000 {
		t.Errorf("got %+v", v)
	}
	if l.store.held() != 60_000 {
		t.Errorf("%v are set aside", l.store.held())
	}
	if l.press(t, wish(40)); l.store.held() != 40_000 {
		t.Errorf("after another choice %v are set aside", l.store.held())
	}
	v = l.press(t, paid)
	if l.store.held() != 0 || l.store.released != 0 || v.Balance[0].Points != (100-40+21)*ledger.Unit || v.Chosen[0].Points != 40_000 {
		t.Errorf("held %v, released %d, %+v", l.store.held(), l.store.released, v)
	}
	if n, _ := l.store.journal(); n != 2 {
		t.Errorf("%d records: it is one for the sale", n-1)
	}
}

// However a reward is left, its points are free again.
func TestWhatIsSetAsideIsGivenBack(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*lane, testing.TB)
		state session.State
	}{
		"back":                 {func(l *lane, t testing.TB) { l.press(t, cancel) }, session.Total},
		"back twice":           {func(l *lane, t testing.TB) { l.press(t, cancel); l.press(t, cancel) }, session.Free},
		"no reward after all":  {func(l *lane, t testing.TB) { l.press(t, session.Event{Kind: session.RewardSet}) }, session.Total},
		"another amount":       {func(l *lane, t testing.TB) { l.press(t, amount(24_00)) }, session.Total},
		"the till cancels":     {func(l *lane, _ testing.TB) { l.Cancel() }, session.Free},
		"another customer":     {func(l *lane, t testing.TB) { l.scan(t, bobsCard); l.press(t, confirm) }, session.Card},
		"the till's own sale":  {func(l *lane, t testing.TB) { l.sell(t, sale("1", 23)) }, session.Done},
		"nothing for too long": {func(l *lane, t testing.TB) { l.wait(10 * time.Minute); l.tryPress(t, paid) }, session.Free},
	} {
		t.Run(name, func(t *testing.T) {
			l := saver(t)
			l.press(t, amount(23_00))
			l.press(t, wish(60))
			c.do(l, t)
			if v := l.View(); l.store.held() != 0 || v.State != c.state || v.Discount != nil {
				t.Errorf("%v are set aside, the screen shows %+v", l.store.held(), v)
			}
		})
	}
}

func TestTwoLanesCannotSpendTheSamePoints(t *testing.T) {
	one := saver(t)
	two := anotherLane(t, "kassa2", one.store, one.clock, nil)
	one.press(t, amount(23_00))
	one.press(t, wish(80))
	two.scan(t, annsCard)
	two.press(t, amount(50_00))
	if v, err := two.tryPress(t, wish(30)); codeOf(t, err, v) != programme.TooFewPoints || v.State != session.Total {
		t.Errorf("got %+v", v)
	}
	if got := two.View().Rewards[0].Most; got != 20_000 {
		t.Errorf("the other lane is offered %v", got)
	}
	one.press(t, cancel)
	two.press(t, wish(100))
	if v, err := one.tryPress(t, wish(10)); codeOf(t, err, v) != programme.TooFewPoints {
		t.Errorf("got %+v", v)
	}
	one.press(t, paid)
	two.press(t, paid)
	if n, points := one.store.journal(); n != 3 || points != (100+23-100+45)*ledger.Unit {
		t.Errorf("%d records with %v", n, points)
	}
}

func TestAnotherCardIsAskedAbout(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.press(t, amount(10_00))
	l.scan(t, bobsCard)
	v := l.says(t, session.Total, "Er is een andere kaart gelezen: …0025. Er is niets veranderd. Bevestig om die klant te nemen, of ga terug.")
	if v.Question != session.OtherCard || v.Card != "…4566" || v.Primary != "Andere klant nemen" {
		t.Errorf("got %+v", v)
	}
	l.press(t, paid)
	l.says(t, session.Total, "Er staat nog een vraag open. Er is niets veranderd. Bevestig, of ga terug.")
	l.press(t, cancel)
	if v := l.says(t, session.Total, "De eerste klant blijft. Er is niets veranderd. Ga gewoon door."); v.Question != "" || v.Amount.Amount != 10_00 {
		t.Errorf("got %+v", v)
	}
	const third = "2900000000032"
	l.scan(t, bobsCard)
	if v := l.scan(t, third); !strings.Contains(v.Said.Text, "…0032") {
		t.Errorf("a third card: %q", v.Said.Text)
	}
	l.press(t, confirm)
	if v := l.says(t, session.Card, "Andere klant genomen. Voor de eerste is niets geteld. Typ het bedrag van de bon."); v.Card != "…0032" || v.Amount != nil {
		t.Errorf("got %+v", v)
	}
	l.scan(t, annsCard)
	l.scan(t, third) // the one that is there says no as well
	if v := l.says(t, session.Card, "De eerste klant blijft. Er is niets veranderd. Ga gewoon door."); v.Question != "" {
		t.Errorf("got %+v", v)
	}
	l.scan(t, third)
	l.says(t, session.Card, "Dezelfde kaart. Er is niets veranderd. Ga gewoon door.")
}

func TestAnAmountFarAboveTheUsualIsAskedOnce(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.press(t, amount(5000_00))
	v := l.says(t, session.Card, "Het bedrag € 5.000,00 is ongewoon hoog. Er is nog niets geteld. Controleer het en bevestig het. (K-212)")
	if v.Question != session.UnusualAmount || v.Amount != nil || v.Said.Tone != session.Look {
		t.Errorf("got %+v", v)
	}
	l.press(t, amount(50_00)) // it was mistyped
	l.says(t, session.Total, "Bedrag € 50,00. Er is nog niets geteld. Kies een beloning of druk op Betaald.")
	l.press(t, amount(5000_00))
	l.press(t, cancel)
	l.says(t, session.Total, "Niet gedaan. Er is niets veranderd. Ga gewoon door.")
	l.press(t, amount(5000_00))
	l.press(t, confirm)
	if v := l.press(t, paid); v.Balance[0].Points != 5000*ledger.Unit {
		t.Errorf("got %+v", v)
	}
	for _, wrong := range []int64{0, -1, 1 << 40} {
		if v, err := l.tryPress(t, amount(wrong)); codeOf(t, err, v) != programme.BadAmount {
			t.Errorf("%d cents: got %+v", wrong, v)
		}
	}
}

// The amount may come before the card.
func TestAnAmountBeforeTheCard(t *testing.T) {
	l := newLane(t)
	l.press(t, amount(12_50))
	v := l.says(t, session.Total, "Bedrag € 12,50. Er is nog niets geteld. Scan de kaart, of kies Geen kaart.")
	if v.Primary != "" || v.Customer != nil {
		t.Errorf("got %+v", v)
	}
	if v, err := l.tryPress(t, paid); codeOf(t, err, v) != programme.NoCard {
		t.Errorf("got %+v", v)
	}
	l.scan(t, annsCard)
	l.says(t, session.Total, "Kaart gelezen. Er is nog niets geteld. Kies een beloning of druk op Betaald.")
	if v := l.press(t, paid); v.Balance[0].Points != 12_000 {
		t.Errorf("got %+v", v)
	}
}

func TestACustomerWithoutACardClaimsTheSlipLater(t *testing.T) {
	l := newLane(t)
	l.press(t, session.Event{Kind: session.NoCard})
	l.says(t, session.Card, "Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Typ het bedrag van de bon.")
	l.press(t, amount(23_00))
	l.press(t, paid)
	v := l.says(t, session.Done, "Gespaard: 23 punten. De punten staan op de spaarbon. Geef de bon mee.")
	if v.Customer != nil || !v.Bearer {
		t.Errorf("got %+v", v)
	}
	code := l.qr(t)
	if !strings.HasPrefix(code, "ZS1:") {
		t.Fatalf("the slip has %q", code)
	}
	l.wait(2 * time.Minute)
	if v := l.reads(t, code); v.State != session.Slip || !v.Sale.CanClaim || v.Primary != "" || v.Slips != "" {
		t.Fatalf("without a card the slip is %+v", v)
	}
	l.says(t, session.Slip, "Spaarbon gevonden. Er is niets veranderd. Scan de kaart waar de punten op komen.")
	l.Cancel()
	l.scan(t, annsCard)
	if v := l.reads(t, code); v.State != session.Slip || !v.Sale.CanClaim || v.Primary != "Op de kaart zetten" || v.Card != "…4566" {
		t.Fatalf("got %+v", v)
	}
	l.press(t, session.Event{Kind: session.Claim})
	v = l.says(t, session.Card, "Spaarbon bijgeschreven: 23 punten. Nieuw saldo 23 punten. Neem de spaarbon in.")
	if v.Balance[0].Points != 23_000 {
		t.Errorf("got %+v", v)
	}
	// Once only, whoever asks.
	l.Cancel()
	l.scan(t, bobsCard)
	l.reads(t, code)
	if v, err := l.tryPress(t, session.Event{Kind: session.Claim}); codeOf(t, err, v) != programme.SlipClaimed {
		t.Errorf("got %+v", v)
	}
	if _, points := l.store.journal(); points != 23_000 {
		t.Errorf("there are %v points", points)
	}
	strange := strings.Replace(code, "ZS1:A", "ZS1:B", 1)
	if strange == code {
		strange = code[:10] + "A" + code[11:]
	}
	if v, err := l.Scan(t.Context(), strange, "]Q1"); codeOf(t, err, v) != programme.BadSlip {
		t.Errorf("a code somebody changed: %+v", v)
	}
}

// The card that turns up after all gets the points itself.
func TestACardThatTurnsUpAfterAll(t *testing.T) {
	l := newLane(t)
	l.press(t, amount(23_00))
	l.press(t, session.Event{Kind: session.NoCard})
	l.says(t, session.Total, "Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Druk op Betaald.")
	l.scan(t, annsCard)
	if v := l.press(t, paid); v.Card != "…4566" || v.Bearer || v.Balance[0].Points != 23_000 {
		t.Errorf("got %+v", v)
	}
}

func TestANewMember(t *testing.T) {
	l := newLane(t)
	e := session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Name: "Ann Jansen", Phone: "06-12345678", Lang: "nl"}}
	if v, err := l.tryPress(t, e); codeOf(t, err, v) != programme.NoCard {
		t.Errorf("got %+v", v)
	}
	l.scan(t, annsCard)
	l.press(t, amount(10_00)) // in the middle of a sale
	l.press(t, e)
	v := l.says(t, session.Total, "Nieuw lid ingeschreven. De punten op de kaart blijven. Ga gewoon door.")
	if !v.Customer.Enrolled || v.Customer.Name != "Ann Jansen" || v.Amount == nil {
		t.Errorf("got %+v", v)
	}
	if v, err := l.tryPress(t, e); codeOf(t, err, v) != programme.AlreadyMember {
		t.Errorf("got %+v", v)
	}
	l.press(t, paid)
	for _, typed := range []string{"+31 6 1234 5678", "/0612345678", "/ann", "Ann"} {
		l.Cancel()
		v := l.press(t, session.Event{Kind: session.Typed, Text: typed})
		if strings.HasSuffix(strings.ToLower(typed), "ann") {
			if len(v.Found) != 1 || v.Found[0].Name != "Ann Jansen" {
				t.Fatalf("got %+v", v)
			}
			l.says(t, session.Free, "Gevonden: 1. Er is niets veranderd. Kies wie het is.")
			v = l.press(t, session.Event{Kind: session.Typed, Text: "1"})
		}
		if v.State != session.Card || v.Customer.Name != "Ann Jansen" || v.Balance[0].Points != 10_000 || v.Found != nil {
			t.Errorf("%s led to %+v", typed, v)
		}
	}
	l.press(t, amount(5_00))
	l.press(t, paid)
	if body := l.store.last().Body; body.Mode != ledger.Keyed || body.Account == (ledger.Account{}) {
		t.Errorf("got %+v", body)
	}
	for _, typed := range []string{"0687654321", "/bob", "bob"} {
		if v, err := l.tryPress(t, session.Event{Kind: session.Typed, Text: typed}); codeOf(t, err, v) != programme.UnknownMember {
			t.Errorf("%s led to %+v", typed, v)
		}
	}
	l.Cancel()
	if v := l.press(t, session.Event{Kind: session.Typed, Text: bobsCard}); !v.New || v.State != session.Card {
		t.Errorf("a typed card that is new: %+v", v)
	}
}

// Above a cashier's limit a manager confirms what was asked.
func TestGoodwillTakesAManager(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) { cfg.SignInNeeded = func() bool { return true } })
	l.SignIn(session.Operator{Name: "Kees"})
	l.scan(t, annsCard)
	give := func(points ledger.Points) session.Event {
		return session.Event{Kind: session.Goodwill, Give: []session.Amount{{Wallet: "points", Points: points * ledger.Unit}}, Note: "lang gewacht"}
	}
	l.press(t, give(100))
	l.says(t, session.Card, "Gegeven: 100 punten. De punten zijn bijgeschreven. Ga gewoon door.")
	if body := l.store.last().Body; body.Operator != "Kees" || body.Manager != "" || body.Note != "lang gewacht" {
		t.Errorf("got %+v", body)
	}
	if v, err := l.tryPress(t, give(101)); codeOf(t, err, v) != programme.ManagerNeeded || v.Question != session.AskManager {
		t.Errorf("got %+v", v)
	}
	l.says(t, session.Card, "101 punten geven aan …4566, reden: “lang gewacht”: dit mag alleen met een leidinggevende. Er is niets geteld. Laat die aanmelden en bevestigen, of ga terug. (K-504)")
	if v, err := l.tryPress(t, confirm); codeOf(t, err, v) != programme.ManagerNeeded || v.Question != session.AskManager {
		t.Errorf("a cashier confirmed: %+v", v)
	}
	e := confirm
	e.Turn = l.View().Turn
	if _, err := l.Do(t.Context(), e, session.Operator{Name: "Mia", Manager: true}); err != nil {
		t.Fatal(err)
	}
	v := l.says(t, session.Card, "Gegeven: 101 punten. De punten zijn bijgeschreven. Ga gewoon door.")
	if body := l.store.last().Body; body.Manager != "Mia" || body.Operator != "Kees" || v.Balance[0].Points != 201_000 || v.Operator != "Kees" {
		t.Errorf("got %+v, %+v", body, v)
	}
	l.SignIn(session.Operator{Name: "Mia", Manager: true})
	if l.press(t, give(500)); l.store.last().Body.Manager != "Mia" {
		t.Errorf("a manager at the lane is asked for a manager")
	}
}

func TestWhatIsNoKeyIsNotTaken(t *testing.T) {
	l := newLane(t)
	for _, kind := range []session.EventKind{"", "nonsense", session.Scanned, session.TimeOut, session.SlipRead, session.DeviceLost} {
		var no *programme.Refusal
		if v, err := l.tryPress(t, session.Event{Kind: kind}); err == nil || errors.As(err, &no) {
			t.Errorf("%q came to %+v, %v", kind, v, err)
		}
	}
	if v := l.View(); v.State != session.Free || v.Said != nil {
		t.Errorf("got %+v", v)
	}
}

// A view is for everybody: it has no card's number, whatever is shown.
func TestNoViewHasACardsNumber(t *testing.T) {
	l := newLane(t)
	for _, do := range []func(){
		func() { l.scan(t, annsCard) }, func() { l.press(t, amount(5_00)) }, func() { l.scan(t, bobsCard) }, func() { l.press(t, confirm) },
	} {
		do()
		text, err := json.Marshal(l.View())
		if err != nil || strings.Contains(string(text), annsCard[:9]) || strings.Contains(string(text), bobsCard[:9]) {
			t.Errorf("%s, %v", text, err)
		}
	}
}
