package cmd_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel/demo"
)

// In a round so many cards are read at the counter, one after the other with a
// pause between them, and then so many slips printed.
const scansInTurn, pace, slips = 120, 20 * time.Millisecond, 3

// BenchmarkScanToScreen reads cards of members at the counter of a real daemon,
// through a pseudo-terminal, and follows its two streams as a till and as a
// browser do. It reports the time from the bytes on the line to the event that
// names the member, and from a sale sent to its slip at the printer, cut off,
// for which the printer is let come to rest first: it prints as slowly as paper
// moves.
func BenchmarkScanToScreen(b *testing.B) {
	s := newBenched(b, 2)
	s.start()
	const members = 40
	for n := range members { // members have a balance; the second lane prints nothing
		if err := s.customer(1, s.base(), n+1); err != nil {
			b.Fatal(err)
		}
		sale := map[string]any{"basket": threeLines("first-" + demo.Card(n+1))}
		if _, err := answered(s.asked(1, s.base(), "/v1/lanes/kassa2/sales", sale), http.StatusCreated); err != nil {
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
			toTill = append(toTill, till.see(b, "…"+card[9:], began).Sub(began))
			toPage = append(toPage, page.see(b, "…"+card[9:], began).Sub(began))
		}
		for range slips {
			s.printed(members)
			if err := s.customer(0, s.base(), 1+len(toPaper)%members); err != nil {
				b.Fatal(err)
			}
			toPaper = append(toPaper, s.paper(fmt.Sprint("slip-", len(toPaper))))
		}
	}
	b.ReportMetric(0, "ns/op") // the pace is ours
	for name, took := range map[string][]time.Duration{"till-stream": toTill, "page-stream": toPage} {
		b.ReportMetric(percentile(took, 50, time.Millisecond), name+"-p50-ms")
		b.ReportMetric(percentile(took, 95, time.Millisecond), name+"-p95-ms")
		b.ReportMetric(percentile(took, 99, time.Millisecond), name+"-p99-ms")
	}
	b.ReportMetric(percentile(toPaper, 50, time.Millisecond), "sale-to-paper-p50-ms")
	b.ReportMetric(percentile(toPaper, 100, time.Millisecond), "sale-to-paper-worst-ms")
}

// printed waits until every slip is known to be on paper, but for those of
// lanes without a printer.
func (s *benched) printed(but int64) {
	s.b.Helper()
	if err := s.shop.Until(s.b.Context(), "the slips are printed", func() (bool, error) {
		st, err := s.shop.Status(s.b.Context())
		return err == nil && st.Store.SlipsDue == but, err
	}); err != nil {
		s.b.Fatal(err)
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
		defer close(f.lines)
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

// see waits for an event after began with text in it, and says when it came.
func (f *follower) see(b *testing.B, text string, began time.Time) time.Time {
	b.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for {
		select {
		case line, open := <-f.lines:
			if !open {
				b.Fatalf("the stream ended before an event with %q", text)
			}
			if line.at.After(began) && strings.Contains(line.data, text) {
				return line.at
			}
		case <-late.C:
			b.Fatalf("no event with %q came in 10 seconds", text)
		}
	}
}
