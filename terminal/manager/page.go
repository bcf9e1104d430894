package manager

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
)

//go:embed page.html assets
var files embed.FS

// Handler serves the pages: GET /beheer/dag?lane=kassa1&day=2026-11-22 shows the
// figures of a business day, of today without a day, at a lane where a manager
// is signed in; POST /beheer/dag/afsluiten closes the present one for a manager
// who gives PIN or badge with it. POST /beheer/signalen says that a signal is
// so, or no longer, for a manager who is signed in at the lane. Where there are
// no operators nobody has to be.
func (m *Manager) Handler() http.Handler {
	p := &pages{
		Manager: m,
		page:    template.Must(template.New("page.html").ParseFS(files, "page.html")),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /beheer/dag", p.show)
	mux.HandleFunc("POST /beheer/dag/afsluiten", p.close)
	mux.HandleFunc("POST /beheer/signalen", p.signal)
	mux.HandleFunc("GET /beheer/assets/{name}", p.asset)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		mux.ServeHTTP(w, r)
	})
}

type pages struct {
	*Manager
	page *template.Template
}

// protect sets what every answer carries: nothing runs or shows on the page
// that does not come from here as a file, nobody frames it, nobody keeps it.
func protect(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
}

func (p *pages) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	content, err := files.ReadFile("assets/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kind := "text/css; charset=utf-8"
	if strings.HasSuffix(name, ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(content) // a browser that went away asks again
}

// protected reports whether the pages are for managers alone.
func (p *pages) protected() bool { return p.cfg.SignInNeeded == nil || p.cfg.SignInNeeded() }

// maySee reports whether figures are shown at a lane.
func (p *pages) maySee(lane string) bool {
	if !p.protected() {
		return true
	}
	if p.cfg.Operator == nil {
		return false
	}
	who, known := p.cfg.Operator(lane)
	return known && who.Manager
}

// proven is the manager who closes the day, "" where nobody has to be one. To be
// signed in is not enough: the page names the lane itself, and a closed day is
// never opened again.
func (p *pages) proven(ctx context.Context, lane, secret string) (string, error) {
	if !p.protected() {
		return "", nil
	}
	if p.cfg.SignIn == nil {
		return "", &programme.Refusal{Code: programme.SignInFirst}
	}
	who, err := p.cfg.SignIn(ctx, lane, secret)
	if err == nil && !who.Manager {
		err = &programme.Refusal{Code: programme.ManagerNeeded}
	}
	return who.Name, err
}

// A screen is everything the page shows.
type screen struct {
	W     words.Report
	Title string
	Note  string // instead of figures
	Lane  string // where it was opened; "" for none
	Day   ledger.Day
	Days  []link
	Parts []part
	// Next is the number the day can be closed under; 0 where it cannot.
	Next int64
	// Prove says that closing takes a manager's PIN or badge.
	Prove bool
	// Signals are those the programme goes by, and whether they are so; of today.
	Signals []signalKey
}

// A signalKey is a button for one signal.
type signalKey struct {
	Name string
	On   bool
}

// Inputs are the fields of the form, which are figures of the report.
func (screen) Inputs() []string { return []string{"turnover", "receipts", "points_paid"} }

type link struct {
	Day  ledger.Day
	Text string
	Here bool
}

// A part is one report on the page, or the day so far.
type part struct {
	report.Sheet
	Compare string
	Bars    []bar
	Height  int
}

// A bar is one row of the picture.
type bar struct {
	Y, TextY, Width int
	Label, Value    string
}

// The picture's measures, in its own units.
const (
	barStep = 26
	barMost = 400
)

func (p *pages) show(w http.ResponseWriter, r *http.Request) {
	s := screen{W: words.Report{Words: p.paper(p.cfg.Rules()).Words}}
	s.Title, s.Lane, s.Prove = s.W.Page(), r.URL.Query().Get("lane"), p.protected()
	if !p.maySee(s.Lane) {
		s.Note = s.W.Form("sign_in")
		p.write(w, http.StatusForbidden, s)
		return
	}
	today := p.moment().Day
	if s.Day = ledger.Day(r.URL.Query().Get("day")); s.Day == "" {
		s.Day = today
	}
	if s.Day.Validate() != nil {
		s.Note, s.Day = s.W.Form("bad_day"), today
		p.write(w, http.StatusBadRequest, s)
		return
	}
	if err := p.fill(r, &s, today); err != nil {
		p.cfg.Log.Error().Err(err).Msg("the day's page")
		s.Note, s.Parts, s.Next = s.W.Form("fault"), nil, 0
		p.write(w, http.StatusServiceUnavailable, s)
		return
	}
	p.write(w, http.StatusOK, s)
}

// fill reads the day's figures.
func (p *pages) fill(r *http.Request, s *screen, today ledger.Day) error {
	s.Days = p.around(s.W, s.Day, today)
	kept, err := p.cfg.Store.DayReports(r.Context(), s.Day)
	if err != nil {
		return err
	}
	before, err := p.cfg.Store.DayReports(r.Context(), plus(s.Day, -7))
	if err != nil {
		return err
	}
	if s.Day == today && p.cfg.Signals != nil {
		now := p.cfg.Signals.Names()
		for _, name := range p.cfg.Rules().Signals() {
			s.Signals = append(s.Signals, signalKey{name, slices.Contains(now, name)})
		}
	}
	paper := p.paper(p.cfg.Rules())
	for _, k := range kept {
		s.Parts = append(s.Parts, picture(paper.Sheet(k.Figures)))
	}
	if s.Day == today {
		f, err := p.cfg.Store.Reading(r.Context(), today, p.cfg.Zone)
		if err != nil {
			return err
		}
		if s.Next, err = p.cfg.Store.NextReport(r.Context()); err != nil {
			return err
		}
		s.Parts = append(s.Parts, picture(paper.Sheet(f)))
	}
	if len(s.Parts) == 0 {
		s.Note = s.W.Form("none")
	}
	if len(s.Parts) == 1 && len(before) == 1 {
		s.Parts[0].Compare = s.W.Form("compare") + ": " + paper.Sheet(before[0].Figures).Sentence
	}
	return nil
}

// around are the days before and after the one that is shown.
func (p *pages) around(w words.Report, day, today ledger.Day) []link {
	var out []link
	for n := -3; n <= 1; n++ {
		d := plus(day, n)
		if d <= today {
			out = append(out, link{d, w.Of(d, 1), d == day})
		}
	}
	return out
}

func plus(day ledger.Day, n int) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day
	}
	return ledger.Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// picture draws the hours as bars.
