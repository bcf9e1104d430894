package settle

import (
	"fmt"
	"maps"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A Purse names one wallet of one account.
type Purse struct {
	Account ledger.Account
	Wallet  ledger.Wallet
}

// A Balance is what a purse holds. SetAside is the sum of what is left of its
// open set-asides.
type Balance struct {
	Points   ledger.Points
	Rest     ledger.Fraction
	SetAside ledger.Points
}

// Free is what is not set aside; below zero it is debt.
func (b Balance) Free() (ledger.Points, error) { return b.Points.Add(-b.SetAside) }

// A SetAside is points of a purse that one branch of one terminal may spend.
type SetAside struct {
	ID       ledger.SetAsideID
	Purse    Purse
	Terminal ledger.Terminal
	Branch   ledger.Branch
	Opened   ledger.Points
	Left     ledger.Points
	NotAfter ledger.Stamp // 0 for an own award
}

// A Sale names one receipt of one account.
type Sale struct {
	Account  ledger.Account
	Terminal ledger.Terminal
	Basket   basket.Key
}

// A Waiting is a close that passed a parked entry: it takes effect when the
// entry is released.
type Waiting struct {
	ID     ledger.SetAsideID
	By     ledger.EntryKey
	Points ledger.Points
}

// A Decision is named by its body's hash: a body holds 128 random bits, so
// records with the same one are the same decision, issued again.
type Decision struct {
	Terminal ledger.Terminal
	Body     ledger.Hash
}

// An Issue is the record by which a decision counts.
type Issue struct {
	Key   ledger.Key
	Again bool // the record names an origin
}

// A Book is what head office has of everything that a load's items name. Post
// changes it; what it held before is the caller's to have read in the same
// transaction.
type Book struct {
	Balances  map[Purse]Balance
	SetAsides map[ledger.SetAsideID]SetAside
	Sales     map[Sale]ledger.Key
	Parked    map[ledger.EntryKey]bool
	// Worths are the entries that others take back, where they have come, and
	// Returned is what was taken back of each, whether it has come or not.
	Worths   map[ledger.EntryKey]Given
	Returned map[ledger.EntryKey]Returned
	// Issues are the records by which decisions count, Again the records that
	// count for nothing because their decision counts by another.
	Issues map[Decision]Issue
	Again  map[ledger.Key]ledger.Key
}

// NewBook is a book with nothing in it.
func NewBook() *Book {
	return &Book{
		Balances:  make(map[Purse]Balance),
		SetAsides: make(map[ledger.SetAsideID]SetAside),
		Sales:     make(map[Sale]ledger.Key),
		Parked:    make(map[ledger.EntryKey]bool),
		Worths:    make(map[ledger.EntryKey]Given),
		Returned:  make(map[ledger.EntryKey]Returned),
		Issues:    make(map[Decision]Issue),
		Again:     make(map[ledger.Key]ledger.Key),
	}
}

// Effects are what a record did to the book.
type Effects struct {
	// Posted are the entries that count now; those of a parked record are in
	// the item only.
	Posted []Line
	Parked Code // why the record is parked; "" when it was posted
	Detail string
	// CountsBy is, with IssuedAgain, the record by which the decision counts.
	CountsBy ledger.Key
	// Balances and SetAsides are the purses and set-asides it changed, as they
	// are now; Sale is the receipt it is the first award for.
	Balances   map[Purse]Balance
	SetAsides  map[ledger.SetAsideID]SetAside
	Sale       *Sale
	Returned   map[ledger.EntryKey]Returned
	Waiting    []Waiting
	Exceptions []Exception
	// Reversal are the entries by which head office takes back what of the
	// record must not count; Reversed is why.
	Reversal []ledger.Entry
	Reversed Code
}

// Post adds an item up. A record that cannot be added up changes nothing but
// that it is parked, also when this program panics over it.
func (b *Book) Post(it *Item) (fx Effects) {
	p := posting{book: b, item: it, balances: make(map[Purse]Balance), asides: make(map[ledger.SetAsideID]SetAside)}
	p.fx.Returned = make(map[ledger.EntryKey]Returned)
	defer func() {
		if caught := recover(); caught != nil {
			fx = b.park(it, Panicked, fmt.Sprint(caught))
		}
	}()
	if first, again := b.issued(it); again {
		b.Again[it.Key] = first
		return Effects{Parked: IssuedAgain, Detail: "counts as " + first.String(), CountsBy: first}
	}
	if it.Refused != "" {
		return b.park(it, it.Refused, it.Refusal)
	}
	if named, ok := p.namesParked(); ok {
		return b.park(it, NamesParked, named.String())
	}
	for _, l := range it.Lines {
		err := p.line(l)
		if err == nil {
			err = p.comesBack(l)
		}
		if err != nil {
			return b.park(it, OutOfRange, err.Error())
		}
	}
	p.receipt()
	p.oddities()
	maps.Copy(b.Returned, p.fx.Returned)
	for _, l := range it.Lines {
		b.Worths[it.entryKey(l.Number)] = GivenBy(l.Entry)
	}
	maps.Copy(b.Balances, p.balances)
	maps.Copy(b.SetAsides, p.asides)
	if p.fx.Sale != nil {
		b.Sales[*p.fx.Sale] = it.Key
	}
	p.fx.Posted, p.fx.Balances, p.fx.SetAsides = it.Lines, p.balances, p.asides
	return p.fx
}

// issued looks whether the item's decision counts by another record already,
// and notes that it counts by this one where it does not. Two records of which
// neither names an origin are not taken for one decision: what a terminal with
// poor chance says is posted like any other.
func (b *Book) issued(it *Item) (first ledger.Key, again bool) {
	d, ok := it.Decision()
	if !ok {
		return first, false
	}
	known, has := b.Issues[d]
	if !has {
		b.Issues[d] = Issue{it.Key, it.Again}
		return first, false
	}
	return known.Key, known.Key != it.Key && (known.Again || it.Again)
}

func (b *Book) park(it *Item, why Code, detail string) Effects {
	for _, l := range it.Lines {
		b.Parked[it.entryKey(l.Number)] = true
	}
	return Effects{Parked: why, Detail: detail}
}

// A posting is one record on its way into the book; nothing of it is in the
// book until all of it fits.
type posting struct {
	book     *Book
	item     *Item
	balances map[Purse]Balance
	asides   map[ledger.SetAsideID]SetAside
	fx       Effects
}

func (p *posting) balance(at Purse) Balance {
	if b, ok := p.balances[at]; ok {
		return b
	}
	return p.book.Balances[at]
}

func (p *posting) aside(id ledger.SetAsideID) (SetAside, bool) {
	if s, ok := p.asides[id]; ok {
		return s, true
	}
	s, ok := p.book.SetAsides[id]
	return s, ok
}

func (p *posting) note(code Code, line int, account ledger.Account, detail string) {
	p.fx.Exceptions = append(p.fx.Exceptions, Exception{
		Code: code, Terminal: p.item.Key.Terminal, Branch: p.item.Key.Branch, Seq: p.item.Key.Seq, Line: line,
		Account: account, Detail: detail,
	})
}

// counted is the entry that counts for the one that is named.
func (p *posting) counted(k ledger.EntryKey) ledger.EntryKey {
	if first, again := p.book.Again[k.Record]; again {
		return first.Entry(k.Line)
	}
	return k
}

// namesParked looks for a parked entry that this record takes back or spends from.
func (p *posting) namesParked() (ledger.EntryKey, bool) {
	for _, l := range p.item.Lines {
		if l.Entry.Reverses != nil && p.book.Parked[p.counted(*l.Entry.Reverses)] {
			return *l.Entry.Reverses, true
		}
		if l.Entry.Kind == ledger.Close {
			continue
		}
		for _, d := range l.Entry.Draws {
			if key, ok := entryOf(d.From); ok && p.book.Parked[p.counted(key)] {
				return key, true
			}
		}
	}
	return ledger.EntryKey{}, false
}

// entryOf is the entry that opened an own award's set-aside.
func entryOf(id ledger.SetAsideID) (ledger.EntryKey, bool) {
	var key ledger.EntryKey
	if len(id) < 2 || id[:2] != "e/" {
		return key, false
	}
	return key, key.UnmarshalText([]byte(id[2:])) == nil
}

func (p *posting) line(l Line) error {
	at := Purse{l.Entry.Account, l.Entry.Wallet}
	was := p.balance(at)
	now := was
	var err error
	if now.Points, err = now.Points.Add(l.Entry.Points); err != nil {
		return err
	}
	if now.Rest, err = now.Rest.Add(l.Entry.Rest); err != nil {
		return err
	}
	if now.SetAside, err = now.SetAside.Add(-p.draw(l, at)); err != nil {
		return err
	}
	if id, opens := l.Entry.Opens(p.item.entryKey(l.Number)); opens && p.item.Key.Terminal != ledger.HeadOffice {
		if now.SetAside, err = now.SetAside.Add(l.Entry.Points); err != nil {
			return err
		}
		p.asides[id] = SetAside{
			ID: id, Purse: at, Terminal: p.item.Key.Terminal, Branch: p.item.Key.Branch,
			Opened: l.Entry.Points, Left: l.Entry.Points,
		}
	}
	free, err := now.Free()
	if err != nil {
		return err
	}
	if before, err := was.Free(); err == nil && free < 0 && free < before && spends(l.Entry.Kind) && (!at.Wallet.Counter() || at.Wallet.Voucher()) {
		code := Overdraft
		if p.item.Lapsed {
			code = HoldLapsed
		}
		p.note(code, l.Number, at.Account, "debt of "+(-free).String())
	}
	p.balances[at] = now
	return nil
}

// spends reports whether an entry below zero is a spending of the member's.
// The others take what is owed, covered or not.
func spends(k ledger.EntryKind) bool {
	switch k {
	case ledger.Redeem, ledger.Donate, ledger.Convert, ledger.Transfer, ledger.Move:
		return true
	}
	return false
}

// draw lowers the set-asides the entry names by what is left of them and gives
// the sum. A close frees only what its own branch opened; a spending may come
// late, from a branch that has since been left. What a decision opened in every
// branch it was issued in is one set-aside, whichever record of it counts.
func (p *posting) draw(l Line, at Purse) (sum ledger.Points) {
	for _, d := range l.Entry.Draws {
		id, opener, again := p.named(d.From)
		s, found := p.aside(id)
		if !again {
			opener = s.Branch
		}
		own := found && s.Purse == at && s.Terminal == p.item.Key.Terminal &&
			(opener == p.item.Key.Branch || l.Entry.Kind != ledger.Close)
		if !own {
			p.strange(l, d, id, again)
			continue
		}
		taken := min(s.Left, d.Points)
		s.Left -= taken
		sum += taken
		p.asides[id] = s
		if taken < d.Points && !(again && l.Entry.Kind == ledger.Close) {
			p.note(SetAsideUnknown, l.Number, at.Account, fmt.Sprintf("%s: %v named, %v was left", d.From, d.Points, taken))
		}
	}
	return sum
}

// named is the set-aside that id stands for. again says that the record that
// id names counts by another; opener is then the branch it is in itself.
func (p *posting) named(id ledger.SetAsideID) (_ ledger.SetAsideID, opener ledger.Branch, again bool) {
	key, ok := entryOf(id)
	if !ok {
		return id, opener, false
	}
	first := p.counted(key)
	if first == key {
		return id, opener, false
	}
	return first.SetAside(), key.Record.Branch, true
}

// strange deals with a set-aside that is not open to the record's branch. That
// a close finds nothing of what was issued again is as it should be: it was
// closed or spent in the other branch.
func (p *posting) strange(l Line, d ledger.Draw, id ledger.SetAsideID, again bool) {
	if key, ok := entryOf(id); ok && p.book.Parked[key] {
		p.fx.Waiting = append(p.fx.Waiting, Waiting{ID: id, By: p.item.entryKey(l.Number), Points: d.Points})
		return
	}
	if again && l.Entry.Kind == ledger.Close {
		return
	}
	p.note(SetAsideUnknown, l.Number, l.Entry.Account, string(d.From))
}

// receipt looks whether the award is the second for its receipt or event, or the
// move the second of what it moved to the same account: a copy of the database
// that was put back does not know of the first, nor does another shop. It was given, so it is posted; head
// office takes it back in the same transaction. What a second move took from
// the wrong account is set right as what came back twice is.
func (p *posting) receipt() {
	it := p.item
	sale, ok := it.Sale()
	if !ok {
		return
	}
	first, known := p.book.Sales[sale]
	if !known {
		p.fx.Sale = &sale
		return
	}
	p.fx.Reversed = DuplicateReceipt
	p.note(DuplicateReceipt, 0, it.Account, fmt.Sprintf("receipt %v was awarded by %v", it.Basket, first))
	for _, l := range it.Lines {
		if l.Entry.Points == 0 && l.Entry.Rest.IsZero() || it.Kind == ledger.KindMove && l.Entry.Kind != ledger.Move {
			continue
		}
		key := it.entryKey(l.Number)
		p.fx.Reversal = append(p.fx.Reversal, ledger.Entry{
			Account: l.Entry.Account, Wallet: l.Entry.Wallet, Kind: ledger.Reverse, Points: -l.Entry.Points,
			Rest: l.Entry.Rest.Neg(), Expires: l.Entry.Expires, Vests: l.Entry.Vests, Issuer: l.Entry.Issuer, Reverses: &key,
		})
	}
}

func (p *posting) oddities() {
	if p.item.Suspect {
		p.note(ClockSuspect, 0, p.item.Account, "stamped "+string(p.item.Day))
	}
	if p.item.Unread != "" {
		p.note(UnreadableBody, 0, p.item.Account, p.item.Unread)
	}
}

// Open adds a grant's set-aside to the book. It reports ErrOverflow and
// changes nothing when the sum does not fit.
func (b *Book) Open(g ledger.Grant) error {
	at := Purse{g.Account, g.Wallet}
	balance := b.Balances[at]
	sum, err := balance.SetAside.Add(g.Points)
	if err != nil {
		return err
	}
	balance.SetAside = sum
	b.Balances[at] = balance
	b.SetAsides[g.ID.SetAside()] = SetAside{
		ID: g.ID.SetAside(), Purse: at, Terminal: g.Terminal, Branch: g.Branch, Opened: g.Points, Left: g.Points, NotAfter: g.NotAfter,
	}
	return nil
}
