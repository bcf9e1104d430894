package store_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// tills gives a point for a euro and a stamp for five, and takes both.
var tills = session.Counter{Lane: "kassa1", Zone: time.UTC, Rules: programme.Rules{
	Version: 1, Name: "Punten", Currency: "EUR", Zone: "UTC", Language: "nl", KeepDays: 400,
	Wallets: []programme.Wallet{{Name: "points"}, {Name: "stamps"}},
	Earn: []programme.Rule{
		{Name: "base", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Carry},
		{Name: "stamps", Wallet: "stamps", Points: ledger.Unit, Per: 500, Step: ledger.Unit, Rounding: programme.Floor},
	},
	Rewards: []programme.Reward{
		{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
		{Name: "Taart", Wallet: "points", Kind: programme.Fixed, Points: 7 * ledger.Unit},
		{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 2 * ledger.Unit},
	},
}}

func discount(points ledger.Points) redeem.Wish {
	return redeem.Wish{Reward: "Korting", Points: points * ledger.Unit}
}

// buy posts a sale as a desk does.
func buy(t testing.TB, db *store.DB, id string, s ledger.Subject, euros basket.Money, at time.Time, wishes ...redeem.Wish) (ledger.Posted, error) {
	t.Helper()
	sale := session.Sale{Redeem: wishes, Basket: basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: id}, Currency: "EUR", Total: euros * 100,
	}}
	req, err := sale.Request(s)
	if err != nil {
		t.Fatal(err)
	}
	customer := session.Customer{Identifiers: s.Identifiers, Mode: ledger.Scanned}
	return db.Post(t.Context(), req, tills.Award(customer, true, sale, ledger.Calendar{}.Moment(at, true)))
}

