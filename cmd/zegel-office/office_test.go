package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const noShop = "0000000000000063"

// onExisting are the commands that work on a head office that is there.
var onExisting = [][]string{
	{"clearing", "--month", "2026-11"}, {"causes", "--from", "2026-11-01", "--until", "2026-11-30"}, {"expire"}, {"verify"}, {"feed"}, {"feed", "--new-token", "bi"}, {"terminals"}, {"enrol", "--name", "x"},
	{"authority", noShop, "full", "--reason", "x"}, {"revoke", noShop}, {"pull", "--terminal", noShop, "--url", "https://127.0.0.1:1"},
}

func TestOnlyServeFoundsAHeadOffice(t *testing.T) {
	for _, args := range onExisting {
		f := site(filepath.Join(t.TempDir(), "ofice"))
		f.run(t, args...).is(t, exitNone, "there is no head office in "+string(f))
		if _, err := os.Stat(string(f)); err == nil {
			t.Errorf("%v made the folder", args)
		}
	}
	f := site(filepath.Join(t.TempDir(), "a", "office"))
	at := f.serve(t)
	if log := at.said(t); strings.Count(log, "a new head office was founded") != 1 {
		t.Errorf("its log:\n%s", log)
	}
	at.stop(t)
	key := f.contents(t, "office.key")
	if again := f.serve(t); strings.Contains(again.said(t), "founded") {
		t.Error("it was founded twice")
	}
	if !bytes.Equal(f.contents(t, "office.key"), key) || len(key) == 0 {
		t.Error("it has another key now")
	}
	f.run(t, "terminals").is(t, 0, "no shop has joined yet")
}

func TestAFileIsNoFolder(t *testing.T) {
	f := site(filepath.Join(t.TempDir(), "office"))
	if err := os.WriteFile(string(f), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.run(t, "verify").is(t, exitNone, "it is not a folder")
}

func TestHalfAHeadOfficeIsRefusedByEverything(t *testing.T) {
	for gone, want := range map[string]string{
		"office.key": "a new key would not do, for the shops trust the old one only",
		"office.db":  "put back the copy of the database that was made with the key",
	} {
		f := founded(t)
		whole := f.copied(t)
		f.remove(t, gone)
		for _, args := range append([][]string{{"serve", "--listen", "127.0.0.1:0"}}, onExisting...) {
			f.run(t, args...).is(t, exitNone, want)
			if f.contents(t, gone) != nil {
				t.Fatalf("%v made %s", args, gone)
			}
		}
		f.write(t, gone, whole.contents(t, gone))
		f.run(t, "verify").is(t, 0, "verify: ok")
	}
}

func TestADamagedKeyIsRefused(t *testing.T) {
	f := founded(t)
	for _, content := range []string{"", "half"} {
		f.write(t, "office.key", []byte(content))
		f.run(t, "serve", "--listen", "127.0.0.1:0").is(t, exitInternal, "office.key")
		f.run(t, "enrol", "--name", "x").is(t, exitInternal, "office.key")
	}
}

func TestAFoundingThatWasCutShortIsGoneOnWith(t *testing.T) {
	for _, has := range [][]string{{"founding.key"}, {"founding.key", "office.db"}} {
		whole := founded(t)
		f := site(t.TempDir())
		for _, name := range has {
			f.write(t, name, whole.contents(t, map[string]string{"founding.key": "office.key", "office.db": "office.db"}[name]))
		}
		f.run(t, "verify").is(t, exitNone, "its founding was cut short")
		f.serve(t).stop(t)
		if !bytes.Equal(f.contents(t, "office.key"), whole.contents(t, "office.key")) || f.contents(t, "founding.key") != nil {
			t.Errorf("%v: the key it was begun with is not its key", has)
		}
		f.run(t, "verify").is(t, 0, "verify: ok")
	}
}

func TestTwoServesOnOneFolder(t *testing.T) {
	f := site(t.TempDir())
	at := f.serve(t)
	f.run(t, "serve", "--listen", "127.0.0.1:0").is(t, exitInternal, "another zegel-office serve is running on this folder; stop it first")
	f.run(t, "terminals").is(t, 0)
	f.run(t, "verify").is(t, 0)
	at.stop(t)
	f.serve(t)
}

func TestEnrolListAndDecide(t *testing.T) {
	f := site(t.TempDir())
	at := f.serve(t)
	s := newShop(5)
	first := code(t, f, "Winkel 12")
	if err := s.joins(t, at, first); err != nil {
		t.Fatal(err)
	}
	if err := newShop(6).joins(t, at, first); err == nil {
		t.Error("a code worked for two shops")
	}
	s.sells(t, f, 3)
	id := s.id.String()
	f.run(t, "terminals").is(t, 0, id+"  Winkel 12", "1970-01-01", "3", "everything")
	line := func() map[string]any {
		t.Helper()
		all := f.run(t, "terminals", "--json").is(t, 0).lines(t)
		if len(all) != 1 || all[0]["terminal"] != id || all[0]["name"] != "Winkel 12" || all[0]["accepted"] != 3.0 || all[0]["archived"] != 0.0 || all[0]["seen_at"] != 1.0 {
			t.Fatalf("got %v", all)
		}
		return all[0]
	}
	if l := line(); l["authority"] != "full" || l["revoked"] != false || l["exceptions"] != 0.0 {
		t.Errorf("got %v", l)
	}
	f.run(t, "authority", id, "none", "--reason", "two tills answer").is(t, 0, "authority is none")
	if l := line(); l["authority"] != "none" || l["reason"] != "two tills answer" {
		t.Errorf("got %v", l)
	}
	f.run(t, "terminals").is(t, 0, "NO GRANTS: two tills answer")
	f.run(t, "authority", id, "full", "--reason", "the old till is scrapped").is(t, 0, "authority is full")
	f.run(t, "revoke", id).is(t, 0, "is shut out")
	if l := line(); l["authority"] != "full" || l["reason"] != "the old till is scrapped" || l["revoked"] != true {
		t.Errorf("got %v", l)
	}
	f.run(t, "terminals").is(t, 0, "SHUT OUT")
	if err := s.joins(t, at, code(t, f, "Winkel 12")); err == nil || !strings.Contains(err.Error(), "shut out") {
		t.Errorf("shut out, it joined again: %v", err)
	}
	f.run(t, "revoke", id, "--restore").is(t, 0, "is let in again")
	if err := s.joins(t, at, code(t, f, "Winkel 12")); err != nil {
		t.Errorf("let in again, it cannot join: %v", err)
	}
	at.stop(t)
	if log := at.said(t); strings.Contains(log, first) {
		t.Errorf("the log tells the code:\n%s", log)
	}
}

// A new PC takes the place of one whose key is in wrong hands.
func TestACodeThatReplacesAKey(t *testing.T) {
	f, s := enrolled(t, 0)
	at := f.serve(t)
	fresh := newShop(7)
	fresh.id = s.id
	if err := fresh.joins(t, at, code(t, f, "Winkel 12")); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("an ordinary code replaced a key: %v", err)
	}
	if err := fresh.joins(t, at, code(t, f, "Winkel 12", "--replaces", s.id.String())); err != nil {
		t.Error(err)
	}
	f.run(t, "enrol", "--name", "x", "--replaces", noShop).is(t, exitProblems, "not enrolled")
}

