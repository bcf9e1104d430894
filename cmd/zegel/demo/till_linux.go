package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// What a till asks of the daemon, and the part of the answers that the demo
// looks at. A "no" is no error: its status is HTTP's, and the answer has Code
// and Detail.

// A LaneView is what the lane's screen shows.
type LaneView struct {
	Turn     int64  `json:"turn"`
	State    string `json:"state"`
	Question string `json:"question"`
	Heading  string `json:"heading"`
	Said     *struct {
		Tone string `json:"tone"`
		Text string `json:"text"`
	} `json:"said"`
	Customer *Person `json:"customer"`
	Card     string  `json:"card"`
	New      bool    `json:"new"`
	Refused  string  `json:"refused"`
	Offline  string  `json:"offline"`
	Practice bool    `json:"practice"`
	Sale     *Sale   `json:"sale"`
}

// A Person is who stands at the counter, or was looked up.
type Person struct {
	Card     string  `json:"card"`
	Name     string  `json:"name"`
	Enrolled bool    `json:"enrolled"`
	Known    bool    `json:"known"`
	Balance  []Shown `json:"balance"`
	Follows  string  `json:"follows"`
}

// A Shown is an amount of a wallet in words.
type Shown struct {
	Wallet string `json:"wallet"`
	Points int64  `json:"thousandths"`
	Text   string `json:"text"`
}

// A Sale is what is kept of a sale.
type Sale struct {
	Record string `json:"record"`
	Code   string `json:"code"`
	When   string `json:"when"`
	Card   string `json:"card"`
	Total  Priced `json:"total"`
	Left   Priced `json:"left"`
	Lines  []struct {
		Line   int    `json:"line"`
		Name   string `json:"name"`
		Amount Priced `json:"amount"`
		Left   int64  `json:"left"`
	} `json:"lines"`
	CanUndo   bool   `json:"can_undo"`
	CanReturn bool   `json:"can_return"`
	CanMove   bool   `json:"can_move"`
	CanClaim  bool   `json:"can_claim"`
	Detail    string `json:"detail"` // of a refusal
}

// A Priced is money in minor units, and in words.
type Priced struct {
	Amount int64  `json:"amount"`
	Text   string `json:"text"`
}

// An Amount is points of a wallet, in thousandths.
type Amount struct {
	Wallet string `json:"wallet"`
	Points int64  `json:"thousandths"`
}

// An Answer is what a sale, a return, an undo or a move came to.
type Answer struct {
	Kind       string     `json:"kind"`
	Record     string     `json:"record"`
	Sale       string     `json:"sale"` // that came back or was moved
	Code       string     `json:"code"`
	Account    string     `json:"account"`
	Card       string     `json:"card"`
	Earned     []Amount   `json:"earned"`
	TakenBack  []Amount   `json:"taken_back"`
	GivenBack  []Amount   `json:"given_back"`
	Redeemed   []Redeemed `json:"redeemed"`
	Discount   int64      `json:"discount"`
	PointsPaid int64      `json:"points_paid"`
	Tell       []string   `json:"tell"`
	Balance    []Amount   `json:"balance"`
	Known      bool       `json:"balance_known"`
	Repeat     bool       `json:"repeat"`
	Detail     string     `json:"detail"` // of a refusal
}

// A Redeemed is a reward that points were spent on.
type Redeemed struct {
	Reward string `json:"reward"`
	Wallet string `json:"wallet"`
	Points int64  `json:"thousandths"`
}

// A Wish is what a customer wants for points.
type Wish struct {
	Reward string `json:"reward"`
	Points int64  `json:"thousandths"`
}

// A Key is the till's own name for a sale, a return, an undo or a move.
type Key struct {
	Till string `json:"till"`
	Day  string `json:"day"`
	ID   string `json:"id"`
}

// A Basket is what is bought.
type Basket struct {
	Key      Key    `json:"key"`
	Currency string `json:"currency"`
	Total    int64  `json:"total"`
	Lines    []Line `json:"lines,omitempty"`
}

