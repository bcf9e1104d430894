package escpos_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/printer/codetable"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

func TestProfiles(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range escpos.Profiles() {
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		if seen[p.Name] || p.Title == "" || p.LineTime <= 0 || p.FontB <= slices.Min(p.Columns) || p.DPI == 0 {
			t.Errorf("%+v: twice, or not told all about", p)
		}
		seen[p.Name] = true
		if named, err := escpos.Named(p.Name); err != nil || !reflect.DeepEqual(named, p) {
			t.Errorf("Named(%q) = %q, %v", p.Name, named.Name, err)
		}
		if _, err := escpos.NewEncoder(p); (err == nil) != (p.Dialect == escpos.ESCPOS) {
			t.Errorf("%s, %s: %v", p.Name, p.Dialect, err)
		}
	}
	if _, err := escpos.Named("tm-nothing"); err == nil || !strings.Contains(err.Error(), "epson-tm-t20iii") {
		t.Errorf("the complaint of a model that does not exist is %v", err)
	}
}

// Numbers that a shop pays for with every letter, from the makers' manuals and the databases of models.
func TestTablesOfModels(t *testing.T) {
	for name, want := range map[string]map[byte]string{
		"epson-tm-t88iii":   {19: "CP858", 18: "CP862", 17: "CP866"},
		"epson-tm-t20iii":   {18: "CP852", 14: "CP737", 47: "CP1253", 13: "CP857", 40: "ISO8859-15"},
		"rongta-rp326":      {17: "CP1253", 7: "CP866", 18: "CP852"},
		"pos-5890":          {16: "CP1252", 17: "CP866", 23: "CP1251"},
		"citizen-ct-s310ii": {16: "CP1252", 2: ""}, // the databases disagree about 2
		"star-tsp100iv":     {4: "CP858", 32: "CP1252"},
	} {
		for number, page := range want {
			got := ""
			for _, t := range named(t, name).Tables {
				if t.Number == number {
					got = t.Page
				}
			}
			if got != page {
				t.Errorf("%s: table %d is %q, want %q", name, number, got, page)
			}
		}
	}
	for _, p := range escpos.Profiles() {
		euro := false
		for _, table := range p.Tables {
			letters, _ := codetable.Letters(table.Page)
			has := slices.Contains(letters[:], '€')
			euro = euro || has
			if has && slices.Contains([]string{"CP437", "CP850", "CP852", "CP857", "CP866"}, table.Page) {
				t.Errorf("%s: %s has no euro on most printers", p.Name, table.Page)
			}
		}
		if !euro {
			t.Errorf("%s cannot print a euro", p.Name)
		}
	}
}

func TestProfilesWithoutWhichNothingIsPrinted(t *testing.T) {
	for name, spoil := range map[string]func(*escpos.Profile){
		"columns":  func(p *escpos.Profile) { p.Columns = nil },
		"narrow":   func(p *escpos.Profile) { p.Columns = []int{42, 8} },
		"dots":     func(p *escpos.Profile) { p.Dots = 300 },
		"tables":   func(p *escpos.Profile) { p.Tables = nil },
		"page":     func(p *escpos.Profile) { p.Tables = []escpos.Table{table(13, "CP856")} },
		"cut":      func(p *escpos.Profile) { p.Cut = "bite" },
		"feed":     func(p *escpos.Profile) { p.FeedLines = 256 },
		"code":     func(p *escpos.Profile) { p.QR = "" },
		"bars":     func(p *escpos.Profile) { p.Barcodes = "" },
		"pictures": func(p *escpos.Profile) { p.Pictures = "oil" },
		"both":     func(p *escpos.Profile) { p.QR, p.Pictures = escpos.QRPicture, escpos.PicturesNone },
		"styles":   func(p *escpos.Profile) { p.Styles = "" },
		"buzzer":   func(p *escpos.Profile) { p.Buzzer = "horn" },
		"answers":  func(p *escpos.Profile) { p.Answers = "maybe" },
		"requests": func(p *escpos.Profile) { p.Requests = []escpos.Request{"mood"} },
		"dialect":  func(p *escpos.Profile) { p.Dialect = "zpl" },
		"paper":    func(p *escpos.Profile) { p.Columns = []int{42, 24} },
	} {
		p := escpos.Generic80()
		spoil(&p)
		if _, err := escpos.NewEncoder(p); err == nil {
			t.Errorf("%s: a profile nothing can be printed with is accepted", name)
		}
	}
	p := escpos.Generic80()
	p.Cut, p.QR = "bite", "draw"
	if err := p.Validate(); err == nil || strings.Count(err.Error(), "generic-80") != 2 {
		t.Errorf("two faults are complained of as %v", err)
	}
}

