package world_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// No programme that can be read and no basket that is one make a decision panic
// or fail: it is a posting or a refusal.
func FuzzDecide(f *testing.F) {
	paths, err := filepath.Glob("../../../install/programmes/*/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	top, err := filepath.Glob("../../../install/programmes/*.toml")
	if err != nil || len(top) == 0 {
		f.Fatal("there are no programmes to begin with", err)
	}
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "7"}, Currency: "EUR", Total: 12_50, Lines: []basket.Line{
		{ID: "1", Product: "COFFEE", Category: "drinks", Quantity: 3000, Amount: 7_50}, {ID: "2", Kind: "discount", Of: "1", Amount: -1_00}, {ID: "3", Kind: "fee", Product: "FEE", Amount: 6_00, Tax: 1_00},
	}}
	text, err := json.Marshal(b)
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(top, paths...) {
		toml, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if rules, err := file.Parse(toml); err == nil && rules.Currency != "" { // a scenario is none
			f.Add(toml, text, int64(100_000), int64(0))
		}
	}
	f.Fuzz(func(t *testing.T, toml, sold []byte, held, hours int64) {
		rules, err := file.Parse(toml)
		if err != nil {
			return
		}
		var b basket.Basket
		if json.Unmarshal(sold, &b) != nil {
			return
		}
		at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Add(time.Duration(hours%100_000) * time.Hour)
		for _, alone := range []bool{true, false} {
			s := newShop(rules, time.UTC, alone, at)
			one := ledger.Holding{}
			for i, w := range rules.Wallets {
				if err := one.Apply(ledger.Entry{Wallet: w.Name, Kind: ledger.Adjust, Points: ledger.Points(held >> i)}, s.day()); err != nil {
					return
				}
			}
			s.held[numberOf(1)] = one
			decided(t, s, session.Sale{Basket: b, Confirmed: true, Manager: "bo"})
		}
	})
}

// decided decides a sale in every way there is.
func decided(t *testing.T, s *shop, sale session.Sale) {
	a := numberOf(1)
	q, err := s.counter().Quote(session.Customer{Holding: s.holding(a, "")}, true, sale.Basket, s.moment())
	no(t, err)
	for _, o := range q.Rewards {
		if o.Code == "" && len(sale.Redeem) < 4 {
			sale.Redeem = append(sale.Redeem, redeem.Wish{Reward: o.Reward, Points: o.Most, Cause: first(o.Causes)})
		}
	}
	for range 2 {
		_, err := s.counter().Hold(session.Customer{}, sale, s.now.Add(time.Hour), s.moment())(s.view("", a))
		no(t, err)
		p, err := s.counter().Award(session.Customer{}, true, sale, s.moment())(s.view("", a))
		no(t, err)
		if err == nil {
			posted := s.post(t, p)
			x, err := explain.Record(s.records[len(s.records)-1], s.rules, s.zone)
			if err != nil || x.Verdict == explain.Differs {
				t.Fatalf("explained: %s %+v %s, %v", x.Verdict, x.Differ, x.Cause, err)
			}
			_, err = s.counter().Return(session.Return{Key: s.key()}, nil, s.moment())(s.about(posted.Record.Head.Key()))
			no(t, err)
		}
		sale.Redeem = nil
	}
}

func first(of []string) string {
	if len(of) == 0 {
		return ""
	}
	return of[0]
}

// no fails where an error is no refusal.
func no(t *testing.T, err error) {
	t.Helper()
	var refusal *programme.Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatal(err)
	}
}
