package cmd_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

// A scripted desk shows the scene it is told to, and remembers what it was
// asked. With next it answers an event by the scene of that name.
type scripted struct {
	mu      sync.Mutex
	view    session.View
	changed chan struct{}
	next    map[session.EventKind]string
	events  []session.Event
	scans   []string
	slow    chan struct{} // where it is not nil, Do waits for it
}

func newScripted() *scripted {
	return &scripted{view: scenes()["free"], changed: make(chan struct{}), next: map[session.EventKind]string{}}
}

func (d *scripted) View() session.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

func (d *scripted) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// show puts a scene on the screen and gives its turn.
func (d *scripted) show(v session.View) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	v.Turn = d.view.Turn + 1
	d.view = v
	close(d.changed)
	d.changed = make(chan struct{})
	return v.Turn
}

func (d *scripted) Scan(_ context.Context, text, _ string) (session.View, error) {
	d.mu.Lock()
	d.scans = append(d.scans, text)
	d.mu.Unlock()
	d.answer(session.Scanned)
	return d.View(), nil
}

func (d *scripted) Do(_ context.Context, e session.Event, _ session.Operator) (session.View, error) {
	d.mu.Lock()
	d.events = append(d.events, e)
	slow := d.slow
	d.mu.Unlock()
	if slow != nil {
		<-slow
	}
	d.answer(e.Kind)
	return d.View(), nil
}

func (d *scripted) answer(kind session.EventKind) {
	d.mu.Lock()
	name, ok := d.next[kind]
	d.mu.Unlock()
	if ok {
		d.show(scenes()[name])
	}
}

func (d *scripted) SignIn(who session.Operator) {
	v := scenes()["free"]
	v.Operator, v.Manager = who.Name, who.Manager
	d.show(v)
}

func (d *scripted) SignOut() { d.show(scenes()["sign-in"]) }

// took gives the events since the last call.
func (d *scripted) took() (events []session.Event, scans []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	events, scans = d.events, d.scans
	d.events, d.scans = nil, nil
	return events, scans
}

// A counterPage is a scripted desk with its page served.
type counterPage struct {
	desk *scripted
	url  string
	host *httptest.Server
}

func serveCounter(t *testing.T) *counterPage {
	t.Helper()
	p := &counterPage{desk: newScripted()}
	p.host = httptest.NewServer(counterHandler(p.desk, "1.0.0"))
	t.Cleanup(p.host.CloseClientConnections)
	p.url = p.host.URL + "/kassa/kassa1/"
	return p
}

func counterConfig(d *scripted, version string) cashier.Config {
	return cashier.Config{
		Lanes: []string{"kassa1"},
		Desk:  func(lane string) (cashier.Desk, bool) { return d, lane == "kassa1" },
		SignIn: func(_ context.Context, _, secret string) (session.Operator, error) {
			if secret == "1234" {
				return session.Operator{Name: "Anna"}, nil
			}
			return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
		},
		Rules:       counterRules,
		NotRecorded: func(error) bool { return false },
		Now:         time.Now, Version: version, Log: zerolog.Nop(),
	}
}

