package escpos

import "time"

// Overrides are what a shop knows better about its printer than the profile of its model. A field that is empty or
// nil leaves the profile's.
type Overrides struct {
	Columns    []int
	Dots       int
	Tables     []Table
	Cut        Cut
	FeedLines  *int
	Answers    *Answers
	Requests   *[]Request
	QR         QR
	Barcodes   Barcodes
	Pictures   Pictures
	Styles     Styles
	Drawer     *bool
	Buzzer     *Buzzer
	SingleByte *bool
	LineTime   time.Duration
}

// With is p as o has it; it keeps its name. Validate says whether it still can be printed with.
func (p Profile) With(o Overrides) Profile {
	if o.Columns != nil {
		p.Columns = o.Columns
	}
	if o.Tables != nil {
		p.Tables = o.Tables
	}
	stated(&p.Dots, o.Dots)
	stated(&p.Cut, o.Cut)
	stated(&p.QR, o.QR)
	stated(&p.Barcodes, o.Barcodes)
	stated(&p.Pictures, o.Pictures)
	stated(&p.Styles, o.Styles)
	stated(&p.LineTime, o.LineTime)
	set(&p.FeedLines, o.FeedLines)
	set(&p.Answers, o.Answers)
	set(&p.Requests, o.Requests)
	set(&p.Drawer, o.Drawer)
	set(&p.Buzzer, o.Buzzer)
	set(&p.SingleByte, o.SingleByte)
	return p
}

// stated puts value into field, unless it is the empty one.
func stated[T comparable](field *T, value T) {
	var empty T
	if value != empty {
		*field = value
	}
}
