package scanning

import "zegel/terminal/loyalty/member"

// BuiltIn are cards of every sort, for a device that is looked at where there is
// no programme: EANs from 29 and 04, the recipient's number of GS1, Luhn
// numbers of 16 digits from 9752, LOY:1: with 6 to 20 letters and digits behind
// it, and the numbers of chips and transponders.
func BuiltIn() member.Formats {
	return member.Formats{
		{Name: "rcn13", Class: member.GTIN, Prefixes: []string{"29", "04"}},
		{Name: "gsrn", Class: member.GSRN},
		{Name: "luhn16", Class: member.Luhn, Prefixes: []string{"9752"}, Length: 16},
		{Name: "opaque", Class: member.Pattern, Pattern: `LOY:1:[A-Z0-9]{6,20}`},
		{Name: "uid", Class: member.UID},
		{Name: "uid4", Class: member.UID, Length: 4},
		{Name: "em4100", Class: member.EM4100},
	}
}
