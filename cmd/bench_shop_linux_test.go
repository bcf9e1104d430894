package cmd_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/store"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A benched is a shop with a real daemon that benchmarks call as tills and
// browsers do.
type benched struct {
	b    *testing.B
	shop *demo.Shop
	run  func() *exec.Cmd // the daemon, where the shop's own Start is not wanted
	// tokens are one for each till, because calls are counted by token.
	tokens []string
}

// newBenched makes a shop with so many lanes, the first of which has a scanner
// and a printer. Nothing runs yet.
func newBenched(b *testing.B, lanes int) *benched {
	b.Helper()
	folder := filepath.Join(b.TempDir(), "shop")
	binary := builtProgram(b, "zegel")
	shop, err := demo.NewShop(demo.ShopConfig{
		Binary: binary, Folder: folder, Programme: programmes.Starter("Winkel", "29", "1.00"),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := shop.Stop(); err != nil {
			b.Error(err)
		}
		shop.Close()
	})
	s := &benched{b: b, shop: shop, run: func() *exec.Cmd {
		child := exec.Command(binary, "run", "--config", filepath.Join(folder, "zegel.toml"))
		child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		return child
	}}
	config, err := os.OpenFile(filepath.Join(folder, "zegel.toml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	for n := range lanes {
		if n > 0 {
			fmt.Fprintf(config, "[[lane]]\nname = %q\n", laneNamed(n))
		}
	}
	if err := config.Close(); err != nil {
		b.Fatal(err)
	}
	for n := range lanes {
		token, err := shop.Tool(b.Context(), "token", "create", fmt.Sprint("till", n+1))
		if err != nil {
			b.Fatal(err)
		}
		s.tokens = append(s.tokens, strings.TrimSpace(string(token)))
	}
	return s
}

func laneNamed(n int) string { return fmt.Sprint("kassa", n+1) }

// builtProgram builds a program of this folder, as it is shipped.
func builtProgram(b *testing.B, name string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), filepath.Base(name))
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "./"+name).CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return binary
}

func (s *benched) start() {
	s.b.Helper()
	if err := s.shop.Start(s.b.Context()); err != nil {
		s.b.Fatal(err)
	}
}

func (s *benched) stop() {
	s.b.Helper()
	if err := s.shop.Stop(); err != nil {
		s.b.Fatal(err)
	}
}

