package gate

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Bound keeps a server from more than most connections at a time. Where one
// more comes, the one that has been silent longest makes room for it: whoever
// holds connections for their own sake keeps no till out. A request ends the
// silence once a guard of this package knows who makes it; half a request of
// nobody's is as good as none. Only where all connections are being answered is
// the new one closed. A server that stops waits for none that are silent: browsers
// open connections in advance.
func Bound(server *http.Server, most int) {
	b := &bound{most: most, silent: make(map[net.Conn]int64), all: make(map[net.Conn]struct{})}
	server.ConnState = b.changed
	server.RegisterOnShutdown(b.stop)
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, placeKey{}, place{b, c})
	}
}

// A place is a connection's among those of a bounded server.
type place struct {
	in *bound
	of net.Conn
}

type placeKey struct{}

// answers keeps the connection of a request whose caller is known until it is
// answered.
func answers(r *http.Request) {
	if p, ok := r.Context().Value(placeKey{}).(place); ok {
		p.in.answers(p.of)
	}
}

type bound struct {
	most int

	mu     sync.Mutex // guards what follows
	turn   int64
	all    map[net.Conn]struct{}
	silent map[net.Conn]int64 // those on which no known caller waits for an answer, and since which turn
}

func (b *bound) answers(c net.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.silent, c)
}

// changed is what the server says of a connection. One that is closed here is
// reported closed by the server later, from another goroutine.
func (b *bound) changed(c net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn++
	switch state {
	case http.StateNew:
		if len(b.all) >= b.most {
			b.makeRoom(c)
		}
		b.all[c], b.silent[c] = struct{}{}, b.turn
	case http.StateIdle:
		b.silent[c] = b.turn
	case http.StateClosed, http.StateHijacked:
		delete(b.all, c)
		delete(b.silent, c)
	}
}

// stop closes all that are silent: the server itself would wait for those that
// are new.
func (b *bound) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.silent {
		hangUp(c)
	}
	clear(b.silent)
}

func (b *bound) makeRoom(newest net.Conn) {
	oldest, since := newest, b.turn
	for c, at := range b.silent {
		if at < since {
			oldest, since = c, at
		}
	}
	delete(b.silent, oldest) // it is not asked twice
	hangUp(oldest)
}

// hangUp closes a connection below TLS, whose farewell could wait for the other
// side.
func hangUp(c net.Conn) {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = t.NetConn()
	}
	_ = c.Close() // what it was doing is over either way
}
