// Package game draws what members win: from a seed that was committed to
// before the first play and is told when its month is over.
//
// Whoever has a slip, the record's number and the seed can check the draw with
// any tool that knows SHA-256 and HMAC; see Seed.Draw.
package game

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"strconv"

	"zegel/terminal/loyalty/ledger"
)

// Chances is how many numbers there are to draw, all as likely: 0 to 999,999.
const Chances = 1_000_000

// SeedSize is how many random bytes a seed is.
const SeedSize = 32

// A Month is a calendar month of business days: "2026-11".
type Month string

// MonthOf is the month a business day is in.
func MonthOf(day ledger.Day) Month { return Month(day[:min(len(day), len("2026-11"))]) }

// Over reports whether the month is over on a day: its seeds can be told.
func (m Month) Over(on ledger.Day) bool { return m < MonthOf(on) }

// A Seed is what the draws of one game in one month are made from. It is secret
// until the month is over.
type Seed struct {
	Game  string
	Month Month
	Bytes [SeedSize]byte
}

// Commitment is what is shown of a seed beforehand: SHA-256 of the bytes
// "zegel game 1", a zero byte and the seed. Nobody can find another seed with
// the same one, so that no outcome can be chosen afterwards.
func (s Seed) Commitment() ledger.Hash {
	return sha256.Sum256(append([]byte("zegel game 1\x00"), s.Bytes[:]...))
}

// Draw is the number of a play: the play-th of its game in a record, from 1.
//
// It is made from HMAC-SHA256, keyed with the seed, of three lines joined by
// line feeds: the game's name, the record's key as it is written, the play's
// number. The first eight bytes, as a big-endian number, modulo a million are
// the draw. A number from 18,446,744,073,709,000,000 on, where the last million
// is not whole, is passed over: the next eight bytes are taken, and where all
// four are such, the HMAC with "\n2", "\n3" and so on at its end.
func (s Seed) Draw(record ledger.Key, play int) int64 {
	text := s.Game + "\n" + record.String() + "\n" + strconv.Itoa(play)
	for round := 1; ; round++ {
		mac := hmac.New(sha256.New, s.Bytes[:])
		mac.Write([]byte(text))
		if round > 1 {
			mac.Write([]byte("\n" + strconv.Itoa(round)))
		}
		if draw, ok := reduce(mac.Sum(nil)); ok {
			return draw
		}
	}
}

// reduce makes a draw of the first eight bytes with which every draw is as
// likely; false when there are none.
func reduce(sum []byte) (int64, bool) {
	const whole = math.MaxUint64 - math.MaxUint64%Chances
	for ; len(sum) >= 8; sum = sum[8:] {
		if n := binary.BigEndian.Uint64(sum); n < whole {
			return int64(n % Chances), true
		}
	}
	return 0, false
}
