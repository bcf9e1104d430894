package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// bring sends one batch, if there is one, and acts on the answer. sent is
// false when nothing waits.
func (s *Syncer) bring(ctx context.Context) (sent bool, err error) {
	release, err := s.take(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	st, doc, err := s.cut(ctx, s.most)
	if err != nil || doc == nil {
		return false, err
	}
	reply, err := s.send(ctx, message{
		terminal: st.Terminal, method: http.MethodPost, target: "/v1/terminals/" + st.Terminal.String() + "/batches",
		id: st.Flight.Request, nonce: st.Nonce, body: doc,
	})
	if err != nil {
		return true, s.trouble(s.onProblem(ctx, st, err))
	}
	if reply.Acknowledgement == nil {
		return true, errNoAnswer
	}
	if err := s.acknowledged(ctx, st, reply); err != nil {
		return true, err
	}
	if f := reply.Acknowledgement.Flush; f.Records > 0 && f.SecondsUp > 0 {
		s.flush = f
	}
	s.most = min(s.most*2, ledger.MaxBatchRecords)
	return true, nil
}

// cut gives the document that is on its way, or the next one to go; nil when
// nothing waits. most bounds the records of a new one. When it returns, the flight is on the disk.
func (s *Syncer) cut(ctx context.Context, most int) (bulletin.SyncState, []byte, error) {
	st, err := s.cfg.Store.SyncState(ctx)
	if err != nil {
		return st, nil, fault(err)
	}
	var batch ledger.Batch
	if st.Flight != nil {
		batch, err = s.cfg.Store.Batch(ctx, st.Flight.First, st.Flight.Last, ledger.MaxBatchRecords, wire.MaxDocument)
	} else {
		st, batch, err = s.depart(ctx, most)
	}
	if err != nil {
		return st, nil, fault(err)
	}
	if len(batch.Lines) == 0 {
		return st, nil, nil
	}
	doc, err := wire.EncodeBatch(batch, s.cfg.Key)
	if err != nil {
		return st, nil, fault(fmt.Errorf("records %d to %d: %w", batch.First, batch.Last(), err))
	}
	return st, doc, nil
}

// depart closes own awards, so that the close goes up with them, and begins
// the flight of the next batch.
func (s *Syncer) depart(ctx context.Context, most int) (bulletin.SyncState, ledger.Batch, error) {
	if err := s.cfg.Store.CloseSetAsides(ctx); err != nil {
		return bulletin.SyncState{}, ledger.Batch{}, err
	}
	st, err := s.cfg.Store.SyncState(ctx)
	if err != nil || st.Waiting() == 0 {
		return st, ledger.Batch{}, err
	}
	batch, err := s.cfg.Store.Batch(ctx, st.Accepted+1, 0, most, wire.MaxDocument-wire.HeaderRoom)
	if err != nil || len(batch.Lines) == 0 {
		return st, batch, err
	}
	id, err := wire.NewID(s.cfg.Rand)
	if err != nil {
		return st, batch, err
	}
	st.Flight = &bulletin.Flight{Request: id, First: batch.First, Last: batch.Last()}
	return st, batch, s.cfg.Store.BeginFlight(ctx, *st.Flight)
}

// acknowledged checks an acknowledgement against the journal before anything
// is believed.
func (s *Syncer) acknowledged(ctx context.Context, st bulletin.SyncState, reply wire.Reply) error {
	a := *reply.Acknowledgement
	if a.Terminal != st.Terminal || a.Branch != st.Branch || reply.Nonce != st.Nonce {
		return errNoAnswer
	}
	if a.Accepted < 0 || a.Accepted > st.Flight.Last || a.Archived > a.Accepted || a.Archived < 0 {
		s.alarm(fmt.Sprintf("head office confirms record %d, which it was never sent: its answer is not believed", a.Accepted))
		return errNoAnswer
	}
	own, err := s.cfg.Store.HashAt(ctx, a.Accepted)
	if err != nil {
		return fault(err)
	}
	if own != a.Head {
		s.alarm(fmt.Sprintf("head office confirms another record %d than this terminal has: its answer is not believed", a.Accepted))
		return errNoAnswer
	}
	if err := s.cfg.Store.Acknowledge(ctx, a); err != nil {
		return fault(err)
	}
	if a.Accepted < st.Flight.Last {
		return fmt.Errorf("head office took records only up to %d of %d", a.Accepted, st.Flight.Last)
	}
	return s.authority(ctx, a.Authority, false)
}

// onProblem does what a refused batch calls for and gives what remains an error.
func (s *Syncer) onProblem(ctx context.Context, st bulletin.SyncState, err error) error {
	var p *wire.Problem
	if !errors.As(err, &p) {
		return err
	}
	switch p.Type {
	case wire.CursorGap:
		agreed, err := s.goBack(ctx, st, p)
		if err != nil || agreed {
			// It was restored: the greeting tells what else it lacks.
			s.greeted = s.greeted && !agreed
			return err
		}
		return s.dispute() // the greeting finds where the fork is
	case wire.BranchFork:
		return s.dispute()
	case wire.TooLarge:
		s.most = max(1, int(st.Flight.Last-st.Flight.First+1)/2)
		if st.Flight.First == st.Flight.Last {
			return p
		}
		return fault(s.cfg.Store.Rewind(ctx, st.Accepted))
	}
	return p
}

// goBack goes back to what head office has. What is above was confirmed once
// and lost there; it is still here, because nothing is deleted before it is
// archived. agreed is false when what head office has is not this journal.
func (s *Syncer) goBack(ctx context.Context, st bulletin.SyncState, p *wire.Problem) (agreed bool, err error) {
	if p.Accepted < 0 || p.Accepted >= st.Flight.First-1 {
		return false, errNoAnswer
	}
	own, err := s.cfg.Store.HashAt(ctx, p.Accepted)
	if err != nil {
		return false, fault(err)
	}
	if own != p.Head {
		return false, nil
	}
	s.cfg.Log.Warn().Int64("confirmed", st.Accepted).Int64("head_office_has", p.Accepted).Msg("head office has lost records: sending them again")
	if err := s.cfg.Store.Rewind(ctx, p.Accepted); err != nil || p.Missing.Branch == (ledger.Branch{}) {
		return true, fault(err)
	}
	found, err := s.cfg.Store.RewindBranch(ctx, p.Missing.Branch, p.Missing.Seq)
	s.cfg.Log.Warn().Stringer("branch", p.Missing.Branch).Int64("head_office_has", p.Missing.Seq).Bool("are_here", found).
		Msg("head office has lost records of an older branch too")
	return true, fault(err)
}

// trouble sorts a problem that the terminal cannot settle by itself: some pass
// with time, the others need a person.
func (s *Syncer) trouble(err error) error {
	var p *wire.Problem
	if !errors.As(err, &p) {
		return err
	}
	switch p.Type {
	case wire.SlowDown, wire.Maintenance:
		s.pause = min(time.Duration(p.RetryAfter)*time.Second, backOffMost)
	case wire.DigestMismatch:
	case wire.BadChain:
		s.alarm(fmt.Sprintf("head office finds the journal damaged at record %d: run zegel verify", p.Seq))
		s.pause = backOffMost
	default:
		s.alarm(p.Error())
		s.pause = backOffMost
	}
	return err
}

// fetch applies what head office has to tell, page by page.
func (s *Syncer) fetch(ctx context.Context) error {
	for {
		st, err := s.cfg.Store.SyncState(ctx)
		if err != nil {
			return fault(err)
		}
		page, err := s.page(ctx, st, st.Cursor)
		var p *wire.Problem
		if errors.As(err, &p) && p.Type == wire.CursorTooOld && st.Cursor != "" {
			s.cfg.Log.Warn().Msg("head office was restored: fetching every statement again")
			page, err = s.page(ctx, st, "")
		}
		if err != nil {
			return s.trouble(err)
		}
		if err := s.cfg.Store.Apply(ctx, page); err != nil {
			return fault(err)
		}
		if page.Control != bulletin.More {
			return s.fetchRules(ctx, st, page.Rules)
		}
	}
}

// fetchRules keeps the versions of the programme that were published since.
// What comes into force when is not decided here.
func (s *Syncer) fetchRules(ctx context.Context, st bulletin.SyncState, newest int64) error {
	kept, err := s.cfg.Store.NewestBundle(ctx)
	if err != nil {
		return fault(err)
	}
	for kept < newest {
		book, err := s.rulebook(ctx, st, kept)
		if err != nil {
			return s.trouble(err)
		}
		if book.Bundle == nil {
			return nil
		}
		if err := book.Bundle.Verify(s.cfg.OfficeKey); err != nil || book.Bundle.Version <= kept {
			return s.trouble(fmt.Errorf("version %d of the programme, after %d: %w", book.Bundle.Version, kept, cmp.Or(err, errNoAnswer)))
		}
		if err := s.cfg.Store.KeepBundle(ctx, *book.Bundle); err != nil {
			return fault(err)
		}
		kept = book.Bundle.Version
		s.cfg.Log.Info().Int64("version", kept).Time("in_force_from", time.UnixMilli(int64(book.Bundle.From))).Msg("head office published the programme")
		if s.cfg.Published != nil {
			s.cfg.Published()
		}
	}
	return nil
}

func (s *Syncer) rulebook(ctx context.Context, st bulletin.SyncState, after int64) (bulletin.Rulebook, error) {
	id, err := wire.NewID(s.cfg.Rand)
	if err != nil {
		return bulletin.Rulebook{}, err
	}
	target := "/v1/down/rules?after=" + strconv.FormatInt(after, 10)
	reply, err := s.send(ctx, message{terminal: st.Terminal, method: http.MethodGet, target: target, id: id})
	if err != nil {
		return bulletin.Rulebook{}, err
	}
	if reply.Rulebook == nil || reply.Rulebook.Terminal != st.Terminal {
		return bulletin.Rulebook{}, errNoAnswer
	}
	return *reply.Rulebook, nil
}

func (s *Syncer) page(ctx context.Context, st bulletin.SyncState, cursor string) (bulletin.Page, error) {
	id, err := wire.NewID(s.cfg.Rand)
	if err != nil {
		return bulletin.Page{}, err
	}
	target := "/v1/down/statements"
	if cursor != "" {
		target += "?cursor=" + url.QueryEscape(cursor)
	}
	reply, err := s.send(ctx, message{terminal: st.Terminal, method: http.MethodGet, target: target, id: id})
	if err != nil {
		return bulletin.Page{}, err
	}
	if reply.Page == nil || reply.Page.Terminal != st.Terminal {
		return bulletin.Page{}, errNoAnswer
	}
	return *reply.Page, nil
}
