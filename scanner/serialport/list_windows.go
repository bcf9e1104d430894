package serialport

import (
	"strings"

	"go.bug.st/serial/enumerator"
)

// list asks the set-up API, which opens nothing.
func list(string) ([]Info, error) {
	ports, err := enumerator.GetDetailedPortsList()
	if err != nil {
		return nil, err
	}
	var lines []Info
	for _, p := range ports {
		line := Info{Path: p.Name, Product: p.Product}
		if p.IsUSB {
			line.VID, line.PID = strings.ToUpper(p.VID), strings.ToUpper(p.PID)
			line.Serial = ownSerial(p.SerialNumber)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// ownSerial is a serial number as Windows shows it, or empty when Windows made
// it up from the socket: then it has an ampersand.
func ownSerial(serial string) string {
	if strings.Contains(serial, "&") {
		return ""
	}
	return serial
}
