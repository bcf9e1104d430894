// Package install tells the operating system about the daemon: how it is
// started, stopped and watched as a service.
package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/kardianos/service"
)

// stopWithin is how long the daemon may take to stop. Whatever is not done by
// then is found again at the next start, because nothing is kept in memory only.
const stopWithin = 15 * time.Second

// Run runs the daemon until the service manager, a signal or ctx ends it, or
// until run gives up by itself; run's error is returned. A second signal ends
// the process at once.
//
// Unix service managers speak in signals, and so does a terminal, so only a
// Windows service goes through the service library.
func Run(ctx context.Context, name string, run func(context.Context) error) error {
	if service.Platform() != "windows-service" || service.Interactive() {
		return runUntilSignal(ctx, run)
	}
	return runAsService(ctx, name, run)
}

func runUntilSignal(ctx context.Context, run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Once the first signal came the system's own handling is back in force,
	// which ends the process when a second one comes.
	release := context.AfterFunc(ctx, stop)
	defer release()
	return run(ctx)
}

func runAsService(ctx context.Context, name string, run func(context.Context) error) error {
	p := &program{run: run, ctx: ctx, done: make(chan struct{})}
	svc, err := service.New(p, &service.Config{Name: name})
	if err != nil {
		return fmt.Errorf("reach the service manager: %w", err)
	}
	if err := svc.Run(); err != nil {
		return fmt.Errorf("run as a service: %w", err)
	}
	return p.err
}

// A program is the daemon as the service library wants to see it.
type program struct {
	run    func(context.Context) error
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{} // closed once run has returned; err may be read then
	err    error
}

// Start returns at once, as Windows' service manager demands.
func (p *program) Start(service.Service) error {
	ctx, cancel := context.WithCancel(p.ctx)
	p.cancel = cancel
	go func() {
		p.err = p.run(ctx)
		close(p.done)
		if ctx.Err() == nil {
			// The manager would wait for its own order to stop; a daemon that
			// gave up must end the process so that it is started again.
			os.Exit(70)
		}
	}()
	return nil
}

// Stop ends the daemon and waits for it.
func (p *program) Stop(service.Service) error {
	p.cancel()
	select {
	case <-p.done:
		return nil
	case <-time.After(stopWithin):
		return errors.New("the daemon did not stop in time")
	}
}