// As the manual says for a key of which there is no copy.
func TestANewKeyForOldBooks(t *testing.T) {
	f, s := enrolled(t, 2)
	f.write(t, "office.key", []byte(strings.Repeat("5a", 32)+"\n"))
	at := f.serve(t)
	if err := s.joins(t, at, code(t, f, "Winkel 12")); err != nil {
		t.Error(err)
	}
	f.run(t, "verify").is(t, 0, "verify: ok (1 terminals, 2 records)")
}

func TestVerify(t *testing.T) {
	f, _ := enrolled(t, 3)
	was := f.contents(t, "office.db")
	f.run(t, "verify").is(t, 0, "verify: ok (1 terminals, 3 records)")
	all := f.run(t, "verify", "--json").is(t, 0).lines(t)
	if len(all) != 1 || all[0]["verify"] != "ok" || all[0]["records"] != 3.0 || len(all[0]["findings"].([]any)) != 0 {
		t.Errorf("got %v", all)
	}
	f.same(t, was)

	for name, statement := range map[string]string{
		"a balance":     `UPDATE balances SET points = points + 1`,
		"an entry gone": `DELETE FROM entries WHERE position = 1`,
		"a document":    `UPDATE inbox SET document = substr(document, 2)`,
	} {
		broken := f.copied(t)
		broken.damage(t, statement)
		was := broken.contents(t, "office.db")
		broken.run(t, "verify").is(t, exitProblems, "FOUT  books: ", "verify: problems (", "keep a copy of the folder and call for help")
		all := broken.run(t, "verify", "--json").is(t, exitProblems).lines(t)
		if len(all) != 1 || all[0]["verify"] != "problems" || len(all[0]["findings"].([]any)) == 0 {
			t.Errorf("%s: got %v", name, all)
		}
		broken.same(t, was)
	}
	for name, content := range map[string][]byte{
		"its first bytes":    append(bytes.Repeat([]byte{0xff}, 100), was[100:]...),
		"half of it is gone": was[:len(was)/2/4096*4096],
		"a page of nothing":  append(append(bytes.Clone(was[:4096*2]), make([]byte, 4096)...), was[4096*3:]...),
	} {
		broken := f.copied(t)
		broken.write(t, "office.db", content)
		if s := broken.run(t, "verify"); s.code != exitProblems || !strings.Contains(s.out, "FOUT  file: ") {
			t.Errorf("%s: exit %d, says %s%s", name, s.code, s.out, s.err)
		}
		broken.same(t, content)
	}
}