func bought(t testing.TB, db *store.DB, id string, s ledger.Subject, euros basket.Money, wishes ...redeem.Wish) ledger.Posted {
	t.Helper()
	posted, err := buy(t, db, id, s, euros, start, wishes...)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

// is reports whether err is a refusal with this code.
func is(err error, code programme.Code) bool {
	var no *programme.Refusal
	return errors.As(err, &no) && no.Code == code
}

// grants has head office say that the account of posted holds points, and set
// some of them aside here.
func grants(t testing.TB, db *store.DB, posted ledger.Posted, points, aside ledger.Points, until time.Time) {
	t.Helper()
	tip, err := db.SyncState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st := statement(posted.Body.Account, points*ledger.Unit, ledger.Mark{Branch: tip.Branch, Seq: tip.Tip.Seq})
	st.Grants = []bulletin.Grant{{
		ID: ledger.GrantID{byte(tip.Tip.Seq)}, Wallet: "points", Points: aside * ledger.Unit, Branch: tip.Branch, NotAfter: ledger.Stamp(until.UnixMilli()),
	}}
	if err := db.Apply(t.Context(), bulletin.Page{Terminal: tip.Terminal, Statements: []bulletin.Statement{st}, Cursor: "c"}); err != nil {
		t.Fatal(err)
	}
}

func TestAShopAloneSpendsWhatItHolds(t *testing.T) {
	db := open(t, config(t.TempDir(), 41))
	bought(t, db, "1", card(1), 50)
	p := bought(t, db, "2", card(1), 10, discount(50))
	if len(p.Record.Head.Entries[0].Draws) > 0 {
		t.Errorf("a shop alone drew on set-asides: %+v", p.Record.Head.Entries[0])
	}
	if got := holds(t, db, card(1)); got != 9*ledger.Unit { // 9.50 was left to pay
		t.Errorf("holds %v", got)
	}
	if _, err := buy(t, db, "3", card(1), 10, start, discount(10)); !is(err, programme.TooFewPoints) {
		t.Errorf("10 of 9 points: %v", err)
	}
	if r := verified(t, db); r.Records != 2 {
		t.Errorf("%d records", r.Records)
	}
}

func TestARefusedWishWritesNothing(t *testing.T) {
	db := joined(t, config(t.TempDir(), 42))
	bought(t, db, "1", card(1), 50)
	before := state(t, db).Tip
	for _, s := range []ledger.Subject{card(1), card(2)} { // the second was never seen
		if _, err := buy(t, db, "2", s, 10, start, discount(51)); !is(err, programme.NotKnownHere) {
			t.Errorf("got %v", err)
		}
	}
	if now := state(t, db).Tip; now != before {
		t.Errorf("the journal went on to record %d", now.Seq)
	}
	if h, err := db.Look(t.Context(), card(2)); err != nil || !h.New {
		t.Errorf("a refusal made an account: %+v, %v", h, err)
	}
	// The key is free: the same basket without the wish is no other request.
	if p := bought(t, db, "2", card(1), 10); p.Repeat {
		t.Error("the refused sale had been posted")
	}
	verified(t, db)
}

func TestOwnAwardsAreSpentUntilTheirClose(t *testing.T) {
	db := joined(t, config(t.TempDir(), 43))
	a := bought(t, db, "1", card(1), 50)
	grants(t, db, a, 50, 0, start)
	p := bought(t, db, "2", card(1), 10, discount(20))
	if e := p.Record.Head.Entries[0]; !slices.Equal(e.Draws, []ledger.Draw{{From: a.Record.Head.Key().Entry(1).SetAside(), Points: 20 * ledger.Unit}}) {
		t.Errorf("drew %+v", e.Draws)
	}
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	if _, err := buy(t, db, "3", card(1), 10, start, discount(1)); !is(err, programme.LineNeeded) {
		t.Errorf("after the close: %v", err)
	}
	if got := holds(t, db, card(1)); got != 39*ledger.Unit { // 50 - 20, and 9.80 paid
		t.Errorf("holds %v", got)
	}
	verified(t, db)
}

func TestNothingOfAnOldBranchIsSpent(t *testing.T) {
	db := joined(t, config(t.TempDir(), 44))
	a := bought(t, db, "1", card(1), 50)
	grants(t, db, a, 90, 40, start.Add(time.Hour))
	if h, err := db.Look(t.Context(), card(1)); err != nil || len(h.SetAsides) != 3 { // points, stamps and the grant
		t.Fatalf("%+v, %v", h.SetAsides, err)
	}
	if err := db.OpenBranch(t.Context(), 1, "a test"); err != nil {
		t.Fatal(err)
	}
	if h, err := db.Look(t.Context(), card(1)); err != nil || len(h.SetAsides) != 0 || h.In("points").Points != 90*ledger.Unit {
		t.Errorf("%+v, %v", h, err)
	}
	for _, w := range []redeem.Wish{discount(1), {Reward: "Koffie", Points: 2 * ledger.Unit}} {
		if _, err := buy(t, db, "2", card(1), 10, start, w); err == nil {
			t.Errorf("%s was redeemed from a branch that is over", w.Reward)
		}
	}
	verified(t, db)
}

// What was awarded and spent after the place where two copies parted is issued
// again, each on the other's new key.
func TestASpendingIsIssuedAgainWithItsAward(t *testing.T) {
	db := joined(t, config(t.TempDir(), 45))
	bought(t, db, "1", card(2), 1)
	bought(t, db, "2", card(1), 50)
	bought(t, db, "3", card(1), 10, discount(20))
	if err := db.OpenBranch(t.Context(), 1, "a test"); err != nil {
		t.Fatal(err)
	}
	again := bought(t, db, "3", card(1), 10, discount(20))
	now := state(t, db)
	want := ledger.Key{Terminal: now.Terminal, Branch: now.Branch, Seq: 1}.Entry(1).SetAside()
	if d := again.Record.Head.Entries[0].Draws; !again.Repeat || len(d) != 1 || d[0].From != want {
		t.Errorf("repeat %t draws %+v, want on %s", again.Repeat, d, want)
	}
	if a := session.AnswerTo(again, ledger.Holding{}); a.Discount != 20 || len(a.Redeemed) != 1 {
		t.Errorf("the repeat's answer: %+v", a)
	}
	h, err := db.Look(t.Context(), card(1))
	if err != nil || h.In("points").Points != 39*ledger.Unit {
		t.Errorf("holds %+v, %v", h, err)
	}
	if _, err := buy(t, db, "4", card(1), 10, start, discount(31+9)); !is(err, programme.NotKnownHere) {
		t.Errorf("more than 30 and 9 that are left: %v", err)
	}
	bought(t, db, "4", card(1), 10, discount(39))
	verified(t, db)
}

// A member with two cards spends what is set aside on either, each in its own
// account's entry.
func TestLinkedAccountsAreSpentTogether(t *testing.T) {
	db := joined(t, config(t.TempDir(), 46))
	a, b := bought(t, db, "1", card(1), 30), bought(t, db, "2", card(2), 20)
	mark := ledger.Mark{Branch: state(t, db).Branch, Seq: 2}
	one, two := statement(a.Body.Account, 30*ledger.Unit, mark), statement(b.Body.Account, 20*ledger.Unit, mark)
	two.Survivor = a.Body.Account
	apply(t, db, "c", one, two)
	p := bought(t, db, "3", card(2), 10, discount(45))
	spent := make(map[ledger.Account]ledger.Points)
	for _, e := range p.Record.Head.Entries {
		if e.Kind == ledger.Redeem {
			spent[e.Account] -= e.Points
		}
	}
	if len(spent) != 2 || spent[a.Body.Account]+spent[b.Body.Account] != 45*ledger.Unit {
		t.Errorf("spent %v", spent)
	}
	if got := session.AnswerTo(p, ledger.Holding{}).Redeemed; len(got) != 1 || got[0].Points != 45*ledger.Unit {
		t.Errorf("the answer says %+v", got)
	}
	for _, c := range []ledger.Subject{card(1), card(2)} {
		if got := holds(t, db, c); got != 14*ledger.Unit { // 5 left, 9.55 paid
			t.Errorf("holds %v", got)
		}
	}
	verified(t, db)
}

// Several lanes want the same points at once.
func TestAGrantIsSpentOnceHoweverManyLanesWantIt(t *testing.T) {
	cfg := config(t.TempDir(), 47)
	cfg.Rand = &locked{inner: cfg.Rand}
	cfg.Now = func() time.Time { return start }
	db := joined(t, cfg)
	a := bought(t, db, "0", card(1), 1)
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	grants(t, db, a, 100, 50, start.Add(time.Hour))
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = buy(t, db, fmt.Sprint(i+1), card(1), 1, start, redeem.Wish{Reward: "Taart", Points: 14 * ledger.Unit})
		})
	}
	wait.Wait()
	sold := 0
	for _, err := range errs {
		switch {
		case err == nil:
			sold++
		case !is(err, programme.LineNeeded):
			t.Error(err)
		}
	}
	// Each also earned a point, of which 8 are left: no fourth 14.
	if sold != 3 {
		t.Errorf("%d of 8 lanes redeemed 14 of 50 points", sold)
	}
	verified(t, db)
}

