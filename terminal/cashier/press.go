package cashier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// A press is a key that was pressed. Without a kind it is the large key, with
// Text as what was in the field.
type press struct {
	session.Event
	// Reward is the one that Text says a number of points for.
	Reward string `json:"reward,omitempty"`
	// Units are numbers as they were typed, by wallet: what is given, or what a
	// new member brings.
	Units map[ledger.Wallet]string `json:"units,omitempty"`
}

// A code is what a scanner typed as a keyboard, or a PIN or badge.
type code struct {
	Turn int64  `json:"turn"`
	Text string `json:"text"`
}

// largest is the most bytes of what a page posts.
const largest = 16 << 10

// do carries out a key press and answers with the screen since.
func (h *handler) do(w http.ResponseWriter, r *http.Request, lane string, desk Desk) {
	var p press
	if !reads(w, r, &p) {
		return
	}
	view := desk.View()
	if p.Turn != view.Turn {
		h.answer(w, lane, desk, nil) // the screen had moved on: nothing is done
		return
	}
	if p.Kind == "" && p.Reward == "" && wantsSecret(view) {
		h.secret(w, r, lane, desk, code{p.Turn, p.Text})
		return
	}
	event, err := h.meaning(view, p)
	if err == nil && event.Kind != "" {
		_, err = desk.Do(r.Context(), event, h.operator(r, view))
	}
	h.answer(w, lane, desk, err)
}

// meaning is the event that a key press is.
func (h *handler) meaning(v session.View, p press) (session.Event, error) {
	e := p.Event
	switch {
	case p.Reward != "":
		points, ok := h.notation(v).pointsOf(p.Text)
		if !ok {
			return e, &programme.Refusal{Code: programme.BadAmount}
		}
		e = session.Event{Kind: session.RewardSet, Redeem: wishes(v, p.Reward, points)}
	case e.Kind == "":
		e = enter(v, p.Text)
	case e.Kind == session.Goodwill || e.Kind == session.Enrol:
		given, err := h.units(v, p.Units)
		if err != nil {
			return e, err
		}
		e.Give, e.Note = given, strings.TrimSpace(e.Note)
		if e.Enrol != nil {
			e.Enrol.Name, e.Enrol.Phone = strings.TrimSpace(e.Enrol.Name), strings.TrimSpace(e.Enrol.Phone)
			e.Enrol.Lang, e.Enrol.Carried, e.Give = v.Lang, given, nil
			e.Enrol.Referrer = strings.TrimSpace(e.Enrol.Referrer)
			if e.Enrol.Birthday, err = birthdayOf(e.Enrol.Birthday); err != nil {
				return e, err
			}
		}
	}
	e.Turn = p.Turn
	return e, nil
}

// units reads numbers that were typed, in the programme's order of wallets.
// Empty ones are none.
func (h *handler) units(v session.View, typed map[ledger.Wallet]string) ([]session.Amount, error) {
	var amounts []session.Amount
	for _, wallet := range h.cfg.Rules().Wallets {
		text := strings.TrimSpace(typed[wallet.Name])
		if text == "" {
			continue
		}
		points, ok := h.notation(v).pointsOf(text)
		if !ok {
			return nil, &programme.Refusal{Code: programme.BadAmount}
		}
		if points > 0 {
			amounts = append(amounts, session.Amount{Wallet: wallet.Name, Points: points})
		}
	}
	return amounts, nil
}

// wishes are the rewards that are chosen once points are spent on this one; 0
// takes it back.
func wishes(v session.View, reward string, points ledger.Points) []redeem.Wish {
	var all []redeem.Wish
	for _, c := range v.Chosen {
		if !c.Automatic && !c.Voucher { // what is had without asking, or for a voucher, is had again
			all = append(all, redeem.Wish{Reward: c.Reward, Points: c.Points, Cause: c.Cause})
		}
	}
	i := slices.IndexFunc(all, func(w redeem.Wish) bool { return w.Reward == reward })
	switch {
	case i >= 0 && points == 0:
		return slices.Delete(all, i, i+1)
	case i >= 0:
		all[i].Points = points
	case points > 0:
		all = append(all, redeem.Wish{Reward: reward, Points: points})
	}
	return all
}

