package ledger

// A Found is a member found by name.
type Found struct {
	Account Account
	Profile Profile
	Mask    string // of the card, "…4566"; "" where there is none
}
