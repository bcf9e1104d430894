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
			"Diese Karte gehört schon einem Mitglied. Nichts geändert. Einfach mit dieser Karte weitermachen.",
			"Cette carte est déjà celle d'un membre. Rien n'a changé. Continuez avec cette carte.",
		}), true
	case programme.IdentityTaken:
		return w.say(text{
			"Dit telefoonnummer hoort al bij een andere kaart. Er is niets veranderd. Zoek het lid op met het nummer, of laat het weg.",
			"This phone number belongs to another card already. Nothing changed. Look the member up by the number, or leave it out.",
			"Diese Telefonnummer gehört schon zu einer anderen Karte. Nichts geändert. Bitte das Mitglied über die Nummer suchen, oder sie weglassen.",
			"Ce numéro de téléphone appartient déjà à une autre carte. Rien n'a changé. Cherchez le membre avec ce numéro, ou laissez le champ vide.",
		}), true
	case programme.BadPhone:
		return w.say(text{
			"Dit is geen telefoonnummer. Er is niets veranderd. Typ het hele nummer, met netnummer of landnummer.",
			"This is not a phone number. Nothing changed. Type the whole number, with its area or country code.",
			"Das ist keine Telefonnummer. Nichts geändert. Bitte die ganze Nummer eingeben, mit Vorwahl oder Landesvorwahl.",
			"Ce n'est pas un numéro de téléphone. Rien n'a changé. Saisissez le numéro complet, avec l'indicatif.",
		}), true
	case programme.ConsentNeeded:
		return w.say(text{
			"Zonder deze toestemming kan iemand geen lid worden. Er is niets veranderd. Vraag of de klant akkoord is.",
			"Without this consent nobody can become a member. Nothing changed. Ask whether the customer agrees.",
			"Ohne diese Einwilligung kann niemand Mitglied werden. Nichts geändert. Bitte fragen, ob der Kunde einverstanden ist.",
			"Sans ce consentement, personne ne peut devenir membre. Rien n'a changé. Demandez si le client est d'accord.",
		}), true
	case programme.UnknownMember:
		return w.say(text{
			"Hiermee vinden we geen lid. Er is niets veranderd. Scan de kaart of probeer het nummer nog eens.",
			"This leads to no member. Nothing changed. Scan the card or try the number once more.",
			"Damit ist kein Mitglied zu finden. Nichts geändert. Bitte die Karte scannen oder die Nummer noch einmal versuchen.",
			"Aucun membre trouvé ainsi. Rien n'a changé. Scannez la carte ou réessayez le numéro.",
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
			"Dieser Code ist nicht von einem unserer Bons. Nichts geändert. Bitte den Code unten auf dem Punktebon noch einmal scannen.",
			"Ce code ne vient pas d'un de nos tickets. Rien n'a changé. Scannez encore le code au bas du ticket de points.",
		}), true
	case programme.SlipClaimed:
		return w.say(text{
			"Deze spaarbon staat al op een kaart. Er is niets bijgeschreven. Kijk of de klant nog een andere bon heeft.",
			"This slip was added to a card before. Nothing was added. See whether the customer has another slip.",
			"Dieser Punktebon ist schon auf einer Karte. Nichts gutgeschrieben. Bitte nachsehen, ob der Kunde noch einen anderen Bon hat.",
			"Ce ticket de points est déjà sur une carte. Rien n'a été crédité. Voyez si le client a un autre ticket.",
		}), true
	case programme.SlipExpired:
		if r.At.IsZero() {
			return w.say(text{
				"Deze spaarbon is verlopen. Er is niets bijgeschreven. Leg uit tot wanneer hij geldig was.",
				"This slip has expired. Nothing was added. Explain until when it was valid.",
				"Dieser Punktebon ist abgelaufen. Nichts gutgeschrieben. Bitte erklären, bis wann er gültig war.",
				"Ce ticket de points a expiré. Rien n'a été crédité. Expliquez jusqu'à quand il était valable.",
			}), true
		}
		return w.sayf(text{
			"Deze spaarbon was geldig tot en met %s. Er is niets bijgeschreven. Leg dat de klant uit.",
			"This slip was valid until %s. Nothing was added. Explain that to the customer.",
			"Dieser Punktebon war bis %s gültig. Nichts gutgeschrieben. Bitte dem Kunden erklären.",
			"Ce ticket de points était valable jusqu'au %s. Rien n'a été crédité. Expliquez-le au client.",
		}, w.Date(r.At)), true
	case programme.SlipElsewhere:
		return w.say(text{
			"Deze bon is van een andere winkel en hier niet bekend. Er is niets veranderd. Hij kan alleen daar worden gebruikt.",
			"This slip is another shop's and not known here. Nothing changed. It can be used only there.",
			"Dieser Bon ist aus einem anderen Geschäft und hier nicht bekannt. Nichts geändert. Er gilt nur dort.",
			"Ce ticket vient d'un autre magasin et n'est pas connu ici. Rien n'a changé. Il n'est utilisable que là-bas.",
		}), true
	case programme.VoucherUsed:
		return w.say(text{
			"Deze waardebon is al gebruikt. Er is niets veranderd. Reken af zonder de bon.",
			"This voucher was used before. Nothing changed. Check out without it.",
			"Dieser Gutschein ist schon eingelöst. Nichts geändert. Bitte ohne ihn kassieren.",
			"Ce bon fidélité a déjà été utilisé. Rien n'a changé. Encaissez sans lui.",
		}), true
	case programme.VoucherExpired:
		if r.At.IsZero() {
			return w.say(text{
				"Deze waardebon is verlopen. Er is niets veranderd. Reken af zonder de bon.",
				"This voucher has expired. Nothing changed. Check out without it.",
				"Dieser Gutschein ist abgelaufen. Nichts geändert. Bitte ohne ihn kassieren.",
				"Ce bon fidélité a expiré. Rien n'a changé. Encaissez sans lui.",
			}), true
		}
		return w.sayf(text{
			"Deze waardebon was geldig tot en met %s. Er is niets veranderd. Reken af zonder de bon.",
			"This voucher was valid until %s. Nothing changed. Check out without it.",
			"Dieser Gutschein war bis %s gültig. Nichts geändert. Bitte ohne ihn kassieren.",
			"Ce bon fidélité était valable jusqu'au %s. Rien n'a changé. Encaissez sans lui.",
		}, w.Date(r.At)), true
	case programme.SameMember:
		return w.say(text{
			"Deze bon staat al op deze kaart. Er is niets veranderd. Scan de kaart waar hij op hoort.",
			"This receipt is on this card already. Nothing changed. Scan the card it belongs to.",
			"Dieser Bon ist schon auf dieser Karte. Nichts geändert. Bitte die Karte scannen, zu der er gehört.",
			"Ce ticket est déjà sur cette carte. Rien n'a changé. Scannez la carte à laquelle il appartient.",
		}), true
	case programme.CannotMove:
		return w.say(text{
			"Van deze bon is al iets ingewisseld of teruggebracht. Er is niets verplaatst. Draai de bon terug en boek hem opnieuw.",
			"Something of this receipt was redeemed or brought back. Nothing was moved. Undo the receipt and post it again.",
			"Von diesem Bon ist schon etwas eingelöst oder zurückgebracht. Nichts umgebucht. Bitte den Bon stornieren und neu buchen.",
			"Une partie de ce ticket a déjà été utilisée ou rapportée. Rien n'a été transféré. Annulez le ticket et enregistrez-le à nouveau.",
		}), true
	case programme.SpentSince:
		return w.sayf(text{
			"De punten van deze bon zijn al uitgegeven: %s te weinig. Er is niets veranderd. Roep een leidinggevende.",
			"The points of this receipt were spent already: %s too few. Nothing changed. Call a manager.",
			"Die Punkte dieses Bons sind schon ausgegeben: %s zu wenig. Nichts geändert. Bitte die Leitung rufen.",
			"Les points de ce ticket sont déjà dépensés : il manque %s. Rien n'a changé. Appelez un responsable.",
		}, w.Points(r.Points, r.Wallet)), true
	case programme.BadBirthday:
		return w.say(text{
			"Dat is geen verjaardag. Er is niets veranderd. Typ de dag en de maand.",
			"That is no birthday. Nothing changed. Type the day and the month.",
			"Das ist kein Geburtstag. Nichts geändert. Bitte Tag und Monat eingeben.",
			"Ce n'est pas une date d'anniversaire. Rien n'a changé. Saisissez le jour et le mois.",
		}), true
	case programme.SelfReferral:
		return w.say(text{
			"Dit is de kaart of het nummer van de klant zelf: niemand werft zichzelf. Er is niets veranderd. Typ wie de klant heeft meegebracht, of laat het leeg.",
			"This is the customer's own card or number: nobody brings themselves in. Nothing changed. Type who brought the customer in, or leave it empty.",
			"Das ist die eigene Karte oder Nummer des Kunden: niemand wirbt sich selbst. Nichts geändert. Bitte eingeben, wer den Kunden geworben hat, oder leer lassen.",
			"C'est la carte ou le numéro du client lui-même : personne ne se parraine soi-même. Rien n'a changé. Saisissez le parrain, ou laissez le champ vide.",
		}), true
	case programme.UnknownEvent:
		return w.say(text{
			"Hier zijn geen punten voor. Er is niets bijgeschreven. Kijk of de juiste gebeurtenis is gekozen.",
			"There are no points for this. Nothing was added. See whether the right event was chosen.",
			"Dafür gibt es keine Punkte. Nichts gutgeschrieben. Bitte prüfen, ob das richtige Ereignis gewählt ist.",
			"Il n'y a pas de points pour cela. Rien n'a été crédité. Vérifiez que le bon événement est choisi.",
		}), true
	case programme.UnknownHold:
		return w.say(text{
			"De punten voor deze bon staan niet meer apart. Er is niets afgeschreven. Kies de beloning opnieuw.",
			"The points for this receipt are not set aside any more. Nothing was taken. Choose the reward again.",
			"Die Punkte für diesen Bon sind nicht mehr reserviert. Nichts abgebucht. Bitte die Prämie neu wählen.",
			"Les points pour ce ticket ne sont plus réservés. Rien n'a été déduit. Choisissez à nouveau la récompense.",
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
			"Dieser Tag ist schon abgeschlossen. Nichts geändert. Bitte den Tagesbericht ansehen.",
			"Cette journée est déjà clôturée. Rien n'a changé. Consultez le rapport du jour.",
		}), true
	case programme.WrongPIN:
		return w.say(text{
			"Deze pincode of badge klopt niet. Er is niets veranderd. Probeer het nog eens.",
			"This PIN or badge is not right. Nothing changed. Try once more.",
			"Diese PIN oder dieser Ausweis stimmt nicht. Nichts geändert. Bitte noch einmal versuchen.",
			"Ce code PIN ou ce badge n'est pas correct. Rien n'a changé. Réessayez.",
		}), true
	case programme.TryLater:
		if r.At.IsZero() { // locked: time alone does not open it
			return w.say(text{
				"Te vaak een verkeerde pincode: dit nummer is geblokkeerd. Er is niets veranderd. Vraag een beheerder om te ontgrendelen, of gebruik de badge.",
				"Too many wrong PINs: this number is locked. Nothing changed. Ask a manager to unlock it, or use the badge.",
				"Zu oft eine falsche PIN: diese Nummer ist gesperrt. Nichts geändert. Bitte die Leitung entsperren lassen, oder den Ausweis benutzen.",
				"Trop de codes PIN erronés : ce numéro est bloqué. Rien n'a changé. Demandez à un responsable de le débloquer, ou utilisez le badge.",
			}), true
		}
		return w.sayf(text{
			"Te vaak een verkeerde pincode. Er is niets veranderd. Probeer het weer om %s.",
			"Too many wrong PINs. Nothing changed. Try again at %s.",
			"Zu oft eine falsche PIN. Nichts geändert. Bitte um %s wieder versuchen.",
			"Trop de codes PIN erronés. Rien n'a changé. Réessayez à %s.",
		}, r.At.Format("15:04:05")), true
	case programme.SignInFirst:
		return w.say(text{
			"Er is niemand aangemeld. Er is niets veranderd. Meld u aan met uw badge of pincode.",
			"Nobody is signed in. Nothing changed. Sign in with your badge or PIN.",
			"Niemand ist angemeldet. Nichts geändert. Bitte mit Ausweis oder PIN anmelden.",
			"Personne n'est identifié. Rien n'a changé. Identifiez-vous avec votre badge ou votre code PIN.",
		}), true
	case programme.ManagerNeeded:
		return w.say(text{
			"Dit mag alleen met een leidinggevende. Er is nog niets geteld. Laat een leidinggevende bevestigen.",
			"This needs a manager. Nothing is counted yet. Have a manager confirm it.",
			"Das darf nur die Leitung. Noch nichts gebucht. Bitte die Leitung bestätigen lassen.",
			"Il faut un responsable. Rien n'est encore compté. Faites confirmer par un responsable.",
		}), true
	case programme.NoteNeeded:
		return w.say(text{
			"Er staat nog niet bij waarom. Er is niets bijgeschreven. Typ in een paar woorden de reden.",
			"It does not say why yet. Nothing was added. Type the reason in a few words.",
			"Der Grund fehlt noch. Nichts gutgeschrieben. Bitte den Grund in wenigen Worten eingeben.",
			"Le motif manque encore. Rien n'a été crédité. Saisissez le motif en quelques mots.",
		}), true
	case programme.Stale:
		if r.Card != "" {
			return w.sayf(text{
				"De klant aan de kassa is een andere dan die met kaart %s. Er is niets veranderd. Scan de kaart van deze klant en reken opnieuw af.",
				"The customer at the checkout is another than the one with card %s. Nothing changed. Scan this customer's card and settle again.",
				"An der Kasse steht ein anderer Kunde als der mit Karte %s. Nichts geändert. Bitte die Karte dieses Kunden scannen und neu kassieren.",
				"Le client en caisse n'est pas celui de la carte %s. Rien n'a changé. Scannez la carte de ce client et encaissez à nouveau.",
			}, r.Card), true
		}
		return w.say(text{
			"Het scherm was net veranderd. Deze toets heeft niets gedaan. Kijk wat er nu staat en kies opnieuw.",
			"The screen had just changed. This key did nothing. Look at what it says now and choose again.",
			"Die Anzeige hatte sich gerade geändert. Diese Taste hat nichts getan. Bitte ansehen, was jetzt dasteht, und neu wählen.",
			"L'écran venait de changer. Cette touche n'a rien fait. Regardez ce qui s'affiche et choisissez à nouveau.",
		}), true
	}
	return "", false
}
