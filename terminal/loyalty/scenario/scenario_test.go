package scenario_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/scenario"
)

const inTOML = `programme = "punten.toml"
at = "2026-11-21 12:00"

[[case]]
name = "37,60 op zaterdag: dubbel"
[case.start.balance]
points = 10
[[case.step]]
sale = { total = "37.60" }
expect = { earned = 74, balance = 84 }
[[case.step]]
card = "anna"
sale = { id = "a", lines = [{ product = "koffie", amount = "4.50", quantity = 2, tags = "warm" }], tenders = { cash = "4.50" }, redeem = ["Koffie"] }
[[case.step]]
undo = true
[[case.step]]
return = { sale = "a", lines = [{ line = 1 }] }
expect = { lots = [{ points = "1.5", expires = "2027-12-31" }], tier = "", members = { anna = { balance = { points = 0 } } } }

[case.members.anna]
balance = [{ points = 5, expires = "2026-12-31" }]
tier = "Goud"
`

const inJSON = `{
  "programme": "punten.toml",
  "at": "2026-11-21 12:00",
  "case": [{
    "name": "37,60 op zaterdag: dubbel",
    "start": {"balance": {"points": 10}},
    "members": {"anna": {"balance": [{"points": 5, "expires": "2026-12-31"}], "tier": "Goud"}},
    "step": [
      {"sale": {"total": "37.60"}, "expect": {"earned": 74, "balance": 84}},
      {"card": "anna", "sale": {
        "id": "a", "lines": [{"product": "koffie", "amount": "4.50", "quantity": 2, "tags": ["warm"]}],
        "tenders": [{"kind": "cash", "amount": "4.50"}], "redeem": "Koffie"}},
      {"undo": {}},
      {"return": {"sale": "a", "lines": [{"line": 1}]},
       "expect": {"lots": {"": [{"points": "1.5", "expires": "2027-12-31"}]}, "tier": [""], "members": {"anna": {"balance": {"points": 0}}}}}
    ]
  }]
}`

