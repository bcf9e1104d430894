package pos

// A callWord is what a till programmer is told about a call, with a body and
// the answers to it as a Dutch shop has them. They are sent to the handler in
// a test.
type callWord struct {
	about, more string
	asks        string
	answers     map[int]string
}

const (
	exampleBasket = `{"key": {"till": "1", "day": "2026-11-22", "id": "000123"}, "currency": "EUR", "total": 2345,
  "lines": [
    {"id": "1", "product": "8710400000013", "name": "Volle melk 1 l", "quantity": 2000, "amount": 278},
    {"id": "2", "product": "2100355", "name": "Jong belegen kaas", "quantity": 355, "amount": 497},
    {"id": "3", "product": "8712561000019", "name": "Koffiebonen 1 kg", "quantity": 1000, "amount": 1570}
  ],
  "tenders": [{"kind": "card", "amount": 2345}]}`
	exampleWishes = `[{"reward": "Betalen met punten", "thousandths": 100000}, {"reward": "Kop koffie", "thousandths": 10000}]`
	exampleHad    = `[
    {"reward": "Betalen met punten", "wallet": "points", "thousandths": 100000, "discount": 100},
    {"reward": "Kop koffie", "wallet": "stamps", "thousandths": 10000, "discount": 0}
  ]`
	exampleTell = `["Trek € 1,00 af op de kassa", "Geef mee: 1 × Kop koffie"]`
)

const exampleMemberLine = `{"card":"…0018","name":"Anna","enrolled":true,"new":false,"known":true,` +
	`"balance":[{"wallet":"points","thousandths":118000,"text":"118 punten"}]}`

const streamExample = "retry: 1000\n\n" +
	"id: 1795356000000\nevent: reset\ndata: {}\n\n" +
	"id: 1795356000001\nevent: customer\ndata: " + exampleMemberLine + "\n\n" +
	"id: 1795356000002\nevent: pass\ndata: {\"text\":\"8710400000013\",\"symbology\":\"]E0\"}\n\n" +
	":\n\n"

func exampleLane(rest string) string {
	return `{"lane": "kassa1", "lang": "nl", "turn": 7, ` + rest + `}`
}

func exampleAnswer(rest string) string {
	return `{
  "record": "0a6b1c2d3e4f5061/923dcfe2a1b04c5d8e9f001122334455/17", "code": "923D-17",
  "account": "2cba9e92d4b14f0c9c7a5b3e1f204862", "card": "…0018",
  ` + rest + `
}`
}

const (
	exampleCustomer = `"state": "card", "heading": "Klant …0018",
  "customer": {"card": "…0018", "name": "Anna", "enrolled": true, "new": false, "known": true,
    "balance": [{"wallet": "points", "thousandths": 118000, "text": "118 punten"}]},
  "card": "…0018", "balance_known": true, "balance": [{"wallet": "points", "thousandths": 118000}]`
	exampleFree   = `"state": "free", "heading": "Scan de klantenkaart", "balance_known": false, "balance": []`
	examplePosted = `"earned": [{"wallet": "points", "thousandths": 23000}],
  "balance": [{"wallet": "points", "thousandths": 141000}], "balance_known": true`
	exampleTaken = `"earned": [],
  "balance": [{"wallet": "points", "thousandths": 118000}], "balance_known": true`
	repeated = `, "repeat": true`
)

