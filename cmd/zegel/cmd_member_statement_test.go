package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

const generous = `version = 1
name = "Van alles"
currency = "EUR"
zone = "Europe/Amsterdam"
language = "nl"
[[card]]
class = "gtin"
prefixes = ["29"]
[[wallet]]
name = "points"
units = { nl = ["punt", "punten"] }
expires = "180 days"
[[wallet]]
name = "cash"
kind = "money"
units = { nl = ["euro", "euro"] }
[[earn]]
name = "basis"
wallet = "points"
points = 1
per = "1.00"
[[earn]]
name = "terug"
wallet = "cash"
points = "0.01"
per = "1.00"
[[earn]]
name = "zondag"
wallet = "points"
factor = 2
if = { weekdays = ["sun"] }
[[cause]]
name = "foodbank"
label = { nl = "Voedselbank" }
[[cause]]
name = "woods"
label = { nl = "Bomen" }
[[reward]]
name = "Korting"
wallet = "points"
points = 100
value = "5.00"
[[reward]]
name = "Betalen"
wallet = "cash"
kind = "per-point"
points = "0.01"
value = "0.01"
tender = true
[[reward]]
name = "Contant"
gives = "cash"
wallet = "points"
points = 50
value = "2.50"
[[reward]]
name = "Geven"
gives = "donation"
kind = "per-point"
wallet = "points"
points = 1
value = "0.01"
causes = ["foodbank", "woods"]
`

// A year of a member, posted through what a lane decides with, in three years.
func TestAMembersYear(t *testing.T) {
	s := newShop(t, "")
	if err := os.WriteFile(s.cfg.Shop.Programme, []byte(generous), 0o600); err != nil {
		t.Fatal(err)
	}
	d := s.opened(t, new(bytes.Buffer))
	keys, err := d.secrets.chainKeys()
	if err != nil {
		t.Fatal(err)
	}
	c := session.Counter{Lane: "kassa1", Rules: d.rules(), Zone: d.zone, Keys: keys}
	card, err := c.Rules.Cards.Parse(annsCard, "")
	if err != nil {
		t.Fatal(err)
	}
	ann := session.Customer{Card: card, Mode: ledger.Keyed}
	for _, key := range keys {
		ann.Identifiers = append(ann.Identifiers, card.Identifier(key))
	}
	n := 0
	var sold ledger.Posted
	at := func(day string) ledger.Moment {
		noon, err := time.ParseInLocation("2006-01-02 15:04", day+" 12:00", d.zone)
		if err != nil {
			t.Fatal(err)
		}
		return c.Rules.Calendar(d.zone).Moment(noon, true)
	}
	sells := func(day string, total basket.Money, wishes ...redeem.Wish) {
		t.Helper()
		n++
		sale := session.Sale{Basket: basket.Basket{Key: basket.Key{Till: "1", Day: day, ID: fmt.Sprint(n)}, Currency: "EUR", Total: total}, Redeem: wishes}
		req, err := sale.Request(ann.Subject())
		if err == nil {
			sold, err = d.db.Post(t.Context(), req, c.Award(ann, true, sale, at(day)))
		}
		if err != nil {
			t.Fatalf("%s: %v", day, err)
		}
	}
	unit := ledger.Unit
	sells("2024-06-03", 400_00) // its 400 points lapse in November 2024
	sells("2024-12-02", 100_00) // 100 points, until 31 May 2025
	sells("2025-01-05", 100_00) // a Sunday: 100 and 100
	sells("2025-02-03", 100_00, redeem.Wish{Reward: "Korting", Points: 100 * unit}, redeem.Wish{Reward: "Betalen", Points: 2 * unit})
	back := session.Return{Key: basket.Key{Till: "1", Day: "2025-02-04", ID: "r"}, Sale: session.Named{Record: sold.Record.Head.Key()}}
	req, err := back.Request()
	if err == nil {
		_, err = d.db.Post(t.Context(), req, c.Return(back, nil, at("2025-02-04")))
	}
	if err != nil {
		t.Fatal(err)
	}
	sells("2025-03-03", 50_00, redeem.Wish{Reward: "Contant", Points: 50 * unit}, redeem.Wish{Reward: "Geven", Points: 30 * unit, Cause: "woods"})
	sells("2025-03-04", 10_00, redeem.Wish{Reward: "Geven", Points: 20 * unit, Cause: "foodbank"})
	sells("2025-12-01", 40_00) // goes over into the next year
	sells("2026-02-02", 7_00)
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}

	var y statement
	s.tells(t, "", "member", "statement", annsCard, "--year", "2025", "--json").reads(t, &y)
	points, cash := y.Wallets[0], y.Wallets[1]
	if points.Start != 100*unit || points.Bonus != 100*unit || points.Redeemed != -150*unit || points.GivenBack != 100*unit || points.End != 40*unit ||
		len(points.Donated) != 2 || points.Donated[1].Cause != "woods" || points.Donated[1].Points != -30*unit || points.Donated[1].Money != 30 || points.Donated[0].Money != 20 {
		t.Errorf("got %+v", points)
	}
	for _, w := range y.Wallets {
		sum := w.Start + w.Earned + w.Bonus + w.Adjusted + w.Moved + w.Converted + w.TakenBack + w.Redeemed + w.GivenBack + w.Lapsed
		for _, c := range w.Donated {
			sum += c.Points
		}
		if sum != w.End {
			t.Errorf("%s comes to %v and ends at %v", w.Wallet, sum, w.End)
		}
	}
	if points.Lapsed >= 0 || cash.Lapsed != 0 || cash.Start != 5*unit || cash.Redeemed != -2*unit || cash.GivenBack != 2*unit {
		t.Errorf("got %+v, %+v", points, cash)
	}
	m := y.Money
	if m.Off != 5_00 || m.Paid != 2_00 || m.Back != 7_00 || m.PaidOut != 2_50 || m.Donated != 50 || m.CashBack != basket.Money((cash.Earned+cash.TakenBack)/10) || m.CashBack == 0 || m.StoredIn != 0 {
		t.Errorf("in money %+v", m)
	}
	var before, after statement
	s.tells(t, "", "member", "statement", annsCard, "--year", "2024", "--json").reads(t, &before)
	s.tells(t, "", "member", "statement", annsCard, "--year", "2026", "--json").reads(t, &after)
	if before.Wallets[0].End != points.Start || before.Wallets[0].Lapsed != -400*unit || before.Wallets[0].Start != 0 || after.Wallets[0].Start != points.End {
		t.Errorf("the years before and after: %+v, %+v", before.Wallets[0], after.Wallets[0])
	}
	s.tells(t, "", "member", "statement", annsCard, "--year", "2025").is(t, 0, "Jaaroverzicht 2025", "Op 1 januari", "100 punten", "Geschonken aan Bomen", "Contant uitbetaald", "€\u00a02,50")
	csv := s.tells(t, annsCard+"\n", "member", "statement", "-", "--year", "2025", "--csv")
	for _, line := range []string{"2025,points,start,,100000,,\r\n", "2025,points,donated,woods,-30000,,\r\n", "2025,points,donated_money,woods,,30,EUR\r\n", "2025,,paid_out,,,250,EUR\r\n"} {
		if !strings.Contains(csv.out, line) {
			t.Errorf("lacks %q:\n%s", line, csv.out)
		}
	}
	s.tells(t, "", "member", "statement", "2900000000025").is(t, exitProblems)
	s.tells(t, "", "member", "statement", annsCard, "--csv", "--json").is(t, exitUsage)
}
