package cmd_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A rule is one line of the policy on imports. Its patterns are separated by blanks: "a/b" is that package,
// "a/b/..." that package and all below it, "..." any package, "std" any package of the standard library, and
// {room} in to is the importer's own top-level folder.
type rule struct {
	verdict verdict
	files   files
	from    string // folders of this tree that import
	to      string // import paths
	reason  string // why, and what to do instead
}

type verdict string

const (
	may   verdict = "may"   // from may import to
	never verdict = "never" // from may not import to
	only  verdict = "only"  // from may import to, nobody else may
)

type files string

const (
	all   files = "all files"
	code  files = "code"  // files that ship
	tests files = "tests" // files ending in _test.go
)

const (
	core   = "terminal/loyalty/..."
	toml   = "github.com/pelletier/go-toml/..."
	codecs = "scanner/frame scanner/ndef scanner/pn532 scanner/preset scanner/setup scanner/recording printer/layout printer/escpos printer/starprnt printer/codetable printer/raster printer/symbol syncer/wire"
)

// policy says who may import whom. The first line with a word on an import decides; what no line names is refused.
// A package's own tests may always import it.
var policy = []rule{
	{never, all, "...", "C", "the one C library here is SQLite, which its driver brings: write Go"},
	{only, tests, "...", "testing testing/... pgregory.net/rapid", "what ships does not test itself: move it to a _test.go file, or take a func or an error instead of a testing.TB"},
	{never, all, "...", "github.com/rs/zerolog/log", "it is one logger for the whole process: take a zerolog.Logger in the Config"},

	// Drivers: one package knows each, so that changing one is a change in one place.
	{only, all, "store/sqlite store/sqlite/floortest", "github.com/mattn/go-sqlite3", "no type of the driver leaves store/sqlite: use what that package offers, or make it offer more"},
	{only, all, "store/sqlite/...", "github.com/psanford/sqlite3vfs", "disks that fail on purpose are store/sqlite's own test equipment: test the failure there"},
	{only, all, "store/postgres", "github.com/jackc/...", "PostgreSQL is opened in store/postgres alone: take a database that is open"},
	{only, all, "cmd/zegel-office/...", "zegel/store/postgres", "only the head-office program carries PostgreSQL: take an opened database and its dialect"},
	{only, all, "scanner/serialport", "go.bug.st/serial go.bug.st/serial/...", "one package opens serial lines: let cmd hand you its Open as a func"},
	{only, all, "install", "github.com/kardianos/service", "only install talks to the service manager: take a context that ends"},
	{only, all, "cmd/...", "github.com/spf13/...", "commands and flags belong to the programs: take plain values in a Config"},
	{only, all, "terminal/loyalty/programme/file cmd/...", toml, "TOML is how people write a programme or the configuration: take the parsed value"},
	{only, all, "scanner/scannertest scanner/serialport printer/printertest cmd/...", "github.com/creack/pty", "pretended devices live in the two test packages: use theirs"},
	{only, all, "printer/layout printer/codetable", "golang.org/x/text/... github.com/rivo/uniseg", "only paper cares how wide a letter is or in which code page: leave it to printer/layout and printer/codetable"},
	{only, all, "printer/symbol", "rsc.io/qr/...", "one package makes QR codes: take a symbol.Code"},
	{only, all, "terminal/signin", "golang.org/x/crypto/argon2", "PINs are hashed where operators sign in: ask terminal/signin"},
	{only, tests, "cmd", "github.com/chromedp/...", "a browser is driven by the tests across rooms, which stand in cmd"},
	{only, all, "printer/raster", "golang.org/x/image/...", "one package draws letters: leave it to printer/raster"},
	{only, all, "cmd/...", "golang.org/x/sync/...", "goroutines are started and awaited in cmd: be a Run(ctx) error"},

	// The core: arithmetic that touches nothing.
	{may, all, core, "zegel/terminal/loyalty/...", "the core is one vocabulary, and the compiler keeps its inner order"},
	{never, all, core, "zegel/...", "the core is told things and never asks a room: take the value as an argument"},
	{may, tests, core, "os io/fs path/filepath embed math/rand math/rand/v2", "its tests read golden files and roll seeded dice"},
	{never, all, core, "os os/... io/fs io/ioutil path/filepath embed syscall plugin", "the core opens no files: take bytes or an io.Reader"},
	{never, all, core, "net net/...", "the core has no network: take the answer as a value"},
	{never, all, core, "database/...", "the core knows no database: take the account, return what to write"},
	{never, all, core, "context sync sync/...", "nothing in the core waits or is shared, so nothing needs cancelling or locking: do that in the room"},
	{never, all, core, "crypto/rand math/rand math/rand/v2", "the core rolls no dice: take the number, the bytes or the seed as an argument"},
	{never, all, core, "unsafe log log/...", "the core keeps no secrets from the compiler and logs nothing: return a reason or an error"},
	{may, all, core, "crypto/sha256 crypto/hmac crypto/ed25519", "records are chained, references keyed, bundles signed"},
	{never, all, core, "crypto crypto/...", "records, references and signatures need three packages of crypto: use crypto/sha256, hmac or ed25519"},
	{may, all, core, "std", "the rest of the standard library computes"},
	{never, all, core, "...", "the core depends on the standard library and itself: write the few lines, or do it in a room"},

	// Codecs: bytes in, values out.
	{never, code, codecs, "os os/... net net/... database/... golang.org/x/sys/... github.com/rs/zerolog", "this package is pure: leave files, lines and logging to the package around it"},

	// Rooms.
	{may, all, "...", "zegel/terminal/loyalty/...", "everyone speaks the words of the core"},
	{may, all, "cmd/...", "zegel/...", "cmd alone knows all the rooms, and joins them"},
	{never, all, "...", "zegel/{room}", "a package never reaches up into its room's root: let the root hand it what it needs, or declare the interface it calls"},
	{never, code, "...", "zegel/store/sqlite/floortest", "the bare driver is what benchmarks compare with: use store/sqlite"},
	{never, code, "...", "zegel/scanner/scannertest zegel/printer/printertest", "a pretended device is for tests and the demo: ask for an interface"},
	{may, all, "...", "zegel/{room}/...", "a room uses its own packages"},
	{never, all, "...", "zegel/...", "rooms do not know each other: declare the small interface you call and let cmd join the two; a test across rooms stands in cmd"},
	{only, all, "store/... cmd/...", "database/...", "SQL stays in the store: ask for a method in the words of the core"},
	{may, all, "...", "github.com/rs/zerolog", "rooms log edges through the logger they are given"},
	{may, all, "...", "golang.org/x/sys/...", "rooms meet devices, locks and services of the system"},
	{may, all, "...", "std", "the standard library is free outside the core"},
}

