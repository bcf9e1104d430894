package cmd_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"time"

	"github.com/rs/zerolog"

	"zegel/printer"
	"zegel/printer/escpos"
	"zegel/printer/printertest"
	"zegel/store"
	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
	"zegel/syncer"
	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/words"
)

// A simPC is one computer of a shop, with its daemon's parts and its lanes.
type simPC struct {
	w        *simWorld
	name     string
	copyOf   string // the PC whose disk image it was made from
	clock    pcClock
	chance   *rand.Rand      // of its cashiers and customers
	disk     *crashtest.Disk // nil: a real file
	path     string
	mark     string
	key      ed25519.PrivateKey
	terminal ledger.Terminal
	office   ed25519.PublicKey
	db       *store.DB
	syncer   *syncer.Syncer
	line     *simLine
	pulled   bool // head office comes by, more often than not
	lanes    []*simLane
	lives    int
	shared   ledger.Branch // the branch that an unnoticed copy writes too
	images   []string      // older copies of the database
	posts    []simPost
	unsure   []*simCall // calls of the till that nobody knows the outcome of
	done     []*simCall // that were answered
	hit      simHit     // what goes wrong with the next posting
}

// simHit is how a posting fails besides the disk.
type simHit int

const (
	unhurt simHit = iota
	failsBefore
	failsAfter
)

// A simLane is one checkout.
type simLane struct {
	pc      *simPC
	name    string
	desk    *terminal.Desk
	printer *printertest.Printer
	spooler *printer.Spooler
	at      string   // who was last put there
	visit   []func() // what the customer who is there does next
	visits  int
}

// simActor names a source of chance: each life of each actor has its own, so
// that one that draws more changes nothing for the others.
func simActor(seed uint64, name string, life int) string {
	return fmt.Sprintf("simulation %d: %s, life %d", seed, name, life)
}

func simDice(seed uint64, name string) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256([]byte(simActor(seed, name, 0)))))
}

// newPC is a shop's computer with so many lanes, on a disk that can lose its
// power or on a real file.
func (w *simWorld) newPC(lanes int, crashes bool) *simPC {
	p := w.bareComputer("shop")
	if crashes {
		p.disk = crashtest.NewDisk(w.seed*16 + uint64(w.made))
		p.path = p.disk.Path("zegel.db")
	} else {
		p.path = w.path(p.name + ".db")
	}
	p.key = keyOf(p.name + " device")
	p.addLanes(lanes)
	p.start()
	w.shops = append(w.shops, p)
	return p
}

func (w *simWorld) bareComputer(kind string) *simPC {
	w.made++
	p := &simPC{w: w, name: fmt.Sprintf("%s%d", kind, w.made), clock: pcClock{began: w.began}}
	p.chance = simDice(w.seed, p.name)
	p.mark = w.path(p.name + ".mark")
	p.line = &simLine{w: w, pc: p, chance: simDice(w.seed, p.name+"'s line"), up: true}
	return p
}

func (p *simPC) addLanes(n int) {
	for i := range n {
		p.lanes = append(p.lanes, &simLane{pc: p, name: fmt.Sprintf("%s-k%d", p.name, i+1), printer: printertest.New(48)})
	}
}

// join makes the PC's shop part of the chain.
func (w *simWorld) join(p *simPC) {
	code, err := w.office.server.Invite(w.ctx, p.name, 0)
	w.must(err, "invite a shop")
	up := &simLine{w: w, pc: p, chance: p.line.chance, up: true}
	calm := w.calm
	w.calm = true // joining has tests of its own
	e, err := syncer.Enrol(w.ctx, syncer.Application{
		Line: syncer.NewClient(up), Office: "http://" + simOfficeHost, Code: code.String(), Terminal: p.terminal, Key: p.key,
		Software: "simulation", ChainKeys: w.keys, Rand: chance(p.name + " enrols"),
	})
	w.calm = calm
	w.must(err, "join")
	w.must(p.db.Join(w.ctx, e.OfficeKey, e.Nonce), "join")
	p.stop()
	p.start()
}

// start opens the database, as often as it takes when the power keeps failing,
// and builds what a daemon has.
func (p *simPC) start() {
	for tries := 0; ; tries++ {
		if p.disk != nil && !p.w.calm && tries < 5 && p.w.maybe(10) {
			p.disk.CutAfter(1 + p.w.chance.IntN(60))
		}
		p.lives++
		err := p.build()
		if p.down() {
			p.w.counts["power cut while opening"]++
			p.stop()
			p.disk.Recover()
			continue
		}
		p.w.must(err, "start "+p.name)
		return
	}
}

func (p *simPC) build() (err error) {
	w := p.w
	random := chance(simActor(w.seed, p.name, p.lives))
	cfg := store.Config{Path: p.path, Mark: p.mark, Now: p.clock.now, Rand: random, Log: zerolog.Nop()}
	if p.disk != nil {
		cfg.SQLite = sqlite.Options{VFS: p.disk.VFS(), Exclusive: true}
	}
	if p.db, err = store.Open(w.ctx, cfg); err != nil {
		return err
	}
	if err = p.db.KeepRules(w.ctx, w.rules.Version, []byte(simProgramme)); err != nil {
		return err
	}
	if p.terminal, _, _, err = p.db.Identity(w.ctx); err != nil {
		return err
	}
	if p.office, err = p.db.OfficeKey(w.ctx); err != nil {
		return err
	}
	for _, l := range p.lanes {
		if err = l.build(random); err != nil {
			return err
		}
	}
	p.syncer = syncer.New(syncer.Config{
		Store: simJournal{p.db, p}, Line: syncer.NewClient(p.line), Office: "http://" + simOfficeHost, Key: p.key, OfficeKey: p.office,
		Software: "simulation", Interval: time.Minute, Now: p.clock.now, Rand: chance(simActor(w.seed, p.name+" sync", p.lives)), Log: zerolog.Nop(),
	})
	return nil
}

