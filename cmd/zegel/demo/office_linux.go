package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/rs/zerolog"

	"zegel/cmd/gate"
	"zegel/cmd/zegel-office/office"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// An Office is head office, and the line to it, which can be cut.
type Office struct {
	Kept    *office.Office // its books
	address string
	server  *http.Server // nil while the line is cut
	served  chan error   // what server ended with
	cancel  context.CancelFunc
	ran     chan error // what the projector ended with
}

// OpenOffice opens a head office on SQLite in folder and serves it on loopback.
func OpenOffice(ctx context.Context, folder string) (*Office, error) {
	kept, err := office.Open(ctx, office.Config{
		Folder: folder, Policy: grant.DefaultPolicy, Flush: bulletin.Flush{Records: 1, SecondsUp: 1}, Log: zerolog.Nop(),
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	o := &Office{Kept: kept, address: "127.0.0.1:0", cancel: cancel, ran: make(chan error, 1)}
	go func() { o.ran <- kept.Run(ctx) }() // Close waits for it
	if err := o.Restore(); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return o, nil
}

// URL is head office's address; it stays the same when the line was cut.
func (o *Office) URL() string { return "http://" + o.address }

// Cut cuts the line, also for whoever is talking.
func (o *Office) Cut() error {
	if o.server == nil {
		return nil
	}
	err := o.server.Close()
	if served := <-o.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	o.server = nil
	if err != nil {
		return fmt.Errorf("cut the line: %w", err)
	}
	return nil
}

// Restore mends the line.
func (o *Office) Restore() error {
	l, err := net.Listen("tcp", o.address)
	if err != nil {
		return fmt.Errorf("mend the line: %w", err)
	}
	o.address = l.Addr().String()
	o.server, o.served = gate.Server(o.Kept.Handler()), make(chan error, 1)
	go func(s *http.Server, served chan<- error) { served <- s.Serve(l) }(o.server, o.served) // Cut waits for it
	return nil
}

// Code is a code with which one shop can join.
func (o *Office) Code(ctx context.Context, name string) (string, error) {
	code, err := o.Kept.Server.Invite(ctx, name, ledger.HeadOffice)
	return code.String(), err
}

// Settled reports whether everything that came in is added up, and has come
// from a journal of so many records.
func (o *Office) Settled(ctx context.Context, records int64) (bool, error) {
	marks, err := o.Kept.Store.Marks(ctx)
	if err != nil {
		return false, err
	}
	accepted := int64(0)
	for _, branches := range marks {
		for _, m := range branches {
			accepted += m.Seq
		}
	}
	if accepted != records {
		return false, nil
	}
	pending, err := o.Kept.Store.Pending(ctx, 1)
	return len(pending) == 0, err
}

// Batches is how many batches head office has taken.
func (o *Office) Batches(ctx context.Context) (int64, error) {
	terminals, err := o.Kept.Store.Terminals(ctx)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for _, t := range terminals {
		docs, err := o.Kept.Store.Inbox(ctx, t.Terminal)
		if err != nil {
			return 0, err
		}
		n += int64(len(docs))
	}
	return n, nil
}

// Verify checks everything head office has.
func (o *Office) Verify(ctx context.Context) ([]string, error) { return o.Kept.Verify(ctx) }

// Balances is what head office has of each account, over all its wallets.
func (o *Office) Balances(ctx context.Context) (map[ledger.Account]ledger.Points, error) {
	all, err := o.Kept.Store.Balances(ctx)
	if err != nil {
		return nil, err
	}
	sums := make(map[ledger.Account]ledger.Points)
	for purse, balance := range all {
		if sums[purse.Account], err = sums[purse.Account].Add(balance.Points); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// byMember is what head office has, by the account its members' accounts were
// merged into and by wallet, in thousandths.
func (o *Office) byMember(ctx context.Context) (map[ledger.Account]map[string]int64, error) {
	all, err := o.Kept.Store.Balances(ctx)
	if err != nil {
		return nil, err
	}
	sums := make(map[ledger.Account]map[string]int64)
	for purse, balance := range all {
		if purse.Wallet.Counter() { // no till is told of what is only counted
			continue
		}
		account, err := o.survivor(ctx, purse.Account)
		if err != nil {
			return nil, err
		}
		if sums[account] == nil {
			sums[account] = make(map[string]int64)
		}
		sums[account][string(purse.Wallet)] += int64(balance.Points)
	}
	return sums, nil
}

// survivor is the account that head office found a to be one with in the end.
func (o *Office) survivor(ctx context.Context, a ledger.Account) (ledger.Account, error) {
	for {
		found, known, err := o.Kept.Store.Account(ctx, a)
		if err != nil || !known || found.Survivor == a {
			return a, err
		}
		a = found.Survivor
	}
}

// Close ends head office.
func (o *Office) Close() error {
	err := o.Cut()
	o.cancel()
	return errors.Join(err, <-o.ran, o.Kept.Close())
}
