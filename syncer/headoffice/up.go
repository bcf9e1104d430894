package headoffice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

func (s *Server) batches(w http.ResponseWriter, r *http.Request) {
	c, ok := s.accept(w, r)
	if !ok {
		return
	}
	reply, err := s.takeIn(r.Context(), c)
	if err != nil {
		s.fault(w, c, err)
		return
	}
	if reply.Problem != nil {
		s.refuse(w, c, reply.Problem)
		return
	}
	s.reply(w, c, http.StatusOK, reply)
}

// takeIn is the one way in for a batch, whoever fetched or brought it. Its
// error is head office's own fault.
func (s *Server) takeIn(ctx context.Context, c call) (wire.Reply, error) {
	doc, err := wire.ParseBatch(c.body, c.terminal.PublicKey)
	if err != nil {
		return wire.Reply{Problem: problemOf(err)}, nil
	}
	if doc.Batch.Terminal != c.terminal.Terminal {
		return wire.Reply{Problem: wire.NewProblem(wire.Malformed, "the batch is of another terminal than the one that brings it")}, nil
	}
	at := s.now()
	out, err := s.cfg.Store.Intake(ctx, settle.Arrival{
		Terminal: doc.Batch.Terminal, Branch: doc.Batch.Branch, Parent: doc.Batch.Parent, First: doc.Batch.First,
		Before: doc.Batch.Before, Hashes: hashes(doc.Records), Document: c.body, Day: lastDay(doc.Records),
		Request: c.id, Turn: s.turn(c.terminal.Terminal, c.nonce), At: at,
	})
	if err != nil {
		return wire.Reply{}, err
	}
	if out.Suspect != "" {
		s.cfg.Log.Warn().Stringer("terminal", c.terminal.Terminal).Str("shop", c.terminal.Name).Str("because", out.Suspect).
			Msg("two copies of a terminal are suspected: no grants for it until a person decides")
	}
	return s.answer(doc, out, at), nil
}

func (s *Server) answer(doc wire.Document, out settle.Outcome, at ledger.Stamp) wire.Reply {
	switch out.Fate {
	case settle.Gap:
		p := wire.NewProblem(wire.CursorGap, "")
		p.Accepted, p.Head, p.Missing = out.Accepted, out.Head, out.Missing
		return wire.Reply{Problem: p}
	case settle.Fork:
		p := wire.NewProblem(wire.BranchFork, "")
		p.Accepted, p.Head, p.Common = out.Accepted, out.Head, out.Common
		return wire.Reply{Problem: p}
	}
	if out.Fate == settle.Taken && s.cfg.Wake != nil {
		s.cfg.Wake()
	}
	return wire.Reply{Acknowledgement: &bulletin.Acknowledgement{
		Terminal: doc.Batch.Terminal, Branch: doc.Batch.Branch, Accepted: out.Accepted, Head: out.Head, Archived: out.Archived,
		NextNonce: s.nonce(doc.Batch.Terminal, out.Turn), OfficeTime: at, Authority: out.Authority,
		Exceptions: out.Exceptions, Flush: s.cfg.Flush,
	}}
}

func lastDay(records []ledger.Sealed) ledger.Day {
	if len(records) == 0 {
		return ""
	}
	return records[len(records)-1].Head.Day
}

func hashes(records []ledger.Sealed) []ledger.Hash {
	all := make([]ledger.Hash, len(records))
	for i, r := range records {
		all[i] = r.Hash
	}
	return all
}

func problemOf(err error) *wire.Problem {
	var refusal *wire.Refusal
	if !errors.As(err, &refusal) {
		return wire.NewProblem(wire.Malformed, err.Error())
	}
	p := wire.NewProblem(refusal.Type, refusal.Detail)
	switch refusal.Type {
	case wire.TooLarge:
		p = tooLarge(refusal.Detail)
	case wire.UnsupportedFormat:
		p.Formats = []int{wire.Format}
	}
	p.Seq = refusal.Seq
	return p
}

func (s *Server) hello(w http.ResponseWriter, r *http.Request) {
	c, ok := s.accept(w, r)
	if !ok {
		return
	}
	var claim bulletin.Claim
	if err := readJSON(c.body, &claim); err != nil || claim.Terminal != c.terminal.Terminal || claim.Seq < 0 {
		s.refuse(w, c, wire.NewProblem(wire.Malformed, "the claim cannot be read or is another terminal's"))
		return
	}
	greeting, err := s.greet(r.Context(), c, claim)
	if err != nil {
		s.fault(w, c, err)
		return
	}
	s.reply(w, c, http.StatusOK, wire.Reply{Greeting: &greeting})
}

func (s *Server) greet(ctx context.Context, c call, claim bulletin.Claim) (bulletin.Greeting, error) {
	known, err := s.cfg.Store.Known(ctx, claim)
	if err != nil {
		return bulletin.Greeting{}, err
	}
	at := s.now()
	j := settle.Judge(claim, known)
	if err := s.cfg.Store.Hello(ctx, claim, j.Suspect, at); err != nil {
		return bulletin.Greeting{}, err
	}
	if j.Verdict != bulletin.Normal {
		s.cfg.Log.Warn().Stringer("terminal", claim.Terminal).Str("shop", c.terminal.Name).Str("verdict", string(j.Verdict)).
			Int64("at", claim.Seq).Int64("known", j.Accepted).Msg("a terminal's journal is not where it was")
	}
	authority, _, err := s.cfg.Store.Authority(ctx, claim.Terminal)
	return bulletin.Greeting{
		Terminal: claim.Terminal, Verdict: j.Verdict, Accepted: j.Accepted, Head: j.Head, Common: j.Common,
		Missing: j.Missing, OfficeTime: at, Authority: authority,
	}, err
}

// readJSON reads one strict line of JSON.
func readJSON(b []byte, into any) error {
	if err := ledger.CheckLine(b); err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	return nil
}
