package printertest

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// A TCP is a Printer's network socket. It serves one client at a time, as many printers do.
type TCP struct {
	printer  *Printer
	listener net.Listener
	finished chan struct{}

	mu     sync.Mutex
	client net.Conn // nil if there is none
	closed bool
}

// ListenTCP puts p on the network, at an address such as "127.0.0.1:0", until Close.
func (p *Printer) ListenTCP(address string) (*TCP, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("put the pretended printer on the network: %w", err)
	}
	t := &TCP{printer: p, listener: listener, finished: make(chan struct{})}
	go t.run() // Close waits for it
	return t, nil
}

// Address is where a client finds the printer: host:port.
func (t *TCP) Address() string { return t.listener.Addr().String() }

func (t *TCP) run() {
	defer close(t.finished)
	for {
		client, err := t.listener.Accept()
		if err != nil || !t.enter(client) {
			return
		}
		t.serve(client)
	}
}

// enter notes the client that is served, for Close to wake it.
func (t *TCP) enter(client net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		client.Close()
		return false
	}
	t.client = client
	return true
}

func (t *TCP) serve(client net.Conn) {
	defer client.Close()
	t.printer.pickUp()
	if !converse(t.printer, client) {
		// A printer that loses its power does not say goodbye.
		if tcp, ok := client.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
	}
}

// Close takes the printer off the network.
func (t *TCP) Close() error {
	t.mu.Lock()
	t.closed = true
	err := t.listener.Close()
	if t.client != nil {
		t.client.Close()
	}
	t.mu.Unlock()
	<-t.finished
	return err
}

// converse passes bytes between a line and the printer until the other side is done, or the line is to drop:
// then it returns false.
func converse(p *Printer, line io.ReadWriter) bool {
	var data [512]byte
	for {
		n, err := line.Read(data[:])
		_, answers, intact := p.receive(data[:n])
		if !intact {
			return false
		}
		if len(answers) > 0 {
			if _, err := line.Write(answers); err != nil {
				return true
			}
		}
		if err != nil {
			return true
		}
	}
}
