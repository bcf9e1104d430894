package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

var whole = ledger.Points(1 << 40) // more than any entry of these tests has

// back takes up to points of each positive entry of a sale back, of what has
// not come back yet: of its award, or of the record that moved it.
func back(t testing.TB, db *store.DB, key string, kind ledger.Kind, name ledger.SaleName, points ledger.Points) (ledger.Posted, error) {
	t.Helper()
	req := request(key)
	req.Sale = name
	return db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		if v.Sale == nil {
			return ledger.Posting{}, fmt.Errorf("no sale %+v", name)
		}
		from, of := v.Sale.Original, ledger.Earn
		for _, l := range v.Sale.Later {
			if l.Head.Kind == ledger.KindMove {
				from, of = l, ledger.Move
			}
		}
		original := v.Sale.Original.Head.Key()
		d := ledger.Draft{Kind: kind, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{
			Account: v.SaleHolding.Account, Request: key, Sale: &original,
		}}
		for i, e := range from.Head.Entries {
			if e.Kind == of {
				if r, any := taken(v, from.Head.Key().Entry(i+1), e, points); any {
					d.Entries = append(d.Entries, r)
				}
			}
		}
		return ledger.Posting{Draft: d}, nil
	})
}

// taken is the entry that takes up to points of e back.
func taken(v ledger.View, key ledger.EntryKey, e ledger.Entry, points ledger.Points) (ledger.Entry, bool) {
	points = min(points, e.Points-reversed(v.Sale.Later, key))
	r := ledger.Entry{Account: e.Account, Wallet: e.Wallet, Kind: ledger.Reverse, Points: -points, Reverses: &key}
	for _, s := range v.SaleHolding.SetAsides {
		if take := min(points, s.Left-v.SaleHolding.Held[s.ID]); s.ID == key.SetAside() && take > 0 {
			r.Draws = []ledger.Draw{{From: s.ID, Points: take}}
		}
	}
	return r, points > 0
}

// reversed is how much of the entry called key later records take back.
func reversed(later []ledger.Record, key ledger.EntryKey) (sum ledger.Points) {
	for _, r := range later {
		for _, e := range r.Head.Entries {
			if e.Reverses != nil && *e.Reverses == key {
				sum -= e.Points
			}
		}
	}
	return sum
}

// moveTo moves a sale's award to another card.
func moveTo(t testing.TB, db *store.DB, key string, name ledger.SaleName, s ledger.Subject) (ledger.Posted, error) {
	t.Helper()
	req := request(key, s)
	req.Sale = name
	slip := func(text string) []byte {
		return fmt.Appendf(nil, `{"kind":"move","lang":"nl","blocks":[{"text":%q}]}`, text)
	}
	return db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		original := v.Sale.Original.Head.Key()
		d := ledger.Draft{Kind: ledger.KindMove, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{
			Account: v.Holdings[0].Account, Identifiers: s.Identifiers, Request: key, Sale: &original,
			Slip: slip("the right one"), More: []json.RawMessage{slip("the wrong one")},
		}}
		for i, e := range v.Sale.Original.Head.Entries {
			r, _ := taken(v, original.Entry(i+1), e, whole)
			d.Entries = append(d.Entries, r, ledger.Entry{Account: v.Holdings[0].Account, Wallet: e.Wallet, Kind: ledger.Move, Points: e.Points, Closed: v.Alone})
		}
		return ledger.Posting{Lane: "kassa1", Draft: d}, nil
	})
}

