package session

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/words"
)

// leaves calls f with every cell that does not depend on anything more, and
// with what it depended on.
func leaves(f func(EventKind, Place, []string, cell)) {
	var walk func(EventKind, Place, []string, cell)
	walk = func(e EventKind, p Place, why []string, c cell) {
		if c.when == nil {
			f(e, p, why, c)
			return
		}
		walk(e, p, append(slices.Clip(why), c.when.why), *c.yes)
		walk(e, p, append(slices.Clip(why), "else"), *c.other)
	}
	for _, e := range Events() {
		for _, p := range Places() {
			walk(e, p, nil, table[e][p])
		}
	}
}

// spoken is a session in which every sentence has something to speak of.
func spoken() Session {
	return Session{
		vouchers: []Voucher{{Code: slipcode.Voucher{Reward: "Koffie"}}},
		state:    Card, present: true, amount: 12_50, told: []Amount{{"points", 23 * ledger.Unit}}, practice: true,
		customer: Customer{FoundMask: "…0025"}, asked: Customer{FoundMask: "…0025"},
		came:    Answer{TakenBack: []Amount{{"points", 23 * ledger.Unit}}, Balance: []Amount{{"points", 100 * ledger.Unit}}, Known: true},
		asksFor: Effect{Act: PostGoodwill, Event: Event{Give: []Amount{{"points", 150 * ledger.Unit}}, Note: "…"}},
		found:   []FoundMember{{Name: "Anna"}, {Name: "Bob"}},
	}
}

func speaking(lang string) voice {
	w, _ := words.For(lang)
	return voice{w, programme.Rules{Currency: "EUR", Wallets: []programme.Wallet{{
		Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"}},
	}}}}
}

func TestEveryCellIsFilledAndHasWords(t *testing.T) {
	if len(table) != len(Events()) {
		t.Errorf("the table has %d rows for %d events", len(table), len(Events()))
	}
	for _, e := range Events() {
		if got := len(table[e]); got != len(Places()) {
			t.Errorf("%s has %d cells for %d places", e, got, len(Places()))
		}
	}
	n := 0
	leaves(func(e EventKind, p Place, why []string, c cell) {
		n++
		at := fmt.Sprintf("%s, when %s %v", e, p, why)
		if c.refused != "" {
			if c.says != nil || c.act != Nothing || c.to != "" || c.step != nil || !slices.Contains(programme.Codes(), c.refused) {
				t.Errorf("%s: a refusal that does something: %+v", at, c)
			}
			return
		}
		if c.says == nil || c.tone == "" {
			t.Errorf("%s says nothing", at)
			return
		}
		nl, en := c.says(speaking("nl"), spoken()), c.says(speaking("en"), spoken())
		if nl == "" || en == "" || nl == en || strings.Contains(nl+en, "%!") {
			t.Errorf("%s says %q, %q", at, nl, en)
		}
		// What happened, what became of the points, what to do now.
		if strings.Count(nl, ". ")+strings.Count(nl, ": ") < 2 {
			t.Errorf("%s says too little: %q", at, nl)
		}
	})
	if n < 200 {
		t.Errorf("only %d cells", n)
	}
}

func TestOnlySomeKeysChangePoints(t *testing.T) {
	may := map[EventKind][]Act{
		Paid: {PostSale}, Undo: {PostUndo}, Returned: {PostReturn}, Move: {PostMove}, Claim: {PostClaim}, Enrol: {PostEnrol},
		Goodwill: {PostGoodwill}, Confirm: {Again},
	}
	leaves(func(e EventKind, p Place, why []string, c cell) {
		if c.act.Posts() && !slices.Contains(may[e], c.act) {
			t.Errorf("%s, when %s %v: %s", e, p, why, c.act)
		}
		if c.act != Nothing && (c.to != "" || c.step != nil) {
			t.Errorf("%s, when %s %v: it is not known yet whether %s succeeds, and the session goes on", e, p, why, c.act)
		}
	})
	for e, acts := range may {
		if !slices.ContainsFunc(slices.Collect(maps.Values(table[e])), func(c cell) bool { return has(c, acts[0]) }) {
			t.Errorf("%s never leads to %s", e, acts[0])
		}
	}
}

func has(c cell, a Act) bool {
	if c.when != nil {
		return has(*c.yes, a) || has(*c.other, a)
	}
	return c.act == a
}

// An open question or doubt is left by its answer, another customer, or time.
func TestAQuestionIsNotPassedBy(t *testing.T) {
	answers := []EventKind{Scanned, SameCard, TimeOut, Typed, Confirm, Cancel, Practice, DeviceLost, LineLost}
	leaves(func(e EventKind, p Place, why []string, c cell) {
		if p != AtOtherCard && p != AtUnusual && p != AtManager && p != AtUnsure || slices.Contains(answers, e) {
			return
		}
		if retyped, resent := e == AmountSet && p == AtUnusual, e == Paid && p == AtUnsure; retyped || resent {
			return
		}
		if c.to != "" || c.step != nil || c.act != Nothing {
			t.Errorf("%s, when %s %v: it goes past the question", e, p, why)
		}
	})
}

