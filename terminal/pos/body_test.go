package pos_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The pointers are what a till's programmer sees; the desk sees none of these.
func TestBodiesThatAreNotWhatTheCallTakes(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	cases := []struct{ name, path, body, pointer, detail string }{
		{"nothing", sales, "", "", "unexpected end"},
		{"half of it", sales, good[:40], "", "unexpected end"},
		{"not JSON", sales, "total=2345", "", "invalid character"},
		{"null", sales, "null", "", "null does not belong"},
		{"a list", sales, "[" + good + "]", "", "a list does not belong there, need an object"},
		{"a text", sales, `"sale"`, "", "a text does not belong there"},
		{"an empty object", sales, `{}`, "/basket", "it is missing"},
		{"an unknown field", sales, with(`"typed":true`, `"articles":[]`), "/articles", "no field of that name"},
		{"a manager, whom no till can prove", sales, with(`"typed":true`, `"manager":"Bea"`), "/manager", "no field of that name"},
		{"an unknown field further in", sales, with(`"total"`, `"totaal":1,"total"`), "/basket/totaal", "no field of that name"},
		{"an unknown field with much in it", sales, with(`"typed":true`, `"x":{"a":[1,{"b":null}]}`), "/x", "no field of that name"},
		{"a field in other letters", sales, with(`"total"`, `"Total"`), "/basket/Total", "no field of that name"},
		{"a name with a slash and a tilde", sales, with(`"typed":true`, `"a/b~c":1`), "/a~1b~0c", "no field of that name"},
		{"a field twice", sales, with(`"total":2345`, `"total":1,"total":2345`), "/basket/total", "twice"},
		{"a field twice, escaped", sales, with(`"total":2345`, `"total":1,"t\u006ftal":2345`), "/basket/total", "twice"},
		{"no total", sales, with(`,"total":2345`, ``), "/basket/total", "it is missing"},
		{"no key", sales, with(key+`,`, ``), "/basket/key", "it is missing"},
		{"total null", sales, with(`2345`, `null`), "/basket/total", "null does not belong"},
		{"an amount with a decimal point", sales, with(`2345`, `23.45`), "/basket/total", "23.45 is not a whole number"},
		{"an amount with an exponent", sales, with(`2345`, `1e3`), "/basket/total", "1e3 is not a whole number"},
		{"an amount as text", sales, with(`2345`, `"2345"`), "/basket/total", "a text does not belong there"},
		{"an amount no integer holds", sales, with(`2345`, `9223372036854775808`), "/basket/total", "9223372036854775808 is not a whole number"},
		{"an amount of a thousand digits", sales, with(`2345`, strings.Repeat("9", 1000)), "/basket/total", "is not a whole number"},
		{"true as a number", sales, with(`true`, `1`), "/typed", "a number does not belong there, need true or false"},
		{"a line's amount missing", sales, with(`"total":2345`, `"total":2345,"lines":[{"amount":2345},{"name":"x"}]`), "/basket/lines/1/amount", "it is missing"},
		{"a line that is null", sales, with(`"total":2345`, `"total":2345,"lines":[null]`), "/basket/lines/0", "null does not belong"},
		{"wishes as an object", sales, with(`"typed":true`, `"redeem":{"reward":"x"}`), "/redeem", "an object does not belong there, need a list"},
		{"points of a half", sales, with(`"typed":true`, `"redeem":[{"reward":"x","thousandths":0.5}]`), "/redeem/0/thousandths", "0.5 is not a whole number"},
		{"points under another name", sales, with(`"typed":true`, `"redeem":[{"reward":"x","points":1}]`), "/redeem/0/points", "no field of that name"},
		{"a card's whole number", sales, with(`"typed":true`, `"card":"2900001234566"`), "/card", "need a text like"},
		{"a hold that is none", sales, with(`"typed":true`, `"hold":"abc"`), "/hold", "need a text like"},
		{"an operator without end", sales, with(`"typed":true`, `"operator":"`+strings.Repeat("a", 65)+`"`), "/operator", "at most 64 characters"},
		{"an operator with a line break", sales, with(`"typed":true`, `"operator":"Anna\nBea"`), "/operator", "no control characters"},
		{"an operator with an escape", sales, with(`"typed":true`, `"operator":"\u001b[31m"`), "/operator", "no control characters"},
		{"two values", sales, good + good, "", "after top-level value"},
		{"two values, a line each", sales, good + "\n" + good, "", "after top-level value"},
		{"something after it", sales, good + "x", "", "after top-level value"},
		{"a bracket after it", sales, good + "}", "", "after top-level value"},
		{"a comma too many", sales, with(`true}`, `true,}`), "", "invalid character"},
		{"not UTF-8", sales, with(`"1"`, "\"\xff\""), "", "not UTF-8"},
		{"deeper than anything", sales, with(`"typed":true`, `"x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), "", "exceeded max depth"},
		{"deep, in a list", sales, with(`"typed":true`, `"redeem":`+strings.Repeat("[", 9_000)+strings.Repeat("]", 9_000)), "/redeem/0", "a list does not belong there"},
		{"an entry nobody has", "/v1/lanes/kassa1/customer", `{"code":"1","entry":"scanned"}`, "/entry", "need one of till, keyed, phone"},
		{"a voucher that is none", "/v1/lanes/kassa1/quotes", `{` + plain + `,"vouchers":["2900000000018"]}`, "/vouchers/0", "need a text like ^[Zz][Vv]"},
		{"a code without end", "/v1/lanes/kassa1/customer", `{"code":"` + strings.Repeat("1", 513) + `","entry":"till"}`, "/code", "at most 512 characters"},
		{"a record that is none", "/v1/sales/lookup", `{"sale":{"record":"17"}}`, "/sale/record", "need a text like"},
		{"a terminal that is none", "/v1/sales/lookup", `{"sale":{"record":"ffffffffffffffff/` + aHold + `/1"}}`, "", "need 16 hex digits"},
		{"a wish in a quote", quotes, `{` + plain + `,"redeem":[]}`, "/redeem", "no field of that name"},
		{"something for nothing", "/v1/lanes/kassa1/cancel", `{"lane":"kassa1"}`, "/lane", "no field of that name"},
		{"a hold without wishes", "/v1/lanes/kassa1/holds", quoting, "/redeem", "it is missing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newTill()
			p := isProblem(t, s.call(t, "POST", c.path, c.body), want{400, "body", "fix_client", false, false})
			first := map[string]any{}
			if wrong, _ := p["errors"].([]any); len(wrong) > 0 {
				first, _ = wrong[0].(map[string]any)
			}
			detail, _ := first["detail"].(string)
			if first["pointer"] != c.pointer || !strings.Contains(detail, c.detail) || strings.Contains(detail, "Go ") || strings.Contains(detail, "ledger.") {
				t.Errorf("got %.300v, want %q at %q", p["errors"], c.detail, c.pointer)
			}
			if len(s.desk.did) > 0 {
				t.Errorf("the desk was asked to %v", s.desk.did)
			}
		})
	}
}

func TestAllThatIsWrongIsSaidAtOnceUpToALimit(t *testing.T) {
	s := newTill()
	lines := strings.TrimSuffix(strings.Repeat(`{"amount":1.5},`, 300), ",")
	p := isProblem(t, s.call(t, "POST", sales, `{"basket":{"currency":9,"lines":[`+lines+`]}}`), want{400, "body", "fix_client", false, false})
	if wrong, _ := p["errors"].([]any); len(wrong) != 10 {
		t.Errorf("%d complaints", len(wrong))
	}
}

// A till's programmer is told what was wrong; a card number that was sent in
// the wrong place is told nobody.
func TestComplaintsHoldNoValuesOfTexts(t *testing.T) {
	s := newTill()
	r := s.call(t, "POST", "/v1/lanes/kassa1/customer", `{"code":2900001234566,"entry":"2900001234566"}`)
	p := read(t, r)
	if all := fmt.Sprint(p) + s.log.String(); strings.Contains(all, "2900001234566") {
		t.Errorf("the number stands in %s", all)
	}
}

func TestBlanksAroundASaleAreTaken(t *testing.T) {
	if r := newTill().call(t, "POST", sales, "\n "+good+"\r\n"); r.StatusCode != http.StatusCreated {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestABodyAboveTheLimit(t *testing.T) {
	for name, c := range map[string]struct {
		body  string
		limit int64
	}{"in its value": {good, 50}, "after its value": {good + strings.Repeat(" ", 100), int64(len(good) + 50)}} {
		s := newTill()
		r := httptest.NewRequestWithContext(t.Context(), "POST", sales, nil)
		w := httptest.NewRecorder()
		r.Body = http.MaxBytesReader(w, io.NopCloser(strings.NewReader(c.body)), c.limit)
		s.handler.ServeHTTP(w, r)
		isProblem(t, w.Result(), want{413, "too-large", "fix_client", false, false})
		if len(s.desk.did) > 0 {
			t.Errorf("%s: the desk was asked", name)
		}
	}
}

// What reads a till's bytes never panics, and never sells what it cannot read.
func FuzzSale(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"basket":{"lines":[{"amount":1}],"tenders":null}}`))
	f.Add([]byte("null"))
	f.Add([]byte(`{"basket":{"key":{}}}}`))
	f.Add([]byte(`[[[{"":[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newTill()
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", sales, bytes.NewReader(body)))
		if sold := len(s.desk.did) == 1; sold != (w.Code == http.StatusCreated) {
			t.Fatalf("status %d, sold %t", w.Code, sold)
		}
	})
}
