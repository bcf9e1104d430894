package game_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func key(seq int64) ledger.Key {
	return ledger.Key{Terminal: 7, Branch: ledger.Branch{0xa1, 0xb2}, Seq: seq}
}

func seed(first byte) game.Seed {
	return game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte{first, 2, 3}}
}

// The figures of one draw, made by hand as the documentation says, so that a
// change of it would not go unseen: records name their commitment for ever.
func TestDrawIsWhatItsDocumentationSays(t *testing.T) {
	s := seed(1)
	if want := sha256.Sum256(append([]byte("zegel game 1\x00"), s.Bytes[:]...)); s.Commitment() != want {
		t.Errorf("commitment %v", s.Commitment())
	}
	mac := hmac.New(sha256.New, s.Bytes[:])
	fmt.Fprintf(mac, "Rad\n%s\n1", key(17))
	want := int64(binary.BigEndian.Uint64(mac.Sum(nil)) % 1_000_000)
	if got := s.Draw(key(17), 1); got != want {
		t.Errorf("draw %d, want %d", got, want)
	}
	if got := s.Draw(key(17), 1); got != 226_708 {
		t.Errorf("the draw of this seed and record was 226708 once, and is %d now", got)
	}
}

// Every draw has the same chance: 1,000,000 draws over 1,000 equal classes. The
// sum of squared differences is chi-square with 999 degrees of freedom, mean
// 999, deviation 44.7; below 822 and above 1194 lies p = 0.00005 each.
func TestDrawsAreEvenlySpread(t *testing.T) {
	const draws, classes = 1_000_000, 1_000
	for _, first := range []byte{1, 2} {
		var counts [classes]int
		s := seed(first)
		for i := range int64(draws) {
			d := s.Draw(key(i+1), 1)
			if d < 0 || d >= game.Chances {
				t.Fatalf("draw %d", d)
			}
			counts[d/(game.Chances/classes)]++
		}
		chi := 0.0
		for _, n := range counts {
			off := float64(n) - draws/classes
			chi += off * off / (draws / classes)
		}
		t.Logf("seed %d: chi-square %.1f", first, chi)
		if chi < 822 || chi > 1194 {
			t.Errorf("seed %d: chi-square of %d draws in %d classes is %.1f", first, draws, classes, chi)
		}
	}
}

// Numbers where the last million is not whole are passed over, so that no draw
// is likelier than another.
func TestNoDrawIsLikelier(t *testing.T) {
	eight := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	const whole = uint64(18_446_744_073_709_000_000)
	for _, c := range []struct {
		sum  []byte
		want int64
		ok   bool
	}{
		{eight(0), 0, true},
		{eight(whole - 1), 999_999, true},
		{eight(whole), 0, false},
		{eight(math.MaxUint64), 0, false},
		{bytes.Join([][]byte{eight(whole), eight(math.MaxUint64), eight(5)}, nil), 5, true},
		{bytes.Join([][]byte{eight(whole), eight(whole + 1), eight(whole + 2), eight(math.MaxUint64)}, nil), 0, false},
	} {
		if got, ok := game.Reduce(c.sum); got != c.want || ok != c.ok {
			t.Errorf("%x: %d, %v, want %d, %v", c.sum, got, ok, c.want, c.ok)
		}
	}
	if whole%game.Chances != 0 || math.MaxUint64-whole >= game.Chances {
		t.Error("the bound is not the last whole million")
	}
}

// Each part of what names a play changes the draw, and nothing else does.
func TestDrawDependsOnSeedGameRecordAndPlay(t *testing.T) {
	s := seed(1)
	other := seed(2)
	if s.Commitment() == other.Commitment() {
		t.Error("two seeds have one commitment")
	}
	renamed := s
	renamed.Game = "Kraslot"
	if s.Commitment() != renamed.Commitment() {
		t.Error("the commitment is the seed's")
	}
	branch := key(1)
	branch.Branch[3] = 1
	same := 0
	for i := range int64(100) {
		k := key(i + 1)
		branch.Seq = k.Seq
		a := s.Draw(k, 1)
		if a != seed(1).Draw(k, 1) {
			t.Fatalf("record %d: two draws of one play", k.Seq)
		}
		for _, b := range []int64{other.Draw(k, 1), renamed.Draw(k, 1), s.Draw(k, 2), s.Draw(key(i+1000), 1), s.Draw(branch, 1)} {
			if a == b {
				same++
			}
		}
	}
	if same > 2 { // 500 pairs, one in a million each
		t.Errorf("%d of 500 draws did not change", same)
	}
}

func wheel() programme.Game {
	return programme.Game{
		Name: "Rad",
		Odds: []programme.Odds{
			{Prize: "100 punten", PerMillion: 10_000, Points: 100 * ledger.Unit, Wallet: "points"},
			{Prize: "Koffie", PerMillion: 200_000, Reward: "Koffie"},
			{Prize: "Niets", PerMillion: 1},
		},
	}
}