func recalled(t testing.TB, db *store.DB, name ledger.SaleName) (ledger.Sale, bool) {
	t.Helper()
	s, found, err := db.Recall(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s, found
}

func kinds(records []ledger.Record) (all []ledger.Kind) {
	for _, r := range records {
		all = append(all, r.Head.Kind)
	}
	return all
}

func must(t testing.TB) func(ledger.Posted, error) ledger.Posted {
	return func(p ledger.Posted, err error) ledger.Posted {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func TestASaleIsFoundByEachOfItsNames(t *testing.T) {
	db := joined(t, config(t.TempDir(), 820))
	post(t, db, "before", card(1), ledger.Unit)
	p := post(t, db, "sale", card(1), 10*ledger.Unit)
	must(t)(back(t, db, "back 1", ledger.KindReturn, ledger.SaleName{Request: "sale"}, 3*ledger.Unit))
	must(t)(back(t, db, "back 2", ledger.KindReturn, ledger.SaleName{Code: p.Record.Head.Key().Code()}, 4*ledger.Unit))
	key := p.Record.Head.Key()
	lower := fmt.Sprintf(" %x-%d ", key.Branch[:2], key.Seq)
	for name, n := range map[string]ledger.SaleName{
		"its record": {Record: key}, "its request": {Request: "sale"}, "its code": {Code: key.Code()}, "its code, typed": {Code: lower},
	} {
		s, found := recalled(t, db, n)
		if !found || s.Original.Head.Key() != key || s.Original.Body == nil || s.Original.Body.Request != "sale" {
			t.Fatalf("by %s: %+v, %v", name, s.Original, found)
		}
		if got := reversed(s.Later, key.Entry(1)); len(s.Later) != 2 || got != 7*ledger.Unit {
			t.Errorf("by %s: %v came back in %v", name, got, kinds(s.Later))
		}
	}
	other := key
	other.Seq = 99
	for name, n := range map[string]ledger.SaleName{
		"a record that is not": {Record: other}, "another terminal's": {Record: ledger.Key{Terminal: 5, Branch: key.Branch, Seq: key.Seq}},
		"a request nobody made": {Request: "x"}, "a code of nothing": {Code: "FFFF-1"}, "a number too far": {Code: other.Code()},
		"no code": {Code: "abc"}, "nothing": {}, "no number": {Code: key.Code()[:5]}, "a number below": {Code: key.Code()[:5] + "-1"},
		"a huge number": {Code: key.Code()[:5] + "99999999999999"}, "a key beyond": {Record: ledger.Key{Terminal: key.Terminal, Branch: key.Branch, Seq: 1 << 41}},
	} {
		if s, found := recalled(t, db, n); found || len(s.Later) > 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if got := holds(t, db, card(1)); got != 4*ledger.Unit {
		t.Errorf("holds %v", got)
	}
	if got := setAside(t, db, card(1)); got != 4*ledger.Unit {
		t.Errorf("%v set aside: what came back must not be spent", got)
	}
	verified(t, db)
}

// The records stay what they are; the names they are known by change.
func TestASaleThatIsIssuedAgainKeepsItsReturns(t *testing.T) {
	db := joined(t, config(t.TempDir(), 821))
	post(t, db, "stays", card(1), 5*ledger.Unit)
	first := post(t, db, "sale", card(1), 10*ledger.Unit).Record.Head.Key()
	must(t)(back(t, db, "back", ledger.KindReturn, ledger.SaleName{Request: "sale"}, 2*ledger.Unit))
	must(t)(back(t, db, "back of what stays", ledger.KindReturn, ledger.SaleName{Request: "stays"}, ledger.Unit))
	must(t)(moveTo(t, db, "move", ledger.SaleName{Request: "stays"}, card(2)))
	cut(t, db, 1)
	cut(t, db, 1)
	names := []ledger.SaleName{{Request: "sale"}, {Record: first}, {Code: first.Code()}}
	for i, n := range names {
		must(t)(back(t, db, fmt.Sprint("again", i), ledger.KindReturn, n, 2*ledger.Unit))
		s, found := recalled(t, db, n)
		now := s.Original.Head.Key()
		if !found || now == first || s.Original.Head.Origin == nil || *s.Original.Head.Origin != first {
			t.Fatalf("%+v leads to %v, %v", n, now, found)
		}
		if got, want := reversed(s.Later, now.Entry(1)), ledger.Points(2+2*(i+1))*ledger.Unit; got != want {
			t.Errorf("%v came back, want %v", got, want)
		}
	}
	s, _ := recalled(t, db, ledger.SaleName{Request: "stays"})
	if got := kinds(s.Later); !slices.Equal(got, []ledger.Kind{ledger.KindReturn, ledger.KindMove}) {
		t.Errorf("the sale that stayed has %v", got)
	}
	must(t)(back(t, db, "all", ledger.KindReturn, names[1], whole))
	if p := must(t)(back(t, db, "more", ledger.KindReturn, names[0], whole)); len(p.Record.Head.Entries) > 0 {
		t.Errorf("more came back than was given: %+v", p.Record.Head.Entries)
	}
	verified(t, db)
}

// The end of an older branch may be issued again after newer records named it
// by its old name.
func TestAReturnWrittenBeforeItsSaleIsIssuedAgain(t *testing.T) {
	cfg := config(t.TempDir(), 822)
	db := joined(t, cfg)
	post(t, db, "first", card(1), ledger.Unit)
	acknowledge(t, db)
	post(t, db, "sale", card(1), 10*ledger.Unit)
	reopenElsewhere(t, db, &cfg)
	db = open(t, cfg)
	must(t)(back(t, db, "back", ledger.KindReturn, ledger.SaleName{Request: "sale"}, 4*ledger.Unit))
	cut(t, db, 1) // of the branch before, which goes up first
	s, found := recalled(t, db, ledger.SaleName{Request: "sale"})
	if got := reversed(s.Later, s.Original.Head.Key().Entry(1)); !found || got != 4*ledger.Unit {
		t.Fatalf("%v came back of %v", got, s.Original.Head.Key())
	}
	must(t)(back(t, db, "rest", ledger.KindReturn, ledger.SaleName{Request: "sale"}, whole))
	if got := holds(t, db, card(1)); got != ledger.Unit {
		t.Errorf("holds %v", got)
	}
	verified(t, db)
}

// reopenElsewhere closes the database and loses its mark, so that the next
// start opens a branch.
func reopenElsewhere(t *testing.T, db *store.DB, cfg *store.Config) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Mark = t.TempDir() + "/mark.json"
}

func TestAMovedSaleIsOneSale(t *testing.T) {
	db := joined(t, config(t.TempDir(), 823))
	sale := post(t, db, "sale", card(1), 10*ledger.Unit)
	move := must(t)(moveTo(t, db, "move", ledger.SaleName{Request: "sale"}, card(2)))
	if a, b := holds(t, db, card(1)), holds(t, db, card(2)); a != 0 || b != 10*ledger.Unit {
		t.Errorf("%v and %v", a, b)
	}
	for _, name := range []ledger.SaleName{{Request: "sale"}, {Record: move.Record.Head.Key()}, {Code: move.Record.Head.Key().Code()}} {
		must(t)(back(t, db, fmt.Sprintf("back %+v", name), ledger.KindReturn, name, ledger.Unit))
		s, _ := recalled(t, db, name)
		if s.Original.Head.Key() != sale.Record.Head.Key() || s.Later[0].Head.Kind != ledger.KindMove {
			t.Errorf("%+v: %v with %v", name, s.Original.Head.Key(), kinds(s.Later))
		}
	}
	if got := holds(t, db, card(2)); got != 7*ledger.Unit {
		t.Errorf("the right one holds %v", got)
	}
	// What names the record that moved it belongs to the sale too.
	req, key := request("by the move"), move.Record.Head.Key().Entry(2)
	req.Sale = ledger.SaleName{Record: key.Record}
	must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		return ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindReturn, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Entries: []ledger.Entry{
			{Account: v.SaleHolding.Account, Wallet: "points", Kind: ledger.Reverse, Points: -ledger.Unit, Reverses: &key},
		}}}, nil
	}))
	if s, _ := recalled(t, db, ledger.SaleName{Request: "sale"}); len(s.Later) != 5 {
		t.Errorf("the sale has %v", kinds(s.Later))
	}
	verified(t, db)
}

