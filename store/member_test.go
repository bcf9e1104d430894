package store_test

import (
	"fmt"
	"slices"
	"testing"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

func phone(number string) ledger.Subject {
	return ledger.Subject{Identifiers: []member.Identifier{{
		Ref: member.NewRef(chainKey, member.KindPhone, number), Kind: member.KindPhone, Mask: member.Mask(number),
	}}}
}

func bearer(code string) ledger.Subject {
	return ledger.Subject{Identifiers: []member.Identifier{{
		Ref: member.NewRef(chainKey, member.KindSlip, code), Kind: member.KindSlip, Mask: member.Mask(code),
	}}}
}

// enrol makes the holder of a card a member, with stamps carried over.
func enrol(t testing.TB, db *store.DB, key, name string, s, tel ledger.Subject, day ledger.Day, stamps ledger.Points) (p ledger.Posted, phoneIsNew bool) {
	t.Helper()
	subjects := []ledger.Subject{s}
	if len(tel.Identifiers) > 0 {
		subjects = append(subjects, tel)
	}
	moment := ledger.Calendar{}.Moment(start, true)
	moment.Day = day
	p = must(t)(db.Post(t.Context(), request(key, subjects...), func(v ledger.View) (ledger.Posting, error) {
		h := v.Holdings[0]
		d := ledger.Draft{Kind: ledger.KindEnrol, Rules: 1, Moment: moment, Body: ledger.Body{
			Account: h.Account, Identifiers: slices.Concat(s.Identifiers, tel.Identifiers), Request: key, Name: name,
			Consents: []ledger.Consent{{Name: "terms", Version: 2, Lang: "nl", Given: true}},
		}}
		if len(v.Holdings) > 1 {
			phoneIsNew = v.Holdings[1].New
		}
		if stamps > 0 {
			d.Entries = []ledger.Entry{{Account: h.Account, Wallet: "stamps", Kind: ledger.Adjust, Points: stamps, Closed: v.Alone}}
		}
		return ledger.Posting{Draft: d}, nil
	}))
	return p, phoneIsNew
}

func TestEnrolmentMakesAMember(t *testing.T) {
	db := joined(t, config(t.TempDir(), 840))
	post(t, db, "before", card(1), 3*ledger.Unit)
	p, isNew := enrol(t, db, "enrol", "Zoë d'Hondt", card(1), phone("31612345678"), "2026-11-22", 2*ledger.Unit)
	if !isNew {
		t.Error("the phone number led somewhere")
	}
	want := ledger.Profile{Enrolled: true, Since: "2026-11-22", Name: "Zoë d'Hondt"}
	for name, s := range map[string]ledger.Subject{"card": card(1), "phone": phone("31612345678"), "account": {Account: p.Body.Account}} {
		h := look(t, db, s)
		if h.Profile != want || h.Account != p.Body.Account || h.In("stamps").Points != 2*ledger.Unit || h.In("points").Points != 3*ledger.Unit {
			t.Errorf("by %s: %+v", name, h)
		}
	}
	// Somebody whose phone number is another's does not get it.
	q, isNew := enrol(t, db, "enrol 2", "An de Vries", card(2), phone("31612345678"), "2026-11-22", 0)
	if isNew {
		t.Error("the phone number leads nowhere")
	}
	if got := look(t, db, phone("31612345678")).Account; got != p.Body.Account || got == q.Body.Account {
		t.Errorf("the phone number leads to %v now", got)
	}
	// Enrolling again changes the name, not since when.
	enrol(t, db, "enrol 3", "Zoë Janssen", card(1), ledger.Subject{}, "2027-01-02", 0)
	if got := look(t, db, card(1)).Profile; got != (ledger.Profile{Enrolled: true, Since: "2026-11-22", Name: "Zoë Janssen"}) {
		t.Errorf("%+v", got)
	}
	if s, err := db.Status(t.Context()); err != nil || s.Accounts != 2 {
		t.Errorf("%d accounts, %v", s.Accounts, err)
	}
	verified(t, db)
}

func TestMembersAreFoundByName(t *testing.T) {
	db := open(t, config(t.TempDir(), 841))
	names := []string{"Zoë d'Hondt", "Jan de Vries", "Jan-Willem van den Berg", "Žofia Łukasiewicz", "Jan Devries", "", "Straße Ærø"}
	for i, n := range names {
		enrol(t, db, fmt.Sprint(i), n, card(i), ledger.Subject{}, "2026-11-22", 0)
	}
	cases := []struct {
		text  string
		limit int
		want  []string
	}{
		{"zoe", 10, []string{"Zoë d'Hondt"}},
		{"DHONDT", 10, []string{"Zoë d'Hondt"}},
		{"d'hon", 10, []string{"Zoë d'Hondt"}},
		{"jan", 10, []string{"Jan Devries", "Jan de Vries", "Jan-Willem van den Berg"}},
		{"jan", 2, nil}, // any two
		{"vries j", 10, []string{"Jan de Vries"}},
		{"berg willem", 10, []string{"Jan-Willem van den Berg"}},
		{"luka", 10, []string{"Žofia Łukasiewicz"}},
		{"zofia", 10, []string{"Žofia Łukasiewicz"}},
		{"z\u030c", 10, []string{"Zoë d'Hondt", "Žofia Łukasiewicz"}}, // a letter and its accent apart
		{"strasse aero", 10, []string{"Straße Ærø"}},
		{"an", 10, nil}, {"", 10, nil}, {" - ", 10, nil}, {"%", 10, nil}, {"jan x", 10, nil},
	}
	for _, c := range cases {
		found, err := db.FindMembers(t.Context(), c.text, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if c.limit == 2 && len(found) == 2 {
			continue
		}
		var got []string
		for _, f := range found {
			got = append(got, f.Profile.Name)
			if f.Mask == "" || f.Account == (ledger.Account{}) || !f.Profile.Enrolled {
				t.Errorf("%q: %+v", c.text, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q finds %q, want %q", c.text, got, c.want)
		}
	}
	verified(t, db)
}

func claim(t testing.TB, db *store.DB, key string, s, slip ledger.Subject) (ledger.Posted, error) {
	t.Helper()
	return db.Post(t.Context(), request(key, s, slip), func(v ledger.View) (ledger.Posting, error) {
		return ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindClaim, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{
			Account: v.Holdings[0].Account, Identifiers: slices.Concat(s.Identifiers, slip.Identifiers), Request: key,
		}}}, nil
	})
}

// A claimed slip is the member's at once, spent from and all, and stays so
// whatever head office says that has not heard of it.
func TestAClaimMakesTheSlipTheMembers(t *testing.T) {
	db := joined(t, config(t.TempDir(), 842))
	slip := post(t, db, "no card", bearer("ZS1:1"), 5*ledger.Unit)
	mine := post(t, db, "card", card(1), 2*ledger.Unit)
	other := post(t, db, "another card", card(2), ledger.Unit)
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	check := func(when string) {
		t.Helper()
		for _, s := range []ledger.Subject{card(1), bearer("ZS1:1")} {
			if got := holds(t, db, s); got != 7*ledger.Unit {
				t.Errorf("%s: %v", when, got)
			}
		}
		if got := holds(t, db, card(2)); got != ledger.Unit {
			t.Errorf("%s: the other holds %v", when, got)
		}
		verified(t, db)
	}
	check("claimed")
	if got := setAside(t, db, card(1)); got != 7*ledger.Unit {
		t.Errorf("%v can be spent", got)
	}
	if _, err := claim(t, db, "claim again", card(2), bearer("ZS1:1")); err == nil {
		t.Error("claimed twice")
	}
	check("refused")
	s := state(t, db)
	mark := ledger.Mark{Branch: s.Branch, Seq: s.Tip.Seq - 1}
	say := func(n int, of, survivor ledger.Account, points ledger.Points) {
		t.Helper()
		st := statement(of, points, mark)
		st.Survivor = survivor
		apply(t, db, fmt.Sprint(n), st)
		check(fmt.Sprintf("statement %d", n))
	}
	none := ledger.Account{}
	say(1, slip.Body.Account, none, 5*ledger.Unit) // before it heard of the claim
	say(2, mine.Body.Account, none, 2*ledger.Unit)
	say(3, mine.Body.Account, slip.Body.Account, 2*ledger.Unit) // the slip is older
	say(4, slip.Body.Account, none, 5*ledger.Unit)
	say(5, mine.Body.Account, none, 2*ledger.Unit) // a head office restored from before
	say(6, other.Body.Account, none, ledger.Unit)
	oneAccount := post(t, db, "more", bearer("ZS1:1"), ledger.Unit).Record.Head.Entries[0].Account
	if again := post(t, db, "more still", card(1), -(-ledger.Unit)).Record.Head.Entries[0].Account; again != oneAccount {
		t.Errorf("new points go to %v and %v", oneAccount, again)
	}
	cut(t, db, mark.Seq)
	if got := holds(t, db, card(1)); got != 9*ledger.Unit {
		t.Errorf("%v once issued again", got)
	}
	verified(t, db)
}

func TestATimelineIsTheMembersWhole(t *testing.T) {
	db := joined(t, config(t.TempDir(), 843))
	post(t, db, "slip", bearer("ZS1:1"), 5*ledger.Unit)
	post(t, db, "somebody", card(2), ledger.Unit)
	sale := post(t, db, "sale", card(1), 2*ledger.Unit)
	enrol(t, db, "enrol", "An", card(1), ledger.Subject{}, "2026-11-22", 0)
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
		t.Fatal(err)
	}
	must(t)(back(t, db, "back", ledger.KindReturn, ledger.SaleName{Request: "sale"}, ledger.Unit))
	req, decide := award("nothing", card(1), 0)
	must(t)(db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		p.Draft.Entries = nil
		return p, err
	}))
	want := []string{"nothing", "back", "claim", "enrol", "sale", "slip"}
	read := func(limit int) (got []string) {
		t.Helper()
		var before ledger.Key
		for range 10 {
			records, err := db.Timeline(t.Context(), sale.Body.Account, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(records) == 0 {
				break
			}
			for _, r := range records {
				got = append(got, r.Body.Request)
				before = r.Head.Key()
			}
		}
		return got
	}
	for _, limit := range []int{1, 2, 4, 100} {
		if got := read(limit); !slices.Equal(got, want) {
			t.Errorf("%d at a time: %q, want %q", limit, got, want)
		}
	}
	cut(t, db, 2)
	if got := read(3); !slices.Equal(got, want) {
		t.Errorf("issued again: %q, want %q", got, want)
	}
	if r, err := db.Timeline(t.Context(), ledger.Account{1}, ledger.Key{}, 9); err != nil || len(r) > 0 {
		t.Errorf("nobody's: %v, %v", r, err)
	}
	if _, err := db.Timeline(t.Context(), sale.Body.Account, ledger.Key{Seq: 1}, 9); err == nil {
		t.Error("went on from a record that is not here")
	}
	verified(t, db)
}

