package main

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/cmd/zegel/printing"
	"zegel/cmd/zegel/scanning"
	"zegel/install/programmes"
	"zegel/terminal/loyalty/programme/file"
)

const smallest = "[shop]\nprogramme = \"punten.toml\"\n[[lane]]\nname = \"kassa1\"\n"

func load(t *testing.T, text string, environ, sets []string) (Config, error) {
	t.Helper()
	return loadConfig(write(t, t.TempDir(), "zegel.toml", text), environ, sets)
}

// complaints are the lines of a configuration that must be refused, without
// the file's name, which each of them must begin with.
func complaints(t *testing.T, err error) []string {
	t.Helper()
	var config *configError
	if !errors.As(err, &config) {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		rest, ok := strings.CutPrefix(l, config.path+":")
		if !ok {
			t.Errorf("%q does not begin with the file's name", l)
		}
		lines[i] = rest
	}
	return lines
}

func TestEverythingWrongInAConfigurationIsToldAtOnceWithItsPlace(t *testing.T) {
	_, err := load(t, `[shop]
naam = "Jansen"
[store]
database = "data/zegel.db"
mark = "./data/zegel.db"
secrets = ""
[api]
listen = "0.0.0.0:7411"
[office]
url = "http://kantoor.example"
seconds = 0
listen = "7413"
[log]
level = "loud"
format = "xml"
[[lane]]
name = "kassa 1"
[lane.scanner]
device = "/dev/ttyUSB0"
baud = 9601000
data_bits = 9
parity = "maybe"
stop_bits = 3
[lane.printer]
device = "lpt:1"
baud = 1
columns = 40
[[lane]]
name = "kassa2"
[[lane]]
name = "kassa2"
[lane.scanner]
device = "/dev/ttyUSB0"
baud = "9600"
[[lane]]
[colours]
`, nil, nil)
	want := []string{
		`36:2: colours: unknown key; known here: shop, store, api, pages, office, log, slips, lane`,
		`2:1: shop.naam: unknown key; known here: name, programme`,
		`1:2: shop.programme: is missing: write programme = "…"`,
		`5:8: store.mark: is the database itself: need a file of its own`,
		`6:11: store.secrets: is empty: need a path`,
		`8:10: api.listen: address "0.0.0.0:7411": only a loopback address such as 127.0.0.1 may be listened on here`,
		`10:7: office.url: plain http is for a head office on this PC: need https://`,
		`11:11: office.seconds: 0: need 1 to 3600`,
		`12:10: office.listen: address 7413: missing port in address: need an address and a port`,
		`14:9: log.level: "loud": need debug, info, warn or error`,
		`15:10: log.format: "xml": need json or text`,
		`17:8: lane[0] ("kassa 1").name: "kassa 1": need 1 to 32 letters, digits, - and _`,
		`20:8: lane[0] ("kassa 1").scanner.baud: 9601000: need 300 to 1000000`,
		`21:13: lane[0] ("kassa 1").scanner.data_bits: 9: need 7 or 8`,
		`22:10: lane[0] ("kassa 1").scanner.parity: "maybe": need none, odd, even, mark or space`,
		`23:13: lane[0] ("kassa 1").scanner.stop_bits: 3: need 1 or 2`,
		`25:10: lane[0] ("kassa 1").printer.device: "lpt:1": need serial:, usb:, tcp:, queue: or file: and where it is`,
		`26:8: lane[0] ("kassa 1").printer.baud: 1: need 300 to 1000000`,
		`27:11: lane[0] ("kassa 1").printer.columns: 40: need 48, 42 or 32`,
		`31:8: lane[2] ("kassa2").name: "kassa2" is another lane's name already`,
		`33:10: lane[2] ("kassa2").scanner.device: "/dev/ttyUSB0" is another scanner already`,
		`34:8: lane[2] ("kassa2").scanner.baud: is text: need a whole number`,
		`35:3: lane[3].name: is missing: write name = "…"`,
	}
	got := complaints(t, err)
	for i, line := range got {
		if i >= len(want) || line != want[i] {
			t.Errorf("complaint %d:\ngot  %s\nwant %s", i+1, line, want[min(i, len(want)-1)])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d complaints, want %d", len(got), len(want))
	}
}

func TestPagesForOtherPCsNeedAnAddressAndNames(t *testing.T) {
	for pages, want := range map[string][]string{
		``:                     nil,
		`names = ["kassa-pc"]`: nil,
		`listen = "192.168.1.10:7412"` + "\n" + `names = ["192.168.1.10", "kassa-pc", "fd00::1"]`: nil,
		`listen = "7412"`: {
			"5:2: pages.names: there is none: need the name or address by which the other PC calls this one",
			"6:10: pages.listen: address 7412: missing port in address: need an address and a port",
		},
		`listen = ":7412"` + "\n" + `names = ["https://kassa-pc", "kassa-pc:7412", ""]`: {
			`7:10: pages.names[0]: "https://kassa-pc": need a host name or an address, without a port`,
			`7:30: pages.names[1]: "kassa-pc:7412": need a host name or an address, without a port`,
			`7:47: pages.names[2]: "": need a host name or an address, without a port`,
		},
	} {
		_, err := load(t, smallest+"[pages]\n"+pages+"\n", nil, nil)
		var got []string
		if err != nil {
			got = complaints(t, err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", pages, got, want)
		}
	}
}

func TestConfigurationsThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	cases := []struct {
		name, path string
		sets       []string
		want       string
	}{
		{"no file", filepath.Join(folder, "zegel.toml"), nil, " there is no such file; name another with --config, or make one with: zegel init --config "},
		{"a folder", folder, nil, " read "},
		{"not TOML", write(t, folder, "bad.toml", "[shop\n"), nil, "1:"},
		{"a flag without a value", write(t, folder, "good.toml", smallest), []string{"api.listen"}, " --set api.listen: need key=value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadConfig(c.path, nil, c.sets)
			if lines := complaints(t, err); !strings.HasPrefix(lines[0], c.want) {
				t.Errorf("got %q, want %q", lines[0], c.want)
			}
		})
	}
}

