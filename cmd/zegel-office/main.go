// Command zegel-office is a chain's head office: its server and its tool in one binary.
package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/cmd/zegel-office/office"
	"zegel/install"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

func main() { os.Exit(execute(context.Background(), os.Args[1:])) }

// errProblems ends a command that ran and found something wrong.
var errProblems = errors.New("not everything is as it must be")

func execute(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errProblems):
		fmt.Fprintln(os.Stderr, "zegel-office:", err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "zegel-office:", err)
	return 2
}

func newRoot() *cobra.Command {
	folder := ""
	root := &cobra.Command{
		Use: "zegel-office", Short: "A chain's head office",
		Long:         "Takes in what the shops' terminals bring, adds it up, tells them what they should\nknow, and feeds CRM and BI.",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&folder, "data", "/var/lib/zegel-office", "head office's folder")
	root.AddCommand(newServe(&folder), newEnrol(&folder), newPull(&folder), newFeed(&folder), newVerify(&folder), newTerminals(&folder))
	return root
}

// open opens the head office for a command that ends soon.
func open(ctx context.Context, folder string, life time.Duration) (*office.Office, error) {
	return office.Open(ctx, office.Config{Folder: folder, CodeLife: life, Log: zerolog.Nop()})
}

func newServe(folder *string) *cobra.Command {
	var listen string
	var plain bool
	var percent, limit, hours int64
	cmd := &cobra.Command{
		Use: "serve", Short: "Run head office",
		Long: "Serves terminals and readers of the feed over TLS, with a certificate made from\nhead office's own key: terminals know that key from their enrolment code. With\n--plain it serves unencrypted, on loopback only, for a proxy on the same machine.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := zerolog.New(os.Stderr).With().Timestamp().Logger()
			policy := grant.Policy{Percent: percent, Cap: ledger.Points(limit) * ledger.Unit, Least: ledger.Unit, Hours: hours}
			return install.Run(cmd.Context(), "zegel-office", func(ctx context.Context) error {
				return serve(ctx, office.Config{Folder: *folder, Policy: policy, Log: log}, listen, plain)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:7413", "address and port")
	f.BoolVar(&plain, "plain", false, "serve without TLS; loopback only")
	f.Int64Var(&percent, "grant-percent", grant.DefaultPolicy.Percent, "share of a member's free points set aside for the usual shop; 0 sets nothing aside")
	f.Int64Var(&limit, "grant-cap", int64(grant.DefaultPolicy.Cap/ledger.Unit), "the most points one grant holds")
	f.Int64Var(&hours, "grant-hours", grant.DefaultPolicy.Hours, "how long a grant may be spent from without a line")
	return cmd
}

func serve(ctx context.Context, cfg office.Config, listen string, plain bool) (err error) {
	o, err := office.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	l, err := listener(o, listen, plain)
	if err != nil {
		return err
	}
	cfg.Log.Info().Str("address", l.Addr().String()).Bool("tls", !plain).Msg("head office is running")
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return o.Run(ctx) })
	g.Go(func() error { return o.Serve(ctx, l) })
	return g.Wait()
}

func listener(o *office.Office, listen string, plain bool) (net.Listener, error) {
	if plain {
		if err := gate.CheckLoopback(listen); err != nil {
			return nil, fmt.Errorf("--plain: %w", err)
		}
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if plain {
		return l, nil
	}
	config, err := gate.ServerTLS(o.Key(), rand.Reader, nil)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, config), nil
}

func newEnrol(folder *string) *cobra.Command {
	var name, replaces string
	var life time.Duration
	cmd := &cobra.Command{
		Use: "enrol", Short: "Make a code with which one shop can join",
		Long: "Prints a code that works once, within its life. Type it in the shop:\n  zegel join CODE\nThe code also carries the fingerprint of head office's key, so the shop knows whom\nit talks to.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o, err := open(cmd.Context(), *folder, life)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, o.Close()) }()
			var old ledger.Terminal
			if replaces != "" {
				if err := old.UnmarshalText([]byte(replaces)); err != nil {
					return err
				}
			}
			code, err := o.Server.Invite(cmd.Context(), name, old)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), code.String())
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what people call the shop")
	f.StringVar(&replaces, "replaces", "", "the terminal whose key the code may replace")
	f.DurationVar(&life, "life", 15*time.Minute, "how long the code may be used")
	if err := cmd.MarkFlagRequired("name"); err != nil {
		panic(err) // the flag stands three lines above
	}
	return cmd
}

