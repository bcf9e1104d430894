package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
)

// chain is three records on a new branch, and the tip before them.
func chain(t testing.TB) (ledger.Tip, []ledger.Sealed) {
	t.Helper()
	root := ledger.Open(terminal, branch, ledger.Parent{}, 0)
	tip := root
	var records []ledger.Sealed
	for _, d := range []ledger.Draft{awardDraft(t), closeDraft(), awardDraft(t)} {
		s := seal(t, tip, d)
		records, tip = append(records, s), tip.After(s)
	}
	return root, records
}

func batch(root ledger.Tip, records []ledger.Sealed) ledger.Batch {
	b := ledger.Batch{Terminal: root.Terminal, Branch: root.Branch, First: root.Seq + 1, Before: root.Hash}
	for _, r := range records {
		b.Lines = append(b.Lines, r.Line)
	}
	return b
}

func TestBatchGivesItsRecordsBack(t *testing.T) {
	root, records := chain(t)
	b := batch(root, records)
	got, tip, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, records) {
		t.Errorf("got %+v, want %+v", got, records)
	}
	last := records[len(records)-1]
	if tip != (ledger.Tip{Terminal: terminal, Branch: branch, Seq: 3, Hash: last.Hash, Stamp: last.Head.Stamp}) || b.Last() != 3 {
		t.Errorf("ends in %+v, last %d", tip, b.Last())
	}
	if tip.Key() != last.Head.Key() || tip.Next() != (ledger.Key{Terminal: terminal, Branch: branch, Seq: 4}) {
		t.Errorf("keys %v and %v", tip.Key(), tip.Next())
	}
	empty := ledger.Batch{Terminal: terminal, Branch: branch, First: 4, Before: last.Hash}
	if none, at, err := empty.Records(); err != nil || len(none) != 0 || at.Hash != last.Hash || empty.Last() != 3 {
		t.Errorf("an empty batch: %v, %+v, %v", none, at, err)
	}
}

func TestHashesAreTaggedSHA256(t *testing.T) {
	_, records := chain(t)
	tagged := func(tag string, b []byte) ledger.Hash {
		length := binary.BigEndian.AppendUint64(nil, uint64(len(b)))
		return sha256.Sum256(slices.Concat([]byte(tag), length, b))
	}
	for _, r := range records {
		if r.Hash != tagged("zegel record 1\x00", r.Line.Head) || r.Head.Body != tagged("zegel body 1\x00", r.Line.Body) {
			t.Errorf("record %v", r.Head.Key())
		}
	}
	parent := ledger.Parent{Branch: newBranch, Seq: 5, Hash: ledger.Hash{9}}
	root := tagged("zegel branch 1\x00", slices.Concat(
		binary.BigEndian.AppendUint64(nil, uint64(terminal)), branch[:], newBranch[:], binary.BigEndian.AppendUint64(nil, 5), parent.Hash[:]))
	if got := ledger.Root(terminal, branch, parent); got != root {
		t.Errorf("root %v, want %v", got, root)
	}
}

// A changed body is refused at once. A changed head has another hash, so it is
// refused no later than with the record after it.
func TestAnyChangedByteIsFound(t *testing.T) {
	root, records := chain(t)
	first := records[0].Line
	for i := range first.Body {
		changed := ledger.Line{Head: first.Head, Body: bytes.Clone(first.Body)}
		for _, bit := range []byte{1, 0x20, 0x80} {
			changed.Body[i] = first.Body[i] ^ bit
			if _, err := ledger.Follow(root, changed); err == nil {
				t.Errorf("byte %d of the body changed from %q to %q", i, first.Body[i], changed.Body[i])
			}
		}
	}
	for i := range first.Head {
		changed := ledger.Line{Head: bytes.Clone(first.Head), Body: first.Body}
		for _, bit := range []byte{1, 0x20, 0x80} {
			changed.Head[i] = first.Head[i] ^ bit
			b := batch(root, records)
			b.Lines[0] = changed
			if _, _, err := b.Records(); err == nil {
				t.Errorf("byte %d of the head changed from %q to %q", i, first.Head[i], changed.Head[i])
			}
		}
	}
}