const (
	tableBegins = "<!-- made of session.table by its test -->"
	tableEnds   = "<!-- end -->"
)

func TestTheDesignShowsTheTable(t *testing.T) {
	text, err := os.ReadFile("../DESIGN.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), tableBegins+"\n")
	got, _, closed := strings.Cut(rest, tableEnds)
	if want := drawn(); !found || !closed || got != want {
		t.Errorf("between %s and %s stands another table than this one:\n%s", tableBegins, tableEnds, want)
	}
}

// drawn is the table for people: where each event leads, and by number what is
// said then.
func drawn() string {
	var b strings.Builder
	var said []string
	number := func(c cell) int {
		text := c.says(speaking("nl"), spoken()) + " / " + c.says(speaking("en"), spoken())
		i := slices.Index(said, text)
		if i < 0 {
			i, said = len(said), append(said, text)
		}
		return i + 1
	}
	var show func(c cell) string
	show = func(c cell) string {
		switch {
		case c.when != nil:
			return c.when.why + ": " + show(*c.yes) + "; else " + show(*c.other)
		case c.refused != "":
			return string(c.refused)
		case c.act != Nothing:
			return fmt.Sprintf("**%s** %d", c.act, number(c))
		case c.to != "":
			return fmt.Sprintf("→ %s %d", c.to, number(c))
		}
		return fmt.Sprint(number(c))
	}
	b.WriteString("|")
	for _, p := range append([]Place{"event"}, Places()...) {
		b.WriteString(" " + string(p) + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(Places())+1) + "\n")
	for _, e := range Events() {
		b.WriteString("| " + string(e) + " |")
		for _, p := range Places() {
			b.WriteString(" " + show(table[e][p]) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for i, text := range said {
		fmt.Fprintf(&b, "%d. %s\n", i+1, strings.ReplaceAll(text, "\u00a0", " "))
	}
	return b.String()
}

// everyPlace is a session in each place, as the table's own events lead there.
func everyPlace(t *testing.T) map[Place]Session {
	t.Helper()
	f := Facts{At: time.UnixMilli(0), Rules: speaking("nl").rules, Customer: Customer{Holding: ledger.Holding{Account: ledger.Account{1}}}}
	f.Rules.UsualMax = 100_00
	f.Key.ID = "1"
	on := func(s Session, events ...Event) Session {
		for _, e := range events {
			s, _, _ = s.On(e, f)
		}
		return s
	}
	card := on(Session{}, Event{Kind: Scanned})
	total := on(card, Event{Kind: AmountSet, Amount: 12_50})
	reward := total.Came(Effect{Act: SetAside, says: plain(words.Words.SayHeld)}, Outcome{Held: Held{Hold: ledger.HoldID{1}}}, f)
	all := map[Place]Session{
		Place(Free): {}, Place(Card): card, Place(Total): total, Place(Reward): reward,
		Place(Slip): on(reward, Event{Kind: SlipRead}),
		Place(Done): total.Paid(Answer{}, ledger.Holding{}, false, f),
		AtOtherCard: on(reward, Event{Kind: Scanned}),
		AtUnusual:   on(card, Event{Kind: AmountSet, Amount: 100_01}),
		AtManager:   card.Denied(&programme.Refusal{Code: programme.ManagerNeeded}, Effect{Act: PostGoodwill}, f),
		AtUnsure:    reward.Failed(Effect{Act: PostSale}, f),
	}
	for p, s := range all {
		if s.Place() != p {
			t.Fatalf("the session for %s is at %s", p, s.Place())
		}
	}
	return all
}

// Every cell is taken once, from a session that came there by events: where it
// leads is where the table says, and what is refused changes nothing.
func TestEveryCellIsTaken(t *testing.T) {
	for p, s := range everyPlace(t) {
		for _, e := range Events() {
			f := Facts{At: time.UnixMilli(1000), Rules: speaking("nl").rules, Customer: Customer{Holding: ledger.Holding{Account: ledger.Account{2}}}}
			event := Event{Kind: e, Amount: 5_00}
			c := s.cell(event, f)
			n, effect, no := s.On(event, f)
			at := fmt.Sprintf("%s, when %s", e, p)
			if (no != nil) != (c.refused != "") || (c.act != Again && effect.Act != c.act) {
				t.Errorf("%s: got %v and %q, the cell is %+v", at, no, effect.Act, c)
			}
			if c.to != "" && n.State() != c.to && n.State() != Slip {
				t.Errorf("%s: leads to %s, the cell says %s", at, n.State(), c.to)
			}
			if no != nil && (n.Place() != s.Place() || n.refused != string(no.Code) || n.said == nil) {
				t.Errorf("%s: after %v the session is at %s and says %v", at, no, n.Place(), n.said)
			}
			if kept := n.State() != Free && n.question == s.question && n.customer.Holding.Account == s.customer.Holding.Account; kept && c.to == "" && c.step == nil && n.amount != s.amount {
				t.Errorf("%s: the amount changed", at)
			}
		}
	}
}
