package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"zegel/store"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
)

// A lapser books what has lapsed in a shop that stands alone: when it starts and
// after each change of business day. In a chain head office does.
//
// Nothing depends on when it does: what lapsed is spent by nobody before it is
// booked either. So it takes one account at a time, and leaves the counter time
// between them.
type lapser struct {
	db    *store.DB
	rules func() int64         // the version in force
	now   func() ledger.Moment // with whether the clock can be believed
	log   zerolog.Logger
}

const (
	lapseLook  = time.Minute // how often it looks whether there is a new day
	lapsePause = 20 * time.Millisecond
	lapsePage  = 100 // accounts that are asked for at once
)

func (d *daemon) lapser() lapser {
	return lapser{
		db: d.db, rules: func() int64 { return d.rules().Version }, log: d.part("expiry"),
		now: func() ledger.Moment {
			now := time.Now()
			return d.rules().Calendar(d.zone).Moment(now, d.db.TrustsClock(now))
		},
	}
}

// Run books until ctx ends.
func (l lapser) Run(ctx context.Context) error {
	timer := time.NewTicker(lapseLook)
	defer timer.Stop()
	var done ledger.Day
	for {
		if m := l.now(); m.Trusted && m.Day != done {
			accounts, entries, err := l.book(ctx, m.Day)
			if err != nil {
				return fmt.Errorf("book what has lapsed: %w", err)
			}
			if entries > 0 {
				l.log.Info().Str("day", string(m.Day)).Int("accounts", accounts).Int("entries", entries).Msg("booked what has lapsed")
			}
			done = m.Day
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
	}
}

var errNothingLapsed = errors.New("nothing of it has lapsed")

// book books everything that lapsed before a day, or as much as there is until
// the clock is not to be believed any more.
func (l lapser) book(ctx context.Context, day ledger.Day) (accounts, entries int, err error) {
	_, _, alone, err := l.db.Identity(ctx)
	if err != nil || !alone {
		return 0, 0, err
	}
	seen := make(map[ledger.Account]bool)
	for {
		// What was seen and is there still would stand before the others for ever.
		due, err := l.db.Lapsed(ctx, day, lapsePage+len(seen))
		if err != nil {
			return accounts, entries, err
		}
		fresh := false
		for _, account := range due {
			if seen[account] {
				continue
			}
			fresh, seen[account] = true, true
			n, err := l.bookAccount(ctx, account, day)
			if err != nil {
				return accounts, entries, err
			}
			if n > 0 {
				accounts, entries = accounts+1, entries+n
			}
		}
		if !fresh {
			return accounts, entries, nil
		}
	}
}

// bookAccount books what has lapsed of one account, in as many records as it
// takes. A key that was used has booked its part.
func (l lapser) bookAccount(ctx context.Context, account ledger.Account, day ledger.Day) (entries int, err error) {
	for part := 0; ; part++ {
		m := l.now()
		if !m.Trusted || m.Day != day {
			return entries, nil // tomorrow is another round's
		}
		req := ledger.Request{Key: fmt.Sprintf("%s/expire/%s/%d", day, account, part), Subjects: []ledger.Subject{{Account: account}}}
		posted, err := l.db.Post(ctx, req, func(v ledger.View) (ledger.Posting, error) {
			p, due := expiry.Posting(v.Holdings[0], req.Key, l.rules(), m)
			if !due {
				return ledger.Posting{}, errNothingLapsed
			}
			return p, nil
		})
		switch {
		case errors.Is(err, errNothingLapsed):
			return entries, nil
		case err != nil:
			return entries, err
		case !posted.Repeat:
			entries += len(posted.Record.Head.Entries)
		}
		select {
		case <-ctx.Done():
			return entries, nil
		case <-time.After(lapsePause):
		}
	}
}
