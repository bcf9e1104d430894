package demo

import "fmt"

// words are the workbench's sentences in one language. The daemon's own
// sentences, on the counter's page and on slips, are in the shop's language.
type words struct {
	Lang, Other, OtherName                                 string
	Title, About, Counter, CounterAbout                    string
	Hand, HandAbout, Regular, Rich, New, Twice, Elsewhere  string
	Article, Bank, Damaged, Free, FreeAbout, Read          string
	Pull, PullAbout                                        string
	Scanner, Plugged, Unplugged, Plug, Unplug              string
	Paper, Full, Few, None, FullNow, FewNow, NoneNow       string
	Cover, Open, Closed, OpenIt, CloseIt                   string
	Power, On, Off, TurnOn, TurnOff                        string
	Cable, Breaks, BreaksNow                               string
	Line, Up, Down, Cut, Mend                              string
	Daemon, Runs, Dead, Kill, Start                        string
	Come, Coming, Alone, LetCome, NoMore                   string
	Sees, Nobody, NoAnswer                                 string
	Till, TillAbout, Empty, Total, Amount, Add, Clear      string
	Points, PointsAbout, HoldIt, Off2, Release, Held       string
	Pay, ToPay, Cancel, Sold, Again, Slip, SlipAbout       string
	Find, Left, Back, AllBack, Undo, Move, UndoAbout       string
	Talk, TalkAbout, Asks, Answers, Tells, NoTalk          string
	Roll, RollAbout, NoPaper, Duplicate, Hanging, ShowSlip string
	Shop, Records, Unsent, Due, Printed, Duplicates        string
	ScannerState, PrinterState, OfficeState                string
	Office, OfficeAbout, Received, Batches, Waiting        string
	Balances, NoBalances, Log, Failed                      string
	states, acts                                           map[string]string
	wallets                                                map[string][2]string // one, and more
}

// State is a device's or a line's state in words.
func (w words) State(name string) string {
	if s, ok := w.states[name]; ok {
		return s
	}
	return name
}

// Units is an amount of a wallet in words.
func (w words) Units(a Amount) string {
	names, ok := w.wallets[a.Wallet]
	switch {
	case !ok:
		names = [2]string{a.Wallet, a.Wallet}
	case a.Points == 1000:
		return "1 " + names[0]
	}
	return fmt.Sprintf("%d %s", a.Points/1000, names[1])
}

// done says what was done.
func (w words) done(a act) string {
	name := a.Act
	if a.On {
		name += "+"
	}
	if s, ok := w.acts[name+":"+a.Text]; ok {
		return s
	}
	return w.acts[name]
}

// SpoiledCard is the second card with one digit that is wrong.
func (scene) SpoiledCard() string { return spoiled(Card(2)) }

// Cards are those on the shelf, by what is special about them.
func (scene) Cards() map[string]string {
	return map[string]string{
		"first": Card(1), "second": Card(2), "rich": Card(richCard), "elsewhere": "AH-2610-4417-0093", "bank": "4111111111111111",
	}
}

// Articles are what the till has keys for.
func (scene) Articles() []article { return articles }

// spoiled is a card number with one wrong digit.
func spoiled(card string) string {
	b := []byte(card)
	b[7] = '0' + (b[7]-'0'+1)%10
	return string(b)
}

// wordsFor are the words of a language; Dutch where it is none of ours.
func wordsFor(lang string) words {
	if lang == "en" {
		return english()
	}
	return dutch()
}

