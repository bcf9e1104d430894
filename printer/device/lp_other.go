//go:build !linux

package device

import (
	"context"
	"errors"
	"fmt"
)

// An LP is a printer behind a device file, which is a thing of Linux.
type LP struct{ File }

// OpenLP fails: this system has no device files for printers. A printer on USB appears as a serial line once its
// maker's driver is installed.
func OpenLP(_ context.Context, path string) (*LP, error) {
	return nil, fmt.Errorf("open %s: %w", path, errors.Join(ErrAbsent, errors.ErrUnsupported))
}
