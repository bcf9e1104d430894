package words

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// The counter's headings: where the conversation is.

// HeadFree heads the counter while nobody stands there.
func (w Words) HeadFree() string {
	return w.say(text{"Klaar voor de volgende klant", "Ready for the next customer"})
}

// HeadCard heads the counter while a customer is known and nothing typed.
func (w Words) HeadCard() string { return w.say(text{"Klant aan de kassa", "Customer at the till"}) }

// HeadBearer heads the counter for a customer without a card.
func (w Words) HeadBearer() string {
	return w.say(text{"Klant zonder kaart", "Customer without a card"})
}

// HeadVoucher heads the counter while there is a voucher and nobody's card.
func (w Words) HeadVoucher() string {
	return w.say(text{"Waardebon zonder kaart", "Voucher without a card"})
}

// SayVoucher is said when a voucher was read before the amount.
func (w Words) SayVoucher(reward string) string {
	return w.sayf(text{
		"Waardebon gelezen: %s. Er is nog niets gebruikt. Typ het bedrag van de bon.",
		"Voucher read: %s. Nothing is used yet. Type the amount of the receipt.",
	}, reward)
}

// SayVoucherForAmount is said when a voucher was read behind the amount.
func (w Words) SayVoucherForAmount(reward string) string {
	return w.sayf(text{
		"Waardebon gelezen: %s. Er is nog niets gebruikt. Doe wat hieronder staat en druk op Betaald.",
		"Voucher read: %s. Nothing is used yet. Do what stands below and press Paid.",
	}, reward)
}

// SaySameVoucher is said when a voucher was read again.
func (w Words) SaySameVoucher() string {
	return w.say(text{"Deze waardebon is al gelezen. Er is niets veranderd. Ga gewoon door.", "This voucher was read already. Nothing changed. Simply go on."})
}

// HeadTotal heads the counter once the total was typed.
func (w Words) HeadTotal() string { return w.say(text{"Afrekenen", "Checking out"}) }

// HeadReward heads the counter while points are set aside for a reward.
func (w Words) HeadReward() string {
	return w.say(text{"Afrekenen met beloning", "Checking out with a reward"})
}

// HeadSlip heads the counter while a sale is shown whose slip was read.
func (w Words) HeadSlip() string { return w.say(text{"Bon van een klant", "A customer's slip"}) }

// HeadDone heads the counter after the sale.
func (w Words) HeadDone() string { return w.say(text{"Klaar", "Done"}) }

// HeadOtherCard heads the question whether another card takes the first one's place.
func (w Words) HeadOtherCard() string { return w.say(text{"Andere klant?", "Another customer?"}) }

// HeadUnusual heads the question whether a high amount is right.
func (w Words) HeadUnusual() string { return w.say(text{"Klopt het bedrag?", "Is the amount right?"}) }

// HeadManager heads the question for a manager.
func (w Words) HeadManager() string {
	return w.say(text{"Een leidinggevende bevestigt", "A manager confirms"})
}

// HeadUnsure heads the counter while nobody knows whether a sale was saved.
func (w Words) HeadUnsure() string {
	return w.say(text{"Nog niet zeker opgeslagen", "Not certainly saved yet"})
}

// The one large key.

// KeyPaid is the key for a customer who has paid.
func (w Words) KeyPaid() string { return w.say(text{"Betaald", "Paid"}) }

// KeyPaidAgain sends a sale once more of which nobody knows.
func (w Words) KeyPaidAgain() string { return w.say(text{"Nog eens opslaan", "Save once more"}) }

// KeyNoCard goes on without a card.
func (w Words) KeyNoCard() string { return w.say(text{"Geen kaart", "No card"}) }

// KeyAmount takes the amount that was typed.
func (w Words) KeyAmount() string { return w.say(text{"Bedrag", "Amount"}) }

// KeyNext is the key for the next customer.
func (w Words) KeyNext() string { return w.say(text{"Volgende klant", "Next customer"}) }

// KeyReturn takes back what is left of the sale.
func (w Words) KeyReturn() string { return w.say(text{"Retour", "Return"}) }

// KeyClaim adds a bearer slip to the card.
func (w Words) KeyClaim() string { return w.say(text{"Op de kaart zetten", "Add to the card"}) }

