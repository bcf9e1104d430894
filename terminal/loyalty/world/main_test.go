package world_test

import (
	"flag"
	"testing"
)

// TestMain draws the same worlds in every run, so that a run that fails here
// fails everywhere. -rapid.seed=N draws others, which is how to hunt for more,
// and -rapid.checks=N more of them.
func TestMain(m *testing.M) {
	flag.Parse()
	given := make(map[string]bool)
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{"rapid.seed": "20261122", "rapid.checks": "600"} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	m.Run()
}
