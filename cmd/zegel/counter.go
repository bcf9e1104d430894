package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"zegel/cmd/gate"
	"zegel/cmd/release"
	"zegel/store"
	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/manager"
	"zegel/terminal/pos"
	"zegel/terminal/signin"
)

// A counter is what people and tills reach over HTTP.
type counter struct {
	door    *signin.Door
	manager *manager.Manager
	signals *manager.Signals
	// pages are for browsers on this PC, lan for those on others of the shop;
	// nil where none may.
	pages, lan *gate.Pages
}

// newCounter makes what stands behind the listener, but for the desks.
func (d *daemon) newCounter(ctx context.Context, keys []member.ChainKey) (*counter, error) {
	pepper, err := d.secrets.signinKey()
	if err != nil {
		return nil, err
	}
	c := &counter{}
	c.door, err = signin.New(ctx, signin.Config{
		Store: d.db, Pepper: pepper, Now: time.Now, Rand: rand.Reader, Zone: d.zone, Gone: d.signOut, Log: d.part("signin"),
	})
	if err != nil {
		return nil, err
	}
	c.signals, err = manager.NewSignals(ctx, manager.SignalConfig{
		Store: d.db, Rules: d.rules, Zone: d.zone, Now: time.Now, Changed: d.redraw, Log: d.part("signals"),
	})
	if err != nil {
		return nil, err
	}
	c.manager = manager.New(manager.Config{
		Store: d.db, Accounts: d.db, Keys: keys, Rules: d.rules, Zone: d.zone, Lane: d.dayPrinter(),
		Now: time.Now, Trusted: d.db.TrustsClock, Posted: d.posted,
		SignInNeeded: func() bool { return c.door.Needed(ctx) }, Operator: d.operator, SignIn: d.proof, Signals: c.signals, Log: d.part("manager"),
	})
	return c, nil
}

// dayPrinter is the first lane with a printer; "" where none has one.
func (d *daemon) dayPrinter() string {
	for _, l := range d.cfg.Lanes {
		if l.Printer.Device != "" {
			return l.Name
		}
	}
	return ""
}

// signOut ends what an operator who is none any more had begun.
func (d *daemon) signOut(gone session.Operator) {
	for _, desk := range d.desks {
		if desk.View().Operator == gone.Name {
			desk.SignOut()
		}
	}
}

// redraw shows every lane's screen anew.
func (d *daemon) redraw() {
	for _, desk := range d.desks {
		desk.Redraw()
	}
}

// operator is who is signed in at a lane.
func (d *daemon) operator(lane string) (session.Operator, bool) {
	desk, ok := d.desks[lane]
	if !ok {
		return session.Operator{}, false
	}
	v := desk.View()
	return session.Operator{Name: v.Operator, Manager: v.Manager}, v.Operator != ""
}

// proof says whose PIN or badge a secret is that was typed into a lane's page,
// by a person or by a scanner that types. A lane there is not has no page: to
// name ever new ones would get round what a lane waits after wrong tries.
func (d *daemon) proof(ctx context.Context, lane, secret string) (session.Operator, error) {
	if _, ok := d.desks[lane]; !ok {
		return session.Operator{}, &programme.Refusal{Code: programme.SignInFirst}
	}
	who, isBadge, err := d.counter.door.Badge(ctx, lane, secret)
	if isBadge || err != nil {
		return who, err
	}
	return d.counter.door.SignIn(ctx, lane, secret)
}

// badge says whose badge a code is that was read at a lane.
func (d *daemon) badge(lane string) func(context.Context, string) (session.Operator, bool, error) {
	return func(ctx context.Context, text string) (session.Operator, bool, error) {
		return d.counter.door.Badge(ctx, lane, text)
	}
}