func counterRules() programme.Rules {
	unit := func(one, many, oneEN, manyEN string) map[string]programme.Unit {
		return map[string]programme.Unit{"nl": {One: one, Many: many}, "en": {One: oneEN, Many: manyEN}}
	}
	return programme.Rules{
		Language: "nl", Currency: "EUR",
		Wallets: []programme.Wallet{
			{Name: "points", Units: unit("punt", "punten", "point", "points")},
			{Name: "stamps", Units: unit("zegel", "zegels", "stamp", "stamps")},
		},
		Rewards: []programme.Reward{
			{Name: "Kop koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit},
			{Name: "Betalen met punten", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
		},
		Earn: []programme.Rule{{If: programme.Condition{Birthday: &programme.Window{}, Referred: true}}},
		Consents: []programme.Consent{
			{Name: "terms", Version: 3, Required: true, Wording: map[string]string{"nl": "U doet mee aan het spaarprogramma. Wij bewaren uw kaartnummer, uw aankopen en uw punten zolang u meedoet.", "en": "You take part in the programme. We keep your card number, purchases and points for as long as you do."}},
			{Name: "mail", Version: 1, Wording: map[string]string{"nl": "Wij mogen u aanbiedingen per bericht sturen.", "en": "We may send you offers by message."}},
		},
	}
}

// scenes are the states a counter can be in, as the desk would say them.
func scenes() map[string]session.View {
	w, _ := words.For("nl")
	money := func(m int64) *session.Priced { return &session.Priced{Text: w.Money(moneyOf(m), "EUR")} }
	say := func(tone session.Tone, text string) *session.Message { return &session.Message{Tone: tone, Text: text} }
	refuse := func(no programme.Refusal) *session.Message {
		return &session.Message{Tone: session.No, Text: w.Refusal(&no), Code: string(no.Code)}
	}
	anna := session.View{Lane: "kassa1", Lang: "nl", State: session.Free, Heading: w.HeadFree(), Operator: "Anna"}
	member := &session.Person{
		Card: "…4566", Name: "Mevrouw De Wit-van Rijn", Enrolled: true, Known: true,
		Balance: []session.Shown{{Wallet: "points", Text: "1.234 punten"}, {Wallet: "stamps", Text: "12 zegels"}},
	}
	offers := []session.Offer{
		{Reward: "Kop koffie", Wallet: "stamps", Step: 10_000, Least: 10_000, Most: 10_000, Suggested: 10_000},
		{Reward: "Betalen met punten", Wallet: "points", Step: 50_000, Least: 100_000, Most: 1_200_000, Suggested: 1_200_000, Discount: 1200},
		{Reward: "Taart naar keuze", Wallet: "stamps", Step: 25_000, Code: "K-201", Detail: w.Refusal(&programme.Refusal{Code: programme.TooFewPoints, Points: 13_000, Wallet: counterRules().Wallets[1]})},
	}
	sale := session.Recalled{
		Code: "406E-3", When: "22-11-2026, 14:03", Card: "…4566", Total: *money(48_73), Left: *money(48_73), CanUndo: true, CanReturn: true, CanMove: true,
		Earned: []session.Shown{{Text: "49 punten"}},
		Lines: []session.RecalledLine{
			{Line: 1, Name: "Volkorenbrood heel", Amount: *money(3_15), Left: 315}, {Line: 2, Name: "Appeltaart groot, 12 personen", Amount: *money(42_50), Left: 4250},
			{Line: 3, Name: "Krentenbollen", Amount: *money(3_08)},
		},
	}
	s := map[string]session.View{"free": anna}
	add := func(name, from string, change func(*session.View)) {
		v := s[from]
		change(&v)
		s[name] = v
	}
	add("sign-in", "free", func(v *session.View) {
		v.SignIn, v.Operator, v.Primary, v.Said = true, "", w.KeySignIn(), say(session.Info, w.SaySignIn())
	})
	add("unknown", "free", func(v *session.View) { v.Said = refuse(programme.Refusal{Code: programme.UnknownCard}) })
	add("device", "free", func(v *session.View) {
		v.Offline = w.Offline(12)
		v.Devices = []session.Message{{Tone: session.Look, Text: w.ScannerGone()}, {Tone: session.Look, Text: w.PaperOut()}}
	})
	add("practice", "free", func(v *session.View) { v.Practice, v.Said = true, say(session.Look, w.SayPractice()) })
	add("amount-first", "free", func(v *session.View) {
		v.State, v.Heading, v.Amount, v.Said = session.Total, w.HeadTotal(), money(48_73), say(session.Info, w.SayAmountFirst(48_73, "EUR"))
	})
	add("found", "free", func(v *session.View) {
		v.Said = say(session.Info, w.SayFound(3))
		v.Found = []session.FoundMember{{Account: ledger.Account{1}, Name: "Jan Jansen", Card: "…4566"}, {Account: ledger.Account{2}, Name: "Johanna Jansen-Bakker", Card: "…0070"}, {Account: ledger.Account{3}, Card: "…9912"}}
	})
	add("card", "free", func(v *session.View) {
		v.State, v.Heading, v.Primary, v.Customer, v.Rewards = session.Card, w.HeadCard(), w.KeyAmount(), member, offers[:1]
		v.Said = say(session.Good, w.SayCard())
	})
	add("new-card", "card", func(v *session.View) {
		v.Customer, v.Rewards = &session.Person{Card: "…0018", New: true, Follows: w.BalanceFollows()}, nil
		v.Offline = w.Offline(3)
	})
	add("bearer", "card", func(v *session.View) {
		v.Customer, v.Rewards, v.Bearer, v.Heading, v.Said = nil, nil, true, w.HeadBearer(), say(session.Info, w.SayBearer())
	})
	add("amount", "card", func(v *session.View) {
		v.State, v.Heading, v.Primary, v.Amount, v.Rewards = session.Total, w.HeadTotal(), w.KeyPaid(), money(48_73), offers
		v.Earns, v.Said = []session.Shown{{Text: "48 punten"}, {Text: "4 zegels"}}, say(session.Info, w.SayAmount(48_73, "EUR"))
	})
	add("reward", "amount", func(v *session.View) {
		v.State, v.Heading, v.Discount, v.ToPay = session.Reward, w.HeadReward(), money(12_00), money(36_73)
		v.Chosen = []session.Redeemed{{Reward: "Betalen met punten", Wallet: "points", Points: 1_200_000, Discount: 1200}, {Reward: "Kop koffie", Wallet: "stamps", Points: 10_000}}
		v.Tell = []string{w.TakeOff(12_00, "EUR"), w.HandOver(1, "Kop koffie")}
		v.Said = say(session.Good, w.SayHeld())
	})
	add("standing", "card", func(v *session.View) {
		v.Standing = &session.Standing{
			Tiers: []session.Tier{{Name: "Goud"}}, Clubs: []session.Membership{{Name: "Bakkersclub"}}, Perks: []session.Perk{{Text: "proef het brood van de dag"}},
			Pending:  []session.Shown{{Text: "46 punten"}},
			Messages: []string{"Nog 13 zegels voor Taart naar keuze", "300 punten vervallen na 31-12-2026", "Nog € 1.240,00 tot Platina"},
		}
	})
	add("played", "standing", func(v *session.View) {
		v.State, v.Heading, v.Primary, v.Rewards = session.Done, w.HeadDone(), w.KeyNext(), nil
		v.Games = []session.Game{{Game: "Rad van de bakker", Prize: "krentenbol", Text: w.YouWon("krentenbol")}, {Game: "Kraslot", Text: w.WonNothing()}}
		v.Amount, v.Earns, v.Tell = money(48_73), []session.Shown{{Text: "48 punten"}, {Text: "4 zegels"}}, []string{w.HandOver(1, "krentenbol")}
		v.Undo = &session.Undoable{Code: "406E-3", Until: time.Now().Add(28 * time.Second).UnixMilli()}
		v.Said = say(session.Good, w.SayPaid("48 punten, 4 zegels", false))
	})
	add("done", "reward", func(v *session.View) {
		v.State, v.Heading, v.Primary, v.Rewards = session.Done, w.HeadDone(), w.KeyNext(), nil
		v.Undo = &session.Undoable{Code: "406E-3", Until: time.Now().Add(28 * time.Second).UnixMilli()}
		v.Said = say(session.Good, w.SayPaid("36 punten", false))
	})
	add("other-card", "amount", func(v *session.View) {
		v.Question, v.Heading, v.Primary, v.Said = session.OtherCard, w.HeadOtherCard(), w.KeyOther(), say(session.Look, w.SayAskOther("…0070"))
	})
	add("unusual", "card", func(v *session.View) {
		v.Question, v.Heading, v.Primary = session.UnusualAmount, w.HeadUnusual(), w.KeyRight()
		v.Said = say(session.Look, w.Refusal(&programme.Refusal{Code: programme.UnusualAmount, Amount: 4873_00, Currency: "EUR"}))
	})
	add("manager", "card", func(v *session.View) {
		v.Asked = w.AskGive("150 punten", v.Customer.Card, "Lange wachttijd")
		v.Question, v.Heading, v.Primary, v.Said = session.AskManager, w.HeadManager(), w.KeyConfirm(), say(session.Look, w.SayAskManager(v.Asked))
	})
	add("short", "amount", func(v *session.View) {
		v.Said = refuse(programme.Refusal{Code: programme.TooFewPoints, Points: 120_000, Wallet: counterRules().Wallets[0]})
	})
	add("slip", "free", func(v *session.View) {
		v.State, v.Heading, v.Primary, v.Sale, v.Said = session.Slip, w.HeadSlip(), w.KeyReturn(), &sale, say(session.Info, w.SaySlip())
		v.Slips = session.Returned
	})
	add("slip-card", "slip", func(v *session.View) {
		v.Customer = &session.Person{Card: "…0070", Name: "Jan Jansen", Enrolled: true, Known: true, Balance: []session.Shown{{Text: "7 punten"}, {Text: "0 zegels"}}}
	})
	add("slip-total", "slip", func(v *session.View) {
		total := sale
		total.Lines = nil
		v.Sale = &total
	})
	return s
}

func moneyOf(m int64) basket.Money { return basket.Money(m) }

func counterHandler(d *scripted, version string) http.Handler {
	return cashier.Handler(counterConfig(d, version))
}
