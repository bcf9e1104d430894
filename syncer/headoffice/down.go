package headoffice

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// pageSize is how many statements a page has at most; one takes about 700 bytes.
const pageSize = 200

func (s *Server) statements(w http.ResponseWriter, r *http.Request) {
	c, ok := s.accept(w, r)
	if !ok {
		return
	}
	newest, err := s.cfg.Store.NewestBundle(r.Context())
	if err != nil {
		s.fault(w, c, err)
		return
	}
	for limit := pageSize; ; limit /= 2 {
		page, err := s.cfg.Store.Statements(r.Context(), c.terminal.Terminal, r.URL.Query().Get("cursor"), limit)
		if errors.Is(err, settle.ErrCursor) {
			s.refuse(w, c, wire.NewProblem(wire.CursorTooOld, ""))
			return
		}
		if err != nil {
			s.fault(w, c, err)
			return
		}
		page.Rules = newest
		if limit == 1 || fits(page) {
			s.reply(w, c, http.StatusOK, wire.Reply{Page: &page})
			return
		}
	}
}

// fits reports whether the page stays below what a terminal reads.
func fits(page bulletin.Page) bool {
	b, err := json.Marshal(page)
	return err == nil && len(b) < wire.MaxDocument-wire.HeaderRoom
}

// rules tells the version of the programme that comes after the one the
// terminal has: one at a time, for it may be long.
func (s *Server) rules(w http.ResponseWriter, r *http.Request) {
	c, ok := s.accept(w, r)
	if !ok {
		return
	}
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || after < 0 {
		s.refuse(w, c, wire.NewProblem(wire.Malformed, "after: need the version the terminal has, 0 for none"))
		return
	}
	bundles, err := s.cfg.Store.BundlesAfter(r.Context(), after, 2)
	if err != nil {
		s.fault(w, c, err)
		return
	}
	book := bulletin.Rulebook{Terminal: c.terminal.Terminal, Control: bulletin.UpToDate}
	if len(bundles) > 0 {
		book.Bundle = &bundles[0]
	}
	if len(bundles) > 1 {
		book.Control = bulletin.More
	}
	s.reply(w, c, http.StatusOK, wire.Reply{Rulebook: &book})
}

// The feed's limits, in entries.
const (
	feedPage    = 1000
	feedPageMax = 10_000
)

// feed gives entries to whoever shows a token: one entry a line, the cursor to
// go on from as the last. What it answers is not signed: its readers are not
// terminals.
func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		w.Header().Set("WWW-Authenticate", "Bearer")
		plainProblem(w, http.StatusUnauthorized, "the feed needs a token")
		return
	}
	_, known, err := s.cfg.Store.TokenName(r.Context(), sha256.Sum256([]byte(token)))
	if err != nil {
		s.feedFault(w, err)
		return
	}
	if !known {
		plainProblem(w, http.StatusForbidden, "the token is not known")
		return
	}
	limit, err := feedLimit(r.URL.Query().Get("limit"))
	if err != nil {
		plainProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	entries, next, more, err := s.cfg.Store.Feed(r.Context(), r.URL.Query().Get("after"), limit)
	if errors.Is(err, settle.ErrCursor) {
		plainProblem(w, http.StatusGone, settle.ErrCursor.Error())
		return
	}
	if err != nil {
		s.feedFault(w, err)
		return
	}
	writeFeed(w, entries, next, more)
}

func (s *Server) feedFault(w http.ResponseWriter, err error) {
	s.cfg.Log.Error().Err(err).Msg("a reader of the feed could not be served")
	plainProblem(w, http.StatusServiceUnavailable, "head office is not ready")
}

