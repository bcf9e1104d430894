package preset

// A CodeIDSet is the letters that one maker puts in front of codes to say of
// what symbology they are, if so set up.
type CodeIDSet struct {
	// Name is for people.
	Name string
	// Preset is the name of the preset that requires them; empty if the maker's
	// devices send them only when asked to.
	Preset string
	// IDs are the letters with the AIM identifier each stands for, and an
	// empty one where one letter stands for several.
	IDs map[string]string
}

// CodeIDSets returns the sets that are known. Within a set no letter may be
// guessed: an "A" in front of digits could as well be data.
//
// Where the manuals at hand do not confirm a letter it is the one in general
// use; in sets for QR and DataMatrix letters differ between models. A vendor's
// letter does not tell GS1 content from other content in those two, so that GS1
// content is not understood: AIM identifiers tell it.
func CodeIDSets() []CodeIDSet {
	return []CodeIDSet{
		{"Datalogic, USA set", "datalogic", datalogicIDs()},
		{"Datalogic, EU set", "datalogic-eu", datalogicEUIDs()},
		{"Zebra, OPOS/JPOS and Nixdorf B", "zebra-opos", oposIDs()},
		{"Zebra, ICL", "zebra-icl", iclIDs()},
		{"Zebra, Symbol identifiers", "", zebraIDs()},
		{"Honeywell", "", honeywellIDs()},
	}
}

// AIM identifiers (ISO/IEC 15424) that letters stand for.
const (
	ean13      = "]E0" // and UPC-A, UPC-E
	ean8       = "]E4"
	code39     = "]A0"
	code128    = "]C0"
	gs1128     = "]C1"
	itf        = "]I0"
	qr         = "]Q1"
	dataMatrix = "]d1"
	dataBar    = "]e0"
	pdf417     = "]L0"
)

// zebraIDs are all confirmed. "A" stands for EAN-13, UPC-A, UPC-E and EAN-8
// alike, so that eight digits behind it may be either of the last two.
func zebraIDs() map[string]string {
	return map[string]string{
		"A": "", "B": code39, "D": code128, "K": gs1128, "F": itf,
		"P00": dataMatrix, "P01": qr, "R": dataBar, "X": pdf417,
	}
}

// oposIDs are all confirmed.
func oposIDs() map[string]string {
	return map[string]string{
		"A": ean13, "B": ean8, "C": ean13, "M": code39, "K": code128, "P": gs1128, "I": itf, "E": dataBar,
	}
}

// iclIDs leave out Code 39 ("C"), Code 128 ("L") and ITF ("I"), behind which a
// length comes: taking it for data would make another number.
func iclIDs() map[string]string {
	return map[string]string{"A": ean13, "E": ean13, "F": ean13, "FF": ean8}
}

// datalogicIDs are confirmed for EAN, Code 39 and Code 128.
func datalogicIDs() map[string]string {
	return map[string]string{
		"A": ean13, "E": ean13, "F": ean13, "FF": ean8, "*": code39, "#": code128, "i": itf,
		"QR": qr, "Dm": dataMatrix, "R4": dataBar, "P": pdf417,
	}
}

// datalogicEUIDs are confirmed for EAN, Code 39 and Code 128.
func datalogicEUIDs() map[string]string {
	return map[string]string{
		"A": ean8, "B": ean13, "C": ean13, "D": ean13, "V": code39, "T": code128, "N": itf,
		"yy": qr, "wD": dataMatrix, "u": dataBar, "r": pdf417,
	}
}

// honeywellIDs are confirmed for UPC.
func honeywellIDs() map[string]string {
	return map[string]string{
		"c": ean13, "E": ean13, "d": ean13, "D": ean8, "b": code39, "j": code128, "I": gs1128, "e": itf,
		"s": qr, "w": dataMatrix, "y": dataBar, "r": pdf417,
	}
}
