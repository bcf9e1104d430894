package serialport

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// list reads what the kernel shows under root (sysfs(5)). A line about which
// something cannot be read is listed with what can.
func list(root string) ([]Info, error) {
	class := filepath.Join(root, "sys/class/tty")
	entries, err := os.ReadDir(class)
	if err != nil {
		return nil, err
	}
	links, err := byID(root)
	if err != nil {
		return nil, err
	}
	var lines []Info
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(class, e.Name()))
		if err != nil {
			continue // pulled out meanwhile
		}
		node := filepath.Join(class, target)
		if !isLine(root, node) {
			continue
		}
		line := Info{Path: filepath.Join(root, "dev", e.Name())}
		line.ByID = links[line.Path]
		line.describe(root, node)
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b Info) int { return comparePaths(a.Path, b.Path) })
	return lines, nil
}

// isLine reports whether a node of the class tty is a serial line that is
// there, and no screen or pseudo terminal. Four UARTs are always listed on a PC; the type of those that are not
// there is 0 (PORT_UNKNOWN in linux/serial_core.h).
func isLine(root, node string) bool {
	if strings.HasPrefix(node, filepath.Join(root, "sys/devices/virtual")+"/") {
		return false
	}
	if _, err := os.Stat(filepath.Join(node, "device")); err != nil {
		return false
	}
	return attribute(node, "type") != "0"
}

// describe adds what the line's driver and, on USB, its device say.
func (i *Info) describe(root, node string) {
	device, err := filepath.EvalSymlinks(filepath.Join(node, "device"))
	if err != nil {
		return // pulled out meanwhile
	}
	if driver, err := os.Readlink(filepath.Join(device, "driver")); err == nil {
		i.Driver = filepath.Base(driver)
	}
	top := filepath.Join(root, "sys/devices")
	for at := device; len(at) > len(top); at = filepath.Dir(at) {
		if vid := attribute(at, "idVendor"); vid != "" {
			i.VID = strings.ToUpper(vid)
			i.PID = strings.ToUpper(attribute(at, "idProduct"))
			i.Serial = attribute(at, "serial")
			i.Product = attribute(at, "product")
			i.Manufacturer = attribute(at, "manufacturer")
			return
		}
	}
}

// attribute is a node's attribute, or empty if it has none that can be read.
func attribute(node, name string) string {
	value, err := os.ReadFile(filepath.Join(node, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(value))
}

// byID maps the paths of lines to the names that udev gives their devices. The
// folder is only there while there are some.
func byID(root string) (map[string][]string, error) {
	folder := filepath.Join(root, "dev/serial/by-id")
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	links := map[string][]string{}
	for _, e := range entries { // sorted by name
		link := filepath.Join(folder, e.Name())
		target, err := os.Readlink(link)
		if err != nil {
			continue // removed meanwhile
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		links[target] = append(links[target], link)
	}
	return links, nil
}

// comparePaths puts ttyUSB2 before ttyUSB10.
func comparePaths(a, b string) int {
	nameA, nameB := strings.TrimRight(a, "0123456789"), strings.TrimRight(b, "0123456789")
	return cmp.Or(cmp.Compare(nameA, nameB), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
