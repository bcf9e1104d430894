package pos_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/pos"
)

// A desk answers as it is told, and remembers what it was asked.
type desk struct {
	says string // JSON of what the next call answers; "" for the zero value
	err  error
	did  []string // the calls that may change something, in order
	got  []any    // what came with them

	mu    sync.Mutex // guards what follows
	notes []session.Note
	first int64 // the oldest note that is still known
	next  chan struct{}
}

func say[T any](d *desk, call string, got any) (answer T, err error) {
	d.did, d.got = append(d.did, call), append(d.got, got)
	if d.err != nil || d.says == "" {
		return answer, d.err
	}
	return answer, json.Unmarshal([]byte(d.says), &answer)
}

func (d *desk) View() session.View {
	did := d.did
	v, _ := say[session.View](d, "view", nil)
	d.did, d.got = did, nil
	return v
}

func (d *desk) Cancel() session.View {
	v, _ := say[session.View](d, "cancel", nil)
	return v
}

func (d *desk) Identify(_ context.Context, text string, mode ledger.EntryMode) (session.View, error) {
	return say[session.View](d, "customer", text+" "+string(mode))
}

func (d *desk) Quote(_ context.Context, b basket.Basket, vouchers ...string) (session.Quote, error) {
	if len(vouchers) > 0 {
		return say[session.Quote](d, "quote", session.Sale{Basket: b, Vouchers: vouchers})
	}
	return say[session.Quote](d, "quote", b)
}

func (d *desk) Hold(_ context.Context, s session.Sale) (session.Held, error) {
	return say[session.Held](d, "hold", s)
}

func (d *desk) Sale(_ context.Context, s session.Sale) (session.Answer, error) {
	return say[session.Answer](d, "sale", s)
}

func (d *desk) Return(_ context.Context, r session.Return) (session.Answer, error) {
	return say[session.Answer](d, "return", r)
}

func (d *desk) Undo(_ context.Context, u session.Undoing) (session.Answer, error) {
	return say[session.Answer](d, "undo", u)
}

func (d *desk) Move(_ context.Context, m session.Moving) (session.Answer, error) {
	return say[session.Answer](d, "move", m)
}

func (d *desk) Happened(_ context.Context, h session.Happening) (session.Answer, error) {
	return say[session.Answer](d, "happened", h)
}

func (d *desk) Enrol(_ context.Context, e session.Enrolling) (session.Answer, error) {
	return say[session.Answer](d, "enrol", e)
}

// Notes keeps to what a real desk promises: what is older than the oldest it
// has, or newer than the newest, is lost.
func (d *desk) Notes(after int64) ([]session.Note, bool, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == nil {
		d.next = make(chan struct{})
	}
	last := d.first - 1 + int64(len(d.notes))
	if after < d.first-1 || after > last {
		return append([]session.Note{}, d.notes...), true, d.next
	}
	return append([]session.Note{}, d.notes[after-d.first+1:]...), false, d.next
}

// note adds one, and forgets all but the newest keep.
func (d *desk) note(keep int, kind string, data any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.first == 0 {
		d.first = 1
	}
	d.notes = append(d.notes, session.Note{ID: d.first + int64(len(d.notes)), Kind: kind, Data: data})
	for len(d.notes) > keep {
		d.notes, d.first = d.notes[1:], d.first+1
	}
	if d.next != nil {
		close(d.next)
		d.next = nil
	}
}

var errNotRecorded = errors.New("the disk is full")

// started is when the daemon of the tests was, in milliseconds since 1970 UTC.
const started = 1_795_356_000_000

// paper keeps what several goroutines log.
type paper struct {
	mu  sync.Mutex // guards what follows
	all bytes.Buffer
}

func (p *paper) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.Write(line)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.String()
}

// A till is a shop with one lane, kassa1, as a till sees it.
type till struct {
	desk     desk
	status   error
	log      paper
	stopping chan struct{}
	handler  http.Handler
}