func TestOverrides(t *testing.T) {
	p := named(t, "pos-5890")
	if got := p.With(escpos.Overrides{}); !reflect.DeepEqual(got, p) {
		t.Errorf("no override changes %+v to %+v", p, got)
	}
	var tables []escpos.Table
	if err := json.Unmarshal([]byte(`["0 CP437", "13 CP857"]`), &tables); err != nil {
		t.Fatal(err)
	}
	feed, drawer, unsaid, none, horn := 0, true, escpos.AnswersUnknown, []escpos.Request{}, escpos.BuzzerClone
	o := escpos.Overrides{Columns: []int{42}, Dots: 576, Tables: tables, Cut: escpos.CutFull, FeedLines: &feed, Answers: &unsaid, Requests: &none,
		QR: escpos.QRNone, Barcodes: escpos.BarcodesNone, Pictures: escpos.PicturesNone, Styles: escpos.StylesOld, Drawer: &drawer, Buzzer: &horn,
		SingleByte: &drawer, LineTime: time.Second}
	want := p
	want.Columns, want.Dots, want.Tables, want.Cut, want.FeedLines = []int{42}, 576, []escpos.Table{table(0, "CP437"), table(13, "CP857")}, "full", 0
	want.Answers, want.Requests, want.QR, want.Barcodes, want.Pictures, want.Styles = "", none, "none", "none", "none", "old"
	want.Drawer, want.Buzzer, want.SingleByte, want.LineTime = true, "clone", true, time.Second
	if got := p.With(o); !reflect.DeepEqual(got, want) || got.Validate() != nil {
		t.Errorf("got  %+v\nwant %+v\n%v", got, want, got.Validate())
	}
	if named(t, "pos-5890").FeedLines == 0 {
		t.Error("an override changed the model")
	}
	// Each field of Profile is one of Overrides as well, but those that name the model.
	for _, f := range reflect.VisibleFields(reflect.TypeFor[escpos.Profile]()) {
		_, can := reflect.TypeFor[escpos.Overrides]().FieldByName(f.Name)
		if names := slices.Contains([]string{"Name", "Title", "Dialect", "FontB", "DPI"}, f.Name); can == names {
			t.Errorf("%s can be overridden: %t", f.Name, can)
		}
	}
}

// What a model lacks is not taken from a number that means something else there.
func TestHebrewNumberIsNotLatin(t *testing.T) {
	stream := encode(t, named(t, "epson-tm-t88iii").With(escpos.Overrides{QR: escpos.QRNone, Pictures: escpos.PicturesNone}), slipOf(receipt.Block{Text: "Łódź"}))
	letters, tables := texts(t, stream)
	if string(letters) != "L\xa2dz" || !slices.Equal(tables, []byte{19}) {
		t.Errorf("printed %q from %d", letters, tables)
	}
}

func TestPrintTimeIsThatOfTheModel(t *testing.T) {
	p := escpos.Generic80()
	line := layout.Line{{Text: "A"}}
	if got, want := p.PrintTime([]layout.Line{line, line}), 6*p.LineTime; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