// separations are packages that no chain of imports in shipping code may lead to.
var separations = []struct{ from, to, reason string }{
	{"cmd/zegel", "github.com/jackc/...", "a shop's program carries no PostgreSQL"},
	{"cmd/zegel", "github.com/psanford/sqlite3vfs", "a disk that fails on purpose has no place in a shop"},
	{"cmd/zegel-office", "github.com/psanford/sqlite3vfs", "a disk that fails on purpose has no place at head office"},
}

// unmentionables are what shipping code of the core may not even mention, though it may import the package.
var unmentionables = []struct{ pkg, names, reason string }{
	{"time", "Now Since Until After AfterFunc Sleep Tick NewTimer NewTicker", "time is an argument in the core: take the moment"},
	{"time", "Local LoadLocation", "where the shop stands is an argument in the core, and loading a zone opens a file: take the *time.Location"},
	{"fmt", "Print Printf Println Scan Scanf Scanln", "the core has no terminal: return the text"},
}

// roomsWithoutMeaning are package names that say nothing about what is inside.
var roomsWithoutMeaning = strings.Fields("util utils common helper helpers model models types interfaces misc")

func TestArch(t *testing.T) {
	tree := readTree(t)
	for _, c := range slices.Concat(treeComplaints(tree), separationComplaints(tree)) {
		t.Error(c)
	}
}

