package cashier

import "strings"

// Marks are the tiers and clubs of whoever stands there, by name.
func (s scene) Marks() []string {
	if s.V.Standing == nil {
		return nil
	}
	var marks []string
	for _, t := range s.V.Standing.Tiers {
		if t.Name != "" {
			marks = append(marks, t.Name)
		}
	}
	for _, c := range s.V.Standing.Clubs {
		marks = append(marks, c.Name)
	}
	return marks
}

// First is the first line there is to tell the customer: it stands beside the
// balance.
func (s scene) First() string {
	if lines := s.messages(); len(lines) > 0 {
		return lines[0]
	}
	return ""
}

// Notes are what else there is to tell, below the list.
func (s scene) Notes() []string {
	st := s.V.Standing
	if st == nil {
		return s.lost()
	}
	notes := s.lost()
	if perks := s.perks(); perks != "" {
		notes = append(notes, s.W.YourPerks(perks))
	}
	for _, p := range st.Pending {
		notes = append(notes, s.W.StillPending()+": "+p.Text)
	}
	if lines := s.messages(); len(lines) > 1 {
		notes = append(notes, lines[1:]...)
	}
	return notes
}

// messages are the customer's lines but for the perks, which the cashier is
// told whatever the slip says.
func (s scene) messages() []string {
	if s.V.Standing == nil {
		return nil
	}
	var lines []string
	for _, m := range s.V.Standing.Messages {
		if m != s.W.YourPerks(s.perks()) {
			lines = append(lines, m)
		}
	}
	return lines
}

func (s scene) perks() string {
	texts := make([]string, len(s.V.Standing.Perks))
	for i, p := range s.V.Standing.Perks {
		texts[i] = p.Text
	}
	return strings.Join(texts, ", ")
}

// Won is what the games of the sale brought, for everybody at the counter to
// see.
func (s scene) Won() []string {
	var won []string
	for _, g := range s.V.Games {
		if g.Prize != "" {
			won = append(won, g.Text)
		}
	}
	return won
}

// lost is what became of the other games.
func (s scene) lost() []string {
	var lost []string
	for _, g := range s.V.Games {
		if g.Prize == "" {
			lost = append(lost, g.Game+": "+g.Text)
		}
	}
	return lost
}