func dutch() words {
	return words{
		Lang: "nl", Other: "en", OtherName: "English",
		Title: "Werkbank", About: "Een nagespeelde winkel. De daemon, zijn database en het hoofdkantoor zijn echt; de kaarten, de kabels, het papier en de kassa heeft u hier in de hand.",
		Counter: "Open de kassapagina", CounterAbout: "wat de kassamedewerker op het scherm heeft, in een tweede venster",
		Hand: "1. Houd iets voor de scanner", HandAbout: "Elke knop stuurt de code door de seriële kabel van de scanner.",
		Regular: "Vaste klant", Rich: "Klant met veel punten", New: "Nieuwe kaart", Twice: "Kaart te lang voor de scanner", Elsewhere: "Kaart van een ander",
		Article: "Artikel", Bank: "Bankpas", Damaged: "Beschadigde kaart", Free: "Een andere code", FreeAbout: "kaartnummer of tekst", Read: "Lees",
		Pull: "3. Maak iets stuk", PullAbout: "En zie dat er niets verloren gaat.",
		Scanner: "Kabel van de scanner", Plugged: "zit erin", Unplugged: "eruit getrokken", Plug: "Steek erin", Unplug: "Trek eruit",
		Paper: "Papier in de printer", Full: "genoeg", Few: "nog een halve bon", None: "op", FullNow: "Nieuwe rol", FewNow: "Bijna op", NoneNow: "Haal eruit",
		Cover: "Klep van de printer", Open: "open", Closed: "dicht", OpenIt: "Doe open", CloseIt: "Doe dicht",
		Power: "Printer", On: "aan", Off: "uit", TurnOn: "Zet aan", TurnOff: "Zet uit",
		Cable: "Kabel van de printer", Breaks: "Laat breken na de volgende bon", BreaksNow: "breekt na de volgende bon",
		Line: "Lijn naar het hoofdkantoor", Up: "werkt", Down: "doorgeknipt", Cut: "Knip door", Mend: "Herstel",
		Daemon: "De daemon", Runs: "draait", Dead: "dood", Kill: "Sla dood (kill -9)", Start: "Start",
		Come: "Klanten", Coming: "komen vanzelf", Alone: "alleen u", LetCome: "Laat klanten komen", NoMore: "Geen klanten meer",
		Sees: "Wat de kassamedewerker ziet", Nobody: "Er staat niemand.", NoAnswer: "De daemon antwoordt niet.",
		Till: "2. Reken af aan de kassa", TillAbout: "Deze kassa praat met de daemon zoals een echte kassa dat doet.",
		Empty: "Nog niets aangeslagen.", Total: "Totaal", Amount: "Bedrag in centen: 1234 is € 12,34", Add: "Sla aan", Clear: "Wis",
		Points: "Met punten betalen?", PointsAbout: "vraagt wat kan (quote)", HoldIt: "Zet apart", Off2: "korting", Release: "Geef terug", Held: "apart gezet",
		Pay: "Betaald", ToPay: "te betalen", Cancel: "Stuur de klant weg", Sold: "Laatste verkoop", Again: "Stuur dezelfde verkoop nog eens",
		Slip: "Retour, ongedaan maken, andere klant", SlipAbout: "Kenmerk op de bon; leeg is de laatste verkoop", Find: "Zoek op",
		Left: "nog niet terug", Back: "Retour", AllBack: "Alles retour", Undo: "Maak ongedaan", Move: "Was van de klant die er nu staat", UndoAbout: "Bon",
		Talk: "Wat kassa en daemon tegen elkaar zeggen", TalkAbout: "Nieuwste boven; klik een regel open voor vraag en antwoord.", Asks: "vraag", Answers: "antwoord", Tells: "daemon meldt:", NoTalk: "Nog niets.",
		Roll: "Het papier", RollAbout: "Zoals het uit de printer komt, nieuwste boven.", NoPaper: "Er is nog niets gedrukt.", Duplicate: "duplicaat", Hanging: "Half gedrukt: hangt nog aan de rol", ShowSlip: "Houd de code op deze bon voor de scanner",
		Shop: "De winkel", Records: "verkopen en andere boekingen", Unsent: "nog niet bij het hoofdkantoor", Due: "bonnen die nog moeten", Printed: "bonnen gedrukt", Duplicates: "waarvan duplicaat",
		ScannerState: "scanner", PrinterState: "printer", OfficeState: "hoofdkantoor",
		Office: "Het hoofdkantoor", OfficeAbout: "Wat daar is aangekomen.", Received: "boekingen ontvangen", Batches: "zendingen", Waiting: "nog op te tellen",
		Balances: "Saldi", NoBalances: "Nog geen.", Log: "Logboek van de daemon", Failed: "Dat lukte niet:",
		states: map[string]string{
			"": "onbekend", "ready": "klaar", "absent": "niet gevonden", "opening": "gaat open", "lost": "kwijt", "closed": "gesloten", "busy": "bezet", "denied": "geen toegang", "failed": "mislukt", "idle": "klaar",
			"printing": "drukt", "trouble": "storing", "up": "verbonden", "down": "geen lijn", "alone": "alleen",
		},
		wallets: map[string][2]string{"points": {"punt", "punten"}, "stamps": {"zegel", "zegels"}},
		acts: map[string]string{
			"counter": "De kassapagina opent in een tweede venster. Komt die niet, plak dan deze link binnen een minuut in de adresbalk:",
			"scan":    "Gelezen.", "new-card": "Een kaart die nog niemand zag.", "held-long": "Drie keer gelezen: het telt één keer.", "slip": "De code op de bon is gelezen.",
			"scanner": "De kabel van de scanner is eruit.", "scanner+": "De kabel van de scanner zit er weer in.",
			"paper:full": "Nieuw papier: wat wachtte komt eruit.", "paper:few": "Er is nog papier voor een halve bon.", "paper:none": "Het papier is eruit. De bonnen wachten.",
			"cover": "De klep is dicht.", "cover+": "De klep is open.", "power": "De printer is uit. Wat nog niet op papier stond, is daar weg; de daemon weet het nog.", "power+": "De printer is aan.",
			"cable": "De kabel van de printer is eruit.", "cable+": "De kabel van de printer zit erin.", "breaks": "De lijn breekt na de volgende bon: niemand kan dan weten of die eruit kwam.",
			"line": "De lijn is doorgeknipt. De winkel verkoopt door.", "line+": "De lijn is terug: wat wachtte gaat erheen.",
			"daemon": "De daemon is dood, midden in zijn werk.", "daemon+": "De daemon draait weer en vindt alles terug.",
			"customers": "Er komen geen klanten meer.", "customers+": "Er komen klanten.",
			"article": "Aangeslagen.", "amount": "Aangeslagen.", "clear": "Gewist.", "cancel": "De klant ging zonder te kopen.",
			"quote": "Dit kan de klant nu inwisselen.", "hold": "De punten staan apart. Haal de korting eraf en laat betalen.", "release": "De punten zijn teruggegeven.",
			"pay": "Verkocht. De bon komt eraan.", "again": "Dezelfde vraag, hetzelfde antwoord: het telt één keer.", "recall": "Gevonden.",
			"return": "Terug. Er komt een bon.", "undo": "Ongedaan gemaakt.", "move": "De punten zijn nu van de klant die er staat. Er komen twee bonnen.",
		},
	}
}

