package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zegel/terminal/loyalty/session"
)

const (
	// The numbers. They are no secret; a number that became free is used again.
	firstNumber = 10
	lastNumber  = 999
	longestName = 40 // bytes
)

// An operator is one who may sign in, as he is kept.
type operator struct {
	Name    string `json:"name"`
	Manager bool   `json:"manager"`
	PIN     string `json:"pin"`   // its hash
	Badge   string `json:"badge"` // its hash
	Key     string `json:"key"`   // which pepper they were made with
}

func (o operator) session() session.Operator {
	return session.Operator{Name: o.Name, Manager: o.Manager}
}

// An Issued is what an operator is given, once: nothing of it can be read again.
type Issued struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	Manager bool   `json:"manager"`
	Type    string `json:"type"`  // what to type: number and PIN
	Badge   string `json:"badge"` // the text of the badge's bar or QR code
}

// A Person is an operator in a list.
type Person struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	Manager bool   `json:"manager"`
	Wrong   int    `json:"wrong"`  // wrong PINs since the last right one
	Locked  bool   `json:"locked"` // the PIN is refused until somebody unlocks it; the badge is not
}

// List is everybody who may sign in, by number.
func (d *Door) List(ctx context.Context) ([]Person, error) {
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.leave()
	list := make([]Person, 0, len(d.operators))
	for _, number := range slices.Sorted(maps.Keys(d.operators)) {
		o, t := d.operators[number], d.numbers[number]
		list = append(list, Person{Number: number, Name: o.Name, Manager: o.Manager, Wrong: t.Wrong, Locked: t.Wrong >= locksAt})
	}
	return list, nil
}

// Add makes an operator. Names are what records say, so they must differ;
// ErrName and ErrFull say what is wrong.
func (d *Door) Add(ctx context.Context, name string, manager bool) (Issued, error) {
	if err := d.enter(ctx); err != nil {
		return Issued{}, err
	}
	defer d.leave()
	name = strings.Join(strings.Fields(name), " ")
	if !isName(name) {
		return Issued{}, ErrName
	}
	for _, o := range d.operators {
		if strings.EqualFold(o.Name, name) {
			return Issued{}, fmt.Errorf("%w: %q is taken", ErrName, o.Name)
		}
	}
	number := firstNumber
	for ; number <= lastNumber; number++ {
		if _, taken := d.operators[number]; !taken {
			return d.issue(ctx, number, operator{Name: name, Manager: manager}, "operator added")
		}
	}
	return Issued{}, ErrFull
}

// Reissue gives an operator another PIN and another badge; the old ones are
// worth nothing from its return on. It unlocks him too.
func (d *Door) Reissue(ctx context.Context, number int) (Issued, error) {
	if err := d.enter(ctx); err != nil {
		return Issued{}, err
	}
	defer d.leave()
	o, known := d.operators[number]
	if !known {
		return Issued{}, ErrNobody
	}
	issued, err := d.issue(ctx, number, o, "operator's PIN and badge replaced")
	if err == nil {
		d.gone(o)
	}
	return issued, err
}

// issue draws a PIN and a badge, and keeps the operator with their hashes.
func (d *Door) issue(ctx context.Context, number int, o operator, done string) (Issued, error) {
	pin, err := d.drawPIN()
	if err != nil {
		return Issued{}, err
	}
	badge, err := d.drawBadge()
	if err != nil {
		return Issued{}, err
	}
	code, _ := cutBadge(badge)
	before := o
	o.Badge, o.Key = d.badgeHash(code), d.pepperID()
	if o.PIN, err = d.hashPIN(number, pin); err != nil {
		return Issued{}, err
	}
	if err := d.keep(ctx, docs{operatorKey(number): o, triesKey(number): nil}); err != nil {
		return Issued{}, fmt.Errorf("keep operator %q: %w", o.Name, err)
	}
	delete(d.numbers, number)
	d.set(number, before, &o)
	d.cfg.Log.Info().Int("number", number).Str("operator", o.Name).Bool("manager", o.Manager).Msg(done)
	return Issued{Number: number, Name: o.Name, Manager: o.Manager, Type: strconv.Itoa(number) + pin, Badge: badge}, nil
}

