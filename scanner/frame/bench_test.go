package frame_test

import (
	"bytes"
	"testing"
	"time"
)

// Bytes per second and allocations of what a framer does all day: one code and
// whatever it answers.
func BenchmarkFramers(b *testing.B) {
	for _, c := range []struct {
		name    string
		profile profile
		data    []byte
	}{
		{"line", line, []byte("]E02900001234566\r\n")},
		{"ssi", ssi, unhex("12F300000B32393030303031323334353636FC5A")},
		{"hex", stxHex, unhex(tagR01)},
		{"uid", uidHex, []byte("04A1B2C3D4E580\r\n")},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := c.profile()
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			now := start
			for b.Loop() {
				now = now.Add(time.Second)
				f.Feed(now, c.data)
			}
		})
	}
}

// The worst a line can do to a framer: noise with nothing in it, a damaged
// packet at every byte, beginnings of replies that are none.
func BenchmarkNoise(b *testing.B) {
	for _, c := range []struct {
		name    string
		profile profile
		data    []byte
	}{
		{"line", line, bytes.Repeat([]byte("29000\x00123456\r\n"), 200)},
		{"replies", textSSI, bytes.Repeat(unhex("04D00400FF"), 800)},
		{"ssi", ssi, bytes.Repeat(unhex("FFF300"), 1300)},
		{"hex", stxHex, bytes.Repeat(unhex("0230"), 2000)},
		{"uid", uidRaw, bytes.Repeat([]byte{0xFF}, 4000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := c.profile()
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				f.Feed(start, c.data)
			}
		})
	}
}