// server is the interface for programs and browsers on this PC. Streams end
// when ctx does.
func (d *daemon) server(ctx context.Context, l net.Listener) (*http.Server, error) {
	token, err := gate.Token(d.secrets.path("token"), rand.Reader)
	if err != nil {
		return nil, err
	}
	tokens, err := gate.OpenTokens(tokensPath(d.cfg))
	if err != nil {
		return nil, err
	}
	hosts, err := gate.LocalHosts(l.Addr())
	if err != nil {
		return nil, err
	}
	if err := d.announce(l.Addr()); err != nil {
		return nil, err
	}
	d.counter.pages, err = gate.NewPages(gate.PagesConfig{
		Hosts: hosts, Home: "/kassa/", Sessions: d.secrets.path("browsers"), MaxBody: maxBody, Limits: pageLimits(),
		Now: time.Now, Rand: rand.Reader, Log: d.part("gate"),
	})
	if err != nil {
		return nil, err
	}
	guard := gate.Local{
		Hosts: hosts, Token: token, Tokens: tokens, Scopes: tokenScopes(), Open: []string{"/v1/hello"}, MaxBody: maxBody, Limits: tillLimits(),
	}
	server := gate.Server(gate.Split(guard.Wrap(d.programs(ctx)), d.counter.pages.Wrap(d.people(ctx))))
	gate.Bound(server, mostConnections)
	return server, nil
}

// lanServer serves the pages to other PCs of the shop; nil where none may.
func (d *daemon) lanServer(ctx context.Context) (*http.Server, net.Listener, error) {
	if d.cfg.Pages.Listen == "" {
		return nil, nil, nil
	}
	names := slices.Clone(d.cfg.Pages.Names)
	certificate, err := gate.OpenPageCertificate(d.secrets.path("pages.key"), names, rand.Reader, time.Now())
	if err != nil {
		return nil, nil, err
	}
	l, err := gate.Listen(d.cfg.Pages.Listen, "pages.listen")
	if err != nil {
		return nil, nil, fmt.Errorf("listen for other PCs of the shop: %w", err)
	}
	hosts, err := gate.LANHosts(names, l.Addr())
	if err == nil {
		d.counter.lan, err = gate.NewPages(gate.PagesConfig{
			Hosts: hosts, Certificate: &certificate, Typed: true, Home: "/kassa/", Sessions: d.secrets.path("browsers.lan"),
			MaxBody: maxBody, Limits: pageLimits(), Now: time.Now, Rand: rand.Reader, Log: d.part("gate"),
		})
	}
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	server := gate.Server(d.counter.lan.Wrap(d.people(ctx)))
	server.TLSConfig = certificate.TLS
	gate.Bound(server, mostConnections)
	return server, l, nil
}

const (
	maxBody         = 256 << 10
	mostConnections = 256
	// A till has a stream and a request or two; a browser opens six connections
	// to one host. More is somebody who keeps others out.
	mostOfOne = 64
)

// tillLimits are far above what a till or ten of them ask, and far below what
// trying all card numbers takes.
func tillLimits() gate.Limits {
	return gate.Limits{
		Each: gate.Limit{Rate: 200, Burst: 400}, All: gate.Limit{Rate: 1000, Burst: 2000}, Strangers: gate.Limit{Rate: 10, Burst: 50},
		AtOnce: mostOfOne,
	}
}

// pageLimits are for people, whose keys come a few a second.
func pageLimits() gate.Limits {
	return gate.Limits{
		Each: gate.Limit{Rate: 50, Burst: 200}, All: gate.Limit{Rate: 500, Burst: 1000},
		Strangers: gate.Limit{Rate: 10, Burst: 50}, Codes: gate.Limit{Rate: 0.2, Burst: 5},
		AtOnce: mostOfOne,
	}
}

// programs is what tills and the command line may ask, with a token.
func (d *daemon) programs(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	till := pos.Handler(d.posConfig(ctx))
	mux.Handle("/v1/", till)
	day := d.counter.manager.API()
	mux.Handle("GET /v1/day", day)
	mux.Handle("POST /v1/day/close", day)
	mux.Handle("POST /v1/members/transfer", day)
	mux.Handle("POST /v1/members/opening", day)
	signals := d.counter.signals.API()
	mux.Handle("/v1/signals", signals)
	mux.Handle("/v1/signals/", signals)
	mux.HandleFunc("POST /v1/printer/slips/{id}/print", d.printAgain)
	operators := signin.Handler(d.counter.door, d.part("signin"))
	mux.Handle("/v1/operators", operators)
	mux.Handle("/v1/operators/", operators)
	mux.Handle("/v1/pages/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gate.PagesHandler(d.counter.pages, d.counter.lan).ServeHTTP(w, r)
	}))
	return mux
}

