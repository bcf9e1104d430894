package office

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// write stores what a record did: its entries with their places in the feed,
// or why it is parked, and what people have to look at.
func (r *round) write(it *settle.Item, fx settle.Effects) error {
	for _, l := range fx.Posted {
		if err := r.writeEntry(it, l); err != nil {
			return err
		}
	}
	if fx.Parked != "" {
		if err := r.writeParked(it, fx); err != nil {
			return err
		}
	}
	if err := r.writeDecision(it, fx); err != nil {
		return err
	}
	for _, x := range fx.Exceptions {
		if err := r.writeException(x); err != nil {
			return err
		}
	}
	for _, w := range fx.Waiting {
		k := w.By.Record
		_, err := r.tx.Exec(`INSERT INTO waiting (bucket, id, terminal, branch, seq, line, points) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (bucket, id, terminal, branch, seq, line) DO NOTHING`, r.bucket, string(w.ID), int64(k.Terminal), k.Branch[:], k.Seq, w.By.Line, int64(w.Points))
		if err != nil {
			return err
		}
	}
	for k, back := range fx.Returned {
		if err := r.writeReturned(k, back); err != nil {
			return err
		}
	}
	for p := range fx.Balances {
		r.purses[p] = true
	}
	for id := range fx.SetAsides {
		r.asides[id] = true
	}
	if fx.Sale == nil {
		return nil
	}
	s := *fx.Sale
	_, err := r.tx.Exec(`INSERT INTO sales (bucket, account, terminal, day, till, id, told_by, branch, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, account, terminal, day, till, id) DO NOTHING`,
		r.bucket, s.Account[:], int64(s.Terminal), s.Basket.Day, s.Basket.Till, s.Basket.ID, int64(it.Key.Terminal), it.Key.Branch[:], it.Key.Seq)
	return err
}

// writeReturned notes how much of an entry was taken back. Each key is its own
// row, so their order does not matter.
func (r *round) writeReturned(k ledger.EntryKey, back settle.Returned) error {
	_, err := r.tx.Exec(`INSERT INTO returned (bucket, terminal, branch, seq, line, points, rest, account, wallet, issuer)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, terminal, branch, seq, line) DO UPDATE SET points = excluded.points, rest = excluded.rest, account = excluded.account, wallet = excluded.wallet`,
		r.bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line, int64(back.Points), back.Rest.String(),
		back.Purse.Account[:], string(back.Purse.Wallet), back.Issuer)
	return err
}

// writeDecision notes by which record a decision counts.
func (r *round) writeDecision(it *settle.Item, fx settle.Effects) error {
	d, ok := it.Decision()
	if !ok || fx.Parked == settle.IssuedAgain {
		return nil
	}
	again := 0
	if it.Again {
		again = 1
	}
	_, err := r.tx.Exec(`INSERT INTO decisions (bucket, terminal, body, branch, seq, again) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, terminal, body) DO NOTHING`, r.bucket, int64(d.Terminal), d.Body[:], it.Key.Branch[:], it.Key.Seq, again)
	return err
}

