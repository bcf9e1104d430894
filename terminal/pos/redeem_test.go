package pos_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

const (
	offers  = "/v1/lanes/kassa1/offers"
	asking  = `{"basket":{"key":{"till":"1","day":"2026-11-22","id":"000123"},"currency":"EUR","total":2345}}`
	wishing = `{"basket":{"key":{"till":"1","day":"2026-11-22","id":"000123"},"currency":"EUR","total":2345},` +
		`"redeem":[{"reward":"Betalen met punten","thousandths":100000},{"reward":"Kop koffie","thousandths":10000}]}`
)

func TestASaleWithWishes(t *testing.T) {
	s := newTill()
	s.desk.answer = session.Answer{
		Redeemed: []session.Redeemed{{Reward: "Betalen met punten", Wallet: "points", Points: 100_000, Discount: 1_00}, {Reward: "Kop koffie", Wallet: "stamps", Points: 10_000}},
		Discount: 1_00,
	}
	r := s.call(t, "POST", sales, wishing)
	got := read(t, r)
	if r.StatusCode != http.StatusCreated || got["discount"] != float64(100) ||
		fmt.Sprint(got["redeemed"]) != "[map[discount:100 reward:Betalen met punten thousandths:100000 wallet:points] map[discount:0 reward:Kop koffie thousandths:10000 wallet:stamps]]" {
		t.Errorf("%d: %v", r.StatusCode, got)
	}
	want := []redeem.Wish{{Reward: "Betalen met punten", Points: 100_000}, {Reward: "Kop koffie", Points: 10_000}}
	if len(s.desk.asked) != 1 || !reflect.DeepEqual(s.desk.asked[0].Redeem, want) {
		t.Errorf("the desk was asked %+v", s.desk.asked)
	}
}

// Tills that never heard of redeeming see the answer they always saw.
func TestASaleWithoutWishesAnswersWithoutThem(t *testing.T) {
	got := read(t, newTill().call(t, "POST", sales, good))
	for _, field := range []string{"redeemed", "discount"} {
		if v, there := got[field]; there {
			t.Errorf("%s is %v", field, v)
		}
	}
}

func TestOffers(t *testing.T) {
	s := newTill()
	r := s.call(t, "POST", offers, asking)
	got := read(t, r)
	want := "[map[discount:0 least:100000 most:150000 reward:Betalen met punten step:50000 suggested:0 wallet:points]]"
	if r.StatusCode != http.StatusOK || len(got) != 1 || fmt.Sprint(got["offers"]) != want {
		t.Errorf("%d: %v", r.StatusCode, got)
	}
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "000123"}, Currency: "EUR", Total: 23_45}
	if !reflect.DeepEqual(s.desk.shown, []basket.Basket{b}) || len(s.desk.asked) > 0 {
		t.Errorf("the desk was shown %+v and asked %+v", s.desk.shown, s.desk.asked)
	}
}

func TestOffersThatAreRefused(t *testing.T) {
	for code, status := range map[programme.Code]int{
		programme.NoCard: http.StatusConflict, programme.BadBasket: http.StatusUnprocessableEntity, programme.OtherCurrency: http.StatusUnprocessableEntity,
	} {
		s := newTill()
		s.desk.err = fmt.Errorf("offers: %w", &programme.Refusal{Code: code, Currency: "USD", Cause: errors.New("internal cause")})
		p := isProblem(t, s.call(t, "POST", offers, asking), status, string(code), false, false)
		if detail := p["detail"].(string); strings.Contains(detail, "cause") {
			t.Errorf("detail %q", detail)
		}
	}
}

// Nothing can have happened, so the till is not told that nobody knows.
func TestAFaultWhileOffersAreReadChangedNothing(t *testing.T) {
	s := newTill()
	s.desk.err = errors.New("SQLITE_IOERR in /var/lib/zegel/zegel.db")
	p := isProblem(t, s.call(t, "POST", offers, asking), http.StatusServiceUnavailable, "offers", true, false)
	if strings.Contains(fmt.Sprint(p), "SQLITE") || !strings.Contains(s.log.String(), "SQLITE_IOERR") {
		t.Errorf("the till reads %v, the log %s", p, s.log.String())
	}
}

func TestBodiesThatAskForNoOffers(t *testing.T) {
	for path, bodies := range map[string]map[string]string{
		offers: {
			"":                         "EOF",
			wishing:                    `unknown field "redeem"`,
			good:                       `unknown field "typed"`,
			asking + asking:            "more than one JSON value",
			`{"basket":{"sum":1}}`:     `unknown field "sum"`,
			`{"basket":{"total":1.5}}`: "basket.total: a number 1.5 does not belong there",
		},
		sales: {
			`{"redeem":[{"reward":"x","points":1}]}`:        `unknown field "points"`,
			`{"redeem":[{"reward":"x","thousandths":0.5}]}`: "a number 0.5 does not belong there",
			`{"redeem":{"reward":"x"}}`:                     "redeem: a object does not belong there",
		},
	} {
		for body, want := range bodies {
			s := newTill()
			p := isProblem(t, s.call(t, "POST", path, body), http.StatusBadRequest, "body", false, false)
			if detail := p["detail"].(string); !strings.Contains(detail, want) {
				t.Errorf("%s: detail %q, want %q", body, detail, want)
			}
			if len(s.desk.asked)+len(s.desk.shown) > 0 {
				t.Errorf("%s: the desk was asked", body)
			}
		}
	}
}
