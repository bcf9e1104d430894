package scanner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// A day and a night with a bad cable: whatever is plugged, pulled and shown,
// every code that arrived whole comes once and in order, nothing is made up,
// and nothing piles up.
func TestADayOfReconnects(t *testing.T) {
	for _, seed := range []uint64{20260301, 20260302} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Logf("seed %d", seed)
			chance := rand.New(rand.NewPCG(seed, 0))
			s := &socket{plugged: true}
			var log logbook
			var sent, got []string
			change := func(c *Config) {
				c.Log = log.logger(zerolog.InfoLevel)
				c.Jitter = rand.New(rand.NewPCG(seed, 1)).Float64
				c.Feedback = Feedback{Accept: []byte(accept)}
				c.OnScan = func(_ context.Context, s Scan) Verdict { got = append(got, s.Text); return Accepted }
			}
			losses, goroutines := 0, 0
			inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
				for end := time.Now().Add(24 * time.Hour); time.Now().Before(end); {
					switch chance.IntN(10) {
					case 0: // pulled out, now and then in the middle of a code
						if chance.IntN(2) == 0 {
							s.fake.send("290000")
						}
						s.unplug()
						after(time.Duration(chance.Int64N(int64(10 * time.Minute))))
						s.plug()
						after(6 * time.Second) // longer than any wait for a lost port
						losses++
					case 1: // garbage
						s.fake.send("\x00\x01\xFF\r")
					case 2: // a device that stops listening
						s.fake.stop(true, false)
					default:
						code := fmt.Sprintf("29%011d", len(sent))
						s.fake.send(code + "\r\n")
						sent = append(sent, code)
					}
					after(time.Duration(chance.Int64N(int64(3 * time.Minute))))
					if losses == 1 {
						goroutines = runtime.NumGoroutine()
					}
				}
				if n := runtime.NumGoroutine(); n > goroutines {
					t.Errorf("%d goroutines, %d in the morning", n, goroutines)
				}
				if st := r.Status(); st.State != Ready || st.Losses != uint64(losses) || st.Scans != uint64(len(sent)) || st.Dropped != 0 || st.Repeats != 0 {
					t.Errorf("%d codes sent, %d losses, status %+v", len(sent), losses, st)
				}
			})
			if !slices.Equal(got, sent) {
				t.Errorf("%d codes sent, %d got", len(sent), len(got))
			}
			if len(sent) < 100 || losses < 20 {
				t.Errorf("only %d codes and %d losses", len(sent), losses)
			}
		})
	}
}

// Many hours without a device: few attempts, one state, one line in the log.
func TestADayWithoutADevice(t *testing.T) {
	s := &socket{}
	var log logbook
	change := func(c *Config) { c.Log = log.logger(zerolog.InfoLevel) }
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		after(24 * time.Hour)
		if n := len(s.tried()); n > 24*3600/5+10 {
			t.Errorf("%d attempts", n)
		}
		s.plug()
		after(5 * time.Second)
		s.fake.send(cardA)
		synctest.Wait()
		expect(t, j, "state absent; state ready; scan 2900001234566")
	})
}