func (r *round) writeEntry(it *settle.Item, l settle.Line) error {
	whole, err := json.Marshal(l.Entry)
	if err != nil {
		return err
	}
	r.position++
	_, err = r.tx.Exec(`INSERT INTO entries (bucket, position, terminal, branch, seq, line, record, stamp, day, rules, account, wallet, points, rest, entry, amount)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.bucket, r.position, int64(it.Key.Terminal), it.Key.Branch[:], it.Key.Seq, l.Number, string(it.Kind), int64(it.Stamp), string(it.Day), it.Rules,
		l.Entry.Account[:], string(l.Entry.Wallet), int64(l.Entry.Points), l.Entry.Rest.String(), string(whole), int64(l.Amount))
	if l.Entry.Points != 0 || settle.Dates(l.Entry) {
		p := settle.Purse{Account: l.Entry.Account, Wallet: l.Entry.Wallet}
		r.came[p] = append(r.came[p], ledger.Dated{Entry: l.Entry, Key: it.Key.Entry(l.Number), Stamp: it.Stamp, Day: it.Day})
	}
	return err
}

func (r *round) writeParked(it *settle.Item, fx settle.Effects) error {
	lines := it.Lines
	if len(lines) == 0 {
		lines = []settle.Line{{Entry: ledger.Entry{Account: it.Account}}}
	}
	for _, l := range lines {
		_, err := r.tx.Exec(`INSERT INTO parked (bucket, terminal, branch, seq, line, ipart, position, reason, detail, account, wallet, points, first_branch, first_seq)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bucket, terminal, branch, seq, line) DO NOTHING`,
			r.bucket, int64(it.Key.Terminal), it.Key.Branch[:], it.Key.Seq, l.Number, it.Part, it.Position, string(fx.Parked), fx.Detail,
			l.Entry.Account[:], string(l.Entry.Wallet), int64(l.Entry.Points), fx.CountsBy.Branch[:], fx.CountsBy.Seq)
		if err != nil {
			return err
		}
	}
	if fx.Parked == settle.IssuedAgain {
		return nil // it counts elsewhere: there is nothing for anybody to do
	}
	k := it.Key
	return r.writeException(settle.Exception{
		Code: fx.Parked, Terminal: k.Terminal, Branch: k.Branch, Seq: k.Seq, Account: lines[0].Entry.Account, Detail: fx.Detail,
	})
}

func (r *round) writeException(x settle.Exception) error {
	_, err := r.tx.Exec(`INSERT INTO exceptions (bucket, terminal, branch, seq, line, code, account, detail, raised_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, terminal, branch, seq, line, code) DO NOTHING`,
		r.bucket, int64(x.Terminal), x.Branch[:], x.Seq, x.Line, string(x.Code), x.Account[:], x.Detail, int64(r.now))
	return err
}

// reverse takes back what of a record must not count by one of head office's
// own.
func (r *round) reverse(it *settle.Item, fx settle.Effects) error {
	return r.decideAfter(it.Stamp, ledger.Draft{
		Kind: ledger.KindReverse, Rules: it.Rules, Entries: fx.Reversal,
		Body: ledger.Body{Account: it.Account, Reasons: []ledger.Reason{{Code: string(fx.Reversed), Rule: it.Key.String()}}},
	})
}

// decide seals a decision of head office about accounts of the bucket and posts
// it like any other.
func (r *round) decide(d ledger.Draft) error { return r.decideAfter(-1, d) }

// decideAfter stamps it later than what it is about, whose clock may be ahead: in
// a purse's lots entries count by their stamps.
func (r *round) decideAfter(stamp ledger.Stamp, d ledger.Draft) error {
	own, err := r.seal(stamp, d)
	if err != nil {
		return err
	}
	answer := &settle.Item{Key: own.Head.Key(), Kind: own.Head.Kind, Stamp: own.Head.Stamp, Day: own.Head.Day, Rules: own.Head.Rules, Account: d.Body.Account}
	for i, e := range own.Head.Entries {
		answer.Lines = append(answer.Lines, settle.Line{Number: i + 1, Entry: e})
		if err := r.readLine(e); err != nil {
			return err
		}
	}
	done := r.book.Post(answer)
	if done.Parked != "" {
		return fmt.Errorf("head office's own record %v does not add up: %s", own.Head.Key(), done.Detail)
	}
	return r.write(answer, done)
}

// seal writes a decision of head office into the bucket's own journal, with a
// stamp later than after.
func (r *round) seal(after ledger.Stamp, d ledger.Draft) (ledger.Sealed, error) {
	var salt ledger.Salt
	if err := r.db.random(salt[:]); err != nil {
		return ledger.Sealed{}, err
	}
	at := max(r.now, after+1)
	d.Moment = ledger.Calendar{}.Moment(time.UnixMilli(int64(at)), true)
	own, err := ledger.Seal(r.own, d, time.Time{}, salt)
	if err != nil {
		return ledger.Sealed{}, err
	}
	r.own = r.own.After(own)
	_, err = r.tx.Exec(`INSERT INTO own_records (bucket, seq, head, body) VALUES (?, ?, ?, ?)`, r.bucket, own.Head.Seq, own.Line.Head, own.Line.Body)
	return own, err
}

// grant sets points aside at the usual shop of each account the round posted to.
func (r *round) grant(standings map[ledger.Terminal]settle.Standing) error {
	if len(standings) == 0 {
		return nil
	}
	for _, p := range r.sortedPurses() {
		if p.Wallet.Counter() {
			continue
		}
		usual, visits, found, err := r.usual(p.Account)
		if err != nil {
			return err
		}
		standing, allowed := standings[usual]
		if !found || visits == 0 || !allowed || standing.Authority != "full" {
			continue
		}
		if err := r.grantTo(p, usual, standing.Branch); err != nil {
			return err
		}
	}
	return nil
}

// usual is where the account is seen most, with this round's visits.
func (r *round) usual(a ledger.Account) (best ledger.Terminal, most int64, found bool, err error) {
	visits := make(map[ledger.Terminal]int64)
	rows := r.tx.Query(`SELECT terminal, visits FROM interest WHERE bucket = ? AND account = ?`, r.bucket, a[:])
	for rows.Next() {
		visits[ledger.Terminal(rows.Int64(0))] = rows.Int64(1)
	}
	if t := r.touched[a]; t != nil {
		for terminal, n := range t.visits {
			visits[terminal] += n
		}
	}
	for t, n := range visits {
		if !found || n > most || n == most && t < best {
			best, most, found = t, n, true
		}
	}
	return best, most, found, rows.Err()
}

func (r *round) grantTo(p settle.Purse, t ledger.Terminal, branch ledger.Branch) error {
	open, err := r.openGrants(p, t, branch)
	if err != nil {
		return err
	}
	b := r.book.Balances[p]
	if _, err := b.Free(); err != nil {
		return nil // out of any range worth granting from
	}
	offer := grant.Make(r.db.cfg.Policy, r.kept[p].position(p.Wallet, b), b.SetAside, open, r.now)
	if offer.Points == 0 {
		return nil
	}
	g := ledger.Grant{Account: p.Account, Wallet: p.Wallet, Points: offer.Points, Terminal: t, Branch: branch, NotAfter: offer.NotAfter}
	if err := r.db.random(g.ID[:]); err != nil {
		return err
	}
	if err := r.book.Open(g); err != nil {
		return nil
	}
	r.asides[g.ID.SetAside()] = true
	_, err = r.seal(-1, ledger.Draft{Kind: ledger.KindGrant, Grants: []ledger.Grant{g}, Body: ledger.Body{Account: p.Account}})
	return err
}

// openGrants is what is left of the grants the branch has on the purse, as the
// book has it where it has it.
func (r *round) openGrants(p settle.Purse, t ledger.Terminal, b ledger.Branch) (sum ledger.Points, err error) {
	rows := r.tx.Query(`SELECT id, remaining FROM set_asides WHERE bucket = ? AND account = ? AND wallet = ? AND terminal = ? AND branch = ? AND not_after > 0`,
		r.bucket, p.Account[:], string(p.Wallet), int64(t), b[:])
	for rows.Next() {
		left := ledger.Points(rows.Int64(1))
		if s, has := r.book.SetAsides[ledger.SetAsideID(rows.Text(0))]; has {
			left = s.Left
		}
		if sum, err = sum.Add(left); err != nil {
			return 0, err
		}
	}
	return sum, rows.Err()
}

func (r *round) sortedPurses() []settle.Purse {
	all := make([]settle.Purse, 0, len(r.purses))
	for p := range r.purses {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].Account != all[j].Account {
			return string(all[i].Account[:]) < string(all[j].Account[:])
		}
		return all[i].Wallet < all[j].Wallet
	})
	return all
}

// writeBook writes the purses and set-asides the round changed, in the order of
// their keys, which keeps two writers elsewhere from waiting for each other.
func (r *round) writeBook() error {
	for _, p := range r.sortedPurses() {
		b := r.book.Balances[p]
		lots, lapses, err := r.kept[p].columns()
		if err != nil {
			return err
		}
		_, err = r.tx.Exec(`INSERT INTO balances (bucket, account, wallet, points, rest, set_aside, lots, lapses) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (bucket, account, wallet) DO UPDATE SET points = excluded.points, rest = excluded.rest, set_aside = excluded.set_aside,
			lots = excluded.lots, lapses = excluded.lapses`,
			r.bucket, p.Account[:], string(p.Wallet), int64(b.Points), b.Rest.String(), int64(b.SetAside), lots, lapses)
		if err != nil {
			return err
		}
	}
	ids := make([]string, 0, len(r.asides))
	for id := range r.asides {
		ids = append(ids, string(id))
	}
	sort.Strings(ids)
	for _, id := range ids {
		if err := r.writeSetAside(r.book.SetAsides[ledger.SetAsideID(id)]); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) writeSetAside(s settle.SetAside) error {
	if s.Left == 0 {
		_, err := r.tx.Exec(`DELETE FROM set_asides WHERE bucket = ? AND id = ?`, r.bucket, string(s.ID))
		return err
	}
	_, err := r.tx.Exec(`INSERT INTO set_asides (bucket, id, account, wallet, terminal, branch, opened, remaining, not_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, id) DO UPDATE SET remaining = excluded.remaining`,
		r.bucket, string(s.ID), s.Purse.Account[:], string(s.Purse.Wallet), int64(s.Terminal), s.Branch[:], int64(s.Opened), int64(s.Left), int64(s.NotAfter))
	return err
}
