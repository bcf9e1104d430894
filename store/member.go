package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// foldBody adds what a new record's body says to what is kept beside it. A
// record that is issued again has been through this: see carry.
func (w *writer) foldBody(h ledger.Head, id int64, b ledger.Body) error {
	if err := w.foldTakebacks(h, id, b); err != nil {
		return err
	}
	if b.Account == (ledger.Account{}) {
		return nil
	}
	account, err := w.accountRow(b.Account)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(h.Entries, func(e ledger.Entry) bool { return e.Account == b.Account }) {
		if _, err := w.tx.Exec(`INSERT INTO mentions (record, account) VALUES (?, ?)`, id, account); err != nil {
			return err
		}
	}
	switch h.Kind {
	case ledger.KindEnrol:
		return w.enrol(h, id, account, b)
	case ledger.KindClaim:
		return w.claim(id, account, b)
	}
	return nil
}

// carry lets what was folded from the body of the record in row old follow it
// to row now, where it was issued again. Its body may be empty by then, and
// what others call it stands in their own bodies, which do not change.
func (w *writer) carry(old stored, was, now ledger.Head) error {
	id := recordID(w.branch.number, now.Seq)
	type step struct {
		sql  string
		args []any
	}
	steps := []step{
		{`INSERT INTO reissues (old, now) VALUES (?, ?)`, []any{old.id, id}},
		{`UPDATE takebacks SET record = ? WHERE record = ?`, []any{id, old.id}},
		{`UPDATE takebacks SET sale = ? WHERE sale = ?`, []any{now.Key().String(), was.Key().String()}},
		{`UPDATE mentions SET record = ? WHERE record = ?`, []any{id, old.id}},
	}
	switch was.Kind { // these tables have no index by record
	case ledger.KindEnrol:
		steps = append(steps, step{`UPDATE members SET record = ? WHERE record = ?`, []any{id, old.id}})
	case ledger.KindClaim:
		steps = append(steps, step{`UPDATE claims SET record = ? WHERE record = ?`, []any{id, old.id}})
	}
	for _, s := range steps {
		if _, err := w.tx.Exec(s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// enrol notes what a member said. Whoever enrols again, perhaps to change the
// name, stays a member since the first time, brought in by whoever did then; a
// birthday that is not given again stays, unless the name goes: whoever has
// their name erased has no birthday either.
func (w *writer) enrol(h ledger.Head, id, account int64, b ledger.Body) error {
	words := nameWords(b.Name)
	var referrer []byte
	if b.Referrer != (ledger.Account{}) {
		referrer = b.Referrer[:]
	}
	_, err := w.tx.Exec(`INSERT INTO members (account, record, since, name, folded, lang, mask, birthday, referrer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET record = excluded.record, name = excluded.name, folded = excluded.folded, lang = excluded.lang, mask = excluded.mask,
		birthday = iif(excluded.birthday = '' AND (excluded.name <> '' OR name = ''), birthday, excluded.birthday), referrer = ifnull(referrer, excluded.referrer)`,
		account, id, string(h.Day), b.Name, strings.Join(words, " "), shownIn(b), cardMask(b), b.Birthday, referrer)
	if err != nil {
		return err
	}
	if _, err := w.tx.Exec(`DELETE FROM member_words WHERE account = ?`, account); err != nil {
		return err
	}
	for _, word := range words {
		if _, err := w.tx.Exec(`INSERT INTO member_words (word, account) VALUES (?, ?) ON CONFLICT DO NOTHING`, word, account); err != nil {
			return err
		}
	}
	return nil
}

func shownIn(b ledger.Body) string {
	if len(b.Consents) == 0 {
		return ""
	}
	return b.Consents[0].Lang
}

func cardMask(b ledger.Body) string {
	for _, i := range b.Identifiers {
		if i.Kind == member.KindCard {
			return i.Mask
		}
	}
	return ""
}

// claim makes the accounts of the bearer slips that the body names one with
// its own.
func (w *writer) claim(id, card int64, b ledger.Body) error {
	for _, i := range b.Identifiers {
		if i.Kind != member.KindSlip {
			continue
		}
		row, found, err := w.tx.One(`SELECT account FROM identifiers WHERE ref = ?`, refKey(i.Ref))
		if err != nil || !found {
			return errorOr(err, "slip %s leads nowhere", i.Mask)
		}
		slip := row.Int64(0)
		if slip == card {
			continue // it came with the claim itself
		}
		if _, claimed, err := w.tx.One(`SELECT 1 FROM claims WHERE slip = ?`, slip); claimed || err != nil {
			// Two cards would become one member's.
			return errorOr(err, "slip %s was claimed before", i.Mask)
		}
		if _, err := w.tx.Exec(`INSERT INTO claims (slip, card, record) VALUES (?, ?, ?)`, slip, card, id); err != nil {
			return err
		}
		if err := w.link(slip, card); err != nil {
			return err
		}
	}
	return nil
}

// link makes the accounts in two rows one member's, if they are not yet. Only
// an account that nobody stands for is changed, so whatever hung together does
// so still.
func (w *writer) link(slip, card int64) error {
	from, err := lastSurvivor(w.tx, slip)
	if err != nil {
		return err
	}
	to, err := lastSurvivor(w.tx, card)
	if err != nil || from == to {
		return err
	}
	if _, err = w.tx.Exec(`UPDATE accounts SET survivor = ? WHERE number = ?`, to, from); err != nil {
		return err
	}
	return w.refoldLots(to)
}

// relink makes own claims hold again among accounts that hung together before
// a statement said whom one of them belongs to: it may not know of them yet.
func (w *writer) relink(group []linked) error {
	for _, g := range group {
		row, found, err := w.tx.One(`SELECT card FROM claims WHERE slip = ?`, g.number)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := w.link(g.number, row.Int64(0)); err != nil {
			return err
		}
	}
	return nil
}

// FindMembers finds enrolled members by their names: each word of text must
// begin a word of the name, whatever its case and accents. At most limit, in
// the order of their names.
func (db *DB) FindMembers(ctx context.Context, text string, limit int) (found []ledger.Found, err error) {
	words := nameWords(text)
	if len(words) == 0 {
		return nil, nil
	}
	longest := slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		seen := make(map[int64]bool)
		// What stands behind the longest word leaves the fewest to look at.
		rows := tx.Query(`SELECT m.account, m.since, m.name, m.folded, m.mask, m.birthday FROM member_words w JOIN members m ON m.account = w.account
			WHERE w.word >= ? AND w.word < ? ORDER BY w.word, w.account`, longest, longest+string(utf8.MaxRune))
		for rows.Next() {
			if !eachBegins(words, strings.Split(rows.Text(3), " ")) {
				continue
			}
			number, err := lastSurvivor(tx, rows.Int64(0))
			if err != nil {
				return err
			}
			if seen[number] {
				continue
			}
			seen[number] = true
			f := ledger.Found{Profile: ledger.Profile{Enrolled: true, Since: ledger.Day(rows.Text(1)), Name: rows.Text(2), Birthday: rows.Text(5)}, Mask: rows.Text(4)}
			row, has, err := tx.One(`SELECT account FROM accounts WHERE number = ?`, number)
			if err != nil || !has {
				return errorOr(err, "account row %d is missing", number)
			}
			copy(f.Account[:], row.Blob(0))
			if found = append(found, f); len(found) == limit {
				rows.Close()
			}
		}
		return rows.Err()
	})
	slices.SortStableFunc(found, func(a, b ledger.Found) int { return strings.Compare(a.Profile.Name, b.Profile.Name) })
	return found, err
}

func eachBegins(prefixes, words []string) bool {
	for _, p := range prefixes {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, p) }) {
			return false
		}
	}
	return true
}

