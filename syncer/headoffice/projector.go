package headoffice

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/settle"
)

// A Book is what the projector reads batches from and writes what they mean
// into. All of it may be repeated.
type Book interface {
	Pending(ctx context.Context, limit int) ([]settle.Parcel, error)
	Project(ctx context.Context, bucket int, load settle.Load) error
	Projected(ctx context.Context, through map[int]int64) error
	Errands(ctx context.Context) (int, error)
}

// A Projector adds up what was taken in, bucket by bucket. Several may run on
// one book: what one has counted the others pass over.
type Projector struct {
	book  Book
	log   zerolog.Logger
	every time.Duration
	wake  chan struct{}
}

// NewProjector makes a projector that also looks by itself after the interval.
func NewProjector(book Book, every time.Duration, log zerolog.Logger) *Projector {
	return &Projector{book: book, log: log, every: every, wake: make(chan struct{}, 1)}
}

// Wake says that something was taken in. It never blocks.
func (p *Projector) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run projects until ctx ends. Its error means that the database is broken.
func (p *Projector) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-p.wake:
		}
		if err := p.CatchUp(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("projector: %w", err)
		}
		timer.Reset(p.every)
	}
}

// loadSize is how many batches are spread over the buckets at a time: many, so
// that a transaction of a bucket is worth its commit, but not so many that
// batches of the largest size fill the memory.
const loadSize = 32

// CatchUp projects all that is there.
func (p *Projector) CatchUp(ctx context.Context) error {
	for ctx.Err() == nil {
		parcels, err := p.book.Pending(ctx, loadSize)
		if err != nil {
			return err
		}
		if err := p.project(ctx, parcels); err != nil {
			return err
		}
		n, err := p.errands(ctx)
		if err != nil || n == 0 && len(parcels) == 0 {
			return err
		}
	}
	return ctx.Err()
}

func (p *Projector) errands(ctx context.Context) (total int, err error) {
	for {
		n, err := p.book.Errands(ctx)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// project spreads the batches over the buckets. Only when each bucket has its
// share are they behind us; until then they come again.
func (p *Projector) project(ctx context.Context, parcels []settle.Parcel) error {
	if len(parcels) == 0 {
		return nil
	}
	var loads [settle.Parts]settle.Load
	through := make(map[int]int64)
	for _, parcel := range parcels {
		doc, err := wire.ReadBatch(parcel.Document)
		if err != nil {
			return fmt.Errorf("document %d of inbox part %d can no longer be read: the database is damaged, restore it: %w", parcel.Position, parcel.Part, err)
		}
		through[parcel.Part] = parcel.Position
		for _, r := range doc.Records {
			if r.Head.Seq < parcel.NewFirst {
				continue
			}
			for bucket, it := range settle.Route(r, parcel.Part, parcel.Position) {
				load := &loads[bucket]
				if load.Through == nil {
					load.Through = make(map[int]int64)
				}
				load.Items = append(load.Items, it)
				load.Through[parcel.Part] = parcel.Position
			}
		}
	}
	for bucket, load := range loads {
		if len(load.Items) == 0 {
			continue
		}
		if err := p.book.Project(ctx, bucket, load); err != nil {
			return err
		}
	}
	return p.book.Projected(ctx, through)
}