// What came back here of another shop's sale is known here, so that its slip
// does not serve twice.
func TestAnotherShopsSlipIsRemembered(t *testing.T) {
	for _, alone := range []bool{true, false} {
		db := open(t, config(t.TempDir(), 824))
		if !alone {
			if err := db.Join(t.Context(), []byte("office key"), "nonce"); err != nil {
				t.Fatal(err)
			}
		}
		sale := ledger.Key{Terminal: 77, Branch: ledger.Branch{0xab}, Seq: 12}
		account := ledger.Account{0x42}
		back := func(key string) (ledger.View, ledger.Posted) {
			t.Helper()
			req := request(key, ledger.Subject{Account: account, Foreign: true})
			req.Sale = ledger.SaleName{Record: sale}
			var seen ledger.View
			p := must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
				seen = v
				entry := sale.Entry(1)
				return ledger.Posting{Draft: ledger.Draft{
					Kind: ledger.KindReturn, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true),
					Entries: []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Reverse, Points: -ledger.Unit, Reverses: &entry}},
					Body:    ledger.Body{Account: account, Sale: &sale},
				}}, nil
			}))
			return seen, p
		}
		v, _ := back("one")
		if h := v.Holdings[0]; v.Sale != nil || !h.New || h.Account != account || h.Known != alone {
			t.Errorf("first: %+v, %+v", v.Sale, h)
		}
		v, _ = back("two")
		if v.Sale == nil || v.Sale.Original.Head.Seq != 0 || reversed(v.Sale.Later, sale.Entry(1)) != ledger.Unit || v.Holdings[0].New {
			t.Errorf("second: %+v, %+v", v.Sale, v.Holdings[0])
		}
		if s, found := recalled(t, db, ledger.SaleName{Record: sale}); found || len(s.Later) != 2 {
			t.Errorf("recalled %v, %v", found, kinds(s.Later))
		}
		if got := look(t, db, ledger.Subject{Account: account}).In("points").Points; got != -2*ledger.Unit {
			t.Errorf("holds %v", got)
		}
		verified(t, db)
	}
}

