// Package year makes up what the members of one shop buy in a year, for tests and benchmarks: the same seed makes the same year.
//
// It has what real shops have: regulars and strangers, small baskets and large
// ones, quiet Mondays and full Saturdays, the weeks before Christmas, deposits,
// gift cards, goods sold by weight, and goods that come back.
package year

import (
	"fmt"
	"sort"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A Shop is what a year is made for.
type Shop struct {
	Seed    uint64
	Members int
	Baskets int // about so many in a year
	// Opens is the first business day; the shop is open every day of a year.
	Opens time.Time
	Zone  *time.Location
}

// A Visit is one member at the till.
type Visit struct {
	Member int // from 0
	Moment ledger.Moment
	Basket basket.Basket
	// Saver is who redeems what there is to redeem at this visit.
	Saver bool
	// Back is goods of an earlier basket that came back instead; nil for a sale.
	Back *Back
}

// A Back is goods that come back.
type Back struct {
	Of    basket.Key
	Total basket.Money // of that basket
	// Line is the line that comes back, from 1; 0 is all that is left.
	Line int
}

// tills is how many there are.
const tills = 4

// A habit is how one member shops.
type habit struct {
	often   int // of all visits
	lines   int
	dear    int64 // what they buy costs, in per cent
	hour    int
	day     int // of the week they come on, mostly; -1 for any
	saver   uint64
	prefers int // category
}

type category struct {
	name     string
	kind     string
	from, to int64 // price in minor units
	weighed  bool
}

func categories() []category {
	return []category{
		{"zuivel", "", 89, 449, false}, {"brood", "", 99, 399, false}, {"groente", "", 79, 499, true}, {"vlees", "", 299, 1499, true},
		{"koffie", "", 349, 999, false}, {"drogist", "", 149, 1299, false}, {"dranken", "", 89, 699, false}, {"diepvries", "", 199, 799, false},
		{"wijn", "alcohol", 399, 1299, false}, {"tabak", "tobacco", 899, 1499, false}, {"snoep", "", 79, 349, false}, {"bloemen", "", 499, 1999, false},
	}
}

// Visits yields the year's visits in the order of time, until yield says false.
func (s Shop) Visits(yield func(Visit) bool) {
	m := maker{shop: s, dice: dice{s.Seed}, categories: categories(), calendar: ledger.Calendar{Zone: s.Zone}}
	m.habits()
	for day := range 365 {
		if !m.day(s.Opens.AddDate(0, 0, day), yield) {
			return
		}
	}
}

type maker struct {
	shop       Shop
	dice       dice
	calendar   ledger.Calendar
	categories []category
	members    []habit
	upTo       []int // running totals of often
	receipts   int
	recent     []basket.Basket // that something may come back of
}

func (m *maker) habits() {
	total := 0
	for range m.shop.Members {
		// A fifth of the members are half of the visits.
		often := 1
		switch n := m.dice.n(10); {
		case n < 2:
			often = 8
		case n < 5:
			often = 3
		}
		h := habit{
			often: often, lines: 2 + m.dice.n(6), dear: 70 + int64(m.dice.n(90)), hour: 8 + m.dice.n(12), day: m.dice.n(10) - 3,
			saver: uint64(m.dice.n(40)), prefers: m.dice.n(len(m.categories)),
		}
		if m.dice.n(6) == 0 {
			h.lines += 10 // the week's shopping
		}
		total += often
		m.members, m.upTo = append(m.members, h), append(m.upTo, total)
	}
}

// busy is how full a day is, in per cent of the average one.
func busy(day time.Time) int {
	percent := []int{55, 75, 85, 90, 105, 130, 160}[day.Weekday()]
	if day.Month() == time.December && day.Day() < 25 {
		percent = percent * 13 / 10
	}
	return percent
}

func (m *maker) day(day time.Time, yield func(Visit) bool) bool {
	n := (m.shop.Baskets*busy(day) + 50*365) / (100 * 365)
	n += m.dice.n(n/5+1) - n/10
	visits := make([]time.Duration, max(n, 0))
	who := make([]int, len(visits))
	for i := range visits {
		who[i] = m.comes(int(day.Weekday()))
		hour := m.members[who[i]].hour
		visits[i] = time.Duration(hour)*time.Hour + time.Duration(m.dice.n(7200))*time.Second
	}
	sort.Sort(byTime{visits, who})
	for i, at := range visits {
		moment := m.calendar.Moment(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, m.shop.Zone).Add(at), true)
		if len(m.recent) > 500 && m.dice.n(100) < 2 {
			if !yield(m.back(moment)) {
				return false
			}
		}
		v := Visit{Member: who[i], Moment: moment, Saver: uint64(m.dice.n(100)) < m.members[who[i]].saver}
		v.Basket = m.basket(m.members[who[i]], moment)
		if m.recent = append(m.recent, v.Basket); len(m.recent) > 4000 {
			m.recent = append(m.recent[:0:0], m.recent[2000:]...)
		}
		if !yield(v) {
			return false
		}
	}
	return true
}