// Every line of the policy decides at least one of these, so a line that another one hides is noticed.
func TestArchPolicyDecides(t *testing.T) {
	cases := []struct {
		file, imports string
		lawful        bool
	}{
		{"store/sqlite/open.go", "C", false},
		{"scanner/scannertest/pipe.go", "testing", false},
		{"scanner/scannertest/pipe_test.go", "testing/synctest", true},
		{"terminal/loyalty/earn/earn_test.go", "pgregory.net/rapid", true},
		{"printer/spooler.go", "github.com/rs/zerolog/log", false},

		{"store/sqlite/open.go", "github.com/mattn/go-sqlite3", true},
		{"store/sqlite/faultdisk/disk.go", "github.com/mattn/go-sqlite3", false},
		{"store/sqlite/floortest/floor.go", "github.com/mattn/go-sqlite3", true},
		{"store/floor_bench_test.go", "zegel/store/sqlite/floortest", true},
		{"store/post.go", "zegel/store/sqlite/floortest", false},
		{"store/store_test.go", "github.com/psanford/sqlite3vfs", false},
		{"store/sqlite/open_test.go", "github.com/psanford/sqlite3vfs", true},
		{"store/postgres/open.go", "github.com/jackc/pgx/v5/stdlib", true},
		{"store/office/office.go", "github.com/jackc/pgx/v5", false},
		{"cmd/zegel-office/main.go", "zegel/store/postgres", true},
		{"cmd/zegel/main.go", "zegel/store/postgres", false},
		{"scanner/serialport/port.go", "go.bug.st/serial", true},
		{"printer/device/serial.go", "go.bug.st/serial", false},
		{"cmd/zegel/run.go", "github.com/kardianos/service", false},
		{"syncer/syncer.go", "github.com/spf13/cobra", false},
		{"terminal/loyalty/programme/file/file.go", "github.com/pelletier/go-toml/v2", true},
		{"terminal/loyalty/programme/rules.go", "github.com/pelletier/go-toml/v2", false},
		{"scanner/reader_test.go", "github.com/creack/pty", false},
		{"terminal/loyalty/receipt/receipt.go", "github.com/rivo/uniseg", false},
		{"printer/layout/layout.go", "golang.org/x/text/encoding/charmap", true},
		{"printer/symbol/qr.go", "golang.org/x/image/font", false},
		{"printer/symbol/qr.go", "rsc.io/qr/coding", true},
		{"printer/escpos/code.go", "rsc.io/qr/coding", false},
		{"terminal/signin/pin.go", "golang.org/x/crypto/argon2", true},
		{"cmd/gate/gate.go", "golang.org/x/crypto/argon2", false},
		{"cmd/counter_browser_test.go", "github.com/chromedp/chromedp", true},
		{"cmd/zegel/demo/doc.go", "github.com/chromedp/chromedp", false},
		{"printer/spooler.go", "golang.org/x/sync/errgroup", false},
		{"terminal/loyalty/ledger/moment.go", "golang.org/x/sys/unix", false},
		{"printer/device/spooler_windows.go", "golang.org/x/sys/windows", true},
		{"printer/escpos/encode.go", "golang.org/x/sys/unix", false},

		{"terminal/loyalty/earn/earn.go", "zegel/terminal/loyalty/basket", true},
		{"terminal/loyalty/session/session.go", "zegel/terminal", false},
		{"terminal/loyalty/session/session_test.go", "zegel/store", false},
		{"terminal/loyalty/receipt/receipt_test.go", "os", true},
		{"terminal/loyalty/receipt/receipt.go", "os", false},
		{"terminal/loyalty/receipt/receipt_test.go", "os/exec", false},
		{"terminal/loyalty/words/words.go", "embed", false},
		{"terminal/loyalty/bulletin/bulletin.go", "net/url", false},
		{"terminal/loyalty/ledger/account.go", "database/sql", false},
		{"terminal/loyalty/settle/settle.go", "sync/atomic", false},
		{"terminal/loyalty/grant/grant.go", "math/rand/v2", false},
		{"terminal/loyalty/member/card.go", "unsafe", false},
		{"terminal/loyalty/earn/earn.go", "log/slog", false},
		{"terminal/loyalty/ledger/chain.go", "crypto/sha256", true},
		{"terminal/loyalty/ledger/chain.go", "crypto/md5", false},
		{"terminal/loyalty/earn/earn.go", "math/bits", true},
		{"terminal/loyalty/earn/earn.go", "github.com/rs/zerolog", false},
		{"terminal/loyaltycard/card.go", "os", true}, // begins like the core's name, and is none of it

		{"syncer/wire/batch.go", "net/http", false},
		{"syncer/wire/batch_test.go", "os", true},

		{"printer/layout/layout.go", "zegel/terminal/loyalty/receipt", true},
		{"terminal/cashier/page.go", "zegel/terminal/loyalty/session", true},
		{"cmd/gate/gate.go", "zegel/terminal/pos", true},
		{"scanner/frame/frame_test.go", "zegel/scanner", false},
		{"scanner/pn532/driver.go", "os", false},
		{"scanner/preset/preset.go", "zegel/scanner/frame", true},
		{"terminal/pos/api.go", "zegel/terminal", false},
		{"scanner/reader_test.go", "zegel/scanner", true},
		{"scanner/reader.go", "zegel/scanner/scannertest", false},
		{"scanner/reader_test.go", "zegel/scanner/scannertest", true},
		{"cmd/zegel/demo/shop.go", "zegel/scanner/scannertest", true},
		{"printer/escpos/encode.go", "zegel/printer/layout", true},
		{"store/store.go", "zegel/printer", false},
		{"syncer/syncer_test.go", "zegel/store", false},
		{"install/service.go", "zegel/cmd/gate", false},
		{"syncer/headoffice/server.go", "database/sql", false},
		{"store/office/office.go", "database/sql", true},
		{"terminal/terminal.go", "github.com/rs/zerolog", true},
		{"terminal/terminal.go", "net/http", true},
		{"terminal/terminal.go", "github.com/google/uuid", false},
	}
	decided := make([]bool, len(policy))
	for _, c := range cases {
		s := parseSource(t, c.file, fmt.Sprintf("package x\nimport _ %q\n", c.imports))
		complaints := importComplaints(s)
		if lawful := len(complaints) == 0; lawful != c.lawful {
			t.Errorf("%s imports %s: lawful is %t, want %t %v", c.file, c.imports, lawful, c.lawful, complaints)
		}
		if line, _ := decide(s, c.imports); line >= 0 {
			decided[line] = true
		}
	}
	for i, r := range policy {
		if !decided[i] {
			t.Errorf("no case is decided by the line %q: a line above hides it, or it lacks a case", r)
		}
	}
}

