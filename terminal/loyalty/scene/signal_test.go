package scene_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/scene"
)

func TestASignalIsSoUntilItsTimeIsOver(t *testing.T) {
	all := []scene.Signal{{Name: "rain", Until: 2000}, {Name: "market", Until: 1000}, {Name: "rain", Until: 1500}}
	for at, want := range map[int64][]string{0: {"market", "rain"}, 999: {"market", "rain"}, 1000: {"rain"}, 1999: {"rain"}, 2000: nil} {
		if got := scene.Given(all, time.UnixMilli(at)); !slices.Equal(got, want) {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
}

func TestASignalHasANameFitForAPathAndALog(t *testing.T) {
	for name, ok := range map[string]bool{
		"rain": true, "code-geel": true, "überfüllt": true, "": false, "a b": false, "a/b": false, "a\n": false, "\xff": false, strings.Repeat("x", 65): false,
	} {
		if err := (scene.Signal{Name: name}).Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
