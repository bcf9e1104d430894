package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel-office/office"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

const points = `version = %VERSION
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"

[[card]]
class = "gtin"
prefixes = ["29"]

[[earn]]
points = 1
per = "1.00"
`

func version(n string) []byte { return []byte(strings.Replace(points, "%VERSION", n, 1)) }

func TestPublish(t *testing.T) {
	at := founded(t)
	file := filepath.Join(string(at), "punten.toml")
	at.write(t, "punten.toml", version("2"))
	at.run(t, "publish", file).is(t, 0, `Published "Punten", version 2, in force from`)
	at.run(t, "publish", file).is(t, exitProblems, "versions only go up")
	at.write(t, "punten.toml", version("3"))
	at.run(t, "publish", file, "--from", "2020-01-01").is(t, exitUsage, "is over")
	at.run(t, "publish", file, "--from", "soon").is(t, exitUsage, "need a day")
	at.run(t, "publish", file, "--from", "2099-12-01 06:00").is(t, 0, "in force from 2099-12-01 06:00 CET")
	at.write(t, "punten.toml", []byte("version = 4\nname = 5\n"))
	at.run(t, "publish", file).is(t, exitProblems, "nothing was published", "punten.toml:2:")
	at.run(t, "published").is(t, 0, "in force", "to come", "2099-12-01 06:00 CET")

	v, err := office.Look(t.Context(), string(at))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	bundles, err := v.Store.BundlesAfter(t.Context(), 0, 10)
	if err != nil || len(bundles) != 2 {
		t.Fatalf("%d bundles, %v", len(bundles), err)
	}
	for at, want := range map[time.Time]int64{time.Now(): 2, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC): 3} {
		if b, ok := bulletin.InForce(bundles, ledger.Stamp(at.UnixMilli())); !ok || b.Version != want {
			t.Errorf("at %v version %d is in force, want %d", at, b.Version, want)
		}
	}
}
