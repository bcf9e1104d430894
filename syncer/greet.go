package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// mostDisputes is how often one session may go back, or to a new branch, before
// something is badly wrong.
const mostDisputes = 5

// greet says hello until head office and this terminal agree on where the
// journal stands: at the start, after each loss of the line, and whenever the
// branch that is sent is another than before.
func (s *Syncer) greet(ctx context.Context) error {
	for !s.greeted {
		release, err := s.take(ctx)
		if err != nil {
			return err
		}
		err = s.hello(ctx)
		release()
		if err != nil {
			return s.trouble(err)
		}
	}
	return nil
}

func (s *Syncer) hello(ctx context.Context) error {
	st, err := s.cfg.Store.SyncState(ctx)
	if err != nil {
		return fault(err)
	}
	g, err := s.claim(ctx, st, st.Tip.Seq, st.Tip.Hash)
	if err != nil {
		return err
	}
	if err := s.authority(ctx, g.Authority, true); err != nil {
		return err
	}
	switch g.Verdict {
	case bulletin.Normal, bulletin.Copied:
		return s.settle(ctx, st, g)
	case bulletin.Missing:
		return s.fill(ctx, st, g)
	case bulletin.RolledBack:
		return s.openBranch(ctx, st.Tip.Seq, "head office has more of this journal: the database is an older copy")
	case bulletin.Forked:
		return s.leaveFork(ctx, st, st.Tip.Seq)
	}
	return fmt.Errorf("head office's verdict %q is not known to this program: update it", string(g.Verdict))
}

// claim says hello as if the journal ended at seq.
func (s *Syncer) claim(ctx context.Context, st bulletin.SyncState, seq int64, head ledger.Hash) (bulletin.Greeting, error) {
	claim := bulletin.Claim{Terminal: st.Terminal, Branch: st.Branch, Parent: st.Parent, Seq: seq, Head: head, Software: s.cfg.Software}
	if s.cfg.Rules != nil {
		claim.Rules = s.cfg.Rules()
	}
	body, err := json.Marshal(claim)
	if err != nil {
		return bulletin.Greeting{}, err
	}
	id, err := wire.NewID(s.cfg.Rand)
	if err != nil {
		return bulletin.Greeting{}, err
	}
	reply, err := s.send(ctx, message{
		terminal: st.Terminal, method: http.MethodPost, target: "/v1/terminals/" + st.Terminal.String() + "/hello", id: id, body: body,
	})
	if err != nil {
		return bulletin.Greeting{}, err
	}
	if reply.Greeting == nil || reply.Greeting.Terminal != st.Terminal {
		return bulletin.Greeting{}, errNoAnswer
	}
	return *reply.Greeting, nil
}

// settle compares head office's end with the journal here.
func (s *Syncer) settle(ctx context.Context, st bulletin.SyncState, g bulletin.Greeting) error {
	if g.Accepted > st.Tip.Seq {
		return errNoAnswer // it would have said that this is an older copy
	}
	if g.Head != (ledger.Hash{}) {
		own, err := s.cfg.Store.HashAt(ctx, g.Accepted)
		if err != nil {
			return fault(err)
		}
		if own != g.Head {
			return s.leaveFork(ctx, st, g.Accepted)
		}
	}
	// A flight whose answer was lost is sent again as it was, or head office
	// would take it for another copy's.
	inFlight := st.Flight != nil && st.Flight.First <= g.Accepted+1 && g.Accepted <= st.Flight.Last
	if g.Accepted != st.Accepted && !inFlight {
		s.cfg.Log.Warn().Int64("confirmed", st.Accepted).Int64("head_office_has", g.Accepted).Msg("going on from head office's end of the journal")
		if err := s.cfg.Store.Rewind(ctx, g.Accepted); err != nil {
			return fault(err)
		}
	}
	s.greeted = true
	return nil
}

// fill goes back to an older branch of which head office was found to lack
// records. Where they are not here any more, the rest goes on: what is lost
// must not hold up what is not.
func (s *Syncer) fill(ctx context.Context, st bulletin.SyncState, g bulletin.Greeting) error {
	found, err := s.cfg.Store.RewindBranch(ctx, g.Missing.Branch, g.Missing.Seq)
	if err != nil {
		return fault(err)
	}
	log := s.cfg.Log.Warn().Stringer("branch", g.Missing.Branch).Int64("head_office_has", g.Missing.Seq)
	if !found {
		log.Msg("head office has lost records that are not here either")
		return s.settle(ctx, st, g)
	}
	log.Msg("head office has lost records of an older branch: sending them again")
	return s.dispute()
}

const copied = "another copy of this database has written to the same journal"

// leaveFork looks for the last record that head office has too, knowing that
// it differs at seq, and goes on from it in a new branch. The root is common to
// all copies. Each question is a claim that the journal ended earlier.
func (s *Syncer) leaveFork(ctx context.Context, st bulletin.SyncState, seq int64) error {
	var same int64
	differs := seq
	ask := func(at int64) error {
		head, err := s.cfg.Store.HashAt(ctx, at)
		if err != nil {
			return fault(err)
		}
		g, err := s.claim(ctx, st, at, head)
		if err != nil {
			return err
		}
		if g.Verdict == bulletin.Forked {
			differs = at
		} else {
			same = at
		}
		return nil
	}
	// Told at the very record that differs, head office knows of the fork;
	// then the likeliest place: what was confirmed here was common.
	if err := ask(seq); err != nil {
		return err
	}
	if st.Accepted > 0 && st.Accepted < differs {
		if err := ask(st.Accepted); err != nil {
			return err
		}
	}
	for same+1 < differs {
		if err := ask(same + (differs-same)/2); err != nil {
			return err
		}
	}
	return s.openBranch(ctx, same, copied)
}

// dispute counts how often head office and this terminal disagreed.
func (s *Syncer) dispute() error {
	if s.disputes++; s.disputes > mostDisputes {
		return errors.New("head office and this terminal do not agree on where the journal stands")
	}
	s.greeted = false
	return nil
}

func (s *Syncer) openBranch(ctx context.Context, common int64, reason string) error {
	if err := s.dispute(); err != nil {
		return err
	}
	s.cfg.Log.Warn().Int64("after_record", common).Str("because", reason).Msg("journal goes on in a new branch")
	return fault(s.cfg.Store.OpenBranch(ctx, common, reason))
}