func TestArchRefusesWhatImportsDoNotShow(t *testing.T) {
	cases := []struct{ name, file, source, complaint string }{
		{"the clock", "terminal/loyalty/earn/earn.go", `package earn; import "time"; var at = time.Now()`, "time.Now"},
		{"the clock as a value", "terminal/loyalty/earn/earn.go", `package earn; import "time"; var now = time.Now`, "time.Now"},
		{"the clock by another name", "terminal/loyalty/earn/earn.go", `package earn; import t "time"; func f() { t.Sleep(1) }`, "time.Sleep"},
		{"the zone of this machine", "terminal/loyalty/earn/earn.go", `package earn; import "time"; var zone = time.Local`, "time.Local"},
		{"standard output", "terminal/loyalty/earn/earn.go", `package earn; import "fmt"; func f() { fmt.Println() }`, "fmt.Println"},
		{"a dot import", "printer/spooler.go", `package printer; import . "time"`, "dot"},
		{"init", "printer/spooler.go", `package printer; func init() {}`, "init"},
		{"init in a test", "printer/spooler_test.go", `package printer_test; func init() {}`, "init"},
		{"a name without meaning", "store/util/strings.go", `package util`, "util"},
		{"a name that differs from its folder's", "store/rows/rows.go", `package helpers`, "helpers"},

		{"types of time", "terminal/loyalty/earn/earn.go", `package earn; import "time"; func f(t time.Time) time.Time { return t.Add(time.Hour) }`, ""},
		{"the clock in the core's tests", "terminal/loyalty/earn/earn_test.go", `package earn; import "time"; var at = time.Now()`, ""},
		{"the clock in a room", "printer/spooler.go", `package printer; import "time"; var now = time.Now`, ""},
		{"a method named Init", "printer/spooler.go", `package printer; type T int; func (T) init() {}`, ""},
	}
	for _, c := range cases {
		complaints := treeComplaints([]source{parseSource(t, c.file, c.source)})
		switch {
		case c.complaint == "" && len(complaints) > 0:
			t.Errorf("%s: refused: %v", c.name, complaints)
		case c.complaint != "" && (len(complaints) != 1 || !strings.Contains(complaints[0], c.complaint)):
			t.Errorf("%s: got complaints %q, want one about %q", c.name, complaints, c.complaint)
		}
	}
}

