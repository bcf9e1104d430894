package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
	_ "time/tzdata" // Windows has no zones of its own

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/cmd/release"
	"zegel/cmd/zegel/printing"
	"zegel/printer"
	"zegel/store"
	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/signin"
)

// A daemon is everything that runs in a shop. run is its table of contents:
// every goroutine there is is started in it, and waited for.
type daemon struct {
	cfg      Config
	log      zerolog.Logger
	inForce  atomic.Pointer[programme.Rules]
	versions versions      // that were in force, this one among them
	news     chan struct{} // another version may be in force
	zone     *time.Location
	secrets  secrets
	db       *store.DB
	desks    map[string]*terminal.Desk
	scanners []*laneScanner
	passes   []*lanePass
	spoolers []*printer.Spooler
	turns    printing.Turns // of lanes that share a printer
	office   *officeLine    // nil in a shop that stands alone
	counter  *counter
	started  time.Time
}

// checkpointEvery is how often the database's log is moved into its main file,
// off the award's path.
const checkpointEvery = 2 * time.Second

// run builds the daemon, runs it until ctx ends or something gives up, and
// closes the database last: everything not committed is absent, everything
// committed is found again.
func run(ctx context.Context, cfg Config, log zerolog.Logger) (err error) {
	d := &daemon{cfg: cfg, log: log, desks: make(map[string]*terminal.Desk), news: make(chan struct{}, 1), started: time.Now()}
	if err := d.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.db.Close()) }()
	if err := d.build(ctx); err != nil {
		return err
	}
	listener, err := gate.Listen(cfg.API.Listen, "api.listen")
	if err != nil {
		return fmt.Errorf("listen for tills: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	server, err := d.server(ctx, listener)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	lan, lanListener, err := d.lanServer(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	for _, p := range d.passes {
		g.Go(func() error { return p.forward.Run(ctx) })
	}
	for _, s := range d.scanners {
		g.Go(func() error { return s.reader.Run(ctx) })
	}
	for _, s := range d.spoolers {
		g.Go(keep(ctx, d.part("printer"), s.Run))
	}
	if d.office != nil {
		if err := d.office.start(ctx, g, cfg.Office.URL); err != nil {
			g.Go(func() error { return err }) // the others stop as they would for any error
		}
	}
	for _, desk := range d.desks {
		g.Go(keep(ctx, d.part("terminal"), desk.Run))
	}
	g.Go(keep(ctx, d.part("manager"), d.counter.manager.Run))
	g.Go(keep(ctx, d.part("signals"), d.counter.signals.Run))
	g.Go(keep(ctx, d.part("programme"), d.followRules))
	g.Go(keep(ctx, d.part("expiry"), d.lapser().Run))
	g.Go(keep(ctx, d.part("health"), d.watch))
	g.Go(func() error { return d.db.RunCheckpoints(ctx, checkpointEvery) })
	if lan != nil {
		g.Go(func() error { return gate.Serve(ctx, lan, tls.NewListener(lanListener, lan.TLSConfig), d.part("http")) })
	}
	g.Go(func() error { return gate.Serve(ctx, server, listener, d.part("http")) })
	log.Info().Str("address", listener.Addr().String()).Int("lanes", len(cfg.Lanes)).Str("version", release.Version()).Msg("zegel is running")
	err = g.Wait()
	log.Info().Err(err).Msg("zegel has stopped")
	return err
}

// again is how long a part of the daemon that was stopped waits.
const again = 5 * time.Second

// keep runs a part of the daemon for as long as the daemon runs. What stops it
// before is trouble with the database, a full disk for one, and that passes:
// the store opens the database again by itself, and nobody should have to come
// to the shop for it. Trouble is logged when it begins and when it changes.
// What a part was doing when the daemon was told to stop is cut off, and that
// is no failure: what it had not committed it does again.
func keep(ctx context.Context, log zerolog.Logger, run func(context.Context) error) func() error {
	return func() error {
		said := ""
		for {
			err := run(ctx)
			if err == nil {
				return nil
			}
			if ctx.Err() != nil {
				log.Warn().Err(err).Msg("cut off by the stop")
				return nil
			}
			if err.Error() != said {
				said = err.Error()
				log.Error().Err(err).Stringer("again_in", again).Msg("stopped by trouble with the database")
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(again):
			}
		}
	}
}

// open reads the programme, the keys and the database.
func (d *daemon) open(ctx context.Context) error {
	own, zone, doc, err := loadProgramme(d.cfg.Shop.Programme)
	if err != nil {
		return err
	}
	d.zone = zone
	d.secrets = secrets{folder: d.cfg.Store.Secrets, random: rand.Reader}
	if err := d.secrets.open(); err != nil {
		return err
	}
	d.db, err = store.Open(ctx, storeConfig(d.cfg, d.part("store")))
	if err != nil {
		return err
	}
	// With a clock that is not to be believed, a version of next year would be in
	// force now, and none goes back: what was in force before is, until then.
	if d.db.TrustsClock(time.Now()) {
		_, err = d.adopt(ctx)
	}
	if err == nil {
		err = d.versions.read(ctx, d.db)
	}
	if err == nil && d.inForce.Load() == nil {
		err = d.withoutPublished(ctx, own, doc)
	}
	if err != nil {
		return errors.Join(err, d.db.Close())
	}
	return nil
}

func storeConfig(cfg Config, log zerolog.Logger) store.Config {
	return store.Config{Path: cfg.Store.Database, Mark: cfg.Store.Mark, Now: time.Now, Rand: rand.Reader, Log: log}
}

