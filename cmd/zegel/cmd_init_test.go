package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestInitWritesWhatConfigCheckTakes(t *testing.T) {
	cases := []struct {
		name  string
		args  []string
		want  map[string]string // key → value in force
		rules string            // in the programme
	}{
		{"the defaults", nil, map[string]string{"shop.name": "Mijn winkel", "lane[0].scanner.device": "", "lane[0].printer.device": ""}, `per = "1.00"`},
		{"everything", []string{"--shop", `Bakker "Jansen" \ Zn`, "--cards", "2712", "--per", "2.50", "--scanner", "/dev/serial/by-id/usb-1", "--printer", "tcp:192.168.1.50:9100"},
			map[string]string{"shop.name": `Bakker "Jansen" \ Zn`, "lane[0].scanner.device": "/dev/serial/by-id/usb-1", "lane[0].printer.device": "tcp:192.168.1.50:9100"}, `per = "2.50"`},
		{"Windows", []string{"--scanner", "COM3", "--printer", "serial:COM4"}, map[string]string{"lane[0].scanner.device": "COM3", "lane[0].printer.device": "serial:COM4"}, `prefixes = ["29"]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "new", "shop")
			path := filepath.Join(folder, "zegel.toml")
			zegel(t, "", append([]string{"init", "--yes", "--config", path}, c.args...)...).is(t, 0,
				"wrote "+path, "wrote "+filepath.Join(folder, "punten.toml"), "zegel doctor --config "+path)
			zegel(t, "", "config", "check", "--config", path).is(t, 0, "is well")
			cfg, err := loadConfig(path, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{"shop.name": cfg.Shop.Name, "lane[0].printer.device": cfg.Lanes[0].Printer.Device}
			for _, s := range cfg.Lanes[0].Scanners {
				got["lane[0].scanner.device"] = s.Device
			}
			for key, want := range c.want {
				if got[key] != want {
					t.Errorf("%s is %q, want %q", key, got[key], want)
				}
			}
			// Trying it out needs no rights: all that is kept stands beside it.
			for _, p := range []string{cfg.Store.Database, cfg.Store.Mark, cfg.Store.Secrets} {
				if !strings.HasPrefix(p, folder) {
					t.Errorf("%s is not below %s", p, folder)
				}
			}
			if filepath.Dir(cfg.Store.Mark) == filepath.Dir(cfg.Store.Database) {
				t.Error("the mark would be copied with the database")
			}
			rules, err := os.ReadFile(cfg.Shop.Programme)
			if err != nil || !strings.Contains(string(rules), c.rules) {
				t.Errorf("no %s in the programme, %v", c.rules, err)
			}
		})
	}
}

// What is only to be uncommented is right as it stands.
func TestInitShowsHowOtherPCsGetPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zegel.toml")
	zegel(t, "", "init", "--yes", "--config", path).is(t, 0)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"[pages]", "listen", "names"} {
		if !strings.Contains(string(text), "\n#"+key) {
			t.Errorf("it does not mention %s", key)
		}
		text = []byte(strings.Replace(string(text), "\n#"+key, "\n"+key, 1))
	}
	cfg, err := load(t, string(text), nil, nil)
	if err != nil || cfg.Pages.Listen != "192.168.1.10:7412" || len(cfg.Pages.Names) != 1 || cfg.Pages.Names[0] != "192.168.1.10" {
		t.Errorf("got %+v, %v", cfg.Pages, err)
	}
}

func TestInitAsksSixQuestions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zegel.toml")
	s := zegel(t, "\nBakkerij Jansen\n\n 2.00 \n/dev/ttyUSB0\nfile:/tmp/paper", "init", "--config", path)
	s.is(t, 0, "Which programme does it begin with (points, stamps, tiers, club, cashback, coalition)? [points] ", "What is the shop called? [Mijn winkel] ", "begin with? [29] ", "How much must be paid for one point? [1.00] ", "Where is the scanner", "Where is the receipt printer", "wrote "+path)
	if n := strings.Count(s.out, "? ["); n != 6 {
		t.Errorf("%d questions", n)
	}
	cfg, err := loadConfig(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Shop.Name != "Bakkerij Jansen" || cfg.Lanes[0].Scanners[0].Device != "/dev/ttyUSB0" || cfg.Lanes[0].Printer.Device != "file:/tmp/paper" {
		t.Errorf("got %+v", cfg)
	}
	rules, _, doc, err := loadProgramme(cfg.Shop.Programme)
	if err != nil || rules.Earn[0].Per != 2_00 || rules.Cards[0].Prefixes[0] != "29" || rules.Header[0] != "Bakkerij Jansen" {
		t.Errorf("got %+v, %v\n%s", rules, err, doc)
	}
}

func TestInitExplainsAnswersThatMakeNoShop(t *testing.T) {
	cases := []struct {
		name, stdin string
		args        []string
		want        []string
	}{
		{"letters for a prefix", "", []string{"--yes", "--cards", "NL"}, []string{"these answers make no programme:", `card[0] ("klantenkaart").prefixes[0]: "NL": need 2 to 12 digits`}},
		{"nothing for a point", "", []string{"--yes", "--per", "0"}, []string{`earn[0] ("basis").per`}},
		{"a shop without a name", "", []string{"--yes", "--shop", ""}, []string{"slip.header[0]: need 1 to 96 printable characters"}},
		{"a printer nobody knows", "", []string{"--yes", "--printer", "lpt1"}, []string{"these answers make no configuration:", `lane[0] ("kassa1").printer.device: "lpt1": need serial:, usb:, tcp:, queue: or file: and where it is`}},
		{"no answers", "", nil, []string{"no answer came; give the answers as flags and --yes"}},
		{"not all answers", "Jansen\n29\n", nil, []string{"no answer came"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			s := zegel(t, c.stdin, append([]string{"init", "--config", filepath.Join(folder, "zegel.toml")}, c.args...)...)
			s.is(t, exitUsage, c.want...)
			if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// Nobody answers six questions to hear in the end that the third was wrong.
func TestInitAsksAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zegel.toml")
	s := zegel(t, "spaarkaart\n\nJansen\nNL\n2712\neen\n1,50\n\nlpt1\nfile:/tmp/paper\n", "init", "--config", path)
	s.is(t, 0, `That cannot be: there is no programme "spaarkaart"`, `That cannot be: card[0] ("klantenkaart").prefixes[0]: "NL": need 2 to 12 digits`, `That cannot be: earn[0] ("basis").per: "een": need digits`,
		`That cannot be: lane[0] ("kassa1").printer.device: "lpt1": need serial:, usb:, tcp:, queue: or file:`, "wrote "+path)
	if n := strings.Count(s.out, "? ["); n != 10 {
		t.Errorf("%d questions", n)
	}
	cfg, err := loadConfig(path, nil, nil)
	if err != nil || cfg.Lanes[0].Printer.Device != "file:/tmp/paper" {
		t.Fatalf("got %+v, %v", cfg, err)
	}
	rules, _, _, err := loadProgramme(cfg.Shop.Programme)
	if err != nil || rules.Earn[0].Per != 1_50 || rules.Cards[0].Prefixes[0] != "2712" {
		t.Errorf("got %+v, %v", rules, err)
	}
	s = zegel(t, "", "init", "--config", path)
	s.is(t, exitProblems, path+" is there already")
	if strings.Contains(s.out, "?") {
		t.Errorf("it asks what it will not write: %s", s.out)
	}
}

// A shop's files hold what cannot be asked for again.
func TestInitNeverOverwrites(t *testing.T) {
	for _, there := range []string{"zegel.toml", "punten.toml"} {
		folder := t.TempDir()
		mine := write(t, folder, there, "# mine\n")
		zegel(t, "", "init", "--yes", "--config", filepath.Join(folder, "zegel.toml")).is(t, exitProblems, mine+" is there already; it was left alone")
		if b, err := os.ReadFile(mine); err != nil || string(b) != "# mine\n" {
			t.Errorf("%s is now %q, %v", there, b, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
			t.Errorf("with %s there, the folder has %v, %v", there, left, err)
		}
	}
	folder := t.TempDir()
	if err := os.Symlink(filepath.Join(folder, "gone"), filepath.Join(folder, "zegel.toml")); err != nil {
		t.Fatal(err)
	}
	zegel(t, "", "init", "--yes", "--config", filepath.Join(folder, "zegel.toml")).is(t, exitProblems, "is there already")
	if _, err := os.Stat(filepath.Join(folder, "gone")); err == nil {
		t.Error("it was written through a link")
	}
}

func TestInitWhereNothingCanBeWritten(t *testing.T) {
	file := write(t, t.TempDir(), "file", "")
	zegel(t, "", "init", "--yes", "--config", filepath.Join(file, "zegel.toml")).is(t, exitUsage, "make the folder")
}

// Whatever was answered: two files that are taken, or none and a reason.
func TestInitIsAllOrNothing(t *testing.T) {
	folder := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		a := answers{
			shop:    rapid.OneOf(rapid.String(), rapid.Just(`"; name = "x`)).Draw(t, "shop"),
			cards:   rapid.SampledFrom([]string{"29", "2712", "", "x", `29", "30`}).Draw(t, "cards"),
			rate:    rapid.SampledFrom([]string{"1.00", "2", "0.01", "-1", "1,00", ""}).Draw(t, "rate"),
			scanner: rapid.OneOf(rapid.Just(""), rapid.String()).Draw(t, "scanner"),
			printer: rapid.OneOf(rapid.Just(""), rapid.StringMatching("(usb|tcp|file|lpt):.*")).Draw(t, "printer"),
		}
		n++
		path := filepath.Join(folder, fmt.Sprint(n), "zegel.toml")
		if err := a.write(io.Discard, path); err != nil {
			if left, err := os.ReadDir(filepath.Dir(path)); err == nil && len(left) > 0 {
				t.Fatalf("%+v left %v", a, left)
			}
			return
		}
		cfg, err := loadConfig(path, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := loadProgramme(cfg.Shop.Programme); err != nil {
			t.Fatal(err)
		}
		if len(cfg.Lanes) != 1 || cfg.Shop.Name != strings.ToValidUTF8(a.shop, "\ufffd") {
			t.Fatalf("%+v became %+v", a, cfg)
		}
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
	})
}
