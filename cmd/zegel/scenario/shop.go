package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"zegel/printer/layout"
	"zegel/store"
	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/session"
)

// A world is what one case happens in.
type world struct {
	ctx     context.Context
	script  scenario.Case
	rules   programme.Rules
	doc     []byte // of the programme
	zone    *time.Location
	keys    []member.ChainKey
	folder  string
	now     time.Time
	random  io.Reader
	sites   map[string]*site // by the shop's name; one shop that stands alone is ""
	office  *office          // nil where the shop stands alone
	signals []string
	cards   map[string]string // by the member's short name
	sales   map[string]*sold  // by id
	latest  *sold
	printed []printed // vouchers, in the order they were printed
	asked   int       // requests that named themselves
}

// A site is one shop's computer.
type site struct {
	*store.DB
	world *world
	last  *ledger.Posted
	lanes map[string]*terminal.Desk
	line  *line // to head office
}

// A sold is a basket of the case, from its hold or sale on.
type sold struct {
	key    basket.Key
	card   string
	shop   string
	sale   session.Sale
	lane   string
	day    ledger.Day
	held   bool // and not paid
	parked bool
	qr     string // of its slip
}

// A printed is a voucher: the sale that printed it, "" for none that has an id,
// and its code.
type printed struct{ sale, code string }

// voucher is the code of the voucher that a sale printed, or of the latest.
func (w *world) voucher(of string) (string, error) {
	for i := len(w.printed) - 1; i >= 0; i-- {
		if of == scenario.Latest || w.printed[i].sale == of {
			return w.printed[i].code, nil
		}
	}
	return "", fmt.Errorf("there is no voucher of %q: nothing printed one", of)
}

// newWorld is an empty shop in a folder of its own, and head office where the
// case has one.
func newWorld(ctx context.Context, l loaded, folder string, at time.Time) (*world, error) {
	script := l.file.Cases[l.index]
	w := &world{
		ctx: ctx, script: script, rules: l.rules, doc: l.doc, zone: l.zone, now: at, folder: folder, random: seeded(script.Name),
		sites: make(map[string]*site), cards: make(map[string]string), sales: make(map[string]*sold),
	}
	sum := sha256.Sum256([]byte(script.Name))
	key, err := member.NewChainKey(sum[:member.KeySize])
	if err != nil {
		return nil, err
	}
	w.keys = []member.ChainKey{key}
	if err := w.mintCards(); err != nil {
		return nil, err
	}
	if script.Joined() {
		if w.office, err = openOffice(w); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// verify looks at everything the shops keep as "zegel verify" does: the chain,
// the balances, the lots.
func (w *world) verify() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(w.sites)) {
		report, err := w.sites[name].Verify(w.ctx)
		errs = append(errs, err)
		for _, f := range report.Findings {
			errs = append(errs, fmt.Errorf("verify the shop's database: %s: %s", f.Invariant, f.Text))
		}
	}
	return errors.Join(errs...)
}

func (w *world) close() error {
	var errs []error
	for _, s := range w.sites {
		errs = append(errs, s.Close())
	}
	if w.office != nil {
		errs = append(errs, w.office.close())
	}
	return errors.Join(errs...)
}

func (w *world) clock() time.Time { return w.now }

func (w *world) moment() ledger.Moment { return w.rules.Calendar(w.zone).Moment(w.now, true) }

// site is the computer of a shop. In a chain each has its own; a shop that
// stands alone goes by any name.
func (w *world) site(shop string) (*site, error) {
	name := ""
	if w.office != nil {
		name = shop
	}
	if s, ok := w.sites[name]; ok {
		return s, nil
	}
	at := filepath.Join(w.folder, fmt.Sprint("shop", len(w.sites)))
	db, err := store.Open(w.ctx, store.Config{
		Path: filepath.Join(at, "zegel.db"), Mark: filepath.Join(at, "mark", "zegel.mark"),
		Now: w.clock, Rand: w.random, Log: zerolog.Nop(),
	})
	if err != nil {
		return nil, err
	}
	s := &site{DB: db, world: w, lanes: make(map[string]*terminal.Desk)}
	w.sites[name] = s
	if err := db.KeepRules(w.ctx, w.rules.Version, w.doc); err != nil {
		return nil, err
	}
	if w.office != nil {
		s.line, err = w.office.join(s, name)
	}
	return s, err
}

