package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/printing"
	"zegel/cmd/zegel/show"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/preview"
	"zegel/printer/raster"
	"zegel/terminal/loyalty/receipt"
)

func newPrinter(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "printer", Short: "Find, try and set up receipt printers; look at slips without one",
		Long: "What becomes of a slip on paper. The daemon must not run while test and setup print; the\nothers open no device.",
	}
	cmd.AddCommand(newPrinterList(o), newPrinterProfiles(), newPrinterPreview(o), newPrinterEncode(o), newPrinterTest(o), newPrinterSetup(o),
		newPrinterStatus(o), newPrinterQueue(o), newPrinterReprint(o))
	return cmd
}

func newPrinterList(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the printers this PC knows of, and who uses them", Args: cobra.NoArgs,
		Long: "Lists the receipt printers on USB (on Windows: the queues) and those of the configuration.\nIt opens none. One on a serial line is among zegel scanner list, one on the network not at all.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := device.List(cmd.Context())
			if err != nil {
				return &exit{exitUnavailable, err}
			}
			cfg, err := o.load() // without one, nobody uses anything
			if err != nil && !noShop(o, cmd) {
				fmt.Fprintln(cmd.ErrOrStderr(), "zegel: who uses what is not known:", strings.SplitN(err.Error(), "\n", 2)[0])
			}
			all := listedPrinters(found, cfg)
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), all)
			}
			if len(all) == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), "No printer is here. One on a serial line is among: zegel scanner list; one on the network is tcp:ADDRESS:9100.")
				return err
			}
			rows := [][]string{{"NAME FOR device =", "WHAT", "PROFILE", "USED BY"}}
			for _, p := range all {
				rows = append(rows, []string{p.Device, p.What, p.Profile, p.UsedBy})
			}
			return show.Table(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// A listedPrinter is a printer and who uses it.
type listedPrinter struct {
	Device   string `json:"device"` // by which a configuration calls it
	What     string `json:"what,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Commands string `json:"commands,omitempty"` // the languages that it says it understands
	Profile  string `json:"profile,omitempty"`  // of the configuration, or what fits its name
	UsedBy   string `json:"used_by,omitempty"`
}

// listedPrinters are those found, and those configured that were not.
func listedPrinters(found []device.Found, cfg Config) []listedPrinter {
	all := make([]listedPrinter, 0, len(found)+len(cfg.Lanes))
	at := make(map[string]int)
	for _, f := range found {
		p := listedPrinter{
			Device: printing.Device(f), What: strings.TrimSpace(f.Maker + " " + f.Model), Serial: f.Serial,
			Commands: f.Commands, Profile: printing.ProfileOf(f.Maker, f.Model),
		}
		at[p.Device] = len(all)
		all = append(all, p)
	}
	for _, l := range cfg.Lanes {
		if l.Printer.Device == "" {
			continue
		}
		i, known := at[l.Printer.Device]
		if !known {
			i = len(all)
			all = append(all, listedPrinter{Device: l.Printer.Device})
			at[l.Printer.Device] = i
		}
		all[i].UsedBy = strings.TrimPrefix(all[i].UsedBy+", "+l.Name, ", ")
		if l.Printer.Profile != "" {
			all[i].Profile = l.Printer.Profile
		}
	}
	return all
}

func newPrinterProfiles() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "profiles", Short: "List the models that are known by name", Args: cobra.NoArgs,
		Long: "Lists the models. One that is not among them is likely to be like one that is: print the\ntest page with zegel printer setup.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), escpos.Profiles())
			}
			rows := [][]string{{"PROFILE", "FOR", "COLUMNS", "QR", "CUT", "TABLES"}}
			for _, p := range escpos.Profiles() {
				columns := make([]string, len(p.Columns))
				for i, n := range p.Columns {
					columns[i] = strconv.Itoa(n)
				}
				rows = append(rows, []string{p.Name, p.Title, strings.Join(columns, " "), string(p.QR), string(p.Cut), strconv.Itoa(len(p.Tables))})
			}
			return show.Table(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON, with all that is known of each")
	return cmd
}

// paper are the flags by which a printer is named, and how it is set.
type paper struct {
	lane, device, profile string
	columns               int
	settings, images      []string
}

func (p *paper) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.lane, "lane", "", "the printer of this lane, with the settings it has there")
	f.StringVar(&p.profile, "profile", "", "the printer's model; zegel printer profiles lists them")
	f.IntVar(&p.columns, "columns", 0, "the letters on a line")
	f.StringArrayVar(&p.settings, "setting", nil, "a key of [lane.printer] over all that, such as qr=picture; may be repeated")
}

func (p *paper) imageFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&p.images, "image", nil, "a picture that the slip names, as logo=logo.png; may be repeated")
}

// find is the printer that the flags name: a lane's, or without a lane and a
// shop one of the profile.
func (p *paper) find(o *options, cmd *cobra.Command) (printing.Printer, error) {
	found := printing.New()
	if p.lane != "" || p.profile == "" && p.device == "" && !noShop(o, cmd) {
		cfg, err := o.load()
		if err != nil {
			return found, err
		}
		lane, err := laneToPrint(cfg, p.lane)
		if err != nil && p.lane != "" {
			return found, &exit{exitUsage, err}
		}
		if err == nil {
			found = lane.Printer
		}
	}
	settings := append([]string(nil), p.settings...)
	if p.device != "" {
		found.Device = p.device
	}
	if p.profile != "" {
		found.Profile, found.Columns = p.profile, 0
	}
	if p.columns != 0 {
		found.Columns = int64(p.columns)
	}
	for _, text := range p.images {
		name, path, ok := strings.Cut(text, "=")
		if !ok {
			return found, &exit{exitUsage, fmt.Errorf("--image %s: need name=file", text)}
		}
		if found.Images == nil {
			found.Images = make(map[string]string)
		}
		found.Images[name] = path
	}
	if err := found.Apply(settings); err != nil {
		return found, &exit{exitUsage, fmt.Errorf("these settings cannot be:\n%w", err)}
	}
	return found, nil
}

// readSlip reads the slip of a file; "-" is standard input.
func readSlip(path string, in io.Reader) (receipt.Slip, error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return receipt.Slip{}, &exit{exitUsage, err}
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSlipFile+1))
	if err != nil {
		return receipt.Slip{}, &exit{exitUsage, fmt.Errorf("read the slip: %w", err)}
	}
	slip, err := receipt.ParseSlip(text)
	if err != nil {
		return receipt.Slip{}, &exit{exitProblems, fmt.Errorf("%s is no slip:\n%w", path, err)}
	}
	return slip, nil
}

// maxSlipFile is more than a slip may have, so that ParseSlip says so.
const maxSlipFile = 1 << 20

func newPrinterPreview(o *options) *cobra.Command {
	p := &paper{}
	var text bool
	var png string
	cmd := &cobra.Command{
		Use: "preview SLIP.json", Short: "Show what a slip looks like on a printer's paper", Args: cobra.ExactArgs(1),
		Long: "Shows a slip as text, or as a picture of the dots: --png FILE, where - is standard output. The\nslip's JSON is described in the manual's slip.md; - reads it from standard input.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if text && png != "" {
				return &exit{exitUsage, errors.New("--text and --png: take one of them")}
			}
			slip, err := readSlip(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			to, err := p.find(o, cmd)
			if err != nil {
				return err
			}
			model, err := to.Model()
			if err != nil {
				return &exit{exitUsage, err}
			}
			return drawn{to, model}.write(cmd.OutOrStdout(), model.Lines(slip, to.Width(model)), png)
		},
	}
	p.flags(cmd)
	p.imageFlag(cmd)
	cmd.Flags().BoolVar(&text, "text", false, "as text, which is what happens without --png")
	cmd.Flags().StringVar(&png, "png", "", "write a picture to this file")
	return cmd
}

// drawn is the paper of a printer, as text or as a picture.
type drawn struct {
	printing.Printer
	model escpos.Profile
}

func (d drawn) write(out io.Writer, lines []layout.Line, png string) error {
	if png == "" {
		_, err := io.WriteString(out, preview.Text(lines))
		return err
	}
	images, err := d.ReadImages()
	if err != nil {
		return &exit{exitUsage, err}
	}
	on := preview.Paper{Columns: d.Width(d.model), Images: d.dots(images)}
	var picture bytes.Buffer
	if err := on.PNG(&picture, lines); err != nil {
		return err
	}
	if png == "-" {
		_, err := out.Write(picture.Bytes())
		return err
	}
	if err := os.WriteFile(png, picture.Bytes(), 0o644); err != nil {
		return &exit{exitProblems, fmt.Errorf("write the picture: %w", err)}
	}
	return nil
}

// dots are pictures as the model prints them.
func (d drawn) dots(images map[string]image.Image) map[string]raster.Bitmap {
	all := make(map[string]raster.Bitmap, len(images))
	if d.model.Pictures != escpos.PicturesNone {
		for name, picture := range images {
			all[name] = raster.Dither(picture, d.model.Paper())
		}
	}
	return all
}

func newPrinterEncode(o *options) *cobra.Command {
	p := &paper{}
	cmd := &cobra.Command{
		Use: "encode SLIP.json", Short: "Write the bytes that print a slip", Args: cobra.ExactArgs(1),
		Long: "Writes to standard output exactly the bytes that the daemon sends for a slip, its cut among\nthem, but nothing that asks the printer how it is. - reads the slip from standard input.",
		RunE: func(cmd *cobra.Command, args []string) error {
			slip, err := readSlip(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			to, err := p.find(o, cmd)
			if err != nil {
				return err
			}
			data, err := to.Slip(slip)
			if err != nil {
				return &exit{exitUsage, err}
			}
			_, err = cmd.OutOrStdout().Write(data)
			return err
		},
	}
	p.flags(cmd)
	p.imageFlag(cmd)
	return cmd
}
