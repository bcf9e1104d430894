package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A Sheet is a report in words: what its page, its slip and the operator's
// tool all show, so that no two of them can say different things.
type Sheet struct {
	Title    string
	Of       string // the day
	Made     string
	MadeBy   string // "" for a reading
	Sentence string
	Broken   string // what is wrong with the sums; "" when they tie
	Sections []Section
	Hours    Table
	People   Table
	Lanes    Table
}

// A Section is figures that belong together.
type Section struct {
	Name  string // of the words' sections, or "wallet"
	Title string
	Lines []Line
}

// A Line is one figure. Raw is the same for programs: a whole number, or money
// and points with a decimal point and no grouping.
type Line struct {
	Name  string // of the words' figures; "" for a count of a kind
	Label string
	Value string
	Raw   string
	Means string
	Look  bool // a person should look at it
}

// A Table is a row for each of several: hours, cashiers, lanes.
type Table struct {
	Title string
	Head  []string
	Rows  []TableRow
}

// A TableRow is one row; the first cell is its name. Sales is what a picture
// draws.
type TableRow struct {
	Cells []string
	Sales int64
}

// Paper is what a Sheet is made with.
type Paper struct {
	Words words.Words
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names; nil is UTC
}

// Sheet lays f out.
func (p Paper) Sheet(f Figures) Sheet {
	w := words.Report{Words: p.Words}
	s := Sheet{Title: w.Reading(), Of: w.Of(f.Day, f.Part), Made: w.Made(p.local(f.MadeAt)), Sentence: p.sentence(f)}
	if f.Number > 0 {
		s.Title, s.MadeBy = w.Title(f.Number), w.MadeBy(f.Automatic, f.Operator)
	}
	if !f.Ties() {
		s.Broken = w.DoesNotTie()
	}
	s.Sections = append(s.Sections, p.sales(f))
	for _, b := range f.Wallets {
		s.Sections = append(s.Sections, p.wallet(b))
	}
	s.Sections = append(s.Sections, p.takings(f), p.kinds(f), p.modes(f), p.look(f), p.paper(f), p.journal(f))
	s.Sections = slices.DeleteFunc(s.Sections, func(s Section) bool { return len(s.Lines) == 0 })
	s.Hours = p.table("hours", "hour", f.Hours, p.hourNames(f.Hours))
	s.People = p.table("operators", "operator", f.Operators, w.Cashier)
	s.Lanes = p.table("lanes", "lane", f.Lanes, w.Cashier)
	return s
}

func (p Paper) local(at int64) time.Time {
	t := time.UnixMilli(at).UTC()
	if p.Zone != nil {
		t = t.In(p.Zone)
	}
	return t
}

func (p Paper) in() words.Report { return words.Report{Words: p.Words} }

func (p Paper) sentence(f Figures) string {
	var given, taken []string
	for _, b := range f.Wallets {
		wallet, _ := p.Rules.Wallet(b.Wallet)
		if got := b.Of(ledger.Earn, ledger.Bonus); got != 0 {
			given = append(given, p.Words.Points(got, wallet))
		}
		if spent := b.Of(ledger.Redeem); spent != 0 {
			taken = append(taken, p.Words.Points(-spent, wallet))
		}
	}
	return p.in().Sentence(f.Records, f.Sales.Count, f.Sales.Amount, p.Rules.Currency, given, taken)
}

// section begins one of the words' sections.
func (p Paper) section(name string) Section { return Section{Name: name, Title: p.in().Section(name)} }

// figure is one of the words' figures with its value.
func (p Paper) figure(name, value, raw string) Line {
	label, means := p.in().Figure(name)
	return Line{Name: name, Label: label, Value: value, Raw: raw, Means: means}
}

func (p Paper) count(name string, n int64) Line {
	return p.figure(name, p.in().Count(n), strconv.FormatInt(n, 10))
}

// some is a count that is worth a line only when there is something to count.
func (p Paper) some(s *Section, name string, n int64) {
	if n != 0 {
		l := p.count(name, n)
		l.Look = true
		s.Lines = append(s.Lines, l)
	}
}

func (p Paper) money(name string, m basket.Money) Line {
	return p.figure(name, p.Words.Money(m, p.Rules.Currency), Decimal(m, p.Rules.Currency))
}

func (p Paper) points(name string, wallet ledger.Wallet, points ledger.Points) Line {
	w, _ := p.Rules.Wallet(wallet)
	return p.figure(name, p.Words.Points(points, w), points.String())
}

// Decimal is an amount for programs: with a point and without grouping.
func Decimal(m basket.Money, currency string) string {
	return decimal(int64(m), programme.MinorDigits(currency))
}

// decimal writes n, which counts in units of so many decimals.
func decimal(n int64, decimals int) string {
	sign, text := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for len(text) <= decimals {
		text = "0" + text
	}
	if decimals == 0 {
		return sign + text
	}
	return sign + text[:len(text)-decimals] + "." + text[len(text)-decimals:]
}

