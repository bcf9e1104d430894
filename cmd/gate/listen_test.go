package gate_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"zegel/cmd/gate"
)

func TestListenSaysWhatToDoAboutATakenPort(t *testing.T) {
	first, err := gate.Listen("127.0.0.1:0", "api.listen")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = gate.Listen(first.Addr().String(), "api.listen")
	if err == nil || !strings.Contains(err.Error(), "stop the program that has "+first.Addr().String()+", or choose another port with api.listen") {
		t.Errorf("got %v", err)
	}
	var no syscall.Errno
	if !errors.As(err, &no) {
		t.Errorf("the system's own word is lost: %v", err)
	}
	if _, err = gate.Listen("192.0.2.1:1", "api.listen"); err == nil || strings.Contains(err.Error(), "stop the program") {
		t.Errorf("an address of another PC: %v", err)
	}
}
