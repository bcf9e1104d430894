package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// A Counter is a browser with the counter's page open, and a cashier in front
// of it.
type Counter struct {
	shop   *Shop
	client http.Client
	origin string // "http://127.0.0.1:…"
}

// OpenCounter opens the counter's page as `zegel open` does: with a code that
// works once, which the page swaps for a cookie.
func (s *Shop) OpenCounter(ctx context.Context) (*Counter, error) {
	link, err := s.CounterURL(ctx)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("open the counter's page: %w", err)
	}
	at, err := url.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("open the counter's page: %w", err)
	}
	c := &Counter{shop: s, client: http.Client{Jar: jar, Timeout: 5 * time.Second}, origin: at.Scheme + "://" + at.Host}
	code := strings.TrimPrefix(at.Fragment, "code=")
	if status, _, err := c.send(ctx, "/session", map[string]string{"code": code}); err != nil || status != http.StatusNoContent {
		return nil, fmt.Errorf("open the counter's page: its code was answered with %d, %w", status, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.page(), nil)
	if err != nil {
		return nil, fmt.Errorf("open the counter's page: %w", err)
	}
	if status, body, err := c.exchange(req); err != nil || status != http.StatusOK || !bytes.Contains(body, []byte("<html")) {
		return nil, fmt.Errorf("open the counter's page: it was answered with %d, %w", status, err)
	}
	return c, nil
}

func (c *Counter) page() string { return c.origin + "/kassa/" + lane + "/" }

// Do presses a key on the screen as it is now. A refusal is an error.
func (c *Counter) Do(ctx context.Context, event map[string]any) error {
	v, err := c.shop.View(ctx)
	if err != nil {
		return err
	}
	event["turn"] = v.Turn
	status, body, err := c.send(ctx, "/kassa/"+lane+"/do", event)
	if err != nil {
		return err
	}
	var screen struct {
		Said string `json:"said"`
		Tone string `json:"tone"`
	}
	if err := json.Unmarshal(body, &screen); err != nil || status != http.StatusOK {
		return fmt.Errorf("press %q at the counter: answered with %d: %s", event["kind"], status, plain(screen.Said))
	}
	return nil
}

// send posts as the page does.
func (c *Counter) send(ctx context.Context, path string, body any) (int, []byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, fmt.Errorf("press a key at the counter: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.origin+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, fmt.Errorf("press a key at the counter: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	return c.exchange(req)
}

func (c *Counter) exchange(req *http.Request) (int, []byte, error) {
	req.Header.Set("Origin", c.origin)
	req.Header.Set("Accept", "text/html")
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("look at the counter's page: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, body, err
}

// plain is a sentence of the page with the hyphens that keep its codes whole
// written as everybody types them.
func plain(said string) string { return strings.ReplaceAll(said, "\u2011", "-") }
