package syncer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// mostWait bounds how long head office may have a pull wait for news.
const mostWait = 25 * time.Second

// Handler lets head office pull, for a terminal it can reach: the same batches,
// flights and answers as when they are brought. It is bare: who may reach it is
// decided around it, with a certificate both sides pin.
func (s *Syncer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/sync/batches", s.pulled)
	mux.HandleFunc("POST /v1/sync/acks", s.answered)
	return mux
}

// pulled gives the batch on its way, or the next one; 204 when nothing waits.
func (s *Syncer) pulled(w http.ResponseWriter, r *http.Request) {
	challenge := r.Header.Get(wire.HeaderChallenge)
	if !wire.ValidID(challenge) {
		http.Error(w, "no challenge", http.StatusBadRequest)
		return
	}
	wait, err := strconv.Atoi(r.URL.Query().Get("wait"))
	if err != nil {
		wait = 0
	}
	deadline := time.NewTimer(min(time.Duration(wait)*time.Second, mostWait))
	defer deadline.Stop()
	for {
		s.mu.Lock()
		news := s.news
		s.mu.Unlock()
		gave, err := s.givePulled(w, r, challenge)
		if err != nil {
			s.cfg.Log.Error().Err(err).Msg("a batch could not be handed to head office")
			http.Error(w, "the database cannot be read", http.StatusServiceUnavailable)
			return
		}
		if gave {
			return
		}
		select {
		case <-news:
		case <-deadline.C:
			w.WriteHeader(http.StatusNoContent)
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (s *Syncer) givePulled(w http.ResponseWriter, r *http.Request, challenge string) (bool, error) {
	release, err := s.take(r.Context())
	if err != nil {
		return false, err
	}
	defer release()
	st, doc, err := s.cut(r.Context(), ledger.MaxBatchRecords)
	if err != nil || doc == nil {
		return false, err
	}
	p := wire.Pulled{Terminal: st.Terminal, Challenge: challenge, ID: st.Flight.Request, Nonce: st.Nonce, Body: doc}
	h := w.Header()
	h.Set("Content-Type", wire.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set(wire.HeaderTerminal, st.Terminal.String())
	h.Set(wire.HeaderRequest, p.ID)
	h.Set(wire.HeaderNonce, p.Nonce)
	h.Set(wire.HeaderSignature, p.Sign(s.cfg.Key))
	// Head office may be gone; the flight is on the disk and goes again.
	_, _ = w.Write(doc)
	return true, nil
}

// answered takes head office's answer to the flight.
func (s *Syncer) answered(w http.ResponseWriter, r *http.Request) {
	doc, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wire.MaxDocument))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	release, err := s.take(r.Context())
	if err != nil {
		return
	}
	defer release()
	st, err := s.cfg.Store.SyncState(r.Context())
	if err != nil {
		s.cfg.Log.Error().Err(err).Msg("an acknowledgement could not be stored")
		http.Error(w, "the database cannot be read", http.StatusServiceUnavailable)
		return
	}
	if st.Flight == nil {
		http.Error(w, "nothing is on its way", http.StatusConflict)
		return
	}
	reply, err := wire.ParseReply(doc, s.cfg.OfficeKey, st.Flight.Request)
	switch {
	case err != nil:
	case reply.Problem != nil:
		err = s.pullRefused(r.Context(), st, reply.Problem)
	case reply.Acknowledgement != nil:
		err = s.acknowledged(r.Context(), st, reply)
	default:
		err = errNoAnswer
	}
	switch {
	case errors.Is(err, wire.ErrNoLine):
		http.Error(w, "not an answer to what is on its way", http.StatusConflict)
	case isFault(err):
		s.cfg.Log.Error().Err(err).Msg("an acknowledgement could not be stored")
		http.Error(w, "the database cannot be written", http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// pullRefused does what can be done about a refused batch when head office
// comes by and cannot be asked: it goes back, or to a new branch where head
// office says from where. The rest is for a person.
func (s *Syncer) pullRefused(ctx context.Context, st bulletin.SyncState, p *wire.Problem) error {
	switch {
	case p.Type == wire.CursorGap:
		agreed, err := s.goBack(ctx, st, p)
		if err != nil || agreed {
			return err
		}
	case p.Type == wire.BranchFork && p.Common >= 0 && p.Common < st.Tip.Seq:
		s.cfg.Log.Warn().Int64("after_record", p.Common).Str("because", copied).Msg("journal goes on in a new branch")
		return fault(s.cfg.Store.OpenBranch(ctx, p.Common, copied))
	case p.Type == wire.DigestMismatch:
		return nil
	}
	s.alarm(p.Error())
	return nil
}
