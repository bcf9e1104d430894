package refund

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// A returning is one return or undo on its way.
type returning struct {
	terms  Terms
	sale   Sale // as it stands
	left   *Record
	sold   *ticket // nil where what was sold is not kept, and for an undo
	undo   bool
	before ledger.Holding
	owner  ledger.Account
	out    Outcome
	again  map[ledger.Key][]part // what the rest of the sale would earn, by entry
}

func (r *returning) start(h ledger.Holding) {
	r.before, r.out.After = h, h
	r.out.After.Positions, r.out.After.SetAsides = slices.Clone(h.Positions), slices.Clone(h.SetAsides)
	r.owner, _ = Account(r.sale)
}

// records are all whose entries go back.
func (r *returning) records() []Record {
	all := records(r.sale)
	if r.left != nil {
		all = append(all, *r.left)
	}
	return all
}

// leftBehind is the record of a sale that was moved, with what the move did not
// take along: what it gave to others than the member. The entries that it did
// take along are reversals here, which nothing is taken back of.
func leftBehind(s Sale) *Record {
	left, moved := s.Original, false
	left.Head.Entries = slices.Clone(left.Head.Entries)
	for _, r := range s.Later {
		if r.Head.Kind != ledger.KindMove {
			continue
		}
		for i := range left.Head.Entries {
			if slices.ContainsFunc(r.Head.Entries, func(e ledger.Entry) bool {
				return e.Reverses != nil && names(*e.Reverses, left.Head, i+1)
			}) {
				left.Head.Entries[i].Kind = ledger.Reverse
			}
		}
		moved = moved || r.Head.Key() != s.Original.Head.Key()
	}
	if !moved || !slices.ContainsFunc(left.Head.Entries, func(e ledger.Entry) bool { return e.Kind != ledger.Reverse }) {
		return nil
	}
	return &left
}

// A turn is when an entry's time is.
type turn int

// What was spent comes back first: what the sale earned may have been spent in
// it. Marks of tiers come last: they go by what the others leave of the count.
const (
	spentTurn turn = iota
	earnedTurn
	markTurn
)

// reverse writes the entries that bring what was taken back of each of the
// sale's entries to what belongs to what came back.
func (r *returning) reverse() error {
	for now := spentTurn; now <= markTurn; now++ {
		for _, record := range r.records() {
			for i := range record.Head.Entries {
				line := i + 1
				if now == spentTurn {
					// What was spent last comes back first, also to pay what is owed by now.
					line = len(record.Head.Entries) - i
				}
				if err := r.reverseAt(now, record, line); err != nil {
					return fmt.Errorf("take back entry %v: %w", record.Head.Key().Entry(line), err)
				}
			}
		}
	}
	return r.putBack()
}

// putBack gives points that lapse by inactivity the day back that the sale had
// put off: who brings everything back was not active. It does so only as long
// as nothing else happened to the wallet since, for then that counts too.
func (r *returning) putBack() error {
	// What a move's body saw was of another account.
	if !r.out.Whole || r.sale.Original.Head.Kind == ledger.KindMove || len(r.sale.Besides) > 0 || r.sale.Original.Body == nil || r.sale.Original.Body.Seen == nil {
		return nil
	}
	head := r.sale.Original.Head
	done := make(map[ledger.Wallet]bool)
	for i, e := range head.Entries {
		if !e.Renews || done[e.Wallet] || e.Account != r.before.Account {
			continue
		}
		done[e.Wallet] = true
		day, err := r.renewedFrom(e)
		if err != nil {
			return err
		}
		if day == "" {
			continue
		}
		key := head.Key().Entry(i + 1)
		x := ledger.Entry{Account: e.Account, Wallet: e.Wallet, Kind: ledger.Reverse, Reverses: &key, Expires: e.Expires, Back: day}
		r.out.Entries = append(r.out.Entries, x)
		if err := r.out.After.Apply(x, r.terms.Day); err != nil {
			return err
		}
	}
	return nil
}

