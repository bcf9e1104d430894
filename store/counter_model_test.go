package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/store"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

const shiftCards = 3

// A shift is two lanes at work on a few cards, and what they must come to. It
// counts by sale and account and knows nothing of the store's tables.
type shift struct {
	t     *rapid.T
	ctx   *testing.T
	clock handClock
	alone bool
	db    *store.DB
	asked int

	balance map[ledger.Account]ledger.Points
	member  map[int]ledger.Account // the account of each card
	slips   map[ledger.Account]ledger.Account
	sales   []*given
	held    map[string]ledger.Hold
	of      map[string]int // whose hold a sale has
	answers map[string]ledger.Hash
	before  []ledger.Mark // the branches before, as far as head office has them
	did     map[string]int
}

// A given is an award and what came back of it.
type given struct {
	key           string
	gave, back    ledger.Points
	moved, undone bool
}

func (s *shift) must(err error) {
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shift) key() string {
	s.asked++
	return fmt.Sprintf("2026-11-22/k/%05d", s.asked)
}

func (s *shift) pick(n int, label string) int { return rapid.IntRange(0, n-1).Draw(s.t, label) }

func (s *shift) points() ledger.Points {
	return ledger.Points(rapid.IntRange(1, 12).Draw(s.t, "points")) * ledger.Unit
}

// wrote folds a record's head into what each account must hold.
func (s *shift) wrote(key string, p ledger.Posted) {
	for _, e := range p.Record.Head.Entries {
		s.balance[e.Account] += e.Points
	}
	s.answers[key] = p.Record.Hash
}

func (s *shift) accounts(card int) (all []ledger.Account) {
	first, known := s.member[card]
	if !known {
		return nil
	}
	all = append(all, first)
	for slip, of := range s.slips {
		if of == first {
			all = append(all, slip)
		}
	}
	return all
}

func (s *shift) sell() {
	c, key, points := s.pick(shiftCards, "card"), s.key(), s.points()
	req, decide := award(key, card(c), points)
	p, err := s.db.Post(s.ctx.Context(), req, decide)
	s.must(err)
	if _, known := s.member[c]; !known {
		s.member[c] = p.Body.Account
	}
	s.wrote(key, p)
	s.sales = append(s.sales, &given{key: key, gave: points})
}

// hold may be a sale's first hold or another in its place.
func (s *shift) hold() {
	c, key := s.pick(shiftCards, "card"), s.key()
	if keys := slices.Sorted(maps.Keys(s.held)); len(keys) > 0 && s.pick(3, "again") == 0 {
		key = keys[s.pick(len(keys), "sale")]
		c = s.of[key]
	}
	h, err := hold(s.ctx, s.db, &s.clock, key, card(c), s.points())
	if errors.Is(err, errTooFew) {
		return
	}
	s.must(err)
	s.held[key], s.of[key] = h, c
	s.did["held"]++
}

func (s *shift) someHold() (string, ledger.Hold, bool) {
	keys := slices.Sorted(maps.Keys(s.held))
	if len(keys) == 0 {
		return "", ledger.Hold{}, false
	}
	key := keys[s.pick(len(keys), "sale")]
	return key, s.held[key], true
}

func (s *shift) release() {
	if key, h, any := s.someHold(); any {
		s.must(s.db.Release(s.ctx.Context(), h.ID))
		delete(s.held, key)
	}
}

func (s *shift) isLive(h ledger.Hold) bool { return h.Until > ledger.Stamp(s.clock.now.UnixMilli()) }

// capture pays a sale that has a hold: in time all of it is covered, whatever
// happened meanwhile; too late, what is not is listed.
func (s *shift) capture() {
	key, h, any := s.someHold()
	if !any {
		return
	}
	live := s.isLive(h)
	var wants, covered ledger.Points
	for _, p := range h.Parts {
		wants += p.Points
	}
	p, seen, err := payFrom(s.ctx, s.db, &s.clock, key, card(s.of[key]), h.ID, wants)
	if err != nil || seen == nil || seen.ID != h.ID {
		s.t.Fatalf("hold of %v, live %v: saw %+v, %v", wants, live, seen, err)
	}
	var spent ledger.Points
	for _, e := range p.Record.Head.Entries {
		spent -= e.Points
		for _, d := range e.Draws {
			covered += d.Points
		}
	}
	if spent != wants || !s.alone && live && covered != wants {
		s.t.Fatalf("a hold of %v, live %v, spent %v, %v of it covered", wants, live, spent, covered)
	}
	switch {
	case live:
		s.did["captured in time"]++
	case !s.alone && wants > covered:
		s.did["spent uncovered"]++
	default:
		s.did["captured late"]++
	}
	s.wrote(key, p)
	delete(s.held, key)
	if again, _, err := payFrom(s.ctx, s.db, &s.clock, key, card(s.of[key]), h.ID, wants); err != nil || !again.Repeat || again.Record.Hash != p.Record.Hash {
		s.t.Fatalf("asked again: %+v, %v", again, err)
	}
}

