package ledger

import (
	"fmt"
	"time"
)

// A Day is a business day in the shop's zone, written "2026-11-22". Days
// compare as texts.
type Day string

// Validate reports whether d is a day of the calendar.
func (d Day) Validate() error {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || t.Format(time.DateOnly) != string(d) {
		return fmt.Errorf("day %q: need a day as 2026-11-22", string(d))
	}
	return nil
}

// A Stamp is a place in time that never goes back within a branch, in
// milliseconds since 1970 UTC. Order is the sequence's business; the stamp is
// for what must not be dodged by setting a clock back.
type Stamp int64

// A Moment is when something was decided: one is made per request and handed
// down as a value.
type Moment struct {
	At      time.Time // UTC, whole milliseconds, as the PC's clock has it
	Day     Day
	Trusted bool // false: the clock disagrees with what head office last said, or was never set
}

// A Calendar turns instants into business days.
type Calendar struct {
	Zone *time.Location
	// CutOver is how long after midnight the business day ends: a bar that
	// closes at three sells until then on yesterday's day. Whole minutes, below
	// 24 h.
	CutOver time.Duration
}

// End is when a business day is over, by the clock on the wall.
func (c Calendar) End(day Day) time.Time {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	end := time.Date(t.Year(), t.Month(), t.Day()+1, int(c.CutOver/time.Hour), int(c.CutOver%time.Hour/time.Minute), 0, 0, zone)
	if first := end.Add(-time.Hour); first.Hour() == end.Hour() { // on a night with an hour more
		return first
	}
	return end
}

// Moment is the instant at on this calendar.
func (c Calendar) Moment(at time.Time, trusted bool) Moment {
	at = at.UTC().Truncate(time.Millisecond)
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	local := at.In(zone)
	day := local
	// The day ends when the clock on the wall first says so: on a night with an
	// hour more it may say so twice, on one with an hour less not at all.
	hours, minutes := int(c.CutOver/time.Hour), int(c.CutOver%time.Hour/time.Minute)
	cut := time.Date(local.Year(), local.Month(), local.Day(), hours, minutes, 0, 0, zone)
	if local.Hour()*60+local.Minute() < hours*60+minutes && local.Before(cut) {
		day = time.Date(local.Year(), local.Month(), local.Day()-1, 12, 0, 0, 0, zone)
	}
	return Moment{At: at, Day: Day(day.Format(time.DateOnly)), Trusted: trusted}
}

// maxAhead is how far a stamp may run ahead of what head office's time allows:
// a PC set to 2099 must not drag its branch's stamps along for ever.
const maxAhead = 24 * time.Hour

// driftAllowed is how far a clock may be set back, as time servers do, before
// it is called suspect.
const driftAllowed = 5 * time.Minute

// NextStamp is the stamp of a record made at m, after a record stamped last.
// ceiling is the latest time head office's word allows now, zero when no word
// was ever had. suspect reports a clock that the stamp did not follow.
func NextStamp(last Stamp, m Moment, ceiling time.Time) (s Stamp, suspect bool) {
	s = Stamp(m.At.UnixMilli())
	if !ceiling.IsZero() {
		if limit := Stamp(ceiling.Add(maxAhead).UnixMilli()); s > limit {
			s, suspect = limit, true
		}
	}
	if s < last {
		suspect = suspect || last-s > Stamp(driftAllowed.Milliseconds())
		s = last
	}
	return s, suspect
}
