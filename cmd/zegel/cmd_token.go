package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/gate"
)

// tokenScopes are what a token that may not do everything may call. A till's
// has all that terminal/pos serves; at /v1/day that is saying what was taken,
// and not the day's report.
func tokenScopes() map[string][]string {
	return map[string][]string{
		"pos": {
			"/v1/openapi.json", "/v1/status", "/v1/games", "/v1/enrolment", "/v1/lanes/", "/v1/holds/", "/v1/sales/lookup", "/v1/members/lookup", "POST /v1/day",
		},
		"status":   {"/v1/status"},
		"operator": {"/v1/status", "/v1/operators", "/v1/operators/", "/v1/pages/codes", "/v1/signals", "/v1/signals/"},
		"signals":  {"/v1/signals", "/v1/signals/"},
	}
}

func newToken(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Give programs tokens of their own",
		Long: "A token lets one program call the daemon, and says how much it may: pos for a\ntill, status for a monitor, operator for who manages operators and signals, signals\nfor a program that says when it rains. It is shown once.\nThe daemon notices at once what was made or revoked.",
	}
	var scope string
	create := &cobra.Command{
		Use: "create NAME", Short: "Make a token", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			if _, ok := tokenScopes()[scope]; !ok {
				return &exit{exitUsage, fmt.Errorf("scope %q: need pos, status, operator or signals", scope)}
			}
			token, err := gate.MakeToken(tokensPath(cfg), args[0], scope, rand.Reader)
			if err != nil {
				return &exit{exitProblems, err}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	create.Flags().StringVar(&scope, "scope", "pos", "what it may: pos, status, operator or signals")
	list := &cobra.Command{
		Use: "list", Short: "List the tokens", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			names, err := gate.TokenNames(tokensPath(cfg))
			if err != nil {
				return &exit{exitProblems, err}
			}
			slices.Sort(names)
			for _, n := range names {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Replace(n, ":", "\t", 1)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	revoke := &cobra.Command{
		Use: "revoke NAME", Short: "End a token", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			found, err := gate.RevokeToken(tokensPath(cfg), args[0])
			if err == nil && !found {
				err = errors.New("there is no token of this name; zegel token list says which there are")
			}
			if err != nil {
				return &exit{exitProblems, err}
			}
			return nil
		},
	}
	cmd.AddCommand(create, list, revoke)
	return cmd
}

func tokensPath(cfg Config) string { return secrets{folder: cfg.Store.Secrets}.path("tokens") }
