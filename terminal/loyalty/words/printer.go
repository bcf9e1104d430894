package words

// PrinterTrouble tells the cashier what is the matter with the printer, by the
// name the printer's part of the program has for it ("cover-open"), and what to
// do. One without words of its own is a printer that cannot be reached.
func (w Words) PrinterTrouble(name string) string {
	what, own := printerTroubles[name]
	switch {
	case name == "paper-out":
		return w.PaperOut()
	case !own:
		return w.PrinterGone()
	}
	return w.say(what)
}

// Where the slip waits, earning goes on; the codes are those of the manual.
var printerTroubles = map[string]text{
	"cover-open": {
		"Printer: de klep staat open. Doe hem dicht; de bon komt dan vanzelf. (K-304)",
		"Printer: the cover is open. Close it; the slip then comes by itself. (K-304)",
		"Drucker: die Klappe ist offen. Bitte schließen; der Bon kommt dann von selbst. (K-304)",
		"Imprimante : le capot est ouvert. Fermez-le ; le ticket vient ensuite tout seul. (K-304)",
	},
	"cutter": {
		"Printer: het mes zit vast. Haal het papier eruit en zet de printer uit en aan; de bon komt daarna. (K-305)",
		"Printer: the cutter is jammed. Take the paper out, and turn the printer off and on; the slip comes afterwards. (K-305)",
		"Drucker: das Messer klemmt. Bitte das Papier entnehmen und den Drucker aus- und einschalten; der Bon kommt danach. (K-305)",
		"Imprimante : le massicot est bloqué. Retirez le papier, éteignez et rallumez l'imprimante ; le ticket viendra après. (K-305)",
	},
	"error": {
		"Printer: meldt een storing. Zet hem uit en aan; de bon komt daarna. (K-306)",
		"Printer: it reports a failure. Turn it off and on; the slip comes afterwards. (K-306)",
		"Drucker: er meldet eine Störung. Bitte aus- und einschalten; der Bon kommt danach. (K-306)",
		"Imprimante : elle signale une panne. Éteignez-la et rallumez-la ; le ticket viendra après. (K-306)",
	},
	"offline": {
		"Printer: staat niet klaar. Kijk of er een lampje knippert en druk op de knop Feed; de bon komt daarna. (K-302)",
		"Printer: it is not ready. See whether a light is flashing, and press Feed; the slip comes afterwards. (K-302)",
		"Drucker: nicht bereit. Bitte prüfen, ob eine Lampe blinkt, und Feed drücken; der Bon kommt danach. (K-302)",
		"Imprimante : elle n'est pas prête. Voyez si un voyant clignote et appuyez sur Feed ; le ticket viendra après. (K-302)",
	},
	"busy": {
		"Printer: een ander programma gebruikt hem. De bon komt later; sparen gaat gewoon door. (K-302)",
		"Printer: another program has it. The slip comes later; earning works as usual. (K-302)",
		"Drucker: ein anderes Programm benutzt ihn. Der Bon kommt später; Sammeln geht normal weiter. (K-302)",
		"Imprimante : un autre programme l'utilise. Le ticket viendra plus tard ; le cumul continue normalement. (K-302)",
	},
	"denied": {
		"Printer: het programma mag er niet bij. Bel de beheerder; sparen gaat gewoon door. (K-302)",
		"Printer: the program may not use it. Call support; earning works as usual. (K-302)",
		"Drucker: das Programm darf nicht darauf zugreifen. Bitte den Support anrufen; Sammeln geht normal weiter. (K-302)",
		"Imprimante : le programme n'y a pas accès. Appelez l'assistance ; le cumul continue normalement. (K-302)",
	},
	"unconfirmed": {
		"Printer: niet zeker of de bon eruit kwam. Kijk op het papier; een tweede heeft het opschrift duplicaat. (K-307)",
		"Printer: not certain whether the slip came out. Look at the paper; a second one is headed as a duplicate. (K-307)",
		"Drucker: nicht sicher, ob der Bon herauskam. Bitte auf dem Papier nachsehen; ein zweiter trägt die Überschrift Duplikat. (K-307)",
		"Imprimante : il n'est pas certain que le ticket soit sorti. Regardez le papier ; un second porte la mention duplicata. (K-307)",
	},
}

// SlipState is what a slip on its way to paper is called, by its state's name.
func (r Report) SlipState(name string) string {
	state, ok := slipStates[name]
	if !ok {
		return name
	}
	return r.say(state)
}

var slipStates = map[string]text{
	"queued":  {"wacht", "waiting", "wartet", "en attente"},
	"sending": {"wordt geprint", "printing", "wird gedruckt", "en cours d'impression"},
	"sent":    {"verstuurd, nog niet bevestigd", "sent, not confirmed yet", "gesendet, noch nicht bestätigt", "envoyé, pas encore confirmé"},
	"printed": {"geprint", "printed", "gedruckt", "imprimé"},
	"held":    {"wacht op de printer", "waiting for the printer", "wartet auf den Drucker", "attend l'imprimante"},
	"late":    {"te oud om vanzelf te printen", "too old to print by itself", "zu alt, um von selbst zu drucken", "trop ancien pour s'imprimer seul"},
	"failed":  {"niet te printen", "cannot be printed", "nicht druckbar", "impossible à imprimer"},
	"unknown": {"misschien al op papier", "perhaps on paper already", "vielleicht schon auf Papier", "peut-être déjà sur papier"},
}
