package cmd_test

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
)

// A simModel is what tills and customers were told, as plain maps.
type simModel struct {
	w     *simWorld
	deeds []*simDeed          // in the order they were asked for
	by    map[string]*simDeed // by terminal and request
	sales []*simSale
	must  simForest // members that are one by head office's own records
	may   simForest // or by what a shop told
}

// A simDeed is one request that posted something, or may have.
type simDeed struct {
	key      string // of the request
	pc       *simPC
	terminal ledger.Terminal
	lane     string
	kind     ledger.Kind
	who      []string
	one      []string // members that it makes one
	issues   map[ledger.Hash]simIssue
	order    []ledger.Hash // of issues
	told     bool
	body     ledger.Hash // of the record that was told
	content  ledger.Hash
	answer   session.Answer
	// mayBeLost says that what was told of it went with a disk, an image or
	// head office's backup, as people at head office can see.
	mayBeLost bool
	twice     bool // it counts twice, for two members that are one person
}

// A simIssue is one decision about a request. There are several only where the
// shop's database forgot the first one.
type simIssue struct {
	kind    ledger.Kind
	entries []ledger.Entry
	code    string // on its slips
	papers  int
}

// A simSale is a receipt and what is known of it outside.
type simSale struct {
	pc     *simPC
	who    string
	basket basket.Basket
	deed   *simDeed
	slip   string // the code on its slip
	shared bool   // two copies gave its record's number
	whole  bool   // a return of all of it was told
	bearer string // the member its bearer slip stands for
}

func newSimModel(w *simWorld) *simModel {
	return &simModel{w: w, by: make(map[string]*simDeed), must: make(simForest), may: make(simForest)}
}

// note remembers what a call posted. It gives nil where nothing was.
func (m *simModel) note(c *simCall, p *simPC, told bool, answer session.Answer) *simDeed {
	var last *simDeed
	for _, post := range p.posts {
		last = m.posted(c, p, post)
	}
	p.posts = nil
	if told && last == nil {
		m.w.fail("%s at %s was answered and nothing was posted: %+v", c.what, c.lane.name, answer)
	}
	if last == nil {
		return nil
	}
	c.deed = last
	if told {
		m.tell(last, answer)
	}
	if c.sale != nil && last.kind == ledger.KindAward && c.sale.deed == nil {
		c.sale.deed = last
		m.sales = append(m.sales, c.sale)
	}
	if c.sale != nil && told && (last.kind == ledger.KindUndo || last.kind == ledger.KindReturn && answer.PayBack+answer.PointsPaid == c.sale.basket.Total) {
		c.sale.whole = true
	}
	return last
}

// posted files a posting under its request.
func (m *simModel) posted(c *simCall, p *simPC, post simPost) *simDeed {
	id := p.terminal.String() + " " + post.key
	d := m.by[id]
	if d == nil {
		d = &simDeed{key: post.key, pc: p, terminal: p.terminal, lane: c.lane.name, who: c.who, issues: make(map[ledger.Hash]simIssue)}
		m.by[id] = d
		m.deeds = append(m.deeds, d)
	}
	kind, entries, body, key := post.draft.Kind, post.draft.Entries, post.draft.Body, post.next
	if post.posted != nil {
		kind, entries, body, key = post.posted.Record.Head.Kind, post.posted.Record.Head.Entries, post.posted.Body, post.posted.Record.Head.Key()
	}
	d.kind = kind
	content := contentOf(body)
	if d.told && !d.mayBeLost && d.content != content {
		m.w.fail("request %s of %s was answered with one record, and now another: %v", post.key, p.name, key)
	}
	if _, known := d.issues[content]; !known {
		d.issues[content] = simIssue{kind: kind, entries: entries, code: key.Code(), papers: 1 + len(body.More)}
		d.order = append(d.order, content)
	}
	if post.posted == nil {
		return d
	}
	if d.told && d.content == content && d.body != post.posted.Record.Head.Body {
		m.w.fail("request %s of %s is answered with other bytes than before", post.key, p.name)
	}
	d.content, d.body = content, post.posted.Record.Head.Body
	if kind == ledger.KindEnrol || kind == ledger.KindClaim {
		d.one = c.who
	}
	if c.sale != nil && kind == ledger.KindAward {
		c.sale.slip, c.sale.shared = codeOfSlip(body.Slip), c.sale.shared || key.Branch == p.shared
	}
	m.exact(body, entries)
	return d
}

