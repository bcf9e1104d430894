package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"zegel/cmd/release"
	"zegel/store"
	"zegel/syncer"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/member"
)

func newJoin(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "join CODE", Short: "Join a head office, with the code it gave",
		Long: "Shows the code to the head office at office.url. From then on head office is the\nauthority for this shop's accounts; what the shop holds stays, and its whole\njournal goes up. The daemon must not run; it picks the line up at its next start.\nIf no answer came, the same command may be given again.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			if cfg.Office.URL == "" {
				return &exit{exitUsage, errors.New("set office.url in the configuration first, or give --set office.url=https://…")}
			}
			if _, err := wire.ParseCode(args[0]); err != nil {
				return &exit{exitUsage, err}
			}
			name, err := join(cmd.Context(), cfg, args[0])
			var no *wire.Problem
			switch {
			case errors.As(err, &no):
				return &exit{exitProblems, fmt.Errorf("head office said no: %s", no.Detail)}
			case err != nil:
				return &exit{exitUnavailable, err}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Joined as %q. Start the daemon: zegel run\n", name)
			return err
		},
	}
}

// join enrols the shop and keeps what it was given: the chain's keys before
// the database, so that a shop that was cut short between the two only has
// keys it does not use yet.
func join(ctx context.Context, cfg Config, code string) (name string, err error) {
	s := secrets{folder: cfg.Store.Secrets, random: rand.Reader}
	if err := s.open(); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, storeConfig(cfg, zerolog.Nop()))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	terminal, _, _, err := db.Identity(ctx)
	if err != nil {
		return "", err
	}
	key, err := s.deviceKey()
	if err != nil {
		return "", err
	}
	st, err := db.Status(ctx)
	if err != nil {
		return "", err
	}
	// A key no card was ever read under leads nowhere: it is left behind.
	var own []member.ChainKey
	keep := s.setChainKeys
	if st.Accounts > 0 {
		keep = s.keepChainKeys
		if own, err = s.chainKeys(); err != nil {
			return "", err
		}
	}
	expected, err := wire.ParseCode(code)
	if err != nil {
		return "", err
	}
	client, err := officeClient(key, func(k ed25519.PublicKey) bool { return expected.Names(k) })
	if err != nil {
		return "", err
	}
	e, err := syncer.Enrol(ctx, syncer.Application{
		Line: client, Office: cfg.Office.URL, Code: code, Terminal: terminal, Key: key,
		Software: release.Version(), ChainKeys: own, Rand: rand.Reader,
	})
	if err != nil {
		return "", err
	}
	if err := keep(e.ChainKeys); err != nil {
		return "", err
	}
	return e.Name, db.Join(ctx, e.OfficeKey, e.Nonce)
}
