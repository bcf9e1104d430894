package scanner

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/frame"
)

const yoghurt = "4006381333931"

// sharing makes a configuration that passes on what does not begin with 29.
func sharing(j *journal) func(*Config) {
	return func(c *Config) {
		c.Ours = func(text, _ string) bool { return strings.HasPrefix(text, "29") }
		c.Pass = func(s Scan) bool { j.note(fmt.Sprintf("pass %s%q", s.Text, s.Raw)); return true }
		c.OnScan = func(_ context.Context, s Scan) Verdict { j.note("scan " + s.Text); return Silent }
		c.OnReject = func(_ context.Context, r Reject) { j.note("reject " + string(r.Reason)) }
		c.OnState = nil
	}
}

func TestSharedScanner(t *testing.T) {
	const y = `pass 4006381333931"4006381333931\r"`
	for _, c := range []struct {
		name string
		line frame.LineConfig
		sent []string // with a second between
		want string
	}{
		{"ours only", frame.LineConfig{}, []string{cardA}, "scan 2900001234566"},
		{"three of the same are three", frame.LineConfig{}, []string{yoghurt + "\r" + yoghurt + "\r" + yoghurt + "\r"}, y + "; " + y + "; " + y},
		{"with all that stands around it", frame.LineConfig{Prefix: "<", Suffix: ">"}, []string{"<" + yoghurt + ">\r"}, `pass 4006381333931"<4006381333931>\r"`},
		{"what we cannot read the till may", frame.LineConfig{}, []string{"29\x01\r", "29\xff\r", "]E112\r", "]E0123\r"},
			`pass "29\x01\r"; pass "29\xff\r"; pass "]E112\r"; pass "]E0123\r"`},
		{"a code ID that is not ours", frame.LineConfig{CodeIDs: map[string]string{"F": "]E0"}}, []string{"B" + yoghurt + "\r"}, `pass "B4006381333931\r"`},
		{"a prefix or suffix that is missing", frame.LineConfig{Prefix: "<", Suffix: ">"}, []string{yoghurt + ">\r", "<" + yoghurt + "\r"},
			`pass "4006381333931>\r"; pass "<4006381333931\r"`},
		{"what nobody can read", frame.LineConfig{}, []string{"29\x00\r", "29"}, "reject line-error; reject unterminated"},
		{"nothing read", frame.LineConfig{}, []string{"NR\r"}, "reject no-read"},
		{"a late line feed follows its code", frame.LineConfig{}, []string{yoghurt + "\r", "\n"}, y + `; pass "\n"`},
		{"a late line feed of a card", frame.LineConfig{}, []string{cardA, "\n"}, "scan 2900001234566"},
		{"a late line feed of a reject", frame.LineConfig{}, []string{"29\x01\r", "\n", "29\x00\r", "\n"},
			`pass "29\x01\r"; pass "\n"; reject line-error`},
		{"a late line feed of padding alone", frame.LineConfig{}, []string{yoghurt + "\r", "  \r", "\n"}, y + "; reject empty"},
		{"a line feed at once", frame.LineConfig{}, []string{yoghurt + "\r\n" + cardA + "\n" + yoghurt + "\r\n"},
			y + `; pass "\n"; ` + y + `; pass "\n"; scan 2900001234566`},
		{"an article does not end the card's window", frame.LineConfig{}, []string{cardA + yoghurt + "\r" + cardA}, y + "; scan 2900001234566"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{plugged: true}
			j := &journal{}
			share := sharing(j)
			change := func(cfg *Config) { share(cfg); cfg.Framer = frame.NewLine(c.line) }
			inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
				for _, sent := range c.sent {
					s.fake.send(sent)
					after(time.Second)
				}
				// Scans go through another goroutine than what is passed on.
				passed, kept := split(j.take())
				wantPassed, wantKept := split(c.want)
				if passed != wantPassed || kept != wantKept {
					t.Errorf("passed %q and kept %q\nwant   %q and      %q", passed, kept, wantPassed, wantKept)
				}
			})
		})
	}
}

func split(lines string) (passed, kept string) {
	var a, b []string
	for _, line := range strings.Split(lines, "; ") {
		if strings.HasPrefix(line, "pass") {
			a = append(a, line)
		} else {
			b = append(b, line)
		}
	}
	return strings.Join(a, "; "), strings.Join(b, "; ")
}

// The till's articles do not wait for our decision about a card, and none of
// them is dropped.
func TestPassingDoesNotWait(t *testing.T) {
	s := &socket{plugged: true}
	j := &journal{}
	var free chan struct{}
	change := func(c *Config) {
		free = make(chan struct{})
		sharing(j)(c)
		judge := c.OnScan
		c.OnScan = func(ctx context.Context, s Scan) Verdict { <-free; return judge(ctx, s) }
		c.Feedback = Feedback{Accept: []byte(accept), Reject: []byte(refuse)}
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(cardA)
		var want []string
		for i := range 100 {
			s.fake.send(fmt.Sprintf("40%d\r", i))
			want = append(want, fmt.Sprintf(`pass 40%d"40%d\r"`, i, i))
		}
		synctest.Wait()
		expect(t, j, strings.Join(want, "; "))
		if got := r.Status(); got.Passed != 100 || got.Scans != 1 || got.Dropped != 0 || got.LastScan.IsZero() {
			t.Errorf("status %+v", got)
		}
		if got := s.fake.heard(); got != "" {
			t.Errorf("the device was told %q; the till beeps itself", got)
		}
		close(free)
		synctest.Wait()
		expect(t, j, "scan 2900001234566")
	})
}

// When the till cannot have it, the cashier must hear that it is to be scanned
// again.
func TestDeviceSaysWhatTheTillDidNotTake(t *testing.T) {
	s := &socket{plugged: true}
	j := &journal{}
	change := func(c *Config) {
		sharing(j)(c)
		take := c.Pass
		c.Pass = func(s Scan) bool { take(s); return s.Text != yoghurt }
		c.Feedback = Feedback{Accept: []byte(accept), Reject: []byte(refuse)}
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(yoghurt + "\r\n" + "40170725\r\n")
		synctest.Wait()
		expect(t, j, `pass 4006381333931"4006381333931\r"; pass 40170725"40170725\r"; pass "\n"`)
		if got := s.fake.heard(); got != refuse {
			t.Errorf("the device was told %q", got)
		}
		if got := r.Status(); got.Passed != 1 || got.Refused != 1 {
			t.Errorf("status %+v", got)
		}
	})
}

func TestTagsAreNeverTheTills(t *testing.T) {
	s := &socket{plugged: true}
	j := &journal{}
	change := func(c *Config) {
		sharing(j)(c)
		c.Ours = func(string, string) bool { return false }
		c.Framer = frame.NewHex(frame.HexConfig{})
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(tagR01)
		synctest.Wait()
		expect(t, j, "scan 0700758245")
	})
}

func TestEverythingIsOursUnlessAsked(t *testing.T) {
	s := &socket{plugged: true}
	j := &journal{}
	change := func(c *Config) { sharing(j)(c); c.Ours = nil }
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(yoghurt + "\r" + "29\x01\r")
		synctest.Wait()
		passed, kept := split(j.take())
		if passed != `pass "29\x01\r"` || kept != "scan "+yoghurt {
			t.Errorf("passed %q, kept %q", passed, kept)
		}
	})
}
