package ledger_test

import (
	"encoding"
	"encoding/json"
	"strings"
	"testing"

	"zegel/terminal/loyalty/ledger"
)

func TestKeysAsText(t *testing.T) {
	key := ledger.Key{Terminal: terminal, Branch: branch, Seq: 17}
	const text = "0123456789abcdef/b00102030405060708090a0b0c0d0e0f/17"
	if key.String() != text || key.Entry(2).String() != text+"/2" || key.Code() != "B001-17" {
		t.Errorf("got %s, %s, %s", key, key.Entry(2), key.Code())
	}
	if got := key.Entry(2).SetAside(); string(got) != "e/"+text+"/2" {
		t.Errorf("got %s", got)
	}
	if key.IsZero() || !(ledger.Key{}).IsZero() || account.Short() != "ac010203" {
		t.Errorf("zero is %t, short is %s", key.IsZero(), account.Short())
	}
	bad := []string{
		"", "17", text + "/", "/" + text, strings.Replace(text, "/17", "/0", 1), strings.Replace(text, "/17", "/-1", 1),
		strings.Replace(text, "/17", "/017", 1), strings.Replace(text, "/17", "/+17", 1), strings.Replace(text, "/17", "/9223372036854775808", 1),
		strings.Replace(text, "0123", "8123", 1), strings.Replace(text, "0123", "123", 1), strings.Replace(text, "b001", "b0g1", 1), " " + text,
	}
	for _, s := range bad {
		if k := new(ledger.Key); k.UnmarshalText([]byte(s)) == nil {
			t.Errorf("%q became %v", s, k)
		}
	}
	for _, s := range append(bad, text, text+"/0", text+"/01", text+"/x", text+"/99999999999999999999") {
		if k := new(ledger.EntryKey); s != text+"/" && k.UnmarshalText([]byte(s)) == nil {
			t.Errorf("%q became the entry %v", s, k)
		}
	}
}

// A failed reading leaves no half of a key behind.
func TestUnreadableKeysChangeNothing(t *testing.T) {
	key := ledger.Key{Terminal: terminal, Branch: branch, Seq: 17}
	entry := key.Entry(2)
	was, wasEntry := key, entry
	if key.UnmarshalText([]byte("0000000000000001/"+newBranch.String()+"/x")) == nil || key != was {
		t.Errorf("got %v", key)
	}
	if entry.UnmarshalText([]byte("0000000000000001/"+newBranch.String()+"/1/x")) == nil || entry != wasEntry {
		t.Errorf("got %v", entry)
	}
}

func TestNumbersInJSON(t *testing.T) {
	type all struct {
		Terminal ledger.Terminal
		Branch   ledger.Branch
		Account  ledger.Account
		Grant    ledger.GrantID
		Salt     ledger.Salt
		Hash     ledger.Hash
		Key      ledger.Key
		Entry    ledger.EntryKey
	}
	key := ledger.Key{Terminal: terminal, Branch: branch, Seq: 17}
	in := all{terminal, branch, account, grantID, salt, ledger.Hash{0xff}, key, key.Entry(2)}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out all
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("%v: %s reads back as %+v", err, b, out)
	}
	for _, s := range []string{`"x"`, `""`, `"` + strings.Repeat("zz", 16) + `"`, `"` + strings.Repeat("0", 31) + `"`, `"` + strings.Repeat("0", 66) + `"`} {
		for _, into := range []encoding.TextUnmarshaler{
			new(ledger.Terminal), new(ledger.Branch), new(ledger.Account), new(ledger.GrantID), new(ledger.Salt), new(ledger.Hash),
		} {
			if err := json.Unmarshal([]byte(s), into); err == nil {
				t.Errorf("%s became the %T %v", s, into, into)
			}
		}
	}
}

