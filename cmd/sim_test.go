package cmd_test

import (
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"zegel/terminal/loyalty/explain"
)

var (
	simSeed  = flag.Uint64("sim.seed", 0, "the one seed the simulation runs, telling every event; 0 for -sim.seeds of them")
	simSeeds = flag.Int("sim.seeds", 20, "how many seeds the simulation runs")
	simSteps = flag.Int("sim.steps", 2000, "how many events a seed has")
)

// simulate runs one seed in a bubble of its own, in which time passes only
// while everybody waits for it.
func simulate(t *testing.T, seed uint64, steps int, spoil simSpoil) (w *simWorld, failed *simFailure) {
	t.Helper()
	folder := simFolder(t)
	synctest.Test(t, func(t *testing.T) {
		w = newSimWorld(t, seed, folder, spoil)
		defer w.close()
		failed = w.run(steps)
	})
	return w, failed
}

// Three shops and a head office, whatever fails: nothing that was acknowledged
// is lost or counted twice, and everything comes to rest.
func TestSimulation(t *testing.T) {
	seeds := *simSeeds
	if *simSeed != 0 {
		seeds = 1
	}
	var explained atomic.Int64
	t.Cleanup(func() { // once all seeds are through
		t.Logf("%d records were decided again and came out the same to the thousandth", explained.Load())
		if n := explained.Load(); !t.Failed() && n < int64(seeds**simSteps/40) {
			t.Errorf("only %d records were explained: too little happens in this world", n)
		}
	})
	for i := range seeds {
		seed := uint64(i + 1)
		if *simSeed != 0 {
			seed = *simSeed
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			w, failed := simulate(t, seed, *simSteps, notSpoilt)
			if failed != nil {
				t.Fatal(w.explain(*failed))
			}
			explained.Add(int64(w.counts["explained: "+string(explain.Same)]))
			t.Logf("seed %d: %d events in %v of shop time, %.1f s: %s", seed, *simSteps, w.lasted.Round(time.Hour), time.Since(began).Seconds(), w.summary())
		})
	}
}

func TestSimulationOfOneSeedIsOneRun(t *testing.T) {
	var traces []string
	for range 2 {
		w, failed := simulate(t, 12, 1500, notSpoilt)
		if failed != nil {
			t.Fatal(w.explain(*failed))
		}
		traces = append(traces, w.trace())
	}
	if traces[0] != traces[1] {
		t.Errorf("seed 12 ran as %s and as %s", traces[0], traces[1])
	}
}

// A wrong world must be noticed, or the simulation could notice nothing.
func TestSimulationNoticesAWrongWorld(t *testing.T) {
	for _, spoil := range []simSpoil{countsTwice, ignoresHolds, forgetsClaims} {
		t.Run(string(spoil), func(t *testing.T) {
			for seed := uint64(1); seed <= 8; seed++ {
				if w, failed := simulate(t, seed, 800, spoil); failed != nil {
					t.Logf("seed %d, step %d: %.300s", seed, w.step, failed.text)
					return
				}
			}
			t.Error("eight seeds saw nothing wrong")
		})
	}
}