func TestAnAccountNobodyHasSeenIsNotMadeUp(t *testing.T) {
	db := open(t, config(t.TempDir(), 825))
	req, decide := award("x", ledger.Subject{Account: ledger.Account{1}}, ledger.Unit)
	if _, err := db.Post(t.Context(), req, decide); err == nil {
		t.Error("points for an account nobody has seen")
	}
}

func TestTheLastSaleOfALane(t *testing.T) {
	db := open(t, config(t.TempDir(), 826))
	if _, found, err := db.LastSale(t.Context(), "kassa1"); found || err != nil {
		t.Errorf("a lane that sold nothing: %v, %v", found, err)
	}
	post(t, db, "one", card(1), ledger.Unit)
	last := post(t, db, "two", card(2), 2*ledger.Unit).Record.Head.Key()
	must(t)(back(t, db, "undo", ledger.KindUndo, ledger.SaleName{Request: "two"}, whole))
	s, found, err := db.LastSale(t.Context(), "kassa1")
	if err != nil || !found || s.Original.Head.Key() != last || !slices.Equal(kinds(s.Later), []ledger.Kind{ledger.KindUndo}) {
		t.Errorf("%v, %v, %v, %v", s.Original.Head.Key(), kinds(s.Later), found, err)
	}
	if _, found, err := db.LastSale(t.Context(), "kassa2"); found || err != nil {
		t.Errorf("another lane: %v, %v", found, err)
	}
}

// Each paper of a record is a slip of its own: printed once, in order.
func TestARecordWithSeveralPapers(t *testing.T) {
	db := open(t, config(t.TempDir(), 827))
	post(t, db, "sale", card(1), ledger.Unit)
	must(t)(moveTo(t, db, "move", ledger.SaleName{Request: "sale"}, card(2)))
	var texts []string
	for range 4 {
		job, found, err := db.NextJob(t.Context(), "kassa1")
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			break
		}
		if job.Attempt != 0 {
			t.Errorf("%q is a copy", job.Slip.Blocks[0].Text)
		}
		texts = append(texts, job.Slip.Blocks[0].Text)
		if err := db.ClaimJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		if err := db.JobPrinted(t.Context(), job.ID, "written"); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"bon", "the right one", "the wrong one"}; !slices.Equal(texts, want) {
		t.Errorf("printed %q, want %q", texts, want)
	}
	verified(t, db)
	req, decide := award("bad", card(1), ledger.Unit)
	_, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		p.Draft.Body.More = []json.RawMessage{[]byte(`{"blocks":[{}]}`)}
		return p, err
	})
	if err == nil {
		t.Error("a further slip that nobody can print was taken")
	}
}
