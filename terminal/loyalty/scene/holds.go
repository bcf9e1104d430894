package scene

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/tier"
)

// Holds reports whether everything a condition asks for is so.
func (s Scene) Holds(c programme.Condition) bool { return s.Judge().Holds(c) }

// A Judge answers for many conditions of one scene, and looks up what they
// have in common once.
type Judge struct {
	scene    Scene
	levels   []int // by ladder; unknown until asked
	clubs    map[string]bool
	segments map[string]bool
	// minute of the day and weekday on the shop's wall clock
	minute  int
	weekday time.Weekday
}

const unasked = -2

// Judge is a judge of the scene.
func (s Scene) Judge() *Judge {
	local := s.Local
	if local.IsZero() {
		local = s.Moment.At.UTC()
	}
	j := &Judge{scene: s, minute: local.Hour()*60 + local.Minute(), weekday: local.Weekday()}
	j.levels = make([]int, len(s.Rules.Ladders))
	for i := range j.levels {
		j.levels[i] = unasked
	}
	return j
}

// Holds is as Scene.Holds.
func (j *Judge) Holds(c programme.Condition) bool { return j.Why(c) == "" }

// first reports whether this is the account's first sale. Of an account that
// may have had one elsewhere nobody knows, and it is not.
func (j *Judge) first() bool {
	h := &j.scene.Holding
	if j.scene.Event != nil || !h.Known && !h.New {
		return false
	}
	had, _, _ := h.In(programme.FirstSale).On(j.scene.Moment.Day)
	return had <= 0
}

func (j *Judge) hasTier(name string, exactly bool) bool {
	for i, l := range j.scene.Rules.Ladders {
		at := slices.IndexFunc(l.Levels, func(v programme.Level) bool { return v.Name == name })
		if at < 0 {
			continue
		}
		if j.levels[i] == unasked {
			j.levels[i] = tier.On(l, j.scene.Holding, j.scene.Moment.Day).Level
		}
		return j.levels[i] == at || !exactly && j.levels[i] > at
	}
	return false
}

func (j *Judge) inClub(name string) bool {
	if j.clubs == nil {
		j.clubs = make(map[string]bool)
		for _, m := range tier.Clubs(j.scene.Rules, j.scene.Holding, j.scene.Moment.Day) {
			j.clubs[m.Club.Name] = true
		}
	}
	return j.clubs[name]
}

func (j *Judge) inSegment(name string) bool {
	if is, asked := j.segments[name]; asked {
		return is
	}
	if j.segments == nil {
		j.segments = make(map[string]bool)
	}
	at := slices.IndexFunc(j.scene.Rules.Segments, func(s programme.Segment) bool { return s.Name == name })
	is := false
	if at >= 0 {
		s := j.scene.Rules.Segments[at]
		count, _, _ := j.scene.Holding.In(s.CountOf()).On(j.scene.Moment.Day)
		is = count >= s.Min && (s.Max < 0 || count <= s.Max)
	}
	j.segments[name] = is
	return is
}

// Around reports whether a day is in a window around a birthday, "02-29".
// Who was born on 29 February has theirs on the 28th in other years.
func Around(birthday string, day ledger.Day, w programme.Window) bool {
	_, around := windowEnd(birthday, day, w)
	return around
}

// CapEnds is the last day on which what is had today counts towards a cap of
// something with a condition. What is had once a year for a birthday is had
// once in the days around it, also where these lie on both sides of new year.
func (s Scene) CapEnds(c programme.Cap, when programme.Condition) ledger.Day {
	if c.Per == programme.PerYear && when.Birthday != nil {
		if end, around := windowEnd(s.Holding.Profile.Birthday, s.Moment.Day, *when.Birthday); around {
			return end
		}
	}
	return c.Per.Ends(s.Moment.Day)
}

// windowEnd is the last day of the window around a birthday that a day is in.
func windowEnd(birthday string, day ledger.Day, w programme.Window) (ledger.Day, bool) {
	today, err := time.Parse(time.DateOnly, string(day))
	if err != nil || birthday == "" {
		return "", false
	}
	for year := today.Year() - 1; year <= today.Year()+1; year++ {
		that, err := time.Parse(time.DateOnly, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-")+birthday)
		if err != nil {
			if birthday != "02-29" {
				return "", false
			}
			that = time.Date(year, time.February, 28, 0, 0, 0, 0, time.UTC)
		}
		if !today.Before(that.AddDate(0, 0, -w.Before)) && !today.After(that.AddDate(0, 0, w.After)) {
			return ledger.Day(that.AddDate(0, 0, w.After).Format(time.DateOnly)), true
		}
	}
	return "", false
}

// HeldOut reports whether an account is of the group that gets no campaigns.
// It is for ever: the account's number decides, and who asks for a larger group
// gets the smaller one with it.
func HeldOut(r programme.Rules, a ledger.Account) bool {
	if r.HoldOut <= 0 {
		return false
	}
	sum := sha256.Sum256(append([]byte("zegel hold-out 1\x00"), a[:]...))
	return binary.BigEndian.Uint64(sum[:8])%100 < uint64(r.HoldOut)
}