func TestWrongUse(t *testing.T) {
	f := site(filepath.Join(t.TempDir(), "none"))
	const id = "0000000000000005"
	for _, args := range [][]string{
		{"nonesuch"}, {"serve", "now"}, {"verify", "--nonesuch"}, {"version", "x"},
		{"serve", "--plain", "--listen", "0.0.0.0:7413"}, {"serve", "--listen", "7413"}, {"serve", "--log-level", "loud"},
		{"serve", "--grant-percent", "101"}, {"serve", "--grant-cap", "-1"}, {"serve", "--grant-cap", "9223372036854775807"}, {"serve", "--grant-hours", "0"},
		{"enrol"}, {"enrol", "--name", ""}, {"enrol", "--name", " "}, {"enrol", "--name", "a\nb"}, {"enrol", "--name", strings.Repeat("x", 101)},
		{"enrol", "--name", "x", "--life", "0s"}, {"enrol", "--name", "x", "--replaces", ""}, {"enrol", "--name", "x", "--replaces", "12"},
		{"authority", id, "full"}, {"authority", id, "full", "--reason", " "}, {"authority", id, "some", "--reason", "x"}, {"authority", "5", "full", "--reason", "x"},
		{"revoke"}, {"revoke", "Winkel"}, {"feed", "--new-token", ""}, {"feed", "--new-token", "bi", "--follow"},
		{"pull", "--terminal", id}, {"pull", "--terminal", id, "--url", "http://127.0.0.1:1"}, {"pull", "--terminal", id, "--url", "127.0.0.1:1"}, {"pull", "--terminal", "x", "--url", "https://127.0.0.1:1"},
	} {
		s := f.run(t, args...)
		if s.code != exitUsage || !strings.HasPrefix(s.err, "zegel-office: ") || s.out != "" {
			t.Errorf("%q: exit %d, says %q and %q", args, s.code, s.out, s.err)
		}
		if _, err := os.Stat(string(f)); err == nil {
			t.Fatalf("%q made the folder", args)
		}
	}
}

func TestTerminalsThatAreNone(t *testing.T) {
	f := founded(t)
	for _, args := range [][]string{
		{"authority", noShop, "full", "--reason", "x"}, {"revoke", noShop}, {"pull", "--terminal", noShop, "--url", "https://127.0.0.1:1"},
	} {
		f.run(t, args...).is(t, exitProblems, "terminal "+noShop+": this terminal is not enrolled")
	}
}

func TestPullFromWhereNobodyListens(t *testing.T) {
	f, s := enrolled(t, 0)
	f.run(t, "pull", "--terminal", s.id.String(), "--url", "https://127.0.0.1:1").is(t, exitUnavailable, "pull from terminal")
}

func TestVersionAndHelp(t *testing.T) {
	run(t, "version").is(t, 0, "zegel-office ", "go1.")
	run(t, "--version").is(t, 0, "zegel-office version ")
	all := run(t, "version", "--json").is(t, 0).lines(t)
	if len(all) != 1 || all[0]["version"] == "" || all[0]["record_format"] != 1.0 {
		t.Errorf("got %v", all)
	}
	run(t, "--help").is(t, 0, "serve", "enrol", "terminals", "authority", "revoke", "pull", "feed", "verify", "version")
}

func TestStrangersAtTheDoorDoNotWriteOnStandardError(t *testing.T) {
	f := site(t.TempDir())
	at := f.serve(t, "--log-level", "debug")
	c, err := net.Dial("tcp", at.address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	until(t, "it was noticed", func() bool { return strings.Contains(at.said(t), "TLS handshake error") })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	at.stop(t)
	for line := range strings.Lines(at.said(t)) {
		if !strings.HasPrefix(line, "{") || strings.Contains(line, "TLS handshake") && !strings.Contains(line, `"level":"debug","component":"http"`) {
			t.Errorf("in the log: %s", line)
		}
	}
}