func TestArchFollowsChainsOfImports(t *testing.T) {
	chain := []source{
		parseSource(t, "cmd/zegel/main.go", `package main; import _ "zegel/store/office"`),
		parseSource(t, "store/office/office.go", `package office; import _ "zegel/store/postgres"`),
		parseSource(t, "store/postgres/open.go", `package postgres; import _ "github.com/jackc/pgx/v5"`),
	}
	want := "cmd/zegel > store/office > store/postgres > github.com/jackc/pgx/v5"
	if got := separationComplaints(chain); len(got) != 1 || !strings.Contains(got[0], want) {
		t.Errorf("got complaints %q, want one with the chain %s", got, want)
	}

	chain[1] = parseSource(t, "store/office/office_test.go", `package office; import _ "zegel/store/postgres"`)
	if got := separationComplaints(chain); len(got) != 0 {
		t.Errorf("a test does not ship, yet: %q", got)
	}
}

// A source is one Go file of the tree.
type source struct {
	file string // slash-separated, from the top of the tree
	ast  *ast.File
	fset *token.FileSet
}

func (s source) folder() string { return path.Dir(s.file) }
func (s source) room() string   { room, _, _ := strings.Cut(s.file, "/"); return room }
func (s source) isTest() bool   { return strings.HasSuffix(s.file, "_test.go") }

func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.file, s.fset.Position(n.Pos()).Line)
}

// readTree parses every Go file of the module inside this process: the test cache sees what a process reads,
// but not what a `go list` started by it would.
func readTree(t *testing.T) []source {
	t.Helper()
	var tree []source
	top := os.DirFS("..")
	err := fs.WalkDir(top, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != "." && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(top, file)
		if err != nil {
			return err
		}
		tree = append(tree, parseSource(t, file, string(text)))
		return nil
	})
	if err != nil {
		t.Fatalf("read the tree: %v", err)
	}
	if !slices.ContainsFunc(tree, func(s source) bool { return s.file == "cmd/arch_test.go" }) {
		t.Fatalf("read %d Go files, but not cmd/arch_test.go: the tree is not where this test looks for it", len(tree))
	}
	return tree
}

func parseSource(t *testing.T, file, text string) source {
	t.Helper()
	s := source{file: file, fset: token.NewFileSet()}
	var err error
	s.ast, err = parser.ParseFile(s.fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("parse: %v", err) // what could be parsed is still looked at
	}
	return s
}

func treeComplaints(tree []source) []string {
	var complaints []string
	for _, s := range tree {
		complaints = slices.Concat(complaints, importComplaints(s), mentionComplaints(s), nameComplaints(s))
	}
	return complaints
}

func importComplaints(s source) []string {
	var complaints []string
	for _, spec := range s.ast.Imports {
		to := importPath(spec)
		if spec.Name != nil && spec.Name.Name == "." {
			complaints = append(complaints, fmt.Sprintf("%s: dot import of %s hides where a name comes from: import it plainly", s.at(spec), to))
		}
		line, lawful := decide(s, to)
		switch {
		case lawful:
		case line < 0:
			complaints = append(complaints, fmt.Sprintf("%s: imports %s, which no line of the policy allows: do without it, or add a line with its reason to policy in cmd/arch_test.go", s.at(spec), to))
		default:
			complaints = append(complaints, fmt.Sprintf("%s: imports %s: %s\n\trule: %s", s.at(spec), to, policy[line].reason, policy[line]))
		}
	}
	return complaints
}

