package office

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// touched is an account that a round has to tell terminals about.
type touched struct {
	first       ledger.Stamp // the earliest stamp seen in this round
	visits      map[ledger.Terminal]int64
	identifiers []settle.Claim
	links       []settle.Age // accounts it is found to be one with, with a stamp of theirs
	ages        []settle.Age // survivors it was told of
}

func (r *round) touchAccount(a ledger.Account, stamp ledger.Stamp) *touched {
	t := r.touched[a]
	if t == nil {
		t = &touched{first: stamp, visits: make(map[ledger.Terminal]int64)}
		r.touched[a] = t
		r.order = append(r.order, a)
	}
	t.first = min(t.first, stamp)
	return t
}

// touch notes whom the record was about. A parked record still says that the
// terminal has seen the account, not that there was a visit to reward.
func (r *round) touch(it *settle.Item, posted bool) {
	see := func(a ledger.Account) *touched {
		t := r.touchAccount(a, it.Stamp)
		t.visits[it.Key.Terminal] += 0
		return t
	}
	for _, l := range it.Lines {
		see(l.Entry.Account)
	}
	if it.Account == (ledger.Account{}) {
		return
	}
	t := see(it.Account)
	if posted && it.Kind == ledger.KindAward {
		t.visits[it.Key.Terminal]++
	}
	for _, id := range it.Identifiers {
		t.identifiers = append(t.identifiers, settle.Claim{Identifier: id, Account: it.Account, Stamp: it.Stamp})
	}
}

// claims compares the accounts an identifier leads to. Two of them are one
// member's: both are told. Of a phone number that is only said, and a person
// looks at it.
func (r *round) claims(it *settle.Item) error {
	for _, c := range it.Claims {
		ref := refBytes(c)
		other, has, err := r.claimants(ref, c.Account)
		if err != nil {
			return err
		}
		if has {
			continue
		}
		_, err = r.tx.Exec(`INSERT INTO claims (bucket, ref, account, stamp) VALUES (?, ?, ?, ?) ON CONFLICT (bucket, ref, account) DO NOTHING`,
			r.bucket, ref, c.Account[:], int64(c.Stamp))
		if err != nil {
			return err
		}
		if other == nil {
			continue
		}
		if c.Identifier.Kind == member.KindPhone {
			// Anybody can say a number, also in a shop that does not know whose it
			// is, and would be let in to its owner's points.
			if err := r.writeException(settle.Exception{Code: settle.IdentityShared, Terminal: it.Key.Terminal, Branch: it.Key.Branch,
				Seq: it.Key.Seq, Account: c.Account, Detail: "phone " + c.Identifier.Mask + " is also " + other.Account.Short() + "'s"}); err != nil {
				return err
			}
			continue
		}
		mine := settle.Age{First: c.Stamp, Account: c.Account}
		if err := r.send(errand{kind: "link", account: mine.Account, stamp: mine.First, other: other.Account}); err != nil {
			return err
		}
		if err := r.send(errand{kind: "link", account: other.Account, stamp: other.First, other: mine.Account}); err != nil {
			return err
		}
	}
	return nil
}

// claimants is whether the account has claimed the ref, and the oldest claim
// another has on it.
func (r *round) claimants(ref []byte, a ledger.Account) (other *settle.Age, has bool, err error) {
	rows := r.tx.Query(`SELECT account, stamp FROM claims WHERE bucket = ? AND ref = ?`, r.bucket, ref)
	for rows.Next() {
		claimed := settle.Age{First: ledger.Stamp(rows.Int64(1)), Account: accountOf(rows.Blob(0))}
		if claimed.Account == a {
			has = true
			continue
		}
		if other == nil || claimed.Before(*other) {
			other = &claimed
		}
	}
	return other, has, rows.Err()
}

func refBytes(c settle.Claim) []byte {
	ref := c.Identifier.Ref
	return append(append(make([]byte, 0, len(ref.Key)+len(ref.Sum)), ref.Key[:]...), ref.Sum[:]...)
}

// writeTouched writes the accounts a round touched and numbers their change,
// so that the terminals that know them are told.
func (r *round) writeTouched() error {
	for _, a := range r.order {
		if err := r.writeAccount(a, r.touched[a]); err != nil {
			return fmt.Errorf("account %s: %w", a.Short(), err)
		}
	}
	return nil
}