func TestASmallConfigurationHasDefaults(t *testing.T) {
	folder := t.TempDir()
	got, err := loadConfig(write(t, folder, "zegel.toml", smallest), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Shop.Programme = filepath.Join(folder, "punten.toml")
	want.Lanes = []Lane{{Name: "kassa1", Pass: Pass{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}, Printer: printing.New()}}
	got.folder, got.origins = "", nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.API.Listen != "127.0.0.1:7411" || got.Office.every() != 5*time.Second || got.Log.Level != "info" {
		t.Errorf("got %+v", got)
	}
}

func TestFlagGoesOverEnvironmentOverFileOverDefault(t *testing.T) {
	text := smallest + "[api]\nlisten = \"127.0.0.1:1\"\n"
	environ := []string{"ZEGEL_API__LISTEN=127.0.0.1:2", "HOME=/nowhere", "ZEGEL_DEBUG=1", "ZEGEL_OFFICE__SECONDS=7"}
	cases := []struct {
		name           string
		text           string
		environ, sets  []string
		listen, origin string
	}{
		{"default", smallest, nil, nil, "127.0.0.1:7411", "default"},
		{"file", text, nil, nil, "127.0.0.1:1", "file"},
		{"environment", text, environ, nil, "127.0.0.1:2", "environment ZEGEL_API__LISTEN"},
		{"environment without the file", smallest, environ, nil, "127.0.0.1:2", "environment ZEGEL_API__LISTEN"},
		{"flag", text, environ, []string{"api.listen=127.0.0.1:3"}, "127.0.0.1:3", "flag --set"},
		{"the last flag", text, nil, []string{"api.listen=127.0.0.1:3", "api.listen=127.0.0.1:4"}, "127.0.0.1:4", "flag --set"},
		{"a value with an equals sign", smallest, nil, []string{"shop.name=a=b", "api.listen=127.0.0.1:5"}, "127.0.0.1:5", "flag --set"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg, err := load(t, c.text, c.environ, c.sets)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.API.Listen != c.listen || cfg.originOf("api.listen") != c.origin {
				t.Errorf("got %s from %q, want %s from %q", cfg.API.Listen, cfg.originOf("api.listen"), c.listen, c.origin)
			}
			if cfg.originOf("lane[0].name") != "file" || cfg.originOf("lane[0].scanner.baud") != "default" {
				t.Errorf("a lane comes from %q, its baud from %q", cfg.originOf("lane[0].name"), cfg.originOf("lane[0].scanner.baud"))
			}
			if want := map[bool]int64{true: 7, false: 5}[slices.Contains(c.environ, environ[3])]; cfg.Office.Seconds != want {
				t.Errorf("%d seconds, want %d", cfg.Office.Seconds, want)
			}
		})
	}
}