// A Line is one line of a basket.
type Line struct {
	ID       string `json:"id"`
	Product  string `json:"product,omitempty"`
	Name     string `json:"name,omitempty"`
	Quantity int64  `json:"quantity"` // thousandths
	Amount   int64  `json:"amount"`
}

// A Named names a sale: by the code on its slip, or by its basket's key.
type Named struct {
	Code   string `json:"code,omitempty"`
	Basket *Key   `json:"basket,omitempty"`
}

// Goods are what came back of one line.
type Goods struct {
	Line   int   `json:"line,omitempty"`
	Amount int64 `json:"amount,omitempty"`
}

// An Offer is a reward that a quote has.
type Offer struct {
	Reward    string `json:"reward"`
	Wallet    string `json:"wallet"`
	Least     int64  `json:"least"`
	Most      int64  `json:"most"`
	Suggested int64  `json:"suggested"`
	Discount  int64  `json:"discount"`
	Detail    string `json:"detail"` // why it cannot be had
}

// A Quoted is what a basket would bring.
type Quoted struct {
	Card    string   `json:"card"`
	Earns   []Amount `json:"earns"`
	Rewards []Offer  `json:"rewards"`
	Detail  string   `json:"detail"`
}

// A Held is points set aside for a basket.
type Held struct {
	Hold     string     `json:"hold"`
	Redeemed []Redeemed `json:"redeemed"`
	Discount int64      `json:"discount"`
	Tell     []string   `json:"tell"`
	Detail   string     `json:"detail"`
}

// basket is one with a total and no lines.
func basket(id, day string, cents int64) Basket {
	return Basket{Key: Key{Till: lane, Day: day, ID: id}, Currency: "EUR", Total: cents}
}

// View asks what the lane's screen shows.
func (s *Shop) View(ctx context.Context) (v LaneView, err error) {
	_, err = s.call(ctx, http.MethodGet, "/v1/lanes/"+lane, nil, &v)
	return v, err
}

// Sell plays the till: it says what was bought, and what the customer wants
// off it for points. status is HTTP's.
func (s *Shop) Sell(ctx context.Context, id, day string, cents int64, wishes ...Wish) (a Answer, status int, err error) {
	return s.SellBasket(ctx, basket(id, day, cents), "", wishes...)
}

// SellBasket says that a basket was paid, with what a hold set aside for it,
// if there is one.
func (s *Shop) SellBasket(ctx context.Context, b Basket, hold string, wishes ...Wish) (a Answer, status int, err error) {
	sale := struct {
		Basket Basket `json:"basket"`
		Redeem []Wish `json:"redeem,omitempty"`
		Hold   string `json:"hold,omitempty"`
	}{b, wishes, hold}
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/sales", sale, &a)
	return a, status, err
}

// Quote asks what a basket would bring the customer at the lane, and what they
// could redeem on it.
func (s *Shop) Quote(ctx context.Context, b Basket) (q Quoted, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/quotes", map[string]any{"basket": b}, &q)
	return q, status, err
}

// Offer asks how many points the customer at the lane could redeem for a
// reward on a basket, in thousandths.
func (s *Shop) Offer(ctx context.Context, reward, day string, cents int64) (most int64, err error) {
	q, _, err := s.Quote(ctx, basket("offer", day, cents))
	for _, o := range q.Rewards {
		if o.Reward == reward {
			most = o.Most
		}
	}
	return most, err
}

// Hold sets points aside for a basket.
func (s *Shop) Hold(ctx context.Context, b Basket, wishes ...Wish) (h Held, status int, err error) {
	asked := map[string]any{"basket": b, "redeem": wishes}
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/holds", asked, &h)
	return h, status, err
}

// Release gives back what a hold set aside.
func (s *Shop) Release(ctx context.Context, hold string) (status int, err error) {
	return s.call(ctx, http.MethodPost, "/v1/holds/"+hold+"/release", struct{}{}, new(json.RawMessage))
}

// Cancel sends the customer at the lane away without a sale.
func (s *Shop) Cancel(ctx context.Context) (status int, err error) {
	return s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/cancel", struct{}{}, new(LaneView))
}