func TestEntryValidate(t *testing.T) {
	entry := func(change func(*ledger.Entry)) ledger.Entry {
		e := ledger.Entry{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 5}
		change(&e)
		return e
	}
	own := ledger.Key{Terminal: terminal, Branch: branch, Seq: 1}.Entry(1).SetAside()
	spend := func(points ledger.Points, draws ...ledger.Draw) func(*ledger.Entry) {
		return func(e *ledger.Entry) { e.Kind, e.Points, e.Draws = ledger.Redeem, points, draws }
	}
	cases := []struct {
		name  string
		entry ledger.Entry
		ok    bool
	}{
		{"an award", entry(func(*ledger.Entry) {}), true},
		{"an award of nothing but a remainder", entry(func(e *ledger.Entry) { e.Points, e.Rest = 0, ledger.Fraction{Num: 1, Den: 3} }), true},
		{"an award below zero", entry(func(e *ledger.Entry) { e.Points = -1 }), false},
		{"no wallet", entry(func(e *ledger.Entry) { e.Wallet = "" }), false},
		{"an unknown kind", entry(func(e *ledger.Entry) { e.Kind = "gift" }), false},
		{"a last day", entry(func(e *ledger.Entry) { e.Expires = "2027-01-01" }), true},
		{"a last day that is none", entry(func(e *ledger.Entry) { e.Expires = "2027-13-01" }), false},
		{"an award that draws", entry(func(e *ledger.Entry) { e.Draws = []ledger.Draw{{From: own, Points: 1}} }), false},
		{"a spending without draws", entry(spend(-5)), true},
		{"a spending of nothing", entry(spend(0)), false},
		{"a spending all from set-asides", entry(spend(-5, ledger.Draw{From: own, Points: 2}, ledger.Draw{From: grantID.SetAside(), Points: 3})), true},
		{"draws for more than is spent", entry(spend(-5, ledger.Draw{From: own, Points: 6})), false},
		{"a draw of nothing", entry(spend(-5, ledger.Draw{From: own})), false},
		{"a draw below zero", entry(spend(-5, ledger.Draw{From: own, Points: -1})), false},
		{"one set-aside twice", entry(spend(-5, ledger.Draw{From: own, Points: 1}, ledger.Draw{From: own, Points: 1})), false},
		{"draws that do not fit together", entry(spend(-5, ledger.Draw{From: own, Points: 1<<63 - 1}, ledger.Draw{From: grantID.SetAside(), Points: 1})), false},
		{"a draw from nowhere", entry(spend(-5, ledger.Draw{From: "x/1", Points: 1})), false},
		{"a draw from half an entry", entry(spend(-5, ledger.Draw{From: "e/1", Points: 1})), false},
		{"a draw from half a grant", entry(spend(-5, ledger.Draw{From: "g/1", Points: 1})), false},
		{"a close", closeDraft().Entries[0], true},
		{"a close of nothing", entry(func(e *ledger.Entry) { e.Kind, e.Points = ledger.Close, 0 }), false},
		{"a close with points", entry(func(e *ledger.Entry) { e.Kind, e.Draws = ledger.Close, []ledger.Draw{{From: own, Points: 1}} }), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := c.entry.Validate(); (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOnlyOpenPositiveEntriesOpenASetAside(t *testing.T) {
	key := ledger.Key{Terminal: terminal, Branch: branch, Seq: 1}.Entry(1)
	for _, c := range []struct {
		entry ledger.Entry
		opens bool
	}{
		{ledger.Entry{Points: 1}, true}, {ledger.Entry{Points: 1, Closed: true}, false}, {ledger.Entry{}, false}, {ledger.Entry{Points: -1}, false},
	} {
		if id, opens := c.entry.Opens(key); opens != c.opens || (opens && id != key.SetAside()) {
			t.Errorf("%+v: got %q, %t", c.entry, id, opens)
		}
	}
}

func FuzzKeyText(f *testing.F) {
	key := ledger.Key{Terminal: terminal, Branch: branch, Seq: 17}
	f.Add(key.String())
	f.Add(key.Entry(2).String())
	f.Fuzz(func(t *testing.T, s string) {
		var k ledger.Key
		if k.UnmarshalText([]byte(s)) == nil && (k.String() != strings.ToLower(s) || k.Seq < 1) {
			t.Fatalf("%q became %q", s, k)
		}
		var e ledger.EntryKey
		if e.UnmarshalText([]byte(s)) == nil && (e.String() != strings.ToLower(s) || e.Line < 1) {
			t.Fatalf("%q became %q", s, e)
		}
	})
}
