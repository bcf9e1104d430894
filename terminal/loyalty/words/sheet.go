package words

// ScannerSheet heads the paper of codes that a scanner is set up with.
func (w Words) ScannerSheet() string {
	return w.say(text{"SCANNER INSTELLEN", "SET UP A SCANNER", "SCANNER EINRICHTEN", "CONFIGURER UN SCANNER"})
}

// OneByOne tells how the codes of that paper are scanned.
func (w Words) OneByOne() string {
	return w.say(text{
		"Scan de codes één voor één, van boven naar beneden. Dek de andere codes af.",
		"Scan the codes one by one, from top to bottom. Cover the other codes.",
		"Bitte die Codes einzeln scannen, von oben nach unten. Die anderen Codes abdecken.",
		"Scannez les codes un par un, de haut en bas. Couvrez les autres codes.",
	})
}

// ScanThis stands above one of so many codes of that paper, and says what kind it is.
func (w Words) ScanThis(number, of int, kind string) string {
	return w.sayf(text{
		"%d/%d Scan deze code: %s",
		"%d/%d Scan this code: %s",
		"%d/%d Diesen Code scannen: %s",
		"%d/%d Scannez ce code : %s",
	}, number, of, kind)
}
