package crashtest

import (
	"io"
	"math/rand/v2"
)

// A file is the content behind a name, or behind none any more.
type file struct {
	durable []byte   // what a sync has confirmed
	view    []byte   // what programs read
	pending []change // what leads from durable to view, in order

	locks map[*handle]int // the lock each handle holds, as SQLite numbers them
}

// A change is one unconfirmed write or, where data is nil, truncation.
type change struct {
	at   int64 // offset, or new size
	data []byte
}

func (f *file) readAt(p []byte, at int64) (int, error) {
	if at >= int64(len(f.view)) {
		return 0, io.EOF
	}
	n := copy(p, f.view[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) change(c change) {
	f.view = c.apply(f.view)
	f.pending = append(f.pending, c)
}

// sync confirms every pending change.
func (f *file) sync() {
	for _, c := range f.pending {
		f.durable = c.apply(f.durable)
	}
	f.pending = nil
}

// forget drops the pending changes as a kernel does after a sync it could not
// do: programs still read them, but no later sync writes them.
func (f *file) forget() { f.pending = nil }

// recover leaves of the pending changes what m lets survive.
func (f *file) recover(m mercy, chance *rand.Rand) {
	for _, c := range f.pending {
		switch {
		case m.torn && c.data != nil:
			f.durable = c.tear(f.durable, chance)
		case m.keeps(chance):
			f.durable = c.apply(f.durable)
		}
	}
	f.pending, f.locks = nil, nil
	f.view = append([]byte(nil), f.durable...)
}

// apply returns b after the change. It may reuse b's memory.
func (c change) apply(b []byte) []byte {
	if c.data == nil {
		return resize(b, c.at)
	}
	if end := c.at + int64(len(c.data)); end > int64(len(b)) {
		b = resize(b, end)
	}
	copy(b[c.at:], c.data)
	return b
}

// sector is the piece a disk writes whole or not at all.
const sector = 512

// tear returns b after a write of which each sector got there, did not, or
// holds garbage now.
func (c change) tear(b []byte, chance *rand.Rand) []byte {
	for done := 0; done < len(c.data); {
		at := c.at + int64(done)
		piece := c.data[done:min(len(c.data), done+sector-int(at%sector))]
		done += len(piece)
		switch n := chance.IntN(8); {
		case n < 4:
			b = change{at, piece}.apply(b)
		case n == 4:
			garbage := make([]byte, len(piece))
			for i := range garbage {
				garbage[i] = byte(chance.Uint32())
			}
			b = change{at, garbage}.apply(b)
		}
	}
	return b
}

// resize cuts b or fills it up with zeros.
func resize(b []byte, n int64) []byte {
	old := int64(len(b))
	if n <= old {
		return b[:n]
	}
	if n > int64(cap(b)) {
		grown := make([]byte, n, n+n/2)
		copy(grown, b)
		return grown
	}
	b = b[:n]
	clear(b[old:])
	return b
}

// A mercy is a way in which unconfirmed changes survive a power cut.
type mercy struct {
	name  string
	torn  bool // decided for each sector of a write
	keeps func(chance *rand.Rand) bool
}

// someMercy draws one.
func someMercy(chance *rand.Rand) mercy {
	half := func(chance *rand.Rand) bool { return chance.IntN(2) == 0 }
	return []mercy{
		{name: "nothing", keeps: func(*rand.Rand) bool { return false }},
		{name: "everything", keeps: func(*rand.Rand) bool { return true }},
		{name: "some", keeps: half},
		{name: "torn sectors", torn: true, keeps: half},
	}[chance.IntN(4)]
}
