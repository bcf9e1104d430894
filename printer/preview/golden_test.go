package preview_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"zegel/printer/layout"
	"zegel/printer/preview"
	"zegel/printer/raster"
	"zegel/terminal/loyalty/receipt"
)

var update = flag.Bool("update", false, "write the golden files")

// tillSlip is what a till may print through us: every block and style there is.
const tillSlip = `{"kind":"till","lang":"nl","blocks":[
	{"image":"logo"},
	{"text":"Café Zoë","align":"centre","bold":true,"double":true},
	{"text":"Østergade 5 · Łódź · Αθήνα · Ёлка","align":"centre"},
	{"feed":1},
	{"row":[{"text":"Espresso doppio XL with oat milk and an extra shot"},{"text":"2","width":4,"align":"right"},{"text":"€ 7,00","align":"right","whole":true}]},
	{"row":[{"text":"Crème brûlée"},{"text":"1","width":4,"align":"right"},{"text":"€ 1.234,50","align":"right","whole":true}]},
	{"rule":true},
	{"row":[{"text":"Total"},{"text":"€ 1.241,50","align":"right","whole":true}],"double":true},
	{"rule":true,"double":true},
	{"spans":[{"text":"You have "},{"text":"120","bold":true,"double":true},{"text":" points, of which "},{"text":"20","bold":true},{"text":" go on "},{"text":"31-12-2026","underline":true},{"text":"."}]},
	{"text":" DOUBLE POINTS ON SATURDAY ","invert":true,"align":"centre"},
	{"text":"wide","wide":3},
	{"text":"tall","tall":3,"align":"right"},
	{"text":"שלום (12) VIP","align":"right"},
	{"rule":true,"heavy":true},
	{"barcode":{"symbology":"ean13","text":"4006381333931","hri":true}},
	{"qr":"ZS1:7KQ2M-XW9RD-41HTP"},
	{"text":"Keep this for a return","align":"centre","underline":true},
	{"cut":true},
	{"text":"STUB","wide":4,"tall":4,"bold":true,"align":"centre"},
	{"row":[{"text":"Table"},{"text":"12","align":"right","whole":true}]}]}`

// logo is a ball with light on it, in shades of grey.
func logo() image.Image {
	const side = 120
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			shade := uint8(0xff)
			if dx*dx+dy*dy < side*side/4 {
				shade = uint8(min(255, ((dx+40)*(dx+40)+(dy+40)*(dy+40))/60))
			}
			img.SetGray(x, y, color.Gray{Y: 0xff - shade})
			if dx*dx+dy*dy >= side*side/4 {
				img.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	return img
}

// Somebody has looked at these pictures; a change of a dot has to be looked at, too (go test -update).
func TestTillSlipLooksAsItDid(t *testing.T) {
	slip, err := receipt.ParseSlip([]byte(tillSlip))
	if err != nil {
		t.Fatal(err)
	}
	for _, columns := range []int{32, 42, 48} {
		lines := layout.Lines(slip, columns)
		var picture bytes.Buffer
		paper := preview.Paper{Columns: columns, Images: map[string]raster.Bitmap{"logo": raster.Dither(logo(), 32*letter)}}
		if err := paper.PNG(&picture, lines); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("testdata", fmt.Sprintf("till-%d", columns))
		if *update {
			for file, b := range map[string][]byte{name + ".txt": []byte(preview.Text(lines)), name + ".png": picture.Bytes()} {
				if err := os.WriteFile(file, b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		want, err := os.ReadFile(name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if got := preview.Text(lines); got != string(want) {
			t.Errorf("%s.txt: got\n%s", name, got)
		}
		compare(t, name+".png", &picture)
	}
}

// compare holds a picture against a golden one, dot by dot: how they are compressed may change.
func compare(t *testing.T, name string, got *bytes.Buffer) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	have, err := png.Decode(got)
	if err != nil {
		t.Fatal(err)
	}
	if have.Bounds() != want.Bounds() {
		t.Fatalf("%s: %v, was %v", name, have.Bounds(), want.Bounds())
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			if color.GrayModel.Convert(have.At(x, y)) != color.GrayModel.Convert(want.At(x, y)) {
				t.Fatalf("%s: the dot at %d, %d is another", name, x, y)
			}
		}
	}
}