func newTill() *till {
	s := &till{stopping: make(chan struct{})}
	s.desk.first = 1
	s.handler = pos.Handler(pos.Config{
		Version: "1.4.0", Language: "nl", Started: time.UnixMilli(started),
		Desk: func(lane string) (pos.Desk, bool) { return &s.desk, lane == "kassa1" },
		Status: func(context.Context) (any, error) {
			if s.desk.says == "" {
				return map[string]string{"shop": "Jansen"}, s.status
			}
			return json.RawMessage(s.desk.says), s.status
		},
		Release: func(_ context.Context, id ledger.HoldID) error {
			_, err := say[struct{}](&s.desk, "release", id.String())
			return err
		},
		EnrolForm: func() session.EnrolForm {
			return session.FormOf(programme.Rules{Consents: []programme.Consent{{
				Name: "terms", Version: 2, Required: true,
				Wording: map[string]string{"nl": "Ik doe mee en ga akkoord met de voorwaarden.", "en": "I take part and accept the conditions."},
			}}, Earn: []programme.Rule{{If: programme.Condition{Birthday: &programme.Window{}}}}})
		},
		Games: func(context.Context) ([]game.Told, error) {
			over, running := game.Seed{Game: "Rad", Month: "2026-10"}, game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte{1}}
			for i := range over.Bytes {
				over.Bytes[i] = byte(i + 1)
			}
			return game.Tell([]game.Seed{over, running}, "2026-11-22"), nil
		},
		Recall: func(_ context.Context, n session.Named) (session.Recalled, error) {
			return say[session.Recalled](&s.desk, "recall", n)
		},
		Member: func(_ context.Context, text string, mode ledger.EntryMode) (session.Person, error) {
			return say[session.Person](&s.desk, "member", text+" "+string(mode))
		},
		DayFigures: func(_ context.Context, d pos.TillDay) error {
			_, err := say[struct{}](&s.desk, "day", d)
			return err
		},
		NotRecorded: func(err error) bool { return errors.Is(err, errNotRecorded) },
		Stopping:    s.stopping, Log: zerolog.New(&s.log),
	})
	return s
}

func (s *till) call(t testing.TB, method, path, body string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func read(t testing.TB, r *http.Response) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
		t.Fatalf("the answer is no JSON: %v", err)
	}
	return v
}

const (
	sales   = "/v1/lanes/kassa1/sales"
	quotes  = "/v1/lanes/kassa1/quotes"
	key     = `"key":{"till":"1","day":"2026-11-22","id":"000123"}`
	plain   = `"basket":{` + key + `,"currency":"EUR","total":2345}`
	good    = `{` + plain + `,"typed":true}`
	quoting = `{` + plain + `}`
	aHold   = "5f0c3b1e9a7d4c2286e1f0a4b3c2d1e0"
)

var goodBasket = basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "000123"}, Currency: "EUR", Total: 23_45}

func TestHelloSaysWhoIsThereAndNothingElse(t *testing.T) {
	r := newTill().call(t, "GET", "/v1/hello", "")
	if got := read(t, r); r.StatusCode != 200 || !reflect.DeepEqual(got, map[string]any{"name": "zegel", "version": "1.4.0", "api": "v1"}) {
		t.Errorf("%d: %v", r.StatusCode, got)
	}
}

