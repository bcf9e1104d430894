package gate

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/keyfile"
)

// A Code lets one browser in, once and soon.
type Code struct {
	Code    string `json:"code"`
	Site    string `json:"site"` // where it may be typed
	URL     string `json:"url"`  // with the code, to open in the browser
	Seconds int    `json:"seconds"`
	// Fingerprint and Pin are the certificate's, where there is one.
	Fingerprint string `json:"fingerprint,omitempty"`
	Pin         string `json:"pin,omitempty"`
}

// Grouped is the code for people to type.
func (c Code) Grouped() string {
	var groups []string
	for g := range slices.Chunk([]byte(c.Code), 4) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, "-")
}

const (
	// codeLife is how long a code may be used.
	codeLife = 60 * time.Second
	// codeSize are the letters of a code that is followed as a link, 130 bits;
	// typedSize those of one that a person types, 60 bits: at the rate at which
	// codes may be tried, guessing one takes longer than there are people.
	codeSize, typedSize = 26, 12
	// mostCodes are not used yet at a time.
	mostCodes = 8

	// How long a browser that calls no more stays let in, and a kiosk's.
	idle, kioskIdle = 12 * time.Hour, 90 * 24 * time.Hour
	// kioskCookie is the longest browsers keep a cookie.
	kioskCookie = 400 * 24 * time.Hour
	// touchEvery is how exactly it is kept when a browser called last.
	touchEvery = time.Hour
	// mostSessions are let in at a time; the one that is silent longest goes.
	mostSessions = 64
)

// codeAlphabet has no letters that people take for each other (Crockford's
// base 32).
var codeAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codes are the one-time codes that are not used yet.
type codes struct {
	size int

	mu    sync.Mutex // guards what follows
	given []givenCode
}

type givenCode struct {
	hash  [sha256.Size]byte
	until time.Time
	kiosk bool
}

func (c *codes) issue(kiosk bool, now time.Time, random io.Reader) (string, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	text := codeAlphabet.EncodeToString(raw)[:c.size]
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.given) >= mostCodes {
		c.given = slices.Delete(c.given, 0, 1)
	}
	c.given = append(c.given, givenCode{sha256.Sum256([]byte(text)), now.Add(codeLife), kiosk})
	return text, nil
}

// use reports whether a code is good now, and ends it. A clock that was set
// back makes no code live longer than it did.
func (c *codes) use(text string, now time.Time) (kiosk, ok bool) {
	hash := sha256.Sum256([]byte(written(text)))
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, g := range c.given {
		if g.hash == hash {
			c.given = slices.Delete(c.given, i, i+1)
			left := g.until.Sub(now)
			return g.kiosk, left > 0 && left <= codeLife
		}
	}
	return false, false
}

// written is a code as it was made, from how a person typed it.
func written(text string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
}

func (c *codes) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.given = nil
}

// sessions are the browsers that were let in.
type sessions struct {
	path string
	log  zerolog.Logger

	mu   sync.Mutex // guards what follows
	kept map[string]browser
}

// A browser is one that was let in, by the hash of its cookie.
type browser struct {
	kiosk bool
	seen  time.Time
}

func hashCookie(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

// open reads the file at path. One that is damaged lets nobody in and is begun
// anew: every browser can be let in again, and the shop opens.
func (s *sessions) open(path string, log zerolog.Logger) {
	s.path, s.log, s.kept = path, log, make(map[string]browser)
	words, err := keyfile.Lines(path)
	if err != nil {
		log.Warn().Err(err).Msg("which browsers were let in cannot be read: they have to be let in again")
	}
	for _, word := range words {
		parts := strings.Split(word, ":")
		if len(parts) != 3 || len(parts[0]) != 2*sha256.Size {
			continue
		}
		if seen, err := strconv.ParseInt(parts[2], 10, 64); err == nil {
			s.kept[parts[0]] = browser{parts[1] == "kiosk", time.Unix(seen, 0)}
		}
	}
}

// begin lets a browser in, and gives the value of its cookie.
func (s *sessions) begin(kiosk bool, now time.Time, random io.Reader) (string, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a cookie: %w", err)
	}
	value := base64.RawURLEncoding.EncodeToString(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	for hash, b := range s.kept {
		if b.over(now) {
			delete(s.kept, hash)
		}
	}
	if len(s.kept) >= mostSessions {
		delete(s.kept, s.longestSilent())
	}
	s.kept[hashCookie(value)] = browser{kiosk, now}
	s.write()
	return value, nil
}

func (s *sessions) longestSilent() string {
	var hash string
	for h, b := range s.kept {
		if hash == "" || b.seen.Before(s.kept[hash].seen) {
			hash = h
		}
	}
	return hash
}

func (b browser) over(now time.Time) bool {
	if b.kiosk {
		return now.Sub(b.seen) > kioskIdle
	}
	return now.Sub(b.seen) > idle
}

// known finds the browser with a cookie. again says that a kiosk's cookie
// should be sent once more, so that the browser keeps it. Who does not know a
// cookie cannot choose a hash near another, so finding takes no constant time.
func (s *sessions) known(value string, now time.Time) (id string, again, ok bool) {
	if value == "" {
		return "", false, false
	}
	hash := hashCookie(value)
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.kept[hash]
	if !ok || b.over(now) {
		return "", false, false
	}
	if now.Sub(b.seen) >= touchEvery {
		b.seen = now
		s.kept[hash] = b
		s.write()
		again = b.kiosk
	}
	return hash, again, true
}

func (s *sessions) end(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.kept[hashCookie(value)]; ok {
		delete(s.kept, hashCookie(value))
		s.write()
	}
}

func (s *sessions) forget() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
	return s.save()
}

// write keeps what a restart must not lose. Without a disk the browsers that
// are let in stay so until then: the shop sells.
func (s *sessions) write() {
	if err := s.save(); err != nil {
		s.log.Warn().Err(err).Msg("browsers that were let in will have to be let in again after a restart")
	}
}

func (s *sessions) save() error {
	lines := []string{"browsers"} // an empty key file is a damaged one
	for hash, b := range s.kept {
		kind := "person"
		if b.kiosk {
			kind = "kiosk"
		}
		lines = append(lines, hash+":"+kind+":"+strconv.FormatInt(b.seen.Unix(), 10))
	}
	slices.Sort(lines[1:])
	return keyfile.Write(s.path, lines)
}
