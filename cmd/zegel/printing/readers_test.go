package printing

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/preview"
	"zegel/terminal/loyalty/receipt"
)

// pictured writes the preview of one block, as a model's paper shows it.
func pictured(t *testing.T, model escpos.Profile, b receipt.Block) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	columns := model.Columns[0]
	lines := model.Lines(receipt.Slip{Blocks: []receipt.Block{{Text: "Café Zoë"}, b, {Text: "€ 7,00"}}}, columns)
	if err := errors.Join(preview.PNG(file, lines, columns), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// readBy gives what a program of others says of a picture.
func readBy(t *testing.T, debian, program string, args ...string) string {
	t.Helper()
	found, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%v: install %s, as make test does", err, debian)
	}
	out, err := exec.CommandContext(t.Context(), found, args...).Output()
	if err != nil {
		t.Errorf("%s %v: %v", program, args, err)
	}
	return string(out)
}

// codeBlocks are the codes of a slip, and how two readers call their kinds.
func codeBlocks() []receipt.Block {
	return slices.DeleteFunc(codes().Blocks, func(b receipt.Block) bool { return b.QR == "" && b.Barcode == nil })
}

func textOf(b receipt.Block) string {
	if b.Barcode != nil {
		return b.Barcode.Text
	}
	return b.QR
}

func papers() []escpos.Profile {
	wide := escpos.Generic80()
	wide.Columns = []int{48}
	return []escpos.Profile{escpos.Generic58(), escpos.Generic80(), wide}
}

// ZBar (Debian's zbar-tools) reads every code of a preview.
func TestZbarReadsEveryCodeOfAPreview(t *testing.T) {
	for _, model := range papers() {
		for _, b := range codeBlocks() {
			args := []string{"--quiet", "--nodbus", "--raw", "--oneshot", "-Supca.enable", pictured(t, model, b)}
			if got := readBy(t, "zbar-tools", "zbarimg", args...); strings.TrimSuffix(got, "\n") != textOf(b) {
				t.Errorf("%s: read %q, want %q", model.Name, got, textOf(b))
			}
		}
	}
}

// ZXing-C++ (Debian's zxing-cpp-tools) does, too.
func TestZXingReadsEveryCodeOfAPreview(t *testing.T) {
	for _, model := range papers() {
		for _, b := range codeBlocks() {
			got := readBy(t, "zxing-cpp-tools", "ZXingReader", pictured(t, model, b))
			if want := fmt.Sprintf("Text:       %q\n", textOf(b)); !strings.HasPrefix(got, want) {
				t.Errorf("%s: read %q, want %s", model.Name, got, want)
			}
		}
	}
}
