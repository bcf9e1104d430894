package device_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"zegel/printer/device"
	"zegel/printer/printertest"
)

func dial(t *testing.T, address string) *device.TCP {
	t.Helper()
	d, err := device.OpenTCP(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTCPPrintsAndAnswers(t *testing.T) {
	p := printertest.New(42)
	server, err := p.ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	d := dial(t, server.Address())
	slip := []byte("\x1b@\x1c.hello\n\x1dVB\x00")
	if n, err := d.Write(t.Context(), slip); n != len(slip) || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if s, err := d.Status(t.Context()); err != nil || !s.Ready() {
		t.Errorf("status %v, %v", s, err)
	}
	p.LoadPaper(0)
	if s, err := d.Status(t.Context()); err != nil || s.String() != "paper out" {
		t.Errorf("status %v, %v", s, err)
	}
	p.Mute(true)
	if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrSilent) {
		t.Errorf("a mute printer: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if papers := p.Papers(); len(papers) != 1 || papers[0].Text() != "hello\n" {
		t.Errorf("papers %v", papers)
	}
}

func TestTCPLineThatDropsIsNoticed(t *testing.T) {
	p := printertest.New(42)
	server, err := p.ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	d := dial(t, server.Address())
	p.DropAfter(10)
	if _, err := d.Write(t.Context(), slip(50)); err != nil && !errors.Is(err, device.ErrOffline) {
		t.Errorf("write: %v", err)
	}
	if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("status after the line dropped: %v", err)
	}
	d.Close()
}

func TestTCPPrinterThatStopsReadingTimesOutAndGoesOn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	d := dial(t, listener.Addr().String())
	defer d.Close()
	printer, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer printer.Close()

	all := slip(16 << 20) // more than the system's buffers on both sides
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	n, err := d.Write(ctx, all)
	if !errors.Is(err, device.ErrTimeout) || n == 0 || n == len(all) {
		t.Fatalf("wrote %d of %d, %v", n, len(all), err)
	}
	if err := printer.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte)
	go func() {
		var arrived []byte
		buffer := make([]byte, 1<<20)
		for len(arrived) < len(all) {
			m, err := printer.Read(buffer)
			arrived = append(arrived, buffer[:m]...)
			if err != nil {
				break
			}
		}
		got <- arrived
	}()
	if m, err := d.Write(t.Context(), all[n:]); m != len(all)-n || err != nil {
		t.Errorf("later wrote %d of %d, %v", m, len(all)-n, err)
	}
	if !slices.Equal(<-got, all) {
		t.Error("the printer did not get each byte once")
	}
}

func TestTCPNobodyThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, err = device.OpenTCP(t.Context(), address)
	if !errors.Is(err, device.ErrBusy) && !errors.Is(err, device.ErrAbsent) {
		t.Errorf("refused: %v", err)
	}
}
