package words

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Redeemed stands before the points a reward cost.
func (w Words) Redeemed() string {
	return w.say(text{"Ingewisseld", "Redeemed", "Eingelöst", "Vous utilisez"})
}

// Reward stands before the name of what is handed over for points.
func (w Words) Reward() string { return w.say(text{"Beloning", "Reward", "Prämie", "Récompense"}) }

// Discount stands before what points took off the total.
func (w Words) Discount() string { return w.say(text{"Korting", "Discount", "Rabatt", "Remise"}) }

// ToPay stands before what is left to pay.
func (w Words) ToPay() string { return w.say(text{"Te betalen", "To pay", "Zu zahlen", "À payer"}) }

// TakeOff tells the cashier what to take off at the till.
func (w Words) TakeOff(amount basket.Money, currency string) string {
	return w.sayf(text{"Trek %s af op de kassa", "Take %s off at the till", "%s an der Kasse abziehen", "Déduisez %s en caisse"}, w.Money(amount, currency))
}

// HandOver tells the cashier what to hand over, and how often.
func (w Words) HandOver(times int64, reward string) string {
	return w.sayf(text{"Geef mee: %d × %s", "Hand over: %d × %s", "Mitgeben: %d × %s", "Remettez : %d × %s"}, times, reward)
}

// TakeAsPaid tells the cashier that points pay a part of the total.
func (w Words) TakeAsPaid(amount basket.Money, currency string) string {
	return w.sayf(text{
		"Reken %s af met punten",
		"Take %s as paid with points",
		"%s als mit Punkten bezahlt verbuchen",
		"Encaissez %s en points",
	}, w.Money(amount, currency))
}

// GivePerk tells the cashier what a member is entitled to.
func (w Words) GivePerk(perk string) string {
	return w.sayf(text{
		"De klant heeft recht op: %s",
		"The customer is entitled to: %s",
		"Der Kunde hat Anspruch auf: %s",
		"Le client a droit à : %s",
	}, perk)
}

// Voucher heads the paper of a voucher, and VoucherFor stands before the reward
// on the slip of the sale that it is printed with.
func (w Words) Voucher() string {
	return w.say(text{"WAARDEBON", "VOUCHER", "GUTSCHEIN", "BON FIDÉLITÉ"})
}

// VoucherFor stands before the reward that a voucher is printed for.
func (w Words) VoucherFor() string {
	return w.say(text{"Waardebon", "Voucher", "Gutschein", "Bon fidélité"})
}

// VoucherAgain stands before the reward of a voucher that can be used again.
func (w Words) VoucherAgain() string {
	return w.say(text{
		"Waardebon weer geldig",
		"Voucher valid again",
		"Gutschein wieder gültig",
		"Bon fidélité à nouveau valable",
	})
}

// Worth stands before what a voucher takes off.
func (w Words) Worth() string { return w.say(text{"Waarde", "Worth", "Wert", "Valeur"}) }

// UsedOnce says on a voucher how it is used.
func (w Words) UsedOnce() string {
	return w.say(text{
		"Eén keer te gebruiken. Laat deze bon scannen bij het afrekenen. Zonder deze bon vervalt de beloning.",
		"To be used once. Have this voucher scanned when you pay. Without it the reward is lost.",
		"Einmal einlösbar. Lassen Sie diesen Gutschein beim Bezahlen scannen. Ohne diesen Gutschein verfällt die Prämie.",
		"Utilisable une seule fois. Faites scanner ce bon au moment de payer. Sans ce bon, la récompense est perdue.",
	})
}

// GiveVoucher tells the cashier to hand over a voucher that is printed.
func (w Words) GiveVoucher(reward string, until ledger.Day) string {
	return w.sayf(text{
		"Geef de waardebon mee: %s, geldig tot en met %s",
		"Hand over the voucher: %s, valid until %s",
		"Gutschein mitgeben: %s, gültig bis %s",
		"Remettez le bon fidélité : %s, valable jusqu'au %s",
	}, reward, w.Day(until))
}

// ScanAtTill tells the cashier which barcode to scan at the till.
func (w Words) ScanAtTill(barcode string) string {
	return w.sayf(text{"Scan op de kassa: %s", "Scan at the till: %s", "An der Kasse scannen: %s", "Scannez en caisse : %s"}, barcode)
}

// Return heads the slip of goods that came back.
func (w Words) Return() string { return w.say(text{"RETOUR", "RETURN", "RÜCKGABE", "RETOUR"}) }

// Undone heads the slip of a record that was undone.
func (w Words) Undone() string {
	return w.say(text{"TERUGGEDRAAID", "UNDONE", "STORNIERT", "ANNULATION"})
}

