package scanning

import (
	"path/filepath"
	"slices"
	"strings"

	"zegel/scanner/serialport"
)

// Is reports whether a port is the one that a configuration calls device: by
// its path, a link to it, or its USB identity.
func Is(port serialport.Info, device string) bool {
	identity, usb := strings.CutPrefix(device, "usb:")
	if !usb {
		return device == port.Path || slices.Contains(port.ByID, device) || leadsTo(device, port.Path)
	}
	parts := strings.SplitN(identity, ":", 3)
	if len(parts) < 2 || port.VID == "" {
		return false
	}
	return strings.EqualFold(parts[0], port.VID) && strings.EqualFold(parts[1], port.PID) && (len(parts) == 2 || parts[2] == port.Serial)
}

// leadsTo reports whether a path is a link to another.
func leadsTo(link, path string) bool {
	target, err := filepath.EvalSymlinks(link)
	return err == nil && target == path
}

// Device is how a port is best named in a configuration: so that the name
// survives being plugged in elsewhere.
func Device(port serialport.Info) string {
	switch {
	case len(port.ByID) > 0:
		return port.ByID[0]
	case port.VID != "" && port.Serial != "":
		return "usb:" + port.VID + ":" + port.PID + ":" + port.Serial
	}
	return port.Path
}
