package cmd_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer"
	"zegel/syncer/headoffice"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A testOffice is a whole head office on a real file, over real HTTP.
type testOffice struct {
	t         testing.TB
	h         *sqlite.DB
	db        *office.DB
	server    *headoffice.Server
	projector *headoffice.Projector
	url       string
	clock     time.Time
}

func newOffice(t testing.TB, policy grant.Policy) *testOffice {
	t.Helper()
	return openOffice(t, filepath.Join(t.TempDir(), "office.db"), policy)
}

func openOffice(t testing.TB, path string, policy grant.Policy) *testOffice {
	t.Helper()
	ctx := context.Background()
	h, err := sqlite.Open(ctx, sqlite.Options{Path: path, ApplicationID: office.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	o := &testOffice{t: t, h: h, clock: noon}
	now := func() time.Time { return o.clock }
	o.db, err = office.New(ctx, h, office.Config{Now: now, Rand: chance("office " + path), Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	o.projector = headoffice.NewProjector(o.db, time.Hour, zerolog.Nop())
	o.server = headoffice.NewServer(headoffice.Config{
		Store: o.db, Key: keyOf("office"), Now: now, Rand: chance("server"), Log: zerolog.Nop(), Wake: o.projector.Wake,
	})
	web := httptest.NewServer(o.server)
	o.url = web.URL
	t.Cleanup(func() {
		web.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// settle projects what was taken in and audits everything.
func (o *testOffice) settle() {
	o.t.Helper()
	if err := o.projector.CatchUp(context.Background()); err != nil {
		o.t.Fatal(err)
	}
	o.audit()
}

func (o *testOffice) audit() {
	o.t.Helper()
	problems, err := o.db.Verify(context.Background(), checkDocument)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range problems {
		o.t.Error("verify:", p)
	}
}

func checkDocument(doc []byte, key ed25519.PublicKey) (ledger.Batch, error) {
	d, err := wire.ParseBatch(doc, key)
	return d.Batch, err
}

func (o *testOffice) total() (sum ledger.Points) {
	o.t.Helper()
	balances, err := o.db.Balances(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, b := range balances {
		sum += b.Points
	}
	return sum
}

func (o *testOffice) points(a ledger.Account) (p, aside ledger.Points) {
	o.t.Helper()
	acc, _, err := o.db.Account(context.Background(), a)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, w := range acc.Purses {
		p, aside = p+w.Points, aside+w.SetAside
	}
	return p, aside
}

func (o *testOffice) exceptions() map[settle.Code]int {
	o.t.Helper()
	all, err := o.db.Exceptions(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	n := make(map[settle.Code]int)
	for _, x := range all {
		n[x.Code]++
	}
	return n
}

func (o *testOffice) inbox(s *shopJournal) [][]byte {
	o.t.Helper()
	docs, err := o.db.Inbox(context.Background(), s.terminal)
	if err != nil {
		o.t.Fatal(err)
	}
	return docs
}

// enrol joins a shop to the office.
func (o *testOffice) enrol(s *shopJournal) {
	o.t.Helper()
	ctx := context.Background()
	code, err := o.server.Invite(ctx, s.name, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	e, err := syncer.Enrol(ctx, o.application(s, code.String()))
	if err != nil {
		o.t.Fatal(err)
	}
	s.nonce = e.Nonce
}

func (o *testOffice) application(s *shopJournal, code string) syncer.Application {
	return syncer.Application{
		Line: syncer.NewClient(http.DefaultTransport), Office: o.url, Code: code, Terminal: s.terminal, Key: s.key, Software: "test", Rand: chance(s.name + " enrols"),
	}
}

// joined is a new shop of the office with its syncer over rt, nil for a good line.
func (o *testOffice) joined(name string, rt http.RoundTripper) (*shopJournal, *syncer.Syncer) {
	o.t.Helper()
	s := newShop(o.t, name)
	o.enrol(s)
	return s, o.syncer(s, rt)
}

// movedLine goes to whichever head office has the address now.
type movedLine struct{ to *string }

func (m movedLine) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(*m.to)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.Host = to.Host
	return http.DefaultTransport.RoundTrip(r)
}

func (o *testOffice) syncer(s *shopJournal, rt http.RoundTripper) *syncer.Syncer {
	if rt == nil {
		rt = http.DefaultTransport
	}
	return syncer.New(syncer.Config{
		Store: s, Line: syncer.NewClient(rt), Office: o.url, Key: s.key, OfficeKey: o.server.OfficeKey(), Software: "test",
		Interval: time.Minute, Now: func() time.Time { return noon }, Rand: chance(s.name + " on the line" + strconv.Itoa(len(s.flights))), Log: zerolog.Nop(),
	})
}

func catchUp(t testing.TB, s *syncer.Syncer) {
	t.Helper()
	if err := s.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A badLine spoils exchanges of calls whose path ends in one of its names.
type badLine struct {
	mu     sync.Mutex
	suffix string
	// before and after count down the exchanges that are cut off before head
	// office sees them, and after it has answered.
	before, after int
	// answer, if set, replaces the answer head office gave.
	answer func(r *http.Request, was *http.Response) *http.Response
	sent   []*http.Request
	bodies [][]byte
}

var errCut = errors.New("the line was cut")

func (b *badLine) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !strings.HasSuffix(r.URL.Path, b.suffix) {
		return http.DefaultTransport.RoundTrip(r)
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	b.sent, b.bodies = append(b.sent, r), append(b.bodies, body)
	if b.before > 0 {
		b.before--
		return nil, errCut
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if b.after > 0 {
		b.after--
		resp.Body.Close()
		return nil, errCut
	}
	if b.answer != nil {
		return b.answer(r, resp), nil
	}
	return resp, nil
}

// replay sends the i-th request of the line again, byte for byte.
func (b *badLine) replay(t testing.TB, i int) (int, []byte) {
	t.Helper()
	r := b.sent[i].Clone(context.Background())
	r.RequestURI = ""
	r.Body = io.NopCloser(bytes.NewReader(b.bodies[i]))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, doc
}

func plainAnswer(r *http.Request, status int, header http.Header, body string) *http.Response {
	if header == nil {
		header = make(http.Header)
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}
}
