package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/gate"
	"zegel/cmd/zegel/printing"
	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/store/sqlite"
)

// A diagnosis is the outcome of one check, with what to do about it.
type diagnosis struct {
	Check  string `json:"check"`
	Level  string `json:"level"` // "OK", "LET OP" (worth a look), "FOUT" (does not work)
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

const (
	good    = "OK"
	careful = "LET OP"
	bad     = "FOUT"
)

func newDoctor(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look for what keeps the shop from working",
		Long: "Checks configuration, programme, folders, database, clock, devices and the\ndaemon with its pages, and says what to do. It changes nothing and sends nothing to a device.\nExit 0: all well. Exit 1: something is worth a look. Exit 2: something does not work.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := diagnose(cmd.Context(), o)
			worst := 0
			rows := make([][]string, 0, 2*len(found))
			for _, d := range found {
				level, check := d.Level, d.Check
				for text := range strings.Lines(d.Text) {
					rows = append(rows, []string{level, check, strings.TrimSpace(text)})
					level, check = "", ""
				}
				if d.Advice != "" {
					rows = append(rows, []string{"", "", "→ " + d.Advice})
				}
				worst = max(worst, map[string]int{good: 0, careful: 1, bad: 2}[d.Level])
			}
			var err error
			if asJSON {
				err = show.JSON(cmd.OutOrStdout(), found)
			} else {
				err = show.Table(cmd.OutOrStdout(), rows)
			}
			if err == nil && worst > 0 {
				err = &exit{worst, nil}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func diagnose(ctx context.Context, o *options) []diagnosis {
	cfg, err := o.load()
	if err != nil {
		return []diagnosis{{"configuration", bad, err.Error(), "mend what is named there; zegel config check tells when it is well"}}
	}
	found := []diagnosis{{"configuration", good, o.config, ""}, diagnoseProgramme(ctx, cfg), diagnoseDatabase(ctx, cfg), diagnoseSecrets(cfg), diagnoseClock(time.Now())}
	for _, lane := range cfg.Lanes {
		found = append(found, diagnoseScanners(lane)...)
		found = append(found, diagnosePrinter(lane))
	}
	if cfg.Pages.Listen != "" {
		found = append(found, diagnoseCertificate(cfg, time.Now()))
	}
	return append(found, diagnoseDaemon(ctx, cfg, "with this configuration: zegel run --config "+o.config)...)
}

// diagnoseCertificate looks at what the pages for other PCs are served with.
func diagnoseCertificate(cfg Config, now time.Time) diagnosis {
	const check = "certificate"
	switch state, err := gate.CheckPageCertificate(secrets{folder: cfg.Store.Secrets}.path("pages.key"), cfg.Pages.Names, now); {
	case err != nil:
		return diagnosis{check, bad, err.Error(), "the daemon will not start with it"}
	case state == gate.CertificateMissing:
		return diagnosis{check, careful, "not made yet", "the next zegel run makes it"}
	case state == gate.CertificateOutdated:
		return diagnosis{check, careful, "it is for other names, or its time is nearly over", "start zegel run anew: it makes another, which the other PCs have to be shown: zegel open --lan"}
	}
	return diagnosis{check, good, "for " + strings.Join(cfg.Pages.Names, ", "), ""}
}

func diagnoseProgramme(ctx context.Context, cfg Config) diagnosis {
	rules, zone, doc, err := loadProgramme(cfg.Shop.Programme)
	if err != nil {
		return diagnosis{"programme", bad, err.Error(), "mend the file at the place named"}
	}
	var refused *store.RulesError
	if errors.As(store.CheckRules(ctx, cfg.Store.Database, rules.Version, doc), &refused) {
		return diagnosis{"programme", bad, refused.Error(), "the daemon will not start with it: records name the version that decided them"}
	}
	return diagnosis{"programme", good, fmt.Sprintf("%s, version %d, zone %s", rules.Name, rules.Version, zone), ""}
}

func diagnoseDatabase(ctx context.Context, cfg Config) diagnosis {
	if _, err := os.Stat(cfg.Store.Database); errors.Is(err, fs.ErrNotExist) {
		return diagnosis{"database", careful, "not made yet: " + cfg.Store.Database, "the first zegel run makes it"}
	}
	db, err := sqlite.Open(ctx, sqlite.Options{Path: cfg.Store.Database, ApplicationID: store.ApplicationID, ReadOnly: true})
	if err != nil {
		return diagnosis{"database", bad, err.Error(), "run as the user of the service; a damaged file is set aside at the next start"}
	}
	defer db.Close()
	if err := db.Check(ctx, true); err != nil {
		return diagnosis{"database", bad, err.Error(), "run zegel verify; keep a copy and call for help"}
	}
	if _, err := os.Stat(cfg.Store.Mark); errors.Is(err, fs.ErrNotExist) {
		return diagnosis{"database", careful, "its high-water mark is missing: " + cfg.Store.Mark, "the next start opens a new branch; points set aside for this shop stay out of reach until head office releases them"}
	}
	if filepath.Dir(cfg.Store.Mark) == filepath.Dir(cfg.Store.Database) {
		return diagnosis{"database", careful, "the high-water mark lies beside the database and would be copied with it", "give store.mark a folder of its own"}
	}
	return diagnosis{"database", good, cfg.Store.Database, ""}
}

func diagnoseSecrets(cfg Config) diagnosis {
	info, err := os.Stat(cfg.Store.Secrets)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return diagnosis{"keys", careful, "not made yet: " + cfg.Store.Secrets, "the first zegel run makes them"}
	case err != nil:
		return diagnosis{"keys", bad, err.Error(), "run as the user of the service"}
	case !private(info):
		return diagnosis{"keys", bad, cfg.Store.Secrets + " can be read by others", "chmod 700 " + cfg.Store.Secrets}
	}
	return diagnosis{"keys", good, cfg.Store.Secrets, ""}
}

func diagnoseClock(now time.Time) diagnosis {
	if now.Year() < 2026 {
		return diagnosis{"clock", bad, "says " + now.Format(time.DateTime), "set the clock, or let a time server do it"}
	}
	return diagnosis{"clock", good, now.Format("2006-01-02 15:04:05 -0700"), ""}
}

func diagnosePrinter(lane Lane) diagnosis {
	check := "printer " + lane.Name
	if lane.Printer.Device == "" {
		return diagnosis{check, careful, "none configured: no slips are printed", "set device under [lane.printer]; slips are printed from then on, and none of before: the counter's page and zegel member show what was given"}
	}
	kind, where, err := printing.Kind(lane.Printer.Device)
	if err != nil {
		return diagnosis{check, bad, err.Error(), "mend device under [lane.printer]"}
	}
	if kind == "tcp" {
		// To connect would take the printer's one connection from the daemon.
		return diagnosis{check, good, where + " (not called: it may serve one at a time)", ""}
	}
	if _, err := lane.Printer.ReadImages(); err != nil {
		return diagnosis{check, careful, err.Error(), "slips are printed without it"}
	}
	if kind == "queue" {
		return diagnosis{check, good, where + " (a queue of Windows; whether it is there: zegel printer list)", ""}
	}
	if kind == "file" {
		where = filepath.Dir(where)
	}
	return diagnoseDevice(check, where)
}

func diagnoseDaemon(ctx context.Context, cfg Config, start string) []diagnosis {
	c, err := newClient(cfg)
	if errors.Is(err, fs.ErrPermission) {
		return []diagnosis{{"daemon", careful, err.Error(), "run doctor as the user of the service"}}
	}
	if err != nil {
		return []diagnosis{{"daemon", careful, err.Error(), start}}
	}
	var s status
	err = c.get(ctx, "/v1/status", &s)
	switch {
	case errors.Is(err, errStranger):
		return []diagnosis{{"daemon", bad, err.Error(), "find out what listens there; on Linux: ss -ltnp"}}
	case errors.Is(err, errNotRunning):
		return []diagnosis{{"daemon", careful, err.Error(), start}}
	case err != nil:
		return []diagnosis{{"daemon", careful, err.Error(), "another shop's daemon may have this address: look at api.listen and store.secrets"}}
	}
	found := []diagnosis{{"daemon", good, "running since " + s.Since.Local().Format(time.DateTime), ""}, diagnosePage(ctx, c)}
	if at := cfg.Pages.Listen; at != "" {
		found = append(found, diagnoseLAN(ctx, at))
	}
	for _, sc := range s.Scanners {
		switch {
		case sc.State != "ready":
			found = append(found, diagnosis{"scanner " + sc.Name, bad, "the daemon says: " + sc.words(), "check the cable; zegel scanner list shows what is plugged in"})
		case sc.FeedbackBroken:
			found = append(found, diagnosis{"scanner " + sc.Name, careful, "the daemon says: it takes no answers", "its preset may be another's: zegel scanner setup; or set feedback = \"none\""})
		}
	}
	for _, p := range s.Passes {
		if p.State != "ready" {
			found = append(found, diagnosis{"till's line " + p.Lane, bad, "the daemon says: " + p.words(), "check the cable to the till: what is not ours does not reach it"})
		}
	}
	for _, p := range s.Printers {
		if p.State == "trouble" {
			found = append(found, diagnosis{"printer " + p.Lane, bad, "the daemon says: " + p.Reason, "slips wait and come out once it is mended"})
		}
	}
	level, advice := good, ""
	if s.Office.State == "down" {
		level, advice = careful, "shops sell without a line; records wait here"
	}
	if s.Store.Authority == "none" {
		level, advice = bad, "ask head office which machine is the real one, and join again with a new code"
	}
	return append(found, diagnosis{"head office", level, s.officeText(), advice})
}

// diagnosePage asks for the counter's page as a browser does that was not let
// in yet.
func diagnosePage(ctx context.Context, c *client) diagnosis {
	const check = "counter page"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/kassa/", nil)
	if err != nil {
		return diagnosis{check, bad, err.Error(), "mend api.listen"}
	}
	r.Header.Set("Accept", "text/html")
	resp, err := c.http.Do(r)
	if err != nil {
		return diagnosis{check, bad, err.Error(), "the log of zegel run says why"}
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(kind, "text/html") {
		return diagnosis{check, bad, fmt.Sprintf("%s answers %s", c.base, resp.Status), "look at what else listens there, and at api.listen"}
	}
	return diagnosis{check, good, c.base + "/kassa/, for browsers that zegel open lets in", ""}
}

// diagnoseLAN looks whether other PCs could reach the pages, as far as this one
// can tell.
func diagnoseLAN(ctx context.Context, at string) diagnosis {
	const check = "pages for other PCs"
	conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", at)
	if err != nil {
		return diagnosis{check, bad, err.Error(), "start zegel run anew after a change of pages.listen; it must be an address of this PC"}
	}
	if err := conn.Close(); err != nil {
		return diagnosis{check, careful, err.Error(), "try again"}
	}
	return diagnosis{check, good, at + " (a firewall may still keep other PCs out)", ""}
}
