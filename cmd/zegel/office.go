package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/cmd/release"
	"zegel/store"
	"zegel/syncer"
	"zegel/terminal/loyalty/ledger"
)

// An officeLine is the line to head office: the syncer that brings, and the
// listener at which head office may pull.
type officeLine struct {
	syncer *syncer.Syncer
	key    ed25519.PrivateKey
	office ed25519.PublicKey
	listen string // "" listens nowhere
	part   func(component string) zerolog.Logger
}

// newOfficeLine is nil in a shop that stands alone.
func (d *daemon) newOfficeLine(ctx context.Context) (*officeLine, error) {
	office, err := d.db.OfficeKey(ctx)
	if err != nil {
		return nil, err
	}
	if office == nil {
		if d.cfg.Office.URL != "" || d.cfg.Office.Listen != "" {
			d.log.Warn().Msg("a head office is configured, but the database knows of none: it is new, or was restored from before joining; run zegel join")
		}
		return nil, nil
	}
	if d.cfg.Office.URL == "" && d.cfg.Office.Listen == "" {
		d.log.Warn().Msg("this shop has joined a head office, but neither office.url nor office.listen is set: records wait here")
		return nil, nil
	}
	key, err := d.secrets.deviceKey()
	if err != nil {
		return nil, err
	}
	client, err := officeClient(key, func(k ed25519.PublicKey) bool { return bytes.Equal(k, office) })
	if err != nil {
		return nil, err
	}
	return &officeLine{
		key: key, office: office, listen: d.cfg.Office.Listen, part: d.part,
		syncer: syncer.New(syncer.Config{
			Store: journal{d.db, func() ledger.Moment {
				now := time.Now()
				return d.rules().Calendar(d.zone).Moment(now, d.db.TrustsClock(now))
			}},
			Line: client, Office: d.cfg.Office.URL, Key: key, OfficeKey: office, Software: release.Version(),
			Rules: func() int64 { return d.rules().Version }, Published: d.published,
			Interval: d.cfg.Office.every(), Jitter: d.cfg.Office.every() / 5,
			Now: time.Now, Rand: rand.Reader, Log: d.part("syncer"),
		}),
	}, nil
}

// A journal is the store as the syncer wants to see it: with the moment of a
// close handed in.
type journal struct {
	*store.DB
	now func() ledger.Moment
}

func (j journal) CloseSetAsides(ctx context.Context) error { return j.DB.CloseSetAsides(ctx, j.now()) }

// officeClient is a line over which only a head office whose key known knows
// is talked to. Over plain http, which is for a head office on this PC, the
// signatures alone say who answers.
func officeClient(key ed25519.PrivateKey, known func(ed25519.PublicKey) bool) (*http.Client, error) {
	config, err := gate.ClientTLS(key, rand.Reader, known)
	if err != nil {
		return nil, err
	}
	return syncer.NewClient(&http.Transport{
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig:       config,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   2,
		ForceAttemptHTTP2:     true,
	}), nil
}

// start runs the line until ctx ends.
func (o *officeLine) start(ctx context.Context, g *errgroup.Group, url string) error {
	if url != "" {
		g.Go(keep(ctx, o.part("syncer"), o.syncer.Run))
	}
	if o.listen == "" {
		return nil
	}
	config, err := gate.ServerTLS(o.key, rand.Reader, func(k ed25519.PublicKey) bool { return bytes.Equal(k, o.office) })
	if err != nil {
		return err
	}
	l, err := tls.Listen("tcp", o.listen, config)
	if err != nil {
		return fmt.Errorf("listen for head office: %w", err)
	}
	g.Go(func() error { return gate.Serve(ctx, gate.Server(o.syncer.Handler()), l, o.part("http")) })
	return nil
}

func (o *officeLine) wake() { o.syncer.Wake() }

// status is how the line is; o may be nil.
func (o *officeLine) status() officeStatus {
	if o == nil {
		return officeStatus{State: "alone"}
	}
	s := o.syncer.Status()
	reason := s.Trouble
	if s.Alarm != "" {
		reason = s.Alarm
	}
	state := "down"
	if s.Up {
		state = "up"
	}
	return officeStatus{State: state, Reason: reason}
}

// checkOfficeURL refuses an address over which keys would travel in the open.
func checkOfficeURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q: %w", text, err)
	case u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		return fmt.Errorf("%q: need https://, a host and perhaps a port, and nothing more", text)
	case u.Scheme == "http" && u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback():
		return errors.New("plain http is for a head office on this PC: need https://")
	}
	return nil
}