// What reaches the desk is what the till said, and only what a till may say.
func TestWhatIsSentReachesTheDesk(t *testing.T) {
	id := ledger.HoldID{0x5f, 0x0c, 0x3b, 0x1e, 0x9a, 0x7d, 0x4c, 0x22, 0x86, 0xe1, 0xf0, 0xa4, 0xb3, 0xc2, 0xd1, 0xe0}
	wish := `"redeem":[{"reward":"Kop koffie","thousandths":10000}]`
	wishes := []redeem.Wish{{Reward: "Kop koffie", Points: 10_000}}
	own := basket.Key{Till: "1", Day: "2026-11-22", ID: "R-1"}
	ownKey := `"key":{"till":"1","day":"2026-11-22","id":"R-1"}`
	cases := []struct {
		path, body, call string
		want             any
	}{
		{sales, good, "sale", session.Sale{Basket: goodBasket, Typed: true}},
		{sales, `{` + plain + `,` + wish + `,"hold":"` + aHold + `","card":"…0018","operator":"Anna","confirmed":true}`, "sale",
			session.Sale{Basket: goodBasket, Redeem: wishes, Hold: id, Card: "…0018", Operator: "till/Anna", Confirmed: true}},
		{sales, `{` + plain + `,"typed":null,"redeem":null,"hold":null,"operator":null}`, "sale", session.Sale{Basket: goodBasket}},
		// Marks that turn the order of reading, and what does not show at all.
		{sales, `{` + plain + `,"operator":"\u202eAn\u200bna\u2028"}`, "sale", session.Sale{Basket: goodBasket, Operator: "till/Anna"}},
		{sales, `{` + plain + `,"operator":"\u2066\ufeff"}`, "sale", session.Sale{Basket: goodBasket}},
		{quotes, quoting, "quote", goodBasket},
		{quotes, `{` + plain + `,"vouchers":["ZV1:AB"]}`, "quote", session.Sale{Basket: goodBasket, Vouchers: []string{"ZV1:AB"}}},
		{sales, `{` + plain + `,"vouchers":["ZV1:AB","zv1:cd"]}`, "sale", session.Sale{Basket: goodBasket, Vouchers: []string{"ZV1:AB", "zv1:cd"}}},
		{"/v1/lanes/kassa1/holds", `{` + plain + `,` + wish + `,"vouchers":["ZV1:AB"]}`, "hold", session.Sale{Basket: goodBasket, Redeem: wishes, Vouchers: []string{"ZV1:AB"}}},
		{"/v1/lanes/kassa1/holds", `{` + plain + `,` + wish + `}`, "hold", session.Sale{Basket: goodBasket, Redeem: wishes}},
		{"/v1/lanes/kassa1/holds", `{` + plain + `,` + wish + `,"card":"…0018"}`, "hold", session.Sale{Basket: goodBasket, Redeem: wishes, Card: "…0018"}},
		{"/v1/lanes/kassa1/customer", `{"code":"2900000000018","entry":"keyed"}`, "customer", "2900000000018 keyed"},
		{"/v1/lanes/kassa1/customer", `{"code":"]C1\u001d290000","entry":"till"}`, "customer", "]C1\x1d290000 till"},
		{"/v1/lanes/kassa1/customer", `{"code":"06 12345678","entry":"phone"}`, "customer", "06 12345678 phone"},
		{"/v1/lanes/kassa1/cancel", ``, "cancel", nil},
		{"/v1/lanes/kassa1/cancel", ` {} `, "cancel", nil},
		{"/v1/holds/" + aHold + "/release", ``, "release", aHold},
		{"/v1/lanes/kassa1/returns", `{` + ownKey + `,"sale":{"code":"923D-17"},"goods":[{"line":2,"quantity":355,"amount":497}],"operator":"Bo"}`, "return",
			session.Return{Key: own, Sale: session.Named{Code: "923D-17"}, Goods: []refund.Goods{{Line: 2, Quantity: 355, Amount: 497}}, Operator: "till/Bo"}},
		{"/v1/lanes/kassa1/returns", `{` + ownKey + `,"slip":"ZR1:x"}`, "return", session.Return{Key: own, Slip: "ZR1:x"}},
		{"/v1/lanes/kassa1/undos", `{` + ownKey + `,"sale":{"basket":{"till":"1","day":"2026-11-22","id":"000123"}},"operator":"Bo"}`, "undo",
			session.Undoing{Key: own, Sale: session.Named{Basket: goodBasket.Key}, Operator: "till/Bo"}},
		{"/v1/lanes/kassa1/moves", `{` + ownKey + `,"sale":{"code":"923D-17"},"operator":"Bo"}`, "move",
			session.Moving{Key: own, Sale: session.Named{Code: "923D-17"}, Operator: "till/Bo"}},
		{"/v1/lanes/kassa1/enrolments", `{` + ownKey + `,"name":"Jo","birthday":"02-29","referrer":"2900000000025","card":"…0018","operator":"Bo",
			"consents":[{"name":"terms","version":2,"lang":"nl","given":true}],"carried":[{"wallet":"stamps","thousandths":3000}]}`, "enrol",
			session.Enrolling{Key: own, Card: "…0018", Operator: "till/Bo", Enrolment: session.Enrolment{
				Name: "Jo", Birthday: "02-29", Referrer: "2900000000025", Carried: []session.Amount{{Wallet: "stamps", Points: 3000}},
				Consents: []ledger.Consent{{Name: "terms", Version: 2, Lang: "nl", Given: true}},
			}}},
		{"/v1/sales/lookup", `{"sale":{"code":"923D-17"}}`, "recall", session.Named{Code: "923D-17"}},
		{"/v1/members/lookup", `{"code":"0612345678","entry":"phone"}`, "member", "0612345678 phone"},
		{"/v1/day", `{"day":"2026-11-22","till":"1","turnover":-5,"currency":"EUR","receipts":3}`, "day",
			pos.TillDay{Day: "2026-11-22", Till: "1", Turnover: -5, Currency: "EUR", Receipts: 3}},
	}
	for _, c := range cases {
		s := newTill()
		r := s.call(t, "POST", c.path, c.body)
		if r.StatusCode/100 != 2 || !reflect.DeepEqual(s.desk.did, []string{c.call}) || !reflect.DeepEqual(s.desk.got, []any{c.want}) {
			t.Errorf("%s %s: status %d; the desk was asked to %v %+v, want %+v", c.path, c.body, r.StatusCode, s.desk.did, s.desk.got, c.want)
		}
	}
}

