package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"zegel/cmd/gate"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/receipt"
)

// Config is the daemon's configuration file: TOML, every key optional but the
// programme. A value is taken from a --set flag, or from the environment
// (ZEGEL_API__LISTEN for api.listen), or from the file, or is the default.
// Relative paths start at the file's folder.
type Config struct {
	Shop   Shop   `key:"shop"`
	Store  Store  `key:"store"`
	API    API    `key:"api"`
	Pages  Pages  `key:"pages"`
	Office Office `key:"office"`
	Log    Log    `key:"log"`
	// Slips say of a kind of slip when it is printed: always, reward (with one
	// only), request or never, { award = "reward" }.
	Slips   map[string]string `key:"slips"`
	Lanes   []Lane            `key:"lane"`
	folder  string            // of the file
	origins map[string]string
}

// Shop is what the shop is called and what it gives.
type Shop struct {
	// Name heads the slips and tells shops apart in head office's lists.
	Name string `key:"name"`
	// Programme is the file with the rules: what earns how much, which cards
	// are ours, what the slip says.
	Programme string `key:"programme,required"`
}

// Store is where the shop keeps what it must not lose.
type Store struct {
	// Database is the SQLite file. It must be on a disk of this machine.
	Database string `key:"database"`
	// Mark is the high-water mark, by which an older copy of the database is
	// noticed. Keep it in a folder that backups of the database leave out.
	Mark string `key:"mark"`
	// Secrets is a folder for keys and the token, readable by the daemon alone.
	Secrets string `key:"secrets"`
}

// API is where programs on this PC call the daemon.
type API struct {
	// Listen is a loopback address and port; port 0 takes a free one.
	Listen string `key:"listen"`
	// Address is a file the daemon writes its address to, for port 0; "" writes none.
	Address string `key:"address"`
}

// Pages are the counter's and the manager's pages for browsers on other PCs of
// the shop; those on this PC have them at api.listen.
type Pages struct {
	// Listen is an address and port for TLS, "192.168.1.10:7412"; "" (the
	// default) listens nowhere.
	Listen string `key:"listen"`
	// Names are the names and addresses by which the other PCs call this one.
	Names []string `key:"names"`
}

// Office is the line to head office; a shop that has not joined needs none.
type Office struct {
	// URL is where head office listens, "https://kantoor.example:7413". Plain
	// http is for a head office on this PC.
	URL string `key:"url"`
	// Seconds is how long the oldest record waits at most while the line is up.
	Seconds int64 `key:"seconds"`
	// Listen is an address on which head office may pull batches itself; ""
	// (the default) listens nowhere.
	Listen string `key:"listen"`
}

// Log is what the daemon writes about itself, to standard error.
type Log struct {
	// Level is debug, info, warn or error.
	Level string `key:"level"`
	// Format is json (for a service) or text (for people).
	Format string `key:"format"`
}

// defaults are the values of keys nobody set.
func defaults() Config {
	state := stateFolder()
	return Config{
		Shop:   Shop{Name: "Zegel"},
		Store:  Store{Database: filepath.Join(state, "zegel.db"), Mark: filepath.Join(state, "mark", "mark.json"), Secrets: filepath.Join(state, "secrets")},
		API:    API{Listen: "127.0.0.1:7411"},
		Office: Office{Seconds: 5},
		Log:    Log{Level: "info", Format: "json"},
	}
}

func stateFolder() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(os.Getenv("ProgramData"), "Zegel")
	}
	return "/var/lib/zegel"
}

// defaultPath is where the configuration is looked for.
func defaultPath() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(stateFolder(), "zegel.toml")
	}
	return "/etc/zegel/zegel.toml"
}

// A configError is a configuration nobody can run with; its text has every
// complaint with line and column.
type configError struct {
	path string
	err  error
}

func (e *configError) Error() string {
	lines := strings.Split(e.err.Error(), "\n")
	for i, l := range lines {
		lines[i] = e.path + ":" + l
	}
	return strings.Join(lines, "\n")
}

func (e *configError) Unwrap() error { return e.err }

// loadConfig reads the configuration at path with what stands in the
// environment and in sets ("key=value") over it.
func loadConfig(path string, environ, sets []string) (Config, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, &configError{path, fmt.Errorf(" there is no such file; name another with --config, or make one with: zegel init --config %s", path)}
	}
	if err != nil {
		return Config{}, &configError{path, fmt.Errorf(" %w", err)}
	}
	c := defaults()
	overrides, err := overrides(environ, sets)
	if err != nil {
		return Config{}, &configError{path, err}
	}
	if c.folder, err = filepath.Abs(filepath.Dir(path)); err != nil {
		return Config{}, &configError{path, fmt.Errorf(" %w", err)}
	}
	c.origins, err = file.Decode(text, &c, overrides, func(complain complaint) {
		c.check(naming(overrides, complain))
		c.checkSecrets(naming(overrides, complain))
	})
	if err != nil {
		return Config{}, &configError{path, err}
	}
	c.resolve()
	return c, nil
}