func picture(s report.Sheet) part {
	out := part{Sheet: s}
	var most int64 = 1
	for _, r := range s.Hours.Rows {
		most = max(most, r.Sales)
	}
	for i, r := range s.Hours.Rows {
		out.Bars = append(out.Bars, bar{
			Y: i*barStep + 3, TextY: i*barStep + 19, Width: int(r.Sales * barMost / most), Label: r.Cells[0], Value: r.Cells[2],
		})
	}
	out.Height = len(s.Hours.Rows)*barStep + 4
	return out
}

// write answers with the page, made before its first byte is sent.
func (p *pages) write(w http.ResponseWriter, status int, s screen) {
	var html bytes.Buffer
	if err := p.page.Execute(&html, s); err != nil {
		p.cfg.Log.Error().Err(err).Msg("make the day's page")
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = html.WriteTo(w)
}

// A typed is the form as it was typed.
type typed struct {
	Number     int64  `json:"number"`
	Turnover   string `json:"turnover"`
	Receipts   string `json:"receipts"`
	PointsPaid string `json:"points_paid"`
	Lane       string `json:"lane"`
	// Secret is a manager's PIN or badge.
	Secret string `json:"secret"`
}

// close closes the day with what was typed.
func (p *pages) close(w http.ResponseWriter, r *http.Request) {
	said := words.Report{Words: p.paper(p.cfg.Rules()).Words}
	var in typed
	if !reads(w, r, &in) {
		return
	}
	wish, ok := in.wish(p.cfg.Rules().Currency)
	if !ok {
		problem(w, http.StatusConflict, string(programme.BadAmount), said.Form("bad_money"))
		return
	}
	var k report.Kept
	var err error
	if wish.By, err = p.proven(r.Context(), in.Lane, in.Secret); err == nil {
		k, err = p.Close(r.Context(), wish)
	}
	if err != nil {
		p.refuse(w, err)
		return
	}
	shown := url.Values{"day": {string(k.Figures.Day)}}
	if in.Lane != "" {
		shown.Set("lane", in.Lane)
	}
	answer(w, http.StatusCreated, map[string]any{"number": k.Figures.Number, "href": "/beheer/dag?" + shown.Encode()})
}

// wish reads what was typed; false where it is no amount.
func (in typed) wish(currency string) (Wish, bool) {
	w := Wish{Number: in.Number}
	if in.Turnover == "" && in.Receipts == "" && in.PointsPaid == "" {
		return w, true
	}
	turnover, okT := Amount(in.Turnover, programme.MinorDigits(currency))
	points, okP := Amount(in.PointsPaid, programme.MinorDigits(currency))
	receipts, okR := Amount(in.Receipts, 0)
	w.Till = &report.Till{Turnover: turnover, Receipts: int64(receipts), PointsPaid: points}
	return w, okT && okP && okR
}

// Amount reads what people write for an amount: "1234,50", "1.234,50",
// "1234.50", "€ 12". Nothing typed is 0.
func Amount(text string, decimals int) (basket.Money, bool) {
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f€'", r) {
			return -1
		}
		return r
	}, text)
	sign := basket.Money(1)
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = -1, rest
	}
	whole, part := text, ""
	if at := strings.LastIndexAny(text, ".,"); at >= 0 && decimals > 0 && len(text)-at-1 <= decimals {
		whole, part = text[:at], text[at+1:]
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
	if strings.ContainsAny(whole, ".,") {
		for i, g := range groups {
			if i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3) {
				return 0, false
			}
		}
	}
	digits := strings.Join(groups, "") + part + strings.Repeat("0", decimals-len(part))
	if len(digits) > 15 {
		return 0, false
	}
	var n basket.Money
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + basket.Money(c-'0')
	}
	return sign * n, true
}
