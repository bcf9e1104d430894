//go:build !linux && !windows

package serialport

import "errors"

func list(string) ([]Info, error) { return nil, errors.ErrUnsupported }
