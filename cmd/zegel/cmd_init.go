package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scanning"
	"zegel/install/programmes"
	"zegel/terminal/loyalty/programme/file"
)

// answers are what the six questions ask.
type answers struct {
	programme, shop, cards, rate, scanner, printer string
}

func newInit(o *options) *cobra.Command {
	a := answers{programme: programmes.Choices()[0].Name, shop: "Mijn winkel", cards: "29", rate: "1.00", scanner: "", printer: ""}
	var yes bool
	cmd := &cobra.Command{
		Use: "init", Short: "Write a configuration and a starter programme",
		Long: "Asks six questions, or takes the answers from flags, and writes zegel.toml and the\nprogramme, such as punten.toml, into the folder of --config. Files that are there are never\noverwritten. The programmes to choose from are:\n\n" + choices(),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Whatever is chosen: nobody answers questions for nothing.
			if there := standing(o.config, rulesBeside(o.config, a.chosen().File)); there != nil {
				return there
			}
			if !yes {
				if err := a.ask(cmd.InOrStdin(), cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			if cmd.Flags().Changed("per") && !a.chosen().Rated {
				return &exit{exitUsage, fmt.Errorf("--per means nothing for %q: no point of it has a price; leave it out, and nothing was written", a.programme)}
			}
			return a.write(cmd.OutOrStdout(), o.config)
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.programme, "programme", a.programme, "the programme to begin with: "+choiceNames())
	f.StringVar(&a.shop, "shop", a.shop, "what the shop is called")
	f.StringVar(&a.cards, "cards", a.cards, "the digits our cards' EAN codes begin with")
	f.StringVar(&a.rate, "per", a.rate, "the amount that earns one point")
	f.StringVar(&a.scanner, "scanner", a.scanner, "the scanner's serial port")
	f.StringVar(&a.printer, "printer", a.printer, "the receipt printer: serial:, usb:, tcp:, queue: or file: and where")
	f.BoolVarP(&yes, "yes", "y", false, "ask nothing: take the flags and the defaults")
	return cmd
}

// ask puts the questions, with what stands there now as the answer to a mere
// Enter, and puts one again whose answer cannot be.
func (a *answers) ask(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for _, q := range []struct {
		text   string
		answer *string
	}{
		{"Which programme does it begin with (" + choiceNames() + ")?", &a.programme},
		{"What is the shop called?", &a.shop},
		{"Which digits do the EAN codes of its loyalty cards begin with?", &a.cards},
		{"How much must be paid for one point?", &a.rate},
		{"Where is the scanner (/dev/serial/by-id/…, COM3; empty for none)?", &a.scanner},
		{"Where is the receipt printer (usb:/dev/usb/lp0, tcp:address:9100, serial:…; empty for none)?", &a.printer},
	} {
		if q.answer == &a.rate && !a.chosen().Rated {
			continue
		}
		for before := *q.answer; ; *q.answer = before {
			if _, err := fmt.Fprintf(out, "%s [%s] ", q.text, before); err != nil {
				return fmt.Errorf("ask: %w", err)
			}
			if !lines.Scan() {
				return errors.Join(errors.New("no answer came; give the answers as flags and --yes"), lines.Err())
			}
			if text := strings.TrimSpace(lines.Text()); text != "" {
				*q.answer = text
			}
			_, _, wrong := a.files(true)
			if wrong == nil {
				break
			}
			if _, err := fmt.Fprintf(out, "  That cannot be: %s\n", inFile.ReplaceAllString(wrong.Error(), "")); err != nil {
				return fmt.Errorf("ask: %w", err)
			}
		}
	}
	return nil
}

// inFile is where in a file that is not written yet something is wrong.
var inFile = regexp.MustCompile(`(?m)^[^\n]*:\n|^\d+:\d+: `)

// choices are the programmes to choose from, a line each.
func choices() string {
	var b strings.Builder
	for _, c := range programmes.Choices() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.Name, c.What)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func choiceNames() string {
	var names []string
	for _, c := range programmes.Choices() {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// chosen is the programme the answers name; the first of them for one that
// there is not, which files refuses.
func (a answers) chosen() programmes.Choice {
	if c, ok := programmes.Find(a.programme); ok {
		return c
	}
	return programmes.Choices()[0]
}

// files are the two files the answers make, where they make a shop.
func (a answers) files(beside bool) (programme, config []byte, err error) {
	if _, ok := programmes.Find(a.programme); !ok {
		return nil, nil, &exit{exitUsage, fmt.Errorf("there is no programme %q to begin with: take one of %s", a.programme, choiceNames())}
	}
	programme, config = a.chosen().For(a.shop, a.cards, strings.Replace(a.rate, ",", ".", 1)), a.config(beside)
	if _, err := file.Parse(programme); err != nil {
		return nil, nil, &exit{exitUsage, fmt.Errorf("these answers make no programme:\n%w", err)}
	}
	c := defaults()
	if _, err := file.Decode(config, &c, nil, c.check); err != nil {
		return nil, nil, &exit{exitUsage, fmt.Errorf("these answers make no configuration:\n%w", err)}
	}
	return programme, config, nil
}

// rulesBeside is the programme's file beside a configuration.
func rulesBeside(path, file string) string { return filepath.Join(filepath.Dir(path), file) }

// standing says which of the files is there already.
func standing(paths ...string) error {
	for _, p := range paths {
		if _, err := os.Lstat(p); err == nil {
			return thereAlready(p)
		}
	}
	return nil
}

// write writes both files, or neither where one is there or the answers make
// no shop.
func (a answers) write(out io.Writer, path string) error {
	folder, rules := filepath.Dir(path), rulesBeside(path, a.chosen().File)
	programme, config, err := a.files(path != defaultPath())
	if err != nil {
		return err
	}
	if err := standing(path, rules); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	// The programme first: a configuration without one looks finished and is not.
	for _, f := range []struct {
		path string
		text []byte
	}{{rules, programme}, {path, config}} {
		if err := writeNew(f.path, f.text); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, "wrote", f.path); err != nil {
			return fmt.Errorf("say so: %w", err)
		}
	}
	_, err = fmt.Fprintf(out, `
Next:  zegel doctor --config %[1]s   what is missing, and what to do
       zegel run    --config %[1]s   the daemon; it stays until Ctrl-C
       zegel open   --config %[1]s   the counter's page, while the daemon runs
`, path)
	return err
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return thereAlready(path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func thereAlready(path string) error {
	return &exit{exitProblems, fmt.Errorf("%s is there already; it was left alone, and nothing was written", path)}
}

// config is the configuration the answers make. Everything else has a default,
// which zegel config show shows. Where the file is not in the system's own
// place, what the shop keeps goes beside it, so that trying needs no rights.
func (a answers) config(beside bool) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# The shop's terminal. Every key not named here has a default: zegel config show\n\n[shop]\nname = %s\nprogramme = %s\n\n", scanning.Quote(a.shop), scanning.Quote(a.chosen().File))
	if beside {
		b.WriteString("# What the shop keeps. Leave the mark out of backups of the database.\n[store]\ndatabase = \"data/zegel.db\"\nmark = \"mark/mark.json\"\nsecrets = \"secrets\"\n\n")
	}
	b.WriteString(`# The counter's page opens in a browser on this PC with: zegel open
# For browsers on other PCs of the shop, take the # away and put this PC's own
# address in; then: zegel open --lan
#[pages]
#listen = "192.168.1.10:7412"
#names = ["192.168.1.10"]

# A shop of a chain says where head office listens, and joins it with the code
# it is given, while the daemon does not run: zegel join CODE
#[office]
#url = "https://office.example:7413"

`)
	fmt.Fprintf(&b, "# One [[lane]] a checkout.\n[[lane]]\nname = \"kassa1\"\n")
	if a.scanner != "" {
		fmt.Fprintf(&b, "\n[lane.scanner]\ndevice = %s\npreset = \"generic\"  # what fits yours: zegel scanner setup\n", scanning.Quote(a.scanner))
	} else {
		b.WriteString("\n# zegel scanner list shows what is plugged in, zegel scanner setup finds out the settings.\n#[lane.scanner]\n#device = \"/dev/serial/by-id/usb-…\"  # COM3 on Windows\n")
	}
	if a.printer != "" {
		fmt.Fprintf(&b, "\n[lane.printer]\ndevice = %s\ncolumns = 42  # 48, 42 or 32; what fits yours: zegel printer setup\n", scanning.Quote(a.printer))
	} else {
		b.WriteString("\n#[lane.printer]\n#device = \"usb:/dev/usb/lp0\"  # or tcp:192.168.1.50:9100, serial:/dev/ttyS1, file:/path\n#columns = 42                # 48, 42 or 32\n")
	}
	return []byte(b.String())
}