// A simJournal is the store as the syncer wants to see it.
type simJournal struct {
	*store.DB
	pc *simPC
}

func (j simJournal) CloseSetAsides(ctx context.Context) error {
	now := j.pc.clock.now()
	return j.DB.CloseSetAsides(ctx, j.pc.moment(now, j.TrustsClock(now)))
}

func (p *simPC) moment(now time.Time, trusted bool) ledger.Moment {
	return p.w.rules.Calendar(p.w.zone).Moment(now, trusted)
}

func (l *simLane) build(random io.Reader) (err error) {
	w, p := l.pc.w, l.pc
	l.visit, l.at = nil, ""
	l.desk, err = terminal.New(terminal.Config{
		Lane: l.name, Store: &simStore{DB: p.db, pc: p}, Rules: w.rules, Keys: w.keys, Zone: w.zone, Now: p.clock.now,
		Trusted: p.db.TrustsClock, Rand: random, Posted: func() {}, Log: zerolog.Nop(), House: p.db.House, Shop: p.name,
		NotRecorded: func(err error) bool { return errors.Is(err, store.ErrNotRecorded) },
	})
	if err != nil {
		return err
	}
	var jobs printer.JobStore = p.db
	if w.spoil == forgetsClaims {
		jobs = forgetful{p.db}
	}
	profile := escpos.Generic80()
	profile.Answers = escpos.AnswersAlways // one that may be mute prints into the void while it is off
	l.spooler, err = printer.New(printer.Config{
		Lane: l.name, Store: jobs, Profile: profile, Columns: 48,
		Open: func(context.Context) (printer.Device, error) {
			line, err := l.printer.Link()
			if err != nil {
				return nil, err
			}
			return line, nil
		},
		Copy: func(lang string) string {
			w, _ := words.For(lang)
			return w.Duplicate()
		},
		Now: p.clock.now, Jitter: p.chance.Float64, Log: zerolog.Nop(),
	})
	if err != nil {
		return err
	}
	return l.desk.Restore(w.ctx)
}

// forgetful does not remember that a slip is on its way to paper.
type forgetful struct{ *store.DB }

func (forgetful) ClaimJob(context.Context, int64) error { return nil }

// down reports whether the PC has lost its power.
func (p *simPC) down() bool { return p.disk != nil && p.disk.Down() }

// stop closes what is open, as far as the disk lets it.
func (p *simPC) stop() {
	if p.db == nil {
		return
	}
	err := p.db.Close()
	if !p.down() {
		p.w.must(err, "close "+p.name)
	}
	p.db = nil
}

// mend starts the PC again if its power has failed meanwhile.
func (p *simPC) mend() bool {
	if !p.down() {
		return false
	}
	p.w.say("%s lost its power and starts again", p.name)
	p.w.counts["power cut"]++
	p.stop()
	p.disk.Recover()
	p.start()
	return true
}

// kill ends the daemon where it stands: nothing is closed, and what the system
// has of its files is what the next one finds.
func (p *simPC) kill() {
	if p.disk != nil {
		p.disk.Kill()
		p.stop()
		p.disk.Recover()
		p.start()
		return
	}
	at := p.w.path(p.name + "-killed.db")
	p.w.must(copyDatabaseFiles(p.path, at), "kill "+p.name)
	p.stop()
	p.path = at
	p.start()
}

// image keeps a copy of the database as a tool would that copies disks.
func (p *simPC) image() string {
	at := p.w.path(p.name + "-image.db")
	p.w.must(copyDatabaseFiles(p.path, at), "copy the disk of "+p.name)
	return at
}

// restore puts an older copy in the place of the database. The mark stays: it
// is not part of what is copied.
func (p *simPC) restore(image string) {
	p.stop()
	p.path = p.w.path(p.name + "-restored.db")
	p.w.must(copyDatabaseFiles(image, p.path), "restore "+p.name)
	p.start()
}

// clone is another computer with a copy of the disk, the mark's file with it
// or not. Where the mark was copied too nobody notices before both have spoken.
func (p *simPC) clone(withMark bool) *simPC {
	w := p.w
	c := w.bareComputer("copy")
	c.copyOf, c.key, c.clock = p.name, p.key, p.clock
	c.path = w.path(c.name + ".db")
	w.must(copyDatabaseFiles(p.path, c.path), "clone "+p.name)
	if withMark {
		w.must(copyFile(p.mark, c.mark), "clone "+p.name)
		_, branch, _, err := p.db.Identity(w.ctx)
		w.must(err, "clone "+p.name)
		p.shared, c.shared = branch, branch
	}
	c.addLanes(1)
	c.start()
	w.shops = append(w.shops, c)
	return c
}

// copyDatabaseFiles copies a database with its write-ahead log while no
// transaction runs, as a copy of the disk would.
func copyDatabaseFiles(from, to string) error {
	if err := copyFile(from, to); err != nil {
		return err
	}
	err := copyFile(from+"-wal", to+"-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// sync is one round of the line, brought by the shop.
func (p *simPC) sync() error { return p.syncer.CatchUp(p.w.ctx) }

// pull is head office coming by.
func (p *simPC) pull() error {
	client := &http.Client{Transport: fromOffice{p.line}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	_, err := p.w.office.server.Pull(p.w.ctx, client, "http://"+simPCHost, p.terminal, 0)
	return err
}

// print lets a lane's printer work for a while.
func (l *simLane) print(d time.Duration) error {
	ctx, cancel := context.WithTimeout(l.pc.w.ctx, d)
	defer cancel()
	return l.spooler.Run(ctx)
}
