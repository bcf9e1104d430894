package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zegel/terminal/loyalty/programme/file"
)

// Config says how to play.
type Config struct {
	// Binary is the program a shop runs: this one.
	Binary string
	// Programme is the shop's rules, as a file.
	Programme []byte
	// Keep leaves the folder with everything in it behind.
	Keep bool
	// Say is where people read what happens; slips go there too.
	Say io.Writer

	// Listen is the loopback address of the workbench, "127.0.0.1:0" for any
	// free port; Rand makes its secret address, and is cryptographic. Both are
	// for Live alone, as is Customers: whether customers come by themselves.
	Listen    string
	Rand      io.Reader
	Customers bool
}

// Once plays the scripted day and sums it up. An error says that it could not
// be played to its end; what went wrong in a day that was played is in the
// summary's problems.
func Once(ctx context.Context, cfg Config) (sum Summary, err error) {
	folder, err := os.MkdirTemp("", "zegel-demo-")
	if err != nil {
		return sum, fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() {
		if cfg.Keep || err != nil {
			fmt.Fprintf(cfg.Say, "Everything of this demo is in %s\n", folder)
			return
		}
		err = os.RemoveAll(folder)
	}()
	d, err := open(ctx, cfg, folder)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.Play(ctx); err != nil {
		return sum, err
	}
	sum, err = d.audit(ctx, sides{till: true})
	sum.Seconds = time.Since(d.began).Seconds()
	return sum, err
}

// open builds the world: head office, the shop's devices, and a daemon that
// joined and does not run yet.
func open(ctx context.Context, cfg Config, folder string) (d *Day, err error) {
	rules, err := file.Parse(cfg.Programme)
	if err != nil {
		return nil, fmt.Errorf("read the demo's programme: %w", err)
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return nil, fmt.Errorf("read the demo's programme: %w", err)
	}
	office, err := OpenOffice(ctx, filepath.Join(folder, "office"))
	if err != nil {
		return nil, err
	}
	shop, err := NewShop(ShopConfig{Binary: cfg.Binary, Folder: filepath.Join(folder, "shop"), Programme: cfg.Programme, Office: office.URL(), Reader: true})
	if err != nil {
		return nil, errors.Join(err, office.Close())
	}
	d = newDay(shop, office, zone, cfg.Say)
	if err := d.join(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// join makes the shop part of a chain.
func (d *Day) join(ctx context.Context) error {
	code, err := d.office.Code(ctx, "Demo")
	if err != nil {
		return err
	}
	_, err = d.shop.Tool(ctx, "join", code)
	return err
}

func (d *Day) close() error { return errors.Join(d.shop.Stop(), d.shop.Close(), d.office.Close()) }

// framed is the text of a paper in a frame, for people.
func framed(text string) string {
	edge := "    +" + strings.Repeat("-", columns+2) + "+\n"
	var b strings.Builder
	b.WriteString(edge)
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "[QR") {
			line = "[QR]"
		}
		fmt.Fprintf(&b, "    | %-*s |\n", columns, line)
	}
	b.WriteString(edge)
	return b.String()
}