func parse(t *testing.T, text string, syntax file.Syntax) *scenario.File {
	t.Helper()
	f, err := scenario.Parse([]byte(text), syntax)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTOMLAndJSONComeToTheSame(t *testing.T) {
	a, b := parse(t, inTOML, file.TOML), parse(t, inJSON, file.JSON)
	if !reflect.DeepEqual(a.Cases, b.Cases) || a.Programme != b.Programme || a.At != b.At {
		t.Errorf("got\n%+v\nand\n%+v", a.Cases, b.Cases)
	}
	if got := a.Cases[0].Steps[1].Sale.Redeem; len(got) != 1 || got[0].Reward != "Koffie" {
		t.Errorf("the wish is %+v", got)
	}
	if got, want := [...]int{a.Line(scenario.StepKey(0, 1)), a.Line("case[0].step[0].expect.balance"), b.Line(scenario.StepKey(0, 2))}, [...]int{11, 10, 13}; got != want {
		t.Errorf("stand at %v, want %v", got, want)
	}
}

func TestParseTellsEverythingThatIsWrongAndWhere(t *testing.T) {
	cases := []struct {
		name, text string
		syntax     file.Syntax
		want       []string
	}{
		{"toml", `programe = "x"
[[case]]
name = "a"
at = "yesterday"
start = { balance = 1.5, birthday = "02-30" }
[[case.step]]
sale = { total = "1O" }
[[case.step]]
[[case.step]]
undo = true
return = "a"
expect = { refusal = "K-999", offers = ["x"], earnd = 1 }
[[case]]
name = "a"
step = [{ hold = "5.00" }]
`, file.TOML, []string{
			"1:1: programe: unknown key: do you mean programme?",
			`4:6: case[0] ("a").at: "yesterday": need a day and a time on the shop's clock, "2026-11-21 12:00"`,
			`5:21: case[0] ("a").start.balance[0].points: is a number with a decimal point: need a whole number, or one with a decimal point as text, "1.5"`,
			`5:37: case[0] ("a").start.birthday: "02-30": need a month and a day, "02-29"`,
			`7:18: case[0] ("a").step[0].sale.total: "1O": need digits and perhaps a decimal point, "12.50"`,
			`8:8: case[0] ("a").step[1]: does nothing: need one of sale, quote, redeem, `,
			`9:8: case[0] ("a").step[2]: does more than one thing: return, undo`,
			`12:47: case[0] ("a").step[2].expect.earnd: unknown key: do you mean earned?`,
			`12:22: case[0] ("a").step[2].expect.refusal: "K-999": there is no such code`,
			`12:31: case[0] ("a").step[2].expect.offers: only a quote says what can be had`,
			`13:3: case[1] ("a").at: is missing`,
			`14:8: case[1] ("a").name: "a" stands twice`,
			`15:18: case[1] ("a").step[0].hold: need a redeem`,
		}},
		{"json", `{"programme": "x", "programme": "y", "at": null,
 "case": [{"name": "a", "at": "2026-11-21 12:00", "step": [{"sale": {"total": 1.5}}, {"sale": "1.2345"}]}]}`, file.JSON, []string{
			"1:20: programme: stands twice",
			"1:44: at: is null: leave the key out",
			`2:79: case[0] ("a").step[0].sale.total: is a number with a decimal point`,
			`2:95: case[0] ("a").step[1].sale.total: "1.2345": has 4 decimals, at most 3`,
		}},
		{"no json", `{"programme": }`, file.JSON, []string{"1:14: "}},
		{"json that ends", `{"programme": "x"`, file.JSON, []string{"1:18: the document ends too early"}},
		{"more than json", `{} {}`, file.JSON, []string{"1:5: there is more"}},
		{"a list", `[]`, file.JSON, []string{"1:1: is a list: need a table"}},
		{"deep", strings.Repeat(`{"a":`, 50), file.JSON, []string{"1:"}},
		{"no toml", `case = `, file.TOML, []string{"1:"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := scenario.Parse([]byte(c.text), c.syntax)
			var all file.Problems
			if !errors.As(err, &all) {
				t.Fatalf("got %v", err)
			}
			got := strings.Split(all.Error(), "\n")
			if len(got) != len(c.want) {
				t.Fatalf("got\n%s\nwant\n%s", all, strings.Join(c.want, "\n"))
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got  %s\nwant %s", got[i], want)
				}
			}
		})
	}
}

func rules() programme.Rules {
	return programme.Rules{
		Currency: "EUR", Wallets: []programme.Wallet{{Name: "points"}, {Name: "stamps"}},
		Rewards: []programme.Reward{{Name: "Koffie"}},
		Ladders: []programme.Ladder{{Name: "status", Levels: []programme.Level{{Name: "Goud"}}}},
	}
}

