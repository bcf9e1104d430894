package main

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/install/programmes"
	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/session"
)

const annsCard = "2900001234566"

// A shop is a folder with everything a shop has.
type shop struct {
	folder, path string // path of the configuration
	cfg          Config
}

// newShop is a shop with one lane. more goes below its name.
func newShop(t *testing.T, more string) *shop {
	t.Helper()
	s := &shop{folder: t.TempDir()}
	write(t, s.folder, "punten.toml", string(programmes.Starter("Jansen", "29", "1.00")))
	s.path = write(t, s.folder, "zegel.toml", `[shop]
name = "Jansen"
programme = "punten.toml"
[store]
database = "data/zegel.db"
mark = "mark/mark.json"
secrets = "secrets"
[api]
listen = "127.0.0.1:0"
address = "run/address"
[[lane]]
name = "kassa1"
`+more)
	var err error
	if s.cfg, err = loadConfig(s.path, nil, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// zegel runs a command on the shop.
func (s *shop) zegel(t *testing.T, args ...string) said {
	t.Helper()
	return zegel(t, "", append(args, "--config", s.path)...)
}

// sells lets a shop that does not run sell n baskets, through all that a
// running one is wired of but its devices. Its log is given back.
func (s *shop) sells(t *testing.T, n int) string {
	t.Helper()
	var log bytes.Buffer
	d := s.opened(t, &log)
	for i := range n {
		desk := d.desks["kassa1"]
		if _, err := desk.Scan(t.Context(), annsCard, "]E0"); err != nil {
			t.Fatal(err)
		}
		key := basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprint(i)}
		if _, err := desk.Sale(t.Context(), session.Sale{Basket: basket.Basket{Key: key, Currency: "EUR", Total: 23_45}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

// opened is a daemon built and not running.
func (s *shop) opened(t *testing.T, log *bytes.Buffer) *daemon {
	t.Helper()
	d := &daemon{cfg: s.cfg, log: zerolog.New(log), desks: make(map[string]*terminal.Desk), started: time.Now()}
	if err := d.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.db.Close() })
	if err := d.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// damage changes the shop's database behind its back.
func (s *shop) damage(t *testing.T, do func(tx *sqlite.Tx) error) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Options{Path: s.cfg.Store.Database, ApplicationID: store.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), do); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// until waits for something to become so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
