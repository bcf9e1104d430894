// Package bulletin says what head office tells its terminals.
package bulletin

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Statement is the authority's word on an account.
type Statement struct {
	Account ledger.Account `json:"account"`
	// Survivor is the account that stands for this one since both were found to
	// be one member's. Each keeps a statement of its own; what the member holds
	// is their sum, and new entries go to the survivor.
	Survivor ledger.Account `json:"survivor,omitzero"`
	// Identifiers lead to the account: those the terminal itself has sent and
	// those found at other shops.
	Identifiers []member.Identifier `json:"identifiers,omitempty"`
	Wallets     []Balance           `json:"wallets"`
	// Counted is how far this terminal's own journal is in the balances, branch
	// by branch: a record above its branch's mark is not.
	Counted []ledger.Mark `json:"counted"`
	// Grants are this terminal's open grants on the account, as head office
	// knows them: one that is not here any more was closed or spent.
	Grants []Grant `json:"grants,omitempty"`
	// AsOf is head office's time of the word, milliseconds since 1970 UTC.
	AsOf ledger.Stamp `json:"as_of"`
}

// A Balance is a statement's figure for one wallet.
type Balance struct {
	Wallet ledger.Wallet   `json:"wallet"`
	Points ledger.Points   `json:"points"`
	Rest   ledger.Fraction `json:"rest,omitzero"`
	// Lots are what Points consists of; without, all of them have no day and
	// are the programme's owner's.
	Lots ledger.Lots `json:"lots,omitzero"`
}

// A Grant is points set aside for the terminal the page is for.
type Grant struct {
	ID       ledger.GrantID `json:"id"`
	Wallet   ledger.Wallet  `json:"wallet"`
	Points   ledger.Points  `json:"points"` // as granted; what is left of it is the terminal's to know
	Branch   ledger.Branch  `json:"branch"`
	NotAfter ledger.Stamp   `json:"not_after"`
}

// Control says what to do after a page.
type Control string

// The control words.
const (
	More     Control = "more"       // ask again at once with the new cursor
	UpToDate Control = "up_to_date" // nothing newer
)

// A Page is a run of statements for one terminal, applied as a whole together
// with its cursor.
type Page struct {
	Terminal   ledger.Terminal `json:"terminal"`
	Statements []Statement     `json:"statements"`
	Cursor     string          `json:"cursor"` // opaque; hand it back to go on
	Control    Control         `json:"control"`
	// Rules is the newest version of the programme that was published; 0 for none.
	Rules int64 `json:"rules,omitempty"`
}