// scan takes what a scanner typed as a keyboard: whatever the screen was about,
// the desk knows what it is, a card, a slip or a badge.
func (h *handler) scan(w http.ResponseWriter, r *http.Request, lane string, desk Desk) {
	var c code
	if !reads(w, r, &c) {
		return
	}
	_, err := desk.Scan(r.Context(), c.Text, "")
	h.answer(w, lane, desk, err)
}

// signIn takes a PIN or badge.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request, lane string, desk Desk) {
	var c code
	if reads(w, r, &c) {
		h.secret(w, r, lane, desk, c)
	}
}

// secret takes a PIN or badge: a manager's answer to a question, or whoever
// begins to work.
func (h *handler) secret(w http.ResponseWriter, r *http.Request, lane string, desk Desk, c code) {
	who, err := h.cfg.SignIn(r.Context(), lane, c.Text)
	if err == nil {
		err = h.as(r.Context(), desk, who, c.Turn)
	}
	h.answer(w, lane, desk, err)
}

func (h *handler) as(ctx context.Context, desk Desk, who session.Operator, turn int64) error {
	if desk.View().Question != session.AskManager {
		desk.SignIn(who)
		return nil
	}
	_, err := desk.Do(ctx, session.Event{Kind: session.Confirm, Turn: turn}, who)
	return err
}

func (h *handler) signOut(w http.ResponseWriter, r *http.Request, lane string, desk Desk) {
	var nothing struct{}
	if reads(w, r, &nothing) {
		desk.SignOut()
		h.answer(w, lane, desk, nil)
	}
}

// operator is who pressed the key.
func (h *handler) operator(r *http.Request, v session.View) session.Operator {
	if h.cfg.Operator != nil {
		if who, ok := h.cfg.Operator(r); ok {
			return who
		}
	}
	return session.Operator{Name: v.Operator, Manager: v.Manager}
}

// answer is the screen as it is now. What went wrong is said on it where the
// desk did not say so itself.
func (h *handler) answer(w http.ResponseWriter, lane string, desk Desk, err error) {
	status, view := http.StatusOK, desk.View()
	var said *session.Message
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		status = http.StatusUnprocessableEntity
		said = &session.Message{Tone: session.No, Text: h.words(view.Lang).Refusal(no), Code: string(no.Code)}
		if view.Said != nil && view.Said.Code == said.Code {
			said = nil
		}
	case err != nil:
		h.cfg.Log.Error().Err(err).Str("lane", lane).Msg("carry out a key press")
		status = http.StatusServiceUnavailable
		said = &session.Message{Tone: session.No, Text: h.fault(view, err)}
		if view.Said != nil && view.Said.Tone == session.No {
			said = nil
		}
	}
	screen, err := h.screen(lane, view, said)
	if err != nil {
		h.cfg.Log.Error().Err(err).Str("lane", lane).Msg("show the lane's screen")
		http.Error(w, "the screen could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(screen) // a browser that went away gets it over the stream
}

func (h *handler) fault(v session.View, err error) string {
	if h.cfg.NotRecorded(err) {
		return h.words(v.Lang).NotSaved()
	}
	return h.words(v.Lang).SayUnsureAct()
}

// reads decodes what a page posted; false says that it was told why not.
func reads(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, largest))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil && dec.Decode(new(struct{})) != io.EOF {
		err = errors.New("one JSON value is taken")
	}
	if err != nil {
		http.Error(w, fmt.Sprintf("the page posted what cannot be read: %v", err), http.StatusBadRequest)
		return false
	}
	return true
}