// KeyMove gives the sale to the customer who is there.
func (w Words) KeyMove() string {
	return w.say(text{"Naar deze klant verplaatsen", "Move to this customer"})
}

// KeyOther takes the other customer.
func (w Words) KeyOther() string { return w.say(text{"Andere klant nemen", "Take the other customer"}) }

// KeyRight says that the amount is right.
func (w Words) KeyRight() string { return w.say(text{"Bedrag klopt", "Amount is right"}) }

// KeyConfirm is the manager's key.
func (w Words) KeyConfirm() string { return w.say(text{"Bevestigen", "Confirm"}) }

// KeyAway puts a slip away.
func (w Words) KeyAway() string { return w.say(text{"Bon wegleggen", "Put the slip away"}) }

// KeySignIn is the key before anybody is signed in.
func (w Words) KeySignIn() string { return w.say(text{"Aanmelden", "Sign in"}) }

// What the counter says. Each says what happened, what became of the points,
// and what to do now.

// SayReady is said when the customer was sent away.
func (w Words) SayReady() string {
	return w.say(text{"Scherm leeg. Er is niets geteld. Scan de volgende kaart.", "Screen cleared. Nothing was counted. Scan the next card."})
}

// SayNext is said when a finished sale left the screen.
func (w Words) SayNext() string {
	return w.say(text{"Klaar voor de volgende. Aan de vorige verkoop verandert niets. Scan een kaart.", "Ready for the next. Nothing changes about the sale before. Scan a card."})
}

// SayNothing is said to a key that has nothing to do.
func (w Words) SayNothing() string {
	return w.say(text{"Er is niets te doen. Er is niets veranderd. Scan een kaart of typ het bedrag.", "There is nothing to do. Nothing changed. Scan a card or type the amount."})
}

// SayCard is said when a card was read.
func (w Words) SayCard() string {
	return w.say(text{"Kaart gelezen. Er is nog niets geteld. Typ het bedrag van de bon.", "Card read. Nothing is counted yet. Type the amount of the receipt."})
}

// SayCardForAmount is said when the card was read after the amount.
func (w Words) SayCardForAmount() string {
	return w.say(text{"Kaart gelezen. Er is nog niets geteld. Kies een beloning of druk op Betaald.", "Card read. Nothing is counted yet. Choose a reward or press Paid."})
}

// SayCardForSlip is said when a card was read while a slip is shown.
func (w Words) SayCardForSlip() string {
	return w.say(text{"Kaart gelezen bij deze bon. Er is niets veranderd. Kies wat ermee moet gebeuren.", "Card read for this slip. Nothing changed. Choose what to do with it."})
}

// SaySameCard is said when the card that is there was read again.
func (w Words) SaySameCard() string {
	return w.say(text{"Dezelfde kaart. Er is niets veranderd. Ga gewoon door.", "The same card. Nothing changed. Simply go on."})
}

// SayAskOther asks whether the card with this mask takes the first one's place.
func (w Words) SayAskOther(mask string) string {
	return w.sayf(text{
		"Er is een andere kaart gelezen: %s. Er is niets veranderd. Bevestig om die klant te nemen, of ga terug.",
		"Another card was read: %s. Nothing changed. Confirm to take that customer, or go back.",
	}, mask)
}

// SayOtherTaken is said when the other customer was taken.
func (w Words) SayOtherTaken() string {
	return w.say(text{"Andere klant genomen. Voor de eerste is niets geteld. Typ het bedrag van de bon.", "The other customer was taken. Nothing was counted for the first. Type the amount of the receipt."})
}

// SayOtherKept is said when the first customer was kept.
func (w Words) SayOtherKept() string {
	return w.say(text{"De eerste klant blijft. Er is niets veranderd. Ga gewoon door.", "The first customer stays. Nothing changed. Simply go on."})
}

// SayBearer is said when a customer has no card.
func (w Words) SayBearer() string {
	return w.say(text{"Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Typ het bedrag van de bon.", "Without a card the points go on a slip. Nothing is counted yet. Type the amount of the receipt."})
}

// SayBearerForAmount is said when a customer with an amount has no card.
func (w Words) SayBearerForAmount() string {
	return w.say(text{"Zonder kaart komen de punten op een spaarbon. Er is nog niets geteld. Druk op Betaald.", "Without a card the points go on a slip. Nothing is counted yet. Press Paid."})
}