func newPull(folder *string) *cobra.Command {
	var terminal, url string
	var follow bool
	cmd := &cobra.Command{
		Use: "pull", Short: "Fetch a terminal's batches from where it listens",
		Long: "For shops that head office can reach: the terminal needs office.listen. Both sides\nshow their own keys and know each other's. The batches go through the same intake\nas those that are brought.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			var t ledger.Terminal
			if err := t.UnmarshalText([]byte(terminal)); err != nil {
				return err
			}
			o, err := open(cmd.Context(), *folder, 0)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, o.Close()) }()
			for {
				n, err := o.Pull(cmd.Context(), url, t)
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%d batches\n", n); err != nil || !follow {
					return err
				}
			}
		},
	}
	f := cmd.Flags()
	f.StringVar(&terminal, "terminal", "", "the terminal, as zegel-office terminals lists it")
	f.StringVar(&url, "url", "", "where it listens, https://address:port")
	f.BoolVar(&follow, "follow", false, "go on waiting for more, until interrupted")
	for _, name := range []string{"terminal", "url"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flags stand a few lines above
		}
	}
	return cmd
}

func newFeed(folder *string) *cobra.Command {
	var after, token string
	var follow bool
	cmd := &cobra.Command{
		Use: "feed", Short: "Print every entry since a cursor, as NDJSON",
		Long: "Prints one entry a line and at the end a line with the cursor to go on from, as\nGET /v1/feed/entries does. --new-token NAME makes a token for that call instead.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o, err := open(cmd.Context(), *folder, 0)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, o.Close()) }()
			if token != "" {
				text, err := o.NewToken(cmd.Context(), token)
				if err == nil {
					_, err = fmt.Fprintln(cmd.OutOrStdout(), text)
				}
				return err
			}
			return feed(cmd, o, after, follow)
		},
	}
	f := cmd.Flags()
	f.StringVar(&after, "after", "", "the cursor to go on from")
	f.BoolVar(&follow, "follow", false, "go on as entries come in, until interrupted")
	f.StringVar(&token, "new-token", "", "make a token with this name for a reader of the feed, and print it")
	return cmd
}

// feed prints pages until there is nothing more.
func feed(cmd *cobra.Command, o *office.Office, cursor string, follow bool) error {
	out := json.NewEncoder(cmd.OutOrStdout())
	for {
		entries, next, more, err := o.Store.Feed(cmd.Context(), cursor, 1000)
		if err != nil {
			return fmt.Errorf("read the feed: %w", err)
		}
		for _, e := range entries {
			if err := out.Encode(e); err != nil {
				return fmt.Errorf("print the feed: %w", err)
			}
		}
		cursor = next
		if more {
			continue
		}
		if !follow {
			return out.Encode(map[string]any{"cursor": cursor, "control": bulletin.UpToDate})
		}
		select {
		case <-cmd.Context().Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func newVerify(folder *string) *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Check every batch, chain, balance and set-aside", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o, err := open(cmd.Context(), *folder, 0)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, o.Close()) }()
			problems, err := o.Verify(cmd.Context())
			if err != nil {
				return err
			}
			for _, p := range problems {
				fmt.Fprintln(cmd.OutOrStdout(), "FOUT ", p)
			}
			if len(problems) > 0 {
				return errProblems
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "verify: ok")
			return err
		},
	}
}

func newTerminals(folder *string) *cobra.Command {
	return &cobra.Command{
		Use: "terminals", Short: "List the shops that have joined, as NDJSON", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o, err := open(cmd.Context(), *folder, 0)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, o.Close()) }()
			all, err := o.Store.Terminals(cmd.Context())
			if err != nil {
				return err
			}
			out := json.NewEncoder(cmd.OutOrStdout())
			for _, t := range all {
				authority, reason, err := o.Store.Authority(cmd.Context(), t.Terminal)
				if err != nil {
					return err
				}
				line := map[string]any{"terminal": t.Terminal, "name": t.Name, "revoked": t.Revoked, "authority": authority, "reason": reason}
				if err := out.Encode(line); err != nil {
					return fmt.Errorf("print the terminals: %w", err)
				}
			}
			return nil
		},
	}
}
