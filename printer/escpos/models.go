package escpos

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"zegel/printer/codetable"
)

// models is what is known of models, as data: a model is added there and nowhere else.
//
//go:embed models.json
var models []byte

// A model is a Profile as models.json has it. A field that is left out is that of the model it is like.
type model struct {
	Name       string
	Title      string
	Like       string
	Dialect    *Dialect
	Columns    []int
	FontB      *int `json:"font_b"`
	Dots       *int
	DPI        *int
	Tables     string // the name of a list of tables
	Cut        *Cut
	Feed       *int
	Answers    *Answers
	QR         *QR
	Barcodes   *Barcodes
	Pictures   *Pictures
	Styles     *Styles
	Requests   []Request
	Drawer     *bool
	Buzzer     *Buzzer
	SingleByte *bool `json:"single_byte"`
	LineMS     *int  `json:"line_ms"`
}

// readModels reads models.json. A model is like one before it, or complete; Validate says whether it is.
func readModels(text []byte) ([]Profile, error) {
	var file struct {
		About  []string
		Tables map[string][]codetable.Table
		Models []model
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read the printer models: %w", err)
	}
	profiles := make([]Profile, 0, len(file.Models))
	for _, m := range file.Models {
		p, known := find(profiles, m.Like)
		if !known && m.Like != "" {
			return nil, fmt.Errorf("read the printer models: %q is like %q, which is not before it", m.Name, m.Like)
		}
		m.fill(&p)
		if m.Tables != "" {
			p.Tables = file.Tables[m.Tables]
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}

// fill puts into p what m says.
func (m model) fill(p *Profile) {
	p.Name, p.Title = m.Name, m.Title
	set(&p.Dialect, m.Dialect)
	set(&p.FontB, m.FontB)
	set(&p.Dots, m.Dots)
	set(&p.DPI, m.DPI)
	set(&p.Cut, m.Cut)
	set(&p.FeedLines, m.Feed)
	set(&p.Answers, m.Answers)
	set(&p.QR, m.QR)
	set(&p.Barcodes, m.Barcodes)
	set(&p.Pictures, m.Pictures)
	set(&p.Styles, m.Styles)
	set(&p.Drawer, m.Drawer)
	set(&p.Buzzer, m.Buzzer)
	set(&p.SingleByte, m.SingleByte)
	if m.Columns != nil {
		p.Columns = m.Columns
	}
	if m.Requests != nil {
		p.Requests = m.Requests
	}
	if m.LineMS != nil {
		p.LineTime = time.Duration(*m.LineMS) * time.Millisecond
	}
}

// set puts what value points to into field, if it points to anything.
func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

func find(profiles []Profile, name string) (p Profile, known bool) {
	for _, p := range profiles {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}