// Original stands before the code of the record that is taken back.
func (w Words) Original() string {
	return w.say(text{"Hoort bij", "Belongs to", "Gehört zu", "Se rapporte à"})
}

// CameBack stands before the amount of the goods that came back.
func (w Words) CameBack() string {
	return w.say(text{"Teruggebracht", "Brought back", "Zurückgebracht", "Articles rapportés"})
}

// TakenBack stands before points that were earned and are taken back.
func (w Words) TakenBack() string {
	return w.say(text{"Teruggenomen", "Taken back", "Abgezogen", "Retrait"})
}

// GivenBack stands before points that were spent and are given back.
func (w Words) GivenBack() string {
	return w.say(text{"Teruggekregen", "Given back", "Zurückerhalten", "Restitution"})
}

// BalanceStays is said where a return changes no points.
func (w Words) BalanceStays() string {
	return w.say(text{
		"Het saldo verandert niet",
		"The balance does not change",
		"Das Guthaben ändert sich nicht",
		"Le solde ne change pas",
	})
}

// refusedRedemption is the sentence for a redemption that was refused; false
// for other codes.
func (w Words) refusedRedemption(r *programme.Refusal) (string, bool) {
	points := w.Points(r.Points, r.Wallet)
	switch r.Code {
	case programme.TooFewPoints:
		return w.sayf(text{
			"%s te weinig voor deze beloning. Er is niets afgeschreven. Kies iets anders of spaar verder.",
			"%s short for this reward. Nothing was taken. Choose something else or save on.",
			"%s zu wenig für diese Prämie. Nichts abgebucht. Bitte etwas anderes wählen oder weiter sammeln.",
			"Il manque %s pour cette récompense. Rien n'a été déduit. Choisissez autre chose ou continuez à cumuler.",
		}, points), true
	case programme.BelowMinimum:
		return w.sayf(text{
			"Inwisselen kan vanaf %s. Er is niets afgeschreven. Kies een hoger aantal.",
			"The least to redeem is %s. Nothing was taken. Choose a higher number.",
			"Mindestens einzulösen: %s. Nichts abgebucht. Bitte eine höhere Zahl wählen.",
			"Minimum à utiliser : %s. Rien n'a été déduit. Choisissez un nombre plus élevé.",
		}, points), true
	case programme.NotAMultiple:
		return w.sayf(text{
			"Inwisselen gaat per %s. Er is niets afgeschreven. Kies een veelvoud daarvan.",
			"Redeeming goes by %s. Nothing was taken. Choose a multiple of that.",
			"Einlösen geht nur in Schritten: %s. Nichts abgebucht. Bitte ein Vielfaches davon wählen.",
			"L'utilisation se fait par %s. Rien n'a été déduit. Choisissez un multiple.",
		}, points), true
	case programme.AboveCap:
		if r.Points <= 0 {
			return w.say(text{
				"Deze beloning is te hoog voor deze bon. Er is niets afgeschreven. Kies iets anders.",
				"This reward is too high for this receipt. Nothing was taken. Choose something else.",
				"Diese Prämie ist zu hoch für diesen Bon. Nichts abgebucht. Bitte etwas anderes wählen.",
				"Cette récompense est trop élevée pour ce ticket. Rien n'a été déduit. Choisissez autre chose.",
			}), true
		}
		return w.sayf(text{
			"Op deze bon kan hoogstens %s worden ingewisseld. Er is niets afgeschreven. Kies een lager aantal.",
			"At most %s can be redeemed on this receipt. Nothing was taken. Choose a lower number.",
			"Auf diesen Bon können höchstens %s eingelöst werden. Nichts abgebucht. Bitte eine kleinere Zahl wählen.",
			"Sur ce ticket, on peut utiliser au plus %s. Rien n'a été déduit. Choisissez un nombre moins élevé.",
		}, points), true
	case programme.KeptFloor:
		return w.sayf(text{
			"Er moet %s op de kaart blijven staan. Er is niets afgeschreven. Kies een lager aantal.",
			"%s must stay on the card. Nothing was taken. Choose a lower number.",
			"Auf der Karte müssen mindestens %s bleiben. Nichts abgebucht. Bitte eine kleinere Zahl wählen.",
			"Il doit rester au moins %s sur la carte. Rien n'a été déduit. Choisissez un nombre moins élevé.",
		}, points), true
	case programme.UnknownReward:
		return w.say(text{
			"Deze beloning is er niet meer. Er is niets afgeschreven. Kies iets uit de lijst.",
			"This reward is not there any more. Nothing was taken. Choose one from the list.",
			"Diese Prämie gibt es nicht mehr. Nichts abgebucht. Bitte etwas aus der Liste wählen.",
			"Cette récompense n'existe plus. Rien n'a été déduit. Choisissez dans la liste.",
		}), true
	case programme.NotForYou:
		return w.say(text{
			"Deze beloning is niet voor deze klant. Er is niets afgeschreven. Kies iets uit de lijst.",
			"This reward is not for this customer. Nothing was taken. Choose one from the list.",
			"Diese Prämie ist nicht für diesen Kunden. Nichts abgebucht. Bitte etwas aus der Liste wählen.",
			"Cette récompense n'est pas pour ce client. Rien n'a été déduit. Choisissez dans la liste.",
		}), true
	case programme.NotNow:
		return w.say(text{
			"Deze beloning kan hier nu niet. Er is niets afgeschreven. Kies iets anders.",
			"This reward cannot be had here now. Nothing was taken. Choose something else.",
			"Diese Prämie gibt es hier gerade nicht. Nichts abgebucht. Bitte etwas anderes wählen.",
			"Cette récompense n'est pas disponible ici pour le moment. Rien n'a été déduit. Choisissez autre chose.",
		}), true
	case programme.NotOnReceipt:
		return w.say(text{
			"Waar deze beloning voor is staat niet op de bon. Er is niets afgeschreven. Kies iets anders.",
			"What this reward is for is not on the receipt. Nothing was taken. Choose something else.",
			"Wofür diese Prämie gilt, steht nicht auf dem Bon. Nichts abgebucht. Bitte etwas anderes wählen.",
			"L'article de cette récompense n'est pas sur le ticket. Rien n'a été déduit. Choisissez autre chose.",
		}), true
	case programme.SoldOut:
		return w.say(text{
			"Deze beloning is op. Er is niets afgeschreven. Kies iets anders.",
			"There are no more of this reward. Nothing was taken. Choose something else.",
			"Diese Prämie ist vergriffen. Nichts abgebucht. Bitte etwas anderes wählen.",
			"Cette récompense est épuisée. Rien n'a été déduit. Choisissez autre chose.",
		}), true
	case programme.HadAlready:
		return w.say(text{
			"Deze beloning kan nu niet nog een keer. Er is niets afgeschreven. Kies iets anders.",
			"This reward cannot be had once more now. Nothing was taken. Choose something else.",
			"Diese Prämie geht jetzt nicht noch einmal. Nichts abgebucht. Bitte etwas anderes wählen.",
			"Cette récompense ne peut pas être obtenue une nouvelle fois maintenant. Rien n'a été déduit. Choisissez autre chose.",
		}), true
	case programme.UnknownCause:
		return w.say(text{
			"Aan dit doel kan hier niet worden gegeven. Er is niets afgeschreven. Kies een ander doel.",
			"Nothing can be given to this cause here. Nothing was taken. Choose another cause.",
			"Für diesen Zweck kann hier nicht gespendet werden. Nichts abgebucht. Bitte einen anderen Zweck wählen.",
			"On ne peut pas donner à cette cause ici. Rien n'a été déduit. Choisissez une autre cause.",
		}), true
	case programme.CollectsOnly:
		return w.say(text{
			"Met deze kaart kan alleen gespaard worden. Er is niets afgeschreven. Scan een andere kaart van de klant of typ het telefoonnummer.",
			"This card is for collecting only. Nothing was taken. Scan another card of the customer, or type the phone number.",
			"Mit dieser Karte kann man nur sammeln. Nichts abgebucht. Bitte eine andere Karte des Kunden scannen oder die Telefonnummer eingeben.",
			"Cette carte permet seulement de cumuler. Rien n'a été déduit. Scannez une autre carte du client, ou saisissez le numéro de téléphone.",
		}), true
	case programme.LineNeeded:
		if r.Points <= 0 {
			return w.say(text{
				"Inwisselen kan met deze kaart hier nu niet. Er is niets afgeschreven. Probeer het later weer, met verbinding.",
				"This card cannot redeem here now. Nothing was taken. Try again later, with a line.",
				"Einlösen geht mit dieser Karte hier gerade nicht. Nichts abgebucht. Bitte später noch einmal versuchen, mit Verbindung.",
				"Les points de cette carte ne peuvent pas être utilisés ici pour le moment. Rien n'a été déduit. Réessayez plus tard, avec la connexion.",
			}), true
		}
		return w.sayf(text{
			"Op dit moment kan hier hoogstens %s worden ingewisseld. Er is niets afgeschreven. Kies een lager aantal.",
			"At the moment at most %s can be redeemed here. Nothing was taken. Choose a lower number.",
			"Im Moment können hier höchstens %s eingelöst werden. Nichts abgebucht. Bitte eine kleinere Zahl wählen.",
			"Pour le moment, on peut utiliser ici au plus %s. Rien n'a été déduit. Choisissez un nombre moins élevé.",
		}, points), true
	case programme.NotKnownHere:
		return w.say(text{
			"Het saldo van deze kaart is hier nog niet bekend. Er is niets afgeschreven. Probeer het later weer.",
			"The balance of this card is not known here yet. Nothing was taken. Try again later.",
			"Das Guthaben dieser Karte ist hier noch nicht bekannt. Nichts abgebucht. Bitte später noch einmal versuchen.",
			"Le solde de cette carte n'est pas encore connu ici. Rien n'a été déduit. Réessayez plus tard.",
		}), true
	}
	return "", false
}

