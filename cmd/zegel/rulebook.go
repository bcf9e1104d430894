package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// rules is the programme that is in force.
func (d *daemon) rules() programme.Rules { return *d.inForce.Load() }

// adopt puts the programme in force that is due: what head office published,
// or the shop's own file as long as it published nothing that can be read
// here. next is when another one is due; zero for none.
//
// A version that this program cannot read is left for a newer one to read: the
// shop goes on with the one before it, and says so.
func (d *daemon) adopt(ctx context.Context) (next time.Time, err error) {
	bundles, err := d.db.Bundles(ctx)
	if err != nil {
		return time.Time{}, err
	}
	now := time.Now()
	at := ledger.Stamp(now.UnixMilli())
	if stamp, due := bulletin.NextChange(bundles, at); due {
		next = time.UnixMilli(int64(stamp))
	}
	for {
		b, found := bulletin.InForce(bundles, at)
		if !found || d.inForce.Load() != nil && b.Version <= d.rules().Version {
			return next, nil
		}
		rules, err := d.read(b)
		if err == nil {
			err = d.db.KeepRules(ctx, rules.Version, b.Doc)
		}
		var refused *store.RulesError
		var unreadable file.Problems
		switch {
		case err == nil:
			d.put(rules)
			return next, nil
		case errors.As(err, &refused) || errors.As(err, &unreadable) || errors.Is(err, errOtherZone):
			d.log.Error().Err(err).Int64("version", b.Version).Msg("the programme head office published cannot come into force here")
			bundles = without(bundles, b.Version)
		default:
			return next, err
		}
	}
}

// withoutPublished puts a programme in force where head office published none
// that can be read here now: the newest of its versions that was in force here
// before, so that the shop goes on selling; and in a shop whose programme never
// came from head office its own file.
func (d *daemon) withoutPublished(ctx context.Context, own programme.Rules, doc []byte) error {
	bundles, err := d.db.Bundles(ctx)
	if err != nil {
		return err
	}
	for i := len(bundles) - 1; i >= 0; i-- {
		if rules, kept := d.versions.rules(bundles[i].Version); kept && rules.Zone == d.zone.String() {
			d.put(rules)
			d.log.Error().Int64("version", rules.Version).Msg("going on with a version of the programme that was in force before")
			return nil
		}
	}
	err = d.db.KeepRules(ctx, own.Version, doc)
	var refused *store.RulesError
	if errors.As(err, &refused) {
		return &configError{d.cfg.Shop.Programme, fmt.Errorf(" %w", refused)}
	}
	if err == nil {
		d.put(own)
	}
	return err
}

var errOtherZone = errors.New("its zone is another than the shop's clocks have here: set it in the shop's own programme and start again")

func (d *daemon) read(b bulletin.Bundle) (programme.Rules, error) {
	rules, err := file.Parse(b.Doc)
	switch {
	case err != nil:
		return programme.Rules{}, err
	case rules.Zone != d.zone.String():
		return programme.Rules{}, fmt.Errorf("zone %s: %w", rules.Zone, errOtherZone)
	case rules.Version != b.Version:
		return programme.Rules{}, file.Problems{{Line: 1, Col: 1, Key: "version", Text: fmt.Sprintf("%d, and it was published as %d", rules.Version, b.Version)}}
	}
	return rules, nil
}

func without(bundles []bulletin.Bundle, version int64) []bulletin.Bundle {
	var left []bulletin.Bundle
	for _, b := range bundles {
		if b.Version != version {
			left = append(left, b)
		}
	}
	return left
}

// put makes rules the programme in force: at each lane once its customer is gone.
func (d *daemon) put(rules programme.Rules) {
	d.versions.put(rules)
	before := d.inForce.Swap(&rules)
	for _, desk := range d.desks {
		desk.Adopt(rules)
	}
	if before != nil {
		d.log.Info().Int64("version", rules.Version).Int64("before", before.Version).Str("programme", rules.Name).Msg("another version of the programme is in force")
	}
}

// published says that there may be another version.
func (d *daemon) published() {
	select {
	case d.news <- struct{}{}:
	default:
	}
}

// lookAgain is how often the time for the next version is looked at: a clock
// may be set meanwhile.
const lookAgain = time.Minute

// followRules puts each version in force when its time comes, until ctx ends.
// While the clock is not to be believed, none is.
func (d *daemon) followRules(ctx context.Context) error {
	var next time.Time
	for look := true; ; {
		if look && d.db.TrustsClock(time.Now()) {
			var err error
			if next, err = d.adopt(ctx); err != nil {
				return fmt.Errorf("programme: %w", err)
			}
			look = false
		}
		wait := lookAgain
		if !next.IsZero() {
			wait = min(wait, max(time.Until(next), time.Millisecond))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-d.news:
			look = true
		case <-timer.C:
			look = look || !next.IsZero() && !time.Now().Before(next)
		}
		timer.Stop()
	}
}
