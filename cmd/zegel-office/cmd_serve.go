package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/cmd/release"
	"zegel/cmd/zegel-office/office"
	"zegel/install"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// A serving is what serve was asked for.
type serving struct {
	folder, listen, level string
	plain                 bool
	percent, limit, hours int64
	patience              int
}

func newServe(folder *string) *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use: "serve", Short: "Run head office, and found it where there is none",
		Long: "Serves terminals and readers of the feed over TLS, with a certificate made from\nhead office's own key: terminals know that key from their enrolment code. With\n--plain it serves unencrypted, on loopback only, for a proxy on the same machine.\n\nThis is the only command that founds a head office: in a folder that has neither\noffice.key nor office.db it makes both. Back them up together.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			s.folder = *folder
			log, err := s.check()
			if err != nil {
				return err
			}
			return install.Run(cmd.Context(), "zegel-office", func(ctx context.Context) error { return s.run(ctx, log) })
		}),
	}
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:7413", "address and port")
	f.BoolVar(&s.plain, "plain", false, "serve without TLS; loopback only")
	f.StringVar(&s.level, "log-level", "info", "debug, info, warn or error")
	f.Int64Var(&s.percent, "grant-percent", grant.DefaultPolicy.Percent, "share of a member's free points set aside for the usual shop; 0 sets nothing aside")
	f.Int64Var(&s.limit, "grant-cap", int64(grant.DefaultPolicy.Cap/ledger.Unit), "the most points one grant holds")
	f.Int64Var(&s.hours, "grant-hours", grant.DefaultPolicy.Hours, "how long a grant may be spent from without a line")
	patienceFlag(cmd, "expire-patience", &s.patience)
	return cmd
}

// most keeps a number of hours or of points within what is counted with.
const most = math.MaxInt64 / int64(ledger.Unit) / 1_000_000

// check refuses what cannot be served, before anything is founded.
func (s serving) check() (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(s.level)
	if err != nil || level < zerolog.DebugLevel || level > zerolog.ErrorLevel {
		return zerolog.Logger{}, usage("--log-level %q: need debug, info, warn or error", s.level)
	}
	if _, _, err := net.SplitHostPort(s.listen); err != nil {
		return zerolog.Logger{}, usage("--listen %q: need an address and a port", s.listen)
	}
	if s.plain {
		if err := gate.CheckLoopback(s.listen); err != nil {
			return zerolog.Logger{}, usage("--plain: %w", err)
		}
	}
	switch {
	case s.percent < 0 || s.percent > 100:
		err = usage("--grant-percent %d: need 0 to 100", s.percent)
	case s.limit < 1 || s.limit > most:
		err = usage("--grant-cap %d: need 1 to %d", s.limit, most)
	case s.hours < 1 || s.hours > most:
		err = usage("--grant-hours %d: need 1 to %d", s.hours, most)
	default:
		err = checkPatience("expire-patience", s.patience)
	}
	return zerolog.New(os.Stderr).Level(level).With().Timestamp().Logger(), err
}

// run serves until ctx ends.
func (s serving) run(ctx context.Context, log zerolog.Logger) (err error) {
	// Whoever reads the log may go; its lines are lost then, and nothing else.
	signal.Ignore(syscall.SIGPIPE)
	o, err := office.Open(ctx, office.Config{
		Folder: s.folder, Log: log, Patience: s.patience,
		Policy: grant.Policy{Percent: s.percent, Cap: ledger.Points(s.limit) * ledger.Unit, Least: ledger.Unit, Hours: s.hours},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	l, err := s.listener(o)
	if err != nil {
		return err
	}
	log.Info().Str("address", l.Addr().String()).Bool("tls", !s.plain).Str("folder", s.folder).Str("version", release.Version()).Msg("head office is running")
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return o.Run(ctx) })
	g.Go(func() error {
		return gate.Serve(ctx, gate.Server(o.Handler()), l, log.With().Str("component", "http").Logger())
	})
	err = g.Wait()
	log.Info().Msg("head office has stopped")
	return err
}

func (s serving) listener(o *office.Office) (net.Listener, error) {
	l, err := gate.Listen(s.listen, "--listen")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if s.plain {
		return l, nil
	}
	config, err := gate.ServerTLS(o.Key(), rand.Reader, nil)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, config), nil
}
