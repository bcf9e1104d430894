package pos

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A problem is a problem document (RFC 9457). Who makes one gives its Code and
// what belongs to the occasion; the table of kinds has the rest.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail is for the cashier: what happened, whether points changed, what to
	// do now.
	Detail    string      `json:"detail"`
	Instance  string      `json:"instance,omitempty"`
	Code      problemCode `json:"code"`
	Retryable bool        `json:"retryable"`
	// PointsChanged is false where it is certain that nothing happened, and
	// null where nobody knows.
	PointsChanged *bool  `json:"points_changed"`
	Action        action `json:"action"`

	// What a refusal is about.
	Wallet   ledger.Wallet `json:"wallet,omitempty"`
	Points   ledger.Points `json:"thousandths,omitempty"`
	Amount   basket.Money  `json:"amount,omitempty"`
	Currency string        `json:"currency,omitempty"`
	At       string        `json:"at,omitempty"`

	// Errors are for whoever connects a till.
	Errors []complaint `json:"errors,omitempty"`
}

// A complaint is one thing that is wrong with what was sent.
type complaint struct {
	Pointer string `json:"pointer"` // RFC 6901; "" is the whole body
	Detail  string `json:"detail"`
}

// An action is what the till does about a problem.
type action string

const (
	nothing        action = "none"
	scanCard       action = "scan_card"
	quoteAgain     action = "quote_again"
	noPoints       action = "without_points"
	confirm        action = "confirm"
	correct        action = "correct"
	otherKey       action = "use_other_key"
	returnAll      action = "return_all"
	returnInstead  action = "return_instead"
	undoInstead    action = "undo_instead"
	withoutVoucher action = "without_voucher"
	askSameKey     action = "ask_again_same_key"
	askAgain       action = "ask_again"
	readLane       action = "read_lane"
	signIn         action = "sign_in"
	callManager    action = "call_manager"
	mendTheTill    action = "fix_client"
	callSupport    action = "call_support"
)

// An actionWord is an action with what it means.
type actionWord struct {
	action action
	means  string
}

// actions are what a till may be told to do, with what each means.
func actions() []actionWord {
	return []actionWord{
		{nothing, "Nothing: it stays as it is. Show the sentence."},
		{scanCard, "Ask for the customer's card, then send the same request again."},
		{quoteAgain, "Quote again, and offer what fits."},
		{noPoints, "Send it again without `redeem`: no points can be spent now."},
		{confirm, "Ask the cashier whether the amount is right, then send the same again with `\"confirmed\": true`."},
		{correct, "Let the cashier correct what was entered, and send that."},
		{otherKey, "A mistake of the till: the key belongs to something else. Give each sale and each return a key of its own."},
		{returnAll, "Return all that is left: leave `goods` out."},
		{returnInstead, "Send a return instead of an undo."},
		{undoInstead, "Take it back with an undo or a return, then sell it again."},
		{withoutVoucher, "Send it again without that code in `vouchers`: it is worth nothing any more."},
		{askSameKey, "Send the very same request again until it is answered: it counts once."},
		{askAgain, "Wait a moment, then send the same request again. Nothing happened yet."},
		{readLane, "Read the lane again: it moved on."},
		{signIn, "Somebody has to sign in on the counter's page."},
		{callManager, "A manager has to do this on the counter's page."},
		{mendTheTill, "A mistake of the till's software: `errors` says where."},
		{callSupport, "Call whoever looks after the shop's PC."},
	}
}

// A problemCode names a kind of problem for ever.
type problemCode string

// The codes of problems that are no refusal of the programme.
const (
	notRecorded problemCode = "K-401"
	unsure      problemCode = "K-402"
	unavailable problemCode = "unavailable"
	busy        problemCode = "busy"
	badBody     problemCode = "body"
	tooLarge    problemCode = "too-large"
	badQuery    problemCode = "query"
	noPath      problemCode = "path"
	noMethod    problemCode = "method"
	noLane      problemCode = "lane"
	noHold      problemCode = "hold"
)

