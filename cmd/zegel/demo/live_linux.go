package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
)

// Live opens a shop and a workbench to play in it until ctx ends, and then
// checks that everything adds up. Slips are shown as they are printed.
func Live(ctx context.Context, cfg Config) (err error) {
	if err := gate.CheckLoopback(cfg.Listen); err != nil {
		return err
	}
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
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("open the workbench: %w", err)
	}
	bench, err := workbench(d, listener, cfg.Rand)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	bench.now.Customers = cfg.Customers
	if err := errors.Join(d.shop.Start(ctx), d.prelude(ctx)); err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(cfg.Say, "A shop is open. Open its workbench in a browser:\n\n  %s\n\nIt keeps everything in %s; Ctrl-C closes it.\n\n", bench.URL(), folder)
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return bench.Run(running) })
	g.Go(func() error { return d.showSlips(running) })
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return d.closing(context.WithoutCancel(ctx), bench)
}

// richCard is the card whose holder has many points.
const richCard = 5

// prelude are the first customers: a page with nothing on it explains nothing.
func (d *Day) prelude(ctx context.Context) error {
	for _, c := range []struct {
		card  int
		cents int64
	}{{richCard, 45000}, {1, 1234}, {2, 4873}} {
		if err := d.customer(ctx, Card(c.card), c.cents); err != nil {
			return err
		}
	}
	return nil
}

// showSlips shows each paper that comes out, until ctx ends.
func (d *Day) showSlips(ctx context.Context) error {
	shown := 0
	for {
		papers := d.shop.Printer.Papers()
		for ; shown < len(papers); shown++ {
			fmt.Fprint(d.say, framed(papers[shown].Text()), "\n")
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil // the demo ends
		}
	}
}

// closing ends a day that was cut short, and checks what came of it.
func (d *Day) closing(ctx context.Context, bench *Workbench) error {
	fmt.Fprintln(d.say)
	if err := bench.mend(ctx); err != nil {
		return err
	}
	if err := d.evening(ctx); err != nil {
		return err
	}
	sum, err := d.audit(ctx, sides{})
	if err != nil {
		return err
	}
	sum.Seconds = time.Since(d.began).Seconds()
	return errors.Join(sum.WriteText(d.say), sum.Dishonest())
}