// The first answer is 201, a repeat 200, whatever is posted.
func TestWhatIsPostedAnswersByWhetherItIsNew(t *testing.T) {
	other := `{"key":{"till":"1","day":"2026-11-22","id":"X-1"},"sale":{"code":"923D-17"}}`
	for path, body := range map[string]string{sales: good, "/v1/lanes/kassa1/returns": other, "/v1/lanes/kassa1/undos": other, "/v1/lanes/kassa1/moves": other, "/v1/lanes/kassa1/enrolments": `{` + key + `}`} {
		for repeat, status := range map[bool]int{false: http.StatusCreated, true: http.StatusOK} {
			s := newTill()
			s.desk.says = fmt.Sprintf(`{"code":"A1B2-17","card":"…4566","balance_known":true,"repeat":%t}`, repeat)
			r := s.call(t, "POST", path, body)
			got := read(t, r)
			if r.StatusCode != status || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s, repeat %t: status %d, %s", path, repeat, r.StatusCode, r.Header.Get("Content-Type"))
			}
			if _, said := got["repeat"]; said != repeat {
				t.Errorf("%s, repeat %t: got %v", path, repeat, got)
			}
		}
	}
}

// Tills that never heard of redeeming see the answer they always saw.
func TestASaleWithoutWishesAnswersWithoutThem(t *testing.T) {
	got := read(t, newTill().call(t, "POST", sales, good))
	for _, field := range []string{"redeemed", "discount", "tell"} {
		if v, there := got[field]; there {
			t.Errorf("%s is %v", field, v)
		}
	}
}

// A list with nothing in it is a list: null breaks tills.
func TestNoListIsNull(t *testing.T) {
	for _, c := range []struct{ method, path, body, field string }{
		{"POST", sales, good, "earned"}, {"POST", sales, good, "balance"}, {"POST", quotes, quoting, "earns"}, {"POST", quotes, quoting, "rewards"},
		{"POST", "/v1/lanes/kassa1/holds", `{` + plain + `,"redeem":[]}`, "redeemed"}, {"GET", "/v1/lanes/kassa1", "", "balance"},
		{"POST", "/v1/lanes/kassa1/cancel", "", "balance"},
	} {
		if got := read(t, newTill().call(t, c.method, c.path, c.body)); !reflect.DeepEqual(got[c.field], []any{}) {
			t.Errorf("%s: %s is %v", c.path, c.field, got[c.field])
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	cases := []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/v1/lanes/kassa2", 404, "lane", ""},
		{"GET", "/v1/lanes/kassa2/events", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/sales", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/cancel", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/customer", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/quotes", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/holds", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/returns", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/undos", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/moves", 404, "lane", ""},
		{"POST", "/v1/holds/kassa1/release", 404, "hold", ""},
		{"POST", "/v1/holds/" + aHold + "0/release", 404, "hold", ""},
		{"GET", quotes, 405, "method", "POST"},
		{"GET", "/", 404, "path", ""},
		{"GET", "/v2/hello", 404, "path", ""},
		{"POST", "/v1/lanes/kassa1/offers", 404, "path", ""},
		{"GET", sales, 405, "method", "POST"},
		{"PUT", sales, 405, "method", "POST"},
		{"GET", "/v1/lanes/kassa1/cancel", 405, "method", "POST"},
		{"POST", "/v1/hello", 405, "method", "GET, HEAD"},
		{"DELETE", "/v1/lanes/kassa1", 405, "method", "GET, HEAD"},
		{"OPTIONS", "/v1/status", 405, "method", "GET, HEAD"},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			s := newTill()
			body := good
			if strings.HasPrefix(c.path, "/v1/holds") {
				body = ""
			}
			r := s.call(t, c.method, c.path, body)
			isProblem(t, r, want{status: c.status, code: c.code, action: "fix_client", changed: false})
			if got := r.Header.Get("Allow"); got != c.allow {
				t.Errorf("allows %q, want %q", got, c.allow)
			}
			if len(s.desk.did) > 0 {
				t.Error("something was done")
			}
		})
	}
}