func TestCheckTellsWhatTheProgrammeHasNot(t *testing.T) {
	f := parse(t, `programme = "x"
at = "2026-11-21 12:00"
[[case]]
name = "a"
start = { balance = 5, tier = "Zilver", club = "Plus", count = { spend = 3 } }
[[case.step]]
undo = "x"
[[case.step]]
card = "bert"
sale = { total = "1.005", redeem = ["Thee"] }
expect = { earned = { miles = 1 }, balance = 3, tier = "Brons", members = { carla = { perks = ["x"] } } }
[[case.step]]
return = true
expect = { lots = { stamps = [] }, spent = { points = "0.5" }, tier = "Goud" }
`, file.TOML)
	err := f.Check(rules())
	want := []string{
		`5:21: case[0] ("a").start.balance: the programme has the wallets points, stamps: say of which, { points = … }`,
		`5:31: case[0] ("a").start.tier[0]: there is no tier "Zilver"; there is Goud`,
		`5:48: case[0] ("a").start.club[0]: there is no club "Plus"; the programme has none`,
		`5:74: case[0] ("a").start.count.spend: there is no ladder or segment "spend"`,
		`7:8: case[0] ("a").step[0].undo: there was no sale with the id "x" before`,
		`9:8: case[0] ("a").step[1].card: there is no member "bert"; the case has member`,
		`10:18: case[0] ("a").step[1].sale.total: "1.005": has 3 decimals, at most 2`,
		`10:37: case[0] ("a").step[1].sale.redeem[0].reward: there is no reward "Thee"; there is Koffie`,
		`11:31: case[0] ("a").step[1].expect.earned.miles: there is no wallet "miles"; there are points, stamps`,
		`11:46: case[0] ("a").step[1].expect.balance: the programme has the wallets points, stamps: say of which, { points = … }`,
		`11:56: case[0] ("a").step[1].expect.tier[0]: there is no tier "Brons"; there is Goud`,
		`there is no member "carla"; the case has member`,
		`there is no perk "x"; the programme has none`,
	}
	if err == nil {
		t.Fatal("nothing was wrong")
	}
	got := strings.Split(err.Error(), "\n")
	for i, w := range want {
		if i >= len(got) || !strings.Contains(got[i], w) {
			t.Fatalf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
		}
	}
	if len(got) != len(want) {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestCompareTellsWhatDidNotCome(t *testing.T) {
	f := parse(t, `programme = "x"
at = "2026-11-21 12:00"
[[case]]
name = "a"
[[case.step]]
sale = "10.00"
expect = { earned = { points = "1.5" }, discount = "0.50", to_pay = "9.50", balance = { points = -3, stamps = 0 }, tier = ["Goud"], slip = ["Gespaard 1,5", "Saldo"], slip_not = "fout", lots = { points = [{ points = 2, expires = "2026-12-31" }] }, members = { member = { debt = { points = 3 } } } }
`, file.TOML)
	got := scenario.Got{
		Earned: map[ledger.Wallet]ledger.Points{"points": 1500}, Discount: 50, ToPay: 950,
		Slip:    []string{"Gespaard      1,5", "", "Saldo 3"},
		Holds:   scenario.State{Balance: map[ledger.Wallet]ledger.Points{"points": -3000}, Tiers: []string{"Goud"}, Lots: map[ledger.Wallet][]ledger.Lot{"points": {{Points: 2000, Expires: "2026-12-31"}}}},
		Members: map[string]scenario.State{"member": {Debt: map[ledger.Wallet]ledger.Points{"points": 3000}}},
	}
	expect := f.Cases[0].Steps[0].Expect
	if wrong := expect.Compare(got, rules()); len(wrong) != 0 {
		t.Errorf("all came, but %+v", wrong)
	}
	got.Earned["points"], got.Discount, got.Slip, got.Refusal = 1499, 49, []string{"Saldo", "Gespaard 1,5", "een fout"}, "K-201"
	got.Holds = scenario.State{}
	want := []scenario.Wrong{
		{"refusal", "no refusal", "K-201"},
		{"earned.points", "1.5", "1.499"},
		{"discount", "0.50", "0.49"},
		{"slip", "Saldo", "Saldo / Gespaard 1,5 / een fout"},
		{"slip_not", "no line with fout", "een fout"},
		{"balance.points", "-3", "0"},
		{"lots.points", "2 until 2026-12-31", "none"},
		{"tier", "Goud", "none"},
	}
	if wrong := expect.Compare(got, rules()); !reflect.DeepEqual(wrong, want) {
		t.Errorf("got %+v\nwant %+v", wrong, want)
	}
	if wrong := (*scenario.Expect)(nil).Compare(got, rules()); len(wrong) != 1 || wrong[0].Key != "refusal" {
		t.Errorf("a step that expects nothing: %+v", wrong)
	}
}

func TestStateOfIsWhatCountsOnTheDay(t *testing.T) {
	h := ledger.Holding{Positions: []ledger.Position{{Wallet: "points", Points: 9000, Lots: ledger.Lots{Open: []ledger.Lot{
		{Points: 1000, Expires: "2026-01-31"}, {Points: 3000, Expires: "2026-12-31"}, {Points: 5000, Vests: "2026-12-01"},
	}}}}}
	got := scenario.StateOf(h, rules(), "2026-11-21")
	if got.Balance["points"] != 3000 || got.Pending["points"] != 5000 || len(got.Lots["points"]) != 2 || got.Balance["stamps"] != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestTimeIsTheClockOfTheShop(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2026-11-21 12:00":        "2026-11-21T11:00:00Z",
		"2026-07-01 12:00:05":     "2026-07-01T10:00:05Z",
		"2026-10-25 02:30":        "2026-10-25T00:30:00Z", // twice that night: the first
		"2026-10-25 02:30 +01:00": "2026-10-25T01:30:00Z",
	} {
		if got, err := scenario.Time(text, zone); err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s is %v, %v, want %s", text, got, err, want)
		}
	}
	if _, err := scenario.Time("12:00", zone); err == nil {
		t.Error("a time without a day was taken")
	}
}

// A malformed file never panics, and always says where.
func FuzzParse(f *testing.F) {
	f.Add([]byte(inTOML), false)
	f.Add([]byte(inJSON), true)
	f.Add([]byte(`{"case":[{"step":[{"expect":{"lots":{"a":[[]]}}}]}],"at":{"":null}}`), true)
	f.Add([]byte("case = [{start={balance=[[1]],tier=[[]]},members={a=1}}]"), false)
	f.Fuzz(func(t *testing.T, text []byte, isJSON bool) {
		syntax := file.TOML
		if isJSON {
			syntax = file.JSON
		}
		parsed, err := scenario.Parse(text, syntax)
		if err == nil {
			err = parsed.Check(rules())
		}
		if err == nil {
			for _, c := range parsed.Cases {
				for _, s := range c.Steps {
					s.Expect.Compare(scenario.Got{}, rules())
				}
			}
			return
		}
		var all file.Problems
		if !errors.As(err, &all) || len(all) == 0 {
			t.Fatalf("does not say where: %v", err)
		}
		for _, p := range all {
			if p.Line < 1 || p.Col < 1 || p.Line > strings.Count(string(text), "\n")+1 || p.Text == "" {
				t.Fatalf("stands nowhere: %+v", p)
			}
		}
	})
}

// What the till would be refused is told at its line already.
func TestWhatATillCannotSendIsToldWithItsLine(t *testing.T) {
	const text = `programme = "x"
at = "2026-11-21 12:00"
[[case]]
name = "a"
[[case.step]]
sale = { total = "1.00", partner = "slager" }
[[case.step]]
sale = { lines = [{ amount = "1.00", kind = "x-flowers" }, { amount = "1.00", kind = "Tobacco" }] }
`
	_, err := scenario.Parse([]byte(text), file.TOML)
	if err == nil || !strings.HasPrefix(err.Error(), `8:86: case[0] ("a").step[1].sale.lines[1].kind: "Tobacco" is no kind of line; there are deposit`) {
		t.Errorf("got %v", err)
	}
	f := parse(t, strings.Replace(text, "Tobacco", "tobacco", 1), file.TOML)
	r := rules()
	if err := f.Check(r); err != nil {
		t.Errorf("without partners: %v", err)
	}
	r.Partners = []programme.Partner{{Name: "bakker"}}
	if err := f.Check(r); err == nil || err.Error() != `6:36: case[0] ("a").step[0].sale.partner: there is no partner "slager"; there is bakker` {
		t.Errorf("got %v", err)
	}
}

func TestWordsThatTheProgrammeNeverNamesAreToldOnce(t *testing.T) {
	f := parse(t, `programme = "x"
at = "2026-11-21 12:00"
[[case]]
name = "a"
[[case.step]]
signal = "rian"
sale = { codes = ["ZOMER", "X"], lines = [{ amount = "1.00", category = "coffee", tags = ["hot", "cold"] }, { amount = "1.00", category = "tea" }] }
[[case]]
name = "b"
[[case.step]]
signal = "rian"
quote = { lines = [{ amount = "1.00", category = "tea" }] }
`, file.TOML)
	r := rules()
	r.Sets = []programme.Set{{Name: "s", Selector: programme.Selector{Categories: []string{"coffee"}, Not: &programme.Selector{Tags: []string{"cold"}}}}}
	r.Messages = []programme.Message{{If: programme.Condition{Signals: []string{"rain"}, Codes: []string{"ZOMER"}}}}
	var got []string
	for _, p := range f.Unnamed(r) {
		got = append(got, fmt.Sprintf("%d: %s", p.Line, p.Text))
	}
	want := []string{
		`6: the programme names no signal "rian"; there is rain`, `7: the programme names no code "X"; there is ZOMER`,
		`7: the programme names no tag "hot"; there is cold`, `7: the programme names no category "tea"; there is coffee`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
