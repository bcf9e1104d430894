//go:build !linux && !windows

package device

import (
	"context"
	"errors"
	"fmt"
)

// List fails: what printers this system knows is not known to us.
func List(context.Context) ([]Found, error) {
	return nil, fmt.Errorf("list the printers: %w", errors.ErrUnsupported)
}