func (p Paper) sales(f Figures) Section {
	s, sold := p.section("sales"), f.Sales
	s.Lines = []Line{
		p.count("sales", sold.Count), p.money("amount", sold.Amount), p.money("earned_on", sold.Earned),
		p.count("redeemed", sold.Redeemed), p.money("discount", sold.Discount),
		p.money("returned", sold.Returned), p.money("undone", sold.Undone), p.money("net", sold.Net()),
	}
	return s
}

// wallet is from the opening to the closing of one wallet.
func (p Paper) wallet(b Balance) Section {
	wallet, _ := p.Rules.Wallet(b.Wallet)
	s := Section{Name: "wallet " + string(b.Wallet), Title: p.in().Wallet(wallet)}
	s.Lines = append(s.Lines, p.points("open", b.Wallet, b.Open))
	for _, m := range b.Moves {
		if m.Kind == ledger.Close {
			continue // it moves nothing
		}
		s.Lines = append(s.Lines, Line{
			Name: string(m.Kind), Label: p.in().Entry(m.Kind) + " (" + p.in().Count(m.Lines) + "×)",
			Value: p.Words.Points(m.Points, wallet), Raw: m.Points.String(),
		})
	}
	if b.Elsewhere != 0 {
		s.Lines = append(s.Lines, p.points("elsewhere", b.Wallet, b.Elsewhere))
	}
	s.Lines = append(s.Lines, p.points("close", b.Wallet, b.Close))
	return s
}

// takings holds what cards brought against what the tills took.
func (p Paper) takings(f Figures) Section {
	s := p.section("takings")
	took := f.Takings()
	if !took.Known {
		s.Lines = []Line{p.figure("turnover", p.in().Unknown(), ""), p.figure("participation", p.in().Unknown(), "")}
	} else {
		without, points := p.money("without_card", took.Turnover-f.Sales.Net()), p.money("points_difference", took.PointsPaid-f.Sales.Discount)
		without.Look, points.Look = took.Turnover < f.Sales.Net(), took.PointsPaid != f.Sales.Discount
		share := p.figure("participation", p.in().Share(f.Sales.Count, took.Receipts), fmt.Sprintf("%d/%d", f.Sales.Count, took.Receipts))
		share.Look = f.Sales.Count > took.Receipts
		s.Lines = []Line{
			p.money("turnover", took.Turnover), without, p.count("receipts", took.Receipts), share,
			p.money("points_paid", took.PointsPaid), points,
		}
	}
	for _, t := range f.Tills {
		s.Lines = append(s.Lines, Line{
			Label: p.in().Till(t.Till, t.Day, t.Late), Value: p.Words.Money(t.Turnover, p.Rules.Currency) + ", " + p.in().Count(t.Receipts),
			Raw: Decimal(t.Turnover, p.Rules.Currency), Look: t.Late,
		})
	}
	return s
}

func (p Paper) kinds(f Figures) Section {
	s := p.section("kinds")
	all := slices.Clone(f.Kinds)
	slices.SortStableFunc(all, func(a, b KindCount) int { // what nobody did comes last
		return cmp.Compare(automatic(a.Kind), automatic(b.Kind))
	})
	for _, k := range all {
		s.Lines = append(s.Lines, Line{Name: string(k.Kind), Label: p.in().Kind(k.Kind), Value: p.in().Count(k.Records), Raw: strconv.FormatInt(k.Records, 10)})
	}
	return s
}

// automatic is 1 for a kind of record that no person makes, and otherwise 0.
func automatic(k ledger.Kind) int {
	if k == ledger.KindClose || k == ledger.KindExpire {
		return 1
	}
	return 0
}

func (p Paper) modes(f Figures) Section {
	s := p.section("modes")
	for _, m := range f.Modes {
		s.Lines = append(s.Lines, Line{Name: string(m.Mode), Label: p.in().Mode(m.Mode), Value: p.in().Count(m.Sales), Raw: strconv.FormatInt(m.Sales, 10)})
	}
	return s
}