func (r *round) writeAccount(a ledger.Account, t *touched) error {
	was, age, err := r.age(a, t)
	if err != nil {
		return err
	}
	neighbours, err := r.neighbours(a)
	if err != nil {
		return err
	}
	fresh, err := r.writeLinks(a, t, neighbours)
	if err != nil {
		return err
	}
	known, err := r.interested(a)
	if err != nil {
		return err
	}
	r.changed++
	for _, terminal := range sortedTerminals(t.visits) {
		_, err := r.tx.Exec(`INSERT INTO interest (bucket, account, terminal, visits, changed) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (bucket, account, terminal) DO UPDATE SET visits = interest.visits + excluded.visits`,
			r.bucket, a[:], int64(terminal), t.visits[terminal], r.changed)
		if err != nil {
			return err
		}
	}
	if _, err := r.tx.Exec(`UPDATE interest SET changed = ? WHERE bucket = ? AND account = ?`, r.changed, r.bucket, a[:]); err != nil {
		return err
	}
	for _, c := range t.identifiers {
		_, err := r.tx.Exec(`INSERT INTO identifiers (bucket, account, ref, kind, mask) VALUES (?, ?, ?, ?, ?) ON CONFLICT (bucket, account, ref) DO NOTHING`,
			r.bucket, a[:], refBytes(c), string(c.Identifier.Kind), c.Identifier.Mask)
		if err != nil {
			return err
		}
	}
	return r.tell(a, t, neighbours, fresh, known, age != was, age)
}

// age reads how old the account was said to be, and writes how old it is now.
func (r *round) age(a ledger.Account, t *touched) (was, now settle.Age, err error) {
	row, found, err := r.tx.One(`SELECT first_stamp, survivor, survivor_stamp FROM accounts WHERE bucket = ? AND account = ?`, r.bucket, a[:])
	if err != nil {
		return was, now, err
	}
	first := t.first
	if found {
		first = min(first, ledger.Stamp(row.Int64(0)))
		was = settle.Age{First: ledger.Stamp(row.Int64(2)), Account: accountOf(row.Blob(1))}
		now = settle.Older(was, settle.Age{First: first, Account: a})
	} else {
		now = settle.Age{First: first, Account: a}
	}
	for _, told := range t.ages {
		now = settle.Older(now, told)
	}
	if found && now == was && first == ledger.Stamp(row.Int64(0)) {
		return was, now, nil
	}
	_, err = r.tx.Exec(`INSERT INTO accounts (bucket, account, first_stamp, survivor, survivor_stamp) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (bucket, account) DO UPDATE SET first_stamp = excluded.first_stamp, survivor = excluded.survivor, survivor_stamp = excluded.survivor_stamp`,
		r.bucket, a[:], int64(first), now.Account[:], int64(now.First))
	return was, now, err
}

func (r *round) neighbours(a ledger.Account) (all []ledger.Account, err error) {
	rows := r.tx.Query(`SELECT other FROM links WHERE bucket = ? AND account = ? ORDER BY other`, r.bucket, a[:])
	for rows.Next() {
		all = append(all, accountOf(rows.Blob(0)))
	}
	return all, rows.Err()
}

