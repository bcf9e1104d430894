package cmd_test

import (
	"encoding/gob"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"zegel/install/programmes"
	"zegel/store"
	"zegel/store/sqlite/floortest"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/session"
)

const (
	// inTurn sales are sent one after the other to the daemon, then as many to
	// the floor; turnsAlone such turns make a round.
	inTurn, turnsAlone = 20, 15
	// tillsAtOnce sell at the same moment, volleys times in a round.
	tillsAtOnce, volleys = 8, 60
	// shoppers are who buys; all of them have bought before.
	shoppers = 40
)

// BenchmarkAwardOverHTTP sends sales of three lines to a real daemon, and to a
// floor: a server of its own that runs the very statements of such sales
// through the bare driver, in turns. One till at a time, and then eight that
// send at the same moment; there the floor puts all that waits into one commit
// (and, in a second figure, does not).
//
// The customer's card is handed over before, and is not in the figures. A
// daemon takes 200 calls a second from one till and 1,000 from all; what is
// sent stays below that, by the tokens' reserve of calls and by waiting for it
// to fill again before each round. No slip is printed.
func BenchmarkAwardOverHTTP(b *testing.B) {
	s := newBenched(b, tillsAtOnce+1) // the last ones have no printer
	s.start()
	program := builtProgram(b, "testdata/floor")
	rig := &httpRig{s: s, base: s.base()}
	statements, database := rig.record(b, 12_000)
	together := runFloor(b, program, "serve", database[0], statements, "64")
	each := runFloor(b, program, "serve", database[1], statements, "1")
	for n := range shoppers {
		if err := s.customer(1, rig.base, n+1); err != nil {
			b.Fatal(err)
		}
		rig.sell(b, 1, rig.base)
	}
	var alone, aloneFloor []time.Duration
	var volley, volleyTogether, volleyEach volleyed
	for b.Loop() {
		wait(b.Context(), 2*time.Second) // the tills may call as often as at first again
		for turn := range turnsAlone {
			till := 1 + turn%tillsAtOnce
			for i := range inTurn {
				if err := s.customer(till, rig.base, 1+(turn*inTurn+i)%shoppers); err != nil {
					b.Fatal(err)
				}
				alone = append(alone, rig.sell(b, till, rig.base))
			}
			for range inTurn {
				aloneFloor = append(aloneFloor, rig.sell(b, till, "http://"+together.address))
			}
		}
		wait(b.Context(), 2*time.Second)
		for v := range volleys {
			for till := 1; till <= tillsAtOnce; till++ {
				if err := s.customer(till, rig.base, 1+(v*tillsAtOnce+till)%shoppers); err != nil {
					b.Fatal(err)
				}
			}
			volley.add(rig.volley(b, rig.base))
			volleyTogether.add(rig.volley(b, "http://"+together.address))
			volleyEach.add(rig.volley(b, "http://"+each.address))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(alone, 50, 1)/percentile(aloneFloor, 50, 1), "alone-ratio-p50")
	b.ReportMetric(percentile(alone, 50, time.Microsecond), "alone-p50-µs")
	b.ReportMetric(percentile(alone, 99, time.Microsecond), "alone-p99-µs")
	b.ReportMetric(percentile(aloneFloor, 50, time.Microsecond), "alone-floor-p50-µs")
	b.ReportMetric(percentile(aloneFloor, 99, time.Microsecond), "alone-floor-p99-µs")
	b.ReportMetric(volley.rate()/volleyTogether.rate(), "eight-rate-ratio")
	b.ReportMetric(volley.rate()/volleyEach.rate(), "eight-rate-ratio-ungrouped")
	b.ReportMetric(percentile(volley.each, 99, 1)/percentile(volleyTogether.each, 99, 1), "eight-ratio-p99")
	b.ReportMetric(volley.rate(), "eight-awards/s")
	b.ReportMetric(volleyTogether.rate(), "eight-floor-awards/s")
}

// A volleyed is what volleys took: the whole of each, and every sale in them.
type volleyed struct{ whole, each []time.Duration }

func (v *volleyed) add(whole time.Duration, each []time.Duration) {
	v.whole, v.each = append(v.whole, whole), append(v.each, each...)
}

// rate is how many awards a second it is in the middle one.
func (v *volleyed) rate() float64 { return tillsAtOnce / percentile(v.whole, 50, time.Second) }

type httpRig struct {
	s    *benched
	base string
	sold int
}

func (r *httpRig) sale(till int, base string) *http.Request {
	r.sold++
	return r.s.asked(till, base, "/v1/lanes/"+laneNamed(till)+"/sales", map[string]any{"basket": threeLines(strconv.Itoa(r.sold))})
}

func (r *httpRig) sell(b *testing.B, till int, base string) time.Duration {
	took, err := answered(r.sale(till, base), http.StatusCreated)
	if err != nil {
		b.Fatal(err)
	}
	return took
}

// volley is a sale of every till at the same moment.
func (r *httpRig) volley(b *testing.B, base string) (whole time.Duration, each []time.Duration) {
	type outcome struct {
		took time.Duration
		err  error
	}
	outcomes, fire := make(chan outcome, tillsAtOnce), make(chan struct{})
	for till := 1; till <= tillsAtOnce; till++ {
		sale := r.sale(till, base)
		go func() { // received below
			<-fire
			took, err := answered(sale, http.StatusCreated)
			outcomes <- outcome{took, err}
		}()
	}
	began := time.Now()
	close(fire)
	for range tillsAtOnce {
		o := <-outcomes
		if o.err != nil {
			b.Fatal(o.err)
		}
		each = append(each, o.took)
	}
	return time.Since(began), each
}

// record takes n awards as the daemon does and gives the file of their
// statements, and two copies of the database as it was before.
func (r *httpRig) record(b *testing.B, n int) (statements string, databases [2]string) {
	b.Helper()
	var recorder floortest.Recorder
	cfg := emptyDatabase(b)
	counter := recordedCounter(b)
	sell := func(db *store.DB, id int) {
		number := fmt.Sprint(id % shoppers)
		who := session.Customer{Mode: ledger.ByTill, Identifiers: []member.Identifier{{
			Ref: member.NewRef(counter.Keys[0], member.KindCard, number), Kind: member.KindCard, Mask: "…" + number,
		}}}
		var sale session.Sale
		sale.Basket = basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: strconv.Itoa(id)}, Currency: "EUR"}
		for _, l := range threeLines("").Lines {
			line := basket.Line{ID: l.ID, Product: l.Product, Name: l.Name, Quantity: l.Quantity, Amount: basket.Money(l.Amount)}
			sale.Basket.Lines, sale.Basket.Total = append(sale.Basket.Lines, line), sale.Basket.Total+line.Amount
		}
		req, err := sale.Request(who.Subject())
		if err == nil {
			_, err = db.Post(b.Context(), req, counter.Award(who, true, sale, counter.Rules.Calendar(counter.Zone).Moment(time.Now(), true)))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	used(b, cfg, func(db *store.DB) {
		for id := range shoppers {
			sell(db, id)
		}
	})
	for i := range databases {
		databases[i] = filepath.Join(b.TempDir(), "floor.db")
		content, err := os.ReadFile(cfg.Path)
		if err == nil {
			err = os.WriteFile(databases[i], content, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	cfg.SQLite.Trace = recorder.Trace
	var awards [][]floortest.Statement
	used(b, cfg, func(db *store.DB) {
		recorder.Take()
		for id := range n {
			sell(db, shoppers+id)
			awards = append(awards, recorder.Take())
		}
	})
	statements = filepath.Join(b.TempDir(), "statements")
	f, err := os.Create(statements)
	if err == nil {
		err = gob.NewEncoder(f).Encode(awards)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return statements, databases
}

// used opens a database for as long as f lasts.
func used(b *testing.B, cfg store.Config, f func(*store.DB)) {
	b.Helper()
	db, err := store.Open(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	f(db)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// recordedCounter decides with the rules that the benched shops have.
func recordedCounter(b *testing.B) session.Counter {
	b.Helper()
	rules, err := file.Parse(programmes.Starter("Winkel", "29", "1.00"))
	if err != nil {
		b.Fatal(err)
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		b.Fatal(err)
	}
	key, err := member.NewChainKey(make([]byte, member.KeySize))
	if err != nil {
		b.Fatal(err)
	}
	return session.Counter{Lane: "kassa1", Rules: rules, Zone: zone, Keys: []member.ChainKey{key}}
}
