package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// Live lets customers come until ctx ends, and shows their slips.
func Live(ctx context.Context, cfg Config) (err error) {
	folder, err := os.MkdirTemp("", "zegel-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	d, err := open(ctx, cfg, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	fmt.Fprintf(cfg.Say, "A shop is open. It keeps everything in %s; Ctrl-C closes it.\n\n", folder)
	for ctx.Err() == nil {
		if err := d.visit(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return d.closing(context.WithoutCancel(ctx))
}

// closing ends a day that was cut short, and checks what came of it.
func (d *Day) closing(ctx context.Context) error {
	fmt.Fprintln(d.say)
	// A sale whose answer the till did not wait for may have been posted.
	if err := d.askAgain(ctx); err != nil {
		return err
	}
	if err := d.evening(ctx); err != nil {
		return err
	}
	sum, err := d.sumUp(ctx)
	if err != nil {
		return err
	}
	sum.Seconds = time.Since(d.began).Seconds()
	return errors.Join(sum.WriteText(d.say), sum.Dishonest())
}

// visit is one customer, from the card to the slip.
func (d *Day) visit(ctx context.Context) error {
	n, cents := 1+rand.IntN(12), int64(50+rand.IntN(8000))
	d.scene("Card …%s is scanned; the till says %d,%02d euros.", Card(n)[9:], cents/100, cents%100)
	if err := d.customer(ctx, Card(n), cents); err != nil {
		return err
	}
	if err := d.printed(ctx); err != nil {
		return err
	}
	fmt.Fprint(d.say, lastSlip(d.shop.Printer), "\n")
	st, err := d.shop.Status(ctx)
	if err != nil {
		return err
	}
	d.scene("%d records in the journal, %d not yet confirmed by head office.\n", st.Store.Records, st.Store.Unsent)
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(time.Second):
		return nil
	}
}
