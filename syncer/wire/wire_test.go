package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

var update = flag.Bool("update", false, "write the golden files anew; a change of them is a change of the protocol")

func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

var (
	terminalKey = testKey("terminal")
	officeKey   = testKey("office")
	branch      = ledger.Branch{0xb1}
)

// testBatch is a batch of n awards whose second body was emptied.
func testBatch(t testing.TB, n int) ledger.Batch {
	t.Helper()
	tip := ledger.Open(5, branch, ledger.Parent{}, 0)
	b := ledger.Batch{Terminal: 5, Branch: branch, First: 1, Before: tip.Hash}
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i := range n {
		account := ledger.Account{0xac, byte(i)}
		r, err := ledger.Seal(tip, ledger.Draft{
			Kind: ledger.KindAward, Rules: 3, Moment: ledger.Calendar{}.Moment(at.Add(time.Duration(i)*time.Minute), true),
			Entries: []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 12_500, Rest: ledger.Fraction{Num: 1, Den: 3}}},
			Body: ledger.Body{Account: account, Mode: ledger.Scanned, Basket: &basket.Basket{
				Key: basket.Key{Till: "1", Day: "2026-11-22", ID: string(rune('a' + i%26))}, Currency: "EUR", Total: 1250}},
		}, time.Time{}, ledger.Salt{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		line := r.Line
		if i == 1 {
			line.Body = nil
		}
		b.Lines = append(b.Lines, line)
		tip = tip.After(r)
	}
	return b
}

func testDocument(t testing.TB, n int) []byte {
	t.Helper()
	doc, err := wire.EncodeBatch(testBatch(t, n), terminalKey)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: the bytes changed, which terminals in the field would not understand\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}

func TestABatchHasTheBytesItAlwaysHad(t *testing.T) {
	golden(t, "batch.golden", testDocument(t, 3))
	golden(t, "batch-empty.golden", testDocument(t, 0))
}

func TestABatchReadsBackAsItWas(t *testing.T) {
	want := testBatch(t, 3)
	doc, err := wire.ParseBatch(testDocument(t, 3), public(terminalKey))
	if err != nil {
		t.Fatal(err)
	}
	got := doc.Batch
	if got.Terminal != want.Terminal || got.Branch != want.Branch || got.First != 1 || got.Before != want.Before || len(doc.Records) != 3 {
		t.Errorf("got %+v", got)
	}
	for i, l := range got.Lines {
		if !bytes.Equal(l.Head, want.Lines[i].Head) || !bytes.Equal(l.Body, want.Lines[i].Body) || (l.Body == nil) != (i == 1) {
			t.Errorf("record %d came back as %q %q", i+1, l.Head, l.Body)
		}
	}
}

