//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/store/sqlite"
)

// levels are what the doctor found, by check.
func levels(t *testing.T, s said) map[string]diagnosis {
	t.Helper()
	var found []diagnosis
	s.reads(t, &found)
	by := make(map[string]diagnosis)
	worst := 0
	for _, d := range found {
		by[d.Check] = d
		if d.Text == "" || (d.Level != good && d.Advice == "") {
			t.Errorf("a diagnosis that helps nobody: %+v", d)
		}
		worst = max(worst, map[string]int{good: 0, careful: 1, bad: 2}[d.Level])
	}
	if s.code != worst {
		t.Errorf("exit %d, the worst is %d", s.code, worst)
	}
	return by
}

func TestTheDoctorSeesANewShop(t *testing.T) {
	s := newShop(t, "")
	found := levels(t, s.zegel(t, "doctor", "--json"))
	for check, level := range map[string]string{
		"configuration": good, "programme": good, "clock": good,
		"database": careful, "keys": careful, "scanner kassa1": careful, "printer kassa1": careful, "daemon": careful,
	} {
		if found[check].Level != level {
			t.Errorf("%s: got %+v, want %s", check, found[check], level)
		}
	}
	s.zegel(t, "doctor").is(t, 1, "LET OP", "not made yet: "+s.cfg.Store.Database, "→ the first zegel run makes it", "Punten, version 1, zone Europe/Amsterdam")
	if left, err := os.ReadDir(s.folder); err != nil || len(left) != 2 {
		t.Errorf("the doctor changed something: %v, %v", left, err)
	}
}

func TestTheDoctorSeesAShopThatSold(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 1)
	found := levels(t, s.zegel(t, "doctor", "--json"))
	for _, check := range []string{"database", "keys", "programme"} {
		if found[check].Level != good {
			t.Errorf("got %+v", found[check])
		}
	}
}

func TestTheDoctorFinds(t *testing.T) {
	cases := []struct {
		name   string
		more   string // of the configuration
		happen func(t *testing.T, s *shop)
		check  string
		level  string
		want   string
	}{
		{"a bad configuration", "[colours]\n", nil, "configuration", bad, "colours: unknown key"},
		{"a bad programme", "", func(t *testing.T, s *shop) { write(t, s.folder, "punten.toml", "version = 1\n") }, "programme", bad, "punten.toml:1:1: name: is missing"},
		{"no programme", "", func(t *testing.T, s *shop) { remove(t, s.cfg.Shop.Programme) }, "programme", bad, "shop.programme says where it is"},
		{"a database that is no database", "", func(t *testing.T, s *shop) {
			write(t, s.folder, "data/zegel.db", strings.Repeat("x", 8192))
		}, "database", bad, "zegel.db"},
		{"another program's database", "", func(t *testing.T, s *shop) {
			write(t, s.folder, "data/.keep", "")
			db, err := sqlite.Open(t.Context(), sqlite.Options{Path: s.cfg.Store.Database, ApplicationID: 0x12345678})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}, "database", bad, "not a database of this program"},
		{"a broken page", "", func(t *testing.T, s *shop) {
			s.sells(t, 1)
			whole, err := os.ReadFile(s.cfg.Store.Database)
			if err != nil {
				t.Fatal(err)
			}
			copy(whole[4096:], make([]byte, 4096))
			write(t, s.folder, "data/zegel.db", string(whole))
		}, "database", bad, "the database file is damaged"},
		{"a mark that is gone", "", func(t *testing.T, s *shop) {
			s.sells(t, 1)
			remove(t, s.cfg.Store.Mark)
		}, "database", careful, "its high-water mark is missing"},
		{"keys that others can read", "", func(t *testing.T, s *shop) {
			s.sells(t, 1)
			if err := os.Chmod(s.cfg.Store.Secrets, 0o755); err != nil {
				t.Fatal(err)
			}
		}, "keys", bad, "can be read by others"},
		{"a key that others can read", "", func(t *testing.T, s *shop) { exposeToken(t, s) }, "configuration", bad, "secrets/token can be read by others: chmod 600"},
		{"a certificate not made yet", "[pages]\nlisten = \"127.0.0.1:7412\"\nnames = [\"kassa-pc\"]\n", nil, "certificate", careful, "not made yet"},
		{"a certificate that is damaged", "[pages]\nlisten = \"127.0.0.1:7412\"\nnames = [\"kassa-pc\"]\n", func(t *testing.T, s *shop) {
			write(t, s.folder, "secrets/pages.key", "x y")
		}, "certificate", bad, "is damaged"},
		{"a scanner that is not there", "[lane.scanner]\ndevice = \"/dev/serial/by-id/none\"\n", nil, "scanner kassa1", bad, "/dev/serial/by-id/none is not there"},
		{"the second of two scanners that is not there", "[[lane.scanner]]\ndevice = \"/dev/null\"\n[[lane.scanner]]\nname = \"nfc\"\ndevice = \"/dev/none\"\n", nil, "scanner kassa1 nfc", bad, "/dev/none is not there"},
		{"a scanner that is named by its identity", "[lane.scanner]\ndevice = \"usb:FFFE:FFFE:none\"\n", nil, "scanner kassa1", bad, "usb:FFFE:FFFE:none is not there"},
		{"how a scanner is set", "[lane.scanner]\ndevice = \"/dev/null\"\npreset = \"zebra-opos\"\n", nil, "scanner kassa1", good, "/dev/null, as zebra-opos at 9600 8O1"},
		{"a till's line that is not there", "[lane.pass]\nto = \"serial\"\ndevice = \"/dev/none\"\n", nil, "till's line kassa1", bad, "/dev/none is not there"},
		{"a scanner that is a plain file", "[lane.scanner]\ndevice = \"/etc/passwd\"\n", nil, "scanner kassa1", careful, "is a plain file"},
		{"no printer", "", nil, "printer kassa1", careful, "none configured: no slips are printed"},
		{"a printer that is not there", "[lane.printer]\ndevice = \"usb:/dev/usb/none\"\n", nil, "printer kassa1", bad, "/dev/usb/none is not there"},
		{"a folder for paper that is not there", "[lane.printer]\ndevice = \"file:none/paper\"\n", nil, "printer kassa1", bad, "none is not there"},
		{"a folder for paper", "[lane.printer]\ndevice = \"file:paper\"\n", nil, "printer kassa1", good, ""},
		{"a printer on the network", "[lane.printer]\ndevice = \"tcp:192.0.2.1:9100\"\n", nil, "printer kassa1", good, "not called"},
		{"a program in the daemon's place", "", func(t *testing.T, s *shop) {
			write(t, s.folder, "run/address", "127.0.0.1:1\n")
			write(t, s.folder, "secrets/token", strings.Repeat("t", 64))
		}, "daemon", careful, "does not answer"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var s *shop
			if c.check == "configuration" && c.more != "" {
				s = newShop(t, "")
				write(t, s.folder, "zegel.toml", c.more)
			} else {
				s = newShop(t, c.more)
			}
			if c.happen != nil {
				c.happen(t, s)
			}
			d := levels(t, s.zegel(t, "doctor", "--json"))[c.check]
			if d.Level != c.level || !strings.Contains(d.Text, c.want) {
				t.Errorf("got %+v, want %s and %q", d, c.level, c.want)
			}
		})
	}
}

