package scenario

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"

	books "zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer"
	"zegel/syncer/headoffice"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/scenario"
)

// An office is a head office on a real file. Its shops reach it without a
// network: the request goes to its handler as it is.
type office struct {
	world     *world
	file      *sqlite.DB
	db        *books.DB
	server    *headoffice.Server
	projector *headoffice.Projector
	lines     map[string]*line
}

const officeHost = "office.test"

func openOffice(w *world) (*office, error) {
	if err := os.MkdirAll(w.folder, 0o700); err != nil {
		return nil, err
	}
	h, err := sqlite.Open(w.ctx, sqlite.Options{Path: filepath.Join(w.folder, "office.db"), ApplicationID: books.ApplicationID})
	if err != nil {
		return nil, err
	}
	o := &office{world: w, file: h, lines: make(map[string]*line)}
	o.db, err = books.New(w.ctx, h, books.Config{Now: w.clock, Rand: w.random, Policy: grant.DefaultPolicy})
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	o.projector = headoffice.NewProjector(o.db, time.Hour, zerolog.Nop())
	o.server = headoffice.NewServer(headoffice.Config{
		Store: o.db, Key: keyOf("office"), Now: w.clock, Rand: w.random, Log: zerolog.Nop(), Wake: o.projector.Wake,
	})
	return o, nil
}

func (o *office) close() error { return o.file.Close() }

// keyOf is the same key for the same name, in every case.
func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("scenario key of " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// A line is a shop's to head office.
type line struct {
	office *office
	shop   *site
	name   string
	up     bool
	syncer *syncer.Syncer
}

var errDown = errors.New("the line is down")

// RoundTrip carries a request to head office.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if !l.up {
		return nil, errDown
	}
	asked := r.Clone(r.Context())
	asked.RequestURI = r.URL.RequestURI()
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		asked.Body, asked.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	to := &answer{header: make(http.Header), status: http.StatusOK}
	l.office.server.ServeHTTP(to, asked)
	return &http.Response{
		Status: http.StatusText(to.status), StatusCode: to.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: to.header, Body: io.NopCloser(&to.body), ContentLength: int64(to.body.Len()), Request: r,
	}, nil
}

// An answer is what a handler wrote.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is what the handler sets.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// join makes a shop part of the chain.
func (o *office) join(s *site, name string) (*line, error) {
	w := o.world
	l := &line{office: o, shop: s, name: name, up: true}
	o.lines[name] = l
	id, _, _, err := s.Identity(w.ctx)
	if err != nil {
		return l, err
	}
	code, err := o.server.Invite(w.ctx, name, 0)
	if err != nil {
		return l, fmt.Errorf("invite the shop %s: %w", name, err)
	}
	e, err := syncer.Enrol(w.ctx, syncer.Application{
		Line: syncer.NewClient(l), Office: "http://" + officeHost, Code: code.String(), Terminal: id, Key: keyOf(name),
		Software: "scenario", ChainKeys: w.keys, Rand: w.random,
	})
	if err == nil {
		err = s.Join(w.ctx, e.OfficeKey, e.Nonce)
	}
	if err != nil {
		return l, fmt.Errorf("the shop %s joins: %w", name, err)
	}
	l.syncer = syncer.New(syncer.Config{
		Store: journal{s}, Line: syncer.NewClient(l), Office: "http://" + officeHost, Key: keyOf(name), OfficeKey: e.OfficeKey,
		Software: "scenario", Interval: time.Minute, Now: w.clock, Rand: w.random, Log: zerolog.Nop(),
	})
	return l, nil
}

// A journal is a shop's store as the syncer wants to see it.
type journal struct{ *site }

// CloseSetAsides closes what the shop earned at its moment.
func (j journal) CloseSetAsides(ctx context.Context) error {
	return j.DB.CloseSetAsides(ctx, j.world.moment())
}

// rounds are enough for what one shop did to have gone up, been counted, and
// come down to all of them.
const rounds = 3

// carry lets every shop whose line is up tell and hear all there is.
func (o *office) carry() error {
	for range rounds {
		for _, name := range slices.Sorted(maps.Keys(o.lines)) {
			if l := o.lines[name]; l.up && l.syncer != nil {
				if err := l.syncer.CatchUp(o.world.ctx); err != nil {
					return fmt.Errorf("the shop %s and head office: %w", name, err)
				}
			}
		}
		if err := o.projector.CatchUp(o.world.ctx); err != nil {
			return fmt.Errorf("head office counts: %w", err)
		}
	}
	return nil
}

// switched takes a line away or gives it back. While a line is up all there is
// goes over it after every step.
func (o *office) switched(l *line, s scenario.Step) error {
	switch {
	case s.Offline:
		l.up = false
	case s.Online:
		l.up = true
	case !l.up:
		return errors.New("sync: the line is down; online brings it back")
	}
	return nil
}