var redeeming = flag.Int("redeeming", 12, "shops whose set-asides are held against a model")

// A redeemer is a joined shop, and what it must have.
type redeemer struct {
	t      *testing.T
	seed   uint64
	chance *rand.Rand
	db     *store.DB
	now    time.Time
	branch ledger.Branch
	marks  map[ledger.Branch]int64 // how far head office counts each branch

	accounts map[int]ledger.Account
	facts    map[ledger.Account]map[ledger.Wallet]ledger.Points // what this shop gave and took
	others   map[ledger.Account]ledger.Points                   // points of other shops, as far as told here
	granted  map[ledger.Account][]bulletin.Grant
	open     map[ledger.SetAsideID]ledger.SetAside
	sales    int
	did      map[string]int
}

func (r *redeemer) fatalf(format string, args ...any) {
	r.t.Helper()
	r.t.Fatalf("seed %d, after %v: %s", r.seed, r.did, fmt.Sprintf(format, args...))
}

func (r *redeemer) must(err error) {
	r.t.Helper()
	if err != nil {
		r.fatalf("%v", err)
	}
}

// wishes are mostly an offer's choice, and sometimes more than there is.
func (r *redeemer) wishes(n int, euros basket.Money) (wishes []redeem.Wish, sure bool) {
	h, err := r.db.Look(r.t.Context(), card(n))
	r.must(err)
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "o"}, Currency: "EUR", Total: euros * 100}
	sure = true
	for _, o := range tills.Offers(h, b, ledger.Calendar{}.Moment(r.now, true)) {
		can := o.Code == ""
		if can && r.chance.IntN(3) == 0 || !can && r.chance.IntN(12) > 0 {
			continue
		}
		steps := (o.Most - o.Least) / o.Step
		p := o.Least + o.Step*ledger.Points(r.chance.Int64N(int64(steps)+1))
		if !can || r.chance.IntN(8) == 0 {
			p = o.Most + o.Step*ledger.Points(1+r.chance.Int64N(3))
			sure = false
		}
		wishes = append(wishes, redeem.Wish{Reward: o.Reward, Points: p})
	}
	return wishes, sure && len(wishes) < 2
}

