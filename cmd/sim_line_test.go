package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/rs/zerolog"

	"zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer/headoffice"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A simLine is a shop's line to head office, in both directions: it fails
// before the other side sees anything and after it has done all, it doubles,
// cuts short, and delivers once more when nobody expects it.
type simLine struct {
	w      *simWorld
	pc     *simPC
	chance *rand.Rand
	up     bool
	late   []simLetter // that may arrive once more
}

// A simLetter is a request as it was sent.
type simLetter struct {
	request *http.Request
	body    []byte
}

var errSimLine = errors.New("the line was cut")

// RoundTrip carries a request of the shop to head office.
func (l *simLine) RoundTrip(r *http.Request) (*http.Response, error) {
	return l.carry(r, l.toOffice)
}

// fromOffice carries a request of head office to the shop.
type fromOffice struct{ *simLine }

func (l fromOffice) RoundTrip(r *http.Request) (*http.Response, error) {
	return l.carry(r, func(s simLetter) *http.Response { return serve(l.pc.syncer.Handler(), s) })
}

func (l *simLine) toOffice(s simLetter) *http.Response { return serve(l.w.office.server, s) }

func serve(h http.Handler, s simLetter) *http.Response {
	r := s.request.Clone(context.Background())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(s.body)), int64(len(s.body))
	r.RequestURI = r.URL.RequestURI()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

func (l *simLine) carry(r *http.Request, deliver func(simLetter) *http.Response) (*http.Response, error) {
	s := simLetter{request: r}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		s.body = body
	}
	if !l.up {
		return nil, errSimLine
	}
	if l.w.calm {
		return deliver(s), nil
	}
	switch n := l.chance.IntN(200); {
	case n < 6:
		return nil, errSimLine
	case n < 12: // after the other side applied it
		drop(deliver(s))
		return nil, errSimLine
	case n < 15: // twice, and the second answer is heard
		drop(deliver(s))
		return deliver(s), nil
	case n < 18: // once now, once some other day
		l.late = append(l.late, s)
		return deliver(s), nil
	case n < 20: // only some other day
		l.late = append(l.late, s)
		return nil, errSimLine
	case n < 22 && len(s.body) > 0:
		s.body = s.body[:l.chance.IntN(len(s.body))]
		return deliver(s), nil
	case n < 24:
		return shortened(deliver(s), l.chance), nil
	case n < 26:
		return plainAnswer(r, http.StatusOK, http.Header{"Content-Type": {"text/html"}}, "<html>Welkom! Log in op de wifi.</html>"), nil
	}
	return deliver(s), nil
}

func drop(resp *http.Response) { _ = resp.Body.Close() } // nobody hears it

func shortened(resp *http.Response, chance *rand.Rand) *http.Response {
	body, _ := io.ReadAll(resp.Body)
	if len(body) > 0 {
		body = body[:chance.IntN(len(body))]
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = -1
	return resp
}

// arriveLate delivers what was under way, long after anybody waited for it.
func (l *simLine) arriveLate() bool {
	if len(l.late) == 0 {
		return false
	}
	i := l.chance.IntN(len(l.late))
	s := l.late[i]
	l.late = append(l.late[:i], l.late[i+1:]...)
	if s.request.URL.Host == simPCHost {
		drop(serve(l.pc.syncer.Handler(), s))
		return true
	}
	drop(l.toOffice(s))
	return true
}

const (
	simOfficeHost = "office.test"
	simPCHost     = "shop.test"
)

// A simOffice is head office on a real file.
type simOffice struct {
	w         *simWorld
	path      string
	policy    grant.Policy
	h         *sqlite.DB
	db        *office.DB
	server    *headoffice.Server
	projector *headoffice.Projector
	backup    string // the last one; "" before there is one
	lives     int
}

func newSimOffice(w *simWorld, policy grant.Policy) *simOffice {
	o := &simOffice{w: w, path: w.path("office.db"), policy: policy}
	o.open()
	return o
}

func (o *simOffice) open() {
	o.lives++
	var err error
	o.h, err = sqlite.Open(o.w.ctx, sqlite.Options{Path: o.path, ApplicationID: office.ApplicationID})
	o.w.must(err, "open head office")
	clock := pcClock{began: o.w.began} // always right
	name := simActor(o.w.seed, "office", o.lives)
	o.db, err = office.New(o.w.ctx, o.h, office.Config{Now: clock.now, Rand: chance(name), Policy: o.policy})
	o.w.must(err, "open head office")
	var book headoffice.Book = o.db
	if o.w.spoil == countsTwice {
		book = &twiceCounted{DB: o.db}
	}
	o.projector = headoffice.NewProjector(book, time.Hour, zerolog.Nop())
	o.server = headoffice.NewServer(headoffice.Config{
		Store: o.db, Key: keyOf("office"), Now: clock.now, Rand: chance(name + " server"), Log: zerolog.Nop(), Wake: o.projector.Wake,
	})
}

func (o *simOffice) close() {
	if err := o.h.Close(); err != nil {
		o.w.t.Error(err)
	}
}

// count projects all that was taken in.
func (o *simOffice) count() { o.w.must(o.projector.CatchUp(o.w.ctx), "count at head office") }

// keep makes a backup and says so to the shops.
func (o *simOffice) keep() {
	o.backup = o.w.path("office-backup.db")
	o.w.must(o.h.Backup(o.w.ctx, o.backup), "back up head office")
	marks, err := o.db.Marks(o.w.ctx)
	o.w.must(err, "read head office's marks")
	for _, p := range o.w.shops {
		if m, has := marks[p.terminal]; has {
			o.w.must(o.db.SetArchived(o.w.ctx, p.terminal, m), "note what is archived")
		}
	}
}

// restore puts the last backup in the place of everything.
func (o *simOffice) restore() {
	o.close()
	o.path = o.w.path("office-restored.db")
	o.w.must(copyFile(o.backup, o.path), "restore head office")
	o.open()
}

// forgive is a person's decision about terminals that were suspected.
func (o *simOffice) forgive() (n int) {
	for _, p := range o.w.shops {
		a, _, err := o.db.Authority(o.w.ctx, p.terminal)
		o.w.must(err, "read an authority")
		if a != bulletin.FullAuthority {
			o.w.must(o.db.SetAuthority(o.w.ctx, p.terminal, bulletin.FullAuthority, ""), "give authority back")
			n++
		}
	}
	return n
}

// A twiceCounted is a head office that takes each batch for two, as one would
// that did not go by the records' keys.
type twiceCounted struct{ *office.DB }

func (b *twiceCounted) Project(ctx context.Context, bucket int, load settle.Load) error {
	if err := b.DB.Project(ctx, bucket, load); err != nil {
		return err
	}
	again := settle.Load{Through: make(map[int]int64)}
	for _, it := range load.Items {
		copied := *it
		copied.Key.Seq += 1_000_000
		copied.Part = (it.Part + 1) % settle.Parts
		copied.Position = 1_000_000 + it.Position
		copied.Body = ledger.Hash{}
		copied.Claims, copied.Basket.ID = nil, ""
		again.Through[copied.Part] = 0
		again.Items = append(again.Items, &copied)
	}
	return b.DB.Project(ctx, bucket, again)
}
