package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"zegel/cmd/keyfile"
	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/terminal/signin"
)

func newUser(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "user", Short: "Say who works at the lanes",
		Long: "Operators sign in with a number and a PIN that are typed as one, or with a badge.\nAs long as there is none, nobody needs to sign in. PINs and badges are drawn and\nshown once; nothing but hashes of them is kept.",
	}
	cmd.AddCommand(newUserAdd(o), newUserList(o),
		newUserChange(o, "reissue", "Give an operator another PIN and another badge", func(ctx context.Context, by operators, p signin.Person) (signin.Issued, string, error) {
			issued, err := by.Reissue(ctx, p.Number)
			return issued, "", err
		}),
		newUserChange(o, "remove", "Take an operator away", func(ctx context.Context, by operators, p signin.Person) (signin.Issued, string, error) {
			return signin.Issued{}, "may not sign in any more", by.Remove(ctx, p.Number)
		}),
		newUserChange(o, "unlock", "Let an operator try again after too many wrong PINs", func(ctx context.Context, by operators, p signin.Person) (signin.Issued, string, error) {
			return signin.Issued{}, "may try again", by.Unlock(ctx, p.Number)
		}),
	)
	return cmd
}

func newUserAdd(o *options) *cobra.Command {
	var manager, asJSON bool
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add an operator, and draw a PIN and a badge", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.manage(cmd.Context(), func(by operators) error {
				issued, err := by.Add(cmd.Context(), args[0], manager)
				if err != nil {
					return err
				}
				return tellIssued(cmd.OutOrStdout(), issued, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&manager, "manager", false, "a manager: confirms what is above a cashier's limits")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func newUserList(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the operators", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.manage(cmd.Context(), func(by operators) error {
				list, err := by.List(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return show.JSON(cmd.OutOrStdout(), map[string]any{"operators": list})
				}
				rows := [][]string{{"number", "name", "role", "PIN"}}
				for _, p := range list {
					rows = append(rows, []string{strconv.Itoa(p.Number), p.Name, role(p.Manager), pinState(p)})
				}
				return show.Table(cmd.OutOrStdout(), rows)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// newUserChange is a command about one operator, by number or name.
func newUserChange(o *options, use, short string, change func(context.Context, operators, signin.Person) (signin.Issued, string, error)) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: use + " NUMBER|NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.manage(cmd.Context(), func(by operators) error {
				p, err := find(cmd.Context(), by, args[0])
				if err != nil {
					return err
				}
				issued, done, err := change(cmd.Context(), by, p)
				switch {
				case err != nil:
					return err
				case issued.Number != 0:
					return tellIssued(cmd.OutOrStdout(), issued, asJSON)
				case asJSON:
					return show.JSON(cmd.OutOrStdout(), map[string]any{"number": p.Number, "name": p.Name})
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s (%d) %s.\n", p.Name, p.Number, done)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func role(manager bool) string {
	if manager {
		return "manager"
	}
	return "cashier"
}

func pinState(p signin.Person) string {
	switch {
	case p.Locked:
		return "LOCKED: zegel user unlock " + strconv.Itoa(p.Number)
	case p.Wrong > 0:
		return fmt.Sprintf("%d wrong tries", p.Wrong)
	}
	return "ok"
}

func tellIssued(out io.Writer, i signin.Issued, asJSON bool) error {
	if asJSON {
		return show.JSON(out, i)
	}
	_, err := fmt.Fprintf(out, `%s is operator %d (%s). This is shown once:

  to type   %s   the number %d and the PIN, as one
  badge     %s   to print as a QR code or in Code 128
`, i.Name, i.Number, role(i.Manager), i.Type, i.Number, i.Badge)
	return err
}

// operators is who manages them: the daemon where one runs, or this process.
type operators interface {
	List(context.Context) ([]signin.Person, error)
	Add(ctx context.Context, name string, manager bool) (signin.Issued, error)
	Reissue(ctx context.Context, number int) (signin.Issued, error)
	Remove(ctx context.Context, number int) error
	Unlock(ctx context.Context, number int) error
}

// manage opens the shop's database, or asks the daemon that has it open.
func (o *options) manage(ctx context.Context, do func(operators) error) error {
	cfg, err := o.load()
	if err != nil {
		return err
	}
	s := secrets{folder: cfg.Store.Secrets, random: rand.Reader}
	if err := s.open(); err != nil {
		return &exit{exitUnavailable, err}
	}
	db, err := store.Open(ctx, storeConfig(cfg, zerolog.Nop()))
	if errors.Is(err, store.ErrInUse) {
		c, err := newClient(cfg)
		if err != nil {
			return &exit{exitUnavailable, err}
		}
		return problems(do(daemonOperators{c}))
	}
	if err != nil {
		return &exit{exitUnavailable, err}
	}
	pepper, err := s.signinKey()
	if err != nil {
		return errors.Join(&exit{exitUnavailable, err}, db.Close())
	}
	door, err := signin.New(ctx, signin.Config{Store: db, Pepper: pepper, Now: time.Now, Rand: rand.Reader, Log: zerolog.Nop()})
	if err != nil {
		return errors.Join(&exit{exitUnavailable, err}, db.Close())
	}
	return problems(errors.Join(do(door), db.Close()))
}

func problems(err error) error {
	var decided *exit
	if err == nil || errors.As(err, &decided) {
		return err
	}
	return &exit{exitProblems, err}
}

// find is the operator of a number or a name.
func find(ctx context.Context, by operators, who string) (signin.Person, error) {
	list, err := by.List(ctx)
	if err != nil {
		return signin.Person{}, err
	}
	for _, p := range list {
		if strconv.Itoa(p.Number) == who || strings.EqualFold(p.Name, who) {
			return p, nil
		}
	}
	return signin.Person{}, fmt.Errorf("there is no operator %q; zegel user list says who there is", who)
}

// signinKey is the key PINs and badges are hashed with, made the first time.
func (s secrets) signinKey() ([]byte, error) {
	path := s.path("signin.key")
	lines, err := keyfile.Lines(path)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		key := make([]byte, signin.PepperSize)
		if _, err := io.ReadFull(s.random, key); err != nil {
			return nil, fmt.Errorf("make a key for sign-in: %w", err)
		}
		return key, keyfile.Write(path, []string{hex.EncodeToString(key)})
	}
	key, err := hex.DecodeString(lines[0])
	if err != nil || len(key) != signin.PepperSize || len(lines) != 1 {
		// Without its cause, which would show part of the key.
		return nil, fmt.Errorf("the key in %s is damaged: put the file back from a backup; without it every PIN and badge has to be given anew", path)
	}
	return key, nil
}

// daemonOperators asks the daemon.
type daemonOperators struct{ c *client }

func (d daemonOperators) List(ctx context.Context) ([]signin.Person, error) {
	var said struct{ Operators []signin.Person }
	return said.Operators, d.c.send(ctx, http.MethodGet, "/v1/operators", nil, &said)
}

func (d daemonOperators) Add(ctx context.Context, name string, manager bool) (i signin.Issued, err error) {
	return i, d.c.send(ctx, http.MethodPost, "/v1/operators", map[string]any{"name": name, "manager": manager}, &i)
}

func (d daemonOperators) Reissue(ctx context.Context, number int) (i signin.Issued, err error) {
	return i, d.c.send(ctx, http.MethodPost, fmt.Sprintf("/v1/operators/%d/reissue", number), nil, &i)
}

func (d daemonOperators) Remove(ctx context.Context, number int) error {
	return d.c.send(ctx, http.MethodDelete, fmt.Sprintf("/v1/operators/%d", number), nil, &struct{}{})
}

func (d daemonOperators) Unlock(ctx context.Context, number int) error {
	return d.c.send(ctx, http.MethodPost, fmt.Sprintf("/v1/operators/%d/unlock", number), nil, &struct{}{})
}

// send asks the daemon to do something, and reads its answer into out.
func (c *client) send(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return &exit{exitUnavailable, noAnswer(c.base, err)}
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("ask the daemon: %w", err)
	}
	if resp.StatusCode >= 300 {
		return refusal(c.base, resp, said)
	}
	if err := json.Unmarshal(said, out); err != nil {
		return fmt.Errorf("ask the daemon: its answer: %w", err)
	}
	return nil
}
