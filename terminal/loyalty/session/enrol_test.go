package session_test

import (
	"fmt"
	"strings"
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
)

func TestABearerSlipIsClaimedOnce(t *testing.T) {
	c, s, one, two := enrolling(t), saving(true), card(t, 1), card(t, 2)
	third := ledger.Account{3}
	code := slipcode.Code{1, 2, 3}
	sale := s.must(t, s.view(third), c.AwardToSlip(code, paid(), moment))
	if sale.Body.Account != third || sale.Body.Identifiers[0].Kind != member.KindSlip || session.AnswerTo(sale, s.holding(third)).Mask != "" {
		t.Errorf("got %+v", sale.Body)
	}
	bearer, err := c.ReadBearer(qr(t, sale.Body.Slip))
	if err != nil || bearer != (slipcode.Bearer{Code: code, Record: sale.Record.Head.Key(), Account: third, Until: "2026-12-06"}) {
		t.Fatalf("the slip says %+v, %v", bearer, err)
	}
	if now := c.Recalled(*s.sale(bearer.Record), moment); !now.CanClaim || now.Card != "" {
		t.Errorf("it is said to be %+v", now)
	}
	request, err := c.ClaimRequest(bearer, one.Subject())
	if err != nil || len(request.Subjects) != 2 || request.Subjects[1].Identifiers[0] != sale.Body.Identifiers[0] {
		t.Fatalf("got %+v, %v", request, err)
	}
	other, err := c.ClaimRequest(bearer, two.Subject())
	if err != nil || other.Key != request.Key || other.Digest == request.Digest {
		t.Errorf("by another card: %+v, %v", other, err)
	}
	later := ledger.Calendar{}.Moment(noon.AddDate(0, 0, 14), true)
	claimed := s.must(t, s.view(first, third), c.Claim(one, bearer, later))
	if h := claimed.Record.Head; h.Kind != ledger.KindClaim || len(h.Entries) != 0 || claimed.Body.Account != first || len(claimed.Body.Identifiers) != 2 {
		t.Errorf("got %+v %+v", h, claimed.Body)
	}
	papers(t, "bearer", sale.Body.Slip, claimed.Body.Slip)

	for name, k := range map[string]struct {
		v    ledger.View
		at   ledger.Moment
		want programme.Code
	}{
		"of another shop":     {s.view(first, ledger.Account{7}), moment, programme.SlipElsewhere},
		"on a card already":   {s.view(second, first), moment, programme.SlipClaimed},
		"on this card":        {s.view(third, third), moment, programme.SlipClaimed},
		"a day late":          {s.view(first, third), ledger.Calendar{}.Moment(noon.AddDate(0, 0, 15), true), programme.SlipExpired},
		"by a clock in doubt": {s.view(first, third), ledger.Calendar{}.Moment(noon.AddDate(0, 0, 15), false), ""},
	} {
		_, err := c.Claim(one, bearer, k.at)(k.v)
		if k.want == "" && err != nil || k.want != "" && !refused(t, err, k.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := c.ReadBearer("ZS1:AAAA"); !refused(t, err, programme.BadSlip) {
		t.Errorf("got %v", err)
	}
	if _, err := c.ReadSlip(qr(t, sale.Body.Slip)); !refused(t, err, programme.BadSlip) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutACardNothingIsRedeemed(t *testing.T) {
	c := enrolling(t)
	held := paid()
	held.Hold = ledger.HoldID{1}
	off := c
	off.Rules.Bearer.Off = true
	for name, k := range map[string]struct {
		c session.Counter
		s session.Sale
	}{"a wish": {c, wishing(coupon)}, "a hold": {c, held}, "no such slips": {off, paid()}} {
		if _, err := k.c.AwardToSlip(slipcode.Code{1}, k.s, moment)(saving(true).view(ledger.Account{3})); !refused(t, err, programme.NoCard) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestANewMember(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	c.Operator = "Anna"
	e := session.Enrolment{
		Name: "  Jo \t van den\nBerg\x1b ", Phone: "06-12345678", Lang: "nl",
		Consents: []ledger.Consent{{Name: "offers", Version: 1, Lang: "nl"}, {Name: "terms", Version: 2, Given: true}},
		Carried:  []session.Amount{{Wallet: "stamps", Points: 6 * ledger.Unit}},
	}
	posted := s.must(t, s.view(first, second), c.Enrol(one, e, moment))
	b := posted.Body
	if b.Name != "Jo van den Berg" || b.Operator != "Anna" || b.Account != first || fmt.Sprint(b.Consents) != "[{terms 2 nl true} {offers 1 nl false}]" {
		t.Errorf("got %+v", b)
	}
	if len(b.Identifiers) != 2 || b.Identifiers[0] != one.Identifiers[0] || b.Identifiers[1].Kind != member.KindPhone || b.Identifiers[1].Mask != "…5678" {
		t.Errorf("got %+v", b.Identifiers)
	}
	if got := short(posted.Record.Head.Entries); strings.Join(got, "; ") != "adjust 6 stamps closed" {
		t.Errorf("got %q", got)
	}
	if a := session.AnswerTo(posted, s.holding(first)); fmt.Sprint(a.Earned) != "[{stamps 6}]" {
		t.Errorf("the page is told %+v", a)
	}
	plain := newShop(false)
	quiet := plain.must(t, plain.view(first), c.Enrol(one, session.Enrolment{Lang: "nl", Consents: e.Consents}, moment))
	if len(quiet.Record.Head.Entries) != 0 || quiet.Body.Name != "" || len(quiet.Body.Identifiers) != 1 {
		t.Errorf("got %+v", quiet)
	}
	papers(t, "enrolled", posted.Body.Slip, quiet.Body.Slip)
}

func TestWhoCannotBecomeAMember(t *testing.T) {
	c, one := enrolling(t), card(t, 1)
	c.Rules.Limits.Carried = 10 * ledger.Unit
	yes := []ledger.Consent{{Name: "terms", Version: 2, Lang: "nl", Given: true}}
	cases := []struct {
		name   string
		change func(*session.Enrolment, *ledger.View, *session.Counter)
		want   programme.Code
	}{
		{"nothing is wrong", func(*session.Enrolment, *ledger.View, *session.Counter) {}, ""},
		{"a member already", func(_ *session.Enrolment, v *ledger.View, _ *session.Counter) { v.Holdings[0].Profile.Enrolled = true }, programme.AlreadyMember},
		{"no answer", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) { e.Consents = nil }, programme.ConsentNeeded},
		{"a no", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) { e.Consents[0].Given = false }, programme.ConsentNeeded},
		{"a yes to an older wording", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) { e.Consents[0].Version = 1 }, programme.ConsentNeeded},
		{"a yes in a language it is not there in", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) { e.Consents[0].Lang = "fr" }, programme.ConsentNeeded},
		{"a yes to nothing", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Consents = append(e.Consents, ledger.Consent{Name: "other", Version: 1, Given: true})
		}, programme.ConsentNeeded},
		{"twice yes", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Consents = append(e.Consents, e.Consents[0])
		}, programme.ConsentNeeded},
		{"not a number", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) { e.Phone = "112" }, programme.BadPhone},
		{"another's number", func(_ *session.Enrolment, v *ledger.View, _ *session.Counter) { v.Holdings[1].New = false }, programme.IdentityTaken},
		{"their own number", func(_ *session.Enrolment, v *ledger.View, _ *session.Counter) { v.Holdings[1] = v.Holdings[0] }, ""},
		{"stamps of nothing", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Carried = []session.Amount{{Wallet: "stars", Points: 1000}}
		}, programme.BadAmount},
		{"half a stamp", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Carried = []session.Amount{{Wallet: "stamps", Points: 500}}
		}, programme.BadAmount},
		{"as many stamps as a cashier gives", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Carried = []session.Amount{{Wallet: "stamps", Points: 10_000}}
		}, ""},
		{"a stamp more", func(e *session.Enrolment, _ *ledger.View, _ *session.Counter) {
			e.Carried = []session.Amount{{Wallet: "stamps", Points: 11_000}}
		}, programme.ManagerNeeded},
		{"and a manager", func(e *session.Enrolment, _ *ledger.View, c *session.Counter) {
			e.Carried, c.Manager = []session.Amount{{Wallet: "stamps", Points: 11_000}}, "Bo"
		}, ""},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			e, v, c := session.Enrolment{Phone: "0612345678", Lang: "nl", Consents: append([]ledger.Consent(nil), yes...)}, newShop(true).view(first, second), c
			k.change(&e, &v, &c)
			p, err := c.Enrol(one, e, moment)(v)
			if k.want == "" && (err != nil || p.Draft.Body.Manager != c.Manager) || k.want != "" && !refused(t, err, k.want) {
				t.Errorf("got %v, %+v", err, p.Draft)
			}
		})
	}
}