func TestPrizesShareTheNumbersOutInTheirOrder(t *testing.T) {
	for draw, want := range map[int64]string{
		0: "100 punten", 9_999: "100 punten", 10_000: "Koffie", 209_999: "Koffie", 210_000: "Niets", 210_001: "", 999_999: "",
	} {
		got, won := game.Prize(wheel(), draw)
		if got.Prize != want || won != (want != "") {
			t.Errorf("%d wins %q, want %q", draw, got.Prize, want)
		}
	}
}

// Whatever is played in whatever order, by many members over many days, no
// prize is won more often than its budget has it, a limit is used up before
// anything is lost to it, and the seed with the record proves every outcome.
func TestBudgetsAndLimitsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := wheel()
		g.Odds[0].PerMillion, g.Odds[1].PerMillion = 400_000, 400_000
		perDay := rapid.Int64Range(1, 3).Draw(t, "per day")
		ever := rapid.Int64Range(0, 4).Draw(t, "points ever") * 100
		g.Odds[1].Budget = []programme.Cap{{Times: perDay, Per: programme.PerDay, Of: programme.OfTerminal}}
		if ever > 0 {
			g.Odds[0].Budget = []programme.Cap{{Points: ledger.Points(ever) * ledger.Unit, Per: programme.PerEver, Of: programme.OfTerminal}}
		}
		g.Caps = []programme.Cap{{Times: 2, Per: programme.PerMonth}, {Times: 5, Per: programme.PerDay, Of: programme.OfCashier}}
		s := game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte(rapid.SliceOfN(rapid.Byte(), game.SeedSize, game.SeedSize).Draw(t, "seed"))}
		house := ledger.Holding{Account: ledger.Account{0xff}}
		members := make([]ledger.Holding, 8)
		for i := range members {
			members[i].Account = ledger.Account{byte(i + 1)}
		}
		coffees, plays, cashiers := map[ledger.Day]int64{}, map[int]int{}, map[string]int{}
		var points ledger.Points
		days, today := []ledger.Day{"2026-11-01", "2026-11-02", "2026-11-30"}, 0
		for i := range rapid.IntRange(1, 60).Draw(t, "turns") {
			today = max(today, rapid.IntRange(0, 2).Draw(t, "day")) // days do not go back
			who, day := rapid.IntRange(0, 7).Draw(t, "who"), days[today]
			cashier := rapid.SampledFrom([]string{"Anna", "Bert"}).Draw(t, "cashier")
			turn := game.Turn{Game: g, Seed: s, Record: key(int64(i + 1)), Number: 1, Day: day, Cashier: cashier, Member: members[who], House: house}
			if open := plays[who] < 2 && cashiers[cashier+string(day)] < 5; turn.Open() != open {
				t.Fatalf("open %v, want %v", turn.Open(), open)
			}
			if !turn.Open() {
				continue
			}
			o := turn.Play()
			if again := turn.Play(); !reflect.DeepEqual(o, again) {
				t.Fatalf("two outcomes of one turn: %+v and %+v", o, again)
			}
			check(t, g, s, key(int64(i+1)), o.Played)
			plays[who]++
			cashiers[cashier+string(day)]++
			switch o.Played.Prize {
			case "Koffie":
				coffees[day]++
			case "100 punten":
				points += 100 * ledger.Unit
			}
			if o.Played.Missed == "Koffie" && coffees[day] < perDay || o.Played.Missed == "100 punten" && (ever == 0 || points+100*ledger.Unit <= ledger.Points(ever)*ledger.Unit) {
				t.Fatalf("%q was missed with budget left", o.Played.Missed)
			}
			if coffees[day] > perDay || ever > 0 && points > ledger.Points(ever)*ledger.Unit {
				t.Fatalf("%d coffees of %d on %s, %v points of %d", coffees[day], perDay, day, points, ever)
			}
			for _, e := range append(turn.Counters(), o.Entries...) {
				if err := e.Validate(); err != nil {
					t.Fatal(err)
				}
				h := &house
				if e.Account == members[who].Account {
					h = &members[who]
				}
				if err := h.Apply(e, day); err != nil {
					t.Fatal(err)
				}
			}
		}
		won := ledger.Points(0)
		for _, m := range members {
			won += m.In("points").Points
		}
		if won != points {
			t.Fatalf("%v points on the accounts, %v won", won, points)
		}
	})
}

// check proves a play from the record and the seed alone.
func check(t *rapid.T, g programme.Game, s game.Seed, record ledger.Key, p ledger.Played) {
	if err := game.Verify(s, record, 1, p); err != nil {
		t.Fatal(err)
	}
	prize, _ := game.Prize(g, p.Draw)
	if p.Prize+p.Missed != prize.Prize {
		t.Fatalf("draw %d is of %q: %+v", p.Draw, prize.Prize, p)
	}
	forged := p
	forged.Draw = (forged.Draw + 1) % game.Chances
	if game.Verify(s, record, 1, forged) == nil {
		t.Fatal("a forged draw was believed")
	}
	s.Bytes[5] ^= 1
	if game.Verify(s, record, 1, p) == nil {
		t.Fatal("another seed was believed")
	}
}

func BenchmarkDraw(b *testing.B) {
	s := seed(1)
	for i := range b.N {
		s.Draw(key(int64(i)), 1)
	}
}
