package settle_test

import (
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// account is one that belongs to the bucket.
func account(bucket int) ledger.Account {
	var a ledger.Account
	for settle.Bucket(a) != bucket || a == (ledger.Account{}) {
		a[15]++
		if a[15] == 0 {
			a[14]++
		}
	}
	return a
}

func seal(t *testing.T, d ledger.Draft) ledger.Sealed {
	t.Helper()
	d.Moment = ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	tip := ledger.Open(5, ledger.Branch{1}, ledger.Parent{}, 0)
	r, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRouteGivesEachBucketItsOwn(t *testing.T) {
	key, err := member.NewChainKey(make([]byte, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	id := member.Identifier{Ref: member.NewRef(key, member.KindCard, "4006381333931"), Kind: member.KindCard, Mask: "…3931"}
	a, b := account(3), account(40)
	r := seal(t, ledger.Draft{
		Kind: ledger.KindAward,
		Entries: []ledger.Entry{
			{Account: b, Wallet: points, Kind: ledger.Earn, Points: 1},
			{Account: a, Wallet: points, Kind: ledger.Earn, Points: 2},
			{Account: b, Wallet: points, Kind: ledger.Bonus, Points: 3},
		},
		Body: ledger.Body{Account: a, Identifiers: []member.Identifier{id}, Basket: &basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "9"}}},
	})
	got := settle.Route(r, 1, 2)
	if n := len(got[40].Lines); n != 2 || got[40].Lines[1].Number != 3 || got[40].Account != (ledger.Account{}) {
		t.Errorf("bucket 40 got %+v", got[40])
	}
	if got[3].Lines[0].Number != 2 || got[3].Account != a || got[3].Basket.ID != "9" || len(got[3].Identifiers) != 1 {
		t.Errorf("bucket 3 got %+v", got[3])
	}
	claims := got[settle.RefBucket(id.Ref)].Claims
	if len(claims) != 1 || claims[0].Account != a || claims[0].Stamp != r.Head.Stamp {
		t.Errorf("the identifier's bucket got %+v", claims)
	}
}

func TestRouteParksWhatItDoesNotKnow(t *testing.T) {
	entry := ledger.Entry{Account: account(3), Wallet: points, Kind: ledger.Earn, Points: 1}
	for name, tc := range map[string]struct {
		draft ledger.Draft
		spoil func(*ledger.Sealed)
		want  settle.Code
	}{
		"a kind of a newer terminal": {ledger.Draft{Kind: "lottery", Entries: []ledger.Entry{entry}}, nil, settle.UnknownKind},
		"a grant by a terminal": {ledger.Draft{Kind: ledger.KindAward, Grants: []ledger.Grant{{Account: account(3), Wallet: points, Points: 1}}},
			nil, settle.InvalidRecord},
		"a version of a newer terminal": {ledger.Draft{Kind: ledger.KindAward, Entries: []ledger.Entry{entry}},
			func(r *ledger.Sealed) { r.Head.Version = 2 }, settle.UnknownVersion},
		"an award below zero": {ledger.Draft{Kind: ledger.KindAward, Entries: []ledger.Entry{entry}},
			func(r *ledger.Sealed) { r.Head.Entries[0].Points = -1 }, settle.InvalidRecord},
	} {
		t.Run(name, func(t *testing.T) {
			r := seal(t, tc.draft)
			if tc.spoil != nil {
				tc.spoil(&r)
			}
			items := settle.Route(r, 0, 0)
			if len(items) == 0 {
				t.Fatal("nobody is told")
			}
			for _, it := range items {
				if it.Refused != tc.want || it.Refusal == "" {
					t.Errorf("refused as %q because %q, want %q", it.Refused, it.Refusal, tc.want)
				}
			}
		})
	}
}

func TestARecordWithABrokenOrEmptiedBodyCountsByItsHead(t *testing.T) {
	r := seal(t, ledger.Draft{Kind: ledger.KindAward, Entries: []ledger.Entry{{Account: account(3), Wallet: points, Kind: ledger.Earn, Points: 1}}})
	r.Line.Body = nil
	if it := settle.Route(r, 0, 0)[3]; it.Refused != "" || it.Unread != "" || len(it.Lines) != 1 {
		t.Errorf("emptied: %+v", it)
	}
	r.Line.Body = []byte("{broken")
	if it := settle.Route(r, 0, 0)[3]; it.Refused != "" || it.Unread == "" || len(it.Lines) != 1 {
		t.Errorf("broken: %+v", it)
	}
}
