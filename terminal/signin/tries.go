package signin

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// tries are wrong tries since the last right one. Their documents say when the
// last was, so that a wait outlives a restart.
type tries struct {
	Wrong int   `json:"wrong"`
	At    int64 `json:"at"` // milliseconds since 1970 UTC
	// By says, for a lane, how many of them were with which number: whoever
	// signs in takes back his own, and nobody else's.
	By map[string]int `json:"by,omitempty"`
}

const (
	// locksAt wrong tries lock a number, whatever the clock says.
	locksAt = 10
	// freeAtLane wrong tries cost a lane nothing: people mistype.
	freeAtLane = 4
	// longestAtLane is the most a lane waits: it is never locked, because a
	// lane is where the shop sells.
	longestAtLane = 15 * time.Minute
	// fadesAtLane is after what time a lane's wrong try is forgotten.
	fadesAtLane = 10 * time.Minute
)

// waitForNumber is how long a number waits after so many wrong tries.
func waitForNumber(wrong int) time.Duration {
	if wrong < 3 {
		return 0
	}
	return 5 * time.Second << min(wrong-3, 10)
}

// waitForLane is how long a lane waits.
func waitForLane(wrong int) time.Duration {
	if wrong <= freeAtLane {
		return 0
	}
	return min(10*time.Second<<min(wrong-freeAtLane-1, 10), longestAtLane)
}

// until is when the wait is over.
func (t tries) until(wait time.Duration) time.Time { return time.UnixMilli(t.At).Add(wait) }

// faded is what is left of a lane's tries.
func (t tries) faded(now time.Time) tries {
	gone := max(int(now.Sub(time.UnixMilli(t.At))/fadesAtLane), 0)
	if gone >= t.Wrong {
		return tries{}
	}
	t.Wrong -= gone
	return t
}

// more is one wrong try more with number.
func (t tries) more(number string, now time.Time) tries {
	by := make(map[string]int, len(t.By)+1)
	for k, v := range t.By {
		by[k] = v
	}
	by[number]++
	return tries{Wrong: t.Wrong + 1, At: now.UnixMilli(), By: by}
}

// less takes the tries with number back.
func (t tries) less(number string) tries {
	by := make(map[string]int, len(t.By))
	for k, v := range t.By {
		if k != number {
			by[k] = v
		}
	}
	t.Wrong, t.By = max(t.Wrong-t.By[number], 0), by
	if t.Wrong == 0 {
		return tries{}
	}
	return t
}

// blocked reports whether a try must wait, and until when; no time says that
// the number is locked.
func (d *Door) blocked(number int, lane string, now time.Time) (until time.Time, blocked bool) {
	n, l := d.numbers[number], d.lanes[lane]
	if n.Wrong >= locksAt {
		return time.Time{}, true
	}
	// A clock that was set back makes no wait longer: it begins again, once.
	if n.At > now.UnixMilli() {
		n.At = now.UnixMilli()
		d.numbers[number] = n
	}
	if l.At > now.UnixMilli() {
		l.At = now.UnixMilli()
		d.lanes[lane] = l
	}
	until = n.until(waitForNumber(n.Wrong))
	if at := l.until(waitForLane(l.Wrong)); at.After(until) {
		until = at
	}
	return until, until.After(now)
}

// count counts a try as a wrong one, before it is known to be. Where it cannot
// be written the try does not happen, and is counted all the same.
func (d *Door) count(ctx context.Context, number int, lane string, now time.Time) error {
	key := strconv.Itoa(number)
	n, l := d.numbers[number], d.lanes[lane].faded(now).more(key, now)
	n.Wrong, n.At = n.Wrong+1, now.UnixMilli()
	d.numbers[number], d.lanes[lane] = n, l
	if err := d.keep(ctx, docs{triesKey(number): n, laneKey(lane): l}); err != nil {
		return fmt.Errorf("count a try to sign in: %w", err)
	}
	return nil
}

// forgive forgets what whoever signed in mistyped.
func (d *Door) forgive(ctx context.Context, number int, lane string, now time.Time) error {
	l := d.lanes[lane].faded(now).less(strconv.Itoa(number))
	changed := docs{triesKey(number): nil, laneKey(lane): nil}
	if l.Wrong > 0 {
		changed[laneKey(lane)] = l
	}
	if err := d.keep(ctx, changed); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	delete(d.numbers, number)
	if d.lanes[lane] = l; l.Wrong == 0 {
		delete(d.lanes, lane)
	}
	return nil
}
