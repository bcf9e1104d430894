package cmd_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel/demo"
)

// scansInTurn is how many cards are read at the counter, at a shop's pace.
const scansInTurn, pace = 400, 20 * time.Millisecond

// BenchmarkScanToScreen reads cards of members at the counter of a real daemon,
// through a pseudo-terminal, and follows its two streams as a till and as a
// browser do. It reports the time from the bytes on the line to the event that
// names the member, and from a sale sent to its slip at the printer, cut off.
func BenchmarkScanToScreen(b *testing.B) {
	s := newBenched(b, 1)
	s.start()
	members := 40
	for n := range members { // members have a balance
		if err := s.customer(0, s.base(), n+1); err != nil {
			b.Fatal(err)
		}
		sale := map[string]any{"basket": threeLines("first-" + demo.Card(n+1))}
		if _, err := answered(s.asked(0, s.base(), "/v1/lanes/kassa1/sales", sale), http.StatusCreated); err != nil {
			b.Fatal(err)
		}
	}
	till, page := s.follow(), s.followPage()
	var toTill, toPage, toPaper []time.Duration
	scans := 0
	for b.Loop() {
		for range scansInTurn {
			scans++
			card := demo.Card(1 + scans%members)
			if _, err := s.shop.Cancel(b.Context()); err != nil {
				b.Fatal(err)
			}
			wait(b.Context(), pace)
			began := time.Now()
			if _, err := s.shop.Scanner.Write([]byte(card + "\r\n")); err != nil {
				b.Fatal(err)
			}
			toTill = append(toTill, till.see(b, "…"+card[9:]).Sub(began))
			toPage = append(toPage, page.see(b, "…"+card[9:]).Sub(began))
			if scans%4 == 0 {
				toPaper = append(toPaper, s.paper("scan-"+card+time.Now().Format("150405.000000")))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // the pace is ours
	for name, took := range map[string][]time.Duration{"till-stream": toTill, "page-stream": toPage, "sale-to-paper": toPaper} {
		b.ReportMetric(percentile(took, 50, time.Millisecond), name+"-p50-ms")
		b.ReportMetric(percentile(took, 95, time.Millisecond), name+"-p95-ms")
		b.ReportMetric(percentile(took, 99, time.Millisecond), name+"-p99-ms")
	}
}

// paper sells to who stands at the counter, and says how long it was until the
// slip had come out.
func (s *benched) paper(id string) time.Duration {
	s.b.Helper()
	before := len(s.shop.Printer.Papers())
	began := time.Now()
	if _, err := answered(s.asked(0, s.base(), "/v1/lanes/kassa1/sales", map[string]any{"basket": threeLines(id)}), http.StatusCreated); err != nil {
		s.b.Fatal(err)
	}
	for len(s.shop.Printer.Papers()) == before {
		if time.Since(began) > 10*time.Second {
			s.b.Fatal("no slip came out in 10 seconds")
		}
		wait(s.b.Context(), 50*time.Microsecond)
	}
	return time.Since(began)
}

// A follower reads a stream of events and notes when a line came.
type follower struct{ lines chan seen }

type seen struct {
	at   time.Time
	data string
}

// follow follows the lane as a till does.
func (s *benched) follow() *follower {
	s.b.Helper()
	r, err := http.NewRequestWithContext(s.b.Context(), http.MethodGet, s.base()+"/v1/lanes/kassa1/events", nil)
	if err != nil {
		s.b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.tokens[0])
	return s.reading(http.DefaultClient, r)
}

// followPage follows the lane as the counter's page does, with a cookie.
func (s *benched) followPage() *follower {
	s.b.Helper()
	link, err := s.shop.CounterURL(s.b.Context())
	if err != nil {
		s.b.Fatal(err)
	}
	at, err := url.Parse(link)
	if err != nil {
		s.b.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.b.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	swap, err := http.NewRequestWithContext(s.b.Context(), http.MethodPost, s.base()+"/session",
		strings.NewReader(`{"code":"`+strings.TrimPrefix(at.Fragment, "code=")+`"}`))
	if err != nil {
		s.b.Fatal(err)
	}
	swap.Header.Set("Content-Type", "application/json")
	swap.Header.Set("Origin", s.base())
	resp, err := browser.Do(swap)
	if err != nil || resp.StatusCode != http.StatusNoContent {
		s.b.Fatalf("the code of the page: %v, %v", resp, err)
	}
	resp.Body.Close()
	r, err := http.NewRequestWithContext(s.b.Context(), http.MethodGet, s.base()+"/kassa/kassa1/events", nil)
	if err != nil {
		s.b.Fatal(err)
	}
	return s.reading(browser, r)
}

func (s *benched) reading(client *http.Client, r *http.Request) *follower {
	s.b.Helper()
	ctx, cancel := context.WithCancel(r.Context())
	resp, err := client.Do(r.WithContext(ctx))
	if err != nil || resp.StatusCode != http.StatusOK {
		s.b.Fatalf("%s: %v, %v", r.URL, resp, err)
	}
	f := &follower{lines: make(chan seen, 1024)}
	ended := make(chan struct{})
	go func() { // the cleanup waits for it
		defer close(ended)
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				f.lines <- seen{time.Now(), data}
			}
		}
	}()
	s.b.Cleanup(func() {
		cancel()
		resp.Body.Close()
		<-ended
	})
	return f
}

// see waits for an event with text in it, and says when it came.
func (f *follower) see(b *testing.B, text string) time.Time {
	b.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for {
		select {
		case line := <-f.lines:
			if strings.Contains(line.data, text) {
				return line.at
			}
		case <-late.C:
			b.Fatalf("no event with %q came in 10 seconds", text)
		}
	}
}
