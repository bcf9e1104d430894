package scanner

import (
	"context"
	"time"

	"zegel/scanner/frame"
)

// lookAgain is how long after a deadline we look again whether it was one.
//
// A process that is held up finds the bytes that came meanwhile when it is let
// on, but its goroutines are let on in any order: that nothing was heard in time
// proves nothing. What proves a silence are reads that began after the last byte
// and came back empty at their time-out. Until then, or for mostLooks times where
// reads hang, a silence is not believed. Of a port whose time-out is fixed no
// read comes back in time; it is looked at twice.
const (
	lookAgain = 10 * time.Millisecond
	mostLooks = 50
)

// connection is what a Reader and its device say to each other from one opening
// of the port to its loss.
type connection struct {
	*Reader
	port *owner
	out  outbox

	polls  bool          // the framer is a frame.Poller
	behind time.Duration // how long the framer's clock stood still since it was last idle
	quiet  *time.Timer   // runs until the framer's deadline, then to the next look
	due    time.Time     // the deadline quiet runs for, by our clock
	looks  int           // that were had at due
	reply  bool          // the frame that is open may be the answer to a beep
	dead   bool          // the framer gave the device up
}

// talk reads the device until its port fails, and returns why, or until ctx is
// done.
func (r *Reader) talk(ctx context.Context, o *owner) error {
	r.count(func(s *Status) { s.FeedbackBroken = false })
	_, polls := r.framer.(frame.Poller)
	c := &connection{Reader: r, port: o, polls: polls, out: newOutbox(o), quiet: stoppedTimer()}
	defer c.quiet.Stop()
	defer c.out.budget.Stop()
	err := c.run(ctx)
	events := r.framer.Lost()
	if ctx.Err() == nil {
		c.handle(events, r.tell(time.Now()))
	}
	return err
}

func (c *connection) run(ctx context.Context) error {
	healthy := time.NewTimer(healthyAfter)
	defer healthy.Stop()
	vigil := newVigil(c.cfg.Wall, c.cfg.ReadTimeout)
	looks := time.NewTicker(vigil.every)
	defer looks.Stop()

	now := c.tell(time.Now())
	c.handle(c.framer.Start(now), now)
	for !c.dead {
		c.arm()
		say, message := c.out.next()
		select {
		case <-ctx.Done():
			return nil
		case <-healthy.C:
			c.link.wait.reset()
		case <-looks.C:
			if err := vigil.look(c.port.reads.Load()); err != nil {
				return err
			}
		case k, ok := <-c.port.chunks:
			if !ok {
				return c.port.failure
			}
			c.feed(k)
		case <-c.quiet.C:
			c.tick()
		case say <- message:
			c.out.began()
		case s := <-c.port.said:
			c.unheard(c.out.ended(s))
		case <-c.out.budget.C:
			c.unheard(c.out.spent())
		case b := <-c.beeps:
			if b.to == c.port {
				c.out.beep(b.data)
			}
		}
	}
	return errDead
}

// arm sets quiet to the framer's deadline, unless it runs for that already: a
// deadline that bytes do not move must pass although they never stop.
func (c *connection) arm() {
	deadline, open := c.framer.Deadline()
	if !open || c.polls {
		c.port.within.Store(false)
	}
	if !open {
		c.quiet.Stop()
		c.due = time.Time{}
		return
	}
	due := deadline.Add(c.behind)
	if due.Equal(c.due) {
		return
	}
	c.due, c.looks = due, 0
	c.quiet.Reset(time.Until(due))
}

// tick tells the framer that its deadline passed, once that is believed.
func (c *connection) tick() {
	if c.looks++; !c.believed() {
		c.quiet.Reset(lookAgain)
		return
	}
	c.due = time.Time{}
	now := time.Now()
	c.handle(c.framer.Tick(c.tell(now.Add(-c.behind))), now)
}

// believed reports whether the framer is told that due has passed. What is due
// by the clock waits for one more look, so that an answer that is here already
// is read before it is called late.
func (c *connection) believed() bool {
	if c.polls || !c.port.proves.Load() {
		return c.looks == 2
	}
	return c.port.quietUntil(c.due) || c.looks == mostLooks
}

// feed frames one read.
func (c *connection) feed(k chunk) {
	deadline, open := c.framer.Deadline()
	if !open || c.polls {
		c.reply = c.out.answers(k.at)
	}
	c.handle(c.framer.Feed(c.tell(c.told(k.at, deadline, open)), k.data), k.at)
}

// told is the time the framer is told for bytes that came at a time. Those that
// come after a deadline which was not believed end no silence: the framer's clock
// stood still meanwhile, and stays behind until the framer is idle, so that the
// next silence has to last as long as any. A poller's clock is not stopped.
func (c *connection) told(at, deadline time.Time, open bool) time.Time {
	switch late := at.Sub(deadline.Add(c.behind)); {
	case !open:
		c.behind = 0
	case late < 0:
	case c.polls:
		return deadline.Add(-1)
	case !c.port.quietUntil(deadline.Add(c.behind)):
		c.behind += late + 1
	}
	return at.Add(-c.behind)
}

// handle takes what the framer made of the bytes. at is when they came.
func (c *connection) handle(events []frame.Event, at time.Time) {
	if len(events) == 0 {
		return
	}
	now := c.cfg.Now().UTC()
	for _, e := range events {
		if len(e.Send) > 0 {
			c.out.command(e.Send)
		}
		if e.Dead {
			c.dead = true
			continue // the state says it; nobody showed anything that could be shown again
		}
		if e.IsCode() || e.Note != "" {
			c.link.heard()
		}
		c.take(source{c.port, c.reply}, e, at, now)
	}
}

// unheard notes that the device takes no data, if err says so.
func (c *connection) unheard(err error) {
	if err == nil {
		return
	}
	c.count(func(s *Status) { s.FeedbackBroken = true })
	c.cfg.Log.Warn().Err(err).Msg("scanner takes no data; it is read on, without feedback")
}
