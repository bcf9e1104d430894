package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scanning"
	"zegel/cmd/zegel/show"
	"zegel/scanner/frame"
	"zegel/scanner/recording"
)

// listening ends when its time is over or somebody types Ctrl-C.
func listening(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	if limit <= 0 {
		return ctx, stop
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	return ctx, func() { cancel(); stop() }
}

const limitFlag = "stop after so long, such as 30s; without, at Ctrl-C"

func newScannerWatch(o *options) *cobra.Command {
	var c chosen
	var limit time.Duration
	var reveal, asJSON bool
	var programme string
	cmd := &cobra.Command{
		Use: "watch", Short: "Show what a device reads, as the daemon would take it", Args: cobra.NoArgs,
		Long: "Opens the device and shows every code with what it is, and for everything else why it is no\ncode. Nothing is looked up and nothing is kept. Cards show their last four characters.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, framer, err := c.framed(o)
			if err != nil {
				return err
			}
			formats, err := cards(o, programme, cmd)
			if err != nil {
				return err
			}
			ctx, stop := listening(cmd.Context(), limit)
			defer stop()
			open, err := openFirst(s)
			if err != nil {
				return err
			}
			out := &linesTo{w: cmd.OutOrStdout(), stop: stop}
			w := &watching{out: out, json: asJSON, reveal: reveal, decoder: scanning.Decoder{Cards: formats.Matcher(), Begin: time.Now()}}
			w.hail(s)
			l := &scanning.Listener{Open: open, Framer: framer, Event: w.event, Link: w.link}
			return errors.Join(l.Run(ctx), out.err)
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&programme, "programme", "", "whose cards these are, instead of the shop's programme")
	f.BoolVar(&reveal, "show", false, "show whole numbers of cards")
	f.BoolVar(&asJSON, "json", false, "a line of JSON for each event, as replay has them")
	f.DurationVar(&limit, "for", 0, limitFlag)
	return cmd
}

// openFirst opens the device before anything is said of listening to it; the
// Listener takes that port, and opens others when it is lost.
func openFirst(s scanning.Scanner) (func() (scanning.Port, error), error) {
	open := func() (scanning.Port, error) { return opener(s.Device)(s.Line()) }
	port, err := open()
	return scanning.First(port, open), err
}

// framed is the device that the flags name, and what cuts its bytes into codes.
func (c *chosen) framed(o *options) (scanning.Scanner, frame.Framer, error) {
	s, err := c.find(o)
	if err != nil {
		return s, nil, err
	}
	framer, err := s.Framer()
	return s, framer, err
}

// watching tells what a device reads.
type watching struct {
	out          *linesTo
	json, reveal bool
	decoder      scanning.Decoder
}

func (w *watching) hail(s scanning.Scanner) {
	if !w.json {
		w.out.printf("listening to %s, as %s at %s; Ctrl-C ends it\n", s.Device, s.Preset, s.Line())
	}
}

func (w *watching) event(at time.Time, e frame.Event) {
	o, says := w.decoder.Outcome(e, at)
	if !says {
		return
	}
	if !w.reveal {
		o = o.Masked()
	}
	if w.json {
		w.out.json(o)
		return
	}
	w.out.printf("%s  %s\n", at.Format("15:04:05.000"), o.Words())
}

func (w *watching) link(at time.Time, loss error) {
	switch {
	case w.json:
	case loss != nil:
		w.out.printf("%s  the device is gone: %v\n", at.Format("15:04:05.000"), loss)
	default:
		w.out.printf("%s  the port is open\n", at.Format("15:04:05.000"))
	}
}

// linesTo writes until that fails once, and then stops whoever asks for more.
type linesTo struct {
	w    io.Writer
	stop func()
	err  error
}

func (l *linesTo) Write(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.w.Write(b)
	if err != nil {
		l.err = fmt.Errorf("say so: %w", err)
		l.stop()
	}
	return n, err
}

func (l *linesTo) printf(format string, args ...any) {
	fmt.Fprintf(l, format, args...) // Write keeps what goes wrong
}

func (l *linesTo) json(v any) {
	if err := show.Line(l, v); err != nil && l.err == nil {
		l.err = err
	}
}

func newScannerSniff(o *options) *cobra.Command {
	var c chosen
	var limit, gap time.Duration
	var reveal, silent bool
	cmd := &cobra.Command{
		Use: "sniff", Short: "Show the bytes a device sends, with their pauses", Args: cobra.NoArgs,
		Long: "Shows bytes in hexadecimal, a line for what comes together: the second, the pause before it,\n< from the device or > to it. Bytes of which codes are made are told by their sort alone:\n" + scanning.Legend + ".",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, framer, err := c.framed(o)
			if err != nil {
				return err
			}
			if silent {
				framer = nil
			}
			ctx, stop := listening(cmd.Context(), limit)
			defer stop()
			open, err := openFirst(s)
			if err != nil {
				return err
			}
			out := &linesTo{w: cmd.OutOrStdout(), stop: stop}
			out.printf("listening to %s at %s; Ctrl-C ends it\n", s.Device, s.Line())
			if !reveal {
				out.printf("%s\n", scanning.Legend)
			}
			sniff := &scanning.Sniff{Out: out, Show: reveal, Gap: gap}
			sniff.Begin(time.Now())
			l := &scanning.Listener{
				Open: open, Framer: framer,
				Heard: sniff.Heard, Told: sniff.Told, Idle: sniff.Idle, Link: func(at time.Time, loss error) { sniff.Say(at, linkWords(loss)) },
			}
			err = l.Run(ctx)
			return errors.Join(err, sniff.Flush())
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&reveal, "show", false, "show every byte, card numbers among them")
	f.BoolVar(&silent, "quiet", false, "tell the device nothing, not even what its preset needs")
	f.DurationVar(&gap, "gap", 20*time.Millisecond, "the pause that begins another line")
	f.DurationVar(&limit, "for", 0, limitFlag)
	return cmd
}

func linkWords(loss error) string {
	if loss != nil {
		return fmt.Sprintf("the device is gone: %v", loss)
	}
	return "the port is open"
}

func newScannerRecord(o *options) *cobra.Command {
	var c chosen
	var limit time.Duration
	cmd := &cobra.Command{
		Use: "record FILE", Short: "Record what a device sends, for somebody who is to help", Args: cobra.ExactArgs(1),
		Long: "Writes every byte with its time to FILE, which must not be there yet and which only its\nowner may read: it holds the numbers of the cards that are shown meanwhile. Show cards made for\ntrying, if you can. zegel scanner replay FILE plays it.",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			s, framer, err := c.framed(o)
			if err != nil {
				return err
			}
			ctx, stop := listening(cmd.Context(), limit)
			defer stop()
			port, err := opener(s.Device)(s.Line()) // before there is a file
			if err != nil {
				return err
			}
			file, err := newRecording(args[0])
			if err != nil {
				return errors.Join(err, port.Close())
			}
			defer func() { err = errors.Join(err, file.Close()) }()
			w, err := recording.NewWriter(file, s.Header())
			if err != nil {
				return errors.Join(err, port.Close())
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "recording %s as %s at %s; Ctrl-C ends it\n%s will hold the numbers of the cards that are shown.\n", s.Device, s.Preset, s.Line(), args[0])
			r := scanning.NewRecorder(w, stop)
			l := &scanning.Listener{
				Open:   scanning.First(port, func() (scanning.Port, error) { return opener(s.Device)(s.Line()) }),
				Framer: framer, Heard: r.Heard, Told: r.Told, Idle: r.Idle, Link: r.Link,
			}
			err = errors.Join(l.Run(ctx), r.End(time.Now()))
			if err == nil {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d bytes in %s; look at it with: zegel scanner replay %s\n", r.Bytes, args[0], args[0])
			}
			return err
		},
	}
	c.flags(cmd)
	cmd.Flags().DurationVar(&limit, "for", 0, limitFlag)
	return cmd
}

// newRecording makes the file of a recording, for its owner alone.
func newRecording(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, thereAlready(path)
	}
	if err != nil {
		return nil, &exit{exitProblems, fmt.Errorf("make the recording: %w", err)}
	}
	return f, nil
}
