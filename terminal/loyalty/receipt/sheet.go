package receipt

import "zegel/terminal/loyalty/words"

// A SheetCode is one code of the sheet that a scanner is set up with. Its Symbology
// is that of a barcode, or "qr".
type SheetCode struct {
	Name      string // as people know the kind of code: "EAN-13"
	Symbology string
	Text      string
}

// ForSheet is a paper of codes whose texts are known: a scanner that reads them
// shows how it is set up. The texts stand below the codes, to compare with.
func ForSheet(w words.Words, codes []SheetCode) Slip {
	blocks := []Block{
		{Text: w.ScannerSheet(), Align: Centre, Bold: true},
		{Text: w.OneByOne()},
	}
	for i, c := range codes {
		blocks = append(blocks, Block{Rule: true}, Block{Text: w.ScanThis(i+1, len(codes), c.Name), Bold: true})
		if c.Symbology == "qr" {
			blocks = append(blocks, Block{QR: c.Text, Align: Centre}, Block{Text: c.Text, Align: Centre})
		} else {
			blocks = append(blocks, Block{Barcode: &Barcode{Symbology: Symbology(c.Symbology), Text: c.Text, HRI: true}, Align: Centre})
		}
	}
	return Slip{Kind: KindSheet, Lang: w.Language(), Blocks: blocks}
}
