package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
)

// plays posts records of a day in which a game was played; with forged the draw
// is not what the seed has.
func (s *shop) plays(t *testing.T, day ledger.Day, times int, forged bool) game.Seed {
	t.Helper()
	d := s.opened(t, &bytes.Buffer{})
	defer d.db.Close()
	seeds, err := d.db.GameSeeds(t.Context(), game.MonthOf(day), []string{"Rad"})
	if err != nil {
		t.Fatal(err)
	}
	for n := range times {
		req := ledger.Request{Key: fmt.Sprintf("%s/play/%d/%t", day, n, forged), Digest: sha256.Sum256([]byte{byte(n)}), Subjects: []ledger.Subject{{Account: ledger.Account{9}, Foreign: true}}}
		_, err := d.db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			p := ledger.Played{Game: "Rad", Commitment: seeds[0].Commitment(), Draw: seeds[0].Draw(v.Next, 1)}
			if forged {
				p.Draw = (p.Draw + 1) % game.Chances
			}
			return ledger.Posting{Draft: ledger.Draft{
				Kind: ledger.KindAward, Rules: 1, Moment: ledger.Moment{At: time.Now(), Day: day, Trusted: true},
				Body: ledger.Body{Account: v.Holdings[0].Account, Games: []ledger.Played{p}},
			}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return seeds[0]
}

func TestGameReveal(t *testing.T) {
	s := newShop(t, "")
	seed := s.plays(t, "2020-02-29", 2, false)
	running := s.plays(t, s.today(t), 1, false)
	hex := fmt.Sprintf("%x", seed.Bytes)
	s.tells(t, "", "game", "reveal", "--month", "2020-02").is(t, 0, "Rad, 2020-02", seed.Commitment().String(), hex, "2 plays, 0 won, 0 drew a prize that was used up: all as the seeds have it")
	now := s.tells(t, "", "game", "reveal", "--month", string(running.Month))
	now.is(t, 0, running.Commitment().String(), "is not over")
	if bytes.Contains([]byte(now.out), fmt.Appendf(nil, "%x", running.Bytes)) {
		t.Errorf("the seed of this month is told:\n%s", now.out)
	}
	var told struct {
		Over  bool
		Games []game.Told
		Plays int64
		Lost  int64
	}
	s.tells(t, "", "game", "reveal", "--month", "2020-02", "--json").reads(t, &told)
	if !told.Over || told.Plays != 2 || told.Lost != 0 || len(told.Games) != 1 || told.Games[0].Seed != hex {
		t.Errorf("told %+v", told)
	}
	s.tells(t, "", "game", "reveal").is(t, 0, "No game has a seed for")
	s.tells(t, "", "game", "reveal", "--month", "2020-13").is(t, exitUsage, "need one as 2026-10")
	s.plays(t, "2020-02-29", 1, true)
	s.tells(t, "", "game", "reveal", "--month", "2020-02").is(t, exitProblems, "FOUT", "it says", "1 of 3 plays are not as their seed has it")
}
