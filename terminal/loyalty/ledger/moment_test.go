package ledger_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// On 29 March 2026 the clock in Amsterdam goes from two to three, on 25 October
// from three back to two.
func TestCalendar(t *testing.T) {
	zone := amsterdam(t)
	cases := []struct {
		name    string
		cutOver time.Duration
		utc     string
		want    ledger.Day
	}{
		{"noon", 0, "2026-11-22T11:00:00Z", "2026-11-22"},
		{"the last moment of a day", 0, "2026-11-22T22:59:59.999Z", "2026-11-22"},
		{"midnight in the shop, not in Greenwich", 0, "2026-11-22T23:00:00Z", "2026-11-23"},
		{"midnight in summer", 0, "2026-07-01T22:00:00Z", "2026-07-02"},
		{"before the cut-over", 3 * time.Hour, "2026-11-22T01:59:59.999Z", "2026-11-21"},
		{"at the cut-over", 3 * time.Hour, "2026-11-22T02:00:00Z", "2026-11-22"},
		{"before the cut-over on New Year's morning", 3 * time.Hour, "2026-01-01T00:30:00Z", "2025-12-31"},
		{"before the cut-over on the first of March", 3 * time.Hour, "2028-03-01T00:30:00Z", "2028-02-29"},

		{"short day, before the leap", 0, "2026-03-29T00:59:59Z", "2026-03-29"},
		{"short day, before the leap and the cut-over", 3 * time.Hour, "2026-03-29T00:59:59Z", "2026-03-28"},
		{"short day, the leap is the cut-over", 3 * time.Hour, "2026-03-29T01:00:00Z", "2026-03-29"},
		{"short day, a cut-over no clock shows", 150 * time.Minute, "2026-03-29T01:00:00Z", "2026-03-29"},
		{"short day, its end", 0, "2026-03-29T21:59:59Z", "2026-03-29"},
		{"short day, after its end", 0, "2026-03-29T22:00:00Z", "2026-03-30"},

		{"long day, its beginning", 0, "2026-10-24T22:00:00Z", "2026-10-25"},
		{"long day, two in summer time", 3 * time.Hour, "2026-10-25T00:00:00Z", "2026-10-24"},
		{"long day, two in winter time", 3 * time.Hour, "2026-10-25T01:00:00Z", "2026-10-24"},
		{"long day, a second before three", 3 * time.Hour, "2026-10-25T01:59:59Z", "2026-10-24"},
		{"long day, three", 3 * time.Hour, "2026-10-25T02:00:00Z", "2026-10-25"},
		{"long day, its end", 0, "2026-10-25T22:59:59Z", "2026-10-25"},
		{"long day, after its end", 0, "2026-10-25T23:00:00Z", "2026-10-26"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.utc)
			if err != nil {
				t.Fatal(err)
			}
			m := ledger.Calendar{Zone: zone, CutOver: c.cutOver}.Moment(at.Add(123_456), true)
			if m.Day != c.want || !m.At.Equal(at) || m.At.Location() != time.UTC || !m.Trusted {
				t.Errorf("got %+v, want %s", m, c.want)
			}
			if err := m.Day.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
	if day := (ledger.Calendar{}).Moment(time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), false).Day; day != "2026-11-22" {
		t.Errorf("without a zone it is UTC: got %s", day)
	}
}

// Every quarter of an hour of two years, whatever hour the day ends at.
func TestBusinessDaysNeverGoBackAndLeaveNoneOut(t *testing.T) {
	zone := amsterdam(t)
	for hours := range 12 {
		c := ledger.Calendar{Zone: zone, CutOver: time.Duration(hours) * time.Hour}
		at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		last := c.Moment(at, true).Day
		for end := at.AddDate(2, 0, 0); at.Before(end); at = at.Add(15 * time.Minute) {
			day := c.Moment(at, true).Day
			if day == last {
				continue
			}
			noon, err := time.Parse(time.DateOnly, string(last))
			if err != nil {
				t.Fatal(err)
			}
			if next := ledger.Day(noon.AddDate(0, 0, 1).Format(time.DateOnly)); day != next {
				t.Fatalf("cut-over at %d: after %s comes %s at %v", hours, last, day, at.In(zone))
			}
			if local := at.In(zone); local.Hour() != hours && local.Hour() != hours+1 {
				t.Fatalf("cut-over at %d: %s begins at %v", hours, day, local)
			}
			if end := c.End(last); !end.Equal(at) {
				t.Fatalf("cut-over at %d: %s is said to end at %v, and does at %v", hours, last, end.In(zone), at.In(zone))
			}
			last = day
		}
	}
}

func TestStampsNeverGoBackNorFarAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := ledger.Stamp(rapid.Int64Range(0, 4e12).Draw(t, "last"))
		for range rapid.IntRange(1, 20).Draw(t, "records") {
			at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at"))
			var ceiling time.Time
			if rapid.Bool().Draw(t, "told the time") {
				ceiling = time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "ceiling"))
			}
			m := ledger.Calendar{}.Moment(at, true)
			stamp, suspect := ledger.NextStamp(last, m, ceiling)
			clock := ledger.Stamp(at.UnixMilli())
			if stamp < last {
				t.Fatalf("after %d comes %d", last, stamp)
			}
			if !ceiling.IsZero() && stamp > last && stamp > ledger.Stamp(ceiling.Add(24*time.Hour).UnixMilli()) {
				t.Fatalf("%d is more than a day past %v", stamp, ceiling)
			}
			if stamp > last && stamp > clock {
				t.Fatalf("%d is ahead of both the clock %d and the record before, %d", stamp, clock, last)
			}
			if off := stamp - clock; !suspect && (off < 0 || off > 5*60_000) {
				t.Fatalf("the stamp %d is %d ms off the clock, and nobody is told", stamp, off)
			}
			last = stamp
		}
	})
}

func TestNextStamp(t *testing.T) {
	const hour = 3_600_000
	m := ledger.Moment{At: time.UnixMilli(100 * hour).UTC()}
	cases := []struct {
		name    string
		last    ledger.Stamp
		ceiling int64 // hours; 0 for none
		want    ledger.Stamp
		suspect bool
	}{
		{"the clock", 0, 0, 100 * hour, false},
		{"the record before, in the same millisecond", 100 * hour, 0, 100 * hour, false},
		{"a clock set back a little", 100*hour + 300_000, 0, 100*hour + 300_000, false},
		{"a clock set back", 100*hour + 300_001, 0, 100*hour + 300_001, true},
		{"a day ahead of head office", 0, 76, 100 * hour, false},
		{"more than a day ahead", 0, 75, 99 * hour, true},
		{"far ahead, as the record before was", 120 * hour, 1, 120 * hour, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var ceiling time.Time
			if c.ceiling != 0 {
				ceiling = time.UnixMilli(c.ceiling * hour)
			}
			if got, suspect := ledger.NextStamp(c.last, m, ceiling); got != c.want || suspect != c.suspect {
				t.Errorf("got %d, %t, want %d, %t", got, suspect, c.want, c.suspect)
			}
		})
	}
}

func TestDays(t *testing.T) {
	for day, ok := range map[ledger.Day]bool{
		"2026-11-22": true, "2028-02-29": true, "2026-02-29": false, "2026-1-1": false, "": false, "22-11-2026": false, "2026-11-22 ": false,
	} {
		if err := day.Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", string(day), err)
		}
	}
}