func TestFollowRefuses(t *testing.T) {
	root, records := chain(t)
	first, second := records[0], records[1]
	body := func(b []byte) ledger.Line { return ledger.Line{Head: first.Line.Head, Body: b} }
	head := func(old, with string) ledger.Line {
		if !bytes.Contains(first.Line.Head, []byte(old)) {
			t.Fatalf("the test itself: no %s in the head", old)
		}
		return ledger.Line{Head: bytes.Replace(first.Line.Head, []byte(old), []byte(with), 1), Body: first.Line.Body}
	}
	late := root
	late.Stamp = first.Head.Stamp + 1
	big := slices.Concat(first.Line.Head, bytes.Repeat([]byte(" "), ledger.MaxRecord))
	cases := []struct {
		name string
		tip  ledger.Tip
		line ledger.Line
		want string // in the error; empty for a record that follows
	}{
		{"the record itself", root, first.Line, ""},
		{"its body emptied", root, body(nil), ""},
		{"a body of no bytes", root, body([]byte{}), "another body"},
		{"another record's body", root, body(second.Line.Body), "another body"},
		{"the next record", root, second.Line, "is numbered 2"},
		{"the same record again", root.After(first), first.Line, "is numbered 1"},
		{"another terminal's", root, head(`"terminal":"0`, `"terminal":"1`), "belongs to terminal 1123"},
		{"another branch's", root, head(`"branch":"b0`, `"branch":"b1`), "branch b101"},
		{"a chain of another parent", ledger.Open(terminal, branch, ledger.Parent{Seq: 1}, 0), first.Line, "does not follow"},
		{"an earlier stamp", late, first.Line, "stamped earlier"},
		{"too many bytes", root, ledger.Line{Head: big, Body: first.Line.Body}, "at most 65536"},
		{"no head", root, ledger.Line{Body: first.Line.Body}, "not one line"},
		{"a number as text", root, head(`"seq":1`, `"seq":"1"`), "cannot unmarshal"},
		{"a key twice", root, head(`{"v":1`, `{"v":1,"V":1`), "stands twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := ledger.Follow(c.tip, c.line)
			if c.want == "" {
				if err != nil || !reflect.DeepEqual(s.Head, first.Head) || s.Hash != first.Hash {
					t.Errorf("got %+v, %v", s, err)
				}
				return
			}
			var where *ledger.ChainError
			if !errors.As(err, &where) || where.Seq != c.tip.Seq+1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A newer terminal may write fields this one has no name for.
func TestUnknownFieldsAreLeftAlone(t *testing.T) {
	root, records := chain(t)
	line := records[0].Line
	line.Head = append(bytes.TrimSuffix(bytes.Clone(line.Head), []byte("}")), []byte(`,"colour":"red"}`)...)
	s, err := ledger.Follow(root, line)
	if err != nil || !bytes.Equal(s.Line.Head, line.Head) || s.Hash != ledger.HeadHash(line.Head) {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestGapsAndSwapsAreFound(t *testing.T) {
	root, records := chain(t)
	for name, order := range map[string][]int{"gap": {0, 2}, "swap": {0, 2, 1}, "twice": {0, 0, 1, 2}, "no beginning": {1, 2}} {
		var lines []ledger.Sealed
		for _, i := range order {
			lines = append(lines, records[i])
		}
		if _, _, err := batch(root, lines).Records(); err == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestSealedRecordsFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tip := ledger.Open(
			ledger.Terminal(rapid.Uint64Range(0, 1<<63-1).Draw(t, "terminal")), ledger.Branch(drawBytes(t, 16)), ledger.Parent{},
			ledger.Stamp(rapid.Int64Range(0, 4e12).Draw(t, "last")),
		)
		for range rapid.IntRange(1, 4).Draw(t, "records") {
			d := drawDraft(t)
			s, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt(drawBytes(t, 16)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ledger.Follow(tip, s.Line)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, s) {
				t.Fatalf("got %+v, want %+v", got, s)
			}
			if s.Head.Suspect != (!d.Moment.Trusted || s.Head.Stamp > ledger.Stamp(d.Moment.At.Add(5*time.Minute).UnixMilli())) {
				t.Fatalf("suspect is %t, trusted %t, at %d, stamp %d", s.Head.Suspect, d.Moment.Trusted, s.Head.At, s.Head.Stamp)
			}
			tip = tip.After(s)
		}
	})
}

func drawBytes(t *rapid.T, n int) []byte {
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes")
}

func drawDraft(t *rapid.T) ledger.Draft {
	at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at"))
	d := ledger.Draft{
		Kind: ledger.KindAward, Rules: rapid.Int64().Draw(t, "rules"),
		Moment: ledger.Calendar{}.Moment(at, rapid.Bool().Draw(t, "trusted")),
		Body:   ledger.Body{Operator: rapid.String().Draw(t, "operator"), Lane: rapid.String().Draw(t, "lane")},
	}
	for range rapid.IntRange(0, 3).Draw(t, "entries") {
		d.Entries = append(d.Entries, ledger.Entry{
			Account: ledger.Account(drawBytes(t, 16)), Wallet: ledger.Wallet(rapid.StringMatching("[a-z]{1,8}").Draw(t, "wallet")), Kind: ledger.Earn,
			Points: ledger.Points(rapid.Int64Range(0, 1<<62).Draw(t, "points")), Rest: drawFraction(t), Closed: rapid.Bool().Draw(t, "closed"),
		})
	}
	return d
}

func TestSealRefuses(t *testing.T) {
	root, _ := chain(t)
	good := awardDraft(t)
	cases := []struct {
		name   string
		change func(*ledger.Draft)
		want   string
	}{
		{"no kind", func(d *ledger.Draft) { d.Kind = "" }, "no kind"},
		{"no day", func(d *ledger.Draft) { d.Moment.Day = "" }, "need a day"},
		{"a day that is none", func(d *ledger.Draft) { d.Moment.Day = "2026-02-30" }, "need a day"},
		{"a bad entry", func(d *ledger.Draft) { d.Entries[1].Points = -1 }, "entry 2: bonus"},
		{"a grant of nothing", func(d *ledger.Draft) { d.Grants = []ledger.Grant{{Wallet: "points"}} }, "grant 1"},
		{"a slip that is no JSON", func(d *ledger.Draft) { d.Body.Slip = []byte("x") }, "body"},
		{"a slip that names a key twice", func(d *ledger.Draft) { d.Body.Slip = []byte(`{"lang":"nl","Lang":"en"}`) }, "body: slip"},
		{"a slip too deep to be read inside a body", func(d *ledger.Draft) {
			d.Body.Slip = []byte(strings.Repeat(`{"a":`, 12) + "1" + strings.Repeat("}", 12))
		}, "body: slip"},
		{"too many bytes", func(d *ledger.Draft) { d.Body.Request = strings.Repeat("x", ledger.MaxRecord) }, "at most 64512"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := good
			d.Entries = slices.Clone(good.Entries)
			c.change(&d)
			if s, err := ledger.Seal(root, d, time.Time{}, salt); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
	if err := (ledger.Head{Version: 2}).Validate(); err == nil || !strings.Contains(err.Error(), "version 2") || !strings.Contains(err.Error(), "number 0") {
		t.Errorf("got %v", err)
	}
}

func TestReissueNamesTheFirstOrigin(t *testing.T) {
	_, records := chain(t)
	old := records[0]
	tip := ledger.Open(terminal, newBranch, ledger.Parent{Branch: branch, Seq: 3, Hash: records[2].Hash}, old.Head.Stamp+1000)
	again, err := ledger.Reissue(tip, old.Head, old.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	third, err := ledger.Reissue(tip.After(again), again.Head, again.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []ledger.Sealed{again, third} {
		if s.Head.Origin == nil || *s.Head.Origin != old.Head.Key() {
			t.Errorf("origin %v, want %v", s.Head.Origin, old.Head.Key())
		}
		if s.Head.Seq != int64(i+1) || s.Head.Stamp != tip.Stamp || s.Head.At != old.Head.At || !reflect.DeepEqual(s.Head.Entries, old.Head.Entries) {
			t.Errorf("got %+v", s.Head)
		}
	}
	if old.Head.Origin != nil || old.Head.Branch != branch {
		t.Error("the old head was changed")
	}
	if _, _, err := batch(tip, []ledger.Sealed{again, third}).Records(); err != nil {
		t.Error(err)
	}
}

func TestRenamedCallsRecordsByTheirNewKeys(t *testing.T) {
	at := func(b ledger.Branch, seq int64) ledger.Key {
		return ledger.Key{Terminal: terminal, Branch: b, Seq: seq}
	}
	moved, kept := at(branch, 7), at(branch, 3)
	now := map[ledger.Key]ledger.Key{moved: at(newBranch, 1)}
	back, stays := moved.Entry(2), kept.Entry(1)
	grant := ledger.GrantID{1}.SetAside()
	head := ledger.Head{Entries: []ledger.Entry{
		{Reverses: &back},
		{Reverses: &stays, Draws: []ledger.Draw{{From: moved.Entry(1).SetAside(), Points: 5}, {From: stays.SetAside(), Points: 6}, {From: grant, Points: 7}}},
	}}
	was := fmt.Sprint(*head.Entries[0].Reverses, head.Entries[1].Draws)
	got := head.Renamed(now)
	if *got.Entries[0].Reverses != at(newBranch, 1).Entry(2) || *got.Entries[1].Reverses != stays {
		t.Errorf("takes back %v and %v", got.Entries[0].Reverses, got.Entries[1].Reverses)
	}
	want := []ledger.Draw{{From: at(newBranch, 1).Entry(1).SetAside(), Points: 5}, {From: stays.SetAside(), Points: 6}, {From: grant, Points: 7}}
	if !reflect.DeepEqual(got.Entries[1].Draws, want) {
		t.Errorf("draws %v, want %v", got.Entries[1].Draws, want)
	}
	if fmt.Sprint(*head.Entries[0].Reverses, head.Entries[1].Draws) != was {
		t.Error("the head that was given was changed")
	}
	if again := head.Renamed(nil); !reflect.DeepEqual(again, head) {
		t.Errorf("with nothing moved got %+v", again)
	}
}

func TestALargestRecordCanBeIssuedAgain(t *testing.T) {
	draft := awardDraft(t)
	tip := ledger.Open(terminal, branch, ledger.Parent{}, 0)
	for size := ledger.MaxRecord; ; size-- {
		draft.Body.Request = strings.Repeat("x", size)
		r, err := ledger.Seal(tip, draft, time.Time{}, salt)
		if err != nil {
			continue
		}
		far := ledger.Open(terminal, newBranch, ledger.Parent{}, r.Head.Stamp)
		far.Seq = 1 << 40
		if _, err := ledger.Reissue(far, r.Head, r.Line.Body); err != nil {
			t.Error(err)
		}
		return
	}
}

func TestCheckLine(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	cases := []struct {
		name, line string
		ok         bool
	}{
		{"an object", `{"a":1,"b":[{"a":1},{"a":2}],"c":null}`, true},
		{"an empty object", `{}`, true},
		{"a number that no float holds", `{"a":9223372036854775807}`, true},
		{"the deepest", nested(12), true},
		{"one deeper", nested(13), false},
		{"lists one deeper", `{"a":` + strings.Repeat("[", 13) + strings.Repeat("]", 13) + "}", false},
		{"very deep", nested(100_000), false},
		{"a key twice", `{"a":1,"a":1}`, false},
		{"a key twice further in", `{"x":[{"a":1,"a":1}]}`, false},
		{"a key in another case", `{"seq":1,"Seq":2}`, false},
		{"a key with an escape", `{"seq":1,"\u0073eq":2}`, false},
		{"a key with a long s", `{"seq":1,"ſeq":2}`, false},
		{"a key with the sign of degrees Kelvin", "{\"kind\":1,\"\u212aind\":2}", false},
		{"something after it", `{"a":1} x`, false},
		{"another value after it", `{"a":1}{"b":2}`, false},
		{"two lines", "{\"a\":\n1}", false},
		{"a line feed at the end", "{\"a\":1}\n", false},
		{"a list", `[1]`, false},
		{"text", `"a"`, false},
		{"blanks before it", ` {"a":1}`, false},
		{"nothing", ``, false},
		{"half of it", `{"a":`, false},
		{"a comma too many", `{"a":1,}`, false},
		{"not UTF-8", "{\"a\":\"\xff\"}", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := ledger.CheckLine([]byte(c.line)); (err == nil) != c.ok {
				t.Errorf("%.80s: got %v", c.line, err)
			}
		})
	}
}

func FuzzParseHead(f *testing.F) {
	_, records := chain(f)
	for _, r := range records {
		f.Add(r.Line.Head)
	}
	f.Add([]byte(`{"v":1,"Seq":2,"origin":null}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		head, err := ledger.ParseHead(line)
		if err != nil {
			return
		}
		if err := ledger.CheckLine(line); err != nil {
			t.Fatalf("read a line that is none: %v", err)
		}
		if head.Validate() != nil {
			return
		}
		// Whatever is in order can be sealed again, and reads back alike.
		again, err := ledger.Reissue(ledger.Open(terminal, newBranch, ledger.Parent{}, head.Stamp), head, nil)
		if err != nil {
			if len(line) < ledger.MaxRecord/2 {
				t.Fatal(err)
			}
			return
		}
		back, err := ledger.ParseHead(again.Line.Head)
		// What it names of itself it names by its new key.
		want := head.Renamed(map[ledger.Key]ledger.Key{head.Key(): back.Key()})
		if err != nil || fmt.Sprint(back.Entries, back.Grants) != fmt.Sprint(want.Entries, want.Grants) {
			t.Fatalf("%v: got %+v, want %+v", err, back, head)
		}
	})
}

func FuzzParseBody(f *testing.F) {
	_, records := chain(f)
	for _, r := range records {
		f.Add(r.Line.Body)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if _, err := ledger.ParseBody(line); err == nil {
			if err := ledger.CheckLine(line); err != nil {
				t.Fatalf("read a line that is none: %v", err)
			}
		}
	})
}
