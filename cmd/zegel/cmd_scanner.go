package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/printing"
	"zegel/cmd/zegel/scanning"
	"zegel/cmd/zegel/show"
	"zegel/scanner/preset"
	"zegel/scanner/serialport"
	"zegel/terminal/loyalty/member"
)

func newScanner(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "scanner", Short: "Find, try, record and replay scanners and readers",
		Long: "What a scanner says, and what becomes of it. The daemon must not have the device that\nwatch, sniff, record and setup open; list and replay open none.",
	}
	cmd.AddCommand(
		newScannerList(o), newScannerPresets(), newScannerWatch(o), newScannerSniff(o), newScannerRecord(o),
		newScannerReplay(o), newScannerSetup(o), newScannerSheet(o),
	)
	return cmd
}

func newScannerList(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the serial ports of this PC, and who uses them", Args: cobra.NoArgs,
		Long: "Lists what is plugged in and by which name a configuration is best to call it. It opens\nno port and sends nothing, so that it disturbs nobody.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ports, err := serialport.List()
			if err != nil {
				return &exit{exitUnavailable, err}
			}
			cfg, err := o.load() // without one, nobody uses anything
			if err != nil && !noShop(o, cmd) {
				fmt.Fprintln(cmd.ErrOrStderr(), "zegel: who uses what is not known:", strings.SplitN(err.Error(), "\n", 2)[0])
			}
			found := listed(ports, cfg)
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), found)
			}
			if len(found) == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), "No serial port is here. Is the device plugged in, and set to RS-232 or USB-COM (CDC) rather than keyboard?")
				return err
			}
			rows := [][]string{{"PORT", "DEVICE", "USED BY", "NAME FOR device ="}}
			for _, p := range found {
				rows = append(rows, []string{p.Path, p.What, p.UsedBy, p.Device})
			}
			return show.Table(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// A listedPort is a serial port and who uses it.
type listedPort struct {
	Path   string   `json:"path"`
	ByID   []string `json:"by_id,omitempty"`
	VID    string   `json:"vid,omitempty"`
	PID    string   `json:"pid,omitempty"`
	Serial string   `json:"serial,omitempty"`
	What   string   `json:"what"`
	Driver string   `json:"driver,omitempty"`
	Device string   `json:"device"` // by which a configuration is best to call it
	UsedBy string   `json:"used_by,omitempty"`
}

func listed(ports []serialport.Info, cfg Config) []listedPort {
	found := make([]listedPort, 0, len(ports))
	for _, p := range ports {
		found = append(found, listedPort{
			Path: p.Path, ByID: p.ByID, VID: p.VID, PID: p.PID, Serial: p.Serial, What: p.Name(), Driver: p.Driver,
			Device: scanning.Device(p), UsedBy: cfg.userOf(p),
		})
	}
	return found
}

// userOf says what in the configuration a port is; "" for nothing.
func (c Config) userOf(port serialport.Info) string {
	for _, l := range c.Lanes {
		for n, s := range l.Scanners {
			if s.Device != "" && scanning.Is(port, s.Device) {
				return "scanner " + l.calls(n)
			}
		}
		if l.Pass.Device != "" && scanning.Is(port, l.Pass.Device) {
			return "till's line " + l.Name
		}
		if kind, where, err := printing.Kind(l.Printer.Device); err == nil && kind == "serial" && scanning.Is(port, where) {
			return "printer " + l.Name
		}
	}
	return ""
}

func newScannerPresets() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "presets", Short: "List the kinds of devices that are known by name", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			type row struct {
				Name  string `json:"name"`
				Line  string `json:"line"`
				About string `json:"about"`
			}
			var all []row
			rows := [][]string{{"PRESET", "LINE", "FOR"}}
			for _, p := range preset.All() {
				all = append(all, row{p.Name, p.Line.String(), p.About})
				rows = append(rows, []string{p.Name, p.Line.String(), p.About})
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), all)
			}
			return show.Table(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// chosen are the flags by which a device is named, and how it is set.
type chosen struct {
	lane, scanner, device, preset, line string
	settings                            []string
}

func (c *chosen) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.lane, "lane", "", "the scanner of this lane, with the settings it has there")
	f.StringVar(&c.scanner, "scanner", "", "which scanner of the lane, by its name or number; the first without")
	f.StringVar(&c.device, "device", "", "another port: a path, COM3, usb:05E0:1701")
	c.settingFlags(cmd)
	f.StringVar(&c.line, "line", "", `another setting of the line, "9600 7E1"`)
}

