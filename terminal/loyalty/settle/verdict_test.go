package settle_test

import (
	"testing"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

var (
	h1, h2 = ledger.Hash{1}, ledger.Hash{2}
	parent = ledger.Parent{Branch: ledger.Branch{9}, Seq: 7, Hash: h1}
)

func TestJudge(t *testing.T) {
	claim := func(seq int64, head ledger.Hash, from ledger.Parent) bulletin.Claim {
		return bulletin.Claim{Terminal: 5, Branch: ledger.Branch{1}, Parent: from, Seq: seq, Head: head}
	}
	none := ledger.Parent{}
	for name, tc := range map[string]struct {
		claim   bulletin.Claim
		known   settle.Known
		verdict bulletin.Verdict
		common  int64
		suspect bool
	}{
		"same branch, same end": {
			claim(10, h1, none), settle.Known{HasBranch: true, Seq: 10, Head: h1, AtClaim: h1}, bulletin.Normal, 10, false},
		"same branch, terminal has more": {
			claim(12, h2, none), settle.Known{HasBranch: true, Seq: 10, Head: h1}, bulletin.Normal, 10, false},
		"same branch, terminal has less and is on our chain": {
			claim(4, h2, none), settle.Known{HasBranch: true, Seq: 10, Head: h1, AtClaim: h2}, bulletin.RolledBack, 4, false},
		"same branch, back to its very beginning": {
			claim(0, h2, none), settle.Known{HasBranch: true, Seq: 10, Head: h1, AtClaim: h2}, bulletin.RolledBack, 0, false},
		"same branch, heads differ below our end": {
			claim(4, h2, none), settle.Known{HasBranch: true, Seq: 10, Head: h1, AtClaim: h1}, bulletin.Forked, settle.CommonUnknown, true},
		"same branch, heads differ at our end": {
			claim(10, h2, none), settle.Known{HasBranch: true, Seq: 10, Head: h1, AtClaim: h1}, bulletin.Forked, settle.CommonUnknown, true},
		"new branch, parent on our chain, not yet continued": {
			claim(0, h2, parent), settle.Known{OtherBranches: true, HasParent: true, AtParent: h1}, bulletin.Normal, 0, false},
		"new branch, parent already continued by another": {
			claim(0, h2, parent), settle.Known{OtherBranches: true, HasParent: true, AtParent: h1, Continued: true}, bulletin.Copied, 0, true},
		"new branch, parent differs from our record": {
			claim(0, h2, parent), settle.Known{OtherBranches: true, HasParent: true, AtParent: h2}, bulletin.Copied, 0, true},
		"new branch, parent not here yet": {
			claim(0, h2, parent), settle.Known{OtherBranches: true}, bulletin.Normal, 0, false},
		"the terminal's first branch": {
			claim(0, h2, none), settle.Known{}, bulletin.Normal, 0, false},
		"began anew beside known branches": {
			claim(0, h2, none), settle.Known{OtherBranches: true}, bulletin.Copied, 0, true},
		"records, and head office knows nothing: it was restored": {
			claim(80, h2, none), settle.Known{}, bulletin.Normal, 0, false},
		"records, and head office knows less: it was restored": {
			claim(80, h2, none), settle.Known{HasBranch: true, Seq: 3, Head: h1}, bulletin.Normal, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := settle.Judge(tc.claim, tc.known)
			if got.Verdict != tc.verdict || got.Common != tc.common || (got.Suspect != "") != tc.suspect {
				t.Errorf("got %s, common %d, suspect %q; want %s, %d, suspect %v",
					got.Verdict, got.Common, got.Suspect, tc.verdict, tc.common, tc.suspect)
			}
			if got.Accepted != tc.known.Seq || got.Head != tc.known.Head {
				t.Errorf("greeting would say accepted %d, want head office's end %d", got.Accepted, tc.known.Seq)
			}
		})
	}
}

// chain gives hashes that differ by branch of the story and record.
func chain(story byte, from, to int64) []ledger.Hash {
	var hs []ledger.Hash
	for s := from; s <= to; s++ {
		hs = append(hs, ledger.Hash{story, byte(s)})
	}
	return hs
}

// What head office lacks of an older branch is asked for first, unless the
// claim shows something that opens another branch.
func TestWhatIsLackedOfAnOlderBranchIsAskedFor(t *testing.T) {
	lacks := &ledger.Mark{Branch: ledger.Branch{9}, Seq: 5}
	h := ledger.Hash{1}
	for name, tc := range map[string]struct {
		seq     int64
		known   settle.Known
		verdict bulletin.Verdict
	}{
		"a new branch":           {3, settle.Known{OtherBranches: true, Lacks: lacks}, bulletin.Missing},
		"a branch it has":        {3, settle.Known{HasBranch: true, Seq: 2, Lacks: lacks}, bulletin.Missing},
		"a copy's new branch":    {3, settle.Known{OtherBranches: true, Continued: true, Lacks: lacks}, bulletin.Missing},
		"an older copy":          {3, settle.Known{HasBranch: true, Seq: 7, AtClaim: h, Lacks: lacks}, bulletin.RolledBack},
		"a fork":                 {3, settle.Known{HasBranch: true, Seq: 7, Lacks: lacks}, bulletin.Forked},
		"nothing lacks anything": {3, settle.Known{OtherBranches: true}, bulletin.Normal},
	} {
		t.Run(name, func(t *testing.T) {
			got := settle.Judge(bulletin.Claim{Branch: ledger.Branch{3}, Parent: ledger.Parent{Branch: ledger.Branch{2}, Seq: 1}, Seq: tc.seq, Head: h}, tc.known)
			if got.Verdict != tc.verdict || (got.Missing == *lacks) != (tc.verdict == bulletin.Missing) {
				t.Errorf("got %+v, want %s", got, tc.verdict)
			}
			if (got.Suspect != "") != (tc.known.Continued || tc.verdict == bulletin.Forked) {
				t.Errorf("suspected of %q", got.Suspect)
			}
		})
	}
}