// loadProgramme reads the rules, and the zone they name.
func loadProgramme(path string) (programme.Rules, *time.Location, []byte, error) {
	doc, err := os.ReadFile(path)
	if err != nil {
		return programme.Rules{}, nil, nil, &configError{path, fmt.Errorf(" read the programme: %w; shop.programme says where it is", err)}
	}
	rules, err := file.Parse(doc)
	if err != nil {
		return programme.Rules{}, nil, nil, &configError{path, err}
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return programme.Rules{}, nil, nil, &configError{path, fmt.Errorf(" zone %q: %w", rules.Zone, err)}
	}
	return rules, zone, doc, nil
}

// build makes the lanes and the line to head office.
func (d *daemon) build(ctx context.Context) error {
	if err := d.checkKeys(ctx); err != nil {
		return err
	}
	keys, err := d.secrets.chainKeys()
	if err != nil {
		return err
	}
	if d.counter, err = d.newCounter(ctx, keys); err != nil {
		return err
	}
	for _, lane := range d.cfg.Lanes {
		if err := d.addSpooler(lane); err != nil {
			return fmt.Errorf("lane %s: %w", lane.Name, err)
		}
		desk, err := terminal.New(terminal.Config{
			Lane: lane.Name, Store: d.journalOf(lane), Rules: d.rules(), RulesOf: d.versions.rules, Keys: keys, Zone: d.zone, Now: time.Now,
			Trusted: d.db.TrustsClock, Rand: rand.Reader, Posted: d.posted, Slips: d.cfg.slips(), NotRecorded: notRecorded, Games: d.db.GameSeeds, Shop: d.cfg.Shop.Name,
			House: d.db.House, Signals: d.counter.signals.Names,
			Badge: d.badge(lane.Name), IsBadge: signin.IsBadge, SignInNeeded: func() bool { return d.counter.door.Needed(ctx) }, Log: d.part("terminal").With().Str("lane", lane.Name).Logger(),
		})
		if err != nil {
			return fmt.Errorf("lane %s: %w", lane.Name, err)
		}
		if err := desk.Restore(ctx); err != nil {
			return fmt.Errorf("lane %s: %w", lane.Name, err)
		}
		d.desks[lane.Name] = desk
		if err := d.addScanners(lane, desk); err != nil {
			return fmt.Errorf("lane %s: %w", lane.Name, err)
		}
	}
	d.office, err = d.newOfficeLine(ctx)
	return err
}

// journalOf is where a lane posts. One without a printer has no slips wait for
// one: they would all come out on the day somebody connects it.
func (d *daemon) journalOf(lane Lane) terminal.Store {
	if lane.Printer.Device == "" {
		return paperless{d.db}
	}
	return d.db
}

type paperless struct{ *store.DB }

func (p paperless) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	return p.DB.Post(ctx, req, func(v ledger.View) (ledger.Posting, error) {
		posting, err := decide(v)
		posting.Lane = ""
		return posting, err
	})
}

// checkKeys refuses to make a new chain key for a shop that has members: under
// it every card would be a new one, with no points.
func (d *daemon) checkKeys(ctx context.Context) error {
	made, err := d.secrets.hasChainKeys()
	if err != nil || made {
		return err
	}
	kept, err := d.db.Status(ctx)
	if err == nil && kept.Accounts > 0 {
		err = &exit{exitConfig, fmt.Errorf("the chain key is missing: %s. Without it no card leads to its account; put the file back from a backup of the folder of secrets", d.secrets.path("chain.keys"))}
	}
	return err
}

// posted wakes those who read what is due from the store. Waking someone who
// is awake costs nothing, and a lost wake-up only time.
func (d *daemon) posted() {
	for _, s := range d.spoolers {
		s.Wake()
	}
	if d.office != nil {
		d.office.wake()
	}
}

func (d *daemon) addSpooler(lane Lane) error {
	if lane.Printer.Device == "" {
		return nil
	}
	cfg, err := d.spoolerOf(lane)
	if err != nil {
		return err
	}
	cfg.Copy = func(lang string) string {
		w, _ := words.For(lang) // Dutch where the language is not one of ours
		return w.Duplicate()
	}
	cfg.Now, cfg.Jitter = time.Now, mathrand.Float64
	s, err := printer.New(cfg)
	d.spoolers = append(d.spoolers, s)
	return err
}

// announce writes the address that was really taken, for those who start the
// daemon on any free port.
func (d *daemon) announce(a net.Addr) error {
	if d.cfg.API.Address == "" {
		return nil
	}
	next := d.cfg.API.Address + ".new"
	if err := os.MkdirAll(filepath.Dir(next), 0o755); err != nil {
		return fmt.Errorf("announce the address: %w", err)
	}
	if err := os.WriteFile(next, []byte(a.String()+"\n"), 0o644); err != nil {
		return fmt.Errorf("announce the address: %w", err)
	}
	if err := os.Rename(next, d.cfg.API.Address); err != nil {
		return fmt.Errorf("announce the address: %w", err)
	}
	return nil
}

// part is the log of one room.
func (d *daemon) part(component string) zerolog.Logger {
	return d.log.With().Str("component", component).Logger()
}

// newLog is the daemon's log.
func newLog(cfg Log, w io.Writer) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(cfg.Level)
	if err != nil {
		return zerolog.Logger{}, fmt.Errorf("log level: %w", err)
	}
	if cfg.Format == "text" {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: "15:04:05.000", NoColor: true}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
}