// A birthday that is not given again stays, and goes with the name.
func TestErasingANameErasesTheBirthday(t *testing.T) {
	cfg := config(t.TempDir(), 845)
	db := joined(t, cfg)
	for i, c := range []struct{ name, birthday, want string }{
		{"", "02-29", "02-29"}, {"", "", "02-29"}, {"An", "", "02-29"}, {"An", "03-01", "03-01"}, {"Ann", "", "03-01"}, {"", "", ""}, {"", "04-01", "04-01"},
	} {
		must(t)(db.Post(t.Context(), request(fmt.Sprint("enrol ", i), card(1)), func(v ledger.View) (ledger.Posting, error) {
			return ledger.Posting{Draft: ledger.Draft{Kind: ledger.KindEnrol, Rules: 1, Moment: ledger.Calendar{}.Moment(start, true), Body: ledger.Body{
				Account: v.Holdings[0].Account, Identifiers: card(1).Identifiers, Name: c.name, Birthday: c.birthday,
			}}}, nil
		}))
		if got := look(t, db, card(1)).Profile; got.Name != c.name || got.Birthday != c.want {
			t.Errorf("enrolment %d: %+v, want %+v", i, got, c)
		}
		verified(t, db)
	}
}

// Emptied bodies take names and reasons along, and nothing that adds up.
func TestEmptiedBodiesBreakNothing(t *testing.T) {
	cfg := config(t.TempDir(), 844)
	db := joined(t, cfg)
	post(t, db, "slip", bearer("ZS1:1"), 5*ledger.Unit)
	sale := post(t, db, "sale", card(1), 3*ledger.Unit)
	enrol(t, db, "enrol", "An", card(1), phone("31"), "2026-11-22", 0)
	must(t)(claim(t, db, "claim", card(1), bearer("ZS1:1")))
	must(t)(back(t, db, "back", ledger.KindReturn, ledger.SaleName{Request: "sale"}, ledger.Unit))
	must(t)(moveTo(t, db, "move", ledger.SaleName{Request: "sale"}, card(2)))
	db.Close()
	tamper(t, cfg.Path, `UPDATE records SET body = NULL`, `DELETE FROM member_words`, `UPDATE members SET name = '', folded = '', mask = '', birthday = ''`)
	db = open(t, cfg)
	verified(t, db)
	for range 2 { // as it is, and issued again
		s, found := recalled(t, db, ledger.SaleName{Record: sale.Record.Head.Key()})
		if !found || s.Original.Body != nil || !slices.Equal(kinds(s.Later), []ledger.Kind{ledger.KindReturn, ledger.KindMove}) {
			t.Errorf("%+v, %v", s, found)
		}
		if _, found, err := db.NextJob(t.Context(), "kassa1"); found || err != nil {
			t.Errorf("a slip without its body: %v, %v", found, err)
		}
		if look(t, db, bearer("ZS1:1")).Account != look(t, db, card(1)).Account {
			t.Error("the claim is forgotten")
		}
		if got := look(t, db, card(1)).Profile; !got.Enrolled || got.Name != "" {
			t.Errorf("%+v", got)
		}
		cut(t, db, 1)
		verified(t, db)
	}
}