// callWords are all calls, by operation.
var callWords = map[string]callWord{
	"hello": {
		about: "Who is there.", more: "Needs no token and touches nothing: ask it to find the daemon.",
		answers: map[int]string{200: `{"name": "zegel", "version": "1.4.0", "api": "v1"}`},
	},
	"openapi": {
		about: "This document.", answers: map[int]string{200: `{"openapi": "3.1.0"}`},
	},
	"status": {
		about: "How the shop is: scanners, printers, database, the line to head office.", more: "For people and monitoring; fields may come and go.",
		answers: map[int]string{200: `{"version": "1.4.0", "shop": "Bakkerij Jansen", "database": "ok",
  "scanners": [{"lane": "kassa1", "state": "up"}], "printers": [{"lane": "kassa1", "state": "ready"}], "office": {"state": "alone"}}`},
	},
	"games": {
		about: "What games are drawn from.",
		more:  "Of each game and month the commitment, at any time, and the seed itself once the month is over: with it anybody can draw again what a slip says. What a commitment and a draw are made of, `zegel game reveal --help` says.",
		answers: map[int]string{200: `{"games": [
  {"game": "Rad", "month": "2026-10", "commitment": "fbf37452fb0294dd4ed7e77d12ecb709bcd4ffb6e39612aec71152bef4cf4ee8", "seed": "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"},
  {"game": "Rad", "month": "2026-11", "commitment": "ef0655daf63e1929c8fbffb8c84b7faf80cc9895b4f4a3f7c9ac015478eb1bea"}
]}`},
	},
	"lane": {
		about: "What the lane's screen shows.", more: "All of it, each time. Its sentences are in the shop's language.",
		answers: map[int]string{200: exampleLane(exampleCustomer)},
	},
	"events": {
		about: "What happens at the lane: a stream of server-sent events, or one answer by long poll.",
		more: "Kinds: `customer` who stands there changed (a member as in the lane's `customer`, or null for nobody); " +
			"`pass` a code that is none of ours and is meant for the till (`text`, `symbology`, and with one scanner for both `raw`, its bytes in base64; never a payment card's number); " +
			"`sale` something was posted (an answer as of a sale); `hold` points were set aside (as of a hold), `release` a hold is no more (its id); " +
			"`device` (`device`, `well`) and `line` (`up`, `alone`, `waiting`) something was lost or is back; `notice` a message for the cashier. " +
			"`reset` comes first in a stream that does not go on from an earlier one, and whenever what was missed is not known any more: read the lane then. " +
			"A comment comes every 15 seconds. A reader that leaves an event lying for 10 seconds is dropped: come back with Last-Event-ID. " +
			"With `wait` it is a long poll, answered in JSON.",
		answers: map[int]string{200: `{"notes": [
  {"id": 1795356000001, "kind": "customer", "data": ` + exampleMemberLine + `},
  {"id": 1795356000002, "kind": "pass", "data": {"text": "8710400000013", "symbology": "]E0"}}
], "last": 1795356000002, "reset": false}`},
	},
	"customer": {
		about: "The customer gave a card or a phone number to the till instead of the lane's scanner.",
		more:  "They stand at the lane then, as after a scan.",
		asks:  `{"code": "2900000000018", "entry": "till"}`, answers: map[int]string{200: exampleLane(exampleCustomer)},
	},
	"cancel": {
		about: "The customer at the lane goes without a sale.", more: "What was set aside for them is given back.",
		asks: `{}`, answers: map[int]string{200: exampleLane(exampleFree)},
	},
	"quote": {
		about: "What a basket would bring the customer at the lane, and what they could redeem on it.",
		more:  "Nothing is written or set aside: ask as often as the basket changes.",
		asks:  `{"basket": ` + exampleBasket + `}`,
		answers: map[int]string{200: `{"card": "…0018", "earns": [{"wallet": "points", "thousandths": 23000}],
  "rewards": [
    {"reward": "Betalen met punten", "wallet": "points", "step": 50000, "least": 100000, "most": 850000, "suggested": 850000, "discount": 850},
    {"reward": "Kop koffie", "wallet": "stamps", "step": 10000, "least": 0, "most": 0, "suggested": 0, "discount": 0,
     "code": "K-201", "detail": "3 zegels te weinig voor deze beloning. Er is niets afgeschreven. Kies iets anders of spaar verder. (K-201)"}
  ], "rules": 3}`},
	},
	"hold": {
		about: "Sets points aside for a basket, so that the till can take the discount off before it is paid.",
		more: "It lasts ten minutes. A sale has one hold: the next one for the same basket key takes its place. " +
			"Nobody else can spend what is set aside. Only the sale spends it.",
		asks: `{"basket": ` + exampleBasket + `, "redeem": ` + exampleWishes + `, "card": "…0018"}`,
		answers: map[int]string{201: `{"hold": "5f0c3b1e9a7d4c2286e1f0a4b3c2d1e0", "until": 1795356780000, "card": "…0018",
  "redeemed": ` + exampleHad + `, "discount": 100, "tell": ` + exampleTell + `}`},
	},
	"release": {
		about: "Gives back what a hold set aside.", more: "One that is not there, or not any more, is no error.",
		asks: `{}`, answers: map[int]string{200: `{"released": "5f0c3b1e9a7d4c2286e1f0a4b3c2d1e0"}`},
	},
	"sale": {
		about: "A sale was paid: whoever stands at the lane gets what it earns, and spends what it redeems.",
		more: "One record or nothing. The basket's key makes a repeat harmless: 201 the first time, then 200 with `repeat` and the same answer, for ever. " +
			"What is redeemed belongs to the sale: the same basket with other wishes is another sale (K-211).",
		asks: `{"basket": ` + exampleBasket + `, "redeem": ` + exampleWishes + `, "hold": "5f0c3b1e9a7d4c2286e1f0a4b3c2d1e0", "card": "…0018", "operator": "Anna"}`,
		answers: map[int]string{
			201: exampleAnswer(`"redeemed": ` + exampleHad + `, "discount": 100, "tell": ` + exampleTell + `, ` + examplePosted),
			200: exampleAnswer(`"redeemed": ` + exampleHad + `, "discount": 100, "tell": ` + exampleTell + `, ` + examplePosted + repeated),
		},
	},
	"return": {
		about: "Goods of a sale came back: what they earned is taken back, and what points paid of them is given back.",
		more:  "The return has a key of its own. Nobody has to stand at the lane: the points are those of whoever bought.",
		asks: `{"key": {"till": "1", "day": "2026-11-24", "id": "R-000007"}, "sale": {"code": "923D-17"},
  "goods": [{"id": "1", "quantity": 1000}], "operator": "Anna"}`,
		answers: map[int]string{201: exampleAnswer(exampleTaken), 200: exampleAnswer(exampleTaken + repeated)},
	},
	"undo": {
		about: "Takes a whole sale of the same business day back.", more: "For a sale that was rung up by mistake; the undo has a key of its own.",
		asks:    `{"key": {"till": "1", "day": "2026-11-22", "id": "U-000003"}, "sale": {"basket": {"till": "1", "day": "2026-11-22", "id": "000123"}}}`,
		answers: map[int]string{201: exampleAnswer(exampleTaken), 200: exampleAnswer(exampleTaken + repeated)},
	},
	"happened": {
		about: "A member did something that is rewarded and is no purchase: a review, a survey, a workshop.",
		more: "The programme says what it brings. The event's kind and id make a repeat harmless, whatever the day. " +
			"A kind that the programme does not reward is refused (K-223).",
		asks:    `{"kind": "review", "id": "2026-000815", "code": "2900000000018", "entry": "till"}`,
		answers: map[int]string{201: exampleAnswer(examplePosted), 200: exampleAnswer(examplePosted + repeated)},
	},
	"enrolForm": {
		about: "What a new member is asked: the wordings to agree to, and whether the programme has any use for a birthday or for who brought them in.",
		answers: map[int]string{200: `{"consents": [
  {"name": "terms", "version": 2, "text": {"nl": "Ik doe mee en ga akkoord met de voorwaarden.", "en": "I take part and accept the conditions."}, "required": true}
], "birthday": true, "referrer": false}`},
	},
	"enrol": {
		about: "The customer at the lane becomes a member, or who just paid there.",
		more:  "Once for each card (K-106). What the programme gives new members is in the answer, and a slip is printed.",
		asks: `{"key": {"till": "1", "day": "2026-11-22", "id": "L-000004"}, "name": "Anna Jansen", "phone": "06 12345678", "birthday": "02-29",
  "referrer": "2900000000025", "consents": [{"name": "terms", "version": 2, "lang": "nl", "given": true}], "card": "…0018", "operator": "Anna"}`,
		answers: map[int]string{201: exampleAnswer(examplePosted), 200: exampleAnswer(examplePosted + repeated)},
	},
	"move": {
		about: "A sale's points went to the wrong customer: they go to the one who stands at the lane.",
		more:  "Not for a sale with redemptions or returns (K-242). Both customers' slips say that it was corrected.",
		asks: `{"key": {"till": "1", "day": "2026-11-22", "id": "M-000001"},
  "sale": {"record": "0a6b1c2d3e4f5061/923dcfe2a1b04c5d8e9f001122334455/17"}, "operator": "Anna"}`,
		answers: map[int]string{201: exampleAnswer(examplePosted), 200: exampleAnswer(examplePosted + repeated)},
	},
	"lookupSale": {
		about: "What is kept of a sale, and what may still be done with it.", more: "By POST, so that what names it stays out of logs. It changes nothing.",
		asks: `{"sale": {"code": "923D-17"}}`,
		answers: map[int]string{200: `{"record": "0a6b1c2d3e4f5061/923dcfe2a1b04c5d8e9f001122334455/17", "code": "923D-17", "when": "22-11-2026, 14:03", "card": "…0018",
  "total": {"amount": 2345, "text": "€ 23,45"}, "left": {"amount": 2345, "text": "€ 23,45"},
  "lines": [{"line": 1, "name": "Volle melk 1 l", "amount": {"amount": 278, "text": "€ 2,78"}, "left": 278}],
  "earned": [{"wallet": "points", "thousandths": 23000, "text": "23 punten"}],
  "can_undo": true, "can_return": true, "can_move": true, "can_claim": false}`},
	},
	"lookupMember": {
		about: "Whom a card or phone number belongs to, without anybody coming to a lane.",
		more:  "By POST, so that numbers stay out of logs. It changes nothing.",
		asks:  `{"code": "06 12345678", "entry": "phone"}`,
		answers: map[int]string{200: `{"card": "…0018", "name": "Anna", "enrolled": true, "new": false, "known": true,
  "balance": [{"wallet": "points", "thousandths": 118000, "text": "118 punten"}]}`},
	},
	"day": {
		about:   "What a till took on a business day, for the day's report: it shows the difference.",
		more:    "May be sent again; the last word before the day is closed counts. A later one is listed in the next report as late, and compared with nothing.",
		asks:    `{"day": "2026-11-22", "till": "1", "turnover": 348120, "currency": "EUR", "receipts": 161, "points_paid": 1250}`,
		answers: map[int]string{200: `{"day": "2026-11-22", "till": "1", "turnover": 348120, "currency": "EUR", "receipts": 161, "points_paid": 1250}`},
	},
}
