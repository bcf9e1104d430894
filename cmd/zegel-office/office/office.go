// Package office opens a head office's folder and runs what serves it.
//
// Both the zegel-office program and the shop's demo stand on it; PostgreSQL is
// not in it.
package office

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/cmd/keyfile"
	store "zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer/headoffice"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// Config says which head office to open.
type Config struct {
	Folder string // holds office.db and office.key; made if it is not there
	Policy grant.Policy
	// CodeLife is how long an enrolment code may be used; 0 is 15 minutes.
	CodeLife time.Duration
	Flush    bulletin.Flush // 0 is the default advice
	Log      zerolog.Logger
}

// An Office is an open head office.
type Office struct {
	Store     *store.DB
	Server    *headoffice.Server
	key       ed25519.PrivateKey
	h         *sqlite.DB
	projector *headoffice.Projector
}

// projectEvery is how often the projector looks without being woken: another
// process may have taken a batch in.
const projectEvery = time.Second

// checkpointEvery is how often the database's log is moved into its main file.
const checkpointEvery = 2 * time.Second

// Open opens the head office in a folder, or founds it: a key of its own, and
// the chain key its shops will use.
func Open(ctx context.Context, cfg Config) (*Office, error) {
	if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("open head office: %w", err)
	}
	key, err := keyfile.Ed25519(filepath.Join(cfg.Folder, "office.key"), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("open head office: %w", err)
	}
	h, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(cfg.Folder, "office.db"), ApplicationID: store.ApplicationID, Readers: 4})
	if err != nil {
		return nil, fmt.Errorf("open head office: %w", err)
	}
	o := &Office{key: key, h: h}
	if o.Store, err = store.New(ctx, h, store.Config{Now: time.Now, Rand: rand.Reader, Policy: cfg.Policy}); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := o.found(ctx); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	o.projector = headoffice.NewProjector(o.Store, projectEvery, cfg.Log.With().Str("component", "projector").Logger())
	o.Server = headoffice.NewServer(headoffice.Config{
		Store: o.Store, Key: key, Now: time.Now, Rand: rand.Reader, Wake: o.projector.Wake,
		Flush: cfg.Flush, CodeLife: cfg.CodeLife, Log: cfg.Log.With().Str("component", "headoffice").Logger(),
	})
	return o, nil
}

// found makes the chain key of a head office that has none.
func (o *Office) found(ctx context.Context) error {
	keys, err := o.Store.ChainKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	secret := make([]byte, member.KeySize)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("make the chain key: %w", err)
	}
	chain, err := member.NewChainKey(secret)
	if err != nil {
		return err
	}
	return o.Store.AddChainKey(ctx, chain)
}

// Close closes the database; call it after Run has returned.
func (o *Office) Close() error { return o.h.Close() }

// Key is head office's key, for the certificate it shows.
func (o *Office) Key() ed25519.PrivateKey { return o.key }

// Run adds up what comes in until ctx ends.
func (o *Office) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return o.projector.Run(ctx) })
	g.Go(func() error { return o.h.RunCheckpoints(ctx, checkpointEvery) })
	return g.Wait()
}

// Serve answers on l until ctx ends.
func (o *Office) Serve(ctx context.Context, l net.Listener) error {
	server := gate.Server(o.Handler())
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(limit)
	})
	err := server.Serve(l)
	if !stop() {
		return <-stopped
	}
	return fmt.Errorf("serve %v: %w", l.Addr(), err)
}

// Handler answers terminals and readers of the feed. It bounds what a caller
// may send before anybody looks at it.
func (o *Office) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, wire.MaxDocument+64<<10)
		o.Server.ServeHTTP(w, r)
	})
}

// pullWait is how long a terminal that has nothing may wait for something.
const pullWait = 20 * time.Second

// Pull fetches what the terminal at url has, over TLS on which both sides show
// their own keys, adds it up, and says how many batches there were.
func (o *Office) Pull(ctx context.Context, url string, t ledger.Terminal) (int, error) {
	enrolled, known, err := o.Store.Terminal(ctx, t)
	if err != nil || !known {
		return 0, errors.Join(err, fmt.Errorf("pull from terminal %v: it is not enrolled", t))
	}
	config, err := gate.ClientTLS(o.key, rand.Reader, func(k ed25519.PublicKey) bool { return k.Equal(ed25519.PublicKey(enrolled.PublicKey)) })
	if err != nil {
		return 0, err
	}
	client := &http.Client{
		Timeout:       40 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: config, TLSHandshakeTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	n, err := o.Server.Pull(ctx, client, url, t, pullWait)
	if err != nil {
		return n, err
	}
	return n, o.CatchUp(ctx)
}

// CatchUp adds up everything that has come in.
func (o *Office) CatchUp(ctx context.Context) error { return o.projector.CatchUp(ctx) }

// Verify checks everything there is and says what is not as it must be.
func (o *Office) Verify(ctx context.Context) ([]string, error) {
	return o.Store.Verify(ctx, func(document []byte, key ed25519.PublicKey) (ledger.Batch, error) {
		doc, err := wire.ParseBatch(document, key)
		return doc.Batch, err
	})
}

// NewToken makes a token for a reader of the feed. It is kept as its hash
// only, and shown once.
func (o *Office) NewToken(ctx context.Context, name string) (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := hex.EncodeToString(raw)
	if err := o.Store.AddToken(ctx, sha256.Sum256([]byte(token)), name); err != nil {
		return "", fmt.Errorf("keep the token: %w", err)
	}
	return token, nil
}
