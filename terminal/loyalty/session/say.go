package session

import (
	"strings"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// say lets says speak; what was refused before is over.
func (s Session) say(tone Tone, says saying, f Facts) Session {
	if s.question != NoQuestion {
		tone = Look
	}
	text := says(f.voice(), s)
	s.said, s.refused = &Message{Tone: tone, Text: text, Code: codeIn(text)}, ""
	return s
}

// codeIn is the code that a sentence ends with; "" for none.
func codeIn(text string) string {
	at := strings.LastIndex(text, "(K-")
	if at < 0 || !strings.HasSuffix(text, ")") {
		return ""
	}
	return text[at+1 : len(text)-1]
}

// amounts is what several wallets got: "23 punten, 1 stempel".
func (v voice) amounts(list []Amount) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = v.amount(a)
	}
	return strings.Join(texts, ", ")
}

func (v voice) amount(a Amount) string {
	wallet, _ := v.rules.Wallet(a.Wallet)
	return v.Points(a.Points, wallet)
}

// changed is what the last act did, in words.
func (v voice) changed(s Session) words.Changed {
	c := words.Changed{Added: v.amounts(s.told), Taken: v.amounts(s.came.TakenBack), Given: v.amounts(s.came.GivenBack), NoPaper: s.came.NoPaper}
	if !s.came.Known {
		return c
	}
	var now []Amount
	for _, w := range v.rules.Wallets {
		a := Amount{Wallet: w.Name}
		for _, b := range s.came.Balance {
			if b.Wallet == w.Name {
				a = b
			}
		}
		now = append(now, a)
	}
	c.Balance = v.amounts(now)
	return c
}

func sayUndone(v voice, s Session) string   { return v.SayUndone(v.changed(s)) }
func sayReturned(v voice, s Session) string { return v.SayReturned(v.changed(s)) }
func sayMoved(v voice, s Session) string    { return v.SayMoved(v.changed(s)) }
func sayClaimed(v voice, s Session) string  { return v.SayClaimed(v.changed(s)) }

func saySlip(v voice, s Session) string {
	if s.slip.Sale.CanClaim && !s.present {
		return v.SaySlipToClaim()
	}
	return v.SaySlip()
}

func sayAskManager(v voice, s Session) string { return v.SayAskManager(v.asked(s)) }

// asked is what a manager is asked to confirm.
func (v voice) asked(s Session) string {
	e, card := s.asksFor, ""
	if s.present {
		card = s.customer.Mask()
	}
	switch {
	case e.Act == PostGoodwill:
		return v.AskGive(v.amounts(e.Event.Give), card, e.Event.Note)
	case e.Act == PostEnrol && e.Event.Enrol != nil:
		return v.AskCarried(v.amounts(e.Event.Enrol.Carried), card)
	case e.no.Points > 0:
		return v.AskRedeem(v.Points(e.no.Points, e.no.Wallet), card)
	}
	return v.AskAmount(e.no.Amount, v.rules.Currency, card)
}

func sayFound(v voice, s Session) string { return v.SayFound(int64(len(s.found))) }

func sayAskOther(v voice, s Session) string { return v.SayAskOther(s.asked.Mask()) }

func sayJoined(v voice, s Session) string {
	switch {
	case s.question == UnusualAmount:
		return sayAmount(v, s)
	case s.State() == Slip:
		return v.SayCardForSlip()
	case s.State() == Card: // behind a voucher
		return v.SayCard()
	}
	return v.SayCardForAmount()
}

func sayVoucher(v voice, s Session) string {
	if len(s.vouchers) == 0 {
		return ""
	}
	reward := s.vouchers[len(s.vouchers)-1].Code.Reward
	if s.amount == 0 {
		return v.SayVoucher(reward)
	}
	return v.SayVoucherForAmount(reward)
}

func sayAmount(v voice, s Session) string {
	switch {
	case s.question == UnusualAmount:
		return v.Refusal(&programme.Refusal{Code: programme.UnusualAmount, Amount: s.pending.Amount, Currency: v.rules.Currency})
	case s.someone():
		return v.SayAmount(s.amount, v.rules.Currency)
	}
	return v.SayAmountFirst(s.amount, v.rules.Currency)
}

func sayPaid(v voice, s Session) string {
	switch {
	case s.last.Repeat:
		return v.SayPaidBefore(s.last.NoPaper)
	case len(s.told) == 0:
		return v.SayPaidForNothing(s.last.NoPaper)
	case s.Bearer():
		return v.SayPaidBearer(v.amounts(s.told))
	}
	return v.SayPaid(v.amounts(s.told), s.last.NoPaper)
}

func sayGiven(v voice, s Session) string { return v.SayGiven(v.amounts(s.told)) }

func sayPractice(v voice, s Session) string {
	if s.practice {
		return v.SayPractice()
	}
	return v.SayPracticeOver()
}

// unlessUnsure says what is said of a customer who went, unless nobody knows
// what became of their sale.
func unlessUnsure(say func(words.Words) string) saying {
	return func(v voice, s Session) string {
		if s.leftUnsure {
			return v.SayLeftUnsure()
		}
		return say(v.Words)
	}
}