// Where a wrong value does not stand in the file, it is said where it stands.
func TestComplaintsNameWhereAValueComesFrom(t *testing.T) {
	text := smallest + "[api]\nlisten = \"127.0.0.1:1\"\n[log]\nlevel = \"info\"\n"
	_, err := load(t, text, []string{"ZEGEL_LOG__LEVEL=loud", "ZEGEL_SHOP__STREET=x", "ZEGEL_OFFICE__SECONDS=often"}, []string{"api.listen=0.0.0.0:1", "lane=x", "shop.name"})
	if got := complaints(t, err); !reflect.DeepEqual(got, []string{" --set shop.name: need key=value"}) {
		t.Errorf("got %q", got)
	}
	_, err = load(t, text, []string{"ZEGEL_LOG__LEVEL=100%", "ZEGEL_SHOP__STREET=x", "ZEGEL_OFFICE__SECONDS=often"}, []string{"api.listen=0.0.0.0:1", "lane=x"})
	want := []string{
		`1:1: shop.street: environment ZEGEL_SHOP__STREET: there is no such key outside of a list; what is in a list can only be set in the file`,
		`1:1: office.seconds: environment ZEGEL_OFFICE__SECONDS: "often": need a whole number`,
		`1:1: lane: flag --set: there is no such key outside of a list; what is in a list can only be set in the file`,
		`6:10: api.listen: flag --set: address "0.0.0.0:1": only a loopback address such as 127.0.0.1 may be listened on here`,
		`8:9: log.level: environment ZEGEL_LOG__LEVEL: "100%": need debug, info, warn or error`,
	}
	if got := complaints(t, err); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAProgrammeFromTheEnvironmentIsEnough(t *testing.T) {
	cfg, err := load(t, "[[lane]]\nname = \"kassa1\"\n", []string{"ZEGEL_SHOP__PROGRAMME=/etc/zegel/punten.toml"}, nil)
	if err != nil || cfg.Shop.Programme != filepath.FromSlash("/etc/zegel/punten.toml") {
		t.Errorf("got %+v, %v", cfg.Shop, err)
	}
}

func TestRelativePathsStartAtTheFile(t *testing.T) {
	folder := t.TempDir()
	absolute := filepath.Join(folder, "elsewhere", "keys")
	path := write(t, folder, "conf/zegel.toml", smallest+"[lane.printer]\ndevice = \"file:paper\"\n[store]\ndatabase = \"../data/zegel.db\"\nmark = \"mark.json\"\nsecrets = "+scanning.Quote(absolute)+"\n[api]\naddress = \"address\"\n")
	t.Chdir(folder)
	for _, p := range []string{path, filepath.Join("conf", "zegel.toml")} {
		cfg, err := loadConfig(p, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		conf := filepath.Join(folder, "conf")
		for got, want := range map[string]string{
			cfg.Shop.Programme: filepath.Join(conf, "punten.toml"), cfg.Store.Database: filepath.Join(folder, "data", "zegel.db"), cfg.Store.Mark: filepath.Join(conf, "mark.json"),
			cfg.Store.Secrets: absolute, cfg.API.Address: filepath.Join(conf, "address"), cfg.Lanes[0].Printer.Device: "file:" + filepath.Join(conf, "paper"),
		} {
			if resolved(t, got) != resolved(t, want) {
				t.Errorf("%s: got %s, want %s", p, got, want)
			}
		}
	}
	cfg, err := load(t, smallest, nil, nil)
	if err != nil || cfg.API.Address != "" || cfg.Store.Database != defaults().Store.Database {
		t.Errorf("got %+v, %v", cfg, err)
	}
}

// resolved is a path without links in the folder the tests run in.
func resolved(t *testing.T, path string) string {
	t.Helper()
	kind, rest := "", path
	if r, ok := strings.CutPrefix(path, "file:"); ok {
		kind, rest = "file:", r
	}
	for at := filepath.Dir(rest); ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return kind + real + strings.TrimPrefix(rest, at)
		}
	}
}

func TestLaneNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"kassa1": true, "1": true, "Kassa-2_links": true, "caissé": true, strings.Repeat("k", 32): true,
		"": false, "kassa 1": false, "a/b": false, "..": false, "a?b": false, "a%2fb": false, "a\nb": false, strings.Repeat("k", 33): false, "\xff": false,
	} {
		if isLaneName(name) != ok {
			t.Errorf("%q: want %t", name, ok)
		}
	}
}

func TestPrinterKinds(t *testing.T) {
	for device, want := range map[string][2]string{
		"serial:/dev/ttyS1": {"serial", "/dev/ttyS1"}, "serial:COM3": {"serial", "COM3"}, "usb:/dev/usb/lp0": {"usb", "/dev/usb/lp0"},
		"tcp:192.168.1.50:9100": {"tcp", "192.168.1.50:9100"}, "queue:Kassabon 1": {"queue", "Kassabon 1"}, "file:/tmp/paper": {"file", "/tmp/paper"}, `file:C:\paper`: {"file", `C:\paper`},
		"": {}, "usb": {}, "usb:": {}, "/dev/usb/lp0": {}, "USB:/dev/usb/lp0": {}, "COM3": {}, "http://192.168.1.50": {},
	} {
		kind, rest, err := printing.Kind(device)
		if kind != want[0] || (err == nil && rest != want[1]) || (err == nil) != (want[0] != "") {
			t.Errorf("%q: got %q, %q, %v", device, kind, rest, err)
		}
	}
}