func (r *redeemer) sell() {
	n, euros := 1+r.chance.IntN(3), basket.Money(r.chance.Int64N(40))
	wishes, sure := r.wishes(n, euros)
	r.sales++
	id := fmt.Sprint(r.sales)
	tip := r.tip()
	p, err := buy(r.t, r.db, id, card(n), euros, r.now, wishes...)
	if err != nil {
		var no *programme.Refusal
		// A clock that was set back offers a grant whose time is over.
		if !errors.As(err, &no) || sure && ledger.Stamp(r.now.UnixMilli()) >= tip.Stamp {
			r.fatalf("%+v: %v", wishes, err)
		}
		if r.tip() != tip {
			r.fatalf("refused with %s, and the journal went on", no.Code)
		}
		r.did["refused"]++
		return
	}
	if len(wishes) > 0 {
		r.did["redeemed"]++
	}
	r.accounts[n] = p.Body.Account
	r.fold(p.Record.Head, true)
	again, err := buy(r.t, r.db, id, card(n), euros, r.now, wishes...)
	if err != nil || !again.Repeat || again.Record.Hash != p.Record.Hash {
		r.fatalf("the repeat: %+v, %v", again.Record.Head, err)
	}
}

func (r *redeemer) tip() ledger.Tip {
	s, err := r.db.SyncState(r.t.Context())
	r.must(err)
	return s.Tip
}

// fold takes a record into the model. One that is decided now draws no more
// than is left of what is open, and on no grant past its time.
func (r *redeemer) fold(h ledger.Head, decided bool) {
	r.t.Helper()
	for i, e := range h.Entries {
		if decided {
			if r.facts[e.Account] == nil {
				r.facts[e.Account] = make(map[ledger.Wallet]ledger.Points)
			}
			r.facts[e.Account][e.Wallet] += e.Points
		}
		var drawn ledger.Points
		for _, d := range e.Draws {
			s, known := r.open[d.From]
			if decided && (!known || s.Account != e.Account || s.Wallet != e.Wallet || d.Points > s.Left || s.NotAfter != 0 && h.Stamp >= s.NotAfter) {
				r.fatalf("record %d drew %+v on %+v", h.Seq, d, s)
			}
			drawn += d.Points
			if s.Left -= d.Points; known {
				r.open[d.From] = s
			}
		}
		if e.Kind == ledger.Redeem && drawn != -e.Points {
			r.fatalf("record %d spends %v and draws %v", h.Seq, -e.Points, drawn)
		}
		if id, opens := e.Opens(h.Key().Entry(i + 1)); opens {
			r.open[id] = ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points}
		}
	}
}

// hear has head office count everything, and say so, with grants old and new.
func (r *redeemer) hear() {
	a, met := r.accounts[1+r.chance.IntN(3)]
	if !met {
		return
	}
	s := acknowledge(r.t, r.db)
	r.marks[r.branch] = s.Tip.Seq
	r.others[a] += ledger.Points(r.chance.Int64N(30)) * ledger.Unit
	st := bulletin.Statement{Account: a, AsOf: ledger.Stamp(r.now.UnixMilli())}
	for b, seq := range r.marks {
		st.Counted = append(st.Counted, ledger.Mark{Branch: b, Seq: seq})
	}
	for _, w := range []ledger.Wallet{"points", "stamps"} {
		p := r.facts[a][w]
		if w == "points" {
			p += r.others[a]
		}
		st.Wallets = append(st.Wallets, bulletin.Balance{Wallet: w, Points: p})
	}
	if r.chance.IntN(2) == 0 {
		g := bulletin.Grant{
			Wallet: "points", Points: ledger.Points(1+r.chance.Int64N(20)) * ledger.Unit, Branch: r.branch,
			NotAfter: ledger.Stamp(r.now.Add(time.Duration(r.chance.IntN(90)) * time.Minute).UnixMilli()),
		}
		copy(g.ID[:], a[:])
		g.ID[len(g.ID)-1] = byte(len(r.granted[a])) // no shop here sees 256
		r.granted[a] = append(r.granted[a], g)
		id := g.ID.SetAside()
		r.open[id] = ledger.SetAside{ID: id, Account: a, Wallet: "points", Opened: g.Points, Left: g.Points, NotAfter: g.NotAfter}
	}
	st.Grants = r.granted[a] // all there ever were, as after a restore
	apply(r.t, r.db, "c", st)
	r.did["heard"]++
}

