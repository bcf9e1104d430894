package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner/frame"
	"zegel/scanner/recording"
)

func newScannerReplay(o *options) *cobra.Command {
	var c chosen
	var isHex, asJSON, reveal bool
	var programme string
	cmd := &cobra.Command{
		Use: "replay FILE", Short: "Put recorded bytes through what reads a device, and show what comes of it", Args: cobra.ExactArgs(1),
		Long: `Needs no device and no shop. FILE is a recording of zegel scanner record, or with --hex a
note of bytes (32 39 0D, 41*65 is a byte 65 times, ~150 is a pause of 150 ms, # an unplugging,
/ nothing but the end of a read), or else the very bytes of a device; - is standard input.
What the recording says of its device holds unless flags say otherwise.

With --json each event is a line of JSON with whole numbers of cards; without, cards show
their last four characters.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readAll(cmd, args[0])
			if err != nil {
				return err
			}
			rec, known, err := recorded(text, isHex)
			if err != nil {
				return &exit{exitProblems, fmt.Errorf("read %s:\n%w", args[0], err)}
			}
			framer, err := c.replays(o, rec, known)
			if err != nil {
				return err
			}
			formats, err := cards(o, programme, cmd)
			if err != nil {
				return err
			}
			begin := time.Unix(0, 0)
			out := &linesTo{w: cmd.OutOrStdout(), stop: func() {}}
			d := scanning.Decoder{Cards: formats.Matcher(), Begin: begin}
			silent := true
			recording.Play(rec, framer, func(at time.Duration, e frame.Event) {
				outcome, says := d.Outcome(e, begin.Add(at))
				silent = silent && !says
				switch {
				case !says:
				case asJSON:
					out.json(outcome)
				case !reveal:
					outcome = outcome.Masked()
					fallthrough
				default:
					out.printf("%9.3f  %s\n", at.Seconds(), outcome.Words())
				}
			})
			if silent && !asJSON {
				fmt.Fprintln(cmd.ErrOrStderr(), "zegel: nothing came of it: no code is in it, and nothing that was refused")
			}
			return out.err
		},
	}
	c.settingFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.lane, "lane", "", "with the settings that this lane's scanner has")
	f.StringVar(&c.scanner, "scanner", "", "which scanner of the lane, by its name or number; the first without")
	f.BoolVar(&isHex, "hex", false, "FILE is a note of bytes in hexadecimal")
	f.StringVar(&programme, "programme", "", "whose cards these are, instead of the shop's programme")
	f.BoolVar(&asJSON, "json", false, "a line of JSON for each event")
	f.BoolVar(&reveal, "show", false, "show whole numbers of cards")
	return cmd
}

// mostToReplay is far above a day of scans.
const mostToReplay = 64 << 20

func readAll(cmd *cobra.Command, path string) ([]byte, error) {
	in := cmd.InOrStdin()
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, &exit{exitProblems, fmt.Errorf("read the recording: %w", err)}
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, mostToReplay+1))
	if err == nil && len(text) > mostToReplay {
		err = fmt.Errorf("it is larger than %d MB: cut it into pieces", mostToReplay>>20)
	}
	if err != nil {
		return nil, &exit{exitProblems, fmt.Errorf("read the recording: %w", err)}
	}
	return text, nil
}

// recorded is what a file holds; known says that it tells of its device, and so
// has the times at which that was asked.
func recorded(text []byte, isHex bool) (rec recording.Recording, known bool, err error) {
	switch {
	case isHex:
		rec, err = recording.ParseHex(string(text))
	case recording.IsRecording(text):
		rec, err = recording.Parse(string(text))
	default:
		rec = recording.Raw(text)
	}
	return rec, rec.Header["preset"] != "", err
}

// replays is what the bytes of a recording go through.
func (c *chosen) replays(o *options, rec recording.Recording, known bool) (frame.Framer, error) {
	s, err := scanning.FromHeader(rec.Header)
	if err != nil {
		return nil, &exit{exitProblems, err}
	}
	if c.configured() {
		cfg, err := o.load()
		if err != nil {
			return nil, err
		}
		if s, err = c.of(cfg); err != nil {
			return nil, &exit{exitUsage, err}
		}
	} else if c.preset == "" && !known {
		return nil, &exit{exitUsage, errors.New("say what kind of device it was: --preset generic, or what zegel scanner presets lists; or --lane")}
	}
	if err := c.set(&s); err != nil {
		return nil, err
	}
	if !known {
		return s.Replays() // who asked the device, and when, is not known
	}
	return s.Framer()
}
