package printertest_test

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/printer/printertest"
)

// receiptio is a host that others wrote (npm, Apache 2.0), where make test installs it.
const receiptio = "../../bin/receiptio/node_modules/receiptio/bin/cli.js"

// host runs receiptio against a printer's socket, and gives its last word. It prints slip if there is one.
func host(t *testing.T, server *printertest.TCP, slip string, options ...string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("%v: install nodejs, as make test does", err)
	}
	programme, err := filepath.Abs(receiptio)
	if err != nil {
		t.Fatal(err)
	}
	address, port, err := net.SplitHostPort(server.Address())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// receiptio knows port 9100 only. What it is told here is that the printer of today has another.
	elsewhere := `const net = require('net'), connect = net.createConnection;
		net.createConnection = net.connect = (port, ...rest) => connect(port === 9100 ? ` + port + ` : port, ...rest);
		process.argv.splice(1, 0, '` + programme + `'); require('` + programme + `');`
	arguments := append([]string{"-e", elsewhere, "--", "-d", address, "-c", "42"}, options...)
	command := exec.CommandContext(ctx, node, arguments...)
	command.Stdin = strings.NewReader(slip)
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %s", err, said.String())
	}
	return strings.TrimSpace(said.String())
}

// Somebody else's host finds out all that ours does, from the same answers.
func TestReceiptioDrivesThePrinter(t *testing.T) {
	const slip = "^^Café\n\nKoffie | 2,50\n---\n\nTot gauw\n"
	cases := []struct {
		name    string
		befalls func(*printertest.Printer)
		options []string
		says    string
		papers  int
	}{
		{"all is well", nil, []string{"-t", "10"}, "success", 1},
		{"the cover is open", func(p *printertest.Printer) { p.OpenCover(true) }, []string{"-t", "10"}, "coveropen", 0},
		{"there is no paper", func(p *printertest.Printer) { p.LoadPaper(0) }, []string{"-t", "10"}, "paperempty", 0},
		{"paper ends inside", func(p *printertest.Printer) { p.LoadPaper(2) }, []string{"-t", "10"}, "paperempty", 0},
		{"paper is near its end", func(p *printertest.Printer) { p.LoadPaper(30) }, []string{"-t", "10"}, "success", 1},
		{"the cutter is stuck", func(p *printertest.Printer) { p.Jam(true) }, []string{"-t", "10"}, "error", 0},
		{"it is silent", func(p *printertest.Printer) { p.Mute(true) }, []string{"-t", "10"}, "offline", 0},
		{"it does not answer in turn", func(p *printertest.Printer) { p.PauseAtCut() }, []string{"-t", "2"}, "timeout", 1},
		{"the line breaks", func(p *printertest.Printer) { p.DropAfter(60) }, []string{"-t", "10"}, "disconnect", 0},
		{"is it there", nil, []string{"-q"}, "online", 0},
		{"the drawer's switch is low", nil, []string{"-q", "drawer"}, "draweropen", 0},
		{"the drawer's switch is high", func(p *printertest.Printer) { p.Drawer(true) }, []string{"-q", "drawer"}, "drawerclosed", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := printertest.New(42)
			if c.befalls != nil {
				c.befalls(p)
			}
			server, err := p.ListenTCP("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			if said := host(t, server, slip, c.options...); said != c.says {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			papers := p.Papers()
			if len(papers) != c.papers {
				t.Fatalf("%d papers, want %d; uncut %q", len(papers), c.papers, p.Uncut().Text())
			}
			if c.papers > 0 && (!strings.Contains(papers[0].Text(), "Café") || !strings.Contains(papers[0].Text(), "Tot gauw")) {
				t.Errorf("the paper reads %q", papers[0].Text())
			}
		})
	}
}
