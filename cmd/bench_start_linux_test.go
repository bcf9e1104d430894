package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/scanner/scannertest"
	"zegel/store"
)

// BenchmarkStartToFirstScan starts a daemon while a card lies in front of the
// scanner, and takes the time until the card's holder is at the counter: after
// it was stopped, and after it was killed with sales in its log. The floor is a
// program that opens a database, the line and a port, reads the card and looks
// a row up. The files are in memory, as after a stop they are.
func BenchmarkStartToFirstScan(b *testing.B) {
	for _, members := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) { startToFirstScan(b, members) })
	}
}

func startToFirstScan(b *testing.B, members int) {
	s := newBenched(b, 1)
	s.start()
	s.stop()
	populated(b, s.database(), members)
	program, line, cfg := builtProgram(b, "testdata/floor"), scannertest.New(filepath.Join(b.TempDir(), "scanner")), emptyDatabase(b)
	populated(b, cfg.Path, members)
	if err := line.Plug(); err != nil {
		b.Fatal(err)
	}
	defer line.Unplug()
	var stopped, killed, floor []time.Duration
	scans := 0
	for b.Loop() {
		scans++
		took, child := s.firstScan(demo.Card(1 + scans))
		stopped = append(stopped, took)
		for sale := range 20 {
			if err := s.customer(0, s.base(), 1+sale); err != nil {
				b.Fatal(err)
			}
			sold := map[string]any{"basket": threeLines(fmt.Sprint(scans, "-", sale))}
			if _, err := answered(s.asked(0, s.base(), "/v1/lanes/kassa1/sales", sold), http.StatusCreated); err != nil {
				b.Fatal(err)
			}
		}
		endWith(b, child, syscall.SIGKILL)
		took, child = s.firstScan(demo.Card(500 + scans))
		killed = append(killed, took)
		endWith(b, child, syscall.SIGTERM)
		floor = append(floor, floorFirstScan(b, program, cfg, line))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(stopped, 50, 1)/percentile(floor, 50, 1), "ratio-to-floor")
	b.ReportMetric(percentile(killed, 50, 1)/percentile(stopped, 50, 1), "ratio-killed-to-stopped")
	b.ReportMetric(percentile(stopped, 50, time.Millisecond), "after-stop-ms")
	b.ReportMetric(percentile(killed, 50, time.Millisecond), "after-kill-ms")
	b.ReportMetric(percentile(floor, 50, time.Millisecond), "floor-ms")
}

// firstScan starts the daemon, whose scanner has read a card already. It asks
// the daemon nothing but who is at the counter.
func (s *benched) firstScan(card string) (time.Duration, *exec.Cmd) {
	s.b.Helper()
	address := filepath.Join(s.shop.Folder(), "address")
	if err := os.Remove(address); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.b.Fatal(err)
	}
	if _, err := s.shop.Scanner.Write([]byte(card + "\r\n")); err != nil {
		s.b.Fatal(err)
	}
	began, child := time.Now(), s.run()
	if err := child.Start(); err != nil {
		s.b.Fatal(err)
	}
	for !s.atCounter(address, card[9:]) {
		if time.Since(began) > 20*time.Second {
			s.b.Fatal("the card was not at the counter in 20 seconds")
		}
		wait(s.b.Context(), 500*time.Microsecond)
	}
	return time.Since(began), child
}

// atCounter reports whether the daemon says so; one that is not there yet does not.
func (s *benched) atCounter(address, card string) bool {
	where, err := os.ReadFile(address)
	if err != nil {
		return false
	}
	r, err := http.NewRequestWithContext(s.b.Context(), http.MethodGet, "http://"+strings.TrimSpace(string(where))+"/v1/lanes/kassa1", nil)
	if err != nil {
		s.b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.tokens[0])
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	view, err := io.ReadAll(resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(view), "…"+card)
}

// endWith ends a child and waits for it.
func endWith(b *testing.B, child *exec.Cmd, how syscall.Signal) {
	b.Helper()
	if err := child.Process.Signal(how); err != nil {
		b.Fatal(err)
	}
	if err := child.Wait(); err != nil && how != syscall.SIGKILL {
		b.Fatal(err)
	}
}

func floorFirstScan(b *testing.B, program string, cfg store.Config, line *scannertest.Device) time.Duration {
	b.Helper()
	if _, err := line.Write([]byte(demo.Card(1) + "\r\n")); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	f := runFloor(b, program, "idle", cfg.Path, line.Path())
	for !strings.HasPrefix(f.next(b), "read") {
	}
	took := time.Since(began)
	f.end()
	return took
}

// awardsInMemory is how many awards a process takes before its memory is looked at.
const awardsInMemory = 100_000

// BenchmarkMemory reports the memory of the daemon while nothing happens, that
// of a floor which links the same libraries and has the same files open, and
// what 100,000 awards leave behind: those are taken by a program of the
// daemon's own parts, because the daemon lets nobody call it so often.
func BenchmarkMemory(b *testing.B) {
	s := newBenched(b, 1)
	program, line, cfg := builtProgram(b, "testdata/floor"), scannertest.New(filepath.Join(b.TempDir(), "scanner")), emptyDatabase(b)
	if err := line.Plug(); err != nil {
		b.Fatal(err)
	}
	defer line.Unplug()
	awards := builtProgram(b, "testdata/awards")
	for b.Loop() {
		s.start()
		wait(b.Context(), 5*time.Second) // what starting took is given back
		rss, own := memoryOf(b, s.process())
		s.stop()
		f := runFloor(b, program, "idle", cfg.Path, line.Path())
		wait(b.Context(), time.Second)
		floorRSS, floorOwn := memoryOf(b, f.child.Process.Pid)
		f.end()
		before, after := afterAwards(b.Context(), b, awards)
		b.ReportMetric(rss/floorRSS, "idle-ratio")
		b.ReportMetric(after/floorRSS, "after-100k-ratio")
		b.ReportMetric(rss, "idle-RSS-MB")
		b.ReportMetric(own, "idle-not-the-program-MB")
		b.ReportMetric(floorRSS, "floor-RSS-MB")
		b.ReportMetric(floorOwn, "floor-not-the-program-MB")
		b.ReportMetric(before, "before-100k-RSS-MB")
		b.ReportMetric(after, "after-100k-RSS-MB")
	}
	b.ReportMetric(0, "ns/op")
}

// afterAwards is the resident set size before and after the awards, in MB.
func afterAwards(ctx context.Context, b *testing.B, program string) (before, after float64) {
	b.Helper()
	rules := filepath.Join(b.TempDir(), "punten.toml")
	if err := os.WriteFile(rules, programmes.Starter("Winkel", "29", "1.00"), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, program, rules, b.TempDir(), strconv.Itoa(awardsInMemory)).Output()
	if err != nil {
		b.Fatalf("%d awards: %v", awardsInMemory, err)
	}
	first, last, ok := strings.Cut(string(out), "Rss:")
	_, last, again := strings.Cut(last, "Rss:")
	if !ok || !again {
		b.Fatalf("it said %q and %q", first, out)
	}
	return megabytes(string(out), "Rss:"), megabytes("Rss:"+last, "Rss:")
}
