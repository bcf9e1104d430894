package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"zegel/cmd/gate"
	"zegel/cmd/zegel/show"
)

func newOpen(o *options) *cobra.Command {
	var kiosk, lan, forget, printOnly, asJSON bool
	cmd := &cobra.Command{
		Use: "open", Short: "Open the counter's page in a browser",
		Long: `Asks the daemon for a link that lets one browser in, once and within a minute,
opens it where there is a browser, and prints it.

A screen that starts with the PC begins with a link of its own each time:
  chromium --kiosk "$(zegel open --kiosk)"
or is let in once with --kiosk, and from then on opens the page's address; it
stays let in for as long as it is used every few weeks. With --lan the link is
for a browser on another PC, where the code in it may be typed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			c, err := newClient(cfg)
			if err != nil {
				return &exit{exitUnavailable, err}
			}
			if forget {
				if err := c.send(cmd.Context(), http.MethodDelete, "/v1/pages/sessions", nil, &struct{}{}); err != nil {
					return problems(err)
				}
				_, err := fmt.Fprintln(cmd.OutOrStdout(), "Every browser was let out; zegel open lets one in again.")
				return err
			}
			var code gate.Code
			if err := c.send(cmd.Context(), http.MethodPost, "/v1/pages/codes", map[string]bool{"kiosk": kiosk, "lan": lan}, &code); err != nil {
				return problems(err)
			}
			switch {
			case asJSON:
				return show.JSON(cmd.OutOrStdout(), code)
			case lan:
				return tellLAN(cmd.OutOrStdout(), code)
			case !kiosk && !printOnly:
				if err := browse(code.URL); err != nil {
					fmt.Fprintln(cmd.ErrOrStderr(), "zegel:", err)
				}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), code.URL)
			return err
		},
	}
	f := cmd.Flags()
	f.BoolVar(&kiosk, "kiosk", false, "for a screen nobody signs in to: prints the link and nothing else, and the browser stays let in")
	f.BoolVar(&lan, "lan", false, "for a browser on another PC of the shop")
	f.BoolVar(&printOnly, "print", false, "print the link and open nothing")
	f.BoolVar(&forget, "forget", false, "let every browser out, as after the loss of one")
	f.BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func tellLAN(out io.Writer, c gate.Code) error {
	_, err := fmt.Fprintf(out, `On the other PC open  %s
and type              %s   within %d seconds
`, c.Site, c.Grouped(), c.Seconds)
	if err == nil && c.Fingerprint != "" {
		_, err = fmt.Fprintf(out, `
Its browser warns that it does not know the certificate. Go on only if the
fingerprint (SHA-256) it shows is this one:
  %s
A Chromium that is started with its own --user-data-dir and
  --ignore-certificate-errors-spki-list=%s
takes this certificate and no other, without a question.
`, c.Fingerprint, c.Pin)
	}
	return err
}

// browse opens a link in the browser of whoever is in front of this PC.
func browse(url string) error {
	name, args := "xdg-open", []string{url}
	switch {
	case runtime.GOOS == "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return errors.New("there is no screen here; open the link on one within a minute")
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("no browser could be started (%w); open the link within a minute", err)
	}
	return cmd.Process.Release() // it outlives this command
}
