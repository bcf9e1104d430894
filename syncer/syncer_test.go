package syncer_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/syncer"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// A journal of records that say nothing: only their number and hash matter here.
type journal struct {
	mu       sync.Mutex
	lines    []ledger.Line
	accepted int64
	flight   *bulletin.Flight
	broken   error
	bundles  []bulletin.Bundle
}

func (j *journal) add(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for range n {
		j.lines = append(j.lines, ledger.Line{Head: []byte(strings.Repeat("x", len(j.lines)+1))})
	}
}

func (j *journal) hash(seq int64) ledger.Hash {
	if seq == 0 {
		return ledger.Hash{}
	}
	return ledger.HeadHash(j.lines[seq-1].Head)
}

func (j *journal) SyncState(context.Context) (bulletin.SyncState, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	end := int64(len(j.lines))
	return bulletin.SyncState{Terminal: 5, Tip: ledger.Tip{Terminal: 5, Seq: end, Hash: j.hash(end)}, Accepted: j.accepted, Flight: j.flight}, j.broken
}

func (j *journal) Batch(_ context.Context, first, last int64, _, _ int) (ledger.Batch, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if last == 0 {
		last = int64(len(j.lines))
	}
	return ledger.Batch{Terminal: 5, First: first, Before: j.hash(first - 1), Lines: j.lines[first-1 : last]}, nil
}

func (j *journal) HashAt(_ context.Context, seq int64) (ledger.Hash, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.hash(seq), nil
}

func (j *journal) BeginFlight(_ context.Context, f bulletin.Flight) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.flight = &f
	return nil
}

func (j *journal) Acknowledge(_ context.Context, a bulletin.Acknowledgement) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.accepted, j.flight = a.Accepted, nil
	return nil
}

func (j *journal) CloseSetAsides(context.Context) error       { return nil }
func (j *journal) Apply(context.Context, bulletin.Page) error { return nil }
func (j *journal) Rewind(context.Context, int64) error        { return errors.New("not asked for here") }
func (j *journal) RewindBranch(context.Context, ledger.Branch, int64) (bool, error) {
	return false, errors.New("not asked for here")
}
func (j *journal) OpenBranch(context.Context, int64, string) error {
	return errors.New("not asked for here")
}
func (j *journal) Authority(context.Context, bulletin.Authority) error { return nil }

func (j *journal) NewestBundle(context.Context) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.bundles) == 0 {
		return 0, nil
	}
	return j.bundles[len(j.bundles)-1].Version, nil
}

func (j *journal) KeepBundle(_ context.Context, b bulletin.Bundle) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.bundles = append(j.bundles, b)
	return nil
}

// A headOffice that believes everything and notes when it was asked what.
type headOffice struct {
	journal *journal
	mu      sync.Mutex
	down    error
	problem *wire.Problem
	asked   []time.Time
	hellos  int
	batches []int
	rules   []bulletin.Bundle // published
}

func (o *headOffice) set(down error, problem *wire.Problem) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down, o.problem = down, problem
}

func (o *headOffice) Do(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = append(o.asked, time.Now())
	if o.down != nil {
		return nil, o.down
	}
	reply := wire.Reply{Echo: r.Header.Get(wire.HeaderRequest), Problem: o.problem}
	o.journal.mu.Lock()
	defer o.journal.mu.Unlock()
	switch {
	case o.problem != nil:
	case strings.HasSuffix(r.URL.Path, "/hello"):
		o.hellos++
		reply.Greeting = &bulletin.Greeting{Terminal: 5, Verdict: bulletin.Normal, Accepted: o.journal.accepted,
			Head: o.journal.hash(o.journal.accepted), Authority: bulletin.FullAuthority}
	case strings.HasSuffix(r.URL.Path, "/batches"):
		last := o.journal.flight.Last
		o.batches = append(o.batches, int(last-o.journal.flight.First+1))
		reply.Acknowledgement = &bulletin.Acknowledgement{Terminal: 5, Accepted: last, Head: o.journal.hash(last),
			Authority: bulletin.FullAuthority, Flush: bulletin.Flush{Records: 10, SecondsUp: 5}}
	case strings.HasSuffix(r.URL.Path, "/rules"):
		after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
		if err != nil {
			return nil, err
		}
		reply.Rulebook = &bulletin.Rulebook{Terminal: 5, Control: bulletin.UpToDate}
		for _, b := range o.rules {
			if b.Version > after {
				reply.Rulebook.Bundle = &b
				break
			}
		}
	default:
		reply.Page = &bulletin.Page{Terminal: 5, Control: bulletin.UpToDate}
		if n := len(o.rules); n > 0 {
			reply.Page.Rules = o.rules[n-1].Version
		}
	}
	doc, err := wire.SignReply(reply, keyOf("office"))
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(doc))}, nil
}

type seeded struct{ r *rand.ChaCha8 }

func (s seeded) Read(p []byte) (int, error) { return s.r.Read(p) }

