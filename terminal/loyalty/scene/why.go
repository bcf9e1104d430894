package scene

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Cause names the first thing that a condition asks for and that is not so;
// "" is none.
type Cause string

// The causes, in the order in which they are looked at: the sale and where it
// is made, when it is, and whose it is.
const (
	OtherShop    Cause = "shop"
	OtherChannel Cause = "channel"
	OtherPartner Cause = "partner"
	TotalBelow   Cause = "min_total"
	TotalAbove   Cause = "max_total"
	OtherTender  Cause = "tender"
	NoCode       Cause = "code"
	NoSignal     Cause = "signal"
	NotYet       Cause = "from"
	Over         Cause = "until"
	OtherWeekday Cause = "weekday"
	OtherHour    Cause = "hour"
	NotEnrolled  Cause = "members"
	NotReferred  Cause = "referred"
	NotFirst     Cause = "first_purchase"
	NoBirthday   Cause = "birthday"
	NoTier       Cause = "tier"
	NoClub       Cause = "club"
	NoSegment    Cause = "segment"
	InSegment    Cause = "not_segment"
)

// Why is the first thing that a condition asks for and that is not so; "" where
// it holds.
func (j *Judge) Why(c programme.Condition) Cause {
	if why := j.saleIs(&c); why != "" {
		return why
	}
	if why := j.timeIs(&c); why != "" {
		return why
	}
	return j.memberIs(&c)
}

// Counter is the channel of a sale that names none.
const Counter = "counter"

// oneOf reports whether nothing is asked for, or name is of it.
func oneOf(asked []string, name string) bool { return len(asked) == 0 || slices.Contains(asked, name) }

// saleIs is about the sale, and where it is made.
func (j *Judge) saleIs(c *programme.Condition) Cause {
	b := &j.scene.Basket
	channel := b.Channel
	if channel == "" {
		channel = Counter
	}
	switch {
	case !oneOf(c.Shops, j.scene.Shop):
		return OtherShop
	case !oneOf(c.Channels, channel):
		return OtherChannel
	case !oneOf(c.Partners, b.Partner):
		return OtherPartner
	case b.Total < c.MinTotal:
		return TotalBelow
	case c.MaxTotal > 0 && b.Total > c.MaxTotal:
		return TotalAbove
	case len(c.Tenders) > 0 && !slices.ContainsFunc(c.Tenders, j.tendered):
		return OtherTender
	case !overlap(c.Codes, b.Codes):
		return NoCode
	case !overlap(c.Signals, j.scene.Signals):
		return NoSignal
	}
	return ""
}

// tendered reports whether anything was paid with a means of payment.
func (j *Judge) tendered(kind string) bool {
	for _, t := range j.scene.Basket.Tenders {
		if t.Kind == kind && t.Amount > 0 {
			return true
		}
	}
	return false
}

// overlap reports whether nothing is asked for, or one of it is there.
func overlap(asked, there []string) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(a string) bool { return slices.Contains(there, a) })
}

// timeIs is about the business day, and the weekday and hour on the wall: the
// night on which a clock is put back has its hour twice, and both count.
func (j *Judge) timeIs(c *programme.Condition) Cause {
	day := j.scene.Moment.Day
	switch {
	case c.From != "" && day < c.From:
		return NotYet
	case c.Until != "" && day > c.Until:
		return Over
	case len(c.Hours) == 0 && on(c.Weekdays, j.weekday):
		return ""
	case len(c.Hours) == 0:
		return OtherWeekday
	}
	why := OtherHour
	if !on(c.Weekdays, j.weekday) {
		why = OtherWeekday
	}
	for _, h := range c.Hours {
		switch {
		case h.From < h.Until:
			if j.minute >= h.From && j.minute < h.Until && on(c.Weekdays, j.weekday) {
				return ""
			}
		case j.minute >= h.From:
			if on(c.Weekdays, j.weekday) {
				return ""
			}
		case j.minute < h.Until:
			// Past midnight it is still the evening before.
			if on(c.Weekdays, (j.weekday+6)%7) {
				return ""
			}
		}
	}
	return why
}

func on(weekdays []time.Weekday, day time.Weekday) bool {
	return len(weekdays) == 0 || slices.Contains(weekdays, day)
}

// memberIs is about the member.
func (j *Judge) memberIs(c *programme.Condition) Cause {
	p := &j.scene.Holding.Profile
	switch {
	case c.Members && !p.Enrolled:
		return NotEnrolled
	case c.Referred && (p.Referrer == ledger.Account{} || p.Referrer == j.scene.Holding.Account):
		return NotReferred
	case c.FirstPurchase && !j.first():
		return NotFirst
	case c.Birthday != nil && !Around(p.Birthday, j.scene.Moment.Day, *c.Birthday):
		return NoBirthday
	case len(c.Tiers) > 0 && !slices.ContainsFunc(c.Tiers, func(name string) bool { return j.hasTier(name, c.TierExactly) }):
		return NoTier
	case len(c.Clubs) > 0 && !slices.ContainsFunc(c.Clubs, j.inClub):
		return NoClub
	case len(c.Segments) > 0 && !slices.ContainsFunc(c.Segments, j.inSegment):
		return NoSegment
	case slices.ContainsFunc(c.NotSegments, j.inSegment):
		return InSegment
	}
	return ""
}
