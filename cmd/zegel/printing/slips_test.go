package printing

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/terminal/loyalty/receipt"
)

// goldenSlips are the slips that package receipt keeps as text, read back, and some with every sort of block in them.
func goldenSlips(t *testing.T) map[string]receipt.Slip {
	t.Helper()
	files, err := filepath.Glob("../../../terminal/loyalty/receipt/testdata/*.txt")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d golden slips, %v", len(files), err)
	}
	slips := map[string]receipt.Slip{"every block": everyBlock(t), "letters": letters(), "codes": codes()}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		slip := fromGolden(strings.ReplaceAll(string(text), "~", "\u00a0"))
		if err := slip.Validate(); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		slips[strings.TrimSuffix(filepath.Base(path), ".txt")] = slip
	}
	return slips
}

// fromGolden reads what the golden files of package receipt say of each block.
func fromGolden(text string) receipt.Slip {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	kind, lang, _ := strings.Cut(lines[0], ", ")
	slip := receipt.Slip{Kind: receipt.Kind(kind), Lang: lang}
	for _, line := range lines[1:] {
		var b receipt.Block
		line, b.Double = strings.CutSuffix(line, "  (double)")
		line, b.Bold = strings.CutSuffix(line, "  (bold)")
		if rest, centred := strings.CutPrefix(line, "[centre] "); centred {
			line, b.Align = rest, receipt.Centre
		}
		switch {
		case strings.HasPrefix(line, "-----"):
			b.Rule = true
		case strings.HasPrefix(line, "feed "):
			fmt.Sscanf(line, "feed %d", &b.Feed)
		case strings.Contains(line, " | ") || strings.HasPrefix(line, "[whole] "):
			for cell := range strings.SplitSeq(line, " | ") {
				var c receipt.Cell
				if rest, right := strings.CutPrefix(cell, "[right] "); right {
					cell, c.Align = rest, receipt.Right
				}
				c.Text, c.Whole = strings.CutPrefix(cell, "[whole] ")
				b.Row = append(b.Row, c)
			}
		case strings.TrimSpace(line) == "": // a QR code, which the files do not show
			b = receipt.Block{QR: "ZS1:GOLDEN-" + strings.ToUpper(kind)}
		default:
			b.Text = line
		}
		slip.Blocks = append(slip.Blocks, b)
	}
	return slip
}

func everyBlock(t *testing.T) receipt.Slip {
	t.Helper()
	slip, err := receipt.ParseSlip([]byte(`{"kind": "till", "lang": "nl", "blocks": [
		{"text": "Café Zoë", "align": "centre", "double": true}, {"text": "groot", "wide": 3, "tall": 2},
		{"text": "streep", "underline": true}, {"text": " omgekeerd ", "invert": true, "align": "right"},
		{"row": [{"text": "Espresso"}, {"text": "2", "width": 4, "align": "right"}, {"text": "€ 7,00", "align": "right", "whole": true}], "bold": true},
		{"rule": true}, {"rule": true, "double": true}, {"rule": true, "heavy": true},
		{"spans": [{"text": "U hebt "}, {"text": "120", "bold": true, "wide": 2}, {"text": " punten."}]},
		{"qr": "ZS1:4711"}, {"barcode": {"symbology": "ean13", "text": "4006381333931", "hri": true}}, {"cut": true},
		{"feed": 2}, {"text": "tweede papier ĉŵ 日本"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return slip
}

// letters are words of many alphabets, each a line.
func letters() receipt.Slip {
	var slip receipt.Slip
	for _, text := range []string{
		"Crème brûlée à 5 €", "Größe: Öl, Straße", "Olá, você tem ação não", "Příští úroveň, děkujeme", "Πόντοι: 120 Ευχαριστούμε", "Спасибо! Ёлка №5",
		"Teşekkürler, ığüşöçİ", "Tak for købet, Åse ærø", "20°C ±½ £ ¥ §", "Łódź €5", "שלום 120 נקודות", "日本語のカード", "Ĉiuj gajnas ŵ",
	} {
		slip.Blocks = append(slip.Blocks, receipt.Block{Text: text})
	}
	return slip
}

// codes are a QR code of each mode and a barcode of each kind.
func codes() receipt.Slip {
	var slip receipt.Slip
	for _, text := range []string{"ZS1:4711", "Zegel QR: {[]}~", "0123456789012345", "https://example.test/m/0001234567?t=20261122", strings.Repeat("Ab3", 100)} {
		slip.Blocks = append(slip.Blocks, receipt.Block{QR: text})
	}
	for _, b := range []receipt.Barcode{
		{Symbology: receipt.EAN13, Text: "4006381333931", HRI: true}, {Symbology: receipt.EAN8, Text: "96385074"}, {Symbology: receipt.UPCA, Text: "012345678905", HRI: true},
		{Symbology: receipt.Code128, Text: "LOY-00012345", HRI: true}, {Symbology: receipt.Code39, Text: "ZEGEL 39"}, {Symbology: receipt.ITF, Text: "0123456789"},
	} {
		slip.Blocks = append(slip.Blocks, receipt.Block{Barcode: &b})
	}
	return slip
}
