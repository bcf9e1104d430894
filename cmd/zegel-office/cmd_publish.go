package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme/file"
)

func newPublish(folder *string) *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use: "publish FILE", Short: "Publish a version of the programme to every shop",
		Long: "Checks the programme in FILE, signs it, and keeps it for the shops, which fetch it\nwith the next thing they hear. It is in force from --from on, in the programme's own\nzone, or at once; a shop puts it in force at each lane once its customer has gone.\n\n" +
			"Versions only go up: to go back, publish the older text under a new number. A\nversion that is still to come is replaced by whatever is published after it.",
		Args: cobra.ExactArgs(1),
		RunE: judged(func(cmd *cobra.Command, args []string) error {
			doc, err := os.ReadFile(args[0])
			if err != nil {
				return usage("read the programme: %v", err)
			}
			rules, err := file.Parse(doc)
			if err != nil {
				return &exit{exitProblems, fmt.Errorf("%s is not well; nothing was published:\n%s:%s", args[0], args[0],
					strings.ReplaceAll(err.Error(), "\n", "\n"+args[0]+":"))}
			}
			zone, err := time.LoadLocation(rules.Zone)
			if err != nil {
				return usage("zone %q of the programme: %v", rules.Zone, err)
			}
			at, err := instant(from, zone, time.Now())
			if err != nil {
				return err
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				if err := aboveAll(cmd.Context(), o, rules.Version); err != nil {
					return err
				}
				b := bulletin.Bundle{Version: rules.Version, From: ledger.Stamp(at.UnixMilli()), Doc: doc}.Sign(o.Key())
				if err := o.Store.Publish(cmd.Context(), b); err != nil {
					return &exit{exitProblems, err}
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "Published %q, version %d, in force from %s.\n", rules.Name, rules.Version, at.In(zone).Format("2006-01-02 15:04 MST"))
				return err
			})
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", `from when it is in force, "2026-12-01" or "2026-12-01 06:00"; left out: at once`)
	return cmd
}

// aboveAll refuses a version that a shop would not take: it has used a higher
// one of a programme of its own, and records name it.
func aboveAll(ctx context.Context, o *office.Office, version int64) error {
	shops, err := o.Store.Overviews(ctx)
	if err != nil {
		return err
	}
	for _, s := range shops {
		if !s.Revoked && s.Rules >= version {
			return &exit{exitProblems, fmt.Errorf("shop %s uses version %d of the programme, and this one says %d: versions only go up; nothing was published", s.Name, s.Rules, version)}
		}
	}
	return nil
}

// instant reads when something begins, on the clock of a zone.
func instant(text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", time.DateOnly} {
		at, err := time.ParseInLocation(layout, text, zone)
		if err == nil && at.Before(now) {
			return time.Time{}, usage("--from %s is over: leave it out for at once", text)
		}
		if err == nil {
			return at, nil
		}
	}
	return time.Time{}, usage(`--from %q: need a day or a day and a time, "2026-12-01 06:00"`, text)
}

func newPublished(folder *string) *cobra.Command {
	return &cobra.Command{
		Use: "published", Short: "List the versions of the programme that were published", Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			return looking(cmd.Context(), *folder, func(v *office.View) error {
				all, err := v.Store.BundlesAfter(cmd.Context(), 0, 10_000)
				if err != nil {
					return err
				}
				now, _ := bulletin.InForce(all, ledger.Stamp(time.Now().UnixMilli()))
				rows := [][]string{{"VERSION", "PROGRAMME", "FROM", "STATE"}}
				for _, b := range all {
					rows = append(rows, publishedRow(b, now.Version))
				}
				return show.Table(cmd.OutOrStdout(), rows)
			})
		}),
	}
}

func publishedRow(b bulletin.Bundle, inForce int64) []string {
	name, zone := "(this program cannot read it)", time.UTC
	if rules, err := file.Parse(b.Doc); err == nil {
		name = rules.Name
		if z, err := time.LoadLocation(rules.Zone); err == nil {
			zone = z
		}
	}
	state := "to come"
	switch {
	case b.Version == inForce:
		state = "in force"
	case b.Version < inForce:
		state = "over"
	}
	return []string{fmt.Sprint(b.Version), name, time.UnixMilli(int64(b.From)).In(zone).Format("2006-01-02 15:04 MST"), state}
}