// SayCustomerThere is said where a card is there already.
func (w Words) SayCustomerThere() string {
	return w.say(text{"Er is al een kaart gelezen. Er is niets veranderd. Ga door met deze klant, of ga eerst terug.", "A card was read already. Nothing changed. Go on with this customer, or go back first."})
}

// SayFound is said when typing a name found members.
func (w Words) SayFound(number int64) string {
	return w.sayf(text{"Gevonden: %d. Er is niets veranderd. Kies wie het is.", "Found: %d. Nothing changed. Choose who it is."}, number)
}

// SayAmount is said when the total of a known customer was typed.
func (w Words) SayAmount(amount basket.Money, currency string) string {
	return w.sayf(text{
		"Bedrag %s. Er is nog niets geteld. Kies een beloning of druk op Betaald.",
		"Amount %s. Nothing is counted yet. Choose a reward or press Paid.",
	}, w.Money(amount, currency))
}

// SayAmountFirst is said when an amount was typed before a card was read.
func (w Words) SayAmountFirst(amount basket.Money, currency string) string {
	return w.sayf(text{
		"Bedrag %s. Er is nog niets geteld. Scan de kaart, of kies Geen kaart.",
		"Amount %s. Nothing is counted yet. Scan the card, or choose No card.",
	}, w.Money(amount, currency))
}

// SayTypeAmount is said to a key that needs the amount first.
func (w Words) SayTypeAmount() string {
	return w.say(text{"Er is nog geen bedrag. Er is niets geteld. Typ het bedrag van de bon.", "There is no amount yet. Nothing was counted. Type the amount of the receipt."})
}

// SayAmountDropped is said when the amount was taken back.
func (w Words) SayAmountDropped() string {
	return w.say(text{"Bedrag weg. Er is niets geteld. Typ het bedrag, of ga nog eens terug.", "Amount cleared. Nothing was counted. Type the amount, or go back once more."})
}

// SayHeld is said when points were set aside for a reward.
func (w Words) SayHeld() string {
	return w.say(text{"Beloning gekozen. Er is nog niets afgeschreven. Doe wat hieronder staat en druk op Betaald.", "Reward chosen. Nothing is taken yet. Do what stands below and press Paid."})
}

// SayHeldForTill is said when the till set points aside.
func (w Words) SayHeldForTill() string {
	return w.say(text{"De kassa heeft een beloning gekozen. De punten staan opzij en zijn nog niet afgeschreven. Reken af op de kassa.", "The till chose a reward. The points are set aside and not taken yet. Check out at the till."})
}

// SayRewardDropped is said when the reward was taken back.
func (w Words) SayRewardDropped() string {
	return w.say(text{"Beloning weg. Er is niets afgeschreven. Kies een andere, of druk op Betaald.", "Reward cleared. Nothing was taken. Choose another, or press Paid."})
}

// SayPaid is said when a sale was posted; earned lists what it brought.
func (w Words) SayPaid(earned string) string {
	return w.sayf(text{"Gespaard: %s. De punten zijn bijgeschreven. Geef de bon mee.", "Earned: %s. The points are added. Hand over the slip."}, earned)
}

// SayPaidForNothing is said when a posted sale brought no points.
func (w Words) SayPaidForNothing() string {
	return w.say(text{"Verwerkt. Deze bon brengt geen punten op. Geef de bon mee.", "Done. This receipt brings no points. Hand over the slip."})
}

// SayPaidBearer is said when a sale went on a bearer slip.
func (w Words) SayPaidBearer(earned string) string {
	return w.sayf(text{"Gespaard: %s. De punten staan op de spaarbon. Geef de bon mee.", "Earned: %s. The points are on the slip. Hand over the slip."}, earned)
}

// SayPaidBefore is said when a sale turned out to be posted already.
func (w Words) SayPaidBefore() string {
	return w.say(text{"Deze verkoop was al opgeslagen. Hij telt één keer. Geef de bon mee.", "This sale had been saved already. It counts once. Hand over the slip."})
}

// SayAlreadyPaid is said to a key for a sale that is paid.
func (w Words) SayAlreadyPaid() string {
	return w.say(text{"Deze klant heeft al betaald. Er is niets dubbel geteld. Scan de volgende kaart.", "This customer has paid already. Nothing was counted twice. Scan the next card."})
}

