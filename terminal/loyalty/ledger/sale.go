package ledger

// A Record is a record as it was stored. Body is nil once it was emptied.
type Record struct {
	Head Head
	Body *Body
}

// A Sale is its record and everything that took something of it back since.
type Sale struct {
	Original Record
	// Besides are the records that redeemed points for the same sale by
	// themselves, where the sale's own basket is what was left to pay.
	Besides []Record
	Later   []Record // in any order
}

// A SaleName says which sale is meant. The first of its fields that is set
// counts.
type SaleName struct {
	Record Key // the key of its record
	// Request is the key of the request it was posted with.
	Request string
	// Code is the short form of its record's key, as on the slip.
	Code string
}

// IsZero reports whether n names nothing.
func (n SaleName) IsZero() bool { return n == SaleName{} }
