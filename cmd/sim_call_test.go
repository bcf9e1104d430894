package cmd_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"zegel/store"
	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A simStore is the shop's store, which sees what is asked of it, and fails
// where it is told to.
type simStore struct {
	*store.DB
	pc *simPC
}

// A simPost is what a desk asked the store to post.
type simPost struct {
	key     string
	content ledger.Hash  // of what was decided; the zero Hash when it was not decided now
	draft   ledger.Draft // as it was decided
	next    ledger.Key   // the record it would be
	posted  *ledger.Posted
}

// contentOf names a decision whatever becomes of its record: the body without
// its salt. It has the slip, and on it the record's first key.
func contentOf(b ledger.Body) ledger.Hash {
	b.Salt = ledger.Salt{}
	text, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("a body that was read cannot be written: %v", err))
	}
	return sha256.Sum256(text)
}

var errSimDisk = errors.New("the simulation says that the disk failed")

func (s *simStore) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	hit := s.pc.hit
	s.pc.hit = unhurt
	if hit == failsBefore {
		return ledger.Posted{}, fmt.Errorf("%w: %w", store.ErrNotRecorded, errSimDisk)
	}
	p := simPost{key: req.Key}
	posted, err := s.DB.Post(ctx, req, func(v ledger.View) (ledger.Posting, error) {
		decided, err := decide(s.spoilt(v))
		if err == nil {
			p.draft, p.next, p.content = decided.Draft, v.Next, contentOf(decided.Draft.Body)
		}
		return decided, err
	})
	if err == nil {
		p.posted = &posted
	}
	if p.content != (ledger.Hash{}) || err == nil {
		s.pc.posts = append(s.pc.posts, p)
	}
	if err == nil && hit == failsAfter {
		return ledger.Posted{}, fmt.Errorf("%w: %w", store.ErrUnknown, errSimDisk)
	}
	return posted, err
}

func (s *simStore) Hold(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Hold, error)) (ledger.Hold, error) {
	return s.DB.Hold(ctx, req, func(v ledger.View) (ledger.Hold, error) { return decide(s.spoilt(v)) })
}

// spoilt is the view as a desk has it that does not look at other lanes' holds.
func (s *simStore) spoilt(v ledger.View) ledger.View {
	if s.pc.w.spoil == ignoresHolds {
		for i := range v.Holdings {
			v.Holdings[i].Held, v.Holdings[i].Promised = nil, nil
		}
	}
	return v
}

// A simCall is one thing asked at a lane that should post something.
type simCall struct {
	lane    *simLane
	what    string
	who     []string // the members it is about: whose, and for a move to whom
	arrange func()   // puts the same customer at the lane again
	do      func(*terminal.Desk) (session.Answer, error)
	changed func(*terminal.Desk) error // the same key with other content
	sale    *simSale                   // what is sold, or taken back of

	deed *simDeed // once something may have been posted
}

// ask makes the call, perhaps with a disk that fails under it, and notes what
// came of it. It reports whether it was answered with a yes.
func (w *simWorld) ask(c *simCall) bool {
	p := c.lane.pc
	if !w.calm {
		w.trip(p)
	}
	p.posts = nil
	answer, err := c.do(c.lane.desk)
	p.hit = unhurt
	deed := w.model.note(c, p, err == nil, answer)
	var no *programme.Refusal
	switch {
	case err == nil:
		w.say("%s: %s: %s", c.lane.name, c.what, deed.words())
		p.done = append(p.done, c)
		w.counts["answered"]++
		w.counts["told "+string(deed.kind)]++
	case errors.As(err, &no):
		w.say("%s: %s: %s", c.lane.name, c.what, no.Code)
		w.counts["refused "+string(no.Code)]++
		if deed != nil {
			w.fail("%s at %s was refused (%v) and posted all the same", c.what, c.lane.name, no)
		}
	case p.down(), errors.Is(err, errSimDisk):
		w.say("%s: %s: nobody knows", c.lane.name, c.what)
		w.counts["unknown"]++
		if errors.Is(err, store.ErrNotRecorded) && deed != nil {
			w.fail("%s at %s was not recorded, and was", c.what, c.lane.name)
		}
		p.unsure = append(p.unsure, c)
	default:
		w.fail("%s at %s: %v", c.what, c.lane.name, err)
	}
	p.mend()
	return err == nil
}

// trip makes something go wrong with the PC's next postings, now and then.
func (w *simWorld) trip(p *simPC) {
	switch n := w.chance.IntN(100); {
	case n < 3:
		p.hit = failsBefore
	case n < 6:
		p.hit = failsAfter
	case n < 9 && p.disk != nil:
		p.disk.CutAfter(1 + w.chance.IntN(40))
	}
}

// again is a till that repeats a call: nothing may be added, and where it was
// answered before the answer is that first one.
func (w *simWorld) again(c *simCall) {
	p := c.lane.pc
	w.counts["asked again"]++
	c.arrange()
	if p.mend() {
		return
	}
	p.posts = nil
	answer, err := c.do(c.lane.desk)
	var before *simDeed
	if c.deed != nil && c.deed.told {
		before = c.deed
	}
	deed := w.model.note(c, p, err == nil, answer)
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		w.say("%s: again: %s: %s", c.lane.name, c.what, no.Code)
		if before != nil && !before.mayBeLost {
			w.fail("%s at %s was answered before and is refused now: %v", c.what, c.lane.name, no)
		}
	case err != nil && p.down():
	case err != nil:
		w.fail("%s at %s again: %v", c.what, c.lane.name, err)
	default:
		w.say("%s: again (%s): %s: %s", c.lane.name, deed.key, c.what, deed.words())
		p.done = append(p.done, c)
	}
	p.mend()
}

// differs is a till that uses a key for something else: a no, whatever else.
func (w *simWorld) differs(c *simCall) {
	p := c.lane.pc
	if c.changed == nil || c.deed == nil || c.deed.mayBeLost {
		return
	}
	c.arrange()
	if p.mend() {
		return
	}
	p.posts = nil
	err := c.changed(c.lane.desk)
	if p.mend() {
		return
	}
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != programme.OtherBasket {
		w.fail("%s at %s with other content: %v", c.what, c.lane.name, err)
	}
	if len(p.posts) > 0 {
		w.fail("%s at %s with other content was posted", c.what, c.lane.name)
	}
	w.counts["other content refused"]++
	w.say("%s: %s with other content: %s", c.lane.name, c.what, no.Code)
}
