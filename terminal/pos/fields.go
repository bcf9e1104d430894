package pos

import (
	"fmt"
	"reflect"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// otherNames are types that the document calls differently from Go: by what
// they are to a till.
var otherNames = map[reflect.Type]string{
	reflect.TypeFor[noBody]():               "",
	reflect.TypeFor[helloAnswer]():          "Hello",
	reflect.TypeFor[codeAsked]():            "Code",
	reflect.TypeFor[quoteAsked]():           "Asked",
	reflect.TypeFor[holdAsked]():            "Wanted",
	reflect.TypeFor[saleAsked]():            "Sale",
	reflect.TypeFor[saleWanted]():           "SaleLookup",
	reflect.TypeFor[releasedAnswer]():       "Released",
	reflect.TypeFor[gamesAnswer]():          "Games",
	reflect.TypeFor[game.Told]():            "GameSeed",
	reflect.TypeFor[notesAnswer]():          "Events",
	reflect.TypeFor[problem]():              "Problem",
	reflect.TypeFor[complaint]():            "Complaint",
	reflect.TypeFor[basket.Key]():           "BasketKey",
	reflect.TypeFor[basket.Line]():          "BasketLine",
	reflect.TypeFor[redeem.Wish]():          "Wish",
	reflect.TypeFor[refund.Goods]():         "Goods",
	reflect.TypeFor[session.View]():         "Lane",
	reflect.TypeFor[session.Shown]():        "PointsInWords",
	reflect.TypeFor[session.Priced]():       "MoneyInWords",
	reflect.TypeFor[session.Person]():       "Member",
	reflect.TypeFor[session.Amount]():       "Points",
	reflect.TypeFor[session.Note]():         "Event",
	reflect.TypeFor[eventAsked]():           "Happened",
	reflect.TypeFor[enrolAsked]():           "Enrolment",
	reflect.TypeFor[session.Undoing]():      "Undo",
	reflect.TypeFor[session.Moving]():       "Move",
	reflect.TypeFor[session.Named]():        "SaleName",
	reflect.TypeFor[session.Recalled]():     "RecalledSale",
	reflect.TypeFor[session.RecalledLine](): "RecalledLine",
}

// actionList is what each action means, as a list.
func actionList() string {
	var all strings.Builder
	for _, a := range actions() {
		fmt.Fprintf(&all, "- `%s`: %s\n", a.action, a.means)
	}
	return strings.TrimSpace(all.String())
}

// A fieldWord is what a till programmer is told about a field.
type fieldWord struct {
	about string
	// longest is the most characters of a text that nobody after us bounds.
	longest int
}

const (
	thousandths = "In thousandths of the wallet's unit: 23 points are 23000."
	minorUnits  = "In minor units (cents)."
	cashierName = "The till's own cashier, as it names them. It is kept as `till/…`: nobody here asked for a PIN."
	maskedCard  = "Masked: the last four digits."
	meantCard   = "Whom it is for: the masked card as the lane, the quote or an event showed it, `…0018`. To whoever else stands there by then it is refused (K-505). Send it whenever you have it."
)

// fieldWords are all fields of the interface.
var fieldWords = map[string]fieldWord{
	"Hello.name":    {about: "Always `zegel`."},
	"Hello.version": {about: "The daemon's version."},
	"Hello.api":     {about: "The version of this interface: `v1`."},

	"Code.code":  {about: "What was read or typed. It is kept nowhere and stands in no log. A voucher's code stays at the lane for the sale that comes.", longest: 512},
	"Code.entry": {about: "How the till got it: `till` its own scanner, `keyed` a typed card number, `phone` a phone number."},

	"Asked.basket":    {about: "What is being bought, as far as it is known."},
	"Asked.vouchers":  {about: "Codes of vouchers that the till read itself. Those read at the lane are quoted besides."},
	"Wanted.vouchers": {about: "Codes of vouchers to be used, at most 8. They are taken off before what is wanted for points."},
	"Wanted.basket":   {about: "What is being bought, before anything is taken off for points."},
	"Wanted.redeem":   {about: "What the customer wants for points, in the order it is taken off; each reward once, at most 8."},
	"Wanted.card":     {about: meantCard},

	"Basket.key":      {about: "The sale's name: what makes a repeat harmless."},
	"Basket.currency": {about: "ISO 4217: `EUR`."},
	"Basket.total":    {about: "What the customer pays, tax included, before anything is taken off for points. " + minorUnits},
	"Basket.lines":    {about: "The receipt's lines, at most 300. They add up to the total. May be left out."},
	"Basket.tenders":  {about: "How it was paid. May be left out."},
	"Basket.channel":  {about: "Left out for the counter."},
	"Basket.partner":  {about: "Left out for the shop itself."},

	"Basket.codes":       {about: "What the customer gave to get something besides: `ZOMER26`."},
	"Basket.not_earning": {about: "Of a basket without lines: what of the total earns nothing, such as deposits. " + minorUnits},

	"BasketKey.till": {about: "The till's name, 1 to 64 bytes."},
	"BasketKey.day":  {about: "The till's business day: `2026-11-22`."},
	"BasketKey.id":   {about: "The till's own number of the sale, return, undo or move, 1 to 64 bytes: unique within its till and day."},

	"BasketLine.id":       {about: "The till's number of the line: a return can name it."},
	"BasketLine.product":  {about: "The article's number: an EAN, or the shop's own."},
	"BasketLine.name":     {about: "As on the receipt."},
	"BasketLine.quantity": {about: "In thousandths: 2 pieces are 2000, 0,355 kg is 355."},
	"BasketLine.amount":   {about: "What the line adds to the total; below zero for a discount. " + minorUnits},

	"BasketLine.category": {about: "The kind of goods it is, as the shop sorts them: rules and rewards of the programme may name it."},
	"BasketLine.tags":     {about: "More that rules may name: `organic`."},
	"BasketLine.kind":     {about: "What it is where it is not plain goods: `deposit`, `gift_card`, `fee`, `tobacco`, `alcohol`, `infant_formula`, `discount`, or the till's own word. By it the programme knows what earns nothing."},
	"BasketLine.tax":      {about: "The tax in the amount, with its sign. " + minorUnits},
	"BasketLine.of":       {about: "Of a discount: the `id` of the line it is about. Left out for one on the whole sale."},

	"Tender.kind":   {about: "`cash`, `card`, `gift_card`, or the till's own word."},
	"Tender.amount": {about: minorUnits},

	"Wish.reward":      {about: "Its name in the programme, as the quote has it."},
	"Wish.cause":       {about: "What a donation is for, where there is more than one."},
	"Wish.thousandths": {about: "What to spend: a whole number of the reward's steps. " + thousandths},

	"Sale.basket":    {about: "What was bought, before anything was taken off for points."},
	"Sale.typed":     {about: "A person typed the total."},
	"Sale.redeem":    {about: "What the customer has for points. With a hold it may be left out: what is set aside counts."},
	"Sale.vouchers":  {about: "Codes of vouchers that are used, at most 8: also those that were read at the lane, as the quote names them. With a hold they may be left out."},
	"Sale.confirmed": {about: "A person was asked about an unusually high total (K-212) and meant it."},
	"Sale.hold":      {about: "The hold that set the points aside."},
	"Sale.card":      {about: meantCard},
	"Sale.operator":  {about: cashierName, longest: 64},

	"Quote.card":      {about: maskedCard + " Left out when nobody's card is at the lane."},
	"Quote.earns":     {about: "What the basket would bring, wallet by wallet."},
	"Quote.rewards":   {about: "The programme's rewards, in its order."},
	"Quote.standing":  {about: "What there is to tell about the customer besides points."},
	"Quote.automatic": {about: "What the customer has without asking. It is in the answer to the sale as well."},
	"Quote.vouchers":  {about: "Vouchers that were read at the lane, or that you named."},
	"Quote.discount":  {about: "What comes off the total for these; the answer to the hold or the sale says what to take off for all. " + minorUnits},
	"Quote.rules":     {about: "The version of the programme that decided it."},

	"Offer.reward":    {about: "Its name: what a wish names."},
	"Offer.wallet":    {about: "The wallet it is paid from."},
	"Offer.step":      {about: "What the points must be a multiple of. " + thousandths},
	"Offer.least":     {about: "The least that can be redeemed now; 0 when it cannot be had. " + thousandths},
	"Offer.most":      {about: "The most that can be redeemed now. " + thousandths},
	"Offer.suggested": {about: "One to begin with. " + thousandths},
	"Offer.discount":  {about: "What the suggested points take off the total; 0 for a thing that is handed over. " + minorUnits},
	"Offer.gives":     {about: "What it is, where it is neither money off nor a thing: `percent`, `perk`, `cash`, `donation`, `points`."},
	"Offer.pays":      {about: "What the suggested points pay of the total, off which then nothing comes: points are a tender here. " + minorUnits},
	"Offer.money":     {about: "What is paid out or given to the cause for them. " + minorUnits},
	"Offer.causes":    {about: "What a donation can be for: a wish names one."},
	"Offer.code":      {about: "Why it cannot be had: a problem's code. Left out when it can."},
	"Offer.detail":    {about: "The same as a sentence for the cashier."},

	"Held.hold":     {about: "The hold's id: the sale names it."},
	"Held.until":    {about: "When it lapses: milliseconds since 1970 UTC."},
	"Held.card":     {about: maskedCard},
	"Held.redeemed": {about: "What is set aside, reward by reward."},
	"Held.discount": {about: "What the till takes off the total now. " + minorUnits},
	"Held.tell":     {about: "What the cashier does now, in the shop's language."},

	"Redeemed.reward":      {about: "Its name in the programme."},
	"Redeemed.wallet":      {about: "The wallet it was paid from."},
	"Redeemed.thousandths": {about: "What was spent. " + thousandths},
	"Redeemed.discount":    {about: "What it takes off the total; 0 for a thing that is handed over. " + minorUnits},

	"Redeemed.pays":      {about: "What the points paid of the total: book it as a tender, take nothing off. " + minorUnits},
	"Redeemed.paid_out":  {about: "What is paid out to the customer. " + minorUnits},
	"Redeemed.donated":   {about: "What is given to the cause. " + minorUnits},
	"Redeemed.cause":     {about: "What a donation is for."},
	"Redeemed.automatic": {about: "Nobody asked for it: whoever can have it has it."},

	"Redeemed.voucher": {about: "It was had for a voucher."},
	"Redeemed.printed": {about: "A voucher is printed for it: nothing comes off this sale."},

	"ShownVoucher.voucher":  {about: "Its code: name it in `vouchers` when you post the sale."},
	"ShownVoucher.reward":   {about: "The reward it is for, as the programme named it."},
	"ShownVoucher.discount": {about: "What it takes off the total. " + minorUnits},
	"ShownVoucher.pays":     {about: "What it pays of the total: book it as a tender, take nothing off. " + minorUnits},
	"ShownVoucher.until":    {about: "The last business day on which it can be used."},
	"ShownVoucher.code":     {about: "Why it cannot be used on this basket: a problem's code. Left out when it can."},
	"ShownVoucher.detail":   {about: "The same as a sentence."},

	"PrintedVoucher.reward": {about: "The reward it is for."},
	"PrintedVoucher.until":  {about: "The last business day on which it can be used."},

	"Released.released": {about: "The hold that is no more; also when it was gone already."},

	"Answer.record":        {about: "The record's key: for ever, and everywhere."},
	"Answer.code":          {about: "Its short form, as on the slip: with it a person finds the sale again."},
	"Answer.account":       {about: "The number the points belong to. It is no card number and says nothing about anybody."},
	"Answer.card":          {about: maskedCard},
	"Answer.earned":        {about: "What was given, wallet by wallet."},
	"Answer.bonus":         {about: "The part of it that is above the plain rate."},
	"Answer.games":         {about: "What was played with it."},
	"Answer.standing":      {about: "What there is to tell the customer besides points."},
	"Answer.redeemed":      {about: "What was redeemed. Left out when nothing was."},
	"Answer.discount":      {about: "What the till takes off the total for all of it. " + minorUnits},
	"Answer.vouchers":      {about: "Vouchers that the counter's printer prints with it."},
	"Answer.tell":          {about: "What the cashier does now, in the shop's language."},
	"Answer.no_paper":      {about: "The shop's own rule keeps its slip off the printer: there is nothing to hand over. It can still be printed on request."},
	"Answer.balance":       {about: "What the account holds now. Not the whole truth when `balance_known` is false: then say \"saldo volgt\", never the figure."},
	"Answer.balance_known": {about: "Whether that is all the account holds."},
	"Answer.balance_as_of": {about: "When head office last said so: milliseconds since 1970 UTC. Left out in a shop that stands alone."},
	"Answer.kind":          {about: "What was posted: `award` for a sale, `return`, `undo`, `move`; the counter's page has others."},
	"Answer.taken_back":    {about: "What a return, an undo or a move took of what had been earned."},
	"Answer.given_back":    {about: "What came back of what had been redeemed."},
	"Answer.total":         {about: "What the sale came to, or what came back of one. " + minorUnits},
	"Answer.points_paid":   {about: "What of what came back had been paid with points. " + minorUnits},
	"Answer.pay_back":      {about: "What the till pays back to the customer: the rest of it. " + minorUnits},
	"Answer.sale":          {about: "The record of the sale that came back or was moved."},
	"Answer.repeat":        {about: "It had been posted before; nothing was added now."},

	"Game.game":       {about: "Its name in the programme."},
	"Game.prize":      {about: "What was won. Left out for nothing."},
	"Game.draw":       {about: "The number that was drawn, 0 to 999999."},
	"Game.commitment": {about: "The SHA-256 of what it was drawn from: fixed before the play, told when the month is over (`games`)."},
	"Game.text":       {about: "The outcome for people: `Gewonnen: Koffie`."},

	"Games.games":         {about: "The oldest month first."},
	"GameSeed.game":       {about: "Its name in the programme."},
	"GameSeed.month":      {about: "Of business days: `2026-11`."},
	"GameSeed.commitment": {about: "As it stands on the slips of its plays."},
	"GameSeed.seed":       {about: "In hex. Left out while the month is not over."},

	"Standing.tiers":    {about: "Where the customer stands, one for each ladder of the programme."},
	"Standing.clubs":    {about: "The paid memberships the customer has."},
	"Standing.perks":    {about: "What the customer is entitled to by tiers and clubs."},
	"Standing.pending":  {about: "Points that cannot be spent yet. They are in no balance."},
	"Standing.messages": {about: "Lines for the customer, as the slip has them."},

	"Tier.ladder":  {about: "The ladder's name."},
	"Tier.name":    {about: "The tier the customer has; empty for none."},
	"Tier.until":   {about: "Its last day; left out for ever."},
	"Tier.next":    {about: "The tier above; left out at the top."},
	"Tier.missing": {about: "What is missing to it: in thousandths of what the ladder counts, whole units of money, visits or points."},
	"Tier.text":    {about: "In words: `Goud, tot en met 31-12-2027`."},

	"Membership.name":  {about: "The club's name."},
	"Membership.until": {about: "Its last day; left out for ever."},
	"Membership.text":  {about: "In words."},

	"Perk.name": {about: "Its name in the programme, for software."},
	"Perk.text": {about: "For people."},

	"Points.wallet":      {about: "Which kind of unit: `points`, `stamps`."},
	"Points.thousandths": {about: thousandths},

	"Return.key":      {about: "The return's own name, not the sale's: asking again gives the first answer."},
	"Return.sale":     {about: "The sale it belongs to. Either this or `slip`."},
	"Return.slip":     {about: "The code read from another shop's slip.", longest: 4096},
	"Return.goods":    {about: "What came back. Left out: all that is left."},
	"Return.operator": {about: cashierName, longest: 64},

	"Goods.id":       {about: "The till's number of the line."},
	"Goods.line":     {about: "Or its number in the sale, from 1. Left out for a sale without lines."},
	"Goods.quantity": {about: "In thousandths. With neither quantity nor amount: all that is left of the line."},
	"Goods.amount":   {about: "With the line's sign, before points paid any of it. " + minorUnits},

	"Undo.key":      {about: "The undo's own name, not the sale's."},
	"Undo.sale":     {about: "The sale to take back: whole, and of the same business day."},
	"Undo.operator": {about: cashierName, longest: 64},

	"Move.key":      {about: "The move's own name, not the sale's."},
	"Move.sale":     {about: "The sale whose points go to the customer at the lane."},
	"Move.operator": {about: cashierName, longest: 64},

	"SaleName.code":   {about: "The code on its slip: `A1B2-17`.", longest: 64},
	"SaleName.record": {about: "Its record's key."},
	"SaleName.basket": {about: "Its basket's key. Give one of the three."},

	"Happened.kind":     {about: "What was done, as the programme names it: `review`."},
	"Happened.id":       {about: "Tells it from others of its kind, 1 to 64 bytes: it is rewarded once, on whatever day it is said again."},
	"Happened.quantity": {about: "How much of it there was, in thousandths: 1234 miles are 1234000. Left out, it is one."},
	"Happened.code":     {about: "The member's card or telephone number; nothing changes about the lane then. Left out, it is about whoever stands there.", longest: 256},
	"Happened.entry":    {about: "How the code was got. Left out without a code."},
	"Happened.operator": {about: cashierName, longest: 64},

	"EnrolForm.consents": {about: "The wordings to show, each with a yes and a no."},
	"EnrolForm.birthday": {about: "Whether the programme goes by birthdays. Where it does not, ask nobody for theirs."},
	"EnrolForm.referrer": {about: "Whether the programme goes by who brought a member in."},

	"Wording.name":     {about: "Its name in the programme."},
	"Wording.version":  {about: "An answer names it: one to another version counts for nothing."},
	"Wording.text":     {about: "The wording by language."},
	"Wording.required": {about: "Without a yes to it nobody becomes a member."},

	"Consent.name":    {about: "Of the wording."},
	"Consent.version": {about: "Of the wording that was shown."},
	"Consent.lang":    {about: "The language it was shown in: `nl`."},
	"Consent.given":   {about: "Whether the answer was yes."},

	"Enrolment.key":      {about: "The enrolment's name: what makes a repeat harmless."},
	"Enrolment.name":     {about: "As the member says it. May be left out.", longest: 80},
	"Enrolment.phone":    {about: "A telephone number that leads to the member from now on. May be left out.", longest: 40},
	"Enrolment.birthday": {about: "The month and the day, `02-29`: never the year.", longest: 5},
	"Enrolment.referrer": {about: "The card or telephone number of the member who brought them in: somebody else (K-244), known here (K-110).", longest: 256},
	"Enrolment.consents": {about: "What was said to each wording of `GET /v1/enrolment` that was shown."},
	"Enrolment.carried":  {about: "What they bring along from before: a paper card's stamps."},
	"Enrolment.card":     {about: meantCard},
	"Enrolment.operator": {about: cashierName, longest: 64},

	"SaleLookup.sale": {about: "Which sale."},

	"RecalledSale.record":     {about: "Its record's key."},
	"RecalledSale.code":       {about: "As on the slip."},
	"RecalledSale.when":       {about: "In words, on the shop's clock."},
	"RecalledSale.card":       {about: maskedCard},
	"RecalledSale.total":      {about: "What was paid."},
	"RecalledSale.left":       {about: "What has not come back yet."},
	"RecalledSale.lines":      {about: "As far as they are still kept."},
	"RecalledSale.earned":     {about: "What it gave."},
	"RecalledSale.redeemed":   {about: "What it took."},
	"RecalledSale.can_undo":   {about: "Whether an undo may still be asked for."},
	"RecalledSale.can_return": {about: "Whether there is anything left to return."},
	"RecalledSale.can_move":   {about: "Whether its points can go to another customer."},
	"RecalledSale.can_claim":  {about: "Whether it was made without a card, and a card can still claim it."},

	"RecalledLine.line":   {about: "From 1."},
	"RecalledLine.name":   {about: "As on the receipt."},
	"RecalledLine.amount": {about: "What it added to the total."},
	"RecalledLine.left":   {about: "What of it has not come back. " + minorUnits},

	"MoneyInWords.amount": {about: minorUnits},
	"MoneyInWords.text":   {about: "In words: `€ 12,50`."},

	"PointsInWords.wallet":      {about: "Which kind of unit."},
	"PointsInWords.thousandths": {about: thousandths},
	"PointsInWords.text":        {about: "In words: `123 punten`."},

	"Member.card":     {about: maskedCard},
	"Member.name":     {about: "Of a member who gave one."},
	"Member.enrolled": {about: "Whether somebody became a member with it."},
	"Member.new":      {about: "Nobody here has seen it before; it can be used at once."},
	"Member.known":    {about: "Whether the balance is all there is."},
	"Member.balance":  {about: "Left out where it is not known: then say what `follows` says."},
	"Member.follows":  {about: "What to say instead of a balance that is not known here."},
	"Member.as_of":    {about: "As of when, where head office's word is of an earlier day."},

	"Lane.lane":          {about: "The checkout's name."},
	"Lane.lang":          {about: "The language of its sentences: the shop's."},
	"Lane.turn":          {about: "Grows with everything that happens at the lane."},
	"Lane.state":         {about: "Where the conversation is: `free` nobody is there, `card` a customer is, `done` the sale is posted; others belong to the counter's page. Treat one you do not know like `card`."},
	"Lane.question":      {about: "What the counter's page waits to have answered."},
	"Lane.heading":       {about: "The page's heading."},
	"Lane.primary":       {about: "What the page's large key does now."},
	"Lane.said":          {about: "The outcome of what was done last."},
	"Lane.customer":      {about: "Who stands there."},
	"Lane.standing":      {about: "What there is to tell about them besides points."},
	"Lane.games":         {about: "What was played with the sale that is done."},
	"Lane.bearer":        {about: "There is no card: the points go on a slip."},
	"Lane.found":         {about: "Those whom a name typed at the page led to."},
	"Lane.amount":        {about: "What the till asks for, as typed at the page."},
	"Lane.discount":      {about: "What points take off it."},
	"Lane.asked":         {about: "What a manager is asked to confirm, in words; empty while nobody is."},
	"Lane.to_pay":        {about: "What is left to pay."},
	"Lane.earns":         {about: "What the sale brings."},
	"Lane.rewards":       {about: "What the customer can redeem."},
	"Lane.chosen":        {about: "What was picked at the page."},
	"Lane.tell":          {about: "What the cashier does now."},
	"Lane.sale":          {about: "A sale whose slip was read."},
	"Lane.undo":          {about: "The sale that one key of the page takes back."},
	"Lane.practice":      {about: "The lane practises: nothing is written."},
	"Lane.operator":      {about: "Who is signed in at the page."},
	"Lane.manager":       {about: "Whether they are a manager."},
	"Lane.sign_in":       {about: "Somebody has to sign in at the page first."},
	"Lane.devices":       {about: "Devices that are not well; left out when all are."},
	"Lane.offline":       {about: "The words for a line that is down."},
	"Lane.signals":       {about: "What the shop says is so now, by the programme's names: `rain`."},
	"Lane.card":          {about: maskedCard},
	"Lane.new":           {about: "Nobody has seen the card before."},
	"Lane.balance_known": {about: "Whether the balance is all there is."},
	"Lane.balance":       {about: "What the customer holds."},
	"Lane.refused":       {about: "The last refusal's code; left out after anything else."},

	"FoundMember.account": {about: "The number their points belong to."},
	"FoundMember.name":    {about: "Their name."},
	"FoundMember.card":    {about: maskedCard},

	"Message.tone": {about: "`info`, `good`, `look` or `no`."},
	"Message.text": {about: "The sentence."},
	"Message.code": {about: "A problem's code, where it is one."},

	"Undoable.record": {about: "Its record's key."},
	"Undoable.code":   {about: "As on the slip."},
	"Undoable.until":  {about: "Until when it is offered: milliseconds since 1970 UTC."},

	"Events.notes": {about: "What happened since, oldest first."},
	"Events.last":  {about: "Ask for what comes after this next time."},
	"Events.reset": {about: "What was missed is not known any more, or this was the first poll: read the lane, then go on from `last`."},

	"Event.id":   {about: "Grows from event to event."},
	"Event.kind": {about: "What happened: see the call. There may be new kinds: leave alone what you do not know."},
	"Event.data": {about: "What belongs to it."},

	"TillDay.day":         {about: "The till's business day: `2026-11-22`."},
	"TillDay.till":        {about: "As in the keys of its baskets."},
	"TillDay.turnover":    {about: "What it took, returns taken off. " + minorUnits},
	"TillDay.currency":    {about: "ISO 4217: `EUR`."},
	"TillDay.receipts":    {about: "How many receipts it printed."},
	"TillDay.points_paid": {about: "What of the turnover was paid with points. " + minorUnits},

	"Problem.type":           {about: "`urn:zegel:problem:` and the code."},
	"Problem.title":          {about: "The status in words."},
	"Problem.status":         {about: "The HTTP status."},
	"Problem.detail":         {about: "For the cashier, in the language of Accept-Language (`nl`, `en`) or else the shop's: what happened, whether points changed, what to do now."},
	"Problem.instance":       {about: "`urn:zegel:request:` and the request's X-Request-Id, where it had one."},
	"Problem.code":           {about: "What is wrong; it never changes."},
	"Problem.retryable":      {about: "The very same request may be sent again, after the seconds of the header Retry-After."},
	"Problem.points_changed": {about: "false: certainly nothing happened. null: nobody knows yet."},
	"Problem.action":         {about: "What the till does about it. There may be new ones: treat one you do not know as `none`.\n\n" + actionList()},
	"Problem.wallet":         {about: "Which wallet it is about."},
	"Problem.thousandths":    {about: "What is missing (K-201), the least (K-202), the step (K-203), the most (K-204, K-220), or what must stay (K-205)."},
	"Problem.amount":         {about: "The amount it is about. " + minorUnits},
	"Problem.currency":       {about: "ISO 4217."},
	"Problem.at":             {about: "When the sale was posted (K-210), or not before when to try again (K-502): RFC 3339."},
	"Problem.errors":         {about: "What is wrong with what was sent, for whoever connects the till."},

	"Complaint.pointer": {about: "Where in the body: a JSON pointer (RFC 6901); empty for all of it."},
	"Complaint.detail":  {about: "What is wrong there."},
}