// Who brought a new member in is somebody else, whom the shop knows; the
// enrolment itself may reward both.
func TestWhoBroughtAMemberIn(t *testing.T) {
	c, one, two := enrolling(t), card(t, 1), card(t, 2)
	c.Rules.Consents, c.Rules.Cards = nil, cards
	welcome := programme.Rule{Name: "welkom", Wallet: "points", Event: session.Enrolled, Counts: programme.Order, Points: 5 * ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor}
	thanks := welcome
	thanks.Name, thanks.Referrer, thanks.Points = "dank", true, 7*ledger.Unit
	thanks.If.Referred, thanks.If.Birthday = true, &programme.Window{Before: 182, After: 182}
	c.Rules.Earn = append(c.Rules.Earn, welcome, thanks)
	e := session.Enrolment{Lang: "nl", Birthday: "02-29", Referrer: number(2)}
	s := saving(true)
	s.held[second] = map[ledger.Wallet]ledger.Position{"points": {Wallet: "points", Points: ledger.Unit}}
	posted := s.must(t, s.view(first, second), c.Enrol(one, e, moment))
	b := posted.Body
	if b.Birthday != "02-29" || b.Referrer != second || b.Seen.ReferredBy != second || b.Seen.Birthday != "02-29" || len(b.Seen.Referrer) == 0 {
		t.Errorf("got %+v, seen %+v", b, b.Seen)
	}
	if got := strings.Join(short(posted.Record.Head.Entries), "; "); got != "earn 5 points closed; earn 7 points closed" {
		t.Errorf("got %q", got)
	}
	if es := posted.Record.Head.Entries; es[0].Account != first || es[1].Account != second {
		t.Errorf("went to %v and %v", es[0].Account, es[1].Account)
	}
	if a := session.AnswerTo(posted, s.holding(first)); fmt.Sprint(a.Earned) != "[{points 5}]" {
		t.Errorf("the page is told %+v", a)
	}
	papers(t, "brought-in", posted.Body.Slip)

	again, err := session.EnrolRequest(paid().Basket.Key, e, one.Subject(), two.Subject())
	without := e
	without.Referrer = "another spelling"
	same, err2 := session.EnrolRequest(paid().Basket.Key, without, one.Subject(), two.Subject())
	if err != nil || err2 != nil || again.Digest != same.Digest {
		t.Errorf("a card number is in a digest: %v, %v", err, err2)
	}
	s = saving(true)
	s.held[second] = map[ledger.Wallet]ledger.Position{}
	for name, k := range map[string]struct {
		e    session.Enrolment
		v    ledger.View
		want programme.Code
	}{
		"their own card":               {session.Enrolment{Referrer: number(1)}, s.view(first, second), programme.SelfReferral},
		"their own account":            {session.Enrolment{Referrer: number(2)}, s.view(first, first), programme.SelfReferral},
		"their own new number":         {session.Enrolment{Phone: "0612345678", Referrer: "+31 6 12345678"}, s.view(first, ledger.Account{8}, ledger.Account{9}), programme.SelfReferral},
		"nobody the shop knows":        {session.Enrolment{Referrer: number(3)}, s.view(first, ledger.Account{9}), programme.UnknownMember},
		"a day there is in leap years": {session.Enrolment{Birthday: "02-29"}, s.view(first), ""},
		"a day there is not":           {session.Enrolment{Birthday: "02-30"}, s.view(first), programme.BadBirthday},
		"a whole date":                 {session.Enrolment{Birthday: "1990-02-28"}, s.view(first), programme.BadBirthday},
	} {
		k.e.Lang = "nl"
		_, err := c.Enrol(one, k.e, moment)(k.v)
		if k.want == "" && err != nil || k.want != "" && !refused(t, err, k.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestPointsForAReason(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	c.Rules.Limits.Goodwill = 50 * ledger.Unit
	give := func(points ledger.Points) []session.Amount {
		return []session.Amount{{Wallet: "points", Points: points * ledger.Unit}}
	}
	posted := s.must(t, s.view(first), c.Goodwill(one, give(50), " Koffie was koud ", moment))
	if posted.Record.Head.Kind != ledger.KindAdjust || posted.Body.Note != "Koffie was koud" || strings.Join(short(posted.Record.Head.Entries), "; ") != "adjust 50 points closed" {
		t.Errorf("got %+v", posted)
	}
	papers(t, "goodwill", posted.Body.Slip)
	for name, k := range map[string]struct {
		give    []session.Amount
		note    string
		manager string
		want    programme.Code
	}{
		"no reason":        {give(50), " \t", "", programme.NoteNeeded},
		"nothing":          {nil, "Koud", "", programme.BadAmount},
		"less than none":   {give(-1), "Koud", "", programme.BadAmount},
		"twice":            {append(give(1), give(1)...), "Koud", "", programme.BadAmount},
		"too many":         {give(51), "Koud", "", programme.ManagerNeeded},
		"with a manager":   {give(51), "Koud", "Bo", ""},
		"beyond all bound": {give(2_000_000), "Koud", "Bo", programme.BadAmount},
	} {
		c := c
		c.Manager = k.manager
		_, err := c.Goodwill(one, k.give, k.note, moment)(s.view(first))
		if k.want == "" && err != nil || k.want != "" && !refused(t, err, k.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
