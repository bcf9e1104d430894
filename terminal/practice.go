package terminal

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A rehearsal is a store for practising: it reads the real one, keeps in memory
// what is posted to it, and is thrown away. It prints nothing. In it the shop
// is its own authority, so that redeeming can be tried without a line.
type rehearsal struct {
	real     Store
	stamp    ledger.Stamp
	minted   map[member.Ref]ledger.Account
	joined   map[ledger.Account]ledger.Account // a claimed slip's → its card's
	entries  map[ledger.Account][]ledger.Dated
	profiles map[ledger.Account]ledger.Profile
	holds    map[ledger.HoldID]ledger.Hold
	answers  map[string]rehearsed
	records  []ledger.Record
	numbers  uint64
}

type rehearsed struct {
	digest ledger.Hash
	posted ledger.Posted
}

func rehearse(real Store, m ledger.Moment) *rehearsal {
	return &rehearsal{
		real: real, stamp: ledger.Stamp(m.At.UnixMilli()),
		minted: make(map[member.Ref]ledger.Account), joined: make(map[ledger.Account]ledger.Account),
		entries: make(map[ledger.Account][]ledger.Dated), profiles: make(map[ledger.Account]ledger.Profile),
		holds: make(map[ledger.HoldID]ledger.Hold), answers: make(map[string]rehearsed),
	}
}

// number is one that nothing real has: those are random, this one counts.
func (r *rehearsal) number() (n [16]byte) {
	r.numbers++
	copy(n[:8], "practice")
	binary.BigEndian.PutUint64(n[8:], r.numbers)
	return n
}

// Look is the real account with what was practised on it.
func (r *rehearsal) Look(ctx context.Context, s ledger.Subject) (ledger.Holding, error) {
	return r.look(ctx, s, "")
}

// look leaves out what the hold for one request has.
func (r *rehearsal) look(ctx context.Context, s ledger.Subject, request string) (ledger.Holding, error) {
	h, err := r.holding(ctx, s)
	if err != nil {
		return ledger.Holding{}, err
	}
	h.Alone, h.SetAsides, h.Held, h.Promised = true, nil, nil, make(map[ledger.Wallet]ledger.Points)
	h.Positions = slices.Clone(h.Positions)
	for _, d := range r.entries[h.Account] {
		if err := h.Apply(d.Entry, d.Day); err != nil {
			return ledger.Holding{}, err
		}
	}
	for _, hold := range r.holds {
		for _, part := range hold.Parts {
			if (part.Account == h.Account || part.House && h.Account == practiceHouse) && hold.Request != request {
				h.Promised[part.Wallet] += part.Points
			}
		}
	}
	if profile, enrolled := r.profiles[h.Account]; enrolled {
		h.Profile = profile
	}
	return h, nil
}

// holding is the real account, or one that exists while practising only.
func (r *rehearsal) holding(ctx context.Context, s ledger.Subject) (ledger.Holding, error) {
	account := s.Account
	for _, i := range s.Identifiers {
		if a, ok := r.minted[i.Ref]; ok {
			account = a
		}
	}
	if card, ok := r.joined[account]; ok {
		account = card
	}
	if strings.HasPrefix(string(account[:]), "practice") {
		return ledger.Holding{Account: account, Known: true}, nil
	}
	h, err := r.real.Look(ctx, ledger.Subject{Account: account, Identifiers: s.Identifiers, Foreign: s.Foreign})
	if err == nil && h.New && h.Account == (ledger.Account{}) {
		h.Known = true
	}
	return h, err
}

func (r *rehearsal) view(ctx context.Context, req ledger.Request) (ledger.View, error) {
	v := ledger.View{Next: ledger.Key{Seq: int64(len(r.records) + 1)}, Alone: true, Last: r.stamp}
	for _, s := range req.Subjects {
		h, err := r.look(ctx, s, req.Key)
		if err != nil {
			return ledger.View{}, err
		}
		if h.New && h.Account == (ledger.Account{}) {
			h.Account = r.number() // also for a voucher: what is drawn is drawn for what is real
			for _, i := range s.Identifiers {
				r.minted[i.Ref] = h.Account
			}
		}
		v.Holdings = append(v.Holdings, h)
	}
	if req.House {
		house, err := r.house(ctx, req.Key)
		if err != nil {
			return ledger.View{}, err
		}
		v.House = house
	}
	if len(v.Holdings) > 0 && v.Holdings[0].Profile.Referrer != (ledger.Account{}) {
		by, err := r.look(ctx, ledger.Subject{Account: v.Holdings[0].Profile.Referrer, Foreign: true}, req.Key)
		if err != nil {
			return ledger.View{}, err
		}
		v.Referrer = &by
	}
	if hold, ok := r.holds[req.Hold]; ok {
		v.Hold = &hold
		for _, part := range hold.Parts {
			if err := r.addVoucher(ctx, &v, part.Account, part.Wallet, req.Key); err != nil {
				return ledger.View{}, err
			}
		}
	}
	if req.Sale.IsZero() {
		return v, nil
	}
	sale, found, err := r.Recall(ctx, req.Sale)
	if err != nil || !found {
		return v, err
	}
	v.Sale = &sale
	for _, e := range sale.Original.Head.Entries {
		if err := r.addVoucher(ctx, &v, e.Account, e.Wallet, req.Key); err != nil {
			return ledger.View{}, err
		}
	}
	if body := sale.Original.Body; body != nil {
		v.SaleHolding, err = r.look(ctx, ledger.Subject{Account: body.Account}, req.Key)
	}
	return v, err
}

