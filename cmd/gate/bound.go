package gate

import (
	"net"
	"net/http"
	"sync"
)

// Bound keeps a server from more than most connections at a time. Where one
// more comes, the one that has been silent longest makes room for it: whoever
// holds connections for their own sake keeps no till out. Only where all of
// them are being answered is the new one closed.
func Bound(server *http.Server, most int) {
	b := &bound{most: most, silent: make(map[net.Conn]int64), all: make(map[net.Conn]struct{})}
	server.ConnState = b.changed
}

type bound struct {
	most int

	mu     sync.Mutex // guards what follows
	turn   int64
	all    map[net.Conn]struct{}
	silent map[net.Conn]int64 // those that have sent no request that is not answered, and since which turn
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
	case http.StateActive:
		delete(b.silent, c)
	case http.StateClosed, http.StateHijacked:
		delete(b.all, c)
		delete(b.silent, c)
	}
}

func (b *bound) makeRoom(newest net.Conn) {
	oldest, since := newest, b.turn
	for c, at := range b.silent {
		if at < since {
			oldest, since = c, at
		}
	}
	delete(b.silent, oldest) // it is not asked twice
	// Below TLS, whose farewell could wait for the other side.
	if t, ok := oldest.(interface{ NetConn() net.Conn }); ok {
		oldest = t.NetConn()
	}
	_ = oldest.Close() // what it was doing is over either way
}
