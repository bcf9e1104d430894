package simulate_test

import (
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

func parse(t testing.TB, text string) programme.Rules {
	t.Helper()
	rules, err := file.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func amsterdam(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