// spend takes points without a hold, as the other lane does.
func (s *shift) spend() {
	c, key := s.pick(shiftCards, "card"), s.key()
	p, _, err := payFrom(s.ctx, s.db, &s.clock, key, card(c), ledger.HoldID{}, s.points())
	if errors.Is(err, errTooFew) {
		return
	}
	s.must(err)
	s.wrote(key, p)
}

func (s *shift) someSale() (*given, bool) {
	if len(s.sales) == 0 {
		return nil, false
	}
	return s.sales[s.pick(len(s.sales), "sale")], true
}

func (s *shift) takeBack(kind ledger.Kind, points ledger.Points) {
	sale, any := s.someSale()
	if !any || sale.undone {
		return
	}
	key := s.key()
	p, err := back(s.ctx, s.db, key, kind, ledger.SaleName{Request: sale.key}, points)
	s.must(err)
	var came ledger.Points
	for _, e := range p.Record.Head.Entries {
		came -= e.Points
	}
	if want := min(points, sale.gave-sale.back); came != want {
		s.t.Fatalf("%s: %v came back of %v, of which %v had; asked for %v", sale.key, came, sale.gave, sale.back, points)
	}
	sale.back += came
	s.wrote(key, p)
}

func (s *shift) giveBack() { s.takeBack(ledger.KindReturn, s.points()) }
func (s *shift) undo()     { s.takeBack(ledger.KindUndo, whole) }

func (s *shift) move() {
	sale, any := s.someSale()
	if !any || sale.moved || sale.back > 0 {
		return
	}
	c, key := s.pick(shiftCards, "card"), s.key()
	p, err := moveTo(s.ctx, s.db, key, ledger.SaleName{Request: sale.key}, card(c))
	s.must(err)
	if _, known := s.member[c]; !known {
		s.member[c] = p.Body.Account
	}
	sale.moved = true
	s.wrote(key, p)
}

// bearer sells to nobody, and later perhaps a card claims the slip.
func (s *shift) bearer() {
	key, points := s.key(), s.points()
	req, decide := award(key, bearer("ZS1:"+key), points)
	p, err := s.db.Post(s.ctx.Context(), req, decide)
	s.must(err)
	s.wrote(key, p)
	s.sales = append(s.sales, &given{key: key, gave: points})
	c := s.pick(shiftCards, "card")
	if first, known := s.member[c]; known {
		key2 := s.key()
		p2, err := claim(s.ctx, s.db, key2, card(c), bearer("ZS1:"+key))
		s.must(err)
		s.wrote(key2, p2)
		s.slips[p.Body.Account] = first
	}
}

func (s *shift) close() {
	s.must(s.db.CloseSetAsides(s.ctx.Context(), ledger.Calendar{}.Moment(s.clock.now, true)))
}

func (s *shift) wait() {
	s.clock.passes(time.Duration(rapid.IntRange(1, 7).Draw(s.t, "minutes")) * time.Minute)
}

// state is head office's word on every account: it has counted everything, and
// sets something of what is free aside. Of claims it has not heard.
func (s *shift) state() {
	if s.alone {
		return
	}
	tip, err := s.db.SyncState(s.ctx.Context())
	s.must(err)
	if tip.Branch != s.branch() {
		return
	}
	all := append(slices.Clone(s.before), ledger.Mark{Branch: tip.Branch, Seq: tip.Tip.Seq})
	page := bulletin.Page{Terminal: tip.Terminal, Cursor: "c"}
	accounts := slices.SortedFunc(maps.Keys(s.balance), func(a, b ledger.Account) int { return slices.Compare(a[:], b[:]) })
	for i, a := range accounts {
		st := statement(a, s.balance[a], all...)
		if free := s.balance[a] - s.open(a); free > 2*ledger.Unit && s.pick(2, "grant") == 0 {
			st.Grants = []bulletin.Grant{{
				ID: ledger.GrantID{byte(s.asked >> 8), byte(s.asked), byte(i), byte(len(s.did)), byte(s.did["state"])}, Wallet: "points", Points: free / 2, Branch: tip.Branch,
				NotAfter: ledger.Stamp(s.clock.now.Add(20 * time.Minute).UnixMilli()),
			}}
		}
		page.Statements = append(page.Statements, st)
	}
	s.must(s.db.Apply(s.ctx.Context(), page))
}

func (s *shift) branch() ledger.Branch {
	_, b, _, err := s.db.Identity(s.ctx.Context())
	s.must(err)
	return b
}

// open is what is set aside of one account.
func (s *shift) open(a ledger.Account) (sum ledger.Points) {
	for _, set := range look(s.ctx, s.db, ledger.Subject{Account: a}).SetAsides {
		if set.Account == a {
			sum += set.Left
		}
	}
	return sum
}