// Nothing changes on GET, so a link, an image or a browser that reads ahead
// changes nothing.
func TestNothingChangesOnGet(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		for path := range documented(t).paths {
			if strings.HasSuffix(path, "/events") && method == "GET" {
				path += "?wait=0"
			}
			s := newTill()
			path = strings.NewReplacer("{lane}", "kassa1", "{hold}", aHold).Replace(path)
			s.call(t, method, path, good)
			if len(s.desk.did) > 0 {
				t.Errorf("%s %s did %v", method, path, s.desk.did)
			}
		}
	}
}

func TestHeadAnswersLikeGet(t *testing.T) {
	for _, path := range []string{"/v1/hello", "/v1/openapi.json", "/v1/status", "/v1/lanes/kassa1", "/v1/lanes/kassa1/events"} {
		s := newTill()
		server := httptest.NewServer(s.handler)
		r, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: status %d, %q", path, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if err := r.Body.Close(); err != nil {
			t.Fatal(err)
		}
		server.Close()
	}
}

func TestALaneCanBeSeenAndCleared(t *testing.T) {
	s := newTill()
	s.desk.says = `{"state":"card"}`
	if r := s.call(t, "GET", "/v1/lanes/kassa1", ""); r.StatusCode != 200 || read(t, r)["state"] != "card" {
		t.Errorf("status %d", r.StatusCode)
	}
	s.desk.says = `{"state":"free"}`
	if r := s.call(t, "POST", "/v1/lanes/kassa1/cancel", ""); r.StatusCode != 200 || read(t, r)["state"] != "free" || !reflect.DeepEqual(s.desk.did, []string{"cancel"}) {
		t.Errorf("status %d, did %v", r.StatusCode, s.desk.did)
	}
}

// The caller's own name for its request comes back and stands in the log, and
// nothing else of it: a header ends at a line break, and so does a log's line.
func TestARequestIDIsEchoedAsFarAsItIsFit(t *testing.T) {
	for sent, echoed := range map[string]string{
		"kassa1-000123":           "kassa1-000123",
		"a\r\nSet-Cookie: b=1":    "aSet-Cookieb1",
		`<script>"x"</script>`:    "scriptxscript",
		strings.Repeat("a", 1000): strings.Repeat("a", 64),
		"éé":                      "",
		"":                        "",
	} {
		s := newTill()
		s.desk.err = errors.New("broken")
		r := s.call(t, "POST", sales, good, "X-Request-Id: "+sent)
		if got := r.Header.Get("X-Request-Id"); got != echoed {
			t.Errorf("sent %q, got %q, want %q", sent, got, echoed)
		}
		instance, there := read(t, r)["instance"]
		if there != (echoed != "") || there && instance != "urn:zegel:request:"+echoed {
			t.Errorf("sent %q: instance %v", sent, instance)
		}
		if logged := strings.Contains(s.log.String(), `"request":"`+echoed+`"`); logged != (echoed != "") {
			t.Errorf("sent %q: the log says %s", sent, s.log.String())
		}
	}
}

// A till day that cannot be is told what is wrong with it, all at once.
func TestADayThatCannotBe(t *testing.T) {
	s := newTill()
	r := s.call(t, "POST", "/v1/day", `{"day":"22-11-2026","till":"1","turnover":900000000000000,"currency":"euro","receipts":-1,"points_paid":-1}`)
	p := isProblem(t, r, want{status: 400, code: "body", action: "fix_client", changed: false})
	if wrong, _ := p["errors"].([]any); len(wrong) != 5 || len(s.desk.did) > 0 {
		t.Errorf("%d complaints: %v; did %v", len(wrong), p["errors"], s.desk.did)
	}
}
