package scannertest_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/scanner/scannertest"
)

// These tests put the reader in front of a host that is not ours: the tools of
// libnfc, from Debian's package libnfc-bin.

// pluggedIn plays what is in a device on a terminal until the test ends.
func pluggedIn(tb testing.TB) (*scannertest.Device, *scannertest.PN532) {
	tb.Helper()
	device := scannertest.New(filepath.Join(tb.TempDir(), "reader"))
	reader := scannertest.NewPN532()
	if err := device.Plug(); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	returned := make(chan error, 1)
	go func() { returned <- device.Run(ctx, reader.Serve) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-returned; err != nil {
			tb.Error(err)
		}
		if err := device.Unplug(); err != nil {
			tb.Error(err)
		}
	})
	return device, reader
}

// libnfc runs one of its tools on the reader and returns what it printed, with
// single spaces.
func libnfc(t *testing.T, device *scannertest.Device, reader *scannertest.PN532, tool string, arguments ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Fatalf("this test needs %s: install Debian's package libnfc-bin (%v)", tool, err)
	}
	terminal, err := filepath.EvalSymlinks(device.Path())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, path, arguments...)
	command.Env = append(os.Environ(), "LIBNFC_DEVICE=pn532_uart:"+terminal)
	command.Stdin = strings.NewReader(strings.Repeat("n\n", 8)) // to every question
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s\nthe reader:\n%s", tool, err, out, reader.Trace())
	}
	if n := reader.Malformed(); n != 0 {
		t.Errorf("%s sent %d commands the reader does not understand\n%s", tool, n, reader.Trace())
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

const (
	listedA = "ATQA (SENS_RES): 00 44 UID (NFCID1): 04 a1 b2 c3 d4 e5 80 SAK (SEL_RES): 00"
	listedB = "ATQA (SENS_RES): 00 44 UID (NFCID1): 04 11 22 33 44 55 66 SAK (SEL_RES): 00"
)

func TestLibnfcListsWhatIsInFrontOfTheReader(t *testing.T) {
	for _, c := range []struct {
		name  string
		tags  []scannertest.Tag
		fault scannertest.Fault
		want  []string
	}{
		{name: "nothing"},
		{name: "a tag", tags: []scannertest.Tag{scannertest.NTAG215(uidA, nil)}, want: []string{listedA}},
		{name: "two tags", tags: []scannertest.Tag{scannertest.NTAG213(uidA, nil), scannertest.Ultralight(uidB, nil)},
			want: []string{"2 ISO14443A passive target(s) found", listedA, listedB}},
		{name: "a card with keys", tags: []scannertest.Tag{scannertest.Classic([4]byte{0x3A, 0x5C, 0x11, 0x9E})},
			want: []string{"ATQA (SENS_RES): 00 04 UID (NFCID1): 3a 5c 11 9e SAK (SEL_RES): 08"}},
		{name: "a telephone", tags: []scannertest.Tag{scannertest.Phone([3]byte{0x24, 0xA9, 0x37})},
			want: []string{"UID (NFCID3): 08 ", "SAK (SEL_RES): 20 ATS: 78 80 70 02"}}, // NFCID3 is what libnfc calls a random one
		{name: "glued frames", tags: []scannertest.Tag{scannertest.NTAG215(uidA, nil)},
			fault: scannertest.Fault{Glued: true}, want: []string{listedA}},
		{name: "slow line", tags: []scannertest.Tag{scannertest.NTAG215(uidA, nil)},
			fault: scannertest.Fault{Slow: 5 * time.Millisecond, Pause: 100 * time.Microsecond}, want: []string{listedA}},
		{name: "extended frames", tags: []scannertest.Tag{scannertest.NTAG215(uidA, nil)},
			fault: scannertest.Fault{Extended: true}, want: []string{listedA}},
	} {
		t.Run(c.name, func(t *testing.T) {
			device, reader := pluggedIn(t)
			reader.Place(c.tags...)
			reader.Fail(c.fault)
			out := libnfc(t, device, reader, "nfc-list")
			if len(c.want) == 0 && strings.Contains(out, "UID") {
				t.Errorf("found something: %s", out)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("want %q in %q\nthe reader:\n%s", want, out, reader.Trace())
				}
			}
		})
	}
}

// The tools put the chip to sleep when they are done, and the next one wakes it.
func TestLibnfcWakesASleepingReader(t *testing.T) {
	device, reader := pluggedIn(t)
	reader.Place(scannertest.NTAG215(uidA, nil))
	for range 3 {
		if out := libnfc(t, device, reader, "nfc-list"); !strings.Contains(out, listedA) {
			t.Fatalf("got %q\nthe reader:\n%s", out, reader.Trace())
		}
	}
	if n := reader.Count(0x16); n != 3 {
		t.Errorf("%d times put to sleep\n%s", n, reader.Trace())
	}
}

func TestLibnfcReadsATagsMemory(t *testing.T) {
	message := scannertest.EncodeNDEFText("en", "LOY:1:8F3K2Q")
	for _, c := range []struct {
		name string
		tag  scannertest.Tag
		want string
	}{
		{"NTAG213", scannertest.NTAG213(uidA, message), "NTAG Type: NTAG213"},
		{"NTAG215", scannertest.NTAG215(uidA, message), "NTAG Type: NTAG215"},
		{"NTAG216", scannertest.NTAG216(uidA, message), "NTAG Type: NTAG216"},
		{"Ultralight", scannertest.Ultralight(uidA, message), "Reading 16 pages"},
	} {
		t.Run(c.name, func(t *testing.T) {
			device, reader := pluggedIn(t)
			reader.Place(c.tag)
			file := filepath.Join(t.TempDir(), "tag")
			out := libnfc(t, device, reader, "nfc-mfultralight", "r", file)
			if !strings.Contains(out, c.want) {
				t.Errorf("got %q\nthe reader:\n%s", out, reader.Trace())
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) < len(c.tag.Memory) || !bytes.Equal(got[:len(c.tag.Memory)], c.tag.Memory) {
				t.Errorf("%d bytes read of %d\n% X", len(got), len(c.tag.Memory), got)
			}
		})
	}
}

func TestLibnfcWritesATag(t *testing.T) {
	device, reader := pluggedIn(t)
	reader.Place(scannertest.Ultralight(uidA, nil))
	want := scannertest.Ultralight(uidA, scannertest.EncodeNDEFText("nl", "LOY:1:ZZZZZZ")).Memory
	file := filepath.Join(t.TempDir(), "tag")
	if err := os.WriteFile(file, want, 0o600); err != nil {
		t.Fatal(err)
	}
	out := libnfc(t, device, reader, "nfc-mfultralight", "w", file)
	if got := reader.Memory(); !bytes.Equal(got, want) {
		t.Errorf("tag holds\n% X\n%s\nthe reader:\n%s", got, out, reader.Trace())
	}
}
