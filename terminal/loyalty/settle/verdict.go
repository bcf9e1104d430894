package settle

import (
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// CommonUnknown stands for a common record that a claim alone does not show.
// The terminal finds it by claiming earlier records of its branch.
const CommonUnknown int64 = -1

// Known is what head office has that bears on a claim.
type Known struct {
	// HasBranch says that head office has the claimed branch; Seq and Head are
	// then its end there, and AtClaim its hash of the claim's own record, the
	// branch's root for 0; meaningless when the claim lies above Seq.
	HasBranch bool
	Seq       int64
	Head      ledger.Hash
	AtClaim   ledger.Hash
	// OtherBranches says that head office has any other branch of the terminal.
	OtherBranches bool
	// HasParent says that head office has the record the claimed branch goes
	// on from; AtParent is its hash there.
	HasParent bool
	AtParent  ledger.Hash
	// Continued says that another branch goes on from the same branch.
	Continued bool
	// Lacks is the end of the nearest branch before the claimed one of which
	// head office lacks records that a later one goes on from; nil for none.
	Lacks *ledger.Mark
}

// A Judgement is a verdict with what the greeting says and why authority is
// withdrawn; "" leaves it as it is.
type Judgement struct {
	Verdict  bulletin.Verdict
	Accepted int64
	Head     ledger.Hash
	Common   int64
	Suspect  string
	Missing  ledger.Mark // with the verdict Missing
}

// Judge concludes from a claim and head office's own copy. A claim that lies
// above head office's end is normal as far as head office can see: the
// terminal compares the head it is told with its own chain.
func Judge(c bulletin.Claim, k Known) Judgement {
	j := judgeEnd(c, k)
	// Whatever else is wrong comes first: it opens another branch, which is
	// claimed next.
	if k.Lacks != nil && (j.Verdict == bulletin.Normal || j.Verdict == bulletin.Copied) {
		j.Verdict, j.Missing = bulletin.Missing, *k.Lacks
	}
	return j
}

func judgeEnd(c bulletin.Claim, k Known) Judgement {
	if !k.HasBranch {
		return judgeNewBranch(c, k)
	}
	j := Judgement{Verdict: bulletin.Normal, Accepted: k.Seq, Head: k.Head, Common: min(c.Seq, k.Seq)}
	switch {
	case c.Seq > k.Seq:
	case c.Head != k.AtClaim:
		j.Verdict, j.Common = bulletin.Forked, CommonUnknown
		j.Suspect = "its records differ from those head office has of the same branch"
	case c.Seq < k.Seq:
		j.Verdict = bulletin.RolledBack
	}
	return j
}

func judgeNewBranch(c bulletin.Claim, k Known) Judgement {
	j := Judgement{Verdict: bulletin.Normal}
	switch {
	case c.Parent.IsZero() && k.OtherBranches:
		j.Suspect = "it began anew beside the branches head office has of it"
	case k.HasParent && k.AtParent != c.Parent.Hash:
		j.Suspect = "it goes on from a record that differs from head office's"
	case k.Continued:
		j.Suspect = "it goes on from a place another branch already went on from"
	}
	if j.Suspect != "" {
		j.Verdict = bulletin.Copied
	}
	return j
}
