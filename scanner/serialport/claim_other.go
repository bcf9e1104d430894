//go:build !linux

package serialport

import "io"

// claimDevice has nothing to do: Windows opens a serial line for one process
// only.
func claimDevice(path string) (device string, claim io.Closer, err error) {
	return path, noClaim{}, nil
}
