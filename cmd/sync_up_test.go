package cmd_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

func TestSyncRecordsGoUpAndStatementsComeDown(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel 1", nil)
	for i := range 2500 {
		shop.award("card "+strconv.Itoa(i%20), 1000)
	}
	catchUp(t, line)
	o.settle()
	if got := o.total(); got != shop.sum() || got != 2_500_000 {
		t.Errorf("head office has %v, the shop gave %v", got, shop.sum())
	}
	catchUp(t, line)
	for card, a := range shop.accounts {
		p, aside := o.points(a)
		if p != 125_000 || aside != 0 || shop.has(a) != p {
			t.Errorf("card %s: head office has %v, %v set aside; the shop shows %v", card, p, aside, shop.has(a))
		}
	}
	st, err := shop.SyncState(context.Background())
	if err != nil || st.Waiting() != 0 || st.Flight != nil {
		t.Errorf("left in %+v, %v", st, err)
	}
}

func officeKey() ed25519.PublicKey { return keyOf("office").Public().(ed25519.PublicKey) }

// ackOf reads head office's answer to the i-th request of the line.
func (b *badLine) ackOf(t testing.TB, i int, doc []byte) bulletin.Acknowledgement {
	t.Helper()
	r, err := wire.ParseReply(doc, officeKey(), b.sent[i].Header.Get(wire.HeaderRequest))
	if err != nil || r.Acknowledgement == nil {
		t.Fatalf("answer %+v, %v", r, err)
	}
	return *r.Acknowledgement
}

func TestSyncTheSameBatchTwiceChangesNothingAndIsAnsweredAlike(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	spy := &badLine{suffix: "/batches"}
	shop, line := o.joined("winkel", spy)
	shop.award("a", 5000)
	catchUp(t, line)
	first := shop.nonce

	_, doc := spy.replay(t, 0)
	ack := spy.ackOf(t, 0, doc)
	if ack.NextNonce != first || ack.Accepted != 2 || ack.Authority != bulletin.FullAuthority {
		t.Errorf("the repeat was answered with %+v, the first gave nonce %s", ack, first)
	}
	o.settle()
	if n := len(o.inbox(shop)); n != 1 || o.total() != 5000 {
		t.Errorf("%d documents, %v points", n, o.total())
	}
}

func TestSyncTheSameBatchTwiceAtOnceChangesNothingAndIsAnsweredAlike(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	spy := &badLine{suffix: "/batches", before: 1}
	shop, line := o.joined("winkel", spy)
	shop.award("a", 5000)
	if err := line.CatchUp(context.Background()); err == nil {
		t.Fatal("the line was to be cut")
	}
	docs := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range docs {
		wg.Go(func() { _, docs[i] = spy.replay(t, 0) })
	}
	wg.Wait()
	for _, doc := range docs {
		if a, b := spy.ackOf(t, 0, doc), spy.ackOf(t, 0, docs[0]); a != b {
			t.Errorf("answered %+v and %+v", a, b)
		}
	}
	o.settle()
	if n := len(o.inbox(shop)); n != 1 || o.total() != 5000 {
		t.Errorf("%d documents, %v points", n, o.total())
	}
	catchUp(t, line)
	if x := o.exceptions(); len(x) != 0 {
		t.Errorf("exceptions %v", x)
	}
}

func TestSyncALostAnswerIsAskedForAgainAsTheSameRequest(t *testing.T) {
	for name, spoil := range map[string]func(*badLine){
		"request lost": func(b *badLine) { b.before = 3 },
		"answer lost":  func(b *badLine) { b.after = 3 },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, grant.Policy{})
			spy := &badLine{suffix: "/batches"}
			shop, line := o.joined("winkel", spy)
			shop.award("a", 1000)
			catchUp(t, line)
			spoil(spy)
			shop.award("a", 2000)
			for range 3 {
				if err := line.CatchUp(context.Background()); err == nil {
					t.Fatal("the line was to be cut")
				}
				shop.award("b", 4000)      // made while the first is on its way
				line = o.syncer(shop, spy) // as after a restart
			}
			catchUp(t, line)
			catchUp(t, line)
			ids := make(map[string]bool)
			for _, r := range spy.sent[1:5] {
				ids[r.Header.Get(wire.HeaderRequest)] = true
			}
			if len(ids) != 1 || len(shop.flights) != 3 {
				t.Errorf("%d requests in 4 tries, %d flights in all", len(ids), len(shop.flights))
			}
			o.settle()
			if x := o.exceptions(); o.total() != 15_000 || len(x) != 0 {
				t.Errorf("head office has %v; exceptions %v", o.total(), x)
			}
			if shop.allowed != bulletin.FullAuthority {
				t.Errorf("authority %q", shop.allowed)
			}
		})
	}
}

