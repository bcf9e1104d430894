package pn532_test

import (
	"slices"
	"testing"
	"time"

	"zegel/scanner/pn532"
)

func BenchmarkDriver(b *testing.B) {
	for _, c := range []struct{ name, found string }{
		{"empty field", "00"},
		{"tag that stays", "01 01 00 44 08 07 04 A1 B2 C3 D4 E5 80"},
	} {
		b.Run(c.name, func(b *testing.B) {
			found, done := chipFrame(append([]byte{0x4B}, bytesOf(b, c.found)...)), chipFrame([]byte{0x33})
			d, now := pn532.New(pn532.Config{}), start
			d.Start(now)
			for _, code := range []byte{0x15, 0x03, 0x33, 0x33} {
				d.Feed(now, chipFrame([]byte{code}))
			}
			searches := 0
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(100 * time.Millisecond)
				events := d.Tick(now)
				if code, _, _ := hostFrame(events[0].Send); code == 0x02 {
					d.Feed(now, chipFrame([]byte{0x03}))
				} else {
					searches++
					d.Feed(now, found)
				}
				d.Feed(now, done)
			}
			if searches < b.N/2 {
				b.Fatalf("%d searches in %d rounds", searches, b.N)
			}
		})
	}
	b.Run("tap", func(b *testing.B) {
		t := ntag(uid, 144, textBlocks("LOY:1:8F3K2Q"))
		gone, done := chipFrame([]byte{0x4B, 0}), chipFrame([]byte{0x33})
		tap := [][]byte{
			chipFrame(slices.Concat([]byte{0x4B, 1, 1, 0, 0x44, 0, 7}, t.uid)),
			chipFrame(slices.Concat([]byte{0x41, 0}, t.pages[12:28])),
			chipFrame(slices.Concat([]byte{0x41, 0}, t.pages[28:44])), done,
		}
		d, now := pn532.New(pn532.Config{}), start
		d.Start(now)
		for _, code := range []byte{0x15, 0x03, 0x33, 0x33} {
			d.Feed(now, chipFrame([]byte{code}))
		}
		b.ReportAllocs()
		for b.Loop() {
			codes := 0
			for _, answers := range [][][]byte{tap, {gone, done}, {gone, done}} {
				now = now.Add(100 * time.Millisecond)
				if code, _, _ := hostFrame(d.Tick(now)[0].Send); code == 0x02 {
					d.Feed(now, chipFrame([]byte{0x03}))
					d.Feed(now, done)
					now = now.Add(100 * time.Millisecond)
					d.Tick(now)
				}
				for _, a := range answers {
					for _, e := range d.Feed(now, a) {
						if e.IsCode() {
							codes++
						}
					}
				}
			}
			if codes != 1 {
				b.Fatalf("a tap is %d codes", codes)
			}
		}
	})
}