// renewedFrom is the day that everything in the wallet had before the sale
// whose entry e put it off; "" where it was not one day, or where something
// besides this sale happened to the wallet.
func (r *returning) renewedFrom(e ledger.Entry) (ledger.Day, error) {
	original := r.sale.Original
	var lots ledger.Lots
	for _, p := range original.Body.Seen.Positions {
		if p.Wallet == e.Wallet {
			lots = p.All()
		}
	}
	var day ledger.Day
	for _, l := range lots.Open {
		if l.Expires == "" || l.Lapsed(original.Head.Day) || l.Expires >= e.Expires {
			continue
		}
		if day != "" && day != l.Expires {
			return "", nil
		}
		day = l.Expires
	}
	if day == "" {
		return "", nil
	}
	later := slices.Clone(r.sale.Later)
	slices.SortFunc(later, func(a, b Record) int { return cmp.Compare(a.Head.Seq, b.Head.Seq) })
	for _, record := range append([]Record{original}, later...) {
		for _, x := range record.Head.Entries {
			if x.Account != e.Account || x.Wallet != e.Wallet {
				continue
			}
			var err error
			if lots, err = lots.With(x, record.Head.Day); err != nil {
				return "", err
			}
		}
	}
	now := r.before.In(e.Wallet).All()
	if now.Debt != lots.Debt || !slices.Equal(now.Open, lots.Open) {
		return "", nil
	}
	return day, nil
}

// reverseAt takes back what belongs to what came back of an entry whose turn it is.
func (r *returning) reverseAt(now turn, record Record, line int) error {
	e := record.Head.Entries[line-1]
	if e.Kind == ledger.Reverse { // of a move: what it took from the wrong account
		return nil
	}
	level, isMark := r.level(record.Head, e.Wallet)
	switch {
	case isMark && now == markTurn, !isMark && e.Points < 0 && now == spentTurn, !isMark && e.Points >= 0 && now == earnedTurn:
		return r.entry(record, line, e, level)
	}
	return nil
}

func (r *returning) entry(record Record, line int, e ledger.Entry, level mark) error {
	done, now, err := r.upTo(record, line, e, level)
	if err == nil && e.Points < 0 && !r.out.Whole && !r.ofVoucher(record, line, e) {
		now, err = r.lastFirst(record, line, e)
	}
	if err != nil {
		return err
	}
	return r.take(record, line, e, done, now)
}

// upTo is how much of an entry was taken back before, and is with this return.
func (r *returning) upTo(record Record, line int, e ledger.Entry, level mark) (done, now part, err error) {
	if done, err = doneBefore(r.sale, record.Head, line); err != nil {
		return done, now, err
	}
	switch {
	case e.Kind == ledger.Donate && !r.undo:
		return done, done, nil // it was given to a cause, whatever becomes of the goods
	case r.ofVoucher(record, line, e):
		stays, err := r.voucherStays(record, e)
		if stays || err != nil {
			return done, done, err
		}
		return done, whole(e), nil
	case r.out.Whole:
		return done, whole(e), nil
	}
	now, err = r.part(record, line, e, done, level)
	return done, now, err
}

// lastFirst is how much of a spending comes back, where the sale spent more of
// the same: of all that comes back of it, what was spent last is first, for
// that are the points that lapse last, or that the sale itself earned.
func (r *returning) lastFirst(record Record, line int, e ledger.Entry) (part, error) {
	var left ledger.Points
	same := func(at int, x ledger.Entry) bool {
		return x.Points < 0 && x.Wallet == e.Wallet && x.Kind == e.Kind && x.At == e.At && !r.ofVoucher(record, at+1, x)
	}
	for i, x := range record.Head.Entries {
		if !same(i, x) {
			continue
		}
		_, now, err := r.upTo(record, i+1, x, mark{})
		if err != nil {
			return part{}, err
		}
		left += now.points
	}
	for i := len(record.Head.Entries) - 1; i >= line; i-- {
		if x := record.Head.Entries[i]; same(i, x) {
			left -= max(x.Points, left)
		}
	}
	done, err := doneBefore(r.sale, record.Head, line)
	// A discount that comes back must not spend the points once more.
	return part{points: min(max(e.Points, left), done.points), rest: done.rest}, err
}