// look is what a manager should look at; none of it is a verdict.
func (p Paper) look(f Figures) Section {
	s := p.section("look")
	if f.Offline.Known {
		l := p.figure("offline", p.in().Count(f.Offline.Records)+" ("+p.in().Share(f.Offline.Records, f.Records)+")", strconv.FormatInt(f.Offline.Records, 10))
		t := p.figure("offline_time", p.in().Lasting(f.Offline.Millis), strconv.FormatInt(f.Offline.Millis/1000, 10))
		s.Lines = append(s.Lines, l, t)
		if f.Offline.Waiting > 0 {
			s.Lines = append(s.Lines, p.count("waiting", f.Offline.Waiting))
		}
	}
	p.some(&s, "typed", f.Typed)
	p.some(&s, "confirmed", f.Confirmed)
	p.some(&s, "hold_lapsed", f.HoldLapsed)
	for _, u := range f.Uncovered {
		l := p.points("hold_lapsed", u.Wallet, u.Points)
		l.Look = true
		s.Lines = append(s.Lines, l)
	}
	p.some(&s, "suspect", f.Suspect)
	p.some(&s, "emptied", f.Emptied)
	for _, d := range f.Days {
		if d.Day != f.Day {
			l := p.figure("days", p.Words.Day(d.Day)+": "+p.in().Count(d.Records), strconv.FormatInt(d.Records, 10))
			l.Look = true
			s.Lines = append(s.Lines, l)
		}
	}
	for _, d := range f.Silent {
		s.Lines = append(s.Lines, p.figure("silent", p.in().Days(d.From, d.To), string(d.From)+"/"+string(d.To)))
	}
	return s
}

func (p Paper) paper(f Figures) Section {
	s := p.section("paper")
	if f.Slips.Made == 0 {
		return s
	}
	s.Lines = []Line{p.count("slips", f.Slips.Made), p.count("printed", f.Slips.Printed)}
	p.some(&s, "copies", f.Slips.Copies)
	p.some(&s, "held", f.Slips.Waiting)
	return s
}

func (p Paper) journal(f Figures) Section {
	s, w := p.section("journal"), p.in()
	s.Lines = append(s.Lines, p.count("records", f.Records))
	for i, span := range f.Spans {
		first, last := "first", "last"
		if i > 0 {
			first = "branches"
		}
		s.Lines = append(s.Lines,
			p.figure(first, w.Sequence(span.Branch, span.First), strconv.FormatInt(span.First, 10)),
			p.figure(last, w.Sequence(span.Branch, span.Last), strconv.FormatInt(span.Last, 10)))
	}
	s.Lines = append(s.Lines, p.figure("prev", w.Code(f.Prev), f.Prev.String()))
	return s
}

// hourNames says what hours are called; one that the clock shows twice is told
// apart.
func (p Paper) hourNames(hours []Group) func(string) string {
	shown := make(map[string]int)
	for _, h := range hours {
		shown[p.in().Hour(h.Name, false, p.Zone)]++
	}
	return func(name string) string {
		twice := shown[p.in().Hour(name, false, p.Zone)] > 1
		t, err := time.Parse(time.RFC3339, name)
		if err != nil || !twice {
			return p.in().Hour(name, false, p.Zone)
		}
		if len(hours) > 25 || !sameNight(hours) {
			return p.Words.DateTime(t)
		}
		return p.in().Hour(name, true, p.Zone)
	}
}

// sameNight reports whether the hours are of at most 25 in a row, so that only
// the clock being put back can show one twice.
func sameNight(hours []Group) bool {
	first, errF := time.Parse(time.RFC3339, hours[0].Name)
	last, errL := time.Parse(time.RFC3339, hours[len(hours)-1].Name)
	return errF == nil && errL == nil && last.Sub(first) < 25*time.Hour
}

// table lays groups out, with the columns of each wallet that has anything.
func (p Paper) table(title, name string, of []Group, call func(string) string) Table {
	w := p.in()
	t := Table{Title: w.Section(title), Head: []string{w.Column(name), w.Column("records"), w.Column("sales"), w.Column("amount")}}
	columns := walletColumns(of)
	for _, c := range columns {
		wallet, _ := p.Rules.Wallet(c.wallet)
		t.Head = append(t.Head, w.Wallet(wallet)+": "+w.Column(c.column))
	}
	for _, g := range of {
		row := TableRow{Sales: g.Sales, Cells: []string{
			call(g.Name), w.Count(g.Records), w.Count(g.Sales), p.Words.Money(g.Amount, p.Rules.Currency),
		}}
		for _, c := range columns {
			row.Cells = append(row.Cells, w.Plain(c.of(g)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// A walletColumn is one of the three columns of a wallet.
type walletColumn struct {
	wallet ledger.Wallet
	column string
}

func (c walletColumn) of(g Group) ledger.Points {
	for _, w := range g.Wallets {
		if w.Wallet != c.wallet {
			continue
		}
		switch c.column {
		case "given":
			return w.Given
		case "taken":
			return w.Taken
		}
		return w.Other
	}
	return 0
}

func walletColumns(of []Group) []walletColumn {
	var names []ledger.Wallet
	for _, g := range of {
		for _, w := range g.Wallets {
			names = append(names, w.Wallet)
		}
	}
	slices.Sort(names)
	var out []walletColumn
	for _, name := range slices.Compact(names) {
		for _, column := range []string{"given", "taken", "other"} {
			c := walletColumn{name, column}
			if slices.ContainsFunc(of, func(g Group) bool { return c.of(g) != 0 }) {
				out = append(out, c)
			}
		}
	}
	return out
}