// Remove takes an operator away.
func (d *Door) Remove(ctx context.Context, number int) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.leave()
	o, known := d.operators[number]
	if !known {
		return ErrNobody
	}
	if err := d.keep(ctx, docs{operatorKey(number): nil, triesKey(number): nil}); err != nil {
		return fmt.Errorf("remove operator %d: %w", number, err)
	}
	delete(d.numbers, number)
	d.set(number, o, nil)
	d.cfg.Log.Info().Int("number", number).Str("operator", o.Name).Msg("operator removed")
	d.gone(o)
	return nil
}

// Unlock lets a number try again.
func (d *Door) Unlock(ctx context.Context, number int) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.leave()
	o, known := d.operators[number]
	if !known {
		return ErrNobody
	}
	if err := d.keep(ctx, docs{triesKey(number): nil}); err != nil {
		return fmt.Errorf("unlock operator %d: %w", number, err)
	}
	delete(d.numbers, number)
	d.cfg.Log.Info().Int("number", number).Str("operator", o.Name).Msg("operator unlocked")
	return nil
}

// set puts an operator into what is kept in memory, or takes him out.
func (d *Door) set(number int, before operator, now *operator) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.badges, before.Badge)
	if now == nil {
		delete(d.operators, number)
	} else {
		d.operators[number] = *now
		d.badges[now.Badge] = number
	}
}

func (d *Door) gone(o operator) {
	if d.cfg.Gone != nil {
		d.cfg.Gone(o.session())
	}
}

// isName refuses what would not show as it is on a screen or a slip, and the
// slash, by which records know the names a till gave unproved.
func isName(name string) bool {
	for _, r := range name {
		if !unicode.IsPrint(r) || r == '/' {
			return false
		}
	}
	return name != "" && len(name) <= longestName
}

// docs are documents to keep; nil ones go.
type docs map[string]any

func (d *Door) keep(ctx context.Context, changed docs) error {
	out := make(map[string][]byte, len(changed))
	for key, v := range changed {
		out[key] = nil
		if v == nil {
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		out[key] = b
	}
	// Whoever asked may go; what was begun is kept.
	return d.cfg.Store.KeepOperators(context.WithoutCancel(ctx), out)
}

func operatorKey(number int) string { return "operator/" + strconv.Itoa(number) }
func triesKey(number int) string    { return "tries/" + strconv.Itoa(number) }
func laneKey(lane string) string    { return "lane/" + lane }

// read takes what the store kept into memory.
func (d *Door) read(kept map[string][]byte) error {
	d.operators, d.badges = make(map[int]operator), make(map[string]int)
	d.numbers, d.lanes = make(map[int]tries), make(map[string]tries)
	strange := 0
	for key, doc := range kept {
		if err := d.readOne(key, doc); err != nil {
			return fmt.Errorf("read the operators: %s: %w", key, err)
		}
	}
	for number, o := range d.operators {
		d.badges[o.Badge] = number
		if o.Key != d.pepperID() {
			strange++
		}
	}
	if strange > 0 {
		d.cfg.Log.Error().Int("operators", strange).Msg("the key for PINs and badges is another than the one they were made with: put the folder of secrets back from a backup, or give new ones with zegel user reissue")
	}
	return nil
}

func (d *Door) readOne(key string, doc []byte) error {
	kind, name, _ := strings.Cut(key, "/")
	if kind == "lane" {
		var t tries
		err := json.Unmarshal(doc, &t)
		d.lanes[name] = t
		return err
	}
	number, err := strconv.Atoi(name)
	if err != nil {
		return err
	}
	switch kind {
	case "operator":
		var o operator
		err = json.Unmarshal(doc, &o)
		d.operators[number] = o
	case "tries":
		var t tries
		err = json.Unmarshal(doc, &t)
		d.numbers[number] = t
	default:
		err = fmt.Errorf("a document of a kind this program does not know")
	}
	return err
}
