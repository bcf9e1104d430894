// Package office opens a head office's folder and runs what serves it.
//
// Both the zegel-office program and the shop's demo stand on it; PostgreSQL is
// not in it.
package office

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	store "zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer/headoffice"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Config says which head office to open.
type Config struct {
	Folder string // holds office.db and office.key
	Policy grant.Policy
	// CodeLife is how long an enrolment code may be used; 0 is 15 minutes.
	CodeLife time.Duration
	Flush    bulletin.Flush // 0 is the default advice
	Log      zerolog.Logger
	// Patience is how many days Run waits for a silent terminal before what lapsed
	// is booked without it; 0 is settle.DefaultPatience.
	Patience int
}

// An Office is an open head office.
type Office struct {
	Store     *store.DB
	Server    *headoffice.Server
	key       ed25519.PrivateKey
	h         *sqlite.DB
	lock      *os.File // nil unless it is opened to be served
	projector *headoffice.Projector
	log       zerolog.Logger
	patience  int
}

// projectEvery is how often the projector looks without being woken: another
// process may have taken a batch in.
const projectEvery = time.Second

// checkpointEvery is how often the database's log is moved into its main file.
const checkpointEvery = 2 * time.Second

// Open opens the head office in a folder to serve it, which one process at a
// time may, and founds it where the folder has neither key nor database: a key
// of its own, and the chain key its shops will use. A founding that was cut
// short is gone on with. The errors it can be asked for are ErrInUse and
// ErrIncomplete.
func Open(ctx context.Context, cfg Config) (*Office, error) {
	f := folder(cfg.Folder)
	lock, err := f.hold()
	if err != nil {
		return nil, fmt.Errorf("open head office in %s: %w", f, err)
	}
	o, err := openHeld(ctx, cfg)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	o.lock = lock
	return o, nil
}

func openHeld(ctx context.Context, cfg Config) (*Office, error) {
	f := folder(cfg.Folder)
	err := f.check()
	if err != nil && !errors.Is(err, ErrNone) {
		return nil, err
	}
	founding := err != nil
	o, err := open(ctx, cfg, founding)
	if err != nil || !founding {
		return o, err
	}
	if err := found(ctx, o.Store); err != nil {
		return nil, errors.Join(fmt.Errorf("found head office: %w", err), o.Close())
	}
	if err := f.founded(); err != nil {
		return nil, errors.Join(fmt.Errorf("found head office: %w", err), o.Close())
	}
	cfg.Log.Info().Str("folder", cfg.Folder).Msg("a new head office was founded")
	return o, nil
}

// OpenExisting opens the head office in a folder for a while, also beside the
// process that serves it. It founds none: the errors it can be asked for are
// ErrNone and ErrIncomplete.
func OpenExisting(ctx context.Context, cfg Config) (*Office, error) {
	if err := folder(cfg.Folder).check(); err != nil {
		return nil, err
	}
	return open(ctx, cfg, false)
}

func open(ctx context.Context, cfg Config, founding bool) (*Office, error) {
	f := folder(cfg.Folder)
	key, err := f.key(founding)
	if err != nil {
		return nil, fmt.Errorf("open head office: %w", err)
	}
	h, err := sqlite.Open(ctx, f.database(false))
	if err != nil {
		return nil, fmt.Errorf("open head office: %w", err)
	}
	o := &Office{key: key, h: h, log: cfg.Log, patience: cmp.Or(cfg.Patience, settle.DefaultPatience)}
	if o.Store, err = store.New(ctx, h, store.Config{Now: time.Now, Rand: rand.Reader, Policy: cfg.Policy}); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	o.projector = headoffice.NewProjector(o.Store, projectEvery, cfg.Log.With().Str("component", "projector").Logger())
	o.Server = headoffice.NewServer(headoffice.Config{
		Store: o.Store, Key: key, Now: time.Now, Rand: rand.Reader, Wake: o.projector.Wake,
		Flush: cfg.Flush, CodeLife: cfg.CodeLife, Log: cfg.Log.With().Str("component", "headoffice").Logger(),
	})
	return o, nil
}

// Close closes the database; call it after Run has returned.
func (o *Office) Close() error {
	err := o.h.Close()
	if o.lock != nil {
		err = errors.Join(err, o.lock.Close())
	}
	return err
}

// Key is head office's key, for the certificate it shows.
func (o *Office) Key() ed25519.PrivateKey { return o.key }

// Run adds up what comes in, and books what lapses, until ctx ends.
func (o *Office) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return o.projector.Run(ctx) })
	g.Go(func() error { return o.runExpiry(ctx) })
	g.Go(func() error { return o.h.RunCheckpoints(ctx, checkpointEvery) })
	return g.Wait()
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
	if err == nil && !known {
		err = store.ErrNotEnrolled
	}
	if err != nil {
		return 0, fmt.Errorf("pull from terminal %v: %w", t, err)
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
func (o *Office) Verify(ctx context.Context) ([]string, error) { return verify(ctx, o.Store) }

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
