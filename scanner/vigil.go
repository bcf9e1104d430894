package scanner

import (
	"errors"
	"time"
)

const (
	// sleptFor is how far the wall clock must run ahead between two looks to
	// say that the computer slept. Setting it by less is everyday business.
	sleptFor = 10 * time.Second
	// mostStill is at how many looks in a row a read may not have returned.
	// Counting looks and not time spares a process that was itself held up.
	mostStill = 5
)

var (
	errSlept = errors.New("the computer was asleep or its clock was set; the line is opened anew")
	errHung  = errors.New("a read does not come back; the driver is dead, replug the device")
)

// vigil looks now and then for what no read reports: a line that slept along
// with the computer, and a read that never ends.
type vigil struct {
	every time.Duration // between two looks
	wall  func() time.Time

	last  time.Time // by the wall clock alone
	reads uint64    // that had returned at the last look
	still int       // looks since a read returned
}

func newVigil(wall func() time.Time, timeout time.Duration) vigil {
	return vigil{every: max(2*time.Second, 2*timeout), wall: wall, last: wall().Round(0)}
}

// look returns why the line is to be opened anew, or nil. reads is how many
// reads have returned.
//
// How long a sleep lasted only the wall clock tells everywhere: Linux stops the
// monotonic clock meanwhile, Windows does not.
func (v *vigil) look(reads uint64) error {
	now := v.wall().Round(0) // without the monotonic reading
	gap := now.Sub(v.last)
	v.last = now
	v.still++
	if reads != v.reads {
		v.reads, v.still = reads, 0
	}
	switch {
	case gap > v.every+sleptFor:
		return errSlept
	case v.still >= mostStill:
		return errHung
	default:
		return nil
	}
}
