package words

import (
	"fmt"

	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
)

// verdict says whether deciding once more agrees.
func (e Explained) verdict(x explain.Explanation) []string {
	w := e.Words
	switch x.Verdict {
	case explain.Same:
		return []string{w.say(text{
			"nagerekend: het klopt tot op het duizendste",
			"decided again: it agrees to the thousandth",
			"nachgerechnet: stimmt auf das Tausendstel genau",
			"recalculé : exact au millième",
		})}
	case explain.Differs:
		lines := []string{w.say(text{
			"nagerekend: er komt iets anders uit",
			"decided again: something else comes of it",
			"nachgerechnet: es kommt etwas anderes heraus",
			"recalculé : le résultat est différent",
		})}
		if x.Cause != "" {
			lines = append(lines, "  "+x.Cause)
		}
		for _, d := range x.Differ {
			lines = append(lines, "  "+w.sayf(text{
				"%s: opgeslagen %s, nu %s",
				"%s: stored %s, now %s",
				"%s: gespeichert %s, jetzt %s",
				"%s : enregistré %s, maintenant %s",
			}, string(d.Stored.Wallet),
				e.exactly(d.Stored), e.exactly(d.Again)))
		}
		return lines
	case explain.Untold:
		return []string{w.say(text{
			"niet na te rekenen: dit is bewaard voordat werd bewaard wat er gezien werd",
			"cannot be decided again: it was kept before what was seen was kept",
			"nicht nachzurechnen: gespeichert, bevor mitgespeichert wurde, was zu sehen war",
			"impossible à recalculer : enregistré avant que l'on conserve ce qui avait été vu",
		})}
	case explain.Unknown:
		return []string{w.sayf(text{
			"niet na te rekenen: regels versie %d zijn hier niet bewaard",
			"cannot be decided again: rules version %d are not kept here",
			"nicht nachzurechnen: die Regeln Version %d sind hier nicht gespeichert",
			"impossible à recalculer : les règles version %d ne sont pas conservées ici",
		}, x.Rules)}
	}
	return nil
}

// exactly is what an entry gives with its remainder.
func (e Explained) exactly(x ledger.Entry) string {
	p := e.points(x.Points, x.Wallet)
	if x.Rest.IsZero() {
		return p
	}
	return fmt.Sprintf("%s + %d/%d", p, x.Rest.Num, max(x.Rest.Den, 1)*1000)
}
