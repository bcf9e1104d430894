// Package lockfile lets one process at a time have something, by a lock on a file.
package lockfile

import "errors"

// ErrHeld says that another process has the lock.
var ErrHeld = errors.New("another process has the lock")