// raw is a batch of the shop's records as if it were brought under a nonce.
func (o *testOffice) raw(s *shopJournal, first, last int64, nonce string, change func([]byte) []byte) (*wire.Problem, *bulletin.Acknowledgement) {
	o.t.Helper()
	b, err := s.Batch(context.Background(), first, last, ledger.MaxBatchRecords, wire.MaxDocument)
	if err != nil {
		o.t.Fatal(err)
	}
	doc, err := wire.EncodeBatch(b, s.key)
	if err != nil {
		o.t.Fatal(err)
	}
	if change != nil {
		doc = change(doc)
	}
	return o.post(s, doc, nonce, "")
}

func (o *testOffice) post(s *shopJournal, doc []byte, nonce, encoding string) (*wire.Problem, *bulletin.Acknowledgement) {
	o.t.Helper()
	id, err := wire.NewID(s.rand)
	if err != nil {
		o.t.Fatal(err)
	}
	target := "/v1/terminals/" + s.terminal.String() + "/batches"
	r, err := http.NewRequest(http.MethodPost, o.url+target, bytes.NewReader(doc))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set(wire.HeaderTerminal, s.terminal.String())
	r.Header.Set(wire.HeaderRequest, id)
	r.Header.Set(wire.HeaderNonce, nonce)
	r.Header.Set("Content-Encoding", encoding)
	r.Header.Set(wire.HeaderSignature, wire.Request{Terminal: s.terminal, ID: id, Nonce: nonce, Method: http.MethodPost, Target: target, Body: doc}.Sign(s.key))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	reply, err := wire.ParseReply(answer, officeKey(), id)
	if err != nil {
		o.t.Fatalf("%v: %q", err, answer)
	}
	if reply.Problem != nil && reply.Problem.Status != resp.StatusCode {
		o.t.Errorf("problem %+v came with status %d", reply.Problem, resp.StatusCode)
	}
	return reply.Problem, reply.Acknowledgement
}

func TestSyncBatchesAtTheDoor(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop := newShop(t, "winkel")
	o.enrol(shop)
	for range 12 {
		shop.award("a", 1000)
	}
	nonce := shop.nonce
	problem := func(p *wire.Problem, a *bulletin.Acknowledgement, want wire.ProblemType) {
		t.Helper()
		if p == nil || p.Type != want {
			t.Errorf("answered %+v %+v, want %s", p, a, want)
		}
	}
	accepted := func(p *wire.Problem, a *bulletin.Acknowledgement, want int64) {
		t.Helper()
		if a == nil || a.Accepted != want {
			t.Fatalf("answered %+v %+v, want %d accepted", p, a, want)
		}
		nonce = a.NextNonce
	}
	take := func(first, last int64) {
		t.Helper()
		p, a := o.raw(shop, first, last, nonce, nil)
		accepted(p, a, max(last, 0))
	}

	take(1, 3)
	p, a := o.raw(shop, 7, 9, nonce, nil) // swapped with the next
	problem(p, a, wire.CursorGap)
	if p.Accepted != 3 || p.Head != shop.hashAt(3) {
		t.Errorf("the gap names record %d", p.Accepted)
	}
	take(2, 6) // overlap
	take(7, 9) // what was swapped
	p, a = o.raw(shop, 1, 4, nonce, nil)
	accepted(p, a, 9) // an old one from a captured stick
	p, a = o.raw(shop, 10, 12, nonce, func(d []byte) []byte { return d[:len(d)-1] })
	problem(p, a, wire.DigestMismatch)
	p, a = o.raw(shop, 10, 12, nonce, func(d []byte) []byte { d[len(d)/2] ^= 4; return d })
	problem(p, a, wire.DigestMismatch)
	p, a = o.raw(shop, 10, 12, nonce, func(d []byte) []byte { d[9] ^= 1; return d })
	if p == nil {
		t.Errorf("a changed header was answered %+v", a)
	}
	p, a = o.raw(shop, 10, 12, nonce, func(d []byte) []byte { return append(d, make([]byte, wire.MaxDocument)...) })
	problem(p, a, wire.TooLarge)
	if p.MaxRecords != ledger.MaxBatchRecords || p.MaxBytes != wire.MaxDocument {
		t.Errorf("limits %d, %d", p.MaxRecords, p.MaxBytes)
	}
	o.settle()
	if n := len(o.inbox(shop)); n != 3 || o.total() != 9000 {
		t.Errorf("%d documents, %v points", n, o.total())
	}
	take(10, 12)
	o.settle()
	if x := o.exceptions(); o.total() != 12_000 || len(x) != 0 {
		t.Errorf("head office has %v; exceptions %v", o.total(), x)
	}
}

