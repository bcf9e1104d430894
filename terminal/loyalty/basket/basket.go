// Package basket says what is being bought: the lines, tenders and amounts of
// one sale as the till states them.
package basket

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Money is an amount in minor units (cents) of the currency of its basket.
type Money int64

// A Key names a sale: the till's own id for it, unique within that till's
// business day. A repeated commit with the same key changes nothing.
type Key struct {
	Till string `json:"till"`
	Day  string `json:"day"` // the till's business day, "2026-11-22"
	ID   string `json:"id"`
}

// String is the key as people read it in a message.
func (k Key) String() string { return k.Till + " " + k.Day + " " + k.ID }

// A Line is one line of the receipt.
type Line struct {
	ID       string   `json:"id,omitempty"` // the till's number of the line
	Product  string   `json:"product,omitempty"`
	Name     string   `json:"name,omitempty"`
	Quantity int64    `json:"quantity,omitempty"` // thousandths, so that 0.355 kg is 355
	Amount   Money    `json:"amount"`             // what the line adds to the total; a discount line is negative
	Category string   `json:"category,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	// Kind is what sort of line it is, where it is not plain goods: one of Kinds,
	// or a shop's own that begins with OwnKind.
	Kind string `json:"kind,omitempty"`
	// Tax is the tax in Amount, with its sign.
	Tax Money `json:"tax,omitempty"`
	// Of is the id of the line that a discount line is about; "" is the sale.
	Of string `json:"of,omitempty"`
}

// A Tender is one means of payment.
type Tender struct {
	Kind   string `json:"kind"` // "cash", "card", "gift_card"
	Amount Money  `json:"amount"`
}

// A Basket is one sale. Lines and tenders may be absent: a till that cannot
// talk gives a total only.
type Basket struct {
	Key      Key      `json:"key"`
	Currency string   `json:"currency"` // ISO 4217
	Total    Money    `json:"total"`    // what the customer pays, tax included
	Lines    []Line   `json:"lines,omitempty"`
	Tenders  []Tender `json:"tenders,omitempty"`
	Channel  string   `json:"channel,omitempty"` // "" is the counter
	Partner  string   `json:"partner,omitempty"`
	// Codes are what was given to get something besides: "ZOMER26".
	Codes []string `json:"codes,omitempty"`
	// NotEarning is the part of Total that earns nothing, of a basket without lines.
	NotEarning Money `json:"not_earning,omitempty"`
}

// Limits of a basket; real ones stay far below them.
const (
	MaxLines  = 300
	MaxAmount = Money(1_000_000_00) // one million euros
	maxText   = 64
	maxID     = 16
	maxCode   = 32
	maxName   = 128
	maxTags   = 8
	maxCodes  = 8
	// maxKept is the most bytes a record keeps of a basket, as JSON: three
	// quarters of what a record may have, whose reasons and slip want the rest.
	maxKept = 48 << 10
	// maxNamed is the most of them with the lines' names: above it what each line
	// earned is worth more than what it was called.
	maxNamed = 32 << 10
)

// Validate reports everything that is wrong with b at once.
func (b Basket) Validate() error {
	return errors.Join(b.Key.Validate(), b.validateAmounts(), b.validateTexts())
}

// Validate reports what is wrong with the key.
func (k Key) Validate() error {
	if k.Till == "" || k.ID == "" || len(k.Till) > maxText || len(k.ID) > maxText || !printable(k.Till) || !printable(k.ID) {
		return fmt.Errorf("basket key: till and id must be 1 to %d bytes of printable characters", maxText)
	}
	if _, err := time.Parse(time.DateOnly, k.Day); err != nil {
		return fmt.Errorf("basket key: day %q: need a day as 2026-11-22", k.Day)
	}
	return nil
}

func (b Basket) validateAmounts() error {
	if b.Total < 0 || b.Total > MaxAmount {
		return fmt.Errorf("basket total %d: must be from 0 to %d minor units", b.Total, MaxAmount)
	}
	if len(b.Lines) > MaxLines || len(b.Tenders) > MaxLines {
		return fmt.Errorf("basket: %d lines and %d tenders, at most %d each", len(b.Lines), len(b.Tenders), MaxLines)
	}
	var sum Money
	for i, l := range b.Lines {
		if l.Amount < -MaxAmount || l.Amount > MaxAmount || l.Quantity < 0 || l.Quantity > math.MaxInt32 {
			return fmt.Errorf("basket line %d: amount %d or quantity %d is out of range", i+1, l.Amount, l.Quantity)
		}
		if l.Tax != 0 && (l.Tax > 0) != (l.Amount > 0) || magnitude(l.Tax) > magnitude(l.Amount) {
			return fmt.Errorf("basket line %d: tax %d is no part of its amount %d", i+1, l.Tax, l.Amount)
		}
		sum += l.Amount
	}
	if b.NotEarning < 0 || b.NotEarning > b.Total || b.NotEarning > 0 && len(b.Lines) > 0 {
		return fmt.Errorf("basket: %d of %d earns nothing: must be a part of the total of a basket without lines", b.NotEarning, b.Total)
	}
	if len(b.Lines) > 0 && sum != b.Total {
		return fmt.Errorf("basket: its lines add up to %d, its total says %d", sum, b.Total)
	}
	for i, t := range b.Tenders {
		if t.Kind == "" || len(t.Kind) > maxText || !printable(t.Kind) || t.Amount < -MaxAmount || t.Amount > MaxAmount {
			return fmt.Errorf("basket tender %d: its kind is not 1 to %d bytes of printable characters, or its amount %d is out of range", i+1, maxText, t.Amount)
		}
	}
	return nil
}

func (b Basket) validateTexts() error {
	if len(b.Currency) != 3 || strings.Trim(b.Currency, letters) != "" {
		return fmt.Errorf("basket currency %q: need three letters as in ISO 4217", b.Currency)
	}
	for i, l := range b.Lines {
		if err := l.validateTexts(); err != nil {
			return fmt.Errorf("basket line %d: %w", i+1, err)
		}
		if len(l.ID) > maxID || len(l.Product) > maxCode || len(l.Name) > maxName || !printable(l.ID+l.Product+l.Name) {
			return fmt.Errorf("basket line %d: its id is above %d, its product above %d or its name above %d bytes, or one is not printable", i+1, maxID, maxCode, maxName)
		}
	}
	if len(b.Channel) > maxText || len(b.Partner) > maxText || !printable(b.Channel+b.Partner) {
		return errors.New("basket: channel or partner is too long or not printable")
	}
	if len(b.Codes) > maxCodes {
		return fmt.Errorf("basket: %d codes, at most %d", len(b.Codes), maxCodes)
	}
	for i, c := range b.Codes {
		if c == "" || len(c) > maxCode || !printable(c) {
			return fmt.Errorf("basket code %d: need 1 to %d bytes of printable characters", i+1, maxCode)
		}
	}
	if size := b.size() - b.sizeOfNames(); size > maxKept {
		return fmt.Errorf("basket: up to %d bytes as JSON without the lines' names, at most %d", size, maxKept)
	}
	return nil
}

// validateTexts reports what is wrong with how the line is described.
func (l Line) validateTexts() error {
	if len(l.Category) > maxCode || len(l.Kind) > maxCode || len(l.Of) > maxID || !printable(l.Category+l.Kind+l.Of) {
		return fmt.Errorf("its category or kind is above %d bytes or what it is of above %d, or one is not printable", maxCode, maxID)
	}
	if err := CheckKind(l.Kind); err != nil {
		return err
	}
	if len(l.Tags) > maxTags {
		return fmt.Errorf("%d tags, at most %d", len(l.Tags), maxTags)
	}
	for _, t := range l.Tags {
		if t == "" || len(t) > maxCode || !printable(t) {
			return fmt.Errorf("tag %q: need 1 to %d bytes of printable characters", t, maxCode)
		}
	}
	return nil
}

// Less is the line with so much less of its amount, and of the tax in it.
func (l Line) Less(off Money) Line {
	if l.Amount != 0 {
		l.Tax = l.Tax * (l.Amount - off) / l.Amount // at most 10^8 each: it fits
	}
	l.Amount -= off
	return l
}

func magnitude(m Money) Money { return max(m, -m) }

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Kept is b as a record keeps it: without the lines' names where they take too
// much room. Nothing is ever decided by a name.
func (b Basket) Kept() Basket {
	if b.size() <= maxNamed {
		return b
	}
	lines := make([]Line, len(b.Lines))
	for i, l := range b.Lines {
		l.Name = ""
		lines[i] = l
	}
	b.Lines = lines
	return b
}

// What the keys and figures of each part take as JSON, at most.
const (
	roomForBasket = 192
	roomForLine   = 80
	roomForTender = 40
)

// size is the most bytes b takes as JSON.
func (b Basket) size() int {
	n := roomForBasket + len(b.Lines)*roomForLine + len(b.Tenders)*roomForTender
	for _, s := range []string{b.Key.Till, b.Key.Day, b.Key.ID, b.Currency, b.Channel, b.Partner} {
		n += quoted(s)
	}
	for _, l := range b.Lines {
		n += quoted(l.ID) + quoted(l.Product) + l.sizeOfRest()
	}
	if len(b.Codes) > 0 {
		n += len(`"codes":[],`)
	}
	for _, c := range b.Codes {
		n += quoted(c) + len(`"",`)
	}
	for _, t := range b.Tenders {
		n += quoted(t.Kind)
	}
	return n + b.sizeOfNames()
}

// sizeOfRest is the most bytes that what few lines have takes as JSON.
func (l Line) sizeOfRest() int {
	n := 0
	for _, field := range []struct{ key, text string }{{"category", l.Category}, {"kind", l.Kind}, {"of", l.Of}} {
		if field.text != "" {
			n += len(field.key) + len(`"":"",`) + quoted(field.text)
		}
	}
	if l.Tax != 0 {
		n += len(`"tax":-100000000,`)
	}
	if len(l.Tags) > 0 {
		n += len(`"tags":[],`)
	}
	for _, t := range l.Tags {
		n += len(`"",`) + quoted(t)
	}
	return n
}

func (b Basket) sizeOfNames() int {
	n := 0
	for _, l := range b.Lines {
		n += quoted(l.Name)
	}
	return n
}

// quoted is how many bytes a printable text takes between quotes: JSON writes
// \u003c for <, which makes six bytes of one.
func quoted(s string) int {
	n := len(s)
	for _, r := range s {
		switch r {
		case '"', '\\':
			n++
		case '<', '>', '&':
			n += 5
		case '\u2028', '\u2029':
			n += 3
		}
	}
	return n
}

// printable refuses control characters and broken UTF-8, which could end up on
// a slip or in a log.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) {
			return false
		}
	}
	return true
}
