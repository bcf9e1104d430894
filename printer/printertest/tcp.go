package printertest

import (
	"context"
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
	ctx, over := context.WithCancel(context.Background())
	var speaker sync.WaitGroup
	speaker.Go(func() { p.speak(ctx, line) })
	defer speaker.Wait()
	defer over()
	var data [512]byte
	for {
		n, err := line.Read(data[:])
		_, answers, intact := p.receive(data[:n])
		if !intact {
			return false
		}
		p.utter(answers)
		if err != nil {
			return true
		}
	}
}

// utter says the answers to live requests on a line that other answers use as well.
func (p *Printer) utter(answers []byte) {
	if len(answers) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.send(answers)
}

// speak sends what the printer says until ctx ends or the line takes no more.
func (p *Printer) speak(ctx context.Context, line io.Writer) {
	for {
		said := p.listen(ctx)
		if len(said) == 0 {
			return
		}
		if _, err := line.Write(said); err != nil {
			return
		}
	}
}