// A kind is everything that goes with the code of a problem.
type kind struct {
	code      problemCode
	status    int
	action    action
	retryable bool
	meaning   string // for whoever connects a till
	// says is for the cashier; nil for a refusal of the programme, which says more.
	says func(words.Words) string
}

// kinds are all problems there are, those the gate answers with included.
func kinds() []kind {
	var all []kind
	for _, code := range programme.Codes() {
		k := kind{code: problemCode(code), status: http.StatusUnprocessableEntity, action: callSupport, meaning: meaning(code)}
		if a, ok := answersTo[code]; ok {
			k.status, k.action, k.retryable = a.status, a.action, a.action == askAgain
		}
		all = append(all, k)
	}
	return append(all, technical()...)
}

// meaning is a refusal's, without its code.
func meaning(code programme.Code) string {
	text := (&programme.Refusal{Code: code}).Error()
	_, text, _ = strings.Cut(text, ": ")
	return text
}

const (
	forbidden     = http.StatusForbidden
	notFound      = http.StatusNotFound
	conflict      = http.StatusConflict
	unprocessable = http.StatusUnprocessableEntity
	tooMany       = http.StatusTooManyRequests
)

// answersTo says for each refusal of which status it is, and what to do.
// 409 is what stands in the way for now or for good, 404 what is not there,
// 403 what somebody else has to do; all others are 422.
var answersTo = map[programme.Code]struct {
	status int
	action action
}{
	programme.UnknownCard:    {unprocessable, scanCard},
	programme.BadRead:        {unprocessable, scanCard},
	programme.NotACard:       {unprocessable, scanCard},
	programme.BankCard:       {unprocessable, scanCard},
	programme.NoCard:         {conflict, scanCard},
	programme.AlreadyMember:  {conflict, nothing},
	programme.IdentityTaken:  {conflict, correct},
	programme.BadPhone:       {unprocessable, correct},
	programme.ConsentNeeded:  {unprocessable, correct},
	programme.UnknownMember:  {notFound, correct},
	programme.BadBirthday:    {unprocessable, correct},
	programme.RandomTap:      {unprocessable, scanCard},
	programme.SeveralTags:    {unprocessable, scanCard},
	programme.TooFewPoints:   {unprocessable, quoteAgain},
	programme.BelowMinimum:   {unprocessable, quoteAgain},
	programme.NotAMultiple:   {unprocessable, quoteAgain},
	programme.AboveCap:       {unprocessable, quoteAgain},
	programme.KeptFloor:      {unprocessable, quoteAgain},
	programme.UnknownReward:  {unprocessable, quoteAgain},
	programme.NotForYou:      {unprocessable, quoteAgain},
	programme.NotNow:         {unprocessable, quoteAgain},
	programme.NotOnReceipt:   {unprocessable, quoteAgain},
	programme.SoldOut:        {unprocessable, quoteAgain},
	programme.HadAlready:     {unprocessable, quoteAgain},
	programme.UnknownCause:   {unprocessable, correct},
	programme.UnknownHold:    {conflict, quoteAgain},
	programme.UnknownEvent:   {unprocessable, correct},
	programme.CollectsOnly:   {unprocessable, noPoints},
	programme.SameBasket:     {conflict, nothing},
	programme.OtherBasket:    {conflict, otherKey},
	programme.UnusualAmount:  {unprocessable, confirm},
	programme.BadAmount:      {unprocessable, correct},
	programme.OtherCurrency:  {unprocessable, correct},
	programme.BadBasket:      {unprocessable, mendTheTill},
	programme.NoteNeeded:     {unprocessable, correct},
	programme.LineNeeded:     {unprocessable, quoteAgain},
	programme.NotKnownHere:   {unprocessable, noPoints},
	programme.UnknownSale:    {notFound, correct},
	programme.NotASale:       {unprocessable, correct},
	programme.UnknownLine:    {unprocessable, correct},
	programme.Returned:       {conflict, nothing},
	programme.MoreThanSold:   {unprocessable, correct},
	programme.NotKept:        {unprocessable, returnAll},
	programme.OtherDay:       {unprocessable, returnInstead},
	programme.BadSlip:        {unprocessable, correct},
	programme.SlipClaimed:    {conflict, nothing},
	programme.SlipExpired:    {unprocessable, nothing},
	programme.SlipElsewhere:  {unprocessable, nothing},
	programme.SameMember:     {conflict, nothing},
	programme.CannotMove:     {conflict, undoInstead},
	programme.SpentSince:     {conflict, callManager},
	programme.SelfReferral:   {unprocessable, correct},
	programme.VoucherUsed:    {conflict, withoutVoucher},
	programme.VoucherExpired: {unprocessable, withoutVoucher},
	programme.DayIsClosed:    {conflict, callManager},
	programme.WrongPIN:       {forbidden, signIn},
	programme.TryLater:       {tooMany, askAgain},
	programme.SignInFirst:    {forbidden, signIn},
	programme.ManagerNeeded:  {forbidden, callManager},
	programme.Stale:          {conflict, readLane},
}

