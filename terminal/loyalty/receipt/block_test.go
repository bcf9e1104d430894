package receipt_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zegel/terminal/loyalty/receipt"
)

// everything is a slip with a block of each kind and each style.
const everything = `{"kind":"till","lang":"nl","blocks":[` +
	`{"text":"Café","align":"centre","bold":true,"double":true},` +
	`{"row":[{"text":"Espresso","width":20},{"text":"€ 2,50","align":"right","whole":true}],"underline":true},` +
	`{"text":"SALE","invert":true,"wide":2,"tall":3},` +
	`{"spans":[{"text":"Points "},{"text":"120","bold":true,"underline":true,"double":true},{"text":" off","invert":true,"wide":3,"tall":2}]},` +
	`{"rule":true},{"double":true,"rule":true},{"rule":true,"heavy":true},{"feed":2},` +
	`{"qr":"ZS1:4711"},{"barcode":{"symbology":"ean8","text":"96385074","hri":true}},{"image":"logo-2"},{"cut":true},{"text":"stub"}]}`

// The bytes of a slip are kept for years, so they are pinned, and read back to the same.
func TestEveryBlockIsKept(t *testing.T) {
	s, err := receipt.ParseSlip([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(encoded) != everything {
		t.Errorf("got  %s\nwant %s", encoded, everything)
	}
	if back, err := receipt.Decode(encoded); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}

func TestWhatSaysNothingNewIsReadAsNothing(t *testing.T) {
	s, err := receipt.ParseSlip([]byte(`{"blocks":[{"text":"a","align":"left","bold":false,"wide":1,"tall":1},{"row":[{"text":"","align":""}]}]}`))
	want := receipt.Slip{Blocks: []receipt.Block{{Text: "a"}, {Row: []receipt.Cell{{}}}}}
	if err != nil || !reflect.DeepEqual(s, want) {
		t.Errorf("%v: %+v", err, s)
	}
}

func TestComplaintsSayWhere(t *testing.T) {
	long := strings.Repeat("a", receipt.MaxText+1)
	cases := []struct{ name, json, want string }{
		{"no JSON", `{"blocks":`, `the slip is not one JSON value: unexpected end of JSON input (byte 10)`},
		{"two values", `{"blocks":[]} {}`, `the slip is not one JSON value: invalid character '{' after top-level value (byte 15)`},
		{"not UTF-8", "{\"blocks\":[{\"text\":\"\xff\"}]}", "the slip is not UTF-8"},
		{"too many bytes", strings.Repeat(" ", receipt.MaxSlip) + "{}", "a slip of 65538 bytes, at most 65536"},
		{"no object", `[]`, "needs an object, has a list"},
		{"no blocks", `{"kind":"till"}`, "blocks: is missing, needs a list of blocks"},
		{"null", `{"blocks":null}`, "blocks: needs a list, has null"},
		{"an unknown field", `{"Blocks":[],"blocks":[]}`, "Blocks: there is no such field: there are kind, lang, blocks"},
		{"an unknown field of a cell", `{"blocks":[{"row":[{"txt":"a"}]}]}`, "blocks[0].row[0].txt: there is no such field: there are text, align, width, whole"},
		{"a field that stands twice", `{"blocks":[{"text":"a","text":"b"}]}`, "blocks[0].text: stands there twice"},
		{"a name that is none", `{"lang":"n l","blocks":[]}`, "lang: needs at most 32 letters, digits and hyphens"},
		{"a number as text", `{"blocks":[{"text":5}]}`, "blocks[0].text: needs a text, has 5"},
		{"a text as number", `{"blocks":[{"feed":"5"}]}`, `blocks[0].feed: needs a whole number from 1 to 40, has "5"`},
		{"half a column", `{"blocks":[{"feed":1},{"row":[{"text":"a"},{"text":"b","width":1.5}]}]}`, "blocks[1].row[1].width: needs a whole number from 1 to 255, has 1.5"},
		{"a column less than none", `{"blocks":[{"row":[{"text":"a","width":-3}]}]}`, "blocks[0].row[0].width: needs a whole number from 1 to 255, has -3"},
		{"a size too large", `{"blocks":[{"text":"a","tall":5}]}`, "blocks[0].tall: needs a whole number from 1 to 4, has 5"},
		{"an unknown align", `{"blocks":[{"text":"a","align":"center"}]}`, `blocks[0].align: needs left, centre or right, has "center"`},
		{"a flag that is none", `{"blocks":[{"text":"a","bold":1}]}`, "blocks[0].bold: needs true or false, has 1"},
		{"a span without its object", `{"blocks":[{"spans":["a"]}]}`, `blocks[0].spans[0]: needs an object, has "a"`},
		{"nothing", `{"blocks":[{"bold":true}]}`, "blocks[0]: says nothing: needs one of text, spans, row, rule, feed, qr, barcode, image, cut"},
		{"an empty text", `{"blocks":[{"text":""}]}`, "blocks[0]: says nothing: needs one of text, spans, row, rule, feed, qr, barcode, image, cut"},
		{"two things", `{"blocks":[{"text":"a","cut":true}]}`, "blocks[0]: has text and cut: needs exactly one of them"},
		{"a long text", `{"blocks":[{"text":"` + long + `"}]}`, "blocks[0].text: 4097 bytes, at most 4096"},
		{"long spans", `{"blocks":[{"spans":[{"text":"` + long[1:] + `"},{"text":"a"}]}]}`, "blocks[0].spans: 4097 bytes together, at most 4096"},
		{"a double that is wide", `{"blocks":[{"text":"a","double":true,"wide":3}]}`, "blocks[0].wide: double is twice as wide and tall already: say one or the other"},
		{"a heavy text", `{"blocks":[{"text":"a","heavy":true}]}`, "blocks[0].heavy: only a rule is heavy, and none is heavy and double"},
		{"a code that is no ASCII", `{"blocks":[{"qr":"é"}]}`, "blocks[0].qr: 2 bytes, needs at most 300 of printable ASCII"},
		{"a wrong check digit", `{"blocks":[{"barcode":{"symbology":"ean8","text":"96385070"}}]}`, `blocks[0].barcode: barcode ean8: the check digit of "96385070" is 4`},
		{"bytes for a picture", `{"blocks":[{"image":"data:image/png"}]}`, "blocks[0].image: needs the name of a picture: 1 to 32 letters a-z, digits and hyphens"},
		{"too many cells", `{"blocks":[{"row":[` + strings.Repeat(`{"text":"a"},`, receipt.MaxCells) + `{"text":"a"}]}]}`, "blocks[0].row: 17 members, at most 16"},
		{"too much paper", `{"blocks":[` + strings.Repeat(`{"feed":40},`, 15) + `{"qr":"a"},{"feed":40}]}`, "blocks: paper for 21080 letters, at most 20000"},
		{"all that is wrong", `{"kind":1,"blocks":[{"feed":0},{"feed":41}]}`, "kind: needs a text, has 1\n" +
			"blocks[0].feed: needs a whole number from 1 to 40, has 0\nblocks[1].feed: needs a whole number from 1 to 40, has 41"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := receipt.ParseSlip([]byte(c.json))
			var complaints receipt.Complaints
			if !errors.As(err, &complaints) || err.Error() != c.want {
				t.Fatalf("got  %v\nwant %s", err, c.want)
			}
			if len(s.Blocks) > 0 {
				t.Errorf("it is given all the same: %+v", s)
			}
		})
	}
}

func TestComplaintsHaveAnEnd(t *testing.T) {
	_, err := receipt.ParseSlip([]byte(`{"blocks":[` + strings.Repeat(`{"no":1},`, 150) + `{}]}`))
	var complaints receipt.Complaints
	if !errors.As(err, &complaints) || len(complaints) != 20 {
		t.Errorf("%d complaints: %v", len(complaints), err)
	}
}

func TestEveryPaperOfACopySaysSo(t *testing.T) {
	text := func(s string) receipt.Block { return receipt.Block{Text: s} }
	cut := receipt.Block{Cut: true}
	s := receipt.Slip{Blocks: []receipt.Block{text("a"), cut, cut, text("b"), text("c"), cut}}
	got := s.Copied("DUPLICAAT").Blocks
	head := receipt.Block{Text: "DUPLICAAT", Align: receipt.Centre, Bold: true, Double: true}
	if want := []receipt.Block{head, text("a"), cut, cut, head, text("b"), text("c"), cut}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if len(s.Blocks) != 6 {
		t.Error("the original has changed")
	}
}

// What a stranger sends is refused or printed, and what is taken is kept and read back as it is.
func FuzzParseSlip(f *testing.F) {
	for _, seed := range []string{everything, `{}`, `[]`, `{"blocks":[{"text":"\ud800\u001b@"}]}`, `{"blocks":[{"row":[{"text":"a","width":99999999999999999999}]}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := receipt.ParseSlip(b)
		if err != nil {
			return
		}
		encoded, err := s.Encode()
		if err != nil {
			t.Fatalf("what was taken cannot be kept: %v", err)
		}
		again, err := receipt.ParseSlip(encoded)
		if err != nil && len(encoded) <= receipt.MaxSlip || err == nil && !reflect.DeepEqual(again, s) {
			t.Fatalf("%v: read back as %+v, was %+v", err, again, s)
		}
	})
}

func TestValidateTellsEveryBlockThatIsWrong(t *testing.T) {
	s := receipt.Slip{Blocks: []receipt.Block{{Text: "\xff"}, {Text: "a"}, {Feed: -1}, {Row: []receipt.Cell{{Text: "a", Width: -1}}}}}
	var complaints receipt.Complaints
	if !errors.As(s.Validate(), &complaints) {
		t.Fatal("it is accepted")
	}
	var keys []string
	for _, c := range complaints {
		keys = append(keys, c.Key)
	}
	if want := []string{"blocks[0].text", "blocks[2].feed", "blocks[3].row[0].width"}; !slices.Equal(keys, want) {
		t.Errorf("complaints about %q, want %q", keys, want)
	}
}
