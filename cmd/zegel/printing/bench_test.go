package printing

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/raster"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// BenchmarkSlipBesideNode makes a slip of 30 lines with a QR code: layout and bytes for a TM-T88VI, with our encoder and
// with npm's receipt-printer-encoder, in turns, and says how long the bytes are on a serial line. That one chooses code
// tables as ours does, and again is told the one table that has all letters of this slip (node-fixed). floor-bytes is what no
// encoder goes below: a byte for each letter and line feed, and the code's text. paper-s is what the paper itself takes
// at 150 mm a second (TM-T88III).
func BenchmarkSlipBesideNode(b *testing.B) {
	const file, rounds = "testdata/receipt.json", 2000
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	slip, err := receipt.ParseSlip(text)
	if err != nil {
		b.Fatal(err)
	}
	model, err := escpos.Named("epson-tm-t88vi")
	if err != nil {
		b.Fatal(err)
	}
	encoder, err := NewEncoder(model, nil)
	if err != nil {
		b.Fatal(err)
	}
	var ours []byte
	var theirs nodeSlip
	var took time.Duration
	node, fixed, turns := 0.0, 0.0, 0.0
	allocated := testing.AllocsPerRun(100, func() { ours = encoder.AppendSlip(nil, model.Lines(slip, 42)) })
	for b.Loop() {
		began := time.Now()
		for range rounds {
			ours = encoder.AppendSlip(ours[:0], model.Lines(slip, 42))
		}
		took += time.Since(began)
		fixed += byNode(b, file, "cp858", "400").NS
		theirs = byNode(b, file, "auto", "40")
		node += theirs.NS
		turns++
	}
	us, nodeUs, fixedUs := float64(took.Nanoseconds())/turns/rounds/1000, node/turns/1000, fixed/turns/1000
	lines := model.Lines(slip, 42)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(us, "encode-us")
	b.ReportMetric(allocated, "allocs")
	b.ReportMetric(nodeUs, "node-encode-us")
	b.ReportMetric(fixedUs, "node-fixed-encode-us")
	b.ReportMetric(us/nodeUs, "ratio-encode")
	b.ReportMetric(us/fixedUs, "ratio-encode-to-fixed")
	b.ReportMetric(float64(len(ours)), "bytes")
	b.ReportMetric(float64(len(theirs.Bytes)), "node-bytes")
	b.ReportMetric(float64(floor(lines)), "floor-bytes")
	b.ReportMetric(float64(len(ours))/float64(len(theirs.Bytes)), "ratio-bytes")
	b.ReportMetric(float64(len(ours))/float64(floor(lines)), "ratio-bytes-to-floor")
	for baud, name := range map[int]string{9600: "9600", 115200: "115200"} {
		second := float64(baud) / 10 // 8N1
		b.ReportMetric(float64(len(ours))/second, "s-at-"+name)
		b.ReportMetric(float64(len(theirs.Bytes))/second, "node-s-at-"+name)
		b.ReportMetric(float64(floor(lines))/second, "floor-s-at-"+name)
	}
	b.ReportMetric(millimetres(lines)/150, "paper-s")
}

// A nodeSlip is the bytes that npm's encoder makes of a slip, and how long it takes for one.
type nodeSlip struct {
	NS    float64 `json:"ns"`
	Bytes []byte  `json:"bytes"`
}

func byNode(b *testing.B, file, tables, rounds string) (made nodeSlip) {
	b.Helper()
	run := exec.CommandContext(b.Context(), "node", "testdata/encoder.js", file, tables, rounds)
	run.Env, run.Stderr = append(os.Environ(), "NODE_PATH="+npmModules(b, "receipt-encoder")), os.Stderr
	out, err := run.Output()
	if err == nil {
		err = json.Unmarshal(out, &made)
	}
	if err != nil {
		b.Fatal(err)
	}
	return made
}

// floor is the fewest bytes in which lines can be told.
func floor(lines []layout.Line) (n int) {
	for _, l := range lines {
		if text, ok := l.QR(); ok {
			n += len(text)
			continue
		}
		n += len(l) + 1
	}
	return n
}

// millimetres is how long lines are on paper, to the blade.
func millimetres(lines []layout.Line) float64 {
	const dot, blade = 25.4 / 180, 20
	dots := 0
	for _, l := range lines {
		dots += l.Height() * raster.LineHeight
		if text, ok := l.QR(); ok {
			side := symbol.LargestSide(text)
			dots += side * symbol.Dots(side, 42*raster.LetterWidth)
		}
	}
	return float64(dots)*dot + blade
}
