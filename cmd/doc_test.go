package cmd_test

import (
	"bytes"
	"fmt"
	"go/doc"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longestSentence is how long a package may take to say what it is, in bytes.
const longestSentence = 160

// topLevel is all that may stand at the top of the tree besides dot files. The programs that make builds go to
// bin, which git ignores.
var topLevel = strings.Fields("cmd terminal scanner printer syncer store install go.mod go.sum README.md LICENSE Makefile bin")

// notOurs is what the tree holds that nobody here wrote: git's own (a file in a linked work tree), what make
// builds, an editor's notes, and the hashes of go.sum, whose base64 may spell anything.
var notOurs = strings.Fields(".git bin .idea .vscode go.sum")

// machinePath finds paths under which people keep their work on one machine; elsewhere they mean nothing.
var machinePath = regexp.MustCompile(`(?m)(?:^|[^\w./~$}-])(/(?:home|root|work|Users)/[^\s:"'` + "`" + `]*|[A-Z]:\\+Users\\[^\s"'` + "`" + `]*)`)

func TestDocPackages(t *testing.T) {
	tree := readTree(t)
	for _, c := range packageComplaints(tree) {
		t.Error(c)
	}
}

func TestDocRoomsIntroduceThemselves(t *testing.T) {
	documented := make(map[string]bool) // room with Go files of its own → has a package comment
	for _, s := range readTree(t) {
		if s.folder() == s.room() {
			documented[s.room()] = documented[s.room()] || packageComment(s) != ""
		}
	}
	for room, ok := range documented {
		_, err := os.Stat(path.Join("..", room, "README.md"))
		if !ok && err != nil {
			t.Errorf("%s: has neither a README.md nor a package comment: say there what the room is for", room)
		}
	}
}

func TestDocTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, name := range strangers(names) {
		t.Errorf("%s does not belong at the top of the tree: put it into the room it is about", name)
	}
}