// take takes back what was not done yet of an entry.
func (r *returning) take(record Record, line int, e ledger.Entry, done, now part) error {
	key := record.Head.Key().Entry(line)
	x := ledger.Entry{
		Account: e.Account, Wallet: e.Wallet, Kind: ledger.Reverse, Reverses: &key,
		Expires: e.Expires, Vests: e.Vests, Issuer: e.Issuer, At: e.At,
	}
	var err error
	if x.Points, err = done.points.Add(-now.points); err != nil {
		return err
	}
	if x.Rest, err = done.rest.Add(now.rest.Neg()); err != nil {
		return err
	}
	if x.Points == 0 && x.Rest.IsZero() {
		return nil
	}
	var all []ledger.Entry
	switch {
	case x.Points > 0 && !e.Wallet.Counter():
		all = r.into(x, e, lotsOf(record, line), -done.points, record.Body == nil || record.Body.Seen == nil)
	case x.Points < 0 && r.terms.Rules.Returns.PendingFirst && !e.Wallet.Counter() && r.mine(e):
		all = r.pendingFirst(x)
	default:
		all = []ledger.Entry{x}
	}
	for _, x := range all {
		if x.Points > 0 {
			// A shop that stands alone has nobody to set points aside from; and what
			// the sale itself had earned is taken back besides, or in the end.
			x.Closed = r.terms.Cover.Alone || e.Points >= 0 || ownDraw(record, e)
		}
		r.lower(&x, key.SetAside())
		if err := r.add(e, x); err != nil {
			return err
		}
	}
	return nil
}

// ownDraw reports whether an entry spent what its own record gave.
func ownDraw(record Record, e ledger.Entry) bool {
	return slices.ContainsFunc(e.Draws, func(d ledger.Draw) bool {
		for line := range record.Head.Entries {
			if from, own := d.From.Entry(); own && names(from, record.Head, line+1) {
				return true
			}
		}
		return false
	})
}

func lotsOf(record Record, line int) []ledger.Lot {
	if share := shareOf(record, line); share != nil {
		return share.Lots
	}
	return nil
}

func shareOf(record Record, line int) *ledger.Share {
	if record.Body == nil {
		return nil
	}
	for i, s := range record.Body.Shares {
		if s.Entry == line {
			return &record.Body.Shares[i]
		}
	}
	return nil
}

// into splits what is given back over the lots it was taken from. given is
// what was given back of the spending before. What was spent last comes back
// first: it lapses last. unsaid says that the record never names lots.
func (r *returning) into(x, e ledger.Entry, lots []ledger.Lot, given ledger.Points, unsaid bool) []ledger.Entry {
	wallet, _ := r.terms.Rules.Wallet(x.Wallet)
	fresh := ledger.Lot{Expires: x.Expires, Vests: x.Vests, Issuer: x.Issuer}
	asNew := r.terms.Rules.Returns.Spent == programme.FreshLots
	if asNew || unsaid && fresh.Expires == "" {
		_, fresh.Expires = wallet.Dates(r.terms.Day)
	}
	known := -e.Points
	if !asNew {
		lots = slices.Clone(lots)
		slices.Reverse(lots)
		for _, l := range lots {
			known -= l.Points
		}
	} else {
		lots = nil
	}
	// What no lot is named of had no day; of a record that names none at all,
	// nobody knows, and it is as if it were earned today.
	lots = append(lots, ledger.Lot{Points: max(known, 0), Expires: fresh.Expires, Vests: fresh.Vests, Issuer: fresh.Issuer})
	var all []ledger.Entry
	left := x.Points
	for _, l := range lots {
		skip := min(given, l.Points)
		given, l.Points = given-skip, min(l.Points-skip, left)
		if l.Points <= 0 {
			continue
		}
		left -= l.Points
		if grace := r.terms.Rules.Returns.LapsedGrace; grace > 0 && l.Lapsed(r.terms.Day) {
			l.Expires = programme.Validity{Days: grace}.Last(r.terms.Day)
		}
		y := x
		y.Points, y.Expires, y.Vests, y.Issuer = l.Points, l.Expires, l.Vests, l.Issuer
		if len(all) > 0 {
			y.Rest = ledger.Fraction{}
		}
		all = append(all, y)
	}
	return all
}