func (s *benched) base() string {
	address, err := os.ReadFile(filepath.Join(s.shop.Folder(), "address"))
	if err != nil {
		s.b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(string(address))
}

func (s *benched) database() string { return filepath.Join(s.shop.Folder(), "data", "zegel.db") }

// asked is a call of till n.
func (s *benched) asked(n int, base, path string, body any) *http.Request {
	text, err := json.Marshal(body)
	if err != nil {
		s.b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.b.Context(), http.MethodPost, base+path, bytes.NewReader(text))
	if err != nil {
		s.b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.tokens[n])
	return r
}

// answered sends a request that must be answered with want, and says how long
// it was until the answer was read. It is for any goroutine.
func answered(r *http.Request, want int) (time.Duration, error) {
	began := time.Now()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	took := time.Since(began)
	if err == nil && resp.StatusCode != want {
		err = fmt.Errorf("%s: %s: %s", r.URL, resp.Status, text)
	}
	return took, err
}

// customer brings who has card n to a lane, as a till with a scanner of its own does.
func (s *benched) customer(lane int, base string, n int) error {
	_, err := answered(s.asked(lane, base, "/v1/lanes/"+laneNamed(lane)+"/customer", map[string]string{"code": demo.Card(n), "entry": "till"}), http.StatusOK)
	return err
}

// threeLines is a basket as small shops have them.
func threeLines(id string) demo.Basket {
	basket := demo.Basket{Key: demo.Key{Till: "1", Day: "2026-11-22", ID: id}, Currency: "EUR"}
	for i := range 3 {
		line := demo.Line{ID: strconv.Itoa(i + 1), Product: "8710400000000", Name: "Halfvolle melk 1 l", Quantity: 1000, Amount: int64(99 + 10*i)}
		basket.Lines, basket.Total = append(basket.Lines, line), basket.Total+line.Amount
	}
	return basket
}

// populated makes a database in which so many members have a balance. Nobody
// may have it open.
func populated(b *testing.B, path string, members int) {
	b.Helper()
	db, err := sqlite.Open(b.Context(), sqlite.Options{Path: path, ApplicationID: store.ApplicationID})
	if err != nil {
		b.Fatal(err)
	}
	err = db.Write(b.Context(), func(tx *sqlite.Tx) error {
		for n := range members {
			var account ledger.Account
			var ref [len(member.Ref{}.Key) + len(member.Ref{}.Sum)]byte
			rand.Read(account[:])
			rand.Read(ref[:])
			number := 1_000_000 + n
			tx.Exec(`INSERT INTO accounts (number, account, survivor, known) VALUES (?, ?, ?, 1)`, number, account[:], number)
			tx.Exec(`INSERT INTO identifiers (ref, kind, mask, account) VALUES (?, 'card', '…4566', ?)`, ref[:], number)
			if _, err := tx.Exec(`INSERT INTO positions (account, wallet, stated, stated_rest, own, own_rest) VALUES (?, 'points', 0, '0/1', 100000, '0/1')`, number); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.Checkpoint(b.Context(), true)
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// A floorProgram is the floor in a process of its own.
type floorProgram struct {
	address string
	said    *bufio.Scanner
	child   *exec.Cmd
}

// runFloor starts the floor and waits for its address; the benchmark's end
// ends it.
func runFloor(b *testing.B, binary string, args ...string) *floorProgram {
	b.Helper()
	f := &floorProgram{child: exec.CommandContext(b.Context(), binary, args...)}
	f.child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	f.child.Stderr = os.Stderr
	out, err := f.child.StdoutPipe()
	if err == nil {
		err = f.child.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.end)
	f.said = bufio.NewScanner(out)
	f.address = f.next(b)
	return f
}

// next is the next line it prints.
func (f *floorProgram) next(b *testing.B) string {
	b.Helper()
	if !f.said.Scan() {
		b.Fatalf("the floor ended: %v", f.said.Err())
	}
	return f.said.Text()
}

// end kills it. It may be called again.
func (f *floorProgram) end() {
	if f.child.ProcessState == nil {
		f.child.Process.Kill() // what is gone already need not be killed
		f.child.Wait()         // its answer is that it was killed
	}
}

// emptyDatabase is a database of a shop that nobody has open.
func emptyDatabase(b *testing.B) store.Config {
	b.Helper()
	folder := b.TempDir()
	cfg := store.Config{Path: filepath.Join(folder, "zegel.db"), Mark: filepath.Join(folder, "mark", "mark.json"), Now: time.Now, Rand: rand.Reader}
	db, err := store.Open(b.Context(), cfg)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return cfg
}

// memoryOf is the resident set size of a process, and the part of it that is no
// file's, in MB. The rest is mostly the program itself.
func memoryOf(b *testing.B, pid int) (rss, anonymous float64) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Fatal(err)
	}
	return megabytes(string(text), "Rss:"), megabytes(string(text), "Pss_Anon:")
}

func megabytes(text, name string) float64 {
	_, rest, _ := strings.Cut(text, name)
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64) // 0 shows that it was not there
	return kb / 1024
}

// process is the daemon's process.
func (s *benched) process() int {
	s.b.Helper()
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		s.b.Fatal(err)
	}
	for _, p := range processes {
		line, err := os.ReadFile(p)
		if err != nil {
			continue // it has ended
		}
		words := strings.Split(string(line), "\x00")
		if slices.Contains(words, "run") && slices.Contains(words, filepath.Join(s.shop.Folder(), "zegel.toml")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(p))) // the pattern has digits only
			return pid
		}
	}
	s.b.Fatal("the daemon is not among the processes")
	return 0
}

// percentile of times, in a unit.
func percentile(all []time.Duration, percent int, unit time.Duration) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[(len(sorted)-1)*percent/100]) / float64(unit)
}

// wait waits, for as long as the benchmark lasts.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
