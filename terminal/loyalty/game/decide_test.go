package game_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

var (
	ann   = ledger.Account{1}
	house = ledger.Account{0xff}
)

// at is a sale of ten euros on 22 November with games.
func at(games ...programme.Game) scene.Scene {
	s := scene.Scene{
		Rules: programme.Rules{
			Currency: "EUR", Games: games,
			Wallets: []programme.Wallet{{Name: "points", Lapses: true, Expires: programme.Validity{Months: 12}, VestsAfter: 7}},
		},
		Holding: ledger.Holding{Account: ann, Known: true}, House: ledger.Holding{Account: house},
		Basket: basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "1"}, Currency: "EUR", Total: 10_00}, Cashier: "Anna",
	}
	return s.On(ledger.Moment{At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Day: "2026-11-22", Trusted: true}, nil)
}

// sure is a game that everybody wins a hundred points with.
func sure() programme.Game {
	return programme.Game{Name: "Rad", Odds: []programme.Odds{{Prize: "100 punten", PerMillion: game.Chances, Points: 100 * ledger.Unit, Wallet: "points"}}}
}

func decide(t *testing.T, s scene.Scene, paid map[string]int64) game.Plays {
	t.Helper()
	p, err := game.Decide(s, s.Holding, []game.Seed{seed(1)}, key(17), paid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestASaleThatQualifiesIsPlayedOnce(t *testing.T) {
	p := decide(t, at(sure()), nil)
	want := []ledger.Entry{{
		Account: ann, Wallet: "points", Kind: ledger.Bonus, Points: 100 * ledger.Unit, Vests: "2026-11-29", Expires: "2027-11-22",
	}}
	if !reflect.DeepEqual(p.Entries, want) || len(p.Shares) != 1 || p.Shares[0].Entry != 1 {
		t.Errorf("got %+v, %+v", p.Entries, p.Shares)
	}
	wantGame := []ledger.Played{{Game: "Rad", Commitment: seed(1).Commitment(), Draw: 226_708, Prize: "100 punten"}}
	if got := p.Played(); !reflect.DeepEqual(got, wantGame) {
		t.Errorf("got %+v", got)
	}
	if want := (ledger.Reason{Code: game.ReasonGame, Rule: "Rad", Wallet: "points", Points: 100 * ledger.Unit}); len(p.Reasons) != 1 || p.Reasons[0] != want {
		t.Errorf("reasons %+v", p.Reasons)
	}
	if got := p.After.In("points").Points; got != 100*ledger.Unit || at(sure()).Holding.Positions != nil {
		t.Errorf("%v afterwards", got)
	}
}

func TestWhoPlays(t *testing.T) {
	dear := sure()
	dear.If.MinTotal = 25_00
	event := sure()
	event.Event = "enrolled"
	paid := sure()
	paid.Costs, paid.Wallet = 50*ledger.Unit, "points"
	once := sure()
	once.Caps = []programme.Cap{{Times: 1, Per: programme.PerDay}}
	played := at(once)
	played.Holding = decide(t, played, nil).After
	enrolled := at(event)
	enrolled.Event = &ledger.Event{Kind: "enrolled", ID: "1"}
	review := at(event)
	review.Event = &ledger.Event{Kind: "review", ID: "1"}
	unseeded := sure()
	unseeded.Name = "Kraslot"
	for _, c := range []struct {
		name  string
		scene scene.Scene
		paid  map[string]int64
		plays int
	}{
		{"any sale", at(sure()), nil, 1},
		{"a sale below the least", at(dear), nil, 0},
		{"a sale where an event is asked for", at(event), nil, 0},
		{"the event", enrolled, nil, 1},
		{"another event", review, nil, 0},
		{"nobody paid", at(paid), nil, 0},
		{"paid twice", at(paid), map[string]int64{"Rad": 2}, 2},
		{"more than fit in a record", at(paid), map[string]int64{"Rad": 1 << 40}, programme.MostPlays},
		{"a second time on one day", played, nil, 0},
		{"no seed", at(unseeded), nil, 0},
	} {
		p := decide(t, c.scene, c.paid)
		if len(p.Outcomes) != c.plays {
			t.Errorf("%s: %d plays, want %d", c.name, len(p.Outcomes), c.plays)
		}
		draws := map[int64]bool{}
		for i, o := range p.Outcomes {
			draws[o.Played.Draw] = true
			if err := game.Verify(seed(1), key(17), i+1, o.Played); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if len(draws) < min(c.plays, 2) {
			t.Errorf("%s: each play drew the same", c.name)
		}
	}
	_, err := game.Decide(at(unseeded), ledger.Holding{}, nil, key(1), map[string]int64{"Kraslot": 1})
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != programme.NotNow {
		t.Errorf("a play that was paid for without a seed: %v", err)
	}
}

// Of one record the second play sees what the first won: a budget for one is
// for one.
func TestABudgetHoldsWithinOneRecord(t *testing.T) {
	g := sure()
	g.Costs, g.Wallet = 50*ledger.Unit, "points"
	g.Odds[0].Budget = []programme.Cap{{Times: 1, Per: programme.PerEver, Of: programme.OfTerminal}}
	p := decide(t, at(g), map[string]int64{"Rad": 3})
	var won, missed int
	for _, o := range p.Played() {
		if o.Prize != "" {
			won++
		}
		if o.Missed != "" {
			missed++
		}
	}
	if won != 1 || missed != 2 || len(p.Entries) != 2 || p.Entries[1].Account != house || !p.Entries[1].Wallet.Counter() {
		t.Errorf("%d won, %d missed, %+v", won, missed, p.Entries)
	}
}

func TestAnAuditFindsWhatIsNotAsTheSeedHasIt(t *testing.T) {
	rules := programme.Rules{Version: 3, Games: []programme.Game{wheel()}}
	good := game.Record{Key: key(17), Rules: 3}
	for n := range 4 {
		draw := seed(1).Draw(key(17), n+1)
		prize, _ := game.Prize(wheel(), draw)
		good.Plays = append(good.Plays, ledger.Played{Game: "Rad", Commitment: seed(1).Commitment(), Draw: draw, Prize: prize.Prize})
	}
	audit := game.Audit{Seeds: []game.Seed{seed(1)}, Rules: rules}
	audit.Add(good)
	if len(audit.Findings) > 0 || audit.Plays != 4 || audit.Lost != 0 {
		t.Errorf("%+v", audit)
	}
	for name, change := range map[string]func(*game.Record){
		"another draw":  func(r *game.Record) { r.Plays[1].Draw++ },
		"another prize": func(r *game.Record) { r.Plays[1].Prize = "100.000 punten" },
		"another order": func(r *game.Record) { r.Plays[0], r.Plays[1] = r.Plays[1], r.Plays[0] },
		"another key":   func(r *game.Record) { r.Key.Seq++ },
	} {
		bad := good
		bad.Plays = append([]ledger.Played(nil), good.Plays...)
		change(&bad)
		audit := game.Audit{Seeds: []game.Seed{seed(1)}, Rules: rules}
		audit.Add(bad)
		if len(audit.Findings) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
	}
	lost := game.Audit{Seeds: []game.Seed{seed(2)}}
	lost.Add(good)
	if lost.Lost != 4 || len(lost.Findings) > 0 {
		t.Errorf("plays of a seed that is not here: %+v", lost)
	}
}

func TestASeedIsToldWhenItsMonthIsOver(t *testing.T) {
	for day, told := range map[ledger.Day]bool{"2026-11-30": false, "2026-12-01": true, "2027-01-01": true, "2026-10-31": false} {
		got := game.Tell([]game.Seed{seed(1)}, day)
		if (got[0].Seed != "") != told || got[0].Commitment != seed(1).Commitment() {
			t.Errorf("on %s: %+v", day, got)
		}
	}
}