// exposeToken lets others read the shop's token.
func exposeToken(t *testing.T, s *shop) {
	t.Helper()
	path := write(t, s.folder, "secrets/token", strings.Repeat("t", 64))
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.cfg.Store.Secrets, 0o755); err != nil {
		t.Fatal(err)
	}
}

// What others on the PC can read is no secret: nothing starts with it, and the
// line that says where it is kept is named.
func TestNothingStartsWithAKeyThatOthersCanRead(t *testing.T) {
	s := newShop(t, "")
	exposeToken(t, s)
	s.zegel(t, "run").is(t, exitConfig, s.path+":7:11: store.secrets: "+s.secretsPath("token")+" can be read by others")
	if err := os.Chmod(s.cfg.Store.Secrets, 0o700); err != nil {
		t.Fatal(err)
	}
	s.zegel(t, "config", "check").is(t, 0) // nobody else gets at it
	if err := os.Chmod(s.cfg.Store.Secrets, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.secretsPath("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.zegel(t, "config", "check").is(t, 0)
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestTheDoctorSeesAMarkThatWouldBeCopied(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 1)
	if err := os.Rename(s.cfg.Store.Mark, filepath.Join(filepath.Dir(s.cfg.Store.Database), "mark.json")); err != nil {
		t.Fatal(err)
	}
	d := levels(t, s.zegel(t, "doctor", "--json", "--set", "store.mark=data/mark.json"))["database"]
	if d.Level != careful || !strings.Contains(d.Text, "lies beside the database") {
		t.Errorf("got %+v", d)
	}
}

// A complaint of several lines stays in its column.
func TestTheDoctorsTableHoldsLongComplaints(t *testing.T) {
	s := newShop(t, "")
	write(t, s.folder, "zegel.toml", "[[lane]]\n")
	said := s.zegel(t, "doctor")
	lines := strings.Split(said.out, "\n")
	if said.code != 2 || len(lines) < 3 || strings.Index(lines[0], s.path) != strings.Index(lines[1], s.path) || strings.Index(lines[2], "→") != strings.Index(lines[0], s.path) {
		t.Errorf("exit %d, says\n%s", said.code, said.out)
	}
}

func TestTheDoctorReadsTheClock(t *testing.T) {
	for year, want := range map[int]string{1970: bad, 2025: bad, 2026: good, 2040: good} {
		if d := diagnoseClock(time.Date(year, 6, 1, 12, 0, 0, 0, time.UTC)); d.Level != want {
			t.Errorf("in %d: got %+v", year, d)
		}
	}
}