func (r rule) String() string {
	switch r.verdict {
	case only:
		return fmt.Sprintf("only %s (%s) may import %s", r.from, r.files, r.to)
	case never:
		return fmt.Sprintf("%s (%s) may never import %s", r.from, r.files, r.to)
	}
	return fmt.Sprintf("%s (%s) may import %s", r.from, r.files, r.to)
}

// decide finds the first line of the policy with a word on this import, -1 if there is none, and whether the
// import is lawful.
func decide(s source, to string) (line int, lawful bool) {
	if s.isTest() && to == "zegel/"+s.folder() {
		return -1, true
	}
	for i, r := range policy {
		if !matches(strings.ReplaceAll(r.to, "{room}", s.room()), to) {
			continue
		}
		named := matches(r.from, s.folder()) && (r.files == all || (r.files == tests) == s.isTest())
		if named || r.verdict == only {
			return i, named && r.verdict != never
		}
	}
	return -1, false
}

func matches(patterns, pkg string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		below, open := strings.CutSuffix(pattern, "/...")
		switch {
		case pattern == "...":
			return true
		case pattern == "std":
			first, _, _ := strings.Cut(pkg, "/")
			return first != "zegel" && !strings.Contains(first, ".")
		case open:
			return pkg == below || strings.HasPrefix(pkg, below+"/")
		}
		return pkg == pattern
	})
}

func importPath(spec *ast.ImportSpec) string {
	to, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value // the parser has accepted it, so this is refused as an unknown path
	}
	return to
}

// mentionComplaints finds what shipping code of the core takes from packages it may otherwise import.
func mentionComplaints(s source) []string {
	if s.isTest() || !matches(core, s.folder()) {
		return nil
	}
	known := make(map[string]string) // name in this file → import path
	for _, spec := range s.ast.Imports {
		to := importPath(spec)
		known[path.Base(to)] = to
		if spec.Name != nil {
			known[spec.Name.Name] = to
		}
	}
	var complaints []string
	ast.Inspect(s.ast, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		for _, u := range unmentionables {
			if known[pkg.Name] == u.pkg && slices.Contains(strings.Fields(u.names), selector.Sel.Name) {
				complaints = append(complaints, fmt.Sprintf("%s: mentions %s.%s: %s", s.at(n), u.pkg, selector.Sel.Name, u.reason))
			}
		}
		return true
	})
	return complaints
}

func nameComplaints(s source) []string {
	var complaints []string
	pkg := strings.TrimSuffix(s.ast.Name.Name, "_test")
	for _, name := range slices.Compact([]string{path.Base(s.folder()), pkg}) {
		if slices.Contains(roomsWithoutMeaning, name) {
			complaints = append(complaints, fmt.Sprintf("%s: the name %s says nothing about what is inside: name the package after its one job", s.file, name))
		}
	}
	for _, d := range s.ast.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			complaints = append(complaints, fmt.Sprintf("%s: func init runs unasked: make it a function that its user calls", s.at(f)))
		}
	}
	return complaints
}

func separationComplaints(tree []source) []string {
	imports := make(map[string][]string) // folder → import paths of what ships from it
	for _, s := range tree {
		if s.isTest() {
			continue
		}
		for _, spec := range s.ast.Imports {
			imports[s.folder()] = append(imports[s.folder()], importPath(spec))
		}
	}
	var complaints []string
	for _, sep := range separations {
		if chain := chainTo(imports, sep.from, sep.to); chain != nil {
			complaints = append(complaints, fmt.Sprintf("%s: cut the chain %s", sep.reason, strings.Join(chain, " > ")))
		}
	}
	return complaints
}

// chainTo returns the shortest chain of imports from a folder to a package that the pattern matches, nil if none.
func chainTo(imports map[string][]string, from, pattern string) []string {
	seen := map[string]bool{from: true}
	chains := [][]string{{from}}
	for len(chains) > 0 {
		chain := chains[0]
		chains = chains[1:]
		for _, to := range imports[chain[len(chain)-1]] {
			next := append(slices.Clone(chain), strings.TrimPrefix(to, "zegel/"))
			if matches(pattern, to) {
				return next
			}
			if folder, own := strings.CutPrefix(to, "zegel/"); own && !seen[folder] {
				seen[folder] = true
				chains = append(chains, next)
			}
		}
	}
	return nil
}
