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
	"syscall"
	"time"
)

// A client calls the daemon on this PC with the token of its folder of keys.
type client struct {
	base  string
	token string
	http  http.Client
}

// errNotRunning says that no daemon answers.
var errNotRunning = errors.New("the daemon does not answer; start it with: zegel run")

// errStranger says that what answers is no daemon of ours.
var errStranger = errors.New("another program has the daemon's address")

// noAnswer is errNotRunning with what is known of the cause.
func noAnswer(base string, cause error) error {
	if errors.Is(cause, syscall.ECONNREFUSED) {
		return fmt.Errorf("%w (nothing listens on %s)", errNotRunning, base)
	}
	return fmt.Errorf("%w (%w)", errNotRunning, cause)
}

// refusal is what the daemon, or whatever has its address, said instead of yes.
func refusal(base string, resp *http.Response, body []byte) error {
	var problem struct{ Detail string }
	if json.Unmarshal(body, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("%w: on %s something answers %s; stop it, or change api.listen", errStranger, base, plainText(fmt.Sprintf("%.80s", resp.Status)))
	}
	return fmt.Errorf("the daemon says no: %s (%d)", plainText(fmt.Sprintf("%.400s", problem.Detail)), resp.StatusCode)
}

func newClient(cfg Config) (*client, error) {
	address := cfg.API.Listen
	if cfg.API.Address != "" {
		b, err := os.ReadFile(cfg.API.Address)
		if err != nil {
			return nil, noAnswer(cfg.API.Address, err)
		}
		address = strings.TrimSpace(string(b))
	}
	token, err := os.ReadFile(filepath.Join(cfg.Store.Secrets, "token"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (it has made no token yet: %w)", errNotRunning, err)
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
		return noAnswer(c.base, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(c.base, resp, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: on %s something gives answers that are not the daemon's (%w); stop it, or change api.listen", errStranger, c.base, err)
	}
	return nil
}
