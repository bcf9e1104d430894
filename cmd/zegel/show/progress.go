package show

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A Progress tells people how far something long is: as a bar that is drawn
// again and again on a terminal, and else as a line now and then.
type Progress struct {
	out      io.Writer
	what     string // "baskets"
	total    int64
	terminal bool
	began    time.Time
	told     time.Time
	done     int64
}

const (
	barWidth   = 24
	drawnEvery = 200 * time.Millisecond
	toldEvery  = 5 * time.Second
)

// NewProgress begins now, with total to do.
func NewProgress(out io.Writer, what string, total int64) *Progress {
	now := time.Now()
	p := &Progress{out: out, what: what, total: total, began: now, told: now}
	if file, is := out.(*os.File); is {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// Done says how much of it is done.
func (p *Progress) Done(n int64) {
	p.done = n
	every := toldEvery
	if p.terminal {
		every = drawnEvery
	}
	if now := time.Now(); now.Sub(p.told) >= every {
		p.told = now
		p.tell(now)
	}
}

// End clears the bar away.
func (p *Progress) End() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// tell writes what cannot be told to nobody's loss.
func (p *Progress) tell(now time.Time) {
	line := p.line(now.Sub(p.began))
	if !p.terminal {
		fmt.Fprintln(p.out, line)
		return
	}
	filled := 0
	if p.total > 0 {
		filled = int(min(p.done, p.total) * barWidth / p.total)
	}
	fmt.Fprintf(p.out, "\r[%s%s] %s\x1b[K", strings.Repeat("#", filled), strings.Repeat(".", barWidth-filled), line)
}

func (p *Progress) line(took time.Duration) string {
	line := fmt.Sprintf("%s of %s %s", Thousands(p.done), Thousands(p.total), p.what)
	if p.total > 0 {
		line += fmt.Sprintf(", %d %%", min(p.done, p.total)*100/p.total)
	}
	speed := Speed(p.done, took)
	if speed == 0 {
		return line
	}
	left := time.Duration(max(p.total-p.done, 0)) * time.Second / time.Duration(speed)
	return line + fmt.Sprintf(", %s/s, %v left", Thousands(speed), left.Round(time.Second))
}

// Speed is how many of something there are in a second.
func Speed(n int64, took time.Duration) int64 {
	if took <= 0 {
		return 0
	}
	return int64(float64(n) / took.Seconds())
}

// Thousands is a number with its thousands apart: "1,234,567".
func Thousands(n int64) string {
	if n < 0 {
		return "-" + Thousands(-n)
	}
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