// fork issues the end of the journal again: of what was counted nothing is.
func (s *shift) fork() {
	if s.alone || s.did["state"] > 0 {
		return // what a statement counts is not cut off
	}
	tip, err := s.db.SyncState(s.ctx.Context())
	s.must(err)
	if tip.Branch != s.branch() || tip.Tip.Seq == 0 {
		return
	}
	common := int64(s.pick(int(tip.Tip.Seq)+1, "common"))
	s.must(s.db.OpenBranch(s.ctx.Context(), common, "two copies went on"))
	s.before = append(s.before, ledger.Mark{Branch: tip.Branch, Seq: common})
	for key, h := range s.held {
		h.Until = min(h.Until, ledger.Stamp(s.clock.now.UnixMilli()))
		s.held[key] = h
	}
	for key := range s.answers {
		r, found, err := s.db.Answer(s.ctx.Context(), key)
		s.must(err)
		if !found {
			s.t.Fatalf("%s is gone", key)
		}
		s.answers[key] = r.Hash
	}
}

func (s *shift) check() {
	var sum, own ledger.Points
	for c := range shiftCards {
		h := look(s.ctx, s.db, card(c))
		var want ledger.Points
		for _, a := range s.accounts(c) {
			want += s.balance[a]
		}
		if got := h.In("points").Points; got != want {
			s.t.Fatalf("card %d shows %v, want %v", c, got, want)
		}
		sum += promised(h)
		for _, set := range h.SetAsides {
			if set.Left < h.Held[set.ID] {
				s.t.Fatalf("%s has %v left, and live holds have %v", set.ID, set.Left, h.Held[set.ID])
			}
		}
		for id := range h.Held {
			if !slices.ContainsFunc(h.SetAsides, func(set ledger.SetAside) bool { return set.ID == id }) {
				s.t.Fatalf("%v are held of %s, which is not open", h.Held[id], id)
			}
		}
	}
	for _, h := range s.held {
		for _, p := range h.Parts {
			if s.isLive(h) {
				own += p.Points
			}
		}
	}
	if sum != own {
		s.t.Fatalf("%v are held, want %v", sum, own)
	}
}

// settle asks for everything again and holds each sale against what came back.
func (s *shift) settle() {
	for key, hash := range s.answers {
		r, found, err := s.db.Answer(s.ctx.Context(), key)
		if err != nil || !found || r.Hash != hash {
			s.t.Fatalf("%s: %v, %v", key, found, err)
		}
	}
	for _, sale := range s.sales {
		r, found := recalled(s.ctx, s.db, ledger.SaleName{Request: sale.key})
		if !found || r.Original.Body.Request != sale.key {
			s.t.Fatalf("%s is not found: %+v", sale.key, r)
		}
		from := r.Original
		for _, l := range r.Later {
			if l.Head.Kind == ledger.KindMove {
				from = l
			}
		}
		var came ledger.Points
		for i := range from.Head.Entries {
			came += reversed(r.Later, from.Head.Key().Entry(i+1))
		}
		if came != sale.back || sale.back > sale.gave {
			s.t.Fatalf("%s gave %v, %v came back, the store says %v", sale.key, sale.gave, sale.back, came)
		}
	}
	r, err := s.db.Verify(s.ctx.Context())
	s.must(err)
	if len(r.Findings) > 0 {
		s.t.Fatalf("verify: %v", r.Findings)
	}
}

// Whatever two lanes do at once: what a live hold has stays until its sale is
// paid, nothing is spent twice, nothing comes back twice, every answer is the
// first one, and all of it adds up.
func TestTwoLanesNeverSpendTheSamePoints(t *testing.T) {
	total := make(map[string]int)
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		s := &shift{
			t: rt, ctx: t, alone: rapid.IntRange(0, 3).Draw(rt, "alone") == 0, balance: make(map[ledger.Account]ledger.Points),
			member: make(map[int]ledger.Account), slips: make(map[ledger.Account]ledger.Account), held: make(map[string]ledger.Hold),
			of: make(map[string]int), answers: make(map[string]ledger.Hash), did: make(map[string]int),
		}
		db, err := store.Open(t.Context(), s.clock.config(t.TempDir(), uint64(runs)))
		s.must(err)
		defer db.Close()
		if s.db = db; !s.alone {
			s.must(db.Join(t.Context(), []byte("office key"), "nonce"))
		}
		actions := map[string]func(){
			"sell": s.sell, "hold": s.hold, "hold 2": s.hold, "release": s.release, "capture": s.capture, "capture 2": s.capture, "spend": s.spend, "return": s.giveBack,
			"undo": s.undo, "move": s.move, "bearer": s.bearer, "close": s.close, "wait": s.wait, "state": s.state, "fork": s.fork,
		}
		names := slices.Sorted(maps.Keys(actions))
		for range 6 {
			s.sell()
		}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 20, 60).Draw(rt, "actions") {
			actions[name]()
			s.did[name]++
			s.check()
		}
		s.settle()
		for what, n := range s.did {
			total[what] += n
		}
	})
	t.Logf("%d shifts: %v", runs, total)
	if total["captured in time"] == 0 {
		t.Error("no hold was ever captured in time: the test is blind")
	}
}
