package store

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// foundHere is what a walk of the journal says that should have been folded
// from it besides entries. Of a record whose body was emptied only the head
// still speaks: what stands here of it from before is believed.
type foundHere struct {
	now       map[ledger.Key]int64 // which record stands for one that was issued again, by its first key
	cutOff    map[int64]ledger.Key // records that count no more, with their first keys
	takebacks map[takeback]bool
	mentions  map[int64]ledger.Account
	enrolled  map[int64]enrolment
	claimed   map[int64]ledger.Body
	papers    map[int64]int         // how many more than one, where there are more
	emptied   map[int64]ledger.Kind // records without a body
}

type takeback struct {
	sale   ledger.Key
	record int64
}

type enrolment struct {
	day  ledger.Day
	body ledger.Body
}

func newFoundHere() foundHere {
	return foundHere{
		now: make(map[ledger.Key]int64), cutOff: make(map[int64]ledger.Key), takebacks: make(map[takeback]bool),
		mentions: make(map[int64]ledger.Account), enrolled: make(map[int64]enrolment), claimed: make(map[int64]ledger.Body),
		papers: make(map[int64]int), emptied: make(map[int64]ledger.Kind),
	}
}

func firstKey(h ledger.Head) ledger.Key {
	if h.Origin != nil {
		return *h.Origin
	}
	return h.Key()
}

// head takes in what the head of a record that counts says.
func (f *foundHere) head(id int64, h ledger.Head) {
	if h.Origin != nil {
		f.now[*h.Origin] = id
	}
	for _, key := range takesBack(h) {
		f.takebacks[takeback{key, id}] = true
	}
}

// body takes in what its body says.
func (f *foundHere) body(id int64, h ledger.Head, b ledger.Body) {
	if b.Sale != nil {
		f.takebacks[takeback{*b.Sale, id}] = true
	}
	if len(b.More) > 0 {
		f.papers[id] = len(b.More)
	}
	if b.Account == (ledger.Account{}) {
		return
	}
	if !slices.ContainsFunc(h.Entries, func(e ledger.Entry) bool { return e.Account == b.Account }) {
		f.mentions[id] = b.Account
	}
	switch h.Kind {
	case ledger.KindEnrol:
		f.enrolled[id] = enrolment{h.Day, b}
	case ledger.KindClaim:
		f.claimed[id] = b
	}
}

// counter checks what the counter finds sales, members and papers by.
func (v *verifier) counter() error {
	for _, check := range []func() error{v.reissues, v.takebacks, v.mentions, v.members, v.memberWords, v.slipClaims, v.papers} {
		if err := check(); isSQL(err) {
			return err
		} else if err != nil {
			v.r.find("sales", "%v", err)
		}
	}
	return nil
}

// reissues checks that each record that was cut off leads to the one that
// stands for it. Closes are not issued again.
func (v *verifier) reissues() error {
	leads := make(map[int64]int64)
	rows := v.tx.Query(`SELECT old, now FROM reissues`)
	for rows.Next() {
		leads[rows.Int64(0)] = rows.Int64(1)
	}
	for old, first := range v.found.cutOff {
		at := old
		for range leads {
			next, more := leads[at]
			if !more {
				break
			}
			at = next
		}
		if want := v.found.now[first]; at != want {
			v.r.find("sales", "record %v was issued again as row %d, and row %d is taken for it", first, want, at)
		}
	}
	for old := range leads {
		if _, cut := v.found.cutOff[old]; !cut {
			v.r.find("sales", "record row %d counts, and another is taken for it", old)
		}
	}
	return rows.Err()
}

// takebacks checks which records are known to take something of a sale back.
func (v *verifier) takebacks() error {
	type pair struct {
		sale   string
		record int64
	}
	want := make(map[pair]bool)
	for t := range v.found.takebacks {
		now, err := calledNow(v.tx, t.sale)
		if err != nil {
			return err
		}
		want[pair{now.String(), t.record}] = true
	}
	rows := v.tx.Query(`SELECT sale, record FROM takebacks`)
	for rows.Next() {
		p := pair{rows.Text(0), rows.Int64(1)}
		if _, emptied := v.found.emptied[p.record]; !want[p] && !emptied {
			v.r.find("sales", "record row %d is said to take sale %s back, and does not", p.record, p.sale)
		}
		delete(want, p)
	}
	for p := range want {
		v.r.find("sales", "record row %d takes sale %s back, which is not noted", p.record, p.sale)
	}
	return rows.Err()
}

// mentions checks which account a record without entries for it is about.
func (v *verifier) mentions() error {
	want := v.found.mentions
	rows := v.tx.Query(`SELECT m.record, a.account FROM mentions m LEFT JOIN accounts a ON a.number = m.account`)
	for rows.Next() {
		id := rows.Int64(0)
		var have ledger.Account
		if !rows.IsNull(1) {
			copy(have[:], rows.Blob(1))
		}
		account, wanted := want[id]
		_, emptied := v.found.emptied[id]
		if have != account && !(emptied && !wanted && !rows.IsNull(1)) {
			v.r.find("members", "record row %d is noted as about account %s, and is about %s", id, have.Short(), account.Short())
		}
		delete(want, id)
	}
	for id, account := range want {
		v.r.find("members", "record row %d is about account %s, which is not noted", id, account.Short())
	}
	return rows.Err()
}