type byTime struct {
	at  []time.Duration
	who []int
}

func (b byTime) Len() int           { return len(b.at) }
func (b byTime) Less(i, j int) bool { return b.at[i] < b.at[j] }
func (b byTime) Swap(i, j int) {
	b.at[i], b.at[j] = b.at[j], b.at[i]
	b.who[i], b.who[j] = b.who[j], b.who[i]
}

// comes is one who comes on a day of the week.
func (m *maker) comes(weekday int) int {
	for {
		who := sort.SearchInts(m.upTo, 1+m.dice.n(m.upTo[len(m.upTo)-1]))
		if day := m.members[who].day; day < 0 || day == weekday || m.dice.n(4) == 0 {
			return who
		}
	}
}

func (m *maker) basket(h habit, at ledger.Moment) basket.Basket {
	m.receipts++
	b := basket.Basket{
		Key:      basket.Key{Till: fmt.Sprint(1 + m.receipts%tills), Day: string(at.Day), ID: fmt.Sprint(100000 + m.receipts)},
		Currency: "EUR",
	}
	for range 1 + m.dice.n(2*h.lines) {
		c := h.prefers
		if m.dice.n(3) > 0 {
			c = m.dice.n(len(m.categories))
		}
		b.Lines = append(b.Lines, m.line(len(b.Lines)+1, c, h))
	}
	if m.dice.n(20) == 0 {
		b.Lines = append(b.Lines, basket.Line{ID: fmt.Sprint(len(b.Lines) + 1), Kind: "deposit", Quantity: 1000, Amount: 25})
	}
	for _, l := range b.Lines {
		b.Total += l.Amount
	}
	tender := "card"
	switch n := m.dice.n(100); {
	case n < 18:
		tender = "cash"
	case n < 20:
		tender = "gift_card"
	}
	b.Tenders = []basket.Tender{{Kind: tender, Amount: b.Total}}
	return b
}

// perCategory is how many articles a category has.
const perCategory = 250

func (m *maker) line(number, in int, h habit) basket.Line {
	c := m.categories[in]
	article := m.dice.n(perCategory)
	price := (c.from + (c.to-c.from)*int64(article)/perCategory) * h.dear / 100
	l := basket.Line{
		ID: fmt.Sprint(number), Product: fmt.Sprintf("8710%02d%07d", in, article), Category: c.name, Kind: c.kind,
		Quantity: 1000 * int64(1+m.dice.n(3)/2), Tax: 0,
	}
	if c.weighed && article%2 == 0 {
		l.Quantity = int64(150 + m.dice.n(1850))
	}
	l.Amount = basket.Money(price * l.Quantity / 1000)
	l.Tax = l.Amount * 9 / 109
	return l
}

// back is goods of one of the recent baskets: a line, or all of it.
func (m *maker) back(at ledger.Moment) Visit {
	i := m.dice.n(len(m.recent))
	of := m.recent[i]
	m.recent[i] = m.recent[len(m.recent)-1] // comes back once
	m.recent = m.recent[:len(m.recent)-1]
	b := &Back{Of: of.Key, Total: of.Total, Line: 1 + m.dice.n(len(of.Lines))}
	if m.dice.n(5) == 0 {
		b.Line = 0
	}
	return Visit{Moment: at, Back: b}
}

// A dice is SplitMix64 (Steele, Lea and Flood, 2014): chance that is the same
// on every machine and in every version.
type dice struct{ state uint64 }

func (d *dice) n(below int) int {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(below))
}
