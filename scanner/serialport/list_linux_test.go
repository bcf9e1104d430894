package serialport

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"zegel/scanner/scannertest"
)

// A computer is a made-up /sys and /dev, whose devices are pseudo terminals.
type computer struct {
	*testing.T
	root string
}

func newComputer(t *testing.T) *computer {
	c := &computer{t, t.TempDir()}
	c.dir("sys/class/tty")
	c.dir("sys/devices/virtual/tty")
	c.dir("dev/serial/by-id")
	return c
}

func (c *computer) path(name string) string { return filepath.Join(c.root, name) }

func (c *computer) dir(name string) {
	c.Helper()
	c.must(os.MkdirAll(c.path(name), 0o755))
}

func (c *computer) file(name, text string) {
	c.Helper()
	c.dir(filepath.Dir(name))
	c.must(os.WriteFile(c.path(name), []byte(text), 0o644))
}

func (c *computer) link(name, target string) {
	c.Helper()
	c.dir(filepath.Dir(name))
	c.must(os.Symlink(target, c.path(name)))
}

func (c *computer) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// tty puts a terminal into the tree, at a node of /sys.
func (c *computer) tty(node string) {
	c.Helper()
	name := filepath.Base(node)
	c.dir("sys/devices/" + node)
	c.link("sys/class/tty/"+name, "../../devices/"+node)
}

// A usbDevice is what is plugged into a socket.
type usbDevice struct {
	socket string // as the kernel names it, for example "1-2"
	tty    string // the number it is given, for example "ttyACM0"
	byID   string // what udev makes of it
	is     Info
}

var cdcScanner = usbDevice{
	socket: "1-2", tty: "ttyACM0", byID: "usb-Symbol_Bar_Code_Scanner_S_N_21044-if00",
	is: Info{VID: "05E0", PID: "1701", Serial: "S/N 21044", Product: "Symbol Bar Code Scanner", Manufacturer: "Symbol Technologies, Inc, 2008", Driver: "cdc_acm"},
}

// bridge is an adapter without a serial number, below a hub.
var bridge = usbDevice{
	socket: "1-4.3", tty: "ttyUSB0",
	is: Info{VID: "1A86", PID: "7523", Product: "USB2.0-Serial", Driver: "ch341-uart"},
}

// as is the same device with another number, in another socket.
func (d usbDevice) as(socket, tty string) usbDevice {
	d.socket, d.tty = socket, tty
	return d
}

// but is another device of the same kind.
func (d usbDevice) but(serial string) usbDevice {
	d.is.Serial = serial
	return d
}

// plug writes a device into the tree as the kernel and udev do. The terminal
// itself is another's affair.
func (c *computer) plug(d usbDevice) {
	c.Helper()
	usb := "pci0000:00/0000:00:14.0/usb1/" + d.socket
	attributes := map[string]string{
		"idVendor": strings.ToLower(d.is.VID), "idProduct": strings.ToLower(d.is.PID),
		"serial": d.is.Serial, "product": d.is.Product, "manufacturer": d.is.Manufacturer,
	}
	for name, value := range attributes {
		if value != "" {
			c.file("sys/devices/"+usb+"/"+name, value+"\n")
		}
	}
	face := usb + "/" + d.socket + ":1.0"
	device := face
	if strings.HasPrefix(d.tty, "ttyUSB") { // a converter has a node of its own between interface and terminal
		device = face + "/" + d.tty
	}
	node := device + "/tty/" + d.tty
	c.tty(node)
	c.link("sys/devices/"+node+"/device", "../../../"+filepath.Base(device))
	c.link("sys/devices/"+device+"/driver", c.path("sys/bus/drivers/"+d.is.Driver))
	if d.byID != "" {
		c.link("dev/serial/by-id/"+d.byID, "../../"+d.tty)
	}
}

// unplug takes a device out of the tree.
func (c *computer) unplug(d usbDevice) {
	c.Helper()
	c.must(os.Remove(c.path("sys/class/tty/" + d.tty)))
	c.must(os.RemoveAll(c.path("sys/devices/pci0000:00/0000:00:14.0/usb1/" + d.socket)))
	if d.byID != "" {
		c.must(os.Remove(c.path("dev/serial/by-id/" + d.byID)))
	}
}

func (c *computer) list() []Info {
	c.Helper()
	lines, err := list(c.root)
	c.must(err)
	return lines
}

