package printing

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
)

// npmModules is where the Makefile puts what a test takes from npm.
func npmModules(t testing.TB, folder string) string {
	t.Helper()
	modules, err := filepath.Abs("../../../bin/" + folder + "/node_modules")
	if err == nil {
		_, err = os.Stat(modules)
	}
	if err != nil {
		t.Fatalf("%v: make test and make bench install it", err)
	}
	return modules
}

// A stream is what a printer is sent; a split is what npos makes of it.
type stream struct {
	Name  string `json:"name"`
	Bytes []byte `json:"bytes"`
}

type split struct {
	Name, Error string
	Commands    []string
}

// splits gives streams to npos.
func splits(t *testing.T, streams []stream) []split {
	t.Helper()
	var in bytes.Buffer
	lines := json.NewEncoder(&in)
	for _, s := range streams {
		if err := lines.Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	node := exec.CommandContext(t.Context(), "node", "testdata/tokens.js")
	node.Env = append(os.Environ(), "NODE_PATH="+npmModules(t, "npos"))
	node.Stdin, node.Stderr = &in, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []split
	for line := range strings.Lines(string(out)) {
		var s split
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if len(all) != len(streams) {
		t.Fatalf("%d answers to %d streams", len(all), len(streams))
	}
	return all
}

// slipCommands are all that a slip may hold: none opens a drawer, buzzes, or asks.
var slipCommands = strings.Split(`,LF ,ESC @,FS .,ESC t,ESC E,ESC -,ESC !,ESC a,ESC d,GS !,GS B,GS V,GS (k,GS k,GS h,GS w,GS f,GS H,GS v0,GS (L`, ",")

// npm's npos (MIT) splits the golden slips, and slips with all there is, as every model that speaks ESC/POS is sent them.
func TestNposKnowsEveryCommandOfEverySlip(t *testing.T) {
	slips := goldenSlips(t)
	var streams []stream
	for _, model := range escpos.Profiles() {
		if model.Dialect != escpos.ESCPOS {
			continue
		}
		encoder, err := NewEncoder(model, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(slips)) {
			streams = append(streams, stream{model.Name + ": " + name, encoder.AppendSlip(nil, model.Lines(slips[name], model.Columns[0]))})
		}
	}
	seen := make(map[string]bool)
	for _, s := range splits(t, streams) {
		if s.Error != "" {
			t.Errorf("%s: %s", s.Name, s.Error)
		}
		for _, c := range s.Commands {
			seen[c] = true
			if !slices.Contains(slipCommands, c) {
				t.Errorf("%s: holds %s", s.Name, c)
			}
		}
	}
	for _, c := range []string{"GS (k", "GS v0", "GS k", "GS V", "ESC t", "GS B", "ESC !"} {
		if !seen[c] {
			t.Errorf("no slip holds %s: what was looked at is too little", c)
		}
	}
}

// It would say so.
func TestNposRefusesWhatIsNoCommand(t *testing.T) {
	for _, s := range splits(t, []stream{
		{"ESC w", []byte("abc\x1bwx")}, {"a QR code cut short", []byte("\x1d(k\x10\x001P0abc")}, {"FS x", []byte("\x1cx")},
	}) {
		if s.Error == "" {
			t.Errorf("%s is taken: %q", s.Name, s.Commands)
		}
	}
}
