package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/terminal/loyalty/programme/file"
)

func newConfig(o *options) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check or show the configuration"}
	cmd.AddCommand(newConfigCheck(o), newConfigShow(o))
	return cmd
}

func newConfigCheck(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Tell everything that is wrong with the configuration and the programme", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			rules, _, doc, err := loadProgramme(cfg.Shop.Programme)
			if err != nil {
				return err
			}
			// A shop without a database yet has used no programme.
			var refused *store.RulesError
			if errors.As(store.CheckRules(cmd.Context(), cfg.Store.Database, rules.Version, doc), &refused) {
				return &configError{cfg.Shop.Programme, fmt.Errorf(" %w", refused)}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is well, and so is the programme %q, version %d.\n", o.config, rules.Name, rules.Version)
			return err
		},
	}
}

func newConfigShow(o *options) *cobra.Command {
	var asJSON, origin bool
	cmd := &cobra.Command{
		Use: "show", Short: "Show every value in force", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			values := file.Values(&cfg)
			if asJSON {
				out := make([]map[string]string, 0, len(values))
				for _, v := range values {
					out = append(out, map[string]string{"key": v.Key, "value": v.Text, "origin": cfg.originOf(v.Key)})
				}
				return show.JSON(cmd.OutOrStdout(), out)
			}
			rows := make([][]string, 0, len(values))
			for _, v := range values {
				row := []string{v.Key, v.Text}
				if origin {
					row = append(row, cfg.originOf(v.Key))
				}
				rows = append(rows, row)
			}
			return show.Table(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	return cmd
}

// originOf says where a value comes from: "default", "file", a flag or a
// variable of the environment.
func (c Config) originOf(key string) string {
	if o, ok := c.origins[key]; ok {
		return o
	}
	return "default"
}
