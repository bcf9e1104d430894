package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// switches are how what surrounds the daemon stands.
type switches struct {
	Scanner   bool   // its cable is in
	Paper     string // "full", "few" lines, or "none"
	Cover     bool   // the printer's is open
	Power     bool   // the printer is on
	Cable     bool   // the printer's is in
	Breaks    bool   // the printer's line breaks behind the next slip
	papers    int    // there were when that was wanted
	Line      bool   // to head office
	Daemon    bool
	Customers bool // come by themselves
}

func wholeShop() switches {
	return switches{Scanner: true, Paper: "full", Power: true, Cable: true, Line: true, Daemon: true}
}

// few lines are enough for half a slip.
const few = 8

// An act is something the person at the workbench does.
type act struct {
	Act  string `json:"act"`
	Text string `json:"text"`
	N    int    `json:"n"`
	On   bool   `json:"on"`
}

// act does what the page asks for, one thing at a time.
func (w *Workbench) act(rw http.ResponseWriter, r *http.Request) {
	var a act
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 4<<10)).Decode(&a); err != nil {
		http.Error(rw, "the page sent what cannot be read", http.StatusBadRequest)
		return
	}
	answer := struct {
		URL string `json:"url,omitempty"`
		Say string `json:"say,omitempty"`
	}{}
	words := wordsFor(langOf(r))
	var err error
	if a.Act == "counter" {
		answer.URL, err = w.day.shop.CounterURL(r.Context())
	} else {
		err = w.do(r.Context(), a)
	}
	said := said{Good: err == nil}
	var no refusal
	switch {
	case errors.As(err, &no):
		said.Text = string(no)
	case err != nil:
		said.Text = words.Failed + " " + err.Error()
	default:
		said.Text = words.done(a)
	}
	if answer.URL != "" {
		said.Text += " " + answer.URL
	}
	w.change(func() { w.scene.Said = said })
	answer.Say = said.Text
	rw.Header().Set("Content-Type", "application/json")
	json.NewEncoder(rw).Encode(answer) // a browser that went away has nothing to be told
}

// A refusal is the daemon's "no", in its words.
type refusal string

func (r refusal) Error() string { return string(r) }

// do does one thing and looks at what came of it.
func (w *Workbench) do(ctx context.Context, a act) error {
	w.doing.Lock()
	defer w.doing.Unlock()
	err := w.carryOut(ctx, a)
	// Most of what a person does has its effect a moment later.
	for range 3 {
		w.look(ctx)
		if err := pause(ctx, 40*time.Millisecond); err != nil {
			return err
		}
	}
	w.look(ctx)
	return err
}

func (w *Workbench) carryOut(ctx context.Context, a act) error {
	switch a.Act {
	case "scan":
		return w.scan(strings.TrimSpace(a.Text) + "\r\n")
	case "new-card":
		w.fresh++
		return w.scan(Card(w.fresh-1) + "\r\n")
	case "held-long":
		return w.scan(strings.Repeat(Card(1)+"\r\n", 3))
	case "slip":
		return w.showSlip(a.N)
	case "customers":
		w.now.Customers = a.On
		return nil
	}
	if done, err := w.throw(ctx, a); done {
		return err
	}
	return w.ring(ctx, a)
}

// scan reads a code at the lane's scanner.
func (w *Workbench) scan(bytes string) error {
	code, _, _ := strings.Cut(bytes, "\r")
	w.day.seen(code)
	w.day.sum.Scans++
	_, err := w.day.shop.Scanner.Write([]byte(bytes))
	return err
}

// showSlip holds the QR code of the n-th paper before the scanner.
func (w *Workbench) showSlip(n int) error {
	papers := w.day.shop.Printer.Papers()
	if n < 1 || n > len(papers) {
		return fmt.Errorf("there is no paper %d", n)
	}
	code := codeOn(papers[n-1])
	if code == "" {
		return fmt.Errorf("paper %d has no code", n)
	}
	return w.scan(code + "\r\n")
}

// throw throws a switch; false when the act is none of them.
func (w *Workbench) throw(ctx context.Context, a act) (bool, error) {
	s := w.day.shop
	var err error
	switch a.Act {
	case "scanner":
		if a.On == w.now.Scanner {
			break
		}
		if a.On {
			err = s.Scanner.Plug()
		} else {
			err = s.Scanner.Unplug()
		}
		w.now.Scanner = a.On == (err == nil)
	case "paper":
		lines, known := map[string]int{"full": -1, "few": few, "none": 0}[a.Text]
		if known {
			s.Printer.LoadPaper(lines)
			w.now.Paper = a.Text
		}
	case "cover":
		s.Printer.OpenCover(a.On)
		w.now.Cover = a.On
	case "power":
		s.Printer.Switch(a.On)
		w.now.Power = a.On
	case "cable":
		if a.On {
			err = s.PlugPrinter()
		} else {
			err = s.UnplugPrinter()
		}
		w.now.Cable, w.now.Breaks = a.On, false
	case "breaks":
		s.Printer.DropAtCut()
		w.now.Breaks, w.now.papers = true, len(s.Printer.Papers())
	case "line":
		if a.On == w.now.Line {
			break
		}
		if a.On {
			err = w.day.office.Restore()
		} else {
			err = w.day.office.Cut()
		}
		w.now.Line = a.On == (err == nil)
	case "daemon":
		err = w.power(ctx, a.On)
	default:
		return false, nil
	}
	return true, err
}