func english() words {
	return words{
		Lang: "en", Other: "nl", OtherName: "Nederlands",
		Title: "Workbench", About: "A pretended shop. The daemon, its database and head office are real; the cards, the cables, the paper and the till are in your hands.",
		Counter: "Open the counter's page", CounterAbout: "what the cashier has on the screen, in a second window",
		Hand: "1. Hold something to the scanner", HandAbout: "Each button sends its code down the scanner's serial cable.",
		Regular: "Regular customer", Rich: "Customer with many points", New: "New card", Twice: "Card held too long", Elsewhere: "Somebody else's card",
		Article: "Article", Bank: "Bank card", Damaged: "Damaged card", Free: "Another code", FreeAbout: "card number or text", Read: "Read",
		Pull: "3. Break something", PullAbout: "And see that nothing is lost.",
		Scanner: "Scanner's cable", Plugged: "in", Unplugged: "pulled", Plug: "Plug in", Unplug: "Pull",
		Paper: "Paper in the printer", Full: "enough", Few: "half a slip left", None: "out", FullNow: "New roll", FewNow: "Nearly out", NoneNow: "Take out",
		Cover: "Printer's cover", Open: "open", Closed: "closed", OpenIt: "Open", CloseIt: "Close",
		Power: "Printer", On: "on", Off: "off", TurnOn: "Switch on", TurnOff: "Switch off",
		Cable: "Printer's cable", Breaks: "Let it break behind the next slip", BreaksNow: "breaks behind the next slip",
		Line: "Line to head office", Up: "works", Down: "cut", Cut: "Cut", Mend: "Mend",
		Daemon: "The daemon", Runs: "runs", Dead: "dead", Kill: "Kill it (kill -9)", Start: "Start",
		Come: "Customers", Coming: "come by themselves", Alone: "only you", LetCome: "Let customers come", NoMore: "No more customers",
		Sees: "What the cashier sees", Nobody: "Nobody is there.", NoAnswer: "The daemon does not answer.",
		Till: "2. Pay at the till", TillAbout: "This till talks to the daemon as a real one does.",
		Empty: "Nothing was rung up yet.", Total: "Total", Amount: "Amount in cents: 1234 is € 12.34", Add: "Ring up", Clear: "Clear",
		Points: "Pay with points?", PointsAbout: "asks what can be had (quote)", HoldIt: "Set aside", Off2: "off", Release: "Give back", Held: "set aside",
		Pay: "Paid", ToPay: "to pay", Cancel: "Send the customer away", Sold: "Last sale", Again: "Send the same sale once more",
		Slip: "Return, undo, another customer", SlipAbout: "Reference on the slip; empty is the last sale", Find: "Look up",
		Left: "not back yet", Back: "Return", AllBack: "Return all", Undo: "Undo", Move: "Was the customer's who is there now", UndoAbout: "Slip",
		Talk: "What till and daemon say to each other", TalkAbout: "Newest on top; open a line for question and answer.", Asks: "asked", Answers: "answered", Tells: "the daemon tells:", NoTalk: "Nothing yet.",
		Roll: "The paper", RollAbout: "As it comes out of the printer, newest on top.", NoPaper: "Nothing was printed yet.", Duplicate: "duplicate", Hanging: "Half printed: still hangs on the roll", ShowSlip: "Hold the code on this slip to the scanner",
		Shop: "The shop", Records: "sales and other records", Unsent: "not at head office yet", Due: "slips to come", Printed: "slips printed", Duplicates: "of them duplicates",
		ScannerState: "scanner", PrinterState: "printer", OfficeState: "head office",
		Office: "Head office", OfficeAbout: "What arrived there.", Received: "records received", Batches: "batches", Waiting: "to be added up",
		Balances: "Balances", NoBalances: "None yet.", Log: "The daemon's log", Failed: "That failed:",
		states: map[string]string{
			"": "not known", "ready": "ready", "absent": "not found", "opening": "opening", "lost": "lost", "closed": "closed", "busy": "busy", "denied": "denied", "failed": "failed", "idle": "ready",
			"printing": "printing", "trouble": "trouble", "up": "connected", "down": "no line", "alone": "alone",
		},
		wallets: map[string][2]string{"points": {"point", "points"}, "stamps": {"stamp", "stamps"}},
		acts: map[string]string{
			"counter": "The counter's page opens in a second window. If it does not, paste this link into the address bar within a minute:",
			"scan":    "Read.", "new-card": "A card nobody has seen before.", "held-long": "Read three times: it counts once.", "slip": "The code on the slip was read.",
			"scanner": "The scanner's cable is out.", "scanner+": "The scanner's cable is back in.",
			"paper:full": "New paper: what waited comes out.", "paper:few": "There is paper for half a slip.", "paper:none": "The paper is out. The slips wait.",
			"cover": "The cover is closed.", "cover+": "The cover is open.", "power": "The printer is off. What was not on paper is gone there; the daemon still knows.", "power+": "The printer is on.",
			"cable": "The printer's cable is out.", "cable+": "The printer's cable is in.", "breaks": "The line breaks behind the next slip: nobody can know then whether it came out.",
			"line": "The line is cut. The shop sells on.", "line+": "The line is back: what waited goes there.",
			"daemon": "The daemon is dead, in the middle of its work.", "daemon+": "The daemon runs again and finds everything.",
			"customers": "No more customers come.", "customers+": "Customers come.",
			"article": "Rung up.", "amount": "Rung up.", "clear": "Cleared.", "cancel": "The customer went without buying.",
			"quote": "This is what the customer can redeem now.", "hold": "The points are set aside. Take the discount off and let them pay.", "release": "The points were given back.",
			"pay": "Sold. The slip is on its way.", "again": "The same question, the same answer: it counts once.", "recall": "Found.",
			"return": "Back. A slip comes.", "undo": "Undone.", "move": "The points are now those of the customer who is there. Two slips come.",
		},
	}
}
