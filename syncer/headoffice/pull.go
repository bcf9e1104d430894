package headoffice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A Line sends one request and gives the answer; *http.Client is one. It must
// not follow redirects.
type Line interface {
	Do(*http.Request) (*http.Response, error)
}

// Pull fetches what a terminal at base ("https://10.1.2.3:8443") has, batch by
// batch, and hands it the answers, until it has nothing left. It goes through
// the same intake as a batch that is brought. wait, at most 25 s, is how long
// the terminal may wait for something to come up. Pull reports how many
// batches it fetched.
func (s *Server) Pull(ctx context.Context, line Line, base string, t ledger.Terminal, wait time.Duration) (int, error) {
	terminal, ok, err := s.cfg.Store.Terminal(ctx, t)
	if err == nil && !ok {
		err = errors.New("it is not enrolled")
	}
	if err == nil && terminal.Revoked {
		err = errors.New("it was shut out")
	}
	if err != nil {
		return 0, fmt.Errorf("pull from terminal %v: %w", t, err)
	}
	for n := 0; ; n++ {
		more, err := s.pullOne(ctx, line, base, terminal, wait)
		if err != nil {
			return n, fmt.Errorf("pull from terminal %v: %w", t, err)
		}
		if !more {
			return n, nil
		}
		wait = 0
	}
}

// pullOne fetches one batch and hands the answer over; more is false when
// there was none.
func (s *Server) pullOne(ctx context.Context, line Line, base string, terminal settle.Terminal, wait time.Duration) (more bool, err error) {
	challenge, err := wire.NewID(s.cfg.Rand)
	if err != nil {
		return false, err
	}
	target := base + "/v1/sync/batches?wait=" + strconv.Itoa(int(wait/time.Second))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return false, err
	}
	r.Header.Set(wire.HeaderChallenge, challenge)
	head, body, err := exchange(line, r)
	if err != nil || head.StatusCode == http.StatusNoContent {
		return false, err
	}
	if head.StatusCode != http.StatusOK {
		return false, fmt.Errorf("it answered %s", head.Status)
	}
	c := call{terminal: terminal, id: head.Header.Get(wire.HeaderRequest), nonce: head.Header.Get(wire.HeaderNonce), body: body}
	pulled := wire.Pulled{Terminal: terminal.Terminal, Challenge: challenge, ID: c.id, Nonce: c.nonce, Body: body}
	if !wire.ValidID(c.id) || !pulled.Verify(terminal.PublicKey, head.Header.Get(wire.HeaderSignature)) {
		return false, errors.New("what answers there is not that terminal")
	}
	reply, err := s.takeIn(ctx, c)
	if err != nil {
		return false, err
	}
	return s.handOver(ctx, line, base, c, reply)
}

// handOver brings the terminal the answer to its batch. After a no there is
// more only once the terminal has acted on it, which the next pull will see.
func (s *Server) handOver(ctx context.Context, line Line, base string, c call, reply wire.Reply) (more bool, err error) {
	reply.Echo, reply.Nonce = c.id, c.nonce
	doc, err := wire.SignReply(reply, s.cfg.Key)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/sync/acks", bytes.NewReader(doc))
	if err != nil {
		return false, err
	}
	r.Header.Set("Content-Type", wire.ContentType)
	head, _, err := exchange(line, r)
	if err != nil {
		return false, err
	}
	if head.StatusCode != http.StatusNoContent {
		return false, fmt.Errorf("it did not take its acknowledgement: %s", head.Status)
	}
	if reply.Problem != nil {
		return false, reply.Problem
	}
	return true, nil
}

// exchange sends r and reads at most a document's worth of the answer.
func exchange(line Line, r *http.Request) (head *http.Response, body []byte, err error) {
	resp, err := line.Do(r)
	if err != nil {
		return nil, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, wire.MaxDocument+1))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	return resp, body, err
}
