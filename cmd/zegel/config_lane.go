package main

import (
	"fmt"
	"strings"
	"unicode"

	"zegel/cmd/zegel/printing"
	"zegel/cmd/zegel/scanning"
	"zegel/scanner/preset"
)

// Lane is one checkout: its scanners and its printer, any of which may be absent.
type Lane struct {
	Name     string             `key:"name,required"`
	Scanners []scanning.Scanner `key:"scanner,one-or-more"`
	Pass     Pass               `key:"pass"`
	Printer  printing.Printer   `key:"printer"`
}

// Pass says where what is not ours goes that a lane's scanners read, for shops
// that have one scanner a checkout.
type Pass struct {
	// To is "serial" for a line of the till's own, "till" for the interface for
	// tills; "" keeps everything here.
	To string `key:"to"`
	// Device is the port that leads to the till, as a scanner's.
	Device   string `key:"device"`
	Baud     int64  `key:"baud"`
	DataBits int64  `key:"data_bits"`
	Parity   string `key:"parity"`
	StopBits int64  `key:"stop_bits"`
}

// Where what is not ours goes.
const (
	passNowhere = ""
	passSerial  = "serial"
	passTill    = "till"
)

// Defaults are the values of a lane's keys nobody set.
func (l *Lane) Defaults() {
	l.Pass = Pass{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1}
	l.Printer = printing.New()
}

// calls is what people call the n-th scanner of the lane: the lane, and where
// it has several, the scanner's own name or number as well.
func (l Lane) calls(n int) string {
	name := l.Scanners[n].Name
	switch {
	case len(l.Scanners) == 1 && name == "":
		return l.Name
	case name == "":
		return fmt.Sprintf("%s %d", l.Name, n+1)
	}
	return l.Name + " " + name
}

func (c *Config) checkLanes(complain complaint) {
	if len(c.Lanes) == 0 {
		complain("lane", "there is none: need at least one [[lane]] with a name")
	}
	names, lines := make(map[string]bool), make(lines)
	for i, l := range c.Lanes {
		key := fmt.Sprintf("lane[%d].", i)
		switch {
		case !isLaneName(l.Name):
			complain(key+"name", "%q: need 1 to %d letters, digits, - and _", l.Name, maxLaneName)
		case names[l.Name]:
			complain(key+"name", "%q is another lane's name already", l.Name)
		}
		names[l.Name] = true
		l.checkScanners(key, lines, complain)
		l.checkPass(key+"pass.", lines, complain)
		l.Printer.Check(func(name, format string, args ...any) { complain(key+"printer."+name, format, args...) })
	}
}

// lines says of a serial device what it is already.
type lines map[string]string

// take complains about a device that is something else already.
func (t lines) take(device, as, key string, complain complaint) {
	if before := t[device]; before != "" {
		complain(key, "%q is %s already", device, before)
	}
	t[device] = as
}

func (l Lane) checkScanners(key string, taken lines, complain complaint) {
	names := make(map[string]bool)
	for n, s := range l.Scanners {
		key := fmt.Sprintf("%sscanner[%d].", key, n)
		if s.Name != "" && names[s.Name] {
			complain(key+"name", "%q is another scanner's name already", s.Name)
		}
		names[s.Name] = true
		if s.Name != "" && !isLaneName(s.Name) {
			complain(key+"name", "%q: need 1 to %d letters, digits, - and _", s.Name, maxLaneName)
		}
		switch {
		case s.Device != "":
			taken.take(s.Device, "another scanner", key+"device", complain)
		case len(l.Scanners) > 1:
			complain(key+"device", "is missing: of several scanners each needs its own")
		}
		s.Check(func(name, format string, args ...any) { complain(key+name, format, args...) })
	}
}

func (l Lane) checkPass(key string, taken lines, complain complaint) {
	p := l.Pass
	switch {
	case !oneOf(p.To, passNowhere, passSerial, passTill):
		complain(key+"to", "%q: need serial or till", p.To)
	case p.To == passSerial && p.Device == "":
		complain(key+"device", "is missing: the port that leads to the till")
	case p.To != passSerial && p.Device != "":
		complain(key+"device", "only to = \"serial\" has a port")
	}
	if p.Device != "" {
		taken.take(p.Device, "another line", key+"device", complain)
	}
	scanning.CheckLine(p.Device, p.line(), func(name, format string, args ...any) { complain(key+name, format, args...) })
}

func (p Pass) line() preset.Line {
	return preset.Line{Baud: int(p.Baud), DataBits: int(p.DataBits), Parity: p.Parity, StopBits: int(p.StopBits)}
}

// maxLaneName is the longest name of a lane, in bytes.
const maxLaneName = 32

// isLaneName reports whether a lane may be called so: tills write its name in
// an address, and every record has it.
func isLaneName(name string) bool {
	const others = "0123456789-_"
	for _, r := range name {
		if !unicode.IsLetter(r) && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return name != "" && len(name) <= maxLaneName
}