// An ordinary PC: a UART that is there and three that are not, screens, a
// scanner and an adapter.
func (c *computer) furnish() {
	for i := range 4 {
		node := fmt.Sprintf("pnp0/00:04/00:04:0/00:04:0.0/tty/ttyS%d", i)
		c.tty(node)
		c.file("sys/devices/"+node+"/type", []string{"4\n", "0\n", "0\n", "0\n"}[i])
		c.link("sys/devices/"+node+"/device", "../../../00:04:0.0")
	}
	c.link("sys/devices/pnp0/00:04/00:04:0/00:04:0.0/driver", c.path("sys/bus/drivers/port"))
	for _, name := range []string{"tty0", "tty1", "console", "ptmx"} {
		c.tty("virtual/tty/" + name)
	}
	c.plug(cdcScanner)
	c.plug(bridge)
}

func TestListShowsWhatIsThere(t *testing.T) {
	c := newComputer(t)
	c.furnish()
	want := []Info{cdcScanner.is, {Path: c.path("dev/ttyS0"), Driver: "port"}, bridge.is}
	want[0].Path, want[0].ByID = c.path("dev/ttyACM0"), []string{c.path("dev/serial/by-id/" + cdcScanner.byID)}
	want[2].Path = c.path("dev/ttyUSB0")
	if got := c.list(); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Listing must not open a line: that would set its speed under whoever reads
// it.
func TestListOpensNothing(t *testing.T) {
	c := newComputer(t)
	c.furnish()
	for _, line := range c.list() {
		c.must(os.WriteFile(line.Path, nil, 0o600))
	}
	watch, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	c.must(err)
	defer func() { c.must(syscall.Close(watch)) }()
	_, err = syscall.InotifyAddWatch(watch, c.path("dev"), syscall.IN_OPEN)
	c.must(err)

	if got := len(c.list()); got != 3 {
		t.Errorf("%d lines", got)
	}
	if opened := opened(t, watch); strings.Contains(opened, "tty") {
		t.Errorf("opened: %q", opened)
	}
	_, err = os.ReadFile(c.path("dev/ttyACM0"))
	c.must(err)
	if opened := opened(t, watch); !strings.Contains(opened, "ttyACM0") {
		t.Errorf("the watch sees nothing: %q", opened)
	}
}

// opened returns the names that a watch saw since it was last asked, among
// other bytes.
func opened(t *testing.T, watch int) string {
	t.Helper()
	buf := make([]byte, 4096)
	n, err := syscall.Read(watch, buf)
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		t.Fatal(err)
	}
	return string(buf[:max(n, 0)])
}

func TestListBearsWhatItCannotRead(t *testing.T) {
	c := newComputer(t)
	c.furnish()
	c.link("sys/class/tty/ttyUSB7", "../../devices/pulled/out") // as while a device goes
	product := c.path("sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/product")
	c.must(os.Remove(product))
	c.must(os.Mkdir(product, 0o755))
	lines := c.list()
	if len(lines) != 3 || lines[0].Product != "" || lines[0].Serial != cdcScanner.is.Serial {
		t.Errorf("got %+v", lines)
	}
	c.must(os.RemoveAll(c.path("dev/serial"))) // udev makes it with the first device
	if lines := c.list(); len(lines) != 3 || lines[0].ByID != nil {
		t.Errorf("got %+v", lines)
	}
	if _, err := list(filepath.Join(c.root, "nowhere")); err == nil {
		t.Error("a computer without /sys has lines")
	}
}