func (d *daemon) posConfig(ctx context.Context) pos.Config {
	one := d.desks[d.cfg.Lanes[0].Name] // what does not belong to a lane is the same at each
	return pos.Config{
		Version: release.Version(), Started: d.started, Language: d.rules().Language,
		Desk: func(lane string) (pos.Desk, bool) {
			desk, ok := d.desks[lane]
			return desk, ok
		},
		Status:      func(ctx context.Context) (any, error) { return d.status(ctx) },
		Release:     d.release,
		Recall:      one.Recall,
		Member:      one.Person,
		DayFigures:  d.tillDay,
		Games:       d.toldGames,
		EnrolForm:   func() session.EnrolForm { return session.FormOf(d.rules()) },
		NotRecorded: notRecorded,
		Stopping:    ctx.Done(),
		Log:         d.part("pos"),
	}
}

// toldGames is what may be told of games today.
func (d *daemon) toldGames(ctx context.Context) ([]game.Told, error) {
	seeds, err := d.db.KeptSeeds(ctx, "")
	return game.Tell(seeds, d.rules().Calendar(d.zone).Moment(time.Now(), true).Day), err
}

func notRecorded(err error) bool { return errors.Is(err, store.ErrNotRecorded) }

// release gives a hold back. A till names no lane; the one that shows the hold
// is to show it no longer, and for the others nothing happens.
func (d *daemon) release(ctx context.Context, id ledger.HoldID) error {
	for _, lane := range d.cfg.Lanes {
		if err := d.desks[lane.Name].Release(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (d *daemon) tillDay(ctx context.Context, t pos.TillDay) error {
	if t.Currency != d.rules().Currency {
		return &programme.Refusal{Code: programme.OtherCurrency, Currency: t.Currency}
	}
	word := report.Till{
		Day: ledger.Day(t.Day), Till: t.Till, Turnover: t.Turnover, Receipts: int64(t.Receipts), PointsPaid: t.PointsPaid, By: "till/" + t.Till,
	}
	if err := word.Validate(); err != nil {
		return &programme.Refusal{Code: programme.BadAmount, Cause: err}
	}
	return d.db.KeepTill(ctx, word)
}

// people is what is shown in a browser.
func (d *daemon) people(ctx context.Context) http.Handler {
	names := make([]string, len(d.cfg.Lanes))
	for i, l := range d.cfg.Lanes {
		names[i] = l.Name
	}
	mux := http.NewServeMux()
	mux.Handle("/", cashier.Handler(cashier.Config{
		Lanes: names,
		Desk: func(lane string) (cashier.Desk, bool) {
			desk, ok := d.desks[lane]
			return desk, ok
		},
		SignIn: d.proof, Rules: d.rules, NotRecorded: notRecorded,
		Day: http.HandlerFunc(toDay), Now: func() time.Time { return time.Now().In(d.zone) },
		Version: release.Version(), Log: d.part("cashier"),
	}))
	mux.Handle("/beheer/", d.counter.manager.Handler())
	return untilStop(ctx, mux)
}

// untilStop ends the streams of events when ctx does: they have no end of their
// own, and the server would wait for them. Other requests may finish.
func untilStop(ctx context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") {
			next.ServeHTTP(w, r)
			return
		}
		stream, end := context.WithCancel(r.Context())
		defer end()
		defer context.AfterFunc(ctx, end)()
		next.ServeHTTP(w, r.WithContext(stream))
	})
}

// toDay leads from a lane's page to the day's report, which is shown to whoever
// is signed in there.
func toDay(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/beheer/dag?lane="+url.QueryEscape(r.PathValue("lane")), http.StatusSeeOther)
}

// checkPages complains about pages for other PCs that could not be served.
func (c *Config) checkPages(complain complaint) {
	if c.Pages.Listen == "" {
		return
	}
	if _, _, err := net.SplitHostPort(c.Pages.Listen); err != nil {
		complain("pages.listen", "%v: need an address and a port", err)
	}
	if len(c.Pages.Names) == 0 {
		complain("pages.names", "there is none: need the name or address by which the other PC calls this one")
	}
	for i, n := range c.Pages.Names {
		if n == "" || strings.ContainsAny(n, "/: ") && net.ParseIP(n) == nil {
			complain(fmt.Sprintf("pages.names[%d]", i), "%q: need a host name or an address, without a port", n)
		}
	}
}
