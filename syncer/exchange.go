package syncer

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
)

// A message is one call to head office.
type message struct {
	terminal ledger.Terminal
	method   string
	target   string // path, and query where there is one
	id       string
	nonce    string
	body     []byte
}

// send signs m, sends it and reads the reply. Whatever is not head office's
// answer to m, be it an error, a login page or half a reply, is wire.ErrNoLine;
// a problem is a *wire.Problem.
func send(ctx context.Context, line Line, office string, key ed25519.PrivateKey, officeKey func(doc []byte) (ed25519.PublicKey, error), m message) (wire.Reply, error) {
	r, err := newRequest(ctx, office, key, m)
	if err != nil {
		return wire.Reply{}, err
	}
	resp, err := line.Do(r)
	if err != nil {
		return wire.Reply{}, fmt.Errorf("%w: %w", wire.ErrNoLine, err)
	}
	doc, err := io.ReadAll(io.LimitReader(resp.Body, wire.MaxDocument+1))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return wire.Reply{}, fmt.Errorf("%w: %w", wire.ErrNoLine, err)
	}
	if len(doc) > wire.MaxDocument {
		return wire.Reply{}, fmt.Errorf("%w: it says too much", wire.ErrNoLine)
	}
	pinned, err := officeKey(doc)
	if err != nil {
		return wire.Reply{}, err
	}
	reply, err := wire.ParseReply(doc, pinned, m.id)
	if err != nil {
		return wire.Reply{}, fmt.Errorf("%w (%s)", err, resp.Status)
	}
	if reply.Problem != nil {
		return wire.Reply{}, reply.Problem
	}
	return reply, nil
}

func newRequest(ctx context.Context, office string, key ed25519.PrivateKey, m message) (*http.Request, error) {
	body, encoding, err := compress(m.body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, m.method, office+m.target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("head office's address: %w", err)
	}
	signed := wire.Request{Terminal: m.terminal, ID: m.id, Nonce: m.nonce, Method: m.method, Target: r.URL.RequestURI(), Body: m.body}
	r.Header.Set(wire.HeaderTerminal, m.terminal.String())
	r.Header.Set(wire.HeaderRequest, m.id)
	r.Header.Set(wire.HeaderSignature, signed.Sign(key))
	r.Header.Set("Content-Type", wire.ContentType)
	if m.nonce != "" {
		r.Header.Set(wire.HeaderNonce, m.nonce)
	}
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	return r, nil
}

// compress makes a body that is worth it smaller.
func compress(b []byte) (body []byte, encoding string, err error) {
	if len(b) < 1024 {
		return b, "", nil
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return nil, "", err
	}
	if err := z.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), "gzip", nil
}

// send is an exchange with the head office this terminal belongs to.
func (s *Syncer) send(ctx context.Context, m message) (wire.Reply, error) {
	pinned := func([]byte) (ed25519.PublicKey, error) { return s.cfg.OfficeKey, nil }
	return send(ctx, s.cfg.Line, s.cfg.Office, s.cfg.Key, pinned, m)
}
