package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner/serialport"
)

// diagnoseScanners looks at the scanners of a lane, and at the line to its till.
func diagnoseScanners(lane Lane) []diagnosis {
	var found []diagnosis
	for n, s := range lane.Scanners {
		check := "scanner " + lane.calls(n)
		if s.Device == "" {
			found = append(found, noScanner(check))
			continue
		}
		d := diagnoseDevice(check, s.Device)
		if d.Level == good {
			d.Text += fmt.Sprintf(", as %s at %s", s.Preset, s.Line())
		}
		found = append(found, d)
	}
	if len(found) == 0 {
		found = append(found, noScanner("scanner "+lane.Name))
	}
	if lane.Pass.To == passSerial {
		found = append(found, diagnoseDevice("till's line "+lane.Name, lane.Pass.Device))
	}
	return found
}

func noScanner(check string) diagnosis {
	return diagnosis{check, careful, "none configured", "set device under [lane.scanner]: zegel scanner list shows what is plugged in, zegel scanner setup finds the settings"}
}

// diagnoseDevice looks at a device without opening it: to open a serial port
// moves its lines, which some devices take for a command.
func diagnoseDevice(check, path string) diagnosis {
	const plug = "plug the device in, or look for its name with: zegel scanner list; ls -l /dev/usb"
	if strings.HasPrefix(path, "usb:") {
		return diagnoseUSB(check, path, plug)
	}
	info, err := os.Stat(path)
	switch {
	case isCOM(path):
		return diagnosis{check, good, path, ""}
	case errors.Is(err, fs.ErrNotExist):
		return diagnosis{check, bad, path + " is not there", plug}
	case err != nil:
		return diagnosis{check, bad, err.Error(), "add the service's user to the group dialout (scanners) or lp (printers)"}
	case info.Mode().IsRegular():
		return diagnosis{check, careful, path + " is a plain file", "a device is expected here"}
	}
	return diagnosis{check, good, path, ""}
}

// diagnoseUSB looks for a device that is named by its identity.
func diagnoseUSB(check, device, plug string) diagnosis {
	ports, err := serialport.List()
	if err != nil {
		return diagnosis{check, bad, err.Error(), "name the device by its path"}
	}
	var fit []string
	for _, p := range ports {
		if scanning.Is(p, device) {
			fit = append(fit, p.Path)
		}
	}
	switch len(fit) {
	case 0:
		return diagnosis{check, bad, device + " is not there", plug}
	case 1:
		return diagnosis{check, good, device + " is " + fit[0], ""}
	}
	return diagnosis{check, bad, device + " may be any of " + strings.Join(fit, ", "), "add the serial number behind another colon: zegel scanner list shows it; without one, name the path under /dev/serial/by-path"}
}