// Return says that goods of a sale came back; none is all that is left.
func (s *Shop) Return(ctx context.Context, key Key, sale Named, goods ...Goods) (a Answer, status int, err error) {
	asked := struct {
		Key   Key     `json:"key"`
		Sale  Named   `json:"sale"`
		Goods []Goods `json:"goods,omitempty"`
	}{key, sale, goods}
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/returns", asked, &a)
	return a, status, err
}

// Undo takes a whole sale of the same day back.
func (s *Shop) Undo(ctx context.Context, key Key, sale Named) (a Answer, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/undos", map[string]any{"key": key, "sale": sale}, &a)
	return a, status, err
}

// Move gives a sale's points to the customer at the lane.
func (s *Shop) Move(ctx context.Context, key Key, sale Named) (a Answer, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/moves", map[string]any{"key": key, "sale": sale}, &a)
	return a, status, err
}

// Identify brings whoever gave a card or phone number to the lane.
func (s *Shop) Identify(ctx context.Context, code, entry string) (v LaneView, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/customer", map[string]string{"code": code, "entry": entry}, &v)
	return v, status, err
}

// Recall asks what is kept of a sale.
func (s *Shop) Recall(ctx context.Context, sale Named) (r Sale, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/sales/lookup", map[string]any{"sale": sale}, &r)
	return r, status, err
}

// Member asks whom a card belongs to, and what they hold.
func (s *Shop) Member(ctx context.Context, card string) (p Person, status int, err error) {
	status, err = s.call(ctx, http.MethodPost, "/v1/members/lookup", map[string]any{"code": card, "entry": "till"}, &p)
	return p, status, err
}

// CounterURL is a link that lets one browser open the counter's page, once and
// within a minute.
func (s *Shop) CounterURL(ctx context.Context) (string, error) {
	var code struct {
		URL    string `json:"url"`
		Detail string `json:"detail"`
	}
	status, err := s.call(ctx, http.MethodPost, "/v1/pages/codes", map[string]bool{"kiosk": false, "lan": false}, &code)
	if err == nil && (status != http.StatusOK || code.URL == "") {
		err = fmt.Errorf("ask for a link to the counter's page: the daemon answered %d: %s", status, code.Detail)
	}
	return code.URL, err
}

// An Exchange is one call of the daemon and its answer.
type Exchange struct {
	At     time.Time
	Path   string
	Asked  []byte // JSON
	Status int
	Answer []byte // JSON
	Took   time.Duration
	Err    string // why there was no answer; "" when there was
}

// call makes one request of the daemon. Any answer at all is no error.
func (s *Shop) call(ctx context.Context, method, path string, body, into any) (int, error) {
	asked := []byte("{}")
	if body != nil {
		var err error
		if asked, err = json.Marshal(body); err != nil {
			return 0, fmt.Errorf("call the daemon: %w", err)
		}
	}
	x := Exchange{At: time.Now(), Path: path, Asked: asked}
	var err error
	for {
		x.Status, x.Answer, err = s.exchange(ctx, 5*time.Second, method, path, asked)
		if err != nil || x.Status != http.StatusTooManyRequests {
			break
		}
		if err = pause(ctx, 50*time.Millisecond); err != nil {
			break
		}
	}
	x.Took = time.Since(x.At)
	if err != nil {
		x.Err = err.Error()
	}
	if s.Heard != nil && method == http.MethodPost && !strings.HasPrefix(path, "/v1/pages/") {
		s.Heard(x)
	}
	if err == nil {
		if err = json.Unmarshal(x.Answer, into); err != nil {
			err = fmt.Errorf("call the daemon: status %d: %w", x.Status, err)
		}
	}
	return x.Status, err
}

// exchange sends one request with the till's token and reads the answer.
func (s *Shop) exchange(ctx context.Context, patience time.Duration, method, path string, body []byte) (int, []byte, error) {
	s.mu.Lock()
	base, token := s.base, s.token
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var content io.Reader
	if method != http.MethodGet {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, content)
	if err != nil {
		return 0, nil, fmt.Errorf("call the daemon: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("call the daemon: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return resp.StatusCode, nil, fmt.Errorf("call the daemon: %w", err)
	}
	return resp.StatusCode, answer, nil
}

// pause waits, or says why that was cut short.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