// technical are the problems that are no refusal of the programme.
func technical() []kind {
	return []kind{
		{notRecorded, http.StatusServiceUnavailable, askSameKey, true, "certainly not recorded: the disk is full or failing", words.Words.NotSaved},
		{unsure, http.StatusServiceUnavailable, askSameKey, true, "nobody knows whether it was recorded", words.Words.Unsure},
		{unavailable, http.StatusServiceUnavailable, askAgain, true, "it cannot be answered now; no points changed", words.Words.NotJustNow},
		{busy, tooMany, askAgain, true, "too many streams of events are open: close those that nobody reads", words.Words.TooManyOpen},
		{badBody, http.StatusBadRequest, mendTheTill, false, "the body is not what the call takes", words.Words.TillErrs},
		{tooLarge, http.StatusRequestEntityTooLarge, mendTheTill, false, "the body is larger than 256 KiB", words.Words.TillErrs},
		{badQuery, http.StatusBadRequest, mendTheTill, false, "the query or Last-Event-ID is no number, or out of range", words.Words.TillErrs},
		{noPath, notFound, mendTheTill, false, "nothing is under this path", words.Words.TillErrs},
		{noMethod, http.StatusMethodNotAllowed, mendTheTill, false, "the path takes other methods: the header Allow has them", words.Words.TillErrs},
		{noLane, notFound, mendTheTill, false, "no lane of this name: [[lane]] in zegel.toml has them", words.Words.UnknownTill},
		{noHold, notFound, mendTheTill, false, "the path names no hold: need its 32 hex digits", words.Words.TillErrs},
	}
}

// gateKinds are what the gate around this handler answers with, for the
// document alone.
func gateKinds() []kind {
	return []kind{
		{"token", http.StatusUnauthorized, mendTheTill, false, "no token, or a wrong one, in the header Authorization", nil},
		{"scope", forbidden, mendTheTill, false, "the token may not call this", nil},
		{"origin", forbidden, mendTheTill, false, "a web page of another origin called", nil},
		{"url", http.StatusBadRequest, mendTheTill, false, "the path could mean two things", nil}, // "path" is nothing under it
		{"rate", tooMany, askAgain, true, "called too often", nil},
		{"media-type", http.StatusUnsupportedMediaType, mendTheTill, false, "a body that is not application/json", nil},
		{"host", http.StatusMisdirectedRequest, mendTheTill, false, "the header Host is not one of the daemon's names", nil},
	}
}