// refusedReturn is the sentence for a return or an undo that was refused;
// false for other codes.
func (w Words) refusedReturn(r *programme.Refusal) (string, bool) {
	switch r.Code {
	case programme.UnknownSale:
		return w.say(text{
			"Deze bon kennen we hier niet. Er is niets veranderd. Controleer het kenmerk op de bon.",
			"We do not know this receipt here. Nothing changed. Check the reference on the receipt.",
			"Dieser Bon ist hier nicht bekannt. Nichts geändert. Bitte die Belegnummer auf dem Bon prüfen.",
			"Ce ticket n'est pas connu ici. Rien n'a changé. Vérifiez la référence sur le ticket.",
		}), true
	case programme.NotASale:
		return w.say(text{
			"Dit is geen aankoop of inwisseling. Er is niets veranderd. Neem de bon van de aankoop.",
			"This is neither a purchase nor a redemption. Nothing changed. Take the receipt of the purchase.",
			"Das ist weder ein Einkauf noch eine Einlösung. Nichts geändert. Bitte den Bon des Einkaufs nehmen.",
			"Ce n'est ni un achat ni une utilisation de points. Rien n'a changé. Prenez le ticket de l'achat.",
		}), true
	case programme.UnknownLine:
		return w.say(text{
			"Deze regel staat niet op de bon. Er is niets veranderd. Kies een regel van de bon.",
			"This line is not on the receipt. Nothing changed. Choose a line of the receipt.",
			"Diese Position steht nicht auf dem Bon. Nichts geändert. Bitte eine Position des Bons wählen.",
			"Cette ligne n'est pas sur le ticket. Rien n'a changé. Choisissez une ligne du ticket.",
		}), true
	case programme.Returned:
		return w.say(text{
			"Dit is al eerder teruggenomen. Er is niets veranderd. Controleer de bon.",
			"This was taken back before. Nothing changed. Check the receipt.",
			"Das wurde schon zurückgenommen. Nichts geändert. Bitte den Bon prüfen.",
			"Cela a déjà été repris. Rien n'a changé. Vérifiez le ticket.",
		}), true
	case programme.MoreThanSold:
		return w.say(text{
			"Er komt meer terug dan er nog van de bon over is. Er is niets veranderd. Controleer aantal en bedrag.",
			"More comes back than is left of the receipt. Nothing changed. Check number and amount.",
			"Es kommt mehr zurück, als vom Bon noch übrig ist. Nichts geändert. Bitte Anzahl und Betrag prüfen.",
			"Il revient plus que ce qui reste du ticket. Rien n'a changé. Vérifiez la quantité et le montant.",
		}), true
	case programme.NotKept:
		return w.say(text{
			"Wat er op deze bon stond wordt niet meer bewaard. Er is niets veranderd. Alleen de hele bon kan terug.",
			"What was on this receipt is not kept any more. Nothing changed. Only the whole receipt can come back.",
			"Was auf diesem Bon stand, ist nicht mehr gespeichert. Nichts geändert. Nur der ganze Bon kann zurück.",
			"Le contenu de ce ticket n'est plus conservé. Rien n'a changé. Seul le ticket entier peut être repris.",
		}), true
	case programme.OtherDay:
		return w.say(text{
			"Terugdraaien kan alleen op dezelfde dag. Er is niets veranderd. Neem de bon retour.",
			"An undo is possible on the same day only. Nothing changed. Take the receipt back as a return.",
			"Ein Storno geht nur am selben Tag. Nichts geändert. Bitte den Bon als Rückgabe nehmen.",
			"L'annulation n'est possible que le jour même. Rien n'a changé. Traitez le ticket comme un retour.",
		}), true
	}
	return "", false
}