// writeLinks writes the links that are new and gives them.
func (r *round) writeLinks(a ledger.Account, t *touched, neighbours []ledger.Account) (fresh []ledger.Account, err error) {
	known := make(map[ledger.Account]bool)
	for _, n := range neighbours {
		known[n] = true
	}
	for _, l := range t.links {
		if known[l.Account] {
			continue
		}
		known[l.Account] = true
		fresh = append(fresh, l.Account)
		if _, err := r.tx.Exec(`INSERT INTO links (bucket, account, other) VALUES (?, ?, ?) ON CONFLICT (bucket, account, other) DO NOTHING`, r.bucket, a[:], l.Account[:]); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// interested are the terminals that were told about the account before this round.
func (r *round) interested(a ledger.Account) (map[ledger.Terminal]bool, error) {
	all := make(map[ledger.Terminal]bool)
	rows := r.tx.Query(`SELECT terminal FROM interest WHERE bucket = ? AND account = ?`, r.bucket, a[:])
	for rows.Next() {
		all[ledger.Terminal(rows.Int64(0))] = true
	}
	return all, rows.Err()
}

// tell passes on what an account's neighbours do not know yet: the age of the
// survivor, and which terminals have to be told about all of them. A new
// neighbour gets everything, an old one what is new.
func (r *round) tell(a ledger.Account, t *touched, old, fresh []ledger.Account, known map[ledger.Terminal]bool, older bool, age settle.Age) error {
	var news, all []ledger.Terminal
	if len(old)+len(fresh) == 0 {
		return nil
	}
	for terminal := range known {
		all = append(all, terminal)
	}
	for _, terminal := range sortedTerminals(t.visits) {
		if !known[terminal] {
			news, all = append(news, terminal), append(all, terminal)
		}
	}
	for _, n := range fresh {
		if err := r.tellOne(n, age, all); err != nil {
			return err
		}
	}
	for _, n := range old {
		if older {
			if err := r.tellOne(n, age, news); err != nil {
				return err
			}
			continue
		}
		if err := r.tellInterest(n, news); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) tellOne(to ledger.Account, age settle.Age, terminals []ledger.Terminal) error {
	if err := r.send(errand{kind: "age", account: to, stamp: age.First, other: age.Account}); err != nil {
		return err
	}
	return r.tellInterest(to, terminals)
}

func (r *round) tellInterest(to ledger.Account, terminals []ledger.Terminal) error {
	for _, terminal := range terminals {
		if err := r.send(errand{kind: "interest", account: to, terminal: terminal}); err != nil {
			return err
		}
	}
	return nil
}

func sortedTerminals(visits map[ledger.Terminal]int64) []ledger.Terminal {
	all := make([]ledger.Terminal, 0, len(visits))
	for t := range visits {
		if t != ledger.HeadOffice {
			all = append(all, t)
		}
	}
	for i := 1; i < len(all); i++ {
		for j := i; j > 0 && all[j] < all[j-1]; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	return all
}

// An errand is what one bucket has to tell an account of another.
type errand struct {
	from, number int64
	kind         string
	account      ledger.Account
	stamp        ledger.Stamp
	other        ledger.Account
	terminal     ledger.Terminal
}

func (r *round) send(e errand) error {
	r.errand++
	_, err := r.tx.Exec(`INSERT INTO errands (bucket, number, kind, account, stamp, other, terminal) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.bucket, r.errand, e.kind, e.account[:], int64(e.stamp), e.other[:], int64(e.terminal))
	return err
}

// Errands runs what buckets have to tell each other and reports how many there
// were; those that follow from them are there for the next call. Each is done
// in the bucket it is for and then struck off in its own, so one that is
// interrupted is done again, which changes nothing.
func (db *DB) Errands(ctx context.Context) (int, error) {
	due, err := db.dueErrands(ctx)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	to := make(map[int][]errand)
	from := make(map[int64][]int64)
	for _, e := range due {
		bucket := settle.Bucket(e.account)
		to[bucket] = append(to[bucket], e)
		from[e.from] = append(from[e.from], e.number)
	}
	for bucket := range settle.Parts {
		if len(to[bucket]) == 0 {
			continue
		}
		if err := db.h.Write(ctx, func(tx *sqlite.Tx) error { return db.run(tx, bucket, to[bucket]) }); err != nil {
			return 0, fmt.Errorf("errands to bucket %d: %w", bucket, err)
		}
	}
	for bucket := range int64(settle.Parts) {
		if len(from[bucket]) == 0 {
			continue
		}
		err := db.h.Write(ctx, func(tx *sqlite.Tx) error {
			for _, number := range from[bucket] {
				if _, err := tx.Exec(`DELETE FROM errands WHERE bucket = ? AND number = ?`, bucket, number); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, fmt.Errorf("strike off errands of bucket %d: %w", bucket, err)
		}
	}
	return len(due), nil
}

func (db *DB) dueErrands(ctx context.Context) (due []errand, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT bucket, number, kind, account, stamp, other, terminal FROM errands ORDER BY bucket, number LIMIT 10000`)
		for rows.Next() {
			due = append(due, errand{
				from: rows.Int64(0), number: rows.Int64(1), kind: rows.Text(2), account: accountOf(rows.Blob(3)),
				stamp: ledger.Stamp(rows.Int64(4)), other: accountOf(rows.Blob(5)), terminal: ledger.Terminal(rows.Int64(6)),
			})
		}
		return rows.Err()
	})
	return due, err
}

// run does the errands that are for one bucket.
func (db *DB) run(tx *sqlite.Tx, bucket int, errands []errand) error {
	r, err := db.begin(tx, bucket)
	if err != nil {
		return err
	}
	for _, e := range errands {
		switch e.kind {
		case "link":
			t := r.touchAccount(e.account, e.stamp)
			t.links = append(t.links, settle.Age{Account: e.other})
		case "age":
			t := r.touchAccount(e.account, noStamp)
			t.ages = append(t.ages, settle.Age{First: e.stamp, Account: e.other})
		case "interest":
			r.touchAccount(e.account, noStamp).visits[e.terminal] += 0
		}
	}
	if err := r.writeTouched(); err != nil {
		return err
	}
	return r.writeBucket()
}

// noStamp is later than any record's: it makes no account older.
const noStamp = ledger.Stamp(1<<63 - 1)
