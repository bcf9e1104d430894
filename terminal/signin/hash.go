package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// A Cost is what one hash of a PIN costs, by argon2id (RFC 9106).
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// Least is the floor OWASP's Password Storage Cheat Sheet gives for argon2id.
var Least = Cost{Memory: 19 << 10, Passes: 2, Lanes: 1}

// most is the dearest hash that is computed: what stands in the database must
// not take the PC's memory.
var most = Cost{Memory: 64 << 10, Passes: 8, Lanes: 4}

const (
	// PepperSize is the least a key for sign-in has, in bytes.
	PepperSize = 32
	pinDigits  = 6
	saltSize   = 16
	hashSize   = 32
	badgeSize  = 16 // bytes of chance
	// badgePrefix makes a badge known from every other code.
	badgePrefix = "ZB1:"
)

// badgeAlphabet is what a QR code writes shortest, and Code 128 too.
var badgeAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// keyed is HMAC-SHA256 under the pepper. What it was made for is in it, so that
// one kind of secret never stands for another.
func (d *Door) keyed(what string, parts ...string) []byte {
	m := hmac.New(sha256.New, d.cfg.Pepper)
	io.WriteString(m, "zegel sign-in "+what+"\n"+strings.Join(parts, "\n")) // a hash never fails
	return m.Sum(nil)
}

// pepperID says under which pepper a hash was made, and no more.
func (d *Door) pepperID() string { return hex.EncodeToString(d.keyed("key")[:8]) }

func (d *Door) badgeHash(code string) string { return hex.EncodeToString(d.keyed("badge", code)) }

func (c Cost) hash(secret, salt []byte) []byte {
	return argon2.IDKey(secret, salt, c.Passes, c.Memory, c.Lanes, hashSize)
}

// hashPIN is the hash that is kept of an operator's PIN, in the usual form
// $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (d *Door) hashPIN(number int, pin string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(d.cfg.Rand, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	c, b64 := d.cfg.Cost, base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Lanes,
		b64.EncodeToString(salt), b64.EncodeToString(c.hash(d.keyed("pin", strconv.Itoa(number), pin), salt))), nil
}

// compare reports whether pin is o's. For nobody, it takes as long.
func (d *Door) compare(o operator, number int, pin string) (bool, error) {
	secret := d.keyed("pin", strconv.Itoa(number), pin)
	if o.PIN == "" {
		d.cfg.Cost.hash(secret, make([]byte, saltSize))
		return false, nil
	}
	c, salt, want, err := parseHash(o.PIN)
	if err != nil {
		return false, fmt.Errorf("the PIN of operator %d: %w; give a new one with: zegel user reissue %d", number, err, number)
	}
	return subtle.ConstantTimeCompare(c.hash(secret, salt), want) == 1, nil
}

// parseHash takes a kept hash apart, and refuses one that costs more than any
// we make.
func parseHash(text string) (c Cost, salt, hash []byte, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return c, nil, nil, fmt.Errorf("its hash is of a kind this program does not know")
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); n != 3 || err != nil {
		return c, nil, nil, fmt.Errorf("its hash does not say what it costs")
	}
	if c.Memory > most.Memory || c.Passes > most.Passes || c.Lanes > most.Lanes || c.Passes < 1 || c.Lanes < 1 {
		return c, nil, nil, fmt.Errorf("its hash costs %d KiB, %d passes, %d lanes: more than is computed here", c.Memory, c.Passes, c.Lanes)
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(salt) < 8 || len(salt) > 64 || len(hash) != hashSize {
		return c, nil, nil, fmt.Errorf("its hash is damaged")
	}
	return c, salt, hash, nil
}

// drawPIN draws a PIN, each as likely as any other.
func (d *Door) drawPIN() (string, error) {
	// 2¹²⁸ is so far above 10⁶ that no remainder is favoured measurably.
	raw := make([]byte, 16)
	if _, err := io.ReadFull(d.cfg.Rand, raw); err != nil {
		return "", fmt.Errorf("draw a PIN: %w", err)
	}
	n := new(big.Int).SetBytes(raw)
	n.Mod(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(pinDigits), nil))
	return fmt.Sprintf("%0*d", pinDigits, n), nil
}

func (d *Door) drawBadge() (string, error) {
	raw := make([]byte, badgeSize)
	if _, err := io.ReadFull(d.cfg.Rand, raw); err != nil {
		return "", fmt.Errorf("draw a badge: %w", err)
	}
	return badgePrefix + badgeAlphabet.EncodeToString(raw), nil
}

// IsBadge reports whether a text looks like the code of a badge, whoever has it.
func IsBadge(text string) bool {
	_, isBadge := cutBadge(text)
	return isBadge
}

// cutBadge is the code of a badge. Letters count the same in either case: some
// scanners turn them with the keyboard's lock.
func cutBadge(text string) (code string, isBadge bool) {
	return strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), badgePrefix)
}