// exact holds an award against the basket: what a customer pays earns points
// to the last thousandth, and stamps for whole steps.
func (m *simModel) exact(body ledger.Body, entries []ledger.Entry) {
	if body.Basket == nil || len(entries) == 0 || slices.ContainsFunc(entries, func(e ledger.Entry) bool { return e.Reverses != nil }) {
		return
	}
	paid := body.Basket.Total
	var spent, wanted ledger.Points
	lapsed := make(map[ledger.Wallet]ledger.Points)
	for _, r := range body.Reasons {
		switch r.Code {
		case redeem.ReasonRedeemed:
			paid -= basket.Money(r.Amount)
			wanted -= r.Points
		case redeem.ReasonLapsed:
			lapsed[r.Wallet] += r.Points
		}
	}
	worth, err := ledger.NewFraction(int64(paid)*10, 1)
	m.w.must(err, "what a basket is worth")
	for _, e := range entries {
		switch {
		case e.Wallet.Counter() || e.Wallet == "cups" && e.Kind == ledger.Earn: // TestSimulation explains those
		case e.Kind == ledger.Earn && e.Wallet == "stamps":
			if want := ledger.Points(paid/500) * ledger.Unit; e.Points != want {
				m.w.fail("a basket of %d gave %v stamps, want %v", paid, e.Points, want)
			}
		case e.Kind == ledger.Earn:
			got, err := e.Rest.Add(ledger.Fraction{Num: int64(e.Points), Den: 1})
			if err != nil || got != worth {
				m.w.fail("a basket of %d gave %v points and a remainder of %v", paid, e.Points, e.Rest)
			}
		case e.Kind == ledger.Redeem:
			m.w.counts["redeemed"]++
			m.w.counts[drawnFrom(e)]++
			spent -= e.Points
			lapsed[e.Wallet] -= -e.Points - drawn(e)
		}
	}
	if spent != wanted {
		m.w.fail("%v was redeemed and %v spent", wanted, spent)
	}
	for wallet, p := range lapsed {
		if p != 0 {
			m.w.fail("%v of wallet %s was spent that nothing covers, besides what a lapsed hold is said to lack", -p, wallet)
		}
	}
}

// drawnFrom says what a spending was covered by.
func drawnFrom(e ledger.Entry) string {
	grants, own := 0, 0
	for _, d := range e.Draws {
		if _, is := d.From.Entry(); is {
			own++
		} else {
			grants++
		}
	}
	switch {
	case drawn(e) != -e.Points:
		return "redeemed: uncovered"
	case grants > 0 && own > 0:
		return "redeemed: grants and own awards"
	case grants > 0:
		return "redeemed: grants"
	}
	return "redeemed: own awards"
}

func drawn(e ledger.Entry) (sum ledger.Points) {
	for _, d := range e.Draws {
		sum += d.Points
	}
	return sum
}

// tell notes that a request was answered, and holds the answer against what
// was posted.
func (m *simModel) tell(d *simDeed, a session.Answer) {
	d.told, d.answer = true, a
	if d.mayBeLost {
		d.mayBeLost = false // this PC has it now
	}
	said := make(map[ledger.Wallet]ledger.Points)
	for _, e := range a.Earned {
		said[e.Wallet] += e.Points
	}
	for _, r := range a.Redeemed {
		said[r.Wallet] -= r.Points
	}
	for _, t := range a.TakenBack {
		said[t.Wallet] -= t.Points
	}
	for _, g := range a.GivenBack {
		said[g.Wallet] += g.Points
	}
	for _, e := range d.issues[d.content].entries {
		if !e.Wallet.Counter() {
			said[e.Wallet] -= e.Points
		}
	}
	for wallet, off := range said {
		if off != 0 && a.Kind != "" {
			m.w.fail("request %s was answered with %v of wallet %s more than was posted: %+v", d.key, off, wallet, a)
		}
	}
}

func (d *simDeed) words() string {
	if d == nil {
		return "nothing"
	}
	i := d.issues[d.content]
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", i.kind, i.code)
	for _, e := range i.entries {
		if e.Wallet.Counter() {
			continue
		}
		fmt.Fprintf(&b, " %v %s", e.Points, e.Wallet)
		if e.Kind == ledger.Redeem && drawn(e) != -e.Points {
			fmt.Fprintf(&b, " (%v uncovered)", -e.Points-drawn(e))
		}
	}
	return b.String()
}

// codeOfSlip reads the code off a slip, as a scanner would.
func codeOfSlip(slip []byte) string {
	s, err := receipt.Decode(slip)
	if err != nil {
		return ""
	}
	for _, b := range s.Blocks {
		if slipcode.Is(b.QR) {
			return b.QR
		}
	}
	return ""
}

// A simForest says which members are one.
type simForest map[string]string

// root is the member that stands for all who are one with who.
func (f simForest) root(who string) string {
	for f[who] != "" {
		who = f[who]
	}
	return who
}

func (f simForest) join(who []string) {
	for _, other := range who[min(1, len(who)):] {
		if a, b := f.root(who[0]), f.root(other); a != b {
			f[b] = a
		}
	}
}
