package office

import (
	"context"
	"fmt"
	"time"

	store "zegel/store/office"
)

// What lapsed is booked some time after the start, when the shops have had time
// to send what they have, and then once a day. Every figure is one of the day,
// booked or not, so nothing depends on when that is.
const (
	expireAfter = 10 * time.Minute
	expireEvery = 24 * time.Hour
)

func (o *Office) runExpiry(ctx context.Context) error {
	timer := time.NewTimer(expireAfter)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		done, err := o.Expire(ctx, o.patience)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("book what lapsed: %w", err)
		case done.Entries > 0:
			o.log.Info().Str("through", string(done.Through)).Int("accounts", done.Accounts).Int("lots", done.Entries).Msg("what lapsed was booked")
		}
		timer.Reset(expireEvery)
	}
}

// Expire books what lapsed by the newest day that every terminal is past, or has
// been silent for longer than patience days. How far they have come is asked
// before what they brought is added up, so that nothing they brought is missed.
func (o *Office) Expire(ctx context.Context, patience int) (store.Expired, error) {
	through, err := o.Store.LapsedThrough(ctx, patience)
	if err != nil {
		return store.Expired{}, err
	}
	if err := o.CatchUp(ctx); err != nil {
		return store.Expired{}, err
	}
	return o.Store.Expire(ctx, through)
}