// nameWords are the words of a name without case and accents: "Zoë d'Hondt" is
// "zoe", "dhondt".
func nameWords(name string) []string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch plain, accented := plainLetters[r]; {
		case accented:
			b.WriteString(plain)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '.': // of the letter before, or within a word
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// plainLetters are the lower-case letters of the alphabets around us as people
// type them who do not have them on their keyboards.
var plainLetters = func() map[rune]string {
	letters := make(map[rune]string)
	for plain, accented := range map[string]string{
		"a": "àáâãäåāăąǎ", "ae": "æ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěə", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįıǐ",
		"ij": "ĳ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõöøōŏőǒ", "oe": "œ", "r": "ŕŗř", "s": "śŝşšș",
		"ss": "ß", "t": "ţťŧț", "th": "þ", "u": "ùúûüũūŭůűųǔ", "w": "ŵẁẃẅ", "y": "ýÿŷỳ", "z": "źżž",
	} {
		for _, r := range accented {
			letters[r] = plain
		}
	}
	return letters
}()

// Timeline is what happened to the member that account belongs to, newest
// first: at most limit records with entries for any of their accounts, or whose
// bodies were about one, from before the record that is called before; from
// the newest on where that is zero. Closes move nothing and are left out, and so
// is that a counter's lots were booked as lapsed.
func (db *DB) Timeline(ctx context.Context, account ledger.Account, before ledger.Key, limit int) (records []ledger.Record, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		end, err := endOf(tx, before)
		if err != nil {
			return err
		}
		number, found, err := resolve(tx, ledger.Subject{Account: account})
		if err != nil || !found {
			return err
		}
		group, err := groupOf(tx, number)
		if err != nil {
			return err
		}
		var ids []int64
		for _, g := range group {
			rows := tx.Query(`SELECT DISTINCT record FROM entries WHERE account = ?1 AND record < ?2 AND kind <> 'close' AND NOT (kind = 'expire' AND instr(wallet, '/') > 0)
				UNION SELECT record FROM mentions WHERE account = ?1 AND record < ?2 ORDER BY record DESC LIMIT ?3`, g.number, end, limit)
			for rows.Next() {
				ids = append(ids, rows.Int64(0))
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		slices.Reverse(ids)
		for _, id := range ids[:min(len(ids), limit)] {
			r, err := recordAt(tx, id)
			if err != nil {
				return err
			}
			records = append(records, r)
		}
		return nil
	})
	return records, err
}

// endOf is the row to stop before.
func endOf(tx *sqlite.Tx, before ledger.Key) (int64, error) {
	if before.IsZero() {
		return 1<<63 - 1, nil
	}
	id, found, err := locate(tx, before)
	if err == nil && !found {
		err = errors.New("the record to go on from is not here")
	}
	return id, err
}
