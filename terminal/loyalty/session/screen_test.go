package session_test

import (
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

func screenAt(after time.Duration) session.Screen {
	rules := at(0, session.Customer{}).Rules
	return session.Screen{
		Lane: "kassa1", Turn: 7, Rules: rules, Zone: time.UTC, Moment: rules.Calendar(time.UTC).Moment(noon.Add(after), true),
	}
}

// Without a line a card that is not known here may hold anything.
func TestAnUnknownBalanceIsNeverShownAsNothing(t *testing.T) {
	c := card(t, 1)
	c.Holding = ledger.Holding{Account: ledger.Account{1}}
	v := scanned(t, session.Session{}, c, 0).View(screenAt(0))
	if v.Known || v.Customer.Known || len(v.Customer.Balance) != 0 || len(v.Balance) != 0 || v.Customer.Follows != "Saldo volgt" {
		t.Errorf("got %+v, %+v", v, v.Customer)
	}
	c.Holding.Known = true
	v = scanned(t, session.Session{}, c, 0).View(screenAt(0))
	if len(v.Customer.Balance) != 1 || v.Customer.Balance[0].Text != "0 punten" || v.Customer.Follows != "" {
		t.Errorf("an account that is known to be empty: %+v", v.Customer)
	}
}

func TestABalanceOfAnEarlierDaySaysSo(t *testing.T) {
	c := card(t, 1)
	for ago, want := range map[time.Duration]string{time.Hour: "", 24 * time.Hour: "per 21-11-2026"} {
		c.Holding.AsOf = ledger.Stamp(noon.Add(-ago).UnixMilli())
		if v := scanned(t, session.Session{}, c, 0).View(screenAt(0)); v.Customer.AsOf != want {
			t.Errorf("%v ago: %q", ago, v.Customer.AsOf)
		}
	}
}

func TestTheScreenIsInTheShopsLanguage(t *testing.T) {
	screen := screenAt(0)
	screen.Rules.Language = "en"
	f := at(0, card(t, 1))
	f.Rules.Language = "en"
	v := on(t, session.Session{}, session.Event{Kind: session.Scanned}, f).View(screen)
	if v.Lang != "en" || v.Heading != "Customer at the till" || v.Primary != "Amount" || v.Said.Text != "Card read. Nothing is counted yet. Type the amount of the receipt." {
		t.Errorf("got %+v", v)
	}
}

// Every place has a heading of its own, and one primary key or none.
func TestEveryStateHasAHeading(t *testing.T) {
	one := scanned(t, session.Session{}, card(t, 1), 0)
	sale := on(t, one, session.Event{Kind: session.AmountSet, Amount: 12_50}, at(0, card(t, 1)))
	slip := on(t, sale, session.Event{Kind: session.SlipRead}, at(0, session.Customer{}))
	seen := make(map[string]bool)
	for _, s := range []session.Session{{}, one, sale, slip, sold(sale, 0), scanned(t, one, card(t, 2), 0)} {
		v := s.View(screenAt(0))
		if v.Heading == "" || seen[v.Heading] || (v.Primary == "") != (v.State == session.Free) || v.Turn != 7 || v.Lane != "kassa1" {
			t.Errorf("got %+v", v)
		}
		seen[v.Heading] = true
	}
}
