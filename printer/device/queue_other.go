//go:build !windows

package device

import (
	"errors"
	"fmt"
)

// openSpooler fails: the printers of other systems are opened by their own names.
func openSpooler(name string) (spooler, error) {
	return nil, fmt.Errorf("open the Windows printer %s: %w", name, errors.Join(ErrAbsent, errors.ErrUnsupported))
}