// resolve lets relative paths start at the file's folder.
func (c *Config) resolve() {
	for _, p := range []*string{&c.Shop.Programme, &c.Store.Database, &c.Store.Mark, &c.Store.Secrets, &c.API.Address} {
		*p = c.in(*p)
	}
	for i := range c.Lanes {
		if p := &c.Lanes[i].Printer; strings.HasPrefix(p.Device, "file:") {
			p.Device = "file:" + c.in(strings.TrimPrefix(p.Device, "file:"))
		}
		for name, path := range c.Lanes[i].Printer.Images {
			c.Lanes[i].Printer.Images[name] = c.in(path)
		}
	}
}

// in is a path that may start at the file's folder.
func (c *Config) in(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.folder, path)
}

// A complaint is told with the key it is about.
type complaint = func(key, format string, args ...any)

// naming complains with the origin of a value that does not stand in the file,
// though a line and a column of the file are told with it.
func naming(overrides []file.Override, complain complaint) complaint {
	origins := make(map[string]string)
	for _, o := range overrides {
		origins[o.Key] = o.Origin
	}
	return func(key, format string, args ...any) {
		if origin := origins[key]; origin != "" {
			format, args = "%s: "+format, append([]any{origin}, args...)
		}
		complain(key, format, args...)
	}
}

// overrides are the values from the environment and, over them, from flags.
func overrides(environ, sets []string) ([]file.Override, error) {
	var out []file.Override
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		if rest, ours := strings.CutPrefix(name, "ZEGEL_"); ours && strings.Contains(rest, "__") {
			key := strings.ReplaceAll(strings.ToLower(rest), "__", ".")
			out = append(out, file.Override{Key: key, Value: value, Origin: "environment " + name})
		}
	}
	for _, s := range sets {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf(" --set %s: need key=value", s)
		}
		out = append(out, file.Override{Key: key, Value: value, Origin: "flag --set"})
	}
	return out, nil
}

// check complains about everything that is well written and cannot work.
func (c *Config) check(complain complaint) {
	if err := gate.CheckLoopback(c.API.Listen); err != nil {
		complain("api.listen", "%v", err)
	}
	if c.Office.Seconds < 1 || c.Office.Seconds > 3600 {
		complain("office.seconds", "%d: need 1 to 3600", c.Office.Seconds)
	}
	if u := c.Office.URL; u != "" {
		if err := checkOfficeURL(u); err != nil {
			complain("office.url", "%v", err)
		}
	}
	if !oneOf(c.Log.Level, "debug", "info", "warn", "error") {
		complain("log.level", "%q: need debug, info, warn or error", c.Log.Level)
	}
	if !oneOf(c.Log.Format, "json", "text") {
		complain("log.format", "%q: need json or text", c.Log.Format)
	}
	c.checkPages(complain)
	if c.Office.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Office.Listen); err != nil {
			complain("office.listen", "%v: need an address and a port", err)
		}
	}
	for _, p := range [][2]string{{"store.database", c.Store.Database}, {"store.mark", c.Store.Mark}, {"store.secrets", c.Store.Secrets}} {
		if p[1] == "" {
			complain(p[0], "is empty: need a path")
		}
	}
	if filepath.Clean(c.Store.Mark) == filepath.Clean(c.Store.Database) {
		complain("store.mark", "is the database itself: need a file of its own")
	}
	if err := c.slips().Validate(); err != nil {
		complain("slips", "%v", err)
	}
	c.checkLanes(complain)
}

// slips is when which slip is printed.
func (c *Config) slips() receipt.Policy {
	policy := make(receipt.Policy, len(c.Slips))
	for kind, when := range c.Slips {
		policy[receipt.Kind(kind)] = receipt.When(when)
	}
	return policy
}

// checkSecrets complains about keys that others on this PC can read: nothing
// goes on with them as if they were secret.
func (c *Config) checkSecrets(complain complaint) {
	if files := exposed(c.in(c.Store.Secrets)); len(files) > 0 {
		complain("store.secrets", "%s can be read by others: chmod 600, and let nobody else into the folder", strings.Join(files, ", "))
	}
}

func oneOf(s string, of ...string) bool {
	for _, o := range of {
		if s == o {
			return true
		}
	}
	return false
}

// every is how long the oldest record waits while the line is up.
func (o Office) every() time.Duration { return time.Duration(o.Seconds) * time.Second }