// members checks that each is as one of their enrolments says.
func (v *verifier) members() error {
	first := make(map[ledger.Account][]ledger.Day)
	said := make(map[ledger.Account]ledger.Profile)
	for _, id := range slices.Sorted(maps.Keys(v.found.enrolled)) {
		e := v.found.enrolled[id]
		first[e.body.Account] = append(first[e.body.Account], e.day)
		p := said[e.body.Account]
		if e.body.Name == "" && p.Name != "" {
			p.Birthday = "" // the name was erased
		}
		p.Name, p.Birthday = e.body.Name, cmp.Or(e.body.Birthday, p.Birthday)
		p.Referrer = cmp.Or(p.Referrer, e.body.Referrer)
		said[e.body.Account] = p
	}
	rows := v.tx.Query(`SELECT a.account, m.record, m.since, m.name, m.folded, m.lang, m.mask, m.birthday, m.referrer FROM members m LEFT JOIN accounts a ON a.number = m.account`)
	for rows.Next() {
		if rows.IsNull(0) {
			v.r.find("members", "a member of record row %d has no account", rows.Int64(1))
			continue
		}
		var account, referrer ledger.Account
		copy(account[:], rows.Blob(0))
		e, kept := v.found.enrolled[rows.Int64(1)]
		days := first[account]
		delete(first, account)
		if kind, emptied := v.found.emptied[rows.Int64(1)]; emptied && kind == ledger.KindEnrol {
			continue // nobody can tell any more
		}
		same := rows.Text(3) == e.body.Name && rows.Text(4) == strings.Join(nameWords(e.body.Name), " ") &&
			rows.Text(5) == shownIn(e.body) && rows.Text(6) == cardMask(e.body)
		if !kept || e.body.Account != account || !same {
			v.r.find("members", "member %s is not as the enrolment says", account.Short())
		}
		if since := ledger.Day(rows.Text(2)); !slices.Contains(days, since) && len(v.found.emptied) == 0 {
			v.r.find("members", "member %s is one since %s, when nobody enrolled them", account.Short(), since)
		}
		if !rows.IsNull(8) {
			copy(referrer[:], rows.Blob(8))
		}
		if p := said[account]; (rows.Text(7) != p.Birthday || referrer != p.Referrer) && len(v.found.emptied) == 0 {
			v.r.find("members", "member %s has another birthday, or was brought in by another, than the enrolments say", account.Short())
		}
	}
	for account := range first {
		v.r.find("members", "account %s was enrolled and is no member", account.Short())
	}
	return rows.Err()
}

// memberWords checks that every member is found by each word of the name.
func (v *verifier) memberWords() error {
	kept := make(map[int64][]string)
	rows := v.tx.Query(`SELECT account, word FROM member_words ORDER BY account, word`)
	for rows.Next() {
		kept[rows.Int64(0)] = append(kept[rows.Int64(0)], rows.Text(1))
	}
	rows = v.tx.Query(`SELECT account, folded FROM members`)
	for rows.Next() {
		want := strings.Fields(rows.Text(1))
		slices.Sort(want)
		if !slices.Equal(slices.Compact(want), kept[rows.Int64(0)]) {
			v.r.find("members", "the member of account row %d is not found by all words of the name, or by others", rows.Int64(0))
		}
		delete(kept, rows.Int64(0))
	}
	for account := range kept {
		v.r.find("members", "account row %d is found by name, and is no member", account)
	}
	return rows.Err()
}

// slipClaims checks that what was added to a card belongs to it.
func (v *verifier) slipClaims() error {
	type claim struct{ slip, record int64 }
	want := make(map[claim]bool)
	for id, b := range v.found.claimed {
		card, _, err := resolve(v.tx, ledger.Subject{Account: b.Account})
		if err != nil {
			return err
		}
		for _, i := range b.Identifiers {
			row, found, err := v.tx.One(`SELECT account FROM identifiers WHERE ref = ?`, refKey(i.Ref))
			if err != nil {
				return err
			}
			if i.Kind == member.KindSlip && found && row.Int64(0) != card {
				want[claim{row.Int64(0), id}] = true
			}
		}
	}
	rows := v.tx.Query(`SELECT slip, card, record FROM claims`)
	for rows.Next() {
		c := claim{rows.Int64(0), rows.Int64(2)}
		if kind := v.found.emptied[c.record]; !want[c] && kind != ledger.KindClaim {
			v.r.find("members", "record row %d is said to claim the slip of account row %d, and does not", c.record, c.slip)
		}
		delete(want, c)
		if err := v.together(c.slip, rows.Int64(1)); err != nil {
			return err
		}
	}
	for c := range want {
		v.r.find("members", "record row %d claims the slip of account row %d, which is not noted", c.record, c.slip)
	}
	return rows.Err()
}

func (v *verifier) together(slip, card int64) error {
	from, err := lastSurvivor(v.tx, slip)
	if isSQL(err) {
		return err
	}
	to, errTo := lastSurvivor(v.tx, card)
	if err != nil || errTo != nil || from != to {
		v.r.find("members", "the slip of account row %d was added to account row %d, and is not one with it", slip, card)
	}
	if isSQL(errTo) {
		return errTo
	}
	return nil
}

// papers checks that no slip is due that its record does not have.
func (v *verifier) papers() error {
	rows := v.tx.Query(`SELECT record, part FROM jobs WHERE part <> 0`)
	for rows.Next() {
		id, part := rows.Int64(0), rows.Int64(1)
		if _, emptied := v.found.emptied[id]; !emptied && (part < 0 || part > int64(v.found.papers[id])) {
			v.r.find("requests", "record row %d has no slip %d", id, part)
		}
	}
	return rows.Err()
}
