package scannertest_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/scannertest"
)

// host is the far end of a device's line, in a bubble with made-up time.
type host struct {
	t    *testing.T
	line net.Conn
}

// connect plays a device on a line of its own until the test ends.
func connect(t *testing.T, serve func(context.Context, io.ReadWriter) error) host {
	t.Helper()
	ours, theirs := net.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error, 1)
	go func() { returned <- serve(ctx, theirs) }()
	t.Cleanup(func() {
		cancel()
		if err := <-returned; err != nil {
			t.Errorf("the device: %v", err)
		}
		ours.Close()
		theirs.Close()
	})
	return host{t, ours}
}

func (h host) write(b []byte) {
	h.t.Helper()
	if _, err := h.line.Write(b); err != nil {
		h.t.Fatal(err)
	}
}

// listen returns what comes until the line is quiet.
func (h host) listen() []byte {
	h.t.Helper()
	var heard []byte
	buffer := make([]byte, 1024)
	for {
		if err := h.line.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			h.t.Fatal(err)
		}
		n, err := h.line.Read(buffer)
		heard = append(heard, buffer[:n]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return heard
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

// ask sends bytes given in hex and wants others back.
func (h host) ask(send, want string) {
	h.t.Helper()
	h.write(unhex(h.t, send))
	if got := h.listen(); !bytes.Equal(got, unhex(h.t, want)) {
		h.t.Errorf("to %s\n got % X\nwant %s", send, got, want)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What a host sends and gets, byte by byte as in the examples of the PN532 user
// manual and of NXP's application note AN133910.
const (
	wake      = "55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	ack       = "00 00 FF 00 FF 00 "
	nack      = "00 00 FF FF 00 00 "
	samNormal = "00 00 FF 05 FB D4 14 01 14 01 02 00 "
	samDone   = "00 00 FF 02 FE D5 15 16 00 "
	version   = "00 00 FF 02 FE D4 02 2A 00 "
	version16 = "00 00 FF 06 FA D5 03 32 01 06 07 E8 00 "
	noRetries = "00 00 FF 06 FA D4 32 05 00 00 0A EB 00 "
	onceOnly  = "00 00 FF 06 FA D4 32 05 00 00 00 F5 00 "
	radioDone = "00 00 FF 02 FE D5 33 F8 00 "
	list      = "00 00 FF 04 FC D4 4A 01 00 E1 00 "
	listTwo   = "00 00 FF 04 FC D4 4A 02 00 E0 00 "
	nobody    = "00 00 FF 03 FD D5 4B 00 E0 00 "
	foundA    = "00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 40 00 "
	readPage4 = "00 00 FF 05 FB D4 40 01 30 04 B7 00 "
	readTail  = "00 00 FF 05 FB D4 40 01 30 F0 CB 00 "
	timedOut  = "00 00 FF 03 FD D5 41 01 E9 00 "
	refused   = "00 00 FF 03 FD D5 41 13 D7 00 "
	noKey     = "00 00 FF 03 FD D5 41 14 D6 00 "
	unlisted  = "00 00 FF 03 FD D5 41 27 C3 00 "
	release   = "00 00 FF 03 FD D4 52 00 DA 00 "
	released  = "00 00 FF 03 FD D5 53 00 D8 00 "
	notKnown  = "00 00 FF 01 FF 7F 81 00 "
)

// awake connects a reader that was woken and told not to search for ever.
func awake(t *testing.T) (host, *scannertest.PN532) {
	t.Helper()
	reader := scannertest.NewPN532()
	h := connect(t, reader.Serve)
	h.ask(wake+samNormal, ack+samDone)
	h.ask(onceOnly, ack+radioDone)
	return h, reader
}

func TestTheExchangesOfTheManual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		h.ask(version, ack+version16)
		h.ask(noRetries, ack+radioDone)
		h.ask(list, ack+nobody)
		reader.Place(scannertest.NTAG215(uidA, scannertest.EncodeNDEFText("en", "LOY:1:8F3K2Q")))
		h.ask(list, ack+foundA)
		h.ask(readPage4, ack+"00 00 FF 13 ED D5 41 00 03 13 D1 01 0F 54 02 65 6E 4C 4F 59 3A 31 3A 38 F9 00")
		h.ask(release, ack+released)
		h.ask("00 00 FF 02 FE D4 99 93 00", ack+notKnown)
		if n := reader.Malformed(); n != 1 {
			t.Errorf("%d malformed commands", n)
		}
		if n := reader.Count(0x4A); n != 2 {
			t.Errorf("%d searches", n)
		}
	})
}

// The chip starts asleep. It needs a wake-up and then time, which may be filled
// with bytes.
func TestWakingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, scannertest.NewPN532().Serve)
		h.ask(version, "") // its edges wake the chip, as any bytes do
		time.Sleep(2 * time.Millisecond)
		h.ask(version, ack+version16)
	})
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, scannertest.NewPN532().Serve)
		h.ask("55 "+samNormal, "") // too early
		h.ask(samNormal, ack+samDone)
	})
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, scannertest.NewPN532().Serve)
		h.write([]byte{0x55})
		time.Sleep(2 * time.Millisecond)
		h.ask(samNormal, ack+samDone)
	})
	synctest.Test(t, func(t *testing.T) {
		h := connect(t, scannertest.NewPN532().Serve)
		h.write([]byte{0x00, 0x00, 0x00, 0xFF}) // four edges
		h.ask("FF", "")                         // the fifth, but nothing said yet
		h.ask(samNormal, ack+samDone)
	})
}

