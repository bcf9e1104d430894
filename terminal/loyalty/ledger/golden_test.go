package ledger_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Numbers that can be told apart in a golden file.
var (
	terminal  = ledger.Terminal(0x0123456789abcdef)
	branch    = ledger.Branch{0xb0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	newBranch = ledger.Branch{0xb1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	account   = ledger.Account{0xac, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	grantID   = ledger.GrantID{0x9a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	salt      = ledger.Salt{0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	when      = time.Date(2026, 11, 22, 15, 4, 5, 678_000_000, time.UTC)
	moment    = ledger.Moment{At: when, Day: "2026-11-22", Trusted: true}
)

// awardDraft is what a shop decides for a basket of € 23,45.
func awardDraft(t testing.TB) ledger.Draft {
	t.Helper()
	key, err := member.NewChainKey([]byte("an example key of thirty-two byt"))
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Draft{
		Kind: ledger.KindAward, Rules: 7, Moment: moment,
		Entries: []ledger.Entry{
			{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 23 * ledger.Unit, Rest: ledger.Fraction{Num: 1000, Den: 3}},
			{Account: account, Wallet: "stamps", Kind: ledger.Bonus, Points: ledger.Unit, Expires: "2027-11-22", Issuer: "partner", Closed: true},
			{Account: account, Wallet: "points", Kind: ledger.Redeem, Points: -5 * ledger.Unit, Draws: []ledger.Draw{{From: grantID.SetAside(), Points: 5 * ledger.Unit}}},
			{Account: account, Wallet: "points", Kind: ledger.Reverse, Points: -2 * ledger.Unit, Reverses: &ledger.EntryKey{Record: ledger.Key{Terminal: terminal, Branch: branch, Seq: 3}, Line: 2}},
		},
		Body: ledger.Body{
			Operator: "els", Lane: "1", Mode: ledger.Scanned, TypedAmount: true, Request: "r-17", Account: account,
			Identifiers: []member.Identifier{{Ref: member.NewRef(key, member.KindCard, "2900001234566"), Kind: member.KindCard, Mask: "…4566"}},
			Basket: &basket.Basket{
				Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR", Total: 23_45,
				Lines:   []basket.Line{{ID: "1", Product: "4006381333931", Name: "Pen <rood> & blauw", Quantity: 2000, Amount: 25_00}, {Amount: -1_55}},
				Tenders: []basket.Tender{{Kind: "cash", Amount: 23_45}},
			},
			Reasons: []ledger.Reason{{Code: "rate", Rule: "base", Wallet: "points", Points: 23_450, Amount: 23_45}},
			Slip:    json.RawMessage(`{"kind":"award","lang":"nl","blocks":[{"text":"Bedankt"}]}`),
		},
	}
}

// datedDraft is one with everything a programme of lots, tiers and games adds.
func datedDraft() ledger.Draft {
	return ledger.Draft{
		Kind: ledger.KindEvent, Rules: 8, Moment: moment,
		Entries: []ledger.Entry{
			{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 5 * ledger.Unit, Expires: "2027-11-22", Vests: "2026-12-06", Issuer: "partner", Renews: true, Closed: true},
			{Account: account, Wallet: "tier/status", Kind: ledger.Earn, Points: ledger.Unit, Expires: "2027-11-22"},
			{Account: account, Wallet: "points", Kind: ledger.Redeem, Points: -2 * ledger.Unit, Issuer: "partner", At: "bakery"},
			{Account: account, Wallet: "points", Kind: ledger.Expire, Points: -ledger.Unit, Expires: "2026-11-21"},
		},
		Body: ledger.Body{
			Account: account, Referrer: ledger.Account{0xad, 1}, Birthday: "02-29",
			Seen: &ledger.Seen{
				Positions: []ledger.Position{{Wallet: "points", Points: 9 * ledger.Unit, Rest: ledger.Fraction{Num: 1, Den: 3}, Lots: ledger.Lots{Open: []ledger.Lot{
					{Points: 4 * ledger.Unit, Expires: "2026-11-21"}, {Points: 5 * ledger.Unit, Expires: "2027-11-22", Vests: "2026-12-06", Issuer: "partner"},
				}}}},
				House:    []ledger.Position{{Wallet: "cap/welcome/times/day", Points: 3 * ledger.Unit}},
				Referrer: []ledger.Position{{Wallet: "points", Points: -ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: ledger.Unit, Expires: "2026-11-21"}}, Debt: 2 * ledger.Unit}}},
				Known:    true, Enrolled: true, Since: "2026-01-31", Birthday: "02-29", ReferredBy: ledger.Account{0xad, 1}, Shop: "north", Signals: []string{"rain"},
			},
			Shares: []ledger.Share{{Entry: 1, Base: []int64{20_00, 3_45}, Points: []ledger.Points{4 * ledger.Unit, ledger.Unit}}, {Entry: 3, Lots: []ledger.Lot{{Points: 2 * ledger.Unit, Issuer: "partner"}}}},
			Event:  &ledger.Event{Kind: "review", ID: "r-9", Quantity: 1000},
			Games:  []ledger.Played{{Game: "wheel", Commitment: ledger.Hash{0xc0, 1}, Draw: 123_456, Prize: "coffee"}},
		},
	}
}

func closeDraft() ledger.Draft {
	earned := ledger.Key{Terminal: terminal, Branch: branch, Seq: 1}.Entry(1)
	return ledger.Draft{
		Kind: ledger.KindClose, Rules: 7, Moment: moment,
		Entries: []ledger.Entry{{
			Account: account, Wallet: "points", Kind: ledger.Close,
			Draws: []ledger.Draw{{From: earned.SetAside(), Points: 18 * ledger.Unit}, {From: grantID.SetAside(), Points: 500}},
		}},
	}
}

func grantDraft() ledger.Draft {
	return ledger.Draft{
		Kind: ledger.KindGrant, Rules: 7, Moment: moment,
		Grants: []ledger.Grant{{
			ID: grantID, Account: account, Wallet: "points", Points: 50 * ledger.Unit,
			Terminal: terminal, Branch: branch, NotAfter: ledger.Stamp(when.Add(72 * time.Hour).UnixMilli()),
		}},
	}
}

func seal(t testing.TB, tip ledger.Tip, d ledger.Draft) ledger.Sealed {
	t.Helper()
	s, err := ledger.Seal(tip, d, time.Time{}, salt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What these files hold is on disks and at head offices. A change to any of
// them is a new version of the format, not a new golden file.
func TestBytesOfRecordsAreFrozen(t *testing.T) {
	shop := ledger.Open(terminal, branch, ledger.Parent{}, 0)
	award := seal(t, shop, awardDraft(t))
	closing := seal(t, shop.After(award), closeDraft())
	dated := seal(t, shop.After(award), datedDraft())
	granted := seal(t, ledger.Open(ledger.HeadOffice, branch, ledger.Parent{}, 0), grantDraft())
	parent := ledger.Parent{Branch: branch, Seq: closing.Head.Seq, Hash: closing.Hash}
	reissued, err := ledger.Reissue(ledger.Open(terminal, newBranch, parent, closing.Head.Stamp), award.Head, award.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	emptied, err := ledger.Reissue(ledger.Open(terminal, newBranch, parent, closing.Head.Stamp), reissued.Head, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]ledger.Sealed{
		"award": award, "dated": dated, "close": closing, "grant": granted, "reissued": reissued, "reissued-emptied": emptied,
	} {
		t.Run(name, func(t *testing.T) {
			key := s.Head.Key()
			golden(t, filepath.Join("testdata", name+".txt"), strings.Join([]string{
				"head:", string(s.Line.Head), "body:", string(s.Line.Body),
				"hash: " + s.Hash.String(), "body's hash: " + s.Head.Body.String(),
				"key: " + key.String(), "code: " + key.Code(),
				"entry: " + key.Entry(1).String(), "set-aside: " + string(key.Entry(1).SetAside()), "",
			}, "\n"))
			head, err := ledger.ParseHead(s.Line.Head)
			if err != nil || !reflect.DeepEqual(head, s.Head) {
				t.Errorf("%v: the head reads back as\n%+v\nand was\n%+v", err, head, s.Head)
			}
		})
	}
}

func TestBranchesAndGrantsAreFrozen(t *testing.T) {
	parent := ledger.Parent{Branch: branch, Seq: 41, Hash: ledger.Hash{0xff, 1}}
	asJSON, err := json.Marshal(struct {
		Parent ledger.Parent `json:"parent"`
		Mark   ledger.Mark   `json:"mark"`
	}{parent, ledger.Mark{Branch: branch, Seq: 41}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "branch.txt"), strings.Join([]string{
		"root of a new database: " + ledger.Root(terminal, branch, ledger.Parent{}).String(),
		"root of a branch of it: " + ledger.Root(terminal, newBranch, parent).String(),
		"grant's set-aside: " + string(grantID.SetAside()),
		"terminal: " + terminal.String() + ", head office: " + ledger.HeadOffice.String(),
		"JSON: " + string(asJSON), "",
	}, "\n"))
}

func TestParsedBodyIsTheSealedOne(t *testing.T) {
	for _, d := range []ledger.Draft{awardDraft(t), datedDraft()} {
		s := seal(t, ledger.Open(terminal, branch, ledger.Parent{}, 0), d)
		body, err := ledger.ParseBody(s.Line.Body)
		d.Body.Salt = salt
		if err != nil || !reflect.DeepEqual(body, d.Body) {
			t.Errorf("%v: got\n%+v\nwant\n%+v", err, body, d.Body)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, fmt.Sprint(string(want)))
	}
}