// Whatever a shop is called, TOML reads back what was written.
func TestQuoteIsReadBack(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, s string) {
		var v struct {
			Text string `key:"text"`
		}
		_, err := file.Decode([]byte("text = "+scanning.Quote(s)+"\n"), &v, nil, func(complaint) {})
		if want := strings.ToValidUTF8(s, "\ufffd"); err != nil || strings.ToValidUTF8(v.Text, "\ufffd") != want {
			t.Fatalf("%q was written as %s and read as %q, %v", s, scanning.Quote(s), v.Text, err)
		}
	}
	for c := range rune(0x180) {
		same(t, "a"+string(c)+"b")
	}
	for _, s := range []string{"", `"`, `"""`, `\`, `\u0041`, "C:\\new", "\u2028", "\ufeff", "\U0010ffff", "# no comment", "a\r\nb", "'''"} {
		same(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { same(t, rapid.String().Draw(t, "text")) })
}

func TestConfigCheck(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "zegel.toml", smallest)
	s := zegel(t, "", "config", "check", "-c", path)
	s.is(t, exitConfig, filepath.Join(folder, "punten.toml")+": read the programme: ", "shop.programme")
	rules := write(t, folder, "punten.toml", strings.Replace(string(programmes.Starter("Jansen", "29", "1.00")), "points = 1", "points = 0", 1))
	zegel(t, "", "config", "check", "-c", path).is(t, exitConfig, rules+":", `: earn[0] ("basis").points: 0: need more than 0`)
	write(t, folder, "punten.toml", strings.Replace(string(programmes.Starter("Jansen", "29", "1.00")), "Europe/Amsterdam", "Europe/Nergens", 1))
	zegel(t, "", "config", "check", "-c", path).is(t, exitConfig, rules+": zone", "Europe/Nergens")
	write(t, folder, "punten.toml", string(programmes.Starter("Jansen", "29", "1.00")))
	zegel(t, "", "config", "check", "-c", path).is(t, 0, path+" is well", `"Punten", version 1`)
	zegel(t, "", "config", "check", "-c", path, "--set", "log.level=loud").is(t, exitConfig, path+":1:1: log.level: flag --set:")
	t.Setenv("ZEGEL_LOG__LEVEL", "loud")
	zegel(t, "", "config", "check", "-c", path).is(t, exitConfig, "environment ZEGEL_LOG__LEVEL")
}

// Every command that needs a configuration says the same of a bad one, and a
// service manager reads that it must not start it again.
func TestABadConfigurationEndsEveryCommandAlike(t *testing.T) {
	path := write(t, t.TempDir(), "zegel.toml", "[[lane]]\n")
	for _, args := range [][]string{{"run"}, {"status"}, {"verify"}, {"config", "check"}, {"config", "show"}, {"join", "CODE"}} {
		s := zegel(t, "", append(args, "--config", path)...)
		s.is(t, exitConfig, path+`:1:3: lane[0].name: is missing: write name = "…"`+"\n", path+":1:1: shop.programme: is missing")
		if s.out != "" {
			t.Errorf("%v says %q on standard output", args, s.out)
		}
	}
	zegel(t, "", "run", "--config", filepath.Join(t.TempDir(), "none.toml")).is(t, exitConfig, "make one with: zegel init --config ")
}

func TestConfigShow(t *testing.T) {
	path := write(t, t.TempDir(), "zegel.toml", smallest)
	s := zegel(t, "", "config", "show", "--origin", "-c", path, "--set", "office.seconds=9")
	s.is(t, 0)
	rows := make(map[string][]string)
	for line := range strings.Lines(s.out) {
		f := strings.Fields(line)
		rows[f[0]] = f[1:]
	}
	for key, want := range map[string][]string{
		"lane[0].name": {"kassa1", "file"}, "office.seconds": {"9", "flag", "--set"}, "api.listen": {"127.0.0.1:7411", "default"}, "lane[0].printer.baud": {"9600", "default"},
	} {
		if !reflect.DeepEqual(rows[key], want) {
			t.Errorf("%s: got %v, want %v", key, rows[key], want)
		}
	}
	var values []map[string]string
	zegel(t, "", "config", "show", "--json", "-c", path).reads(t, &values)
	if len(values) != len(rows) || !slices.ContainsFunc(values, func(v map[string]string) bool {
		return v["key"] == "api.listen" && v["value"] == "127.0.0.1:7411" && v["origin"] == "default"
	}) {
		t.Errorf("got %v", values)
	}
	if plain := zegel(t, "", "config", "show", "-c", path); plain.code != 0 || strings.Contains(plain.out, "default") {
		t.Errorf("without --origin it says:\n%s", plain.out)
	}
}
