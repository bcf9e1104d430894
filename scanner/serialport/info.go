package serialport

import (
	"fmt"
	"strings"
)

// Info is what the system knows of a serial line without opening it. What it
// does not know is empty.
type Info struct {
	// Path opens the line. It may be another after replugging. Examples:
	// "/dev/ttyACM0", "COM3".
	Path string
	// ByID are names that stay the same, sorted; Linux only. Example:
	// "/dev/serial/by-id/usb-Symbol_Bar_Code_Scanner-if00".
	ByID []string
	// VID and PID are the USB vendor and product numbers as four upper-case
	// hexadecimal digits; empty for a line that is not on USB. That of an adapter
	// says nothing about the device behind it. Example: "05E0" and "1701".
	VID, PID string
	// Serial is the device's own number as it states it. Many adapters have none.
	Serial string
	// Product and Manufacturer are in the device's own words; Windows knows the
	// first only.
	Product, Manufacturer string
	// Driver is the system's driver; Linux only. Example: "cdc_acm".
	Driver string
}

// Name is the device in words for people. Example: "Zebra Bar Code Scanner
// (05E0:1701, serial S/N 21044)".
func (i Info) Name() string {
	name := i.Product
	// Makers like to write their name in front of the product's, too.
	if !strings.HasPrefix(name, i.Manufacturer) {
		name = i.Manufacturer + " " + name
	}
	name = strings.TrimSpace(name)
	switch {
	case i.VID == "" && name == "":
		return "serial line"
	case i.VID == "":
		return name
	case name == "":
		name = "USB device"
	}
	if i.Serial == "" {
		return fmt.Sprintf("%s (%s:%s)", name, i.VID, i.PID)
	}
	return fmt.Sprintf("%s (%s:%s, serial %s)", name, i.VID, i.PID, i.Serial)
}

// List returns the serial lines of this computer by path. It opens none of
// them, so it disturbs no device and no other program: opening a line to look
// at it would set its speed under whoever reads it.
func List() ([]Info, error) {
	lines, err := list("/")
	if err != nil {
		return nil, fmt.Errorf("list serial lines: %w", err)
	}
	return lines, nil
}