// SayUnsureFirst is said while a sale must be sent again before anything else.
func (w Words) SayUnsureFirst() string {
	return w.say(text{"Niet zeker of de verkoop is opgeslagen. Hij telt hoogstens één keer. Druk nog eens op Betaald; twee keer terug stuurt de klant weg. (K-402)", "Not certain whether the sale was saved. It counts at most once. Press Paid once more; going back twice sends the customer away. (K-402)"})
}

// SayLeftUnsure is said when a customer went while nobody knew whether their
// sale was saved.
func (w Words) SayLeftUnsure() string {
	return w.say(text{"Niet zeker of de vorige verkoop is opgeslagen. Hij telt hoogstens één keer. Komt er een bon uit, dan telt hij. (K-402)", "Not certain whether the sale before was saved. It counts at most once. If a slip comes out, it counts. (K-402)"})
}

// SayUnsureAct is said when nobody knows whether something was saved.
func (w Words) SayUnsureAct() string {
	return w.say(text{"Niet zeker of dit is opgeslagen. Het telt hoogstens één keer. Doe hetzelfde nog eens. (K-402)", "Not certain whether this was saved. It counts at most once. Do the same once more. (K-402)"})
}

// SayNotFound is said when something could not be read from the store.
func (w Words) SayNotFound() string {
	return w.say(text{"Opzoeken lukt nu niet. Er is niets veranderd. Probeer het nog eens. (K-403)", "Looking up does not work now. Nothing changed. Try once more. (K-403)"})
}

// SayNothingToUndo is said where no sale is offered for undoing.
func (w Words) SayNothingToUndo() string {
	return w.say(text{"Er is hier niets terug te draaien. Er is niets veranderd. Scan de code op de bon van de klant.", "There is nothing to undo here. Nothing changed. Scan the code on the customer's slip."})
}

// SayUndone is said when a sale was undone; c is what that changed.
func (w Words) SayUndone(c Changed) string {
	return w.sayf(text{"Verkoop teruggedraaid: %s. %s. Geef de bon mee.", "Sale undone: %s. %s. Hand over the slip."}, w.backAndForth(c), w.balanceNow(c))
}

// SaySlip is said when a slip's sale is shown.
func (w Words) SaySlip() string {
	return w.say(text{"Bon gevonden. Er is niets veranderd. Kies wat ermee moet gebeuren.", "Slip found. Nothing changed. Choose what to do with it."})
}

// SaySlipToClaim is said when a bearer slip is shown, which a card can have.
func (w Words) SaySlipToClaim() string {
	return w.say(text{"Spaarbon gevonden. Er is niets veranderd. Scan de kaart waar de punten op komen.", "Points slip found. Nothing changed. Scan the card that gets the points."})
}

// SaySlipFirst is said to a key that is about a slip where none is shown.
func (w Words) SaySlipFirst() string {
	return w.say(text{"Dit kan alleen met de bon. Er is niets veranderd. Scan de code op de bon van de klant.", "This takes the slip. Nothing changed. Scan the code on the customer's slip."})
}

// SaySlipCard is said where a slip's sale needs the right customer's card.
func (w Words) SaySlipCard() string {
	return w.say(text{"Er is nog geen kaart bij deze bon. Er is niets veranderd. Scan de kaart van de juiste klant.", "There is no card for this slip yet. Nothing changed. Scan the right customer's card."})
}

// SaySlipOpen is said to a key that has to wait until the slip is put away.
func (w Words) SaySlipOpen() string {
	return w.say(text{"Er staat nog een bon op het scherm. Er is niets veranderd. Handel die af, of ga terug.", "A slip is still on the screen. Nothing changed. Deal with it, or go back."})
}

// SaySlipAway is said when the slip was put away.
func (w Words) SaySlipAway() string {
	return w.say(text{"Bon weg. Er is niets veranderd. Ga gewoon door.", "Slip put away. Nothing changed. Simply go on."})
}

// SayReturned is said when goods came back; c is what that changed.
func (w Words) SayReturned(c Changed) string {
	return w.sayf(text{"Retour verwerkt: %s. %s. Geef de bon mee.", "Return done: %s. %s. Hand over the slip."}, w.backAndForth(c), w.balanceNow(c))
}