// mintCards gives every member of the case a card, in the order of their names.
func (w *world) mintCards() error {
	names := append([]string{scenario.Member}, slices.Sorted(maps.Keys(w.script.Members))...)
	for _, s := range w.script.Steps {
		if s.ReplaceCard != nil {
			names = append(names, s.ReplaceCard.Card)
		}
	}
	for n, name := range names {
		number, err := mint(w.rules.Cards, n)
		if err != nil {
			return err
		}
		w.cards[name] = number
	}
	return nil
}

// subject is the account that a member's card leads to.
func (w *world) subject(name string) (ledger.Subject, error) {
	card, err := w.rules.Cards.Parse(w.cards[name], "")
	if err != nil {
		return ledger.Subject{}, err
	}
	var s ledger.Subject
	for _, key := range w.keys {
		s.Identifiers = append(s.Identifiers, card.Identifier(key))
	}
	return s, nil
}

// Post posts and remembers.
func (s *site) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	posted, err := s.DB.Post(ctx, req, decide)
	if err == nil {
		s.last = &posted
	}
	return posted, err
}

// desk is a lane of a shop; what is held has a lane of its own, so that other
// customers can be served meanwhile.
func (s *site) desk(shop, lane string) (*terminal.Desk, error) {
	name := shop + "/" + lane
	if d, ok := s.lanes[name]; ok {
		return d, nil
	}
	w := s.world
	cfg := terminal.Config{
		Lane: name, Store: s, Rules: w.rules, Keys: w.keys, Zone: w.zone, Now: w.clock, Trusted: func(time.Time) bool { return true },
		Rand: w.random, Posted: func() {}, Log: zerolog.Nop(), IdleLock: 24 * time.Hour, Games: s.GameSeeds, House: s.House,
		RulesOf: func(version int64) (programme.Rules, bool) { return w.rules, version == w.rules.Version },
		Shop:    shop, Signals: func() []string { return w.signals },
		NotRecorded: func(err error) bool { return errors.Is(err, store.ErrNotRecorded) },
	}
	if w.script.SignIn {
		cfg.SignInNeeded = func() bool { return true }
	}
	d, err := terminal.New(cfg)
	if err == nil {
		s.lanes[name] = d
	}
	return d, err
}

// paper is what was printed since it was asked last, line by line.
func (s *site) paper() (lines []string, err error) {
	ctx := s.world.ctx
	for _, lane := range slices.Sorted(maps.Keys(s.lanes)) {
		for {
			job, found, err := s.NextJob(ctx, lane)
			if err != nil {
				return nil, err
			}
			if !found {
				break
			}
			if err := errors.Join(s.ClaimJob(ctx, job.ID), s.JobPrinted(ctx, job.ID, "")); err != nil {
				return nil, err
			}
			for _, l := range layout.Lines(job.Slip, 48) {
				lines = append(lines, strings.TrimRight(l.String(), " "))
			}
		}
	}
	return lines, nil
}

// key names the next basket that has no id of its own.
func (w *world) key(id string) basket.Key {
	if id == "" {
		w.asked++
		id = fmt.Sprintf("~%d", w.asked)
	}
	return basket.Key{Till: "till", Day: string(w.rules.Calendar(w.zone).Moment(w.now, true).Day), ID: id}
}

// chance is SHA-256 of a seed and a counter.
type chance struct {
	mu   sync.Mutex
	seed [32]byte
	n    uint64
	left []byte
}

func seeded(by string) io.Reader { return &chance{seed: sha256.Sum256([]byte("scenario " + by))} }

// Read gives the next bytes.
func (c *chance) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.left) < len(p) {
		c.n++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(c.seed[:len(c.seed):len(c.seed)], c.n))
		c.left = append(c.left, sum[:]...)
	}
	n := copy(p, c.left)
	c.left = c.left[n:]
	return n, nil
}