// pendingFirst splits what is taken back: from what is still to vest, of the
// same issuer, and then from the lot that was given.
func (r *returning) pendingFirst(x ledger.Entry) []ledger.Entry {
	var all []ledger.Entry
	for _, l := range r.out.After.In(x.Wallet).All().Open {
		p := min(-x.Points, l.Points)
		if p <= 0 || !l.Pending(r.terms.Day) || l.Lapsed(r.terms.Day) || l.Issuer != x.Issuer {
			continue
		}
		y := x
		y.Points, y.Expires, y.Vests, y.Rest = -p, l.Expires, l.Vests, ledger.Fraction{}
		all, x.Points = append(all, y), x.Points+p
	}
	if x.Points != 0 || !x.Rest.IsZero() {
		all = append(all, x)
	}
	return all
}

// lower draws what is taken back from the set-aside the award opened, where it
// is open here: the member must not spend here what is gone. What a live hold
// has stays; it is taken from the free part.
func (r *returning) lower(x *ledger.Entry, id ledger.SetAsideID) {
	for i := range r.out.After.SetAsides {
		s := &r.out.After.SetAsides[i]
		if s.ID != id {
			continue
		}
		if p := min(-x.Points, s.Left-max(r.terms.Cover.Held[id], 0)); p > 0 {
			x.Draws = []ledger.Draw{{From: id, Points: p}}
			s.Left -= p
		}
	}
}

// mine reports whether an entry is the member's, and not that of who brought
// the member in, or of the house.
func (r *returning) mine(e ledger.Entry) bool {
	return e.Account == r.owner || e.Account == r.before.Account || e.Kind == ledger.Redeem && !e.Wallet.Voucher()
}

// add books x, which reverses e.
func (r *returning) add(e, x ledger.Entry) error {
	r.out.Entries = append(r.out.Entries, x)
	if e.Wallet.Voucher() && x.Points > 0 {
		r.voucherBack(e)
	}
	if !r.mine(e) {
		return nil
	}
	if err := r.out.After.Apply(x, r.terms.Day); err != nil {
		return err
	}
	if !x.Wallet.Counter() {
		r.out.count(e.Points < 0, x, r.named(e))
	}
	return nil
}

// named are the rules that brought an entry of the sale, or the rewards it was
// spent on, as far as the record says it; of many the first ones.
func (r *returning) named(e ledger.Entry) string {
	var all []string
	for _, record := range r.records() {
		if record.Body == nil {
			continue
		}
		for _, reason := range record.Body.Reasons {
			if reason.Wallet != e.Wallet || slices.Contains(all, reason.Rule) || !r.brought(reason, e) {
				continue
			}
			if reason.Code == redeem.ReasonRedeemed && reason.Points == e.Points {
				return reason.Rule
			}
			all = append(all, reason.Rule)
		}
	}
	if len(all) > maxNamed {
		all = append(all[:maxNamed], "…")
	}
	return strings.Join(all, ", ")
}

// maxNamed is how many rules of one entry are told.
const maxNamed = 3

// brought reports whether what a reason tells may stand in an entry. Rules that
// are there no longer may all have brought it.
func (r *returning) brought(reason ledger.Reason, e ledger.Entry) bool {
	if e.Points < 0 {
		return reason.Code == redeem.ReasonRedeemed && reason.Points != 0
	}
	rule, known := r.terms.Rules.Rule(reason.Rule)
	bonus := e.Kind == ledger.Bonus
	return earn.IsStep(reason) &&
		(!known || rule.Bonus == bonus && !rule.Referrer && (rule.Issuer == e.Issuer || rule.Issuer == programme.IssuerOfSale))
}

// count adds x to what the member is told; spent says that it gives back, and of
// names what it was had by.
func (o *Outcome) count(spent bool, x ledger.Entry, of string) {
	i := slices.IndexFunc(o.Changes, func(c Change) bool { return c.Wallet == x.Wallet })
	if i < 0 {
		i = len(o.Changes)
		o.Changes = append(o.Changes, Change{Wallet: x.Wallet})
	}
	reason := ledger.Reason{Code: ReasonTakenBack, Rule: of, Wallet: x.Wallet, Points: x.Points}
	if spent {
		o.Changes[i].GivenBack += x.Points
		reason.Code = ReasonGivenBack
	} else {
		o.Changes[i].TakenBack -= x.Points
	}
	o.Reasons = append(o.Reasons, reason)
}