// SayMoved is said when a sale went to the right customer, who got c.
func (w Words) SayMoved(c Changed) string {
	if c.Added == "" {
		return w.sayf(text{"Bon verplaatst naar deze klant. %s. Geef de bonnen mee.", "Sale moved to this customer. %s. Hand over the slips."}, w.balanceNow(c))
	}
	return w.sayf(text{"Bon verplaatst naar deze klant: %s. %s. Geef de bonnen mee.", "Sale moved to this customer: %s. %s. Hand over the slips."}, c.Added, w.balanceNow(c))
}

// SayClaimed is said when a bearer slip was added to a card, which got c.
func (w Words) SayClaimed(c Changed) string {
	if c.Added == "" {
		return w.sayf(text{"Spaarbon bijgeschreven. %s. Neem de spaarbon in.", "Slip added. %s. Keep the slip."}, w.balanceNow(c))
	}
	return w.sayf(text{"Spaarbon bijgeschreven: %s. %s. Neem de spaarbon in.", "Slip added: %s. %s. Keep the slip."}, c.Added, w.balanceNow(c))
}

// A Changed is what something did to a member's points, each with its units'
// words and "" where there is nothing to say. Balance is "" where it is not
// known.
type Changed struct{ Added, Taken, Given, Balance string }

// backAndForth says what went back to the shop and what to the member.
func (w Words) backAndForth(c Changed) string {
	taken := w.sayf(text{"%s teruggenomen", "%s taken back"}, c.Taken)
	given := w.sayf(text{"%s teruggegeven", "%s given back"}, c.Given)
	switch {
	case c.Taken != "" && c.Given != "":
		return taken + ", " + given
	case c.Taken != "":
		return taken
	case c.Given != "":
		return given
	}
	return w.say(text{"er veranderen geen punten", "no points change"})
}

func (w Words) balanceNow(c Changed) string {
	if c.Balance == "" {
		return w.say(text{"Het nieuwe saldo volgt", "The new balance follows"})
	}
	return w.sayf(text{"Nieuw saldo %s", "New balance %s"}, c.Balance)
}

// SayEnrolled is said when a customer became a member.
func (w Words) SayEnrolled() string {
	return w.say(text{"Nieuw lid ingeschreven. De punten op de kaart blijven. Ga gewoon door.", "New member enrolled. The points on the card stay. Simply go on."})
}

// SayGiven is said when a person gave points; given lists them.
func (w Words) SayGiven(given string) string {
	return w.sayf(text{"Gegeven: %s. De punten zijn bijgeschreven. Ga gewoon door.", "Given: %s. The points are added. Simply go on."}, given)
}

// SayAnswerFirst is said to a key while a question is open.
func (w Words) SayAnswerFirst() string {
	return w.say(text{"Er staat nog een vraag open. Er is niets veranderd. Bevestig, of ga terug.", "A question is still open. Nothing changed. Confirm, or go back."})
}

// SayNothingAsked is said to a yes without a question.
func (w Words) SayNothingAsked() string {
	return w.say(text{"Er wordt niets gevraagd. Er is niets veranderd. Ga gewoon door.", "Nothing is asked. Nothing changed. Simply go on."})
}

// SayAskManager asks for a manager, who confirms what.
func (w Words) SayAskManager(what string) string {
	return w.sayf(text{
		"%s: dit mag alleen met een leidinggevende. Er is niets geteld. Laat die aanmelden en bevestigen, of ga terug. (K-504)",
		"%s: this takes a manager. Nothing was counted. Let one sign in and confirm, or go back. (K-504)",
	}, what)
}

// AskGive is what a manager confirms: points for a reason.
func (w Words) AskGive(points, card, why string) string {
	return w.sayf(text{"%s geven aan %s, reden: “%s”", "Giving %s to %s, reason: “%s”"}, points, card, why)
}

// AskCarried is what a manager confirms: points of an old card.
func (w Words) AskCarried(points, card string) string {
	return w.sayf(text{"%s van een oude kaart op %s zetten", "Putting %s of an old card on %s"}, points, card)
}

// AskRedeem is what a manager confirms: points spent of a card that was not read.
func (w Words) AskRedeem(points, card string) string {
	return w.sayf(text{"%s inwisselen van %s, waarvan de kaart niet is gescand", "Redeeming %s of %s, whose card was not scanned"}, points, card)
}