// power kills the daemon, or starts it.
func (w *Workbench) power(ctx context.Context, on bool) error {
	s := w.day.shop
	switch {
	case on == s.Running():
		return nil
	case !on:
		return s.Kill()
	}
	// Without a cable it never gets its scanner, and runs all the same.
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.Start(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// mend puts everything back as it was, for the closing of the day.
func (w *Workbench) mend(ctx context.Context) error {
	w.doing.Lock()
	defer w.doing.Unlock()
	for _, broken := range []struct {
		is   bool
		mend act
	}{
		{!w.now.Scanner, act{Act: "scanner", On: true}}, {!w.now.Power, act{Act: "power", On: true}}, {w.now.Cover, act{Act: "cover"}},
		{w.now.Paper != "full", act{Act: "paper", Text: "full"}}, {!w.now.Cable || w.now.Breaks, act{Act: "cable", On: true}},
		{!w.now.Line, act{Act: "line", On: true}}, {!w.day.shop.Running(), act{Act: "daemon", On: true}},
	} {
		if !broken.is {
			continue
		}
		if _, err := w.throw(ctx, broken.mend); err != nil {
			return err
		}
	}
	return nil
}

// customers lets customers come while the person wants it so.
func (w *Workbench) customers(ctx context.Context) error {
	for {
		if err := pause(ctx, 1500*time.Millisecond); err != nil {
			return nil // the demo ends
		}
		w.doing.Lock()
		if w.now.Customers && w.now.Daemon && w.now.Scanner {
			if err := w.visit(ctx); err != nil {
				w.change(func() { w.scene.Said = said{Text: err.Error()} })
			}
			w.look(ctx)
		}
		w.doing.Unlock()
	}
}

// visit is one customer, who waits for no slip.
func (w *Workbench) visit(ctx context.Context) error {
	v, err := w.day.shop.View(ctx)
	if err != nil || v.State != "free" && v.State != "done" || len(w.till.Lines) > 0 {
		return err // somebody is being served
	}
	code := Card(1 + rand.IntN(12))
	if err := w.scan(code + "\r\n"); err != nil {
		return err
	}
	for range 20 {
		if v, err = w.day.shop.View(ctx); err != nil || v.State == "card" {
			break
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	if err != nil || v.State != "card" {
		return err // the same card again is taken for the scanner's repeat
	}
	w.till.add(articles[rand.IntN(len(articles))])
	w.till.add(article{Name: "Diversen", Cents: int64(50 + rand.IntN(4000))})
	return w.ring(ctx, act{Act: "pay"})
}

// follow hears what the daemon tells the till: codes that are meant for it,
// above all.
func (w *Workbench) follow(ctx context.Context) error {
	after := ""
	for ctx.Err() == nil {
		status, body, err := w.day.shop.exchange(ctx, 15*time.Second, http.MethodGet, "/v1/lanes/"+lane+"/events?wait=10"+after, nil)
		var told struct {
			Notes []note `json:"notes"`
			Last  int64  `json:"last"`
		}
		if err == nil && status == http.StatusOK {
			err = json.Unmarshal(body, &told)
		}
		if err != nil || status != http.StatusOK {
			// It is killed, or starts.
			if err := pause(ctx, 300*time.Millisecond); err != nil {
				return nil
			}
			continue
		}
		first := after == ""
		after = "&after=" + strconv.FormatInt(told.Last, 10)
		for _, n := range told.Notes {
			if !first {
				w.told(n)
			}
		}
	}
	return nil
}

// A note is one thing a daemon tells its till.
type note struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

func (w *Workbench) told(n note) {
	w.remark(remark{At: time.Now(), Path: n.Kind, Answer: string(n.Data), Told: true})
	if n.Kind != "pass" {
		return
	}
	var code struct{ Text string }
	if json.Unmarshal(n.Data, &code) != nil {
		return
	}
	w.doing.Lock()
	defer w.doing.Unlock()
	for _, a := range articles {
		if a.Code == code.Text {
			w.till.add(a)
		}
	}
}