func feedLimit(s string) (int, error) {
	if s == "" {
		return feedPage, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > feedPageMax {
		return 0, errors.New("limit: need a whole number from 1 to " + strconv.Itoa(feedPageMax))
	}
	return n, nil
}

// A feedEnd is the last line of the feed.
type feedEnd struct {
	Cursor  string           `json:"cursor"`
	Control bulletin.Control `json:"control"`
}

func writeFeed(w http.ResponseWriter, entries []settle.Posted, next string, more bool) {
	w.Header().Set("Content-Type", wire.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	out := json.NewEncoder(w)
	for _, e := range entries {
		if err := out.Encode(e); err != nil {
			return // the reader is gone, and has no last line to go on from
		}
	}
	end := feedEnd{Cursor: next, Control: bulletin.UpToDate}
	if more {
		end.Control = bulletin.More
	}
	_ = out.Encode(end)
}

// plainProblem is RFC 9457 for those who are not terminals.
func plainProblem(w http.ResponseWriter, status int, title string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": title, "status": status})
}

func (s *Server) enrol(w http.ResponseWriter, r *http.Request) {
	c := call{id: requestID(r), joining: true}
	body, problem := readBody(w, r)
	if problem != nil {
		s.refuse(w, c, problem)
		return
	}
	c.body = body
	application, problem := s.application(r, c)
	if problem != nil {
		s.refuse(w, c, problem)
		return
	}
	e, err := s.cfg.Store.Enrol(r.Context(), application)
	if err != nil {
		s.fault(w, c, err)
		return
	}
	if e.Ruling != settle.Enrolled {
		s.cfg.Log.Warn().Stringer("terminal", application.Terminal).Str("because", string(e.Ruling)).Msg("an enrolment was refused")
		s.refuse(w, c, wire.NewProblem(wire.Refused, refusals[e.Ruling]))
		return
	}
	s.cfg.Log.Info().Stringer("terminal", application.Terminal).Str("shop", e.Name).Msg("terminal enrolled")
	told := &wire.Enrolment{Terminal: application.Terminal, Name: e.Name, Nonce: s.nonce(application.Terminal, e.Turn)}
	for _, key := range e.ChainKeys {
		told.ChainKeys = append(told.ChainKeys, key.Secret())
	}
	s.reply(w, c, http.StatusOK, wire.Reply{Enrolment: told})
}

var refusals = map[settle.Ruling]string{
	settle.CodeWrong:       "the code is wrong; look at it again, or ask head office for a new one",
	settle.CodeExpired:     "the code's time is over; ask head office for a new one",
	settle.CodeLocked:      "the code was tried wrongly too often; ask head office for a new one",
	settle.CodeUsed:        "the code was used by another machine; ask head office for a new one",
	settle.TerminalTaken:   "this terminal is enrolled with another key; ask head office for a code that enrols it again",
	settle.TerminalRevoked: "this terminal was shut out; ask head office for a code that enrols it again",
}

// application reads a wish to be enrolled, which must be signed with the very
// key it brings.
func (s *Server) application(r *http.Request, c call) (settle.Application, *wire.Problem) {
	var a wire.Application
	bad := func(what string) (settle.Application, *wire.Problem) {
		return settle.Application{}, wire.NewProblem(wire.Malformed, what)
	}
	if err := readJSON(c.body, &a); err != nil || c.id == "" {
		return bad("the application cannot be read")
	}
	code, err := wire.ParseSecret(a.Code)
	if err != nil {
		return settle.Application{}, wire.NewProblem(wire.Refused, refusals[settle.CodeWrong])
	}
	if a.Terminal == 0 || !signedBy(a.PublicKey, r, a.Terminal, c) {
		return settle.Application{}, wire.NewProblem(wire.BadSignature, "of the application")
	}
	out := settle.Application{
		Selector: code.Selector(), Hash: code.Hash(), Terminal: a.Terminal, PublicKey: a.PublicKey, Software: a.Software, At: s.now(),
	}
	for _, secret := range a.ChainKeys {
		key, err := member.NewChainKey(secret)
		if err != nil {
			return bad("a chain key has not the right length")
		}
		out.ChainKeys = append(out.ChainKeys, key)
	}
	return out, nil
}