func (c *chosen) settingFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.preset, "preset", "", "what kind of device it is; zegel scanner presets lists them")
	cmd.Flags().StringArrayVar(&c.settings, "setting", nil, "a key of [lane.scanner] over all that, such as terminators=etx; may be repeated")
}

// configured reports whether the flags name a scanner of the configuration.
func (c *chosen) configured() bool { return c.lane != "" || c.scanner != "" }

// find is the device that the flags name.
func (c *chosen) find(o *options) (scanning.Scanner, error) {
	s := scanning.New()
	if c.device == "" || c.configured() {
		cfg, err := o.load()
		if err != nil {
			return s, err
		}
		if s, err = c.of(cfg); err != nil {
			return s, &exit{exitUsage, err}
		}
	}
	if c.device != "" {
		s.Device = c.device
	}
	return s, c.set(&s)
}

// of is the scanner of a configuration that the flags name.
func (c *chosen) of(cfg Config) (scanning.Scanner, error) {
	var all []string
	for _, l := range cfg.Lanes {
		for n, s := range l.Scanners {
			if s.Device == "" {
				continue
			}
			all = append(all, l.calls(n))
			if (c.lane == "" || c.lane == l.Name) && (c.scanner == "" || c.scanner == s.Name || c.scanner == strconv.Itoa(n+1)) {
				if c.lane != "" || len(cfg.Lanes) == 1 {
					return s, nil
				}
			}
		}
	}
	switch {
	case len(all) == 0:
		return scanning.Scanner{}, errors.New("no scanner is configured: name a port with --device; zegel scanner list shows them")
	case c.lane == "" && len(cfg.Lanes) == 1:
		return scanning.Scanner{}, fmt.Errorf("there is no scanner %q; scanners are %s", c.scanner, strings.Join(all, ", "))
	case c.lane == "":
		return scanning.Scanner{}, fmt.Errorf("there are several lanes: name one with --lane, or a port with --device; scanners are %s", strings.Join(all, ", "))
	}
	return scanning.Scanner{}, fmt.Errorf("lane %q has no such scanner; scanners are %s", c.lane, strings.Join(all, ", "))
}

// set puts the flags for settings over a scanner's.
func (c *chosen) set(s *scanning.Scanner) error {
	var settings []scanning.Setting
	if c.preset != "" {
		settings = append(settings, scanning.Setting{Key: "preset", Value: scanning.Quote(c.preset)})
	}
	if c.line != "" {
		l, err := preset.ParseLine(c.line)
		if err != nil {
			return &exit{exitUsage, err}
		}
		settings = append(settings, scanning.FromLine(l)...)
	}
	for _, text := range c.settings {
		one, err := scanning.ParseSetting(text)
		if err != nil {
			return &exit{exitUsage, fmt.Errorf("--setting %w", err)}
		}
		settings = append(settings, one)
	}
	if err := s.Apply(settings); err != nil {
		return &exit{exitUsage, fmt.Errorf("these settings cannot be:\n%w", err)}
	}
	return nil
}

// cards are the formats that say what a code is: of the programme that is
// named, of the shop's, or where there is no shop, those that are built in.
func cards(o *options, programme string, cmd *cobra.Command) (member.Formats, error) {
	if programme != "" {
		rules, _, _, err := loadProgramme(programme)
		return rules.Cards, err
	}
	if noShop(o, cmd) {
		return scanning.BuiltIn(), nil
	}
	cfg, err := o.load()
	if err != nil {
		return nil, err
	}
	rules, _, _, err := loadProgramme(cfg.Shop.Programme)
	return rules.Cards, err
}

// noShop reports whether there is no configuration, or none for this user, and
// nobody said that there was one.
func noShop(o *options, cmd *cobra.Command) bool {
	_, err := os.Stat(o.config)
	return !cmd.Flags().Changed("config") && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission))
}

// opener opens a device for one of these commands.
func opener(device string) func(preset.Line) (scanning.Port, error) {
	return func(l preset.Line) (scanning.Port, error) {
		settings := scanning.LineConfig(device, l)
		settings.ReadTimeout = scanning.ReadTimeout
		port, err := serialport.NewLine(settings).Open()
		if err != nil {
			return nil, &exit{exitUnavailable, advised(err)}
		}
		return port, nil
	}
}

// advised is why a line did not open, with what whoever gives a command can do.
func advised(err error) error {
	switch {
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w (if it is the daemon, stop that meanwhile)", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w, or be the user of the service", err)
	}
	return err
}
