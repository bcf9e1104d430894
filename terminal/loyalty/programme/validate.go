package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Complaint is one thing that is wrong with some rules.
type Complaint struct {
	// Key is where, as the programme's file names it: "earn[0].per". A list's
	// members count from 0.
	Key  string
	Text string
	// First is the key at which a name stands already that was given once more;
	// "" for any other complaint.
	First string
}

// Complaints is everything that is wrong with some rules.
type Complaints []Complaint

func (c Complaints) Error() string {
	lines := make([]string, len(c))
	for i, one := range c {
		lines[i] = one.Key + ": " + one.Text
	}
	return strings.Join(lines, "\n")
}

func (c *Complaints) add(key, format string, args ...any) {
	*c = append(*c, Complaint{Key: key, Text: fmt.Sprintf(format, args...)})
}

// twice complains about a name that one of those before it in its list has.
func (c *Complaints) twice(key, name string, before []string) {
	i := slices.Index(before, name)
	if i < 0 {
		return
	}
	list, field := key[:strings.LastIndexByte(key, '[')], key[strings.LastIndexByte(key, ']')+1:]
	*c = append(*c, Complaint{key, fmt.Sprintf("%q stands twice", name), fmt.Sprintf("%s[%d]%s", list, i, field)})
}

// Limits of rules; real ones stay far below them.
const (
	MaxRatePoints = ledger.Points(1_000_000) * ledger.Unit
	maxPerMinor   = 10_000 * ledger.Unit // what one minor unit may earn
	maxText       = 64
	maxSlipLine   = 96
	maxSlipLines  = 8
	maxKeepDays   = 3660
	// maxCarried bounds the denominator of what is carried, so that the
	// remainders of any three rates a member ever met add up exactly.
	maxCarried = 1000
)

// Validate reports everything that is wrong with r, as Complaints.
func (r Rules) Validate() error {
	var all Complaints
	if r.checkSizes(&all); len(all) > 0 {
		return all // going through them would take long and say little
	}
	r.checkShop(&all)
	r.checkWallets(&all)
	r.checkBase(&all)
	r.checkEarn(&all)
	r.checkRewards(&all)
	r.checkStanding(&all)
	r.checkGames(&all)
	r.checkCoalition(&all)
	r.checkMessages(&all)
	r.Returns.check(&all)
	r.checkCards(&all)
	r.checkCounter(&all)
	checkLines("slip.header", r.Header, &all)
	checkLines("slip.footer", r.Footer, &all)
	if len(all) == 0 {
		return nil
	}
	return all
}

func (r Rules) checkShop(all *Complaints) {
	if r.Version < 1 {
		all.add("version", "%d: versions count from 1", r.Version)
	}
	if !nameable(r.Name, maxText) {
		all.add("name", "need 1 to %d printable characters", maxText)
	}
	if !isCurrency(r.Currency) {
		all.add("currency", "%q: need three capital letters as in ISO 4217, \"EUR\"", r.Currency)
	}
	if !isZone(r.Zone) {
		all.add("zone", "%q: need the name of a zone, \"Europe/Amsterdam\"", r.Zone)
	}
	if r.CutOver < 0 || r.CutOver >= 12*time.Hour || r.CutOver%time.Minute != 0 {
		all.add("cut_over", "%v: need whole minutes, from midnight to before noon", r.CutOver)
	}
	if !isLanguage(r.Language) {
		all.add("language", "%q: need a language, \"nl\" or \"nl-BE\"", r.Language)
	}
	if r.UsualMax < 0 || r.UsualMax > basket.MaxAmount {
		all.add("usual_max", "%d: need 0 to %d minor units", r.UsualMax, basket.MaxAmount)
	}
	if r.KeepDays < 1 || r.KeepDays > maxKeepDays {
		all.add("keep_days", "%d: need 1 to %d", r.KeepDays, maxKeepDays)
	}
}

func (r Rules) checkWallets(all *Complaints) {
	if len(r.Wallets) == 0 {
		all.add("wallet", "need at least one")
	}
	for i, w := range r.Wallets {
		key := fmt.Sprintf("wallet[%d].", i)
		if !isIdentifier(string(w.Name)) {
			all.add(key+"name", "%q: need 1 to %d of a to z, 0 to 9, - and _", string(w.Name), maxText)
		}
		all.twice(key+"name", string(w.Name), r.walletNames()[:i])
		if w.Decimals < 0 || w.Decimals > 3 {
			all.add(key+"decimals", "%d: need 0 to 3", w.Decimals)
		}
		w.checkUnits(key+"units", base(r.Language), all)
		w.checkMeaning(key, all)
		w.checkTime(key, all)
	}
}

func (w Wallet) checkUnits(key, lang string, all *Complaints) {
	if _, ok := w.Units[lang]; !ok && lang != "" {
		all.add(key, "no words for the unit in the programme's language, %q", lang)
	}
	languages := make([]string, 0, len(w.Units))
	for l := range w.Units {
		languages = append(languages, l)
	}
	slices.Sort(languages) // so that complaints come in one order
	for _, l := range languages {
		if u := w.Units[l]; !nameable(u.One, maxText) || !nameable(u.Many, maxText) {
			all.add(key+"."+l, "need a word for one and a word for several, each 1 to %d printable characters", maxText)
		}
	}
}

// smallestShown is the least that a number with so many decimals can show.
func smallestShown(decimals int) ledger.Points {
	p := ledger.Unit
	for range min(max(decimals, 0), 3) {
		p /= 10
	}
	return p
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (r Rules) checkCards(all *Complaints) {
	if len(r.Cards) == 0 {
		all.add("card", "need at least one format, or no code is a card")
	}
	var problems member.FormatProblems
	if errors.As(r.Cards.Validate(), &problems) {
		for _, p := range problems {
			all.add(fmt.Sprintf("card[%d].%s", p.Index, p.Field), "%s", p.Text)
		}
	}
}

func checkLines(key string, lines []string, all *Complaints) {
	if len(lines) > maxSlipLines {
		all.add(key, "%d lines, at most %d", len(lines), maxSlipLines)
	}
	for i, line := range lines {
		if !nameable(line, maxSlipLine) {
			all.add(fmt.Sprintf("%s[%d]", key, i), "need 1 to %d printable characters", maxSlipLine)
		}
	}
}

// nameable texts can stand on a slip or a screen.
func nameable(s string, longest int) bool {
	if strings.TrimSpace(s) == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > longest {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }) < 0
}

func isIdentifier(s string) bool {
	return s != "" && len(s) <= maxText && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// isZone only looks at the form: whether there is such a zone is known where
// it is loaded. "Local" would be another zone on every PC.
func isZone(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/"
	return s != "" && s != "Local" && len(s) <= maxText && strings.Trim(s, letters) == "" && !strings.HasPrefix(s, "/")
}

func isLanguage(s string) bool {
	language, region, hasRegion := strings.Cut(s, "-")
	lower := strings.Trim(language, "abcdefghijklmnopqrstuvwxyz") == ""
	upper := strings.Trim(region, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	return lower && len(language) >= 2 && len(language) <= 3 && (!hasRegion || (upper && len(region) == 2))
}
