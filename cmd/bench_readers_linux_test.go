package cmd_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zegel/scanner/scannertest"
)

const (
	readLines   = 8   // devices
	pacedCodes  = 200 // one after another over all devices, at the pace of 115200 baud
	rushedCodes = 500 // of each device, all at once, the next as soon as the last was read
	idleFor     = 3 * time.Second
	// byteAt115200 is what a byte takes with its start and stop bit.
	byteAt115200 = 10 * time.Second / 115200
)

// BenchmarkScannersBesideNode takes the time from a code's last byte to a line
// on the reading program's standard output, and the processor time it used: for
// our reader with go.bug.st/serial, and for npm's serialport with its parser for
// lines, in turns, on pseudo-terminals of the same kind.
func BenchmarkScannersBesideNode(b *testing.B) {
	modules, err := filepath.Abs("../bin/node-serialport/node_modules")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(modules); err != nil {
		b.Fatalf("npm's serialport is not there; make bench installs it: %v", err)
	}
	ours := builtProgram(b, "testdata/scans")
	us, node := &readingRun{}, &readingRun{}
	for b.Loop() {
		us.add(b, exec.CommandContext(b.Context(), ours))
		other := exec.CommandContext(b.Context(), "node", "testdata/scans/readline.js")
		other.Env = append(os.Environ(), "NODE_PATH="+modules)
		node.add(b, other)
	}
	b.ReportMetric(0, "ns/op")
	for _, m := range []struct {
		name string
		of   func(*readingRun) float64
	}{
		{"paced-p50-us", func(r *readingRun) float64 { return percentile(r.paced, 50, time.Microsecond) }},
		{"paced-p99-us", func(r *readingRun) float64 { return percentile(r.paced, 99, time.Microsecond) }},
		{"rushed-p50-us", func(r *readingRun) float64 { return percentile(r.rushed, 50, time.Microsecond) }},
		{"rushed-p99-us", func(r *readingRun) float64 { return percentile(r.rushed, 99, time.Microsecond) }},
		{"rushed-codes/s", func(r *readingRun) float64 { return float64(len(r.rushed)) / r.rushedTook.Seconds() }},
		{"load-cpu-us/code", func(r *readingRun) float64 {
			return float64(r.loadCPU.Microseconds()) / float64(len(r.rushed))
		}},
		{"idle-cpu-%", func(r *readingRun) float64 { return 100 * r.idleCPU.Seconds() / r.idle.Seconds() }},
	} {
		b.ReportMetric(m.of(us), m.name)
		b.ReportMetric(m.of(node), "node-"+m.name)
		if m.name != "idle-cpu-%" { // ticks of 10 ms are too coarse to divide
			b.ReportMetric(m.of(us)/m.of(node), "ratio-"+m.name)
		}
	}
}

// readingRun is what one program showed in all its turns.
type readingRun struct {
	paced, rushed    []time.Duration
	rushedTook, idle time.Duration
	loadCPU, idleCPU time.Duration
}

func (r *readingRun) add(b *testing.B, child *exec.Cmd) {
	b.Helper()
	p := startReading(b, child)
	defer p.end()
	before := cpuTime(b, child.Process.Pid)
	wait(b.Context(), idleFor)
	r.idle += idleFor
	r.idleCPU += cpuTime(b, child.Process.Pid) - before

	for i := range pacedCodes {
		r.paced = append(r.paced, p.send(b, i%readLines, i, byteAt115200))
	}

	before = cpuTime(b, child.Process.Pid)
	began := time.Now()
	took := make([][]time.Duration, readLines)
	var devices sync.WaitGroup
	for d := range readLines {
		devices.Go(func() {
			for i := range rushedCodes {
				took[d] = append(took[d], p.send(b, d, pacedCodes+d*rushedCodes+i, 0))
			}
		})
	}
	devices.Wait()
	r.rushedTook += time.Since(began)
	r.loadCPU += cpuTime(b, child.Process.Pid) - before
	for _, t := range took {
		r.rushed = append(r.rushed, t...)
	}
}

// reading is a program that reads the lines and says what it read.
type reading struct {
	child *exec.Cmd
	lines [readLines]*scannertest.Device
	heard sync.WaitGroup

	mu      sync.Mutex // guards waiting
	waiting map[string]chan time.Time
}

func startReading(b *testing.B, child *exec.Cmd) *reading {
	b.Helper()
	p := &reading{child: child, waiting: make(map[string]chan time.Time)}
	folder := b.TempDir()
	for i := range p.lines {
		p.lines[i] = scannertest.New(filepath.Join(folder, fmt.Sprint("scanner", i)))
		if err := p.lines[i].Plug(); err != nil {
			b.Fatal(err)
		}
		child.Args = append(child.Args, p.lines[i].Path())
	}
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for ready := 0; ready < readLines; ready++ {
		if !said.Scan() || said.Text() != "ready" {
			b.Fatalf("%s said %q instead of ready", child.Path, said.Text())
		}
	}
	p.heard.Go(func() { p.listen(said) })
	return p
}

func (p *reading) listen(said *bufio.Scanner) {
	for said.Scan() {
		at := time.Now()
		p.mu.Lock()
		if waiter := p.waiting[said.Text()]; waiter != nil {
			waiter <- at
			delete(p.waiting, said.Text())
		}
		p.mu.Unlock()
	}
}

// send sends a code, its bytes so far apart, and returns how long after its
// last one it was heard of.
func (p *reading) send(b *testing.B, device, number int, apart time.Duration) time.Duration {
	code := fmt.Sprintf("29%011d", number)
	heard := make(chan time.Time, 1)
	p.mu.Lock()
	p.waiting[code] = heard
	p.mu.Unlock()
	all := []byte(code + "\r")
	began := time.Now()
	if apart > 0 {
		for i := range len(all) - 1 {
			for time.Since(began) < time.Duration(i)*apart {
				// A sleep is longer than a byte.
			}
			p.write(b, device, all[i:i+1])
		}
		for time.Since(began) < time.Duration(len(all)-1)*apart {
			// As above.
		}
		all = all[len(all)-1:]
	}
	sent := time.Now()
	p.write(b, device, all)
	select {
	case at := <-heard:
		return at.Sub(sent)
	case <-time.After(10 * time.Second):
		b.Errorf("%s did not read a code in 10 s whose bytes, %s apart, took %s to send", p.child.Path, apart, sent.Sub(began))
		return 10 * time.Second
	}
}

func (p *reading) write(b *testing.B, device int, all []byte) {
	if _, err := p.lines[device].Write(all); err != nil {
		b.Error(err)
	}
}

func (p *reading) end() {
	p.child.Process.Kill() // what is gone already need not be killed
	p.heard.Wait()
	p.child.Wait() // its answer is that it was killed
	for _, l := range p.lines {
		l.Unplug()
	}
}

// cpuTime is what a process has used, from proc(5): fields 14 and 15 of stat,
// in ticks of 10 ms.
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
