package ledger

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A Terminal names one daemon and its database. It is a random 63-bit number
// the terminal mints for itself when its database is made, so that a shop that
// starts alone keeps its name when it joins a chain. HeadOffice is terminal 0.
type Terminal uint64

// HeadOffice is the terminal number of head office's own journal.
const HeadOffice Terminal = 0

func (t Terminal) String() string { return fmt.Sprintf("%016x", uint64(t)) }

// MarshalText writes 16 lower-case hex digits.
func (t Terminal) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads 16 hex digits.
func (t *Terminal) UnmarshalText(b []byte) error {
	if len(b) != 16 || !lowerHex(b) {
		return fmt.Errorf("terminal %q: need 16 lower-case hex digits", b)
	}
	n, err := strconv.ParseUint(string(b), 16, 63)
	if err != nil {
		return fmt.Errorf("terminal %q: need 16 hex digits below 2^63", b)
	}
	*t = Terminal(n)
	return nil
}

// A Branch is one unbroken history of one terminal's journal: a random 128-bit
// number. A restored, cloned or re-enrolled database opens a new one.
type Branch [16]byte

// An Account is what entries belong to: a random 128-bit number minted where a
// card is first seen.
type Account [16]byte

// A GrantID names points of one account set aside for one terminal.
type GrantID [16]byte

// A Salt keeps the short, guessable content of a body from being tried out
// against its hash.
type Salt [16]byte

// A Hash is a SHA-256.
type Hash [32]byte

func (b Branch) String() string  { return hex.EncodeToString(b[:]) }
func (a Account) String() string { return hex.EncodeToString(a[:]) }
func (g GrantID) String() string { return hex.EncodeToString(g[:]) }
func (h Hash) String() string    { return hex.EncodeToString(h[:]) }

// Short is enough of an account's number to tell it from others in a log.
func (a Account) Short() string { return a.String()[:8] }

// MarshalText writes lower-case hex, as do the other numbers of this file.
func (b Branch) MarshalText() ([]byte, error)  { return hexText(b[:]), nil }
func (a Account) MarshalText() ([]byte, error) { return hexText(a[:]), nil }
func (g GrantID) MarshalText() ([]byte, error) { return hexText(g[:]), nil }
func (s Salt) MarshalText() ([]byte, error)    { return hexText(s[:]), nil }
func (h Hash) MarshalText() ([]byte, error)    { return hexText(h[:]), nil }

// UnmarshalText reads hex of exactly the number's length, as do the other
// numbers of this file.
func (b *Branch) UnmarshalText(t []byte) error  { return parseHex(b[:], t, "branch") }
func (a *Account) UnmarshalText(t []byte) error { return parseHex(a[:], t, "account") }
func (g *GrantID) UnmarshalText(t []byte) error { return parseHex(g[:], t, "grant") }
func (s *Salt) UnmarshalText(t []byte) error    { return parseHex(s[:], t, "salt") }
func (h *Hash) UnmarshalText(t []byte) error    { return parseHex(h[:], t, "hash") }

func hexText(b []byte) []byte { return hex.AppendEncode(nil, b) }

func parseHex(dst, text []byte, what string) error {
	if len(text) != 2*len(dst) || !lowerHex(text) {
		return fmt.Errorf("%s %q: need %d lower-case hex digits", what, text, 2*len(dst))
	}
	if _, err := hex.Decode(dst, text); err != nil {
		return fmt.Errorf("%s %q: %w", what, text, err)
	}
	return nil
}

// lowerHex reports whether text is digits as they are written here. Each number
// has one text only, so that texts can be compared.
func lowerHex(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// A Key names a record for ever and everywhere. Seq counts from 1 without gaps.
type Key struct {
	Terminal Terminal
	Branch   Branch
	Seq      int64
}

// String is the key as text: terminal, branch and number, parted by slashes.
func (k Key) String() string {
	return k.Terminal.String() + "/" + k.Branch.String() + "/" + strconv.FormatInt(k.Seq, 10)
}

// IsZero reports whether k names no record.
func (k Key) IsZero() bool { return k == Key{} }

// Code is the short form of a key that people read out: it tells records of
// one shop apart well enough to find one, never to prove one.
func (k Key) Code() string {
	return strings.ToUpper(k.Branch.String()[:4]) + "-" + strconv.FormatInt(k.Seq, 10)
}

// MarshalText writes the form of String.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the form of String.
func (k *Key) UnmarshalText(b []byte) error {
	parts := strings.Split(string(b), "/")
	if len(parts) != 3 {
		return fmt.Errorf("record key %q: need terminal/branch/number", b)
	}
	var key Key
	if err := key.Terminal.UnmarshalText([]byte(parts[0])); err != nil {
		return err
	}
	if err := key.Branch.UnmarshalText([]byte(parts[1])); err != nil {
		return err
	}
	seq, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || seq < 1 || strconv.FormatInt(seq, 10) != parts[2] {
		return fmt.Errorf("record key %q: its number must be a whole number from 1", b)
	}
	key.Seq = seq
	*k = key
	return nil
}

// Entry is the key of the record's entry number line, from 1.
func (k Key) Entry(line int) EntryKey { return EntryKey{Record: k, Line: line} }

// An EntryKey names one entry of a record; Line counts from 1.
type EntryKey struct {
	Record Key
	Line   int
}

// String is the record's key, a slash and the line.
func (k EntryKey) String() string { return k.Record.String() + "/" + strconv.Itoa(k.Line) }

// MarshalText writes the form of String.
func (k EntryKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the form of String.
func (k *EntryKey) UnmarshalText(b []byte) error {
	at := strings.LastIndexByte(string(b), '/')
	if at < 0 {
		return fmt.Errorf("entry key %q: need a record's key and a line", b)
	}
	var key EntryKey
	if err := key.Record.UnmarshalText(b[:at]); err != nil {
		return err
	}
	line, err := strconv.Atoi(string(b[at+1:]))
	if err != nil || line < 1 || strconv.Itoa(line) != string(b[at+1:]) {
		return fmt.Errorf("entry key %q: its line must be a whole number from 1", b)
	}
	key.Line = line
	*k = key
	return nil
}

// A SetAsideID names points that only one branch of one terminal may spend: a
// grant ("g/" and the grant's id) or a positive entry of that branch's own
// ("e/" and the entry's key).
type SetAsideID string

// SetAside is the id of the set-aside that the grant opens.
func (g GrantID) SetAside() SetAsideID { return SetAsideID("g/" + g.String()) }

// SetAside is the id of the set-aside that a positive entry opens.
func (k EntryKey) SetAside() SetAsideID { return SetAsideID("e/" + k.String()) }

// Entry is the entry that opened an own award's set-aside; own is false for a
// grant's.
func (s SetAsideID) Entry() (key EntryKey, own bool) {
	text, own := strings.CutPrefix(string(s), "e/")
	if !own || key.UnmarshalText([]byte(text)) != nil {
		return EntryKey{}, false
	}
	return key, true
}

func (s SetAsideID) validate() error {
	switch {
	case strings.HasPrefix(string(s), "g/"):
		return new(GrantID).UnmarshalText([]byte(s[2:]))
	case strings.HasPrefix(string(s), "e/"):
		return new(EntryKey).UnmarshalText([]byte(s[2:]))
	}
	return fmt.Errorf("set-aside %q: need g/ and a grant, or e/ and an entry key", string(s))
}