func TestListIsInOrder(t *testing.T) {
	c := newComputer(t)
	for _, n := range []int{10, 2, 0, 11, 1} {
		c.plug(bridge.as(fmt.Sprintf("1-%d", n+1), fmt.Sprintf("ttyUSB%d", n)))
	}
	var got []string
	for _, line := range c.list() {
		got = append(got, filepath.Base(line.Path))
	}
	if want := []string{"ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB10", "ttyUSB11"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestListOfThisComputer(t *testing.T) {
	lines, err := List()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if strings.HasPrefix(line.Path, "/dev/pts") || line.Path == "/dev/tty0" {
			t.Errorf("%s is no serial line", line.Path)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		is   Info
		want string
	}{
		{cdcScanner.is, "Symbol Technologies, Inc, 2008 Symbol Bar Code Scanner (05E0:1701, serial S/N 21044)"},
		{bridge.is, "USB2.0-Serial (1A86:7523)"},
		{Info{VID: "0403", PID: "6001", Manufacturer: "FTDI", Product: "FTDI USB Serial"}, "FTDI USB Serial (0403:6001)"},
		{Info{VID: "0403", PID: "6001"}, "USB device (0403:6001)"},
		{Info{Product: "Communications Port (COM1)"}, "Communications Port (COM1)"},
		{Info{Path: "/dev/ttyS0"}, "serial line"},
	} {
		if got := c.is.Name(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// terminal plugs a device in with a pseudo terminal behind its name, until it
// is unplugged or the test ends.
func (c *computer) terminal(d usbDevice) (unplug func()) {
	c.Helper()
	c.plug(d)
	device := scannertest.New(c.path("dev/" + d.tty))
	c.must(device.Plug())
	c.Cleanup(func() { c.must(device.Unplug()) })
	return func() {
		c.Helper()
		c.must(device.Unplug())
		c.unplug(d)
	}
}

func (c *computer) line(path string) *Line {
	l := NewLine(Config{Path: path})
	l.root = c.root
	return l
}

// opens opens the line and returns which terminal it was.
func (c *computer) opens(l *Line) string {
	c.Helper()
	p, err := l.Open()
	c.must(err)
	c.must(p.Close())
	return filepath.Base(p.path)
}

func (c *computer) cannotOpen(l *Line, want Cause, words ...string) {
	c.Helper()
	p, err := l.Open()
	if err == nil {
		c.Errorf("opened %s", p.path)
		c.must(p.Close())
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Cause != want {
		c.Errorf("got %v, want cause %s", err, want)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			c.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestDeviceByItsUSBNumbers(t *testing.T) {
	c := newComputer(t)
	line := c.line("usb:05e0:1701")
	c.cannotOpen(line, Absent, "usb:05e0:1701")
	unplug := c.terminal(cdcScanner)
	if got := c.opens(line); got != "ttyACM0" {
		t.Errorf("opened %s", got)
	}
	unplug()
	c.cannotOpen(line, Absent)
	c.terminal(cdcScanner.as("1-3", "ttyACM4"))
	if got := c.opens(line); got != "ttyACM4" {
		t.Errorf("opened %s", got)
	}
}

func TestTwoDevicesOfAKind(t *testing.T) {
	c := newComputer(t)
	c.terminal(cdcScanner)
	other := cdcScanner.as("1-3", "ttyACM1").but("S:77")
	other.byID = "usb-other"
	c.terminal(other)
	c.cannotOpen(c.line("usb:05E0:1701"), Other, "2 lines fit", "ttyACM0", "S/N 21044", "ttyACM1", "S:77", "add the serial number")
	if got := c.opens(c.line("usb:05E0:1701:s:77")); got != "ttyACM1" {
		t.Errorf("opened %s", got)
	}
	if got := c.opens(c.line("usb:05E0:1701:S/N 21044")); got != "ttyACM0" {
		t.Errorf("opened %s", got)
	}
	c.cannotOpen(c.line("usb:05E0:1701:nobody"), Absent)
}

func TestTwoDevicesThatAreAlike(t *testing.T) {
	c := newComputer(t)
	c.terminal(bridge)
	c.terminal(bridge.as("1-5", "ttyUSB1"))
	c.cannotOpen(c.line("usb:1A86:7523"), Other, "2 lines fit", "by-path")
}

// A device that comes back under another number, because the old one is still
// taken, is found by what it is.
func TestDeviceIsFollowed(t *testing.T) {
	c := newComputer(t)
	line := c.line(c.path("dev/ttyACM0"))
	if _, known := line.Identity(); known {
		t.Error("known before it was opened")
	}
	unplug := c.terminal(cdcScanner)
	c.opens(line)
	want, known := line.Identity()
	if !known || want.Serial != "S/N 21044" || want.Path != c.path("dev/ttyACM0") {
		t.Errorf("identity %+v", want)
	}
	unplug()
	c.cannotOpen(line, Absent)
	unplug = c.terminal(cdcScanner.as("1-2", "ttyACM1"))
	if got := c.opens(line); got != "ttyACM1" {
		t.Errorf("opened %s", got)
	}

	// Something else has taken its number meanwhile.
	printer := cdcScanner.as("1-7", "ttyACM0").but("P1")
	printer.byID, printer.is.VID = "usb-printer", "04B8"
	unplugPrinter := c.terminal(printer)
	if got := c.opens(line); got != "ttyACM1" {
		t.Errorf("opened %s", got)
	}
	unplugPrinter()

	// A new one in the old one's place is what the configured path says, and
	// changes nothing about who is looked for.
	unplug()
	spare := cdcScanner.but("S/N 99999")
	unplug = c.terminal(spare)
	c.cannotOpen(line, Absent, "another device")
	line.stranger = line.stranger.Add(-spareAfter)
	if got := c.opens(line); got != "ttyACM0" {
		t.Errorf("opened %s", got)
	}
	if got, _ := line.Identity(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("identity is now %+v", got)
	}
	unplug()
	c.terminal(spare.as("1-2", "ttyACM1"))
	c.cannotOpen(line, Absent)
}

// After a dip in the power two scanners come back one after the other, with each
// other's number. The lanes must not be mixed up.
func TestDevicesThatChangeNumbers(t *testing.T) {
	c := newComputer(t)
	one, two := c.line(c.path("dev/ttyACM0")), c.line(c.path("dev/ttyACM1"))
	first, second := cdcScanner, cdcScanner.as("1-3", "ttyACM1").but("S:77")
	first.byID, second.byID = "", ""
	unplugFirst, unplugSecond := c.terminal(first), c.terminal(second)
	c.opens(one)
	c.opens(two)
	unplugFirst()
	unplugSecond()

	c.terminal(second.as("1-3", "ttyACM0"))
	c.cannotOpen(one, Absent, "another device")
	if got := c.opens(two); got != "ttyACM0" {
		t.Errorf("the second opened %s", got)
	}
	c.terminal(first.as("1-2", "ttyACM1"))
	if got := c.opens(one); got != "ttyACM1" {
		t.Errorf("the first opened %s", got)
	}
}

// Whoever is not sure to be the same device is not followed.
func TestDeviceIsNotFollowed(t *testing.T) {
	for _, c := range []struct {
		name   string
		device usbDevice
		twins  bool
		path   string
	}{
		{"without a serial number", bridge, false, "dev/ttyUSB0"},
		{"with a serial number that all have", bridge.but("0001"), false, "dev/ttyUSB0"},
		{"with noughts for one", bridge.but("00000000"), false, "dev/ttyUSB0"},
		{"that has a twin", bridge.but("A1"), true, "dev/ttyUSB0"},
		{"that is named by a link", cdcScanner, false, "dev/serial/by-id/" + cdcScanner.byID},
	} {
		t.Run(c.name, func(t *testing.T) {
			pc := newComputer(t)
			unplug := pc.terminal(c.device)
			if c.twins {
				unplugTwin := pc.terminal(c.device.as("1-9", "ttyUSB9"))
				defer unplugTwin()
			}
			line := pc.line(pc.path(c.path))
			pc.opens(line)
			unplug()
			if !c.twins { // its twin is the one that stands elsewhere
				moved := c.device.as("1-6", "ttyUSB5")
				moved.byID = ""
				pc.terminal(moved)
			}
			pc.cannotOpen(line, Absent)
		})
	}
}

func TestLinkIsTakenAtItsWord(t *testing.T) {
	c := newComputer(t)
	line := c.line(c.path("dev/serial/by-id/" + cdcScanner.byID))
	unplug := c.terminal(cdcScanner)
	c.opens(line)
	if got, known := line.Identity(); !known || got.Path != c.path("dev/ttyACM0") || len(got.ByID) != 1 {
		t.Errorf("identity %+v", got)
	}
	unplug()
	c.terminal(cdcScanner.as("1-3", "ttyACM3"))
	c.opens(line)
}

// A line about which the system says nothing is known by its path.
func TestUnlistedLine(t *testing.T) {
	c := newComputer(t)
	device := scannertest.New(c.path("dev/rfcomm0"))
	c.must(device.Plug())
	line := c.line(device.Path())
	c.opens(line)
	if got, known := line.Identity(); !known || fmt.Sprint(got) != fmt.Sprint(Info{Path: device.Path()}) {
		t.Errorf("identity %+v, %v", got, known)
	}
	c.must(device.Unplug())
	c.cannotOpen(line, Absent)
}

func TestAliveIsSilentWhereReadsTell(t *testing.T) {
	c := newComputer(t)
	unplug := c.terminal(cdcScanner)
	p, err := c.line(c.path("dev/ttyACM0")).Open()
	c.must(err)
	defer func() { c.must(p.Close()) }()
	unplug()
	if err := p.Alive(); err != nil {
		t.Error(err)
	}
}

func BenchmarkList(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := List(); err != nil {
			b.Fatal(err)
		}
	}
}
