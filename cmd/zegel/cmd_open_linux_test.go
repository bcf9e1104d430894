package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOpenStartsTheBrowser(t *testing.T) {
	s := newShop(t, "")
	defer s.answers(t)()
	bin := t.TempDir()
	opened := filepath.Join(bin, "opened")
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" > \"" + opened + ".new\" && mv \"" + opened + ".new\" \"" + opened + "\"\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("DISPLAY", ":0")
	said := s.command(t, newOpen)
	said.is(t, 0, "/#code=")
	until(t, "the browser was started", func() bool {
		b, err := os.ReadFile(opened)
		return err == nil && string(b) == said.out
	})
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	s.command(t, newOpen).is(t, 0, "there is no screen here", "/#code=")
	t.Setenv("DISPLAY", ":0")
	t.Setenv("PATH", t.TempDir())
	s.command(t, newOpen).is(t, 0, "no browser could be started", "/#code=")
}