func TestTheSameRecordsMakeTheSameBytes(t *testing.T) {
	if !bytes.Equal(testDocument(t, 3), testDocument(t, 3)) {
		t.Error("two documents of the same records differ")
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	doc := testDocument(t, 3)
	for i := range doc {
		for _, mask := range []byte{1, 0x20, 0x80} {
			doc[i] ^= mask
			if _, err := wire.ParseBatch(doc, public(terminalKey)); err == nil {
				t.Errorf("byte %d (%q) changed by %#x was taken", i, doc[i]^mask, mask)
			}
			doc[i] ^= mask
		}
	}
	t.Logf("%d bytes, 3 changes each", len(doc))
}

func TestADocumentCutAnywhereIsNoticed(t *testing.T) {
	doc := testDocument(t, 3)
	for i := range doc {
		if _, err := wire.ParseBatch(doc[:i], public(terminalKey)); err == nil {
			t.Errorf("the first %d of %d bytes were taken", i, len(doc))
		}
	}
	if _, err := wire.ParseBatch(append(doc, '\n'), public(terminalKey)); err == nil {
		t.Error("a line too many was taken")
	}
}

// resigned is a batch an honest signer never makes: the lines were changed
// before signing.
func resigned(t *testing.T, change func(*ledger.Batch)) []byte {
	t.Helper()
	b := testBatch(t, 3)
	change(&b)
	doc, err := wire.EncodeBatch(b, terminalKey)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestWhyADocumentIsRefused(t *testing.T) {
	header := func(change func(string) string) []byte {
		return []byte(change(string(testDocument(t, 1))))
	}
	for name, tc := range map[string]struct {
		doc  []byte
		want wire.ProblemType
		seq  int64
	}{
		"another key":     {resigned(t, func(*ledger.Batch) {}), wire.BadSignature, 0},
		"a record gone":   {resigned(t, func(b *ledger.Batch) { b.Lines = append(b.Lines[:1], b.Lines[2]) }), wire.BadChain, 2},
		"records swapped": {resigned(t, func(b *ledger.Batch) { b.Lines[1], b.Lines[2] = b.Lines[2], b.Lines[1] }), wire.BadChain, 2},
		"another body":    {resigned(t, func(b *ledger.Batch) { b.Lines[2].Body = b.Lines[0].Body }), wire.BadChain, 3},
		"a bit in a head": {resigned(t, func(b *ledger.Batch) {
			b.Lines[0].Head = bytes.Replace(b.Lines[0].Head, []byte("12500"), []byte("12501"), 1)
		}), wire.BadChain, 2},
		"another root": {resigned(t, func(b *ledger.Batch) { b.Parent.Seq = 9 }), wire.BadChain, 1},
		"another terminal": {resigned(t, func(b *ledger.Batch) {
			b.Terminal = 6
			b.Before = ledger.Root(6, b.Branch, b.Parent)
		}), wire.BadChain, 1},
		"a newer format": {header(func(s string) string { return strings.Replace(s, `"format":1`, `"format":2`, 1) }), wire.UnsupportedFormat, 0},
		"a key twice":    {header(func(s string) string { return strings.Replace(s, `"format":1`, `"format":1,"format":1`, 1) }), wire.Malformed, 0},
		"HTML":           {[]byte("<html>please log in</html>"), wire.Malformed, 0},
		"nothing":        {nil, wire.Malformed, 0},
		"too large":      {make([]byte, wire.MaxDocument+1), wire.TooLarge, 0},
	} {
		t.Run(name, func(t *testing.T) {
			key := public(terminalKey)
			if name == "another key" {
				key = public(officeKey)
			}
			_, err := wire.ParseBatch(tc.doc, key)
			var refusal *wire.Refusal
			if !errors.As(err, &refusal) || refusal.Type != tc.want || refusal.Seq != tc.seq {
				t.Errorf("got %v, want %s at %d", err, tc.want, tc.seq)
			}
		})
	}
}

func FuzzParseBatch(f *testing.F) {
	f.Add(testDocument(f, 2))
	f.Add(testDocument(f, 0))
	f.Add([]byte("{}\n{}\n"))
	good := testDocument(f, 2)
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := wire.ParseBatch(doc, public(terminalKey))
		if err != nil {
			var refusal *wire.Refusal
			if !errors.As(err, &refusal) || refusal.Type == "" {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if again, err := wire.EncodeBatch(got.Batch, terminalKey); err != nil || !bytes.Equal(again, doc) {
			t.Errorf("taken, but encodes as something else (%v); a good one: %q", err, good)
		}
	})
}

func testReplies(t *testing.T) map[string]wire.Reply {
	t.Helper()
	chainKey, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	account := ledger.Account{0xac}
	gap := wire.NewProblem(wire.CursorGap, "")
	gap.Accepted, gap.Head = 9, ledger.Hash{9}
	fork := wire.NewProblem(wire.BranchFork, "")
	fork.Common = -1
	return map[string]wire.Reply{
		"acknowledgement": {Echo: "e1", Nonce: "n1", Acknowledgement: &bulletin.Acknowledgement{
			Terminal: 5, Branch: branch, Accepted: 3, Head: ledger.Hash{3}, Archived: 1, NextNonce: "n2", OfficeTime: 1_700_000_000_000,
			Authority: bulletin.FullAuthority, Flush: bulletin.Flush{Records: 200, SecondsUp: 5}}},
		"greeting": {Echo: "e1", Greeting: &bulletin.Greeting{Terminal: 5, Verdict: bulletin.RolledBack, Accepted: 9, Head: ledger.Hash{9},
			Common: 4, OfficeTime: 1_700_000_000_000, Authority: bulletin.FullAuthority}},
		"page": {Echo: "e1", Page: &bulletin.Page{Terminal: 5, Cursor: "AQI", Control: bulletin.UpToDate, Statements: []bulletin.Statement{{
			Account: account, Survivor: ledger.Account{0xab},
			Identifiers: []member.Identifier{{Ref: member.NewRef(chainKey, member.KindCard, "4006381333931"), Kind: member.KindCard, Mask: "…3931"}},
			Wallets:     []bulletin.Balance{{Wallet: "points", Points: 12_500, Rest: ledger.Fraction{Num: 1, Den: 3}}},
			Counted:     []ledger.Mark{{Branch: branch, Seq: 3}},
			Grants:      []bulletin.Grant{{ID: ledger.GrantID{1}, Wallet: "points", Points: 6000, Branch: branch, NotAfter: 1_700_000_000_000}},
			AsOf:        1_700_000_000_000}}}},
		"page-lots": {Echo: "e1", Page: &bulletin.Page{Terminal: 5, Cursor: "AQI", Control: bulletin.More, Statements: []bulletin.Statement{{
			Account: account, AsOf: 1_700_000_000_000,
			Wallets: []bulletin.Balance{
				{Wallet: "points", Points: 12_500, Lots: ledger.Lots{Open: []ledger.Lot{
					{Points: 2_500, Expires: "2026-12-31", Issuer: "bakker"}, {Points: 10_000, Expires: "2027-12-31", Vests: "2026-12-06"}}}},
				{Wallet: "stamps", Points: -1_000, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 3_000, Expires: "2026-11-01"}}, Debt: 4_000}},
				{Wallet: "miles", Points: 7_000}}}}}},
		"enrolment": {Echo: "e1", OfficeKey: public(officeKey), Enrolment: &wire.Enrolment{Terminal: 5, Name: "Winkel 12", ChainKeys: [][]byte{chainKey.Secret()}, Nonce: "n1"}},
		"gap":       {Echo: "e1", Problem: gap},
		"fork":      {Echo: "e1", Problem: fork},
	}
}