// addVoucher adds to a view the account of a voucher; other wallets' are none.
func (r *rehearsal) addVoucher(ctx context.Context, v *ledger.View, a ledger.Account, w ledger.Wallet, request string) error {
	if _, there := v.Voucher(a); there || !w.Voucher() {
		return nil
	}
	h, err := r.look(ctx, ledger.Subject{Account: a, Foreign: true}, request)
	if err == nil && !h.New {
		v.Vouchers = append(v.Vouchers, h)
	}
	return err
}

// Post decides as the real store does, and forgets it with the rehearsal.
func (r *rehearsal) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	if first, ok := r.answers[req.Key]; ok {
		if first.digest != req.Digest {
			return ledger.Posted{}, &ledger.ConflictError{Key: req.Key, First: first.posted.Record.Head.Key()}
		}
		first.posted.Repeat = true
		return first.posted, nil
	}
	v, err := r.view(ctx, req)
	if err != nil {
		return ledger.Posted{}, err
	}
	p, err := decide(v)
	if err != nil {
		return ledger.Posted{}, err
	}
	head := ledger.Head{
		Version: ledger.Version, Seq: v.Next.Seq, Kind: p.Draft.Kind, Rules: p.Draft.Rules, Entries: p.Draft.Entries,
		Stamp: v.Stamp(p.Draft.Moment), At: p.Draft.Moment.At.UnixMilli(), Day: p.Draft.Moment.Day,
	}
	r.book(v, head, p.Draft.Body)
	delete(r.holds, req.Hold)
	posted := ledger.Posted{Record: ledger.Sealed{Head: head}, Body: p.Draft.Body}
	r.answers[req.Key] = rehearsed{req.Digest, posted}
	return posted, nil
}

func (r *rehearsal) book(v ledger.View, head ledger.Head, body ledger.Body) {
	for _, e := range head.Entries {
		r.add(e, head.Day)
	}
	switch head.Kind {
	case ledger.KindClaim:
		card, slip := v.Holdings[0], v.Holdings[1]
		for _, p := range slip.Positions {
			lots := p.All()
			for _, l := range append(slices.Clone(lots.Open), ledger.Lot{Points: -lots.Debt}) {
				r.add(ledger.Entry{Account: card.Account, Wallet: p.Wallet, Points: l.Points, Expires: l.Expires, Vests: l.Vests, Issuer: l.Issuer}, head.Day)
			}
		}
		r.joined[slip.Account] = card.Account
	case ledger.KindEnrol:
		r.profiles[body.Account] = ledger.Profile{Enrolled: true, Since: head.Day, Name: body.Name, Birthday: body.Birthday, Referrer: body.Referrer}
		for _, i := range body.Identifiers {
			r.minted[i.Ref] = body.Account
		}
	}
	r.records = append(r.records, ledger.Record{Head: head, Body: &body})
}

func (r *rehearsal) add(e ledger.Entry, day ledger.Day) {
	r.entries[e.Account] = append(r.entries[e.Account], ledger.Dated{Entry: e, Day: day})
}

// practiceHouse is the account in which a rehearsal counts for the terminal.
// Nothing real has its number, and it begins with nothing counted.
var practiceHouse = ledger.Account([]byte("practice-counter"))

// House is what was counted while practising.
func (r *rehearsal) House(ctx context.Context) (ledger.Holding, error) {
	return r.house(ctx, "")
}

func (r *rehearsal) house(ctx context.Context, request string) (ledger.Holding, error) {
	return r.look(ctx, ledger.Subject{Account: practiceHouse}, request)
}

// Hold sets aside in memory.
func (r *rehearsal) Hold(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Hold, error)) (ledger.Hold, error) {
	v, err := r.view(ctx, req)
	if err != nil {
		return ledger.Hold{}, err
	}
	hold, err := decide(v)
	if err != nil {
		return ledger.Hold{}, err
	}
	for id, before := range r.holds {
		if before.Request == req.Key {
			delete(r.holds, id)
		}
	}
	hold.ID, hold.Request = r.number(), req.Key
	r.holds[hold.ID] = hold
	return hold, nil
}

// Release forgets a hold.
func (r *rehearsal) Release(_ context.Context, id ledger.HoldID) error {
	r.drop([]ledger.HoldID{id})
	return nil
}

func (r *rehearsal) drop(ids []ledger.HoldID) {
	for _, id := range ids {
		delete(r.holds, id)
	}
}

// Recall finds what was practised, or else a real sale, with what was practised
// on it.
func (r *rehearsal) Recall(ctx context.Context, name ledger.SaleName) (ledger.Sale, bool, error) {
	i := slices.IndexFunc(r.records, func(o ledger.Record) bool {
		key := o.Head.Key()
		return key == name.Record || (name.Record.IsZero() && name.Code == key.Code())
	})
	var sale ledger.Sale
	if i >= 0 {
		sale.Original = r.records[i]
	} else {
		real, found, err := r.real.Recall(ctx, name)
		if err != nil || !found {
			return real, false, err
		}
		sale = real
	}
	sale.Later = slices.Clone(sale.Later)
	for _, o := range r.records {
		if o.Body.Sale != nil && *o.Body.Sale == sale.Original.Head.Key() {
			sale.Later = append(sale.Later, o)
		}
	}
	return sale, true, nil
}

// LastSale is none: nothing outlives a rehearsal.
func (r *rehearsal) LastSale(context.Context, string) (ledger.Sale, bool, error) {
	return ledger.Sale{}, false, nil
}

// FindMembers finds the real members.
func (r *rehearsal) FindMembers(ctx context.Context, text string, limit int) ([]ledger.Found, error) {
	return r.real.FindMembers(ctx, text, limit)
}
