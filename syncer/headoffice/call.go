package headoffice

import (
	"compress/gzip"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A call is one terminal's request whose signature was checked.
type call struct {
	terminal settle.Terminal
	id       string
	nonce    string
	body     []byte
	// joining says that the answer must name the key it is signed with.
	joining bool
}

// accept reads the request and checks who sent it. When it returns false the
// answer has been given.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) (call, bool) {
	var t ledger.Terminal
	c := call{id: requestID(r), nonce: r.Header.Get(wire.HeaderNonce)}
	if err := t.UnmarshalText([]byte(r.Header.Get(wire.HeaderTerminal))); err != nil || c.id == "" {
		s.refuse(w, c, wire.NewProblem(wire.Malformed, "the request does not say which terminal sends it, or has no id"))
		return c, false
	}
	var problem *wire.Problem
	if c.body, problem = readBody(w, r); problem != nil {
		s.refuse(w, c, problem)
		return c, false
	}
	found, ok, err := s.cfg.Store.Terminal(r.Context(), t)
	switch {
	case err != nil:
		s.fault(w, c, err)
		return c, false
	case !ok:
		s.refuse(w, c, wire.NewProblem(wire.NotEnrolled, ""))
		return c, false
	case !signedBy(found.PublicKey, r, t, c):
		s.refuse(w, c, wire.NewProblem(wire.BadSignature, "of the request"))
		return c, false
	case found.Revoked:
		s.refuse(w, c, wire.NewProblem(wire.Revoked, ""))
		return c, false
	}
	if named := r.PathValue("terminal"); named != "" && named != t.String() {
		s.refuse(w, c, wire.NewProblem(wire.Malformed, "the address names another terminal than the one that signed"))
		return c, false
	}
	c.terminal = found
	return c, true
}

func requestID(r *http.Request) string {
	if id := r.Header.Get(wire.HeaderRequest); wire.ValidID(id) {
		return id
	}
	return ""
}

func signedBy(key ed25519.PublicKey, r *http.Request, t ledger.Terminal, c call) bool {
	signed := wire.Request{Terminal: t, ID: c.id, Nonce: c.nonce, Method: r.Method, Target: r.URL.RequestURI(), Body: c.body}
	return signed.Verify(key, r.Header.Get(wire.HeaderSignature))
}

// readBody reads and inflates at most a document's limit: what a small body
// inflates to is bounded while it inflates.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *wire.Problem) {
	var src io.Reader = http.MaxBytesReader(w, r.Body, wire.MaxDocument)
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, unreadable(err)
		}
		src = z
	default:
		return nil, wire.NewProblem(wire.Malformed, fmt.Sprintf("content encoding %q: need gzip or none", encoding))
	}
	body, err := io.ReadAll(io.LimitReader(src, wire.MaxDocument+1))
	if err != nil {
		return nil, unreadable(err)
	}
	if len(body) > wire.MaxDocument {
		return nil, tooLarge("")
	}
	return body, nil
}

func unreadable(err error) *wire.Problem {
	var tooMuch *http.MaxBytesError
	if errors.As(err, &tooMuch) {
		return tooLarge("")
	}
	return wire.NewProblem(wire.DigestMismatch, "the body ends early or is damaged")
}

func tooLarge(detail string) *wire.Problem {
	p := wire.NewProblem(wire.TooLarge, detail)
	p.MaxRecords, p.MaxBytes = ledger.MaxBatchRecords, wire.MaxDocument
	return p
}

// reply signs and sends r as the answer to c.
func (s *Server) reply(w http.ResponseWriter, c call, status int, r wire.Reply) {
	r.Echo, r.Nonce = c.id, c.nonce
	if c.joining {
		r.OfficeKey = s.OfficeKey()
	}
	doc, err := wire.SignReply(r, s.cfg.Key)
	if err != nil {
		s.cfg.Log.Error().Err(err).Msg("sign a reply")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", wire.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(doc)))
	w.WriteHeader(status)
	// The reader may be gone; it will ask again.
	_, _ = w.Write(doc)
}

func (s *Server) refuse(w http.ResponseWriter, c call, p *wire.Problem) {
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	s.reply(w, c, p.Status, wire.Reply{Problem: p})
}

// fault answers when head office itself is at fault; nothing was taken.
func (s *Server) fault(w http.ResponseWriter, c call, err error) {
	s.cfg.Log.Error().Err(err).Msg("a terminal could not be served")
	p := wire.NewProblem(wire.Maintenance, "")
	p.RetryAfter = 30
	s.refuse(w, c, p)
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, call{id: requestID(r)}, wire.NewProblem(wire.NotFound, ""))
}
