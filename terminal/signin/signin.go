// Package signin says who works at a lane: by badge, or by number and PIN.
//
// What it keeps, why a number stands before the PIN, and what a thief can do
// with the disk is in DESIGN.md.
package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A Store keeps small documents by name. Both calls are durable when they
// return; what the documents say is this package's business.
type Store interface {
	// Operators are all documents there are.
	Operators(context.Context) (map[string][]byte, error)
	// KeepOperators replaces documents in one transaction; a nil one goes.
	KeepOperators(context.Context, map[string][]byte) error
}

// Config is what a Door works with.
type Config struct {
	Store Store
	// Pepper is a key of PepperSize bytes or more that is not in the store:
	// without it the hashes in a copied database cannot be tried.
	Pepper []byte
	Now    func() time.Time
	Rand   io.Reader      // cryptographic
	Zone   *time.Location // the shop's, for the times in refusals; nil is UTC
	// Cost is what a hash of a PIN costs; the zero Cost is Least.
	Cost Cost
	// Gone is told of an operator who was removed, or whose PIN and badge were
	// replaced, so that lanes where he is signed in sign him out; may be nil.
	Gone func(session.Operator)
	Log  zerolog.Logger
}

// A Door knows the shop's operators. Its methods may be called from any
// goroutine; they have their turn one after the other, so that hashing takes
// the memory of one hash, whoever knocks.
type Door struct {
	cfg   Config
	turn  chan struct{} // held by whoever works on what follows
	queue atomic.Int64  // who waits for a turn, and who has it

	numbers map[int]tries    // wrong tries by number, whether or not it is anybody's
	lanes   map[string]tries // and by lane

	mu        sync.RWMutex     // guards what follows; who writes it has the turn too
	operators map[int]operator // by number
	badges    map[string]int   // hash of a badge's code → number
}

// longestQueue is how many callers are dealt with or wait: a hash takes 20 ms,
// so nobody waits a tenth of what a person notices as slow.
const longestQueue = 8

// New reads the operators.
func New(ctx context.Context, cfg Config) (*Door, error) {
	if len(cfg.Pepper) < PepperSize {
		return nil, fmt.Errorf("sign-in: a key of %d bytes is needed, this one has %d", PepperSize, len(cfg.Pepper))
	}
	if cfg.Cost == (Cost{}) {
		cfg.Cost = Least
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	d := &Door{cfg: cfg, turn: make(chan struct{}, 1)}
	docs, err := cfg.Store.Operators(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the operators: %w", err)
	}
	if err := d.read(docs); err != nil {
		return nil, err
	}
	return d, nil
}

// Needed reports whether anybody has to sign in here: whether there is an
// operator at all. It is cheap, and waits for nobody.
func (d *Door) Needed(context.Context) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.operators) > 0
}

// SignIn says who typed his number and PIN, "12345678" for operator 12 with
// PIN 345678, at a lane. A *programme.Refusal is WrongPIN, or TryLater with the
// time from which a try counts again; without a time the number is locked until
// a manager unlocks it. Numbers that are nobody's answer as all others do. The
// try is on the disk before anything is compared, so that pulling the plug
// gives no other one. Any other error is a fault, and nobody is signed in.
func (d *Door) SignIn(ctx context.Context, lane, typed string) (session.Operator, error) {
	number, pin, ok := split(typed)
	if !ok {
		// Nobody's PIN can look so; it costs no try.
		return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
	}
	if err := d.enter(ctx); err != nil {
		return session.Operator{}, err
	}
	defer d.leave()
	now := d.cfg.Now()
	if until, blocked := d.blocked(number, lane, now); blocked {
		return session.Operator{}, d.later(until)
	}
	if err := d.count(ctx, number, lane, now); err != nil {
		return session.Operator{}, err
	}
	o, known := d.operators[number]
	right, err := d.compare(o, number, pin)
	if err != nil {
		return session.Operator{}, err
	}
	if !known || !right {
		d.wrong(number, lane, known)
		return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
	}
	if err := d.forgive(ctx, number, lane, now); err != nil {
		return session.Operator{}, err
	}
	d.cfg.Log.Info().Int("number", number).Str("operator", o.Name).Str("lane", lane).Str("by", "pin").Msg("signed in")
	return o.session(), nil
}

// Badge says whose badge was read at a lane. isBadge is false for a code that
// is none of our badges at all; it is for somebody else then. A badge nobody
// has, or has any more, is refused with WrongPIN. A badge cannot be guessed, so
// wrong tries with PINs keep nobody's badge out.
func (d *Door) Badge(_ context.Context, lane, text string) (op session.Operator, isBadge bool, err error) {
	code, isBadge := cutBadge(text)
	if !isBadge {
		return session.Operator{}, false, nil
	}
	number, o, known := d.whose(code)
	if !known {
		d.cfg.Log.Warn().Str("lane", lane).Msg("a badge nobody has")
		return session.Operator{}, true, &programme.Refusal{Code: programme.WrongPIN}
	}
	d.cfg.Log.Info().Int("number", number).Str("operator", o.Name).Str("lane", lane).Str("by", "badge").Msg("signed in")
	return o.session(), true, nil
}

// whose finds a badge by the hash of its code: who does not have the key cannot
// choose a code whose hash is near another, so finding takes no constant time.
func (d *Door) whose(code string) (number int, o operator, known bool) {
	hash := d.badgeHash(code)
	d.mu.RLock()
	defer d.mu.RUnlock()
	number, known = d.badges[hash]
	return number, d.operators[number], known
}

// enter waits for a turn.
func (d *Door) enter(ctx context.Context) error {
	if d.queue.Add(1) > longestQueue {
		d.queue.Add(-1)
		return d.later(d.cfg.Now().Add(time.Second))
	}
	select {
	case d.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		d.queue.Add(-1)
		return fmt.Errorf("wait to sign in: %w", ctx.Err())
	}
}

func (d *Door) leave() {
	<-d.turn
	d.queue.Add(-1)
}

func (d *Door) later(until time.Time) error {
	no := &programme.Refusal{Code: programme.TryLater}
	if !until.IsZero() {
		no.At = until.In(d.cfg.Zone)
	}
	return no
}

// wrong logs a wrong try. A number that is nobody's is not named: somebody may
// have typed the PIN first.
func (d *Door) wrong(number int, lane string, known bool) {
	e := d.cfg.Log.Warn().Str("lane", lane)
	if known {
		e = e.Int("number", number).Int("wrong", d.numbers[number].Wrong)
	}
	if known && d.numbers[number].Wrong >= locksAt {
		e.Msg("wrong PIN: the number is locked until a manager unlocks it")
		return
	}
	e.Msg("wrong PIN")
}

// split takes what was typed apart: all but the last digits are the number.
func split(typed string) (number int, pin string, ok bool) {
	typed = strings.TrimSpace(typed)
	at := len(typed) - pinDigits
	if at < 1 || at > len(strconv.Itoa(lastNumber)) || strings.Trim(typed, "0123456789") != "" || typed[0] == '0' {
		return 0, "", false
	}
	number, err := strconv.Atoi(typed[:at])
	return number, typed[at:], err == nil && number >= firstNumber
}

// Errors of Add, Remove, Reissue and Unlock.
var (
	ErrNobody = errors.New("there is no operator of this number")
	ErrName   = fmt.Errorf("need a name of 1 to %d letters that nobody else has", longestName)
	ErrFull   = fmt.Errorf("there are operators up to number %d already", lastNumber)
)