// Until its security module is configured the chip answers and sees no tag.
func TestNoRadioBeforeSAMConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := scannertest.NewPN532()
		reader.Place(scannertest.NTAG215(uidA, nil))
		h := connect(t, reader.Serve)
		h.ask(wake+version, ack+version16)
		h.ask(list, ack)
		h.ask(samNormal, ack+samDone)
		h.ask(list, ack+foundA)
	})
}

// As delivered the chip searches until it finds something or is stopped.
func TestASearchWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := scannertest.NewPN532()
		h := connect(t, reader.Serve)
		h.ask(wake+samNormal, ack+samDone)
		h.ask(list, ack)
		reader.Place(scannertest.NTAG215(uidA, nil))
		h.ask("", foundA)
		reader.Remove()
		h.ask(list, ack)
		h.ask(ack, "") // stop
		reader.Place(scannertest.NTAG215(uidA, nil))
		h.ask("", "")
		h.ask(list, ack+foundA)
	})
}

func TestAnySplitOfTheHostsBytesGivesTheSame(t *testing.T) {
	send := wake + samNormal + onceOnly + version
	want := ack + samDone + ack + radioDone + ack + version16
	for size := 1; size < len(unhex(t, send)); size++ {
		synctest.Test(t, func(t *testing.T) {
			reader := scannertest.NewPN532()
			h := connect(t, reader.Serve)
			heard := make(chan []byte)
			go func() { heard <- h.listen() }()
			for part := range bytesOf(unhex(t, send), size) {
				h.write(part)
			}
			if got := <-heard; !bytes.Equal(got, unhex(t, want)) {
				t.Errorf("parts of %d: got % X", size, got)
			}
		})
	}
}

func bytesOf(b []byte, size int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			n := min(size, len(b))
			if !yield(b[:n]) {
				return
			}
			b = b[n:]
		}
	}
}

func TestDamagedCommandsAreNotAnswered(t *testing.T) {
	for name, damaged := range map[string]string{
		"length":             "00 00 FF 02 FD D4 02 2A 00",
		"data":               "00 00 FF 02 FE D4 02 2B 00",
		"an answer":          version16,
		"longer than can be": "00 00 FF FF FF 7F FF 82",
		"extended length":    "00 00 FF FF FF 00 02 FF D4 02 2A 00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, reader := awake(t)
				h.ask(damaged, "")
				h.ask(version, ack+version16)
				if n := reader.Malformed(); n != 1 {
					t.Errorf("%d malformed frames\n%s", n, reader.Trace())
				}
			})
		})
	}
}

func TestExtendedCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := awake(t)
		h.ask("00 00 FF FF FF 00 02 FE D4 02 2A 00", ack+version16)
	})
}

func TestTheLastAnswerAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := awake(t)
		h.ask(version, ack+version16)
		h.ask(nack, version16)
	})
}

func TestFaults(t *testing.T) {
	const badVersion = "00 00 FF 06 FA D5 03 32 01 06 07 E9 00 "
	for _, c := range []struct {
		name  string
		fault scannertest.Fault
		asked string
		want  []string // one answer after another
	}{
		{"deaf", scannertest.Fault{Deaf: true}, version, []string{""}},
		{"no acknowledgement", scannertest.Fault{NoAck: true}, version, []string{version16}},
		{"no answer", scannertest.Fault{NoAnswer: true}, version, []string{ack}},
		{"answer first", scannertest.Fault{AnswerFirst: true}, version, []string{version16 + ack}},
		{"glued", scannertest.Fault{Glued: true}, version, []string{ack + version16}},
		{"slow", scannertest.Fault{Slow: 40 * time.Millisecond}, version, []string{ack + version16}},
		{"too slow", scannertest.Fault{Slow: 80 * time.Millisecond}, version, []string{ack, ack}},
		{"pauses", scannertest.Fault{Pause: 10 * time.Millisecond}, version, []string{ack + version16}},
		{"garbage", scannertest.Fault{Garbage: []byte{0x55, 0x12}}, version, []string{"55 12" + ack + "55 12" + version16}},
		{"extended", scannertest.Fault{Extended: true}, version, []string{ack + "00 00 FF FF FF 00 06 FA D5 03 32 01 06 07 E8 00"}},
		{"checksum", scannertest.Fault{BadChecksums: 2}, version, []string{ack + badVersion, ack + badVersion, ack + version16}},
		{"misses", scannertest.Fault{Misses: 2}, list, []string{ack + nobody, ack + nobody, ack + foundA}},
		{"alternate", scannertest.Fault{Alternate: true}, list, []string{ack + foundA, ack + nobody, ack + foundA, ack + nobody}},
		{"edge of the field", scannertest.Fault{Status: 0x01, Statuses: 2}, readPage4, []string{ack + timedOut, ack + timedOut, ack + unlisted}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, reader := awake(t)
				reader.Place(scannertest.NTAG215(uidA, nil))
				reader.Fail(c.fault)
				for _, want := range c.want {
					h.ask(c.asked, want)
				}
			})
		})
	}
}

