package show

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgressWithoutATerminalIsALineNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := NewProgress(&out, "baskets", 1_000_000)
		for i := range int64(11) {
			p.Done(i * 25_000)
			time.Sleep(time.Second)
		}
		p.End()
		want := "125,000 of 1,000,000 baskets, 12 %, 25,000/s, 35s left\n250,000 of 1,000,000 baskets, 25 %, 25,000/s, 30s left\n"
		if out.String() != want {
			t.Errorf("got %q", out.String())
		}
	})
}

func TestProgressOnATerminalIsABar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := NewProgress(&out, "baskets", 100)
		p.terminal = true
		time.Sleep(time.Second)
		p.Done(50)
		p.Done(51)
		p.End()
		if want := "\r[############............] 50 of 100 baskets, 50 %, 50/s, 1s left\x1b[K\r\x1b[K"; out.String() != want {
			t.Errorf("got %q", out.String())
		}
	})
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1_000: "1,000", -1_234_567: "-1,234,567"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