func TestDocNamesNoMachine(t *testing.T) {
	top := os.DirFS("..")
	looked := 0
	err := fs.WalkDir(top, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && slices.Contains(notOurs, file):
			return fs.SkipDir
		case !d.Type().IsRegular() || slices.Contains(notOurs, file):
			return nil
		}
		text, err := fs.ReadFile(top, file)
		if err != nil {
			return err
		}
		looked++
		for _, found := range machinePaths(text) {
			t.Errorf("%s:%s is a path of one machine: make it relative, a setting or an argument", file, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked < 10 {
		t.Errorf("looked at %d files only: the tree is not where this test looks for it", looked)
	}
}

func TestDocRefuses(t *testing.T) {
	const good = "// Package earn says what a basket earns.\n"
	packages := []struct {
		name      string
		files     map[string]string
		complaint string
	}{
		{"a sentence", map[string]string{"a/earn/a.go": good + "package earn", "a/earn/b.go": "package earn"}, ""},
		{"a command", map[string]string{"cmd/zegel/main.go": "// Command zegel runs a shop.\npackage main"}, ""},
		{"tests alone need none", map[string]string{"a/earn/a_test.go": "package earn_test"}, ""},
		{"no comment", map[string]string{"a/earn/a.go": "package earn"}, "no package comment"},
		{"a directive is no comment", map[string]string{"a/earn/a.go": "//go:generate true\npackage earn"}, "no package comment"},
		{"a comment in the tests only", map[string]string{"a/earn/a.go": "package earn", "a/earn/a_test.go": good + "package earn"}, "no package comment"},
		{"two comments", map[string]string{"a/earn/a.go": good + "package earn", "a/earn/b.go": good + "package earn"}, "a/earn/a.go, a/earn/b.go"},
		{"another beginning", map[string]string{"a/earn/a.go": "// This package earns.\npackage earn"}, `"Package earn "`},
		{"a command that says package", map[string]string{"cmd/zegel/main.go": "// Package main runs a shop.\npackage main"}, `"Command zegel "`},
		{"no full stop", map[string]string{"a/earn/a.go": "// Package earn says what a basket earns\npackage earn"}, "full stop"},
		{"a long sentence", map[string]string{"a/earn/a.go": "// Package earn says " + strings.Repeat("very ", 40) + "much.\npackage earn"}, "bytes"},
	}
	for _, c := range packages {
		var tree []source
		for file, text := range c.files {
			tree = append(tree, parseSource(t, file, text+"\n"))
		}
		got := packageComplaints(tree)
		switch {
		case c.complaint == "" && len(got) > 0:
			t.Errorf("%s: refused: %q", c.name, got)
		case c.complaint != "" && (len(got) != 1 || !strings.Contains(got[0], c.complaint)):
			t.Errorf("%s: got %q, want one complaint about %s", c.name, got, c.complaint)
		}
	}

	// Put together here, or this file would be refused for holding them.
	slash := "/"
	for text, found := range map[string]int{
		slash + "home/ann/zegel":                                1,
		"cd " + slash + "root/zegel && make":                    1,
		"a\nPATH=" + slash + "work/bin:" + slash + "Users/bo/b": 2,
		`path = "C:` + `\Users\ann\zegel"`:                      1,
		"https://example.com/home/ann":                          0,
		"../" + "work" + "/notes and docs/" + "work" + "/notes": 0,
		"/var/lib/zegel and ProtectHome=yes":                    0,
	} {
		if got := machinePaths([]byte(text)); len(got) != found {
			t.Errorf("%q: found %q, want %d paths", text, got, found)
		}
	}

	if got := strangers([]string{".ci", "store", "LICENSE", "internal", "main.go"}); !slices.Equal(got, []string{"internal", "main.go"}) {
		t.Errorf("strangers at the top: got %q", got)
	}
}

// packageComment is the comment that go doc would show for the file, without directives; empty for a test.
func packageComment(s source) string {
	if s.isTest() {
		return ""
	}
	return s.ast.Doc.Text()
}

func packageComplaints(tree []source) []string {
	folders := make(map[string][]source) // folder → the files that ship from it
	for _, s := range tree {
		if !s.isTest() {
			folders[s.folder()] = append(folders[s.folder()], s)
		}
	}
	var complaints []string
	for folder, sources := range folders {
		var commented []string
		var comment string
		for _, s := range sources {
			if text := packageComment(s); text != "" {
				commented = append(commented, s.file)
				comment = text
			}
		}
		slices.Sort(commented)
		switch len(commented) {
		case 0:
			complaints = append(complaints, fmt.Sprintf("%s: no package comment: say in one sentence what the package is for", folder))
		case 1:
			complaints = append(complaints, sentenceComplaints(commented[0], opening(sources[0]), comment)...)
		default:
			complaints = append(complaints, fmt.Sprintf("%s: more than one package comment: keep one of %s", folder, strings.Join(commented, ", ")))
		}
	}
	slices.Sort(complaints)
	return complaints
}

// opening is how the package's comment has to begin.
func opening(s source) string {
	if name := s.ast.Name.Name; name != "main" {
		return "Package " + name + " "
	}
	return "Command " + path.Base(s.folder()) + " "
}

func sentenceComplaints(file, opening, comment string) []string {
	var complaints []string
	sentence := new(doc.Package).Synopsis(comment)
	if !strings.HasPrefix(sentence, opening) {
		complaints = append(complaints, fmt.Sprintf("%s: the package comment begins %.40q: begin it with %q", file, sentence, opening))
	}
	if !strings.HasSuffix(sentence, ".") {
		complaints = append(complaints, fmt.Sprintf("%s: the first sentence of the package comment has no full stop: end it in its first paragraph", file))
	}
	if len(sentence) >= longestSentence {
		complaints = append(complaints, fmt.Sprintf("%s: the package comment's first sentence has %d bytes: say it in fewer than %d, or split the package", file, len(sentence), longestSentence))
	}
	return complaints
}

// machinePaths returns "line: path" for each path of a developer's machine.
func machinePaths(text []byte) []string {
	var found []string
	for _, at := range machinePath.FindAllSubmatchIndex(text, -1) {
		line := 1 + bytes.Count(text[:at[2]], []byte("\n"))
		found = append(found, fmt.Sprintf("%d: %s", line, text[at[2]:at[3]]))
	}
	return found
}

func strangers(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return strings.HasPrefix(name, ".") || slices.Contains(topLevel, name)
	})
}
