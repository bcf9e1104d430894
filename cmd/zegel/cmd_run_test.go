package main

import (
	"os"
	"strings"
	"testing"

	"zegel/install/programmes"
)

// A shop that must not start says so with 78, on which a service manager does
// not try again.
func TestShopsThatMustNotStart(t *testing.T) {
	t.Run("a programme changed under its old version", func(t *testing.T) {
		s := newShop(t, "")
		s.sells(t, 1)
		write(t, s.folder, "punten.toml", strings.Replace(string(programmes.Starter("Jansen", "29", "1.00")), `per = "1.00"`, `per = "2.00"`, 1))
		s.zegel(t, "run").is(t, exitConfig, "raise its version")
		s.zegel(t, "config", "check").is(t, exitConfig, "raise its version")
		s.zegel(t, "doctor").is(t, 2, "raise its version")
	})
	t.Run("members without their chain key", func(t *testing.T) {
		s := newShop(t, "")
		s.sells(t, 1)
		if err := os.Remove(secrets{folder: s.cfg.Store.Secrets}.path("chain.keys")); err != nil {
			t.Fatal(err)
		}
		s.zegel(t, "run").is(t, exitConfig, "the chain key is missing")
	})
}
