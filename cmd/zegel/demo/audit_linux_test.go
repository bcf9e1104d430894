package demo

import (
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

// whole is the summary of a day on which everything happened and held.
func whole() Summary {
	s := Summary{Verify: "ok"}
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.CanInt() {
			f.SetInt(20)
		}
	}
	s.BalanceMismatches = 0
	return s
}

func TestADayThatLacksAnythingFails(t *testing.T) {
	if err := whole().Failed(); err != nil {
		t.Fatalf("a whole day: %v", err)
	}
	kind := reflect.TypeFor[Summary]()
	for i := range kind.NumField() {
		s := whole()
		f := reflect.ValueOf(&s).Elem().Field(i)
		switch name := kind.Field(i).Name; {
		case name == "BalanceMismatches":
			f.SetInt(1)
		case f.CanInt():
			f.SetInt(0)
		case name == "Verify":
			f.SetString("problems")
		case name == "Problems":
			f.Set(reflect.ValueOf([]string{"lost"}))
		default:
			continue // how long it took
		}
		if s.Failed() == nil {
			t.Errorf("a day with %s = %v passes", kind.Field(i).Name, f)
		}
	}
}

func TestWhatTheTillIsToldAddsUp(t *testing.T) {
	d := newDay(nil, nil, time.UTC, io.Discard)
	points := func(n int64) []Amount { return []Amount{{"points", n}} }
	d.toldOf(Answer{Kind: "award", Record: "r1", Code: "A-1", Account: "a", Card: "…1", Earned: points(50), Redeemed: []Redeemed{{"x", "points", 20}}})
	d.toldOf(Answer{Kind: "award", Record: "r1", Code: "A-1", Account: "a", Earned: points(50), Repeat: true})
	d.toldOf(Answer{Kind: "return", Record: "r2", Sale: "r1", Code: "A-2", Account: "a", TakenBack: points(10), GivenBack: points(5)})
	d.toldOf(Answer{Kind: "award", Record: "r3", Code: "A-3", Account: "a", Earned: points(7)})
	d.toldOf(Answer{Kind: "move", Record: "r4", Sale: "r3", Code: "A-4", Account: "b", Earned: points(8), TakenBack: points(7)})
	d.toldOf(Answer{Kind: "undo", Record: "r5", Sale: "r4", Code: "A-5", Account: "b", TakenBack: points(8)})
	if a, b := d.told["a"]["points"], d.told["b"]["points"]; a != 25 || b != 0 {
		t.Errorf("a has %d, b has %d", a, b)
	}
	if s := d.sum; s.Awards != 2 || s.Redemptions != 1 || s.Returns != 1 || s.Moved != 1 || s.Undone != 1 {
		t.Errorf("counted %+v", s)
	}
}

func TestLogIsShownNewestFirst(t *testing.T) {
	const log = `half a line"}
{"level":"info","component":"printer","lane":"kassa1","time":"2026-11-22T21:54:17Z","message":"printer back"}
{"level":"warn","time":"2026-11-22T21:54:18Z","message":"odd","error":"<b>"}
`
	got := logTail(log, time.FixedZone("", 3600))
	want := []logLine{{"22:54:18", "warn", "odd  error=<b>"}, {"22:54:17", "info", "printer: printer back  lane=kassa1"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	html, err := render("log", scene{Log: got})
	if err != nil || strings.Contains(html, "<b>") {
		t.Errorf("%s, %v", html, err)
	}
}
