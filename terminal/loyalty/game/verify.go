package game

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Verify reports what about a play in a record is not as the seed has it. play
// is its number among the record's plays of the same game, from 1. A record
// that was issued again counts under its origin's key: that is where it was
// played.
func Verify(s Seed, record ledger.Key, play int, p ledger.Played) error {
	if p.Game != s.Game {
		return fmt.Errorf("play of %q in record %v: the seed is of %q", p.Game, record, s.Game)
	}
	if p.Commitment != s.Commitment() {
		return fmt.Errorf("play of %q in record %v: it names the commitment %v, the seed has %v", p.Game, record, p.Commitment, s.Commitment())
	}
	if want := s.Draw(record, play); p.Draw != want {
		return fmt.Errorf("play of %q in record %v: it says %06d was drawn, the seed has %06d", p.Game, record, p.Draw, want)
	}
	return nil
}

// A Record is the plays of one record, as it was posted first.
type Record struct {
	Key   ledger.Key
	Rules int64 // the version of the programme that decided
	Plays []ledger.Played
}

// A Told is what is told of a seed: its commitment at any time, the seed itself
// in hex once its month is over.
type Told struct {
	Game       string      `json:"game"`
	Month      Month       `json:"month"`
	Commitment ledger.Hash `json:"commitment"`
	Seed       string      `json:"seed,omitempty"`
}

// Tell is what is told of seeds on a day.
func Tell(seeds []Seed, on ledger.Day) []Told {
	told := make([]Told, 0, len(seeds))
	for _, s := range seeds {
		t := Told{Game: s.Game, Month: s.Month, Commitment: s.Commitment()}
		if s.Month.Over(on) {
			t.Seed = fmt.Sprintf("%x", s.Bytes)
		}
		told = append(told, t)
	}
	return told
}

// An Audit checks the plays of a month against its seeds. Its zero value but
// for Seeds and Rules is ready.
type Audit struct {
	Seeds []Seed
	// Rules are the programme in force: the odds of another version are not
	// known here, of its plays the draw alone is checked.
	Rules programme.Rules
	// Plays is how many there were, Won how many won, Missed how many drew a
	// prize whose budget was used up.
	Plays, Won, Missed int64
	// Lost is how many name a seed that is not here: it went with a database.
	Lost     int64
	Findings []string // what is not as the seeds have it
}

// Add checks the plays of one record.
func (a *Audit) Add(r Record) {
	numbers := make(map[string]int)
	for _, p := range r.Plays {
		numbers[p.Game]++
		a.Plays++
		if p.Prize != "" {
			a.Won++
		}
		if p.Missed != "" {
			a.Missed++
		}
		at := slices.IndexFunc(a.Seeds, func(s Seed) bool { return s.Game == p.Game && s.Commitment() == p.Commitment })
		if at < 0 {
			a.Lost++
			continue
		}
		if err := Verify(a.Seeds[at], r.Key, numbers[p.Game], p); err != nil {
			a.Findings = append(a.Findings, err.Error())
			continue
		}
		a.checkPrize(r, p)
	}
}

func (a *Audit) checkPrize(r Record, p ledger.Played) {
	g, known := a.Rules.Game(p.Game)
	if !known || r.Rules != a.Rules.Version {
		return
	}
	prize, _ := Prize(g, p.Draw)
	said := p.Prize
	if p.Missed != "" {
		said = p.Missed
	}
	if said != prize.Prize {
		a.Findings = append(a.Findings, fmt.Sprintf("play of %q in record %v: %06d is of %q, it says %q", p.Game, r.Key, p.Draw, prize.Prize, said))
	}
}