// AskAmount is what a manager confirms: a total that a person typed; card is ""
// for a customer without one.
func (w Words) AskAmount(amount basket.Money, currency, card string) string {
	if card == "" {
		return w.sayf(text{"Getypt bedrag van %s, zonder kaart", "Typed amount of %s, without a card"}, w.Money(amount, currency))
	}
	return w.sayf(text{"Getypt bedrag van %s voor %s", "Typed amount of %s for %s"}, w.Money(amount, currency), card)
}

// SayDropped is said when a question was answered with no.
func (w Words) SayDropped() string {
	return w.say(text{"Niet gedaan. Er is niets veranderd. Ga gewoon door.", "Not done. Nothing changed. Simply go on."})
}

// SayTimeOut is said when a customer was sent away by the clock.
func (w Words) SayTimeOut() string {
	return w.say(text{"Er gebeurde te lang niets. Er is niets geteld. Scan de kaart opnieuw.", "Nothing happened for too long. Nothing was counted. Scan the card again."})
}

// SayPractice is said when practice begins.
func (w Words) SayPractice() string {
	return w.say(text{"OEFENEN: niets wordt geteld of geprint. Scan een kaart en probeer alles uit.", "PRACTICE: nothing is counted or printed. Scan a card and try everything."})
}

// SayPracticeOver is said when practice ends.
func (w Words) SayPracticeOver() string {
	return w.say(text{"Oefenen voorbij. Er is niets geteld. Vanaf nu telt alles weer.", "Practice is over. Nothing was counted. From now on everything counts again."})
}

// SayFinishFirst is said where a customer must be finished before practice.
func (w Words) SayFinishFirst() string {
	return w.say(text{"Er staat nog een klant. Er is niets veranderd. Rond die af, of ga terug.", "A customer is still there. Nothing changed. Finish with them, or go back."})
}

// SaySignIn is said while somebody must sign in.
func (w Words) SaySignIn() string {
	return w.say(text{"Niemand is aangemeld. Scan een medewerkerspas of typ de pincode.", "Nobody is signed in. Scan a staff badge or type the PIN."})
}

// SayDevice is said of a device or a line that was lost or is back.
func (w Words) SayDevice() string {
	return w.say(text{"Apparaat of verbinding veranderd. Aan de klant verandert niets. Ga gewoon door.", "A device or the line changed. Nothing changes for the customer. Simply go on."})
}

// ScannerGone stands on the screen while the scanner is lost.
func (w Words) ScannerGone() string {
	return w.say(text{"Scanner niet bereikbaar. Typ het kaartnummer; sparen gaat gewoon door. (K-301)", "Scanner unreachable. Type the card number; earning works as usual. (K-301)"})
}

// PrinterGone stands on the screen while the printer does not answer.
func (w Words) PrinterGone() string {
	return w.say(text{"Printer niet bereikbaar. De bon komt later; sparen gaat gewoon door. (K-302)", "Printer unreachable. The slip comes later; earning works as usual. (K-302)"})
}

// PaperOut stands on the screen while the printer has no paper.
func (w Words) PaperOut() string {
	return w.say(text{"Printer: papier op. De bon komt later; sparen gaat gewoon door. (K-303)", "Printer: out of paper. The slip comes later; earning works as usual. (K-303)"})
}

// DeviceGone stands on the screen while some other device is lost.
func (w Words) DeviceGone(device string) string {
	return w.sayf(text{"Apparaat niet bereikbaar: %s. Sparen gaat gewoon door. (K-309)", "Device unreachable: %s. Earning works as usual. (K-309)"}, device)
}

// Offline is the quiet word for a line that is down, with how many records wait.
func (w Words) Offline(waiting int64) string {
	if waiting == 0 {
		return w.say(text{"offline, niets wacht", "offline, nothing waits"})
	}
	if waiting == 1 {
		return w.say(text{"offline, 1 boeking wacht", "offline, 1 record waits"})
	}
	return w.sayf(text{"offline, %d boekingen wachten", "offline, %d records wait"}, waiting)
}

// AsOf says as of when a balance is.
func (w Words) AsOf(day ledger.Day) string { return w.sayf(text{"per %s", "as of %s"}, w.Day(day)) }