// fail answers for what a desk said no to, or could not do. posts says that it
// may have been recorded all the same: of anything else it is certain that no
// points changed.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error, posts bool) {
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		h.refuse(w, r, no)
		return
	case r.Context().Err() != nil:
		h.log(r).Info().Err(err).Str("call", r.Pattern).Msg("the till went away before its answer")
	default:
		h.log(r).Error().Err(err).Str("call", r.Pattern).Msg("a call failed")
	}
	switch {
	case !posts:
		h.problem(w, r, problem{Code: unavailable})
	case h.cfg.NotRecorded(err):
		h.problem(w, r, problem{Code: notRecorded})
	default:
		h.problem(w, r, problem{Code: unsure})
	}
}

// refuse answers with a "no" of the programme. Its cause is the log's alone.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, no *programme.Refusal) {
	h.problem(w, r, refusal(no, h.words(r)))
}

// refusal is the part of a problem that belongs to one "no".
func refusal(no *programme.Refusal, in words.Words) problem {
	p := problem{
		Code: problemCode(no.Code), Detail: in.Refusal(no),
		Wallet: no.Wallet.Name, Points: no.Points, Amount: no.Amount, Currency: no.Currency,
	}
	if !no.At.IsZero() {
		p.At = no.At.Format(time.RFC3339)
	}
	return p
}

// problem answers with p, of which its maker gave what belongs to the occasion.
func (h *handler) problem(w http.ResponseWriter, r *http.Request, p problem) {
	in := h.words(r)
	p = h.kinds[p.Code].complete(p, in)
	if id := requestID(r); id != "" {
		p.Instance = "urn:zegel:request:" + id
	}
	w.Header().Set("Content-Language", in.Language())
	w.Header().Set("Vary", "Accept-Language")
	if p.Retryable {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	h.write(w, r, p.Status, "application/problem+json", p)
}

// complete is p with what goes with its code.
func (k kind) complete(p problem, in words.Words) problem {
	p.Type, p.Title, p.Status = "urn:zegel:problem:"+string(p.Code), http.StatusText(k.status), k.status
	p.Action, p.Retryable = k.action, k.retryable
	if p.Code != unsure {
		p.PointsChanged = new(bool)
	}
	if p.Detail == "" {
		p.Detail = k.says(in)
	}
	return p
}

// retryAfter is how many seconds a till waits before it asks again.
const retryAfter = 2

func (h *handler) answer(w http.ResponseWriter, r *http.Request, status int, v any) {
	h.write(w, r, status, "application/json", v)
}

func (h *handler) write(w http.ResponseWriter, r *http.Request, status int, mediaType string, v any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.log(r).Debug().Err(err).Msg("the caller went away before the answer")
	}
}

// words are those of the language the till asks for, or of the shop's.
func (h *handler) words(r *http.Request) words.Words {
	if w, ok := preferred(r.Header.Get("Accept-Language")); ok {
		return w
	}
	w, _ := words.For(h.cfg.Language) // Dutch where the language is not one of ours
	return w
}

// preferred are the words of the first language of an Accept-Language header
// (RFC 9110 section 12.5.4), by weight, that there are words for.
func preferred(header string) (best words.Words, found bool) {
	heaviest := 0.0
	for i, item := range strings.SplitN(header, ",", 16) {
		if i == 15 {
			break // nobody reads that many languages
		}
		tag, parameters, _ := strings.Cut(item, ";")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameters), "q="); ok {
			var err error
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		if w, ok := wordsFor(strings.TrimSpace(tag)); ok && weight > heaviest {
			best, found, heaviest = w, true, weight
		}
	}
	return best, found
}

// wordsFor are the words of a language tag, or of its first part: "en-US" gets
// the ones for "en".
func wordsFor(tag string) (words.Words, bool) {
	language, _, _ := strings.Cut(tag, "-")
	for _, want := range []string{tag, language} {
		for _, has := range words.Languages() {
			if strings.EqualFold(has, want) {
				return words.For(has)
			}
		}
	}
	return words.Words{}, false
}
