package scannertest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"zegel/scanner/scannertest"
)

func TestDeviceComesAndGoes(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	if _, err := d.Write([]byte("A")); err == nil {
		t.Error("an unplugged device can write")
	}
	for range 3 {
		if err := d.Plug(); err != nil {
			t.Fatal(err)
		}
		if err := d.Plug(); err == nil {
			t.Error("a plugged device can be plugged in")
		}
		if _, err := os.Stat(d.Path()); err != nil {
			t.Errorf("plugged in: %v", err)
		}
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(d.Path()); !os.IsNotExist(err) {
			t.Errorf("unplugged: %v", err)
		}
	}
	if err := d.Unplug(); err != nil {
		t.Errorf("unplugging twice: %v", err)
	}
}

// Bytes pass as they are even for a reader that sets no mode of its own.
func TestBytesPassUnchanged(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	if err := d.Plug(); err != nil {
		t.Fatal(err)
	}
	defer d.Unplug()
	reader, err := os.Open(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	want := []byte("\x00\x02\x03\x04\x11\x13\x1a\x1c\x7f\xff29\r\n")
	if _, err := d.Write(want); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	n, err := reader.Read(got)
	if err != nil || !bytes.Equal(got[:n], want) {
		t.Errorf("got % x, %v", got[:n], err)
	}
}