func TestRepliesHaveTheBytesTheyAlwaysHad(t *testing.T) {
	for name, r := range testReplies(t) {
		doc, err := wire.SignReply(r, officeKey)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".golden", doc)
	}
}

func TestAReplyCountsOnlyAsItWasSignedForThisRequest(t *testing.T) {
	for name, r := range testReplies(t) {
		doc, err := wire.SignReply(r, officeKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.ParseReply(doc, public(officeKey), "e1"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := wire.ParseReply(doc, public(officeKey), "e2"); !errors.Is(err, wire.ErrNoLine) {
			t.Errorf("%s: for another request: %v", name, err)
		}
		if _, err := wire.ParseReply(doc, public(terminalKey), "e1"); !errors.Is(err, wire.ErrNoLine) {
			t.Errorf("%s: by another office: %v", name, err)
		}
		for i := range doc {
			if _, err := wire.ParseReply(doc[:i], public(officeKey), "e1"); !errors.Is(err, wire.ErrNoLine) {
				t.Errorf("%s: cut at %d: %v", name, i, err)
			}
			doc[i] ^= 0x20
			if _, err := wire.ParseReply(doc, public(officeKey), "e1"); !errors.Is(err, wire.ErrNoLine) {
				t.Errorf("%s: byte %d changed: %v", name, i, err)
			}
			doc[i] ^= 0x20
		}
	}
}

func TestWhatACaptivePortalSaysIsNoAnswer(t *testing.T) {
	for _, body := range []string{"", "<html>log in</html>", "{}", "{}\n", "{}\n{}\n", `{"format":1,"echo":"e1","acknowledgement":{}}` + "\n" + `{"signature":""}` + "\n"} {
		if _, err := wire.ParseReply([]byte(body), public(officeKey), "e1"); !errors.Is(err, wire.ErrNoLine) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func FuzzParseReply(f *testing.F) {
	doc, err := wire.SignReply(wire.Reply{Echo: "e1", Problem: wire.NewProblem(wire.SlowDown, "")}, officeKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := wire.ParseReply(b, public(officeKey), "e1"); err == nil && !bytes.Equal(b, doc) {
			t.Errorf("%q was taken", b)
		}
	})
}

func TestASignedRequestCannotBeUsedForAnother(t *testing.T) {
	was := wire.Request{Terminal: 5, ID: "1", Nonce: "n", Method: "POST", Target: "/v1/x?y=1", Body: []byte("b")}
	sig := was.Sign(terminalKey)
	if !was.Verify(public(terminalKey), sig) {
		t.Fatal("its own signature does not fit")
	}
	for name, change := range map[string]func(*wire.Request){
		"terminal": func(r *wire.Request) { r.Terminal = 6 },
		"id":       func(r *wire.Request) { r.ID = "2" },
		"nonce":    func(r *wire.Request) { r.Nonce = "" },
		"method":   func(r *wire.Request) { r.Method = "GET" },
		"target":   func(r *wire.Request) { r.Target = "/v1/x?y=2" },
		"body":     func(r *wire.Request) { r.Body = nil },
		"seam":     func(r *wire.Request) { r.ID, r.Nonce = "1n", "" },
	} {
		r := was
		change(&r)
		if r.Verify(public(terminalKey), sig) {
			t.Errorf("another %s passes", name)
		}
	}
	p := wire.Pulled{Terminal: 5, Challenge: "c", ID: "1", Nonce: "n", Body: []byte("b")}
	if !p.Verify(public(terminalKey), p.Sign(terminalKey)) {
		t.Error("a pulled batch's own signature does not fit")
	}
	p2 := p
	p2.Challenge = "d"
	if p2.Verify(public(terminalKey), p.Sign(terminalKey)) {
		t.Error("an answer to another challenge passes")
	}
}

func TestCodesAreReadAsPeopleTypeThem(t *testing.T) {
	code, err := wire.NewCode(bytes.NewReader(bytes.Repeat([]byte{0, 0x44, 0x32, 0x14, 0xc7}, 4)), public(officeKey))
	if err != nil {
		t.Fatal(err)
	}
	s := code.String()
	if len(s) != 39 || strings.Count(s, "-") != 7 {
		t.Errorf("code %s", s)
	}
	for _, typed := range []string{s, strings.ToLower(s), strings.ReplaceAll(s, "-", ""), strings.ReplaceAll(s, "-", " "),
		strings.NewReplacer("0", "O", "1", "l").Replace(s)} {
		got, err := wire.ParseCode(typed)
		if err != nil || got != code {
			t.Errorf("%q read as %#v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", s[:20], s + "-0000", "UUUU" + s[4:]} {
		if _, err := wire.ParseCode(typed); err == nil {
			t.Errorf("%q was taken", typed)
		}
	}
	half, err := wire.ParseSecret(code.Secret())
	if err != nil || half.Hash() != code.Hash() || half.Selector() != code.Selector() {
		t.Errorf("the secret half reads as %#v, %v", half, err)
	}
	if !code.Names(public(officeKey)) || code.Names(public(terminalKey)) {
		t.Error("the code does not tell its own head office from another")
	}
	if strings.Contains(code.GoString(), code.Secret()) {
		t.Error("the secret is printed")
	}
}

func TestEveryProblemHasAStatusAndATitle(t *testing.T) {
	for _, p := range []wire.ProblemType{wire.CursorGap, wire.CursorTooOld, wire.BranchFork, wire.BadChain, wire.DigestMismatch, wire.BadSignature, wire.Malformed,
		wire.TooLarge, wire.NotEnrolled, wire.Revoked, wire.UnsupportedFormat, wire.SlowDown, wire.Maintenance, wire.NotFound, wire.Refused} {
		if got := wire.NewProblem(p, ""); got.Status < 400 || got.Title == "" || got.Error() == "" {
			t.Errorf("%s: %+v", p, got)
		}
	}
}
