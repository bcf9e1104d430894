package cashier

import (
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

// A key of the counter. The page's buttons, what its script does with a key
// press, and the help sheet are all made of these.
//
// Keys of the number pad come first: a cashier has a hand there, and they are
// the same in every language. Keys that a browser wants for itself (F3, F5,
// F6, F7, F11, F12, and any with Ctrl or Alt) are none.
type key struct {
	key string // as browsers call it
	cap string // as it stands on the keyboard
	// do is what the script does by itself: open a form, go back. Where it is
	// "", event is posted.
	do    string
	event func(session.View) session.Event
	label func(words.Words, session.View) string
	help  func(words.Words) string
	on    func(session.View) bool
}

func named(label func(words.Words) string) func(words.Words, session.View) string {
	return func(w words.Words, _ session.View) string { return label(w) }
}

func just(kind session.EventKind) func(session.View) session.Event {
	return func(session.View) session.Event { return session.Event{Kind: kind} }
}

// counterKeys stand beside the list, in this order, always in the same places.
func counterKeys() []key {
	return []key{
		{key: "Escape", cap: "Esc", do: "back", label: named(words.Words.PageKeyBack), help: words.Words.PageKeyBackHelp, on: always},
		{key: "+", cap: "+", do: "pick", label: named(words.Words.PageKeyRedeem), help: words.Words.PageKeyRedeemHelp, on: canPick},
		{key: "-", cap: "−", event: just(session.Undo), label: named(words.Words.PageKeyUndo), help: words.Words.PageKeyUndoHelp, on: canUndo},
		{key: "*", cap: "✱", do: "enrol", label: named(words.Words.PageKeyEnrol), help: words.Words.PageKeyEnrolHelp, on: canEnrol},
		{key: "/", cap: "/", do: "search", label: named(words.Words.PageKeySearch), help: words.Words.PageKeySearchHelp, on: canSearch},
		{key: "F4", cap: "F4", event: just(session.NoCard), label: named(words.Words.KeyNoCard), help: words.Words.PageKeyNoCardHelp, on: canGoWithout},
		{key: "F2", cap: "F2", event: just(session.Move), label: named(words.Words.PageKeyMove), help: words.Words.PageKeyMoveHelp, on: canMove},
		{key: "F9", cap: "F9", do: "give", label: named(words.Words.PageKeyGive), help: words.Words.PageKeyGiveHelp, on: canGive},
		{key: "F1", cap: "F1 ?", do: "help", label: named(words.Words.PageKeyHelp), help: words.Words.PageKeyHelpHelp, on: always},
	}
}

// shiftKeys are those of a shift, at the top of the page.
func shiftKeys() []key {
	return []key{
		{key: "F8", cap: "F8", event: practise, label: practiceLabel, help: words.Words.PageKeyPracticeHelp, on: canPractise},
		{key: "F10", cap: "F10", do: "sign-out", label: named(words.Words.PageKeySignOut), help: words.Words.PageKeySignOutHelp, on: canSignOut},
	}
}

func practise(v session.View) session.Event {
	return session.Event{Kind: session.Practice, On: !v.Practice}
}

func practiceLabel(w words.Words, v session.View) string {
	if v.Practice {
		return w.PageKeyPracticeEnd()
	}
	return w.PageKeyPractice()
}

// free reports whether keys do their own thing: somebody is signed in and no
// question is open.
func free(v session.View) bool { return !v.SignIn && v.Question == session.NoQuestion }

func always(session.View) bool { return true }

func canPick(v session.View) bool {
	switch {
	case !free(v):
		return false
	case v.State == session.Slip:
		return v.Sale != nil && v.Sale.CanReturn && len(v.Sale.Lines) > 0
	case len(v.Found) > 0:
		return true
	}
	for _, o := range v.Rewards {
		if o.Code == "" && v.State != session.Done {
			return true
		}
	}
	return false
}

func canUndo(v session.View) bool {
	return free(v) && (v.Undo != nil || v.State == session.Slip && v.Sale != nil && v.Sale.CanUndo)
}

func canEnrol(v session.View) bool {
	return free(v) && v.State != session.Slip && v.Customer != nil && !v.Customer.Enrolled && v.Customer.Card != ""
}

func canSearch(v session.View) bool { return free(v) }

func canGoWithout(v session.View) bool {
	if v.State == session.Done { // the next customer
		return free(v)
	}
	return free(v) && v.Customer == nil && !v.Bearer && v.State != session.Slip
}

func canMove(v session.View) bool {
	return free(v) && v.State == session.Slip && v.Sale != nil && v.Sale.CanMove && v.Customer != nil
}

func canGive(v session.View) bool {
	return free(v) && v.Customer != nil && v.State != session.Slip && v.State != session.Done
}

func canPractise(v session.View) bool {
	return free(v) && (v.Practice || v.State == session.Free || v.State == session.Done)
}

func canSignOut(v session.View) bool { return v.Operator != "" && !v.SignIn }

// A helpLine is one row of the sheet of keys.
type helpLine struct{ Cap, Text string }

func helpSheet(w words.Words) []helpLine {
	lines := []helpLine{
		{w.PageKeyScan(), w.PageKeyScanHelp()},
		{w.PageKeyDigits(), w.PageKeyDigitsHelp()},
		{"Enter", w.PageKeyEnterHelp()},
		{w.PageKeyPick(), w.PageKeyPickHelp()},
	}
	for _, k := range append(counterKeys(), shiftKeys()...) {
		lines = append(lines, helpLine{k.cap, k.help(w)})
	}
	return append(lines, helpLine{"Page Up, Page Down", w.PageKeyHistoryHelp()})
}
