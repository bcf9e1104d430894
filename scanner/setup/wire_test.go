package setup_test

import (
	"math/bits"
	"strings"
	"time"

	"zegel/scanner/preset"
	"zegel/scanner/recording"
	"zegel/scanner/setup"
)

// A device is a made-up scanner, as its manual has it.
type device struct {
	name   string
	line   preset.Line
	prefix string
	suffix string
	ids    map[string]string // symbology → what stands in front; nil: nothing does
	stx    bool
	end    string
	ssi    bool
	gap    int           // bits of silence between two characters
	pause  time.Duration // between two characters, besides
	reads  string        // symbologies; empty: all
	usb    bool          // its line is whatever the host opens
}

func (d device) can(symbology string) bool {
	return d.reads == "" || strings.Contains(d.reads, symbology)
}

// says is what the device sends for a code.
func (d device) says(c setup.Code) []byte {
	if d.ssi {
		return packet(c)
	}
	text := d.prefix + d.ids[c.Symbology] + c.Text + d.suffix + d.end
	if d.stx {
		text = "\x02" + text
	}
	return []byte(text)
}

// packet is an SSI packet, put together as the guide says: length, opcode,
// source, status, type, data, and the two's complement of their sum.
func packet(c setup.Code) []byte {
	kind := map[string]byte{"ean13": 0x0B, "ean8": 0x0A, "code128": 0x03, "qr": 0x1C}[c.Symbology]
	p := append([]byte{byte(5 + len(c.Text)), 0xF3, 0, 0, kind}, c.Text...)
	sum := 0
	for _, b := range p {
		sum += int(b)
	}
	return append(p, byte(-sum>>8), byte(-sum))
}

// A host is how the line is open, and what the system makes of damage.
type host struct {
	line    preset.Line
	keeps   bool          // damaged bytes are handed on as they came, as on Windows
	deaf    bool          // it does not do seven bits, whatever was asked for
	gathers time.Duration // how long it keeps a byte to hand on others with it
}

// hears scans a code: what comes of it, in reads.
func (h host) hears(d device, c setup.Code) setup.Sample {
	s := setup.Sample{Want: c}
	var bytes []arrived
	switch {
	case d.usb:
		for _, b := range d.says(c) {
			bytes = append(bytes, arrived{value: b})
		}
	case h.deaf:
		bytes = receive(transmit(d, d.says(c)), preset.Line{Baud: h.line.Baud, DataBits: 8, Parity: "none", StopBits: 1}, h.keeps)
	default:
		bytes = receive(transmit(d, d.says(c)), h.line, h.keeps)
	}
	first := time.Duration(0) // byte of the read
	for i, b := range bytes {
		if i == 0 || b.at > first+h.gathers {
			first = b.at
			s.Chunks = append(s.Chunks, recording.Chunk{})
		}
		last := &s.Chunks[len(s.Chunks)-1]
		last.Data = append(last.Data, b.value)
		last.At = b.at // a read is there when its last byte is
	}
	end := time.Second
	if len(bytes) > 0 {
		end += bytes[len(bytes)-1].at
	}
	s.Chunks = append(s.Chunks, recording.Chunk{At: end})
	return s
}

// A wire is levels over time, each for one bit of the device.
type wire struct {
	bit    time.Duration
	levels []bool
}

func (w wire) at(t time.Duration) bool {
	n := int(t / w.bit)
	return n >= len(w.levels) || w.levels[n] // an idle line is high
}

// transmit puts characters on a wire: start bit, data with the lowest first,
// parity, stop bits.
func transmit(d device, text []byte) wire {
	w := wire{bit: time.Second / time.Duration(d.line.Baud)}
	for range 5 {
		w.levels = append(w.levels, true)
	}
	for _, c := range text {
		w.levels = append(w.levels, false)
		c &= 1<<d.line.DataBits - 1
		for i := range d.line.DataBits {
			w.levels = append(w.levels, c>>i&1 == 1)
		}
		odd := bits.OnesCount8(c)%2 == 1
		switch d.line.Parity {
		case "even":
			w.levels = append(w.levels, odd)
		case "odd":
			w.levels = append(w.levels, !odd)
		case "mark":
			w.levels = append(w.levels, true)
		case "space":
			w.levels = append(w.levels, false)
		}
		for range d.line.StopBits + d.gap + int(d.pause/w.bit) {
			w.levels = append(w.levels, true)
		}
	}
	return w
}

type arrived struct {
	at    time.Duration
	value byte
}

// receive samples a wire in the middle of its own bits, from each falling edge
// on. A character without a stop bit or with wrong parity is 00, unless it is
// kept.
func receive(w wire, line preset.Line, keeps bool) []arrived {
	var got []arrived
	bit := time.Second / time.Duration(line.Baud)
	end := w.bit * time.Duration(len(w.levels)+20)
	for t := time.Duration(0); t < end; t += bit / 16 {
		if w.at(t) {
			continue
		}
		next := func(n int) bool { return w.at(t + bit*time.Duration(n) + bit/2) }
		var value byte
		for i := range line.DataBits {
			if next(1 + i) {
				value |= 1 << i
			}
		}
		n := 1 + line.DataBits
		whole := true
		if line.Parity != "none" {
			odd := bits.OnesCount8(value)%2 == 1
			want := map[string]bool{"even": odd, "odd": !odd, "mark": true, "space": false}[line.Parity]
			whole = next(n) == want
			n++
		}
		whole = next(n) && whole
		if !whole && !keeps {
			value = 0
		}
		t += bit*time.Duration(n) + bit/2
		got = append(got, arrived{t, value})
		for t < end && !w.at(t) { // what is no stop bit is no start bit either
			t += bit / 16
		}
	}
	return got
}
