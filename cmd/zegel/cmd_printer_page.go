package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/printing"
	"zegel/printer/device"
)

func newPrinterTest(o *options) *cobra.Command {
	p := &paper{}
	var text bool
	var png, numbers string
	cmd := &cobra.Command{
		Use: "test", Short: "Print the page that shows whether a printer's profile is right", Args: cobra.NoArgs,
		Long: `Prints the test page while the daemon does not run: rulers for the columns, a line for each code
table, styles, a barcode, QR codes in both forms, and the cut. What each line should look like
shows --text or --png FILE, for which there need be no printer.

Where no table is right, --numbers 0-60 prints ten signs of each table that has such a number.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if text && png != "" {
				return &exit{exitUsage, errors.New("--text and --png: take one of them")}
			}
			to, err := p.find(o, cmd)
			if err != nil {
				return err
			}
			model, err := to.Model()
			if err != nil {
				return &exit{exitUsage, err}
			}
			if text || png != "" {
				return drawn{to, model}.write(cmd.OutOrStdout(), model.TestPage(to.Width(model)), png)
			}
			page, err := testPage(to, numbers)
			if err != nil {
				return &exit{exitUsage, err}
			}
			if to.Device == "" {
				return &exit{exitUsage, errors.New("no lane has a printer: name one with --device (zegel printer list shows them), or see the page with --text or --png FILE")}
			}
			if err := free(cmd.Context(), o); err != nil {
				return err
			}
			said, err := to.Print(cmd.Context(), page)
			if err != nil {
				return &exit{exitUnavailable, fmt.Errorf("print the test page: %w", err)}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The test page is on its way: %d bytes as %s on %s; %s.\n", len(page), model.Name, to.Device, said)
			return err
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&p.device, "device", "", "another printer: usb:/dev/usb/lp0, tcp:address:9100, serial:…, queue:…")
	f.BoolVar(&text, "text", false, "write what the page should say to standard output")
	f.StringVar(&png, "png", "", "write a picture of the page to this file")
	f.StringVar(&numbers, "numbers", "", "instead of the page, ten signs of each code table from one number to another: 0-60")
	return cmd
}

// testPage is the page for a printer whose tables are known, or for one whose
// are not.
func testPage(to printing.Printer, numbers string) ([]byte, error) {
	if numbers == "" {
		return to.TestPage()
	}
	var from, last uint8
	if n, err := fmt.Sscanf(numbers, "%d-%d", &from, &last); err != nil || n != 2 || from > last {
		return nil, fmt.Errorf("--numbers %s: need two numbers from 0 to 255, as 0-60", numbers)
	}
	return to.Numbers(from, last)
}

// free refuses while the shop's daemon runs, which has the printer.
func free(ctx context.Context, o *options) error {
	cfg, err := o.load()
	if err != nil {
		return nil // no shop, so no daemon of it
	}
	if err := aside(ctx, cfg); err != nil {
		return &exit{exitUnavailable, err}
	}
	return nil
}

func newPrinterSetup(o *options) *cobra.Command {
	p := &paper{}
	cmd := &cobra.Command{
		Use: "setup", Short: "Find a printer's settings with a test page, and say what to write into zegel.toml", Args: cobra.NoArgs,
		Long: `Prints the test page, asks what is to be seen on it, and writes the lane's part of zegel.toml.
The daemon must not run meanwhile. Nothing is changed: what it says is for you to write.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := bufio.NewReader(cmd.InOrStdin())
			to := printing.New()
			to.Device, to.Profile = p.device, p.profile
			if to.Device == "" {
				found, err := device.List(cmd.Context())
				if err != nil {
					return &exit{exitUnavailable, err}
				}
				if to, err = printing.Choose(in, cmd.OutOrStdout(), found, to); err != nil {
					return &exit{exitUsage, err}
				}
			}
			if err := to.Apply(p.settings); err != nil {
				return &exit{exitUsage, fmt.Errorf("these settings cannot be:\n%w", err)}
			}
			if err := free(cmd.Context(), o); err != nil {
				return err
			}
			ask := printing.Setup{In: in, Out: cmd.OutOrStdout(), Print: func(page []byte) (string, error) { return to.Print(cmd.Context(), page) }}
			found, err := ask.Run(to)
			if err != nil {
				return atLeast(exitProblems, err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "\nFor the lane's part of zegel.toml, in place of its [lane.printer]:\n\n%s", found.TOML())
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.device, "device", "", "the printer: usb:/dev/usb/lp0, tcp:address:9100, serial:…, queue:…; without, it asks")
	f.StringVar(&p.profile, "profile", "", "the model to begin with; zegel printer profiles lists them")
	f.StringArrayVar(&p.settings, "setting", nil, "a key of [lane.printer] to begin with, such as baud=19200; may be repeated")
	return cmd
}
