package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// usbPath is how a device on USB is named by what it is.
var usbPath = regexp.MustCompile(`(?i)^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?$`)

// CheckPath returns what is wrong with the name of a line, or nil. It does not
// look whether the line is there.
func CheckPath(path string) error {
	switch {
	case path == "":
		return errors.New("path is empty; name the device, for example /dev/ttyACM0, COM3 or usb:05E0:1701")
	case strings.HasPrefix(strings.ToLower(path), "usb:") && !usbPath.MatchString(path):
		return fmt.Errorf("path is %q; a USB device is named usb:VENDOR:PRODUCT or usb:VENDOR:PRODUCT:SERIAL with four hexadecimal digits each, for example usb:05E0:1701", path)
	default:
		return nil
	}
}

// Line is a device that is opened again and again, wherever it is plugged in.
// It is safe for concurrent use.
type Line struct {
	cfg  Config
	root string // of the file system

	mu       sync.Mutex // guards everything that follows
	identity Info
	known    bool      // identity is set, for good
	wanders  bool      // the configured path is a number the system deals out, and identity tells the device from others
	stranger time.Time // since when another device was seen in its place; zero while none is
}

// spareAfter is how long another device must stand in the place of ours to be
// taken for its spare. When the power of a hub fails, its devices come back one
// after the other and may have changed numbers.
const spareAfter = 5 * time.Second

// NewLine returns a line that is not open. cfg.Path may be
//
//   - a path, such as /dev/ttyACM0 or COM3. When there is nothing, or another
//     device, and the device that was opened first now stands elsewhere, it is
//     opened there; this needs a device that states a serial number of its own.
//     When it is nowhere, another that has one is opened in its place once it
//     has stood there for 5 s.
//   - a link, such as /dev/serial/by-id/usb-…, which is taken at its word.
//   - usb:VID:PID or usb:VID:PID:SERIAL, which is opened wherever it is plugged
//     in. Example: "usb:05E0:1701".
func NewLine(cfg Config) *Line { return &Line{cfg: cfg, root: "/"} }

// Open opens the line where its device is now. Its error is an *Error, which is
// Absent if there is no such device.
func (l *Line) Open() (*Port, error) {
	cfg := l.cfg
	path, err := l.locate()
	if err != nil {
		return nil, failed("open", l.cfg.Path, err)
	}
	cfg.Path = path
	port, err := Open(cfg)
	if err != nil {
		return nil, err
	}
	l.recognise(path)
	return port, nil
}

// Identity is the device that was opened first, and false if none was. It stays
// what it is after a loss, so that another device in its place is not taken for
// it. A line that is not on USB, or about which the system says nothing, has a
// path only.
func (l *Line) Identity() (Info, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.identity, l.known
}

// locate returns the path to open.
func (l *Line) locate() (string, error) {
	if m := usbPath.FindStringSubmatch(l.cfg.Path); m != nil {
		return l.locateUSB(Info{VID: strings.ToUpper(m[1]), PID: strings.ToUpper(m[2]), Serial: m[3]})
	}
	identity, follow := l.follow()
	if !follow {
		return l.cfg.Path, nil
	}
	lines, err := list(l.root)
	if err != nil {
		return l.cfg.Path, nil // the configured path is as good as any
	}
	found := matching(lines, identity)
	switch {
	case len(found) == 1:
		l.notice(false)
		return found[0].Path, nil
	case len(found) == 0 && l.notice(l.isStranger(lines)):
		return "", absent("another device stands in its place")
	default:
		return l.cfg.Path, nil
	}
}

// isStranger reports whether a device that can be told from ours has its number.
func (l *Line) isStranger(lines []Info) bool {
	return slices.ContainsFunc(lines, func(line Info) bool {
		return sameName(line.Path, l.cfg.Path) && tellsApart(line.Serial)
	})
}

// notice notes whether a stranger is there now and reports whether it is to be
// left alone.
func (l *Line) notice(stranger bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !stranger:
		l.stranger = time.Time{}
	case l.stranger.IsZero():
		l.stranger = time.Now()
	}
	return stranger && time.Since(l.stranger) < spareAfter
}

// locateUSB returns the path of the one device that is wanted.
func (l *Line) locateUSB(wanted Info) (string, error) {
	lines, err := list(l.root)
	if err != nil {
		return "", err
	}
	found := matching(lines, wanted)
	switch {
	case len(found) == 0:
		return "", absent("no USB device of those numbers is plugged in")
	case len(found) > 1:
		return "", ambiguous(found)
	default:
		return found[0].Path, nil
	}
}

// absent is why a device that is looked for is not there.
type absent string

func (a absent) Error() string        { return string(a) }
func (a absent) Is(target error) bool { return target == fs.ErrNotExist }

// follow returns the device to look for, and whether to.
func (l *Line) follow() (Info, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.identity, l.wanders
}

// recognise notes which device was opened first. Later ones change nothing: a
// device that took the place of a lost one must not become what is looked for.
func (l *Line) recognise(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known {
		return
	}
	l.identity, l.known = Info{Path: path}, true
	lines, err := list(l.root)
	if err != nil {
		return // then it is known by its path alone
	}
	for _, line := range lines {
		if !sameLine(line.Path, path) {
			continue
		}
		l.identity = line
		l.wanders = sameName(line.Path, l.cfg.Path) && tellsApart(line.Serial) && len(matching(lines, line)) == 1
		return
	}
}

// matching returns the lines of the USB device that is wanted: same numbers
// and, if one is wanted, same serial number. Windows shows serial numbers in
// capitals.
func matching(lines []Info, wanted Info) []Info {
	var found []Info
	for _, line := range lines {
		if line.VID == wanted.VID && line.PID == wanted.PID && (wanted.Serial == "" || strings.EqualFold(line.Serial, wanted.Serial)) {
			found = append(found, line)
		}
	}
	return found
}

// ambiguous says how to name one of several devices.
func ambiguous(found []Info) error {
	var names []string
	serials := map[string]bool{}
	for _, line := range found {
		name := line.Path
		if line.Serial != "" {
			name += " with serial " + line.Serial
			serials[strings.ToUpper(line.Serial)] = true
		}
		names = append(names, name)
	}
	how := "add the serial number, as in usb:VENDOR:PRODUCT:SERIAL"
	if len(serials) < len(found) {
		how = "their serial numbers do not tell them apart, so name one by its path, on Linux under /dev/serial/by-id or by-path"
	}
	return fmt.Errorf("%d lines fit: %s; %s", len(found), strings.Join(names, ", "), how)
}

// tellsApart reports whether a serial number can be a device's own. Bridges
// without one are shipped with noughts, or noughts and a one.
func tellsApart(serial string) bool {
	digits := strings.TrimLeft(serial, "0")
	return digits != "" && digits != "1"
}

// sameLine reports whether two paths lead to one line. On Windows they are names
// and no files: to look for links there would open the lines of others.
func sameLine(a, b string) bool {
	return sameName(a, b) || runtime.GOOS != "windows" && resolved(a) == resolved(b)
}

// sameName reports whether two paths are the same text, or on Windows the same
// name: it knows COM3 as com3 and as \\.\COM3, too.
func sameName(a, b string) bool {
	if runtime.GOOS != "windows" {
		return a == b
	}
	return strings.EqualFold(strings.TrimPrefix(a, `\\.\`), strings.TrimPrefix(b, `\\.\`))
}

// resolved is where a path leads, or itself if it leads nowhere.
func resolved(path string) string {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	return target
}
