package words

import "zegel/terminal/loyalty/programme"

// refusedMember is the sentence where somebody could not become a member or be
// found; false for other codes.
func (w Words) refusedMember(r *programme.Refusal) (string, bool) {
	switch r.Code {
	case programme.AlreadyMember:
		return w.say(text{
			"Deze kaart is al van een lid. Er is niets veranderd. Ga gewoon door met deze kaart.",
			"This card is a member's already. Nothing changed. Simply go on with this card.",
		}), true
	case programme.IdentityTaken:
		return w.say(text{
			"Dit telefoonnummer hoort al bij een andere kaart. Er is niets veranderd. Zoek het lid op met het nummer, of laat het weg.",
			"This phone number belongs to another card already. Nothing changed. Look the member up by the number, or leave it out.",
		}), true
	case programme.BadPhone:
		return w.say(text{
			"Dit is geen telefoonnummer. Er is niets veranderd. Typ het hele nummer, met netnummer of landnummer.",
			"This is not a phone number. Nothing changed. Type the whole number, with its area or country code.",
		}), true
	case programme.ConsentNeeded:
		return w.say(text{
			"Zonder deze toestemming kan iemand geen lid worden. Er is niets veranderd. Vraag of de klant akkoord is.",
			"Without this consent nobody can become a member. Nothing changed. Ask whether the customer agrees.",
		}), true
	case programme.UnknownMember:
		return w.say(text{
			"Hiermee vinden we geen lid. Er is niets veranderd. Scan de kaart of probeer het nummer nog eens.",
			"This leads to no member. Nothing changed. Scan the card or try the number once more.",
		}), true
	}
	return "", false
}

// refusedSlip is the sentence where a slip's code, or moving a sale, was
// refused; false for other codes.
func (w Words) refusedSlip(r *programme.Refusal) (string, bool) {
	switch r.Code {
	case programme.BadSlip:
		return w.say(text{
			"Deze code is niet van een bon van ons. Er is niets veranderd. Scan de code onder aan de spaarbon nog eens.",
			"This code is not one of our slips'. Nothing changed. Scan the code at the bottom of the slip once more.",
		}), true
	case programme.SlipClaimed:
		return w.say(text{
			"Deze spaarbon staat al op een kaart. Er is niets bijgeschreven. Kijk of de klant nog een andere bon heeft.",
			"This slip was added to a card before. Nothing was added. See whether the customer has another slip.",
		}), true
	case programme.SlipExpired:
		if r.At.IsZero() {
			return w.say(text{
				"Deze spaarbon is verlopen. Er is niets bijgeschreven. Leg uit tot wanneer hij geldig was.",
				"This slip has expired. Nothing was added. Explain until when it was valid.",
			}), true
		}
		return w.sayf(text{
			"Deze spaarbon was geldig tot en met %s. Er is niets bijgeschreven. Leg dat de klant uit.",
			"This slip was valid until %s. Nothing was added. Explain that to the customer.",
		}, w.Date(r.At)), true
	case programme.SlipElsewhere:
		return w.say(text{
			"Deze bon is van een andere winkel en hier niet bekend. Er is niets veranderd. Hij kan alleen daar worden gebruikt.",
			"This slip is another shop's and not known here. Nothing changed. It can be used only there.",
		}), true
	case programme.VoucherUsed:
		return w.say(text{
			"Deze waardebon is al gebruikt. Er is niets veranderd. Reken af zonder de bon.",
			"This voucher was used before. Nothing changed. Check out without it.",
		}), true
	case programme.VoucherExpired:
		if r.At.IsZero() {
			return w.say(text{
				"Deze waardebon is verlopen. Er is niets veranderd. Reken af zonder de bon.",
				"This voucher has expired. Nothing changed. Check out without it.",
			}), true
		}
		return w.sayf(text{
			"Deze waardebon was geldig tot en met %s. Er is niets veranderd. Reken af zonder de bon.",
			"This voucher was valid until %s. Nothing changed. Check out without it.",
		}, w.Date(r.At)), true
	case programme.SameMember:
		return w.say(text{
			"Deze bon staat al op deze kaart. Er is niets veranderd. Scan de kaart waar hij op hoort.",
			"This receipt is on this card already. Nothing changed. Scan the card it belongs to.",
		}), true
	case programme.CannotMove:
		return w.say(text{
			"Van deze bon is al iets ingewisseld of teruggebracht. Er is niets verplaatst. Draai de bon terug en boek hem opnieuw.",
			"Something of this receipt was redeemed or brought back. Nothing was moved. Undo the receipt and post it again.",
		}), true
	case programme.SpentSince:
		return w.sayf(text{
			"De punten van deze bon zijn al uitgegeven: %s te weinig. Er is niets veranderd. Roep een leidinggevende.",
			"The points of this receipt were spent already: %s too few. Nothing changed. Call a manager.",
		}, w.Points(r.Points, r.Wallet)), true
	case programme.BadBirthday:
		return w.say(text{
			"Dat is geen verjaardag. Er is niets veranderd. Typ de dag en de maand.",
			"That is no birthday. Nothing changed. Type the day and the month.",
		}), true
	case programme.SelfReferral:
		return w.say(text{
			"Dit is de kaart of het nummer van de klant zelf: niemand werft zichzelf. Er is niets veranderd. Typ wie de klant heeft meegebracht, of laat het leeg.",
			"This is the customer's own card or number: nobody brings themselves in. Nothing changed. Type who brought the customer in, or leave it empty.",
		}), true
	case programme.UnknownEvent:
		return w.say(text{
			"Hier zijn geen punten voor. Er is niets bijgeschreven. Kijk of de juiste gebeurtenis is gekozen.",
			"There are no points for this. Nothing was added. See whether the right event was chosen.",
		}), true
	case programme.UnknownHold:
		return w.say(text{
			"De punten voor deze bon staan niet meer apart. Er is niets afgeschreven. Kies de beloning opnieuw.",
			"The points for this receipt are not set aside any more. Nothing was taken. Choose the reward again.",
		}), true
	}
	return "", false
}

