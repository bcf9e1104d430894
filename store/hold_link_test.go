package store_test

import (
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// holdsFor sets points aside for a sale of 20 euros, as a desk does.
func holdsFor(t testing.TB, db *store.DB, c *handClock, id string, s ledger.Subject, points ledger.Points) session.Sale {
	t.Helper()
	sale := session.Sale{Redeem: []redeem.Wish{discount(points)}, Basket: basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: id}, Currency: "EUR", Total: 20_00,
	}}
	req, err := sale.Request(s)
	if err != nil {
		t.Fatal(err)
	}
	customer := session.Customer{Identifiers: s.Identifiers, Mode: ledger.Scanned}
	h, err := db.Hold(t.Context(), req, tills.Hold(customer, sale, c.now.Add(10*time.Minute), ledger.Calendar{}.Moment(c.now, true)))
	if err != nil {
		t.Fatal(err)
	}
	sale.Hold = h.ID
	return sale
}

// captures posts the sale of a hold.
func captures(t testing.TB, db *store.DB, c *handClock, sale session.Sale, s ledger.Subject) (ledger.Posted, error) {
	t.Helper()
	req, err := sale.Request(s)
	if err != nil {
		t.Fatal(err)
	}
	req.Hold = sale.Hold
	customer := session.Customer{Identifiers: s.Identifiers, Mode: ledger.Scanned}
	return db.Post(t.Context(), req, tills.Award(customer, true, sale, ledger.Calendar{}.Moment(c.now, true)))
}

// Head office finds two cards to be one member's while points are set aside:
// another account stands for theirs when the sale is paid.
func TestAHoldOutlivesThatItsAccountBecameOneWithAnother(t *testing.T) {
	c := &handClock{}
	db := joined(t, c.config(t.TempDir(), 860))
	older, mine := bought(t, db, "1", card(1), 5), bought(t, db, "2", card(2), 50)
	bought(t, db, "3", card(3), 50)
	sale, other := holdsFor(t, db, c, "4", card(2), 30), holdsFor(t, db, c, "5", card(2), 10)
	st := statement(mine.Body.Account, 50*ledger.Unit, ledger.Mark{Branch: state(t, db).Branch, Seq: 3})
	st.Survivor = older.Body.Account
	apply(t, db, "linked", st)

	if _, err := captures(t, db, c, other, card(3)); !is(err, programme.UnknownHold) {
		t.Errorf("another customer was given it: %v", err)
	}
	p := must(t)(captures(t, db, c, sale, card(2)))
	if e := p.Record.Head.Entries[0]; e.Kind != ledger.Redeem || e.Points != -30*ledger.Unit || e.Account != mine.Body.Account || len(e.Draws) != 1 {
		t.Errorf("spent %+v", e)
	}
	must(t)(captures(t, db, c, other, card(1)))              // of the same member
	if got := holds(t, db, card(1)); got != 54*ledger.Unit { // 5 + 50 - 30 - 10, and 39 for the 39.60 that was left to pay
		t.Errorf("left %v", got)
	}
	verified(t, db)
}
