//go:build !linux

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func newDemo() *cobra.Command {
	return &cobra.Command{
		Use: "demo", Short: "Play a shop (on Linux)", Args: cobra.ArbitraryArgs, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return &exit{exitUnavailable, errors.New("the demo needs pseudo-terminals and is for Linux; it is not for Windows")}
		},
	}
}
