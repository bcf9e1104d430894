package cashier

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

//go:embed page.html
var source embed.FS

// parts are the pieces of the screen that change, by the template of the same
// name. The browser puts each in its place and keeps none.
func parts() []string {
	return []string{"status", "head", "balance", "amounts", "said", "primary", "label", "list", "keys", "enrol", "give"}
}

// readPages reads the templates that the program was built with.
func readPages() *template.Template { return template.Must(template.ParseFS(source, "page.html")) }

func (h *handler) render(name string, data any) (string, error) {
	var b strings.Builder
	if err := h.pages.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("make the %s: %w", name, err)
	}
	return b.String(), nil
}

// A screen is what the browser is sent: everything, each time.
type screen struct {
	Turn    int64  `json:"turn"`
	Version string `json:"version"`
	// Subject changes when the screen is about something else: what was begun in
	// the field or in a form is over then.
	Subject string `json:"subject"`
	// Own says that what is said stands in this answer alone: the desk has not
	// moved on, and the stream does not tell it.
	Own bool `json:"own,omitempty"`
	// Asks says that a question just opened: the large key means something else
	// now, and a key pressed before anybody could read it counts for nothing.
	Asks  bool              `json:"asks"`
	Mode  string            `json:"mode"` // of the field: "text", "amount", "secret"
	Parts map[string]string `json:"parts"`
	// Say is what a screen reader says; Urgent at once.
	Say    string `json:"say"`
	Urgent bool   `json:"urgent"`
	Tone   string `json:"tone"` // "good", "reward", "look", "no", or "" for none
	// Picks says that digits pick from the list at once.
	Picks bool `json:"picks"`
	// Undo is for how many more milliseconds a sale can be taken back.
	Undo int64 `json:"undo"`
	// At and Said are a line of what happened.
	At   string `json:"at"`
	Said string `json:"said"`
}

// screen is the lane's view as it is sent; said is said in the place of what
// the view says, where there is something.
func (h *handler) screen(lane string, v session.View, said *session.Message) (screen, error) {
	scene := h.scene(lane, v, said)
	s := screen{
		Turn: v.Turn, Own: said != nil, Version: h.cfg.Version, Subject: scene.subject(), Asks: v.Question != session.NoQuestion,
		Mode: scene.Field.Mode, Picks: len(v.Found) > 0, Tone: scene.tone(), Undo: scene.undo, At: scene.W.Time(h.cfg.Now()), Parts: make(map[string]string),
	}
	s.Say, s.Urgent = scene.aloud()
	if scene.Said != nil {
		s.Said = scene.Unbroken(scene.Said.Text)
	}
	for _, part := range parts() {
		html, err := h.render(part, scene)
		if err != nil {
			return screen{}, err
		}
		s.Parts[part] = html
	}
	return s, nil
}

// A scene is what the templates show.
type scene struct {
	V       session.View
	W       words.Words
	Lane    string
	Path    string // of the lane's page
	Version string
	Files   assets
	Said    *session.Message
	Money   notation

	Primary primary
	Field   field
	List    list
	Keys    []button
	Shift   []button
	Help    []helpLine

	Consents []consent
	Wallets  []wallet
	// Birthday and Referrer say that a new member is asked for theirs.
	Birthday, Referrer bool
	Day                bool

	undo int64
}

// A primary is the large key: what it says with an empty field, with an amount
// typed, and with something else typed.
type primary struct {
	Idle, Amount, Other string
	Lines               string // with lines of a sale picked
	On                  bool   // also with an empty field
}

// A field is the one field.
type field struct{ Mode, Label string }

// A list is what stands beside the conversation; How says how to pick from it.
type list struct {
	Head, Empty, How string
	Items            []item
}

// An item is one of a list. Digit is the key that picks it, "" past the ninth.
type item struct {
	Digit, Text, More, Note string
	Off                     bool   // it cannot be picked
	Chosen                  bool   // it was
	Press                   string // what picking it posts
	Line                    int    // picking it chooses this line of the sale
	// Reward asks for a number of points: Label over the field, Value in it.
	Reward, Label, Value string
}

// A button is a key on the page.
type button struct {
	Key, Cap, Label, Do, Press string
	// Ask lends the field to what it says, with Enter on the large key.
	Ask, Enter string
	On, Undo   bool
}

// A consent is a wording that a new member is asked about.
type consent struct {
	Name    string
	Version int64
	Text    string
	Needed  bool
}

// A wallet is one whose units can be given.
type wallet struct{ Name, Units string }