// run starts a syncer in the bubble; stop ends it and waits for its Run.
func run(t *testing.T, interval time.Duration) (s *syncer.Syncer, j *journal, o *headOffice, log *bytes.Buffer, stop func() error) {
	t.Helper()
	j, log = &journal{}, &bytes.Buffer{}
	o = &headOffice{journal: j}
	s = syncer.New(syncer.Config{
		Store: j, Line: o, Office: "http://office.example", Key: keyOf("terminal"), OfficeKey: keyOf("office").Public().(ed25519.PublicKey),
		Interval: interval, Now: time.Now, Rand: seeded{rand.NewChaCha8(sha256.Sum256([]byte(t.Name())))}, Log: zerolog.New(log),
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return s, j, o, log, func() error {
		cancel()
		return <-ended
	}
}

func TestADeadLineIsLeftAloneAndItsLossIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j, o, log, stop := run(t, time.Minute)
		synctest.Wait()
		j.add(3)
		o.set(errors.New("no route to host"), nil)
		lost := time.Now()
		for range 3600 { // a busy counter
			s.Wake()
			time.Sleep(time.Second)
		}
		synctest.Wait()
		o.mu.Lock()
		tries := 0
		last := lost
		for _, at := range o.asked {
			if at.Before(lost) {
				continue
			}
			tries++
			if gap := at.Sub(last); gap > 300*time.Second {
				t.Errorf("left alone for %s", gap)
			}
			last = at
		}
		o.mu.Unlock()
		if tries < 12 || tries > 90 {
			t.Errorf("%d tries in an hour", tries)
		}
		if st := s.Status(); st.Up || st.Waiting != 3 || st.Trouble == "" {
			t.Errorf("status %+v", st)
		}
		o.set(nil, nil)
		time.Sleep(301 * time.Second)
		synctest.Wait()
		if st := s.Status(); !st.Up || st.Waiting != 0 || st.Trouble != "" {
			t.Errorf("status %+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		for _, words := range []string{"office is up", "office lost", "office is back"} {
			if n := strings.Count(log.String(), words); n != 1 {
				t.Errorf("%q was said %d times", words, n)
			}
		}
		if !strings.Contains(log.String(), `"had_waiting":3`) {
			t.Errorf("log:\n%s", log)
		}
		t.Logf("%d tries in an hour", tries)
	})
}

func TestHeadOfficeSaysHowLongItIsToBeLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, o, _, stop := run(t, time.Minute)
		synctest.Wait()
		p := wire.NewProblem(wire.Maintenance, "")
		p.RetryAfter = 120
		o.set(nil, p)
		time.Sleep(time.Minute)
		synctest.Wait()
		o.mu.Lock()
		before := len(o.asked)
		o.mu.Unlock()
		time.Sleep(119 * time.Second)
		synctest.Wait()
		o.mu.Lock()
		if n := len(o.asked); n != before {
			t.Errorf("asked %d times while it was to wait", n-before)
		}
		o.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		o.mu.Lock()
		if n := len(o.asked); n != before+1 {
			t.Errorf("asked %d times after the wait", n-before)
		}
		o.mu.Unlock()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestRecordsGoUpWhenManyWaitOrOneHasWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j, o, _, stop := run(t, time.Minute)
		j.add(1)
		s.Wake()
		time.Sleep(2 * time.Second)
		synctest.Wait() // the first batch brought the advice: 10 records, or 5 s
		j.add(1)
		s.Wake()
		time.Sleep(4 * time.Second)
		j.add(1)
		s.Wake()
		synctest.Wait()
		o.mu.Lock()
		if n := len(o.batches); n != 1 {
			t.Errorf("%d batches, %v", n, o.batches)
		}
		o.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		j.add(10)
		s.Wake()
		synctest.Wait()
		o.mu.Lock()
		if len(o.batches) != 3 || o.batches[1] != 2 || o.batches[2] != 10 || o.hellos != 1 {
			t.Errorf("batches of %v records, %d hellos", o.batches, o.hellos)
		}
		o.mu.Unlock()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestABrokenDatabaseEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j, _, _, stop := run(t, time.Minute)
		synctest.Wait()
		j.mu.Lock()
		j.broken = errors.New("disk is gone")
		j.mu.Unlock()
		s.Wake()
		synctest.Wait()
		if err := stop(); err == nil || !strings.Contains(err.Error(), "disk is gone") {
			t.Errorf("Run ended with %v", err)
		}
	})
}

func TestATerminalThatWasRefusedRaisesAnAlarmOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, o, log, stop := run(t, time.Minute)
		synctest.Wait()
		o.set(nil, wire.NewProblem(wire.Revoked, ""))
		time.Sleep(time.Hour)
		synctest.Wait()
		if s.Status().Alarm == "" || strings.Count(log.String(), `"level":"error"`) != 1 {
			t.Errorf("alarm %q, log:\n%s", s.Status().Alarm, log)
		}
		o.set(nil, nil)
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if st := s.Status(); st.Alarm != "" || !st.Up {
			t.Errorf("status %+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheClientNeverFollowsARedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("our request was sent elsewhere") }))
	defer elsewhere.Close()
	portal := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer portal.Close()
	resp, err := syncer.NewClient(http.DefaultTransport).Post(portal.URL, wire.ContentType, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("answered %s", resp.Status)
	}
}

func TestPublishedProgrammesComeDownOneByOneAndForgedOnesDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, j, o, log, stop := run(t, time.Minute)
		synctest.Wait()
		publish := func(b bulletin.Bundle, by string) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.rules = append(o.rules, b.Sign(keyOf(by)))
		}
		publish(bulletin.Bundle{Version: 2, Doc: []byte("two")}, "office")
		publish(bulletin.Bundle{Version: 5, Doc: []byte("five")}, "office")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		kept := func() (versions []int64) {
			j.mu.Lock()
			defer j.mu.Unlock()
			for _, b := range j.bundles {
				versions = append(versions, b.Version)
			}
			return versions
		}
		if got := kept(); !slices.Equal(got, []int64{2, 5}) {
			t.Fatalf("kept %v", got)
		}
		publish(bulletin.Bundle{Version: 6, Doc: []byte("six")}, "a stranger")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := kept(); !slices.Equal(got, []int64{2, 5}) {
			t.Errorf("kept %v", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if !strings.Contains(log.String(), "not signed by head office") {
			t.Errorf("nobody was told:\n%s", log)
		}
	})
}