// refusedOperator is the sentence for what the one who pressed the key may not
// do, or not now; false for other codes.
func (w Words) refusedOperator(r *programme.Refusal) (string, bool) {
	switch r.Code {
	case programme.DayIsClosed:
		return w.say(text{
			"Deze dag is al afgesloten. Er is niets veranderd. Bekijk het dagoverzicht.",
			"This day was closed before. Nothing changed. Look at the report of the day.",
		}), true
	case programme.WrongPIN:
		return w.say(text{
			"Deze pincode of badge klopt niet. Er is niets veranderd. Probeer het nog eens.",
			"This PIN or badge is not right. Nothing changed. Try once more.",
		}), true
	case programme.TryLater:
		if r.At.IsZero() { // locked: time alone does not open it
			return w.say(text{
				"Te vaak een verkeerde pincode: dit nummer is geblokkeerd. Er is niets veranderd. Vraag een beheerder om te ontgrendelen, of gebruik de badge.",
				"Too many wrong PINs: this number is locked. Nothing changed. Ask a manager to unlock it, or use the badge.",
			}), true
		}
		return w.sayf(text{
			"Te vaak een verkeerde pincode. Er is niets veranderd. Probeer het weer om %s.",
			"Too many wrong PINs. Nothing changed. Try again at %s.",
		}, r.At.Format("15:04:05")), true
	case programme.SignInFirst:
		return w.say(text{
			"Er is niemand aangemeld. Er is niets veranderd. Meld u aan met uw badge of pincode.",
			"Nobody is signed in. Nothing changed. Sign in with your badge or PIN.",
		}), true
	case programme.ManagerNeeded:
		return w.say(text{
			"Dit mag alleen met een leidinggevende. Er is nog niets geteld. Laat een leidinggevende bevestigen.",
			"This needs a manager. Nothing is counted yet. Have a manager confirm it.",
		}), true
	case programme.NoteNeeded:
		return w.say(text{
			"Er staat nog niet bij waarom. Er is niets bijgeschreven. Typ in een paar woorden de reden.",
			"It does not say why yet. Nothing was added. Type the reason in a few words.",
		}), true
	case programme.Stale:
		if r.Card != "" {
			return w.sayf(text{
				"De klant aan de kassa is een andere dan die met kaart %s. Er is niets veranderd. Scan de kaart van deze klant en reken opnieuw af.",
				"The customer at the checkout is another than the one with card %s. Nothing changed. Scan this customer's card and settle again.",
			}, r.Card), true
		}
		return w.say(text{
			"Het scherm was net veranderd. Deze toets heeft niets gedaan. Kijk wat er nu staat en kies opnieuw.",
			"The screen had just changed. This key did nothing. Look at what it says now and choose again.",
		}), true
	}
	return "", false
}