func (h *handler) scene(lane string, v session.View, said *session.Message) scene {
	w, rules := h.words(v.Lang), h.cfg.Rules()
	s := scene{
		V: v, W: w, Lane: lane, Path: home(lane), Version: h.cfg.Version, Files: h.files, Said: v.Said,
		Money: h.notation(v), Primary: primaryOf(v, w), Field: fieldOf(v, w), List: h.listOf(v, w, rules).pickable(v, w),
		Keys: buttons(counterKeys(), v, w), Shift: buttons(shiftKeys(), v, w), Help: helpSheet(w),
		Day: h.cfg.Day != nil,
	}
	if said != nil {
		s.Said = said
	}
	if v.Undo != nil {
		s.undo = max(v.Undo.Until-h.cfg.Now().UnixMilli(), 0)
	}
	if canEnrol(v) {
		s.Consents = consentsOf(rules, v.Lang)
		s.Birthday, s.Referrer = rules.AsksBirthday(), rules.AsksReferrer()
	}
	for _, r := range rules.Wallets {
		s.Wallets = append(s.Wallets, wallet{string(r.Name), r.Unit(v.Lang).Many})
	}
	return s
}

// consentsOf are the programme's wordings in a language, or in its own where
// it has none in that one.
func consentsOf(rules programme.Rules, lang string) []consent {
	var all []consent
	for _, c := range rules.Consents {
		text, ok := c.In(lang)
		if !ok {
			text, _ = c.In(rules.Language)
		}
		all = append(all, consent{c.Name, c.Version, text, c.Required})
	}
	return all
}

func (h *handler) notation(v session.View) notation {
	return notationOf(h.words(v.Lang), h.cfg.Rules().Currency)
}

func primaryOf(v session.View, w words.Words) primary {
	p := primary{Idle: v.Primary, Amount: w.PageEnterAmount(), Other: w.PageEnterFind(), Lines: w.KeyReturn(), On: v.Primary != ""}
	switch {
	case wantsSecret(v):
		return primary{Idle: v.Primary, Amount: v.Primary, Other: v.Primary}
	case backByAmount(v):
		p.Amount = w.PageEnterBack()
	case len(v.Found) > 0:
		p.Idle, p.On = w.PagePickNow(), false
	case v.State == session.Card && v.Question == session.NoQuestion:
		p.Idle, p.On = w.PageTypeAmount(), false
	}
	if p.Idle == "" {
		p.Idle = w.PageWaiting()
	}
	return p
}

func fieldOf(v session.View, w words.Words) field {
	switch {
	case v.SignIn:
		return field{"secret", w.PageFieldSecret()}
	case v.Question == session.AskManager:
		return field{"secret", w.PageFieldManager()}
	case backByAmount(v) && v.Sale.CanClaim:
		return field{"amount", w.PageFieldClaim()}
	case backByAmount(v):
		return field{"amount", w.PageFieldBack()}
	case v.State == session.Slip:
		return field{"text", w.PageFieldFree()}
	case v.Customer != nil && v.State != session.Done, v.State == session.Total:
		return field{"amount", w.PageFieldAmount()}
	}
	return field{"amount", w.PageFieldFree()}
}

func (h *handler) listOf(v session.View, w words.Words, rules programme.Rules) list {
	switch {
	case v.SignIn:
		return list{Head: w.PageRewards()}
	case v.Asked != "":
		return list{Head: w.PageToConfirm(), Empty: v.Asked}
	case len(v.Found) > 0:
		return foundOf(v, w)
	case v.State == session.Slip && v.Sale != nil:
		return linesOf(v, w)
	}
	if v.State == session.Done {
		return list{Head: w.PageRewards()}
	}
	l := list{Head: w.PageRewards(), Empty: w.PageNoRewards()}
	n := h.notation(v)
	for _, c := range v.Chosen {
		if c.Voucher {
			l.Items = append(l.Items, voucher(c, w, rules))
		}
	}
	for i, o := range v.Rewards {
		l.Items = append(l.Items, reward(i, o, v, w, rules, n))
	}
	return l
}

// pickable says how to pick from the list where a key has to open it first.
func (l list) pickable(v session.View, w words.Words) list {
	if canPick(v) && len(v.Found) == 0 {
		l.How = w.PagePickHow()
	}
	return l
}

// foundOf are those a name led to: typing one's place takes it.
func foundOf(v session.View, w words.Words) list {
	l := list{Head: w.PageFound()}
	for i, f := range v.Found {
		name := f.Name
		if name == "" {
			name = w.PageNameless()
		}
		take := session.Event{Kind: session.Typed, Text: strconv.Itoa(i + 1)}
		l.Items = append(l.Items, item{Digit: digit(i), Text: name, More: f.Card, Press: posts(take)})
	}
	return l
}

func linesOf(v session.View, w words.Words) list {
	l := list{Head: w.PageLines()}
	if backByAmount(v) {
		l.Empty = w.PageNoLines()
	}
	for i, line := range v.Sale.Lines {
		it := item{Digit: digit(i), Text: line.Name, More: line.Amount.Text, Line: line.Line, Off: !v.Sale.CanReturn || !free(v)}
		if line.Left == 0 {
			it.Off, it.Note = true, w.CameBack()
		}
		l.Items = append(l.Items, it)
	}
	return l
}