// A host that speaks again ends what the chip was about to say.
func TestASlowAnswerCanBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Fail(scannertest.Fault{Slow: time.Second})
		h.ask(version, ack)
		h.ask(ack, "")
		time.Sleep(2 * time.Second)
		h.ask("", "")
	})
}

func TestResetForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.NTAG215(uidA, nil))
		h.ask(list, ack+foundA)
		reader.Reset()
		h.ask(list, "") // asleep
		h.ask(wake+samNormal, ack+samDone)
		h.ask(readPage4, ack+unlisted)
		h.ask(list, ack+foundA)
	})
}

func TestCardsAnswerAsTheirKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.Classic([4]byte{0x3A, 0x5C, 0x11, 0x9E}))
		h.ask(list, ack+"00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 3A 5C 11 9E 89 00")
		h.ask(readPage4, ack+noKey)
	})
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.Phone([3]byte{0x24, 0xA9, 0x37}))
		h.ask(list, ack+"00 00 FF 11 EF D5 4B 01 01 00 04 20 04 08 24 A9 37 05 78 80 70 02 3B 00")
		h.ask("00 00 FF 03 FD D4 12 04 16 00", ack+"00 00 FF 02 FE D5 13 18 00") // no ATS, please
		h.ask(list, ack+"00 00 FF 0C F4 D5 4B 01 01 00 04 20 04 08 24 A9 37 AA 00")
		h.ask(readPage4, ack+"00 00 FF 05 FB D5 41 00 6A 82 FE 00")
	})
}

// A telephone gives another number after the field was off, and the same until
// then.
func TestRandomNumbersOfATelephone(t *testing.T) {
	const (
		fieldOff = "00 00 FF 04 FC D4 32 01 00 F9 00"
		head     = "00 00 FF 11 EF D5 4B 01 01 00 04 20 04 "
	)
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.Phone([3]byte{0x24, 0xA9, 0x37}))
		numbers := map[string]int{}
		for range 5 {
			for range 2 {
				h.write(unhex(t, list))
				heard := h.listen()
				prefix := unhex(t, ack+head)
				if !bytes.HasPrefix(heard, prefix) || heard[len(prefix)] != 0x08 {
					t.Fatalf("got % X", heard)
				}
				numbers[string(heard[len(prefix):len(prefix)+4])]++
			}
			h.ask(fieldOff, ack+radioDone)
		}
		if len(numbers) != 5 {
			t.Errorf("numbers %X", numbers)
		}
	})
}

func TestTwoTagsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.NTAG215(uidA, nil), scannertest.NTAG213(uidB, nil))
		h.ask(list, ack+foundA)
		h.ask(listTwo, ack+"00 00 FF 1B E5 D5 4B 02 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 02 00 44 00 07 04 11 22 33 44 55 66 89 00")
	})
}

// A tag that refused has to be selected again, and one that went is not there.
func TestATagThatRefusesOrGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		reader.Place(scannertest.NTAG213(uidA, nil))
		h.ask(readPage4, ack+unlisted)
		h.ask(list, ack+foundA)
		h.ask(readTail, ack+refused)
		h.ask(readPage4, ack+timedOut)
		h.ask(list, ack+foundA)
		reader.Remove()
		h.ask(readPage4, ack+timedOut)
		reader.Place(scannertest.NTAG213(uidA, nil))
		h.ask(readPage4, ack+timedOut) // the same tag, but nobody selected it
	})
}

func TestMoreThanTheChipCanHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		tag := scannertest.NTAG216(uidA, nil)
		reader.Place(tag)
		h.ask(list, ack+foundA)
		h.ask("00 00 FF 06 FA D4 40 01 3A 00 41 70 00", ack+"00 00 FF 03 FD D5 41 07 E3 00")
		h.write(unhex(t, "00 00 FF 06 FA D4 40 01 3A 00 40 71 00"))
		got := h.listen()
		want := append(unhex(t, ack+"00 00 FF FF FF 01 07 F8 D5 41 00"), tag.Memory[:260]...)
		if len(got) != len(want)+2 || !bytes.HasPrefix(got, want) {
			t.Errorf("got %d bytes % X", len(got), got)
		}
	})
}

func TestServeSaysWhatWasWrongWithTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		returned := make(chan error, 1)
		go func() { returned <- scannertest.NewPN532().Serve(t.Context(), theirs) }()
		ours.Close()
		if err := <-returned; !errors.Is(err, io.EOF) {
			t.Errorf("got %v", err)
		}
		theirs.Close()
	})
}

// The trace does not grow without end.
func TestTheTraceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, reader := awake(t)
		for range 200 {
			h.ask(version, ack+version16)
		}
		if lines := strings.Count(reader.Trace(), "\n") + 1; lines != 200 {
			t.Errorf("%d lines", lines)
		}
	})
}
