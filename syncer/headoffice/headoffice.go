// Package headoffice is head office's side of the line: it takes in what
// terminals bring, adds it up, and tells them what they should know.
package headoffice

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A Store is what the server keeps things in. Its methods are called from many
// goroutines at once; what they returned nil for is on the disk.
type Store interface {
	Terminal(ctx context.Context, t ledger.Terminal) (settle.Terminal, bool, error)
	Intake(ctx context.Context, a settle.Arrival) (settle.Outcome, error)
	Known(ctx context.Context, c bulletin.Claim) (settle.Known, error)
	// Hello notes a claim; suspicious takes the terminal's authority away and
	// says why, "" leaves it.
	Hello(ctx context.Context, c bulletin.Claim, suspicious string, at ledger.Stamp) error
	Authority(ctx context.Context, t ledger.Terminal) (a bulletin.Authority, reason string, err error)
	Statements(ctx context.Context, t ledger.Terminal, cursor string, limit int) (bulletin.Page, error)
	// BundlesAfter are up to limit published versions of the programme above one,
	// oldest first; NewestBundle is the highest there is, 0 for none.
	BundlesAfter(ctx context.Context, version int64, limit int) ([]bulletin.Bundle, error)
	NewestBundle(ctx context.Context) (int64, error)
	Feed(ctx context.Context, cursor string, limit int) (entries []settle.Posted, next string, more bool, err error)
	// TokenName is whose feed token has that SHA-256.
	TokenName(ctx context.Context, hash ledger.Hash) (name string, ok bool, err error)
	Invite(ctx context.Context, i settle.Invitation) error
	Enrol(ctx context.Context, a settle.Application) (settle.Enrolment, error)
}

// Config is what a server is made of.
type Config struct {
	Store Store
	Key   ed25519.PrivateKey
	Now   func() time.Time
	Rand  io.Reader // must be a cryptographic source; safe for concurrent use
	Log   zerolog.Logger
	// Wake is called after a batch was taken, for the projector.
	Wake func()
	// Flush is the advice given with every acknowledgement.
	Flush bulletin.Flush
	// CodeLife is how long an enrolment code may be used; 0 is 15 minutes.
	CodeLife time.Duration
}

// DefaultFlush suits a small chain.
var DefaultFlush = bulletin.Flush{Records: 200, SecondsUp: 5}

const codeLife = 15 * time.Minute

// A Server answers terminals and readers of the feed. It is a bare handler:
// who may reach it, under which certificate and how long a request may take is
// decided around it.
type Server struct {
	cfg    Config
	mux    *http.ServeMux
	secret []byte // under which nonces are made
}

// NewServer makes a server.
func NewServer(cfg Config) *Server {
	if cfg.Flush == (bulletin.Flush{}) {
		cfg.Flush = DefaultFlush
	}
	if cfg.CodeLife == 0 {
		cfg.CodeLife = codeLife
	}
	secret := sha256.Sum256(append([]byte("zegel nonces 1\x00"), cfg.Key.Seed()...))
	s := &Server{cfg: cfg, mux: http.NewServeMux(), secret: secret[:]}
	s.mux.HandleFunc("POST /v1/terminals/{terminal}/batches", s.batches)
	s.mux.HandleFunc("POST /v1/terminals/{terminal}/hello", s.hello)
	s.mux.HandleFunc("GET /v1/down/statements", s.statements)
	s.mux.HandleFunc("GET /v1/down/rules", s.rules)
	s.mux.HandleFunc("POST /v1/enrol", s.enrol)
	s.mux.HandleFunc("GET /v1/feed/entries", s.feed)
	s.mux.HandleFunc("/", s.notFound)
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) now() ledger.Stamp { return ledger.Stamp(s.cfg.Now().UnixMilli()) }

// OfficeKey is the public half of the key that signs every reply.
func (s *Server) OfficeKey() ed25519.PublicKey {
	return s.cfg.Key.Public().(ed25519.PublicKey)
}

// Invite makes a one-time code for a terminal that people will call name.
// replaces is the terminal whose key the code may replace; 0 for a new one.
func (s *Server) Invite(ctx context.Context, name string, replaces ledger.Terminal) (wire.Code, error) {
	code, err := wire.NewCode(s.cfg.Rand, s.OfficeKey())
	if err != nil {
		return wire.Code{}, err
	}
	now := s.cfg.Now()
	err = s.cfg.Store.Invite(ctx, settle.Invitation{
		Selector: code.Selector(), Hash: code.Hash(), Name: name, Replaces: replaces,
		Made: ledger.Stamp(now.UnixMilli()), Expires: ledger.Stamp(now.Add(s.cfg.CodeLife).UnixMilli()),
	})
	if err != nil {
		return wire.Code{}, fmt.Errorf("make an enrolment code: %w", err)
	}
	return code, nil
}

// nonce is the nonce of a turn. It carries its own proof of having been made
// here, so that a head office restored from a backup can tell a terminal that
// knows more than itself from a copy of one.
func (s *Server) nonce(t ledger.Terminal, turn int64) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(turn))
	return hex.EncodeToString(append(b, s.proof(t, b)...))
}

func (s *Server) proof(t ledger.Terminal, turn []byte) []byte {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(t)))
	mac.Write(turn)
	return mac.Sum(nil)[:16]
}

// turn reads a nonce that was given to t; settle.NoTurn if it was not.
func (s *Server) turn(t ledger.Terminal, nonce string) int64 {
	b, err := hex.DecodeString(nonce)
	if err != nil || len(b) != 24 || !hmac.Equal(b[8:], s.proof(t, b[:8])) {
		return settle.NoTurn
	}
	return int64(binary.BigEndian.Uint64(b))
}