func TestSyncABombIsStoppedWhileItInflates(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop := newShop(t, "winkel")
	o.enrol(shop)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	p, a := o.post(shop, bomb.Bytes(), shop.nonce, "gzip")
	if p == nil || p.Type != wire.TooLarge {
		t.Errorf("%d bytes that inflate to 64 MiB were answered %+v %+v", bomb.Len(), p, a)
	}
}

func TestSyncAnswersThatAreNotHeadOfficesAreNoLine(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	other, _ := o.joined("other", nil)
	signed := func(r *http.Request, change func(*wire.Reply)) string {
		reply := wire.Reply{Echo: r.Header.Get(wire.HeaderRequest), Nonce: r.Header.Get(wire.HeaderNonce)}
		change(&reply)
		doc, err := wire.SignReply(reply, keyOf("office"))
		if err != nil {
			t.Fatal(err)
		}
		return string(doc)
	}
	var shop *shopJournal
	ack := func(change func(*bulletin.Acknowledgement)) func(r *http.Request, was *http.Response) *http.Response {
		return func(r *http.Request, was *http.Response) *http.Response {
			a := &bulletin.Acknowledgement{Terminal: shop.terminal, Branch: shop.now().id, Accepted: 2, Head: shop.hashAt(2), NextNonce: "n", Authority: bulletin.FullAuthority}
			change(a)
			return plainAnswer(r, 200, nil, signed(r, func(w *wire.Reply) { w.Acknowledgement = a }))
		}
	}
	for name, answer := range map[string]func(r *http.Request, was *http.Response) *http.Response{
		"captive portal": func(r *http.Request, _ *http.Response) *http.Response {
			return plainAnswer(r, 200, nil, "<html>please log in</html>")
		},
		"captive portal that sends elsewhere": func(r *http.Request, _ *http.Response) *http.Response {
			return plainAnswer(r, 302, http.Header{"Location": {"http://192.0.2.1/login"}}, "")
		},
		"empty 200":  func(r *http.Request, _ *http.Response) *http.Response { return plainAnswer(r, 200, nil, "") },
		"cached 304": func(r *http.Request, _ *http.Response) *http.Response { return plainAnswer(r, 304, nil, "") },
		"endless": func(r *http.Request, _ *http.Response) *http.Response {
			resp := plainAnswer(r, 200, nil, "")
			resp.Body = io.NopCloser(io.LimitReader(zeros{}, 1<<30))
			return resp
		},
		"half a reply": func(r *http.Request, was *http.Response) *http.Response {
			b, _ := io.ReadAll(was.Body)
			return plainAnswer(r, 200, nil, string(b[:len(b)/2]))
		},
		"a stranger's signature": func(r *http.Request, _ *http.Response) *http.Response {
			doc, _ := wire.SignReply(wire.Reply{Echo: r.Header.Get(wire.HeaderRequest), Acknowledgement: &bulletin.Acknowledgement{}}, keyOf("stranger"))
			return plainAnswer(r, 200, nil, string(doc))
		},
		"an answer to another request": func(r *http.Request, _ *http.Response) *http.Response {
			return plainAnswer(r, 200, nil, signed(r, func(w *wire.Reply) { w.Echo, w.Acknowledgement = "00", &bulletin.Acknowledgement{} }))
		},
		"an answer under an old nonce": func(r *http.Request, _ *http.Response) *http.Response {
			return plainAnswer(r, 200, nil, signed(r, func(w *wire.Reply) {
				w.Nonce, w.Acknowledgement = "old", &bulletin.Acknowledgement{Terminal: shop.terminal, Branch: shop.now().id, Accepted: 2, Head: shop.hashAt(2)}
			}))
		},
		"no acknowledgement": func(r *http.Request, _ *http.Response) *http.Response {
			return plainAnswer(r, 200, nil, signed(r, func(*wire.Reply) {}))
		},
		"for another terminal":     ack(func(a *bulletin.Acknowledgement) { a.Terminal = other.terminal }),
		"for another branch":       ack(func(a *bulletin.Acknowledgement) { a.Branch = ledger.Branch{7} }),
		"more than was sent":       ack(func(a *bulletin.Acknowledgement) { a.Accepted = 3 }),
		"a head of no chain":       ack(func(a *bulletin.Acknowledgement) { a.Head = ledger.Hash{1} }),
		"archived beyond accepted": ack(func(a *bulletin.Acknowledgement) { a.Archived = 3 }),
	} {
		t.Run(name, func(t *testing.T) {
			spy := &badLine{suffix: "/batches", answer: answer}
			s, line := o.joined("winkel "+name, spy)
			shop = s
			shop.award("a", 1000)
			if err := line.CatchUp(context.Background()); err == nil {
				t.Fatal("it was believed")
			}
			st, err := shop.SyncState(context.Background())
			if err != nil || st.Accepted != 0 || st.Flight == nil {
				t.Errorf("left in %+v, %v", st, err)
			}
			spy.answer = nil
			catchUp(t, line)
			if st, err = shop.SyncState(context.Background()); err != nil || st.Waiting() != 0 {
				t.Errorf("once the line is good: %+v, %v", st, err)
			}
		})
	}
	o.settle()
	if x := o.exceptions(); len(x) != 0 {
		t.Errorf("exceptions %v", x)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestSyncPulledAndBroughtLeaveTheSameInbox(t *testing.T) {
	var inboxes [2][][]byte
	for i, way := range []string{"brought", "pulled"} {
		o := newOffice(t, grant.Policy{})
		shop, line := o.joined("winkel", nil)
		door := httptest.NewServer(line.Handler())
		defer door.Close()
		for range 3 {
			for range 700 {
				shop.award("a", 1000)
			}
			if way == "brought" {
				catchUp(t, line)
				continue
			}
			n, err := o.server.Pull(context.Background(), http.DefaultClient, door.URL, shop.terminal, 0)
			if err != nil || n == 0 {
				t.Fatalf("pulled %d: %v", n, err)
			}
		}
		o.settle()
		if x := o.exceptions(); o.total() != 2_100_000 || len(x) != 0 {
			t.Errorf("%s: head office has %v; exceptions %v", way, o.total(), x)
		}
		st, err := shop.SyncState(context.Background())
		if err != nil || st.Waiting() != 0 {
			t.Errorf("%s: left in %+v, %v", way, st, err)
		}
		inboxes[i] = o.inbox(shop)
	}
	if len(inboxes[0]) != len(inboxes[1]) {
		t.Fatalf("%d documents brought, %d pulled", len(inboxes[0]), len(inboxes[1]))
	}
	for i := range inboxes[0] {
		if !bytes.Equal(inboxes[0][i], inboxes[1][i]) {
			t.Errorf("document %d differs", i+1)
		}
	}
}

func TestSyncAPullWaitsForNewsAndStrangersGetNothingIn(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	door := httptest.NewServer(line.Handler())
	defer door.Close()
	arrived := make(chan error, 1)
	go func() {
		n, err := o.server.Pull(context.Background(), http.DefaultClient, door.URL, shop.terminal, 20*time.Second)
		if err == nil && n != 1 {
			err = io.ErrUnexpectedEOF
		}
		arrived <- err
	}()
	shop.award("a", 1000)
	line.Wake()
	if err := <-arrived; err != nil {
		t.Fatal(err)
	}

	thief := newShop(t, "thief")
	thief.terminal = shop.terminal
	thief.award("a", 1_000_000)
	fake := httptest.NewServer(o.syncer(thief, nil).Handler())
	defer fake.Close()
	if _, err := o.server.Pull(context.Background(), http.DefaultClient, fake.URL, shop.terminal, 0); err == nil {
		t.Error("a batch under another key was pulled")
	}
	for _, doc := range []string{"", "<html>", "{}\n{}\n"} {
		resp, err := http.Post(door.URL+"/v1/sync/acks", wire.ContentType, bytes.NewReader([]byte(doc)))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusConflict {
			t.Errorf("%q handed over as an acknowledgement: %s", doc, resp.Status)
		}
	}
	o.settle()
	if o.total() != 1000 {
		t.Errorf("head office has %v", o.total())
	}
}
