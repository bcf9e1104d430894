package device_test

import (
	"context"
	"errors"
	"io"
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

func TestTCPKeepsWhatIsSaidWhileItWrites(t *testing.T) {
	d, printer := connected(t)
	if n, err := d.Write(t.Context(), slip(1000)); n != 1000 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	for _, p := range []string{"7\"0", "001\x00"} {
		if _, err := printer.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	var all string
	for len(all) < 7 {
		p, err := d.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all += string(p)
	}
	if all != "7\"0001\x00" {
		t.Errorf("received %q", all)
	}
	if err := d.WriteRealTime(t.Context(), []byte{0x10, 5, 2}); err != nil {
		t.Error(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- d.Close() }()
	got, err := io.ReadAll(printer) // ends with our half of the line
	if want := append(slip(1000), 0x10, 5, 2); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d bytes arrived, %v", len(got), err)
	}
	// A printer may talk for a while yet: closing our side meanwhile would tell it that its data was not wanted.
	if _, err := printer.Write([]byte("\x14\x00\x00\x0f")); err != nil {
		t.Error(err)
	}
	select {
	case err := <-closed:
		t.Errorf("closed before the printer did: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	printer.Close()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestTCPPrinterThatNeverClosesDoesNotHoldUsUp(t *testing.T) {
	d, _ := connected(t)
	began := time.Now()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < 500*time.Millisecond || took > 5*time.Second {
		t.Errorf("closed after %s", took)
	}
}

// The line breaks after the printer has taken everything: the slip may be on paper, so all of it counts.
func TestTCPLineThatBreaksAfterTheSlip(t *testing.T) {
	d, printer := connected(t)
	if n, err := d.Write(t.Context(), slip(1000)); n != 1000 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if err := errors.Join(printer.SetLinger(0), printer.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Receive(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("listening: %v", err)
	}
	if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("asking: %v", err)
	}
	if n, err := d.Write(t.Context(), slip(10)); !errors.Is(err, device.ErrOffline) {
		t.Errorf("writing again: %d, %v", n, err)
	}
	d.Close() // fails or not, the line is gone
}

// The line breaks while the printer has not taken all: our side notices, whoever the system tells first.
func TestTCPLineThatBreaksInsideTheSlip(t *testing.T) {
	d, printer := connected(t)
	failed := make(chan error)
	go func() {
		n, err := d.Write(t.Context(), slip(16<<20))
		if n == 16<<20 {
			err = errors.Join(err, errors.New("all bytes were counted"))
		}
		failed <- err
	}()
	if _, err := io.CopyN(io.Discard, printer, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(printer.SetLinger(0), printer.Close()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-failed:
		if !errors.Is(err, device.ErrOffline) {
			t.Errorf("write: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("not noticed")
	}
	d.Close() // fails or not, the line is gone
}

// connected gives both ends of a line, the second in the printer's hands.
func connected(t *testing.T) (*device.TCP, *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	d := dial(t, listener.Addr().String())
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() }) // a test may have done so itself
	return d, conn.(*net.TCPConn)
}
