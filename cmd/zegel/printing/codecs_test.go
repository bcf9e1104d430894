package printing

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"zegel/printer/codetable"
)

// byPython is what Python's codecs make of each byte from 0x80 on, by table, 0 where they have no letter; a table that
// they do not have is absent.
func byPython(t *testing.T) map[string][128]rune {
	t.Helper()
	script := `import sys
for page in sys.argv[1:]:
	try: letters = [ord(bytes([b]).decode(page, "replace")) for b in range(128, 256)]
	except LookupError: continue
	print(page, *(0 if r == 0xfffd else r for r in letters))`
	out, err := exec.CommandContext(t.Context(), "python3", append([]string{"-c", script}, codetable.Pages()...)...).Output()
	if err != nil {
		t.Fatalf("python3: %v: install it, as make test does", err)
	}
	tables := make(map[string][128]rune)
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		var letters [128]rune
		if len(words) != 1+len(letters) {
			t.Fatalf("python3 said %q", line)
		}
		for i, word := range words[1:] {
			if _, err := fmt.Sscan(word, &letters[i]); err != nil {
				t.Fatal(err)
			}
		}
		tables[words[0]] = letters
	}
	return tables
}

// byIconv is what glibc's iconv makes of a byte, 0 if nothing.
func byIconv(t *testing.T, page string, b byte) rune {
	t.Helper()
	iconv := exec.CommandContext(t.Context(), "iconv", "-f", page, "-t", "UTF-32LE")
	iconv.Stdin = bytes.NewReader([]byte{b})
	out, err := iconv.Output()
	if err != nil || len(out) != 4 { // a byte without a letter ends it with an error
		return 0
	}
	return rune(out[0]) | rune(out[1])<<8 | rune(out[2])<<16
}

// Every letter of every code table is the one that Python's codecs have for it, or glibc's iconv where Python has none.
func TestIconvAgreesWithEveryCodeTable(t *testing.T) {
	tables := byPython(t)
	agreed := map[string]int{}
	for _, page := range codetable.Pages() {
		ours, _ := codetable.Letters(page)
		letters := 0
		for i, r := range ours {
			if r == 0 || page == "CP1255" && r == '\u05ba' {
				continue // it prints nothing here; a Hebrew point that only the web's table has
			}
			letters++
			by, want := "Python", tables[page][i]
			if want == 0 {
				by, want = "iconv", byIconv(t, page, byte(0x80+i))
			}
			if r != want {
				t.Errorf("%s: 0x%02X is %q here, %q to %s", page, 0x80+i, r, want, by)
			}
			agreed[by]++
		}
		if letters < 90 {
			t.Errorf("%s: only %d letters were compared", page, letters)
		}
	}
	if agreed["Python"] < 3000 || agreed["iconv"] < 200 {
		t.Errorf("letters by whom they were checked: %v", agreed)
	}
}