func (r *redeemer) close() {
	stamp := max(r.tip().Stamp, ledger.Stamp(r.now.UnixMilli()))
	r.must(r.db.CloseSetAsides(r.t.Context(), ledger.Calendar{}.Moment(r.now, true)))
	for id, s := range r.open {
		if s.NotAfter == 0 || stamp >= s.NotAfter {
			s.Left = 0
			r.open[id] = s
		}
	}
	r.did["closed"]++
}

// fork cuts the branch off anywhere head office does not count yet.
func (r *redeemer) fork() {
	tip := r.tip()
	common := r.marks[r.branch] + r.chance.Int64N(tip.Seq-r.marks[r.branch]+1)
	r.must(r.db.OpenBranch(r.t.Context(), common, "a test"))
	r.marks[r.branch] = common
	s, err := r.db.SyncState(r.t.Context())
	r.must(err)
	if s.Branch == r.branch {
		r.fatalf("the branch went on")
	}
	r.branch, r.open = s.Branch, make(map[ledger.SetAsideID]ledger.SetAside)
	b, err := r.db.Batch(r.t.Context(), 1, 0, 1<<20, 1<<30)
	r.must(err)
	for _, line := range b.Lines {
		h, err := ledger.ParseHead(line.Head)
		r.must(err)
		r.fold(h, false)
	}
	for id := range r.open {
		if key, own := id.Entry(); !own || key.Record.Branch != r.branch {
			r.fatalf("%s of the old branch is open in the new one", id)
		}
	}
	r.did["forked"]++
}

// check holds everything the shop shows against the model.
func (r *redeemer) check() {
	r.t.Helper()
	shown := make(map[ledger.SetAsideID]ledger.SetAside)
	for n, a := range r.accounts {
		h, err := r.db.Look(r.t.Context(), card(n))
		r.must(err)
		if h.Account != a {
			r.fatalf("card %d leads to %s", n, h.Account.Short())
		}
		for _, w := range []ledger.Wallet{"points", "stamps"} {
			want := r.facts[a][w]
			if w == "points" {
				want += r.others[a]
			}
			if got := h.In(w).Points; got != want {
				r.fatalf("card %d holds %v %s, want %v", n, got, w, want)
			}
		}
		for _, s := range h.SetAsides {
			if s.Left <= 0 || s.Left > s.Opened {
				r.fatalf("%+v", s)
			}
			shown[s.ID] = s
		}
	}
	want := maps.Clone(r.open)
	maps.DeleteFunc(want, func(_ ledger.SetAsideID, s ledger.SetAside) bool { return s.Left == 0 })
	if !maps.Equal(shown, want) {
		r.fatalf("open here: %+v\nwant %+v", shown, want)
	}
}

func TestNoMoreIsDrawnThanWasSetAside(t *testing.T) {
	began, total := time.Now(), make(map[string]int)
	for seed := range uint64(*redeeming) {
		db := joined(t, config(t.TempDir(), 400+seed))
		s := state(t, db)
		r := &redeemer{
			t: t, seed: seed, chance: rand.New(rand.NewPCG(seed, 9)), db: db, now: start, branch: s.Branch, marks: make(map[ledger.Branch]int64),
			accounts: make(map[int]ledger.Account), facts: make(map[ledger.Account]map[ledger.Wallet]ledger.Points),
			others: make(map[ledger.Account]ledger.Points), granted: make(map[ledger.Account][]bulletin.Grant),
			open: make(map[ledger.SetAsideID]ledger.SetAside), did: make(map[string]int),
		}
		for range 60 {
			r.now = r.now.Add(time.Duration(r.chance.IntN(600)-60) * time.Second)
			switch n := r.chance.IntN(20); {
			case n < 12:
				r.sell()
			case n < 17:
				r.hear()
			case n < 19:
				r.close()
			default:
				r.fork()
			}
			r.check()
		}
		verified(t, db)
		for what, n := range r.did {
			total[what] += n
		}
		if t.Failed() {
			r.fatalf("verify found something")
		}
	}
	t.Logf("%d shops, %v, in %.1f s", *redeeming, total, time.Since(began).Seconds())
	for _, what := range []string{"redeemed", "refused", "heard", "closed", "forked"} {
		if total[what] == 0 {
			t.Errorf("nothing was %s", what)
		}
	}
}
