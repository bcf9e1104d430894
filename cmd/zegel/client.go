package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A client calls the daemon on this PC with the token of its folder of keys.
type client struct {
	base  string
	token string
	http  http.Client
}

// errNotRunning says that no daemon answers.
var errNotRunning = errors.New("the daemon does not answer; is it running? (zegel run)")

func newClient(cfg Config) (*client, error) {
	address := cfg.API.Listen
	if cfg.API.Address != "" {
		b, err := os.ReadFile(cfg.API.Address)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNotRunning, err)
		}
		address = strings.TrimSpace(string(b))
	}
	token, err := os.ReadFile(filepath.Join(cfg.Store.Secrets, "token"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: it has made no token yet: %w", errNotRunning, err)
	}
	if err != nil {
		return nil, &exit{exitNotAllowed, fmt.Errorf("read the daemon's token: %w; run this as the user of the service", err)}
	}
	return &client{base: "http://" + address, token: strings.TrimSpace(string(token)), http: http.Client{Timeout: 10 * time.Second}}, nil
}

// get reads an answer of the daemon into v.
func (c *client) get(ctx context.Context, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%w (%w)", errNotRunning, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var problem struct{ Detail string }
		if json.Unmarshal(body, &problem) != nil || problem.Detail == "" {
			problem.Detail = "is another program listening there?"
		}
		return fmt.Errorf("ask the daemon: it answered %s: %.200q", resp.Status, problem.Detail)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("ask the daemon: its answer: %w", err)
	}
	return nil
}