// reward is an offer in the list. One with a price is picked once more with
// every press, and taken back after the last; for any other the number of
// points is asked.
func reward(i int, o session.Offer, v session.View, w words.Words, rules programme.Rules, n notation) item {
	wallet, _ := rules.Wallet(o.Wallet)
	kind := programme.Fixed
	if r, ok := rules.Reward(o.Reward); ok {
		kind = r.Kind
	}
	it := item{Digit: digit(i), Text: o.Reward, Off: o.Code != "" || !free(v)}
	if o.Code != "" {
		it.Note, _, _ = strings.Cut(o.Detail, ". ")
		return it
	}
	points, off := o.Suggested, o.Discount
	var chosen session.Redeemed
	for _, c := range v.Chosen {
		if c.Reward == o.Reward && !c.Voucher {
			it.Chosen, chosen = true, c
			points, off = c.Points, c.Discount
		}
	}
	it.More = w.Points(points, wallet)
	if off > 0 {
		it.More += " = " + w.Money(off, rules.Currency)
	}
	if kind == programme.PerPoint && o.Most > o.Least {
		it.Reward, it.Value = o.Reward, n.plain(points)
		it.Label = w.PageFieldPoints(w.Points(o.Least, wallet), w.Points(o.Most, wallet), w.Points(o.Step, wallet))
		return it
	}
	next := chosen.Points + o.Suggested
	if next > o.Most {
		next = 0
	}
	it.Press = posts(session.Event{Kind: session.RewardSet, Redeem: wishes(v, o.Reward, next)})
	return it
}

// voucher is one that was read for the sale: nothing is left to pick.
func voucher(c session.Redeemed, w words.Words, rules programme.Rules) item {
	it := item{Text: c.Reward, More: w.VoucherFor(), Chosen: true, Off: true}
	if off := c.Discount + c.Pays; off > 0 {
		it.More += " = " + w.Money(off, rules.Currency)
	}
	return it
}

func digit(i int) string {
	if i >= 9 {
		return ""
	}
	return digits[i+1 : i+2]
}

func buttons(keys []key, v session.View, w words.Words) []button {
	all := make([]button, len(keys))
	for i, k := range keys {
		all[i] = button{Key: k.key, Cap: k.cap, Label: k.label(w, v), Do: k.do, On: k.on(v), Undo: k.key == "-" && v.Undo != nil}
		if k.event != nil {
			all[i].Press = posts(k.event(v))
		}
		if k.do == "search" {
			all[i].Ask, all[i].Enter = w.PageFieldSearch(), w.PageKeySearch()
		}
	}
	return all
}

// posts is an event as a button carries it; the script adds the turn.
func posts(e session.Event) string {
	text, err := json.Marshal(e)
	if err != nil {
		return "" // an event is plain values, which always can be written
	}
	return string(text)
}

// subject is what the screen is about.
func (s scene) subject() string {
	about := []string{string(s.V.Question), fmt.Sprint(s.V.SignIn, s.V.State == session.Slip, s.V.State == session.Done)}
	if s.V.Customer != nil {
		about = append(about, s.V.Customer.Card, s.V.Customer.Name)
	}
	if s.V.Sale != nil {
		about = append(about, s.V.Sale.Record.String())
	}
	for _, f := range s.V.Found {
		about = append(about, f.Account.String())
	}
	return strings.Join(about, "\x00")
}

// tone is what is heard: of what was said, and for a customer who can redeem
// something another one than for one who cannot.
func (s scene) tone() string {
	if s.Said != nil && s.Said.Tone != session.Info && s.Said.Tone != session.Good {
		return string(s.Said.Tone)
	}
	if s.V.State == session.Card && canPick(s.V) {
		return "reward"
	}
	if s.V.Customer != nil || s.Said != nil && s.Said.Tone == session.Good {
		return string(session.Good)
	}
	return ""
}

// aloud is what a screen reader says of the screen, and whether at once.
func (s scene) aloud() (string, bool) {
	var all []string
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	if s.V.SignIn {
		add(s.W.PageSignInFirst())
	} else {
		add(s.V.Heading)
	}
	if c := s.V.Customer; c != nil {
		add(c.Name)
		add(c.Follows)
		for _, b := range c.Balance {
			add(b.Text)
		}
	}
	for _, m := range s.Marks() {
		add(m)
	}
	add(s.First())
	for _, won := range s.Won() {
		add(won)
	}
	for _, t := range s.V.Tell {
		add(t)
	}
	if s.Said != nil {
		add(s.Said.Text)
	}
	return strings.Join(all, ". "), s.Said != nil && s.Said.Tone == session.No
}

// Unbroken is a sentence whose code stays on one line.
func (s scene) Unbroken(text string) string { return strings.ReplaceAll(text, "(K-", "(K\u2011") }

// Sign is a message's symbol, Word the word beside it. The colour comes third.
func (s scene) Sign(t session.Tone) string {
	switch t {
	case session.Good:
		return "✓"
	case session.Look:
		return "!"
	case session.No:
		return "✕"
	}
	return "i"
}

// Word is the word beside a message's symbol.
func (s scene) Word(t session.Tone) string {
	switch t {
	case session.Good:
		return s.W.PageSymbolGood()
	case session.Look:
		return s.W.PageSymbolLook()
	case session.No:
		return s.W.PageSymbolNo()
	}
	return s.W.PageSymbolInfo()
}