func TestAdmit(t *testing.T) {
	hashAt := func(seq int64) ledger.Hash { return ledger.Hash{'a', byte(seq)} }
	end := ledger.Mark{Seq: 10}
	mixed := append(chain('a', 8, 9), chain('b', 10, 12)...)
	for name, tc := range map[string]struct {
		first    int64
		before   ledger.Hash
		hashes   []ledger.Hash
		fate     settle.Fate
		newFirst int64
		accepted int64
		common   int64
	}{
		"next":                        {11, hashAt(10), chain('a', 11, 13), settle.Taken, 11, 13, 0},
		"overlap":                     {8, hashAt(7), chain('a', 8, 13), settle.Taken, 11, 13, 0},
		"all known":                   {8, hashAt(7), chain('a', 8, 10), settle.AlreadyIn, 0, 10, 0},
		"known long ago":              {2, hashAt(1), chain('a', 2, 4), settle.AlreadyIn, 0, 10, 0},
		"empty":                       {11, hashAt(10), nil, settle.AlreadyIn, 0, 10, 0},
		"gap":                         {12, hashAt(11), chain('a', 12, 13), settle.Gap, 0, 10, 0},
		"fork inside the overlap":     {8, hashAt(7), mixed, settle.Fork, 0, 10, 9},
		"fork at the first of it":     {8, hashAt(7), chain('b', 8, 12), settle.Fork, 0, 10, 7},
		"fork below the batch":        {8, ledger.Hash{'b', 7}, chain('b', 8, 12), settle.Fork, 0, 10, settle.CommonUnknown},
		"fork right at the end":       {11, ledger.Hash{'b', 10}, chain('b', 11, 12), settle.Fork, 0, 10, settle.CommonUnknown},
		"fork long ago, all below us": {2, hashAt(1), chain('b', 2, 3), settle.Fork, 0, 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := settle.Arrival{First: tc.first, Before: tc.before, Hashes: tc.hashes}
			got := settle.Admit(a, end, hashAt(10), hashAt)
			if got.Fate != tc.fate || got.NewFirst != tc.newFirst || got.Accepted != tc.accepted || got.Common != tc.common {
				t.Errorf("got %+v", got)
			}
			want := hashAt(10)
			if tc.fate == settle.Taken {
				want = tc.hashes[len(tc.hashes)-1]
			}
			if got.Head != want {
				t.Errorf("head %v, want %v", got.Head, want)
			}
		})
	}
}

func TestShowComparesTheNonceWithTheOneExpected(t *testing.T) {
	b := ledger.Branch{1}
	standing := settle.Standing{Branch: b, Turn: 7, Request: "last"}
	filled := standing
	filled.Lacks = true
	if got := settle.Show(filled, settle.Arrival{Branch: ledger.Branch{2}, Turn: 7}, false); got.Suspect != "" {
		t.Errorf("bringing what head office lacks of an older branch is taken for %q", got.Suspect)
	}
	if got := settle.Show(filled, settle.Arrival{Branch: ledger.Branch{2}, Turn: 2}, false); got.Suspect == "" {
		t.Error("an old nonce is let pass with it")
	}
	for name, tc := range map[string]struct {
		arrival settle.Arrival
		opens   bool
		next    int64
		repeat  bool
		behind  bool
		suspect bool
	}{
		"the expected one":              {settle.Arrival{Branch: b, Turn: 7, Request: "new"}, false, 8, false, false, false},
		"the last one, same request":    {settle.Arrival{Branch: b, Turn: 6, Request: "last"}, false, 7, true, false, false},
		"the last one, another request": {settle.Arrival{Branch: b, Turn: 6, Request: "new"}, false, 8, false, false, true},
		"an old one":                    {settle.Arrival{Branch: b, Turn: 2, Request: "last"}, false, 8, false, false, true},
		"none of ours":                  {settle.Arrival{Branch: b, Turn: settle.NoTurn, Request: "new"}, false, 8, false, false, true},
		"one we have forgotten":         {settle.Arrival{Branch: b, Turn: 40, Request: "new"}, false, 41, false, true, false},
		"a branch it opens":             {settle.Arrival{Branch: ledger.Branch{2}, Turn: 2}, true, 8, false, false, false},
		"a branch it had left":          {settle.Arrival{Branch: ledger.Branch{2}, Turn: 7}, false, 8, false, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := settle.Show(standing, tc.arrival, tc.opens)
			if got.Next != tc.next || got.Repeat != tc.repeat || got.Behind != tc.behind || (got.Suspect != "") != tc.suspect {
				t.Errorf("got %+v", got)
			}
		})
	}
}
