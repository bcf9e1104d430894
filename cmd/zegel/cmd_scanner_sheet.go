package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zegel/printer/escpos"
	"zegel/printer/preview"
	"zegel/scanner/setup"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/words"
)

func newScannerSheet(o *options) *cobra.Command {
	var lane, lang, png string
	var text bool
	cmd := &cobra.Command{
		Use: "sheet", Short: "Print the codes that zegel scanner setup asks for", Args: cobra.NoArgs,
		Long: "Prints the sheet on a lane's receipt printer, while the daemon does not run; or writes it\nas a picture or as text, for which there need be no shop.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			slip, err := sheet(lang)
			if err != nil {
				return err
			}
			switch {
			case text && png != "":
				return &exit{exitUsage, errors.New("--text and --png: take one of them")}
			case text:
				_, err := io.WriteString(cmd.OutOrStdout(), preview.Text(escpos.Generic80().Lines(slip, sheetColumns)))
				return err
			case png != "":
				return writePicture(png, slip)
			}
			cfg, err := o.load()
			if err != nil {
				return err
			}
			to, err := laneToPrint(cfg, lane)
			if err != nil {
				return &exit{exitUsage, err}
			}
			if err := aside(cmd.Context(), cfg); err != nil {
				return &exit{exitUnavailable, err}
			}
			paper, err := to.Printer.Slip(slip)
			if err != nil {
				return &exit{exitConfig, err}
			}
			if _, err := to.Printer.Print(cmd.Context(), paper); err != nil {
				return &exit{exitUnavailable, fmt.Errorf("print the sheet: %w", err)}
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The sheet is printed at %s. Next: zegel scanner setup\n", to.Name)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&lane, "lane", "", "at which lane's printer; the first with one, without")
	f.StringVar(&lang, "lang", "nl", "in which language: "+languages())
	f.BoolVar(&text, "text", false, "write the codes as text to standard output")
	f.StringVar(&png, "png", "", "write a picture to this file, to be shown on a screen")
	return cmd
}

// sheetColumns are those of a printer for paper of 80 mm.
const sheetColumns = 48

func languages() string { return strings.Join(words.Languages(), ", ") }

// sheet is the slip with the codes.
func sheet(lang string) (receipt.Slip, error) {
	w, known := words.For(lang)
	if !known {
		return receipt.Slip{}, &exit{exitUsage, fmt.Errorf("--lang %s: need one of %s", lang, languages())}
	}
	var codes []receipt.SheetCode
	for _, c := range setup.Sheet() {
		codes = append(codes, receipt.SheetCode(c))
	}
	slip := receipt.ForSheet(w, codes)
	return slip, slip.Validate()
}

func writePicture(path string, slip receipt.Slip) error {
	var picture bytes.Buffer
	if err := preview.PNG(&picture, escpos.Generic80().Lines(slip, sheetColumns), sheetColumns); err != nil {
		return err
	}
	if err := os.WriteFile(path, picture.Bytes(), 0o644); err != nil {
		return &exit{exitProblems, fmt.Errorf("write the picture: %w", err)}
	}
	return nil
}

// laneToPrint is the lane of a name, or the first with a printer.
func laneToPrint(cfg Config, name string) (Lane, error) {
	for _, l := range cfg.Lanes {
		if (name == "" || name == l.Name) && l.Printer.Device != "" {
			return l, nil
		}
	}
	if name == "" {
		return Lane{}, errors.New("no lane has a printer: write a picture with --png FILE, or text with --text")
	}
	return Lane{}, fmt.Errorf("there is no lane %q with a printer: write a picture with --png FILE, or text with --text", name)
}

// aside refuses while the daemon runs, which has the printer.
func aside(ctx context.Context, cfg Config) error {
	c, err := newClient(cfg)
	if err == nil {
		err = c.get(ctx, "/v1/status", new(status))
	}
	if err == nil {
		return errors.New("the daemon has the printer: stop it meanwhile, or write a picture with --png FILE")
	}
	return nil // whatever has its address, it is not this shop's daemon
}
